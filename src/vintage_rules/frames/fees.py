"""What a fee comes to, over columns. Clause L4; the scalar rule is `pricing.fees`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial, reduce
from typing import TypeAlias

import narwhals as nw
from attrs import frozen

from vintage_rules.frames.arithmetic import (
    LARGEST,
    clipped,
    decimals,
    first_of,
    minor,
    number,
    rounded,
    summed,
)
from vintage_rules.frames.columns import RuleColumns, columns, fee_column
from vintage_rules.frames.engine import Engine, FrameT, Lazy, any_of, carry_out
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.shapes import FrameRule
from vintage_rules.money import currency_of, quantum_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import (
    Base,
    Combine,
    FeeComponent,
    FeePolicy,
    Per,
    Tiering,
)

SALE = ("category", "seller_kind", "sale_kind")


def part_column(part: str) -> str:
    """Return the name of the column of a part of an order.

    >>> part_column("list-price")
    'list_price'
    """
    return part.replace("-", "_")


Among: TypeAlias = Callable[[Collection[str]], nw.Expr]
"""Where a term of a fee, such as the mode of shipping, is one of some values."""


def unknown_term(_: Collection[str]) -> nw.Expr:
    """Return where a term is one of some values of which nothing is known: nowhere."""
    return nw.lit(value=False)


def sale_of(policy: HousePolicy, names: Sequence[str], *, known: bool) -> Mapping[str, Among]:
    """Return what is known of a piece's sale, completed by what the policy assumes.

    Nothing is `known` of the sale of an order, which holds pieces of many kinds.
    """
    if not known:
        return dict.fromkeys(SALE, unknown_term)
    by_the_house = policy.returns.returns.assumed
    assumed: dict[str, str] = {
        "category": by_the_house.category,
        "seller_kind": by_the_house.seller_kind,
        "sale_kind": by_the_house.sale_kind,
    }
    return {name: _stated(name if name in names else None, assumed[name]) for name in SALE}


def _stated(name: str | None, assumed: str) -> Among:
    """Return a term of a sale; the empty text states none, as in the scalar rule."""

    def among(values: Collection[str]) -> nw.Expr:
        if name is None:
            return nw.lit(assumed in values)
        column = nw.col(name)
        stated = [column == value for value in sorted(values) if value]
        if assumed in values:
            stated += [column.is_null(), column == ""]
        return any_of(stated).fill_null(value=False)

    return among


@frozen(kw_only=True)
class FeeColumns:
    """What a fee is computed on: an expression for each part, mode, zone and term of the sale."""

    engine: Engine
    currency: str
    parts: Mapping[str, nw.Expr]
    mode: Among
    zone: Among
    sale: Mapping[str, Among]

    def fee(self, policy: FeePolicy) -> nw.Expr:
        """Return what a fee comes to; null where it does not apply."""
        scale = 10 ** max(_decimals(part) for part in policy.components)
        found = [
            (part, self._applies(part), self._exact(part, scale)) for part in policy.components
        ]
        if policy.combine is Combine.GREATEST and len(found) > 1:
            return self._greatest(found, scale)
        amounts = [
            nw.when(applies).then(rounded(self.engine, exact, scale, part.rounding)).otherwise(None)
            if applies is not None
            else rounded(self.engine, exact, scale, part.rounding)
            for part, applies, exact in found
        ]
        if len(amounts) == 1:
            return amounts[0]
        charged = reduce(lambda one, other: one | other, [~each.is_null() for each in amounts])
        total = summed([each.fill_null(0) for each in amounts])
        return nw.when(charged).then(total).otherwise(None)

    def missing(self, policy: FeePolicy) -> Mapping[str, nw.Expr]:
        """Return for each part where a component that applies is computed on it and it is null."""
        found: dict[str, list[nw.Expr]] = {}
        for part in policy.components:
            applies = self._applies(part)
            for base in (part.base, part.chosen_by):
                for name in (*base.plus, *base.minus):
                    lacks = self.parts[name].is_null()
                    known = lacks if applies is None else lacks & applies.fill_null(value=True)
                    found.setdefault(name, []).append(known)
        return {name: reduce(lambda one, other: one | other, each) for name, each in found.items()}

    def _greatest(
        self, found: Sequence[tuple[FeeComponent, nw.Expr | None, nw.Expr]], scale: int
    ) -> nw.Expr:
        """Return the component that comes to most, exactly; the first of equals."""
        exact = [
            each if applies is None else nw.when(applies).then(each).otherwise(number(-1))
            for _, applies, each in found
        ]
        most = nw.max_horizontal(*exact)
        fee = nw.lit(None, dtype=nw.Int64)
        for (part, _, each), known in reversed(list(zip(found, exact, strict=True))):
            amount = rounded(self.engine, each, scale, part.rounding)
            fee = nw.when((known == most) & (known >= 0)).then(amount).otherwise(fee)
        return fee

    def _applies(self, part: FeeComponent) -> nw.Expr | None:
        """Return where a component applies; None where it always does."""
        when = part.when
        terms = [
            (self.mode, when.modes),
            (self.zone, when.zones),
            *zip(
                (self.sale[name] for name in SALE),
                (when.categories, when.seller_kinds, when.sale_kinds),
                strict=True,
            ),
        ]
        held = [among(allowed) for among, allowed in terms if allowed is not None]
        chosen = self._sum(part.chosen_by)
        if when.at_least is not None:
            held.append(chosen >= minor(when.at_least, self.currency))
        if when.below is not None:
            held.append(chosen < minor(when.below, self.currency))
        return reduce(lambda one, other: one & other, held) if held else None

    def _exact(self, part: FeeComponent, scale: int) -> nw.Expr:
        """Return a component times the scale, between its minimum and maximum."""
        base = self._sum(part.base)
        terms: list[nw.Expr] = []
        if part.rate:
            terms.append(_times(base, int(part.rate * scale)))
        if part.fixed or not (part.rate or part.tiers):
            terms.append(number(minor(part.fixed, self.currency) * scale))
        if part.tiers:
            terms.append(self._tiered(part, base, scale))
        exact = summed(terms)
        bounds = [
            None if bound is None else minor(bound, self.currency) * scale
            for bound in (part.minimum, part.maximum)
        ]
        return clipped(exact, least=bounds[0], most=bounds[1])

    def _tiered(self, part: FeeComponent, base: nw.Expr, scale: int) -> nw.Expr:
        chosen = self._sum(part.chosen_by)
        starts = [minor(tier.start, self.currency) for tier in part.tiers]
        reached = [
            chosen >= start if tier.inclusive else chosen > start
            for tier, start in zip(part.tiers, starts, strict=True)
        ]
        fixed = [minor(tier.fixed, self.currency) * scale for tier in part.tiers]
        rates = [int(tier.rate * scale) for tier in part.tiers]
        tiered = number(0)
        if part.tiering is Tiering.WHOLE:
            for i, holds in enumerate(reached):
                tiered = nw.when(holds).then(base * rates[i] + fixed[i]).otherwise(tiered)
            return tiered
        for i, holds in enumerate(reached):
            end = base
            if i + 1 < len(starts):
                end = (
                    nw.when(reached[i + 1]).then(clipped(base, most=starts[i + 1])).otherwise(base)
                )
            slice_ = clipped(end - starts[i], least=0) * rates[i] + fixed[i]
            tiered = tiered + nw.when(holds).then(slice_).otherwise(number(0))
        return tiered

    def _sum(self, base: Base) -> nw.Expr:
        if len(base.plus) == 1 and not base.minus:
            return self.parts[base.plus[0]]
        added = summed([self.parts[name] for name in base.plus])
        if not base.minus:
            return added
        return clipped(added - summed([self.parts[name] for name in base.minus]), least=0)


def _times(amount: nw.Expr, factor: int) -> nw.Expr:
    return amount if factor == 1 else amount * factor


def _decimals(part: FeeComponent) -> int:
    return max(decimals(part.rate), *(decimals(tier.rate) for tier in part.tiers), 0)


def amount_faults(
    name: str, currency: str, *, least: int | None = 0
) -> tuple[tuple[nw.Expr, str], ...]:
    """Return where an amount is none, or is larger than int64 bears."""
    allowed = "0 or more" if least == 0 else "above 0"
    largest = LARGEST * quantum_of(currency_of(currency))
    column = nw.col(part_column(name))
    return (
        (column.is_null(), f"{name}: must be money"),
        (column < (-LARGEST if least is None else least), f"{name}: must be {allowed}"),
        (column > LARGEST, f"{name}: must be at most {largest} in a frame"),
    )


def currency_faults(
    names: Sequence[str], currency: str, field: str
) -> tuple[tuple[nw.Expr, str], ...]:
    """Return where the currency of a row is not the policy's; a frame may leave it out."""
    if "currency" not in names:
        return ()
    column = nw.col("currency")
    return (
        (column.is_null(), f"{field}: must be in {currency}"),
        (column != currency, f"{field}: must be in {currency}"),
    )


