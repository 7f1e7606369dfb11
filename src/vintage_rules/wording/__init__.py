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
from vintage_rules.wording.messages import Letter, letter
from vintage_rules.wording.voice import Voice, voice_of

# Each registers the decisions of its context with `explain` when it is imported.
_REGISTERED = (customs, offers, orders, pricing, refusals, returns, service, shipping)

__all__ = [
    "Explanation",
    "Letter",
    "Voice",
    "advice_text",
    "clause_text",
    "explain",
    "letter",
    "locales",
    "reason_text",
    "voice_of",
]
