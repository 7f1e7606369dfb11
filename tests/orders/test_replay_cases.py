"""What a replayed order leaves to a person, and where its pieces are meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from tests.orders.order_stories import (
    ADA,
    BAG,
    COAT,
    FIRST,
    FRANCE,
    HOUSE,
    LOU,
    SECOND,
    Story,
    days,
    placed,
)
from tests.orders.test_questions import POSTED_BY, dispatch, house
from vintage_rules.errors import InvalidValueError
from vintage_rules.money import Money
from vintage_rules.orders import (
    Do,
    HousePolicy,
    OrderHistory,
    OrderPlaced,
    ParcelScan,
    Step,
    replay_order,
)
from vintage_rules.orders.cases import CaseKind, OrderCase, cases_of
from vintage_rules.orders.events import PayoutWithheld, ReturnChanged
from vintage_rules.orders.replay.history import PieceStatus
from vintage_rules.orders.replay.rows import case_row, event_row
from vintage_rules.orders.replay.steps import StepFinding
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.claim_policy import LookedInVain
from vintage_rules.returns.pieces import CheckedPiece, Finding
from vintage_rules.returns.request.events import ReturnQuestioned
from vintage_rules.service.policy import SilenceMeans
from vintage_rules.shipping.parcel.states import SentBackCause

NAMES: dict[str, str] = {FIRST: "ada", SECOND: "lou"}
DELIVERED = (
    Step(at=days(1), do=Do.HAND_IN, parcel="ada", tracking_number="8R1"),
    Step(at=days(3), do=Do.SCAN, parcel="ada", status=ParcelScan.DELIVERED),
)
REQUESTED = Step(
    at=days(5),
    do=Do.REQUEST_RETURN,
    return_="r1",
    pieces=(COAT,),
    reason="withdrawal",
    parcel_number="8R1",
)


def lived(
    *steps: Step, mode: str = "direct", policy: HousePolicy = HOUSE, until: datetime | None = None
) -> OrderHistory:
    """Replay an order in France, 60 days long unless it says otherwise."""
    first = placed(mode, policy=policy)
    assert isinstance(first, OrderPlaced)
    end = until or days(60)
    return replay_order(first, steps, end, policy, calendar=FRANCE, destination_calendar=FRANCE)


def cases(history: OrderHistory) -> list[tuple[CaseKind, str]]:
    """Give what a person must look at, and why."""
    return [(case.kind, case.why) for case in history.cases]


# The other seller posts nothing, and the house reviews after 720 hours what waits without an end.
NEVER_POSTED = (CaseKind.NOT_POSTED, "lou: since 2026-09-07")


class TestLeftToAPerson:
    """What no rule settles is a case, with the name that the order's parts have outside."""

    def test_a_question_that_nobody_answered(self) -> None:
        """A policy may let silence be looked at: then nothing else comes of it."""
        history = lived(policy=house(dispatch(SilenceMeans.ESCALATE)), until=POSTED_BY)
        assert cases(history) == [(CaseKind.QUESTION_NOT_ANSWERED, "dispatch: coat, bag")]
        assert history.cases[0].at == POSTED_BY
        assert history.refunds == ()

    def test_a_search_in_vain(self) -> None:
        """A policy may leave it to a person what becomes of a parcel that is not found."""
        returns, kind = HOUSE.returns, "not-received"
        terms = returns.claims.terms(kind)
        assert terms.investigation is not None
        search = evolve(terms.investigation, in_vain=LookedInVain.REVIEW)
        kinds = {**returns.claims.kinds, kind: evolve(terms, investigation=search)}
        claims = evolve(returns.claims, kinds=kinds)
        policy = evolve(HOUSE, returns=evolve(returns, claims=claims))
        claim = Step(at=days(8), do=Do.OPEN_CLAIM, claim="c1", kind=kind, pieces=(COAT,))
        history = lived(DELIVERED[0], claim, policy=policy)
        stalled = (CaseKind.INVESTIGATION_STALLED, "c1: not found in time")
        assert stalled in cases(history)
        assert history.refunds == ()

    def test_only_the_pieces_that_are_not_as_sent(self) -> None:
        """One of two came back damaged; the other needs no one."""
        findings = (
            CheckedPiece(piece=COAT, finding=Finding.AS_SENT),
            CheckedPiece(piece=BAG, finding=Finding.DAMAGED),
        )
        event = ReturnChanged(
            at=days(9),
            case="return/r1",
            event=ReturnQuestioned(at=days(9), checked=days(9).date(), findings=findings),
        )
        (case,) = cases_of(Story().order, event)
        kind = CaseKind.RETURN_QUESTIONED
        assert case == OrderCase(kind=kind, subject="return/r1", why="bag damaged")
        shown = case_row(case, event, NAMES)
        assert (shown.at, shown.kind, shown.why) == (days(9), kind, "r1: bag damaged")

    def test_a_return_posted_late(self) -> None:
        """Requested on the 12th, posted on the 29th."""
        history = lived(*DELIVERED, REQUESTED, Step(at=days(22), do=Do.POST_RETURN, return_="r1"))
        assert cases(history) == [
            (CaseKind.RETURN_LATE, "r1: posted after its last day"),
            NEVER_POSTED,
        ]

    def test_a_return_received_late(self) -> None:
        """When it was posted is not known."""
        late = Step(at=days(22), do=Do.RECEIVE_RETURN, return_="r1")
        history = lived(*DELIVERED, REQUESTED, late)
        why = "r1: arrived, posted too late or at an unknown day"
        assert cases(history) == [(CaseKind.RETURN_LATE, why), NEVER_POSTED]

    def test_a_refund_overdue(self) -> None:
        """It came back, and nobody checked it."""
        history = lived(
            *DELIVERED,
            REQUESTED,
            Step(at=days(6), do=Do.POST_RETURN, return_="r1"),
            Step(at=days(8), do=Do.RECEIVE_RETURN, return_="r1"),
        )
        assert cases(history) == [
            (CaseKind.REFUND_OVERDUE, "r1: not refunded by its last day"),
            NEVER_POSTED,
        ]
        assert history.refunds == ()

    def test_a_parcel_sent_back_for_the_cause_that_the_carrier_gives(self) -> None:
        """It needs no guess then."""
        back = Step(
            at=days(2),
            do=Do.SCAN,
            parcel="ada",
            status=ParcelScan.GOING_BACK,
            cause=SentBackCause.REFUSED,
        )
        history = lived(DELIVERED[0], back, until=days(2))
        assert cases(history) == [(CaseKind.PARCEL_SENT_BACK, "ada: refused")]

    def test_a_parcel_that_the_buyer_would_rather_have(self) -> None:
        """Back at its sender, it is sent again by a person, and nothing is refunded."""
        history = lived(
            DELIVERED[0],
            Step(at=days(2), do=Do.SCAN, parcel="ada", status=ParcelScan.BACK_AT_SENDER),
            Step(at=days(3), do=Do.ANSWER_REFUND, parcel="ada", agreed=False),
            until=days(3),
        )
        assert cases(history)[-1] == (
            CaseKind.PARCEL_TO_SEND_AGAIN,
            "ada: the buyer would rather have it",
        )
        assert history.refunds == ()

    def test_a_parcel_delivered_after_its_refund(self) -> None:
        """Claimed as not received, given up for lost and refunded; then it comes all the same."""
        claim = Step(at=days(14), do=Do.OPEN_CLAIM, claim="c1", kind="not-received", pieces=(COAT,))
        delivered = evolve(DELIVERED[1], at=days(40))
        history = lived(DELIVERED[0], claim, delivered, until=days(40))
        assert [refund.pieces for refund in history.refunds] == [(COAT,)]
        assert cases(history)[-1] == (CaseKind.DELIVERED_AFTER_REFUND, "ada: coat")
        (opened,) = (row for row in history.events if row.event == "investigation-opened")
        assert opened.until == history.refunds[0].at

    def test_a_parcel_that_goes_back_after_its_delivery(self) -> None:
        """What the carrier says now contradicts what it said before."""
        back = Step(at=days(5), do=Do.SCAN, parcel="ada", status=ParcelScan.GOING_BACK)
        history = lived(*DELIVERED, back, until=days(5))
        assert cases(history) == [(CaseKind.SENT_BACK_AFTER_DELIVERY, "ada: going-back")]


