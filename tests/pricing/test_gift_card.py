"""What one gift card lives through: a story from the clause for every edge, then its books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules import Money, load_policy
from vintage_rules.errors import (
    CorruptHistoryError,
    CurrencyMismatchError,
    DayError,
    IdentifierError,
    MoneyError,
)
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.machine import Refused
from vintage_rules.pricing.gift_card.commands import (
    CancelCard,
    CardCommand,
    CreditCard,
    RecordCardDispute,
    RecordCardDisputeLost,
    RecordCardDisputeWon,
    RecordCardPaid,
    SpendCard,
)
from vintage_rules.pricing.gift_card.decide import CARD, order_card
from vintage_rules.pricing.gift_card.events import (
    CardCancelled,
    CardCredited,
    CardEvent,
    CardExpired,
    CardOrdered,
    CardSpent,
)
from vintage_rules.pricing.gift_card.states import Card, CardState
from vintage_rules.pricing.gift_card.taking import GiftCardNotTaken, spread_over_cards, take_cards
from vintage_rules.pricing.gift_card.transitions import CARD_DEADLINES, CARD_TRANSITIONS
from vintage_rules.pricing.gift_cards import GiftCardRefused
from vintage_rules.pricing.policy import GiftCardPolicy

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
EXPIRES = datetime(2027, 9, 7, 22, tzinfo=UTC)
ORDER, OTHER = OrderId("o1"), OrderId("o2")


def cards() -> GiftCardPolicy:
    """The house's policy about gift cards."""
    policy = load_policy("imparfaite").on(date(2026, 11, 22)).pricing.gift_card
    assert policy is not None
    return policy


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount, "EUR")


def cents(number: int) -> Money:
    """So many cents."""
    return euros(f"{Decimal(number) / 100:.2f}")


def ordered(
    amount: str = "50.00",
    *,
    at: datetime = MONDAY,
    tender: str = "card",
    policy: GiftCardPolicy | None = None,
) -> CardOrdered | GiftCardRefused:
    """A card ordered on a Monday in September."""
    return order_card(
        "7HK2",
        euros(amount),
        policy or cards(),
        buyer=BuyerId("zoe"),
        tender=tender,
        reference="pi_1",
        digest="d",
        at=at,
    )


class Story:
    """A card, what has happened to it, and what was refused."""

    def __init__(self, *, paid: bool = True, policy: GiftCardPolicy | None = None) -> None:
        """Order the card, and pay for it unless told otherwise."""
        first = ordered(policy=policy)
        assert isinstance(first, CardOrdered)
        self.events: list[CardEvent] = [first]
        self.refused: list[str] = []
        if paid:
            self.tell(RecordCardPaid(at=MONDAY, receipt="ch_1"))

    @property
    def card(self) -> Card:
        """The card as its history has left it."""
        card = CARD.replay(self.events)
        assert card is not None
        return card

    def tell(self, *commands: CardCommand) -> Story:
        """Tell the card each command; a refused one changes nothing."""
        for command in commands:
            decided = CARD.decide(self.card, command, None)
            if isinstance(decided, Refused):
                self.refused.extend(decided.reasons)
            else:
                self.events.extend(decided)
        return self

    def spend(self, amount: str, *, at: datetime = MONDAY, order: OrderId = ORDER) -> Story:
        """Pay for an order with it."""
        return self.tell(SpendCard(at=at, order=order, amount=euros(amount)))

    def credit(
        self, amount: str, *, at: datetime = MONDAY, order: OrderId = ORDER, cause: str = "r1"
    ) -> Story:
        """Put a refund back on it."""
        return self.tell(CreditCard(at=at, order=order, cause=cause, amount=euros(amount)))


