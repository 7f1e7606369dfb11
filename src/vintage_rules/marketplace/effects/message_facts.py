"""Facts of messages that no event holds: what a policy says, and where a parcel goes.

A figure that is published to customers is the same in their mails. An address is read when a mail
is sent: neither the event nor the effect holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from vintage_rules.marketplace.commands.addresses import posting_address, written_out
from vintage_rules.marketplace.commands.imports import sent_imports
from vintage_rules.marketplace.commands.order_commands import load_order
from vintage_rules.marketplace.effects.effects import SendMessage
from vintage_rules.marketplace.shop import Shop
from vintage_rules.orders.borders import assess_sent_back
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import Order
from vintage_rules.ports.directory import PostalAddress
from vintage_rules.ports.notifier import Fact, MessageKind
from vintage_rules.returns.policy import CustomsOutcome
from vintage_rules.returns.undelivered import (
    UndeliveredForfeited,
    UndeliveredRefunded,
    UndeliveredRelisted,
)
from vintage_rules.shipping.customs import (
    Charged,
    ImportAssessment,
    NoImport,
    NothingAtBorder,
    UnknownImport,
)
from vintage_rules.shipping.parcel.states import SentBackCause
from vintage_rules.shipping.parcels import gives_labels
from vintage_rules.shipping.policy import Sender


def later_facts(shop: Shop, effect: SendMessage) -> Mapping[str, Fact]:
    """Return what is added to a message about an order when it is sent."""
    match effect.kind:
        case MessageKind.REFUND_SENT:
            return _of_refund(_policy(shop, effect), effect)
        case MessageKind.PARCEL_HANDED_IN:
            return _of_parcel(shop, effect)
        case MessageKind.REFUND_QUESTION:
            return {"outcome": _outcome(shop, effect)}
        case MessageKind.PIECES_SOLD:
            return _of_sale(shop, effect)
        case _:
            return {}


def _order(shop: Shop, effect: SendMessage) -> Order:
    return load_order(shop, str(effect.facts["order"]))


def _policy(shop: Shop, effect: SendMessage) -> HousePolicy:
    return shop.edition(_order(shop, effect).placed.edition)


def _of_parcel(shop: Shop, effect: SendMessage) -> Mapping[str, Fact]:
    """L13, S3: how long its page may not move, and whether customs may charge duties."""
    order = _order(shop, effect)
    policy = shop.edition(order.placed.edition)
    facts: dict[str, Fact] = {"patience": str(policy.shipping.tracking.patience)}
    sender = next(each.sender for each in order.placed.parcels if each.id == effect.facts["parcel"])
    today = shop.day(shop.clock.now())
    imports = {each.sender: each.assessed for each in sent_imports(shop, order, today, {})}
    customs = None if sender not in imports else _customs(imports[sender])
    return facts if customs is None else {**facts, "customs": customs}


def _customs(assessed: ImportAssessment) -> str | None:
    match assessed:
        case NoImport():
            return None
        case NothingAtBorder(at_sale=at_sale):
            return "paid" if at_sale else None
        case Charged() | UnknownImport():
            return "may-charge"
        case _:
            assert_never(assessed)


def _outcome(shop: Shop, effect: SendMessage) -> str:
    """L14: what follows, once the buyer has agreed, of a parcel that came back for that cause."""
    placed = _order(shop, effect).placed
    found = effect.facts.get("cause")
    cause = None if found is None else SentBackCause(str(found))
    match assess_sent_back(placed, cause, shop.edition(placed.edition)):
        case UndeliveredRefunded():
            return CustomsOutcome.REFUND
        case UndeliveredRelisted():
            return CustomsOutcome.RELIST
        case UndeliveredForfeited():
            return CustomsOutcome.NOTHING


def _of_sale(shop: Shop, effect: SendMessage) -> Mapping[str, Fact]:
    """L8: whether the buyer collects, and where a seller posts while they have it to post."""
    order = _order(shop, effect)
    mode = shop.edition(order.placed.edition).shipping.mode(order.placed.mode)
    facts: dict[str, Fact] = {"collected": mode.sender is Sender.BUYER}
    parcels = [each.id for each in order.placed.all_parcels if each.sender == effect.to.id]
    answers = (posting_address(shop, order, parcel) for parcel in parcels)
    known = [each for each in answers if isinstance(each, PostalAddress)]
    if known:
        facts["to"] = written_out(known[0])
        if gives_labels(mode):
            facts["prepaid"] = True
    return facts


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
