"""Checks of what can never happen, or never end: times that wait for an event that may not come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vintage_rules.dates import Pick, Several, Window, zone
from vintage_rules.errors import UnknownTermError
from vintage_rules.findings import Path
from vintage_rules.orders.deadlines import Subject, subject_of
from vintage_rules.places import Territory
from vintage_rules.returns.refund_policy import PayoutTerms
from vintage_rules.returns.terms import RefundTrigger, ReturnTo
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.review.days import SAMPLE
from vintage_rules.service.policy import QuestionRule, SilenceMeans
from vintage_rules.windows import end_of, events_of, opens_at
from vintage_rules.wording.phrases import Phrase, phrase

_ACCEPTED = ("return-accepted", "posted", "returned", "checked")
_REQUESTED = ("requested", "issue-reported", *_ACCEPTED)
_CONFIRMED = "confirmed"
_DISPATCHED = (
    "dispatched",
    "latest-estimate",
    "delivered",
    "delivery-scan",
    "received",
    "day-after-received",
    _CONFIRMED,
    *_ACCEPTED,
)
_CLOSED_BY = {
    Subject.SALE: _DISPATCHED,
    Subject.RECEIPT: (_CONFIRMED, *_ACCEPTED),
    Subject.REQUEST: _ACCEPTED,
}
"""For each subject of a question the events at which it is answered already."""

_SOLD = ("ordered", "paid")
_PAYOUTS: Path = ("returns", "payouts")
_QUESTIONS: Path = ("service", "questions")


def happening_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check payouts, requests, questions and accepted returns against what may never happen."""
    yield from _payouts(sheet)
    yield from _covered_payouts(sheet)
    yield from _requests(sheet)
    yield from _questions(sheet)
    yield from _covered_questions(sheet)
    yield from _returns_without_time(sheet)
    yield from _claims_that_come_back(sheet)


def blocking_event(anchor: str | Several, events: Sequence[str]) -> str | None:
    """Return the event, one of some, that a time cannot start without; None if there is none.

    >>> first = Several(pick=Pick.EARLIEST, events=("delivered", "requested"))
    >>> last = Several(pick=Pick.LATEST, events=("delivered", "requested"))
    >>> [blocking_event(anchor, ["requested"]) for anchor in (first, last)]
    [None, 'requested']
    """
    needed = events_of(anchor)
    found = [event for event in needed if event in events]
    starts_without = isinstance(anchor, Several) and anchor.pick is Pick.EARLIEST
    if not found or (starts_without and len(found) < len(needed)):
        return None
    return found[0]


# ---- payouts ----


def _payouts(sheet: Sheet) -> Iterator[Flaw]:
    for at, window in _payout_windows(sheet):
        event = blocking_event(window.anchor, (*_REQUESTED, _CONFIRMED))
        if event is not None and not _silence_settles(event, sheet):
            yield flaw(CheckCode.PAYOUT_NEVER_DUE, at, _silent_buyer(), event=event)
        yield from _before_dispatch(at, window)


def _payout_windows(sheet: Sheet) -> Iterator[tuple[Path, Window]]:
    payouts = sheet.policy.returns.payouts
    yield (*_PAYOUTS, "window"), payouts.window
    for i, terms in enumerate(payouts.elsewhere):
        yield (*_PAYOUTS, "elsewhere", i, "window"), terms.window


def _silent_buyer() -> Phrase:
    return phrase("lint.example.nothing-said")


def _silence_settles(event: str, sheet: Sheet) -> bool:
    """Return whether the silence of every buyer pays the seller, or leads to `confirmed`."""
    served = [place for place in sheet.territories if is_served(place, sheet)]
    return bool(served) and all(
        any(
            _settles(question, event)
            for question in sheet.policy.service.questions_in(place)
            if subject_of(question) is Subject.RECEIPT and question.window.length.ends
        )
        for place in served
    )


def _settles(question: QuestionRule, event: str) -> bool:
    if blocking_event(question.window.anchor, (*_REQUESTED, _CONFIRMED)) is not None:
        return False
    pays = {SilenceMeans.PAY_SELLER, SilenceMeans.ESCALATE, SilenceMeans.REFUND}
    confirms = event == _CONFIRMED and question.on_silence is SilenceMeans.APPROVE
    return confirms or question.on_silence in pays


def is_served(place: Territory, sheet: Sheet) -> bool:
    """Return whether the house delivers to a territory."""
    try:
        sheet.policy.shipping.delivery.zone_of(place)
    except UnknownTermError:
        return False
    return True


def _before_dispatch(at: Path, window: Window) -> Iterator[Flaw]:
    """Find a time that pays sellers whether they have posted anything or not."""
    anchor = window.anchor
    waits_for_all = isinstance(anchor, Several) and anchor.pick is Pick.LATEST
    early = [event in _SOLD for event in events_of(anchor)]
    if not any(early) or (waits_for_all and not all(early)):
        return
    example = phrase("lint.example.never-posted")
    yield flaw(CheckCode.PAID_BEFORE_DISPATCH, at, example, anchor=str(window.anchor))


