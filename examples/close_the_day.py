"""The end of a shop's day: what was due is done, the bank's list fits the books, and what is left.

    python -m examples.close_the_day

A person of the house reads this in the evening. What has no line here went by itself.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

from attrs import evolve

from examples.shops.core import build
from vintage_rules import BuyerId, Money, OrderId, PieceId, SellerId
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.marketplace import (
    BalanceTransaction,
    Buyer,
    Cart,
    CartItem,
    House,
    Marketplace,
    Means,
    PieceEntered,
    Progress,
    Seller,
)
from vintage_rules.money import total
from vintage_rules.offers import SellerTerms

MORNING = datetime(2026, 9, 7, 6, tzinfo=UTC)
HOUSE, ADA = House("anna"), Seller("ada")
HOME = {"name": "Z", "line1": "1 r", "postal_code": "33000", "city": "Bordeaux", "country": "FR"}
# What the bank says that it has moved today: a real one offers it for download.
BANK = """\
id,movement,receipt,amount,currency,at
t1,captured,receipt-1,57.59,EUR,2026-09-07T09:00:00+00:00
t2,captured,receipt-2,47.59,EUR,2026-09-07T09:00:00+00:00
t3,captured,receipt-7,47.59,EUR,2026-09-07T09:00:01+00:00
"""


def sell(market: Marketplace, piece: str, price: Money, buyer: str) -> None:
    """List a piece in the morning, and sell it."""
    entered = PieceEntered(
        at=market.shop.clock.now(),
        piece=PieceId(piece),
        seller=SellerId("ada"),
        weight_g=400,
        description=piece,
    )
    market.pieces.list_piece(ADA, entered, price, SellerTerms.only(open_to_offers=True))
    cart = Cart(
        order=OrderId(f"o-{piece}"),
        items=(CartItem(piece=PieceId(piece), price=price),),
        mode="direct",
        shipping_address=HOME,
        billing_address=HOME,
        means=Means(tender="card", source="approved", brand="visa"),
    )
    market.checkouts.check_out(Buyer(buyer), cart)


def close(market: Marketplace, since: datetime) -> None:
    """Do what is due, hold the bank's list against the books, and print what waits for a person."""
    worker, done = market.worker("evening"), Progress()
    while not (progress := worker.round()).idle:
        done += progress
    print(f"done: {done.timers} timers, {done.done} effects, {done.dead_lettered} dead-lettered")
    print(f"well: {'yes' if market.health().is_well() else 'no'}")

    bought = [
        order
        for buyer in ("max", "zoe")
        for order in market.buyer_pages.orders(HOUSE, BuyerId(buyer)).rows
        if order.placed_at >= since
    ]
    print(f"sold: {len(bought)} orders, {total((each.paid for each in bought), 'EUR')} paid")

    listed = [BalanceTransaction.from_row(row) for row in csv.DictReader(BANK.splitlines())]
    print(f"the bank lists {len(listed)} movements")
    for each in market.reconciliation.differences(HOUSE, "card", listed, since=since):
        amounts = f"booked {each.booked or '–'}, listed {each.listed or '–'}"
        print(f"  {each.kind}: {each.movement} {each.receipt}, {amounts}")

    desk = market.house_desk
    print(f"to post: {len(market.seller_desk.parcels(HOUSE, ADA.id).rows)} parcels by ada")
    print(f"overdue: {len(desk.overdue(HOUSE).rows)} parcels")
    print(f"cases: {len(desk.cases(HOUSE).rows)}, disputes: {len(desk.disputes(HOUSE).rows)}")


def main() -> None:
    """Let a day pass and close it."""
    clock = MemoryClock(MORNING)
    shop = evolve(build(MemoryStore()), clock=clock, payments={"card": MemoryGateway(clock)})
    market = Marketplace(shop)
    sell(market, "shirt", Money("40.00", "EUR"), "zoe")
    sell(market, "scarf", Money("50.00", "EUR"), "max")
    market.pieces.make_offer(Buyer("zoe"), "shirt", Money("35.00", "EUR"))
    clock.set(MORNING + timedelta(hours=12))
    close(market, MORNING)


if __name__ == "__main__":
    main()
