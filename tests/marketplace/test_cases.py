"""Cases for review: what was reported, or an order left, and no rule settles waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.marketplace.town import (
    ADA,
    COAT,
    HOUSE,
    POST,
    ZOE,
    Town,
    ruled_otherwise,
)
from vintage_rules.errors import (
    CorruptHistoryError,
    NotAllowedError,
    NotFoundError,
    VersionConflictError,
)
from vintage_rules.ids import OrderId, ParcelId
from vintage_rules.marketplace import Actor, Case, CaseReason
from vintage_rules.marketplace.storage.case_stream import (
    CaseOpened,
    CaseSettled,
    cases_of_order,
    evolve_case,
)
from vintage_rules.marketplace.storage.codec import CASE_EVENTS
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.cases import CaseKind
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import PaymentDisputed
from vintage_rules.ports import PaymentWebhook, Record, Scan, WebhookKind
from vintage_rules.returns.pieces import CheckedPiece, Finding
from vintage_rules.shipping.parcel.states import SentBackCause


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 that zoe has bought."""
    town = Town.built().stock()
    town.buy(COAT)
    town.work()
    return town


def send(
    town: Town,
    kind: WebhookKind,
    webhook: str = "n1",
    order: OrderId | None = None,
    code: str = "fraudulent",
) -> None:
    """Let the bank send a webhook."""
    message = PaymentWebhook(
        id=webhook,
        kind=kind,
        at=town.clock.now(),
        reference="authorisation-1",
        order=order,
        code=code,
    )
    town.market.webhooks.payment("card", *town.bank.sent(message))


class TestWhatOpensACase:
    """A payment that is disputed, a dispute that is lost, a refund that fails after it was made."""

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            (WebhookKind.DISPUTED, CaseReason.PAYMENT_DISPUTED),
            (WebhookKind.DISPUTE_LOST, CaseReason.DISPUTE_LOST),
            (WebhookKind.REFUND_FAILED, CaseReason.REFUND_FAILED),
        ],
    )
    def test_has_what_the_provider_said(
        self, town: Town, kind: WebhookKind, reason: CaseReason
    ) -> None:
        """The means of payment, its reference, the order and the provider's own code."""
        send(town, kind, order=OrderId("o1"))
        (case,) = town.market.house_desk.cases(HOUSE).rows
        opened = case.opened
        assert (opened.case, opened.reason, opened.at) == ("card/n1", reason, town.clock.now())
        assert (opened.tender, opened.reference) == ("card", "authorisation-1")
        assert (opened.order, opened.code) == ("o1", "fraudulent")

    @pytest.mark.parametrize(
        "kind",
        [k for k in WebhookKind if k not in {"disputed", "dispute-lost", "refund-failed"}],
    )
    def test_nothing_else_does(self, town: Town, kind: WebhookKind) -> None:
        """Any other webhook is settled by the rules, or only confirms."""
        send(town, kind)
        assert town.market.house_desk.cases(HOUSE).rows == ()

    def test_it_is_opened_once(self, town: Town) -> None:
        """However often the provider sends it, before and after it is settled."""
        send(town, WebhookKind.DISPUTED)
        send(town, WebhookKind.DISPUTED)
        assert len(town.market.house_desk.cases(HOUSE).rows) == 1
        town.market.cases.settle(HOUSE, "card/n1")
        send(town, WebhookKind.DISPUTED)
        assert town.market.house_desk.cases(HOUSE).rows == ()

    def test_it_makes_the_outside_do_nothing(self, town: Town) -> None:
        """No effect waits, and no message is dead-lettered for it."""
        send(town, WebhookKind.DISPUTED)
        assert town.work().idle
        assert town.market.shop.store.dead_letters(10) == ()


class TestListing:
    """`house_desk.cases`."""

    def test_the_oldest_comes_first_then_by_name(self, town: Town) -> None:
        """Whatever the order of their names."""
        send(town, WebhookKind.DISPUTED, "n2")
        town.clock.advance(timedelta(minutes=1))
        send(town, WebhookKind.DISPUTED, "n3")
        send(town, WebhookKind.DISPUTED, "n1")
        names = [case.opened.case for case in town.market.house_desk.cases(HOUSE).rows]
        assert names == ["card/n2", "card/n1", "card/n3"]

    @pytest.mark.parametrize("by", [ADA, ZOE, POST], ids=str)
    def test_only_the_house_sees_them(self, town: Town, by: Actor) -> None:
        """No buyer, no seller and no carrier, and only the house settles them."""
        send(town, WebhookKind.DISPUTED)
        with pytest.raises(NotAllowedError, match="the house to list cases for review"):
            town.market.house_desk.cases(by)
        with pytest.raises(NotAllowedError, match="the house to settle a case for review"):
            town.market.cases.settle(by, "card/n1")
        assert len(town.market.house_desk.cases(HOUSE).rows) == 1


