"""Fees on an outcome in a running order: who owes them, what pays them, and what is left owed."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from attrs import evolve

from tests.marketplace.town import ruled_otherwise
from tests.orders.order_stories import (
    ADA,
    BAG,
    COAT,
    FIRST,
    FRANCE,
    LOU,
    SECOND,
    Story,
    days,
    euros,
    placed,
    quoted,
)
from tests.orders.test_before_posting import FROM_ADA, cancel, checked, hand_in, received
from tests.orders.test_questions import confirm_sale, dispatch
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import BuyerId, OrderId, PieceId
from vintage_rules.money import Money, total
from vintage_rules.orders import Do, OrderPlaced, Step, place_order, replay_order
from vintage_rules.orders.commands import RecordPayoutSent, RecordRefundSent
from vintage_rules.orders.events import OutcomeFeesCharged
from vintage_rules.orders.fees import quote_outcome_fees
from vintage_rules.orders.placing import priced_lines
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import Outcome, Payer
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.payments import Payment
from vintage_rules.service.policy import QuestionRule, SilenceMeans
from vintage_rules.shipping.parcel.commands import RecordScan

FEE = """
[[edition.pricing.fees]]
name = "penalty"
payer = "{payer}"
per = "{per}"
optional = false
on = "{on}"
refundable = false
source = "house"

