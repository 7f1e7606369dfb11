"""What would wait for ever is put before a person once it has waited for as long as the house says.

No money moves by that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from tests.orders import order_stories
from tests.orders.order_stories import (
    BAG,
    COAT,
    FIRST,
    FRANCE,
    SECOND,
    days,
    placed,
)
from tests.orders.test_clocks import window
from tests.orders.test_questions import POSTED_BY, dispatch, house, question
from vintage_rules.dates import Duration
from vintage_rules.ids import ParcelId
from vintage_rules.orders import OrderPlaced, replay_order
from vintage_rules.orders.cases import CaseKind, cases_of
from vintage_rules.orders.commands import (
    CheckPiece,
    CommandClaim,
    CommandParcel,
    CommandReturn,
    ReceiveParcel,
    WorkshopFinding,
)
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.waiting import waits
from vintage_rules.orders.waiting_events import OrderStalled
from vintage_rules.returns.claim.commands import UpholdClaim
from vintage_rules.returns.pieces import SettledPiece
from vintage_rules.returns.request.commands import AcceptReturn, RecordArrival, RecordPosting
from vintage_rules.service.policy import Addressee, ReviewPolicy, SilenceMeans
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    GiveUpSearch,
    HandIn,
    RecordScan,
    ReportFound,
)

TICK = timedelta(microseconds=1)
LIMIT = timedelta(days=30)
PAID = days(0.02)
INBOUND = ParcelId("o1-in-1"), ParcelId("o1-in-2")


def reviewed(policy: HousePolicy, hours: int = 720) -> HousePolicy:
    """Give a policy by which a person looks after so many hours, 30 days of them at least."""
    review = ReviewPolicy(after=Duration.of(hours, "hours"), sources=("article 1",))
    service = evolve(policy.service, review=review)
    return evolve(policy, service=service)


HOUSE = reviewed(order_stories.HOUSE)


class Story(order_stories.Story):
    """An order under a policy by which a person looks."""

    def __init__(
        self,
        mode: str = "direct",
        policy: HousePolicy = HOUSE,
        first: OrderEvent | None = None,
    ) -> None:
        """Place it, after 30 days where the policy does not say how many."""
        said = policy.service.review is not None
        policy = policy if said else reviewed(policy)
        super().__init__(mode, policy=policy, first=first)


def cases(story: order_stories.Story, *, until: float = 400) -> list[tuple[str, str, float]]:
    """Give each case of what waits: its kind, its subject, and the day it was opened."""
    story.wait(until)
    stalled = [event for event in story.events if isinstance(event, OrderStalled)]
    return [
        (str(case.kind), case.subject, (event.at - days(0)) / timedelta(days=1))
        for event in stalled
        for case in cases_of(story.order, event)
    ]


def patient(hours: int = 720) -> HousePolicy:
    """The house whose workshop waits for parcels without an end, for so many hours at least."""
    modes = HOUSE.shipping.modes
    grouped = evolve(modes["grouped"], arrives_within=None)
    shipping = evolve(HOUSE.shipping, modes={**modes, "grouped": grouped})
    return reviewed(evolve(HOUSE, shipping=shipping), hours)


def _due(story: order_stories.Story, moment: datetime) -> tuple[OrderEvent, ...]:
    return ORDER.fall_due(story.order, moment, story.policy, FRANCE)


class TestS12NeverPosted:
    """A paid order that no seller posts, where the policy has no question about dispatch."""

    def test_on_both_sides_of_the_limit(self) -> None:
        """Nothing 30 days after payment less a microsecond; then a case for each parcel."""
        story = Story().pay()
        story.happen(_due(story, PAID + LIMIT - TICK))
        assert not any(isinstance(event, OrderStalled) for event in story.events)
        story.happen(_due(story, PAID + LIMIT))
        first, second = (event for event in story.events if isinstance(event, OrderStalled))
        assert (first.at, first.subject, first.since) == (PAID + LIMIT, FIRST, PAID)
        assert second.subject == SECOND
        (case,) = cases_of(story.order, first)
        assert (case.kind, case.subject, case.why) == ("not-posted", FIRST, "since 2026-09-07")
        # Once, and nothing moves.
        assert _due(story, PAID + 10 * LIMIT) == ()
        assert story.order.owed == {}

    def test_as_long_as_the_house_says(self) -> None:
        """Ten days: 240 hours."""
        assert cases(Story(policy=patient(240)).pay())[0] == ("not-posted", FIRST, 10.02)

    def test_what_is_posted_or_gone_is_not_waited_for(self) -> None:
        """Ada posts; lou's piece is never posted."""
        story = Story().pay().deliver(FIRST)
        assert cases(story) == [("not-posted", SECOND, 30.02)]

    def test_not_before_it_is_paid(self) -> None:
        """Its payment has a time of its own."""
        assert [*waits(Story().order)] == []
        assert cases(Story()) == []

    def test_not_of_an_order_that_was_placed_before_that_was_said(self) -> None:
        """What was stored then has no limit."""
        first = placed(policy=HOUSE)
        assert isinstance(first, OrderPlaced)
        assert cases(Story(first=evolve(first, review_after=None)).pay()) == []

    def test_not_where_the_house_does_not_say(self) -> None:
        """Nothing is guessed: it waits without an end."""
        service = evolve(HOUSE.service, review=None)
        story = order_stories.Story(policy=evolve(HOUSE, service=service))
        assert cases(story.pay()) == []

    def test_a_question_that_is_open_has_its_own_time(self) -> None:
        """45 days to post: silence then refunds, and no case is opened."""
        asks = question(
            "dispatch", Addressee.SELLER, window("paid", "45 days"), SilenceMeans.REFUND
        )
        assert cases(Story(policy=house(asks)).pay()) == []

    def test_a_person_who_does_not_decide_either(self) -> None:
        """The question was put before them on day 3; 30 days later it still waits."""
        story = Story(policy=house(dispatch(SilenceMeans.ESCALATE))).pay()
        after = (POSTED_BY + LIMIT - days(0)) / timedelta(days=1)
        assert cases(story) == [("not-posted", FIRST, after), ("not-posted", SECOND, after)]

    def test_is_shown_where_an_order_is_replayed(self) -> None:
        """By the name that the parcel has there."""
        first = placed(policy=HOUSE)
        assert isinstance(first, OrderPlaced)
        history = replay_order(
            first, [], days(31), HOUSE, calendar=FRANCE, destination_calendar=FRANCE
        )
        assert [(case.at, case.kind, case.why) for case in history.cases] == [
            (days(30), CaseKind.NOT_POSTED, f"{sender}: since 2026-09-07")
            for sender in ("ada", "lou")
        ]
        assert [row.cause for row in history.events if row.event == "order-stalled"] == [
            "ada",
            "lou",
        ]


