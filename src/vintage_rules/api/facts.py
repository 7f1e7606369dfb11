"""The kinds of facts: how each value is written in JSON, and what the types alone do not say.

An amount is a string, a day is a day, a moment has its offset, and a name is one that the policy
knows: nothing is taken for another kind of value, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeAlias

from vintage_rules.api.kinds import (
    Checked,
    DistinctBy,
    Field,
    Kind,
    Named,
    NamedKeys,
    ObjectKind,
    Schema,
    is_object,
    leaf,
    mapping_kind,
    optional_kind,
    wrong,
)
from vintage_rules.api.rejection import Problem, Problems, Rank
from vintage_rules.dates import Duration, Unit, instant
from vintage_rules.errors import DayError, InvalidValueError, MoneyError
from vintage_rules.fields import ANCHORS
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId, identifier
from vintage_rules.money import Money, currency_of, non_negative, positive
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import Piece
from vintage_rules.orders.reductions import Reduction
from vintage_rules.places import Destination, Place
from vintage_rules.pricing.fee_policy import PARTS, Sale
from vintage_rules.shipping.import_facts import Rates
from vintage_rules.shipping.parcels import WORKSHOP

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)", re.ASCII
)
_LENGTH = re.compile(r"[0-9]{1,5} [a-z]+", re.ASCII)
_RATE = re.compile(r"\d{1,15}(\.\d{1,15})?", re.ASCII)
_PAIR = re.compile(r"([A-Z]{3})/([A-Z]{3})", re.ASCII)


# ---- texts, numbers, days and moments


def _text(given: object, _house: object = None) -> str:
    if type(given) is not str:
        raise InvalidValueError("", given, "a string")
    return given


def _truth(given: object, _house: object = None) -> bool:
    if type(given) is not bool:
        raise InvalidValueError("", given, "true or false")
    return given


def _whole_number(given: object, _house: object = None) -> int:
    if type(given) is not int:
        raise InvalidValueError("", given, "a whole number")
    return given


def _count(given: object, _house: object = None) -> int:
    if type(given) is not int or given < 0:
        raise InvalidValueError("", given, "a whole number, 0 or more")
    return given


def _above_zero(number: int) -> None:
    if number <= 0:
        raise InvalidValueError("", number, "above 0")


def _matching(given: object, pattern: re.Pattern[str]) -> str | None:
    return given if isinstance(given, str) and pattern.fullmatch(given) else None


def day_of(given: object, _house: object = None) -> date:
    """Read a day.

    Raises:
        DayError: Unless it is written like 2026-11-22.

    >>> day_of("2026-11-22")
    datetime.date(2026, 11, 22)
    """
    try:
        return date.fromisoformat(_matching(given, _DAY) or "")
    except ValueError:
        raise DayError("", given, "a day such as 2026-11-22") from None


def moment_of(given: object, _house: object = None) -> datetime:
    """Read a moment into UTC.

    Raises:
        DayError: Unless it is ISO 8601 with an offset.

    >>> moment_of("2026-09-07T13:00:00+02:00").isoformat()
    '2026-09-07T11:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(_matching(given, _MOMENT) or "")
    except ValueError:
        allowed = "a moment with an offset, such as 2026-11-22T10:00:00+01:00"
        raise DayError("", given, allowed) from None
    return instant(moment, "")


def _day_or_moment(given: object, _house: object = None) -> date | datetime:
    return moment_of(given) if isinstance(given, str) and "T" in given else day_of(given)


def _rate(given: object, _house: object = None) -> Decimal:
    written = _matching(given, _RATE)
    if written is None or not Decimal(written):
        raise MoneyError("", given, 'a string with a number above 0, such as "0.85"')
    return Decimal(written)


def _share(given: object, _house: object = None) -> Decimal:
    written = _matching(given, _RATE)
    if written is None or Decimal(written) > 1:
        raise InvalidValueError("", given, 'a string with a number between 0 and 1, such as "0.80"')
    return Decimal(written)


def _length(given: object, _house: object = None) -> Duration:
    found = _matching(given, _LENGTH)
    amount, _, unit = (found or "").partition(" ")
    if found is None or unit not in set(Unit):
        raise InvalidValueError("", given, f'a duration such as "30 days", in {", ".join(Unit)}')
    return Duration.of(int(amount), unit)


def _identifier(given: object, _house: object = None) -> str:
    if type(given) is not str:
        raise InvalidValueError("", given, "a string")
    return identifier(given, "")


def _seller(given: object, _house: object = None) -> SellerId:
    name = _identifier(given)
    if name == WORKSHOP:
        raise InvalidValueError("", name, "another id than the one that names the workshop")
    return SellerId(name)


_ID: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
DAY_SCHEMA: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
MOMENT_SCHEMA: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": f"^{_MOMENT.pattern}$",
}
_LENGTH_SCHEMA: Schema = {
    "type": "string",
    "pattern": f"^[0-9]{{1,5}} ({'|'.join(Unit)})$",
    "examples": ["30 days"],
}

