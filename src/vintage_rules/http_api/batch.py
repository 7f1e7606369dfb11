"""Many questions in one request: a line of JSON in, a line out, in order, while both are open.

A caller may wait for an answer before it sends its next question, or send a million questions
before it reads an answer. Answering as questions come serves the first. The second does not read:
writing an answer to it would wait for ever, and so would reading its next question. Answers that
are not read yet therefore wait in a file, and memory holds a chunk and an unfinished line.
"""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile

from attrs import define, field, frozen
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from vintage_rules.api.answering import reply_to
from vintage_rules.api.lines import LONGEST_LINE, TooLong
from vintage_rules.http_api.http_errors import HEADERS

NDJSON = "application/x-ndjson"
_IN_MEMORY = 1 << 20
_ON_DISK = 1 << 30
_CHUNK = 1 << 16


@define
class LineSplitter:
    """Cuts a stream that comes in chunks into the lines that `lines_of` gives of a file."""

    limit: int = LONGEST_LINE
    _unfinished: bytearray = field(factory=bytearray, init=False)
    _size: int = field(default=0, init=False)
    _is_first: bool = field(default=True, init=False)

    def feed(self, chunk: bytes) -> Iterator[bytes | TooLong]:
        """Return the lines that end in this chunk."""
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            self._keep(end)
            yield self._finished()
        self._keep(rest)

    def close(self) -> Iterator[bytes | TooLong]:
        """Return the last line if nothing ended it."""
        if self._size:
            yield self._finished()

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self.limit:
            self._unfinished.clear()
        else:
            self._unfinished += part

    def _finished(self) -> bytes | TooLong:
        line, size, first = bytes(self._unfinished), self._size, self._is_first
        self._unfinished.clear()
        self._size, self._is_first = 0, False
        if size > self.limit:
            return TooLong(self.limit)
        return (line.removeprefix(codecs.BOM_UTF8) if first else line).removesuffix(b"\r")


class Spool:
    """Bytes that wait for their reader: in memory, then in a file, which shrinks when all is read.

    Who writes waits while the file is as large as it may be.
    """

    def __init__(self, in_memory: int = _IN_MEMORY, on_disk: int = _ON_DISK) -> None:
        self._file = SpooledTemporaryFile[bytes](max_size=in_memory)
        self._on_disk = on_disk
        self._written = self._read = 0
        self._is_closed = False
        self._changed = asyncio.Condition()

    async def write(self, content: bytes) -> None:
        """Write."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._written < self._on_disk)
            self._file.seek(self._written)
            self._written += self._file.write(content)
            self._changed.notify_all()

    async def close(self) -> None:
        """Say that nothing more is written."""
        async with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    async def read(self) -> bytes:
        """Return what comes next as soon as there is some; nothing at the end."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._read < self._written or self._is_closed)
            self._file.seek(self._read)
            content = self._file.read(_CHUNK)
            self._read += len(content)
            if self._read == self._written:
                self._file.seek(0)
                self._file.truncate()
                self._read = self._written = 0
                self._changed.notify_all()
            return content

    def discard(self) -> None:
        """Remove the file."""
        self._file.close()


@frozen
class BatchResponse:
    """The answers to the lines of a request, as an ASGI application that reads while it writes."""

    request: Request
    policies: Mapping[str, str]

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer until the request ends."""
        spool = Spool()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._answer(spool))
                group.create_task(_respond(spool, send))
        except* ClientDisconnect:
            pass  # no one is there to read the rest
        finally:
            spool.discard()

    async def _answer(self, spool: Spool) -> None:
        splitter = LineSplitter()
        async for chunk in self.request.stream():
            await self._write(splitter.feed(chunk), spool)
        await self._write(splitter.close(), spool)
        await spool.close()

    async def _write(self, lines: Iterable[bytes | TooLong], spool: Spool) -> None:
        """Answer the lines of a chunk in a thread: other requests are answered meanwhile."""
        if written := await run_in_threadpool(self._answers, lines):
            await spool.write(written)

    def _answers(self, lines: Iterable[bytes | TooLong]) -> bytes:
        return b"".join(reply_to(line, policies=self.policies).line for line in lines)


async def _respond(spool: Spool, send: Send) -> None:
    headers = {"content-type": NDJSON, **HEADERS}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": raw})
    while content := await spool.read():
        await send({"type": "http.response.body", "body": content, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
