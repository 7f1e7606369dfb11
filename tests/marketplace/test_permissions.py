"""Who may give each command: everybody tries each one, namesakes in other roles included."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TypeAlias

import pytest

from tests.marketplace.town import (
    ADA,
    BAG,
    BORDEAUX,
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
)
from vintage_rules import explain, load_policy
from vintage_rules.errors import IdentifierError, NotAllowedError, VintageRulesError
from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId, SellerId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import (
    Actor,
    Buyer,
    BuyerPages,
    Cards,
    Cart,
    CartItem,
    Cases,
    Catalogue,
    Checkouts,
    Claims,
    Courier,
    DeadLetters,
    DisputeStatus,
    House,
    HouseDesk,
    Marketplace,
    NewPiece,
    Orders,
    Parcels,
    People,
    PieceEntered,
    Pieces,
    PieceView,
    Returns,
    Seller,
    SellerDesk,
    Visitor,
)
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.checkout import CheckoutRefused
from vintage_rules.orders.commands import WorkshopFinding
from vintage_rules.orders.states import Order
from vintage_rules.ports import Scan

COATS, BAGS = ParcelId("o1-1"), ParcelId("o1-2")
BUYER_ADA, SELLER_ZOE, COURIER_ADA = Buyer("ada"), Seller("zoe"), Courier("ada")
EVERYBODY: tuple[Actor, ...] = (
    ZOE,
    MAX,
    BUYER_ADA,
    ADA,
    LOU,
    SELLER_ZOE,
    POST,
    COURIER_ADA,
    HOUSE,
    House("ada"),
    Visitor(),
)
Act: TypeAlias = Callable[[Marketplace, Actor], object]

HOUSES = {"house anna", "house ada"}
CARRIERS = {"carrier post", "carrier ada"}
THE_BUYER = {"buyer zoe"}
ITS_SELLER = {"seller ada"}
BOTH_SELLERS = {"seller ada", "seller lou"}
TERMS = SellerTerms.only(open_to_offers=True)


def list_piece(market: Marketplace, by: Actor) -> object:
    """List a hat of ada's."""
    now = market.shop.clock.now()
    hat = PieceEntered(at=now, piece=PieceId("hat"), seller=ADA.id, weight_g=1, description="hat")
    return market.pieces.list_piece(by, hat, euros("5.00"), TERMS)


def list_pieces(market: Marketplace, by: Actor) -> object:
    """List a hat of ada's among many."""
    now = market.shop.clock.now()
    hat = PieceEntered(at=now, piece=PieceId("hat"), seller=ADA.id, weight_g=1, description="hat")
    return market.pieces.list_pieces(by, [NewPiece(entered=hat, price=euros("5.00"), terms=TERMS)])


def scanned(market: Marketplace, by: Actor) -> object:
    """Record a scan of the bag's parcel."""
    at = market.shop.clock.now()
    scan = Scan(at=at, status="in-transit", code="ET1", text="", place=None)
    return market.parcels.record_scan(by, "8RBAG", scan)


def posted(market: Marketplace, by: Actor) -> object:
    """Record that the return of the coat was posted."""
    return market.returns.post_return(by, "o1", "r1", market.shop.day(market.shop.clock.now()))


def received(market: Marketplace, by: Actor) -> object:
    """Record that the coat came back."""
    return market.returns.receive_return(by, "o1", "r1", market.shop.day(market.shop.clock.now()))


