"""The proof that the rows of a table of returns decide every case, of the table as it is written.

A gap or a dead row is reported beside all other faults. What cannot be read is a fault by itself,
and nothing is proved of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from vintage_rules.findings import (
    Described,
    Finding,
    Written,
    as_written,
    distinct_names,
    is_table,
    items_in,
    most_like,
    table_in,
)
from vintage_rules.places import Area
from vintage_rules.returns.decision_table import (
    HitPolicy,
    ReturnCondition,
    ReturnDomain,
    Row,
    TableReport,
    prove_table,
)
from vintage_rules.returns.terms import ReturnTo

_COLUMNS: Mapping[str, str] = {
    "reason": "reasons",
    "seller_kind": "seller_kinds",
    "zone": "zones",
    "mode": "modes",
    "category": "categories",
    "sale_kind": "sale_kinds",
}
_LARGEST = 1_000_000


def table_findings(table: Written) -> Iterator[Finding]:
    """Find all that keeps a table of returns from deciding every case in one way."""
    yield from _uncovered_areas(table.get("zones"))
    yield from _missing_warehouses(table)
    domain = _domain_in(table)
    if domain is not None:
        yield from _unknown_assumptions(table.get("assumed"), domain)
        yield from _unsound_rows(table.get("rules"), domain, table.get("hit"))


def _domain_in(table: Written) -> ReturnDomain | None:
    """Return the domain that a table of returns writes; None where it cannot be read."""
    domain = table_in(table.get("domain"))
    zones: list[object] = [table_in(zone).get("name") for zone in items_in(table.get("zones"))]
    columns: dict[str, tuple[str, ...]] = {}
    for column, key in _COLUMNS.items():
        names = distinct_names(zones if column == "zone" else domain.get(key))
        if names is None:
            return None
        columns[column] = names
    return ReturnDomain(**columns)


def _uncovered_areas(zones: object) -> Iterator[Finding]:
    """Find the areas of the world that no zone covers."""
    covered = [area for zone in items_in(zones) for area in items_in(table_in(zone).get("areas"))]
    missing = [str(area) for area in Area if area not in covered]
    if items_in(zones) and missing:
        found = Described(f"none for {as_written(missing)}")
        allowed = "zones that cover every area of the world"
        yield Finding(("zones",), allowed, found, "place-undecided")


def _missing_warehouses(table: Written) -> Iterator[Finding]:
    """Find the zones from which pieces go to a warehouse although they have none."""
    without = [
        zone.get("name")
        for zone in map(table_in, items_in(table.get("zones")))
        if "warehouse" not in zone
    ]
    for i, rule in enumerate(map(table_in, items_in(table.get("rules")))):
        to = table_in(table_in(rule.get("terms")).get("routing")).get("to")
        asked = table_in(rule.get("when")).get("zones")
        missing = [name for name in without if asked is None or name in items_in(asked)]
        if to == ReturnTo.WAREHOUSE.value and missing:
            allowed = f"another place than a warehouse, or one given in {as_written(missing)}"
            yield Finding(("rules", i, "terms", "routing", "to"), allowed, to)


def _unknown_assumptions(found: object, domain: ReturnDomain) -> Iterator[Finding]:
    """Find what is assumed although the domain does not know it."""
    assumed = table_in(found)
    for (column, key), known in zip(_COLUMNS.items(), domain.columns, strict=True):
        if column in assumed and assumed[column] not in known:
            found_term = assumed[column]
            yield Finding(
                ("assumed", column), _one_of(key, known, found_term), found_term, "unknown-term"
            )


def _one_of(key: str, known: Sequence[str], found: object) -> str:
    return f"one of {key} ({', '.join(known)}){most_like(found, known)}"


def _unsound_rows(found: object, domain: ReturnDomain, hit: object) -> Iterator[Finding]:
    """Find the faults of the rows of a table.

    Terms that the domain does not know, or else cases that no row decides, cases that two decide
    where only one may, and rows that decide none.
    """
    rows = _rows(found)
    if rows is None:
        return
    strangers = tuple(_strangers(items_in(found), domain))
    size = len(rows) * prod(map(len, domain.columns))
    if strangers:
        yield from strangers
    elif size > _LARGEST:
        yield Finding(("rules",), f"at most {_LARGEST} rows times cases", size)
    else:
        yield from _unproved(prove_table(rows, domain), [row.name for row in rows], hit)


def _rows(found: object) -> list[Row] | None:
    rows = [row for row in map(_row, items_in(found)) if row is not None]
    whole = len({row.name for row in rows}) == len(items_in(found))
    return rows if rows and whole else None


def _row(found: object) -> Row | None:
    name = table_in(found).get("name")
    when = table_in(found).get("when", {})
    if not isinstance(name, str) or not is_table(when) or when.keys() - _COLUMNS.values():
        return None
    asked = {column: distinct_names(when[key]) for column, key in _COLUMNS.items() if key in when}
    if None in asked.values():
        return None
    sets = {column: frozenset(names) for column, names in asked.items() if names is not None}
    condition = ReturnCondition(**{column: sets.get(column) for column in _COLUMNS})
    return Row(name=name, when=condition)


def _strangers(rules: Sequence[object], domain: ReturnDomain) -> Iterator[Finding]:
    for i, rule in enumerate(rules):
        when = table_in(table_in(rule).get("when"))
        for key, known in zip(_COLUMNS.values(), domain.columns, strict=True):
            for j, term in enumerate(items_in(when.get(key))):
                if term not in known:
                    at = ("rules", i, "when", key, j)
                    yield Finding(at, _one_of(key, known, term), term, "unknown-term")


def _unproved(report: TableReport, rows: Sequence[str], hit: object) -> Iterator[Finding]:
    if report.gaps:
        more = f" and {len(report.gaps) - 1} more" if report.gaps[1:] else ""
        found = Described(f"none for {report.gaps[0]}{more}")
        yield Finding(("rules",), "rows that decide every case", found, "case-undecided")
    for overlap in report.overlaps if hit == HitPolicy.UNIQUE.value else ():
        allowed = f"apart from {overlap.first}, since only one row may decide a case"
        found = Described(f"both for {overlap.example}")
        yield Finding(("rules", rows.index(overlap.second)), allowed, found, "rows-overlap")
    for dead in report.unreachable:
        found = Described(f"none: rows before it decide {dead.example} and all its other cases")
        at = ("rules", rows.index(dead.row))
        yield Finding(at, "a row that decides a case", found, "row-never-decides")
