"""What events make of an order.

No policy and no guard lives here, so that replaying a history never changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar, assert_never

from attrs import evolve as changed

from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import PieceId
from vintage_rules.money import zero
from vintage_rules.orders.events import (
    CarrierPaid,
    ClaimChanged,
    DisputeLost,
    DisputeWon,
    OrderCancelled,
    OrderEvent,
    OrderPaid,
    OrderPlaced,
    OutcomeFeesCharged,
    ParcelChanged,
    PaymentCaptured,
    PaymentDisputed,
    PayoutBegun,
    PayoutFellDue,
    PayoutScheduled,
    PayoutSent,
    PayoutWithheld,
    PieceFailed,
    PiecePassed,
    PiecesArrived,
    PiecesCancelled,
    QuestionClosed,
    QuestionExpired,
    QuestionOpened,
    ReceiptConfirmed,
    RefundBegun,
    RefundOwed,
    RefundRevoked,
    RefundSent,
    ReturnChanged,
    WindowOpened,
)
from vintage_rules.orders.ledger import (
    BUYER,
    CARRIER,
    HOUSE,
    charged_back,
    moved,
    opening,
    outcome_charged,
    paid,
    refunded,
    revoked,
)
from vintage_rules.orders.payout_events import PayoutFailed, PayoutsFrozen, PayoutsReleased
from vintage_rules.orders.payout_evolve import payout_changed
from vintage_rules.orders.refund_events import RefundFailed
from vintage_rules.orders.states import Order, OrderState, PayoutState, PieceQuestion, PieceStage
from vintage_rules.orders.transitions import PIECE_TRANSITIONS
from vintage_rules.orders.waiting_events import ArrivalAwaited, OrderStalled
from vintage_rules.returns.claim.decide import CLAIM
from vintage_rules.returns.request.decide import RETURN
from vintage_rules.shipping.parcel.decide import PARCEL, announce_parcel
from vintage_rules.shipping.parcel.events import ParcelHandedIn

_K = TypeVar("_K")


_V = TypeVar("_V")


def consequences(order: Order, event: OrderEvent, next_state: OrderState) -> Order:
    """Return the order after an event that leads to a state of the table.

    A carrier's scan may be older than what is known: the order's moment does not go back.
    """
    return _changed(changed(order, state=next_state, at=max(order.at, event.at)), event)


def opened(event: OrderEvent) -> Order:
    """Return the order that its placing makes.

    Raises:
        CorruptHistoryError: For another event.
    """
    if not isinstance(event, OrderPlaced):
        raise CorruptHistoryError(event, None)
    return Order(
        placed=event,
        at=event.at,
        state=OrderState.PLACED,
        paid_at=None,
        captured=(),
        receipts={},
        parcels={
            parcel: PARCEL.evolve(None, announce_parcel(parcel, event.at))
            for parcel in (*(p.id for p in event.parcels), *(p.id for p in event.inbound))
        },
        stages={line.piece: PieceStage.ORDERED for line in event.lines},
        cancellations={},
        awaited_until=None,
        arrived={},
        received={},
        returns={},
        claims={},
        owed={},
        begun=frozenset(),
        sent={},
        failed=frozenset(),
        payouts={line.piece: PayoutState.WAITING for line in event.lines},
        confirmed={},
        questions={},
        payable_at={},
        paying={},
        frozen=frozenset(),
        returned_payouts={},
        disputed=frozenset(),
        stalled={},
        charged_back=(),
        outcome_fees=(),
        deducted={},
        accounts=opening(event),
    )


def _changed(order: Order, event: OrderEvent) -> Order:  # noqa: C901, PLR0912 - one for each event
    """Return the consequences of an event that has already moved the order's own state."""
    match event:
        case OrderPlaced():
            return order
        case OrderPaid():
            return changed(order, paid_at=event.at)
        case PaymentCaptured():
            return _captured(order, event)
        case OrderCancelled():
            return changed(order, accounts=dict.fromkeys(order.accounts, zero(order.currency)))
        case PiecesCancelled():
            cancellations = _with(order.cancellations, event.cause, event)
            return _moved_on(changed(order, cancellations=cancellations), event, event.pieces)
        case OutcomeFeesCharged():
            accounts = outcome_charged(order.accounts, event, order.placed)
            charged = (*order.outcome_fees, event)
            return changed(order, outcome_fees=charged, accounts=accounts)
        case ArrivalAwaited():
            return changed(order, awaited_until=event.until)
        case PiecesArrived():
            return _moved_on(_arrived(order, event), event, event.pieces)
        case PiecePassed() | PieceFailed():
            return _moved_on(order, event, (event.piece,))
        case ParcelChanged():
            return _parcel_changed(order, event)
        case ReturnChanged():
            case_ = RETURN.evolve(order.returns.get(event.case), event.event)
            return changed(order, returns=_with(order.returns, event.case, case_))
        case ClaimChanged():
            claim = CLAIM.evolve(order.claims.get(event.case), event.event)
            return changed(order, claims=_with(order.claims, event.case, claim))
        case WindowOpened():
            since = event.received if event.received_at is None else event.received_at
            received = {**order.received, **dict.fromkeys(event.pieces, since)}
            return _scheduled(changed(order, received=received), event.pieces, event.closes_at)
        case ReceiptConfirmed():
            confirmed = {**dict.fromkeys(event.pieces, event.at), **order.confirmed}
            return changed(order, confirmed=confirmed)
        case QuestionOpened():
            question = PieceQuestion(
                asked=event.asked, until=event.until, on_silence=event.on_silence
            )
            opened = {(event.question, piece): question for piece in event.pieces}
            return changed(order, questions={**order.questions, **opened})
        case QuestionClosed() | QuestionExpired():
            return _question_over(order, event)
        case OrderStalled():
            key = (event.awaited, event.subject)
            return changed(order, stalled=_with(order.stalled, key, event.since))
        case PayoutScheduled():
            return _scheduled(order, event.pieces, event.due_at)
        case RefundOwed():
            if event.cause in order.owed or event.cause in order.sent:
                raise CorruptHistoryError(event, (*order.owed, *order.sent))
            accounts = refunded(order.accounts, event, order.currency)
            return changed(order, owed=_with(order.owed, event.cause, event), accounts=accounts)
        case RefundRevoked():
            return _revoked(order, event)
        case RefundBegun():
            return changed(order, begun=order.begun | {_owed_cause(order, event)})
        case RefundSent():
            return _sent(order, event)
        case RefundFailed():
            return _came_back(order, event)
        case (
            PayoutFellDue()
            | PayoutWithheld()
            | PayoutBegun()
            | PayoutSent()
            | PayoutFailed()
            | PayoutsFrozen()
            | PayoutsReleased()
        ):
            return payout_changed(order, event)
        case PaymentDisputed():
            return changed(order, disputed=order.disputed | {event.tender})
        case DisputeWon():
            return changed(order, disputed=order.disputed - {event.tender})
        case DisputeLost():
            return changed(
                order,
                disputed=order.disputed - {event.tender},
                charged_back=(*order.charged_back, event),
                accounts=charged_back(order.accounts, event),
            )
        case CarrierPaid():
            return changed(order, accounts=moved(order.accounts, CARRIER, HOUSE, event.amount))
        case _:
            assert_never(event)


