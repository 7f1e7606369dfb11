"""What a house takes back, refunds and pays out: each value of its policy, with its kind.

`zone` is a time zone, as in every policy; `zones` are the parts of the world. Which return is
taken is one table, tried in order; a table that leaves a case undecided or holds a row that never
decides cannot be built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from attrs import evolve, field, frozen

from vintage_rules.dates import Calendar, Duration, Window, end_of_day, local_day, zone
from vintage_rules.errors import InvalidValueError, UnknownTermError, UnsoundTableError
from vintage_rules.fields import (
    DATED_WINDOW,
    DATES,
    ENDING_WINDOW,
    Anchor,
    Called,
    Distinct,
    FromHouseOf,
    Holding,
    LeftOut,
    Length,
    Listed,
    Name,
    NotEmpty,
    Reference,
    SourceOf,
    Sources,
    TerritoryCode,
    Words,
)
from vintage_rules.findings import (
    Finding,
    Told,
    Written,
    as_written,
    covers_nothing,
    duration_of,
    items_in,
    table_in,
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
    RECEIVED,
    Evidence,
    LastDays,
    RefundTerms,
    ReturnTerms,
    ReturnTo,
    require_days,
    require_end,
)
from vintage_rules.returns.written_table import table_findings

_RECEIPT_WINDOW = evolve(
    DATED_WINDOW,
    title="receipt window",
    text="A time that starts when a return was received.",
    anchor=Anchor(events=(RECEIVED,), several=False),
    starts="the event it starts at",
)


class Split(StrEnum):
    """How a refund is spread over tenders of one rank: one after the other as they paid, or in
    proportion to what is left.
    """

    IN_TURN = "in-turn"
    IN_PROPORTION = "in-proportion"


class SeveralParcels(StrEnum):
    """From which receipt the window runs when an order came in several parcels.

    Article 9 of Directive 2011/83 and L221-18 count from the last one; whether sellers are pooled
    is unsettled.
    """

    EACH = "each"
    LAST_OF_SENDER = "last-of-sender"
    LAST_OF_ORDER = "last-of-order"


class LookedInVain(StrEnum):
    """What it means when an investigation has no result in time: the parcel is lost, or a person
    looks.
    """

    LOST = "lost"
    REVIEW = "review"


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
        """Ask for terms where a return is taken, and only there."""
        outcome = table.get("outcome")
        if outcome == "refused" and "terms" in table:
            yield Finding(("terms",), "left out where a return is refused", table["terms"])
        if outcome in ("taken", "reviewed") and "terms" not in table:
            yield Finding(("terms",), f"given where a return is {outcome}", None)


@frozen(kw_only=True)
class ReturnZone:
    """A part of the world the table knows by one name; the first that covers a place decides."""

    areas: Annotated[frozenset[Area], LeftOut(means=frozenset()), "whole areas of the world"]
    codes: Annotated[
        frozenset[str],
        TerritoryCode(),
        LeftOut(means=frozenset()),
        "countries and territories by their codes, such as [ CH, GB-NIR ]",
    ]
    name: Annotated[str, Name(), "what the zone is called, such as elsewhere"]
    warehouse: Annotated[
        str | None, Name(), "the nearest warehouse; left out where nothing goes to one"
    ]

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Ask for a place that is covered."""
        yield from covers_nothing(table)

    def covers(self, territory: Territory) -> bool:
        """Tell whether a territory belongs to this zone."""
        return territory.lies_in(self.areas, self.codes)


@frozen(kw_only=True)
class Assumed:
    """What is taken for granted about a sale where the facts do not say."""

    seller_kind: Annotated[str, Name(), "who sells: one of seller_kinds"]
    mode: Annotated[str, Name(), "how it was sent: one of modes"]
    category: Annotated[str, Name(), "what it is: one of categories"]
    sale_kind: Annotated[str, Name(), "how it was sold: one of sale_kinds"]
    sources: Sources


def _hit(text: str) -> HitPolicy:
    return term(HitPolicy, text, "hit")


def _several_parcels(text: str) -> SeveralParcels:
    return term(SeveralParcels, text, "several_parcels")


