"""How many examples a property is tried on, and how failures are told.

`dev` is the default; `ci` tries the same examples at every run, and with it the long tests do more
(`tests/effort.py`); `deep` tries many more and `brief` few; `mutants` is for mutmut, which runs the
tests several times in one process, so that a property meets several instances of its class.

Coverage of the rules is that of the tests which ask them with cases of their own. All others are
not followed: they would take twice their time, and a line they pass is not one they prove. What is
drawn or explored passes most lines, and proves few: others must pass them too.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import postgresql

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("brief", deadline=None, derandomize=True, database=None, max_examples=10)
settings.register_profile("deep", deadline=None, max_examples=2_000, print_blob=True)
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.differing_executors],
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)

# The other backend, which schemathesis brings along, reads no patterns of ECMAScript: it refuses
# PayPal's own descriptions.
os.environ["OPENAPI_SPEC_VALIDATOR_SCHEMA_VALIDATOR_BACKEND"] = "jsonschema"

TESTS = Path(__file__).parent
OF_THE_RULES = (
    "offers",
    "orders",
    "policies",
    "pricing",
    "returns",
    "service",
    "shipping",
)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """End what pytest-cov begins in a worker of xdist before it knows that it is one: it is neither
    ended nor asked by anybody, and goes on following tests that are not to be followed.
    """
    followed = session.config.pluginmanager.getplugin("_cov")
    if followed is not None and hasattr(session.config, "workerinput"):
        followed.cov_controller.cov.stop()


def pytest_report_header() -> str:
    """Say what is shortened in this run."""
    from tests import effort  # it reads the profile, which is loaded above

    return f"effort: {effort.SAID}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out of what coverage follows all but the tests of the rules, and those that draw."""
    folders = [TESTS / name for name in OF_THE_RULES]
    for item in items:
        drawn = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if drawn or not any(item.path.is_relative_to(folder) for folder in folders):
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Do not follow the fixtures of such a test either: pytest-cov leaves out its call alone."""
    followed = item.config.pluginmanager.getplugin("_cov")
    controller = followed and followed.cov_controller
    if not controller or item.get_closest_marker("no_cover") is None:
        yield
        return
    controller.pause()
    try:
        yield
    finally:
        controller.resume()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Run a PostgreSQL server for this process, which does not wait for its disk."""
    with postgresql.server(*postgresql.QUICK) as url:
        yield url


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """Make a database for one test, which may do with its tables what it likes."""
    with postgresql.database(postgresql_server) as url:
        yield url
