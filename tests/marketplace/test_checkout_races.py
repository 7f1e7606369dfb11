"""Checkouts that something overtakes: what was true when the money was held is looked at again when
the order is written. And what every house lets a buyer pay: agreed prices, in the edition agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from attrs import define, evolve

from tests.marketplace.town import (
    ADA,
    BAG,
    CARD,
    COAT,
    HOME,
    HOUSE,
    LIEGE,
    MAX,
    ZOE,
    Town,
    euros,
    ruled_otherwise,
)
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import (
    InvalidValueError,
    MoneyError,
    NameTakenError,
    PlaceError,
    UnknownTermError,
)
from vintage_rules.ids import OrderId, PieceId
from vintage_rules.marketplace import Buyer, Cart, CartItem, GiftCardNotTaken, Marketplace, Means
from vintage_rules.money import Money
from vintage_rules.orders import OrderQuote
from vintage_rules.orders.checkout import CheckoutRefused
from vintage_rules.orders.reductions import Reduction
from vintage_rules.orders.states import Order
from vintage_rules.ports import (
    Authorisation,
    Captured,
    ChallengeNeeded,
    Charge,
    Declined,
    PaymentGateway,
    PaymentRefused,
    PaymentWebhook,
    Refunded,
    Voided,
)


@define
class Slow:
    """A bank that takes its time to hold an amount: meanwhile something happens, once."""

    inner: PaymentGateway
    meanwhile: Callable[[], object] | None = None

    def authorise(self, charge: Charge) -> Authorisation:
        """See `PaymentGateway`."""
        answer = self.inner.authorise(charge)
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return answer

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """See `PaymentGateway`."""
        return self.inner.capture(key, reference, amount)

    def find_capture(self, reference: str) -> Captured | None:
        """See `PaymentGateway`."""
        return self.inner.find_capture(reference)

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """See `PaymentGateway`."""
        return self.inner.void(charge)

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """See `PaymentGateway`."""
        return self.inner.refund(key, receipt, amount)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """See `PaymentGateway`."""
        return self.inner.read_webhook(headers, body)


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 and a bag for 55."""
    return Town.built().stock()


def overtaken(town: Town, meanwhile: Callable[[], object]) -> Town:
    """Give the town over a bank during whose answer something happens."""
    shop = evolve(town.market.shop, payments={"card": Slow(town.bank, meanwhile)})
    return evolve(town, market=Marketplace(shop))


def held(town: Town) -> str:
    """What the bank holds."""
    return str(town.bank.ledger.balance(Account.HELD, "EUR"))


def gift_card(town: Town, amount: str = "50.00", purchase: str = "p1") -> str:
    """Buy a gift card, and give its code."""
    town.market.cards.buy(ZOE, purchase, euros(amount), "", CARD)
    town.work()
    return str(town.outbox.messages[-1].facts["code"])


