"""Commands on a piece.

Commands are imperative; `at` is the moment they were given, held in UTC.

`name` is the word by which a command is known outside. Every command raises `DayError` for a moment
without an offset, `MoneyError` for what is no exact money, and `IdentifierError` for a name that is
not usable.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, TypeAlias

import moneyed
from attrs import field, frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import BuyerId, Identifier, identifier
from vintage_rules.machine import checked
from vintage_rules.money import Money, exact, finite
from vintage_rules.offers.terms import Party, SellerTerms


def _price(price: moneyed.Money) -> Money:
    return price if type(price) is Money else exact(price, "price")


def _price_if_any(price: moneyed.Money | None) -> Money | None:
    return None if price is None else _price(price)


def _buyer(buyer: str) -> BuyerId:
    return BuyerId(identifier(buyer, "buyer"))


def _buyer_if_any(buyer: str | None) -> BuyerId | None:
    return None if buyer is None else _buyer(buyer)


def _count(number: int) -> int:
    if type(number) is not int or number < 0:
        raise InvalidValueError("offered_today", number, "a whole number, 0 or more")
    return number


def share_if_any(share: Decimal | None) -> Decimal | None:
    """Check a share between 0 and 1.

    Raises:
        InvalidValueError: If a value is not valid.

    >>> share_if_any(Decimal("0.80"))
    Decimal('0.80')
    """
    if share is not None and not 0 <= finite(share, "completion") <= 1:
        raise InvalidValueError("completion", share, "between 0 and 1")
    return share


@frozen(kw_only=True, field_transformer=checked)
class MakeOffer:
    """A buyer offers a price. Clauses N2, N3.

    `offered_today` is how many offers the buyer has made on any piece this day, `completion` the
    share of their deals they kept (None for who had none), `authorised` whether a payment is held
    for it, if the house requires these.
    """

    name: ClassVar[str] = "offer"
    at: datetime
    buyer: BuyerId = field(converter=_buyer)
    price: Money = field(converter=_price)
    signed_in: bool
    offered_today: int = field(default=0, converter=_count)
    authorised: bool = False
    completion: Decimal | None = field(default=None, converter=share_if_any)


@frozen(kw_only=True, field_transformer=checked)
class SendOffer:
    """The seller offers a price to a buyer; `watching` is whether that one watches the piece."""

    name: ClassVar[str] = "send-offer"
    at: datetime
    buyer: BuyerId = field(converter=_buyer)
    price: Money = field(converter=_price)
    watching: bool


@frozen(kw_only=True, field_transformer=checked)
class AcceptOffer:
    """Accept the price proposed in a buyer's offer. Clause N4."""

    name: ClassVar[str] = "accept"
    at: datetime
    buyer: BuyerId = field(converter=_buyer)
    by: Party = Party.SELLER


@frozen(kw_only=True, field_transformer=checked)
class DeclineOffer:
    """Decline a buyer's offer. Clause N4."""

    name: ClassVar[str] = "decline"
    at: datetime
    buyer: BuyerId = field(converter=_buyer)
    by: Party = Party.SELLER


@frozen(kw_only=True, field_transformer=checked)
class CounterOffer:
    """Answer a buyer's offer with another price. Clause N4."""

    name: ClassVar[str] = "counter"
    at: datetime
    buyer: BuyerId = field(converter=_buyer)
    price: Money = field(converter=_price)
    by: Party = Party.SELLER


@frozen(kw_only=True, field_transformer=checked)
class WithdrawOffer:
    """Take back the price one has proposed in a buyer's offer."""

    name: ClassVar[str] = "withdraw"
    at: datetime
    buyer: BuyerId = field(converter=_buyer)
    by: Party = Party.BUYER


@frozen(kw_only=True, field_transformer=checked)
class SellPiece:
    """Sell the piece to the buyer who ordered it first. Clause C1.

    `price` is what the buyer was shown; None sells at what the piece costs them now.
    """

    name: ClassVar[str] = "sell"
    at: datetime
    buyer: BuyerId | None = field(default=None, converter=_buyer_if_any)
    price: Money | None = field(default=None, converter=_price_if_any)


@frozen(kw_only=True, field_transformer=checked)
class ChangePrice:
    """Change the initial price."""

    name: ClassVar[str] = "change-price"
    at: datetime
    price: Money = field(converter=_price)


@frozen(kw_only=True, field_transformer=checked)
class ChangeTerms:
    """Change what offers the seller is open to. Clause N1."""

    name: ClassVar[str] = "change-terms"
    at: datetime
    terms: SellerTerms


@frozen(kw_only=True, field_transformer=checked)
class TakeDown:
    """Take the piece off sale; it may be lost or damaged, so nothing that runs prevents it."""

    name: ClassVar[str] = "take-down"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class Relist:
    """Put a piece that was taken down up for sale again."""

    name: ClassVar[str] = "relist"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ReturnToSale:
    """Put a sold piece that came back, and was inspected, up for sale again. Clauses A4, A5."""

    name: ClassVar[str] = "return-to-sale"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ReturnToSeller:
    """Give a sold piece back to its seller, who decides whether to list it again. Clause L5."""

    name: ClassVar[str] = "return-to-seller"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class SetAlert:
    """Subscribe to an alert if a sold piece comes back. Clause A5."""

    name: ClassVar[str] = "set-alert"
    at: datetime
    subscriber: Identifier


Answer: TypeAlias = AcceptOffer | DeclineOffer | CounterOffer | WithdrawOffer
Command: TypeAlias = (
    MakeOffer
    | SendOffer
    | Answer
    | SellPiece
    | ChangePrice
    | ChangeTerms
    | TakeDown
    | Relist
    | ReturnToSale
    | ReturnToSeller
    | SetAlert
)
"""A command of the machine `LISTING`."""
