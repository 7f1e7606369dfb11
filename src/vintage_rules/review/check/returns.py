"""Checks of returns: cells that exclude nothing, terms without a row, refunds never made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vintage_rules.findings import Path
from vintage_rules.places import Territory
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.returns.decision_table import ReturnCase, Row
from vintage_rules.returns.refund_policy import ranked
from vintage_rules.returns.terms import RefundPart, RefundTerms, RefundTrigger, ReturnTo
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.wording.phrases import Phrase, listed, phrase

_RULES: Path = ("returns", "returns", "rules")
_COLUMNS = ("reasons", "seller_kinds", "zones", "modes", "categories", "sale_kinds")
_AFTER_A_RETURN = (RefundTrigger.POSTED, RefundTrigger.RECEIVED, RefundTrigger.CHECKED)


def return_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check the table of returns and the terms of refunds."""
    yield from _cells(sheet)
    yield from _unused_terms(sheet)
    yield from _untriggered(sheet)
    yield from _deductions(sheet)
    yield from _unused_ranks(sheet)


def of_case(case: ReturnCase) -> Phrase:
    """Show a flaw by a case of the table.

    >>> case = ReturnCase(
    ...     reason="claim",
    ...     seller_kind="private",
    ...     zone="world",
    ...     mode="direct",
    ...     category="any",
    ...     sale_kind="sale",
    ... )
    >>> of_case(case).values
    {'case': 'claim/private/world/direct/any/sale'}
    """
    return phrase("lint.example.case", case=str(case))


def _cells(sheet: Sheet) -> Iterator[Flaw]:
    """Find cells that list every term of their column, which is to exclude nothing at all."""
    table = sheet.policy.returns.returns
    for i, rule in enumerate(table.rules):
        columns = zip(_COLUMNS, rule.when.columns, table.domain.columns, strict=True)
        for key, asked, known in columns:
            if asked is not None and len(known) > 1 and asked >= set(known):
                where, example = (*_RULES, i, "when", key), of_case(first_case(rule, sheet))
                terms = listed(known)
                yield flaw(CheckCode.CELL_ALWAYS_TRUE, where, example, key=key, terms=terms)


def first_case(rule: Row, sheet: Sheet) -> ReturnCase:
    """Return the first case that a row covers; every row of a sound table covers one."""
    return next(
        case for case in sheet.policy.returns.returns.domain.cases() if rule.when.covers(case)
    )


def _unused_terms(sheet: Sheet) -> Iterator[Flaw]:
    returns = sheet.policy.returns
    undelivered = returns.undelivered
    used = [undelivered.sent_back, undelivered.lost, undelivered.of_unpaid_customs.refund]
    cancelled = returns.of_cancellations
    used += [cancelled.refund, cancelled.buyer.refund, cancelled.seller.refund]
    used += [cancelled.house.refund, *(claim.refund for claim in returns.claims.kinds.values())]
    used += [rule.terms.refund for rule in returns.returns.rules if rule.terms]
    for i, terms in enumerate(returns.refund_terms):
        if terms not in used:
            at: Path = ("returns", "refund_terms", i)
            yield flaw(CheckCode.TERMS_NEVER_USED, at, shown(terms.name), name=terms.name)


def _untriggered(sheet: Sheet) -> Iterator[Flaw]:
    """Find refunds that wait for a return that is not requested."""
    returns = sheet.policy.returns
    waiting: list[tuple[Path, RefundTerms, bool]] = [
        (("returns", "undelivered", "lost"), returns.undelivered.lost, False)
    ]
    for i, claim in enumerate(returns.claims.kinds.values()):
        waiting.append((("returns", "claims", i, "refund"), claim.refund, claim.return_needed))
    for i, rule in enumerate(returns.returns.rules):
        if rule.terms is not None:
            comes_back = rule.terms.routing.to is not ReturnTo.NOWHERE
            waiting.append(((*_RULES, i, "terms", "refund"), rule.terms.refund, comes_back))
    for at, refund, comes_back in waiting:
        if refund.trigger in _AFTER_A_RETURN and not comes_back:
            trigger = str(refund.trigger)
            yield flaw(CheckCode.REFUND_NEVER_TRIGGERED, at, shown(trigger), trigger=trigger)


def _deductions(sheet: Sheet) -> Iterator[Flaw]:
    for i, terms in enumerate(sheet.policy.returns.refund_terms):
        kept = sheet.edition.at("returns", "refund_terms", i, "deduction")
        of_pieces = terms.deduction.fixed or terms.deduction.rate
        if kept is not None and of_pieces and RefundPart.PIECES not in terms.parts:
            at: Path = ("returns", "refund_terms", i, "deduction")
            yield flaw(CheckCode.DEDUCTION_OF_NOTHING, at, shown(terms.name))


def _unused_ranks(sheet: Sheet) -> Iterator[Flaw]:
    taken = set(sheet.policy.pricing.tenders.kinds)
    if sheet.policy.pricing.gift_card is not None:
        taken.add(GIFT_CARD)
    at: Path = ("returns", "refunds", "tenders")
    for tender in ranked(sheet.edition.at(*at)):
        if tender not in taken:
            yield flaw(CheckCode.RANK_NEVER_USED, at, shown(str(tender)), tender=str(tender))


def zones_asked(rule: Row, sheet: Sheet) -> Sequence[Territory]:
    """Return the territories whose returns a row may decide."""
    table = sheet.policy.returns.returns
    names: Mapping[str, str] = {
        territory.code: next(zone.name for zone in table.zones if zone.covers(territory))
        for territory in sheet.territories
    }
    asked = rule.when.zone
    return [t for t in sheet.territories if asked is None or names[t.code] in asked]
