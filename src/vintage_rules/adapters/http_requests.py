"""Asking somebody over HTTP, and what it means when the answer is none.

Silence, a server's own error, a full queue and an answer that is no JSON all mean that nobody
knows; wrong credentials and a malformed request mean that we asked wrongly. What the rest of the
statuses mean is for each adapter to say.
"""

from __future__ import annotations

from collections.abc import Container, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus
from typing import TypeAlias

import httpx2

from vintage_rules.adapters.json_answers import Json
from vintage_rules.errors import InvalidValueError, OutsideRejectedError, OutsideUnavailableError

PATIENCE = 20.0  # seconds
_NOT_US = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}

Response: TypeAlias = httpx2.Response
Transport: TypeAlias = httpx2.BaseTransport


class Asking:
    """A connection to one service, on behalf of one port; for any number of threads.

    `transport` is another way there than a connection of our own.
    """

    def __init__(
        self,
        port: str,
        url: str,
        headers: Mapping[str, str],
        timeout: float = PATIENCE,
        *,
        transport: Transport | None = None,
    ) -> None:
        self._port = port
        self._client = httpx2.Client(
            base_url=url,
            headers=dict(headers),
            timeout=timeout,
            follow_redirects=False,
            transport=transport,
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
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        known: Container[int] = (),
    ) -> Response:
        """Ask, and give an answer that says yes or no, or whose status the asker knows.

        Raises:
            OutsideUnavailableError: If there was none.
            OutsideRejectedError: If we are not known, or there can be no such address.
        """
        try:
            response = self._client.request(
                method, path, params=query, json=body, data=form, headers=headers
            )
        except MISTAKES as error:
            raise OutsideRejectedError(self._port, act, _named(error)) from error
        except OUTAGES as error:
            raise self.unavailable(act, _named(error)) from error
        if response.status_code in known:
            return response
        if response.status_code in _NOT_US:
            raise self.rejected(act, response)
        if response.status_code in _LATER or response.is_server_error or response.is_redirect:
            raise self.unavailable(act, told_by(response))
        return response

    def understanding(self, act: str) -> AbstractContextManager[None]:
        """Read an answer inside.

        Raises:
            OutsideUnavailableError: If it cannot be understood.
        """
        return understanding(self._port, act)

    def unavailable(self, act: str, why: str) -> OutsideUnavailableError:
        """Say that nobody knows what came of it."""
        return OutsideUnavailableError(self._port, act, why)

    def rejected(self, act: str, response: Response) -> OutsideRejectedError:
        """Say that we asked wrongly."""
        return OutsideRejectedError(self._port, act, told_by(response))


# Whatever httpx2 may raise when a request does not become an answer: because it can never be one,
# and for all other reasons.
MISTAKES = (httpx2.InvalidURL, httpx2.LocalProtocolError, httpx2.UnsupportedProtocol)
OUTAGES = (httpx2.HTTPError, httpx2.StreamError)


@contextmanager
def understanding(port: str, act: str) -> Generator[None]:
    """Read an answer of a port inside, in a block or a function.

    Raises:
        OutsideUnavailableError: If it cannot be understood.

    >>> with understanding("bank", "paying"):
    ...     raise InvalidValueError("answer.id", None, "a text")
    Traceback (most recent call last):
    ...
    vintage_rules.errors.OutsideUnavailableError: bank: paying failed: answer.id: must be a text...
    """
    try:
        yield
    except InvalidValueError as error:
        raise OutsideUnavailableError(port, act, str(error)) from error


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def told_by(response: Response) -> str:
    """Return what an answer says, beginning with its status."""
    return f"{response.status_code} {response.text}"
