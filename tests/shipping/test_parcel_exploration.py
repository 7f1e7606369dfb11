"""Every state that a parcel can reach by any commands at a few moments, and what holds in each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import frozen

from vintage_rules.ids import ParcelId
from vintage_rules.machine import Refused
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    CorrectNumber,
    GiveUpSearch,
    HandIn,
    ParcelCommand,
    ReceiveBack,
    RecordScan,
    ReportFound,
    SendAgain,
)
from vintage_rules.shipping.parcel.decide import PARCEL, announce_parcel
from vintage_rules.shipping.parcel.events import (
    ParcelAnnounced,
    ParcelEvent,
    ParcelFound,
    ParcelOverdue,
    ScanNoted,
)
from vintage_rules.shipping.parcel.states import Parcel, ParcelState, ScanStatus, SentBackCause

START = datetime(2026, 9, 7, 8, tzinfo=UTC)
OVERDUE_AFTER = timedelta(days=2)
MOMENTS = [START + timedelta(days=day) for day in (-1, 0, 1, 2, 3)]
AT_CUSTOMS = frozenset({ParcelState.HELD_AT_CUSTOMS, ParcelState.HELD_OVERDUE})
LATE = frozenset({ParcelState.OVERDUE, ParcelState.HELD_OVERDUE})


@frozen
class Seen:
    """A parcel, and what its history tells that it need not know: when it was changed last, and
    whether its journey has been overdue.
    """

    parcel: Parcel
    latest: datetime
    overdue: bool


@frozen
class Step:
    """What a command, or time where there is none, made of a parcel."""

    before: Seen
    command: ParcelCommand | None
    events: tuple[ParcelEvent, ...]
    after: Seen


def commands(at: datetime) -> Iterator[ParcelCommand]:
    """Give everything that anybody can say of a parcel at a moment."""
    yield HandIn(at=at, tracking_number="8R1", overdue_at=at + OVERDUE_AFTER)
    yield CorrectNumber(at=at, tracking_number="8R1")
    for status in (*ScanStatus, "odd"):
        yield RecordScan(at=at, status=status, cause=SentBackCause.UNPAID_DUTIES)
    yield ReceiveBack(at=at)
    yield AskBuyer(at=at)
    yield AnswerRefund(at=at, agrees=True)
    yield AnswerRefund(at=at, agrees=False)
    yield SendAgain(at=at)
    yield GiveUpSearch(at=at)
    yield ReportFound(at=at)


def stepped(before: Seen, command: ParcelCommand | None, events: tuple[ParcelEvent, ...]) -> Step:
    """Follow events, without asking the parcel when it was changed."""
    parcel, latest, overdue = before.parcel, before.latest, before.overdue
    for event in events:
        parcel = PARCEL.evolve(parcel, event)
        latest = latest if isinstance(event, ScanNoted) else max(latest, event.at)
        overdue = (overdue or isinstance(event, ParcelOverdue)) and not isinstance(
            event, ParcelAnnounced
        )
    return Step(before, command, events, Seen(parcel, latest, overdue))


def steps(seen: Seen) -> Iterator[Step]:
    """Give what every command, and time, makes of a parcel."""
    for at in MOMENTS:
        yield stepped(seen, None, PARCEL.fall_due(seen.parcel, at))
        for command in commands(at):
            decided = PARCEL.decide(seen.parcel, command, None)
            if not isinstance(decided, Refused):
                yield stepped(seen, command, decided)


@pytest.fixture(scope="module")
def explored() -> list[Step]:
    """Take every step from every state that any number of steps reaches."""
    announced = PARCEL.replay([announce_parcel(ParcelId("8R1"), START)])
    first = Seen(announced, START, overdue=False)
    known, edge, taken = {first}, [first], list[Step]()
    while edge:
        new = [step for seen in edge for step in steps(seen)]
        taken += new
        edge = [*dict.fromkeys(step.after for step in new if step.after not in known)]
        known.update(edge)
    return taken


@pytest.mark.no_cover
class TestExploration:
    """Wherever a parcel can be, and whatever is then said of it."""

    def test_every_state_is_reached(self, explored: list[Step]) -> None:
        """So that what holds is seen to hold in each."""
        assert {step.after.parcel.state for step in explored} == set(ParcelState)

    def test_history_is_in_order_of_time(self, explored: list[Step]) -> None:
        """What people and time do, and that a parcel is found, is dated no earlier than whatever
        changed it before; only a scan keeps its carrier's moment, however late it is told.
        """
        for step in explored:
            latest = step.before.latest
            for event in step.events:
                scanned = isinstance(step.command, RecordScan) and event is step.events[-1]
                assert scanned or event.at >= latest, (step.command, step.before)
                assert not isinstance(event, ParcelOverdue | ParcelFound) or event.at >= latest
                latest = max(latest, event.at)

    def test_the_parcel_knows_when_it_was_changed(self, explored: list[Step]) -> None:
        """Its own moment is the latest of its history, but for scans that were noted."""
        assert all(step.after.latest == step.after.parcel.at for step in explored)

    def test_never_overdue_twice_for_one_deadline(self, explored: list[Step]) -> None:
        """Time says so once on each journey, of one deadline, and dates it then."""
        for step in explored:
            told = [event for event in step.events if isinstance(event, ParcelOverdue)]
            assert len(told) + step.before.overdue <= 1, (step.command, step.before)
            assert all(event.at == step.before.parcel.overdue_at for event in told)

    def test_what_customs_hold_stays_known_as_held(self, explored: list[Step]) -> None:
        """Neither time nor a scan that is noted takes a parcel from customs; and what is late
        there is told from what is not.
        """
        for step in explored:
            before, after = step.before.parcel.state, step.after.parcel.state
            passed = all(isinstance(event, ParcelOverdue | ScanNoted) for event in step.events)
            if passed:
                assert (before in AT_CUSTOMS) == (after in AT_CUSTOMS)
            if after in AT_CUSTOMS:
                assert (after in LATE) == step.after.overdue

    def test_announced_again_nothing_is_left(self, explored: list[Step]) -> None:
        """What belongs to one journey does not outlive it."""
        again = [step for step in explored if isinstance(step.command, SendAgain)]
        assert again
        for step in again:
            afresh = PARCEL.replay([announce_parcel(ParcelId("8R1"), step.events[-1].at)])
            assert step.after.parcel == afresh

    def test_a_delivery_on_its_journey_is_never_missed(self, explored: list[Step]) -> None:
        """From wherever it can be on its way, or lost, once it was handed in."""
        under_way = set(ParcelState) - {
            ParcelState.ANNOUNCED,
            ParcelState.BACK_AT_SENDER,
            ParcelState.BUYER_ASKED,
            ParcelState.REFUND_AGREED,
            ParcelState.REFUND_DECLINED,
        }
        for step in explored:
            match step.command:
                case RecordScan(at=at, status=ScanStatus.DELIVERED) if (
                    step.before.parcel.state in under_way
                    and at >= (step.before.parcel.handed_in_at or at)
                ):
                    assert step.after.parcel.state is ParcelState.DELIVERED
