"""What follows in an order from what happened to a part of it: windows open, refunds are owed or
in question again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from attrs import frozen

from vintage_rules.dates import Calendar, end_of_day, local_day
from vintage_rules.orders.fees import PricedPiece
from vintage_rules.orders.order_events import (
    ClaimChanged,
    OrderEvent,
    OrderParcel,
    ParcelChanged,
    RefundOwed,
    RefundRevoked,
    ReturnChanged,
    SellerShare,
    WindowOpened,
)
from vintage_rules.orders.order_machine import evolve_order
from vintage_rules.orders.order_states import Order
from vintage_rules.orders.placing import fee_on_kept, fees_by_terms, paid_order, seller_fee
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.returns.claim_events import ClaimUpheld, ParcelFound
from vintage_rules.returns.claim_events import ParcelLost as ClaimFoundLost
from vintage_rules.returns.deadline import ReceivedParcel, window_starts
from vintage_rules.returns.paid import ReturnedPiece
from vintage_rules.returns.refund import Refundable, price_back, quote_refund
from vintage_rules.returns.return_events import RefundFellDue, ReturnQuestioned, SettledPiece
from vintage_rules.returns.terms import RefundTerms, ReturnTerms
from vintage_rules.returns.undelivered import UndeliveredRefunded, assess_undelivered
from vintage_rules.shipping.journey_events import (
    ParcelDelivered,
    ParcelLost,
    RefundAgreed,
    SentBackCause,
)


@frozen(kw_only=True)
class Rules:
    """What a consequence is worked out with: the pinned edition, and the calendar of the house."""

    policy: HousePolicy
    calendar: Calendar


def with_consequences(
    order: Order, events: Sequence[OrderEvent], rules: Rules
) -> Iterator[OrderEvent]:
    """Give events, each followed by what it brings about for the rest of the order."""
    waiting = deque(events)
    while waiting:
        event = waiting.popleft()
        order = evolve_order(order, event)
        yield event
        waiting.extendleft(reversed(tuple(_brought(order, event, rules))))


def _brought(order: Order, event: OrderEvent, rules: Rules) -> Iterator[OrderEvent]:
    match event:
        case ParcelChanged(event=ParcelDelivered()) | RefundOwed():
            yield from _windows(order, rules)
        case ParcelChanged(event=ParcelLost()):
            yield from _parcel_refund(order, event, rules.policy.returns.lost, rules)
        case ParcelChanged(event=RefundAgreed()):
            unpaid = order.parcels[event.parcel].cause is SentBackCause.UNPAID_DUTIES
            back = assess_undelivered(rules.policy.returns, unpaid_customs=unpaid)
            if isinstance(back, UndeliveredRefunded):
                yield from _parcel_refund(order, event, back.terms, rules)
        case ReturnChanged(event=RefundFellDue() as due) if terms := _terms(order, event, rules):
            yield _owed(order, event.case, due.refunds, terms.refund, rules)
        case ClaimChanged(event=ClaimFoundLost() | ClaimUpheld(return_needed=False)):
            claim = order.claims[event.case]
            terms_ = rules.policy.returns.claims.terms(claim.opened.kind).refund
            yield _owed(order, event.case, claim.refunds, terms_, rules)
        case _:
            cause = questioned_refund(event)
            if cause in order.owed:
                yield RefundRevoked(at=event.at, cause=cause)


def questioned_refund(event: OrderEvent) -> str:
    """Name the refund that an event puts in question; empty where it questions none.

    >>> from datetime import UTC, datetime
    >>> from vintage_rules.orders.order_events import OrderPaid
    >>> questioned_refund(OrderPaid(at=datetime(2026, 9, 7, tzinfo=UTC)))
    ''
    """
    match event:
        case ReturnChanged(event=ReturnQuestioned()) | ClaimChanged(event=ParcelFound()):
            return event.case
        case _:
            return ""


def _terms(order: Order, event: ReturnChanged, rules: Rules) -> ReturnTerms | None:
    case = order.returns[event.case].opened.case
    return rules.policy.returns.returns.rule_for(case).terms


def _windows(order: Order, rules: Rules) -> Iterator[WindowOpened]:
    """Open the window of every piece of which it is now known when it was received. Clauses R1, R6.

    What is refunded needs no window, and no longer keeps the others waiting.
    """
    refunded = {piece.id for piece in order.refunded_pieces}
    live = [parcel for parcel in order.placed.parcels if not set(parcel.pieces) <= refunded]
    returns, payouts = rules.policy.returns.returns, rules.policy.returns.payouts
    received = [_received(order, parcel, rules) for parcel in live]
    for parcel, start in zip(live, window_starts(received, returns), strict=True):
        pieces = tuple(piece for piece in parcel.pieces if piece not in order.windows)
        if start is not None and pieces:
            window, _ = payouts.at(order.placed.destination.territory)
            last_day = window.last_day(start, rules.calendar)
            closes_at = end_of_day(last_day, payouts.where)
            yield WindowOpened(at=order.at, pieces=pieces, received=start, closes_at=closes_at)


def _received(order: Order, parcel: OrderParcel, rules: Rules) -> ReceivedParcel:
    delivered_at = order.parcels[parcel.id].delivered_at
    where = rules.policy.returns.returns.where
    day = None if delivered_at is None else local_day(delivered_at, where)
    return ReceivedParcel(sender=parcel.sender, received=day)


def _parcel_refund(
    order: Order, event: ParcelChanged, terms: RefundTerms, rules: Rules
) -> Iterator[RefundOwed]:
    """Owe a whole parcel that never reached its buyer, once. Clauses L14, R10.

    One that was lost, found and lost again was refunded the first time.
    """
    parcel = next(parcel for parcel in order.placed.parcels if parcel.id == event.parcel)
    refunded = {piece.id for piece in order.refunded_pieces}
    if not refunded.issuperset(parcel.pieces):
        pieces = tuple(SettledPiece(piece=piece) for piece in parcel.pieces)
        yield _owed(order, event.parcel, pieces, terms, rules)


def _owed(
    order: Order, cause: str, settled: Sequence[SettledPiece], terms: RefundTerms, rules: Rules
) -> RefundOwed:
    """Owe the refund of what has not been refunded yet: of nothing, where all of it has been."""
    before = order.refunded_pieces
    refunded = {piece.id for piece in before}
    back = tuple(
        ReturnedPiece(id=piece.piece, terms=terms, withheld=piece.withheld)
        for piece in settled
        if piece.piece not in refunded
    )
    quote = quote_refund(
        paid_order(order.placed),
        back,
        rules.policy.returns.refunds,
        lambda kept: fee_on_kept(order.placed, kept, rules.policy),
        by_terms=fees_by_terms(order.placed, rules.policy),
        before=before,
        already_refunded=order.refunded_payments,
    )
    return RefundOwed(
        at=order.at,
        cause=cause,
        pieces=back,
        payments=quote.by_tender if isinstance(quote, Refundable) else (),
        shares=tuple(_share(order, piece, rules.policy) for piece in back),
    )


def _share(order: Order, back: ReturnedPiece, policy: HousePolicy) -> SellerShare:
    """Take from a seller what the refund of a piece leaves them less: their fee falls with the
    price kept.
    """
    line = order.line(back.id)
    kept = line.price - price_back(paid_order(order.placed), back)
    zone = policy.shipping.delivery.zone_of(order.placed.destination.territory).name
    piece = PricedPiece(seller=line.seller, price=kept, list_price=line.list_price, sale=line.sale)
    still = kept - seller_fee(piece, policy, mode=order.placed.mode, zone=zone)
    before = line.price - line.seller_fee
    return SellerShare(piece=back.id, seller=line.seller, amount=before - still)
