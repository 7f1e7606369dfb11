"""Questions about returns and claims. Clauses R1 to R10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from vintage_rules.dates import Roll, Window
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.faq.cases import (
    Sentences,
    by_case,
    other_reasons,
    return_rules,
    rules_for,
)
from vintage_rules.publishing.faq.entries import Entry, FaqRequest, Line, Part, entry, joined
from vintage_rules.returns.cancellation_policy import (
    CancellableUntil,
    CancellationRule,
    Canceller,
)
from vintage_rules.returns.claim_policy import ClaimTerms, Investigation, LookedInVain
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.table_policy import ReturnRule
from vintage_rules.returns.terms import (
    Deduction,
    Evidence,
    Label,
    PostingProof,
    RefundPart,
    RefundTerms,
    ReturnTerms,
    ReturnTo,
    Routing,
)
from vintage_rules.wording.common import event_of, length
from vintage_rules.wording.phrases import (
    Amount,
    Listed,
    Percent,
    Phrase,
    Term,
    Value,
    counted,
    listed,
    phrase,
)


def counted_from(key: str, window: Window) -> Phrase:
    """Return the phrase of a window's length and of the event it is counted from."""
    return phrase(key, length=length(window.length), anchor=event_of(window.anchor))


def time_to(key: str, window: Window) -> Sentences:
    """Return the same for a request of the buyer, and from when on it is taken."""
    after = window.starts_after
    early = after is not None and after.amount
    opens = [phrase("faq.starts-after", length=length(after))] if early and after else []
    return (counted_from(key, window), *opens)


def refunded_parts(terms: RefundTerms) -> Listed:
    """Return what a refund holds, in one order."""
    return listed(Term("refunded", part) for part in RefundPart if part in terms.parts)


def refund_sources(terms: RefundTerms) -> tuple[tuple[str, ...], ...]:
    """Return what the sentences about the amount of a refund rest on."""
    return terms.parts_sources, terms.deduction_sources


def returns(request: FaqRequest) -> Iterator[Entry]:
    """R1 to R8: returns, from whether they are possible to the last day of posting."""
    house, policy = request.house, request.house.returns.returns
    yield from _cancelling(house)
    rules = return_rules(policy)
    of_rules = [rule.sources for rule in rules.values()]
    if not any(rule.terms for rule in rules.values()):
        no = [phrase("return.none")]
        yield from entry("return", phrase("faq.return.question"), no, *of_rules)
    else:
        terms = [rule.terms for rule in rules.values() if rule.terms is not None]
        of_terms = [each.sources for each in terms]
        asking = [each.evidence.sources for each in terms]
        routes = [each.routing.sources for each in terms]
        posts = [each.posting.sources for each in terms if each.posting is not None]
        of_costs = [each.refund.deduction_sources for each in terms]
        late, of_late = _late(terms, house), house.returns.payouts.sources
        sent = [each.routing for each in terms if each.routing.to is not ReturnTo.NOWHERE]
        address = [phrase("faq.route.address")] if sent else []
        of_address = [each.address_sources for each in sent]
        for name, answer, more, sources in (
            ("return", window_of, late, (*of_rules, *of_terms, of_late)),
            ("return-how", _how, (), asking),
            ("return-where", _where, address, (*routes, *of_address)),
            ("return-cost", partial(cost_of, house=house), (), (*routes, *of_costs)),
            ("return-post", _posting, (), posts),
        ):
            question = phrase(f"faq.{name}.question")
            yield from entry(name, question, (*by_case(rules, answer), *more), *sources)
    yield from _exchange(request)
    yield from _problems(house)
    for kind, terms_of_claim in house.returns.claims.kinds.items():
        question = phrase("faq.claim.question", claim=Term("claim", kind))
        sentences = _claim(terms_of_claim, house)
        yield from entry(f"claim-{kind}", question, sentences, *_of_claim(terms_of_claim))


def _cancelling(house: HousePolicy) -> Iterator[Entry]:
    """R2, L5: who may cancel before it is posted, until when, and what is refunded."""
    policy = house.returns.of_cancellations
    answer = [Line((), tuple(_cancelled(by, policy.rule(by), house))) for by in Canceller]
    otherwise = (phrase("faq.cancel.otherwise"), *_refunded(policy.refund, house))
    answer.append(Line((), otherwise))
    sources = [policy.rule(by).sources for by in Canceller]
    refunds = [
        policy.rule(by).refund
        for by in Canceller
        if policy.rule(by).until is not CancellableUntil.NEVER
    ]
    of_refunds = [each for terms in (*refunds, policy.refund) for each in refund_sources(terms)]
    yield from entry(
        "cancel", phrase("faq.cancel.question"), answer, *sources, policy.sources, *of_refunds
    )


