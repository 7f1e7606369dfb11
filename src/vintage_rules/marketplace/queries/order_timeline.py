"""What has happened to an order, and what time alone does to it next."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from vintage_rules.marketplace.actors import Actor, require_buyer
from vintage_rules.marketplace.commands.order_commands import known_order
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.codec import stable_name
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import ClaimChanged, OrderEvent, ParcelChanged, ReturnChanged

# How far ahead of now what time alone does is shown.
AHEAD = timedelta(days=90)


@frozen(kw_only=True)
class TimelineEvent:
    """An event of an order by its name, such as `parcel-delivered`, and when it happens.

    `about` is the parcel, the return or the claim that it happens to, None for the order itself.
    """

    at: datetime
    what: str
    about: str | None


@frozen(kw_only=True)
class OrderTimeline:
    """What has happened to an order, and what happens within three months if nothing else does.

    Both are in the order of time.
    """

    happened: tuple[TimelineEvent, ...]
    coming: tuple[TimelineEvent, ...]


def timeline_of(shop: Shop, by: Actor, order: str) -> OrderTimeline:
    """Return the timeline of an order at this moment.

    What time has done counts as happened, though no worker has recorded it.
    """

    def act(work: UnitOfWork) -> OrderTimeline:
        stream = work.load(ORDERS, order)
        known = known_order(stream, order)
        require_buyer(by, known.placed.buyer, "see what has happened to an order")
        policy = shop.edition(known.placed.edition)
        due = ORDER.fall_due(known, work.now + AHEAD, policy, shop.calendar)
        events = [_shown(event) for event in (*stream.history, *due)]
        return OrderTimeline(
            happened=tuple(event for event in events if event.at <= work.now),
            coming=tuple(event for event in events if event.at > work.now),
        )

    return shop.do(by, act)


def _shown(event: OrderEvent) -> TimelineEvent:
    match event:
        case ParcelChanged(parcel=about, event=inner):
            return TimelineEvent(at=event.at, what=stable_name(type(inner)), about=about)
        case ReturnChanged(case=about, event=inner) | ClaimChanged(case=about, event=inner):
            return TimelineEvent(at=event.at, what=stable_name(type(inner)), about=about)
        case _:
            return TimelineEvent(at=event.at, what=stable_name(type(event)), about=None)
