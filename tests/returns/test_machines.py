"""The tables themselves, every state within reach, and long conversations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import TypeVar, get_args

import pytest
from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.effort import sampled
from tests.returns.house import CLAIMS, FRANCE, HOUSE, TICK, claims_of, euros, paid, request_of
from tests.returns.stories import (
    ASKED,
    LAPSES,
    accept,
    claim_request,
    decline,
    on,
    open_claim,
    request,
    triggered_by,
)
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import PieceId
from vintage_rules.machine import admits, state_after
from vintage_rules.returns.claim.commands import (
    ClaimCommand,
    LookAgain,
    RecordSettlement,
    RejectClaim,
    ReportFound,
    ReportLost,
    UpholdClaim,
)
from vintage_rules.returns.claim.decide import CLAIM
from vintage_rules.returns.claim.events import ClaimEvent, ClaimSettled
from vintage_rules.returns.claim.states import Claim, ClaimState
from vintage_rules.returns.claim.transitions import CLAIM_DEADLINES, CLAIM_TRANSITIONS
from vintage_rules.returns.claim_policy import ClaimPolicy, LookedInVain
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.returns.policy import ReturnsPolicy
from vintage_rules.returns.request.commands import (
    RecordArrival,
    RecordCheck,
    RecordDelivery,
    RecordPosting,
    RecordRefund,
    RequestReturn,
    ReturnCommand,
    SettleReview,
)
from vintage_rules.returns.request.decide import RETURN
from vintage_rules.returns.request.events import (
    RefundFellDue,
    RefundPaid,
    RefundWentOverdue,
    ReturnEvent,
    ReturnLapsed,
)
from vintage_rules.returns.request.states import Return, ReturnState, state_of
from vintage_rules.returns.request.transitions import RETURN_DEADLINES, RETURN_TRANSITIONS
from vintage_rules.returns.terms import RefundTrigger

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E")

COAT = PieceId("coat")
HOUSES = [HOUSE, *map(triggered_by, set(RefundTrigger) - {RefundTrigger.CHECKED})]


def reachable(table: Mapping[S, Mapping[type[E], S]], first: S) -> set[S]:
    """Follow every edge from the first state."""
    found, new = {first}, [first]
    while new:
        nexts = set(table[new.pop()].values()) - found
        found |= nexts
        new += nexts
    return found


class TestTables:
    """The tables say every state, reach every state, and use every event."""

    def test_every_state_has_its_row(self) -> None:
        """None is forgotten, none is strange."""
        assert set(RETURN_TRANSITIONS) == set(ReturnState)
        assert set(CLAIM_TRANSITIONS) == set(ClaimState)

    def test_every_state_can_be_reached(self) -> None:
        """From before the first event."""
        assert reachable(RETURN_TRANSITIONS, ReturnState.UNREQUESTED) == set(ReturnState)
        assert reachable(CLAIM_TRANSITIONS, ClaimState.UNOPENED) == set(ClaimState)

    def test_every_event_happens_somewhere(self) -> None:
        """No event is written for nothing."""
        used = set(chain.from_iterable(RETURN_TRANSITIONS.values()))
        assert used == set(get_args(ReturnEvent))
        used_by_claims = set(chain.from_iterable(CLAIM_TRANSITIONS.values()))
        assert used_by_claims == set(get_args(ClaimEvent))

    def test_what_time_does_can_happen_there(self) -> None:
        """A deadline's event stands in the row of its state."""
        for state, event in RETURN_DEADLINES.items():
            assert admits(RETURN_TRANSITIONS, state, event)
        for claim_state, events in CLAIM_DEADLINES.items():
            assert set(events) == set(LookedInVain)
            assert all(admits(CLAIM_TRANSITIONS, claim_state, event) for event in events.values())

    def test_what_cannot_follow_is_a_corrupt_history(self) -> None:
        """With the event and the state."""
        with pytest.raises(CorruptHistoryError, match="RefundPaid cannot follow") as told:
            state_after(RETURN_TRANSITIONS, ReturnState.DECLINED, RefundPaid(at=ASKED, payments=()))
        assert told.value.state is ReturnState.DECLINED


def unreceived(at: datetime) -> RequestReturn:
    """Ask for the return of the coat before it has come."""
    return request(request_of(ASKED, received=None), at=at)


