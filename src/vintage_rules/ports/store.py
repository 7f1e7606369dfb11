"""Where histories are kept: streams of records, when time next changes each, and what is still to
be carried out for them.

A stream is the boundary of what must agree. A store keeps texts and moments and understands none of
them; whoever writes says what they were told and what follows from it, all in one append.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import identifier


def _stream(name: str) -> str:
    return identifier(name, "stream")


def _key(key: str) -> str:
    return identifier(key, "key")


def _deadline(moment: datetime | None) -> datetime | None:
    return None if moment is None else instant(moment, "deadline")


@frozen(kw_only=True)
class Record:
    """One event as it is kept: its name, when it happened, and its data as JSON text."""

    name: str
    at: datetime = field(converter=instant)
    data: str


@frozen(kw_only=True)
class Instruction:
    """What the outside must be made to do because of what happened in a stream.

    `key` names it for ever: the outside is asked with it, so that asking twice does it once. It is
    not carried out before `not_before`.
    """

    key: str = field(converter=_key)
    kind: str
    stream: str = field(converter=_stream)
    data: str
    not_before: datetime = field(converter=instant)


@frozen(kw_only=True)
class Change:
    """What is written to one stream: records after the `expected` ones it holds, the moment at
    which time next changes it (None for never), and what is to be carried out.

    Raises `InvalidValueError` when it holds no record, or expects fewer than none.
    """

    stream: str = field(converter=_stream)
    expected: int
    records: tuple[Record, ...]
    deadline: datetime | None = field(converter=_deadline)
    instructions: tuple[Instruction, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not self.records:
            raise InvalidValueError("records", self.records, "one record or more")
        if self.expected < 0:
            raise InvalidValueError("expected", self.expected, "a number of records, 0 or more")


@frozen(kw_only=True)
class History:
    """All records of a stream in the order they were written; none for a stream nobody wrote to."""

    stream: str
    records: tuple[Record, ...]

    @property
    def version(self) -> int:
        """How many records there are: what the next change expects."""
        return len(self.records)


@frozen(kw_only=True)
class Leased:
    """An instruction that one worker has taken until a moment, exclusive; then anybody may take it.

    `attempt` is 1 the first time it is taken, and one more each time after.
    """

    instruction: Instruction
    attempt: int
    worker: str
    until: datetime


@frozen(kw_only=True)
class Done:
    """It was carried out, or need not be any more."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Postponed:
    """It could not be carried out and is tried again from a moment on."""

    until: datetime = field(converter=instant)
    reason: str


@frozen(kw_only=True)
class GivenUp:
    """It cannot be carried out; a person must look. Nothing of it is lost."""

    at: datetime = field(converter=instant)
    reason: str


Outcome: TypeAlias = Done | Postponed | GivenUp


@frozen(kw_only=True)
class Stuck:
    """An instruction that was given up, when and why."""

    instruction: Instruction
    at: datetime
    reason: str


class EventStore(Protocol):
    """Keeps streams, deadlines and instructions. Every verb is one transaction and may be called by
    any number of workers at once.

    Every verb raises `OutsideUnavailableError` when the store cannot be reached, or when nobody can
    tell whether it was; what was asked has then happened as a whole or not at all.
    """

    def read(self, stream: str) -> History:
        """Give a stream as it stands."""
        ...

    def append(self, changes: Sequence[Change]) -> None:
        """Write all changes or none; a deadline given replaces the one before, and ends a lease on
        it.

        Raises `VersionConflictError` naming the first stream that does not hold as many records as
        expected, `InvalidValueError` when a stream is named twice or there is nothing to write. An
        instruction whose key is known already is left as it was.
        """
        ...

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Take streams whose deadline has come, the earliest first; nobody else is given them until
        `now + lease`.
        """
        ...

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Take instructions that may be carried out now, the earliest first; nobody else is given
        them until `now + lease`.
        """
        ...

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Say what came of an instruction, and end the lease.

        Done is for ever. Whoever's lease has been taken over may still say done; anything else they
        say is ignored.
        """
        ...

    def next_moment(self) -> datetime | None:
        """Give the earliest moment at which `due` or `pending` may have something, leases ended;
        None when nothing waits.
        """
        ...

    def stuck(self, limit: int) -> tuple[Stuck, ...]:
        """Give what was given up, the oldest first."""
        ...

    def resume(self, key: str, at: datetime) -> None:
        """Let an instruction that was given up be carried out again from a moment on.

        Raises `InvalidValueError` when no instruction of that key was given up.
        """
        ...

    def streams(self, prefix: str) -> Iterator[str]:
        """Give the names of all streams that begin so, in the order of their characters."""
        ...
