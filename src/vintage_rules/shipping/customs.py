"""What customs will want of a parcel: nothing, nothing at the border, a tax, or nobody knows.

Three figures that look alike are kept apart: what is compared with a threshold, what the tax is
computed on, and what the seller collects at the sale instead of customs at the border. What is not
known is answered as unknown, with what to do next: never as a zero. Clauses L13, L15 and L16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.dates import require_day
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import Edition
from vintage_rules.money import (
    EXACT,
    Money,
    Rounding,
    converted,
    currency_of,
    finite,
    non_negative,
    require_currency,
    rounded,
    total,
)
from vintage_rules.places import Destination
from vintage_rules.shipping.import_rules import (
    Collector,
    Compared,
    Duty,
    ImportAdvice,
    ImportPart,
    ImportRemark,
    ImportRule,
    ImportTax,
    Limit,
    Side,
)

__all__ = [
    "AtSale",
    "Charged",
    "Collector",
    "Compared",
    "CustomsPolicy",
    "Duty",
    "ImportAdvice",
    "ImportAssessment",
    "ImportFacts",
    "ImportPart",
    "ImportRemark",
    "ImportRule",
    "ImportTax",
    "Limit",
    "NoImport",
    "NothingAtBorder",
    "UnknownImport",
    "assess_import",
]

_WHOLE = Decimal(1)
_ALWAYS = ("L13",)

Rates: TypeAlias = Mapping[tuple[str, str], Decimal]


@frozen(kw_only=True)
class CustomsPolicy:
    """How a house reads the rules of customs.

    `compared_on` are the parts compared where a law compares what the goods are worth in
    themselves (L15); `tax_base` the parts a tax may be computed on (L16); `registrations` the
    foreign schemes under which the house collects tax at the sale. Raises `InvalidValueError` when
    a list of parts is empty.
    """

    edition: Edition
    sources: tuple[str, ...]
    tax_base: tuple[ImportPart, ...]
    compared_on: tuple[ImportPart, ...]
    registrations: frozenset[str]
    rounding: Rounding

    def __attrs_post_init__(self) -> None:
        for name, parts in (("tax_base", self.tax_base), ("compared_on", self.compared_on)):
            if not parts:
                raise InvalidValueError(name, parts, "at least one of " + ", ".join(ImportPart))


def _read_only(rates: Rates) -> Rates:
    return MappingProxyType(dict(rates))


@frozen(kw_only=True)
class ImportFacts:
    """One parcel as customs see it: what is in it, what was paid beside, and when it leaves.

    `rates` holds, for a pair such as ("EUR", "GBP"), the units of the second for one of the first.
    Raises `MoneyError` for an amount below zero or a rate that is not above zero,
    `CurrencyMismatchError` for amounts in several currencies, `DayError` for no plain date.
    """

    goods: Money
    shipping: Money
    handling: Money
    rates: Rates = field(converter=_read_only, hash=False)
    dispatched: date

    def __attrs_post_init__(self) -> None:
        for name in ImportPart:
            non_negative(self.part(name), name)
            require_currency(self.part(name), self.currency, name)
        for pair, rate in self.rates.items():
            _require_rate(pair, rate)
        require_day(self.dispatched, "dispatched")

    @property
    def currency(self) -> str:
        """The currency of all three amounts."""
        return str(self.goods.currency.code)

    def part(self, name: ImportPart) -> Money:
        """Give one of the three amounts."""
        match name:
            case ImportPart.GOODS:
                return self.goods
            case ImportPart.SHIPPING:
                return self.shipping
            case ImportPart.HANDLING:
                return self.handling


def _require_rate(pair: tuple[str, str], rate: Decimal) -> None:
    for code in pair:
        currency_of(code, "rates")
    if finite(rate, "rates") <= 0:
        raise InvalidValueError("rates", rate, "above 0")


@frozen(kw_only=True)
class AtSale:
    """A tax of the destination that the seller or marketplace collects when it sells."""

    tax: ImportTax
    rate: Decimal | None
    collected_by: Collector


@frozen(kw_only=True)
class NoImport:
    """The parcel stays inside the customs and the VAT area: there is no import. Clause L13."""

    rules: tuple[ImportRule, ...]
    edition: Edition
    sources: tuple[str, ...]


@frozen(kw_only=True)
class NothingAtBorder:
    """An import, but nothing to pay when it arrives. `at_sale` is what was collected before."""

    at_sale: tuple[AtSale, ...]
    rules: tuple[ImportRule, ...]
    edition: Edition
    sources: tuple[str, ...]


@frozen(kw_only=True)
class Charged:
    """The recipient owes this tax, in the destination's currency. Clauses L13, L15, L16.

    `remarks` say what may come on top and is not in the figures.
    """

    tax_kind: ImportTax
    taxable: Money
    rate: Decimal
    tax: Money
    remarks: tuple[ImportRemark, ...]
    rules: tuple[ImportRule, ...]
    edition: Edition
    sources: tuple[str, ...]


@frozen(kw_only=True)
class UnknownImport:
    """Something may be owed and it is not known what. `missing_rate` is the pair to give."""

    advice: ImportAdvice
    missing_rate: tuple[str, str] | None
    rules: tuple[ImportRule, ...]
    edition: Edition
    sources: tuple[str, ...]


ImportAssessment: TypeAlias = NoImport | NothingAtBorder | Charged | UnknownImport


def assess_import(
    facts: ImportFacts,
    destination: Destination,
    rules: Sequence[ImportRule],
    policy: CustomsPolicy,
) -> ImportAssessment:
    """Say what customs will want of one parcel sent from France. Clauses L13, L15, L16.

    Of the rules given, those of the destination's territory that were in force on the day of
    dispatch decide. Thresholds are compared exactly, after conversion and before any rounding; the
    tax is rounded once.

    >>> from vintage_rules.places import Place
    >>> from vintage_rules.world import import_rules, locate
    >>> day = date(2026, 9, 7)
    >>> manchester = locate(Place(country="GB", postal_code="M1 1AE"))
    >>> facts = ImportFacts(
    ...     goods=Money("140.00", "GBP"),
    ...     shipping=Money("10.00", "GBP"),
    ...     handling=Money("0.00", "GBP"),
    ...     rates={},
    ...     dispatched=day,
    ... )
    >>> policy = CustomsPolicy(
    ...     edition=Edition(name="house", since=day),
    ...     sources=("L15", "L16"),
    ...     tax_base=tuple(ImportPart),
    ...     compared_on=(ImportPart.GOODS,),
    ...     registrations=frozenset(),
    ...     rounding=Rounding.HALF_UP,
    ... )
    >>> assess_import(facts, manchester, import_rules(manchester, day), policy).tax
    Money('30.00', 'GBP')
    """
    known = tuple(rule for rule in rules if rule.territory == destination.territory.code)
    in_force = tuple(rule for rule in known if rule.is_in_force(facts.dispatched))
    if known and not in_force:
        return _unknown(ImportAdvice.OUTSIDE_DATED_FACTS, known, policy)
    if destination.territory.is_inside_the_union:
        return NoImport(rules=in_force, edition=policy.edition, sources=_ALWAYS)
    applying = _applying(in_force, policy)
    if len(applying) != 1:
        return _unknown(ImportAdvice.ASK_CUSTOMS, applying, policy)
    return _by_rule(facts, applying[0], policy)


def _applying(in_force: Sequence[ImportRule], policy: CustomsPolicy) -> tuple[ImportRule, ...]:
    """The rules for a house registered as this one is, or else those for any sender."""
    registered = tuple(rule for rule in in_force if rule.scheme in policy.registrations)
    return registered or tuple(rule for rule in in_force if rule.scheme is None)


def _by_rule(facts: ImportFacts, rule: ImportRule, policy: CustomsPolicy) -> ImportAssessment:
    if rule.advice is not None:
        return _unknown(rule.advice, (rule,), policy)
    exchange = _exchange(facts, rule)
    if exchange is None:
        pair = (facts.currency, rule.currency)
        return _unknown(ImportAdvice.GIVE_EXCHANGE_RATE, (rule,), policy, pair)
    side = rule.side_of(_value(facts, _compared_parts(rule, policy), exchange))
    if side is Side.UNSETTLED:
        return _unknown(ImportAdvice.ASK_CUSTOMS, (rule,), policy)
    return _collected(facts, rule, side, exchange, policy)


def _exchange(facts: ImportFacts, rule: ImportRule) -> Decimal | None:
    if facts.currency == rule.currency or not rule.needs_amounts:
        return _WHOLE
    return facts.rates.get((facts.currency, rule.currency))


def _compared_parts(rule: ImportRule, policy: CustomsPolicy) -> tuple[ImportPart, ...]:
    match rule.compared:
        case Compared.GOODS | Compared.EACH_PIECE:
            return policy.compared_on
        case Compared.TAXABLE:
            return _taxed_parts(rule, policy)


def _taxed_parts(rule: ImportRule, policy: CustomsPolicy) -> tuple[ImportPart, ...]:
    return tuple(part for part in rule.base if part in policy.tax_base)


def _value(facts: ImportFacts, parts: Sequence[ImportPart], exchange: Decimal) -> Decimal:
    return converted(total([facts.part(part) for part in parts], facts.currency), exchange)


def _collected(
    facts: ImportFacts, rule: ImportRule, side: Side, exchange: Decimal, policy: CustomsPolicy
) -> ImportAssessment:
    collector = rule.collector(side)
    if collector is Collector.RECIPIENT:
        return _charged(facts, rule, exchange, policy)
    if rule.duty_may_apply(side):
        return _unknown(ImportAdvice.ASK_CUSTOMS, (rule,), policy)
    at_sale = AtSale(tax=rule.tax, rate=rule.rate, collected_by=collector)
    return NothingAtBorder(
        at_sale=() if collector is Collector.NOBODY else (at_sale,),
        rules=(rule,),
        edition=policy.edition,
        sources=_ALWAYS + rule.clauses,
    )


def _charged(
    facts: ImportFacts, rule: ImportRule, exchange: Decimal, policy: CustomsPolicy
) -> Charged | UnknownImport:
    if rule.rate is None:
        return _unknown(ImportAdvice.ASK_CUSTOMS, (rule,), policy)
    taxable = _value(facts, _taxed_parts(rule, policy), exchange)
    currency = currency_of(rule.currency)
    return Charged(
        tax_kind=rule.tax,
        taxable=rounded(taxable, currency, policy.rounding),
        rate=rule.rate,
        tax=rounded(EXACT.multiply(taxable, rule.rate), currency, policy.rounding),
        remarks=() if rule.duty is Duty.NEVER else (ImportRemark.DUTY_MAY_APPLY,),
        rules=(rule,),
        edition=policy.edition,
        sources=_ALWAYS + rule.clauses + rule.tax_clauses,
    )


def _unknown(
    advice: ImportAdvice,
    rules: tuple[ImportRule, ...],
    policy: CustomsPolicy,
    missing_rate: tuple[str, str] | None = None,
) -> UnknownImport:
    clauses = tuple(sorted({clause for rule in rules for clause in rule.clauses}))
    return UnknownImport(
        advice=advice,
        missing_rate=missing_rate,
        rules=rules,
        edition=policy.edition,
        sources=_ALWAYS + clauses,
    )
