"""Every reason for which something about a piece is refused, and the clauses each rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from vintage_rules.machine import Refused
from vintage_rules.offers.policy import (
    OfferPolicy,
)


class OfferRefusal(StrEnum):
    """Why an offer, an answer or anything else on a piece is refused.

    Codes are stable for ever.
    """

    ALERT_ALREADY_SET = "alert-already-set"
    ALREADY_ANSWERED = "already-answered"
    ALREADY_OFFERED = "already-offered"
    COMPLETION_TOO_LOW = "completion-too-low"
    COUNTER_OUT_OF_RANGE = "counter-out-of-range"
    NO_ALERTS = "no-alerts"
    NO_COUNTERS = "no-counters"
    NO_ROUNDS_LEFT = "no-rounds-left"
    NO_SELLER_OFFERS = "no-seller-offers"
    NO_SUCH_OFFER = "no-such-offer"
    NOT_AUTHORISED = "not-authorised"
    NOT_AVAILABLE = "not-available"
    NOT_BELOW_CURRENT_PRICE = "not-below-current-price"
    NOT_OPEN_TO_OFFERS = "not-open-to-offers"
    NOT_POSITIVE = "not-positive"
    NOT_SIGNED_IN = "not-signed-in"
    NOT_SOLD = "not-sold"
    NOT_TAKEN_DOWN = "not-taken-down"
    NOT_WATCHING = "not-watching"
    NOT_WITHDRAWABLE = "not-withdrawable"
    NOT_YOUR_TURN = "not-your-turn"
    OUT_OF_ORDER = "out-of-order"
    OWN_PIECE = "own-piece"
    PRICE_DIFFERS = "price-differs"
    PRICE_FROZEN = "price-frozen"
    REDUCTION_TOO_LARGE = "reduction-too-large"
    TERMS_OUT_OF_BOUNDS = "terms-out-of-bounds"
    TOO_LATE = "too-late"
    TOO_MANY_TODAY = "too-many-today"
    TOO_SOON = "too-soon"
    WITHDRAWN = "withdrawn"


def refused(reasons: Iterable[OfferRefusal], policy: OfferPolicy) -> Refused[OfferRefusal]:
    """Refuse for reasons that are about a price, an offer or the sale of a piece."""
    ordered = tuple(sorted(set(reasons)))
    return Refused(reasons=ordered, sources=sources_of(ordered, policy), edition=policy.edition)


def sources_of(reasons: Iterable[OfferRefusal], policy: OfferPolicy) -> tuple[str, ...]:
    """Return the clauses that reasons rest on, in order and each once."""
    return merged(*(_SOURCES[reason](policy) for reason in reasons))


def merged(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return several groups of clauses as one, in order and each once.

    >>> merged(("N8",), ("N1", "N8"))
    ('N1', 'N8')
    """
    return tuple(sorted({source for group in groups for source in group}))


def _of_answers(policy: OfferPolicy) -> tuple[str, ...]:
    return policy.answer_sources


def _of_availability(policy: OfferPolicy) -> tuple[str, ...]:
    return policy.availability_sources


def _of_price(policy: OfferPolicy) -> tuple[str, ...]:
    return policy.price_sources


def _of_quota(policy: OfferPolicy) -> tuple[str, ...]:
    return policy.quota.sources


def _of_floor(policy: OfferPolicy) -> tuple[str, ...]:
    return () if policy.floor is None else policy.floor.sources


def _of_counter(policy: OfferPolicy) -> tuple[str, ...]:
    return policy.answer_sources if policy.counter is None else policy.counter.sources


def _of_withdrawal(policy: OfferPolicy) -> tuple[str, ...]:
    return policy.answer_sources if policy.withdrawal is None else policy.withdrawal.sources


def _of_seller_offers(policy: OfferPolicy) -> tuple[str, ...]:
    return policy.sources if policy.seller_offers is None else policy.seller_offers.sources


def _of_seller_bounds(policy: OfferPolicy) -> tuple[str, ...]:
    return () if policy.seller_bounds is None else policy.seller_bounds.sources


_SOURCES: Mapping[OfferRefusal, Callable[[OfferPolicy], tuple[str, ...]]] = {
    OfferRefusal.ALREADY_ANSWERED: _of_answers,
    OfferRefusal.ALREADY_OFFERED: _of_quota,
    OfferRefusal.COMPLETION_TOO_LOW: lambda policy: policy.completion_sources,
    OfferRefusal.COUNTER_OUT_OF_RANGE: _of_counter,
    OfferRefusal.NO_COUNTERS: _of_counter,
    OfferRefusal.NO_ROUNDS_LEFT: _of_counter,
    OfferRefusal.NO_SELLER_OFFERS: _of_seller_offers,
    OfferRefusal.NO_SUCH_OFFER: _of_answers,
    OfferRefusal.NOT_AUTHORISED: lambda policy: policy.held_sources,
    OfferRefusal.NOT_AVAILABLE: _of_availability,
    OfferRefusal.NOT_BELOW_CURRENT_PRICE: _of_price,
    OfferRefusal.NOT_OPEN_TO_OFFERS: lambda policy: policy.open_sources,
    OfferRefusal.NOT_POSITIVE: _of_price,
    OfferRefusal.NOT_SIGNED_IN: lambda policy: policy.sign_in_sources,
    OfferRefusal.NOT_TAKEN_DOWN: _of_availability,
    OfferRefusal.NOT_WATCHING: _of_seller_offers,
    OfferRefusal.NOT_WITHDRAWABLE: _of_withdrawal,
    OfferRefusal.NOT_YOUR_TURN: _of_answers,
    OfferRefusal.OWN_PIECE: _of_availability,
    OfferRefusal.PRICE_DIFFERS: _of_availability,
    OfferRefusal.PRICE_FROZEN: lambda policy: policy.price_edit_sources,
    OfferRefusal.REDUCTION_TOO_LARGE: _of_floor,
    OfferRefusal.TERMS_OUT_OF_BOUNDS: _of_seller_bounds,
    OfferRefusal.TOO_LATE: _of_answers,
    OfferRefusal.TOO_MANY_TODAY: _of_quota,
    OfferRefusal.TOO_SOON: lambda policy: policy.opens_after_sources,
    OfferRefusal.WITHDRAWN: _of_withdrawal,
}
