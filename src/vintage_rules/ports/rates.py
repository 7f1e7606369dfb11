"""Who knows exchange rates. Clause L15."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Protocol

from attrs import frozen


@frozen(kw_only=True)
class ExchangeRate:
    """How much of the target one unit of the source was worth, on which day, and who said so.

    `ExchangeRates` gives it, and customs compare amounts with it.
    """

    source: str
    target: str
    value: Decimal
    on: date
    published_by: str


class ExchangeRates(Protocol):
    """Knows rates by day.

    Raises:
        OutsideUnavailableError: If it cannot be queried.
    """

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Return the rate of a day, or of the last day before it on which one was published.

        Raises:
            RatesEndError: For a day outside those it knows: it never guesses.
            MissingRateError: For a pair of currencies it does not know.
        """
        ...
