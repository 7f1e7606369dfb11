"""The journey of a parcel: a scenario from the clause for every edge, then the table, then
conversations.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.effort import CONVERSATIONS
from vintage_rules.errors import CorruptHistoryError, DayError, IdentifierError, InvalidValueError
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
    RecordReceipt,
    RecordScan,
    ReportFound,
    SendAgain,
)
from vintage_rules.shipping.parcel.decide import PARCEL, announce_parcel, reports
from vintage_rules.shipping.parcel.events import (
    ParcelBack,
    ParcelDelivered,
    ParcelEvent,
    ParcelFound,
    ParcelHeld,
    ParcelLost,
    ParcelMoved,
    ParcelOverdue,
    ParcelSentBack,
    ScanNoted,
    TrackingNumberCorrected,
)
from vintage_rules.shipping.parcel.states import Parcel, ParcelState, SentBackCause
from vintage_rules.shipping.parcel.transitions import PARCEL_DEADLINES as DEADLINES
from vintage_rules.shipping.parcel.transitions import PARCEL_TRANSITIONS as TRANSITIONS

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
OVERDUE = datetime(2026, 9, 14, 22, tzinfo=UTC)


def hours(count: float) -> datetime:
    """So many hours after the parcel was announced."""
    return MONDAY + timedelta(hours=count)


@frozen
class Told:
    """What became of a parcel that was told some commands."""

    parcel: Parcel
    events: list[ParcelEvent]
    refused: list[str]

    @property
    def names(self) -> list[str]:
        """What happened since it was announced, by name."""
        return [event.name for event in self.events[1:]]


def told(*commands: ParcelCommand) -> Told:
    """Announce a parcel and tell it each command."""
    events: list[ParcelEvent] = [announce_parcel(ParcelId("8R1"), MONDAY)]
    refused: list[str] = []
    for command in commands:
        decided = PARCEL.decide(PARCEL.replay(events), command, None)
        if isinstance(decided, Refused):
            refused += decided.reasons
        else:
            events += decided
    return Told(PARCEL.replay(events), events, refused)


def hand_in(count: float = 1) -> HandIn:
    """Hand the parcel in; it is overdue a week later."""
    return HandIn(at=hours(count), tracking_number="8R1", overdue_at=OVERDUE)


def scan(count: float, status: str, cause: SentBackCause = SentBackCause.UNKNOWN) -> RecordScan:
    """A carrier's scan so many hours after the announcement."""
    return RecordScan(at=hours(count), status=status, cause=cause)


def unpaid(count: float) -> RecordScan:
    """The carrier sends the parcel back because duties were not paid."""
    return scan(count, "going-back", SentBackCause.UNPAID_DUTIES)


def correct(count: float, number: str = "8R10") -> CorrectNumber:
    """The number that was given was not that of the parcel."""
    return CorrectNumber(at=hours(count), tracking_number=number)


class TestS1Corrected:
    """S1: the number is that of the parcel; a wrong one is corrected while it travels."""

    @pytest.mark.parametrize(
        ("before", "count", "state"),
        [
            ((), 9, "handed-in"),
            ((scan(2, "in-transit"),), 9, "under-way"),
            ((scan(2, "held-at-customs"),), 9, "held-at-customs"),
            ((scan(2, "in-transit"),), 201, "overdue"),
            ((scan(2, "held-at-customs"),), 201, "held-overdue"),
            ((scan(2, "going-back"),), 9, "going-back"),
            ((GiveUpSearch(at=hours(2)), ReportFound(at=hours(3))), 9, "found"),
        ],
    )
    def test_while_it_travels(
        self, before: tuple[ParcelCommand, ...], count: float, state: str
    ) -> None:
        """Its number is another, and it is where it was."""
        outcome = told(hand_in(), *before, correct(count))
        corrected = TrackingNumberCorrected(at=hours(count), tracking_number="8R10")
        assert (outcome.refused, outcome.events[-1]) == ([], corrected)
        assert (outcome.parcel.state, outcome.parcel.tracking_number) == (state, "8R10")
        assert (outcome.parcel.handed_in_at, outcome.parcel.overdue_at) == (hours(1), OVERDUE)

    @pytest.mark.parametrize(
        "before",
        [
            (),
            (hand_in(), scan(2, "delivered")),
            (hand_in(), scan(2, "back-at-sender")),
            (hand_in(), scan(2, "back-at-sender"), AskBuyer(at=hours(3))),
            (hand_in(), GiveUpSearch(at=hours(2))),
        ],
        ids=["announced", "delivered", "back", "asked", "lost"],
    )
    def test_when_it_does_not(self, before: tuple[ParcelCommand, ...]) -> None:
        """There is nothing to correct: the command is refused."""
        outcome = told(*before, correct(9))
        assert (outcome.refused, outcome.parcel) == (["not-now"], told(*before).parcel)

    @pytest.mark.parametrize(("count", "moves"), [(0.9, False), (1, True), (1.1, True)])
    def test_any_scan_since_the_hand_in_counts(self, count: float, moves: bool) -> None:  # noqa: FBT001 - drawn
        """What was seen under the wrong number is not newer: it was another parcel."""
        outcome = told(hand_in(), scan(5, "going-back"), correct(6), scan(count, "delivered"))
        assert outcome.names[-1] == ("parcel-delivered" if moves else "scan-noted")
        held = told(hand_in(), scan(5, "held-at-customs"), correct(6), scan(count, "in-transit"))
        assert held.parcel.state == ("under-way" if moves else "held-at-customs")

    def test_not_before_what_is_known(self) -> None:
        """People come in order."""
        outcome = told(hand_in(), scan(5, "in-transit"), correct(4.9))
        assert (outcome.refused, outcome.parcel.tracking_number) == (["out-of-order"], "8R1")
        assert told(hand_in(), scan(5, "in-transit"), correct(5)).refused == []

    def test_what_is_no_number(self) -> None:
        """Is named."""
        with pytest.raises(IdentifierError, match=r"^tracking_number: must be"):
            told(hand_in(), correct(2, ""))


