"""Names that collide: in each order the returns, pieces and purchases are called the same, orders
are called as parcels of others, and people as people in other roles. Nothing is taken for its
namesake.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import (
    ADA,
    BAG,
    CARD,
    COAT,
    HOME,
    HOUSE,
    LOU,
    MAX,
    POST,
    ZOE,
    Town,
    euros,
)
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import IdentifierError, NameTakenError, NotAllowedError, NotFoundError
from vintage_rules.ids import OrderId, ParcelId, PieceId, SellerId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import (
    Buyer,
    Cart,
    CartItem,
    Courier,
    House,
    Marketplace,
    Means,
    Seller,
)
from vintage_rules.marketplace.commands.carts import content_of
from vintage_rules.marketplace.commands.gift_cards import CardBought
from vintage_rules.marketplace.commands.order_commands import execute
from vintage_rules.marketplace.storage.inbound_streams import NumberGiven
from vintage_rules.marketplace.storage.streams import NUMBERS
from vintage_rules.marketplace.storage.streams import ORDERS as ORDER_STREAMS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import CommandParcel
from vintage_rules.orders.reductions import Reduction
from vintage_rules.orders.states import Order
from vintage_rules.ports import Scan
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.shipping.parcel.commands import HandIn

ORDERS = ("o1", "o10", "o1-1")
BUYERS = (ZOE, MAX, Buyer("lou"))
PAYPAL = Means(tender="paypal", source="approved")


def crowd(*, means: Sequence[Means] = (CARD, CARD, CARD)) -> Town:
    """Sell a piece of ada's in each order, at 90, 80 and 70, to three buyers."""
    town = Town.built()
    for number, (order, buyer) in enumerate(zip(ORDERS, BUYERS, strict=True)):
        piece, price = PieceId(f"coat-{number}"), f"{90 - 10 * number}.00"
        town.list_piece(ADA, piece, price)
        placed = town.buy(
            piece, by=buyer, order=order, prices={piece: price}, mode="direct", means=means[number]
        )
        assert isinstance(placed, Order)
    town.work()
    return town


def at_the_bank(town: Town, order: str, tender: str = "card") -> str:
    """What the house has of an order at a bank."""
    bank = town.bank if tender == "card" else town.paypal
    return str(bank.ledger.balance(Account.HOUSE, "EUR", OrderId(order)))


def send_back(town: Town, order: str, buyer: Buyer, piece: PieceId, name: str = "r") -> None:
    """Return a piece from an order, under a name that every order uses."""
    returns = town.market.returns
    returns.request_return(buyer, order, name, [piece], parcel_number="8R")
    town.work()
    returns.post_return(buyer, order, name, town.today)
    town.wait(hours=1)
    returns.receive_return(ADA, order, name, town.today)
    findings = [CheckedPiece(piece=piece, finding=Finding.AS_SENT)]
    returns.check_return(ADA, order, name, findings)
    town.work()


class TestRefunds:
    """F1, F2: a refund is one order's, whatever its return is called."""

    def test_returns_of_one_name(self) -> None:
        """Each order gets back its own price, once."""
        town = crowd()
        for number, (order, buyer) in enumerate(zip(ORDERS, BUYERS, strict=True)):
            town.deliver(order)
            send_back(town, order, buyer, PieceId(f"coat-{number}"))
        assert [at_the_bank(town, order) for order in ORDERS] == ["0.00 EUR"] * 3
        assert town.market.shop.store.dead_letters(9) == ()
        refunds = [entry for entry in town.bank.ledger if entry.act == "refund"]
        assert [(str(entry.order), str(entry.amount)) for entry in refunds] == [
            ("o1", "99.59 EUR"),
            ("o10", "89.59 EUR"),
            ("o1-1", "79.59 EUR"),
        ]

    def test_only_that_order(self) -> None:
        """The others keep theirs."""
        town = crowd()
        town.deliver("o10")
        send_back(town, "o10", MAX, PieceId("coat-1"))
        assert [at_the_bank(town, order) for order in ORDERS] == [
            "99.59 EUR",
            "0.00 EUR",
            "79.59 EUR",
        ]

    def test_references_of_two_providers(self) -> None:
        """Both banks call their first authorisation the same; each refunds its own."""
        town = crowd(means=(CARD, PAYPAL, PAYPAL))
        for order, buyer, number in (("o1", ZOE, 0), ("o10", MAX, 1)):
            town.deliver(order)
            send_back(town, order, buyer, PieceId(f"coat-{number}"))
        assert at_the_bank(town, "o1") == at_the_bank(town, "o10", "paypal") == "0.00 EUR"
        assert at_the_bank(town, "o1-1", "paypal") == "79.59 EUR"

    def test_two_returns_of_one_order(self) -> None:
        """`r` and `r-1` are two."""
        town = Town.built().stock()
        town.list_piece(ADA, PieceId("coat-1"), "10.00")
        town.buy(COAT, PieceId("coat-1"), prices={PieceId("coat-1"): "10.00"}, mode="direct")
        town.work()
        town.deliver()
        send_back(town, "o1", ZOE, COAT, "r")
        assert at_the_bank(town, "o1") != "0.00 EUR"
        send_back(town, "o1", ZOE, PieceId("coat-1"), "r-1")
        assert at_the_bank(town, "o1") == "0.00 EUR"


