"""Workers and units of work: how much at once, whose lease, what is tried again and when, and what
is written under which name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import ADA, BAG, CARD, COAT, MAX, MONDAY, POST, ZOE, Town, euros
from vintage_rules import load_policy
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.errors import (
    CorruptHistoryError,
    InvalidValueError,
    OutsideUnavailableError,
    UnknownTermError,
    VersionConflictError,
)
from vintage_rules.ids import OrderId, ParcelId
from vintage_rules.marketplace import Marketplace, Progress
from vintage_rules.marketplace.effects.backoff import backoff
from vintage_rules.marketplace.effects.effects import SendMessage
from vintage_rules.marketplace.storage.checkout_stream import ChargeAbandoned
from vintage_rules.marketplace.storage.codec import (
    CHECKOUT_EVENTS,
    NUMBER_EVENTS,
    ORDER_EVENTS,
    PIECE_EVENTS,
    decode_effect,
    encode_effect,
    stable_name,
)
from vintage_rules.marketplace.storage.inbound_streams import (
    NumberGiven,
    WebhookReceived,
    evolve_number,
    evolve_webhook,
)
from vintage_rules.marketplace.storage.streams import CARDS, NUMBERS, ORDERS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import Replays, UnitOfWork, decide_and_commit
from vintage_rules.ports import (
    Change,
    Leased,
    Message,
    OutboxMessage,
    Outcome,
    Postponed,
    Recipient,
    Record,
    Role,
    Sent,
    Undeliverable,
)
from vintage_rules.ports.notifier import Fact, MessageKind


class Watched(MemoryStore):
    """A store that remembers who took what, and what came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[str, str, int, timedelta]] = []
        self.settled: list[Outcome] = []
        self.appends = 0

    def append(self, changes: Sequence[Change]) -> None:
        """Count it."""
        self.appends += 1
        super().append(changes)

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Remember who."""
        self.taken.append(("due", worker, limit, lease))
        return super().due(now, limit, worker=worker, lease=lease)

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Remember who."""
        self.taken.append(("pending", worker, limit, lease))
        return super().pending(now, limit, worker=worker, lease=lease)

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Remember what."""
        self.settled.append(outcome)
        super().settle(leased, outcome)


class Contested(MemoryStore):
    """A store in which somebody else is always first, or so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def append(self, changes: Sequence[Change]) -> None:
        """Lose, or win at last."""
        if self.times:
            self.times -= 1
            raise VersionConflictError(changes[0].stream, expected=0, found=1)
        super().append(changes)


class Silent:
    """A notifier that never answers."""

    def send(self, message: Message) -> Sent | Undeliverable:  # noqa: ARG002 - never
        """Raise."""
        raise OutsideUnavailableError("smtp", "send", "no answer")


