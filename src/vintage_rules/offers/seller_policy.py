"""The policy of what sellers may send, accept and decline by themselves: each value described."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from attrs import frozen

from vintage_rules.dates import Duration
from vintage_rules.fields import (
    LIMIT,
    Length,
    Rate,
    Sources,
)
from vintage_rules.findings import Finding, Written, in_order
from vintage_rules.money import EXACT
from vintage_rules.offers.terms import Silence


class LowerBound(StrEnum):
    """How a price compares with a bound it must not be under.

    Whether the bound itself is allowed is written out.
    """

    AT_LEAST = ">="
    ABOVE = ">"

    def admits(self, amount: Decimal, bound: Decimal) -> bool:
        """Compare two exact amounts.

        >>> LowerBound.AT_LEAST.admits(Decimal(140), Decimal(140))
        True
        """
        return amount > bound or (self is LowerBound.AT_LEAST and amount == bound)


class UpperBound(StrEnum):
    """How a price compares with a bound it must not be over."""

    AT_MOST = "<="
    BELOW = "<"

    def admits(self, amount: Decimal, bound: Decimal) -> bool:
        """Compare two exact amounts.

        >>> UpperBound.BELOW.admits(Decimal(140), Decimal(140))
        False
        """
        return amount < bound or (self is UpperBound.AT_MOST and amount == bound)


class Audience(StrEnum):
    """Whom a seller may offer a price to."""

    WATCHERS = "watchers"
    ANYBODY = "anybody"


@frozen(kw_only=True)
class SellerOffers:
    """A seller may offer a price to a buyer, who answers it as they would a counter-price."""

    to: Annotated[
        Audience, "whom a seller may offer a price to: those who watch the piece, or anybody"
    ]
    stands_for: Annotated[Duration, Length(), LIMIT, "how long one waits for an answer"]
    on_silence: Annotated[Silence, "what it means when the buyer does not answer it in time"]
    sources: Sources


@frozen(kw_only=True)
class SellerBounds:
    """The bounds of `minimum`, `accept_at` and `decline_at`, as shares of the initial price."""

    lowest: Annotated[
        Decimal, Rate(), LIMIT, "the smallest share of the initial price, allowed itself"
    ]
    highest: Annotated[
        Decimal, Rate(), LIMIT, "the largest share of the initial price, allowed itself"
    ]
    sources: Sources

    def admit(self, amount: Decimal, initial: Decimal) -> bool:
        """Compare exactly.

        >>> bounds = SellerBounds(lowest=Decimal("0.5"), highest=Decimal(1), sources=())
        >>> bounds.admit(Decimal(100), Decimal(200))
        True
        """
        lowest = EXACT.multiply(initial, self.lowest)
        return lowest <= amount <= EXACT.multiply(initial, self.highest)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require bounds in order."""
        yield from in_order(table, "lowest", "highest", called="the lowest")


@frozen(kw_only=True)
class AutoAccept:
    """An offer that is `bound` the seller's `accept_at` is accepted as it is made.

    So is what a buyer proposes as a counter-offer. Checked before `AutoDecline`.
    """

    bound: Annotated[LowerBound, "how an accepted offer compares with the seller's amount: >= or >"]
    sources: Sources


@frozen(kw_only=True)
class AutoDecline:
    """An offer that is `bound` the seller's `decline_at` is declined as it is made.

    So is what a buyer proposes as a counter-offer.
    """

    bound: Annotated[UpperBound, "how a declined offer compares with the seller's amount: < or <="]
    sources: Sources
