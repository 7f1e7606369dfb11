"""What pages show: kept with every event, read by any place in a list, rebuilt from the streams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from tests.marketplace.town import (
    ADA,
    BAG,
    CARD,
    COAT,
    HOME,
    HOUSE,
    LIEGE,
    LOU,
    MAX,
    MONDAY,
    POST,
    ZOE,
    Town,
    euros,
    known,
)
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.errors import (
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    VersionConflictError,
)
from vintage_rules.ids import BuyerId, ParcelId, PieceId, SellerId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import (
    CardBought,
    CatalogueOrder,
    CataloguePiece,
    DisputeStatus,
    Marketplace,
    Page,
    Seller,
    Visitor,
)
from vintage_rules.marketplace.storage.streams import rows_of_history
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState, Party
from vintage_rules.orders.commands import WorkshopFinding
from vintage_rules.orders.states import OrderState, PayoutState
from vintage_rules.ports import Change, PostalAddress, StreamRows
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.returns.claim.states import ClaimState
from vintage_rules.returns.pieces import CheckedPiece, Finding
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.shipping.parcel.states import ParcelState

HAT = PieceId("hat")
IN_COAT, IN_BAG = ParcelId("o1-in-1"), ParcelId("o1-in-2")
HOUR = timedelta(hours=1)


@pytest.fixture
def town() -> Town:
    """A coat for 90 of ada's, an hour later a bag for 55 of lou's and a hat for 7 of ada's."""
    town = Town.built()
    for seller, piece, price in ((ADA, COAT, "90.00"), (LOU, BAG, "55.00"), (ADA, HAT, "7.00")):
        town.list_piece(seller, piece, price)
        town.clock.advance(HOUR)
    return town


def names(page: Page[CataloguePiece]) -> list[str]:
    """Name the pieces of a page."""
    return [each.piece for each in page.rows]


class TestA4Catalogue:
    """A4: what is on sale is shown, and what was sold for two weeks."""

    @pytest.mark.parametrize(
        ("order", "found"),
        [
            (CatalogueOrder.NEWEST, [HAT, BAG, COAT]),
            (CatalogueOrder.CHEAPEST, [HAT, BAG, COAT]),
            (CatalogueOrder.DEAREST, [COAT, BAG, HAT]),
        ],
    )
    def test_on_sale(self, town: Town, order: CatalogueOrder, found: list[str]) -> None:
        """By price as numbers, not as texts; a visitor sees all of it."""
        assert names(town.market.catalogue.on_sale(Visitor(), order=order)) == found

    def test_of_a_seller(self, town: Town) -> None:
        """Theirs alone, in the same orders; one that has none has none."""
        catalogue = town.market.catalogue
        assert names(catalogue.on_sale(ZOE, seller=ADA.id)) == [HAT, COAT]
        dearest = catalogue.on_sale(ZOE, seller=ADA.id, order=CatalogueOrder.DEAREST)
        assert names(dearest) == [COAT, HAT]
        assert names(catalogue.on_sale(ZOE, seller=SellerId("nil"))) == []

    def test_what_is_shown(self, town: Town) -> None:
        """A lowered price is the public one until it is over. Clause N6."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        (coat,) = [each for each in town.market.catalogue.on_sale(MAX).rows if each.piece == COAT]
        until = town.clock.now() + 24 * HOUR
        assert coat == CataloguePiece(
            due=until,
            piece=COAT,
            seller=ADA.id,
            state=ListingState.LOWERED,
            price=euros("70.00"),
            initial_price=euros("90.00"),
            since=MONDAY,
            until=until,
        )

    def test_what_is_sold_is_shown_apart(self, town: Town) -> None:
        """And no longer for sale; the latest sale first, and of one seller."""
        town.buy(BAG)
        town.clock.advance(HOUR)
        town.buy(COAT, order="o2")
        catalogue = town.market.catalogue
        assert names(catalogue.on_sale(ZOE)) == [HAT]
        assert names(catalogue.sold(ZOE)) == [COAT, BAG]
        assert names(catalogue.sold(ZOE, seller=LOU.id)) == [BAG]

    @pytest.mark.parametrize(("hours", "found"), [(335, [COAT]), (336, [])])
    def test_time_counts_before_a_worker_records_it(
        self, town: Town, hours: int, found: list[str]
    ) -> None:
        """A sold piece leaves after 14 days of 24 hours, and a page says so at once."""
        town.buy(COAT)
        town.work()
        town.clock.advance(hours * HOUR)
        assert names(town.market.catalogue.sold(ZOE)) == found

    def test_a_price_that_is_over_is_not_shown(self, town: Town) -> None:
        """Nothing is recorded by looking."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        store = town.market.shop.store
        before = store.read("piece/coat")
        town.clock.advance(24 * HOUR)
        shown = {each.piece: each.price for each in town.market.catalogue.on_sale(ZOE).rows}
        assert shown[COAT] == euros("90.00")
        assert store.read("piece/coat") == before

    def test_a_piece_that_comes_back_is_new(self, town: Town) -> None:
        """It is on sale again, from now on."""
        town.market.pieces.take_down(ADA, COAT)
        assert names(town.market.catalogue.on_sale(ZOE)) == [HAT, BAG]
        town.market.pieces.relist(ADA, COAT)
        assert names(town.market.catalogue.on_sale(ZOE)) == [COAT, HAT, BAG]


