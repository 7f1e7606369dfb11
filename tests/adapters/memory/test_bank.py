from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.memory.bank_contract import StandingClock
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.errors import ForgedWebhookError, OutsideRejectedError
from vintage_rules.ids import OrderId, SellerId
from vintage_rules.money import Money, zero
from vintage_rules.ports.payments import (
    Authorised,
    Captured,
    ChallengeNeeded,
    Charge,
    Declined,
    PaymentRefusal,
    PaymentRefused,
    Refunded,
    Voided,
    WebhookKind,
)
from vintage_rules.ports.payouts import PaidOut, PayoutRefused

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PRICE = Money("89.90", "EUR")
ORDER = OrderId("o1")


def charge(source: str = "approved", key: str = "pay", order: OrderId = ORDER) -> Charge:
    """Make a charge of the price of a piece."""
    return Charge(key=key, order=order, amount=PRICE, source=source)


def captured(bank: MemoryGateway, amount: Money = PRICE) -> str:
    """Have an amount captured of a new charge, and give the receipt."""
    held = bank.authorise(charge())
    assert isinstance(held, Authorised)
    taken = bank.capture("capture", held.reference, amount)
    assert isinstance(taken, Captured)
    return taken.receipt


def balances(bank: MemoryGateway, order: OrderId | None = None) -> dict[str, str]:
    """Say where the euros are, in accounts that hold some."""
    held = {account: bank.ledger.balance(account, "EUR", order) for account in Account}
    return {account.value: str(amount.amount) for account, amount in held.items() if amount}


class TestLedger:
    """The books of the bank: every cent is in exactly one place."""

    def test_follows_a_purchase_and_its_refund(self) -> None:
        """Held, taken in part with the rest released, given back in part."""
        bank = MemoryGateway(StandingClock())
        bank.authorise(charge())
        assert balances(bank) == {"buyer": "-89.90", "held": "89.90"}
        bank.capture("capture", "authorisation-1", Money("80.00", "EUR"))
        assert balances(bank) == {"buyer": "-80.00", "house": "80.00"}
        bank.refund("refund", "receipt-1", Money("30.00", "EUR"))
        assert balances(bank) == {"buyer": "-50.00", "house": "50.00"}
        told = [(entry.act, entry.key, str(entry.amount.amount)) for entry in bank.ledger]
        assert told == [
            ("authorise", "pay", "89.90"),
            ("capture", "capture", "80.00"),
            ("release", "capture", "9.90"),
            ("refund", "refund", "30.00"),
            ("pass on", "refund", "30.00"),
        ]

    def test_keeps_orders_and_currencies_apart(self) -> None:
        """What one order holds is not what another does."""
        bank = MemoryGateway(StandingClock())
        bank.authorise(charge())
        yen = Charge(key="yen", order=OrderId("o2"), amount=Money(5000, "JPY"), source="approved")
        bank.authorise(yen)
        assert balances(bank, OrderId("o2")) == {}
        assert bank.ledger.balance(Account.HELD, "JPY", OrderId("o2")) == Money(5000, "JPY")
        assert bank.ledger.currencies() == {"EUR", "JPY"}
        assert len(bank.ledger) == 2

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["authorise", "capture", "void", "refund", "wait", "settle"]),
                st.integers(0, 3),
                st.integers(1, 9100),
                st.booleans(),
            ),
            max_size=40,
        )
    )
    def test_adds_up_whatever_is_asked(self, asked: list[tuple[str, int, int, bool]]) -> None:
        """In any order of requests: the accounts add up to zero, none but the buyer's is below
        zero, and no order was given back more than it paid.
        """
        clock = StandingClock()
        bank = MemoryGateway(clock, slow_refunds=True)
        for verb, which, cents, twice in asked:
            for _ in range(1 + twice):
                ask(bank, clock, verb, which, Money(cents, "JPY"))
            for order in (None, *(OrderId(f"o{n}") for n in range(4))):
                check(bank, order)


def ask(bank: MemoryGateway, clock: StandingClock, verb: str, which: int, amount: Money) -> None:
    """Ask one thing of a bank about one of four charges."""
    one = Charge(
        key=f"pay{which}",
        order=OrderId(f"o{which}"),
        amount=Money(9000, "JPY"),
        source="approved" if which else "challenged",
    )
    name = f"{verb}/{which}/{amount.amount}"
    match verb:
        case "authorise":
            answer = bank.authorise(one)
            if isinstance(answer, ChallengeNeeded):
                bank.answer_challenge(answer.reference)
        case "capture":
            bank.capture(name, f"authorisation-{which}", amount)
        case "void":
            bank.void(one)
        case "refund":
            bank.refund(name, f"receipt-{which}", amount)
        case "wait":
            clock.moment += timedelta(days=3)
        case _:
            for reference in tuple(pending(bank))[:1]:
                bank.bounce(reference) if which % 2 else bank.pass_on(reference)


