"""What an order lives through: all that is done with it in, all that came of it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, ClassVar, TypeAlias

from attrs import evolve, field, frozen

from vintage_rules.api.facts import (
    ClaimKind,
    Count,
    CountryOrPlace,
    Mode,
    Parts,
    Pieces,
    Reason,
    SenderId,
    Tender,
)
from vintage_rules.api.kinds import AtLeast, Refined
from vintage_rules.api.rule import Answer, rule
from vintage_rules.api.rules.customs import assessed_import
from vintage_rules.api.rules.orders import NotQuoted, not_quoted
from vintage_rules.api.rules.refunds import ByTender
from vintage_rules.dates import local_day, zone
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.money import Money
from vintage_rules.orders.borders import Journeys, sent_import_facts
from vintage_rules.orders.events import OrderPlaced
from vintage_rules.orders.placing import place_order
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote, quote_order
from vintage_rules.orders.reductions import Reduction
from vintage_rules.orders.replay.history import (
    Balance,
    OrderHistory,
    RefusedStep,
    ReplayedCase,
    ReplayedEvent,
    ReplayedParcel,
    ReplayedPayout,
    ReplayedPiece,
    ReplayedRefund,
)
from vintage_rules.orders.replay.run import replay_order
from vintage_rules.orders.replay.steps import Step
from vintage_rules.places import Destination
from vintage_rules.returns.payments import Payment
from vintage_rules.shipping.parcel.events import ParcelHandedIn
from vintage_rules.world.calendars import calendar, calendar_of
from vintage_rules.world.imports import assess_parcel
from vintage_rules.world.territory_rows import mainland

_CARD = "card"
Steps: TypeAlias = list[
    Annotated[
        Step,
        Refined(
            {
                name: kind | None
                for name, kind in {
                    "parcel": SenderId,
                    "tracking_number": SenderId,
                    "return_": SenderId,
                    "claim": SenderId,
                    "kind": ClaimKind,
                    "reason": Reason,
                    "photos": Count,
                    "tender": Tender,
                }.items()
            }
        ),
    ]
]


@frozen(kw_only=True)
class OrderFacts:
    """An order as its buyer places it; it is paid by one card where `payments` are left out.

    `parts` are what its fees are computed on beside it, such as a `tax`.
    """

    id: OrderId
    buyer: BuyerId
    mode: Mode
    destination: Destination
    placed_at: datetime
    pieces: Annotated[Pieces, AtLeast(1)]
    payments: Annotated[list[ByTender], AtLeast(1)] | None = None
    fees: tuple[str, ...] = ()
    reductions: tuple[Reduction, ...] = ()
    parts: Parts = field(factory=dict[str, Money])
    origins: Mapping[str, CountryOrPlace] = field(factory=dict[str, Destination])

    def __attrs_post_init__(self) -> None:
        sellers = sorted({piece.seller for piece in self.pieces})
        for seller in self.origins:
            if seller not in sellers:
                allowed = f"sellers of its pieces: {', '.join(sellers)}"
                raise InvalidValueError("origins", seller, allowed)


@frozen(kw_only=True)
class OrderReplayed(Answer):
    """An order then, its books, all that happened to it and what a person must look at."""

    decision: ClassVar[str] = "replayed"

    state: str
    total: Money
    parcels: tuple[ReplayedParcel, ...]
    pieces: tuple[ReplayedPiece, ...]
    refunds: tuple[ReplayedRefund, ...]
    payouts: tuple[ReplayedPayout, ...]
    balance: Balance
    events: tuple[ReplayedEvent, ...]
    refusals: tuple[RefusedStep, ...]
    cases: tuple[ReplayedCase, ...]


@rule(
    "replay-order",
    at="until",
    destination="order.destination",
    options="order.fees",
    parts="order.parts",
    payments="order.payments",
    pieces="order.pieces",
    reductions="order.reductions",
    tender="order.payments",
    zone="order.destination",
)
def replay_order_rule(
    house: HousePolicy, *, order: OrderFacts, commands: Steps, until: datetime
) -> OrderReplayed | NotQuoted:
    """Say what comes of everything that is done with an order, its money moving once it is due.

    Its events say when each mail is due. Clauses C7, F1, F2, L3, L5, L8, L14, R1 to R10, S1, S2.
    """
    quote = quote_order(
        order.pieces,
        order.destination,
        order.mode,
        house,
        options=order.fees,
        parts=order.parts,
        reductions=order.reductions,
    )
    if not isinstance(quote, OrderQuote):
        return not_quoted(quote)
    placed = place_order(
        quote,
        house,
        order=order.id,
        buyer=order.buyer,
        payments=_payments(order, quote.price.total),
        at=order.placed_at,
    )
    history = replay_order(
        placed,
        commands,
        until,
        house,
        calendar=calendar(house.calendar),
        destination_calendar=calendar_of(order.destination),
    )
    return OrderReplayed(
        decided=history,
        state=history.state,
        total=history.total,
        parcels=tuple(_with_customs(history, placed, order, house)),
        pieces=history.pieces,
        refunds=history.refunds,
        payouts=history.payouts,
        balance=history.balance,
        events=history.events,
        refusals=history.refusals,
        cases=history.cases,
    )


def _with_customs(
    history: OrderHistory, placed: OrderPlaced, order: OrderFacts, house: HousePolicy
) -> Iterator[ReplayedParcel]:
    """Say of each parcel to the buyer what customs will want, as on the day it was handed in.

    The workshop is where the house is; a seller whose place is not given, as the policy says.
    """
    senders = [parcel.sender for parcel in placed.parcels]
    here = mainland(house.origin)
    origins = {
        sender: order.origins[sender].territory if sender in order.origins else here
        for sender in senders
    }
    where = zone(house.zone)
    days = dict.fromkeys(senders, local_day(order.placed_at, where))
    for event in history.events:
        if event.event == ParcelHandedIn.name and event.parcel in days:
            days[event.parcel] = local_day(event.at, where)
    carried = {row.id: row.pieces for row in history.parcels if row.id in senders}
    journeys = Journeys(origins=origins, dispatched=days, rates={})
    facts = sent_import_facts(placed, carried, house, journeys)
    for row in history.parcels:
        if row.id not in facts:
            yield row
            continue
        assessed = assess_parcel(facts[row.id], order.destination, house.shipping.customs)
        yield evolve(row, customs=assessed_import(assessed).decision)


def _payments(order: OrderFacts, total: Money) -> list[Payment]:
    """Return what paid for the order; two of a kind, such as gift cards, are numbered."""
    if order.payments is None:
        return [Payment(tender=_CARD, amount=total)]
    paid: list[Payment] = []
    for given in order.payments:
        number = sum(payment.tender == given.tender for payment in paid) + 1
        reference = str(number) if number > 1 else ""
        paid.append(Payment(tender=given.tender, amount=given.amount, reference=reference))
    return paid
