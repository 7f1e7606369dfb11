"""The tables about shipping: modes, delivery times, postage and tracking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from vintage_rules.money import Rounding
from vintage_rules.places import Area
from vintage_rules.policies.documents.common import (
    Context,
    House,
    Record,
    Table,
    ascending,
    beside,
    distinct,
)
from vintage_rules.policies.documents.reading import Finding, Told
from vintage_rules.policies.documents.values import (
    CODE_PATTERN,
    Amount,
    Code,
    Dates,
    DayRange,
    Grams,
    Mode,
    Name,
    Range,
    Weight,
    named,
    written,
)
from vintage_rules.policies.shapes import items_in, table_in
from vintage_rules.shipping.import_facts import CustomsPolicy
from vintage_rules.shipping.import_rules import ImportPart, Limit
from vintage_rules.shipping.policy import (
    Band,
    DeliveryPolicy,
    Grouping,
    ModePolicy,
    PostagePolicy,
    PostageTable,
    Sender,
    ShippingPolicy,
    TrackingPolicy,
    Transit,
    Zone,
)


def _transit(days: DayRange, sources: tuple[str, ...]) -> Transit:
    return Transit(minimum=days.minimum, maximum=days.maximum, count=days.count, sources=sources)


class ModeDocument(Table):
    """One way of shipping."""

    name: Name = Field(description="what the mode is called, such as direct")
    grouping: Annotated[Grouping, named] = Field(
        description="whether each seller's pieces make a parcel, or all pieces one together"
    )
    sender: Annotated[Sender, named] = Field(
        description="who posts the parcel to the buyer; buyer where they collect it"
    )
    handling: Dates | None = Field(
        default=None,
        description="how long a seller takes to post; left out where nothing is promised",
    )
    inbound: Range | None = Field(
        default=None, description="how long pieces travel to the workshop"
    )
    check: Dates | None = Field(default=None, description="how long the workshop takes to check")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask that a seller neither posts the pieces of others nor checks them."""
        sender = table.get("sender")
        if sender not in (Sender.SELLER.value, Sender.BUYER.value):
            return
        if table.get("grouping") == Grouping.TOGETHER.value:
            yield Finding(("sender",), "workshop for pieces put together", sender)
        for key in ("inbound", "check"):
            if key in table:
                yield Finding((key,), "left out where no workshop posts", table[key])

    def to_policy(self) -> ModePolicy:
        """Build the mode that the rules take."""
        return ModePolicy(
            name=self.name,
            grouping=self.grouping,
            sender=self.sender,
            handling=self.handling,
            inbound=None if self.inbound is None else _transit(self.inbound, self.source),
            check=self.check,
            sources=self.source,
        )


