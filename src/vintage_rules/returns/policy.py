"""What a house takes back, refunds and pays out: the shapes that a policy document fills.

`zone` is a time zone, as in every policy; `zones` are the parts of the world. Which return is
taken is one table, tried in order; a table that leaves a case undecided or holds a row that never
decides cannot be built.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from attrs import field, frozen

from vintage_rules.dates import Calendar, Duration, Window, end_of_day, local_day, zone
from vintage_rules.errors import InvalidValueError, UnknownTermError, UnsoundTableError
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
    Evidence,
    LastDays,
    RefundTerms,
    ReturnTerms,
    ReturnTo,
    require_days,
    require_end,
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
    """A row of the table: which cases it covers and on what terms; without terms such a return is
    not taken.

    With `review` a person looks before it is accepted.
    """

    terms: ReturnTerms | None
    review: bool
    sources: tuple[str, ...]


@frozen(kw_only=True)
class ReturnZone:
    """A part of the world that the table knows by one name: whole areas, or territories and
    countries by code; and its warehouse, where pieces go back to one.
    """

    name: str
    areas: frozenset[Area]
    codes: frozenset[str]
    warehouse: str | None

    def covers(self, territory: Territory) -> bool:
        """Tell whether a territory belongs to this zone."""
        return territory.lies_in(self.areas, self.codes)


@frozen(kw_only=True)
class Assumed:
    """What is taken for granted about a sale where the facts do not say."""

    seller_kind: str
    mode: str
    category: str
    sale_kind: str
    sources: tuple[str, ...]


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

    edition: Edition
    zone: str
    zones: tuple[ReturnZone, ...]
    domain: ReturnDomain
    hit: HitPolicy = field(converter=_hit)
    rules: tuple[ReturnRule, ...]
    assumed: Assumed
    exchanges: bool
    exchange_sources: tuple[str, ...]
    several_parcels: SeveralParcels = field(converter=_several_parcels)
    several_parcels_sources: tuple[str, ...]
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

    earliest: Duration
    latest: Duration
    sources: tuple[str, ...]


def _within(text: str) -> Split:
    return term(Split, text, "within")


@frozen(kw_only=True)
class RefundPolicy:
    """To which means of payment a refund goes and when. Clauses F1 to F4.

    `tenders` are ranks: a rank gets nothing before the one above it has got back all it paid.
    `due` runs from the trigger of the refund, `overdue` from the day the return was received.
    Raises `InvalidValueError` when a tender has two ranks, or for an unknown way to share.
    """

    edition: Edition
    zone: str
    tenders: tuple[frozenset[str], ...]
    within: Split = field(converter=_within)
    due: Duration
    overdue: Window
    statement: Mapping[str, StatementDelay]
    sources: tuple[str, ...]
    due_sources: tuple[str, ...]
    overdue_sources: tuple[str, ...]
    where: ZoneInfo = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        named = [tender for rank in self.tenders for tender in rank]
        if len(set(named)) < len(named):
            raise InvalidValueError("tenders", sorted(named), "ranks that share no tender")
        require_days("due", self.due)
        require_days("overdue", self.overdue.length)
        object.__setattr__(self, "where", zone(self.zone))

    def rank_of(self, tender: str) -> int:
        """Give the rank of a tender, 0 first. Raises `UnknownTermError` for one the policy does
        not name.
        """
        for rank, tenders in enumerate(self.tenders):
            if tender in tenders:
                return rank
        raise UnknownTermError("tender", tender, tuple(sorted(set[str]().union(*self.tenders))))


@frozen(kw_only=True)
class PayoutTerms:
    """The window that holds for what is delivered to a part of the world."""

    areas: frozenset[Area]
    codes: frozenset[str]
    window: Window
    sources: tuple[str, ...]

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

    edition: Edition
    zone: str
    window: Window
    sources: tuple[str, ...]
    elsewhere: tuple[PayoutTerms, ...]
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

    length: Duration
    in_vain: LookedInVain = field(converter=_in_vain)
    sources: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        require_days("investigation", self.length)

    def ends_at(self, opened_at: datetime, where: ZoneInfo, calendar: Calendar) -> datetime:
        """Give the moment, exclusive, at which one that is opened then is over."""
        last_day = self.length.after_day(local_day(opened_at, where), calendar)
        return end_of_day(last_day, where)


@frozen(kw_only=True)
class ClaimTerms:
    """What holds for one kind of claim: until when, with what evidence, whether it is looked into,
    what is refunded.

    With `return_needed` the piece comes back before the refund, at no cost to the buyer. Clauses
    R9, R10.
    """

    window: Window
    evidence: Evidence
    order_number: bool
    investigation: Investigation | None
    return_needed: bool
    refund: RefundTerms
    sources: tuple[str, ...]
    last_days: LastDays = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "last_days", LastDays(self.window))
        require_end(self.window)


@frozen(kw_only=True)
class ClaimPolicy:
    """The claims a house takes, by kind. Clauses R9, R10."""

    edition: Edition
    zone: str
    kinds: Mapping[str, ClaimTerms]
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

    outcome: CustomsOutcome = field(converter=_outcome)
    refund: RefundTerms
    sources: tuple[str, ...]


@frozen(kw_only=True)
class ReturnsPolicy:
    """All a house's rules about what comes back.

    `sent_back` are the terms of a parcel that went back to its sender undelivered and whose buyer
    agreed to a refund (clause L14), `lost` those of one that nobody found (clause R10), and
    `unpaid_customs` says what becomes of one whose buyer did not pay customs.
    """

    edition: Edition
    returns: ReturnPolicy
    refunds: RefundPolicy
    payouts: PayoutPolicy
    claims: ClaimPolicy
    sent_back: RefundTerms
    lost: RefundTerms
    unpaid_customs: UnpaidCustoms


def _unknown_term(case: ReturnCase, domain: ReturnDomain) -> UnknownTermError:
    columns = zip(DIMENSIONS, case.key, domain.columns, strict=True)
    return next(
        UnknownTermError(name, term, known) for name, term, known in columns if term not in known
    )
