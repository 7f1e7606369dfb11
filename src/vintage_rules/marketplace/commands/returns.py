"""Commands on the returns of an order: asked for, posted, received, checked. Clauses R1 to R8,
F1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from attrs import frozen

from vintage_rules.errors import InvalidValueError, NotAllowedError, NotFoundError
from vintage_rules.ids import PieceId
from vintage_rules.marketplace.actors import (
    Actor,
    Buyer,
    House,
    Seller,
    require_buyer,
    require_handler,
)
from vintage_rules.marketplace.commands.order_commands import Answer, OrderDesk, known_order, tell
from vintage_rules.marketplace.storage.streams import ORDERS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.orders.commands import TellReturn
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.states import Order
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.eligibility import ReturnRequest, Wants
from vintage_rules.returns.pieces import CheckedPiece, SettledPiece
from vintage_rules.returns.request.commands import (
    AcceptReturn,
    DeclineReturn,
    RecordArrival,
    RecordCheck,
    RecordPosting,
    RequestReturn,
    ReturnCommand,
    SettleReview,
    requests_by_parcel,
)
from vintage_rules.returns.request.states import Return
from vintage_rules.returns.routing import NoRoute, ReturnedFrom, route_return


@frozen
class Returns:
    """What may be done with returns. Every command raises `NotAllowedError` where it is not theirs
    who ask, `NotFoundError` for an order or a return that there is not, and what the rules
    raise.
    """

    desk: OrderDesk

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

        Pieces of a claim that was upheld are taken back whatever day it is and without more proof:
        give the reason that the policy has for claims. Clause R9.
        """

        def act(session: UnitOfWork) -> Answer:
            loaded = session.load(ORDERS, order)
            known = known_order(loaded, order)
            require_buyer(by, known.placed.buyer, "ask for a return")
            if request in known.returns or f"{request}-1" in known.returns:
                return known
            where = self.desk.shop.edition(known.placed.edition).returns.returns.where
            received = known.received(known.line(pieces[0]).piece, where) if pieces else None
            asked = ReturnRequest(
                case=self._case(session, known, pieces, reason),
                received=received,
                begun=received is None or set(pieces) <= known.windows.keys(),
                requested_at=session.now,
                pieces=tuple(pieces),
                parcel_number=parcel_number,
                in_writing=in_writing,
                photos=photos,
                wants=wants,
                upheld=bool(pieces) and known.awaited_pieces().issuperset(pieces),
            )
            return self._requested(session, loaded, request, asked)

        return self.desk.shop.do(by, act)

    def _requested(
        self,
        session: UnitOfWork,
        loaded: Stream[Order, OrderEvent],
        request: str,
        asked: ReturnRequest,
    ) -> Answer:
        known = known_order(loaded, loaded.stream)
        policy = self.desk.shop.edition(known.placed.edition).returns.returns
        sent = [
            ReturnedFrom(piece=piece, seller=known.line(piece).seller) for piece in asked.pieces
        ]
        route = route_return(asked.case, sent, policy) if sent else None
        if isinstance(route, NoRoute):
            return route
        told = (
            (RequestReturn(at=session.now, request=asked, parcel=None),)
            if route is None
            else requests_by_parcel(asked, route, session.now)
        )
        names = [request] if len(told) == 1 else [f"{request}-{n + 1}" for n in range(len(told))]
        commands = [
            TellReturn(case=name, command=command)
            for name, command in zip(names, told, strict=True)
        ]
        return tell(self.desk.shop, session, loaded, commands)

    def _case(
        self, session: UnitOfWork, order: Order, pieces: Sequence[PieceId], reason: str
    ) -> ReturnCase:
        """Say the case of pieces in the terms of the policy's table, as they were entered."""
        policy = self.desk.shop.edition(order.placed.edition).returns.returns
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
        return self.desk.by_house(
            by, order, lambda _, at: [TellReturn(case=case, command=AcceptReturn(at=at))]
        )

    def decline_return(self, by: Actor, order: str, case: str, *reasons: str) -> Answer:
        """Decline a request, or the refund of what was sent, for reasons the buyer is told."""
        return self.desk.by_house(
            by,
            order,
            lambda _, at: [TellReturn(case=case, command=DeclineReturn(at=at, reasons=reasons))],
        )

    def post_return(self, by: Actor, order: str, case: str, postmark: date) -> Answer:
        """Record that a return was posted, on the day of its postmark. Clause R1."""

        def may(known: Order) -> None:
            if not isinstance(by, House):
                if isinstance(by, Buyer):
                    require_buyer(by, known.placed.buyer, "post a return")
                else:
                    require_handler(by, "", "post a return")

        return self.desk.tell(
            by,
            order,
            may,
            lambda _, at: [TellReturn(case=case, command=RecordPosting(at=at, postmark=postmark))],
        )

    def receive_return(
        self, by: Actor, order: str, case: str, arrived: date, postmark: date | None = None
    ) -> Answer:
        """Record that a return arrived where it was to go."""
        return self._by_addressee(
            by,
            order,
            case,
            lambda at: RecordArrival(at=at, arrived=arrived, postmark=postmark),
        )

    def check_return(
        self, by: Actor, order: str, case: str, findings: Sequence[CheckedPiece]
    ) -> Answer:
        """Record what a check of every piece found. Clause F1."""
        return self._by_addressee(
            by, order, case, lambda at: RecordCheck(at=at, findings=tuple(findings))
        )

    def settle_review(
        self, by: Actor, order: str, case: str, refunds: Sequence[SettledPiece]
    ) -> Answer:
        """Settle what a person was asked of a return."""
        return self.desk.by_house(
            by,
            order,
            lambda _, at: [
                TellReturn(case=case, command=SettleReview(at=at, refunds=tuple(refunds)))
            ],
        )

    def _by_addressee(
        self,
        by: Actor,
        order: str,
        case: str,
        command: Callable[[datetime], ReturnCommand],
    ) -> Answer:
        def may(known: Order) -> None:
            parcel = _return(known, case).opened.parcel
            to = None if parcel is None else parcel.to
            if not isinstance(by, House) and not (isinstance(by, Seller) and by.id == to):
                raise NotAllowedError(str(by), "receive a return", f"{to or 'nobody'} or the house")

        return self.desk.tell(
            by, order, may, lambda _, at: [TellReturn(case=case, command=command(at))]
        )


def _return(order: Order, case: str) -> Return:
    if case not in order.returns:
        raise NotFoundError("case", case, tuple(order.returns))
    return order.returns[case]
