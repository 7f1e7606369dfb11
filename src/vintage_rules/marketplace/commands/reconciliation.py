"""Reconciliation: a provider's list of what it has moved, held against the books.

Each movement is known by its kind and the receipt of the capture that it is or is about. Within
that, equal amounts are the same movement; what is left over differs. Payments by gift card move no
money and are in no provider's list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import moneyed
from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import InvalidValueError
from vintage_rules.marketplace.actors import Actor, require_house
from vintage_rules.marketplace.observing import observed
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.checkout_stream import card_checkout
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS, E, S, StreamType
from vintage_rules.marketplace.storage.unit_of_work import Stream
from vintage_rules.money import Money, positive
from vintage_rules.orders.events import (
    DisputeLost,
    OrderEvent,
    PaymentCaptured,
    RefundSent,
)
from vintage_rules.orders.refund_events import RefundFailed
from vintage_rules.orders.states import Order
from vintage_rules.ports.observer import Activity, ActivityKind
from vintage_rules.pricing.gift_card.events import CardDisputeLost, CardEvent, CardPaid
from vintage_rules.pricing.gift_card.states import Card
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.returns.payments import Payment


class Movement(StrEnum):
    """How a provider moved money: to the house, back to the buyer, or back by a lost dispute.

    A refund that failed came back to the house.
    """

    CAPTURED = "captured"
    CHARGED_BACK = "charged-back"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund-failed"


class DifferenceKind(StrEnum):
    """How a movement differs between the books and a provider's list.

    `duplicate` is a movement that the provider made once more than the books say, of an amount that
    they do have once.
    """

    ANOTHER_AMOUNT = "another-amount"
    ANOTHER_CURRENCY = "another-currency"
    DUPLICATE = "duplicate"
    MISSING_AT_PROVIDER = "missing-at-provider"
    MISSING_IN_BOOKS = "missing-in-books"


def _amount(amount: moneyed.Money) -> Money:
    return positive(amount, "amount")


@frozen(kw_only=True)
class BalanceTransaction:
    """One movement of money in a provider's list.

    `id` is the provider's own name of it: a row that is listed twice is one movement. `receipt` is
    that of the capture, also where it was refunded or charged back; `amount` is above zero and
    before the provider's own fees.
    """

    id: str
    movement: Movement
    receipt: str
    amount: Money = field(converter=_amount)
    at: datetime = field(converter=instant)

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> BalanceTransaction:
        """Read a row of a table with the columns named as the fields, and `currency`.

        Raises:
            InvalidValueError: For a column that is missing, or text that cannot be read.
            MoneyError: For an amount that is not above zero.

        >>> BalanceTransaction.from_row(
        ...     {
        ...         "id": "txn_1",
        ...         "movement": "captured",
        ...         "receipt": "ch_1",
        ...         "amount": "89.90",
        ...         "currency": "EUR",
        ...         "at": "2026-09-07T10:00:00+02:00",
        ...     }
        ... ).amount
        Money('89.90', 'EUR')
        """
        wanted = ("id", "movement", "receipt", "amount", "currency", "at")
        missing = [name for name in wanted if name not in row]
        if missing:
            raise InvalidValueError("row", tuple(row), f"columns with {', '.join(missing)}")
        if row["movement"] not in set(Movement):
            raise InvalidValueError("movement", row["movement"], f"one of {', '.join(Movement)}")
        try:
            at = datetime.fromisoformat(row["at"])
        except ValueError:
            allowed = "a moment such as 2026-09-07T10:00:00+02:00"
            raise InvalidValueError("at", row["at"], allowed) from None
        return cls(
            id=row["id"],
            movement=Movement(row["movement"]),
            receipt=row["receipt"],
            amount=Money(row["amount"], row["currency"]),
            at=at,
        )


@frozen(kw_only=True)
class BookedMovement:
    """One movement of money in the books; `checkout` names the order, or a gift card's checkout."""

    checkout: str
    tender: str
    movement: Movement
    receipt: str
    amount: Money
    at: datetime


@frozen(kw_only=True)
class Difference:
    """A movement that the books and a provider's list do not agree on.

    What is in the books is a `BookedMovement`, what is in the list a `BalanceTransaction`.
    `checkout` names the order, or the checkout of a gift card; None where the books know neither.
    `booked` and `listed` are the amounts on both sides, `id` is the row's in the list.
    """

    kind: DifferenceKind
    movement: Movement
    receipt: str
    checkout: str | None
    booked: Money | None
    listed: Money | None
    id: str | None


_Key: TypeAlias = tuple[str, Movement]


def differences(
    booked: Iterable[BookedMovement],
    listed: Iterable[BalanceTransaction],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Difference, ...]:
    """Return where the books and the list of one provider differ, by receipt and movement.

    A row is looked for in all the books, since both sides date a movement by their own clock; only
    what was booked from `since` on and before `until` must be in the list.

    >>> row = {"id": "txn_1", "movement": "captured", "receipt": "ch_1"}
    >>> row |= {"amount": "89.90", "currency": "EUR", "at": "2026-09-07T10:00:00Z"}
    >>> differences([], [BalanceTransaction.from_row(row)])[0].kind
    <DifferenceKind.MISSING_IN_BOOKS: 'missing-in-books'>
    """
    ours: defaultdict[_Key, list[BookedMovement]] = defaultdict(list)
    theirs: defaultdict[_Key, list[BalanceTransaction]] = defaultdict(list)
    checkouts: dict[str, str] = {}
    for movement in booked:
        ours[movement.receipt, movement.movement].append(movement)
        checkouts[movement.receipt] = movement.checkout
    for row in dict.fromkeys(listed):
        theirs[row.receipt, row.movement].append(row)

    def must_be_listed(mine: BookedMovement) -> bool:
        return (since is None or mine.at >= since) and (until is None or mine.at < until)

    return tuple(
        Difference(
            kind=kind,
            movement=key[1],
            receipt=key[0],
            checkout=checkouts.get(key[0]),
            booked=None if mine is None else mine.amount,
            listed=None if row is None else row.amount,
            id=None if row is None else row.id,
        )
        for key in sorted(ours.keys() | theirs.keys())
        for kind, mine, row in _left_over(ours[key], theirs[key])
        if mine is None or row is not None or must_be_listed(mine)
    )


