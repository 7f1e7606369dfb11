from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import evolve

from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.money import Money
from vintage_rules.ports.directory import Recipient
from vintage_rules.ports.notifier import Message, MessageKind, Notifier, Sent
from vintage_rules.testing.contracts.directory import (
    ADA,
    PEOPLE,
    STRANGER,
    WORKSHOP,
    DirectoryContract,
)
from vintage_rules.testing.contracts.notifier import Delivered, NotifierContract, message


def shown(fact: object) -> str:
    """Write a fact as the outbox shows it."""
    if isinstance(fact, tuple):
        return " ".join(map(shown, fact))
    return str(fact.amount) if isinstance(fact, Money) else str(fact)


def kept(sent: Message) -> Delivered:
    """Tell of a message that the outbox keeps."""
    return Delivered(
        key=sent.key,
        to=PEOPLE[sent.to].email,
        text=" ".join(map(shown, sent.facts.values())),
        attachments=sent.attachments,
    )


class TestOutbox(NotifierContract):
    """The notifier in this process, which writes no words and always delivers."""

    speaks = has_credentials = can_be_silent = can_refuse = False

    @pytest.fixture
    def notifier(self) -> Outbox:
        """Make one that knows people."""
        return Outbox(MemoryDirectory(WORKSHOP, PEOPLE))

    def delivered(self, notifier: Notifier) -> Sequence[Delivered]:
        """Give what it keeps."""
        assert isinstance(notifier, Outbox)
        return [kept(sent) for sent in notifier.messages]

    def test_knows_what_came_twice(self, notifier: Outbox) -> None:
        """By its key, whatever came between."""
        for key in ("a", "b", "a", "c", "c"):
            notifier.send(message(MessageKind.PIECE_BACK, key))
        assert notifier.repeated() == ("a", "c")
        assert [len(each) for each in notifier.by_key().values()] == [2, 1, 2]

    def test_without_a_directory_writes_to_anybody(self) -> None:
        """A test need not say who people are."""
        sent = evolve(message(MessageKind.PIECE_BACK), to=STRANGER)
        assert Outbox().send(sent) == Sent()


class TestMemoryDirectory(DirectoryContract):
    """The directory in this process."""

    @pytest.fixture
    def directory(self) -> MemoryDirectory:
        """Tell it of everybody."""
        return MemoryDirectory(WORKSHOP, PEOPLE)

    def test_somebody_may_move(self, directory: MemoryDirectory) -> None:
        """They are reached where they are now."""
        moved = evolve(PEOPLE[ADA], email="ada@example.org")
        directory.put(ADA, moved)
        assert directory.contact(Recipient(role=ADA.role, id=ADA.id)) == moved
