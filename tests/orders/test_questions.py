"""The questions of a policy in a running order: what answers them, and what silence brings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

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
    euros,
    reasons,
)
from tests.orders.test_clocks import fell_due, window
from vintage_rules.dates import Duration, Pick, Several, Window
from vintage_rules.errors import CorruptHistoryError, NotFoundError
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.orders.commands import AnswerQuestion, CommandReturn, ConfirmReceipt
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import QuestionExpired, QuestionOpened, RefundOwed
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.timeline import timeline
from vintage_rules.places import Area
from vintage_rules.returns.request.commands import AcceptReturn
from vintage_rules.service.policy import Addressee, QuestionRule, SilenceMeans
from vintage_rules.service.silence import answer_until
from vintage_rules.shipping.parcel.commands import GiveUpSearch, HandIn, RecordScan

TICK = timedelta(microseconds=1)
FROM_RECEIPT = window("delivered", "48 hours")


def question(
    name: str,
    asked: Addressee,
    time: Window,
    means: SilenceMeans,
    areas: frozenset[Area] = frozenset(),
) -> QuestionRule:
    """Make a question of a policy."""
    return QuestionRule(
        name=name,
        asked=asked,
        window=time,
        on_silence=means,
        areas=areas,
        codes=frozenset(),
        sources=("by hand",),
    )


def house(*questions: QuestionRule, paid: Window | None = None) -> HousePolicy:
    """Make the house that has these questions, and pays sellers in that time."""
    policy = evolve(HOUSE, service=evolve(HOUSE.service, questions=questions))
    if paid is None:
        return policy
    returns = policy.returns
    return evolve(policy, returns=evolve(returns, payouts=evolve(returns.payouts, window=paid)))


def dispatch(means: SilenceMeans = SilenceMeans.REFUND) -> QuestionRule:
    """The question to post within three days of payment."""
    return question("dispatch", Addressee.SELLER, window("paid", "3 days"), means)


def confirm_sale(means: SilenceMeans) -> QuestionRule:
    """The question to confirm a sale within 72 hours of the order."""
    return question("confirm-sale", Addressee.SELLER, window("ordered", "72 hours"), means)


def report(means: SilenceMeans) -> QuestionRule:
    """The question to report a problem within 48 hours of delivery."""
    return question("report-problem", Addressee.BUYER, FROM_RECEIPT, means)


def answer(means: SilenceMeans, anchor: str = "requested") -> QuestionRule:
    """The question to answer a request within two days."""
    return question("answer-request", Addressee.SELLER, window(anchor, "2 days"), means)


def opened(story: Story) -> list[tuple[str, tuple[PieceId, ...]]]:
    """Which questions opened, about which pieces."""
    events = [event for event in story.events if isinstance(event, QuestionOpened)]
    return [(event.question, event.pieces) for event in events]


def expired(story: Story) -> list[QuestionExpired]:
    """Which questions were not answered."""
    return [event for event in story.events if isinstance(event, QuestionExpired)]


# Paid on Monday the 7th, three days end with Thursday the 10th at 22:00 in UTC.
POSTED_BY = days(3) + timedelta(hours=14)


class TestL8NothingIsPosted:
    """L8: what a seller does not post in time is what the policy says."""

    @pytest.mark.parametrize(
        "means", [SilenceMeans.REFUND, SilenceMeans.REFUSE, SilenceMeans.LAPSE]
    )
    def test_is_refunded_in_full(self, means: SilenceMeans) -> None:
        """Not a microsecond before the time is over, and then with postage and fees."""
        story = Story("grouped", policy=house(dispatch(means))).pay()
        assert opened(story) == [("dispatch", (COAT, BAG))]
        story.wait(at(POSTED_BY - TICK))
        assert expired(story) == []
        story.wait(at(POSTED_BY))
        assert [event.at for event in expired(story)] == [POSTED_BY]
        (owed,) = story.order.owed.values()
        assert owed.at == POSTED_BY
        assert sum((p.amount for p in owed.payments), start=euros("0")) == sum(
            (p.amount for p in story.order.placed.payments), start=euros("0")
        )
        assert fell_due(story.wait(400)) == {}

    def test_nor_what_another_sender_posted(self) -> None:
        """Ada posts, lou does not: lou's piece is refunded, ada's goes on."""
        story = Story(policy=house(dispatch())).pay()
        story.parcel(FIRST, HandIn(at=POSTED_BY - TICK, tracking_number="8R1"))
        story.wait(30)
        (owed,) = [event for event in story.events if isinstance(event, RefundOwed)]
        assert [piece.id for piece in owed.pieces] == [BAG]
        assert [event.pieces for event in expired(story)] == [(BAG,)]

    def test_posted_too_late(self) -> None:
        """At the moment itself the time is over."""
        story = Story("grouped", policy=house(dispatch())).pay()
        story.parcel(FIRST, HandIn(at=POSTED_BY, tracking_number="8R1"))
        assert len(story.order.owed) == 1

    @pytest.mark.parametrize("means", [SilenceMeans.APPROVE, SilenceMeans.ESCALATE])
    def test_may_go_on(self, means: SilenceMeans) -> None:
        """It is approved, or a person looks: the order itself stays as it is."""
        story = Story("grouped", policy=house(dispatch(means))).pay().wait(14)
        assert [event.means for event in expired(story)] == [means]
        assert story.order.owed == {}

    def test_is_answered_by_posting_to_the_workshop(self) -> None:
        """Of a grouped order a seller dispatches to the workshop; the other's silence cancels."""
        story = Story("grouped", policy=house(dispatch())).pay()
        story.parcel(ParcelId("o1-in-1"), HandIn(at=days(1), tracking_number="8R1")).wait(12)
        assert set(story.order.cancelled) == {BAG}
        assert story.order.cancelled[BAG].by == "silence"
        assert story.order.cancelled[BAG].withdrawn

    def test_holds_where_it_is_said_to(self) -> None:
        """Of one name the first that covers the destination holds."""
        slow = question(
            "dispatch",
            Addressee.SELLER,
            window("paid", "9 days"),
            SilenceMeans.LAPSE,
            frozenset({Area.METROPOLITAN_FRANCE}),
        )
        story = Story("grouped", policy=house(slow, dispatch())).pay().wait(8)
        assert expired(story) == []
        assert len(expired(story.wait(10))) == 1

    def test_no_time_no_question(self) -> None:
        """A time that never ends, or has not begun, puts no question."""
        never = Window(anchor="paid", length=Duration.of(0, "never"), roll=FROM_RECEIPT.roll)
        forever = question("dispatch", Addressee.SELLER, never, SilenceMeans.REFUND)
        story = Story("grouped", policy=house(forever, report(SilenceMeans.LAPSE))).pay().wait(90)
        assert opened(story) == []

    def test_a_refund_ends_it(self) -> None:
        """What is refunded for another reason waits for nothing."""
        time = window(Several(pick=Pick.LATEST, events=("paid", "dispatched")), "30 days")
        asked = question("look", Addressee.BUYER, time, SilenceMeans.REFUND)
        story = Story("grouped", policy=house(asked)).pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R1"))
        story.parcel(FIRST, GiveUpSearch(at=days(9)))
        assert not any(each.is_open for each in story.order.questions.values())
        assert expired(story.wait(90)) == []