class TestC1C7Overtaken:
    """C1, C7: nobody is charged for an order that cannot be written any more."""

    def test_the_piece_is_sold(self, town: Town) -> None:
        """The loser is told which, and their money let go of."""
        slow = overtaken(town, lambda: town.buy(COAT, by=MAX, order="o2"))
        answer = slow.buy(COAT, BAG)
        assert isinstance(answer, CheckoutRefused)
        assert list(answer.gone) == [COAT]
        town.work()
        assert (held(town), town.order("o2").state) == ("0.00 EUR", "paid")
        assert town.market.pieces.view(ZOE, BAG).available
        assert not list(town.market.shop.store.read("order/o1").records)

    def test_the_charge_was_released(self, town: Town) -> None:
        """More than an hour went by and a worker let go of it: no order is placed on it."""
        slow = overtaken(town, lambda: town.wait(minutes=61))
        answer = slow.buy(COAT)
        assert answer == Declined(code="abandoned")
        assert (held(town), town.market.pieces.view(MAX, COAT).available) == ("0.00 EUR", True)
        town.work()
        assert town.mails() == []

    def test_other_means_were_chosen_meanwhile(self, town: Town) -> None:
        """In another window the buyer paid by PayPal: that is the order, and the card is let go."""
        paypal = Means(tender="paypal", source="approved")
        slow = overtaken(town, lambda: town.buy(COAT, means=paypal))
        answer = slow.buy(COAT)
        assert isinstance(answer, Order)
        assert answer.placed.payments[0].tender == "paypal"
        town.wait(hours=2)
        assert held(town) == "0.00 EUR"
        assert str(town.paypal.ledger.balance(Account.HOUSE, "EUR")) == "108.59 EUR"

    def test_the_same_cart_twice_at_once(self, town: Town) -> None:
        """Both windows show the one order, charged once."""
        slow = overtaken(town, lambda: town.buy(COAT))
        answer = slow.buy(COAT)
        assert isinstance(answer, Order)
        town.wait(hours=2)
        assert [entry.act for entry in town.bank.ledger] == ["authorise", "capture"]

    def test_somebody_else_took_the_name(self, town: Town) -> None:
        """S5: a name is its first buyer's from the moment they begin to check out."""
        paypal, answers = Means(tender="paypal", source="approved"), list[object]()

        def take() -> None:
            with pytest.raises(NameTakenError) as taken:
                town.buy(BAG, by=MAX, means=paypal)
            answers.append(str(taken.value))

        assert isinstance(overtaken(town, take).buy(COAT), Order)
        assert answers == ["order: must be a name of nothing else, got 'o1'"]
        town.wait(hours=1)
        assert (held(town), town.order().placed.buyer) == ("0.00 EUR", "zoe")
        assert town.market.pieces.view(MAX, BAG).available
        assert not town.paypal.ledger

    def test_the_gift_card_was_spent(self, town: Town) -> None:
        """What is left to pay is another amount than was held: nothing is charged."""
        code = gift_card(town)
        slow = overtaken(town, lambda: town.buy(BAG, by=MAX, order="o2", code=code))
        answer = slow.buy(COAT, code=code)
        assert isinstance(answer, GiftCardNotTaken)
        assert list(answer.reasons) == ["nothing-left"]
        town.work()
        assert (held(town), town.market.pieces.view(ZOE, COAT).available) == ("0.00 EUR", True)

    def test_a_part_of_the_gift_card_was_spent(self, town: Town) -> None:
        """Declined by that word, and let go of."""
        town.list_piece(ADA, PieceId("pin"), "3.00")
        code = gift_card(town, "100.00")
        slow = overtaken(
            town,
            lambda: town.buy(
                PieceId("pin"),
                by=MAX,
                order="o2",
                code=code,
                prices={PieceId("pin"): "3.00"},
                mode="direct",
                means=None,
            ),
        )
        assert slow.buy(COAT, code=code) == Declined(code="amount-changed")
        town.work()
        assert held(town) == "0.00 EUR"
        assert town.market.pieces.view(ZOE, COAT).available

    def test_declined_while_somebody_else_asks(self, town: Town) -> None:
        """A decline is written of its own charge only: the other one waits on."""
        declined = Means(tender="card", source="declined:no-funds", brand="visa")
        challenged = Means(tender="card", source="challenged", brand="visa")
        slow = overtaken(town, lambda: town.buy(COAT, means=challenged))
        assert slow.buy(COAT, means=declined) == Declined(code="no-funds")
        names = [r.name for r in town.market.shop.store.read("checkout/o1").records]
        assert names == ["charge-begun", "charge-abandoned", "charge-begun", "charge-answered"]


class TestC7Charges:
    """C7: the same means and amount are the same charge; anything else is another."""

    def keys(self, town: Town) -> list[str]:
        """The charges that were requested."""
        return [
            r.data.split('"key":"')[1].split('"')[0]
            for r in town.market.shop.store.read("checkout/o1").records
            if r.name == "charge-begun"
        ]

    def test_the_same(self, town: Town) -> None:
        """However often the buyer asks."""
        challenged = Means(tender="card", source="challenged", brand="visa")
        for _ in range(3):
            assert isinstance(town.buy(COAT, means=challenged), ChallengeNeeded)
        assert self.keys(town) == ["o1/charge/1"]

    def test_another_amount(self, town: Town) -> None:
        """With another piece in the cart it is another charge, and the first is let go of."""
        challenged = Means(tender="card", source="challenged", brand="visa")
        town.buy(COAT, means=challenged)
        town.buy(COAT, BAG, means=challenged)
        assert self.keys(town) == ["o1/charge/1", "o1/charge/2"]
        town.work()
        assert isinstance(town.buy(COAT, BAG), Order)

    def test_another_source(self, town: Town) -> None:
        """Another card of the same brand."""
        town.buy(COAT, means=Means(tender="card", source="challenged", brand="visa"))
        assert isinstance(town.buy(COAT), Order)
        assert self.keys(town) == ["o1/charge/1", "o1/charge/2"]
        town.work()
        assert town.order().state == "paid"

    def test_declined_and_declined(self, town: Town) -> None:
        """Each attempt is one of its own, with its code, and the buyer's name."""
        for code in ("first", "second"):
            means = Means(tender="card", source=f"declined:{code}", brand="visa")
            assert town.buy(COAT, means=means) == Declined(code=code)
        records = town.market.shop.store.read("checkout/o1").records
        assert [r.name for r in records] == ["charge-begun", "charge-declined"] * 2
        assert ['"code":"first"' in r.data for r in records] == [False, True, False, False]
        assert '"buyer":"zoe"' in records[0].data

    def test_where_the_buyer_comes_back_to(self, town: Town) -> None:
        """The provider is told."""
        means = Means(
            tender="card", source="challenged", brand="visa", return_url="https://shop.example/o1"
        )
        town.buy(COAT, means=means)
        record = town.market.shop.store.read("checkout/o1").records[0]
        assert '"return_url":"https://shop.example/o1"' in record.data


