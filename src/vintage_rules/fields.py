"""What the values of a policy are: amounts, rates, durations, choices …, as plain data.

A value of a policy is defined once, as a field of its context's attrs class, with `Annotated`
markers from here: what kind of value it is, its bounds, what it is called on the page where that
differs, and a text that describes it. The reader of documents, the JSON Schema, the pages about
policies, comparisons and labels are all derived from these; nothing here reads, checks or writes.

No message shows a marker, so attrs generates no representations of them: it would compile each
whenever a program starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias, TypeVar

from attrs import field, frozen

from vintage_rules.dates import DayCount, Unit

T = TypeVar("T")

DATES = (Unit.DAYS, Unit.OUVRABLES, Unit.OUVRES, Unit.MONTHS, Unit.YEARS)
ENDING = tuple(unit for unit in Unit if unit is not Unit.NEVER)
OFFER_EVENTS = ("offer-sent", "reviewed", "accepted")
"""The events of an offer that a window may start at; no order knows when they happened."""

ANCHORS = (
    *OFFER_EVENTS,
    "ordered",
    "paid",
    "dispatched",
    "latest-estimate",
    "delivered",
    "delivery-scan",
    "received",
    "day-after-received",
    "confirmed",
    "issue-reported",
    "requested",
    "return-accepted",
    "posted",
    "returned",
    "checked",
)
"""The events that a window may start at: of an offer, an order, a parcel, a return, in order."""

MOST = 1_000
HEAVIEST_G = 1_000_000


@frozen(repr=False)
class Marker:
    """What `Annotated` says of a field. One without values of its own inherits all it needs."""


class Kind(Marker):
    """What kind of value a field holds. A bool, a choice or a table is known by its type alone."""


class Amount(Kind):
    """Money in the house's currency, 0 or more."""


class Rate(Kind):
    """A share between 0 and 1: 0.10 is ten per cent."""


@frozen(kw_only=True, repr=False)
class Count(Kind):
    """A whole number."""

    least: int = 0
    most: int = MOST


@frozen(kw_only=True, repr=False)
class Weight(Kind):
    """A whole number of grams."""

    least: int = 0
    most: int = HEAVIEST_G


@frozen(kw_only=True, repr=False)
class Length(Kind):
    """How long something lasts, such as 14 days, in one of these units."""

    units: tuple[Unit, ...] = tuple(Unit)


class Days(Kind):
    """From how many to how many days of one count, such as 2 to 5 ouvrables."""


class Day(Kind):
    """A date."""


class Hour(Kind):
    """An hour of the day, such as 09:30."""


class Name(Kind):
    """What the house calls something: small letters, digits and hyphens."""


class Language(Kind):
    """A language by its code, such as fr."""


class Label(Kind):
    """What people call something: a few words on one line, as they are shown."""


class AddressField(Kind):
    """The name of a field of an address, such as postal_code."""


@frozen(repr=False)
class Reference(Kind):
    """The name of one of the things that the edition lists under `Listed(things)`."""

    things: str


class TerritoryCode(Kind):
    """The code of a country or a territory, such as FR or GB-NIR."""


class HolidayCalendar(Kind):
    """Whose public holidays are kept: a country, perhaps with a region, such as FR-57."""


class CurrencyCode(Kind):
    """A currency, such as EUR."""


class TimeZone(Kind):
    """A time zone, such as Europe/Paris."""


@frozen(repr=False)
class SumOf(Kind):
    """A sum of named parts, each added or, with a - before it, taken off."""

    parts: tuple[str, ...]


@frozen(kw_only=True, repr=False)
class Anchor(Kind):
    """The event a window starts at, or the first or last of several."""

    events: tuple[str, ...]
    several: bool = True


@frozen(repr=False)
class Words(Kind):
    """A value that the page says in words of its own, such as none and held for a yes or no."""

    meanings: Mapping[str, object] = field(hash=False)


@frozen(kw_only=True, repr=False)
class InWindow(Kind):
    """From an event on, for so long: what such a window is called, and which ones there may be."""

    title: str = "window"
    text: str = (
        "From an event on, for so long: { anchor = received, length = 14 days, roll = none }."
    )
    anchor: Anchor = Anchor(events=ANCHORS)
    starts: str = "the event it starts at, such as received, or { latest_of = [ … ] } of several"
    length: Length = Length()
    lasts: str = "how long it lasts, such as 14 days"
    opens: bool = False


