"""A refund that the provider took on and that comes back days later (S10)."""

from __future__ import annotations

import pytest
from attrs import evolve

from tests.marketplace.town import BAG, CARD, COAT, HOUSE, ZOE, Town, euros
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.ids import OrderId
from vintage_rules.marketplace import BalanceTransaction, CaseReason, Marketplace, Movement
from vintage_rules.orders.states import Order
from vintage_rules.ports import PaymentWebhook, WebhookKind


def cancelled() -> Town:
    """A coat and a bag were bought by card, and the coat was cancelled and refunded."""
    town = Town.built().stock()
    bank = MemoryGateway(town.clock, slow_refunds=True)
    shop = evolve(town.market.shop, payments={"card": bank, "paypal": town.paypal})
    town = evolve(town, market=Marketplace(shop), bank=bank)
    town.buy(COAT, BAG)
    town.work()
    town.market.orders.cancel(HOUSE, "o1", COAT)
    town.work()
    return town


def come_back(town: Town) -> None:
    """Let the refund come back five days later, and its report arrive."""
    town.wait(days=5)
    town.bank.bounce("refund-1")
    town.market.webhooks.payment("card", *town.bank.sent(town.bank.webhooks[-1]))
    town.work()


def house(town: Town) -> str:
    """What the bank has for the house."""
    return str(town.bank.ledger.balance(Account.HOUSE, "EUR"))


class TestS10ARefundComesBack:
    """S10: it is owed again, a person looks, and nothing is sent twice."""

    def test_owed_again(self) -> None:
        """The books say what the bank says; it waits for a person, who is given a case."""
        town = cancelled()
        (cause,) = town.order().sent
        amount = town.order().sent[cause].payments[0].amount
        before = town.order().accounts["buyer"]
        come_back(town)
        order = town.order()
        assert [owed.payments[0].amount for owed in order.owed.values()] == [amount]
        assert order.accounts["buyer"] == before + amount
        assert order.begun == frozenset()
        paid = next(payment for payment in order.captured if payment.tender == "card")
        assert house(town) == str(paid.amount)
        reasons = [case.opened.reason for case in town.market.house_desk.cases(HOUSE).rows]
        assert reasons == [CaseReason.REFUND_FAILED]

    def test_settled_by_other_means(self) -> None:
        """The house pays it, and records that; reported again, nothing changes."""
        town = cancelled()
        come_back(town)
        (again,) = town.order().owed
        settled = town.market.orders.record_refund(HOUSE, "o1", again)
        assert isinstance(settled, Order)
        assert settled.owed == {}
        repeated = evolve(town.bank.webhooks[-1], id="said again")
        town.market.webhooks.payment("card", *town.bank.sent(repeated))
        town.work()
        assert town.order().owed == {}

    def test_recorded_by_hand(self) -> None:
        """A provider that does not repeat our key: the house says which refund it was."""
        town = cancelled()
        (cause,) = town.order().sent
        payment = town.order().sent[cause].payments[0]
        said = PaymentWebhook(
            id="said",
            kind=WebhookKind.REFUND_FAILED,
            at=town.clock.now(),
            reference=payment.reference,
            order=OrderId("o1"),
            code="",
        )
        town.market.webhooks.payment("card", *town.bank.sent(said))
        assert town.order().owed == {}
        town.market.orders.record_refund_failed(HOUSE, "o1", cause, "card", payment.reference)
        assert len(town.order().owed) == 1

    @pytest.mark.parametrize("order", ["o7", None])
    def test_of_no_order(self, order: str | None) -> None:
        """A person looks."""
        town = Town.built()
        said = PaymentWebhook(
            id="said",
            kind=WebhookKind.REFUND_FAILED,
            at=town.clock.now(),
            reference=None,
            order=None if order is None else OrderId(order),
            code="",
            key="k",
        )
        town.market.webhooks.payment("card", *town.bank.sent(said))
        assert len(town.market.house_desk.cases(HOUSE).rows) == 1

    def test_a_dispute_that_ends_does_not_send_it(self) -> None:
        """What waits for a person waits on."""
        town = cancelled()
        come_back(town)
        for kind in (WebhookKind.DISPUTED, WebhookKind.DISPUTE_WON):
            said = PaymentWebhook(
                id=kind,
                kind=kind,
                at=town.clock.now(),
                reference=None,
                order=OrderId("o1"),
                code="",
            )
            town.market.webhooks.payment("card", *town.bank.sent(said))
        town.work()
        assert len(town.order().owed) == 1

    def test_reconciled(self) -> None:
        """The refund and its return are both in the provider's list, and in the books."""
        town = cancelled()
        come_back(town)
        order = town.order()
        paid = next(payment for payment in order.captured if payment.tender == "card")
        back = next(iter(order.owed.values())).payments[0].amount
        amounts = {
            Movement.CAPTURED: paid.amount,
            Movement.REFUNDED: back,
            Movement.REFUND_FAILED: back,
        }
        rows = [
            BalanceTransaction(
                id=movement,
                movement=movement,
                receipt=order.receipts["card", paid.reference],
                amount=amount,
                at=town.clock.now(),
            )
            for movement, amount in amounts.items()
        ]
        found = town.market.reconciliation.differences(HOUSE, "card", rows)
        assert found == ()

    def test_of_a_gift_card(self) -> None:
        """The price of one is refunded outside of any order: a person looks."""
        town = Town.built()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        said = PaymentWebhook(
            id="said",
            kind=WebhookKind.REFUND_FAILED,
            at=town.clock.now(),
            reference="authorisation-1",
            order=None,
            code="",
            key="k",
        )
        town.market.webhooks.payment("card", *town.bank.sent(said))
        assert len(town.market.house_desk.cases(HOUSE).rows) == 1
