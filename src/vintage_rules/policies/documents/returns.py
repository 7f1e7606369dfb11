"""The tables about what comes back: returns, refunds, payouts and claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from vintage_rules.policies.documents.common import Context, House, Table, beside, distinct
from vintage_rules.policies.documents.reading import Finding, Told
from vintage_rules.policies.documents.return_table import ReturnTableDocument
from vintage_rules.policies.documents.return_terms import (
    EvidenceDocument,
    RefundTermsDocument,
    Terms,
)
from vintage_rules.policies.documents.shipping import Covering
from vintage_rules.policies.documents.values import (
    Dates,
    Name,
    RefundTermsName,
    is_shorter,
    named,
    written,
)
from vintage_rules.policies.documents.windows import (
    DatedWindowDocument,
    EndingWindowDocument,
    ReceiptWindowDocument,
)
from vintage_rules.policies.shapes import items_in, table_in
from vintage_rules.returns.policy import (
    ClaimPolicy,
    ClaimTerms,
    CustomsOutcome,
    Investigation,
    LookedInVain,
    PayoutPolicy,
    PayoutTerms,
    RefundPolicy,
    ReturnsPolicy,
    Split,
    StatementDelay,
    UnpaidCustoms,
)


class StatementDocument(Table):
    """How long after it was passed on a refund shows on the buyer's statement."""

    earliest: Dates = Field(description="how long at least, such as 0 days")
    latest: Dates = Field(description="how long at most, such as 10 ouvres")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for delays in order, where they count the same days."""
        earliest, latest = table.get("earliest"), table.get("latest")
        if is_shorter(latest, earliest):
            yield Finding(("latest",), f"at least earliest, {written(earliest)}", latest)

    def to_policy(self) -> StatementDelay:
        """Build the delay that the rules take."""
        return StatementDelay(earliest=self.earliest, latest=self.latest, sources=self.source)


def ranked(found: object) -> list[object]:
    """Give every means of payment of a list of ranks, as it is written.

    >>> ranked([["card", "paypal"], ["gift-card"]])
    ['card', 'paypal', 'gift-card']
    """
    return [tender for rank in items_in(found) for tender in items_in(rank)]


def _one_rank_each(found: object) -> Iterator[Finding]:
    seen: list[object] = []
    for i, rank in enumerate(items_in(found)):
        for j, tender in enumerate(items_in(rank)):
            if tender in seen:
                yield Finding((i, j), "named only once", tender)
            seen.append(tender)


class RefundsDocument(Table):
    """To which means of payment a refund goes, and when."""

    tenders: Annotated[
        list[Annotated[list[Name], Field(min_length=1)]],
        Field(min_length=1),
        beside(_one_rank_each),
    ] = Field(
        description="ranks of means of payment; one gets nothing before all above it are paid back"
    )
    within: Annotated[Split, named] = Field(
        description="how a refund is spread over those of one rank"
    )
    due: Dates = Field(description="how long after its trigger a refund is due")
    overdue: ReceiptWindowDocument = Field(
        description="how long after a return was received its refund should have been there"
    )
    statement: dict[Name, StatementDocument] = Field(
        description="for each means of payment when a refund shows on the buyer's statement"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for a statement of each means of payment, and of no other."""
        tenders, statement = ranked(table.get("tenders")), table_in(table.get("statement"))
        for tender in statement:
            if tenders and tender not in tenders:
                allowed = f"for one of {written(tenders)}"
                yield Finding(("statement", tender), allowed, Told(f"one for {tender}"))
        missing = [tender for tender in tenders if tender not in statement]
        if missing and "statement" in table:
            allowed = "given for each of tenders"
            yield Finding(("statement",), allowed, Told(f"none for {written(missing)}"))

    def to_policy(self, house: House) -> RefundPolicy:
        """Build the policy that the rules take."""
        return RefundPolicy(
            edition=house.edition,
            zone=house.zone,
            tenders=tuple(frozenset(rank) for rank in self.tenders),
            within=self.within,
            due=self.due,
            overdue=self.overdue.to_policy(),
            statement={tender: delay.to_policy() for tender, delay in self.statement.items()},
            sources=self.source,
            due_sources=self.source_of("due"),
            overdue_sources=self.source_of("overdue"),
        )


class PayoutsElsewhereDocument(Covering):
    """When a seller is paid for what was delivered to a part of the world."""

    window: DatedWindowDocument = Field(
        description="the time that must be over there, with no return or claim open on the piece"
    )

    def to_policy(self) -> PayoutTerms:
        """Build the terms that the rules take."""
        return PayoutTerms(
            areas=frozenset(self.areas),
            codes=frozenset(self.codes),
            window=self.window.to_policy(),
            sources=self.source,
        )