LATER = """
[[edition]]
since = 2026-09-08
extends = "previous"
source = "the house's letter of September"

[edition.checkout]
guests_may_order = true
required_address_fields = ["name", "line1", "postal_code", "city", "country"]
handling_fees = ["quality-control"]
after_an_offer = "{}"
source = "the house's letter of September"
"""


ADVERTISEMENT = """
[[edition.pricing.fees]]
name = "advertisement"
payer = "seller"
per = "piece"
optional = true
refundable = false
source = "the house's letter of September"

[[edition.pricing.fees.components]]
fixed = 3.00
rounding = "half-up"
source = "the house's letter of September"
"""


SALES_TAX = """
[[edition.pricing.fees]]
name = "sales-tax"
payer = "buyer"
per = "order"
optional = false
refundable = true
source = "the house's letter of September"

[[edition.pricing.fees.components]]
base = ["tax"]
rate = 1
rounding = "half-up"
source = "the house's letter of September"
"""


WELCOME = """
[[edition.pricing.reductions]]
name = "welcome"
borne_by = "house"
applies_to = "pieces"
counts_as = "voucher"
on_return = "share"
source = "the house's letter of September"
"""


def cart(*, price: str = "90.00", options: frozenset[str] = frozenset()) -> Cart:
    """A cart with the coat."""
    return Cart(
        order=OrderId("o1"),
        items=(CartItem(piece=COAT, price=euros(price)),),
        mode="grouped",
        shipping_address=HOME,
        billing_address=HOME,
        means=CARD,
        options=options,
    )