class TestPaging:
    """Pages follow on one another by the place of the last row."""

    def test_each_piece_once(self, town: Town) -> None:
        """Though others are sold and listed meanwhile."""
        catalogue = town.market.catalogue
        first = catalogue.on_sale(ZOE, limit=2)
        assert (names(first), first.after is None) == ([HAT, BAG], False)
        town.buy(BAG)
        town.list_piece(LOU, PieceId("new"), "5.00")
        rest = catalogue.on_sale(ZOE, limit=2, after=first.after)
        assert (names(rest), rest.after) == ([COAT], None)

    def test_a_full_last_page_is_followed_by_an_empty_one(self, town: Town) -> None:
        """Whether there is more is known once it is read."""
        page = town.market.catalogue.on_sale(ZOE, limit=3)
        assert town.market.catalogue.on_sale(ZOE, after=page.after) == Page(rows=(), after=None)

    @pytest.mark.parametrize("limit", [0, -1, 1_001])
    def test_a_limit_out_of_bounds_is_refused(self, town: Town, limit: int) -> None:
        """By every page."""
        for read in (
            town.market.catalogue.on_sale,
            town.market.house_desk.cases,
            town.market.house_desk.checks,
        ):
            with pytest.raises(InvalidValueError, match=r"^limit: must be a number of rows from 1"):
                read(HOUSE, limit=limit)

    @pytest.mark.parametrize("limit", [1, 1_000])
    def test_a_limit_within_them_is_not(self, town: Town, limit: int) -> None:
        """Both ends are allowed."""
        assert len(town.market.catalogue.on_sale(ZOE, limit=limit).rows) == min(limit, 3)

    @pytest.mark.parametrize("after", ["", "x", "é", "W10=", "WzEsMiwzXQ==", "bnVsbA==", "MQ=="])
    def test_a_cursor_of_no_page_is_refused(self, town: Town, after: str) -> None:
        """Whatever a client sends."""
        with pytest.raises(InvalidValueError, match=r"^after: must be `Page.after`"):
            town.market.catalogue.on_sale(ZOE, after=after)

    def test_who_is_nobody_sees_nothing(self, town: Town) -> None:
        """A name is no actor."""
        read: Callable[..., object] = town.market.catalogue.on_sale
        with pytest.raises(NotAllowedError, match="an actor to see the catalogue"):
            read("zoe")


