"""An order to tell stories about: a coat of ada's and a bag of lou's, shipped direct or grouped,
paid by gift card and card.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from vintage_rules import Money, Piece, Place, calendar, load_policy, locate, quote_order
from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId, SellerId
from vintage_rules.orders import OrderQuote
from vintage_rules.orders.commands import (
    CheckPiece,
    CommandClaim,
    CommandParcel,
    CommandReturn,
    OrderCommand,
    ReceiveParcel,
    RecordCapture,
    WorkshopFinding,
)
from vintage_rules.orders.decide import ORDER, OrderAnswer
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.placing import place_order
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import Order
from vintage_rules.returns.claim.commands import OpenClaim
from vintage_rules.returns.claims import ClaimRequest
from vintage_rules.returns.eligibility import ReturnRequest, Wants
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import CheckedPiece, Finding
from vintage_rules.returns.request.commands import (
    RecordArrival,
    RecordCheck,
    RecordPosting,
    RequestReturn,
)
from vintage_rules.returns.routing import ReturnedFrom, ReturnRoute, route_return
from vintage_rules.shipping.parcel.commands import HandIn, ParcelCommand, RecordScan

HOUSE = load_policy("imparfaite").on(date(2026, 11, 22))
FRANCE = calendar("FR")
MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
COAT, BAG = PieceId("coat"), PieceId("bag")
ADA, LOU = SellerId("ada"), SellerId("lou")
FIRST, SECOND = ParcelId("o1-1"), ParcelId("o1-2")
BORDEAUX = Place(country="FR", postal_code="33000", city="Bordeaux")
LIEGE = Place(country="BE", postal_code="4000", city="Liège")


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount, "EUR")


def days(count: float) -> datetime:
    """So many days after the order was placed."""
    return MONDAY + timedelta(days=count)


def at(moment: datetime) -> float:
    """A moment as days after the order was placed."""
    return (moment - MONDAY) / timedelta(days=1)


def quoted(
    mode: str = "direct", place: Place = BORDEAUX, policy: HousePolicy = HOUSE
) -> OrderQuote:
    """The order's price: a coat for 90, listed at 100, and a bag for 55, listed at that."""
    pieces = [
        Piece(
            id=COAT,
            seller=ADA,
            price=euros("90.00"),
            weight_g=1400,
            list_price=euros("100.00"),
        ),
        Piece(id=BAG, seller=LOU, price=euros("55.00"), weight_g=600, list_price=euros("55.00")),
    ]
    quote = quote_order(pieces, locate(place), mode, policy, gift_card_balance=euros("50.00"))
    assert isinstance(quote, OrderQuote)
    return quote


def placed(
    mode: str = "direct", place: Place = BORDEAUX, policy: HousePolicy = HOUSE
) -> OrderEvent:
    """The order placed: 50 from a gift card, the rest from a card."""
    quote = quoted(mode, place, policy)
    return place_order(
        quote,
        policy,
        order=OrderId("o1"),
        buyer=BuyerId("zoe"),
        payments=[
            Payment(tender="gift-card", amount=quote.price.gift_card),
            Payment(tender="card", amount=quote.price.to_pay),
        ],
        at=MONDAY,
    )