class TestQuote:
    """C1, L12: what it would cost now; nothing is written or held."""

    def test_the_price(self, town: Town) -> None:
        """Pieces, fee and post; then the order costs the same."""
        quote = town.market.checkouts.quote(ZOE, cart())
        assert isinstance(quote, OrderQuote)
        assert str(quote.price.to_pay) == "108.59 EUR"
        assert [piece.weight_g for piece in quote.pieces] == [900]
        assert list(town.market.shop.store.streams("order/")) == []
        assert (held(town), town.work().idle) == ("0.00 EUR", True)

    def test_a_voucher(self) -> None:
        """10.00 less is to pay, and the order is paid with that much less."""
        town = Town.built().under(ruled_otherwise(later=WELCOME)).stock()
        voucher = Reduction(name="welcome", amount=euros("10.00"))
        reduced = evolve(cart(), reductions=(voucher,))
        quote = town.market.checkouts.quote(ZOE, reduced)
        assert isinstance(quote, OrderQuote)
        assert str(quote.price.to_pay) == "98.59 EUR"
        placed = town.market.checkouts.check_out(ZOE, reduced)
        assert isinstance(placed, Order)
        assert [str(payment.amount) for payment in placed.placed.payments] == ["98.59 EUR"]
        town.work()
        assert held(town) == "0.00 EUR"
        assert str(town.bank.ledger.balance(Account.HOUSE, "EUR")) == "98.59 EUR"

    def test_a_sales_tax(self) -> None:
        """Given with the cart, it is in the price, and comes back with the piece."""
        town = Town.built().under(ruled_otherwise(later=SALES_TAX)).stock()
        taxed = evolve(cart(), parts={"tax": euros("7.43")})
        quote = town.market.checkouts.quote(ZOE, taxed)
        assert isinstance(quote, OrderQuote)
        assert str(quote.price.to_pay) == "116.02 EUR"
        placed = town.market.checkouts.check_out(ZOE, taxed)
        assert isinstance(placed, Order)
        town.work()
        assert str(town.bank.ledger.balance(Account.HOUSE, "EUR")) == "116.02 EUR"
        town.market.orders.cancel(ZOE, "o1")
        town.work()
        assert str(town.bank.ledger.balance(Account.HOUSE, "EUR")) == "0.00 EUR"

    def test_refused(self, town: Town) -> None:
        """As a checkout is."""
        refused = town.market.checkouts.quote(ZOE, cart(price="80.00"))
        assert isinstance(refused, CheckoutRefused)
        assert list(refused.reasons) == ["price-changed"]

    def test_an_option_that_the_house_does_not_have(self, town: Town) -> None:
        """Is named."""
        with pytest.raises((InvalidValueError, UnknownTermError), match="gift-wrap"):
            town.market.checkouts.quote(ZOE, cart(options=frozenset({"gift-wrap"})))

    def test_an_option_of_sellers_is_none_of_a_buyer(self) -> None:
        """A buyer does not choose what a seller is charged."""
        town = Town.built().under(ruled_otherwise(later=ADVERTISEMENT)).stock()
        with pytest.raises(UnknownTermError, match=r"^options: .*'advertisement'"):
            town.market.checkouts.quote(ZOE, cart(options=frozenset({"advertisement"})))

    def test_a_piece_keeps_the_price_it_was_listed_at(self, town: Town) -> None:
        """Whatever its price is changed to, until it is taken down and listed again."""
        pieces = town.market.pieces

        def listed_at(price: str) -> str:
            quote = town.market.checkouts.quote(ZOE, cart(price=price))
            assert isinstance(quote, OrderQuote)
            return str(quote.pieces[0].list_price)

        pieces.change_price(ADA, COAT, euros("60.00"))
        assert listed_at("60.00") == "90.00 EUR"
        pieces.take_down(ADA, COAT)
        pieces.relist(ADA, COAT)
        assert listed_at("60.00") == "60.00 EUR"

    def test_an_address_is_needed_twice(self, town: Town) -> None:
        """C2: shipping and billing, each complete."""
        for incomplete in (evolve(cart(), shipping_address={}), evolve(cart(), billing_address={})):
            refused = town.market.checkouts.quote(ZOE, incomplete)
            assert isinstance(refused, CheckoutRefused)
            assert list(refused.reasons) == ["address-incomplete"]

    @pytest.mark.parametrize(("country", "to_pay"), [("FR", "108.59 EUR"), ("GB", "122.39 EUR")])
    def test_a_country_alone_gives_an_estimate(self, town: Town, country: str, to_pay: str) -> None:
        """L12: for its mainland, marked as one, before anybody says who pays and where to."""
        named = evolve(cart(), shipping_address={"country": country}, billing_address={})
        stranger = Buyer(ZOE.id, signed_in=False, has_account=True)
        quote = town.market.checkouts.quote(stranger, named)
        assert isinstance(quote, OrderQuote)
        assert quote.estimate
        assert str(quote.price.to_pay) == to_pay
        exact = town.market.checkouts.quote(ZOE, cart())
        assert isinstance(exact, OrderQuote)
        assert not exact.estimate

    def test_an_estimate_is_refused_for_what_is_in_the_cart(self, town: Town) -> None:
        """A price that has changed is said whatever the address."""
        named = evolve(cart(price="80.00"), shipping_address={"country": "FR"})
        refused = town.market.checkouts.quote(ZOE, named)
        assert isinstance(refused, CheckoutRefused)
        assert list(refused.reasons) == ["address-incomplete", "price-changed"]

    def test_an_order_needs_the_address(self, town: Town) -> None:
        """L12: a country alone is enough to look, not to order."""
        named = evolve(cart(), shipping_address={"country": "FR"})
        refused = town.market.checkouts.check_out(ZOE, named)
        assert isinstance(refused, CheckoutRefused)
        assert list(refused.reasons) == ["address-incomplete"]
        assert "shipping.postal_code" in refused.missing
        assert held(town) == "0.00 EUR"

    def test_goes_where_the_shipping_address_lies(self, town: Town) -> None:
        """C2: there is no second place that could say otherwise."""
        reunion = {**HOME, "postal_code": "97400", "city": "Saint-Denis"}
        quote = town.market.checkouts.quote(ZOE, evolve(cart(), shipping_address=reunion))
        assert isinstance(quote, OrderQuote)
        assert quote.destination.territory.code == "RE"

    def test_a_country_that_does_not_exist_is_named(self, town: Town) -> None:
        """By the field of the address."""
        nowhere = evolve(cart(), shipping_address={**HOME, "country": "ZZ"})
        with pytest.raises(PlaceError, match=r"^country: must be"):
            town.market.checkouts.quote(ZOE, nowhere)

    def test_a_piece_that_nobody_listed(self, town: Town) -> None:
        """Is gone."""
        items = (CartItem(piece=PieceId("hat"), price=euros("1.00")),)
        refused = town.market.checkouts.quote(ZOE, evolve(cart(), items=items))
        assert isinstance(refused, CheckoutRefused)
        assert list(refused.gone) == ["hat"]