class TestNamed:
    """What a command names must be in the order; what a history shows is named as it is there."""

    def test_a_parcel_that_the_order_does_not_hold(self) -> None:
        """The error says where it is named, and what there is."""
        with pytest.raises(InvalidValueError, match="ada, lou") as error:
            lived(Step(at=days(1), do=Do.HAND_IN, parcel="max"))
        assert (error.value.field, error.value.found) == ("commands[0].parcel", "max")

    def test_a_payout_that_is_held_back(self) -> None:
        """By its piece, and without an amount: nothing moves."""
        row = event_row(PayoutWithheld(at=days(20), piece=COAT), NAMES, "EUR")
        assert (row.event, row.pieces, row.amount) == ("payout-withheld", (COAT,), None)

    def test_the_pieces_of_a_claim(self) -> None:
        """Those it was opened for, and those whose refund it grants."""
        claim = Step(
            at=days(4), do=Do.OPEN_CLAIM, claim="c1", kind="defect", pieces=(COAT,), photos=3
        )
        upheld = Step(at=days(5), do=Do.UPHOLD_CLAIM, claim="c1")
        history = lived(*DELIVERED, claim, upheld, until=days(5))
        pieces = {row.event: row.pieces for row in history.events if row.claim == "c1"}
        assert (pieces["claim-opened"], pieces["claim-upheld"]) == ((COAT,), (COAT,))

    def test_a_request_of_no_pieces(self) -> None:
        """It is refused for that, and not as something the house does not take back."""
        history = lived(*DELIVERED, evolve(REQUESTED, pieces=()))
        assert [refused.reasons for refused in history.refusals] == [("no-pieces",)]

    def test_a_piece_that_waits_for_another_at_the_workshop(self) -> None:
        """The coat is checked, and the bag not even posted."""
        history = lived(
            Step(at=days(1), do=Do.RECEIVE, parcel="to-workshop/ada"),
            Step(at=days(1), do=Do.CHECK, piece=COAT, finding=StepFinding.AS_DESCRIBED),
            mode="grouped",
            until=days(2),
        )
        states = {piece.id: piece.state for piece in history.pieces}
        assert states == {COAT: PieceStatus.CHECKED, BAG: PieceStatus.ANNOUNCED}
        assert history.parcels[1].id == f"to-workshop/{ADA}"
        assert history.balance.sellers == {ADA: history.total * 0, LOU: history.total * 0}

    def test_a_return_that_the_house_declines_too_late(self) -> None:
        """This house accepts what is in time at once: there is nothing left to decline."""
        declined = Step(at=days(6), do=Do.DECLINE_RETURN, return_="r1")
        history = lived(*DELIVERED, REQUESTED, declined, until=days(6))
        assert [(each.do, each.reasons) for each in history.refusals] == [
            (Do.DECLINE_RETURN, ("not-possible-now",))
        ]
        states = {piece.id: piece.state for piece in history.pieces}
        assert states[COAT] is PieceStatus.RETURNING

    def test_a_piece_whose_refund_waits_for_a_dispute(self) -> None:
        """The parcel is lost: its refund is owed, and not sent while the payment is disputed."""
        history = lived(
            DELIVERED[0],
            Step(at=days(2), do=Do.DISPUTE, tender="card"),
            Step(at=days(3), do=Do.SCAN, parcel="ada", status=ParcelScan.LOST),
            until=days(3),
        )
        states = {piece.id: piece.state for piece in history.pieces}
        assert states[COAT] is PieceStatus.REFUND_DUE
        assert history.refunds == ()

    def test_a_piece_that_the_workshop_has_not_checked(self) -> None:
        """It is there, and its finding is not."""
        received = Step(at=days(1), do=Do.RECEIVE, parcel="to-workshop/ada")
        history = lived(received, mode="grouped", until=days(2))
        states = {piece.id: piece.state for piece in history.pieces}
        assert states == {COAT: PieceStatus.AT_WORKSHOP, BAG: PieceStatus.ANNOUNCED}

    def test_a_piece_that_came_back_and_was_refunded(self) -> None:
        """It cannot be cancelled any more."""
        history = lived(
            *DELIVERED,
            REQUESTED,
            Step(at=days(6), do=Do.POST_RETURN, return_="r1"),
            Step(at=days(8), do=Do.RECEIVE_RETURN, return_="r1"),
            Step(at=days(9), do=Do.CHECK_RETURN, return_="r1", finding=StepFinding.AS_SENT),
            Step(at=days(10), do=Do.CANCEL, by=Canceller.BUYER, pieces=(COAT,)),
            until=days(10),
        )
        assert [refund.pieces for refund in history.refunds] == [(COAT,)]
        assert [refused.reasons for refused in history.refusals] == [("already-refunded",)]