@frozen(kw_only=True)
class ReturnPolicy:
    """Which returns a house takes, and on what terms. Clauses R1 to R8.

    Rows and zones are tried in order, the first match decides. Raises `UnsoundTableError` with all
    its faults when a case has no row, a row never decides, a zone is missing, or rows overlap
    where they must not.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    exchanges: Annotated[bool, "whether a piece can be exchanged for another"]
    exchange_sources: Annotated[tuple[str, ...], SourceOf("exchanges")]
    several_parcels: Annotated[
        SeveralParcels,
        "from which receipt the time runs when an order comes in several parcels",
    ] = field(converter=_several_parcels)
    several_parcels_sources: Annotated[tuple[str, ...], SourceOf("several_parcels")]
    hit: Annotated[
        HitPolicy, "first: the first row that covers a case decides it; unique: only one may"
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
        """Ask for zones that cover the world, known assumptions, and rows that decide all cases."""
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
        """Give the warehouse of a case's zone, None where it has none."""
        return next((zone.warehouse for zone in self.zones if zone.name == case.zone), None)

    def zone_of(self, territory: Territory) -> str:
        """Give the name of the zone a territory lies in; construction made sure there is one."""
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
        """Give the row that decides a case. Raises `UnknownTermError` naming the column when a
        term is not in the domain.
        """
        rule = self._rows.get(case.key)
        if rule is None:
            raise _unknown_term(case, self.domain)
        return rule


@frozen(kw_only=True)
class StatementDelay:
    """How long after it was passed on a refund shows on the buyer's statement. Clause F3."""

    earliest: Annotated[Duration, Length(units=DATES), "how long at least, such as 0 days"]
    latest: Annotated[Duration, Length(units=DATES), "how long at most, such as 10 ouvres"]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Ask for delays in order, where they count the same days."""
        earliest, latest = (duration_of(table.get(key)) for key in ("earliest", "latest"))
        if earliest is None or latest is None or earliest.unit is not latest.unit:
            return
        if latest.amount < earliest.amount:
            least = as_written(table.get("earliest"))
            yield Finding(("latest",), f"at least earliest, {least}", table.get("latest"))


def _within(text: str) -> Split:
    return term(Split, text, "within")


@frozen(kw_only=True)
class RefundPolicy:
    """To which means of payment a refund goes and when. Clauses F1 to F4.

    `tenders` are ranks: a rank gets nothing before the one above it has got back all it paid.
    `due` runs from the trigger of the refund, `overdue` from the day the return was received.
    Raises `InvalidValueError` when a tender has two ranks, or for an unknown way to share.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    tenders: Annotated[
        tuple[frozenset[str], ...],
        Name(),
        NotEmpty(),
        "ranks of means of payment; one gets nothing before all above it are paid back",
    ]
    within: Annotated[Split, "how a refund is spread over those of one rank"] = field(
        converter=_within
    )
    due: Annotated[Duration, Length(units=DATES), "how long after its trigger a refund is due"]
    overdue: Annotated[
        Window,
        _RECEIPT_WINDOW,
        "how long after a return was received its refund should have been there",
    ]
    statement: Annotated[
        Mapping[str, StatementDelay],
        Name(),
        "for each means of payment when a refund shows on the buyer's statement",
    ]
    sources: Sources
    due_sources: Annotated[tuple[str, ...], SourceOf("due")]
    overdue_sources: Annotated[tuple[str, ...], SourceOf("overdue")]
    where: ZoneInfo = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        named = [tender for rank in self.tenders for tender in rank]
        if len(set(named)) < len(named):
            raise InvalidValueError("tenders", sorted(named), "ranks that share no tender")
        require_days("due", self.due)
        require_days("overdue", self.overdue.length)
        object.__setattr__(self, "where", zone(self.zone))

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Ask that each means of payment has one rank and one statement, and no other has any."""
        tenders, statement = ranked(table.get("tenders")), table_in(table.get("statement"))
        yield from _twice_ranked(table.get("tenders"))
        for tender in statement:
            if tenders and tender not in tenders:
                allowed = f"for one of {as_written(tenders)}"
                yield Finding(("statement", tender), allowed, Told(f"one for {tender}"))
        missing = [tender for tender in tenders if tender not in statement]
        if missing and "statement" in table:
            allowed = "given for each of tenders"
            yield Finding(("statement",), allowed, Told(f"none for {as_written(missing)}"))

    def rank_of(self, tender: str) -> int:
        """Give the rank of a tender, 0 first. Raises `UnknownTermError` for one the policy does
        not name.
        """
        for rank, tenders in enumerate(self.tenders):
            if tender in tenders:
                return rank
        raise UnknownTermError("tender", tender, tuple(sorted(set[str]().union(*self.tenders))))


def ranked(found: object) -> list[object]:
    """Give every means of payment of a list of ranks, as it is written.

    >>> ranked([["card", "paypal"], ["gift-card"]])
    ['card', 'paypal', 'gift-card']
    """
    return [tender for rank in items_in(found) for tender in items_in(rank)]


def _twice_ranked(found: object) -> Iterator[Finding]:
    seen: list[object] = []
    for i, rank in enumerate(items_in(found)):
        for j, tender in enumerate(items_in(rank)):
            if tender in seen:
                yield Finding(("tenders", i, j), "named only once", tender)
            seen.append(tender)


@frozen(kw_only=True)
class PayoutTerms:
    """When a seller is paid for what was delivered to a part of the world."""

    areas: Annotated[frozenset[Area], LeftOut(means=frozenset()), "whole areas of the world"]
    codes: Annotated[
        frozenset[str],
        TerritoryCode(),
        LeftOut(means=frozenset()),
        "countries and territories by their codes, such as [ CH, GB-NIR ]",
    ]
    window: Annotated[
        Window,
        DATED_WINDOW,
        "the time that must be over there, with no return or claim open on the piece",
    ]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Ask for a place that is covered."""
        yield from covers_nothing(table)

    def __attrs_post_init__(self) -> None:
        require_days("window", self.window.length)

    def covers(self, territory: Territory) -> bool:
        """Tell whether a territory belongs to it."""
        return territory.lies_in(self.areas, self.codes)