class TestRounds:
    """At most so much at once, under the worker's name, for as long as the shop's lease."""

    def test_who_takes_how_much(self) -> None:
        """Timers first, then messages, each alone: no lease waits for what was taken with it."""
        store = Watched()
        market = Town.built(store).market
        market.worker("w").round()
        market.worker("w").round(7)
        lease = timedelta(minutes=5)
        assert store.taken == [
            ("due", "w", 1, lease),
            ("pending", "w", 1, lease),
            ("due", "w", 1, lease),
            ("pending", "w", 1, lease),
        ]

    def test_one_at_a_time(self) -> None:
        """One timer and one message a round."""
        town = Town.built().stock()
        for piece in (COAT, BAG):
            town.market.pieces.make_offer(ZOE, piece, euros("54.00" if piece == BAG else "80.00"))
        assert town.work().done == 2
        town.clock.advance(timedelta(hours=24))
        rounds = [town.market.worker().round(1) for _ in range(3)]
        assert [(each.timers, each.done) for each in rounds] == [(1, 1), (1, 1), (0, 0)]
        assert rounds[2].idle

    def test_a_timer_that_somebody_else_has_fired(self) -> None:
        """A command was first: there is nothing left to write."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.work()
        town.clock.advance(timedelta(hours=24))
        due = town.market.shop.store.due(
            town.clock.now(), 9, worker="other", lease=timedelta(minutes=1)
        )
        assert due == ("piece/coat",)
        town.market.pieces.change_price(ADA, COAT, euros("95.00"))
        assert town.market.worker().tick() == Progress()

    def test_each_kind_of_stream(self) -> None:
        """A piece, an order and a card: each by its own clock, in the name of time."""
        town = Town.built().stock()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.buy(COAT)
        town.work()
        town.arrive().market.parcels.hand_in(POST, "o1", ParcelId("o1-1"), "8R1")
        town.market.pieces.make_offer(MAX, BAG, euros("50.00"))
        town.clock.advance(timedelta(days=400))
        assert town.market.worker().tick().timers >= 3
        store = town.market.shop.store
        for stream in ("piece/bag", "order/o1", *store.streams("card/")):
            assert '"actor":"time"' in store.read(stream).records[-1].data

    def test_a_stream_that_cannot_be_read(self) -> None:
        """It is named with what is wrong, and the others go on."""
        town = Town.built().stock()
        town.buy(COAT)
        town.work()
        town.arrive().market.parcels.hand_in(POST, "o1", ParcelId("o1-1"), "8R1")
        town.market.pieces.make_offer(MAX, BAG, euros("50.00"))
        town.work()
        town.clock.advance(timedelta(days=9))
        elsewhere = town.under(load_policy("oskelly"))
        progress = elsewhere.market.worker().tick()
        assert progress.timers >= 1
        (trouble,) = progress.troubles
        assert trouble.startswith("order/o1: ")
        assert "imparfaite@2023-01-01" in trouble
        with pytest.raises(UnknownTermError):
            elsewhere.order()

    def test_a_stream_of_no_known_kind(self) -> None:
        """Time does nothing to it."""
        town = Town.built()
        record = Record(name="x", at=MONDAY, data="{}")
        town.market.shop.store.append(
            [Change(stream="thing/1", expected=0, records=(record,), deadline=MONDAY)]
        )
        assert town.market.worker().tick() == Progress()

    @pytest.mark.parametrize("stream", ["piece/x", "order/x", "card/x"])
    def test_a_stream_that_is_empty(self, stream: str) -> None:
        """A deadline without a history is nothing to do."""
        town = Town.built()

        class Haunted(MemoryStore):
            """A store that says that something is due which is not there."""

            def due(self, *_: object, **__: object) -> tuple[str, ...]:
                """Name it."""
                return (stream,)

        shop = evolve(town.market.shop, store=Haunted())
        assert Marketplace(shop).worker().tick() == Progress()


class TestProgress:
    """What rounds have done, added up."""

    @pytest.mark.parametrize("field", ["timers", "done", "postponed", "dead_lettered"])
    def test_each_count(self, field: str) -> None:
        """Any of them is something done."""
        once = Progress(**{field: 1})  # type: ignore[arg-type]
        assert not once.idle
        assert once + once == Progress(**{field: 2})  # type: ignore[arg-type]

    def test_troubles(self) -> None:
        """In their order; a trouble alone is not idle either."""
        first, second = Progress(troubles=("a",)), Progress(troubles=("b",))
        assert (first + second).troubles == ("a", "b")
        assert not first.idle
        assert Progress().idle


class TestOutcomes:
    """What comes of a message, dated when it came."""

    def test_done(self) -> None:
        """At the moment it was done."""
        store = Watched()
        town = Town.built(store).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.clock.advance(timedelta(minutes=3))
        assert town.market.worker().round().done == 1
        assert [outcome.at for outcome in store.settled] == [MONDAY + timedelta(minutes=3)]  # type: ignore[union-attr]

    def test_not_yet(self) -> None:
        """Six hours later again, and it is no trouble."""
        store = Watched()
        town = Town.built(store).stock()
        town.buy(COAT)
        town.work()
        town.arrive().market.parcels.hand_in(POST, "o1", ParcelId("o1-1"), "8R1")
        store.settled.clear()
        progress = town.market.worker().handle_effects()
        assert (progress.done, progress.postponed, progress.troubles) == (1, 1, ())
        assert Postponed(until=MONDAY + timedelta(hours=6), reason="") in store.settled

    def test_no_answer(self) -> None:
        """A minute later again, and a trouble, by its key."""
        store = Watched()
        town = Town.built(store).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
        silent = Marketplace(evolve(town.market.shop, notifier=Silent()))
        progress = silent.worker().round()
        assert progress.troubles == ("piece/coat#2.0: smtp: send failed: no answer",)
        (outcome,) = store.settled
        assert isinstance(outcome, Postponed)
        assert outcome.until == MONDAY + backoff(1, "piece/coat#2.0")
        assert not outcome.failed

    @pytest.mark.parametrize(
        ("attempt", "minutes"), [(1, 1), (2, 2), (6, 32), (7, 60), (8, 60), (99, 60)]
    )
    def test_ever_more_rarely(self, attempt: int, minutes: int) -> None:
        """Twice as long each time, and never longer than an hour; each message at its own pace."""
        waits = [backoff(attempt, f"piece/coat#{number}.0") for number in range(200)]
        longest = timedelta(minutes=minutes)
        assert longest / 2 < min(waits) < longest * 0.55
        assert longest * 0.95 < max(waits) <= longest
        assert len(set(waits)) == len(waits)

    def test_what_cannot_be_read(self) -> None:
        """A person looks."""
        town = Town.built()
        broken = OutboxMessage(
            key="k", kind="x", stream="thing/1", data='{"is":"void-charge"}', not_before=MONDAY
        )
        record = Record(name="x", at=MONDAY, data="{}")
        town.market.shop.store.append(
            [
                Change(
                    stream="thing/1",
                    expected=0,
                    records=(record,),
                    deadline=None,
                    outbox=(broken,),
                )
            ]
        )
        progress = town.market.worker().round()
        assert (progress.dead_lettered, progress.troubles[0][:3]) == (1, "k: ")
        (letter,) = town.market.shop.store.dead_letters(9)
        assert (letter.at, letter.reason.startswith("effect: ")) == (MONDAY, True)


class TestUnitsOfWork:
    """All of it or none, again where somebody was first, and not for ever."""

    def listed(self, work: UnitOfWork) -> int:
        """Write a charge that is abandoned."""
        loaded = work.load(NUMBERS, "8R")
        given = NumberGiven(at=work.now, order=OrderId("o1"), parcel=ParcelId("o1-1"))
        work.record(loaded, [given])
        return loaded.version

    @pytest.mark.parametrize(("losses", "wins"), [(0, True), (49, True), (50, False)])
    def test_fifty_attempts(self, losses: int, *, wins: bool) -> None:
        """The fiftieth is the last."""
        store, tries = Contested(losses), []

        def act(work: UnitOfWork) -> None:
            tries.append(work.now)
            self.listed(work)

        if wins:
            decide_and_commit(store, lambda: MONDAY, "test", act)
        else:
            with pytest.raises(VersionConflictError):
                decide_and_commit(store, lambda: MONDAY, "test", act)
        assert len(tries) == min(losses + 1, 50)

    def test_each_attempt_reads_the_clock(self) -> None:
        """What is written is dated by the attempt that won."""
        store = Contested(2)
        moments = iter([MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2)])
        decide_and_commit(store, lambda: next(moments), "test", self.listed)
        (record,) = store.read("tracking/8R").records
        assert record.at == MONDAY + timedelta(hours=2)
        assert record.data.endswith('"actor":"test"}')

    def test_looking_writes_nothing(self) -> None:
        """And so never conflicts."""
        store = Watched()
        result = decide_and_commit(
            store, lambda: MONDAY, "test", lambda work: work.load(ORDERS, "o1").state
        )
        assert (result, store.appends) == (None, 0)

    def test_one_append(self) -> None:
        """An order with its pieces and its charge are written together."""
        store = Watched()
        town = Town.built(store).stock()
        before = store.appends
        town.buy(COAT, BAG)
        # the charge that is begun, the provider's name for it, then all the rest
        assert store.appends - before == 3

    def test_loaded_once(self) -> None:
        """What has happened in this unit is seen by whoever loads it again."""
        work = UnitOfWork(MemoryStore(), MONDAY, "test")
        assert work.load(PIECES, "coat") is work.load(PIECES, "coat")
        assert work.load(PIECES, "coat") is not work.load(CARDS, "coat")

    def test_a_stream_that_another_store_has(self) -> None:
        """A state comes of the records that were read, whatever was read under the name before."""
        replays = Replays()
        names = [OrderId("o1"), OrderId("o2"), OrderId("o1")]
        for order in names:
            store = MemoryStore()
            given = NumberGiven(at=MONDAY, order=order, parcel=ParcelId("p1"))
            record = NUMBER_EVENTS.encode(given, MONDAY, "test")
            store.append(
                [Change(stream="tracking/8R", expected=0, records=(record,), deadline=None)]
            )
            read = UnitOfWork(store, MONDAY, "test", replays).load(NUMBERS, "8R")
            assert (read.history, read.state) == ([given], given)

    def test_what_a_command_records_is_its_own(self) -> None:
        """The next one reads the stream without it, unless it is committed."""
        entered, listed = Town.built().stock().market.shop.store.read("piece/coat").records
        event = PIECE_EVENTS.decode(listed).event
        store, replays = MemoryStore(), Replays()
        store.append([Change(stream="piece/coat", expected=0, records=(entered,), deadline=None)])
        dropped, committed = (UnitOfWork(store, MONDAY, "test", replays) for _ in range(2))
        for work in (dropped, committed):
            assert len(work.load(PIECES, "coat").history) == 1
            work.record(work.load(PIECES, "coat"), [event])
        committed.commit()
        replayed = UnitOfWork(store, MONDAY, "test", replays).load(PIECES, "coat")
        afresh = UnitOfWork(store, MONDAY, "test").load(PIECES, "coat")
        assert replayed == afresh
        assert replayed.history[1] == event

    def test_more_streams_than_are_kept(self) -> None:
        """Each is still what its records say."""
        store, replays = MemoryStore(), Replays()
        numbers = [f"n{number}" for number in range(1_200)]
        for number in numbers:
            given = NumberGiven(at=MONDAY, order=OrderId(number), parcel=ParcelId("p1"))
            record = NUMBER_EVENTS.encode(given, MONDAY, "test")
            store.append(
                [Change(stream=f"tracking/{number}", expected=0, records=(record,), deadline=None)]
            )
        for _ in range(2):
            work = UnitOfWork(store, MONDAY, "test", replays)
            states = [work.load(NUMBERS, number).state for number in numbers]
            assert [state.order for state in states if state] == numbers

    def test_nothing_happened_to_nothing(self) -> None:
        """Is a conflict: somebody has to be first."""
        work = UnitOfWork(MemoryStore(), MONDAY, "test")
        with pytest.raises(VersionConflictError, match="order/o1"):
            work.record(work.load(ORDERS, "o1"), [])

    def test_keys(self) -> None:
        """By stream, position and number: the same whoever writes them."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.market.pieces.make_offer(MAX, COAT, euros("85.00"))
        town.work()
        assert sorted(town.outbox.by_key()) == ["piece/coat#2.0", "piece/coat#3.0"]
        town.buy(COAT)
        town.work()
        keys = sorted(message.key for message in town.outbox.messages[2:])
        assert keys == ["order/o1#2.0", "order/o1#2.1", "piece/coat#5.0", "piece/coat#6.0"]


