"""The ledgers of the outside find what sums do not: the right amount for the wrong order, a label
bought twice, a mail to a namesake, a payout that was not earned.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from tests.simulation.test_crash_points import STORIES, bounce, lived, work_off
from tests.simulation.towns import BOOK, month_of
from vintage_rules import policies
from vintage_rules.adapters.memory.carrier import MemoryCarrier
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money
from vintage_rules.orders.events import (
    OutcomeFeesCharged,
    PayoutBegun,
    PayoutFellDue,
    PayoutSent,
    RefundOwed,
    SellerShare,
)
from vintage_rules.policies import PolicyBook, parse_policy
from vintage_rules.ports import (
    Change,
    Label,
    Message,
    PaidOut,
    PaymentRefused,
    PayoutRefused,
    Record,
    Refunded,
    Role,
    Sent,
    Shipment,
    ShipmentRefused,
    Undeliverable,
)
from vintage_rules.pricing.fee_policy import Outcome, Payer
from vintage_rules.returns.payments import ReturnedPiece
from vintage_rules.testing.simulation import Books, CrashAt, Town, violations
from vintage_rules.testing.simulation.ledgers import discrepancies

COUNT = iter(range(10**9))
REFUND, PAY, SEND, LABEL = (
    MemoryGateway.refund,
    MemoryPayouts.pay,
    Outbox.send,
    MemoryCarrier.label,
)


def misdirected_refund(
    self: MemoryGateway, key: str, receipt: str, amount: Money
) -> Refunded | PaymentRefused:
    """Refund the first buyer whose payment is large enough, whoever it is for."""
    number = int(receipt.removeprefix("receipt-"))
    for other in range(1, number):
        answer = REFUND(self, key, f"receipt-{other}", amount)
        if isinstance(answer, Refunded):
            return answer
    return REFUND(self, key, receipt, amount)


def other_seller(
    self: MemoryPayouts, key: str, seller: SellerId, amount: Money
) -> PaidOut | PayoutRefused:
    """Pay the right amount to the wrong person."""
    return PAY(self, key, SellerId(f"{seller}0"), amount)


def to_a_namesake(self: Outbox, message: Message) -> Sent | Undeliverable:
    """Send what is for a seller to the buyer of that name."""
    return SEND(self, evolve(message, to=evolve(message.to, role=Role.BUYER)))


def about_another_order(self: Outbox, message: Message) -> Sent | Undeliverable:
    """Tell everybody of the first order."""
    facts = {name: "o1" if name == "order" else fact for name, fact in message.facts.items()}
    return SEND(self, evolve(message, facts=facts))


def label_anew(self: MemoryCarrier, key: str, shipment: Shipment) -> Label | ShipmentRefused:
    """Sell a label for each request, whatever its key."""
    return LABEL(self, f"{key} {next(COUNT)}", shipment)


def to_the_sender(self: MemoryCarrier, key: str, shipment: Shipment) -> Label | ShipmentRefused:
    """Sell a label with the two addresses the wrong way round."""
    turned = evolve(shipment, sender=shipment.recipient, recipient=shipment.sender)
    return LABEL(self, key, turned)


def to_the_buyer(self: Outbox, message: Message) -> Sent | Undeliverable:
    """Have sellers post to where the buyer lives, whatever the order says."""
    facts = dict(message.facts)
    if "to" in facts:
        facts["to"] = "buyer person-1\n1 rue du Marché\nFR"
    return SEND(self, evolve(message, facts=facts))


@pytest.mark.parametrize(
    ("kind", "verb", "broken", "found"),
    [
        (MemoryGateway, "refund", misdirected_refund, "bank, o"),
        (MemoryPayouts, "pay", other_seller, "was paid"),
        (Outbox, "send", to_a_namesake, "was mailed for nothing"),
        (Outbox, "send", about_another_order, "was mailed for nothing"),
        (Outbox, "send", to_the_buyer, "was mailed to post to"),
        (Outbox, "send", to_the_buyer, "was mailed where"),
        (MemoryCarrier, "label", label_anew, "labels too many"),
        (MemoryCarrier, "label", to_the_sender, "labels too many"),
    ],
    ids=[
        "other order",
        "other seller",
        "namesake",
        "other subject",
        "where to post",
        "where a buyer lives",
        "labels",
        "addresses",
    ],
)
def test_finds_what_is_broken(
    kind: type, verb: str, broken: object, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One outside that does something else than it was requested to."""
    monkeypatch.setattr(kind, verb, broken)
    months = (month_of(BOOK, seed, MemoryStore(), chance=0.2).violations for seed in range(40))
    assert any(found in each for told in months for each in told)


def labels_given() -> PolicyBook:
    """A house whose sellers post under its labels."""
    path = Path(str(policies.__file__)).with_name("imparfaite-direct.toml")
    posts = 'sender = "seller"'
    text = path.read_text("utf-8").replace(posts, f"{posts}\nlabel_provided = true")
    return parse_policy(text.encode(), path.name)


def test_knows_the_labels_of_who_posts() -> None:
    """They are no labels too many, whatever is cancelled before it is posted."""
    assert month_of(labels_given(), 3, MemoryStore()).violations == ()


