"""The document itself: whose policy it is, and its editions by date.

The rules take each edition as one `HousePolicy`. A document says what all editions share at its
top, and each edition from which day it applies: this is the one place where the two are converted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

import attrs
from attrs import frozen

from vintage_rules.errors import MoneyError
from vintage_rules.fields import Words
from vintage_rules.findings import (
    Finding,
    Path,
    Written,
    is_list,
    is_table,
    items_in,
    not_ascending,
    table_in,
    within,
)
from vintage_rules.ids import Edition
from vintage_rules.money import currency_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.building import Builder
from vintage_rules.policies.pages import Page
from vintage_rules.policies.reading import Mismatch, Reader
from vintage_rules.policies.shapes import (
    Field,
    ListOf,
    One,
    Shape,
    Value,
    fields_in,
    plain_field,
    shape_in,
    shape_of,
)

T = TypeVar("T")
_EXTENDS = "previous"


@frozen(kw_only=True)
class PolicyDocument:
    """A document that was read: what it says for all editions, and each edition."""

    page: Page
    editions: tuple[Page, ...]

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return str(self.page["currency"])


@lru_cache(maxsize=1)
def document_shape() -> Shape:
    """Return the shape of a document.

    >>> [field.key for field in document_shape().fields]
    ['name', 'currency', 'zone', 'calendar', 'edition']
    """
    name = shape_of(Edition).keys["name"]
    shared = (field for field in shape_of(HousePolicy).fields if shape_in(field.form) is None)
    text = "the editions, the oldest first; each applies until the next begins"
    editions = plain_field("edition", ListOf(One(edition_shape()), 1, tuple), text)
    return attrs.evolve(
        shape_of(HousePolicy),
        name="Document",
        text="A house's policy: what it decides, with the source of every value, in editions by "
        "date.",
        fields=(name, *shared, editions),
        findings=_editions_in_order,
    )


@lru_cache(maxsize=1)
def edition_shape() -> Shape:
    """Return the shape of one edition.

    >>> [field.key for field in edition_shape().fields][:3]
    ['since', 'extends', 'pricing']
    """
    text = (
        "with this, every table that the edition does not write is taken over from the edition "
        "before it; a table that it writes replaces that one whole"
    )
    extends = plain_field("extends", Value(Words({_EXTENDS: _EXTENDS})), text, needed=False)
    return attrs.evolve(
        shape_of(HousePolicy),
        name="Edition",
        text="One edition: everything the house has decided, from a day on.",
        fields=(shape_of(Edition).keys["since"], extends, *edition_tables()),
    )


@lru_cache(maxsize=1)
def edition_tables() -> tuple[Field, ...]:
    """Return the fields of an edition that hold tables: the parts of a policy.

    >>> [field.key for field in edition_tables()]
    ['pricing', 'shipping', 'listing', 'returns', 'service', 'checkout', 'labels']
    """
    return tuple(field for field in shape_of(HousePolicy).fields if shape_in(field.form))


def holds_tables(field: Field) -> bool:
    """Return whether a part of a policy is several tables, each taken over by itself.

    >>> [field.key for field in edition_tables() if not holds_tables(field)]
    ['checkout', 'labels']
    """
    shape = shape_in(field.form)
    return shape is not None and shape.holds_tables


def _editions_in_order(document: Written) -> Iterator[Finding]:
    editions = document.get("edition")
    for finding in not_ascending(editions, "since", code="editions-overlap"):
        yield attrs.evolve(finding, at=("edition", *finding.at))
    for first in items_in(editions)[:1]:
        extends = table_in(first).get("extends")
        if extends == _EXTENDS:
            at = ("edition", 0, "extends")
            yield Finding(at, "left out of the first edition", extends)


class HouseReader(Reader):
    """Reads a whole document; each edition with what it calls its modes, fees and other things."""

    def table(self, shape: Shape, found: object, path: Path) -> Page | None:
        """Read a table, and first what the values of a document or an edition refer to."""
        if shape is document_shape():
            self.around.currency = _known_currency(found)
        elif shape is edition_shape():
            self.around.names = names_in(found)
        return super().table(shape, found, path)


def read_document(
    written: Mapping[str, object], reader: HouseReader | None = None
) -> tuple[PolicyDocument | None, list[Mismatch]]:
    """Read a document, or find all that is wrong in it; one of the two is nothing."""
    reader = HouseReader() if reader is None else reader
    page = reader.table(document_shape(), written, ())
    if page is None or reader.mismatches:
        return None, reader.mismatches
    editions = page["edition"]
    pages = (each for each in (editions if is_list(editions) else ()) if isinstance(each, Page))
    return PolicyDocument(page=page, editions=tuple(pages)), []


def policies_of(document: PolicyDocument) -> tuple[HousePolicy, ...]:
    """Build every edition that the rules take."""
    shared = {key: document.page[key] for key in ("currency", "zone", "calendar")}
    found: list[HousePolicy] = []
    for page in document.editions:
        name, since = {"name": document.page["name"]}, {"since": page["since"]}
        sources = {"since_sources": page.source_of("since")}
        own = shared | {"edition": _made(Edition, name | since)} | sources
        arguments = Builder(own).arguments(page)
        parts = {field.name: arguments[field.name] for field in edition_tables()}
        found.append(_made(HousePolicy, own | parts))
    return tuple(found)


def _made(kind: Callable[..., T], arguments: Mapping[str, object]) -> T:
    """Fill a class with what was read by its own markers, and so fits it."""
    return kind(**arguments)


@lru_cache(maxsize=1)
def _named_places() -> Mapping[str, tuple[str, ...]]:
    """Return for all things that have names where an edition lists them."""
    return {
        field.listed.things: tuple(map(str, path))
        for path, _, field in fields_in(edition_shape())
        if field.listed is not None
    }


def names_in(edition: object) -> Mapping[str, tuple[str, ...]]:
    """Return what an edition calls its modes, fees and other things that values refer to.

    >>> names_in({"shipping": {"modes": [{"name": "grouped"}]}})["modes"]
    ('grouped',)
    """
    found = {things: _names(edition, path) for things, path in _named_places().items()}
    return {things: names for things, names in found.items() if names is not None}


def _names(edition: object, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the names in a list, of tables or of names.

    None if it cannot be read, () if there is none.
    """
    *tables, last = path
    table = within(edition, *tables)
    items = table.get(last, []) if is_table(table) else None
    if not is_list(items):
        return None
    names = (table_in(item).get("name") if is_table(item) else item for item in items)
    return tuple(name for name in names if isinstance(name, str))


def _known_currency(found: object) -> str | None:
    code = table_in(found).get("currency")
    try:
        return currency_of(code).code if isinstance(code, str) else None
    except MoneyError:
        return None
