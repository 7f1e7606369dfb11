"""Whether an order can be placed as it is, with every reason. Clauses C1, C2, C4, C6."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.money import Money
from vintage_rules.orders.policy import CheckoutPolicy
from vintage_rules.pricing.tenders import TenderAssessment, TenderRefused


class CheckoutRefusal(StrEnum):
    """Why an order is not accepted; nothing is charged."""

    ACCOUNT_NEEDED = "account-needed"
    ADDRESS_INCOMPLETE = "address-incomplete"
    BRAND_NOT_ACCEPTED = "brand-not-accepted"
    EMPTY_CART = "empty-cart"
    NOT_SIGNED_IN = "not-signed-in"
    OWN_PIECE = "own-piece"
    PIECE_GONE = "piece-gone"
    PRICE_CHANGED = "price-changed"


_OF_PIECES = frozenset(
    {
        CheckoutRefusal.EMPTY_CART,
        CheckoutRefusal.OWN_PIECE,
        CheckoutRefusal.PIECE_GONE,
        CheckoutRefusal.PRICE_CHANGED,
    }
)
_FOUND_BY = ("postal_code", "city")


@frozen(kw_only=True)
class CartLine:
    """A piece in a cart, at the price the buyer saw."""

    piece: PieceId
    price: Money


@frozen(kw_only=True)
class Buyer:
    """The buyer: whether they are signed in, and whether their e-mail address has an account."""

    signed_in: bool
    has_account: bool


@frozen(kw_only=True)
class PriceChange:
    """A piece whose price is no longer the one the buyer saw."""

    piece: PieceId
    seen: Money
    now: Money


@frozen(kw_only=True)
class CheckoutAdmissible(Decision):
    """An order that can be placed."""


@frozen(kw_only=True)
class CheckoutRefused(Decision):
    """An order that cannot be placed, with every reason.

    It names the pieces gone, the prices changed, the address fields missing and the pieces that are
    the buyer's own.
    """

    reasons: tuple[CheckoutRefusal, ...]
    gone: tuple[PieceId, ...]
    changed: tuple[PriceChange, ...]
    missing: tuple[str, ...]
    own: tuple[PieceId, ...] = ()

    @property
    def concerns_pieces(self) -> bool:
        """Whether it is about what is in the cart, not only about who orders and where to."""
        return not _OF_PIECES.isdisjoint(self.reasons)


CheckoutAssessment: TypeAlias = CheckoutAdmissible | CheckoutRefused
"""Whether a cart can be ordered. Clauses C1 to C4, C6."""


@frozen(kw_only=True)
class Checkout:
    """What a buyer validates.

    The cart, the buyer, both addresses by field, and the answer about their means of payment.
    `own` are the pieces that the buyer sells, and cannot buy.
    """

    cart: Sequence[CartLine]
    buyer: Buyer
    shipping_address: Mapping[str, str]
    billing_address: Mapping[str, str]
    tender: TenderAssessment
    own: frozenset[PieceId] = frozenset()


def assess_checkout(
    checkout: Checkout, on_sale: Mapping[PieceId, Money], policy: CheckoutPolicy
) -> CheckoutAssessment:
    """Return whether a cart can be ordered at this moment; a cart reserves nothing.

    Clauses C1, C2, C4, C6.

    `on_sale` holds the public price of each piece that can be bought now. The shipping address must
    hold the country and the postal code or the city, whatever else the policy requires: a country
    alone gives an estimate (clause L12).

    Raises:
        InvalidValueError: If a piece is in the cart twice.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.pricing import assess_tender
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> home = {
    ...     "name": "Zoé",
    ...     "line1": "1 rue Neuve",
    ...     "postal_code": "33000",
    ...     "city": "Bordeaux",
    ...     "country": "FR",
    ... }
    >>> late = Checkout(
    ...     cart=[CartLine(piece=PieceId("coat"), price=Money("90.00", "EUR"))],
    ...     buyer=Buyer(signed_in=False, has_account=True),
    ...     shipping_address=home,
    ...     billing_address=home,
    ...     tender=assess_tender("paypal", house.pricing.tenders),
    ... )
    >>> [str(reason) for reason in assess_checkout(late, {}, house.checkout).reasons]
    ['not-signed-in', 'piece-gone']
    """
    _check(checkout.cart)
    gone = tuple(line.piece for line in checkout.cart if line.piece not in on_sale)
    changed = tuple(_changes(checkout.cart, on_sale))
    own = tuple(line.piece for line in checkout.cart if line.piece in checkout.own)
    missing = tuple(_missing(checkout, policy))
    buyer = checkout.buyer
    found = {
        CheckoutRefusal.ACCOUNT_NEEDED: _is_guest(buyer) and not policy.guests_may_order,
        CheckoutRefusal.ADDRESS_INCOMPLETE: bool(missing),
        CheckoutRefusal.BRAND_NOT_ACCEPTED: isinstance(checkout.tender, TenderRefused),
        CheckoutRefusal.EMPTY_CART: not checkout.cart,
        CheckoutRefusal.NOT_SIGNED_IN: buyer.has_account and not buyer.signed_in,
        CheckoutRefusal.OWN_PIECE: bool(own),
        CheckoutRefusal.PIECE_GONE: bool(gone),
        CheckoutRefusal.PRICE_CHANGED: bool(changed),
    }
    reasons = tuple(reason for reason, holds in found.items() if holds)
    if not reasons:
        return CheckoutAdmissible(edition=policy.edition, sources=_all_sources(checkout, policy))
    return CheckoutRefused(
        reasons=reasons,
        gone=gone,
        changed=changed,
        missing=missing,
        own=own,
        edition=policy.edition,
        sources=_sources(reasons, checkout, policy),
    )


def _is_guest(buyer: Buyer) -> bool:
    # A buyer who is signed in may give another e-mail address than their account's.
    return not (buyer.signed_in or buyer.has_account)


def _check(cart: Sequence[CartLine]) -> None:
    seen: set[PieceId] = set()
    for line in cart:
        if line.piece in seen:
            raise InvalidValueError("cart", line.piece, "different pieces, each given once")
        seen.add(line.piece)


def _changes(cart: Sequence[CartLine], on_sale: Mapping[PieceId, Money]) -> list[PriceChange]:
    return [
        PriceChange(piece=line.piece, seen=line.price, now=on_sale[line.piece])
        for line in cart
        if line.piece in on_sale and on_sale[line.piece] != line.price
    ]


def _missing(checkout: Checkout, policy: CheckoutPolicy) -> list[str]:
    required, shipping = policy.required_address_fields, checkout.shipping_address
    found = any(_holds(shipping, name) or name in required for name in _FOUND_BY)
    place = () if found else _FOUND_BY[:1]
    needed = {
        "billing": (checkout.billing_address, required),
        "shipping": (shipping, tuple(dict.fromkeys((*required, *place, "country")))),
    }
    return [
        f"{kind}.{name}"
        for kind, (address, names) in needed.items()
        for name in names
        if not _holds(address, name)
    ]


def _holds(address: Mapping[str, str], name: str) -> bool:
    return bool((address.get(name) or "").strip())


def _sources(
    reasons: Sequence[CheckoutRefusal], checkout: Checkout, policy: CheckoutPolicy
) -> tuple[str, ...]:
    found = (source for reason in reasons for source in _source(reason, checkout, policy))
    return tuple(dict.fromkeys(found))


def _source(reason: CheckoutRefusal, checkout: Checkout, policy: CheckoutPolicy) -> tuple[str, ...]:
    match reason:
        case CheckoutRefusal.ACCOUNT_NEEDED | CheckoutRefusal.NOT_SIGNED_IN:
            return policy.account_sources
        case CheckoutRefusal.ADDRESS_INCOMPLETE | CheckoutRefusal.EMPTY_CART:
            return policy.address_sources
        case CheckoutRefusal.BRAND_NOT_ACCEPTED:
            return checkout.tender.sources
        case CheckoutRefusal.OWN_PIECE | CheckoutRefusal.PIECE_GONE | CheckoutRefusal.PRICE_CHANGED:
            return policy.availability_sources
        case _:
            assert_never(reason)


def _all_sources(checkout: Checkout, policy: CheckoutPolicy) -> tuple[str, ...]:
    return _sources(tuple(CheckoutRefusal), checkout, policy)
