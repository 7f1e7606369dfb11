"""What a policy may say and columns cannot compute, each with its name."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from vintage_rules.frames.arithmetic import (
    FINEST_DECIMALS,
    LARGEST_OF_POLICY,
    decimals,
    minor,
)
from vintage_rules.money import currency_of, decimals_of
from vintage_rules.orders.policy import HousePolicy


class Shape(StrEnum):
    """A shape of a policy that has no column form."""

    FINE_RATE = "fine-rate"
    LARGE_AMOUNT = "large-amount"

    @property
    def meaning(self) -> str:
        """What it is, in words."""
        return _MEANINGS[self]


_MEANINGS = {
    Shape.FINE_RATE: f"a rate of a fee with more than {FINEST_DECIMALS} decimals",
    Shape.LARGE_AMOUNT: (
        "an amount beyond 10 million, with two decimals, or finer than its currency"
    ),
}


def shapes_of(policy: HousePolicy) -> Iterator[tuple[str, Shape]]:
    """Return where a policy says something that has no column form, and which shape it is."""
    for fee in policy.pricing.fees:
        for number, part in enumerate(fee.components):
            at = f"pricing.fees.{fee.name}.components[{number}]"
            rates = (part.rate, *(tier.rate for tier in part.tiers))
            if any(decimals(rate) > FINEST_DECIMALS for rate in rates):
                yield at, Shape.FINE_RATE
            bounds = (part.minimum, part.maximum, part.when.at_least, part.when.below)
            tiers = [amount for tier in part.tiers for amount in (tier.start, tier.fixed)]
            if _too_large(policy, part.fixed, *bounds, *tiers):
                yield at, Shape.LARGE_AMOUNT
    for table in policy.shipping.postage.tables:
        if _too_large(policy, *(band.price for band in table.bands)):
            yield f"shipping.postage.tables.{table.name}", Shape.LARGE_AMOUNT
    for reduction in policy.pricing.reductions:
        if _too_large(policy, reduction.least, reduction.flat):
            yield f"pricing.reductions.{reduction.name}", Shape.LARGE_AMOUNT
    payable = policy.pricing.payable
    if payable is not None and _too_large(policy, payable.step):
        yield "pricing.payable", Shape.LARGE_AMOUNT


def _too_large(policy: HousePolicy, *amounts: Decimal | None) -> bool:
    """Return whether one of them is larger than int64 allows, or finer than the currency."""
    finest = decimals_of(currency_of(policy.currency))
    return any(
        minor(amount, policy.currency) > LARGEST_OF_POLICY or decimals(amount) > finest
        for amount in amounts
        if amount is not None
    )
