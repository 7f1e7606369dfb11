"""The event store: streams of records, their deadlines, an outbox, and personal data apart.

A store keeps texts and moments and understands none of them. It owes four things.

**All or nothing, optimistically.** A stream is the boundary of what must be consistent. `append`
writes to several streams in one transaction, each with the number of records its writer has read
(`Change.expected`). No one holds a lock while deciding: where one of the streams has grown since,
nothing is written and `VersionConflictError` says so; the writer reads again and decides again. So
of any number of commands on one stream, each is decided on the outcome of all before it.

**Nothing is lost between an event and its effect.** What the outside must do because of an event is
a message in the outbox, written in the same append as the event. Were it sent first, a crash before
the append would leave an effect without a cause; were it sent after, a crash would lose it.

**Leases, for any number of workers.** `due` and `pending` lease what they give: until the lease
ends, no other worker is given it. A worker that crashes says nothing; its lease ends, and another
takes the work over. A worker that is merely slow may then still be at work, so a message is handled
*at least once*, sometimes by two workers at a time, and its handler must be idempotent: `key` is
the same each time, and the outside is called with it. Each lease has a number, its `attempt`.
`settle` with anything but `Done` counts only from the latest attempt, so that a slow worker cannot
postpone or dead-letter what another has taken over; `Done` counts from any, since what is done
stays done.

**A failure is counted before its worker can report it.** A message whose handler ends the process
leaves no outcome: its lease ends, and the next worker that takes it finds one failure more. So a
message that fails each time is distinguished from one that waits for the outside.

**What identifies people is kept apart.** Records are for ever; personal data belong to a stream
under a name of their own, are written in the same append as the records that need them, and can be
erased for good without a record changing. Messages that are done can be purged too.

**Pages are written with what they show.** Rows are computed from the records of one stream, and
written in the same append. A row is in as many lists as it likes, sorted by a text in each, and
`page` reads a list from any place in it: what it costs does not grow with the list. Rows hold
nothing that the records do not, so they can be computed again: `replace_rows`.

**One order of everything.** Each record has a position of its own in the whole store, and `events`
gives records by it: a reader that keeps the last position it has seen misses none, however many
write meanwhile. Positions grow; where an append failed some are left out.

A message waits, is leased, and is then done, postponed (it waits again) or dead-lettered (a person
must look; `resume` lets it wait again). No state is left by time alone: the end of a lease is only
a moment after which `pending` gives the message again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import LONGEST, identifier

# Rows and lists are named after people and things, with a word before.
_LONGEST_ROW = LONGEST + 50
_MOST = 2**31 - 1  # what every database takes as a limit


def _stream(name: str) -> str:
    return identifier(name, "stream")


def _key(key: str) -> str:
    return identifier(key, "key")


def _name(name: str) -> str:
    return identifier(name, "name")


def _person(person: str) -> str:
    return identifier(person, "person")


def _lists(lists: Mapping[str, str]) -> Mapping[str, str]:
    return {list_name(name): _sort(sort) for name, sort in lists.items()}


def _row_name(name: str) -> str:
    return identifier(name, "name", _LONGEST_ROW)


def _row_names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(_row_name(name) for name in names)


def _kind(kind: str) -> str:
    return identifier(kind, "kind")


def _data(text: str) -> str:
    return _text(text, "data")


def _sort(text: str) -> str:
    """A sort is part of a key of an index: it is as short as a name, and may be empty."""
    if len(_text(text, "sort")) > LONGEST:
        raise InvalidValueError("sort", text, f"at most {LONGEST} characters")
    return text


def _text(text: str, field: str) -> str:
    if not isinstance(text, str) or "\0" in text or _replaced(text) != text:
        raise InvalidValueError(field, text, "text without U+0000 and without half a character")
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

    Raises:
        InvalidValueError: For what not every database can keep: U+0000, half a character.

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
    """An effect of an event of a stream, as it waits to be handled.

    `kind` names the effect, and `data` holds it as JSON text.

    `key` is its idempotency key: it never changes, and a key is in a store once. It is not handled
    before `not_before`.
    """

    key: str = field(converter=_key)
    kind: str = field(converter=_kind)
    stream: str = field(converter=_stream)
    data: str = field(converter=_data)
    not_before: datetime = field(converter=instant)


@frozen(kw_only=True)
class PersonalData:
    """What identifies a person, kept apart from the records of a stream so that it can be erased.

    It is found by its `stream` and its `name` there, such as `shipping-address`. `person` is whom
    it is about, by the host's own identifier, `at` since when it is kept, and `data` is JSON text.

    >>> from datetime import UTC
    >>> PersonalData(
    ...     stream="order/o1",
    ...     name="shipping-address",
    ...     person="zoe",
    ...     at=datetime(2026, 9, 7, 8, tzinfo=UTC),
    ...     data='{"city":"Bordeaux"}',
    ... )
    PersonalData(stream='order/o1', name='shipping-address', person='zoe', at=datetime...)
    """

    stream: str = field(converter=_stream)
    name: str = field(converter=_name)
    person: str = field(converter=_person)
    at: datetime = field(converter=instant)
    data: str = field(converter=_data, repr=False)


@frozen(kw_only=True)
class Row:
    """A row of a page, computed from the records of a stream.

    It is found by its stream and its `name` there, and `data` is JSON text. `lists` are the lists
    it is in, each with the text by which it is sorted there: by code point, and rows that are
    sorted alike by their streams, then by their names.

    Raises:
        InvalidValueError: For what cannot name a row or a list, or a sort of more than 200
            characters.

    >>> Row(name="piece", data="{}", lists={"on-sale": "2026-09-07"}).lists
    {'on-sale': '2026-09-07'}
    """

    name: str = field(converter=_row_name)
    data: str = field(converter=_data)
    lists: Mapping[str, str] = field(factory=dict[str, str], converter=_lists)


@frozen(kw_only=True, order=True)
class RowKey:
    """The place of a row in a list."""

    sort: str = field(converter=_sort)
    stream: str = field(converter=_stream)
    name: str = field(converter=_row_name)


@frozen(kw_only=True)
class ListedRow:
    """A row as a list gives it: where it is in the list, and its data."""

    key: RowKey
    data: str


@frozen(kw_only=True)
class StreamRows:
    """All rows of a stream, computed from its first `version` records.

    Raises:
        InvalidValueError: For two rows of one name, or a version below 1.
    """

    stream: str = field(converter=_stream)
    version: int
    rows: tuple[Row, ...]

    def __attrs_post_init__(self) -> None:
        _require_different([row.name for row in self.rows])
        if self.version < 1:
            raise InvalidValueError("version", self.version, "a number of records, 1 or more")


@frozen(kw_only=True)
class Change:
    """What is written to one stream.

    These are `records` after the number of `expected` ones it holds, the moment at which time next
    changes it (None for never), messages for the outbox, and `personal` data; and the `rows` that
    have changed with it, and the names of those that are gone (`rows_removed`).

    Raises:
        InvalidValueError: If it holds no record, expects fewer than none, has personal data of
            another stream or two of one name, or names a row twice.
    """

    stream: str = field(converter=_stream)
    expected: int
    records: tuple[Record, ...]
    deadline: datetime | None = field(converter=_deadline)
    outbox: tuple[OutboxMessage, ...] = ()
    personal: tuple[PersonalData, ...] = ()
    rows: tuple[Row, ...] = ()
    rows_removed: tuple[str, ...] = field(default=(), converter=_row_names)

    def __attrs_post_init__(self) -> None:
        _require_different([*(row.name for row in self.rows), *self.rows_removed])
        named = {each.name for each in self.personal if each.stream == self.stream}
        if len(named) < len(self.personal):
            found = [(each.stream, each.name) for each in self.personal]
            raise InvalidValueError("personal", found, f"different names in {self.stream}")
        if not self.records:
            raise InvalidValueError("records", self.records, "one record or more")
        if self.expected < 0:
            raise InvalidValueError("expected", self.expected, "a number of records, 0 or more")


def _require_different(names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise InvalidValueError("rows", names, "rows of different names")


@frozen(kw_only=True)
class History:
    """The records of a stream in the order they were written, whatever their moments.

    They are those after its first `after`, which is their number; all, where that is 0. A stream
    that was never written to has none.
    """

    stream: str
    records: tuple[Record, ...]
    after: int = 0

    @property
    def version(self) -> int:
        """The number of records of the stream, which the next change expects.

        It is `after` where the stream has no more than that.
        """
        return self.after + len(self.records)


@frozen(kw_only=True)
class StoredEvent:
    """A record of any stream, as `events` gives it.

    `position` is its place among all records of the store, 1 or more; `version` is its place in its
    stream, from 1 on.
    """

    position: int
    stream: str
    version: int
    record: Record


@frozen(kw_only=True)
class Leased:
    """A message of the outbox that one worker has leased until a moment.

    Until then the lease is exclusive; from then on any worker may take it.

    `attempt` is 1 the first time it is taken, and one more each time after: it distinguishes a
    lease from those before it. `failures` is how many attempts before this one failed in a row:
    leases that ended without an outcome, and those postponed as failed.
    """

    message: OutboxMessage
    attempt: int
    failures: int
    worker: str
    until: datetime


@frozen(kw_only=True)
class Done:
    """The message was handled, or need not be any more."""

    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Postponed:
    """The message was not handled, and may be taken again from a moment on.

    It is never taken before its `not_before`. Only where it `failed` by itself does that count as a
    failure; otherwise it waits for something else, and its count of failures begins again.
    """

    until: datetime = field(converter=instant)
    reason: str = field(converter=_reason)
    failed: bool = False


@frozen(kw_only=True)
class DeadLettered:
    """The message cannot be handled; a person must look. Nothing of it is lost."""

    at: datetime = field(converter=instant)
    reason: str = field(converter=_reason)


Outcome: TypeAlias = Done | Postponed | DeadLettered
"""What became of an outbox message that a worker took."""


@frozen(kw_only=True)
class DeadLetter:
    """A message that was dead-lettered, when and why."""

    message: OutboxMessage
    at: datetime
    reason: str


@frozen(kw_only=True)
class Waiting:
    """A message of the outbox that is neither done nor dead-lettered.

    `next_at` is when it may be taken next. `attempts` is how often it was taken, `reason` that of
    its latest outcome; empty before the first. `worker` has leased it until `next_at`; None where
    none has.
    """

    message: OutboxMessage
    next_at: datetime
    attempts: int
    reason: str
    worker: str | None


@frozen(kw_only=True)
class Backlog:
    """How many messages of a kind wait, and since when the oldest of them.

    That is the earliest of their `not_before`: a moment to come, where all are delayed.
    """

    kind: str
    messages: int
    oldest: datetime


def require_changes(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Check, for an adapter, what is to be appended.

    Raises:
        InvalidValueError: If there is nothing to write, or a stream is named twice.

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


def require_rebuilt(rebuilt: Sequence[StreamRows]) -> tuple[StreamRows, ...]:
    """Check, for an adapter, rows that are to replace others.

    Raises:
        InvalidValueError: If a stream is named twice.

    >>> require_rebuilt([])
    ()
    """
    given = tuple(rebuilt)
    names = [each.stream for each in given]
    if len(set(names)) < len(names):
        raise InvalidValueError("rebuilt", names, "of streams named once each")
    return given


def list_name(name: str) -> str:
    """Check, for an adapter, the name of a list: 1 to 250 printable characters.

    Raises:
        IdentifierError: For anything else.

    >>> list_name("sold/ada")
    'sold/ada'
    """
    return identifier(name, "list", _LONGEST_ROW)


def require_limit(limit: int) -> int:
    """Check, for an adapter, a limit on how many are returned.

    Raises:
        InvalidValueError: Below 0.

    >>> require_limit(100)
    100
    """
    if type(limit) is not int or not 0 <= limit <= _MOST:
        raise InvalidValueError("limit", limit, "a number of things, 0 or more")
    return limit


def require_wanted(after: Mapping[str, int]) -> Mapping[str, int]:
    """Check, for an adapter, which streams are to be read together, and from where on.

    Raises:
        InvalidValueError: For what cannot name a stream, and for a number below 0.

    >>> require_wanted({"piece/coat": 2})
    {'piece/coat': 2}
    """
    for stream, first in after.items():
        identifier(stream, "stream")
        require_position(first)
    return after


def require_position(after: int) -> int:
    """Check, for an adapter, a position that a reader has seen.

    Raises:
        InvalidValueError: Below 0.

    >>> require_position(0)
    0
    """
    if after < 0:
        raise InvalidValueError("after", after, "a position, 0 or more")
    return after


def lease_end(now: datetime, limit: int, *, worker: str, lease: timedelta) -> datetime:
    """Check, for an adapter, arguments of `due` and `pending`; return when their leases end.

    The moment is in UTC.

    Raises:
        InvalidValueError: For a moment without an offset, a limit below 0, a worker that cannot be
            named, or a lease that is not longer than nothing.

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
    """Keeps streams, deadlines and an outbox.

    Every verb is one transaction and may be called by any number of workers at once.

    Every verb raises `OutsideUnavailableError` when the store cannot be reached, or when the answer
    was lost: the verb has then been carried out as a whole or not at all, and calling it again is
    safe. It raises `OutsideRejectedError` when the store rejects the call itself.

    No verb reads a clock. Moments come from workers whose clocks differ and may step back, so a
    lease ends for each when its own clock says so; the attempt says who holds the latest.
    """

    def read(self, stream: str, after: int = 0) -> History:
        """Return a stream as it is, without its first `after` records; never amid an append.

        Raises:
            InvalidValueError: For what cannot name a stream, and for a number below 0.
        """
        ...

    def read_several(self, after: Mapping[str, int]) -> tuple[History, ...]:
        """Return several streams as they were at one moment, each without its first records.

        `after` holds by the name of each stream how many; they are in its order.

        Raises:
            InvalidValueError: For what cannot name a stream, and for a number below 0.
        """
        ...

    def events(self, after: int, limit: int) -> tuple[StoredEvent, ...]:
        """Return records of all streams in one order, those after a position.

        The order is that of writing: of one append, in the order of its changes; of a stream, in
        its own; what was appended after something was read, after it. A record is given only when
        no record before it can still appear, so the last position of an answer is where a reader
        goes on. With nothing more to give, the answer is empty.

        Raises:
            InvalidValueError: For a position or a limit below 0.
        """
        ...

    def append(self, changes: Sequence[Change]) -> None:
        """Write all changes or none.

        The deadline given replaces the one before, None too, and ends a lease on it.

        A message whose key is known already, from an earlier one of these changes too, is left as
        it was, whatever has become of it. Personal data replace those of the same stream and name,
        and a row the one of the same stream and name, with its places in lists. A row that is
        removed and is not there is passed over.

        Raises:
            VersionConflictError: Naming the first of the changes whose stream does not hold as many
                records as expected.
            InvalidValueError: If a stream is named twice or there is nothing to write.
        """
        ...

    def rows(self, stream: str) -> tuple[Row, ...]:
        """Return the rows of a stream, in the order of their names.

        Raises:
            InvalidValueError: For what cannot name a stream.
        """
        ...

    def page(
        self, name: str, limit: int, *, after: RowKey | None = None, descending: bool = False
    ) -> tuple[ListedRow, ...]:
        """Return rows of a list in their order there, or from its end: those after a place.

        The place need not be taken any more. A list that no row is in is empty.

        Raises:
            InvalidValueError: For what cannot name a list, or a limit below 0.
        """
        ...

    def replace_rows(self, rebuilt: Sequence[StreamRows]) -> None:
        """Replace all rows of some streams, all or none.

        It is refused where a stream has grown since its rows were computed, and an append that
        began before may be: both are then computed again.

        Raises:
            VersionConflictError: Naming the first of the streams that does not hold as many records
                as its rows were computed from.
            InvalidValueError: If a stream is named twice.
        """
        ...

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Lease streams whose deadline has come (`deadline <= now`).

        No worker is given them again until `now + lease`, or until a new deadline that is appended.

        Those that wait longest come first: from their deadline on, or from the end of the last
        lease on them; of those that wait equally long, in the order of their characters.

        Raises:
            InvalidValueError: For a naive moment, a limit below 0, no worker or no lease.
        """
        ...

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Lease messages that may be handled now (`not_before <= now`).

        No worker is given them again until `now + lease`, or until an outcome says otherwise.

        Order and errors are those of `due`; of messages that wait equally long, keys decide the
        order.
        """
        ...

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Record the outcome of a message, and end the lease.

        `Done` is for ever, whichever worker says it and whatever was said before. Anything else
        counts only from the latest lease, while it has no outcome yet, even when its time is up;
        from other leases it is ignored.

        Raises:
            InvalidValueError: For a message that is not kept here.
        """
        ...

    def next_moment(self) -> datetime | None:
        """Return the earliest moment at which `due` or `pending` may have something.

        The end of a lease counts too; None when nothing waits.
        """
        ...

    def dead_letters(self, limit: int, after: DeadLetter | None = None) -> tuple[DeadLetter, ...]:
        """Return messages that are dead-lettered and neither resumed nor done since.

        The oldest come first; of the same moment, in the order of keys. After one of them, those
        that come later.

        Raises:
            InvalidValueError: For a limit below 0.
        """
        ...

    def waiting(self, limit: int, after: Waiting | None = None) -> tuple[Waiting, ...]:
        """Return messages that are neither done nor dead-lettered, without taking them.

        Those to be taken next come first; of the same moment, in the order of keys. After one of
        them, those that come later.

        Raises:
            InvalidValueError: For a limit below 0.
        """
        ...

    def backlog(self) -> tuple[Backlog, ...]:
        """Return how many messages wait, by kind, in the order of kinds."""
        ...

    def resume(self, key: str, at: datetime) -> None:
        """Let a dead-lettered message be taken again from a moment on, without a failure counted.

        It is never taken before its `not_before`.

        Raises:
            InvalidValueError: If no message of that key is dead-lettered.
        """
        ...

    def streams(self, prefix: str) -> Iterator[str]:
        """Return the names of all streams that begin with `prefix`, by code point.

        An empty prefix gives those of all streams. A stream that is begun meanwhile may be missed.
        """
        ...

    def personal(self, stream: str) -> tuple[PersonalData, ...]:
        """Return the personal data kept for a stream, in the order of their names.

        Raises:
            InvalidValueError: For what cannot name a stream.
        """
        ...

    def personal_of(self, person: str) -> tuple[PersonalData, ...]:
        """Return the personal data kept of a person, in the order of streams, then of names.

        Raises:
            InvalidValueError: For what cannot name a person.
        """
        ...

    def personal_before(self, moment: datetime) -> Iterator[PersonalData]:
        """Return the personal data kept since before a moment, the oldest first.

        Of the same moment, in the order of streams, then of names. What is kept or erased meanwhile
        may be missed.

        Raises:
            InvalidValueError: For a naive moment.
        """
        ...

    def erase(self, personal: Sequence[PersonalData]) -> int:
        """Erase personal data for good, all or none, and return how many there were.

        They are found by stream and name; those that are not kept any more are passed over.
        """
        ...

    def purge(self, before: datetime, limit: int) -> int:
        """Delete messages that were done before a moment, at most so many; return how many.

        Those that wait, are leased or dead-lettered are kept, and so is every record. A key that
        was purged is not known any more.

        Raises:
            InvalidValueError: For a naive moment or a limit below 0.
        """
        ...
