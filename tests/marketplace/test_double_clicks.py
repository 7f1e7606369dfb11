"""The same click twice at once: both are answered alike, whatever the store has read between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeAlias

import pytest

from tests.effort import sampled
from tests.marketplace.town import BAG, CARD, COAT, LOU, MAX, MONDAY, ZOE, Town, euros
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.errors import (
    CorruptHistoryError,
    OutsideUnavailableError,
    VersionConflictError,
)
from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.marketplace import Means
from vintage_rules.marketplace.storage.inbound_streams import NumberGiven
from vintage_rules.marketplace.storage.streams import NUMBERS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import (
    Replays,
    UnitOfWork,
    decide_and_commit,
)
from vintage_rules.offers.events import PriceChanged
from vintage_rules.ports import Change, History

Click: TypeAlias = Callable[[Town], object]

MINUTE = timedelta(minutes=1)
CLICKS = sampled(200, 20)


class Interrupted(MemoryStore):
    """A store that lets something else happen before one of its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.at = -1
        self.meanwhile: Callable[[], object] = lambda: None

    def read(self, stream: str, after: int = 0) -> History:
        """Read what the other has left."""
        self.call()
        return super().read(stream, after)

    def read_several(self, after: Mapping[str, int]) -> tuple[History, ...]:
        """Read what the other has left, all at one moment."""
        self.call()
        return super().read_several(after)

    def append(self, changes: Sequence[Change]) -> None:
        """Append after the other."""
        self.call()
        super().append(changes)

    def call(self) -> None:
        """Count a call, and let the other happen before one."""
        self.calls += 1
        if self.calls == self.at:
            self.meanwhile()


def order_with(means: Means) -> Click:
    """Click on the button that orders a coat."""
    return lambda town: town.buy(COAT, means=means)


def order_what_is_gone(town: Town) -> object:
    """Order a bag that was sold to another buyer, under another name."""
    town.buy(BAG, by=MAX, order="o10")
    return town.buy(COAT, BAG)


def order_with_a_gift_card(town: Town) -> object:
    """Order a bag that a gift card pays in full."""
    return town.buy(BAG, means=None, code=town.market.shop.code("test", "code", 26))


def buy_a_card(town: Town) -> object:
    """Buy a gift card."""
    return town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)


CLICK: dict[str, Click] = {
    "an order": order_with(CARD),
    "challenged": order_with(Means(tender="card", source="challenged", brand="visa")),
    "declined": order_with(Means(tender="card", source="declined:no-funds", brand="visa")),
    "gone": order_what_is_gone,
    "a wrong code": order_with_a_gift_card,
    "a gift card": buy_a_card,
}


def interrupted(click: Click, at: int) -> tuple[Town, Interrupted, object, list[object]]:
    """Click; before one call of the store, the same click is answered as a whole."""
    store, others = Interrupted(), list[object]()
    town = Town.built(store).stock()
    store.calls, store.at = 0, at
    store.meanwhile = lambda: others.append(click(town))
    return town, store, click(town), others


@pytest.mark.parametrize("name", CLICK)
def test_before_each_call_of_the_store(name: str) -> None:
    """S4: wherever the second click comes between, both get the answer that one alone gets."""
    click = CLICK[name]
    _, undisturbed, alone, _ = interrupted(click, at=-1)
    for at in range(1, undisturbed.calls + 1):
        town, _, answer, others = interrupted(click, at)
        assert (answer, others) == (alone, [alone])
        held = [entry.act for entry in town.bank.ledger if entry.order in {None, OrderId("o1")}]
        assert held.count("authorise") <= 1


def test_a_gift_card_that_pays_in_full() -> None:
    """S4: it is spent once, and both windows show the order."""
    at = 0
    for at in range(1, 40):
        store = Interrupted()
        town = Town.built(store).stock()
        town.market.cards.buy(ZOE, "p1", euros("100.00"), "", CARD)
        town.work()
        code = str(town.outbox.messages[-1].facts["code"])
        others = list[object]()

        def click(town: Town = town, code: str = code) -> object:
            return town.buy(BAG, means=None, code=code)

        store.calls, store.at = 0, at
        store.meanwhile = lambda: others.append(click())  # noqa: B023 - called in this turn
        answer = click()
        assert [answer] == (others or [town.order()])
        card = town.market.cards.find(code)
        assert card is not None
        assert card.balance == euros("29.91")
        if not others:
            break
    assert 3 < at < 39  # the loop has come to the last call of the store


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_two_threads(kind: str, tmp_path: Path) -> None:
    """S4: many double clicks, each answered alike to both."""
    store = MemoryStore() if kind == "memory" else SqlStore.open(f"sqlite:///{tmp_path}/shop.db")
    town, barrier = Town.built(store), Barrier(2, timeout=30)

    def click(number: int) -> object:
        piece = piece_of(number)
        barrier.wait()
        return town.buy(piece, order=f"o{number}", prices={piece: "55.00"})

    def clicks(_: int) -> list[object]:
        return [click(number) for number in range(CLICKS)]

    for number in range(CLICKS):
        town.list_piece(LOU, piece_of(number), "55.00")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(clicks, range(2))
    assert first == second == [town.order(f"o{number}") for number in range(CLICKS)]
    assert [entry.act for entry in town.bank.ledger] == ["authorise"] * CLICKS


