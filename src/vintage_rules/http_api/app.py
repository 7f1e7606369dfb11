"""The application: a path for each rule, one for many questions, and what describes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from vintage_rules import __version__
from vintage_rules.api.answering import answer
from vintage_rules.api.json_values import Json
from vintage_rules.api.names import one_of
from vintage_rules.api.reading import read_object
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.rules import HOMES
from vintage_rules.api.schemas import rule_schema
from vintage_rules.errors import shortened
from vintage_rules.http_api.batch import NDJSON, BatchResponse
from vintage_rules.http_api.http_errors import HEADERS, JSON, HttpError, json_response
from vintage_rules.http_api.openapi import openapi_document
from vintage_rules.http_api.paths import BATCH, HEALTH, INDEX, OPENAPI, PARAMETERS, RULES, path_of
from vintage_rules.http_api.policies import policies_by_name
from vintage_rules.http_api.reading import (
    body_of,
    query_of,
    require_accepted,
    require_content_type,
)

_INDEX: Mapping[str, Json] = {
    "name": "vintage-rules",
    "version": __version__,
    "rules": RULES,
    "question": f"{RULES}/{{rule}}",
    "batch": BATCH,
    "openapi": OPENAPI,
    "health": HEALTH,
}
_PATHS = (INDEX, HEALTH, OPENAPI, RULES, f"{RULES}/{{rule}}", BATCH)


def create_app(*policies: str) -> Starlette:
    """Return the ASGI application that answers the rules of the JSON API over HTTP.

    A request may name the shipped policies and `policies`, which are names, or paths of documents:
    these are then called by the name that they say. The first is that of requests that name none;
    `imparfaite` without any. No request can name a path.

    Raises:
        PolicyError: For a policy there is not, and for a document with faults.
        InvalidValueError: For two policies of one name.

    >>> app = create_app()
    >>> sorted(route.path for route in app.routes)[:3]
    ['/', '/health', '/openapi.json']
    """
    offered = policies_by_name(policies)
    described = cache(lambda: openapi_document(offered))
    routes = [
        Route(INDEX, _described(lambda: _INDEX)),
        Route(HEALTH, _described(lambda: {"status": "ok", "version": __version__})),
        Route(OPENAPI, _described(described)),
        Route(RULES, _described(lambda: _listing(offered))),
        Route(BATCH, partial(_answer_batch, offered), methods=["POST"]),
        *(
            Route(path_of(rule), partial(_answer_rule, rule, offered), methods=["POST"])
            for rule in HOMES
        ),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers=dict.fromkeys(
            (HttpError, HTTPException, ClientDisconnect, Exception), _response_to
        ),
    )
    # A path is one path: what has a slash too many is refused by name, not sent elsewhere.
    app.router.redirect_slashes = False
    return app


def _described(document: Callable[[], Mapping[str, Json]]) -> Callable[[Request], Response]:
    """Return an endpoint that shows a document."""

    def show(request: Request) -> Response:
        require_accepted(request, JSON)
        query_of(request, ())
        return json_response(document())

    return show


def _listing(policies: Mapping[str, str]) -> dict[str, Json]:
    rules = [
        {"name": rule, "path": path_of(rule), "description": rule_schema(rule)["description"]}
        for rule in HOMES
    ]
    return {"rules": rules, "policies": list(policies), "policy": next(iter(policies))}


async def _answer_rule(rule: str, policies: Mapping[str, str], request: Request) -> Response:
    require_accepted(request, JSON)
    given = query_of(request, PARAMETERS)
    require_content_type(request, JSON)
    body = await body_of(request)
    # In a thread: a question that takes long delays no other, and no look at the health.
    reply, status = await run_in_threadpool(_reply, rule, given, body, policies)
    return json_response(reply, status)


def _reply(
    rule: str, given: Mapping[str, str], body: bytes, policies: Mapping[str, str]
) -> tuple[dict[str, Json], int]:
    """Answer a question whose facts are a body; the rule is its `id` where the query has none."""
    question = {"id": rule, "rule": rule, **given}
    try:
        facts = _facts(body)
    except Rejection as rejection:
        path = f"facts.{rejection.path}" if rejection.path else ""
        error = {"path": path, "message": rejection.message}
        return {"id": question["id"], "error": error}, 400
    reply = answer({**question, "facts": facts}, policies=policies)
    return reply, _status_of(reply)


def _facts(body: bytes) -> Mapping[str, object]:
    if not body.strip():
        raise Rejection("", "must be a JSON object with the facts, got nothing")
    return read_object(body)


def _status_of(reply: Mapping[str, Json]) -> int:
    """What is wrong with a question that was read has a path; a fault of ours has none."""
    match reply:
        case {"error": {"path": ""}}:
            return 500
        case {"error": _}:
            return 422
        case _:
            return 200


async def _answer_batch(policies: Mapping[str, str], request: Request) -> BatchResponse:
    require_accepted(request, NDJSON)
    query_of(request, ())
    require_content_type(request, NDJSON)
    return BatchResponse(request, policies)


async def _response_to(request: Request, error: Exception) -> Response:
    match error:
        case HttpError():
            return error.response()
        case HTTPException(headers={"Allow": allowed}):
            return _not_with(request, [*allowed.split(", "), "OPTIONS"])
        case HTTPException():
            return _not_found(request.scope["path"]).response()
        case ClientDisconnect():
            return Response(status_code=400)  # which no one receives
        case _:
            message = f"cannot be answered because of a fault of ours: {type(error).__name__}"
            return HttpError(500, "", message).response()


def _not_with(request: Request, methods: Sequence[str]) -> Response:
    """Say which methods a path has, to those that use another and to those that want to know."""
    allowed = {"Allow": ", ".join(sorted(methods))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={**HEADERS, **allowed})
    message = f"must be one of {allowed['Allow']}, got {shortened(request.method)}"
    return HttpError(405, "method", message, headers=allowed).response()


def _not_found(path: str) -> HttpError:
    under = f"{RULES}/"
    if path.startswith(under):
        field, name, known = "rule", path.removeprefix(under), tuple(HOMES)
    else:
        field, name, known = "url", path, _PATHS
    return HttpError(404, field, f"must be {one_of(name, known)}, got {shortened(name)}")
