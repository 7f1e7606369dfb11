"""Commands on the returns of an order: requested, posted, received, checked.

Clauses R1 to R8, F1.
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
from vintage_rules.marketplace.commands.order_commands import (
    Answer,
    execute,
    execute_by,
    execute_by_house,
    known_order,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import ORDERS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.orders.commands import CommandReturn
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
    """Commands on the returns of an order.

    Every command raises `NotAllowedError` for an actor who may not, `NotFoundError` for an order
    or a return that does not exist, and what the rules raise.
    """

    shop: Shop

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
        """Request a return, named by the host. Clauses R1 to R5, R8.

        There is one return for each parcel, `request` alone or `request-1`, `request-2` and so on.
        It is requested once for a name.

        Pieces of a claim that was upheld are taken back whatever day it is and without more proof:
        give the reason that the policy has for claims. Clause R9.
        """

        def act(work: UnitOfWork) -> Answer:
            stream = work.load(ORDERS, order)
            known = known_order(stream, order)
            require_buyer(by, known.placed.buyer, "request a return")
            if request in known.returns or f"{request}-1" in known.returns:
                return known
            where = self.shop.edition(known.placed.edition).returns.returns.where
            received = known.received(known.line(pieces[0]).piece, where) if pieces else None
            wanted = ReturnRequest(
                case=self._case(work, known, pieces, reason),
                received=received,
                begun=received is None or set(pieces) <= known.windows.keys(),
                requested_at=work.now,
                pieces=tuple(pieces),
                parcel_number=parcel_number,
                in_writing=in_writing,
                photos=photos,
                wants=wants,
                upheld=bool(pieces) and known.awaited_pieces().issuperset(pieces),
            )
            return self._requested(work, stream, request, wanted)

        return self.shop.do(by, act)

    def _requested(
        self,
        work: UnitOfWork,
        stream: Stream[Order, OrderEvent],
        request: str,
        wanted: ReturnRequest,
    ) -> Answer:
        known = known_order(stream, stream.name)
        policy = self.shop.edition(known.placed.edition).returns.returns
        sent = [
            ReturnedFrom(piece=piece, seller=known.line(piece).seller) for piece in wanted.pieces
        ]
        route = route_return(wanted.case, sent, policy) if sent else None
        if isinstance(route, NoRoute):
            return route
        requests = (
            (RequestReturn(at=work.now, request=wanted, parcel=None),)
            if route is None
            else requests_by_parcel(wanted, route, work.now)
        )
        names = (
            [request]
            if len(requests) == 1
            else [f"{request}-{n + 1}" for n in range(len(requests))]
        )
        commands = [
            CommandReturn(case=name, command=command)
            for name, command in zip(names, requests, strict=True)
        ]
        return execute(self.shop, work, stream, commands)

    def _case(
        self, work: UnitOfWork, order: Order, pieces: Sequence[PieceId], reason: str
    ) -> ReturnCase:
        """Return the case of pieces in the terms of the policy's table, as they were entered."""
        policy = self.shop.edition(order.placed.edition).returns.returns
        states = [work.load(PIECES, order.line(piece).piece).state for piece in pieces]
        kinds = {
            (state.entered.seller_kind, state.entered.category)
            for state in states
            if state is not None
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
        """Accept a request that waited for a person."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [CommandReturn(case=case, command=AcceptReturn(at=at))],
        )

    def decline_return(self, by: Actor, order: str, case: str, *reasons: str) -> Answer:
        """Decline a request, or the refund of what was sent, for reasons that the buyer is sent."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [CommandReturn(case=case, command=DeclineReturn(at=at, reasons=reasons))],
        )

    def post_return(self, by: Actor, order: str, case: str, postmark: date) -> Answer:
        """Record that a return was posted, on the day of its postmark. Clause R1."""

        def may(known: Order) -> None:
            if not isinstance(by, House):
                if isinstance(by, Buyer):
                    require_buyer(by, known.placed.buyer, "post a return")
                else:
                    require_handler(by, "", "post a return")

        return execute_by(
            self.shop,
            by,
            order,
            may,
            lambda _, at: [
                CommandReturn(case=case, command=RecordPosting(at=at, postmark=postmark))
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
        """Settle a return that waited for a person."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [
                CommandReturn(case=case, command=SettleReview(at=at, refunds=tuple(refunds)))
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
                raise NotAllowedError(
                    str(by), "receive a return", "the house" if to is None else f"{to} or the house"
                )

        return execute_by(
            self.shop, by, order, may, lambda _, at: [CommandReturn(case=case, command=command(at))]
        )


def _return(order: Order, case: str) -> Return:
    if case not in order.returns:
        raise NotFoundError("case", case, tuple(order.returns))
    return order.returns[case]
