"""Gift cards in a shop: bought, mailed, spent in parts; and their codes guarded. Clause C5."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.marketplace.town import BAG, CARD, COAT, HOUSE, MAX, ZOE, Town, euros
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.marketplace import CardBought, Cart, GiftCardNotTaken, Means
from vintage_rules.marketplace.commands.gift_cards import GiftCard
from vintage_rules.marketplace.shop import Shop
from vintage_rules.orders.states import Order
from vintage_rules.ports import ChallengeNeeded, Declined, PaymentWebhook, WebhookKind
from vintage_rules.pricing.gift_cards import GiftCardRefused
from vintage_rules.pricing.tenders import TenderRefused
from vintage_rules.returns.pieces import CheckedPiece, Finding
from vintage_rules.wording import explain

CODE = re.compile(r"([A-Z2-7]{4}-){6}[A-Z2-7]{2}")


def bought(town: Town, amount: str = "50.00", *, purchase: str = "p1") -> str:
    """Buy a card, and give the code that is mailed."""
    town.market.cards.buy(ZOE, purchase, euros(amount), "Bravo !", CARD)
    town.work()
    return str(town.outbox.messages[-1].facts["code"])


def left(town: Town, code: str) -> str:
    """What is left on a card."""
    card = town.market.cards.find(code)
    assert card is not None
    return str(card.balance)


def come_back(town: Town, piece: PieceId, name: str) -> None:
    """Return a piece, and refund it."""
    returns, findings = town.market.returns, [CheckedPiece(piece=piece, finding=Finding.AS_SENT)]
    returns.request_return(ZOE, "o1", name, [piece], parcel_number=name)
    returns.post_return(ZOE, "o1", name, town.today)
    town.wait(days=1)
    returns.receive_return(HOUSE, "o1", name, town.today)
    returns.check_return(HOUSE, "o1", name, findings)
    town.work()


def voided(town: Town, order: Order) -> None:
    """Have PayPal say that what it held for an order is void."""
    webhook = PaymentWebhook(
        id="void-o1",
        kind=WebhookKind.VOIDED,
        at=town.clock.now(),
        reference=order.placed.payments[-1].reference,
        order=order.placed.order,
        code="voided",
    )
    town.market.webhooks.payment("paypal", *town.paypal.sent(webhook))


class TestC5GiftCardsInAShop:
    """C5: 25 to 500 EUR, with a message, mailed; valid for a year; spent in parts."""

    def test_mailed_once_it_is_paid(self) -> None:
        """With its words, its amount and its last day."""
        town = Town.built()
        code = bought(town)
        assert CODE.fullmatch(code)
        facts = town.outbox.messages[-1].facts
        assert (facts["words"], facts["amount"]) == ("Bravo !", euros("50.00"))
        assert str(facts["last_day"]) == "2027-09-07"
        card = town.market.cards.find(code)
        assert card is not None
        assert card.balance == euros("50.00")

    def test_bought_twice_under_one_name_it_is_one(self) -> None:
        """The buyer is charged once."""
        town = Town.built()
        bought(town)
        again = town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CARD)
        assert isinstance(again, CardBought)
        town.work()
        assert len(town.outbox.messages) == 1

    @pytest.mark.parametrize("amount", ["24.99", "500.01"])
    def test_out_of_bounds(self, amount: str) -> None:
        """Refused before anybody is asked for money."""
        town = Town.built()
        refused = town.market.cards.buy(ZOE, "p1", euros(amount), "", CARD)
        assert isinstance(refused, GiftCardRefused)
        assert town.work().idle

    def test_declined_or_challenged(self) -> None:
        """As an order is."""
        town = Town.built()
        declined = Means(tender="card", source="declined", brand="visa")
        assert isinstance(town.market.cards.buy(ZOE, "p1", euros("50.00"), "", declined), Declined)
        challenged = Means(tender="card", source="challenged", brand="visa")
        needed = town.market.cards.buy(ZOE, "p2", euros("50.00"), "", challenged)
        assert isinstance(needed, ChallengeNeeded)

    def test_pays_a_part_of_an_order(self) -> None:
        """And the card pays the rest; both come back in the order of the policy."""
        town = Town.built().stock()
        code = bought(town)
        placed = town.buy(COAT, BAG, code=code)
        assert isinstance(placed, Order)
        assert [str(payment.amount) for payment in placed.placed.payments] == [
            "50.00 EUR",
            "120.69 EUR",
        ]
        town.work()
        assert town.order().state == "paid"
        empty = town.market.cards.find(code)
        assert empty is not None
        assert empty.balance == euros("0.00")

    def test_pays_all_of_an_order(self) -> None:
        """No other means is asked; it is paid as it is placed, and no gateway hears of it."""
        town = Town.built().stock()
        placed = town.buy(COAT, code=bought(town, "500.00"), means=None)
        assert isinstance(placed, Order)
        assert placed.state == "paid"
        assert not town.market.shop.store.read("checkout/o1").records

    def test_several_pay_in_turn(self) -> None:
        """The first as much as is on it, the second the rest; the third keeps all it has."""
        town = Town.built().stock()
        codes = [bought(town, amount, purchase=amount) for amount in ("50.00", "100.00", "30.00")]
        placed = town.buy(COAT, codes=tuple(codes), means=None)
        assert isinstance(placed, Order)
        assert [(each.tender, str(each.amount)) for each in placed.placed.payments] == [
            ("gift-card", "50.00 EUR"),
            ("gift-card", "58.59 EUR"),
        ]
        assert placed.state == "paid"
        assert [left(town, code) for code in codes] == ["0.00 EUR", "41.41 EUR", "30.00 EUR"]

    @pytest.mark.parametrize(
        ("pieces", "back"),
        [((COAT,), ["50.00 EUR", "28.31 EUR"]), ((COAT, BAG), ["50.00 EUR", "100.00 EUR"])],
    )
    def test_several_get_back_what_each_paid(
        self, pieces: tuple[PieceId, ...], back: list[str]
    ) -> None:
        """The bank's card its 20.69 first, then the gift cards in turn, each at most what it paid.

        Of 170.69 a coat of 90.00 brings back its fee of 9.00 too; the bag the rest.
        """
        town = Town.built().stock()
        codes = bought(town), bought(town, "100.00", purchase="p2")
        town.buy(COAT, BAG, codes=codes)
        town.work()
        town.deliver()
        for number, piece in enumerate(pieces, 1):
            come_back(town, piece, f"r{number}")
        assert [left(town, code) for code in codes] == back
        assert str(town.bank.ledger.balance(Account.HOUSE, "EUR")) == "150.00 EUR"  # the cards'

    def test_several_get_all_back_when_the_bank_pays_nothing(self) -> None:
        """The capture is refused: the order is cancelled, and both cards hold what they held."""
        town = Town.built().stock()
        codes = bought(town), bought(town, "30.00", purchase="p2")
        late = Means(tender="paypal", source="approved")
        placed = town.buy(COAT, codes=codes, means=late)
        assert isinstance(placed, Order)
        voided(town, placed)
        town.work()
        assert town.order().state == "cancelled"
        assert [left(town, code) for code in codes] == ["50.00 EUR", "30.00 EUR"]

    def test_one_of_several_that_pays_nothing(self) -> None:
        """It is said which; nothing is taken from the others."""
        town = Town.built().stock()
        good = bought(town)
        refused = town.buy(COAT, codes=(good, "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GG"))
        assert isinstance(refused, GiftCardNotTaken)
        assert (list(refused.reasons), refused.index) == (["unknown-code"], 1)
        assert left(town, good) == "50.00 EUR"

    def test_the_same_twice(self) -> None:
        """Typed in another way: it would pay twice what is on it, and is refused."""
        town = Town.built().stock()
        code = bought(town)
        refused = town.buy(COAT, codes=(code, code.lower().replace("-", " ")))
        assert isinstance(refused, GiftCardNotTaken)
        assert (list(refused.reasons), refused.index) == (["given-twice"], 1)
        assert explain(refused, "en").sentences[1] == "It is given twice."
        assert left(town, code) == "50.00 EUR"

    def test_with_nothing_left(self) -> None:
        """Says so; and another card may pay."""
        town = Town.built().stock()
        code = bought(town)
        town.buy(COAT, code=code)
        refused = town.buy(BAG, order="o2", code=code)
        assert isinstance(refused, GiftCardNotTaken)
        assert refused.reasons == ("nothing-left",)

    def test_is_gone_after_its_year(self) -> None:
        """Its last day is over: there is nothing left on it."""
        town = Town.built()
        code = bought(town)
        town.wait(days=366)
        card = town.market.cards.find(code)
        assert card is not None
        assert (card.state, card.gone) == ("expired", euros("50.00"))

    def test_pays_on_its_last_day(self) -> None:
        """The 7th of September 2027: 50.00 of 108.59."""
        town = Town.built().stock()
        code = bought(town)
        town.wait(days=365)
        placed = town.buy(COAT, code=code)
        assert isinstance(placed, Order)
        assert [(each.tender, str(each.amount)) for each in placed.placed.payments] == [
            ("gift-card", "50.00 EUR"),
            ("card", "58.59 EUR"),
        ]

    def test_pays_nothing_once_it_has_expired(self) -> None:
        """The answer says so, with the last day."""
        town = Town.built().stock()
        code = bought(town)
        town.wait(days=366)
        refused = town.buy(COAT, code=code)
        assert isinstance(refused, GiftCardNotTaken)
        assert list(refused.reasons) == ["expired"]
        assert refused.last_day == date(2027, 9, 7)
        assert explain(refused, "en").sentences[:3] == (
            "The gift card is refused.",
            "It has expired.",
            "Its last day was September 7, 2027.",
        )

    def test_is_not_sold_for_a_brand_that_is_not_taken(self) -> None:
        """C6: refused by name, as at checkout; no bank is called."""
        town = Town.built()
        diners = Means(tender="card", source="approved", brand="diners")
        refused = town.market.cards.buy(ZOE, "p1", euros("50.00"), "", diners)
        assert isinstance(refused, TenderRefused)
        assert refused.brand == "diners"
        assert list(refused.reasons) == ["brand-not-accepted"]

    @pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it"])
    @pytest.mark.parametrize("code", [None, "0" * 26])
    def test_explains_why_it_pays_nothing(self, language: str, code: str | None) -> None:
        """In words, whatever the reason."""
        town = Town.built().stock()
        used = bought(town)
        town.buy(COAT, code=used)
        refused = town.buy(BAG, order="o2", code=code or used)
        assert isinstance(refused, GiftCardNotTaken)
        title, why, *_ = explain(refused, language).sentences
        assert title != why
        assert list(refused.reasons) == ["unknown-code" if code else "nothing-left"]


class TestCodes:
    """A code is never guessable, stored, logged or compared in a time that tells something."""

    def test_is_nowhere_in_the_store(self) -> None:
        """Neither the code nor its secret part; what is kept is a digest."""
        town = Town.built().stock()
        code = bought(town)
        town.buy(COAT, code=code)
        town.work()
        store = town.market.shop.store
        kept = "".join(
            record.data for stream in store.streams("") for record in store.read(stream).records
        )
        secret = code.replace("-", "")[10:]
        assert secret not in kept
        assert code not in kept

    def test_is_in_no_repr(self) -> None:
        """So that no log shows it, nor the shop's own secret."""
        typed = GiftCard.from_code("7HK2AAAABBCCCCDDDDEEEEFFFF")
        assert typed is not None
        assert "CCCC" not in repr(typed)
        shop = Town.built().market.shop
        assert "secret" not in repr(shop)
        cart = Cart(
            order="o1",  # type: ignore[arg-type] # only shown
            items=(),
            mode="grouped",
            shipping_address={},
            billing_address={},
            means=CARD,
            gift_card_codes=("7HK2",),
        )
        assert "7HK2" not in repr(cart)
        assert "approved" not in repr(cart)

    @pytest.mark.parametrize("spoil", [0, 9, 10, 25])
    def test_one_letter_off_is_no_code(self, spoil: int) -> None:
        """In the number or in the secret, the answer is the same."""
        town = Town.built()
        letters = bought(town).replace("-", "")
        other = "A" if letters[spoil] != "A" else "B"
        wrong = letters[:spoil] + other + letters[spoil + 1 :]
        assert town.market.cards.find(wrong) is None
        refused = town.stock().buy(COAT, code=wrong)
        assert isinstance(refused, GiftCardNotTaken)
        assert refused.reasons == ("unknown-code",)

    @pytest.mark.parametrize("typed", ["", "x", "é" * 26, "A" * 25, "A" * 27])
    def test_what_is_no_code(self, typed: str) -> None:
        """Is answered like a wrong one."""
        assert Town.built().market.cards.find(typed) is None

    def test_as_people_type_it(self) -> None:
        """Small letters, without hyphens, with spaces."""
        town = Town.built()
        code = bought(town)
        for typed in (code.lower(), code.replace("-", ""), code.replace("-", " ")):
            assert town.market.cards.find(typed) is not None

    def test_another_shop_makes_others(self) -> None:
        """Two purchases, and two shops of other secrets, have nothing in common."""
        town = Town.built()
        codes = {bought(town, purchase=name)[:12] for name in ("p1", "p2", "p3")}
        assert len(codes) == 3

    def test_a_secret_that_is_too_short(self) -> None:
        """Is refused, and not shown."""
        fields = dict.fromkeys(("store", "book", "calendar", "clock", "payments"))
        with pytest.raises(InvalidValueError, match="secret: must be 32 random bytes or more") as e:
            Shop(**fields, payouts=None, notifier=None, directory=None, secret=b"short")  # type: ignore[arg-type]
        assert "short'" not in str(e.value)

    def test_a_secret_that_was_changed(self) -> None:
        """A card bought before is not mailed a code that would not work: a person looks."""
        from attrs import evolve

        from vintage_rules.marketplace import Marketplace

        town = Town.built()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        shop = evolve(town.market.shop, secret=b"another secret of at least 32 bytes")
        progress = Marketplace(shop).worker().round()
        assert progress.dead_lettered == 1
        assert "another than when the card was bought" in progress.troubles[0]


def test_somebody_else_may_spend_it() -> None:
    """Whoever has the code: it is a gift."""
    town = Town.built().stock()
    assert isinstance(town.buy(COAT, by=MAX, code=bought(town)), Order)