def quoted_fees_columns(policy: FramePolicy) -> RuleColumns:
    """Return the columns of `quote_fees` under a policy.

    >>> from datetime import date
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> [column.name for column in quoted_fees_columns(house).needed]
    ['pieces', 'mode']
    """
    fees = policy.house.pricing.fees
    parts = {"pieces"}.union(*(fee.parts for fee in fees))
    terms = [part.when for fee in fees for part in fee.components if fee.per is not Per.LISTING]
    facts = [
        name
        for name, used in (
            ("mode", any(when.modes is not None for when in terms)),
            ("zone", any(when.zones is not None for when in terms)),
        )
        if used
    ]
    sale = [part.when for fee in fees for part in fee.components if part.when.of_the_sale]
    return RuleColumns(
        needed=columns(*sorted(map(part_column, parts)), *facts),
        optional=columns("currency", *(SALE if sale else ()), "error"),
        added=(*(fee_column(fee.name) for fee in fees), *columns("error")),
    )


def quote_fees(frame: FrameT, policy: FramePolicy) -> FrameT:
    """Return a frame with each fee of a policy, on the parts that its columns give. Clause L4.

    A row is what a fee is charged once for: an order, a seller's pieces, a piece or a listing.
    Amounts are in the currency's last decimal; a fee is null where it does not apply. A row that
    the scalar rule `quote_fee` refuses has its reason as `error`, and no fee.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> from datetime import date
    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> pieces = pl.DataFrame(
    ...     {"pieces": [12055, 90000], "mode": ["grouped", "grouped"]}
    ... )
    >>> quote_fees(pieces, house)["fee_quality_control"].to_list()
    [1206, 1500]
    """
    policy.require(FrameRule.QUOTE_FEES)
    rule = quoted_fees_columns(policy)
    return carry_out(frame, rule, lambda engine, lazy: _quoted(engine, lazy, policy, rule))


