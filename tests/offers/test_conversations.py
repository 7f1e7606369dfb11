"""Long conversations, held against a second telling of the clauses that shares none of our code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.effort import CONVERSATIONS
from tests.offers.house import HOUSE, MONDAY, OFFERS, OPEN, eur, listed
from vintage_rules.ids import BuyerId
from vintage_rules.machine import Refused
from vintage_rules.money import Money
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    Command,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    ReturnToSale,
    SellPiece,
)
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import Event, OfOffer, PieceHidden
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.policy import (
    PriceEdit,
)
from vintage_rules.offers.terms import Silence

DAY = timedelta(hours=24)
BUYERS = st.sampled_from(["zoe", "lou", "mia"])
PRICES = st.sampled_from(
    [
        "0.00",
        "69.99",
        "139.99",
        "140.00",
        "140.01",
        "150.00",
        "170.00",
        "199.99",
        "200.00",
        "250.00",
    ]
)
WAITS = st.sampled_from([0, 0, 1, 30, 60, 719, 1439, 1440, 1441, 3000])


def said(event: Event) -> str:
    """Name an event, with its buyer where it is about an offer."""
    return f"{event.name} {event.buyer}" if isinstance(event, OfOffer) else event.name


class Telling:
    """The house as the clauses tell it, in decimals and dictionaries."""

    def __init__(self) -> None:
        self.initial = Decimal("200.00")
        self.lowered: tuple[Decimal, datetime] | None = None
        self.offers: dict[str, tuple[str, Decimal, datetime]] = {}
        self.sold: Decimal | None = None
        self.told: list[tuple[datetime, str]] = []

    def pass_time(self, now: datetime) -> None:
        """N6, N7: nobody answers offers and the price returns, each after 24 hours."""
        while (due := min(self.due(), default=None)) is not None and due[0] <= now:
            at, _, _, buyer = due
            if buyer:
                self.run_out(at, buyer)
            else:
                self.lowered = None
                self.told.append((at, "price-restored"))

    def due(self) -> Iterator[tuple[datetime, int, int, str]]:
        """Give what ends and when: offers in their order, or the lowered price."""
        for place, (buyer, (state, _, until)) in enumerate(self.offers.items()):
            if state == "open":
                yield until, 0, place, buyer
        if self.lowered is not None and self.sold is None:
            yield self.lowered[1], 1, 0, ""

    def run_out(self, at: datetime, buyer: str) -> None:
        """N7: an offer lapses."""
        self.offers[buyer] = ("lapsed", *self.offers[buyer][1:])
        self.told.append((at, f"offer-lapsed {buyer}"))

    @property
    def price(self) -> Decimal:
        """N6, N9: what the piece costs everybody, or sold for."""
        if self.sold is not None:
            return self.sold
        return self.initial if self.lowered is None else self.lowered[0]

    def cut_too_deep(self, price: Decimal) -> bool:
        """N8: more than 30 % of the initial price."""
        return (self.initial - price) * 10 > self.initial * 3

    def against_offer(self, buyer: str, price: Decimal) -> set[str]:
        """N3, N8, C1."""
        against = {
            "already-offered": buyer in self.offers,
            "not-available": self.sold is not None,
            "not-below-current-price": price >= self.price,
            "not-positive": price <= 0,
            "reduction-too-large": self.cut_too_deep(price),
        }
        return {code for code, holds in against.items() if holds}

    def against_answer(self, buyer: str) -> set[str]:
        """N4, N7, N9."""
        codes = {"not-available"} if self.sold is not None else set()
        state = self.offers[buyer][0] if buyer in self.offers else "none"
        over = {
            "open": set(),
            "none": {"no-such-offer"},
            "lapsed": {"too-late"},
            "ended": {"not-available"},
        }
        return codes | over.get(state, {"already-answered"})

    def against_counter(self, buyer: str, price: Decimal) -> set[str]:
        """N8: strictly between the offer and the initial price."""
        codes = self.against_answer(buyer)
        if buyer in self.offers and self.offers[buyer][0] == "open":
            if not self.offers[buyer][1] < price < self.initial:
                codes.add("counter-out-of-range")
            if price <= 0:
                codes.add("not-positive")
            if self.cut_too_deep(price):
                codes.add("reduction-too-large")
        return codes

    def against_change(self, price: Decimal) -> set[str]:
        """N9, silent: frozen while an offer or a lowered price runs."""
        runs = self.lowered is not None or any(
            state == "open" for state, _, _ in self.offers.values()
        )
        against = {
            "not-available": self.sold is not None,
            "not-positive": price <= 0,
            "price-frozen": runs and self.sold is None,
        }
        return {code for code, holds in against.items() if holds}

    def end(self, buyers: list[str]) -> None:
        """N9, silent: offers end by what happened to the piece."""
        for each in buyers:
            self.offers[each] = ("ended", *self.offers[each][1:])

    def ended_by(self, _price: Decimal) -> list[str]:
        """N9, silent: nothing runs when the initial price changes."""
        return []


class KeepingTelling(Telling):
    """The same where silence accepts, and offers go on that could be made at a new price."""

    def run_out(self, at: datetime, buyer: str) -> None:
        """An offer that nobody answers is accepted, and its price stands for 24 hours."""
        _, amount, until = self.offers[buyer]
        self.offers[buyer] = ("accepted", amount, until)
        self.lowered = (amount, at + DAY)
        self.told.append((at, f"offer-accepted {buyer}"))

    def against_change(self, price: Decimal) -> set[str]:
        """Nothing that runs keeps the seller from it."""
        return super().against_change(price) - {"price-frozen"}

    def ended_by(self, price: Decimal) -> list[str]:
        """N8: an offer of as much as the new price or more, or of more than 30 % less."""
        return [
            buyer
            for buyer, (state, amount, _) in self.offers.items()
            if state == "open" and (amount >= price or (price - amount) * 10 > price * 3)
        ]


class Conversation(RuleBasedStateMachine):
    """Buyers, a seller and the house talk about one piece, in any order and at any pace."""

    policy = HOUSE
    tells: ClassVar[type[Telling]] = Telling

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.telling = self.tells()
        self.piece = listed()
        self.events: list[Event] = [list_piece(MONDAY, eur(200), OPEN, HOUSE.offers)]

    @initialize()
    def begin(self) -> None:
        """The piece is for sale."""
        assert LISTING.replay(self.events) == self.piece

    def ask(self, command: Command, against: set[str], *, told: tuple[str, ...]) -> bool:
        """Decide, and compare with what the other telling says must come of it."""
        before = self.piece
        decided = LISTING.decide(self.piece, command, self.policy)
        assert self.piece == before
        if isinstance(decided, Refused):
            assert [str(reason) for reason in decided.reasons] == sorted(against)
            return False
        assert not against
        self.piece = LISTING.replay(decided, self.piece)
        self.events.extend(decided)
        self.telling.told.extend((self.now, each) for each in told)
        return True

    def move(self, minutes: int) -> datetime:
        """Let time pass before the next command."""
        self.now += timedelta(minutes=minutes)
        self.telling.pass_time(self.now)
        return self.now

    @rule(wait=WAITS, buyer=BUYERS, price=PRICES)
    def offer(self, wait: int, buyer: str, price: str) -> None:
        """A buyer offers a price."""
        at, amount = self.move(wait), Decimal(price)
        command = MakeOffer(at=at, buyer=BuyerId(buyer), price=eur(price), signed_in=True)
        against = self.telling.against_offer(buyer, amount)
        if self.ask(command, against, told=(f"offer-made {buyer}",)):
            self.telling.offers[buyer] = ("open", amount, at + DAY)

    @rule(wait=WAITS, buyer=BUYERS)
    def accept(self, wait: int, buyer: str) -> None:
        """The seller accepts."""
        at = self.move(wait)
        command = AcceptOffer(at=at, buyer=BuyerId(buyer))
        against = self.telling.against_answer(buyer)
        if self.ask(command, against, told=(f"offer-accepted {buyer}",)):
            _, amount, until = self.telling.offers[buyer]
            self.telling.offers[buyer] = ("accepted", amount, until)
            self.telling.lowered = (amount, at + DAY)

    @rule(wait=WAITS, buyer=BUYERS)
    def decline(self, wait: int, buyer: str) -> None:
        """The seller declines."""
        at = self.move(wait)
        command = DeclineOffer(at=at, buyer=BuyerId(buyer))
        against = self.telling.against_answer(buyer)
        if self.ask(command, against, told=(f"offer-declined {buyer}",)):
            self.telling.offers[buyer] = ("declined", *self.telling.offers[buyer][1:])

    @rule(wait=WAITS, buyer=BUYERS, price=PRICES)
    def counter(self, wait: int, buyer: str, price: str) -> None:
        """The seller names another price."""
        at, amount = self.move(wait), Decimal(price)
        command = CounterOffer(at=at, buyer=BuyerId(buyer), price=eur(price))
        against = self.telling.against_counter(buyer, amount)
        if self.ask(command, against, told=(f"offer-countered {buyer}",)):
            self.telling.offers[buyer] = ("countered", *self.telling.offers[buyer][1:])
            self.telling.lowered = (amount, at + DAY)

    @rule(wait=WAITS, price=PRICES)
    def change_price(self, wait: int, price: str) -> None:
        """The seller changes the initial price."""
        at, amount = self.move(wait), Decimal(price)
        command = ChangePrice(at=at, price=eur(price))
        against = self.telling.against_change(amount)
        ended = [] if against else self.telling.ended_by(amount)
        told = ("price-changed", *(f"offer-ended {each}" for each in ended))
        if self.ask(command, against, told=told):
            self.telling.initial, self.telling.lowered = amount, None
            self.telling.end(ended)

    @rule(wait=WAITS, buyer=BUYERS)
    def sell(self, wait: int, buyer: str) -> None:
        """Somebody buys the piece."""
        at = self.move(wait)
        against = {"not-available"} if self.telling.sold is not None else set()
        ended = [each for each, offer in self.telling.offers.items() if offer[0] == "open"]
        told = ("piece-sold", *(f"offer-ended {each}" for each in ended))
        if self.ask(SellPiece(at=at, buyer=BuyerId(buyer)), against, told=told):
            self.telling.sold = self.telling.price
            self.telling.end(ended)

    @rule(wait=WAITS)
    def give_back(self, wait: int) -> None:
        """The piece comes back."""
        at = self.move(wait)
        against = {"not-sold"} if self.telling.sold is None else set()
        if self.ask(ReturnToSale(at=at), against, told=("piece-returned",)):
            self.telling.sold, self.telling.lowered = None, None

    @rule(wait=WAITS)
    def ask_what_fell_due(self, wait: int) -> None:
        """Somebody brings the piece up to date."""
        due = LISTING.fall_due(self.piece, self.move(wait))
        self.piece = LISTING.replay(due, self.piece)
        self.events.extend(due)

    @invariant()
    def costs_what_the_clauses_say(self) -> None:
        """At every moment, asked or not."""
        now = LISTING.replay(LISTING.fall_due(self.piece, self.now), self.piece)
        assert now.price == Money(self.telling.price, "EUR")
        assert now.available == (self.telling.sold is None)
        if now.available:
            initial = now.initial_price.amount
            assert initial * 7 <= now.price.amount * 10 <= initial * 10
        assert {each.buyer: str(each.state) for each in now.offers} == {
            buyer: state for buyer, (state, _, _) in self.telling.offers.items()
        }

    def teardown(self) -> None:
        """The whole history is what the other telling told, and gives the same piece."""
        due = LISTING.fall_due(self.piece, self.now)
        history = [*self.events, *due]
        assert LISTING.replay(history) == LISTING.replay(due, self.piece)
        told = [(each.at, said(each)) for each in history[1:] if not isinstance(each, PieceHidden)]
        assert told == self.telling.told


TestN3ToN9Conversations = Conversation.TestCase
TestN3ToN9Conversations.__doc__ = (
    "N3 to N9: whatever is said in whatever order, both tellings agree."
)
TestN3ToN9Conversations.settings = settings(max_examples=CONVERSATIONS, stateful_step_count=15)


class KeepingConversation(Conversation):
    """The same in a house that keeps offers at a new price."""

    policy = attrs.evolve(
        HOUSE,
        offers=attrs.evolve(OFFERS, price_edit=PriceEdit.KEEPS_OFFERS, on_silence=Silence.ACCEPT),
    )
    tells: ClassVar[type[Telling]] = KeepingTelling


TestN8KeepingConversations = KeepingConversation.TestCase
TestN8KeepingConversations.__doc__ = (
    "N8: whatever the initial price becomes, what is agreed lies within the cut of it."
)
TestN8KeepingConversations.settings = settings(max_examples=CONVERSATIONS, stateful_step_count=15)