# Each command, who may give it, and what it is called when it is refused.
COMMANDS: dict[str, tuple[Act, set[str], str]] = {
    "list dead letters": (lambda m, by: m.dead_letters.list(by), set(), "list dead letters"),
    "show dead letter": (lambda m, by: m.dead_letters.show(by, "k"), set(), "list dead letters"),
    "retry dead letter": (lambda m, by: m.dead_letters.retry(by, "k"), set(), "list dead letters"),
    "settle dead letter": (
        lambda m, by: m.dead_letters.settle(by, "k"),
        set(),
        "list dead letters",
    ),
    "list the outbox": (lambda m, by: m.waiting_effects.list(by), set(), "list the outbox"),
    "count the outbox": (lambda m, by: m.waiting_effects.by_kind(by), set(), "list the outbox"),
    "put up": (list_piece, ITS_SELLER, "list a piece"),
    "put many up": (list_pieces, ITS_SELLER, "list a piece"),
    "send offer": (
        lambda m, by: m.pieces.send_offer(by, COAT, MAX.id, euros("80.00"), watching=True),
        ITS_SELLER,
        "execute send-offer on a piece",
    ),
    "change price": (
        lambda m, by: m.pieces.change_price(by, COAT, euros("80.00")),
        ITS_SELLER,
        "execute change-price on a piece",
    ),
    "change terms": (
        lambda m, by: m.pieces.change_terms(by, COAT, TERMS),
        ITS_SELLER,
        "execute change-terms on a piece",
    ),
    "take down": (
        lambda m, by: m.pieces.take_down(by, COAT),
        ITS_SELLER,
        "execute take-down on a piece",
    ),
    "relist": (lambda m, by: m.pieces.relist(by, COAT), ITS_SELLER, "execute relist on a piece"),
    "put back": (lambda m, by: m.pieces.put_back(by, COAT), set(), "put a sold piece back on sale"),
    "accept offer": (
        lambda m, by: m.pieces.accept_offer(by, COAT, ZOE.id),
        ITS_SELLER | THE_BUYER,
        "accept an offer|execute accept on a piece",
    ),
    "decline offer": (
        lambda m, by: m.pieces.decline_offer(by, COAT, ZOE.id),
        ITS_SELLER | THE_BUYER,
        "decline an offer|execute decline on a piece",
    ),
    "counter offer": (
        lambda m, by: m.pieces.counter_offer(by, COAT, ZOE.id, euros("80.00")),
        ITS_SELLER | THE_BUYER,
        "counter an offer|execute counter on a piece",
    ),
    "withdraw offer": (
        lambda m, by: m.pieces.withdraw_offer(by, COAT, ZOE.id),
        ITS_SELLER | THE_BUYER,
        "withdraw an offer|execute withdraw on a piece",
    ),
    "change address": (
        lambda m, by: m.orders.change_address(by, "o1", LIEGE),
        THE_BUYER,
        "change an address",
    ),
    "cancel": (
        lambda m, by: m.orders.cancel(by, "o1", COAT),
        THE_BUYER | ITS_SELLER,
        "cancel a piece",
    ),
    "give back": (lambda m, by: m.pieces.give_back(by, COAT), set(), "give a sold piece back"),
    "receive parcel": (
        lambda m, by: m.parcels.receive_parcel(by, "o1", COATS),
        set(),
        "decide about an order",
    ),
    "check piece": (
        lambda m, by: m.parcels.check_piece(by, "o1", COAT, WorkshopFinding.FAILS),
        set(),
        "decide about an order",
    ),
    "record refund": (
        lambda m, by: m.orders.record_refund(by, "o1", "r1"),
        set(),
        "decide about an order",
    ),
    "record payout": (
        lambda m, by: m.orders.record_payout(by, "o1", COAT),
        set(),
        "decide about an order",
    ),
    "record capture": (
        lambda m, by: m.orders.record_capture(by, "o1", "card", "authorisation-1", "receipt-1"),
        set(),
        "decide about an order",
    ),
    "record payout failed": (
        lambda m, by: m.orders.record_payout_failed(by, "o1", COAT),
        set(),
        "decide about an order",
    ),
    "freeze payouts": (
        lambda m, by: m.orders.freeze_payouts(by, "o1", "looked at"),
        set(),
        "decide about an order",
    ),
    "release payouts": (
        lambda m, by: m.orders.release_payouts(by, "o1"),
        set(),
        "decide about an order",
    ),
    "record carrier paid": (
        lambda m, by: m.orders.record_carrier_paid(by, "o1"),
        set(),
        "decide about an order",
    ),
    "hand in": (
        lambda m, by: m.parcels.hand_in(by, "o1", COATS, "8R1"),
        ITS_SELLER | CARRIERS,
        "hand a parcel in",
    ),
    "correct number": (
        lambda m, by: m.parcels.correct_number(by, "o1", COATS, "8Ro1-1"),
        ITS_SELLER | CARRIERS,
        "correct a tracking number",
    ),
    "record scan": (scanned, CARRIERS, "record a scan"),
    "receive back": (
        lambda m, by: m.parcels.receive_back(by, "o1", COATS),
        ITS_SELLER | CARRIERS,
        "receive a parcel back",
    ),
    "answer refund": (
        lambda m, by: m.parcels.answer_refund(by, "o1", COATS, agrees=True),
        THE_BUYER,
        "change an order",
    ),
    "confirm receipt": (
        lambda m, by: m.parcels.confirm_receipt(by, "o1"),
        THE_BUYER,
        "change an order",
    ),
    "answer a question": (
        lambda m, by: m.parcels.answer_question(by, "o1", "confirm-sale"),
        BOTH_SELLERS,
        "answer a question",
    ),
    "answer a question about a piece": (
        lambda m, by: m.parcels.answer_question(by, "o1", "confirm-sale", COAT),
        ITS_SELLER,
        "answer a question",
    ),
    "send again": (
        lambda m, by: m.parcels.send_again(by, "o1", COATS),
        set(),
        "decide about an order",
    ),
    "give up search": (
        lambda m, by: m.parcels.give_up_search(by, "o1", COATS),
        set(),
        "decide about an order",
    ),
    "report parcel found": (
        lambda m, by: m.parcels.report_parcel_found(by, "o1", COATS),
        set(),
        "decide about an order",
    ),
    "request return": (
        lambda m, by: m.returns.request_return(by, "o1", "r2", [BAG], parcel_number="8R"),
        THE_BUYER,
        "request a return",
    ),
    "accept return": (
        lambda m, by: m.returns.accept_return(by, "o1", "r1"),
        set(),
        "decide about an order",
    ),
    "decline return": (
        lambda m, by: m.returns.decline_return(by, "o1", "r1", "no"),
        set(),
        "decide about an order",
    ),
    "post return": (posted, THE_BUYER | CARRIERS, "post a return"),
    "receive return": (received, ITS_SELLER, "receive a return"),
    "check return": (
        lambda m, by: m.returns.check_return(by, "o1", "r1", []),
        ITS_SELLER,
        "receive a return",
    ),
    "settle review": (
        lambda m, by: m.returns.settle_review(by, "o1", "r1", []),
        set(),
        "decide about an order",
    ),
    "open claim": (
        lambda m, by: m.claims.open_claim(by, "o1", "c", "defect", [BAG], photos=1),
        THE_BUYER,
        "change an order",
    ),
    "look again": (
        lambda m, by: m.claims.look_again(by, "o1", "k"),
        set(),
        "decide about an order",
    ),
    "report found": (
        lambda m, by: m.claims.report_found(by, "o1", "k"),
        set(),
        "decide about an order",
    ),
    "report lost": (
        lambda m, by: m.claims.report_lost(by, "o1", "k"),
        set(),
        "decide about an order",
    ),
    "uphold claim": (
        lambda m, by: m.claims.uphold_claim(by, "o1", "k", []),
        set(),
        "decide about an order",
    ),
    "reject claim": (
        lambda m, by: m.claims.reject_claim(by, "o1", "k"),
        set(),
        "decide about an order",
    ),
    "see where a parcel goes": (
        lambda m, by: m.parcels.posting_address(by, "o1", COATS),
        ITS_SELLER,
        "see where a parcel goes",
    ),
    "have a parcel's label": (
        lambda m, by: m.parcels.label(by, "o1", COATS),
        ITS_SELLER,
        "have a parcel's label",
    ),
    "see when a parcel arrives": (
        lambda m, by: m.orders.promise(by, "o1", COATS),
        THE_BUYER,
        "see when a parcel arrives",
    ),
    "see where a return goes": (
        lambda m, by: m.returns.posting_address(by, "o1", "r1"),
        THE_BUYER,
        "see where a return goes",
    ),
    "erase a person": (lambda m, by: m.people.erase(by, "zoe"), set(), "erase a person"),
    "purge": (lambda m, by: m.people.purge(by), set(), "purge what is old"),
    "record a dispute": (
        lambda m, by: m.orders.record_dispute(by, "o1", "card", DisputeStatus.OPENED),
        set(),
        "decide about an order",
    ),
    "record a card's dispute": (
        lambda m, by: m.cards.record_dispute(by, "7HK2", DisputeStatus.OPENED),
        set(),
        "record a dispute about a gift card",
    ),
    "orders of a buyer": (
        lambda m, by: m.buyer_pages.orders(by, ZOE.id),
        THE_BUYER,
        "see the orders of a buyer",
    ),
    "customs of an order": (
        lambda m, by: m.orders.imports(by, "o1"),
        THE_BUYER,
        "see what customs charge",
    ),
    "timeline of an order": (
        lambda m, by: m.buyer_pages.timeline(by, "o1"),
        THE_BUYER,
        "see what has happened to an order",
    ),
    "offers of a buyer": (
        lambda m, by: m.buyer_pages.offers(by, ZOE.id),
        THE_BUYER,
        "see the offers of a buyer",
    ),
    "alerts of a buyer": (
        lambda m, by: m.buyer_pages.alerts(by, ZOE.id),
        THE_BUYER,
        "see the alerts of a buyer",
    ),
    "cards of a buyer": (
        lambda m, by: m.buyer_pages.cards(by, ZOE.id),
        THE_BUYER,
        "see the gift cards of a buyer",
    ),
    "offers to a seller": (
        lambda m, by: m.seller_desk.offers(by, ADA.id),
        ITS_SELLER,
        "see the offers to a seller",
    ),
    "parcels of a seller": (
        lambda m, by: m.seller_desk.parcels(by, ADA.id),
        ITS_SELLER,
        "see the parcels of a seller",
    ),
    "returns to a seller": (
        lambda m, by: m.seller_desk.returns(by, ADA.id),
        ITS_SELLER,
        "see the returns to a seller",
    ),
    "payouts of a seller": (
        lambda m, by: m.seller_desk.payouts(by, ADA.id),
        ITS_SELLER,
        "see the payouts of a seller",
    ),
    "reception": (
        lambda m, by: m.house_desk.reception(by),
        set(),
        "see the reception of the workshop",
    ),
    "open returns": (lambda m, by: m.house_desk.returns(by), set(), "see the open returns"),
    "open claims": (lambda m, by: m.house_desk.claims(by), set(), "see the open claims"),
    "checks": (lambda m, by: m.house_desk.checks(by), set(), "see the checks of the workshop"),
    "overdue": (lambda m, by: m.house_desk.overdue(by), set(), "see overdue parcels"),
    "disputes": (lambda m, by: m.house_desk.disputes(by), set(), "see disputes"),
    "rebuild": (lambda m, by: m.house_desk.rebuild(by), set(), "rebuild pages"),
    "list cases": (lambda m, by: m.house_desk.cases(by), set(), "list cases for review"),
    "find an order by a reference": (
        lambda m, by: m.orders.find_by_reference(by, "card", "a1"),
        set(),
        "find an order by a reference",
    ),
    "find an order by a payout": (
        lambda m, by: m.orders.find_by_payout(by, "p1"),
        set(),
        "find an order by a payout",
    ),
    "find a gift card by a reference": (
        lambda m, by: m.cards.find_by_reference(by, "card", "a1"),
        set(),
        "find a gift card by a reference",
    ),
    "record a refund that failed": (
        lambda m, by: m.orders.record_refund_failed(by, "o1", "r1", "card", "a1"),
        set(),
        "decide about an order",
    ),
    "reconcile": (
        lambda m, by: m.reconciliation.differences(by, "card", ()),
        set(),
        "reconcile the books",
    ),
    "settle a case": (lambda m, by: m.cases.settle(by, "n1"), set(), "settle a case for review"),
}


