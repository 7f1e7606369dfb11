"""Event → effects: what each event makes the outside do. Pure functions, one for a stream type.

An effect may be handled from the moment of its event on, unless it is `Delayed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId
from vintage_rules.marketplace.effects.effects import (
    CaptureCardPayment,
    CapturePayment,
    CompleteCheckout,
    Delayed,
    Effect,
    FireTimer,
    PaySeller,
    RequestRefundConsent,
    ReturnPieceToSale,
    ReturnPieceToSeller,
    SendGiftCard,
    SendMessage,
    SendRefund,
    SendReturnAddress,
    TrackParcel,
    VoidCardPayment,
    VoidCharge,
    VoidPayment,
)
from vintage_rules.marketplace.storage.checkout_stream import (
    ChargeAbandoned,
    ChargeBegun,
    ChargeReported,
    ChargeState,
    CheckoutEvent,
    CheckoutState,
    OrderWritten,
    card_of_checkout,
)
from vintage_rules.marketplace.storage.piece_stream import OrderNotPlaced, PieceEvent, PieceState
from vintage_rules.marketplace.storage.timer_stream import TimerFailed
from vintage_rules.money import total
from vintage_rules.offers import events as of_offers
from vintage_rules.offers.terms import Party
from vintage_rules.orders import events as of_orders
from vintage_rules.orders.payout_events import PayoutFailed
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.ports.directory import Recipient, Role
from vintage_rules.ports.notifier import Fact, MessageKind
from vintage_rules.pricing.gift_card.events import CardCancelled, CardEvent, CardOrdered, CardPaid
from vintage_rules.pricing.gift_card.states import Card
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.returns.claim import events as claim_events
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.request import events as return_events
from vintage_rules.returns.routing import WORKSHOP
from vintage_rules.shipping.parcel import events as parcel_events
from vintage_rules.shipping.parcel.states import SentBackCause

Reactions: TypeAlias = Iterator[Effect | Delayed]

# A buyer whom the provider wants to see has this long; then the charge is voided.
CHALLENGE_TIME = timedelta(hours=1)

_TO_BUYER: Mapping[type[of_offers.OfOffer], MessageKind] = {
    of_offers.OfferAccepted: MessageKind.OFFER_ACCEPTED,
    of_offers.PriceGranted: MessageKind.OFFER_ACCEPTED,
    of_offers.PieceReserved: MessageKind.OFFER_ACCEPTED,
    of_offers.PieceOrdered: MessageKind.OFFER_ACCEPTED,
    of_offers.PieceCharged: MessageKind.OFFER_ACCEPTED,
    of_offers.OfferCountered: MessageKind.OFFER_COUNTERED,
    of_offers.OfferDeclined: MessageKind.OFFER_DECLINED,
    of_offers.OfferLapsed: MessageKind.OFFER_LAPSED,
    of_offers.OfferEnded: MessageKind.OFFER_ENDED,
}
_PUBLIC = (of_offers.OfferAccepted, of_offers.OfferCountered)


def react_to_piece(state: PieceState, event: PieceEvent) -> Reactions:
    """Write to buyers and sellers about offers, and to those who waited. Clauses A5, N4 to N7."""
    entered = state.entered
    match event:
        case of_offers.OfferSent():
            proposed = _offered(entered.piece, event)
            yield _to_buyer(event.buyer, MessageKind.OFFER_PROPOSED, proposed)
        case of_offers.OfferMade() | of_offers.CounterOffered(by=Party.BUYER):
            made = _offered(entered.piece, event)
            yield _to_seller(entered.seller, MessageKind.OFFER_RECEIVED, made)
        case of_offers.CounterOffered():
            facts = _priced(entered.piece, event, public=False)
            yield _to_buyer(event.buyer, MessageKind.OFFER_COUNTERED, facts)
        case OrderNotPlaced():
            lost: dict[str, Fact] = {"piece": entered.piece, "price": event.price}
            yield _to_buyer(event.buyer, MessageKind.OFFER_ENDED, lost)
        case of_offers.AlertRaised():
            listed: dict[str, Fact] = {"piece": entered.piece, "price": state.listing.price}
            yield _to_buyer(BuyerId(event.subscriber), MessageKind.PIECE_BACK, listed)
        case of_offers.OfOffer() if type(event) in _TO_BUYER:
            kind = _TO_BUYER[type(event)]
            yield _to_buyer(event.buyer, kind, _answered(state, event))
        case _:
            return


def _answered(state: PieceState, event: of_offers.OfOffer) -> dict[str, Fact]:
    if isinstance(event, of_offers.Priced):
        return _priced(state.entered.piece, event, public=isinstance(event, _PUBLIC))
    offer = state.listing.offer_of(event.buyer)
    price = state.listing.price if offer is None else offer.price
    return {"piece": state.entered.piece, "price": price}


def _priced(piece: PieceId, event: of_offers.Priced, *, public: bool) -> dict[str, Fact]:
    return {**_offered(piece, event), "public": public}


def _offered(piece: PieceId, event: of_offers.Priced) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"piece": piece, "price": event.price}
    until = event.order_until if isinstance(event, of_offers.SoldByOffer) else event.until
    return facts if until is None else {**facts, "until": until}


def react_to_order(order: Order, event: of_orders.OrderEvent) -> Reactions:
    """Move money and parcels, and write to those concerned.

    Clauses C7, F1, F2, L8, L14, R5, R6, R10, S1.
    """
    match event:
        case of_orders.ParcelChanged():
            yield from _parcel(order, event)
        case of_orders.ReturnChanged():
            yield from _return(order, event)
        case of_orders.ClaimChanged():
            yield from _claim(order, event)
        case of_orders.PiecesCancelled():
            yield from _pieces_cancelled(order, event)
        case _:
            yield from _money(order, event)


def _money(order: Order, event: of_orders.OrderEvent) -> Reactions:
    placed = order.placed
    match event:
        case of_orders.OrderPlaced():
            for payment in placed.payments:
                if payment.tender != GIFT_CARD:
                    yield _capture(placed.order, payment)
        case of_orders.OrderPaid():
            yield from _paid(order)
        case of_orders.OrderCancelled():
            yield from _order_cancelled(order, event)
        case of_orders.PayoutFellDue():
            yield PaySeller(order=placed.order, piece=event.piece)
        case of_orders.PayoutSent():
            payout: dict[str, Fact] = {"piece": event.piece, "amount": event.amount}
            yield _to_seller(event.seller, MessageKind.PAYOUT_SENT, payout)
        case PayoutFailed():
            back: dict[str, Fact] = {"piece": event.piece, "amount": event.amount}
            yield _to_seller(event.seller, MessageKind.PAYOUT_FAILED, back)
        case _:
            yield from _refunds(order, event)


def _refunds(order: Order, event: of_orders.OrderEvent) -> Reactions:
    placed = order.placed
    match event:
        case of_orders.RefundOwed() if event.cause not in order.failed:
            yield SendRefund(order=placed.order, cause=event.cause)
        case of_orders.RefundSent() if event.payments:
            yield _to_buyer(placed.buyer, MessageKind.REFUND_SENT, _sent(order, event))
        case of_orders.DisputeWon() | of_orders.DisputeLost():  # refunds have waited for its end
            for cause in order.owed.keys() - order.failed:
                yield SendRefund(order=placed.order, cause=cause)
        case _:
            return


def _order_cancelled(order: Order, event: of_orders.OrderCancelled) -> Reactions:
    placed = order.placed
    kept = [line.piece for line in placed.lines if line.piece not in order.cancelled]
    if kept:  # else they were mailed about the pieces
        facts: dict[str, Fact] = {"order": placed.order, "reason": event.reason}
        yield _to_buyer(placed.buyer, MessageKind.ORDER_CANCELLED, facts)
    yield from _voided(order)
    for piece in kept:
        yield ReturnPieceToSale(order=placed.order, piece=piece)


def _pieces_cancelled(order: Order, event: of_orders.PiecesCancelled) -> Reactions:
    """Write to the buyer, and to the sellers who were mailed of the sale. Clauses R2, L5."""
    placed = order.placed
    facts: dict[str, Fact] = {
        "order": placed.order,
        "pieces": tuple(event.pieces),
        "by": event.by,
    }
    yield _to_buyer(placed.buyer, MessageKind.PIECES_CANCELLED, facts)
    for piece in event.pieces:
        if order.state is OrderState.PAID:
            gone: dict[str, Fact] = {
                "order": placed.order,
                "piece": piece,
                "by": event.by,
                "unposted": order.is_with_seller(piece),
                "withdrawn": event.withdrawn,
            }
            yield _to_seller(order.line(piece).seller, MessageKind.PIECE_CANCELLED, gone)
        if event.withdrawn:
            yield ReturnPieceToSeller(order=placed.order, piece=piece)
        else:
            yield ReturnPieceToSale(order=placed.order, piece=piece)


def _capture(order: OrderId, payment: Payment) -> CapturePayment:
    return CapturePayment(
        order=order, tender=payment.tender, reference=payment.reference, amount=payment.amount
    )


def _voided(order: Order) -> Reactions:
    for payment in order.placed.payments:
        if payment.tender != GIFT_CARD and not order.is_captured(payment):
            yield VoidPayment(
                order=order.placed.order,
                tender=payment.tender,
                reference=payment.reference,
                amount=payment.amount,
            )


def _paid(order: Order) -> Reactions:
    placed = order.placed
    amounts = (payment.amount for payment in order.captured)
    sold = [line for line in placed.lines if line.piece not in order.cancelled]
    facts: dict[str, Fact] = {
        "order": placed.order,
        "pieces": tuple(line.piece for line in sold),
        "total": total(amounts, order.currency),
    }
    yield _to_buyer(placed.buyer, MessageKind.ORDER_CONFIRMED, facts)
    by_workshop = {
        piece: parcel.sender == WORKSHOP for parcel in placed.parcels for piece in parcel.pieces
    }
    for seller in dict.fromkeys(line.seller for line in sold):  # one parcel, and so one mail
        own = [line for line in sold if line.seller == seller]
        sale: dict[str, Fact] = {
            "order": placed.order,
            "pieces": tuple(line.piece for line in own),
            "prices": tuple(line.price for line in own),
            "to_workshop": by_workshop[own[0].piece],
        }
        yield _to_seller(seller, MessageKind.PIECES_SOLD, sale)


def _sent(order: Order, event: of_orders.RefundSent) -> dict[str, Fact]:
    returned = tuple(piece.id for piece in order.sent[event.cause].pieces)
    return {
        "order": order.placed.order,
        "pieces": returned or tuple(line.piece for line in order.placed.lines),
        "tenders": tuple(payment.tender for payment in event.payments),
        "amounts": tuple(payment.amount for payment in event.payments),
    }


def _parcel(order: Order, changed: of_orders.ParcelChanged) -> Reactions:
    placed, parcel = order.placed, changed.parcel
    if order.is_inbound(parcel):
        yield from _inbound(order, changed)
        return
    pieces = order.pieces_in(parcel)
    facts: dict[str, Fact] = {"order": placed.order, "parcel": parcel, "pieces": tuple(pieces)}
    match changed.event:
        case (
            parcel_events.ParcelHandedIn(tracking_number=number)
            | parcel_events.TrackingNumberCorrected(tracking_number=number)
        ):
            facts = {**facts, "tracking_number": number}
            yield _to_buyer(placed.buyer, MessageKind.PARCEL_HANDED_IN, facts)
            yield _tracking(order, parcel)
        case parcel_events.ParcelFound():
            yield _tracking(order, parcel)
        case parcel_events.ParcelBack():
            yield RequestRefundConsent(order=placed.order, parcel=parcel)
        case parcel_events.BuyerAsked():
            cause = order.parcels[parcel].cause
            if cause not in {None, SentBackCause.UNKNOWN}:
                facts = {**facts, "cause": str(cause)}
            yield _to_buyer(placed.buyer, MessageKind.REFUND_QUESTION, facts)
        case parcel_events.ParcelLost():
            yield _lost(order, pieces)
        case parcel_events.RefundAgreed():
            for piece in pieces:
                yield ReturnPieceToSale(order=placed.order, piece=piece)
        case _:
            return


def _lost(order: Order, pieces: Iterable[PieceId]) -> SendMessage:
    """R10: that it is lost, and whether a refund follows or was there before."""
    lost = tuple(pieces)
    refunded = {piece.id for piece in order.refunded_pieces}.issuperset(lost)
    facts: dict[str, Fact] = {"order": order.placed.order, "pieces": lost, "refunded": refunded}
    return _to_buyer(order.placed.buyer, MessageKind.PARCEL_LOST, facts)


def _inbound(order: Order, changed: of_orders.ParcelChanged) -> Reactions:
    """Follow a parcel to the workshop; its buyer is mailed about the one that leaves from there."""
    if isinstance(
        changed.event,
        parcel_events.ParcelHandedIn
        | parcel_events.TrackingNumberCorrected
        | parcel_events.ParcelFound,
    ):
        yield _tracking(order, changed.parcel)


def _tracking(order: Order, parcel: ParcelId) -> TrackParcel:
    number = order.parcels[parcel].tracking_number
    return TrackParcel(order=order.placed.order, parcel=parcel, tracking_number=number)


def _return(order: Order, changed: of_orders.ReturnChanged) -> Reactions:
    placed = order.placed
    match changed.event:
        case return_events.ReturnAccepted():
            yield SendReturnAddress(order=placed.order, case=changed.case)
        case return_events.ReturnDeclined(reasons=reasons):
            facts = _case(order, order.returns[changed.case].opened.pieces)
            facts["reasons"] = tuple(reasons)
            yield _to_buyer(placed.buyer, MessageKind.RETURN_DECLINED, facts)
        case return_events.ReturnPassed():
            claimed = order.upheld_refunds().keys()  # these wait for the house's decision: R9
            for piece in order.returns[changed.case].opened.pieces:
                if piece not in claimed:
                    yield ReturnPieceToSale(order=placed.order, piece=piece)
        case _:
            return


def _claim(order: Order, changed: of_orders.ClaimChanged) -> Reactions:
    pieces = order.claims[changed.case].opened.pieces
    facts: dict[str, Fact] = {**_case(order, pieces), "claim": changed.case}
    buyer = order.placed.buyer
    match changed.event:
        case claim_events.ClaimOpened():
            yield _to_buyer(buyer, MessageKind.CLAIM_OPENED, facts)
        case claim_events.ClaimUpheld(return_needed=needed):
            facts["return_needed"] = needed
            yield _to_buyer(buyer, MessageKind.CLAIM_UPHELD, facts)
        case claim_events.ParcelLost():
            yield _lost(order, pieces)
        case claim_events.ClaimRejected(reasons=reasons):
            facts["reasons"] = tuple(reasons)
            yield _to_buyer(buyer, MessageKind.CLAIM_REJECTED, facts)
        case _:
            return


def _case(order: Order, pieces: tuple[PieceId, ...]) -> dict[str, Fact]:
    return {"order": order.placed.order, "pieces": tuple(pieces)}


def react_to_card(card: Card, event: CardEvent) -> Reactions:
    """Capture the price of a card, then mail it. Clause C5."""
    ordered = card.ordered
    match event:
        case CardOrdered():
            yield CaptureCardPayment(
                card=ordered.card,
                tender=ordered.tender,
                reference=ordered.reference,
                amount=ordered.amount,
            )
        case CardPaid():
            yield SendGiftCard(card=ordered.card)
        case CardCancelled():
            yield VoidCardPayment(
                card=ordered.card,
                tender=ordered.tender,
                reference=ordered.reference,
                amount=ordered.amount,
            )
        case _:
            return


def react_to_checkout(checkout: CheckoutState, event: CheckoutEvent) -> Reactions:
    """Void a charge that leads to no order, and go on where it is reported. Clauses C1, C7.

    Once the end of a hold has come that the provider has stated, its capture is requested once
    more: what was not captured by then has lapsed, and what waits for it learns so.
    """
    match event:
        case ChargeBegun():
            yield Delayed(effect=_void(event), by=CHALLENGE_TIME)
        case ChargeReported() if checkout.state is ChargeState.BEGUN:
            charge = checkout.begun.charge
            tender = checkout.begun.tender
            yield CompleteCheckout(checkout=charge.order, tender=tender, charge=charge)
        case ChargeReported():
            yield _capture_charge(checkout)
        case OrderWritten(expires_at=datetime() as end):
            left = max(end - event.at, timedelta())
            yield Delayed(effect=_capture_charge(checkout), by=left)
        case ChargeAbandoned():
            yield _void(checkout.begun)
        case _:
            return


def react_to_timer(_: TimerFailed, event: TimerFailed) -> Reactions:
    """Fire the timer again, as an effect whose attempts are counted."""
    yield FireTimer(stream=event.stream)


def react_to_nothing(_state: object, _event: object) -> Reactions:
    """Return no effects: those of a stream type whose events only record."""
    return iter(())


def _capture_charge(checkout: CheckoutState) -> CapturePayment | CaptureCardPayment:
    tender, charge = checkout.begun.tender, checkout.begun.charge
    reference, card = checkout.references[charge.key], card_of_checkout(charge.order)
    if card is None:
        return CapturePayment(
            order=charge.order, tender=tender, reference=reference, amount=charge.amount
        )
    return CaptureCardPayment(card=card, tender=tender, reference=reference, amount=charge.amount)


def _void(begun: ChargeBegun) -> VoidCharge:
    charge = begun.charge
    return VoidCharge(checkout=charge.order, tender=begun.tender, charge=charge)


def _to_buyer(buyer: BuyerId, kind: MessageKind, facts: Mapping[str, Fact]) -> SendMessage:
    return SendMessage(kind=kind, to=Recipient(role=Role.BUYER, id=buyer), facts=facts)


def _to_seller(seller: str, kind: MessageKind, facts: Mapping[str, Fact]) -> SendMessage:
    return SendMessage(kind=kind, to=Recipient(role=Role.SELLER, id=seller), facts=facts)
