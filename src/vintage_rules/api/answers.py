"""Answers, and how they are written as JSON: exact amounts as strings, moments in UTC."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol, TypeAlias

from attrs import frozen

from vintage_rules.api.rejection import Rejection
from vintage_rules.ids import Edition
from vintage_rules.money import Money

_CLAUSE = re.compile(r"[A-Z]\d{1,2}")
_ASSUMPTION = "assumption:"
_ENCODER = json.JSONEncoder(ensure_ascii=False)

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
Value: TypeAlias = "str | int | Money | date | Sequence[Value] | Mapping[str, Value] | None"


class Decided(Protocol):
    """What every decision of the rules carries."""

    @property
    def edition(self) -> Edition:
        """The edition of the policy that decided."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        ...


@frozen(kw_only=True)
class Answer:
    """A decision in one word, with what is to say about it and the decision it was made of."""

    decision: str
    value: Mapping[str, Value]
    reasons: tuple[str, ...]
    decided: Decided


def answer(
    decision: str,
    decided: Decided,
    value: Mapping[str, Value] | None = None,
    reasons: Sequence[str] = (),
) -> Answer:
    """Build an answer; reasons come in alphabetical order."""
    return Answer(
        decision=decision,
        value=value or {},
        reasons=tuple(sorted(map(str, reasons))),
        decided=decided,
    )


def plain(value: Value) -> Json:
    """Write a value as the contract says. What is None is left out of its object.

    >>> plain({"fee": Money("8.9", "EUR"), "until": None, "on": date(2026, 11, 22)})
    {'fee': {'amount': '8.90', 'currency': 'EUR'}, 'on': '2026-11-22'}
    """
    match value:
        case bool() | int():
            return value
        case str():
            return str(value)
        case Money():
            return {"amount": format(value.amount, "f"), "currency": str(value.currency.code)}
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(inner) for name, inner in value.items() if inner is not None}
        case None:
            return None
        case _:
            return [plain(inner) for inner in value]


def clauses(sources: Sequence[str]) -> tuple[str, ...]:
    """Give the clauses among the sources; what else they name stands in the policy itself.

    A house that numbers no clauses is cited by whatever it names, but for bare assumptions.

    >>> clauses(["L12", "assumption: the post's public price list"])
    ('L12',)
    """
    numbered = tuple(source for source in sources if _CLAUSE.fullmatch(source))
    return numbered or tuple(s for s in sources if not s.startswith(_ASSUMPTION))


def written(id_: str | None, given: Answer, text: str | None) -> dict[str, Json]:
    """Write an answer with its keys in the order of the contract."""
    line: dict[str, Json] = {
        "id": id_,
        "decision": given.decision,
        "value": plain(given.value),
        "reasons": plain(given.reasons),
        "sources": plain(clauses(given.decided.sources)),
        "policy": str(given.decided.edition),
    }
    return line if text is None else line | {"text": text}


def refused(id_: str | None, rejection: Rejection) -> dict[str, Json]:
    """Write what is said instead of an answer."""
    return {"id": id_, "error": {"path": rejection.path, "message": rejection.message}}


def line_of(content: Mapping[str, Json]) -> bytes:
    r"""Write one line.

    >>> line_of({"id": "é"})
    b'{"id": "\xc3\xa9"}\n'
    """
    return (_ENCODER.encode(content) + "\n").encode()