@pytest.fixture
def town() -> Town:
    """A coat of ada's and a bag of lou's, bought direct by zoe, delivered on one day; a return of
    the coat that is accepted, and a claim on the bag.
    """
    town = Town.built().stock()
    town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
    town.buy(COAT, BAG, mode="direct")
    town.work()
    town.arrive().market.parcels.hand_in(POST, "o1", BAGS, "8RBAG")
    town.deliver()
    town.market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
    town.market.claims.open_claim(
        ZOE, "o1", "k", "not-received", [BAG], photos=0, parcel_number="8RBAG"
    )
    town.work()
    return town


def turned_away(market: Marketplace, act: Act, by: Actor) -> str:
    """Tell why somebody may not; nothing where they may, whatever the rules make of it then."""
    try:
        act(market, by)
    except NotAllowedError as error:
        return str(error)
    except VintageRulesError:
        return ""
    return ""


def written(town: Town) -> dict[str, int]:
    """How much there is in each stream."""
    store = town.market.shop.store
    return {stream: store.read(stream).version for stream in store.streams("")}


@pytest.mark.parametrize("command", COMMANDS)
def test_who_may(town: Town, command: str) -> None:
    """The house and those whom it concerns, and nobody else, whatever they are called; what others
    request changes nothing.
    """
    act, allowed, named = COMMANDS[command]
    before = written(town)
    strangers = [by for by in EVERYBODY if str(by) not in allowed | HOUSES]
    for by in strangers:
        message = turned_away(town.market, act, by)
        assert str(by) in message
        assert any(words in message for words in named.split("|"))
    assert written(town) == before
    for by in EVERYBODY:
        if by not in strangers:
            assert not turned_away(town.market, act, by)


