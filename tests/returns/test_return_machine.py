from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from attrs import evolve as changed

from tests.returns.house import (
    FRANCE,
    HOUSE,
    METROPOLITAN,
    PREPAID_TO_THE_SELLERS,
    RETURNS,
    TICK,
    case_of,
    euros,
    house_of,
    paid,
    paris,
    policy_of,
    request_of,
    returned_from,
    terms_of,
)
from tests.returns.stories import (
    ANOTHER_EDITION,
    ASKED,
    LAPSES,
    POST_BY,
    TO_ADA,
    ReturnStory,
    accept,
    arrived,
    checked,
    claim_request,
    decline,
    delivered,
    on,
    posted,
    refunded,
    request,
    settled,
    triggered_by,
)
from vintage_rules.dates import Roll, Window
from vintage_rules.errors import CorruptHistoryError, DayError, InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.returns.pending_refunds import ReturnSteps
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.returns.request.commands import (
    DeclineReturn,
    RecordArrival,
    RecordCheck,
    RecordPosting,
    RecordRefund,
    RequestReturn,
    SettleReview,
    requests_by_parcel,
)
from vintage_rules.returns.request.decide import RETURN
from vintage_rules.returns.request.events import (
    RefundFellDue,
    RefundPaid,
    RefundWentOverdue,
    ReturnAccepted,
    ReturnDeclined,
    ReturnLapsed,
    ReturnRequested,
    ReviewSettled,
)
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.returns.routing import ReturnParcel, ReturnRoute, route_return
from vintage_rules.returns.terms import RefundTrigger

BY_POST = triggered_by(RefundTrigger.POSTED)
BY_RECEIPT = triggered_by(RefundTrigger.RECEIVED)
WITHOUT_RETURN = triggered_by(RefundTrigger.NONE_NEEDED)
UNHURRIED = house_of(
    policy_of(
        (
            changed(RETURNS.rules[0], terms=terms_of(PREPAID_TO_THE_SELLERS, posting=None)),
            *RETURNS.rules[1:],
        )
    )
)
COAT = SettledPiece(piece=PieceId("coat"))
LATE = date(2026, 9, 25)


class TestR2Request:
    """R2, R5: a request in writing and in time is taken, and the address sent once it is."""

    def test_is_accepted_at_once_when_nothing_speaks_against_it(self) -> None:
        """Unrequested → requested → accepted, with the day to post it by."""
        story = ReturnStory()
        assert story.status == "unrequested"
        assert story.does(request()) == ["ReturnRequested", "ReturnAccepted"]
        assert story.status == "accepted"
        assert story.now.post_by == POST_BY
        assert story.now.deadline == LAPSES
        assert story.now.is_open

    def test_is_written_down_with_what_pins_it(self) -> None:
        """The edition, the case, the pieces, where they go and the days."""
        opened = ReturnStory(request()).now.opened
        assert opened == ReturnRequested(
            at=ASKED,
            edition=HOUSE.edition,
            case=case_of(),
            pieces=(PieceId("coat"),),
            parcel=TO_ADA,
            received=date(2026, 9, 1),
            informed=date(2026, 9, 10),
            last_day=date(2026, 9, 15),
        )

    def test_is_refused_with_every_reason_and_may_be_mended(self) -> None:
        """Nothing has happened; the same buyer asks again, with the number."""
        story = ReturnStory()
        faulty = request_of(ASKED, parcel_number=None, in_writing=False)
        assert story.refuses(request(faulty)) == ["no-parcel-number", "not-in-writing"]
        assert story.status == "unrequested"
        story.does(request())
        assert story.status == "accepted"

    def test_is_in_time_by_when_it_was_made_not_recorded(self) -> None:
        """A mail of the last evening, read the next morning."""
        asked = request_of("2026-09-15T23:00:00+02:00")
        story = ReturnStory(request(asked, at=on(16, hour=9)))
        assert story.status == "accepted"
        assert story.now.steps.informed == date(2026, 9, 15)
        assert story.now.post_by == date(2026, 9, 29)

    def test_is_made_before_it_is_recorded(self) -> None:
        """The other way round is an error of the facts."""
        with pytest.raises(DayError, match="requested_at"):
            request(at=ASKED - TICK)

    def test_is_made_once(self) -> None:
        """Asking again changes nothing."""
        story = ReturnStory(request())
        assert story.refuses(request(at=on(11))) == ["already-requested"]

    def test_comes_before_anything_else(self) -> None:
        """Nobody accepts, posts or receives what was not asked for."""
        for command in (accept(), posted(), arrived(), checked(), refunded()):
            assert ReturnStory().refuses(command) == ["not-possible-now"]

    def test_takes_the_day_of_a_moment_of_receipt(self) -> None:
        """In Paris."""
        moment = paris("2026-09-01T18:00:00+02:00")
        story = ReturnStory(request(request_of(ASKED, received=moment)))
        assert story.now.opened.received == date(2026, 9, 1)

    def test_without_a_second_clock_never_lapses(self) -> None:
        """A house that sets no term for posting."""
        story = ReturnStory(request(), house=UNHURRIED)
        assert (story.now.post_by, story.now.deadline) == (None, None)
        assert story.waits(on(1, 12)) == []
        story.does(arrived(30))
        assert story.status == "received"

    def test_without_a_second_clock_a_person_ends_what_is_never_posted(self) -> None:
        """Accepted → declined: otherwise its seller would never be paid."""
        story = ReturnStory(request(), house=UNHURRIED)
        assert story.does(decline(on(1, 12))) == ["ReturnDeclined"]
        assert (story.status, story.now.is_open) == ("declined", False)


class TestR5ReturnAddress:
    """R5: the return address is sent once the request is accepted, and not before."""

    def test_is_told_with_the_acceptance(self) -> None:
        """Only `ReturnAccepted` tells it; the parcel it is for was planned with the request."""
        waiting = ReturnStory(claim_request())
        assert not any(isinstance(event, ReturnAccepted) for event in waiting.history)
        waiting.does(accept(on(11)))
        assert isinstance(waiting.history[-1], ReturnAccepted)
        assert waiting.now.opened.parcel == TO_ADA

    def test_is_never_told_to_who_is_declined(self) -> None:
        """No acceptance, no address."""
        story = ReturnStory(claim_request(), decline(on(11)))
        assert not any(isinstance(event, ReturnAccepted) for event in story.history)