class TestSettling:
    """`settle`."""

    def test_says_how_and_when(self, town: Town) -> None:
        """It is not open any more; others still are."""
        send(town, WebhookKind.DISPUTED, "n1")
        send(town, WebhookKind.DISPUTED, "n2")
        town.clock.advance(timedelta(days=2))
        settled = town.market.cases.settle(HOUSE, "card/n1", "proof of delivery sent to the bank")
        assert settled.settled == CaseSettled(
            at=town.clock.now(), note="proof of delivery sent to the bank"
        )
        assert [case.opened.case for case in town.market.house_desk.cases(HOUSE).rows] == [
            "card/n2"
        ]

    def test_again_changes_nothing(self, town: Town) -> None:
        """The first note counts."""
        send(town, WebhookKind.DISPUTED)
        first = town.market.cases.settle(HOUSE, "card/n1", "lost")
        town.clock.advance(timedelta(days=2))
        assert town.market.cases.settle(HOUSE, "card/n1", "won") == first
        assert len(town.market.shop.store.read("case/card/n1").records) == 2

    def test_a_case_that_was_never_opened_is_unknown(self, town: Town) -> None:
        """And nothing is recorded."""
        with pytest.raises(NotFoundError, match=r"^case: must be .*, got 'card/n9'$"):
            town.market.cases.settle(HOUSE, "card/n9")
        assert not list(town.market.shop.store.streams("case/"))


class TestHistory:
    """A case is opened once, and settled once after that."""

    def test_what_cannot_follow_is_refused(self, town: Town) -> None:
        """Settled before it was opened, opened twice, settled twice."""
        send(town, WebhookKind.DISPUTED)
        (case,) = town.market.house_desk.cases(HOUSE).rows
        settled = CaseSettled(at=town.clock.now(), note="")
        done = Case(opened=case.opened, settled=settled)
        for state, event in ((None, settled), (case, case.opened), (done, settled)):
            with pytest.raises(CorruptHistoryError):
                evolve_case(state, event)


FIRST = ParcelId("o1-1")
TICK = timedelta(microseconds=1)
FOR_A_PERSON = """
[[edition.service.questions]]
name = "dispatch"
asked = "seller"
window = { anchor = "paid", length = "72 hours", roll = "none" }
on_silence = "escalate"
source = "by hand"
"""


def left(town: Town) -> list[tuple[CaseReason, str | None, str]]:
    """Give what is open: why, what it is about, and what exactly; the worker is done by then."""
    town.work()
    cases = [case.opened for case in town.market.house_desk.cases(HOUSE).rows]
    return [(opened.reason, opened.subject, opened.code) for opened in cases]


def handed_in(town: Town) -> Town:
    """Have the parcel with the coat handed in."""
    town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
    return town


def scanned(town: Town, status: str, cause: SentBackCause = SentBackCause.UNKNOWN) -> None:
    """Have the carrier report a scan of this moment three times."""
    scan = Scan(at=town.clock.now(), status=status, code=status, text="", place=None, cause=cause)
    for _ in range(3):
        town.market.parcels.record_scan(POST, "8R1", scan)


def requested(town: Town) -> Town:
    """Have the coat delivered and requested back: it must be posted by the 24th."""
    town.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
    return town


class TestL14ParcelsThatGoBack:
    """What the carrier reports of a parcel, and what the buyer wants then."""

    def test_sent_back_for_the_cause_that_the_carrier_gives(self, town: Town) -> None:
        """Once, however often it is reported; since when it was."""
        handed_in(town).clock.advance(timedelta(days=2))
        scanned(town, "going-back", SentBackCause.REFUSED)
        assert left(town) == [(CaseReason.PARCEL_SENT_BACK, FIRST, "refused")]
        (case,) = town.market.house_desk.cases(HOUSE).rows
        assert (case.opened.order, case.opened.at) == ("o1", town.clock.now())
        assert (case.opened.tender, case.opened.reference) == (None, None)
        town.market.cases.settle(HOUSE, case.opened.case, "zoe was called")
        scanned(town, "going-back", SentBackCause.REFUSED)
        assert left(town) == []

    def test_not_when_it_is_delivered(self, town: Town) -> None:
        """In time, and not refunded."""
        handed_in(town).clock.advance(timedelta(days=2))
        scanned(town, "delivered")
        assert left(town) == []

    @pytest.mark.parametrize("agrees", [False, True])
    def test_to_send_again(self, town: Town, agrees: bool) -> None:  # noqa: FBT001 - the two answers
        """Where the buyer would rather have it; the refund that they agree to needs no one."""
        handed_in(town).clock.advance(timedelta(days=2))
        town.market.parcels.receive_back(HOUSE, "o1", FIRST)
        town.work()
        for _ in range(2):
            town.market.parcels.answer_refund(ZOE, "o1", FIRST, agrees=agrees)
        wanted = (CaseReason.PARCEL_TO_SEND_AGAIN, FIRST, "the buyer would rather have it")
        assert (wanted in left(town)) is not agrees

    def test_after_its_delivery(self, town: Town) -> None:
        """What the carrier says now contradicts what it said before."""
        handed_in(town).clock.advance(timedelta(days=2))
        scanned(town, "delivered")
        town.clock.advance(timedelta(days=1))
        scanned(town, "going-back")
        assert left(town) == [(CaseReason.SENT_BACK_AFTER_DELIVERY, FIRST, "going-back")]


