"""Houses where accepting an offer sells the piece: it waits for its order, and not for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.test_checkout_races import overtaken
from tests.marketplace.test_effects import REFUSED, Gateway
from tests.marketplace.town import (
    ADA,
    COAT,
    HOUSE,
    MAX,
    MONDAY,
    ZOE,
    Town,
    euros,
    ruled_otherwise,
)
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.marketplace import Marketplace, Means, PieceEntered
from vintage_rules.marketplace.storage.codec import PIECE_EVENTS
from vintage_rules.marketplace.storage.piece_stream import PieceState
from vintage_rules.offers.events import PieceOrdered
from vintage_rules.offers.states import ListingState
from vintage_rules.orders.checkout import CheckoutRefused
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.ports import Declined, Record
from vintage_rules.ports.notifier import Fact

TICK = timedelta(seconds=1)
DAY = timedelta(hours=24)
AGREED = {COAT: "70.00"}


def sold(acceptance: str = "charge", *, visible_for: str = "14 days") -> Town:
    """A town where an accepted offer sells: zoe's of 70 euros on the coat has just been."""
    book = ruled_otherwise(
        ('acceptance = "public"', f'payment = "held"\nacceptance = "{acceptance}"'),
        ('visible_for = "336 hours"', f'visible_for = "{visible_for}"'),
    )
    town = Town.built().under(book).stock()
    town.market.pieces.make_offer(ZOE, COAT, euros("70.00"), authorised=True)
    town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
    town.work()
    return town


def history(town: Town) -> list[str]:
    """Name what has happened to the coat."""
    return [each.name for each in town.market.shop.store.read("piece/coat").records]


def mails(town: Town, kind: str) -> list[tuple[str, Mapping[str, Fact]]]:
    """Who was mailed something, with which facts."""
    sent = town.outbox.messages
    return [(each.to.id, each.facts) for each in sent if each.kind == kind]


@pytest.mark.parametrize("acceptance", ["order", "charge"])
class TestAPieceThatNobodyOrders:
    """The policy says how long it waits; then it is on sale again, and its buyer is mailed."""

    def test_waits_for_its_buyer_until_its_time_is_over(self, acceptance: str) -> None:
        """Sold a second before, on sale again then, at its initial price and to anybody."""
        town = sold(acceptance)
        town.clock.advance(DAY - TICK)
        assert town.work().idle
        assert town.market.pieces.view(MAX, COAT).state is ListingState.SOLD
        town.clock.advance(TICK)
        town.work()
        piece = town.market.pieces.view(MAX, COAT)
        assert (piece.state, piece.available, piece.price) == (
            ListingState.LISTED,
            True,
            euros("90.00"),
        )
        assert history(town)[-2:] == ["piece-returned", "order-not-placed"]
        assert town.work().idle
        assert isinstance(town.buy(COAT, by=MAX), Order)

    def test_mails_its_buyer_the_time_and_the_end(self, acceptance: str) -> None:
        """When the offer is accepted until when to order, and at the end that it has ended."""
        town = sold(acceptance)
        until = town.clock.now() + DAY
        assert [(to, facts["until"]) for to, facts in mails(town, "offer-accepted")] == [
            ("zoe", until)
        ]
        town.market.pieces.set_alert(MAX, COAT)
        assert mails(town, "offer-ended") == []
        town.clock.advance(DAY)
        town.work()
        assert mails(town, "offer-ended") == [("zoe", {"piece": COAT, "price": euros("70.00")})]
        assert [to for to, _ in mails(town, "piece-back")] == ["max"]

    @pytest.mark.parametrize("hours", [0, 23.99])
    def test_ordered_in_time_it_stays_sold(self, acceptance: str, hours: float) -> None:
        """The held payment is captured, once, and nothing is released at the end."""
        town = sold(acceptance)
        town.clock.advance(timedelta(hours=hours))
        assert isinstance(town.buy(COAT, prices=AGREED), Order)
        town.work()
        assert town.order("o1").state is OrderState.PAID
        captured = town.bank.ledger.balance(Account.HOUSE, "EUR")
        assert captured == town.order("o1").placed.payments[0].amount
        town.clock.advance(DAY)
        town.work()
        assert town.market.pieces.view(MAX, COAT).state is ListingState.SOLD
        assert "order-not-placed" not in history(town)
        assert town.bank.ledger.balance(Account.HOUSE, "EUR") == captured

    def test_ordered_too_late_it_is_gone(self, acceptance: str) -> None:
        """Though no worker has come by, and nothing is held for it."""
        town = sold(acceptance)
        town.clock.advance(DAY)
        late = town.buy(COAT, prices=AGREED)
        assert isinstance(late, CheckoutRefused)
        assert list(late.gone) == [COAT]
        assert list(town.bank.ledger) == []

    def test_hidden_before_its_time_is_over(self, acceptance: str) -> None:
        """A house that shows sold pieces for less time than they wait keeps the order of events."""
        town = sold(acceptance, visible_for="2 hours")
        town.clock.advance(DAY)
        town.work()
        assert history(town)[-3:] == ["piece-hidden", "piece-returned", "order-not-placed"]

    def test_put_back_by_the_house_it_waits_no_longer(self, acceptance: str) -> None:
        """Nothing is left to end, and its buyer cannot order it at the agreed price."""
        town = sold(acceptance)
        town.market.pieces.put_back(HOUSE, COAT)
        assert isinstance(town.buy(COAT, prices=AGREED), CheckoutRefused)
        town.clock.advance(DAY)
        town.work()
        assert "order-not-placed" not in history(town)


