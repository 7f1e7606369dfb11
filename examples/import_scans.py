"""A carrier's file of scans, imported into a shop: repeats, unknown numbers and codes do no harm.

    python -m examples.import_scans

A carrier without webhooks sends such a file every night. Its codes are mapped to the library's
words; a code that is in no map stays what it is, and is never taken for a delivery.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from attrs import evolve

from examples.shops.core import build
from vintage_rules import Money, OrderId, PieceId, SellerId, errors
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.marketplace import (
    Buyer,
    Cart,
    CartItem,
    Courier,
    House,
    Marketplace,
    Means,
    PieceEntered,
    Seller,
)
from vintage_rules.offers import SellerTerms
from vintage_rules.orders import Order
from vintage_rules.ports.carrier import Scan, status_of
from vintage_rules.shipping.parcel.states import ScanStatus

FILE = """\
number;at;code;text
8R001;2026-09-08T17:10:00+02:00;PC1;Accepted
8R001;2026-09-10T11:32:00+02:00;DI1;Delivered
8R002;2026-09-08T18:05:00+02:00;PC1;Accepted
8R002;2026-09-09T06:40:00+02:00;ZZ7;Sorted by hand
8R009;2026-09-09T09:00:00+02:00;PC1;Accepted
"""
CODES = {"PC1": ScanStatus.IN_TRANSIT, "DI1": ScanStatus.DELIVERED}
CARRIER, HOUSE, ADA = Courier("la-poste"), House("anna"), Seller("ada")
HOME = {"name": "Z", "line1": "1 r", "postal_code": "33000", "city": "Bordeaux", "country": "FR"}


def import_scans(market: Marketplace, rows: Iterable[Mapping[str, str]]) -> None:
    """Record each scan; a number that no parcel travels under is for a person to look at."""
    for row in rows:
        status = status_of(row["code"], CODES)
        at = datetime.fromisoformat(row["at"])
        scan = Scan(at=at, status=status, code=row["code"], text=row["text"], place=None)
        try:
            market.parcels.record_scan(CARRIER, row["number"], scan)
        except errors.NotFoundError as error:
            print(f"  {row['number']} {row['code']}: {error}")
        else:
            print(f"  {row['number']} {row['code']}: {status}")


def send(market: Marketplace, piece: str, number: str) -> str:
    """List a piece, sell it to zoe, and hand its parcel in; return the order."""
    at, price, order = market.shop.clock.now(), Money("45.00", "EUR"), f"o-{piece}"
    entered = PieceEntered(
        at=at, piece=PieceId(piece), seller=SellerId("ada"), weight_g=400, description=piece
    )
    market.pieces.list_piece(ADA, entered, price, SellerTerms.only(open_to_offers=True))
    cart = Cart(
        order=OrderId(order),
        items=(CartItem(piece=PieceId(piece), price=price),),
        mode="direct",
        shipping_address=HOME,
        billing_address=HOME,
        means=Means(tender="card", source="approved", brand="visa"),
    )
    placed = market.checkouts.check_out(Buyer("zoe"), cart)
    if not isinstance(placed, Order):
        raise TypeError(placed)
    market.worker("import").round()
    market.parcels.hand_in(ADA, order, placed.placed.parcels[0].id, number)
    return order


def main() -> None:
    """Import the file twice, as happens, and print what is known of the parcels then."""
    clock = MemoryClock(datetime(2026, 9, 8, 8, tzinfo=UTC))
    shop = evolve(build(MemoryStore()), clock=clock, payments={"card": MemoryGateway(clock)})
    market = Marketplace(shop)
    orders = [send(market, "shirt", "8R001"), send(market, "scarf", "8R002")]
    clock.set(datetime(2026, 9, 10, 20, tzinfo=UTC))
    for time in ("first", "second"):
        print(f"the {time} time")
        import_scans(market, csv.DictReader(FILE.splitlines(), delimiter=";"))
    for order in orders:
        known = market.orders.view(HOUSE, order)
        if isinstance(known, Order):
            (parcel,) = known.parcels.values()
            events = [each.what for each in market.buyer_pages.timeline(HOUSE, order).happened]
            print(f"{order}: {parcel.state}, of {len(events)} events the last is {events[-1]}")


if __name__ == "__main__":
    main()