class TestC5GiftCardsAsTheyLive:
    """C5: from 25 to 500 EUR, valid one year from purchase; spent in parts; what is left at expiry
    is gone, and says so.
    """

    def test_is_ordered_by_somebody_and_paid_for_with_something(self) -> None:
        """All that was told of the purchase is kept, and nothing else."""
        assert ordered() == CardOrdered(
            at=MONDAY,
            card="7HK2",
            edition=cards().edition,
            amount=euros("50.00"),
            last_day=date(2027, 9, 7),
            expires_at=EXPIRES,
            buyer=BuyerId("zoe"),
            tender="card",
            reference="pi_1",
            digest="d",
        )
        assert Story(paid=False).card.receipt == ""

    def test_is_worth_nothing_before_it_is_paid(self) -> None:
        """Ordered is not paid: it cannot be spent, and time does nothing to it."""
        story = Story(paid=False).spend("1.00")
        assert (story.card.state, story.card.balance, story.refused) == (
            "ordered",
            euros("0"),
            ["not-possible-now"],
        )
        assert CARD.fall_due(story.card, EXPIRES) == ()

    def test_paid_it_holds_its_amount(self) -> None:
        """Its receipt is kept; it is not paid for twice."""
        story = Story().tell(RecordCardPaid(at=MONDAY, receipt="ch_2"))
        assert (story.card.state, story.card.balance) == ("active", euros("50.00"))
        assert (story.card.receipt, story.refused) == ("ch_1", ["not-possible-now"])

    def test_one_that_cannot_be_paid_for_is_cancelled(self) -> None:
        """And stays so."""
        story = Story(paid=False).tell(CancelCard(at=MONDAY, reason="refused"))
        assert story.card.state == "cancelled"
        assert story.events[-1] == CardCancelled(at=MONDAY, reason="refused")
        story.tell(RecordCardPaid(at=MONDAY, receipt="ch_1"))
        assert story.refused == ["not-possible-now"]

    def test_a_paid_card_is_not_cancelled(self) -> None:
        """Whoever holds it counts on it."""
        assert Story().tell(CancelCard(at=MONDAY, reason="x")).refused == ["not-possible-now"]

    def test_is_spent_in_parts_to_the_last_cent(self) -> None:
        """Never more than is left: a cent above is refused, the rest is not."""
        story = Story().spend("20.00").spend("30.01")
        assert (story.card.balance, story.refused) == (euros("30.00"), ["too-little-left"])
        assert story.spend("30.00").card.balance == euros("0.00")

    def test_is_good_to_the_end_of_its_anniversary_in_paris(self) -> None:
        """Both sides of midnight, a year later: 22:00 in UTC, since it is summer."""
        instant_before = EXPIRES - timedelta(microseconds=1)
        assert Story().spend("50.00", at=instant_before).card.balance == euros("0.00")
        late = Story().spend("50.00", at=EXPIRES)
        assert late.refused == ["expired"]

    def test_what_is_left_is_gone_and_says_so(self) -> None:
        """Dated when it happened, however late it is asked."""
        story = Story().spend("20.00")
        assert CARD.fall_due(story.card, EXPIRES - timedelta(microseconds=1)) == ()
        (expired,) = CARD.fall_due(story.card, EXPIRES + timedelta(days=300))
        assert expired == CardExpired(at=EXPIRES, left=euros("30.00"))
        card = CARD.evolve(story.card, expired)
        assert (card.state, card.balance, card.gone) == ("expired", euros("0"), euros("30.00"))
        assert CARD.fall_due(card, EXPIRES + timedelta(days=900)) == ()

    def test_a_refund_comes_back_to_it(self) -> None:
        """With the card's own expiry: before, it can be spent again."""
        story = Story().spend("50.00").credit("20.00")
        assert story.card.balance == euros("20.00")

    def test_and_is_spent_again(self) -> None:
        """What came back is as good as what was paid."""
        story = Story().spend("50.00").credit("20.00").spend("20.00")
        assert story.events[-2:] == [
            CardCredited(at=MONDAY, order=ORDER, cause="r1", amount=euros("20.00")),
            CardSpent(at=MONDAY, order=ORDER, amount=euros("20.00")),
        ]
        assert (story.card.state, story.card.balance) == (CardState.ACTIVE, euros("0.00"))

    def test_a_refund_after_its_last_day_is_gone(self) -> None:
        """It is taken, so that nothing is lost from the books, and is worth nothing."""
        story = (
            Story()
            .spend("50.00")
            .credit("20.00", at=EXPIRES)
            .credit("5.00", at=EXPIRES, cause="r2")
        )
        assert [event.name for event in story.events[-3:]] == [
            "card-expired",
            "card-credited",
            "card-credited",
        ]
        assert (story.card.balance, story.card.gone) == (euros("0"), euros("25.00"))
        assert story.card.state == "expired"

    def test_a_house_whose_cards_never_expire(self) -> None:
        """No last day, and no moment at which time ends it."""
        never = evolve(cards(), validity=type(cards().validity).of(0, "never"))
        story = Story(policy=never)
        assert (story.card.ordered.last_day, CARD.next_deadline(story.card)) == (None, None)
        assert story.spend("50.00", at=EXPIRES + timedelta(days=4000)).refused == []

    @pytest.mark.parametrize(
        ("amount", "tender", "reasons"),
        [
            ("24.99", "card", ["below-minimum"]),
            ("500.01", "card", ["above-maximum"]),
            ("50.00", "gift-card", ["bought-with-gift-card"]),
        ],
    )
    def test_none_that_the_house_does_not_sell(
        self, amount: str, tender: str, reasons: list[str]
    ) -> None:
        """Out of bounds, or paid with another card."""
        refused = ordered(amount, tender=tender)
        assert isinstance(refused, GiftCardRefused)
        assert list(refused.reasons) == reasons

    @pytest.mark.parametrize("amount", ["25.00", "500.00"])
    def test_both_bounds_are_sold(self, amount: str) -> None:
        """25 and 500 are in."""
        assert isinstance(ordered(amount), CardOrdered)

    def test_its_first_day_is_that_of_the_house(self) -> None:
        """Half past midnight in Paris is still yesterday in UTC."""
        first = ordered(at=datetime(2026, 9, 7, 22, 30, tzinfo=UTC))
        assert isinstance(first, CardOrdered)
        assert first.last_day == date(2027, 9, 8)


