"""The times of a policy in a running order: what the rule asked alone says, the order says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.orders.order_stories import (
    BAG,
    COAT,
    FIRST,
    FRANCE,
    HOUSE,
    SECOND,
    Story,
    at,
    days,
    reasons,
)
from vintage_rules.dates import NEVER, Duration, Pick, Roll, Several, Window, zone
from vintage_rules.errors import InvalidValueError
from vintage_rules.orders.commands import CommandClaim
from vintage_rules.orders.events import ParcelChanged, PayoutFellDue, PayoutScheduled, WindowOpened
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.timeline import combined, own_timeline, timeline
from vintage_rules.returns.claim.commands import OpenClaim, RejectClaim
from vintage_rules.returns.claims import ClaimRefused, ClaimRequest, assess_claim
from vintage_rules.returns.deadline import ReturnDeadline, return_deadline
from vintage_rules.returns.eligibility import ReturnRefused
from vintage_rules.returns.payout import PayoutDue, PayoutHeld, PayoutHold, assess_payout
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    HandIn,
    RecordScan,
    SendAgain,
)
from vintage_rules.shipping.parcel.events import ParcelDelivered
from vintage_rules.windows import start_of

PARIS = zone("Europe/Paris")
TICK = timedelta(microseconds=1)
# Handed in on Tuesday 8 September at 8:00, to be there by the 12th, delivered on Thursday the 10th.
HANDED_IN, DELIVERED, OVERDUE = days(1), days(3), datetime(2026, 9, 12, 22, tzinfo=UTC)
EVENTS = ("ordered", "paid", "dispatched", "latest-estimate", "delivered", "received")


def window(anchor: str | Several, length: str = "14 days", roll: Roll = Roll.NONE) -> Window:
    """Make a window from its words."""
    amount, unit = length.split()
    return Window(anchor=anchor, length=Duration.of(int(amount), unit), roll=roll)


def first_of(*events: str) -> Several:
    """The first of several events."""
    return Several(pick=Pick.EARLIEST, events=events)


def last_of(*events: str) -> Several:
    """The last of several events."""
    return Several(pick=Pick.LATEST, events=events)


def house(
    *, returned: Window | None = None, claimed: Window | None = None, paid: Window | None = None
) -> HousePolicy:
    """Make the house with another window for returns, for claims of a defect, for payouts."""
    returns = HOUSE.returns
    if returned is not None:
        rules = tuple(
            rule if rule.terms is None else evolve(rule, terms=evolve(rule.terms, window=returned))
            for rule in returns.returns.rules
        )
        returns = evolve(returns, returns=evolve(returns.returns, rules=rules))
    if claimed is not None:
        kinds = {name: evolve(kind, window=claimed) for name, kind in returns.claims.kinds.items()}
        returns = evolve(returns, claims=evolve(returns.claims, kinds=kinds))
    if paid is not None:
        returns = evolve(returns, payouts=evolve(returns.payouts, window=paid))
    return evolve(HOUSE, returns=returns)


def sent(policy: HousePolicy, *, delivered: datetime | None = DELIVERED) -> Story:
    """Place a grouped order, hand it in, and deliver it if it is delivered at all."""
    story = Story("grouped", policy=policy).pay()
    story.parcel(FIRST, HandIn(at=HANDED_IN, tracking_number="8R1", overdue_at=OVERDUE))
    if delivered is not None:
        story.parcel(FIRST, RecordScan(at=delivered, status="delivered"))
    return story


def end_of(day: date) -> datetime:
    """The first moment after a day in Paris."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=PARIS)


