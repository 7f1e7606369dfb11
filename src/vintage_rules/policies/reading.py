"""From the tables of a document to its pages, or to everything that is wrong in them.

Every value is read by its kind, every table by its shape. A table's values are read first and then
compared with one another as they were written, so that all faults are found at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from vintage_rules.errors import shortened
from vintage_rules.fields import Kind
from vintage_rules.findings import (
    INVALID,
    Described,
    Finding,
    Path,
    as_written,
    is_list,
    is_table,
    most_like,
    not_ascending,
    repeated,
)
from vintage_rules.policies.kinds import (
    RefusedValueError,
    Surroundings,
    between,
    read_sources,
    read_value,
)
from vintage_rules.policies.pages import Page
from vintage_rules.policies.paths import bare
from vintage_rules.policies.shapes import (
    ByName,
    Field,
    Form,
    ListOf,
    One,
    Shape,
    TableOf,
    Value,
)

ABOUT_SOURCES = ("source", "sources")
A_TABLE = "a table"
LONGEST_LIST = 10_000
_LONGEST_SHOWN = 200
SOURCE_TEXT = "where the values come from: a clause, a law, an address, an assumption and why"
SOURCES_TEXT = "for a value that comes from elsewhere than its table: from where"


@frozen(kw_only=True)
class Mismatch:
    """What is wrong at a path: what is allowed there, and what was found.

    It may be about the key rather than its value.
    """

    path: Path
    allowed: str
    found: str
    code: str = INVALID
    about_key: bool = False


def shown(value: object) -> str:
    """Show a value in a message: as a document writes it, or what kind of thing it is.

    >>> shown("grouped"), shown(10), shown({"a": 1}), shown(None)
    ("'grouped'", '10', 'a table', 'nothing')
    """
    match value:
        case Described():
            return value if len(value) <= _LONGEST_SHOWN else shortened(value)[1:-1]
        case str():
            return shortened(value)
        case dict():
            return A_TABLE
        case []:
            return "an empty list"
        case list():
            return "a list"
        case _:
            return shortened(as_written(value))[1:-1]


class Reader:
    """Reads the tables of one document, and keeps what is wrong in them."""

    def __init__(self) -> None:
        self.around = Surroundings()
        self.mismatches: list[Mismatch] = []

    def table(self, shape: Shape, found: object, path: Path) -> Page | None:
        """Read a table; None where there is none."""
        if not is_table(found):
            self._refuse(path, RefusedValueError(A_TABLE), found)
            return None
        source, sources = self._sources(shape, found, path)
        values = {field.key: self._field(field, found, path) for field in shape.fields}
        self._unknown_keys(shape, found, path)
        self._find(shape.findings(found), path)
        written = frozenset(found) & shape.keys.keys()
        return Page(shape, values, written, source, sources)

    def _field(self, field: Field, found: Mapping[str, object], path: Path) -> object:
        here = (*path, field.key)
        if field.key not in found:
            if field.needed:
                self._missing(here, field.text)
            return field.default
        written = found[field.key]
        value = self._value(field.form, written, here)
        if field.ascending is not None:
            self._find(not_ascending(written, *field.ascending.keys), here)
        if field.distinct is not None:
            self._find(repeated(written, key=field.distinct.key), here)
        return value

    def _value(self, form: Form, found: object, path: Path) -> object:
        match form:
            case Value():
                return self._read(form.kind, found, path)
            case One():
                return self.table(form.shape_for(found), found, path)
            case ListOf():
                return self._list(form.item, form.least, found, path)
            case ByName():
                return self._list(One(form.shape), form.least, found, path)
            case TableOf():
                return self._table_of(form, found, path)

    def _read(self, kind: Kind, found: object, path: Path) -> object:
        try:
            return read_value(kind, found, self.around)
        except RefusedValueError as refusal:
            self._refuse(path, refusal, found)
            return None

    def _list(self, item: Form, least: int, found: object, path: Path) -> object:
        if not is_list(found):
            self._refuse(path, RefusedValueError("a list, in [ ] or under [[ ]]"), found)
            return []
        if len(found) > LONGEST_LIST:
            allowed = f"a list of at most {LONGEST_LIST} items"
            self._refuse(path, RefusedValueError(allowed), Described(str(len(found))))
            return []
        if len(found) < least:
            self._refuse(path, RefusedValueError("a list of at least one"), found)
        read = [self._value(item, each, (*path, i)) for i, each in enumerate(found)]
        if isinstance(item, Value):
            self._find(between(item.kind, found), path)
        return read

    def _table_of(self, form: TableOf, found: object, path: Path) -> object:
        if not is_table(found):
            self._refuse(path, RefusedValueError(A_TABLE), found)
            return {}
        for key in found:
            try:
                read_value(form.key, key, self.around)
            except RefusedValueError as refusal:
                self._refuse((*path, key), refusal, key, about_key=True)
        return {key: self._value(form.item, each, (*path, key)) for key, each in found.items()}

    def _sources(
        self, shape: Shape, found: Mapping[str, object], path: Path
    ) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
        if not shape.sourced:
            return (), {}
        source: tuple[str, ...] = ()
        if "source" in found:
            source = self._source(found["source"], (*path, "source"))
        else:
            self._missing((*path, "source"), SOURCE_TEXT, "value-without-source")
        here = (*path, "sources")
        own = found.get("sources", {})
        if not is_table(own):
            self._refuse(here, RefusedValueError(A_TABLE), own)
            return source, {}
        keys = sorted({*shape.keys, *shape.topics})
        for key in own:
            if key not in keys:
                allowed = f"for one of {', '.join(keys)}"
                self._find([Finding((key,), allowed, Described(f"one for {key}"))], here)
        return source, {key: self._source(each, (*here, key)) for key, each in own.items()}

    def _source(self, found: object, path: Path) -> tuple[str, ...]:
        try:
            return read_sources(found)
        except RefusedValueError as refusal:
            self._refuse(path, refusal, found)
            return ()

    def _unknown_keys(self, shape: Shape, found: Mapping[str, object], path: Path) -> None:
        known = sorted({*shape.keys, *(ABOUT_SOURCES if shape.sourced else ())})
        for key in found:
            if key in known:
                continue
            mismatch = Mismatch(
                path=(*path, key),
                allowed=f"one of {', '.join(known)}{most_like(key, known)}",
                found=f"the unknown key {bare(key)}",
                code="unknown-key",
                about_key=True,
            )
            self.mismatches.append(mismatch)

    def _missing(self, path: Path, text: str, code: str = "missing-value") -> None:
        found = Mismatch(path=path, allowed=f"given: {text}", found="nothing", code=code)
        self.mismatches.append(found)

    def _refuse(
        self, path: Path, refusal: RefusedValueError, found: object, *, about_key: bool = False
    ) -> None:
        mismatch = Mismatch(
            path=path,
            allowed=refusal.allowed,
            found=shown(found),
            code=refusal.code,
            about_key=about_key,
        )
        self.mismatches.append(mismatch)

    def _find(self, findings: Iterable[Finding], path: Path) -> None:
        for finding in findings:
            refusal = RefusedValueError(finding.allowed, finding.code)
            self._refuse((*path, *finding.at), refusal, finding.found)
