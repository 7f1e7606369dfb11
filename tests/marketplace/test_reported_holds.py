"""What a provider reports of a charge completes what was begun (S8, S9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import BAG, CARD, COAT, HOME, HOUSE, MAX, ZOE, Town, euros
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import InvalidValueError, OutsideUnavailableError
from vintage_rules.ids import OrderId
from vintage_rules.marketplace import CardBought, Cart, CartItem, Marketplace
from vintage_rules.marketplace.storage.codec import decode_purchase
from vintage_rules.money import Money
from vintage_rules.orders.states import Order
from vintage_rules.ports import ChallengeNeeded, PaymentWebhook, WebhookKind
from vintage_rules.testing.contracts.faults import Fault
from vintage_rules.testing.contracts.payments import UnreliableGateway

CHALLENGED = evolve(CARD, source="challenged")
AUTHORISED, CAPTURED = WebhookKind.AUTHORISED, WebhookKind.CAPTURED


@pytest.fixture
def town() -> Town:
    """A coat for 90 and a bag for 55."""
    return Town.built().stock()


def deafened(town: Town) -> tuple[Town, UnreliableGateway]:
    """Give the town over a line on which the bank's answers can be lost."""
    line = UnreliableGateway(town.bank, "bank")
    shop = evolve(town.market.shop, payments={"card": line, "paypal": town.paypal})
    return evolve(town, market=Marketplace(shop)), line


def report(town: Town, kind: WebhookKind, number: int = -1, tender: str = "card") -> None:
    """Let a message of the bank arrive: the last of its kind, unless another is named."""
    sent = [each for each in town.bank.webhooks if each.kind is kind][number]
    assert town.market.webhooks.payment(tender, *town.bank.sent(sent)) == sent


def passed(town: Town, order: str = "o1") -> str:
    """Check the coat out; the buyer passes the challenge and closes the page."""
    answer = town.buy(COAT, means=CHALLENGED, order=order)
    assert isinstance(answer, ChallengeNeeded)
    town.bank.answer_challenge(answer.reference)
    return answer.reference


def coat() -> Cart:
    """A cart with the coat."""
    return Cart(
        order=OrderId("o1"),
        items=(CartItem(piece=COAT, price=euros("90.00")),),
        mode="grouped",
        shipping_address=HOME,
        billing_address=HOME,
        means=CARD,
    )


def exists(town: Town, order: str = "o1") -> bool:
    """Say whether an order was placed."""
    return bool(town.market.shop.store.read(f"order/{order}").records)


def held(town: Town) -> Money:
    """Give what the bank holds of buyers."""
    return town.bank.ledger.balance(Account.HELD, "EUR")


def kept(town: Town, stream: str = "checkout/o1") -> int:
    """Count what is kept of a buyer beside a checkout."""
    return len(town.market.shop.store.personal(stream))


class TestS9TheBuyerClosedThePage:
    """S9: the report of the hold places what they validated."""

    def test_the_order_is_placed(self, town: Town) -> None:
        """As if they had come back: its parcel goes where they said, and it is paid."""
        reference = passed(town)
        report(town, AUTHORISED)
        assert not exists(town)  # a worker looks it up first
        town.work()
        order = town.order()
        assert (order.state, order.placed.buyer) == ("paid", ZOE.id)
        assert [payment.reference for payment in order.captured] == [reference]
        assert kept(town, "order/o1") == 1
        assert not town.market.pieces.view(MAX, COAT).available
        again = town.buy(COAT, means=CHALLENGED)
        assert isinstance(again, Order)
        assert again.placed == order.placed

    def test_without_the_report_it_is_voided(self, town: Town) -> None:
        """The other side: after an hour the buyer has the money back."""
        passed(town)
        town.wait(hours=1)
        assert not exists(town)
        assert not held(town)

    def test_a_report_after_an_hour_places_nothing(self, town: Town) -> None:
        """It was voided: the piece may be another's."""
        passed(town)
        town.wait(hours=1)
        report(town, AUTHORISED)
        town.work()
        assert not exists(town)

    def test_with_gift_cards_and_options(self, town: Town) -> None:
        """Nothing of the cart is lost, and no code of a card was kept."""
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        code = str(town.outbox.messages[-1].facts["code"])
        answer = town.buy(COAT, BAG, means=CHALLENGED, code=code)
        assert isinstance(answer, ChallengeNeeded)
        (validated,) = town.market.shop.store.personal("checkout/o1")
        assert code not in validated.data
        town.bank.answer_challenge(answer.reference)
        report(town, AUTHORISED)
        town.work()
        assert [payment.tender for payment in town.order().captured] == ["gift-card", "card"]
        assert [line.piece for line in town.order().placed.lines] == [COAT, BAG]

    def test_a_gift_card_is_bought(self, town: Town) -> None:
        """And mailed, with its words."""
        answer = town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CHALLENGED)
        assert isinstance(answer, ChallengeNeeded)
        town.bank.answer_challenge(answer.reference)
        report(town, AUTHORISED)
        town.work()
        facts = town.outbox.messages[-1].facts
        assert (facts["words"], facts["amount"]) == ("Bravo !", euros("50.00"))
        again = town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CHALLENGED)
        assert isinstance(again, CardBought)

    def test_the_piece_is_gone(self, town: Town) -> None:
        """Another was faster: nothing is placed, and the money is released."""
        passed(town)
        assert isinstance(town.buy(COAT, by=MAX, order="o2"), Order)
        report(town, AUTHORISED, 0)
        town.work()
        assert not exists(town)
        assert not held(town)

    def test_the_challenge_was_not_passed(self, town: Town) -> None:
        """The provider is believed when it is called, not when it reports."""
        answer = town.buy(COAT, means=CHALLENGED)
        assert isinstance(answer, ChallengeNeeded)
        lie = PaymentWebhook(
            id="lie",
            kind=AUTHORISED,
            at=town.clock.now(),
            reference=answer.reference,
            order=OrderId("o1"),
            code="",
        )
        town.market.webhooks.payment("card", *town.bank.sent(lie))
        town.work()
        assert not exists(town)
        town.bank.answer_challenge(answer.reference, passed=False)
        again = evolve(lie, id="lie again")
        town.market.webhooks.payment("card", *town.bank.sent(again))
        town.work()
        assert not exists(town)

    def test_a_card_that_was_given_up(self, town: Town) -> None:
        """Its hold is released; the report places nothing with the next one."""
        reference = passed(town)
        other = evolve(CHALLENGED, source="challenged", brand="mastercard")
        answer = town.buy(COAT, means=evolve(other, source="challenged:2"))
        assert isinstance(answer, ChallengeNeeded)
        assert answer.reference != reference
        report(town, AUTHORISED)
        town.work()
        assert not exists(town)
        assert not held(town)

    def test_what_a_host_is_to_place_itself(self, town: Town) -> None:
        """`authorise` holds, and the host's own transaction places."""
        town.market.checkouts.authorise(ZOE, cart := coat())
        report(town, AUTHORISED)
        town.work()
        assert (exists(town), kept(town)) == (False, 0)
        assert isinstance(town.market.checkouts.check_out(ZOE, cart), Order)

    def test_an_erased_buyer(self, town: Town) -> None:
        """Nothing is known of what they wanted."""
        passed(town)
        assert town.market.people.erase(HOUSE, "zoe").erased == 1
        report(town, AUTHORISED)
        town.work()
        assert not exists(town)
        town.wait(hours=1)
        assert not held(town)


