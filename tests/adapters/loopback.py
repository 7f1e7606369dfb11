"""Servers on the loopback interface that a test answers for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from attrs import define, frozen

HOST = "127.0.0.1"


@frozen(kw_only=True)
class Asked:
    """A request as it has arrived; names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@frozen
class Reply:
    """What a server says."""

    status: int
    body: bytes
    media_type: str = "application/json"


class Silence(Exception):  # noqa: N818 - it is no error: the server hangs up
    """A server hangs up without a word."""


Answering: TypeAlias = Callable[[Asked], Reply]


@define
class Played:
    """A server whose part a test plays, and every request it was sent."""

    answer: Answering
    asked: list[Asked]
    url: str = ""


@contextmanager
def playing(answer: Answering) -> Iterator[Played]:
    """Run a server that answers so, as long as it is needed."""
    played = Played(answer, [])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            target = urlsplit(self.path)
            asked = Asked(
                method=self.command,
                path=unquote(target.path),
                query=unquote(target.query),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
            played.asked.append(asked)
            try:
                reply = played.answer(asked)
            except Silence:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.media_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = respond  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    played.url = f"http://{HOST}:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def silence(_: Asked) -> Reply:
    """Hang up."""
    raise Silence


def gibberish(_: Asked) -> Reply:
    """Say something that is none of what was asked for."""
    return Reply(200, b"<html>welcome</html>", "text/html")
