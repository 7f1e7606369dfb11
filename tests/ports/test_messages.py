from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.money import Money
from vintage_rules.ports.notifier import MESSAGE_FACTS, Fact, MessageKind
from vintage_rules.testing.contracts.notifier import FACTS, message

_K = MessageKind


def refused(kind: MessageKind, facts: Mapping[str, Fact]) -> str:
    """Give the words with which a message is refused."""
    with pytest.raises(InvalidValueError) as caught:
        evolve(message(kind), facts=facts)
    return str(caught.value)


class TestSecrets:
    """The code of a gift card pays: only whom the message is for sees it."""

    def test_are_not_shown(self) -> None:
        """Neither by the message nor by what holds it; the other facts are."""
        card = evolve(message(_K.GIFT_CARD), facts={**FACTS[_K.GIFT_CARD], "code": "OPEN-SESAME"})
        for shown in (repr(card), str(card), f"{[card]!r}"):
            assert "OPEN-SESAME" not in shown
            assert "'code': '***'" in shown
            assert repr(card.facts["giver"]) in shown
        assert card.facts["code"] == "OPEN-SESAME"

    @pytest.mark.parametrize(
        "code", [1234567, b"1234567", ("1234567",)], ids=["int", "bytes", "tuple"]
    )
    def test_are_not_shown_by_errors(self, code: object) -> None:
        """A code of a wrong kind is refused without its value."""
        with pytest.raises(InvalidValueError) as caught:
            evolve(message(_K.GIFT_CARD), facts={**FACTS[_K.GIFT_CARD], "code": code})  # type: ignore[dict-item]
        assert str(caught.value) == "facts.code: must be a text, got '***'"
        assert "1234567" not in f"{caught.value.args}{caught.value.found}"

    def test_that_are_missing_are_told_as_missing(self) -> None:
        """Nothing is hidden where nothing is."""
        facts = {name: fact for name, fact in FACTS[_K.GIFT_CARD].items() if name != "code"}
        assert refused(_K.GIFT_CARD, facts) == "facts.code: must be a text, got None"


@pytest.mark.parametrize("kind", MessageKind)
class TestEachKind:
    """The facts of each kind of message."""

    def test_has_facts_of_its_own(self, kind: MessageKind) -> None:
        """The example tells all of them, and no other."""
        assert {name.removesuffix("?") for name in MESSAGE_FACTS[kind]} == set(FACTS[kind])

    def test_cannot_do_without_one_that_is_needed(self, kind: MessageKind) -> None:
        """The error names it."""
        for name in (name for name in MESSAGE_FACTS[kind] if not name.endswith("?")):
            facts = {known: fact for known, fact in FACTS[kind].items() if known != name}
            assert refused(kind, facts).startswith(f"facts.{name}: must be ")

    def test_can_do_without_one_that_is_not(self, kind: MessageKind) -> None:
        """Those marked so may be missing, each by itself."""
        for name in (name[:-1] for name in MESSAGE_FACTS[kind] if name.endswith("?")):
            facts = {known: fact for known, fact in FACTS[kind].items() if known != name}
            assert name not in evolve(message(kind), facts=facts).facts

    def test_knows_no_other(self, kind: MessageKind) -> None:
        """One that is misspelt is not dropped silently."""
        told = refused(kind, {**FACTS[kind], "prize": "a car"})
        assert told.startswith(f"facts: must be one of those of {kind}: ")
        assert told.endswith("got 'prize'")

    def test_takes_no_other_kind_of_value(self, kind: MessageKind) -> None:
        """Neither nothing nor a thing of another kind stands for any of them."""
        for name in FACTS[kind]:
            for wrong in (None, 3, (3,), *([()] if name != "reasons" else [])):
                facts = {**FACTS[kind], name: wrong}
                assert refused(kind, facts).startswith(  # type: ignore[arg-type] # wrong on purpose
                    f"facts.{name}: must be "
                )


class TestFacts:
    """What looks like a fact and is none."""

    @pytest.mark.parametrize(
        ("kind", "name", "wrong"),
        [
            (_K.OFFER_LAPSED, "price", "80.00"),
            (_K.OFFER_RECEIVED, "until", datetime(2026, 9, 8)),  # noqa: DTZ001 - that is the point
            (_K.OFFER_RECEIVED, "until", date(2026, 9, 8)),
            (_K.GIFT_CARD, "last_day", datetime(2027, 9, 7, tzinfo=UTC)),
            (_K.OFFER_ACCEPTED, "public", 1),
            (_K.ORDER_CONFIRMED, "pieces", ["coat"]),
            (_K.ORDER_CONFIRMED, "pieces", "coat"),
            (_K.REFUND_SENT, "amounts", (Money("1.00", "EUR"), "2.00")),
            (_K.REFUND_SENT, "amounts", (Money("1.00", "EUR"),)),
        ],
    )
    def test_is_refused(self, kind: MessageKind, name: str, wrong: Fact) -> None:
        """With the name of the fact."""
        assert refused(kind, {**FACTS[kind], name: wrong}).startswith(f"facts.{name}: must be ")

    def test_a_moment_without_offset_is_refused(self) -> None:
        """When it happened is an instant."""
        with pytest.raises(DayError):
            evolve(message(_K.OFFER_LAPSED), at=datetime(2026, 9, 8))  # noqa: DTZ001 - on purpose
