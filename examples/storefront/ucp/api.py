"""The addresses of the protocol: the profile, checkouts and orders for platforms; links for buyers.

Each request of a platform is identified, carried out once for its key, and answered with JSON.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from threading import Event, Thread
from typing import TypeAlias
from urllib.parse import quote

from attrs import define, field, frozen
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from examples.storefront.security import RateLimit, Session, new_name
from examples.storefront.site import Site
from examples.storefront.ucp.agents import Agent, Agents
from examples.storefront.ucp.checkouts import Checkouts, Handler
from examples.storefront.ucp.codes import Codes
from examples.storefront.ucp.goods import Goods, Pieces
from examples.storefront.ucp.keeping import Answer, Checkout, Keeping, KeyReusedError
from examples.storefront.ucp.orders import Orders
from examples.storefront.ucp.requests import ChangeRequest, CheckoutRequest, CompletionRequest, read
from examples.storefront.ucp.signing import SigningKey
from examples.storefront.ucp.webhooks import Webhooks
from examples.storefront.ucp.wire import (
    VERSION,
    Json,
    Refusal,
    capabilities,
    refuse,
)
from vintage_rules import errors
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing import Publisher, publication

BASE = "/ucp/v1"
router = APIRouter()
_LOG = logging.getLogger("storefront.ucp")
_LARGEST = 65_536  # bytes of a request
_LATER = (errors.OutsideUnavailableError, errors.VersionConflictError)
_NOT_KEPT = {429, 503}
Act: TypeAlias = Callable[["Ucp", Agent, bytes], Json]


@frozen(kw_only=True)
class Sent:
    """A request: its method and path, and the address it comes from."""

    line: str
    headers: Mapping[str, str]
    body: bytes
    address: str


@define(kw_only=True)
class Ucp:
    """The protocol over a site."""

    site: Site
    agents: Agents
    checkouts: Checkouts
    orders: Orders
    webhooks: Webhooks
    key: SigningKey
    _woken: Event = field(factory=Event, init=False)
    _ended: Event = field(factory=Event, init=False)

    @classmethod
    def build(
        cls,
        site: Site,
        *,
        goods: Goods | None = None,
        codes: Codes | None = None,
        handler: str = "stand_in_card",
        home: str = "FR",
        local: bool = False,
    ) -> Ucp:
        """Build the protocol over a site; by default it sells pieces and takes gift cards.

        With `local` platforms are on this machine alone.
        """
        agents = Agents(local=local, unsigned=site.settings.demo)
        checkouts = Checkouts(
            site=site,
            keeping=Keeping(site.host.engine),
            goods=goods or Pieces(site),
            codes=codes or Codes(site.market, RateLimit(tries=10, seconds=600)),
            handler=Handler(id=handler),
            home=home,
        )
        orders, key = Orders(checkouts), SigningKey.of(site.settings.secret)
        return cls(
            site=site,
            agents=agents,
            checkouts=checkouts,
            orders=orders,
            webhooks=Webhooks(orders, agents, key),
            key=key,
        )

    def attach(self, app: FastAPI) -> None:
        """Serve the protocol beside the pages of an application, and send events beside both."""
        app.state.ucp = self
        app.include_router(router)
        pages = app.router.lifespan_context

        @asynccontextmanager
        async def lifespan(of: FastAPI) -> AsyncIterator[None]:
            async with pages(of):
                thread = Thread(target=self._deliver)
                thread.start()
                yield
                self._ended.set()
                self.wake()
                await run_in_threadpool(thread.join)

        app.router.lifespan_context = lifespan

    def wake(self) -> None:
        """Have events sent now."""
        self._woken.set()

    def _deliver(self) -> None:
        while not self._ended.is_set():
            self._woken.wait(2.0)
            self._woken.clear()
            try:
                self.webhooks.deliver()
            except Exception:  # noqa: BLE001 - whatever it is, other platforms hear of theirs
                _LOG.exception("events are sent again later")

    def profile(self) -> Json:
        """Return what the shop declares of itself."""
        url = self.site.settings.url
        service = {
            "version": VERSION,
            "spec": "https://ucp.dev/specification/reference",
            "rest": {
                "schema": "https://ucp.dev/services/shopping/rest.openapi.json",
                "endpoint": f"{url}{BASE}",
            },
        }
        return {
            "ucp": {
                "version": VERSION,
                "services": {"dev.ucp.shopping": service},
                "capabilities": capabilities(),
            },
            "payment": {"handlers": [self.checkouts.handler.described(url)]},
            "signing_keys": [self.key.public],
        }

    def begin(self, agent: Agent, body: bytes) -> Json:
        """Begin a checkout."""
        checkouts = self.checkouts
        return checkouts.shown(checkouts.begin(agent, read(CheckoutRequest, body)))

    def complete(self, agent: Agent, id_: str, body: bytes) -> Json:
        """Complete a checkout, and have its platform hear of its order from now on."""
        checkouts = self.checkouts
        done, messages = checkouts.complete(agent, id_, read(CompletionRequest, body))
        self.site.work()
        self.watch(done)
        return checkouts.shown(done, messages)

    def watch(self, checkout: Checkout) -> None:
        """Send the events of the order of a checkout, where its platform wants them."""
        if checkout.webhook and checkout.status == "completed":
            now = self.site.clock.now()
            self.checkouts.keeping.watch(checkout.order, checkout.webhook, now)
            self.wake()

    def of(self, agent: Agent, id_: str) -> Json:
        """Return a checkout; one that its bank has completed meanwhile is heard of as well."""
        checkout = self.checkouts.of(agent, id_)
        self.watch(checkout)
        return self.checkouts.shown(checkout)

    def order(self, agent: Agent, order: str) -> Json:
        """Return an order that a platform has placed."""
        checkout = self.checkouts.keeping.checkout_of(order, agent.profile)
        placed = None if checkout is None else self.checkouts.order_of(checkout)
        if checkout is None or placed is None:
            raise refuse(404, "not_found", "No such order.")
        return self.orders.shown(checkout, placed)

    # Requests, whatever they are for.

    def answer(self, sent: Sent, act: Act, *, status: int) -> Answer:
        """Identify who sends a request, carry it out once for its key, and answer it."""
        line, body = sent.line, sent.body
        try:
            agent = self.agents.identify(sent.headers, body, sent.address)
        except Refusal as refused:
            return _answer(refused.status, refused.body)
        named = sent.headers.get("idempotency-key", "")
        if line.startswith("GET ") or not named:
            return self._carried_out(agent, body, act, status)
        key = _digest(agent.profile, named)
        try:
            known = self.checkouts.keeping.begin(
                key, _digest(line, body.decode("utf-8", "replace")), self.site.clock.now()
            )
        except KeyReusedError:
            text = "The Idempotency-Key was used for another request."
            return _answer(409, refuse(409, "idempotency_conflict", text).body)
        if known is not None:
            text = "A request of this Idempotency-Key is being carried out."
            return known if known.status else _answer(409, refuse(409, "conflict", text).body)
        answer: Answer | None = None
        try:
            answer = self._carried_out(agent, body, act, status)
            return answer
        finally:
            kept = answer is not None and answer.status not in _NOT_KEPT
            self.checkouts.keeping.end(key, answer if kept else None)

    def _carried_out(self, agent: Agent, body: bytes, act: Act, status: int) -> Answer:
        try:
            return _answer(status, act(self, agent, body))
        except Refusal as refused:
            return _answer(refused.status, refused.body)
        except _LATER as error:
            return _answer(503, refuse(503, "unavailable", str(error)).body)
        except errors.VintageRulesError as error:
            return _answer(400, refuse(400, "invalid", str(error)).body)


def _answer(status: int, body: Json) -> Answer:
    return Answer(status=status, body=json.dumps(body))


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _ucp(request: Request) -> Ucp:
    known: Ucp = request.app.state.ucp
    return known


async def _respond(request: Request, act: Act, status: int = 200) -> Response:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            refused = refuse(413, "invalid", f"A request has at most {_LARGEST} bytes.")
            return Response(json.dumps(refused.body), 413, media_type="application/json")
    sent = Sent(
        line=f"{request.method} {request.url.path}",
        headers=request.headers,
        body=body,
        address="" if request.client is None else request.client.host,
    )
    answer = await run_in_threadpool(_ucp(request).answer, sent, act, status=status)
    return Response(answer.body, answer.status, media_type="application/json")


@router.get("/.well-known/ucp")
def profile(request: Request) -> Json:
    """Declare what the shop speaks."""
    return _ucp(request).profile()


@router.post(f"{BASE}/checkout-sessions")
async def begin(request: Request) -> Response:
    """Begin a checkout."""
    return await _respond(request, Ucp.begin, 201)


@router.get(f"{BASE}/checkout-sessions/{{id_}}")
async def show(id_: str, request: Request) -> Response:
    """Show a checkout as it is now."""
    return await _respond(request, lambda ucp, agent, _: ucp.of(agent, id_))


@router.put(f"{BASE}/checkout-sessions/{{id_}}")
async def change(id_: str, request: Request) -> Response:
    """Change a checkout."""

    def act(ucp: Ucp, agent: Agent, body: bytes) -> Json:
        changed = ucp.checkouts.change(agent, id_, read(ChangeRequest, body))
        return ucp.checkouts.shown(changed)

    return await _respond(request, act)


@router.post(f"{BASE}/checkout-sessions/{{id_}}/complete")
async def complete(id_: str, request: Request) -> Response:
    """Complete a checkout: it becomes an order."""
    return await _respond(request, lambda ucp, agent, body: ucp.complete(agent, id_, body))


@router.post(f"{BASE}/checkout-sessions/{{id_}}/cancel")
async def cancel(id_: str, request: Request) -> Response:
    """Cancel a checkout."""

    def act(ucp: Ucp, agent: Agent, _: bytes) -> Json:
        return ucp.checkouts.shown(ucp.checkouts.cancel(agent, id_))

    return await _respond(request, act)


@router.get(f"{BASE}/orders/{{order}}")
async def show_order(order: str, request: Request) -> Response:
    """Show an order: what was sent, what was cancelled, what was given back."""
    return await _respond(request, lambda ucp, agent, _: ucp.order(agent, order))


# What buyers open: they come with a browser, from their platform.


@router.get("/ucp/continue/{id_}")
def go_on(id_: str, request: Request) -> Response:
    """Have a buyer go on in the shop with what their platform has put together."""
    ucp, session = _ucp(request), _session(request)
    checkout = ucp.checkouts.keeping.any_checkout(id_)
    if checkout is None or checkout.status != "open":
        raise HTTPException(404, "error.not-found")
    by = ucp.checkouts.buyer(checkout)
    for line in checkout.lines:
        pieces = ucp.checkouts.goods.for_sale(line.item, line.quantity, by)
        new = [str(view.piece) for view in pieces if str(view.piece) not in session.cart]
        session.cart = [*session.cart, *new][-30:]
    session.order = new_name("o")
    return RedirectResponse("/cart", 303)


@router.get("/ucp/orders/{order}/{key}")
def open_order(order: str, key: str, request: Request) -> Response:
    """Open the page of an order for the guest who has the link to it."""
    ucp, session = _ucp(request), _session(request)
    checkout = ucp.checkouts.keeping.checkout_of(order)
    if checkout is None or not hmac.compare_digest(
        ucp.checkouts.pass_of(checkout).encode(), key.encode()
    ):
        raise HTTPException(404, "error.not-found")
    if session.person:
        raise HTTPException(403, "error.not-allowed")
    session.open(order, checkout.buyer_id)
    return RedirectResponse(f"/orders/{quote(order)}", 303)


def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


@router.get("/ucp/terms")
def terms(request: Request) -> Response:
    """Show the terms of the house, as the library publishes them."""
    site = _ucp(request).site
    now = site.clock.now()
    return HTMLResponse(published(site.market.shop.policy(now), site, now))


def published(house: HousePolicy, site: Site, now: datetime) -> str:
    """Return the questions and answers of a house as a page."""
    pages = publication(
        house,
        Publisher(name=house.edition.name),
        ["en"],
        site.market.shop.day(now),
    )
    return pages["faq.en.html"]


@router.get("/ucp/handler")
def handler() -> Response:
    """Say how the shop is paid."""
    text = "A token of the stand-in bank of this demonstration: success_token, fail_token."
    return HTMLResponse(f"<!doctype html><html lang='en'><title>Card</title><p>{text}</p></html>")


@router.get("/ucp/handler/config.json")
def handler_config() -> Json:
    """Describe the configuration of the handler."""
    brands = {"type": "array", "items": {"type": "string"}}
    return {"type": "object", "required": ["brands"], "properties": {"brands": brands}}


@router.get("/ucp/handler/instrument.json")
def handler_instrument() -> Json:
    """Describe an instrument of the handler."""
    text = {"type": "string"}
    credential = {"type": "object", "properties": {"type": text, "token": text}}
    properties = {"handler_id": text, "type": text, "brand": text, "credential": credential}
    return {"type": "object", "required": list(properties), "properties": properties}
