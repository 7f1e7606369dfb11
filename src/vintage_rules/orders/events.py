"""What has happened to an order. Events are past and carry results, never policy.

What happens to a parcel, a return or a claim of the order is that machine's own event, wrapped with
the name of whom it happened to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import Duration
from vintage_rules.ids import BuyerId, Edition, Identifier, OrderId, ParcelId, PieceId, SellerId
from vintage_rules.machine import checked
from vintage_rules.money import Money, total
from vintage_rules.orders.payout_events import HeldPayoutEvent
from vintage_rules.orders.refund_events import RefundFailed
from vintage_rules.orders.waiting_events import ArrivalAwaited, OrderStalled
from vintage_rules.places import Destination
from vintage_rules.pricing.fee_policy import UNSPECIFIED, Outcome, Payer, Sale
from vintage_rules.pricing.reduction_policy import Bearer, OnReturn
from vintage_rules.returns.cancellation_policy import CancelledBy
from vintage_rules.returns.claim.events import ClaimEvent
from vintage_rules.returns.payments import Payment, ReturnedPiece
from vintage_rules.returns.request.events import ReturnEvent
from vintage_rules.service.policy import Addressee, SilenceMeans
from vintage_rules.shipping.parcel.events import ParcelEvent


@frozen(kw_only=True, field_transformer=checked)
class OrderLine:
    """A piece of an order: whose it is, what it sold for, and the fee its seller bears.

    `kept_seller_fees` are those in it, by their names, that not every refund gives back;
    `list_price` and `sale` are what fees may depend on beside the price.
    """

    piece: PieceId
    seller: SellerId
    price: Money
    seller_fee: Money
    list_price: Money | None = None
    sale: Sale = UNSPECIFIED
    kept_seller_fees: Mapping[str, Money] = field(factory=dict[str, Money])


@frozen(kw_only=True, field_transformer=checked)
class OrderParcel:
    """A parcel of an order: who sends it, what is in it, and what its shipping cost the buyer.

    `standard` is the least expensive standard delivery that was offered, where a dearer one was
    chosen (L221-24).
    """

    id: ParcelId
    sender: str
    pieces: tuple[PieceId, ...]
    shipping: Money
    standard: Money | None = None


@frozen(kw_only=True, field_transformer=checked)
class OrderReduction:
    """What was taken off an order: of each piece, of the shipping of each parcel, of the fees.

    A return gives back what was paid, less what of it goes with the pieces that come back: see
    `OnReturn`.
    """

    name: str
    borne_by: Bearer
    on_return: OnReturn
    least: Money | None
    pieces: Mapping[PieceId, Money]
    parcels: Mapping[ParcelId, Money]
    fees: Money


@frozen(kw_only=True, field_transformer=checked)
class InboundParcel:
    """What one seller posts to the workshop, before all of it leaves together. Clauses L3, L8.

    Its postage is the house's: no part of what the buyer pays.
    """

    id: ParcelId
    sender: SellerId
    pieces: tuple[PieceId, ...]


@frozen(kw_only=True, field_transformer=checked)
class OrderPlaced:
    """An order was placed and its payments authorised.

    `fee` falls when pieces come back, `kept_fees` do not.

    `fees_by_terms` are those among the kept ones that some refunds give back, by their names;
    `options` and `parts` are what fees are computed on again with. `parcels` are those that reach
    the buyer, `inbound` those to the workshop. `rounding` is what the total was
    rounded by. `validated` is a digest of all that the buyer validated, where a shop keeps one.
    `review_after` is how long the order may wait without an end before a person looks; None where
    the policy did not say.
    """

    name: ClassVar[str] = "order-placed"
    at: datetime
    order: OrderId
    edition: Edition
    buyer: BuyerId
    mode: str
    destination: Destination
    lines: tuple[OrderLine, ...]
    parcels: tuple[OrderParcel, ...]
    fee: Money
    kept_fees: Money
    payments: tuple[Payment, ...]
    fees_by_terms: Mapping[str, Money] = field(factory=dict[str, Money])
    options: tuple[str, ...] = ()
    parts: Mapping[str, Money] = field(factory=dict[str, Money])
    inbound: tuple[InboundParcel, ...] = ()
    reductions: tuple[OrderReduction, ...] = ()
    rounding: Money | None = None
    validated: Identifier | None = None
    review_after: Duration | None = None

    @property
    def all_parcels(self) -> tuple[OrderParcel | InboundParcel, ...]:
        """The parcels that reach the buyer, then those to the workshop."""
        return (*self.parcels, *self.inbound)

    def taken_off(self, piece: PieceId, borne_by: Bearer) -> Money:
        """Return what was taken off a piece at the expense of the house or its seller."""
        amounts = (each.pieces[piece] for each in self.reductions if each.borne_by is borne_by)
        return total(amounts, self.fee.currency)


@frozen(kw_only=True, field_transformer=checked)
class PaymentCaptured:
    """A means of payment was charged. Clause C7.

    `payment` has the amount that was taken: less than the order says, where pieces were cancelled
    before. `receipt` is its provider's name for that, by which it is refunded; empty where there is
    none.
    """

    name: ClassVar[str] = "payment-captured"
    at: datetime
    payment: Payment
    receipt: str


@frozen(kw_only=True, field_transformer=checked)
class OrderPaid:
    """Everything was charged."""

    name: ClassVar[str] = "order-paid"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class OrderCancelled:
    """The order is void: what was charged goes back, nothing is owed to its sellers."""

    name: ClassVar[str] = "order-cancelled"
    at: datetime
    reason: str


@frozen(kw_only=True, field_transformer=checked)
class PiecesCancelled:
    """Pieces are no longer part of the order, before they were posted. Clauses R2, L5.

    They are refunded for `cause` once the order is paid; `withdrawn` says whether they wait for
    their seller to list them again.
    """

    name: ClassVar[str] = "pieces-cancelled"
    at: datetime
    cause: Identifier
    pieces: tuple[PieceId, ...]
    by: CancelledBy
    withdrawn: bool


@frozen(kw_only=True, field_transformer=checked)
class OutcomeFeesCharged:
    """A side owes fees because pieces were cancelled or not posted in time.

    `shares` is what of them falls on each piece: what is owed more than before. A buyer pays them
    with what is refunded, a seller with what the piece earns.
    """

    name: ClassVar[str] = "outcome-fees-charged"
    at: datetime
    outcome: Outcome
    payer: Payer
    shares: Mapping[PieceId, Money]


@frozen(kw_only=True, field_transformer=checked)
class PiecesArrived:
    """The workshop has pieces of a parcel that a seller sent it. Clause L5."""

    name: ClassVar[str] = "pieces-arrived"
    at: datetime
    parcel: ParcelId
    pieces: tuple[PieceId, ...]


@frozen(kw_only=True, field_transformer=checked)
class PiecePassed:
    """A piece passed the check of the workshop, and waits for the others. Clause L5."""

    name: ClassVar[str] = "piece-passed"
    at: datetime
    piece: PieceId


@frozen(kw_only=True, field_transformer=checked)
class PieceFailed:
    """A piece failed the check of the workshop, and goes back to its seller. Clause L5."""

    name: ClassVar[str] = "piece-failed"
    at: datetime
    piece: PieceId


@frozen(kw_only=True, field_transformer=checked)
class ParcelChanged:
    """Something happened to a parcel."""

    name: ClassVar[str] = "parcel-changed"
    at: datetime
    parcel: ParcelId
    event: ParcelEvent


@frozen(kw_only=True, field_transformer=checked)
class ReturnChanged:
    """Something happened to a return."""

    name: ClassVar[str] = "return-changed"
    at: datetime
    case: Identifier
    event: ReturnEvent


@frozen(kw_only=True, field_transformer=checked)
class ClaimChanged:
    """Something happened to a claim."""

    name: ClassVar[str] = "claim-changed"
    at: datetime
    case: Identifier
    event: ClaimEvent


@frozen(kw_only=True, field_transformer=checked)
class WindowOpened:
    """It is known when these pieces were received: all that are counted together are there.

    `received` is the day in the zone of the house, `received_at` the moment; None in what 0.1
    wrote, which held the moment that their payout falls due as `closes_at`. Clauses R1, R6.
    """

    name: ClassVar[str] = "window-opened"
    at: datetime
    pieces: tuple[PieceId, ...]
    received: date
    received_at: datetime | None = None
    closes_at: datetime | None = None


@frozen(kw_only=True, field_transformer=checked)
class ReceiptConfirmed:
    """The buyer says that all is well with these pieces, or their silence means it."""

    name: ClassVar[str] = "receipt-confirmed"
    at: datetime
    pieces: tuple[PieceId, ...]


@frozen(kw_only=True, field_transformer=checked)
class QuestionOpened:
    """A question about these pieces is to be answered until a moment, exclusive.

    `on_silence` is what it means if there is no answer by then.
    """

    name: ClassVar[str] = "question-opened"
    at: datetime
    question: Identifier
    asked: Addressee
    pieces: tuple[PieceId, ...]
    until: datetime
    on_silence: SilenceMeans


@frozen(kw_only=True, field_transformer=checked)
class QuestionClosed:
    """A question was answered in time, or there is nothing left to answer."""

    name: ClassVar[str] = "question-closed"
    at: datetime
    question: Identifier
    pieces: tuple[PieceId, ...]


@frozen(kw_only=True, field_transformer=checked)
class QuestionExpired:
    """There was no answer in time, and silence has its meaning. Only time brings this."""

    name: ClassVar[str] = "question-expired"
    at: datetime
    question: Identifier
    pieces: tuple[PieceId, ...]
    means: SilenceMeans


@frozen(kw_only=True, field_transformer=checked)
class SellerShare:
    """What a refund takes from what a seller is owed for a piece."""

    piece: PieceId
    seller: SellerId
    amount: Money


@frozen(kw_only=True, field_transformer=checked)
class RefundOwed:
    """The buyer is owed a refund.

    For which pieces, to which means of payment, and what of it the sellers bear.

    `cause` is the return, the claim, the parcel or the cancellation it is for. `by_dispute` is what
    of it the buyer has already, because a dispute about it was lost; `for_fees` is what of it pays
    the fees they owe on an outcome; `released` is what of it was held and never taken.
    """

    name: ClassVar[str] = "refund-owed"
    at: datetime
    cause: Identifier
    pieces: tuple[ReturnedPiece, ...]
    payments: tuple[Payment, ...]
    shares: tuple[SellerShare, ...]
    by_dispute: tuple[Payment, ...] = ()
    for_fees: tuple[Payment, ...] = ()
    released: tuple[Payment, ...] = ()


@frozen(kw_only=True, field_transformer=checked)
class RefundRevoked:
    """A refund that was owed and not yet made is in question again."""

    name: ClassVar[str] = "refund-revoked"
    at: datetime
    cause: Identifier


@frozen(kw_only=True, field_transformer=checked)
class RefundBegun:
    """A refund is being passed to the means of payment, and is not in question any more."""

    name: ClassVar[str] = "refund-begun"
    at: datetime
    cause: Identifier


@frozen(kw_only=True, field_transformer=checked)
class RefundSent:
    """A refund was passed to the means of payment; the buyer is mailed. Clause F2."""

    name: ClassVar[str] = "refund-sent"
    at: datetime
    cause: Identifier
    payments: tuple[Payment, ...]


@frozen(kw_only=True, field_transformer=checked)
class PayoutScheduled:
    """The payouts of these pieces fall due at a moment, unless something is open on them then.

    None where it is not known any more. Clause R6.
    """

    name: ClassVar[str] = "payout-scheduled"
    at: datetime
    pieces: tuple[PieceId, ...]
    due_at: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class PayoutFellDue:
    """A seller is to be paid for a piece: its time has come with nothing open on it.

    Only time brings this. Clause R6.
    """

    name: ClassVar[str] = "payout-fell-due"
    at: datetime
    piece: PieceId
    seller: SellerId
    amount: Money


@frozen(kw_only=True, field_transformer=checked)
class PayoutWithheld:
    """A payout that was due and not yet begun waits again.

    A return or a claim was opened on the piece, or it is to be refunded. Clause R6.
    """

    name: ClassVar[str] = "payout-withheld"
    at: datetime
    piece: PieceId


@frozen(kw_only=True, field_transformer=checked)
class PayoutBegun:
    """A seller is being paid this amount, whatever is refunded from now on."""

    name: ClassVar[str] = "payout-begun"
    at: datetime
    piece: PieceId
    seller: SellerId
    amount: Money


@frozen(kw_only=True, field_transformer=checked)
class PayoutSent:
    """A seller was paid for a piece."""

    name: ClassVar[str] = "payout-sent"
    at: datetime
    piece: PieceId
    seller: SellerId
    amount: Money


@frozen(kw_only=True, field_transformer=checked)
class CarrierPaid:
    """The carrier was paid what it was owed for the parcels of this order."""

    name: ClassVar[str] = "carrier-paid"
    at: datetime
    amount: Money


@frozen(kw_only=True, field_transformer=checked)
class PaymentDisputed:
    """A buyer's bank questions a charge: until that ends, no seller is paid and no refund made."""

    name: ClassVar[str] = "payment-disputed"
    at: datetime
    tender: str


