"""Single values of a document by their kind: read exactly, or refused with what they may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from zoneinfo import available_timezones

from moneyed import CURRENCIES

from vintage_rules.dates import DayCount, Duration, Pick, Several, Unit, zone
from vintage_rules.errors import DayError, InvalidValueError, MoneyError
from vintage_rules.fields import (
    COUNTED,
    AddressField,
    Amount,
    Anchor,
    Count,
    CurrencyCode,
    Day,
    DayRange,
    Days,
    HolidayCalendar,
    Hour,
    Kind,
    Label,
    Language,
    Length,
    Name,
    Rate,
    Reference,
    SumOf,
    TerritoryCode,
    TimeZone,
    Weight,
    Words,
)
from vintage_rules.findings import (
    CLOCK,
    INVALID,
    Finding,
    as_written,
    duration_of,
    hour_of,
    is_list,
    items_in,
    most_like,
    repeated,
    table_in,
)
from vintage_rules.money import currency_of, exact_amount, finite
from vintage_rules.policies.shapes import Choice, Flag
from vintage_rules.world.calendars import is_calendar, nearest_calendar
from vintage_rules.world.territory_codes import is_territory, nearest_territory

NAME_PATTERN = "[a-z0-9]+(-[a-z0-9]+)*"
CODE_PATTERN = "[A-Z]{2}(-[A-Z0-9]{1,8})?"
LANGUAGE_PATTERN = "[a-z]{2,3}"
_CALENDAR_PATTERN = "[A-Z]{2}(-[A-Za-z0-9]{1,8})?"
_FIELD_PATTERN = "[a-z][a-z0-9_]{0,99}"
_LANGUAGE = re.compile(LANGUAGE_PATTERN)
_NAME, _CODE = re.compile(NAME_PATTERN), re.compile(CODE_PATTERN)
_CALENDAR, _FIELD = re.compile(_CALENDAR_PATTERN), re.compile(_FIELD_PATTERN)
_RANGE = re.compile(r"([0-9]{1,3}) to ([0-9]{1,3}) ([a-z]+)")
_IN_QUOTES = re.compile(r"[0-9]+([._-][0-9]+)*")
_BUSINESS_DAYS = re.compile(r"([0-9]{1,5}(?: to [0-9]{1,3})?) (?:business|working) days?")
LONGEST = 500
_AT_LEAST_TWO = 2
_COUNTS = {word: count for count, word in COUNTED.items()}
SEVERAL = {"earliest_of": Pick.EARLIEST, "latest_of": Pick.LATEST}

SINCE = "a day such as 2023-01-01"
SOURCE = 'a clause such as "L4", a law, an address, "assumption: why", or a list of these'
LANGUAGE = "the code of a language in two or three small letters, such as fr"
NAME = "a name in small letters, digits and hyphens, such as quality-control"


class RefusedValueError(Exception):
    """A value that is refused: what would be allowed, and the fault's code."""

    def __init__(self, allowed: str, code: str = INVALID) -> None:
        super().__init__(allowed)
        self.allowed = allowed
        self.code = code


class Surroundings:
    """What values need to know of their document: its currency, and what an edition calls things.

    What cannot be read itself is left out: its own fault is reported, and nothing concluded.
    """

    def __init__(self) -> None:
        self.currency: str | None = None
        self.names: Mapping[str, tuple[str, ...]] = {}


def read_value(kind: Kind, value: object, around: Surroundings) -> object:
    """Read one value of a kind.

    Raises:
        RefusedValueError: If the value is none of this kind.

    >>> read_value(Rate(), Decimal("0.10"), Surroundings())
    Decimal('0.10')
    """
    try:
        return _read(kind, value, around)
    except InvalidValueError as error:
        raise RefusedValueError(error.allowed) from None


def _read(kind: Kind, value: object, around: Surroundings) -> object:
    match kind:
        case Amount():
            return _amount(value, around.currency)
        case Count() | Weight():
            return _whole(value, kind.least, kind.most)
        case Length():
            return _length(value, kind.units)
        case Anchor():
            return _anchor(value, kind)
        case Reference():
            return _reference(value, kind.things, around.names)
        case Choice():
            return kind.members(_word(value, [str(member) for member in kind.members]))
        case Words():
            return _word(value, list(kind.meanings))
        case SumOf():
            return _part(value, kind.parts)
        case _:
            return _READ[type(kind)](value)


