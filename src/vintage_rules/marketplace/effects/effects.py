"""What the outside must be made to do: the instructions that events leave behind. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from attrs import frozen

from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.money import Money
from vintage_rules.ports.directory import Recipient
from vintage_rules.ports.notifier import Fact, MessageKind
from vintage_rules.ports.payments import Charge


@frozen(kw_only=True)
class CapturePayment:
    """Take what was authorised for an order. Clause C7."""

    order: OrderId
    tender: str
    reference: str
    amount: Money


@frozen(kw_only=True)
class CaptureCardPayment:
    """Take what was authorised for a gift card."""

    card: str
    tender: str
    reference: str
    amount: Money


@frozen(kw_only=True)
class VoidCharge:
    """Let go of a charge that led to no order. Clauses C1, C7."""

    checkout: str
    tender: str
    charge: Charge


@frozen(kw_only=True)
class VoidPayment:
    """Let go of what was held for an order that is cancelled, which owes back what was taken all
    the same. Clause C7.
    """

    order: OrderId
    tender: str
    reference: str
    amount: Money


@frozen(kw_only=True)
class VoidCardPayment:
    """Let go of what was held for a gift card that is cancelled; what was taken all the same is
    given back at once. Clause C7.
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
class RequestRefundConsent:
    """Ask a buyer whose parcel went back whether they agree to a refund. Clause L14."""

    order: OrderId
    parcel: ParcelId


@frozen(kw_only=True)
class TrackParcel:
    """Ask the carrier where a parcel has been seen, again and again until its journey is over."""

    order: OrderId
    parcel: ParcelId


@frozen(kw_only=True)
class SendReturnAddress:
    """Send a buyer the address their pieces go to, with a label where it is prepaid. Clauses R3,
    R5.
    """

    order: OrderId
    case: str


@frozen(kw_only=True)
class SendGiftCard:
    """Mail a gift card to who bought it. Clause C5."""

    card: str


@frozen(kw_only=True)
class LookInto:
    """Have a person look at what a provider told, which no rule can mend."""

    sender: str
    reference: str | None
    order: str | None
    why: str


@frozen(kw_only=True)
class SendMessage:
    """Write to somebody."""

    kind: MessageKind
    to: Recipient
    facts: Mapping[str, Fact]


Effect: TypeAlias = (
    CapturePayment
    | CaptureCardPayment
    | VoidCharge
    | VoidPayment
    | VoidCardPayment
    | SendRefund
    | PaySeller
    | ReturnPieceToSale
    | RequestRefundConsent
    | TrackParcel
    | SendReturnAddress
    | SendGiftCard
    | LookInto
    | SendMessage
)
