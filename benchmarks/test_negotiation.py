"""An offer, a counter-price and its expiry on one piece, written in six ways.

All are measured in one process, the piece's own construction included.

All answer the same: what the piece costs after each step, and when its price came back. Ours also
keeps the history, and gives every reason where it refuses.

The transitions package is used as its documentation shows a machine for many models: `model=None`,
everything else as it is by default, each model added and removed again. Its machine knows what a
negotiation may come to (N4, N6, N7, C1), as ours does. What it costs to add a model depends on how
many triggers there are, so the least it can be is measured too: the three edges that are gone
along, without the automatic ones.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import moneyed
import pytest
import transitions
from pytest_benchmark.fixture import BenchmarkFixture

from vintage_rules import Money, load_policy
from vintage_rules.ids import BuyerId
from vintage_rules.machine import Refused
from vintage_rules.offers.commands import CounterOffer, MakeOffer
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.terms import SellerTerms

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
COUNTERED = MONDAY + timedelta(hours=2)
DAY = timedelta(hours=24)
LATER = MONDAY + timedelta(days=30)
HOUSE = load_policy("imparfaite").on(LATER.date()).listing
ZOE = BuyerId("zoe")
ASKED, OFFERED, NAMED = (Money(amount, "EUR") for amount in (200, 150, 180))

Answer = tuple[Decimal, Decimal, Decimal, datetime]
EXPECTED: Answer = (Decimal(200), Decimal(180), Decimal(200), MONDAY + timedelta(hours=26))


def ours() -> Answer:
    """The library: events decided under a policy, exact money, every guard."""
    terms = SellerTerms.only(open_to_offers=True)
    coat = LISTING.evolve(None, list_piece(MONDAY, ASKED, terms, HOUSE.offers))
    offer = MakeOffer(at=MONDAY, buyer=ZOE, price=OFFERED, signed_in=True)
    made = LISTING.decide(coat, offer, HOUSE)
    assert not isinstance(made, Refused)
    coat = LISTING.replay(made, coat)
    before = coat.price.amount
    counter = CounterOffer(at=COUNTERED, buyer=ZOE, price=NAMED)
    countered = LISTING.decide(coat, counter, HOUSE)
    assert not isinstance(countered, Refused)
    coat = LISTING.replay(countered, coat)
    lowered = coat.price.amount
    coat = LISTING.replay(LISTING.fall_due(coat, LATER), coat)
    return before, lowered, coat.price.amount, coat.at


class _ByHand:
    """What a team writes first: a state, a price, checks where they come to mind."""

    def __init__(self, initial: moneyed.Money, largest_cut: Decimal) -> None:
        self.initial = self.price = initial
        self.least = initial * (1 - largest_cut)
        self.state = "listed"
        self.offers: dict[str, moneyed.Money] = {}
        self.until: datetime | None = None

    def offer(self, buyer: str, price: moneyed.Money) -> None:
        if self.state != "listed" or buyer in self.offers:
            raise ValueError(buyer)
        if not self.least <= price < self.price:
            raise ValueError(price)
        self.offers[buyer] = price
        self.state = "offered"

    def counter(self, buyer: str, price: moneyed.Money, at: datetime) -> None:
        if self.state != "offered" or not self.offers[buyer] < price < self.initial:
            raise ValueError(price)
        self.price, self.until, self.state = price, at + DAY, "lowered"

    def expire(self, now: datetime) -> None:
        if self.state == "lowered" and self.until is not None and now >= self.until:
            self.price, self.state = self.initial, "listed"


_CUT = Decimal("0.30")
_ASKED, _OFFERED, _NAMED = (moneyed.Money(amount, "EUR") for amount in (200, 150, 180))


def by_hand() -> Answer:
    """py-moneyed in a class that changes."""
    coat = _ByHand(_ASKED, _CUT)
    coat.offer("zoe", _OFFERED)
    before = coat.price.amount
    coat.counter("zoe", _NAMED, COUNTERED)
    lowered = coat.price.amount
    coat.expire(LATER)
    assert coat.until is not None
    return before, lowered, coat.price.amount, coat.until


class _Bare:
    """A number, and nothing checked."""

    def __init__(self, initial: Decimal) -> None:
        self.initial = self.price = initial


def bare_class() -> Answer:
    """Numbers in a class that changes, and nothing checked."""
    coat = _Bare(_ASKED.amount)
    before = coat.price
    coat.price = _NAMED.amount
    lowered, until = coat.price, COUNTERED + DAY
    if until <= LATER:
        coat.price = coat.initial
    return before, lowered, coat.price, until


class _Model(_ByHand):
    """The same checks as conditions and effects of a machine, which keeps the state."""

    def may_offer(self, buyer: str, price: moneyed.Money) -> bool:
        return buyer not in self.offers and self.least <= price < self.price

    def note(self, buyer: str, price: moneyed.Money) -> None:
        self.offers[buyer] = price

    def may_counter(self, buyer: str, price: moneyed.Money, at: datetime) -> bool:
        return self.offers[buyer] < price < self.initial and at >= MONDAY

    def lower(self, buyer: str, price: moneyed.Money, at: datetime) -> None:
        self.price, self.until = price, at + DAY
        assert buyer in self.offers

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until

    def restore(self, now: datetime) -> None:
        assert self.is_over(now)
        self.price = self.initial


def _edge(trigger: str, source: str | list[str], dest: str, **how: str) -> dict[str, Any]:
    return {"trigger": trigger, "source": source, "dest": dest, **how}


_GONE_ALONG = [
    _edge("offered", "listed", "offer-open", conditions="may_offer", after="note"),
    _edge("countered", "offer-open", "lowered", conditions="may_counter", after="lower"),
    _edge("expired", "lowered", "listed", conditions="is_over", after="restore"),
]
_NEGOTIATION = [
    *_GONE_ALONG,
    _edge("accepted", "offer-open", "lowered", after="lower"),
    _edge("declined", "offer-open", "listed"),
    _edge("lapsed", "offer-open", "listed", conditions="is_over"),
    _edge("sold", ["listed", "offer-open", "lowered"], "sold"),
]
_STATES = ["listed", "offer-open", "lowered", "sold"]


def _machine() -> Any:  # noqa: ANN401 - the library is untyped
    return transitions.Machine(
        model=None, states=_STATES, transitions=_NEGOTIATION, initial="listed"
    )


_SHARED = _machine()
_LEAST = transitions.Machine(
    model=None,
    states=_STATES[:-1],
    transitions=_GONE_ALONG,
    initial="listed",
    auto_transitions=False,
)


def transitions_shared() -> Answer:
    """The transitions package, one machine for all pieces."""
    return _with_machine(_SHARED)


def transitions_least() -> Answer:
    """The same with nothing but the edges that are gone along."""
    return _with_machine(_LEAST)


def transitions_each() -> Answer:
    """The transitions package, a machine for each piece."""
    return _with_machine(_machine())


def _with_machine(machine: Any) -> Answer:  # noqa: ANN401 - the library is untyped
    coat: Any = _Model(_ASKED, _CUT)
    machine.add_model(coat)
    assert coat.offered("zoe", _OFFERED)
    before = coat.price.amount
    assert coat.countered("zoe", _NAMED, COUNTERED)
    lowered = coat.price.amount
    assert coat.expired(LATER)
    machine.remove_model(coat)
    return before, lowered, coat.price.amount, coat.until


WAYS: dict[str, Callable[[], Answer]] = {
    "vintage_rules": ours,
    "py-moneyed by hand": by_hand,
    "bare class": bare_class,
    "transitions, shared machine": transitions_shared,
    "transitions, shared, three edges alone": transitions_least,
    "transitions, a machine each": transitions_each,
}


@pytest.fixture
def own_garbage() -> Iterator[None]:
    """Whatever else this process holds is not looked through for garbage meanwhile."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("own_garbage")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.benchmark(group="offer + counter + expiry")
def test_offer_counter_expiry(benchmark: BenchmarkFixture, way: str) -> None:
    """Every way gives the same answer; how long each takes is printed, not asserted.

    A round is many negotiations, so that each way pays for the garbage it leaves to be collected.
    """
    benchmark.extra_info["way"] = way
    answer = benchmark.pedantic(  # type: ignore[no-untyped-call]
        WAYS[way], rounds=60, iterations=500, warmup_rounds=3
    )
    assert answer == EXPECTED
