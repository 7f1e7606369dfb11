"""Amounts as Stripe writes them: whole numbers of its smallest unit of a currency.

That unit is not always the currency's last decimal. Source: docs.stripe.com/currencies, read
2026-11.
"""

from __future__ import annotations

from decimal import Decimal

from vintage_rules.adapters.stripe.answers import PORT
from vintage_rules.errors import MoneyError, OutsideRejectedError, OutsideUnavailableError
from vintage_rules.money import EXACT, Money, currency_of, decimals_of

# Where Stripe writes another number of decimals than ISO 4217: the ariary without any, and two
# currencies that lost theirs still with two, always 00.
_DECIMALS = {"ISK": 2, "MGA": 0, "UGX": 2}
# Card networks take no thousandths: of three decimals the last is 0.
_COARSE = 3


def minor_units(amount: Money, act: str) -> int:
    """Return an amount as Stripe writes it.

    Raises:
        OutsideRejectedError: For one it cannot take.

    >>> minor_units(Money("89.90", "EUR"), "authorise")
    8990
    >>> minor_units(Money("5000", "JPY"), "authorise")
    5000
    >>> minor_units(Money("12.340", "KWD"), "authorise")
    12340
    >>> minor_units(Money("12.345", "KWD"), "authorise")
    Traceback (most recent call last):
    ...
    vintage_rules.errors.OutsideRejectedError: stripe: authorise failed: amount: must be a...
    """
    code = amount.currency.code
    decimals = _decimals(code)
    units = amount.amount.scaleb(decimals, EXACT)
    step = 10 if decimals == _COARSE else 1
    if units % step:
        smallest = Decimal(step).scaleb(-decimals, EXACT)
        allowed = f"must be a multiple of {smallest} {code}"
        raise OutsideRejectedError(PORT, act, f"amount: {allowed}, got {amount}")
    return int(units)


def amount_of(units: int, code: str, act: str) -> Money:
    """Return an amount that Stripe has written.

    Raises:
        OutsideUnavailableError: For one that no currency of ours can hold.

    >>> amount_of(8990, "EUR", "find capture"), amount_of(5000, "JPY", "find capture")
    (Money('89.90', 'EUR'), Money('5000', 'JPY'))
    """
    try:
        return Money(Decimal(units).scaleb(-_decimals(code), EXACT), code)
    except MoneyError as error:
        raise OutsideUnavailableError(
            PORT, act, f"an amount that cannot be read: {error}"
        ) from error


def _decimals(code: str) -> int:
    return _DECIMALS.get(code, decimals_of(currency_of(code)))