ENDING_WINDOW = InWindow(
    title="ending window",
    text="A window that ends: with a day, or at a moment where it counts hours.",
    length=Length(units=ENDING),
    lasts="how long it lasts, such as 14 days or 48 hours",
)
REQUEST_WINDOW = InWindow(
    title="request window",
    text="A time for requests: it may open only some time after its event, and may never end.",
    starts="the event it counts from, such as received, or { latest_of = [ … ] } of several",
    lasts="how long after that event it ends, such as 14 days, 48 hours or never",
    opens=True,
)
DATED_WINDOW = InWindow(
    title="dated window", text="A window that ends with a day.", length=Length(units=DATES)
)


@frozen(repr=False)
class Called:
    """What a field is called on the page, where its rule calls it otherwise."""

    name: str


@frozen(kw_only=True, repr=False)
class LeftOut:
    """What holds where the page leaves the field out; `shown` unless it goes without saying."""

    means: object = field(hash=False)
    shown: bool = True


@frozen(repr=False)
class SameAs:
    """Where the page leaves the field out, it is as another field of its table."""

    name: str


class NotEmpty(Marker):
    """A list that holds at least one item."""


@frozen(repr=False)
class Ascending:
    """A list each of whose items says more under one of these keys than the one before."""

    keys: tuple[str, ...]


@frozen(repr=False)
class Distinct:
    """A list of tables no two of which say the same under this key."""

    key: str = "name"


@frozen(repr=False)
class Listed:
    """A list of things that other values of the edition refer to by name."""

    things: str


@frozen(repr=False)
class NamesOf:
    """A field that no page writes: the names of the things that are `Listed` so."""

    things: str


class Inline(Marker):
    """A table that has no source of its own: it is written in braces, and has its table's."""


class Tables(Marker):
    """The tables of one part of a policy, each with a source of its own."""


@frozen(repr=False)
class Holding:
    """A class of which the page writes one field alone; all others are the house's."""

    name: str


@frozen(repr=False)
class WrittenAs:
    """A field whose rule has another shape than its page.

    The page's shape is a class like any other, and its `to_rule` is the one place where the two
    are converted.
    """

    page: type[object]


@frozen(kw_only=True, repr=False)
class ShortIfFalse:
    """A table that holds what `page` has, and no more, where a flag of it is false.

    `page` is a class like any other, and its `to_rule` fills in what then decides nothing.
    """

    flag: str
    page: type[object]


@frozen(repr=False)
class Limit:
    """A value that divides what is allowed from what is not, or one answer from another.

    Comparisons and checks show one by examples on both sides; where none is possible, it says why.
    """

    no_example: str | None = None


@frozen(repr=False)
class NotForCustomers:
    """Why the published questions do not say a value, or none of the values below a table.

    With `of`, the reason is that of these keys of the table alone.
    """

    why: str
    of: tuple[str, ...] = ()


class FromHouse(Marker):
    """A field that every policy of an edition shares: its edition, currency or time zone."""


@frozen(repr=False)
class SourceOf:
    """The sources of a field or topic of a table, by its key; of the table itself, without one.

    What a page leaves out has no source.
    """

    key: str | None = None


LIMIT = Limit()
NONE_NAMED = LeftOut(means=frozenset[str]())
FromHouseOf: TypeAlias = Annotated[T, FromHouse()]
Sources: TypeAlias = Annotated[tuple[str, ...], SourceOf()]


@frozen
class DayRange:
    """From how many to how many days, and which days count.

    >>> str(DayRange(2, 5, DayCount.OUVRABLES))
    '2 to 5 ouvrables'
    """

    minimum: int
    maximum: int
    count: DayCount

    def __str__(self) -> str:
        return f"{self.minimum} to {self.maximum} {COUNTED[self.count]}"


COUNTED = {
    DayCount.CALENDAR: "days",
    DayCount.OUVRABLES: "ouvrables",
    DayCount.OUVRES: "ouvres",
}
