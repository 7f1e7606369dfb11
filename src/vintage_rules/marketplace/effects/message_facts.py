"""Facts of messages that no event holds: what a policy says, and where a parcel goes.

A figure that is published to customers is the same in their mails. An address is read when a mail
is sent: neither the event nor the effect holds it.
"""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.marketplace.commands.addresses import posting_address, written_out
from vintage_rules.marketplace.commands.order_commands import load_order
from vintage_rules.marketplace.effects.effects import SendMessage
from vintage_rules.marketplace.shop import Shop
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.ports.directory import PostalAddress
from vintage_rules.ports.notifier import Fact, MessageKind


def later_facts(shop: Shop, effect: SendMessage) -> Mapping[str, Fact]:
    """Return what is added to a message about an order when it is sent."""
    match effect.kind:
        case MessageKind.REFUND_SENT:
            return _of_refund(_policy(shop, effect), effect)
        case MessageKind.PARCEL_HANDED_IN:
            return {"patience": str(_policy(shop, effect).shipping.tracking.patience)}
        case MessageKind.PIECE_SOLD:
            return _of_sale(shop, effect)
        case _:
            return {}


def _of_sale(shop: Shop, effect: SendMessage) -> Mapping[str, Fact]:
    """Return where a seller posts what they have sold, while they have it to post. Clause L8."""
    order = load_order(shop, str(effect.facts["order"]))
    parcels = [each.id for each in order.placed.all_parcels if each.sender == effect.to.id]
    answers = (posting_address(shop, order, parcel) for parcel in parcels)
    known = [each for each in answers if isinstance(each, PostalAddress)]
    return {"to": written_out(known[0])} if known else {}


def _policy(shop: Shop, effect: SendMessage) -> HousePolicy:
    order = load_order(shop, str(effect.facts["order"]))
    return shop.edition(order.placed.edition)


def _of_refund(policy: HousePolicy, effect: SendMessage) -> Mapping[str, Fact]:
    """F2, F3: who passes the money on, and when it shows by each means of payment."""
    found = effect.facts["tenders"]
    tenders = tuple(map(str, found)) if isinstance(found, tuple) else ()
    delays = [policy.returns.refunds.statement[tender] for tender in tenders]
    facts: dict[str, Fact] = {
        "earliest": tuple(str(delay.earliest) for delay in delays),
        "latest": tuple(str(delay.latest) for delay in delays),
    }
    intermediaries = policy.pricing.tenders.intermediaries_of(tenders)
    return {**facts, "intermediaries": intermediaries} if intermediaries else facts