class TestR1TheTimeOfAReturnInAnOrder:
    """R1: a request is in time by the event that the policy counts from, whichever it is."""

    @pytest.mark.parametrize(
        ("anchor", "last"),
        [
            ("ordered", date(2026, 9, 21)),
            ("paid", date(2026, 9, 21)),
            ("dispatched", date(2026, 9, 22)),
            ("latest-estimate", date(2026, 9, 26)),
            ("delivered", date(2026, 9, 24)),
            ("delivery-scan", date(2026, 9, 24)),
            ("received", date(2026, 9, 24)),
            ("day-after-received", date(2026, 9, 25)),
            (first_of("dispatched", "received"), date(2026, 9, 22)),
            (last_of("dispatched", "received"), date(2026, 9, 24)),
            (last_of("latest-estimate", "received"), date(2026, 9, 26)),
        ],
    )
    def test_both_sides_of_the_last_day(self, anchor: str | Several, last: date) -> None:
        """Fourteen days from each event: in time to the last microsecond, and then too late."""
        policy = house(returned=window(anchor))
        story = sent(policy).ask_return(COAT, at=at(end_of(last) - TICK))
        assert (reasons(story), list(story.order.returns)) == ([], ["coat"])
        late = sent(policy).ask_return(COAT, at=at(end_of(last)))
        assert (reasons(late), list(late.order.returns)) == (["too-late"], [])
        (refused,) = late.refused
        assert isinstance(refused, ReturnRefused)
        assert refused.last_day == last

    def test_hours_are_elapsed_from_the_scan(self) -> None:
        """Delivered at 8:00 in UTC, 48 hours end at 8:00 two days later."""
        policy = house(returned=window("received", "48 hours"))
        limit = DELIVERED + timedelta(hours=48)
        assert reasons(sent(policy).ask_return(COAT, at=at(limit - TICK))) == []
        assert reasons(sent(policy).ask_return(COAT, at=at(limit))) == ["too-late"]

    def test_a_time_that_counts_from_the_order_runs_before_receipt(self) -> None:
        """Nothing was delivered: in time it waits for a person, then it is too late."""
        policy = house(returned=window("ordered"))
        story = sent(policy, delivered=None).ask_return(COAT, at=14)
        assert story.order.returns["coat"].state == "requested"
        late = sent(policy, delivered=None).ask_return(COAT, at=15)
        assert reasons(late) == ["too-late"]

    def test_no_time_runs_before_its_event(self) -> None:
        """Fourteen days from the delivery, and it was not delivered: a year later it is in time."""
        story = sent(house(returned=window("delivered")), delivered=None).ask_return(COAT, at=365)
        assert reasons(story) == []

    def test_of_several_parcels_the_first_that_ends_decides(self) -> None:
        """One was dispatched a day before the other; a request for both ends with the first."""
        policy = house(returned=window("dispatched"))
        for name, last in (("coat", 22), ("bag", 23)):
            limit = end_of(date(2026, 9, last))
            story = apart(policy).ask_return(COAT if name == "coat" else BAG, at=at(limit - TICK))
            assert reasons(story) == []
            late = apart(policy).ask_return(COAT if name == "coat" else BAG, at=at(limit))
            assert reasons(late) == ["too-late"]
        both = apart(policy).ask_return(COAT, BAG, at=at(end_of(date(2026, 9, 22))))
        assert set(reasons(both)) == {"too-late"}


def posting_from(anchor: str) -> HousePolicy:
    """Make the house with another start of the fortnight in which a return is posted."""
    returns = HOUSE.returns
    rules = tuple(
        rule
        if rule.terms is None or rule.terms.posting is None
        else evolve(
            rule,
            terms=evolve(rule.terms, posting=evolve(rule.terms.posting, window=window(anchor))),
        )
        for rule in returns.returns.rules
    )
    table = evolve(returns.returns, rules=rules)
    return evolve(HOUSE, returns=evolve(returns, returns=table))


class TestR1TheTimeForPostingInAnOrder:
    """R1: where nothing says when the event was that it starts at, it starts at receipt."""

    def test_of_a_parcel_without_an_estimate(self) -> None:
        """It is awaited until it is there, on the 10th: a fortnight from then."""
        story = Story("grouped", policy=posting_from("latest-estimate")).pay().deliver()
        story.ask_return(COAT, at=5)
        assert story.order.returns["coat"].post_by == date(2026, 9, 24)

    def test_of_a_history_of_0_1_without_a_hand_in(self) -> None:
        """There, a scan alone delivered: what came on the 10th had left by then."""
        story = Story("grouped", policy=posting_from("dispatched")).pay()
        there = ParcelChanged(at=DELIVERED, parcel=FIRST, event=ParcelDelivered(at=DELIVERED))
        opened = WindowOpened(
            at=DELIVERED, pieces=(COAT, BAG), received=date(2026, 9, 10), received_at=DELIVERED
        )
        story.happen([there, opened])
        story.ask_return(COAT, at=5)
        assert story.order.returns["coat"].post_by == date(2026, 9, 24)


