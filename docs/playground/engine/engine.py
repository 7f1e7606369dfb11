"""What the page asks of the library: text in and text out, each a JSON value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from tempfile import gettempdir

import tomli
from babel import Locale

from vintage_rules import __version__, api, shipped_policies
from vintage_rules.errors import VintageRulesError
from vintage_rules.policies import load_policy
from vintage_rules.policies.positions import positions
from vintage_rules.review import Severity, check_document
from vintage_rules.wording import clause_text, locales

NAME = "house.toml"  # what the page calls the document
# A value on one line: what stands there up to a comma, a bracket, a comment or the end.
_VALUE = re.compile(r"\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|[^\s,\]}#]+")


def document_of(name: str) -> str:
    """Return the document of a shipped house."""
    found = files("vintage_rules.policies").joinpath(f"{name}.toml")
    return found.read_text("utf-8")


def file_of(document: str) -> str:
    """Write a document where the library can load it, and return its path."""
    content = document.encode()
    path = Path(gettempdir()) / f"house-{sha256(content).hexdigest()[:16]}.toml"
    if not path.exists():
        path.write_bytes(content)
    return str(path)


def _list(given: object) -> list[dict[str, object]]:
    if not isinstance(given, list):
        raise TypeError(f"must be a list, got {given!r}")
    return list(given)


def begin(given: Mapping[str, object]) -> dict[str, object]:
    """Say what there is: houses with their documents, languages, and countries by their names."""
    locale = str(given["locale"])
    names = dict[str, str](Locale.parse(locale).territories)
    codes = sorted(code for code in names if re.fullmatch("[A-Z]{2}", code))
    return {
        "version": __version__,
        "houses": {name: document_of(name) for name in shipped_policies()},
        "languages": {name: Locale.parse(name).get_display_name(name) for name in locales()},
        "countries": sorted(([code, names[code]] for code in codes), key=lambda pair: pair[1]),
    }


def answers(given: Mapping[str, object]) -> list[object]:
    """Answer requests under a document; `given` has `document` and `requests`."""
    path = file_of(str(given["document"]))
    return [api.answer({**request, "policy": path}) for request in _list(given["requests"])]


def house(given: Mapping[str, object]) -> dict[str, object]:
    """Say what a document lets one ask: its modes, its currency and the values it sets.

    A document that cannot be read has an `error` in their place.
    """
    text, day = str(given["document"]), date.fromisoformat(str(given["day"]))
    file = file_of(text)
    try:
        policy = load_policy(file).on(day)
    except VintageRulesError as error:
        return {"error": str(error).replace(file, NAME)}
    return {
        "currency": str(policy.currency),
        "modes": sorted(policy.shipping.modes),
        "edition": str(policy.edition),
        "values": list(values(text)),
    }


def values(text: str) -> Iterator[dict[str, object]]:
    """Yield each number, text or truth of a document, with its path and the place it has."""
    lines, read = text.split("\n"), tomli.loads(text)
    for path, mark in positions(text).items():
        if not _is_plain(read, path):
            continue
        line, column = mark.value.line, mark.value.column
        found = _VALUE.match(lines[line - 1], column - 1)
        if found is not None:
            written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
            yield {
                "path": written.removeprefix("."),
                "line": line,
                "start": found.start(),
                "end": found.end(),
                "written": found[0],
            }


def _is_plain(document: object, path: tuple[str | int, ...]) -> bool:
    value = document
    for part in path:
        value = value[part]  # type: ignore[index]
    return not isinstance(value, dict | list)


def check(given: Mapping[str, object]) -> list[dict[str, object]]:
    """Find what is wrong in a document, each with its place, in a language."""
    locale = str(given["locale"])
    return [
        {
            "severity": str(finding.severity),
            "code": finding.code,
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "reason": finding.reason(locale),
            "example": finding.shown(locale),
        }
        for finding in check_document(str(given["document"]).encode(), NAME)
        if finding.severity is not Severity.NOTE
    ]


def clauses(given: Mapping[str, object]) -> dict[str, str]:
    """Say each clause in words; what has none is left out."""
    said, locale = dict[str, str](), str(given["locale"])
    for name in map(str, _list(given["names"])):
        try:
            said[name] = clause_text(name, locale)
        except VintageRulesError:
            continue
    return said


ASKED: Mapping[str, Callable[[Mapping[str, object]], object]] = {
    "begin": begin,
    "answers": answers,
    "house": house,
    "check": check,
    "clauses": clauses,
}


def ask(name: str, given: str) -> str:
    """Answer what the page asks under a name.

    >>> ask("clauses", '{"names": ["R8", "assumption: x"], "locale": "en"}')
    '{"R8": "Nothing is exchanged, since every piece is unique."}'
    """
    return json.dumps(ASKED[name](json.loads(given)))
