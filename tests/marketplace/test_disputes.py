"""A dispute freezes what its charge pays for until it has ended, and nothing else (S11)."""

from __future__ import annotations

from itertools import count

import pytest

from tests.marketplace.town import BAG, CARD, COAT, HOUSE, MAX, ZOE, Town, euros, ruled_otherwise
from vintage_rules.errors import NotFoundError, UnknownTermError
from vintage_rules.ids import OrderId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import CaseReason, DisputeStatus
from vintage_rules.marketplace.storage.streams import CARDS
from vintage_rules.orders.states import Order
from vintage_rules.ports import PaymentWebhook, WebhookKind
from vintage_rules.pricing import Card, GiftCardNotTaken
from vintage_rules.returns.pieces import CheckedPiece, Finding

_IDS = count()
OPENED, LOST, WON = WebhookKind.DISPUTED, WebhookKind.DISPUTE_LOST, WebhookKind.DISPUTE_WON


@pytest.fixture
def town() -> Town:
    """A coat for 90 and a bag for 55."""
    return Town.built().stock()


def report(
    town: Town,
    kind: WebhookKind,
    *,
    order: str | None = "o1",
    reference: str | None = None,
    tender: str = "card",
) -> None:
    """Let a provider report something; the order, the charge or both are named."""
    webhook = PaymentWebhook(
        id=f"said-{next(_IDS)}",
        kind=kind,
        at=town.clock.now(),
        reference=reference,
        order=None if order is None else OrderId(order),
        code="x",
    )
    bank = {"card": town.bank, "paypal": town.paypal}[tender]
    town.market.webhooks.payment(tender, *bank.sent(webhook))
    town.work()


def sold(town: Town) -> str:
    """Sell the coat to zoe and deliver it; give the provider's name for the charge."""
    placed = town.buy(COAT)
    assert isinstance(placed, Order)
    town.work()
    town.deliver()
    return placed.placed.payments[0].reference


class TestS11PayoutsAreFrozen:
    """S11: no seller of the order is paid before the dispute has ended."""

    def test_until_it_is_won(self, town: Town) -> None:
        """Two weeks later nothing is paid; once it is won the seller is."""
        sold(town)
        report(town, OPENED)
        town.wait(days=40)
        assert town.payouts.paid("EUR") == euros("0.00")
        report(town, WON)
        assert town.payouts.paid("EUR") == euros("90.00")

    def test_without_a_dispute_it_is_paid(self, town: Town) -> None:
        """The other side."""
        sold(town)
        town.wait(days=40)
        assert town.payouts.paid("EUR") == euros("90.00")

    def test_its_charge_alone_may_be_named(self, town: Town) -> None:
        """Some providers name neither the order nor anything of ours."""
        reference = sold(town)
        report(town, OPENED, order=None, reference=reference)
        assert town.order().disputed == {"card"}
        (case,) = town.market.house_desk.cases(HOUSE).rows
        assert (case.opened.reason, case.opened.order) == (CaseReason.PAYMENT_DISPUTED, "o1")

    @pytest.mark.parametrize(
        ("order", "reference", "tender"),
        [
            ("o1", "another", "card"),
            ("o2", None, "card"),
            (None, "another", "card"),
            (None, None, "card"),
            ("o1", None, "paypal"),
        ],
    )
    def test_no_other_is(
        self, town: Town, order: str | None, reference: str | None, tender: str
    ) -> None:
        """Another charge, another order, another means of payment: a person looks, no more."""
        sold(town)
        report(town, OPENED, order=order, reference=reference, tender=tender)
        assert town.order().disputed == set()
        assert len(town.market.house_desk.cases(HOUSE).rows) == 1

    def test_before_the_capture_was_recorded(self, town: Town) -> None:
        """A report may be faster than the answer: the seller waits all the same."""
        town.buy(COAT)
        webhook = PaymentWebhook(
            id="early",
            kind=OPENED,
            at=town.clock.now(),
            reference=None,
            order=OrderId("o1"),
            code="",
        )
        town.market.webhooks.payment("card", *town.bank.sent(webhook))
        town.work()
        assert (town.order().state, town.order().disputed) == ("paid", {"card"})
        town.deliver().wait(days=40)
        assert town.payouts.paid("EUR") == euros("0.00")


