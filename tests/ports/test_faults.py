from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.testing.contracts.faults import Fault, FaultRounds, FaultyCalls
from vintage_rules.testing.contracts.proxy import FaultyProxy, faulty_proxy, unused_port


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was told, and how often it has been told something."""

    told = 0

    def do_POST(self) -> None:
        """Answer a request."""
        type(self).told += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Told", str(self.told))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server asks
        """Say nothing."""


@pytest.fixture
def echo() -> type[Echo]:
    """Give a kind of server of one's own."""

    class Own(Echo):
        pass

    return Own


@pytest.fixture
def proxy(echo: type[Echo]) -> Iterator[FaultyProxy]:
    """Stand before such a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), echo)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    with faulty_proxy(server.server_address[1]) as proxy:
        yield proxy
    server.shutdown()
    server.server_close()
    thread.join()


def asked(proxy: FaultyProxy) -> tuple[int, bytes]:
    """Say something to the server behind the proxy; give the status and the body."""
    connection = HTTPConnection("127.0.0.1", proxy.port, timeout=30)
    try:
        connection.request("POST", "/say?what", b"hello", {"X-Who": "me"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class TestFaultyProxy:
    """The proxy that makes requests go wrong."""

    def test_passes_on_what_it_is_not_told_to_spoil(self, proxy: FaultyProxy) -> None:
        """Status, body and headers, both ways; and it remembers."""
        assert asked(proxy) == (201, b"hello")
        (exchange,) = proxy.exchanges
        assert (exchange.method, exchange.path, exchange.body) == ("POST", "/say?what", b"hello")
        assert exchange.headers["x-who"] == "me"
        assert not proxy.disarm()

    @pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.CUT_OFF])
    def test_spoils_one_request(self, proxy: FaultyProxy, echo: type[Echo], fault: Fault) -> None:
        """The second here: the others pass, and only what is lost before it never arrives."""
        proxy.arm(fault, after=1)
        assert asked(proxy) == (201, b"hello")
        with pytest.raises((HTTPException, ConnectionError)):
            asked(proxy)
        assert asked(proxy) == (201, b"hello")
        assert echo.told == (2 if fault is Fault.LOST_BEFORE else 3)
        assert proxy.disarm()

    def test_answers_nonsense(self, proxy: FaultyProxy, echo: type[Echo]) -> None:
        """A page of somebody who stands in between, with a status that sounds well."""
        proxy.arm(Fault.NONSENSE, after=0)
        assert asked(proxy) == (200, b"<html>out of order</html>")
        assert echo.told == 1

    def test_forgets_a_fault_that_is_called_off(self, proxy: FaultyProxy) -> None:
        """Nothing went wrong, and nothing does."""
        proxy.arm(Fault.LOST_BEFORE, after=0)
        assert not proxy.disarm()
        assert asked(proxy) == (201, b"hello")

    def test_listens_to_this_machine_only(self, proxy: FaultyProxy) -> None:
        """Its address is the loopback one."""
        assert proxy.url == f"http://127.0.0.1:{proxy.port}"

    def test_a_port_of_nobody_refuses(self) -> None:
        """Nobody listens there."""
        connection = HTTPConnection("127.0.0.1", unused_port(), timeout=30)
        with pytest.raises(ConnectionRefusedError):
            connection.request("GET", "/")


class TestTrouble:
    """What a contract does with faults."""

    def test_meets_every_request(self) -> None:
        """Of something that asks three times, each goes wrong once."""
        calls = FaultyCalls("port")
        done: list[str] = []
        trouble = FaultRounds(calls, Fault.LOST_BEFORE)

        def ask() -> str:
            for step in ("one", "two", "three"):
                calls.through(step, partial(done.append, step))
            return "answer"

        rounds = [trouble.retried(ask) for _ in trouble.rounds()]
        assert rounds == ["answer"] * 4
        assert [done.count(step) for step in ("one", "two", "three")] == [6, 5, 4]

    def test_notices_that_no_fault_stands_in_the_way(self) -> None:
        """Faults that nothing goes through prove nothing."""
        trouble = FaultRounds(FaultyCalls("port"), Fault.LOST_AFTER)
        with pytest.raises(AssertionError, match="are the faults in the way"):
            assert not [trouble.retried(lambda: "answer") for _ in trouble.rounds()]

    def test_notices_an_answer_that_was_invented(self) -> None:
        """Something went wrong, and nobody was told."""
        calls = FaultyCalls("port")

        def swallowed() -> str:
            try:
                return calls.through("ask", lambda: "answer")
            except OutsideUnavailableError:
                return "invented"

        with pytest.raises(AssertionError, match="was answered all the same"):
            FaultRounds(calls, Fault.LOST_BEFORE).retried(swallowed)

    def test_notices_an_outage_of_nobody(self) -> None:
        """Nothing went wrong, and yet that was said."""

        def refuse() -> str:
            raise OutsideUnavailableError("port", "ask", "out of sorts")

        with pytest.raises(AssertionError, match="nothing went wrong, yet"):
            FaultRounds(FaultyCalls("port"), Fault.LOST_BEFORE).retried(refuse)
