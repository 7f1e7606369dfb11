"""Whether a shop is well."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.marketplace.town import COAT, ZOE, Town, euros
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.marketplace import Health
from vintage_rules.ports import DeadLettered, Postponed

MINUTE = timedelta(minutes=1)


class TestHealth:
    """What is looked at: the store, what waits, and dead letters."""

    def test_of_a_shop_that_keeps_up(self) -> None:
        """What is due later does not wait yet."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.work()
        none = timedelta()
        assert town.market.health() == Health(
            store="", waiting=none, oldest_effect=none, dead_letters=0
        )
        assert town.market.health().is_well()

    @pytest.mark.parametrize(("seconds", "well"), [(599, True), (600, True), (601, False)])
    def test_of_one_whose_workers_stand_still(self, seconds: int, *, well: bool) -> None:
        """Ten minutes are allowed, from the moment that the first thing was due."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.clock.advance(timedelta(seconds=seconds))
        assert town.market.health().waiting == timedelta(seconds=seconds)
        assert town.market.health().is_well() is well
        assert town.market.health().is_well(timedelta(seconds=seconds))

    def test_how_old_the_oldest_effect_is(self) -> None:
        """As old as when it was first due, although it was tried since and waits for the next."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.clock.advance(MINUTE)
        store, now = town.market.shop.store, town.clock.now()
        for leased in store.pending(now, 9, worker="w", lease=MINUTE):
            store.settle(leased, Postponed(until=now + 2 * MINUTE, reason="away"))
        town.clock.advance(MINUTE)
        health = town.market.health()
        assert (health.waiting, health.oldest_effect) == (timedelta(), 2 * MINUTE)

    def test_of_one_with_a_dead_letter(self) -> None:
        """However new it is."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        store, now = town.market.shop.store, town.clock.now()
        for leased in store.pending(now, 9, worker="w", lease=MINUTE):
            store.settle(leased, DeadLettered(at=now, reason="no"))
        assert town.market.health().dead_letters == len(store.dead_letters(9)) >= 1
        assert not town.market.health().is_well()

    def test_of_one_whose_store_does_not_answer(self) -> None:
        """It is said, not raised: what watches a shop needs an answer."""

        class Away(MemoryStore):
            """Cannot be reached."""

            def next_moment(self) -> datetime | None:
                """Fail."""
                raise OutsideUnavailableError("postgresql", "next_moment", "gone")

        health = Town.built(Away()).market.health()
        assert health.store == "postgresql: next_moment failed: gone"
        assert not health.is_well()
