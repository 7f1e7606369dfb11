"""Checks of fees: tiers, bounds and conditions that never matter, and amounts left open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from vintage_rules.findings import Path, as_written
from vintage_rules.orders.fees import GIVEN, GIVEN_OR_NOTHING
from vintage_rules.pricing.fee_policy import FeeComponent, FeePolicy, Payer, Tier, Tiering
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, of_amount, shown
from vintage_rules.review.limits import smallest_of
from vintage_rules.wording.phrases import Amount, Listed, listed, phrase

_NOTHING = Decimal(0)
_FEES = "fees"


def fee_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check every component of every fee by itself, and whether every order has its parts."""
    for i, fee in enumerate(sheet.policy.pricing.fees):
        for j, part in enumerate(fee.components):
            at: Path = ("pricing", "fees", i, "components", j)
            yield from _condition(part, at, sheet)
            yield from _tiers(part, at, sheet.policy.currency)
            yield from _bounds(part, at, sheet.policy.currency)
            yield from _chosen_by(part, at, sheet)
            yield from _fees_before(part, at, fee, sheet)
        yield from _parts_not_given(fee, ("pricing", "fees", i))


def _condition(part: FeeComponent, at: Path, sheet: Sheet) -> Iterator[Flaw]:
    domain = sheet.policy.returns.returns.domain
    known = {
        "modes": tuple(sheet.policy.shipping.modes),
        "zones": tuple(zone.name for zone in sheet.policy.shipping.delivery.zones),
        "categories": domain.category,
        "seller_kinds": domain.seller_kind,
        "sale_kinds": domain.sale_kind,
    }
    asked = {
        "modes": part.when.modes,
        "zones": part.when.zones,
        "categories": part.when.categories,
        "seller_kinds": part.when.seller_kinds,
        "sale_kinds": part.when.sale_kinds,
    }
    for key, names in known.items():
        found = asked[key]
        if found is not None and not found:
            yield flaw(CheckCode.CELL_NEVER_TRUE, (*at, "when", key), shown(names[0]), key=key)
        elif found is not None and len(names) > 1 and found >= set(names):
            where, example = (*at, "when", key), shown(names[0])
            yield flaw(CheckCode.CELL_ALWAYS_TRUE, where, example, key=key, terms=_names(names))
    if part.when.at_least == 0:
        zero = Amount(_NOTHING, sheet.policy.currency)
        where, terms = (*at, "when", "at_least"), listed([zero])
        yield flaw(CheckCode.CELL_ALWAYS_TRUE, where, of_amount(zero), key="at_least", terms=terms)


def _names(names: tuple[str, ...]) -> Listed:
    return listed(names)


def _tiers(part: FeeComponent, at: Path, currency: str) -> Iterator[Flaw]:
    cent = smallest_of(currency)
    for k, tier in enumerate(part.tiers):
        start, where = Amount(tier.start, currency), (*at, "tiers", k)
        if _is_out_of_reach(k, part, cent):
            yield flaw(CheckCode.TIER_NEVER_REACHED, where, of_amount(start), start=start)
        if k and _adds_nothing(tier, part.tiers[k - 1], part.tiering):
            yield flaw(CheckCode.TIER_CHANGES_NOTHING, where, of_amount(start), start=start)
    yield from _under_the_first(part, at, currency)
    yield from _mixed(part, at, currency)


def _is_out_of_reach(k: int, part: FeeComponent, cent: Decimal) -> bool:
    tier, when = part.tiers[k], part.when
    first = tier.start if tier.inclusive else tier.start + cent
    if when.below is not None and first >= when.below:
        return True
    if part.tiering is Tiering.MARGINAL or k + 1 == len(part.tiers):
        return False
    after = part.tiers[k + 1]
    least = when.at_least or _NOTHING
    return after.start < least or (after.inclusive and after.start == least)


def _adds_nothing(tier: Tier, before: Tier, tiering: Tiering) -> bool:
    same_fixed = tier.fixed == (before.fixed if tiering is Tiering.WHOLE else _NOTHING)
    return tier.rate == before.rate and same_fixed


def _under_the_first(part: FeeComponent, at: Path, currency: str) -> Iterator[Flaw]:
    charges_anyway = part.fixed or part.rate or part.minimum
    if not part.tiers or charges_anyway:
        return
    start = part.tiers[0].start
    if start > (part.when.at_least or _NOTHING):
        under = Amount(start - smallest_of(currency), currency)
        where, start_shown = (*at, "tiers", 0), Amount(start, currency)
        yield flaw(CheckCode.AMOUNTS_WITHOUT_TIER, where, of_amount(under), start=start_shown)


