"""What can be done with a return parcel. Commands are imperative.

A request for several parcels is one return for each of them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.machine import checked
from vintage_rules.returns.eligibility import ReturnRequest
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import CheckedPiece, SettledPiece, require_settled
from vintage_rules.returns.routing import ReturnParcel, ReturnRoute
from vintage_rules.windows import Events, When


@frozen(kw_only=True, field_transformer=checked)
class RequestReturn:
    """Request a return; of a request that makes several parcels, for this one.

    `parcel` is None where nothing comes back. `refunds` are what a person settled when they upheld
    a claim on its pieces; any other piece is refunded in full.

    Raises:
        InvalidValueError: If it holds a piece that is not requested, or settles one that no claim
            was upheld on.
        DayError: If the request was made after it is recorded.
    """

    at: datetime
    request: ReturnRequest
    parcel: ReturnParcel | None
    refunds: tuple[SettledPiece, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.request.requested_at > self.at:
            raise DayError("requested_at", self.request.requested_at, f"not after {self.at}")
        if not set(self.pieces) <= set(self.request.pieces):
            allowed = f"of the pieces requested ({', '.join(self.request.pieces)})"
            raise InvalidValueError("parcel", self.pieces, allowed)
        if self.refunds:
            require_settled(self.refunds, self.pieces if self.request.upheld else ())

    @property
    def pieces(self) -> tuple[PieceId, ...]:
        """The pieces of this return."""
        return self.request.pieces if self.parcel is None else self.parcel.pieces


@frozen(kw_only=True, field_transformer=checked)
class RecordDelivery:
    """Record the day by which the buyer had received every piece of an earlier request.

    From then on it can be posted. `events` are those of the order by then, of which one may start
    the time for posting.
    """

    at: datetime
    received: date
    events: Events = field(factory=dict[str, When], hash=False)


@frozen(kw_only=True, field_transformer=checked)
class AcceptReturn:
    """Accept a request after a person has looked at it.

    `events` are those of the order by then, of which one may start the time for posting.
    """

    at: datetime
    events: Events = field(factory=dict[str, When], hash=False)


@frozen(kw_only=True, field_transformer=checked)
class DeclineReturn:
    """Decline a request, or the refund of what was sent, after a person has looked at it.

    It also ends a return that never came.
    """

    at: datetime
    reasons: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if not self.reasons:
            raise InvalidValueError("reasons", self.reasons, "one reason or more")


@frozen(kw_only=True, field_transformer=checked)
class RecordPosting:
    """Record that the parcel was posted, on the day of its postmark.

    Not before its pieces were received or their return was requested, whichever came first.
    """

    at: datetime
    postmark: date


@frozen(kw_only=True, field_transformer=checked)
class RecordArrival:
    """Record that the parcel arrived that day, and its postmark if it can be read.

    The postmark is of that day or before.
    """

    at: datetime
    arrived: date
    postmark: date | None


@frozen(kw_only=True, field_transformer=checked)
class RecordCheck:
    """Record what a check found of every piece."""

    at: datetime
    findings: tuple[CheckedPiece, ...]


@frozen(kw_only=True, field_transformer=checked)
class SettleReview:
    """Settle a review, or what never came back.

    These pieces are refunded, less what is withheld; the others are not.
    """

    at: datetime
    refunds: tuple[SettledPiece, ...]


@frozen(kw_only=True, field_transformer=checked)
class RecordRefund:
    """Record that the refund was passed to the means of payment."""

    at: datetime
    payments: tuple[Payment, ...]


ReturnCommand: TypeAlias = (
    RequestReturn
    | RecordDelivery
    | AcceptReturn
    | DeclineReturn
    | RecordPosting
    | RecordArrival
    | RecordCheck
    | SettleReview
    | RecordRefund
)
"""A command of the machine `RETURN`."""


def requests_by_parcel(
    request: ReturnRequest, route: ReturnRoute, at: datetime
) -> tuple[RequestReturn, ...]:
    """Request one return a parcel of a request's route; for one in all where nothing comes back.

    Clause R3: from France the pieces of several sellers are several parcels, each of which is
    posted, received and refunded by itself.
    """
    parcels: tuple[ReturnParcel | None, ...] = route.parcels or (None,)
    return tuple(RequestReturn(at=at, request=request, parcel=parcel) for parcel in parcels)
