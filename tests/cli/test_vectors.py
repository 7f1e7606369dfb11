from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.asking import holds, reply, spawn
from vintage_rules.wording import locales

VECTORS = [
    json.loads(line) for line in Path(__file__).with_name("vectors.jsonl").read_bytes().splitlines()
]
REQUESTS = b"".join(json.dumps(vector["request"]).encode() + b"\n" for vector in VECTORS)


def fulfils(answer: dict[str, object], expected: dict[str, object]) -> bool:
    """Compare an answer with what must hold of it."""
    if expected == {"error": True}:
        return "error" in answer
    return "error" not in answer and holds(answer, expected)


class TestVectors:
    """The questions and answers that are the contract's own examples."""

    @pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["request"]["id"])
    def test_holds(self, vector: dict[str, dict[str, object]]) -> None:
        """Each answer holds all that the contract expects of it."""
        answer = reply(json.dumps(vector["request"]).encode())
        assert fulfils(answer, vector["expect"]), answer

    @pytest.mark.parametrize("locale", locales())
    def test_come_in_words(self, locale: str) -> None:
        """Every rule's answer is said in every language, and is otherwise the same."""
        for vector in VECTORS:
            request = vector["request"]
            plain = reply(json.dumps(request).encode())
            if "error" not in plain:
                worded = reply(json.dumps({**request, "locale": locale}).encode())
                text = worded.pop("text")
                assert isinstance(text, str)
                assert text.endswith(".")
                assert worded == plain

    def test_hold_through_the_command(self) -> None:
        """Asked in one stream they come back in order, and those in error set the exit status."""
        done = spawn("eval", given=REQUESTS)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert [answer["id"] for answer in answers] == [v["request"]["id"] for v in VECTORS]
        wrong = [
            answer["id"]
            for answer, vector in zip(answers, VECTORS, strict=True)
            if not fulfils(answer, vector["expect"])
        ]
        assert wrong == []
        assert (done.returncode, done.stderr) == (1, b"")

    def test_would_be_found_wanting(self) -> None:
        """The comparison itself can fail: on another value, a missing one, a longer list."""
        assert not holds({"a": "1"}, {"a": "2"})
        assert not holds({}, {"a": None})
        assert not holds([1, 2], [1])
        assert not fulfils({"error": {}}, {"decision": "charged"})
        assert not fulfils({"decision": "charged"}, {"error": True})
