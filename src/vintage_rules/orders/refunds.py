"""What a refund owes: to which means of payment, and what of it each seller bears.

It is computed beside the refunds that are made or owed already, so that all of them together come
to what is due for all their pieces.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve as changed
from attrs import frozen

from vintage_rules.dates import Calendar
from vintage_rules.money import Money, total, zero
from vintage_rules.orders.disputes import parted_by_disputes
from vintage_rules.orders.events import (
    RefundOwed,
    SellerShare,
)
from vintage_rules.orders.outcomes import parted_by_fees
from vintage_rules.orders.placing import fee_on_kept, fees_by_terms, paid_order, seller_fee_back
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import Order
from vintage_rules.pricing.reduction_policy import Bearer
from vintage_rules.returns.payments import Payment, ReturnedPiece, by_tender
from vintage_rules.returns.pieces import SettledPiece
from vintage_rules.returns.refund import Refundable, price_back, quote_refund
from vintage_rules.returns.terms import RefundTerms


@frozen(kw_only=True)
class Rules:
    """What a consequence is computed with: the pinned edition, and the calendar of the house."""

    policy: HousePolicy
    calendar: Calendar


def owed_refund(
    order: Order, cause: str, settled: Sequence[SettledPiece], terms: RefundTerms, rules: Rules
) -> RefundOwed:
    """Owe the refund of what has not been refunded yet: of nothing, where all of it has been."""
    refunded = {piece.id for piece in order.refunded_pieces}
    back = tuple(
        ReturnedPiece(id=piece.piece, terms=terms, withheld=piece.withheld)
        for piece in settled
        if piece.piece not in refunded
    )
    return quoted_refund(order, cause, back, rules)


def quoted_refund(
    order: Order, cause: str, back: tuple[ReturnedPiece, ...], rules: Rules
) -> RefundOwed:
    """Compute a refund beside those that are made or owed."""
    payable = rules.policy.pricing.payable
    quote = quote_refund(
        paid_order(order.placed),
        back,
        rules.policy.returns.refunds,
        lambda kept: fee_on_kept(order.placed, kept, rules.policy),
        by_terms=fees_by_terms(order.placed, rules.policy),
        rounds=None if payable is None else payable.of,
        before=order.refunded_pieces,
        already_refunded=order.refunded_payments,
    )
    quoted = quote.by_tender if isinstance(quote, Refundable) else ()
    left, by_dispute = parted_by_disputes(order, quoted)
    left, for_fees = parted_by_fees(order, left)
    payments, released = _parted_by_releases(order, left)
    return RefundOwed(
        at=order.at,
        cause=cause,
        pieces=back,
        payments=payments,
        by_dispute=by_dispute,
        for_fees=for_fees,
        released=released,
        shares=tuple(_share(order, piece, rules.policy) for piece in back),
    )


def _parted_by_releases(
    order: Order, payments: tuple[Payment, ...]
) -> tuple[tuple[Payment, ...], tuple[Payment, ...]]:
    """Return what of a refund is to be paid, and what was held for it and never taken."""
    taken = by_tender(order.captured, order.currency)
    before = by_tender(
        tuple(payment for refund in order.refunds for payment in refund.released), order.currency
    )
    nothing = zero(order.currency)
    left: dict[tuple[str, str], Money] = {}
    for payment in order.placed.payments:
        key = (payment.tender, payment.reference)
        if order.is_captured(payment):
            left[key] = payment.amount - taken[key] - before.get(key, nothing)
    kept = [
        changed(each, amount=min(each.amount, left.get((each.tender, each.reference), nothing)))
        for each in payments
    ]
    paid = (
        changed(each, amount=each.amount - other.amount)
        for each, other in zip(payments, kept, strict=True)
    )
    return tuple(p for p in paid if p.amount), tuple(p for p in kept if p.amount)


def _share(order: Order, back: ReturnedPiece, policy: HousePolicy) -> SellerShare:
    """Take from a seller what of the price is refunded, less what comes back of what they bear.

    What they bear of a lost dispute they have lost already.
    """
    line = order.line(back.id)
    refunded = price_back(paid_order(order.placed), back)
    given_back = seller_fee_back(line, back.terms, refunded, policy)
    off = order.placed.taken_off(back.id, Bearer.SELLER)
    amount = refunded - min(off, refunded) - given_back
    borne = (share for lost in order.charged_back for share in lost.shares)
    had = total((share.amount for share in borne if share.piece == back.id), order.currency)
    if had:
        amount = min(amount, line.price - off - line.seller_fee - had)
    return SellerShare(piece=back.id, seller=line.seller, amount=amount)
