"""Refunds under every shipped policy: whatever comes back first, the same comes back in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, total, zero
from vintage_rules.orders import HousePolicy, PricedPiece, quote_fees
from vintage_rules.orders.fees import fees_of
from vintage_rules.policies import load_policy, shipped_policies
from vintage_rules.pricing.fee_policy import Payer
from vintage_rules.returns import (
    PaidOrder,
    PaidParcel,
    PaidPiece,
    Payment,
    Refundable,
    ReturnedPiece,
    quote_refund,
)
from vintage_rules.returns.terms import RefundPart

TODAY = date(2026, 11, 22)
HOUSES = {name: load_policy(name).on(TODAY) for name in shipped_policies()}
VINTED = HOUSES["vinted"]


class Bought:
    """An order of a house, priced by its fees with or without the optional ones, and the refunds of
    what comes back of it.
    """

    def __init__(
        self,
        house: HousePolicy,
        cents: Sequence[int],
        mode: str | None = None,
        *,
        options: bool = True,
    ) -> None:
        """Buy pieces at these prices, each of one of two sellers, and pay for them."""
        self.house = house
        self.fees = [fee for fee in fees_of(house, Payer.BUYER) if options or not fee.optional]
        self.mode = mode or min(house.shipping.modes)
        currency = house.currency
        self.prices = {
            PieceId(f"p{n}"): Money(Decimal(cent).scaleb(-2), currency)
            for n, cent in enumerate(cents)
        }
        pieces = tuple(PaidPiece(id=name, price=price) for name, price in self.prices.items())
        fee = self.fee_on(self.prices)
        whole = total(self.prices.values(), currency) + fee
        tender = min(frozenset[str]().union(*house.returns.refunds.tenders))
        self.order = PaidOrder(
            parcels=(PaidParcel(pieces=pieces, shipping=zero(currency)),),
            fee=fee,
            payments=(Payment(tender=tender, amount=whole),),
        )
        self.terms = evolve(house.returns.undelivered.lost, parts=frozenset(RefundPart))

    def fee_on(self, kept: Mapping[PieceId, Money]) -> Money:
        """Work out the fees on what is kept."""
        pieces = [
            PricedPiece(
                id=name, seller=SellerId(f"s{int(name[1:]) % 2}"), price=price, list_price=price
            )
            for name, price in kept.items()
        ]
        charged = quote_fees(
            self.fees,
            pieces,
            {},
            self.house,
            mode=self.mode,
            zone=self.house.shipping.delivery.zones[0].name,
            parts={name: zero(self.house.currency) for name in ("duties", "tax")},
        )
        return total((fee.fee for fee in charged), self.house.currency)

    def refunds(self, steps: Sequence[Sequence[str]]) -> list[Money]:
        """Send pieces back step by step, and give what each step comes to."""
        before: list[ReturnedPiece] = []
        already: tuple[Payment, ...] = ()
        amounts: list[Money] = []
        for step in steps:
            now = [ReturnedPiece(id=PieceId(name), terms=self.terms) for name in step]
            quote = quote_refund(
                self.order,
                now,
                self.house.returns.refunds,
                self.fee_on,
                before=before,
                already_refunded=already,
            )
            assert isinstance(quote, Refundable)
            assert quote.fee >= zero(self.house.currency)
            assert quote.beyond == zero(self.house.currency)
            before += now
            already += quote.by_tender
            amounts.append(quote.total)
        return amounts


# Anything, and two large pieces with small ones: just over the one cliff there is, at 500.
ANYTHING = st.lists(st.integers(min_value=100, max_value=60_000), min_size=1, max_size=6)
OVER_THE_CLIFF = st.builds(
    list.__add__,
    st.lists(st.integers(min_value=24_000, max_value=30_000), min_size=2, max_size=2),
    st.lists(st.integers(min_value=1_000, max_value=6_000), min_size=1, max_size=3),
)


@pytest.mark.parametrize("name", HOUSES)
@given(cents=ANYTHING | OVER_THE_CLIFF, data=st.data())
def test_several_returns_end_at_the_same_total(
    name: str, cents: list[int], data: st.DataObject
) -> None:
    """Of any pieces, some come back: one by one in every order, in any two groups, or at once."""
    mode = data.draw(st.sampled_from(sorted(HOUSES[name].shipping.modes)))
    bought = Bought(HOUSES[name], cents, mode, options=data.draw(st.booleans()))
    names = data.draw(
        st.lists(st.sampled_from(sorted(bought.prices)), min_size=1, max_size=4, unique=True)
    )
    at_once = sum_of(bought.refunds([names]))
    for order in permutations(names):
        assert sum_of(bought.refunds([[piece] for piece in order])) == at_once
    other = data.draw(st.permutations(names))
    cut = data.draw(st.integers(min_value=0, max_value=len(other)))
    groups = [group for group in (other[:cut], other[cut:]) if group]
    assert sum_of(bought.refunds(groups)) == at_once
    goods = sum_of([bought.prices[PieceId(piece)] for piece in names])
    kept = {piece: price for piece, price in bought.prices.items() if piece not in names}
    least = bought.order.fee - min(bought.order.fee, bought.fee_on(kept)) if kept else None
    assert at_once >= goods + (bought.order.fee if least is None else least)
    assert at_once <= goods + bought.order.fee


def sum_of(amounts: Sequence[Money]) -> Money:
    """Add amounts of one currency up."""
    return total(amounts, amounts[0].currency.code)


class TestACliff:
    """From 500 euros on two per cent of all of it, below five and 0.70: less costs more."""

    @pytest.mark.parametrize(
        ("steps", "amounts"),
        [
            ((["p2"], ["p0"]), ["40.80", "300.00"]),
            ((["p0"], ["p2"]), ["300.00", "40.80"]),
            ((["p0", "p2"],), ["340.80"]),
        ],
    )
    def test_of_which_no_order_gains_or_loses(
        self, steps: Sequence[Sequence[str]], amounts: list[str]
    ) -> None:
        """Paid 11.80 on 590.00; on 550.00 it is 11.00, on the 290.00 and 250.00 it is more than was
        paid. Both back, the 0.80 of the kinder order is given, and nothing taken back.
        """
        bought = Bought(VINTED, [30_000, 25_000, 4_000], options=False)
        assert str(bought.order.fee.amount) == "11.80"
        assert [str(amount.amount) for amount in bought.refunds(steps)] == amounts

    @pytest.mark.parametrize(
        ("cents", "refunded"),
        [([30_000, 20_000, 4_000], "40.80"), ([30_000, 19_999, 4_001], "40.01")],
    )
    def test_begins_at_its_very_edge(self, cents: list[int], refunded: str) -> None:
        """Of 540.00 the fee is 10.80. On 500.00 that are kept it is 10.00; on 499.99 it would be
        25.70, so nothing of it comes back.
        """
        bought = Bought(VINTED, cents, options=False)
        assert [str(amount.amount) for amount in bought.refunds([["p2"]])] == [refunded]

    def test_is_seen_from_every_side_by_three_pieces(self) -> None:
        """All six orders of three returns, of which only one never crosses it too early."""
        bought = Bought(VINTED, [20_000, 16_000, 30_000, 1_000], options=False)
        sums = {
            sum_of(bought.refunds([[piece] for piece in order]))
            for order in permutations(["p0", "p1", "p3"])
        }
        # paid 13.40 on 670.00; 10.20 on the 510.00 without the 160.00 piece, 10.00 without both
        # that and the last one
        assert sums == {Money("373.40", "EUR")}
