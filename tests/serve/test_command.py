from __future__ import annotations

import json
import socket
import sys
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.cli.asking import run, spawn
from tests.serve.servers import Server, head, serving
from vintage_rules.api import answer

JSON = "application/json"
CARD = b'{"kind": "paypal"}'


def reply_to(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Read a response, and nothing after it."""
    with HTTPResponse(connection) as response:
        response.begin()
        return response.status, json.loads(response.read())


class TestServe:
    """`vintage-rules serve`."""

    def test_answers_over_http(self, server: Server) -> None:
        """As the JSON API does, on one connection as often as wanted."""
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        for number in ("1", "2"):
            path = f"/v1/tender?id={number}&on=2026-11-22"
            connection.request("POST", path, CARD, {"Content-Type": JSON})
            reply = connection.getresponse()
            facts = {"kind": "paypal"}
            asked = {"id": number, "rule": "tender", "facts": facts, "on": "2026-11-22"}
            assert (reply.status, json.loads(reply.read())) == (200, answer(asked))
        connection.close()

    def test_answers_while_a_body_is_only_half_sent(self, server: Server) -> None:
        """One caller who is slow keeps no other waiting, and is answered when the rest comes."""
        with server.connect() as slow, server.connect() as quick:
            slow.sendall(head("POST", "/v1/tender", len(CARD), JSON) + CARD[:5])
            quick.sendall(head("POST", "/v1/tender", len(CARD), JSON) + CARD)
            assert reply_to(quick)[0] == 200
            slow.sendall(CARD[5:])
            assert reply_to(slow)[0] == 200

    def test_refuses_a_body_that_is_too_long_in_words(self, server: Server) -> None:
        """Its sender, who reads when all is sent, gets the answer."""
        with server.connect() as connection:
            connection.sendall(head("POST", "/v1/tender", 12_000_000, JSON))
            for _ in range(12):
                connection.sendall(b" " * 1_000_000)
            status, reply = reply_to(connection)
        assert status == 413
        assert reply["error"] == {"path": "", "message": "must be at most 10000000 bytes, got more"}

    def test_listens_on_this_machine_alone(self, server: Server) -> None:
        """Unless it is given another address: even another name of this machine is refused."""
        with pytest.raises(OSError):  # noqa: PT011 - systems have several words for it
            socket.create_connection(("127.0.0.2", server.port), timeout=10)

    def test_ends_in_good_order_and_has_written_no_body(self) -> None:
        """What is answered is sent, what is half sent is given up; nothing sent is in any log."""
        secret = "c29tZWJvZHk"  # noqa: S105 - it guards nothing
        with serving() as server, server.connect() as whole, server.connect() as half:
            for body in (json.dumps({"kind": secret}).encode(), secret.encode(), b"\xff" * 11):
                whole.sendall(head("POST", "/v1/tender", len(body), JSON) + body)
                assert reply_to(whole)[0] in {400, 422}
            half.sendall(head("POST", "/v1/tender", 100, JSON) + secret.encode())
            whole.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert reply_to(whole)[0] == 200
            status, written = server.end()
        assert status == 0
        assert secret not in written

    def test_serves_a_house_of_its_own(self) -> None:
        """`--policy` names a document; the first is that of requests that name none."""
        with serving("--policy", "docs/guide/lune.toml", "--policy", "vinted") as server:
            connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
            connection.request("GET", "/v1")
            found = json.loads(connection.getresponse().read())
            connection.close()
        assert found["policy"] == "lune"
        assert found["policies"][:2] == ["lune", "vinted"]


class TestWrongUse:
    """What cannot be served."""

    def test_a_port_in_use_is_named(self) -> None:
        """With what is wrong, and without a traceback."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = spawn("serve", "--port", str(port))
        message = f"--port: must be free, got {port}, which another program listens on"
        assert (done.returncode, done.stderr.decode()) == (2, f"vintage-rules: {message}\n")

    @pytest.mark.parametrize("host", ["203.0.113.7", "nowhere.invalid", "a" * 300])
    def test_an_address_of_another_machine_is_named(self, host: str) -> None:
        """By what was given."""
        done = run("serve", "--host", host, "--port", "0")
        message = f"vintage-rules: --host: must be an address of this machine, got {host!r}\n"
        assert (done.returncode, done.stderr.decode()) == (2, message)

    def test_a_policy_there_is_not_is_named(self, tmp_path: Path) -> None:
        """And a document with faults, with each of them."""
        done = run("serve", "--policy", "vintd")
        assert done.returncode == 1
        assert done.stderr.startswith(b"vintage-rules: --policy: must be one of imparfaite, ")
        (tmp_path / "broken.toml").write_text("name = ", "utf-8")
        done = run("serve", "--policy", "broken.toml", folder=tmp_path)
        assert done.returncode == 1
        assert done.stderr.startswith(b"vintage-rules: --policy: broken.toml:1:8: must be valid ")

    def test_a_missing_extra_is_named(self) -> None:
        """With what to install."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "starlette", None)
            done = run("serve")
        message = "needs what is not installed: pip install 'vintage-rules[serve]'"
        assert (done.returncode, done.stderr.decode()) == (1, f"vintage-rules: {message}\n")
