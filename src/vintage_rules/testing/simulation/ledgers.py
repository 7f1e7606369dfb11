"""The ledgers of banks, carrier, payer of sellers and mailbox, against the books.

Nothing here knows the keys under which anything was requested. A movement of money is known by its
order, a label by its return, a payout by its seller and amount, a mail by what it says and when
that happened: whatever was done twice, for a namesake or for no one is seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from attrs import define, field, frozen

from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.marketplace.storage.checkout_stream import card_checkout
from vintage_rules.marketplace.storage.piece_stream import OrderNotPlaced, PieceEvent, PieceState
from vintage_rules.money import Money, total, zero
from vintage_rules.offers import events as of_offers
from vintage_rules.offers.terms import Party
from vintage_rules.orders import events as of_orders
from vintage_rules.orders.payout_events import PayoutFailed
from vintage_rules.orders.refund_events import RefundFailed
from vintage_rules.orders.states import Order
from vintage_rules.ports.directory import Role
from vintage_rules.ports.notifier import Fact, MessageKind
from vintage_rules.pricing.fee_policy import Payer
from vintage_rules.pricing.gift_card.events import CardDisputeLost, CardPaid
from vintage_rules.pricing.reduction_policy import Bearer
from vintage_rules.returns.claim import events as claim_events
from vintage_rules.returns.request import events as return_events
from vintage_rules.returns.routing import WORKSHOP
from vintage_rules.returns.terms import Label as LabelKind
from vintage_rules.shipping.parcel.events import (
    BuyerAsked,
    ParcelHandedIn,
    ParcelLost,
    TrackingNumberCorrected,
)
from vintage_rules.shipping.parcels import gives_labels
from vintage_rules.testing.simulation.town import Town

if TYPE_CHECKING:
    from vintage_rules.testing.simulation.audit import Books

_Amounts: TypeAlias = Counter[Money]


def discrepancies(town: Town, books: Books) -> Iterator[str]:
    """Name everything on the ledgers of the outside that is not in the books, and the reverse."""
    yield from _at_the_banks(town, books)
    yield from _labels(town, books)
    yield from _payouts(town, books)
    yield from _mails(town, books)
    yield from _addresses(town, books)
    for order, history in books.placed():
        yield from _earnings(order, history)
    yield from _time(town)


# ---- the banks: each capture and each refund, by order and means of payment ----


@define
class _Moved:
    """What was captured and what was given back for one order or card by one means of payment."""

    captured: _Amounts = field(factory=Counter[Money])
    refunded: _Amounts = field(factory=Counter[Money])

    def __str__(self) -> str:
        return f"{_listed(self.captured)} captured and {_listed(self.refunded)} refunded"


def _listed(amounts: _Amounts) -> str:
    return ", ".join(sorted(str(amount) for amount in amounts.elements())) or "nothing"


def _at_the_banks(town: Town, books: Books) -> Iterator[str]:
    for tender, bank in town.outside.banks.items():
        found: defaultdict[str, _Moved] = defaultdict(_Moved)
        for entry in bank.ledger:
            if (entry.source, entry.target) == (Account.HELD, Account.HOUSE):
                found[entry.order].captured[entry.amount] += 1
            elif entry.source is Account.HOUSE:
                found[entry.order].refunded[entry.amount] += 1
            elif entry.target is Account.HOUSE:  # a refund that came back
                found[entry.order].refunded[entry.amount] -= 1
        expected = _in_the_books(tender, books, found)
        for name in sorted({*found, *expected}):
            if found[name] != expected[name]:
                yield f"{tender} bank, {name}: {found[name]}; in the books {expected[name]}"


def _note(moved: _Moved, tender: str, event: of_orders.OrderEvent) -> None:
    """Note what an event says was captured or given back by a means of payment."""
    match event:
        case of_orders.PaymentCaptured(payment=payment) if payment.tender == tender:
            moved.captured.update([payment.amount] if payment.amount else [])
        case of_orders.RefundSent(payments=payments) | of_orders.DisputeLost(payments=payments):
            back = [each.amount for each in payments if each.tender == tender]
            moved.refunded.update(amount for amount in back if amount)
        case RefundFailed(payment=payment) if payment.tender == tender:
            moved.refunded[payment.amount] -= 1
        case _:
            pass


def _in_the_books(
    tender: str, books: Books, found: Mapping[str, _Moved]
) -> defaultdict[str, _Moved]:
    expected: defaultdict[str, _Moved] = defaultdict(_Moved)
    for order, history in books.placed():
        moved = _Moved()
        for event in history:
            _note(moved, tender, event)
        expected[order.placed.order] = moved
    for card, events in books.known_cards():
        name = card_checkout(card.ordered.card)
        moved = expected[name]
        if card.ordered.tender == tender and any(isinstance(e, CardPaid) for e in events):
            moved.captured[card.ordered.amount] += 1
            if any(isinstance(each, CardDisputeLost) for each in events):
                moved.refunded[card.ordered.amount] += 1
        elif name in found and found[name].captured:  # taken all the same, and given back
            moved.captured[card.ordered.amount] += 1
            moved.refunded[card.ordered.amount] += 1
    return expected


# ---- the carrier: one label for each return that is prepaid, and those of who posts ----


def _labels(town: Town, books: Books) -> Iterator[str]:
    shipments = town.outside.carrier.shipments.values()
    given = dict(_given(town, books))
    posted = Counter(
        (each.reference, each.sender.name, each.recipient.name, each.weight_g, each.goods)
        for each in shipments
        if each.reference not in given
    )
    for each in shipments:
        sender = given.get(each.reference, each.sender.name)
        if each.sender.name != sender:
            yield f"the label of {each.reference} is from {each.sender.name}, not {sender}"
    owed = Counter(_prepaid(books))
    for label, count in ((posted - owed) + (owed - posted)).items():
        yield f"{count} labels too many or too few for {', '.join(map(str, label))}"


def _given(town: Town, books: Books) -> Iterator[tuple[str, str]]:
    """Return the senders of parcels that the house gives labels for, by parcel.

    Whether one was bought depends on when its mail is sent: what is cancelled before has none.
    """
    for order, _ in books.placed():
        policy = town.market.shop.edition(order.placed.edition)
        if gives_labels(policy.shipping.mode(order.placed.mode)):
            for parcel in order.placed.all_parcels:
                of_house = parcel.sender == WORKSHOP
                yield parcel.id, WORKSHOP if of_house else f"{Role.SELLER} {parcel.sender}"


def _prepaid(books: Books) -> Iterator[tuple[str, str, str, int, Money]]:
    for order, history in books.placed():
        for event in history:
            if not isinstance(event, of_orders.ReturnChanged):
                continue
            parcel = order.returns[event.case].opened.parcel
            accepted = isinstance(event.event, return_events.ReturnAccepted)
            if accepted and parcel is not None and parcel.label is LabelKind.PREPAID:
                files = [books.pieces[piece].state for piece in parcel.pieces]
                yield (
                    f"{order.placed.order}/{event.case}",
                    f"{Role.BUYER} {order.placed.buyer}",
                    parcel.to if parcel.to == WORKSHOP else f"{Role.SELLER} {parcel.to}",
                    sum(file.entered.weight_g for file in files if file is not None),
                    total((order.line(piece).price for piece in parcel.pieces), order.currency),
                )


# ---- the payer of sellers: each payout by seller and amount, and what was earned ----


def _payouts(town: Town, books: Books) -> Iterator[str]:
    paid = Counter((each.seller, each.amount) for each in town.outside.payouts if not each.is_back)
    sent = Counter[tuple[SellerId, Money]]()
    for _, history in books.placed():
        sent.update(_payouts_kept(history))
    for (seller, amount), count in (paid - sent).items():
        yield f"{seller} was paid {amount} {count} times more than the books say"
    for (seller, amount), count in (sent - paid).items():
        yield f"{seller} was paid {amount} {count} times less than the books say"


def _payouts_kept(history: Iterable[of_orders.OrderEvent]) -> Iterator[tuple[SellerId, Money]]:
    """What each seller was paid, by piece, and did not come back."""
    kept: dict[PieceId, tuple[SellerId, Money]] = {}
    for event in history:
        match event:
            case of_orders.PayoutSent():
                kept[event.piece] = (event.seller, event.amount)
            case PayoutFailed():
                kept.pop(event.piece, None)
            case _:
                pass
    yield from kept.values()


@define
class _Earnings:
    """What is owed to a seller for each piece of an order, added up again.

    `live` holds the refunds that were owed and not revoked, `owed` the causes of those that are not
    made yet.
    """

    order: Order
    live: dict[str, of_orders.RefundOwed] = field(factory=dict[str, of_orders.RefundOwed])
    owed: set[str] = field(factory=set[str])
    begun: dict[PieceId, Money] = field(factory=dict[PieceId, Money])
    fees: list[of_orders.OutcomeFeesCharged] = field(factory=list[of_orders.OutcomeFeesCharged])
    lost: list[of_orders.DisputeLost] = field(factory=list[of_orders.DisputeLost])

    def of(self, piece: PieceId) -> Money:
        """Its price without the seller's fee and their share of what was refunded."""
        (line,) = (each for each in self.order.placed.lines if each.piece == piece)
        taken: tuple[of_orders.RefundOwed | of_orders.DisputeLost, ...]
        taken = (*self.live.values(), *self.lost)
        shares = (
            share.amount for refund in taken for share in refund.shares if share.piece == piece
        )
        granted = self.order.placed.reductions
        borne = (each.pieces[piece] for each in granted if each.borne_by is Bearer.SELLER)
        left = line.price - line.seller_fee - total((*shares, *borne), self.order.currency)
        shares = (each.shares[piece] for each in self.fees if piece in each.shares)
        fees = total(shares, self.order.currency)
        return left - min(fees, max(left, zero(self.order.currency)))

    def note(self, event: of_orders.OrderEvent) -> None:
        """Note what changes it: refunds, and fees on an outcome."""
        match event:
            case of_orders.OutcomeFeesCharged(payer=Payer.SELLER):
                self.fees.append(event)
            case of_orders.RefundOwed():
                self.live[event.cause] = event
                self.owed.add(event.cause)
            case of_orders.RefundRevoked():
                del self.live[event.cause]
                self.owed.discard(event.cause)
            case of_orders.RefundSent():
                self.owed.discard(event.cause)
            case of_orders.DisputeLost():
                self.lost.append(event)
            case _:
                pass

    def is_owed_back(self, piece: PieceId) -> bool:
        """Return whether a refund of it is owed that is not made yet."""
        return any(back.id == piece for cause in self.owed for back in self.live[cause].pieces)


