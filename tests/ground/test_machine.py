"""The two kinds of machine, on a lamp and on a house of lamps, and the check of what they exchange.

A lamp is lit for an hour; whoever lights it again while it burns is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import moneyed
import pytest
from attrs import evolve, field, frozen

from tests.factories import weekdays
from vintage_rules.dates import Calendar
from vintage_rules.errors import (
    CorruptHistoryError,
    DayError,
    IdentifierError,
    InvalidValueError,
    MoneyError,
)
from vintage_rules.ids import BuyerId, Identifier
from vintage_rules.machine import (
    ComposedMachine,
    Machine,
    Refused,
    admits,
    checked,
    needed,
    refuse,
    require_expected,
    state_after,
    taken,
)
from vintage_rules.money import Money

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
ZOE, ONE_EURO = BuyerId("zoe"), Money(1, "EUR")


class State(StrEnum):
    """What a lamp is."""

    DARK = "dark"
    LIT = "lit"
    BROKEN = "broken"


class Why(StrEnum):
    """Why it is refused."""

    BURNS = "burns"
    OUT_OF_ORDER = "out-of-order"


@frozen(kw_only=True)
class Hung:
    """The first event."""

    at: datetime


@frozen(kw_only=True)
class Lit:
    """It burns."""

    at: datetime


@frozen(kw_only=True)
class WentOut:
    """Only time brings this."""

    at: datetime


@frozen(kw_only=True)
class Broke:
    """Whoever saw it may say so late."""

    at: datetime


@frozen(kw_only=True)
class Hang:
    """The first command."""

    at: datetime


@frozen(kw_only=True)
class Light:
    """Light it."""

    at: datetime


@frozen(kw_only=True)
class Break:
    """Record that it broke."""

    at: datetime


@frozen(kw_only=True)
class Lamp:
    """A lamp, and when it is dark again."""

    at: datetime
    state: State
    until: datetime | None = None


Event = Hung | Lit | WentOut | Broke
Command = Hang | Light | Break
Answer = tuple[Event, ...] | Refused[Why]

TABLE: dict[State, dict[type[Event], State]] = {
    State.DARK: {Lit: State.LIT, Broke: State.BROKEN},
    State.LIT: {WentOut: State.DARK, Broke: State.BROKEN},
    State.BROKEN: {},
}


def opened(event: Event) -> Lamp:
    """Give a dark lamp."""
    return Lamp(at=event.at, state=State.DARK)


def consequences(lamp: Lamp, event: Event, state: State) -> Lamp:
    """Give the lamp after it."""
    until = event.at + HOUR if isinstance(event, Lit) else None
    return Lamp(at=max(lamp.at, event.at), state=state, until=until)


def next_due(lamp: Lamp, now: datetime) -> Event | None:
    """It goes out by itself."""
    return WentOut(at=lamp.until) if lamp.until is not None and lamp.until <= now else None


def begin(command: Command, times: int, _calendar: Calendar | None) -> Answer:
    """Hang it, and light it at once so many times."""
    return (Hung(at=command.at), *(Lit(at=command.at) for _ in range(times)))


def answer(lamp: Lamp, command: Command, times: int, _calendar: Calendar | None) -> Answer:
    """Light it so many times, which the table has once; it may break in any state."""
    if isinstance(command, Break):
        return (Broke(at=command.at),)
    if lamp.state is State.LIT:
        return refuse(Why.BURNS)
    return tuple(Lit(at=command.at) for _ in range(times))


def state_of(lamp: Lamp) -> State:
    """Give its place in the table."""
    return lamp.state


LAMP: Machine[Lamp, State, Command, Event, int, Refused[Why]] = Machine(
    transitions=TABLE,
    state_of=state_of,
    opened=opened,
    consequences=consequences,
    next_due=next_due,
    answer=answer,
    out_of_order=refuse(Why.OUT_OF_ORDER),
    begin=begin,
    may_be_late=lambda _, command: isinstance(command, Break),
    late_events=frozenset({Broke}),
)
DARK = Lamp(at=NOON, state=State.DARK)
LIT = Lamp(at=NOON, state=State.LIT, until=NOON + HOUR)


class TestEvolve:
    """One event after another, or no history."""

    def test_the_first_event_opens(self) -> None:
        """There is nothing before it."""
        assert LAMP.evolve(None, Hung(at=NOON)) == DARK

    def test_at_the_same_moment(self) -> None:
        """Two events of one command have one moment."""
        assert LAMP.evolve(DARK, Lit(at=NOON)) == LIT

    def test_before_the_last_one(self) -> None:
        """A history does not run backwards."""
        with pytest.raises(CorruptHistoryError):
            LAMP.evolve(DARK, Lit(at=NOON - SECOND))

    def test_a_late_event(self) -> None:
        """What is seen elsewhere may be dated before the last one."""
        assert LAMP.evolve(DARK, Broke(at=NOON - SECOND)).state is State.BROKEN

    def test_one_the_table_does_not_have(self) -> None:
        """Nor a late one."""
        with pytest.raises(CorruptHistoryError, match="WentOut cannot follow"):
            LAMP.evolve(DARK, WentOut(at=NOON))
        with pytest.raises(CorruptHistoryError, match="Broke cannot follow"):
            LAMP.evolve(evolve(DARK, state=State.BROKEN), Broke(at=NOON))


class TestReplay:
    """A history gives one state."""

    def test_from_the_first_event(self) -> None:
        """Each follows the one before."""
        assert LAMP.replay([Hung(at=NOON), Lit(at=NOON)]) == LIT

    def test_nothing_from_a_state(self) -> None:
        """It is as it was."""
        assert LAMP.replay([], LIT) is LIT

    def test_nothing_at_all(self) -> None:
        """There is no thing without an event."""
        with pytest.raises(InvalidValueError, match="events: must be a history"):
            LAMP.replay([])


class TestDecide:
    """A command: its events after those of time, or a refusal."""

    def test_done(self) -> None:
        """At the moment of the last event."""
        assert LAMP.decide(DARK, Light(at=NOON), 1) == (Lit(at=NOON),)

    def test_out_of_order(self) -> None:
        """A second before it; a command that may be late is not."""
        early = NOON - SECOND
        assert LAMP.decide(DARK, Light(at=early), 1) == refuse(Why.OUT_OF_ORDER)
        assert LAMP.decide(DARK, Break(at=early), 1) == (Broke(at=early),)

    def test_refused(self) -> None:
        """It burns for an hour, exclusive, and then it went out first."""
        assert LAMP.decide(LIT, Light(at=NOON + HOUR - SECOND), 1) == refuse(Why.BURNS)
        over = NOON + HOUR
        assert LAMP.decide(LIT, Light(at=over), 1) == (WentOut(at=over), Lit(at=over))

    def test_refused_it_is_as_it_was(self) -> None:
        """What time has done is not part of a refusal, and is done again the next time."""
        before = evolve(LIT)
        LAMP.decide(LIT, Light(at=NOON), 1)
        assert before == LIT
        assert LAMP.fall_due(LIT, NOON + HOUR) == (WentOut(at=NOON + HOUR),)

    def test_what_does_not_fit_the_table(self) -> None:
        """A lamp lit twice is a mistake of the guards, and raised where it is made."""
        with pytest.raises(CorruptHistoryError, match="Lit cannot follow"):
            LAMP.decide(DARK, Light(at=NOON), 2)

    def test_nothing_to_do(self) -> None:
        """No event is an answer."""
        assert LAMP.decide(DARK, Light(at=NOON), 0) == ()


class TestBegin:
    """A command on nothing."""

    def test_the_first_events(self) -> None:
        """The first opens, the others follow."""
        assert LAMP.decide(None, Hang(at=NOON), 1) == (Hung(at=NOON), Lit(at=NOON))

    def test_what_does_not_fit_the_table(self) -> None:
        """They are checked as all others."""
        with pytest.raises(CorruptHistoryError, match="Lit cannot follow"):
            LAMP.decide(None, Hang(at=NOON), 2)

    def test_refused(self) -> None:
        """A refusal is given as it is."""
        refused = refuse(Why.BURNS)
        assert evolve(LAMP, begin=lambda *_: refused).decide(None, Hang(at=NOON), 1) is refused

    def test_no_such_command(self) -> None:
        """A machine whose first event no command makes."""
        with pytest.raises(InvalidValueError, match="state: must be a state"):
            evolve(LAMP, begin=None).decide(None, Hang(at=NOON), 1)


class TestFallDue:
    """What time has done is dated when it happened."""

    @pytest.mark.parametrize("late", [timedelta(), SECOND, timedelta(days=400)])
    def test_however_late(self, late: timedelta) -> None:
        """The history is the same."""
        assert LAMP.fall_due(LIT, NOON + HOUR + late) == (WentOut(at=NOON + HOUR),)

    def test_before(self) -> None:
        """A second before, nothing."""
        assert LAMP.fall_due(LIT, NOON + HOUR - SECOND) == ()

    def test_nothing_yet(self) -> None:
        """Time does nothing to what is not there."""
        assert LAMP.fall_due(None, NOON) == ()

    def test_a_naive_moment(self) -> None:
        """Whether there is something or not."""
        for lamp in (None, LIT):
            with pytest.raises(DayError, match="now: must be a moment with an offset"):
                LAMP.fall_due(lamp, datetime(2026, 9, 7))  # noqa: DTZ001 - naive on purpose

    def test_next_deadline(self) -> None:
        """When time changes it next, or that it does not."""
        assert (LAMP.next_deadline(LIT), LAMP.next_deadline(DARK)) == (NOON + HOUR, None)


def reactions(lamp: Lamp, event: Event, times: int, _calendar: Calendar) -> Iterator[Event]:
    """A lamp that goes out is lit again so many times; a lamp lit again breaks."""
    if isinstance(event, WentOut):
        yield from (Lit(at=event.at) for _ in range(times))
    if isinstance(event, Lit) and lamp.at > NOON:
        yield Broke(at=event.at)


def pinned(_lamp: Lamp, times: int) -> None:
    """Decided under 2 and less."""
    if times > 2:
        raise InvalidValueError("policy", times, "2 or less")


HOUSE: ComposedMachine[Lamp, State, Command, Event, int, Refused[Why]] = ComposedMachine(
    transitions=TABLE,
    state_of=state_of,
    opened=opened,
    consequences=consequences,
    next_due=next_due,
    answer=answer,
    out_of_order=refuse(Why.OUT_OF_ORDER),
    reactions=reactions,
    pinned=pinned,
)
OVER = NOON + HOUR


class TestComposed:
    """Each event is followed at once by what it brings about."""

    def test_time(self) -> None:
        """It went out, so it was lit, so it broke: all at the moment it went out."""
        due = HOUSE.fall_due(LIT, OVER + HOUR, 1, weekdays())
        assert due == (WentOut(at=OVER), Lit(at=OVER), Broke(at=OVER))
        assert HOUSE.fall_due(LIT, OVER - SECOND, 1, weekdays()) == ()

    def test_a_command(self) -> None:
        """After what time did before it."""
        assert HOUSE.decide(DARK, Light(at=NOON), 1, weekdays()) == (Lit(at=NOON),)
        lit = HOUSE.decide(DARK, Light(at=OVER), 1, weekdays())
        assert lit == (Lit(at=OVER), Broke(at=OVER))
        late = HOUSE.decide(LIT, Light(at=OVER), 0, weekdays())
        assert late == (WentOut(at=OVER),)

    def test_refused(self) -> None:
        """In order of time, and by the guards."""
        early = HOUSE.decide(DARK, Light(at=NOON - SECOND), 1, weekdays())
        assert early == refuse(Why.OUT_OF_ORDER)
        burning = HOUSE.decide(LIT, Light(at=NOON), 1, weekdays())
        assert burning == refuse(Why.BURNS)

    def test_what_does_not_fit_the_table(self) -> None:
        """What is lit twice, since what the first brings about comes before the second."""
        with pytest.raises(CorruptHistoryError, match="Lit cannot follow"):
            HOUSE.fall_due(LIT, OVER, 2, weekdays())

    def test_causes_come_before_what_else_was_decided(self) -> None:
        """Whatever an event brings about happens before the next event of the command, in order."""
        again = OVER + SECOND
        house = evolve(
            HOUSE,
            answer=lambda *_: (Lit(at=OVER), Broke(at=again)),
            reactions=lambda _, event, *__: (
                [WentOut(at=OVER), Lit(at=again)] if event == Lit(at=OVER) else []
            ),
        )
        decided = house.decide(DARK, Light(at=OVER), 1, weekdays())
        assert decided == (Lit(at=OVER), WentOut(at=OVER), Lit(at=again), Broke(at=again))

    def test_another_policy(self) -> None:
        """Neither a command nor time."""
        with pytest.raises(InvalidValueError, match="policy: must be 2 or less"):
            HOUSE.decide(DARK, Light(at=NOON), 3, weekdays())
        with pytest.raises(InvalidValueError, match="policy: must be 2 or less"):
            HOUSE.fall_due(DARK, NOON, 3, weekdays())

    def test_without_a_calendar(self) -> None:
        """A consequence may count days."""
        with pytest.raises(DayError, match="calendar: must be a calendar"):
            HOUSE.decide(DARK, Light(at=NOON), 1)

    def test_a_naive_moment(self) -> None:
        """As for any machine."""
        with pytest.raises(DayError, match="now: must be a moment with an offset"):
            HOUSE.fall_due(DARK, datetime(2026, 9, 7), 1, weekdays())  # noqa: DTZ001 - on purpose


class TestHelpers:
    """What contexts decide with."""

    def test_needed(self) -> None:
        """The calendar itself, or an error that names it."""
        calendar = weekdays()
        assert needed(calendar) is calendar
        with pytest.raises(DayError, match="calendar"):
            needed(None)

    def test_taken(self) -> None:
        """Events as they are; a refusal is expected, or a bug."""
        events = (Lit(at=NOON),)
        burns = refuse(Why.BURNS)
        assert taken(events, "light", State.DARK) is events
        assert taken(burns, "light", State.LIT, expected={Why.BURNS}) == ()
        for expected in (set[Why](), {Why.OUT_OF_ORDER}):
            with pytest.raises(CorruptHistoryError, match="burns"):
                taken(burns, "light", State.LIT, expected=expected)

    def test_every_reason_must_be_expected(self) -> None:
        """One of two is not enough."""
        both = refuse(Why.BURNS, Why.OUT_OF_ORDER)
        require_expected(both, "light", State.LIT, expected=set(Why))
        with pytest.raises(CorruptHistoryError):
            require_expected(both, "light", State.LIT, expected={Why.BURNS})

    def test_admits_and_state_after(self) -> None:
        """Both read the table."""
        assert admits(TABLE, State.DARK, Lit)
        assert not admits(TABLE, State.DARK, WentOut)
        assert state_after(TABLE, State.DARK, Lit(at=NOON)) is State.LIT
        with pytest.raises(CorruptHistoryError):
            state_after(TABLE, State.DARK, WentOut(at=NOON))


@frozen(kw_only=True, field_transformer=checked)
class Everything:
    """A field of each kind, and one that has a converter of its own."""

    at: datetime = NOON
    until: datetime | None = None
    day: date = date(2026, 9, 7)
    last: date | None = None
    buyer: BuyerId = ZOE
    other: BuyerId | None = None
    case: Identifier = "r1"
    price: Money = ONE_EURO
    least: Money | None = None
    text: str = ""
    own: Identifier = field(default="", converter=str)


class TestChecked:
    """Fields are checked by their types when an object is made."""

    def test_as_it_is(self) -> None:
        """What is optional may be missing; other text and own converters are left alone."""
        made = Everything()
        assert (made.at, made.until, made.last, made.other, made.least) == (NOON, *[None] * 4)
        assert (made.text, made.own) == ("", "")

    @pytest.mark.parametrize("name", ["at", "until"])
    @pytest.mark.parametrize(
        "value",
        [datetime(2026, 9, 7), "2026-09-07T12:00:00+00:00", date(2026, 9, 7), 0],  # noqa: DTZ001
    )
    def test_no_moment(self, name: str, value: object) -> None:
        """A naive one, and what is none at all."""
        with pytest.raises(DayError, match=f"^{name}: must be a moment with an offset"):
            Everything(**{name: value})  # type: ignore[arg-type]

    def test_another_offset(self) -> None:
        """One instant, held in UTC."""
        made = Everything(until=datetime.fromisoformat("2026-09-07T14:00:00+02:00"))
        assert made.until == NOON
        assert made.until.tzinfo is UTC

    @pytest.mark.parametrize("name", ["day", "last"])
    @pytest.mark.parametrize("value", [NOON, "2026-09-07", 0])
    def test_no_day(self, name: str, value: object) -> None:
        """A moment is no day."""
        with pytest.raises(DayError, match=f"^{name}: must be a date"):
            Everything(**{name: value})  # type: ignore[arg-type]

    @pytest.mark.parametrize("name", ["buyer", "other", "case"])
    @pytest.mark.parametrize("value", ["", " zoe", "z\noe", "z" * 201, 7])
    def test_no_name(self, name: str, value: object) -> None:
        """Empty, spaced, unprintable, too long, none at all."""
        with pytest.raises(IdentifierError, match=f"^{name}: must be"):
            Everything(**{name: value})  # type: ignore[arg-type]

    @pytest.mark.parametrize("name", ["price", "least"])
    @pytest.mark.parametrize("value", [1, "1.00", moneyed.Money("1.005", "EUR")])
    def test_no_money(self, name: str, value: object) -> None:
        """A number, a text, and half a cent."""
        with pytest.raises(MoneyError, match=f"^{name}: must be"):
            Everything(**{name: value})  # type: ignore[arg-type]

    def test_money_of_a_host(self) -> None:
        """Copied as ours."""
        made = Everything(price=moneyed.Money("1.5", "EUR"))  # type: ignore[arg-type]
        assert (type(made.price), made.price) == (Money, Money("1.50", "EUR"))

    @pytest.mark.parametrize("name", ["at", "day", "buyer", "case", "price"])
    def test_nothing(self, name: str) -> None:
        """What is not optional may not be missing."""
        with pytest.raises((DayError, IdentifierError, MoneyError), match=f"^{name}: must be"):
            Everything(**{name: None})  # type: ignore[arg-type]
