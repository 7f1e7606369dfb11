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


def _name(name: str) -> str:
    return identifier(name, "name")


def _kind(kind: str) -> str:
    return identifier(kind, "kind")


def _data(text: str) -> str:
    if not isinstance(text, str) or "\0" in text or _replaced(text) != text:
        raise InvalidValueError("data", text, "text without U+0000 and without half a character")
    return text


def _replaced(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _reason(text: str) -> str:
    return _replaced(text).replace("\0", "?")


def _deadline(moment: datetime | None) -> datetime | None:
    return None if moment is None else instant(moment, "deadline")


@frozen(kw_only=True)
class Record:
    """One event as it is kept: its name, when it happened, and its data as JSON text.

    Raises `InvalidValueError` for what not every database can keep: U+0000, half a character.

    >>> Record(
    ...     name="listed",
    ...     at=datetime.fromisoformat("2026-09-07T10:00:00+02:00"),
    ...     data="{}",
    ... ).at
    datetime.datetime(2026, 9, 7, 8, 0, tzinfo=datetime.timezone.utc)
    """

    name: str = field(converter=_name)
    at: datetime = field(converter=instant)
    data: str = field(converter=_data)


@frozen(kw_only=True)
class OutboxMessage:
    """What the outside must be made to do because of what happened in a stream.

    `key` names it for ever: the outside is asked with it, so that asking twice does it once. It is
    not carried out before `not_before`.
    """

    key: str = field(converter=_key)
    kind: str = field(converter=_kind)
    stream: str = field(converter=_stream)
    data: str = field(converter=_data)
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
    instructions: tuple[OutboxMessage, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not self.records:
            raise InvalidValueError("records", self.records, "one record or more")
        if self.expected < 0:
            raise InvalidValueError("expected", self.expected, "a number of records, 0 or more")


@frozen(kw_only=True)
class History:
    """All records of a stream in the order they were written, whatever their moments; none for a
    stream nobody wrote to.
    """

    stream: str
    records: tuple[Record, ...]

    @property
    def version(self) -> int:
        """The number of records, which the next change expects."""
        return len(self.records)


@frozen(kw_only=True)
class Leased:
    """An instruction, as it was written, that one worker has taken until a moment, exclusive; from
    then on anybody may take it.

    `attempt` is 1 the first time it is taken, and one more each time after: it tells a lease from
    those before it.
    """

    instruction: OutboxMessage
    attempt: int
    worker: str
    until: datetime


@frozen(kw_only=True)
class Done:
    """It was carried out, or need not be any more."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Postponed:
    """It could not be carried out and is tried again from a moment on, never before its
    `not_before`.
    """

    until: datetime = field(converter=instant)
    reason: str = field(converter=_reason)


@frozen(kw_only=True)
class DeadLettered:
    """It cannot be carried out; a person must look. Nothing of it is lost."""

    at: datetime = field(converter=instant)
    reason: str = field(converter=_reason)


Outcome: TypeAlias = Done | Postponed | DeadLettered


@frozen(kw_only=True)
class DeadLetter:
    """An instruction that was given up, when and why."""

    instruction: OutboxMessage
    at: datetime
    reason: str


def require_changes(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Check, for an adapter, what is to be appended.

    Raises `InvalidValueError` when there is nothing to write, or a stream is named twice.

    >>> require_changes([])
    Traceback (most recent call last):
    ...
    vintage_rules.errors.InvalidValueError: changes: must be one change or more, got ()
    """
    given = tuple(changes)
    names = [change.stream for change in given]
    if not given:
        raise InvalidValueError("changes", given, "one change or more")
    if len(set(names)) < len(names):
        raise InvalidValueError("changes", names, "of streams named once each")
    return given


def require_limit(limit: int) -> int:
    """Check, for an adapter, how many are asked for. Raises `InvalidValueError` below 0.

    >>> require_limit(100)
    100
    """
    if limit < 0:
        raise InvalidValueError("limit", limit, "a number of things, 0 or more")
    return limit


def lease_end(now: datetime, limit: int, *, worker: str, lease: timedelta) -> datetime:
    """Check, for an adapter, what `due` and `pending` are asked, and give the moment at which the
    leases end, in UTC.

    Raises `InvalidValueError` for a moment without an offset, a limit below 0, a worker that cannot
    be named, or a lease that is not longer than nothing.

    >>> lease_end(
    ...     datetime.fromisoformat("2026-09-07T10:00:00+02:00"),
    ...     100,
    ...     worker="w1",
    ...     lease=timedelta(minutes=1),
    ... )
    datetime.datetime(2026, 9, 7, 8, 1, tzinfo=datetime.timezone.utc)
    """
    identifier(worker, "worker")
    require_limit(limit)
    if lease <= timedelta():
        raise InvalidValueError("lease", lease, "a duration longer than nothing")
    try:
        return instant(now, "now") + lease
    except OverflowError:
        raise InvalidValueError(
            "lease", lease, "a duration that ends before the year 10000"
        ) from None


class EventStore(Protocol):
    """Keeps streams, deadlines and instructions. Every verb is one transaction and may be called by
    any number of workers at once.

    Every verb raises `OutsideUnavailableError` when the store cannot be reached, or when nobody can
    tell whether it was: what was asked has then happened as a whole or not at all, and asking again
    is safe. It raises `OutsideRejectedError` when the store says that it is asked wrongly.

    No verb reads a clock. Moments come from workers whose clocks differ and may step back, so a
    lease ends for each when its own clock says so; who still holds one is told by its attempt.
    """

    def read(self, stream: str) -> History:
        """Give a stream as it stands, never in the middle of an append.

        Raises `InvalidValueError` for what cannot name a stream.
        """
        ...

    def append(self, changes: Sequence[Change]) -> None:
        """Write all changes or none. The deadline given replaces the one before, None too, and ends
        a lease on it.

        Raises `VersionConflictError` naming the first of the changes whose stream does not hold as
        many records as expected, `InvalidValueError` when a stream is named twice or there is
        nothing to write. An instruction whose key is known already, from an earlier one of these
        changes too, is left as it was, whatever has become of it.
        """
        ...

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Take streams whose deadline has come (`deadline <= now`); nobody is given them again
        until `now + lease`, or until a new deadline that is appended.

        Those that wait longest come first: from their deadline on, or from the end of the last
        lease on them; of those that wait equally long, in the order of their characters. Raises
        `InvalidValueError` for a naive moment, a limit below 0, no worker or no lease.
        """
        ...

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Take instructions that may be carried out now (`not_before <= now`); nobody is given them
        again until `now + lease`, or until an outcome says otherwise.

        Order and errors are those of `due`; keys tell the order of those that wait equally long.
        """
        ...

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Say what came of an instruction, and end the lease.

        Done is for ever, whoever says it and whatever was said before. Anything else counts only
        from whoever was the last to take it and has not said anything yet, be their time up or not;
        from others it is ignored. Raises `InvalidValueError` for an instruction that is not kept
        here.
        """
        ...

    def next_moment(self) -> datetime | None:
        """Give the earliest moment at which `due` or `pending` may have something, be it by the end
        of a lease; None when nothing waits.
        """
        ...

    def stuck(self, limit: int) -> tuple[DeadLetter, ...]:
        """Give what was given up and neither resumed nor done since, the oldest first, then in the
        order of keys. Raises `InvalidValueError` for a limit below 0.
        """
        ...

    def resume(self, key: str, at: datetime) -> None:
        """Let an instruction that was given up be carried out again from a moment on, never before
        its `not_before`.

        Raises `InvalidValueError` when no instruction of that key is given up.
        """
        ...

    def streams(self, prefix: str) -> Iterator[str]:
        """Give the names of all streams that begin so, in the order of their characters (by code
        point); of all streams for an empty prefix. A stream that is begun meanwhile may be missed.
        """
        ...
