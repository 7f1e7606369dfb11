"""What can be done with a claim. Commands are imperative. Clauses R9, R10."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.machine import checked
from vintage_rules.returns.claims import ClaimRequest
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import SettledPiece


@frozen(kw_only=True, field_transformer=checked)
class OpenClaim:
    """Open a claim.

    Raises:
        DayError: If it was made after it is recorded.
    """

    at: datetime
    request: ClaimRequest

    def __attrs_post_init__(self) -> None:
        if self.request.claimed_at > self.at:
            raise DayError("claimed_at", self.request.claimed_at, f"not after {self.at}")


@frozen(kw_only=True, field_transformer=checked)
class LookAgain:
    """Look for the parcel once more."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ReportFound:
    """Say that what was looked for has been delivered."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ReportLost:
    """Say that what was looked for is lost."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class UpholdClaim:
    """Uphold it for the buyer, after a person has looked.

    These pieces are refunded, less what is withheld. Where they were `already_refunded`, none of
    them comes back, whatever the policy says.
    """

    at: datetime
    refunds: tuple[SettledPiece, ...]
    already_refunded: bool = False


@frozen(kw_only=True, field_transformer=checked)
class RejectClaim:
    """Find against the buyer, after a person has looked.

    Raises:
        InvalidValueError: Without a reason.
    """

    at: datetime
    reasons: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if not self.reasons:
            raise InvalidValueError("reasons", self.reasons, "one reason or more")


@frozen(kw_only=True, field_transformer=checked)
class RecordSettlement:
    """Record that what the claim is worth was passed to the means of payment."""

    at: datetime
    payments: tuple[Payment, ...]


ClaimCommand: TypeAlias = (
    OpenClaim | LookAgain | ReportFound | ReportLost | UpholdClaim | RejectClaim | RecordSettlement
)
"""A command of the machine `CLAIM`."""
