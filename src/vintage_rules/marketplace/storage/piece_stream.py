"""The stream of one piece: its seller, its listing, and the order it was sold in."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from attrs import evolve as changed
from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError, InvalidValueError
from vintage_rules.ids import OrderId, PieceId, SellerId, identifier
from vintage_rules.offers import events as listing_events
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import PieceReturned, PieceTakenDown
from vintage_rules.offers.states import Listing


def _grams(weight: int) -> int:
    if type(weight) is not int or weight <= 0:
        raise InvalidValueError("weight_g", weight, "a whole number of grams above 0")
    return weight


def _piece(name: str) -> PieceId:
    return PieceId(identifier(name, "piece"))


def _seller(name: str) -> SellerId:
    return SellerId(identifier(name, "seller"))


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


PieceEvent: TypeAlias = PieceEntered | SoldInOrder | listing_events.Event


@frozen(kw_only=True)
class PieceState:
    """A piece as its history has left it.

    `sold_in` is the order it was sold in last, while it has neither come back nor gone home.
    """

    entered: PieceEntered
    listed: Listing | None = None
    sold_in: OrderId | None = None

    @property
    def listing(self) -> Listing:
        """Its listing.

        Raises:
            CorruptHistoryError: If it was entered and never listed.
        """
        if self.listed is None:
            raise CorruptHistoryError(self.entered, None)
        return self.listed


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
    if isinstance(event, SoldInOrder):
        return changed(state, sold_in=event.order)
    listed = LISTING.evolve(state.listed, event)
    back = isinstance(event, PieceReturned | PieceTakenDown)
    return changed(state, listed=listed, sold_in=None if back else state.sold_in)


def piece_deadline(state: PieceState) -> datetime | None:
    """Return the moment at which time alone changes a piece next; None when it will not."""
    return None if state.listed is None else LISTING.next_deadline(state.listed)