def _earnings(order: Order, history: Iterable[of_orders.OrderEvent]) -> Iterator[str]:
    """Each payout is what the piece earned, to its own seller, and none while a refund is owed."""
    earned, name = _Earnings(order), order.placed.order
    for event in history:
        earned.note(event)
        match event:
            case of_orders.PayoutFellDue() | of_orders.PayoutBegun():
                yield from _payout(name, earned, event, earned.of(event.piece))
                if isinstance(event, of_orders.PayoutBegun):
                    earned.begun[event.piece] = event.amount
            case of_orders.PayoutSent() if event.piece in earned.begun:
                if event.amount != earned.begun[event.piece]:
                    yield f"{name}: {event.piece} was paid {event.amount}, and begun with another"
            case of_orders.PayoutSent():
                yield from _payout(name, earned, event, earned.of(event.piece))
            case PayoutFailed():
                earned.begun.pop(event.piece, None)
            case _:
                pass


def _payout(
    name: str,
    earned: _Earnings,
    event: of_orders.PayoutFellDue | of_orders.PayoutBegun | of_orders.PayoutSent,
    amount: Money,
) -> Iterator[str]:
    if earned.is_owed_back(event.piece):
        yield f"{name}: {event.piece} paid out while a refund of it is owed"
    if event.amount != amount:
        yield f"{name}: {event.piece} earned {amount}, and {event.amount} were paid out"
    sellers: Mapping[PieceId, SellerId] = {
        line.piece: line.seller for line in earned.order.placed.lines
    }
    if event.seller != sellers[event.piece]:
        yield f"{name}: {event.piece} of {sellers[event.piece]} was paid to {event.seller}"