class TestL5Received:
    """L5: whoever a parcel is for has it, whatever its carrier said of it."""

    @pytest.mark.parametrize(
        "before",
        [
            (),
            (hand_in(),),
            (hand_in(), scan(2, "held-at-customs")),
            (hand_in(), scan(2, "going-back")),
        ],
    )
    def test_wherever_it_was(self, before: tuple[ParcelCommand, ...]) -> None:
        """Announced only, on its way, held, or on its way back."""
        outcome = told(*before, RecordReceipt(at=hours(9)))
        assert outcome.parcel.state is ParcelState.DELIVERED
        assert outcome.parcel.delivered_at == hours(9)

    def test_one_that_was_lost_is_found_by_it(self) -> None:
        """It turned up where it was to go."""
        outcome = told(hand_in(), GiveUpSearch(at=hours(3)), RecordReceipt(at=hours(9)))
        assert outcome.names[-2:] == ["parcel-found", "parcel-delivered"]

    def test_once(self) -> None:
        """Neither what is there nor what is back at its sender is received."""
        there = told(hand_in(), RecordReceipt(at=hours(3)), RecordReceipt(at=hours(4)))
        assert there.refused == ["not-now"]
        back = told(hand_in(), ReceiveBack(at=hours(3)), RecordReceipt(at=hours(4)))
        assert back.refused == ["not-now"]

    def test_a_scan_says_nothing_of_a_parcel_that_was_not_handed_in(self) -> None:
        """It may be of another one under that number."""
        outcome = told(scan(1, "delivered"))
        assert (outcome.parcel.state, outcome.names) == ("announced", ["scan-noted"])


class TestS2HandedInAtThePostOffice:
    """S2: the mail with the tracking number leaves when the parcel is handed in, not when it is
    announced.
    """

    def test_announced_until_handed_in(self) -> None:
        """A parcel only announced has no tracking number."""
        parcel = told().parcel
        assert (parcel.id, parcel.state, parcel.tracking_number) == ("8R1", "announced", None)

    def test_a_parcel_has_a_name(self) -> None:
        """Without one it is not announced."""
        with pytest.raises(IdentifierError, match=r"^parcel: "):
            announce_parcel(ParcelId(" "), MONDAY)

    def test_handing_in_gives_the_number(self) -> None:
        """Handing in is what the mail follows, with the number in it."""
        outcome = told(hand_in())
        assert (outcome.parcel.state, outcome.parcel.tracking_number) == ("handed-in", "8R1")
        assert outcome.names == ["parcel-handed-in"]

    def test_handed_in_once(self) -> None:
        """A second handing in changes nothing: one mail, not two."""
        outcome = told(hand_in(), hand_in(2))
        assert outcome.refused == ["not-now"]
        assert outcome.names == ["parcel-handed-in"]

    def test_not_before_it_was_announced(self) -> None:
        """Nothing happens to a parcel before it is announced."""
        assert told(hand_in(-1)).refused == ["out-of-order"]

    def test_a_carrier_may_have_seen_it_before_we_hear(self) -> None:
        """Who posts it may tell us after the first scan, and date it before: a scan that was only
        noted is in nobody's way.
        """
        outcome = told(scan(5, "in-transit"), hand_in(3))
        assert (outcome.parcel.state, outcome.refused) == ("handed-in", [])
        assert outcome.names == ["scan-noted", "parcel-handed-in"]

    def test_not_overdue_before_it_is_handed_in(self) -> None:
        """An estimate counts from the dispatch, so it cannot have passed by then."""
        tick = timedelta(microseconds=1)
        late = HandIn(at=hours(1), tracking_number="8R1", overdue_at=hours(1) + tick)
        assert told(late).parcel.overdue_at == hours(1) + tick
        with pytest.raises(DayError, match="overdue_at: must be after 2026-09-07 09:00"):
            told(HandIn(at=hours(1), tracking_number="8R1", overdue_at=hours(1)))

    @pytest.mark.parametrize("number", ["", "\n", "x" * 201])
    def test_a_number_that_is_none(self, number: str) -> None:
        """A tracking number must be something a page can be opened with."""
        with pytest.raises(ValueError, match="tracking_number: must be 1 to 200 printable"):
            told(HandIn(at=hours(1), tracking_number=number))


