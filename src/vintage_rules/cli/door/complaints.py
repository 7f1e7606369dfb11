"""Whatever refuses a question, told as the path to the fact and a message.

Two things refuse facts: pydantic, when they are not what the contract says, and the rules, when
they make no sense. Both know a field; here it becomes the path in the question.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from vintage_rules.cli.door.rejection import Rejection, path_of
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


def of_validation(error: ValidationError, *start: str) -> Rejection:
    """Turn pydantic's complaints into one: the first with its path, the others in its message."""
    told = [_complaint(detail, start) for detail in error.errors(include_url=False)]
    path, message = told[0]
    others = "".join(f"; also {path}: {message}" for path, message in told[1:_MOST_TOLD])
    return Rejection(path, message + others)


# pydantic describes an error as a dictionary of anything
def _complaint(detail: Mapping[str, Any], start: Sequence[str]) -> tuple[str, str]:
    steps = (*start, *detail["loc"])
    found = detail["input"]
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValueError):
        inside = (cause.field,) if cause.field else ()
        return path_of((*steps, *inside)), message_of(cause)
    if detail["type"] == "missing":
        return path_of(steps), "must be given"
    return path_of(steps), f"must be {_allowed(detail)}, got {shortened(found)}"


def _allowed(detail: Mapping[str, Any]) -> str:
    match detail:
        case {"type": "greater_than", "ctx": {"gt": limit}}:
            return f"above {limit}"
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
    _, separator, message = str(error).partition(": ")
    return message if separator else str(error)


def of_rule(
    error: VintageRulesError, known: Sequence[str], elsewhere: Mapping[str, str]
) -> Rejection:
    """Turn what a rule raised into a rejection of the fact it is about.

    `elsewhere` says which fact is meant where a rule has another name for it.
    """
    match error:
        case NoEditionError():
            return Rejection("on", message_of(error))
        case PlaceError(field=field):
            return Rejection(f"facts.destination.{field}", message_of(error))
        case CalendarRangeError():
            name = elsewhere.get("day", "day")
        case MissingRateError():
            name = "rates"
        case InvalidValueError(field=field) | CurrencyMismatchError(field=field):
            name = elsewhere.get(field, field)
        case UnknownTermError(field=field) if field in known:
            name = field
        case PolicyError():
            return Rejection("policy", _whole_policy_message(error))
        case _:
            return Rejection("facts", str(error))
    if name.partition(".")[0].partition("[")[0] not in known:
        return Rejection("facts", str(error))
    return Rejection(f"facts.{name}{_part(error)}", message_of(error))


def _whole_policy_message(error: PolicyError) -> str:
    text = str(error)
    return text.removeprefix("policy: ")


def _part(error: VintageRulesError) -> str:
    """The part of an amount that is wrong: rules speak of the amount as a whole."""
    match error:
        case CurrencyMismatchError():
            return ".currency"
        case MoneyError():
            return ".amount"
        case _:
            return ""


@contextmanager
def inside(path: str) -> Generator[None]:
    """Say where in the facts the fields are that are refused in this block, such as pieces[1]."""
    try:
        yield
    except (InvalidValueError, CurrencyMismatchError) as error:
        raise Rejection(f"facts.{path}.{error.field}{_part(error)}", message_of(error)) from error
