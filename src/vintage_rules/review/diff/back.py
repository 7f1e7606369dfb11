"""Examples about delivery and what comes back: days on both sides of every last one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice

from vintage_rules.errors import UnknownTermError
from vintage_rules.ids import PieceId
from vintage_rules.money import Money, zero
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.returns.deadline import NoReturn, return_deadline
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.eligibility import ReturnRequest, Wants, assess_return
from vintage_rules.returns.payments import PaidOrder, PaidParcel, PaidPiece, Payment, ReturnedPiece
from vintage_rules.returns.pending_refunds import (
    ReturnSteps,
    assess_pending_refund,
    estimate_statement,
    refund_due,
)
from vintage_rules.returns.refund import quote_refund
from vintage_rules.returns.terms import RefundTerms
from vintage_rules.review.days import last_day
from vintage_rules.review.diff.examples import MONDAY, WEEKDAYS, Example, asked, destinations
from vintage_rules.shipping.delivery import estimate_delivery, estimate_promise
from vintage_rules.wording.phrases import Country, Phrase, Term, phrase

_A_DAY = timedelta(days=1)
_MOST_CASES = 4


def delivery_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Dispatch a parcel on a Monday to each part of the world."""
    for destination in destinations():
        country = Country(destination.territory.country)
        question = phrase("diff.ask.delivery", country=country, day=MONDAY)
        yield asked(question, partial(_delivery, destination), before, after)


def _delivery(destination: Destination, policy: HousePolicy) -> object:
    return estimate_delivery(destination, MONDAY, policy.shipping.delivery, WEEKDAYS)


