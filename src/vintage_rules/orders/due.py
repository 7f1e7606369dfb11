"""What time alone does to an order: to its parcels, returns, claims and payouts.

Each thing is dated when it happened: called late, twice or never in between, the history is the
same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from vintage_rules.dates import Calendar, instant
from vintage_rules.errors import InvalidValueError
from vintage_rules.orders.consequences import Rules, with_consequences
from vintage_rules.orders.events import (
    ClaimChanged,
    OrderEvent,
    ParcelChanged,
    PayoutFellDue,
    ReturnChanged,
)
from vintage_rules.orders.evolve import evolve
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import Order
from vintage_rules.orders.transitions import PAYOUT_DEADLINES
from vintage_rules.returns.claim.decide import CLAIM
from vintage_rules.returns.request.decide import RETURN
from vintage_rules.shipping.parcel.due import fall_due as parcel_fall_due

_END = datetime.max.replace(tzinfo=UTC)


def next_deadline(order: Order) -> datetime | None:
    """Return the moment at which time alone changes an order next; None when it will not."""
    due = _next_due(order, _END)
    return None if due is None else due.at


def fall_due(
    order: Order, now: datetime, policy: HousePolicy, calendar: Calendar
) -> tuple[OrderEvent, ...]:
    """Return what time alone has done by a moment, in order and dated when it happened.

    What time does to a part may owe a refund, which the pinned edition of the policy computes.
    Raises what `decide_order` raises.
    """
    require_edition(order, policy)
    rules = Rules(policy=policy, calendar=calendar)
    events: list[OrderEvent] = []
    while (event := _next_due(order, instant(now, "now"))) is not None:
        for caused in tuple(with_consequences(order, (event,), rules)):
            order = evolve(order, caused)
            events.append(caused)
    return tuple(events)


def require_edition(order: Order, policy: HousePolicy) -> None:
    """Refuse any edition but the one an order was placed under.

    Raises:
        InvalidValueError: If a value is not valid.
    """
    edition = order.placed.edition
    if policy.edition != edition:
        raise InvalidValueError("policy", str(policy.edition), f"the edition {edition}")


def _next_due(order: Order, now: datetime) -> OrderEvent | None:
    return min(_all_due(order, now), key=lambda event: event.at, default=None)


def _all_due(order: Order, now: datetime) -> Iterator[OrderEvent]:
    for name, parcel in order.parcels.items():
        for moved in parcel_fall_due(parcel, now):
            yield ParcelChanged(at=moved.at, parcel=name, event=moved)
    for case, returned in order.returns.items():
        for lapsed in RETURN.fall_due(returned, now):
            yield ReturnChanged(at=lapsed.at, case=case, event=lapsed)
    for case, claim in order.claims.items():
        for ended in CLAIM.fall_due(claim, now):
            yield ClaimChanged(at=ended.at, case=case, event=ended)
    yield from _payouts_due(order, now)


def _payouts_due(order: Order, now: datetime) -> Iterator[PayoutFellDue]:
    """Every payout whose window has closed with nothing open on the piece. Clause R6."""
    held = order.open_pieces()
    for piece, window in order.windows.items():
        if order.payouts[piece] not in PAYOUT_DEADLINES or window.closes_at > now or piece in held:
            continue
        amount = order.earned(piece)
        if amount:
            since = max(window.closes_at, order.settled_at.get(piece, window.closes_at))
            seller = order.line(piece).seller
            yield PayoutFellDue(at=since, piece=piece, seller=seller, amount=amount)