class TestF4NoMoreComesBackThanWasSpent:
    """F4: over an order's life the refunds of a means of payment never exceed what it paid. A gift
    card is one.
    """

    def test_all_that_an_order_spent_and_no_cent_more(self) -> None:
        """A cent above is refused, at once or in a second part."""
        story = Story().spend("30.00").credit("30.01")
        assert (story.card.balance, story.refused) == (euros("20.00"), ["more-than-spent"])
        assert story.credit("29.99").card.balance == euros("49.99")
        story.credit("0.02", cause="r2").credit("0.01", cause="r2").credit("0.01", cause="r3")
        assert story.refused == ["more-than-spent"] * 3
        assert story.card.balance == euros("50.00")

    def test_nothing_where_nothing_was_spent(self) -> None:
        """Not even on a card that another order has spent."""
        story = Story().credit("0.01").spend("50.00").credit("0.01", order=OTHER)
        assert (story.card.balance, story.refused) == (euros("0"), ["more-than-spent"] * 2)

    def test_each_order_for_itself(self) -> None:
        """What one gave back leaves the other its own."""
        story = Story().spend("20.00").spend("30.00", order=OTHER).credit("20.00")
        assert story.card.spent_by(ORDER) == euros("0")
        assert story.card.spent_by(OTHER) == euros("30.00")
        story.credit("30.00", order=OTHER)
        assert (story.card.balance, story.refused) == (euros("50.00"), [])

    def test_what_is_spent_again_comes_back_again(self) -> None:
        """The same order may spend in parts; each part counts."""
        story = Story().spend("20.00").credit("20.00").spend("5.00").credit("5.01", cause="r2")
        assert story.refused == ["more-than-spent"]
        assert story.credit("5.00", cause="r2").card.balance == euros("50.00")

    def test_nor_after_its_last_day(self) -> None:
        """What is gone was spent first."""
        story = Story().spend("20.00").credit("20.01", at=EXPIRES)
        assert (story.card.state, story.refused) == ("active", ["more-than-spent"])
        assert story.credit("20.00", at=EXPIRES).card.gone == euros("50.00")

    def test_only_a_paid_card_takes_a_refund(self) -> None:
        """One that is not paid for has paid nothing, and one that was given up never will."""
        story = Story(paid=False).credit("1.00").tell(CancelCard(at=MONDAY, reason="refused"))
        assert story.credit("1.00").refused == ["not-possible-now"] * 2

    def test_a_refund_that_is_told_again_is_the_same(self) -> None:
        """However late, and even dated before what has happened since: nothing happens."""
        story = Story().spend("50.00").credit("20.00")
        told = CreditCard(at=MONDAY, order=ORDER, cause="r1", amount=euros("20.00"))
        assert CARD.decide(story.card, told, None) == ()
        story.spend("10.00", at=MONDAY + timedelta(days=1))
        for days in (0, 2):
            again = evolve(told, at=MONDAY + timedelta(days=days))
            assert CARD.decide(story.card, again, None) == ()
        late = evolve(told, at=EXPIRES)
        assert CARD.decide(story.card, late, None) == (
            CardExpired(at=EXPIRES, left=euros("10.00")),
        )
        assert CARD.decide(story.tell(late).card, late, None) == ()
        assert story.card.gone == euros("10.00")

    def test_another_cause_or_another_order_is_another_refund(self) -> None:
        """Of the same amount, they come back as well."""
        story = Story().spend("20.00").spend("10.00", order=OTHER)
        story.credit("10.00").credit("10.00", cause="r2").credit("10.00", order=OTHER)
        assert (story.card.balance, story.refused) == (euros("50.00"), [])

    def test_one_cause_has_one_amount(self) -> None:
        """Told with another it is refused; a larger one for both reasons."""
        story = Story().spend("20.00").credit("5.00").credit("5.01")
        assert story.refused == ["already-credited"]
        story.credit("15.01")
        assert story.refused[1:] == ["already-credited", "more-than-spent"]
        assert story.card.balance == euros("35.00")

    def test_a_history_that_gave_back_too_much_is_still_read(self) -> None:
        """Nothing that was written down is refused; no more comes back of it."""
        back = CardCredited(at=MONDAY, order=ORDER, cause="r1", amount=euros("30.00"))
        story = Story()
        story.events += [back, back]
        assert (story.card.balance, story.card.spent_by(ORDER)) == (
            euros("110.00"),
            euros("-60.00"),
        )
        assert story.spend("60.00").credit("0.01", cause="r2").refused == ["more-than-spent"]