class TestF2Notice:
    """F2: the buyer is mailed when the refund has been passed to what they paid with."""

    def test_names_each_means_of_payment_and_its_share(self) -> None:
        """What the mail says is in the event: so much on the card, so much on PayPal."""
        story = ReturnStory(request(), posted(), arrived(), checked())
        both = paid(card="60.00", paypal="30.00")
        story.does(RecordRefund(at=on(22), payments=both))
        assert story.history[-1] == RefundPaid(at=on(22), payments=both)

    def test_comes_once(self) -> None:
        """A refund is passed on once."""
        story = ReturnStory(request(), posted(), arrived(), checked(), refunded())
        assert story.refuses(refunded(23)) == ["not-possible-now"]


class TestR9Review:
    """R9: a person looks at the photos of a claim before its return is accepted."""

    def test_waits_for_a_person(self) -> None:
        """requested, and time alone does nothing."""
        story = ReturnStory(claim_request())
        assert story.status == "requested"
        assert story.now.is_open
        assert story.waits(on(1, 12)) == []

    def test_accepted_it_is_posted_within_the_term_of_its_acceptance(self) -> None:
        """Requested → accepted on Friday 11, posted by Friday 25, lapsed ten *ouvrables* later."""
        story = ReturnStory(claim_request())
        assert story.does(accept(on(11))) == ["ReturnAccepted"]
        assert story.status == "accepted"
        assert story.now.post_by == date(2026, 9, 25)
        assert story.now.deadline == paris("2026-10-08T00:00:00+02:00")

    def test_accepted_after_its_term_it_may_still_be_posted_that_day(self) -> None:
        """A house that counts from the request and answers a month late."""
        looked_at = changed(RETURNS.rules[0], review=True)
        house = house_of(policy_of((looked_at, *RETURNS.rules[1:])))
        story = ReturnStory(request(), accept(on(12, 10)), house=house)
        assert story.now.post_by == date(2026, 10, 12)
        assert story.now.deadline == paris("2026-10-24T00:00:00+02:00")

    def test_declined_it_is_over(self) -> None:
        """Requested → declined, with reasons; nothing can happen after."""
        story = ReturnStory(claim_request())
        assert story.does(decline(on(11))) == ["ReturnDeclined"]
        assert story.history[-1] == ReturnDeclined(at=on(11), reasons=("as-described",))
        assert story.status == "declined"
        assert not story.now.is_open
        for command in (accept(on(12)), posted(), arrived(), checked(), settled(), refunded()):
            assert story.refuses(command) == ["not-possible-now"]

    def test_a_decline_has_a_reason(self) -> None:
        """Nobody is refused for nothing."""
        with pytest.raises(InvalidValueError, match="reasons"):
            DeclineReturn(at=ASKED, reasons=())


class TestR1BeforeReceipt:
    """R1, L221-18, L221-23: who withdraws before they have the pieces posts them once they have."""

    BEFORE = request(request_of(ASKED, received=None))
    # Received on Tuesday 20 October, posted by Tuesday 3 November, lapsed ten *ouvrables* later:
    # the 11th is a holiday.
    POST_BY = date(2026, 11, 3)
    LAPSES = paris("2026-11-17T00:00:00+01:00")

    def test_no_clock_runs_before_the_pieces_are_there(self) -> None:
        """Accepted, with nothing to post: time alone never ends it."""
        story = ReturnStory(self.BEFORE, accept(on(11)))
        assert story.status == "accepted"
        assert (story.now.received, story.now.post_by, story.now.deadline) == (None, None, None)
        assert story.waits(on(31, 12)) == []
        assert story.now.is_open

    def test_it_starts_with_their_receipt(self) -> None:
        """Accepted → accepted, forty days later; to the end of the last day and the allowance."""
        story = ReturnStory(self.BEFORE, accept(on(11)))
        assert story.does(delivered(20, 10)) == ["PiecesReceived"]
        assert story.status == "accepted"
        assert story.now.received == date(2026, 10, 20)
        assert (story.now.post_by, story.now.deadline) == (self.POST_BY, self.LAPSES)
        assert story.waits(self.LAPSES - TICK) == []
        assert story.waits(self.LAPSES) == ["ReturnLapsed"]

    @pytest.mark.parametrize(
        ("month", "day", "status"), [(11, 3, "posted"), (11, 4, "needs-review")]
    )
    def test_posted_on_its_last_day_is_in_time(self, month: int, day: int, status: str) -> None:
        """The 3rd of November is, the 4th is not."""
        story = ReturnStory(self.BEFORE, accept(on(11)), delivered(20, 10))
        story.does(posted(day, month=month))
        assert story.status == status

    def test_received_before_it_is_accepted(self) -> None:
        """Requested → requested; the clock starts with the acceptance, from the receipt."""
        story = ReturnStory(self.BEFORE)
        assert story.does(delivered(14)) == ["PiecesReceived"]
        assert story.status == "requested"
        assert (story.now.post_by, story.now.deadline) == (None, None)
        assert story.waits(on(31, 12)) == []
        story.does(accept(on(15)))
        assert story.now.post_by == date(2026, 9, 28)

    def test_of_a_clock_from_acceptance_the_later_counts(self) -> None:
        """Accepted on the 11th and received on the 14th: the 28th; on the 11th too: the 25th."""
        claimed = request_of(ASKED, received=None, case=case_of(reason="claim"), photos=1)
        for day, last in ((14, 28), (11, 25)):
            story = ReturnStory(request(claimed), accept(on(11)), delivered(day))
            assert story.now.post_by == date(2026, 9, last)

    def test_told_late_it_counts_from_the_day_itself(self) -> None:
        """Received on the 14th, told on 20 October when all is over: it lapses then, not before,
        and a timely postmark revives it.
        """
        story = ReturnStory(self.BEFORE, accept(on(11)))
        assert story.does(delivered(14, at=on(20, 10))) == ["PiecesReceived"]
        assert (story.now.post_by, story.now.deadline) == (date(2026, 9, 28), on(20, 10))
        assert story.waits(on(20, 10)) == ["ReturnLapsed"]
        assert story.does(posted(28, at=on(21, 10))) == ["ReturnPosted"]

    def test_posted_before_anybody_told_of_the_receipt_it_is_in_time(self) -> None:
        """The buyer had it all the same; what is told afterwards changes nothing."""
        story = ReturnStory(self.BEFORE, accept(on(11)), posted(14))
        assert story.status == "posted"
        assert story.refuses(delivered(13, at=on(15))) == ["not-possible-now"]
        assert story.does(arrived(17)) == ["ReturnReceived"]

    def test_is_received_once(self) -> None:
        """Described twice, or of pieces that were there already."""
        story = ReturnStory(self.BEFORE, accept(on(11)), delivered(20, 10))
        assert story.refuses(delivered(21, 10)) == ["not-possible-now"]
        assert ReturnStory(request()).refuses(delivered(14)) == ["not-possible-now"]

    def test_is_not_received_before_it_happened(self) -> None:
        """Tomorrow's receipt is an error of the facts."""
        story = ReturnStory(self.BEFORE, accept(on(11)))
        with pytest.raises(DayError, match=r"received: must be not after 2026-09-14"):
            story.does(delivered(15, at=on(14)))

    def test_a_person_ends_what_never_reaches_its_buyer(self) -> None:
        """Accepted → declined: no clock runs that would."""
        story = ReturnStory(self.BEFORE, accept(on(11)))
        assert story.does(decline(on(1, 12))) == ["ReturnDeclined"]
        assert story.status == "declined"

    def test_where_nothing_comes_back_or_no_time_is_set_no_clock_starts(self) -> None:
        """The receipt is written down all the same."""
        story = ReturnStory(self.BEFORE, accept(on(11)), delivered(20, 10), house=UNHURRIED)
        assert story.now.received == date(2026, 10, 20)
        assert (story.now.post_by, story.now.deadline) == (None, None)

    def test_asked_late_twice_or_never_the_history_is_the_same(self) -> None:
        """Whoever asks in between."""
        parcel = (delivered(20, 10), arrived(20, 11, postmark=self.POST_BY))
        never = ReturnStory(self.BEFORE, accept(on(11)), *parcel)
        often = ReturnStory()
        for command in (self.BEFORE, accept(on(11)), *parcel):
            for _ in range(2):
                often.waits(command.at)
            often.does(command)
        assert often.history == never.history
        assert often.state == never.state


