"""To which means of payment a refund goes, and when a seller is paid: each value with its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo

from attrs import evolve, field, frozen

from vintage_rules.dates import Calendar, Duration, Window, zone
from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.fields import (
    DATED_WINDOW,
    DATES,
    ENDING_WINDOW,
    LIMIT,
    NONE_NAMED,
    Anchor,
    FromHouseOf,
    LeftOut,
    Length,
    Name,
    NotEmpty,
    NotForCustomers,
    Reference,
    SourceOf,
    Sources,
    TerritoryCode,
)
from vintage_rules.findings import (
    Described,
    Finding,
    Written,
    as_written,
    covers_nothing,
    duration_of,
    items_in,
    table_in,
)
from vintage_rules.ids import Edition, term
from vintage_rules.places import Area, Territory
from vintage_rules.returns.terms import (
    RECEIVED,
    require_days,
    require_end,
)

_RECEIPT_WINDOW = evolve(
    DATED_WINDOW,
    title="receipt window",
    text="A time that starts when a return was received.",
    anchor=Anchor(events=(RECEIVED,), several=False),
    starts="the event it starts at",
)


class Split(StrEnum):
    """How a refund is spread over tenders of one rank.

    In turn as they paid, or in proportion to what is left.
    """

    IN_TURN = "in-turn"
    IN_PROPORTION = "in-proportion"


@frozen(kw_only=True)
class StatementDelay:
    """How long after it was passed on a refund shows on the buyer's statement. Clause F3."""

    earliest: Annotated[Duration, Length(units=DATES), "how long at least, such as 0 days"]
    latest: Annotated[Duration, Length(units=DATES), "how long at most, such as 10 ouvres"]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require delays in order, from whatever day of the week or month they are counted."""
        earliest, latest = (duration_of(table.get(key)) for key in ("earliest", "latest"))
        if earliest is not None and latest is not None and _are_reversed(earliest, latest):
            allowed = f"at least earliest, {as_written(table.get('earliest'))}, from every day on"
            yield Finding(("latest",), allowed, table.get("latest"), "statement-reversed")


_YEAR = tuple(date(2026, 1, 1) + timedelta(days=n) for n in range(365))


@cache
def _week() -> Calendar:
    """Only the days of the week count; most documents compare no two kinds of days."""
    return Calendar.without_holidays("none")


def _are_reversed(earliest: Duration, latest: Duration) -> bool:
    if not {earliest.unit, latest.unit} <= set(DATES):
        return False
    if earliest.unit is latest.unit:
        return latest.amount < earliest.amount
    week = _week()
    return any(latest.after_day(day, week) < earliest.after_day(day, week) for day in _YEAR)


def _within(text: str) -> Split:
    return term(Split, text, "within")


@frozen(kw_only=True)
class RefundPolicy:
    """To which means of payment a refund goes and when. Clauses F1 to F4.

    `tenders` are ranks: a rank gets nothing before the one above it has got back all it paid. `due`
    runs from the trigger of the refund, `overdue` from the day the return was received.

    Raises:
        InvalidValueError: If a tender has two ranks, or for an unknown way to share.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    tenders: Annotated[
        tuple[frozenset[str], ...],
        Name(),
        NotEmpty(),
        "ranks of means of payment; one gets nothing before all above it are paid back",
    ]
    tenders_sources: Annotated[tuple[str, ...], SourceOf("tenders")]
    within: Annotated[Split, "how a refund is spread over those of one rank"] = field(
        converter=_within
    )
    within_sources: Annotated[tuple[str, ...], SourceOf("within")]
    due: Annotated[Duration, Length(units=DATES), "how long after its trigger a refund is due"]
    overdue: Annotated[
        Window,
        _RECEIPT_WINDOW,
        LIMIT,
        "how long after a return was received its refund should have been there",
        NotForCustomers("a day at most, and it starts with the receipt", of=("anchor", "roll")),
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
        """Require one rank and one statement for each means of payment, and for no other."""
        tenders, statement = ranked(table.get("tenders")), table_in(table.get("statement"))
        yield from _twice_ranked(table.get("tenders"))
        for tender in statement:
            if tenders and tender not in tenders:
                allowed = f"for one of {as_written(tenders)}"
                yield Finding(("statement", tender), allowed, Described(f"one for {tender}"))
        missing = [tender for tender in tenders if tender not in statement]
        if missing and "statement" in table:
            allowed = "given for each of tenders"
            yield Finding(("statement",), allowed, Described(f"none for {as_written(missing)}"))

    def rank_of(self, tender: str) -> int:
        """Return the rank of a tender, 0 first.

        Raises:
            UnknownTermError: For one the policy does not name.
        """
        for rank, tenders in enumerate(self.tenders):
            if tender in tenders:
                return rank
        raise UnknownTermError("tender", tender, tuple(sorted(set[str]().union(*self.tenders))))


def ranked(found: object) -> list[object]:
    """Return every means of payment of a list of ranks, as it is written.

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
    """When a seller is paid for what was delivered to a part of the world, or sold in some way."""

    areas: Annotated[
        frozenset[Area],
        NONE_NAMED,
        "whole areas of the world",
        NotForCustomers("not published yet: when a seller is paid (R6)"),
    ]
    codes: Annotated[
        frozenset[str],
        TerritoryCode(),
        NONE_NAMED,
        "countries and territories by their codes, such as [ CH, GB-NIR ]",
        NotForCustomers("not published yet: when a seller is paid (R6)"),
    ]
    sale_kinds: Annotated[
        frozenset[str] | None,
        Reference("sale kinds"),
        NotEmpty(),
        "only for what is sold so, as the table of returns calls it",
        NotForCustomers("not published yet: when a seller is paid (R6)"),
    ]
    window: Annotated[
        Window,
        ENDING_WINDOW,
        LIMIT,
        "the time that must be over then, with no return or claim open on the piece",
        NotForCustomers("not published yet: when a seller is paid (R6)"),
    ]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require a place or a kind of sale that is covered."""
        if "sale_kinds" not in table and any(covers_nothing(table)):
            yield Finding((), "for at least one area, code or kind of sale", Described("none"))

    def __attrs_post_init__(self) -> None:
        require_end(self.window)

    def covers(self, territory: Territory | None, sale_kind: str | None) -> bool:
        """Return whether it holds for what was sold so, and delivered there."""
        if self.sale_kinds is not None and sale_kind not in self.sale_kinds:
            return False
        if not self.areas and not self.codes:
            return True
        return territory is not None and territory.lies_in(self.areas, self.codes)


class DisputeBearer(StrEnum):
    """Who bears a charge that the buyer's bank took back.

    The house, or the sellers as far as they are still to be paid.
    """

    HOUSE = "house"
    SELLER = "seller"


@frozen(kw_only=True)
class PayoutPolicy:
    """When a seller is paid for a piece: once this window has closed on it with nothing open.

    Clause R6. Of `elsewhere` the first that covers the place it was delivered to, and the way it
    was sold, decides instead.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    window: Annotated[
        Window,
        ENDING_WINDOW,
        LIMIT,
        "the time that must be over, with no return or claim open on the piece",
        NotForCustomers("not published yet: when a seller is paid (R6)", of=("anchor", "roll")),
    ]
    elsewhere: Annotated[
        tuple[PayoutTerms, ...],
        LeftOut(means=()),
        "parts of the world and kinds of sale with a time of their own; the first that covers a "
        "piece decides",
    ]
    lost_disputes: Annotated[
        DisputeBearer,
        LeftOut(means=DisputeBearer.HOUSE),
        "who bears a payment that the buyer's bank took back: the house, as if left out, or the "
        "sellers as far as they are not paid yet",
        NotForCustomers("it is between the house and its sellers"),
    ]
    sources: Sources
    where: ZoneInfo = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        require_end(self.window)
        object.__setattr__(self, "where", zone(self.zone))

    def at(
        self, territory: Territory | None, sale_kind: str | None
    ) -> tuple[Window, tuple[str, ...]]:
        """Return the window that holds for what was sold so and delivered there; its sources.

        What is not known of a piece is covered by nothing that names it.
        """
        for terms in self.elsewhere:
            if terms.covers(territory, sale_kind):
                return terms.window, terms.sources
        return self.window, self.sources
