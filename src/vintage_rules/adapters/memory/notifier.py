"""A `Notifier` in this process that keeps what was sent, for tests."""

from __future__ import annotations

from threading import Lock

from vintage_rules.ports.directory import Directory
from vintage_rules.ports.notifier import Message, Sent, Undeliverable


class Outbox:
    """A `Notifier` that keeps every message it was given, repeated ones as well.

    With a directory, a recipient whom it does not know gets nothing.

    >>> from datetime import UTC, datetime
    >>> from vintage_rules import Money
    >>> from vintage_rules.ports import Recipient, Role
    >>> from vintage_rules.ports import MessageKind
    >>> lapsed = Message(
    ...     key="offer/1/lapsed",
    ...     kind=MessageKind.OFFER_LAPSED,
    ...     to=Recipient(role=Role.BUYER, id="ada"),
    ...     at=datetime(2026, 9, 7, 8, tzinfo=UTC),
    ...     facts={"piece": "coat", "price": Money("80.00", "EUR")},
    ... )
    >>> outbox = Outbox()
    >>> outbox.send(lapsed), outbox.send(lapsed)
    (Sent(), Sent())
    >>> len(outbox.messages), outbox.repeated()
    (2, ('offer/1/lapsed',))
    """

    def __init__(self, directory: Directory | None = None) -> None:
        self._directory = directory
        self._messages: list[Message] = []
        self._lock = Lock()

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every message in the order it was sent."""
        with self._lock:
            return tuple(self._messages)

    def by_key(self) -> dict[str, tuple[Message, ...]]:
        """Return the messages of each key: more than one where a message was sent again."""
        found: dict[str, tuple[Message, ...]] = {}
        for message in self.messages:
            found[message.key] = (*found.get(message.key, ()), message)
        return found

    def repeated(self) -> tuple[str, ...]:
        """Return the keys that were sent more than once, in the order of the first time."""
        return tuple(key for key, messages in self.by_key().items() if len(messages) > 1)

    def send(self, message: Message) -> Sent | Undeliverable:
        """Keep a message."""
        if self._directory is not None and self._directory.contact(message.to) is None:
            return Undeliverable(reason=f"no such {message.to.role}: {message.to.id}")
        with self._lock:
            self._messages.append(message)
        return Sent()