class TestR10ParcelsThatAreLost:
    """Overdue, looked for in vain, and delivered after all."""

    def test_overdue(self, town: Town) -> None:
        """When its latest estimate is over, and not before, however late a worker looks."""
        at = handed_in(town).order().parcels[FIRST].overdue_at
        assert at is not None
        town.clock.advance(at - town.clock.now() - TICK)
        assert left(town) == []
        town.clock.advance(timedelta(hours=5))
        overdue = (CaseReason.PARCEL_OVERDUE, FIRST, "not delivered by its latest estimate")
        assert left(town) == [overdue]
        assert left(town) == [overdue]
        assert town.market.house_desk.cases(HOUSE).rows[0].opened.at == at

    @pytest.mark.parametrize("in_vain", ["review", "lost"])
    def test_a_search_in_vain(self, in_vain: str) -> None:
        """Where the policy leaves it to a person; a parcel that counts as lost is refunded."""
        book = ruled_otherwise(('in_vain = "lost"', f'in_vain = "{in_vain}"'))
        town = Town.built().under(book).stock()
        town.buy(COAT)
        town.work()
        handed_in(town).wait(days=10)
        town.market.claims.open_claim(ZOE, "o1", "c1", "not-received", [COAT], photos=0)
        stalled = (CaseReason.INVESTIGATION_STALLED, "c1", "not found in time")
        assert stalled not in left(town)
        town.wait(days=20)
        assert (stalled in left(town)) is (in_vain == "review")
        assert bool(town.order().sent) is (in_vain == "lost")

    @pytest.mark.parametrize("refunded", [True, False])
    def test_delivered_after_its_refund(self, town: Town, refunded: bool) -> None:  # noqa: FBT001 - the two sides
        """The buyer has both then; before the refund is made, the delivery revokes it."""
        handed_in(town).clock.advance(timedelta(days=2))
        town.market.parcels.give_up_search(HOUSE, "o1", FIRST)
        if refunded:
            town.work()
        town.clock.advance(timedelta(days=1))
        scanned(town, "delivered")
        both = [(CaseReason.DELIVERED_AFTER_REFUND, FIRST, COAT)]
        assert left(town) == (both if refunded else [])


class TestF4ReturnsThatAreLate:
    """A return that comes late or not as it was sent, and a refund that does not come."""

    @pytest.mark.parametrize("day", [24, 25])
    def test_posted(self, town: Town, day: int) -> None:
        """On the last day, and after it."""
        requested(town).wait(days=15)
        town.market.returns.post_return(POST, "o1", "r1", town.today.replace(day=day))
        late = (CaseReason.RETURN_LATE, "r1", "posted after its last day")
        assert (late in left(town)) is (day == 25)

    @pytest.mark.parametrize("postmark", [24, None])
    def test_received(self, town: Town, postmark: int | None) -> None:
        """After that day; a postmark of the last day proves that it was posted in time."""
        requested(town).wait(days=15)
        day = None if postmark is None else town.today.replace(day=postmark)
        town.market.returns.receive_return(ADA, "o1", "r1", town.today, day)
        why = "arrived, posted too late or at an unknown day"
        late = [(CaseReason.RETURN_LATE, "r1", why)]
        assert left(town) == (late if postmark is None else [])

    @pytest.mark.parametrize("finding", [Finding.AS_SENT, Finding.DAMAGED])
    def test_questioned(self, town: Town, finding: Finding) -> None:
        """Where a piece is not as it was sent."""
        requested(town).wait(days=2)
        returns = town.market.returns
        returns.receive_return(ADA, "o1", "r1", town.today, town.today)
        for _ in range(2):
            returns.check_return(ADA, "o1", "r1", [CheckedPiece(piece=COAT, finding=finding)])
        questioned = [(CaseReason.RETURN_QUESTIONED, "r1", "coat damaged")]
        assert left(town) == (questioned if finding is Finding.DAMAGED else [])

    @pytest.mark.parametrize("checked", [True, False])
    def test_refund_overdue(self, town: Town, checked: bool) -> None:  # noqa: FBT001 - the two sides
        """Received, and not checked in time."""
        requested(town).wait(days=2)
        returns = town.market.returns
        returns.receive_return(ADA, "o1", "r1", town.today, town.today)
        if checked:
            as_sent = CheckedPiece(piece=COAT, finding=Finding.AS_SENT)
            returns.check_return(ADA, "o1", "r1", [as_sent])
        assert left(town) == []
        town.wait(days=40)
        overdue = [(CaseReason.REFUND_OVERDUE, "r1", "not refunded by its last day")]
        assert left(town) == ([] if checked else overdue)