def piece_of(number: int) -> PieceId:
    """Name a piece."""
    return PieceId(f"bag-{number}")


class Noted(MemoryStore):
    """A store that notes how many records each reader knows."""

    def __init__(self) -> None:
        super().__init__()
        self.known = list[int]()

    def read(self, stream: str, after: int = 0) -> History:
        """Note it, and read."""
        self.known.append(after)
        return super().read(stream, after)

    def read_several(self, after: Mapping[str, int]) -> tuple[History, ...]:
        """Note them, and read."""
        self.known.extend(after.values())
        return super().read_several(after)


def bag_events(prices: Sequence[str]) -> list[PriceChanged]:
    """Change a price, a minute after another."""
    return [
        PriceChanged(at=MONDAY + number * MINUTE, price=euros(price))
        for number, price in enumerate(prices, start=1)
    ]


def begun_with(store: MemoryStore, *prices: str) -> MemoryStore:
    """Write a bag and its prices, the first of which is that it was listed at."""
    town = Town.built(store)
    town.list_piece(LOU, BAG, prices[0])

    def change(work: UnitOfWork) -> None:
        work.record(work.load(PIECES, BAG), bag_events(prices[1:]))

    town.market.shop.do(LOU, change)
    return store


def price_in(store: MemoryStore, replays: Replays) -> tuple[int, str] | None:
    """Give the number of events of the bag and its price, as a shop that knows it reads them."""
    stream = UnitOfWork(store, MONDAY, "test", replays).load(PIECES, BAG)
    if stream.state is None:
        return None
    assert len(stream.history) == stream.version
    return stream.version, str(stream.state.listing.price)


class TestReplays:
    """A shop replays what a stream has gained, and nothing that the store does not hold."""

    def test_what_is_known_is_not_read_again(self) -> None:
        """But for the last record of it."""
        store, replays = begun_with(Noted(), "50.00", "60.00"), Replays()
        assert isinstance(store, Noted)
        store.known.clear()
        assert price_in(store, replays) == (3, "60.00 EUR")
        assert price_in(store, replays) == (3, "60.00 EUR")
        assert store.known == [0, 2]

    @pytest.mark.parametrize(
        ("prices", "expected"),
        [
            (["50.00", "60.00", "70.00"], (4, "70.00 EUR")),
            (["50.00", "65.00"], (3, "65.00 EUR")),
            (["50.00", "65.00", "60.00"], (4, "60.00 EUR")),
            (["50.00"], (2, "50.00 EUR")),
            ([], None),
        ],
        ids=["grown", "another-last", "another-and-grown", "shorter", "empty"],
    )
    def test_the_stream_decides(self, prices: list[str], expected: tuple[int, str] | None) -> None:
        """Where a backup was put back, what was replayed before is forgotten."""
        replays = Replays()
        assert price_in(begun_with(MemoryStore(), "50.00", "60.00"), replays) == (3, "60.00 EUR")
        backup = begun_with(MemoryStore(), *prices) if prices else MemoryStore()
        assert price_in(backup, replays) == expected

    def test_time_goes_on_from_what_is_known(self) -> None:
        """A clock that is behind the last event is set to it, whether or not it is read again."""
        store, replays = begun_with(MemoryStore(), "50.00", "60.00"), Replays()
        for _ in range(2):
            work = UnitOfWork(store, MONDAY, "test", replays)
            work.load(PIECES, BAG)
            assert work.now == MONDAY + MINUTE


