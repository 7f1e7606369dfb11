"""Commands on the returns of an order: requested, posted, received, checked.

Clauses R1 to R8, F1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import count, takewhile

from attrs import frozen

from vintage_rules.errors import NameTakenError, NotAllowedError, NotFoundError
from vintage_rules.ids import PieceId
from vintage_rules.marketplace.actors import (
    Actor,
    Buyer,
    House,
    Seller,
    require_buyer,
    require_handler,
)
from vintage_rules.marketplace.commands.addresses import AddressAnswer, return_address
from vintage_rules.marketplace.commands.entries import (
    require_evidence,
    require_name,
    require_reasons,
)
from vintage_rules.marketplace.commands.order_commands import (
    Answer,
    execute,
    execute_by,
    execute_by_house,
    known_order,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import CommandReturn
from vintage_rules.orders.requests import return_requests
from vintage_rules.orders.states import Order
from vintage_rules.returns.eligibility import Wants
from vintage_rules.returns.pieces import CheckedPiece, SettledPiece
from vintage_rules.returns.request.commands import (
    AcceptReturn,
    DeclineReturn,
    RecordArrival,
    RecordCheck,
    RecordPosting,
    ReturnCommand,
    SettleReview,
)
from vintage_rules.returns.request.events import ReturnRequested
from vintage_rules.returns.request.states import Return


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
        It is requested once for a name: the same pieces and reason again are the same request, with
        whatever evidence.

        Pieces of a claim that was upheld are taken back whatever day it is and without more proof:
        give the reason that the policy has for claims. Clause R9.

        Raises:
            NameTakenError: For the name of a return of other pieces or for another reason.
            IdentifierError: For a name of more than 100 characters.
            InvalidValueError: For more than 1,000 photos, or a number of more than 200 characters.
        """
        require_name(request, "request")
        require_evidence(photos, parcel_number)

        def act(work: UnitOfWork) -> Answer:
            stream = work.load(ORDERS, order)
            known = known_order(stream, order)
            require_buyer(by, known.placed.buyer, "request a return")
            recorded = _recorded_under(known, request)
            if recorded and _is_the_same(recorded, pieces, reason):
                return known
            if recorded:
                raise NameTakenError("request", request)
            commands = return_requests(
                known,
                request,
                pieces,
                self.shop.edition(known.placed.edition).returns.returns,
                at=work.now,
                reason=reason,
                parcel_number=parcel_number,
                photos=photos,
                in_writing=in_writing,
                wants=wants,
            )
            if any(command.case in known.returns for command in commands):
                raise NameTakenError("request", request)
            return execute(self.shop, work, stream, commands)

        return self.shop.do(by, act)

    def posting_address(self, by: Actor, order: str, case: str) -> AddressAnswer:
        """Return where a return goes, to its buyer and while they must post it. Clause R5."""

        def act(work: UnitOfWork) -> Return:
            known = known_order(work.load(ORDERS, order), order)
            require_buyer(by, known.placed.buyer, "see where a return goes")
            return _return(known, case)

        return return_address(self.shop, self.shop.do(by, act))

    def accept_return(self, by: Actor, order: str, case: str) -> Answer:
        """Accept a request that waited for a person."""
        return execute_by_house(
            self.shop,
            by,
            order,
            lambda _, at: [CommandReturn(case=case, command=AcceptReturn(at=at))],
        )

    def decline_return(self, by: Actor, order: str, case: str, *reasons: str) -> Answer:
        """Decline a request, or the refund of what was sent, for reasons that the buyer is sent.

        Raises:
            InvalidValueError: For a reason of more than 1,000 characters.
        """
        require_reasons(reasons)
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


def _recorded_under(order: Order, request: str) -> list[ReturnRequested]:
    """Return what was requested under a name: one return, or several that were begun together."""
    if request in order.returns:
        return [order.returns[request].opened]
    parts = takewhile(order.returns.__contains__, (f"{request}-{number}" for number in count(1)))
    opened = [order.returns[part].opened for part in parts]
    together = [each for each in opened if each.at == opened[0].at]
    return together if len(together) > 1 else []


def _is_the_same(
    recorded: Sequence[ReturnRequested], pieces: Sequence[PieceId], reason: str
) -> bool:
    return all(each.case.reason == reason for each in recorded) and set(pieces) == {
        piece for each in recorded for piece in each.pieces
    }


def _return(order: Order, case: str) -> Return:
    if case not in order.returns:
        raise NotFoundError("case", case, tuple(order.returns))
    return order.returns[case]
