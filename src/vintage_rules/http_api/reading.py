"""What a request carries: its query, its headers and its body, each refused in words."""

from __future__ import annotations

import asyncio
import re
from email.message import Message
from urllib.parse import parse_qsl

from starlette.requests import Request

from vintage_rules.api.lines import LONGEST_LINE
from vintage_rules.api.names import one_of
from vintage_rules.errors import shortened
from vintage_rules.http_api.http_errors import HttpError

LONGEST_PAUSE = 30.0
_READ_OVER = 10
_CLOSE = {"Connection": "close"}
_NOT_ACCEPTED = re.compile(r"q=0(\.0{0,3})?", re.ASCII)


def query_of(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """Return the parameters of the query.

    Raises:
        HttpError: For one that is not known or given twice, and for what is not UTF-8.
    """
    raw: bytes = request.scope["query_string"]
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        message = f"must be percent-encoded UTF-8, got {shortened(raw.decode('latin-1'))}"
        raise HttpError(400, "query", message) from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            allowed = one_of(name, known) if known else "left out"
            raise HttpError(422, name, f"must be {allowed}, got {shortened(name)}")
        if name in found:
            raise HttpError(422, name, "must be given once, got it twice")
        found[name] = value
    return found


def require_accepted(request: Request, media_type: str) -> None:
    """Refuse a request whose sender does not accept a media type.

    Raises:
        HttpError: With status 406.
    """
    header = ",".join(request.headers.getlist("accept"))
    if header.strip() and not _is_accepted(header, media_type):
        raise HttpError(406, "accept", f"must allow {media_type}, got {shortened(header)}")


def _is_accepted(header: str, media_type: str) -> bool:
    """The most specific range decides, as RFC 9110 says; a quality of 0 excludes."""
    accepted: dict[str, bool] = {}
    for part in header.lower().split(","):
        media_range, *parameters = (text.strip() for text in part.split(";"))
        accepted[media_range] = not any(map(_NOT_ACCEPTED.fullmatch, parameters))
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((accepted[each] for each in ranges if each in accepted), False)


def require_content_type(request: Request, media_type: str) -> None:
    """Refuse a body of another media type, in another charset than UTF-8, or compressed.

    Raises:
        HttpError: With status 415.
    """
    header = request.headers.get("content-type", "")
    parsed = Message()
    parsed["content-type"] = header
    if not header or parsed.get_content_type() != media_type:
        found = shortened(header) if header else "nothing"
        raise HttpError(415, "content-type", f"must be {media_type}, got {found}")
    if str(parsed.get_param("charset", "utf-8")).lower() not in {"utf-8", "utf8"}:
        raise HttpError(415, "content-type", f"must be in UTF-8, got {shortened(header)}")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        raise HttpError(415, "content-encoding", f"must be left out, got {shortened(encoding)}")


async def body_of(
    request: Request, limit: int = LONGEST_LINE, pause: float = LONGEST_PAUSE
) -> bytes:
    """Return the body, in whose sending no pause may be longer than so many seconds.

    One that is too long is read over, so that its sender reads the refusal; ten times the limit is
    read and no more.

    Raises:
        HttpError: For a body that is too long, or does not come.
    """
    parts: list[bytes] = []
    size = 0
    clock = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(pause) as waiting:
            async for chunk in request.stream():
                waiting.reschedule(clock() + pause)
                size += len(chunk)
                if size <= limit:
                    parts.append(chunk)
                elif size > _READ_OVER * limit:
                    break
                else:
                    parts.clear()
    except TimeoutError:
        message = f"must be sent without a pause of {pause:g} s, got {size} bytes"
        raise HttpError(408, "", message, headers=_CLOSE) from None
    if size > limit:
        raise HttpError(413, "", f"must be at most {limit} bytes, got more", headers=_CLOSE)
    return b"".join(parts)