def return_commands(at: datetime) -> Iterator[ReturnCommand]:
    """Give every kind of command at a moment, in each way that makes a difference."""
    today = at.astimezone(HOUSE.returns.where).date()
    yield request(at=at)
    yield claim_request()
    yield unreceived(at)
    yield RecordDelivery(at=at, received=today)
    yield accept(at)
    yield decline(at)
    for postmark in (date(2026, 9, 24), date(2026, 9, 25)):
        if postmark <= today:
            yield RecordPosting(at=at, postmark=postmark)
            yield RecordArrival(at=at, arrived=today, postmark=postmark)
    yield RecordArrival(at=at, arrived=today, postmark=None)
    for finding in (Finding.AS_SENT, Finding.MISSING):
        yield RecordCheck(at=at, findings=(CheckedPiece(piece=COAT, finding=finding),))
    for withheld in (None, euros("30.00")):
        yield SettleReview(at=at, refunds=(SettledPiece(piece=COAT, withheld=withheld),))
    yield RecordRefund(at=at, payments=paid(card="90.00"))


def return_of(events: Sequence[ReturnEvent], state: Return | None = None) -> Return | None:
    """Give the return that events have made; none while nothing has happened."""
    return RETURN.replay(events, state) if events else state


def claim_of(events: Sequence[ClaimEvent], state: Claim | None = None) -> Claim | None:
    """Give the claim that events have made; none while nothing has happened."""
    return CLAIM.replay(events, state) if events else state


@frozen
class Lived:
    """A return and the events that made it."""

    state: Return | None
    history: tuple[ReturnEvent, ...]


def holds(lived: Lived) -> None:
    """Check what holds of every return there can be."""
    state, history = lived.state, lived.history
    assert return_of(history) == state
    moments = [event.at for event in history]
    assert moments == sorted(moments)
    kinds = [type(event) for event in history]
    assert kinds.count(RefundPaid) <= 1
    assert kinds.count(RefundWentOverdue) <= 1
    if RefundPaid in kinds:
        assert RefundFellDue in kinds[: kinds.index(RefundPaid)]
    if state is not None:
        assert (state.deadline is None) or state.state in RETURN_DEADLINES
        assert bool(state.refunds) == (RefundFellDue in kinds)
        assert state.received is not None or ReturnLapsed not in kinds
        assert (state.overdue_since is not None) == (RefundWentOverdue in kinds)
        assert {settled.piece for settled in state.refunds} <= set(state.opened.pieces)


def asked_in_any_way(state: Return | None, now: datetime) -> None:
    """Check that asking twice, or asking in between, changes nothing of what time does."""
    due = RETURN.fall_due(state, now)
    after = return_of(due, state)
    assert RETURN.fall_due(after, now) == ()
    if due:
        assert RETURN.fall_due(state, due[0].at - TICK) == ()
        assert RETURN.fall_due(state, due[0].at) == due


def explore(house: ReturnsPolicy, moments: Iterable[datetime]) -> set[Return | None]:
    """Give every command in every state, and let time pass, moment after moment."""
    seen: dict[Return | None, Lived] = {None: Lived(None, ())}
    for moment in moments:
        for lived in list(seen.values()):
            answers = [
                RETURN.decide(lived.state, c, house, FRANCE) for c in return_commands(moment)
            ]
            made = [answer for answer in answers if isinstance(answer, tuple)]
            for events in (*made, RETURN.fall_due(lived.state, moment)):
                state = return_of(events, lived.state)
                if state not in seen:
                    seen[state] = Lived(state, (*lived.history, *events))
                    holds(seen[state])
                    asked_in_any_way(state, moment + timedelta(days=60))
    return set(seen)


# Before and after the last day for posting, before and after the lapse, and two days after it.
MOMENTS = [ASKED, on(24), on(25), LAPSES - TICK, LAPSES, on(8, 10), on(9, 10)]


def resting(house: ReturnsPolicy) -> set[str]:
    """Name the states in which a return of that house can be found."""
    return {str(state_of(state)) for state in explore(house, MOMENTS)}


