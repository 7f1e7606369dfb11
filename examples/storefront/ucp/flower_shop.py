"""The flower shop of the public conformance suite, sold by the library: goods, codes, customers.

Its goods, stock, codes and customers are read from the suite's own files; its terms are
`flower_shop.toml`. An article with a stock of a thousand is a thousand pieces.
"""

from __future__ import annotations

import csv
import hmac
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from attrs import evolve, frozen
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from examples.storefront.clock import PushedClock
from examples.storefront.host import Host, Person
from examples.storefront.security import RateLimit, Sessions
from examples.storefront.settings import Settings
from examples.storefront.site import Site, banks_of, build_shop
from examples.storefront.ucp.api import Ucp
from examples.storefront.ucp.codes import Code, Codes, FreeShipping
from examples.storefront.ucp.goods import Article, Stock, Stocked
from vintage_rules import Money, PieceId, SellerId, calendar, errors, load_policy
from vintage_rules.marketplace import House, Marketplace, PieceEntered
from vintage_rules.marketplace.commands.pieces import NewPiece
from vintage_rules.money import currency_of, decimals_of
from vintage_rules.offers import SellerTerms
from vintage_rules.orders import Order
from vintage_rules.policies import PolicyBook
from vintage_rules.ports import Clock, EventStore

POLICY = Path(__file__).parent / "flower_shop.toml"
HANDLER = "mock_payment_handler"
_HOUSE, _SELLER = House("florist"), SellerId("florist")
_PIECE_G = 500  # assumption: the suite's files know no weights, and its postage none
_BATCH = 500
_STANDARD = "std-ship"


