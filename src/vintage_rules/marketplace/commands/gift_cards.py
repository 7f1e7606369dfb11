"""Commands on gift cards: bought, and found by their secret code. Clause C5.

A code is a number that finds the card and a secret that proves it. Only a digest of the secret is
kept, it is compared in constant time, and a code is recomputed from the shop's own secret when it
is mailed: nothing that is stored or logged can be spent.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TypeAlias

import moneyed
from attrs import field, frozen

from vintage_rules.errors import NameTakenError, UnknownTermError
from vintage_rules.ids import BuyerId, identifier, term
from vintage_rules.marketplace.actors import Actor, Buyer, require_any_buyer, require_house
from vintage_rules.marketplace.commands.disputes import DisputeStatus, record_on_card
from vintage_rules.marketplace.commands.entries import require_text
from vintage_rules.marketplace.commands.payment_holds import (
    ABANDONED,
    Held,
    Means,
    awaits_order,
    checkout_of,
    hold,
    record_order,
    release_charge,
    require_means,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.checkout_stream import card_checkout, card_of_checkout
from vintage_rules.marketplace.storage.personal import WORDS
from vintage_rules.marketplace.storage.purchases import ValidatedCard
from vintage_rules.marketplace.storage.streams import CARDS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money, exact
from vintage_rules.ports.payments import ChallengeNeeded, Declined
from vintage_rules.pricing.gift_card.decide import CARD, order_card
from vintage_rules.pricing.gift_card.states import Card
from vintage_rules.pricing.gift_cards import GiftCardRefused, assess_gift_card
from vintage_rules.pricing.policy import GiftCardPolicy
from vintage_rules.pricing.tenders import TenderRefused, assess_tender

_NUMBER, _SECRET = 10, 16  # characters of 5 bits: 50 bits to find a card, 80 to prove it
_GROUP = 4
_LONGEST_WORDS = 1_000
_LONGEST_CODE = 100  # as it is typed, with spaces and hyphens
_DIGEST = 32  # characters of 5 bits


@frozen(kw_only=True)
class CardBought:
    """A card is ordered and paid for; its code is mailed once the money is taken."""

    card: str
    amount: Money


@frozen(kw_only=True)
class GiftCard:
    """A gift card's code, read. It is never shown in a message or a log."""

    number: str
    secret: str = field(repr=False)

    @classmethod
    def from_code(cls, code: str) -> GiftCard | None:
        """Read a code as people type it; None for what is no code.

        Small letters, spaces and hyphens do not matter.

        >>> GiftCard.from_code("7hk2-aaaa bbbb-cccc-dddd-eeee-ff")
        GiftCard(number='7HK2AAAABB')
        """
        if len(code) > _LONGEST_CODE:
            return None
        letters = "".join(letter for letter in code.upper() if letter.isalnum())
        if len(letters) != _NUMBER + _SECRET or not letters.isascii():
            return None
        return cls(number=letters[:_NUMBER], secret=letters[_NUMBER:])


def digest(number: str, secret: str) -> str:
    """Return what is kept of the secret of a card."""
    return hashlib.sha256(f"{number}\0{secret}".encode()).hexdigest()


def is_code_of(code: str, kept: str) -> bool:
    """Check a code against the digest that was kept, in constant time."""
    typed = GiftCard.from_code(code)
    return typed is not None and hmac.compare_digest(digest(typed.number, typed.secret), kept)


def code_of(shop: Shop, number: str) -> str:
    """Recompute the code of a card, in groups of four letters, as it is mailed."""
    letters = number + shop.code("gift-card-secret", number, _SECRET)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


CardAnswer: TypeAlias = CardBought | GiftCardRefused | TenderRefused | ChallengeNeeded | Declined


@frozen(kw_only=True)
class _Purchase:
    """What a buyer requests under the name of a purchase, and the number that follows from it."""

    name: str
    number: str
    buyer: BuyerId
    amount: Money
    words: str = field(repr=False)
    validated: str = field(repr=False)

    @property
    def taken(self) -> NameTakenError:
        """Its name is that of another purchase: the number is not for the other buyer to see."""
        return NameTakenError("purchase", self.name)

    def bought(self, card: Card) -> CardBought:
        """Answer it with the card that was bought under its name, if it is the same."""
        known = card.ordered
        other_words = known.validated not in {None, self.validated}
        if other_words or (known.buyer, known.amount) != (self.buyer, self.amount):
            raise self.taken
        return CardBought(card=known.card, amount=known.amount)


