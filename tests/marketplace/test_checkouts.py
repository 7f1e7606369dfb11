"""Carts that become orders: first come, charged once, or charged nothing. Clauses C1 to C7."""

from __future__ import annotations

from threading import Thread

import pytest

from tests.marketplace.town import ADA, BAG, CARD, COAT, HOUSE, MAX, ZOE, Town, euros
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import (
    InvalidValueError,
    MoneyError,
    NameTakenError,
    NotFoundError,
    UnknownTermError,
)
from vintage_rules.ids import BuyerId, OrderId, PieceId
from vintage_rules.marketplace import Buyer, Cart, CartItem, GiftCardNotTaken, Means, PieceEntered
from vintage_rules.marketplace.actors import WORKER
from vintage_rules.marketplace.commands.checkouts import CheckoutAnswer
from vintage_rules.marketplace.commands.payment_holds import charge_of
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.checkout import CheckoutRefused
from vintage_rules.orders.quote import OrderNotQuoted
from vintage_rules.orders.states import Order
from vintage_rules.ports import ChallengeNeeded, Declined


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 and a bag for 55."""
    return Town.built().stock()


def reasons(answer: CheckoutAnswer) -> list[str]:
    """Why it was refused."""
    assert isinstance(answer, (CheckoutRefused, GiftCardNotTaken))
    return list(answer.reasons)


def bank(town: Town, account: Account) -> str:
    """What the bank has in an account."""
    return str(town.bank.ledger.balance(account, "EUR"))


class TestC7ChargedWithItsOrderAndOnce:
    """C7: the money is taken when the order is validated; never without an order, never twice."""

    def test_held_then_taken(self, town: Town) -> None:
        """Held when the order is written, taken by the worker, and the buyer and sellers told."""
        placed = town.buy(COAT, BAG)
        assert isinstance(placed, Order)
        assert (placed.state, bank(town, Account.HELD)) == ("placed", "170.69 EUR")
        town.work()
        assert (town.order().state, bank(town, Account.HOUSE)) == ("paid", "170.69 EUR")
        assert town.mails() == ["order-confirmed zoe", "pieces-sold ada", "pieces-sold lou"]

    def test_told_twice_it_is_one_order(self, town: Town) -> None:
        """The same name and cart again, by whatever means of payment."""
        first = town.buy(COAT)
        town.work()
        again = town.buy(COAT, means=Means(tender="paypal", source="approved"))
        assert isinstance(first, Order)
        assert isinstance(again, Order)
        assert again.placed == first.placed
        assert bank(town, Account.HOUSE) == "108.59 EUR"

    def test_not_by_somebody_else(self, town: Town) -> None:
        """S5: another buyer is not shown an order under its name, nor what is in it."""
        town.buy(COAT)
        for piece in (COAT, BAG):
            with pytest.raises(NameTakenError) as taken:
                town.buy(piece, by=MAX)
            assert str(taken.value) == "order: must be a name of nothing else, got 'o1'"

    def test_declined(self, town: Town) -> None:
        """Nothing is written but that it was declined; the piece is still for sale."""
        declined = town.buy(COAT, means=Means(tender="card", source="declined", brand="visa"))
        assert isinstance(declined, Declined)
        assert town.market.pieces.view(MAX, COAT).available
        town.wait(hours=2)
        assert (bank(town, Account.HELD), town.mails()) == ("0.00 EUR", [])

    def test_after_a_decline_another_card(self, town: Town) -> None:
        """The same order, by other means."""
        town.buy(COAT, means=Means(tender="card", source="declined", brand="visa"))
        assert isinstance(town.buy(COAT), Order)

    def test_a_challenge(self, town: Town) -> None:
        """The buyer is sent to the bank, comes back with the same cart, and has bought."""
        means = Means(tender="card", source="challenged", brand="visa")
        needed = town.buy(COAT, means=means)
        assert isinstance(needed, ChallengeNeeded)
        town.bank.answer_challenge(needed.reference)
        assert isinstance(town.buy(COAT, means=means), Order)

    @pytest.mark.parametrize(("minutes", "bought"), [(59, True), (61, False)])
    def test_a_challenge_that_takes_too_long(
        self, town: Town, minutes: int, *, bought: bool
    ) -> None:
        """After an hour the charge is let go of, and cannot become an order any more."""
        means = Means(tender="card", source="challenged", brand="visa")
        needed = town.buy(COAT, means=means)
        assert isinstance(needed, ChallengeNeeded)
        town.wait(minutes=minutes)
        if bought:
            town.bank.answer_challenge(needed.reference)
        assert isinstance(town.buy(COAT, means=means), Order) == bought
        assert (bank(town, Account.HELD) != "0.00 EUR") == bought

    def test_an_order_that_cannot_be_taken_is_cancelled(self, town: Town) -> None:
        """Its bank let go of the hold: the order is void, its pieces for sale, its buyer told."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        town.wait(days=8)
        assert town.order().state == "cancelled"
        assert town.market.pieces.view(MAX, COAT).available
        assert "order-cancelled zoe" in town.mails()

    def test_no_means_for_what_is_left(self, town: Town) -> None:
        """Named, with the amount."""
        with pytest.raises(MoneyError, match=r"means: must be a means of payment for 108\.59 EUR"):
            town.buy(COAT, means=None)

    def test_a_tender_that_nobody_takes_here(self, town: Town) -> None:
        """The policy knows it not."""
        with pytest.raises(UnknownTermError, match="kind: must be one of"):
            town.buy(COAT, means=Means(tender="cheque", source="x"))


