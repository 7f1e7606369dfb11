"""The server as a process of its own, and sockets that speak to it byte by byte."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from tests.cli.asking import COMMAND, PLAIN

ROOT = Path(__file__).parents[2]


@frozen
class Server:
    """A server that listens on a free port of this machine."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def end(self) -> tuple[int, str]:
        """End it as a service manager does; give its status and what else it has written."""
        self.process.terminate()
        _, written = self.process.communicate(timeout=60)
        return self.process.returncode, written


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """Run `vintage-rules serve` on a free port as long as the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve", "--port", "0", *arguments],
        cwd=ROOT,
        env=PLAIN,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.fullmatch(r"vintage-rules: http://127\.0\.0\.1:(\d+)/ answers; .+\n", line)
        assert found, line + process.stderr.read()
        try:
            yield Server(process, int(found[1]))
        finally:
            process.kill()


def head(method: str, path: str, length: int | None, content_type: str, *more: str) -> bytes:
    """Write the head of a request; one whose body has no length is sent in chunks."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Type: {content_type}", size]
    return "\r\n".join([*lines, *more, "", ""]).encode()


def chunk(content: bytes) -> bytes:
    """Write a chunk of a body; an empty one ends it."""
    return b"%x\r\n%s\r\n" % (len(content), content)
