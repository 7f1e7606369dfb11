"""The gift cards' share of a refund: credited in the append that records the refund. C5, F4."""

from __future__ import annotations

from vintage_rules.errors import InvalidValueError
from vintage_rules.machine import Refused
from vintage_rules.marketplace.commands.reported_payments import lasting_key
from vintage_rules.marketplace.storage.case_stream import CaseOpened, CaseReason
from vintage_rules.marketplace.storage.streams import CARDS, CASES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.events import RefundOwed
from vintage_rules.orders.states import Order
from vintage_rules.pricing.gift_card.commands import CreditCard
from vintage_rules.pricing.gift_card.decide import CARD
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.returns.payments import Payment


def credit_cards(work: UnitOfWork, order: Order, refund: RefundOwed) -> None:
    """Credit each gift card that a refund goes back to.

    What goes back to a card that has expired or was revoked can be spent by no one: a person looks.

    Raises:
        InvalidValueError: For a card that was never bought, or that takes no refund.
    """
    for payment in refund.payments:
        if payment.tender == GIFT_CARD and payment.amount:
            _credit(work, order, refund.cause, payment)


def _credit(work: UnitOfWork, order: Order, cause: str, payment: Payment) -> None:
    stream = work.load(CARDS, payment.reference)
    if stream.state is None:
        raise InvalidValueError("gift_card", payment.reference, "a card that was bought")
    name = order.placed.order
    credit = CreditCard(at=work.now, order=name, cause=cause, amount=payment.amount)
    decided = CARD.decide(stream.state, credit, None)
    if isinstance(decided, Refused):
        raise InvalidValueError("gift_card", decided.reasons, "a card that takes a refund")
    card = work.record(stream, decided)
    if card.state in {CardState.EXPIRED, CardState.REVOKED}:
        opened = CaseOpened(
            at=work.now,
            case=f"refund/{lasting_key(name, cause, payment.reference)}",
            reason=CaseReason.REFUND_UNUSABLE,
            tender=GIFT_CARD,
            reference=payment.reference,
            order=name,
            code=f"{payment.amount} to a card that is {card.state}",
            subject=cause,
        )
        work.record(work.load(CASES, opened.case), [opened])
