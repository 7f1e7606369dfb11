"""Questions on both sides of every limit of a policy: just below it, at it and just above it.

The questions follow from the table that sets a limit and from the kind of its value. A new amount
among the terms of offers is tried with offers at that amount, and a new time anywhere with the
moments around its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from vintage_rules.dates import Duration, Window
from vintage_rules.offers.policy import (
    Floor,
    OfferPolicy,
    Quota,
)
from vintage_rules.offers.seller_policy import (
    SellerBounds,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import (
    Condition,
    FeeComponent,
    Tier,
)
from vintage_rules.pricing.policy import GiftCardPolicy
from vintage_rules.pricing.reduction_policy import ReductionPolicy
from vintage_rules.returns.terms import Evidence, ReturnTerms, Routing
from vintage_rules.review.limits import PolicyLimit
from vintage_rules.review.trials.money import of_a_card, of_a_fee, of_a_reduction
from vintage_rules.review.trials.offers import of_a_floor, of_a_quota, of_an_offer, of_bounds
from vintage_rules.review.trials.postage import of_a_band
from vintage_rules.review.trials.returns import of_a_return, of_a_route, of_evidence
from vintage_rules.review.trials.times import of_a_time
from vintage_rules.review.trials.trial import Trial
from vintage_rules.shipping.policy import Band


def trials_of(limit: PolicyLimit, house: HousePolicy) -> tuple[Trial, ...]:
    """Return the questions on both sides of a limit of a house, in the order of what differs.

    There are none where a time never ends, and where the limit is reached by nothing.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.review.limits import limits_of
    >>> house = load_policy("imparfaite").latest
    >>> smallest = next(one for one in limits_of(house) if "gift_card" in one.path)
    >>> [str(trial.at) for trial in trials_of(smallest, house)]
    ['24.99', '25.00', '25.01']
    """
    by_table = _TRIALS.get(type(limit.tables[-1]))
    if isinstance(limit.value, (Duration, Window)) and by_table is not of_a_return:
        return tuple(of_a_time(limit, house))
    return () if by_table is None else tuple(by_table(limit, house))


_TRIALS: Mapping[type[object], Callable[[PolicyLimit, HousePolicy], Iterator[Trial]]] = {
    Band: of_a_band,
    Condition: of_a_fee,
    Evidence: of_evidence,
    FeeComponent: of_a_fee,
    Floor: of_a_floor,
    GiftCardPolicy: of_a_card,
    OfferPolicy: of_an_offer,
    Quota: of_a_quota,
    ReductionPolicy: of_a_reduction,
    ReturnTerms: of_a_return,
    Routing: of_a_route,
    SellerBounds: of_bounds,
    Tier: of_a_fee,
}
