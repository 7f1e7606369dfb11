# Every target makes the environment it needs by itself: `make demo` works on a fresh clone.
#
#   make demo       a real order priced, dated, taken through customs and explained
#   make test       the whole test suite, with coverage of the contexts
#   make all        everything a change must pass
#
# PYTHON=python3.13 chooses the interpreter, VENV=.venv-3.13 the place of the environment,
# ONLY='vintage_rules.dates.*' what `make mutants` breaks.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

RECENT := import sys; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$python" -c '$(RECENT)' 2>/dev/null && { echo "$$python"; break; }; done)
endif
VENV ?= .venv
EXTRAS ?= tests,dev,docs,bench,testing,karrio,laposte,sql,postgres,stripe,ecb,paypal,otel,frames,report,serve
PYTHONS ?= $(PYTHON)
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What `make brief` runs: on a Python between two others the examples of the docstrings are enough.
BRIEF ?= src tests
# What it leaves out: servers, towns, pages and reports, which would show nothing else there.
NOT_BRIEF := $(addprefix src/vintage_rules/,adapters frames http_api cli/serving.py) \
	$(addprefix tests/,adapters cli docs frames marketplace project publishing review serve shops simulation storefront) \
	$(wildcard tests/policies/test_published_*.py)
# The demo needs the library alone: an environment of its own, unless the whole one is there.
SMALL := $(VENV)-demo
DEMO := $(if $(wildcard $(READY)),$(VENV),$(SMALL))
# So does the storefront, but for the libraries of its pages.
LITTLE_SHOP := $(VENV)-shop
SHOP := $(if $(wildcard $(READY)),$(VENV),$(LITTLE_SHOP))
PORT ?= 8000
ALONE := build/alone
QUESTION := {"id": "a1", "rule": "quality-control-fee", "facts": \
	{"mode": "grouped", "goods": {"amount": "89.90", "currency": "EUR"}}}

.PHONY: help python announced venv demo shop test quick brief karrio browser curl java spark rewire kills deep lint format types deps playground docs bench wheel alone mutants constraints all clean

help:  ## what there is to run
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

python:
	@if [[ -z "$(PYTHON)" ]] || ! "$(PYTHON)" -c '$(RECENT)'; then \
		echo "Python 3.11 or newer is needed: install one, or name it with make PYTHON=/path/to/python3" >&2; exit 1; fi

venv: $(READY)  ## the environment: everything installed, the project editable

# An environment, and the project in it, editable, with some extras.
define make_environment
@echo "making $(1) with $$("$(PYTHON)" --version)"
@"$(PYTHON)" -m venv "$(1)"
@$(1)/bin/python -m pip install --quiet --disable-pip-version-check \
	--constraint constraints.txt --editable '.$(2)'
endef

$(READY): pyproject.toml constraints.txt tools/fetch_peers.py | python
	$(call make_environment,$(VENV),[$(EXTRAS)])
	@$(BIN)/python -m tools.fetch_peers
	@touch $@

$(SMALL)/.ready: pyproject.toml constraints.txt | python
	$(call make_environment,$(SMALL),)
	@touch $@

demo: $(DEMO)/.ready  ## a real order priced, dated, taken through customs and explained
	@$(DEMO)/bin/vintage-rules demo

$(LITTLE_SHOP)/.ready: pyproject.toml constraints.txt examples/storefront/requirements.txt | python
	$(call make_environment,$(LITTLE_SHOP),[postgres])
	@$(LITTLE_SHOP)/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --requirement examples/storefront/requirements.txt
	@touch $@

shop: $(SHOP)/.ready  ## a vintage shop to look at, on http://127.0.0.1:8000/ (PORT=, STORE=postgresql://…)
	@STOREFRONT_STORE="$(STORE)" $(SHOP)/bin/python -m examples.storefront --port $(PORT)

announced: python
	@"$(PYTHON)" -m tools.announce "$(VENV)"

test: announced $(READY)  ## the whole test suite, with coverage of the contexts
	@$(BIN)/pytest -n auto --cov

quick: $(READY)  ## the whole test suite without coverage
	@HYPOTHESIS_PROFILE="$(HYPOTHESIS_PROFILE)" $(BIN)/pytest -n auto

brief: $(READY)  ## the tests of the rules, with few examples: for another Python
	@HYPOTHESIS_PROFILE=brief $(BIN)/pytest -n auto $(BRIEF) $(NOT_BRIEF:%=--ignore=%)

karrio:  ## a server of karrio in .cache, for the tests that need one (2 minutes, once)
	@$(PYTHON) tools/make_karrio.py

