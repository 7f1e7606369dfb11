"""Erasing a person, and purging what is old: the books stay whole. S22."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import ADA, BAG, CARD, COAT, HOUSE, MAX, POST, ZOE, Town, euros
from vintage_rules.errors import IdentifierError, InvalidValueError, NotAllowedError
from vintage_rules.marketplace import CardBought, Deferred, Erasure, ErasureRefusal, Purge
from vintage_rules.marketplace.actors import Visitor
from vintage_rules.orders.states import Order
from vintage_rules.ports import Change, Done, OutboxMessage, Record

NOTHING = Erasure(erased=0, deferred=())
OPEN = Deferred(stream="order/o1", name="shipping-address", reason=ErasureRefusal.ORDER_OPEN)


@pytest.fixture
def town() -> Town:
    """A coat bought by zoe, paid, and posted by its seller."""
    town = Town.built().stock()
    town.buy(COAT, mode="direct")
    town.work()
    return town


def settled(town: Town) -> Town:
    """Have the coat delivered and its seller paid."""
    return town.deliver().wait(days=40)


def records(town: Town) -> dict[str, object]:
    """All records."""
    store = town.market.shop.store
    return {name: store.read(name) for name in store.streams("")}


class TestErase:
    """`People.erase`."""

    def test_after_all_is_settled(self, town: Town) -> None:
        """The address is gone, every record and figure is as it was."""
        before, order = records(settled(town)), town.order()
        assert town.market.people.erase(HOUSE, "zoe") == Erasure(erased=1, deferred=())
        assert town.market.shop.store.personal("order/o1") == ()
        assert (records(town), town.order()) == (before, order)

    def test_again(self, town: Town) -> None:
        """And of a person of whom nothing is kept: nothing."""
        settled(town).market.people.erase(HOUSE, "zoe")
        assert town.market.people.erase(HOUSE, "zoe") == NOTHING
        assert town.market.people.erase(HOUSE, "nobody") == NOTHING

    def test_no_other_person(self, town: Town) -> None:
        """Of two buyers one."""
        town.buy(BAG, by=MAX, order="o2", mode="direct")
        town.work()
        settled(town).deliver("o2").wait(days=40)
        town.market.people.erase(HOUSE, "zoe")
        assert [each.person for each in town.market.shop.store.personal("order/o2")] == ["max"]

    def test_the_same_cart_is_still_the_same(self, town: Town) -> None:
        """Sent once more after the erasure, it is answered as it was."""
        settled(town).market.people.erase(HOUSE, "zoe")
        assert isinstance(town.buy(COAT, mode="direct"), Order)

    def test_what_cannot_be_a_person(self, town: Town) -> None:
        """Is refused."""
        with pytest.raises(IdentifierError, match=r"^person: "):
            town.market.people.erase(HOUSE, "")

    @pytest.mark.parametrize("by", [ZOE, ADA, POST, Visitor()], ids=str)
    def test_the_house_alone(self, town: Town, by: object) -> None:
        """A person requests it of the house."""
        with pytest.raises(NotAllowedError, match="must be the house to erase a person"):
            town.market.people.erase(by, "zoe")  # type: ignore[arg-type]
        with pytest.raises(NotAllowedError, match="must be the house to purge what is old"):
            town.market.people.purge(by)  # type: ignore[arg-type]


class TestDeferred:
    """While an order or a payment needs it, it is kept, and the answer says which."""

    def test_before_it_is_paid(self) -> None:
        """It will be posted; what is kept of the checkout alone is erased at once."""
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        assert town.market.people.erase(HOUSE, "zoe") == Erasure(erased=1, deferred=(OPEN,))
        assert town.market.people.erase(HOUSE, "zoe") == Erasure(erased=0, deferred=(OPEN,))

    def test_until_it_is_delivered_and_paid_for(self, town: Town) -> None:
        """It is on its way, then it may come back; and the request is repeated."""
        town.wait(hours=1)  # the checkout itself is over
        waiting = Erasure(erased=0, deferred=(OPEN,))
        assert town.market.people.erase(HOUSE, "zoe") == waiting
        town.deliver()
        assert town.market.people.erase(HOUSE, "zoe") == waiting
        town.wait(days=40)
        assert town.market.people.erase(HOUSE, "zoe") == Erasure(erased=1, deferred=())

    def test_while_a_return_is_open(self, town: Town) -> None:
        """Its label needs the address."""
        town.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        assert town.market.people.erase(HOUSE, "zoe").deferred == (OPEN,)

    def test_not_of_what_is_cancelled(self, town: Town) -> None:
        """Nothing is posted any more, once the refund is made."""
        town.market.orders.cancel(ZOE, "o1")
        town.wait(hours=1)
        assert town.market.people.erase(HOUSE, "zoe") == Erasure(erased=1, deferred=())

    def test_not_of_an_order_that_was_never_paid(self) -> None:
        """Its authorisation lapsed."""
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        town.clock.advance(timedelta(days=8))
        town.work()
        assert town.market.people.erase(HOUSE, "zoe") == Erasure(erased=1, deferred=())

    def test_one_order_of_two(self, town: Town) -> None:
        """What may be erased is, the rest is named."""
        settled(town)
        town.buy(BAG, order="o2", mode="direct")
        town.wait(hours=1)
        answer = town.market.people.erase(HOUSE, "zoe")
        assert answer == Erasure(erased=1, deferred=(evolve(OPEN, stream="order/o2"),))


class TestCards:
    """What a buyer wrote on a gift card."""

    def bought(self, town: Town) -> str:
        """Buy a card with words on it."""
        card = town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CARD)
        assert isinstance(card, CardBought)
        return card.card

    def test_until_it_is_paid(self) -> None:
        """They are still to be mailed; then they are erased, and the purchase is the same."""
        town = Town.built()
        stream = f"card/{self.bought(town)}"
        reason = ErasureRefusal.PAYMENT_OPEN
        assert town.market.people.erase(HOUSE, "zoe").deferred == (
            Deferred(stream=stream, name="words", reason=reason),
        )
        town.work()
        assert town.outbox.messages[-1].facts["words"] == "Bravo !"
        assert town.market.people.erase(HOUSE, "zoe") == Erasure(erased=1, deferred=())
        assert self.bought(town) == stream.removeprefix("card/")

    def test_no_record_holds_them(self) -> None:
        """Nor one of its checkout."""
        town = Town.built()
        self.bought(town)
        town.work()
        assert "Bravo" not in str(records(town))

    def test_a_card_mailed_afterwards(self) -> None:
        """Comes without words."""
        town = Town.built()
        self.bought(town)
        store = town.market.shop.store
        store.erase(store.personal_of("zoe"))
        town.work()
        assert town.outbox.messages[-1].facts["words"] == ""


class TestPurge:
    """`People.purge`: what is past the retention of the shop."""

    def aged(self, town: Town, retention: timedelta) -> Town:
        """Give a town with such a retention."""
        market = type(town.market)(evolve(town.market.shop, retention=retention))
        return evolve(town, market=market)

    def test_both_sides_of_the_limit(self, town: Town) -> None:
        """Of an order that is over, counted from when it was placed, to the microsecond."""
        town = self.aged(settled(town), timedelta(days=100))
        kept_since = town.market.shop.store.personal("order/o1")[0].at
        town.clock.advance(kept_since + timedelta(days=100) - town.clock.now())
        assert town.market.people.purge(HOUSE).erased == 0
        town.clock.advance(timedelta(microseconds=1))
        assert town.market.people.purge(HOUSE).erased == 1
        assert town.market.people.purge(HOUSE) == Purge(erased=0, messages=0)

    def test_not_what_is_needed(self, town: Town) -> None:
        """However old; a later purge finds it."""
        town = self.aged(town, timedelta(days=1))
        town.deliver(days=2)
        assert town.market.people.purge(HOUSE).erased == 0
        town.wait(days=40)
        assert town.market.people.purge(HOUSE).erased == 1

    def test_messages_that_are_done(self, town: Town) -> None:
        """Every one, once; the order that they came of is as it was."""
        town = self.aged(settled(town), timedelta(days=1))
        done = town.market.people.purge(HOUSE).messages
        assert done > 4
        assert town.market.people.purge(HOUSE).messages == 0
        assert town.order().state == "paid"

    @pytest.mark.parametrize("number", [999, 1_000, 1_001, 2_001])
    def test_more_than_a_batch(self, number: int) -> None:
        """All of them, however many; a batch is a thousand."""
        town = self.aged(Town.built(), timedelta(days=1))
        store, now = town.market.shop.store, town.clock.now()
        messages = tuple(
            OutboxMessage(key=f"k{n}", kind="k", stream="other/s", data="{}", not_before=now)
            for n in range(number)
        )
        written = Record(name="r", at=now, data="{}")
        change = Change(
            stream="other/s", expected=0, records=(written,), deadline=None, outbox=messages
        )
        store.append([change])
        for leased in store.pending(now, number, worker="w", lease=timedelta(minutes=1)):
            store.settle(leased, Done(at=now))
        town.clock.advance(timedelta(days=2))
        assert town.market.people.purge(HOUSE).messages == number
        assert town.market.people.purge(HOUSE).messages == 0

    @pytest.mark.parametrize("time", [timedelta(), timedelta(hours=23), timedelta(days=-1)])
    def test_a_retention_that_is_none(self, town: Town, time: timedelta) -> None:
        """Below a day a worker that comes late could miss what it settles."""
        with pytest.raises(InvalidValueError, match=r"^retention: must be a duration of a day"):
            self.aged(town, time)
