"""Import rules of the territories, by date of effect. Clauses L13, L15, L16."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from attrs import evolve

from vintage_rules.places import Destination
from vintage_rules.shipping.import_rules import (
    Collector,
    Compared,
    Duty,
    ImportAdvice,
    ImportPart,
    ImportRule,
    ImportTax,
    Limit,
)
from vintage_rules.world.tables import rows
from vintage_rules.world.territory_rows import territory_row

_ORDER = "order"
_UNION = "union"


def import_rules(destination: Destination, on: date) -> tuple[ImportRule, ...]:
    """Return the import rules for an order sent from France to a destination on a day.

    If the table knows the territory but not that day, its rules of other days are returned, so that
    `assess_import` can say so. If it does not know the territory, there are none.

    >>> from vintage_rules import Place
    >>> from vintage_rules.world import locate
    >>> jersey = locate(Place(country="JE"))
    >>> [rule.threshold for rule in import_rules(jersey, date(2022, 6, 1))]
    [Decimal('135')]
    """
    known = _rules_of(destination.territory.code)
    return tuple(rule for rule in known if rule.is_in_force(on)) or known


def registration_schemes() -> frozenset[str]:
    """Return the names of the schemes a house can register under to collect tax at the sale.

    >>> "no-voec" in registration_schemes()
    True
    """
    return frozenset(row["scheme"] for row in rows("import_rules") if row["scheme"])


@cache
def _rules_of(code: str) -> tuple[ImportRule, ...]:
    row = territory_row(code)
    if row.territory.is_inside_the_union:
        (union,) = _order_rules()[_UNION]
        since = row.status_since or union.effective_from
        inside = evolve(union, territory=code, effective_from=since)
        return (inside, *_order_rules().get(code, ()))
    return _order_rules().get(code, ())


@cache
def _order_rules() -> Mapping[str, tuple[ImportRule, ...]]:
    gathered: dict[str, list[ImportRule]] = {}
    for row in rows("import_rules"):
        if row["applies_to"] == _ORDER:
            for code in row["territories"].split():
                gathered.setdefault(code, []).append(_rule(row, code))
    return MappingProxyType({code: tuple(found) for code, found in gathered.items()})


def _rule(row: dict[str, str], code: str) -> ImportRule:
    return ImportRule(
        territory=code,
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
