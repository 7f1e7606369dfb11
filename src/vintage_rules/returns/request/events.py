"""What has happened to a return parcel. Events are past and carry results, never policy."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.ids import Edition, PieceId
from vintage_rules.machine import checked
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import CheckedPiece, SettledPiece
from vintage_rules.returns.routing import ReturnParcel


@frozen(kw_only=True, field_transformer=checked)
class ReturnRequested:
    """A return was requested in time.

    It holds the edition of the policy it is settled under, and what a person settled already when
    they upheld a claim.
    """

    name: ClassVar[str] = "return-requested"
    at: datetime
    edition: Edition
    case: ReturnCase
    pieces: tuple[PieceId, ...]
    parcel: ReturnParcel | None
    received: date | None
    informed: date
    last_day: date | None
    refunds: tuple[SettledPiece, ...] = ()


@frozen(kw_only=True, field_transformer=checked)
class ReturnAccepted:
    """It was accepted: the buyer is sent the address (clause R5), and posts it by that day.

    None while they have not received its pieces, or if no time is set.
    """

    name: ClassVar[str] = "return-accepted"
    at: datetime
    post_by: date | None
    lapses_at: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class PiecesReceived:
    """The buyer received what they had requested to send back.

    They post it by that day if it was accepted.
    """

    name: ClassVar[str] = "pieces-received"
    at: datetime
    received: date
    post_by: date | None
    lapses_at: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class ReturnDeclined:
    """A person declined it."""

    name: ClassVar[str] = "return-declined"
    at: datetime
    reasons: tuple[str, ...]


@frozen(kw_only=True, field_transformer=checked)
class ReturnPosted:
    """It was posted in time."""

    name: ClassVar[str] = "return-posted"
    at: datetime
    postmark: date
    overdue_at: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class ReturnPostedLate:
    """It was posted after its last day."""

    name: ClassVar[str] = "return-posted-late"
    at: datetime
    postmark: date


@frozen(kw_only=True, field_transformer=checked)
class ReturnReceived:
    """It arrived, posted in time."""

    name: ClassVar[str] = "return-received"
    at: datetime
    arrived: date
    overdue_at: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class ReturnReceivedLate:
    """It arrived, posted too late, or it is unknown when."""

    name: ClassVar[str] = "return-received-late"
    at: datetime
    arrived: date


@frozen(kw_only=True, field_transformer=checked)
class ReturnPassed:
    """Every piece was found as it had been sent."""

    name: ClassVar[str] = "return-passed"
    at: datetime
    checked: date
    findings: tuple[CheckedPiece, ...]


@frozen(kw_only=True, field_transformer=checked)
class ReturnQuestioned:
    """A piece was found damaged, missing, to be another one, or it is unknown."""

    name: ClassVar[str] = "return-questioned"
    at: datetime
    checked: date
    findings: tuple[CheckedPiece, ...]


@frozen(kw_only=True, field_transformer=checked)
class ReviewSettled:
    """A person decided what is refunded of what was questioned."""

    name: ClassVar[str] = "review-settled"
    at: datetime
    refunds: tuple[SettledPiece, ...]


@frozen(kw_only=True, field_transformer=checked)
class RefundFellDue:
    """What the refund waited for has happened: these pieces are refunded. Clause F1."""

    name: ClassVar[str] = "refund-fell-due"
    at: datetime
    refunds: tuple[SettledPiece, ...]
    overdue_at: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class RefundPaid:
    """The refund was passed to the means of payment; the buyer is notified. Clause F2."""

    name: ClassVar[str] = "refund-paid"
    at: datetime
    payments: tuple[Payment, ...]


@frozen(kw_only=True, field_transformer=checked)
class RefundWentOverdue:
    """The day by which it should have been refunded passed. Clause F4."""

    name: ClassVar[str] = "refund-went-overdue"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ReturnLapsed:
    """It did not arrive, and had it been posted in time it would have.

    A timely postmark revives it.
    """

    name: ClassVar[str] = "return-lapsed"
    at: datetime


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
"""An event of the machine `RETURN`."""
