"""How the pieces of an order become parcels, and where each seller posts. Clauses L1, L2, L8."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from attrs import field, frozen

from vintage_rules.decision import Decision
from vintage_rules.errors import IdentifierError, InvalidValueError
from vintage_rules.ids import Edition, PieceId, SellerId, identifier
from vintage_rules.shipping.policy import Grouping, ModePolicy, Sender

WORKSHOP = "workshop"
"""The name of the workshop among the senders and addressees of parcels. Clause L1."""
BUYER = "buyer"
"""The name of the buyer among the addressees of parcels."""
TO_WORKSHOP = "to-workshop/"  # and the seller's id: the parcel in which their pieces come there
_RESERVED = frozenset({WORKSHOP, BUYER})


def grams(weight: int) -> int:
    """Return a weight in grams if it is one.

    Raises:
        InvalidValueError: Unless it is a whole number above 0.

    >>> grams(1400)
    1400
    """
    if type(weight) is not int or weight <= 0:
        raise InvalidValueError("weight_g", weight, "a whole number of grams above 0")
    return weight


def seller_id(name: SellerId) -> SellerId:
    """Return the id of a seller, which may be no name by which parcels name others.

    These are `workshop`, `buyer` (who collects) and whatever begins with `to-workshop/`.

    Raises:
        IdentifierError: If an identifier is not valid.

    >>> seller_id(SellerId("ada"))
    'ada'
    """
    identifier(name, "seller")
    if name in _RESERVED or name.startswith(TO_WORKSHOP):
        reserved = f"{WORKSHOP!r}, {BUYER!r} and what begins with {TO_WORKSHOP!r}"
        allowed = f"another name than {reserved}"
        raise IdentifierError("seller", name, allowed)
    return name


def piece_id(name: PieceId) -> PieceId:
    """Return the id of a piece.

    Raises:
        IdentifierError: If an identifier is not valid.

    >>> piece_id(PieceId("coat"))
    'coat'
    """
    identifier(name, "piece")
    return name


@frozen(kw_only=True)
class Item:
    """A piece as far as shipping is concerned.

    Raises:
        IdentifierError: If an identifier is not valid.
        InvalidValueError: For a weight that is none.
    """

    piece: PieceId = field(converter=piece_id)
    seller: SellerId = field(converter=seller_id)
    weight_g: int = field(converter=grams)


@frozen(kw_only=True)
class PlannedParcel:
    """A parcel that will reach the buyer, with the weight of its pieces.

    Its sender is a seller's id or `workshop`.
    """

    sender: str
    pieces: tuple[PieceId, ...]
    weight_g: int


@frozen(kw_only=True)
class Posting:
    """What one seller posts when an order is placed, and to whom. Clause L8."""

    seller: SellerId
    pieces: tuple[PieceId, ...]
    to: str


@frozen(kw_only=True)
class ParcelPlan(Decision):
    """The parcels of an order, and what each seller posts where."""

    parcels: tuple[PlannedParcel, ...]
    postings: tuple[Posting, ...]


def plan_parcels(items: Sequence[Item], mode: ModePolicy, edition: Edition) -> ParcelPlan:
    """Plan the parcels of an order: one per seller, or all pieces together. Clauses L1, L2.

    Parcels, and the pieces in each, keep the order in which they were given.

    Raises:
        InvalidValueError: If there is no piece or one is given twice.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = Item(piece=PieceId("coat"), seller=SellerId("ada"), weight_g=1400)
    >>> bag = Item(piece=PieceId("bag"), seller=SellerId("lou"), weight_g=600)
    >>> plan = plan_parcels([coat, bag], house.shipping.mode("grouped"), house.edition)
    >>> plan.parcels
    (PlannedParcel(sender='workshop', pieces=('coat', 'bag'), weight_g=2000),)
    """
    _check(items)
    postings = tuple(
        Posting(seller=seller, pieces=_ids(group), to=_posted_to(mode))
        for seller, group in _by_seller(items)
    )
    return ParcelPlan(
        parcels=_parcels(items, mode), postings=postings, edition=edition, sources=mode.sources
    )


def _parcels(items: Sequence[Item], mode: ModePolicy) -> tuple[PlannedParcel, ...]:
    match mode.grouping:
        case Grouping.PER_SELLER:
            return tuple(_parcel(_sender(mode, who), group) for who, group in _by_seller(items))
        case Grouping.TOGETHER:
            return (_parcel(WORKSHOP, items),)
        case _:
            assert_never(mode.grouping)


def _check(items: Sequence[Item]) -> None:
    if not items:
        raise InvalidValueError("pieces", [], "at least one piece")
    seen: set[PieceId] = set()
    for item in items:
        if item.piece in seen:
            raise InvalidValueError("pieces", item.piece, "different pieces, each given once")
        seen.add(item.piece)


def _by_seller(items: Sequence[Item]) -> list[tuple[SellerId, list[Item]]]:
    groups: dict[SellerId, list[Item]] = {}
    for item in items:
        groups.setdefault(item.seller, []).append(item)
    return list(groups.items())


def _parcel(sender: str, items: Sequence[Item]) -> PlannedParcel:
    return PlannedParcel(
        sender=sender, pieces=_ids(items), weight_g=sum(item.weight_g for item in items)
    )


def _ids(items: Iterable[Item]) -> tuple[PieceId, ...]:
    return tuple(item.piece for item in items)


def _sender(mode: ModePolicy, seller: SellerId) -> str:
    return WORKSHOP if mode.sender is Sender.WORKSHOP else seller


def _posted_to(mode: ModePolicy) -> str:
    return WORKSHOP if mode.sender is Sender.WORKSHOP else BUYER


def gives_labels(mode: ModePolicy) -> bool:
    """Return whether the house gives who posts a parcel of this mode its label. Clause L8.

    >>> from vintage_rules import load_policy
    >>> gives_labels(load_policy("imparfaite").latest.shipping.mode("direct"))
    False
    """
    return mode.label_provided
