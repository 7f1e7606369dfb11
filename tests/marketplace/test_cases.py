"""Cases for review: what a provider reported and no rule can settle waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.marketplace.town import ADA, COAT, HOUSE, POST, ZOE, Town
from vintage_rules.errors import CorruptHistoryError, NotAllowedError, NotFoundError
from vintage_rules.ids import OrderId
from vintage_rules.marketplace import Actor, Case, CaseReason
from vintage_rules.marketplace.storage.case_stream import CaseSettled, evolve_case
from vintage_rules.ports import PaymentWebhook, WebhookKind


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
    """A payment that is disputed, and a refund that fails after it was made."""

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            (WebhookKind.DISPUTED, CaseReason.PAYMENT_DISPUTED),
            (WebhookKind.REFUND_FAILED, CaseReason.REFUND_FAILED),
        ],
    )
    def test_has_what_the_provider_said(
        self, town: Town, kind: WebhookKind, reason: CaseReason
    ) -> None:
        """The means of payment, its reference, the order and the provider's own code."""
        send(town, kind, order=OrderId("o1"))
        (case,) = town.market.cases.list_open(HOUSE)
        opened = case.opened
        assert (opened.case, opened.reason, opened.at) == ("card/n1", reason, town.clock.now())
        assert (opened.tender, opened.reference) == ("card", "authorisation-1")
        assert (opened.order, opened.code) == ("o1", "fraudulent")

    @pytest.mark.parametrize(
        "kind", [kind for kind in WebhookKind if kind not in {"disputed", "refund-failed"}]
    )
    def test_nothing_else_does(self, town: Town, kind: WebhookKind) -> None:
        """Any other webhook is settled by the rules, or only confirms."""
        send(town, kind)
        assert town.market.cases.list_open(HOUSE) == ()

    def test_it_is_opened_once(self, town: Town) -> None:
        """However often the provider sends it, before and after it is settled."""
        send(town, WebhookKind.DISPUTED)
        send(town, WebhookKind.DISPUTED)
        assert len(town.market.cases.list_open(HOUSE)) == 1
        town.market.cases.settle(HOUSE, "card/n1")
        send(town, WebhookKind.DISPUTED)
        assert town.market.cases.list_open(HOUSE) == ()

    def test_it_makes_the_outside_do_nothing(self, town: Town) -> None:
        """No effect waits, and no message is dead-lettered for it."""
        send(town, WebhookKind.DISPUTED)
        assert town.work().idle
        assert town.market.shop.store.dead_letters(10) == ()


class TestListing:
    """`list_open`."""

    def test_the_oldest_comes_first_then_by_name(self, town: Town) -> None:
        """Whatever the order of their names."""
        send(town, WebhookKind.DISPUTED, "n2")
        town.clock.advance(timedelta(minutes=1))
        send(town, WebhookKind.DISPUTED, "n3")
        send(town, WebhookKind.DISPUTED, "n1")
        names = [case.opened.case for case in town.market.cases.list_open(HOUSE)]
        assert names == ["card/n2", "card/n1", "card/n3"]

    @pytest.mark.parametrize("by", [ADA, ZOE, POST], ids=str)
    def test_only_the_house_sees_them(self, town: Town, by: Actor) -> None:
        """No buyer, no seller and no carrier, and only the house settles them."""
        send(town, WebhookKind.DISPUTED)
        with pytest.raises(NotAllowedError, match="the house to list cases for review"):
            town.market.cases.list_open(by)
        with pytest.raises(NotAllowedError, match="the house to settle a case for review"):
            town.market.cases.settle(by, "card/n1")
        assert len(town.market.cases.list_open(HOUSE)) == 1


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
        assert [case.opened.case for case in town.market.cases.list_open(HOUSE)] == ["card/n2"]

    def test_again_changes_nothing(self, town: Town) -> None:
        """The first note counts."""
        send(town, WebhookKind.DISPUTED)
        first = town.market.cases.settle(HOUSE, "card/n1", "lost")
        town.clock.advance(timedelta(days=2))
        assert town.market.cases.settle(HOUSE, "card/n1", "won") == first
        assert len(town.market.shop.store.read("case/card/n1").records) == 2

    def test_a_case_that_was_never_opened_is_unknown(self, town: Town) -> None:
        """And nothing is recorded."""
        with pytest.raises(NotFoundError, match="case"):
            town.market.cases.settle(HOUSE, "card/n9")
        assert not list(town.market.shop.store.streams("case/"))


class TestHistory:
    """A case is opened once, and settled once after that."""

    def test_what_cannot_follow_is_refused(self, town: Town) -> None:
        """Settled before it was opened, opened twice, settled twice."""
        send(town, WebhookKind.DISPUTED)
        (case,) = town.market.cases.list_open(HOUSE)
        settled = CaseSettled(at=town.clock.now(), note="")
        done = Case(opened=case.opened, settled=settled)
        for state, event in ((None, settled), (case, case.opened), (done, settled)):
            with pytest.raises(CorruptHistoryError):
                evolve_case(state, event)