def _arrived(order: Order, event: PiecesArrived) -> Order:
    arrived = dict.fromkeys(event.pieces, event.at)
    return changed(order, arrived={**order.arrived, **arrived})


def _captured(order: Order, event: PaymentCaptured) -> Order:
    paid_by = (event.payment.tender, event.payment.reference)
    accounts = order.accounts
    if order.state is not OrderState.CANCELLED:  # where it pays for nothing it is owed back at once
        accounts = moved(accounts, HOUSE, BUYER, event.payment.amount)
    return changed(
        order,
        captured=(*order.captured, event.payment),
        receipts=_with(order.receipts, paid_by, event.receipt),
        accounts=accounts,
    )


def _parcel_changed(order: Order, event: ParcelChanged) -> Order:
    if event.parcel not in order.parcels:
        raise CorruptHistoryError(event, order.state)
    parcel = PARCEL.evolve(order.parcels[event.parcel], event.event)
    order = changed(order, parcels=_with(order.parcels, event.parcel, parcel))
    if not isinstance(event.event, ParcelHandedIn):
        return order
    outbound = {parcel.id: parcel.shipping for parcel in order.placed.parcels}
    if event.parcel not in outbound:  # the house's own expense, no part of the order
        return order
    shipping = outbound[event.parcel]
    return changed(order, accounts=moved(order.accounts, HOUSE, CARRIER, shipping))


