"""Cases for review: what the outside reported and no rule settles, until a person has seen to it.

A case has no effect. It is opened by the message that reports it and settled by the house.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import evolve as changed
from attrs import field, frozen
from attrs.converters import optional

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError


class CaseReason(StrEnum):
    """Why a person must look."""

    PAYMENT_DISPUTED = "payment-disputed"
    REFUND_FAILED = "refund-failed"
    SCAN_AHEAD = "scan-ahead"


@frozen(kw_only=True)
class CaseOpened:
    """A payment provider or a carrier reported what a person must look at.

    `reference` is the provider's or the tracking number, `order` ours, where the message names
    them; `code` is its own word for it. `tender` is the provider's, `reported_at` when a scan is
    said to be that is dated ahead of the shop's clock.
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