class TestL5TheWorkshop:
    """Parcels to the workshop, and what it has."""

    def test_where_it_waits_for_parcels_until_a_day(self) -> None:
        """After 15 days it cancels what has not come."""
        assert cases(Story("grouped").pay()) == []

    def test_never_posted_to_it(self) -> None:
        """A house that says no day."""
        story = Story("grouped", policy=patient()).pay()
        assert cases(story) == [("not-posted", name, 30.02) for name in INBOUND]

    def test_never_arrives(self) -> None:
        """It travels without a last day, or was delivered and the workshop has nothing."""
        story = Story("grouped", policy=patient()).pay()
        for name in INBOUND:
            story.parcel(name, HandIn(at=days(1), tracking_number=f"8R{name}"))
        for name, status in zip(INBOUND, ("in-transit", "delivered"), strict=True):
            story.parcel(name, RecordScan(at=days(2), status=status))
        assert cases(story) == [("not-arrived", name, 32) for name in INBOUND]

    def test_with_a_last_day_it_is_overdue(self) -> None:
        """Which has a case of its own."""
        story = Story("grouped", policy=patient()).pay()
        due = HandIn(at=days(1), tracking_number="8R1", overdue_at=days(5))
        assert cases(story.parcel(INBOUND[0], due)) == [("not-posted", INBOUND[1], 30.02)]

    def test_never_checked(self) -> None:
        """It has the coat; the bag is there and checked."""
        story = Story("grouped").pay().arrive(BAG, at=days(2))
        story.tell(ReceiveParcel(at=days(3), parcel=INBOUND[0], pieces=(COAT,)))
        assert cases(story) == [("not-checked", COAT, 33)]

    def test_checked_and_never_posted(self) -> None:
        """From when the last of it was there; a piece that is cancelled is not waited for."""
        story = Story("grouped").pay().arrive(COAT, at=days(2))
        story.tell(ReceiveParcel(at=days(4), parcel=INBOUND[1], pieces=(BAG,)))
        failed = CheckPiece(at=days(4), piece=BAG, finding=WorkshopFinding.FAILS)
        assert cases(story.tell(failed)) == [("not-posted", FIRST, 32)]


