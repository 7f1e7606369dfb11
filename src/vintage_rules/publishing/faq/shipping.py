"""Questions about modes, delivery, postage, tracking and customs. Clauses L1 to L16, S1 to S3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vintage_rules.dates import DayCount
from vintage_rules.errors import UnknownTermError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Area, Place, Territory
from vintage_rules.publishing.faq.entries import Entry, FaqRequest, Grid, Line, Part, entry
from vintage_rules.publishing.faq.returns import refund_sources, refunded_parts
from vintage_rules.publishing.regions import posted_modes, transit_to
from vintage_rules.returns.policy import CustomsOutcome
from vintage_rules.returns.terms import RefundTerms
from vintage_rules.shipping.import_facts import CustomsPolicy
from vintage_rules.shipping.import_rules import Collector, ImportRule
from vintage_rules.shipping.policy import (
    Band,
    Grouping,
    ModePolicy,
    PostageTable,
    Sender,
    Transit,
    Zone,
)
from vintage_rules.wording.common import day_range, length, meaning
from vintage_rules.wording.phrases import (
    Amount,
    Country,
    Grams,
    Percent,
    Phrase,
    Term,
    Value,
    listed,
    phrase,
    terms,
)
from vintage_rules.world.addresses import locate
from vintage_rules.world.imports import import_rules
from vintage_rules.world.territory_rows import countries as world
from vintage_rules.world.territory_rows import mainland

_ABROAD = frozenset({Area.EUROPE, Area.WORLD})
_FEW_PLACES = 20
_WITH_A_THRESHOLD = (Place(country="GB", postal_code="E1 6AN"),)  # L15 names the United Kingdom


def shipping(request: FaqRequest) -> Iterator[Entry]:
    """L1 to L3, L5, L8 to L12, S1 to S3: ways, times and prices."""
    policy = request.house.shipping
    modes = policy.modes.values()
    of_modes = [mode.sources for mode in modes]
    ways = [Line((), tuple(_way(mode))) for mode in modes]
    of_checks = [mode.check_sources for mode in modes if mode.sender is Sender.WORKSHOP]
    yield from entry("modes", phrase("faq.modes.question"), ways, *of_modes, *of_checks)
    posted = posted_modes(request.house)
    leaving: list[Part] = [Line((), tuple(_leaving(mode, posted))) for mode in posted]
    of_posted = [sources for mode in posted for sources in (mode.sources, mode.notice_sources)]
    yield from entry("dispatch", phrase("faq.dispatch.question"), leaving, *of_posted)
    delivery = policy.delivery
    transits = (*(zone.transit for zone in delivery.zones), *delivery.times.values())
    yield from entry(
        "delays",
        phrase("faq.delays.question"),
        _delays(request.house),
        *(t.sources for t in transits),
    )
    yield from entry(
        "postage",
        phrase("faq.postage.question"),
        _postage(request.house),
        *_of_postage(request.house),
    )
    tracking = policy.tracking
    if posted:
        number = [phrase("faq.number.answer")]
        yield from entry("number", phrase("faq.number.question"), number, tracking.number_sources)
    patience = phrase("tracking.patience", patience=length(tracking.patience))
    still = [patience, phrase("faq.tracking.answer")]
    yield from entry("tracking", phrase("faq.tracking.question"), still, tracking.sources)


def _way(mode: ModePolicy) -> Iterator[Phrase]:
    named = Term("mode", mode.name)
    if mode.sender is Sender.BUYER:
        yield phrase("faq.mode.collected", mode=named)
    elif mode.sender is Sender.SELLER:
        yield phrase("faq.mode.seller", mode=named)
    else:
        apart = "" if mode.grouping is Grouping.TOGETHER else "-per-seller"
        yield phrase(f"faq.mode.workshop{apart}", mode=named)
        yield phrase("faq.mode.checked")
        yield phrase("faq.mode.check-failed")


def _leaving(mode: ModePolicy, posted: Sequence[ModePolicy]) -> Iterator[Phrase]:
    named = Term("mode", mode.name)
    if mode.handling is None:
        yield phrase("promise.none", mode=named)
    else:
        yield phrase("faq.dispatch.handling", mode=named, handling=length(mode.handling))
    yield phrase(f"faq.dispatch.notified-{mode.sender}")
    if mode.sender is Sender.SELLER:
        return
    if mode.inbound is not None:
        yield phrase("promise.inbound", travel=_range(mode.inbound))
    if mode.check is not None:
        yield phrase("promise.check", check=length(mode.check))
    yield phrase("faq.dispatch.slowest")
    if any(other.sender is Sender.SELLER for other in posted):
        yield phrase("faq.dispatch.longer")


def _range(transit: Transit) -> Phrase:
    return day_range(transit.minimum, transit.maximum, transit.count)


def _delays(house: HousePolicy) -> Iterator[Part]:
    policy = house.shipping.delivery
    yield phrase("faq.delays.answer")
    several = len(policy.zones) > 1
    zones = [(_where(zone, house, several=several), zone.transit) for zone in policy.zones]
    countries = [(Country(code), transit) for code, transit in sorted(policy.times.items())]
    rows: list[tuple[Value, Transit]] = [*zones, *countries]
    head = (phrase("faq.delays.where"), phrase("faq.delays.time"))
    yield Grid(head, tuple((where, _range(transit)) for where, transit in rows))
    if countries:
        yield phrase("faq.delays.own")
    if not all(transit_to(territory, policy) for territory in world()):
        yield phrase("faq.delays.nowhere-else")
    counts = {transit.count for _, transit in rows}
    if DayCount.CALENDAR in counts and len(counts) > 1:
        yield phrase("faq.delays.mixed")
    else:
        yield from (meaning(count) for count in sorted(counts)[:1])


def _postage(house: HousePolicy) -> Iterator[Part]:
    yield phrase("faq.postage.answer")
    tables = _tables(house)
    if tables:
        steps = any(len(table.bands) > 1 for table in tables)
        several = len(tables) > 1
        rows = tuple(
            _prices(_where(table, house, several=several), table, house, steps=steps)
            for table in tables
        )
        yield Grid((phrase("faq.delays.where"), *_headings(steps=steps)), rows)


def _tables(house: HousePolicy) -> list[PostageTable]:
    """The tables of what travels to the buyer."""
    posted = {mode.name for mode in posted_modes(house)}
    return [table for table in house.shipping.postage.tables if table.modes & posted]


def _of_postage(house: HousePolicy) -> Iterator[tuple[str, ...]]:
    yield house.shipping.postage.sources
    for table in _tables(house):
        yield table.sources
        yield table.codes_sources


def _headings(*, steps: bool) -> Iterator[Phrase]:
    if steps:
        yield phrase("faq.postage.lightest")
        yield phrase("faq.postage.heaviest")
    else:
        yield phrase("faq.postage.price")


def _where(zone: Zone | PostageTable, house: HousePolicy, *, several: bool) -> Value:
    """Return where a time or a price holds: its places, or its name where they are many."""
    if zone.name not in house.labels.zones and zone.areas >= _ABROAD:
        return phrase("faq.where.elsewhere" if several else "faq.where.everywhere")
    areas: list[Value] = [Term("area", area) for area in sorted(zone.areas)]
    places = areas + [Country(code) for code in sorted(zone.codes)]
    nameless = any(len(code) > len("FR") for code in zone.codes)  # a part of a country
    if zone.name in house.labels.zones or nameless or len(places) > _FEW_PLACES:
        return Term("zone", zone.name)
    return listed(places)


def _prices(
    zone: Value, table: PostageTable, house: HousePolicy, *, steps: bool
) -> tuple[Value, ...]:
    if not table.modes >= {mode.name for mode in posted_modes(house)}:
        zone = phrase("faq.postage.modes", zone=zone, modes=terms("mode", table.modes))
    bands = (table.bands[0], table.bands[-1])[: 2 if steps else 1]
    return zone, *(_band(band, house.shipping.postage.currency) for band in bands)


def _band(band: Band, currency: str) -> Phrase:
    price, weight = Amount(band.price, currency), Grams(band.up_to_g)
    return phrase("faq.postage.band", price=price, weight=weight)


def customs(request: FaqRequest) -> Iterator[Entry]:
    """L13 to L16: what customs may want, and what becomes of a parcel that is not paid for."""
    policy, undelivered = request.house.shipping.customs, request.house.returns.undelivered
    unpaid = undelivered.of_unpaid_customs
    refund = unpaid.refund or undelivered.sent_back
    thresholds = [each for place in _WITH_A_THRESHOLD for each in _threshold(place, request)]
    answer = [_within(mainland(request.house.origin))]
    sources = [policy.import_sources, policy.checkout_sources]
    if not thresholds:  # else it is said of the countries that tax a share of the value
        answer.append(_tax_base(policy))
        sources.append(policy.tax_base_sources)
    answer.append(phrase("advice.ask-customs"))
    if policy.collected_at_checkout:
        places = listed(Country(code) for code in sorted(policy.collected_at_checkout))
        answer.append(phrase("faq.customs.collected", places=places))
    yield from entry("customs", phrase("faq.customs.question"), answer, *sources)
    yield from thresholds
    yield from entry(
        "unpaid",
        phrase("faq.unpaid.question"),
        [_unpaid(unpaid.outcome, refund)],
        unpaid.sources,
        *refund_sources(refund),
    )


def _within(origin: Territory) -> Phrase:
    """Say where a parcel owes nothing: in the Union, or in the country that it starts from."""
    if origin.is_inside_the_union:
        return phrase("faq.customs.answer")
    return phrase("faq.customs.answer.elsewhere", country=Country(origin.country))


def _unpaid(outcome: CustomsOutcome, refund: RefundTerms) -> Phrase:
    match outcome:
        case CustomsOutcome.REFUND:
            return phrase("faq.unpaid.answer", parts=refunded_parts(refund))
        case CustomsOutcome.RELIST:
            return phrase("faq.unpaid.relisted")
        case CustomsOutcome.NOTHING:
            return phrase("faq.unpaid.nothing")


def _threshold(place: Place, request: FaqRequest) -> Iterator[Entry]:
    destination = locate(place)
    try:
        request.house.shipping.delivery.zone_of(destination.territory)
    except UnknownTermError:
        return
    of_parcels = import_rules(destination, request.on, mainland(request.house.origin))
    rules = [rule for rule in of_parcels if rule.threshold is not None]
    answer = [sentence for rule in rules for sentence in _rule(rule)]
    answer += [_tax_base(request.house.shipping.customs)] if answer else []
    question = phrase("faq.customs.country", country=Country(place.country))
    policy = request.house.shipping.customs
    sources = (policy.sources, policy.tax_base_sources)
    yield from entry(f"customs-{place.country.lower()}", question, answer, *sources)


def _tax_base(policy: CustomsPolicy) -> Phrase:
    parts = listed(Term("import-part", part) for part in policy.tax_base)
    return phrase("faq.customs.base", parts=parts)


def _rule(rule: ImportRule) -> Iterator[Phrase]:
    if rule.threshold is None:
        return
    amount, what = Amount(rule.threshold, rule.currency), Term("compared", rule.compared)
    yield phrase("import.threshold", threshold=amount, what=what)
    if rule.above is Collector.RECIPIENT and rule.rate is not None:
        tax = Term("tax", rule.tax)
        yield phrase("faq.customs.rate", tax=tax, rate=Percent(rule.rate))
    yield phrase("faq.customs.as-of", as_of=rule.as_of)
