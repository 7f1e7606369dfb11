"""The effects of events: what the outside must be made to do. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeAlias

from attrs import frozen

from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.money import Money
from vintage_rules.ports.directory import Recipient
from vintage_rules.ports.notifier import Fact, MessageKind
from vintage_rules.ports.payments import Charge


@frozen(kw_only=True)
class CapturePayment:
    """Capture what was authorised for an order. Clause C7."""

    order: OrderId
    tender: str
    reference: str
    amount: Money


@frozen(kw_only=True)
class CaptureCardPayment:
    """Capture what was authorised for a gift card."""

    card: str
    tender: str
    reference: str
    amount: Money


@frozen(kw_only=True)
class CompleteCheckout:
    """Place what a charge was begun for, once the provider holds it. Clauses C1, C7."""

    checkout: str
    tender: str
    charge: Charge


@frozen(kw_only=True)
class VoidCharge:
    """Void a charge that led to no order. Clauses C1, C7."""

    checkout: str
    tender: str
    charge: Charge


@frozen(kw_only=True)
class VoidPayment:
    """Void what is held for an order that is cancelled. Clause C7.

    What was captured all the same is then owed back.
    """

    order: OrderId
    tender: str
    reference: str
    amount: Money


@frozen(kw_only=True)
class VoidCardPayment:
    """Void what is held for a gift card that is cancelled. Clause C7.

    What was captured all the same is refunded at once.
    """

    card: str
    tender: str
    reference: str
    amount: Money


@frozen(kw_only=True)
class SendRefund:
    """Pass a refund on to the means of payment. Clauses F1, F2."""

    order: OrderId
    cause: str


@frozen(kw_only=True)
class PaySeller:
    """Pay a seller for a piece. Clause R6."""

    order: OrderId
    piece: PieceId


@frozen(kw_only=True)
class ReturnPieceToSale:
    """Put a piece that came back, and was inspected, on sale again. Clauses A4, A5."""

    order: OrderId
    piece: PieceId


@frozen(kw_only=True)
class ReturnPieceToSeller:
    """Take a piece out of a sale: it waits for its seller to list it again. Clauses R2, L5."""

    order: OrderId
    piece: PieceId


@frozen(kw_only=True)
class RequestRefundConsent:
    """Mail a buyer whose parcel went back the question whether they accept a refund. L14."""

    order: OrderId
    parcel: ParcelId


@frozen(kw_only=True)
class TrackParcel:
    """Query the tracker for a parcel's scans, again and again until its journey is over.

    Or until its number is corrected; 0.2 and earlier named none.
    """

    order: OrderId
    parcel: ParcelId
    tracking_number: str | None = None


@frozen(kw_only=True)
class SendReturnAddress:
    """Send a buyer the address their pieces go to, with a label where it is prepaid.

    Clauses R3, R5.
    """

    order: OrderId
    case: str


@frozen(kw_only=True)
class SendGiftCard:
    """Mail a gift card to its buyer. Clause C5."""

    card: str


@frozen(kw_only=True)
class SendMessage:
    """Send a message to a buyer, a seller or the house."""

    kind: MessageKind
    to: Recipient
    facts: Mapping[str, Fact]


@frozen(kw_only=True)
class FireTimer:
    """Record what time has done to a stream, after its timer has failed."""

    stream: str


Effect: TypeAlias = (
    CapturePayment
    | CaptureCardPayment
    | CompleteCheckout
    | VoidCharge
    | VoidPayment
    | VoidCardPayment
    | SendRefund
    | PaySeller
    | ReturnPieceToSale
    | ReturnPieceToSeller
    | RequestRefundConsent
    | TrackParcel
    | SendReturnAddress
    | SendGiftCard
    | SendMessage
    | FireTimer
)


@frozen(kw_only=True)
class Delayed:
    """An effect that is not handled before some time after its event."""

    effect: Effect
    by: timedelta
