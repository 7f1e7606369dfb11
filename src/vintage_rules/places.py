"""Addresses, the territories they lie in, and the areas those territories belong to.

A delivery area, a customs area and a VAT area are three answers about one address. The United
Kingdom is Europe for delivery times and abroad for customs; the Canaries are Spain, inside the
customs union and outside its VAT; Northern Ireland differs from Great Britain. This module has
their shapes; the table of the world's territories, with its sources, is in `vintage_rules.world`,
whose `locate` finds the one of an address.
"""

from __future__ import annotations

from collections.abc import Container
from enum import StrEnum
from unicodedata import category, normalize

from attrs import field, frozen

from vintage_rules.errors import PlaceError
from vintage_rules.json_field import JsonField

_LONGEST = 100
_LETTERS = 2

# The zero-width non-joiner and joiner: Persian and the scripts of India are spelt with them.
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
# What typesetting, word processors and files leave in copied text: the soft hyphen, spaces of no
# width, marks of direction.
_LEFT_BY_COPYING = dict.fromkeys(
    (0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
)


def _cleaned(text: str) -> str:
    """The text as it was typed, every space a plain one."""
    if text.isprintable():  # none of these is
        return text
    typed = text.translate(_LEFT_BY_COPYING)
    return "".join(" " if category(letter) == "Zs" else letter for letter in typed)


def _printable(text: str) -> bool:
    return text.isprintable() and len(text) <= _LONGEST


def _country(code: str) -> str:
    cleaned = _cleaned(code).strip() if isinstance(code, str) else ""
    # Checked before capitals are made: those of "ß" are "SS", South Sudan.
    if len(cleaned) != _LETTERS or not (cleaned.isascii() and cleaned.isalpha()):
        raise PlaceError("country", code, "a country code of two letters, such as FR")
    return cleaned.upper()


def _postal_code(code: str | None) -> str | None:
    if code is None:
        return None
    narrow = _narrow(code) if isinstance(code, str) else "\n"
    if not _printable(narrow):
        raise PlaceError("postal_code", code, f"at most {_LONGEST} printable characters")
    return " ".join(narrow.upper().split()) or None


def _narrow(code: str) -> str:
    # Japanese forms write their digits wide, word processors make dashes of hyphens.
    if code.isascii():
        return code
    narrow = normalize("NFKC", _cleaned(code).translate(_JOINERS))
    return "".join("-" if category(letter) == "Pd" else letter for letter in narrow)


def _city(name: str | None) -> str | None:
    if name is None:
        return None
    cleaned = _cleaned(name) if isinstance(name, str) else "\n"
    visible = cleaned if cleaned.isprintable() else cleaned.translate(_JOINERS)
    if not _printable(visible):
        raise PlaceError("city", name, f"at most {_LONGEST} printable characters")
    return " ".join(cleaned.split()) if visible.strip() else None


@frozen(kw_only=True)
class Place(JsonField):
    """An address as far as rules need it.

    That is the country, and the postal code and city where the answer depends on them.

    Capitals, spaces and wide digits are tidied, and marks that only copying brings are removed:
    no-break spaces become spaces, soft hyphens and marks of direction go. The zero-width joiners
    that spell Persian and Indian names are kept.

    Raises:
        PlaceError: If one is not usable; it names the field.

    >>> Place(country="gb", postal_code="bt7  1nn")
    Place(country='GB', postal_code='BT7 1NN', city=None)
    """

    country: str = field(converter=_country)
    postal_code: str | None = field(default=None, converter=_postal_code)
    city: str | None = field(default=None, converter=_city)

    @property
    def is_country_alone(self) -> bool:
        """Whether it names a country and nothing in it, so that no parcel can be sent there."""
        return self.postal_code is None and self.city is None


class Area(StrEnum):
    """The part of the world a delivery goes to. Clauses L9 to L11."""

    METROPOLITAN_FRANCE = "metropolitan-france"
    EUROPE = "europe"
    WORLD = "world"


class Membership(StrEnum):
    """How far a territory belongs to an area of the European Union."""

    FULL = "full"
    GOODS_ONLY = "goods-only"
    CUSTOMS_UNION = "customs-union"
    NONE = "none"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class Territory:
    """A part of the world in which the same rules hold for a parcel.

    `code` is its own and canonical (`FR`, `RE`, `GB-NIR`, `ES-CN`). `country` is the ISO country
    whose delivery times it has (`GB` for Northern Ireland, `ES` for the Canaries, `RE` for
    Réunion).
    """

    code: str
    name: str
    country: str
    area: Area
    eu_customs: Membership
    eu_vat: Membership
    source: str

    @property
    def is_known(self) -> bool:
        """Whether it is known which areas it belongs to; an address may leave that open."""
        return Membership.UNKNOWN not in (self.eu_customs, self.eu_vat)

    @property
    def is_inside_the_union(self) -> bool:
        """Whether goods in free circulation in the Union reach it without import. Clause L13."""
        inside = (Membership.FULL, Membership.GOODS_ONLY)
        return self.eu_customs in inside and self.eu_vat in inside

    def lies_in(self, areas: Container[Area], codes: Container[str]) -> bool:
        """Return whether it is in one of these areas, or it or its country is among these codes."""
        return self.area in areas or self.code in codes or self.country in codes


@frozen(kw_only=True)
class Destination:
    """An address, the territory it lies in, and the name of its calendar of public holidays."""

    place: Place
    territory: Territory
    calendar: str