def pending(bank: MemoryGateway) -> Iterator[str]:
    """Name the refunds that nobody has passed on yet, as the books tell."""
    taken_on = [entry.key for entry in bank.ledger if entry.act == "refund"]
    settled = {entry.key for entry in bank.ledger if entry.act in {"pass on", "bounce"}}
    for number, key in enumerate(taken_on, start=1):
        if key not in settled:
            yield f"refund-{number}"


def check(bank: MemoryGateway, order: OrderId | None) -> None:
    """Check the balances of an order, or of all."""
    held = {account: bank.ledger.balance(account, "JPY", order) for account in Account}
    nothing = zero("JPY")
    assert sum(held.values(), nothing) == nothing
    assert held[Account.BUYER] <= nothing
    assert all(held[account] >= nothing for account in Account if account is not Account.BUYER)


class TestHolds:
    """An amount stays held for a time."""

    def test_end_when_their_time_is_over(self) -> None:
        """To the microsecond, dated when it was, however late it is looked at."""
        clock = StandingClock()
        bank = MemoryGateway(clock, held_for=timedelta(days=7))
        held = bank.authorise(charge())
        assert held == Authorised(reference="authorisation-1", expires_at=NOON + timedelta(days=7))
        clock.moment = NOON + timedelta(days=7) - TICK
        assert balances(bank) == {"buyer": "-89.90", "held": "89.90"}
        clock.moment += timedelta(days=30)
        assert balances(bank) == {}
        assert [entry.at for entry in bank.ledger][-1] == NOON + timedelta(days=7)
        assert bank.webhooks[-1].kind is WebhookKind.VOIDED
        assert bank.webhooks[-1].at == NOON + timedelta(days=7)

    def test_cannot_be_captured_once_they_have_ended(self) -> None:
        """Refused as expired; the charge is not held anew, and there is nothing to void."""
        clock = StandingClock()
        bank = MemoryGateway(clock, held_for=timedelta(days=7))
        bank.authorise(charge())
        clock.moment += timedelta(days=7)
        answer = bank.capture("capture", "authorisation-1", PRICE)
        assert answer == PaymentRefused(reason=PaymentRefusal.EXPIRED, code="expired")
        assert bank.authorise(charge()) == Declined(code="expired")
        assert bank.void(charge()) == Voided()

    def test_can_be_captured_until_then(self) -> None:
        """One tick before the end is early enough."""
        clock = StandingClock()
        bank = MemoryGateway(clock, held_for=timedelta(days=7))
        bank.authorise(charge())
        clock.moment += timedelta(days=7) - TICK
        taken = Captured(receipt="receipt-1", amount=PRICE)
        assert bank.capture("capture", "authorisation-1", PRICE) == taken


class TestSources:
    """What a source says is what the bank does."""

    def test_decline_with_the_code_they_name(self) -> None:
        """After a colon, or in general."""
        bank = MemoryGateway(StandingClock())
        assert bank.authorise(charge("declined:expired-card")) == Declined(code="expired-card")
        assert bank.authorise(charge("declined", key="other")) == Declined(code="card-declined")

    def test_ask_to_see_the_buyer_at_the_address_they_come_back_to(self) -> None:
        """A buyer who fails the challenge is declined for good."""
        bank = MemoryGateway(StandingClock())
        one = Charge(
            key="pay",
            order=ORDER,
            amount=PRICE,
            source="challenged",
            return_url="https://shop.example/back",
        )
        assert bank.authorise(one) == ChallengeNeeded(
            reference="authorisation-1", url="https://shop.example/back"
        )
        bank.answer_challenge("authorisation-1", passed=False)
        assert bank.authorise(one) == Declined(code="challenge-failed")
        assert balances(bank) == {}

    def test_are_challenged_once(self) -> None:
        """A challenge that is over, or never was, cannot be answered."""
        bank = MemoryGateway(StandingClock())
        bank.authorise(charge("challenged"))
        bank.answer_challenge("authorisation-1")
        for reference in ("authorisation-1", "authorisation-2"):
            with pytest.raises(OutsideRejectedError, match=f"none is open for {reference}$"):
                bank.answer_challenge(reference)

    def test_are_known(self) -> None:
        """A source that says nothing the bank understands is our mistake."""
        with pytest.raises(OutsideRejectedError, match=r"no such source: visa$"):
            MemoryGateway(StandingClock()).authorise(charge("visa"))


