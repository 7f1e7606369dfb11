"""A shop over HTTP with FastAPI: pieces, offers, checkout, orders, webhooks, and its worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread
from typing import Annotated, TypeAlias

from fastapi import Body, Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel

from vintage_rules import (
    Money,
    OrderId,
    PieceId,
    Place,
    calendar,
    errors,
    explain,
    load_policy,
    marketplace,
    to_json,
)
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.system_clock import SystemClock
from vintage_rules.marketplace import Buyer, Cart, CartItem, Marketplace, Seller, Visitor, Worker
from vintage_rules.offers import SellerTerms
from vintage_rules.orders import Order
from vintage_rules.ports import ChallengeNeeded, Declined, EventStore, PostalAddress

# The status of what is raised: the first that fits; 500 for anything else.
OURS = 500
STATUSES: dict[int, tuple[type[Exception], ...]] = {
    404: (errors.NotFoundError,),
    403: (errors.NotAllowedError,),
    409: (errors.NameTakenError,),
    422: (
        errors.UnknownTermError,
        errors.InvalidValueError,
        errors.CurrencyMismatchError,
        errors.UnknownLocaleError,
    ),
    400: (errors.ForgedWebhookError,),
    503: (
        errors.NewerVersionError,
        errors.VersionConflictError,
        errors.OutsideUnavailableError,
        errors.OutsideDeniedError,
    ),
    502: (errors.OutsideRejectedError,),
}
# Your own sessions go here. The people of this shop are known by a bearer token.
Person: TypeAlias = Buyer | Seller | Visitor
PEOPLE: dict[str, Person] = {"Bearer of-ada": Seller("ada"), "Bearer of-zoe": Buyer("zoe")}


def person(request: Request) -> Person:
    """Return the person who makes a request."""
    return PEOPLE.get(request.headers.get("authorization", ""), Visitor())


def buyer(by: Annotated[Person, Depends(person)]) -> Buyer:
    """Return the buyer who makes a request."""
    if not isinstance(by, Buyer):
        raise HTTPException(401, "sign in as a buyer")
    return by


Anyone: TypeAlias = Annotated[Person, Depends(person)]
SignedIn: TypeAlias = Annotated[Buyer, Depends(buyer)]


class ToList(BaseModel):
    """A piece that its seller lists."""

    seller: str
    price: Money
    weight_g: int
    description: str


class ToBuy(BaseModel):
    """What a buyer validates: the prices they were shown, an address, a card."""

    prices: dict[str, Money]
    mode: str
    address: dict[str, str]
    card: str


def answered(answer: object) -> Response:
    """Answer with what a command has led to, or with why it was refused."""
    match answer:
        case marketplace.PieceView() | Order():
            return JSONResponse(to_json(answer))
        case ChallengeNeeded(url=url):
            return JSONResponse({"challenge": url}, 402)
        case Declined(code=code):
            return JSONResponse({"declined": code}, 402)
        case _:
            why = explain(answer, "en").sentences
            return JSONResponse({"refused": to_json(answer), "why": why}, 409)


def failed(_: Request, error: Exception) -> Response:
    """Answer what the library raises; what is ours to mend is not for the public."""
    status = next((code for code, kinds in STATUSES.items() if isinstance(error, kinds)), OURS)
    return JSONResponse({"detail": str(error) if status < OURS else "try again later"}, status)


def work(worker: Worker, ended: Event) -> None:
    """Work every five seconds; a busy shop runs `vintage-rules worker` beside it instead."""
    while not ended.wait(5):
        worker.round()


def create_app(market: Marketplace) -> FastAPI:
    """Build the application of a shop."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ended = Event()
        thread = Thread(target=work, args=(market.worker("web"), ended))
        thread.start()
        yield
        ended.set()
        await run_in_threadpool(thread.join)

    app = FastAPI(title="A vintage shop", lifespan=lifespan)
    app.add_exception_handler(errors.VintageRulesError, failed)

    @app.get("/pieces/{piece}")
    def show_piece(piece: str, by: Anyone) -> Response:
        return answered(market.pieces.view(by, piece))

    @app.put("/pieces/{piece}")
    def list_piece(piece: str, new: ToList, by: Anyone) -> Response:
        facts = new.model_dump(include={"seller", "weight_g", "description"})
        now, terms = market.shop.clock.now(), SellerTerms.only(open_to_offers=True)
        entered = marketplace.PieceEntered(at=now, piece=PieceId(piece), **facts)
        return answered(market.pieces.list_piece(by, entered, new.price, terms))

    @app.post("/pieces/{piece}/offers")
    def offer(piece: str, price: Annotated[Money, Body()], by: SignedIn) -> Response:
        return answered(market.pieces.make_offer(by, piece, price))

    @app.put("/orders/{order}")
    def check_out(order: str, bought: ToBuy, by: SignedIn) -> Response:
        cart = Cart(
            order=OrderId(order),
            items=tuple(CartItem(piece=PieceId(p), price=m) for p, m in bought.prices.items()),
            mode=bought.mode,
            shipping_address=bought.address,
            billing_address=bought.address,
            means=marketplace.Means(tender="card", source=bought.card, brand="visa"),
        )
        return answered(market.checkouts.check_out(by, cart))

    @app.get("/orders/{order}")
    def show_order(order: str, by: Anyone) -> Response:
        return answered(market.orders.view(by, order))

    @app.post("/webhooks/{tender}", status_code=204)
    async def webhook(tender: str, request: Request) -> None:
        body = await request.body()  # the bytes as they came: what is parsed cannot be verified
        await run_in_threadpool(market.webhooks.payment, tender, request.headers, body)

    return app