OPENED, WON, LOST = (
    RecordCardDispute(at=MONDAY),
    RecordCardDisputeWon(at=MONDAY),
    RecordCardDisputeLost(at=MONDAY),
)


class TestS11ItsPaymentIsDisputed:
    """S11: it pays nothing until the dispute has ended; lost, what is left on it is gone."""

    def test_it_pays_nothing(self) -> None:
        """And pays again once the dispute is won."""
        story = Story().tell(OPENED).spend("1.00")
        assert (story.card.balance, story.refused) == (euros("50.00"), ["payment-disputed"])
        assert story.tell(WON).spend("1.00").card.balance == euros("49.00")

    def test_what_comes_back_to_it_waits_with_it(self) -> None:
        """It was spent before."""
        story = Story().spend("20.00").tell(OPENED).credit("5.00")
        assert (story.card.balance, story.card.state) == (euros("35.00"), "active")

    def test_lost_it_is_revoked(self) -> None:
        """What is left and what comes back later is gone, and time does nothing to it any more."""
        story = Story().spend("20.00").tell(OPENED, LOST)
        assert (story.card.state, story.card.balance, story.card.gone) == (
            "revoked",
            euros("0.00"),
            euros("30.00"),
        )
        assert story.spend("1.00").refused == ["not-possible-now"]
        assert story.credit("20.00").card.gone == euros("50.00")
        assert story.card.state == "revoked"
        assert CARD.fall_due(story.card, EXPIRES) == ()

    def test_after_its_last_day(self) -> None:
        """What was gone stays gone, and is counted once."""
        late = {"at": EXPIRES}
        story = Story().spend("20.00")
        story.tell(*(type(command)(**late) for command in (OPENED, LOST)))
        assert (story.card.state, story.card.gone) == ("revoked", euros("30.00"))
        back = Story().tell(*(type(command)(**late) for command in (OPENED, WON)))
        assert (back.card.state, back.card.gone) == ("expired", euros("50.00"))

    def test_it_expires_all_the_same(self) -> None:
        """A dispute does not stop time."""
        story = Story().tell(OPENED).spend("1.00", at=EXPIRES)
        assert story.refused == ["expired"]

    def test_before_it_is_paid(self) -> None:
        """Reported before the answer to the capture: paid, it pays nothing; it cannot be lost."""
        story = Story(paid=False).tell(OPENED, LOST)
        assert story.refused == ["not-possible-now"]
        story.tell(RecordCardPaid(at=MONDAY, receipt="ch_1")).spend("1.00")
        assert story.refused[1:] == ["payment-disputed"]
        won = Story(paid=False).tell(OPENED, WON).card
        assert (won.disputed, won.state) == (False, "ordered")

    @pytest.mark.parametrize(
        ("commands", "reasons"),
        [
            ([OPENED, OPENED], ["already-disputed"]),
            ([WON], ["not-disputed"]),
            ([LOST], ["not-disputed"]),
            ([OPENED, LOST, OPENED], ["not-possible-now"]),
        ],
    )
    def test_what_cannot_be(self, commands: list[CardCommand], reasons: list[str]) -> None:
        """Twice, without a beginning, or once it was lost."""
        assert Story().tell(*commands).refused == reasons

    def test_at_checkout(self) -> None:
        """It says why it is not taken; before, it is."""
        story = Story()
        assert take_cards([story.card]) == (story.card,)
        refused = take_cards([story.tell(OPENED).card])
        assert isinstance(refused, GiftCardNotTaken)
        assert refused.reasons == ("disputed",)


