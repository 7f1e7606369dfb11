"""Fees: what is charged on top of the pieces, and what a seller is charged. Clause L4.

Each component is compared with its minimum and maximum exactly and rounded once, at the end, in
its own direction; the rounded components are added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property, reduce
from types import MappingProxyType
from typing import TypeAlias, assert_never

from attrs import field, frozen

from vintage_rules.decision import PolicyDecision, merged
from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.ids import PieceId
from vintage_rules.money import EXACT, Money, plus, priced, rounded, split
from vintage_rules.pricing.fee_policy import (
    UNSPECIFIED,
    Base,
    Combine,
    Condition,
    FeeComponent,
    FeePolicy,
    Sale,
    Tier,
    Tiering,
)

_NOTHING = Decimal(0)
_NO_PIECES: Mapping[PieceId, Money] = MappingProxyType({})


@frozen(kw_only=True, slots=False)
class FeeCharged(PolicyDecision):
    """A fee that applies, with the components that made it.

    In an order it is charged once for the pieces of `shared_by`, in proportion to these amounts;
    a fee that is quoted by itself is charged for no piece in particular.
    """

    fee: Money
    policy: FeePolicy
    components: tuple[FeeComponent, ...]
    shared_by: Mapping[PieceId, Money] = field(default=_NO_PIECES, repr=False)

    @cached_property
    def shares(self) -> Mapping[PieceId, Money]:
        """What of the fee each of its pieces bears; they add up to it, to the last cent."""
        amounts = split(self.fee, self.shared_by.values())
        return dict(zip(self.shared_by, amounts, strict=True))

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return merged(self.policy.sources, *[part.sources for part in self.components])


@frozen(kw_only=True)
class FeeNotCharged(PolicyDecision):
    """A fee that does not apply to this order."""

    policy: FeePolicy


FeeQuote: TypeAlias = FeeCharged | FeeNotCharged
"""A fee that is charged, or the reason why it is not. Clause L4."""


def quote_fee(
    policy: FeePolicy,
    parts: Mapping[str, Money],
    *,
    mode: str | None,
    zone: str | None = None,
    sale: Sale = UNSPECIFIED,
) -> FeeQuote:
    """Return one fee of an order, a seller, a piece or a listing. Clause L4.

    `parts` holds what the policy's bases name (`pieces`, `shipping`, ...), each in the policy's
    currency and not below zero; `sale` is what is known of the piece. Whether the fee applies, and
    on what, depends on the policy alone.

    Raises:
        MoneyError: If an amount is not valid.
        CurrencyMismatchError: If the currencies differ.
        UnknownTermError: If a base names a part that is not given.
        InvalidValueError: If the fee depends on a mode or a zone that is not given.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> fee = (
    ...     load_policy("imparfaite")
    ...     .on(date(2026, 11, 22))
    ...     .pricing.fee("quality-control")
    ... )
    >>> quote_fee(fee, {"pieces": Money("120.55", "EUR")}, mode="grouped").fee
    Money('12.06', 'EUR')
    """
    amounts: dict[str, Decimal] = {}
    for name, money in parts.items():
        amounts[name] = priced(money, policy.currency, name).amount
    applied = [part for part in policy.components if _applies(part, amounts, mode, zone, sale)]
    if not applied:
        return FeeNotCharged(policy=policy)
    if len(applied) > 1 and policy.combine is Combine.GREATEST:
        applied = [max(applied, key=lambda part: _exact_fee(part, amounts))]
    fee = _rounded(applied[0], amounts, policy)
    if len(applied) > 1:
        fee = plus(fee, [_rounded(part, amounts, policy) for part in applied[1:]])
    return FeeCharged(fee=fee, policy=policy, components=tuple(applied))


def _rounded(part: FeeComponent, amounts: Mapping[str, Decimal], policy: FeePolicy) -> Money:
    return rounded(_exact_fee(part, amounts), policy.unit, part.rounding)


def _applies(
    part: FeeComponent,
    amounts: Mapping[str, Decimal],
    mode: str | None,
    zone: str | None,
    sale: Sale,
) -> bool:
    when = part.when
    if when.modes is not None and mode is not None and mode not in when.modes:
        return False
    if when.zones is not None and zone is not None and zone not in when.zones:
        return False
    if when.of_the_sale and not when.covers(sale):
        return False
    if when.bounded and not _is_within(when, part, amounts):
        return False
    if mode is None:
        _require_known("mode", when.modes)
    if zone is None:
        _require_known("zone", when.zones)
    return True


def _require_known(name: str, terms: frozenset[str] | None) -> None:
    """Refuse to decide without a fact, if the fee depends on it."""
    if terms is not None:
        raise InvalidValueError(name, None, "given: the fee depends on it")


def _is_within(when: Condition, part: FeeComponent, amounts: Mapping[str, Decimal]) -> bool:
    chosen = _sum(part.chosen_by, amounts)
    if when.at_least is not None and chosen < when.at_least:
        return False
    return when.below is None or chosen < when.below


def _exact_fee(part: FeeComponent, amounts: Mapping[str, Decimal]) -> Decimal:
    base = _sum(part.base, amounts)
    fee = part.rate.fma(base, part.fixed, EXACT)
    if part.tiers:
        fee = EXACT.add(fee, _tiered(part, base, _sum(part.chosen_by, amounts)))
    if part.minimum is not None and fee < part.minimum:
        fee = part.minimum
    if part.maximum is not None and fee > part.maximum:
        fee = part.maximum
    return fee


def _sum(base: Base, amounts: Mapping[str, Decimal]) -> Decimal:
    try:
        if len(base.plus) == 1 and not base.minus:
            return amounts[base.plus[0]]
        added = _added(amounts[name] for name in base.plus)
        taken_off = _added(amounts[name] for name in base.minus)
    except KeyError as missing:
        raise UnknownTermError("base", str(missing.args[0]), tuple(sorted(amounts))) from None
    return max(EXACT.subtract(added, taken_off), _NOTHING)


def _added(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, amounts, _NOTHING)


def _tiered(part: FeeComponent, base: Decimal, chosen: Decimal) -> Decimal:
    reached = [tier for tier in part.tiers if _reaches(chosen, tier)]
    if not reached:
        return _NOTHING
    match part.tiering:
        case Tiering.WHOLE:
            return EXACT.add(reached[-1].fixed, EXACT.multiply(reached[-1].rate, base))
        case Tiering.MARGINAL:
            return _slices(reached, base)
        case _:
            assert_never(part.tiering)


def _reaches(amount: Decimal, tier: Tier) -> bool:
    return amount >= tier.start if tier.inclusive else amount > tier.start


def _slices(reached: list[Tier], base: Decimal) -> Decimal:
    """Return each tier's rate of the part of the base between its start and the next one's."""
    ends = [*(min(tier.start, base) for tier in reached[1:]), base]
    slices = (
        EXACT.multiply(tier.rate, max(EXACT.subtract(end, tier.start), _NOTHING))
        for tier, end in zip(reached, ends, strict=True)
    )
    return _added([*(tier.fixed for tier in reached), *slices])