class TestAPiece:
    """A piece with the public history of its price."""

    def test_its_prices(self, town: Town) -> None:
        """The latest first, each with what made it so; what has fallen due counts."""
        pieces = town.market.pieces
        start = town.clock.now()
        pieces.make_offer(ZOE, COAT, euros("70.00"))
        pieces.accept_offer(ADA, COAT, ZOE.id)
        town.clock.advance(25 * HOUR)
        pieces.change_price(ADA, COAT, euros("85.00"))
        pieces.make_offer(MAX, COAT, euros("80.00"))
        shown = town.market.catalogue.piece(MAX, COAT)
        assert [(each.at, each.price, each.because) for each in shown.prices] == [
            (start + 25 * HOUR, euros("85.00"), "price-changed"),
            (start + 24 * HOUR, euros("90.00"), "price-restored"),
            (start, euros("70.00"), "offer-accepted"),
            (MONDAY, euros("90.00"), "piece-listed"),
        ]
        assert [offer.buyer for offer in shown.piece.offers] == [MAX.id]
        assert town.market.catalogue.piece(Visitor(), COAT).piece.offers == ()

    def test_that_is_sold(self, town: Town) -> None:
        """What it sold for is public; a price that does not change is no change."""
        town.buy(COAT)
        prices = town.market.catalogue.piece(ZOE, COAT).prices
        assert [each.because for each in prices] == ["piece-listed"]

    def test_that_is_not_there(self, town: Town) -> None:
        """An error that a host can answer with 404."""
        with pytest.raises(NotFoundError, match="piece"):
            town.market.catalogue.piece(ZOE, "none")