class TestAgreedPrices:
    """N6 and other houses: whose price it is, and for how long."""

    @pytest.mark.parametrize(("hours", "bought"), [(23.99, True), (24, False)])
    def test_a_public_price_runs_out(self, town: Town, hours: float, *, bought: bool) -> None:
        """Bought at it before its day is over, though no worker has come by; not after."""
        town.market.pieces.make_offer(MAX, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, MAX.id)
        town.clock.advance(timedelta(hours=hours))
        assert isinstance(town.buy(COAT, prices={COAT: "70.00"}), Order) == bought

    def test_a_private_price(self) -> None:
        """Zoe's own: max pays the initial one, and zoe hers."""
        book = ruled_otherwise(('acceptance = "public"', 'acceptance = "private"'))
        town = Town.built().under(book).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("75.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        for by, price in ((MAX, "75.00"), (ZOE, "90.00")):
            refused = town.market.checkouts.quote(by, cart(price=price))
            assert isinstance(refused, CheckoutRefused)
            assert list(refused.reasons) == ["price-changed"]
        for by, price in ((MAX, "90.00"), (ZOE, "75.00")):
            assert isinstance(town.market.checkouts.quote(by, cart(price=price)), OrderQuote)

    @pytest.mark.parametrize(("acceptance", "sold"), [("order", True), ("reserving", False)])
    def test_a_piece_that_is_kept_for_one_buyer(self, acceptance: str, *, sold: bool) -> None:
        """Sold by the offer, or held: that buyer checks it out at that price, and nobody else."""
        book = ruled_otherwise(('acceptance = "public"', f'acceptance = "{acceptance}"'))
        town = Town.built().under(book).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        lost = town.buy(COAT, by=MAX, order="o2", prices={COAT: "70.00"})
        assert isinstance(lost, CheckoutRefused)
        assert list(lost.gone) == [COAT]
        assert isinstance(town.buy(COAT, prices={COAT: "90.00"}, order="o3"), CheckoutRefused)
        assert isinstance(town.buy(COAT, prices={COAT: "70.00"}), Order)
        names = [r.name for r in town.market.shop.store.read("piece/coat").records]
        assert names.count("piece-sold") == (not sold)
        last = town.market.shop.store.read("piece/coat").records[-1]
        assert (last.name, '"order":"o1"' in last.data) == ("sold-in-order", True)
        again = town.buy(COAT, prices={COAT: "70.00"}, order="o4")
        assert isinstance(again, CheckoutRefused)

    @pytest.mark.parametrize(
        ("kept", "accepted", "price", "edition"),
        [
            ("as-offered", True, "70.00", "2023-01-01"),
            ("as-offered", True, "90.00", "2026-09-08"),
            ("as-offered", False, "90.00", "2026-09-08"),
            ("as-placed", True, "70.00", "2026-09-08"),
        ],
    )
    def test_the_edition_of_the_offer(
        self, kept: str, price: str, edition: str, *, accepted: bool
    ) -> None:
        """An order at a price that was agreed the day before keeps the edition of then, where the
        house says so; at another price, and elsewhere, it has the one in force.
        """
        book = ruled_otherwise(
            ('acceptance = "public"', 'acceptance = "private"'), later=LATER.format(kept)
        )
        town = Town.built().under(book).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        if accepted:
            town.market.pieces.accept_offer(ADA, COAT, ZOE.id)
        else:
            town.market.pieces.decline_offer(ADA, COAT, ZOE.id)
        by = ZOE if price == "70.00" or not accepted else MAX
        town.clock.advance(timedelta(hours=20))
        placed = town.buy(COAT, by=by, prices={COAT: price})
        assert isinstance(placed, Order)
        assert str(placed.placed.edition) == f"imparfaite@{edition}"

    def test_sold_by_an_offer_for_the_second_time(self) -> None:
        """What came back is sold again, and its second buyer checks it out."""
        book = ruled_otherwise(('acceptance = "public"', 'acceptance = "order"'))
        town = Town.built().under(book).stock()
        pieces = town.market.pieces
        for buyer, order in ((ZOE, "o1"), (MAX, "o2")):
            pieces.make_offer(buyer, COAT, euros("70.00"))
            pieces.accept_offer(ADA, COAT, buyer.id)
            bought = town.buy(COAT, by=buyer, order=order, prices={COAT: "70.00"})
            assert isinstance(bought, Order)
            pieces.put_back(HOUSE, COAT)
        assert pieces.view(ZOE, COAT).available

    def test_an_edition_begins_at_midnight_in_paris(self) -> None:
        """Not two hours later."""
        book = ruled_otherwise(later=LATER.format("as-placed"))
        placed = []
        for minute in (59, 0):
            at = datetime(2026, 9, 7, 21 if minute else 22, minute, tzinfo=UTC)
            order = Town.built(at=at).under(book).stock().buy(COAT)
            assert isinstance(order, Order)
            placed.append(str(order.placed.edition))
        assert placed == ["imparfaite@2023-01-01", "imparfaite@2026-09-08"]


class TestGiftCardsAtTheCheckout:
    """C5: what a code pays, and what is left."""

    @pytest.mark.parametrize(
        ("amount", "means", "payments"),
        [
            ("108.58", CARD, ["108.58 EUR", "0.01 EUR"]),
            ("108.59", None, ["108.59 EUR"]),
            ("200.00", None, ["108.59 EUR"]),
        ],
    )
    def test_both_sides_of_the_price(
        self, town: Town, amount: str, means: Means | None, payments: list[str]
    ) -> None:
        """A cent is left to the card, or nothing; and no more is spent than it costs."""
        code = gift_card(town, amount)
        placed = town.buy(COAT, code=code, means=means)
        assert isinstance(placed, Order)
        assert [str(payment.amount) for payment in placed.placed.payments] == payments
        card = town.market.cards.find(code)
        assert card is not None
        assert card.balance == euros(amount) - placed.placed.payments[0].amount

    def test_a_cent_without_means(self, town: Town) -> None:
        """Is named; the card keeps all it has."""
        code = gift_card(town, "108.58")
        with pytest.raises(MoneyError, match=r"0\.01 EUR"):
            town.buy(COAT, code=code, means=None)
        card = town.market.cards.find(code)
        assert card is not None
        assert card.balance == euros("108.58")

    def test_means_that_are_not_needed(self, town: Town) -> None:
        """Nothing is held."""
        code = gift_card(town, "200.00")
        assert isinstance(town.buy(COAT, code=code), Order)
        assert town.market.shop.store.read("checkout/o1").records == ()

    @pytest.mark.parametrize(("days", "taken"), [(364, True), (366, False)])
    def test_both_sides_of_its_year(self, town: Town, days: int, *, taken: bool) -> None:
        """Gone, though no worker has come by."""
        code = gift_card(town, "200.00")
        town.clock.advance(timedelta(days=days))
        answer = town.buy(COAT, code=code, means=None)
        assert isinstance(answer, Order if taken else GiftCardNotTaken)


class TestCarts:
    """What a cart says is what is ordered."""

    def test_all_of_it(self, town: Town) -> None:
        """Buyer, mode, destination, lines, and the moment."""
        placed = town.buy(COAT, BAG, by=MAX, mode="direct", place=LIEGE)
        assert isinstance(placed, Order)
        order = placed.placed
        assert (order.buyer, order.mode, order.at) == ("max", "direct", town.clock.now())
        assert order.destination.territory.country == "BE"
        lines = [(line.piece, line.seller, str(line.price)) for line in order.lines]
        assert lines == [("coat", "ada", "90.00 EUR"), ("bag", "lou", "55.00 EUR")]
        assert [line.list_price for line in order.lines] == [euros("90.00"), euros("55.00")]
