"""On what terms a piece comes back: the shapes that a row of the policy's table fills."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, field, frozen

from vintage_rules.dates import Calendar, Duration, Roll, Window
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import term
from vintage_rules.money import Rounding

REQUESTED = "requested"
ACCEPTED = "accepted"
RECEIVED = "received"
INFORMED = "informed"
RECOVERED = "recovered"


class ReturnTo(StrEnum):
    """Where a returned piece goes: to the warehouse of its zone, or nowhere, where a refund needs
    no return. Clauses R3, R4.
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
    """What a refund holds. The supplement is what a delivery cost above the standard one
    (L221-24).
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
    """The last days of one window, each worked out once for its first day and calendar.

    Eligibility is asked for millions of pieces and a few days. Looking a day up again costs a
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

    photos: int
    in_writing: bool
    parcel_number: bool
    sources: tuple[str, ...]


class PostingProof(StrEnum):
    """What must lie within the second clock: the postmark of a return, or its arrival."""

    POSTMARK = "postmark"
    ARRIVAL = "arrival"


def _proof(text: str) -> PostingProof:
    return term(PostingProof, text, "proof")


@frozen(kw_only=True)
class Posting:
    """The second clock: until when an accepted return is posted, the postmark being the proof
    (L221-23), or has arrived.

    The window is anchored at `requested`, `accepted` or `received`; `allowance` is how long a
    parcel posted on the last day may travel before the return lapses. Raises `InvalidValueError`
    for another anchor or proof.
    """

    window: Window
    allowance: Duration
    proof: PostingProof = field(converter=_proof)
    sources: tuple[str, ...]
    last_days: LastDays = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "last_days", LastDays(self.window))
        require_anchor(self.window, (REQUESTED, ACCEPTED, RECEIVED))
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
    it is decided by count. Raises `InvalidValueError` for an unknown place, label or payer.
    """

    to: ReturnTo = field(converter=_to)
    to_seller_up_to: int
    label: Label = field(converter=_label)
    paid_by: ReturnPayer = field(converter=_paid_by)
    sources: tuple[str, ...]


@frozen(kw_only=True)
class Deduction:
    """What the house keeps of each returned piece: a fixed amount and a rate of its price, never
    more than the price.
    """

    fixed: Decimal
    rate: Decimal
    rounding: Rounding


def _trigger(text: str) -> RefundTrigger:
    return term(RefundTrigger, text, "trigger")


@frozen(kw_only=True)
class RefundTerms:
    """What is refunded, on what it waits, and until when the law wants it.

    `law` is anchored at `informed` (France: but never before the goods or the proof of their
    dispatch are there) or at `recovered` (United Kingdom); None where no law sets a term. Raises
    `InvalidValueError` for another anchor or an unknown trigger.
    """

    name: str
    parts: frozenset[RefundPart]
    deduction: Deduction
    trigger: RefundTrigger = field(converter=_trigger)
    law: Window | None
    sources: tuple[str, ...]
    law_sources: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if self.law is not None:
            require_anchor(self.law, (INFORMED, RECOVERED))
            require_days("law", self.law.length)


@frozen(kw_only=True)
class ReturnTerms:
    """All that holds for a return that is taken.

    The window is anchored at the event whose day the request gives as `received`; a seller may
    give a longer time, up to `seller_up_to`. Raises `InvalidValueError` when it never ends, or
    rolls although it counts hours.
    """

    window: Window
    seller_up_to: Duration | None
    posting: Posting | None
    evidence: Evidence
    routing: Routing
    refund: RefundTerms
    sources: tuple[str, ...]
    last_days: LastDays = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "last_days", LastDays(self.window))
        require_end(self.window)

    def last_days_of(self, seller_gives: Duration | None) -> LastDays:
        """Give the last days of the window, or of the longer one that its seller gives.

        Raises `InvalidValueError` for one that is shorter than the house's, longer than it allows,
        or counted in another unit.
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


def require_anchor(window: Window, allowed: tuple[str, ...]) -> None:
    """Refuse a window that starts at an event nobody can date."""
    if window.anchor not in allowed:
        raise InvalidValueError("anchor", str(window.anchor), "one of " + ", ".join(allowed))


def require_days(name: str, length: Duration) -> None:
    """Refuse a duration of hours, or without an end, where whole days are counted."""
    if length.is_elapsed or not length.ends:
        raise InvalidValueError(name, str(length), "a duration of days, months or years")


def require_end(window: Window) -> None:
    """Refuse a window that never ends, or that rolls to a day although it counts hours."""
    if not window.length.ends:
        raise InvalidValueError("window", str(window.length), "a duration that ends")
    if window.length.is_elapsed and window.roll is not Roll.NONE:
        raise InvalidValueError("roll", window.roll, "none for a window of hours or minutes")
