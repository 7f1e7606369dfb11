"""What may be asked of a claim, and what can have happened to it. Clauses R9, R10.

Commands are imperative and carry the moment `at` they are given; events are past and carry
results, never policy.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.ids import Edition, PieceId
from vintage_rules.returns.claims import ClaimRequest
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.policy import LookedInVain
from vintage_rules.returns.return_events import SettledPiece


@frozen(kw_only=True)
class OpenClaim:
    """Open a claim. Raises `DayError` when it was made after it is recorded."""

    at: datetime = field(converter=instant)
    request: ClaimRequest

    def __attrs_post_init__(self) -> None:
        if self.request.claimed_at > self.at:
            raise DayError("claimed_at", self.request.claimed_at, f"not after {self.at}")


@frozen(kw_only=True)
class LookAgain:
    """Look for the parcel once more."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ReportFound:
    """Say that what was looked for has been delivered."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ReportLost:
    """Say that what was looked for is lost."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class UpholdClaim:
    """Find for the buyer, after a person has looked: these pieces are refunded, less what is
    withheld.
    """

    at: datetime = field(converter=instant)
    refunds: tuple[SettledPiece, ...]


@frozen(kw_only=True)
class RejectClaim:
    """Find against the buyer, after a person has looked. Raises `InvalidValueError` without a
    reason.
    """

    at: datetime = field(converter=instant)
    reasons: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if not self.reasons:
            raise InvalidValueError("reasons", self.reasons, "one reason or more")


@frozen(kw_only=True)
class RecordSettlement:
    """Record that what the claim is worth was passed to the means of payment."""

    at: datetime = field(converter=instant)
    payments: tuple[Payment, ...]


ClaimCommand: TypeAlias = (
    OpenClaim | LookAgain | ReportFound | ReportLost | UpholdClaim | RejectClaim | RecordSettlement
)


@frozen(kw_only=True)
class ClaimOpened:
    """A claim was opened in time; it holds the edition of the policy it is settled under."""

    at: datetime = field(converter=instant)
    edition: Edition
    kind: str
    pieces: tuple[PieceId, ...]


@frozen(kw_only=True)
class InvestigationOpened:
    """The house looks for the parcel until that moment; `in_vain` says what follows otherwise."""

    at: datetime = field(converter=instant)
    ends_at: datetime = field(converter=instant)
    in_vain: LookedInVain


@frozen(kw_only=True)
class InvestigationStalled:
    """The time to look for it is over without a result: a person looks."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ParcelFound:
    """What was looked for has been delivered."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ParcelLost:
    """What was looked for is lost, or was not found in time: it is refunded in full."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class ClaimUpheld:
    """A person found for the buyer. Where a return is needed these pieces come back first, at no
    cost to the buyer.
    """

    at: datetime = field(converter=instant)
    refunds: tuple[SettledPiece, ...]
    return_needed: bool


@frozen(kw_only=True)
class ClaimRejected:
    """A person found against the buyer."""

    at: datetime = field(converter=instant)
    reasons: tuple[str, ...]


@frozen(kw_only=True)
class ClaimSettled:
    """What it was worth was passed to the means of payment."""

    at: datetime = field(converter=instant)
    payments: tuple[Payment, ...]


ClaimEvent: TypeAlias = (
    ClaimOpened
    | InvestigationOpened
    | InvestigationStalled
    | ParcelFound
    | ParcelLost
    | ClaimUpheld
    | ClaimRejected
    | ClaimSettled
)
