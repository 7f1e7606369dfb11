"""Which returns are taken: one table, tried in order.

`zone` is a time zone, as in every policy; `zones` are the parts of the world. A table that leaves a
case undecided or holds a row that never decides cannot be built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from attrs import field, frozen

from vintage_rules.dates import zone
from vintage_rules.errors import UnknownTermError, UnsoundTableError
from vintage_rules.fields import (
    NONE_NAMED,
    Called,
    Distinct,
    FromHouseOf,
    Listed,
    Name,
    NotEmpty,
    NotForCustomers,
    SourceOf,
    Sources,
    TerritoryCode,
    Words,
)
from vintage_rules.findings import (
    Finding,
    Written,
    covers_nothing,
)
from vintage_rules.ids import Edition, term
from vintage_rules.places import Area, Territory
from vintage_rules.returns.decision_table import (
    DIMENSIONS,
    HitPolicy,
    Key,
    ReturnCase,
    ReturnDomain,
    Row,
    TableReport,
    prove_table,
)
from vintage_rules.returns.terms import (
    ReturnTerms,
    ReturnTo,
)
from vintage_rules.returns.written_table import table_findings


class SeveralParcels(StrEnum):
    """From which receipt the window runs when an order came in several parcels.

    Article 9 of Directive 2011/83 and L221-18 count from the last one; whether sellers are pooled
    is unsettled.
    """

    EACH = "each"
    LAST_OF_SENDER = "last-of-sender"
    LAST_OF_ORDER = "last-of-order"


@frozen(kw_only=True)
class ReturnRule(Row):
    """A row of the table.

    Without terms such a return is not taken; with `review` a person looks before it is accepted.
    """

    review: Annotated[
        bool,
        Called("outcome"),
        Words({"taken": False, "reviewed": True, "refused": False}),
        "taken, reviewed by a person before it is taken, or refused",
    ]
    terms: Annotated[ReturnTerms | None, "the terms of such a return; left out where it is refused"]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require terms where a return is taken, and only there."""
        outcome = table.get("outcome")
        if outcome == "refused" and "terms" in table:
            yield Finding(("terms",), "left out where a return is refused", table["terms"])
        if outcome in ("taken", "reviewed") and "terms" not in table:
            yield Finding(("terms",), f"given where a return is {outcome}", None)


