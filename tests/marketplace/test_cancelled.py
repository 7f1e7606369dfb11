"""Money that is taken although its provider had refused: C7 lets nothing be charged for nothing."""

from __future__ import annotations

from attrs import define, evolve

from tests.marketplace.town import CARD, COAT, ZOE, Town, euros, ruled_otherwise
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.marketplace.commands.gift_cards import CardBought
from vintage_rules.marketplace.marketplace import Marketplace
from vintage_rules.orders.states import Order
from vintage_rules.testing.simulation.faults import Fault, Wire
from vintage_rules.testing.simulation.ports import WiredGateway


@define
class OneAfterTheOther:
    """What goes wrong with each capture, in turn; other calls go through."""

    faults: list[Fault]

    def fault(self, port: str, act: str) -> Fault:  # noqa: ARG002 - there is one port
        """Take the next fault."""
        return self.faults.pop(0) if act == "capture" and self.faults else Fault.NONE


def unlucky(*faults: Fault) -> tuple[Town, Wire]:
    """Give a town whose way to the bank is bad, and that way."""
    town = Town.built().stock()
    wire = Wire(plan=OneAfterTheOther(list(faults)))
    shop = evolve(town.market.shop, payments={"card": WiredGateway(town.bank, wire)})
    return evolve(town, market=Marketplace(shop)), wire


def held(town: Town, account: Account) -> str:
    """Tell what the bank has for somebody."""
    return str(town.bank.ledger.balance(account, "EUR"))


class TestAnOrder:
    """Its capture was given up, then refused."""

    def test_is_released_where_nothing_was_taken(self) -> None:
        """The buyer's money is theirs again at once, and a call that comes late takes nothing."""
        town, wire = unlucky(Fault.LATE, Fault.REFUSED)
        assert isinstance(town.buy(COAT), Order)
        town.work()
        town.wait(minutes=2)
        assert town.order().state == "cancelled"
        assert held(town, Account.HELD) == "0.00 EUR"
        wire.arrive()
        town.wait(days=1)
        assert held(town, Account.HOUSE) == "0.00 EUR"

    def test_gives_back_what_was_taken_all_the_same(self) -> None:
        """It was taken before it was refused: the order owes it back, and the buyer is told."""
        town, _ = unlucky(Fault.LOST_AFTER, Fault.REFUSED)
        assert isinstance(town.buy(COAT), Order)
        town.work()
        assert held(town, Account.HOUSE) == "108.59 EUR"
        town.wait(minutes=2)
        town.wait(days=1)
        order = town.order()
        assert (order.state, order.owed, len(order.sent)) == ("cancelled", {}, 1)
        assert held(town, Account.HOUSE) == "0.00 EUR"
        assert town.mails()[-2:] == ["order-cancelled zoe", "refund-sent zoe"]
        assert town.outbox.messages[-1].facts["pieces"] == (COAT,)
        assert town.market.pieces.view(ZOE, COAT).available


FEE = """
[[edition.pricing.fees]]
name = "cancelling"
payer = "buyer"
per = "order"
optional = false
on = "cancelled"
refundable = false
source = "house"

[[edition.pricing.fees.components]]
fixed = 5.00
rounding = "half-up"
source = "house"
"""


class TestABuyerWhoCancels:
    """In a house that charges them for it."""

    def test_is_refunded_less_the_fee(self) -> None:
        """The bank gives back what they paid less five euros, once, and the house keeps these."""
        town = Town.built().under(ruled_otherwise(later=FEE)).stock()
        assert isinstance(town.buy(COAT), Order)
        town.work()
        town.market.orders.cancel(ZOE, "o1")
        town.work()
        assert held(town, Account.HOUSE) == "5.00 EUR"
        assert not town.order().owed
        assert town.outbox.messages[-1].facts["amounts"] == (euros("103.59"),)
        town.wait(days=30)
        assert held(town, Account.HOUSE) == "5.00 EUR"


class TestAGiftCard:
    """Its capture was lost on the way back, then refused."""

    def test_gives_back_what_was_taken_all_the_same(self) -> None:
        """The card is void, nobody gets its code, and its buyer has the money."""
        town, _ = unlucky(Fault.LOST_AFTER, Fault.REFUSED)
        bought = town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CARD)
        assert isinstance(bought, CardBought)
        town.work()
        assert held(town, Account.HOUSE) == "50.00 EUR"
        town.wait(minutes=2)
        town.wait(days=1)
        assert held(town, Account.HOUSE) == "0.00 EUR"
        assert town.mails() == []
        (name,) = town.market.shop.store.streams("card/")
        history = town.market.shop.store.read(name)
        assert [record.name for record in history.records] == ["card-ordered", "card-cancelled"]

    def test_each_by_itself(self) -> None:
        """Two cards of one buyer, both taken and refused: both are given back."""
        town, _ = unlucky(Fault.LOST_AFTER, Fault.LOST_AFTER, Fault.REFUSED, Fault.REFUSED)
        for purchase in ("p1", "p2"):
            town.market.cards.buy(ZOE, purchase, euros("50.00"), "Bravo !", CARD)
        town.work()
        assert held(town, Account.HOUSE) == "100.00 EUR"
        town.wait(minutes=2)
        town.wait(days=1)
        assert held(town, Account.HOUSE) == "0.00 EUR"
        assert town.market.shop.store.dead_letters(9) == ()