class PayoutsDocument(Table):
    """When a seller is paid for a piece."""

    window: DatedWindowDocument = Field(
        description="the time that must be over, with no return or claim open on the piece"
    )
    elsewhere: list[PayoutsElsewhereDocument] = Field(
        default=[],
        description="parts of the world with a time of their own; the first that covers a place "
        "decides",
    )

    def to_policy(self, house: House) -> PayoutPolicy:
        """Build the policy that the rules take."""
        return PayoutPolicy(
            edition=house.edition,
            zone=house.zone,
            window=self.window.to_policy(),
            sources=self.source,
            elsewhere=tuple(there.to_policy() for there in self.elsewhere),
        )


class InvestigationDocument(Table):
    """Looking for a parcel."""

    length: Dates = Field(description="how long the house looks for it")
    in_vain: Annotated[LookedInVain, named] = Field(
        description="what it means when it was not found by then"
    )

    def to_policy(self) -> Investigation:
        """Build the investigation that the rules take."""
        return Investigation(length=self.length, in_vain=self.in_vain, sources=self.source)


class ClaimDocument(Table):
    """One kind of claim."""

    name: Name = Field(description="what is claimed, such as defect")
    window: EndingWindowDocument = Field(description="the time in which it is made")
    order_number: bool = Field(description="whether it must name the order")
    return_needed: bool = Field(description="whether the piece comes back before the refund")
    refund: RefundTermsName = Field(description="the name of the terms of its refund")
    evidence: EvidenceDocument = Field(description="what it must bring")
    investigation: InvestigationDocument | None = Field(
        default=None, description="how it is looked into; left out where nothing is looked for"
    )

    def to_policy(self, refunds: Terms) -> ClaimTerms:
        """Build the terms that the rules take, with those of the refund by their names."""
        return ClaimTerms(
            window=self.window.to_policy(),
            evidence=self.evidence.to_policy(),
            order_number=self.order_number,
            investigation=self.investigation.to_policy() if self.investigation else None,
            return_needed=self.return_needed,
            refund=refunds[self.refund],
            sources=self.source,
        )


class UnpaidCustomsDocument(Table):
    """Parcels that come back because their buyer did not pay customs."""

    outcome: Annotated[CustomsOutcome, named] = Field(
        description="whether the buyer is refunded, the pieces are put up for sale for them, or "
        "nothing is given back"
    )
    refund: RefundTermsName | None = Field(
        default=None, description="the name of the terms of the refund, where there is one"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for the terms of a refund where there is one, and only there."""
        outcome = table.get("outcome")
        refunds = outcome == CustomsOutcome.REFUND.value
        if outcome in list(CustomsOutcome) and refunds != ("refund" in table):
            allowed = f"given with {CustomsOutcome.REFUND}, and only then"
            yield Finding(("refund",), allowed, table.get("refund"))


class UndeliveredDocument(Table):
    """Parcels that never reach their buyer."""

    sent_back: RefundTermsName = Field(
        description="the terms of a parcel that went back to its sender, once its buyer agrees"
    )
    lost: RefundTermsName = Field(description="the terms of a parcel that nobody found")
    unpaid_customs: UnpaidCustomsDocument | None = Field(
        default=None,
        description="parcels that come back because their buyer did not pay customs; as any that "
        "was sent back, if left out",
    )

    def customs(self, refunds: Terms) -> UnpaidCustoms:
        """Build what the rules take about unpaid customs."""
        said = self.unpaid_customs
        if said is None:
            sent_back = refunds[self.sent_back]
            return UnpaidCustoms(
                outcome=CustomsOutcome.REFUND, refund=sent_back, sources=sent_back.sources
            )
        return UnpaidCustoms(
            outcome=said.outcome,
            refund=refunds[said.refund or self.sent_back],
            sources=said.source,
        )


class ReturnsDocument(Context):
    """All that has to do with what comes back."""

    refund_terms: Annotated[list[RefundTermsDocument], Field(min_length=1), distinct("name")] = (
        Field(description="the terms of refunds, by the names that the other tables use")
    )
    returns: ReturnTableDocument = Field(description="which returns are taken, and on what terms")
    refunds: RefundsDocument = Field(description="to which means of payment a refund goes, when")
    payouts: PayoutsDocument = Field(description="when a seller is paid for a piece")
    claims: Annotated[list[ClaimDocument], distinct("name")] = Field(
        default=[], description="what may be claimed, and on what terms"
    )
    undelivered: UndeliveredDocument = Field(description="parcels that never reach their buyer")

    def to_policy(self, house: House) -> ReturnsPolicy:
        """Build the policy that the rules take."""
        refunds = {terms.name: terms.to_policy() for terms in self.refund_terms}
        return ReturnsPolicy(
            edition=house.edition,
            returns=self.returns.to_policy(house, refunds),
            refunds=self.refunds.to_policy(house),
            payouts=self.payouts.to_policy(house),
            claims=ClaimPolicy(
                edition=house.edition,
                zone=house.zone,
                kinds={claim.name: claim.to_policy(refunds) for claim in self.claims},
            ),
            sent_back=refunds[self.undelivered.sent_back],
            lost=refunds[self.undelivered.lost],
            unpaid_customs=self.undelivered.customs(refunds),
        )
