"""What is written down of an event is read back as it was, with who asked for it beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from attrs import evolve, fields_dict

from tests.marketplace.town import ADA, COAT, HOUSE, MONDAY, ZOE, Town, euros
from vintage_rules import load_policy
from vintage_rules.errors import InvalidValueError, NewerVersionError
from vintage_rules.ids import BuyerId
from vintage_rules.marketplace import Marketplace, PieceView, Worker
from vintage_rules.marketplace.storage.checkout_stream import ChargeAbandoned
from vintage_rules.marketplace.storage.codec import (
    CARD_EVENTS,
    CHARGE_EVENTS,
    CHECKOUT_EVENTS,
    NUMBER_EVENTS,
    ORDER_EVENTS,
    PIECE_EVENTS,
    WEBHOOK_EVENTS,
    Codec,
    decode_effect,
)
from vintage_rules.marketplace.storage.upcasting import UPCASTERS
from vintage_rules.offers.events import CounterOffered
from vintage_rules.offers.terms import Party, Silence
from vintage_rules.orders.events import RefundOwed
from vintage_rules.ports.store import Change, OutboxMessage, Record

CODECS = {
    "card": CARD_EVENTS,
    "charge": CHARGE_EVENTS,
    "checkout": CHECKOUT_EVENTS,
    "webhook": WEBHOOK_EVENTS,
    "number": NUMBER_EVENTS,
    "order": ORDER_EVENTS,
    "piece": PIECE_EVENTS,
}


class TestBesideAnEvent:
    """The name of an event and who asked for it stand beside its own fields."""

    @pytest.mark.parametrize("name", CODECS)
    def test_no_event_has_a_field_of_their_names(self, name: str) -> None:
        """It would be written over."""
        codec: Codec[object] = CODECS[name]  # type: ignore[assignment]  # whatever it keeps
        taken = {
            f"{member.__name__}.{field}"
            for member in get_args(codec.union) or (codec.union,)
            for field in fields_dict(member)
            if field in {"is", "actor"}
        }
        assert taken == set()

    def test_a_counter_offer_says_whose_it_is(self) -> None:
        """Whoever asked for it to be written."""
        counter = CounterOffered(
            at=datetime(2026, 9, 7, 8, tzinfo=UTC),
            buyer=BuyerId("zoe"),
            price=euros("170.00"),
            until=None,
            by=Party.SELLER,
            silence=Silence.LAPSE,
            accepted_until=None,
        )
        record = PIECE_EVENTS.encode(counter, counter.at, "house anna")
        kept = PIECE_EVENTS.decode(record)
        assert (kept.event, kept.actor) == (counter, "house anna")


class TestAHouseWhereACounterIsANewOffer:
    """Its histories are read back as any other's."""

    def test_a_counter_offer_is_accepted_by_the_buyer(self) -> None:
        """The piece is theirs at that price, and both were told."""
        town = Town.built(at=MONDAY)
        shop = evolve(town.market.shop, book=load_policy("oskelly"))
        town = evolve(town, market=Marketplace(shop)).stock()
        pieces = town.market.pieces
        for answer in (
            pieces.make_offer(ZOE, COAT, euros("75.00")),
            pieces.counter_offer(ADA, COAT, ZOE.id, euros("85.00")),
            pieces.accept_offer(ZOE, COAT, ZOE.id),
        ):
            assert isinstance(answer, PieceView)
        assert pieces.view(ZOE, COAT).price == euros("85.00")
        town.clock.advance(timedelta(minutes=1))
        town.work()
        assert "offer-countered zoe" in town.mails()
        assert pieces.view(HOUSE, COAT).offers[0].price == euros("85.00")


class TestWhatANewerVersionWrote:
    """An older process never guesses: it reads what it knows, and leaves the rest."""

    def test_a_field_it_does_not_know(self) -> None:
        """It is ignored, and the record is as it was."""
        record = CHECKOUT_EVENTS.encode(ChargeAbandoned(at=MONDAY), MONDAY, "house")
        newer = evolve(record, data=record.data[:-1] + ',"why":"too dear"}')
        assert CHECKOUT_EVENTS.decode(newer) == CHECKOUT_EVENTS.decode(record)
        assert newer.data.endswith('"why":"too dear"}')

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ('{"is":"charge-abandoned","v":2}', "version 2 .* reads versions 1 to 1"),
            ('{"is":"charge-doubted"}', "version 1 .* does not know the name"),
        ],
    )
    def test_what_it_cannot_read(self, data: str, said: str) -> None:
        """An event of a later version, or of a name that came later."""
        record = Record(name="x", at=MONDAY, data=data)
        with pytest.raises(NewerVersionError, match=said):
            CHECKOUT_EVENTS.decode(record)

    def test_a_worker_leaves_an_effect_to_a_newer_one(self) -> None:
        """It waits, however often an older worker meets it, and is never dead-lettered."""
        town = Town.built(at=MONDAY)
        store, shop = town.market.shop.store, evolve(town.market.shop, attempts=2)
        message = OutboxMessage(
            key="k", kind="send-parrot", stream="x", data='{"is":"send-parrot"}', not_before=MONDAY
        )
        sent = Record(name="sent", at=MONDAY, data="{}")
        store.append(
            [Change(stream="x", expected=0, records=(sent,), deadline=None, outbox=(message,))]
        )
        for attempt in range(1, 6):
            progress = Worker(shop).round()
            assert (progress.postponed, progress.dead_lettered) == (1, 0), attempt
            assert progress.troubles[0].startswith("k: send-parrot: version 1 was written by a new")
            town.clock.advance(timedelta(days=1))

    def test_a_timer_is_left_to_a_newer_worker(self) -> None:
        """Its deadline stays: it is no failure, and makes no dead letter."""
        town = Town.built(at=MONDAY).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.work()
        store = town.market.shop.store
        version = store.read("piece/coat").version
        newer = Record(name="piece-lent", at=MONDAY, data='{"is":"piece-lent"}')
        deadline = MONDAY + timedelta(hours=24)
        change = Change(stream="piece/coat", expected=version, records=(newer,), deadline=deadline)
        store.append([change])
        for _ in range(3):
            town.clock.advance(timedelta(hours=24))
            (trouble,) = town.market.worker().round().troubles
            assert trouble.startswith("piece/coat: piece-lent: version 1 was written by a newer")
        assert store.dead_letters(9) == ()


class TestWhatAnEarlierVersionWrote:
    """Each version is brought up to the next; `test_earlier_versions` reads whole databases."""

    def test_what_one_writes_is_read_as_it_is(self) -> None:
        """The version is beside the name from the second on."""
        assert UPCASTERS.keys() == {"refund-owed", "send-message"}
        owed = RefundOwed(at=MONDAY, cause="r1", pieces=(), payments=(), shares=())
        record = ORDER_EVENTS.encode(owed, MONDAY, "house")
        assert record.data.startswith('{"is":"refund-owed","v":2,')
        assert ORDER_EVENTS.decode(record).event == owed

    def test_an_effect_for_a_person(self) -> None:
        """`look-into` of 0.1 is never handled: a worker dead-letters it, with its words."""
        text = '{"is":"look-into","sender":"card","why":"disputed"}'
        with pytest.raises(InvalidValueError, match="settled by a person"):
            decode_effect(text)

    def test_what_no_version_wrote(self) -> None:
        """A field of an earlier version is missing: damage, and no newer version."""
        record = Record(name="refund-owed", at=MONDAY, data='{"is":"refund-owed"}')
        with pytest.raises(InvalidValueError, match="what an earlier version wrote"):
            ORDER_EVENTS.decode(record)
