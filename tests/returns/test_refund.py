from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.house import (
    EDITION,
    NOTHING_DEDUCTED,
    REFUND_OF_A_CLAIM,
    REFUND_OF_A_LOSS,
    REFUND_OF_A_WITHDRAWAL,
    REFUNDS,
    back,
    euros,
    no_fee,
    order_of,
    paid,
    parcel_of,
    refunds_of,
    ten_percent_capped,
)
from vintage_rules.errors import (
    CurrencyMismatchError,
    IdentifierError,
    InvalidValueError,
    MoneyError,
    UnknownTermError,
)
from vintage_rules.ids import PieceId
from vintage_rules.money import Money, Rounding, share, total
from vintage_rules.returns.payments import (
    PaidOrder,
    PaidParcel,
    PaidPiece,
    Payment,
    ReturnedPiece,
    by_tender,
)
from vintage_rules.returns.refund import (
    FeeOnKept,
    NotRefundable,
    Refundable,
    RefundRefusal,
    quote_refund,
)
from vintage_rules.returns.refund_policy import RefundPolicy, Split
from vintage_rules.returns.terms import RefundPart, RefundTerms

# A grouped order: one parcel from the workshop, its fee 10 % of 140.00, paid by card.
GROUPED = order_of(parcel_of("12.00", coat="90.00", bag="50.00"), fee="14.00", card="166.00")
# A direct order: one parcel for each of two sellers, no fee.
DIRECT = order_of(
    parcel_of("9.59", coat="90.00", hat="20.00"),
    parcel_of("7.59", bag="50.00"),
    card="177.18",
)


def refund(
    order: PaidOrder,
    returned: Sequence[ReturnedPiece],
    fee: FeeOnKept = ten_percent_capped,
    *,
    policy: RefundPolicy = REFUNDS,
    before: Sequence[ReturnedPiece] = (),
    already: tuple[Payment, ...] = (),
) -> Refundable:
    """Quote a refund that there must be."""
    found = quote_refund(order, returned, policy, fee, before=before, already_refunded=already)
    assert isinstance(found, Refundable)
    return found


def parts(found: Refundable) -> tuple[str, ...]:
    """Say what a refund is made of: pieces, shipping, fee, total."""
    return tuple(
        str(part.amount) for part in (found.pieces, found.shipping, found.fee, found.total)
    )


def to_tenders(found: Refundable) -> dict[str, str]:
    """Say what each means of payment gets back, in order."""
    return {payment.tender: str(payment.amount.amount) for payment in found.by_tender}


