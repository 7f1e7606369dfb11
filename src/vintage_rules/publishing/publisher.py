"""The publisher: what a policy does not say about the house itself."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from vintage_rules.errors import InvalidValueError, PlaceError
from vintage_rules.places import Place
from vintage_rules.world.territory_rows import countries


def _name(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise InvalidValueError("name", name, "a name that can be printed")
    return name.strip()


def _url(url: str | None, name: str) -> str | None:
    if url is not None and not url.startswith(("https://", "http://")):
        raise InvalidValueError(name, url, "an address that starts with https://")
    return url


def _site(url: str | None) -> str | None:
    return _url(url, "url")


def _page(url: str | None) -> str | None:
    return _url(url, "page")


def _country(code: str | None) -> str | None:
    if code is None:
        return None
    tidy = Place(country=code).country
    if tidy not in {territory.code for territory in countries()}:
        raise PlaceError("country", code, "the ISO 3166 code of a country")
    return tidy


@frozen(kw_only=True)
class Publisher:
    """The house as its customers know it.

    Its name, and if known the addresses of its site and of the page where this is published, the
    country that returns are sent to, and by channel of its policy the address it is reached at.

    Raises:
        InvalidValueError: For a name that is empty or an address that is none.
        PlaceError: For a country code that is none.

    >>> Publisher(name="Lune", url="https://lune.example", country="fr").country
    'FR'
    """

    name: str = field(converter=_name)
    url: str | None = field(default=None, converter=_site)
    page: str | None = field(default=None, converter=_page)
    country: str | None = field(default=None, converter=_country)
    contacts: Mapping[str, str] = field(factory=dict[str, str])
