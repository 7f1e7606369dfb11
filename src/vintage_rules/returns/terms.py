"""On what terms a piece comes back: each value of such terms, with its kind and description."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from attrs import evolve, field, frozen

from vintage_rules.dates import Calendar, Duration, Roll, Window
from vintage_rules.errors import InvalidValueError
from vintage_rules.fields import (
    ANCHORS,
    DATED_WINDOW,
    DATES,
    ENDING,
    LIMIT,
    OFFER_EVENTS,
    REQUEST_WINDOW,
    Amount,
    Anchor,
    Count,
    Inline,
    LeftOut,
    Length,
    Name,
    NotEmpty,
    NotForCustomers,
    Rate,
    Reference,
    SourceOf,
    Sources,
)
from vintage_rules.findings import (
    Finding,
    Written,
    as_written,
    duration_of,
    table_in,
)
from vintage_rules.ids import term
from vintage_rules.money import Rounding
from vintage_rules.windows import events_of

REQUESTED = "requested"
RETURN_ACCEPTED = "return-accepted"
RECEIVED = "received"
INFORMED = "informed"
RECOVERED = "recovered"

_NOTHING = Decimal(0)
_UNKNOWN_WHEN_ACCEPTED = (*OFFER_EVENTS, "confirmed", "posted", "returned", "checked")
POSTING_EVENTS = tuple(event for event in ANCHORS if event not in _UNKNOWN_WHEN_ACCEPTED)
"""The events the time for posting may start at: those of an order that a return always knows.

A return may be accepted before its buyer confirms the receipt, and no time would run then.
"""

_POSTING_WINDOW = evolve(
    DATED_WINDOW,
    title="posting window",
    text="The time in which a return is posted.",
    anchor=Anchor(events=POSTING_EVENTS),
    starts="the event it starts at, or { latest_of = [ … ] } of several; never before the pieces "
    "were received",
)
_LEGAL_WINDOW = evolve(
    DATED_WINDOW,
    title="legal window",
    text="The time that a law gives for a refund.",
    anchor=Anchor(events=(INFORMED, RECOVERED), several=False),
    starts="informed, but never before the goods or the proof of their dispatch are there; or "
    "recovered, the day these are there",
)


class ReturnTo(StrEnum):
    """Where a returned piece goes.

    To the warehouse of its zone, or nowhere, if a refund needs no return. Clauses R3, R4.
    """

    SELLER = "seller"
    WORKSHOP = "workshop"
    WAREHOUSE = "warehouse"
    BY_COUNT = "by-count"
    NOWHERE = "nowhere"


class Label(StrEnum):
    """Whose label a parcel goes back under."""

    PREPAID = "prepaid"
    BUYER = "buyer"


class ReturnPayer(StrEnum):
    """Who bears the postage of a return. Clause R7."""

    HOUSE = "house"
    BUYER = "buyer"
    SELLER = "seller"


class RefundPart(StrEnum):
    """What a refund holds.

    The supplement is what a delivery cost above the standard one (L221-24).
    """

    PIECES = "pieces"
    SHIPPING = "shipping"
    SUPPLEMENT = "supplement"
    FEE = "fee"


class RefundTrigger(StrEnum):
    """What must have happened before a refund is made. Clause F1."""

    NONE_NEEDED = "none-needed"
    POSTED = "posted"
    RECEIVED = "received"
    CHECKED = "checked"


class LastDays(dict[tuple[date, Calendar], date]):
    """The last days of one window, each computed once for its first day and calendar.

    Eligibility is computed for millions of pieces and a few days. Looking a day up again costs a
    twentieth of working it out.

    >>> fortnight = Window(
    ...     anchor="received",
    ...     length=Duration.of(14, "days"),
    ...     roll=Roll.NEXT_WORKING_DAY,
    ... )
    >>> LastDays(fortnight)[date(2026, 11, 21), Calendar("FR", [])]
    datetime.date(2026, 12, 7)
    """

    LARGEST = 50_000
    window: Window

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window = window

    def __missing__(self, key: tuple[date, Calendar]) -> date:
        if len(self) >= self.LARGEST:
            self.clear()
        last = self[key] = self.window.last_day(*key)
        return last


@frozen(kw_only=True)
class Evidence:
    """What a request must bring. Clauses R2, R9."""

    photos: Annotated[int, Count(), LIMIT, "how many photos at least; 0 where none is needed"]
    in_writing: Annotated[bool, "whether it must be in writing"]
    parcel_number: Annotated[bool, "whether it must name the parcel"]
    sources: Sources


class PostingProof(StrEnum):
    """What must lie within the second clock: the postmark of a return, or its arrival."""

    POSTMARK = "postmark"
    ARRIVAL = "arrival"


def _proof(text: str) -> PostingProof:
    return term(PostingProof, text, "proof")


@frozen(kw_only=True)
class Posting:
    """Until when an accepted return is posted, the postmark being the proof, or has arrived.

    It is the second clock of a return (L221-23).

    The window is anchored at one or several of `POSTING_EVENTS`; `allowance` is how long a parcel
    posted on the last day may travel before the return lapses.

    Raises:
        InvalidValueError: For another anchor or proof.
    """

    window: Annotated[
        Window,
        _POSTING_WINDOW,
        LIMIT,
        "the time in which it is posted",
        NotForCustomers("a day at most, and a return's decision names its last day", of=("roll",)),
    ]
    allowance: Annotated[
        Duration,
        Length(units=DATES),
        "how long a parcel posted on the last day may travel before the return lapses",
        NotForCustomers(
            "not published yet: how long a parcel that is posted in time may travel (R1)"
        ),
    ]
    proof: Annotated[
        PostingProof,
        LeftOut(means=PostingProof.POSTMARK),
        "what must lie in that time: the postmark, as if left out, or the arrival",
    ] = field(converter=_proof)
    sources: Sources
    last_days: LastDays = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "last_days", LastDays(self.window))
        require_anchor(self.window, POSTING_EVENTS)
        require_days("allowance", self.allowance)


def _to(text: str) -> ReturnTo:
    return term(ReturnTo, text, "to")


def _label(text: str) -> Label:
    return term(Label, text, "label")


def _paid_by(text: str) -> ReturnPayer:
    return term(ReturnPayer, text, "paid_by")


@frozen(kw_only=True)
class Routing:
    """Where pieces go back to, under whose label and at whose cost. Clauses R3, R4, R7.

    `to_seller_up_to` is the largest number of pieces of one request that go to their sellers where
    it is decided by count.

    Raises:
        InvalidValueError: For an unknown place, label or payer.
    """

    to: Annotated[
        ReturnTo,
        "where to; warehouse: that of the zone; by-count: few pieces to their sellers, more to the "
        "workshop; nowhere: no return is needed",
    ] = field(converter=_to)
    to_seller_up_to: Annotated[
        int,
        Count(least=1),
        LIMIT,
        LeftOut(means=0, shown=False),
        "by-count: up to how many pieces of a request go to their sellers",
    ]
    label: Annotated[Label, "whose label the parcel goes back under"] = field(converter=_label)
    paid_by: Annotated[ReturnPayer, "who bears the postage"] = field(converter=_paid_by)
    sources: Sources
    address_sources: Annotated[tuple[str, ...], SourceOf("address")]

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require a number of pieces where they are counted, and only there."""
        to = table.get("to")
        counted = to == ReturnTo.BY_COUNT.value
        if to in list(ReturnTo) and counted != ("to_seller_up_to" in table):
            allowed = f"given with {ReturnTo.BY_COUNT}, and only then"
            yield Finding(("to_seller_up_to",), allowed, table.get("to_seller_up_to"))