class TestItsCommands:
    """What makes no sense is refused where it enters."""

    def test_in_order_of_time(self) -> None:
        """A command from before its last event changes nothing."""
        story = Story().spend("20.00", at=MONDAY + timedelta(days=1)).spend("1.00")
        assert story.refused == ["out-of-order"]

    @pytest.mark.parametrize("field", ["card", "buyer"])
    def test_names_are_usable(self, field: str) -> None:
        """A card or a buyer without a name is told by the field."""
        named = {"card": "7HK2", "buyer": "zoe"} | {field: " "}
        with pytest.raises(IdentifierError, match=f"^{field}: "):
            order_card(
                named["card"],
                euros("50.00"),
                cards(),
                buyer=BuyerId(named["buyer"]),
                tender="card",
                reference="pi_1",
                digest="d",
                at=MONDAY,
            )

    def test_moments_have_an_offset(self) -> None:
        """What is due is asked at a moment of the world."""
        with pytest.raises(DayError, match=r"^now: "):
            CARD.fall_due(Story().card, datetime(2027, 1, 1))  # noqa: DTZ001 - that is the point

    @pytest.mark.parametrize("amount", ["0.00", "-1.00"])
    def test_amounts_above_nothing(self, amount: str) -> None:
        """Nothing is not spent, nor less."""
        with pytest.raises(MoneyError, match="amount: must be above 0"):
            SpendCard(at=MONDAY, order=ORDER, amount=euros(amount))

    def test_in_its_own_currency(self) -> None:
        """Neither spent nor credited in another."""
        pounds = Money("1.00", "GBP")
        for command in (
            SpendCard(at=MONDAY, order=ORDER, amount=pounds),
            CreditCard(at=MONDAY, order=ORDER, cause="r1", amount=pounds),
        ):
            with pytest.raises(CurrencyMismatchError, match="amount: must be in EUR, got GBP"):
                CARD.decide(Story().card, command, None)


class TestTheTable:
    """It is complete, and refuses histories that cannot have happened."""

    def test_every_state_has_a_row(self) -> None:
        """No state is forgotten, and time's edges are edges."""
        assert set(CARD_TRANSITIONS) == set(CardState)
        assert all(event in CARD_TRANSITIONS[state] for state, event in CARD_DEADLINES.items())

    def test_histories_that_cannot_be(self) -> None:
        """Events without a card, a card ordered twice, events before the last, and out of state."""
        first = ordered()
        assert isinstance(first, CardOrdered)
        spent = CardSpent(at=MONDAY, order=ORDER, amount=euros("1.00"))
        early = evolve(spent, at=MONDAY - timedelta(days=1))
        impossible: list[tuple[Card | None, CardEvent]] = [
            (None, spent),
            (Story().card, first),
            (Story(paid=False).card, spent),
            (Story().card, early),
        ]
        for card, event in impossible:
            with pytest.raises(CorruptHistoryError) as error:
                CARD.evolve(card, event)
            assert (error.value.event, error.value.state) == (event, card)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["spend", "credit"]),
            st.integers(1, 7000),
            st.integers(0, 200),
            st.sampled_from([ORDER, OTHER]),
            st.sampled_from(["r1", "r2", "r3"]),
        ),
        max_size=12,
    )
)
def test_nothing_is_lost_of_a_card(steps: list[tuple[str, int, int, OrderId, str]]) -> None:
    """What it held and got back is what was spent, is left, or is gone; it is never below zero, and
    no order has more back of it than it spent.
    """
    story, at = Story(), MONDAY
    for act, cents, days, order, cause in steps:
        at += timedelta(days=days)
        amount = str(Money(cents, "EUR").amount / 100)
        if act == "spend":
            story.spend(amount, at=at, order=order)
        else:
            story.credit(amount, at=at, order=order, cause=cause)
            story.credit(amount, at=at, order=order, cause=cause)
        assert all(story.card.spent_by(each) >= euros("0") for each in (ORDER, OTHER))
    names = {event.name for event in story.events}
    spent = sum(e.amount.amount for e in story.events if isinstance(e, CardSpent))
    credits_ = [e for e in story.events if isinstance(e, CardCredited)]
    back = sum(e.amount.amount for e in credits_)
    card = story.card
    assert euros("50.00").amount + back == spent + card.balance.amount + card.gone.amount
    assert euros("0") <= card.balance + card.gone <= euros("50.00")
    assert len({(e.order, e.cause) for e in credits_}) == len(credits_)
    assert ("card-expired" in names) == (card.state is CardState.EXPIRED)