[[edition.pricing.fees.components]]
{amount}
rounding = "half-up"
source = "house"
"""
TENTH = 'base = ["pieces"]\nrate = 0.10'


def house(
    amount: str,
    *questions: QuestionRule,
    payer: str = "buyer",
    per: str = "order",
    on: str = "cancelled",
) -> HousePolicy:
    """The house with one fee on an outcome, and these questions."""
    text = FEE.format(payer=payer, per=per, on=on, amount=amount)
    policy = ruled_otherwise(later=text).on(date(2026, 11, 22))
    return evolve(policy, service=evolve(policy.service, questions=questions))


def charged(story: Story) -> list[tuple[str, str, dict[str, str]]]:
    """Each charge: the outcome, the payer, and what falls on each piece."""
    return [
        (
            str(event.outcome),
            str(event.payer),
            {piece: str(share.amount) for piece, share in event.shares.items()},
        )
        for event in story.events
        if isinstance(event, OutcomeFeesCharged)
    ]


def back(story: Story) -> Money:
    """What the buyer gets back in all."""
    payments = [payment for refund in story.order.refunds for payment in refund.payments]
    return total((payment.amount for payment in payments), "EUR")


def settled(story: Story, at: float = 1.5) -> Story:
    """Pass every refund on."""
    for cause in tuple(story.order.owed):
        story.tell(RecordRefundSent(at=days(at), cause=cause))
    return story


FREE = house("fixed = 0.01", on="not-paid")


class TestABuyerWhoCancels:
    """Gets back what it comes to, less the fee, and never less than nothing."""

    def test_pays_with_the_refund(self) -> None:
        """Five euros for the order, out of the means that is refunded first."""
        story = Story(policy=house("fixed = 5.00")).pay().tell(cancel(COAT))
        free = Story(policy=FREE).pay().tell(cancel(COAT))
        assert charged(story) == [("cancelled", "buyer", {"coat": "5.00"})]
        assert back(free) - back(story) == euros("5.00")
        assert not story.order.owed_by_buyer()
        assert settled(story).order.accounts == settled(free).order.accounts

    @pytest.mark.parametrize("order", [*permutations([COAT, BAG]), ()])
    @pytest.mark.parametrize(
        ("amount", "per", "due"),
        [
            ("fixed = 5.00", "order", "5.00"),
            ("fixed = 5.00", "seller", "10.00"),
            (TENTH, "piece", "14.50"),
            (f"{TENTH}\nminimum = 10.00", "order", "14.50"),
            (f"{TENTH}\nmaximum = 9.00", "order", "9.00"),
        ],
    )
    def test_one_by_one_owes_what_it_owes_together(
        self, order: tuple[PieceId, ...], amount: str, per: str, due: str
    ) -> None:
        """A fee for the order is charged once, its bounds hold for all of it."""
        story = Story(policy=house(amount, per=per)).pay()
        story.tell(*(cancel(piece) for piece in order) if order else [cancel()])
        free = Story(policy=FREE).pay().tell(cancel())
        assert back(free) - back(story) == euros(due)
        assert settled(story).order.accounts["buyer"] == euros("0.00")

    @pytest.mark.parametrize(("amount", "left"), [("101.20", "0.01"), ("101.19", "0.00")])
    def test_a_fee_above_the_refund_stays_a_debt(self, amount: str, left: str) -> None:
        """No refund is negative: what is more stays owed, and a later refund pays it."""
        free = Story(policy=FREE).pay().tell(cancel(COAT))
        assert back(free) == euros("101.19")
        story = Story(policy=house(f"fixed = {amount}")).pay().tell(cancel(COAT))
        assert back(story) == euros("0.00")
        assert story.order.owed_by_buyer() == euros(left)
        assert settled(story).order.accounts["buyer"] == -euros(left)
        story.tell(cancel(BAG, at=2))
        assert back(story) == back(free.tell(cancel(BAG, at=2))) - euros(amount)
        assert not story.order.owed_by_buyer()

    def test_before_it_is_paid(self) -> None:
        """What is cancelled of an order is charged once it is paid; a whole order owes nothing."""
        part = Story(policy=house("fixed = 5.00")).tell(cancel(COAT, at=0.001))
        assert charged(part) == []
        assert [shares for *_, shares in charged(part.pay())] == [{COAT: "5.00"}]
        assert part.order.owed["cancellation"].for_fees
        whole = Story(policy=house("fixed = 5.00")).tell(cancel(at=0.001))
        assert (whole.order.state, charged(whole)) == ("cancelled", [])

    @pytest.mark.parametrize("by", [Canceller.HOUSE, Canceller.SELLER])
    def test_owes_nothing_for_what_others_cancel(self, by: Canceller) -> None:
        """Neither the house's nor a seller's doing costs a buyer."""
        story = Story(policy=house("fixed = 5.00")).pay().tell(cancel(COAT, by=by))
        assert (story.refused, charged(story)) == ([], [])

    def test_nor_for_what_fails_the_check(self) -> None:
        """The workshop took it out."""
        story = Story("grouped", policy=house("fixed = 5.00")).pay()
        story.tell(received(FROM_ADA), checked(COAT, "fails"))
        assert (list(story.order.cancelled), charged(story)) == ([COAT], [])

    def test_a_fee_that_ends_with_more_pieces(self) -> None:
        """Below fifty euros of pieces alone: nothing is given back that was charged before."""
        low = 'fixed = 5.00\nchosen_by = ["pieces"]\nwhen = { below = 60.00 }'
        story = Story(policy=house(low)).pay().tell(cancel(BAG), cancel(COAT, at=2))
        assert [shares for *_, shares in charged(story)] == [{BAG: "5.00"}]


@pytest.mark.parametrize(
    "part", ["pieces", "list-price", "shipping", "fees", "handling", "duties", "voucher"]
)
def test_any_part_of_the_order_is_a_base(part: str) -> None:
    """What of it falls on the pieces: both together bear all of it, and as the rule says."""
    policy = house(f'base = ["{part}"]\nrate = 1', payer="seller", per="piece")
    whole = Story("grouped", policy=policy).pay().tell(cancel(by=Canceller.SELLER))
    quote = quoted("grouped", policy=policy)
    parts = {
        "shipping": quote.price.shipping,
        "fees": quote.price.fee("quality-control"),
        "handling": quote.price.fee("quality-control"),
        "duties": euros("0.00"),
        "voucher": euros("0.00"),
    }
    fees = quote_outcome_fees(
        Outcome.CANCELLED,
        Payer.SELLER,
        priced_lines(whole.order.placed),
        policy,
        mode="grouped",
        zone="europe",
        parts=parts,
    )
    expected = total((fee.fee for fee in fees), "EUR")
    owed = total(
        (amount for each in whole.order.outcome_fees for amount in each.shares.values()), "EUR"
    )
    assert owed == expected
    if part in parts:
        assert owed == parts[part]


class TestASellerWhoCancels:
    """Owes the fee: a debt in the books, since the piece earns nothing any more."""

    def test_owes_it_to_the_house(self) -> None:
        """A tenth of the coat is ada's debt; the buyer gets all back, and lou is paid in full."""
        policy = house(TENTH, payer="seller", per="seller")
        story = Story(policy=policy).pay().tell(cancel(COAT, by=Canceller.SELLER))
        assert charged(story) == [("cancelled", "seller", {"coat": "9.00"})]
        assert back(story) == back(Story(policy=FREE).pay().tell(cancel(COAT)))
        assert story.order.seller_debt(COAT) == euros("9.00")
        assert settled(story).order.accounts["seller ada"] == euros("-9.00")
        assert story.order.earned(BAG) == euros("55.00")

    def test_in_the_balance_of_a_replay(self) -> None:
        """The debt is taken to be paid, and the books add up to zero."""
        policy = house(TENTH, payer="seller", per="seller")
        first = placed(policy=policy)
        assert isinstance(first, OrderPlaced)
        step = Step(at=days(1), do=Do.CANCEL, pieces=(COAT,), by=Canceller.SELLER)
        history = replay_order(
            first, [step], days(30), policy, calendar=FRANCE, destination_calendar=FRANCE
        )
        balance = history.balance
        assert history.refusals == ()
        assert balance.sellers == {ADA: euros("-9.00"), LOU: euros("0.00")}
        assert balance.buyer + balance.house + balance.carrier + euros("-9.00") == euros("0.00")
        (row,) = [each for each in history.events if each.event == "outcome-fees-charged"]
        assert (row.pieces, row.cause, row.amount) == ((COAT,), "cancelled", euros("9.00"))


