"""Requests to the house, and messages between a buyer and a seller.

Clauses A1, A2, C3, L6, L7.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.errors import UnknownTermError
from vintage_rules.service.policy import ServicePolicy


class MessageRefusal(StrEnum):
    """Why a message may not pass from a buyer to a seller."""

    CARRIES_TOO_MUCH = "carries-too-much"
    NO_DIRECT_CONTACT = "no-direct-contact"


@frozen(kw_only=True)
class MessagePasses(Decision):
    """A message that may pass from a buyer to a seller."""

    kind: str


@frozen(kw_only=True)
class MessageRefused(Decision):
    """A message that may not pass, why, and which of its fields it may not hold."""

    kind: str
    reasons: tuple[MessageRefusal, ...]
    too_much: tuple[str, ...]


MessageAssessment: TypeAlias = MessagePasses | MessageRefused
"""Whether a message passes from one side to the other. Clause A1."""


def assess_message(kind: str, fields: Iterable[str], policy: ServicePolicy) -> MessageAssessment:
    """Return whether a message of a kind, with these fields, may pass from a buyer to a seller.

    Clause A1.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> service = load_policy("imparfaite").on(date(2026, 11, 22)).service
    >>> assess_message("offer", ["price", "note"], service).too_much
    ('note',)
    """
    allowed = policy.messages.passes.get(kind)
    sources = policy.messages.sources
    if allowed is None:
        return MessageRefused(
            kind=kind,
            reasons=(MessageRefusal.NO_DIRECT_CONTACT,),
            too_much=(),
            edition=policy.edition,
            sources=sources,
        )
    too_much = tuple(sorted(set(fields) - set(allowed)))
    if too_much:
        return MessageRefused(
            kind=kind,
            reasons=(MessageRefusal.CARRIES_TOO_MUCH,),
            too_much=too_much,
            edition=policy.edition,
            sources=sources,
        )
    return MessagePasses(kind=kind, edition=policy.edition, sources=sources)


@frozen(kw_only=True)
class RequestGranted(Decision):
    """A request that the house grants."""

    request: str


@frozen(kw_only=True)
class RequestRefused(Decision):
    """A request that the house refuses, without exception."""

    request: str


RequestAssessment: TypeAlias = RequestGranted | RequestRefused
"""Whether the house does what is requested. Clauses A2, C3, L6, L7."""


def assess_request(request: str, policy: ServicePolicy) -> RequestAssessment:
    """Return whether the house grants a request.

    For example to try on, to collect, or to change the address of a placed order. Clauses A2, C3,
    L6, L7.

    Raises:
        UnknownTermError: For a request the policy does not name.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> service = load_policy("imparfaite").on(date(2026, 11, 22)).service
    >>> assess_request("change-shipping-address", service).sources
    ('C3',)
    """
    rule = policy.requests.get(request)
    if rule is None:
        raise UnknownTermError("request", request, tuple(sorted(policy.requests)))
    decision = RequestGranted if rule.granted else RequestRefused
    return decision(request=request, edition=policy.edition, sources=rule.sources)
