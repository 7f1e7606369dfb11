"""What may be asked of a return parcel, and what can have happened to it.

Commands are imperative and carry the moment `at` they are given; events are past and carry
results, never policy. A request for several parcels is one return for each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.ids import Edition, PieceId, term
from vintage_rules.money import Money, non_negative, require_currency
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.eligibility import ReturnRequest
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.routing import ReturnParcel, ReturnRoute


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
    """A piece of a return and what was found of it. Raises `InvalidValueError` for an unknown
    finding.
    """

    piece: PieceId
    finding: Finding = field(converter=_finding)


@frozen(kw_only=True)
class SettledPiece:
    """A piece that is refunded, and what a person decided to withhold of its price, if anything."""

    piece: PieceId
    withheld: Money | None = None


@frozen(kw_only=True)
class RequestReturn:
    """Ask for a return; of a request that makes several parcels, for this one.

    `parcel` is None where nothing comes back. `refunds` are what a person settled when they upheld
    a claim on its pieces; any other piece is refunded in full. Raises `InvalidValueError` when it
    holds a piece that is not asked for, or settles one that no claim was upheld on, `DayError` when
    the request was made after it is recorded.
    """

    at: datetime = field(converter=instant)
    request: ReturnRequest
    parcel: ReturnParcel | None
    refunds: tuple[SettledPiece, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.request.requested_at > self.at:
            raise DayError("requested_at", self.request.requested_at, f"not after {self.at}")
        if not set(self.pieces) <= set(self.request.pieces):
            raise InvalidValueError("parcel", self.pieces, f"of {self.request.pieces}")
        if self.refunds:
            require_settled(self.refunds, self.pieces if self.request.upheld else ())

    @property
    def pieces(self) -> tuple[PieceId, ...]:
        """The pieces of this return."""
        return self.request.pieces if self.parcel is None else self.parcel.pieces


@frozen(kw_only=True)
class RecordDelivery:
    """Record the day by which the buyer had received every piece of a return they had asked for
    before: from then on it can be posted.
    """

    at: datetime = field(converter=instant)
    received: date


@frozen(kw_only=True)
class AcceptReturn:
    """Accept a request after a person has looked at it."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class DeclineReturn:
    """Decline a request, or the refund of what was sent, after a person has looked at it; or end a
    return that never came.
    """

    at: datetime = field(converter=instant)
    reasons: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if not self.reasons:
            raise InvalidValueError("reasons", self.reasons, "one reason or more")


@frozen(kw_only=True)
class RecordPosting:
    """Record that the parcel was posted, on the day of its postmark: not before its pieces were
    received or their return was asked for, whichever came first.
    """

    at: datetime = field(converter=instant)
    postmark: date


@frozen(kw_only=True)
class RecordArrival:
    """Record that the parcel arrived that day, and its postmark where it can be read: that day or
    before.
    """

    at: datetime = field(converter=instant)
    arrived: date
    postmark: date | None


@frozen(kw_only=True)
class RecordCheck:
    """Record what a check found of every piece."""

    at: datetime = field(converter=instant)
    findings: tuple[CheckedPiece, ...]


@frozen(kw_only=True)
class SettleReview:
    """Settle what a person was asked, or what never came back: these pieces are refunded, less what
    is withheld; the others are not.
    """

    at: datetime = field(converter=instant)
    refunds: tuple[SettledPiece, ...]


@frozen(kw_only=True)
class RecordRefund:
    """Record that the refund was passed to the means of payment."""

    at: datetime = field(converter=instant)
    payments: tuple[Payment, ...]


ReturnCommand: TypeAlias = (
    RequestReturn
    | RecordDelivery
    | AcceptReturn
    | DeclineReturn
    | RecordPosting
    | RecordArrival
    | RecordCheck
    | SettleReview
    | RecordRefund
)


@frozen(kw_only=True)
class ReturnRequested:
    """A return was asked for in time; it holds the edition of the policy it is settled under, and
    what a person settled already when they upheld a claim.
    """

    at: datetime = field(converter=instant)
    edition: Edition
    case: ReturnCase
    pieces: tuple[PieceId, ...]
    parcel: ReturnParcel | None
    received: date | None
    informed: date
    last_day: date | None
    refunds: tuple[SettledPiece, ...] = ()


@frozen(kw_only=True)
class ReturnAccepted:
    """It was accepted: the buyer is sent the address (clause R5), and posts it by that day; None
    while they have not received its pieces, or where no time is set.
    """

    at: datetime = field(converter=instant)
    post_by: date | None
    lapses_at: datetime | None


