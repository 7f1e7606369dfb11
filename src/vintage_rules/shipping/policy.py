"""How a house ships: each value of its policy, defined once, with its kind and description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from attrs import field, frozen

from vintage_rules.dates import DayCount, Duration
from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.fields import (
    DATES,
    LIMIT,
    NONE_NAMED,
    Amount,
    Ascending,
    Days,
    Distinct,
    FromHouseOf,
    Inline,
    LeftOut,
    Length,
    Listed,
    Name,
    NotEmpty,
    NotForCustomers,
    Reference,
    SourceOf,
    Sources,
    TerritoryCode,
    Weight,
)
from vintage_rules.findings import Finding, Written, covers_nothing, items_in, table_in
from vintage_rules.ids import Edition
from vintage_rules.places import Area, Territory
from vintage_rules.shipping.import_facts import CustomsPolicy


class Grouping(StrEnum):
    """How the pieces of an order become parcels."""

    PER_SELLER = "per-seller"
    TOGETHER = "together"


class Sender(StrEnum):
    """Who brings a parcel to the buyer; the buyer, where they collect it from the seller."""

    SELLER = "seller"
    WORKSHOP = "workshop"
    BUYER = "buyer"


_ONE_PARCEL = "together where the workshop posts"
_NOT_COLLECTED = "false where the buyer collects"


@frozen(kw_only=True)
class ModePolicy:
    """One way of shipping.

    `handling` is a seller's time to post; `inbound` the way to the workshop in days; `check` the
    time it takes there. None where the house promises nothing. A piece that has not reached the
    workshop within `arrives_within` is cancelled (clause L5). Clauses L1 to L3.

    Raises:
        InvalidValueError: If one of several sellers would post all pieces, a workshop several
            parcels, a seller would check them, or a parcel that is collected had a label.
    """

    name: Annotated[
        str,
        Name(),
        "what the mode is called, such as direct",
        NotForCustomers("what programs call the mode; the page says it in words"),
    ]
    grouping: Annotated[
        Grouping,
        "whether each seller's pieces make a parcel, or all pieces one together, as they do where "
        "the workshop posts, and only there",
        NotForCustomers("it follows from who posts the parcel, and the page says that"),
    ]
    sender: Annotated[Sender, "who posts the parcel to the buyer; buyer where they collect it"]
    handling: Annotated[
        Duration | None,
        Length(units=DATES),
        "how long a seller takes to post; left out where nothing is promised",
    ]
    inbound: Annotated[Transit | None, Days(), "how long pieces travel to the workshop"]
    check: Annotated[Duration | None, Length(units=DATES), "how long the workshop takes to check"]
    arrives_within: Annotated[
        Duration | None,
        Length(units=DATES),
        LIMIT,
        "how long after an order is paid the workshop waits for a piece before it is cancelled; "
        "for ever, if left out",
        NotForCustomers("not published yet: how long the workshop waits for a piece (L5)"),
    ]
    label_provided: Annotated[
        bool,
        LeftOut(means=False, shown=False),
        "whether the house gives who posts a parcel its label; false, if left out",
        NotForCustomers("for who posts: the mail of the sale brings the label, or announces it"),
    ]
    sources: Sources
    notice_sources: Annotated[tuple[str, ...], SourceOf("notice")]
    check_sources: Annotated[tuple[str, ...], SourceOf("checked")]

    def __attrs_post_init__(self) -> None:
        if self.sender is Sender.WORKSHOP:
            if self.grouping is not Grouping.TOGETHER:
                raise InvalidValueError("grouping", str(self.grouping), _ONE_PARCEL)
            return
        if self.grouping is Grouping.TOGETHER:
            raise InvalidValueError("sender", str(self.sender), "workshop for pieces put together")
        if self.sender is Sender.BUYER and self.label_provided:
            raise InvalidValueError("label_provided", self.label_provided, _NOT_COLLECTED)
        times = {
            "inbound": self.inbound,
            "check": self.check,
            "arrives_within": self.arrives_within,
        }
        for name, time in times.items():
            if time is not None:
                raise InvalidValueError(name, time, "left out where no workshop posts")

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require that a seller neither posts the pieces of others nor checks them.

        A workshop posts one parcel: an order names its parcels by who sends them.
        """
        sender = table.get("sender")
        grouping = table.get("grouping")
        if sender == Sender.WORKSHOP.value and grouping == Grouping.PER_SELLER.value:
            yield Finding(("grouping",), _ONE_PARCEL, grouping)
        if sender not in (Sender.SELLER.value, Sender.BUYER.value):
            return
        if grouping == Grouping.TOGETHER.value:
            yield Finding(("sender",), "workshop for pieces put together", sender)
        label_provided = table.get("label_provided")
        if sender == Sender.BUYER.value and label_provided is True:
            yield Finding(("label_provided",), _NOT_COLLECTED, label_provided)
        for key in ("inbound", "check", "arrives_within"):
            if key in table:
                yield Finding((key,), "left out where no workshop posts", table[key])


@frozen(kw_only=True)
class Transit:
    """From how many to how many days something travels, and which days count.

    Raises:
        InvalidValueError: If these are no days or reversed.
    """

    minimum: int
    maximum: int
    count: DayCount
    sources: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        for name, days, least in (
            ("minimum", self.minimum, 0),
            ("maximum", self.maximum, self.minimum),
        ):
            if type(days) is not int or days < least:
                raise InvalidValueError(name, days, f"a whole number of days, {least} or more")