class TestR1Posting:
    """R1: the postmark dates the parcel that goes back, not its arrival."""

    def test_posted_on_the_last_day_is_in_time(self) -> None:
        """Accepted → posted."""
        story = ReturnStory(request())
        assert story.does(posted(24)) == ["ReturnPosted"]
        assert story.status == "posted"
        assert story.now.steps.posted == POST_BY

    def test_posted_a_day_later_needs_a_person(self) -> None:
        """Accepted → needs-review."""
        story = ReturnStory(request())
        assert story.does(posted(25)) == ["ReturnPostedLate"]
        assert story.status == "needs-review"
        assert story.now.deadline is None
        assert story.now.steps.posted == LATE
        assert story.waits(on(1, 12)) == []

    def test_a_late_arrival_with_a_timely_postmark_is_in_time(self) -> None:
        """Posted on the last day, there eleven days later: accepted → posted → received."""
        story = ReturnStory(request(), posted(24))
        made = story.does(arrived(5, 10))
        assert made == ["RefundWentOverdue", "ReturnReceived"]  # the law did not wait
        assert story.status == "received"

    def test_the_postmark_may_be_read_on_arrival(self) -> None:
        """Accepted → received; nobody told when it was posted."""
        story = ReturnStory(request())
        assert story.does(arrived(5, 10, postmark=POST_BY)) == ["ReturnReceived"]
        assert story.status == "received"
        assert story.now.steps.received == date(2026, 10, 5)

    def test_a_late_postmark_read_on_arrival_needs_a_person(self) -> None:
        """Accepted → needs-review."""
        story = ReturnStory(request())
        assert story.does(arrived(5, 10, postmark=LATE)) == ["ReturnReceivedLate"]
        assert story.status == "needs-review"
        assert story.now.steps.received == date(2026, 10, 5)
        assert story.now.deadline is None

    def test_what_arrives_by_the_last_day_was_posted_by_then(self) -> None:
        """Without a postmark; a day later nobody knows, so a person looks."""
        assert ReturnStory(request(), arrived(24)).status == "received"
        assert ReturnStory(request(), arrived(25)).status == "needs-review"

    def test_what_was_posted_in_time_stays_so_whatever_the_label_says(self) -> None:
        """The postmark that was recorded first stands."""
        story = ReturnStory(request(), posted(24), arrived(5, 10, postmark=LATE))
        assert story.status == "received"

    def test_a_late_one_that_arrives_still_waits_for_the_person(self) -> None:
        """needs-review → needs-review, now with its day of arrival; it arrives once."""
        story = ReturnStory(request(), posted(25))
        assert story.does(arrived(29)) == ["ReturnReceivedLate"]
        assert story.status == "needs-review"
        assert story.now.steps.received == date(2026, 9, 29)
        assert story.refuses(arrived(30)) == ["not-possible-now"]

    def test_is_posted_once(self) -> None:
        """A second postmark changes nothing."""
        assert ReturnStory(request(), posted(14)).refuses(posted(15)) == ["not-possible-now"]

    def test_is_not_recorded_before_it_happened(self) -> None:
        """A postmark or an arrival of tomorrow is an error of the facts; today's is not."""
        story = ReturnStory(request())
        with pytest.raises(DayError, match="postmark"):
            story.does(posted(15, at=on(14)))
        with pytest.raises(DayError, match="arrived"):
            story.does(arrived(15, at=on(14)))
        assert story.does(posted(15, at=paris("2026-09-14T22:30:00+00:00"))) == ["ReturnPosted"]

    def test_is_not_posted_before_there_is_anything_to_post(self) -> None:
        """Received on the 1st: a postmark of that day is taken, one of the day before or of years
        ago is not, on whatever it is read.
        """
        assert ReturnStory(request(), posted(1, at=ASKED)).status == "posted"
        story = ReturnStory(request())
        for day in (date(2026, 8, 31), date(2020, 9, 14)):
            with pytest.raises(DayError, match=r"postmark: must be not before 2026-09-01"):
                story.does(RecordPosting(at=on(14), postmark=day))
            with pytest.raises(DayError, match=r"postmark: must be not before 2026-09-01"):
                story.does(arrived(17, postmark=day))
            with pytest.raises(DayError, match=r"arrived: must be not before 2026-09-01"):
                story.does(RecordArrival(at=on(17), arrived=day, postmark=None))
        assert story.status == "accepted"

    def test_asked_before_receipt_it_may_be_posted_from_that_day_on(self) -> None:
        """Nobody has told yet when the pieces came: the day of the request bounds it."""
        asked = (request(request_of(ASKED, received=None)), accept(on(11)))
        assert ReturnStory(*asked, posted(10, at=on(12))).status == "posted"
        with pytest.raises(DayError, match=r"postmark: must be not before 2026-09-10"):
            ReturnStory(*asked, posted(9, at=on(12)))

    def test_posted_before_it_was_accepted_it_counts(self) -> None:
        """A buyer who could not wait: posted on the 5th, asked for on the 10th, accepted later."""
        assert ReturnStory(request(), posted(5, at=on(12))).status == "posted"
        story = ReturnStory(claim_request(), accept(on(21)))
        assert story.does(posted(11, at=on(21))) == ["ReturnPosted"]

    def test_does_not_arrive_before_it_was_posted(self) -> None:
        """By the postmark recorded or the one it bears; on its very day it may, told later."""
        story = ReturnStory(request(), posted(14))
        with pytest.raises(DayError, match=r"arrived: must be not before 2026-09-14, its postmark"):
            story.does(arrived(13, at=on(17)))
        assert story.status == "posted"
        assert story.does(arrived(14, at=on(17))) == ["ReturnReceived"]
        story = ReturnStory(request())
        with pytest.raises(DayError, match=r"arrived: must be not before 2026-09-16, its postmark"):
            story.does(arrived(15, postmark=date(2026, 9, 16), at=on(17)))
        with pytest.raises(DayError, match=r"postmark: must be not after 2026-09-17"):
            story.does(arrived(17, postmark=date(2026, 9, 18)))
        assert story.does(arrived(16, postmark=date(2026, 9, 16), at=on(17))) == ["ReturnReceived"]


