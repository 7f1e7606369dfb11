"""What is refused where it enters, by its field: before anything is held or recorded. S17."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import ADA, CARD, COAT, HOME, HOUSE, MONDAY, POST, ZOE, Town, euros
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.errors import (
    CurrencyMismatchError,
    IdentifierError,
    InvalidValueError,
    MoneyError,
    NotFoundError,
)
from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.marketplace import (
    CardBought,
    Cart,
    CartItem,
    Marketplace,
    PieceEntered,
    PieceView,
)
from vintage_rules.money import Money
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.states import Order
from vintage_rules.ports import PaymentWebhook, Scan, WebhookKind


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 and a bag for 55."""
    return Town.built().stock()


def listed(
    town: Town, facts: Mapping[str, object] | None = None, *, price: Money | None = None
) -> PieceView:
    """List a hat of ada's."""
    given = {"piece": PieceId("hat"), "description": "a hat", "weight_g": 1, **(facts or {})}
    entered = PieceEntered(at=MONDAY, seller=ADA.id, **given)  # type: ignore[arg-type]
    terms = SellerTerms.only(open_to_offers=True)
    return town.market.pieces.list_piece(ADA, entered, price or euros("5.00"), terms)


NOT_KEPT = ("half \ud800", "nul \0", 5)


class TestPieces:
    """A piece that is not taken is not begun."""

    @pytest.mark.parametrize("currency", ["USD", "JPY", "GBP"])
    def test_another_currency(self, town: Town, currency: str) -> None:
        """The house's alone, at whatever price."""
        with pytest.raises(CurrencyMismatchError, match=f"^price: must be in EUR, got {currency}$"):
            listed(town, price=Money("5", currency))
        assert "piece/hat" not in list(town.market.shop.store.streams("piece/"))

    @pytest.mark.parametrize("field", ["description", "category", "seller_kind"])
    @pytest.mark.parametrize("text", NOT_KEPT, ids=["half", "nul", "number"])
    def test_a_text_that_cannot_be_kept(self, town: Town, field: str, text: object) -> None:
        """By its field, not as a fault of the store."""
        with pytest.raises(InvalidValueError, match=f"^{field}: must be a text of at most"):
            listed(town, {field: text})

    @pytest.mark.parametrize(("field", "most"), [("description", 10_000), ("category", 100)])
    def test_a_text_that_is_too_long(self, town: Town, field: str, most: int) -> None:
        """The last length that is taken, and one more."""
        with pytest.raises(InvalidValueError, match=f"^{field}: must be a text of at most {most} "):
            listed(town, {field: "é" * (most + 1)})
        assert listed(town, {field: "é" * most}).available

    @pytest.mark.parametrize("grams", [10_000_001, 10**5_000], ids=["more", "long"])
    def test_a_weight_that_is_none(self, town: Town, grams: int) -> None:
        """No database has to keep a number of 5,000 digits; ten tonnes are taken."""
        with pytest.raises(InvalidValueError, match=r"^weight_g: must be at most 10000000 grams"):
            listed(town, {"weight_g": grams})
        assert listed(town, {"weight_g": 10_000_000}).available

    @pytest.mark.parametrize(
        "name",
        ["p" * 195, "half \ud800", "nul \0", "", " x", 5],
        ids=["long", "half", "nul", "none", "space", "number"],
    )
    def test_looked_for_by_what_is_no_name(self, town: Town, name: str) -> None:
        """By its field; the longest that may be one is looked for."""
        with pytest.raises(IdentifierError, match=r"^piece: must be 1 to 194 printable"):
            town.market.pieces.view(ZOE, name)
        with pytest.raises(NotFoundError, match=r"^piece: "):
            town.market.pieces.view(ZOE, "p" * 194)

    def test_a_name_that_is_too_long(self, town: Town) -> None:
        """Its streams and keys are longer."""
        with pytest.raises(IdentifierError, match=r"^piece: must be 1 to 100 printable"):
            listed(town, {"piece": "h" * 101})
        assert listed(town, {"piece": "h" * 100}).available


class TestOrders:
    """An order's name is in those of its parcels, charges and refunds."""

    def test_a_name_that_is_too_long(self, town: Town) -> None:
        """Nothing is held for it; at its longest the order goes its whole way."""
        with pytest.raises(IdentifierError, match=r"^order: must be 1 to 100 printable"):
            town.buy(COAT, order="o" * 101)
        assert not town.bank.ledger
        name = "o" * 100
        assert isinstance(town.buy(COAT, order=name, mode="direct"), Order)
        town.work()
        assert town.deliver(name).order(name).state == "paid"


def cart(**given: object) -> Cart:
    """A cart with zoe's coat, but for what is given."""
    usual = {
        "order": OrderId("o1"),
        "items": (CartItem(piece=COAT, price=euros("90.00")),),
        "mode": "direct",
        "shipping_address": HOME,
        "billing_address": HOME,
        "means": CARD,
    }
    return Cart(**{**usual, **given})  # type: ignore[arg-type]


def codes(number: int) -> tuple[str, ...]:
    """So many codes of gift cards."""
    return tuple(f"code-{each}" for each in range(number))


