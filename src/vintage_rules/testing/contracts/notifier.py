"""What a `Notifier` owes, as tests.

An adapter passes them in its own test module::

    class TestOurLetters(NotifierContract):
        @pytest.fixture
        def notifier(self, letterbox):
            return OurLetters(letterbox, MemoryDirectory(WORKSHOP, PEOPLE))

        def delivered(self, notifier):
            return [
                Delivered(
                    key=letter.key,
                    to=letter.to,
                    text=letter.text,
                    attachments=letter.files,
                )
                for letter in notifier.letterbox.letters
            ]

`delivered` returns what has arrived, the first first, as its reader finds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest
from attrs import evolve, frozen

from vintage_rules.errors import OutsideRejectedError, OutsideUnavailableError
from vintage_rules.money import Money
from vintage_rules.ports.notifier import (
    Attachment,
    Fact,
    Message,
    MessageKind,
    Notifier,
    Sent,
    Undeliverable,
)
from vintage_rules.testing.contracts.directory import ADA, LOU, PEOPLE, STRANGER
from vintage_rules.testing.contracts.missing import missing

_K = MessageKind
_PRICE = Money("86.40", "EUR")
_UNTIL = datetime(2026, 9, 8, 8, 30, tzinfo=UTC)
_ORDER: Mapping[str, Fact] = {"order": "order-1", "pieces": ("coat-7", "hat-3")}
_OFFER: Mapping[str, Fact] = {"piece": "coat-7", "price": _PRICE}

FACTS: Mapping[MessageKind, Mapping[str, Fact]] = {
    _K.CLAIM_OPENED: {**_ORDER, "claim": "claim-1"},
    _K.CLAIM_REJECTED: {**_ORDER, "claim": "claim-1", "reasons": ("no-photo",)},
    _K.CLAIM_UPHELD: {**_ORDER, "claim": "claim-1", "return_needed": True},
    _K.GIFT_CARD: {
        "amount": Money("50.00", "EUR"),
        "code": "LIN-7Q4W-88",
        "last_day": date(2027, 9, 7),
        "words": "Bon anniversaire <3 & à bientôt",
        "giver": "Zoé",
    },
    _K.OFFER_ACCEPTED: {**_OFFER, "until": _UNTIL, "public": True},
    _K.OFFER_COUNTERED: {**_OFFER, "until": _UNTIL, "public": True},
    _K.OFFER_DECLINED: _OFFER,
    _K.OFFER_ENDED: _OFFER,
    _K.OFFER_LAPSED: _OFFER,
    _K.OFFER_PROPOSED: {**_OFFER, "until": _UNTIL},
    _K.OFFER_RECEIVED: {**_OFFER, "until": _UNTIL},
    _K.ORDER_CANCELLED: {"order": "order-1", "reason": "not-captured"},
    _K.ORDER_CONFIRMED: {**_ORDER, "total": Money("212.85", "EUR")},
    _K.PARCEL_HANDED_IN: {
        **_ORDER,
        "parcel": "p1",
        "tracking_number": "8R0000000001",
        "patience": "3 ouvres",
        "customs": "may-charge",
    },
    _K.PARCEL_LOST: {**_ORDER, "refunded": False},
    _K.PAYOUT_FAILED: {"piece": "coat-7", "amount": _PRICE},
    _K.PAYOUT_SENT: {"piece": "coat-7", "amount": _PRICE},
    _K.PIECE_BACK: _OFFER,
    _K.PIECE_CANCELLED: {
        "order": "order-1",
        "piece": "coat-7",
        "by": "check",
        "unposted": False,
        "withdrawn": True,
    },
    _K.PIECES_CANCELLED: {**_ORDER, "by": "buyer"},
    _K.PIECES_SOLD: {
        **_ORDER,
        "prices": (_PRICE, Money("30.00", "EUR")),
        "to_workshop": True,
        "collected": False,
        "to": "Atelier\n5 rue de la Paix\n75002 Paris\nFR",
        "prepaid": True,
        "tracking_number": "8R417",
    },
    _K.REFUND_QUESTION: {
        **_ORDER,
        "parcel": "p1",
        "cause": "unpaid-duties",
        "outcome": "refund",
    },
    _K.REFUND_SENT: {
        **_ORDER,
        "tenders": ("card", "gift-card"),
        "amounts": (_PRICE, Money("12.50", "EUR")),
        "earliest": ("5 ouvres", "0 days"),
        "latest": ("10 ouvres", "0 days"),
        "intermediaries": ("Stripe",),
    },
    _K.RETURN_ACCEPTED: {
        **_ORDER,
        "to": "Lou Andreas\n3 place du Marché\n33000 Bordeaux\nFR",
        "post_by": date(2026, 10, 5),
        "proof": "postmark",
        "paid_by": "house",
        "prepaid": True,
        "tracking_number": "8R0000000002",
        "past_customs": True,
    },
    _K.RETURN_DECLINED: {**_ORDER, "reasons": ("too-late",)},
}
"""What each kind of message says, in an example that leaves nothing out."""

NAMES = (
    *("claim", "code", "giver", "intermediaries", "order", "piece", "pieces"),
    *("tracking_number", "words"),
)
AMOUNTS = ("amount", "amounts", "price", "prices", "total")
LABEL = Attachment(
    name="étiquette.pdf", media_type="application/pdf", content=bytes(range(256)) * 40
)


def message(kind: MessageKind, key: str = "message-1") -> Message:
    """Make a message for Ada."""
    return Message(key=key, kind=kind, to=ADA, at=_UNTIL, facts=FACTS[kind])


def every(names: Sequence[str], facts: Mapping[str, Fact]) -> list[object]:
    """Return the facts of these names, each item of a list by itself."""
    found = [facts[name] for name in names if name in facts]
    return [item for fact in found for item in (fact if isinstance(fact, tuple) else (fact,))]


def mentions(text: str, fact: object) -> bool:
    """Return whether a text has a name as it is, or an amount however it is written."""
    if isinstance(fact, Money):
        whole, _, cents = str(fact.amount).partition(".")
        return re.search(rf"(?<!\d){whole}\D{cents}(?!\d)", text) is not None
    return str(fact) in text


@frozen(kw_only=True)
class Delivered:
    """A message as it has arrived.

    It has our key, its address, what its reader can read, and what came with it.
    """

    key: str
    to: str
    text: str
    attachments: tuple[Attachment, ...]


class NotifierContract:
    """What a `Notifier` owes, and what an adapter of it declares about itself."""

    speaks: ClassVar[bool] = True
    """Whether it writes sentences, in the language of whom it writes to."""

    has_credentials: ClassVar[bool] = True
    """Whether the deliverer checks who we are; then there is a fixture `stranger`."""

    can_be_silent: ClassVar[bool] = True
    """Whether the deliverer may not answer; then there is a fixture `silent`."""

    can_refuse: ClassVar[bool] = True
    """Whether the deliverer may refuse an address for good; then there is a fixture `refusing`."""

    @pytest.fixture
    def notifier(self) -> Notifier:
        """Make the adapter, which knows `directory.PEOPLE` and `directory.WORKSHOP`."""
        raise missing(self, "notifier")

    @pytest.fixture
    def stranger(self) -> Notifier:
        """Make the adapter with credentials that are not taken."""
        raise missing(self, "stranger", "has_credentials")

    @pytest.fixture
    def silent(self) -> Notifier:
        """Make the adapter with no one there to deliver."""
        raise missing(self, "silent", "can_be_silent")

    @pytest.fixture
    def refusing(self) -> Notifier:
        """Make the adapter with a deliverer that refuses every address for good."""
        raise missing(self, "refusing", "can_refuse")

    def delivered(self, notifier: Notifier) -> Sequence[Delivered]:
        """Return what has arrived, the first first."""
        raise NotImplementedError(f"{type(self).__name__} must have a method `delivered`")

    def arrived(self, notifier: Notifier, sent: Message) -> Delivered:
        """Send a message that must arrive, and give the last that has."""
        assert notifier.send(sent) == Sent()
        return self.delivered(notifier)[-1]

    @pytest.mark.parametrize("kind", MessageKind)
    def test_every_kind_arrives_whole(self, notifier: Notifier, kind: MessageKind) -> None:
        """Once, to whom it is for, with every name and every amount it has to show."""
        arrived = self.arrived(notifier, message(kind))
        assert len(self.delivered(notifier)) == 1
        assert (arrived.key, arrived.to) == ("message-1", PEOPLE[ADA].email)
        expected = every((*NAMES, *AMOUNTS), FACTS[kind])
        assert [fact for fact in expected if not mentions(arrived.text, fact)] == []

    def test_a_message_sent_again_can_be_dropped(self, notifier: Notifier) -> None:
        """It is the same, and has the same key."""
        first = self.arrived(notifier, message(_K.OFFER_LAPSED))
        assert self.arrived(notifier, message(_K.OFFER_LAPSED)) == first

    def test_two_messages_are_distinguished(self, notifier: Notifier) -> None:
        """Even if they say the same."""
        keys = ["order/1/é", "order/1/e", "a b", "x" * 200]
        for key in keys:
            self.arrived(notifier, message(_K.OFFER_LAPSED, key))
        assert [arrived.key for arrived in self.delivered(notifier)] == keys

    def test_attachments_arrive_byte_by_byte(self, notifier: Notifier) -> None:
        """With their names and types, in their order."""
        second = Attachment(name="note.txt", media_type="text/plain", content="été\n".encode())
        sent = evolve(message(_K.RETURN_ACCEPTED), attachments=(LABEL, second))
        assert self.arrived(notifier, sent).attachments == (LABEL, second)

    def test_each_is_written_to_in_their_language(self, notifier: Notifier) -> None:
        """As the directory gives it."""
        if not self.speaks:
            pytest.skip("it writes no sentences")
        french = self.arrived(notifier, message(_K.OFFER_LAPSED, "to-ada"))
        english = self.arrived(notifier, evolve(message(_K.OFFER_LAPSED, "to-lou"), to=LOU))
        assert (french.to, english.to) == (PEOPLE[ADA].email, PEOPLE[LOU].email)
        assert french.text != english.text

    @pytest.mark.parametrize(
        "words", ["", "one\r\ntwo", "x\nBcc: eve@example.com\n\n.\nQUIT", "<b>"]
    )
    def test_words_of_others_are_only_words(self, notifier: Notifier, words: str) -> None:
        """Whatever is written on a gift card changes nothing else."""
        facts = {**FACTS[_K.GIFT_CARD], "words": words}
        arrived = self.arrived(notifier, evolve(message(_K.GIFT_CARD), facts=facts))
        assert len(self.delivered(notifier)) == 1
        assert arrived.to == PEOPLE[ADA].email
        assert all(line in arrived.text for line in words.split())

    def test_nobody_unknown_is_written_to(self, notifier: Notifier) -> None:
        """It is reported as an answer, with the reason."""
        answer = notifier.send(evolve(message(_K.OFFER_LAPSED), to=STRANGER))
        assert isinstance(answer, Undeliverable)
        assert answer.reason
        assert not self.delivered(notifier)

    def test_an_address_that_is_refused_is_reported(self, request: pytest.FixtureRequest) -> None:
        """Sending again would not help."""
        answer = self.made_by(request, "refusing", here=self.can_refuse).send(
            message(_K.OFFER_LAPSED)
        )
        assert isinstance(answer, Undeliverable)
        assert answer.reason

    def test_nobody_knows_what_was_not_answered(self, request: pytest.FixtureRequest) -> None:
        """It is not called sent."""
        silent = self.made_by(request, "silent", here=self.can_be_silent)
        with pytest.raises(OutsideUnavailableError):
            silent.send(message(_K.OFFER_LAPSED))

    def test_wrong_credentials_are_an_error_of_ours(self, request: pytest.FixtureRequest) -> None:
        """No other message would be delivered either."""
        stranger = self.made_by(request, "stranger", here=self.has_credentials)
        with pytest.raises(OutsideRejectedError):
            stranger.send(message(_K.OFFER_LAPSED))

    def made_by(self, request: pytest.FixtureRequest, name: str, *, here: bool) -> Notifier:
        """Return the adapter of a fixture, where there is such an outside."""
        if not here:
            pytest.skip(f"there is no {name} outside")
        made: Notifier = request.getfixturevalue(name)
        return made
