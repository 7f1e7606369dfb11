"""What a policy may say and columns cannot compute, each with its name."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias, assert_never

from vintage_rules.dates import Several
from vintage_rules.frames.arithmetic import (
    FINEST_DECIMALS,
    LARGEST_OF_POLICY,
    decimals,
    minor,
)
from vintage_rules.money import currency_of, decimals_of
from vintage_rules.orders.fees import fees_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import FeeComponent, FeePolicy, Payer, Per, Tiering
from vintage_rules.pricing.reduction_policy import AppliesTo, OnReturn
from vintage_rules.returns.terms import RECEIVED, REQUESTED, RETURN_ACCEPTED


class Shape(StrEnum):
    """A shape of a policy that has no column form."""

    FINE_RATE = "fine-rate"
    LARGE_AMOUNT = "large-amount"
    POSTING_EVENT = "posting-event"
    REDUCTION_ON_RETURN = "reduction-on-return"
    REFUNDED_FEE = "refunded-fee"
    SEVERAL_EVENTS = "several-events"
    WINDOW_OF_HOURS = "window-of-hours"

    @property
    def meaning(self) -> str:
        """What it is, in words."""
        return _MEANINGS[self]


_MEANINGS = {
    Shape.FINE_RATE: f"a rate of a fee with more than {FINEST_DECIMALS} decimals",
    Shape.LARGE_AMOUNT: (
        "an amount beyond 10 million, with two decimals, or finer than its currency"
    ),
    Shape.POSTING_EVENT: (
        "a time for posting a return from another event than its request, its acceptance or the "
        "receipt of the pieces"
    ),
    Shape.REDUCTION_ON_RETURN: (
        "for refunds, a reduction of fees or of the total, or one that stays or is withdrawn when "
        "pieces come back"
    ),
    Shape.REFUNDED_FEE: (
        "for refunds, a fee they give back that is charged per seller, or is computed on shipping "
        "or other fees"
    ),
    Shape.SEVERAL_EVENTS: "a time for returns or payouts from the first or last of several events",
    Shape.WINDOW_OF_HOURS: "a time for returns that counts hours or minutes",
}


class FrameRule(StrEnum):
    """A rule over columns, by the name of its function."""

    ASSESS_IMPORTS = "assess_imports"
    ASSESS_OFFERS = "assess_offers"
    ASSESS_PAYOUTS = "assess_payouts"
    ASSESS_RETURNS = "assess_returns"
    ESTIMATE_DELIVERIES = "estimate_deliveries"
    ESTIMATE_PROMISES = "estimate_promises"
    QUOTE_FEES = "quote_fees"
    QUOTE_ORDERS = "quote_orders"
    QUOTE_REFUNDS = "quote_refunds"


Found: TypeAlias = Iterator[tuple[str, Shape]]


def shapes_of(policy: HousePolicy, rule: FrameRule) -> Found:
    """Return where a policy says something that has no column form, and which shape it is."""
    match rule:
        case FrameRule.QUOTE_FEES:
            yield from _of_fees(policy)
        case FrameRule.QUOTE_ORDERS:
            yield from _of_fees(policy)
            yield from _of_orders(policy)
        case FrameRule.QUOTE_REFUNDS:
            yield from _of_fees(policy)
            yield from _of_orders(policy)
            yield from _of_refunds(policy)
        case FrameRule.ASSESS_RETURNS:
            yield from _of_returns(policy)
        case FrameRule.ASSESS_PAYOUTS:
            payouts = policy.returns.payouts
            windows = (payouts.window, *(terms.window for terms in payouts.elsewhere))
            if any(isinstance(window.anchor, Several) for window in windows):
                yield "returns.payouts", Shape.SEVERAL_EVENTS
        case FrameRule.ASSESS_OFFERS:
            offers = policy.listing.offers
            cut = None if offers.floor is None else offers.floor.kept
            if any(
                decimals(rate) > FINEST_DECIMALS
                for rate in (cut, offers.completion_at_least)
                if rate is not None
            ):
                yield "listing.offers", Shape.FINE_RATE
        case FrameRule.ASSESS_IMPORTS | FrameRule.ESTIMATE_DELIVERIES | FrameRule.ESTIMATE_PROMISES:
            return
        case _:
            assert_never(rule)


def _of_fees(policy: HousePolicy) -> Found:
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


def _of_orders(policy: HousePolicy) -> Found:
    for table in policy.shipping.postage.tables:
        if _too_large(policy, *(band.price for band in table.bands)):
            yield f"shipping.postage.tables.{table.name}", Shape.LARGE_AMOUNT
    for reduction in policy.pricing.reductions:
        if _too_large(policy, reduction.least, reduction.flat):
            yield f"pricing.reductions.{reduction.name}", Shape.LARGE_AMOUNT
    payable = policy.pricing.payable
    if payable is not None and _too_large(policy, payable.step):
        yield "pricing.payable", Shape.LARGE_AMOUNT


def _of_refunds(policy: HousePolicy) -> Found:
    for fee in fees_of(policy, Payer.BUYER):
        given_back = fee.refundable or fee.refunded_with is not None
        computed = fee.parts & {"shipping", "fees", "handling"}
        if given_back and (fee.per is Per.SELLER or computed):
            yield f"pricing.fees.{fee.name}", Shape.REFUNDED_FEE
    for reduction in policy.pricing.reductions:
        of_parts = reduction.applies_to in (AppliesTo.PIECES, AppliesTo.SHIPPING)
        if not of_parts or reduction.on_return is not OnReturn.SHARE:
            yield f"pricing.reductions.{reduction.name}", Shape.REDUCTION_ON_RETURN
    for terms in policy.returns.refund_terms:
        at, deduction = f"returns.refund_terms.{terms.name}", terms.deduction
        if decimals(deduction.rate) > FINEST_DECIMALS:
            yield at, Shape.FINE_RATE
        if _too_large(policy, deduction.fixed, deduction.per_return):
            yield at, Shape.LARGE_AMOUNT


def may_rise(fee: FeePolicy) -> bool:
    """Return whether a fee may be more on fewer pieces, at their prices and all that falls on them.

    A fee that is charged for each piece never is.
    """
    if fee.per is Per.PIECE:
        return False
    return any(_may_rise(part) for part in fee.components)


def _may_rise(part: FeeComponent) -> bool:
    if part.when.below is not None or part.base.minus or part.chosen_by.minus:
        return True
    if not part.tiers or part.tiering is Tiering.MARGINAL:
        return False
    if part.base != part.chosen_by:
        return True
    return any(
        before.rate * tier.start + before.fixed > tier.rate * tier.start + tier.fixed
        for before, tier in pairwise(part.tiers)
    )


def _of_returns(policy: HousePolicy) -> Found:
    for rule in policy.returns.returns.rules:
        terms = rule.terms
        if terms is None:
            continue
        at = f"returns.returns.rules.{rule.name}"
        if isinstance(terms.window.anchor, Several):
            yield at, Shape.SEVERAL_EVENTS
        lengths = (terms.window.length, terms.window.starts_after)
        if any(length.is_elapsed for length in lengths if length is not None):
            yield at, Shape.WINDOW_OF_HOURS
        posting = terms.posting_clock
        if posting is not None and posting.window.anchor not in _POSTING_EVENTS:
            yield at, Shape.POSTING_EVENT


_POSTING_EVENTS = (REQUESTED, RETURN_ACCEPTED, RECEIVED)


def _too_large(policy: HousePolicy, *amounts: Decimal | None) -> bool:
    """Return whether one of them is larger than int64 allows, or finer than the currency."""
    finest = decimals_of(currency_of(policy.currency))
    return any(
        minor(amount, policy.currency) > LARGEST_OF_POLICY or decimals(amount) > finest
        for amount in amounts
        if amount is not None
    )
