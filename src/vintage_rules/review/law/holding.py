"""A policy held against the law of a day: a table of statutes and its reading, no legal advice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

from vintage_rules.errors import UnknownTermError
from vintage_rules.findings import Path
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination, Place
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.pages import Page, below
from vintage_rules.policies.paths import dotted
from vintage_rules.returns.table_policy import ReturnRule
from vintage_rules.review.law import refunds, selling, withdrawal
from vintage_rules.review.law.findings import Brief, LegalFinding, Ruling, Verdict, Weight
from vintage_rules.wording.common import length
from vintage_rules.wording.phrases import Phrase, phrase
from vintage_rules.world.addresses import locate
from vintage_rules.world.calendars import calendar_of
from vintage_rules.world.statute_rows import Statute, statutes

CHECKS: Mapping[str, Callable[[Brief], Iterator[Ruling]]] = {
    "withdrawal-length": withdrawal.withdrawal_length,
    "withdrawal-roll": withdrawal.withdrawal_roll,
    "withdrawal-start": withdrawal.withdrawal_start,
    "withdrawal-request": withdrawal.withdrawal_request,
    "withdrawal-function": withdrawal.withdrawal_function,
    "withdrawal-information": withdrawal.withdrawal_information,
    "posting-time": refunds.posting_time,
    "return-cost": refunds.return_cost,
    "refund-time": refunds.refund_time,
    "refund-withholding": refunds.refund_withholding,
    "refund-contents": refunds.refund_contents,
    "conformity": selling.conformity,
    "seller-kind": selling.seller_kind,
    "private-sellers": selling.private_sellers,
    "price-reduction": selling.price_reduction,
    "delivery-time": selling.delivery_time,
    "gift-card": selling.gift_card,
}
CONSUMERS: Mapping[str, Place] = {
    "FR": Place(country="FR", postal_code="75003"),
    "GB": Place(country="GB", postal_code="SW1A 1AA"),
}
"""A buyer's place in each country whose law is compared with a policy."""
_PROFESSIONAL, _PRIVATE, _WITHDRAWAL = "professional", "private", "withdrawal"


def hold_against_law(
    book: PolicyBook, on: date, *, jurisdictions: Collection[str] = tuple(CONSUMERS)
) -> tuple[LegalFinding, ...]:
    """Hold the edition in force on a day against the statutes of that day, the heaviest first.

    Only the law of countries that the house delivers to is looked at. What a law requires and a
    policy cannot say is reported as silence. This is no legal advice.

    Raises:
        UnknownTermError: For a jurisdiction that the table does not know, and as `PolicyBook.on`.

    >>> from vintage_rules.policies import load_policy
    >>> found = hold_against_law(load_policy("imparfaite"), date(2026, 11, 22))
    >>> [finding.check for finding in found if finding.statute.jurisdiction == "FR"][:2]
    ['withdrawal-function', 'refund-withholding']
    """
    for name in jurisdictions:
        if name not in CONSUMERS:
            raise UnknownTermError("jurisdiction", name, tuple(CONSUMERS))
    policy, edition = book.on(on), book.document.editions[book.place(on)]
    found = [
        finding
        for statute in statutes(on)
        if statute.jurisdiction in jurisdictions
        for finding in _findings(statute, policy, edition)
    ]
    return tuple(sorted(found, key=_rank))


def _rank(finding: LegalFinding) -> tuple[int, int, int]:
    verdicts = [Verdict.BELOW, Verdict.SILENT, Verdict.UNSETTLED, Verdict.MET]
    places = list(CHECKS)
    return (
        list(Weight).index(finding.severity),
        verdicts.index(finding.verdict),
        places.index(finding.check),
    )


def _findings(statute: Statute, policy: HousePolicy, edition: Page) -> Iterator[LegalFinding]:
    consumer = locate(CONSUMERS[statute.jurisdiction])
    try:
        policy.shipping.delivery.zone_of(consumer.territory)
    except UnknownTermError:
        return
    brief = Brief(
        statute=statute,
        policy=policy,
        edition=edition,
        consumer=consumer,
        calendar=calendar_of(consumer),
        rows=tuple(_rows(policy, consumer)),
    )
    for ruling in CHECKS[statute.check](brief):
        yield _finding(ruling, brief)


def _rows(policy: HousePolicy, consumer: Destination) -> Iterator[tuple[int, ReturnRule]]:
    """Return the rows that decide a withdrawal from what professionals sold in the usual way."""
    table = policy.returns.returns
    zone = next(zone.name for zone in table.zones if zone.covers(consumer.territory))
    kinds = {_PROFESSIONAL} & set(table.domain.seller_kind)
    kinds = kinds or set(table.domain.seller_kind) - {_PRIVATE}
    deciding = {
        table.rules.index(table.rule_for(case))
        for case in table.domain.cases()
        if case.reason == _WITHDRAWAL
        and case.zone == zone
        and case.seller_kind in kinds
        and case.sale_kind == table.assumed.sale_kind
    }
    for place in sorted(deciding):
        yield place, table.rules[place]


def _finding(ruling: Ruling, brief: Brief) -> LegalFinding:
    statute = brief.statute
    return LegalFinding(
        check=statute.check,
        statute=statute,
        verdict=ruling.verdict,
        severity=_weight(ruling.verdict, statute),
        path=dotted(ruling.at),
        says=ruling.says,
        asks=phrase(f"law.asks.{statute.check}", floor=_floor(brief)),
        sources=_sources(brief.edition, ruling.at),
        labels=brief.policy.labels,
    )


def _weight(verdict: Verdict, statute: Statute) -> Weight:
    match verdict:
        case Verdict.MET:
            return Weight.NONE
        case Verdict.UNSETTLED:
            return Weight.LOW
        case Verdict.BELOW | Verdict.SILENT:
            return Weight(statute.severity)


def _floor(brief: Brief) -> Phrase | str:
    floor = brief.statute.floor
    return length(brief.floor) if floor[:1].isdigit() else floor


def _sources(edition: Page, path: Path) -> tuple[str, ...]:
    """Return the sources of the value at a path: its own, or those of the table that holds it."""
    found: tuple[str, ...] = edition.source
    here: object = edition
    for step in path:
        if isinstance(here, Page) and here.shape.sourced and isinstance(step, str):
            found = here.sources.get(step, here.source)
        here = below(here, step)
        if isinstance(here, Page) and here.shape.sourced:
            found = here.source
    return found