# ---- the mailbox: one mail for each occasion, by what it says ----


@frozen(kw_only=True)
class _Occasion:
    """Something that a person is to be mailed, with the facts by which it is known."""

    kind: MessageKind
    role: Role
    whom: str
    at: datetime
    facts: tuple[Fact, ...]


_KNOWN_BY: Mapping[MessageKind, tuple[str, ...]] = {
    MessageKind.CLAIM_OPENED: ("order", "claim", "pieces"),
    MessageKind.CLAIM_REJECTED: ("order", "claim", "pieces"),
    MessageKind.CLAIM_UPHELD: ("order", "claim", "pieces"),
    MessageKind.GIFT_CARD: ("amount", "giver"),
    MessageKind.OFFER_ACCEPTED: ("piece", "price"),
    MessageKind.OFFER_COUNTERED: ("piece", "price"),
    MessageKind.OFFER_DECLINED: ("piece",),
    MessageKind.OFFER_ENDED: ("piece",),
    MessageKind.OFFER_LAPSED: ("piece",),
    MessageKind.OFFER_PROPOSED: ("piece", "price"),
    MessageKind.OFFER_RECEIVED: ("piece", "price"),
    MessageKind.ORDER_CANCELLED: ("order", "reason"),
    MessageKind.ORDER_CONFIRMED: ("order", "total"),
    MessageKind.PARCEL_HANDED_IN: ("order", "parcel", "tracking_number"),
    MessageKind.PARCEL_LOST: ("order", "pieces"),
    MessageKind.PAYOUT_FAILED: ("piece", "amount"),
    MessageKind.PAYOUT_SENT: ("piece", "amount"),
    MessageKind.PIECE_BACK: ("piece",),
    MessageKind.PIECE_CANCELLED: ("order", "piece", "by"),
    MessageKind.PIECES_CANCELLED: ("order", "pieces", "by"),
    MessageKind.PIECES_SOLD: ("order", "pieces", "prices"),
    MessageKind.REFUND_QUESTION: ("order", "parcel"),
    MessageKind.REFUND_SENT: ("order", "tenders", "amounts"),
    MessageKind.RETURN_ACCEPTED: ("order", "pieces"),
    MessageKind.RETURN_DECLINED: ("order", "pieces", "reasons"),
}