class TestMoney:
    """What moves between the buyer, the house, the carrier and the sellers."""

    def test_sellers_are_paid_when_the_time_for_returns_is_over(self) -> None:
        """Two weeks after the last parcel, at the end of that day in Paris; until then, nothing."""
        both = (
            *DELIVERED,
            Step(at=days(3), do=Do.HAND_IN, parcel="lou", tracking_number="8R2"),
            Step(at=days(4), do=Do.SCAN, parcel="lou", status=ParcelScan.DELIVERED),
        )
        due = datetime(2026, 9, 25, 22, tzinfo=UTC)
        assert lived(*both, until=due - timedelta(microseconds=1)).payouts == ()
        history = lived(*both, until=due)
        paid = [(each.at, each.seller, each.pieces, each.amount) for each in history.payouts]
        coat, bag = Money("90.00", "EUR"), Money("55.00", "EUR")
        assert paid == [(due, ADA, (COAT,), coat), (due, LOU, (BAG,), bag)]
        rows = [row for row in history.events if row.event == "payout-sent"]
        assert [(row.seller, row.pieces, row.amount) for row in rows] == [
            (ADA, (COAT,), coat),
            (LOU, (BAG,), bag),
        ]
        assert history.balance.sellers == {ADA: coat, LOU: bag}
        assert history.balance.buyer == -history.total

    def test_a_dispute_that_is_won(self) -> None:
        """It is opened once, and nothing moves."""
        history = lived(
            *DELIVERED,
            Step(at=days(4), do=Do.DISPUTE, tender="card"),
            Step(at=days(5), do=Do.DISPUTE, tender="card"),
            Step(at=days(6), do=Do.DISPUTE_WON, tender="card"),
            until=days(6),
        )
        assert [refused.reasons for refused in history.refusals] == [("already-disputed",)]
        last = history.events[-1]
        assert (last.event, last.tender, last.amount) == ("dispute-won", "card", None)
        assert history.balance.buyer == -history.total

    def test_a_dispute_that_is_lost(self) -> None:
        """The bank takes back all that the card paid; what the gift card paid stays."""
        history = lived(
            *DELIVERED,
            Step(at=days(4), do=Do.DISPUTE, tender="card"),
            Step(at=days(5), do=Do.DISPUTE_LOST, tender="card"),
            until=days(5),
        )
        last = history.events[-1]
        taken = Money("115.48", "EUR")
        assert (last.event, last.tender, last.amount) == ("dispute-lost", "card", taken)
        assert history.balance.buyer == Money("-50.00", "EUR")


