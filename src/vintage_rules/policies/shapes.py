"""The shape of every table of a document, derived from the class that defines its values.

A class of a policy says of each of its fields what kind of value it is, its bounds and its
description, as markers of `vintage_rules.fields`. Here they become a `Shape`: what the table may
hold and how the class is filled from it. All that reads a document, or says what one may hold, goes
by these shapes; they are built when they are first needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Annotated, TypeAlias, TypeVar, get_args, get_origin

import attrs
from attrs import frozen

from vintage_rules.dates import Roll, Window
from vintage_rules.fields import (
    DATES,
    ENDING,
    Ascending,
    Called,
    Distinct,
    FromHouse,
    Holding,
    Inline,
    InWindow,
    Kind,
    LeftOut,
    Length,
    Limit,
    Listed,
    NamesOf,
    NotEmpty,
    NotForCustomers,
    SameAs,
    ShortIfFalse,
    SourceOf,
    SumOf,
    Tables,
    Words,
    WrittenAs,
)
from vintage_rules.findings import Finding, Path, Written, duration_of, is_table

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_POLICY = re.compile(r"Policy$")
M = TypeVar("M")
Findings: TypeAlias = Callable[[Written], Iterable[Finding]]


class Flag(Kind):
    """A yes or no."""


@frozen
class Choice(Kind):
    """A member of an enumeration, written as its value."""

    members: type[StrEnum]


@frozen
class Value:
    """A single value; `into` is the class that the rule takes it as, where that is none of it."""

    kind: Kind
    into: Callable[..., object] | None = None


@frozen
class ListOf:
    """A list."""

    item: Form
    least: int
    into: Callable[[Iterable[object]], object]


@frozen
class TableOf:
    """A table with any keys of one kind."""

    key: Kind
    item: Form


@frozen
class ByName:
    """A list of tables that have names, which the rules look up by these."""

    shape: Shape
    least: int


@frozen
class One:
    """A table of a known shape; `short` is another that it has where a flag of it is false."""

    shape: Shape
    short: Short | None = None

    def shape_for(self, written: object) -> Shape:
        """Return the shape of a table that is written."""
        short = self.short
        if short is not None and is_table(written) and written.get(short.flag) is False:
            return short.shape
        return self.shape


@frozen
class Short:
    """The shape of a table where a flag of it is false."""

    flag: str
    shape: Shape


Form: TypeAlias = Value | ListOf | TableOf | ByName | One


@frozen(kw_only=True, eq=False, repr=False)
class Field:
    """One key of a table: what it is called there and in the rule, and what may be written.

    `default` is what the page says where the key is left out, None where it says nothing; `means`
    what the rule takes then.
    """

    key: str
    name: str
    form: Form
    text: str
    needed: bool
    default: object
    means: object
    same_as: str | None
    ascending: Ascending | None
    distinct: Distinct | None
    listed: Listed | None
    limit: Limit | None
    unpublished: tuple[NotForCustomers, ...]
    holder: Shape | None
    converted: bool


@frozen(kw_only=True, eq=False, repr=False)
class Shape:
    """What a table may hold, and how the class behind it is filled."""

    kind: Callable[..., object]
    name: str
    text: str
    fields: tuple[Field, ...]
    sourced: bool
    holds_tables: bool
    topics: frozenset[str]
    findings: Findings
    filled: Mapping[str, FromHouse | SourceOf | NamesOf]

    @property
    def title(self) -> str:
        """What the table is called, in words."""
        return _WORD.sub(" ", self.name).lower()

    @property
    def keys(self) -> Mapping[str, Field]:
        """The fields by what they are called on the page."""
        return {field.key: field for field in self.fields}


def no_findings(table: Written) -> Iterator[Finding]:
    """Find nothing: no value of such a table depends on another.

    >>> list(no_findings({}))
    []
    """
    del table
    yield from ()


@cache  # bounded by the classes of policies
def shape_of(kind: type[object], *, sourced: bool = True, holds_tables: bool = False) -> Shape:
    """Derive the shape of a table from its class.

    >>> from vintage_rules.pricing import GiftCardPolicy
    >>> shape = shape_of(GiftCardPolicy)
    >>> shape.title, [field.key for field in shape.fields]
    ('gift card', ['minimum', 'maximum', 'validity', 'may_buy_gift_card'])
    """
    hints = _hints(kind)
    fields: list[Field] = []
    filled: dict[str, FromHouse | SourceOf | NamesOf] = {}
    for attribute in attrs.fields(kind):  # type: ignore[arg-type]  # any class with markers is one
        if not attribute.init:
            continue
        inner, markers = _parted(hints[attribute.name])
        filler = _first(markers, (FromHouse, SourceOf, NamesOf))
        if isinstance(filler, (FromHouse, SourceOf, NamesOf)):
            filled[attribute.name] = filler
        else:
            fields.append(_field(attribute.name, inner, markers))
    keys = {field.key for field in fields}
    cited = {f.key for f in filled.values() if isinstance(f, SourceOf) and f.key is not None}
    return Shape(
        kind=kind,
        name=_POLICY.sub("", kind.__name__),
        text=first_line(kind),
        fields=tuple(fields),
        sourced=sourced,
        holds_tables=holds_tables,
        topics=frozenset(cited - keys),
        findings=getattr(kind, "findings", no_findings),
        filled=filled,
    )


def first_line(kind: type[object]) -> str:
    """Return the first sentence of what a class says of itself.

    >>> from vintage_rules import Rounding
    >>> first_line(Rounding)
    "The direction in which a result is rounded to the currency's last decimal."
    """
    text = " ".join((kind.__doc__ or "").split())
    return re.split(r"(?<=\.) (?=[A-Z`])", text)[0]


def _hints(kind: type[object]) -> dict[str, object]:
    """Evaluate the annotations of a class and its bases.

    `typing.get_type_hints` looks for names written as strings inside them too, which no policy has,
    and that takes longer than all the rest.
    """
    hints: dict[str, object] = {}
    for base in reversed(kind.__mro__):
        hints |= get_annotations(base, eval_str=True)
    return hints


def _parted(hint: object) -> tuple[object, tuple[object, ...]]:
    if get_origin(hint) is Annotated:
        inner, *markers = get_args(hint)
        return inner, tuple(markers)
    return hint, ()


def _first(markers: tuple[object, ...], kinds: tuple[type[object], ...]) -> object:
    return next((marker for marker in markers if isinstance(marker, kinds)), None)


def _marker(markers: tuple[object, ...], kind: type[M]) -> M | None:
    # Read a dozen times for each field: a generator would take as long as all else.
    for marker in markers:
        if isinstance(marker, kind):
            return marker
    return None


def _field(name: str, hint: object, markers: tuple[object, ...]) -> Field:
    inner, optional = _without_none(hint)
    key, left_out = _marker(markers, Called), _marker(markers, LeftOut)
    same, holding = _marker(markers, SameAs), _marker(markers, Holding)
    written_as = _marker(markers, WrittenAs)
    if holding is not None and isinstance(inner, type):
        held, of_held = _parted(_hints(inner)[holding.name])
        field = _field(name, held, of_held)
        return attrs.evolve(field, holder=shape_of(inner))
    form = _form(inner if written_as is None else written_as.page, markers)
    means = left_out.means if left_out is not None else None
    return Field(
        key=name if key is None else key.name,
        name=name,
        form=form,
        text=next((marker for marker in markers if isinstance(marker, str)), ""),
        needed=not optional and left_out is None and same is None,
        default=_page_default(form, left_out),
        means=means,
        same_as=None if same is None else same.name,
        ascending=_marker(markers, Ascending),
        distinct=_marker(markers, Distinct),
        listed=_marker(markers, Listed),
        limit=_marker(markers, Limit),
        unpublished=tuple(m for m in markers if isinstance(m, NotForCustomers)),
        holder=None,
        converted=written_as is not None,
    )


def _without_none(hint: object) -> tuple[object, bool]:
    if get_origin(hint) is not UnionType:
        return hint, False
    choices = [each for each in get_args(hint) if each is not NoneType]
    return (choices[0] if len(choices) == 1 else hint), len(choices) < len(get_args(hint))


def _page_default(form: Form, left_out: LeftOut | None) -> object:
    """Return what a page that leaves a field out says of it, as it would be written."""
    if left_out is None or not left_out.shown:
        return None
    if isinstance(form, (ListOf, ByName)):
        return []
    if isinstance(form, TableOf):
        return {}
    if isinstance(form, Value) and isinstance(form.kind, Words):
        meanings = form.kind.meanings.items()
        return next(word for word, meaning in meanings if meaning == left_out.means)
    return left_out.means


def _form(hint: object, markers: tuple[object, ...]) -> Form:
    least = int(_marker(markers, NotEmpty) is not None)
    origin, parts = get_origin(hint), get_args(hint)
    kinds = tuple(marker for marker in markers if isinstance(marker, Kind))
    if origin is tuple or origin is frozenset:
        return ListOf(_form(next(iter(parts)), markers), least, origin)
    if origin is not None and issubclass(origin, Mapping):
        below = parts[-1]
        if attrs.has(below) and "name" in attrs.fields_dict(below):
            return ByName(shape_of(below), least)
        of_keys, *of_items = kinds
        if not of_items and not attrs.has(below):
            of_items = [of_keys]
        return TableOf(of_keys, _form(below, (*of_items, *_others(markers))))
    kind = _kind(hint, kinds)
    if isinstance(kind, SumOf):
        return ListOf(Value(kind, hint if callable(hint) else None), 1, tuple)
    if isinstance(kind, InWindow):
        return One(window_shape(kind))
    if kind is not None:
        return Value(kind, hint if isinstance(hint, type) and attrs.has(hint) else None)
    if isinstance(hint, type) and attrs.has(hint):
        tables = _marker(markers, Tables) is not None
        inline = _marker(markers, Inline) is not None
        shape = shape_of(hint, sourced=not tables and not inline, holds_tables=tables)
        short = _marker(markers, ShortIfFalse)
        return One(shape, None if short is None else _short(short.flag, short.page))
    raise TypeError(f"a policy has no values of the type {hint}")


def _short(flag: str, page: object) -> Short | None:
    return Short(flag, shape_of(page)) if isinstance(page, type) else None


def _others(markers: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(marker for marker in markers if not isinstance(marker, Kind))


def _kind(hint: object, kinds: tuple[Kind, ...]) -> Kind | None:
    if kinds:
        return kinds[0]
    if hint is bool:
        return Flag()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Choice(hint)
    return None


@cache  # bounded by the kinds of windows that the classes of policies name
def window_shape(kind: InWindow) -> Shape:
    """Return the shape of the windows of one kind.

    >>> from vintage_rules.fields import DATED_WINDOW
    >>> window_shape(DATED_WINDOW).title
    'dated window'
    """
    rolls = "what becomes of a last day that is a Saturday, a Sunday or a public holiday"
    fields = (
        plain_field("anchor", Value(kind.anchor), kind.starts),
        *_openings(kind),
        plain_field("length", Value(kind.length), kind.lasts),
        plain_field("roll", Value(Choice(Roll)), rolls),
    )
    return Shape(
        kind=Window,
        name="".join(word.capitalize() for word in kind.title.split()),
        text=kind.text,
        fields=fields,
        sourced=False,
        holds_tables=False,
        topics=frozenset(),
        findings=no_findings if kind.length.units == DATES else _elapsed_ends_at_once,
        filled={},
    )


def _openings(kind: InWindow) -> Iterator[Field]:
    if kind.opens:
        text = "how long after that event it opens; what comes before is too early"
        yield plain_field("starts_after", Value(Length(units=ENDING)), text, needed=False)


def _elapsed_ends_at_once(window: Written) -> Iterator[Finding]:
    """Require that what ends at a moment does not move on to another day."""
    length, roll = duration_of(window.get("length")), window.get("roll")
    if length is not None and length.is_elapsed and roll == Roll.NEXT_WORKING_DAY.value:
        yield Finding(("roll",), f"{Roll.NONE} for a window of hours or minutes", roll)


def plain_field(key: str, form: Form, text: str, *, needed: bool = True) -> Field:
    """Return a field that is written as it is, and no more."""
    return Field(
        key=key,
        name=key,
        form=form,
        text=text,
        needed=needed,
        default=None,
        means=None,
        same_as=None,
        ascending=None,
        distinct=None,
        listed=None,
        limit=None,
        unpublished=(),
        holder=None,
        converted=False,
    )


def shape_in(form: Form) -> Shape | None:
    """Return the shape of the tables that a form holds, None where it holds values alone."""
    match form:
        case One() | ByName():
            return form.shape
        case ListOf() | TableOf():
            return shape_in(form.item)
        case Value():
            return None


def fields_in(shape: Shape, path: Path = ()) -> Iterator[tuple[Path, Shape, Field]]:
    """Return every field below a shape with the path of keys that leads to it and its table.

    >>> from vintage_rules.offers import ListingPolicy
    >>> shape = shape_of(ListingPolicy, sourced=False, holds_tables=True)
    >>> next(path for path, _, field in fields_in(shape) if field.key == "largest_cut")
    ('offers', 'floor', 'largest_cut')
    """
    for field in shape.fields:
        here = (*path, field.key)
        yield here, shape, field
        below = shape_in(field.form)
        if below is not None:
            yield from fields_in(below, here)
