"""What a withdrawal brings back: the time to post, who pays, by when, after what, and how much."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.findings import Path
from vintage_rules.pricing.fee_policy import Payer
from vintage_rules.returns.terms import (
    INFORMED,
    POSTING_EVENTS,
    REQUESTED,
    RETURN_ACCEPTED,
    RefundPart,
    RefundTerms,
    RefundTrigger,
    ReturnPayer,
)
from vintage_rules.review.days import SAMPLE
from vintage_rules.review.law.findings import (
    RULES,
    Brief,
    Ruling,
    Verdict,
    anchor_of,
    below,
    may_start_at,
    met,
)
from vintage_rules.review.law.withdrawal import information_on
from vintage_rules.service.policy import Topic
from vintage_rules.wording.common import length
from vintage_rules.wording.phrases import Term, listed, phrase

_TERMS: Path = ("returns", "refund_terms")
_UNANNOUNCED = frozenset(POSTING_EVENTS) - {REQUESTED, RETURN_ACCEPTED}
_WAITING = (RefundTrigger.RECEIVED, RefundTrigger.CHECKED)


def posting_time(brief: Brief) -> Iterator[Ruling]:
    """From the day they announced it, consumers have so many days to send the goods back."""
    for i, row, terms in brief.taken:
        at = (*RULES, i, "terms", "posting")
        if terms.posting is None:
            yield met(at, phrase("law.says.no-posting", row=row.name))
            continue
        window = terms.posting.window
        short = may_start_at(window.anchor, _UNANNOUNCED) or any(
            window.last_day(day, brief.calendar) < brief.floor.after_day(day, brief.calendar)
            for day in SAMPLE
        )
        lasts, anchor = length(window.length), anchor_of(window.anchor)
        says = phrase("law.says.posting", length=lasts, anchor=anchor, row=row.name)
        yield (below if short else met)((*at, "window"), says)


def return_cost(brief: Brief) -> Iterator[Ruling]:
    """Consumers bear the cost of a return only if they were informed."""
    for i, row, terms in brief.taken:
        at = (*RULES, i, "terms", "routing", "paid_by")
        if terms.routing.paid_by is not ReturnPayer.BUYER:
            yield met(at, phrase("law.says.free", row=row.name))
            continue
        ruling = information_on(Topic.RETURN_COST, brief)
        kind = "cost-stated" if ruling.verdict is Verdict.MET else "cost-not-stated"
        yield Ruling(verdict=ruling.verdict, at=at, says=phrase(f"law.says.{kind}", row=row.name))


def _refunds(brief: Brief) -> Iterator[tuple[Path, str, RefundTerms]]:
    """Return the terms of every refund after a withdrawal once, with their place and their name."""
    names = [terms.name for terms in brief.policy.returns.refund_terms]
    given = {terms.refund.name: terms.refund for _, _, terms in brief.taken}
    for name, terms in given.items():
        yield (*_TERMS, names.index(name)), name, terms


def refund_time(brief: Brief) -> Iterator[Ruling]:
    """Sums are paid back within so many days, of whichever event the law counts from."""
    for at, name, terms in _refunds(brief):
        if terms.law is None:
            yield below((*at, "law"), phrase("law.says.no-refund-day", terms=name))
            continue
        window, from_notice = terms.law, brief.statute.jurisdiction == "FR"
        late = (from_notice and window.anchor != INFORMED) or any(
            window.last_day(day, brief.calendar) > brief.floor.after_day(day, brief.calendar)
            for day in SAMPLE
        )
        lasts, anchor = length(window.length), Term("anchor", str(window.anchor))
        says = phrase("law.says.refund-day", length=lasts, anchor=anchor, terms=name)
        yield (below if late else met)((*at, "law"), says)


def refund_withholding(brief: Brief) -> Iterator[Ruling]:
    """A refund waits for the goods or the proof of their dispatch, and for nothing else."""
    for at, name, terms in _refunds(brief):
        says = phrase(f"law.says.waits.{terms.trigger}", terms=name)
        yield (below if terms.trigger in _WAITING else met)((*at, "trigger"), says)


def refund_contents(brief: Brief) -> Iterator[Ruling]:
    """All that was paid is given back, with what standard delivery cost."""
    asked = [RefundPart(part) for part in brief.statute.floor.split()]
    for at, name, terms in _refunds(brief):
        missing = [part for part in asked if part not in terms.parts]
        if missing:
            parts = listed(phrase(f"law.part.{part}") for part in missing)
            yield below((*at, "parts"), phrase("law.says.lacks", terms=name, parts=parts))
        elif _keeps(terms, brief):
            yield below((*at, "deduction"), phrase("law.says.keeps", terms=name))
        else:
            yield met((*at, "parts"), phrase("law.says.all", terms=name))
    yield from _kept_fees(brief)


def _keeps(terms: RefundTerms, brief: Brief) -> bool:
    """Return whether more is kept than the postage of a return that its buyer bears."""
    if terms.deduction.fixed or terms.deduction.rate:
        return True
    payers = {each.routing.paid_by for _, _, each in brief.taken if each.refund.name == terms.name}
    return bool(terms.deduction.per_return) and payers != {ReturnPayer.BUYER}


def _kept_fees(brief: Brief) -> Iterator[Ruling]:
    for i, fee in enumerate(brief.policy.pricing.fees):
        if fee.payer is Payer.BUYER and not fee.refundable:
            at: Path = ("pricing", "fees", i, "refundable")
            yield below(at, phrase("law.says.fee-kept", fee=fee.name))