class TestWhoSees:
    """Orders are shown to those whom they concern."""

    def test_an_order(self, town: Town) -> None:
        """Its buyer and the house see all of it, its sellers what is theirs, others nothing."""
        seen: dict[str, str] = {}
        for by in EVERYBODY:
            refused = turned_away(town.market, lambda m, by: m.orders.view(by, "o1"), by)
            shown = "nothing" if refused else type(town.market.orders.view(by, "o1")).__name__
            seen[str(by)] = shown
        assert seen == {
            "buyer zoe": "Order",
            "buyer max": "nothing",
            "buyer ada": "nothing",
            "seller ada": "SellerView",
            "seller lou": "SellerView",
            "seller zoe": "nothing",
            "carrier post": "nothing",
            "carrier ada": "nothing",
            "house anna": "Order",
            "house ada": "Order",
            "visitor": "nothing",
        }

    def test_a_piece(self, town: Town) -> None:
        """Everybody sees it, a visitor too; the offers on it are seen by those they concern."""
        seen = {str(by): len(town.market.pieces.view(by, COAT).offers) for by in EVERYBODY}
        assert {name for name, offers in seen.items() if offers} == {
            "buyer zoe",
            "seller ada",
            *HOUSES,
        }
        assert len(seen) == len(EVERYBODY)


