"""What must hold when a simulation has come to its end, whatever went wrong on the way.

Nothing here trusts what was decided: streams are read and replayed, and held against the books of
the bank, of the payer of sellers, and of the post.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial

from attrs import define, field

from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.ids import PieceId
from vintage_rules.marketplace.storage.case_stream import CaseOpened, cases_of_order
from vintage_rules.marketplace.storage.checkout_stream import ChargeState, CheckoutState
from vintage_rules.marketplace.storage.piece_stream import PieceEvent, PieceState
from vintage_rules.marketplace.storage.streams import (
    CARDS,
    CASES,
    CHECKOUTS,
    ORDERS,
    PIECES,
    E,
    S,
    StreamType,
    rows_of_history,
)
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.money import Money, total, zero
from vintage_rules.offers import events as of_offers
from vintage_rules.offers.policy import (
    FloorBase,
)
from vintage_rules.orders.cases import CaseKind
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import (
    DisputeLost,
    OrderCancelled,
    OrderEvent,
    OrderPaid,
    ParcelChanged,
    PayoutFellDue,
    PayoutScheduled,
    PayoutSent,
    PiecesCancelled,
    RefundOwed,
    RefundSent,
    ReturnChanged,
)
from vintage_rules.orders.payout_events import PayoutFailed
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import Order, OrderState, PayoutState
from vintage_rules.ports.notifier import MessageKind
from vintage_rules.pricing.gift_card.events import CardCredited, CardEvent, CardPaid, CardSpent
from vintage_rules.pricing.gift_card.states import Card, CardState
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.returns.payments import Payment, by_tender
from vintage_rules.returns.request.events import ReturnAccepted
from vintage_rules.shipping.parcel.events import (
    BuyerAsked,
    ParcelHandedIn,
    TrackingNumberCorrected,
)
from vintage_rules.testing.simulation.ledgers import discrepancies
from vintage_rules.testing.simulation.town import Town


@define
class Books:
    """Every stream of a town, replayed from its records, and the policy of its house."""

    policy: HousePolicy
    pieces: dict[str, Stream[PieceState, PieceEvent]] = field(
        factory=dict[str, Stream[PieceState, PieceEvent]]
    )
    orders: dict[str, Stream[Order, OrderEvent]] = field(
        factory=dict[str, Stream[Order, OrderEvent]]
    )
    cards: dict[str, Stream[Card, CardEvent]] = field(factory=dict[str, Stream[Card, CardEvent]])
    checkouts: dict[str, CheckoutState] = field(factory=dict[str, CheckoutState])
    cases: list[CaseOpened] = field(factory=list[CaseOpened])

    @classmethod
    def of(cls, town: Town) -> Books:
        """Read everything there is.

        Raises:
            CorruptHistoryError: If a history cannot be.
        """
        work = UnitOfWork(town.outside.store, town.now, "audit")
        books = cls(
            policy=town.customs.policy,
            pieces=dict(_all(work, town, PIECES)),
            orders=dict(_all(work, town, ORDERS)),
            cards=dict(_all(work, town, CARDS)),
        )
        for name, stream in _all(work, town, CHECKOUTS):
            if stream.state is not None:
                books.checkouts[name] = stream.state
        for _, case in _all(work, town, CASES):
            if case.state is not None:
                books.cases.append(case.state.opened)
        return books

    @property
    def currency(self) -> str:
        """What everything is paid in."""
        return self.policy.currency

    def placed(self) -> Iterator[tuple[Order, list[OrderEvent]]]:
        """Every order with its history."""
        for stream in self.orders.values():
            if stream.state is not None:
                yield stream.state, stream.history

    def known_cards(self) -> Iterator[tuple[Card, list[CardEvent]]]:
        """Every gift card with its history."""
        for stream in self.cards.values():
            if stream.state is not None:
                yield stream.state, stream.history


def _all(
    work: UnitOfWork, town: Town, kind: StreamType[S, E]
) -> Iterator[tuple[str, Stream[S, E]]]:
    for stream in town.outside.store.streams(kind.prefix):
        name = stream.removeprefix(kind.prefix)
        yield name, work.load(kind, name)


def violations(town: Town, books: Books) -> list[str]:
    """Name everything that does not hold; nothing, where all is well.

    A town in which nothing has happened is well:

    >>> from random import Random
    >>> from vintage_rules import calendar, load_policy
    >>> from vintage_rules.adapters.memory.store import MemoryStore
    >>> from vintage_rules.testing.simulation import Books, Calm, Scale
    >>> from vintage_rules.testing.simulation.town import found
    >>> town = found(
    ...     Random(1),
    ...     Calm(),
    ...     MemoryStore(),
    ...     book=load_policy("imparfaite"),
    ...     calendar=calendar("FR"),
    ...     scale=Scale(),
    ... )
    >>> violations(town, Books.of(town))
    []
    """
    return [
        *_money_at_the_bank(town, books),
        *_each_order(books),
        *_each_card(books),
        *_sold_once(books),
        *_prices(books),
        *_payouts(town, books),
        *_mails(town, books),
        *_cases(books),
        *_pages(town),
        *_nothing_waits(town, books),
        *discrepancies(town, books),
        *town.wrongs,
    ]


def _pages(town: Town) -> Iterator[str]:
    """What pages show of each stream is what its records lead to."""
    store = town.outside.store
    for stream in store.streams(""):
        rebuilt = sorted(rows_of_history(store.read(stream)), key=lambda row: row.name)
        if tuple(rebuilt) != (kept := store.rows(stream)):
            yield f"{stream}: pages show {kept}, and its records lead to {rebuilt}"


def _sum(payments: Iterable[Payment], currency: str) -> Money:
    return total((payment.amount for payment in payments), currency)


def _by(tender: str, payments: Iterable[Payment]) -> list[Payment]:
    return [payment for payment in payments if payment.tender == tender]


def _money_at_the_bank(town: Town, books: Books) -> Iterator[str]:
    """Every captured cent is an order's or a card's, and every refunded one left it again."""
    for tender, bank in town.outside.banks.items():
        expected = zero(books.currency)
        for order, _ in books.placed():
            expected += _sum(_by(tender, order.captured), books.currency)
            refunds = [payment for refund in order.sent.values() for payment in refund.payments]
            lost = [payment for each in order.charged_back for payment in each.payments]
            expected -= _sum(_by(tender, (*refunds, *lost)), books.currency)
        for card, history in books.known_cards():
            if card.ordered.tender == tender and any(isinstance(e, CardPaid) for e in history):
                expected += card.ordered.amount
                if card.state is CardState.REVOKED:  # its buyer's bank has taken that back
                    expected -= card.ordered.amount
        found = bank.ledger.balance(Account.HOUSE, books.currency)
        if found != expected:
            yield f"the {tender} bank has {found} for the house, and the books {expected}"
        held = bank.ledger.balance(Account.HELD, books.currency)
        if held:
            yield f"the {tender} bank still holds {held} of buyers"
        for reference in sorted(bank.disputed):  # else it would have ended, by the shop's books
            yield f"the {tender} bank has a dispute of {reference} that the shop did not record"


def _each_order(books: Books) -> Iterator[str]:
    for order, history in books.placed():
        yield from _refunds(order)
        yield from _early_or_twice(order, history)
        name = order.placed.order
        if total(order.accounts.values(), books.currency):
            yield f"{name}: the accounts do not add up to zero"
        if order.state is OrderState.PLACED:
            yield f"{name}: placed, and neither paid nor cancelled"
        if order.owed:
            yield f"{name}: still owes the refunds {', '.join(order.owed)}"


def _refunds(order: Order) -> Iterator[str]:
    quoted = by_tender(order.refunded_payments, order.currency)
    moved: tuple[RefundOwed | DisputeLost, ...] = (*order.refunds, *order.charged_back)
    back = by_tender(tuple(p for each in moved for p in each.payments), order.currency)
    held = by_tender(order.placed.payments, order.currency)
    for payment in order.captured:
        name = (payment.tender, payment.reference)
        for got, most in ((quoted.get(name), held[name]), (back.get(name), payment.amount)):
            if got is not None and got > most:
                yield f"{order.placed.order}: {payment.tender} got back more than it paid"


def _early_or_twice(order: Order, history: Iterable[OrderEvent]) -> Iterator[str]:
    name, sent = order.placed.order, Counter[PieceId]()
    payable_at: dict[PieceId, datetime | None] = {}
    for event in history:
        match event:
            case PayoutScheduled():
                payable_at.update(dict.fromkeys(event.pieces, event.due_at))
            case PayoutSent():
                sent[event.piece] += 1
            case PayoutFailed():  # of what was begun, it may be known before that it was sent
                sent[event.piece] = 0
            case PayoutFellDue(piece=piece) if piece in order.cancelled:
                pass
            case PayoutFellDue():
                due_at = payable_at.get(event.piece)
                if due_at is None or event.at < due_at:
                    yield f"{name}: {event.piece} paid out before its time"
            case _:
                pass
    yield from (f"{name}: {piece} paid out {n} times" for piece, n in sent.items() if n > 1)


def _each_card(books: Books) -> Iterator[str]:
    """What a card paid is what orders were paid with it, and never more than it held."""
    spent: dict[str, Money] = defaultdict(partial(zero, books.currency))
    credited: dict[str, Money] = defaultdict(partial(zero, books.currency))
    for order, _ in books.placed():
        for payment in _by(GIFT_CARD, order.captured):
            spent[payment.reference] += payment.amount
        for refund in order.sent.values():
            for payment in _by(GIFT_CARD, refund.payments):
                credited[payment.reference] += payment.amount
    for card, history in books.known_cards():
        name = card.ordered.card
        paid_with = total((e.amount for e in history if isinstance(e, CardSpent)), books.currency)
        put_back = total((e.amount for e in history if isinstance(e, CardCredited)), books.currency)
        if (paid_with, put_back) != (spent[name], credited[name]):
            yield f"card {name}: spent {paid_with} and {put_back} back, orders say otherwise"
        if card.state is CardState.ACTIVE:
            left = card.ordered.amount - paid_with + put_back
            if card.balance != left or left < zero(books.currency):
                yield f"card {name}: has {card.balance} left, and should have {left}"
        if card.state is CardState.ORDERED:
            yield f"card {name}: ordered, and neither paid nor cancelled"


def _sold_once(books: Books) -> Iterator[str]:
    """Of the orders that hold a piece, all but the last have given it back."""
    holders: dict[PieceId, list[str]] = defaultdict(list)
    for order, _ in books.placed():
        gone = {piece.id for piece in order.refunded_pieces}
        if order.state is OrderState.CANCELLED:
            continue
        for line in order.placed.lines:
            if line.piece not in gone:
                holders[line.piece].append(order.placed.order)
    for piece, orders in holders.items():
        if len(orders) > 1:
            yield f"{piece}: sold to {', '.join(orders)}"
        file = books.pieces[piece].state
        if file is not None and orders and file.sold_in not in orders:
            yield f"{piece}: in {orders[0]}, and its own history says {file.sold_in}"


def _prices(books: Books) -> Iterator[str]:
    """The public price is the initial one, or within the cut that the house allows."""
    floor = books.policy.listing.offers.floor
    kept = Decimal(0) if floor is None or floor.base is not FloorBase.INITIAL else floor.kept
    for name, stream in books.pieces.items():
        if stream.state is None:
            continue
        listing = stream.state.listing
        if listing.price.amount < listing.initial_price.amount * kept:
            yield f"{name}: at {listing.price}, too far under {listing.initial_price}"
        if listing.state == "listed" and listing.price != listing.initial_price:
            yield f"{name}: at {listing.price}, though nothing lowers it"


def _payouts(town: Town, books: Books) -> Iterator[str]:
    paid = total(
        (
            order.paying[piece]
            for order, _ in books.placed()
            for piece, state in order.payouts.items()
            if state is PayoutState.SENT
        ),
        books.currency,
    )
    found = town.outside.payouts.paid(books.currency)
    if found != paid:
        yield f"sellers were paid {found}, and the books say {paid}"
    for order, _ in books.placed():
        for piece, state in order.payouts.items():
            if state in {"due", "begun"} and order.earned(piece):
                yield f"{order.placed.order}: {piece} is due and was not paid out"


def _mails(town: Town, books: Books) -> Iterator[str]:
    """Every person owed a mail by a clause got it; twice only where something went wrong."""
    owed = Counter(_owed_mails(books))
    messages = town.outside.outbox.messages
    got = Counter(
        (each.kind, each.to.id) for each in {each.key: each for each in messages}.values()
    )
    for (kind, whom), count in owed.items():
        if got[kind, whom] < count:
            yield f"{whom} is owed {count} mails of {kind}, and got {got[kind, whom]}"
    repeated = Counter(each.key for each in messages)
    for key, count in repeated.items():
        if count > 1 and key not in town.wire.touched:
            yield f"{key} was mailed {count} times for no reason"


def _owed_mails(books: Books) -> Iterator[tuple[MessageKind, str]]:
    for stream in books.pieces.values():
        for event in stream.history:
            yield from _offer_mails(event)
    for order, history in books.placed():
        buyer = order.placed.buyer
        for happened in history:
            inbound = isinstance(happened, ParcelChanged) and order.is_inbound(happened.parcel)
            for kind in () if inbound else _order_mails(order, happened):
                yield kind, buyer
        yield from _sale_mails(order, history)
    for card, history_ in books.known_cards():
        if any(isinstance(event, CardPaid) for event in history_):
            yield MessageKind.GIFT_CARD, card.ordered.buyer


def _sale_mails(order: Order, history: Iterable[OrderEvent]) -> Iterator[tuple[MessageKind, str]]:
    """L8, L5: each seller is mailed of a sale, and of its end where they were."""
    sold: dict[PieceId, str] = {line.piece: line.seller for line in order.placed.lines}
    paid = False
    for event in history:
        match event:
            case OrderPaid():
                paid = True
                yield from ((MessageKind.PIECES_SOLD, seller) for seller in {*sold.values()})
            case PiecesCancelled(pieces=pieces):
                gone = [sold.pop(piece) for piece in pieces]
                yield MessageKind.PIECES_CANCELLED, order.placed.buyer
                if paid:
                    yield from ((MessageKind.PIECE_CANCELLED, seller) for seller in gone)
            case OrderCancelled() if sold:
                yield MessageKind.ORDER_CANCELLED, order.placed.buyer
            case _:
                pass


def _offer_mails(event: PieceEvent) -> Iterator[tuple[MessageKind, str]]:
    """N5: the buyer is mailed whatever the outcome; A5: those who waited, once it is back."""
    match event:
        case of_offers.OfferAccepted():
            yield MessageKind.OFFER_ACCEPTED, event.buyer
        case of_offers.OfferCountered():
            yield MessageKind.OFFER_COUNTERED, event.buyer
        case of_offers.OfferDeclined():
            yield MessageKind.OFFER_DECLINED, event.buyer
        case of_offers.OfferLapsed():
            yield MessageKind.OFFER_LAPSED, event.buyer
        case of_offers.OfferEnded():
            yield MessageKind.OFFER_ENDED, event.buyer
        case of_offers.AlertRaised():
            yield MessageKind.PIECE_BACK, event.subscriber
        case _:
            return


def _order_mails(order: Order, event: OrderEvent) -> Iterator[MessageKind]:
    """S1, L14, R5, F2: dispatched, requested, sent the address, refunded."""
    match event:
        case OrderPaid():
            yield MessageKind.ORDER_CONFIRMED
        case ParcelChanged(event=ParcelHandedIn() | TrackingNumberCorrected()):
            yield MessageKind.PARCEL_HANDED_IN
        case ParcelChanged(event=BuyerAsked()):
            yield MessageKind.REFUND_QUESTION
        case ReturnChanged(case=case, event=ReturnAccepted()) if order.returns[case].opened.parcel:
            yield MessageKind.RETURN_ACCEPTED
        case RefundSent() if event.payments:
            yield MessageKind.REFUND_SENT
        case _:
            return


def _cases(books: Books) -> Iterator[str]:
    """Each case that an order leaves to a person is opened, once."""
    opened = {
        case.case: case
        for case in books.cases
        if case.subject is not None and case.reason.value in {kind.value for kind in CaseKind}
    }
    left = {case.case: case for stream in books.orders.values() for case in _left(stream)}
    for name in sorted(opened.keys() | left.keys()):
        if opened.get(name) != left.get(name):
            yield f"{name}: its order left {left.get(name)}, and the case is {opened.get(name)}"


def _left(stream: Stream[Order, OrderEvent]) -> Iterator[CaseOpened]:
    order: Order | None = None
    for position, event in enumerate(stream.history):
        order = ORDER.evolve(order, event)
        yield from cases_of_order(order, event, f"{stream.name}#{position}")


def _nothing_waits(town: Town, books: Books) -> Iterator[str]:
    moment = town.outside.store.next_moment()
    if moment is not None and moment <= town.now:
        yield f"something has waited since {moment}"
    for letter in town.outside.store.dead_letters(1000):
        yield f"{letter.message.key} is dead-lettered: {letter.reason}"
    for name, file in books.checkouts.items():
        if file.state is ChargeState.BEGUN:
            yield f"{name}: a charge was begun, and came to nothing"


def unfinished(books: Books) -> list[str]:
    """Name every piece of a paid order that is neither refunded nor paid for.

    There is none where everybody has finished what they began, as in a town without an order:

    >>> from random import Random
    >>> from vintage_rules import calendar, load_policy
    >>> from vintage_rules.adapters.memory.store import MemoryStore
    >>> from vintage_rules.testing.simulation import Books, Calm, Scale
    >>> from vintage_rules.testing.simulation.town import found
    >>> town = found(
    ...     Random(1),
    ...     Calm(),
    ...     MemoryStore(),
    ...     book=load_policy("imparfaite"),
    ...     calendar=calendar("FR"),
    ...     scale=Scale(),
    ... )
    >>> unfinished(Books.of(town))
    []
    """
    paid = (order for order, _ in books.placed() if order.state is OrderState.PAID)
    return [piece for order in paid for piece in _somebody_waits(order)]


def _somebody_waits(order: Order) -> Iterator[str]:
    held = order.open_pieces()
    refunded = {piece.id for piece in order.refunded_pieces}
    for piece, payout in order.payouts.items():
        paid = payout is PayoutState.SENT or piece in refunded or not order.earned(piece)
        if piece in held or not paid:
            yield f"{order.placed.order}: {piece} is neither refunded nor paid for"
