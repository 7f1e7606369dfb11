"""Every kind of fault in a policy document, with its exact place and words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.policies.corner_shop import CORNER_SHOP, changed, faults_of
from vintage_rules.errors import Fault, PolicyDocumentError, PolicyError
from vintage_rules.policies import parse_policy

CASES = tomllib.loads((Path(__file__).parent / "faults.toml").read_text("utf-8"))
TWO_EDITIONS = (
    CORNER_SHOP + '\n[[edition]]\nsince = 2025-01-01\nextends = "previous"\nsource = "E2"\n'
)
A_NEW_OFFER = 'rounds = 1\nby = ["buyer"]\nstands_for = "never"\non_silence = "accept"'
FOUR_PHOTOS = 'photos = 4, in_writing = false, parcel_number = true, source = "F4"'
FROM_AWAY = 'when = { reasons = ["regret", "defect"], zones = ["away"] }'


def said_of(case: dict[str, str]) -> list[str]:
    """Give what is said of the corner shop with one case's words replaced."""
    said = faults_of(changed((case["old"], case["new"])))
    return [fault.removeprefix("shop.toml:") for fault in said]


class TestFaults:
    """One mistake at a time."""

    def test_there_are_none_in_the_unchanged_document(self) -> None:
        """What the cases below change is sound."""
        assert parse_policy(CORNER_SHOP.encode(), "shop.toml").name == "corner-shop"

    @pytest.mark.parametrize(
        "case",
        [case for cases in CASES.values() for case in cases],
        ids=lambda case: case["new"] or f"no {case['old']}",
    )
    def test_are_told_with_place_allowed_and_found(self, case: dict[str, str]) -> None:
        """Line, column, path, what is allowed and what was found, word by word."""
        assert said_of(case) == case["says"]

    def test_have_their_parts_apart(self) -> None:
        """An editor can jump to a fault without reading the sentence."""
        with pytest.raises(PolicyDocumentError) as caught:
            parse_policy(changed(("rate = 0.05", "rate = 10")).encode(), "shop.toml")
        assert caught.value.faults == (
            Fault(
                file="shop.toml",
                line=20,
                column=8,
                path="edition[0].pricing.fees[0].components[0].rate",
                allowed="between 0 and 1",
                found="10",
            ),
        )
        assert isinstance(caught.value, (PolicyError, ValueError))

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("rate = 0.05", "rate = 0"),
            ("rate = 0.05", "rate = 1"),
            ("rate = 0.05", "rate = 1.000"),
            ("minimum = 1.00", "minimum = 0"),
            ("minimum = 1.00", "minimum = 1.00000"),
            ("maximum = 4.00", "maximum = 1.00"),
            ("maximum = 50.00", "maximum = 10"),
            ("2 to 5 ouvrables", "2 to 2 ouvrables"),
            ("2 to 5 ouvrables", "0 to 999 days"),
            ("2 years", "1 year"),
            ("2 years", "1 years"),
            ("2 years", "0 days"),
            ("2 years", "never"),
            ("up_to_g = 500", "up_to_g = 1"),
            ("up_to_g = 1_000", "up_to_g = 501"),
            ("packaging_g = 100", "packaging_g = 0"),
            ("packaging_g = 100", "packaging_g = 1_000_000"),
            ('closes = "12:30"', 'closes = "09:31"'),
            ('opens = "13:30"', 'opens = "12:30"'),
            ('{ days = ["monday"], opens = "13:30"', '{ days = ["tuesday"], opens = "10:00"'),
            ("per_piece = 1", "per_piece = 1_000"),
            ("per_piece = 1\n", ""),
            ("largest_cut = 0.30", "largest_cut = 1"),
            ('stands_for = "24 hours"', 'stands_for = "never"'),
            ('kind = "sets-public-price"', f'kind = "new-offer"\n{A_NEW_OFFER}'),
            ("to_seller_up_to = 2", "to_seller_up_to = 1"),
            ('to = "by-count", to_seller_up_to = 2', 'to = "seller"'),
            ('earliest = "1 ouvre"', 'earliest = "10 ouvres"'),
            ('earliest = "1 ouvre"', 'earliest = "12 days"'),
            ('"1 ouvre", latest = "10 ouvres"', '"28 days", latest = "1 month"'),
            ('length = "48 hours", roll = "none"', 'length = "2 days", roll = "next-working-day"'),
            ('reasons = ["regret", "defect"], zones = ["away"]', 'zones = ["away"]'),
            ('modes = ["post"]\ncategories', 'modes = ["post", "by-hand"]\ncategories'),
            ('hit = "unique"', 'hit = "first"'),
            ('photos = 0, in_writing = true, parcel_number = false, source = "F4"', FOUR_PHOTOS),
            ('source = "G1"', 'source = ["G1", "assumption: so they say"]'),
            ('source = "G1"', 'source = "assumptions are not always marked"'),
            ('source = "G1"', 'source = "https://example.org/terms?a=b#c"'),
        ],
    )
    def test_are_not_seen_where_there_are_none(self, old: str, new: str) -> None:
        """The other side of each limit is allowed."""
        assert parse_policy(changed((old, new)).encode(), "shop.toml").name == "corner-shop"

    def test_a_huge_value_is_told_in_few_words(self) -> None:
        """A message stays readable whatever was written."""
        (fault,) = faults_of(changed(('"W1"', f'["W1", "{"x" * 600}"]'), ("EUR", "E" * 600)))[1:]
        (first, *_) = faults_of(changed(("EUR", "E" * 600)))
        assert len(fault) < 300
        assert len(first) < 300


