"""How pieces travel, as schema.org's `OfferShippingDetails` and `ShippingDeliveryTime`.

Clauses L1 to L12.

Days are those that the destination's range counts: *ouvrables* are Monday to Saturday, *ouvrés*
Monday to Friday; neither counts public holidays, which only days of the calendar do.
"""

from __future__ import annotations

from collections.abc import Iterable

from vintage_rules.dates import DayCount, Duration
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.documents import Json, weekdays_of
from vintage_rules.publishing.regions import ShippingRegion, posted_modes, shipping_regions
from vintage_rules.publishing.schema_returns import SCHEMA
from vintage_rules.shipping.parcels import grams
from vintage_rules.shipping.policy import Band, ModePolicy, PostageTable, Sender, Transit


def shipping_details(house: HousePolicy, weight_g: int | None = None) -> list[Json]:
    """Return an `OfferShippingDetails` for each mode and each part of the world.

    With the weight of a piece in grams the rate is what it costs to ship alone, else the range from
    the lightest parcel to the heaviest. Where the house does not deliver, or a parcel has no price,
    it says that it does not ship; what is collected is left out.

    Raises:
        InvalidValueError: For a weight that is none.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> to_france = shipping_details(house, weight_g=600)[0]
    >>> (
    ...     str(to_france["shippingRate"]["value"]),
    ...     to_france["deliveryTime"]["transitTime"]["maxValue"],
    ... )
    ('9.29', 5)
    """
    weight = None if weight_g is None else grams(weight_g) + house.shipping.postage.packaging_g
    return [
        _details(mode, region, house, weight)
        for mode in posted_modes(house)
        for region in shipping_regions(house, mode.name)
    ]


def _details(
    mode: ModePolicy, region: ShippingRegion, house: HousePolicy, weight: int | None
) -> Json:
    document: dict[str, Json] = {
        "@type": "OfferShippingDetails",
        "name": mode.name,
        "shippingDestination": [
            {"@type": "DefinedRegion", "addressCountry": code} for code in region.countries
        ],
    }
    if region.transit is None or region.postage is None:
        return document | {"doesNotShip": True}
    document["deliveryTime"] = _delivery_time(mode, region.transit)
    return document | _rate(region.postage, house.shipping.postage.currency, weight)


def _rate(table: PostageTable, currency: str, weight: int | None) -> dict[str, Json]:
    rate: dict[str, Json] = {"@type": "MonetaryAmount", "currency": currency}
    if weight is None:
        prices = [band.price for band in table.bands]
        rate |= {"minValue": min(prices), "maxValue": max(prices)}
        return {"shippingRate": rate, "weight": _weight(table.bands[-1])}
    band = next((band for band in table.bands if weight <= band.up_to_g), None)
    if band is None:
        return {"doesNotShip": True}
    return {"shippingRate": rate | {"value": band.price}, "weight": _weight(band)}


def _weight(band: Band) -> Json:
    return {"@type": "QuantitativeValue", "maxValue": band.up_to_g, "unitCode": "GRM"}


def _delivery_time(mode: ModePolicy, transit: Transit) -> Json:
    document: dict[str, Json] = {
        "@type": "ShippingDeliveryTime",
        "businessDays": {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": _week(transit.count),
        },
        "transitTime": _days(transit.minimum, transit.maximum),
    }
    handling = _handling(mode)
    if handling is not None:
        shortest, longest, count = handling
        same = count is transit.count
        period = _days(shortest, longest)
        document["handlingTime"] = period if same else _service_period(period, count)
    return document


def _service_period(period: Json, count: DayCount) -> Json:
    """A length of time in days of its own."""
    return {"@type": "ServicePeriod", "businessDays": [*_week(count)], "duration": period}


def _handling(mode: ModePolicy) -> tuple[int, int, DayCount] | None:
    """Return from how many to how many days pass before dispatch.

    None if a step is not promised, or if steps count different days and so do not add up.
    """
    steps = [_up_to(mode.handling)]
    if mode.sender is Sender.WORKSHOP:
        inbound = mode.inbound
        way = None if inbound is None else (inbound.minimum, inbound.maximum, inbound.count)
        steps += [way, _up_to(mode.check)]
    return _added(steps)


def _up_to(length: Duration | None) -> tuple[int, int, DayCount] | None:
    counts = {"days": DayCount.CALENDAR, "ouvrables": DayCount.OUVRABLES, "ouvres": DayCount.OUVRES}
    if length is None or length.unit not in counts:
        return None
    return 0, length.amount, counts[length.unit]


def _added(steps: Iterable[tuple[int, int, DayCount] | None]) -> tuple[int, int, DayCount] | None:
    known = [step for step in steps if step is not None]
    counts = {count for _, _, count in known}
    if len(known) < len(list(steps)) or len(counts) != 1:
        return None
    return sum(low for low, _, _ in known), sum(high for _, high, _ in known), counts.pop()


def _days(shortest: int, longest: int) -> dict[str, Json]:
    return {
        "@type": "QuantitativeValue",
        "minValue": shortest,
        "maxValue": longest,
        "unitCode": "DAY",
    }


def _week(count: DayCount) -> list[Json]:
    holidays = ("PublicHolidays",) if count is DayCount.CALENDAR else ()
    return [SCHEMA + name for name in (*weekdays_of(count), *holidays)]
