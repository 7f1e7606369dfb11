"""What time alone brings to a return: it lapses, or its refund goes overdue. Clauses R2, F4."""

from __future__ import annotations

from datetime import datetime

from vintage_rules.returns.request.events import RefundWentOverdue, ReturnLapsed
from vintage_rules.returns.request.states import Return
from vintage_rules.returns.request.transitions import RETURN_DEADLINES


def next_due(state: Return, now: datetime) -> ReturnLapsed | RefundWentOverdue | None:
    """Return what time alone brings to a return next: it lapses, or its refund goes overdue."""
    if state.deadline is None or state.deadline > now:
        return None
    return RETURN_DEADLINES[state.state](at=state.deadline)