class TestLabels:
    """R3: each return has a label of its own, bought once."""

    def test_returns_of_one_name(self) -> None:
        """Three orders, three labels, each to its own buyer."""
        town = crowd()
        for number, (order, buyer) in enumerate(zip(ORDERS, BUYERS, strict=True)):
            town.deliver(order)
            town.market.returns.request_return(
                buyer, order, "r", [PieceId(f"coat-{number}")], parcel_number="8R"
            )
        town.work()
        references = [
            label.document.decode().splitlines()[1] for label in town.carrier.labels.values()
        ]
        assert sorted(references) == ["o1-1/r", "o1/r", "o10/r"]


class TestPayouts:
    """R6: a seller is paid for a piece once for each order it was sold in."""

    def test_one_piece_in_two_orders(self) -> None:
        """Damaged on its way back and put on sale again: both its sales are paid, each as much as
        it earned.
        """
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        town.work()
        town.deliver()
        returns = town.market.returns
        returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        returns.post_return(ZOE, "o1", "r", town.today)
        town.wait(days=1)
        returns.receive_return(ADA, "o1", "r", town.today)
        returns.check_return(ADA, "o1", "r", [CheckedPiece(piece=COAT, finding=Finding.DAMAGED)])
        settled = [SettledPiece(piece=COAT, withheld=euros("40.00"))]
        returns.settle_review(HOUSE, "o1", "r", settled)
        town.work()
        town.market.pieces.put_back(HOUSE, COAT)
        assert isinstance(town.buy(COAT, by=MAX, order="o10", mode="direct"), Order)
        town.work()
        town.deliver("o10").wait(days=40)
        assert [str(payout.amount) for payout in town.payouts] == ["40.00 EUR", "90.00 EUR"]
        assert town.market.shop.store.dead_letters(9) == ()
        assert {town.order(name).payouts[COAT] for name in ("o1", "o10")} == {"sent"}

    def test_two_pieces_of_one_order(self) -> None:
        """`coat` and `coat-1`, both ada's, are two payouts."""
        town = Town.built().stock()
        other = PieceId("coat-1")
        town.list_piece(ADA, other, "90.00")
        town.buy(COAT, other, prices={other: "90.00"}, mode="direct")
        town.work()
        town.deliver().wait(days=40)
        assert town.payouts.paid("EUR", ADA.id) == euros("180.00")
        assert len(list(town.payouts)) == 2

    def test_a_seller_called_as_a_buyer(self) -> None:
        """The mail goes to the seller, and the money."""
        town = crowd()
        town.deliver("o1").wait(days=40)
        assert town.payouts.paid("EUR") == town.payouts.paid("EUR", ADA.id) == euros("90.00")
        assert (town.outbox.messages[-1].to.role, town.outbox.messages[-1].to.id) == (
            "seller",
            "ada",
        )


class TestParcelsOfAnOrder:
    """R10: `o1-1` is not `o1-10`, and not the order `o1-1` either."""

    @pytest.fixture
    def ten(self) -> Town:
        """One order of ten sellers, so of ten parcels, all handed in and then overdue."""
        town = Town.built()
        pieces = [PieceId(f"piece-{number}") for number in range(1, 11)]
        for number, piece in enumerate(pieces, 1):
            town.list_piece(Seller(SellerId(f"seller-{number}")), piece, f"{20 + number}.00")
        prices = {piece: f"{20 + number}.00" for number, piece in enumerate(pieces, 1)}
        placed = town.buy(*pieces, prices=prices, mode="direct")
        assert isinstance(placed, Order)
        town.work()
        for number in range(1, 11):
            town.arrive().market.parcels.hand_in(
                POST, "o1", ParcelId(f"o1-{number}"), f"8R{number}"
            )
        return town.wait(days=9)

    def test_found_again_it_is_not_the_tenth(self, ten: Town) -> None:
        """Both were given up and are owed; the first is found, and the tenth stays lost."""
        parcels = ten.market.parcels
        for name in ("o1-10", "o1-1"):
            parcels.give_up_search(HOUSE, "o1", ParcelId(name))
        assert set(ten.order().owed) == {"o1-1", "o1-10"}
        parcels.report_parcel_found(HOUSE, "o1", ParcelId("o1-1"))
        assert set(ten.order().owed) == {"o1-10"}
        ten.work()
        refunds = [entry for entry in ten.bank.ledger if entry.act == "refund"]
        assert [str(entry.amount) for entry in refunds] == ["39.59 EUR"]  # 30.00 and 9.59 of post

    def test_a_scan_moves_its_own_parcel(self, ten: Town) -> None:
        """The number of the tenth does not move the first."""
        scan = Scan(at=ten.clock.now(), status="delivered", code="D", text="", place=None)
        ten.market.parcels.record_scan(POST, "8R10", scan)
        states = {name: parcel.state for name, parcel in ten.order().parcels.items()}
        assert [name for name, state in states.items() if state == "delivered"] == ["o1-10"]

    def test_an_order_called_as_a_parcel(self) -> None:
        """The parcel `o1-1` of the order `o1` is handed in; the order `o1-1` is not moved."""
        town = crowd()
        town.market.parcels.hand_in(ADA, "o1", ParcelId("o1-1"), "8R1")
        town.work()
        assert town.order("o1").parcels[ParcelId("o1-1")].state == "handed-in"
        assert town.order("o1-1").parcels[ParcelId("o1-1-1")].state == "announced"


