"""Commands on orders that were placed: viewed, and money recorded that was moved by other means.

Clauses C3, F2, R6.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import moneyed
from attrs import frozen

from vintage_rules.dates import local_day, zone
from vintage_rules.errors import NotAllowedError
from vintage_rules.ids import OrderId, ParcelId, PieceId, SellerId, term
from vintage_rules.marketplace.actors import (
    Actor,
    Buyer,
    House,
    Seller,
    require_buyer,
    require_house,
)
from vintage_rules.marketplace.commands.disputes import DisputeStatus, of_order
from vintage_rules.marketplace.commands.imports import (
    ParcelImport,
    inbound_imports,
    sent_imports,
)
from vintage_rules.marketplace.commands.order_commands import (
    Answer,
    execute,
    execute_by,
    execute_by_house,
    known_order,
)
from vintage_rules.marketplace.commands.payment_holds import checkout_of, keep_name
from vintage_rules.marketplace.commands.refunds import credit_cards
from vintage_rules.marketplace.commands.reported_payouts import key_name, reference_name
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import ORDERS, PAYOUTS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import exact
from vintage_rules.orders.commands import (
    CancelPieces,
    ChangeAddress,
    FreezePayouts,
    OrderCommand,
    RecordCapture,
    RecordCarrierPaid,
    RecordPayoutFailed,
    RecordPayoutSent,
    RecordRefundFailed,
    RecordRefundSent,
    ReleasePayouts,
)
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import OrderLine
from vintage_rules.orders.promise import promise_of
from vintage_rules.orders.states import Order
from vintage_rules.places import Place
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.shipping.delivery import Promise
from vintage_rules.shipping.import_facts import Rates
from vintage_rules.world.addresses import locate
from vintage_rules.world.calendars import calendar_of


@frozen(kw_only=True)
class SellerView:
    """What a seller may see of an order.

    These are their own pieces, and the parcels and returns that are theirs to send or to receive.
    """

    order: OrderId
    lines: tuple[OrderLine, ...]
    parcels: tuple[ParcelId, ...]
    returns: tuple[str, ...]


@frozen
class Orders:
    """Commands on orders as a whole.

    Every command raises `NotAllowedError` for an actor who may not, `NotFoundError` for an order
    that does not exist, and what the rules raise.
    """

    shop: Shop

    def view(self, by: Actor, order: str) -> Order | SellerView:
        """Return an order as it is at this moment.

        Its buyer and the house get all of it, a seller what is theirs.
        """

        def act(work: UnitOfWork) -> Order:
            known = known_order(work.load(ORDERS, order), order)
            policy = self.shop.edition(known.placed.edition)
            due = ORDER.fall_due(known, work.now, policy, self.shop.calendar)
            return ORDER.replay(due, known)

        shown = self.shop.do(by, act)
        if isinstance(by, Seller):
            return _seller_view(shown, by.id)
        require_buyer(by, shown.placed.buyer, "see an order")
        return shown

    def promise(self, by: Actor, order: str, parcel: ParcelId) -> Promise | None:
        """Return when a parcel to the buyer leaves and arrives, by what has happened so far.

        None if it is not to come any more. Clauses L3, L5, L8.
        """

        def act(work: UnitOfWork) -> Promise | None:
            known = known_order(work.load(ORDERS, order), order)
            require_buyer(by, known.placed.buyer, "see when a parcel arrives")
            policy = self.shop.edition(known.placed.edition)
            return promise_of(
                known,
                parcel,
                local_day(work.now, zone(policy.zone)),
                policy,
                calendar=self.shop.calendar,
                destination_calendar=calendar_of(known.placed.destination),
            )

        return self.shop.do(by, act)

    def imports(
        self, by: Actor, order: str, *, rates: Rates | None = None
    ) -> tuple[ParcelImport, ...]:
        """Return what customs will charge on each parcel to the buyer. Clauses L13 to L16.

        The house sees those that sellers post to the workshop too, as `to-workshop/` and their id.
        A parcel is assessed as on the day it left, with what it carries; one that has not left, as
        if it left today. See `Checkouts.imports` for where it starts and for `rates`.
        """

        def act(work: UnitOfWork) -> tuple[ParcelImport, ...]:
            known = known_order(work.load(ORDERS, order), order)
            require_buyer(by, known.placed.buyer, "see what customs charge")
            today = self.shop.day(work.now)
            found = sent_imports(self.shop, known, today, rates or {})
            if isinstance(by, House):
                found += inbound_imports(self.shop, known, today, rates or {})
            return found

        return self.shop.do(by, act)

    def change_address(self, by: Actor, order: str, destination: Place) -> Answer:
        """Request another shipping address, which is always refused. Clause C3."""
        return execute_by(
            self.shop,
            by,
            order,
            lambda known: require_buyer(by, known.placed.buyer, "change an address"),
            lambda _, at: [ChangeAddress(at=at, destination=locate(destination))],
        )

    def cancel(self, by: Actor, order: str, *pieces: PieceId) -> Answer:
        """Cancel pieces before they are posted; all that may be cancelled still, without any.

        A buyer cancels in their own order, a seller their own pieces, the house any. No number of
        a parcel is needed for what was never posted. Clauses R2, L5.

        Raises:
            NotAllowedError: If the actor may not do this.
        """

        def commands(known: Order, at: datetime) -> Sequence[OrderCommand]:
            own = _own_pieces(known, by)
            if not own.issuperset(pieces):
                for piece in pieces:
                    known.line(piece)
                raise NotAllowedError(str(by), "cancel a piece", _CANCELLERS)
            seller = by.id if isinstance(by, Seller) else None
            return [CancelPieces(at=at, by=_canceller(by), pieces=pieces, seller=seller)]

        return execute_by(self.shop, by, order, lambda known: _may_cancel(known, by), commands)

    def find_by_reference(self, by: Actor, tender: str, reference: str) -> Order | None:
        """Find the order that a provider's reference belongs to; None if there is none.

        It may be that of a charge, of a capture, its receipt, or of a refund.

        Raises:
            NotAllowedError: For any actor but the house.
        """
        require_house(by, "find an order by a reference")

        def act(work: UnitOfWork) -> Order | None:
            checkout = checkout_of(work, tender, reference)
            return None if checkout is None else work.load(ORDERS, checkout).state

        return self.shop.do(by, act)

    def find_by_payout(self, by: Actor, reference: str) -> tuple[Order, PieceId] | None:
        """Find the order and the piece that a payout was for; None if there is none.

        `reference` is the payer's name for it, or our key of it.

        Raises:
            NotAllowedError: For any actor but the house.
        """
        require_house(by, "find an order by a payout")

        def act(work: UnitOfWork) -> tuple[Order, PieceId] | None:
            names = (reference_name(reference), key_name(reference))
            found = (work.load(PAYOUTS, name).state for name in names)
            named = next(filter(None, found), None)
            if named is None:
                return None
            return known_order(work.load(ORDERS, named.order), named.order), named.piece

        return self.shop.do(by, act)

    def record_refund(self, by: Actor, order: str, cause: str) -> Answer:
        """Record a refund that was made by other means than ours.

        What of it goes back to gift cards is credited to them, since only we can.
        """
        require_house(by, "decide about an order")

        def act(work: UnitOfWork) -> Answer:
            stream = work.load(ORDERS, order)
            known_order(stream, order)
            command = RecordRefundSent(at=work.now, cause=cause)
            answer = execute(self.shop, work, stream, [command])
            if isinstance(answer, Order):
                credit_cards(work, answer, answer.sent[cause])
            return answer

        return self.shop.do(by, act)

    def record_capture(
        self,
        by: Actor,
        order: str,
        tender: str,
        reference: str,
        receipt: str,
        *,
        amount: moneyed.Money | None = None,
    ) -> Answer:
        """Record that a means of payment was charged by other means than ours.

        `receipt` is the provider's name for that, by which it is refunded. `amount` is what was
        taken where pieces were cancelled before and less was; without it, all that the order says.
        What was captured of a cancelled order is owed back.

        Raises:
            UnknownTermError: For a payment that the order does not have.
            MoneyError: For less than is still owed, or more than was held.
        """
        taken = None if amount is None else exact(amount, "amount")

        require_house(by, "decide about an order")

        def act(work: UnitOfWork) -> Answer:
            stream = work.load(ORDERS, order)
            command = RecordCapture(
                at=work.now, tender=tender, reference=reference, receipt=receipt, amount=taken
            )
            answer = execute(self.shop, work, stream, [command])
            if isinstance(answer, Order) and receipt:
                keep_name(work, order, (tender, receipt))
            return answer

        return self.shop.do(by, act)

    def record_refund_failed(
        self, by: Actor, order: str, cause: str, tender: str, reference: str
    ) -> Answer:
        """Record that what a refund passed to a means of payment came back: it is owed again.

        A provider that reports it and repeats our key has it recorded by itself. What is owed again
        is not sent by itself: once it was paid, by the same or other means, record its refund.
        """
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [
                RecordRefundFailed(at=at, cause=cause, tender=tender, reference=reference)
            ],
        )

    def record_payout(self, by: Actor, order: str, piece: PieceId) -> Answer:
        """Record a payout that was made by other means than ours.

        One that came back before, or that the house had frozen, is released with it.
        """

        def commands(known: Order, at: datetime) -> Sequence[OrderCommand]:
            sent = RecordPayoutSent(at=at, piece=piece)
            released = ReleasePayouts(at=at, pieces=(piece,))
            return [released, sent] if piece in known.frozen else [sent]

        return execute_by_house(self.shop, by, order, commands)

    def record_payout_failed(self, by: Actor, order: str, piece: PieceId) -> Answer:
        """Record that what a seller was paid for a piece came back: it is owed again, and frozen.

        A payer whose reports are given to `Webhooks.payout` has it recorded by itself.
        """
        return execute_by_house(
            self.shop, by, order, lambda _, at: [RecordPayoutFailed(at=at, piece=piece)]
        )

    def freeze_payouts(self, by: Actor, order: str, reason: str, *pieces: PieceId) -> Answer:
        """Pay no seller for pieces until they are released; for all not paid yet, without any."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [FreezePayouts(at=at, reason=reason, pieces=pieces)],
        )

    def release_payouts(self, by: Actor, order: str, *pieces: PieceId) -> Answer:
        """Pay sellers again for pieces that are frozen; for all of them, without any.

        What was due meanwhile is paid at once, unless something else is open on the piece.
        """
        return execute_by_house(
            self.shop, by, order, lambda _, at: [ReleasePayouts(at=at, pieces=pieces)]
        )

    def record_dispute(self, by: Actor, order: str, tender: str, status: DisputeStatus) -> Answer:
        """Record a dispute of which the provider sends no webhook, or how it ended.

        Until it has ended, no seller of the order is paid, and nothing is refunded to `tender`.

        Raises:
            InvalidValueError: For a status that is none.
        """
        happened = term(DisputeStatus, status, "status")
        return execute_by_house(
            self.shop, by, order, lambda known, at: of_order(known, tender, happened, at)
        )

    def record_carrier_paid(self, by: Actor, order: str) -> Answer:
        """Record that the carrier was paid what it was owed."""
        return execute_by_house(self.shop, by, order, lambda _, at: [RecordCarrierPaid(at=at)])


