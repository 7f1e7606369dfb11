"""What no rule settles in the life of an order, so that a person must look."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from vintage_rules.orders.events import (
    ClaimChanged,
    OrderEvent,
    ParcelChanged,
    PaymentDisputed,
    QuestionExpired,
    ReturnChanged,
)
from vintage_rules.orders.states import Order
from vintage_rules.orders.waiting_events import Awaited, OrderStalled
from vintage_rules.returns.claim.events import InvestigationStalled
from vintage_rules.returns.pieces import Finding
from vintage_rules.returns.request.events import (
    RefundWentOverdue,
    ReturnPostedLate,
    ReturnQuestioned,
    ReturnReceivedLate,
)
from vintage_rules.service.policy import SilenceMeans
from vintage_rules.shipping.parcel.events import (
    ParcelDelivered,
    ParcelOverdue,
    ParcelSentBack,
    RefundDeclined,
    ScanNoted,
)
from vintage_rules.shipping.parcel.states import ParcelState, ScanStatus

_SENT_BACK = frozenset({ScanStatus.GOING_BACK, ScanStatus.BACK_AT_SENDER})


class CaseKind(StrEnum):
    """What no rule settles, so that a person must look."""

    DELIVERED_AFTER_REFUND = "delivered-after-refund"
    INVESTIGATION_STALLED = "investigation-stalled"
    NOT_ARRIVED = "not-arrived"
    NOT_CHECKED = "not-checked"
    NOT_DECIDED = "not-decided"
    NOT_POSTED = "not-posted"
    NOT_RETURNED = "not-returned"
    PARCEL_OVERDUE = "parcel-overdue"
    PARCEL_SENT_BACK = "parcel-sent-back"
    PARCEL_TO_SEND_AGAIN = "parcel-to-send-again"
    PAYMENT_DISPUTED = "payment-disputed"
    QUESTION_NOT_ANSWERED = "question-not-answered"
    REFUND_OVERDUE = "refund-overdue"
    RETURN_LATE = "return-late"
    RETURN_QUESTIONED = "return-questioned"
    SENT_BACK_AFTER_DELIVERY = "sent-back-after-delivery"


_WAITS = {
    Awaited.POSTING: CaseKind.NOT_POSTED,
    Awaited.ARRIVAL: CaseKind.NOT_ARRIVED,
    Awaited.CHECK: CaseKind.NOT_CHECKED,
    Awaited.DECISION: CaseKind.NOT_DECIDED,
    Awaited.RETURN: CaseKind.NOT_RETURNED,
}


@frozen(kw_only=True)
class OrderCase:
    """What an event of an order leaves to a person.

    `subject` names the parcel, return, claim, question or tender that it is about, as the order
    does; `why` says what exactly there is to look at.
    """

    kind: CaseKind
    subject: str
    why: str


_Found: TypeAlias = Iterator[tuple[CaseKind, str]]


def cases_of(order: Order, event: OrderEvent) -> Iterator[OrderCase]:
    """Return what an event leaves to a person; `order` is as the event has left it.

    Clauses F4, L14, R10, S3.
    """
    match event:
        case ParcelChanged(parcel=subject):
            found = _of_parcel(order, event)
        case ReturnChanged(case=subject):
            found = _of_return(event)
        case QuestionExpired(means=SilenceMeans.ESCALATE, question=subject):
            found = iter([(CaseKind.QUESTION_NOT_ANSWERED, ", ".join(event.pieces))])
        case ClaimChanged(event=InvestigationStalled(), case=subject):
            found = iter([(CaseKind.INVESTIGATION_STALLED, "not found in time")])
        case OrderStalled(subject=subject):
            found = iter([(_WAITS[event.awaited], f"since {event.since.date()}")])
        case PaymentDisputed(tender=subject):
            found = iter([(CaseKind.PAYMENT_DISPUTED, "the buyer's bank questions the charge")])
        case _:
            return
    for kind, why in found:
        yield OrderCase(kind=kind, subject=subject, why=why)


def _of_parcel(order: Order, event: ParcelChanged) -> _Found:
    match event.event:
        case ParcelOverdue():
            yield CaseKind.PARCEL_OVERDUE, "not delivered by its latest estimate"
        case ParcelSentBack(cause=cause):
            yield CaseKind.PARCEL_SENT_BACK, cause
        case RefundDeclined():
            yield CaseKind.PARCEL_TO_SEND_AGAIN, "the buyer would rather have it"
        case ParcelDelivered():
            refunded = {piece.id for refund in order.sent.values() for piece in refund.pieces}
            kept = [piece for piece in order.pieces_in(event.parcel) if piece in refunded]
            if kept:
                yield CaseKind.DELIVERED_AFTER_REFUND, ", ".join(kept)
        case ScanNoted(status=status) if (
            status in _SENT_BACK and order.parcels[event.parcel].state is ParcelState.DELIVERED
        ):
            yield CaseKind.SENT_BACK_AFTER_DELIVERY, status
        case _:
            return


def _of_return(event: ReturnChanged) -> _Found:
    match event.event:
        case ReturnQuestioned(findings=findings):
            for checked in findings:
                if checked.finding is not Finding.AS_SENT:
                    yield CaseKind.RETURN_QUESTIONED, f"{checked.piece} {checked.finding}"
        case ReturnPostedLate():
            yield CaseKind.RETURN_LATE, "posted after its last day"
        case ReturnReceivedLate():
            yield CaseKind.RETURN_LATE, "arrived, posted too late or at an unknown day"
        case RefundWentOverdue():
            yield CaseKind.REFUND_OVERDUE, "not refunded by its last day"
        case _:
            return
