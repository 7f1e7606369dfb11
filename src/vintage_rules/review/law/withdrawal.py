"""The right of withdrawal: how long, from when, how it is used, and how it is announced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vintage_rules.dates import Duration
from vintage_rules.findings import Path
from vintage_rules.returns.table_policy import ReturnRule, SeveralParcels
from vintage_rules.returns.terms import Evidence, ReturnTerms
from vintage_rules.review.days import BEFORE_DISPATCH, DISPATCHED, SAMPLE, last_day
from vintage_rules.review.law.findings import (
    RULES,
    Brief,
    Ruling,
    Verdict,
    anchor_of,
    below,
    may_start_at,
    met,
    silent,
)
from vintage_rules.service.policy import Topic
from vintage_rules.wording.common import length
from vintage_rules.wording.phrases import Phrase, listed, phrase

INFORMATION: Path = ("service", "information")
_TABLE: Path = ("returns", "returns")
_FORTNIGHT = Duration.of(14, "days")
_TOO_SOON = frozenset({*BEFORE_DISPATCH, DISPATCHED, "latest-estimate"})


def withdrawal_length(brief: Brief) -> Iterator[Ruling]:
    """A withdrawal is taken for so many days from receipt, whatever becomes of the last one."""
    if not brief.rows:
        yield silent((*_TABLE, "domain", "reasons"), phrase("law.says.no-withdrawal"))
    for i, row in brief.rows:
        if row.terms is None:
            yield below((*RULES, i, "outcome"), phrase("law.says.refused", row=row.name))
        else:
            yield _length_of(brief, row.terms, i, row)


def _length_of(brief: Brief, terms: ReturnTerms, i: int, row: ReturnRule) -> Ruling:
    window = terms.window
    says = phrase(
        "law.says.window",
        length=length(window.length),
        anchor=anchor_of(window.anchor),
        row=row.name,
    )
    short = may_start_at(window.anchor, _TOO_SOON) or any(
        last_day(window, start, brief.calendar) < brief.floor.after_day(start, brief.calendar)
        for start in SAMPLE
    )
    return (below if short else met)((*RULES, i, "terms", "window"), says)


def withdrawal_roll(brief: Brief) -> Iterator[Ruling]:
    """A last day that is a Saturday, a Sunday or a public holiday moves to the next working day."""
    for i, row, terms in brief.taken:
        at = (*RULES, i, "terms", "window", "roll")
        shortest = _where_it_stays(brief, terms)
        if shortest is None:
            yield met(at, phrase("law.says.rolls", row=row.name))
        else:
            start, ends, legal = shortest
            days = {"start": start, "end": ends, "other": legal}
            yield below(at, phrase("law.says.stays", row=row.name, **days))


def _where_it_stays(brief: Brief, terms: ReturnTerms) -> tuple[date, date, date] | None:
    """Find a receipt whose last day by the law is moved on and by the policy is not."""
    for start in SAMPLE:
        by_law = _FORTNIGHT.after_day(start, brief.calendar)
        moved = brief.calendar.next_working_day(by_law)
        ends = last_day(terms.window, start, brief.calendar)
        if moved != by_law and by_law <= ends < moved:
            return start, ends, moved
    return None


def withdrawal_start(brief: Brief) -> Iterator[Ruling]:
    """Where goods of one order come apart, the time runs from the last of them."""
    at = (*_TABLE, "several_parcels")
    several = brief.policy.returns.returns.several_parcels
    says = phrase(f"law.says.start.{several}")
    match several:
        case SeveralParcels.EACH:
            yield below(at, says)
        case SeveralParcels.LAST_OF_SENDER:
            yield Ruling(verdict=Verdict.UNSETTLED, at=at, says=says)
        case SeveralParcels.LAST_OF_ORDER:
            yield met(at, says)


def withdrawal_request(brief: Brief) -> Iterator[Ruling]:
    """A statement without a doubt is enough: nothing else may be required."""
    for i, row, terms in brief.taken:
        at = (*RULES, i, "terms", "evidence")
        more = tuple(_more_than_a_statement(terms.evidence))
        if more:
            yield below(at, phrase("law.says.evidence", row=row.name, what=listed(more)))
        else:
            yield met(at, phrase("law.says.statement", row=row.name))


def _more_than_a_statement(evidence: Evidence) -> Iterator[Phrase]:
    if evidence.parcel_number:
        yield phrase("law.what.parcel-number")
    if evidence.photos:
        yield phrase("law.what.photos")


def withdrawal_function(brief: Brief) -> Iterator[Ruling]:
    """The shop itself has a function to withdraw."""
    information = brief.policy.service.information
    if information is None:
        yield silent(INFORMATION, phrase("law.says.silent"))
    elif information.withdrawal_function:
        yield met((*INFORMATION, "withdrawal_function"), phrase("law.says.function"))
    else:
        yield below((*INFORMATION, "withdrawal_function"), phrase("law.says.no-function"))


def withdrawal_information(brief: Brief) -> Iterator[Ruling]:
    """Buyers are informed of the right before they order."""
    yield information_on(Topic.WITHDRAWAL, brief)


def information_on(topic: Topic, brief: Brief) -> Ruling:
    """Return whether a policy informs buyers of something."""
    information = brief.policy.service.information
    if information is None:
        return silent(INFORMATION, phrase("law.says.silent"))
    if topic in information.given:
        return met((*INFORMATION, "given"), phrase("law.says.given"))
    return below((*INFORMATION, "given"), phrase("law.says.not-given"))