@pytest.mark.no_cover
class TestExploration:
    """Every return that up to seven commands, at seven moments, can make."""

    def test_of_this_house(self) -> None:
        """Every state is found but `checked`, through which a return passes at once."""
        assert resting(HOUSE) == set(ReturnState) - {ReturnState.CHECKED}

    @pytest.mark.parametrize("house", HOUSES[1:])
    def test_of_houses_with_other_triggers(self, house: ReturnsPolicy) -> None:
        """Whatever triggers the refund, a return can be refunded, declined and reviewed."""
        found = resting(house)
        assert {"refunded", "declined", "needs-review"} <= found
        assert "checked" not in found

    @pytest.mark.parametrize("policy", [CLAIMS, claims_of(LookedInVain.REVIEW)])
    def test_of_claims(self, policy: ClaimPolicy) -> None:
        """Every claim that up to six commands, at six moments, can make."""
        seen: dict[Claim | None, tuple[ClaimEvent, ...]] = {None: ()}
        for moment in (ASKED, on(11), on(24), SEARCH_ENDS, on(28), on(1, 12)):
            for state, history in list(seen.items()):
                made = claim_answers(state, moment, policy)
                for events in (*made, CLAIM.fall_due(state, moment)):
                    grown = claim_of(events, state)
                    seen.setdefault(grown, (*history, *events))
        for state, history in seen.items():
            claim_holds(state, history)
        found = {state.state for state in seen if state is not None}
        assert found == set(ClaimState) - {ClaimState.UNOPENED}


SEARCH_ENDS = on(24, hour=23) + timedelta(hours=1)


def claim_commands(at: datetime) -> Iterator[ClaimCommand]:
    """Give every kind of command at a moment."""
    yield open_claim("defect", at)
    yield open_claim("not-received", at)
    yield LookAgain(at=at)
    yield ReportFound(at=at)
    yield ReportLost(at=at)
    yield UpholdClaim(at=at, refunds=(SettledPiece(piece=COAT),))
    yield RejectClaim(at=at, reasons=("as-described",))
    yield RecordSettlement(at=at, payments=paid(card="90.00"))


def claim_answers(
    state: Claim | None, at: datetime, policy: ClaimPolicy
) -> list[tuple[ClaimEvent, ...]]:
    """Give what each command makes that is taken."""
    answers = [CLAIM.decide(state, c, policy, FRANCE) for c in claim_commands(at)]
    return [answer for answer in answers if isinstance(answer, tuple)]


def claim_holds(state: Claim | None, history: tuple[ClaimEvent, ...]) -> None:
    """Check what holds of every claim there can be."""
    assert claim_of(history) == state
    moments = [event.at for event in history]
    assert moments == sorted(moments)
    kinds = [type(event) for event in history]
    assert kinds.count(ClaimSettled) <= 1
    if state is not None:
        assert (state.deadline is not None) == (state.state in CLAIM_DEADLINES)
        assert (state.in_vain is None) == (state.deadline is None)
        due = {ClaimState.LOST, ClaimState.UPHELD, ClaimState.SETTLED}
        assert bool(state.refunds) == (state.state in due)


