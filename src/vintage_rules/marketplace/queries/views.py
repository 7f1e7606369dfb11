"""What one row of each list shows, and the names of the lists.

A row is kept as JSON text with the names of these fields. No personal data is among them: what
identifies people stays where it can be erased.
"""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId, SellerId
from vintage_rules.money import Money
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState, Party
from vintage_rules.orders.states import OrderState, PayoutState
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.returns.claim.states import ClaimState
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.shipping.parcel.states import ParcelState

NEWEST = "on-sale/newest"
CHEAPEST = "on-sale/price"
SOLD = "sold"
OPEN_CASES = "cases"
TO_CHECK = "to-check"
TO_RECEIVE = "to-receive"
OPEN_RETURNS = "returns"
OPEN_CLAIMS = "claims"
TRAVELLING = "travelling"
DISPUTED = "disputed"


def of_seller(name: str, seller: str) -> str:
    """Name the part of a list that is one seller's.

    >>> of_seller(SOLD, "ada")
    'sold/ada'
    """
    return f"{name}/{seller}"


def offers_to_answer(seller: str) -> str:
    """Name the list of offers that wait for a seller."""
    return f"to-answer/{seller}"


def parcels_to_post(sender: str) -> str:
    """Name the list of parcels that a sender has to post."""
    return f"to-post/{sender}"


def returns_to(addressee: str) -> str:
    """Name the list of open returns that come back to a seller."""
    return f"{OPEN_RETURNS}/{addressee}"


def payouts_of(seller: str) -> str:
    """Name the list of payouts to a seller."""
    return f"payouts/{seller}"


def orders_of(buyer: str) -> str:
    """Name the list of orders of a buyer."""
    return f"orders/{buyer}"


def offers_of(buyer: str) -> str:
    """Name the list of offers of a buyer."""
    return f"offers/{buyer}"


def alerts_of(buyer: str) -> str:
    """Name the list of alerts that a buyer has set."""
    return f"alerts/{buyer}"


def cards_of(buyer: str) -> str:
    """Name the list of gift cards that a buyer has bought."""
    return f"cards/{buyer}"


def moment(at: datetime) -> str:
    """Return a moment in UTC as a list is sorted by it.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 9, 7, 8, tzinfo=UTC))
    '2026-09-07T08:00:00.000000'
    """
    return at.replace(tzinfo=None).isoformat(timespec="microseconds")


def amount(price: Money) -> str:
    """Return a price as a list of one currency is sorted by it.

    >>> amount(Money("90.00", "EUR")) < amount(Money("100.00", "EUR"))
    True
    """
    return str(price.amount).replace(".", "").zfill(20)


@frozen(kw_only=True)
class View:
    """What every row shows: the moment at which time alone changes it next; None for never."""

    due: datetime | None = None


@frozen(kw_only=True)
class CataloguePiece(View):
    """A piece as anyone may see it.

    `price` is what it costs everybody, or what it sold for; `since` when it was listed, came back
    or was sold, and `until` when its state ends by itself.
    """

    piece: PieceId
    seller: SellerId
    state: ListingState
    price: Money
    initial_price: Money
    since: datetime
    until: datetime | None


@frozen(kw_only=True)
class OfferOnPiece(View):
    """An offer: its price proposed last, by which side, and whose answer it waits for if any."""

    piece: PieceId
    seller: SellerId
    buyer: BuyerId
    state: OfferState
    price: Money
    proposed_by: Party
    awaits: Party | None
    made_at: datetime
    until: datetime | None


@frozen(kw_only=True)
class AlertOnPiece(View):
    """An alert that a buyer has set on a sold piece. Clause A5."""

    piece: PieceId
    buyer: BuyerId
    state: ListingState


@frozen(kw_only=True)
class BoughtCard(View):
    """A gift card as the buyer who paid for it sees it; its code is in its mail alone."""

    card: str
    buyer: BuyerId
    state: CardState
    amount: Money
    balance: Money
    ordered_at: datetime
    expires_at: datetime | None


@frozen(kw_only=True)
class PlacedOrder(View):
    """An order of a buyer: its pieces, what it was paid with in all, and what was refunded."""

    order: OrderId
    buyer: BuyerId
    state: OrderState
    pieces: tuple[PieceId, ...]
    cancelled: tuple[PieceId, ...]
    paid: Money
    refunded: Money
    placed_at: datetime


@frozen(kw_only=True)
class ParcelToPost(View):
    """A parcel that its sender has to post, and until when, where silence ends that."""

    order: OrderId
    parcel: ParcelId
    sender: str
    pieces: tuple[PieceId, ...]
    to_workshop: bool
    paid_at: datetime
    post_by: datetime | None


@frozen(kw_only=True)
class SellerPayout(View):
    """What a seller is paid for a piece.

    `payable_at` is when it falls due, None while that is not known; `held` whether something is
    open on the piece, so that it is not paid now; `sent_at` when it was paid.
    """

    order: OrderId
    piece: PieceId
    seller: SellerId
    state: PayoutState
    amount: Money
    held: bool
    payable_at: datetime | None
    sent_at: datetime | None


@frozen(kw_only=True)
class ParcelToReceive(View):
    """A parcel that a seller sends to the workshop, which has not received all of it. Clause L5.

    `handed_in_at` is None where its seller has not posted it, as far as is known.
    """

    order: OrderId
    parcel: ParcelId
    seller: SellerId
    pieces: tuple[PieceId, ...]
    tracking_number: str | None
    handed_in_at: datetime | None


@frozen(kw_only=True)
class OpenReturn(View):
    """A return that is not over: to whom its parcel goes, and by which day it is to be posted.

    `to` is None where nothing comes back, `post_by` where no time is set or none runs yet.
    """

    order: OrderId
    case: str
    buyer: BuyerId
    state: ReturnState
    pieces: tuple[PieceId, ...]
    to: str | None
    requested_at: datetime
    post_by: date | None


@frozen(kw_only=True)
class OpenClaim(View):
    """A claim that is not over. Clauses R9, R10."""

    order: OrderId
    case: str
    buyer: BuyerId
    kind: str
    state: ClaimState
    pieces: tuple[PieceId, ...]
    opened_at: datetime


@frozen(kw_only=True)
class PieceToCheck(View):
    """A piece at the workshop that waits for its check. Clause L5."""

    order: OrderId
    piece: PieceId
    seller: SellerId
    received_at: datetime


@frozen(kw_only=True)
class TravellingParcel(View):
    """A parcel on its way, overdue from `overdue_at` on. Clauses L3, S3."""

    order: OrderId
    parcel: ParcelId
    state: ParcelState
    tracking_number: str | None
    handed_in_at: datetime | None
    overdue_at: datetime


@frozen(kw_only=True)
class DisputedOrder(View):
    """An order of which a buyer's bank questions what some means of payment were charged."""

    order: OrderId
    buyer: BuyerId
    tenders: tuple[str, ...]
    since: datetime
