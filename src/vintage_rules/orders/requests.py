"""What a buyer requests of an order, in the terms of its machine: returns and claims.

A buyer names pieces and a reason. What the order knows of them, such as when they were received and
where they go back to, is added here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from attrs import evolve as changed

from vintage_rules.dates import Pick
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.orders.commands import CommandClaim, CommandReturn
from vintage_rules.orders.states import Order
from vintage_rules.orders.timeline import combined, own_timeline, timeline
from vintage_rules.pricing.fee_policy import UNSPECIFIED, Sale
from vintage_rules.returns.claim.commands import OpenClaim, UpholdClaim
from vintage_rules.returns.claim_policy import ClaimPolicy
from vintage_rules.returns.claims import ClaimRequest
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.eligibility import ReturnRequest, Wants
from vintage_rules.returns.request.commands import RequestReturn, requests_by_parcel
from vintage_rules.returns.routing import ReturnedFrom, ReturnRoute, route_return
from vintage_rules.returns.table_policy import ReturnPolicy
from vintage_rules.windows import When, as_day, start_of


def return_requests(
    order: Order,
    name: str,
    pieces: Sequence[PieceId],
    policy: ReturnPolicy,
    *,
    at: datetime,
    reason: str,
    parcel_number: str | None,
    photos: int = 0,
    in_writing: bool = True,
    wants: Wants = Wants.REFUND,
) -> tuple[CommandReturn, ...]:
    """Request one return for each parcel that pieces go back in.

    Pieces that are not taken back have no parcel: their request is refused, with every reason.

    They are called `name` alone, or `name-1`, `name-2` and so on. Pieces that differ in what the
    terms of a return depend on, or in when they were received, are requested apart. Pieces of a
    claim that was upheld are taken back whatever day it is and without more proof. Clauses R1 to
    R5, R8, R9.

    Raises:
        NotFoundError: For a piece that the order does not hold.
        UnknownTermError: For a reason that is none of the policy's.
    """
    requests: list[RequestReturn] = []
    for case, received, alike in _alike(order, pieces, reason, policy):
        request = ReturnRequest(
            case=case,
            received=received,
            requested_at=at,
            pieces=alike,
            parcel_number=parcel_number,
            in_writing=in_writing,
            photos=photos,
            wants=wants,
            upheld=bool(alike) and order.awaited_pieces().issuperset(alike),
        )
        sent = [ReturnedFrom(piece=piece, seller=order.line(piece).seller) for piece in alike]
        route = route_return(case, sent, policy) if sent else None
        if isinstance(route, ReturnRoute):
            requests.extend(requests_by_parcel(request, route, at))
        else:
            requests.append(RequestReturn(at=at, request=request, parcel=None))
    names = (f"{name}-{number}" for number in range(1, len(requests) + 1))
    cases = [name] if len(requests) == 1 else names
    return tuple(
        CommandReturn(case=case, command=command)
        for case, command in zip(cases, requests, strict=True)
    )


def _alike(
    order: Order, pieces: Sequence[PieceId], reason: str, policy: ReturnPolicy
) -> Iterator[tuple[ReturnCase, date | None, tuple[PieceId, ...]]]:
    """Part pieces by their case in the terms of the policy's table, and the day of their receipt.

    No pieces are one request, which the rules refuse.
    """
    groups: dict[tuple[ReturnCase, date | None], list[PieceId]] = {}
    for piece in pieces:
        case = _case(order, order.line(piece).sale, reason, policy)
        received = order.day_received(piece, policy.where)
        groups.setdefault((case, received), []).append(piece)
    if not groups:
        yield _case(order, UNSPECIFIED, reason, policy), None, ()
    for (case, received), alike in groups.items():
        yield case, received, tuple(alike)


def _case(order: Order, sale: Sale, reason: str, policy: ReturnPolicy) -> ReturnCase:
    return policy.case(
        order.placed.destination.territory,
        reason=reason,
        seller_kind=sale.seller_kind,
        mode=order.placed.mode,
        category=sale.category,
        sale_kind=sale.sale_kind,
    )


def claim_request(
    order: Order,
    name: str,
    kind: str,
    pieces: Sequence[PieceId],
    *,
    at: datetime,
    photos: int,
    parcel_number: str | None = None,
    in_writing: bool = True,
) -> CommandClaim:
    """Claim a defect, or that pieces never arrived. Clauses R9, R10."""
    request = ClaimRequest(
        kind=kind,
        since=None,  # the order adds it
        claimed_at=at,
        pieces=tuple(pieces),
        photos=photos,
        in_writing=in_writing,
        parcel_number=parcel_number,
        order_number=order.placed.order,
    )
    return CommandClaim(case=name, command=OpenClaim(at=at, request=request))


# ---- what the order knows ----


def with_events(order: Order, command: RequestReturn, policy: ReturnPolicy) -> RequestReturn:
    """Return a request with the events of the order, from which its times run."""
    reported = {"issue-reported": command.request.requested_at}  # by the request itself, if not yet
    events = {**reported, **events_of_pieces(order, command.pieces, policy.where)}
    terms = policy.rule_for(command.request.case).terms
    begun = terms is None or start_of(terms.window, events, policy.where) is not None
    return changed(command, request=changed(command.request, events=events, begun=begun))


def events_of_pieces(order: Order, pieces: Sequence[PieceId], where: ZoneInfo) -> dict[str, When]:
    """Return the events that have happened to the pieces of a return, from which its times run.

    Of several pieces, the first whose time ends decides: a host may request the others apart.
    """
    return combined(Pick.EARLIEST, [timeline(order, piece, where) for piece in pieces], where)


def claim_with_events(order: Order, command: OpenClaim, policy: ClaimPolicy) -> OpenClaim:
    """Return a claim with the events of the order, once they have happened to all its pieces.

    Raises:
        InvalidValueError: If the claim says another day for the start of its time.
    """
    request, where = command.request, policy.where
    each = [own_timeline(order, piece, where) for piece in request.pieces]
    reported = {"issue-reported": request.claimed_at}  # by the claim itself, if not yet
    events = {**reported, **combined(Pick.LATEST, each, where)}
    since = start_of(policy.terms(request.kind).window, events, where)
    known = None if since is None else as_day(since, where)
    if request.since is not None and as_day(request.since, where) != known:
        raise InvalidValueError("since", request.since, f"{known}, as the order knows, or None")
    return changed(command, request=changed(request, since=since, events=events))


def upheld_by(order: Order, command: UpholdClaim) -> UpholdClaim:
    """Return a claim's upholding with what the order knows: whether all was refunded before.

    Nothing of that comes back, so that the claim ends without a return. Clause R9.
    """
    refunded = {piece.id for refund in order.sent.values() for piece in refund.pieces}
    pieces = (settled.piece for settled in command.refunds)
    return changed(command, already_refunded=refunded.issuperset(pieces))