def _cancelled(by: Canceller, rule: CancellationRule, house: HousePolicy) -> Iterator[Phrase]:
    yield _until(by, rule)
    if rule.until is not CancellableUntil.NEVER:
        yield from _refunded(rule.refund, house)


def _refunded(terms: RefundTerms, house: HousePolicy) -> Sentences:
    return (
        phrase("faq.refunded", parts=refunded_parts(terms)),
        *deduction(terms.deduction, house.currency),
    )


def _until(by: Canceller, rule: CancellationRule) -> Phrase:
    if rule.until is CancellableUntil.NEVER:
        return phrase(f"faq.cancel.{by}-never")
    if rule.time_limit.ends:
        return phrase(f"faq.cancel.{by}-within", length=length(rule.time_limit))
    return phrase(f"faq.cancel.{by}")


def _problems(house: HousePolicy) -> Iterator[Entry]:
    """R9: what is done about a piece that is not in order; reasons with one answer together."""
    policy = house.returns.returns
    for answer, reasons in _answers(house):
        named = joined("format.either", (Term("reason", reason) for reason in reasons))
        question = phrase("faq.claim.question", claim=named)
        rows = rules_for(policy, reasons).values()
        sources = [rule.sources for rule in rows]
        for terms in (rule.terms for rule in rows if rule.terms is not None):
            routing = terms.routing.sources
            sources += [terms.sources, terms.evidence.sources, routing]
            sources += refund_sources(terms.refund)
        yield from entry(f"problem-{reasons[0]}", question, answer, *sources)


def _answers(house: HousePolicy) -> list[tuple[list[Part], list[str]]]:
    policy = house.returns.returns
    found: list[tuple[list[Part], list[str]]] = []
    for reason in other_reasons(policy):
        rules = rules_for(policy, [reason])
        if _answered_by_a_claim(rules.values(), house):
            continue
        answer = [*_problem(rules, house)]
        alike = next((reasons for other, reasons in found if other == answer), None)
        if alike is None:
            found.append((answer, [reason]))
        else:
            alike.append(reason)
    return found


def _answered_by_a_claim(rules: Iterable[ReturnRule], house: HousePolicy) -> bool:
    """Whether a claim for which the piece comes back already says when and what is refunded."""
    claims = [each for each in house.returns.claims.kinds.values() if each.return_needed]
    known = [(each.window, each.refund) for each in claims]
    terms = [rule.terms for rule in rules if rule.terms is not None]
    return all((each.window, each.refund) in known for each in terms)


def _problem(rules: Mapping[ReturnCase, ReturnRule], house: HousePolicy) -> Iterator[Part]:
    for answer in (_how, _time_to_claim, _where, partial(cost_of, house=house)):
        yield from by_case(rules, answer)
    yield from by_case(rules, partial(what_is_refunded, house=house))


def _time_to_claim(rule: ReturnRule) -> Sentences:
    if rule.terms is None:
        return (phrase("return.none"),)
    answer = time_to("faq.claim.window", rule.terms.window)
    return (*answer, phrase("return.review")) if rule.review else answer


def what_is_refunded(rule: ReturnRule, house: HousePolicy) -> Sentences:
    """F1: the parts of a refund, and what the house keeps."""
    if rule.terms is None:
        return ()
    return _refunded(rule.terms.refund, house)


def _exchange(request: FaqRequest) -> Iterator[Entry]:
    policy = request.house.returns.returns
    answer = phrase("faq.exchange.possible" if policy.exchanges else "reason.exchange")
    yield from entry("exchange", phrase("faq.exchange.question"), [answer], policy.exchange_sources)


def window_of(rule: ReturnRule) -> Sentences:
    """R1: how long a return can be requested, or that it cannot."""
    if rule.terms is None:
        return (phrase("return.none"),)
    window = rule.terms.window
    answer = [*time_to("faq.return.window", window)]
    if window.roll is Roll.NEXT_WORKING_DAY:
        answer.append(phrase("faq.return.roll"))
    if rule.terms.seller_up_to is not None:
        answer.append(phrase("faq.return.seller", length=length(rule.terms.seller_up_to)))
    if rule.review:
        answer.append(phrase("return.review"))
    return tuple(answer)


