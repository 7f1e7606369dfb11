"""How a house ships: the shapes that a policy document fills."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from vintage_rules.dates import DayCount, Duration
from vintage_rules.errors import InvalidValueError, UnknownTermError
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


@frozen(kw_only=True)
class ModePolicy:
    """One way of shipping: how pieces are grouped, who posts, and how long before it is dispatched.

    `handling` is a seller's time to post; `inbound` the way to the workshop in days; `check` the
    time it takes there. None where the house promises nothing. Clauses L1 to L3. Raises
    `InvalidValueError` where one of several sellers would post all pieces, or a seller would check
    them.
    """

    name: str
    grouping: Grouping
    sender: Sender
    handling: Duration | None
    inbound: Transit | None
    check: Duration | None
    sources: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if self.sender is Sender.WORKSHOP:
            return
        if self.grouping is Grouping.TOGETHER:
            raise InvalidValueError("sender", str(self.sender), "workshop for pieces put together")
        for name, time in (("inbound", self.inbound), ("check", self.check)):
            if time is not None:
                raise InvalidValueError(name, time, "left out where no workshop posts")


@frozen(kw_only=True)
class Transit:
    """From how many to how many days something travels, and which days count. Raises
    `InvalidValueError` when these are no days or reversed.
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
    """A part of the world with one delivery time: whole areas, or territories and countries by
    code. The first match wins.
    """

    name: str
    areas: frozenset[Area]
    codes: frozenset[str]
    transit: Transit

    def covers(self, territory: Territory) -> bool:
        """Tell whether a territory belongs to this zone."""
        return territory.lies_in(self.areas, self.codes)


@frozen(kw_only=True)
class DeliveryPolicy:
    """How long a parcel travels: by zone, and by country where the house says so. Clauses L9 to
    L11.
    """

    edition: Edition
    zones: tuple[Zone, ...]
    countries: Mapping[str, Transit]
    sources: tuple[str, ...]

    def zone_of(self, territory: Territory) -> Zone:
        """Give the zone a territory lies in. Raises `UnknownTermError` when the house does not
        deliver there.
        """
        for zone in self.zones:
            if zone.covers(territory):
                return zone
        raise UnknownTermError("destination", territory.code, tuple(z.name for z in self.zones))


@frozen(kw_only=True)
class Band:
    """Up to and including so many grams, this price."""

    up_to_g: int
    price: Decimal


@frozen(kw_only=True)
class PostageTable:
    """The prices of one postage zone and the modes they are for: by weight, up to and including
    each band.
    """

    zone: str
    areas: frozenset[Area]
    codes: frozenset[str]
    modes: frozenset[str]
    bands: tuple[Band, ...]
    sources: tuple[str, ...]

    def covers(self, territory: Territory, mode: str) -> bool:
        """Tell whether these prices are for a territory and a mode."""
        return territory.lies_in(self.areas, self.codes) and mode in self.modes


@frozen(kw_only=True)
class PostagePolicy:
    """The rate table; the first table that covers a destination and mode decides. Clause L12."""

    edition: Edition
    currency: str
    tables: tuple[PostageTable, ...]
    packaging_g: int
    sources: tuple[str, ...]


@frozen(kw_only=True)
class TrackingPolicy:
    """When a tracking page that does not move is worth a word. Clause S3."""

    edition: Edition
    patience: Duration
    zone: str
    sources: tuple[str, ...]


@frozen(kw_only=True)
class ShippingPolicy:
    """All a house's rules about shipping."""

    edition: Edition
    modes: Mapping[str, ModePolicy]
    delivery: DeliveryPolicy
    postage: PostagePolicy
    tracking: TrackingPolicy
    customs: CustomsPolicy

    def mode(self, name: str) -> ModePolicy:
        """Give the mode of that name. Raises `UnknownTermError` naming those there are."""
        known = self.modes.get(name)
        if known is None:
            raise UnknownTermError("mode", name, tuple(sorted(self.modes)))
        return known
