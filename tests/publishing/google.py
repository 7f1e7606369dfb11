"""What Google asks of the structured data of a merchant, as its documentation said in 2026.

Sources: Google Search Central, "Merchant listing (Product, Offer) structured data" for
`OfferShippingDetails` and `MerchantReturnPolicy`, "Merchant return policy (MerchantReturnPolicy)
structured data" for policies of an `Organization`, read in the search index; the country that
pieces are sent back to has been in its required example since March 2025.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

Node: TypeAlias = "dict[str, object]"

FINITE = "https://schema.org/MerchantReturnFiniteReturnWindow"
NO_RETURNS = "https://schema.org/MerchantReturnNotPermitted"
COUNTRIES_AT_MOST = 25

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "MerchantReturnPolicy": ("applicableCountry", "returnPolicyCategory"),
    "OfferShippingDetails": ("shippingDestination",),
    "DefinedRegion": ("addressCountry",),
    "MonetaryAmount": ("currency",),
    "OpeningHoursSpecification": ("dayOfWeek",),
}
RECOMMENDED: Mapping[str, tuple[str, ...]] = {
    "MerchantReturnPolicy": (
        "customerRemorseReturnFees",
        "customerRemorseReturnLabelSource",
        "itemDefectReturnFees",
        "itemDefectReturnLabelSource",
        "merchantReturnDays",
        "refundType",
        "returnFees",
        "returnLabelSource",
        "returnMethod",
        "returnPolicyCountry",
    ),
    "OfferShippingDetails": ("deliveryTime", "shippingRate"),
    "ShippingDeliveryTime": ("businessDays", "transitTime"),
}


def nodes(node: object) -> Iterator[Node]:
    """Give every node of a document."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


def missing(node: Node, wanted: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Name the properties that a node of its class has to have and has not."""
    kind = str(node.get("@type"))
    return [f"{kind}.{name}" for name in wanted.get(kind, ()) if name not in node]


def faults(document: object) -> Iterator[str]:
    """Name what keeps a document from being read: what is missing, or not of the shape."""
    for node in nodes(document):
        yield from missing(node, REQUIRED)
        match node.get("@type"):
            case "MerchantReturnPolicy":
                yield from _return_faults(node)
            case "OfferShippingDetails":
                yield from _shipping_faults(node)
            case "MonetaryAmount" if not {"value", "maxValue"} & set(node):
                yield "MonetaryAmount: neither value nor maxValue"
            case "QuantitativeValue" if node.get("unitCode") == "DAY":
                yield from _day_faults(node)
            case _:
                pass


def _return_faults(node: Node) -> Iterator[str]:
    countries = node.get("applicableCountry")
    if isinstance(countries, list) and len(countries) > COUNTRIES_AT_MOST:
        yield "MerchantReturnPolicy: too many countries"
    if node.get("returnPolicyCategory") == FINITE and "merchantReturnDays" not in node:
        yield "MerchantReturnPolicy: a finite window of unknown length"
    fees = str(node.get("returnFees"))
    if fees.endswith("ReturnShippingFees") and "returnShippingFeesAmount" not in node:
        yield "MerchantReturnPolicy: fees of unknown amount"


def _shipping_faults(node: Node) -> Iterator[str]:
    if "shippingRate" not in node and "doesNotShip" not in node:
        yield "OfferShippingDetails: neither a rate nor that it does not ship"


def _day_faults(node: Node) -> Iterator[str]:
    low, high = node.get("minValue"), node.get("maxValue")
    if not (isinstance(low, int) and isinstance(high, int) and 0 <= low <= high):
        yield f"QuantitativeValue: from {low} to {high} days"