def unquoted(allowed: str, value: object) -> str:
    """Say what is allowed, and of a number or a day in quotes that they are what is wrong."""
    quoted = isinstance(value, str) and _IN_QUOTES.fullmatch(value)
    return f"{allowed}, without quotes" if quoted else allowed


def _number(value: object, allowed: str) -> Decimal:
    if type(value) is int:
        return Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise RefusedValueError(unquoted(allowed, value))
    return value


def _amount(value: object, currency: str | None) -> Decimal:
    allowed = "an amount of 0 or more, such as 12.30"
    number = _number(value, allowed)
    if number < 0:
        raise RefusedValueError(allowed)
    return number if currency is None else exact_amount(number, currency_of(currency))


def _rate(value: object) -> Decimal:
    number = _number(value, "between 0 and 1")
    if not 0 <= number <= 1:
        raise RefusedValueError("between 0 and 1")
    return finite(number, "rate")


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise RefusedValueError(unquoted(f"a whole number between {least} and {most}", value))
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise RefusedValueError("true or false")
    return value


def _day(value: object) -> date:
    if type(value) is not date:
        raise RefusedValueError(unquoted(SINCE, value))
    return value


def _hour(value: object) -> object:
    hour = hour_of(value)
    if hour is None:
        raise RefusedValueError('an hour such as "09:30"')
    return hour


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or len(value) > LONGEST:
        raise RefusedValueError(NAME)
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise RefusedValueError(LANGUAGE)
    return value


def _label(value: object) -> str:
    if not isinstance(value, str) or not _is_line(value):
        raise RefusedValueError(f"words on one line, {LONGEST} letters at most")
    return value


def _is_line(text: str) -> bool:
    return text.isprintable() and text == text.strip() and 1 <= len(text) <= LONGEST


def _address_field(value: object) -> str:
    if not isinstance(value, str) or not _FIELD.fullmatch(value):
        raise RefusedValueError(
            "a name in small letters, digits and underscores, such as postal_code"
        )
    return value


def _reference(value: object, things: str, names: Mapping[str, tuple[str, ...]]) -> str:
    known = names.get(things)
    if known is None or value in known:
        return _name(value)
    allowed = f"one of the {things} of this edition ({', '.join(known) or 'it has none'})"
    raise RefusedValueError(f"{allowed}{most_like(value, known)}", "unknown-term")