class TestR1Lapse:
    """R1, L221-23: what is not posted in time is over, once a timely parcel would have arrived."""

    def test_lapses_at_the_end_of_the_allowance(self) -> None:
        """Accepted → lapsed, dated when it happened however late it is asked."""
        story = ReturnStory(request())
        assert story.waits(LAPSES - TICK) == []
        assert story.waits(on(1, 12)) == ["ReturnLapsed"]
        assert story.status == "lapsed"
        assert story.now.at == LAPSES
        assert not story.now.is_open
        assert story.waits(on(2, 12)) == []

    def test_at_its_very_moment(self) -> None:
        """The moment itself is late."""
        assert RETURN.fall_due(ReturnStory(request()).state, LAPSES) == (ReturnLapsed(at=LAPSES),)

    def test_a_timely_postmark_revives_it(self) -> None:
        """Lapsed → received: the parcel took three weeks, and the postmark counts."""
        story = ReturnStory(request())
        made = story.does(arrived(15, 10, postmark=POST_BY))
        assert made == ["ReturnLapsed", "ReturnReceived"]
        assert story.status == "received"
        assert story.now.is_open

    def test_a_proof_of_timely_posting_revives_it(self) -> None:
        """Lapsed → posted."""
        story = ReturnStory(request())
        story.waits(LAPSES)
        assert story.does(posted(24, at=on(8, 10))) == ["ReturnPosted"]
        assert story.status == "posted"

    def test_a_late_proof_needs_a_person(self) -> None:
        """Lapsed → needs-review, by the proof of posting and by the parcel."""
        story = ReturnStory(request())
        assert story.does(posted(25, at=on(8, 10))) == ["ReturnLapsed", "ReturnPostedLate"]
        assert story.status == "needs-review"
        story = ReturnStory(request())
        made = story.does(arrived(8, 10, postmark=LATE))
        assert made == ["ReturnLapsed", "ReturnReceivedLate"]
        assert story.status == "needs-review"

    def test_over_it_takes_no_other_command(self) -> None:
        """Nothing is accepted, checked or refunded."""
        story = ReturnStory(request())
        story.waits(LAPSES)
        commands = (accept(on(8, 10)), checked(8, Finding.AS_SENT, 10), refunded(8, 10))
        for command in (*commands, decline(on(8, 10)), settled(8, None, 10)):
            assert story.refuses(command) == ["not-possible-now"]

    def test_asked_late_twice_or_never_the_history_is_the_same(self) -> None:
        """Whoever asks in between, the parcel that comes on 15 October finds the same return."""
        never = ReturnStory(request(), arrived(15, 10, postmark=POST_BY))
        often = ReturnStory(request())
        for moment in (on(30), LAPSES - TICK, LAPSES, LAPSES, on(14, 10)):
            often.waits(moment)
        often.does(arrived(15, 10, postmark=POST_BY))
        assert often.history == never.history
        assert often.state == never.state


