"""Returns and shipping in the shapes of the Universal Commerce Protocol, release 2026-08-25.

That release has `policies[]`, of which `dev.ucp.shopping.policy.return` is a well-known type whose
own fields it leaves open; they are written as the extension under discussion proposes them (pull
request 634, as of November 2026). How pieces travel is written as the fulfilment methods of a
catalogue, which a destination or a cart makes exact. Both go into answers to a buyer in one place,
so each comes with the countries it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_CEILING

from vintage_rules.money import Money
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.documents import Json, least_days
from vintage_rules.publishing.faq.returns import cost_of, window_of
from vintage_rules.publishing.publisher import Publisher
from vintage_rules.publishing.regions import (
    ReturnRegion,
    ShippingRegion,
    posted_modes,
    return_regions,
    shipping_regions,
)
from vintage_rules.returns.table_policy import ReturnRule
from vintage_rules.returns.terms import Deduction, RefundPart, ReturnPayer, ReturnTerms, ReturnTo
from vintage_rules.wording.common import day_range
from vintage_rules.wording.phrases import Phrase, Term, phrase
from vintage_rules.wording.voice import Voice, capitalized, voice_of

VERSION = "2026-08-25"
RETURN_POLICY = "dev.ucp.shopping.policy.return"

_ANCHORS: Mapping[str, str] = {  # events that have another name there
    "received": "delivered",
    "delivery-scan": "delivered",
    "ordered": "purchased",
    "dispatched": "shipped",
}
_BASIS_POINTS = 10_000


def ucp(house: HousePolicy, publisher: Publisher, locale: str) -> dict[str, Json]:
    """Return the return policies and the shipping methods of a house, by country.

    Raises:
        UnknownLocaleError: For a language without a catalogue.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> document = ucp(house, Publisher(name="Imparfaite"), "en")
    >>> document["returns"][0]["policies"][0]["window"]
    {'days': 14, 'anchor': 'delivered'}
    """
    voice = voice_of(locale).of_house(house.labels)
    return {
        "version": VERSION,
        "returns": [
            {"countries": [*region.countries], "policies": [policy]}
            for region in return_regions(house)
            for policy in _return_policies(region, house, publisher, voice)
        ],
        "shipping": [
            {"countries": [*countries], "fulfillment": {"methods": [_method(options)]}}
            for countries, options in _shipping(house, voice)
        ],
    }


def _return_policies(
    region: ReturnRegion, house: HousePolicy, publisher: Publisher, voice: Voice
) -> Iterator[dict[str, Json]]:
    """Yield the policy of a region, or none if the house says nothing of a change of mind."""
    rule = region.withdrawal
    if rule is None:
        return
    document: dict[str, Json] = {
        "type": RETURN_POLICY,
        "description": _plain((*window_of(rule), *cost_of(rule, house)), voice),
    }
    if publisher.page is not None:
        document["url"] = publisher.page
    yield document | _terms(rule, house)


def _plain(phrases: Iterable[Phrase], voice: Voice) -> Json:
    return {"plain": " ".join(voice.sentence(each) for each in phrases)}


def _terms(rule: ReturnRule, house: HousePolicy) -> dict[str, Json]:
    """What is guaranteed. Where a person looks at each request nothing is, beyond the words."""
    if rule.terms is None:
        return {"final_sale": True}
    if rule.review:
        return {}
    terms = rule.terms
    document: dict[str, Json] = {"supported_resolutions": [*_resolutions(terms, house)]}
    anchor = terms.window.anchor
    if (days := least_days(terms.window.length)) and isinstance(anchor, str):
        document["window"] = {"days": days, "anchor": _ANCHORS.get(anchor, anchor)}
    if terms.routing.to is not ReturnTo.NOWHERE:
        document["methods"] = [{"type": "by_mail", "fee": {"type": _fee(terms)}}]
    return document | _restocking_fee(terms.refund.deduction, house.currency)


def _resolutions(terms: ReturnTerms, house: HousePolicy) -> Iterator[Json]:
    if RefundPart.PIECES in terms.refund.parts:
        yield "original_payment_method"
    if house.returns.returns.exchanges:
        yield "exchange"


def _fee(terms: ReturnTerms) -> str:
    by_buyer = terms.routing.paid_by is ReturnPayer.BUYER
    return "customer_responsibility" if by_buyer else "free"


def _restocking_fee(kept: Deduction, currency: str) -> dict[str, Json]:
    """A share, an amount, or that nothing is kept.

    The sum of both has no shape there, where the smaller of the two would be understood, nor has
    what is kept once of a return: they are left to the words.
    """
    if (kept.fixed and kept.rate) or kept.per_return:
        return {}
    if kept.fixed:
        return {"restocking_fee": {"amount": Money(kept.fixed, currency).get_amount_in_sub_unit()}}
    points = (kept.rate * _BASIS_POINTS).to_integral_value(rounding=ROUND_CEILING)
    return {"restocking_fee": {"percentage_bps": int(points)}}


def _shipping(house: HousePolicy, voice: Voice) -> Iterator[tuple[list[str], list[Json]]]:
    """Countries together that have the same ways of shipping."""
    regions_of: dict[str, list[tuple[str, ShippingRegion]]] = {}
    for mode in posted_modes(house):
        for region in shipping_regions(house, mode.name):
            for country in region.countries:
                regions_of.setdefault(country, []).append((mode.name, region))
    alike: dict[tuple[tuple[str, ShippingRegion], ...], list[str]] = {}
    for country, regions in regions_of.items():
        alike.setdefault(tuple(regions), []).append(country)
    for ways, countries in alike.items():
        options = [each for mode, region in ways for each in _options(mode, region, voice)]
        if options:
            yield countries, options


def _options(mode: str, region: ShippingRegion, voice: Voice) -> Iterator[Json]:
    """One option, or none where there is no delivery or no price."""
    transit = region.transit
    if transit is None or region.postage is None:
        return
    travel = day_range(transit.minimum, transit.maximum, transit.count)
    title = voice.show(Term("mode", mode))
    yield {
        "id": mode,
        "title": capitalized(title),
        "description": _plain([phrase("delivery.travel", travel=travel)], voice),
    }


def _method(options: list[Json]) -> Json:
    return {"type": "shipping", "options": options}