class TestF1Amounts:
    """F1 to F4, amounts: the price of each returned piece, the shipping of a whole parcel, and of
    the fee what is too much for what is kept.
    """

    def test_one_piece_of_a_parcel_gives_its_price_and_its_share_of_the_fee(self) -> None:
        """The bag is kept: its fee of 5.00 stays, 9.00 of 14.00 come back; so does no shipping."""
        found = refund(GROUPED, back("coat"))
        assert parts(found) == ("90.00", "0.00", "9.00", "99.00")
        assert found.beyond == euros("0.00")
        assert found.edition == EDITION
        assert found.sources == ("F1", "L221-24")

    def test_a_whole_order_gives_back_all_that_was_paid(self) -> None:
        """Pieces, shipping and fee."""
        found = refund(GROUPED, back("coat", "bag"))
        assert parts(found) == ("140.00", "12.00", "14.00", "166.00")
        assert found.by_tender == paid(card="166.00")

    def test_shipping_comes_back_with_the_last_piece_of_its_parcel(self) -> None:
        """The bag is a parcel by itself; the hat is not."""
        assert parts(refund(DIRECT, back("bag"), no_fee)) == ("50.00", "7.59", "0.00", "57.59")
        assert parts(refund(DIRECT, back("hat"), no_fee)) == ("20.00", "0.00", "0.00", "20.00")
        second = refund(
            DIRECT, back("coat"), no_fee, before=back("hat"), already=paid(card="20.00")
        )
        assert parts(second) == ("90.00", "9.59", "0.00", "99.59")

    def test_the_fee_stays_at_its_cap_while_what_is_kept_reaches_it(self) -> None:
        """Of 300.00 the fee is 15.00; on 150.00 kept it still is, on 149.90 it is 14.99."""
        order = order_of(
            parcel_of("12.00", a="150.00", b="149.90", c="0.10"), fee="15.00", card="327.00"
        )
        assert refund(order, back("b", "c")).fee == euros("0.00")
        assert refund(order, back("a", "c")).fee == euros("0.01")
        assert refund(order, back("a", "b", "c")).fee == euros("15.00")

    def test_the_fee_given_back_is_never_more_than_was_paid(self) -> None:
        """Where less was charged than the fee on what is kept, nothing is asked for."""
        order = order_of(parcel_of("12.00", a="90.00", b="50.00"), fee="4.00", card="156.00")
        assert refund(order, back("a")).fee == euros("0.00")
        assert refund(order, back("a", "b")).fee == euros("4.00")

    def test_the_fee_is_compared_with_what_was_paid(self) -> None:
        """Where more was charged than the fee on all of it, what exceeds the new one comes back."""
        order = order_of(parcel_of("12.00", a="90.00", b="50.00"), fee="20.00", card="172.00")
        assert refund(order, back("a")).fee == euros("15.00")
        assert refund(order, back("b"), before=back("a")).fee == euros("5.00")

    def test_fees_that_no_return_brings_down_are_kept(self) -> None:
        """They are part of what was paid, and of no refund."""
        order = PaidOrder(
            parcels=(parcel_of("12.00", coat="90.00"),),
            fee=euros("9.00"),
            kept_fees=euros("2.00"),
            payments=paid(card="113.00"),
        )
        assert parts(refund(order, back("coat"))) == ("90.00", "12.00", "9.00", "111.00")

    def test_a_fee_on_nothing_is_not_asked_for(self) -> None:
        """When nothing is kept the whole fee comes back, a fixed part included."""

        def with_fixed_part(kept: Mapping[PieceId, Money]) -> Money:
            return euros("0.70") if kept else euros("0.00")

        order = order_of(parcel_of("0.00", a="10.00", b="5.00"), fee="0.70", card="15.70")
        assert refund(order, back("a"), with_fixed_part).fee == euros("0.00")
        assert refund(order, back("a", "b"), with_fixed_part).fee == euros("0.70")


class TestF1Supplement:
    """L221-24, article 13(2): what a delivery cost above the standard one is not refunded."""

    ORDER = order_of(parcel_of("19.90", "9.59", coat="90.00"), card="109.90")

    def test_a_withdrawal_gives_the_standard_cost(self) -> None:
        """Of 19.90 for an express parcel, the 9.59 of the standard one."""
        assert refund(self.ORDER, back("coat"), no_fee).shipping == euros("9.59")

    def test_a_claim_gives_all_of_it(self) -> None:
        """The buyer of a defective piece is out of no pocket."""
        found = refund(self.ORDER, back("coat", terms=REFUND_OF_A_CLAIM), no_fee)
        assert found.shipping == euros("19.90")

    def test_a_cheaper_delivery_than_the_standard_gives_what_it_cost(self) -> None:
        """Never more than was paid."""
        order = order_of(parcel_of("4.79", "9.59", coat="90.00"), card="94.79")
        assert refund(order, back("coat"), no_fee).shipping == euros("4.79")

    def test_pieces_of_one_parcel_on_different_terms_give_what_both_give(self) -> None:
        """One withdrawn and one defective: the shipping comes back, the supplement does not."""
        order = order_of(parcel_of("19.90", "9.59", coat="90.00", hat="20.00"), card="129.90")
        mixed = [*back("coat"), *back("hat", terms=REFUND_OF_A_CLAIM)]
        assert refund(order, mixed, no_fee).shipping == euros("9.59")


class TestR10LostParcels:
    """R10: what is lost is refunded in full."""

    def test_in_full_with_supplement_and_fee(self) -> None:
        """All that was paid comes back."""
        order = order_of(parcel_of("19.90", "9.59", coat="90.00"), fee="9.00", card="118.90")
        found = refund(order, back("coat", terms=REFUND_OF_A_LOSS))
        assert parts(found) == ("90.00", "19.90", "9.00", "118.90")
        assert found.sources == ("F1", "R10")