class TestConfirmationOfASale:
    """N4: a sale that its seller must confirm."""

    def test_is_cancelled_by_silence(self) -> None:
        """Seventy-two hours after the order, to the microsecond."""
        story = Story("grouped", policy=house(confirm_sale(SilenceMeans.REFUSE))).pay()
        story.wait(at(days(3) - TICK))
        assert story.order.owed == {}
        assert len(story.wait(3).order.owed) == 1

    @pytest.mark.parametrize("pieces", [(), (COAT, BAG)])
    def test_is_confirmed_by_a_word(self, pieces: tuple[PieceId, ...]) -> None:
        """Then the order goes on."""
        story = Story("grouped", policy=house(confirm_sale(SilenceMeans.REFUSE))).pay()
        story.tell(AnswerQuestion(at=days(1), question="confirm-sale", pieces=pieces)).wait(14)
        assert (expired(story), story.order.owed) == ([], {})

    def test_is_confirmed_by_dispatch(self) -> None:
        """Who posts has confirmed."""
        story = Story("grouped", policy=house(confirm_sale(SilenceMeans.REFUSE))).pay()
        story.deliver().wait(30)
        assert (expired(story), reasons(story)) == ([], [])

    def test_of_some_pieces(self) -> None:
        """Each piece is confirmed by its own seller."""
        story = Story(policy=house(confirm_sale(SilenceMeans.REFUSE))).pay()
        story.tell(AnswerQuestion(at=days(1), question="confirm-sale", pieces=(COAT,))).wait(30)
        assert [event.pieces for event in expired(story)] == [(BAG,)]

    @pytest.mark.parametrize("name", ["dispatch", "report-problem", "hope"])
    def test_no_other_question_is_answered_by_a_word(self, name: str) -> None:
        """Only dispatch is dispatch, and a buyer confirms receipt."""
        policy = house(dispatch(), report(SilenceMeans.LAPSE))
        story = Story("grouped", policy=policy).pay()
        story.tell(AnswerQuestion(at=days(1), question=name))
        assert reasons(story) == ["no-such-question"]

    def test_is_confirmed_once(self) -> None:
        """What is answered waits for no answer."""
        story = Story("grouped", policy=house(confirm_sale(SilenceMeans.REFUSE))).pay()
        answered = AnswerQuestion(at=days(1), question="confirm-sale")
        assert reasons(story.tell(answered, answered)) == ["no-such-question"]

    def test_a_history_answers_what_was_asked(self) -> None:
        """A question that nobody asked cannot expire."""
        story = Story("grouped").pay()
        strange = QuestionExpired(
            at=days(1), question="hope", pieces=(COAT,), means=SilenceMeans.LAPSE
        )
        with pytest.raises(CorruptHistoryError):
            ORDER.evolve(story.order, strange)