TOO_MUCH: dict[str, tuple[dict[str, object], str]] = {
    "shipping": ({"shipping_address": {**HOME, "line1": "é" * 501}}, "shipping_address.line1"),
    "billing": ({"billing_address": {**HOME, "name": "half \ud800"}}, "billing_address.name"),
    "number": ({"billing_address": {**HOME, "postal_code": 33000}}, "billing_address.postal_code"),
    "nul": ({"shipping_address": {**HOME, "line2": "\0"}}, "shipping_address.line2"),
    "field": ({"shipping_address": {**HOME, "x" * 101: ""}}, "shipping_address"),
    "fields": ({"shipping_address": dict.fromkeys(map(str, range(51)), "")}, "shipping_address"),
    "source": ({"means": evolve(CARD, source="s" * 10_001)}, "source"),
    "half a source": ({"means": evolve(CARD, source="\ud800")}, "source"),
    "no source": ({"means": evolve(CARD, source=5)}, "source"),  # type: ignore[arg-type]
    "return": ({"means": evolve(CARD, return_url="u" * 2_001)}, "return_url"),
    "pieces": (
        {
            "items": tuple(
                CartItem(piece=PieceId(f"p{n}"), price=euros("1.00")) for n in range(1_001)
            )
        },
        "items",
    ),
    "codes": ({"gift_card_codes": codes(101)}, "gift_card_codes"),
    "code": ({"gift_card_codes": ("7" * 101,)}, "gift_card_codes"),
    "options": ({"options": frozenset(codes(101))}, "options"),
}


class TestCarts:
    """Of a cart that is not taken nothing is held, whether it is priced or checked out."""

    @pytest.mark.parametrize(("given", "field"), TOO_MUCH.values(), ids=list(TOO_MUCH))
    def test_too_much(self, town: Town, given: dict[str, object], field: str) -> None:
        """By its field."""
        for act in (town.market.checkouts.check_out, town.market.checkouts.quote):
            with pytest.raises((InvalidValueError, IdentifierError), match=rf"^{field}: must be "):
                act(ZOE, cart(**given))
        assert not town.bank.ledger

    @pytest.mark.parametrize("secret", ["s" * 10_001, "tok_5\0"])
    def test_what_is_not_shown(self, town: Town, secret: str) -> None:
        """What pays is in no error."""
        with pytest.raises(InvalidValueError) as refused:
            town.market.checkouts.check_out(ZOE, cart(means=evolve(CARD, source=secret)))
        assert secret[:5] not in str(refused.value)

    def test_the_longest(self, town: Town) -> None:
        """Each at its limit is taken, and what may be missing may be None."""
        address = {**HOME, "line1": "é" * 500, "x" * 100: "\N{BOUQUET}" * 500, "line2": None}
        means = evolve(CARD, return_url="u" * 2_000)
        placed = town.market.checkouts.check_out(ZOE, cart(shipping_address=address, means=means))
        assert isinstance(placed, Order)

    @pytest.mark.parametrize(
        ("amount", "message"),
        [
            (Money("1", "USD"), "must be in EUR, got USD"),
            (euros("-0.01"), "must be 0 or more, got '-0.01'"),
        ],
    )
    def test_parts(self, town: Town, amount: Money, message: str) -> None:
        """What the host adds is in the house's currency, and takes nothing off."""
        with pytest.raises((MoneyError, CurrencyMismatchError), match=f"^parts.tax: {message}"):
            town.market.checkouts.check_out(ZOE, cart(parts={"tax": amount}))
        assert not town.bank.ledger
        free = town.market.checkouts.check_out(ZOE, cart(parts={"tax": euros("0.00")}))
        assert isinstance(free, Order)