_CANCELLERS = "the buyer or the seller of the piece, or the house"


def _own_pieces(order: Order, by: Actor) -> frozenset[PieceId]:
    whose = by.id if isinstance(by, Seller) else None
    return frozenset(line.piece for line in order.placed.lines if whose in (None, line.seller))


def _may_cancel(order: Order, by: Actor) -> None:
    if isinstance(by, Seller) and _own_pieces(order, by):
        return
    if isinstance(by, House) or (isinstance(by, Buyer) and by.id == order.placed.buyer):
        return
    raise NotAllowedError(str(by), "cancel a piece", _CANCELLERS)


def _canceller(by: Actor) -> Canceller:
    match by:
        case Buyer():
            return Canceller.BUYER
        case Seller():
            return Canceller.SELLER
        case _:
            return Canceller.HOUSE


def _seller_view(order: Order, seller: SellerId) -> SellerView:
    lines = tuple(line for line in order.placed.lines if line.seller == seller)
    if not lines:
        raise NotAllowedError(f"seller {seller}", "see an order", "a seller of one of its pieces")
    return SellerView(
        order=order.placed.order,
        lines=lines,
        parcels=tuple(parcel.id for parcel in order.placed.all_parcels if parcel.sender == seller),
        returns=tuple(
            name
            for name, case in order.returns.items()
            if case.opened.parcel is not None and case.opened.parcel.to == seller
        ),
    )