class TestPieces:
    """A4: a piece that came back is put on sale from the order it was sold in last."""

    def test_the_first_order_is_late(self) -> None:
        """Refunded by hand in `o1` and put back, it is sold in `o10`; what `o1` still wants to put
        back on sale stays sold.
        """
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        town.work()
        town.deliver()
        town.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        town.market.returns.post_return(ZOE, "o1", "r", town.today)
        town.wait(days=1)
        town.market.pieces.put_back(HOUSE, COAT)
        town.buy(COAT, by=MAX, order="o10", mode="direct")
        town.work()
        returns = town.market.returns
        returns.receive_return(ADA, "o1", "r", town.today)
        findings = [CheckedPiece(piece=COAT, finding=Finding.AS_SENT)]
        returns.check_return(ADA, "o1", "r", findings)
        town.work()
        assert not town.market.pieces.view(ZOE, COAT).available
        assert town.order("o1").returns["r"].state == "refunded"


class TestCheckouts:
    """C7: a charge is one checkout's, whatever its order is called."""

    def test_each_is_charged_once(self) -> None:
        """Three orders, three charges and three captures."""
        town = crowd()
        acts = [(str(entry.order), entry.act) for entry in town.bank.ledger]
        assert sorted(acts) == sorted(
            (order, act) for order in ORDERS for act in ("authorise", "capture")
        )

    def test_an_order_called_as_an_attempt(self) -> None:
        """`o1` was tried twice; the second attempt of `o1` is not the first of another."""
        town = Town.built().stock()
        town.buy(COAT, means=Means(tender="card", source="declined", brand="visa"))
        town.buy(COAT)
        town.buy(BAG, by=MAX, order="o1-2")
        town.work()
        assert [at_the_bank(town, order) for order in ("o1", "o1-2")] == ["108.59 EUR", "70.09 EUR"]

    def test_a_purchase_called_as_an_order(self) -> None:
        """A gift card `o1` and an order `o1` are two charges, and both are known."""
        town = Town.built().stock()
        bought = town.market.cards.buy(ZOE, "o1", euros("50.00"), "", CARD)
        assert isinstance(bought, CardBought)
        assert isinstance(town.buy(COAT), Order)
        town.work()
        assert str(town.bank.ledger.balance(Account.HOUSE, "EUR")) == "158.59 EUR"
        assert town.mails().count("gift-card zoe") == town.mails().count("order-confirmed zoe") == 1


class TestGiftCards:
    """C5: what an order gives back goes to the card it was paid with."""

    def test_one_card_in_two_orders(self) -> None:
        """Both their returns are called the same; the card gets back what each of them took."""
        town = Town.built()
        for number in range(2):
            town.list_piece(ADA, PieceId(f"coat-{number}"), "30.00")
        town.market.cards.buy(ZOE, "p1", euros("100.00"), "", CARD)
        town.work()
        code = str(town.outbox.messages[-1].facts["code"])
        for number, order in enumerate(("o1", "o10")):
            piece = PieceId(f"coat-{number}")
            town.buy(
                piece, order=order, prices={piece: "30.00"}, mode="direct", code=code, means=None
            )
        for number, order in enumerate(("o1", "o10")):
            town.deliver(order)
            send_back(town, order, ZOE, PieceId(f"coat-{number}"))
        card = town.market.cards.find(code)
        assert card is not None
        assert card.balance == euros("100.00")
        assert town.market.shop.store.dead_letters(9) == ()


class TestWebhooks:
    """A message is known by its sender and its name."""

    def test_two_banks_with_one_name(self) -> None:
        """Both their first messages are taken."""
        town = crowd(means=(CARD, PAYPAL, CARD))
        for tender, bank in (("card", town.bank), ("paypal", town.paypal)):
            headers, body = bank.sent(bank.webhooks[0])
            town.market.webhooks.payment(tender, headers, body)
        assert list(town.market.shop.store.streams("webhook/")) == [
            "webhook/card/webhook-1",
            "webhook/paypal/webhook-1",
        ]


class TestTwoHousesInOneStore:
    """Two shops over one store, each with its own worker: what one has begun the other ends."""

    def test_nothing_is_done_twice(self) -> None:
        """Orders of both are charged, mailed and paid out once."""
        town = Town.built()
        here, there = town.market, Marketplace(evolve(town.market.shop))
        elsewhere = evolve(town, market=there)
        for number, (which, order) in enumerate(((town, "o1"), (elsewhere, "o10"))):
            piece = PieceId(f"coat-{number}")
            which.list_piece(ADA, piece, "90.00")
            which.buy(piece, by=BUYERS[number], order=order, prices={piece: "90.00"}, mode="direct")
        workers = [here.worker("here"), there.worker("there")]
        while not all([worker.round(1).idle for worker in workers]):  # noqa: C419 - both work
            pass
        town.deliver("o10")
        elsewhere.deliver("o1")
        town.clock.advance(timedelta(days=40))
        while not all([worker.round(1).idle for worker in workers]):  # noqa: C419 - both work
            pass
        assert [at_the_bank(town, order) for order in ("o1", "o10")] == ["99.59 EUR"] * 2
        assert town.payouts.paid("EUR", ADA.id) == euros("180.00")
        assert town.outbox.repeated() == ()


