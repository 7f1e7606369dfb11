"""Checks of limits by what the rules answer on both sides of them: some decide nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vintage_rules.offers.policy import (
    Floor,
    OfferPolicy,
    Quota,
)
from vintage_rules.offers.seller_policy import (
    SellerBounds,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.policy import GiftCardPolicy
from vintage_rules.returns.terms import Evidence, Routing
from vintage_rules.review.answers import Answer, answer_of
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw
from vintage_rules.review.limits import PolicyLimit, limits_of
from vintage_rules.review.trials.limit_trials import trials_of
from vintage_rules.review.trials.trial import Trial
from vintage_rules.shipping.policy import Band
from vintage_rules.wording.phrases import Grams, Term, phrase

_DECIDING = (Band, Evidence, Floor, GiftCardPolicy, OfferPolicy, Quota, Routing, SellerBounds)
"""Tables whose limits decide between answers; what fees come to has checks of its own."""


def limit_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Query the rules on both sides of every limit that is set to more than nothing."""
    for limit in limits_of(sheet.policy):
        if isinstance(limit.tables[-1], _DECIDING) and limit.value:
            trials = trials_of(limit, sheet.policy)
            if trials and not any(_differ(row, sheet.policy) for row in _rows(trials)):
                yield _decides_nothing(limit, trials[0])


def _rows(trials: Sequence[Trial]) -> list[list[Trial]]:
    rows: dict[tuple[str, ...], list[Trial]] = {}
    for trial in trials:
        rows.setdefault(trial.row, []).append(trial)
    return list(rows.values())


def _differ(row: Sequence[Trial], house: HousePolicy) -> bool:
    answers = [_without_weights(answer_of(trial.ask, house)) for trial in row]
    return any(answer != answers[0] for answer in answers)


def _without_weights(answer: Answer) -> object:
    """Leave out what an answer repeats of the parcel's weight: the price alone is decided."""
    return [
        (each.key, {n: value for n, value in each.values.items() if not isinstance(value, Grams)})
        for each in answer
    ]


def _decides_nothing(limit: PolicyLimit, trial: Trial) -> Flaw:
    example = phrase("lint.example.question", question=trial.question)
    what = Term("key", limit.field.key)
    return flaw(CheckCode.LIMIT_DECIDES_NOTHING, limit.at, example, what=what)