class TestOfABuyer:
    """Orders, offers, alerts and cards of a buyer, and of nobody else."""

    def test_orders(self, town: Town) -> None:
        """The latest first, with what was paid and what went back."""
        town.buy(BAG)
        town.work()
        town.clock.advance(HOUR)
        town.buy(COAT, HAT, order="o2", prices={HAT: "7.00"})
        town.work()
        town.market.orders.cancel(ZOE, "o2", HAT)
        latest, first = town.market.buyer_pages.orders(ZOE, ZOE.id).rows
        assert (latest.order, latest.pieces, latest.cancelled) == ("o2", (COAT, HAT), (HAT,))
        assert (latest.state, latest.placed_at) == (OrderState.PAID, first.placed_at + HOUR)
        assert latest.refunded == euros("7.70")  # with its check
        assert first.paid == town.order().placed.payments[0].amount
        assert town.market.buyer_pages.orders(MAX, MAX.id).rows == ()

    def test_timeline(self, town: Town) -> None:
        """What has happened, of which parcel, and what time alone brings: until it has, unrecorded
        or not. Clauses R1, R6.
        """
        timeline = town.market.buyer_pages.timeline
        town.buy(BAG)
        town.work()
        town.deliver()
        shown = timeline(ZOE, "o1")
        happened = [(each.what, each.about) for each in shown.happened]
        parcel = town.order().placed.parcels[0].id
        assert happened[0] == ("order-placed", None)
        assert ("parcel-delivered", parcel) in happened
        assert [(each.what, each.about) for each in shown.coming] == [("payout-fell-due", None)]
        (paid_at,) = (each.at for each in shown.coming)
        town.clock.set(paid_at - timedelta(microseconds=1))
        assert len(timeline(HOUSE, "o1").coming) == 1
        town.clock.set(paid_at)
        late = timeline(ZOE, "o1")
        assert (late.happened[-1].what, late.coming) == ("payout-fell-due", ())
        with pytest.raises(NotFoundError):
            timeline(ZOE, "o9")

    def test_timeline_of_a_return_and_a_claim(self, town: Town) -> None:
        """What happens to one is about it. Clauses R2, R9."""
        town.buy(BAG, COAT)
        town.work()
        town.deliver()
        returns, claims = town.market.returns, town.market.claims
        returns.request_return(ZOE, "o1", "r1", [BAG], parcel_number="8R1")
        claims.open_claim(ZOE, "o1", "c1", "defect", [COAT], photos=1)
        shown = town.market.buyer_pages.timeline(ZOE, "o1").happened
        assert {(each.what, each.about) for each in shown} >= {
            ("return-requested", "r1"),
            ("claim-opened", "c1"),
        }

    def test_offers(self, town: Town) -> None:
        """Each that they made, and whose answer it waits for; also when time has answered."""
        pieces, pages = town.market.pieces, town.market.buyer_pages
        pieces.make_offer(ZOE, COAT, euros("70.00"))
        pieces.make_offer(MAX, COAT, euros("75.00"))
        (offer,) = pages.offers(ZOE, ZOE.id).rows
        assert (offer.piece, offer.price, offer.state) == (COAT, euros("70.00"), OfferState.OPEN)
        assert (offer.awaits, offer.proposed_by) == (Party.SELLER, Party.BUYER)
        town.clock.advance(24 * HOUR)
        (offer,) = pages.offers(ZOE, ZOE.id).rows
        assert (offer.awaits, offer.state) == (None, OfferState.LAPSED)

    def test_alerts(self, town: Town) -> None:
        """A5: those that wait for a sold piece, until it comes back."""
        town.buy(BAG, by=MAX)
        town.market.pieces.set_alert(ZOE, BAG)
        (alert,) = town.market.buyer_pages.alerts(ZOE, ZOE.id).rows
        assert (alert.piece, alert.state) == (BAG, ListingState.SOLD)
        town.market.pieces.put_back(HOUSE, BAG)
        assert town.market.buyer_pages.alerts(ZOE, ZOE.id).rows == ()

    def test_cards(self, town: Town) -> None:
        """C5: what they bought, never the code; one that has expired says so at once."""
        bought = town.market.cards.buy(ZOE, "p1", euros("50.00"), "À toi", CARD)
        assert isinstance(bought, CardBought)
        town.work()
        (card,) = town.market.buyer_pages.cards(ZOE, ZOE.id).rows
        assert (card.card, card.state) == (bought.card, CardState.ACTIVE)
        assert (card.amount, card.balance) == (euros("50.00"), euros("50.00"))
        assert card.expires_at is not None
        town.clock.advance(card.expires_at - town.clock.now())
        (card,) = town.market.buyer_pages.cards(ZOE, ZOE.id).rows
        assert (card.state, card.balance) == (CardState.EXPIRED, euros("0.00"))


