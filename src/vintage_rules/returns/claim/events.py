"""What has happened to a claim. Events are past and carry results. Clauses R9, R10."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.ids import Edition, PieceId
from vintage_rules.machine import checked
from vintage_rules.returns.claim_policy import LookedInVain
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import SettledPiece


@frozen(kw_only=True, field_transformer=checked)
class ClaimOpened:
    """A claim was opened in time; it holds the edition of the policy it is settled under."""

    name: ClassVar[str] = "claim-opened"
    at: datetime
    edition: Edition
    kind: str
    pieces: tuple[PieceId, ...]


@frozen(kw_only=True, field_transformer=checked)
class InvestigationOpened:
    """The house looks for the parcel until that moment; `in_vain` says what follows otherwise."""

    name: ClassVar[str] = "investigation-opened"
    at: datetime
    ends_at: datetime
    in_vain: LookedInVain


@frozen(kw_only=True, field_transformer=checked)
class InvestigationStalled:
    """The time to look for it is over without a result: a person looks."""

    name: ClassVar[str] = "investigation-stalled"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ParcelFound:
    """What was looked for has been delivered."""

    name: ClassVar[str] = "parcel-found"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ParcelLost:
    """What was looked for is lost, or was not found in time: it is refunded in full."""

    name: ClassVar[str] = "parcel-lost"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ClaimUpheld:
    """A person found for the buyer.

    Where a return is needed these pieces come back first, at no cost to the buyer.
    """

    name: ClassVar[str] = "claim-upheld"
    at: datetime
    refunds: tuple[SettledPiece, ...]
    return_needed: bool


@frozen(kw_only=True, field_transformer=checked)
class ClaimRejected:
    """A person found against the buyer."""

    name: ClassVar[str] = "claim-rejected"
    at: datetime
    reasons: tuple[str, ...]


@frozen(kw_only=True, field_transformer=checked)
class ClaimSettled:
    """What it was worth was passed to the means of payment."""

    name: ClassVar[str] = "claim-settled"
    at: datetime
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
"""An event of the machine `CLAIM`."""