class TestS11Lost:
    """S11: the bank has taken it back; who bears it is the policy's."""

    def test_the_house_bears_it(self, town: Town) -> None:
        """The seller is paid in full, and nothing is refunded on top."""
        sold(town)
        report(town, OPENED)
        report(town, LOST)
        town.wait(days=40)
        assert town.payouts.paid("EUR") == euros("90.00")
        assert town.order().charged_back[0].payments == town.order().captured
        reasons = [case.opened.reason for case in town.market.house_desk.cases(HOUSE).rows]
        assert reasons == [CaseReason.PAYMENT_DISPUTED, CaseReason.DISPUTE_LOST]

    def test_the_seller_bears_it(self) -> None:
        """Where the policy says so, they are paid nothing."""
        book = ruled_otherwise(('lost_disputes = "house"', 'lost_disputes = "seller"'))
        town = Town.built().under(book).stock()
        sold(town)
        report(town, LOST)
        town.wait(days=40)
        assert town.payouts.paid("EUR") == euros("0.00")

    def test_reports_in_any_order(self, town: Town) -> None:
        """Lost, then opened, then lost once more: it is lost once, and the seller is paid."""
        sold(town)
        for kind in (LOST, OPENED, LOST):
            report(town, kind)
        assert town.order().disputed == set()
        assert len(town.order().charged_back) == 1
        town.wait(days=40)
        assert town.payouts.paid("EUR") == euros("90.00")

    def test_won_or_opened_twice(self, town: Town) -> None:
        """What is known changes nothing."""
        sold(town)
        for kind in (OPENED, OPENED, WON, WON):
            report(town, kind)
        names = [each.name for each in town.market.shop.store.read("order/o1").records]
        assert (names.count("payment-disputed"), names.count("dispute-won")) == (1, 1)


def returned(town: Town) -> None:
    """Have the coat come back as it was sent."""
    returns = town.market.returns
    returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
    returns.receive_return(HOUSE, "o1", "r1", town.today, town.today)
    returns.check_return(HOUSE, "o1", "r1", [CheckedPiece(piece=COAT, finding=Finding.AS_SENT)])
    town.work()