class TestF1Check:
    """F1: a refund is due when the piece is back and has been checked."""

    def test_as_sent_it_is_refunded(self) -> None:
        """Received → checked → refund-due → refunded."""
        story = ReturnStory(request(), posted(), arrived())
        assert story.status == "received"
        assert story.does(checked()) == ["ReturnPassed", "RefundFellDue"]
        assert story.status == "refund-due"
        assert story.now.refunds == (COAT,)
        assert story.now.steps == ReturnSteps(
            informed=date(2026, 9, 10),
            posted=date(2026, 9, 14),
            received=date(2026, 9, 17),
            checked=date(2026, 9, 18),
        )
        assert story.does(refunded()) == ["RefundPaid"]
        assert story.status == "refunded"
        assert story.history[-1] == RefundPaid(at=on(22), payments=paid(card="90.00"))
        assert story.now.deadline is None
        assert not story.now.is_open

    def test_checked_is_a_state_of_its_own(self) -> None:
        """Between the check and the refund falling due; the events come together."""
        story = ReturnStory(request(), posted(), arrived())
        answer = RETURN.decide(story.state, checked(), HOUSE, FRANCE)
        assert isinstance(answer, tuple)
        passed = RETURN.evolve(story.state, answer[0])
        assert passed.state is ReturnState.CHECKED
        assert passed.findings == checked().findings

    @pytest.mark.parametrize(
        "finding",
        [Finding.DAMAGED, Finding.MISSING, Finding.ANOTHER_PIECE, Finding.UNKNOWN],
    )
    def test_anything_else_needs_a_person(self, finding: Finding) -> None:
        """Received → needs-review."""
        story = ReturnStory(request(), posted(), arrived())
        assert story.does(checked(18, finding)) == ["ReturnQuestioned"]
        assert story.status == "needs-review"
        assert story.now.findings == (CheckedPiece(piece=PieceId("coat"), finding=finding),)
        assert story.now.steps.checked == date(2026, 9, 18)
        assert story.now.is_open

    def test_a_finding_may_be_told_by_its_name(self) -> None:
        """As sent is as sent."""
        named = CheckedPiece(piece=PieceId("coat"), finding="as-sent")
        assert named.finding is Finding.AS_SENT
        story = ReturnStory(request(), posted(), arrived())
        story.does(RecordCheck(at=on(18), findings=(named,)))
        assert story.status == "refund-due"

    def test_one_doubtful_piece_of_two_needs_a_person(self) -> None:
        """The parcel is settled as a whole."""
        both = request_of(ASKED, names=("coat", "hat"))
        parcel = changed(TO_ADA, pieces=both.pieces)
        story = ReturnStory(request(both, parcel), posted(), arrived())
        findings = (
            CheckedPiece(piece=PieceId("coat"), finding=Finding.AS_SENT),
            CheckedPiece(piece=PieceId("hat"), finding=Finding.MISSING),
        )
        story.does(RecordCheck(at=on(18), findings=findings))
        assert story.status == "needs-review"
        hat = SettledPiece(piece=PieceId("hat"))
        story.does(SettleReview(at=on(19), refunds=(COAT,)))
        assert story.now.refunds == (COAT,)
        assert hat not in story.now.refunds

    def test_a_person_settles_what_is_refunded(self) -> None:
        """needs-review → checked → refund-due, less what is withheld."""
        story = ReturnStory(request(), posted(), arrived(), checked(18, Finding.DAMAGED))
        assert story.does(settled(21, euros("30.00"))) == ["ReviewSettled", "RefundFellDue"]
        assert story.status == "refund-due"
        assert story.now.refunds == (changed(COAT, withheld=euros("30.00")),)

    def test_settled_is_checked(self) -> None:
        """The review is the check; the events come together."""
        story = ReturnStory(request(), posted(), arrived(), checked(18, Finding.DAMAGED))
        answer = RETURN.decide(story.state, settled(), HOUSE, FRANCE)
        assert isinstance(answer, tuple)
        assert answer[0] == ReviewSettled(at=on(21), refunds=(COAT,))
        assert RETURN.evolve(story.state, answer[0]).state is ReturnState.CHECKED

    def test_what_was_settled_when_a_claim_was_upheld_is_refunded(self) -> None:
        """As sent, the coat comes to what a person settled then, and the hat of which they said
        nothing to all of it; where the check finds otherwise, the review settles it again.
        """
        both = request_of(
            ASKED, case=case_of(reason="claim"), names=("coat", "hat"), photos=1, upheld=True
        )
        less = changed(COAT, withheld=euros("40.00"))
        asked = RequestReturn(
            at=ASKED, request=both, parcel=changed(TO_ADA, pieces=both.pieces), refunds=(less,)
        )
        back = (asked, posted(), arrived())
        story = ReturnStory(*back, checked(18, Finding.AS_SENT, 9, "coat", "hat"))
        assert story.now.refunds == (less, SettledPiece(piece=PieceId("hat")))
        story = ReturnStory(*back, checked(18, Finding.DAMAGED, 9, "coat", "hat"), settled())
        assert story.now.refunds == (COAT,)

    def test_only_an_upheld_claim_has_settled_anything(self) -> None:
        """And only of the pieces of the return, each once."""
        upheld = request_of(ASKED, case=case_of(reason="claim"), upheld=True)
        hat = SettledPiece(piece=PieceId("hat"))
        for asked, refunds in (
            (request_of(ASKED), (COAT,)),
            (upheld, (hat,)),
            (upheld, (COAT,) * 2),
        ):
            with pytest.raises(InvalidValueError, match="refunds"):
                RequestReturn(at=ASKED, request=asked, parcel=TO_ADA, refunds=refunds)

    def test_a_person_may_refuse_the_refund(self) -> None:
        """needs-review → declined: another piece was sent back."""
        story = ReturnStory(request(), posted(), arrived(), checked(18, Finding.ANOTHER_PIECE))
        assert story.does(decline(on(21))) == ["ReturnDeclined"]
        assert story.status == "declined"
        assert story.now.deadline is None

    def test_a_late_parcel_may_be_settled_too(self) -> None:
        """The house may be kind."""
        story = ReturnStory(request(), posted(25), arrived(29), settled(30))
        assert story.status == "refund-due"

    def test_is_not_possible_before_it_is_back(self) -> None:
        """Nor twice."""
        story = ReturnStory(request(), posted())
        assert story.refuses(checked()) == ["not-possible-now"]
        assert story.refuses(refunded()) == ["not-possible-now"]
        assert story.refuses(settled()) == ["not-possible-now"]
        story = ReturnStory(request(), posted(), arrived(), checked())
        assert story.refuses(checked(19)) == ["not-possible-now"]

    def test_has_a_finding_for_each_piece(self) -> None:
        """Of another piece, of none or twice of one is an error of the facts."""
        story = ReturnStory(request(), posted(), arrived())
        for names in (("bag",), ("coat", "coat"), ("coat", "bag")):
            with pytest.raises(InvalidValueError, match="findings"):
                story.does(checked(18, Finding.AS_SENT, 9, *names))

    def test_a_settlement_is_of_some_of_the_pieces(self) -> None:
        """Of none, of a strange one or of one twice is an error of the facts."""
        story = ReturnStory(request(), posted(), arrived(), checked(18, Finding.DAMAGED))
        umbrella = SettledPiece(piece=PieceId("umbrella"))
        for refunds in ((), (umbrella,), (COAT, COAT), (COAT, umbrella)):
            with pytest.raises(InvalidValueError, match="refunds"):
                story.does(SettleReview(at=on(21), refunds=refunds))


