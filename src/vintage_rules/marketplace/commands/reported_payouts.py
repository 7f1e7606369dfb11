"""What a payer reports of a payout that it made, done to the order of its piece. Clause R6.

The report names the payout by our key or by the payer's name for it, both of which are kept from
when it is paid. A payout that came back has another key when it is paid again: what is reported of
the first is not said of the second.
"""

from __future__ import annotations

from vintage_rules.ids import PieceId
from vintage_rules.marketplace.commands.order_commands import execute_own
from vintage_rules.marketplace.commands.reported_payments import lasting_key
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.inbound_streams import PayoutNamed, name_given
from vintage_rules.marketplace.storage.streams import ORDERS, PAYOUTS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import RecordPayoutFailed
from vintage_rules.orders.refusals import OrderCommandRefusal
from vintage_rules.orders.states import Order
from vintage_rules.ports.payouts import PayoutWebhook


def payout_key(order: Order, piece: PieceId) -> str:
    """Return our key of the payout for a piece: another one after each that came back."""
    names = ("payout", order.placed.order, piece)
    returned = order.returned_payouts.get(piece, 0)
    return lasting_key(*names, str(returned)) if returned else lasting_key(*names)


def key_name(key: str) -> str:
    """Name a payout by our key of it.

    >>> key_name("k1")
    'key/k1'
    """
    return name_given("key", key)


def reference_name(reference: str) -> str:
    """Name a payout by the payer's name for it.

    >>> reference_name("payout-1")
    'reference/payout-1'
    """
    return name_given("reference", reference)


def name_payout(work: UnitOfWork, name: str, order: Order, piece: PieceId) -> None:
    """Keep which piece a name of a payout belongs to, and under which key it is paid."""
    stream = work.load(PAYOUTS, name)
    if stream.state is None:
        key = payout_key(order, piece)
        named = PayoutNamed(at=work.now, order=order.placed.order, piece=piece, key=key)
        work.record(stream, [named])


def reported_payout(work: UnitOfWork, webhook: PayoutWebhook) -> PayoutNamed | None:
    """Return the payout that a report names by our key or by the payer's name; None if unknown."""
    if webhook.key is not None:
        return work.load(PAYOUTS, key_name(webhook.key)).state
    if webhook.reference is not None:
        return work.load(PAYOUTS, reference_name(webhook.reference)).state
    return None


def record_failed_payout(shop: Shop, work: UnitOfWork, named: PayoutNamed) -> None:
    """Record that a payout came back; reported again, it is paid under another key by then."""
    stream = work.load(ORDERS, named.order)
    if stream.state is None or payout_key(stream.state, named.piece) != named.key:
        return
    command = RecordPayoutFailed(at=work.now, piece=named.piece)
    execute_own(shop, work, stream, command, expected={OrderCommandRefusal.NOT_POSSIBLE_NOW})
