"""What is said when something is not somebody's to request, is not there, or is no value: the whole
text, since a host shows it to its developers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest
from attrs import evolve

from tests.marketplace.test_checkout_races import cart
from tests.marketplace.town import (
    ADA,
    BAG,
    COAT,
    HOUSE,
    LIEGE,
    LOU,
    MAX,
    POST,
    ZOE,
    Town,
    euros,
)
from vintage_rules.errors import VintageRulesError
from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.marketplace import PieceEntered, Seller
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.states import Order
from vintage_rules.ports import Scan
from vintage_rules.pricing.fee_policy import Sale
from vintage_rules.returns.claims import ClaimRefused

Act: TypeAlias = Callable[[Town], object]

FIRST = ParcelId("o1-1")


@pytest.fixture
def town() -> Town:
    """A coat and a bag, bought by zoe, delivered, and a return of the coat accepted."""
    town = Town.built().stock()
    town.buy(COAT, BAG)
    town.work()
    town.deliver()
    town.market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
    town.work()
    return town


def scanned(town: Town) -> object:
    """Record a scan under a number that nobody knows."""
    at = town.clock.now()
    scan = Scan(at=at, status="delivered", code="D", text="", place=None)
    return town.market.parcels.record_scan(POST, "8R9", scan)


def without_means(town: Town) -> object:
    """Check the coat out once more, and pay by nothing."""
    town.market.pieces.put_back(HOUSE, COAT)
    return town.market.checkouts.check_out(MAX, evolve(cart(), order=OrderId("o2"), means=None))


def seller_scans(town: Town) -> object:
    """A seller tells where a parcel is."""
    return town.market.parcels.record_scan(ADA, "8R9")


NOT_THEIRS: dict[str, Act] = {
    "actor: must be the house to put a sold piece back on sale, got seller ada": (
        lambda town: town.market.pieces.put_back(ADA, COAT)
    ),
    "actor: must be the house to decide about an order, got seller ada": (
        lambda town: town.market.orders.record_payout(ADA, "o1", COAT)
    ),
    "actor: must be the seller concerned or the house to execute take-down on a piece, "
    "got seller lou": (lambda town: town.market.pieces.take_down(LOU, COAT)),
    "actor: must be the buyer concerned or the house to change an address, got buyer max": (
        lambda town: town.market.orders.change_address(MAX, "o1", LIEGE)
    ),
    "actor: must be the buyer concerned or the house to see an order, got buyer max": (
        lambda town: town.market.orders.view(MAX, "o1")
    ),
    "actor: must be a seller of one of its pieces to see an order, got seller eve": (
        lambda town: town.market.orders.view(Seller("eve"), "o1")
    ),
    "actor: must be the buyer concerned or the house to request a return, got buyer max": (
        lambda town: town.market.returns.request_return(MAX, "o1", "r2", [BAG], parcel_number="8R")
    ),
    "actor: must be the buyer concerned or the house to change an order, got buyer max": (
        lambda town: town.market.parcels.answer_refund(MAX, "o1", FIRST, agrees=True)
    ),
    "actor: must be the buyer concerned or the house to post a return, got buyer max": (
        lambda town: town.market.returns.post_return(MAX, "o1", "r1", town.today)
    ),
    "actor: must be the sender of the parcel, a carrier or the house to post a return, "
    "got seller ada": (lambda town: town.market.returns.post_return(ADA, "o1", "r1", town.today)),
    "actor: must be the sender of the parcel, a carrier or the house to hand a parcel in, "
    "got seller ada": (lambda town: town.market.parcels.hand_in(ADA, "o1", FIRST, "8R")),
    "actor: must be the sender of the parcel, a carrier or the house to receive a parcel back, "
    "got seller ada": (lambda town: town.market.parcels.receive_back(ADA, "o1", FIRST)),
    "actor: must be the sender of the parcel, a carrier or the house to record a scan, "
    "got seller ada": seller_scans,
    "actor: must be ada or the house to receive a return, got seller lou": (
        lambda town: town.market.returns.receive_return(LOU, "o1", "r1", town.today)
    ),
}
NOT_THERE: dict[str, Act] = {
    "order: must be one that was recorded, got 'o9'": (
        lambda town: town.market.orders.view(HOUSE, "o9")
    ),
    "order: must be one that was recorded, got 'o8'": (
        lambda town: town.arrive().market.parcels.hand_in(POST, "o8", FIRST, "8R")
    ),
    "parcel: must be one of o1-1, o1-in-1, o1-in-2, got 'o1-9'": (
        lambda town: town.arrive().market.parcels.hand_in(POST, "o1", ParcelId("o1-9"), "8R")
    ),
    "case: must be one of r1, got 'r9'": (
        lambda town: town.market.returns.receive_return(HOUSE, "o1", "r9", town.today)
    ),
    "piece: must be one that was recorded, got 'hat'": (
        lambda town: town.market.pieces.view(ZOE, "hat")
    ),
    "tracking_number: must be one that was recorded, got '8R9'": scanned,
    "tender: must be one of card, paypal, got 'x'": (lambda town: town.market.shop.gateway("x")),
    "order: must be 1 to 200 printable characters without spaces around them, got ''": (
        lambda _: evolve(cart(), order=OrderId(""))
    ),
    "items: must be different pieces, each given once, got ['coat', 'coat']": (
        lambda _: evolve(cart(), items=cart().items * 2)
    ),
    "means: must be a means of payment for 108.59 EUR, got None": (without_means),
}


@pytest.mark.parametrize("message", [*NOT_THEIRS, *NOT_THERE])
def test_what_is_said(town: Town, message: str) -> None:
    """Who or what, what would have been, and what was found."""
    act = NOT_THEIRS.get(message) or NOT_THERE[message]
    with pytest.raises(VintageRulesError) as caught:
        act(town)
    assert str(caught.value) == message.strip()


class TestWhatPiecesAre:
    """Their category and the kind of their seller decide what comes back."""

    def private(self, town: Town, piece: PieceId, **kinds: str) -> None:
        """List a piece of lou's of some kind."""
        entered = PieceEntered(
            at=town.clock.now(),
            piece=piece,
            seller=LOU.id,
            weight_g=900,
            description="a piece",
            **kinds,
        )
        terms = SellerTerms.only(open_to_offers=True)
        town.market.pieces.list_piece(LOU, entered, euros("20.00"), terms)

    def test_in_the_order(self) -> None:
        """As they were entered."""
        town = Town.built()
        hat = PieceId("hat")
        self.private(town, hat, category="any", seller_kind="private")
        placed = town.buy(hat, prices={hat: "20.00"})
        assert isinstance(placed, Order)
        (line,) = placed.placed.lines
        assert line.sale == Sale(category="any", seller_kind="private")

    def test_in_a_return(self) -> None:
        """The case that is decided is that of the piece."""
        town = Town.built()
        hat = PieceId("hat")
        self.private(town, hat, seller_kind="private")
        town.buy(hat, prices={hat: "20.00"}, mode="direct")
        town.work()
        town.deliver().market.returns.request_return(ZOE, "o1", "r", [hat], parcel_number="8R")
        case = town.order().returns["r"].opened.case
        assert (case.seller_kind, case.mode, case.reason) == ("private", "direct", "withdrawal")
        assert case.category == "any"

    @pytest.mark.parametrize(
        ("kinds", "returns"),
        [
            ({"seller_kind": "private"}, [("hat",), ("cap",)]),
            ({"category": "any"}, [("hat", "cap")]),
        ],
    )
    def test_of_two_kinds(self, kinds: dict[str, str], returns: list[tuple[str, ...]]) -> None:
        """Are two returns of one request, where the kinds are not taken for the same."""
        town = Town.built()
        hat, cap = PieceId("hat"), PieceId("cap")
        self.private(town, hat, **kinds)
        self.private(town, cap)
        town.buy(hat, cap, prices={hat: "20.00", cap: "20.00"})
        town.work()
        town.deliver().market.returns.request_return(ZOE, "o1", "r", [hat, cap], parcel_number="8R")
        assert [each.opened.pieces for each in town.order().returns.values()] == returns


def test_a_claim_of_nothing(town: Town) -> None:
    """Is refused with its reason."""
    answer = town.market.claims.open_claim(
        ZOE, "o1", "c", "defect", [], photos=1, parcel_number="8R"
    )
    assert isinstance(answer, ClaimRefused)
    assert "no-pieces" in list(answer.reasons)


def test_who_has_told_of_a_payment(town: Town) -> None:
    """A message of a provider is written in its name."""
    headers, body = town.bank.sent(town.bank.webhooks[0])
    webhook = town.market.webhooks.payment("card", headers, body)
    (record,) = town.market.shop.store.read(f"webhook/card/{webhook.id}").records
    assert record.data.endswith('"actor":"provider of card"}')
    for said in ('"sender":"card"', '"kind":"authorised"', '"order":"o1"'):
        assert said in record.data


def test_what_only_confirms_cancels_nothing() -> None:
    """An order that waits for its capture stays placed, whatever else its bank tells of it."""
    town = Town.built().stock()
    town.buy(COAT)
    for webhook in town.bank.webhooks:
        town.market.webhooks.payment("card", *town.bank.sent(webhook))
    assert town.order().state == "placed"
