"""What all machines share: order in time, what falls due, what may follow what, replay.

A machine is what one thing lives through: a piece for sale, a parcel, a return, a claim, an order,
a gift card. Three functions carry it, and each has one reason to change:

- `decide` holds the guards. A command, under a policy, gives events or is refused; it changes
  nothing by itself.
- `fall_due` says what time alone has done by a moment. Whatever time does is dated when it
  happened and not when a caller looked, so that a history is the same however late, however often
  or however seldom anybody looks. `decide` begins with it: a command meets the thing as it is at
  the command's moment.
- `evolve` holds the consequences of an event. It takes no policy, and neither does `replay`: an
  event carries the result of what a policy decided (a price, a deadline), never the rule. A house
  that changes its policy changes no history.

A context gives its literal table of transitions and four functions, `opened`, `consequences`,
`next_due` and `answer`; order and completeness are checked here, once:

- A command dated before the last event is refused, with the reason `out-of-order`, in every
  machine. Only what others saw (a carrier's scan) and what is recorded already (a refund recorded
  again) may come late; each machine names them.
- An event that the table does not have in the state the thing is in, or that is dated before the
  last one, is no history: `CorruptHistoryError`. What `answer` decides goes through the same check
  at once, so that a context whose guards and table disagree fails where the mistake is, and
  nothing of it is stored.

A machine whose parts are machines, an order, is a `ComposedMachine`: what happens to one part
brings about something for another (a lost parcel owes a refund), and the policy computes it. That
is recorded as events too, and time needs the policy there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeAlias, TypeVar

import moneyed
from attrs import Attribute, frozen

from vintage_rules.dates import Calendar, instant, require_day
from vintage_rules.errors import (
    CorruptHistoryError,
    DayError,
    IdentifierError,
    InvalidValueError,
    MoneyError,
)
from vintage_rules.ids import Edition, identifier
from vintage_rules.json_field import DecisionField
from vintage_rules.money import Money, exact


class Dated(Protocol):
    """What has a moment: a command, an event, a state."""

    @property
    def at(self) -> datetime:
        """The moment, in UTC."""
        ...


Reason_co = TypeVar("Reason_co", bound=StrEnum, covariant=True)


@frozen(kw_only=True)
class Refused(DecisionField, Generic[Reason_co]):
    """A command that changes nothing, with every reason.

    `edition` and `sources` are those of the policy that refused it; None and empty where the state
    of the thing or the order in time did, whatever the policy.
    """

    reasons: tuple[Reason_co, ...]
    edition: Edition | None
    sources: tuple[str, ...]


Reason = TypeVar("Reason", bound=StrEnum)


def refuse(*reasons: Reason) -> Refused[Reason]:
    """Return a refusal by the state of the thing or the order in time, whatever the policy."""
    return Refused(reasons=reasons, edition=None, sources=())


S = TypeVar("S", bound=Dated)
T = TypeVar("T", bound=StrEnum)
C = TypeVar("C", bound=Dated)
E = TypeVar("E", bound=Dated)
P = TypeVar("P")
X = TypeVar("X", bound=Refused[StrEnum])
V = TypeVar("V")


_END = datetime.max.replace(tzinfo=UTC)


def _never(_state: object, _command: object) -> bool:
    return False


@frozen(kw_only=True)
class _Shared(Generic[S, T, C, E, P, X]):
    """What both kinds of machine have.

    `opened` makes the state of the first event, `consequences` that of any other, given the state
    of the table it leads to. `next_due` gives the event that time alone brings next, or None where
    it has not by that moment. `answer` gives the events of a command, or a refusal, for a thing
    that time has been applied to; `begin` does so where there is nothing yet. `may_be_late` says
    of a command whether it may be dated before the last event, `late_events` are the events that
    may.
    """

    transitions: Mapping[T, Mapping[type[E], T]]
    state_of: Callable[[S], T]
    opened: Callable[[E], S]
    consequences: Callable[[S, E, T], S]
    next_due: Callable[[S, datetime], E | None]
    answer: Callable[[S, C, P, Calendar | None], tuple[E, ...] | X]
    out_of_order: X
    begin: Callable[[C, P, Calendar | None], tuple[E, ...] | X] | None = None
    may_be_late: Callable[[S, C], bool] = _never
    late_events: frozenset[type[E]] = frozenset[type[E]]()

    def evolve(self, state: S | None, event: E) -> S:
        """Return the state as an event leaves it; of none, the one that the first event makes.

        Raises:
            CorruptHistoryError: If the event cannot follow.
        """
        if state is None:
            return self.opened(event)
        next_state = self.transitions[self.state_of(state)].get(type(event))
        if next_state is None or (event.at < state.at and type(event) not in self.late_events):
            raise CorruptHistoryError(event, state)
        return self.consequences(state, event, next_state)

    def replay(self, events: Iterable[E], state: S | None = None) -> S:
        """Return the state that events have made, from the first on or from the state given.

        Raises:
            CorruptHistoryError: For events that cannot follow one another.
            InvalidValueError: If there is nothing at all.
        """
        for event in events:
            state = self.evolve(state, event)
        if state is None:
            raise InvalidValueError("events", (), "a history that begins with its first event")
        return state

    def next_deadline(self, state: S) -> datetime | None:
        """Return the moment at which time alone changes the state next; None when it will not."""
        due = self.next_due(state, _END)
        return None if due is None else due.at

    def _begun(self, command: C, policy: P, calendar: Calendar | None) -> tuple[E, ...] | X:
        if self.begin is None:
            raise InvalidValueError("state", None, "a state: no command makes the first event")
        events = self.begin(command, policy, calendar)
        if not isinstance(events, Refused):
            self._require_fit(self.opened(events[0]), events[1:])
        return events

    def _require_fit(self, state: S, events: tuple[E, ...]) -> None:
        """What a context decides fits its own table, or is a bug of the context."""
        where, at = self.state_of(state), state.at
        for event in events:
            next_state = self.transitions[where].get(type(event))
            if next_state is None or (event.at < at and type(event) not in self.late_events):
                raise CorruptHistoryError(event, where)
            where, at = next_state, max(at, event.at)

    def _is_late(self, state: S, command: C) -> bool:
        return command.at < state.at and not self.may_be_late(state, command)


@frozen(kw_only=True)
class Machine(_Shared[S, T, C, E, P, X]):
    """What one thing lives through. `policy` is None for a thing that no policy decides about."""

    def decide(
        self, state: S | None, command: C, policy: P, calendar: Calendar | None = None
    ) -> tuple[E, ...] | X:
        """Return the events a command makes, after those that time has made by then, or a refusal.

        A refusal changes nothing. `calendar` holds the days of rest of the house. Raises also what
        the context's own commands raise.

        Raises:
            DayError: If the policy counts days and there is no calendar.

        `calendar` holds the days of rest of the house; where the policy counts days and there is
        none, `DayError`. Raises what the context's own commands raise.
        """
        if state is None:
            return self._begun(command, policy, calendar)
        if self._is_late(state, command):
            return self.out_of_order
        state, due = self._brought_up_to(state, command.at)
        events = self.answer(state, command, policy, calendar)
        if isinstance(events, Refused):
            return events
        self._require_fit(state, events)
        return (*due, *events) if due else events

    def fall_due(self, state: S | None, now: datetime) -> tuple[E, ...]:
        """Return what time alone has done by a moment, in order and dated when it happened.

        However late it is requested, the events are the same: none where there is nothing yet.

        Raises:
            DayError: For a moment without an offset.
        """
        moment = instant(now, "now")
        return () if state is None else self._brought_up_to(state, moment)[1]

    def _brought_up_to(self, state: S, now: datetime) -> tuple[S, tuple[E, ...]]:
        events: tuple[E, ...] = ()
        while (due := self.next_due(state, now)) is not None:
            state = self.evolve(state, due)
            events = (*events, due)
        return state, events


@frozen(kw_only=True)
class ComposedMachine(_Shared[S, T, C, E, P, X]):
    """What a thing lives through whose parts are machines.

    `reactions` gives what an event that has just happened brings about for the rest, which may
    bring about more. `pinned` raises for any policy but the one that decides about the thing.
    """

    reactions: Callable[[S, E, P, Calendar], Iterable[E]]
    pinned: Callable[[S, P], None]

    def decide(
        self, state: S, command: C, policy: P, calendar: Calendar | None = None
    ) -> tuple[E, ...] | X:
        """As `Machine.decide`, each event followed by what it brings about."""
        self.pinned(state, policy)
        if self._is_late(state, command):
            return self.out_of_order
        state, due = self._brought_up_to(state, command.at, policy, calendar)
        events = self.answer(state, command, policy, calendar)
        if isinstance(events, Refused):
            return events
        return (*due, *self._with_reactions(state, events, policy, calendar)[1])

    def fall_due(
        self, state: S, now: datetime, policy: P, calendar: Calendar | None = None
    ) -> tuple[E, ...]:
        """As `Machine.fall_due`, each event followed by what it brings about."""
        self.pinned(state, policy)
        return self._brought_up_to(state, instant(now, "now"), policy, calendar)[1]

    def _brought_up_to(
        self, state: S, now: datetime, policy: P, calendar: Calendar | None
    ) -> tuple[S, tuple[E, ...]]:
        events: tuple[E, ...] = ()
        while (due := self.next_due(state, now)) is not None:
            state, caused = self._with_reactions(state, (due,), policy, calendar)
            events = (*events, *caused)
        return state, events

    def _with_reactions(
        self, state: S, events: Sequence[E], policy: P, calendar: Calendar | None
    ) -> tuple[S, tuple[E, ...]]:
        waiting, happened = deque(events), list[E]()
        while waiting:
            event = waiting.popleft()
            state = self.evolve(state, event)
            happened.append(event)
            caused = self.reactions(state, event, policy, needed(calendar))
            waiting.extendleft(reversed(tuple(caused)))
        return state, tuple(happened)


def needed(calendar: Calendar | None) -> Calendar:
    """Return the calendar of a policy that counts days.

    Raises:
        DayError: If there is none.

    >>> needed(None)
    Traceback (most recent call last):
    vintage_rules.errors.DayError: calendar: must be a calendar, since days are counted, got None
    """
    if calendar is None:
        raise DayError("calendar", calendar, "a calendar, since days are counted")
    return calendar


def taken(
    decided: tuple[E, ...] | Refused[StrEnum],
    command: object,
    state: object,
    *,
    expected: Collection[StrEnum] = (),
) -> tuple[E, ...]:
    """Return the events of a command that the whole gives to a part.

    One that is refused for nothing but expected reasons makes none; any other refusal is a bug of
    the whole.

    Raises:
        CorruptHistoryError: For a refusal that is not expected.

    >>> taken(("found",), "report-found", "lost")
    ('found',)
    """
    if isinstance(decided, Refused):
        require_expected(decided, command, state, expected)
        return ()
    return decided


def require_expected(
    refused: Refused[StrEnum], command: object, state: object, expected: Collection[StrEnum]
) -> None:
    """Accept a refusal that has no other reasons than those expected.

    Raises:
        CorruptHistoryError: If it has another one.

    >>> refused = refuse("sold-already")
    >>> require_expected(refused, "sell", "sold", expected=["sold-already"])
    >>> require_expected(refused, "sell", "sold", expected=[])
    Traceback (most recent call last):
    vintage_rules.errors.CorruptHistoryError: str cannot follow ('sold', ('sold-already',))
    """
    if not set(refused.reasons) <= set(expected):
        raise CorruptHistoryError(command, (state, refused.reasons))


def state_after(table: Mapping[T, Mapping[type[V], T]], state: T, event: V) -> T:
    """Return the state an event leads to.

    Raises:
        CorruptHistoryError: If it cannot happen there.

    >>> state_after({"shut": {str: "open"}, "open": {}}, "shut", "knock")
    'open'
    """
    try:
        return table[state][type(event)]
    except KeyError:
        raise CorruptHistoryError(event, state) from None


def admits(table: Mapping[T, Mapping[type[V], T]], state: T, event: type[V]) -> bool:
    """Return whether an event of that type can happen in a state.

    >>> admits({"shut": {str: "open"}, "open": {}}, "open", str)
    False
    """
    return event in table[state]


# ---- commands and events check themselves ----


def checked(_owner: type, fields: list[Attribute[object]]) -> list[Attribute[object]]:
    """Let a command or an event check its moments, days, amounts and identifiers when it is made.

    A `field_transformer` of attrs: each field is checked by its annotation, under its own name, and
    moments are held in UTC. A field that has a converter keeps it.

    >>> from vintage_rules.shipping import ParcelDelivered
    >>> ParcelDelivered(at=datetime(2026, 9, 7))
    Traceback (most recent call last):
    vintage_rules.errors.DayError: at: must be a moment with an offset, ..., got datetime...
    """
    return [_checked(each) for each in fields]


def _checked(field: Attribute[object]) -> Attribute[object]:
    kind = field.type if isinstance(field.type, str) else ""
    check = _CHECKS.get(kind.removesuffix(" | None"))
    # attrs does not say what its converters take.
    if check is None or field.converter is not None:  # pyright: ignore[reportUnknownMemberType]
        return field
    return field.evolve(converter=check(field.name, kind.endswith(" | None")))


_Check: TypeAlias = Callable[[object], object]


def _moment(name: str, optional: bool) -> _Check:  # noqa: FBT001 - by the annotation
    def check(value: object) -> object:
        if type(value) is datetime and value.tzinfo is UTC:
            return value
        if value is None and optional:
            return None
        if not isinstance(value, datetime):
            allowed = "a moment with an offset, such as 2026-11-22T10:00:00+01:00"
            raise DayError(name, value, allowed)
        return instant(value, name)

    return check


def _day(name: str, optional: bool) -> _Check:  # noqa: FBT001 - by the annotation
    def check(value: object) -> object:
        if value is None and optional:
            return None
        if not isinstance(value, date):
            raise DayError(name, value, "a date such as 2026-11-22, without a time")
        return require_day(value, name)

    return check


def _name(name: str, optional: bool) -> _Check:  # noqa: FBT001 - by the annotation
    def check(value: object) -> object:
        if value is None and optional:
            return None
        if not isinstance(value, str):
            raise IdentifierError(name, value, "the name of a thing")
        return identifier(value, name)

    return check


def _amount(name: str, optional: bool) -> _Check:  # noqa: FBT001 - by the annotation
    def check(value: object) -> object:
        if type(value) is Money or (value is None and optional):
            return value
        if not isinstance(value, moneyed.Money):
            raise MoneyError(name, value, "an amount of money")
        return exact(value, name)

    return check


_CHECKS: Mapping[str, Callable[[str, bool], _Check]] = {
    "datetime": _moment,
    "date": _day,
    "Money": _amount,
    "BuyerId": _name,
    "SellerId": _name,
    "PieceId": _name,
    "OrderId": _name,
    "ParcelId": _name,
    "Identifier": _name,
}