class TestUnitOfWork:
    """What is read of several streams is checked where nothing is written."""

    def given(self, work: UnitOfWork, name: str) -> int:
        """Give a number to a parcel."""
        stream = work.load(NUMBERS, name)
        given = NumberGiven(at=work.now, order=OrderId("o1"), parcel=ParcelId("o1-1"))
        work.record(stream, [given])
        return stream.version

    def disturbed(self, reads: Sequence[str], *, fails: bool = False) -> tuple[int, list[int]]:
        """Read streams, the first of which grows after it was read for the first time."""
        store, tries = MemoryStore(), list[int]()

        def act(work: UnitOfWork) -> int:
            versions = [work.load(NUMBERS, name).version for name in reads[:1]]
            if not tries:
                decide_and_commit(store, lambda: MONDAY, "other", lambda w: self.given(w, "8R1"))
            versions += [work.load(NUMBERS, name).version for name in reads[1:]]
            tries.append(versions[0])
            if fails and versions[0] == 0:
                raise CorruptHistoryError(None, None)
            return versions[0]

        return decide_and_commit(store, lambda: MONDAY, "test", act), tries

    def test_an_answer_from_several_streams_is_given_again(self) -> None:
        """The first was read before what the second was read after."""
        assert self.disturbed(["8R1", "8R10"]) == (1, [0, 1])

    def test_an_error_from_several_streams_is_no_answer(self) -> None:
        """It came of what never was at one moment."""
        assert self.disturbed(["8R1", "8R10"], fails=True) == (1, [0, 1])

    def test_one_stream_is_read_as_a_whole(self) -> None:
        """It was so at the moment it was read."""
        assert self.disturbed(["8R1"]) == (0, [0])

    def test_an_error_from_one_stream_is_raised(self) -> None:
        """At once."""
        with pytest.raises(CorruptHistoryError):
            self.disturbed(["8R1"], fails=True)

    def test_an_error_from_streams_that_stay_is_raised(self) -> None:
        """After one look."""
        tries = list[int]()

        def act(work: UnitOfWork) -> None:
            tries.append(work.load(NUMBERS, "8R1").version + work.load(NUMBERS, "8R10").version)
            raise CorruptHistoryError(None, None)

        with pytest.raises(CorruptHistoryError):
            decide_and_commit(MemoryStore(), lambda: MONDAY, "test", act)
        assert tries == [0]

    def test_streams_read_together_are_of_one_moment(self) -> None:
        """What they grow by afterwards is no conflict, and none is read again."""
        store, tries = Noted(), list[int]()

        def act(work: UnitOfWork) -> int:
            work.load_together((NUMBERS, "8R1"), (NUMBERS, "8R10"))
            decide_and_commit(store, lambda: MONDAY, "other", lambda w: self.given(w, "8R1"))
            store.known.clear()
            work.load_together((NUMBERS, "8R10"), (NUMBERS, "8R1"))
            tries.append(work.load(NUMBERS, "8R1").version)
            return work.load(NUMBERS, "8R10").version

        assert decide_and_commit(store, lambda: MONDAY, "test", act) == 0
        assert (tries, store.known) == ([0], [])

    def test_streams_read_together_and_one_later_are_not(self) -> None:
        """The command runs again."""
        store, tries = MemoryStore(), list[int]()

        def act(work: UnitOfWork) -> int:
            work.load_together((NUMBERS, "8R1"), (NUMBERS, "8R10"))
            if not tries:
                decide_and_commit(store, lambda: MONDAY, "other", lambda w: self.given(w, "8R1"))
            tries.append(work.load(NUMBERS, "8R1").version)
            return work.load(NUMBERS, "8R100").version

        assert decide_and_commit(store, lambda: MONDAY, "test", act) == 0
        assert tries == [0, 1]

    def test_not_for_ever(self) -> None:
        """Where others are first without end, the last conflict is raised."""
        store = MemoryStore()

        def act(work: UnitOfWork) -> None:
            work.load(NUMBERS, "8R1")
            decide_and_commit(store, lambda: MONDAY, "other", lambda w: self.given(w, "8R1"))
            work.load(NUMBERS, "8R10")

        with pytest.raises(VersionConflictError, match=r"^tracking/8R1: must hold 49 records"):
            decide_and_commit(store, lambda: MONDAY, "test", act)
        assert store.read("tracking/8R1").version == 50

    def test_a_store_that_fails_is_not_read_again(self) -> None:
        """Its own error is raised."""
        reads = list[str]()

        class Unreachable(MemoryStore):
            def read(self, stream: str, after: int = 0) -> History:
                reads.append(stream)
                if len(reads) == 3:
                    raise OutsideUnavailableError("store", "read", "no answer")
                return super().read(stream, after)

        def act(work: UnitOfWork) -> None:
            for name in ("8R1", "8R10", "8R100"):
                work.load(NUMBERS, name)

        with pytest.raises(OutsideUnavailableError):
            decide_and_commit(Unreachable(), lambda: MONDAY, "test", act)
        assert len(reads) == 3
