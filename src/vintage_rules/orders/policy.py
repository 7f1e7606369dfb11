"""How a house takes an order, and all it has decided: each value defined once."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from attrs import frozen

from vintage_rules.fields import (
    AddressField,
    CurrencyCode,
    FromHouseOf,
    HolidayCalendar,
    LeftOut,
    NotForCustomers,
    Reference,
    SourceOf,
    Sources,
    Tables,
    TimeZone,
)
from vintage_rules.findings import (
    Described,
    Finding,
    Written,
    as_written,
    is_list,
    is_table,
    items_in,
    table_in,
    within,
)
from vintage_rules.ids import Edition
from vintage_rules.offers.policy import (
    ListingPolicy,
)
from vintage_rules.orders.labels import NO_LABELS, HouseLabels
from vintage_rules.pricing.policy import GIFT_CARD, PricingPolicy
from vintage_rules.returns.policy import ReturnsPolicy
from vintage_rules.returns.refund_policy import ranked
from vintage_rules.service.policy import ServicePolicy
from vintage_rules.shipping.policy import ShippingPolicy


class AfterAnOffer(StrEnum):
    """The edition of an order that follows an accepted offer.

    The one in force, or the one the offer was opened under.
    """

    AS_PLACED = "as-placed"
    AS_OFFERED = "as-offered"


@frozen(kw_only=True)
class CheckoutPolicy:
    """What must hold before an order is taken. Clauses C1, C2, C4.

    `after_an_offer` says whether offers opened before this edition keep theirs for the order that
    follows. `handling_fees` names the fees that customs count as handling (clause L16).
    """

    edition: FromHouseOf[Edition]
    guests_may_order: Annotated[
        bool, "whether one may order with an e-mail address that belongs to no account"
    ]
    required_address_fields: Annotated[
        tuple[str, ...],
        AddressField(),
        "what an address must hold, such as [ name, line1, city, country ]",
    ]
    handling_fees: Annotated[
        tuple[str, ...],
        Reference("fees"),
        "the fees that customs count as handling",
        NotForCustomers("customs alone count it; the sum they are paid on is published"),
    ]
    after_an_offer: Annotated[
        AfterAnOffer,
        LeftOut(means=AfterAnOffer.AS_PLACED),
        "as-placed: an order is under the edition in force on its day, as if left out; as-offered: "
        "one that follows an accepted offer keeps the edition of that offer",
        NotForCustomers("not published yet: which terms an order after an offer is under (C1)"),
    ]
    availability_sources: Sources
    charge_sources: Annotated[tuple[str, ...], SourceOf("charge")]
    address_sources: Annotated[tuple[str, ...], SourceOf("required_address_fields")]
    account_sources: Annotated[tuple[str, ...], SourceOf("guests_may_order")]


@frozen(kw_only=True)
class HousePolicy:
    """One edition: everything the house has decided, from a day on."""

    edition: FromHouseOf[Edition]
    since_sources: FromHouseOf[tuple[str, ...]]
    currency: Annotated[str, CurrencyCode(), "the currency of every amount, such as EUR"]
    zone: Annotated[
        str,
        TimeZone(),
        "where the house's days begin and end, such as Europe/Paris",
        NotForCustomers("not published yet: on whose clock hours and last days are (K1)"),
    ]
    calendar: Annotated[
        str,
        HolidayCalendar(),
        "whose public holidays the house keeps: a country, perhaps with a region, such as FR or "
        "FR-57",
        NotForCustomers("not published yet: whose public holidays are kept (K1)"),
    ]
    pricing: Annotated[PricingPolicy, Tables(), "all that has to do with money"]
    shipping: Annotated[ShippingPolicy, Tables(), "all that has to do with shipping"]
    listing: Annotated[ListingPolicy, Tables(), "all that has to do with a piece for sale"]
    returns: Annotated[ReturnsPolicy, Tables(), "all that has to do with what comes back"]
    service: Annotated[ServicePolicy, Tables(), "what the house does for people"]
    checkout: Annotated[CheckoutPolicy, "what must hold before an order is taken"]
    labels: Annotated[
        HouseLabels,
        LeftOut(means=NO_LABELS, shown=False),
        "what people call the house's own names; as the catalogues do, if left out",
    ]

    @property
    def origin(self) -> str:
        """The territory, country or calendar that parcels start in unless a fact says otherwise."""
        return self.shipping.customs.origin or self.calendar

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require that every order the house takes can be priced, returned and refunded."""
        yield from _unpriced_duties(table)
        yield from _unreturnable_modes(table)
        yield from _unrefundable_tenders(table)


def _unpriced_duties(edition: Written) -> Iterator[Finding]:
    """Find destinations whose duties are said to be in the price, where no fee holds them."""
    at = ("shipping", "customs", "collected_at_checkout")
    collected = within(edition, *at)
    fees = items_in(within(edition, "pricing", "fees"))
    components = (part for fee in fees for part in items_in(table_in(fee).get("components")))
    priced = any("duties" in items_in(table_in(part).get("base")) for part in components)
    if items_in(collected) and not priced:
        allowed = "left out where no fee has duties in its base"
        yield Finding(at, allowed, Described(as_written(collected)))


def _unreturnable_modes(edition: Written) -> Iterator[Finding]:
    listed = items_in(within(edition, "shipping", "modes"))
    modes = [name for name in map(_name, listed) if isinstance(name, str)]
    known = within(edition, "returns", "returns", "domain", "modes")
    missing = [mode for mode in modes if mode not in items_in(known)]
    if is_list(known) and missing:
        allowed = f"a list with every mode of shipping ({', '.join(modes)})"
        yield Finding(
            ("returns", "returns", "domain", "modes"), allowed, Described(as_written(known))
        )


def _name(found: object) -> object:
    return table_in(found).get("name")


def _unrefundable_tenders(edition: Written) -> Iterator[Finding]:
    taken = items_in(within(edition, "pricing", "tenders", "kinds"))
    cards = [GIFT_CARD] if is_table(within(edition, "pricing", "gift_card")) else []
    known = within(edition, "returns", "refunds", "tenders")
    missing = [tender for tender in (*taken, *cards) if tender not in ranked(known)]
    if is_list(known) and missing:
        allowed = f"ranks of every means of payment ({as_written([*taken, *cards])})"
        yield Finding(("returns", "refunds", "tenders"), allowed, Described(as_written(known)))