class TestS1FollowedByScans:
    """S1: the tracking number opens the carrier's page; its scans move the parcel on."""

    def test_under_way(self) -> None:
        """A scan on the way puts it under way, and further scans leave it there."""
        outcome = told(hand_in(), scan(5, "in-transit"), scan(9, "in-transit"))
        assert outcome.parcel.state == "under-way"
        assert outcome.names == ["parcel-handed-in", "parcel-moved", "parcel-moved"]

    def test_delivered_from_under_way(self) -> None:
        """The day of delivery is kept: the return window starts with it."""
        parcel = told(hand_in(), scan(5, "in-transit"), scan(30, "delivered")).parcel
        assert (parcel.state, parcel.delivered_at) == ("delivered", hours(30))
        assert parcel.at == hours(30)

    def test_delivered_without_a_scan_before(self) -> None:
        """A parcel may be delivered on its first scan."""
        assert told(hand_in(), scan(30, "delivered")).parcel.state == "delivered"

    def test_scans_before_the_hand_in_are_noted(self) -> None:
        """An announced parcel is not moved by a scan."""
        outcome = told(scan(1, "in-transit"))
        assert (outcome.parcel.state, outcome.names) == ("announced", ["scan-noted"])

    @pytest.mark.parametrize("status", ["IN_TRANSIT", "customs clearance", "", "X9"])
    def test_unknown_stays_unknown(self, status: str) -> None:
        """A status that is not ours is never read as under way or delivered."""
        outcome = told(hand_in(), scan(5, status))
        assert outcome.parcel.state == "handed-in"
        assert outcome.events[-1] == ScanNoted(at=hours(5), status=status)

    @pytest.mark.parametrize(
        ("before", "state"),
        [
            ([scan(5, "in-transit")], "under-way"),
            ([scan(5, "held-at-customs")], "held-at-customs"),
            ([scan(5, "delivered")], "delivered"),
            ([scan(5, "going-back")], "going-back"),
            ([scan(5, "back-at-sender")], "back-at-sender"),
            ([scan(5, "back-at-sender"), AskBuyer(at=hours(6))], "buyer-asked"),
            ([GiveUpSearch(at=hours(5))], "lost"),
            ([GiveUpSearch(at=hours(5)), ReportFound(at=hours(6))], "found"),
        ],
    )
    def test_unknown_changes_nothing_anywhere(
        self, before: list[ParcelCommand], state: str
    ) -> None:
        """Wherever the parcel is, an unknown scan is noted and moves nothing."""
        outcome = told(hand_in(), *before, scan(9, "gibberish"))
        assert (outcome.parcel.state, outcome.names[-1]) == (state, "scan-noted")

    def test_unknown_after_the_buyer_answered(self) -> None:
        """Nor once the buyer has answered, either way."""
        asked: list[ParcelCommand] = [hand_in(), scan(5, "back-at-sender"), AskBuyer(at=hours(6))]
        agreed = told(*asked, AnswerRefund(at=hours(7), agrees=True), scan(9, "gibberish"))
        declined = told(*asked, AnswerRefund(at=hours(7), agrees=False), scan(9, "gibberish"))
        assert agreed.parcel.state == "refund-agreed"
        assert declined.parcel.state == "refund-declined"

    def test_a_late_scan_moves_nothing_back(self) -> None:
        """A scan older than what is known is noted: the parcel stays at customs."""
        outcome = told(hand_in(), scan(9, "held-at-customs"), scan(5, "in-transit"))
        assert outcome.parcel.state == "held-at-customs"
        assert outcome.events[-1] == ScanNoted(at=hours(5), status="in-transit")

    @pytest.mark.parametrize(
        ("told_again", "known"),
        [
            (scan(5, "in-transit"), True),
            (scan(6, "in-transit"), False),
            (scan(5, "delivered"), False),
            (scan(9, "X9"), True),
            (scan(9, "X8"), False),
            (unpaid(12), True),
        ],
        ids=range(6),
    )
    def test_a_scan_told_again_is_known(self, told_again: RecordScan, known: bool) -> None:  # noqa: FBT001 - parametrized
        """Carriers tell the whole journey each time: by its moment and what it came to."""
        journey = told(hand_in(), scan(5, "in-transit"), scan(9, "X9"), unpaid(12))
        assert any(reports(event, told_again) for event in journey.events) is known

    def test_a_scan_of_the_same_moment_counts(self) -> None:
        """Two scans of one moment are taken in the order in which they came."""
        outcome = told(hand_in(), scan(9, "held-at-customs"), scan(9, "in-transit"))
        assert outcome.parcel.state == "under-way"

    def test_a_late_delivery_counts(self) -> None:
        """A delivery is never missed because a later scan came first; its own moment is kept."""
        parcel = told(hand_in(), scan(9, "in-transit"), scan(8, "delivered")).parcel
        assert (parcel.state, parcel.delivered_at, parcel.at) == ("delivered", hours(8), hours(9))

    def test_delivered_is_the_end(self) -> None:
        """A scan after the delivery is noted."""
        outcome = told(hand_in(), scan(9, "delivered"), scan(12, "in-transit"))
        assert (outcome.parcel.state, outcome.names[-1]) == ("delivered", "scan-noted")


