"""HTTP requests of adapters, and what their failures mean.

No answer, a server's own error, a full queue and an answer that is no JSON all mean that the
outcome is unknown (`OutsideUnavailableError`: try again). Wrong credentials mean that nothing will
be done until they are mended (`OutsideDeniedError`), and a malformed or forbidden request that this
one is wrong (`OutsideRejectedError`: a retry does not help). Each adapter decides what the other
statuses mean.
"""

from __future__ import annotations

from collections.abc import Container, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus
from typing import TypeAlias

import httpx2

from vintage_rules.adapters.json_answers import Json
from vintage_rules.errors import (
    InvalidValueError,
    OutsideDeniedError,
    OutsideRejectedError,
    OutsideUnavailableError,
)

PATIENCE = 20.0  # seconds
_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}

Response: TypeAlias = httpx2.Response
Transport: TypeAlias = httpx2.BaseTransport


class HttpConnection:
    """A connection to one service, on behalf of one port; for any number of threads.

    `transport` replaces the connection, for tests.
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
        """Close the connection."""
        self._client.close()

    def send(
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
        """Send a request, and return its answer unless it is a failure.

        Answers with a status in `known` are returned whatever it is.

        Raises:
            OutsideUnavailableError: If there was none.
            OutsideDeniedError: If we are not known.
            OutsideRejectedError: If we may not do this, or there can be no such address.
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
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise OutsideDeniedError(self._port, act, status_and_text(response))
        if response.status_code == HTTPStatus.FORBIDDEN:
            raise self.rejected(act, response)
        if response.status_code in _LATER or response.is_server_error or response.is_redirect:
            raise self.unavailable(act, status_and_text(response))
        return response

    def parsing(self, act: str) -> AbstractContextManager[None]:
        """Turn an answer that cannot be parsed in the block into an error of the port.

        Raises:
            OutsideUnavailableError: If it cannot be understood.
        """
        return parsing(self._port, act)

    def unavailable(self, act: str, why: str) -> OutsideUnavailableError:
        """Return the error for an unknown outcome."""
        return OutsideUnavailableError(self._port, act, why)

    def rejected(self, act: str, response: Response) -> OutsideRejectedError:
        """Return the error for a request that was wrong."""
        return OutsideRejectedError(self._port, act, status_and_text(response))


# Whatever httpx2 may raise when a request does not become an answer: because it can never be one,
# and for all other reasons.
MISTAKES = (httpx2.InvalidURL, httpx2.LocalProtocolError, httpx2.UnsupportedProtocol)
OUTAGES = (httpx2.HTTPError, httpx2.StreamError)


@contextmanager
def parsing(port: str, act: str) -> Generator[None]:
    """Read an answer of a port inside, in a block or a function.

    Raises:
        OutsideUnavailableError: If it cannot be understood.

    >>> with parsing("bank", "paying"):
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


def status_and_text(response: Response) -> str:
    """Return what an answer says, beginning with its status."""
    return f"{response.status_code} {response.text}"