# What is not there, from Debian's packages: how to see that it is, its name, and its packages.
define install_package
@if $(1); then \
	echo "$(2) is there"; \
elif [[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null; then \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		$(3) >/dev/null \
	|| echo "$(2) could not be installed: the tests that need it are skipped"; \
else \
	echo "no $(2) here, and no way to install it: the tests that need it are skipped"; fi
endef

browser:  ## Chromium, for the tests that look at the published pages (from Debian's packages, as root)
	$(call install_package,[[ -n "$${CHROMIUM:-}" ]] || command -v chromium >/dev/null,Chromium,chromium fonts-dejavu-core)

curl:  ## curl, for the test of the guide to the HTTP API (from Debian's packages, as root)
	$(call install_package,command -v curl >/dev/null,curl,curl ca-certificates)

java:  ## Java 17, for the tests that need Spark (from Debian's packages, as root)
	$(call install_package,command -v java >/dev/null,Java,openjdk-17-jre-headless)

spark: $(READY) java  ## Spark, for the test that compares it (400 MB, once)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pyspark

rewire: $(READY)  ## lead every edge of every machine astray and see whether a story notices
	@$(BIN)/python -m tests.rewire

kills: $(READY)  ## kill processes of a shop, and audit its books (KILLS=200, STORE=sqlite or postgresql)
	@$(BIN)/python -m tests.kills --kills $(or $(KILLS),200) --store $(or $(STORE),sqlite)

deep: $(READY)  ## the whole test suite, with many more examples for each property
	@HYPOTHESIS_PROFILE=deep $(BIN)/pytest -n auto

lint: $(READY)  ## ruff, and what may import what
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: $(READY)  ## let ruff write what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(READY)  ## mypy and pyright
	@$(BIN)/mypy
	@$(BIN)/pyright --pythonpath $(BIN)/python

deps: $(READY)  ## what is imported is declared, and the other way round
	@$(BIN)/deptry .

playground: $(READY)  ## the library in a page that needs no server, in docs/_build/site (one minute)
	@$(BIN)/python -m docs.playground.build

docs: $(READY)  ## the site, in docs/_build/html
	@$(BIN)/python docs/fetch_drawer.py
	@$(BIN)/sphinx-build -W -n --keep-going -b html docs docs/_build/html
	@$(BIN)/python -m docs.check_site docs/_build/html

bench: $(READY)  ## the rules against other ways of writing them
	@$(BIN)/pytest benchmarks --benchmark-only

wheel: $(READY)  ## the wheel, in dist/, and what is in it
	@rm -rf dist
	@$(BIN)/python -m build --wheel --no-isolation
	@$(BIN)/check-wheel-contents dist

alone: wheel  ## the wheel, installed alone in a fresh environment, answers
	@rm -rf $(ALONE) && $(BIN)/python -m venv $(ALONE)
	@$(ALONE)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt dist/*.whl
	@$(ALONE)/bin/python -m pip check
	@cd $(ALONE) && bin/vintage-rules --version
	@cd $(ALONE) && bin/vintage-rules eval <<<'$(QUESTION)' | tee answer.json
	@grep --quiet '"8.99"' $(ALONE)/answer.json
	@cd $(ALONE) && bin/vintage-rules demo >/dev/null

mutants: $(READY)  ## break the rules one by one and see whether a test notices
	@$(BIN)/mutmut run $(ONLY)
	@$(BIN)/mutmut results
	@$(BIN)/mutmut export-cicd-stats >/dev/null && cat mutants/mutmut-cicd-stats.json

constraints:  ## write constraints.txt anew, with the newest versions that suit each of PYTHONS
	@sed -n '/^#/p' constraints.txt >constraints.new
	@for python in $(PYTHONS); do \
		rm -rf .venv-constraints; "$$python" -m venv .venv-constraints; \
		.venv-constraints/bin/python -m pip install --quiet --disable-pip-version-check \
			--constraint constraints.new --editable '.[$(EXTRAS)]'; \
		.venv-constraints/bin/python -m pip freeze --exclude-editable >>constraints.new; \
		{ sed -n '/^#/p' constraints.new; sed '/^#/d' constraints.new | LC_ALL=C sort -f -u; } >constraints.txt; \
		cp constraints.txt constraints.new; done
	@rm -rf .venv-constraints constraints.new

all: lint types deps test docs alone  ## everything a change must pass

clean:  ## remove what was built, but not the environments
	@rm -rf build dist docs/_build htmlcov mutants .coverage .coverage.* .hypothesis .benchmarks \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache
