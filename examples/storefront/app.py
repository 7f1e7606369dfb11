"""The application: its routes, what every answer carries, and a worker beside it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event, Thread

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from examples.storefront.pages import account, cards, catalogue, checkout, desk, house, orders
from examples.storefront.security import COOKIE, HEADERS, LASTS_FOR
from examples.storefront.site import Site
from examples.storefront.visit import Form, Visit, body_of
from vintage_rules import errors

ROUTERS = tuple(
    module.router for module in (catalogue, account, cards, checkout, orders, desk, house)
)
_STATIC = Path(__file__).parent / "static"
_LOG = logging.getLogger("storefront")
_WORK_EVERY = 2.0  # seconds
_LARGEST_MESSAGE = 1_048_576  # bytes; a provider sends some thousands
_OURS = 500
# The status of what the library raises: the first that fits.
_STATUSES: tuple[tuple[type[Exception], int, str], ...] = (
    (errors.NotFoundError, 404, "error.not-found"),
    (errors.NotAllowedError, 403, "error.not-allowed"),
    (errors.NameTakenError, 409, "error.changed"),
    (errors.OutsideUnavailableError, 503, "error.later"),
    (errors.VersionConflictError, 503, "error.later"),
    (errors.ForgedWebhookError, 400, "error.form"),
    (errors.VintageRulesError, 422, "error.form"),
)


def create_app(site: Site) -> FastAPI:
    """Build the application of a site."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ended = Event()
        thread = Thread(target=_work, args=(site, ended))
        thread.start()
        yield
        ended.set()
        await run_in_threadpool(thread.join)

    app = FastAPI(title="Storefront", lifespan=lifespan, openapi_url=None)
    app.state.site = site
    app.middleware("http")(_with_session)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route("/webhooks/{tender}", _webhook, methods=["POST"], status_code=204)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(500, _refused)
    app.add_exception_handler(errors.VintageRulesError, _refused)
    return app


async def _webhook(tender: str, request: Request) -> None:
    """Process a message of a provider: its signature is of the bytes as they came."""
    body = await body_of(request, _LARGEST_MESSAGE)
    market = request.app.state.site.market
    await run_in_threadpool(market.webhooks.payment, tender, request.headers, body)


def _work(site: Site, ended: Event) -> None:
    """Work beside the pages, in a thread of this process."""
    while not ended.wait(_WORK_EVERY):
        try:
            site.work()
        except Exception:  # noqa: BLE001 - whatever it is, the next round does what is due
            _LOG.exception("the worker goes on")


async def _with_session(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    site: Site = request.app.state.site
    session = site.sessions.read(request.cookies.get(COOKIE, ""))
    request.state.session = session
    if request.url.path.startswith("/static/"):
        answer = await call_next(request)
        answer.headers["Cache-Control"] = "public, max-age=3600"
        answer.headers.update(HEADERS)
        return answer
    answer = await call_next(request)
    answer.headers.update(HEADERS)
    if not request.url.path.startswith("/pictures/"):
        answer.headers["Cache-Control"] = "no-store"
        answer.set_cookie(
            COOKIE,
            site.sessions.write(session),
            max_age=LASTS_FOR,
            httponly=True,
            samesite="lax",
            secure=site.settings.secure,
        )
    return answer


def _refused(request: Request, error: Exception) -> Response:
    """Answer what cannot be done with a page that says so."""
    if isinstance(error, HTTPException):
        status, key = error.status_code, str(error.detail)
    else:
        known = ((code, key) for kind, code, key in _STATUSES if isinstance(error, kind))
        status, key = next(known, (_OURS, "error.ours"))
        if status == _OURS:
            _LOG.error("%s: %s", request.method, request.url.path, exc_info=error)
    visit = Visit(request, request.app.state.site, request.state.session, Form({}))
    known_key = key if visit.words.knows(key) else "error.not-found"
    return visit.page(
        "error.html",
        status=status,
        message=visit.words.text(known_key),
        previous=visit.back(),
    )
