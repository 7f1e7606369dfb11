"""Buying and finding gift cards: bounds, days, races, and what is written of it. Clause C5."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import moneyed
import pytest
from attrs import evolve

from tests.marketplace.test_checkout_races import Slow
from tests.marketplace.town import CARD, MAX, ZOE, Town, euros, ruled_otherwise
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import IdentifierError, MoneyError, NameTakenError, UnknownTermError
from vintage_rules.marketplace import CardBought, Marketplace, Means
from vintage_rules.ports import ChallengeNeeded, Declined
from vintage_rules.pricing.gift_cards import GiftCardRefused

TAKEN = "^purchase: must be a name of nothing else, got 'p1'$"
CHALLENGED = Means(tender="card", source="challenged", brand="visa")
LATER = """
[[edition]]
since = 2026-09-08
extends = "previous"
source = "a letter"

[edition.pricing.gift_card]
minimum = 25.00
maximum = 40.00
validity = "1 year"
may_buy_gift_card = false
source = "a letter"
"""


@pytest.fixture
def town() -> Town:
    """A shop."""
    return Town.built()


def bought(town: Town, amount: str = "50.00", *, purchase: str = "p1") -> CardBought:
    """Buy a card."""
    answer = town.market.cards.buy(ZOE, purchase, euros(amount), "Bravo !", CARD)
    assert isinstance(answer, CardBought)
    return answer


def code(town: Town) -> str:
    """Read the code that was mailed last."""
    town.work()
    return str(town.outbox.messages[-1].facts["code"])


class TestBuy:
    """C5, C7: charged once under the name of the purchase, and written with what is known."""

    @pytest.mark.parametrize(
        ("amount", "why"),
        [
            ("24.99", ["below-minimum"]),
            ("25.00", []),
            ("500.00", []),
            ("500.01", ["above-maximum"]),
        ],
    )
    def test_both_bounds(self, town: Town, amount: str, why: list[str]) -> None:
        """Both allowed; nobody is asked for money beyond them."""
        answer = town.market.cards.buy(ZOE, "p1", euros(amount), "", CARD)
        assert isinstance(answer, GiftCardRefused if why else CardBought)
        assert list(getattr(answer, "reasons", [])) == why
        assert (len(town.bank.ledger) == 0) == bool(why)

    def test_not_with_a_gift_card(self, town: Town) -> None:
        """A card cannot buy a card."""
        means = Means(tender="gift-card", source="7HK2")
        answer = town.market.cards.buy(ZOE, "p1", euros("50.00"), "", means)
        assert isinstance(answer, GiftCardRefused)

    def test_what_is_written(self, town: Town) -> None:
        """Whose it is, how it was paid, its words and its days; the number is that of the code."""
        card = bought(town)
        stream = town.market.shop.store.read(f"card/{card.card}")
        written = stream.records[0].data
        for said in (
            '"amount":"50.00 EUR"',
            '"buyer":"zoe"',
            '"tender":"card"',
            '"reference":"authorisation-1"',
            '"actor":"buyer zoe"',
        ):
            assert said in written
        assert code(town).replace("-", "").startswith(card.card)
        checkout = town.market.shop.store.read(f"checkout/gift-card-{card.card}")
        names = [record.name for record in checkout.records]
        assert names == ["charge-begun", "charge-answered", "order-written"]

    def test_the_same_purchase(self, town: Town) -> None:
        """Is answered as it was bought, before it is paid for and after, by whatever means."""
        first = bought(town)
        assert bought(town) == first
        town.work()
        paypal = Means(tender="paypal", source="approved")
        assert town.market.cards.buy(ZOE, "p1", euros("50"), "Bravo !", paypal) == first
        assert first.amount == euros("50.00")
        assert [entry.act for entry in town.bank.ledger] == ["authorise", "capture"]

    @pytest.mark.parametrize(("amount", "words"), [("60.00", "Bravo !"), ("50.00", "Bravo")])
    def test_another_card_of_that_name(self, town: Town, amount: str, words: str) -> None:
        """S5: is a conflict, before it is paid for and after; it changes nothing."""
        first = bought(town)
        for _ in range(2):
            with pytest.raises(NameTakenError, match=TAKEN):
                town.market.cards.buy(ZOE, "p1", euros(amount), words, CARD)
            town.work()
        assert bought(town) == first
        assert [entry.act for entry in town.bank.ledger] == ["authorise", "capture"]

    def test_another_amount_before_it_is_bought(self, town: Town) -> None:
        """Another try of the same purchase: nothing was bought under its name yet."""
        town.market.cards.buy(ZOE, "p1", euros("60.00"), "", CHALLENGED)
        assert bought(town).amount == euros("50.00")

    def test_the_purchase_of_somebody_else(self, town: Town) -> None:
        """S5: reveals nothing, neither the card nor its number: not afterwards, nor meanwhile."""
        bought(town)
        with pytest.raises(NameTakenError, match=TAKEN):
            town.market.cards.buy(MAX, "p1", euros("50.00"), "Bravo !", CARD)
        answers = list[object]()

        def meanwhile() -> None:
            with pytest.raises(NameTakenError, match=TAKEN.replace("p1", "p2")) as taken:
                town.market.cards.buy(MAX, "p2", euros("60.00"), "", CARD)
            answers.append(taken.value)

        slow = Slow(town.bank, meanwhile)
        market = Marketplace(evolve(town.market.shop, payments={"card": slow}))
        assert isinstance(market.cards.buy(ZOE, "p2", euros("60.00"), "", CARD), CardBought)
        assert len(answers) == 1
        town.wait(hours=1)
        assert town.mails() == ["gift-card zoe"] * 2
        assert str(town.bank.ledger.balance(Account.HELD, "EUR")) == "0.00 EUR"

    def test_two_purchases(self, town: Town) -> None:
        """Two cards, two charges."""
        assert bought(town).card != bought(town, purchase="p2").card
        town.work()
        assert str(town.bank.ledger.balance(Account.HOUSE, "EUR")) == "100.00 EUR"

    def test_what_is_no_name_and_no_amount(self, town: Town) -> None:
        """Each is named."""
        with pytest.raises(IdentifierError, match=r"^purchase: must be 1 to 200"):
            bought(town, purchase="")
        fractions = moneyed.Money("50.001", "EUR")
        with pytest.raises(MoneyError, match=r"^amount: must be at most 2 decimals"):
            town.market.cards.buy(ZOE, "p1", fractions, "", CARD)

    def test_a_house_without_cards(self, town: Town) -> None:
        """Says so."""
        table = """[edition.pricing.gift_card]
