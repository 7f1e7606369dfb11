"""When a seller is paid for a piece, and how much of it is left to pay. Clause R6."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Calendar, instant, last_day_before, require_day
from vintage_rules.decision import Decision
from vintage_rules.errors import InvalidValueError, MoneyError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, non_negative, require_currency, total, zero
from vintage_rules.places import Territory
from vintage_rules.returns.refund_policy import PayoutPolicy
from vintage_rules.returns.terms import RECEIVED
from vintage_rules.windows import Events, When, end_of, start_of

RECEIPTS = (RECEIVED, "delivered", "delivery-scan")
"""The events of a delivery: one day or moment, where a caller gives no more than the receipt."""

_NO_EVENTS: Events = {}


class PayoutHold(StrEnum):
    """Why a seller is not paid yet."""

    NOT_BEGUN = "not-begun"
    NOT_RECEIVED = "not-received"
    RETURN_OPEN = "return-open"
    WINDOW_OPEN = "window-open"


@frozen(kw_only=True)
class PayoutDue(Decision):
    """The seller is to be paid since a moment, shown on the clock of `zone`."""

    since: datetime
    zone: str


@frozen(kw_only=True)
class PayoutHeld(Decision):
    """The seller is not paid yet, with every reason.

    `until` is the moment the window closes, shown on the clock of `zone`, and `last_day` its last
    day, None for a window of hours; both are None if only something without a known end holds the
    payout.
    """

    until: datetime | None
    last_day: date | None
    zone: str
    reasons: tuple[PayoutHold, ...]


PayoutAssessment: TypeAlias = PayoutDue | PayoutHeld
"""Whether a seller is paid for a piece. Clause R6."""


@frozen(kw_only=True)
class SoldPiece:
    """A piece, its seller, the price it sold for and what of that was refunded."""

    piece: PieceId
    seller: SellerId
    price: Money
    refunded: Money


@frozen(kw_only=True)
class SellerPayout:
    """What one seller is paid: for each piece, and in all."""

    seller: SellerId
    pieces: Mapping[PieceId, Money]
    total: Money


def assess_payout(
    received: When | None,
    now: datetime,
    policy: PayoutPolicy,
    calendar: Calendar,
    *,
    returns_open: bool,
    settled_at: datetime | None = None,
    territory: Territory | None = None,
    sale_kind: str | None = None,
    events: Events = _NO_EVENTS,
) -> PayoutAssessment:
    """Return whether a seller is paid for a piece. Clause R6.

    Only once the window of the piece has closed, roll included, with no return or claim open on it.
    `received` is the day or moment of its receipt, which is its delivery where `events` does not
    give one, and None while it has not been received; `events` are those of others that the window
    may start at. `settled_at` is the moment the last return or claim on it was over; `territory`
    the one it was delivered to and `sale_kind` how it was sold, which may have windows of their
    own.

    Raises:
        DayError: If a day or a moment is not valid.
        CalendarRangeError: If the calendar does not cover the day.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> payouts = load_policy("imparfaite").on(date(2026, 11, 22)).returns.payouts
    >>> now = datetime.fromisoformat("2026-05-02T12:00:00+02:00")
    >>> held = assess_payout(
    ...     date(2026, 4, 17), now, payouts, calendar("FR"), returns_open=True
    ... )
    >>> str(held.last_day), [str(reason) for reason in held.reasons]
    ('2026-05-04', ['return-open', 'window-open'])
    """
    window, sources = policy.at(territory, sale_kind)
    known = events if received is None else {**_receipts(received), **events}
    closes_at = payable_at(known, policy, calendar, territory=territory, sale_kind=sale_kind)
    if closes_at is None:
        waits_for = PayoutHold.NOT_RECEIVED if received is None else PayoutHold.NOT_BEGUN
        return _held(policy, sources, waits_for, *_open_return(returns_open=returns_open))
    last_day = None if window.length.is_elapsed else last_day_before(closes_at, policy.where)
    if instant(now, "now") < closes_at:
        reasons = (*_open_return(returns_open=returns_open), PayoutHold.WINDOW_OPEN)
        return _held(policy, sources, *reasons, until=closes_at, last_day=last_day)
    if returns_open:
        return _held(policy, sources, PayoutHold.RETURN_OPEN)
    since = closes_at if settled_at is None else max(closes_at, instant(settled_at, "settled_at"))
    return PayoutDue(since=since, zone=policy.zone, edition=policy.edition, sources=sources)


def _receipts(received: When) -> Events:
    if isinstance(received, datetime):
        return dict.fromkeys(RECEIPTS, instant(received, "received"))
    return dict.fromkeys(RECEIPTS, require_day(received, "received"))


def payable_at(
    events: Events,
    policy: PayoutPolicy,
    calendar: Calendar,
    *,
    territory: Territory | None,
    sale_kind: str | None,
) -> datetime | None:
    """Return when a seller may be paid for a piece, exclusive; None while that is not known.

    `events` are those of the piece that have happened. `assess_payout` and the running order
    both decide by this.

    Raises:
        DayError: If a day or a moment is not valid.
        CalendarRangeError: If the calendar does not cover the day.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> payouts = load_policy("imparfaite").on(date(2026, 11, 22)).returns.payouts
    >>> received = {"received": date(2026, 4, 17)}
    >>> closes = payable_at(
    ...     received, payouts, calendar("FR"), territory=None, sale_kind="sale"
    ... )
    >>> closes.isoformat()
    '2026-05-04T22:00:00+00:00'
    """
    window, _ = policy.at(territory, sale_kind)
    start = start_of(window, events, policy.where)
    return None if start is None else end_of(window, start, policy.where, calendar)


def _open_return(*, returns_open: bool) -> tuple[PayoutHold, ...]:
    return (PayoutHold.RETURN_OPEN,) if returns_open else ()


def _held(
    policy: PayoutPolicy,
    sources: tuple[str, ...],
    *reasons: PayoutHold,
    until: datetime | None = None,
    last_day: date | None = None,
) -> PayoutHeld:
    return PayoutHeld(
        until=until,
        last_day=last_day,
        zone=policy.zone,
        reasons=reasons,
        edition=policy.edition,
        sources=sources,
    )


def quote_seller_payouts(
    sold: Sequence[SoldPiece], payout_on: Callable[[Money], Money]
) -> tuple[SellerPayout, ...]:
    """Return what each seller is paid, piece by piece, less what was refunded. Clause R6.

    `payout_on` gives what a seller gets of an amount, after the fees that sellers bear; a piece
    refunded in full earns nothing. Sellers are in the order of their first piece.

    Raises:
        MoneyError: If an amount is not valid.
        CurrencyMismatchError: If an amount is in another currency.
        InvalidValueError: If a piece is named twice.

    >>> coat = SoldPiece(
    ...     piece=PieceId("coat"),
    ...     seller=SellerId("ada"),
    ...     price=Money("90.00", "EUR"),
    ...     refunded=Money("20.00", "EUR"),
    ... )
    >>> quote_seller_payouts([coat], lambda earned: earned)[0].total
    Money('70.00', 'EUR')
    """
    by_seller: dict[SellerId, dict[PieceId, Money]] = {}
    for piece in sold:
        earned = by_seller.setdefault(piece.seller, {})
        if any(piece.piece in pieces for pieces in by_seller.values()):
            raise InvalidValueError("pieces", piece.piece, "distinct pieces")
        earned[piece.piece] = _paid_for(piece, payout_on)
    return tuple(
        SellerPayout(
            seller=seller,
            pieces=pieces,
            total=total(pieces.values(), sold[0].price.currency.code, "price"),
        )
        for seller, pieces in by_seller.items()
    )


def _paid_for(piece: SoldPiece, payout_on: Callable[[Money], Money]) -> Money:
    price = non_negative(piece.price, "price")
    code = price.currency.code
    require_currency(non_negative(piece.refunded, "refunded"), code, "refunded")
    if piece.refunded > price:
        raise MoneyError("refunded", str(piece.refunded), f"at most the price of {price}")
    kept = price - piece.refunded
    if not kept.amount:
        return zero(code)
    payout = non_negative(payout_on(kept), "payout_on")
    require_currency(payout, code, "payout_on")
    if payout > kept:
        raise MoneyError("payout_on", str(payout), f"at most the {kept} kept")
    return payout
