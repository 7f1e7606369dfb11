"""Questions about refunds. Clauses F1 to F4."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.policy import TenderPolicy
from vintage_rules.publishing.faq.cases import Sentences, by_case, return_rules
from vintage_rules.publishing.faq.entries import Entry, FaqRequest, Line, Part, entry, joined
from vintage_rules.publishing.faq.returns import refund_sources, what_is_refunded
from vintage_rules.returns.refund_policy import RefundPolicy, Split, StatementDelay
from vintage_rules.returns.table_policy import ReturnRule
from vintage_rules.returns.terms import RECOVERED, RefundPart, RefundTerms
from vintage_rules.wording.common import length, range_of
from vintage_rules.wording.phrases import Phrase, Term, Value, phrase


def refunds(request: FaqRequest) -> Iterator[Entry]:
    """F1 to F4: when, how much, by what, when it is seen, and when it is late."""
    policy, rules = request.house.returns.refunds, return_rules(request.house.returns.returns)
    terms = [rule.terms.refund for rule in rules.values() if rule.terms is not None]
    laws = [each.law_sources for each in terms if each.law is not None]
    when = by_case(rules, lambda rule: _when(rule, policy))
    what = by_case(rules, partial(_what, house=request.house))
    yield from entry(
        "refund-when",
        phrase("faq.refund-when.question"),
        when,
        *(each.trigger_sources for each in terms),
        policy.due_sources,
        *laws,
    )
    of_parts = [sources for each in terms for sources in refund_sources(each)]
    yield from entry("refund-what", phrase("faq.refund-what.question"), what, *of_parts)
    yield from entry(
        "refund-how",
        phrase("faq.refund-how.question"),
        _how(policy),
        policy.tenders_sources,
        policy.within_sources,
    )
    tenders = request.house.pricing.tenders
    seen: list[Part] = [_mailed(tenders)]
    seen += [Line((), (_seen(tender, delay),)) for tender, delay in policy.statement.items()]
    seen_sources = [delay.sources for delay in policy.statement.values()]
    if tenders.intermediaries:
        seen_sources.insert(0, tenders.intermediary_sources)
    yield from entry("refund-seen", phrase("faq.refund-seen.question"), seen, *seen_sources)
    late = [_late(policy)]
    yield from entry(
        "refund-late", phrase("faq.refund-late.question"), late, policy.overdue_sources
    )


def _when(rule: ReturnRule, policy: RefundPolicy) -> Sentences:
    if rule.terms is None:
        return ()
    terms = rule.terms.refund
    answer = [phrase(f"faq.trigger.{terms.trigger}")]
    if policy.due.amount:
        answer.append(phrase("faq.refund-when.due", length=length(policy.due)))
    return (*answer, *_by_law(terms))


def _by_law(terms: RefundTerms) -> Iterator[Phrase]:
    if terms.law is not None:
        recovered = terms.law.anchor == RECOVERED
        key = "faq.refund-when.law-recovered" if recovered else "faq.refund-when.law"
        yield phrase(key, length=length(terms.law.length))


def _what(rule: ReturnRule, house: HousePolicy) -> Sentences:
    answer = what_is_refunded(rule, house)
    if rule.terms is not None and RefundPart.SHIPPING in rule.terms.refund.parts:
        return (*answer, phrase("faq.refund-what.shipping"))
    return answer


def _how(policy: RefundPolicy) -> Iterator[Part]:
    yield phrase("faq.refund-how.answer")
    if len(policy.tenders) > 1:
        ranks = [joined("format.either", map(_tender, sorted(rank))) for rank in policy.tenders]
        in_turn = joined("faq.refund-how.then", ranks)
        yield phrase("faq.refund-how.order", tenders=in_turn)
    if policy.within is Split.IN_PROPORTION and any(len(rank) > 1 for rank in policy.tenders):
        yield phrase("faq.refund-how.proportion")


def _tender(name: str) -> Value:
    return Term("tender", name)


def _mailed(tenders: TenderPolicy) -> Phrase:
    """F2: that a mail says so when a refund has been passed on, and to whom."""
    names = tenders.intermediaries_of(tenders.kinds)
    if not names:
        return phrase("faq.refund-seen.mailed")
    return phrase("faq.refund-seen.passed-on", intermediary=joined("format.or", names))


def _seen(tender: str, delay: StatementDelay) -> Phrase:
    named, latest = Term("tender", tender), delay.latest
    if not latest.amount:
        return phrase("faq.refund-seen.at-once", tender=named)
    days = range_of(delay.earliest, latest)
    if days is None:
        return phrase("faq.refund-seen.latest", tender=named, latest=length(latest))
    return phrase("faq.refund-seen.range", tender=named, range=days)


def _late(policy: RefundPolicy) -> Phrase:
    return phrase("faq.refund-late.answer", length=length(policy.overdue.length))