def _mails(town: Town, books: Books) -> Iterator[str]:
    got = {
        _Occasion(
            kind=each.kind,
            role=each.to.role,
            whom=each.to.id,
            at=each.at,
            facts=tuple(each.facts[name] for name in _KNOWN_BY[each.kind]),
        )
        for each in town.outside.outbox.messages
    }
    due = set(_occasions(books))
    yield from (f"{each.role} {each.whom} was not mailed {each}" for each in due - got)
    yield from (f"{each.role} {each.whom} was mailed for nothing: {each}" for each in got - due)


def _addresses(town: Town, books: Books) -> Iterator[str]:
    """Where sellers were mailed to post, and that no other mail says where a buyer lives."""
    senders = {
        (str(order.placed.order), parcel.sender): WORKSHOP
        if order.is_inbound(parcel.id)
        else f"{Role.BUYER} {order.placed.buyer}"
        for order, _ in books.placed()
        for parcel in order.placed.all_parcels
    }
    for each in town.outside.outbox.messages:
        to = str(each.facts.get("to", "")).partition("\n")[0]
        if each.kind is MessageKind.PIECES_SOLD:
            allowed = senders.get((str(each.facts["order"]), each.to.id), "")
            if to not in {"", allowed}:
                yield f"{each.to.id} was mailed to post to {to}, and posts to {allowed}"
        elif to.startswith(f"{Role.BUYER} "):
            yield f"{each.to.id} was mailed where {to} lives"


def _occasions(books: Books) -> Iterator[_Occasion]:
    for loaded in books.pieces.values():
        if loaded.state is not None:
            for event in loaded.history:
                yield from _of_a_piece(loaded.state, event)
    for order, history in books.placed():
        for happened in history:
            yield from _of_an_order(order, happened)
        yield from _of_sales(order, history)
    for card, events in books.known_cards():
        for paid in events:
            if isinstance(paid, CardPaid):
                facts: tuple[Fact, ...] = (card.ordered.amount, card.ordered.buyer)
                yield _for_buyer(MessageKind.GIFT_CARD, card.ordered.buyer, paid.at, *facts)