class ReturnConversation(RuleBasedStateMachine):
    """Two returns live through the same commands; of one, somebody asks what is due at each."""

    def __init__(self) -> None:
        super().__init__()
        self.now = ASKED
        self.house = HOUSE
        self.asked = Lived(None, ())
        self.left_alone = Lived(None, ())

    @initialize(
        house=st.sampled_from(HOUSES),
        asked=st.sampled_from([claim_request(), request(), unreceived(ASKED)]),
    )
    def begins(self, house: ReturnsPolicy, asked: RequestReturn) -> None:
        """Ask for a return in some house."""
        self.house = house
        self.gives(asked)

    @rule(hours=st.sampled_from([0, 1, 12, 24, 24 * 5, 24 * 14]))
    def time_passes(self, hours: int) -> None:
        """Let some hours pass, perhaps none."""
        self.now += timedelta(hours=hours)

    @rule(choice=st.integers(min_value=0, max_value=40))
    def somebody_acts(self, choice: int) -> None:
        """Give some command, whether it fits or not."""
        commands = list(return_commands(self.now))
        self.gives(commands[choice % len(commands)])

    @rule(days=st.integers(min_value=0, max_value=10))
    def it_is_posted(self, days: int) -> None:
        """Record a postmark some days old, since the return was asked for."""
        postmark = max((self.now - timedelta(days=days)).date(), ASKED.date())
        self.gives(RecordPosting(at=self.now, postmark=postmark))

    @rule(choice=st.sampled_from(Finding))
    def it_is_checked(self, choice: Finding) -> None:
        """Record some finding."""
        finding = CheckedPiece(piece=COAT, finding=choice)
        self.gives(RecordCheck(at=self.now, findings=(finding,)))

    def gives(self, command: ReturnCommand) -> None:
        """Give a command to both, which are taken or refused together."""
        answers = [
            RETURN.decide(lived.state, command, self.house, FRANCE)
            for lived in (self.asked, self.left_alone)
        ]
        first, second = answers
        if isinstance(first, tuple) and isinstance(second, tuple):
            self.asked = grown(self.asked, first)
            self.left_alone = grown(self.left_alone, second)
        else:
            assert type(first) is type(second)

    @invariant()
    def time_has_done_the_same_to_both(self) -> None:
        """Asked at every step or never, the history up to now is the same."""
        due = RETURN.fall_due(self.asked.state, self.now)
        self.asked = grown(self.asked, due)
        waiting = RETURN.fall_due(self.left_alone.state, self.now)
        assert grown(self.left_alone, waiting).history == self.asked.history

    @invariant()
    def all_holds(self) -> None:
        """What holds of every return holds."""
        holds(self.asked)
        holds(self.left_alone)


def grown(lived: Lived, events: tuple[ReturnEvent, ...]) -> Lived:
    """Let a return live through events."""
    return Lived(return_of(events, lived.state), (*lived.history, *events))


class ClaimConversation(RuleBasedStateMachine):
    """Two claims live through the same commands; of one, somebody asks all the time what is due."""

    def __init__(self) -> None:
        super().__init__()
        self.now = ASKED
        self.policy = CLAIMS
        self.asked: tuple[ClaimEvent, ...] = ()
        self.left_alone: tuple[ClaimEvent, ...] = ()

    @initialize(in_vain=st.sampled_from(LookedInVain), kind=st.sampled_from(sorted(CLAIMS.kinds)))
    def begins(self, in_vain: LookedInVain, kind: str) -> None:
        """Open a claim in some house."""
        self.policy = claims_of(in_vain)
        self.gives(open_claim(kind))

    @rule(hours=st.sampled_from([0, 1, 12, 24, 24 * 5, 24 * 14]))
    def time_passes(self, hours: int) -> None:
        """Let some hours pass, perhaps none."""
        self.now += timedelta(hours=hours)

    @rule(choice=st.integers(min_value=0, max_value=7))
    def somebody_acts(self, choice: int) -> None:
        """Give some command, whether it fits or not."""
        self.gives(list(claim_commands(self.now))[choice])

    def gives(self, command: ClaimCommand) -> None:
        """Give a command to both, which are taken or refused together."""
        states = map(claim_of, (self.asked, self.left_alone))
        first, second = (CLAIM.decide(state, command, self.policy, FRANCE) for state in states)
        if isinstance(first, tuple) and isinstance(second, tuple):
            self.asked += first
            self.left_alone += second
        else:
            assert type(first) is type(second)

    @invariant()
    def time_has_done_the_same_to_both(self) -> None:
        """Asked at every step or never, the history up to now is the same."""
        asked, alone = map(claim_of, (self.asked, self.left_alone))
        self.asked += CLAIM.fall_due(asked, self.now)
        waiting = CLAIM.fall_due(alone, self.now)
        assert self.left_alone + waiting == self.asked

    @invariant()
    def all_holds(self) -> None:
        """What holds of every claim holds."""
        claim_holds(claim_of(self.asked), self.asked)
        claim_holds(claim_of(self.left_alone), self.left_alone)


SETTINGS = settings(max_examples=sampled(2_000, 20), stateful_step_count=10, deadline=None)


@pytest.mark.no_cover
class TestConversations:
    """Returns and claims hold whatever is said to them, in whatever order."""

    @pytest.mark.parametrize("conversation", [ReturnConversation, ClaimConversation])
    def test_hold(self, conversation: type[RuleBasedStateMachine]) -> None:
        """Two thousand conversations in CI."""
        run_state_machine_as_test(conversation, settings=SETTINGS)
        assert conversation.__doc__
