"""A parcel in the form that karrio takes, and its prices and documents read."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from decimal import Decimal

from vintage_rules.adapters.json_answers import Answer, Json
from vintage_rules.money import Money, Rounding, currency_of, rounded
from vintage_rules.ports.carrier import Rate, Shipment
from vintage_rules.ports.directory import PostalAddress

_GRAMS_IN_A_KILOGRAM = 1000
_MEDIA_TYPES = {"PDF": "application/pdf", "PNG": "image/png", "ZPL": "application/zpl"}
# Prices pass through binary floats in karrio, which may miss a cent by less than this.
_NOISE = Decimal("0.000001")


def request(shipment: Shipment, carrier_ids: Sequence[str]) -> dict[str, Json]:
    """Return a parcel in karrio's form. Numbers are written as texts, exactly."""
    kilograms = str(Decimal(shipment.weight_g) / _GRAMS_IN_A_KILOGRAM)
    written: dict[str, Json] = {
        "shipper": _address(shipment.sender),
        "recipient": _address(shipment.recipient),
        "parcels": [
            {"weight": kilograms, "weight_unit": "KG", "description": shipment.description}
        ],
        "reference": shipment.reference,
    }
    if carrier_ids:
        written["carrier_ids"] = [*carrier_ids]
    if shipment.sender.place.country != shipment.recipient.place.country:
        written["customs"] = _customs(shipment, kilograms)
    return written


def _address(address: PostalAddress) -> dict[str, Json]:
    first, *others = address.lines
    return {
        "person_name": address.name,
        "address_line1": first,
        "address_line2": ", ".join(others) or None,
        "city": address.place.city,
        "postal_code": address.place.postal_code,
        "country_code": address.place.country,
        "phone_number": address.phone,
        "email": address.email,
    }


def _customs(shipment: Shipment, kilograms: str) -> Json:
    goods = shipment.goods
    return {
        "content_type": "merchandise",
        "content_description": shipment.description,
        "duty": {"paid_by": "recipient"},
        "commodities": [
            {
                "title": shipment.description,
                "quantity": 1,
                "weight": kilograms,
                "weight_unit": "KG",
                "value_amount": str(goods.amount),
                "value_currency": goods.currency.code,
            }
        ],
    }


def rates(answer: Answer) -> tuple[Rate, ...]:
    """Return what each service costs, the cheapest first."""
    found = (_rate(each) for each in answer.each("rates"))
    return tuple(sorted(found, key=lambda rate: (rate.price.amount, rate.service)))


def _rate(answer: Answer) -> Rate:
    # karrio cuts a range such as 2 to 5 days down to its first number: the last is not known.
    days = answer.count("transit_days") if answer.has("transit_days") else None
    return Rate(service=service(answer), price=price(answer), shortest_days=days, longest_days=None)


def service(rate: Answer) -> str:
    """Return a name of a service that is unique among carriers."""
    return f"{rate.text('carrier_id')}:{rate.text('service')}"


def price(rate: Answer) -> Money:
    """Return the price of a rate."""
    charged, code = rate.number("total_charge"), rate.text("currency")
    cents = rounded(charged, currency_of(code), Rounding.HALF_UP)
    if charged < 0 or abs(charged - cents.amount) > _NOISE:
        raise rate.get("total_charge").wrong(f"an amount of {code} in whole cents")
    return cents


def document(answer: Answer) -> tuple[bytes, str]:
    """Return a label and its media type."""
    kind = answer.text("format").upper()
    try:
        content = b64decode(answer.text("base64"), validate=True)
    except ValueError:
        raise answer.get("base64").wrong("a document in base64") from None
    return content, _MEDIA_TYPES.get(kind, f"application/{kind.lower()}")
