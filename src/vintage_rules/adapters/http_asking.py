"""Asking somebody over HTTP, and what it means when the answer is none.

Silence, a server's own error, a full queue and an answer that is no JSON all mean that nobody
knows; wrong credentials and a malformed request mean that we asked wrongly. What the rest of the
statuses mean is for each adapter to say.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeAlias

import httpx2

from vintage_rules.adapters.json_answers import Json
from vintage_rules.errors import InvalidValueError, OutsideRejectedError, OutsideUnavailableError

PATIENCE = 20.0  # seconds
_NOT_US = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}

Response: TypeAlias = httpx2.Response


class Asking:
    """A connection to one service, on behalf of one port; for any number of threads."""

    def __init__(
        self, port: str, url: str, headers: Mapping[str, str], timeout: float = PATIENCE
    ) -> None:
        self._port = port
        self._client = httpx2.Client(
            base_url=url, headers=dict(headers), timeout=timeout, follow_redirects=False
        )

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def ask(
        self,
        act: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Json = None,
    ) -> Response:
        """Ask, and give an answer that says yes or no.

        Raises `OutsideUnavailableError` when there was none, `OutsideRejectedError` when we are not
        known.
        """
        try:
            response = self._client.request(method, path, params=query, json=body)
        except OUTAGES as error:
            raise self.unavailable(act, f"{type(error).__name__}: {error}") from error
        if response.status_code in _NOT_US:
            raise self.rejected(act, response)
        if response.status_code in _LATER or response.is_server_error or response.is_redirect:
            raise self.unavailable(act, told_by(response))
        return response

    @contextmanager
    def understanding(self, act: str) -> Generator[None]:
        """Read an answer inside. Raises `OutsideUnavailableError` when it cannot be understood."""
        try:
            yield
        except InvalidValueError as error:
            raise self.unavailable(act, str(error)) from error

    def unavailable(self, act: str, why: str) -> OutsideUnavailableError:
        """Say that nobody knows what came of it."""
        return OutsideUnavailableError(self._port, act, why)

    def rejected(self, act: str, response: Response) -> OutsideRejectedError:
        """Say that we asked wrongly."""
        return OutsideRejectedError(self._port, act, told_by(response))


# Whatever httpx2 may raise when a request does not become an answer.
OUTAGES = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError)


def told_by(response: Response) -> str:
    """Give what an answer says, beginning with its status."""
    return f"{response.status_code} {response.text}"
