"""An order that lives in a shop: what is done with it step by step, each when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from attrs import evolve, frozen

from tests.marketplace.town import HOME, HOUSE, POST, Town, home_in
from vintage_rules import Money, Place, calendar
from vintage_rules.errors import NotFoundError
from vintage_rules.ids import OrderId, PieceId
from vintage_rules.machine import Refused
from vintage_rules.marketplace.actors import Actor, Buyer, Seller
from vintage_rules.marketplace.commands.carts import Cart, CartItem
from vintage_rules.marketplace.commands.disputes import DisputeStatus
from vintage_rules.marketplace.commands.payment_holds import Means
from vintage_rules.marketplace.storage.piece_stream import PieceEntered
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders import Do, ParcelScan, Step
from vintage_rules.orders.commands import WorkshopFinding
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.replay.commands import CLAIM_PREFIX, RETURN_PREFIX, parcel_names
from vintage_rules.orders.states import Order
from vintage_rules.policies import PolicyBook
from vintage_rules.ports import Scan
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.shipping.parcel.states import Parcel, ParcelState, SentBackCause

ORDER_NAME = "o1"
DISPUTES = {
    Do.DISPUTE: DisputeStatus.OPENED,
    Do.DISPUTE_WON: DisputeStatus.WON,
    Do.DISPUTE_LOST: DisputeStatus.LOST,
}
DECIDED = "decided by the house"
SCANS: Mapping[ParcelScan, str] = {
    ParcelScan.UNDER_WAY: "in-transit",
    ParcelScan.HELD_AT_CUSTOMS: "held-at-customs",
    ParcelScan.DELIVERED: "delivered",
    ParcelScan.GOING_BACK: "going-back",
    ParcelScan.BACK_AT_SENDER: "back-at-sender",
}
HELD = frozenset({ParcelState.HELD_AT_CUSTOMS, ParcelState.HELD_OVERDUE})


@frozen
class Goods:
    """A piece that is sold: whose, for how much, and how heavy it is."""

    piece: PieceId
    seller: str
    price: Money
    weight_g: int


@frozen
class ShopLife:
    """A town in which one order is placed, and what is done with it."""

    town: Town
    buyer: Buyer

    @classmethod
    def begun(
        cls, book: PolicyBook, goods: Sequence[Goods], place: Place, mode: str, at: datetime
    ) -> ShopLife | None:
        """List the pieces and check them out; None where the shop refuses the cart."""
        town = Town.built(at=at)
        market = evolve(
            town.market,
            shop=evolve(
                town.market.shop,
                book=book,
                calendar=calendar(book.latest.calendar),
                carrier=None,
                tracker=None,
            ),
        )
        life = cls(evolve(town, market=market), Buyer("zoe"))
        for each in goods:
            seller = Seller(each.seller)
            entered = PieceEntered(
                at=at,
                piece=each.piece,
                seller=seller.id,
                weight_g=each.weight_g,
                description=f"a {each.piece}",
            )
            terms = SellerTerms.only(open_to_offers=False)
            market.pieces.list_piece(seller, entered, each.price, terms)
        address = {**HOME, **home_in(place), "line2": "-"}
        branded = book.on(at.date()).pricing.tenders.brands.get("card")
        cart = Cart(
            order=OrderId(ORDER_NAME),
            items=tuple(CartItem(piece=each.piece, price=each.price) for each in goods),
            mode=mode,
            shipping_address=address,
            billing_address=address,
            means=Means(tender="card", source="approved", brand="visa" if branded else None),
        )
        if not isinstance(market.checkouts.check_out(life.buyer, cart), Order):
            return None
        life.town.work()
        return life

    @property
    def order(self) -> Order:
        """The order as it was last recorded."""
        state = self._stream().state
        assert state is not None
        return state

    @property
    def events(self) -> tuple[OrderEvent, ...]:
        """All that happened to it."""
        return tuple(self._stream().history)

    def _stream(self) -> Stream[Order, OrderEvent]:
        shop = self.town.market.shop
        return UnitOfWork(shop.store, self.town.clock.now(), "test").load(ORDERS, ORDER_NAME)

    def pass_time(self, until: datetime) -> None:
        """Let the worker do what time brings, at each moment at which it brings something."""
        while (due := ORDER.next_deadline(self.order)) is not None and due <= until:
            self.town.clock.set(max(due, self.town.clock.now()))
            if not self.town.work().timers:
                break
        self.town.clock.set(until)

    def do(self, step: Step) -> tuple[str, ...]:
        """Do something, after what time has brought by then; give why it is refused, if it is."""
        self.pass_time(step.at)
        refused = [_reasons(command) for command in self._commands(step)]
        self.town.work()
        if () in refused:
            return ()
        return tuple(sorted({reason for reasons in refused for reason in reasons}))

    def _commands(self, step: Step) -> Iterator[Callable[[], object]]:
        """Give the commands of a step; it is refused if all of them are."""
        parcels, order = self.town.market.parcels, self.order
        match step.do:
            case Do.HAND_IN | Do.SCAN | Do.ANSWER_REFUND:
                parcel = order.parcels[parcel_names(order.placed)[step.parcel or ""]]
                yield lambda: self._parcel(step, parcel)
            case Do.CONFIRM:
                yield lambda: parcels.confirm_receipt(self.buyer, ORDER_NAME)
            case Do.RECEIVE:
                name = parcel_names(order.placed)[step.parcel or ""]
                yield lambda: parcels.receive_parcel(HOUSE, ORDER_NAME, name, *(step.pieces or ()))
            case Do.CHECK:
                piece, finding = step.piece or PieceId(""), WorkshopFinding(step.finding or "")
                yield lambda: parcels.check_piece(HOUSE, ORDER_NAME, piece, finding)
            case Do.CANCEL:
                by = self._canceller(step)
                yield lambda: self.town.market.orders.cancel(by, ORDER_NAME, *(step.pieces or ()))
            case Do.REQUEST_RETURN:
                yield lambda: self.town.market.returns.request_return(
                    self.buyer,
                    ORDER_NAME,
                    f"{RETURN_PREFIX}{step.return_}",
                    step.pieces or (),
                    reason=step.reason or "",
                    parcel_number=step.parcel_number,
                    photos=step.photos or 0,
                )
            case Do.OPEN_CLAIM | Do.UPHOLD_CLAIM | Do.REJECT_CLAIM:
                yield lambda: self._claim(step)
            case Do.REPORT_LOST | Do.REPORT_FOUND:
                yield lambda: self._claim(step)
            case Do.DISPUTE | Do.DISPUTE_WON | Do.DISPUTE_LOST:
                tender, status = step.tender or "", DISPUTES[step.do]
                yield lambda: self.town.market.orders.record_dispute(
                    HOUSE, ORDER_NAME, tender, status
                )
            case _:
                yield from self._of_return(step)

    def _canceller(self, step: Step) -> Actor:
        match step.by:
            case Canceller.SELLER:
                (piece,) = (step.pieces or ())[:1] or (self.order.placed.lines[0].piece,)
                return Seller(self.order.line(piece).seller)
            case Canceller.BUYER:
                return self.buyer
            case _:
                return HOUSE

    def _parcel(self, step: Step, parcel: Parcel) -> object:
        parcels, name = self.town.market.parcels, parcel.id
        if step.do is Do.ANSWER_REFUND:
            agrees = bool(step.agreed)
            return parcels.answer_refund(self.buyer, ORDER_NAME, name, agrees=agrees)
        if step.do is Do.HAND_IN:
            if parcel.state is ParcelState.REFUND_DECLINED:
                parcels.send_again(HOUSE, ORDER_NAME, name)
            return parcels.hand_in(HOUSE, ORDER_NAME, name, name)
        if step.status is ParcelScan.LOST:
            return parcels.give_up_search(HOUSE, ORDER_NAME, name)
        cause = SentBackCause.UNPAID_DUTIES if parcel.state in HELD else SentBackCause.UNKNOWN
        status = SCANS[step.status or ParcelScan.UNDER_WAY]
        scan = Scan(at=step.at, status=status, code="-", text="", place=None, cause=cause)
        return parcels.record_scan(POST, name, scan)

    def _claim(self, step: Step) -> object:
        claims, name = self.town.market.claims, f"{CLAIM_PREFIX}{step.claim}"
        match step.do:
            case Do.OPEN_CLAIM:
                pieces = step.pieces or ()
                sent = (p for p in self.order.placed.parcels if set(p.pieces) & set(pieces))
                number = next((self.order.parcels[p.id].tracking_number for p in sent), None)
                return claims.open_claim(
                    self.buyer,
                    ORDER_NAME,
                    name,
                    step.kind or "",
                    pieces,
                    photos=step.photos or 0,
                    parcel_number=number,
                )
            case Do.UPHOLD_CLAIM:
                known = self.order.claims.get(name)
                pieces = () if known is None else known.opened.pieces
                return claims.uphold_claim(HOUSE, ORDER_NAME, name, _in_full(pieces))
            case Do.REJECT_CLAIM:
                return claims.reject_claim(HOUSE, ORDER_NAME, name, DECIDED)
            case Do.REPORT_LOST:
                return claims.report_lost(HOUSE, ORDER_NAME, name)
            case _:
                return claims.report_found(HOUSE, ORDER_NAME, name)

    def _of_return(self, step: Step) -> Iterator[Callable[[], object]]:
        """Give a command for each parcel of a return; for one that there is not, the one it has."""
        name = f"{RETURN_PREFIX}{step.return_}"
        parts = [case for case in self.order.returns if case == name or _is_part(case, name)]
        yield from (partial(self._return, step, part) for part in parts or [name])

    def _return(self, step: Step, case: str) -> object:
        returns, today = self.town.market.returns, self.town.market.shop.day(step.at)
        known = self.order.returns.get(case)
        pieces = () if known is None else known.opened.pieces
        match step.do:
            case Do.ACCEPT_RETURN:
                if known is not None and known.state is ReturnState.NEEDS_REVIEW:
                    return returns.settle_review(HOUSE, ORDER_NAME, case, _in_full(pieces))
                return returns.accept_return(HOUSE, ORDER_NAME, case)
            case Do.DECLINE_RETURN:
                return returns.decline_return(HOUSE, ORDER_NAME, case, DECIDED)
            case Do.POST_RETURN:
                return returns.post_return(HOUSE, ORDER_NAME, case, today)
            case Do.RECEIVE_RETURN:
                return returns.receive_return(HOUSE, ORDER_NAME, case, today)
            case _:
                finding = Finding(step.finding or "")
                findings = [CheckedPiece(piece=piece, finding=finding) for piece in pieces]
                return returns.check_return(HOUSE, ORDER_NAME, case, findings)


def _in_full(pieces: Sequence[PieceId]) -> list[SettledPiece]:
    return [SettledPiece(piece=piece) for piece in pieces]


def _is_part(case: str, name: str) -> bool:
    start, _, number = case.rpartition("-")
    return start == name and number.isdigit()


_UNKNOWN = {"case": "no-such-return", "claim": "no-such-claim", "tracking_number": "never-posted"}


def _reasons(command: Callable[[], object]) -> tuple[str, ...]:
    """Execute a command and give why it is refused, nothing where it is not."""
    try:
        answer = command()
    except NotFoundError as error:
        return (_UNKNOWN[error.field],)
    if isinstance(answer, Order):
        return ()
    assert isinstance(answer, Refused)
    return tuple(map(str, answer.reasons))
