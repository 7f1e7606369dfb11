"""The catalogues of words, one folder for each language.

A language is added by adding its folder; no list names them. Catalogues are text only and are
compiled in memory when a language is first used, so no stale compiled file can ever be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

import babel
from attrs import frozen
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from vintage_rules.errors import UnknownLocaleError

DOMAIN = "vintage_rules"
_FOLDER = files("vintage_rules.wording").joinpath("locale")


def _file(language: str) -> Traversable:
    return _FOLDER.joinpath(language, "LC_MESSAGES", f"{DOMAIN}.po")


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue, in alphabetical order.

    >>> "fr" in languages()
    True
    """
    folders = (folder.name for folder in _FOLDER.iterdir())
    return tuple(sorted(name for name in folders if _file(name).is_file()))


def locale_of(identifier: str) -> babel.Locale:
    """Return the locale of an identifier such as `fr`, `fr-BE` or `fr_CA`.

    Raises:
        UnknownLocaleError: If the language has no catalogue.

    >>> locale_of("fr-be").territory
    'BE'
    """
    try:
        return babel.Locale.parse(identifier.replace("-", "_"))
    except (babel.UnknownLocaleError, ValueError, TypeError, AttributeError):
        raise UnknownLocaleError(identifier, languages()) from None


def language_of(locale: babel.Locale) -> str:
    """Return the language of the catalogue for a locale: its own, or the one it is a variety of.

    Raises:
        UnknownLocaleError: If its language has none.

    >>> language_of(locale_of("fr_CA"))
    'fr'
    """
    known = languages()
    for name in _from_most_to_least_particular(str(locale)):
        if name in known:
            return name
    raise UnknownLocaleError(str(locale), known)


def _from_most_to_least_particular(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition("_")[0]


@frozen
class Catalogue:
    """The words of one language, and the keys of all its messages."""

    words: GNUTranslations
    keys: frozenset[str]


@cache  # bounded by the languages; any other name raises
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language, read and compiled once.

    >>> catalogue("en").words.ngettext("duration.days", "duration.days", 2)
    '{count} days'
    """
    with _file(language).open("rb") as text:
        messages = read_po(text, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Catalogue(GNUTranslations(compiled), frozenset(_keys(messages)))


def _keys(messages: Catalog) -> Iterator[str]:
    for message in messages:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:
            yield key
