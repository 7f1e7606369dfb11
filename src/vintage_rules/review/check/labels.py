"""Checks of labels: names of the house that have none, and labels of nothing or in part."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from attrs import frozen

from vintage_rules.findings import Path
from vintage_rules.orders.labels import KEYS, Labels
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.wording.catalogues import languages
from vintage_rules.wording.phrases import listed, phrase
from vintage_rules.wording.voice import voice_of


@frozen
class OwnName:
    """A name that a house gives: what kind of thing it is of, and the list it is written in."""

    kind: str
    name: str
    at: Path


def label_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Compare labels with the names of the house, with the catalogues and with one another."""
    labels, known = sheet.policy.labels.by_key, frozenset(languages())
    spoken = {code for named in labels.values() for words in named.values() for code in words}
    needed = frozenset(spoken & known) or known
    yield from _missing(sheet.policy, needed)
    for key, named in labels.items():
        yield from _of_nothing(key, named, sheet.policy)
        for name, words in named.items():
            missing = listed(sorted((spoken & known) - words.keys()))
            if missing.items:
                at = ("labels", key, name)
                code = CheckCode.LABEL_WITHOUT_LANGUAGE
                yield flaw(code, at, shown(name), languages=missing)
            for language in sorted(words.keys() - known):
                where, there = ("labels", key, name, language), listed(sorted(known))
                example = shown(words[language])
                yield flaw(CheckCode.LABEL_NEVER_SHOWN, where, example, known=there)


def _missing(house: HousePolicy, needed: frozenset[str]) -> Iterator[Flaw]:
    """Find names without a label that the catalogues have no words for either."""
    labels = house.labels.by_key
    for own in own_names(house):
        key = KEYS[own.kind]
        if own.name in labels.get(key, {}):
            continue
        term = f"term.{own.kind}.{own.name}"
        missing = listed(code for code in sorted(needed) if not voice_of(code).knows(term))
        if missing.items:
            code, example = CheckCode.LABEL_MISSING, shown(own.name)
            yield flaw(code, own.at, example, name=own.name, languages=missing)


def _of_nothing(key: str, named: Labels, house: HousePolicy) -> Iterator[Flaw]:
    """Find labels of names that the house does not have, with the nearest that it has."""
    known = sorted({own.name for own in own_names(house) if KEYS[own.kind] == key})
    for name in named:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            example = phrase("lint.example.likely", value=close[0]) if close else shown(name)
            yield flaw(CheckCode.LABEL_OF_NOTHING, ("labels", key, name), example, name=name)


def own_names(house: HousePolicy) -> tuple[OwnName, ...]:
    """Return every name that a house gives and people read, once, in the order of the document.

    >>> from vintage_rules.policies import load_policy
    >>> [
    ...     own.name
    ...     for own in own_names(load_policy("vinted").latest)
    ...     if own.kind == "fee"
    ... ]
    ['buyer-protection', 'verification']
    """
    found: dict[tuple[str, str], OwnName] = {}
    for own in _own_names(house):
        found.setdefault((own.kind, own.name), own)
    return tuple(found.values())


def _own_names(house: HousePolicy) -> Iterator[OwnName]:
    yield from _of_pricing(house)
    yield from _of_shipping(house)
    yield from _of_returns(house)
    yield from _of_service(house)


def _of_pricing(house: HousePolicy) -> Iterator[OwnName]:
    pricing, tenders = house.pricing, house.pricing.tenders
    for fee in pricing.fees:
        at: Path = ("pricing", "fees")
        yield OwnName("fee", fee.name, at)
        for part in fee.components:
            for category in sorted(part.when.categories or ()):
                yield OwnName("category", category, at)
            for kind in sorted(part.when.seller_kinds or ()):
                yield OwnName("seller-kind", kind, at)
            for kind in sorted(part.when.sale_kinds or ()):
                yield OwnName("sale-kind", kind, at)
    for reduction in pricing.reductions:
        yield OwnName("reduction", reduction.name, ("pricing", "reductions"))
    for kind in sorted(tenders.kinds):
        yield OwnName("tender", kind, ("pricing", "tenders", "kinds"))
    for brand in sorted(frozenset[str]().union(*tenders.brands.values())):
        yield OwnName("brand", brand, ("pricing", "tenders", "brands"))


def _of_shipping(house: HousePolicy) -> Iterator[OwnName]:
    for mode in house.shipping.modes:
        yield OwnName("mode", mode, ("shipping", "modes"))
    for zone in house.shipping.delivery.zones:
        yield OwnName("zone", zone.name, ("shipping", "delivery", "zones"))
    for table in house.shipping.postage.tables:
        yield OwnName("zone", table.name, ("shipping", "postage", "tables"))


def _of_returns(house: HousePolicy) -> Iterator[OwnName]:
    table, above = house.returns.returns, ("returns", "returns")
    columns = {
        "reason": table.domain.reason,
        "seller-kind": table.domain.seller_kind,
        "category": table.domain.category,
        "sale-kind": table.domain.sale_kind,
    }
    for kind, names in columns.items():
        for name in names:
            yield OwnName(kind, name, (*above, "domain"))
    for zone in table.zones:
        yield OwnName("return-zone", zone.name, (*above, "zones"))
        if zone.warehouse is not None:
            yield OwnName("warehouse", zone.warehouse, (*above, "zones"))
    for name in house.returns.claims.kinds:
        yield OwnName("claim", name, ("returns", "claims"))


def _of_service(house: HousePolicy) -> Iterator[OwnName]:
    service = house.service
    for question in service.questions:
        yield OwnName("question", question.name, ("service", "questions"))
    for request in service.requests:
        yield OwnName("request", request, ("service", "requests"))
    for message in sorted(service.messages.passes):
        yield OwnName("message", message, ("service", "messages"))
    for channel in (*service.contact.staffed, *service.contact.always):
        yield OwnName("channel", channel, ("service", "contact"))