def _covered_payouts(sheet: Sheet) -> Iterator[Flaw]:
    kinds = sheet.policy.returns.returns.domain.sale_kind
    before: set[tuple[str, str]] = set()
    for i, terms in enumerate(sheet.policy.returns.payouts.elsewhere):
        cases = _cases(terms, kinds, sheet)
        if cases <= before:
            example = shown(", ".join(min(cases)))
            yield flaw(CheckCode.COVERED_BEFORE, (*_PAYOUTS, "elsewhere", i), example)
        before |= cases


def _cases(terms: PayoutTerms, kinds: Sequence[str], sheet: Sheet) -> set[tuple[str, str]]:
    return {
        (place.code, kind)
        for place in sheet.territories
        for kind in kinds
        if terms.covers(place, kind)
    }


# ---- returns and claims ----


def _requests(sheet: Sheet) -> Iterator[Flaw]:
    for at, window in _request_windows(sheet):
        event = blocking_event(window.anchor, _REQUESTED)
        if event is not None:
            yield flaw(CheckCode.WINDOW_AFTER_REQUEST, at, shown(event), event=event)
        yield from _opens_too_late(at, window, sheet)


def _request_windows(sheet: Sheet) -> Iterator[tuple[Path, Window]]:
    returns = sheet.policy.returns
    for i, rule in enumerate(returns.returns.rules):
        if rule.terms is not None:
            yield ("returns", "returns", "rules", i, "terms", "window"), rule.terms.window
    for i, claim in enumerate(returns.claims.kinds.values()):
        yield ("returns", "claims", i, "window"), claim.window


def _opens_too_late(at: Path, window: Window, sheet: Sheet) -> Iterator[Flaw]:
    """Find a time that is over before it opens, on some day of the sample year."""
    where = zone(sheet.policy.zone)
    for start in SAMPLE:
        opens = opens_at(window, start, where, sheet.calendar)
        ends = end_of(window, start, where, sheet.calendar)
        if opens is not None and ends is not None and ends <= opens:
            example = phrase("lint.example.day", day=start)
            after, length = str(window.starts_after), str(window.length)
            code = CheckCode.WINDOW_OPENS_TOO_LATE
            yield flaw(code, at, example, after=after, length=length)
            return


def _returns_without_time(sheet: Sheet) -> Iterator[Flaw]:
    """Find accepted returns that wait for ever: nothing is refunded before they are posted."""
    for i, rule in enumerate(sheet.policy.returns.returns.rules):
        terms = rule.terms
        if terms is None or terms.posting is not None or terms.routing.to is ReturnTo.NOWHERE:
            continue
        if terms.refund.trigger is not RefundTrigger.NONE_NEEDED:
            at: Path = ("returns", "returns", "rules", i, "terms")
            yield flaw(CheckCode.RETURN_MAY_NEVER_END, at, phrase("lint.example.return-not-posted"))


def _claims_that_come_back(sheet: Sheet) -> Iterator[Flaw]:
    """Find terms that wait for nothing where the piece comes back: those of its return decide."""
    for i, claim in enumerate(sheet.policy.returns.claims.kinds.values()):
        waits = claim.refund.trigger is not RefundTrigger.NONE_NEEDED
        if claim.return_needed and not waits and claim.investigation is None:
            at: Path = ("returns", "claims", i, "return_needed")
            name = claim.refund.name
            yield flaw(CheckCode.RETURN_NOT_AWAITED, at, shown(claim.name), name=name)


# ---- questions ----


def _questions(sheet: Sheet) -> Iterator[Flaw]:
    for i, question in enumerate(sheet.policy.service.questions):
        at: Path = (*_QUESTIONS, i, "window")
        length, subject = question.window.length, subject_of(question)
        if not length.ends:
            silence = str(question.on_silence)
            where = (*_QUESTIONS, i, "on_silence")
            yield flaw(CheckCode.SILENCE_NEVER_COMES, where, shown(str(length)), silence=silence)
        elif not length.amount:
            yield flaw(CheckCode.NO_TIME, at, shown(str(length)), key="window")
        event = blocking_event(question.window.anchor, _CLOSED_BY[subject])
        if event is not None:
            asked = str(question.asked)
            yield flaw(CheckCode.QUESTION_NEVER_OPENS, at, shown(event), event=event, asked=asked)
        pays = question.on_silence is SilenceMeans.PAY_SELLER
        if pays and subject is not Subject.REQUEST:
            yield from _before_dispatch(at, question.window)


def _covered_questions(sheet: Sheet) -> Iterator[Flaw]:
    before: dict[str, set[str]] = {}
    for i, question in enumerate(sheet.policy.service.questions):
        covered = {place.code for place in sheet.territories if question.covers(place)}
        taken = before.setdefault(question.name, set())
        if covered <= taken:
            yield flaw(CheckCode.COVERED_BEFORE, (*_QUESTIONS, i), shown(question.name))
        taken |= covered