class TestPartsOfOtherHouses:
    """Which parts are refunded, and what is deducted, are values of the policy."""

    def terms(
        self, *kept_back: RefundPart, fixed: str = "0", rate: str = "0"
    ) -> list[ReturnedPiece]:
        """Return the coat on terms without some parts, and with a deduction."""
        deduction = evolve(NOTHING_DEDUCTED, fixed=Decimal(fixed), rate=Decimal(rate))
        chosen = REFUND_OF_A_WITHDRAWAL.parts - set(kept_back)
        terms = evolve(REFUND_OF_A_WITHDRAWAL, parts=frozenset(chosen), deduction=deduction)
        return back("coat", terms=terms)

    ORDER = order_of(parcel_of("12.00", coat="90.05"), fee="9.01", card="111.06")

    @pytest.mark.parametrize(
        ("without", "expected"),
        [
            (RefundPart.SHIPPING, ("90.05", "0.00", "9.01", "99.06")),
            (RefundPart.FEE, ("90.05", "12.00", "0.00", "102.05")),
            (RefundPart.PIECES, ("0.00", "12.00", "9.01", "21.01")),
        ],
    )
    def test_a_part_may_stay_with_the_house(
        self, without: RefundPart, expected: tuple[str, ...]
    ) -> None:
        """Unpaid duties, in one house, are refunded without the shipping."""
        assert parts(refund(self.ORDER, self.terms(without))) == expected

    def test_a_fixed_deduction(self) -> None:
        """Five euros for the trouble."""
        assert refund(self.ORDER, self.terms(fixed="5.00")).pieces == euros("85.05")

    def test_a_deduction_by_rate_is_rounded_in_its_direction(self) -> None:
        """A tenth of 90.05 is 9.005, half up 9.01."""
        assert refund(self.ORDER, self.terms(rate="0.10")).pieces == euros("81.04")

    def test_a_deduction_takes_at_most_the_price(self) -> None:
        """A piece never costs its buyer to give back."""
        found = refund(self.ORDER, self.terms(fixed="80.00", rate="0.50"))
        assert parts(found) == ("0.00", "12.00", "9.01", "21.01")

    def test_what_a_person_withholds_is_kept_as_well(self) -> None:
        """Article 14: a piece that lost value in the buyer's hands."""
        worn = evolve(back("coat")[0], withheld=euros("30.00"))
        assert refund(self.ORDER, [worn]).pieces == euros("60.05")

    def test_a_deduction_and_what_is_withheld_add_up(self) -> None:
        """Five euros by the terms, thirty by a person."""
        worn = evolve(self.terms(fixed="5.00")[0], withheld=euros("30.00"))
        assert refund(self.ORDER, [worn]).pieces == euros("55.05")

    def test_what_is_withheld_is_an_amount_of_the_order_s_currency(self) -> None:
        """Pounds, or less than nothing, are refused by name."""
        pounds = evolve(back("coat")[0], withheld=Money(1, "GBP"))
        with pytest.raises(CurrencyMismatchError, match="withheld"):
            refund(self.ORDER, [pounds])
        with pytest.raises(MoneyError, match="withheld"):
            refund(self.ORDER, [evolve(pounds, withheld=euros("-1.00"))])

    def test_a_piece_kept_for_the_fee_counts_for_the_fee(self) -> None:
        """Returned on terms without the fee, its price stays in what the fee is worked out on."""
        without_fee = evolve(
            REFUND_OF_A_WITHDRAWAL, parts=frozenset({RefundPart.PIECES, RefundPart.SHIPPING})
        )
        found = refund(GROUPED, [*back("coat"), *back("bag", terms=without_fee)])
        assert parts(found) == ("140.00", "12.00", "9.00", "161.00")


