"""The shipped house as it would be in yen, dinars and dollars, in Tokyo and in New York: every
figure that is published is the policy's own, in the decimals of its currency.

A yen has no smaller coin, a dinar a thousand fils: whoever counts in hundredths is off by a
hundred or by ten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import TypeAlias

import pytest

from tests.publishing.houses import PUBLISHER, TODAY, document_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import parse_policy
from vintage_rules.publishing import (
    faq_as_markdown,
    return_policies,
    shipping_details,
    ucp,
    write_faq,
)
from vintage_rules.publishing.documents import text_of
from vintage_rules.wording import locales

Figure: TypeAlias = Callable[[Decimal], Decimal]
_AMOUNT = re.compile(r"\b((?:above|at_least|below|fixed|maximum|minimum|price) = )(\d+\.\d\d)\b")
_WITHDRAWAL = 'name = "withdrawal"\nparts'


def as_yen(euros: Decimal) -> Decimal:
    """A hundred yen for each euro: 5.49 is 549."""
    return (euros * 100).to_integral_value()


def as_dinars(euros: Decimal) -> Decimal:
    """As many dinars as euros, and five fils: 5.49 is 5.495."""
    return euros + Decimal("0.005")


def as_dollars(euros: Decimal) -> Decimal:
    """As many dollars as euros."""
    return euros


FIGURES: dict[str, Figure] = {"JPY": as_yen, "KWD": as_dinars, "USD": as_dollars}
PLACES = {
    "JPY": ("Asia/Tokyo", "JP"),
    "KWD": ("Asia/Kuwait", "none"),
    "USD": ("America/New_York", "US"),
}


def text_in(currency: str) -> str:
    """Give the document of the shipped house with another currency, zone and calendar."""
    figure = FIGURES[currency]
    zone, calendar = PLACES[currency]
    text = _AMOUNT.sub(
        lambda found: f"{found[1]}{figure(Decimal(found[2]))}", document_of("imparfaite")
    )
    text = text.replace('currency = "EUR"', f'currency = "{currency}"', 1)
    text = text.replace('zone = "Europe/Paris"', f'zone = "{zone}"', 1)
    if calendar != "none":
        text = text.replace('calendar = "FR"', f'calendar = "{calendar}"', 1)
    return text


@cache
def house_in(currency: str, kept: str = "") -> HousePolicy:
    """Load it, with `kept` as what it keeps of a refund."""
    text = text_in(currency)
    if kept:
        deduction = f'\ndeduction = {{ {kept}, rounding = "half-up" }}\n'
        assert _WITHDRAWAL in text
        text = text.replace(_WITHDRAWAL, _WITHDRAWAL.replace("\n", deduction), 1)
    return parse_policy(text.encode(), "house.toml").latest


def page_of(currency: str, locale: str = "en-GB", kept: str = "") -> str:
    """Write the questions and answers, with plain spaces."""
    faq = write_faq(house_in(currency, kept), PUBLISHER, locale, TODAY)
    return (
        faq_as_markdown(faq)
        .replace("\N{NO-BREAK SPACE}", " ")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
    )


class TestFaq:
    """Questions and answers in other currencies."""

    @pytest.mark.parametrize(
        ("currency", "said"),
        [
            ("JPY", "It is never more than JP¥1,500."),
            ("JPY", "from JP¥2,500 to JP¥50,000"),
            ("JPY", "JP¥549 up to 250 g | JP¥3,959 up to 30 kg"),
            ("KWD", "It is never more than KWD 15.005."),
            ("KWD", "from KWD 25.005 to KWD 500.005"),
            ("KWD", "KWD 5.495 up to 250 g | KWD 39.595 up to 30 kg"),
            ("USD", "It is never more than US$15.00."),
            ("USD", "from US$25.00 to US$500.00"),
            ("USD", "US$5.49 up to 250 g | US$39.59 up to 30 kg"),
        ],
    )
    def test_names_the_policys_amounts(self, currency: str, said: str) -> None:
        """The cap of the fee, the bounds of a gift card and the first and last bands."""
        assert said in page_of(currency).replace("\\", "")

    @pytest.mark.parametrize("currency", FIGURES)
    @pytest.mark.parametrize("locale", locales())
    def test_names_no_other_currency(self, currency: str, locale: str) -> None:
        """Only what British customs count in is in pounds; nothing is left in euros."""
        text = page_of(currency, locale)
        assert "€" not in text
        assert "EUR" not in text

    @pytest.mark.parametrize(
        ("currency", "kept", "said"),
        [
            ("JPY", "fixed = 500", "deduct from the refund: JP¥500."),
            ("KWD", "fixed = 5.005", "deduct from the refund: KWD 5.005."),
            ("USD", "fixed = 5.05", "deduct from the refund: US$5.05."),
            ("JPY", "rate = 0.125", "deduct from the refund: 12.5%."),
            ("JPY", "fixed = 500, rate = 0.10", "deduct from the refund: JP¥500 and 10%."),
        ],
    )
    def test_names_what_is_kept_of_a_refund(self, currency: str, kept: str, said: str) -> None:
        """An amount as money, a share in per cent: where a return costs it, and what is refunded,
        in each of two zones.
        """
        assert page_of(currency, kept=kept).count(said) == 3
        assert "is kept: " not in page_of(currency)


class TestUcp:
    """What is kept, in the smallest unit that the currency has, or in hundredths of a per cent."""

    @pytest.mark.parametrize(
        ("currency", "kept", "fee"),
        [
            ("JPY", "fixed = 500", {"amount": 500}),
            ("JPY", "fixed = 1", {"amount": 1}),
            ("KWD", "fixed = 5", {"amount": 5000}),
            ("KWD", "fixed = 5.005", {"amount": 5005}),
            ("USD", "fixed = 5.00", {"amount": 500}),
            ("USD", "fixed = 0.05", {"amount": 5}),
            ("USD", "rate = 0.10", {"percentage_bps": 1000}),
            ("USD", "rate = 0.0001", {"percentage_bps": 1}),
            ("USD", "rate = 0.00011", {"percentage_bps": 2}),
            ("USD", "rate = 1", {"percentage_bps": 10_000}),
            ("JPY", "fixed = 500, rate = 0.10", None),
            ("JPY", "", {"percentage_bps": 0}),
        ],
    )
    def test_restocking_fee(self, currency: str, kept: str, fee: object) -> None:
        """500 yen are 500, five dinars 5,000 fils, five dollars 500 cents. Never less than is kept:
        a share is rounded up. A sum of both is left to the words.
        """
        document = json.loads(text_of(ucp(house_in(currency, kept), PUBLISHER, "en-GB")))
        (policy,) = document["returns"][0]["policies"]
        assert policy.get("restocking_fee") == fee


class TestSchemaOrg:
    """Amounts in the currency itself."""

    @pytest.mark.parametrize(
        ("currency", "kept", "fee"),
        [
            ("JPY", "fixed = 500", {"currency": "JPY", "value": "500"}),
            ("KWD", "fixed = 5.005", {"currency": "KWD", "value": "5.005"}),
            ("USD", "fixed = 5.05", {"currency": "USD", "value": "5.05"}),
            ("USD", "rate = 0.125", "12.5"),
            ("USD", "per_return = 4.95", {"currency": "USD", "value": "4.95"}),
        ],
    )
    def test_restocking_fee(self, currency: str, kept: str, fee: object) -> None:
        """A fixed amount is money, a share the number of per cent."""
        text = text_of(return_policies(house_in(currency, kept), PUBLISHER))
        found = json.loads(text, parse_float=str, parse_int=str)[0]["restockingFee"]
        if isinstance(found, dict):
            assert found.pop("@type") == "MonetaryAmount"
        assert found == fee

    def test_restocking_fee_of_both(self) -> None:
        """500 yen and a tenth stand side by side."""
        house = house_in("JPY", "fixed = 500, rate = 0.10")
        fixed, share = json.loads(text_of(return_policies(house, PUBLISHER)))[0]["restockingFee"]
        assert (fixed["value"], share) == (500, 10)

    @pytest.mark.parametrize(
        ("currency", "low", "high"),
        [("JPY", "549", "3959"), ("KWD", "5.495", "39.595"), ("USD", "5.49", "39.59")],
    )
    def test_shipping_rates(self, currency: str, low: str, high: str) -> None:
        """From the lightest parcel to the heaviest, to France."""
        text = text_of(shipping_details(house_in(currency)))
        rate = json.loads(text, parse_float=str, parse_int=str)[0]["shippingRate"]
        assert (rate["currency"], rate["minValue"], rate["maxValue"]) == (currency, low, high)

    @pytest.mark.parametrize(
        ("currency", "price"), [("JPY", "929"), ("KWD", "9.295"), ("USD", "9.29")]
    )
    def test_shipping_rate_of_a_piece(self, currency: str, price: str) -> None:
        """600 g are 9.29 in euros."""
        text = text_of(shipping_details(house_in(currency), weight_g=600))
        rate = json.loads(text, parse_float=str, parse_int=str)[0]["shippingRate"]
        assert (rate["currency"], rate["value"]) == (currency, price)
