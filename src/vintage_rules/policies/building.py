"""From the pages of an edition to the policies that the rules take.

A class is filled field by field: a list becomes the tuple or set it is declared as, a name the
thing it refers to, and what every policy of an edition shares is passed down once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs

from vintage_rules.fields import DayRange, FromHouse, NamesOf, Reference, SourceOf, SumOf, Words
from vintage_rules.findings import is_list, is_mapping, is_table, is_tuple
from vintage_rules.policies.pages import Page
from vintage_rules.policies.shapes import ByName, Field, Form, ListOf, One, Shape, TableOf, Value


class Builder:
    """Builds the policies of one edition.

    `shared` is what all of them have from the house, by the name of the field; `things` are those
    that others refer to by name, as far as they are built.
    """

    def __init__(self, shared: Mapping[str, object]) -> None:
        self.shared = shared
        self.things: dict[str, Mapping[str, object]] = {}

    def build(self, page: Page) -> object:
        """Build what a page defines."""
        return page.shape.kind(**self.arguments(page))

    def arguments(self, page: Page) -> dict[str, object]:
        """Return all that the class behind a page takes."""
        built: dict[str, object] = {}
        for field in page.shape.fields:
            built[field.name] = self._field(field, page, built)
            if field.listed is not None:
                self.things[field.listed.things] = _by_name(built[field.name])
        return built | self._filled(page.shape, page)

    def _field(self, field: Field, page: Page, built: Mapping[str, object]) -> object:
        if field.key not in page.written:
            means = field.means if field.same_as is None else built[field.same_as]
        else:
            means = self._value(field.form, page[field.key], field, page)
        if field.holder is None:
            return means
        (held,) = field.holder.fields
        return field.holder.kind(**{held.name: means}, **self._filled(field.holder, page))

    def _filled(self, shape: Shape, page: Page) -> dict[str, object]:
        return {name: self._filler(name, filler, page) for name, filler in shape.filled.items()}

    def _filler(self, name: str, filler: FromHouse | SourceOf | NamesOf, page: Page) -> object:
        match filler:
            case FromHouse():
                return self.shared[name]
            case SourceOf():
                return page.source if filler.key is None else page.source_of(filler.key)
            case NamesOf():
                return tuple(self.things[filler.things])

    def _value(self, form: Form, value: object, field: Field, page: Page) -> object:
        match form:
            case Value():
                return self._single(form, value, page.source_of(field.key))
            case One():
                return self._one(value, field)
            case ListOf() if isinstance(form.item, Value) and isinstance(form.item.kind, SumOf):
                return _sum(form.item, value)
            case ListOf():
                return form.into(self._value(form.item, each, field, page) for each in _list(value))
            case ByName():
                return {name: self._one(each, field) for name, each in _named(_list(value))}
            case TableOf():
                items = value.items() if is_table(value) else ()
                return {key: self._value(form.item, each, field, page) for key, each in items}

    def _one(self, value: object, field: Field) -> object:
        if not isinstance(value, Page):
            raise TypeError(f"{field.key} holds {value!r} where a table is")
        built = self.build(value)
        to_rule: Callable[[], object] | None = getattr(built, "to_rule", None)
        return built if to_rule is None else to_rule()

    def _single(self, form: Value, value: object, sources: tuple[str, ...]) -> object:
        kind, into = form.kind, form.into
        if isinstance(kind, Words):
            return kind.meanings[str(value)]
        if isinstance(kind, Reference) and into is not None:
            return self.things[kind.things][str(value)]
        if isinstance(value, DayRange) and into is not None:
            return into(**attrs.asdict(value, recurse=False), sources=sources)
        return value


def _list(value: object) -> Sequence[object]:
    return value if is_list(value) else []


def _sum(form: Value, value: object) -> object:
    return getattr(form.into, "of")(tuple(_list(value)))  # noqa: B009


def _named(pages: Sequence[object]) -> list[tuple[str, Page]]:
    return [(str(page["name"]), page) for page in pages if isinstance(page, Page)]


def _by_name(built: object) -> Mapping[str, object]:
    if is_mapping(built):
        return built
    items = built if is_tuple(built) else ()
    return {str(getattr(item, "name", item)): item for item in items}
