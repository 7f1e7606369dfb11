"""Orders drawn from a seed: the same rows everywhere, in the shape of real ones."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import polars as pl
import pytest

from vintage_rules.frames import past_orders
from vintage_rules.frames.columns import COLUMNS
from vintage_rules.places import Place
from vintage_rules.policies import load_policy
from vintage_rules.world import locate

HOUSE = load_policy("imparfaite").latest


@pytest.fixture(scope="module")
def drawn() -> pl.DataFrame:
    """A thousand orders of the shipped house."""
    return past_orders(HOUSE, orders=1_000, seed=7)


class TestSeed:
    """What a seed determines."""

    def test_gives_the_same_rows_on_every_python_and_machine(self, drawn: pl.DataFrame) -> None:
        """Numbers are hashes of whole numbers: this digest was written down once."""
        digest = sha256(drawn.write_csv().encode()).hexdigest()
        assert digest == "b8370d8a75c29badff0ad569badb7cd39d994bd420c20fe6584fbf56810f47b7"

    def test_gives_few_orders_as_the_first_of_many(self, drawn: pl.DataFrame) -> None:
        """So that an example of a hundred orders is the beginning of one of a million."""
        few = past_orders(HOUSE, orders=100, seed=7)
        assert few.equals(drawn.head(few.height))

    def test_gives_other_orders_than_another_seed(self, drawn: pl.DataFrame) -> None:
        """Every column that is drawn differs in some row."""
        other = past_orders(HOUSE, orders=1_000, seed=8)
        assert not other["price"].head(500).equals(drawn["price"].head(500))
        assert not other["postal_code"].head(500).equals(drawn["postal_code"].head(500))


class TestShape:
    """What the orders look like."""

    def test_columns_hold_what_the_rules_read(self, drawn: pl.DataFrame) -> None:
        """Their names are those that frames define."""
        assert set(drawn.columns) <= set(COLUMNS)

    def test_every_address_can_be_placed(self) -> None:
        """No postal code contradicts its country."""
        many = past_orders(HOUSE, orders=20_000, seed=1)
        for country, code in many.select("country", "postal_code").unique().iter_rows():
            assert locate(Place(country=country, postal_code=code)).territory.code

    def test_orders_have_one_to_six_pieces_each_its_own(self, drawn: pl.DataFrame) -> None:
        """Seven in ten have one piece."""
        sizes = drawn.group_by("order").len()["len"]
        assert (sizes.min(), sizes.max()) == (1, 6)
        assert 650 < (sizes == 1).sum() < 750
        assert drawn["piece"].is_unique().all()

    def test_days_follow_one_another_within_the_period(self) -> None:
        """An order is dispatched after its day, and received after that."""
        week = past_orders(HOUSE, orders=500, seed=3, since=date(2024, 2, 26), days=7)
        assert (week["ordered"].min(), week["ordered"].max()) == (
            date(2024, 2, 26),
            date(2024, 3, 3),
        )
        assert (week["ordered"] < week["dispatched"]).all()
        assert (week["dispatched"] < week["received"]).all()

    def test_offers_lower_prices_and_some_pieces_come_back(self, drawn: pl.DataFrame) -> None:
        """No price is above the one listed; a return has a reason and a day after receipt."""
        assert (drawn["price"] <= drawn["list_price"]).all()
        lowered = (drawn["price"] < drawn["list_price"]).sum()
        assert 0.15 < lowered / drawn.height < 0.25
        back = drawn.filter(pl.col("reason").is_not_null())
        assert 0.03 < back.height / drawn.height < 0.09
        assert (back["requested"] >= back["received"]).all()

    def test_names_are_those_of_the_policy(self) -> None:
        """Another house has other modes, reasons and another currency."""
        polish = past_orders(load_policy("vinted-pl").latest, orders=300, seed=1)
        assert set(polish["currency"]) == {"PLN"}
        assert set(polish["mode"]) == {"direct"}
        assert "counterfeit" in set(polish["reason"])