class TestASellerWhoIsLate:
    """Owes it at the end of the time to post, whether or not they post later."""

    def test_is_paid_less(self) -> None:
        """The coat is posted in time, the bag on the fifth day: a tenth of it is deducted."""
        policy = house(TENTH, dispatch(SilenceMeans.ESCALATE), payer="seller", on="late")
        story = Story(policy=policy).pay().parcel(FIRST, hand_in(at=1)).wait(5)
        assert charged(story) == [("late", "seller", {"bag": "5.50"})]
        story.parcel(SECOND, hand_in("8S", at=5)).wait(9)
        assert len(charged(story)) == 1
        assert (story.order.earned(COAT), story.order.earned(BAG)) == (
            euros("90.00"),
            euros("49.50"),
        )

    def test_and_what_is_deducted_is_no_debt(self) -> None:
        """Once the bag is paid out nothing is owed, whatever is refunded later."""
        policy = house(TENTH, dispatch(SilenceMeans.ESCALATE), payer="seller", on="late")
        story = Story(policy=policy).pay().wait(5)
        for parcel, number in ((FIRST, "8R"), (SECOND, "8S")):
            story.parcel(parcel, hand_in(number, at=6))
        for parcel in (FIRST, SECOND):
            story.parcel(parcel, RecordScan(at=days(7), status="delivered"))
        story.wait(40)
        assert story.order.seller_debt(BAG) == euros("0.00")
        story.tell(RecordPayoutSent(at=days(41), piece=BAG))
        assert story.refused == []
        assert story.order.deducted == {BAG: euros("5.50")}
        assert story.order.seller_debt(BAG) == euros("0.00")
        assert story.order.accounts["seller lou"] == euros("0.00")

    @pytest.mark.parametrize(
        ("fee", "earned", "debt"), [("54.99", "0.01", "0.00"), ("60.00", "0.00", "5.00")]
    )
    def test_by_more_than_the_piece_earns(self, fee: str, earned: str, debt: str) -> None:
        """A payout is never negative: the rest is a debt."""
        late = dispatch(SilenceMeans.ESCALATE)
        policy = house(f"fixed = {fee}", late, payer="seller", per="seller", on="late")
        story = Story(policy=policy).pay().parcel(FIRST, hand_in(at=1)).wait(5)
        assert story.order.earned(BAG) == euros(earned)
        assert story.order.seller_debt(BAG) == euros(debt)

    def test_owes_it_for_what_silence_cancels(self) -> None:
        """Not posted at all: cancelled, refunded in full, charged once."""
        policy = house(TENTH, dispatch(), payer="seller", on="late")
        story = Story(policy=policy).pay().parcel(FIRST, hand_in(at=1)).wait(5)
        assert list(story.order.cancelled) == [BAG]
        assert [shares for *_, shares in charged(story)] == [{"bag": "5.50"}]
        assert story.order.seller_debt(BAG) == euros("5.50")

    @pytest.mark.parametrize("posted", [True, False])
    def test_owes_it_where_the_workshop_waits_in_vain(self, *, posted: bool) -> None:
        """Unless it is on its way: then its carrier is late."""
        policy = house(TENTH, payer="seller", on="late")
        story = Story("grouped", policy=policy).pay()
        if posted:
            story.parcel(FROM_ADA, hand_in(at=1))
        story.wait(60)
        assert set(story.order.cancelled) >= {BAG}
        shares = {piece for *_, pieces in charged(story) for piece in pieces}
        assert shares == ({BAG} if posted else {COAT, BAG})

    def test_owes_nothing_for_a_word_not_given(self) -> None:
        """A sale that is not confirmed is no late posting."""
        policy = house(TENTH, confirm_sale(SilenceMeans.REFUND), payer="seller", on="late")
        story = Story(policy=policy).pay().wait(10)
        assert story.order.cancelled
        assert charged(story) == []


def test_a_list_price_that_a_fee_needs_is_given() -> None:
    """An order whose fee could not be computed later is not placed."""
    policy = house('base = ["list-price"]\nrate = 0.10', payer="seller", per="piece")
    quote = quoted(policy=policy)
    bare = evolve(quote, pieces=tuple(evolve(piece, list_price=None) for piece in quote.pieces))
    with pytest.raises(InvalidValueError, match=r"pieces\[0\].list_price: must be given: the fee"):
        place_order(
            bare,
            policy,
            order=OrderId("o1"),
            buyer=BuyerId("zoe"),
            payments=[Payment(tender="card", amount=quote.price.total)],
            at=days(0),
        )
