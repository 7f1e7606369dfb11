"""What a house takes back, refunds and pays out: each value of its policy, with its kind.

`zone` is a time zone, as in every policy; `zones` are the parts of the world. Which return is
taken is one table, tried in order; a table that leaves a case undecided or holds a row that never
decides cannot be built.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from attrs import field, frozen

from vintage_rules.dates import Duration
from vintage_rules.fields import (
    Distinct,
    FromHouseOf,
    Holding,
    Listed,
    NotEmpty,
    Reference,
    Sources,
)
from vintage_rules.findings import (
    Finding,
    Written,
)
from vintage_rules.ids import Edition, term
from vintage_rules.returns.cancellation_policy import (
    CancellableUntil,
    CancellationPolicy,
    CancellationRule,
    PieceAfter,
)
from vintage_rules.returns.claim_policy import ClaimPolicy
from vintage_rules.returns.refund_policy import PayoutPolicy, RefundPolicy
from vintage_rules.returns.table_policy import ReturnPolicy
from vintage_rules.returns.terms import (
    RefundTerms,
)


class CustomsOutcome(StrEnum):
    """What becomes of a parcel whose buyer did not pay customs."""

    REFUND = "refund"
    RELIST = "relist"
    NOTHING = "nothing"


def _outcome(text: str) -> CustomsOutcome:
    return term(CustomsOutcome, text, "outcome")


@frozen(kw_only=True)
class UnpaidCustoms:
    """What a buyer who did not pay customs gets: a refund, the pieces listed again, or nothing."""

    outcome: Annotated[
        CustomsOutcome,
        "whether the buyer is refunded, the pieces are listed for them, or nothing is given back",
    ] = field(converter=_outcome)
    refund: Annotated[
        RefundTerms | None,
        Reference("refund terms"),
        "the name of the terms of the refund, where there is one",
    ]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require the terms of a refund where there is one, and only there."""
        outcome = table.get("outcome")
        refunds = outcome == CustomsOutcome.REFUND.value
        if outcome in list(CustomsOutcome) and refunds != ("refund" in table):
            terms = "the name of refund terms, where the outcome is refund"
            allowed = terms if refunds else f"left out where the outcome is {outcome}"
            yield Finding(("refund",), allowed, table.get("refund"))


@frozen(kw_only=True)
class UndeliveredPolicy:
    """Parcels that never reach their buyer. Clauses L14, R10.

    Without `unpaid_customs` a parcel whose buyer did not pay customs is as any that was sent back.
    """

    sent_back: Annotated[
        RefundTerms,
        Reference("refund terms"),
        "the terms of a parcel that went back to its sender, once its buyer agrees",
    ]
    lost: Annotated[
        RefundTerms,
        Reference("refund terms"),
        "the terms of a parcel that was not found",
    ]
    unpaid_customs: Annotated[
        UnpaidCustoms | None,
        "parcels that come back because their buyer did not pay customs; as any that was sent "
        "back, if left out",
    ]
    sources: Sources

    @property
    def of_unpaid_customs(self) -> UnpaidCustoms:
        """What becomes of a parcel whose buyer did not pay customs, said or left out."""
        if self.unpaid_customs is not None:
            return self.unpaid_customs
        back = self.sent_back
        return UnpaidCustoms(outcome=CustomsOutcome.REFUND, refund=back, sources=back.sources)


@frozen(kw_only=True)
class ReturnsPolicy:
    """All that has to do with what comes back."""

    edition: FromHouseOf[Edition]
    refund_terms: Annotated[
        tuple[RefundTerms, ...],
        Listed("refund terms"),
        Distinct(),
        NotEmpty(),
        "the terms of refunds, by the names that the other tables use",
    ]
    returns: Annotated[ReturnPolicy, "which returns are taken, and on what terms"]
    refunds: Annotated[RefundPolicy, "to which means of payment a refund goes, when"]
    payouts: Annotated[PayoutPolicy, "when a seller is paid for a piece"]
    claims: Annotated[ClaimPolicy, Holding("kinds"), "what may be claimed, and on what terms"]
    undelivered: Annotated[UndeliveredPolicy, "parcels that never reach their buyer"]
    cancellations: Annotated[
        CancellationPolicy | None,
        "who may cancel before a parcel is handed in; all may and the refund is that of a lost "
        "parcel, if left out",
    ]

    @property
    def of_cancellations(self) -> CancellationPolicy:
        """Who may cancel before a parcel is handed in, said or left out."""
        if self.cancellations is not None:
            return self.cancellations
        lost, sources = self.undelivered.lost, self.undelivered.sources

        def rule(piece: PieceAfter) -> CancellationRule:
            return CancellationRule(
                until=CancellableUntil.HANDED_IN,
                time_limit=Duration.of(0, "never"),
                refund=lost,
                piece=piece,
                sources=sources,
            )

        return CancellationPolicy(
            buyer=rule(PieceAfter.ON_SALE),
            seller=rule(PieceAfter.WITHDRAWN),
            house=rule(PieceAfter.ON_SALE),
            refund=lost,
            sources=sources,
        )
