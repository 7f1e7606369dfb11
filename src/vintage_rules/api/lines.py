"""Lines of a stream, one at a time, however many there are and however long one is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from attrs import frozen

LONGEST_LINE = 10_000_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CHUNK = 65_536


@frozen
class TooLong:
    """A line with more bytes than anybody needs; it was read over, not kept."""

    limit: int


def lines_of(stream: BinaryIO, limit: int = LONGEST_LINE) -> Iterator[bytes | TooLong]:
    r"""Return each line of a stream without its end, the last one whether or not it has an end.

    Never holds more than `limit` bytes of a line: what is longer comes as `TooLong`. A byte order
    mark at the start of the stream is no part of the first line.

    >>> from io import BytesIO
    >>> list(lines_of(BytesIO(b"one\r\ntwo and more\n\nlast"), limit=5))
    [b'one', TooLong(limit=5), b'', b'last']
    """
    first = True
    while line := stream.readline(limit + 1):
        ended = line.endswith(b"\n")
        if not ended and len(line) > limit:
            _skip_rest(stream)
            yield TooLong(limit)
        else:
            text = line.removeprefix(_BYTE_ORDER_MARK) if first else line
            yield text.removesuffix(b"\n").removesuffix(b"\r")
        first = False


def _skip_rest(stream: BinaryIO) -> None:
    while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
        pass
