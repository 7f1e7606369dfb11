"""The words of returns, claims, refunds and payouts to sellers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from vintage_rules.returns.cancellations import Cancellable, NotCancellable
from vintage_rules.returns.claims import ClaimAdmitted, ClaimRefused
from vintage_rules.returns.deadline import NoReturn, ReturnDeadline
from vintage_rules.returns.eligibility import NeedsReview, Returnable, ReturnRefused
from vintage_rules.returns.payout import PayoutDue, PayoutHeld
from vintage_rules.returns.pending_refunds import (
    RefundAwaited,
    RefundDue,
    RefundOverdue,
    StatementEstimate,
)
from vintage_rules.returns.refund import NotRefundable, Refundable
from vintage_rules.returns.routing import WORKSHOP, NoRoute, ReturnParcel, ReturnRoute
from vintage_rules.returns.terms import PostingProof, RefundPart, RefundTerms
from vintage_rules.returns.undelivered import (
    UndeliveredForfeited,
    UndeliveredRefunded,
    UndeliveredRelisted,
)
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.common import days, event_of, reasons
from vintage_rules.wording.phrases import (
    Account,
    Listed,
    Moment,
    Phrase,
    Term,
    account,
    counted,
    listed,
    phrase,
)

_RECEIPTS = ("received", "day-after-received", "delivered", "delivery-scan")


@account_of.register
def return_deadline(decision: ReturnDeadline) -> Account:
    """R1: until when a return may be requested."""
    length, last_day = decision.window_days, decision.last_day
    if last_day is None or length is None:
        return account(decision, phrase("return.deadline.never"))
    if decision.anchor in _RECEIPTS:
        last = counted("return.deadline", length, last_day=last_day)
    else:
        anchor = event_of(decision.anchor)
        last = counted("return.deadline.from", length, last_day=last_day, anchor=anchor)
    return account(decision, last, *_moment(decision))


def _moment(decision: ReturnDeadline | ReturnRefused) -> Iterable[Phrase]:
    """The moment at which a window of hours ends, which its last day does not show."""
    if decision.ends_at is not None:
        yield phrase("return.deadline.moment", moment=Moment(decision.ends_at, decision.zone))


@account_of.register
def no_return(decision: NoReturn) -> Account:
    """That such pieces are not taken back."""
    return account(decision, phrase("return.none"))


@account_of.register
def returnable(decision: Returnable) -> Account:
    """R1, R2: say that the return is taken, and until when it is posted."""
    accepted = phrase("return.accepted.any-day")
    if decision.last_day is not None:
        accepted = phrase("return.accepted", last_day=decision.last_day)
    return account(decision, accepted, *_post_by(decision))


def _post_by(decision: Returnable | NeedsReview) -> Iterable[Phrase]:
    """Say until when it is posted, or has arrived where the arrival counts."""
    if decision.post_by is not None:
        arrival = decision.proof is PostingProof.ARRIVAL
        yield phrase(f"return.{'arrive' if arrival else 'post'}-by", post_by=decision.post_by)


@account_of.register
def return_refused(decision: ReturnRefused) -> Account:
    """R1, R2, R6, R8: why the return is not taken."""
    return account(
        decision,
        phrase("return.refused"),
        *reasons(decision.reasons),
        *_last_day("return.last-day", decision.last_day),
        *_moment(decision),
    )


def _last_day(key: str, day: date | None) -> Iterable[Phrase]:
    if day is not None:
        yield phrase(key, last_day=day)


@account_of.register
def needs_review(decision: NeedsReview) -> Account:
    """R9: why a person must look first."""
    return account(
        decision,
        phrase("return.review"),
        *reasons(decision.reasons),
        *_last_day("return.last-day", decision.last_day),
        *_post_by(decision),
    )


@account_of.register
def return_route(decision: ReturnRoute) -> Account:
    """R3, R4, R7: which parcels go back, where to and who pays."""
    if not decision.parcels:
        return account(decision, phrase("route.nothing"))
    parcels = listed(_parcel(parcel, decision.warehouse) for parcel in decision.parcels)
    return account(
        decision,
        counted("route.parcels", len(decision.parcels), parcels=parcels),
        phrase(f"route.paid-by.{decision.paid_by}"),
    )


def _parcel(parcel: ReturnParcel, warehouse: str | None) -> Phrase:
    pieces, label = listed(parcel.pieces), Term("label", parcel.label)
    if warehouse is not None:
        place = Term("warehouse", warehouse)
        return phrase("route.to-warehouse", pieces=pieces, warehouse=place, label=label)
    if parcel.to == WORKSHOP:
        return phrase("route.to-workshop", pieces=pieces, label=label)
    return phrase("route.to-seller", pieces=pieces, seller=parcel.to, label=label)


@account_of.register
def no_route(decision: NoRoute) -> Account:
    """That such pieces are not taken back."""
    return account(decision, phrase("return.none"))


@account_of.register
def claim_admitted(decision: ClaimAdmitted) -> Account:
    """R9, R10: say that the claim is looked into."""
    last_day = _last_day("claim.last-day", decision.last_day)
    return account(decision, phrase("claim.admitted"), *last_day)


@account_of.register
def claim_refused(decision: ClaimRefused) -> Account:
    """R9, R10: why the claim is not looked into."""
    return account(
        decision,
        phrase("claim.refused"),
        *reasons(decision.reasons),
        *_last_day("claim.last-day", decision.last_day),
    )


@account_of.register
def refundable(decision: Refundable) -> Account:
    """F1, L221-24: what is refunded, and to which means of payment."""
    tenders = listed(
        phrase("refund.tender", amount=payment.amount, tender=Term("tender", payment.tender))
        for payment in decision.by_tender
    )
    return account(
        decision,
        phrase("refund.total", total=decision.total, parts=listed(_refund_parts(decision))),
        phrase("refund.by-tender", tenders=tenders),
        *_cost(decision),
        *_beyond(decision),
    )


def _refund_parts(decision: Refundable) -> Iterable[Phrase]:
    yield phrase("price.goods", amount=decision.pieces)
    if decision.shipping.amount:
        yield phrase("price.shipping", amount=decision.shipping)
    if decision.fee.amount:
        yield phrase("refund.fee", amount=decision.fee)
    if decision.rounding.amount:
        yield phrase("price.rounding", amount=decision.rounding)


def _cost(decision: Refundable) -> Iterable[Phrase]:
    if decision.cost.amount:
        yield phrase("refund.cost", cost=decision.cost)


def _beyond(decision: Refundable) -> Iterable[Phrase]:
    if decision.beyond.amount:
        yield phrase("refund.beyond", beyond=decision.beyond)


@account_of.register
def not_refundable(decision: NotRefundable) -> Account:
    """Why nothing is refunded."""
    return account(decision, phrase("refund.none"), *reasons(decision.reasons))


@account_of.register
def refund_due(decision: RefundDue) -> Account:
    """F1, L221-24: by when a refund is made."""
    by_house = _due("refund-due.house", decision.by_house)
    by_law = _due("refund-due.law", decision.by_law)
    return account(decision, *((*by_house, *by_law) or (phrase("refund-due.unknown"),)))


def _due(key: str, day: date | None) -> tuple[Phrase, ...]:
    return () if day is None else (phrase(key, day=day),)


@account_of.register
def refund_awaited(decision: RefundAwaited) -> Account:
    """F4: say that the refund is not overdue."""
    return account(decision, phrase("refund.awaited", until=decision.until))


@account_of.register
def refund_overdue(decision: RefundOverdue) -> Account:
    """F4: say that the refund is overdue."""
    return account(decision, phrase("refund.overdue", since=decision.since))


@account_of.register
def statement_estimate(decision: StatementEstimate) -> Account:
    """F3: when the refund shows on the statement."""
    return account(decision, phrase("refund.statement", window=days(decision.window)))


@account_of.register
def payout_due(decision: PayoutDue) -> Account:
    """R6: say that the seller is to be paid."""
    return account(decision, phrase("payout.due", since=Moment(decision.since, decision.zone)))


@account_of.register
def payout_held(decision: PayoutHeld) -> Account:
    """R6: why the seller is not paid yet."""
    return account(
        decision,
        phrase("payout.held"),
        *reasons(decision.reasons),
        *_payout_time(decision),
    )


def _payout_time(decision: PayoutHeld) -> Iterable[Phrase]:
    if decision.last_day is not None:
        yield phrase("payout.last-day", last_day=decision.last_day)
    elif decision.until is not None:
        yield phrase("payout.until", until=Moment(decision.until, decision.zone))


@account_of.register
def cancellable(decision: Cancellable) -> Account:
    """R2: until when a piece may be cancelled, and what is refunded."""
    until = (
        phrase("cancellation.until-posted")
        if decision.until is None
        else phrase("cancellation.until", until=Moment(decision.until, decision.zone))
    )
    return account(decision, phrase("cancellation.granted", parts=_parts(decision.terms)), until)


@account_of.register
def not_cancellable(decision: NotCancellable) -> Account:
    """R2: why a piece cannot be cancelled."""
    return account(decision, phrase("cancellation.refused"), *reasons(decision.reasons))


def _parts(terms: RefundTerms) -> Listed:
    return listed(Term("refund-part", part) for part in RefundPart if part in terms.parts)


@account_of.register
def undelivered_refunded(decision: UndeliveredRefunded) -> Account:
    """L14: what is refunded for a parcel that came back, once its buyer agrees."""
    return account(decision, phrase("undelivered.refunded", parts=_parts(decision.terms)))


@account_of.register
def undelivered_relisted(decision: UndeliveredRelisted) -> Account:
    """That the pieces of a parcel that came back are sold again for their buyer."""
    return account(decision, phrase("undelivered.relisted"))


@account_of.register
def undelivered_forfeited(decision: UndeliveredForfeited) -> Account:
    """That nothing goes back to the buyer of a parcel that came back."""
    return account(decision, phrase("undelivered.forfeited"))