class TestOfASeller:
    """What waits for a seller, and when they are paid."""

    def test_offers_to_answer(self, town: Town) -> None:
        """The first to lapse first, and only while they wait for the seller."""
        pieces, desk = town.market.pieces, town.market.seller_desk
        pieces.make_offer(MAX, HAT, euros("6.00"))
        town.clock.advance(HOUR)
        pieces.make_offer(ZOE, COAT, euros("70.00"))
        pieces.make_offer(ZOE, BAG, euros("50.00"))
        assert [each.piece for each in desk.offers(ADA, ADA.id).rows] == [HAT, COAT]
        pieces.decline_offer(ADA, COAT, ZOE.id)
        assert [each.piece for each in desk.offers(ADA, ADA.id).rows] == [HAT]
        town.clock.advance(23 * HOUR)
        assert desk.offers(ADA, ADA.id).rows == ()

    def test_parcels_to_post(self, town: Town) -> None:
        """Where to, until it is posted; then the house has the workshop's. Clauses L3, L8."""
        town.buy(COAT, BAG)
        town.work()
        desk = town.market.seller_desk
        (posting,) = desk.parcels(ADA, ADA.id).rows
        assert (posting.parcel.parcel, posting.parcel.pieces) == (IN_COAT, (COAT,))
        assert isinstance(posting.address, PostalAddress)
        assert (posting.address.name, posting.parcel.to_workshop) == ("Atelier", True)
        town.market.parcels.hand_in(POST, "o1", IN_COAT, "8R1")
        assert desk.parcels(ADA, ADA.id).rows == ()
        workshop = SellerId("workshop")
        assert desk.parcels(HOUSE, workshop).rows == ()
        town.arrive()
        (posting,) = desk.parcels(HOUSE, workshop).rows
        assert isinstance(posting.address, PostalAddress)
        assert (posting.parcel.parcel, posting.address.name) == ("o1-1", "Zoé")
        assert not posting.parcel.to_workshop

    def test_a_parcel_that_is_cancelled_is_not_posted(self, town: Town) -> None:
        """Nor is one that is not paid."""
        town.buy(COAT, mode="direct")
        assert town.market.seller_desk.parcels(ADA, ADA.id).rows == ()
        town.work()
        assert len(town.market.seller_desk.parcels(ADA, ADA.id).rows) == 1
        town.market.orders.cancel(ZOE, "o1")
        assert town.market.seller_desk.parcels(ADA, ADA.id).rows == ()

    def test_an_erased_address_is_refused(self, town: Town) -> None:
        """The parcel is there still; the books name nobody's street."""
        town.buy(COAT, mode="direct")
        town.work()
        store = town.market.shop.store
        store.erase(store.personal("order/o1"))
        market = Marketplace(evolve(town.market.shop, directory=known()))
        (posting,) = market.seller_desk.parcels(ADA, ADA.id).rows
        assert isinstance(posting.address, Refused)

    def test_payouts(self, town: Town) -> None:
        """R6: from when on they are paid, what holds it, and when they were."""
        town.buy(COAT, BAG)
        town.work()
        desk = town.market.seller_desk
        (payout,) = desk.payouts(ADA, ADA.id).rows
        assert (payout.state, payout.payable_at) == (PayoutState.WAITING, None)
        town.deliver()
        (payout,) = desk.payouts(ADA, ADA.id).rows
        assert payout.payable_at == town.order().payable_at[COAT]
        assert payout.payable_at is not None
        assert (payout.amount, payout.held, payout.sent_at) == (euros("90.00"), False, None)
        town.market.orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.OPENED)
        assert [each.held for each in desk.payouts(ADA, ADA.id).rows] == [True]
        town.market.orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.WON)
        town.clock.advance(payout.payable_at - town.clock.now())
        assert [each.state for each in desk.payouts(ADA, ADA.id).rows] == [PayoutState.DUE]
        town.work()
        (payout,) = desk.payouts(ADA, ADA.id).rows
        assert (payout.state, payout.sent_at) == (PayoutState.SENT, town.clock.now())

    def test_returns(self, town: Town) -> None:
        """R3: what comes back to them, until it is checked; none that goes to another."""
        town.buy(COAT, BAG, mode="direct")
        town.work()
        town.deliver(days=3)
        town.deliver(days=3, parcel=2)
        returns, desk = town.market.returns, town.market.seller_desk
        returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R1")
        (shown,) = desk.returns(ADA, ADA.id).rows
        assert (shown.order, shown.case, shown.to) == ("o1", "r1", "ada")
        assert (shown.state, shown.pieces) == (ReturnState.ACCEPTED, (COAT,))
        assert shown.post_by == town.order().returns["r1"].post_by is not None
        assert desk.returns(LOU, LOU.id).rows == ()
        returns.post_return(ZOE, "o1", "r1", town.today)
        assert [each.state for each in desk.returns(ADA, ADA.id).rows] == [ReturnState.POSTED]
        returns.receive_return(ADA, "o1", "r1", town.today)
        returns.check_return(ADA, "o1", "r1", [CheckedPiece(piece=COAT, finding=Finding.AS_SENT)])
        town.wait(days=3)
        assert desk.returns(ADA, ADA.id).rows == ()

    def test_a_cancelled_piece_pays_nothing(self, town: Town) -> None:
        """It is not on the list any more."""
        town.buy(COAT, BAG)
        town.work()
        town.market.orders.cancel(ZOE, "o1", COAT)
        assert town.market.seller_desk.payouts(ADA, ADA.id).rows == ()
        assert len(town.market.seller_desk.payouts(LOU, LOU.id).rows) == 1