@frozen(kw_only=True)
class PayoutPolicy:
    """When a seller is paid for a piece: once this window has closed on it with nothing open.
    Clause R6. Of `elsewhere` the first that covers the place it was delivered to decides instead.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    window: Annotated[
        Window,
        DATED_WINDOW,
        "the time that must be over, with no return or claim open on the piece",
    ]
    elsewhere: Annotated[
        tuple[PayoutTerms, ...],
        LeftOut(means=()),
        "parts of the world with a time of their own; the first that covers a place decides",
    ]
    sources: Sources
    where: ZoneInfo = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        require_days("window", self.window.length)
        object.__setattr__(self, "where", zone(self.zone))

    def at(self, territory: Territory | None) -> tuple[Window, tuple[str, ...]]:
        """Give the window that holds for what was delivered there, and its sources."""
        for terms in self.elsewhere:
            if territory is not None and terms.covers(territory):
                return terms.window, terms.sources
        return self.window, self.sources


def _in_vain(text: str) -> LookedInVain:
    return term(LookedInVain, text, "in_vain")


@frozen(kw_only=True)
class Investigation:
    """How long the house looks for a parcel, and what it means when it has not found it by then.
    Clause R10.
    """

    length: Annotated[Duration, Length(units=DATES), "how long the house looks for it"]
    in_vain: Annotated[LookedInVain, "what it means when it was not found by then"] = field(
        converter=_in_vain
    )
    sources: Sources

    def __attrs_post_init__(self) -> None:
        require_days("investigation", self.length)

    def ends_at(self, opened_at: datetime, where: ZoneInfo, calendar: Calendar) -> datetime:
        """Give the moment, exclusive, at which one that is opened then is over."""
        last_day = self.length.after_day(local_day(opened_at, where), calendar)
        return end_of_day(last_day, where)


@frozen(kw_only=True)
class ClaimTerms:
    """What holds for one kind of claim.

    With `return_needed` the piece comes back before the refund, at no cost to the buyer. Clauses
    R9, R10.
    """

    name: Annotated[str, Name(), "what is claimed, such as defect"]
    window: Annotated[Window, ENDING_WINDOW, "the time in which it is made"]
    order_number: Annotated[bool, "whether it must name the order"]
    return_needed: Annotated[bool, "whether the piece comes back before the refund"]
    refund: Annotated[RefundTerms, Reference("refund terms"), "the name of the terms of its refund"]
    evidence: Annotated[Evidence, "what it must bring"]
    investigation: Annotated[
        Investigation | None,
        "how it is looked into; left out where nothing is looked for",
    ]
    sources: Sources
    last_days: LastDays = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "last_days", LastDays(self.window))
        require_end(self.window)


@frozen(kw_only=True)
class ClaimPolicy:
    """The claims a house takes, by kind. Clauses R9, R10."""

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    kinds: Annotated[
        Mapping[str, ClaimTerms],
        Distinct(),
        LeftOut(means={}),
        "what may be claimed, and on what terms",
    ]
    where: ZoneInfo = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "where", zone(self.zone))

    def terms(self, kind: str) -> ClaimTerms:
        """Give the terms of a kind of claim. Raises `UnknownTermError` naming those there are."""
        known = self.kinds.get(kind)
        if known is None:
            raise UnknownTermError("kind", kind, tuple(sorted(self.kinds)))
        return known


class CustomsOutcome(StrEnum):
    """What becomes of a parcel whose buyer did not pay customs."""

    REFUND = "refund"
    RELIST = "relist"
    NOTHING = "nothing"


def _outcome(text: str) -> CustomsOutcome:
    return term(CustomsOutcome, text, "outcome")


@frozen(kw_only=True)
class UnpaidCustoms:
    """What a buyer who did not pay customs gets back: a refund on these terms, their pieces put up
    for sale for them, or nothing.
    """

    outcome: Annotated[
        CustomsOutcome,
        "whether the buyer is refunded, the pieces are listed for them, or nothing is given back",
    ] = field(converter=_outcome)
    refund: Annotated[
        RefundTerms | None,
        Reference("refund terms"),
        "the name of the terms of the refund, where there is one",
    ]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Ask for the terms of a refund where there is one, and only there."""
        outcome = table.get("outcome")
        refunds = outcome == CustomsOutcome.REFUND.value
        if outcome in list(CustomsOutcome) and refunds != ("refund" in table):
            allowed = f"given with {CustomsOutcome.REFUND}, and only then"
            yield Finding(("refund",), allowed, table.get("refund"))