class TestSeveralFaults:
    """Many mistakes in one document."""

    def test_are_all_told_in_the_order_of_the_document(self) -> None:
        """Nothing has to be mended before the next fault is shown."""
        document = changed(
            ('source = "S5"', ""),
            ("up_to_g = 1_000, price = 8.00", 'up_to_g = 400, price = "8"'),
            ('transit = "2 to 5 ouvrables"', 'transit = "5 to 2 ouvrables"'),
            ("maximum = 4.00", "maximun = 4.00"),
            ("maximum = 50.00", "maximum = 5.00"),
            ('currency = "EUR"', 'currency = "EUX"'),
            ("granted = false", "granted = 0"),
        )
        places = [
            fault.split(": must be")[0].removeprefix("shop.toml:") for fault in faults_of(document)
        ]
        assert places == [
            "2:12: currency",
            "22:1: edition[0].pricing.fees[0].components[0].maximun",
            "28:11: edition[0].pricing.gift_card.maximum",
            "56:11: edition[0].shipping.delivery.zones[0].transit",
            "80:17: edition[0].shipping.postage.tables[0].bands[1].up_to_g",
            "80:30: edition[0].shipping.postage.tables[0].bands[1].price",
            "84:1: edition[0].shipping.tracking.source",
            "101:11: edition[0].service.requests[0].granted",
        ]

    def test_between_values_are_told_beside_those_of_values(self) -> None:
        """A list with a broken item is still checked as a whole."""
        document = changed(
            ('name = "home"', 'name = "away"\ncolour = "red"'), ("price = 11.00", "prize = 11.00")
        )
        said = faults_of(document)
        assert any("zones[0].colour" in fault for fault in said)
        assert any("zones[1].name: must be named only once" in fault for fault in said)

    def test_of_an_unknown_currency_do_not_breed(self) -> None:
        """Amounts are not held against a currency that nobody knows."""
        assert len(faults_of(changed(('currency = "EUR"', 'currency = "EUX"')))) == 1

    def test_of_unreadable_modes_do_not_breed(self) -> None:
        """Where the modes cannot be read, nobody is fault that a mode is unknown."""
        document = changed(
            ("[[edition.shipping.modes]]", "[edition.shipping.modes]"), ('"post"]', '"boat"]')
        )
        (fault,) = faults_of(document)
        assert "shipping.modes: must be a list, in [ ] or under [[ ]], got a table" in fault


