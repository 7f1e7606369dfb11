"""Rows that make no sense keep their place, with a reason; frames that make none are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.frames.houses import house
from vintage_rules.errors import InvalidValueError
from vintage_rules.frames.delivery import estimate_deliveries
from vintage_rules.frames.fees import quote_fees
from vintage_rules.frames.imports import assess_imports
from vintage_rules.frames.orders import quote_orders
from vintage_rules.frames.places import locate_places
from vintage_rules.frames.policy import compile_policy

HOUSE = compile_policy(house("imparfaite"))


def pieces(**columns: list[object]) -> pl.DataFrame:
    """Return two pieces of one order, with some columns written otherwise."""
    return pl.DataFrame(
        {
            "order": ["a", "a"],
            "line": [1, 2],
            "piece": ["coat", "bag"],
            "price": [9000, 4500],
            "weight_g": [1400, 600],
            "mode": ["grouped", "grouped"],
            "territory": ["FR", "FR"],
            **columns,
        }
    )


class TestOrders:
    """What leaves a whole order without a price."""

    @pytest.mark.parametrize(
        ("columns", "reason"),
        [
            ({"piece": ["coat", "coat"]}, "pieces: must be different pieces, each given once"),
            ({"line": [1, 1]}, "line: must be different for each piece"),
            (
                {"mode": ["grouped", "direct"]},
                "mode: must be the same for each piece of an order",
            ),
            ({"price": [9000, None]}, "price: must be money"),
            ({"price": [9000, 2_000_000_001]}, "price: must be at most 20000000.00 in a frame"),
            ({"mode": ["pigeon", "pigeon"]}, "mode: must be one of direct, grouped"),
            ({"territory": ["XX", "XX"]}, "territory: must be the code of a territory"),
            ({"error": [None, "found before"]}, "found before"),
        ],
    )
    def test_is_the_reason_on_each_row(self, columns: dict[str, list[object]], reason: str) -> None:
        """No row is dropped, and none has an amount."""
        found = quote_orders(pieces(**columns), HOUSE)
        assert found["error"].to_list() == [reason, reason]
        assert found["total"].to_list() == [None, None]
        assert found["payout"].to_list() == [None, None]

    def test_up_to_twenty_millions(self) -> None:
        """The largest price that a frame takes."""
        largest = pieces(order=["a", "b"], price=[2_000_000_000, 2_000_000_001])
        assert [total is None for total in quote_orders(largest, HOUSE)["total"]] == [False, True]

    def test_without_a_line_the_order_of_rows_counts(self) -> None:
        """Polars knows which piece comes first."""
        found = quote_orders(pieces().drop("line"), HOUSE)
        assert found["total"].to_list() == quote_orders(pieces(), HOUSE)["total"].to_list()


class TestFrames:
    """What is refused before anything is computed."""

    def test_lacks_a_column(self) -> None:
        """The error names it."""
        with pytest.raises(InvalidValueError, match=r"a frame with the columns weight_g, mode"):
            quote_orders(pieces().drop("weight_g", "mode"), HOUSE)

    def test_has_amounts_that_are_inexact(self) -> None:
        """A float is no amount."""
        floats = pl.DataFrame({"pieces": [120.55], "mode": ["grouped"]})
        with pytest.raises(InvalidValueError, match=r"^pieces: must be whole numbers"):
            quote_fees(floats, HOUSE)

    def test_is_none(self) -> None:
        """A dictionary is no frame of an engine."""
        with pytest.raises(InvalidValueError, match=r"^frame: must be a frame of Polars"):
            quote_fees({"pieces": [1]}, HOUSE)

    def test_keeps_columns_of_small_integers(self) -> None:
        """They are widened for what is computed."""
        small = pl.DataFrame(
            {"pieces": [12055], "mode": ["grouped"]}, schema_overrides={"pieces": pl.Int32}
        )
        assert quote_fees(small, HOUSE)["fee_quality_control"].to_list() == [1206]


class TestPlaces:
    """Addresses over columns."""

    def test_have_the_reason_of_the_scalar_rule(self) -> None:
        """An address that cannot be placed keeps its row."""
        found = locate_places(
            pl.DataFrame(
                {
                    "country": ["fr", "FR", "GB", None, "DE"],
                    "postal_code": ["97400", "1", "BT1 1AA", "1", None],
                }
            )
        )
        assert found["territory"].to_list() == ["RE", None, "GB-NIR", None, "DE-unknown"]
        assert [text and text.partition(":")[0] for text in found["error"]] == [
            None,
            "postal_code",
            None,
            "country",
            None,
        ]

    def test_alone_is_the_mainland_where_that_is_wanted(self) -> None:
        """As `locate_mainland` has it."""
        country = pl.DataFrame({"country": ["FR"], "postal_code": [None]})
        assert locate_places(country, mainland=True)["territory"].to_list() == ["FR"]
        assert locate_places(country)["territory"].to_list() == [None]


class TestDays:
    """Days over columns."""

    def test_outside_what_frames_answer_for(self) -> None:
        """The row keeps its place; nearer days have the reason of the rule, by its calendars."""
        days = [
            *(date(1989, 12, 31), date(1990, 1, 1), None, date(2026, 5, 13)),
            *(date(2079, 12, 31), date(2080, 1, 1)),
        ]
        far = pl.DataFrame({"territory": "FR", "calendar": "FR", "dispatched": days})
        found = estimate_deliveries(far, HOUSE)
        outside = "dispatched: must be from 1990-01-01 to 2079-12-31 in a frame"
        unknown = "day: must be between 2010-01-01 and 2050-12-31"
        assert found["error"].to_list() == [
            *(outside, unknown, "dispatched: must be given", None),
            *(unknown, outside),
        ]
        assert found["latest"].drop_nulls().to_list() == [date(2026, 5, 20)]


class TestCodes:
    """Texts that a frame gives as codes, of which few are known."""

    def test_answer_as_the_texts_do(self) -> None:
        """With nulls, a territory that is none, and a code that no row has."""
        kept = date(2026, 5, 13)
        rows = pl.DataFrame(
            {
                "territory": ["FR", "DE", None, "FR", "XX", "RE", "DE", "BE"],
                "calendar": ["FR-6AE", "DE", "DE", None, "FR", "RE", "DE", "BE"],
                "dispatched": [kept, kept, kept, kept, kept, None, date(2026, 12, 24), kept],
            }
        )
        coded = rows.with_columns(
            pl.col("territory").cast(pl.Enum(["BE", "XX", "RE", "FR", "US", "DE"])),
            pl.col("calendar").cast(pl.Enum(["FR", "FR-6AE", "DE", "RE", "BE"])),
        )
        answers = ["zone", "earliest", "latest", "error"]
        expected = estimate_deliveries(rows, HOUSE).select(answers)
        assert estimate_deliveries(coded, HOUSE).select(answers).equals(expected)
        assert expected["error"].to_list() == [
            *(None, None, "territory: must be given", "calendar: must be given"),
            *("territory: must be the code of a territory", "dispatched: must be given"),
            *(None, None),
        ]
        assert expected["latest"].null_count() == 4

    def test_none_of_which_a_row_has(self) -> None:
        """A frame without a row keeps its columns."""
        none = pl.DataFrame(
            {"territory": [], "calendar": [], "dispatched": []},
            schema={
                "territory": pl.Enum(["FR"]),
                "calendar": pl.Enum(["FR"]),
                "dispatched": pl.Date,
            },
        )
        assert estimate_deliveries(none, HOUSE).schema["latest"] == pl.Date


class TestThresholds:
    """What lies just below a threshold in another currency, and just above."""

    def test_are_compared_before_rounding(self) -> None:
        """135 GBP at 0.86 are 156.976… EUR: no cent is at it. Clause L15."""
        parcels = pl.DataFrame(
            {
                "territory": "GB-GBN",
                "goods": [15697, 15698],
                "shipping": 0,
                "handling": 0,
                "dispatched": date(2026, 9, 7),
            }
        ).with_columns(pl.col("shipping", "handling").cast(pl.Int64))
        found = assess_imports(parcels, HOUSE, rates={("EUR", "GBP"): Decimal("0.86")})
        below, above = found["import_decision"]
        assert below != above
        assert found["import_tax"].is_null().to_list() == [True, False]