def _quoted(engine: Engine, frame: Lazy, policy: FramePolicy, rule: RuleColumns) -> Lazy:
    house = policy.house
    names = frame.collect_schema().names()
    fees = house.pricing.fees
    parts = sorted({"pieces"}.union(*(fee.parts for fee in fees)))
    faults = [
        *(fault for part in parts for fault in amount_faults(part, house.currency)),
        *currency_faults(names, house.currency, parts[0]),
        *(
            (engine.is_missing(name), f"{name}: must be given: the fee depends on it")
            for name in ("mode", "zone")
            if name in {column.name for column in rule.needed}
        ),
    ]
    reason = first_of(*faults)
    error = nw.coalesce(nw.col("error"), reason) if "error" in names else reason
    frame = frame.with_columns(error.alias("error"))
    sound = nw.col("error").is_null()
    frame = frame.with_columns(
        nw.when(sound).then(nw.col(part_column(part))).otherwise(None).alias(f"{part}~part")
        for part in parts
    )
    found = FeeColumns(
        engine=engine,
        currency=house.currency,
        parts={part: nw.col(f"{part}~part") for part in parts},
        mode=partial(engine.among, "mode") if "mode" in names else unknown_term,
        zone=partial(engine.among, "zone") if "zone" in names else unknown_term,
        sale=sale_of(house, names, known=True),
    )
    return frame.with_columns(
        nw.when(sound).then(found.fee(fee)).otherwise(None).alias(fee_column(fee.name).name)
        for fee in fees
    )
