"""The example with procrastinate, on a queue and a shop in one real PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from attrs import evolve
from procrastinate import App, PsycopgConnector

from examples.procrastinate_worker import build, employ
from tests.marketplace.town import ADA, COAT, ZOE, euros
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.marketplace import Marketplace, PieceEntered, Shop
from vintage_rules.offers.terms import SellerTerms

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
ROUNDS = ("shop.tick", "shop.carry-out")


async def drive(shop: Shop, url: str, *, times: int) -> None:
    """Put rounds into the queue, and let a worker of procrastinate do all that is in it."""
    app = App(connector=PsycopgConnector(conninfo=url))
    employ(app, shop)
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        for number in range(times):
            for task in ROUNDS:
                unlocked = app.configure_task(task, queueing_lock=f"{task} {number}")
                await unlocked.defer_async(timestamp=number)
        await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)


class TestProcrastinate:
    """Its queue wakes the worker; what is due is known by the store."""

    def test_what_is_due_is_done_once_however_often_it_is_woken(
        self, postgresql_database: str
    ) -> None:
        """An offer lapses, both mails go out, and more rounds find nothing."""
        clock, outbox = MemoryClock(MONDAY), Outbox()
        with SqlStore.open(postgresql_database) as store:
            shop = evolve(build(store), clock=clock, notifier=outbox)
            coat = PieceEntered(
                at=MONDAY, piece=COAT, seller=ADA.id, weight_g=900, description="a coat"
            )
            pieces = Marketplace(shop).pieces
            pieces.list_piece(ADA, coat, euros("90.00"), SellerTerms.only(open_to_offers=True))
            pieces.make_offer(ZOE, COAT, euros("75.00"))
            clock.advance(timedelta(hours=25))
            asyncio.run(drive(shop, postgresql_database, times=3))
            asyncio.run(drive(shop, postgresql_database, times=2))
        assert [f"{mail.kind} {mail.to.id}" for mail in outbox.messages] == [
            "offer-received ada",
            "offer-lapsed zoe",
        ]
