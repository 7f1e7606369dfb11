"""Cases for review: what no rule settles, until a person has seen to it.

A case has no effect. It is opened by the message that reports it, or with the event of an order
that leaves it to a person, and settled by the house.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import evolve as changed
from attrs import field, frozen
from attrs.converters import optional

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.orders.cases import CaseKind, cases_of
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.states import Order


class CaseReason(StrEnum):
    """Why a person must look: what providers and carriers report, and every kind of an order's."""

    DELIVERED_AFTER_REFUND = "delivered-after-refund"
    DISPUTE_LOST = "dispute-lost"
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
    PAYOUT_FAILED = "payout-failed"
    QUESTION_NOT_ANSWERED = "question-not-answered"
    REFUND_FAILED = "refund-failed"
    REFUND_OVERDUE = "refund-overdue"
    REFUND_UNUSABLE = "refund-unusable"
    RETURN_LATE = "return-late"
    RETURN_QUESTIONED = "return-questioned"
    SCAN_AHEAD = "scan-ahead"
    SENT_BACK_AFTER_DELIVERY = "sent-back-after-delivery"


@frozen(kw_only=True)
class CaseOpened:
    """A provider or a carrier reported, or an order left, what a person must look at.

    `reference` is the provider's or the tracking number, `order` ours, where the message names
    them; `code` is its own word for it, or what exactly there is to look at. `tender` is the
    provider's, `reported_at` when a scan is said to be that is dated ahead of the shop's clock.
    `subject` is the parcel, return, claim or question of the order that leaves it.
    """

    name: ClassVar[str] = "case-opened"
    at: datetime = field(converter=instant)
    case: str
    reason: CaseReason
    tender: str | None
    reference: str | None
    order: str | None
    code: str
    reported_at: datetime | None = field(default=None, converter=optional(instant))
    subject: str | None = None


@frozen(kw_only=True)
class CaseSettled:
    """A person has seen to a case; `note` says how."""

    name: ClassVar[str] = "case-settled"
    at: datetime = field(converter=instant)
    note: str


CaseEvent: TypeAlias = CaseOpened | CaseSettled


@frozen(kw_only=True)
class Case:
    """A case as its history has left it; `settled` is None while it is open."""

    opened: CaseOpened
    settled: CaseSettled | None = None


def evolve_case(case: Case | None, event: CaseEvent) -> Case:
    """Return a case after an event.

    Raises:
        CorruptHistoryError: If the event cannot follow.
    """
    match event:
        case CaseOpened() if case is None:
            return Case(opened=event)
        case CaseSettled() if case is not None and case.settled is None:
            return changed(case, settled=event)
        case _:
            raise CorruptHistoryError(event, case)


def cases_of_order(order: Order, event: OrderEvent, place: str) -> Iterator[CaseOpened]:
    """Return the cases that an event of an order opens; `order` is as the event has left it.

    They are named by the place of the event, which is written once. A dispute opens none: the
    message of the provider that reports it has.
    """
    for number, found in enumerate(cases_of(order, event)):
        if found.kind is not CaseKind.PAYMENT_DISPUTED:
            yield CaseOpened(
                at=event.at,
                case=f"{place}.{number}",
                reason=CaseReason(found.kind),
                tender=None,
                reference=None,
                order=order.placed.order,
                code=found.why,
                subject=found.subject,
            )


def no_cases(_state: object, _event: object, _place: str) -> Iterator[CaseOpened]:
    """Return no cases: those of a stream type whose events leave nothing to a person."""
    return iter(())
