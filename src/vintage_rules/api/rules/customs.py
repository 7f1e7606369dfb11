"""What customs will want of a parcel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from attrs import frozen

from vintage_rules.api.facts import AboveZero, CountryOrPlace, SumOfAnyCurrency
from vintage_rules.api.rule import Answer, rule
from vintage_rules.money import Money
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.shipping import customs
from vintage_rules.shipping.customs import ImportAssessment
from vintage_rules.shipping.import_facts import ImportFacts, Rates
from vintage_rules.world.imports import assess_parcel
from vintage_rules.world.territory_rows import mainland


@frozen(kw_only=True)
class NoImport(Answer):
    """Goods that customs have nothing to do with."""

    decision: ClassVar[str] = "no-import"


@frozen(kw_only=True)
class CollectedAtSale:
    """A tax that is collected when the goods are sold, and by whom."""

    tax: str
    rate: Decimal | None
    collected_by: str


@frozen(kw_only=True)
class NothingAtBorder(Answer):
    """An import that costs nothing at the border."""

    decision: ClassVar[str] = "nothing-at-border"

    at_sale: tuple[CollectedAtSale, ...] | None
    remarks: tuple[str, ...] | None


@frozen(kw_only=True)
class ImportCharged(Answer):
    """An import that is taxed, in the currency of the destination; a flat duty is in the base."""

    decision: ClassVar[str] = "charged"

    taxable: Money
    rate: Decimal
    tax: Money
    duty: Money | None
    currency: str
    remarks: tuple[str, ...] | None


@frozen(kw_only=True)
class Unknown(Answer):
    """An import nothing certain can be said of, with advice, and the rate that is missing."""

    decision: ClassVar[str] = "unknown"

    advice: str
    missing_rate: str | None


@rule("assess-import", day="dispatched")
def assess_import_rule(
    house: HousePolicy,
    *,
    origin: CountryOrPlace | None = None,
    destination: Destination,
    goods: SumOfAnyCurrency,
    shipping: SumOfAnyCurrency,
    handling: SumOfAnyCurrency,
    rates: Rates | None = None,
    dispatched: date,
    tariff_lines: AboveZero | None = None,
    returned: bool = False,
) -> NoImport | NothingAtBorder | ImportCharged | Unknown:
    """Say what customs will want of a parcel. Clauses L13, L15, L16."""
    start = mainland(house.origin) if origin is None else origin.territory
    parcel = ImportFacts(
        origin=start,
        goods=goods,
        shipping=shipping,
        handling=handling,
        rates=rates or {},
        dispatched=dispatched,
        tariff_lines=tariff_lines,
        returned=returned,
    )
    return assessed_import(assess_parcel(parcel, destination, house.shipping.customs))


def assessed_import(
    assessed: ImportAssessment,
) -> NoImport | NothingAtBorder | ImportCharged | Unknown:
    """Answer with an assessment."""
    match assessed:
        case customs.NoImport():
            return NoImport(decided=assessed)
        case customs.NothingAtBorder(at_sale=at_sale):
            collected = tuple(
                CollectedAtSale(tax=tax.tax, rate=tax.rate, collected_by=tax.collected_by)
                for tax in at_sale
            )
            remarks = tuple(assessed.remarks) or None
            return NothingAtBorder(decided=assessed, at_sale=collected or None, remarks=remarks)
        case customs.Charged():
            return ImportCharged(
                decided=assessed,
                taxable=assessed.taxable,
                rate=assessed.rate,
                tax=assessed.tax,
                duty=assessed.duty,
                currency=assessed.tax.currency.code,
                remarks=tuple(assessed.remarks) or None,
            )
        case customs.UnknownImport(advice=advice, missing_rate=pair):
            missing = None if pair is None else "/".join(pair)
            return Unknown(decided=assessed, advice=advice, missing_rate=missing)