minimum = 25.00
maximum = 500.00
validity = "1 year"
may_buy_gift_card = false
source = "C5"
"""
        bare = town.under(ruled_otherwise((table, "")))
        with pytest.raises(UnknownTermError, match=r"^gift_card: this policy has none"):
            bought(bare)

    def test_a_challenge(self, town: Town) -> None:
        """The buyer comes back, and has bought one card; another attempt is the same charge."""
        needed = town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CHALLENGED)
        assert isinstance(needed, ChallengeNeeded)
        town.bank.answer_challenge(needed.reference)
        answer = town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CHALLENGED)
        assert isinstance(answer, CardBought)
        town.work()
        assert town.mails() == ["gift-card zoe"]


class TestOvertaken:
    """C7: nobody is charged for a card that cannot be written any more."""

    def slow(self, town: Town, meanwhile: object) -> Town:
        """Give the town over a bank during whose answer something happens."""
        bank = Slow(town.bank, meanwhile)  # type: ignore[arg-type]
        return evolve(town, market=Marketplace(evolve(town.market.shop, payments={"card": bank})))

    def test_the_charge_was_released(self, town: Town) -> None:
        """Declined, and nobody has a card."""
        slow = self.slow(town, lambda: town.wait(minutes=61))
        answer = slow.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        assert answer == Declined(code="abandoned")
        town.work()
        assert list(town.market.shop.store.streams("card/")) == []
        assert str(town.bank.ledger.balance(Account.HELD, "EUR")) == "0.00 EUR"

    def test_two_windows(self, town: Town) -> None:
        """One card, charged once."""
        slow = self.slow(town, lambda: bought(town))
        assert isinstance(bought(slow), CardBought)
        town.work()
        assert [entry.act for entry in town.bank.ledger] == ["authorise", "capture"]
        assert town.mails() == ["gift-card zoe"]

    def test_the_house_has_other_bounds_since_midnight(self) -> None:
        """Refused, and let go of at once."""
        at = datetime(2026, 9, 7, 21, 59, tzinfo=UTC)
        town = Town.built(at=at).under(ruled_otherwise(later=LATER))
        slow = self.slow(town, lambda: town.clock.advance(timedelta(minutes=2)))
        answer = slow.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        assert isinstance(answer, GiftCardRefused)
        town.work()
        assert [entry.act for entry in town.bank.ledger] == ["authorise", "voided"]
        assert list(town.market.shop.store.streams("card/")) == []


class TestFind:
    """C5: as it stands at this moment, to whoever has the code."""

    @pytest.mark.parametrize(("second", "state"), [(-1, "active"), (0, "expired")])
    def test_both_sides_of_its_last_day(self, town: Town, second: int, state: str) -> None:
        """The anniversary ends at midnight in Paris, though no worker has come by."""
        bought(town)
        typed = code(town)
        town.clock.set(datetime(2027, 9, 7, 22, tzinfo=UTC) + timedelta(seconds=second))
        card = town.market.cards.find(typed)
        assert card is not None
        assert card.state == state
        assert (card.balance, card.gone) == (
            (euros("50.00"), euros("0.00"))
            if state == "active"
            else (euros("0.00"), euros("50.00"))
        )

    def test_before_it_is_paid_for(self, town: Town) -> None:
        """Nobody has been mailed its code; whoever guesses the number has nothing."""
        card = bought(town)
        assert town.market.cards.find(card.card + "A" * 16) is None
        assert town.market.cards.find("") is None

    def test_expired_by_a_worker(self, town: Town) -> None:
        """In the name of time, once."""
        card = bought(town)
        town.work()
        town.wait(days=400)
        town.wait(days=1)
        records = town.market.shop.store.read(f"card/{card.card}").records
        assert [r.name for r in records] == ["card-ordered", "card-paid", "card-expired"]
        assert '"actor":"time"' in records[-1].data
        assert records[-1].at == datetime(2027, 9, 7, 22, tzinfo=UTC)

    def test_of_another_shop(self, town: Town) -> None:
        """A code of a shop with another secret is wrong here."""
        other = Town.built()
        shop = evolve(other.market.shop, secret=b"another secret of this town, 32!")
        other = evolve(other, market=Marketplace(shop))
        bought(other)
        bought(town)
        assert town.market.cards.find(code(other)) is None
        assert town.market.cards.find(code(town)) is not None

    def test_bought_by_another(self, town: Town) -> None:
        """The card is mailed to who bought it."""
        town.market.cards.buy(MAX, "p1", euros("50.00"), "", CARD)
        town.work()
        assert town.mails() == ["gift-card max"]