BUYERS = {"buyer zoe", "buyer max", "buyer ada"}


def cart_of(market: Marketplace) -> Cart:
    """A cart with a hat that is for sale."""
    list_piece(market, ADA)
    return Cart(
        order=OrderId("o9"),
        items=(CartItem(piece=PieceId("hat"), price=euros("5.00")),),
        mode="direct",
        shipping_address=HOME,
        billing_address=HOME,
        means=CARD,
    )


# What buyers alone may do, for themselves: the types say so, and hosts that do not check them.
OF_BUYERS: dict[str, tuple[Act, str]] = {
    "make offer": (
        lambda m, by: m.pieces.make_offer(by, COAT, euros("80.00")),  # type: ignore[arg-type]
        "make an offer",
    ),
    "set alert": (
        lambda m, by: m.pieces.set_alert(by, COAT),  # type: ignore[arg-type]
        "set an alert",
    ),
    "quote": (
        lambda m, by: m.checkouts.quote(by, cart_of(m)),  # type: ignore[arg-type]
        "have a cart quoted",
    ),
    "customs of a cart": (
        lambda m, by: m.checkouts.imports(by, cart_of(m)),  # type: ignore[arg-type]
        "have a cart quoted",
    ),
    "check out": (
        lambda m, by: m.checkouts.check_out(by, cart_of(m)),  # type: ignore[arg-type]
        "check out",
    ),
    "authorise": (
        lambda m, by: m.checkouts.authorise(by, cart_of(m)),  # type: ignore[arg-type]
        "check out",
    ),
    "buy a card": (
        lambda m, by: m.cards.buy(by, "p1", euros("50.00"), "", CARD),  # type: ignore[arg-type]
        "buy a gift card",
    ),
}
NO_ACTORS: dict[str, object] = {
    "none": None,
    "a name": "zoe",
    "a role and name": "house anna",
    "a number": 1,
    "a class": Buyer,
    "an object": object(),
    "another value": BORDEAUX,
}


