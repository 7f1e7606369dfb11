"""What can be done with a parcel. Commands are imperative. Clauses S2, L14, R10."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from vintage_rules.machine import checked
from vintage_rules.shipping.parcel.states import SentBackCause


@frozen(kw_only=True, field_transformer=checked)
class HandIn:
    """The parcel is handed in at the post office. Clause S2.

    It is overdue from `overdue_at`, a moment after that, if there is an estimate.
    """

    at: datetime
    tracking_number: str
    overdue_at: datetime | None = None


@frozen(kw_only=True, field_transformer=checked)
class CorrectNumber:
    """The parcel travels under another number than was given at its hand-in. Clause S1."""

    at: datetime
    tracking_number: str


@frozen(kw_only=True, field_transformer=checked)
class RecordScan:
    """The carrier says something about the parcel: one of `ScanStatus`, or words of its own."""

    at: datetime
    status: str
    cause: SentBackCause = SentBackCause.UNKNOWN


@frozen(kw_only=True, field_transformer=checked)
class RecordReceipt:
    """The addressee has the parcel, whatever its carrier said of it, and even if it said nothing.

    Clause L5.
    """

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ReceiveBack:
    """The sender has the parcel again."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class AskBuyer:
    """Send the buyer the question whether they agree to a refund. Clause L14."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class AnswerRefund:
    """The buyer agrees to be refunded, or would rather have the parcel. Clause L14."""

    at: datetime
    agrees: bool


@frozen(kw_only=True, field_transformer=checked)
class SendAgain:
    """Announce the parcel once more, for a buyer who would rather have it."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class GiveUpSearch:
    """The search for the parcel ends without it. Clause R10."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ReportFound:
    """A parcel given up for lost turned up. Clause R10."""

    at: datetime


ParcelCommand: TypeAlias = (
    HandIn
    | CorrectNumber
    | RecordScan
    | RecordReceipt
    | ReceiveBack
    | AskBuyer
    | AnswerRefund
    | SendAgain
    | GiveUpSearch
    | ReportFound
)
"""A command of the machine `PARCEL`."""