class TestC1ACartReservesNothing:
    """C1: availability and price are checked again; the first validated order wins, the loser is
    told what is gone and charged nothing.
    """

    def test_the_second_is_told(self, town: Town) -> None:
        """Which piece is gone; and is charged nothing."""
        town.buy(COAT)
        lost = town.buy(COAT, BAG, by=MAX, order="o2")
        assert isinstance(lost, CheckoutRefused)
        assert (reasons(lost), list(lost.gone)) == (["piece-gone"], [COAT])
        town.wait(hours=2)
        assert bank(town, Account.HOUSE) == "108.59 EUR"

    def test_a_price_that_changed(self, town: Town) -> None:
        """Told, with both prices; not bought at another than the buyer saw."""
        refused = town.buy(COAT, prices={COAT: "80.00"})
        assert isinstance(refused, CheckoutRefused)
        (change,) = refused.changed
        assert (change.seen, change.now) == (euros("80.00"), euros("90.00"))

    def test_a_lowered_price_is_everybodys(self, town: Town) -> None:
        """Max buys at what zoe negotiated."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        assert isinstance(town.buy(COAT, by=MAX, prices={COAT: "70.00"}), Order)

    def test_eight_at_once(self, town: Town) -> None:
        """One gets it; whatever was held of the others is let go of."""
        answers: list[CheckoutAnswer] = []
        threads = [
            Thread(
                target=lambda n=n: answers.append(town.buy(COAT, by=Buyer(f"b{n}"), order=f"o{n}"))
            )
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(isinstance(answer, Order) for answer in answers) == 1
        town.wait(hours=2)
        assert (bank(town, Account.HELD), bank(town, Account.HOUSE)) == ("0.00 EUR", "108.59 EUR")


class TestC4SignedIn:
    """C4: whoever has an account must be signed in; a guest may order with another address."""

    @pytest.mark.parametrize(
        ("signed_in", "has_account", "placed"),
        [(True, True, True), (False, True, False), (False, False, True)],
    )
    def test_who_may(self, town: Town, *, signed_in: bool, has_account: bool, placed: bool) -> None:
        """And the refusal says so."""
        buyer = Buyer(BuyerId("zoe"), signed_in=signed_in, has_account=has_account)
        answer = town.buy(COAT, by=buyer)
        assert isinstance(answer, Order) == placed
        if not placed:
            assert reasons(answer) == ["not-signed-in"]


class TestC6Tenders:
    """C6: cards of three brands, and PayPal; any other brand is refused by name."""

    def test_another_brand(self, town: Town) -> None:
        """Before anybody is asked for money."""
        means = Means(tender="card", source="approved", brand="diners")
        assert reasons(town.buy(COAT, means=means)) == ["brand-not-accepted"]
        assert not town.market.shop.store.read("checkout/o1").records

    def test_paypal_goes_to_paypal(self, town: Town) -> None:
        """Each means of payment has its own provider."""
        town.buy(COAT, means=Means(tender="paypal", source="approved"))
        town.work()
        assert str(town.paypal.ledger.balance(Account.HOUSE, "EUR")) == "108.59 EUR"


class TestCarts:
    """What a cart may be."""

    def test_has_a_charge_once_it_is_bought(self, town: Town) -> None:
        """Of a checkout that was never begun there is none to release."""
        town.buy(COAT)
        shop = town.market.shop
        charge = shop.do(WORKER, lambda work: charge_of(work, "o1"))
        assert (charge.order, str(charge.amount)) == ("o1", "108.59 EUR")
        with pytest.raises(NotFoundError, match=r"^checkout: must be .* recorded, got 'o9'$"):
            shop.do(WORKER, lambda work: charge_of(work, "o9"))

    def test_a_piece_once(self) -> None:
        """Twice is refused where the cart is made."""
        item = CartItem(piece=COAT, price=euros("90.00"))
        with pytest.raises(InvalidValueError, match="items: must be different pieces"):
            Cart(
                order=OrderId("o1"),
                items=(item, item),
                mode="grouped",
                shipping_address={},
                billing_address={},
                means=CARD,
            )

    def test_quoted_without_being_bought(self, town: Town) -> None:
        """The price as it is now; nothing is written."""
        cart = Cart(
            order=OrderId("o1"),
            items=(CartItem(piece=COAT, price=euros("90.00")),),
            mode="direct",
            shipping_address={},
            billing_address={},
            means=CARD,
        )
        refused = town.market.checkouts.quote(ZOE, cart)
        assert isinstance(refused, CheckoutRefused)
        assert list(refused.reasons) == ["address-incomplete"]

    def test_a_parcel_that_is_too_heavy(self, town: Town) -> None:
        """No price, no order."""
        stove = PieceId("stove")
        entered = PieceEntered(
            at=town.clock.now(), piece=stove, seller=ADA.id, weight_g=90_000, description="stove"
        )
        terms = SellerTerms.only(open_to_offers=True)
        town.market.pieces.list_piece(ADA, entered, euros("90.00"), terms)
        assert isinstance(town.buy(stove, prices={stove: "90.00"}), OrderNotQuoted)

    def test_what_is_quoted_is_what_is_charged(self, town: Town) -> None:
        """To the cent."""
        placed = town.buy(COAT, BAG)
        assert isinstance(placed, Order)
        assert sum((p.amount for p in placed.placed.payments), start=euros("0")) == euros("170.69")
        assert town.market.orders.view(HOUSE, "o1") == town.order()
