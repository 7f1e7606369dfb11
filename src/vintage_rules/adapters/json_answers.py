"""Answers in JSON, read field by field; errors name the path of what cannot be understood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from attrs import frozen

from vintage_rules.errors import InvalidValueError

Json: TypeAlias = "str | bool | int | Decimal | list[Json] | dict[str, Json] | None"


def read_json(text: bytes | str, field: str = "answer") -> Answer:
    """Parse a JSON text; its numbers stay exact.

    Raises:
        InvalidValueError: If it is none.

    >>> read_json('{"rates": [{"total": 6.90}]}').each("rates")[0].number("total")
    Decimal('6.90')
    """
    try:
        loaded: Json = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise InvalidValueError(field, text, "a JSON text") from None
    return Answer(loaded, field)


@frozen
class Answer:
    """A value inside a JSON text, and its path.

    Every reader raises `InvalidValueError` with the path if the value is of another kind. A missing
    field and null are the same.
    """

    value: Json
    path: str

    def get(self, name: str) -> Answer:
        """Return the value of a field of an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return Answer(self.value.get(name), f"{self.path}.{name}")

    def has(self, name: str) -> bool:
        """Return whether this is an object with a value in that field."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def items(self) -> tuple[Answer, ...]:
        """Return every item of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return tuple(self._numbered(self.value))

    def _numbered(self, values: list[Json]) -> Iterator[Answer]:
        for number, value in enumerate(values):
            yield Answer(value, f"{self.path}[{number}]")

    def each(self, name: str) -> tuple[Answer, ...]:
        """Return every item of a list in a field; a missing one has none."""
        return self.get(name).items() if self.has(name) else ()

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        found = self.get(name)
        if not isinstance(found.value, str) or not found.value:
            raise found.wrong("a text that is not empty")
        return found.value

    def text_or_none(self, name: str) -> str | None:
        """Return a text; None if it is empty or missing."""
        return self.text(name) if self.has(name) and self.get(name).value != "" else None

    def number(self, name: str) -> Decimal:
        """Return a finite number, written as a number or as a text, exactly."""
        found = self.get(name)
        if isinstance(found.value, (bool, list, dict)) or found.value is None:
            raise found.wrong("a number")
        try:
            number = Decimal(found.value)
        except InvalidOperation:
            raise found.wrong("a number") from None
        if not number.is_finite():
            raise found.wrong("a finite number")
        return number

    def count(self, name: str) -> int:
        """Return a whole number."""
        found = self.get(name)
        if type(found.value) is not int:
            raise found.wrong("a whole number")
        return found.value

    def moment(self, name: str) -> datetime:
        """Return a moment in ISO 8601; one without an offset takes the offset given."""
        found = self.get(name)
        try:
            return datetime.fromisoformat(self.text(name))
        except ValueError:
            raise found.wrong("a moment such as 2026-11-22T10:00:00+01:00") from None

    def wrong(self, allowed: str) -> InvalidValueError:
        """Return the error for a value other than what is allowed."""
        return InvalidValueError(self.path, self.value, allowed)
