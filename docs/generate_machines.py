"""Write `machines.md`: every machine drawn from the tables it runs on.

A machine is added by naming it in `MACHINES`; nothing about its states or edges is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias, TypeVar

from attrs import frozen

from vintage_rules.offers.events import (
    OfferAccepted,
    OfferDeclined,
    PieceReserved,
    PriceGranted,
)
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState
from vintage_rules.offers.transitions import (
    FIRST_LISTING_STATE,
    FIRST_OFFER_STATES,
    LISTING_DEADLINES,
    LISTING_TRANSITIONS,
    OFFER_DEADLINES,
    OFFER_TRANSITIONS,
)
from vintage_rules.orders.events import PiecesCancelled
from vintage_rules.orders.states import OrderState, PayoutState, PieceStage
from vintage_rules.orders.transitions import (
    ORDER_TRANSITIONS,
    PAYOUT_DEADLINES,
    PAYOUT_TRANSITIONS,
    PIECE_DEADLINES,
    PIECE_TRANSITIONS,
)
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.pricing.gift_card.transitions import CARD_DEADLINES, CARD_TRANSITIONS
from vintage_rules.returns.claim.events import ParcelLost
from vintage_rules.returns.claim.states import ClaimState
from vintage_rules.returns.claim.transitions import CLAIM_DEADLINES, CLAIM_TRANSITIONS
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.returns.request.transitions import RETURN_DEADLINES, RETURN_TRANSITIONS
from vintage_rules.shipping.parcel.states import ParcelState
from vintage_rules.shipping.parcel.transitions import PARCEL_DEADLINES, PARCEL_TRANSITIONS

PAGE = Path(__file__).parent / "machines.md"

Transitions: TypeAlias = Mapping[StrEnum, Mapping[type, StrEnum]]
Deadlines: TypeAlias = Mapping[StrEnum, Mapping[str, type]]
State = TypeVar("State", bound=StrEnum)
Meaning = TypeVar("Meaning", bound=StrEnum)
Event = TypeVar("Event")

GROUP = "group"
BY_TIME = "stroke:#d97706,stroke-width:2px"

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@frozen(kw_only=True)
class Machine:
    """A machine as the page shows it.

    `deadlines` gives for a state what time alone brings, under the meaning of silence that makes
    it so; under no name where there is only one. `also_by_people` are those of its events that a
    person brings about as well. States of one `group` are framed, and what all of them share is
    drawn once.
    """

    title: str
    about: str
    first: StrEnum | tuple[StrEnum, ...]
    states: tuple[StrEnum, ...]
    transitions: Transitions
    deadlines: Deadlines
    also_by_people: frozenset[type] = frozenset()
    group: tuple[StrEnum, ...] = ()
    direction: str = "LR"


@frozen(kw_only=True)
class Edge:
    """What may happen in a state, what comes of it, and whether time alone brings it.

    `when` is the meaning of silence that makes it so.
    """

    start: StrEnum
    event: type
    end: StrEnum
    by_time: bool
    when: str = ""

    @property
    def label(self) -> str:
        """The name of the event, with what silence has to mean for it."""
        return f"{name_of(self.event)} ({self.when})" if self.when else name_of(self.event)

    def leads_as(self, other: Edge) -> bool:
        """Tell whether it does what another edge does, wherever it starts."""
        mine, others = (self.event, self.end, self.by_time), (other.event, other.end, other.by_time)
        return mine == others


def table(transitions: Mapping[State, Mapping[type[Event], State]]) -> Transitions:
    """Give a table of any machine's states and events as one of states and events."""
    return {start: dict(row.items()) for start, row in transitions.items()}


def always(deadlines: Mapping[State, type[Event]]) -> Deadlines:
    """Give the deadlines of a machine in which silence has one meaning."""
    return {state: {"": event} for state, event in deadlines.items()}


def by_meaning(deadlines: Mapping[State, Mapping[Meaning, type[Event]]]) -> Deadlines:
    """Give the deadlines of a machine in which silence has the meaning that a policy gives it."""
    return {state: _meanings(events) for state, events in deadlines.items()}


def _meanings(events: Mapping[Meaning, type[Event]]) -> Mapping[str, type]:
    brought = set(events.values())
    if len(brought) == 1:  # whatever silence means
        return {"": brought.pop()}
    return {str(meaning): event for meaning, event in events.items()}