@frozen
class Data:
    """The suite's files."""

    folder: Path
    currency: str

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Return the rows of a file.

        Raises:
            InvalidValueError: If it is not there.
        """
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            raise errors.InvalidValueError("data", str(path), "a file of the suite's shop")
        with path.open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)

    def money(self, minor: str) -> Money:
        """Return an amount that is written in minor units."""
        known = currency_of(self.currency)
        return Money(Decimal(int(minor)).scaleb(-decimals_of(known)), known)

    def stocked(self) -> Mapping[str, Stocked]:
        """Return the articles, and how many of each there are."""
        quantities = {row["product_id"]: int(row["quantity"]) for row in self.rows("inventory")}
        return {
            row["id"]: Stocked(
                article=Article(
                    id=row["id"],
                    title=row["title"],
                    price=self.money(row["price"]),
                    image_url=row["image_url"],
                ),
                quantity=quantities.get(row["id"], 0),
            )
            for row in self.rows("products")
        }

    def codes(self) -> Iterator[Code]:
        """Return the codes; the policy says what each is taken off."""
        for row in self.rows("discounts"):
            rate = Decimal(row["value"]) / 100 if row["type"] == "percentage" else None
            yield Code(
                code=row["code"],
                reduction=row["code"].lower(),
                title=row["description"],
                rate=rate,
                amount=self.money(row["value"]) if rate is None else None,
            )

    def free_shipping(self) -> Iterator[FreeShipping]:
        """Return the ways of shipping that cost nothing; the policy says from what amount on."""
        for row in self.rows("promotions"):
            items = json.loads(row["eligible_item_ids"] or "[]")
            yield FreeShipping(
                reduction=row["id"].replace("_", "-"), mode=_STANDARD, items=frozenset(items)
            )

    def addresses(self) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
        """Return the addresses of each customer, by their e-mail."""
        known: dict[str, dict[str, dict[str, str]]] = {}
        for row in self.rows("addresses"):
            content = {
                "street_address": row["street_address"],
                "address_locality": row["city"],
                "address_region": row["state"],
                "postal_code": row["postal_code"],
                "address_country": row["country"],
            }
            known.setdefault(row["customer_id"], {})[row["id"]] = content
        for row in self.rows("customers"):
            if row["id"] in known:
                yield row["email"], known[row["id"]]


def build(
    folder: Path, settings: Settings, store: EventStore, host: Host, clock: Clock, *, agent: str
) -> Ucp:
    """Build the flower shop over an empty store, and fill it.

    Its customers are those of one platform, whose profile is `agent`: no other is given their
    addresses.

    Raises:
        InvalidValueError: If a file of the suite is not there, or grants what no policy knows.
    """
    book = load_policy(POLICY)
    data, pushed = Data(folder, book.latest.currency), PushedClock(clock, host)
    shop = evolve(build_shop(settings, store, host, pushed), book=book, calendar=calendar("US"))
    site = Site(
        settings=settings,
        host=host,
        clock=pushed,
        market=Marketplace(shop),
        banks=banks_of(settings, host, pushed),
        sessions=Sessions(settings.secret),
    )
    stocked = data.stocked()
    _fill(site, stocked)
    codes = Codes(
        site.market,
        # The suite's own run tries a dozen of codes from one address.
        RateLimit(tries=100, seconds=60),
        {each.code.upper(): each for each in data.codes()},
        tuple(data.free_shipping()),
    )
    _require_known(codes, book)
    ucp = Ucp.build(
        site, goods=Stock(site, stocked), codes=codes, handler=HANDLER, home="US", local=True
    )
    for email, addresses in data.addresses():
        ucp.checkouts.keeping.keep_addresses(agent, email, addresses)
    return ucp


def _require_known(codes: Codes, book: PolicyBook) -> None:
    """Require that the policy knows each reduction that a file grants."""
    known = {each.name for each in book.latest.pricing.reductions}
    granted = [each.reduction for each in codes.codes.values()]
    granted += [each.reduction for each in codes.free_shipping]
    for name in granted:
        if name not in known:
            allowed = f"a reduction of the policy, such as {', '.join(sorted(known))}"
            raise errors.InvalidValueError("reduction", name, allowed)


def _fill(site: Site, stocked: Mapping[str, Stocked]) -> None:
    """List every piece of every article, and enter who sells them."""
    address = {"name": "Florist", "line1": "1 Market Street", "postal_code": "10012"}
    florist = Person(
        id=_SELLER,
        name="Florist",
        email="florist@example.com",
        password="",
        locale="en",
        address={**address, "city": "New York", "country": "US"},
        sells=True,
        staff=True,
    )
    site.host.add_people([florist])
    at = site.clock.now()
    new = [
        NewPiece(
            entered=PieceEntered(
                at=at,
                piece=piece,
                seller=_SELLER,
                weight_g=_PIECE_G,
                description=each.article.id,
                category=None,
            ),
            price=each.article.price,
            terms=SellerTerms.only(open_to_offers=False),
        )
        for each in stocked.values()
        for piece in each.pieces
    ]
    for start in range(0, len(new), _BATCH):
        site.market.pieces.list_pieces(_HOUSE, new[start : start + _BATCH])


def ship(ucp: Ucp, order: str) -> None:
    """Hand in every parcel of an order, as its seller does."""
    known = ucp.site.market.orders.view(_HOUSE, order)
    if not isinstance(known, Order):
        raise TypeError(known)
    for parcel in known.placed.parcels:
        number = f"8F{int.from_bytes(order.encode()) % 10**10:010}"
        ucp.site.market.parcels.hand_in(_HOUSE, order, parcel.id, number)
        ucp.site.host.hand_in(number, ucp.site.clock.now())
    ucp.wake()


def testing_router(ucp: Ucp, secret: str) -> APIRouter:
    """Return the address by which the suite has an order shipped, if it knows the secret."""
    router = APIRouter()

    @router.post("/testing/simulate-shipping/{order}")
    async def simulate(order: str, request: Request) -> Response:
        given = request.headers.get("simulation-secret", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        try:
            await run_in_threadpool(ship, ucp, order)
        except errors.NotFoundError:
            return Response(status_code=404)
        return Response('{"status": "shipped"}', media_type="application/json")

    return router


def piece(item: str, number: int) -> PieceId:
    """Return the name of a piece of an article."""
    return PieceId(f"{item}.{number}")