LATE = window("received", "60 days")
# Delivered on the 10th at 8:00, 48 hours end on the 12th at 8:00.
SILENT_AT = days(5)


class TestR6AProblemThatNobodyReports:
    """R6: silence about a problem pays the seller, where the policy says so."""

    def story(self, means: SilenceMeans = SilenceMeans.PAY_SELLER) -> Story:
        """Deliver an order of a house that otherwise pays after sixty days."""
        policy = house(report(means), paid=LATE)
        return Story("grouped", policy=policy).pay().deliver(FIRST, on=3)

    def test_pays_the_seller(self) -> None:
        """When the time to report is over, and not a microsecond before."""
        assert fell_due(self.story().wait(at(SILENT_AT - TICK))) == {}
        due = fell_due(self.story().wait(at(SILENT_AT)))
        assert due == {COAT: SILENT_AT, BAG: SILENT_AT}

    def test_unless_one_is_reported(self) -> None:
        """A claim in time answers the question; the other piece is paid for."""
        story = self.story().claim("defect", COAT, at=4).wait(at(SILENT_AT))
        assert fell_due(story) == {BAG: SILENT_AT}

    def test_a_return_reports_it_too(self) -> None:
        """Whoever sends it back says that something is not well."""
        story = self.story().ask_return(COAT, at=4).wait(at(SILENT_AT))
        assert fell_due(story) == {BAG: SILENT_AT}

    def test_the_buyers_word_pays_at_once(self) -> None:
        """All is well: the seller need not wait for silence."""
        story = self.story().tell(ConfirmReceipt(at=days(4))).wait(5)
        assert fell_due(story) == {COAT: days(4), BAG: days(4)}

    @pytest.mark.parametrize(("means", "owed"), [(SilenceMeans.REFUND, 1), (SilenceMeans.LAPSE, 0)])
    def test_means_what_the_policy_says(self, means: SilenceMeans, owed: int) -> None:
        """The buyer is refunded, or nothing follows."""
        story = self.story(means).wait(30)
        assert (len(story.order.owed), fell_due(story)) == (owed, {})

    def test_is_approval(self) -> None:
        """Receipt is confirmed, and times that count from it begin."""
        policy = house(report(SilenceMeans.APPROVE), paid=window("confirmed", "1 days"))
        story = Story("grouped", policy=policy).pay().deliver(FIRST, on=3).wait(30)
        assert story.order.confirmed == {COAT: SILENT_AT, BAG: SILENT_AT}
        assert set(fell_due(story)) == {COAT, BAG}