class TestAnswers:
    """What people ask of an order, and what becomes of it."""

    def test_the_buyer_confirms(self) -> None:
        """Of what was delivered: the bag has not left."""
        confirmed = Step(at=days(4), do=Do.CONFIRM)
        history = lived(*DELIVERED, confirmed, until=days(4))
        last = history.events[-1]
        assert (last.event, last.pieces) == ("receipt-confirmed", (COAT,))

    def test_a_return_and_a_claim_that_there_are_not(self) -> None:
        """Neither was requested, and nothing comes of them."""
        history = lived(
            *DELIVERED,
            Step(at=days(4), do=Do.POST_RETURN, return_="r9"),
            Step(at=days(4), do=Do.UPHOLD_CLAIM, claim="c9"),
            until=days(4),
        )
        assert [refused.reasons for refused in history.refusals] == [
            ("no-such-return",),
            ("no-such-claim",),
        ]

    def test_a_return_requested_twice(self) -> None:
        """Under the same name it is the same return."""
        history = lived(*DELIVERED, REQUESTED, evolve(REQUESTED, at=days(6)), until=days(6))
        assert [refused.reasons for refused in history.refusals] == [("already-requested",)]

    def test_a_return_that_the_policy_does_not_take_back(self) -> None:
        """Where what the buyer merely does not want has no terms; under this house's it is made."""
        returns = HOUSE.returns
        rules = tuple(
            evolve(rule, terms=None) if rule.name.startswith("withdrawal") else rule
            for rule in returns.returns.rules
        )
        rows = evolve(returns.returns, rules=rules)
        policy = evolve(HOUSE, returns=evolve(returns, returns=rows))
        history = lived(*DELIVERED, REQUESTED, policy=policy, until=days(6))
        assert [refused.reasons for refused in history.refusals] == [("not-eligible",)]
        assert lived(*DELIVERED, REQUESTED, until=days(6)).refusals == ()

    def test_what_was_questioned_is_accepted(self) -> None:
        """The house refunds in full what came back damaged, if it accepts the return after all."""
        questioned = (
            *DELIVERED,
            REQUESTED,
            Step(at=days(6), do=Do.POST_RETURN, return_="r1"),
            Step(at=days(8), do=Do.RECEIVE_RETURN, return_="r1"),
            Step(at=days(9), do=Do.CHECK_RETURN, return_="r1", finding=StepFinding.DAMAGED),
        )
        accepted = Step(at=days(10), do=Do.ACCEPT_RETURN, return_="r1")
        assert lived(*questioned, until=days(10)).refunds == ()
        history = lived(*questioned, accepted, until=days(10))
        refunds = [(each.cause, each.pieces, each.total) for each in history.refunds]
        assert refunds == [("r1", (COAT,), Money("101.19", "EUR"))]