def _for_buyer(kind: MessageKind, buyer: str, at: datetime, *facts: Fact) -> _Occasion:
    return _Occasion(kind=kind, role=Role.BUYER, whom=buyer, at=at, facts=facts)


def _for_seller(kind: MessageKind, seller: str, at: datetime, *facts: Fact) -> _Occasion:
    return _Occasion(kind=kind, role=Role.SELLER, whom=seller, at=at, facts=facts)


def _of_a_piece(file: PieceState, event: PieceEvent) -> Iterator[_Occasion]:
    piece, seller = file.entered.piece, file.entered.seller
    match event:
        case of_offers.OfferSent():
            yield _for_buyer(MessageKind.OFFER_PROPOSED, event.buyer, event.at, piece, event.price)
        case of_offers.OfferMade() | of_offers.CounterOffered(by=Party.BUYER):
            yield _for_seller(MessageKind.OFFER_RECEIVED, seller, event.at, piece, event.price)
        case of_offers.OfferCountered() | of_offers.CounterOffered():
            yield _for_buyer(MessageKind.OFFER_COUNTERED, event.buyer, event.at, piece, event.price)
        case (
            of_offers.OfferAccepted()
            | of_offers.PriceGranted()
            | of_offers.PieceReserved()
            | of_offers.PieceOrdered()
            | of_offers.PieceCharged()
        ):
            yield _for_buyer(MessageKind.OFFER_ACCEPTED, event.buyer, event.at, piece, event.price)
        case of_offers.OfferDeclined():
            yield _for_buyer(MessageKind.OFFER_DECLINED, event.buyer, event.at, piece)
        case of_offers.OfferLapsed():
            yield _for_buyer(MessageKind.OFFER_LAPSED, event.buyer, event.at, piece)
        case of_offers.OfferEnded():
            yield _for_buyer(MessageKind.OFFER_ENDED, event.buyer, event.at, piece)
        case OrderNotPlaced():
            yield _for_buyer(MessageKind.OFFER_ENDED, event.buyer, event.at, piece)
        case of_offers.AlertRaised():
            yield _for_buyer(MessageKind.PIECE_BACK, event.subscriber, event.at, piece)
        case _:
            return


def _of_an_order(order: Order, event: of_orders.OrderEvent) -> Iterator[_Occasion]:
    name, buyer, at = order.placed.order, order.placed.buyer, event.at
    match event:
        case of_orders.OrderPaid():
            amounts = (payment.amount for payment in order.captured)
            due = total(amounts, order.currency)
            yield _for_buyer(MessageKind.ORDER_CONFIRMED, buyer, at, name, due)
        case of_orders.RefundSent(payments=payments) if payments:
            tenders = tuple(payment.tender for payment in payments)
            back = tuple(payment.amount for payment in payments)
            yield _for_buyer(MessageKind.REFUND_SENT, buyer, at, name, tenders, back)
        case of_orders.PayoutSent() | PayoutFailed():
            (seller,) = {line.seller for line in order.placed.lines if line.piece == event.piece}
            is_back = isinstance(event, PayoutFailed)
            kind = MessageKind.PAYOUT_FAILED if is_back else MessageKind.PAYOUT_SENT
            yield _for_seller(kind, seller, at, event.piece, event.amount)
        case of_orders.ParcelChanged(parcel=parcel) if order.is_inbound(parcel):
            return
        case of_orders.ParcelChanged(
            parcel=parcel,
            event=(
                ParcelHandedIn(tracking_number=number)
                | TrackingNumberCorrected(tracking_number=number)
            ),
        ):
            yield _for_buyer(MessageKind.PARCEL_HANDED_IN, buyer, at, name, parcel, number)
        case of_orders.ParcelChanged(parcel=parcel, event=BuyerAsked()):
            yield _for_buyer(MessageKind.REFUND_QUESTION, buyer, at, name, parcel)
        case of_orders.ParcelChanged(parcel=parcel, event=ParcelLost()):
            lost = tuple(order.pieces_in(parcel))
            yield _for_buyer(MessageKind.PARCEL_LOST, buyer, at, name, lost)
        case of_orders.ReturnChanged():
            yield from _of_a_return(order, event)
        case of_orders.ClaimChanged():
            yield from _of_a_claim(order, event)
        case _:
            return


