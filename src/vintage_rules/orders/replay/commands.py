"""From what is done with an order to the commands of its machine.

Returns, claims and parcels have names of their own in the JSON API; in the order no two of them may
share one, so those of returns and claims begin with what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Calendar, local_day
from vintage_rules.errors import NotFoundError
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.orders.commands import (
    CancelPieces,
    CheckPiece,
    CommandClaim,
    CommandParcel,
    CommandReturn,
    ConfirmReceipt,
    OrderCommand,
    ReceiveParcel,
    RecordDispute,
    RecordDisputeLost,
    RecordDisputeWon,
    WorkshopFinding,
)
from vintage_rules.orders.events import OrderPlaced
from vintage_rules.orders.overdue import overdue_at
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.replay.steps import Do, ParcelScan, Step
from vintage_rules.orders.requests import claim_request, return_requests
from vintage_rules.orders.states import Order
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.claim.commands import (
    ClaimCommand,
    RejectClaim,
    ReportFound,
    ReportLost,
    UpholdClaim,
)
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.returns.request.commands import (
    AcceptReturn,
    DeclineReturn,
    RecordArrival,
    RecordCheck,
    RecordPosting,
    ReturnCommand,
    SettleReview,
)
from vintage_rules.returns.request.decide import ReturnCommandRefusal
from vintage_rules.returns.request.states import Return, ReturnState
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    GiveUpSearch,
    HandIn,
    ParcelCommand,
    RecordScan,
    SendAgain,
)
from vintage_rules.shipping.parcel.states import Parcel, ParcelState, ScanStatus, SentBackCause
from vintage_rules.shipping.parcels import TO_WORKSHOP

RETURN_PREFIX = "return/"
CLAIM_PREFIX = "claim/"

# What a decision of the house is for is a matter of its letter to the buyer.
_DECIDED = ("decided by the house",)

_SCANS: Mapping[ParcelScan, ScanStatus] = {
    ParcelScan.UNDER_WAY: ScanStatus.IN_TRANSIT,
    ParcelScan.HELD_AT_CUSTOMS: ScanStatus.HELD_AT_CUSTOMS,
    ParcelScan.DELIVERED: ScanStatus.DELIVERED,
    ParcelScan.GOING_BACK: ScanStatus.GOING_BACK,
    ParcelScan.BACK_AT_SENDER: ScanStatus.BACK_AT_SENDER,
}
_HELD = frozenset({ParcelState.HELD_AT_CUSTOMS, ParcelState.HELD_OVERDUE})


class StepRefusal(StrEnum):
    """Why a step is refused before the machine of the order sees it."""

    NO_SUCH_CLAIM = "no-such-claim"
    NO_SUCH_RETURN = "no-such-return"


@frozen(kw_only=True)
class ReplayRules:
    """What an order is decided with: its policy, and the days of rest here and where it goes."""

    policy: HousePolicy
    calendar: Calendar
    destination_calendar: Calendar


# Each group is executed whole or not at all; a step is refused if none of its groups is executed.
Groups: TypeAlias = Sequence[Sequence[OrderCommand]]
Translated: TypeAlias = Groups | StrEnum


def parcel_names(placed: OrderPlaced) -> dict[str, ParcelId]:
    """Return the parcels of an order by who sends them."""
    return {
        **{parcel.sender: parcel.id for parcel in placed.parcels},
        **{f"{TO_WORKSHOP}{parcel.sender}": parcel.id for parcel in placed.inbound},
    }


def translated(  # noqa: C901 - one case for each step
    step: Step, order: Order, rules: ReplayRules
) -> Translated:
    """Return the commands of a step, or why there are none.

    Raises:
        NotFoundError: For a parcel or a piece that the order does not hold.
    """
    match step.do:
        case Do.HAND_IN | Do.SCAN | Do.ANSWER_REFUND:
            return _of_parcel(step, order, rules)
        case Do.CONFIRM:
            return [[ConfirmReceipt(at=step.at)]]
        case Do.RECEIVE:
            return [[_receive(step, order)]]
        case Do.CHECK:
            finding = WorkshopFinding(step.finding or "")
            piece = order.line(step.piece or PieceId("")).piece
            return [[CheckPiece(at=step.at, piece=piece, finding=finding)]]
        case Do.CANCEL:
            by, pieces = Canceller(step.by or ""), step.pieces or ()
            return [[CancelPieces(at=step.at, by=by, pieces=pieces)]]
        case Do.REQUEST_RETURN:
            return _request(step, order, rules)
        case Do.OPEN_CLAIM:
            return _claim(step, order)
        case Do.UPHOLD_CLAIM | Do.REJECT_CLAIM | Do.REPORT_LOST | Do.REPORT_FOUND:
            return _of_claim(step, order)
        case Do.DISPUTE:
            return [[RecordDispute(at=step.at, tender=step.tender or "")]]
        case Do.DISPUTE_WON:
            return [[RecordDisputeWon(at=step.at, tender=step.tender or "")]]
        case Do.DISPUTE_LOST:
            return [[RecordDisputeLost(at=step.at, tender=step.tender or "")]]
        case _:
            return _of_return(step, order, rules)


# ---- parcels ----


def _parcel(step: Step, order: Order) -> Parcel:
    names = parcel_names(order.placed)
    name = step.parcel or ""
    if name not in names:
        raise NotFoundError("parcel", name, tuple(names))
    return order.parcels[names[name]]


def _receive(step: Step, order: Order) -> ReceiveParcel:
    return ReceiveParcel(at=step.at, parcel=_parcel(step, order).id, pieces=step.pieces or ())


def _of_parcel(step: Step, order: Order, rules: ReplayRules) -> Translated:
    parcel = _parcel(step, order)
    return [
        [
            CommandParcel(parcel=parcel.id, command=command)
            for command in _parcel_commands(step, parcel, order, rules)
        ]
    ]


def _parcel_commands(
    step: Step, parcel: Parcel, order: Order, rules: ReplayRules
) -> Sequence[ParcelCommand]:
    if step.do is Do.HAND_IN:
        hand_in = HandIn(
            at=step.at,
            tracking_number=step.tracking_number or parcel.id,
            overdue_at=overdue_at(
                order,
                parcel.id,
                step.at,
                rules.policy,
                calendar=rules.calendar,
                destination_calendar=rules.destination_calendar,
            ),
        )
        # Kept for a buyer who would rather have it, it is sent again by being handed in again.
        again = parcel.state is ParcelState.REFUND_DECLINED
        return [SendAgain(at=step.at), hand_in] if again else [hand_in]
    if step.do is Do.ANSWER_REFUND:
        return [AnswerRefund(at=step.at, agrees=bool(step.agreed))]
    if step.status is ParcelScan.LOST:
        return [GiveUpSearch(at=step.at)]
    status = _SCANS[step.status or ParcelScan.UNDER_WAY]
    return [RecordScan(at=step.at, status=status, cause=_cause(step, parcel))]


def _cause(step: Step, parcel: Parcel) -> SentBackCause:
    """What customs hold and then send back was not paid for, unless the carrier says otherwise."""
    if step.cause is not None:
        return step.cause
    return SentBackCause.UNPAID_DUTIES if parcel.state in _HELD else SentBackCause.UNKNOWN


# ---- returns ----


def _request(step: Step, order: Order, rules: ReplayRules) -> Translated:
    name = f"{RETURN_PREFIX}{step.return_}"
    if _parts(name, order):
        return ReturnCommandRefusal.ALREADY_REQUESTED
    requests = return_requests(
        order,
        name,
        step.pieces or (),
        rules.policy.returns.returns,
        at=step.at,
        reason=step.reason or "",
        parcel_number=step.parcel_number,
        photos=step.photos or 0,
    )
    return [requests]


def _parts(name: str, order: Order) -> Sequence[str]:
    """A request that makes several parcels is several returns, which are commanded together."""
    if name in order.returns:
        return [name]
    numbered = (f"{name}-{number}" for number in range(1, len(order.returns) + 1))
    return [part for part in numbered if part in order.returns]


def _of_return(step: Step, order: Order, rules: ReplayRules) -> Translated:
    parts = _parts(f"{RETURN_PREFIX}{step.return_}", order)
    if not parts:
        return StepRefusal.NO_SUCH_RETURN
    make = _RETURN_COMMANDS[step.do]
    where = rules.policy.returns.returns.where
    today = local_day(step.at, where)
    return [
        [CommandReturn(case=part, command=make(step, order.returns[part], today))] for part in parts
    ]


def _accept(step: Step, returned: Return, _today: date) -> ReturnCommand:
    """Accept a request; what was questioned when it came back is refunded all the same."""
    if returned.state is ReturnState.NEEDS_REVIEW:
        return SettleReview(at=step.at, refunds=_in_full(returned.opened.pieces))
    return AcceptReturn(at=step.at)


def _check(step: Step, returned: Return, _today: date) -> ReturnCommand:
    finding = Finding(step.finding or "")
    found = (CheckedPiece(piece=piece, finding=finding) for piece in returned.opened.pieces)
    return RecordCheck(at=step.at, findings=tuple(found))


def _decline_return(step: Step, _returned: Return, _today: date) -> ReturnCommand:
    return DeclineReturn(at=step.at, reasons=_DECIDED)


def _post_return(step: Step, _returned: Return, today: date) -> ReturnCommand:
    return RecordPosting(at=step.at, postmark=today)


def _receive_return(step: Step, _returned: Return, today: date) -> ReturnCommand:
    return RecordArrival(at=step.at, arrived=today, postmark=None)


_RETURN_COMMANDS: Mapping[Do, Callable[[Step, Return, date], ReturnCommand]] = {
    Do.ACCEPT_RETURN: _accept,
    Do.DECLINE_RETURN: _decline_return,
    Do.POST_RETURN: _post_return,
    Do.RECEIVE_RETURN: _receive_return,
    Do.CHECK_RETURN: _check,
}


def _in_full(pieces: Sequence[PieceId]) -> tuple[SettledPiece, ...]:
    return tuple(SettledPiece(piece=piece) for piece in pieces)


# ---- claims ----


def _claim(step: Step, order: Order) -> Translated:
    pieces = step.pieces or ()
    for piece in pieces:
        order.line(piece)
    parcel = next((p for p in order.placed.parcels if set(p.pieces) & set(pieces)), None)
    request = claim_request(
        order,
        f"{CLAIM_PREFIX}{step.claim}",
        step.kind or "",
        pieces,
        at=step.at,
        photos=step.photos or 0,
        # The order and its pieces are named, and so is the number they came under (R9, R10).
        parcel_number=None if parcel is None else order.parcels[parcel.id].tracking_number,
    )
    return [[request]]


def _of_claim(step: Step, order: Order) -> Translated:
    case = f"{CLAIM_PREFIX}{step.claim}"
    claim = order.claims.get(case)
    if claim is None:
        return StepRefusal.NO_SUCH_CLAIM
    commands: Mapping[Do, ClaimCommand] = {
        Do.UPHOLD_CLAIM: UpholdClaim(at=step.at, refunds=_in_full(claim.opened.pieces)),
        Do.REJECT_CLAIM: RejectClaim(at=step.at, reasons=_DECIDED),
        Do.REPORT_LOST: ReportLost(at=step.at),
        Do.REPORT_FOUND: ReportFound(at=step.at),
    }
    return [[CommandClaim(case=case, command=commands[step.do])]]
