"""The stream of one piece: its seller, its listing, and the order it was sold in."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError, InvalidValueError
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId, identifier
from vintage_rules.money import Money
from vintage_rules.offers import events as listing_events
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import PieceReturned, PieceTakenDown, SoldByOffer
from vintage_rules.offers.states import Listing
from vintage_rules.shipping.parcels import seller_id


def _grams(weight: int) -> int:
    if type(weight) is not int or weight <= 0:
        raise InvalidValueError("weight_g", weight, "a whole number of grams above 0")
    return weight


def _piece(name: str) -> PieceId:
    return PieceId(identifier(name, "piece"))


def _seller(name: str) -> SellerId:
    return seller_id(SellerId(name))


@frozen(kw_only=True)
class PieceEntered:
    """A piece was taken into the catalogue, before it is listed for the first time.

    `category` and `seller_kind` are terms of the policy's table of returns; None for what the
    policy assumes.

    Raises:
        InvalidValueError: For a weight that is none.
        IdentifierError: If an identifier is not valid.
    """

    name: ClassVar[str] = "piece-entered"
    at: datetime = field(converter=instant)
    piece: PieceId = field(converter=_piece)
    seller: SellerId = field(converter=_seller)
    weight_g: int = field(converter=_grams)
    description: str
    category: str | None = None
    seller_kind: str | None = None


@frozen(kw_only=True)
class SoldInOrder:
    """The sale just recorded belongs to this order."""

    name: ClassVar[str] = "sold-in-order"
    at: datetime = field(converter=instant)
    order: OrderId


@frozen(kw_only=True)
class OrderNotPlaced:
    """A piece that an accepted offer sold was not ordered in time, and its buyer has lost it."""

    name: ClassVar[str] = "order-not-placed"
    at: datetime = field(converter=instant)
    buyer: BuyerId
    price: Money


PieceEvent: TypeAlias = PieceEntered | SoldInOrder | OrderNotPlaced | listing_events.Event


@frozen(kw_only=True)
class PieceState:
    """A piece as its history has left it.

    `sold_in` is the order it was sold in last, while it has neither come back nor gone home.
    `awaits_order` is the accepted offer that sold it, while its buyer has not ordered it yet.
    """

    entered: PieceEntered
    listed: Listing | None = None
    sold_in: OrderId | None = None
    awaits_order: SoldByOffer | None = None

    @property
    def listing(self) -> Listing:
        """Its listing.

        Raises:
            CorruptHistoryError: If it was entered and never listed.
        """
        if self.listed is None:
            raise CorruptHistoryError(self.entered, None)
        return self.listed

    def may_be_ordered(self, buyer: BuyerId, now: datetime) -> bool:
        """Return whether an accepted offer sold it to a buyer who may still order it."""
        sold = self.awaits_order
        return sold is not None and sold.buyer == buyer and not self.is_overdue(now)

    def is_overdue(self, now: datetime) -> bool:
        """Return whether its order is not placed and the time for that is over."""
        sold = self.awaits_order
        return sold is not None and sold.order_until is not None and sold.order_until <= now


def evolve_piece(state: PieceState | None, event: PieceEvent) -> PieceState:
    """Return the state after an event.

    Raises:
        CorruptHistoryError: If the event cannot follow.
    """
    if isinstance(event, PieceEntered):
        if state is not None:
            raise CorruptHistoryError(event, state)
        return PieceState(entered=event)
    if state is None:
        raise CorruptHistoryError(event, None)
    listed, sold_in, awaits_order = state.listed, state.sold_in, state.awaits_order
    if isinstance(event, SoldInOrder):
        sold_in, awaits_order = event.order, None
    elif isinstance(event, OrderNotPlaced):
        awaits_order = None
    else:
        listed = LISTING.evolve(state.listed, event)
        if isinstance(event, SoldByOffer):
            awaits_order = event
        elif isinstance(event, PieceReturned | PieceTakenDown):
            sold_in, awaits_order = None, None
    # Written out, since a history is as long as its events are many: `evolve` takes thrice as long.
    return PieceState(
        entered=state.entered, listed=listed, sold_in=sold_in, awaits_order=awaits_order
    )


def piece_deadline(state: PieceState) -> datetime | None:
    """Return the moment at which time alone changes a piece next; None when it will not."""
    if state.listed is None:
        return None
    sold = state.awaits_order
    deadlines = (LISTING.next_deadline(state.listed), None if sold is None else sold.order_until)
    return min((at for at in deadlines if at is not None), default=None)
