"""Handlers that move money: captures, voids, refunds and payouts.

What is about to move is recorded first, moved under a key of ours, and then recorded as moved:
after a crash anywhere in between, one more run finishes it and moves nothing twice. When that is,
`vintage_rules.marketplace.worker` decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from attrs import evolve

from vintage_rules.machine import taken
from vintage_rules.marketplace.actors import WORKER
from vintage_rules.marketplace.commands.order_commands import (
    execute_own,
    known_order,
    load_order,
    update_order,
)
from vintage_rules.marketplace.commands.payment_holds import (
    charge_of,
    is_awaited,
    keep_name,
    known_charge,
    release_charge,
)
from vintage_rules.marketplace.commands.refunds import credit_cards
from vintage_rules.marketplace.commands.reported_payments import refund_key
from vintage_rules.marketplace.commands.reported_payouts import (
    key_name,
    name_payout,
    payout_key,
    reference_name,
)
from vintage_rules.marketplace.effects.effects import (
    CaptureCardPayment,
    CapturePayment,
    PaySeller,
    SendRefund,
    VoidCardPayment,
    VoidCharge,
    VoidPayment,
)
from vintage_rules.marketplace.effects.outcomes import done, failed
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.checkout_stream import card_checkout
from vintage_rules.marketplace.storage.streams import CARDS, CHECKOUTS, ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money
from vintage_rules.orders.captures import amount_to_capture
from vintage_rules.orders.commands import (
    BeginPayout,
    BeginRefund,
    CancelOrder,
    RecordCapture,
    RecordPayoutSent,
    RecordRefundSent,
)
from vintage_rules.orders.refunds import Rules
from vintage_rules.orders.refusals import OrderCommandRefusal
from vintage_rules.orders.states import Order, OrderState, PayoutState
from vintage_rules.ports.payments import Captured, PaymentRefusal, PaymentRefused, Refunded, Voided
from vintage_rules.ports.payouts import PayoutRefused
from vintage_rules.ports.store import OutboxMessage, Outcome
from vintage_rules.pricing.gift_card.commands import CancelCard, RecordCardPaid
from vintage_rules.pricing.gift_card.decide import CARD
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.returns.payments import Payment

_Held: TypeAlias = CapturePayment | CaptureCardPayment | VoidPayment | VoidCardPayment


def handle_capture_payment(shop: Shop, effect: CapturePayment, _: OutboxMessage) -> Outcome:
    """Capture what an order owes of what was authorised; cancel it if that is refused. Clause C7.

    What pieces that were cancelled meanwhile cost is released. What the house has recorded as
    captured elsewhere is not captured again.
    """
    order = load_order(shop, effect.order)
    recorded = (effect.tender, effect.reference) in order.receipts
    if order.state is OrderState.CANCELLED or recorded:
        return done(shop)
    owed = _still_owed(shop, order, effect)
    answer = _capture(shop, effect, owed) if owed else _void_or_captured(shop, effect, effect.order)
    match answer:
        case Captured(amount=amount) if not owed <= amount <= effect.amount:
            return failed(shop, f"another amount was captured: {amount}")
        case Captured():
            _record_capture(shop, effect, answer)
        case Voided():
            _record_capture(shop, effect, Captured(receipt="", amount=owed))
        case PaymentRefused(reason=PaymentRefusal.ALREADY_CAPTURED, code=code):
            return failed(shop, f"captured, and not found: {code}")
        case PaymentRefused(reason=reason):
            order = update_order(
                shop,
                effect.order,
                lambda at: CancelOrder(at=at, reason=reason),
                expected={OrderCommandRefusal.NOT_POSSIBLE_NOW},
            )
            if order.state is not OrderState.CANCELLED:
                return failed(shop, f"refused, and the order is paid: {reason}")
        case _:
            assert_never(answer)
    return done(shop)


def handle_capture_card_payment(
    shop: Shop, effect: CaptureCardPayment, _: OutboxMessage
) -> Outcome:
    """Capture what was authorised for a gift card; cancel the card if that is refused.

    Another amount that was captured is no reason to cancel: a person must look.
    """
    card = shop.do(WORKER, lambda work: work.load(CARDS, effect.card).state)
    if card is not None and card.state is CardState.ORDERED:
        answer = _capture(shop, effect, effect.amount)
        match answer:
            case Captured(amount=amount) if amount != effect.amount:
                return failed(shop, f"another amount was captured: {amount}")
            case PaymentRefused(reason=PaymentRefusal.ALREADY_CAPTURED, code=code):
                return failed(shop, f"captured, and not found: {code}")
            case _:
                pass
        shop.do(WORKER, lambda work: _record_card_capture(work, effect, answer))
    return done(shop)


def handle_void_charge(shop: Shop, effect: VoidCharge, _: OutboxMessage) -> Outcome:
    """Void a charge, unless an order was placed with it after all. Clauses C1, C7.

    What its buyer validated is erased, unless another charge of the checkout may lead to it.
    """
    released = shop.do(WORKER, lambda work: release_charge(work, effect.charge))
    if not shop.do(WORKER, lambda work: is_awaited(work, effect.checkout)):
        shop.store.erase(shop.store.personal(CHECKOUTS.stream_name(effect.checkout)))
    if not released:
        return done(shop)
    charge = shop.do(WORKER, lambda work: known_charge(work, effect.charge))
    return _released(shop, shop.gateway(effect.tender).void(charge))


def handle_void_payment(shop: Shop, effect: VoidPayment, _: OutboxMessage) -> Outcome:
    """Void what is held for a cancelled order.

    What was captured is recorded as captured, so that the order owes it back.
    """
    answer = _void_or_captured(shop, effect, effect.order)
    if isinstance(answer, Captured):
        _record_capture(shop, effect, answer)
        return done(shop)
    return _released(shop, answer)


def handle_void_card_payment(
    shop: Shop, effect: VoidCardPayment, message: OutboxMessage
) -> Outcome:
    """Void what is held for a cancelled gift card, or refund what was captured."""
    answer = _void_or_captured(shop, effect, card_checkout(effect.card))
    if isinstance(answer, Captured):
        gateway = shop.gateway(effect.tender)
        back = gateway.refund(message.key, answer.receipt, answer.amount)
        if isinstance(back, Refunded):
            name = (effect.tender, back.reference)
            shop.do(WORKER, lambda work: keep_name(work, card_checkout(effect.card), name))
        return _released(shop, back)
    return _released(shop, answer)


def handle_send_refund(shop: Shop, effect: SendRefund, _: OutboxMessage) -> Outcome:
    """Refund to every means of payment its part, once. Clauses F1, F2.

    Once it is begun, it is not revoked any more: the order still owes exactly what is sent here.
    While a payment of it is disputed it waits; the end of the dispute has it sent.
    """
    order = update_order(
        shop,
        effect.order,
        lambda at: BeginRefund(at=at, cause=effect.cause),
        expected={
            OrderCommandRefusal.ALREADY_BEGUN,
            OrderCommandRefusal.NOTHING_OWED,
            OrderCommandRefusal.PAYMENT_DISPUTED,
        },
    )
    owed = order.owed.get(effect.cause)
    if owed is None or effect.cause not in order.begun:
        return done(shop)
    made: list[tuple[str, str]] = []
    for number, payment in enumerate(owed.payments):
        if payment.tender == GIFT_CARD or not payment.amount:
            continue  # a gift card is credited when the refund is recorded
        key = refund_key(effect.order, effect.cause, number)
        answer = _refund(shop, order, payment, key)
        if isinstance(answer, PaymentRefused):
            why = f"{answer.reason} ({answer.code})"
            return failed(shop, f"{payment.amount} not refunded by {payment.tender}: {why}")
        made.append((payment.tender, answer.reference))
    shop.do(WORKER, lambda work: _record_refund(shop, work, effect, made))
    return done(shop)


def handle_pay_seller(shop: Shop, effect: PaySeller, _: OutboxMessage) -> Outcome:
    """Pay a seller for a piece, once. Clause R6."""
    order = shop.do(WORKER, lambda work: _begin_payout(shop, work, effect))
    if order.payouts[effect.piece] is not PayoutState.BEGUN:
        return done(shop)
    amount, seller = order.paying[effect.piece], order.line(effect.piece).seller
    key = payout_key(order, effect.piece)
    answer = shop.payouts.pay(key, seller, amount)
    if isinstance(answer, PayoutRefused):
        return failed(shop, f"{seller} not paid {amount}: {answer.reason} ({answer.code})")
    reference = answer.reference
    shop.do(WORKER, lambda work: _record_payout(shop, work, effect, (key, reference)))
    return done(shop)


def _begin_payout(shop: Shop, work: UnitOfWork, effect: PaySeller) -> Order:
    """Reserve a payout, and keep our key of it: it may be reported before it is answered."""
    order = execute_own(
        shop,
        work,
        work.load(ORDERS, effect.order),
        BeginPayout(at=work.now, piece=effect.piece),
        expected={OrderCommandRefusal.ALREADY_BEGUN, OrderCommandRefusal.NOTHING_OWED},
    )
    if order.payouts[effect.piece] is PayoutState.BEGUN:
        name_payout(work, key_name(payout_key(order, effect.piece)), order, effect.piece)
    return order


def _record_payout(shop: Shop, work: UnitOfWork, effect: PaySeller, paid: tuple[str, str]) -> None:
    """Record a payout by its key and the payer's reference, unless it came back meanwhile."""
    key, reference = paid
    stream = work.load(ORDERS, effect.order)
    order = known_order(stream, effect.order)
    if payout_key(order, effect.piece) != key:
        return
    name_payout(work, reference_name(reference), order, effect.piece)
    command = RecordPayoutSent(at=work.now, piece=effect.piece)
    execute_own(shop, work, stream, command, expected={OrderCommandRefusal.NOTHING_OWED})


