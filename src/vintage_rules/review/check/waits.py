"""Checks of what an order waits for without an end, where no person looks either."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.orders.deadlines import Subject, subject_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.returns.terms import ReturnTo
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw
from vintage_rules.review.check.happening import is_served
from vintage_rules.service.policy import SilenceMeans
from vintage_rules.shipping.policy import Sender
from vintage_rules.wording.phrases import listed, phrase


def wait_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check that a person looks at an order that would wait for ever."""
    if sheet.policy.service.review is not None:
        return
    waits = tuple(_waits(sheet))
    if waits:
        named = listed(phrase(f"lint.wait.{wait}") for wait in waits)
        example = phrase(f"lint.example.wait.{waits[0]}")
        yield flaw(CheckCode.WAITS_WITHOUT_END, ("service",), example, waits=named)


def _waits(sheet: Sheet) -> Iterator[str]:
    """Return what nothing in an edition ends; `orders.waiting` says what becomes of it."""
    policy = sheet.policy
    at_workshop = any(mode.sender is Sender.WORKSHOP for mode in policy.shipping.modes.values())
    if at_workshop or not _has_silence(Subject.SALE, sheet):
        yield "posting"
    if at_workshop or _may_come_back(policy):
        yield "check"
    undecided = any(claim.investigation is None for claim in policy.returns.claims.kinds.values())
    requests = undecided or any(rule.terms for rule in policy.returns.returns.rules)
    if requests and not _has_silence(Subject.REQUEST, sheet):
        yield "decision"
    if any(claim.return_needed for claim in policy.returns.claims.kinds.values()):
        yield "return"


def _may_come_back(policy: HousePolicy) -> bool:
    terms = (rule.terms for rule in policy.returns.returns.rules)
    return any(each is not None and each.routing.to is not ReturnTo.NOWHERE for each in terms)


def _has_silence(subject: Subject, sheet: Sheet) -> bool:
    """Return whether silence on something ends it, wherever the house delivers."""
    return all(
        any(
            subject_of(question) is subject
            and question.window.length.ends
            and question.on_silence is not SilenceMeans.APPROVE
            for question in sheet.policy.service.questions_in(place)
        )
        for place in sheet.territories
        if is_served(place, sheet)
    )
