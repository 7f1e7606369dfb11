"""The decision table of returns: rows tried in order, and the proof that they decide every case.

Theory. A case has six terms, one for each column, and each column holds finitely many terms. So the
domain is the product of the columns, and every claim about the table can be tried on every case:

- *Totality.* Each case is covered by a row. A case that none covers is a gap: nothing would say
  whether the piece may come back.
- *No shadowed rule.* The first row that covers a case decides it, so a row decides nothing when
  earlier rows cover all its cases, each alone or several together. Comparing rows two by two misses
  the latter; walking the cases does not: a row that is first for no case never decides.
- *No unknown term.* A row that names a term outside the domain covers nothing by it. It is
  misspelt, most likely, and found by comparing the row's terms with the column's.
- *Overlaps* are cases that two rows cover. Under first-match they are meant (an exception before
  the rule); under `HitPolicy.UNIQUE` they are faults.

Each finding comes with a case that shows it. The walk costs the product of the columns times the
rows (some thousand cases), and is paid once, when a policy is loaded. An abstract proof over
conditions would be faster and could be wrong; this one is the definition, carried out.

Only cases, conditions and the proof are here; what a row decides is in `policy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import combinations, product
from typing import Annotated

from attrs import frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.fields import (
    Called,
    Inline,
    LeftOut,
    Listed,
    Name,
    NamesOf,
    NotEmpty,
    NotForCustomers,
)

Key = tuple[str, str, str, str, str, str]
DIMENSIONS = ("reason", "seller_kind", "zone", "mode", "category", "sale_kind")


class HitPolicy(StrEnum):
    """Whether the first of several rows that cover a case decides, or the table is at fault."""

    FIRST = "first"
    UNIQUE = "unique"


@frozen(kw_only=True)
class ReturnCase:
    """What the table decides on: a reason, a seller, a zone, a mode, a category and a sale.

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
    """Which cases a row covers; what is left out excludes nothing."""

    reason: Annotated[
        frozenset[str] | None, Called("reasons"), Name(), NotEmpty(), "only for these reasons"
    ]
    seller_kind: Annotated[
        frozenset[str] | None, Called("seller_kinds"), Name(), NotEmpty(), "only from these sellers"
    ]
    zone: Annotated[
        frozenset[str] | None,
        Called("zones"),
        Name(),
        NotEmpty(),
        "only from these zones of the table",
    ]
    mode: Annotated[
        frozenset[str] | None, Called("modes"), Name(), NotEmpty(), "only what was sent so"
    ]
    category: Annotated[
        frozenset[str] | None, Called("categories"), Name(), NotEmpty(), "only for such pieces"
    ]
    sale_kind: Annotated[
        frozenset[str] | None, Called("sale_kinds"), Name(), NotEmpty(), "only what was sold so"
    ]

    @property
    def columns(self) -> tuple[frozenset[str] | None, ...]:
        """The terms it names for each column, in the order of the table's columns."""
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
            named is None or term in named
            for term, named in zip(case.key, self.columns, strict=True)
        )


EVERY_CASE = ReturnCondition(
    reason=None, seller_kind=None, zone=None, mode=None, category=None, sale_kind=None
)


@frozen(kw_only=True)
class ReturnDomain:
    """Every term that a column of the table can hold, beside the zones.

    What the table must decide is their product.

    Raises:
        InvalidValueError: If a column is empty or holds a term twice.
    """

    reason: Annotated[
        tuple[str, ...],
        Called("reasons"),
        Name(),
        Listed("reasons"),
        NotEmpty(),
        "why pieces come back, such as [ withdrawal, claim ]",
    ]
    seller_kind: Annotated[
        tuple[str, ...],
        Called("seller_kinds"),
        Name(),
        Listed("seller kinds"),
        NotEmpty(),
        "who sells, such as [ professional, private ]",
    ]
    zone: Annotated[tuple[str, ...], NamesOf("zones of returns")]
    mode: Annotated[
        tuple[str, ...],
        Called("modes"),
        Name(),
        NotEmpty(),
        "how pieces were sent: all modes of shipping, and others",
    ]
    category: Annotated[
        tuple[str, ...],
        Called("categories"),
        Name(),
        Listed("categories"),
        NotEmpty(),
        "what pieces are, such as [ any ]",
    ]
    sale_kind: Annotated[
        tuple[str, ...],
        Called("sale_kinds"),
        Name(),
        Listed("sale kinds"),
        NotEmpty(),
        "how pieces were sold, such as [ sale ]",
    ]

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
        """Return every case."""
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
    """What the proof needs of a row: its name and the cases it covers."""

    name: Annotated[
        str,
        Name(),
        "what the row is called, such as withdrawal-from-france",
        NotForCustomers("what programs call the row"),
    ]
    when: Annotated[
        ReturnCondition,
        Inline(),
        LeftOut(means=EVERY_CASE, shown=False),
        "which cases it covers; every case, if left out",
    ]


@frozen(kw_only=True)
class Overlap:
    """Two rows that cover one case; the first of them decides it."""

    first: str
    second: str
    example: ReturnCase


@frozen(kw_only=True)
class Unreachable:
    """A row that never decides.

    An earlier row decides its `example` and all its other cases, or, if that is None, it covers no
    case.
    """

    row: str
    example: ReturnCase | None


@frozen(kw_only=True)
class UnknownTerm:
    """A term that a row names and the domain does not know: misspelt, most likely."""

    row: str
    column: str
    term: str


@frozen(kw_only=True)
class TableReport:
    """What the proof found, each finding with a case that shows it."""

    gaps: tuple[ReturnCase, ...]
    overlaps: tuple[Overlap, ...]
    unreachable: tuple[Unreachable, ...]
    unknown_terms: tuple[UnknownTerm, ...]

    def faults(self, hit: HitPolicy) -> tuple[str, ...]:
        """Return in words what keeps the table from being used.

        Overlaps count only if rows must not overlap.
        """
        found = [f"no row decides {case}" for case in self.gaps]
        if hit is HitPolicy.UNIQUE:
            found += [f"{o.first} and {o.second} both decide {o.example}" for o in self.overlaps]
        found += [_never_decides(row) for row in self.unreachable]
        found += [f"{s.row} names the unknown {s.column} {s.term}" for s in self.unknown_terms]
        return tuple(found)


def _never_decides(row: Unreachable) -> str:
    if row.example is None:
        return f"{row.row} never decides: it covers no case"
    return f"{row.row} never decides: an earlier row takes {row.example} and all its other cases"


def prove_table(rules: Sequence[Row], domain: ReturnDomain) -> TableReport:
    """Return what is wrong with a table, having tried every case against every row.

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
        unknown_terms=tuple(_unknown_terms(rules, domain)),
    )


def _taken(place: int, overlaps: dict[tuple[int, int], ReturnCase]) -> ReturnCase | None:
    return next((case for (_, later), case in overlaps.items() if later == place), None)


def _unknown_terms(rules: Sequence[Row], domain: ReturnDomain) -> Iterator[UnknownTerm]:
    for rule in rules:
        for column, named, known in zip(DIMENSIONS, rule.when.columns, domain.columns, strict=True):
            for term in sorted((named or frozenset()) - set(known)):
                yield UnknownTerm(row=rule.name, column=column, term=term)
