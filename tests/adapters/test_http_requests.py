from __future__ import annotations

from threading import Event

import httpx2
import pytest

from tests.adapters.loopback import Asked, Reply, gibberish, playing
from vintage_rules.adapters.http_requests import MISTAKES, OUTAGES, HttpConnection
from vintage_rules.errors import OutsideUnavailableError

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

    def test_a_server_that_is_not_there_is_told(self) -> None:
        """With what was asked of whom."""
        with playing(gibberish) as played:
            url = played.url
        connection = HttpConnection("port", url, {})
        with pytest.raises(OutsideUnavailableError, match=r"^port: asking failed: ConnectError"):
            connection.send("asking", "GET", "/")
        connection.close()
