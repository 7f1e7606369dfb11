"""Pieces in a shop: offered on, told to whom they concern, and shown to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import ADA, BAG, COAT, HOUSE, LOU, MAX, POST, ZOE, Town, euros
from tests.policies.corner_shop import with_point
from vintage_rules.errors import NameTakenError, NotAllowedError, NotFoundError
from vintage_rules.ids import BuyerId, PieceId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import Actor, Buyer, Marketplace, PieceEntered, PieceView
from vintage_rules.offers.terms import SellerTerms


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 and a bag for 55."""
    return Town.built().stock()


def view(town: Town, by: Actor = HOUSE) -> PieceView:
    """The coat as somebody sees it."""
    return town.market.pieces.view(by, COAT)


class TestN4ToN7OffersInAShop:
    """N4 to N7: accepted, declined, countered or left alone, the buyer is mailed, and a lowered
    price comes back after 24 hours.
    """

    def test_countered(self, town: Town) -> None:
        """Everybody pays the counter-price for a day, and then the initial one again."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.counter_offer(ADA, COAT, ZOE.id, euros("80.00"))
        town.work()
        assert town.mails() == ["offer-received ada", "offer-countered zoe"]
        assert view(town, MAX).price == euros("80.00")
        town.wait(hours=24)
        assert view(town, MAX).price == euros("90.00")

    def test_accepted(self, town: Town) -> None:
        """The mail says the price, until when, and that everybody sees it."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        town.work()
        facts = town.outbox.messages[-1].facts
        until = town.clock.now() + timedelta(hours=24)
        assert facts == {"piece": COAT, "price": euros("70.00"), "until": until, "public": True}

    @pytest.mark.parametrize(("hours", "mailed"), [(23.99, False), (24, True)])
    def test_left_alone(self, town: Town, hours: float, *, mailed: bool) -> None:
        """It lapses when its day is over, not before, and the buyer is told once."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.wait(hours=hours).wait(hours=0)
        assert town.mails().count("offer-lapsed zoe") == mailed

    def test_declined(self, town: Town) -> None:
        """With the price that was offered."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.decline_offer(ADA, COAT, ZOE.id)
        town.work()
        assert town.outbox.messages[-1].facts == {"piece": COAT, "price": euros("70.00")}

    def test_refused_with_all_reasons(self, town: Town) -> None:
        """Not signed in and cut too far: nothing is written, nobody is told."""
        guest = Buyer(BuyerId("zoe"), signed_in=False)
        refused = town.market.pieces.make_offer(guest, COAT, euros("62.99"))
        assert isinstance(refused, Refused)
        assert list(refused.reasons) == ["not-signed-in", "reduction-too-large"]
        assert (view(town).offers, town.work().idle) == ((), True)

    def test_a_sale_ends_the_others(self, town: Town) -> None:
        """Max's offer ends when zoe buys, and max is told."""
        town.market.pieces.make_offer(MAX, COAT, euros("70.00"))
        town.buy(COAT)
        town.work()
        assert "offer-ended max" in town.mails()


class TestA5AlertsInAShop:
    """A5: whoever waits for a sold piece is mailed when it is for sale again, once."""

    def test_mailed_when_it_comes_back(self, town: Town) -> None:
        """Not when it is sold; when the house puts it back."""
        town.buy(COAT)
        town.market.pieces.set_alert(MAX, COAT)
        town.work()
        assert "piece-back max" not in town.mails()
        town.market.pieces.put_back(HOUSE, COAT)
        town.work()
        assert town.mails().count("piece-back max") == 1


