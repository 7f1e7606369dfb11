"""Announced price reductions, and the price they may be compared with.

Directive 98/6 article 6a, Code de la consommation L112-1-1.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from itertools import groupby
from operator import attrgetter
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import add_days, instant, local_day, start_of_day, zone
from vintage_rules.decision import PolicyDecision
from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.money import EXACT, Money, positive, same_currency
from vintage_rules.pricing.policy import PriceReductionPolicy

# A share is cut off after hundredths of a per cent, so that an announcement never
# overstates it.
_SHARE = Decimal("0.0001")


@frozen(kw_only=True)
class PublicPrice:
    """The price shown to all buyers from a moment on."""

    since: datetime
    price: Money


@frozen(kw_only=True)
class ReductionNotice(PolicyDecision):
    """A reduction that may be announced: the reference price, the amount and its share."""

    reference: Money
    reference_since: date
    reduction: Money
    share: Decimal
    policy: PriceReductionPolicy


@frozen(kw_only=True)
class NoReduction(PolicyDecision):
    """A price that is no reduction of the reference price, and may not be announced as one."""

    reference: Money
    reference_since: date
    policy: PriceReductionPolicy


ReductionAssessment: TypeAlias = ReductionNotice | NoReduction
"""What must be shown beside a reduced price, or that there is no reduction. L112-1-1."""


def assess_price_reduction(
    history: Sequence[PublicPrice],
    policy: PriceReductionPolicy,
    *,
    price: Money,
    at: datetime,
) -> ReductionAssessment:
    """Compare a reduced price with the lowest public price of the look-back.

    Directive 98/6 article 6a, L112-1-1.

    `history` holds every public price before the reduction in order of time, windows after a
    negotiation included since all buyers could buy at them. With successive reductions the
    look-back ends at the first of the run, if the policy says so. `reference_since` is the first
    day looked at.

    Raises:
        InvalidValueError: For an empty history.
        DayError: If it is out of order, reaches past `at` or begins before the years there are, and
            money's errors.

    >>> from datetime import UTC
    >>> from vintage_rules.policies import load_policy
    >>> reductions = (
    ...     load_policy("imparfaite").on(date(2026, 11, 22)).pricing.price_reduction
    ... )
    >>> shown = [
    ...     PublicPrice(since=datetime(2026, 9, 1, tzinfo=UTC), price=Money(200, "EUR"))
    ... ]
    >>> assess_price_reduction(
    ...     shown,
    ...     reductions,
    ...     price=Money(150, "EUR"),
    ...     at=datetime(2026, 11, 1, tzinfo=UTC),
    ... ).share
    Decimal('0.2500')
    """
    moment = instant(at)
    now = positive(price, "price")
    shown = _checked(history, now, moment)
    until = _run_start(shown, now, moment, policy) if policy.successive_from_first else moment
    start = _look_back(policy, until)
    reference = min(_in_force(shown, start, until))
    since = local_day(max(start, shown[0].since), zone(policy.zone))
    if now >= reference:
        return NoReduction(
            reference=reference,
            reference_since=since,
            policy=policy,
        )
    return ReductionNotice(
        reference=reference,
        reference_since=since,
        reduction=reference - now,
        share=_share(reference, now),
        policy=policy,
    )


def _checked(history: Sequence[PublicPrice], price: Money, at: datetime) -> tuple[PublicPrice, ...]:
    if not history:
        raise InvalidValueError("history", (), "at least one earlier public price")
    shown = tuple(
        PublicPrice(since=instant(entry.since, "since"), price=_shown_price(price, entry))
        for entry in history
    )
    moments = [entry.since for entry in shown]
    if moments != sorted(set(moments)):
        raise DayError("history", moments, "in order of time, one price for each moment")
    if moments[-1] >= at:
        raise DayError("history", moments[-1], f"before the reduction at {at.isoformat()}")
    # A price shown again is no change of price.
    return tuple(next(same) for _, same in groupby(shown, key=attrgetter("price")))


def _shown_price(price: Money, entry: PublicPrice) -> Money:
    return positive(same_currency(price, entry.price, "history"), "history")


def _run_start(
    shown: tuple[PublicPrice, ...], price: Money, at: datetime, policy: PriceReductionPolicy
) -> datetime:
    """Return the moment of the first of the run of reductions that ends with this one.

    A price that held for the whole look-back ends the run: it has become the price of the last
    thirty days.
    """
    prices = [*(entry.price for entry in shown), price]
    moments = [*(entry.since for entry in shown), at]
    first = len(prices) - 1
    while (
        first > 1
        and prices[first] < prices[first - 1] < prices[first - 2]
        and moments[first - 1] > _look_back(policy, moments[first])
    ):
        first -= 1
    return moments[first]


def _look_back(policy: PriceReductionPolicy, until: datetime) -> datetime:
    where = zone(policy.zone)
    first = add_days(local_day(until, where), -policy.look_back.amount)
    return start_of_day(first, where)


def _in_force(shown: tuple[PublicPrice, ...], start: datetime, until: datetime) -> list[Money]:
    """Return the prices shown at any moment from the start up to the reduction.

    That includes the one in force at the start.
    """
    running = [entry.price for entry in shown if entry.since <= start][-1:]
    return running + [entry.price for entry in shown if start < entry.since < until]


def _share(reference: Money, price: Money) -> Decimal:
    taken_off = EXACT.subtract(reference.amount, price.amount)
    return EXACT.divide(taken_off, reference.amount).quantize(_SHARE, ROUND_DOWN, EXACT)
