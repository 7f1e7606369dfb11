"""What shipping a parcel costs, by weight, destination and mode. Clause L12."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.ids import Edition
from vintage_rules.json_field import DecisionField
from vintage_rules.money import Money
from vintage_rules.places import Territory
from vintage_rules.shipping.parcels import grams
from vintage_rules.shipping.policy import Band, PostagePolicy, PostageTable


class PostageRefusal(StrEnum):
    """Why a parcel has no price."""

    ABOVE_LAST_BAND = "above-last-band"
    NO_RATE = "no-rate"


@frozen(kw_only=True)
class PostageQuoted(DecisionField):
    """The price of one parcel, and the band it was found in, up to and including its grams."""

    price: Money
    up_to_g: int
    weight_g: int
    table: PostageTable
    edition: Edition

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return self.table.sources


@frozen(kw_only=True)
class PostageRefused(Decision):
    """A parcel that has no price: split it or contact the house.

    `heaviest_g` is the most a parcel there may weigh, in grams, if any.
    """

    reasons: tuple[PostageRefusal, ...]
    weight_g: int
    heaviest_g: int | None


PostageQuote: TypeAlias = PostageQuoted | PostageRefused
"""The postage of a parcel, or why none is known. Clause L12."""


def quote_postage(
    weight_g: int, territory: Territory, mode: str, policy: PostagePolicy
) -> PostageQuote:
    """Return the price of a parcel whose pieces weigh so many grams. Clause L12.

    The packaging's weight is added as the policy says. The first table that covers the territory
    and the mode decides; bands are up to and including.

    Raises:
        InvalidValueError: If the weight is not a whole number above 0.

    >>> from datetime import date
    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import locate
    >>> postage = load_policy("imparfaite").on(date(2026, 11, 22)).shipping.postage
    >>> bordeaux = locate(Place(country="FR", postal_code="33000")).territory
    >>> quote_postage(1400, bordeaux, "direct", postage).price
    Money('11.19', 'EUR')
    """
    weight = grams(weight_g) + policy.packaging_g
    table = next((table for table in policy.tables if table.covers(territory, mode)), None)
    if table is None:
        return _refused(PostageRefusal.NO_RATE, weight, None, policy)
    band = _band(weight, table)
    if band is None:
        return _refused(PostageRefusal.ABOVE_LAST_BAND, weight, table, policy)
    return PostageQuoted(
        price=Money(band.price, policy.currency),
        up_to_g=band.up_to_g,
        weight_g=weight,
        table=table,
        edition=policy.edition,
    )


def _band(weight_g: int, table: PostageTable) -> Band | None:
    return next((band for band in table.bands if weight_g <= band.up_to_g), None)


def _refused(
    reason: PostageRefusal, weight_g: int, table: PostageTable | None, policy: PostagePolicy
) -> PostageRefused:
    return PostageRefused(
        reasons=(reason,),
        weight_g=weight_g,
        heaviest_g=table.bands[-1].up_to_g - policy.packaging_g if table else None,
        edition=policy.edition,
        sources=table.sources if table else policy.sources,
    )