class Story:
    """An order, what has happened to it, and what was refused."""

    def __init__(
        self,
        mode: str = "direct",
        place: Place = BORDEAUX,
        policy: HousePolicy = HOUSE,
        first: OrderEvent | None = None,
    ) -> None:
        """Place the order, or let it be placed by an event."""
        self.policy = policy
        self.events: list[OrderEvent] = []
        self._order: Order | None = None
        self.happen([first or placed(mode, place, policy)])
        self.refused: list[OrderAnswer] = []
        self.requests: list[CommandReturn] = []

    def happen(self, events: Iterable[OrderEvent]) -> None:
        """Let events happen one by one; the order must balance after each."""
        for event in events:
            self._order = ORDER.evolve(self._order, event)
            self.events.append(event)
            balances(self._order)

    @property
    def order(self) -> Order:
        """The order as its history has left it."""
        assert self._order is not None
        return self._order

    @property
    def names(self) -> list[str]:
        """What happened, by name; of a part, the name of its own event where it has one."""
        inner = [getattr(event, "event", event) for event in self.events[1:]]
        return [getattr(event, "name", type(event).__name__) for event in inner]

    def tell(self, *commands: OrderCommand) -> Story:
        """Tell the order each command; a refused one changes nothing."""
        for command in commands:
            answer = ORDER.decide(self.order, command, self.policy, FRANCE)
            if isinstance(answer, tuple):
                self.happen(answer)
            else:
                self.refused.append(answer)
        return self

    def pay(self) -> Story:
        """Charge the gift card and the card."""
        return self.tell(
            RecordCapture(at=days(0.01), tender="gift-card"),
            RecordCapture(at=days(0.02), tender="card"),
        )

    def parcel(self, name: ParcelId, command: ParcelCommand) -> Story:
        """Command a parcel; what leaves from the workshop arrives there and passes first."""
        if isinstance(command, HandIn) and not self.order.is_inbound(name):
            self.arrive(*self.order.pieces_in(name), at=command.at)
        return self.tell(CommandParcel(parcel=name, command=command))

    def arrive(self, *pieces: PieceId, at: datetime, fails: PieceId | None = None) -> Story:
        """Have the workshop receive and check pieces it still waits for, one perhaps in vain."""
        for piece in pieces:
            parcel = self.order.inbound(piece)
            if parcel is None or self.order.stages[piece] != "ordered":
                continue
            finding = WorkshopFinding.FAILS if piece == fails else WorkshopFinding.AS_DESCRIBED
            self.tell(
                ReceiveParcel(at=at, parcel=parcel.id, pieces=(piece,)),
                CheckPiece(at=at, piece=piece, finding=finding),
            )
        return self

    def deliver(self, name: ParcelId = FIRST, *, on: float = 3) -> Story:
        """Hand a parcel in and deliver it that many days after the order."""
        self.parcel(name, HandIn(at=days(1), tracking_number=f"8R{name}"))
        return self.parcel(name, RecordScan(at=days(on), status="delivered"))

    def ask_return(
        self, *pieces: PieceId, at: float, reason: str = "withdrawal", upheld: bool = False
    ) -> Story:
        """Ask for the return of pieces, one return for each parcel they make; without a photo
        where they were claimed for.
        """
        order = self.order
        received = order.day_received(pieces[0], self.policy.returns.returns.where)
        territory = order.placed.destination.territory
        case = HOUSE.returns.returns.case(territory, reason=reason, mode=order.placed.mode)
        request = ReturnRequest(
            case=case,
            received=received,
            requested_at=days(at),
            pieces=pieces,
            parcel_number="8R",
            in_writing=True,
            photos=0 if upheld else 1,
            wants=Wants.REFUND,
            upheld=upheld,
        )
        route = route_return(
            case,
            [ReturnedFrom(piece=piece, seller=order.line(piece).seller) for piece in pieces],
            HOUSE.returns.returns,
        )
        assert isinstance(route, ReturnRoute)
        for parcel in route.parcels:
            name = "-".join(parcel.pieces)
            command = RequestReturn(at=days(at), request=request, parcel=parcel)
            self.requests.append(CommandReturn(case=name, command=command))
            self.tell(self.requests[-1])
        return self

    def come_back(self, name: str, *, at: float, finding: Finding = Finding.AS_SENT) -> Story:
        """Post, receive and check a return, its pieces found so."""
        known = self.order.returns.get(name)
        pieces = [PieceId(name)] if known is None else known.opened.pieces
        day = days(at).date()
        return self.tell(
            CommandReturn(case=name, command=RecordPosting(at=days(at), postmark=day)),
            CommandReturn(
                case=name, command=RecordArrival(at=days(at + 2), arrived=day, postmark=None)
            ),
            CommandReturn(
                case=name,
                command=RecordCheck(
                    at=days(at + 3),
                    findings=tuple(CheckedPiece(piece=piece, finding=finding) for piece in pieces),
                ),
            ),
        )

    def claim(self, kind: str, *pieces: PieceId, at: float, name: str = "claim") -> Story:
        """Open a claim about pieces."""
        request = ClaimRequest(
            kind=kind,
            since=None,
            claimed_at=days(at),
            pieces=pieces,
            photos=2,
            in_writing=True,
            parcel_number="8R",
            order_number="o1",
        )
        return self.tell(CommandClaim(case=name, command=OpenClaim(at=days(at), request=request)))

    def wait(self, until: float) -> Story:
        """Let time pass, and ask what it did."""
        self.happen(ORDER.fall_due(self.order, days(until), self.policy, FRANCE))
        return self

    def received_on(self, piece: PieceId) -> date | None:
        """The day of the house on which a piece counts as received; None while it does not."""
        if piece not in self.order.received:
            return None
        return self.order.day_received(piece, self.policy.returns.returns.where)

    def owed(self) -> dict[str, str]:
        """What is owed to whom, without those who are even."""
        return {who: str(sum_.amount) for who, sum_ in self.order.accounts.items() if sum_}


def reasons(story: Story) -> list[str]:
    """Every reason for which something was refused, in order."""
    return [str(reason) for answer in story.refused for reason in answer.reasons]  # type: ignore[union-attr]


def balances(order: Order) -> None:
    """Check the accounts: they add up to zero, and say what the order's own facts say."""
    accounts = dict(order.accounts)
    assert not sum((account.amount for account in accounts.values()), start=euros("0").amount)
    if order.state == "cancelled":
        return
    due = _sum(payment.amount for payment in order.placed.payments)
    captured = _sum(payment.amount for payment in order.captured)
    owed_back = _sum(p.amount for refund in order.owed.values() for p in refund.payments)
    released = _sum(p.amount for refund in order.refunds for p in refund.released)
    assert accounts["buyer"] == captured + released - due + owed_back - order.owed_by_buyer()
    for seller in {line.seller for line in order.placed.lines}:
        earned = _sum(
            order.earned(line.piece)
            for line in order.placed.lines
            if line.seller == seller and order.payouts[line.piece] != "sent"
        )
        paid_too_much = accounts[f"seller {seller}"] - earned
        assert paid_too_much <= euros("0")


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, start=euros("0"))