@frozen(kw_only=True)
class UndeliveredPolicy:
    """Parcels that never reach their buyer. Clauses L14, R10.

    Without `unpaid_customs` a parcel whose buyer did not pay customs is as any that was sent back.
    """

    sent_back: Annotated[
        RefundTerms,
        Reference("refund terms"),
        "the terms of a parcel that went back to its sender, once its buyer agrees",
    ]
    lost: Annotated[
        RefundTerms, Reference("refund terms"), "the terms of a parcel that was not found"
    ]
    unpaid_customs: Annotated[
        UnpaidCustoms | None,
        "parcels that come back because their buyer did not pay customs; as any that was sent "
        "back, if left out",
    ]
    sources: Sources

    @property
    def of_unpaid_customs(self) -> UnpaidCustoms:
        """What becomes of a parcel whose buyer did not pay customs, said or left out."""
        if self.unpaid_customs is not None:
            return self.unpaid_customs
        back = self.sent_back
        return UnpaidCustoms(outcome=CustomsOutcome.REFUND, refund=back, sources=back.sources)


@frozen(kw_only=True)
class ReturnsPolicy:
    """All that has to do with what comes back."""

    edition: FromHouseOf[Edition]
    refund_terms: Annotated[
        tuple[RefundTerms, ...],
        Listed("refund terms"),
        Distinct(),
        NotEmpty(),
        "the terms of refunds, by the names that the other tables use",
    ]
    returns: Annotated[ReturnPolicy, "which returns are taken, and on what terms"]
    refunds: Annotated[RefundPolicy, "to which means of payment a refund goes, when"]
    payouts: Annotated[PayoutPolicy, "when a seller is paid for a piece"]
    claims: Annotated[ClaimPolicy, Holding("kinds"), "what may be claimed, and on what terms"]
    undelivered: Annotated[UndeliveredPolicy, "parcels that never reach their buyer"]


def _unknown_term(case: ReturnCase, domain: ReturnDomain) -> UnknownTermError:
    columns = zip(DIMENSIONS, case.key, domain.columns, strict=True)
    return next(
        UnknownTermError(name, term, known) for name, term, known in columns if term not in known
    )