def mode_examples(name: str, before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Order on a Monday, sent so."""
    destination = destinations()[0]
    question = phrase("diff.ask.promise", mode=Term("mode", name), day=MONDAY)
    yield asked(question, lambda p: _promise(name, destination, p), before, after)


def _promise(name: str, destination: Destination, policy: HousePolicy) -> object:
    return estimate_promise(
        destination,
        MONDAY,
        policy.shipping.mode(name),
        policy.shipping.delivery,
        at_sellers=WEEKDAYS,
        at_destination=WEEKDAYS,
    )


def return_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Assess returns on the last day of either policy and on the day after.

    In the cases that the policies decide differently.
    """
    for destination, case in islice(_cases_apart(before, after), _MOST_CASES):
        days = {
            day
            for policy in (before, after)
            if (last := _last(destination, case, policy)) is not None
            for day in (last, last + _A_DAY)
        }
        for day in sorted(days or {MONDAY}):
            question = phrase(
                "diff.ask.return",
                case=_named(case),
                country=Country(destination.territory.country),
                received=MONDAY,
                day=day,
            )
            yield asked(
                question,
                partial(_return, destination, case, day),
                before,
                after,
            )


def _named(case: ReturnCase) -> str:
    """Name a case without its zone, which each policy calls as it likes."""
    return f"{case.reason}/{case.seller_kind}/{case.mode}/{case.category}/{case.sale_kind}"


def _cases_apart(
    before: HousePolicy, after: HousePolicy
) -> Iterator[tuple[Destination, ReturnCase]]:
    """Find cases of either policy, in each part of the world, whose terms are not the same."""
    found: set[object] = set()
    for destination in destinations():
        for policy in (before, after):
            for case in policy.returns.returns.domain.cases():
                pair = tuple(_terms(destination, case, p) for p in (before, after))
                if pair[0] != pair[1] and repr(pair) not in found:
                    found.add(repr(pair))
                    yield destination, case


def _here(destination: Destination, case: ReturnCase, policy: HousePolicy) -> ReturnCase:
    """Return a case as a policy calls it there: its own zone, all else by name."""
    return policy.returns.returns.case(
        destination.territory,
        reason=case.reason,
        seller_kind=case.seller_kind,
        mode=case.mode,
        category=case.category,
        sale_kind=case.sale_kind,
    )


def _terms(destination: Destination, case: ReturnCase, policy: HousePolicy) -> object:
    table = policy.returns.returns
    try:
        rule = table.rule_for(_here(destination, case, policy))
    except UnknownTermError:
        return None
    return rule.terms, rule.review


def _last(destination: Destination, case: ReturnCase, policy: HousePolicy) -> date | None:
    table = policy.returns.returns
    try:
        here = _here(destination, case, policy)
        deadline = return_deadline(MONDAY, here, table, WEEKDAYS)
    except UnknownTermError:
        return None
    return None if isinstance(deadline, NoReturn) else deadline.last_day


def _return(destination: Destination, case: ReturnCase, day: date, policy: HousePolicy) -> object:
    request = ReturnRequest(
        case=_here(destination, case, policy),
        received=MONDAY,
        requested_at=datetime.combine(day, time(12), tzinfo=UTC),
        pieces=(PieceId("piece"),),
        parcel_number="parcel",
        in_writing=True,
        photos=_ENOUGH,
        wants=Wants.REFUND,
    )
    return assess_return(request, policy.returns.returns, WEEKDAYS)


_ENOUGH = 1_000


def refund_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Send back the only piece of an order that was withdrawn from, and date its refund."""
    yield asked(phrase("diff.ask.refund"), _refund, before, after)
    yield asked(phrase("diff.ask.refund-due", day=MONDAY), _due, before, after)
    tenders = (t for p in (before, after) for rank in p.returns.refunds.tenders for t in rank)
    for tender in sorted(set(tenders)):
        question = phrase("diff.ask.statement", tender=Term("tender", tender), day=MONDAY)
        yield asked(question, partial(_statement, tender), before, after)
    for waited in sorted({_overdue(policy) for policy in (before, after)}):
        for day in (waited, waited + _A_DAY):
            question = phrase("diff.ask.pending", received=MONDAY, day=day)
            yield asked(question, partial(_pending, day), before, after)


def _withdrawal(policy: HousePolicy) -> RefundTerms | None:
    rules = policy.returns.returns.rules
    return next((rule.terms.refund for rule in rules if rule.terms is not None), None)


def _refund(policy: HousePolicy) -> object:
    terms = _withdrawal(policy)
    if terms is None:
        return None
    currency = policy.currency
    piece = PaidPiece(id=PieceId("piece"), price=Money(100, currency))
    shipping, supplement, fee = Money(10, currency), Money(4, currency), Money(5, currency)
    tender = min(policy.returns.refunds.tenders[0])
    order = PaidOrder(
        parcels=(PaidParcel(pieces=(piece,), shipping=shipping, standard=shipping - supplement),),
        fee=fee,
        payments=(Payment(tender=tender, amount=Money(115, currency)),),
    )
    back = ReturnedPiece(id=piece.id, terms=terms)
    return quote_refund(order, [back], policy.returns.refunds, lambda _: zero(currency))


def _due(policy: HousePolicy) -> object:
    terms = _withdrawal(policy)
    if terms is None:
        return None
    days = [MONDAY + n * _A_DAY for n in range(4)]
    steps = ReturnSteps(informed=days[0], posted=days[1], received=days[2], checked=days[3])
    return refund_due(steps, terms, policy.returns.refunds, WEEKDAYS)


def _statement(tender: str, policy: HousePolicy) -> object:
    at = datetime.combine(MONDAY, time(12), tzinfo=UTC)
    return estimate_statement(at, tender, policy.returns.refunds, WEEKDAYS)


def _overdue(policy: HousePolicy) -> date:
    return policy.returns.refunds.overdue.last_day(MONDAY, WEEKDAYS)


def _pending(day: date, policy: HousePolicy) -> object:
    now = datetime.combine(day, time(12), tzinfo=UTC)
    return assess_pending_refund(MONDAY, now, policy.returns.refunds, WEEKDAYS)


def payout_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Receive a piece on a Monday and keep it."""
    question = phrase("diff.ask.payout", day=MONDAY)
    yield asked(
        question,
        lambda p: _day(p.returns.payouts.window.last_day(MONDAY, WEEKDAYS)),
        before,
        after,
    )


def _day(day: date) -> Phrase:
    return phrase("diff.last-day", day=day)


def claim_examples(name: str, before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Claim something, from a Monday on."""
    question = phrase("diff.ask.claim", claim=name, day=MONDAY)
    yield asked(question, lambda p: _claim(name, p), before, after)


def _claim(name: str, policy: HousePolicy) -> object:
    window = policy.returns.claims.terms(name).window
    anchor = Term("anchor", str(window.anchor))
    return phrase("diff.claim", day=last_day(window, MONDAY, WEEKDAYS), anchor=anchor)


def tracking_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Look at a parcel without movement from a Monday on."""
    question = phrase("diff.ask.tracking", day=MONDAY)
    yield asked(
        question,
        lambda p: _day(p.shipping.tracking.patience.after_day(MONDAY, WEEKDAYS)),
        before,
        after,
    )
