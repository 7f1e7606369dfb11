"""The states of an order. Only facts that events have established live here, and no rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from itertools import chain, count
from zoneinfo import ZoneInfo

from attrs import field, frozen

from vintage_rules.errors import NotFoundError
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.money import Money, total, zero
from vintage_rules.orders.events import (
    DisputeLost,
    InboundParcel,
    OrderLine,
    OrderParcel,
    OrderPlaced,
    OutcomeFeesCharged,
    PiecesCancelled,
    RefundOwed,
)
from vintage_rules.orders.waiting_events import Awaited
from vintage_rules.pricing.fee_policy import Payer
from vintage_rules.pricing.reduction_policy import Bearer
from vintage_rules.returns.claim.states import Claim
from vintage_rules.returns.payments import Payment, ReturnedPiece
from vintage_rules.returns.pieces import SettledPiece
from vintage_rules.returns.request.states import Return
from vintage_rules.service.policy import Addressee, SilenceMeans
from vintage_rules.shipping.parcel.states import Parcel, ParcelState
from vintage_rules.windows import When, as_day

CANCELLATION = "cancellation"
"""The name of a refund for what was cancelled; a number is added where that is taken."""


WITH_SENDER = frozenset({ParcelState.ANNOUNCED, ParcelState.BACK_AT_SENDER})
"""The states of a parcel that its sender has, or has again."""


class OrderState(StrEnum):
    """Whether an order is paid for. What its parcels, returns and payouts do is theirs."""

    PLACED = "placed"
    PAID = "paid"
    CANCELLED = "cancelled"


class PieceStage(StrEnum):
    """How far a piece has come before it is posted to its buyer."""

    ORDERED = "ordered"
    RECEIVED = "received"
    CHECKED = "checked"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PayoutState(StrEnum):
    """Whether a seller has been paid for a piece."""

    WAITING = "waiting"
    DUE = "due"
    BEGUN = "begun"
    SENT = "sent"


@frozen(kw_only=True)
class PieceQuestion:
    """A question about a piece, until when it may be answered, and what silence means.

    It is open until it is answered or has expired.
    """

    asked: Addressee
    until: datetime
    on_silence: SilenceMeans
    is_open: bool = True
    expired_at: datetime | None = None


@frozen(kw_only=True)
class Order:
    """An order as its history has left it at the moment `at` of its last event.

    `captured` are its payments with what was taken of them, `receipts` those of its captures, by
    tender and reference. `received` holds when each piece
    was received, once all that are counted with it are there, `confirmed` when its buyer said that
    all is well, and `payable_at` when its payout falls due. `questions` are by name and piece.
    `failed` are the causes of refunds that are owed again because the first came back.
    `begun` are the causes of refunds that are being passed on, `paying` the amounts of payouts that
    are or were. `frozen` are the pieces whose payouts the house holds, `returned_payouts` how often
    one came back.
    `disputed` are the tenders that a bank questions, `charged_back` what it took back. `stalled`
    is what a person is to look at because the order waits for it without an end, and since when.
    `outcome_fees` are the fees on outcomes, `deducted` what of them each payout has paid.
    `parcels` are those to the buyer and those to the workshop, which waits for them until
    `awaited_until`; `arrived` is when each piece was received there. `cancellations` are by their
    causes. A method raises `NotFoundError` for a piece or a parcel that the order does not hold.
    """

    placed: OrderPlaced
    at: datetime
    state: OrderState
    paid_at: datetime | None
    captured: tuple[Payment, ...]
    receipts: Mapping[tuple[str, str], str]
    parcels: Mapping[ParcelId, Parcel]
    stages: Mapping[PieceId, PieceStage]
    cancellations: Mapping[str, PiecesCancelled]
    awaited_until: datetime | None
    arrived: Mapping[PieceId, datetime]
    received: Mapping[PieceId, When]
    returns: Mapping[str, Return]
    claims: Mapping[str, Claim]
    owed: Mapping[str, RefundOwed]
    begun: frozenset[str]
    sent: Mapping[str, RefundOwed]
    failed: frozenset[str]
    confirmed: Mapping[PieceId, datetime]
    questions: Mapping[tuple[str, PieceId], PieceQuestion]
    payouts: Mapping[PieceId, PayoutState]
    payable_at: Mapping[PieceId, datetime]
    paying: Mapping[PieceId, Money]
    frozen: frozenset[PieceId]
    returned_payouts: Mapping[PieceId, int]
    disputed: frozenset[str]
    stalled: Mapping[tuple[Awaited, str], datetime]
    charged_back: tuple[DisputeLost, ...]
    outcome_fees: tuple[OutcomeFeesCharged, ...]
    deducted: Mapping[PieceId, Money]
    accounts: Mapping[str, Money] = field(repr=False)

    @property
    def currency(self) -> str:
        """The currency of every amount in it."""
        return self.placed.fee.currency.code

    @property
    def refunds(self) -> tuple[RefundOwed, ...]:
        """Every refund, made or still owed, the made ones first."""
        return (*self.sent.values(), *self.owed.values())

    @property
    def refunded_pieces(self) -> tuple[ReturnedPiece, ...]:
        """Every piece that is or will be refunded."""
        return tuple(piece for refund in self.refunds for piece in refund.pieces)

    @property
    def refunded_payments(self) -> tuple[Payment, ...]:
        """What each means of payment got or will get back of refunds.

        What of them a lost dispute had given back before counts as well, what paid fees, and what
        was never taken.
        """
        return tuple(
            payment
            for refund in self.refunds
            for payment in (
                *refund.payments,
                *refund.by_dispute,
                *refund.for_fees,
                *refund.released,
            )
        )

    def is_captured(self, payment: Payment) -> bool:
        """Return whether what is to be taken of a payment of the order was taken."""
        return (payment.tender, payment.reference) in self.receipts

    @property
    def names(self) -> frozenset[str]:
        """Every name in this order: its parcels, returns and claims, and the causes of refunds."""
        causes = frozenset[str](self.cancellations).union(self.owed, self.sent)
        return frozenset[str](self.parcels).union(self.returns, self.claims, causes)

    def line(self, piece: PieceId) -> OrderLine:
        """Return the line of a piece.

        Raises:
            NotFoundError: For one that the order does not hold.
        """
        for line in self.placed.lines:
            if line.piece == piece:
                return line
        raise NotFoundError("piece", piece, tuple(line.piece for line in self.placed.lines))

    @property
    def cancelled(self) -> Mapping[PieceId, PiecesCancelled]:
        """The pieces that are no longer part of the order, and what took each out of it."""
        return {
            piece: cancelled
            for cancelled in self.cancellations.values()
            for piece in cancelled.pieces
        }

    @property
    def gone(self) -> frozenset[PieceId]:
        """The pieces that are cancelled, or that are or will be refunded."""
        return frozenset(self.cancelled).union(piece.id for piece in self.refunded_pieces)

    def outbound(self, piece: PieceId) -> OrderParcel:
        """Return the parcel in which a piece is to reach the buyer.

        Raises:
            NotFoundError: For a piece that the order does not hold.
        """
        line = self.line(piece)
        return next(parcel for parcel in self.placed.parcels if line.piece in parcel.pieces)

    def inbound(self, piece: PieceId) -> InboundParcel | None:
        """Return the parcel in which a piece goes to the workshop; None where its seller posts."""
        return next((parcel for parcel in self.placed.inbound if piece in parcel.pieces), None)

    def is_inbound(self, parcel: ParcelId) -> bool:
        """Return whether a parcel goes to the workshop."""
        return any(each.id == parcel for each in self.placed.inbound)

    def awaits_check(self, piece: PieceId) -> bool:
        """Return whether a piece must still reach the workshop or pass its check. Clause L5."""
        return self.inbound(piece) is not None and self.stages[piece] is not PieceStage.CHECKED

    def is_with_seller(self, piece: PieceId) -> bool:
        """Return whether a seller still has a piece, or has it again, as far as is known."""
        parcel = self.inbound(piece) or self.outbound(piece)
        return self.parcels[parcel.id].state in WITH_SENDER

    def has_left_seller(self, piece: PieceId) -> bool:
        """Return whether a seller has posted a piece to wherever it goes first, or it is there."""
        return not self.is_with_seller(piece) or self.stages[piece] is not PieceStage.ORDERED

    def still_to_come(self, pieces: Iterable[PieceId]) -> tuple[PieceId, ...]:
        """Return the pieces that the workshop waits for, without those that a claim is about."""
        held = self.open_pieces().union(piece.id for piece in self.refunded_pieces)
        return tuple(
            piece
            for piece in pieces
            if self.stages[piece] is PieceStage.ORDERED
            and self.inbound(piece) is not None
            and piece not in held
        )

    def unused_cause(self, name: str = CANCELLATION) -> str:
        """Return a name for the cause of a refund, numbered where it is given already."""
        taken = {*self.returns, *self.claims, *self.owed, *self.sent, *self.cancellations}
        names = chain([name], (f"{name}/{number}" for number in count(2)))
        return next(each for each in names if each not in taken)

    def pieces_in(self, parcel: ParcelId) -> tuple[PieceId, ...]:
        """Return the pieces of a parcel without those that were cancelled.

        Raises:
            NotFoundError: For a parcel that the order does not hold.
        """
        gone = self.cancelled
        planned = {each.id: each.pieces for each in self.placed.all_parcels}
        if parcel not in planned:
            raise NotFoundError("parcel", parcel, tuple(planned))
        return tuple(piece for piece in planned[parcel] if piece not in gone)

    def parcel_of(self, piece: PieceId) -> Parcel:
        """Return the parcel in which a piece is to reach the buyer, as it is."""
        return self.parcels[self.outbound(piece).id]

    def delivered_at(self, piece: PieceId) -> datetime | None:
        """Return when the parcel of a piece was delivered to the buyer; None while it was not."""
        return self.parcel_of(piece).delivered_at

    def day_received(self, piece: PieceId, where: ZoneInfo) -> date | None:
        """Return the day a piece was received, in the zone of the house.

        While others that are counted with it are still to come, it is the day it was delivered.
        """
        received = self.received.get(piece, self.delivered_at(piece))
        return None if received is None else as_day(received, where)

    def open_pieces(self) -> frozenset[PieceId]:
        """The pieces on which a return or a claim is open, and those of a refund not yet made.

        Clause R6.
        """
        claims = (piece for claim in self.claims.values() for piece in claim.held_pieces)
        owed = (piece.id for refund in self.owed.values() for piece in refund.pieces)
        return self._returning().union(claims, owed)

    def unpaid_pieces(self) -> frozenset[PieceId]:
        """The pieces whose sellers are not paid now: all of an order that is disputed.

        Otherwise those on which something is open, and those that the house has frozen. Clause R6.
        """
        return frozenset(self.payouts) if self.disputed else self.open_pieces() | self.frozen

    def awaited_pieces(self) -> frozenset[PieceId]:
        """The pieces of upheld claims that are to come back and have no return yet.

        Clause R9.
        """
        refunded = (piece.id for piece in self.refunded_pieces)
        return frozenset(self.upheld_refunds()).difference(self._returning(), refunded)

    def upheld_refunds(self) -> dict[PieceId, SettledPiece]:
        """Return the settlement of each piece that is to come back after an upheld claim.

        Clause R9.
        """
        upheld = (claim for claim in self.claims.values() if claim.awaits_return)
        return {settled.piece: settled for claim in upheld for settled in claim.refunds}

    def _returning(self) -> frozenset[PieceId]:
        open_ones = (returned for returned in self.returns.values() if returned.is_open)
        return frozenset(piece for returned in open_ones for piece in returned.opened.pieces)

    def earned(self, piece: PieceId) -> Money:
        """Return what a seller is owed for a piece after all they bear and what was refunded.

        Fees on an outcome take no more than that: the rest of them is a debt of the seller.
        """
        return self.earned_before_fees(piece) - self._deductible(piece)

    def _deductible(self, piece: PieceId) -> Money:
        return min(
            self.seller_fees_on(piece), max(self.earned_before_fees(piece), zero(self.currency))
        )

    def seller_fees_on(self, piece: PieceId) -> Money:
        """Return what of the fees on an outcome that sellers owe falls on a piece."""
        of_sellers = (fees for fees in self.outcome_fees if fees.payer is Payer.SELLER)
        shares = (fees.shares[piece] for fees in of_sellers if piece in fees.shares)
        return total(shares, self.currency)

    def seller_debt(self, piece: PieceId) -> Money:
        """Return what of the fees on an outcome neither was nor will be deducted from a payout."""
        return self.seller_fees_on(piece) - self.deducted.get(piece, self._deductible(piece))

    def owed_by_buyer(self) -> Money:
        """Return what of the fees on an outcome no refund has paid or is to pay."""
        of_buyer = (fees for fees in self.outcome_fees if fees.payer is Payer.BUYER)
        shares = (amount for fees in of_buyer for amount in fees.shares.values())
        kept = (payment.amount for refund in self.refunds for payment in refund.for_fees)
        return total(shares, self.currency) - total(kept, self.currency)

    def earned_before_fees(self, piece: PieceId) -> Money:
        """Return the same before fees on an outcome."""
        line = self.line(piece)
        borne: tuple[RefundOwed | DisputeLost, ...] = (*self.refunds, *self.charged_back)
        shares = (s.amount for each in borne for s in each.shares if s.piece == piece)
        off = self.placed.taken_off(piece, Bearer.SELLER)
        return line.price - off - line.seller_fee - total(shares, self.currency)
