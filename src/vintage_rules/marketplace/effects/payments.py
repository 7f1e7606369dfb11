"""Moving money through the ports: captures, releases, refunds and payouts.

What is about to be moved is held on to first, moved under a key of ours, and then written down:
whatever crashes in between, once more finishes it and moves nothing twice.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.marketplace.commands.order_commands import known_order, tell
from vintage_rules.marketplace.commands.payment_holds import charge_of, let_go
from vintage_rules.marketplace.effects.effects import (
    CaptureCardPayment,
    CapturePayment,
    PaySeller,
    SendRefund,
    VoidCardPayment,
    VoidCharge,
    VoidPayment,
)
from vintage_rules.marketplace.effects.outcomes import (
    DONE,
    WORKER,
    Outcome,
    PermanentFailure,
    order_now,
    tell_order,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.checkout_stream import card_checkout
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import (
    BeginPayout,
    BeginRefund,
    CancelOrder,
    RecordCapture,
    RecordPayoutSent,
    RecordRefundSent,
)
from vintage_rules.orders.events import RefundOwed
from vintage_rules.orders.states import Order, OrderState, PayoutState
from vintage_rules.ports import (
    Captured,
    PaymentRefusal,
    PaymentRefused,
    PayoutRefused,
    Refunded,
    Voided,
)
from vintage_rules.pricing.gift_card.commands import CancelCard, CreditCard, RecordCardPaid
from vintage_rules.pricing.gift_card.decide import CARD
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.pricing.gift_cards import GIFT_CARD
from vintage_rules.returns.payments import Payment

_Payment: TypeAlias = CapturePayment | CaptureCardPayment | VoidPayment | VoidCardPayment


@frozen
class Cashier:
    """Carries out what moves money."""

    shop: Shop

    def capture(self, work: CapturePayment) -> Outcome:
        """Take what was authorised for an order; cancel it where that is refused. Clause C7."""
        if order_now(self.shop, work.order).state is OrderState.CANCELLED:
            return DONE
        answer = self._take(work)
        match answer:
            case Captured(receipt=receipt):
                return self._taken(work, receipt)
            case PaymentRefused(reason=PaymentRefusal.ALREADY_CAPTURED, code=code):
                return PermanentFailure(reason=f"captured already, and not by us: {code}")
            case PaymentRefused(reason=reason):
                return tell_order(
                    self.shop, work.order, lambda _, at: CancelOrder(at=at, reason=reason)
                )
            case _:
                assert_never(answer)

    def _take(self, work: _Payment) -> Captured | PaymentRefused:
        """Take what is held, under a key that is the same whoever asks, so that the answer is."""
        key = f"capture/{work.reference}"
        return self.shop.gateway(work.tender).capture(key, work.reference, work.amount)

    def _taken(self, work: CapturePayment | VoidPayment, receipt: str) -> Outcome:
        return tell_order(
            self.shop,
            work.order,
            lambda _, at: RecordCapture(
                at=at, tender=work.tender, reference=work.reference, receipt=receipt
            ),
        )

    def capture_card(self, work: CaptureCardPayment) -> Outcome:
        """Take what was authorised for a gift card; cancel it where that is refused."""
        if self._card_stands(work.card) is not CardState.ORDERED:
            return DONE
        answer = self._take(work)

        def act(session: UnitOfWork) -> Outcome:
            loaded = session.load(CARDS, work.card)
            if loaded.state is None or loaded.state.state is not CardState.ORDERED:
                return DONE
            told = (
                RecordCardPaid(at=session.now, receipt=answer.receipt)
                if isinstance(answer, Captured)
                else CancelCard(at=session.now, reason=answer.reason)
            )
            decided = CARD.decide(loaded.state, told, None)
            if isinstance(decided, tuple):
                session.happen(loaded, decided)
            return DONE

        return self.shop.do(WORKER, act)

    def _card_stands(self, card: str) -> CardState | None:
        state = self.shop.do(WORKER, lambda session: session.load(CARDS, card).state)
        return None if state is None else state.state

    def undo(self, work: VoidPayment) -> Outcome:
        """Let go of what was held for a cancelled order, or let it owe back what was taken."""
        answer = self._let_go_or_taken(work, work.order)
        if isinstance(answer, Captured):
            return self._taken(work, answer.receipt)
        return _released(answer)

    def undo_card(self, work: VoidCardPayment, key: str) -> Outcome:
        """Let go of what was held for a cancelled gift card, or give back what was taken."""
        answer = self._let_go_or_taken(work, card_checkout(work.card))
        if isinstance(answer, Captured):
            gateway = self.shop.gateway(work.tender)
            return _released(gateway.refund(key, answer.receipt, work.amount))
        return _released(answer)

    def _let_go_or_taken(
        self, work: VoidPayment | VoidCardPayment, checkout: str
    ) -> Voided | Captured | PaymentRefused:
        """Void the charge of a checkout; where it was taken, tell by which receipt."""
        charge = self.shop.do(WORKER, lambda session: charge_of(session, checkout))
        answer = self.shop.gateway(work.tender).void(charge)
        if isinstance(answer, PaymentRefused) and answer.reason is PaymentRefusal.ALREADY_CAPTURED:
            return self._take(work)
        return answer

    def release(self, work: VoidCharge) -> Outcome:
        """Let go of a charge, unless an order came of it after all. Clauses C1, C7."""
        free = self.shop.do(WORKER, lambda session: let_go(session, work.charge))
        if not free:
            return DONE
        return _released(self.shop.gateway(work.tender).void(work.charge))

    def refund(self, work: SendRefund) -> Outcome:
        """Pass a refund on to every means of payment it goes to, once. Clauses F1, F2."""
        tell_order(self.shop, work.order, lambda _, at: BeginRefund(at=at, cause=work.cause))
        order = order_now(self.shop, work.order)
        owed = order.owed.get(work.cause)
        if owed is None:
            return DONE
        for number, payment in enumerate(owed.payments):
            key = _named("refund", work.order, work.cause, str(number))
            refused = self._give_back(order, payment, key)
            if refused is not None:
                return refused
        return self.shop.do(WORKER, lambda session: self._refunded(session, work, owed))

    def _give_back(self, order: Order, payment: Payment, key: str) -> PermanentFailure | None:
        if payment.tender == GIFT_CARD or not payment.amount:
            return None
        receipt = order.receipts[payment.tender, payment.reference]
        answer = self.shop.gateway(payment.tender).refund(key, receipt, payment.amount)
        if isinstance(answer, PaymentRefused):
            why = f"{answer.reason} ({answer.code})"
            return PermanentFailure(
                reason=f"{payment.amount} not refunded by {payment.tender}: {why}"
            )
        return None

    def _refunded(self, session: UnitOfWork, work: SendRefund, owed: RefundOwed) -> Outcome:
        """Write that it was passed on, and put the gift cards' share back in the same append."""
        loaded = session.load(ORDERS, work.order)
        order = known_order(loaded, work.order)
        if work.cause not in order.owed:
            return DONE
        for payment in owed.payments:
            if payment.tender == GIFT_CARD and payment.amount:
                _credit(session, work, payment)
        tell(self.shop, session, loaded, [RecordRefundSent(at=session.now, cause=work.cause)])
        return DONE

    def pay(self, work: PaySeller) -> Outcome:
        """Pay a seller for a piece, once. Clause R6."""
        tell_order(self.shop, work.order, lambda _, at: BeginPayout(at=at, piece=work.piece))
        order = order_now(self.shop, work.order)
        if order.payouts[work.piece] is not PayoutState.BEGUN:
            return DONE
        amount, seller = order.paying[work.piece], order.line(work.piece).seller
        key = _named("payout", work.order, work.piece)
        answer = self.shop.payouts.pay(key, seller, amount)
        if isinstance(answer, PayoutRefused):
            return PermanentFailure(
                reason=f"{seller} not paid {amount}: {answer.reason} ({answer.code})"
            )
        return tell_order(
            self.shop, work.order, lambda _, at: RecordPayoutSent(at=at, piece=work.piece)
        )


def _named(*names: str) -> str:
    """Give the key of what is done once for ever, whichever of several instructions asks for it:
    a refund that was revoked is owed again under its name, and a payout withheld falls due again.
    """
    return sha256("\n".join(names).encode()).hexdigest()


def _released(answer: Voided | Refunded | PaymentRefused) -> Outcome:
    if isinstance(answer, PaymentRefused):
        return PermanentFailure(reason=f"not released: {answer.reason} ({answer.code})")
    return DONE


def _credit(session: UnitOfWork, work: SendRefund, payment: Payment) -> None:
    loaded = session.load(CARDS, payment.reference)
    if loaded.state is None:
        raise InvalidValueError("gift_card", payment.reference, "a card that was bought")
    credit = CreditCard(at=session.now, order=work.order, cause=work.cause, amount=payment.amount)
    decided = CARD.decide(loaded.state, credit, None)
    if not isinstance(decided, tuple):
        raise InvalidValueError("gift_card", decided.reasons, "a card that takes a refund")
    session.happen(loaded, decided)
