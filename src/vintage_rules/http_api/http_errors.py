"""Requests that are not answered: the status of HTTP, and the error in the form of the JSON API."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response

from vintage_rules.api.json_values import Json

JSON = "application/json"
# What a message quotes of a request is text: no browser may take it for a page.
HEADERS = {"X-Content-Type-Options": "nosniff"}


class HttpError(Exception):
    """A request that cannot be answered: its status, the part that is wrong, and why."""

    def __init__(
        self,
        status: int,
        path: str,
        message: str,
        *,
        request_id: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.path = path
        self.message = message
        self.request_id = request_id
        self.headers = headers or {}
        super().__init__(status, path, message)

    def __str__(self) -> str:
        return f"{self.status} {self.path}: {self.message}"

    def response(self) -> Response:
        """Return the response: a line of JSON as `vintage-rules eval` writes it."""
        error: dict[str, Json] = {"path": self.path, "message": self.message}
        return json_response({"id": self.request_id, "error": error}, self.status, self.headers)


def line_of(content: Mapping[str, Json]) -> bytes:
    """Write an object as one line, as `vintage-rules eval` does."""
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()


def json_response(
    content: Mapping[str, Json], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response of one line of JSON."""
    return Response(line_of(content), status, {**HEADERS, **(headers or {})}, JSON)
