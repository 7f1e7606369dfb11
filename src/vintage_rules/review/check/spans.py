"""Checks of the components of one fee beside one another: amounts between them, or under two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from attrs import frozen

from vintage_rules.findings import Path
from vintage_rules.pricing.fee_policy import Base, Combine, FeeComponent, FeePolicy
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, of_amount
from vintage_rules.review.limits import smallest_of
from vintage_rules.wording.phrases import Amount

_NOTHING = Decimal(0)
_Group = tuple[frozenset[str] | None, frozenset[str] | None, Base]


@frozen
class Span:
    """The amounts that one component charges: from the first, up to the end; None is no end."""

    place: int
    first: Decimal
    end: Decimal | None

    def goes_on_past(self, amount: Decimal) -> bool:
        """Return whether amounts beyond this one are charged as well."""
        return self.end is None or self.end > amount


def span_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Compare the components of every fee that require the same modes, zones and sum."""
    currency = sheet.policy.currency
    for i, fee in enumerate(sheet.policy.pricing.fees):
        for spans in _groups(fee, smallest_of(currency)):
            at: Path = ("pricing", "fees", i, "components")
            yield from _gaps(spans, at, currency)
            if fee.combine is Combine.SUM:
                yield from _overlaps(spans, at, currency)


def _groups(fee: FeePolicy, cent: Decimal) -> Iterator[Sequence[Span]]:
    groups: dict[_Group, list[Span]] = {}
    for place, part in enumerate(fee.components):
        asked = (part.when.modes, part.when.zones, part.chosen_by)
        groups.setdefault(asked, []).append(_span(place, part, cent))
    for spans in groups.values():
        yield sorted(spans, key=lambda span: (span.first, span.place))


def _span(place: int, part: FeeComponent, cent: Decimal) -> Span:
    first = part.when.at_least or _NOTHING
    charges_anyway = part.fixed or part.rate or part.minimum
    if part.tiers and not charges_anyway:
        tier = part.tiers[0]
        first = max(first, tier.start if tier.inclusive or not tier.start else tier.start + cent)
    return Span(place, first, part.when.below)


def _gaps(spans: Sequence[Span], at: Path, currency: str) -> Iterator[Flaw]:
    """Find amounts that lie between two components and under none."""
    reached = spans[0]
    for span in spans[1:]:
        if reached.end is not None and span.first > reached.end:
            values = {"first": Amount(reached.end, currency), "end": Amount(span.first, currency)}
            example = of_amount(values["first"])
            code = CheckCode.AMOUNTS_BETWEEN_COMPONENTS
            yield flaw(code, (*at, span.place), example, **values)
        reached = max(reached, span, key=_end)


def _end(span: Span) -> Decimal:
    return Decimal("Infinity") if span.end is None else span.end


def _overlaps(spans: Sequence[Span], at: Path, currency: str) -> Iterator[Flaw]:
    """Find two components that overlap at their edges; one that lies within another is meant."""
    bounded = [(one, other) for one, other in combinations(spans, 2) if one.end is not None]
    for one, other in bounded:
        if one.end is None or one.first == other.first or other.first >= one.end:
            continue
        if other.goes_on_past(one.end):
            values = {"first": Amount(other.first, currency), "end": Amount(one.end, currency)}
            example = of_amount(values["first"])
            place = max(one.place, other.place)
            yield flaw(CheckCode.COMPONENTS_OVERLAP, (*at, place), example, **values)
