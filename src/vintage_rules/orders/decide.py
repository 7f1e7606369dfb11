"""What a command or time makes of an order: the guards, and what follows from one part for another.

An order keeps the edition of the policy it was placed under, and is decided under no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, assert_never
from zoneinfo import ZoneInfo

from attrs import evolve as changed

from vintage_rules.dates import Calendar
from vintage_rules.errors import InvalidValueError, MoneyError, NotFoundError, UnknownTermError
from vintage_rules.ids import PieceId
from vintage_rules.machine import ComposedMachine, Refused, needed, refuse
from vintage_rules.money import Money, require_currency
from vintage_rules.orders.before_posting import (
    all_back,
    cancel_order,
    cancel_pieces,
    check_piece,
    receive_parcel,
    refusal_of_parcel,
)
from vintage_rules.orders.captures import amount_to_capture
from vintage_rules.orders.commands import (
    AnswerQuestion,
    BeginPayout,
    BeginRefund,
    CancelOrder,
    CancelPieces,
    ChangeAddress,
    CheckPiece,
    CommandClaim,
    CommandParcel,
    CommandReturn,
    ConfirmReceipt,
    FreezePayouts,
    OrderCommand,
    ReceiveParcel,
    RecordCapture,
    RecordCarrierPaid,
    RecordDispute,
    RecordDisputeLost,
    RecordDisputeWon,
    RecordPayoutFailed,
    RecordPayoutSent,
    RecordRefundFailed,
    RecordRefundSent,
    ReleasePayouts,
)
from vintage_rules.orders.consequences import questioned_refund, reactions, require_edition
from vintage_rules.orders.deadlines import answer_question, confirm
from vintage_rules.orders.disputes import disputed
from vintage_rules.orders.due import next_due
from vintage_rules.orders.events import (
    ClaimChanged,
    OrderEvent,
    OrderPaid,
    ParcelChanged,
    PaymentCaptured,
    ReturnChanged,
)
from vintage_rules.orders.evolve import consequences, opened
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.refunds import Rules
from vintage_rules.orders.refusals import OrderCommandRefusal, refused
from vintage_rules.orders.requests import (
    claim_with_events,
    events_of_pieces,
    upheld_by,
    with_events,
)
from vintage_rules.orders.settlements import (
    carrier_paid,
    payout_begun,
    payout_failed,
    payout_sent,
    payouts_frozen,
    payouts_released,
    refund_begun,
    refund_failed,
    refund_sent,
)
from vintage_rules.orders.states import CANCELLATION, Order, OrderState
from vintage_rules.orders.transitions import ORDER_TRANSITIONS
from vintage_rules.returns.claim.commands import OpenClaim, RecordSettlement, UpholdClaim
from vintage_rules.returns.claim.decide import CLAIM, ClaimCommandRefusal
from vintage_rules.returns.claims import ClaimRefused
from vintage_rules.returns.eligibility import ReturnRefused
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import require_withheld
from vintage_rules.returns.request.commands import AcceptReturn, RecordRefund, RequestReturn
from vintage_rules.returns.request.decide import RETURN, ReturnCommandRefusal
from vintage_rules.shipping.parcel.commands import RecordScan
from vintage_rules.shipping.parcel.decide import PARCEL, ParcelRefusal
from vintage_rules.windows import as_day

_RECORDED_ON_THE_ORDER = "recorded on the order: RecordRefundSent"

OrderEvents: TypeAlias = tuple[OrderEvent, ...]


_Part: TypeAlias = (
    Refused[ParcelRefusal]
    | ReturnRefused
    | Refused[ReturnCommandRefusal]
    | ClaimRefused
    | Refused[ClaimCommandRefusal]
)
OrderRefused: TypeAlias = Refused[OrderCommandRefusal] | _Part
"""Why an order refuses a command: its own reason, or that of the part the command is for."""
OrderAnswer: TypeAlias = OrderEvents | OrderRefused


def answer(
    order: Order, command: OrderCommand, policy: HousePolicy, calendar: Calendar | None
) -> OrderAnswer:
    """Return the events of a command, or why it makes none.

    What a parcel, a return or a claim refuses is given as it refuses it.

    Raises:
        InvalidValueError: For a return that does not hold the facts of this order, and for a
            capture of less than is owed or of more than was held.
        NotFoundError: For a piece or a parcel that the order does not hold.
        UnknownTermError: For a payment.
    """
    events = _answer(order, command, policy, needed(calendar))
    if isinstance(events, Refused):
        return events
    if any(type(event) not in ORDER_TRANSITIONS[order.state] for event in events[:1]):
        return refused(order, OrderCommandRefusal.NOT_POSSIBLE_NOW)
    if any(questioned_refund(event) in order.begun for event in events):
        return refused(order, OrderCommandRefusal.REFUND_UNDER_WAY)
    return events


def _is_scan(_order: Order, command: OrderCommand) -> bool:
    return isinstance(command, CommandParcel) and isinstance(command.command, RecordScan)


# ---- what a command does ----


def _answer(  # noqa: C901, PLR0912 - one for each command
    order: Order, command: OrderCommand, policy: HousePolicy, calendar: Calendar
) -> OrderAnswer:
    match command:
        case RecordCapture():
            return _captured(order, command, Rules(policy=policy, calendar=calendar))
        case CancelOrder():
            return cancel_order(order, command)
        case CancelPieces():
            return cancel_pieces(order, command, policy, calendar)
        case ReceiveParcel():
            return receive_parcel(order, command)
        case CheckPiece():
            return check_piece(order, command)
        case ChangeAddress():
            fixed = policy.service.requests.get("change-shipping-address")
            sources = () if fixed is None else fixed.sources
            return refused(order, OrderCommandRefusal.ADDRESS_FIXED, sources=sources)
        case CommandParcel():
            return _parcel_commanded(order, command)
        case CommandReturn():
            return _return_commanded(order, command, policy, calendar)
        case CommandClaim():
            return _claim_commanded(order, command, policy, calendar)
        case ConfirmReceipt():
            return confirm(order, command)
        case AnswerQuestion():
            return answer_question(order, command, policy)
        case BeginRefund():
            return refund_begun(order, command)
        case RecordRefundSent():
            return refund_sent(order, command, policy, calendar)
        case RecordRefundFailed():
            return refund_failed(order, command)
        case BeginPayout():
            return payout_begun(order, command)
        case RecordPayoutSent():
            return payout_sent(order, command)
        case RecordPayoutFailed():
            return payout_failed(order, command)
        case FreezePayouts():
            return payouts_frozen(order, command)
        case ReleasePayouts():
            return payouts_released(order, command)
        case RecordCarrierPaid():
            return carrier_paid(order, command)
        case RecordDispute() | RecordDisputeWon() | RecordDisputeLost():
            return disputed(order, command, policy.returns.payouts.lost_disputes)
        case _:
            assert_never(command)


def _captured(order: Order, command: RecordCapture, rules: Rules) -> OrderAnswer:
    key = (command.tender, command.reference)
    payments = {(p.tender, p.reference): p for p in order.placed.payments}
    if key not in payments:
        raise UnknownTermError("tender", command.tender, tuple(tender for tender, _ in payments))
    if order.is_captured(payments[key]):
        return refused(order, OrderCommandRefusal.ALREADY_CAPTURED)
    payment = _taken_of(order, payments[key], command.amount, rules)
    captured = PaymentCaptured(at=command.at, payment=payment, receipt=command.receipt)
    if order.state is OrderState.CANCELLED:
        cause = f"{CANCELLATION}/{payment.tender}/{payment.reference}"
        return (captured, all_back(command.at, cause, (payment,)))
    if len(order.captured) + 1 == len(payments):
        return (captured, OrderPaid(at=command.at))
    return (captured,)


def _taken_of(order: Order, payment: Payment, amount: Money | None, rules: Rules) -> Payment:
    """Return a payment with what was taken of it: no more than it, and no less than is owed."""
    if amount is None:
        return payment
    require_currency(amount, order.currency, "amount")
    least = amount_to_capture(order, payment, rules)
    if not least <= amount <= payment.amount:
        raise MoneyError("amount", amount, f"from {least} to {payment.amount}")
    return changed(payment, amount=amount)


def _parcel_commanded(order: Order, command: CommandParcel) -> OrderAnswer:
    parcel = order.parcels.get(command.parcel)
    if parcel is None:
        raise NotFoundError("parcel", command.parcel, tuple(order.parcels))
    refusal = refusal_of_parcel(order, command)
    if refusal is not None:
        return refusal
    decided = PARCEL.decide(parcel, command.command, None)
    if isinstance(decided, Refused):
        return decided
    return tuple(
        ParcelChanged(at=event.at, parcel=command.parcel, event=event) for event in decided
    )


def _return_commanded(
    order: Order, command: CommandReturn, policy: HousePolicy, calendar: Calendar
) -> OrderAnswer:
    inner = command.command
    if isinstance(inner, RecordRefund):
        raise InvalidValueError("command", "RecordRefund", _RECORDED_ON_THE_ORDER)
    if isinstance(inner, RequestReturn):
        _require_own_name(command.case, order.names.difference(order.returns))
        _require_facts(order, inner, policy.returns.returns.where)
        awaited = order.awaited_pieces() if inner.request.upheld else frozenset[PieceId]()
        taken = _taken(order, inner.pieces, order.open_pieces() - awaited)
        if taken is not None and command.case not in order.returns:
            return taken
        inner = with_events(order, _as_upheld(order, inner), policy.returns.returns)
    state = order.returns.get(command.case)
    if isinstance(inner, AcceptReturn) and state is not None:
        pieces, where = state.opened.pieces, policy.returns.returns.where
        inner = changed(inner, events=events_of_pieces(order, pieces, where))
    decided = RETURN.decide(state, inner, policy.returns, calendar)
    if isinstance(decided, Refused):
        return decided
    return tuple(ReturnChanged(at=event.at, case=command.case, event=event) for event in decided)


def _require_own_name(case: str, taken: frozenset[str]) -> None:
    """A refund is owed, begun and made under the name of its cause, and so once for each."""
    if case in taken:
        others = ", ".join(sorted(taken))
        raise InvalidValueError("case", case, f"a name that the order has not given yet: {others}")


def _require_facts(order: Order, inner: RequestReturn, where: ZoneInfo) -> None:
    """Require that a request says of receipt and of upheld claims what the order knows."""
    awaited = order.awaited_pieces()
    if inner.request.upheld and not awaited.issuperset(inner.pieces):
        claimed = ", ".join(sorted(awaited)) or "none here"
        raise InvalidValueError("pieces", inner.pieces, f"those of an upheld claim ({claimed})")
    for piece in inner.pieces:
        order.line(piece)
        known, given = order.day_received(piece, where), inner.request.received
        if (None if given is None else as_day(given, where)) != known:
            raise InvalidValueError("received", given, f"{known}, for {piece}")


def _as_upheld(order: Order, inner: RequestReturn) -> RequestReturn:
    """Add to a request what a person settled when they upheld the claim on its pieces."""
    if not inner.request.upheld:
        return inner
    refunds = tuple(map(order.upheld_refunds().__getitem__, inner.pieces))
    if inner.refunds and inner.refunds != refunds:
        raise InvalidValueError("refunds", inner.refunds, f"as the claim was upheld: {refunds}")
    return changed(inner, refunds=refunds)


def _taken(
    order: Order, pieces: Sequence[PieceId], held: frozenset[PieceId]
) -> Refused[OrderCommandRefusal] | None:
    refunded = {piece.id for piece in order.refunded_pieces}
    found: list[OrderCommandRefusal] = []
    if held.intersection(pieces):
        found.append(OrderCommandRefusal.ALREADY_CLAIMED)
    if refunded & set(pieces):
        found.append(OrderCommandRefusal.ALREADY_REFUNDED)
    return refused(order, *found) if found else None


def _claim_commanded(
    order: Order, command: CommandClaim, policy: HousePolicy, calendar: Calendar
) -> OrderAnswer:
    inner = command.command
    if isinstance(inner, RecordSettlement):
        raise InvalidValueError(
            "command", "RecordSettlement", "recorded on the order: RecordRefundSent"
        )
    if isinstance(inner, OpenClaim):
        _require_own_name(command.case, order.names.difference(order.claims))
        for piece in inner.request.pieces:
            order.line(piece)
        taken = _taken(order, inner.request.pieces, order.open_pieces())
        if taken is not None and command.case not in order.claims:
            return taken
        inner = claim_with_events(order, inner, policy.returns.claims)
    if isinstance(inner, UpholdClaim):
        require_withheld(inner.refunds, order.currency)
        inner = upheld_by(order, inner)
    state = order.claims.get(command.case)
    decided = CLAIM.decide(state, inner, policy.returns.claims, calendar)
    if isinstance(decided, Refused):
        return decided
    return tuple(ClaimChanged(at=event.at, case=command.case, event=event) for event in decided)


def _state(order: Order) -> OrderState:
    return order.state


ORDER: ComposedMachine[Order, OrderState, OrderCommand, OrderEvent, HousePolicy, OrderRefused] = (
    ComposedMachine(
        transitions=ORDER_TRANSITIONS,
        state_of=_state,
        opened=opened,
        consequences=consequences,
        next_due=next_due,
        answer=answer,
        out_of_order=refuse(OrderCommandRefusal.OUT_OF_ORDER),
        may_be_late=_is_scan,
        late_events=frozenset({ParcelChanged}),
        reactions=reactions,
        pinned=require_edition,
    )
)
"""The machine of an order, which composes those of its parcels, returns and claims."""