@pytest.fixture
def paid_out() -> Town:
    """One seller was paid for one piece, and all is well."""
    town = lived(STORIES["payout"], CrashAt(0))
    assert violations(town, Books.of(town)) == []
    return town


def told(town: Town, change: Callable[[list[object]], None]) -> list[str]:
    """What is found once the history of the order is another one."""
    books = Books.of(town)
    history: list[object] = books.orders["o1"].history  # type: ignore[assignment] # to spoil it
    change(history)
    return list(discrepancies(town, books))


def owed(history: list[object]) -> RefundOwed:
    """A refund of the coat, owed as its payout falls due."""
    (due,) = (event for event in history if isinstance(event, PayoutFellDue))
    share = SellerShare(piece=due.piece, seller=due.seller, amount=Money("1.00", "EUR"))
    back = ReturnedPiece.__new__(ReturnedPiece)
    object.__setattr__(back, "id", PieceId("coat"))
    return RefundOwed(at=due.at, cause="x", pieces=(back,), payments=(), shares=(share,))


class TestPayouts:
    """R6: what was earned, to its seller, and nothing while a refund is owed."""

    def test_while_a_refund_is_owed(self, paid_out: Town) -> None:
        """Seen where it fell due and where it was begun; and what it earned is less."""

        def spoil(history: list[object]) -> None:
            at = next(n for n, event in enumerate(history) if isinstance(event, PayoutFellDue))
            history.insert(at, owed(history))

        assert (
            told(paid_out, spoil)
            == [
                "o1: coat paid out while a refund of it is owed",
                "o1: coat earned 89.00 EUR, and 90.00 EUR were paid out",
            ]
            * 2
        )

    @pytest.mark.parametrize(
        ("payer", "fee", "earned"),
        [
            (Payer.SELLER, "9.00", "81.00"),
            (Payer.SELLER, "99.00", "0.00"),
            (Payer.BUYER, "9.00", None),
        ],
    )
    def test_less_a_fee_on_an_outcome(
        self, paid_out: Town, payer: Payer, fee: str, earned: str | None
    ) -> None:
        """A seller's lowers what the piece earned, to nothing at the least; a buyer's does not."""

        def spoil(history: list[object]) -> None:
            at, due = next((n, e) for n, e in enumerate(history) if isinstance(e, PayoutFellDue))
            shares = {PieceId("coat"): Money(fee, "EUR")}
            late = OutcomeFeesCharged(at=due.at, outcome=Outcome.LATE, payer=payer, shares=shares)
            history.insert(at, late)

        wrong = f"o1: coat earned {earned} EUR, and 90.00 EUR were paid out"
        assert told(paid_out, spoil) == ([] if earned is None else [wrong] * 2)

    def test_another_amount(self, paid_out: Town) -> None:
        """In the books and at whoever pays."""

        def spoil(history: list[object]) -> None:
            (at,) = (n for n, event in enumerate(history) if isinstance(event, PayoutSent))
            sent = history[at]
            assert isinstance(sent, PayoutSent)
            history[at] = evolve(sent, amount=Money("80.00", "EUR"))

        found = told(paid_out, spoil)
        assert "o1: coat was paid 80.00 EUR, and begun with another" in found
        assert "person-1 was paid 90.00 EUR 1 times more than the books say" in found
        assert "person-1 was paid 80.00 EUR 1 times less than the books say" in found

    def test_another_seller(self, paid_out: Town) -> None:
        """Whoever did not sell it."""

        def spoil(history: list[object]) -> None:
            (at,) = (n for n, event in enumerate(history) if isinstance(event, PayoutBegun))
            begun = history[at]
            assert isinstance(begun, PayoutBegun)
            history[at] = evolve(begun, seller=SellerId("person-2"))

        assert told(paid_out, spoil) == ["o1: coat of person-1 was paid to person-2"]

    def test_come_back(self, paid_out: Town) -> None:
        """What is back at its payer is back in the books; it was reported there, or is noticed."""
        (payout,) = paid_out.outside.payouts
        paid_out.outside.payouts.bounce(payout.reference)
        less = "person-1 was paid 90.00 EUR 1 times less than the books say"
        assert list(discrepancies(paid_out, Books.of(paid_out))) == [less]
        bounce(paid_out)
        work_off(paid_out)
        assert violations(paid_out, Books.of(paid_out)) == []


class TestTime:
    """Time runs forwards in every stream."""

    @pytest.mark.parametrize(("second", "found"), [(0, 0), (-1, 1)])
    def test_backwards(self, paid_out: Town, second: int, found: int) -> None:
        """By a second; at the same moment it does not."""
        from datetime import timedelta

        store, now = paid_out.outside.store, paid_out.now
        moments = (now, now + timedelta(seconds=second))
        records = tuple(Record(name="number-given", at=at, data="{}") for at in moments)
        store.append([Change(stream="x/1", expected=0, records=records, deadline=None)])
        assert len(list(discrepancies(paid_out, Books.of(paid_out)))) == found