class TestTheBuyerConfirms:
    """R6: the buyer says that all is well."""

    def test_a_payout_counts_from_it(self) -> None:
        """Twelve hours after the word, to the microsecond."""
        policy = house(paid=window("confirmed", "12 hours"))
        story = Story("grouped", policy=policy).pay().deliver(FIRST, on=3)
        assert fell_due(story.wait(60)) == {}
        story.tell(ConfirmReceipt(at=days(60)))
        assert fell_due(story.wait(at(days(60.5) - TICK))) == {}
        assert fell_due(story.wait(60.5)) == {COAT: days(60.5), BAG: days(60.5)}

    def test_each_piece_once(self) -> None:
        """What is confirmed is not confirmed again."""
        story = Story("grouped").pay().deliver(FIRST, on=3)
        story.tell(ConfirmReceipt(at=days(4), pieces=(COAT,)), ConfirmReceipt(at=days(5)))
        assert story.order.confirmed == {COAT: days(4), BAG: days(5)}
        story.tell(ConfirmReceipt(at=days(6)), ConfirmReceipt(at=days(6), pieces=(COAT,)))
        assert reasons(story) == ["already-confirmed", "already-confirmed"]

    def test_only_what_was_posted(self) -> None:
        """The bag is with its seller: it is left out, and named it is refused."""
        story = Story().pay()
        story.tell(ConfirmReceipt(at=days(0.5)))
        story.deliver(FIRST, on=3).tell(ConfirmReceipt(at=days(4)))
        assert story.order.confirmed == {COAT: days(4)}
        story.tell(ConfirmReceipt(at=days(5), pieces=(BAG,)))
        assert reasons(story) == ["not-possible-now", "not-possible-now"]

    def test_not_what_was_refunded(self) -> None:
        """The parcel was lost."""
        story = Story().pay().deliver(FIRST, on=3)
        story.parcel(SECOND, HandIn(at=days(4), tracking_number="8R2"))
        story.parcel(SECOND, GiveUpSearch(at=days(20)))
        story.tell(ConfirmReceipt(at=days(21), pieces=(BAG,)))
        assert reasons(story) == ["already-refunded"]

    def test_a_piece_of_the_order(self) -> None:
        """Another is an error of the facts."""
        story = Story("grouped").pay().deliver(FIRST, on=3)
        with pytest.raises(NotFoundError):
            story.tell(ConfirmReceipt(at=days(4), pieces=(PieceId("hat"),)))


class TestR5ARequestThatNobodyAnswers:
    """R5: what the silence of a seller means for a return or a claim."""

    @pytest.mark.parametrize(
        ("means", "state"),
        [
            (SilenceMeans.APPROVE, "accepted"),
            (SilenceMeans.REFUND, "accepted"),
            (SilenceMeans.REFUSE, "declined"),
            (SilenceMeans.LAPSE, "declined"),
            (SilenceMeans.PAY_SELLER, "declined"),
            (SilenceMeans.ESCALATE, "requested"),
        ],
    )
    def test_a_return(self, means: SilenceMeans, state: str) -> None:
        """Requested before the parcel came, it waits for an answer for two days."""
        story = Story("grouped", policy=house(answer(means))).pay().ask_return(COAT, at=1)
        limit = at(days(3) + timedelta(hours=14))
        assert story.wait(limit - 0.001).order.returns["coat"].state == "requested"
        assert story.wait(limit).order.returns["coat"].state == state

    def test_an_answer_in_time(self) -> None:
        """Accepted before the time is over, nothing expires."""
        policy = house(answer(SilenceMeans.REFUSE))
        story = Story("grouped", policy=policy).pay().ask_return(COAT, at=1)
        story.tell(CommandReturn(case="coat", command=AcceptReturn(at=days(2)))).wait(30)
        assert (expired(story), story.order.returns["coat"].state) == ([], "accepted")

    @pytest.mark.parametrize(
        ("means", "state"),
        [(SilenceMeans.APPROVE, "upheld"), (SilenceMeans.REFUSE, "rejected")],
    )
    def test_a_claim(self, means: SilenceMeans, state: str) -> None:
        """Of a defect, upheld or rejected as a whole."""
        policy = house(answer(means, "issue-reported"))
        story = Story("grouped", policy=policy).pay().deliver(FIRST, on=3)
        story.claim("defect", COAT, at=4).wait(20)
        assert story.order.claims["claim"].state == state

    def test_a_search_goes_on(self) -> None:
        """What is looked for is found or lost, in spite of the silence."""
        policy = house(answer(SilenceMeans.APPROVE, "issue-reported"))
        story = Story("grouped", policy=policy).pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R1"))
        story.claim("not-received", COAT, at=4).wait(8)
        assert story.order.claims["claim"].state == "investigating"
        story.parcel(FIRST, RecordScan(at=days(9), status="delivered"))
        assert story.order.claims["claim"].state == "found"

    def test_both_agree(self) -> None:
        """The deadline of a question is that of the rule."""
        policy = house(dispatch())
        story = Story("grouped", policy=policy).pay()
        (asked,) = policy.service.questions
        events = timeline(story.order, COAT, policy.returns.returns.where)
        until = answer_until(asked, events, policy.service, FRANCE)
        assert story.order.questions["dispatch", COAT].until == until == POSTED_BY