class TestFaultsOfTables:
    """Rows that do not decide every case, seen when the document is loaded."""

    def test_a_catch_all_may_stand_last_where_the_first_row_decides(self) -> None:
        """And may not where only one row may decide; nor may it stand first."""
        last = changed(('hit = "unique"', 'hit = "first"'), (FROM_AWAY, ""))
        assert parse_policy(last.encode(), "shop.toml").name == "corner-shop"
        path = "shop.toml:224:1: edition[0].returns.returns.rules[1]"
        assert faults_of(changed((FROM_AWAY, "")))[0].startswith(f"{path}: must be apart from")
        first = changed(('hit = "unique"', 'hit = "first"'), ('when = { zones = ["home"] }', ""))
        rest = "rows before it decide regret/any/away/post/any/sale and all its other cases"
        assert faults_of(first) == [f"{path}: must be a row that decides a case, got none: {rest}"]

    def test_a_gap_is_told_beside_other_faults(self) -> None:
        """A broken term elsewhere does not hide it."""
        said = faults_of(
            changed((FROM_AWAY, FROM_AWAY.replace(', "defect"', "")), ('"by-count"', '"by-weight"'))
        )
        assert [fault.split(": must be")[0] for fault in said] == [
            "shop.toml:206:1: edition[0].returns.returns.rules",
            "shop.toml:217:18: edition[0].returns.returns.rules[0].terms.routing.to",
        ]

    def test_a_table_too_large_to_prove_is_refused(self) -> None:
        """A million rows times cases are proved, more are not."""
        names = ", ".join(f'"{i}"' for i in range(1, 126))
        huge = changed(
            ('sale_kinds = ["sale"]', f'sale_kinds = ["sale", {names}]'),
            ('categories = ["any"]', f'categories = ["any", {names}]'),
            ('seller_kinds = ["any"]', 'seller_kinds = ["any", "a", "b", "c", "d", "e", "f", "g"]'),
        )
        fault = "must be at most 1000000 rows times cases, got 1016064"
        assert faults_of(huge) == [
            f"shop.toml:206:1: edition[0].returns.returns.rules: {fault}",
        ]


class TestFaultsOfEditions:
    """Editions that come in the wrong order, or extend what is not there."""

    @pytest.mark.parametrize("since", ["2024-01-01", "2023-12-31"])
    def test_an_edition_that_does_not_follow(self, since: str) -> None:
        """Each edition begins after the one before."""
        document = TWO_EDITIONS.replace("2025-01-01", since)
        fault = f"must be above 2024-01-01, the one before, got {since}"
        assert faults_of(document) == [f"shop.toml:257:9: edition[1].since: {fault}"]

    def test_the_day_after_is_early_enough(self) -> None:
        """The other side of that limit."""
        document = TWO_EDITIONS.replace("2025-01-01", "2024-01-02")
        assert len(parse_policy(document.encode(), "shop.toml").editions) == 2

    def test_an_edition_that_leaves_something_out_and_extends_nothing(self) -> None:
        """Without `extends` an edition is whole."""
        document = TWO_EDITIONS.replace('extends = "previous"\n', "")
        assert [fault.split(": ")[1] for fault in faults_of(document)] == [
            "edition[1].pricing",
            "edition[1].shipping",
            "edition[1].listing",
            "edition[1].returns",
            "edition[1].service",
            "edition[1].checkout",
        ]

    def test_a_fault_that_was_taken_over_is_told_once_where_it_stands(self) -> None:
        """The second edition does not repeat the first one's faults."""
        document = TWO_EDITIONS.replace("rate = 0.05", "rate = 5")
        path = "edition[0].pricing.fees[0].components[0].rate"
        assert faults_of(document) == [f"shop.toml:20:8: {path}: must be between 0 and 1, got 5"]

    def test_a_table_taken_over_may_no_longer_fit(self) -> None:
        """Where the new edition renames a mode, what the old one says of it is the fault."""
        modes = (
            '\n[[edition.shipping.modes]]\nname = "boat"\ngrouping = "per-seller"\n'
            'sender = "seller"\nsource = "E3"\n'
        )
        prices = "shop.toml:76:10: edition[1].shipping.postage.tables[0].modes[0]"
        returns = "shop.toml:194:9: edition[1].returns.returns.domain.modes"
        assert faults_of(TWO_EDITIONS + modes) == [
            f"{prices}: must be one of the modes of this edition (boat), got 'post'",
            f"{returns}: must be a list with every mode of shipping (boat), got post",
        ]

    def test_a_table_that_is_written_is_whole(self) -> None:
        """What an edition writes replaces a table; nothing of the old one shines through."""
        said = faults_of(TWO_EDITIONS + '\n[edition.shipping.tracking]\nsource = "E4"\n')
        assert [fault.split(": ")[:2] for fault in said] == [
            ["shop.toml:261:1", "edition[1].shipping.tracking.patience"]
        ]
