"""The values that facts are made of, as JSON writes them, read into the values of the ground.

A fact is exactly what the contract says: an amount is a string, a day is a day, and a name that
is not known is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, TypeAlias, TypeGuard

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    model_validator,
)
from pydantic.annotated_handlers import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from vintage_rules.api.names import require_known
from vintage_rules.api.rejection import Steps
from vintage_rules.dates import Duration, Unit, instant
from vintage_rules.errors import DayError, InvalidValueError, MoneyError
from vintage_rules.ids import BuyerId, PieceId, SellerId, identifier
from vintage_rules.money import Money, non_negative, positive
from vintage_rules.places import Place
from vintage_rules.shipping import WORKSHOP

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)", re.ASCII
)
_LENGTH = re.compile(r"[0-9]{1,5} [a-z]+", re.ASCII)
_RATE = re.compile(r"\d{1,15}(\.\d{1,15})?", re.ASCII)


def is_object(given: object) -> TypeGuard[dict[str, object]]:
    """Tell whether this is what JSON calls an object, whose names are all texts."""
    return isinstance(given, dict)


def is_list(given: object) -> TypeGuard[list[object]]:
    """Tell whether this is a list."""
    return isinstance(given, list)


class Facts(BaseModel):
    """Named facts: none is missing, none unknown, and none taken for another kind of value."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )

    @model_validator(mode="before")
    @classmethod
    def _knows_every_name(cls, given: object) -> object:
        if is_object(given):
            require_known(given, cls.names())
        return given

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Give the names of these facts, as JSON writes them."""
        return _names(cls)


@cache
def _names(facts: type[Facts]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in facts.model_fields.items())


class _Amount(Facts):
    amount: str
    currency: str

    def taken(self) -> Money:
        return Money(self.amount, self.currency)


class _Address(Facts):
    country: str
    postal_code: str | None = None
    city: str | None = None

    def taken(self) -> Place:
        return Place(country=self.country, postal_code=self.postal_code, city=self.city)


def _amount_schema(_: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    return core_schema.no_info_after_validator_function(_Amount.taken, handler(_Amount))


def _address_schema(_: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    return core_schema.no_info_after_validator_function(_Address.taken, handler(_Address))


def _matching(text: object, pattern: re.Pattern[str]) -> str | None:
    return text if isinstance(text, str) and pattern.fullmatch(text) else None


def day_of(text: object) -> date:
    """Read a day. Raises `DayError` unless it is written like 2026-11-22.

    >>> day_of("2026-11-22")
    datetime.date(2026, 11, 22)
    """
    try:
        return date.fromisoformat(_matching(text, _DAY) or "")
    except ValueError:
        raise DayError("", text, "a day such as 2026-11-22") from None


def moment_of(text: object) -> datetime:
    """Read a moment into UTC. Raises `DayError` unless it is ISO 8601 with an offset.

    >>> moment_of("2026-09-07T13:00:00+02:00").isoformat()
    '2026-09-07T11:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(_matching(text, _MOMENT) or "")
    except ValueError:
        allowed = "a moment with an offset, such as 2026-11-22T10:00:00+01:00"
        raise DayError("", text, allowed) from None
    return instant(moment, "")


def _day_or_moment(text: object) -> date | datetime:
    return moment_of(text) if isinstance(text, str) and "T" in text else day_of(text)


def _rate(text: object) -> Decimal:
    written = _matching(text, _RATE)
    if written is None or not Decimal(written):
        raise MoneyError("", text, 'a string with a number above 0, such as "0.85"')
    return Decimal(written)


def _share(text: object) -> Decimal:
    written = _matching(text, _RATE)
    if written is None or Decimal(written) > 1:
        raise InvalidValueError("", text, 'a string with a number between 0 and 1, such as "0.80"')
    return Decimal(written)


def _count(number: object) -> int:
    if type(number) is not int or number < 0:
        raise InvalidValueError("", number, "a whole number, 0 or more")
    return number


def _seller(text: str) -> SellerId:
    if text == WORKSHOP:
        raise InvalidValueError("", text, "another id than the one that names the workshop")
    return SellerId(identifier(text, ""))


def _sender(text: str) -> str:
    return identifier(text, "")


def _identifier_schema(_: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    return core_schema.no_info_after_validator_function(_sender, handler(str))


def _seller_schema(_: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    return core_schema.no_info_after_validator_function(_seller, handler(str))


def _sum(money: Money) -> Money:
    return non_negative(money, "amount")


def _price(money: Money) -> Money:
    return positive(money, "amount")


def amounts_in(facts: Facts, start: Steps = ()) -> Iterator[tuple[Steps, Money]]:
    """Give every amount among the facts, and the way to it."""
    for name, field in type(facts).model_fields.items():
        yield from _amounts(getattr(facts, name), (*start, field.alias or name))


def _amounts(value: object, steps: Steps) -> Iterator[tuple[Steps, Money]]:
    if isinstance(value, Money):
        yield steps, value
    elif isinstance(value, Facts):
        yield from amounts_in(value, steps)
    elif is_list(value):
        for place, item in enumerate(value):
            yield from _amounts(item, (*steps, place))
    elif is_object(value):
        for name, item in value.items():
            yield from _amounts(item, (*steps, name))


Amount: TypeAlias = Annotated[Money, GetPydanticSchema(_amount_schema)]
Sum: TypeAlias = Annotated[Amount, AfterValidator(_sum)]
Price: TypeAlias = Annotated[Amount, AfterValidator(_price)]
Address: TypeAlias = Annotated[Place, GetPydanticSchema(_address_schema)]
Day: TypeAlias = Annotated[date, BeforeValidator(day_of)]
Moment: TypeAlias = Annotated[datetime, BeforeValidator(moment_of)]
DayOrMoment: TypeAlias = Annotated[date | datetime, BeforeValidator(_day_or_moment)]
Rate: TypeAlias = Annotated[Decimal, BeforeValidator(_rate)]


def _length(text: object) -> Duration:
    found = _matching(text, _LENGTH)
    amount, _, unit = (found or "").partition(" ")
    if found is None or unit not in set(Unit):
        raise InvalidValueError("", text, f'a duration such as "30 days", in {", ".join(Unit)}')
    return Duration.of(int(amount), unit)


Length: TypeAlias = Annotated[Duration, BeforeValidator(_length)]
Share: TypeAlias = Annotated[Decimal, BeforeValidator(_share)]
Count: TypeAlias = Annotated[int, BeforeValidator(_count)]
Grams: TypeAlias = Annotated[int, Field(gt=0)]
PieceName: TypeAlias = Annotated[PieceId, GetPydanticSchema(_identifier_schema)]
SellerName: TypeAlias = Annotated[SellerId, GetPydanticSchema(_seller_schema)]
BuyerName: TypeAlias = Annotated[BuyerId, GetPydanticSchema(_identifier_schema)]
SenderName: TypeAlias = Annotated[str, GetPydanticSchema(_identifier_schema)]
