"""How the site is built: nothing in it is fetched from elsewhere when it is read."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import FunctionType
from typing import get_type_hints

from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.highlighting import lexer_classes

import vintage_rules
from vintage_rules import __version__

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # our own extensions lie beside this file
DRAWER = HERE / "_build" / "drawer" / "mermaid.min.js"

project = "vintage_rules"
author = "the vintage_rules authors"
copyright = author  # noqa: A001 - the name Sphinx reads
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "docs.link_names",
    "docs.list_parameters",
]
exclude_patterns = ["_build"]
nitpicky = True
default_role = "code"
lexer_classes["mermaid"] = lexer_classes["none"]  # a diagram is drawn, not coloured

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88

# What is documented elsewhere, or nowhere on purpose, is named and not linked to.
_ELSEWHERE = (
    "_pytest|attr|babel|collections|contextlib|cryptography|datetime|decimal|email|enum|gettext|"
    "httpx2|hypothesis|moneyed|opentelemetry|os|pathlib|polars|random|sqlalchemy|ssl|typing|"
    "starlette|zoneinfo"
)
_BUILT_IN = (
    "date|datetime|time|timedelta|object|Attribute|Day|Decimal|Enum|Json|Locale|Name|"
    "NotForCustomers|OrderId|Path|PieceId|Rejection|StrEnum|TooLong|Value|ZoneInfo"
)
_INTERNAL = (
    r"adapters\.memory\.bank|findings|frames\.engine|machine|publishing\.faq\.\w+|"
    r"marketplace\.storage\.\w+|policies\.house|testing\.simulation\.(mischief|town)|"
    r"wording\.(catalogues|messages|phrases)"
)
suppress_warnings = ["ref.python"]  # two contexts have an `Audience`
nitpick_ignore_regex = [
    (r"py:.*", rf"({_ELSEWHERE})\..*"),
    (r"py:.*", rf"({_BUILT_IN})"),
    (r"py:.*", r"vintage_rules\.(.*\.[A-Z]|ids\.\w+Id|policies\.documents\..*)"),
    (r"py:.*", rf"vintage_rules\.({_INTERNAL})\..*"),
    (r"py:.*", r"vintage_rules\.adapters\.karrio_tracking\.TrackerReading"),
    (r"py:.*", r"vintage_rules\.marketplace\.storage\.streams\.StreamType"),
    (r"py:.*", r"vintage_rules\.marketplace\.effects\.effects\..*"),
]

# What is copied is what one types: neither prompts nor answers.
copybutton_prompt_text = r">>> |\.\.\. ?|\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True

# The library in a page, where `make playground` has built it.
PLAYGROUND = HERE / "_build" / "site"
html_extra_path = ["_build/site"] if PLAYGROUND.exists() else []

html_theme = "furo"
html_title = f"vintage_rules {release}"
html_search_scorer = str(HERE / "search_scorer.js")
html_copy_source = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
if DRAWER.exists():
    html_static_path.append(str(DRAWER.parent))
else:
    sys.stderr.write("diagrams stay text: docs/fetch_drawer.py has not been run\n")


def _draw_diagrams(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, object], doctree: object
) -> None:
    """Load what draws diagrams on the pages that hold one, and on no other."""
    del pagename, templatename, doctree
    if DRAWER.exists() and "highlight-mermaid" in str(context.get("body", "")):
        app.add_js_file(DRAWER.name)
        app.add_js_file("diagrams.js")


def _name_members(  # noqa: PLR0917 - what Sphinx gives
    app: Sphinx, what: str, name: str, found: object, options: object, lines: list[str]
) -> None:
    """Say what the members of an enumeration are called in documents and answers."""
    del app, what, name, options
    if isinstance(found, type) and issubclass(found, StrEnum):
        lines += ["", f"One of {', '.join(f'``{member}``' for member in found)}."]


def _field_what_raises(  # noqa: PLR0917 - what Sphinx gives
    app: Sphinx, what: str, name: str, found: object, options: object, lines: list[str]
) -> None:
    """Turn a section `Raises:` into fields.

    Napoleon does, and takes every property whose first line holds a colon for a typed attribute.
    """
    del app, what, name, found, options
    if "Raises:" not in lines:
        return
    start = lines.index("Raises:")
    for number in range(start + 1, len(lines)):
        if not lines[number]:
            break
        deeper = lines[number].startswith("     ")
        lines[number] = lines[number] if deeper else f":raises {lines[number].strip()}"
    lines[start] = ""


def _leave_markers_out(app: Sphinx, found: object, bound_method: object) -> None:
    """Show the type of a policy's field, and leave the markers of `Annotated` to the guide."""
    del app, bound_method
    if isinstance(found, FunctionType) and "Annotated" in str(found.__annotations__):
        owner = found.__qualname__.removesuffix(f".{found.__name__}")
        kind = getattr(sys.modules[found.__module__], owner, None)
        hints = get_type_hints(kind if isinstance(kind, type) else found)
        found.__annotations__ = {
            name: hints.get(name, hint) for name, hint in found.__annotations__.items()
        }


def _drop_docs_of_types(  # noqa: PLR0917 - what Sphinx gives
    app: Sphinx, what: str, name: str, found: object, options: object, lines: list[str]
) -> None:
    """Leave out the docstring of the type of a value: it says nothing about the value."""
    del app, name, options
    if what == "data" and getattr(found, "__doc__", None) == type(found).__doc__:
        lines.clear()


@cache
def _public_paths() -> dict[str, str]:
    """Return the path by which each public name is imported, by the one where it is defined."""
    packages = [
        f"vintage_rules.{each.name}" for each in iter_modules(vintage_rules.__path__) if each.ispkg
    ]
    packages.append("vintage_rules.testing.simulation")
    return {
        f"{found.__module__}.{name}": f"{package}.{name}"
        for package in packages
        for name in getattr(import_module(package), "__all__", ())
        if hasattr(found := getattr(import_module(package), name), "__module__")
    }


def _link_to_public_path(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, text: object
) -> object:
    """Link an annotation, which names the module that defines a class, to its public entry."""
    target = str(node.get("reftarget", ""))
    home, _, member = target.rpartition(".")
    public = _public_paths().get(target)
    if public is None and home in _public_paths():
        public = f"{_public_paths()[home]}.{member}"
    if public is None:
        return None
    domain = env.domains.python_domain
    return domain.resolve_xref(env, str(node["refdoc"]), app.builder, "obj", public, node, text)


def setup(app: Sphinx) -> None:
    """Connect diagrams, enumerations and sections to Sphinx."""
    app.connect("autodoc-before-process-signature", _leave_markers_out)
    app.connect("autodoc-process-docstring", _name_members)
    app.connect("autodoc-process-docstring", _field_what_raises)
    app.connect("autodoc-process-docstring", _drop_docs_of_types)
    app.connect("missing-reference", _link_to_public_path)
    app.connect("html-page-context", _draw_diagrams)