@frozen(kw_only=True)
class Deduction:
    """What the house keeps of each returned piece, never more than its price.

    `per_return` is kept once of each return on these terms, whichever pieces it holds, and never
    more than the return gives back. A request that makes several parcels is several returns.
    """

    fixed: Annotated[Decimal, Amount(), LeftOut(means=_NOTHING), "a fixed part, in money"]
    rate: Annotated[
        Decimal, Rate(), LeftOut(means=_NOTHING), "a share of the price: 0.10 is ten per cent"
    ]
    per_return: Annotated[
        Decimal,
        Amount(),
        LeftOut(means=_NOTHING),
        "what is kept once of each parcel that goes back, such as the price of its label",
    ]
    rounding: Annotated[
        Rounding,
        "the direction in which the last cent is rounded",
        NotForCustomers("a cent at most, and every refund shows the amount itself"),
    ]


_NO_DEDUCTION = Deduction(
    fixed=_NOTHING, rate=_NOTHING, per_return=_NOTHING, rounding=Rounding.HALF_UP
)


def _trigger(text: str) -> RefundTrigger:
    return term(RefundTrigger, text, "trigger")


@frozen(kw_only=True)
class RefundTerms:
    """What is refunded, on what it waits, and until when the law wants it.

    `law` is anchored at `informed` (France: but never before the goods or the proof of their
    dispatch are there) or at `recovered` (United Kingdom); None where no law sets a term.

    Raises:
        InvalidValueError: For another anchor or an unknown trigger.
    """

    name: Annotated[
        str,
        Name(),
        "what these terms are called, such as withdrawal",
        NotForCustomers("what other tables of the document call the terms"),
    ]
    parts: Annotated[
        frozenset[RefundPart],
        NotEmpty(),
        "what is given back; the supplement is what delivery cost above standard",
    ]
    parts_sources: Annotated[tuple[str, ...], SourceOf("parts")]
    deduction: Annotated[
        Deduction,
        Inline(),
        LeftOut(means=_NO_DEDUCTION, shown=False),
        "what is kept of each piece or return; nothing, if left out",
    ]
    deduction_sources: Annotated[tuple[str, ...], SourceOf("deduction")]
    trigger: Annotated[RefundTrigger, "what must have happened before the refund is made"] = field(
        converter=_trigger
    )
    trigger_sources: Annotated[tuple[str, ...], SourceOf("trigger")]
    law: Annotated[
        Window | None,
        _LEGAL_WINDOW,
        "the time that a law gives; left out where none does",
        NotForCustomers("a day at most, and a refund's decision names its last day", of=("roll",)),
    ]
    sources: Sources
    law_sources: Annotated[tuple[str, ...], SourceOf("law")]

    def __attrs_post_init__(self) -> None:
        if self.law is not None:
            require_anchor(self.law, (INFORMED, RECOVERED))
            require_days("law", self.law.length)