CLOCK, PARIS = SystemClock(), Place(country="FR", postal_code="75011", city="Paris")


def build(store: EventStore) -> marketplace.Shop:
    """Build the shop over a store: here, in `vintage-rules worker` and in `vintage-rules shop`."""
    return marketplace.Shop(
        store=store,
        book=load_policy("imparfaite"),
        calendar=calendar("FR"),
        clock=CLOCK,
        payments={"card": MemoryGateway(CLOCK)},
        payouts=MemoryPayouts(),
        notifier=Outbox(),
        directory=MemoryDirectory(
            PostalAddress(name="Atelier", lines=("1 rue du Lin",), place=PARIS)
        ),
        secret=b"32 random bytes, kept like a key",
    )


PRICE = {"amount": "90.00", "currency": "EUR"}
COAT = {"seller": "ada", "price": PRICE, "weight_g": 900, "description": "a wool coat"}
HOME = {"name": "Z", "line1": "1 r", "postal_code": "33000", "city": "Bordeaux", "country": "FR"}
CART = {"prices": {"coat": PRICE}, "mode": "grouped", "address": HOME, "card": "approved"}
REQUESTS: tuple[tuple[str, str, str, object], ...] = (
    ("zoe", "PUT", "/pieces/coat", COAT),
    ("ada", "PUT", "/pieces/coat", COAT),
    ("zoe", "POST", "/pieces/coat/offers", {**PRICE, "amount": "60.00"}),
    ("zoe", "PUT", "/orders/o1", {**CART, "card": "declined:expired-card"}),
    ("zoe", "PUT", "/orders/o1", CART),
    ("zoe", "PUT", "/orders/o1", CART),
    ("zoe", "GET", "/orders/o2", None),
    ("max", "GET", "/orders/o1", None),
    ("max", "GET", "/pieces/coat", None),
    ("max", "PUT", "/orders/o3", CART),
    ("max", "POST", "/webhooks/card", {"paid": "yes"}),
)
SHOWN = {"state", "declined", "why", "detail"}

if __name__ == "__main__":
    with TestClient(create_app(Marketplace(build(MemoryStore())))) as client:
        for who, method, path, body in REQUESTS:
            by = {"authorization": f"Bearer of-{who}"}
            answer = client.request(method, path, json=body, headers=by)
            shown = [value for key, value in answer.json().items() if key in SHOWN]
            print(who, method, path, answer.status_code, *shown)
