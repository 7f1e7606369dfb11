"""The text of answers and values: one line, as `json` writes what it says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from importlib import resources
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules import Money, load_policy, to_json
from vintage_rules.api import answer
from vintage_rules.api.answering import reply_to
from vintage_rules.api.json_values import json_text
from vintage_rules.api.kinds import require_name
from vintage_rules.api.rejection import Problems
from vintage_rules.api.rule import Refused, as_json
from vintage_rules.dates import Duration
from vintage_rules.pricing.tenders import TenderAccepted, TenderRefusal, TenderRefused

DAY = date(2026, 11, 22)
EXAMPLES = resources.files("vintage_rules.api").joinpath("examples.jsonl").read_text("utf-8")
EDITION = load_policy("imparfaite").on(DAY).edition


class Size(IntEnum):
    """A number that has a name."""

    LARGE = 3


class Known(str):
    """A text that has a class of its own."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"known {super().__str__()}"


class TestTextOfAValue:
    """Each kind of value has one form, written by hand here."""

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, "null"),
            (True, "true"),
            (False, "false"),
            (-12, "-12"),
            (Size.LARGE, "3"),
            ('é "\\\n\u2028', '"é \\"\\\\\\n\u2028"'),
            (Money("0", "EUR"), '{"amount": "0.00", "currency": "EUR"}'),
            (Money("-1000000", "JPY"), '{"amount": "-1000000", "currency": "JPY"}'),
            (Money("0.001", "TND"), '{"amount": "0.001", "currency": "TND"}'),
            (Decimal("1E+3"), '"1000"'),
            (Decimal("1E-9"), '"0.000000001"'),
            (DAY, '"2026-11-22"'),
            (time(14, 30), '"14:30:00"'),
            (datetime(2026, 11, 22, 8, tzinfo=UTC), '"2026-11-22T08:00:00Z"'),
            (
                datetime(2026, 11, 22, 8, tzinfo=timezone(timedelta(hours=1))),
                '"2026-11-22T07:00:00Z"',
            ),
            (ZoneInfo("Europe/Paris"), '"Europe/Paris"'),
            (EDITION, '"imparfaite@2023-01-01"'),
            (Duration.of(14, "days"), '"14 days"'),
            ((), "[]"),
            ([1, None, "a"], '[1, null, "a"]'),
            (frozenset("fdbace"), '["a", "b", "c", "d", "e", "f"]'),
            ({}, "{}"),
            ({"a": None, "b": {"c": 1}, "d": [None]}, '{"b": {"c": 1}, "d": [null]}'),
            (MappingProxyType({("EUR", "GBP"): Decimal("0.85")}), '{"EUR/GBP": "0.85"}'),
            (Known("x"), '"known x"'),
        ],
    )
    def test_of_one_kind(self, value: object, text: str) -> None:
        """Its text is this, and `to_json` is what the text says."""
        assert json_text(value) == text
        assert to_json(value) == json.loads(text)

    def test_says_first_which_decision_it_is(self) -> None:
        """Its name comes before its fields, in the order of its class; what is empty is there."""
        refused = TenderRefused(
            kind="card",
            brand="",
            accepted=(),
            reasons=(TenderRefusal.BRAND_NOT_ACCEPTED,),
            edition=EDITION,
            sources=("C6",),
        )
        assert json_text(refused) == (
            '{"decision": "tender-refused", "kind": "card", "brand": "", '
            '"accepted": [], "reasons": ["brand-not-accepted"], '
            '"edition": "imparfaite@2023-01-01", "sources": ["C6"]}'
        )

    @given(st.text())
    def test_of_any_text(self, text: str) -> None:
        """Whatever is in a text comes back, and takes one line."""
        written = json_text(text)
        assert json.loads(written) == text
        assert "\n" not in written


class TestReply:
    """An answer as text is the answer that a host gets."""

    @pytest.mark.parametrize("line", EXAMPLES.splitlines())
    @pytest.mark.parametrize("locale", [None, "fr"])
    def test_is_written_as_json_writes_it(self, line: str, locale: str | None) -> None:
        """The line holds what `answer` says and nothing else, laid out as `json` does."""
        request = json.loads(line) | {"id": 'a "1"'} | ({"locale": locale} if locale else {})
        answered = answer(request, today=DAY)
        reply = reply_to(json.dumps(request), today=DAY)
        assert reply.is_answer
        assert reply.text == json.dumps(answered, ensure_ascii=False)
        assert reply.line == reply.text.encode() + b"\n"
        assert ("text" in answered) == (locale is not None)

    def test_names_reasons_in_order_and_clauses_alone(self) -> None:
        """Reasons come in alphabetical order, and of the sources those that are clauses."""
        decided = TenderAccepted(
            kind="card", brand=None, edition=EDITION, sources=("L4", "assumption: none", "C6")
        )
        assert as_json(Refused(decided=decided, reasons=("b", "a"))) == {
            "decision": "refused",
            "value": {},
            "reasons": ["a", "b"],
            "sources": ["L4", "C6"],
            "policy": "imparfaite@2023-01-01",
        }

    def test_names_in_order_what_has_none(self) -> None:
        """Names that a policy holds in no order are allowed ones in alphabetical order."""
        with pytest.raises(Problems, match="must be one of a, b, got 'x'"):
            require_name("x", {"b": 1, "a": 2}.keys())

    def test_says_that_it_is_an_error(self) -> None:
        """An error has the id, null where none is known, and is no answer."""
        reply = reply_to(b"[]", today=DAY)
        assert not reply.is_answer
        assert reply.text == (
            '{"id": null, "error": {"path": "", "message": "must be a JSON object, got []"}}'
        )
        assert reply_to(b'{"id": "q"}', today=DAY).text.startswith('{"id": "q", "error": {')
