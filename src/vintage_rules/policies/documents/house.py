"""The document itself: whose policy it is, and its editions by date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, model_validator

from vintage_rules.errors import MoneyError
from vintage_rules.ids import Edition
from vintage_rules.money import currency_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.documents.common import House, Table, ascending, beside
from vintage_rules.policies.documents.offers import ListingDocument
from vintage_rules.policies.documents.orders import CheckoutDocument
from vintage_rules.policies.documents.pricing import PricingDocument
from vintage_rules.policies.documents.reading import Finding, Reading, Told
from vintage_rules.policies.documents.returns import ReturnsDocument, ranked
from vintage_rules.policies.documents.service import ServiceDocument
from vintage_rules.policies.documents.shipping import ShippingDocument
from vintage_rules.policies.documents.values import (
    CalendarKey,
    Currency,
    Day,
    Name,
    TimeZone,
    written,
)
from vintage_rules.policies.shapes import is_list, is_table, items_in, table_in

_NAMED = {
    "modes": ("shipping", "modes"),
    "zones": ("shipping", "delivery", "zones"),
    "fees": ("pricing", "fees"),
    "refund terms": ("returns", "refund_terms"),
    "categories": ("returns", "returns", "domain", "categories"),
    "seller kinds": ("returns", "returns", "domain", "seller_kinds"),
    "sale kinds": ("returns", "returns", "domain", "sale_kinds"),
}
_GIFT_CARD = "gift-card"


class EditionDocument(Table):
    """One edition: everything the house has decided, from a day on."""

    since: Day = Field(description="the first day on which this edition applies")
    extends: Literal["previous"] | None = Field(
        default=None,
        description="with this, every table that the edition does not write is taken over from "
        "the edition before it; a table that it writes replaces that one whole",
    )
    pricing: PricingDocument = Field(description="all that has to do with money")
    shipping: ShippingDocument = Field(description="all that has to do with shipping")
    listing: ListingDocument = Field(description="all that has to do with a piece for sale")
    returns: ReturnsDocument = Field(description="all that has to do with what comes back")
    service: ServiceDocument = Field(description="what the house does for people")
    checkout: CheckoutDocument = Field(description="what must hold before an order is taken")

    @model_validator(mode="before")
    @classmethod
    def _enter(cls, found: object, info: ValidationInfo) -> object:
        names = {kind: _names(found, path) for kind, path in _NAMED.items()}
        Reading.of(info).names = {kind: known for kind, known in names.items() if known is not None}
        return found

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask that every order the house takes can be returned and refunded."""
        yield from _unreturnable_modes(table)
        yield from _unrefundable_tenders(table)

    def to_policy(self, document: HouseDocument) -> HousePolicy:
        """Build the policy that the rules take."""
        house = House(
            edition=Edition(name=document.name, since=self.since),
            currency=document.currency,
            zone=document.zone,
        )
        return HousePolicy(
            edition=house.edition,
            currency=house.currency,
            zone=house.zone,
            calendar=document.calendar,
            pricing=self.pricing.to_policy(house),
            shipping=self.shipping.to_policy(house),
            listing=self.listing.to_policy(house),
            returns=self.returns.to_policy(house),
            service=self.service.to_policy(house),
            checkout=self.checkout.to_policy(house),
        )


def _names(found: object, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """Give the names in a list, of tables or of names; None where it cannot be read, () where
    there is none.
    """
    *tables, last = path
    for key in tables:
        found = table_in(found).get(key)
    items = found.get(last, []) if is_table(found) else None
    if not is_list(items):
        return None
    names = (table_in(item).get("name") if is_table(item) else item for item in items)
    return tuple(name for name in names if isinstance(name, str))


def _within(found: object, *path: str) -> object:
    for key in path:
        found = table_in(found).get(key)
    return found


def _unreturnable_modes(edition: Mapping[str, object]) -> Iterator[Finding]:
    modes = _names(edition, _NAMED["modes"]) or ()
    known = _within(edition, "returns", "returns", "domain", "modes")
    missing = [mode for mode in modes if mode not in items_in(known)]
    if is_list(known) and missing:
        allowed = f"a list with every mode of shipping ({', '.join(modes)})"
        yield Finding(("returns", "returns", "domain", "modes"), allowed, Told(written(known)))


def _unrefundable_tenders(edition: Mapping[str, object]) -> Iterator[Finding]:
    taken = items_in(_within(edition, "pricing", "tenders", "kinds"))
    cards = [_GIFT_CARD] if is_table(_within(edition, "pricing", "gift_card")) else []
    known = _within(edition, "returns", "refunds", "tenders")
    missing = [tender for tender in (*taken, *cards) if tender not in ranked(known)]
    if is_list(known) and missing:
        allowed = f"ranks of every means of payment ({written([*taken, *cards])})"
        yield Finding(("returns", "refunds", "tenders"), allowed, Told(written(known)))


def _first_extends_nothing(found: object) -> Iterator[Finding]:
    for first in items_in(found)[:1]:
        extends = table_in(first).get("extends")
        if extends == "previous":
            yield Finding((0, "extends"), "left out of the first edition", extends)


class HouseDocument(Table):
    """A house's policy: what it decides, with the source of every value, in editions by date."""

    name: Name = Field(description="what the policy is called, such as imparfaite")
    currency: Currency = Field(description="the currency of every amount, such as EUR")
    zone: TimeZone = Field(description="where the house's days begin and end, such as Europe/Paris")
    calendar: CalendarKey = Field(
        description="whose public holidays the house keeps: a country, perhaps with a region, "
        "such as FR or FR-57"
    )
    edition: Annotated[
        list[EditionDocument],
        Field(min_length=1),
        ascending("since", code="editions-overlap"),
        beside(_first_extends_nothing),
    ] = Field(description="the editions, the oldest first; each applies until the next begins")

    @model_validator(mode="before")
    @classmethod
    def _enter(cls, found: object, info: ValidationInfo) -> object:
        Reading.of(info).currency = _known_currency(found)
        return found

    def to_policies(self) -> tuple[HousePolicy, ...]:
        """Build every edition that the rules take."""
        return tuple(edition.to_policy(self) for edition in self.edition)


def _known_currency(found: object) -> str | None:
    code = table_in(found).get("currency")
    try:
        return currency_of(code).code if isinstance(code, str) else None
    except MoneyError:
        return None
