from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from http.client import HTTPResponse
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.cli.asking import FEE, question
from tests.serve.servers import Server, chunk, head
from vintage_rules.api import answer
from vintage_rules.api.lines import LONGEST_LINE, lines_of
from vintage_rules.http_api.batch import LineSplitter, Spool

NDJSON = "application/x-ndjson"
LINES = [
    question("tender", {"kind": "paypal"}, id="1"),
    b"nonsense",
    b"",
    question("tender", {"kind": "cash"}, id="2"),
    question("tendr", {}, id="3"),
    question("quality-control-fee", FEE, id="4", on="2026-11-22"),
    b'{"id": "5", "id": "6"}',
]


def answers_to(client: TestClient, content: bytes) -> list[object]:
    """Post lines, and read those that come back."""
    reply = client.post("/v1/batch", content=content, headers={"content-type": NDJSON})
    assert (reply.status_code, reply.headers["content-type"]) == (200, NDJSON)
    assert reply.content.endswith(b"\n") or not reply.content
    return [json.loads(line) for line in reply.content.splitlines()]


class TestBatch:
    """Many questions in one request."""

    def test_has_a_line_for_each_line_in_order(self, client: TestClient) -> None:
        """As `eval` answers them; a bad one has its error, and the next ones go on."""
        found = answers_to(client, b"\n".join(LINES) + b"\n")
        assert found == [answer(line) for line in LINES]
        assert ["error" in reply for reply in found if isinstance(reply, dict)] == [
            False, True, True, True, True, False, True,
        ]  # fmt: skip

    def test_needs_no_end_of_the_last_line(self, client: TestClient) -> None:
        """Nor other ends of lines than those of Windows; a byte order mark is passed over."""
        found = answers_to(client, b"\xef\xbb\xbf" + b"\r\n".join(LINES))
        assert found == [answer(line) for line in LINES]

    def test_may_be_empty(self, client: TestClient) -> None:
        """No question has no answer."""
        assert answers_to(client, b"") == []

    def test_refuses_a_line_that_is_too_long(self, client: TestClient) -> None:
        """That line alone."""
        found = answers_to(client, b"\n".join([b" " * (LONGEST_LINE + 1), LINES[0]]))
        error = {"path": "", "message": f"must be a line of at most {LONGEST_LINE} bytes, got more"}
        assert found == [{"id": None, "error": error}, answer(LINES[0])]

    @pytest.mark.parametrize(
        ("query", "headers", "status", "path"),
        [
            ("", {"content-type": "application/json"}, 415, "content-type"),
            ("", {"accept": "application/json"}, 406, "accept"),
            ("?policy=vinted", {}, 422, "policy"),
        ],
    )
    def test_is_refused_as_a_whole(
        self, client: TestClient, query: str, headers: dict[str, str], status: int, path: str
    ) -> None:
        """For what is wrong with the request and with none of its lines."""
        given = {"content-type": NDJSON, **headers}
        reply = client.post(f"/v1/batch{query}", content=LINES[0], headers=given)
        assert (reply.status_code, reply.json()["error"]["path"]) == (status, path)


class TestStreams:
    """A batch over a connection that stays open."""

    def test_answers_a_line_before_the_next_is_sent(self, server: Server) -> None:
        """A caller may wait for each answer."""
        with server.connect() as connection, HTTPResponse(connection) as replies:
            connection.sendall(head("POST", "/v1/batch", None, NDJSON))
            for number in range(3):
                asked = question("tender", {"kind": "paypal"}, id=str(number)) + b"\n"
                connection.sendall(chunk(asked[:20]))
                connection.sendall(chunk(asked[20:]))
                if number == 0:
                    replies.begin()
                assert json.loads(replies.readline()) == answer(asked)
            connection.sendall(chunk(b""))
            assert replies.read() == b""

    def test_answers_a_caller_who_reads_nothing_before_all_is_sent(self, server: Server) -> None:
        """More than a connection buffers: answers wait, and questions are still read."""
        long = "x" * 100_000
        asked = [question("tender", {}, id=f"{number} {long}") + b"\n" for number in range(300)]
        size = sum(map(len, asked))
        with server.connect() as connection:
            connection.sendall(head("POST", "/v1/batch", size, NDJSON))
            for line in asked:
                connection.sendall(line)
            with HTTPResponse(connection) as replies:
                replies.begin()
                found = [json.loads(line) for line in replies]
        assert [reply["id"] for reply in found] == [f"{number} {long}" for number in range(300)]

    def test_that_their_caller_leaves_end(self, server: Server) -> None:
        """Others are answered."""
        with server.connect() as connection:
            connection.sendall(head("POST", "/v1/batch", None, NDJSON))
            connection.sendall(chunk(LINES[0] + b"\n"))
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        with server.connect() as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")


class TestLineSplitter:
    """Chunks into lines."""

    @given(
        st.lists(st.binary(max_size=12) | st.sampled_from([b"\n", b"\r\n", b"\xef\xbb\xbf"])),
        st.integers(1, 8),
    )
    def test_gives_the_lines_of_a_file(self, chunks: Sequence[bytes], limit: int) -> None:
        """However they are cut, and however long they are."""
        splitter = LineSplitter(limit)
        found = [line for each in chunks for line in splitter.feed(each)]
        found += splitter.close()
        assert found == [*lines_of(BytesIO(b"".join(chunks)), limit)]


class TestSpool:
    """Answers that wait for their reader."""

    def test_gives_what_was_written_from_memory_and_from_a_file(self) -> None:
        """All of it, in order, and then nothing."""

        async def run() -> bytes:
            spool = Spool(in_memory=10)
            for number in range(100):
                await spool.write(b"%d " % number)
            await spool.close()
            found = b""
            while content := await spool.read():
                found += content
            spool.discard()
            return found

        assert asyncio.run(run()) == b"".join(b"%d " % number for number in range(100))

    def test_lets_its_writer_wait_when_it_is_full(self) -> None:
        """Until all is read; then there is room again."""

        async def run() -> list[str]:
            spool, done = Spool(on_disk=10), list[str]()

            async def write() -> None:
                for number in range(3):
                    await spool.write(b"ten bytes.")
                    done.append(f"written {number}")
                await spool.close()

            writing = asyncio.create_task(write())
            for _ in range(3):
                for _ in range(5):
                    await asyncio.sleep(0)
                done.append(f"read {(await spool.read()).decode()}")
            await writing
            assert await spool.read() == b""
            spool.discard()
            return done

        assert asyncio.run(run()) == [
            "written 0", "read ten bytes.", "written 1", "read ten bytes.", "written 2",
            "read ten bytes.",
        ]  # fmt: skip