class TestOfTheHouse:
    """What waits for the house."""

    def test_reception(self, town: Town) -> None:
        """L5: what is on its way to the workshop, and what is not posted, until all of it came."""
        town.buy(COAT, BAG)
        assert town.market.house_desk.reception(HOUSE).rows == ()
        town.work()
        parcels, desk = town.market.parcels, town.market.house_desk
        town.clock.advance(HOUR)
        parcels.hand_in(POST, "o1", IN_COAT, "8R1")
        unposted, posted = desk.reception(HOUSE).rows
        assert (unposted.parcel, unposted.seller, unposted.pieces) == (IN_BAG, LOU.id, (BAG,))
        assert (unposted.handed_in_at, unposted.tracking_number) == (None, None)
        assert (posted.parcel, posted.tracking_number) == (IN_COAT, "8R1")
        assert posted.handed_in_at == town.clock.now()
        parcels.receive_parcel(HOUSE, "o1", IN_COAT)
        assert [each.parcel for each in desk.reception(HOUSE).rows] == [IN_BAG]
        town.market.orders.cancel(ZOE, "o1", BAG)
        assert desk.reception(HOUSE).rows == ()

    def test_returns(self, town: Town) -> None:
        """R1: every return that is open, to whom it goes; one that lapses is not. R4."""
        town.buy(COAT, BAG, place=LIEGE)
        town.work()
        town.deliver()
        town.market.returns.request_return(ZOE, "o1", "r1", [COAT, BAG], parcel_number="8R1")
        (shown,) = town.market.house_desk.returns(HOUSE).rows
        assert (shown.to, shown.buyer, shown.pieces) == ("workshop", ZOE.id, (COAT, BAG))
        assert town.market.seller_desk.returns(HOUSE, SellerId("workshop")).rows == (shown,)
        lapses = town.order().returns["r1"].deadline
        assert lapses is not None
        town.clock.set(lapses - timedelta(microseconds=1))
        assert len(town.market.house_desk.returns(HOUSE).rows) == 1
        town.clock.set(lapses)
        assert town.market.house_desk.returns(HOUSE).rows == ()

    def test_claims(self, town: Town) -> None:
        """R9: every claim, until it is rejected or settled."""
        town.buy(COAT, BAG)
        town.work()
        town.deliver()
        claims = town.market.claims
        claims.open_claim(ZOE, "o1", "c1", "defect", [COAT], photos=1)
        (shown,) = town.market.house_desk.claims(HOUSE).rows
        assert (shown.order, shown.case, shown.kind) == ("o1", "c1", "defect")
        assert (shown.state, shown.pieces, shown.buyer) == (ClaimState.OPENED, (COAT,), ZOE.id)
        claims.reject_claim(HOUSE, "o1", "c1", "it is worn as described")
        assert town.market.house_desk.claims(HOUSE).rows == ()

    def test_checks(self, town: Town) -> None:
        """L5: from its arrival until it is checked, the oldest first."""
        town.buy(COAT, BAG)
        town.work()
        parcels, desk = town.market.parcels, town.market.house_desk
        parcels.receive_parcel(HOUSE, "o1", IN_BAG)
        town.clock.advance(HOUR)
        parcels.receive_parcel(HOUSE, "o1", IN_COAT)
        bag, coat = desk.checks(HOUSE).rows
        assert (bag.piece, bag.seller, coat.piece) == (BAG, LOU.id, COAT)
        assert (bag.received_at + HOUR, coat.received_at) == (town.clock.now(),) * 2
        parcels.check_piece(HOUSE, "o1", BAG, WorkshopFinding.AS_DESCRIBED)
        parcels.check_piece(HOUSE, "o1", COAT, WorkshopFinding.FAILS)
        assert desk.checks(HOUSE).rows == ()

    def test_overdue_parcels(self, town: Town) -> None:
        """L3: from the moment on, and not before; those that travel in time are not there."""
        town.buy(COAT, mode="direct")
        town.work()
        town.market.parcels.hand_in(POST, "o1", ParcelId("o1-1"), "8R1")
        at = town.order().parcels[ParcelId("o1-1")].overdue_at
        assert at is not None
        desk = town.market.house_desk
        town.clock.advance(at - town.clock.now() - timedelta(microseconds=1))
        assert desk.overdue(HOUSE) == Page(rows=(), after=None)
        town.clock.advance(timedelta(microseconds=1))
        (parcel,) = desk.overdue(HOUSE).rows
        assert (parcel.parcel, parcel.tracking_number) == ("o1-1", "8R1")
        assert (parcel.overdue_at, parcel.state) == (at, ParcelState.HANDED_IN)
        town.work()
        assert [each.state for each in desk.overdue(HOUSE).rows] == [ParcelState.OVERDUE]

    def test_overdue_parcels_end_where_the_others_begin(self, town: Town) -> None:
        """A page that is full of both is the last one."""
        for piece, order in ((COAT, "o1"), (BAG, "o2")):
            town.buy(piece, order=order, mode="direct")
            town.work()
            town.market.parcels.hand_in(POST, order, ParcelId(f"{order}-1"), f"8R{order}")
            town.clock.advance(timedelta(days=2))
        first = town.order().parcels[ParcelId("o1-1")].overdue_at
        assert first is not None
        town.clock.advance(first - town.clock.now())
        page = town.market.house_desk.overdue(HOUSE, limit=2)
        assert ([each.order for each in page.rows], page.after) == (["o1"], None)
        assert town.market.house_desk.overdue(HOUSE, limit=1).after is not None

    def test_disputes(self, town: Town) -> None:
        """While a bank questions a charge."""
        town.buy(COAT)
        town.work()
        town.market.orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.OPENED)
        (dispute,) = town.market.house_desk.disputes(HOUSE).rows
        assert (dispute.order, dispute.buyer, dispute.tenders) == ("o1", ZOE.id, ("card",))
        assert dispute.since == town.clock.now()
        town.market.orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.WON)
        assert town.market.house_desk.disputes(HOUSE).rows == ()