class TestA1NobodySeesWhatIsNotTheirs:
    """A1: buyers and sellers never meet, and the offers of others are nobody's business."""

    def test_offers_are_shown_to_whom_they_concern(self, town: Town) -> None:
        """Each buyer sees their own, the seller and the house all, others none."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.make_offer(MAX, COAT, euros("75.00"))
        seen = {
            str(by): [offer.buyer for offer in view(town, by).offers]
            for by in (ZOE, MAX, ADA, LOU, HOUSE, POST)
        }
        assert seen == {
            "buyer zoe": ["zoe"],
            "buyer max": ["max"],
            "seller ada": ["zoe", "max"],
            "seller lou": [],
            "house anna": ["zoe", "max"],
            "carrier post": [],
        }

    @pytest.mark.parametrize("by", [LOU, ZOE, POST], ids=str)
    def test_only_its_seller_and_the_house_decide(self, town: Town, by: Actor) -> None:
        """Another seller, a buyer and a carrier are turned away, whatever they ask."""
        pieces = town.market.pieces
        town.market.pieces.make_offer(MAX, COAT, euros("70.00"))
        terms = SellerTerms.only(open_to_offers=False)
        asked: list[Callable[[], object]] = [
            lambda: pieces.change_price(by, COAT, euros("10.00")),
            lambda: pieces.change_terms(by, COAT, terms),
            lambda: pieces.take_down(by, COAT),
            lambda: pieces.relist(by, COAT),
            lambda: pieces.put_back(by, COAT),
            lambda: pieces.accept_offer(by, COAT, MAX.id),
            lambda: pieces.decline_offer(by, COAT, MAX.id),
            lambda: pieces.counter_offer(by, COAT, MAX.id, euros("80.00")),
            lambda: pieces.withdraw_offer(by, COAT, MAX.id),
            lambda: pieces.send_offer(by, COAT, MAX.id, euros("80.00"), watching=True),
        ]
        for ask in asked:
            with pytest.raises(NotAllowedError):
                ask()
        assert len(view(town).offers) == 1

    def test_nobody_puts_up_for_another(self, town: Town) -> None:
        """A seller lists their own pieces; the house may for anybody."""
        entered = PieceEntered(
            at=town.clock.now(), piece=PieceId("hat"), seller=ADA.id, weight_g=1, description="hat"
        )
        terms = SellerTerms.only(open_to_offers=True)
        with pytest.raises(NotAllowedError, match="actor: must be the seller concerned"):
            town.market.pieces.list_piece(LOU, entered, euros("5.00"), terms)
        assert town.market.pieces.list_piece(HOUSE, entered, euros("5.00"), terms).available


class TestPieces:
    """What a host may rely on."""

    def test_put_up_twice_is_put_up_once(self, town: Town) -> None:
        """The same facts change nothing; another piece of that name is refused."""
        before = town.market.shop.store.read("piece/coat")
        town.list_piece(ADA, COAT, "90.00")
        assert town.market.shop.store.read("piece/coat") == before
        for seller, price in ((ADA, "12.00"), (LOU, "90.00")):
            with pytest.raises(NameTakenError, match=r"^piece: must be a name of nothing else"):
                town.list_piece(seller, COAT, price)
        assert town.market.shop.store.read("piece/coat") == before

    def test_a_piece_that_nobody_listed(self, town: Town) -> None:
        """Is named."""
        with pytest.raises(NotFoundError, match="got 'hat'"):
            town.market.pieces.view(ZOE, "hat")

    def test_several_are_seen_at_one_moment(self, town: Town) -> None:
        """As each is seen alone, in the order they are named, one of them twice."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        for hours in (0, 23, 2):  # the accepted price ends after a day
            town.wait(hours=hours)
            seen = town.market.pieces.views(ZOE, [BAG, COAT, BAG])
            assert seen == tuple(town.market.pieces.view(ZOE, each) for each in (BAG, COAT, BAG))
        assert town.market.pieces.views(ZOE, []) == ()
        with pytest.raises(NotFoundError, match="got 'hat'"):
            town.market.pieces.views(ZOE, [COAT, "hat"])

    def test_taken_down_and_listed_again(self, town: Town) -> None:
        """By its seller."""
        town.market.pieces.take_down(ADA, COAT)
        assert not view(town).available
        town.market.pieces.relist(ADA, COAT)
        assert view(town).available

    def test_a_new_price_and_new_terms(self, town: Town) -> None:
        """Are the seller's to set."""
        town.market.pieces.change_price(LOU, BAG, euros("50.00"))
        town.market.pieces.change_terms(LOU, BAG, SellerTerms.only(open_to_offers=False))
        assert town.market.pieces.view(MAX, BAG).price == euros("50.00")
        refused = town.market.pieces.make_offer(MAX, BAG, euros("45.00"))
        assert isinstance(refused, Refused)

    def test_who_asked_is_written_down(self, town: Town) -> None:
        """Beside each event, so that one can tell who decided."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.wait(hours=24)
        data = [record.data for record in town.market.shop.store.read("piece/coat").records]
        assert [each.rpartition('"actor":"')[2].rstrip('"}') for each in data] == [
            "seller ada",
            "seller ada",
            "buyer zoe",
            "time",
        ]


class TestOffersOfASeller:
    """A house may let sellers offer a price to a buyer who watches a piece."""

    def test_are_mailed_to_that_buyer(self) -> None:
        """The buyer is told the price and until when, the seller nothing."""
        town = Town.built()
        market = Marketplace(evolve(town.market.shop, book=with_point("07-offers")))
        town = evolve(town, market=market).stock().wait(days=8)
        town.market.pieces.send_offer(ADA, COAT, ZOE.id, euros("80.00"), watching=True)
        town.work()
        assert town.mails() == ["offer-proposed zoe"]
        assert town.outbox.messages[0].facts["price"] == euros("80.00")
