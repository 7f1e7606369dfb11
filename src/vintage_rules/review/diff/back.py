"""Examples about delivery and what comes back: days on both sides of every last one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice

from vintage_rules.errors import UnknownTermError
from vintage_rules.ids import PieceId
from vintage_rules.money import Money, zero
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.payments import PaidOrder, PaidParcel, PaidPiece, Payment, ReturnedPiece
from vintage_rules.returns.pending_refunds import (
    ReturnSteps,
    estimate_statement,
    refund_due,
)
from vintage_rules.returns.refund import quote_refund
from vintage_rules.returns.terms import RefundTerms
from vintage_rules.review.days import MONDAY, WEEKDAYS
from vintage_rules.review.diff.examples import Example, asked
from vintage_rules.review.places import destinations_of
from vintage_rules.review.trials.returns import case_in, return_days, return_trial
from vintage_rules.shipping.delivery import estimate_delivery, estimate_promise
from vintage_rules.wording.phrases import Country, Term, phrase

_A_DAY = timedelta(days=1)
_MOST_CASES = 4


def delivery_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Dispatch a parcel on a Monday to each part of the world."""
    for destination in destinations_of((before, after)):
        country = Country(destination.territory.country)
        question = phrase("diff.ask.delivery", country=country, day=MONDAY)
        yield asked(question, partial(_delivery, destination), before, after)


def _delivery(destination: Destination, policy: HousePolicy) -> object:
    return estimate_delivery(destination, MONDAY, policy.shipping.delivery, WEEKDAYS)


def mode_examples(name: str, before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Order on a Monday, sent so."""
    (destination, *_) = destinations_of((before, after))
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
        days: set[date] = set()
        for house in (before, after):
            with suppress(UnknownTermError):
                days.update(return_days(destination.territory, case, house))
        for day in sorted(days or {MONDAY}):
            trial = return_trial(destination.territory, case, day)
            yield asked(trial.question, trial.ask, before, after)


def _cases_apart(
    before: HousePolicy, after: HousePolicy
) -> Iterator[tuple[Destination, ReturnCase]]:
    """Find cases of either policy, in each part of the world, whose terms are not the same."""
    found: set[object] = set()
    zones: dict[object, Destination] = {}
    for destination in destinations_of((before, after)):
        named = (
            policy.returns.returns.zone_of(destination.territory) for policy in (before, after)
        )
        zones.setdefault(tuple(named), destination)
    for destination in zones.values():
        for policy in (before, after):
            for case in policy.returns.returns.domain.cases():
                pair = tuple(_terms(destination, case, p) for p in (before, after))
                if pair[0] != pair[1] and repr(pair) not in found:
                    found.add(repr(pair))
                    yield destination, case


def _terms(destination: Destination, case: ReturnCase, policy: HousePolicy) -> object:
    table = policy.returns.returns
    try:
        rule = table.rule_for(case_in(policy, destination.territory, case))
    except UnknownTermError:
        return None
    return rule.terms, rule.review


def refund_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Send back the only piece of an order that was withdrawn from, and date its refund."""
    yield asked(phrase("diff.ask.refund"), _refund, before, after)
    yield asked(phrase("diff.ask.refund-due", day=MONDAY), _due, before, after)
    tenders = (t for p in (before, after) for rank in p.returns.refunds.tenders for t in rank)
    for tender in sorted(set(tenders)):
        question = phrase("diff.ask.statement", tender=Term("tender", tender), day=MONDAY)
        yield asked(question, partial(_statement, tender), before, after)


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
