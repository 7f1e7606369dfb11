"""A house in the vocabulary of schema.org: one JSON-LD document."""

from __future__ import annotations

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.documents import Json
from vintage_rules.publishing.publisher import Publisher
from vintage_rules.publishing.schema_returns import return_policies
from vintage_rules.publishing.schema_shipping import shipping_details


def schema_org(house: HousePolicy, publisher: Publisher) -> dict[str, Json]:
    """Return the house as an `OnlineStore` with its return policies, and what shipping it offers.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> schema_org(house, Publisher(name="Imparfaite"))["@type"]
    'OnlineStore'
    """
    document: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": "OnlineStore",
        "name": publisher.name,
    }
    if publisher.url is not None:
        document["url"] = publisher.url
    document["hasMerchantReturnPolicy"] = return_policies(house, publisher)
    document["makesOffer"] = {"@type": "Offer", "shippingDetails": shipping_details(house)}
    return document