@frozen(kw_only=True)
class ReturnTerms:
    """All that holds for a return that is taken.

    The window is anchored at the event whose day the request gives as `received`; a seller may give
    a longer time, up to `seller_up_to`.

    Raises:
        InvalidValueError: If it rolls although it counts hours.
    """

    window: Annotated[
        Window,
        REQUEST_WINDOW,
        LIMIT,
        "the time in which it is requested",
    ]
    seller_up_to: Annotated[
        Duration | None,
        Length(units=ENDING),
        "up to how long a time a seller may give instead; none, if left out",
    ]
    refund: Annotated[RefundTerms, Reference("refund terms"), "the name of the terms of its refund"]
    posting: Annotated[Posting | None, "until when it is posted; left out where no time is set"]
    evidence: Annotated[Evidence, "what a request must bring"]
    routing: Annotated[Routing, "where pieces go back to, and at whose cost"]
    sources: Annotated[tuple[str, ...], SourceOf("window")]
    last_days: LastDays = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "last_days", LastDays(self.window))
        require_exact_end(self.window)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require that a seller gives no less than the house, counted alike."""
        given = table.get("seller_up_to")
        least = table_in(table.get("window")).get("length")
        if given is not None and least is not None and not _is_alike(least, given):
            yield Finding(("seller_up_to",), f"at least {as_written(least)}, in its unit", given)

    @property
    def posting_clock(self) -> Posting | None:
        """Until when it is posted; None where no time is set, or where nothing comes back."""
        return None if self.routing.to is ReturnTo.NOWHERE else self.posting

    def last_days_of(self, seller_gives: Duration | None) -> LastDays:
        """Return the last days of the window, or of the longer one that its seller gives.

        Raises:
            InvalidValueError: For one that is shorter than the house's, longer than it allows, or
                counted in another unit.
        """
        if seller_gives is None:
            return self.last_days
        longest = self.seller_up_to or self.window.length
        units = {seller_gives.unit, longest.unit, self.window.length.unit}
        within = self.window.length.amount <= seller_gives.amount <= longest.amount
        if len(units) > 1 or not within:
            allowed = f"from {self.window.length} to {longest}"
            raise InvalidValueError("seller_gives", str(seller_gives), allowed)
        return LastDays(evolve(self.window, length=seller_gives))


def _is_alike(one: object, other: object) -> bool:
    """Return whether of two durations as written the first is no longer, in the same unit."""
    found, known = duration_of(one), duration_of(other)
    if found is None or known is None or found.unit is not known.unit:
        return False
    return found.amount <= known.amount


def require_anchor(window: Window, allowed: tuple[str, ...]) -> None:
    """Refuse a window that starts at an event without a date."""
    if not set(events_of(window.anchor)) <= set(allowed):
        raise InvalidValueError("anchor", str(window.anchor), "one of " + ", ".join(allowed))


def require_days(name: str, length: Duration) -> None:
    """Refuse a duration of hours, or without an end, where whole days are counted."""
    if length.is_elapsed or not length.ends:
        raise InvalidValueError(name, str(length), "a duration of days, months or years")


def require_end(window: Window) -> None:
    """Refuse a window that never ends, or that rolls to a day although it counts hours."""
    if not window.length.ends:
        raise InvalidValueError("window", str(window.length), "a duration that ends")
    require_exact_end(window)


def require_exact_end(window: Window) -> None:
    """Refuse a window that rolls to a day although it counts hours."""
    if window.length.is_elapsed and window.roll is not Roll.NONE:
        raise InvalidValueError("roll", window.roll, "none for a window of hours or minutes")
