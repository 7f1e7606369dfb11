"""Facts of messages that no event holds: what the policy of their order says.

A figure that is published to customers is the same in their mails.
"""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.marketplace.commands.order_commands import load_order
from vintage_rules.marketplace.effects.effects import SendMessage
from vintage_rules.marketplace.shop import Shop
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.ports.notifier import Fact, MessageKind


def facts_of_policy(shop: Shop, effect: SendMessage) -> Mapping[str, Fact]:
    """Return what the edition that an order was placed under adds to a message about it."""
    match effect.kind:
        case MessageKind.REFUND_SENT:
            return _of_refund(_policy(shop, effect), effect)
        case MessageKind.PARCEL_HANDED_IN:
            return {"patience": str(_policy(shop, effect).shipping.tracking.patience)}
        case _:
            return {}


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