@frozen(kw_only=True, field_transformer=checked)
class DisputeWon:
    """A dispute ended for the house."""

    name: ClassVar[str] = "dispute-won"
    at: datetime
    tender: str


@frozen(kw_only=True, field_transformer=checked)
class DisputeLost:
    """A dispute ended for the buyer, who has these payments back, and what sellers bear of it.

    The payments are what was not refunded before: nothing goes back twice.
    """

    name: ClassVar[str] = "dispute-lost"
    at: datetime
    tender: str
    payments: tuple[Payment, ...]
    shares: tuple[SellerShare, ...]


OrderEvent: TypeAlias = (
    OrderPlaced
    | PaymentCaptured
    | OrderPaid
    | OrderCancelled
    | PiecesCancelled
    | OutcomeFeesCharged
    | ArrivalAwaited
    | PiecesArrived
    | PiecePassed
    | PieceFailed
    | ParcelChanged
    | ReturnChanged
    | ClaimChanged
    | WindowOpened
    | ReceiptConfirmed
    | QuestionOpened
    | QuestionClosed
    | QuestionExpired
    | OrderStalled
    | RefundOwed
    | RefundRevoked
    | RefundBegun
    | RefundSent
    | RefundFailed
    | PayoutScheduled
    | PayoutFellDue
    | PayoutWithheld
    | PayoutBegun
    | PayoutSent
    | HeldPayoutEvent
    | CarrierPaid
    | PaymentDisputed
    | DisputeWon
    | DisputeLost
)
"""An event of the machine `ORDER`."""