RATE_SCHEMA: Schema = {"type": "string", "pattern": f"^{_RATE.pattern}$", "examples": ["0.85"]}

_SHARE_SCHEMA: Schema = {
    "type": "string",
    "pattern": r"^(0(\.\d{1,15})?|1(\.0{1,15})?)$",
    "examples": ["0.80"],
}

# ---- money


def _any_amount() -> Kind:
    text = leaf(_text, {"type": "string"})
    names = ("amount", "currency")
    return ObjectKind.of([Field(name, name, text, needed=True) for name in names]).making(Money)


_ANY_AMOUNT = _any_amount()


def _money(given: object, house: HousePolicy) -> Money:
    if not is_object(given):
        raise wrong('money such as {"amount": "12.30", "currency": "EUR"}', given)
    amount, currency = given.get("amount"), given.get("currency")
    if len(given) == 2 and type(amount) is str and type(currency) is str:  # noqa: PLR2004
        return Money(amount, currency)
    money: Money = _ANY_AMOUNT.read(given, house)
    return money


_ANY_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_NOT_BELOW_ZERO = r"^[0-9]+(\.[0-9]+)?$"
_ABOVE_ZERO = r"^(?=.*[1-9])[0-9]+(\.[0-9]+)?$"


def amount_schema(pattern: str = _ANY_NUMBER, currency: str | None = None) -> Schema:
    """Return the schema of an amount, in one currency or in any."""
    code: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
    return {
        "type": "object",
        "properties": {
            "amount": {"type": "string", "pattern": pattern},
            "currency": code if currency is None else {"const": currency},
        },
        "required": ["amount", "currency"],
        "additionalProperties": False,
    }


def _amount_kind(
    check: Callable[[Money, str], Money] | None = None,
    pattern: str = _ANY_NUMBER,
    *,
    any_currency: bool = False,
) -> Kind:
    """The kind of an amount within bounds, in the currency of the house unless any will do.

    The bounds are checked before the currency.
    """

    def read(given: object, house: HousePolicy) -> Money:
        money = _money(given, house)
        if check is not None:
            check(money, "amount")
        found = money.currency.code
        if found != house.currency and not any_currency:
            message = f"must be {house.currency}, the currency of the house, got {found}"
            raise Problems([Problem(("currency",), message, Rank.CURRENCY)])
        return money

    def schema(house: HousePolicy | None) -> Schema:
        only = None if house is None or any_currency else house.currency
        return amount_schema(pattern, only)

    return Kind(read=read, schema=schema)


Sum: TypeAlias = Annotated[Money, _amount_kind(non_negative, _NOT_BELOW_ZERO)]
SumOfAnyCurrency: TypeAlias = Annotated[
    Money, _amount_kind(non_negative, _NOT_BELOW_ZERO, any_currency=True)
]
Price: TypeAlias = Annotated[Money, _amount_kind(positive, _ABOVE_ZERO)]
Share: TypeAlias = Annotated[Decimal, leaf(_share, _SHARE_SCHEMA)]
Count: TypeAlias = Annotated[int, leaf(_count, {"type": "integer", "minimum": 0})]
AboveZero: TypeAlias = Annotated[int, Checked(_above_zero, {"exclusiveMinimum": 0})]


def _rates_kind() -> Kind:
    rates = mapping_kind(leaf(_rate, RATE_SCHEMA))

    def read(given: object, house: HousePolicy) -> object:
        found: dict[str, Decimal] = rates.read(given, house)
        unknown = [Problem((text,), _no_pair(text)) for text in found if _pair(text) is None]
        if unknown:
            raise Problems(unknown)
        return {_pair(text): rate for text, rate in found.items()}

    pairs: Schema = {"propertyNames": {"pattern": f"^{_PAIR.pattern}$"}}
    return Kind(read=read, schema=lambda house: {**rates.schema(house), **pairs})


def _pair(text: str) -> tuple[str, str] | None:
    match = _PAIR.fullmatch(text)
    try:
        return match and (currency_of(match[1]).code, currency_of(match[2]).code)
    except MoneyError:
        return None


def _no_pair(text: str) -> str:
    return f"must be named by two currencies such as EUR/GBP, got {text!r}"


# ---- places


def _place_kind() -> Kind:
    text = leaf(_text, {"type": "string"})
    made = ObjectKind.of(
        [
            Field("country", "country", text, needed=True),
            Field("postal_code", "postal_code", optional_kind(text), needed=False),
            Field("city", "city", optional_kind(text), needed=False),
        ]
    ).making(Place)

    def read(given: object, house: HousePolicy) -> object:
        if not is_object(given):
            raise wrong('a place such as {"country": "FR", "postal_code": "75011"}', given)
        return made.read(given, house)

    return Kind(read=read, schema=made.schema)


def _destination_kind(place: Kind, *, mainland: bool = False) -> Kind:
    """The kind of a place that is found on the map; with `mainland`, by its country alone too."""
    locate_as = _locate_mainland if mainland else _locate

    def read(given: object, house: HousePolicy) -> Destination:
        return locate_as()(place.read(given, house))

    return Kind(read=read, schema=place.schema)


