"""Exchange rates from a table that is given by hand. Clause L15."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from vintage_rules.dates import require_day
from vintage_rules.errors import InvalidValueError, MissingRateError, RatesEndError
from vintage_rules.money import finite
from vintage_rules.ports.rates import ExchangeRate


class MemoryRates:
    """Rates of the pairs it was given, in the direction they were given.

    Each pair has rates from the first to the last of its days.

    Raises:
        InvalidValueError: For a pair without a day or a rate of 0 or below.
        MoneyError: For a rate that is no finite `Decimal`.
        DayError: For what is no day.

    >>> rates = MemoryRates(
    ...     {
    ...         ("EUR", "GBP"): {
    ...             date(2026, 11, 20): Decimal("0.85"),
    ...             date(2026, 11, 23): Decimal("0.86"),
    ...         }
    ...     },
    ...     published_by="the tests",
    ... )
    >>> sunday = rates.rate("EUR", "GBP", date(2026, 11, 22))
    >>> sunday.value, sunday.on
    (Decimal('0.85'), datetime.date(2026, 11, 20))
    """

    def __init__(
        self,
        published: Mapping[tuple[str, str], Mapping[date, Decimal]],
        *,
        published_by: str,
    ) -> None:
        self._published = {pair: _checked(days) for pair, days in published.items()}
        self._published_by = published_by

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Return the rate of a day, or of the last day before it on which one was published."""
        days = self._published.get((source, target))
        if days is None:
            raise MissingRateError(source, target)
        if not min(days) <= require_day(day) <= max(days):
            raise RatesEndError(source, target, day, min(days), max(days))
        on = max(known for known in days if known <= day)
        return ExchangeRate(
            source=source,
            target=target,
            value=days[on],
            on=on,
            published_by=self._published_by,
        )


def _checked(days: Mapping[date, Decimal]) -> dict[date, Decimal]:
    if not days:
        raise InvalidValueError("published", dict(days), "one day with its rate or more")
    return {require_day(day): _positive(value) for day, value in days.items()}


def _positive(value: Decimal) -> Decimal:
    if finite(value, "rate") <= 0:
        raise InvalidValueError("rate", value, "above 0")
    return value