class TestS3Overdue:
    """S3: past the latest estimate somebody looks for the parcel; time alone says so."""

    @pytest.mark.parametrize(
        ("before", "state"),
        [([], "overdue"), (["in-transit"], "overdue"), (["held-at-customs"], "held-overdue")],
    )
    def test_both_sides_of_the_moment(self, before: list[str], state: str) -> None:
        """Not a microsecond before the estimate has passed; then, from wherever it is on its
        way.
        """
        parcel = told(hand_in(), *(scan(5, status) for status in before)).parcel
        assert PARCEL.fall_due(parcel, OVERDUE - timedelta(microseconds=1)) == ()
        (event,) = PARCEL.fall_due(parcel, OVERDUE)
        assert event == ParcelOverdue(at=OVERDUE)
        assert PARCEL.evolve(parcel, event).state == state

    def test_asked_late_it_is_dated_when_it_happened(self) -> None:
        """Asked a month late the answer is the same, and asked twice it is given once."""
        parcel = told(hand_in()).parcel
        late = PARCEL.fall_due(parcel, OVERDUE + timedelta(days=30))
        assert late == (ParcelOverdue(at=OVERDUE),)
        assert PARCEL.fall_due(PARCEL.evolve(parcel, late[0]), OVERDUE + timedelta(days=31)) == ()

    def test_a_command_never_finds_time_forgotten(self) -> None:
        """A command after the estimate first brings what was due, even if nobody asked in
        between.
        """
        outcome = told(hand_in(), scan(24 * 9, "delivered"))
        assert outcome.names == ["parcel-handed-in", "parcel-overdue", "parcel-delivered"]

    def test_without_an_estimate_never(self) -> None:
        """Where no estimate could be given nothing is overdue."""
        parcel = told(HandIn(at=hours(1), tracking_number="8R1")).parcel
        assert PARCEL.fall_due(parcel, OVERDUE + timedelta(days=999)) == ()

    def test_a_delivered_parcel_never(self) -> None:
        """What has arrived is not overdue."""
        parcel = told(hand_in(), scan(9, "delivered")).parcel
        assert PARCEL.fall_due(parcel, OVERDUE) == ()

    def test_scans_leave_an_overdue_parcel_overdue(self) -> None:
        """Moving on does not make it timely; an unknown scan is noted."""
        assert told(hand_in(), scan(24 * 9, "in-transit")).parcel.state == "overdue"
        outcome = told(hand_in(), scan(24 * 9, "in-transit"), scan(24 * 9 + 1, "odd"))
        assert (outcome.parcel.state, outcome.names[-1]) == ("overdue", "scan-noted")

    @pytest.mark.parametrize(
        ("command", "state"),
        [
            (scan(24 * 9, "delivered"), "delivered"),
            (scan(24 * 9, "held-at-customs"), "held-overdue"),
            (scan(24 * 9, "going-back"), "going-back"),
            (ReceiveBack(at=hours(24 * 9)), "back-at-sender"),
            (GiveUpSearch(at=hours(24 * 9)), "lost"),
        ],
    )
    def test_what_becomes_of_it(self, command: ParcelCommand, state: str) -> None:
        """An overdue parcel is found, held, sent back, or given up."""
        assert told(hand_in(), command).parcel.state == state

    def test_overdue_learnt_before_an_older_delivery(self) -> None:
        """A delivery that is reported after the parcel became overdue, but was before, still
        counts.
        """
        handed = told(hand_in()).parcel
        overdue = PARCEL.evolve(handed, ParcelOverdue(at=OVERDUE))
        decided = PARCEL.decide(overdue, scan(30, "delivered"), None)
        assert decided == (ParcelDelivered(at=hours(30)),)

    def test_nothing_is_done_before_what_time_has_done(self) -> None:
        """Once it is written down that the parcel is overdue, nobody does anything before that; a
        carrier may still have seen it before.
        """
        overdue = PARCEL.evolve(told(hand_in()).parcel, ParcelOverdue(at=OVERDUE))
        early = OVERDUE - timedelta(microseconds=1)
        refused = PARCEL.decide(overdue, GiveUpSearch(at=early), None)
        assert isinstance(refused, Refused)
        assert refused.reasons == ("out-of-order",)
        assert PARCEL.decide(overdue, GiveUpSearch(at=OVERDUE), None) == (ParcelLost(at=OVERDUE),)
        moved = PARCEL.decide(overdue, RecordScan(at=early, status="in-transit"), None)
        assert moved == (ParcelMoved(at=early),)


