"""What comes days or weeks later, and what the house does about it.

Buyers dispute what they paid, refunds and payouts come back from the other bank, and banks forget
our keys. They report all of it, at times late or twice; the house settles what waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial

from vintage_rules.adapters.memory.bank import Refund
from vintage_rules.errors import OutsideRejectedError
from vintage_rules.ids import OrderId
from vintage_rules.marketplace.commands.reported_payments import refund_key
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.states import Order
from vintage_rules.ports.payments import PaymentWebhook, Refunded
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.testing.simulation.town import HOUSE, Deed, Town

_SHARE_THAT_COMES_BACK, _SHARE_THAT_IS_WON, _SHARE_OF_CARDS = 0.15, 0.5, 0.2
_HOURS_OF_A_REFUND, _HOURS_OF_A_DISPUTE = 150, 600


# ---- banks: refunds that come back, reports that arrive in the end, keys that are forgotten ----


def pass_refunds_on(town: Town) -> None:
    """Have the banks begin to pass refunds on; that takes them days, and some come back."""
    for tender, bank in sorted(town.outside.banks.items()):
        for refund in bank.pending:
            if refund.key not in town.passing:
                town.passing.add(refund.key)
                wait = timedelta(hours=town.random.randrange(1, _HOURS_OF_A_REFUND))
                back = town.random.random() < _SHARE_THAT_COMES_BACK
                town.later(wait, partial(_end_refund, town, tender, refund, back=back))


def end_refunds(town: Town) -> None:
    """Have the banks pass on all that they still have."""
    for tender, bank in sorted(town.outside.banks.items()):
        for refund in bank.pending:
            _end_refund(town, tender, refund, back=False)


def _end_refund(town: Town, tender: str, refund: Refund, *, back: bool) -> None:
    """Pass a refund on, or let it come back, where the shop has recorded that it was sent."""
    bank = town.outside.banks[tender]
    if refund not in bank.pending or not isinstance(refund.answer, Refunded):
        return
    if back and refund.key in _keys_of_refunds(town, refund.capture.account.charge.order):
        bank.bounce(refund.answer.reference)
        report(town, tender, bank.webhooks[-1])
    else:
        bank.pass_on(refund.answer.reference)


def _keys_of_refunds(town: Town, name: OrderId) -> set[str]:
    order = _known_order(town, name)
    if order is None:
        return set()
    return {
        refund_key(name, cause, number)
        for cause, refund in order.sent.items()
        for number in range(len(refund.payments))
    }


def _known_order(town: Town, name: OrderId) -> Order | None:
    return UnitOfWork(town.outside.store, town.now, "simulation").load(ORDERS, name).state


def report(town: Town, tender: str, webhook: PaymentWebhook) -> None:
    """Have a bank report something to the shop."""
    town.market.webhooks.payment(tender, *town.outside.banks[tender].sent(webhook))


def report_all(town: Town) -> Iterator[Deed]:
    """Have each bank report all that it is not sure to have reported: it tries until it is."""
    for tender, bank in sorted(town.outside.banks.items()):
        for number in range(town.reported[tender], len(bank.webhooks)):
            yield partial(_report_next, town, tender, number)


def _report_next(town: Town, tender: str, number: int) -> None:
    if town.reported[tender] == number:  # else the one before it was not answered
        report(town, tender, town.outside.banks[tender].webhooks[number])
        town.reported[tender] = number + 1


def forget_keys(town: Town) -> None:
    """Have the banks forget our keys, as they do after a day: those that have reported all.

    No request travels for as long as a day.
    """
    town.wire.arrive()
    for tender, bank in sorted(town.outside.banks.items()):
        if town.reported[tender] == len(bank.webhooks):
            bank.forget_keys()


# ---- buyers: payments that they dispute ----


def dispute(town: Town, order: Order | None) -> tuple[str, Deed] | None:
    """Draw a payment that its buyer disputes: of an order, or at times of a gift card."""
    is_of_a_card = town.random.random() < _SHARE_OF_CARDS
    charge = _charge_of_a_card(town) if is_of_a_card else _charge_of(town, order)
    if charge is None or charge[1] in town.disputed:
        return None
    return "dispute a payment", partial(_dispute, town, *charge)


def _charge_of(town: Town, order: Order | None) -> tuple[str, str] | None:
    if order is None or order.failed & order.owed.keys():
        return None
    paid = [each for each in order.captured if each.tender != GIFT_CARD]
    if not paid:
        return None
    payment = town.random.choice(paid)
    return payment.tender, payment.reference


def _charge_of_a_card(town: Town) -> tuple[str, str] | None:
    names = [*town.outside.store.streams(CARDS.prefix)]
    if not names:
        return None
    name = town.random.choice(names).removeprefix(CARDS.prefix)
    card = UnitOfWork(town.outside.store, town.now, "simulation").load(CARDS, name).state
    if card is None or card.state is not CardState.ACTIVE:
        return None
    return card.ordered.tender, card.ordered.reference


def _dispute(town: Town, tender: str, reference: str) -> None:
    if reference in town.disputed:  # it is requested again, since it was not answered
        return
    bank = town.outside.banks[tender]
    bank.dispute(reference)
    town.disputed.add(reference)
    won = town.random.random() < _SHARE_THAT_IS_WON
    wait = timedelta(hours=town.random.randrange(24, _HOURS_OF_A_DISPUTE))
    town.later(wait, partial(_end_dispute, town, tender, reference, won=won))
    report(town, tender, bank.webhooks[-1])


def end_disputes(town: Town) -> Iterator[Deed]:
    """End the disputes that are still open, one after the other for the house and for the buyer."""
    for tender, bank in sorted(town.outside.banks.items()):
        for number, reference in enumerate(sorted(bank.disputed)):
            yield partial(_end_dispute, town, tender, reference, won=bool(number % 2))


def _end_dispute(town: Town, tender: str, reference: str, *, won: bool) -> None:
    """End a dispute that the shop has heard of, with no refund on its way: it takes weeks."""
    bank = town.outside.banks[tender]
    if reference in bank.disputed and _is_quiet(town, tender, reference):
        bank.end_dispute(reference, won=won)
        report(town, tender, bank.webhooks[-1])


def _is_quiet(town: Town, tender: str, reference: str) -> bool:
    card = town.market.cards.find_by_reference(HOUSE, tender, reference)
    if card is not None:
        return card.disputed
    order = town.market.orders.find_by_reference(HOUSE, tender, reference)
    return order is not None and tender in order.disputed and not order.begun


# ---- sellers: payouts that come back from their bank ----


def close_account(town: Town) -> tuple[str, Deed] | None:
    """Draw a payout that comes back, and is reported."""
    kept = [each.reference for each in town.outside.payouts if not each.is_back]
    if not kept:
        return None
    return "close an account", partial(_bounce, town, town.random.choice(kept))


def _bounce(town: Town, reference: str) -> None:
    payouts = town.outside.payouts
    with suppress(OutsideRejectedError):  # it is reported again
        payouts.bounce(reference)
    town.bounced.append(reference)
    _report_payout(town, reference)


def _report_payout(town: Town, reference: str) -> None:
    payouts = town.outside.payouts
    town.market.webhooks.payout("bank", payouts, *payouts.report(reference, town.now))


def report_payouts(town: Town) -> Iterator[Deed]:
    """Have the payer report again all that came back."""
    for reference in dict.fromkeys(town.bounced):
        yield partial(_report_payout, town, reference)


# ---- the house: what it does by hand ----


def by_hand(town: Town, order: Order | None) -> tuple[str, Deed] | None:
    """Draw what the house does by hand on an order; None where there is nothing."""
    if order is None:
        return None
    name, orders = order.placed.order, town.market.orders
    if order.frozen:
        return "release payouts", lambda: orders.release_payouts(HOUSE, name)
    return "freeze payouts", lambda: orders.freeze_payouts(HOUSE, name, "under review")


def capture_by_hand(town: Town, order: Order) -> None:
    """Capture on the screen of the bank what an order is to be paid with, and record that."""
    name = order.placed.order
    for payment in order.placed.payments:
        if payment.tender != GIFT_CARD:
            bank = town.outside.banks[payment.tender]
            bank.capture(f"by hand {name}", payment.reference, payment.amount)
            found = bank.find_capture(payment.reference)
            if found is not None:  # else it was voided before
                town.market.orders.record_capture(
                    HOUSE,
                    name,
                    payment.tender,
                    payment.reference,
                    found.receipt,
                    amount=found.amount,
                )


def settle_by_hand(town: Town, order: Order) -> Iterator[tuple[str, Deed]]:
    """Pay again what came back, and release what waits for the house's word."""
    name = order.placed.order
    if not order.disputed:
        for cause in sorted(order.failed & order.owed.keys()):
            yield "refund by hand", partial(_refund, town, order, cause)
    if order.frozen:
        yield "release payouts", lambda: town.market.orders.release_payouts(HOUSE, name)


def _refund(town: Town, order: Order, cause: str) -> object:
    """Have the bank refund what came back, which reaches its buyer this time."""
    name = order.placed.order
    for number, payment in enumerate(order.owed[cause].payments):
        receipt = order.receipts[payment.tender, payment.reference]
        bank = town.outside.banks[payment.tender]
        answer = bank.refund(f"by hand {name} {cause} {number}", receipt, payment.amount)
        if isinstance(answer, Refunded) and answer.pending:
            bank.pass_on(answer.reference)
    return town.market.orders.record_refund(HOUSE, name, cause)