class TestAChargeThatIsDeclined:
    """Nothing is paid twice and nothing stays sold, whenever the provider says no."""

    def test_by_the_provider_at_once(self) -> None:
        """Another means may pay in time; without one the piece is on sale again."""
        town = sold()
        refused = Means(tender="card", source="declined", brand="visa")
        assert isinstance(town.buy(COAT, prices=AGREED, means=refused), Declined)
        assert town.market.pieces.view(MAX, COAT).state is ListingState.SOLD
        assert isinstance(town.buy(COAT, prices=AGREED), Order)
        town.work()
        assert town.order("o1").state is OrderState.PAID
        again = town.buy(COAT, prices=AGREED, order="o2")
        assert isinstance(again, CheckoutRefused)

    def test_while_it_is_held_the_time_ends(self) -> None:
        """What was held for an order that came too late is released."""
        town = sold()
        town.clock.advance(DAY - TICK)
        late = overtaken(town, lambda: town.clock.advance(TICK)).buy(COAT, prices=AGREED)
        assert isinstance(late, CheckoutRefused)
        town.work()
        assert town.bank.ledger.balance(Account.HELD, "EUR") == euros("0.00")
        assert history(town)[-1] == "order-not-placed"

    def test_when_it_is_captured(self) -> None:
        """The order is cancelled, its buyer mailed, and the piece on sale again."""
        town = sold()
        assert isinstance(town.buy(COAT, prices=AGREED), Order)
        refusing = Gateway(town.bank, {"capture": REFUSED})
        shop = evolve(town.market.shop, payments={"card": refusing})
        town = evolve(town, market=Marketplace(shop))
        town.work()
        assert town.order("o1").state is OrderState.CANCELLED
        assert town.market.pieces.view(MAX, COAT).state is ListingState.LISTED
        assert [to for to, _ in mails(town, "order-cancelled")] == ["zoe"]


def test_a_sale_that_0_2_0_recorded_waits_without_an_end() -> None:
    """Its event named no time: nothing that was agreed then is taken back."""
    text = (
        '{"is":"piece-ordered","at":"2026-09-07T08:00:00+00:00","buyer":"zoe",'
        '"price":"70.00 EUR","until":"2026-09-21T08:00:00+00:00","actor":"seller ada"}'
    )
    kept = PIECE_EVENTS.decode(Record(name="piece-ordered", at=MONDAY, data=text)).event
    assert isinstance(kept, PieceOrdered)
    entered = PieceEntered(at=MONDAY, piece=COAT, seller=ADA.id, weight_g=900, description="a coat")
    state = PieceState(entered=entered, awaits_order=kept)
    assert state.may_be_ordered(ZOE.id, MONDAY + 365 * DAY)
    assert not state.may_be_ordered(MAX.id, MONDAY)
