"""What a buyer validated before the provider had answered: the cart, or the gift card.

It is kept as personal data beside the checkout, so that a provider which reports the hold later has
the order placed without the buyer. An hour after the charge was begun it is erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from vintage_rules.ids import PieceId
from vintage_rules.money import Money
from vintage_rules.orders.reductions import Reduction

PURCHASE = "purchase"
"""What a checkout was begun for: one field of the same name."""


@frozen(kw_only=True)
class ValidatedCart:
    """A cart without its charge: gift cards are named by their numbers alone."""

    name: ClassVar[str] = "cart"
    prices: Mapping[PieceId, Money]
    mode: str
    shipping_address: Mapping[str, str] = field(repr=False)
    billing_address: Mapping[str, str] = field(repr=False)
    brand: str | None
    gift_cards: tuple[str, ...]
    options: frozenset[str]
    reductions: tuple[Reduction, ...]
    parts: Mapping[str, Money]
    signed_in: bool
    has_account: bool


@frozen(kw_only=True)
class ValidatedCard:
    """A gift card: the name of its purchase, and what its buyer wrote on it."""

    name: ClassVar[str] = "gift-card"
    purchase: str
    words: str = field(repr=False)


Purchase: TypeAlias = ValidatedCart | ValidatedCard