def apart(policy: HousePolicy) -> Story:
    """Hand two parcels in, a day apart, and deliver both on one day."""
    story = Story(policy=policy).pay()
    story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R1"))
    story.parcel(SECOND, HandIn(at=days(2), tracking_number="8R2"))
    story.parcel(FIRST, RecordScan(at=days(3), status="delivered"))
    return story.parcel(SECOND, RecordScan(at=days(3.1), status="delivered"))


class TestR9ATimeThatOpensLater:
    """R9, R10: a time may open some time after its event; what comes before is too early."""

    LATER = Window(
        anchor="latest-estimate",
        starts_after=Duration.of(48, "hours"),
        length=Duration.of(6, "months"),
        roll=Roll.NONE,
    )

    @pytest.mark.parametrize(
        ("moment", "refused"),
        [
            (HANDED_IN, ["too-early"]),
            (OVERDUE + timedelta(hours=48) - TICK, ["too-early"]),
            (OVERDUE + timedelta(hours=48), []),
            (datetime(2027, 3, 12, 23, tzinfo=UTC) - TICK, []),
            (datetime(2027, 3, 12, 23, tzinfo=UTC), ["too-late"]),
        ],
    )
    def test_a_claim(self, moment: datetime, refused: list[str]) -> None:
        """From 48 hours after the latest estimate to half a year after it."""
        story = sent(house(claimed=self.LATER), delivered=None)
        assert reasons(story.claim("not-received", COAT, at=at(moment))) == refused

    def test_is_too_early_before_its_event(self) -> None:
        """Nothing was handed in, so nothing is late."""
        story = Story("grouped", policy=house(claimed=self.LATER)).pay()
        assert reasons(story.claim("not-received", COAT, at=2)) == ["too-early"]

    @pytest.mark.parametrize(
        ("moment", "refused"),
        [(end_of(date(2026, 9, 11)) - TICK, ["too-early"]), (end_of(date(2026, 9, 11)), [])],
    )
    def test_days_are_whole(self, moment: datetime, refused: list[str]) -> None:
        """Received on the 10th, from the 12th on."""
        opens = evolve(window("received"), starts_after=Duration.of(2, "days"))
        story = sent(house(returned=opens)).ask_return(COAT, at=at(moment))
        assert reasons(story) == refused

    def test_hours_after_a_day_start_at_its_end(self) -> None:
        """The day of the estimate is the 12th, and ends at 22:00 in UTC."""
        opens = Window(
            anchor="latest-estimate",
            starts_after=Duration.of(1, "hours"),
            length=Duration.of(2, "hours"),
            roll=Roll.NONE,
        )
        for hours, refused in ((0.9, ["too-early"]), (1, []), (1.9, []), (2, ["too-late"])):
            story = sent(house(returned=opens))
            moment = OVERDUE + timedelta(hours=hours)
            assert reasons(story.ask_return(COAT, at=at(moment))) == refused


class TestR1ATimeThatNeverEnds:
    """R1, R9: a house may take returns and claims at any time."""

    NEVER = Window(anchor="received", length=NEVER, roll=Roll.NONE)

    def test_a_return(self) -> None:
        """Ten years later it is taken, with a time for posting and without a last day."""
        story = sent(house(returned=self.NEVER)).ask_return(COAT, at=3650)
        assert reasons(story) == []
        assert story.order.returns["coat"].opened.last_day is None

    def test_a_claim(self) -> None:
        """Ten years later it is taken."""
        story = sent(house(claimed=self.NEVER)).claim("defect", COAT, at=3650)
        assert reasons(story) == []

    def test_alone(self) -> None:
        """The rule says that it never ends."""
        returns = house(returned=self.NEVER).returns.returns
        case = returns.case(sent(HOUSE).order.placed.destination.territory, reason="withdrawal")
        deadline = return_deadline(DELIVERED, case, returns, FRANCE)
        assert isinstance(deadline, ReturnDeadline)
        assert (deadline.last_day, deadline.window_days, deadline.ends_at) == (None, None, None)


