"""No value of a policy is half added: it has words, a use, and a policy of the tests that sets it.

The values are read off the classes that define them, so that a new one needs all of this at once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli

import vintage_rules
from tests.policies.corner_shop import with_point
from tests.policies.value_changes import EXTENDED, VALUES, WHOLE
from vintage_rules.findings import Path as Keys
from vintage_rules.findings import is_list, is_table
from vintage_rules.returns import UndeliveredRefunded, assess_undelivered
from vintage_rules.wording import locales
from vintage_rules.wording.voice import voice_of
from vintage_rules.world import territories

SOURCES = Path(vintage_rules.__file__).parent
RULES = (
    *("pricing", "shipping", "offers", "returns", "service", "orders"),
    "windows.py",  # when a time opens and ends, for all of them
    "policies/book.py",  # which edition an order is under is a value too
    "review/law",  # what a house says of itself is held against statutes, and nothing else
)


def is_known(path: Keys) -> bool:
    """Tell whether keys lead to a value; the name in a table of any names does not."""
    start = ".".join(map(str, path))
    return any(value == start or value.startswith(f"{start}.") for value in VALUES)


def values_in(found: object, path: Keys = ()) -> Iterator[str]:
    """Give every value that a document writes, without names and places in lists."""
    here = ".".join(map(str, path))
    if here in VALUES:
        yield here
    elif is_table(found):
        for key, value in found.items():
            yield from values_in(value, (*path, key) if is_known((*path, key)) else path)
    elif is_list(found):
        for item in found:
            yield from values_in(item, path)


def attributes_read() -> set[str]:
    """Give every attribute that a rule reads of anything."""
    files = [file for name in RULES for file in ((SOURCES / name).rglob("*.py"))]
    files += [SOURCES / name for name in RULES if name.endswith(".py")]
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    return {
        node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


class TestEveryValue:
    """What a value needs before it is whole."""

    def test_is_found(self) -> None:
        """The tests below look at all of them."""
        assert len(VALUES) > 150
        assert {"calendar", "edition.listing.offers.floor.largest_cut"} <= VALUES.keys()

    @pytest.mark.parametrize("language", locales())
    def test_has_a_label(self, language: str) -> None:
        """Comparisons name it in every language."""
        voice = voice_of(language)
        keys = {path.rpartition(".")[2] for path in VALUES}
        assert sorted(key for key in keys if not voice.knows(f"term.key.{key}")) == []

    def test_has_a_description(self) -> None:
        """Editors, the guide and faults say what it is."""
        assert sorted(path for path, field in VALUES.items() if not field.text) == []

    def test_is_set_by_a_policy_of_the_tests(self) -> None:
        """A house of the tests says it, so that it is read and built."""
        written = {value for text in (*WHOLE, *EXTENDED) for value in values_in(tomli.loads(text))}
        assert sorted(VALUES.keys() - written) == []

    def test_is_used_by_a_rule(self) -> None:
        """A value that no rule looks at decides nothing."""
        read = attributes_read()
        assert sorted(path for path, field in VALUES.items() if field.name not in read) == []


class TestElsewhere:
    """11. What holds abroad, and what becomes of a parcel that customs kept."""

    def test_sellers_are_paid_later(self) -> None:
        """In the world after 21 days, in Belgium 15, at home 14; what is sold there, 48 hours."""
        payouts = with_point("11-elsewhere").latest.returns.payouts
        places = (territories()[code].territory for code in ("GP", "BE", "FR"))
        times = [payouts.at(place, None) for place in places]
        assert [(str(window.length), *sources) for window, sources in times] == [
            ("21 days", "E2"),
            ("15 days", "E3"),
            ("14 days", "E1"),
        ]
        sold, sources = payouts.at(territories()["FR"].territory, "sale")
        assert (str(sold.length), *sources) == ("48 hours", "E5")

    def test_unpaid_customs_have_terms_of_their_own(self) -> None:
        """And not those of what was sent back."""
        house = with_point("11-elsewhere").latest
        found = assess_undelivered(house.returns, unpaid_customs=True)
        assert isinstance(found, UndeliveredRefunded)
        assert (found.terms.name, found.sources) == ("loss", ("E4",))