class TestRefunds:
    """Refunds that take their time, come back or come too late."""

    def test_are_pending_until_they_are_passed_on(self) -> None:
        """Asked again, the refund is not pending any more; the money has arrived. Clause F2."""
        bank = MemoryGateway(StandingClock(), slow_refunds=True)
        receipt = captured(bank)
        assert bank.refund("refund", receipt, PRICE) == Refunded(reference="refund-1", pending=True)
        assert balances(bank) == {"buyer": "-89.90", "on-its-way": "89.90"}
        bank.pass_on("refund-1")
        assert bank.refund("refund", receipt, PRICE) == Refunded(
            reference="refund-1", pending=False
        )
        assert balances(bank) == {}
        assert bank.webhooks[-1].kind is WebhookKind.REFUNDED

    def test_that_bounce_can_be_made_again_with_another_key(self) -> None:
        """The money is back at the house; the first refund stays refused."""
        bank = MemoryGateway(StandingClock(), slow_refunds=True)
        receipt = captured(bank)
        bank.refund("refund", receipt, PRICE)
        bank.bounce("refund-1")
        assert balances(bank) == {"buyer": "-89.90", "house": "89.90"}
        assert bank.webhooks[-1].kind is WebhookKind.REFUND_FAILED
        assert isinstance(bank.refund("refund", receipt, PRICE), PaymentRefused)
        assert isinstance(bank.refund("another", receipt, PRICE), Refunded)

    def test_those_on_their_way_are_listed(self) -> None:
        """Until they are passed on or have come back."""
        bank = MemoryGateway(StandingClock(), slow_refunds=True)
        receipt = captured(bank)
        for key in ("a", "b", "c"):
            bank.refund(key, receipt, Money("10.00", "EUR"))
        bank.pass_on("refund-1")
        bank.bounce("refund-3")
        assert [(each.key, str(each.amount)) for each in bank.pending] == [("b", "10.00 EUR")]

    def test_are_settled_once(self) -> None:
        """What is not pending can neither be passed on nor bounce."""
        bank = MemoryGateway(StandingClock())
        bank.refund("refund", captured(bank), PRICE)
        with pytest.raises(OutsideRejectedError, match=r"not pending: refund-1$"):
            bank.pass_on("refund-1")
        with pytest.raises(OutsideRejectedError, match=r"not pending: refund-1$"):
            bank.bounce("refund-1")

    def test_are_refused_when_they_come_too_late(self) -> None:
        """On the last moment they are taken on, a tick later not; a repeated one still answers."""
        clock = StandingClock()
        bank = MemoryGateway(clock, refundable_for=timedelta(days=180))
        receipt = captured(bank)
        clock.moment += timedelta(days=180)
        first = bank.refund("refund", receipt, Money("10.00", "EUR"))
        assert isinstance(first, Refunded)
        clock.moment += TICK
        late = bank.refund("late", receipt, Money("10.00", "EUR"))
        assert late == PaymentRefused(reason=PaymentRefusal.TOO_LATE, code="too-late")
        assert bank.refund("refund", receipt, Money("10.00", "EUR")) == first


class TestWebhooks:
    """What the bank tells of its own accord."""

    def test_follow_what_happens(self) -> None:
        """One for each thing that happened, each with its own id."""
        bank = MemoryGateway(StandingClock())
        receipt = captured(bank)
        bank.refund("refund", receipt, PRICE)
        bank.authorise(charge("declined", key="other"))
        bank.authorise(charge(key="third"))
        bank.void(charge(key="third"))
        kinds = [webhook.kind.value for webhook in bank.webhooks]
        assert kinds == ["authorised", "captured", "refunded", "declined", "authorised", "voided"]
        assert len({webhook.id for webhook in bank.webhooks}) == len(kinds)

    def test_arrive_as_they_were_sent(self) -> None:
        """The moment, the reference and the order are those of the webhook."""
        bank = MemoryGateway(StandingClock())
        captured(bank)
        for webhook in bank.webhooks:
            assert bank.read_webhook(*bank.sent(webhook)) == webhook

    def test_are_fresh_for_five_minutes_on_either_side(self) -> None:
        """Clocks of two machines differ a little; nobody's by more than that."""
        clock = StandingClock()
        bank = MemoryGateway(clock)
        captured(bank)
        headers, body = bank.sent(bank.webhooks[0])
        for apart in (timedelta(minutes=5), timedelta(minutes=-5)):
            clock.moment = NOON + apart
            assert bank.read_webhook(headers, body) == bank.webhooks[0]
        for apart in (timedelta(minutes=5, microseconds=1), -timedelta(minutes=5, microseconds=1)):
            clock.moment = NOON + apart
            with pytest.raises(ForgedWebhookError, match=r"not within 0:05:00 of now$"):
                bank.read_webhook(headers, body)

    def test_of_another_bank_are_forged(self) -> None:
        """Who signs with another secret is somebody else."""
        bank, other = (MemoryGateway(StandingClock(), secret=word) for word in ("one", "other"))
        captured(bank)
        with pytest.raises(ForgedWebhookError, match=r"the signature is not that of the body$"):
            other.read_webhook(*bank.sent(bank.webhooks[0]))


