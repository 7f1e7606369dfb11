"""A webhook acts on the charge it names, of the means of payment it names, and on nothing else."""

from __future__ import annotations

from itertools import count

import pytest
from attrs import evolve

from tests.marketplace.town import CARD, COAT, ZOE, Town
from vintage_rules.ids import OrderId
from vintage_rules.marketplace import Means
from vintage_rules.orders.states import Order
from vintage_rules.ports import ChallengeNeeded, PaymentWebhook, WebhookKind

CHALLENGED = evolve(CARD, source="challenged")
PAYPAL = Means(tender="paypal", source="approved")
_IDS = count()


@pytest.fixture
def town() -> Town:
    """A coat for sale."""
    return Town.built().stock()


def receive(
    town: Town,
    reference: str | None,
    *,
    tender: str = "card",
    kind: WebhookKind = WebhookKind.VOIDED,
    order: str | None = "o1",
) -> None:
    """Let a provider report something of a charge."""
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


def challenged_then_approved(town: Town) -> tuple[str, str]:
    """Let a buyer fail at one card's challenge and pay by another; give both references."""
    first = town.buy(COAT, means=CHALLENGED)
    assert isinstance(first, ChallengeNeeded)
    placed = town.buy(COAT)
    assert isinstance(placed, Order)
    (payment,) = placed.placed.payments
    assert payment.reference != first.reference
    return first.reference, payment.reference


class TestVoided:
    """Only a hold that the order is to be paid by cancels it."""

    def test_the_card_that_was_given_up(self, town: Town) -> None:
        """Its hold is voided before the other is captured: nothing happens to the order."""
        first, _ = challenged_then_approved(town)
        receive(town, first)
        assert town.order().state == "placed"
        town.work()
        assert town.order().state == "paid"
        assert "order-cancelled zoe" not in town.mails()
        assert town.market.pieces.view(ZOE, COAT).state == "sold"

    def test_the_card_that_pays(self, town: Town) -> None:
        """Its hold is voided before it is captured: the order is cancelled, the piece back."""
        _, second = challenged_then_approved(town)
        receive(town, second)
        assert town.order().state == "cancelled"
        town.work()
        assert "order-cancelled zoe" in town.mails()
        assert town.market.pieces.view(ZOE, COAT).state == "listed"

    def test_another_provider_with_the_same_reference(self, town: Town) -> None:
        """Two providers may name their charges alike."""
        placed = town.buy(COAT, means=PAYPAL)
        assert isinstance(placed, Order)
        (payment,) = placed.placed.payments
        receive(town, payment.reference, tender="card")
        assert town.order().state == "placed"
        receive(town, payment.reference, tender="paypal")
        assert town.order().state == "cancelled"

    @pytest.mark.parametrize(("reference", "order"), [(None, "o1"), ("", "o1"), ("x", "o1")])
    def test_no_charge_or_a_strange_one(self, town: Town, reference: str, order: str) -> None:
        """A message that names none of the order's charges is about none of them."""
        town.buy(COAT)
        receive(town, reference, order=order)
        assert town.order().state == "placed"

    def test_another_order(self, town: Town) -> None:
        """The order is the one it names, too."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        receive(town, placed.placed.payments[0].reference, order="o2")
        assert town.order().state == "placed"

    @pytest.mark.parametrize(("tender", "state"), [("card", "cancelled"), ("paypal", "placed")])
    def test_no_order(self, town: Town, tender: str, state: str) -> None:
        """Its charge is known by the provider's name for it, and by whose name that is."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        receive(town, placed.placed.payments[0].reference, order=None, tender=tender)
        assert town.order().state == state

    def test_after_the_capture(self, town: Town) -> None:
        """What was captured cannot be voided any more: it came late."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        town.work()
        receive(town, placed.placed.payments[0].reference)
        assert town.order().state == "paid"

    @pytest.mark.parametrize("kind", sorted(set(WebhookKind) - {WebhookKind.VOIDED}))
    def test_other_kinds(self, town: Town, kind: WebhookKind) -> None:
        """No other message cancels an order."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        receive(town, placed.placed.payments[0].reference, kind=kind)
        assert town.order().state == "placed"