def _word(value: object, words: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in words:
        raise RefusedValueError(f"one of {', '.join(words)}{most_like(value, words)}")
    return value


def signed(parts: tuple[str, ...]) -> list[str]:
    """Return the parts of a sum with those that are taken off.

    >>> signed(("pieces", "voucher"))
    ['pieces', 'voucher', '-pieces', '-voucher']
    """
    return [*parts, *(f"-{part}" for part in parts)]


def _part(value: object, parts: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in signed(parts):
        allowed = f"one of {', '.join(parts)}, with a - before it where it is taken off"
        raise RefusedValueError(f"{allowed}{most_like(value, signed(parts))}")
    return value


def _code(value: object) -> str:
    if isinstance(value, str) and _CODE.fullmatch(value) and is_territory(value):
        return value
    nearest = nearest_territory(value) if isinstance(value, str) else None
    allowed = "the code of a country or a territory, such as FR or GB-NIR"
    raise RefusedValueError(f"{allowed}{_most_likely(nearest)}", "code-of-nowhere")


def _calendar(value: object) -> str:
    if not isinstance(value, str) or not _CALENDAR.fullmatch(value):
        raise RefusedValueError("a country, perhaps with a region, such as FR or FR-57")
    if not is_calendar(value):
        allowed = "a country or region whose public holidays are known"
        raise RefusedValueError(f"{allowed}{_most_likely(nearest_calendar(value))}")
    return value


_NO_CURRENCIES = frozenset(
    {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XEU", "XFO", "XFU", "XPD", "XPT"}
    | {"XRE", "XSU", "XTS", "XUA", "XXX"}
)
"""Codes of ISO 4217 that no price is paid in: metals, units of account, tests, and no currency."""


def _currency(value: object) -> str:
    try:
        code = currency_of(value if isinstance(value, str) else "").code
    except MoneyError as error:
        raise RefusedValueError(f"{error.allowed}{most_like(value, CURRENCIES)}") from None
    if code in _NO_CURRENCIES:
        raise RefusedValueError("a currency that people pay in, such as EUR")
    return code


def _time_zone(value: object) -> str:
    try:
        return zone(value if isinstance(value, str) else "").key
    except DayError as error:
        cities = {name.rpartition("/")[2]: name for name in sorted(available_timezones())}
        close = get_close_matches(str(value).rpartition("/")[2], cities, n=1)
        raise RefusedValueError(f"{error.allowed}{_most_likely(*map(cities.get, close))}") from None


def _most_likely(nearest: str | None = None) -> str:
    return "" if nearest is None else f", most likely {nearest}"


def _in_ouvres(value: object) -> str | None:
    """Write business days as a document does; None for anything else."""
    found = _BUSINESS_DAYS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    days = f'"{found[1]} ouvres" (Monday to Friday) or "{found[1]} ouvrables" (to Saturday)'
    return f"{days}, both without public holidays"


def _length(value: object, units: tuple[Unit, ...]) -> Duration:
    duration = duration_of(value)
    if duration is not None and duration.unit in units:
        return duration
    plural = [unit for unit in units if unit is not Unit.NEVER]
    never = ' or "never"' if Unit.NEVER in units else ""
    allowed = f'a duration such as "2 {plural[0]}", in {", ".join(plural)}{never}'
    raise RefusedValueError((_in_ouvres(value) if Unit.OUVRES in units else None) or allowed)


def _days(value: object) -> DayRange:
    found = _RANGE.fullmatch(value) if isinstance(value, str) else None
    count: DayCount | None = _COUNTS.get(found[3]) if found else None
    if found is None or count is None:
        allowed = f'a range such as "2 to 5 ouvrables", in {", ".join(_COUNTS)}'
        raise RefusedValueError(_in_ouvres(value) or allowed)
    minimum, maximum = int(found[1]), int(found[2])
    if maximum < minimum:
        raise RefusedValueError(
            f"a range from the fewest to the most days, such as {maximum} to {minimum}"
        )
    return DayRange(minimum, maximum, count)


def _anchor(value: object, kind: Anchor) -> str | Several:
    if isinstance(value, str) and value in kind.events:
        return value
    events, nearest = ", ".join(kind.events), most_like(value, kind.events)
    if not kind.several:
        raise RefusedValueError(f"one of {events}{nearest}")
    for key, listed in table_in(value).items():
        picked = tuple(event for event in items_in(listed) if event in kind.events)
        whole = len(picked) == len(set(picked)) == len(items_in(listed)) >= _AT_LEAST_TWO
        if key in SEVERAL and whole and len(table_in(value)) == 1:
            return Several(pick=SEVERAL[key], events=tuple(map(str, picked)))
    several = 'of several { latest_of = ["received", "paid"] } or { earliest_of = … }'
    raise RefusedValueError(f"one of {events}, or {several}{nearest}")


def between(kind: Kind, listed: Sequence[object]) -> Iterator[Finding]:
    """Find what is wrong between the items of a list of values: none is there twice.

    >>> [finding.found for finding in between(Name(), ["a", "a"])]
    ['a']
    """
    if isinstance(kind, SumOf):
        yield from _between_parts(listed)
    else:
        yield from repeated(listed)


def _between_parts(listed: Sequence[object]) -> Iterator[Finding]:
    parts = [part for part in listed if isinstance(part, str)]
    names = [part.removeprefix("-") for part in parts]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Finding((i,), "named only once", parts[i])
    if parts and all(part.startswith("-") for part in parts):
        yield Finding((), "a sum with at least one part that is added", as_written(parts))


_READ: Mapping[type[Kind], Callable[[object], object]] = {
    AddressField: _address_field,
    CurrencyCode: _currency,
    Day: _day,
    Days: _days,
    Flag: _flag,
    HolidayCalendar: _calendar,
    Hour: _hour,
    Label: _label,
    Language: _language,
    Name: _name,
    Rate: _rate,
    TerritoryCode: _code,
    TimeZone: _time_zone,
}


def read_sources(value: object) -> tuple[str, ...]:
    """Read the source of a table or a value.

    Raises:
        RefusedValueError: If the value is none of this kind.

    >>> read_sources("L4")
    ('L4',)
    """
    listed = value if is_list(value) else [value]
    sources = tuple(text for text in listed if isinstance(text, str) and _is_source(text))
    if not sources or len(set(sources)) != len(listed):
        raise RefusedValueError(SOURCE, "value-without-source")
    return sources


def _is_source(text: str) -> bool:
    kind, _, why = text.partition(":")
    return _is_line(text) and (kind.strip() != "assumption" or bool(why.strip()))


_ONE_SOURCE = {
    "type": "string",
    "maxLength": LONGEST,
    "pattern": r"^(?!assumption\s*:?\s*$)\S(.*\S)?$",
}
SOURCES_SCHEMA: Mapping[str, object] = {
    "anyOf": [
        _ONE_SOURCE,
        {"type": "array", "items": _ONE_SOURCE, "minItems": 1, "uniqueItems": True},
    ]
}


def value_schema(kind: Kind) -> dict[str, object]:
    """Return the JSON Schema of a value of a kind.

    >>> value_schema(Rate())
    {'type': 'number', 'minimum': 0, 'maximum': 1}
    """
    match kind:
        case Count() | Weight():
            return {"type": "integer", "minimum": kind.least, "maximum": kind.most}
        case Choice():
            return {"enum": [str(member) for member in kind.members], "type": "string"}
        case Words():
            return {"enum": list(kind.meanings), "type": "string"}
        case SumOf():
            return {"enum": signed(kind.parts)}
        case Anchor():
            return _anchor_schema(kind)
        case _:
            known = _SCHEMAS.get(type(kind))
            return known or {"type": "string", "pattern": f"^{_pattern(kind)}$"}


_SCHEMAS: Mapping[type[Kind], dict[str, object]] = {
    Amount: {"type": "number", "minimum": 0},
    Day: {"type": "string", "format": "date"},
    Flag: {"type": "boolean"},
    Label: {"type": "string", "maxLength": LONGEST, "pattern": r"^\S(.*\S)?$"},
    Language: {"type": "string", "pattern": f"^{LANGUAGE_PATTERN}$"},
    Name: {"type": "string", "pattern": f"^{NAME_PATTERN}$", "maxLength": LONGEST},
    Rate: {"type": "number", "minimum": 0, "maximum": 1},
    TimeZone: {"type": "string", "minLength": 1},
}


def _pattern(kind: Kind) -> str:
    match kind:
        case Length():
            return _length_pattern(kind.units)
        case Days():
            return f"[0-9]{{1,3}} to [0-9]{{1,3}} ({'|'.join(_COUNTS)})"
        case _:
            return _PATTERNS[type(kind)]


_PATTERNS: Mapping[type[Kind], str] = {
    AddressField: _FIELD_PATTERN,
    CurrencyCode: "[A-Z]{3}",
    HolidayCalendar: _CALENDAR_PATTERN,
    Hour: f"({CLOCK})",
    Reference: NAME_PATTERN,
    TerritoryCode: CODE_PATTERN,
}


def _length_pattern(units: tuple[Unit, ...]) -> str:
    words = "|".join(f"{unit.removesuffix('s')}s?" for unit in units if unit is not Unit.NEVER)
    never = "|never" if Unit.NEVER in units else ""
    return f"([0-9]{{1,5}} ({words}){never})"


def _anchor_schema(kind: Anchor) -> dict[str, object]:
    events = list(kind.events)
    if not kind.several:
        return {"enum": events}
    several = {
        key: {
            "type": "array",
            "items": {"enum": events},
            "minItems": _AT_LEAST_TWO,
            "uniqueItems": True,
            "description": f"the {pick} of these events",
        }
        for key, pick in SEVERAL.items()
    }
    of_several = {
        "type": "object",
        "properties": several,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"oneOf": [{"enum": events}, of_several]}
