"""Whether a cart can be ordered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.api.facts import Price
from vintage_rules.api.kinds import DistinctBy, Refined
from vintage_rules.api.rule import Answer, rule
from vintage_rules.ids import PieceId
from vintage_rules.orders.checkout import (
    Buyer,
    CartLine,
    Checkout,
    CheckoutAdmissible,
    CheckoutRefused,
    PriceChange,
    assess_checkout,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.tenders import assess_tender


@frozen(kw_only=True)
class TenderFacts:
    """The means of payment, and its brand where it has one."""

    kind: str
    brand: str | None = None


CartLines: TypeAlias = Annotated[
    list[Annotated[CartLine, Refined({"price": Price})]], DistinctBy("piece", "piece")
]
"""Pieces and prices: those that the buyer saw, or those that they are on sale for."""


@frozen(kw_only=True)
class CheckoutAccepted(Answer):
    """A cart that can be ordered at this moment."""

    decision: ClassVar[str] = "admissible"


@frozen(kw_only=True)
class CheckoutNotAccepted(Answer):
    """A cart that cannot, with the pieces gone, the prices changed and the fields missing."""

    decision: ClassVar[str] = "refused"

    gone: tuple[PieceId, ...] | None
    changed: tuple[PriceChange, ...] | None
    missing: tuple[str, ...] | None


@rule("assess-checkout", brand="tender.brand", kind="tender.kind")
def assess_checkout_rule(
    house: HousePolicy,
    *,
    cart: CartLines,
    on_sale: CartLines,
    buyer: Buyer,
    shipping_address: Mapping[str, str],
    billing_address: Mapping[str, str],
    tender: TenderFacts,
) -> CheckoutAccepted | CheckoutNotAccepted:
    """Say whether a cart can be ordered; it reserves nothing. Clauses C1, C2, C4, C6."""
    assessed = assess_checkout(
        Checkout(
            cart=cart,
            buyer=buyer,
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
        case CheckoutRefused():
            return CheckoutNotAccepted(
                decided=assessed,
                reasons=assessed.reasons,
                gone=assessed.gone or None,
                changed=assessed.changed or None,
                missing=assessed.missing or None,
            )