class TestF4Tenders:
    """F: to the means of payment used, cards and PayPal before gift cards, never more than each
    paid.
    """

    TWO = order_of(parcel_of("10.00", coat="90.00", bag="50.00"), gift_card="60.00", card="90.00")

    def test_the_card_comes_first(self) -> None:
        """The gift card gets nothing while the card has not all it paid."""
        assert to_tenders(refund(self.TWO, back("bag"), no_fee)) == {"card": "50.00"}
        assert to_tenders(refund(self.TWO, back("coat"), no_fee)) == {"card": "90.00"}

    def test_the_gift_card_gets_the_rest(self) -> None:
        """Its share goes back to the gift card, to the cent."""
        everything = refund(self.TWO, back("coat", "bag"), no_fee)
        assert to_tenders(everything) == {"card": "90.00", "gift-card": "60.00"}

    def test_a_second_return_counts_what_came_back_before(self) -> None:
        """50.00 went to the card; of the rest 40.00 do, and 60.00 to the gift card."""
        second = refund(
            self.TWO, back("coat"), no_fee, before=back("bag"), already=paid(card="50.00")
        )
        assert to_tenders(second) == {"card": "40.00", "gift-card": "60.00"}
        assert second.total == euros("100.00")

    def test_within_a_rank_the_first_to_pay_gets_its_money_first(self) -> None:
        """In turn, as they paid."""
        order = order_of(
            parcel_of("0.00", coat="60.00", bag="40.00"),
            paypal="30.00",
            gift_card="10.00",
            card="60.00",
        )
        found = refund(order, back("bag"), no_fee)
        assert to_tenders(found) == {"paypal": "30.00", "card": "10.00"}

    def test_within_a_rank_it_may_go_in_proportion(self) -> None:
        """10.00 over 100.00, 50.00 and 50.00 of one rank: 5.00, 2.50 and 2.50."""
        policy = refunds_of((frozenset({"card", "paypal", "gift-card"}),), Split.IN_PROPORTION)
        order = order_of(
            parcel_of("0.00", coat="190.00", bag="10.00"),
            card="100.00",
            paypal="50.00",
            gift_card="50.00",
        )
        found = refund(order, back("bag"), no_fee, policy=policy)
        assert to_tenders(found) == {"card": "5.00", "paypal": "2.50", "gift-card": "2.50"}

    def test_a_rank_below_gets_nothing_in_proportion_before_the_one_above_has_its_all(self) -> None:
        """The bag's 60.00 go back to the card alone; of 61.00 the gift card gets one."""
        policy = refunds_of((frozenset({"card"}), frozenset({"gift-card"})), Split.IN_PROPORTION)
        for bag, expected in [
            ("60.00", {"card": "60.00"}),
            ("61.00", {"card": "60.00", "gift-card": "1.00"}),
        ]:
            order = order_of(
                parcel_of("0.00", coat="40.00", bag=bag),
                card="60.00",
                gift_card="40.00" if bag == "60.00" else "41.00",
            )
            found = refund(order, back("bag"), no_fee, policy=policy)
            assert to_tenders(found) == expected

    def test_proportion_conserves_every_cent(self) -> None:
        """A cent that does not divide goes to one of them."""
        policy = refunds_of((frozenset({"card", "paypal", "gift-card"}),), Split.IN_PROPORTION)
        order = order_of(
            parcel_of("0.00", coat="2.00", bag="1.00"), card="1.00", paypal="1.00", gift_card="1.00"
        )
        found = refund(order, back("bag"), no_fee, policy=policy)
        assert to_tenders(found) == {"card": "0.34", "paypal": "0.33", "gift-card": "0.33"}

    def test_two_of_a_kind_are_told_apart_by_reference(self) -> None:
        """Each of two gift cards gets back its own."""
        order = PaidOrder(
            parcels=(parcel_of("0.00", coat="60.00", bag="40.00"),),
            fee=euros("0.00"),
            payments=(
                Payment(tender="gift-card", amount=euros("30.00"), reference="G1"),
                Payment(tender="gift-card", amount=euros("70.00"), reference="G2"),
            ),
        )
        found = refund(order, back("bag"), no_fee)
        assert found.by_tender == (
            Payment(tender="gift-card", amount=euros("30.00"), reference="G1"),
            Payment(tender="gift-card", amount=euros("10.00"), reference="G2"),
        )

    def test_payments_of_one_account_are_one(self) -> None:
        """A card charged twice gets one refund."""
        order = PaidOrder(
            parcels=(parcel_of("0.00", coat="60.00"),),
            fee=euros("0.00"),
            payments=(*paid(card="20.00"), *paid(card="40.00")),
        )
        assert refund(order, back("coat"), no_fee).by_tender == paid(card="60.00")
        assert by_tender(order.payments, "EUR") == {("card", ""): euros("60.00")}

    def test_nobody_gets_more_than_was_paid(self) -> None:
        """Where an earlier refund leaves too little, the rest is told and not refunded."""
        found = refund(DIRECT, back("coat"), no_fee, already=paid(card="100.00"))
        assert parts(found) == ("90.00", "0.00", "0.00", "77.18")
        assert found.beyond == euros("12.82")

    def test_a_tender_without_a_rank_is_an_error(self) -> None:
        """The policy names those it knows, in every rank."""
        order = order_of(parcel_of("0.00", coat="60.00"), cheque="60.00")
        with pytest.raises(UnknownTermError, match="card, gift-card, paypal"):
            refund(order, back("coat"), no_fee)

    def test_a_tender_has_one_rank(self) -> None:
        """The policy cannot be built otherwise."""
        with pytest.raises(InvalidValueError, match="tenders"):
            refunds_of((frozenset({"card"}), frozenset({"card", "paypal"})))

    @pytest.mark.parametrize(
        ("already", "error", "told"),
        [
            (paid(card="177.19"), MoneyError, "at most the 177.18 EUR paid by card"),
            (paid(paypal="0.01"), MoneyError, "at most the 0.00 EUR paid by paypal"),
            (paid(card="-1.00"), MoneyError, "already_refunded"),
            (
                (Payment(tender="card", amount=Money(1, "GBP")),),
                CurrencyMismatchError,
                "already_refunded",
            ),
        ],
    )
    def test_earlier_refunds_must_be_possible(
        self, already: tuple[Payment, ...], error: type[Exception], told: str
    ) -> None:
        """More back than was paid, or to what paid nothing, is an error of the facts."""
        with pytest.raises(error, match=told):
            refund(DIRECT, back("coat"), no_fee, already=already)


