"""Import rules of the territories, by date of effect. Clauses L13, L15, L16."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache

from attrs import evolve

from vintage_rules.places import Destination, Membership, Territory
from vintage_rules.shipping.customs import ImportAssessment, assess_import
from vintage_rules.shipping.import_facts import CustomsPolicy, ImportFacts
from vintage_rules.shipping.import_rules import (
    Collector,
    Compared,
    Duty,
    ImportAdvice,
    ImportPart,
    ImportRemark,
    ImportRule,
    ImportTax,
    Limit,
)
from vintage_rules.world.tables import rows
from vintage_rules.world.territory_rows import territories, territory_row

_ORDER, _RETURNED, _FEE = "order", "returned", "fee"
_UNION, _EACH, _ITSELF = "union", "each", "itself"


def import_rules(
    destination: Destination, on: date, origin: Territory, *, returned: bool = False
) -> tuple[ImportRule, ...]:
    """Return the import rules for a parcel from a territory to a destination on a day.

    With `returned` they are those for goods that come back to where they were sold from.

    Those that name the origin come instead of those for parcels from anywhere. If the table knows
    the two but not that day, its rules of other days are returned, so that `assess_import` can say
    so. If it does not know them, there are none.

    >>> from vintage_rules import Place
    >>> from vintage_rules.world import locate, mainland
    >>> jersey = locate(Place(country="JE"))
    >>> [
    ...     rule.threshold
    ...     for rule in import_rules(jersey, date(2022, 6, 1), mainland("FR"))
    ... ]
    [Decimal('135')]
    """
    rules = _rules_on(destination.territory.code, on)
    known = tuple(rule for rule in rules if rule.is_for(origin, returned=returned))
    in_force = tuple(rule for rule in known if rule.is_in_force(on))
    return tuple(rule for rule in in_force if rule.names(origin)) or in_force or known


@cache
def days_of_change() -> tuple[date, ...]:
    """Return the days on which an import rule or the status of a territory changes, in order.

    Between two of them every rule is the same.

    >>> date(2021, 7, 1) in days_of_change()
    True
    """
    dated = [*rows("import_rules"), *_vat_rates()]
    first = (_day(row["effective_from"]) for row in dated)
    last = (_day(row["effective_to"]) for row in dated)
    since = (row.status_since for row in territories().values())
    after = (day + timedelta(days=1) for day in last if day is not None)
    return tuple(sorted({*filter(None, first), *after, *filter(None, since)}))


def assess_parcel(
    facts: ImportFacts, destination: Destination, policy: CustomsPolicy
) -> ImportAssessment:
    """Return what customs will charge on one parcel, by the rules of its day and its origin.

    Clauses L13, L15, L16.

    >>> from decimal import Decimal
    >>> from vintage_rules import Money, Place, load_policy
    >>> from vintage_rules.world import locate, mainland
    >>> day = date(2026, 9, 7)
    >>> coat = ImportFacts(
    ...     origin=mainland("FR"),
    ...     goods=Money("140.00", "GBP"),
    ...     shipping=Money("10.00", "GBP"),
    ...     handling=Money("0.00", "GBP"),
    ...     rates={},
    ...     dispatched=day,
    ... )
    >>> manchester = locate(Place(country="GB", postal_code="M1 1AE"))
    >>> customs = load_policy("imparfaite").on(day).shipping.customs
    >>> str(assess_parcel(coat, manchester, customs).tax)
    '30.00 GBP'
    """
    rules = import_rules(destination, facts.dispatched, facts.origin, returned=facts.returned)
    return assess_import(facts, destination, rules, policy)


def registration_schemes() -> frozenset[str]:
    """Return the names of the schemes a house can register under to collect tax at the sale.

    >>> "no-voec" in registration_schemes()
    True
    """
    return frozenset(row["scheme"] for row in rows("import_rules") if row["scheme"])


@lru_cache(maxsize=4096)
def _rules_on(code: str, day: date) -> tuple[ImportRule, ...]:
    """Return every rule of a territory, with what depends on the day as it is on that one."""
    return tuple(_as_of(row, code, day) for row in _rows_of(code))


@cache  # bounded by the territories; any other code raises
def _rows_of(code: str) -> tuple[dict[str, str], ...]:
    row = territory_row(code)
    groups = {code}
    if row.mainland is None:
        groups.add(_EACH)
    if row.territory.is_inside_the_union and row.territory.eu_vat is Membership.FULL:
        groups.add(_UNION)
    return tuple(each for each in _import_rows() if groups & set(each["territories"].split()))


@cache
def _import_rows() -> tuple[dict[str, str], ...]:
    return tuple(row for row in rows("import_rules") if row["applies_to"] in (_ORDER, _RETURNED))


def _as_of(row: dict[str, str], code: str, day: date) -> ImportRule:
    rule = _rule(row, code)
    inside = {_ITSELF: frozenset({code}), _UNION: _inside_the_union(day)}
    origins = (inside.get(each, frozenset({each})) for each in row["origins"].split())
    rule = evolve(rule, origins=frozenset[str]().union(*origins))
    if _UNION not in row["territories"].split():
        return rule
    days = (rule.effective_from, territory_row(code).status_since)
    rule = evolve(rule, effective_from=max(filter(None, days), default=None))
    if rule.tax is ImportTax.NO_IMPORT:
        return rule
    return evolve(rule, rate=_member_rate(code, day), remarks=_remarks(code, day))


@lru_cache(maxsize=512)
def _inside_the_union(day: date) -> frozenset[str]:
    """Return the territories from which goods reach the union without import on a day."""
    members = {
        code
        for code, row in territories().items()
        if row.territory.is_inside_the_union and (row.status_since or date.min) <= day
    }
    left = (
        code
        for row in _import_rows()
        if row["tax"] == ImportTax.NO_IMPORT and row["origins"] == _UNION and row["effective_to"]
        if _holds(row, day)
        for code in row["territories"].split()
    )
    return frozenset({*members, *left})


def _member_rate(code: str, day: date) -> Decimal | None:
    for row in _vat_rates():
        if code in row["territories"].split() and _holds(row, day):
            return Decimal(row["rate"])
    return None


@cache
def _vat_rates() -> tuple[dict[str, str], ...]:
    return tuple(rows("vat_rates"))


def _remarks(code: str, day: date) -> tuple[ImportRemark, ...]:
    of_fees = (row for row in _fee_rows() if _holds(row, day))
    named = any({code, _UNION} & set(row["territories"].split()) for row in of_fees)
    return (ImportRemark.FEE_MAY_APPLY,) if named else ()


@cache
def _fee_rows() -> tuple[dict[str, str], ...]:
    return tuple(row for row in rows("import_rules") if row["applies_to"] == _FEE)


def _holds(row: dict[str, str], day: date) -> bool:
    first, last = _day(row["effective_from"]), _day(row["effective_to"])
    return (first or date.min) <= day <= (last or date.max)


def _rule(row: dict[str, str], code: str) -> ImportRule:
    return ImportRule(
        territory=code,
        origins=frozenset(),
        returned=row["applies_to"] == _RETURNED,
        tax=ImportTax(row["tax"]),
        threshold=_number(row["threshold"]),
        currency=row["currency"],
        compared=Compared(row["compared"]),
        limit=Limit(row["limit"]),
        rate=_number(row["rate"]),
        base=tuple(ImportPart(part) for part in row["base"].split()),
        below=Collector(row["below"]),
        above=Collector(row["above"]),
        duty=Duty(row["duty"]),
        flat_duty=_number(row["flat_duty"]),
        remarks=(),
        scheme=row["scheme"] or None,
        effective_from=_day(row["effective_from"]),
        effective_to=_day(row["effective_to"]),
        advice=ImportAdvice(row["advice"]) if row["advice"] else None,
        clauses=tuple(row["clauses"].split()),
        tax_clauses=tuple(row["tax_clauses"].split()),
        source=row["source"],
        verified=row["verified"],
        as_of=date.fromisoformat(row["as_of"]),
        note=row["note"],
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
