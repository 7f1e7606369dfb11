"""Commands on the claims of an order: opened, investigated, upheld or rejected. Clauses R9, R10."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import frozen

from vintage_rules.errors import NameTakenError
from vintage_rules.ids import PieceId
from vintage_rules.marketplace.actors import (
    Actor,
)
from vintage_rules.marketplace.commands.entries import (
    require_evidence,
    require_name,
    require_reasons,
)
from vintage_rules.marketplace.commands.order_commands import (
    Answer,
    execute_by_buyer,
    execute_by_house,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.orders.commands import CommandClaim, OrderCommand
from vintage_rules.orders.requests import claim_request
from vintage_rules.orders.states import Order
from vintage_rules.returns.claim.commands import (
    ClaimCommand,
    LookAgain,
    RejectClaim,
    ReportFound,
    ReportLost,
    UpholdClaim,
)
from vintage_rules.returns.pieces import SettledPiece


@frozen
class Claims:
    """Commands on the claims of an order.

    Every command raises `NotAllowedError` for an actor who may not, `NotFoundError` for an order
    or a piece that does not exist, and what the rules raise.
    """

    shop: Shop

    def open_claim(
        self,
        by: Actor,
        order: str,
        claim: str,
        kind: str,
        pieces: Sequence[PieceId],
        *,
        photos: int,
        parcel_number: str | None = None,
        in_writing: bool = True,
    ) -> Answer:
        """Claim a defect, or that a piece never arrived.

        A claim of this name is opened once: the same kind and pieces again are the same claim, with
        whatever evidence. Clauses R9, R10.

        Raises:
            NameTakenError: For the name of a claim of another kind or on other pieces.
            IdentifierError: For a name of more than 100 characters.
            InvalidValueError: For more than 1,000 photos, or a number of more than 200 characters.
        """
        require_name(claim, "claim")
        require_evidence(photos, parcel_number)

        def commands(known: Order, at: datetime) -> Sequence[OrderCommand]:
            if claim in known.claims:
                opened = known.claims[claim].opened
                if (opened.kind, set(opened.pieces)) != (kind, set(pieces)):
                    raise NameTakenError("claim", claim)
                return ()
            request = claim_request(
                known,
                claim,
                kind,
                pieces,
                at=at,
                photos=photos,
                parcel_number=parcel_number,
                in_writing=in_writing,
            )
            return [request]

        return execute_by_buyer(self.shop, by, order, commands)

    def look_again(self, by: Actor, order: str, claim: str) -> Answer:
        """Search for a parcel once more."""
        return self._claim(by, order, claim, lambda at: LookAgain(at=at))

    def report_found(self, by: Actor, order: str, claim: str) -> Answer:
        """Record that what was claimed not to have arrived was delivered."""
        return self._claim(by, order, claim, lambda at: ReportFound(at=at))

    def report_lost(self, by: Actor, order: str, claim: str) -> Answer:
        """Record that what was claimed is lost: it is refunded in full."""
        return self._claim(by, order, claim, lambda at: ReportLost(at=at))

    def uphold_claim(
        self, by: Actor, order: str, claim: str, refunds: Sequence[SettledPiece]
    ) -> Answer:
        """Uphold a claim."""
        return self._claim(by, order, claim, lambda at: UpholdClaim(at=at, refunds=tuple(refunds)))

    def reject_claim(self, by: Actor, order: str, claim: str, *reasons: str) -> Answer:
        """Reject a claim, for reasons that are sent to the buyer.

        Raises:
            InvalidValueError: For a reason of more than 1,000 characters.
        """
        require_reasons(reasons)
        return self._claim(by, order, claim, lambda at: RejectClaim(at=at, reasons=reasons))

    def _claim(
        self, by: Actor, order: str, claim: str, command: Callable[[datetime], ClaimCommand]
    ) -> Answer:
        return execute_by_house(
            self.shop, by, order, lambda _, at: [CommandClaim(case=claim, command=command(at))]
        )
