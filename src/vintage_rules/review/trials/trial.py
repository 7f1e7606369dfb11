"""A question beside a limit, and figures on both sides of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from attrs import frozen

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.review.limits import PolicyLimit
from vintage_rules.wording.phrases import (
    Phrase,
)

Ask = Callable[[HousePolicy], object]


@frozen(kw_only=True)
class Trial:
    """A question put to the rules, and the figure by which it differs from those beside it.

    `varies` is what the question calls that figure.
    """

    question: Phrase
    ask: Ask
    at: Decimal | int | date
    varies: str

    @property
    def row(self) -> tuple[str, ...]:
        """What the question has in common with those beside it."""
        values = self.question.values.items()
        return self.question.key, *(f"{n}={value!r}" for n, value in values if n != self.varies)


def around(amount: Decimal, step: Decimal) -> list[Decimal]:
    """Return an amount with the one before it and the one after it, those that are not below 0.

    >>> [str(each) for each in around(Decimal("0.00"), Decimal("0.01"))]
    ['0.00', '0.01']
    """
    return [near for n in (-1, 0, 1) if (near := amount + n * step) >= 0]


def amount_of(limit: PolicyLimit) -> Decimal:
    """Return a limit that is an amount or a share.

    Raises:
        TypeError: If it is something else.
    """
    if not isinstance(limit.value, Decimal):
        raise TypeError(f"{limit.path} is {limit.value!r}, no amount")
    return limit.value


def count_of(limit: PolicyLimit) -> int:
    """Return a limit that is a whole number.

    Raises:
        TypeError: If it is something else.
    """
    if not isinstance(limit.value, int):
        raise TypeError(f"{limit.path} is {limit.value!r}, no whole number")
    return limit.value
