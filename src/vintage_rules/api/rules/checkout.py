"""Whether a cart can be ordered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from attrs import frozen

from vintage_rules.api.facts import Price
from vintage_rules.api.kinds import DistinctBy
from vintage_rules.api.rule import Answer, rule
from vintage_rules.ids import PieceId
from vintage_rules.money import Money
from vintage_rules.orders.checkout import (
    Buyer,
    CartLine,
    Checkout,
    CheckoutAdmissible,
    CheckoutRefused,
    assess_checkout,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.tenders import assess_tender


@frozen(kw_only=True)
class PricedPiece:
    """A piece and a price: the one its buyer saw, or the one it is on sale for."""

    piece: PieceId
    price: Price


@frozen(kw_only=True)
class BuyerFacts:
    """The buyer: whether they are signed in, and whether their e-mail address has an account."""

    signed_in: bool
    has_account: bool


@frozen(kw_only=True)
class TenderFacts:
    """The means of payment, and its brand where it has one."""

    kind: str
    brand: str | None = None


PricedPieces = Annotated[list[PricedPiece], DistinctBy("piece", "piece")]


@frozen(kw_only=True)
class CheckoutAccepted(Answer):
    """A cart that can be ordered at this moment."""

    decision: ClassVar[str] = "admissible"


@frozen(kw_only=True)
class ChangedPrice:
    """A piece whose price is no longer the one the buyer saw."""

    piece: PieceId
    seen: Money
    now: Money


@frozen(kw_only=True)
class CheckoutNotAccepted(Answer):
    """A cart that cannot, with the pieces gone, the prices changed and the fields missing."""

    decision: ClassVar[str] = "refused"

    gone: tuple[PieceId, ...] | None
    changed: tuple[ChangedPrice, ...] | None
    missing: tuple[str, ...] | None


@rule("assess-checkout", kind="tender")
def assess_checkout_rule(
    house: HousePolicy,
    *,
    cart: PricedPieces,
    on_sale: PricedPieces,
    buyer: BuyerFacts,
    shipping_address: Mapping[str, str],
    billing_address: Mapping[str, str],
    tender: TenderFacts,
) -> CheckoutAccepted | CheckoutNotAccepted:
    """Say whether a cart can be ordered; it reserves nothing. Clauses C1, C2, C4, C6."""
    assessed = assess_checkout(
        Checkout(
            cart=[CartLine(piece=line.piece, price=line.price) for line in cart],
            buyer=Buyer(signed_in=buyer.signed_in, has_account=buyer.has_account),
            shipping_address=shipping_address,
            billing_address=billing_address,
            tender=assess_tender(tender.kind, house.pricing.tenders, brand=tender.brand),
        ),
        {line.piece: line.price for line in on_sale},
        house.checkout,
    )
    match assessed:
        case CheckoutAdmissible():
            return CheckoutAccepted(decided=assessed)
        case CheckoutRefused(changed=changed):
            prices = (
                ChangedPrice(piece=each.piece, seen=each.seen, now=each.now) for each in changed
            )
            return CheckoutNotAccepted(
                decided=assessed,
                reasons=assessed.reasons,
                gone=assessed.gone or None,
                changed=tuple(prices) or None,
                missing=assessed.missing or None,
            )
