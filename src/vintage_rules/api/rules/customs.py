"""What customs will want of a parcel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from vintage_rules.api.answers import Answer, Value, answer
from vintage_rules.api.facts import Address, Day, Facts, Rate, Sum
from vintage_rules.api.rejection import Rejection, path_of
from vintage_rules.api.ruling import Rule, Ruling
from vintage_rules.errors import MoneyError, shortened
from vintage_rules.money import currency_of
from vintage_rules.orders import HousePolicy
from vintage_rules.shipping.customs import (
    AtSale,
    Charged,
    ImportAssessment,
    ImportFacts,
    NoImport,
    NothingAtBorder,
    UnknownImport,
    assess_import,
)
from vintage_rules.shipping.import_facts import Rates
from vintage_rules.world import import_rules, locate

_PAIR = re.compile(r"([A-Z]{3})/([A-Z]{3})", re.ASCII)


class CustomsFacts(Facts):
    """The facts of `assess-import`."""

    destination: Address
    goods: Sum
    shipping: Sum
    handling: Sum
    rates: dict[str, Rate] | None = None
    dispatched: Day


def decide_import(facts: CustomsFacts, house: HousePolicy) -> Answer:
    """Say what customs will want of a parcel. Clauses L13, L15, L16."""
    destination = locate(facts.destination)
    parcel = ImportFacts(
        goods=facts.goods,
        shipping=facts.shipping,
        handling=facts.handling,
        rates=rates_of(facts.rates or {}),
        dispatched=facts.dispatched,
    )
    rules = import_rules(destination, facts.dispatched)
    return answer_of(assess_import(parcel, destination, rules, house.shipping.customs))


def rates_of(given: Mapping[str, Decimal]) -> Rates:
    """Read pairs such as EUR/GBP. Raises `Rejection` naming the pair that is none."""
    return {_pair(text): rate for text, rate in given.items()}


def _pair(text: str) -> tuple[str, str]:
    match = _PAIR.fullmatch(text)
    try:
        if match is not None:
            return currency_of(match[1]).code, currency_of(match[2]).code
    except MoneyError:
        pass
    message = f"must be named by two currencies such as EUR/GBP, got {shortened(text)}"
    raise Rejection(path_of(("facts", "rates", text)), message)


def answer_of(assessed: ImportAssessment) -> Answer:
    """Write what was assessed."""
    match assessed:
        case NoImport():
            return answer("no-import", assessed)
        case NothingAtBorder(at_sale=at_sale):
            collected = [_collected(tax) for tax in at_sale]
            return answer("nothing-at-border", assessed, {"at_sale": collected or None})
        case Charged():
            return answer("charged", assessed, _charged(assessed))
        case UnknownImport(advice=advice, missing_rate=pair):
            missing = None if pair is None else "/".join(pair)
            return answer("unknown", assessed, {"advice": advice, "missing_rate": missing})


def _charged(assessed: Charged) -> dict[str, Value]:
    return {
        "taxable": assessed.taxable,
        "rate": format(assessed.rate, "f"),
        "tax": assessed.tax,
        "currency": str(assessed.tax.currency.code),
        "remarks": list(assessed.remarks) or None,
    }


def _collected(sale: AtSale) -> dict[str, Value]:
    rate = None if sale.rate is None else format(sale.rate, "f")
    return {"tax": sale.tax, "rate": rate, "collected_by": sale.collected_by}


RULES: Mapping[str, Ruling] = {
    "assess-import": Rule(
        facts=CustomsFacts, decide=decide_import, elsewhere={"day": "dispatched"}, any_currency=True
    ),
}