class Covering(Table):
    """Part of the world: whole areas, or countries and territories by their codes."""

    areas: Annotated[list[Annotated[Area, named]], distinct()] = Field(
        default=[], description="whole areas of the world"
    )
    codes: Annotated[list[Code], distinct()] = Field(
        default=[], description="countries and territories by their codes, such as [ CH, GB-NIR ]"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for a place that is covered."""
        if not table.get("areas") and not table.get("codes"):
            yield Finding((), "for at least one area or code", Told("neither"))


class ZoneDocument(Covering):
    """A part of the world with one delivery time; the first zone that covers a place decides."""

    name: Name = Field(description="what the zone is called, such as europe")
    transit: Range = Field(description="how long a parcel travels there, such as 2 to 5 ouvrables")

    def to_policy(self) -> Zone:
        """Build the zone that the rules take."""
        return Zone(
            name=self.name,
            areas=frozenset(self.areas),
            codes=frozenset(self.codes),
            transit=_transit(self.transit, self.source_of("transit")),
        )


def _countries(found: object) -> Iterator[Finding]:
    seen: set[str] = set()
    for i, group in enumerate(items_in(found)):
        for code, days in table_in(table_in(group).get("transit")).items():
            if code in seen:
                yield Finding((i, "transit", code), "given only once", days)
            seen.add(code)


class CountriesDocument(Table):
    """Countries with delivery times of their own."""

    transit: dict[Code, Range] = Field(
        description="for each country how long a parcel travels: { DE = 3 to 5 ouvres }",
        json_schema_extra={"propertyNames": {"pattern": CODE_PATTERN}},
    )


class DeliveryDocument(Table):
    """How long a parcel travels: by zone, and by country where the house says so."""

    zones: Annotated[list[ZoneDocument], Field(min_length=1), distinct("name")] = Field(
        description="parts of the world, each with its time; the first that covers a place decides"
    )
    countries: Annotated[list[CountriesDocument], beside(_countries)] = Field(
        default=[], description="countries whose own time replaces their zone's"
    )

    def to_policy(self, house: House) -> DeliveryPolicy:
        """Build the policy that the rules take."""
        return DeliveryPolicy(
            edition=house.edition,
            zones=tuple(zone.to_policy() for zone in self.zones),
            countries={
                code: _transit(days, group.source)
                for group in self.countries
                for code, days in group.transit.items()
            },
            sources=self.source,
        )


class BandDocument(Record):
    """Up to and including so many grams, this price."""

    up_to_g: Weight = Field(description="the most a parcel of this band weighs, in grams")
    price: Amount = Field(description="what the parcel costs")


class PostageTableDocument(Covering):
    """The prices of one part of the world for some modes; the first table to cover it decides."""

    name: Name = Field(description="what the table is called, such as zone-b")
    modes: Annotated[list[Mode], Field(min_length=1), distinct()] = Field(
        description="the modes of shipping it is for"
    )
    bands: Annotated[list[BandDocument], Field(min_length=1), ascending("up_to_g")] = Field(
        description="the prices by weight, the lightest first; above the last there is no price"
    )

    def to_policy(self) -> PostageTable:
        """Build the table that the rules take."""
        return PostageTable(
            zone=self.name,
            areas=frozenset(self.areas),
            codes=frozenset(self.codes),
            modes=frozenset(self.modes),
            bands=tuple(Band(up_to_g=band.up_to_g, price=band.price) for band in self.bands),
            sources=self.source,
        )


class PostageDocument(Table):
    """What shipping costs by weight, place and mode."""

    packaging_g: Grams = Field(
        description="what the packaging of a parcel adds to its pieces, in grams"
    )
    tables: Annotated[list[PostageTableDocument], Field(min_length=1), distinct("name")] = Field(
        description="the prices; the first table that covers a place and a mode decides"
    )

    def to_policy(self, house: House) -> PostagePolicy:
        """Build the policy that the rules take."""
        return PostagePolicy(
            edition=house.edition,
            currency=house.currency,
            tables=tuple(table.to_policy() for table in self.tables),
            packaging_g=self.packaging_g,
            sources=self.source,
        )


class TrackingDocument(Table):
    """When a tracking page that does not move is worth a word."""

    patience: Dates = Field(description="how long a page may stand still before one should write")

    def to_policy(self, house: House) -> TrackingPolicy:
        """Build the policy that the rules take."""
        return TrackingPolicy(
            edition=house.edition, patience=self.patience, zone=house.zone, sources=self.source
        )


class Bound(StrEnum):
    """How a value compares with a threshold above which it is taxed."""

    ABOVE = ">"
    AT_LEAST = ">="


_LIMITS = {Bound.ABOVE: Limit.TAXED_ABOVE, Bound.AT_LEAST: Limit.TAXED_FROM}


class CustomsDocument(Table):
    """How the house reads the rules of customs; the rules themselves are facts of the world."""

    TOPICS: ClassVar[frozenset[str]] = frozenset({"imports"})

    compared_on: Annotated[list[Annotated[ImportPart, named]], Field(min_length=1), distinct()] = (
        Field(
            description="the parts that are compared with a threshold on what the goods are worth"
        )
    )
    tax_base: Annotated[list[Annotated[ImportPart, named]], Field(min_length=1), distinct()] = (
        Field(description="the parts an import tax may be computed on")
    )
    registrations: Annotated[list[Name], distinct()] = Field(
        description="schemes under which the house collects tax at the sale; [] where there is none"
    )
    rounding: Annotated[Rounding, named] = Field(
        description="the direction in which the last cent of a tax is rounded"
    )

    bound: Annotated[Bound, named] | None = Field(
        default=None,
        description="whether a value of exactly the threshold is taxed (>=) or not (>), as the "
        "house reads it; as the facts of the world say, if left out",
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask that the goods are always among what is compared and taxed."""
        for key in ("compared_on", "tax_base"):
            parts = items_in(table.get(key))
            if parts and ImportPart.GOODS.value not in parts:
                allowed = "goods, alone or with shipping and handling"
                yield Finding((key,), allowed, Told(written(parts)))

    def to_policy(self, house: House) -> CustomsPolicy:
        """Build the policy that the rules take."""
        return CustomsPolicy(
            edition=house.edition,
            sources=self.source,
            import_sources=self.source_of("imports"),
            tax_base=tuple(self.tax_base),
            compared_on=tuple(self.compared_on),
            registrations=frozenset(self.registrations),
            rounding=self.rounding,
            limit=None if self.bound is None else _LIMITS[self.bound],
        )


class ShippingDocument(Context):
    """All that has to do with shipping."""

    modes: Annotated[list[ModeDocument], Field(min_length=1), distinct("name")] = Field(
        description="the ways of shipping"
    )
    delivery: DeliveryDocument = Field(description="how long a parcel travels")
    postage: PostageDocument = Field(description="what shipping costs")
    tracking: TrackingDocument = Field(description="when a page that does not move is worth a word")
    customs: CustomsDocument = Field(description="how the house reads the rules of customs")

    def to_policy(self, house: House) -> ShippingPolicy:
        """Build the policy that the rules take."""
        return ShippingPolicy(
            edition=house.edition,
            modes={mode.name: mode.to_policy() for mode in self.modes},
            delivery=self.delivery.to_policy(house),
            postage=self.postage.to_policy(house),
            tracking=self.tracking.to_policy(house),
            customs=self.customs.to_policy(house),
        )
