"""A house of our own invention that uses every value there is at once lives a month with faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.effort import sampled
from tests.postgresql import emptied
from tests.simulation.test_strategies import written_in
from tests.simulation.towns import month_of
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.policies import PolicyBook, load_policy
from vintage_rules.policies.house import document_shape
from vintage_rules.policies.shapes import fields_in

HERE = Path(__file__).parent
BEFORE = HERE.parent / "policies" / "houses" / "grand-bazaar.toml"
# A house that takes no offers says nothing else of them.
UNSAID = {("edition", "listing", "offers", "taken")}


@pytest.fixture
def bazaar(tmp_path: Path) -> PolicyBook:
    """The grand bazaar with the edition in which it says what it has not said before."""
    parts = (BEFORE, HERE / "grand-bazaar-2026.toml")
    whole = tmp_path / "grand-bazaar.toml"
    whole.write_text("\n".join(part.read_text("utf-8") for part in parts), "utf-8")
    return load_policy(whole)


def test_it_says_every_value_there_is(bazaar: PolicyBook) -> None:
    """A value that a policy gains is missing here until the bazaar says it."""
    every = {path for path, _, _ in fields_in(document_shape())}
    assert every.difference(written_in(bazaar.document.page)) == UNSAID


@pytest.mark.parametrize("seed", range(sampled(4)))
def test_nothing_is_lost(bazaar: PolicyBook, seed: int, postgresql_server: str) -> None:
    """Thirty days on PostgreSQL, with something wrong at every sixteenth call."""
    with SqlStore.open(postgresql_server) as store:
        emptied(postgresql_server)
        report = month_of(bazaar, seed, store)
    assert report.violations == ()
    assert report.orders
    assert report.faults