class TestThreads:
    """Several workers ask at once."""

    def test_hold_and_take_once(self) -> None:
        """Whoever comes first has it done; all hear the same."""
        bank = MemoryGateway(StandingClock())
        answers: list[object] = []

        def buy() -> None:
            held = bank.authorise(charge())
            assert isinstance(held, Authorised)
            answers.append(bank.capture("capture", held.reference, PRICE))

        threads = [Thread(target=buy) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [Captured(receipt="receipt-1", amount=PRICE)] * 16
        assert balances(bank) == {"buyer": "-89.90", "house": "89.90"}


class TestPayouts:
    """Accounts of sellers, opened and closed. Clause R6."""

    def test_are_paid_once_the_account_is_open(self) -> None:
        """The key that was refused may be asked with again, and pays."""
        payouts = MemoryPayouts(without_account=[SellerId("zoe")])
        amount = Money("71.92", "EUR")
        assert isinstance(payouts.pay("p1", SellerId("zoe"), amount), PayoutRefused)
        payouts.open_account(SellerId("zoe"))
        assert payouts.pay("p1", SellerId("zoe"), amount) == PaidOut(reference="payout-1")
        assert [(payout.key, payout.seller) for payout in payouts] == [("p1", "zoe")]

    def test_stay_paid_once_the_account_is_closed(self) -> None:
        """What was paid is told again; what was not is refused."""
        payouts = MemoryPayouts()
        amount = Money("71.92", "EUR")
        first = payouts.pay("p1", SellerId("anna"), amount)
        payouts.close_account(SellerId("anna"))
        assert payouts.pay("p1", SellerId("anna"), amount) == first
        assert isinstance(payouts.pay("p2", SellerId("anna"), amount), PayoutRefused)
        assert payouts.paid("EUR") == amount
        assert payouts.paid("JPY") == zero("JPY")


class TestDisputes:
    """A buyer questions a charge, and their bank decides."""

    def test_one_that_is_won_moves_nothing(self) -> None:
        """Both ends are reported, under the name of the charge."""
        bank = MemoryGateway(StandingClock())
        captured(bank)
        before = len(bank.ledger)
        bank.dispute("authorisation-1")
        assert bank.disputed == {"authorisation-1"}
        bank.end_dispute("authorisation-1", won=True)
        assert (bank.disputed, len(bank.ledger)) == (frozenset(), before)
        kinds = [(each.kind, each.reference) for each in bank.webhooks[-2:]]
        assert kinds == [
            (WebhookKind.DISPUTED, "authorisation-1"),
            (WebhookKind.DISPUTE_WON, "authorisation-1"),
        ]

    def test_one_that_is_lost_takes_back_what_was_not_refunded(self) -> None:
        """And nothing more can be refunded, whatever was before."""
        bank = MemoryGateway(StandingClock())
        receipt = captured(bank)
        bank.refund("refund", receipt, Money("9.90", "EUR"))
        bank.dispute("authorisation-1")
        bank.end_dispute("authorisation-1", won=False)
        assert str([*bank.ledger][-1].amount) == "80.00 EUR"
        assert balances(bank) == {}
        assert bank.webhooks[-1].kind is WebhookKind.DISPUTE_LOST
        more = bank.refund("more", receipt, Money("0.01", "EUR"))
        assert isinstance(more, PaymentRefused)
        assert more.reason is PaymentRefusal.ABOVE_CAPTURED

    def test_are_of_what_was_captured_and_open_once(self) -> None:
        """Nothing unknown, nothing that is only held, nothing twice."""
        bank = MemoryGateway(StandingClock())
        with pytest.raises(OutsideRejectedError, match="not captured: authorisation-1"):
            bank.dispute("authorisation-1")
        captured(bank)
        bank.dispute("authorisation-1")
        with pytest.raises(OutsideRejectedError, match="disputed: authorisation-1"):
            bank.dispute("authorisation-1")
        bank.end_dispute("authorisation-1", won=True)
        with pytest.raises(OutsideRejectedError, match="none of authorisation-1"):
            bank.end_dispute("authorisation-1", won=False)