MACHINES = (
    Machine(
        title="A piece for sale",
        about="""Its public price and its place in the catalogue (`vintage_rules.offers`; clauses
A4, A5, C1, N6). What happens to an offer on it is an event of the piece too, so that one stream
holds everything that must agree.""",
        first=FIRST_LISTING_STATE,
        states=tuple(ListingState),
        transitions=table(LISTING_TRANSITIONS),
        deadlines=always(LISTING_DEADLINES),
    ),
    Machine(
        title="An offer",
        about="""One buyer's offer on one piece (`vintage_rules.offers`; clauses N3 to N9). What
silence means is the policy's: in the shipped one an offer without an answer lapses, so that of
the dotted edges only `offer-lapsed` is ever seen there.""",
        first=tuple(FIRST_OFFER_STATES.values()),
        states=tuple(OfferState),
        transitions=table(OFFER_TRANSITIONS),
        deadlines=by_meaning(OFFER_DEADLINES),
        also_by_people=frozenset({OfferAccepted, OfferDeclined, PieceReserved, PriceGranted}),
    ),
    Machine(
        title="A parcel",
        about="""From its sender to the buyer, and sometimes back (`vintage_rules.shipping`; clauses
S1 to S3, L14, R10). A scan that says nothing new, or nothing we know, is noted and moves
nothing.""",
        first=ParcelState.ANNOUNCED,
        states=tuple(ParcelState),
        transitions=table(PARCEL_TRANSITIONS),
        deadlines=always(PARCEL_DEADLINES),
        group=(
            ParcelState.HANDED_IN,
            ParcelState.UNDER_WAY,
            ParcelState.HELD_AT_CUSTOMS,
            ParcelState.OVERDUE,
            ParcelState.HELD_OVERDUE,
        ),
    ),
    Machine(
        title="A return",
        about="""From the request to the refund (`vintage_rules.returns`; clauses R1 to R8, F1 to
F4). A late look at a parcel that comes back finds what happened in the meantime,
dated when it happened.""",
        first=ReturnState.UNREQUESTED,
        states=tuple(ReturnState),
        transitions=table(RETURN_TRANSITIONS),
        deadlines=always(RETURN_DEADLINES),
        direction="TD",
    ),
    Machine(
        title="A claim",
        about="""A defect, a piece not as described, or something that never arrived
(`vintage_rules.returns`; clauses R9 and R10). What it means to have looked in vain is the
policy's.""",
        first=ClaimState.UNOPENED,
        states=tuple(ClaimState),
        transitions=table(CLAIM_TRANSITIONS),
        deadlines=by_meaning(CLAIM_DEADLINES),
        also_by_people=frozenset({ParcelLost}),
    ),
    Machine(
        title="An order",
        about="""Whether it is paid for (`vintage_rules.orders`; clauses C3, C7). What happens to
its parcels, returns and claims is recorded on it, their own event wrapped in one of its own, so
that one stream holds everything that is owed.""",
        first=OrderState.PLACED,
        states=tuple(OrderState),
        transitions=table(ORDER_TRANSITIONS),
        deadlines={},
    ),
    Machine(
        title="A piece before it is posted",
        about="""Received and checked by the workshop, or cancelled (`vintage_rules.orders`; clauses
L3, L5, R2). A piece that its seller posts to the buyer stays ordered; one that the workshop waits
for in vain is cancelled by time alone.""",
        first=PieceStage.ORDERED,
        states=tuple(PieceStage),
        transitions=table(PIECE_TRANSITIONS),
        deadlines=always(PIECE_DEADLINES),
        also_by_people=frozenset({PiecesCancelled}),
    ),
    Machine(
        title="A gift card",
        about="""Bought, spent in parts, credited by refunds, and gone when its last day is over
(`vintage_rules.pricing`; clause C5). What comes back to an expired card is gone with it. While
what was paid for it is disputed it pays nothing; a dispute that is lost revokes it.""",
        first=CardState.ORDERED,
        states=tuple(CardState),
        transitions=table(CARD_TRANSITIONS),
        deadlines=always(CARD_DEADLINES),
    ),
    Machine(
        title="A payout",
        about="""What a seller is paid for one piece of an order (`vintage_rules.orders`; clause
R6). It falls due when the window of that piece has closed with nothing open on it.""",
        first=PayoutState.WAITING,
        states=tuple(PayoutState),
        transitions=table(PAYOUT_TRANSITIONS),
        deadlines=always(PAYOUT_DEADLINES),
    ),
)

INTRODUCTION = """\
# Machines

What a piece, an offer, a parcel, a return, a claim, an order and a gift card live through. This
page is generated from the tables that the code runs on, by `python docs/generate_machines.py`; a
test fails when it is not what they say.

A solid line is what a person does, or what follows from it at once; a dotted line is what time
alone brings without any command. Events that leave a thing in the state it is in are not
drawn; they are in the table below each drawing, with all others. What leads out of a frame
around several states leads there from each of them. A double frame around one state is the end.
"""


