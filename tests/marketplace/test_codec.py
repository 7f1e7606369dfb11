"""What is written down of an event is read back as it was, with who asked for it beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from attrs import evolve, fields_dict

from tests.marketplace.town import ADA, COAT, HOUSE, MONDAY, ZOE, Town, euros
from vintage_rules import load_policy
from vintage_rules.ids import BuyerId
from vintage_rules.marketplace import Marketplace, PieceView
from vintage_rules.marketplace.storage.codec import (
    CARD_EVENTS,
    CHARGE_EVENTS,
    CHECKOUT_EVENTS,
    NUMBER_EVENTS,
    ORDER_EVENTS,
    PIECE_EVENTS,
    WEBHOOK_EVENTS,
    Codec,
)
from vintage_rules.offers.events import CounterOffered
from vintage_rules.offers.terms import Party, Silence

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
