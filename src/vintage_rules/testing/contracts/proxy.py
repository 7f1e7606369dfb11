"""A proxy on 127.0.0.1 that passes HTTP requests on, remembers them, and fails on demand.

It is for tests: it speaks plain HTTP, knows the length of every body, and listens to no one else.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from socketserver import BaseServer
from threading import Lock, Thread

from attrs import frozen

from vintage_rules.testing.contracts.faults import Fault

_HERE = "127.0.0.1"
_SLOWEST = 60  # seconds; a test peer that needs longer has stopped
_OF_ONE_CONNECTION = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}


@frozen(kw_only=True)
class Exchange:
    """A request as it went through, header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@frozen(kw_only=True)
class Answer:
    """What the provider answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


_NONSENSE = Answer(status=200, headers={}, body=b"<html>out of order</html>")


class FaultyProxy:
    """Passes requests on to a port of this machine; see `faulty_proxy`."""

    def __init__(self, upstream: int) -> None:
        self.exchanges: list[Exchange] = []
        self._upstream = upstream
        self._fault: Fault | None = None
        self._after = 0
        self._struck = False
        self._lock = Lock()
        self._server = ThreadingHTTPServer((_HERE, 0), partial(_Handler, self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address an adapter is given instead of the provider's."""
        return f"http://{_HERE}:{self.port}"

    def arm(self, fault: Fault, after: int) -> None:
        """Let a request go wrong once `after` others have passed."""
        with self._lock:
            self._fault, self._after, self._struck = fault, after, False

    def disarm(self) -> bool:
        """Let nothing go wrong any more; return whether something did."""
        with self._lock:
            self._fault = None
            return self._struck

    def due(self) -> Fault | None:
        """Take the fault of the request that comes in now."""
        with self._lock:
            fault, self._after = self._fault, self._after - 1
            if fault is None or self._after >= 0:
                return None
            self._fault, self._struck = None, True
            return fault

    def passed_on(self, request: Exchange) -> Answer:
        """Have a request answered by the provider."""
        self.exchanges.append(request)
        connection = HTTPConnection(_HERE, self._upstream, timeout=_SLOWEST)
        try:
            connection.request(request.method, request.path, request.body, dict(request.headers))
            answer = connection.getresponse()
            body = answer.read()
            headers = {
                name: value
                for name, value in answer.getheaders()
                if name.lower() not in _OF_ONE_CONNECTION
            }
            return Answer(status=answer.status, headers=headers, body=body)
        finally:
            connection.close()

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, and wait until it has."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(
        self, proxy: FaultyProxy, request: socket, address: tuple[str, int], server: BaseServer
    ) -> None:
        self._proxy = proxy
        super().__init__(request, address, server)

    def _pass_on(self) -> None:
        request = self._received()
        fault = self._proxy.due()
        if fault is Fault.LOST_BEFORE:
            return
        answer = self._proxy.passed_on(request)
        match fault:
            case None:
                self._answer(answer, answer.body)
            case Fault.CUT_OFF:
                self._answer(answer, answer.body[: len(answer.body) // 2])
            case Fault.NONSENSE:
                self._answer(_NONSENSE, _NONSENSE.body)
            case Fault.LOST_AFTER:
                pass

    do_DELETE = do_GET = do_PATCH = do_POST = do_PUT = _pass_on  # noqa: N815 - http.server's names

    def _received(self) -> Exchange:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        kept = {name: value for name, value in headers.items() if name not in _OF_ONE_CONNECTION}
        return Exchange(method=self.command, path=self.path, headers=kept, body=body)

    def _answer(self, answer: Answer, body: bytes) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: a test shows what went wrong."""


@contextmanager
def faulty_proxy(upstream: int) -> Generator[FaultyProxy, None, None]:
    """Run between an adapter and a port of this machine, as long as the block lasts.

    >>> with faulty_proxy(upstream=unused_port()) as proxy:
    ...     proxy.url.startswith("http://127.0.0.1:")
    True
    """
    proxy = FaultyProxy(upstream)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def unused_port() -> int:
    """Return a port of this machine on which nothing listens: a connection to it is refused."""
    with socket() as found:
        found.bind((_HERE, 0))
        return int(found.getsockname()[1])