def _still_owed(shop: Shop, order: Order, effect: CapturePayment) -> Money:
    """Return what is to be captured of a payment, by the edition that the order is under."""
    held = Payment(tender=effect.tender, reference=effect.reference, amount=effect.amount)
    rules = Rules(policy=shop.edition(order.placed.edition), calendar=shop.calendar)
    return amount_to_capture(order, held, rules)


def _capture(shop: Shop, effect: _Held, amount: Money) -> Captured | PaymentRefused:
    """Capture an amount of an authorisation under a key of its own.

    What is owed may have become less since an earlier attempt whose answer was lost, and a key may
    be forgotten. The provider then says that it was captured before, and is looked up: the answer
    has what was really taken.
    """
    gateway, reference = shop.gateway(effect.tender), effect.reference
    whole = amount == effect.amount
    key = f"capture/{reference}" if whole else f"capture/{reference}/{amount.amount}"
    answer = gateway.capture(key, reference, amount)
    if isinstance(answer, PaymentRefused) and answer.reason is PaymentRefusal.ALREADY_CAPTURED:
        return gateway.find_capture(reference) or answer
    return answer


def _record_capture(shop: Shop, effect: CapturePayment | VoidPayment, taken: Captured) -> None:
    def act(work: UnitOfWork) -> None:
        command = RecordCapture(
            at=work.now,
            tender=effect.tender,
            reference=effect.reference,
            receipt=taken.receipt,
            amount=taken.amount,
        )
        expected = {OrderCommandRefusal.ALREADY_CAPTURED}
        execute_own(shop, work, work.load(ORDERS, effect.order), command, expected=expected)
        if taken.receipt:
            keep_name(work, effect.order, (effect.tender, taken.receipt))

    shop.do(WORKER, act)