class TestNothingToRefund:
    """A refund that cannot be is a decision with every reason."""

    def refused(
        self,
        returned: Sequence[ReturnedPiece],
        before: Sequence[ReturnedPiece] = (),
        already: tuple[Payment, ...] = (),
    ) -> list[str]:
        """Give the reasons for refunding nothing."""
        found = quote_refund(
            DIRECT, returned, REFUNDS, no_fee, before=before, already_refunded=already
        )
        assert isinstance(found, NotRefundable)
        assert (found.edition, found.sources) == (EDITION, ("F1",))
        return [str(reason) for reason in found.reasons]

    def test_no_piece_came_back(self) -> None:
        """Nothing for nothing."""
        assert self.refused([]) == ["no-pieces"]

    def test_a_piece_came_back_before(self) -> None:
        """A piece is refunded once."""
        assert self.refused(back("coat", "bag"), before=back("bag")) == ["already-returned"]

    def test_all_that_was_paid_is_back(self) -> None:
        """Nothing is left of any payment."""
        assert self.refused(back("coat"), already=paid(card="177.18")) == ["nothing-left"]

    def test_every_reason_is_told(self) -> None:
        """In alphabetical order."""
        found = self.refused(back("coat"), before=back("coat"), already=paid(card="177.18"))
        assert found == ["already-returned", "nothing-left"]
        assert self.refused([], already=paid(card="177.18")) == ["no-pieces", "nothing-left"]
        assert [str(reason) for reason in RefundRefusal] == sorted(RefundRefusal)