def _late(terms: Iterable[ReturnTerms], house: HousePolicy) -> Sentences:
    """R6: why a later request is refused, where sellers are paid once the time for it is over."""
    if any(each.seller_up_to is not None or not each.window.length.ends for each in terms):
        return ()
    payouts = house.returns.payouts
    paid = not payouts.elsewhere and all(each.window == payouts.window for each in terms)
    return (phrase("faq.return.late-paid" if paid else "faq.return.late"),)


def _how(rule: ReturnRule) -> Sentences:
    return () if rule.terms is None else tuple(evidence(rule.terms.evidence))


def evidence(wanted: Evidence, *, order_number: bool = False) -> Iterator[Phrase]:
    """R2, R9, R10: what a request has to bring."""
    required = {
        "in-writing": wanted.in_writing,
        "parcel-number": wanted.parcel_number,
        "order-number": order_number,
    }
    for name, is_wanted in required.items():
        if is_wanted:
            yield phrase(f"faq.evidence.{name}")
    if wanted.photos:
        yield counted("faq.evidence.photos", wanted.photos)
    if not any((*required.values(), wanted.photos)):
        yield phrase("faq.evidence.none")


def _where(rule: ReturnRule) -> Sentences:
    return () if rule.terms is None else (_route(rule.terms.routing),)


def _route(routing: Routing) -> Phrase:
    match routing.to:
        case ReturnTo.SELLER:
            return phrase("faq.route.seller")
        case ReturnTo.WORKSHOP:
            return phrase("faq.route.workshop")
        case ReturnTo.BY_COUNT:
            return counted("faq.route.by-count", routing.to_seller_up_to)
        case ReturnTo.WAREHOUSE:
            return phrase("faq.route.warehouse")
        case ReturnTo.NOWHERE:
            return phrase("faq.route.nowhere")


def cost_of(rule: ReturnRule, house: HousePolicy) -> Sentences:
    """R7: who pays the postage of a return, and what the house keeps."""
    if rule.terms is None or rule.terms.routing.to is ReturnTo.NOWHERE:
        return ()
    routing = rule.terms.routing
    answer = [phrase(f"faq.paid-by.{routing.paid_by}")]
    if routing.label is Label.PREPAID:
        answer.append(phrase("faq.label.prepaid"))
    return (*answer, *deduction(rule.terms.refund.deduction, house.currency))


def deduction(kept: Deduction, currency: str) -> Iterator[Phrase]:
    """Return what the house keeps of a piece that comes back, and of a return; none if nothing."""
    parts: list[Value] = []
    if kept.fixed:
        parts.append(Amount(kept.fixed, currency))
    if kept.rate:
        parts.append(Percent(kept.rate))
    if parts:
        yield phrase("faq.deduction", parts=listed(parts))
    if kept.per_return:
        yield phrase("faq.deduction.return", amount=Amount(kept.per_return, currency))


def _posting(rule: ReturnRule) -> Sentences:
    if rule.terms is None or rule.terms.posting is None:
        return ()
    window = rule.terms.posting.window
    if rule.terms.posting.proof is PostingProof.ARRIVAL:
        return (counted_from("faq.return-post.arrival", window),)
    return (counted_from("faq.return-post.answer", window),)


def _claim(terms: ClaimTerms, house: HousePolicy) -> Iterator[Part]:
    yield from evidence(terms.evidence, order_number=terms.order_number)
    yield from time_to("faq.claim.window", terms.window)
    if terms.investigation is not None:
        yield from _investigation(terms.investigation)
    if terms.return_needed:
        yield phrase("faq.claim.returned")
    yield phrase("faq.refunded", parts=refunded_parts(terms.refund))
    yield from deduction(terms.refund.deduction, house.currency)


def _investigation(search: Investigation) -> Iterator[Phrase]:
    yield phrase("faq.claim.investigation", length=length(search.length))
    lost = search.in_vain is LookedInVain.LOST
    yield phrase("faq.claim.lost" if lost else "faq.claim.review")


def _of_claim(terms: ClaimTerms) -> Iterator[tuple[str, ...]]:
    yield terms.sources
    yield terms.window_sources
    yield terms.evidence.sources
    if terms.investigation is not None:
        yield terms.investigation.sources
        yield terms.investigation.length_sources
    yield from refund_sources(terms.refund)