def _moved_on(
    order: Order,
    event: PiecesCancelled | PiecesArrived | PiecePassed | PieceFailed,
    pieces: Iterable[PieceId],
) -> Order:
    stages = dict(order.stages)
    for piece in pieces:
        next_stage = PIECE_TRANSITIONS[stages[piece]].get(type(event))
        if next_stage is None:
            raise CorruptHistoryError(event, stages[piece])
        stages[piece] = next_stage
    return changed(order, stages=stages)


def _owed_cause(order: Order, event: RefundRevoked | RefundBegun | RefundSent) -> str:
    if event.cause not in order.owed:
        raise CorruptHistoryError(event, tuple(order.owed))
    return event.cause


def _revoked(order: Order, event: RefundRevoked) -> Order:
    owed = order.owed[_owed_cause(order, event)]
    if event.cause in order.begun:
        raise CorruptHistoryError(event, tuple(order.begun))
    accounts = revoked(order.accounts, owed, order.currency)
    return changed(order, owed=_without(order.owed, event.cause), accounts=accounts)


def _sent(order: Order, event: RefundSent) -> Order:
    refund = order.owed[_owed_cause(order, event)]
    amount = paid(event.payments, order.currency)
    return changed(
        order,
        owed=_without(order.owed, event.cause),
        begun=order.begun - {event.cause},
        sent=_with(order.sent, event.cause, refund),
        accounts=moved(order.accounts, BUYER, HOUSE, amount),
    )


def _came_back(order: Order, event: RefundFailed) -> Order:
    """Count what came back as not refunded; its place among the payments stays."""
    refund = order.sent.get(event.cause)
    if refund is None or event.payment not in refund.payments:
        raise CorruptHistoryError(event, tuple(order.sent))
    nothing = changed(event.payment, amount=zero(order.currency))
    left = (nothing if payment == event.payment else payment for payment in refund.payments)
    refund = changed(refund, payments=tuple(left))
    return changed(
        order,
        sent=_with(order.sent, event.cause, refund),
        failed=order.failed | {event.again},
    )


def _question_over(order: Order, event: QuestionClosed | QuestionExpired) -> Order:
    keys = [(event.question, piece) for piece in event.pieces]
    if not all(key in order.questions and order.questions[key].is_open for key in keys):
        raise CorruptHistoryError(event, tuple(order.questions))
    expired_at = event.at if isinstance(event, QuestionExpired) else None
    over = {
        key: changed(order.questions[key], is_open=False, expired_at=expired_at) for key in keys
    }
    return changed(order, questions={**order.questions, **over})


def _scheduled(order: Order, pieces: Iterable[PieceId], due_at: datetime | None) -> Order:
    if due_at is None:
        others = {p: at for p, at in order.payable_at.items() if p not in set(pieces)}
        return changed(order, payable_at=others)
    return changed(order, payable_at={**order.payable_at, **dict.fromkeys(pieces, due_at)})


def _with(mapping: Mapping[_K, _V], key: _K, value: _V) -> dict[_K, _V]:
    return {**mapping, key: value}


def _without(mapping: Mapping[_K, _V], key: _K) -> dict[_K, _V]:
    return {name: value for name, value in mapping.items() if name != key}
