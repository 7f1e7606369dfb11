"""Commands on an order that was placed: its parcels, its returns, its claims. Clauses C3, L14, R1
to R10, S1 to S3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import end_of_day, zone
from vintage_rules.errors import InvalidValueError, NotAllowedError, UnknownTermError
from vintage_rules.ids import OrderId, ParcelId, PieceId, SellerId
from vintage_rules.marketplace.actors import (
    Actor,
    Buyer,
    House,
    Seller,
    require_buyer,
    require_handler,
    require_house,
)
from vintage_rules.marketplace.session import Loaded, Session
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.streams import NUMBERS, ORDERS, PIECES
from vintage_rules.marketplace.tracking import NumberGiven
from vintage_rules.orders.order_decide import (
    OrderCommandRefused,
    decide_order,
    order_fall_due,
)
from vintage_rules.orders.order_events import (
    ChangeAddress,
    OrderCommand,
    OrderEvent,
    OrderLine,
    ParcelChanged,
    RecordCarrierPaid,
    RecordPayoutSent,
    RecordRefundSent,
    TellClaim,
    TellParcel,
    TellReturn,
)
from vintage_rules.orders.order_machine import replay_order
from vintage_rules.orders.order_states import Order
from vintage_rules.places import Place
from vintage_rules.ports import Scan
from vintage_rules.returns import claim_events as claims
from vintage_rules.returns import return_events as returns
from vintage_rules.returns.claim_machine import ClaimCommandRefused
from vintage_rules.returns.claims import ClaimRefused, ClaimRequest
from vintage_rules.returns.eligibility import ReturnRefused, ReturnRequest, Wants
from vintage_rules.returns.return_decide import ReturnCommandRefused
from vintage_rules.returns.return_states import Return
from vintage_rules.returns.routing import NoRoute, ReturnedFrom, route_return
from vintage_rules.returns.table import ReturnCase
from vintage_rules.shipping.delivery import estimate_delivery
from vintage_rules.shipping.journey import ParcelCommandRefused, tells_of
from vintage_rules.shipping.journey_events import (
    AnswerRefund,
    GiveUpSearch,
    HandIn,
    ReceiveBack,
    RecordScan,
    ReportFound,
    SendAgain,
)
from vintage_rules.world import calendar_of, locate

Refusal: TypeAlias = (
    OrderCommandRefused
    | ParcelCommandRefused
    | ReturnRefused
    | ReturnCommandRefused
    | ClaimRefused
    | ClaimCommandRefused
    | NoRoute
)
Answer: TypeAlias = Order | Refusal
_May: TypeAlias = Callable[[Order], None]
_Commands: TypeAlias = Callable[[Order, datetime], Sequence[OrderCommand]]


@frozen(kw_only=True)
class SellerView:
    """What a seller may see of an order: their own pieces, and the parcels and returns that are
    theirs to send or to receive.
    """

    order: OrderId
    lines: tuple[OrderLine, ...]
    parcels: tuple[ParcelId, ...]
    returns: tuple[str, ...]


def known_order(loaded: Loaded[Order, OrderEvent], order: str) -> Order:
    """Give an order. Raises `UnknownTermError` for one that was never placed."""
    if loaded.state is None:
        raise UnknownTermError("order", order, ("an order that was placed",))
    return loaded.state


def tell(
    shop: Shop,
    session: Session,
    loaded: Loaded[Order, OrderEvent],
    commands: Sequence[OrderCommand],
) -> Answer:
    """Tell an order commands, all or none of them, under the edition it was placed under."""
    order = known_order(loaded, loaded.stream)
    policy = shop.edition(order.placed.edition)
    happened: list[OrderEvent] = []
    for command in commands:
        decided = decide_order(order, command, policy, shop.calendar)
        if not isinstance(decided, tuple):
            return decided
        happened.extend(decided)
        order = replay_order(decided, order) or order
    return session.happen(loaded, happened)


@frozen
class Orders:
    """What may be done with orders. Every command raises `NotAllowedError` where it is not theirs
    who ask, `UnknownTermError` for an order or a part of one that there is not, and what the rules
    raise. What a command brings about is written with what time has brought about before it.
    """

    shop: Shop

    def view(self, by: Actor, order: str) -> Order | SellerView:
        """Show an order as it stands at this moment: all of it to its buyer and to the house, to a
        seller what is theirs.
        """

        def act(session: Session) -> Order:
            known = known_order(session.load(ORDERS, order), order)
            policy = self.shop.edition(known.placed.edition)
            due = order_fall_due(known, session.now, policy, self.shop.calendar)
            return replay_order(due, known) or known

        shown = self.shop.do(by, act)
        if isinstance(by, Seller):
            return _seller_view(shown, by.id)
        require_buyer(by, shown.placed.buyer, "see an order")
        return shown

    def change_address(self, by: Actor, order: str, destination: Place) -> Answer:
        """Ask for another shipping address: refused, whoever asks. Clause C3."""
        return self._tell(
            by,
            order,
            lambda known: require_buyer(by, known.placed.buyer, "change an address"),
            lambda _, at: [ChangeAddress(at=at, destination=locate(destination))],
        )

    # ---- parcels ----

    def hand_in(self, by: Actor, order: str, parcel: ParcelId, tracking_number: str) -> Answer:
        """Record that a parcel was handed in: its buyer is mailed the number. Clauses S1, S2."""

        def act(session: Session) -> Answer:
            loaded = session.load(ORDERS, order)
            known = known_order(loaded, order)
            require_handler(by, _sender(known, parcel), "hand a parcel in")
            number = session.load(NUMBERS, tracking_number)
            hand_in = HandIn(
                at=session.now,
                tracking_number=tracking_number,
                overdue_at=self._overdue_at(known, session.now),
            )
            told = TellParcel(parcel=parcel, command=hand_in)
            answer = tell(self.shop, session, loaded, [told])
            if isinstance(answer, Order):
                given = NumberGiven(at=session.now, order=OrderId(order), parcel=parcel)
                session.happen(number, [given])
            return answer

        return self.shop.do(by, act)

    def _overdue_at(self, order: Order, now: datetime) -> datetime:
        """A parcel is overdue when the last day of its estimate is over. Clause S3."""
        policy = self.shop.edition(order.placed.edition)
        destination = order.placed.destination
        estimate = estimate_delivery(
            destination,
            self.shop.day(now),
            policy.shipping.delivery,
            calendar_of(destination),
        )
        return end_of_day(estimate.window.latest, zone(policy.zone))

    def record_scan(self, by: Actor, tracking_number: str, *scans: Scan) -> Answer:
        """Record where a carrier has seen a parcel, in whatever order it tells. What was recorded
        already changes nothing; what is unknown stays unknown.
        """
        if not isinstance(by, House):
            require_handler(by, "", "record a scan")

        def act(session: Session) -> Answer:
            given = session.load(NUMBERS, tracking_number).state
            if given is None:
                raise UnknownTermError("tracking_number", tracking_number, ("a number handed in",))
            loaded = session.load(ORDERS, given.order)
            known = known_order(loaded, given.order)
            new = [
                TellParcel(parcel=given.parcel, command=command)
                for command in map(_command, sorted(scans, key=lambda scan: scan.at))
                if not _was_told(loaded.history, given.parcel, command)
            ]
            return tell(self.shop, session, loaded, new) if new else known

        return self.shop.do(by, act)

    def receive_back(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Record that a parcel is back at its sender; its buyer is then asked. Clause L14."""
        return self._tell(
            by,
            order,
            lambda known: require_handler(by, _sender(known, parcel), "receive a parcel back"),
            lambda _, at: [TellParcel(parcel=parcel, command=ReceiveBack(at=at))],
        )

    def answer_refund(self, by: Actor, order: str, parcel: ParcelId, *, agrees: bool) -> Answer:
        """Say whether the buyer of a parcel that went back agrees to a refund. Clause L14."""
        return self._by_buyer(
            by,
            order,
            lambda _, at: [TellParcel(parcel=parcel, command=AnswerRefund(at=at, agrees=agrees))],
        )

    def send_again(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Announce a parcel once more, for a buyer who would rather have it."""
        return self._by_house(
            by, order, lambda _, at: [TellParcel(parcel=parcel, command=SendAgain(at=at))]
        )

    def give_up_search(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """End the search for a parcel: it is refunded. Clause R10."""
        return self._by_house(
            by, order, lambda _, at: [TellParcel(parcel=parcel, command=GiveUpSearch(at=at))]
        )

    def report_parcel_found(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Say that a parcel given up for lost turned up. Clause R10."""
        return self._by_house(
            by, order, lambda _, at: [TellParcel(parcel=parcel, command=ReportFound(at=at))]
        )

    # ---- returns ----

    def request_return(
        self,
        by: Actor,
        order: str,
        request: str,
        pieces: Sequence[PieceId],
        *,
        parcel_number: str | None,
        reason: str = "withdrawal",
        wants: Wants = Wants.REFUND,
        photos: int = 0,
        in_writing: bool = True,
    ) -> Answer:
        """Ask for a return, named by the host: one return a parcel it makes, `request` alone or
        `request-1`, `request-2` and so on. Told twice, it is asked once. Clauses R1 to R5, R8.
        """

        def act(session: Session) -> Answer:
            loaded = session.load(ORDERS, order)
            known = known_order(loaded, order)
            require_buyer(by, known.placed.buyer, "ask for a return")
            if request in known.returns or f"{request}-1" in known.returns:
                return known
            asked = ReturnRequest(
                case=self._case(session, known, pieces, reason),
                received=_received(known, pieces),
                requested_at=session.now,
                pieces=tuple(pieces),
                parcel_number=parcel_number,
                in_writing=in_writing,
                photos=photos,
                wants=wants,
            )
            return self._requested(session, loaded, request, asked)

        return self.shop.do(by, act)

    def _requested(
        self,
        session: Session,
        loaded: Loaded[Order, OrderEvent],
        request: str,
        asked: ReturnRequest,
    ) -> Answer:
        known = known_order(loaded, loaded.stream)
        policy = self.shop.edition(known.placed.edition).returns.returns
        sent = [
            ReturnedFrom(piece=piece, seller=known.line(piece).seller) for piece in asked.pieces
        ]
        route = route_return(asked.case, sent, policy) if sent else None
        if isinstance(route, NoRoute):
            return route
        told = (
            (returns.RequestReturn(at=session.now, request=asked, parcel=None),)
            if route is None
            else returns.requests_by_parcel(asked, route, session.now)
        )
        names = [request] if len(told) == 1 else [f"{request}-{n + 1}" for n in range(len(told))]
        commands = [
            TellReturn(case=name, command=command)
            for name, command in zip(names, told, strict=True)
        ]
        return tell(self.shop, session, loaded, commands)

    def _case(
        self, session: Session, order: Order, pieces: Sequence[PieceId], reason: str
    ) -> ReturnCase:
        """Say the case of pieces in the terms of the policy's table, as they were entered."""
        policy = self.shop.edition(order.placed.edition).returns.returns
        files = [session.load(PIECES, order.line(piece).piece).state for piece in pieces]
        kinds = {
            (file.entered.seller_kind, file.entered.category) for file in files if file is not None
        }
        if len(kinds) > 1:
            allowed = "of one category and kind of seller in one request"
            raise InvalidValueError("pieces", tuple(pieces), allowed)
        seller_kind, category = kinds.pop() if kinds else (None, None)
        return policy.case(
            order.placed.destination.territory,
            reason=reason,
            seller_kind=seller_kind,
            mode=order.placed.mode,
            category=category,
        )

    def accept_return(self, by: Actor, order: str, case: str) -> Answer:
        """Accept a request that a person had to look at."""
        return self._by_house(
            by, order, lambda _, at: [TellReturn(case=case, command=returns.AcceptReturn(at=at))]
        )

    def decline_return(self, by: Actor, order: str, case: str, *reasons: str) -> Answer:
        """Decline a request, or the refund of what was sent, for reasons the buyer is told."""
        return self._by_house(
            by,
            order,
            lambda _, at: [
                TellReturn(case=case, command=returns.DeclineReturn(at=at, reasons=reasons))
            ],
        )

    def post_return(self, by: Actor, order: str, case: str, postmark: date) -> Answer:
        """Record that a return was posted, on the day of its postmark. Clause R1."""

        def may(known: Order) -> None:
            if not isinstance(by, House):
                if isinstance(by, Buyer):
                    require_buyer(by, known.placed.buyer, "post a return")
                else:
                    require_handler(by, "", "post a return")

        return self._tell(
            by,
            order,
            may,
            lambda _, at: [
                TellReturn(case=case, command=returns.RecordPosting(at=at, postmark=postmark))
            ],
        )

    def receive_return(
        self, by: Actor, order: str, case: str, arrived: date, postmark: date | None = None
    ) -> Answer:
        """Record that a return arrived where it was to go."""
        return self._by_addressee(
            by,
            order,
            case,
            lambda at: returns.RecordArrival(at=at, arrived=arrived, postmark=postmark),
        )

    def check_return(
        self, by: Actor, order: str, case: str, findings: Sequence[returns.CheckedPiece]
    ) -> Answer:
        """Record what a check of every piece found. Clause F1."""
        return self._by_addressee(
            by, order, case, lambda at: returns.RecordCheck(at=at, findings=tuple(findings))
        )

    def settle_review(
        self, by: Actor, order: str, case: str, refunds: Sequence[returns.SettledPiece]
    ) -> Answer:
        """Settle what a person was asked of a return."""
        return self._by_house(
            by,
            order,
            lambda _, at: [
                TellReturn(case=case, command=returns.SettleReview(at=at, refunds=tuple(refunds)))
            ],
        )

    # ---- claims ----

    def open_claim(
        self,
        by: Actor,
        order: str,
        claim: str,
        kind: str,
        pieces: Sequence[PieceId],
        *,
        photos: int,
        parcel_number: str | None = None,
        in_writing: bool = True,
    ) -> Answer:
        """Complain of a defect, or of what never arrived. Told twice, once. Clauses R9, R10."""

        def commands(known: Order, at: datetime) -> Sequence[OrderCommand]:
            if claim in known.claims:
                return ()
            request = ClaimRequest(
                kind=kind,
                since=self._delivered(known, pieces),
                claimed_at=at,
                pieces=tuple(pieces),
                photos=photos,
                in_writing=in_writing,
                parcel_number=parcel_number,
                order_number=order,
            )
            return [TellClaim(case=claim, command=claims.OpenClaim(at=at, request=request))]

        return self._by_buyer(by, order, commands)

    def _delivered(self, order: Order, pieces: Sequence[PieceId]) -> date | None:
        """Give the day the last of some pieces was delivered; None while one is not."""
        days: list[date] = []
        for parcel in order.placed.parcels:
            if set(parcel.pieces) & set(pieces):
                delivered_at = order.parcels[parcel.id].delivered_at
                if delivered_at is None:
                    return None
                days.append(self.shop.day(delivered_at))
        return max(days, default=None)

    def look_again(self, by: Actor, order: str, claim: str) -> Answer:
        """Look for a parcel once more."""
        return self._claim(by, order, claim, lambda at: claims.LookAgain(at=at))

    def report_found(self, by: Actor, order: str, claim: str) -> Answer:
        """Say that what was claimed not to have arrived has been delivered."""
        return self._claim(by, order, claim, lambda at: claims.ReportFound(at=at))

    def report_lost(self, by: Actor, order: str, claim: str) -> Answer:
        """Say that what was claimed is lost: it is refunded in full."""
        return self._claim(by, order, claim, lambda at: claims.ReportLost(at=at))

    def uphold_claim(
        self, by: Actor, order: str, claim: str, refunds: Sequence[returns.SettledPiece]
    ) -> Answer:
        """Find for the buyer."""
        return self._claim(
            by, order, claim, lambda at: claims.UpholdClaim(at=at, refunds=tuple(refunds))
        )

    def reject_claim(self, by: Actor, order: str, claim: str, *reasons: str) -> Answer:
        """Find against the buyer, for reasons they are told."""
        return self._claim(by, order, claim, lambda at: claims.RejectClaim(at=at, reasons=reasons))

    # ---- money that moved outside ----

    def record_refund(self, by: Actor, order: str, cause: str) -> Answer:
        """Say that a refund was made by other means than ours."""
        return self._by_house(by, order, lambda _, at: [RecordRefundSent(at=at, cause=cause)])

    def record_payout(self, by: Actor, order: str, piece: PieceId) -> Answer:
        """Say that a seller was paid by other means than ours."""
        return self._by_house(by, order, lambda _, at: [RecordPayoutSent(at=at, piece=piece)])

    def record_carrier_paid(self, by: Actor, order: str) -> Answer:
        """Say that the carrier was paid what it was owed."""
        return self._by_house(by, order, lambda _, at: [RecordCarrierPaid(at=at)])

    # ---- who, and then what ----

    def _by_buyer(self, by: Actor, order: str, commands: _Commands) -> Answer:
        return self._tell(
            by,
            order,
            lambda known: require_buyer(by, known.placed.buyer, "tell an order something"),
            commands,
        )

    def _by_house(self, by: Actor, order: str, commands: _Commands) -> Answer:
        return self._tell(by, order, lambda _: require_house(by, "decide about an order"), commands)

    def _claim(
        self, by: Actor, order: str, claim: str, command: Callable[[datetime], claims.ClaimCommand]
    ) -> Answer:
        return self._by_house(by, order, lambda _, at: [TellClaim(case=claim, command=command(at))])

    def _by_addressee(
        self,
        by: Actor,
        order: str,
        case: str,
        command: Callable[[datetime], returns.ReturnCommand],
    ) -> Answer:
        def may(known: Order) -> None:
            parcel = _return(known, case).opened.parcel
            to = None if parcel is None else parcel.to
            if not isinstance(by, House) and not (isinstance(by, Seller) and by.id == to):
                raise NotAllowedError(str(by), "receive a return", f"{to or 'nobody'} or the house")

        return self._tell(
            by, order, may, lambda _, at: [TellReturn(case=case, command=command(at))]
        )

    def _tell(self, by: Actor, order: str, may: _May, commands: _Commands) -> Answer:
        def act(session: Session) -> Answer:
            loaded = session.load(ORDERS, order)
            known = known_order(loaded, order)
            may(known)
            told = commands(known, session.now)
            return tell(self.shop, session, loaded, told) if told else known

        return self.shop.do(by, act)


def _seller_view(order: Order, seller: SellerId) -> SellerView:
    lines = tuple(line for line in order.placed.lines if line.seller == seller)
    if not lines:
        raise NotAllowedError(f"seller {seller}", "see an order", "a seller of one of its pieces")
    return SellerView(
        order=order.placed.order,
        lines=lines,
        parcels=tuple(p.id for p in order.placed.parcels if p.sender == seller),
        returns=tuple(
            name
            for name, case in order.returns.items()
            if case.opened.parcel is not None and case.opened.parcel.to == seller
        ),
    )


def _sender(order: Order, parcel: ParcelId) -> str:
    for each in order.placed.parcels:
        if each.id == parcel:
            return each.sender
    raise UnknownTermError("parcel", parcel, tuple(each.id for each in order.placed.parcels))


def _return(order: Order, case: str) -> Return:
    if case not in order.returns:
        raise UnknownTermError("case", case, tuple(order.returns))
    return order.returns[case]


def _received(order: Order, pieces: Sequence[PieceId]) -> date | None:
    windows = [order.windows[piece] for piece in pieces if piece in order.windows]
    return windows[0].received if windows else None


def _command(scan: Scan) -> RecordScan:
    return RecordScan(at=scan.at, status=scan.status, cause=scan.cause)


def _was_told(history: Sequence[OrderEvent], parcel: ParcelId, scan: RecordScan) -> bool:
    return any(
        isinstance(event, ParcelChanged) and event.parcel == parcel and tells_of(event.event, scan)
        for event in history
    )