class TestWhatIsNoActor:
    """S16: a wrong type is a clear error, whatever the command."""

    @pytest.mark.parametrize("command", OF_BUYERS)
    def test_only_buyers(self, town: Town, command: str) -> None:
        """Not the house either, which has no basket."""
        act, named = OF_BUYERS[command]
        for by in EVERYBODY:
            message = turned_away(town.market, act, by)
            assert message == (
                "" if str(by) in BUYERS else f"actor: must be a buyer to {named}, got {by}"
            )

    @pytest.mark.parametrize("kind", NO_ACTORS)
    def test_nothing_else(self, town: Town, kind: str) -> None:
        """It is refused as an actor who may not, and changes nothing."""
        by = NO_ACTORS[kind]
        cart_of(town.market)
        before = written(town)
        acts = [*(act for act, *_ in COMMANDS.values()), *(act for act, _ in OF_BUYERS.values())]
        looks: list[Act] = [
            lambda m, by: m.pieces.view(by, COAT),
            lambda m, by: m.pieces.views(by, [COAT]),
            lambda m, by: m.orders.view(by, "o1"),
            lambda m, by: m.catalogue.on_sale(by),
            lambda m, by: m.catalogue.sold(by),
            lambda m, by: m.catalogue.piece(by, COAT),
        ]
        for act in [*acts, *looks]:
            assert turned_away(town.market, act, by)  # type: ignore[arg-type]
        assert written(town) == before


def test_every_command_is_tried() -> None:
    """Each method of each part is in one of the tables above, or needs no actor."""
    parts = (
        *(Pieces, Checkouts, Orders, Parcels, Returns, Claims, Cards, Cases, People),
        *(DeadLetters, Catalogue, BuyerPages, SellerDesk, HouseDesk),
    )
    methods = {
        name
        for part in parts
        for name, member in vars(part).items()
        if not name.startswith("_") and isinstance(member, FunctionType)
    }
    acts = [*(act for act, *_ in COMMANDS.values()), *(act for act, _ in OF_BUYERS.values())]
    tried = {name for act in acts for name in act.__code__.co_names}
    assert methods - tried == {"find", "view", "views", "on_sale", "sold", "piece"}


class TestOwnPieces:
    """S16: nobody offers on their own piece, or buys it."""

    def test_an_offer(self, town: Town) -> None:
        """Refused with every other reason against it; the same price of another buyer is not."""
        town.list_piece(ADA, PieceId("hat"), "90.00")
        pieces = town.market.pieces
        for price, wanted in (
            ("80.00", ["own-piece"]),
            ("1.00", ["own-piece", "reduction-too-large"]),
        ):
            answer = pieces.make_offer(BUYER_ADA, "hat", euros(price))
            assert isinstance(answer, Refused)
            assert list(answer.reasons) == wanted
            assert "their own piece" in explain(answer, "en").text
        assert isinstance(pieces.make_offer(ZOE, "hat", euros("80.00")), PieceView)
        assert [offer.buyer for offer in pieces.view(ADA, "hat").offers] == ["zoe"]

    def test_an_offer_to_oneself(self) -> None:
        """Sent by the seller, where the house lets sellers do so."""
        town = Town.built().under(load_policy("vinted")).stock()
        sent = town.market.pieces.send_offer(
            ADA, COAT, BuyerId("ada"), euros("80.00"), watching=True
        )
        assert isinstance(sent, Refused)
        assert "own-piece" in sent.reasons

    def test_a_checkout(self) -> None:
        """The piece is named, and stays on sale; lou's bag alone is sold."""
        town = Town.built().stock()
        refused = town.buy(COAT, BAG, by=BUYER_ADA)
        assert isinstance(refused, CheckoutRefused)
        assert (list(refused.reasons), refused.own) == (["own-piece"], (COAT,))
        assert not town.bank.ledger
        assert town.market.pieces.view(ZOE, COAT).available
        assert isinstance(town.buy(BAG, by=BUYER_ADA), Order)


class TestReservedNames:
    """S16: a seller is not taken for the workshop, the buyer, or a parcel to the workshop."""

    @pytest.mark.parametrize("name", ["workshop", "buyer", "to-workshop/", "to-workshop/ada"])
    def test_is_refused(self, name: str) -> None:
        """As an actor, and as the seller of a piece."""
        with pytest.raises(IdentifierError, match=r"^seller: must be another name than 'workshop'"):
            Seller(name)
        with pytest.raises(IdentifierError, match=r"^seller: must be another name than 'workshop'"):
            PieceEntered(
                at=MONDAY, piece=COAT, seller=SellerId(name), weight_g=1, description="a coat"
            )

    @pytest.mark.parametrize("name", ["workshop-1", "buyers", "to-workshop", "Workshop", "ada/to"])
    def test_is_nothing_else(self, name: str) -> None:
        """Names like them are free."""
        assert Seller(name).id == name
