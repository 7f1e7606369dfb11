"""The fees that an order owes because of what became of the sale of its pieces.

Theory. A fee on an outcome is computed on all the pieces of the order that came to it so far, less
what was charged before. So pieces that are cancelled one by one owe what they owe together, and a
fee that is charged once for the order is charged once. A buyer pays it with what is refunded to
them, a seller with what the piece still earns; the rest is a debt of theirs in the accounts.

An order whose payment was never captured owes none: it is cancelled before anything came of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from attrs import evolve as changed

from vintage_rules.ids import PieceId
from vintage_rules.money import Money, split, total, zero
from vintage_rules.orders.deadlines import DISPATCH
from vintage_rules.orders.events import (
    OutcomeFeesCharged,
    PiecesCancelled,
    QuestionExpired,
)
from vintage_rules.orders.fees import GIVEN, PricedPiece, quote_outcome_fees
from vintage_rules.orders.placing import fees_charged, priced_lines
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import CANCELLATION, Order
from vintage_rules.pricing.fee_policy import Outcome, Payer
from vintage_rules.pricing.fees import FeeCharged
from vintage_rules.returns.cancellation_policy import CancelledBy
from vintage_rules.returns.payments import Payment
from vintage_rules.service.policy import Addressee

_CANCELLERS = {CancelledBy.BUYER: Payer.BUYER, CancelledBy.SELLER: Payer.SELLER}


def fees_of_cancellation(
    order: Order, cancelled: PiecesCancelled, policy: HousePolicy
) -> Iterator[OutcomeFeesCharged]:
    """Charge those who cancelled, and sellers for whose pieces the workshop waited in vain.

    The house owes itself nothing, and no side owes anything for a piece that fails its check.
    """
    payer = _CANCELLERS.get(cancelled.by)
    if payer is not None:
        yield from _charged(order, Outcome.CANCELLED, payer, cancelled.pieces, policy)
    elif cancelled.by is CancelledBy.SILENCE and cancelled.cause.startswith(CANCELLATION):
        unposted = [piece for piece in cancelled.pieces if order.is_with_seller(piece)]
        yield from _charged(order, Outcome.LATE, Payer.SELLER, unposted, policy)


def fees_of_silence(
    order: Order, expired: QuestionExpired, policy: HousePolicy
) -> Iterator[OutcomeFeesCharged]:
    """Charge the sellers who have not posted in time what they owe for that."""
    asked = {order.questions[expired.question, piece].asked for piece in expired.pieces}
    if expired.question == DISPATCH and asked == {Addressee.SELLER}:
        late = [piece for piece in expired.pieces if piece not in order.gone]
        yield from _charged(order, Outcome.LATE, Payer.SELLER, late, policy)


def _charged(
    order: Order,
    outcome: Outcome,
    payer: Payer,
    pieces: Iterable[PieceId],
    policy: HousePolicy,
) -> Iterator[OutcomeFeesCharged]:
    before = [fees for fees in order.outcome_fees if (fees.outcome, fees.payer) == (outcome, payer)]
    known = {piece for fees in before for piece in fees.shares}
    new = [piece for piece in pieces if piece not in known]
    due = _by_piece(_due(order, outcome, payer, known.union(new), policy)) if new else {}
    for fees in before:
        for piece, amount in fees.shares.items():
            due[piece] = due.get(piece, zero(order.currency)) - amount
    shares = {piece: amount for piece, amount in due.items() if amount}
    if total(shares.values(), order.currency).amount > 0:
        yield OutcomeFeesCharged(at=order.at, outcome=outcome, payer=payer, shares=shares)


def _by_piece(due: Iterable[FeeCharged]) -> dict[PieceId, Money]:
    shares: dict[PieceId, Money] = {}
    for fee in due:
        for piece, amount in fee.shares.items():
            shares[piece] = shares.get(piece, zero(amount.currency)) + amount
    return shares


def _due(
    order: Order,
    outcome: Outcome,
    payer: Payer,
    pieces: Collection[PieceId],
    policy: HousePolicy,
) -> tuple[FeeCharged, ...]:
    owed = [fee for fee in policy.pricing.fees if fee.on is outcome and fee.payer is payer]
    if not owed:
        return ()
    lines = [line for line in priced_lines(order.placed) if line.id in pieces]
    return quote_outcome_fees(
        outcome,
        payer,
        lines,
        policy,
        mode=order.placed.mode,
        zone=policy.shipping.delivery.zone_of(order.placed.destination.territory).name,
        parts=_parts(order, lines, policy),
    )


def _parts(order: Order, lines: Collection[PricedPiece], policy: HousePolicy) -> dict[str, Money]:
    """Return what of each part of the order falls on some of its pieces."""
    placed, pieces = order.placed, priced_lines(order.placed)
    there = {line.id for line in lines}

    def on_them(amount: Money, shared_by: Collection[PricedPiece]) -> Money:
        shares = split(amount, [piece.price for piece in shared_by])
        some = (s for piece, s in zip(shared_by, shares, strict=True) if piece.id in there)
        return total(some, order.currency)

    paid = fees_charged(placed, policy)
    by_name = [
        (fee.policy.name, total((fee.shares[p] for p in fee.shares if p in there), order.currency))
        for fee in paid
    ]
    handling = policy.checkout.handling_fees
    shipping = (
        on_them(parcel.shipping, [piece for piece in pieces if piece.id in parcel.pieces])
        for parcel in placed.parcels
    )
    return {
        **dict.fromkeys(GIVEN, zero(order.currency)),
        **{name: on_them(amount, pieces) for name, amount in placed.parts.items()},
        "fees": total((amount for _, amount in by_name), order.currency),
        "handling": total((a for name, a in by_name if name in handling), order.currency),
        "shipping": total(shipping, order.currency),
    }


def parted_by_fees(
    order: Order, payments: tuple[Payment, ...]
) -> tuple[tuple[Payment, ...], tuple[Payment, ...]]:
    """Return what of a refund is paid, and what of it pays the fees that the buyer still owes.

    The means of payment that is refunded first pays them first.
    """
    owed = order.owed_by_buyer()
    kept: list[Payment] = []
    for payment in payments:
        taken = min(payment.amount, owed)
        owed -= taken
        kept.append(changed(payment, amount=taken))
    left = (
        changed(payment, amount=payment.amount - taken.amount)
        for payment, taken in zip(payments, kept, strict=True)
    )
    return tuple(p for p in left if p.amount), tuple(p for p in kept if p.amount)