@frozen(kw_only=True)
class ReturnZone:
    """A part of the world the table knows by one name; the first that covers a place decides."""

    areas: Annotated[
        frozenset[Area],
        NONE_NAMED,
        "whole areas of the world",
        NotForCustomers("not published yet: which countries a zone of returns holds (R4)"),
    ]
    codes: Annotated[
        frozenset[str],
        TerritoryCode(),
        NONE_NAMED,
        "countries and territories by their codes, such as [ CH, GB-NIR ]",
        NotForCustomers("not published yet: which countries a zone of returns holds (R4)"),
    ]
    name: Annotated[
        str,
        Name(),
        "what the zone is called, such as elsewhere",
        NotForCustomers("what programs call the zone; the page says it in words"),
    ]
    warehouse: Annotated[
        str | None,
        Name(),
        "the nearest warehouse; left out where nothing goes to one",
        NotForCustomers("the label of the return names the warehouse (R4)"),
    ]

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require a place that is covered."""
        yield from covers_nothing(table)

    def covers(self, territory: Territory) -> bool:
        """Return whether a territory belongs to this zone."""
        return territory.lies_in(self.areas, self.codes)


@frozen(kw_only=True)
class Assumed:
    """What is taken for granted about a sale where the facts do not say."""

    seller_kind: Annotated[
        str,
        Name(),
        "who sells: one of seller_kinds",
        NotForCustomers("what is assumed of facts that are missing; customers' own are known"),
    ]
    mode: Annotated[
        str,
        Name(),
        "how it was sent: one of modes",
        NotForCustomers("what is assumed of facts that are missing; customers' own are known"),
    ]
    category: Annotated[
        str,
        Name(),
        "what it is: one of categories",
        NotForCustomers("what is assumed of facts that are missing; customers' own are known"),
    ]
    sale_kind: Annotated[
        str,
        Name(),
        "how it was sold: one of sale_kinds",
        NotForCustomers("what is assumed of facts that are missing; customers' own are known"),
    ]
    sources: Sources


def _hit(text: str) -> HitPolicy:
    return term(HitPolicy, text, "hit")


def _several_parcels(text: str) -> SeveralParcels:
    return term(SeveralParcels, text, "several_parcels")


@frozen(kw_only=True)
class ReturnPolicy:
    """Which returns a house takes, and on what terms. Clauses R1 to R8.

    Rows and zones are tried in order, the first match decides.

    Raises:
        UnsoundTableError: With all its faults when a case has no row, a row never decides, a zone
            is missing, or rows overlap where they must not.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    exchanges: Annotated[bool, "whether a piece can be exchanged for another"]
    exchange_sources: Annotated[tuple[str, ...], SourceOf("exchanges")]
    several_parcels: Annotated[
        SeveralParcels,
        "from which receipt the time runs when an order comes in several parcels",
        NotForCustomers("not published yet: from which parcel the time runs (R1)"),
    ] = field(converter=_several_parcels)
    several_parcels_sources: Annotated[tuple[str, ...], SourceOf("several_parcels")]
    hit: Annotated[
        HitPolicy,
        "first: the first row that covers a case decides it; unique: only one may",
        NotForCustomers("how the table is written; it changes no answer"),
    ] = field(converter=_hit)
    zones: Annotated[
        tuple[ReturnZone, ...],
        Listed("zones of returns"),
        Distinct(),
        NotEmpty(),
        "parts of the world; together they cover all of it",
    ]
    domain: Annotated[ReturnDomain, "every term that a column can hold"]
    assumed: Annotated[Assumed, "what is taken for granted about a sale where the facts do not say"]
    rules: Annotated[
        tuple[ReturnRule, ...],
        Distinct(),
        NotEmpty(),
        "the rows, in the order in which they are tried; they decide every case",
    ]
    where: ZoneInfo = field(init=False, repr=False, eq=False)
    report: TableReport = field(init=False, repr=False, eq=False)
    _rows: Mapping[Key, ReturnRule] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        report = prove_table(self.rules, self.domain)
        faults = report.faults(self.hit) + tuple(self._zone_faults())
        if faults:
            raise UnsoundTableError("rules", faults)
        rows = {
            case.key: next(rule for rule in self.rules if rule.when.covers(case))
            for case in self.domain.cases()
        }
        object.__setattr__(self, "where", zone(self.zone))
        object.__setattr__(self, "report", report)
        object.__setattr__(self, "_rows", rows)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require zones that cover the world, known assumptions, and rows that decide all cases."""
        yield from table_findings(table)

    def _zone_faults(self) -> list[str]:
        names = tuple(zone.name for zone in self.zones)
        covered = frozenset[Area]().union(*(zone.areas for zone in self.zones))
        faults = [f"no zone covers the area {area}" for area in Area if area not in covered]
        if sorted(names) != sorted(self.domain.zone):
            faults.append(f"zones {names} are not the domain's {self.domain.zone}")
        return faults + [
            f"{rule.name} sends pieces to a warehouse, and {zone.name} has none"
            for rule in self.rules
            if rule.terms is not None and rule.terms.routing.to is ReturnTo.WAREHOUSE
            for zone in self.zones
            if zone.warehouse is None and (rule.when.zone is None or zone.name in rule.when.zone)
        ]

    def warehouse_of(self, case: ReturnCase) -> str | None:
        """Return the warehouse of a case's zone, None where it has none."""
        return next((zone.warehouse for zone in self.zones if zone.name == case.zone), None)

    def zone_of(self, territory: Territory) -> str:
        """Return the name of the zone a territory lies in; construction made sure there is one."""
        return next(zone.name for zone in self.zones if zone.covers(territory))

    def case(
        self,
        territory: Territory,
        *,
        reason: str,
        seller_kind: str | None = None,
        mode: str | None = None,
        category: str | None = None,
        sale_kind: str | None = None,
    ) -> ReturnCase:
        """Say a case in the table's terms; what is not given is as the policy assumes."""
        return ReturnCase(
            reason=reason,
            seller_kind=seller_kind or self.assumed.seller_kind,
            zone=self.zone_of(territory),
            mode=mode or self.assumed.mode,
            category=category or self.assumed.category,
            sale_kind=sale_kind or self.assumed.sale_kind,
        )

    def rule_for(self, case: ReturnCase) -> ReturnRule:
        """Return the row that decides a case.

        Raises:
            UnknownTermError: Naming the column when a term is not in the domain.
        """
        rule = self._rows.get(case.key)
        if rule is None:
            raise _unknown_term(case, self.domain)
        return rule


def _unknown_term(case: ReturnCase, domain: ReturnDomain) -> UnknownTermError:
    columns = zip(DIMENSIONS, case.key, domain.columns, strict=True)
    return next(
        UnknownTermError(name, term, known) for name, term, known in columns if term not in known
    )
