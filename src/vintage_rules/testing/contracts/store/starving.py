"""Nothing starves: what workers make of handlers that fail, dawdle or kill them, over the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from random import Random

import pytest
from attrs import evolve

from vintage_rules.ids import PieceId
from vintage_rules.marketplace import Buyer, Marketplace, PieceEntered, Progress, Seller, Worker
from vintage_rules.marketplace.effects.handlers import HANDLERS, Handler
from vintage_rules.money import Money
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.policies import load_policy
from vintage_rules.ports.store import EventStore
from vintage_rules.testing.contracts.store.base import HOUR, MINUTE, StoreFixtures
from vintage_rules.testing.handlers import killing, poison, slow
from vintage_rules.testing.simulation import Calm, Crash, Scale, Town
from vintage_rules.testing.simulation.town import found
from vintage_rules.world.calendars import calendar

ATTEMPTS = 3
FIRST, SECOND, THIRD = "piece/coat#2.0", "piece/coat#3.0", "piece/coat#4.0"


class StarvingContract(StoreFixtures):
    """Three mails wait for a seller, and the first of them is trouble."""

    @pytest.fixture
    def town(self, store: EventStore) -> Town:
        """Let three buyers make an offer on a coat."""
        scale = Scale(buyers=4, sellers=2)
        book, france = load_policy("imparfaite"), calendar("FR")
        town = found(Random(1), Calm(), store, book=book, calendar=france, scale=scale)  # noqa: S311 - nothing is drawn
        town.market = Marketplace(evolve(town.market.shop, attempts=ATTEMPTS))
        coat, ada = PieceId("coat"), Seller("person-1")
        entered = PieceEntered(
            at=town.now, piece=coat, seller=ada.id, weight_g=900, description="a coat"
        )
        terms = SellerTerms.only(open_to_offers=True)
        town.market.pieces.list_piece(ada, entered, Money("90.00", "EUR"), terms)
        for number in range(3):
            buyer = Buyer(f"person-{number + 2}")
            town.market.pieces.make_offer(buyer, coat, Money(f"{80 + number}.00", "EUR"))
        return town

    def mailed(self, town: Town) -> Counter[str]:
        """Count the mails that were sent by key."""
        return Counter(message.key for message in town.outside.outbox.messages)

    def round(self, town: Town, handlers: Mapping[type[object], Handler] = HANDLERS) -> Progress:
        """Let a worker that a supervisor starts again do what is due."""
        worker, progress = Worker(town.market.shop, "anna", handlers=handlers), Progress()
        while True:
            try:
                last = worker.handle_effects()
            except Crash:
                continue
            progress += last
            if last.idle:
                return progress

    def test_poison_holds_up_no_other(self, store: EventStore, town: Town) -> None:
        """Each attempt is later; after the last a person looks, and may have it tried again."""
        handlers = poison(KeyError("person-1"), FIRST)
        rounds = list[Progress]()
        for _ in range(ATTEMPTS):
            rounds.append(self.round(town, handlers))
            town.clock.advance(HOUR)
        assert [each.done for each in rounds] == [2, 0, 0]
        assert [each.dead_lettered for each in rounds] == [0, 0, 1]
        assert {each.troubles for each in rounds} == {(f"{FIRST}: KeyError: 'person-1'",)}
        (letter,) = store.dead_letters(9)
        assert (letter.message.key, letter.reason) == (FIRST, "KeyError: 'person-1'")
        store.resume(FIRST, town.now)
        assert self.round(town).done == 1
        assert self.mailed(town) == {FIRST: 1, SECOND: 1, THIRD: 1}

    def test_what_kills_its_worker_holds_up_no_other(self, store: EventStore, town: Town) -> None:
        """It was counted before it began, so it is given up as well."""
        rounds = list[Progress]()
        for _ in range(ATTEMPTS + 1):
            rounds.append(self.round(town, killing(FIRST)))
            town.clock.advance(HOUR)
        assert [each.done for each in rounds] == [2, 0, 0, 0]
        assert [each.dead_lettered for each in rounds] == [0, 0, 0, 1]
        (letter,) = store.dead_letters(9)
        reason = "3 workers in a row took it and left no outcome"
        assert (letter.message.key, letter.reason) == (FIRST, reason)

    def test_what_is_slow_has_no_other_done_twice(self, town: Town) -> None:
        """While it lasts longer than a lease, another worker does the others, once."""
        others = list[Progress]()

        def dawdle() -> None:
            town.clock.advance(town.market.shop.lease - MINUTE)
            others.append(Worker(town.market.shop, "ben").handle_effects())
            town.clock.advance(timedelta(minutes=2))

        assert self.round(town, slow(dawdle, FIRST)).done == 1
        assert others == [Progress(done=2)]
        assert self.mailed(town) == {FIRST: 1, SECOND: 1, THIRD: 1}