class TestPeople:
    """A1: a name is somebody only in a role."""

    def test_a_buyer_called_as_the_seller(self) -> None:
        """Does not see the offers on ada's coat, nor who bought it."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        assert town.market.pieces.view(Buyer("ada"), COAT).offers == ()
        assert len(town.market.pieces.view(ADA, COAT).offers) == 1
        assert town.market.pieces.view(Seller("zoe"), COAT).offers == ()
        assert town.market.pieces.view(LOU, BAG).offers == ()


TAKEN = "^{}: must be a name of nothing else, got '{}'$"


class TestTheSameNameForSomethingElse:
    """S5: a host's name means one thing by one person; the same again is answered again."""

    CART = Cart(
        order=OrderId("o1"),
        items=(
            CartItem(piece=COAT, price=euros("90.00")),
            CartItem(piece=BAG, price=euros("55.00")),
        ),
        mode="grouped",
        shipping_address=HOME,
        billing_address=HOME,
        means=CARD,
    )

    @pytest.fixture
    def town(self) -> Town:
        """The coat and the bag are delivered to zoe, the order `o10` of a pin to max."""
        town = Town.built().stock()
        town.list_piece(ADA, PieceId("pin"), "20.00")
        town.market.checkouts.check_out(ZOE, self.CART)
        town.buy(PieceId("pin"), by=MAX, order="o10", prices={PieceId("pin"): "20.00"})
        town.work()
        town.deliver("o10")
        return town.deliver()

    @pytest.mark.parametrize(
        "otherwise",
        [
            {"items": CART.items[:1]},
            {"items": (CART.items[0], CartItem(piece=BAG, price=euros("55.01")))},
            {"mode": "direct"},
            {"shipping_address": {**HOME, "line1": "2 rue Neuve"}},
            {"billing_address": {**HOME, "name": "Zoë"}},
            {"gift_card_codes": ("7HK2-AAAA-BBBB-CCCC-DDDD-EEEE-FF",)},
            {"options": frozenset({"gift-wrap"})},
            {"reductions": (Reduction(name="welcome", amount=euros("1.00")),)},
            {"parts": {"tax": euros("1.00")}},
        ],
        ids=[
            "pieces",
            "price",
            "mode",
            "shipping",
            "billing",
            "gift-card",
            "options",
            "reductions",
            "parts",
        ],
    )
    def test_an_order_of_another_cart(self, town: Town, otherwise: dict[str, object]) -> None:
        """Whatever it differs in, and whether or not it could be bought."""
        before = town.order()
        with pytest.raises(NameTakenError, match=TAKEN.format("order", "o1")):
            town.market.checkouts.check_out(ZOE, evolve(self.CART, **otherwise))  # type: ignore[arg-type]
        assert town.order() == before

    @pytest.mark.parametrize(
        "otherwise",
        [
            {},
            {"items": CART.items[::-1]},
            {"items": (CartItem(piece=COAT, price=euros("90")), CART.items[1])},
            {"shipping_address": dict(reversed(HOME.items()))},
            {"billing_address": dict(reversed(HOME.items()))},
            {"means": PAYPAL},
            {"means": None},
        ],
        ids=["all", "turned", "price", "shipping", "billing", "means", "no-means"],
    )
    def test_an_order_of_the_same_cart(self, town: Town, otherwise: dict[str, object]) -> None:
        """Is answered as it is by now, in whatever order the host gives its parts."""
        again = evolve(self.CART, **otherwise)  # type: ignore[arg-type]
        assert town.market.checkouts.check_out(ZOE, again) == town.order()

    def test_an_order_of_an_earlier_version(self, town: Town) -> None:
        """It has no digest: it is its buyer's, and no one else's."""
        placed = evolve(town.order().placed, order=OrderId("o0"), validated=None)
        town.market.shop.do(ZOE, lambda w: w.record(w.load(ORDER_STREAMS, "o0"), [placed]))
        again = evolve(self.CART, order=OrderId("o0"))
        assert isinstance(town.market.checkouts.check_out(ZOE, again), Order)
        with pytest.raises(NameTakenError):
            town.market.checkouts.check_out(MAX, again)

    def test_what_is_kept_does_not_show_the_address(self, town: Town) -> None:
        """Nor can it be made without the secret of the shop."""
        written = "".join(r.data for r in town.market.shop.store.read("order/o1").records)
        assert '"validated":"' in written
        assert "rue Neuve" not in written
        validated = town.order().placed.validated
        assert content_of(town.market.shop, self.CART) == validated
        other = evolve(town.market.shop, secret=b"the secret of another town, 32 b")
        assert content_of(other, self.CART) != validated

    def test_a_gift_card_typed_otherwise(self) -> None:
        """Is the same card; in another order of two it is another cart, since they pay in turn."""
        town = Town.built().stock()
        codes = ("7HK2AAAABBBBCCCCDDDDEEEEFF", "8HK2AAAABBBBCCCCDDDDEEEEFF")
        cart = evolve(self.CART, gift_card_codes=codes)
        typed = evolve(cart, gift_card_codes=("7hk2-aaaa bbbb-cccc-dddd-eeee-ff", codes[1]))
        turned = evolve(cart, gift_card_codes=codes[::-1])
        shop = town.market.shop
        assert content_of(shop, typed) == content_of(shop, cart) != content_of(shop, turned)

    def test_a_return(self, town: Town) -> None:
        """Of other pieces, or for another reason, it is another; of another order it is its own."""
        returns = town.market.returns
        first = returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        assert isinstance(first, Order)
        assert list(first.returns) == ["r"]
        assert (
            returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R1", photos=3) == first
        )
        for pieces, reason in (
            ([BAG], "withdrawal"),
            ([COAT, BAG], "withdrawal"),
            ([COAT], "claim"),
        ):
            with pytest.raises(NameTakenError, match=TAKEN.format("request", "r")):
                returns.request_return(ZOE, "o1", "r", pieces, parcel_number="8R", reason=reason)
        assert town.order() == first
        other = returns.request_return(MAX, "o10", "r", [PieceId("pin")], parcel_number="8R")
        assert isinstance(other, Order)
        assert list(other.returns) == ["r"]

    def test_a_return_in_two_parcels(self, town: Town) -> None:
        """They are `r-1` and `r-2`, and both together what was requested as `r`."""
        returns = town.market.returns
        first = returns.request_return(ZOE, "o1", "r", [COAT, BAG], parcel_number="8R")
        assert isinstance(first, Order)
        assert list(first.returns) == ["r-1", "r-2"]
        assert returns.request_return(ZOE, "o1", "r", [BAG, COAT], parcel_number="8R") == first
        for name, pieces in (("r", [COAT]), ("r-1", [COAT, BAG]), ("r-2", [COAT])):
            with pytest.raises(NameTakenError):
                returns.request_return(ZOE, "o1", name, pieces, parcel_number="8R")
        assert town.order() == first

    def test_a_part_that_has_the_name_of_another_return(self, town: Town) -> None:
        """`r` in two parcels would be `r-1` and `r-2`, and `r-2` is another."""
        returns = town.market.returns
        first = returns.request_return(ZOE, "o1", "r-2", [COAT], parcel_number="8R")
        with pytest.raises(NameTakenError, match=TAKEN.format("request", "r")):
            returns.request_return(ZOE, "o1", "r", [COAT, BAG], parcel_number="8R")
        assert town.order() == first

    def test_a_return_named_as_a_part_of_another(self, town: Town) -> None:
        """`r` is requested after `r-1`: each is the one that it is."""
        returns = town.market.returns
        returns.request_return(ZOE, "o1", "r-1", [COAT], parcel_number="8R")
        both = returns.request_return(ZOE, "o1", "r", [BAG], parcel_number="8R")
        assert isinstance(both, Order)
        assert {name: each.opened.pieces for name, each in both.returns.items()} == {
            "r-1": (COAT,),
            "r": (BAG,),
        }
        assert returns.request_return(ZOE, "o1", "r", [BAG], parcel_number="8R") == both
        assert returns.request_return(ZOE, "o1", "r-1", [COAT], parcel_number="8R") == both

    def test_a_claim(self, town: Town) -> None:
        """Of another kind or on other pieces it is another."""

        def claim(kind: str, *pieces: PieceId, photos: int = 1) -> object:
            return town.market.claims.open_claim(
                ZOE, "o1", "k", kind, pieces, photos=photos, parcel_number="8R"
            )

        first = claim("defect", COAT)
        assert isinstance(first, Order)
        assert claim("defect", COAT, photos=4) == first
        for kind, pieces in (
            ("defect", (BAG,)),
            ("defect", (COAT, BAG)),
            ("not-received", (COAT,)),
        ):
            with pytest.raises(NameTakenError, match=TAKEN.format("claim", "k")):
                claim(kind, *pieces)
        assert town.order() == first