class TestL13CustomsHoldIt:
    """L13, S3: customs may hold a parcel for duties, which no estimate counts in. Held or not, it
    is overdue once its estimate has passed, and late or not it is known as held.
    """

    def test_overdue_before_it_was_held(self) -> None:
        """It was overdue first, and that once: the history says so in order of time."""
        outcome = told(hand_in(), scan(24 * 10, "held-at-customs"))
        assert outcome.names == ["parcel-handed-in", "parcel-overdue", "parcel-held"]
        assert [event.at for event in outcome.events[2:]] == [OVERDUE, hours(24 * 10)]
        assert outcome.parcel.state == "held-overdue"
        assert PARCEL.fall_due(outcome.parcel, OVERDUE + timedelta(days=99)) == ()

    def test_overdue_while_it_is_held(self) -> None:
        """It stays known as held, and is not overdue a second time."""
        outcome = told(hand_in(), scan(24 * 3, "held-at-customs"), scan(24 * 10, "odd"))
        assert outcome.names[1:] == ["parcel-held", "parcel-overdue", "scan-noted"]
        assert outcome.parcel.state == "held-overdue"
        assert PARCEL.fall_due(outcome.parcel, OVERDUE + timedelta(days=99)) == ()

    def test_held_and_released_in_time(self) -> None:
        """Released before the estimate has passed it is not late, and will be when it has."""
        parcel = told(hand_in(), scan(5, "held-at-customs"), scan(9, "in-transit")).parcel
        assert parcel.state == "under-way"
        assert PARCEL.fall_due(parcel, OVERDUE) == (ParcelOverdue(at=OVERDUE),)

    @pytest.mark.parametrize("held", [24 * 3, 24 * 10])
    def test_released_late(self, held: int) -> None:
        """Being released does not make it timely: it is overdue as before, and not once more."""
        outcome = told(hand_in(), scan(held, "held-at-customs"), scan(24 * 12, "in-transit"))
        assert outcome.parcel.state == "overdue"
        assert outcome.names.count("parcel-overdue") == 1
        assert PARCEL.fall_due(outcome.parcel, OVERDUE + timedelta(days=99)) == ()

    def test_held_before_we_hear_of_it(self) -> None:
        """A scan that is told after it was overdue, but was made before, leads to the same."""
        overdue = PARCEL.evolve(told(hand_in()).parcel, ParcelOverdue(at=OVERDUE))
        held = ParcelHeld(at=hours(24 * 3))
        assert PARCEL.decide(overdue, scan(24 * 3, "held-at-customs"), None) == (held,)
        asked = told(hand_in(), scan(24 * 3, "held-at-customs")).parcel
        (late,) = PARCEL.fall_due(asked, OVERDUE)
        assert PARCEL.evolve(overdue, held) == PARCEL.evolve(asked, late)

    @pytest.mark.parametrize(
        ("command", "state"),
        [
            (scan(24 * 12, "held-at-customs"), "held-overdue"),
            (scan(24 * 12, "delivered"), "delivered"),
            (unpaid(24 * 12), "going-back"),
            (ReceiveBack(at=hours(24 * 12)), "back-at-sender"),
            (GiveUpSearch(at=hours(24 * 12)), "lost"),
        ],
    )
    def test_what_becomes_of_it(self, command: ParcelCommand, state: str) -> None:
        """Late at customs it goes on being held, arrives, goes back, or is given up."""
        assert told(hand_in(), scan(24 * 10, "held-at-customs"), command).parcel.state == state