@frozen(kw_only=True)
class PiecesReceived:
    """The buyer received what they had asked to send back, and posts it by that day where it was
    accepted.
    """

    at: datetime = field(converter=instant)
    received: date
    post_by: date | None
    lapses_at: datetime | None


@frozen(kw_only=True)
class ReturnDeclined:
    """A person declined it."""

    at: datetime = field(converter=instant)
    reasons: tuple[str, ...]


@frozen(kw_only=True)
class ReturnPosted:
    """It was posted in time."""

    at: datetime = field(converter=instant)
    postmark: date
    overdue_at: datetime | None


@frozen(kw_only=True)
class ReturnPostedLate:
    """It was posted after its last day."""

    at: datetime = field(converter=instant)
    postmark: date


@frozen(kw_only=True)
class ReturnReceived:
    """It arrived, posted in time."""

    at: datetime = field(converter=instant)
    arrived: date
    overdue_at: datetime | None


@frozen(kw_only=True)
class ReturnReceivedLate:
    """It arrived, posted too late or nobody knows when."""

    at: datetime = field(converter=instant)
    arrived: date


@frozen(kw_only=True)
class ReturnPassed:
    """Every piece was found as it had been sent."""

    at: datetime = field(converter=instant)
    checked: date
    findings: tuple[CheckedPiece, ...]


@frozen(kw_only=True)
class ReturnQuestioned:
    """A piece was found damaged, missing, to be another one, or nobody can tell."""

    at: datetime = field(converter=instant)
    checked: date
    findings: tuple[CheckedPiece, ...]


@frozen(kw_only=True)
class ReviewSettled:
    """A person decided what is refunded of what was questioned."""

    at: datetime = field(converter=instant)
    refunds: tuple[SettledPiece, ...]


@frozen(kw_only=True)
class RefundFellDue:
    """What the refund waited for has happened: these pieces are refunded. Clause F1."""

    at: datetime = field(converter=instant)
    refunds: tuple[SettledPiece, ...]
    overdue_at: datetime | None


@frozen(kw_only=True)
class RefundPaid:
    """The refund was passed to the means of payment; the buyer is told. Clause F2."""

    at: datetime = field(converter=instant)
    payments: tuple[Payment, ...]


@frozen(kw_only=True)
class RefundWentOverdue:
    """The day by which it should have been refunded passed. Clause F4."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ReturnLapsed:
    """It did not arrive, and had it been posted in time it would have. A timely postmark revives
    it.
    """

    at: datetime = field(converter=instant)


ReturnEvent: TypeAlias = (
    ReturnRequested
    | PiecesReceived
    | ReturnAccepted
    | ReturnDeclined
    | ReturnPosted
    | ReturnPostedLate
    | ReturnReceived
    | ReturnReceivedLate
    | ReturnPassed
    | ReturnQuestioned
    | ReviewSettled
    | RefundFellDue
    | RefundPaid
    | RefundWentOverdue
    | ReturnLapsed
)


def requests_by_parcel(
    request: ReturnRequest, route: ReturnRoute, at: datetime
) -> tuple[RequestReturn, ...]:
    """Ask for one return a parcel of a request's route; for one in all where nothing comes back.

    Clause R3: from France the pieces of several sellers are several parcels, each of which is
    posted, received and refunded by itself.
    """
    parcels: tuple[ReturnParcel | None, ...] = route.parcels or (None,)
    return tuple(RequestReturn(at=at, request=request, parcel=parcel) for parcel in parcels)


def require_settled(refunds: Sequence[SettledPiece], pieces: Sequence[PieceId]) -> None:
    """Refuse to settle nothing, a piece twice, or a piece that is not concerned. Raises
    `InvalidValueError`.

    >>> require_settled((), (PieceId("coat"),))
    Traceback (most recent call last):
    vintage_rules.errors.InvalidValueError: refunds: must be some of ('coat',), each once, got []
    """
    named = [settled.piece for settled in refunds]
    if not named or len(set(named)) < len(named) or not set(named) <= set(pieces):
        raise InvalidValueError("refunds", named, f"some of {tuple(pieces)}, each once")


def require_withheld(refunds: Sequence[SettledPiece], currency: str) -> None:
    """Refuse what no refund in a currency could withhold. Raises `MoneyError` for less than
    nothing, `CurrencyMismatchError`.

    >>> require_withheld(
    ...     [SettledPiece(piece=PieceId("coat"), withheld=Money(1, "GBP"))], "EUR"
    ... )
    Traceback (most recent call last):
    vintage_rules.errors.CurrencyMismatchError: withheld: must be in EUR, got GBP
    """
    for settled in refunds:
        if settled.withheld is not None:
            require_currency(non_negative(settled.withheld, "withheld"), currency, "withheld")
