"""The statements for either database, in SQLAlchemy's words."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias, assert_never

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    TableValuedAlias,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)

from vintage_rules.adapters.sql.connecting import POSTGRESQL, SQLITE
from vintage_rules.adapters.sql.tables import Instant, State, outbox, personal, records, streams
from vintage_rules.ports.store import DeadLettered, Done, Leased, Outcome, Postponed

Values: TypeAlias = dict[str, object]

_WANTED = bindparam("wanted", type_=Text)
_NOW = bindparam("now", type_=Instant)
_UNTIL = bindparam("until", type_=Instant)
_LIMIT = bindparam("limit", type_=Integer)
_NOT_SOONER = case((outbox.c.not_before > _UNTIL, outbox.c.not_before), else_=_UNTIL)
_GIVEN = (
    outbox.c.key,
    outbox.c.kind,
    outbox.c.stream,
    outbox.c.data,
    outbox.c.not_before,
)

# Written out, so that the indexes of dead letters and of what is done are recognised.
_IS_DEAD_LETTERED = outbox.c.state == literal_column(f"'{State.DEAD_LETTERED}'")
_IS_DONE = outbox.c.state == literal_column(f"'{State.DONE}'")

# A message that is leased still when it is taken again had no outcome.
_FAILURES = outbox.c.failures + case((outbox.c.state == State.LEASED, 1), else_=0)

# Who leased a message last is kept; only where it is leased still, they have it.
_LEASED_TO = case((outbox.c.state == State.LEASED, outbox.c.worker)).label("leased_to")

READ = (
    select(records.c.name, records.c.at, records.c.data)
    .where(records.c.stream == _WANTED, records.c.position > bindparam("after", type_=Integer))
    .order_by(records.c.position)
)


def _several(
    wanted: TableValuedAlias, stream: ColumnElement[str], after: ColumnElement[int]
) -> Select[str, str, datetime, str]:
    """Return the statement that reads the streams of a table, from where it says."""
    return (
        select(records.c.stream, records.c.name, records.c.at, records.c.data)
        .select_from(wanted)
        .join(records, and_(records.c.stream == stream, records.c.position > after))
        .order_by(records.c.stream, records.c.position)
    )


# Streams and positions come as one JSON list of pairs, however many there are.
_PAIRS = func.json_each(_WANTED).table_valued("value")
_PAIRS_POSTGRESQL = func.json_array_elements(cast(_WANTED, JSON)).table_valued("value")
READ_SEVERAL = {
    SQLITE: _several(
        _PAIRS,
        func.json_extract(_PAIRS.c.value, "$[0]", type_=Text),
        func.json_extract(_PAIRS.c.value, "$[1]", type_=Integer),
    ),
    POSTGRESQL: _several(
        _PAIRS_POSTGRESQL,
        _PAIRS_POSTGRESQL.c.value.op("->>", return_type=Text())(0),
        cast(_PAIRS_POSTGRESQL.c.value.op("->>", return_type=Text())(1), Integer),
    ),
}
EVENTS = (
    select(
        records.c.feed_position,
        records.c.stream,
        records.c.position,
        records.c.name,
        records.c.at,
        records.c.data,
    )
    .where(
        records.c.feed_position > bindparam("after", type_=BigInteger),
        records.c.feed_position <= bindparam("last", type_=BigInteger),
    )
    .order_by(records.c.feed_position)
    .limit(_LIMIT)
)
_NAMES = select(streams.c.stream).order_by(streams.c.stream).limit(_LIMIT)

# What another transaction has locked it is about to take or to write: it is passed over, not waited
# for. SQLite has one writer at a time and nothing to pass over.
DUE_STREAMS = (
    select(streams.c.stream)
    .where(streams.c.wakes_at <= _NOW)
    .order_by(streams.c.wakes_at, streams.c.stream)
    .limit(_LIMIT)
    .with_for_update(skip_locked=True)
)
LEASE_STREAM = update(streams).where(streams.c.stream == _WANTED).values(wakes_at=_UNTIL)
PENDING_MESSAGES = (
    select(*_GIVEN, outbox.c.attempt, _FAILURES.label("failures"))
    .where(outbox.c.wakes_at <= _NOW)
    .order_by(outbox.c.wakes_at, outbox.c.key)
    .limit(_LIMIT)
    .with_for_update(skip_locked=True)
)
LEASE_MESSAGE = (
    update(outbox)
    .where(outbox.c.key == _WANTED)
    .values(
        state=State.LEASED,
        wakes_at=_UNTIL,
        worker=bindparam("leased_to"),
        attempt=outbox.c.attempt + 1,
        failures=_FAILURES,
    )
)

KNOWN = select(outbox.c.attempt).where(outbox.c.key == _WANTED)
DEAD_LETTERS = (
    select(*_GIVEN, outbox.c.settled_at, outbox.c.reason)
    .where(_IS_DEAD_LETTERED)
    .order_by(outbox.c.settled_at, outbox.c.key)
    .limit(_LIMIT)
)
LATER_DEAD_LETTERS = DEAD_LETTERS.where(
    tuple_(outbox.c.settled_at, outbox.c.key) > tuple_(bindparam("at", type_=Instant), _WANTED)
)
_WAITS = outbox.c.wakes_at.is_not(None)
WAITING = (
    select(*_GIVEN, outbox.c.wakes_at, outbox.c.attempt, outbox.c.reason, _LEASED_TO)
    .where(_WAITS)
    .order_by(outbox.c.wakes_at, outbox.c.key)
    .limit(_LIMIT)
)
LATER_WAITING = WAITING.where(
    tuple_(outbox.c.wakes_at, outbox.c.key) > tuple_(bindparam("at", type_=Instant), _WANTED)
)
BACKLOG = (
    select(
        outbox.c.kind,
        func.count().label("messages"),
        func.min(outbox.c.not_before).label("oldest"),
    )
    .where(_WAITS)
    .group_by(outbox.c.kind)
)
RESUME = (
    update(outbox)
    .where(outbox.c.key == _WANTED, outbox.c.state == State.DEAD_LETTERED)
    .values(state=State.WAITING, wakes_at=_NOT_SOONER, failures=0)
)
_FIRST = union_all(
    *(
        select(func.min(table.c.wakes_at).label("wakes_at")).where(table.c.wakes_at.is_not(None))
        for table in (streams, outbox)
    )
).subquery()
NEXT_MOMENT = select(func.min(_FIRST.c.wakes_at))

_PERSONAL = (
    personal.c.stream,
    personal.c.name,
    personal.c.person,
    personal.c.at,
    personal.c.data,
)
PERSONAL = select(*_PERSONAL).where(personal.c.stream == _WANTED).order_by(personal.c.name)
PERSONAL_OF = (
    select(*_PERSONAL)
    .where(personal.c.person == _WANTED)
    .order_by(personal.c.stream, personal.c.name)
)
# A page of what was kept before a moment: the first, and those after the last row of another.
_BY_AGE = (personal.c.at, personal.c.stream, personal.c.name)
PERSONAL_BEFORE = select(*_PERSONAL).where(personal.c.at < _UNTIL).order_by(*_BY_AGE).limit(_LIMIT)
PERSONAL_AFTER = PERSONAL_BEFORE.where(
    tuple_(*_BY_AGE)
    > tuple_(bindparam("at", type_=Instant), _WANTED, bindparam("last_name", type_=Text))
)
ERASE = delete(personal).where(
    personal.c.stream == _WANTED, personal.c.name == bindparam("named", type_=Text)
)
_PURGED = (
    select(outbox.c.key)
    .where(_IS_DONE, outbox.c.settled_at < _UNTIL)
    .order_by(outbox.c.settled_at, outbox.c.key)
    .limit(_LIMIT)
)
PURGE = delete(outbox).where(outbox.c.key.in_(_PURGED))

_DONE = (
    update(outbox)
    .where(outbox.c.key == _WANTED, outbox.c.state != State.DONE)
    .values(state=State.DONE, wakes_at=None, settled_at=_UNTIL)
)
_LEASED = update(outbox).where(
    outbox.c.key == _WANTED,
    outbox.c.state == State.LEASED,
    outbox.c.attempt == bindparam("taken"),
)
_REASON = bindparam("reason", type_=Text)
_POSTPONE = _LEASED.values(state=State.WAITING, wakes_at=_NOT_SOONER, reason=_REASON, failures=0)
_FAIL = _LEASED.values(
    state=State.WAITING,
    wakes_at=_NOT_SOONER,
    reason=_REASON,
    failures=outbox.c.failures + 1,
)
_DEAD_LETTER = _LEASED.values(
    state=State.DEAD_LETTERED, wakes_at=None, settled_at=_UNTIL, reason=_REASON
)


def names(prefix: str, after: str) -> Select[str]:
    """Return the statement that lists streams whose names begin so, after one of them.

    A range, and no pattern: no character stands for others, and an index finds its beginning.
    """
    if not prefix:
        return _NAMES.where(streams.c.stream > after)
    beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return _NAMES.where(
        streams.c.stream > after, streams.c.stream >= prefix, streams.c.stream < beyond
    )


def settling(leased: Leased, outcome: Outcome) -> tuple[Update, Values]:
    """Return the statement that records the outcome of a message, and its values."""
    values: Values = {"wanted": leased.message.key}
    match outcome:
        case Done():
            return _DONE, values | {"until": outcome.at}
        case Postponed():
            statement, moment = _FAIL if outcome.failed else _POSTPONE, outcome.until
        case DeadLettered():
            statement, moment = _DEAD_LETTER, outcome.at
        case _:
            assert_never(outcome)
    return statement, values | {"until": moment, "taken": leased.attempt, "reason": outcome.reason}
