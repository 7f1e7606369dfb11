"""Checks of what a document says and no order does by itself, so that a host must do it."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.dates import Window
from vintage_rules.fields import OFFER_EVENTS
from vintage_rules.offers.policy import (
    Acceptance,
)
from vintage_rules.orders.deadlines import DISPATCH
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import FeePolicy, Outcome, Payer, Per
from vintage_rules.returns.cancellation_policy import CancellableUntil, Canceller
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.review.check.happening import blocking_event
from vintage_rules.review.limits import limits_of
from vintage_rules.service.policy import Addressee
from vintage_rules.wording.common import length


def host_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check for fees, times and charges that no order ever comes to."""
    yield from _outcome_fees(sheet)
    yield from _listing_fees(sheet)
    yield from _windows(sheet)
    yield from _charged_offers(sheet)


def _outcome_fees(sheet: Sheet) -> Iterator[Flaw]:
    for i, fee in enumerate(sheet.policy.pricing.fees):
        if fee.on is not None and not _is_charged(fee, sheet.policy):
            code, example = CheckCode.FEE_LEFT_TO_HOST, shown(str(fee.on))
            yield flaw(code, ("pricing", "fees", i, "on"), example, fee=fee.name)


def _listing_fees(sheet: Sheet) -> Iterator[Flaw]:
    for i, fee in enumerate(sheet.policy.pricing.fees):
        if fee.per is Per.LISTING:
            code, at = CheckCode.LISTING_FEE_LEFT_TO_HOST, ("pricing", "fees", i, "per")
            yield flaw(code, at, shown(str(fee.per)), fee=fee.name)


def _is_charged(fee: FeePolicy, policy: HousePolicy) -> bool:
    """Return whether an order can come to the outcome of a fee by itself, and so charges it."""
    if fee.on is Outcome.CANCELLED:
        rule = policy.returns.of_cancellations.rule(Canceller(fee.payer))
        return rule.until is not CancellableUntil.NEVER
    if fee.on is not Outcome.LATE or fee.payer is not Payer.SELLER:
        return False
    asked = policy.service.questions
    waits = (mode.arrives_within for mode in policy.shipping.modes.values())
    return any(each.name == DISPATCH and each.asked is Addressee.SELLER for each in asked) or any(
        wait is not None for wait in waits
    )


def _windows(sheet: Sheet) -> Iterator[Flaw]:
    for limit in limits_of(sheet.policy):
        if isinstance(limit.value, Window):
            event = blocking_event(limit.value.anchor, OFFER_EVENTS)
            if event is not None:
                at = (*limit.at, "anchor")
                yield flaw(CheckCode.EVENT_OF_NO_ORDER, at, shown(event), event=event)


def _charged_offers(sheet: Sheet) -> Iterator[Flaw]:
    acceptance = sheet.policy.listing.offers.acceptance
    if acceptance is Acceptance.CHARGE:
        at = ("listing", "offers", "acceptance")
        waits = length(sheet.policy.listing.offers.lowered_for)
        yield flaw(CheckCode.CHARGE_LEFT_TO_HOST, at, shown(str(acceptance)), length=waits)
