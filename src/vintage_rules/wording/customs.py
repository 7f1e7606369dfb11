"""The words of what customs want."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from vintage_rules.shipping.customs import (
    AtSale,
    Charged,
    NoImport,
    NothingAtBorder,
    UnknownImport,
)
from vintage_rules.shipping.import_rules import ImportRule
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.phrases import (
    Account,
    Amount,
    CurrencyName,
    Percent,
    Phrase,
    Term,
    account,
    listed,
    phrase,
)


@account_of.register
def no_import(decision: NoImport) -> Account:
    """L13: say that there is no import at all."""
    return account(decision, phrase("import.none"))


@account_of.register
def nothing_at_border(decision: NothingAtBorder) -> Account:
    """L13, L15: say that nothing is paid at the border, and what was collected at the sale."""
    return account(
        decision,
        phrase("import.nothing-at-border"),
        *(_at_sale(tax) for tax in decision.at_sale),
        *(phrase(f"remark.{remark}") for remark in decision.remarks),
        *_rules(decision.rules, decision.compared),
    )


def _at_sale(collected: AtSale) -> Phrase:
    tax = Term("tax", collected.tax)
    if collected.rate is None:
        return phrase("import.at-sale.unknown-rate", tax=tax)
    return phrase("import.at-sale", tax=tax, rate=Percent(collected.rate))


@account_of.register
def charged(decision: Charged) -> Account:
    """L13, L15, L16: what the recipient owes, and on what it was computed."""
    owed = phrase(
        "import.charged",
        kind=Term("tax", decision.tax_kind),
        tax=decision.tax,
        rate=Percent(decision.rate),
        taxable=decision.taxable,
    )
    return account(
        decision,
        owed,
        phrase("import.parts", parts=listed(Term("import-part", p) for p in decision.parts)),
        *([] if decision.duty is None else [phrase("import.duty", duty=decision.duty)]),
        *(phrase(f"remark.{remark}") for remark in decision.remarks),
        *_rules(decision.rules, decision.compared),
    )


@account_of.register
def unknown_import(decision: UnknownImport) -> Account:
    """L13: say that it is not known what is owed, and what to do."""
    phrases = [phrase("import.unknown"), phrase(f"advice.{decision.advice}")]
    if decision.missing_rate is not None:
        source, target = (CurrencyName(code) for code in decision.missing_rate)
        phrases.append(phrase("import.missing-rate", source=source, target=target))
    return account(decision, *phrases, *_rules(decision.rules, None))


def _rules(rules: Iterable[ImportRule], compared: Decimal | None) -> Iterable[Phrase]:
    for rule in rules:
        if rule.threshold is not None:
            threshold = Amount(rule.threshold, rule.currency)
            what = Term("compared", rule.compared)
            yield phrase("import.threshold", threshold=threshold, what=what)
        if compared is not None:
            yield phrase("import.compared", compared=Amount(compared, rule.currency))
        yield phrase("import.source", source=rule.source, as_of=rule.as_of)