def _mixed(part: FeeComponent, at: Path, currency: str) -> Iterator[Flaw]:
    """Where one tier includes its amount and another does not; a first tier from 0 is no limit."""
    limits = [(k, tier) for k, tier in enumerate(part.tiers) if tier.start]
    for (_, one), (k, other) in pairwise(limits):
        if one.inclusive is not other.inclusive:
            values = {"one": Amount(one.start, currency), "other": Amount(other.start, currency)}
            where, example = (*at, "tiers", k), of_amount(values["other"])
            yield flaw(CheckCode.MIXED_BOUNDS, where, example, **values)


def _bounds(part: FeeComponent, at: Path, currency: str) -> Iterator[Flaw]:
    """Compare what a component can come to with its minimum and its maximum."""
    if part.tiers:
        return
    least, most = _range(part, smallest_of(currency))
    lower, upper = part.minimum, part.maximum
    if most == 0 and not lower:
        yield flaw(CheckCode.CHARGES_NOTHING, at, of_amount(Amount(_NOTHING, currency)))
    if upper is not None and (least >= upper or lower == upper):
        limit = Amount(upper, currency)
        yield flaw(CheckCode.ALWAYS_AT_MAXIMUM, (*at, "maximum"), of_amount(limit), bound=limit)
    elif upper is not None and most is not None and most <= upper:
        limit = Amount(upper, currency)
        example = of_amount(Amount(most, currency))
        yield flaw(CheckCode.MAXIMUM_NEVER_REACHED, (*at, "maximum"), example, bound=limit)
    if lower is not None and lower != upper:
        yield from _minimum(part, lower, (*at, "minimum"), currency)


def _minimum(part: FeeComponent, lower: Decimal, at: Path, currency: str) -> Iterator[Flaw]:
    least, most = _range(part, smallest_of(currency))
    limit = Amount(lower, currency)
    if least >= lower:
        first = part.when.at_least if part.rate and part.chosen_by == part.base else None
        base, amount = Amount(first or _NOTHING, currency), Amount(least, currency)
        example = phrase("lint.example.fee-on", amount=amount, base=base)
        yield flaw(CheckCode.MINIMUM_NEVER_MATTERS, at, example, bound=limit)
    elif most is not None and most <= lower:
        yield flaw(CheckCode.ALWAYS_AT_MINIMUM, at, of_amount(limit), bound=limit)


def _range(part: FeeComponent, cent: Decimal) -> tuple[Decimal, Decimal | None]:
    """Return the least and the most a component without tiers comes to before its bounds."""
    if not part.rate:
        return part.fixed, part.fixed
    if part.chosen_by != part.base:
        return part.fixed, None
    first, end = part.when.at_least or _NOTHING, part.when.below
    most = None if end is None else part.fixed + part.rate * (end - cent)
    return part.fixed + part.rate * first, most


def _parts_not_given(fee: FeePolicy, at: Path) -> Iterator[Flaw]:
    """Name a part that no order has by itself, so that a host must give it with each."""
    for part in sorted(fee.parts & frozenset(GIVEN).difference(GIVEN_OR_NOTHING))[:1]:
        yield flaw(CheckCode.PART_NOT_GIVEN, at, shown(part), part=part, fee=fee.name)


def _chosen_by(part: FeeComponent, at: Path, sheet: Sheet) -> Iterator[Flaw]:
    """Find a sum that is written to choose a tier, where nothing is compared with it."""
    compared = part.tiers or part.when.at_least is not None or part.when.below is not None
    written = sheet.edition.at(*at, "chosen_by")
    if written is not None and not compared:
        yield flaw(CheckCode.SUM_CHOOSES_NOTHING, (*at, "chosen_by"), shown(as_written(written)))


def _fees_before(part: FeeComponent, at: Path, fee: FeePolicy, sheet: Sheet) -> Iterator[Flaw]:
    """Find a sum of the fees before this one, where there are none: buyers' come first."""
    if fee.on is not None:
        return
    every = [each for each in sheet.policy.pricing.fees if each.on is None]
    before = [each for each in every[: every.index(fee)] if each.payer is fee.payer]
    if fee.payer is Payer.SELLER:
        before += [each for each in every if each.payer is Payer.BUYER]
    for key, base in (("base", part.base), ("chosen_by", part.chosen_by)):
        written = sheet.edition.at(*at, key) is not None
        if written and not before and _FEES in (*base.plus, *base.minus):
            yield flaw(CheckCode.PART_ALWAYS_NOTHING, (*at, key), shown(_FEES), part=_FEES)
