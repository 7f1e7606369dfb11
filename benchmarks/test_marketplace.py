"""What a marketplace does in a second on each store.

It checks pieces out, takes offers and fires timers; the `eventsourcing` library loads and saves as
many aggregates, with as many events, on the same PostgreSQL.

Ours decides by all the rules on the way, and writes deadlines and messages; theirs decides
nothing. Ports other than the store are in memory.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Event
from uuid import UUID

import pytest
from attrs import evolve
from eventsourcing.application import Application
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.stores import EVENT, THEIRS, Piece, measured, name
from tests.marketplace.crowd import buy, enter, list_pieces, piece_of
from tests.marketplace.town import ADA, ZOE, Town, euros
from vintage_rules.ids import PieceId
from vintage_rules.marketplace import Marketplace, NewPiece, PieceEntered, PieceView, Shop, Worker
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.offers.events import PriceChanged
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.ports.store import EventStore
from vintage_rules.testing.handlers import slow

ROUNDS = 200
BATCH = 100
AT_ONCE = 500
EVENTS = 10_000
LISTED = f"list {AT_ONCE} pieces"
CHECKOUTS, OFFERS = "check a piece out", "make an offer"
TIMERS = f"fire {BATCH} timers"
EFFECTS = 40
OUTSIDE = 0.05
WAITED = f"handle {EFFECTS} effects, each {OUTSIDE * 1000:.0f} ms outside"


@pytest.fixture
def town(store: EventStore) -> Town:
    return Town.built(store)


def test_list_pieces(benchmark: BenchmarkFixture, town: Town, way: str) -> None:
    """A catalogue of 5,000 pieces, so many at a time."""
    name(benchmark, LISTED, way, AT_ONCE)
    numbers = count()

    def listed() -> tuple[PieceView, ...]:
        terms, price = SellerTerms.only(open_to_offers=True), euros("90.00")
        entered = (
            PieceEntered(
                at=town.clock.now(),
                piece=piece_of(next(numbers)),
                seller=ADA.id,
                weight_g=900,
                description="a piece",
            )
            for _ in range(AT_ONCE)
        )
        pieces = [NewPiece(entered=each, price=price, terms=terms) for each in entered]
        return town.market.pieces.list_pieces(ADA, pieces)

    assert len(measured(benchmark, listed, rounds=10)) == AT_ONCE


def a_long_life(town: Town) -> PieceId:
    """Write a piece down whose price its seller has changed often."""
    list_pieces(town, 1)
    piece = piece_of(0)
    begun = town.clock.now()

    def change(work: UnitOfWork) -> None:
        prices = (
            PriceChanged(at=begun + timedelta(seconds=second), price=euros("80.00"))
            for second in range(EVENTS - 2)
        )
        work.record(work.load(PIECES, piece), prices)

    town.market.shop.do(ADA, change)
    town.clock.advance(timedelta(seconds=EVENTS))
    return piece


@pytest.mark.parametrize("shop", ["a shop that knows it", "one that has never read it"])
def test_view(benchmark: BenchmarkFixture, town: Town, way: str, shop: str) -> None:
    name(benchmark, f"view a piece with {EVENTS:,} events, {shop}", way, 1)
    piece = a_long_life(town)
    town.market.pieces.view(ZOE, piece)

    def view() -> PieceView:
        market = town.market if shop == "a shop that knows it" else Marketplace(again(town))
        return market.pieces.view(ZOE, piece)

    assert measured(benchmark, view, rounds=10).price == euros("80.00")


def again(town: Town) -> Shop:
    """Open the same shop anew, as another process does."""
    return evolve(town.market.shop)


def test_check_out(benchmark: BenchmarkFixture, town: Town, way: str) -> None:
    name(benchmark, CHECKOUTS, way, 1)
    list_pieces(town, ROUNDS)
    numbers = count()
    measured(benchmark, lambda: buy(town, "zoe", next(numbers)), rounds=ROUNDS)
    assert not town.market.pieces.view(ZOE, piece_of(ROUNDS - 1)).available


def test_make_offer(benchmark: BenchmarkFixture, town: Town, way: str) -> None:
    name(benchmark, OFFERS, way, 1)
    list_pieces(town, ROUNDS)
    numbers = count()

    def offer() -> object:
        return town.market.pieces.make_offer(ZOE, piece_of(next(numbers)), euros("80.00"))

    assert isinstance(measured(benchmark, offer, rounds=ROUNDS), PieceView)


def test_make_offer_in_a_thread(benchmark: BenchmarkFixture, town: Town, way: str) -> None:
    """As an async host does: the command runs in a thread, and the event loop goes on."""
    name(benchmark, f"{OFFERS}, from an event loop", way, 1)
    list_pieces(town, ROUNDS)
    numbers = count()

    def offer() -> object:
        return town.market.pieces.make_offer(ZOE, piece_of(next(numbers)), euros("80.00"))

    with asyncio.Runner() as loop:
        answer = measured(benchmark, lambda: loop.run(asyncio.to_thread(offer)), rounds=ROUNDS)
    assert isinstance(answer, PieceView)


def test_fire_timers(benchmark: BenchmarkFixture, town: Town, way: str) -> None:
    name(benchmark, TIMERS, way, BATCH)
    list_pieces(town, ROUNDS, offered=True)
    town.clock.advance(timedelta(days=2))
    worker = town.market.worker()
    assert measured(benchmark, lambda: worker.tick(BATCH).timers, rounds=ROUNDS // BATCH) == BATCH


@pytest.mark.parametrize("workers", [1, 8])
def test_handle_effects(benchmark: BenchmarkFixture, town: Town, way: str, workers: int) -> None:
    """Workers in threads; each of their effects waits for a provider to answer."""
    name(benchmark, WAITED, f"{way}, workers: {workers}", EFFECTS)
    handlers = slow(lambda: Event().wait(OUTSIDE))
    shop = town.market.shop
    crew = [Worker(shop, f"worker-{number}", handlers=handlers) for number in range(workers)]
    numbers = count()

    def fill() -> None:
        pieces = [piece_of(next(numbers)) for _ in range(EFFECTS)]
        shop.do(ADA, lambda work: enter(town, pieces, work, offered=True))

    def work() -> int:
        with ThreadPoolExecutor(workers) as pool:
            rounds = pool.map(lambda worker: worker.handle_effects(EFFECTS), crew)
            return sum(progress.done for progress in rounds)

    assert measured(benchmark, work, setup=fill, rounds=4) == EFFECTS


def saved(application: Application[UUID], number: int) -> list[UUID]:
    """Save so many pieces, and give their names."""
    pieces = [Piece(EVENT) for _ in range(number)]
    application.save(*pieces)
    return [piece.id for piece in pieces]


def happen(application: Application[UUID], name: UUID) -> Piece:
    """Load an aggregate and let something happen to it."""
    piece: Piece = application.repository.get(name)
    piece.offer(EVENT)
    return piece


def test_their_check_out(benchmark: BenchmarkFixture, application: Application[UUID]) -> None:
    name(benchmark, CHECKOUTS, THEIRS, 1)
    pieces = iter(saved(application, ROUNDS))

    def check_out() -> None:
        charge = Piece(EVENT)
        application.save(charge)
        application.save(
            happen(application, next(pieces)), happen(application, charge.id), Piece(EVENT)
        )

    measured(benchmark, check_out, rounds=ROUNDS)


def test_their_offer(benchmark: BenchmarkFixture, application: Application[UUID]) -> None:
    name(benchmark, OFFERS, THEIRS, 1)
    pieces = iter(saved(application, ROUNDS))
    measured(
        benchmark,
        lambda: application.save(happen(application, next(pieces))),
        rounds=ROUNDS,
    )


def test_their_timers(benchmark: BenchmarkFixture, application: Application[UUID]) -> None:
    name(benchmark, TIMERS, THEIRS, BATCH)
    pieces = iter(saved(application, ROUNDS))

    def fire() -> None:
        for _ in range(BATCH):
            application.save(happen(application, next(pieces)))

    measured(benchmark, fire, rounds=ROUNDS // BATCH)