class TestL14UnpaidDuties:
    """L14: unpaid, the parcel goes back; once there the buyer is asked, and refunded with their
    agreement.
    """

    DECLINED: ClassVar[Sequence[ParcelCommand]] = (
        hand_in(),
        unpaid(9),
        ReceiveBack(at=hours(50)),
        AskBuyer(at=hours(51)),
        AnswerRefund(at=hours(52), agrees=False),
    )

    def test_held_then_released(self) -> None:
        """What customs hold may go on."""
        assert (
            told(
                hand_in(),
                scan(5, "held-at-customs"),
                scan(6, "held-at-customs"),
                scan(9, "in-transit"),
            ).parcel.state
            == "under-way"
        )

    def test_held_on_its_way(self) -> None:
        """Customs hold a parcel that is under way, and go on holding it."""
        held = told(hand_in(), scan(5, "in-transit"), scan(6, "held-at-customs"))
        assert held.parcel.state == "held-at-customs"
        again = told(hand_in(), scan(5, "held-at-customs"), scan(6, "held-at-customs"))
        assert again.parcel.state == "held-at-customs"

    def test_held_then_delivered(self) -> None:
        """Or be delivered straight from customs."""
        parcel = told(hand_in(), scan(5, "held-at-customs"), scan(9, "delivered")).parcel
        assert parcel.state == "delivered"

    def test_sent_back_keeps_the_cause(self) -> None:
        """Why it goes back decides what its buyer is owed."""
        parcel = told(hand_in(), scan(5, "held-at-customs"), unpaid(9)).parcel
        assert (parcel.state, parcel.cause) == ("going-back", "unpaid-duties")

    @pytest.mark.parametrize("before", [[], ["in-transit"], ["held-at-customs"]])
    def test_sent_back_and_received_from_anywhere(self, before: list[str]) -> None:
        """Wherever it was on its way it can go back, and be received by its sender."""
        on_its_way: list[ParcelCommand] = [hand_in(), *(scan(5, status) for status in before)]
        assert told(*on_its_way, unpaid(9)).parcel.state == "going-back"
        assert told(*on_its_way, ReceiveBack(at=hours(9))).parcel.state == "back-at-sender"

    def test_received_by_hand_or_by_scan(self) -> None:
        """The sender or the carrier may say that it is back."""
        by_hand = told(hand_in(), unpaid(9), ReceiveBack(at=hours(50)))
        by_scan = told(hand_in(), unpaid(9), scan(50, "back-at-sender"))
        assert by_hand.parcel.state == by_scan.parcel.state == "back-at-sender"

    def test_not_asked_before_it_is_back(self) -> None:
        """While it travels back the buyer is not asked."""
        assert told(hand_in(), unpaid(9), AskBuyer(at=hours(10))).refused == ["not-now"]

    def test_asked_once_it_is_back(self) -> None:
        """Once it is there the buyer is asked."""
        asked = told(hand_in(), unpaid(9), ReceiveBack(at=hours(50)), AskBuyer(at=hours(51)))
        assert asked.parcel.state == "buyer-asked"

    def test_refunded_only_with_agreement(self) -> None:
        """No agreement can be given before the question; with it the refund is agreed."""
        back: list[ParcelCommand] = [hand_in(), unpaid(9), ReceiveBack(at=hours(50))]
        early = told(*back, AnswerRefund(at=hours(51), agrees=True))
        assert (early.parcel.state, early.refused) == ("back-at-sender", ["not-now"])
        agreed = told(*back, AskBuyer(at=hours(51)), AnswerRefund(at=hours(52), agrees=True))
        assert agreed.parcel.state == "refund-agreed"

    def test_declined_and_sent_again(self) -> None:
        """A buyer who would rather have the parcel gets it sent again, with a new number."""
        assert told(*self.DECLINED).parcel.state == "refund-declined"
        again = told(*self.DECLINED, SendAgain(at=hours(60)))
        assert again.parcel.state == "announced"
        second = HandIn(at=hours(61), tracking_number="8R2", overdue_at=None)
        parcel = told(*self.DECLINED, SendAgain(at=hours(60)), second).parcel
        assert (parcel.state, parcel.tracking_number, parcel.overdue_at) == (
            "handed-in",
            "8R2",
            None,
        )

    def test_nothing_of_the_first_journey_is_left(self) -> None:
        """Sent again, it is as any parcel that was announced then: of its way back nothing is
        known.
        """
        again = told(*self.DECLINED, SendAgain(at=hours(60))).parcel
        assert again == PARCEL.replay([announce_parcel(ParcelId("8R1"), hours(60))])

    def test_the_second_way_back_has_its_own_cause(self) -> None:
        """Refused duties sent it back once; why it comes back again nobody has said."""
        again: list[ParcelCommand] = [*self.DECLINED, SendAgain(at=hours(60)), hand_in(61)]
        assert told(*again, ReceiveBack(at=hours(99))).parcel.cause is None
        assert told(*again, scan(90, "going-back")).parcel.cause == "unknown"

    def test_overdue_on_each_journey(self) -> None:
        """The second journey has an estimate of its own."""
        second = OVERDUE + timedelta(days=7)
        outcome = told(
            hand_in(),
            ReceiveBack(at=hours(24 * 8)),
            AskBuyer(at=hours(24 * 8)),
            AnswerRefund(at=hours(24 * 8), agrees=False),
            SendAgain(at=hours(24 * 9)),
            HandIn(at=hours(24 * 9), tracking_number="8R2", overdue_at=second),
        )
        assert outcome.names.count("parcel-overdue") == 1
        assert PARCEL.fall_due(outcome.parcel, second) == (ParcelOverdue(at=second),)

    @pytest.mark.parametrize(
        ("scanned", "state"), [(59, "handed-in"), (60, "handed-in"), (61, "delivered")]
    )
    def test_a_delivery_is_of_its_own_journey(self, scanned: int, state: str) -> None:
        """A scan from before it was handed in again delivers nothing; from then on, it does."""
        again: list[ParcelCommand] = [*self.DECLINED, SendAgain(at=hours(60)), hand_in(61)]
        assert told(*again, scan(scanned, "delivered")).parcel.state == state

    @pytest.mark.parametrize(("scanned", "state"), [(0.5, "handed-in"), (1, "delivered")])
    def test_a_delivery_before_the_hand_in_proves_nothing(self, scanned: float, state: str) -> None:
        """S2: it may be that of another parcel which had the number before."""
        assert told(hand_in(1), scan(scanned, "delivered")).parcel.state == state

    def test_declined_then_agreed(self) -> None:
        """Whoever declined may still agree."""
        parcel = told(
            hand_in(),
            unpaid(9),
            ReceiveBack(at=hours(50)),
            AskBuyer(at=hours(51)),
            AnswerRefund(at=hours(52), agrees=False),
            AnswerRefund(at=hours(53), agrees=True),
        ).parcel
        assert parcel.state == "refund-agreed"

    def test_delivered_after_all(self) -> None:
        """A parcel on its way back may still reach its buyer."""
        assert told(hand_in(), unpaid(9), scan(12, "delivered")).parcel.state == "delivered"


