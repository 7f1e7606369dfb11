"""What came of everything that was done with an order: its books, its pieces, its events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money
from vintage_rules.orders.cases import CaseKind
from vintage_rules.orders.replay.steps import Do


class PieceStatus(StrEnum):
    """Where a piece of an order is, or what became of it.

    While nothing is requested of it and nothing was refunded for it, it is where its parcel is: the
    one to the workshop first, where it goes there.
    """

    ANNOUNCED = "announced"
    TO_WORKSHOP = "to-workshop"
    AT_WORKSHOP = "at-workshop"
    CHECKED = "checked"
    HANDED_IN = "handed-in"
    UNDER_WAY = "under-way"
    DELIVERED = "delivered"
    GOING_BACK = "going-back"
    BACK_AT_SENDER = "back-at-sender"
    LOST = "lost"
    CLAIMED = "claimed"
    RETURNING = "returning"
    REFUND_DUE = "refund-due"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


@frozen(kw_only=True)
class ReplayedParcel:
    """A parcel of an order: who sends it to whom, what is in it, and where it is.

    `customs` is what they will want of it by what is known, such as no-import, charged or unknown.
    Between the days `earliest` and `latest` it arrives, by what has happened so far, while it is to
    come and the house says how long what is still to come takes.
    """

    id: str
    from_: str
    to: str
    pieces: tuple[PieceId, ...]
    state: str
    customs: str | None = None
    earliest: date | None = None
    latest: date | None = None


@frozen(kw_only=True)
class ReplayedPiece:
    """A piece, what of its price the buyer got back, and what its seller was paid."""

    id: PieceId
    state: PieceStatus
    refunded: Money
    paid_out: Money


@frozen(kw_only=True)
class RefundedTender:
    """What a means of payment got back."""

    tender: str
    amount: Money


@frozen(kw_only=True)
class ReplayedRefund:
    """What the buyer got back at once, and why: the name of a return, a claim or a parcel."""

    at: datetime
    cause: str
    pieces: tuple[PieceId, ...]
    total: Money
    by_tender: tuple[RefundedTender, ...]


@frozen(kw_only=True)
class ReplayedPayout:
    """What a seller was paid at once."""

    at: datetime
    seller: SellerId
    pieces: tuple[PieceId, ...]
    amount: Money


@frozen(kw_only=True)
class Balance:
    """What each has received in all, less what they paid. It adds up to zero."""

    buyer: Money
    house: Money
    carrier: Money
    sellers: Mapping[SellerId, Money]


@frozen(kw_only=True)
class ReplayedEvent:
    """Something that happened: by name, when, and to what.

    A request to return pieces says `to` whom they go back, and what `customs` want of that parcel,
    as they do of those of the order.
    """

    at: datetime
    event: str
    parcel: str | None = None
    return_: str | None = None
    claim: str | None = None
    cause: str | None = None
    pieces: tuple[PieceId, ...] | None = None
    seller: SellerId | None = None
    tender: str | None = None
    amount: Money | None = None
    until: datetime | None = None
    to: str | None = None
    customs: str | None = None


@frozen(kw_only=True)
class RefusedStep:
    """What was tried and refused, for all these reasons.

    They are codes of `StepRefusal`, or of the machine that refused the command.
    """

    at: datetime
    do: Do
    reasons: tuple[str, ...]


@frozen(kw_only=True)
class ReplayedCase:
    """What a person must look at, since when, and what exactly."""

    at: datetime
    kind: CaseKind
    why: str


@frozen(kw_only=True)
class OrderHistory(Decision):
    """An order at a moment: all that had happened, and all the money that had moved by then."""

    state: str
    total: Money
    parcels: tuple[ReplayedParcel, ...]
    pieces: tuple[ReplayedPiece, ...]
    refunds: tuple[ReplayedRefund, ...]
    payouts: tuple[ReplayedPayout, ...]
    balance: Balance
    events: tuple[ReplayedEvent, ...]
    refusals: tuple[RefusedStep, ...]
    cases: tuple[ReplayedCase, ...]
