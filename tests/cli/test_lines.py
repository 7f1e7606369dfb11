from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from io import BufferedReader, BufferedWriter, BytesIO, RawIOBase
from itertools import repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.asking import FEE, TODAY, error_of, question, reply
from vintage_rules.api.lines import TooLong, lines_of
from vintage_rules.api.reading import DEEPEST, read_object
from vintage_rules.api.rejection import Rejection
from vintage_rules.cli.evaluation import evaluate

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

GOOD = question("quality-control-fee", FEE)


def nested(depth: int) -> bytes:
    """Write an object that is so many levels deep."""
    return b'{"a":' * depth + b"1" + b"}" * depth


class TestLines:
    """A stream cut into lines."""

    def test_need_no_end_at_the_end(self) -> None:
        """The last line counts whether or not it has an end; nothing comes after an end."""
        assert list(lines_of(BytesIO(b"a\nb"))) == [b"a", b"b"]
        assert list(lines_of(BytesIO(b"a\nb\n"))) == [b"a", b"b"]
        assert list(lines_of(BytesIO(b""))) == []

    def test_may_end_as_on_windows(self) -> None:
        """A carriage return before the end is part of the end."""
        assert list(lines_of(BytesIO(b"a\r\n\r\nb\r\n"))) == [b"a", b"", b"b"]

    def test_may_follow_a_byte_order_mark(self) -> None:
        """A mark is taken off at the start of the stream, and nowhere else."""
        assert list(lines_of(BytesIO(b"\xef\xbb\xbfa\n\xef\xbb\xbfb"))) == [b"a", b"\xef\xbb\xbfb"]

    @pytest.mark.parametrize(("length", "kept"), [(5, True), (6, False)])
    def test_are_kept_up_to_the_limit(self, length: int, *, kept: bool) -> None:
        """A line of exactly the limit is given whole, one byte more is told as too long."""
        line = b"x" * length
        expected = line if kept else TooLong(5)
        assert list(lines_of(BytesIO(line + b"\nnext"), limit=5)) == [expected, b"next"]
        assert list(lines_of(BytesIO(line), limit=5)) == [expected]

    def test_of_any_length_are_read_over_in_pieces(self) -> None:
        """However long a line is, no more of it than the limit is ever asked of the stream."""
        asked: list[int] = []

        class Watched(BytesIO):
            def readline(self, size: int | None = -1, /) -> bytes:
                asked.append(size or 0)
                return super().readline(size)

        stream = Watched(b"x" * 1_000_000 + b"\nnext\n")
        assert list(lines_of(stream, limit=1000)) == [TooLong(1000), b"next"]
        assert set(asked) <= {1001, 65_536}

    @given(st.lists(st.binary(max_size=30).filter(lambda b: b"\n" not in b)))
    def test_are_never_lost(self, lines: list[bytes]) -> None:
        """Every line comes out once and in order, whatever is in it and however long it is."""
        found = list(lines_of(BytesIO(b"".join(line + b"\n" for line in lines)), limit=20))
        assert len(found) == len(lines)
        marked = [line.removeprefix(b"\xef\xbb\xbf") for line in lines[:1]] + lines[1:]
        for line, expected in zip(found, marked, strict=True):
            # the end counts for one byte
            assert line == expected.removesuffix(b"\r") or isinstance(line, TooLong)


class TestReading:
    """A line read as JSON, more strictly than JSON readers do."""

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            (b"", "must be a JSON object, got an empty line"),
            (b" \t", "must be a JSON object, got an empty line"),
            (b"null", "must be a JSON object, got None"),
            (b'["id"]', "must be a JSON object, got ['id']"),
            (b'"id"', "must be a JSON object, got 'id'"),
            (b"nonsense", "must be JSON, got 'nonsense' at column 1 (expecting value)"),
            (b'{"id": "x"', "must be JSON, got the end at column 11 (expecting ',' delimiter)"),
            (b"{} {}", "must be JSON, got '{}' at column 4 (extra data)"),
            (b'{"id": "\xff"}', "must be UTF-8, got byte 0xff at position 8"),
            (b'\xff\xfe{\x00"\x00', "must be UTF-8, got byte 0xff at position 0"),
        ],
    )
    def test_refuses_what_is_no_object(self, line: bytes, said: str) -> None:
        """What cannot be read at all has no path and no id."""
        assert reply(line) == {"id": None, "error": {"path": "", "message": said}}

    @pytest.mark.parametrize("line", [b'{"id": "a\x00b"}', b"\x00", b'{"id": "a\tb"}'])
    def test_refuses_control_characters(self, line: bytes) -> None:
        """A raw control character is no JSON, inside a text or outside."""
        assert error_of(reply(line))[0] == ""

    def test_refuses_a_name_given_twice(self) -> None:
        """The last one does not silently win, and the path says where."""
        line = b'{"id": "q", "facts": {"pieces": [{}, {"id": "a", "id": "b"}]}}'
        assert error_of(reply(line)) == ("facts.pieces[1].id", "must be given once, got it twice")

    @pytest.mark.parametrize(
        ("line", "known"),
        [
            (b'{"id": "q", "facts": {"kind": "card", "kind": "paypal"}}', "q"),
            (rb'{"facts": {"kind": "\ud800"}, "id": "q"}', "q"),
            (b'{"id": "q", "on": "2026-11-22", "on": "2026-11-23"}', "q"),
            (b'{"id": "q", "id": "r", "rule": "tender", "rule": "contact"}', None),
            (b'{"rule": "tender", "rule": "contact", "id": "q", "id": "q"}', None),
            (rb'{"id": "\ud800"}', None),
            (b'{"id": 7}', None),
        ],
    )
    def test_keeps_the_id_of_a_line_that_is_wrong_elsewhere(
        self, line: bytes, known: str | None
    ) -> None:
        """It tells the host which line it was; an id that is itself in doubt is not guessed."""
        answer = reply(line)
        error_of(answer)
        assert answer["id"] == known

    def test_refuses_what_is_no_unicode(self) -> None:
        """Half of a pair of surrogates is no character, in a value or in a name."""
        assert error_of(reply(rb'{"id": "\ud800"}')) == (
            "id",
            r"must be Unicode text, got '\ud800'",
        )
        assert error_of(reply(rb'{"facts": {"\udc00": 1}}'))[0] == "facts"
        assert read_object(rb'{"id": "\ud83d\ude00"}') == {"id": "\N{GRINNING FACE}"}

    def test_reads_to_a_depth(self) -> None:
        """The deepest nesting is read, one level more is refused, and so is any number more."""
        read_object(nested(DEEPEST))
        for depth in (DEEPEST + 1, 500, 100_000):
            with pytest.raises(Rejection, match="nested at most 32 deep"):
                read_object(nested(depth))
        with pytest.raises(Rejection, match="nested at most 32 deep"):
            read_object(b"[" * 1_000_000)

    @pytest.mark.parametrize("number", ["12.30", "1e400", "NaN", "-Infinity", "9" * 5000])
    def test_keeps_numbers_as_they_were_written(self, number: str) -> None:
        """A number no fact is made of is neither rounded nor overflown nor lost, but shown."""
        found = read_object(b'{"n": ' + number.encode() + b"}")["n"]
        assert repr(found) == number

    @given(st.binary(max_size=60))
    def test_answers_any_bytes(self, line: bytes) -> None:
        """Whatever comes, something is said, and it can be written."""
        assert set(reply(line)) == {"id", "error"}

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
        )
    )
    def test_answers_any_json(self, value: object) -> None:
        """Any value in the place of the facts is refused in words, and the id is kept."""
        answer = reply(question("quote-order", value))
        assert set(answer) == {"id", "error"}
        assert answer["id"] == "q"
        path, message = error_of(answer)
        assert path.startswith("facts")
        assert "fault of ours" not in message


