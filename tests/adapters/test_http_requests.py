from __future__ import annotations

from threading import Event

import httpx2
import pytest

from tests.adapters.loopback import Asked, Reply, gibberish, playing
from vintage_rules.adapters.http_requests import MISTAKES, OUTAGES, HttpConnection
from vintage_rules.errors import (
    OutsideDeniedError,
    OutsideError,
    OutsideRejectedError,
    OutsideUnavailableError,
)

# Raised where a cookie is read, or for what we never do: they say nothing about an outage.
OTHERS = {"CookieConflict", "SSEError", "InvalidStateError"}


def exceptions() -> list[type[Exception]]:
    """Find every exception that httpx2 has a name for."""
    found = [getattr(httpx2, name) for name in dir(httpx2)]
    return [each for each in found if isinstance(each, type) and issubclass(each, Exception)]


class TestAsking:
    """HttpConnection over HTTP."""

    def test_every_error_of_the_library_is_ours(self) -> None:
        """None is forgotten, in whichever version it appears."""
        assert len(exceptions()) > 15
        known = (*OUTAGES, *MISTAKES)
        forgotten = {each.__name__ for each in exceptions() if not issubclass(each, known)}
        assert forgotten <= OTHERS

    def test_a_server_that_is_slow_is_not_waited_for_for_ever(self) -> None:
        """The patience is the adapter's."""
        enough = Event()

        def slow(asked: Asked) -> Reply:
            enough.wait(60)
            return gibberish(asked)

        with playing(slow) as played:
            connection = HttpConnection("port", played.url, {}, timeout=0.05)
            with pytest.raises(OutsideUnavailableError, match="Timeout"):
                connection.send("asking", "GET", "/")
            enough.set()
            connection.close()

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (400, None),
            (401, OutsideDeniedError),
            (403, OutsideRejectedError),
            (404, None),
            (429, OutsideUnavailableError),
            (500, OutsideUnavailableError),
        ],
    )
    def test_who_is_to_blame(self, status: int, error: type[OutsideError] | None) -> None:
        """Our key, our request, or nobody: the adapter decides what else a status means."""
        transport = httpx2.MockTransport(lambda _: httpx2.Response(status, text="no"))
        connection = HttpConnection("port", "http://127.0.0.1:9", {}, transport=transport)
        if error is None:
            assert connection.send("asking", "GET", "/").status_code == status
        else:
            with pytest.raises(OutsideError, match=f"port: asking failed: {status} no") as caught:
                connection.send("asking", "GET", "/")
            assert type(caught.value) is error
        connection.close()

    def test_a_server_that_is_not_there_is_told(self) -> None:
        """With what was asked of whom."""
        with playing(gibberish) as played:
            url = played.url
        connection = HttpConnection("port", url, {})
        with pytest.raises(OutsideUnavailableError, match=r"^port: asking failed: ConnectError"):
            connection.send("asking", "GET", "/")
        connection.close()