class TestBadFacts:
    """Facts that cannot be are refused by the name of their field."""

    @pytest.mark.parametrize("field", ["returned", "before"])
    def test_a_piece_the_order_does_not_hold(self, field: str) -> None:
        """It is named, with those there are."""
        strange = back("umbrella")
        returned, before = (strange, ()) if field == "returned" else (back("coat"), strange)
        with pytest.raises(InvalidValueError, match=f"{field}.*bag, coat, hat.*umbrella"):
            refund(DIRECT, returned, no_fee, before=before)

    @pytest.mark.parametrize("field", ["returned", "before"])
    def test_a_piece_named_twice(self, field: str) -> None:
        """Each comes back once."""
        twice = back("hat", "hat")
        returned, before = (twice, ()) if field == "returned" else (back("coat"), twice)
        with pytest.raises(InvalidValueError, match=f"{field}: must be distinct"):
            refund(DIRECT, returned, no_fee, before=before)

    @pytest.mark.parametrize("amount", ["176.98", "177.19"])
    def test_payments_that_do_not_add_up(self, amount: str) -> None:
        """A cent too little and a cent too much."""
        with pytest.raises(MoneyError, match=r"payments: must be 109\.60 EUR in total"):
            order_of(parcel_of("9.60", coat="100.00"), card=amount)

    def test_two_currencies(self) -> None:
        """Every amount is in the currency of the fee."""
        coat = PaidPiece(id=PieceId("coat"), price=Money("90.00", "GBP"))
        parcel = PaidParcel(pieces=(coat,), shipping=euros("0.00"))
        with pytest.raises(CurrencyMismatchError, match="price"):
            order_of(parcel, card="90.00")

    @pytest.mark.parametrize(
        ("field", "parcel"),
        [
            ("price", parcel_of("0.00", coat="-1.00")),
            ("shipping", parcel_of("-1.00", coat="1.00")),
            ("standard", parcel_of("1.00", "-1.00", coat="1.00")),
        ],
    )
    def test_an_amount_below_zero(self, field: str, parcel: PaidParcel) -> None:
        """It is named."""
        with pytest.raises(MoneyError, match=f"{field}: must be 0 or more"):
            order_of(parcel, card="1.00")

    @pytest.mark.parametrize("field", ["fee", "kept_fees", "payments"])
    def test_a_fee_or_a_payment_below_zero(self, field: str) -> None:
        """It is named."""
        below = euros("-1.00")
        with pytest.raises(MoneyError, match=f"{field}: must be 0 or more"):
            PaidOrder(
                parcels=(parcel_of("1.00", coat="1.00"),),
                fee=below if field == "fee" else euros("1.00"),
                kept_fees=below if field == "kept_fees" else None,
                payments=(Payment(tender="card", amount=below),) if field == "payments" else (),
            )

    def test_a_piece_in_two_parcels(self) -> None:
        """A piece travels once."""
        with pytest.raises(InvalidValueError, match="pieces: must be in one parcel only"):
            order_of(parcel_of("0.00", coat="1.00"), parcel_of("0.00", coat="1.00"), card="2.00")

    def test_an_empty_parcel(self) -> None:
        """A parcel holds something."""
        with pytest.raises(InvalidValueError, match="parcels"):
            order_of(parcel_of("1.00"), card="1.00")

    def test_a_piece_without_a_name(self) -> None:
        """It is refused where it enters."""
        nameless = PaidPiece(id=PieceId(""), price=euros("1.00"))
        with pytest.raises(IdentifierError, match="pieces"):
            order_of(PaidParcel(pieces=(nameless,), shipping=euros("0.00")), card="1.00")

    def test_a_fee_worked_out_in_another_currency(self) -> None:
        """What works the fee out is held to the order's currency, and to no less than nothing."""
        with pytest.raises(CurrencyMismatchError, match="fee_on_kept"):
            refund(GROUPED, back("coat"), lambda _: Money(1, "GBP"))
        with pytest.raises(MoneyError, match="fee_on_kept"):
            refund(GROUPED, back("coat"), lambda _: euros("-0.01"))


cents = st.integers(min_value=1, max_value=40_000)


@st.composite
def orders(draw: st.DrawFn) -> PaidOrder:
    """Draw an order of one to five pieces in one or two parcels, paid by up to three tenders."""
    prices = draw(st.lists(cents, min_size=1, max_size=5))
    split = draw(st.integers(min_value=0, max_value=len(prices) - 1))
    named = [
        PaidPiece(id=PieceId(f"p{n}"), price=Money(Decimal(price).scaleb(-2), "EUR"))
        for n, price in enumerate(prices)
    ]
    parcels = tuple(
        PaidParcel(
            pieces=tuple(some),
            shipping=Money(Decimal(draw(cents)).scaleb(-2), "EUR"),
            standard=draw(st.sampled_from([None, euros("9.59")])),
        )
        for some in (named[:split], named[split:])
        if some
    )
    goods = Money(Decimal(sum(prices)).scaleb(-2), "EUR")
    fee = ten_percent_capped({piece.id: piece.price for piece in named})
    whole = goods + fee
    for parcel in parcels:
        whole += parcel.shipping
    return PaidOrder(parcels=parcels, fee=fee, payments=draw(payments(whole)))


@st.composite
def payments(draw: st.DrawFn, whole: Money) -> tuple[Payment, ...]:
    """Split an amount over tenders."""
    left = whole.get_amount_in_sub_unit()
    found = []
    for tender in draw(st.permutations(["card", "paypal", "gift-card"]))[:2]:
        part = draw(st.integers(min_value=0, max_value=left))
        left -= part
        found.append(Payment(tender=tender, amount=Money(Decimal(part).scaleb(-2), "EUR")))
    rest = Money(Decimal(left).scaleb(-2), "EUR")
    return (*found, Payment(tender="gift-card", amount=rest, reference="G2"))