class TestR9TheTimeOfAClaimInAnOrder:
    """R9, R10: a claim is in time by the event that its kind counts from."""

    @pytest.mark.parametrize("anchor", ["delivery-scan", "delivered", "received"])
    def test_hours_are_elapsed_from_the_scan(self, anchor: str) -> None:
        """Scanned at 8:00 in UTC on the 10th: at 8:00 on the 13th it is too late."""
        policy = house(claimed=window(anchor, "72 hours"))
        limit = datetime(2026, 9, 13, 8, tzinfo=UTC)
        assert reasons(sent(policy).claim("defect", COAT, at=at(limit - TICK))) == []
        assert reasons(sent(policy).claim("defect", COAT, at=at(limit))) == ["too-late"]

    @pytest.mark.parametrize(
        ("anchor", "last"), [("ordered", 21), ("dispatched", 22), ("latest-estimate", 26)]
    )
    def test_counts_from_its_own_event(self, anchor: str, last: int) -> None:
        """Whole days last to the end of the last one."""
        policy = house(claimed=window(anchor))
        limit = end_of(date(2026, 9, last))
        assert reasons(sent(policy).claim("defect", COAT, at=at(limit - TICK))) == []
        assert reasons(sent(policy).claim("defect", COAT, at=at(limit))) == ["too-late"]

    def test_that_counts_from_the_report_of_a_problem_is_reported_by_itself(self) -> None:
        """So the first is in time on any day; another one counts from the first."""
        policy = house(claimed=window("issue-reported", "72 hours"))
        story = sent(policy).claim("defect", COAT, at=40)
        assert reasons(story) == []
        story.tell(CommandClaim(case="claim", command=RejectClaim(at=days(41), reasons=("worn",))))
        limit = days(40) + timedelta(hours=72)
        assert reasons(story.claim("defect", COAT, at=at(limit), name="again")) == ["too-late"]

    @pytest.mark.parametrize("since", [date(2026, 9, 9), date(2026, 9, 11)])
    def test_its_start_is_the_orders_to_know(self, since: date) -> None:
        """A claim that counts from another day than the order knows is an error of the facts."""
        story = sent(HOUSE)
        request = ClaimRequest(
            kind="defect",
            since=since,
            claimed_at=days(4),
            pieces=(COAT,),
            photos=2,
            in_writing=True,
            parcel_number="8R",
            order_number="o1",
        )
        claim = OpenClaim(at=days(4), request=request)
        with pytest.raises(InvalidValueError, match="since: must be 2026-09-10"):
            story.tell(CommandClaim(case="claim", command=claim))
        known = evolve(request, since=date(2026, 9, 10))
        story.tell(CommandClaim(case="claim", command=OpenClaim(at=days(4), request=known)))
        assert list(story.order.claims) == ["claim"]

    def test_looks_at_its_own_parcel(self) -> None:
        """The bag is under way; the coat's time runs from its own delivery."""
        policy = house(claimed=window("received", "48 hours"))
        story = Story(policy=policy).pay().deliver(FIRST, on=3)
        assert reasons(story.claim("defect", COAT, at=5)) == ["too-late"]