@frozen(kw_only=True)
class Zone:
    """A part of the world with one delivery time; the first zone that covers a place decides."""

    areas: Annotated[frozenset[Area], NONE_NAMED, "whole areas of the world"]
    codes: Annotated[
        frozenset[str],
        TerritoryCode(),
        NONE_NAMED,
        "countries and territories by their codes, such as [ CH, GB-NIR ]",
    ]
    name: Annotated[
        str,
        Name(),
        "what the zone is called, such as europe",
        NotForCustomers("customers read the places of the zone, or its label"),
    ]
    transit: Annotated[Transit, Days(), "how long a parcel travels there, such as 2 to 5 ouvrables"]

    def covers(self, territory: Territory) -> bool:
        """Return whether a territory belongs to this zone."""
        return territory.lies_in(self.areas, self.codes)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require a place that is covered."""
        yield from covers_nothing(table)


@frozen(kw_only=True)
class CountryTimes:
    """Countries with delivery times of their own."""

    transit: Annotated[
        Mapping[str, Transit],
        TerritoryCode(),
        Days(),
        "for each country how long a parcel travels: { DE = 3 to 5 ouvres }",
    ]
    sources: Sources


@frozen(kw_only=True)
class DeliveryPolicy:
    """How long a parcel travels: by zone, and by country where the house says so.

    Clauses L9 to L11.
    """

    edition: FromHouseOf[Edition]
    zones: Annotated[
        tuple[Zone, ...],
        Listed("zones"),
        Distinct(),
        NotEmpty(),
        "parts of the world, each with its time; the first that covers a place decides",
    ]
    countries: Annotated[
        tuple[CountryTimes, ...],
        LeftOut(means=()),
        "countries whose own time replaces their zone's",
    ]
    sources: Sources
    times: Mapping[str, Transit] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        times = {code: time for group in self.countries for code, time in group.transit.items()}
        object.__setattr__(self, "times", times)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require that a country has one time of its own."""
        seen: set[str] = set()
        for i, group in enumerate(items_in(table.get("countries"))):
            for code, days in table_in(table_in(group).get("transit")).items():
                if code in seen:
                    yield Finding(("countries", i, "transit", code), "given only once", days)
                seen.add(code)

    def zone_of(self, territory: Territory) -> Zone:
        """Return the zone a territory lies in.

        Raises:
            UnknownTermError: If the house does not deliver there.
        """
        for zone in self.zones:
            if zone.covers(territory):
                return zone
        raise UnknownTermError("destination", territory.code, tuple(z.name for z in self.zones))


@frozen(kw_only=True)
class Band:
    """Up to and including so many grams, this price."""

    up_to_g: Annotated[
        int, Weight(least=1), LIMIT, "the most a parcel of this band weighs, in grams"
    ]
    price: Annotated[Decimal, Amount(), "what the parcel costs"]


@frozen(kw_only=True)
class PostageTable:
    """The prices of one part of the world for some modes; the first table to cover it decides."""

    areas: Annotated[
        frozenset[Area],
        NONE_NAMED,
        "whole areas of the world",
    ]
    codes: Annotated[
        frozenset[str],
        TerritoryCode(),
        NONE_NAMED,
        "countries and territories by their codes, such as [ CH, GB-NIR ]",
    ]
    codes_sources: Annotated[tuple[str, ...], SourceOf("codes")]
    name: Annotated[str, Name(), "what the table is called, such as zone-b"]
    modes: Annotated[
        frozenset[str], Reference("modes"), NotEmpty(), "the modes of shipping it is for"
    ]
    bands: Annotated[
        tuple[Band, ...],
        Inline(),
        NotEmpty(),
        Ascending(("up_to_g",)),
        "the prices by weight, the lightest first; above the last there is no price",
    ]
    sources: Sources

    def covers(self, territory: Territory, mode: str) -> bool:
        """Return whether these prices are for a territory and a mode."""
        return territory.lies_in(self.areas, self.codes) and mode in self.modes

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require a place that is covered."""
        yield from covers_nothing(table)


@frozen(kw_only=True)
class PostagePolicy:
    """What shipping costs by weight, place and mode. Clause L12."""

    edition: FromHouseOf[Edition]
    currency: FromHouseOf[str]
    packaging_g: Annotated[
        int,
        Weight(),
        "what the packaging of a parcel adds to its pieces, in grams",
        NotForCustomers("not published yet: that the packaging is weighed too (L12)"),
    ]
    tables: Annotated[
        tuple[PostageTable, ...],
        Distinct(),
        NotEmpty(),
        "the prices; the first table that covers a place and a mode decides",
    ]
    sources: Sources


@frozen(kw_only=True)
class TrackingPolicy:
    """When a tracking page that does not move is worth a word. Clause S3."""

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    patience: Annotated[
        Duration,
        Length(units=DATES),
        LIMIT,
        "how long a parcel may not move before one should write",
    ]
    sources: Sources
    number_sources: Annotated[tuple[str, ...], SourceOf("number")]


@frozen(kw_only=True)
class ShippingPolicy:
    """All that has to do with shipping."""

    edition: FromHouseOf[Edition]
    modes: Annotated[
        Mapping[str, ModePolicy], Listed("modes"), Distinct(), NotEmpty(), "the ways of shipping"
    ]
    delivery: Annotated[DeliveryPolicy, "how long a parcel travels"]
    postage: Annotated[PostagePolicy, "what shipping costs"]
    tracking: Annotated[TrackingPolicy, "when a page that does not move is worth a word"]
    customs: Annotated[CustomsPolicy, "how the house reads the rules of customs"]

    def mode(self, name: str) -> ModePolicy:
        """Return the mode of that name.

        Raises:
            UnknownTermError: Naming those there are.
        """
        known = self.modes.get(name)
        if known is None:
            raise UnknownTermError("mode", name, tuple(sorted(self.modes)))
        return known