class TestNumbersAndNotices:
    """A number is given to the last parcel; a message is taken once."""

    def test_given_again(self) -> None:
        """The later one counts, in whatever order they are read; of one moment, the second."""
        first = NumberGiven(at=MONDAY, order=OrderId("o1"), parcel=ParcelId("o1-1"))
        later = evolve(first, at=MONDAY + timedelta(seconds=1), order=OrderId("o2"))
        same = evolve(first, order=OrderId("o3"))
        assert evolve_number(None, first) == first
        assert evolve_number(first, later) == evolve_number(later, first) == later
        assert evolve_number(first, same) == same

    def test_taken_twice(self) -> None:
        """Is no history."""
        taken = WebhookReceived(
            at=MONDAY, sender="card", kind="disputed", reference=None, order=None, code="x"
        )
        assert evolve_webhook(None, taken) == taken
        with pytest.raises(CorruptHistoryError):
            evolve_webhook(taken, taken)


class TestTexts:
    """What is kept is read back as it was: kinds of facts, and who asked."""

    @pytest.mark.parametrize(
        ("fact", "text"),
        [
            (euros("12.30"), '{"money":"12.30 EUR"}'),
            (MONDAY, '{"moment":"2026-09-07T08:00:00+00:00"}'),
            (date(2026, 9, 7), '{"day":"2026-09-07"}'),
            ("coat", '{"plain":"coat"}'),
            (True, '{"plain":true}'),
            (7, '{"plain":7}'),
            (("coat", "bag"), '{"all":[{"plain":"coat"},{"plain":"bag"}]}'),
            (
                (euros("1.00"), euros("2.00")),
                '{"all":[{"money":"1.00 EUR"},{"money":"2.00 EUR"}]}',
            ),
            ((), '{"all":[]}'),
        ],
    )
    def test_facts(self, fact: Fact, text: str) -> None:
        """Each kind by its own name."""
        to = Recipient(role=Role.BUYER, id="zoé")
        work = SendMessage(kind=MessageKind.OFFER_DECLINED, to=to, facts={"x": fact})
        written = encode_effect(work)
        assert f'"facts":{{"x":{text}}}' in written
        assert '"id":"zoé"' in written
        read = decode_effect(written)
        assert read == work
        assert isinstance(read, SendMessage)
        assert type(read.facts["x"]) is type(fact)

    def test_who_asked(self) -> None:
        """Beside the event; nobody where an older version wrote none."""
        event = ChargeAbandoned(at=MONDAY)
        record = CHECKOUT_EVENTS.encode(event, MONDAY, "house anna")
        assert (record.name, record.at) == ("charge-abandoned", MONDAY)
        assert CHECKOUT_EVENTS.decode(record).actor == "house anna"
        old = evolve(record, data='{"is":"charge-abandoned","at":"2026-09-07T08:00:00+00:00"}')
        kept = CHECKOUT_EVENTS.decode(old)
        assert (kept.event, kept.actor) == (event, "")

    def test_a_union_of_one(self) -> None:
        """Is written and read as any other."""
        given = NumberGiven(at=MONDAY, order=OrderId("o1"), parcel=ParcelId("o1-1"))
        record = NUMBER_EVENTS.encode(given, MONDAY, "x")
        assert record.name == "number-given"
        assert NUMBER_EVENTS.decode(record).event == given

    def test_names(self) -> None:
        """A class without a name of its own is called as its class, in words."""

        class LetterSent:
            """Something."""

        class Named:
            """Something else."""

            name = "called-otherwise"

        assert (stable_name(LetterSent), stable_name(Named)) == ("letter-sent", "called-otherwise")

    @pytest.mark.parametrize(
        ("text", "why"),
        [("{", "JSON"), ("[]", "a JSON object"), ('{"is":"%s"}', "what this version")],
    )
    def test_what_is_no_event(self, text: str, why: str) -> None:
        """Says what is wrong with it, by the name of its record."""
        record = Record(name="order-paid", at=MONDAY, data=text.replace("%s", "order-paid"))
        with pytest.raises(InvalidValueError, match=f"^order-paid: must be {why}"):
            ORDER_EVENTS.decode(record)
        with pytest.raises(InvalidValueError, match=f"^effect: must be {why}"):
            decode_effect(text.replace("%s", "void-charge"))

    def test_whole_lives(self) -> None:
        """Every event of a life, written again, is the same text."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.buy(COAT, BAG)
        town.work()
        town.deliver().wait(days=20)
        store = town.market.shop.store
        for record in store.read("piece/coat").records:
            piece = PIECE_EVENTS.decode(record)
            assert PIECE_EVENTS.encode(piece.event, record.at, piece.actor) == record
        for record in store.read("order/o1").records:
            order = ORDER_EVENTS.decode(record)
            assert ORDER_EVENTS.encode(order.event, record.at, order.actor) == record


class TestTheShop:
    """Days in the house's zone, and codes that only it can make."""

    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            ("2026-09-07T21:59:59Z", date(2026, 9, 7)),
            ("2026-09-07T22:00:00Z", date(2026, 9, 8)),
            ("2026-12-07T22:59:59Z", date(2026, 12, 7)),
            ("2026-12-07T23:00:00Z", date(2026, 12, 8)),
        ],
    )
    def test_the_day_in_paris(self, moment: str, day: date) -> None:
        """Both sides of midnight, in summer and in winter."""
        assert Town.built().market.shop.day(datetime.fromisoformat(moment)) == day

    def test_codes(self) -> None:
        """As long as asked for; another text, purpose or secret makes another."""
        shop = Town.built().market.shop
        code = shop.code("a", "b", 16)
        assert len(code) == 16
        assert code != shop.code("a", "c", 16) != shop.code("b", "b", 16)
        assert code == Town.built().market.shop.code("a", "b", 16)
        assert shop.code("ab", "", 16) != shop.code("a", "b", 16)

    @pytest.mark.parametrize(("length", "taken"), [(31, False), (32, True)])
    def test_the_shortest_secret(self, length: int, *, taken: bool) -> None:
        """32 bytes."""
        shop = Town.built().market.shop
        if taken:
            assert evolve(shop, secret=b"x" * length).secret == b"x" * length
        else:
            with pytest.raises(InvalidValueError, match=f"got '{length} bytes'"):
                evolve(shop, secret=b"x" * length)

    def test_a_tender_that_nobody_takes(self) -> None:
        """Is named, with those that are."""
        shop = Town.built().market.shop
        with pytest.raises(
            UnknownTermError, match=r"^tender: must be one of card, paypal, got 'x'"
        ):
            shop.gateway("x")
