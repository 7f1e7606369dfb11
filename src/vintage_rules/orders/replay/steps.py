"""What people, carriers and providers do with an order, in the words of the JSON API.

Parcels are named by who sends them: a seller's id, or `workshop`; those that a seller sends to the
workshop by `to-workshop/` and the seller's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.shipping.parcel.states import SentBackCause


class Do(StrEnum):
    """What is done, and by whom it may come.

    The sender hands a parcel in, the carrier scans it; the workshop receives what sellers send it
    and checks each piece. A buyer, a seller or the house cancels what has not left. The buyer
    confirms that all is well, opens claims, requests returns and answers whether they agree to a
    refund; the addressee of a return receives and checks it. The house accepts and declines returns
    and decides about claims. The provider of a means of payment reports disputes.
    """

    HAND_IN = "hand-in"
    SCAN = "scan"
    CONFIRM = "confirm"
    RECEIVE = "receive"
    CHECK = "check"
    CANCEL = "cancel"
    REQUEST_RETURN = "request-return"
    ACCEPT_RETURN = "accept-return"
    DECLINE_RETURN = "decline-return"
    POST_RETURN = "post-return"
    RECEIVE_RETURN = "receive-return"
    CHECK_RETURN = "check-return"
    OPEN_CLAIM = "open-claim"
    UPHOLD_CLAIM = "uphold-claim"
    REJECT_CLAIM = "reject-claim"
    REPORT_LOST = "report-lost"
    REPORT_FOUND = "report-found"
    ANSWER_REFUND = "answer-refund"
    DISPUTE = "dispute"
    DISPUTE_WON = "dispute-won"
    DISPUTE_LOST = "dispute-lost"


class ParcelScan(StrEnum):
    """What a carrier says of a parcel; `DELIVERED` is to the addressee."""

    UNDER_WAY = "under-way"
    HELD_AT_CUSTOMS = "held-at-customs"
    DELIVERED = "delivered"
    GOING_BACK = "going-back"
    BACK_AT_SENDER = "back-at-sender"
    LOST = "lost"


class StepFinding(StrEnum):
    """What a check found: of a piece at the workshop, or of every piece of a return."""

    AS_DESCRIBED = "as-described"
    FAILS = "fails"
    AS_SENT = "as-sent"
    DAMAGED = "damaged"
    MISSING = "missing"
    ANOTHER_PIECE = "another-piece"


_NEEDED: Mapping[Do, frozenset[str]] = {
    Do.HAND_IN: frozenset({"parcel"}),
    Do.SCAN: frozenset({"parcel", "status"}),
    Do.CONFIRM: frozenset(),
    Do.RECEIVE: frozenset({"parcel"}),
    Do.CHECK: frozenset({"piece", "finding"}),
    Do.CANCEL: frozenset({"by"}),
    Do.REQUEST_RETURN: frozenset({"return", "pieces", "reason"}),
    Do.ACCEPT_RETURN: frozenset({"return"}),
    Do.DECLINE_RETURN: frozenset({"return"}),
    Do.POST_RETURN: frozenset({"return"}),
    Do.RECEIVE_RETURN: frozenset({"return"}),
    Do.CHECK_RETURN: frozenset({"return", "finding"}),
    Do.OPEN_CLAIM: frozenset({"claim", "kind", "pieces"}),
    Do.UPHOLD_CLAIM: frozenset({"claim"}),
    Do.REJECT_CLAIM: frozenset({"claim"}),
    Do.REPORT_LOST: frozenset({"claim"}),
    Do.REPORT_FOUND: frozenset({"claim"}),
    Do.ANSWER_REFUND: frozenset({"parcel", "agreed"}),
    Do.DISPUTE: frozenset({"tender"}),
    Do.DISPUTE_WON: frozenset({"tender"}),
    Do.DISPUTE_LOST: frozenset({"tender"}),
}
_MORE: Mapping[Do, frozenset[str]] = {
    Do.HAND_IN: frozenset({"tracking_number"}),
    Do.SCAN: frozenset({"cause"}),
    Do.RECEIVE: frozenset({"pieces"}),
    Do.CANCEL: frozenset({"pieces"}),
    Do.REQUEST_RETURN: frozenset({"photos", "parcel_number"}),
    Do.OPEN_CLAIM: frozenset({"photos"}),
}


FINDINGS: Mapping[Do, frozenset[StepFinding]] = {
    Do.CHECK: frozenset({StepFinding.AS_DESCRIBED, StepFinding.FAILS}),
    Do.CHECK_RETURN: frozenset(StepFinding) - {StepFinding.AS_DESCRIBED, StepFinding.FAILS},
}
"""What each kind of check may find."""


@frozen(kw_only=True)
class Step:
    """One thing that is done with an order, or tried.

    `cause` is why a parcel goes back, which a carrier may say.

    Raises:
        InvalidValueError: If something is missing that it needs, or given that it has no use for,
            or a piece is named twice.
    """

    at: datetime
    do: Do
    parcel: str | None = None
    tracking_number: str | None = None
    status: ParcelScan | None = None
    cause: SentBackCause | None = None
    return_: str | None = None
    claim: str | None = None
    kind: str | None = None
    piece: PieceId | None = None
    pieces: tuple[PieceId, ...] | None = None
    by: Canceller | None = None
    reason: str | None = None
    photos: int | None = None
    parcel_number: str | None = None
    finding: StepFinding | None = None
    agreed: bool | None = None
    tender: str | None = None

    def __attrs_post_init__(self) -> None:
        needed = _NEEDED[self.do]
        allowed = needed | _MORE.get(self.do, frozenset())
        for name, value in self._given().items():
            if value is None and name in needed:
                raise InvalidValueError(name, None, f"given to {self.do}")
            if value is not None and name not in allowed:
                raise InvalidValueError(name, value, f"left out of {self.do}")
        findings = FINDINGS.get(self.do, frozenset())
        if self.finding is not None and self.finding not in findings:
            known = ", ".join(sorted(findings))
            raise InvalidValueError("finding", self.finding, f"one of {known}")
        pieces = self.pieces or ()
        if len(set(pieces)) < len(pieces):
            raise InvalidValueError("pieces", pieces, "distinct pieces")

    def _given(self) -> Mapping[str, object]:
        return {
            "parcel": self.parcel,
            "tracking_number": self.tracking_number,
            "status": self.status,
            "cause": self.cause,
            "return": self.return_,
            "claim": self.claim,
            "kind": self.kind,
            "piece": self.piece,
            "pieces": self.pieces,
            "by": self.by,
            "reason": self.reason,
            "photos": self.photos,
            "parcel_number": self.parcel_number,
            "finding": self.finding,
            "agreed": self.agreed,
            "tender": self.tender,
        }