def _record_card_capture(
    work: UnitOfWork, effect: CaptureCardPayment, answer: Captured | PaymentRefused
) -> None:
    stream = work.load(CARDS, effect.card)
    if stream.state is None or stream.state.state is not CardState.ORDERED:
        return
    command = (
        RecordCardPaid(at=work.now, receipt=answer.receipt)
        if isinstance(answer, Captured)
        else CancelCard(at=work.now, reason=answer.reason)
    )
    decided = CARD.decide(stream.state, command, None)
    work.record(stream, taken(decided, command, stream.state.state))
    if isinstance(answer, Captured):
        keep_name(work, card_checkout(effect.card), (effect.tender, answer.receipt))


def _void_or_captured(
    shop: Shop, effect: _Held, checkout: str
) -> Voided | Captured | PaymentRefused:
    """Void the charge of a checkout; if it was captured, give what was."""
    gateway = shop.gateway(effect.tender)
    begun = shop.do(WORKER, lambda work: charge_of(work, checkout))
    charge = evolve(begun, reference=effect.reference)
    answer = gateway.void(charge)
    if isinstance(answer, PaymentRefused) and answer.reason is PaymentRefusal.ALREADY_CAPTURED:
        return gateway.find_capture(effect.reference) or answer
    return answer


def _released(shop: Shop, answer: Voided | Refunded | PaymentRefused) -> Outcome:
    if isinstance(answer, PaymentRefused):
        return failed(shop, f"not released: {answer.reason} ({answer.code})")
    return done(shop)


def _refund(shop: Shop, order: Order, payment: Payment, key: str) -> Refunded | PaymentRefused:
    receipt = order.receipts[payment.tender, payment.reference]
    return shop.gateway(payment.tender).refund(key, receipt, payment.amount)


def _record_refund(
    shop: Shop, work: UnitOfWork, effect: SendRefund, made: Sequence[tuple[str, str]]
) -> None:
    """Record that a refund was sent, and credit the gift cards' share in the same append.

    `made` are the providers' names of what was refunded, by which the order is found.
    """
    stream = work.load(ORDERS, effect.order)
    order = known_order(stream, effect.order)
    owed = order.owed.get(effect.cause)
    if owed is None:  # another worker was first
        return
    credit_cards(work, order, owed)
    execute_own(shop, work, stream, RecordRefundSent(at=work.now, cause=effect.cause))
    for name in made:
        keep_name(work, effect.order, name)
