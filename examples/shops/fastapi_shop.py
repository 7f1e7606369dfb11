"""The shop in FastAPI, with its worker beside it: `uvicorn --factory …fastapi_shop:create_app`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread
from typing import Annotated, TypeAlias

from fastapi import Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from examples.shops import core
from examples.shops.core import Person, Settings, ToBuy, ToList, ToOffer, ToQuote
from vintage_rules import errors
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.marketplace import Marketplace, Worker

# Your own sessions go here. The people of this shop are known by a bearer token.
PEOPLE = {f"Bearer of-{name}": Person(name) for name in ("ada", "zoe", "max")}


def person(request: Request) -> Person:
    """Return the person who makes a request."""
    return PEOPLE.get(request.headers.get("authorization", ""), Person())


By: TypeAlias = Annotated[Person, Depends(person)]


def answered(answer: core.Answer) -> Response:
    """Write an answer of the shop."""
    status, body = answer
    return JSONResponse(body, status)


def failed(_: Request, error: Exception) -> Response:
    """Answer what the library raises; what is ours to mend is not for the public."""
    return answered(core.failed(error) or (core.OURS, {"detail": "try again later"}))


def work(worker: Worker, ended: Event) -> None:
    """Work every five seconds; a busy shop runs `vintage-rules worker` beside it instead."""
    while not ended.wait(5):
        worker.round()


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application of a shop."""
    chosen = settings or Settings()
    store = SqlStore.open(chosen.store)
    market = Marketplace(core.build(store, chosen))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ended = Event()
        thread = Thread(target=work, args=(market.worker("web"), ended))
        thread.start()
        yield
        ended.set()
        await run_in_threadpool(thread.join)
        store.close()

    app = FastAPI(title="A vintage shop", lifespan=lifespan)
    app.state.market, app.state.store = market, store
    app.add_exception_handler(errors.VintageRulesError, failed)
    app.add_exception_handler(ValidationError, failed)

    @app.put("/pieces/{piece}")
    def list_piece(piece: str, new: ToList, by: By) -> Response:
        return answered(core.list_piece(market, by.seller, piece, new))

    @app.get("/pieces/{piece}")
    def show_piece(piece: str, by: By) -> Response:
        return answered(core.answered(market.pieces.view(by.viewer, piece)))

    @app.post("/pieces/{piece}/offers")
    def offer(piece: str, offered: ToOffer, by: By) -> Response:
        return answered(core.answered(market.pieces.make_offer(by.buyer, piece, offered.price)))

    @app.post("/quotes")
    def quote(cart: ToQuote, by: By) -> Response:
        return answered(core.answered(market.checkouts.quote(by.buyer, cart.cart("quote"))))

    @app.put("/orders/{order}")
    def check_out(order: str, bought: ToBuy, by: By) -> Response:
        cart = bought.paid_cart(order, chosen.site)
        return answered(core.answered(market.checkouts.check_out(by.buyer, cart)))

    @app.get("/orders/{order}")
    def show_order(order: str, by: By) -> Response:
        return answered(core.order_page(market, by, order))

    @app.post("/webhooks/{tender}", status_code=204)
    async def webhook(tender: str, request: Request) -> None:
        body = await request.body()  # the bytes as they came: what is parsed cannot be verified
        await run_in_threadpool(market.webhooks.payment, tender, request.headers, body)

    return app
