"""Facts that many tests share: money, days, places, the French public holidays and fees by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from attrs import evolve

from vintage_rules.dates import Calendar
from vintage_rules.ids import Edition
from vintage_rules.money import Money, Rounding
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Area, Destination, Membership, Place, Territory
from vintage_rules.policies import load_policy
from vintage_rules.pricing.fee_policy import (
    Base,
    Combine,
    Condition,
    FeeComponent,
    FeePolicy,
    Payer,
    Per,
    Tier,
    Tiering,
)

EDITION = Edition(name="tested", since=date(2023, 1, 1))

# Code du travail L3133-1, with Easter Monday, Ascension and Whit Monday worked out by hand.
FRENCH_HOLIDAYS = (
    *(date(2026, month, day) for month, day in [(1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25)]),
    *(date(2026, month, day) for month, day in [(7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]),
    *(date(2027, month, day) for month, day in [(1, 1), (3, 29), (5, 1), (5, 6), (5, 8), (5, 17)]),
    *(date(2027, month, day) for month, day in [(7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]),
)


def eur(amount: Decimal | int | str) -> Money:
    """Give euros."""
    return Money(amount, "EUR")


@cache
def imparfaite() -> HousePolicy:
    """Give the shipped policy that the clauses are about."""
    return load_policy("imparfaite").on(date(2026, 11, 22))


def house(*fees: FeePolicy, handling: tuple[str, ...] = ()) -> HousePolicy:
    """The shipped house with other fees, and those of them that customs count as handling."""
    shipped = imparfaite()
    return evolve(
        shipped,
        pricing=evolve(shipped.pricing, fees=fees),
        checkout=evolve(shipped.checkout, handling_fees=handling),
    )


@cache
def french_calendar() -> Calendar:
    """Give the French calendar, whose holidays are known here for 2026 and 2027 only."""
    return Calendar("FR", FRENCH_HOLIDAYS, first=date(2025, 12, 1), last=date(2027, 12, 31))


@cache
def weekdays() -> Calendar:
    """Give a calendar without any holiday."""
    return Calendar.without_holidays("none")


def destination(
    country: str,
    area: Area,
    *,
    code: str | None = None,
    postal_code: str | None = None,
    calendar: str = "none",
) -> Destination:
    """Give a destination whose customs do not matter."""
    territory = Territory(
        code=code or country,
        name=code or country,
        country=country,
        area=area,
        eu_customs=Membership.UNKNOWN,
        eu_vat=Membership.UNKNOWN,
        source="assumption: made up for a test",
    )
    place = Place(country=country, postal_code=postal_code)
    return Destination(place=place, territory=territory, calendar=calendar)


BORDEAUX = destination("FR", Area.METROPOLITAN_FRANCE, postal_code="33000", calendar="FR")
FORT_DE_FRANCE = destination("MQ", Area.WORLD, postal_code="97200", calendar="MQ")
LIEGE = destination("BE", Area.EUROPE, postal_code="4000", calendar="BE")
LISBON = destination("PT", Area.EUROPE, postal_code="1000-001", calendar="PT")
SYDNEY = destination("AU", Area.WORLD, postal_code="2000", calendar="AU")


def base(plus: str, minus: str = "") -> Base:
    """Give a sum of parts by their names: `base("pieces shipping", "voucher")`."""
    return Base(plus=tuple(plus.split()), minus=tuple(minus.split()))


def condition(
    *,
    modes: frozenset[str] | None = None,
    zones: frozenset[str] | None = None,
    categories: frozenset[str] | None = None,
    seller_kinds: frozenset[str] | None = None,
    sale_kinds: frozenset[str] | None = None,
    at_least: str | None = None,
    below: str | None = None,
) -> Condition:
    """Give a condition that asks nothing unless told."""
    return Condition(
        modes=modes,
        zones=zones,
        categories=categories,
        seller_kinds=seller_kinds,
        sale_kinds=sale_kinds,
        at_least=None if at_least is None else Decimal(at_least),
        below=None if below is None else Decimal(below),
    )


def tier(start: str, *, rate: str = "0", fixed: str = "0", inclusive: bool = True) -> Tier:
    """Give a tier from an amount on."""
    return Tier(
        at_least=Decimal(start) if inclusive else None,
        above=None if inclusive else Decimal(start),
        fixed=Decimal(fixed),
        rate=Decimal(rate),
    )


def component(
    rate: str = "0",
    *,
    fixed: str = "0",
    of: Base | None = None,
    chosen_by: Base | None = None,
    when: Condition | None = None,
    tiers: tuple[Tier, ...] = (),
    tiering: Tiering = Tiering.WHOLE,
    minimum: str | None = None,
    maximum: str | None = None,
    rounding: Rounding = Rounding.HALF_UP,
    sources: tuple[str, ...] = ("component",),
) -> FeeComponent:
    """Give a component of a fee: a rate of the pieces unless told otherwise."""
    reckoned_on = of or base("pieces")
    return FeeComponent(
        when=when or condition(),
        base=reckoned_on,
        chosen_by=chosen_by or reckoned_on,
        fixed=Decimal(fixed),
        rate=Decimal(rate),
        tiers=tiers,
        tiering=tiering,
        minimum=None if minimum is None else Decimal(minimum),
        maximum=None if maximum is None else Decimal(maximum),
        rounding=rounding,
        sources=sources,
    )


def fee(
    *components: FeeComponent,
    name: str = "fee",
    payer: Payer = Payer.BUYER,
    per: Per = Per.ORDER,
    currency: str = "EUR",
    combine: Combine = Combine.SUM,
    optional: bool = False,
    refundable: bool = False,
    refunded_with: frozenset[str] | None = None,
) -> FeePolicy:
    """Give a fee of these components, borne by the buyer once an order unless told otherwise."""
    return FeePolicy(
        edition=EDITION,
        name=name,
        payer=payer,
        per=per,
        currency=currency,
        combine=combine,
        components=components,
        refundable=refundable or refunded_with is not None,
        refundable_sources=("fee",),
        refunded_with=refunded_with,
        optional=optional,
        on=None,
        sources=("fee",),
    )
