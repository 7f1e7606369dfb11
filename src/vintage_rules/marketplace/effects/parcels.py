"""Handlers that follow parcels: scans from a tracker, questions about parcels sent back."""

from __future__ import annotations

from vintage_rules.marketplace.actors import WORKER, House
from vintage_rules.marketplace.commands.order_commands import load_order, update_order
from vintage_rules.marketplace.commands.parcels import Parcels
from vintage_rules.marketplace.effects.effects import RequestRefundConsent, TrackParcel
from vintage_rules.marketplace.effects.outcomes import done, not_yet
from vintage_rules.marketplace.shop import Shop
from vintage_rules.orders.commands import CommandParcel
from vintage_rules.ports.carrier import NotTracked
from vintage_rules.ports.store import OutboxMessage, Outcome
from vintage_rules.shipping.parcel.commands import AskBuyer
from vintage_rules.shipping.parcel.decide import ParcelRefusal
from vintage_rules.shipping.parcel.states import ParcelState

# A tracker has nothing more to say of a parcel in these states.
_NOT_TRACKED = frozenset(
    {
        ParcelState.DELIVERED,
        ParcelState.BACK_AT_SENDER,
        ParcelState.BUYER_ASKED,
        ParcelState.REFUND_AGREED,
        ParcelState.REFUND_DECLINED,
        ParcelState.ANNOUNCED,
        ParcelState.LOST,
    }
)


def handle_track_parcel(shop: Shop, effect: TrackParcel, _: OutboxMessage) -> Outcome:
    """Record the scans a tracker knows of, again and again until the journey is over.

    Another effect follows the number that replaces this one.
    """
    parcel = load_order(shop, effect.order).parcels[effect.parcel]
    if shop.tracker is None or parcel.state in _NOT_TRACKED:
        return done(shop)
    number = parcel.tracking_number or ""
    if effect.tracking_number not in {None, number}:
        return done(shop)
    tracked = shop.tracker.track(number)
    if not isinstance(tracked, NotTracked):
        Parcels(shop).record_scan(House(WORKER), tracked.tracking_number, *tracked.scans)
    if load_order(shop, effect.order).parcels[effect.parcel].state in _NOT_TRACKED:
        return done(shop)
    return not_yet(shop)


def handle_request_refund_consent(
    shop: Shop, effect: RequestRefundConsent, _: OutboxMessage
) -> Outcome:
    """Record that a buyer must choose whether to accept a refund; the event mails them.

    There is no question about a parcel that is not back at its sender any more.
    """
    update_order(
        shop,
        effect.order,
        lambda at: CommandParcel(parcel=effect.parcel, command=AskBuyer(at=at)),
        expected={ParcelRefusal.NOT_NOW},
    )
    return done(shop)