class TestF4Overdue:
    """F4, L221-24: a refund that is not there by its day is overdue, once; its state stays."""

    def test_while_it_is_on_its_way_back(self) -> None:
        """Posted → posted: by law at the end of the 14th day after the house was informed."""
        story = ReturnStory(request(), posted())
        end = paris("2026-09-25T00:00:00+02:00")
        assert story.waits(end - TICK) == []
        assert story.waits(on(1, 12)) == ["RefundWentOverdue"]
        assert story.status == "posted"
        assert story.now.overdue_since == end
        assert story.now.deadline is None
        assert story.does(arrived(30)) == ["ReturnReceived"]
        assert story.now.deadline is None
        assert story.waits(on(1, 12)) == []

    def test_what_was_posted_and_never_came_is_settled_by_a_person(self) -> None:
        """Posted → checked → refund-due, once it is overdue and not before: the buyer has proof of
        posting.
        """
        story = ReturnStory(request(), posted())
        end = paris("2026-09-25T00:00:00+02:00")
        early = SettleReview(at=end - TICK, refunds=(COAT,))
        assert story.refuses(early) == ["not-possible-now"]
        answer = RETURN.decide(story.state, changed(early, at=end), HOUSE, FRANCE)
        assert isinstance(answer, tuple)
        overdue, looked_at, due = answer
        assert (
            RETURN.evolve(RETURN.evolve(story.state, overdue), looked_at).state
            is ReturnState.CHECKED
        )
        assert isinstance(due, RefundFellDue)
        story.does(changed(early, at=end))
        assert (story.status, story.now.refunds) == ("refund-due", (COAT,))
        assert story.does(refunded(26)) == ["RefundPaid"]
        assert story.does(arrived(30)) == ["ReturnReceived"]

    def test_what_was_posted_and_never_came_may_be_declined(self) -> None:
        """Posted → declined, once it is overdue and not before: the proof was none."""
        story = ReturnStory(request(), posted())
        end = paris("2026-09-25T00:00:00+02:00")
        assert story.refuses(decline(end - TICK)) == ["not-possible-now"]
        assert story.does(decline(end)) == ["RefundWentOverdue", "ReturnDeclined"]
        assert (story.status, story.now.is_open) == ("declined", False)

    def test_while_it_is_back_and_not_checked(self) -> None:
        """Received → received: five *ouvrés* after Thursday 17 September."""
        story = ReturnStory(request(), posted(), arrived(17))
        end = paris("2026-09-25T00:00:00+02:00")
        assert story.waits(end - TICK) == []
        assert story.waits(end) == ["RefundWentOverdue"]
        assert story.status == "received"
        assert story.now.overdue_since == end

    def test_the_house_s_own_days_may_end_before_the_law_s(self) -> None:
        """Back on Monday 14, it is overdue after Monday 21."""
        story = ReturnStory(request(), posted(11), arrived(14))
        assert story.now.deadline == paris("2026-09-22T00:00:00+02:00")

    def test_while_a_person_looks(self) -> None:
        """needs-review → needs-review: a question does not stop the clock."""
        story = ReturnStory(request(), posted(11), arrived(14), checked(15, Finding.DAMAGED))
        assert story.waits(on(22)) == ["RefundWentOverdue"]
        assert story.status == "needs-review"

    def test_while_it_is_due_and_not_made(self) -> None:
        """refund-due → refund-due."""
        story = ReturnStory(request(), posted(11), arrived(14), checked(15))
        assert story.waits(on(22)) == ["RefundWentOverdue"]
        assert story.status == "refund-due"
        assert story.does(refunded(23)) == ["RefundPaid"]
        assert story.status == "refunded"

    def test_at_once_when_its_day_passed_before_anybody_knew(self) -> None:
        """Posted on the 14th, told on 8 October: overdue from then on, in order of time."""
        story = ReturnStory(request())
        late = on(6, 10)
        assert story.does(posted(14, at=late)) == ["ReturnPosted"]
        assert story.now.deadline == late
        assert story.waits(late) == ["RefundWentOverdue"]
        assert story.now.overdue_since == late

    def test_not_once_it_is_paid(self) -> None:
        """Refunded in time it is never overdue, nor when the piece comes after the money."""
        story = ReturnStory(request(), posted(), arrived(), checked(), refunded(22))
        assert story.waits(on(1, 12)) == []
        story = ReturnStory(request(), posted(), refunded(15), arrived(30), house=BY_POST)
        assert story.now.deadline is None
        assert story.waits(on(1, 12)) == []

    def test_a_command_sees_what_time_did_before_it(self) -> None:
        """The refund on the 30th comes after the event of the 25th."""
        story = ReturnStory(request(), posted(), arrived(), checked())
        assert story.does(refunded(30)) == ["RefundWentOverdue", "RefundPaid"]
        moments = [event.at for event in story.history]
        assert moments == sorted(moments)

    def test_without_a_law_only_the_house_s_days_count(self) -> None:
        """A claim that is posted waits for its receipt."""
        story = ReturnStory(claim_request(), accept(on(11)), posted())
        assert story.now.deadline is None
        story.does(arrived(17))
        assert story.now.deadline == paris("2026-09-25T00:00:00+02:00")

    def test_without_a_law_a_person_ends_what_was_posted_and_never_came(self) -> None:
        """Posted → refund-due or declined: no clock runs that could tell."""
        lost = (claim_request(), accept(on(11)), posted())
        refused = ReturnStory(*lost)
        assert refused.does(decline(on(1, 12))) == ["ReturnDeclined"]
        assert refused.status == "declined"
        story = ReturnStory(*lost)
        assert story.does(settled()) == ["ReviewSettled", "RefundFellDue"]
        assert story.status == "refund-due"


