"""When a parcel of an order is to leave and to arrive, by what has happened of it so far.

Nothing of it is kept: it is computed from the history of the order whenever it is requested, by the
rule that made the first promise. What goes through the workshop follows what has really been posted
and has arrived there; a piece that was cancelled or refunded keeps no other waiting.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from vintage_rules.dates import Calendar, local_day, zone
from vintage_rules.errors import NotFoundError
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import Order
from vintage_rules.shipping.delivery import Leg, Progress, Promise, estimate_promise
from vintage_rules.shipping.parcel.states import ParcelState

_TO_COME = frozenset(
    {
        ParcelState.ANNOUNCED,
        ParcelState.HANDED_IN,
        ParcelState.UNDER_WAY,
        ParcelState.HELD_AT_CUSTOMS,
        ParcelState.OVERDUE,
        ParcelState.HELD_OVERDUE,
        ParcelState.FOUND,
    }
)


def promise_of(
    order: Order,
    parcel: ParcelId,
    today: date,
    policy: HousePolicy,
    *,
    calendar: Calendar,
    destination_calendar: Calendar,
) -> Promise | None:
    """Return when a parcel to the buyer leaves and arrives; None if it is not to come any more.

    `calendar` holds the days of rest of the house and its sellers, `destination_calendar` those of
    the place the order goes to. Clauses L3, L5, L8.

    Raises:
        NotFoundError: For a parcel that is none of those to the buyer.
        DayError: For a day before something that has happened.

    The shipped house promises no time until dispatch, so the answer counts from there:

    >>> from datetime import UTC, datetime
    >>> from vintage_rules import BuyerId, Money, OrderId, Piece, Place
    >>> from vintage_rules import (
    ...     calendar,
    ...     calendar_of,
    ...     load_policy,
    ...     locate,
    ...     quote_order,
    ... )
    >>> from vintage_rules.orders import ORDER, place_order
    >>> from vintage_rules.returns import Payment
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = Piece(
    ...     id="coat", seller="ada", price=Money("90.00", "EUR"), weight_g=1400
    ... )
    >>> bordeaux = locate(Place(country="FR", postal_code="33000"))
    >>> quote = quote_order([coat], bordeaux, "direct", house)
    >>> card = Payment(tender="card", reference="ch_1", amount=quote.price.total)
    >>> placed = place_order(
    ...     quote,
    ...     house,
    ...     order=OrderId("o1"),
    ...     buyer=BuyerId("zoe"),
    ...     payments=[card],
    ...     at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    ... )
    >>> promise = promise_of(
    ...     ORDER.replay([placed]),
    ...     ParcelId("o1-1"),
    ...     date(2026, 11, 22),
    ...     house,
    ...     calendar=calendar("FR"),
    ...     destination_calendar=calendar_of(bordeaux),
    ... )
    >>> promise.transit.minimum, promise.transit.maximum
    (2, 5)
    """
    planned = {each.id for each in order.placed.parcels}
    if parcel not in planned:
        raise NotFoundError("parcel", parcel, tuple(sorted(planned)))
    there = [piece for piece in order.pieces_in(parcel) if piece not in order.gone]
    known = order.parcels[parcel]
    if not there or known.state not in _TO_COME:
        return None
    where = zone(policy.zone)
    handed_in = known.handed_in_at
    progress = Progress(
        today=today,
        legs=tuple(_leg(order, piece, where) for piece in there),
        dispatched=None if handed_in is None else local_day(handed_in, where),
    )
    return estimate_promise(
        order.placed.destination,
        local_day(order.placed.at, where),
        policy.shipping.mode(order.placed.mode),
        policy.shipping.delivery,
        at_sellers=calendar,
        at_destination=destination_calendar,
        progress=progress,
    )


def _leg(order: Order, piece: PieceId, where: ZoneInfo) -> Leg:
    """Return how far a piece has come on its way to the workshop, where it goes there."""
    inbound = order.inbound(piece)
    posted = None if inbound is None else order.parcels[inbound.id].handed_in_at
    arrived = order.arrived.get(piece)
    return Leg(
        posted=None if posted is None else local_day(posted, where),
        arrived=None if arrived is None else local_day(arrived, where),
    )
