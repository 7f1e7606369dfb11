"""The states of a return, and what its history has made of it.

Only facts live here, and no rule.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from attrs import frozen

from vintage_rules.returns.pending_refunds import ReturnSteps
from vintage_rules.returns.pieces import CheckedPiece, SettledPiece
from vintage_rules.returns.request.events import ReturnRequested


class ReturnState(StrEnum):
    """The state of a return. `unrequested` is before its first event; declined is for good."""

    UNREQUESTED = "unrequested"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    POSTED = "posted"
    RECEIVED = "received"
    NEEDS_REVIEW = "needs-review"
    CHECKED = "checked"
    REFUND_DUE = "refund-due"
    REFUNDED = "refunded"


OVER = frozenset({ReturnState.DECLINED, ReturnState.LAPSED, ReturnState.REFUNDED})


@frozen(kw_only=True)
class Return:
    """A return as its history has left it at the moment `at` of its last event.

    `received` is the day the buyer received its pieces, None while they have not; `accepted_at`
    when the house took it. `deadline` is the moment, exclusive, at which time changes it; None when
    time does not.
    """

    state: ReturnState
    at: datetime
    opened: ReturnRequested
    steps: ReturnSteps
    received: date | None = None
    accepted_at: datetime | None = None
    post_by: date | None = None
    deadline: datetime | None = None
    overdue_since: datetime | None = None
    findings: tuple[CheckedPiece, ...] = ()
    refunds: tuple[SettledPiece, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it holds a payout, being neither over nor lapsed. Clause R6."""
        return self.state not in OVER


def state_of(state: Return | None) -> ReturnState:
    """Return the state of a return, also before its first event.

    >>> str(state_of(None))
    'unrequested'
    """
    return ReturnState.UNREQUESTED if state is None else state.state