class TestF1OtherTriggers:
    """Other houses refund on a tracking number, on receipt, or without any return."""

    def test_on_posting(self) -> None:
        """Posted → refund-due; the parcel and its check are still written down."""
        story = ReturnStory(request(), house=BY_POST)
        assert story.does(posted()) == ["ReturnPosted", "RefundFellDue"]
        assert story.status == "refund-due"
        assert story.now.refunds == (COAT,)
        assert story.does(arrived()) == ["ReturnReceived"]
        assert story.status == "refund-due"
        assert story.does(checked()) == ["ReturnPassed"]
        assert story.status == "refund-due"
        assert story.does(refunded()) == ["RefundPaid"]
        assert story.status == "refunded"

    def test_on_posting_proven_by_arrival(self) -> None:
        """Accepted → received → refund-due."""
        story = ReturnStory(request(), house=BY_POST)
        assert story.does(arrived()) == ["ReturnReceived", "RefundFellDue"]
        assert story.status == "refund-due"

    def test_on_receipt(self) -> None:
        """Received → refund-due, before any check."""
        story = ReturnStory(request(), posted(), house=BY_RECEIPT)
        assert story.status == "posted"
        assert story.does(arrived()) == ["ReturnReceived", "RefundFellDue"]
        assert story.status == "refund-due"

    def test_without_a_return(self) -> None:
        """Accepted → refund-due: a counterfeit is refunded as it is, within the law's days."""
        story = ReturnStory(house=WITHOUT_RETURN)
        made = story.does(request(parcel=None))
        assert made == ["ReturnRequested", "ReturnAccepted", "RefundFellDue"]
        assert story.status == "refund-due"
        assert (story.now.post_by, story.now.opened.parcel) == (None, None)
        assert story.now.deadline == paris("2026-09-25T00:00:00+02:00")
        assert story.now.refunds == (COAT,)

    def test_a_check_after_the_money_is_written_down(self) -> None:
        """Refunded → refunded, as sent or not: the money is gone."""
        paid_first = (request(), posted(), refunded(15))
        story = ReturnStory(*paid_first, house=BY_POST)
        assert story.does(arrived()) == ["ReturnReceived"]
        assert story.status == "refunded"
        assert story.does(checked()) == ["ReturnPassed"]
        assert story.status == "refunded"
        assert story.now.steps.checked == date(2026, 9, 18)
        story = ReturnStory(*paid_first, arrived(), house=BY_POST)
        assert story.does(checked(18, Finding.DAMAGED)) == ["ReturnQuestioned"]
        assert story.status == "refunded"
        assert story.refuses(settled()) == ["not-possible-now"]

    def test_a_check_before_the_money_may_stop_it(self) -> None:
        """refund-due → needs-review → refund-due, with what the person withheld."""
        story = ReturnStory(request(), posted(), arrived(), house=BY_POST)
        assert story.does(checked(18, Finding.DAMAGED)) == ["ReturnQuestioned"]
        assert story.status == "needs-review"
        story.does(settled(21, euros("30.00")))
        assert story.status == "refund-due"
        assert story.now.refunds == (changed(COAT, withheld=euros("30.00")),)

    def test_a_late_one_arrives_after_the_money_as_any_other(self) -> None:
        """Where nothing had to come back, what comes is written down."""
        story = ReturnStory(request(parcel=None), house=WITHOUT_RETURN)
        assert story.does(arrived(30, 11)) == ["RefundWentOverdue", "ReturnReceived"]
        assert story.status == "refund-due"

    def test_a_law_may_count_from_the_proof(self) -> None:
        """United Kingdom: overdue 14 days after posting."""
        terms = RETURNS.rules[0].terms
        assert terms is not None
        law = Window(anchor="recovered", length=terms.window.length, roll=Roll.NONE)
        british = changed(terms, refund=changed(terms.refund, law=law))
        house = house_of(policy_of((changed(RETURNS.rules[0], terms=british), *RETURNS.rules[1:])))
        story = ReturnStory(request(), posted(14), house=house)
        assert story.now.deadline == paris("2026-09-29T00:00:00+02:00")


class TestR3OneReturnAParcel:
    """R3: from France a request over two sellers is two parcels, each a return by itself."""

    def test_each_parcel_of_the_route_is_asked_for(self) -> None:
        """Each with its own pieces, of one request."""
        asked = request_of(ASKED, names=("coat", "bag"))
        route = route_return(asked.case, returned_from(coat="ada", bag="lou"), RETURNS)
        assert isinstance(route, ReturnRoute)
        first, second = requests_by_parcel(asked, route, ASKED)
        assert (first.pieces, second.pieces) == ((PieceId("coat"),), (PieceId("bag"),))
        ada, lou = ReturnStory(first), ReturnStory(second)
        assert (ada.now.opened.pieces, lou.now.opened.pieces) == (first.pieces, second.pieces)
        ada.does(posted())
        assert (ada.status, lou.status) == ("posted", "accepted")

    def test_where_nothing_comes_back_there_is_one_return(self) -> None:
        """Of all the pieces."""
        asked = request_of(ASKED, names=("coat", "bag"))
        case = WITHOUT_RETURN.returns.case(METROPOLITAN, reason="withdrawal")
        route = route_return(case, returned_from(coat="ada", bag="lou"), WITHOUT_RETURN.returns)
        assert isinstance(route, ReturnRoute)
        (only,) = requests_by_parcel(asked, route, ASKED)
        assert only == RequestReturn(at=ASKED, request=asked, parcel=None)
        assert only.pieces == asked.pieces

    def test_a_parcel_holds_pieces_of_its_request(self) -> None:
        """Another piece is an error of the facts."""
        stranger = changed(TO_ADA, pieces=(PieceId("umbrella"),))
        with pytest.raises(InvalidValueError, match="parcel"):
            request(parcel=stranger)


class TestCommands:
    """A command that does not fit is refused and changes nothing; a wrong policy is an error."""

    def test_before_the_last_event_is_out_of_order(self) -> None:
        """The same moment is in order, an earlier one is not."""
        story = ReturnStory(claim_request())
        assert story.refuses(accept(ASKED - TICK)) == ["out-of-order"]
        assert story.does(accept(ASKED)) == ["ReturnAccepted"]

    def test_under_another_edition_is_an_error(self) -> None:
        """A return is settled under the edition it was asked under."""
        story = ReturnStory(request())
        story.house = house_of(edition=ANOTHER_EDITION)
        with pytest.raises(InvalidValueError, match=r"policy: must be the edition.*2023-01-01"):
            story.does(posted())

    def test_under_a_policy_that_takes_no_such_return_is_an_error(self) -> None:
        """It cannot be the one it was asked under."""
        story = ReturnStory(request())
        refusing = changed(RETURNS.rules[0], terms=None)
        story.house = house_of(policy_of((refusing, *RETURNS.rules[1:])))
        with pytest.raises(InvalidValueError, match="policy"):
            story.does(posted())

    def test_an_accepted_return_is_not_accepted_or_declined_again(self) -> None:
        """Its request has been answered."""
        story = ReturnStory(request())
        assert story.refuses(accept(on(11))) == ["not-possible-now"]
        assert story.refuses(decline(on(11))) == ["not-possible-now"]