class TestL14OnTheWayBack:
    """A parcel that goes back, or that was found, and what its buyer does not say."""

    def test_never_back(self) -> None:
        """It goes back, and does not arrive."""
        story = _sent("going-back", at=5)
        assert cases(story) == [("not-arrived", FIRST, 35), ("not-posted", SECOND, 30.02)][::-1]

    def test_found_and_never_delivered(self) -> None:
        """Given up on day 20, found on day 21."""
        story = _sent("in-transit", at=5)
        story.parcel(FIRST, GiveUpSearch(at=days(20)))
        story.parcel(FIRST, ReportFound(at=days(21)))
        assert ("not-arrived", FIRST, 51) in cases(story)

    def test_a_buyer_who_does_not_answer(self) -> None:
        """Whether to refund what is back at its sender."""
        story = _sent("back-at-sender", at=5).tell(
            CommandParcel(parcel=FIRST, command=AskBuyer(at=days(6)))
        )
        assert ("not-decided", FIRST, 36) in cases(story)

    def test_to_be_sent_again(self) -> None:
        """The buyer would rather have it."""
        story = _sent("back-at-sender", at=5)
        for command in (AskBuyer(at=days(6)), AnswerRefund(at=days(7), agrees=False)):
            story.tell(CommandParcel(parcel=FIRST, command=command))
        assert ("not-posted", FIRST, 37) in cases(story)


def _sent(status: str, *, at: float) -> order_stories.Story:
    story = Story().pay().parcel(FIRST, HandIn(at=days(1), tracking_number="8R1"))
    return story.parcel(FIRST, RecordScan(at=days(at), status=status))


class TestR2Returns:
    """Returns that the house does not decide, and that do not come."""

    def test_requested(self) -> None:
        """A claim's evidence is to be judged: requested on day 4."""
        story = _delivered().ask_return(COAT, at=4, reason="claim")
        assert cases(story) == [("not-decided", "coat", 34)]

    def test_a_question_to_the_seller_is_open(self) -> None:
        """Its time is the policy's: 40 days, and silence declines."""
        asks = question(
            "answer-request", Addressee.SELLER, window("requested", "40 days"), SilenceMeans.REFUSE
        )
        story = _delivered(house(asks)).ask_return(COAT, at=4, reason="claim")
        assert cases(story) == []

    def test_posted_and_never_there(self) -> None:
        """The refund of a claim runs from its arrival: until then it has no last day."""
        story = _delivered().ask_return(COAT, at=4, reason="claim")
        for command in (
            AcceptReturn(at=days(5)),
            RecordPosting(at=days(6), postmark=days(6).date()),
        ):
            story.tell(CommandReturn(case="coat", command=command))
        assert cases(story) == [("not-arrived", "coat", 36)]

    def test_what_is_overdue_has_its_case(self) -> None:
        """There, and neither checked nor refunded in five days: `refund-overdue` says so."""
        story = _delivered().ask_return(COAT, at=4)
        arrived = RecordArrival(at=days(8), arrived=days(8).date(), postmark=days(6).date())
        assert cases(story.tell(CommandReturn(case="coat", command=arrived))) == []

    def test_accepted_before_receipt_it_waits_for_the_parcel(self) -> None:
        """Which is not posted: that is what is to be looked at."""
        story = Story().pay().ask_return(COAT, at=1)
        story.tell(CommandReturn(case="coat", command=AcceptReturn(at=days(1))))
        assert cases(story) == [("not-posted", FIRST, 30.02), ("not-posted", SECOND, 30.02)]