class TestGarbage:
    """What is wrong with one line is that line's own business."""

    @given(st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b), min_size=1))
    def test_never_breaks_the_next(self, garbage: list[bytes]) -> None:
        """A good question after every line of garbage is answered as if it were alone."""
        alone = reply(GOOD)
        stream = BytesIO(b"".join(line + b"\n" + GOOD + b"\n" for line in garbage))
        out = BytesIO()
        assert not evaluate(stream, out, lambda _: None, today=TODAY)
        answers = [json.loads(line) for line in out.getvalue().splitlines()]
        assert len(answers) == 2 * len(garbage)
        assert answers[1::2] == [alone] * len(garbage)
        assert all("error" in answer for answer in answers[::2])

    def test_of_any_length_never_breaks_the_next(self) -> None:
        """A line too long to be a question is told so, and the next is answered."""
        stream = BytesIO(b"x" * 11_000_000 + b"\n" + GOOD)
        out = BytesIO()
        evaluate(stream, out, lambda _: None, today=TODAY)
        first, second = map(json.loads, out.getvalue().splitlines())
        assert error_of(first) == ("", "must be a line of at most 10000000 bytes, got more")
        assert second["decision"] == "charged"


class Made(RawIOBase):
    """A stream of lines, each made only when it is asked for."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        super().__init__()
        self.lines = lines

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Give one line more, as long as there are any."""
        line = next(self.lines, b"")
        memoryview(buffer)[: len(line)] = line
        return len(line)


def source(lines: Iterator[bytes]) -> BufferedReader:
    """Make a stream that is read as a file is."""
    return BufferedReader(Made(lines))


class Counting(RawIOBase):
    """What is written here is counted and forgotten."""

    lines = 0

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, written: ReadableBuffer, /) -> int:
        """Count the lines."""
        self.lines += bytes(written).count(b"\n")
        return len(bytes(written))


def answered(times: int) -> int:
    """Answer a good line so many times, and count the answers."""
    counting = Counting()
    lines = repeat(GOOD + b"\n", times)
    assert evaluate(source(lines), BufferedWriter(counting), lambda _: None, today=TODAY)
    return counting.lines


def most_memory(times: int) -> int:
    """Measure the most memory that answering so many lines takes at any moment, in bytes."""
    tracemalloc.start()
    try:
        assert answered(times) == times
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestStreaming:
    """One line in, one line out, for as long as there are lines."""

    def test_takes_no_more_memory_for_more_lines(self) -> None:
        """Many times the lines take the same memory, but for what is collected now and then."""
        assert answered(1_000) == 1_000  # loads whatever is loaded once
        few, many = most_memory(300), most_memory(3_000)
        assert many < few + 100_000

    def test_answers_each_line_before_the_next_is_read(self) -> None:
        """Whoever waits for an answer before asking again is not left waiting."""
        counting, told = Counting(), []

        def conversation() -> Iterator[bytes]:
            for _ in range(3):
                told.append(counting.lines)
                yield GOOD + b"\n"

        evaluate(source(conversation()), BufferedWriter(counting), lambda _: None, today=TODAY)
        assert told == [0, 1, 2]

    def test_tells_how_far_it_is(self) -> None:
        """Now and then it says how many lines are done."""
        told: list[int] = []
        lines = repeat(b"garbage\n", 1_250)
        evaluate(source(lines), BufferedWriter(Counting()), told.append, today=TODAY)
        assert told == [500, 1_000]
