"""Decisions in words: what was decided, from which values, of which edition, by which clause.

Sentences are for people; codes are the interface for programs. No sentence is built before it is
needed.
"""

from vintage_rules.wording import (
    customs,
    offers,
    orders,
    pricing,
    refusals,
    returns,
    service,
    shipping,
)
from vintage_rules.wording.explaining import (
    Explanation,
    advice_text,
    clause_text,
    explain,
    locales,
    reason_text,
)

__all__ = [
    "Explanation",
    "advice_text",
    "clause_text",
    "customs",
    "explain",
    "locales",
    "offers",
    "orders",
    "pricing",
    "reason_text",
    "refusals",
    "returns",
    "service",
    "shipping",
]
