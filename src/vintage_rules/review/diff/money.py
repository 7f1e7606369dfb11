"""Examples about money: fees, gift cards and postage, on both sides of every limit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from vintage_rules.money import EXACT, Money, currency_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.pricing.fee_policy import FeeComponent, FeePolicy
from vintage_rules.pricing.fees import quote_fee
from vintage_rules.pricing.gift_cards import assess_gift_card
from vintage_rules.review.diff.examples import MONDAY, Example, asked, destinations
from vintage_rules.review.limits import amount_limits
from vintage_rules.shipping.policy import PostageTable
from vintage_rules.shipping.postage import quote_postage
from vintage_rules.wording.phrases import Amount, Country, Grams, Term, phrase

_NOTHING = Decimal(0)


def fee_examples(name: str, before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Charge one fee a smallest amount below, at and above every limit that either policy has."""
    fees = [fee for policy in (before, after) if (fee := policy.pricing.fee(name)) is not None]
    cent = Decimal(1) / currency_of(before.currency).sub_unit
    limits = {limit for fee in fees for part in fee.components for limit in _limits(part, cent)}
    for mode, zone in _circumstances(fees, before, after):
        for amount in _around(limits or {Decimal(100)}, cent):
            question = phrase(
                "diff.ask.fee",
                fee=Term("fee", name),
                amount=Amount(amount, before.currency),
                mode=Term("mode", mode),
            )
            yield asked(
                question,
                partial(_fee, name, amount, mode, zone),
                before,
                after,
            )


def _around(limits: set[Decimal], step: Decimal) -> list[Decimal]:
    near = {limit + n * step for limit in limits for n in (-1, 0, 1)}
    return sorted(amount for amount in near if amount >= 0)


def _limits(part: FeeComponent, cent: Decimal) -> Iterator[Decimal]:
    """Return the amounts at which a component begins, ends, or meets its minimum or maximum."""
    for limit in (part.when.at_least, part.when.below, *(tier.start for tier in part.tiers)):
        if limit is not None:
            yield limit
    for bound in (part.minimum, part.maximum):
        if bound is not None and part.rate and bound > part.fixed:
            yield EXACT.divide(bound - part.fixed, part.rate).quantize(cent)


def _circumstances(
    fees: list[FeePolicy], before: HousePolicy, after: HousePolicy
) -> Iterator[tuple[str, str]]:
    """Return one mode and zone in which the fee applies, of those that either policy knows."""
    modes = list(dict.fromkeys((*before.shipping.modes, *after.shipping.modes)))
    zones = [z.name for policy in (before, after) for z in policy.shipping.delivery.zones]
    whens = [part.when for fee in fees for part in fee.components]
    named = [mode for mode in modes if any(when.modes and mode in when.modes for when in whens)]
    asked_zones = [zone for zone in zones if any(w.zones and zone in w.zones for w in whens)]
    for mode in (named or modes)[:2]:
        yield mode, (asked_zones or zones)[0]


def _fee(name: str, amount: Decimal, mode: str, zone: str, policy: HousePolicy) -> object:
    fee = policy.pricing.fee(name)
    if fee is None:
        return None
    sums = [base for part in fee.components for base in (part.base, part.chosen_by)]
    names = {part for base in sums for part in (*base.plus, *base.minus)} | {"pieces"}
    main = {"pieces", "list-price"}
    parts = {n: Money(amount if n in main else 0, policy.currency) for n in names}
    return quote_fee(fee, parts, mode=mode, zone=zone)


def card_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Sell a gift card a smallest amount below, at and above both bounds of both policies."""
    cards = [c for policy in (before, after) if (c := policy.pricing.gift_card) is not None]
    cent = Decimal(1) / currency_of(before.currency).sub_unit
    limits = {limit for card in cards for limit in amount_limits(card)}
    for amount in _around(limits, cent):
        near = Amount(amount, before.currency)
        yield asked(
            phrase("diff.ask.card", amount=near),
            partial(_card, amount),
            before,
            after,
        )


def _card(amount: Decimal, policy: HousePolicy) -> object:
    card = policy.pricing.gift_card
    if card is None:
        return None
    return assess_gift_card(Money(amount, policy.currency), card, purchased_on=MONDAY)


def postage_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Weigh a parcel a gram below, at and above every band of the places of the examples."""
    for destination in destinations():
        for mode in dict.fromkeys((*before.shipping.modes, *after.shipping.modes)):
            weights = sorted(
                weight
                for policy in (before, after)
                for weight in _weights(destination, mode, policy)
            )
            for weight in dict.fromkeys(weights):
                yield _posted(weight, destination, mode, before, after)


def _posted(
    weight: int, destination: Destination, mode: str, before: HousePolicy, after: HousePolicy
) -> Example:
    question = phrase(
        "diff.ask.postage",
        weight=Grams(weight),
        country=Country(destination.territory.country),
        mode=Term("mode", mode),
    )
    territory = destination.territory
    return asked(
        question,
        lambda policy: quote_postage(weight, territory, mode, policy.shipping.postage),
        before,
        after,
    )


def _weights(destination: Destination, mode: str, policy: HousePolicy) -> Iterator[int]:
    postage = policy.shipping.postage
    table: PostageTable | None = next(
        (table for table in postage.tables if table.covers(destination.territory, mode)), None
    )
    for band in table.bands if table else ():
        for weight in (band.up_to_g - postage.packaging_g + n for n in (-1, 0, 1)):
            if weight > 0:
                yield weight
