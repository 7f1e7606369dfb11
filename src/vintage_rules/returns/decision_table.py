"""The decision table of returns: rows tried in order, and the proof that they decide every case.

Only cases, conditions and the proof live here; what a row decides is in `policy`. The first row
that covers a case decides it. The proof walks the whole finite domain, so that a gap, an overlap,
a misspelt term or a row that can never decide is found when a policy is loaded, each with a case
that shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import combinations, product

from attrs import frozen

from vintage_rules.errors import InvalidValueError

Key = tuple[str, str, str, str, str, str]
DIMENSIONS = ("reason", "seller_kind", "zone", "mode", "category", "sale_kind")


class HitPolicy(StrEnum):
    """Whether the first of several rows that cover a case decides, or the table is at fault."""

    FIRST = "first"
    UNIQUE = "unique"


@frozen(kw_only=True)
class ReturnCase:
    """What the table is asked about: why, from whom, from where, how it was sent, what it is and
    how it was sold.

    >>> print(
    ...     ReturnCase(
    ...         reason="withdrawal",
    ...         seller_kind="professional",
    ...         zone="world",
    ...         mode="direct",
    ...         category="any",
    ...         sale_kind="sale",
    ...     )
    ... )
    withdrawal/professional/world/direct/any/sale
    """

    reason: str
    seller_kind: str
    zone: str
    mode: str
    category: str
    sale_kind: str

    @property
    def key(self) -> Key:
        """The terms in the order of the table's columns."""
        return (
            self.reason,
            self.seller_kind,
            self.zone,
            self.mode,
            self.category,
            self.sale_kind,
        )

    def __str__(self) -> str:
        return "/".join(self.key)


@frozen(kw_only=True)
class ReturnCondition:
    """The cases a row covers: for each column the terms it names, or None where it asks nothing."""

    reason: frozenset[str] | None
    seller_kind: frozenset[str] | None
    zone: frozenset[str] | None
    mode: frozenset[str] | None
    category: frozenset[str] | None
    sale_kind: frozenset[str] | None

    @property
    def columns(self) -> tuple[frozenset[str] | None, ...]:
        """What each column asks, in the order of the table's columns."""
        return (
            self.reason,
            self.seller_kind,
            self.zone,
            self.mode,
            self.category,
            self.sale_kind,
        )

    def covers(self, case: ReturnCase) -> bool:
        """Return whether a case fulfils every column."""
        return all(
            asked is None or term in asked
            for term, asked in zip(case.key, self.columns, strict=True)
        )


@frozen(kw_only=True)
class ReturnDomain:
    """Every term each column can hold: what the table must decide is their product.

    Raises:
        InvalidValueError: Naming the column when one is empty or says a term twice.
    """

    reason: tuple[str, ...]
    seller_kind: tuple[str, ...]
    zone: tuple[str, ...]
    mode: tuple[str, ...]
    category: tuple[str, ...]
    sale_kind: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        for name, terms in zip(DIMENSIONS, self.columns, strict=True):
            if not terms or len(set(terms)) < len(terms):
                raise InvalidValueError(name, terms, "one or more distinct terms")

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The terms of each column, in the order of the table's columns."""
        return (
            self.reason,
            self.seller_kind,
            self.zone,
            self.mode,
            self.category,
            self.sale_kind,
        )

    def cases(self) -> Iterator[ReturnCase]:
        """Return every case there is."""
        for reason, seller_kind, zone, mode, category, sale_kind in product(*self.columns):
            yield ReturnCase(
                reason=reason,
                seller_kind=seller_kind,
                zone=zone,
                mode=mode,
                category=category,
                sale_kind=sale_kind,
            )


@frozen(kw_only=True)
class Row:
    """What the proof needs to know of a row: what it is called and which cases it covers."""

    name: str
    when: ReturnCondition


@frozen(kw_only=True)
class Overlap:
    """Two rows that cover one case; the first of them decides it."""

    first: str
    second: str
    example: ReturnCase


@frozen(kw_only=True)
class Unreachable:
    """A row that never decides: an earlier row takes its example, or there is no case at all that
    it covers.
    """

    row: str
    example: ReturnCase | None


@frozen(kw_only=True)
class Stranger:
    """A term that a row asks for and the domain does not know: misspelt, most likely."""

    row: str
    column: str
    term: str


@frozen(kw_only=True)
class TableReport:
    """What the proof found, each finding with a case that shows it."""

    gaps: tuple[ReturnCase, ...]
    overlaps: tuple[Overlap, ...]
    unreachable: tuple[Unreachable, ...]
    strangers: tuple[Stranger, ...]

    def faults(self, hit: HitPolicy) -> tuple[str, ...]:
        """Say in words what keeps the table from being used; overlaps only where rows must not
        overlap.
        """
        found = [f"no row decides {case}" for case in self.gaps]
        if hit is HitPolicy.UNIQUE:
            found += [f"{o.first} and {o.second} both decide {o.example}" for o in self.overlaps]
        found += [_never_decides(row) for row in self.unreachable]
        found += [f"{s.row} asks for the unknown {s.column} {s.term}" for s in self.strangers]
        return tuple(found)


def _never_decides(row: Unreachable) -> str:
    if row.example is None:
        return f"{row.row} never decides: it covers no case"
    return f"{row.row} never decides: an earlier row takes {row.example} and all its other cases"


def prove_table(rules: Sequence[Row], domain: ReturnDomain) -> TableReport:
    """Try every case of a domain against every row, in first-match order, and report what is wrong.

    >>> domain = ReturnDomain(
    ...     reason=("withdrawal",),
    ...     seller_kind=("professional",),
    ...     zone=("world",),
    ...     mode=("direct",),
    ...     category=("any",),
    ...     sale_kind=("sale",),
    ... )
    >>> prove_table((), domain).faults(HitPolicy.FIRST)
    ('no row decides withdrawal/professional/world/direct/any/sale',)
    """
    gaps: list[ReturnCase] = []
    overlaps: dict[tuple[int, int], ReturnCase] = {}
    deciding: set[int] = set()
    for case in domain.cases():
        covering = [place for place, rule in enumerate(rules) if rule.when.covers(case)]
        if not covering:
            gaps.append(case)
        deciding.update(covering[:1])
        for pair in combinations(covering, 2):
            overlaps.setdefault(pair, case)
    return TableReport(
        gaps=tuple(gaps),
        overlaps=tuple(
            Overlap(first=rules[a].name, second=rules[b].name, example=case)
            for (a, b), case in sorted(overlaps.items())
        ),
        unreachable=tuple(
            Unreachable(row=rule.name, example=_taken(place, overlaps))
            for place, rule in enumerate(rules)
            if place not in deciding
        ),
        strangers=tuple(_strangers(rules, domain)),
    )


def _taken(place: int, overlaps: dict[tuple[int, int], ReturnCase]) -> ReturnCase | None:
    return next((case for (_, later), case in overlaps.items() if later == place), None)


def _strangers(rules: Sequence[Row], domain: ReturnDomain) -> Iterator[Stranger]:
    for rule in rules:
        for column, asked, known in zip(DIMENSIONS, rule.when.columns, domain.columns, strict=True):
            for term in sorted((asked or frozenset()) - set(known)):
                yield Stranger(row=rule.name, column=column, term=term)
