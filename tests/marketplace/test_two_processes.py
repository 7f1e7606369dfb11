"""The same click in two processes at once: both are answered alike, and the bank holds once."""

from __future__ import annotations

from collections import Counter
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Thread
from typing import TypeAlias

from attrs import evolve

from tests.effort import sampled
from tests.marketplace.town import ADA, CARD, MAX, MONDAY, ZOE, Town, euros
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.ids import PieceId
from vintage_rules.marketplace import Marketplace, Means
from vintage_rules.ports import PaymentGateway

CLICKS = sampled(200, 20)
PATIENCE = 120  # seconds that one process waits for the other
CHALLENGED = Means(tender="card", source="challenged", brand="visa")
SPAWNED = get_context("spawn")

Answers: TypeAlias = "Queue[list[str]]"


class Banks(BaseManager):
    """Gives each process the one bank that there is."""


def click(town: Town, number: int) -> object:
    """Make an offer, buy a gift card, be challenged or buy a piece, in turn."""
    piece = PieceId(f"p{number}")
    prices, order = {piece: "50.00"}, f"o{number}"
    match number % 4:
        case 0:
            return town.market.pieces.make_offer(MAX, piece, euros("45.00"))
        case 1:
            return town.market.cards.buy(ZOE, f"card{number}", euros("50.00"), "", CARD)
        case 2:
            means = CHALLENGED
        case _:
            means = CARD
    return town.buy(piece, order=order, prices=prices, mode="direct", means=means)


def click_all(url: str, address: str, key: bytes, together: Barrier, answers: Answers) -> None:
    """Click in one process, each time at once with the other, and give the answers."""
    manager = Banks(address=address, authkey=key)
    manager.connect()
    bank: PaymentGateway = manager.bank()  # type: ignore[attr-defined] # registered below
    with SqlStore.open(url) as store:
        town = Town.built(store)
        shop = evolve(town.market.shop, payments={"card": bank})
        town = evolve(town, market=Marketplace(shop))
        given: list[str] = []
        for number in range(CLICKS):
            together.wait(PATIENCE)
            given.append(repr(click(town, number)))
    answers.put(given)


Banks.register("bank")


def test_double_clicks(tmp_path: Path) -> None:
    """Offers, gift cards, challenges and orders: the same answer to both, each time."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with SqlStore.open(url) as store:
        town = Town.built(store)
        for number in range(CLICKS):
            town.list_piece(ADA, PieceId(f"p{number}"), "50.00")
    bank = MemoryGateway(MemoryClock(MONDAY))

    class Served(BaseManager):
        """The bank, as this process serves it."""

    Served.register("bank", lambda: bank)
    key = b"one bank"
    server = Served(address=str(tmp_path / "bank"), authkey=key).get_server()
    Thread(target=server.serve_forever, daemon=True).start()

    together, answers = SPAWNED.Barrier(2), SPAWNED.Queue()
    address = str(tmp_path / "bank")
    clicking = [
        SPAWNED.Process(target=click_all, args=(url, address, key, together, answers))
        for _ in range(2)
    ]
    for process in clicking:
        process.start()
    first, second = (answers.get(timeout=PATIENCE) for _ in clicking)
    for process in clicking:
        process.join(PATIENCE)
    assert first == second
    assert len(first) == CLICKS
    holds = Counter(str(entry.order).partition("-")[0] for entry in bank.ledger)
    orders = {f"o{number}": 1 for number in range(CLICKS) if number % 4 == 3}
    assert holds == {**orders, "gift": len(range(1, CLICKS, 4))}
