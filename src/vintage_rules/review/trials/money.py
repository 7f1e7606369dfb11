"""Questions about fees and gift cards, on amounts around a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import partial
from itertools import product

from attrs import frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.money import EXACT, Money, zero
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.reductions import Reduction, require_reductions, take_off
from vintage_rules.pricing.fee_policy import (
    FeeComponent,
    FeePolicy,
    Sale,
    Tier,
    Tiering,
)
from vintage_rules.pricing.fees import quote_fee
from vintage_rules.pricing.gift_cards import assess_gift_card
from vintage_rules.pricing.reduction_policy import ReductionPolicy
from vintage_rules.review.days import MONDAY
from vintage_rules.review.limits import PolicyLimit, smallest_of
from vintage_rules.review.trials.trial import Trial, amount_of, around
from vintage_rules.wording.phrases import (
    Amount,
    Phrase,
    Term,
    phrase,
)

_NOTHING = Decimal(0)


@frozen(kw_only=True)
class _Circumstances:
    mode: str
    zone: str
    sale: Sale


def of_a_fee(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Charge a fee on amounts around a limit of one of its components."""
    part, cent = limit.within(FeeComponent), smallest_of(house.currency)
    amounts = _charged_on(limit, part, cent)
    yield from fee_trials(limit.within(FeePolicy), [part], amounts, house)


def fee_trials(
    fee: FeePolicy, parts: Iterable[FeeComponent], amounts: Iterable[Decimal], house: HousePolicy
) -> Iterator[Trial]:
    """Charge a fee on amounts, in circumstances in which each of these components applies."""
    for amount, found in product(amounts, (_in_which(part, house) for part in parts)):
        question = phrase(
            "diff.ask.fee",
            fee=Term("fee", fee.name),
            amount=Amount(amount, house.currency),
            mode=Term("mode", found.mode),
        )
        ask = partial(_fee, fee.name, amount, found)
        yield Trial(question=question, ask=ask, at=amount, varies="amount")


def _in_which(part: FeeComponent, house: HousePolicy) -> _Circumstances:
    when, domain = part.when, house.returns.returns.domain
    zones = [zone.name for zone in house.shipping.delivery.zones]
    return _Circumstances(
        mode=min(when.modes or house.shipping.modes),
        zone=min(when.zones) if when.zones else zones[0],
        sale=Sale(
            category=min(when.categories or domain.category),
            seller_kind=min(when.seller_kinds or domain.seller_kind),
            sale_kind=min(when.sale_kinds or domain.sale_kind),
        ),
    )


def _fee(name: str, amount: Decimal, of: _Circumstances, house: HousePolicy) -> object:
    fee = house.pricing.fee(name)
    if fee is None:
        return None
    bases = [base for part in fee.components for base in (part.base, part.chosen_by)]
    main = {base.plus[0] for base in bases if base.plus}
    parts = {n: Money(amount if n in main else 0, house.currency) for n in fee.parts}
    return quote_fee(fee, parts, mode=of.mode, zone=of.zone, sale=of.sale)


def _charged_on(limit: PolicyLimit, part: FeeComponent, cent: Decimal) -> list[Decimal]:
    """Return amounts on both sides of a limit, so far apart that the fee differs by a cent."""
    rates = [rate for rate in (part.rate, *(tier.rate for tier in part.tiers)) if rate]
    slope = EXACT.divide(cent, min(rates)) if rates else cent
    step = max(cent, slope.quantize(cent, ROUND_CEILING))
    if isinstance(limit.tables[-1], FeeComponent):
        bounds = [_to_cent(at, cent) for at in _meeting(part, amount_of(limit))]
        return [near for at in bounds for near in around(at, step)]
    is_slice = isinstance(limit.tables[-1], Tier) and part.tiering is Tiering.MARGINAL
    return around(amount_of(limit), step if is_slice else cent)


def _to_cent(amount: Decimal, cent: Decimal) -> Decimal:
    return amount.quantize(cent, ROUND_FLOOR)


def _meeting(part: FeeComponent, bound: Decimal) -> Iterator[Decimal]:
    """Return the amounts at which a component comes to a bound, at most one in each tier."""
    ends = [*(tier.start for tier in part.tiers), None]
    charged, start, rate = part.fixed, _NOTHING, part.rate
    for tier, end in zip([None, *part.tiers], ends, strict=True):
        if tier is not None:
            before = EXACT.multiply(tier.start - start, rate)
            start, rate = tier.start, part.rate + tier.rate
            charged = charged + before + tier.fixed
            if part.tiering is Tiering.WHOLE:
                charged = part.fixed + tier.fixed + EXACT.multiply(rate, start)
        if rate:
            at = start + EXACT.divide(bound - charged, rate)
            if start <= at and (end is None or at < end):
                yield at


def of_a_card(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Sell gift cards of amounts around a limit."""
    for amount in around(amount_of(limit), smallest_of(house.currency)):
        question = phrase("diff.ask.card", amount=Amount(amount, house.currency))
        yield Trial(question=question, ask=partial(_card, amount), at=amount, varies="amount")


def _card(amount: Decimal, house: HousePolicy) -> object:
    card = house.pricing.gift_card
    if card is None:
        return None
    return assess_gift_card(Money(amount, house.currency), card, purchased_on=MONDAY)


def of_a_reduction(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Order pieces that come to just less than a reduction requires, to that, and to just more."""
    name = limit.within(ReductionPolicy).name
    for amount in around(amount_of(limit), smallest_of(house.currency)):
        goods = Amount(amount, house.currency)
        question = phrase("diff.ask.reduction", name=Term("reduction", name), amount=goods)
        ask = partial(_granted, name, amount)
        yield Trial(question=question, ask=ask, at=amount, varies="amount")


def _granted(name: str, amount: Decimal, house: HousePolicy) -> Phrase | None:
    named = {each.name: each for each in house.pricing.reductions}
    if name not in named:
        return None
    goods, one = Money(amount, house.currency), Money(1, house.currency)
    flat = named[name].flat
    if flat is None:
        with suppress(InvalidValueError):
            require_reductions([Reduction(name=name, amount=one)], goods, house)
            return phrase("diff.allowed")
        return phrase("diff.not-allowed")
    shipping = {"parcel": one + Money(flat, house.currency)}
    granted = take_off({}, {PieceId("piece"): goods}, shipping, zero(house.currency), house)
    is_granted = any(each.policy.name == name for each in granted)
    return phrase("diff.allowed" if is_granted else "diff.not-allowed")