class TestTheSameOfferAgain:
    """S5, N2: while it waits for the seller, the same price is the same offer."""

    def test_while_it_waits(self) -> None:
        """One offer, one mail; at another price it is a second one, which is refused."""
        town = Town.built().stock()
        pieces = town.market.pieces
        first = pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.wait(hours=1)
        assert pieces.make_offer(ZOE, COAT, euros("80")) == first
        town.work()
        assert town.mails() == ["offer-received ada"]
        other = pieces.make_offer(ZOE, COAT, euros("81.00"))
        assert isinstance(other, Refused)
        assert list(other.reasons) == ["already-offered"]

    def test_of_another_buyer(self) -> None:
        """Is their own."""
        town = Town.built().stock()
        pieces = town.market.pieces
        pieces.make_offer(ZOE, COAT, euros("80.00"))
        pieces.make_offer(MAX, COAT, euros("80.00"))
        assert [offer.buyer for offer in pieces.view(ADA, COAT).offers] == ["zoe", "max"]

    def test_once_it_has_lapsed(self) -> None:
        """It waits no more, though no worker has recorded that yet."""
        town = Town.built().stock()
        pieces = town.market.pieces
        pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.clock.advance(timedelta(days=30))
        assert isinstance(pieces.make_offer(ZOE, COAT, euros("80.00")), Refused)

    def test_once_it_was_declined(self) -> None:
        """The buyer has had their answer."""
        town = Town.built().stock()
        pieces = town.market.pieces
        pieces.make_offer(ZOE, COAT, euros("80.00"))
        pieces.decline_offer(ADA, COAT, ZOE.id)
        assert isinstance(pieces.make_offer(ZOE, COAT, euros("80.00")), Refused)