class TestCases:
    """What a buyer requests and the house answers after an order was placed."""

    @pytest.fixture
    def delivered(self, town: Town) -> Town:
        """The coat has arrived."""
        town.buy(COAT, mode="direct")
        town.work()
        return town.deliver()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"name": "n" * 101}, "request|claim"),
            ({"name": 5}, "request|claim"),
            ({"photos": -1}, "photos"),
            ({"photos": 1_001}, "photos"),
            ({"photos": "1"}, "photos"),
            ({"parcel_number": "8" * 201}, "parcel_number"),
            ({"parcel_number": "\ud800"}, "parcel_number"),
        ],
    )
    def test_requests(self, delivered: Town, given: dict[str, object], field: str) -> None:
        """A return or a claim, by its field."""
        name = given.get("name", "n")
        facts = {"photos": 1, "parcel_number": "8R", **given}
        facts.pop("name", None)
        returns, claims = delivered.market.returns, delivered.market.claims
        with pytest.raises((InvalidValueError, IdentifierError), match=f"^({field}): must be "):
            returns.request_return(ZOE, "o1", name, [COAT], **facts)  # type: ignore[arg-type]
        with pytest.raises((InvalidValueError, IdentifierError), match=f"^({field}): must be "):
            claims.open_claim(ZOE, "o1", name, "defect", [COAT], **facts)  # type: ignore[arg-type]
        assert not delivered.order().returns
        assert not delivered.order().claims

    def test_the_longest(self, delivered: Town) -> None:
        """At its limits a return goes its whole way: its label, its mail."""
        opened = delivered.market.returns.request_return(
            ZOE, "o1", "n" * 100, [COAT], photos=1_000, parcel_number="8" * 200
        )
        assert isinstance(opened, Order)
        delivered.work()
        assert "return-accepted zoe" in delivered.mails()

    @pytest.mark.parametrize("reason", [*NOT_KEPT, "é" * 1_001])
    def test_reasons(self, delivered: Town, reason: str) -> None:
        """By their place; they are mailed."""
        with pytest.raises(
            InvalidValueError, match=r"^reasons\[1\]: must be a text of at most 1000"
        ):
            delivered.market.claims.reject_claim(HOUSE, "o1", "k", "no", reason)
        with pytest.raises(
            InvalidValueError, match=r"^reasons\[1\]: must be a text of at most 1000"
        ):
            delivered.market.returns.decline_return(HOUSE, "o1", "r", "no", reason)
        with pytest.raises(NotFoundError, match=r"^case: "):
            delivered.market.returns.decline_return(HOUSE, "o1", "r", "é" * 1_000)

    def test_the_status_of_a_dispute(self, delivered: Town) -> None:
        """Its word is taken as well; any other is not."""
        for act in (
            lambda status: delivered.market.orders.record_dispute(HOUSE, "o1", "card", status),
            lambda status: delivered.market.cards.record_dispute(HOUSE, "7HK2", status),
        ):
            with pytest.raises(
                InvalidValueError, match=r"^status: must be one of lost, opened, won"
            ):
                act("begun")
        delivered.market.orders.record_dispute(HOUSE, "o1", "card", "opened")  # type: ignore[arg-type]
        assert set(delivered.order().disputed) == {"card"}


class TestWhatTheOutsideSays:
    """It is kept as far as it can be: a message that raises would be sent again without end."""

    @pytest.mark.parametrize("code", ["Z" * 5_000, "half \ud800", "nul \0"])
    def test_scans(self, town: Town, code: str) -> None:
        """A carrier's code is shortened, what does not print replaced, and known again."""
        town.buy(COAT, mode="direct")
        town.work()
        town.market.parcels.hand_in(ADA, "o1", ParcelId("o1-1"), "8R1")
        town.wait(hours=1)
        version = town.market.shop.store.read("order/o1").version
        for hours in (0, 0, 48):
            at = town.clock.now() + timedelta(hours=hours)
            scan = Scan(at=at, status=f"unknown:{code}", code=code, text="", place=None)
            assert isinstance(town.market.parcels.record_scan(POST, "8R1", scan), Order)
        assert town.market.shop.store.read("order/o1").version == version + 1
        (case,) = town.market.house_desk.cases(HOUSE).rows
        assert len(case.opened.code) <= 100

    @pytest.mark.parametrize("name", ["x" * 255, "é" * 190, "\ud800", " x "])
    def test_webhooks(self, town: Town, name: str) -> None:
        """One whose id is longer than ours is received once; what names no order moves none."""
        gateway = Reporting(town, name)
        market = Marketplace(evolve(town.market.shop, payments={"card": gateway}))
        for _ in range(2):
            market.webhooks.payment("card", {"code": name * 2}, b"k")
        (case,) = market.house_desk.cases(HOUSE).rows
        assert (case.opened.order, len(case.opened.code) <= 255) == (None, True)
        assert len(list(market.shop.store.streams("webhook/"))) == 1

    @pytest.mark.parametrize("number", [5, None, b"8R", "8" * 151])
    def test_numbers_of_parcels(self, town: Town, number: str) -> None:
        """Nobody's number is an error of ours."""
        with pytest.raises(IdentifierError, match=r"^tracking_number: must be "):
            town.market.parcels.record_scan(POST, number)


class Reporting(MemoryGateway):
    """A gateway of which every webhook is of a dispute, with names of that kind."""

    def __init__(self, town: Town, name: str) -> None:
        super().__init__(town.clock)
        self.name = name

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Read it."""
        return PaymentWebhook(
            id=self.name,
            kind=WebhookKind.DISPUTED,
            at=MONDAY,
            reference=self.name,
            order=OrderId(self.name),
            code=headers["code"],
            key=body.decode(),
        )


class TestGiftCards:
    """No money is held for a card whose words cannot be kept."""

    @pytest.mark.parametrize(
        "words", [*NOT_KEPT, "é" * 1_001], ids=["half", "nul", "number", "long"]
    )
    def test_words(self, town: Town, words: str) -> None:
        """By their field."""
        with pytest.raises(InvalidValueError, match=r"^words: must be a text of at most 1000 "):
            town.market.cards.buy(ZOE, "p1", euros("50.00"), words, CARD)
        assert not town.bank.ledger

    def test_the_longest(self, town: Town) -> None:
        """Of a thousand characters, in any script."""
        bought = town.market.cards.buy(ZOE, "p1", euros("50.00"), "\N{BOUQUET}" * 1_000, CARD)
        assert isinstance(bought, CardBought)
