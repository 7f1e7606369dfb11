"""What a store does in a second: in memory, in SQLite and in PostgreSQL on the same disk.

Beside them, the `eventsourcing` library saves aggregates with the same events to the same
PostgreSQL.

Both write what they are given for good: a commit waits for the disk. Making the events is not
measured, writing them as JSON is. Ours keeps deadlines and messages too, theirs an order of all
events of all aggregates.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import Application
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.stores import EVENT, LIFE, THEIRS, lives, measured, name
from vintage_rules.ports.store import Change, Done, EventStore, OutboxMessage, Record

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CHECKOUT = 4  # three pieces and their order
THREADS = 8
EACH = 10  # appends of each thread in a round
BATCH = 100


def changes(streams: int, outbox: int = 0) -> list[Change]:
    """Write events down for streams that nobody has written to."""
    return [
        Change(
            stream=stream,
            expected=0,
            records=tuple(
                Record(name="Offered", at=MONDAY, data=json.dumps(EVENT)) for _ in range(LIFE)
            ),
            deadline=MONDAY,
            outbox=tuple(
                OutboxMessage(
                    key=f"{stream}/{number}",
                    kind="mail",
                    stream=stream,
                    data="{}",
                    not_before=MONDAY,
                )
                for number in range(outbox)
            ),
        )
        for stream in (f"piece/{uuid4()}" for _ in range(streams))
    ]


def in_threads(work: Callable[[], object]) -> None:
    """Do something in several threads at once, several times in each."""
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(lambda: [work() for _ in range(EACH)]) for _ in range(THREADS)]:
            done.result()


ONE, FOUR = "append 3 events to 1 stream", "append 12 events to 4 streams: a checkout"
CROWD = f"append 3 events to 1 stream, {THREADS} threads at once"


@pytest.mark.parametrize(("group", "streams"), [(ONE, 1), (FOUR, CHECKOUT)], ids=["1", "4"])
def test_append(
    benchmark: BenchmarkFixture, store: EventStore, way: str, group: str, streams: int
) -> None:
    name(benchmark, group, way)
    measured(benchmark, lambda: store.append(changes(streams)), rounds=300, warmup_rounds=20)
    assert len([*store.streams("piece/")]) >= streams * 300


@pytest.mark.parametrize(("group", "aggregates"), [(ONE, 1), (FOUR, CHECKOUT)], ids=["1", "4"])
def test_save(
    benchmark: BenchmarkFixture, application: Application[UUID], group: str, aggregates: int
) -> None:
    name(benchmark, group, THEIRS)
    measured(benchmark, application.save, setup=lambda: lives(aggregates), rounds=320)
    saved = application.recorder.max_notification_id()
    assert saved is not None
    assert saved >= LIFE * aggregates * 320


def test_append_in_threads(benchmark: BenchmarkFixture, store: EventStore, way: str) -> None:
    name(benchmark, CROWD, way, THREADS * EACH)
    measured(benchmark, lambda: in_threads(lambda: store.append(changes(1))), rounds=8)


def test_save_in_threads(benchmark: BenchmarkFixture, application: Application[UUID]) -> None:
    name(benchmark, CROWD, THEIRS, THREADS * EACH)
    pieces = iter([lives(1)[0][0] for _ in range(THREADS * EACH * 8)])
    measured(benchmark, lambda: in_threads(lambda: application.save(next(pieces))), rounds=8)


def test_read(benchmark: BenchmarkFixture, store: EventStore, way: str) -> None:
    name(benchmark, "read 3 events of 1 stream", way)
    written = changes(1)
    store.append(written)
    history = measured(benchmark, lambda: store.read(written[0].stream), rounds=1_000)
    assert history.version == LIFE


def test_read_aggregate(benchmark: BenchmarkFixture, application: Application[UUID]) -> None:
    name(benchmark, "read 3 events of 1 stream", f"{THEIRS}, mapped")
    (piece,), _ = lives(1)
    application.save(piece)
    events = measured(benchmark, lambda: [*application.events.get(piece.id)], rounds=1_000)
    assert len(events) == LIFE


def test_carry_out(benchmark: BenchmarkFixture, store: EventStore, way: str) -> None:
    name(benchmark, f"take {BATCH} messages and settle each", way, BATCH)

    def carry_out() -> int:
        taken = store.pending(MONDAY, BATCH, worker="w", lease=MINUTE)
        for leased in taken:
            store.settle(leased, Done(at=MONDAY))
        return len(taken)

    def fill() -> None:
        store.append(changes(1, BATCH))

    assert measured(benchmark, carry_out, setup=fill, rounds=8) == BATCH


def test_fall_due(benchmark: BenchmarkFixture, store: EventStore, way: str) -> None:
    name(benchmark, f"take {BATCH} streams that are due", way, BATCH)

    def fill() -> None:
        store.append(changes(BATCH))

    def take() -> int:
        return len(store.due(MONDAY, BATCH, worker="w", lease=MINUTE))

    assert measured(benchmark, take, setup=fill, rounds=20) == BATCH