@frozen
class Cards:
    """Commands on gift cards."""

    shop: Shop

    def buy(
        self, by: Buyer, purchase: str, amount: moneyed.Money, words: str, means: Means
    ) -> CardAnswer:
        """Buy a card, with a message. Clauses C5, C6, C7.

        A brand that the house does not take is refused by name, as at checkout. A purchase of one
        name is made once. Raises also what the provider raises.

        Raises:
            MoneyError: If the amount is not valid.
            InvalidValueError: For a brand that is missing, or given where there is none, or for
                words of more than 1,000 characters or that cannot be kept.
            UnknownTermError: For a means of payment that the policy does not name.
            NameTakenError: For the name of another buyer's purchase, or of a card with another
                amount or other words. The means of payment may be another.
        """
        require_any_buyer(by, "buy a gift card")
        require_text(words, "words", _LONGEST_WORDS)
        require_means(means)
        requested = _requested(self.shop, by.id, purchase, exact(amount, "amount"), words)
        number = requested.number
        answer = self.shop.do(by, lambda work: self._bought_or_refused(work, requested, means))
        if answer is not None:
            return answer
        held = hold(
            self.shop,
            by,
            card_checkout(number),
            means,
            requested.amount,
            purchase=ValidatedCard(purchase=purchase, words=words),
            taken=requested.taken,
        )
        if isinstance(held, ChallengeNeeded | Declined):
            return held
        return self.shop.do(by, lambda work: _record(self.shop, work, requested, held))

    def find(self, code: str) -> Card | None:
        """Find the card of a code, as it is at this moment; None for a code that is wrong.

        A wrong number and a wrong secret are answered alike, in the same time.
        """

        def act(work: UnitOfWork) -> Card | None:
            return card_of_code(work, code)

        return self.shop.do("code", act)

    def find_by_reference(self, by: Actor, tender: str, reference: str) -> Card | None:
        """Find the card that a provider's reference belongs to; None if there is none.

        It may be that of a charge, of a capture, its receipt, or of a refund.

        Raises:
            NotAllowedError: For any actor but the house.
        """
        require_house(by, "find a gift card by a reference")

        def act(work: UnitOfWork) -> Card | None:
            number = card_of_checkout(checkout_of(work, tender, reference) or "")
            return None if number is None else work.load(CARDS, number).state

        return self.shop.do(by, act)

    def record_dispute(self, by: Actor, card: str, status: DisputeStatus) -> Card:
        """Record a dispute about what was paid for a card, or how it ended, and give the card.

        Until it has ended the card pays nothing; where it is lost, what is left on it is gone.
        `card` is its number, as `CardBought.card` gives it.

        Raises:
            NotAllowedError: For any actor but the house.
            NotFoundError: For a card that was never ordered.
            InvalidValueError: For a status that is none.
        """
        require_house(by, "record a dispute about a gift card")
        happened = term(DisputeStatus, status, "status")
        return self.shop.do(by, lambda work: record_on_card(work, work.load(CARDS, card), happened))

    def _bought_or_refused(
        self, work: UnitOfWork, requested: _Purchase, means: Means
    ) -> CardBought | GiftCardRefused | TenderRefused | None:
        card = work.load(CARDS, requested.number).state
        if card is not None:
            return requested.bought(card)
        assessed = assess_gift_card(
            requested.amount,
            _policy(self.shop, work),
            purchased_on=self.shop.day(work.now),
            tender=means.tender,
        )
        if isinstance(assessed, GiftCardRefused):
            return assessed
        tenders = self.shop.policy(work.now).pricing.tenders
        taken = assess_tender(means.tender, tenders, brand=means.brand)
        return taken if isinstance(taken, TenderRefused) else None


def _requested(shop: Shop, buyer: BuyerId, purchase: str, amount: Money, words: str) -> _Purchase:
    return _Purchase(
        name=purchase,
        number=shop.code("gift-card-number", identifier(purchase, "purchase"), _NUMBER),
        buyer=buyer,
        amount=amount,
        words=words,
        validated=shop.code("gift-card-words", f"{purchase}\0{words}", _DIGEST),
    )


def order_held(
    shop: Shop, work: UnitOfWork, buyer: BuyerId, kept: ValidatedCard, held: Held
) -> CardAnswer:
    """Order the gift card that a buyer validated, once its price is held."""
    requested = _requested(shop, buyer, kept.purchase, held.charge.amount, kept.words)
    return _record(shop, work, requested, held)


def _policy(shop: Shop, work: UnitOfWork) -> GiftCardPolicy:
    policy = shop.policy(work.now).pricing.gift_card
    if policy is None:
        raise UnknownTermError("gift_card", "a gift card", ())
    return policy


def _record(shop: Shop, work: UnitOfWork, requested: _Purchase, held: Held | None) -> CardAnswer:
    number = requested.number
    card = work.load(CARDS, number)
    if card.state is not None:
        return requested.bought(card.state)
    if held is None or not awaits_order(work, held.charge):
        return Declined(code=ABANDONED)
    ordered = order_card(
        number,
        held.charge.amount,
        _policy(shop, work),
        buyer=requested.buyer,
        tender=held.tender,
        reference=held.reference,
        digest=digest(number, shop.code("gift-card-secret", number, _SECRET)),
        at=work.now,
        validated=requested.validated,
    )
    if isinstance(ordered, GiftCardRefused):
        release_charge(work, held.charge)
        return ordered
    work.record(card, [ordered])
    work.keep(card, WORDS, requested.buyer, {WORDS: requested.words})
    record_order(work, held)
    return CardBought(card=number, amount=ordered.amount)


def card_number(code: str) -> str:
    """Return the number in a code however it is typed; of what is no code, the text itself."""
    typed = GiftCard.from_code(code)
    return code if typed is None else typed.number


def card_of_code(work: UnitOfWork, code: str) -> Card | None:
    """Find the card of a code, brought up to date; None for a code that is wrong."""
    typed = GiftCard.from_code(code)
    if typed is None:
        return None
    card = work.load(CARDS, typed.number).state
    if not is_code_of(code, "" if card is None else card.ordered.digest) or card is None:
        return None
    return CARD.replay(CARD.fall_due(card, work.now), card)
