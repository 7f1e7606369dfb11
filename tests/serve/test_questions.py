from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Message

from tests.cli.asking import FEE, ROOT
from vintage_rules.api import answer
from vintage_rules.api.lines import LONGEST_LINE
from vintage_rules.api.rules import HOMES
from vintage_rules.api.schemas import example_of
from vintage_rules.errors import InvalidValueError, PolicyDocumentError, UnknownPolicyError
from vintage_rules.http_api import create_app
from vintage_rules.http_api.http_errors import HttpError
from vintage_rules.http_api.paths import PARAMETERS
from vintage_rules.http_api.reading import body_of
from vintage_rules.policies.loading import shipped_policies

JSON = {"content-type": "application/json"}
CARD = b'{"kind": "paypal"}'


def error_of(client: TestClient, path: str, content: bytes, **headers: str) -> tuple[int, str, str]:
    """Post a body and give the status with the path and the message of the error."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = client.post(path, content=content, headers={**JSON, **given})
    assert reply.headers["content-type"] == "application/json"
    error = reply.json()["error"]
    assert sorted(error) == ["message", "path"]
    return reply.status_code, error["path"], error["message"]


@pytest.mark.parametrize("rule", HOMES)
class TestEachRule:
    """Each rule, asked by its example."""

    def test_answers_as_the_json_api_does(self, client: TestClient, rule: str) -> None:
        """The line that `eval` writes, and status 200."""
        asked = {**example_of(rule), "locale": "en-GB"}
        query = "&".join(f"{name}={asked[name]}" for name in PARAMETERS if name in asked)
        reply = client.post(f"/v1/{rule}?{query}", json=asked["facts"])
        assert (reply.status_code, reply.json()) == (200, answer(asked))
        assert list(reply.json()) == [
            "id", "decision", "value", "reasons", "sources", "policy", "text",
        ]  # fmt: skip


class TestQuestions:
    """A question: its facts as the body, the rest in the query."""

    def test_that_is_refused_is_answered(self, client: TestClient) -> None:
        """A "no" of the house is no error of HTTP."""
        reply = client.post("/v1/tender", json={"kind": "card", "brand": "diners-club"})
        assert reply.status_code == 200
        assert reply.json()["decision"] == "refused"
        assert reply.json()["reasons"] == ["brand-not-accepted"]

    def test_has_an_id_that_comes_back(self, client: TestClient) -> None:
        """Any text; the rule where there is none."""
        asked = client.post("/v1/tender?id=%00%E2%82%AC", content=CARD, headers=JSON)
        assert asked.json()["id"] == "\0€"
        asked = client.post("/v1/tender", content=CARD, headers=JSON)
        assert asked.json()["id"] == "tender"

    def test_names_a_policy(self, client: TestClient) -> None:
        """Its name is one of the shipped ones; its edition is that of the day."""
        query = "policy=imparfaite-direct&on=2026-11-22"
        reply = client.post(f"/v1/tender?{query}", content=CARD, headers=JSON)
        assert reply.json()["policy"].startswith("imparfaite-direct@")

    @pytest.mark.parametrize(
        ("content", "status", "path", "message"),
        [
            (b"", 400, "", "must be a JSON object with the facts, got nothing"),
            (b" \n", 400, "", "must be a JSON object with the facts, got nothing"),
            (b"{'kind'", 400, "", "must be JSON, got \"'kind'\" at column 2 "),
            (b"[1]", 400, "", "must be a JSON object, got [1]"),
            (b"\xff{}", 400, "", "must be UTF-8, got byte 0xff at position 0"),
            (b'{"kind": "card", "kind": "card"}', 400, "facts.kind", "must be given once"),
            (b'{"kind": "\\ud800"}', 400, "facts.kind", "must be Unicode text, got '\\ud800'"),
            (b"[" * 100_000, 400, "", "must be nested at most 32 deep, got more"),
            (b'{"a":' * 33 + b"1" + b"}" * 33, 400, "facts.a", "must be nested at most 32 deep"),
            (b"{}", 422, "facts.kind", "must be given"),
            (b'{"kindd": 1}', 422, "facts.kindd", "must be one of brand, kind (kind?), got "),
            (b'{"kind": NaN}', 422, "facts.kind", "must be a string, got NaN"),
            (b'{"kind": 1e999999999}', 422, "facts.kind", "must be a string, got 1e999999999"),
            (b'{"kind": %s}' % (b"9" * 5000), 422, "facts.kind", "must be a string, got 999"),
            (b'{"kind": "cash"}', 422, "facts.kind", "must be one of card, paypal, got 'cash'"),
        ],
    )
    def test_with_bad_facts_are_refused(
        self, client: TestClient, content: bytes, status: int, path: str, message: str
    ) -> None:
        """By 400 where nothing can be read, by 422 where a fact is wrong, and never by a guess."""
        found = error_of(client, "/v1/tender", content)
        assert found[:2] == (status, path)
        assert found[2].startswith(message)

    @pytest.mark.parametrize(
        ("query", "status", "path", "message"),
        [
            ("on=tomorrow", 422, "on", "must be a day such as 2026-11-22, got 'tomorrow'"),
            ("on=1999-01-01", 422, "on", "imparfaite has no edition before 2023-01-01, got 1999"),
            ("on=", 422, "on", "must be a day such as 2026-11-22, got ''"),
            ("locale=tlh", 422, "locale", "must be of one of the languages de, en, es, fr, it"),
            ("policy=vintd", 422, "policy", f"must be one of {', '.join(shipped_policies())} (vin"),
            ("polcy=x", 422, "polcy", "must be one of id, locale, on, policy (policy?), got 'p"),
            ("on=2026-11-22&on=2026-11-23", 422, "on", "must be given once, got it twice"),
            ("id=%FF", 400, "query", "must be percent-encoded UTF-8, got 'id=%FF'"),
        ],
    )
    def test_with_a_bad_query_are_refused(
        self, client: TestClient, query: str, status: int, path: str, message: str
    ) -> None:
        """Under the name of the parameter."""
        found = error_of(client, f"/v1/tender?{query}", CARD)
        assert found[:2] == (status, path)
        assert found[2].startswith(message)

    def test_keep_their_id_where_they_are_refused(self, client: TestClient) -> None:
        """Whether the body can be read or not."""
        for content in (b"{", b"{}"):
            reply = client.post("/v1/tender?id=q7", content=content, headers=JSON)
            assert reply.json()["id"] == "q7"

    def test_too_long_are_refused(self, client: TestClient) -> None:
        """A body is as long as a line of `eval` may be, and no longer."""
        longest = CARD.ljust(LONGEST_LINE)
        assert client.post("/v1/tender", content=longest, headers=JSON).status_code == 200
        found = error_of(client, "/v1/tender", longest + b" ")
        assert found == (413, "", f"must be at most {LONGEST_LINE} bytes, got more")


class TestBodies:
    """A body that comes in chunks."""

    @staticmethod
    def read(chunks: Iterator[bytes]) -> bytes:
        """Read it with a limit of 10 bytes; when no chunk is left, nothing more ever comes."""

        async def receive() -> Message:
            for chunk in chunks:
                return {"type": "http.request", "body": chunk, "more_body": chunk != b"end"}
            return await asyncio.Future[Message]()

        request = Request({"type": "http", "method": "POST", "headers": []}, receive)
        return asyncio.run(body_of(request, 10, 0.01))

    def test_is_put_together(self) -> None:
        """To its end, however it is cut."""
        assert self.read(iter([b"a", b"bc", b"", b"1234", b"end"])) == b"abc1234end"

    def test_that_stops_coming_is_given_up(self) -> None:
        """No connection is held for ever by half a question."""
        with pytest.raises(HttpError) as refused:
            self.read(iter([b"a", b"bc"]))
        assert refused.value.status == 408
        assert refused.value.message == "must be sent without a pause of 0.01 s, got 3 bytes"

    def test_that_is_too_long_is_read_over(self) -> None:
        """To its end, but not without one: of an endless body ten times the limit is read."""
        chunks = iter([b"12345", b"678901", b"2", b"end", b"next"])
        with pytest.raises(HttpError, match="413") as refused:
            self.read(chunks)
        assert refused.value.message == "must be at most 10 bytes, got more"
        assert next(chunks) == b"next"
        endless = iter([b"x" * 25] * 9)
        with pytest.raises(HttpError, match="413"):
            self.read(endless)
        assert len([*endless]) == 4


class TestFaults:
    """A fault of ours."""

    def test_has_the_form_of_every_error(self) -> None:
        """And shows nothing of what was sent."""

        def fail(request: Request) -> Response:
            raise KeyError(request.url.query)

        app = create_app()
        app.router.add_route("/fails", fail)
        reply = TestClient(app, raise_server_exceptions=False).get("/fails?secret")
        error = {
            "path": "",
            "message": "cannot be answered because of a fault of ours: KeyError",
        }
        assert (reply.status_code, reply.json()) == (500, {"id": None, "error": error})


class TestHeaders:
    """What the headers of a question say of it."""

    @pytest.mark.parametrize(
        ("name", "value", "status", "message"),
        [
            ("content-type", "text/plain", 415, "must be application/json, got 'text/plain'"),
            ("content-type", "", 415, "must be application/json, got nothing"),
            ("content-type", "application/json; charset=latin-1", 415, "must be in UTF-8, got "),
            ("content-encoding", "gzip", 415, "must be left out, got 'gzip'"),
            ("accept", "text/html", 406, "must allow application/json, got 'text/html'"),
            ("accept", "application/json;q=0, */*", 406, "must allow application/json, got "),
        ],
    )
    def test_that_do_not_fit_are_refused(
        self, client: TestClient, name: str, value: str, status: int, message: str
    ) -> None:
        """Under the name of the header."""
        found = error_of(client, "/v1/tender", CARD, **{name.replace("-", "_"): value})
        assert found[:2] == (status, name)
        assert found[2].startswith(message)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("content-type", "Application/JSON; charset=UTF-8"),
            ("content-encoding", "identity"),
            ("accept", ""),
            ("accept", "text/html, application/*;q=0.1"),
            ("accept", "text/html;q=0.9, */*;q=0.8"),
        ],
    )
    def test_that_fit_are_accepted(self, client: TestClient, name: str, value: str) -> None:
        """In any case of letters, and with what a browser sends."""
        reply = client.post("/v1/tender", content=CARD, headers={**JSON, name: value})
        assert reply.status_code == 200

    def test_of_an_answer_let_no_browser_guess(self, client: TestClient) -> None:
        """What an error quotes of a request is never a page."""
        reply = client.post("/v1/<script>", content=CARD, headers=JSON)
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["x-content-type-options"] == "nosniff"


class TestPaths:
    """What is there, and what is not."""

    def test_are_listed_at_the_top(self, client: TestClient) -> None:
        """Every one of them answers."""
        index = client.get("/").json()
        assert index["name"] == "vintage-rules"
        for name in ("rules", "openapi", "health"):
            assert client.get(index[name]).status_code == 200, name

    def test_list_the_rules_and_the_policies(self, client: TestClient) -> None:
        """With what each rule says, and where it is."""
        found = client.get("/v1").json()
        assert [each["name"] for each in found["rules"]] == list(HOMES)
        assert {each["path"] for each in found["rules"]} == {f"/v1/{rule}" for rule in HOMES}
        assert all(each["description"].endswith(".") for each in found["rules"])
        assert (found["policies"], found["policy"]) == ([*shipped_policies()], "imparfaite")

    def test_say_that_all_is_well(self, client: TestClient) -> None:
        """For what watches over services."""
        assert client.get("/health").json()["status"] == "ok"

    @pytest.mark.parametrize(
        ("path", "field", "message"),
        [
            ("/v1/Tender", "rule", "(tender?), got 'Tender'"),
            ("/v1/tender/", "rule", "(tender?), got 'tender/'"),
            ("/v1/", "rule", "undelivered, got ''"),
            ("/v2/tender", "url", "got '/v2/tender'"),
            ("/openapi.yaml", "url", "(/openapi.json?), got '/openapi.yaml'"),
        ],
    )
    def test_that_are_not_there_name_those_that_are(
        self, client: TestClient, path: str, field: str, message: str
    ) -> None:
        """By 404, whatever the method; nothing is redirected."""
        status, found, said = error_of(client, path, CARD)
        assert (status, found) == (404, field)
        assert said.startswith("must be one of ")
        assert said.endswith(message)
        assert client.get(path).status_code == 404

    @pytest.mark.parametrize(
        ("path", "allowed"), [("/v1/tender", "OPTIONS, POST"), ("/v1", "GET, HEAD, OPTIONS")]
    )
    def test_have_their_methods(self, client: TestClient, path: str, allowed: str) -> None:
        """Others are refused by 405 with those that there are; `OPTIONS` is answered with them."""
        reply = client.request("DELETE", path)
        assert (reply.status_code, reply.headers["allow"]) == (405, allowed)
        error = {"path": "method", "message": f"must be one of {allowed}, got 'DELETE'"}
        assert reply.json() == {"id": None, "error": error}
        reply = client.options(path)
        assert (reply.status_code, reply.headers["allow"], reply.content) == (204, allowed, b"")

    def test_answer_head(self, client: TestClient) -> None:
        """As `GET`, without the body."""
        reply = client.head("/v1")
        assert (reply.status_code, reply.content) == (200, b"")


LUNE = ROOT / "docs" / "guide" / "lune.toml"


class TestPolicies:
    """The policies that a request may name."""

    def test_are_those_of_the_start_too(self) -> None:
        """A document by the name that it says; the first is that of requests that name none."""
        client = TestClient(create_app(str(LUNE)))
        assert client.get("/v1").json()["policies"] == ["lune", *shipped_policies()]
        for query, name in (("", "lune"), ("?policy=lune", "lune"), ("?policy=vinted", "vinted")):
            reply = client.post(f"/v1/undelivered{query}", json={"unpaid_customs": True})
            assert reply.json()["policy"].startswith(f"{name}@"), reply.json()

    def test_are_no_paths(self, client: TestClient) -> None:
        """No request reads a file, nor learns whether there is one."""
        for path in (str(LUNE), "missing.toml", "../pyproject.toml"):
            found = error_of(client, f"/v1/tender?policy={path}", CARD)
            assert found[:2] == (422, "policy")
            assert found[2].startswith(f"must be one of {', '.join(shipped_policies())}")

    def test_are_no_paths_in_a_batch(self, client: TestClient) -> None:
        """Nor there."""
        line = {"id": "1", "rule": "tender", "facts": {"kind": "paypal"}, "policy": str(LUNE)}
        reply = client.post(
            "/v1/batch",
            content=json.dumps(line).encode(),
            headers={"content-type": "application/x-ndjson"},
        )
        error: Mapping[str, str] = reply.json()["error"]
        assert error["path"] == "policy"
        assert "must be one of" in error["message"]

    def test_have_different_names(self, tmp_path: Path) -> None:
        """Which of two was meant would be a guess."""
        again = tmp_path / "mine.toml"
        again.write_bytes(LUNE.read_bytes())
        with pytest.raises(InvalidValueError, match="a name that no other policy has, got 'lune'"):
            create_app(str(LUNE), str(again))
        assert create_app("vinted", "vinted").routes

    def test_are_there_and_sound(self, tmp_path: Path) -> None:
        """What cannot be used is refused at the start, not at the first request."""
        with pytest.raises(UnknownPolicyError):
            create_app("missing.toml")
        (tmp_path / "broken.toml").write_text("name = ", "utf-8")
        with pytest.raises(PolicyDocumentError):
            create_app(str(tmp_path / "broken.toml"))

    def test_that_go_missing_are_no_fault_of_the_request(self, tmp_path: Path) -> None:
        """A document that was removed since is named, and the server goes on."""
        mine = tmp_path / "mine.toml"
        mine.write_bytes(LUNE.read_bytes())
        client = TestClient(create_app(str(mine)))
        mine.unlink()
        status, path, message = error_of(client, "/v1/tender", CARD)
        assert (status, path) == (422, "policy")
        assert "there is no such file" in message
        assert client.post("/v1/quality-control-fee?policy=imparfaite", json=FEE).is_success
