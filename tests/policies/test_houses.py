"""The shipped policies of other houses: their published figures, and how they are kept.

Every figure is also shown, and executed, on the page of its house in `docs/policies`.
"""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from vintage_rules.dates import Duration
from vintage_rules.money import Money
from vintage_rules.offers.policy import (
    Acceptance,
    FloorBase,
)
from vintage_rules.orders import HousePolicy
from vintage_rules.places import Place
from vintage_rules.policies import load_policy, shipped_policies
from vintage_rules.policies.rows import policy_rows
from vintage_rules.pricing import FeeCharged, quote_fee
from vintage_rules.returns import PayoutDue, PayoutHeld, assess_payout
from vintage_rules.returns.terms import RefundPart, ReturnPayer
from vintage_rules.world import calendar, locate

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
OTHERS = [name for name in shipped_policies() if name != "imparfaite"]
SPEECH = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def house(name: str) -> HousePolicy:
    """Give the edition of a shipped policy in force today."""
    return load_policy(name).on(TODAY)


def fee(name: str, fee_name: str, amount: str) -> str:
    """Give what a fee of a house comes to on so much of pieces, or `nothing`."""
    policy = house(name)
    charged = policy.pricing.fee(fee_name)
    assert charged is not None
    parts = {"pieces": Money(amount, policy.currency)}
    quote = quote_fee(charged, parts, mode="direct")
    return str(quote.fee.amount) if isinstance(quote, FeeCharged) else "nothing"


@cache
def said_in_code(module: Path) -> set[str]:
    """Give every text of a module that is no documentation."""
    tree = ast.parse(module.read_text("utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, SPEECH) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
    }


class TestShipped:
    """What holds for every policy that comes with the library."""

    def test_are_these(self) -> None:
        """The default, its other help centre, three other houses, and one of them in zlotys."""
        assert shipped_policies() == (
            "imparfaite",
            "imparfaite-direct",
            "oskelly",
            "selency",
            "vinted",
            "vinted-pl",
        )

    @pytest.mark.parametrize("name", shipped_policies())
    def test_source_every_value(self, name: str) -> None:
        """A value without a source does not load; an assumption says why."""
        for row in policy_rows(load_policy(name), TODAY):
            assert row.sources
            assert all(source != "assumption:" for source in row.sources)

    @pytest.mark.parametrize("name", OTHERS)
    def test_are_named_by_no_line_of_code(self, name: str) -> None:
        """What a house does is data: a rule knows shapes."""
        brand = name.removesuffix("-direct").removesuffix("-pl")
        if brand == "imparfaite":
            brand = name
        for path in (ROOT / "src").rglob("*.py"):
            assert not any(brand in text for text in said_in_code(path)), path

    @pytest.mark.parametrize("name", shipped_policies())
    def test_have_a_page(self, name: str) -> None:
        """With its figures, executed; the one in zlotys shares that of its house."""
        page = ROOT / "docs" / "policies" / f"{name.removesuffix('-pl')}.md"
        assert f'"policy": "{name}"' in page.read_text("utf-8")


class TestOskelly:
    """faq.oskelly.co."""

    def test_three_attempts_thirty_per_cent_and_a_day(self) -> None:
        """Under the original price, and what is agreed is the buyer's own."""
        offers = house("oskelly").listing.offers
        assert offers.quota.per_piece == 3
        assert offers.floor is not None
        assert (offers.floor.base, str(offers.floor.largest_cut)) == (FloorBase.INITIAL, "0.30")
        assert (offers.acceptance, str(offers.lowered_for)) == (Acceptance.PRIVATE, "24 hours")


class TestSelency:
    """help.selency.com."""

    def test_offers(self) -> None:
        """After seven days, for three, with a card that is held."""
        offers = house("selency").listing.offers
        assert (str(offers.opens_after), str(offers.stands_for)) == ("7 days", "3 days")
        assert offers.held
        assert offers.auto_accept is not None

    def test_a_withdrawal_gives_back_the_piece_alone(self) -> None:
        """Both ways of shipping are the buyer's, and the parcel is posted within the same days."""
        returns = house("selency").returns.returns
        paris = locate(Place(country="FR", postal_code="75011")).territory
        terms = returns.rule_for(returns.case(paris, reason="withdrawal")).terms
        assert terms is not None
        assert terms.posting is not None
        assert terms.posting.window == terms.window
        assert RefundPart.SHIPPING not in terms.refund.parts
        assert terms.routing.paid_by is ReturnPayer.BUYER


class TestVinted:
    """The house's help pages, and a third party of June 2024 for the fee from 500 EUR on."""

    @pytest.mark.parametrize(
        ("pieces", "expected"),
        [("1.00", "0.75"), ("20.00", "1.70"), ("499.99", "25.70"), ("500.00", "10.00")],
    )
    def test_buyer_protection_has_a_cliff(self, pieces: str, expected: str) -> None:
        """0.70 and 5 %, from 500.00 on 2 % of all of it."""
        assert fee("vinted", "buyer-protection", pieces) == expected

    def test_in_poland(self) -> None:
        """2.90 and 5 % in zlotys."""
        assert fee("vinted-pl", "buyer-protection", "100.00") == "7.90"

    @pytest.mark.parametrize(("piece", "expected"), [("99.99", "nothing"), ("100.00", "10.00")])
    def test_verification(self, piece: str, expected: str) -> None:
        """Ten euros on pieces of a hundred and more."""
        assert fee("vinted", "verification", piece) == expected

    def test_silence_pays_the_seller_later_in_canada(self) -> None:
        """Two days after delivery, there four."""
        payouts = house("vinted").returns.payouts
        montreal = locate(Place(country="CA", postal_code="H2X 1Y4")).territory
        now = datetime(2026, 9, 3, 22, tzinfo=UTC)
        found = [
            assess_payout(
                date(2026, 9, 1),
                now,
                payouts,
                calendar("FR"),
                returns_open=False,
                territory=territory,
            )
            for territory in (None, montreal)
        ]
        assert [type(each) for each in found] == [PayoutDue, PayoutHeld]
        waiting = assess_payout(
            None, now, payouts, calendar("FR"), returns_open=False, territory=montreal
        )
        assert isinstance(waiting, PayoutHeld)

    def test_dispatch_is_within_five_working_days(self) -> None:
        """The promise and the question are one."""
        policy = house("vinted")
        assert policy.shipping.mode("direct").handling == Duration.of(5, "ouvres")
        (dispatch,) = [q for q in policy.service.questions if q.name == "dispatch"]
        assert dispatch.window.length == Duration.of(5, "ouvres")

    def test_the_two_currencies_say_the_same(self) -> None:
        """Whatever is no amount, no place and no source stands in both documents alike."""
        in_euros, in_zlotys = (
            {
                row.path: row.value
                for row in policy_rows(load_policy(name), TODAY)
                if row.path.partition(".")[0] in {"listing", "returns", "service"}
            }
            for name in ("vinted", "vinted-pl")
        )
        assert in_euros == in_zlotys
