"""A shop whose worker procrastinate drives: every minute it fires timers and handles effects."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from attrs import evolve
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from vintage_rules import Money, PieceId, Place, calendar, load_policy
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.system_clock import SystemClock
from vintage_rules.marketplace import Buyer, Marketplace, PieceEntered, Progress, Seller, Shop
from vintage_rules.offers import SellerTerms
from vintage_rules.ports import EventStore, PostalAddress

EVERY_MINUTE = "* * * * *"


def employ(app: App, shop: Shop) -> None:
    """Have procrastinate do what is due in a shop.

    A queueing lock keeps one round from waiting behind another of its kind. No more is needed:
    rounds that overlap, here or on other machines, are kept apart by the leases of the store.
    """
    worker = Marketplace(shop).worker("procrastinate")

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="shop.tick", queueing_lock="shop.tick")
    def tick(timestamp: int) -> None:  # noqa: ARG001 - when it was planned for; the clock counts
        report("tick", worker.tick())

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="shop.handle-effects", queueing_lock="shop.handle-effects")
    def handle_effects(timestamp: int) -> None:  # noqa: ARG001 - the same
        report("effects", worker.handle_effects())


def report(act: str, progress: Progress) -> None:
    """Say what came of a round, and what went wrong in it; nothing of one with nothing to do."""
    if progress.idle:
        return
    counts = f"{progress.timers} timers, {progress.done} done"
    print(f"{act}: {counts}, {progress.dead_lettered} dead-lettered")
    for trouble in progress.troubles:
        print(f"  {trouble}")


def build(store: EventStore) -> Shop:
    """Build a shop over a store; a real one has adapters for its bank and its mail."""
    clock = SystemClock()
    paris = Place(country="FR", postal_code="75011", city="Paris")
    workshop = PostalAddress(name="Atelier", lines=("1 rue du Lin",), place=paris)
    return Shop(
        store=store,
        book=load_policy("imparfaite"),
        calendar=calendar("FR"),
        clock=clock,
        payments={"card": MemoryGateway(clock)},
        payouts=MemoryPayouts(),
        notifier=Outbox(),
        directory=MemoryDirectory(workshop),
        secret=b"32 random bytes, kept like a key",
    )


def main() -> None:
    """Let an offer on a coat lapse, and have procrastinate notice."""
    clock, outbox = MemoryClock(datetime(2026, 9, 7, 8, tzinfo=UTC)), Outbox()
    shop = evolve(build(MemoryStore()), clock=clock, notifier=outbox)
    pieces, ada, zoe = Marketplace(shop).pieces, Seller("ada"), Buyer("zoe")
    coat = PieceEntered(
        at=clock.now(), piece=PieceId("coat"), seller=ada.id, weight_g=900, description="a coat"
    )
    pieces.list_piece(ada, coat, Money("90.00", "EUR"), SellerTerms.only(open_to_offers=True))
    pieces.make_offer(zoe, "coat", Money("75.00", "EUR"))
    clock.advance(timedelta(hours=25))

    # It would rather be in a module that its workers import; here all is in one script.
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    app = App(connector=InMemoryConnector())
    employ(app, shop)
    app.run_worker(wait=False, install_signal_handlers=False)

    for message in outbox.messages:
        print(f"{message.kind} to {message.to.id} about the {message.facts['piece']}")


if __name__ == "__main__":
    main()