class TestR10Lost:
    """R10: a parcel that did not arrive is looked for; the search ends with it or without it."""

    @pytest.mark.parametrize("before", [[], ["in-transit"], ["held-at-customs"], ["going-back"]])
    def test_given_up_from_anywhere_on_its_way(self, before: list[str]) -> None:
        """Wherever it vanished the search can end without it."""
        on_its_way: list[ParcelCommand] = [hand_in(), *(scan(5, status) for status in before)]
        assert told(*on_its_way, GiveUpSearch(at=hours(99))).parcel.state == "lost"

    def test_not_before_it_was_handed_in(self) -> None:
        """What was never handed in is not lost."""
        assert told(GiveUpSearch(at=hours(2))).refused == ["not-now"]

    def test_found_and_delivered(self) -> None:
        """What turns up is delivered after all."""
        lost: list[ParcelCommand] = [hand_in(), GiveUpSearch(at=hours(99))]
        found = told(*lost, ReportFound(at=hours(120)))
        assert found.parcel.state == "found"
        delivered = told(*lost, ReportFound(at=hours(120)), scan(130, "delivered"))
        assert delivered.parcel.state == "delivered"

    def test_found_and_returned_to_its_sender(self) -> None:
        """Or it comes back to whoever sent it."""
        lost: list[ParcelCommand] = [
            hand_in(),
            GiveUpSearch(at=hours(99)),
            ReportFound(at=hours(120)),
        ]
        assert told(*lost, ReceiveBack(at=hours(130))).parcel.state == "back-at-sender"

    def test_lost_again(self) -> None:
        """It can be lost twice."""
        lost: list[ParcelCommand] = [
            hand_in(),
            GiveUpSearch(at=hours(99)),
            ReportFound(at=hours(120)),
        ]
        assert told(*lost, GiveUpSearch(at=hours(130))).parcel.state == "lost"

    def test_a_delivery_finds_it(self) -> None:
        """Found means delivered: a carrier that delivers what was given up has found it."""
        outcome = told(hand_in(), GiveUpSearch(at=hours(99)), scan(110, "delivered"))
        assert outcome.events[2:] == [
            ParcelLost(at=hours(99)),
            ParcelFound(at=hours(110)),
            ParcelDelivered(at=hours(110)),
        ]
        assert (outcome.parcel.state, outcome.parcel.delivered_at) == ("delivered", hours(110))

    def test_a_delivery_before_it_was_given_up_finds_it(self) -> None:
        """Told late, it was never lost; nobody can have found it before it was given up, and the
        day of delivery is the carrier's.
        """
        outcome = told(hand_in(), GiveUpSearch(at=hours(99)), scan(30, "delivered"))
        assert outcome.events[3:] == [ParcelFound(at=hours(99)), ParcelDelivered(at=hours(30))]
        assert (outcome.parcel.at, outcome.parcel.delivered_at) == (hours(99), hours(30))

    @pytest.mark.parametrize(
        "status", ["in-transit", "held-at-customs", "going-back", "back-at-sender", "odd"]
    )
    def test_no_other_scan_finds_it(self, status: str) -> None:
        """Having been seen is not having arrived: somebody must say that it was found."""
        outcome = told(hand_in(), GiveUpSearch(at=hours(99)), scan(110, status))
        assert (outcome.parcel.state, outcome.names[-1]) == ("lost", "scan-noted")


