"""Questions about negotiating. Clauses N1 to N9."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.offers.counter_policy import NewOfferCounter, PublicCounter
from vintage_rules.offers.policy import (
    Acceptance,
    Floor,
    FloorBase,
    OfferPolicy,
    Quota,
)
from vintage_rules.offers.seller_policy import (
    LowerBound,
    UpperBound,
)
from vintage_rules.offers.terms import OfferState, Party
from vintage_rules.publishing.faq.entries import Entry, FaqRequest, entry
from vintage_rules.wording.common import length
from vintage_rules.wording.phrases import Percent, Phrase, counted, phrase


def negotiation(request: FaqRequest) -> Iterator[Entry]:
    """N1 to N9: whether, how often, how low, how long, and what then."""
    policy = request.house.listing.offers
    if not policy.taken:
        none = [phrase("faq.offer.none")]
        yield from entry("offer", phrase("faq.offer.question"), none, policy.sources)
        return
    opening = (
        policy.open_sources,
        policy.sign_in_sources,
        policy.completion_sources,
        policy.held_sources,
        policy.opens_after_sources,
    )
    yield from entry("offer", phrase("faq.offer.question"), _whether(policy), *opening)
    quota = policy.quota
    yield from entry(
        "offer-count",
        phrase("faq.offer-count.question"),
        _count(quota),
        quota.sources,
        quota.consumed_by_sources,
    )
    floor = () if policy.floor is None else (policy.floor.sources, policy.floor.bound_sources)
    yield from entry(
        "offer-low",
        phrase("faq.offer-low.question"),
        _low(policy.floor),
        *floor,
        policy.price_sources,
    )
    standing = [
        phrase("faq.offer-time.answer", length=length(policy.stands_for)),
        phrase(f"faq.silence.{policy.on_silence}"),
        *_automatic(policy),
        phrase("faq.offer-time.mailed"),
    ]
    yield from entry("offer-time", phrase("faq.offer-time.question"), standing, *_answering(policy))
    agreed = [
        phrase(f"faq.agreed.{policy.acceptance}", length=length(policy.lowered_for)),
        *_counter(policy),
        *_link(policy),
    ]
    yield from entry("agreed", phrase("faq.agreed.question"), agreed, *_agreeing(policy))


def _whether(policy: OfferPolicy) -> Iterator[Phrase]:
    yield phrase("faq.offer.answer")
    if policy.sign_in_required:
        yield phrase("faq.offer.sign-in")
    if policy.completion_at_least is not None:
        yield phrase("faq.offer.completion", share=Percent(policy.completion_at_least))
    if policy.held:
        yield phrase("faq.offer.held")
    if policy.opens_after.amount:
        yield phrase("faq.offer.opens", length=length(policy.opens_after))


def _count(quota: Quota) -> Iterator[Phrase]:
    if quota.per_piece is None:
        yield phrase("faq.offer-count.unlimited")
    else:
        yield counted("faq.offer-count.per-piece", quota.per_piece)
        if quota.consumed_by < frozenset(OfferState):
            yield phrase("faq.offer-count.some")
    if quota.per_day is not None:
        yield counted("faq.offer-count.per-day", quota.per_day)


def _low(floor: Floor | None) -> Iterator[Phrase]:
    yield phrase("faq.offer-low.none") if floor is None else _floor(floor)
    yield phrase("faq.offer-low.below")


def _floor(floor: Floor) -> Phrase:
    if floor.base is FloorBase.SELLER:
        return phrase("faq.offer-low.seller")
    exactly = "" if floor.bound is LowerBound.AT_LEAST else "less-"
    return phrase(f"faq.offer-low.{exactly}{floor.base}", cut=Percent(floor.largest_cut))


def _automatic(policy: OfferPolicy) -> Iterator[Phrase]:
    """What is answered for the seller, who may have named prices for it."""
    if policy.auto_accept is not None:
        exactly = "from" if policy.auto_accept.bound is LowerBound.AT_LEAST else "above"
        yield phrase(f"faq.offer-time.accepted-{exactly}")
    if policy.auto_decline is not None:
        exactly = "below" if policy.auto_decline.bound is UpperBound.BELOW else "to"
        yield phrase(f"faq.offer-time.declined-{exactly}")


def _answering(policy: OfferPolicy) -> Iterator[tuple[str, ...]]:
    yield policy.answer_sources
    yield policy.stands_for_sources
    yield policy.silence_sources
    yield policy.mail_sources
    for each in (policy.auto_accept, policy.auto_decline):
        if each is not None:
            yield each.sources


def _agreeing(policy: OfferPolicy) -> Iterator[tuple[str, ...]]:
    yield policy.acceptance_sources
    yield policy.lowered_for_sources
    match policy.counter:
        case PublicCounter(sources=sources):
            yield sources
        case NewOfferCounter(sources=sources, stands_for_sources=of_time):
            yield sources
            yield of_time
        case None:
            pass


def _link(policy: OfferPolicy) -> Iterator[Phrase]:
    """N6: the mail lets the buyer buy at the price, where nothing is sold by the agreement."""
    if policy.acceptance not in (Acceptance.ORDER, Acceptance.CHARGE):
        yield phrase("faq.agreed.link")


def _counter(policy: OfferPolicy) -> Iterator[Phrase]:
    match policy.counter:
        case PublicCounter():
            yield phrase("faq.counter.public")
        case NewOfferCounter(by=by, stands_for=stands_for) if Party.SELLER in by:
            yield phrase("faq.counter.offer", length=length(stands_for))
        case _:
            pass