def name_of(event: type) -> str:
    """Give the name by which an event is known: its own, or its class's in small letters.

    >>> name_of(OfferAccepted)
    'offer-accepted'
    """
    name: object = getattr(event, "name", None)
    return name if isinstance(name, str) else _WORD.sub("-", event.__name__).lower()


def brought_by_time_alone() -> frozenset[type]:
    """Give the events that nobody can bring about, in whatever machine they are seen."""
    return frozenset(
        event
        for machine in MACHINES
        for events in machine.deadlines.values()
        for event in events.values()
        if event not in machine.also_by_people
    )


def edges(machine: Machine) -> Iterator[Edge]:
    """Give every edge of a machine, in the order of its table."""
    by_time_alone = brought_by_time_alone()
    for start in machine.states:
        due = machine.deadlines.get(start, {})
        for event, end in machine.transitions[start].items():
            if event not in due.values() or event in machine.also_by_people:
                yield Edge(start=start, event=event, end=end, by_time=event in by_time_alone)
            for when, brought in due.items():
                if brought is event:
                    yield Edge(start=start, event=event, end=end, by_time=True, when=when)


def page() -> str:
    """Write the whole page."""
    return "\n".join([INTRODUCTION, *map(_section, MACHINES)])


def _section(machine: Machine) -> str:
    known = tuple(edges(machine))
    lines = [f"## {machine.title}", "", machine.about, "", "```mermaid"]
    lines += [*_drawing(machine, known), "```", "", *_table(known), ""]
    return "\n".join(lines)


def _drawing(machine: Machine, known: tuple[Edge, ...]) -> Iterator[str]:
    yield f"flowchart {machine.direction}"
    starts = machine.first if isinstance(machine.first, tuple) else (machine.first,)
    for first in starts:
        yield f"  start(( )) --> {_node(first)}"
    yield from _nodes(machine)
    heads = _heads(machine, known)
    for (start, end, by_time), labels in heads.items():
        line = "-.->" if by_time else "-->"
        yield f'  {_node(start)} {line}|"{"<br>".join(labels)}"| {_node(end)}'
    # Links are numbered from 0 in the order they are drawn in, those from the start included.
    numbered = enumerate(heads, start=len(starts))
    timed = [str(place) for place, (_, _, by_time) in numbered if by_time]
    if timed:
        yield f"  linkStyle {','.join(timed)} {BY_TIME}"


def _nodes(machine: Machine) -> Iterator[str]:
    for state in machine.states:
        if state not in machine.group:
            yield f"  {_shape(machine, state)}"
    if machine.group:
        yield f'  subgraph {_node(GROUP)}[" "]'
        yield from (f"    {_shape(machine, state)}" for state in machine.group)
        yield "  end"


def _shape(machine: Machine, state: StrEnum) -> str:
    ends = not machine.transitions[state]
    return f"{_node(state)}{'[[' if ends else '('}{state}{']]' if ends else ')'}"


def _heads(machine: Machine, known: tuple[Edge, ...]) -> dict[tuple[str, str, bool], list[str]]:
    """Put what leads from one state to another on one line.

    What leads out of a group from each of its states is drawn once.
    """
    shared = {
        (edge.event, edge.end, edge.by_time): {
            other.start for other in known if other.leads_as(edge)
        }
        for edge in known
    }
    heads: dict[tuple[str, str, bool], list[str]] = {}
    for edge in known:
        if edge.start is edge.end:
            continue
        group = set(machine.group)
        alike = shared[edge.event, edge.end, edge.by_time]
        common = edge.start in group and edge.end not in group and group <= alike
        labels = heads.setdefault((GROUP if common else edge.start, edge.end, edge.by_time), [])
        if edge.label not in labels:
            labels.append(edge.label)
    return heads


def _together(known: tuple[Edge, ...]) -> dict[tuple[StrEnum, StrEnum, bool], list[str]]:
    """Put what leads from one state to another under one head, what time brings apart."""
    heads: dict[tuple[StrEnum, StrEnum, bool], list[str]] = {}
    for edge in known:
        heads.setdefault((edge.start, edge.end, edge.by_time), []).append(edge.label)
    return heads


def _node(state: str) -> str:
    return f"s_{state.replace('-', '_')}"


def _table(known: tuple[Edge, ...]) -> Iterator[str]:
    yield "| state | leads to | by | what happens |"
    yield "|---|---|---|---|"
    for (start, end, by_time), labels in _together(known).items():
        to, by = "the same" if start is end else end, "time" if by_time else "people"
        yield f"| {start} | {to} | {by} | {', '.join(labels)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote {PAGE.name}")