class TestS11Refunds:
    """S11: what a bank may take back is not refunded too, and is not forgotten either."""

    def test_waits_and_is_sent_once_it_is_won(self, town: Town) -> None:
        """No dead letter waits for a person meanwhile."""
        sold(town)
        report(town, OPENED)
        returned(town)
        assert ("r1" in town.order().owed, town.order().begun) == (True, frozenset())
        assert town.market.dead_letters.list(HOUSE) == ()
        report(town, WON)
        assert list(town.order().sent) == ["r1"]
        assert town.mails().count("refund-sent zoe") == 1

    def test_nothing_is_sent_once_it_is_lost(self, town: Town) -> None:
        """The buyer has it all from their bank."""
        sold(town)
        report(town, OPENED)
        returned(town)
        before = len(town.bank.ledger)
        report(town, LOST)
        assert len(town.bank.ledger) == before
        assert (list(town.order().owed), list(town.order().sent)) == ([], ["r1"])

    @pytest.mark.parametrize(("kind", "refunded"), [(WON, True), (LOST, False)])
    def test_of_a_cancelled_order(self, town: Town, kind: WebhookKind, refunded: bool) -> None:  # noqa: FBT001 - the two sides
        """Captured all the same, it is owed back; a lost dispute has given it back already."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        (payment,) = placed.placed.payments
        town.bank.capture(f"capture/{payment.reference}", payment.reference, payment.amount)
        town.market.orders.cancel(HOUSE, "o1")
        report(town, OPENED)
        assert (town.order().state, len(town.order().owed)) == ("cancelled", 1)
        report(town, kind)
        assert town.order().owed == {}
        assert bool(town.order().sent) == refunded
        assert {str(amount) for amount in town.order().accounts.values()} == {"0.00 EUR"}


def card_bought(town: Town) -> tuple[str, str]:
    """Have zoe buy a gift card of 50; give its number and its code."""
    town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
    town.work()
    (number,) = (name.removeprefix("card/") for name in town.market.shop.store.streams("card/"))
    (code,) = (str(mail.facts["code"]) for mail in town.outbox.messages if "code" in mail.facts)
    return number, code


def gift_card(town: Town, number: str) -> Card:
    """Give a card as it was last recorded."""
    card = town.market.shop.do("test", lambda work: work.load(CARDS, number).state)
    assert card is not None
    return card


class TestS11GiftCards:
    """S11: a card whose purchase is disputed pays nothing until that ends."""

    def test_is_frozen_until_it_is_won(self, town: Town) -> None:
        """It is refused at checkout, and pays once the dispute is won."""
        number, code = card_bought(town)
        reference = gift_card(town, number).ordered.reference
        report(town, OPENED, order=None, reference=reference)
        refused = town.buy(COAT, by=MAX, code=code)
        assert isinstance(refused, GiftCardNotTaken)
        assert refused.reasons == ("disputed",)
        report(town, WON, order=f"gift-card-{number}")
        paid = town.buy(COAT, by=MAX, code=code, order="o2")
        assert isinstance(paid, Order)
        assert paid.placed.payments[0].amount == euros("50.00")

    def test_is_worth_nothing_once_it_is_lost(self, town: Town) -> None:
        """What is left is gone; what an order it paid gives back is gone too."""
        number, code = card_bought(town)
        town.buy(BAG, code=code)
        town.work()
        report(town, LOST, order=f"gift-card-{number}")
        card = gift_card(town, number)
        assert (card.state, str(card.balance), str(card.gone)) == (
            "revoked",
            "0.00 EUR",
            "0.00 EUR",
        )
        town.market.orders.cancel(HOUSE, "o1")
        town.work()
        card = gift_card(town, number)
        assert (str(card.balance), str(card.gone)) == ("0.00 EUR", "50.00 EUR")
        refused = town.buy(COAT, by=MAX, code=code, order="o2")
        assert isinstance(refused, GiftCardNotTaken)

    @pytest.mark.parametrize(("reference", "tender"), [("another", "card"), (None, "paypal")])
    def test_no_other_charge_freezes_it(
        self, town: Town, reference: str | None, tender: str
    ) -> None:
        """Nor another provider."""
        number, _ = card_bought(town)
        report(town, OPENED, order=f"gift-card-{number}", reference=reference, tender=tender)
        assert not gift_card(town, number).disputed

    def test_an_order_named_like_a_purchase(self, town: Town) -> None:
        """Its own charge is disputed, and no card."""
        placed = town.buy(COAT, order="gift-card-7HK2")
        assert isinstance(placed, Order)
        town.work()
        report(town, OPENED, order="gift-card-7HK2")
        assert town.order("gift-card-7HK2").disputed == {"card"}

    def test_reported_again(self, town: Town) -> None:
        """Once lost it stays lost, whatever is reported of it."""
        number, _ = card_bought(town)
        for kind in (WON, OPENED, OPENED, LOST, OPENED, WON):
            report(town, kind, order=f"gift-card-{number}")
        names = [each.name for each in town.market.shop.store.read(f"card/{number}").records]
        assert names == ["card-ordered", "card-paid", "card-disputed", "card-dispute-lost"]


class TestTheHouseRecordsOne:
    """A provider without webhooks: the house says what it was told."""

    def test_of_an_order(self, town: Town) -> None:
        """Opened and won; what is not disputed is not won, and what is strange is said."""
        sold(town)
        orders = town.market.orders
        refused = orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.WON)
        assert isinstance(refused, Refused)
        assert refused.reasons == ("not-disputed",)
        opened = orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.OPENED)
        assert isinstance(opened, Order)
        assert opened.disputed == {"card"}
        won = orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.WON)
        assert isinstance(won, Order)
        assert won.disputed == set()
        with pytest.raises(UnknownTermError, match="cheque"):
            orders.record_dispute(HOUSE, "o1", "cheque", DisputeStatus.OPENED)

    def test_of_a_gift_card(self, town: Town) -> None:
        """Opened and lost; one that was never ordered is not found."""
        number, _ = card_bought(town)
        cards = town.market.cards
        assert cards.record_dispute(HOUSE, number, DisputeStatus.OPENED).disputed
        lost = cards.record_dispute(HOUSE, number, DisputeStatus.LOST)
        assert (lost.state, str(lost.gone)) == ("revoked", "50.00 EUR")
        with pytest.raises(NotFoundError, match=r"^card: must be .*, got '7HK2'$"):
            cards.record_dispute(HOUSE, "7HK2", DisputeStatus.OPENED)