# The tables of the world are loaded with the first place: most rules need none.


@cache
def _locate() -> Callable[[Place], Destination]:
    from vintage_rules.world.addresses import locate

    return locate


@cache
def _locate_mainland() -> Callable[[Place], Destination]:
    from vintage_rules.world.addresses import locate_mainland

    return locate_mainland


# ---- names that the policy of the house knows


def _modes(house: HousePolicy) -> Collection[str]:
    return house.shipping.modes.keys()


def _of_sales(column: str, condition: str) -> Callable[[HousePolicy], Sequence[str]]:
    """Return every name that a fee or the table of returns has for what is known of a sale."""

    def known(house: HousePolicy) -> Sequence[str]:
        returns = house.returns.returns
        parts = (part for fee in house.pricing.fees for part in fee.components)
        charged = (name for part in parts for name in getattr(part.when, condition) or ())
        assumed = getattr(returns.assumed, column)
        return sorted({assumed, *getattr(returns.domain, column), *charged})

    return known


def _reasons(house: HousePolicy) -> Sequence[str]:
    return house.returns.returns.domain.reason


def _fees(house: HousePolicy) -> Sequence[str]:
    return sorted(fee.name for fee in house.pricing.fees)


def _tenders(house: HousePolicy) -> Sequence[str]:
    return sorted(frozenset[str]().union(*house.returns.refunds.tenders))


def _claim_kinds(house: HousePolicy) -> Sequence[str]:
    return sorted(house.returns.claims.kinds)


def _events(_house: HousePolicy | None) -> Sequence[str]:
    return ANCHORS


def _parts(_house: HousePolicy | None) -> Sequence[str]:
    return PARTS


Mode: TypeAlias = Annotated[str, Named("a mode", _modes)]
Reason: TypeAlias = Annotated[str, Named("a reason for a return", _reasons)]
SellerKind: TypeAlias = Annotated[
    str, Named("a kind of seller", _of_sales("seller_kind", "seller_kinds"))
]
Category: TypeAlias = Annotated[str, Named("a category", _of_sales("category", "categories"))]
SaleKind: TypeAlias = Annotated[str, Named("a kind of sale", _of_sales("sale_kind", "sale_kinds"))]
FeeName: TypeAlias = Annotated[str, Named("a fee", _fees)]
Tender: TypeAlias = Annotated[str, Named("a means of payment", _tenders)]
ClaimKind: TypeAlias = Annotated[str, Named("a kind of claim", _claim_kinds)]
Pieces: TypeAlias = Annotated[list[Piece], DistinctBy("id", "piece")]
SenderId: TypeAlias = Annotated[str, leaf(_identifier, _ID)]
Events: TypeAlias = Annotated[
    Mapping[str, date | datetime], NamedKeys("the days or moments of events", _events)
]
Parts: TypeAlias = Annotated[
    Mapping[str, Sum], NamedKeys("the amounts that fees are computed on", _parts)
]

# ---- what types are, and what their own modules do not say of them

_PLACE = _place_kind()
CountryOrPlace: TypeAlias = Annotated[Destination, _destination_kind(_PLACE, mainland=True)]
KINDS: Mapping[Any, Kind] = {
    object: Kind(read=lambda given, _: given, schema=lambda _: {}),
    str: leaf(_text, {"type": "string"}),
    bool: leaf(_truth, {"type": "boolean"}),
    int: leaf(_whole_number, {"type": "integer"}),
    date: leaf(day_of, DAY_SCHEMA),
    datetime: leaf(moment_of, MOMENT_SCHEMA),
    date | datetime: leaf(_day_or_moment, {"anyOf": [DAY_SCHEMA, MOMENT_SCHEMA]}),
    Duration: leaf(_length, _LENGTH_SCHEMA),
    PieceId: leaf(_identifier, _ID),
    BuyerId: leaf(_identifier, _ID),
    OrderId: leaf(_identifier, _ID),
    SellerId: leaf(_seller, {**_ID, "not": {"const": WORKSHOP}}),
    Money: _amount_kind(),
    Rates: _rates_kind(),
    Place: _PLACE,
    Destination: _destination_kind(_PLACE),
}
REFINED: Mapping[type, Mapping[str, Any]] = {
    Reduction: {"amount": Price},
    Piece: {
        "price": Price,
        "weight_g": AboveZero,
        "list_price": Price | None,  # pyright: ignore[reportOperatorIssue] - an alias has it at run time
    },
    Sale: {
        "seller_kind": SellerKind | None,  # pyright: ignore[reportOperatorIssue] - an alias has it at run time
        "category": Category | None,  # pyright: ignore[reportOperatorIssue] - an alias has it at run time
        "sale_kind": SaleKind | None,  # pyright: ignore[reportOperatorIssue] - an alias has it at run time
    },
}
FLAT = frozenset({Sale})
"""Classes whose fields are in JSON beside those of their owner."""