POLICIES = st.sampled_from(
    [
        REFUNDS,
        refunds_of(within=Split.IN_PROPORTION),
        refunds_of((frozenset({"card", "paypal", "gift-card"}),), Split.IN_PROPORTION),
        refunds_of((frozenset({"gift-card"}), frozenset({"card", "paypal"}))),
    ]
)


def costing(amount: str, terms: RefundTerms = REFUND_OF_A_WITHDRAWAL) -> RefundTerms:
    """Give terms of which so much is kept once of each return."""
    return evolve(terms, deduction=evolve(NOTHING_DEDUCTED, per_return=Decimal(amount)))


class TestF1CostOfAReturn:
    """F1: what a return costs is kept of it once, whichever pieces it holds."""

    ORDER = order_of(parcel_of("12.00", coat="90.00", bag="55.00"), fee="0.00", card="157.00")

    def test_once_for_several_pieces(self) -> None:
        """145.00 and the shipping, less 4.90; what the pieces come to stays as it was."""
        found = refund(self.ORDER, back("coat", "bag", terms=costing("4.90")))
        assert (found.pieces, found.cost, found.total) == tuple(
            map(euros, ("145.00", "4.90", "152.10"))
        )
        assert [str(payment.amount) for payment in found.by_tender] == ["152.10 EUR"]

    def test_once_for_each_return(self) -> None:
        """The second costs it again, and not what the first did."""
        coat, bag = back("coat", "bag", terms=costing("4.90"))
        first = refund(self.ORDER, [coat])
        second = refund(self.ORDER, [bag], before=[coat], already=first.by_tender)
        assert (first.total, second.total) == (euros("85.10"), euros("62.10"))
        assert second.beyond == euros("0.00")

    @pytest.mark.parametrize(
        ("cost", "kept", "total"),
        [("89.99", "89.99", "0.01"), ("90.00", "90.00", "0.00"), ("90.01", "90.00", "0.00")],
    )
    def test_never_more_than_the_return_gives_back(self, cost: str, kept: str, total: str) -> None:
        """A buyer never pays to return, and the next return owes nothing of it."""
        coat, bag = back("coat", "bag", terms=costing(cost))
        found = refund(self.ORDER, [coat])
        assert (found.cost, found.total) == (euros(kept), euros(total))
        kinder = evolve(bag, terms=REFUND_OF_A_WITHDRAWAL)
        later = refund(self.ORDER, [kinder], before=[coat], already=found.by_tender)
        assert (later.cost, later.total) == (euros("0.00"), euros("67.00"))

    def test_once_on_each_of_the_terms(self) -> None:
        """Pieces that come back on two terms are two returns; on the same, one."""
        dear, cheap = costing("4.90"), costing("2.00", REFUND_OF_A_CLAIM)
        both = [*back("coat", terms=dear), *back("bag", terms=cheap)]
        assert refund(self.ORDER, both).cost == euros("6.90")


@given(orders(), st.integers(0, 3000), st.data())
def test_each_return_costs_once_however_pieces_are_split(
    order: PaidOrder, cents: int, data: st.DataObject
) -> None:
    """What is refunded and what the returns cost is what is refunded where none costs anything."""
    names = data.draw(st.permutations(sorted(order.prices)))
    cost = Decimal(cents) / 100
    pieces = back(*names, terms=costing(str(cost)))
    before: list[ReturnedPiece] = []
    already: tuple[Payment, ...] = ()
    given_back = euros("0.00")
    while pieces:
        count = data.draw(st.integers(min_value=1, max_value=len(pieces)))
        now, pieces = pieces[:count], pieces[count:]
        found = refund(order, now, before=before, already=already)
        due = found.pieces + found.shipping + found.fee
        assert found.cost == min(due, Money(cost, "EUR"))
        assert found.total == due - found.cost >= euros("0.00")
        before += now
        already += found.by_tender
        given_back += found.total + found.cost
    assert given_back == refund(order, back(*names)).total