def _delivered(policy: HousePolicy = HOUSE) -> order_stories.Story:
    """Both delivered on day 3."""
    story = Story(policy=policy).pay()
    for parcel in (FIRST, SECOND):
        story.parcel(parcel, HandIn(at=days(1), tracking_number=f"8R{parcel}"))
    for parcel in (FIRST, SECOND):
        story.parcel(parcel, RecordScan(at=days(3), status="delivered"))
    return story


class TestR9Claims:
    """Claims that are not decided, and pieces of upheld ones that do not come back."""

    def test_not_decided(self) -> None:
        """Claimed on day 4."""
        story = _delivered().claim("defect", COAT, at=4)
        assert cases(story) == [("not-decided", "claim", 34)]

    def test_looked_for_it_has_a_time(self) -> None:
        """The search ends by itself, and what is lost is refunded."""
        story = _sent("in-transit", at=5).claim("not-received", COAT, at=20)
        assert cases(story) == [("not-posted", SECOND, 30.02)]

    def test_upheld_and_never_back(self) -> None:
        """Its payout is held, and on day 35 a person looks; nothing is paid by that."""
        story = _upheld()
        assert cases(story) == [("not-returned", "claim", 35)]
        assert str(story.order.payouts[COAT]) == "waiting"

    def test_a_return_that_lapses_begins_it_again(self) -> None:
        """Requested on day 6 and never posted: it lapses, and 30 days later a person looks."""
        story = _upheld().ask_return(COAT, at=6, reason="claim", upheld=True)
        assert story.refused == []
        story.wait(100)
        lapsed = story.order.returns["coat"].at
        after = (lapsed + LIMIT - days(0)) / timedelta(days=1)
        assert cases(story) == [("not-returned", "claim", after)]


def _upheld() -> order_stories.Story:
    """A defect of the coat, claimed on day 4 and upheld on day 5."""
    story = _delivered().claim("defect", COAT, at=4)
    uphold = UpholdClaim(at=days(5), refunds=(SettledPiece(piece=COAT),))
    return story.tell(CommandClaim(case="claim", command=uphold))


class TestPaidAndSilent:
    """A question that starts at payment and whose silence refunds the buyer."""

    ASKS = question("still-wanted", Addressee.BUYER, window("paid", "3 days"), SilenceMeans.REFUND)

    def test_what_was_not_posted_is_cancelled(self) -> None:
        """So that no seller posts what was refunded."""
        story = Story(policy=house(self.ASKS)).pay().wait(5)
        assert set(story.order.cancelled) == {COAT, BAG}
        (owed,) = story.order.owed.values()
        assert {piece.id for piece in owed.pieces} == {COAT, BAG}

    def test_what_was_posted_is_refunded_alone(self) -> None:
        """The coat travels; the bag is cancelled."""
        story = Story(policy=house(self.ASKS)).pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R1")).wait(5)
        assert set(story.order.cancelled) == {BAG}
        causes = {cause: {p.id for p in owed.pieces} for cause, owed in story.order.owed.items()}
        assert causes == {"still-wanted": {BAG}, "still-wanted/2": {COAT}}
