"""Houses elsewhere, one that takes nothing back and one that takes no offers, as documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from attrs import frozen

_LUNE = Path(__file__).parents[2] / "docs/guide/lune.toml"
_AMOUNT = re.compile(r"\b(fixed|minimum|maximum|at_least|above|price) = ([0-9][0-9_]*\.[0-9]{2})\b")


@frozen(kw_only=True)
class Country:
    """Where a house is at home: its currency, its clock, its holidays, and how it says amounts."""

    code: str
    currency: str
    zone: str
    calendar: str
    amount: Callable[[Decimal], str]


COUNTRIES = {
    "japan": Country(
        code="JP",
        currency="JPY",
        zone="Asia/Tokyo",
        calendar="JP",
        amount=lambda euros: str(int(euros * 160)),
    ),
    "kuwait": Country(
        code="KW",
        currency="KWD",
        zone="Asia/Kuwait",
        calendar="KW",
        amount=lambda euros: f"{euros / 3:.3f}",
    ),
    "switzerland": Country(
        code="CH",
        currency="CHF",
        zone="Europe/Zurich",
        calendar="CH-ZH",
        amount=lambda euros: f"{euros:.2f}",
    ),
}


def first_edition() -> str:
    """Give the house of the guide with its first edition alone."""
    return _LUNE.read_text("utf-8").rsplit("\n# A later edition", 1)[0] + "\n"


def house_in(name: str) -> str:
    """Give the house of the guide as it would be in another country, delivering there alone."""
    home, text = COUNTRIES[name], first_edition()
    text = _AMOUNT.sub(
        lambda found: f"{found[1]} = {home.amount(Decimal(found[2].replace('_', '')))}", text
    )
    text = text.replace('name = "lune"', f'name = "{name}"', 1)
    text = text.replace('currency = "EUR"', f'currency = "{home.currency}"')
    text = text.replace('zone = "Europe/Brussels"', f'zone = "{home.zone}"')
    text = text.replace('calendar = "BE"', f'calendar = "{home.calendar}"')
    text = text.replace('["BE", "FR", "LU", "NL"]', f'["{home.code}"]')
    for part in (ZONE_OF_EUROPE, TIMES_OF_COUNTRIES):
        assert part in text
        text = text.replace(part, "")
    text = TABLE_OF_EUROPE.sub("", text)
    return text.replace('registrations = ["no-voec"]', "registrations = []")


def house_without_returns() -> str:
    """Give the house of the guide as one that takes nothing back, whatever the reason."""
    text = first_edition()
    start = text.index("# Rows are tried in order")
    end = text.index("[edition.returns.refunds]")
    return text[:start] + NO_RETURNS + text[end:]


def house_without_offers() -> str:
    """Give the house of the guide as one whose prices are its prices."""
    text = first_edition()
    start = text.index("# An offer waits 48 hours")
    end = text.index("[edition.listing.catalogue]")
    return text[:start] + NO_OFFERS + text[end:]


ZONE_OF_EUROPE = """[[edition.shipping.delivery.zones]]
name = "europe"
areas = ["metropolitan-france", "europe"]
transit = "3 to 8 ouvrables"
source = "article 9"

"""
TABLE_OF_EUROPE = re.compile(
    r'\[\[edition\.shipping\.postage\.tables\]\]\nname = "europe"\n(.+\n)+\n'
)
TIMES_OF_COUNTRIES = """[[edition.shipping.delivery.countries]]
transit = { DE = "2 to 4 ouvres" }
source = "article 9"

"""
NO_RETURNS = """[[edition.returns.returns.rules]]
name = "nothing-comes-back"
outcome = "refused"
source = "article 14"

"""
NO_OFFERS = """[edition.listing.offers]
taken = false
source = "article 12"

"""
