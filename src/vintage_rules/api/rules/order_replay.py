"""What an order lives through: all that is done with it in, all that came of it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
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
from vintage_rules.orders.borders import (
    Journeys,
    inbound_import_facts,
    returned_import_facts,
    sent_import_facts,
)
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
from vintage_rules.shipping.import_facts import ImportFacts
from vintage_rules.shipping.parcel.events import ParcelHandedIn
from vintage_rules.shipping.parcels import TO_WORKSHOP, WORKSHOP
from vintage_rules.world.addresses import locate_home
from vintage_rules.world.calendars import calendar, calendar_of
from vintage_rules.world.imports import assess_parcel

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
    borders = _Borders(placed, order, house, history)
    return OrderReplayed(
        decided=history,
        state=history.state,
        total=history.total,
        parcels=tuple(borders.parcels()),
        pieces=history.pieces,
        refunds=history.refunds,
        payouts=history.payouts,
        balance=history.balance,
        events=tuple(borders.events()),
        refusals=history.refusals,
        cases=history.cases,
    )


@frozen
class _Borders:
    """Where the parcels of an order start and end, and what customs want of each."""

    placed: OrderPlaced
    order: OrderFacts
    house: HousePolicy
    history: OrderHistory

    def parcels(self) -> Iterator[ReplayedParcel]:
        """Say of each parcel what customs will want of it, as on the day it was handed in."""
        carried = {row.id: row.pieces for row in self.history.parcels}
        outbound = {each.sender: each.sender for each in self.placed.parcels}
        inbound = {str(each.sender): f"{TO_WORKSHOP}{each.sender}" for each in self.placed.inbound}
        sent = sent_import_facts(
            self.placed,
            {sender: carried[row] for sender, row in outbound.items()},
            self.house,
            self._journeys(outbound),
        )
        coming = inbound_import_facts(
            self.placed,
            {each.sender: carried[inbound[each.sender]] for each in self.placed.inbound},
            self._journeys(inbound),
        )
        here, there = self._place_of(WORKSHOP), self.order.destination
        facts = {outbound[sender]: (seen, there) for sender, seen in sent.items()}
        facts |= {inbound[sender]: (seen, here) for sender, seen in coming.items()}
        for row in self.history.parcels:
            yield evolve(row, customs=self._assessed(*facts[row.id])) if row.id in facts else row

    def events(self) -> Iterator[ReplayedEvent]:
        """Say of each request to return pieces what customs will want of them on their way back."""
        for row in self.history.events:
            if row.to is None or row.pieces is None:
                yield row
                continue
            facts = returned_import_facts(
                self.placed, row.pieces, dispatched=self._day(row.at), rates={}
            )
            yield evolve(row, customs=self._assessed(facts, self._place_of(row.to)))

    def _journeys(self, rows: Mapping[str, str]) -> Journeys:
        """Return where the parcels of these senders start, each by its row in the history."""
        days = dict.fromkeys(rows, self._day(self.order.placed_at))
        senders = {row: sender for sender, row in rows.items()}
        for event in self.history.events:
            if event.event == ParcelHandedIn.name and event.parcel in senders:
                days[senders[event.parcel]] = self._day(event.at)
        origins = {sender: self._place_of(sender).territory for sender in rows}
        return Journeys(origins=origins, dispatched=days, rates={})

    def _place_of(self, sender: str) -> Destination:
        """Return where a sender is: a seller as the order says, the workshop where the house is."""
        home = locate_home(self.house.origin, self.house.calendar)
        return self.order.origins.get(sender, home)

    def _day(self, at: datetime) -> date:
        return local_day(at, zone(self.house.zone))

    def _assessed(self, facts: ImportFacts, destination: Destination) -> str:
        assessed = assess_parcel(facts, destination, self.house.shipping.customs)
        return assessed_import(assessed).decision


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
