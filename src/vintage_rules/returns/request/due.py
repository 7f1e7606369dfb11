"""What time alone brings to a return: it lapses, or its refund goes overdue. Clauses R2, F4."""

from __future__ import annotations

from datetime import datetime

from vintage_rules.dates import instant
from vintage_rules.returns.request.events import ReturnEvent
from vintage_rules.returns.request.states import Return
from vintage_rules.returns.request.transitions import RETURN_DEADLINES


def fall_due(state: Return | None, now: datetime) -> tuple[ReturnEvent, ...]:
    """Return what time alone has done by a moment, dated when it happened.

    >>> fall_due(None, datetime.fromisoformat("2026-09-15T10:00:00Z"))
    ()
    """
    if state is None or state.deadline is None or instant(now, "now") < state.deadline:
        return ()
    return (RETURN_DEADLINES[state.status](at=state.deadline),)
