from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from vintage_rules.adapters.json_answers import Answer, read_json
from vintage_rules.errors import InvalidValueError

TEXT = (
    '{"a": {"b": [{"c": "x"}, {"c": 1}]}, "empty": "", "nothing": null, "rate": 6.90,'
    '"text": "6.90", "yes": true, "when": "2026-09-07T10:00:00+02:00", "big": 1e400}'
)


class TestAnswer:
    """A JSON text of the outside, field by field."""

    @pytest.fixture
    def answer(self) -> Answer:
        """Read one."""
        return read_json(TEXT)

    def test_numbers_are_exact(self, answer: Answer) -> None:
        """Written as a number or as a text; no float is ever made."""
        assert str(answer.number("rate")) == str(answer.number("text")) == "6.90"
        assert answer.number("big") == Decimal("1e400")

    def test_what_is_missing_is_none(self, answer: Answer) -> None:
        """As null is, and an empty text where one may be missing."""
        assert [answer.text_or_none(name) for name in ("gone", "nothing", "empty")] == [None] * 3
        assert answer.each("gone") == ()
        assert not answer.has("nothing")

    @pytest.mark.parametrize(
        ("read", "path"),
        [
            (lambda answer: answer.get("a").each("b")[1].text("c"), "answer.a.b[1].c"),
            (lambda answer: answer.text("empty"), "answer.empty"),
            (lambda answer: answer.text("gone"), "answer.gone"),
            (lambda answer: answer.number("yes"), "answer.yes"),
            (lambda answer: answer.number("nothing"), "answer.nothing"),
            (lambda answer: answer.number("a"), "answer.a"),
            (lambda answer: answer.count("rate"), "answer.rate"),
            (lambda answer: answer.count("big"), "answer.big"),
            (lambda answer: answer.moment("text"), "answer.text"),
            (lambda answer: answer.each("when"), "answer.when"),
            (lambda answer: answer.get("a").get("b").get("c"), "answer.a.b"),
        ],
    )
    def test_what_cannot_be_understood_is_named(
        self, answer: Answer, read: Callable[[Answer], object], path: str
    ) -> None:
        """By its path."""
        with pytest.raises(InvalidValueError) as caught:
            read(answer)
        assert caught.value.field == path

    @pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": 1}}'])
    def test_what_is_no_json_is_refused(self, text: bytes) -> None:
        """Half a text, and one that is nested without end."""
        with pytest.raises(InvalidValueError, match=r"^answer: must be a JSON text"):
            read_json(text)

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", '"NaN"', '"sNaN"'])
    def test_a_number_is_finite(self, text: str) -> None:
        """JSON knows no other, though its readers do."""
        with pytest.raises(InvalidValueError, match=r"finite|number"):
            read_json(f'{{"a": {text}}}').number("a")

    @pytest.mark.parametrize("depth", [900, 980, 995, 100_000])
    def test_nested_without_end_is_refused(self, depth: int) -> None:
        """Where it is read, or where a text is asked of it."""
        with pytest.raises(InvalidValueError):
            read_json("[" * depth + "]" * depth).text("a")