class TestTheTable:
    """The table is complete, obeyed, and refuses histories that cannot have happened."""

    def test_every_state_has_a_row(self) -> None:
        """No state is forgotten."""
        assert set(TRANSITIONS) == set(ParcelState)

    def test_deadlines_are_edges(self) -> None:
        """What time brings is in the table too."""
        assert all(event in TRANSITIONS[state] for state, event in DEADLINES.items())

    def test_a_history_must_start_with_an_announcement(self) -> None:
        """Events without a beginning are a corrupt history, and none are no history."""
        delivered = ParcelDelivered(at=MONDAY)
        with pytest.raises(CorruptHistoryError) as error:
            PARCEL.replay([delivered])
        assert (error.value.event, error.value.state) == (delivered, None)
        with pytest.raises(InvalidValueError, match="events: must be a history"):
            PARCEL.replay([])

    def test_an_event_out_of_place(self) -> None:
        """An announced parcel cannot be lost."""
        parcel = told().parcel
        with pytest.raises(CorruptHistoryError, match=r"ParcelLost cannot follow Parcel\(id='8R1'"):
            PARCEL.evolve(parcel, ParcelLost(at=hours(1)))

    def test_a_moment_needs_an_offset(self) -> None:
        """A command whose moment has no offset is refused by name."""
        with pytest.raises(DayError, match="at: must be a moment with an offset"):
            told(AskBuyer(at=datetime(2026, 9, 7)))  # noqa: DTZ001 - that is the point


SCANNED = (ParcelMoved, ParcelHeld, ParcelDelivered, ParcelSentBack, ParcelBack, ScanNoted)
"""What a carrier may tell late."""


class Conversation(RuleBasedStateMachine):
    """Anybody tells a parcel anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[ParcelEvent] = [announce_parcel(ParcelId("8R1"), MONDAY)]
        self.now = MONDAY

    @property
    def parcel(self) -> Parcel:
        """The parcel as its history has left it."""
        return PARCEL.replay(self.events)

    def tell(self, command: ParcelCommand) -> None:
        """Tell the parcel a command, however long nobody asked what is due; a refused one changes
        nothing.
        """
        before = self.parcel
        decided = PARCEL.decide(before, command, None)
        if isinstance(decided, Refused):
            assert decided.reasons
            assert self.parcel == before
        else:
            self.events += decided

    @rule(hour=st.integers(0, 60))
    def time_passes(self, hour: int) -> None:
        """Hours go by; sometimes somebody asks what is due, sometimes nobody does."""
        self.now += timedelta(hours=hour)
        if hour % 2:
            self.events += PARCEL.fall_due(self.parcel, self.now)

    @rule(
        status=st.sampled_from(
            ["in-transit", "held-at-customs", "delivered", "going-back", "back-at-sender", "odd"]
        ),
        late=st.integers(0, 100),
    )
    def scanned(self, status: str, late: int) -> None:
        """The carrier reports, late or not."""
        self.tell(RecordScan(at=self.now - timedelta(hours=late), status=status))

    @rule(choice=st.integers(0, 8))
    def commanded(self, choice: int) -> None:
        """Somebody handles it."""
        at = self.now
        commands: list[ParcelCommand] = [
            HandIn(at=at, tracking_number="8R1", overdue_at=at + timedelta(days=3)),
            ReceiveBack(at=at),
            AskBuyer(at=at),
            AnswerRefund(at=at, agrees=bool(len(self.events) % 2)),
            SendAgain(at=at),
            GiveUpSearch(at=at),
            ReportFound(at=at),
            RecordReceipt(at=at),
            CorrectNumber(at=at, tracking_number="8R10"),
        ]
        self.tell(commands[choice])

    @invariant()
    def nothing_is_forgotten(self) -> None:
        """A parcel on its way has a number, one delivered has its moment, one refunded was asked
        about.
        """
        parcel = self.parcel
        there = {ParcelState.ANNOUNCED, ParcelState.DELIVERED}
        assert parcel.state in there or parcel.tracking_number is not None
        if parcel.state is ParcelState.DELIVERED:
            assert parcel.delivered_at is not None
        if parcel.state is ParcelState.REFUND_AGREED:
            assert any(event.name == "buyer-asked" for event in self.events)

    @invariant()
    def in_order_of_time(self) -> None:
        """What people and time did comes after whatever changed the parcel before."""
        latest = MONDAY
        for event in self.events:
            assert event.at >= latest or isinstance(event, SCANNED)
            latest = latest if isinstance(event, ScanNoted) else max(latest, event.at)

    @invariant()
    def overdue_once_a_journey(self) -> None:
        """No deadline passes twice."""
        journeys = "".join(f" {event.name}" for event in self.events).split("parcel-announced")
        assert all(journey.count("parcel-overdue") <= 1 for journey in journeys)

    @invariant()
    def asking_twice_changes_nothing(self) -> None:
        """What is due is due once."""
        due = PARCEL.fall_due(self.parcel, self.now)
        after = PARCEL.replay([*self.events, *due])
        assert PARCEL.fall_due(after, self.now) == ()

    @invariant()
    def noted_scans_change_nothing(self) -> None:
        """Without the noted scans the history leads to the same parcel."""
        assert PARCEL.replay(e for e in self.events if not isinstance(e, ScanNoted)) == self.parcel


TestConversations = Conversation.TestCase
TestConversations.settings = settings(max_examples=CONVERSATIONS, stateful_step_count=12)
