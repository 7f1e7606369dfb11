"""Exact money: every amount that a rule computes with.

Theory. An amount is a whole number of its currency's last decimal (ISO 4217: cents for EUR, yen for
JPY, millimes for TND), written as a `Decimal` with exactly those decimals. Three rules follow.

1. *Nothing is inexact.* `Money` is py-moneyed's, restricted: it is immutable, refuses a float, a
   NaN, an infinity and more decimals than its currency has, never rounds by itself, and prints the
   same in every locale. Every computation names the context `EXACT`, since the ambient one belongs
   to the host. It has 60 digits, so that a product of an amount (at most 10¹⁵, so 20 digits) with a
   rate (below 10¹³, at most 24 decimals) always fits; whatever would not fit is refused on entry.
2. *A rounding happens once, at the end, in a direction that the policy names.* Rules compute in
   `Decimal` and build `Money` from the result (`share`, `rounded`, `convert`). Thresholds are
   compared with exact values, before any rounding (`converted`), since a cent of rounding would
   move them.
3. *What is split adds up again.* Rounding each part by itself loses or invents cents, so `allocate`
   gives each part its exact share rounded towards zero and hands the cents left over to the largest
   remainders, the first part first among equals (the method of largest remainders). Its parts
   add up to the amount for every amount and weights, and a zero weight gets nothing.

Two amounts meet only in one currency. `exact`, `non_negative`, `positive` and `priced` check what a
host passes; `build` and `plus` skip these checks and are only for results that are exact already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NoReturn, final

import moneyed

from vintage_rules.errors import CurrencyMismatchError, MoneyError
from vintage_rules.json_field import JsonField

# Far above any price and any sum of a catalogue, far below what would make a sum lose digits in
# EXACT.
LARGEST = Decimal("1E+15")
_LARGEST_EXPONENT = LARGEST.adjusted()
# Every computation names this context: the ambient one belongs to the host.
EXACT = Context(
    prec=60,
    rounding=ROUND_HALF_EVEN,
    Emin=-999_999,
    Emax=999_999,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
_add = EXACT.add  # looking a method of a context up takes as long as an addition
# An amount has at most 20 digits, so that its product with such a rate still fits in EXACT.
_BEYOND_RATES = Decimal("1E+13")
_FINEST_RATE = Decimal("1E-24")
_LONGEST_TEXT = 40
# Decimal() also reads "1_000", " 1 ", "1e3", "NaN" and Arabic digits: a price is written plainly.
_ONE = Decimal(1)
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# Withdrawn currencies that were divided into hundredths, of which moneyed does not say so.
_HUNDREDTHS_TOO = (
    "ALK AOK AON AOR BAN BEC BEL BGM BGO BOL BUK CLE CSK DDM ECS ESA ESB GEK GNS GQE GWE KRH KRO "
    "LUC LUL MDC MKN MLF MTP MVP MXP PEI PTE ROL SDP SUR TJR TPE UGS VNN XEU YDD"
)


class Rounding(StrEnum):
    """The direction in which a result is rounded to the currency's last decimal.

    `up` is towards plus infinity, `down` towards minus infinity.
    """

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    UP = "up"
    DOWN = "down"


_DECIMAL_ROUNDING = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.UP: ROUND_CEILING,
    Rounding.DOWN: ROUND_FLOOR,
}


@final
class Money(moneyed.Money, JsonField):
    """An exact amount of one currency, with at most the decimals that currency has.

    Amounts are given as `Decimal`, `int` or a decimal string.

    Raises:
        MoneyError: For anything else, for an amount that is not finite, has too many decimals or is
            beyond 10¹⁵, and for an unknown currency.
        CurrencyMismatchError: If two currencies are added or compared.

    >>> Money("12.3", "EUR")
    Money('12.30', 'EUR')
    >>> Money("1.005", "EUR")
    Traceback (most recent call last):
    ...
    vintage_rules.errors.MoneyError: amount: must be at most 2 decimals for EUR, got '1.005'
    """

    if not TYPE_CHECKING:  # type checkers know them from py-moneyed, as final
        __slots__ = ("amount", "currency")

    def __init__(self, amount: Decimal | int | str, currency: str | moneyed.Currency) -> None:
        known = currency_of(currency)
        _set_amount(self, exact_amount(amount, known))
        _set_currency(self, known)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"money cannot be changed: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"money cannot be changed: {name}")

    def __reduce__(self) -> tuple[type[Money], tuple[str, str]]:
        return Money, (str(self.amount), self.currency.code)

    def __copy__(self) -> Money:
        return self

    def __deepcopy__(self, memo: object) -> Money:
        return self

    def __str__(self) -> str:
        return f"{self.amount} {self.currency.code}"

    def __pos__(self) -> Money:
        return self

    def __neg__(self) -> Money:
        return type(self)(EXACT.minus(self.amount), self.currency)

    def __abs__(self) -> Money:
        return type(self)(EXACT.abs(self.amount), self.currency)

    def __add__(self, other: object) -> Money:
        return self._combined(_add, other)

    __radd__ = __add__

    def __sub__(self, other: object) -> Money:
        return self._combined(EXACT.subtract, other)

    def __rsub__(self, other: object) -> Money:
        return (-self)._combined(_add, other)

    def _combined(self, combine: Callable[[Decimal, Decimal], Decimal], other: object) -> Money:
        # `sum` starts from the int 0; any other bare number has no currency and is refused.
        if type(other) is int and other == 0:
            return self
        amount = same_currency(self, other, "amount").amount
        return _summed(combine(self.amount, amount), self.currency)

    def __mul__(self, other: object) -> Money:
        if type(other) is not int:
            raise TypeError("money is multiplied by a whole number; use share() for a rate")
        return type(self)(EXACT.multiply(self.amount, Decimal(other)), self.currency)

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> NoReturn:
        raise TypeError("money is not divided; use allocate(), which loses nothing")

    def __rmod__(self, other: object) -> NoReturn:
        raise TypeError("money has no % operator; use share() with a rounding")

    def round(self, ndigits: int | None = None) -> NoReturn:  # noqa: ARG002 - py-moneyed's signature
        """Refuse: a rounding without a named direction is how cents get lost."""
        raise TypeError("money is not rounded in place; use share() with a rounding")

    def __lt__(self, other: object) -> bool:
        return self.amount < same_currency(self, other, "amount").amount

    def __le__(self, other: object) -> bool:
        return self.amount <= same_currency(self, other, "amount").amount

    def __gt__(self, other: object) -> bool:
        return self.amount > same_currency(self, other, "amount").amount

    def __ge__(self, other: object) -> bool:
        return self.amount >= same_currency(self, other, "amount").amount

    def get_amount_in_sub_unit(self) -> int:
        """Return the amount in the currency's last decimal: cents for EUR, yen for JPY.

        >>> Money("12.30", "EUR").get_amount_in_sub_unit()
        1230
        """
        return int(self.amount.scaleb(decimals_of(self.currency), EXACT))


# The way past `__init__`, which checks, and `__setattr__`, which refuses every caller.
_new = object.__new__
_set_amount = Money.__dict__["amount"].__set__
_set_currency = Money.__dict__["currency"].__set__


def _summed(amount: Decimal, currency: moneyed.Currency) -> Money:
    return build(_never_minus_zero(_bounded(amount, "amount", amount)), currency)


def build(amount: Decimal, currency: moneyed.Currency) -> Money:
    """Build money from an amount that is already exact, without checking it.

    Only for the results of rules: amounts from outside go through `Money` or `exact`.

    >>> build(Decimal("8.99"), currency_of("EUR"))
    Money('8.99', 'EUR')
    """
    money = _new(Money)
    _set_amount(money, amount)
    _set_currency(money, currency)
    return money


def currency_of(code: str | moneyed.Currency, field: str = "currency") -> moneyed.Currency:
    """Return the currency of an ISO 4217 code.

    Raises:
        MoneyError: If it is unknown.

    >>> currency_of("EUR").code
    'EUR'
    """
    found = code if type(code) is str else getattr(code, "code", code)
    known = _CURRENCIES.get(found) if isinstance(found, str) else None
    if known is None:
        raise MoneyError(field, found, "an ISO 4217 currency code in capitals, such as EUR")
    return known


_CURRENCIES = moneyed.CURRENCIES


def decimals_of(currency: moneyed.Currency) -> int:
    """Return the number of decimals a currency is written with.

    ISO 4217's minor unit, even where shops leave it out (IQD has 3).

    >>> [decimals_of(currency_of(code)) for code in ("EUR", "JPY", "TND", "MGA")]
    [2, 0, 3, 2]
    """
    decimals = _DECIMALS.get(currency.code)
    if decimals is None:
        decimals = _DECIMALS[currency.code] = _count_decimals(currency)
    return decimals


_DECIMALS: dict[str, int] = dict.fromkeys(_HUNDREDTHS_TOO.split(), 2)


def _count_decimals(currency: moneyed.Currency) -> int:
    return len(str(currency.sub_unit)) - 1


def quantum_of(currency: moneyed.Currency) -> Decimal:
    """Return the smallest amount of a currency.

    >>> quantum_of(currency_of("EUR"))
    Decimal('0.01')
    """
    return _QUANTA[currency.code]


class _Quanta(dict[str, Decimal]):
    """The quantum of each currency, by its code: found when it is first needed."""

    def __missing__(self, code: str) -> Decimal:
        quantum = self[code] = Decimal(1).scaleb(-decimals_of(currency_of(code)))
        return quantum


_QUANTA = _Quanta()


def exact_amount(
    amount: Decimal | int | str, currency: moneyed.Currency, field: str = "amount"
) -> Decimal:
    """Return an amount with exactly the currency's decimals; nothing is ever rounded.

    Raises:
        MoneyError: If the amount is a float or a bool, is not a finite number, has more decimals
            than the currency, or lies beyond 10¹⁵.

    >>> exact_amount("7", currency_of("EUR"))
    Decimal('7.00')
    """
    number = _bounded(_decimal(amount, field), field, amount)
    quantum = _QUANTA[currency.code]
    if number.same_quantum(quantum):
        return number or number.copy_abs()
    written = number.quantize(quantum, context=EXACT)
    if written != number:
        decimals = decimals_of(currency)
        raise MoneyError(field, amount, f"at most {decimals} decimals for {currency.code}")
    return _never_minus_zero(written)


def _bounded(number: Decimal, field: str, found: object) -> Decimal:
    # The exponent decides nearly always, and much faster than a comparison.
    if number.adjusted() >= _LARGEST_EXPONENT and number.copy_abs() > LARGEST:
        raise MoneyError(field, found, "between -1E+15 and 1E+15")
    return number


def _never_minus_zero(number: Decimal) -> Decimal:
    return number or number.copy_abs()


def _decimal(amount: Decimal | int | str, field: str) -> Decimal:
    if isinstance(amount, str):
        if len(amount) > _LONGEST_TEXT or not _PLAIN.fullmatch(amount):
            raise MoneyError(field, amount, "a decimal number such as 12.30")
        return Decimal(amount)
    if isinstance(amount, bool) or not isinstance(amount, (Decimal, int)):
        raise MoneyError(field, amount, "a Decimal, an int or a decimal string, never a float")
    number = Decimal(amount)
    if not number.is_finite():
        raise MoneyError(field, amount, "a finite number")
    return number


def exact(money: moneyed.Money, field: str = "amount") -> Money:
    """Return a host's money as ours: ours unchanged, py-moneyed's own checked and copied.

    Raises:
        MoneyError: If it is not money or not exact.

    >>> exact(moneyed.Money("3", "EUR"))
    Money('3.00', 'EUR')
    """
    if type(money) is Money:
        return money
    if not isinstance(money, moneyed.Money):
        raise MoneyError(field, money, "money")
    currency = currency_of(money.currency, field)
    return build(exact_amount(money.amount, currency, field), currency)


def non_negative(money: moneyed.Money, field: str = "amount") -> Money:
    """Return money that may be a price or a sum: zero or more.

    Raises:
        MoneyError: If it is below zero.

    >>> non_negative(Money("0.00", "EUR"), "goods")
    Money('0.00', 'EUR')
    """
    taken = money if type(money) is Money else exact(money, field)
    if taken.amount.is_signed():
        raise MoneyError(field, str(taken.amount), "0 or more")
    return taken


def priced(money: moneyed.Money, code: str, field: str) -> Money:
    """Return money that may be a price or a sum of one currency: zero or more.

    Raises:
        MoneyError: If it is below zero.
        CurrencyMismatchError: If it is of another one.

    >>> priced(Money("9.59", "EUR"), "EUR", "shipping")
    Money('9.59', 'EUR')
    """
    if type(money) is Money and money.currency.code == code and not money.amount.is_signed():
        return money
    taken = non_negative(money, field)
    require_currency(taken, code, field)
    return taken


def positive(money: moneyed.Money, field: str = "price") -> Money:
    """Return money that may be paid: above zero.

    Raises:
        MoneyError: If it is zero or below.

    >>> positive(Money("0.01", "EUR"))
    Money('0.01', 'EUR')
    """
    taken = exact(money, field)
    if taken.amount <= 0:
        raise MoneyError(field, str(taken.amount), "above 0")
    return taken


def same_currency(expected: moneyed.Money, other: object, field: str) -> Money:
    """Return a second amount if it is in the currency of the first.

    Raises:
        CurrencyMismatchError: If the currencies differ.
        MoneyError: If it is not money.

    >>> same_currency(Money(1, "EUR"), Money(2, "EUR"), "shipping")
    Money('2.00', 'EUR')
    """
    if type(other) is Money and other.currency is expected.currency:
        return other
    if not isinstance(other, moneyed.Money):
        raise MoneyError(field, other, "money")
    require_currency(other, expected.currency.code, field)
    return exact(other, field)


def require_currency(money: moneyed.Money, code: str, field: str) -> None:
    """Refuse money of another currency.

    >>> require_currency(Money(1, "GBP"), "EUR", "goods")
    Traceback (most recent call last):
    vintage_rules.errors.CurrencyMismatchError: goods: must be in EUR, got GBP
    """
    if money.currency.code != code:
        raise CurrencyMismatchError(field, found=money.currency.code, expected=code)


def plus(money: Money, others: Iterable[Money]) -> Money:
    """Add exact amounts of one currency, without checking each.

    Only for the results of rules; see `total` for amounts from outside.

    Raises:
        CurrencyMismatchError: If the currencies differ.
        MoneyError: If it comes to more than 10¹⁵.

    >>> plus(Money("1.10", "EUR"), [Money("2.20", "EUR")])
    Money('3.30', 'EUR')
    """
    summed = money.amount
    currency = money.currency
    for other in others:
        if other.currency is not currency:
            require_currency(other, currency.code, "amount")
        summed = _add(summed, other.amount)
    if summed.adjusted() >= _LARGEST_EXPONENT:
        _bounded(summed, "amount", summed)
    return build(summed, currency)


@cache  # bounded by the currencies; any other raises
def zero(currency: str | moneyed.Currency) -> Money:
    """Return zero in a currency.

    >>> zero("JPY")
    Money('0', 'JPY')
    """
    known = currency_of(currency)
    return build(_ZEROS[decimals_of(known)], known)


def total(
    amounts: Iterable[moneyed.Money], currency: str | moneyed.Currency, field: str = "amount"
) -> Money:
    """Return the sum of amounts of one currency; zero if there are none.

    Raises:
        CurrencyMismatchError: If the currencies differ.
        MoneyError: If it comes to more than 10¹⁵.

    >>> total([Money("1.10", "EUR"), Money("2.20", "EUR")], "EUR")
    Money('3.30', 'EUR')
    """
    known = currency_of(currency)
    summed = _ZEROS[decimals_of(known)]
    for money in amounts:
        if type(money) is not Money or money.currency is not known:
            taken = exact(money, field)
            require_currency(taken, known.code, field)
            summed = _add(summed, taken.amount)
        else:
            summed = _add(summed, money.amount)
    return build(_bounded(summed, field, summed), known)


_ZEROS = {n: Decimal(0).scaleb(-n) for n in range(7)}


def rounded(amount: Decimal, currency: moneyed.Currency, rounding: Rounding) -> Money:
    """Round the exact result of a computation to the currency's decimals, in the direction named.

    Raises:
        MoneyError: If it comes to more than 10¹⁵.

    >>> rounded(Decimal("12.055"), currency_of("EUR"), Rounding.HALF_UP)
    Money('12.06', 'EUR')
    """
    if amount.adjusted() >= _LARGEST_EXPONENT:
        _bounded(amount, "amount", amount)
    quantized = amount.quantize(_QUANTA[currency.code], _DECIMAL_ROUNDING[rounding], EXACT)
    return build(quantized or quantized.copy_abs(), currency)


def stepped(amount: Money, step: Decimal, rounding: Rounding) -> Money:
    """Round an amount to a multiple of a step above zero, in the direction named.

    Raises:
        MoneyError: If it comes to more than 10¹⁵.

    >>> stepped(Money("12.37", "CHF"), Decimal("0.05"), Rounding.HALF_UP)
    Money('12.35', 'CHF')
    """
    steps = EXACT.divide(amount.amount, step).quantize(_ONE, _DECIMAL_ROUNDING[rounding], EXACT)
    return Money(EXACT.multiply(steps, step), amount.currency)


def share(amount: moneyed.Money, rate: Decimal, *, rounding: Rounding) -> Money:
    """Return a rate of an amount, rounded in the direction named; a rate of 0.10 is ten per cent.

    Raises:
        MoneyError: If the rate is not a finite Decimal below 10¹³ of at most 24 decimals.

    >>> share(Money("120.55", "EUR"), Decimal("0.10"), rounding=Rounding.HALF_UP)
    Money('12.06', 'EUR')
    """
    taken = exact(amount)
    product = EXACT.multiply(taken.amount, finite(rate, "rate"))
    return rounded(product, taken.currency, rounding)


def finite(number: Decimal, field: str) -> Decimal:
    """Return a rate or a weight if an amount can be multiplied by it exactly.

    Raises:
        MoneyError: Unless it is a finite Decimal below 10¹³ of at most 24 decimals.

    >>> finite(Decimal("0.2"), "rate")
    Decimal('0.2')
    """
    if not isinstance(number, Decimal) or not number.is_finite():
        raise MoneyError(field, number, "a finite Decimal")
    if number.copy_abs() >= _BEYOND_RATES or number != _written_out(number):
        raise MoneyError(field, number, "below 1E+13 and of at most 24 decimals")
    return number


def _written_out(rate: Decimal) -> Decimal:
    return rate.quantize(_FINEST_RATE, context=EXACT)


def convert(amount: moneyed.Money, rate: Decimal, currency: str, *, rounding: Rounding) -> Money:
    """Convert an amount into another currency, rounded in the direction named.

    The rate is how many units of the other currency one unit of the amount's is worth.

    Compare against thresholds with `converted`, which does not round.

    Raises:
        MoneyError: If the rate is not above zero.

    >>> convert(
    ...     Money("160.00", "EUR"), Decimal("0.85"), "GBP", rounding=Rounding.HALF_UP
    ... )
    Money('136.00', 'GBP')
    """
    return rounded(converted(amount, rate), currency_of(currency), rounding)


def converted(amount: moneyed.Money, rate: Decimal) -> Decimal:
    """Return the exact, unrounded amount in another currency, for comparing with a threshold.

    >>> converted(Money("158.83", "EUR"), Decimal("0.85"))
    Decimal('135.0055')
    """
    if finite(rate, "rate") <= 0:
        raise MoneyError("rate", rate, "above 0")
    return EXACT.multiply(exact(amount).amount, rate)


def allocate(amount: moneyed.Money, weights: Sequence[Decimal | int]) -> tuple[Money, ...]:
    """Split an amount in proportion to weights so that the parts add up to it, to the last cent.

    Each part is its exact share rounded towards zero; the cents left over go one each to the
    largest remainders, the first part first among equals. A zero weight gets nothing.

    Raises:
        MoneyError: If a weight is negative or not a finite Decimal or int, or if all are zero.

    >>> allocate(Money("1.00", "EUR"), [0, 1, 1, 1])
    (Money('0.00', 'EUR'), Money('0.34', 'EUR'), Money('0.33', 'EUR'), Money('0.33', 'EUR'))
    """
    taken = exact(amount)
    checked = [_weight(weight) for weight in weights]
    whole = sum(checked)
    if not whole:
        raise MoneyError("weights", tuple(weights), "at least one above 0")
    cents = taken.get_amount_in_sub_unit()
    parts = _largest_remainders(abs(cents), checked, whole)
    sign = -1 if cents < 0 else 1
    decimals = decimals_of(taken.currency)
    return tuple(
        build(Decimal(sign * part).scaleb(-decimals, EXACT), taken.currency) for part in parts
    )


def split(amount: Money, by: Collection[Money]) -> tuple[Money, ...]:
    """Split an amount in proportion to others, evenly where all of them are zero.

    The parts add up to the amount as those of `allocate` do; nothing comes of no amounts.

    >>> split(Money("3.20", "EUR"), [Money("8.00", "EUR"), Money("8.00", "EUR")])
    (Money('1.60', 'EUR'), Money('1.60', 'EUR'))
    >>> split(Money("0.01", "EUR"), [Money("0.00", "EUR"), Money("0.00", "EUR")])
    (Money('0.01', 'EUR'), Money('0.00', 'EUR'))
    """
    if len(by) <= 1:
        return (amount,) * len(by)
    weights = [each.amount for each in by]
    return allocate(amount, weights if any(weights) else [1] * len(weights))


def _weight(weight: Decimal | int) -> int:
    """Scale to a whole number, so that shares are exact whatever the weights' decimals."""
    number = Decimal(weight) if type(weight) is int else weight
    if not isinstance(number, Decimal):
        raise MoneyError("weights", weight, "Decimals or ints")
    if finite(number, "weights") < 0:
        raise MoneyError("weights", weight, "0 or more")
    return int(number.scaleb(24, EXACT))


def _largest_remainders(cents: int, weights: Sequence[int], whole: int) -> list[int]:
    parts = [cents * weight // whole for weight in weights]
    remainders = [cents * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[: cents - sum(parts)]:
        parts[i] += 1
    return parts
