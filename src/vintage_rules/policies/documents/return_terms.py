"""The tables about the terms of a return: its window, its way back and what is refunded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from vintage_rules.money import Rounding
from vintage_rules.policies.documents.common import Record, Table, distinct
from vintage_rules.policies.documents.reading import Finding
from vintage_rules.policies.documents.values import (
    Amount,
    AtLeastOne,
    Count,
    Dates,
    LengthThatEnds,
    Name,
    Rate,
    RefundTermsName,
    is_alike,
    named,
    written,
)
from vintage_rules.policies.documents.windows import (
    EndingWindowDocument,
    LegalWindowDocument,
    PostingWindowDocument,
)
from vintage_rules.policies.shapes import table_in
from vintage_rules.returns.terms import (
    Deduction,
    Evidence,
    Label,
    Posting,
    PostingProof,
    RefundPart,
    RefundTerms,
    RefundTrigger,
    ReturnPayer,
    ReturnTerms,
    ReturnTo,
    Routing,
)

_NOTHING = Decimal(0)


class EvidenceDocument(Table):
    """What a request must bring."""

    photos: Count = Field(description="how many photos at least; 0 where none is asked")
    in_writing: bool = Field(description="whether it must be in writing")
    parcel_number: bool = Field(description="whether it must name the parcel")

    def to_policy(self) -> Evidence:
        """Build the evidence that the rules take."""
        return Evidence(
            photos=self.photos,
            in_writing=self.in_writing,
            parcel_number=self.parcel_number,
            sources=self.source,
        )


class PostingDocument(Table):
    """Until when an accepted return is posted, the postmark being the proof."""

    window: PostingWindowDocument = Field(description="the time in which it is posted")
    allowance: Dates = Field(
        description="how long a parcel posted on the last day may travel before the return lapses"
    )
    proof: Annotated[PostingProof, named] = Field(
        default=PostingProof.POSTMARK,
        description="what must lie in that time: the postmark, as if left out, or the arrival",
    )

    def to_policy(self) -> Posting:
        """Build the posting that the rules take."""
        return Posting(
            window=self.window.to_policy(),
            allowance=self.allowance,
            proof=self.proof,
            sources=self.source,
        )


class RoutingDocument(Table):
    """Where pieces go back to, under whose label and at whose cost."""

    to: Annotated[ReturnTo, named] = Field(
        description="where to; warehouse: that of the zone; by-count: few pieces to their sellers, "
        "more to the workshop; nowhere: no return is needed"
    )
    to_seller_up_to: AtLeastOne | None = Field(
        default=None,
        description="by-count: up to how many pieces of a request go to their sellers",
    )
    label: Annotated[Label, named] = Field(description="whose label the parcel goes back under")
    paid_by: Annotated[ReturnPayer, named] = Field(description="who bears the postage")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for a number of pieces where they are counted, and only there."""
        to = table.get("to")
        counted = to == ReturnTo.BY_COUNT.value
        if to in list(ReturnTo) and counted != ("to_seller_up_to" in table):
            allowed = f"given with {ReturnTo.BY_COUNT}, and only then"
            yield Finding(("to_seller_up_to",), allowed, table.get("to_seller_up_to"))

    def to_policy(self) -> Routing:
        """Build the routing that the rules take."""
        return Routing(
            to=self.to,
            to_seller_up_to=self.to_seller_up_to or 0,
            label=self.label,
            paid_by=self.paid_by,
            sources=self.source,
        )


class DeductionDocument(Record):
    """What the house keeps of each returned piece, never more than its price."""

    fixed: Amount = Field(default=_NOTHING, description="a fixed part, in money")
    rate: Rate = Field(default=_NOTHING, description="a share of the price: 0.10 is ten per cent")
    rounding: Annotated[Rounding, named] = Field(
        description="the direction in which the last cent is rounded"
    )

    def to_policy(self) -> Deduction:
        """Build the deduction that the rules take."""
        return Deduction(fixed=self.fixed, rate=self.rate, rounding=self.rounding)


_NO_DEDUCTION = DeductionDocument(rounding=Rounding.HALF_UP)


class RefundTermsDocument(Table):
    """What is refunded, on what it waits, and until when the law wants it."""

    name: Name = Field(description="what these terms are called, such as withdrawal")
    parts: Annotated[list[Annotated[RefundPart, named]], Field(min_length=1), distinct()] = Field(
        description="what is given back; the supplement is what delivery cost above standard"
    )
    deduction: DeductionDocument | None = Field(
        default=None, description="what is kept of each piece; nothing, if left out"
    )
    trigger: Annotated[RefundTrigger, named] = Field(
        description="what must have happened before the refund is made"
    )
    law: LegalWindowDocument | None = Field(
        default=None, description="the time that a law gives; left out where none does"
    )

    def to_policy(self) -> RefundTerms:
        """Build the terms that the rules take."""
        return RefundTerms(
            name=self.name,
            parts=frozenset(self.parts),
            deduction=(self.deduction or _NO_DEDUCTION).to_policy(),
            trigger=self.trigger,
            law=self.law.to_policy() if self.law else None,
            sources=self.source,
            law_sources=self.source_of("law") if self.law else (),
        )


Terms = Mapping[str, RefundTerms]


class ReturnTermsDocument(Table):
    """All that holds for a return that is taken."""

    window: EndingWindowDocument = Field(description="the time in which it is asked for")
    seller_up_to: LengthThatEnds | None = Field(
        default=None,
        description="up to how long a time a seller may give instead; none, if left out",
    )
    refund: RefundTermsName = Field(description="the name of the terms of its refund")
    posting: PostingDocument | None = Field(
        default=None, description="until when it is posted; left out where no time is set"
    )
    evidence: EvidenceDocument = Field(description="what a request must bring")
    routing: RoutingDocument = Field(description="where pieces go back to, and at whose cost")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask that a seller gives no less than the house, counted alike."""
        given = table.get("seller_up_to")
        least = table_in(table.get("window")).get("length")
        if given is not None and least is not None and not is_alike(least, given):
            yield Finding(("seller_up_to",), f"at least {written(least)}, in its unit", given)

    def to_policy(self, refunds: Terms) -> ReturnTerms:
        """Build the terms that the rules take, with those of the refund by their names."""
        return ReturnTerms(
            window=self.window.to_policy(),
            seller_up_to=self.seller_up_to,
            posting=self.posting.to_policy() if self.posting else None,
            evidence=self.evidence.to_policy(),
            routing=self.routing.to_policy(),
            refund=refunds[self.refund],
            sources=self.source_of("window"),
        )
