"""Whatever refuses a question, told as the path to the fact and a message.

Two things refuse facts: pydantic, when they are not what the contract says, and the rules, when
they make no sense. Both know a field; here it becomes the path in the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeGuard

from attrs import field, frozen
from pydantic import ValidationError

from vintage_rules.api.facts import is_object
from vintage_rules.api.rejection import Rejection, Steps, path_of
from vintage_rules.errors import (
    CalendarRangeError,
    CurrencyMismatchError,
    InvalidValueError,
    MissingRateError,
    MoneyError,
    NoEditionError,
    PlaceError,
    PolicyError,
    UnknownTermError,
    VintageRulesError,
    shortened,
)
from vintage_rules.money import Money

_ALLOWED = {
    "bool_type": "true or false",
    "dict_type": "an object",
    "int_type": "a whole number",
    "list_type": "a list",
    "string_type": "a string",
}
_MODELS = {
    "_Amount": 'money such as {"amount": "12.30", "currency": "EUR"}',
    "_Address": 'a place such as {"country": "FR", "postal_code": "75011"}',
}
_MOST_TOLD = 5


@frozen
class Names:
    """What the facts of a rule are called, and which is meant where the rule has another name."""

    facts: tuple[str, ...]
    elsewhere: Mapping[str, str] = field(factory=dict[str, str])

    def fact(self, field: str) -> str:
        """Give the fact that a field of an error is about."""
        return self.elsewhere.get(field, field)

    def known(self, field: str) -> bool:
        """Tell whether there is such a fact; a field may go on from it with a place or a dot."""
        return self.fact(field).partition(".")[0].partition("[")[0] in self.facts


def of_validation(error: ValidationError, *start: str | int) -> Rejection:
    """Turn pydantic's complaints into one: the first with its path, the others in its message."""
    told = [_complaint(detail, start) for detail in error.errors(include_url=False)]
    path, message = told[0]
    others = "".join(f"; also {path}: {message}" for path, message in told[1:_MOST_TOLD])
    return Rejection(path, message + others)


# pydantic describes an error as a dictionary of anything
def _complaint(detail: Mapping[str, Any], start: Steps) -> tuple[str, str]:
    steps = (*start, *detail["loc"])
    found = detail["input"]
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValueError):
        inside = (cause.field,) if cause.field else ()
        return path_of((*steps, *inside)), message_of(cause)
    if detail["type"] == "missing":
        return path_of(steps), "must be given"
    return path_of(steps), f"must be {_allowed(detail)}, got {shown(found)}"


def _allowed(detail: Mapping[str, Any]) -> str:
    match detail:
        case {"type": "greater_than", "ctx": {"gt": limit}}:
            return f"above {limit}"
        case {"type": "too_short", "ctx": {"min_length": least}}:
            return f"a list of {least} or more"
        case {"type": "literal_error", "ctx": {"expected": expected}}:
            return f"one of {expected.replace(chr(39), '')}"
        case {"type": "model_type", "ctx": {"class_name": name}}:
            return _MODELS.get(name, "an object")
        case _:
            return _ALLOWED.get(detail["type"], str(detail["msg"]))


def message_of(error: VintageRulesError) -> str:
    """Give an error's own words without the name of its field, which the path tells.

    >>> message_of(InvalidValueError("weight_g", -5, "above 0"))
    'must be above 0, got -5'
    """
    if isinstance(error, InvalidValueError):
        return f"must be {error.allowed}, got {shown(error.found)}"
    _, separator, message = str(error).partition(": ")
    return message if separator else str(error)


def shown(found: object) -> str:
    """Show a value as whoever wrote the JSON knows it.

    >>> shown(date(2026, 11, 22)), shown(None), shown(True), shown("x")
    ('2026-11-22', 'nothing', 'true', "'x'")
    """
    match found:
        case None:
            return "nothing"
        case bool():
            return str(found).lower()
        case date():
            return found.isoformat().replace("+00:00", "Z")
        case Money():
            return str(found)
        case _ if _is_tuple(found):
            return shortened(list(found))
        case _:
            return shortened(found)


def _is_tuple(found: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(found, tuple)


def of_rule(error: VintageRulesError, given: Mapping[str, object], names: Names) -> Rejection:
    """Turn what a rule raised into a rejection of the fact it is about."""
    match error:
        case NoEditionError():
            return Rejection("on", message_of(error))
        case PlaceError(field=field):
            return Rejection(f"facts.destination.{field}", message_of(error))
        case CalendarRangeError():
            return _about("day", error, given, names)
        case MissingRateError():
            return _about("rates", error, given, names)
        case UnknownTermError(field=field) if names.known(field):
            return _about(field, error, given, names)
        case InvalidValueError(field=field) | CurrencyMismatchError(field=field):
            return _about(field, error, given, names)
        case PolicyError():
            return Rejection("policy", str(error).removeprefix("policy: "))
        case _:
            return Rejection("facts", str(error))


def _about(
    field: str, error: VintageRulesError, given: Mapping[str, object], names: Names
) -> Rejection:
    if not names.known(field):
        return Rejection("facts", str(error))
    name = names.fact(field)
    part = _part_of_amount(error) if is_object(given.get(name)) else ""
    return Rejection(f"facts.{name}{part}", message_of(error))


def _part_of_amount(error: VintageRulesError) -> str:
    """The part of an amount that is wrong: rules speak of the amount as a whole."""
    match error:
        case CurrencyMismatchError():
            return ".currency"
        case MoneyError():
            return ".amount"
        case _:
            return ""
