"""Holds that lapse before they are captured, as a provider's do after seven days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import CARD, COAT, HOUSE, ZOE, Town, euros
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.payments import HELD_FOR
from vintage_rules.errors import OutsideRejectedError
from vintage_rules.marketplace import Marketplace
from vintage_rules.orders.states import OrderState
from vintage_rules.ports import Authorisation, Authorised, Captured, Charge, WebhookKind
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.testing.contracts.payments import UnreliableGateway

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("late", "state", "price"),
    [(-TICK, OrderState.PAID, "sold"), (timedelta(), OrderState.CANCELLED, "listed")],
    ids=["held", "lapsed"],
)
def test_c7_both_sides_of_the_end_of_a_hold(late: timedelta, state: OrderState, price: str) -> None:
    """C7: captured while it is held; lapsed, the order is cancelled and the piece is on sale."""
    town = Town.built().stock()
    town.buy(COAT)
    town.clock.advance(HELD_FOR + late)
    town.work()
    assert town.order().state is state
    assert town.market.pieces.view(HOUSE, COAT).state == price
    taken = town.bank.ledger.balance(Account.HOUSE, "EUR")
    assert bool(taken) == (state is OrderState.PAID)
    mailed = "order-cancelled zoe" if state is OrderState.CANCELLED else "order-confirmed zoe"
    assert mailed in town.mails()


class CapturesNothing(UnreliableGateway):
    """Rejects each capture, as a provider does whose account is closed, and may name no end."""

    names_end = True

    def authorise(self, charge: Charge) -> Authorisation:
        """Hold it."""
        answer = super().authorise(charge)
        if isinstance(answer, Authorised) and not self.names_end:
            return evolve(answer, expires_at=None)
        return answer

    def capture(self, key: str, reference: str, amount: object) -> Captured:
        """Reject it."""
        raise OutsideRejectedError("bank", "capture", f"{key} {reference} {amount}")


def stuck(*, names_end: bool = True) -> Town:
    """Buy a coat and a gift card whose captures end as dead letters, and report nothing."""
    town = Town.built().stock()
    line = CapturesNothing(town.bank, "bank")
    line.names_end = names_end
    shop = evolve(town.market.shop, payments={"card": line})
    closed = evolve(town, market=Marketplace(shop))
    closed.buy(COAT)
    closed.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
    closed.work()
    assert len(town.market.dead_letters.list(HOUSE)) == 2
    return town


def card_state(town: Town) -> CardState | None:
    """The state of the gift card that was bought."""
    card = town.market.cards.find_by_reference(HOUSE, "card", "authorisation-2")
    return None if card is None else card.state


class TestC7NothingIsReported:
    """C7: no webhook comes, and no capture is under way any more."""

    @pytest.mark.parametrize("late", [-TICK, timedelta()], ids=["held", "lapsed"])
    def test_both_sides_of_the_end_that_the_provider_states(self, late: timedelta) -> None:
        """At that moment the capture is requested once more, and its answer decides."""
        town = stuck()
        town.clock.advance(HELD_FOR + late)
        town.work()
        lapsed = late == timedelta()
        assert (town.order().state is OrderState.CANCELLED) == lapsed
        assert (card_state(town) is CardState.CANCELLED) == lapsed
        assert town.market.pieces.view(HOUSE, COAT).available == lapsed
        assert town.bank.ledger.balance(Account.HOUSE, "EUR") == euros("0.00")

    def test_a_provider_that_states_no_end(self) -> None:
        """Its dead letters wait for a person, who has them retried."""
        town = stuck(names_end=False)
        town.wait(days=8)
        assert town.order().state is OrderState.PLACED
        town.market.dead_letters.retry(HOUSE, *keys(town))
        town.work()
        assert town.order().state is OrderState.CANCELLED

    def test_what_was_captured_meanwhile(self) -> None:
        """Both are paid; the end of the hold changes nothing."""
        town = stuck()
        town.market.dead_letters.retry(HOUSE, *keys(town))
        town.work()
        assert town.order().state is OrderState.PAID
        town.wait(days=8)
        assert town.order().state is OrderState.PAID
        assert card_state(town) is CardState.ACTIVE


def keys(town: Town) -> tuple[str, ...]:
    """The keys of the dead letters."""
    return tuple(letter.message.key for letter in town.market.dead_letters.list(HOUSE))


class TestC7ItIsReported:
    """C7: the provider reports that a hold was voided or has lapsed."""

    @pytest.mark.parametrize("paid", [False, True])
    def test_of_a_gift_card(self, paid: bool) -> None:  # noqa: FBT001 - a parameter
        """It is cancelled, unless it was paid for by then: the message may be late."""
        town = stuck()
        if paid:
            town.market.dead_letters.retry(HOUSE, *keys(town))
            town.work()
        else:
            town.clock.advance(HELD_FOR)
            assert town.bank.ledger.balance(Account.HELD, "EUR") == euros("0.00")
        voided = evolve(
            town.bank.webhooks[1],
            id="voided",
            kind=WebhookKind.VOIDED,
            reference="authorisation-2",
        )
        town.market.webhooks.payment("card", *town.bank.sent(voided))
        expected = CardState.ACTIVE if paid else CardState.CANCELLED
        assert card_state(town) is expected

    def test_of_another_charge_of_the_same_card(self) -> None:
        """It is not the one that pays for it."""
        town = stuck()
        other = evolve(
            town.bank.webhooks[1], id="v", kind=WebhookKind.VOIDED, reference="authorisation-9"
        )
        town.market.webhooks.payment("card", *town.bank.sent(other))
        assert card_state(town) is CardState.ORDERED
