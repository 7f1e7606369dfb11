"""What can be done with an order. Commands are imperative.

A command for a parcel, a return or a claim of the order is that machine's own, with its name.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.ids import Identifier, ParcelId, PieceId, SellerId, term
from vintage_rules.machine import checked
from vintage_rules.money import Money
from vintage_rules.places import Destination
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.claim.commands import ClaimCommand
from vintage_rules.returns.request.commands import ReturnCommand
from vintage_rules.shipping.parcel.commands import ParcelCommand


class WorkshopFinding(StrEnum):
    """What the workshop's check of a piece found."""

    AS_DESCRIBED = "as-described"
    FAILS = "fails"


def _canceller(text: str) -> Canceller:
    return term(Canceller, text, "by")


def _finding(text: str) -> WorkshopFinding:
    return term(WorkshopFinding, text, "finding")


@frozen(kw_only=True, field_transformer=checked)
class RecordCapture:
    """Say that a means of payment was charged, and by which receipt it is refunded.

    `amount` is what was taken where that is less than the payment: pieces were cancelled before.
    """

    at: datetime
    tender: str
    reference: str = ""
    receipt: str = ""
    amount: Money | None = None


@frozen(kw_only=True, field_transformer=checked)
class CancelOrder:
    """Give the order up because it cannot be paid."""

    at: datetime
    reason: str


@frozen(kw_only=True, field_transformer=checked)
class CancelPieces:
    """Take pieces out of the order before they are posted; all that has not left, without any.

    With a `seller`, all of theirs. Clause R2; Directive 2011/83, recital 40.
    """

    at: datetime
    by: Canceller = field(converter=_canceller)
    pieces: tuple[PieceId, ...] = ()
    seller: SellerId | None = None


@frozen(kw_only=True, field_transformer=checked)
class ReceiveParcel:
    """The workshop has a parcel that a seller sent it: all of its pieces, or those named.

    Clause L5.
    """

    at: datetime
    parcel: ParcelId
    pieces: tuple[PieceId, ...] = ()


@frozen(kw_only=True, field_transformer=checked)
class CheckPiece:
    """The workshop has checked a piece. Clause L5."""

    at: datetime
    piece: PieceId
    finding: WorkshopFinding = field(converter=_finding)


@frozen(kw_only=True, field_transformer=checked)
class ChangeAddress:
    """Request another shipping address. Never granted once the order is placed: clause C3."""

    at: datetime
    destination: Destination


@frozen(kw_only=True, field_transformer=checked)
class CommandParcel:
    """Record a command on a parcel of the order."""

    parcel: ParcelId
    command: ParcelCommand

    @property
    def at(self) -> datetime:
        """The moment of that command."""
        return instant(self.command.at)


@frozen(kw_only=True, field_transformer=checked)
class CommandReturn:
    """Record a command on a return; a new name opens one."""

    case: Identifier
    command: ReturnCommand

    @property
    def at(self) -> datetime:
        """The moment of that command."""
        return self.command.at


@frozen(kw_only=True, field_transformer=checked)
class CommandClaim:
    """Record a command on a claim; a new name opens one."""

    case: Identifier
    command: ClaimCommand

    @property
    def at(self) -> datetime:
        """The moment of that command."""
        return self.command.at


@frozen(kw_only=True, field_transformer=checked)
class ConfirmReceipt:
    """The buyer says that all is well with pieces that were posted; with all of them, without any.

    Times that count from it begin, and where the buyer's silence pays the seller, so does this.
    """

    at: datetime
    pieces: tuple[PieceId, ...] = ()


@frozen(kw_only=True, field_transformer=checked)
class AnswerQuestion:
    """The addressee of a question about the sale says yes; about all pieces, without any.

    A sale that its seller does not want is cancelled instead.
    """

    at: datetime
    question: Identifier
    pieces: tuple[PieceId, ...] = ()


@frozen(kw_only=True, field_transformer=checked)
class BeginRefund:
    """Reserve a refund that is owed, because it is about to be passed to the means of payment.

    A host that cannot do both in one step begins it first: what is begun cannot be
    taken back behind their back.
    """

    at: datetime
    cause: Identifier


@frozen(kw_only=True, field_transformer=checked)
class RecordRefundSent:
    """Say that the refund for a return, a claim or a parcel was passed to the means of payment."""

    at: datetime
    cause: Identifier


@frozen(kw_only=True, field_transformer=checked)
class RecordRefundFailed:
    """Say that what a refund passed to a means of payment came back: it is owed again."""

    at: datetime
    cause: Identifier
    tender: Identifier
    reference: str


@frozen(kw_only=True, field_transformer=checked)
class BeginPayout:
    """Reserve the amount of a payout that is due, because the seller is about to be paid it.

    A host that cannot pay and record that in one step begins it first.
    """

    at: datetime
    piece: PieceId


@frozen(kw_only=True, field_transformer=checked)
class RecordPayoutSent:
    """Say that a seller was paid for a piece."""

    at: datetime
    piece: PieceId


@frozen(kw_only=True, field_transformer=checked)
class RecordPayoutFailed:
    """Say that what a seller was paid for a piece came back: it is owed again, and frozen."""

    at: datetime
    piece: PieceId


@frozen(kw_only=True, field_transformer=checked)
class FreezePayouts:
    """The house does not pay for pieces until it releases them; for all not paid, without any."""

    at: datetime
    reason: str
    pieces: tuple[PieceId, ...] = ()


@frozen(kw_only=True, field_transformer=checked)
class ReleasePayouts:
    """The house pays again for pieces that are frozen; for all of them, without any."""

    at: datetime
    pieces: tuple[PieceId, ...] = ()


@frozen(kw_only=True, field_transformer=checked)
class RecordCarrierPaid:
    """Say that the carrier was paid what it was owed."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class RecordDispute:
    """Record that the buyer's bank questions what a means of payment was charged."""

    at: datetime
    tender: str


@frozen(kw_only=True, field_transformer=checked)
class RecordDisputeWon:
    """Record that a dispute ended for the house: it keeps what was charged."""

    at: datetime
    tender: str


@frozen(kw_only=True, field_transformer=checked)
class RecordDisputeLost:
    """Record that a dispute ended for the buyer: their bank took the charge back."""

    at: datetime
    tender: str


OrderCommand: TypeAlias = (
    RecordCapture
    | CancelOrder
    | CancelPieces
    | ReceiveParcel
    | CheckPiece
    | ChangeAddress
    | CommandParcel
    | CommandReturn
    | CommandClaim
    | ConfirmReceipt
    | AnswerQuestion
    | BeginRefund
    | RecordRefundSent
    | RecordRefundFailed
    | BeginPayout
    | RecordPayoutSent
    | RecordPayoutFailed
    | FreezePayouts
    | ReleasePayouts
    | RecordCarrierPaid
    | RecordDispute
    | RecordDisputeWon
    | RecordDisputeLost
)
"""A command of the machine `ORDER`."""
