"""The parcels that a contract is about, and how a carrier reports them."""

from __future__ import annotations

import pytest
from attrs import frozen

from vintage_rules.money import Money
from vintage_rules.places import Place
from vintage_rules.ports.carrier import Shipment
from vintage_rules.ports.directory import PostalAddress

PARCEL = "8R0000000001"
NOBODYS = "8R9999999999"
ADA = PostalAddress(
    name="Ada Lovelace",
    lines=("12 rue des Lilas",),
    place=Place(country="FR", postal_code="75011", city="Paris"),
    phone="+33123456789",
    email="ada@example.com",
)
GRETA = PostalAddress(
    name="Greta Müller",
    lines=("Torstraße 1", "Hinterhaus"),
    place=Place(country="DE", postal_code="10119", city="Berlin"),
    phone="+4930123456",
    email="greta@example.com",
)
COAT = Shipment(
    reference="order/1/p1",
    sender=ADA,
    recipient=GRETA,
    weight_g=1_400,
    goods=Money("185.00", "EUR"),
    description="wool coat, second-hand",
)


@frozen(kw_only=True)
class ReportedScan:
    """A scan as a carrier reports it. `at` is what it writes, with an offset or without."""

    code: str
    at: str
    text: str = "seen"
    place: str | None = None


def need(name: str, *, here: bool) -> None:
    """Leave a test out where an adapter says that there is no such outside."""
    if not here:
        pytest.skip(f"there is no {name} outside")