_LeftOver: TypeAlias = tuple[DifferenceKind, BookedMovement | None, BalanceTransaction | None]


def _left_over(
    booked: Iterable[BookedMovement], listed: Iterable[BalanceTransaction]
) -> Iterator[_LeftOver]:
    """Return what is left of both sides once equal amounts are taken out of both."""
    left, over, agreed = list(booked), list[BalanceTransaction](), set[Money]()
    for row in listed:
        same = next((each for each in left if each.amount == row.amount), None)
        if same is None:
            over.append(row)
        else:
            left.remove(same)
            agreed.add(row.amount)
    for row in over:
        if row.amount in agreed:
            yield DifferenceKind.DUPLICATE, None, row
        elif left:
            mine = left.pop(0)
            yield _another(mine.amount, row.amount), mine, row
        else:
            yield DifferenceKind.MISSING_IN_BOOKS, None, row
    for mine in left:
        yield DifferenceKind.MISSING_AT_PROVIDER, mine, None


def _another(booked: Money, listed: Money) -> DifferenceKind:
    if booked.currency != listed.currency:
        return DifferenceKind.ANOTHER_CURRENCY
    return DifferenceKind.ANOTHER_AMOUNT


@frozen
class Reconciliation:
    """What the books say that providers have moved, and where a provider's list differs."""

    shop: Shop

    def differences(
        self,
        by: Actor,
        tender: str,
        listed: Iterable[BalanceTransaction],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[Difference, ...]:
        """Hold the list of the provider of a means of payment against all of its books.

        A row is looked for in all the books, since both sides date a movement by their own clock;
        only what was booked from `since` on and before `until` must be in the list.

        Raises:
            NotAllowedError: For any actor but the house.
            UnknownTermError: For a means of payment without a gateway.
        """
        require_house(by, "reconcile the books")
        self.shop.gateway(tender)
        activity = Activity(kind=ActivityKind.RECONCILIATION, name=tender)
        with observed(self.shop.observers, activity):
            booked = (each for each in self._booked(by) if each.tender == tender)
            found = differences(booked, listed, since=since, until=until)
            activity.reasons = tuple(str(each.kind) for each in found)
            activity.outcome = "differs" if found else "done"
            return found

    def _booked(self, by: Actor) -> Iterator[BookedMovement]:
        """Yield every movement in the books, order by order, then gift card by gift card."""
        for name in self._names(ORDERS.prefix):
            yield from _of_order(self._read(by, ORDERS, name))
        for name in self._names(CARDS.prefix):
            yield from _of_card(self._read(by, CARDS, name))

    def _names(self, prefix: str) -> Iterator[str]:
        for stream in self.shop.store.streams(prefix):
            yield stream.removeprefix(prefix)

    def _read(self, by: Actor, kind: StreamType[S, E], name: str) -> Stream[S, E]:
        return self.shop.do(by, lambda work: work.load(kind, name))


def _of_order(stream: Stream[Order, OrderEvent]) -> Iterator[BookedMovement]:
    order = stream.state
    if order is None:
        return
    for event in stream.history:
        match event:
            case PaymentCaptured(payment=payment):
                yield from _moved(order, Movement.CAPTURED, (payment,), event.at)
            case RefundSent(payments=payments):
                yield from _moved(order, Movement.REFUNDED, payments, event.at)
            case RefundFailed(payment=payment):
                yield from _moved(order, Movement.REFUND_FAILED, (payment,), event.at)
            case DisputeLost(payments=payments):
                yield from _moved(order, Movement.CHARGED_BACK, payments, event.at)
            case _:
                pass


def _moved(
    order: Order, movement: Movement, payments: Iterable[Payment], at: datetime
) -> Iterator[BookedMovement]:
    for payment in payments:
        if payment.tender != GIFT_CARD and payment.amount:
            yield BookedMovement(
                checkout=order.placed.order,
                tender=payment.tender,
                movement=movement,
                receipt=order.receipts[payment.tender, payment.reference],
                amount=payment.amount,
                at=at,
            )


def _of_card(stream: Stream[Card, CardEvent]) -> Iterator[BookedMovement]:
    card, receipt = stream.state, ""
    if card is None:
        return
    for event in stream.history:
        match event:
            case CardPaid():
                movement, receipt = Movement.CAPTURED, event.receipt
            case CardDisputeLost():
                movement = Movement.CHARGED_BACK
            case _:
                continue
        yield BookedMovement(
            checkout=card_checkout(card.ordered.card),
            tender=card.ordered.tender,
            movement=movement,
            receipt=receipt,
            amount=card.ordered.amount,
            at=event.at,
        )