def _of_sales(order: Order, history: Iterable[of_orders.OrderEvent]) -> Iterator[_Occasion]:
    """Of what its sellers have sold, and what of it was cancelled before and after they knew."""
    name, buyer = order.placed.order, order.placed.buyer
    sold, paid = {line.piece: line for line in order.placed.lines}, False
    for event in history:
        match event:
            case of_orders.OrderPaid():
                paid = True
                for seller in {line.seller for line in sold.values()}:
                    own = [line for line in sold.values() if line.seller == seller]
                    pieces_, prices = (line.piece for line in own), (line.price for line in own)
                    facts: tuple[Fact, ...] = (name, tuple(pieces_), tuple(prices))
                    yield _for_seller(MessageKind.PIECES_SOLD, seller, event.at, *facts)
            case of_orders.PiecesCancelled(pieces=pieces, by=by):
                kind = MessageKind.PIECES_CANCELLED
                yield _for_buyer(kind, buyer, event.at, name, tuple(pieces), by)
                for gone in [sold.pop(piece) for piece in pieces]:
                    if paid:
                        facts = (name, gone.piece, by)
                        kind = MessageKind.PIECE_CANCELLED
                        yield _for_seller(kind, gone.seller, event.at, *facts)
            case of_orders.OrderCancelled(reason=reason) if sold:
                yield _for_buyer(MessageKind.ORDER_CANCELLED, buyer, event.at, name, reason)
            case _:
                pass


def _of_a_return(order: Order, changed: of_orders.ReturnChanged) -> Iterator[_Occasion]:
    opened = order.returns[changed.case].opened
    name, buyer, pieces = order.placed.order, order.placed.buyer, tuple(opened.pieces)
    match changed.event:
        case return_events.ReturnAccepted() if opened.parcel is not None:
            yield _for_buyer(MessageKind.RETURN_ACCEPTED, buyer, changed.at, name, pieces)
        case return_events.ReturnDeclined(reasons=reasons):
            facts: tuple[Fact, ...] = (name, pieces, tuple(reasons))
            yield _for_buyer(MessageKind.RETURN_DECLINED, buyer, changed.at, *facts)
        case _:
            return


_OF_A_CLAIM: Mapping[type[claim_events.ClaimEvent], MessageKind] = {
    claim_events.ClaimOpened: MessageKind.CLAIM_OPENED,
    claim_events.ClaimUpheld: MessageKind.CLAIM_UPHELD,
    claim_events.ClaimRejected: MessageKind.CLAIM_REJECTED,
}


def _of_a_claim(order: Order, changed: of_orders.ClaimChanged) -> Iterator[_Occasion]:
    kind, buyer = _OF_A_CLAIM.get(type(changed.event)), order.placed.buyer
    pieces = tuple(order.claims[changed.case].opened.pieces)
    if isinstance(changed.event, claim_events.ParcelLost):
        yield _for_buyer(MessageKind.PARCEL_LOST, buyer, changed.at, order.placed.order, pieces)
    elif kind is not None:
        facts: tuple[Fact, ...] = (order.placed.order, changed.case, pieces)
        yield _for_buyer(kind, buyer, changed.at, *facts)


# ---- time ----

# A carrier reports late what it has seen.
_DATED_EARLIER = frozenset({of_orders.ParcelChanged.name})


def _time(town: Town) -> Iterator[str]:
    """Time runs forwards in every stream, but for what is dated when it happened."""
    store = town.outside.store
    for stream in store.streams(""):
        last: datetime | None = None
        for record in store.read(stream).records:
            if record.name in _DATED_EARLIER:
                continue
            if last is not None and record.at < last:
                yield f"{stream}: {record.name} of {record.at} comes after {last}"
            last = record.at