class TestR6TheTimeOfAPayout:
    """R6: a seller is paid when the policy says so, from whichever event."""

    @pytest.mark.parametrize(
        ("paid", "due"),
        [
            (window("ordered", "21 days"), end_of(date(2026, 9, 28))),
            (window("paid", "20 days"), end_of(date(2026, 9, 27))),
            (window("dispatched", "21 days"), end_of(date(2026, 9, 29))),
            (window("dispatched", "72 hours"), HANDED_IN + timedelta(hours=72)),
            (window("latest-estimate", "48 hours"), OVERDUE + timedelta(hours=48)),
            (window(first_of("latest-estimate", "received"), "3 days"), end_of(date(2026, 9, 15))),
        ],
    )
    def test_a_parcel_never_delivered_is_paid_when_the_policy_says_so(
        self, paid: Window, due: datetime
    ) -> None:
        """Handed in and never seen again: not a microsecond before, and then at that moment."""
        story = sent(house(paid=paid), delivered=None)
        assert story.order.payable_at == {COAT: due, BAG: due}
        assert fell_due(story.wait(at(due - TICK))) == {}
        assert fell_due(story.wait(at(due))) == {COAT: due, BAG: due}

    @pytest.mark.parametrize(
        ("paid", "due"),
        [
            (window("received", "48 hours"), DELIVERED + timedelta(hours=48)),
            (window("delivered", "2 days"), end_of(date(2026, 9, 12))),
            (window("day-after-received", "2 days"), end_of(date(2026, 9, 13))),
            (window(first_of("latest-estimate", "received"), "3 days"), end_of(date(2026, 9, 13))),
            (window(last_of("latest-estimate", "received"), "3 days"), end_of(date(2026, 9, 15))),
        ],
    )
    def test_a_parcel_that_is_delivered(self, paid: Window, due: datetime) -> None:
        """The first of two events moves the payout forward, the last is waited for."""
        story = sent(house(paid=paid))
        assert fell_due(story.wait(at(due - TICK))) == {}
        assert fell_due(story.wait(at(due))) == {COAT: due, BAG: due}

    def test_an_event_that_has_not_happened_schedules_nothing(self) -> None:
        """Nothing falls due for what nobody received."""
        story = sent(house(paid=window("delivered")), delivered=None)
        assert story.order.payable_at == {}
        assert fell_due(story.wait(400)) == {}

    def test_a_parcel_that_is_sent_again_waits_again(self) -> None:
        """What its first journey established is gone, and so is the moment of the payout."""
        story = sent(house(paid=window("dispatched", "60 days")), delivered=None)
        scheduled = [e for e in story.events if isinstance(e, PayoutScheduled)]
        assert [event.due_at for event in scheduled] == [end_of(date(2026, 11, 7))]
        story.parcel(FIRST, RecordScan(at=days(4), status="back-at-sender"))
        story.parcel(FIRST, AskBuyer(at=days(5)))
        story.parcel(FIRST, AnswerRefund(at=days(6), agrees=False))
        story.parcel(FIRST, SendAgain(at=days(7)))
        assert story.order.payable_at == {}
        story.parcel(FIRST, HandIn(at=days(8), tracking_number="8R2"))
        assert set(story.order.payable_at) == {COAT, BAG}

    def test_an_order_of_0_1_keeps_its_moment(self) -> None:
        """It held the moment of the payout where the receipt is."""
        opened = WindowOpened(
            at=days(3), pieces=(COAT,), received=date(2026, 9, 10), closes_at=days(17)
        )
        story = Story("grouped").pay()
        story.happen([opened])
        assert story.order.payable_at == {COAT: days(17)}
        assert story.received_on(COAT) == date(2026, 9, 10)


def fell_due(story: Story) -> dict[str, datetime]:
    """When each payout fell due."""
    return {event.piece: event.at for event in story.events if isinstance(event, PayoutFellDue)}


anchors = st.one_of(
    st.sampled_from((*EVENTS, "day-after-received")),
    st.builds(
        Several,
        pick=st.sampled_from(Pick),
        events=st.lists(st.sampled_from(EVENTS), min_size=2, max_size=3, unique=True).map(tuple),
    ),
)
day_windows = st.builds(
    Window,
    anchor=anchors,
    length=st.builds(
        Duration.of, st.integers(0, 40), st.sampled_from(["days", "ouvres", "ouvrables", "months"])
    ),
    roll=st.sampled_from(Roll),
)
hour_windows = st.builds(
    Window,
    anchor=anchors,
    length=st.builds(Duration.of, st.integers(0, 200), st.just("hours")),
    roll=st.just(Roll.NONE),
)
windows = st.one_of(day_windows, hour_windows)