def busy(town: Town) -> Town:
    """Have everything happen of which pages show something."""
    town.market.pieces.make_offer(MAX, HAT, euros("6.00"))
    town.market.cards.buy(ZOE, "p1", euros("50.00"), "À toi, Zoé", CARD)
    town.buy(COAT, BAG)
    town.market.pieces.set_alert(MAX, COAT)
    town.work()
    town.market.parcels.hand_in(POST, "o1", IN_BAG, "8R1")
    town.market.parcels.receive_parcel(HOUSE, "o1", IN_COAT)
    town.market.orders.record_dispute(HOUSE, "o1", "card", DisputeStatus.OPENED)
    return town


class TestRows:
    """The rows behind the pages."""

    def test_hold_no_personal_data(self, town: Town) -> None:
        """S22: an erasure need not look for it there."""
        store = busy(town).market.shop.store
        texts = [row.data for name in store.streams("") for row in store.rows(name)]
        assert len(texts) >= 10
        private = [*HOME.values(), "À toi", "Atelier", "@example.com"]
        private.remove("FR")
        assert [text for text in texts if any(word in text for word in private)] == []

    def test_are_rebuilt_by_one_command(self, town: Town) -> None:
        """From nothing, as after an upgrade: to the same that was kept."""
        store = busy(town).market.shop.store
        kept = {name: store.rows(name) for name in store.streams("")}
        assert sum(map(len, kept.values())) >= 10
        store.replace_rows(
            [StreamRows(stream=n, version=store.read(n).version, rows=()) for n in kept]
        )
        assert town.market.catalogue.on_sale(ZOE).rows == ()
        done: list[int] = []
        assert town.market.house_desk.rebuild(HOUSE, done.append) == len(kept)
        assert done == [len(kept)]
        assert {name: store.rows(name) for name in store.streams("")} == kept

    def test_of_a_stream_that_others_write_to_are_computed_again(self) -> None:
        """The rest of the batch is not lost."""

        class Written(MemoryStore):
            """Grows a stream each time before its rows are replaced, twice."""

            left = 2

            def replace_rows(self, rebuilt: Sequence[StreamRows]) -> None:
                """Let another be first."""
                if self.left:
                    self.left -= 1
                    offered = euros(f"7{self.left}.00")
                    crowded.market.pieces.make_offer((MAX, ZOE)[self.left], COAT, offered)
                super().replace_rows(rebuilt)

        crowded = Town.built(Written()).stock()
        store = crowded.market.shop.store
        crowded.market.house_desk.rebuild(HOUSE)
        for name in store.streams(""):
            rebuilt = sorted(rows_of_history(store.read(name)), key=lambda row: row.name)
            assert store.rows(name) == tuple(rebuilt)
        assert len(store.rows("piece/coat")) == 3

    def test_of_a_stream_that_others_write_to_without_end(self) -> None:
        """The conflict comes out, as it does of a command."""

        class Busy(MemoryStore):
            """Conflicts whenever rows are replaced."""

            def replace_rows(self, rebuilt: Sequence[StreamRows]) -> None:
                """Fail."""
                raise VersionConflictError(rebuilt[0].stream, expected=1, found=2)

        busy_town = Town.built(Busy()).stock()
        with pytest.raises(VersionConflictError):
            busy_town.market.house_desk.rebuild(HOUSE)

    def test_that_do_not_change_are_not_written(self, town: Town) -> None:
        """An event that no page shows costs no writing of rows."""
        written: list[Change] = []

        class Watched(MemoryStore):
            """Notes what is written."""

            def append(self, changes: Sequence[Change]) -> None:
                """Note it."""
                written.extend(changes)
                super().append(changes)

        town = Town.built(Watched()).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        assert [row.name for row in written[-1].rows] == ["piece", "offer/1"]
        town.market.pieces.make_offer(MAX, COAT, euros("75.00"))
        assert [row.name for row in written[-1].rows] == ["offer/2"]

    @pytest.mark.parametrize("length", [99, 100])
    def test_are_named_after_long_names(self, length: int) -> None:
        """Whatever a command takes can be shown."""
        town = Town.built()
        piece, seller, buyer = PieceId("p" * length), Seller("s" * 200), "b" * 200
        town.list_piece(seller, piece, "5.00")
        assert names(town.market.catalogue.on_sale(ZOE, seller=seller.id)) == [piece]
        assert town.market.buyer_pages.alerts(HOUSE, BuyerId(buyer)).rows == ()


class TestOnDatabases:
    """The same on SQLite: what was listed is there in the next process."""

    def test_a_catalogue(self, tmp_path: Path) -> None:
        """Pages are read from the file."""
        url = f"sqlite:///{tmp_path / 'shop.db'}"
        with SqlStore.open(url) as store:
            town = Town.built(store).stock()
            town.list_piece(ADA, HAT, "7.00")
            busy(town)
            found = names(town.market.catalogue.on_sale(ZOE))
        with SqlStore.open(url) as store:
            again = Town.built(store)
            again.clock.advance(town.clock.now() - again.clock.now())
            assert names(again.market.catalogue.on_sale(ZOE)) == found == [HAT]
            kept = {name: store.rows(name) for name in store.streams("")}
            again.market.house_desk.rebuild(HOUSE)
            assert {name: store.rows(name) for name in store.streams("")} == kept
