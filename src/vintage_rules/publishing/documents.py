"""Documents for machines, before they are text: values of JSON, with exact amounts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TypeAlias

from vintage_rules.dates import Calendar, DayCount, Duration, add_days

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json]"

_YEARS = (2024, 2025)  # one with a 29 February and one without
_NO_HOLIDAYS = Calendar.without_holidays("none")


def text_of(document: Json) -> str:
    """Return a document as JSON; amounts are numbers, with the digits they have.

    >>> print(text_of({"price": Decimal("5.49"), "days": [2, 5]}))
    {
      "price": 5.49,
      "days": [
        2,
        5
      ]
    }
    """
    return json.dumps(document, ensure_ascii=False, indent=2, default=_number)


def _number(amount: object) -> int | float:
    if not isinstance(amount, Decimal):
        raise TypeError(amount)
    # The shortest text of the nearest float is that of any amount of up to fifteen digits.
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def least_days(length: Duration) -> int | None:
    """Return the whole calendar days that a duration holds at the least; None if it never ends.

    It is the least over every moment it may start at.

    >>> [
    ...     least_days(Duration.of(n, u))
    ...     for n, u in ((14, "days"), (72, "hours"), (1, "months"))
    ... ]
    [14, 3, 28]
    """
    from datetime import date

    if not length.ends:
        return None
    if length.is_elapsed:
        return _elapsed_days(length)
    start, end = (date(year, 1, 1) for year in (_YEARS[0], _YEARS[1] + 1))
    days = (add_days(start, n) for n in range((end - start).days))
    return min((length.after_day(day, _NO_HOLIDAYS) - day).days for day in days)


def _elapsed_days(length: Duration) -> int:
    from datetime import UTC, datetime

    start = datetime(_YEARS[0], 1, 1, tzinfo=UTC)
    return (length.after(start) - start).days


def weekdays_of(count: DayCount) -> tuple[str, ...]:
    """Return the days of the week that a way of counting counts, in English.

    >>> weekdays_of(DayCount.OUVRABLES)[-1], weekdays_of(DayCount.OUVRES)[-1]
    ('Saturday', 'Friday')
    """
    week = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    counted = {DayCount.OUVRES: 5, DayCount.OUVRABLES: 6, DayCount.CALENDAR: 7}[count]
    return week[:counted]
