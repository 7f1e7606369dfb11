"""What is wrong in a document, in words and with its place: all of it, in order."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

from attrs import frozen
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vintage_rules.errors import Fault, InvalidValueError, shortened
from vintage_rules.policies.documents.reading import INVALID, Told
from vintage_rules.policies.documents.values import written
from vintage_rules.policies.editions import Origins, origin_of
from vintage_rules.policies.paths import Path, bare, dotted
from vintage_rules.policies.positions import Mark, position_of, positions
from vintage_rules.policies.schema import Schema, part_of, policy_schema
from vintage_rules.policies.shapes import table_in

_KEY = "[key]"  # where pydantic means a key of a table rather than its value
_ALLOWED = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "enum": "one of {expected}",
    "list_type": "a list, in [ ] or under [[ ]]",
    "literal_error": "one of {expected}",
    "model_type": "a table",
    "too_short": "a list of at least one",
}


_CODES = {"missing": "missing-value", "extra_forbidden": "unknown-key"}


def _code(one: ErrorDetails, path: Path) -> str:
    if one["type"] == "missing" and path[-1] == "source":
        return "value-without-source"
    if one["type"] == "refused":
        return str(one.get("ctx", {})["code"])
    return _CODES.get(one["type"], INVALID)


def shown(value: object) -> str:
    """Show a value in a message: as a document writes it, or what kind of thing it is.

    >>> shown("grouped"), shown(10), shown({"a": 1}), shown(None)
    ("'grouped'", '10', 'a table', 'nothing')
    """
    match value:
        case Told():
            return value
        case str():
            return shortened(value)
        case dict():
            return "a table"
        case []:
            return "an empty list"
        case list():
            return "a list"
        case _:
            return shortened_text(written(value))


def shortened_text(text: str) -> str:
    """Keep what is shown in a message short enough to read."""
    return shortened(text)[1:-1]


_schema = lru_cache(maxsize=1)(policy_schema)


@frozen(kw_only=True)
class FaultFinder:
    """Turns what a reading refused into faults, with the text at hand to find their places."""

    file: str
    origins: Origins
    marks: Mapping[Path, Mark]
    schema: Schema

    @classmethod
    def of(cls, text: str, file: str, origins: Origins) -> FaultFinder:
        """Look where everything in a text stands, and what the schema says about it."""
        return cls(file=file, origins=origins, marks=positions(text), schema=_schema())

    def faults(self, error: ValidationError) -> tuple[Fault, ...]:
        """Give every fault once, in the order of the document."""
        found: dict[tuple[int, int, str, str], Fault] = {}
        for one in error.errors(include_url=False):
            fault = self._fault(one)
            found.setdefault((fault.line, fault.column, fault.allowed, fault.found), fault)
        return tuple(sorted(found.values(), key=lambda fault: (fault.line, fault.column)))

    def _fault(self, one: ErrorDetails) -> Fault:
        path = tuple(step for step in one["loc"] if step != _KEY)
        about_key = one["type"] == "extra_forbidden" or path != one["loc"]
        place = position_of(origin_of(path, self.origins), self.marks, key=about_key)
        return Fault(
            file=self.file,
            line=place.line,
            column=place.column,
            path=dotted(path),
            allowed=self._allowed(one, path),
            found=self._found(one),
            code=_code(one, path),
        )

    def _allowed(self, one: ErrorDetails, path: Path) -> str:
        context = one.get("ctx", {})
        match one["type"]:
            case "missing":
                return f"given: {part_of(self.schema, path).get('description', 'it is needed')}"
            case "extra_forbidden":
                return self._known_keys(path)
            case "value_error":
                cause = context["error"]
                return cause.allowed if isinstance(cause, InvalidValueError) else str(cause)
            case "refused":
                return str(context["allowed"])
            case kind:
                expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
                return _ALLOWED.get(kind, one["msg"]).format(expected=expected)

    def _known_keys(self, path: Path) -> str:
        *table, key = path
        known = sorted(table_in(part_of(self.schema, tuple(table)).get("properties")))
        close = get_close_matches(str(key), known, n=1)
        nearest = f", most likely {close[0]}" if close else ""
        return f"one of {', '.join(known)}{nearest}"

    def _found(self, one: ErrorDetails) -> str:
        match one["type"]:
            case "missing":
                return "nothing"
            case "extra_forbidden":
                return f"the unknown key {bare(str(one['loc'][-1]))}"
            case _:
                return shown(one["input"])
