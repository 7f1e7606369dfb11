"""The table of returns: its zones, its columns and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from vintage_rules.policies.documents.common import House, Record, Table, distinct
from vintage_rules.policies.documents.reading import Finding
from vintage_rules.policies.documents.return_proof import (
    domain_in,
    missing_warehouses,
    uncovered_areas,
    unknown_assumptions,
    unsound_rows,
)
from vintage_rules.policies.documents.return_terms import ReturnTermsDocument, Terms
from vintage_rules.policies.documents.shipping import Covering
from vintage_rules.policies.documents.values import Name, named
from vintage_rules.returns.decision_table import (
    HitPolicy,
    ReturnCondition,
    ReturnDomain,
)
from vintage_rules.returns.policy import (
    Assumed,
    ReturnPolicy,
    ReturnRule,
    ReturnZone,
    SeveralParcels,
)

Names = Annotated[list[Name], Field(min_length=1), distinct()]


class ReturnZoneDocument(Covering):
    """A part of the world the table knows by one name; the first that covers a place decides."""

    name: Name = Field(description="what the zone is called, such as elsewhere")
    warehouse: Name | None = Field(
        default=None, description="the nearest warehouse; left out where nothing goes to one"
    )

    def to_policy(self) -> ReturnZone:
        """Build the zone that the rules take."""
        return ReturnZone(
            name=self.name,
            areas=frozenset(self.areas),
            codes=frozenset(self.codes),
            warehouse=self.warehouse,
        )


class DomainDocument(Table):
    """Every term that a column of the table can hold, beside the zones."""

    reasons: Names = Field(description="why pieces come back, such as [ withdrawal, claim ]")
    seller_kinds: Names = Field(description="who sells, such as [ professional, private ]")
    modes: Names = Field(description="how pieces were sent: all modes of shipping, and others")
    categories: Names = Field(description="what pieces are, such as [ any ]")
    sale_kinds: Names = Field(description="how pieces were sold, such as [ sale ]")


class AssumedDocument(Table):
    """What is taken for granted about a sale where the facts do not say."""

    seller_kind: Name = Field(description="who sells: one of seller_kinds")
    mode: Name = Field(description="how it was sent: one of modes")
    category: Name = Field(description="what it is: one of categories")
    sale_kind: Name = Field(description="how it was sold: one of sale_kinds")

    def to_policy(self) -> Assumed:
        """Build what the rules take."""
        return Assumed(
            seller_kind=self.seller_kind,
            mode=self.mode,
            category=self.category,
            sale_kind=self.sale_kind,
            sources=self.source,
        )


class ReturnWhenDocument(Record):
    """Which cases a row covers; what is left out asks nothing."""

    reasons: Names | None = Field(default=None, description="only for these reasons")
    seller_kinds: Names | None = Field(default=None, description="only from these sellers")
    zones: Names | None = Field(default=None, description="only from these zones of the table")
    modes: Names | None = Field(default=None, description="only what was sent so")
    categories: Names | None = Field(default=None, description="only for such pieces")
    sale_kinds: Names | None = Field(default=None, description="only what was sold so")

    def to_policy(self) -> ReturnCondition:
        """Build the condition that the rules take."""
        return ReturnCondition(
            reason=_asked(self.reasons),
            seller_kind=_asked(self.seller_kinds),
            zone=_asked(self.zones),
            mode=_asked(self.modes),
            category=_asked(self.categories),
            sale_kind=_asked(self.sale_kinds),
        )


def _asked(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


class Outcome(StrEnum):
    """What becomes of a return that a row covers; a reviewed one is taken once a person agrees."""

    TAKEN = "taken"
    REVIEWED = "reviewed"
    REFUSED = "refused"


class RuleDocument(Table):
    """A row of the table."""

    name: Name = Field(description="what the row is called, such as withdrawal-from-france")
    when: ReturnWhenDocument | None = Field(
        default=None, description="which cases it covers; every case, if left out"
    )
    outcome: Annotated[Outcome, named] = Field(
        description="taken, reviewed by a person before it is taken, or refused"
    )
    terms: ReturnTermsDocument | None = Field(
        default=None, description="the terms of such a return; left out where it is refused"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for terms where a return is taken, and only there."""
        outcome = table.get("outcome")
        if outcome == Outcome.REFUSED.value and "terms" in table:
            yield Finding(("terms",), "left out where a return is refused", table["terms"])
        if outcome in (Outcome.TAKEN.value, Outcome.REVIEWED.value) and "terms" not in table:
            yield Finding(("terms",), f"given where a return is {outcome}", None)

    def to_policy(self, refunds: Terms) -> ReturnRule:
        """Build the row that the rules take."""
        return ReturnRule(
            name=self.name,
            when=(self.when or ReturnWhenDocument()).to_policy(),
            terms=self.terms.to_policy(refunds) if self.terms else None,
            review=self.outcome is Outcome.REVIEWED,
            sources=self.source,
        )


class ReturnTableDocument(Table):
    """Which returns are taken, and on what terms."""

    exchanges: bool = Field(description="whether a piece can be exchanged for another")
    several_parcels: Annotated[SeveralParcels, named] = Field(
        description="from which receipt the time runs when an order comes in several parcels"
    )
    hit: Annotated[HitPolicy, named] = Field(
        description="first: the first row that covers a case decides it; unique: only one may"
    )
    zones: Annotated[list[ReturnZoneDocument], Field(min_length=1), distinct("name")] = Field(
        description="parts of the world; together they cover all of it"
    )
    domain: DomainDocument = Field(description="every term that a column can hold")
    assumed: AssumedDocument = Field(
        description="what is taken for granted about a sale where the facts do not say"
    )
    rules: Annotated[list[RuleDocument], Field(min_length=1), distinct("name")] = Field(
        description="the rows, in the order in which they are tried; they decide every case"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for zones that cover the world, known assumptions, and rows that decide all cases."""
        yield from uncovered_areas(table.get("zones"))
        yield from missing_warehouses(table)
        domain = domain_in(table)
        if domain is not None:
            yield from unknown_assumptions(table.get("assumed"), domain)
            yield from unsound_rows(table.get("rules"), domain, table.get("hit"))

    def to_policy(self, house: House, refunds: Terms) -> ReturnPolicy:
        """Build the policy that the rules take, with the terms of refunds by their names."""
        return ReturnPolicy(
            edition=house.edition,
            zone=house.zone,
            zones=tuple(zone.to_policy() for zone in self.zones),
            domain=self._domain(),
            hit=self.hit,
            rules=tuple(rule.to_policy(refunds) for rule in self.rules),
            assumed=self.assumed.to_policy(),
            exchanges=self.exchanges,
            exchange_sources=self.source_of("exchanges"),
            several_parcels=self.several_parcels,
            several_parcels_sources=self.source_of("several_parcels"),
        )

    def _domain(self) -> ReturnDomain:
        return ReturnDomain(
            reason=tuple(self.domain.reasons),
            seller_kind=tuple(self.domain.seller_kinds),
            zone=tuple(zone.name for zone in self.zones),
            mode=tuple(self.domain.modes),
            category=tuple(self.domain.categories),
            sale_kind=tuple(self.domain.sale_kinds),
        )