class TestC5TakenAtCheckout:
    """C5: a card pays what is left on it until its last day is over, or says why it does not."""

    @staticmethod
    def paid() -> Card:
        """A card of 50 euros that was paid for on its Monday."""
        opened = ordered()
        assert isinstance(opened, CardOrdered)
        card = CARD.evolve(None, opened)
        events = CARD.decide(card, RecordCardPaid(at=MONDAY, receipt="r"), None)
        assert isinstance(events, tuple)
        return CARD.replay(events, card)

    def test_with_something_on_it(self) -> None:
        """It is the card itself."""
        assert take_cards([self.paid()]) == (self.paid(),)

    def test_with_nothing_left(self) -> None:
        """And no last day, since time is not why."""
        refused = take_cards([evolve(self.paid(), balance=euros("0.00"))])
        assert isinstance(refused, GiftCardNotTaken)
        assert (list(refused.reasons), refused.last_day) == (["nothing-left"], None)
        assert refused.edition == cards().edition

    @pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False)])
    def test_when_its_year_is_over(self, seconds: int, *, taken: bool) -> None:
        """To the last second of its last day in Paris; then that day is said."""
        now = EXPIRES + timedelta(seconds=seconds)
        card = self.paid()
        found = take_cards([CARD.replay(CARD.fall_due(card, now), card)])
        assert isinstance(found, tuple) is taken
        if isinstance(found, GiftCardNotTaken):
            assert list(found.reasons) == ["expired"]
            assert found.last_day == date(2027, 9, 7)

    def test_of_a_wrong_code(self) -> None:
        """No card, no edition and no source."""
        refused = take_cards([self.paid(), None])
        assert isinstance(refused, GiftCardNotTaken)
        assert (list(refused.reasons), refused.edition) == (["unknown-code"], None)
        assert refused.index == 1

    def test_given_twice(self) -> None:
        """Whatever is on it: it cannot pay twice."""
        refused = take_cards([self.paid(), self.paid()])
        assert isinstance(refused, GiftCardNotTaken)
        assert (list(refused.reasons), refused.index) == (["given-twice"], 1)

    @pytest.mark.parametrize(
        ("amount", "shares"),
        [
            ("0.00", []),
            ("49.99", ["49.99"]),
            ("50.00", ["50.00"]),
            ("50.01", ["50.00", "0.01"]),
            ("100.01", ["50.00", "50.00"]),
        ],
    )
    def test_the_second_pays_what_the_first_does_not(self, amount: str, shares: list[str]) -> None:
        """Two cards of 50.00 pay in turn, and a card that pays nothing is left out."""
        one = self.paid()
        two = evolve(one, ordered=evolve(one.ordered, card="C2"))
        paid = spread_over_cards(euros(amount), [one, two])
        assert paid == tuple(zip((one, two), map(euros, shares), strict=False))

    @given(
        amount=st.integers(0, 20_000),
        balances=st.lists(st.integers(1, 9_999), max_size=5),
    )
    def test_several_pay_in_turn(self, amount: int, balances: list[int]) -> None:
        """None pays before those given before it are empty; together they pay all they can."""
        named = [evolve(self.paid().ordered, card=f"C{n}") for n in range(len(balances))]
        held = [
            evolve(self.paid(), ordered=name, balance=cents(balance))
            for name, balance in zip(named, balances, strict=True)
        ]
        taken = take_cards(held)
        assert isinstance(taken, tuple)
        paid = spread_over_cards(cents(amount), taken)
        assert sum(int(share.amount * 100) for _, share in paid) == min(amount, sum(balances))
        assert [card.ordered.card for card, _ in paid] == [f"C{n}" for n in range(len(paid))]
        assert all(share == card.balance for card, share in paid[:-1])
        assert all(euros("0") < share <= card.balance for card, share in paid)