def written(town: Town) -> dict[str, int]:
    """How much there is in each stream."""
    store = town.market.shop.store
    return {stream: store.read(stream).version for stream in store.streams("")}


class TestTrackingNumbers:
    """S2: one parcel at a time travels under a number, however it is typed."""

    FIRST, SECOND = ParcelId("o1-1"), ParcelId("o10-1")

    @pytest.fixture
    def town(self) -> Town:
        """A coat of ada's and a bag of lou's are sold, each to be posted by its seller."""
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        town.buy(BAG, by=MAX, order="o10", mode="direct")
        town.work()
        town.market.parcels.hand_in(ADA, "o1", self.FIRST, "8R 41-7")
        return town

    def seen(self, town: Town, number: str, status: str = "delivered", **ago: float) -> Order:
        """Record where the carrier has seen a number."""
        at = town.clock.now() - timedelta(**ago)
        scan = Scan(at=at, status=status, code="D", text="", place=None)
        order = town.market.parcels.record_scan(POST, number, scan)
        assert isinstance(order, Order)
        return order

    @pytest.mark.parametrize(
        "number",
        ["8R 41-7", "8R417", "8r417", " 8r\N{NO-BREAK SPACE}41 7 ", "8R\N{EN DASH}4\N{EN DASH}17"],
    )
    def test_the_number_of_another_parcel(self, town: Town, number: str) -> None:
        """Is refused to lou, and to a carrier: ada's parcel keeps it, and she is paid."""
        for by in (LOU, POST):
            with pytest.raises(NameTakenError) as taken:
                town.market.parcels.hand_in(by, "o10", self.SECOND, number)
            assert (taken.value.field, taken.value.found) == ("tracking_number", number)
        assert town.order("o10").parcels[self.SECOND].state == "announced"
        town.wait(days=2)
        assert self.seen(town, number).placed.order == "o1"
        town.wait(days=40)
        assert town.payouts.paid("EUR") == town.payouts.paid("EUR", ADA.id) == euros("90.00")

    @pytest.mark.parametrize("number", ["8R4170", "8R41", "8S417"])
    def test_another_number(self, town: Town, number: str) -> None:
        """Is another parcel's."""
        order = town.market.parcels.hand_in(LOU, "o10", self.SECOND, number)
        assert isinstance(order, Order)
        assert order.parcels[self.SECOND].tracking_number == number

    @pytest.mark.parametrize("status", ["in-transit", "held-at-customs", "going-back"])
    def test_wherever_it_travels(self, town: Town, status: str) -> None:
        """Until it has arrived; then its carrier may give the number again."""
        town.wait(days=1)
        self.seen(town, "8R417", status)
        with pytest.raises(NameTakenError):
            town.market.parcels.hand_in(LOU, "o10", self.SECOND, "8R417")
        self.seen(town, "8R417", "back-at-sender" if status == "going-back" else "delivered")
        assert isinstance(town.market.parcels.hand_in(LOU, "o10", self.SECOND, "8R417"), Order)

    def test_a_scan_from_before_the_hand_in(self, town: Town) -> None:
        """What the carrier saw of ada's parcel does not deliver lou's, who has the number next."""
        town.wait(days=2)
        self.seen(town, "8R417")
        town.wait(hours=1)
        town.market.parcels.hand_in(LOU, "o10", self.SECOND, "8R417")
        order = self.seen(town, "8R417", hours=1)
        assert (order.placed.order, order.parcels[self.SECOND].state) == ("o10", "handed-in")
        assert self.seen(town, "8R417").parcels[self.SECOND].state == "delivered"

    def test_a_number_that_was_given_by_mistake(self, town: Town) -> None:
        """Ada had mistyped it: it was lou's. Once hers is corrected, scans of it move lou's."""
        parcels = town.market.parcels
        with pytest.raises(NameTakenError):
            parcels.hand_in(HOUSE, "o10", self.SECOND, "8R417")
        parcels.correct_number(HOUSE, "o1", self.FIRST, "8R471")
        assert isinstance(parcels.hand_in(HOUSE, "o10", self.SECOND, "8R417"), Order)
        town.wait(days=2)
        assert self.seen(town, "8R417").parcels[self.SECOND].state == "delivered"
        assert town.order("o1").parcels[self.FIRST].state == "handed-in"

    def test_the_same_parcel_sent_again(self, town: Town) -> None:
        """Under the number it had."""
        parcels = town.market.parcels
        town.wait(days=2)
        self.seen(town, "8R417", "going-back")
        parcels.receive_back(ADA, "o1", self.FIRST)
        town.work()
        parcels.answer_refund(ZOE, "o1", self.FIRST, agrees=False)
        parcels.send_again(HOUSE, "o1", self.FIRST)
        again = parcels.hand_in(ADA, "o1", self.FIRST, "8R417")
        assert isinstance(again, Order)
        assert again.parcels[self.FIRST].state == "handed-in"

    @pytest.mark.parametrize("number", ["", "-", " - ", "\N{EN DASH}", "\N{NO-BREAK SPACE}"])
    def test_what_is_no_number(self, town: Town, number: str) -> None:
        """Is named, when given and when scanned."""
        with pytest.raises(IdentifierError, match=r"^tracking_number: must be"):
            town.market.parcels.hand_in(LOU, "o10", self.SECOND, number)
        with pytest.raises(IdentifierError, match=r"^tracking_number: must be"):
            self.seen(town, number)

    @pytest.mark.parametrize("number", ["x" * 201, "8R\x0041", "8R\ud800"])
    def test_what_cannot_be_kept(self, town: Town, number: str) -> None:
        """Is named as well."""
        with pytest.raises(IdentifierError, match=r"^tracking_number: must be"):
            town.market.parcels.hand_in(LOU, "o10", self.SECOND, number)

    def test_given_by_an_earlier_version(self, town: Town) -> None:
        """It named the stream by the number as it was given."""
        shop = town.market.shop

        def hand_in(work: UnitOfWork) -> None:
            handed_in = HandIn(at=work.now, tracking_number="8r-52")
            command = CommandParcel(parcel=self.SECOND, command=handed_in)
            execute(shop, work, work.load(ORDER_STREAMS, "o10"), [command])
            given = NumberGiven(at=work.now, order=OrderId("o10"), parcel=self.SECOND)
            work.record(work.load(NUMBERS, "8r-52"), [given])

        shop.do(LOU, hand_in)
        town.wait(days=1)
        assert self.seen(town, "8r-52").parcels[self.SECOND].state == "delivered"

    def test_corrected_by_its_sender(self, town: Town) -> None:
        """The buyer is mailed the right number; scans under the wrong one move nothing."""
        order = town.market.parcels.correct_number(ADA, "o1", self.FIRST, " 8R 41\N{EN DASH}70 ")
        assert isinstance(order, Order)
        assert order.parcels[self.FIRST].tracking_number == "8R 41\N{EN DASH}70"
        town.work()
        mailed = [each for each in town.outbox.messages if "tracking_number" in each.facts]
        assert [str(each.kind) for each in mailed] == ["parcel-handed-in"] * 2
        assert [each.facts["tracking_number"] for each in mailed] == [
            "8R 41-7",
            "8R 41\N{EN DASH}70",
        ]
        town.wait(days=1)
        assert self.seen(town, "8R417") == town.order("o1")
        assert town.order("o1").parcels[self.FIRST].state == "handed-in"
        assert self.seen(town, "8r4170").parcels[self.FIRST].state == "delivered"
        town.wait(days=40)
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")

    @pytest.mark.parametrize("number", ["8R4170", "8r 41-70", " 8R-4170 "])
    def test_corrected_twice(self, town: Town, number: str) -> None:
        """Nothing changes, however it is typed, and after a scan too."""
        corrected = town.market.parcels.correct_number(ADA, "o1", self.FIRST, "8R4170")
        town.work()
        before = written(town)
        assert town.market.parcels.correct_number(ADA, "o1", self.FIRST, number) == corrected
        assert written(town) == before
        scanned = self.seen(town, "8R4170", "in-transit")
        assert town.market.parcels.correct_number(ADA, "o1", self.FIRST, number) == scanned

    @pytest.mark.parametrize("by", [ADA, POST])
    @pytest.mark.parametrize("status", ["in-transit", "unknown:odd"])
    def test_corrected_once_it_was_scanned(
        self, town: Town, by: Seller | Courier, status: str
    ) -> None:
        """By the house alone, wherever the parcel is."""
        self.seen(town, "8R417", status)
        with pytest.raises(NotAllowedError, match=r"correct a number that was scanned, got"):
            town.market.parcels.correct_number(by, "o1", self.FIRST, "8R4170")
        assert isinstance(
            town.market.parcels.correct_number(HOUSE, "o1", self.FIRST, "8R4170"), Order
        )
        # No scan is under the number it has now.
        again = town.market.parcels.correct_number(by, "o1", self.FIRST, "8R4171")
        assert isinstance(again, Order)
        assert again.parcels[self.FIRST].tracking_number == "8R4171"

    def test_corrected_where_only_time_has_passed(self, town: Town) -> None:
        """A parcel that no carrier has seen is overdue: its sender finds the mistake."""
        town.wait(days=20)
        assert town.order("o1").parcels[self.FIRST].state == "overdue"
        corrected = town.market.parcels.correct_number(ADA, "o1", self.FIRST, "8R4170")
        assert isinstance(corrected, Order)
        assert self.seen(town, "8R4170").parcels[self.FIRST].state == "delivered"

    def test_corrected_by_another(self, town: Town) -> None:
        """Lou sends the parcel of o10, and not that of o1."""
        with pytest.raises(NotAllowedError, match="to correct a tracking number"):
            town.market.parcels.correct_number(LOU, "o1", self.FIRST, "8R4170")
        with pytest.raises(NotFoundError, match=r"^parcel: "):
            town.market.parcels.correct_number(HOUSE, "o1", self.SECOND, "8R4170")
        with pytest.raises(NotFoundError, match=r"^order: "):
            town.market.parcels.correct_number(HOUSE, "o100", self.FIRST, "8R4170")

    @pytest.mark.parametrize("state", ["announced", "delivered"])
    def test_corrected_when_it_does_not_travel(self, town: Town, state: str) -> None:
        """Not yet, and no more: the rules refuse it, and the number is anybody's."""
        if state == "delivered":
            town.market.parcels.hand_in(LOU, "o10", self.SECOND, "8R10")
            self.seen(town, "8R10")
        refused = town.market.parcels.correct_number(HOUSE, "o10", self.SECOND, "8R1")
        assert isinstance(refused, Refused)
        assert list(refused.reasons) == ["not-now"]
        with pytest.raises(NotFoundError, match=r"^tracking_number: "):
            self.seen(town, "8R1")

    @pytest.mark.parametrize("by", [LOU, HOUSE])
    @pytest.mark.parametrize("number", ["8R417", "8r 41-7"])
    def test_corrected_to_that_of_another_parcel(
        self, town: Town, by: Seller | House, number: str
    ) -> None:
        """While that travels it is refused, to the house too."""
        parcels = town.market.parcels
        parcels.hand_in(LOU, "o10", self.SECOND, "8R1")
        before = written(town)
        with pytest.raises(NameTakenError) as taken:
            parcels.correct_number(by, "o10", self.SECOND, number)
        assert (taken.value.field, taken.value.found) == ("tracking_number", number)
        assert written(town) == before
        parcels.correct_number(ADA, "o1", self.FIRST, "8R10")
        assert isinstance(parcels.correct_number(by, "o10", self.SECOND, number), Order)
        assert self.seen(town, "8R417").placed.order == "o10"

    def test_the_wrong_number_is_free(self, town: Town) -> None:
        """Another parcel is handed in under it, and its scans move that one alone."""
        town.market.parcels.correct_number(ADA, "o1", self.FIRST, "8R4170")
        handed_in = town.market.parcels.hand_in(LOU, "o10", self.SECOND, "8r417")
        assert isinstance(handed_in, Order)
        town.wait(days=1)
        assert self.seen(town, "8R417").parcels[self.SECOND].state == "delivered"
        assert town.order("o1").parcels[self.FIRST].state == "handed-in"

    @pytest.mark.parametrize("hours", [0, 1])
    def test_corrected_to_that_of_a_parcel_that_has_arrived(self, town: Town, hours: int) -> None:
        """Since this one was handed in: what the carrier said of that one would move this one."""
        parcels = town.market.parcels
        town.wait(days=1)
        self.seen(town, "8R417")
        town.wait(hours=hours)
        parcels.hand_in(LOU, "o10", self.SECOND, "8R1")
        if hours:
            assert isinstance(parcels.correct_number(LOU, "o10", self.SECOND, "8R417"), Order)
            order = self.seen(town, "8R417", hours=hours)
            assert order.parcels[self.SECOND].state == "handed-in"
        else:
            with pytest.raises(NameTakenError):
                parcels.correct_number(LOU, "o10", self.SECOND, "8R417")

    def test_corrected_there_and_back(self, town: Town) -> None:
        """It was right at first; what the carrier says again is recorded again."""
        town.wait(days=1)
        self.seen(town, "8R417", "going-back", hours=1)
        for number in ("8R4170", "8R417"):
            town.market.parcels.correct_number(HOUSE, "o1", self.FIRST, number)
        before = town.order("o1")
        assert before.parcels[self.FIRST].state == "going-back"
        assert self.seen(town, "8R417", "delivered", hours=2).parcels[self.FIRST].state == (
            "delivered"
        )

    def test_said_of_both_numbers_at_one_moment(self, town: Town) -> None:
        """What was said under the wrong number was not said under the right one."""
        town.wait(days=1)
        self.seen(town, "8R417", "held-at-customs")
        town.market.parcels.correct_number(HOUSE, "o1", self.FIRST, "8R4170")
        once = self.seen(town, "8R4170", "held-at-customs")
        assert once.parcels[self.FIRST].seen_at == town.clock.now()
        before = written(town)
        assert self.seen(town, "8R4170", "held-at-customs") == once
        assert written(town) == before

    @pytest.mark.parametrize("number", ["", " - ", "x" * 201, "8R\x0041", "8R\ud800"])
    def test_corrected_to_what_is_no_number(self, town: Town, number: str) -> None:
        """Is named."""
        with pytest.raises(IdentifierError, match=r"^tracking_number: must be"):
            town.market.parcels.correct_number(ADA, "o1", self.FIRST, number)

    def test_kept_as_it_was_given(self, town: Town) -> None:
        """The buyer is mailed the number as the seller typed it, but for spaces."""
        town.market.parcels.hand_in(LOU, "o10", self.SECOND, " 8R\N{NO-BREAK SPACE}52-7 ")
        town.work()
        mailed = [each.facts.get("tracking_number") for each in town.outbox.messages]
        assert mailed[-2:] == ["8R 41-7", "8R 52-7"]
        assert list(town.market.shop.store.streams("tracking/")) == [
            "tracking/8R417",
            "tracking/8R527",
        ]