@given(orders(), POLICIES, st.data())
def test_returns_in_any_order_end_at_the_same_total(
    order: PaidOrder, policy: RefundPolicy, data: st.DataObject
) -> None:
    """One by one, in groups or at once: the same is refunded, parts add up, no tender gets more
    than it paid, and when all is back all that is refundable is back.
    """
    names = data.draw(st.permutations(sorted(order.prices)))
    terms = {
        name: data.draw(st.sampled_from([REFUND_OF_A_WITHDRAWAL, REFUND_OF_A_CLAIM]))
        for name in names
    }
    returned = [ReturnedPiece(id=name, terms=terms[name]) for name in names]
    at_once = refund(order, returned, policy=policy)
    before: list[ReturnedPiece] = []
    already: tuple[Payment, ...] = ()
    total = euros("0.00")
    while returned:
        count = data.draw(st.integers(min_value=1, max_value=len(returned)))
        now, returned = returned[:count], returned[count:]
        found = refund(order, now, policy=policy, before=before, already=already)
        assert found.pieces + found.shipping + found.fee - found.beyond == found.total
        assert sum(payment.amount for payment in found.by_tender) == found.total
        assert found.beyond == euros("0.00")
        before += now
        already += found.by_tender
        total += found.total
        back_so_far = by_tender(already, "EUR")
        had = by_tender(order.payments, "EUR")
        assert all(amount <= had[account] for account, amount in back_so_far.items())
    assert total == at_once.total
    supplements = [parcel.supplement for parcel in order.parcels]
    if all(term is REFUND_OF_A_CLAIM for term in terms.values()):
        assert total == sum(payment.amount for payment in order.payments)
    else:
        assert total >= sum(payment.amount for payment in order.payments) - sum(supplements)


@given(orders(), st.integers(min_value=0, max_value=4))
def test_ranks_are_kept(order: PaidOrder, count: int) -> None:
    """A gift card gets money back only once the others have all they paid."""
    names = sorted(order.prices)[: count + 1]
    found = refund(order, back(*names))
    had = by_tender(order.payments, "EUR")
    got = by_tender(found.by_tender, "EUR")
    if any(tender == "gift-card" for tender, _ in got):
        others = [account for account in had if account[0] != "gift-card" and had[account].amount]
        assert all(got[account] == had[account] for account in others)


@pytest.mark.parametrize(
    ("small", "small_first", "large_first"), [(9, "0.09", "0.09"), (10, "0.10", "0.09")]
)
def test_over_a_cliff_every_order_counts_up_to_ten_pieces(
    small: int, small_first: str, large_first: str
) -> None:
    """A hundredth of the goods, and 12.00 below 500: small pieces of 1.00 bring back a cent each
    while the large one is kept. With it they are ten, and the order does not matter; with the
    eleventh it does, by a cent, and still nothing is taken back.
    """

    def cliff(kept: Mapping[PieceId, Money]) -> Money:
        goods = total(kept.values(), "EUR")
        if goods < euros("500.00"):
            return euros("12.00")
        return share(goods, Decimal("0.01"), rounding=Rounding.HALF_UP)

    names = [f"p{n}" for n in range(small)]
    prices = {"kept": "250.00", "large": "300.00", **dict.fromkeys(names, "1.00")}
    fee = {9: "5.59", 10: "5.60"}[small]
    paid_in_all = {9: "564.59", 10: "565.60"}[small]
    order = order_of(parcel_of("0.00", **prices), fee=fee, card=paid_in_all)
    for order_of_returns, expected in (
        ([*names, "large"], small_first),
        (["large", *names], large_first),
    ):
        before: list[ReturnedPiece] = []
        fees = euros("0.00")
        for name in order_of_returns:
            found = refund(order, back(name), cliff, before=before)
            assert found.fee >= euros("0.00")
            before += back(name)
            fees += found.fee
        assert fees == euros(expected)


def test_a_fee_with_a_cliff_is_never_taken_back_nor_given_twice() -> None:
    """Of a fee that rises when a piece comes back nothing is asked again, and in all no more is
    given back than was paid, in any order.
    """

    def cliff(kept: Mapping[PieceId, Money]) -> Money:
        goods = total(kept.values(), "EUR")
        return euros("12.00") if goods < euros("500.00") else euros("4.00")

    order = order_of(parcel_of("0.00", a="300.00", b="250.00", c="1.00"), fee="9.00", card="560.00")
    for names in permutations("abc"):
        before: list[ReturnedPiece] = []
        fees = euros("0.00")
        for name in names:
            found = refund(order, back(name), cliff, before=before)
            assert found.fee >= euros("0.00")
            before += back(name)
            fees += found.fee
        assert fees == euros("9.00")
