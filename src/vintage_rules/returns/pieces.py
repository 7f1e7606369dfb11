"""The pieces of a return or a claim: what a check found, and what a person settled."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId, term
from vintage_rules.money import Money, non_negative, require_currency


class Finding(StrEnum):
    """What a check of a returned piece found."""

    AS_SENT = "as-sent"
    DAMAGED = "damaged"
    MISSING = "missing"
    ANOTHER_PIECE = "another-piece"
    UNKNOWN = "unknown"


def _finding(text: str) -> Finding:
    return term(Finding, text, "finding")


@frozen(kw_only=True)
class CheckedPiece:
    """A piece of a return and what was found of it.

    Raises:
        InvalidValueError: For an unknown finding.
    """

    piece: PieceId
    finding: Finding = field(converter=_finding)


@frozen(kw_only=True)
class SettledPiece:
    """A piece that is refunded, and what a person decided to withhold of its price, if anything."""

    piece: PieceId
    withheld: Money | None = None


def require_settled(refunds: Sequence[SettledPiece], pieces: Sequence[PieceId]) -> None:
    """Refuse to settle nothing, a piece twice, or a piece that is not concerned.

    Raises:
        InvalidValueError: If a value is not valid.

    >>> require_settled((), (PieceId("coat"),))
    Traceback (most recent call last):
    vintage_rules.errors.InvalidValueError: refunds: must be some of ('coat',), each once, got []
    """
    named = [settled.piece for settled in refunds]
    if not named or len(set(named)) < len(named) or not set(named) <= set(pieces):
        raise InvalidValueError("refunds", named, f"some of {tuple(pieces)}, each once")


def require_withheld(refunds: Sequence[SettledPiece], currency: str) -> None:
    """Refuse what no refund in a currency could withhold.

    Raises:
        MoneyError: For less than nothing.
        CurrencyMismatchError: If the currencies differ.

    >>> require_withheld(
    ...     [SettledPiece(piece=PieceId("coat"), withheld=Money(1, "GBP"))], "EUR"
    ... )
    Traceback (most recent call last):
    vintage_rules.errors.CurrencyMismatchError: withheld: must be in EUR, got GBP
    """
    for settled in refunds:
        if settled.withheld is not None:
            require_currency(non_negative(settled.withheld, "withheld"), currency, "withheld")
