"""The terms of returns as schema.org's `MerchantReturnPolicy`. Clauses R1 to R9."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.documents import Json, least_days
from vintage_rules.publishing.publisher import Publisher
from vintage_rules.publishing.regions import ReturnRegion, return_regions
from vintage_rules.returns.table_policy import ReturnRule
from vintage_rules.returns.terms import (
    Deduction,
    Label,
    RefundPart,
    ReturnPayer,
    ReturnTerms,
    ReturnTo,
)

SCHEMA = "https://schema.org/"
COUNTRIES_AT_MOST = 25  # so many does Google read of one policy

_LABELS = {
    Label.PREPAID: "ReturnLabelDownloadAndPrint",  # sent on request, and printed
    Label.BUYER: "ReturnLabelCustomerResponsibility",
}
_FEES = {
    ReturnPayer.HOUSE: "FreeReturn",
    ReturnPayer.SELLER: "FreeReturn",
    ReturnPayer.BUYER: "ReturnFeesCustomerResponsibility",
}


def return_policies(house: HousePolicy, publisher: Publisher) -> list[Json]:
    """Return a `MerchantReturnPolicy` for each part of the world with terms of its own.

    Each covers as many countries as its readers take at once.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> france = return_policies(house, Publisher(name="Imparfaite"))[0]
    >>> france["merchantReturnDays"], france["returnFees"]
    (14, 'https://schema.org/FreeReturn')
    """
    return [
        {
            "@type": "MerchantReturnPolicy",
            "name": region.zone,
            "applicableCountry": [*region.countries[start : start + COUNTRIES_AT_MOST]],
            **_where(publisher),
            **_terms(region, house),
        }
        for region in return_regions(house)
        for start in range(0, len(region.countries), COUNTRIES_AT_MOST)
    ]


def _where(publisher: Publisher) -> dict[str, Json]:
    found: dict[str, Json] = {}
    if publisher.country is not None:
        found["returnPolicyCountry"] = publisher.country
    if publisher.page is not None:
        found["merchantReturnLink"] = publisher.page
    return found


def _terms(region: ReturnRegion, house: HousePolicy) -> dict[str, Json]:
    remorse = None if region.withdrawal is None else region.withdrawal.terms
    document: dict[str, Json] = {"returnPolicyCategory": _category(region, remorse)}
    if remorse is not None:
        document |= _taken(remorse, house)
    document |= _defects(region.defects)
    return document


def _category(region: ReturnRegion, remorse: ReturnTerms | None) -> str:
    if region.withdrawal is None:
        return f"{SCHEMA}MerchantReturnUnspecified"
    if remorse is None:
        return f"{SCHEMA}MerchantReturnNotPermitted"
    whole_days = least_days(remorse.window.length)
    return f"{SCHEMA}MerchantReturn{'FiniteReturnWindow' if whole_days else 'Unspecified'}"


def _taken(terms: ReturnTerms, house: HousePolicy) -> dict[str, Json]:
    document: dict[str, Json] = {"returnMethod": _method(terms)}
    if days := least_days(terms.window.length):
        document["merchantReturnDays"] = days
    if terms.routing.to is not ReturnTo.NOWHERE:
        fees = SCHEMA + _FEES[terms.routing.paid_by]
        label = SCHEMA + _LABELS[terms.routing.label]
        document |= {"returnFees": fees, "customerRemorseReturnFees": fees}
        document |= {"returnLabelSource": label, "customerRemorseReturnLabelSource": label}
    return document | _refund(terms, house)


def _method(terms: ReturnTerms) -> str:
    kept = terms.routing.to is ReturnTo.NOWHERE
    return f"{SCHEMA}{'KeepProduct' if kept else 'ReturnByMail'}"


def _refund(terms: ReturnTerms, house: HousePolicy) -> dict[str, Json]:
    fees = list(_restocking(terms.refund.deduction, house.currency))
    types = ["FullRefund"] if RefundPart.PIECES in terms.refund.parts and not fees else []
    types += ["ExchangeRefund"] if house.returns.returns.exchanges else []
    document: dict[str, Json] = {}
    if fees:
        document["restockingFee"] = fees[0] if len(fees) == 1 else fees
    if types:
        document["refundType"] = [SCHEMA + name for name in types]
    return document


def _restocking(kept: Deduction, currency: str) -> Iterator[Json]:
    """Return a fixed amount as money, and a rate as the number of per cent the vocabulary wants."""
    for amount in (kept.fixed, kept.per_return):
        if amount:
            yield {"@type": "MonetaryAmount", "currency": currency, "value": amount}
    if kept.rate:
        yield kept.rate * 100


def _defects(rules: tuple[ReturnRule, ...]) -> dict[str, Json]:
    """Only what holds whatever the defect is."""
    terms = [rule.terms for rule in rules if rule.terms is not None]
    sent = [each.routing for each in terms if each.routing.to is not ReturnTo.NOWHERE]
    document: dict[str, Json] = {}
    if len({_FEES[routing.paid_by] for routing in sent}) == 1:
        document["itemDefectReturnFees"] = SCHEMA + _FEES[sent[0].paid_by]
    if len({routing.label for routing in sent}) == 1:
        document["itemDefectReturnLabelSource"] = SCHEMA + _LABELS[sent[0].label]
    return document
