"""Checks of a document against facts outside it: clauses, schemes, currencies; and of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches

from vintage_rules.errors import UnknownTermError
from vintage_rules.findings import Path, items_in
from vintage_rules.places import Territory
from vintage_rules.policies.pages import Page, pages_in
from vintage_rules.pricing.fee_policy import FeePolicy, Payer
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.review.check.places import of_place
from vintage_rules.review.places import destination_in
from vintage_rules.wording.phrases import listed, phrase
from vintage_rules.wording.voice import voice_of
from vintage_rules.world.imports import import_rules, registration_schemes
from vintage_rules.world.territory_rows import mainland

_EMPTY = re.compile(
    r"(assumption\s*:\s*)?"
    r"([\W_]+|x+|n/?a|none|unknown|nothing|to ?do\b.*|t\.?b\.?[acd]\b.*|fix ?me\b.*|later|source)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[A-Z]\d{1,2}")
_DUTIES = "duties"
_MOST_UNKNOWN = 10
"""Of a hundred sources that look like clauses: when more are unknown, they are a house's own."""


def fact_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check sources, schemes, handling fees, channels, addresses, and thresholds abroad."""
    yield from _sources(sheet)
    yield from _registrations(sheet)
    yield from _handling(sheet)
    yield from _channels(sheet)
    yield from _address_fields(sheet)
    yield from _thresholds(sheet)
    yield from _duties(sheet)


def _sources(sheet: Sheet) -> Iterator[Flaw]:
    known = set(voice_of("en").names("clause"))
    cited = list(_cited(sheet))
    speaks = _speaks_of(known, [source for _, source in cited])
    for at, source in cited:
        if _EMPTY.fullmatch(source):
            yield flaw(CheckCode.SOURCE_SAYS_NOTHING, at, shown(source), source=source)
        elif speaks and _CLAUSE.fullmatch(source) and source not in known:
            yield flaw(CheckCode.CLAUSE_UNKNOWN, at, shown(source), source=source)


def _speaks_of(known: set[str], sources: Sequence[str]) -> bool:
    """Return whether a document's clauses are those that this library knows."""
    alike = [source for source in sources if _CLAUSE.fullmatch(source)]
    strangers = [source for source in alike if source not in known]
    return len(strangers) * 100 <= _MOST_UNKNOWN * len(alike)


def _cited(sheet: Sheet) -> Iterator[tuple[Path, str]]:
    for path, page in pages_in(sheet.edition):
        yield from _cited_by(page, path)


def _cited_by(page: Page, path: Path) -> Iterator[tuple[Path, str]]:
    for source in page.source:
        yield (*path, "source"), source
    for key, sources in page.sources.items():
        for source in sources:
            yield (*path, "sources", key), source


def _registrations(sheet: Sheet) -> Iterator[Flaw]:
    known = registration_schemes()
    at: Path = ("shipping", "customs", "registrations")
    for i, name in enumerate(items_in(sheet.edition.at(*at))):
        if name not in known:
            schemes = listed(sorted(known))
            yield flaw(CheckCode.REGISTRATION_UNKNOWN, (*at, i), shown(str(name)), schemes=schemes)


def _handling(sheet: Sheet) -> Iterator[Flaw]:
    for i, name in enumerate(sheet.policy.checkout.handling_fees):
        fee = sheet.policy.pricing.fee(name)
        if fee is not None and fee.payer is Payer.SELLER:
            at: Path = ("checkout", "handling_fees", i)
            yield flaw(CheckCode.HANDLING_FEE_OF_SELLER, at, shown(name))


def _channels(sheet: Sheet) -> Iterator[Flaw]:
    contact = sheet.policy.service.contact
    for i, channel in enumerate(contact.always):
        if channel in contact.staffed:
            at: Path = ("service", "contact", "always", i)
            yield flaw(CheckCode.CHANNEL_TWICE, at, shown(channel))


def _address_fields(sheet: Sheet) -> Iterator[Flaw]:
    """Find fields that no address has by itself: a misspelt one lets no order be taken."""
    known = sorted(voice_of("en").names("term.field"))
    for i, name in enumerate(sheet.policy.checkout.required_address_fields):
        if name not in known:
            close = get_close_matches(name, known, n=1)
            example = phrase("lint.example.likely", value=close[0]) if close else shown(name)
            at: Path = ("checkout", "required_address_fields", i)
            code = CheckCode.ADDRESS_FIELD_UNKNOWN
            yield flaw(code, at, example, name=name, fields=listed(known))


def _thresholds(sheet: Sheet) -> Iterator[Flaw]:
    """Find thresholds abroad that the host can compare nothing with."""
    if sheet.rates is None:
        return
    house, day = sheet.policy, sheet.policy.edition.since
    missing: dict[str, list[Territory]] = {}
    for territory in sheet.territories:
        for currency in _compared_in(territory, sheet, day) - {house.currency} - sheet.rates:
            missing.setdefault(currency, []).append(territory)
    for currency, territories in sorted(missing.items()):
        example, count = of_place(territories[0]), len(territories)
        code, at = CheckCode.THRESHOLD_WITHOUT_RATE, ("shipping", "customs", "compared_on")
        yield flaw(code, at, example, currency=currency, house=house.currency, count=count)


def _compared_in(territory: Territory, sheet: Sheet, day: date) -> set[str]:
    if _zone_of(territory, sheet) is None:
        return set()
    rules = import_rules(destination_in(territory), day, mainland(sheet.policy.origin))
    return {rule.currency for rule in rules if rule.threshold is not None and not rule.advice}


def _duties(sheet: Sheet) -> Iterator[Flaw]:
    """Compare the destinations whose duties the price holds with the fees that hold them."""
    customs = sheet.policy.shipping.customs
    served = {each: zone for each in sheet.territories if (zone := _zone_of(each, sheet))}
    held = [(i, _zones_held(fee)) for i, fee in enumerate(sheet.policy.pricing.fees)]
    for i, zones in held:
        reached = [each for each, zone in served.items() if zones is None or zone in zones]
        asked = [each for each in reached if _is_abroad(each, sheet)]
        if asked and not any(map(customs.collects, reached)):
            at: Path = ("pricing", "fees", i)
            fee = sheet.policy.pricing.fees[i].name
            yield flaw(CheckCode.DUTIES_ASKED_TWICE, at, of_place(asked[0]), fee=fee)
    for each, zone in served.items():
        holds = any(zones is None or zone in zones for _, zones in held)
        if customs.collects(each) and not holds:
            at = ("shipping", "customs", "collected_at_checkout")
            yield flaw(CheckCode.COLLECTED_WITHOUT_FEE, at, of_place(each))
            return


def _zone_of(territory: Territory, sheet: Sheet) -> str | None:
    try:
        return sheet.policy.shipping.delivery.zone_of(territory).name
    except UnknownTermError:
        return None


def _is_abroad(territory: Territory, sheet: Sheet) -> bool:
    home = mainland(sheet.policy.origin)
    within = territory.is_inside_the_union and home.is_inside_the_union
    return territory.country != home.country and not within


def _zones_held(fee: FeePolicy) -> frozenset[str] | None:
    """Return the zones whose duties a fee of the buyer holds; None for all of them."""
    if fee.payer is Payer.SELLER or fee.on is not None:
        return frozenset()
    zones = [part.when.zones for part in fee.components if _DUTIES in part.base.plus]
    return None if None in zones else frozenset[str]().union(*(each for each in zones if each))
