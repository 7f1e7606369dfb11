"""What customs will charge on a parcel: nothing, a tax, or an amount that is not known.

Three figures that look alike are kept apart: what is compared with a threshold, what the tax is
computed on, and what the seller collects at the sale instead of customs at the border. What is not
known is returned as unknown, with what to do next: never as a zero. Clauses L13, L15 and L16.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.money import EXACT, Money, converted, currency_of, rounded, total
from vintage_rules.places import Destination
from vintage_rules.shipping.import_facts import CustomsPolicy, ImportFacts
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


@frozen(kw_only=True)
class AtSale:
    """A tax of the destination that the seller or marketplace collects when it sells."""

    tax: ImportTax
    rate: Decimal | None
    collected_by: Collector


@frozen(kw_only=True)
class NoImport(Decision):
    """The parcel stays inside one customs and VAT area: there is no import. Clause L13."""

    facts: ImportFacts
    rules: tuple[ImportRule, ...]


@frozen(kw_only=True)
class NothingAtBorder(Decision):
    """An import, but nothing to pay when it arrives. `at_sale` is what was collected before.

    `compared` is the exact value, as a number, that was compared with the rule's threshold, in the
    rule's currency; None where there is no threshold. `remarks` say what may be owed all the same.
    """

    at_sale: tuple[AtSale, ...]
    compared: Decimal | None
    remarks: tuple[ImportRemark, ...]
    facts: ImportFacts
    rules: tuple[ImportRule, ...]


@frozen(kw_only=True)
class Charged(Decision):
    """The recipient owes this tax, in the destination's currency. Clauses L13, L15, L16.

    `compared` is as for `NothingAtBorder`; `parts` what the tax is computed on; `duty` what is owed
    beside the tax and is taxed with the parts, None where no rule gives an amount; `remarks` say
    what may come on top and is not in the figures.
    """

    tax_kind: ImportTax
    compared: Decimal | None
    parts: tuple[ImportPart, ...]
    taxable: Money
    rate: Decimal
    tax: Money
    duty: Money | None
    remarks: tuple[ImportRemark, ...]
    facts: ImportFacts
    rules: tuple[ImportRule, ...]


@frozen(kw_only=True)
class UnknownImport(Decision):
    """Something may be owed, and the amount is not known.

    `missing_rate` is the pair of currencies to give a rate for.
    """

    advice: ImportAdvice
    missing_rate: tuple[str, str] | None
    facts: ImportFacts
    rules: tuple[ImportRule, ...]


_Owed: TypeAlias = NothingAtBorder | Charged | UnknownImport
ImportAssessment: TypeAlias = NoImport | _Owed
"""What customs charge on a parcel, as far as it is known. Clauses L13, L15, L16."""


def assess_import(
    facts: ImportFacts,
    destination: Destination,
    rules: Sequence[ImportRule],
    policy: CustomsPolicy,
) -> ImportAssessment:
    """Return what customs will charge on one parcel. Clauses L13, L15, L16.

    Of the rules given, those of the destination's territory that were in force on the day of
    dispatch decide, and those that name the parcel's origin before those for any origin. Thresholds
    are compared exactly, after conversion and before any rounding; the tax is rounded once.

    >>> from datetime import date
    >>> from vintage_rules import Rounding
    >>> from vintage_rules import Place
    >>> from vintage_rules.world import import_rules, locate
    >>> day = date(2026, 9, 7)
    >>> manchester = locate(Place(country="GB", postal_code="M1 1AE"))
    >>> paris = locate(Place(country="FR", postal_code="75011")).territory
    >>> facts = ImportFacts(
    ...     origin=paris,
    ...     goods=Money("140.00", "GBP"),
    ...     shipping=Money("10.00", "GBP"),
    ...     handling=Money("0.00", "GBP"),
    ...     rates={},
    ...     dispatched=day,
    ... )
    >>> from vintage_rules import Edition
    >>> policy = CustomsPolicy(
    ...     edition=Edition(name="house", since=day),
    ...     sources=("L15", "L16"),
    ...     import_sources=("L13",),
    ...     tax_base=tuple(ImportPart),
    ...     tax_base_sources=("L16",),
    ...     compared_on=(ImportPart.GOODS,),
    ...     registrations=frozenset(),
    ...     collected_at_checkout=frozenset(),
    ...     checkout_sources=(),
    ...     origin="FR",
    ...     rounding=Rounding.HALF_UP,
    ...     limit=None,
    ... )
    >>> assess_import(
    ...     facts, manchester, import_rules(manchester, day, paris), policy
    ... ).tax
    Money('30.00', 'GBP')
    """
    origin, territory = facts.origin, destination.territory
    if not origin.is_known:
        return _unknown(ImportAdvice.GIVE_ORIGIN, facts, (), policy)
    there = (rule for rule in rules if rule.territory == territory.code)
    known = [rule for rule in there if rule.is_for(origin, returned=facts.returned)]
    if not known and origin.is_inside_the_union and territory.is_inside_the_union:
        return _no_import(facts, (), policy)
    in_force = [rule for rule in known if rule.is_in_force(facts.dispatched)]
    within = [rule for rule in in_force if rule.tax is ImportTax.NO_IMPORT]
    if within:
        return _no_import(facts, within[:1], policy)
    assessed = _assessed(facts, known, in_force, policy)
    # No price pays the way back.
    collected = policy.collects(territory) and facts.duties_paid and not facts.returned
    return _collected(assessed, policy) if collected else assessed


def _no_import(facts: ImportFacts, rules: Sequence[ImportRule], policy: CustomsPolicy) -> NoImport:
    sources = policy.import_sources
    return NoImport(facts=facts, rules=tuple(rules), edition=policy.edition, sources=sources)


def _assessed(
    facts: ImportFacts,
    known: Sequence[ImportRule],
    in_force: Sequence[ImportRule],
    policy: CustomsPolicy,
) -> _Owed:
    """Return what an import owes, by the rules of its kind and origin."""
    if known and not in_force:
        return _unknown(ImportAdvice.OUTSIDE_DATED_FACTS, facts, tuple(known), policy)
    applying = _applying(facts, in_force, policy)
    if len(applying) != 1:
        return _unknown(ImportAdvice.ASK_CUSTOMS, facts, applying, policy)
    return _by_rule(facts, applying[0], policy)


def _applying(
    facts: ImportFacts, in_force: Sequence[ImportRule], policy: CustomsPolicy
) -> tuple[ImportRule, ...]:
    """Return the rules that name the origin, or those for any; by registration likewise."""
    named = [rule for rule in in_force if rule.names(facts.origin)] or in_force
    registered = tuple(rule for rule in named if rule.scheme in policy.registrations)
    return registered or tuple(rule for rule in named if rule.scheme is None)


def _collected(assessed: _Owed, policy: CustomsPolicy) -> NothingAtBorder:
    """Return that nothing is owed at the border, as the buyer has paid it with the price."""
    if isinstance(assessed, NothingAtBorder):
        return assessed
    return NothingAtBorder(
        at_sale=tuple(
            AtSale(tax=tax, rate=rate, collected_by=Collector.SELLER_AT_SALE)
            for tax, rate in _taxes(assessed)
        ),
        compared=assessed.compared if isinstance(assessed, Charged) else None,
        remarks=(),
        facts=assessed.facts,
        rules=assessed.rules,
        edition=assessed.edition,
        sources=tuple(dict.fromkeys((*assessed.sources, *policy.checkout_sources))),
    )


def _taxes(assessed: Charged | UnknownImport) -> list[tuple[ImportTax, Decimal | None]]:
    """Return the taxes that would be owed, with their rates where they are known."""
    match assessed:
        case UnknownImport(rules=rules):
            kinds = dict.fromkeys(rule.tax for rule in rules)
            return [(kind, None) for kind in kinds or (ImportTax.OTHER,)]
        case Charged(tax_kind=kind, rate=rate, duty=duty):
            return [(kind, rate)] if duty is None else [(kind, rate), (ImportTax.DUTY, None)]
        case _:
            assert_never(assessed)


def _by_rule(facts: ImportFacts, rule: ImportRule, policy: CustomsPolicy) -> _Owed:
    if rule.advice is not None:
        return _unknown(rule.advice, facts, (rule,), policy)
    exchange = _exchange(facts, rule)
    if exchange is None:
        pair = (facts.currency, rule.currency)
        return _unknown(ImportAdvice.GIVE_EXCHANGE_RATE, facts, (rule,), policy, pair)
    return _Case(facts=facts, rule=rule, policy=policy, exchange=exchange).assess()


def _exchange(facts: ImportFacts, rule: ImportRule) -> Decimal | None:
    if facts.currency == rule.currency or not rule.needs_amounts:
        return _WHOLE
    return facts.rates.get((facts.currency, rule.currency))


@frozen(kw_only=True)
class _Case:
    """One parcel under the one rule that applies to it, with the exchange rate between them."""

    facts: ImportFacts
    rule: ImportRule
    policy: CustomsPolicy
    exchange: Decimal

    def assess(self) -> _Owed:
        side = self.rule.side_of(self._value(self._compared_parts), self.policy.limit)
        if side is Side.UNSETTLED:
            return self._ask_customs()
        collector = self.rule.collector(side)
        if collector is Collector.RECIPIENT:
            return self._charged(side)
        if self.rule.duty_may_apply(side):
            return self._ask_customs()
        return self._nothing_at_border(side, collector)

    @property
    def _compared_parts(self) -> tuple[ImportPart, ...]:
        return self.policy.compared_parts(self.rule)

    @property
    def _taxed_parts(self) -> tuple[ImportPart, ...]:
        return self.policy.taxed_parts(self.rule)

    def _value(self, parts: Sequence[ImportPart]) -> Decimal:
        amounts = [self.facts.part(part) for part in parts]
        return converted(total(amounts, self.facts.currency), self.exchange)

    @property
    def _compared(self) -> Decimal | None:
        return None if self.rule.threshold is None else self._value(self._compared_parts)

    def _ask_customs(self) -> UnknownImport:
        return _unknown(ImportAdvice.ASK_CUSTOMS, self.facts, (self.rule,), self.policy)

    def _nothing_at_border(self, side: Side, collector: Collector) -> NothingAtBorder:
        taxes: list[tuple[ImportTax, Decimal | None]] = [(self.rule.tax, self.rule.rate)]
        if self.rule.flat_duty is not None:
            taxes.append((ImportTax.DUTY, None))
        at_sale = (AtSale(tax=tax, rate=rate, collected_by=collector) for tax, rate in taxes)
        return NothingAtBorder(
            at_sale=() if collector is Collector.NOBODY else tuple(at_sale),
            compared=self._compared,
            remarks=self._remarks(side),
            facts=self.facts,
            rules=(self.rule,),
            edition=self.policy.edition,
            sources=self.policy.citing(self.rule.clauses),
        )

    def _remarks(self, side: Side) -> tuple[ImportRemark, ...]:
        duty = (ImportRemark.DUTY_MAY_APPLY,) if self.rule.duty_may_apply(side) else ()
        return duty + (self.rule.remarks if side is Side.BELOW else ())

    def _charged(self, side: Side) -> Charged | UnknownImport:
        rate, lines = self.rule.rate, self.facts.tariff_lines
        if rate is None:
            return self._ask_customs()
        flat = self.rule.flat_duty if side is Side.BELOW else None
        currency, duty = currency_of(self.rule.currency), None
        taxable = self._value(self._taxed_parts)
        if flat is not None:
            if lines is None:
                advice = ImportAdvice.GIVE_TARIFF_LINES
                return _unknown(advice, self.facts, (self.rule,), self.policy)
            flat_duties = EXACT.multiply(flat, Decimal(lines))
            taxable = EXACT.add(taxable, flat_duties)
            duty = rounded(flat_duties, currency, self.policy.rounding)
        return Charged(
            tax_kind=self.rule.tax,
            compared=self._compared,
            parts=self._taxed_parts,
            taxable=rounded(taxable, currency, self.policy.rounding),
            rate=rate,
            tax=rounded(EXACT.multiply(taxable, rate), currency, self.policy.rounding),
            duty=duty,
            remarks=self._remarks(side),
            facts=self.facts,
            rules=(self.rule,),
            edition=self.policy.edition,
            sources=self.policy.citing(self.rule.clauses + self.rule.tax_clauses),
        )


def _unknown(
    advice: ImportAdvice,
    facts: ImportFacts,
    rules: tuple[ImportRule, ...],
    policy: CustomsPolicy,
    missing_rate: tuple[str, str] | None = None,
) -> UnknownImport:
    clauses = sorted({clause for rule in rules for clause in rule.clauses})
    return UnknownImport(
        advice=advice,
        missing_rate=missing_rate,
        facts=facts,
        rules=rules,
        edition=policy.edition,
        sources=policy.citing(clauses),
    )
