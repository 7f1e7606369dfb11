"""An order from two sellers to Liège: one piece goes back, and the sellers are paid.

The piece is checked and refunded.

    python -m examples.return_and_refund

The order is one history. Events of its parcels and returns are recorded on it, and what is owed to
whom follows: the accounts add up to zero at every moment.
"""

from datetime import UTC, date, datetime

from vintage_rules import (
    BuyerId,
    Money,
    OrderId,
    ParcelId,
    Piece,
    PieceId,
    Place,
    SellerId,
    calendar,
    load_policy,
    locate,
    quote_order,
)
from vintage_rules.orders import (
    ORDER,
    CheckPiece,
    CommandParcel,
    CommandReturn,
    Order,
    OrderCommand,
    OrderEvent,
    OrderNotQuoted,
    ReceiveParcel,
    RecordCapture,
    RecordRefundSent,
    WorkshopFinding,
    place_order,
)
from vintage_rules.returns import (
    CheckedPiece,
    Finding,
    Payment,
    RecordArrival,
    RecordCheck,
    RecordPosting,
    RequestReturn,
    ReturnedFrom,
    ReturnRequest,
    ReturnRoute,
    Wants,
    route_return,
)
from vintage_rules.shipping import HandIn, RecordScan

HOUSE = load_policy("imparfaite").on(date(2026, 9, 2))
FRANCE = calendar("FR")
LIEGE = locate(Place(country="BE", postal_code="4000", city="Liège"))
COAT, BAG = PieceId("wool coat"), PieceId("leather bag")
ADA, LOU = SellerId("ada"), SellerId("lou")
PARCEL = ParcelId("o-1007-1")
FROM_ADA, FROM_LOU = ParcelId("o-1007-in-1"), ParcelId("o-1007-in-2")


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount, "EUR")


def on(day: int, hour: int = 10) -> datetime:
    """An hour of a day of September 2026."""
    return datetime(2026, 9, day, hour, tzinfo=UTC)


def placed() -> Order:
    """Place the order, with a gift card of 120 euros and a card for the rest."""
    pieces = [
        Piece(id=COAT, seller=ADA, price=euros("72.50"), weight_g=1400),
        Piece(id=BAG, seller=LOU, price=euros("55.00"), weight_g=600),
    ]
    quote = quote_order(pieces, LIEGE, "grouped", HOUSE, gift_card_balance=euros("120.00"))
    if isinstance(quote, OrderNotQuoted):
        raise SystemExit(", ".join(quote.reasons))
    payments = [
        Payment(tender="gift-card", amount=quote.price.gift_card),
        Payment(tender="card", amount=quote.price.to_pay),
    ]
    print(f"ordered for {quote.price.total}, by gift card and card")
    event = place_order(
        quote, HOUSE, order=OrderId("o-1007"), buyer=BuyerId("zoe"), payments=payments, at=on(2)
    )
    return ORDER.evolve(None, event)


def request() -> RequestReturn:
    """Request the return of the bag."""
    case = HOUSE.returns.returns.case(LIEGE.territory, reason="withdrawal", mode="grouped")
    route = route_return(case, [ReturnedFrom(piece=BAG, seller=LOU)], HOUSE.returns.returns)
    if not isinstance(route, ReturnRoute):
        raise SystemExit("such pieces are not taken back")
    print(f"the bag goes to {route.parcels[0].to}, at the cost of the {route.paid_by}")
    asked = ReturnRequest(
        case=case,
        received=date(2026, 9, 10),
        requested_at=on(21),
        pieces=(BAG,),
        parcel_number=PARCEL,
        in_writing=True,
        photos=0,
        wants=Wants.REFUND,
    )
    return RequestReturn(at=on(21), request=asked, parcel=route.parcels[0])


def commands() -> list[OrderCommand]:
    """Everything that is recorded on the order, in order of time."""
    sound = CheckedPiece(piece=BAG, finding=Finding.AS_SENT)
    return [
        RecordCapture(at=on(2, 11), tender="gift-card"),
        RecordCapture(at=on(2, 12), tender="card"),
        ReceiveParcel(at=on(4), parcel=FROM_ADA),
        CheckPiece(at=on(4, 11), piece=COAT, finding=WorkshopFinding.AS_DESCRIBED),
        ReceiveParcel(at=on(5), parcel=FROM_LOU),
        CheckPiece(at=on(5, 11), piece=BAG, finding=WorkshopFinding.AS_DESCRIBED),
        CommandParcel(parcel=PARCEL, command=HandIn(at=on(7), tracking_number="8R1007")),
        CommandParcel(parcel=PARCEL, command=RecordScan(at=on(10), status="delivered")),
        CommandReturn(case="r-1", command=request()),
        CommandReturn(case="r-1", command=RecordPosting(at=on(23), postmark=date(2026, 9, 22))),
        CommandReturn(
            case="r-1", command=RecordArrival(at=on(28), arrived=date(2026, 9, 28), postmark=None)
        ),
        CommandReturn(case="r-1", command=RecordCheck(at=on(29), findings=(sound,))),
        RecordRefundSent(at=on(30), cause="r-1"),
    ]


def happened(order: Order, events: tuple[OrderEvent, ...]) -> Order:
    """Print what happened, and return the order as it is then."""
    for event in events:
        inner = getattr(event, "event", event)  # what happened to a parcel or a return
        print(f"{event.at:%d %B %H:%M}  {type(inner).__name__}")
        order = ORDER.evolve(order, event)
    return order


def main() -> None:
    """Print the whole order."""
    order = placed()
    for command in commands():
        answer = ORDER.decide(order, command, HOUSE, FRANCE)
        if not isinstance(answer, tuple):
            raise SystemExit(", ".join(answer.reasons))
        order = happened(order, answer)
    order = happened(order, ORDER.fall_due(order, on(30, 23), HOUSE, FRANCE))

    for payment in order.sent["r-1"].payments:
        print(f"back to the {payment.tender}: {payment.amount}")
    for name, account in order.accounts.items():
        print(f"owed to {name}: {account}")


if __name__ == "__main__":
    main()