class TestS8TheAnswerWasLost:
    """S8: the process died between the provider's answer and the order."""

    @pytest.mark.parametrize("forgotten", [False, True])
    def test_the_order_is_placed(self, town: Town, forgotten: bool) -> None:  # noqa: FBT001 - a parameter
        """The report names our key and its own name: nothing is held twice, even once forgotten."""
        lossy, line = deafened(town)
        line.arm(Fault.LOST_AFTER, 0)
        with pytest.raises(OutsideUnavailableError):
            lossy.buy(COAT)
        line.disarm()
        if forgotten:
            town.bank.forget_keys()
        report(town, AUTHORISED)
        town.work()
        assert town.order().state == "paid"
        assert [entry.act for entry in town.bank.ledger] == ["authorise", "capture"]

    def test_a_charge_of_which_nothing_was_heard_is_voided(self, town: Town) -> None:
        """Its name is known from the report, although its key is forgotten and it was given up."""
        lossy, line = deafened(town)
        line.arm(Fault.LOST_AFTER, 0)
        with pytest.raises(OutsideUnavailableError):
            lossy.buy(COAT)
        line.disarm()
        other = town.buy(COAT, means=CHALLENGED)
        assert isinstance(other, ChallengeNeeded)
        report(town, AUTHORISED)
        town.bank.forget_keys()
        town.wait(hours=2)
        assert not exists(town)
        assert not held(town)

    @pytest.mark.parametrize("what", ["order", "card"])
    def test_a_capture_is_recorded_at_once(self, town: Town, what: str) -> None:
        """Its answer was lost; the report does not wait for the next attempt."""
        lossy, line = deafened(town)
        if what == "order":
            lossy.buy(COAT)
        else:
            lossy.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        line.arm(Fault.LOST_AFTER, 0)
        assert lossy.market.worker().round().postponed == 1
        line.disarm()
        assert town.work().idle
        report(town, CAPTURED)
        town.work()
        kind = "order-confirmed" if what == "order" else "gift-card"
        assert [str(each.kind) for each in town.outbox.messages][:1] == [kind]
        assert [entry.act for entry in town.bank.ledger].count("capture") == 1

    @pytest.mark.parametrize("kind", [AUTHORISED, CAPTURED])
    def test_what_is_known_already_changes_nothing(self, town: Town, kind: WebhookKind) -> None:
        """Nor does the report of another means of payment, or about no checkout."""
        town.buy(COAT)
        town.work()
        before = len(town.market.shop.store.read("checkout/o1").records)
        report(town, kind)
        assert len(town.market.shop.store.read("checkout/o1").records) == before
        stray = PaymentWebhook(
            id="stray",
            kind=kind,
            at=town.clock.now(),
            reference="nobody's",
            order=OrderId("o7"),
            code="",
        )
        town.market.webhooks.payment("card", *town.bank.sent(stray))
        assert town.work().idle


class TestWhatIsKept:
    """A cart is kept for an hour, and no longer than the charge may lead to an order."""

    @pytest.mark.parametrize("placed", [False, True])
    def test_for_an_hour(self, town: Town, placed: bool) -> None:  # noqa: FBT001 - a parameter
        """Whether it was placed or not."""
        if placed:
            town.buy(COAT)
        else:
            passed(town)
        town.wait(minutes=59)
        assert kept(town) == 1
        town.wait(minutes=1)
        assert kept(town) == 0

    def test_while_another_charge_may_lead_to_it(self, town: Town) -> None:
        """The second was begun later: an hour after the first it is still needed."""
        passed(town)
        town.clock.advance(timedelta(minutes=30))
        town.buy(COAT, means=evolve(CHALLENGED, source="challenged:2"))
        town.wait(minutes=30)
        assert kept(town) == 1
        town.wait(minutes=30)
        assert kept(town) == 0

    def test_what_cannot_be_read(self) -> None:
        """A text that this version does not write."""
        with pytest.raises(InvalidValueError):
            decode_purchase('{"is":"cart"}')
