"""What `policy diff` shows a value as: an amount in money, a rate in per cent, a weight in grams.

The kind of each number is written here by hand, so that a new key has to be put into one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.publishing.test_other_currencies import text_in
from tests.review.test_diff import HOUSES, answers, book, changed, compared
from vintage_rules.fields import Amount as AmountKind
from vintage_rules.fields import Count, Kind, Rate, Weight
from vintage_rules.findings import items_in, table_in
from vintage_rules.policies.house import document_shape
from vintage_rules.policies.schema import Schema, policy_schema
from vintage_rules.policies.shapes import Value, fields_in
from vintage_rules.review.diff.changes import Change
from vintage_rules.review.diff.leaves import shown
from vintage_rules.wording.phrases import Amount, Grams, Percent
from vintage_rules.wording.voice import voice_of

AMOUNTS = {
    "above",
    "at_least",
    "below",
    "fixed",
    "flat",
    "least",
    "maximum",
    "minimum",
    "per_return",
    "price",
    "step",
}
RATES = {"completion_at_least", "highest", "largest_cut", "lowest", "rate"}
WEIGHTS = {"packaging_g", "up_to_g"}
COUNTS = {"per_day", "per_piece", "photos", "rounds", "to_seller_up_to"}


def keys_of(kind: str) -> Iterator[tuple[str, Schema]]:
    """Give every key of the document under which a number of a kind may stand."""
    for record in table_in(policy_schema()["$defs"]).values():
        for key, value in table_in(table_in(record).get("properties")).items():
            for each in (value, *items_in(table_in(value).get("anyOf"))):
                if table_in(each).get("type") == kind:
                    yield key, table_in(each)


def kind_of(key: str) -> Kind:
    """Give the kind that every value of the document under this key is of."""
    forms = {field.form for _, _, field in fields_in(document_shape()) if field.key == key}
    kinds = {form.kind for form in forms if isinstance(form, Value)}
    numbers = {kind for kind in kinds if isinstance(kind, (AmountKind, Rate, Weight, Count))}
    assert len({type(kind) for kind in numbers}) == 1, key
    return numbers.pop()


class TestNumbers:
    """A number is money, a share, a weight or a count by the key it stands under."""

    def test_are_all_known_here(self) -> None:
        """A number with decimals is an amount or, where it is at most 1, a rate."""
        numbers = list(keys_of("number"))
        assert {key for key, schema in numbers if "maximum" not in schema} == AMOUNTS
        assert {key for key, schema in numbers if "maximum" in schema} == RATES
        assert {key for key, _ in keys_of("integer")} == WEIGHTS | COUNTS

    @pytest.mark.parametrize("key", sorted(AMOUNTS))
    def test_of_money_are_amounts_in_the_currency_of_the_house(self, key: str) -> None:
        """2.00 is two euros, or two yen, and never 200 %."""
        assert shown(Decimal("2.00"), kind_of(key), "EUR") == Amount(Decimal("2.00"), "EUR")
        assert shown(Decimal(2), kind_of(key), "JPY") == Amount(Decimal(2), "JPY")

    @pytest.mark.parametrize("key", sorted(RATES))
    def test_of_shares_are_per_cent(self, key: str) -> None:
        """0.30 is 30 %, and never 0.30 euros."""
        assert shown(Decimal("0.30"), kind_of(key), "EUR") == Percent(Decimal("0.30"))

    @pytest.mark.parametrize("key", sorted(WEIGHTS))
    def test_of_weights_are_grams(self, key: str) -> None:
        """500 is half a kilogram."""
        assert shown(500, kind_of(key), "EUR") == Grams(500)

    @pytest.mark.parametrize("key", sorted(COUNTS))
    def test_of_things_are_counts(self, key: str) -> None:
        """Two is two."""
        assert shown(2, kind_of(key), "EUR") == 2


def only_change(name: str, old: str, new: str) -> Change:
    """Change one value of a house."""
    (change,) = changed(name, (old, new)).changes
    return change


class TestLines:
    """The line that says what has changed, written out."""

    @pytest.mark.parametrize(
        ("name", "old", "new", "before", "after"),
        [
            ("imparfaite", "maximum = 15.00", "maximum = 2.00", "€15.00", "€2.00"),
            ("imparfaite", "minimum = 25.00", "minimum = 2.00", "€25.00", "€2.00"),
            ("imparfaite", "price = 5.49", "price = 2.00", "€5.49", "€2.00"),
            ("imparfaite", "rate = 0.10", "rate = 0.125", "10%", "12.5%"),
            ("imparfaite", "largest_cut = 0.30", "largest_cut = 0.02", "30%", "2%"),
            ("imparfaite", "packaging_g = 0", "packaging_g = 150", "0 g", "150 g"),
            ("lune", "at_least = 200.00, rate", "at_least = 300.00, rate", "€200.00", "€300.00"),
            ("grand-bazaar", "price = 99.95", "price = 2.00", "CHF 99.95", "CHF 2.00"),
        ],
    )
    def test_says_both_values(self, name: str, old: str, new: str, before: str, after: str) -> None:
        """Each as a reader in the United Kingdom writes it."""
        assert old in HOUSES[name]
        change = only_change(name, old, new)
        voice = voice_of("en-GB")
        assert change.before is not None
        assert change.after is not None
        said = (voice.show(change.before), voice.show(change.after))
        assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in said] == [before, after]


class TestExamplesInYen:
    """Examples lie so far beside a limit that the fee is a yen more or less."""

    def test_of_a_fee(self) -> None:
        """With a cap of 1,500 the fee stops at 15,000 yen, with one of 2,000 at 20,000."""
        text = text_in("JPY")
        assert "maximum = 1500" in text
        dearer = text.replace("maximum = 1500", "maximum = 2000", 1)
        found = answers(compared(book(text), book(dearer)), "pricing.fees[quality-control]")
        assert [question.split("JP¥")[1].split(" ")[0] for question, _, _ in found] == [
            "14,990",
            "15,000",
            "15,010",
            "19,990",
            "20,000",
            "20,010",
        ]
        fee = "The quality-control fee"
        assert {before for _, before, _ in found[:1]} == {f"{fee}: JP¥1,499."}
        assert {before for _, before, _ in found[1:]} == {f"{fee}: JP¥1,500."}
