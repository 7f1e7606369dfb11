"""When the events of an order happened, from which the times of its policy run.

The order keeps these facts as its history established them. A rule that is called alone gets them
from its caller, and the machine gets them from here: the same functions decide for both. What has
not happened is left out, so that no time runs from it yet.

Receipt is counted for all pieces together or apart as the policy says (`several_parcels`); every
other event is that of the piece and its own parcel. A claim looks at its own parcel alone, since
what is broken or missing does not depend on what else is under way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from vintage_rules.dates import Pick, Several, last_day_before
from vintage_rules.ids import PieceId
from vintage_rules.orders.states import Order
from vintage_rules.returns.request.states import Return
from vintage_rules.shipping.parcel.states import Parcel
from vintage_rules.windows import When, moment_of

Timeline = Mapping[str, When]


def timeline(order: Order, piece: PieceId, where: ZoneInfo) -> dict[str, When]:
    """Return the events of a piece that have happened, each with its day or moment.

    `where` is the zone of the house, in which the last day of an estimate is a day.
    """
    return _timeline(order, piece, order.received.get(piece), where)


def own_timeline(order: Order, piece: PieceId, where: ZoneInfo) -> dict[str, When]:
    """As `timeline`, with the receipt of the piece's own parcel, whatever is counted with it."""
    return _timeline(order, piece, order.delivered_at(piece), where)


def _timeline(
    order: Order, piece: PieceId, received: When | None, where: ZoneInfo
) -> dict[str, When]:
    parcel = order.parcel_of(piece)
    delivered = order.delivered_at(piece)
    reported = [claim.opened.at for claim in order.claims.values() if piece in claim.opened.pieces]
    requested = [each for each in order.returns.values() if piece in each.opened.pieces]
    reported += [each.opened.at for each in requested]
    known: dict[str, When | None] = {
        "ordered": order.placed.at,
        "paid": order.paid_at,
        # What came without a hand-in had left by then, and is awaited no longer.
        "dispatched": parcel.handed_in_at or delivered,
        "latest-estimate": _latest_estimate(parcel, where) or delivered,
        "delivered": received,
        "delivery-scan": received,
        "received": received,
        "confirmed": order.confirmed.get(piece),
        "issue-reported": min(reported, default=None),
        **_of_return(requested[-1] if requested else None),
    }
    return {event: when for event, when in known.items() if when is not None}


def _latest_estimate(parcel: Parcel, where: ZoneInfo) -> When | None:
    """Return the last day of the estimate: a parcel is overdue once it is over."""
    if parcel.overdue_at is None:
        return None
    return last_day_before(parcel.overdue_at, where)


def _of_return(returned: Return | None) -> dict[str, When | None]:
    if returned is None:
        return {}
    return {
        "requested": returned.opened.at,
        "return-accepted": returned.accepted_at,
        "posted": returned.steps.posted,
        "returned": returned.steps.received,
        "checked": returned.steps.checked,
    }


def combined(pick: Pick, timelines: Sequence[Timeline], where: ZoneInfo) -> dict[str, When]:
    """Return the events of several pieces, each when it first or last happened to one of them.

    The last is known once it has happened to all of them.

    >>> from datetime import date
    >>> from vintage_rules.dates import zone
    >>> coat, bag = {"paid": date(2026, 9, 1)}, {"paid": date(2026, 9, 2)}
    >>> combined(Pick.EARLIEST, [coat, bag], zone("Europe/Paris"))
    {'paid': datetime.date(2026, 9, 1)}
    """
    names = [str(number) for number in range(len(timelines))]
    of_all = Several(pick=pick, events=tuple(names))
    found: dict[str, When] = {}
    for event in dict.fromkeys(_names(timelines)):
        each = {name: known.get(event) for name, known in zip(names, timelines, strict=True)}
        when = moment_of(of_all, each, where)
        if when is not None:
            found[event] = when
    return found


def _names(timelines: Iterable[Timeline]) -> Iterable[str]:
    return (event for known in timelines for event in known)
