# What we use of CurrencyConverter, which publishes no types: with `decimal=True` alone.

from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

class Bounds(NamedTuple):
    first_date: date
    last_date: date

class RateNotFoundError(Exception): ...

class CurrencyConverter:
    bounds: dict[str, Bounds]
    currencies: set[str]

    def __init__(self, currency_file: str = ..., *, decimal: Literal[True]) -> None: ...
    def convert(self, amount: int, currency: str, new_currency: str, date: date) -> Decimal: ...
