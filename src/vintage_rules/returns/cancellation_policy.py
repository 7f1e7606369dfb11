"""Who may cancel what was ordered before it is posted, and on what terms: each value of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from attrs import field, frozen

from vintage_rules.dates import Duration
from vintage_rules.fields import (
    LIMIT,
    LeftOut,
    Length,
    NotForCustomers,
    Reference,
    Sources,
)
from vintage_rules.findings import Finding, Written
from vintage_rules.ids import term
from vintage_rules.returns.terms import RefundTerms

_FOR_EVER = Duration.of(0, "never")


class Canceller(StrEnum):
    """A person who cancels."""

    BUYER = "buyer"
    SELLER = "seller"
    HOUSE = "house"


class CancelledBy(StrEnum):
    """Who or what took a piece out of an order before it was posted.

    `SILENCE` is that of a seller who posts nothing, `CHECK` the workshop's.
    """

    BUYER = "buyer"
    SELLER = "seller"
    HOUSE = "house"
    SILENCE = "silence"
    CHECK = "check"


class CancellableUntil(StrEnum):
    """Until when a piece may be cancelled: until its parcel is handed in, or never."""

    HANDED_IN = "handed-in"
    NEVER = "never"


class PieceAfter(StrEnum):
    """What becomes of a piece that is cancelled: on sale again, or its seller decides."""

    ON_SALE = "on-sale"
    WITHDRAWN = "withdrawn"


def _until(text: str) -> CancellableUntil:
    return term(CancellableUntil, text, "until")


def _after(text: str) -> PieceAfter:
    return term(PieceAfter, text, "piece")


@frozen(kw_only=True)
class CancellationRule:
    """Until when one side may cancel a piece, what is refunded, and what becomes of the piece.

    What a buyer or the house cancels has left once it is handed in for the buyer; what a seller
    cancels, once they have posted it to wherever it goes first.
    """

    until: Annotated[
        CancellableUntil,
        "handed-in: as long as the parcel has not been handed in; never: not at all",
    ] = field(converter=_until)
    time_limit: Annotated[
        Duration,
        Length(),
        LIMIT,
        LeftOut(means=_FOR_EVER, shown=False),
        "how long after the order at most, such as 24 hours; no such limit, if left out",
    ]
    refund: Annotated[RefundTerms, Reference("refund terms"), "the name of the terms of the refund"]
    piece: Annotated[
        PieceAfter,
        "on-sale: the piece is for sale again; withdrawn: it waits for its seller to list it",
        NotForCustomers("the mail about a cancelled piece says it to its seller"),
    ] = field(converter=_after)
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require no time for what may never be cancelled."""
        if table.get("until") == CancellableUntil.NEVER.value and "time_limit" in table:
            yield Finding(
                ("time_limit",), "left out where nothing may be cancelled", table["time_limit"]
            )


@frozen(kw_only=True)
class CancellationPolicy:
    """Who may cancel a piece before it is posted, and on what terms.

    `refund` holds for what no person cancels: a piece that fails the check of the workshop or
    never arrives there (clause L5), and one that its seller does not post. Directive 2011/83,
    recital 40; clause R2.
    """

    buyer: Annotated[CancellationRule, "what the buyer may cancel"]
    seller: Annotated[CancellationRule, "what a seller may cancel"]
    house: Annotated[CancellationRule, "what the house may cancel"]
    refund: Annotated[
        RefundTerms,
        Reference("refund terms"),
        "the terms of what is not posted, never arrives or fails the workshop's check",
    ]
    sources: Sources

    def rule(self, by: Canceller) -> CancellationRule:
        """Return the rule of one side."""
        return {
            Canceller.BUYER: self.buyer,
            Canceller.SELLER: self.seller,
            Canceller.HOUSE: self.house,
        }[by]
