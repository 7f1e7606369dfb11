"""Cases for review: what a provider reported and no rule can settle, until a person has seen to it.

A case has no effect. It is opened by the message that reports it and settled by the house.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import evolve as changed
from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError


class CaseReason(StrEnum):
    """Why a person must look."""

    PAYMENT_DISPUTED = "payment-disputed"
    REFUND_FAILED = "refund-failed"


@frozen(kw_only=True)
class CaseOpened:
    """A provider reported what a person must look at.

    `reference` and `order` are the provider's and ours where its message names them; `code` is its
    own word for it.
    """

    name: ClassVar[str] = "case-opened"
    at: datetime = field(converter=instant)
    case: str
    reason: CaseReason
    tender: str
    reference: str | None
    order: str | None
    code: str


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
