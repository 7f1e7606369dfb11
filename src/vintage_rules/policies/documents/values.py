"""The values of a policy document: each is read exactly, or refused with what would be allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any

from attrs import frozen
from pydantic import PlainValidator, Strict, ValidationInfo, WithJsonSchema

from vintage_rules.dates import DayCount, Duration, Unit, zone
from vintage_rules.errors import shortened
from vintage_rules.money import currency_of, exact_amount, finite
from vintage_rules.policies.documents.reading import Reading, refusal
from vintage_rules.policies.shapes import is_list

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,99}")
_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,8})?")
CODE_PATTERN = f"^{_CODE.pattern}$"
_CALENDAR = re.compile(r"[A-Z]{2}(-[A-Za-z0-9]{1,8})?")
_DURATION = re.compile(r"([0-9]{1,5}) ([a-z]+)")
_RANGE = re.compile(r"([0-9]{1,3}) to ([0-9]{1,3}) ([a-z]+)")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_IN_QUOTES = re.compile(r"[0-9]+([._-][0-9]+)*")
_LONGEST = 500

SINCE = "a day such as 2023-01-01"
SOURCE = 'a clause such as "L4", a law, an address, "assumption: why", or a list of these'
NAME = "a name in small letters, digits and hyphens, such as quality-control"

named = Strict(strict=False)  # a member of an enumeration, written as its name


def _unquoted(allowed: str, value: object) -> str:
    """Say what is allowed, and of a number or a day in quotes that they are what is wrong."""
    quoted = isinstance(value, str) and _IN_QUOTES.fullmatch(value)
    return f"{allowed}, without quotes" if quoted else allowed


def _day(value: object) -> date:
    if type(value) is not date:
        raise refusal(_unquoted(SINCE, value))
    return value


Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


def _is_source(text: object) -> bool:
    if not isinstance(text, str) or not text.isprintable() or not 1 <= len(text) <= _LONGEST:
        return False
    kind, _, why = text.partition(":")
    return text == text.strip() and (kind.strip() != "assumption" or bool(why.strip()))


def _sources(value: object) -> tuple[str, ...]:
    listed = value if is_list(value) else [value]
    sources = tuple(text for text in listed if isinstance(text, str) and _is_source(text))
    if not sources or len(set(sources)) != len(listed):
        raise refusal(SOURCE, "value-without-source")
    return sources


_ONE_SOURCE = {
    "type": "string",
    "maxLength": _LONGEST,
    "pattern": r"^(?!assumption\s*:?\s*$)\S(.*\S)?$",
}
SOURCES_SCHEMA: dict[str, Any] = {
    "anyOf": [
        _ONE_SOURCE,
        {"type": "array", "items": _ONE_SOURCE, "minItems": 1, "uniqueItems": True},
    ]
}
Sources = Annotated[tuple[str, ...], PlainValidator(_sources), WithJsonSchema(SOURCES_SCHEMA)]


def _number(value: object, allowed: str) -> Decimal:
    if type(value) is int:
        return Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise refusal(_unquoted(allowed, value))
    return value


def _amount(value: object, info: ValidationInfo) -> Decimal:
    number = _number(value, "an amount of 0 or more, such as 12.30")
    if number < 0:
        raise refusal("an amount of 0 or more, such as 12.30")
    currency = Reading.of(info).currency
    return number if currency is None else exact_amount(number, currency_of(currency))


Amount = Annotated[
    Decimal, PlainValidator(_amount), WithJsonSchema({"type": "number", "minimum": 0})
]


def _rate(value: object) -> Decimal:
    number = _number(value, "between 0 and 1")
    if not 0 <= number <= 1:
        raise refusal("between 0 and 1")
    return finite(number, "rate")


Rate = Annotated[
    Decimal,
    PlainValidator(_rate),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise refusal(_unquoted(f"a whole number between {least} and {most}", value))
        return value

    return read


def _whole_schema(least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


_MOST = 1_000
Count = Annotated[int, PlainValidator(_whole(0, _MOST)), _whole_schema(0, _MOST)]
AtLeastOne = Annotated[int, PlainValidator(_whole(1, _MOST)), _whole_schema(1, _MOST)]

_HEAVIEST_G = 1_000_000
Grams = Annotated[int, PlainValidator(_whole(0, _HEAVIEST_G)), _whole_schema(0, _HEAVIEST_G)]
Weight = Annotated[int, PlainValidator(_whole(1, _HEAVIEST_G)), _whole_schema(1, _HEAVIEST_G)]


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or len(value) > _LONGEST:
        raise refusal(NAME)
    return value


Name = Annotated[
    str,
    PlainValidator(_name),
    WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$", "maxLength": _LONGEST}),
]


def _key(value: object) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise refusal("a name in small letters, digits and underscores, such as postal_code")
    return value


Key = Annotated[
    str, PlainValidator(_key), WithJsonSchema({"type": "string", "pattern": f"^{_KEY.pattern}$"})
]


def _one_of_the(kind: str) -> Callable[[object, ValidationInfo], str]:
    def read(value: object, info: ValidationInfo) -> str:
        known = Reading.of(info).names.get(kind)
        if known is None or value in known:
            return _name(value)
        allowed = f"one of the {kind} of this edition ({', '.join(known) or 'it has none'})"
        raise refusal(allowed, "unknown-term")

    return read


_REFERENCE = WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"})
Mode = Annotated[str, PlainValidator(_one_of_the("modes")), _REFERENCE]
ZoneName = Annotated[str, PlainValidator(_one_of_the("zones")), _REFERENCE]
Fee = Annotated[str, PlainValidator(_one_of_the("fees")), _REFERENCE]
Category = Annotated[str, PlainValidator(_one_of_the("categories")), _REFERENCE]
SellerKind = Annotated[str, PlainValidator(_one_of_the("seller kinds")), _REFERENCE]
SaleKind = Annotated[str, PlainValidator(_one_of_the("sale kinds")), _REFERENCE]
RefundTermsName = Annotated[str, PlainValidator(_one_of_the("refund terms")), _REFERENCE]


def _code(value: object) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise refusal("the code of a country or a territory, such as FR or GB-NIR")
    return value


Code = Annotated[
    str,
    PlainValidator(_code),
    WithJsonSchema({"type": "string", "pattern": CODE_PATTERN}),
]


def _calendar(value: object) -> str:
    if not isinstance(value, str) or not _CALENDAR.fullmatch(value):
        raise refusal("a country, perhaps with a region, such as FR or FR-57")
    return value


CalendarKey = Annotated[
    str,
    PlainValidator(_calendar),
    WithJsonSchema({"type": "string", "pattern": f"^{_CALENDAR.pattern}$"}),
]


def _currency(value: object) -> str:
    return currency_of(value if isinstance(value, str) else "").code


Currency = Annotated[
    str, PlainValidator(_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})
]


def _time_zone(value: object) -> str:
    return zone(value if isinstance(value, str) else "").key


TimeZone = Annotated[
    str, PlainValidator(_time_zone), WithJsonSchema({"type": "string", "minLength": 1})
]


def hour_of(value: object) -> time | None:
    """Give the hour that a text names; None where it names none.

    >>> hour_of("09:30"), hour_of("24:00")
    (datetime.time(9, 30), None)
    """
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        return None
    return time.fromisoformat(value)


def _clock(value: object) -> time:
    hour = hour_of(value)
    if hour is None:
        raise refusal('an hour such as "09:30"')
    return hour


Clock = Annotated[
    time,
    PlainValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": f"^({_CLOCK.pattern})$"}),
]

_DATES = (Unit.DAYS, Unit.OUVRABLES, Unit.OUVRES, Unit.MONTHS, Unit.YEARS)


_BUSINESS_DAYS = re.compile(r"([0-9]{1,5}(?: to [0-9]{1,3})?) (?:business|working) days?")


def _in_ouvres(value: object) -> str | None:
    """Write business days as a document does; None for anything else."""
    found = _BUSINESS_DAYS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    days = f'"{found[1]} ouvres" (Monday to Friday) or "{found[1]} ouvrables" (to Saturday)'
    return f"{days}, both without public holidays"


def _duration(*units: Unit) -> Callable[[object], Duration]:
    plural = [unit for unit in units if unit is not Unit.NEVER]
    never = ' or "never"' if Unit.NEVER in units else ""
    allowed = f'a duration such as "2 {plural[0]}", in {", ".join(plural)}{never}'

    def read(value: object) -> Duration:
        if value == Unit.NEVER.value and never:
            return Duration.of(0, Unit.NEVER)
        found = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if found is None or _unit(found[2], found[1]) not in plural:
            raise refusal((_in_ouvres(value) if Unit.OUVRES in units else None) or allowed)
        return Duration.of(int(found[1]), _unit(found[2], found[1]))

    return read


def _unit(word: str, amount: str) -> str:
    """Give the unit a word names: 1 hour is as good as 1 hours, but 2 hour is not."""
    return f"{word}s" if int(amount) == 1 and not word.endswith("s") else word


def _durations(*units: Unit) -> WithJsonSchema:
    words = "|".join(f"{unit.removesuffix('s')}s?" for unit in units if unit is not Unit.NEVER)
    pattern = f"[0-9]{{1,5}} ({words})"
    never = "|never" if Unit.NEVER in units else ""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern}{never})$"})


_ANY = tuple(Unit)
_ENDING = tuple(unit for unit in Unit if unit is not Unit.NEVER)
Length = Annotated[Duration, PlainValidator(_duration(*_ANY)), _durations(*_ANY)]
LengthThatEnds = Annotated[Duration, PlainValidator(_duration(*_ENDING)), _durations(*_ENDING)]
Dates = Annotated[Duration, PlainValidator(_duration(*_DATES)), _durations(*_DATES)]
DatesOrNever = Annotated[
    Duration,
    PlainValidator(_duration(*_DATES, Unit.NEVER)),
    _durations(*_DATES, Unit.NEVER),
]
Days = Annotated[Duration, PlainValidator(_duration(Unit.DAYS)), _durations(Unit.DAYS)]


def is_shorter(one: object, other: object) -> bool:
    """Tell whether of two durations as written, in one unit, the first is shorter.

    >>> is_shorter("9 days", "10 days"), is_shorter("1 day", "1 month")
    (True, False)
    """
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    found, known = _DURATION.fullmatch(one), _DURATION.fullmatch(other)
    if found is None or known is None:
        return False
    alike = _unit(found[2], found[1]) == _unit(known[2], known[1])
    return alike and int(found[1]) < int(known[1])


def is_alike(one: object, other: object) -> bool:
    """Tell whether of two durations as written the first is no longer, in the same unit.

    >>> is_alike("14 days", "30 days"), is_alike("14 days", "2 months")
    (True, False)
    """
    found = [_DURATION.fullmatch(text) for text in (str(one), str(other))]
    units = {_unit(match[2], match[1]) for match in found if match}
    return None not in found and len(units) == 1 and not is_shorter(other, one)


@frozen
class DayRange:
    """From how many to how many days, and which days count."""

    minimum: int
    maximum: int
    count: DayCount

    def __str__(self) -> str:
        return f"{self.minimum} to {self.maximum} {_COUNTED[self.count]}"


_COUNTED = {
    DayCount.CALENDAR: "days",
    DayCount.OUVRABLES: "ouvrables",
    DayCount.OUVRES: "ouvres",
}
_COUNTS = {word: count for count, word in _COUNTED.items()}


def _range(value: object) -> DayRange:
    found = _RANGE.fullmatch(value) if isinstance(value, str) else None
    count = _COUNTS.get(found[3]) if found else None
    if found is None or count is None:
        allowed = f'a range such as "2 to 5 ouvrables", in {", ".join(_COUNTS)}'
        raise refusal(_in_ouvres(value) or allowed)
    minimum, maximum = int(found[1]), int(found[2])
    if maximum < minimum:
        raise refusal(f"a range from the fewest to the most days, such as {maximum} to {minimum}")
    return DayRange(minimum, maximum, count)


Range = Annotated[
    DayRange,
    PlainValidator(_range),
    WithJsonSchema(
        {"type": "string", "pattern": f"^[0-9]{{1,3}} to [0-9]{{1,3}} ({'|'.join(_COUNTS)})$"}
    ),
]


def written(value: object) -> str:
    """Write a value the way a document does, for rows and for messages.

    >>> written(Decimal("0.10")), written(True), written(["visa", "mastercard"])
    ('0.10', 'true', 'visa, mastercard')
    >>> written([["card", "paypal"], ["gift-card"]])
    '[card, paypal], [gift-card]'
    """
    if is_list(value):
        return ", ".join(f"[{written(i)}]" if is_list(i) else written(i) for i in value)
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case time():
            return f"{value:%H:%M}"
        case int() | str() | date() | Duration() | DayRange():
            return str(value)
        case _:
            return shortened(value)