class TestHistory:
    """What has happened is replayed without a policy; what cannot have happened is an error."""

    def test_replaying_gives_the_same_return(self) -> None:
        """From the first event, or from any state on."""
        story = ReturnStory(request(), posted(), arrived(), checked(), refunded())
        assert RETURN.replay(story.history) == story.state
        half = RETURN.replay(story.history[:3])
        assert RETURN.replay(story.history[3:], half) == story.state
        with pytest.raises(InvalidValueError, match="events: must be a history"):
            RETURN.replay([])

    def test_begins_with_a_request(self) -> None:
        """And has only one."""
        lapsed = ReturnLapsed(at=ASKED)
        with pytest.raises(CorruptHistoryError):
            RETURN.evolve(None, lapsed)
        story = ReturnStory(request())
        with pytest.raises(CorruptHistoryError):
            RETURN.evolve(story.state, story.history[0])

    def test_holds_no_event_that_its_state_does_not_have(self) -> None:
        """A refund of what was never checked."""
        story = ReturnStory(request())
        with pytest.raises(CorruptHistoryError, match="RefundPaid cannot follow"):
            RETURN.evolve(story.state, RefundPaid(at=on(11), payments=()))

    def test_is_in_order_of_time(self) -> None:
        """An event of the same moment may follow, an earlier one may not."""
        story = ReturnStory(request())
        accepted = story.history[1]
        assert isinstance(accepted, ReturnAccepted)
        requested = RETURN.evolve(None, story.history[0])
        assert RETURN.evolve(requested, accepted) == story.state
        with pytest.raises(CorruptHistoryError):
            RETURN.evolve(requested, changed(accepted, at=ASKED - TICK))

    def test_time_does_nothing_to_what_was_never_asked_for(self) -> None:
        """No return, no deadline."""
        assert RETURN.fall_due(None, on(1, 12)) == ()

    def test_moments_have_an_offset(self) -> None:
        """Asking what is due without one is an error."""
        with pytest.raises(DayError, match="now"):
            RETURN.fall_due(ReturnStory(request()).state, datetime(2026, 10, 1))  # noqa: DTZ001

    def test_what_fell_due_says_when_the_refund_goes_overdue(self) -> None:
        """The event carries the results of the policy."""
        story = ReturnStory(request(), posted(11), arrived(14), checked(15))
        fell_due = story.history[-1]
        assert isinstance(fell_due, RefundFellDue)
        assert fell_due.overdue_at == paris("2026-09-22T00:00:00+02:00")
        assert story.waits(fell_due.overdue_at) == [RefundWentOverdue.__name__]


class TestClocks:
    """Daylight saving, leap days and year ends move no last day."""

    def test_a_lapse_over_the_end_of_summer_time(self) -> None:
        """Requested on 12 October, to be posted by the 26th, lapsed after Saturday 7 November."""
        asked = request_of("2026-10-12T12:00:00+02:00", received=date(2026, 10, 1))
        story = ReturnStory(request(asked, at=asked.requested_at))
        assert story.now.post_by == date(2026, 10, 26)
        assert story.now.deadline == paris("2026-11-07T00:00:00+01:00")

    def test_a_lapse_over_the_end_of_the_year(self) -> None:
        """Requested on 18 December 2026: New Year is a holiday, the 4th a Monday."""
        asked = request_of("2026-12-18T12:00:00+01:00", received=date(2026, 12, 10))
        story = ReturnStory(request(asked, at=asked.requested_at))
        assert story.now.post_by == date(2027, 1, 4)
        assert story.now.deadline == paris("2027-01-16T00:00:00+01:00")

    def test_a_leap_day_is_a_day(self) -> None:
        """Requested on 15 February 2028, posted by the 29th."""
        asked = request_of("2028-02-15T12:00:00+01:00", received=date(2028, 2, 10))
        story = ReturnStory(request(asked, at=asked.requested_at))
        assert story.now.post_by == date(2028, 2, 29)

    def test_a_request_just_after_midnight_is_of_the_new_day(self) -> None:
        """In Paris, whatever the day in UTC."""
        asked = request_of("2026-09-10T00:00:00+02:00")
        assert asked.requested_at == paris("2026-09-09T22:00:00+00:00")
        story = ReturnStory(request(asked, at=asked.requested_at + timedelta(seconds=1)))
        assert story.now.steps.informed == date(2026, 9, 10)


class TestDaysInParis:
    """What happens late in the evening in UTC happens the next day in Paris."""

    EVENING = "T23:30:00+00:00"

    def test_a_receipt(self) -> None:
        """Received on 31 August in UTC, on 1 September in Paris."""
        moment = paris(f"2026-08-31{self.EVENING}")
        story = ReturnStory(request(request_of(ASKED, received=moment)))
        assert story.now.opened.received == date(2026, 9, 1)

    def test_an_acceptance(self) -> None:
        """Accepted on Friday 11, posted by Friday 25."""
        story = ReturnStory(claim_request(), accept(paris(f"2026-09-10{self.EVENING}")))
        assert story.now.post_by == date(2026, 9, 25)

    def test_a_check(self) -> None:
        """Checked on the 19th."""
        late = changed(checked(), at=paris(f"2026-09-18{self.EVENING}"))
        story = ReturnStory(request(), posted(), arrived(), late)
        assert story.now.steps.checked == date(2026, 9, 19)


def test_a_parcel_is_a_value() -> None:
    """Two parcels of the same pieces to the same seller are equal."""
    assert ReturnParcel(to="ada", pieces=TO_ADA.pieces, label=TO_ADA.label) == TO_ADA