class TestWhatAnOrderLeaves:
    """By the same function as a replayed order, each of it once."""

    @pytest.mark.parametrize("answered", [True, False])
    def test_a_question_that_its_seller_does_not_answer(self, answered: bool) -> None:  # noqa: FBT001 - the two sides
        """In three days; posted in time, it is answered."""
        town = Town.built().under(ruled_otherwise(later=FOR_A_PERSON)).stock()
        town.buy(COAT, mode="direct")
        town.work()
        if answered:
            town.market.parcels.hand_in(ADA, "o1", FIRST, "8R1")
        town.clock.advance(timedelta(days=3) - TICK)
        assert left(town) == []
        town.clock.advance(TICK)
        silent = [(CaseReason.QUESTION_NOT_ANSWERED, "dispatch", "coat")]
        assert left(town) == ([] if answered else silent)

    def test_a_dispute_is_one_case(self, town: Town) -> None:
        """The provider's message has opened it."""
        disputed = PaymentDisputed(at=town.clock.now(), tender="card")
        assert list(cases_of_order(town.order(), disputed, "order/o1#9")) == []

    def test_every_kind_is_a_reason(self) -> None:
        """So that each can be opened."""
        assert {kind.value for kind in CaseKind} <= {reason.value for reason in CaseReason}

    def test_two_who_see_the_same_open_it_once(self, town: Town) -> None:
        """Who comes second is refused with all it would write, and decides again."""
        overdue_at = handed_in(town).order().parcels[FIRST].overdue_at
        assert overdue_at is not None
        town.clock.advance(overdue_at - town.clock.now())
        known = town.order()
        store, now = town.market.shop.store, town.clock.now()
        first, second = (UnitOfWork(store, now, name) for name in ("first", "second"))
        for work in (first, second):
            stream = work.load(ORDERS, "o1")
            assert stream.state is not None
            shop = town.market.shop
            policy = shop.edition(stream.state.placed.edition)
            work.record(stream, ORDER.fall_due(stream.state, now, policy, shop.calendar))
        first.commit()
        with pytest.raises(VersionConflictError):
            second.commit()
        assert town.order() == known
        assert [reason for reason, *_ in left(town)] == [CaseReason.PARCEL_OVERDUE]

    def test_a_case_of_an_earlier_version_is_read(self) -> None:
        """Without what it did not know."""
        data = (
            '{"is":"case-opened","at":"2026-09-07T08:00:00+00:00","case":"card/n1","reason":'
            '"refund-failed","tender":"card","reference":"a1","order":"o1","code":"closed",'
            '"actor":"provider of card"}'
        )
        at = Town.built().clock.now()
        opened = CASE_EVENTS.decode(Record(name="case-opened", at=at, data=data)).event
        assert isinstance(opened, CaseOpened)
        assert (opened.reason, opened.subject) == (CaseReason.REFUND_FAILED, None)


class TestWhatWouldWaitForEver:
    """A parcel that no seller posts, under a policy that has no question about it."""

    def test_opens_a_case_and_moves_nothing(self) -> None:
        """30 days after the payment and not before, on the house's desk."""
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        town.work()
        town.clock.advance(timedelta(days=30) - timedelta(seconds=1))
        town.work()
        assert town.market.house_desk.cases(HOUSE).rows == ()
        town.clock.advance(timedelta(seconds=1))
        town.work()
        (case,) = town.market.house_desk.cases(HOUSE).rows
        assert (case.opened.reason, case.opened.subject) == (CaseReason.NOT_POSTED, "o1-1")
        assert (case.opened.order, town.order().owed) == ("o1", {})