class TestTheRuleAndTheOrderAgree:
    """R1, R6, R9: for any window of any event, the rule asked alone and the order say the same."""

    @given(drawn=windows, asked=st.integers(0, 60 * 24))
    def test_on_a_return(self, drawn: Window, asked: int) -> None:
        """A request at any hour of sixty days after the delivery."""
        policy, moment = house(returned=drawn), DELIVERED + timedelta(hours=asked)
        story = sent(policy)
        returns = policy.returns.returns
        case = returns.case(story.order.placed.destination.territory, reason="withdrawal")
        events = timeline(story.order, COAT, PARIS)
        deadline = return_deadline(DELIVERED, case, returns, FRANCE, events=events)
        assert isinstance(deadline, ReturnDeadline)
        assert deadline.last_day is not None
        ends_at = deadline.ends_at or end_of(deadline.last_day)
        assert (reasons(story.ask_return(COAT, at=at(moment))) == []) == (moment < ends_at)

    @given(drawn=windows, asked=st.integers(0, 60 * 24))
    def test_on_a_claim(self, drawn: Window, asked: int) -> None:
        """A claim at any hour of sixty days after the delivery."""
        policy, moment = house(claimed=drawn), DELIVERED + timedelta(hours=asked)
        story = sent(policy)
        events = own_timeline(story.order, COAT, PARIS)
        request = ClaimRequest(
            kind="defect",
            since=start_of(drawn, events, PARIS),
            claimed_at=moment,
            pieces=(COAT,),
            photos=2,
            in_writing=True,
            parcel_number="8R",
            order_number="o1",
            events=events,
        )
        alone = assess_claim(request, policy.returns.claims, FRANCE)
        refused = reasons(story.claim("defect", COAT, at=at(moment)))
        assert refused == ([*alone.reasons] if isinstance(alone, ClaimRefused) else [])

    @given(drawn=windows, delivered=st.booleans())
    def test_on_a_payout(self, drawn: Window, *, delivered: bool) -> None:
        """Held to the last microsecond, and due at the moment itself."""
        policy = house(paid=drawn)
        story = sent(policy, delivered=DELIVERED if delivered else None)
        events = timeline(story.order, COAT, PARIS)
        due_at = story.order.payable_at.get(COAT)
        payouts = policy.returns.payouts

        def alone(now: datetime) -> PayoutDue | PayoutHeld:
            received = DELIVERED if delivered else None
            return assess_payout(received, now, payouts, FRANCE, returns_open=False, events=events)

        if due_at is None:
            held = alone(days(900))
            assert isinstance(held, PayoutHeld)
            assert held.reasons == (PayoutHold.NOT_RECEIVED,)
            assert not delivered
        else:
            assert isinstance(alone(due_at - TICK), PayoutHeld)
            assert isinstance(due := alone(due_at), PayoutDue)
            assert due.since == due_at
            known_at = next(
                event.at
                for event in story.events
                if isinstance(event, PayoutScheduled) and event.due_at == due_at
            )
            assert fell_due(story.wait(max(1200, at(due_at))))[COAT] == max(due_at, known_at)


class TestSeveralPieces:
    """A request for two pieces counts from what happened to both, or to one, as the policy says."""

    @pytest.mark.parametrize(
        ("pick", "known"),
        [
            (Pick.EARLIEST, {"dispatched": date(2026, 9, 8), "received": date(2026, 9, 10)}),
            (Pick.LATEST, {"dispatched": date(2026, 9, 9)}),
        ],
    )
    def test_the_last_is_not_known_before_it_has_happened_to_all(
        self, pick: Pick, known: dict[str, date]
    ) -> None:
        """The coat is there and the bag on its way: the first reception is known, the last not."""
        coat = {"dispatched": date(2026, 9, 8), "received": date(2026, 9, 10)}
        bag = {"dispatched": date(2026, 9, 9)}
        assert combined(pick, [coat, bag], PARIS) == known
