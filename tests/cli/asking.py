"""Questions for the door, and ways to ask them: in this process, or by the command itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from attrs import frozen

from vintage_rules.api import answer
from vintage_rules.cli import main

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
COMMAND = "import sys; from vintage_rules.cli import main; sys.exit(main())"
PLAIN = {"COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8"}

BORDEAUX = {"country": "FR", "postal_code": "33000"}
LIEGE = {"country": "BE", "postal_code": "4000"}
LONDON = {"country": "GB", "postal_code": "E8 3PN"}
FEE = {"mode": "grouped", "goods": {"amount": "89.90", "currency": "EUR"}}


def euros(amount: str) -> dict[str, str]:
    """Write an amount in euros."""
    return {"amount": amount, "currency": "EUR"}


OFFER = {
    "price": euros("140.00"),
    "initial_price": euros("200.00"),
    "open_to_offers": True,
    "signed_in": True,
    "already_offered": False,
    "available": True,
}
RETURN = {
    "destination": BORDEAUX,
    "received": "2026-09-01",
    "requested_at": "2026-09-15T21:59:59Z",
    "parcel_number": "8R123",
    "pieces": ["coat"],
    "wants": "refund",
}


def piece(**changes: object) -> dict[str, object]:
    """Write a piece of an order."""
    return {"id": "coat", "seller": "ada", "price": euros("90.00"), "weight_g": 1400, **changes}


def command(
    at: str, do: str, buyer: str | None = None, price: str | None = None
) -> dict[str, object]:
    """Write what somebody asks for on a piece; what is None is left out."""
    given = {"buyer": buyer, "price": None if price is None else euros(price)}
    return {"at": at, "do": do, **{name: v for name, v in given.items() if v is not None}}


def refund_facts() -> dict[str, object]:
    """Write the facts of a refund: two pieces in one parcel to Liège, one of them returned."""
    pieces = [{"id": "coat", "price": euros("72.50")}, {"id": "bag", "price": euros("55.00")}]
    return {
        "mode": "grouped",
        "destination": LIEGE,
        "parcels": [{"from": "workshop", "pieces": pieces, "shipping": euros("22.19")}],
        "quality_control_fee": euros("12.75"),
        "payments": [
            {"tender": "gift-card", "amount": euros("120.00")},
            {"tender": "card", "amount": euros("42.44")},
        ],
        "returned": ["bag"],
        "reason": "withdrawal",
    }


def question(rule: object, facts: object, **more: object) -> bytes:
    """Write a question as a line."""
    return json.dumps({"id": "q", "rule": rule, "facts": facts, **more}).encode()


def reply(line: bytes) -> dict[str, object]:
    """Answer one line on a day that never changes, and read the answer as a host would."""
    given = answer(line, today=TODAY)
    read: dict[str, object] = json.loads(json.dumps(given))
    return read


def ask(rule: str, **facts: object) -> dict[str, object]:
    """Ask a rule."""
    return reply(question(rule, facts))


def error_of(answer: Mapping[str, object]) -> tuple[str, str]:
    """Give the path and the message of what was said instead of an answer."""
    error = answer["error"]
    assert isinstance(error, dict)
    assert sorted(error) == ["message", "path"]
    return error["path"], error["message"]


@frozen
class Done:
    """What came of a command."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(*arguments: str, given: bytes = b"", folder: Path = ROOT, **environment: str) -> Done:
    """Run a command in this process, as far as its streams and its surroundings go."""
    out, err = BytesIO(), BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**PLAIN, **environment}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given), encoding="utf-8"))
        patch.setattr(sys, "stdout", TextIOWrapper(out, encoding="utf-8", write_through=True))
        patch.setattr(sys, "stderr", TextIOWrapper(err, encoding="utf-8", write_through=True))
        patch.chdir(folder)
        status = main(arguments)
        return Done(status, out.getvalue(), err.getvalue())


def spawn(
    *arguments: str, given: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command itself, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        input=given,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **PLAIN, **environment},
    )


def holds(found: object, expected: object) -> bool:
    """Tell whether an answer holds all that is expected of it; it may hold more."""
    match expected:
        case dict():
            return isinstance(found, dict) and all(
                name in found and holds(found[name], value) for name, value in expected.items()
            )
        case list():
            return (
                isinstance(found, list)
                and len(found) == len(expected)
                and all(map(holds, found, expected))
            )
        case _:
            return found == expected
