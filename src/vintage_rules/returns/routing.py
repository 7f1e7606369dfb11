"""Where returned pieces go, in which parcels and at whose cost. Clauses R3, R4, R5, R7."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.errors import IdentifierError, InvalidValueError
from vintage_rules.ids import PieceId, SellerId, identifier
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.eligibility import distinct
from vintage_rules.returns.table_policy import ReturnPolicy
from vintage_rules.returns.terms import Label, ReturnPayer, ReturnTo, Routing

WORKSHOP = "workshop"
"""The name of the workshop where a return goes to it and not to a seller."""


def _seller(name: str) -> SellerId:
    if name == WORKSHOP:
        raise IdentifierError("seller", name, f"other than {WORKSHOP!r}, which is the house's")
    return SellerId(identifier(name, "seller"))


@frozen(kw_only=True)
class ReturnedFrom:
    """A piece that goes back, and its seller.

    Raises:
        IdentifierError: For a name that cannot be used.

    >>> ReturnedFrom(piece=PieceId("coat"), seller=SellerId("ada")).seller
    'ada'
    """

    piece: PieceId
    seller: SellerId

    def __attrs_post_init__(self) -> None:
        identifier(self.piece, "piece")
        _seller(self.seller)


@frozen(kw_only=True)
class ReturnParcel:
    """One parcel that goes back: to a seller by id or to the `workshop`, and under whose label."""

    to: str
    pieces: tuple[PieceId, ...]
    label: Label


@frozen(kw_only=True)
class ReturnRoute(Decision):
    """The parcels a buyer is to send, in the order of the request; none if nothing comes back.

    `warehouse` is the one they go to, if any.
    """

    parcels: tuple[ReturnParcel, ...]
    paid_by: ReturnPayer
    warehouse: str | None = None


@frozen(kw_only=True)
class NoRoute(Decision):
    """Such pieces are not taken back, so they have no destination."""


def route_return(
    case: ReturnCase, pieces: Sequence[ReturnedFrom], policy: ReturnPolicy
) -> ReturnRoute | NoRoute:
    """Plan the parcels of one request. Clauses R3, R4, R7.

    From metropolitan France, Corsica included, each piece goes to its seller under a prepaid label,
    and the pieces of one seller share one. From elsewhere, Monaco and overseas France included, a
    single piece goes to its seller and more than one to the workshop, counted over the request, at
    the buyer's cost. Parcels are in the order in which their pieces are named.

    Raises:
        InvalidValueError: If no piece is named, or one twice.

    >>> from datetime import date
    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import locate
    >>> returns = load_policy("imparfaite").on(date(2026, 11, 22)).returns.returns
    >>> milan = locate(Place(country="IT", postal_code="20121")).territory
    >>> coat = ReturnedFrom(piece=PieceId("coat"), seller=SellerId("ada"))
    >>> bag = ReturnedFrom(piece=PieceId("bag"), seller=SellerId("lou"))
    >>> route = route_return(
    ...     returns.case(milan, reason="withdrawal"), [coat, bag], returns
    ... )
    >>> [parcel.to for parcel in route.parcels], str(route.paid_by)
    (['workshop'], 'buyer')
    """
    names = distinct(tuple(returned.piece for returned in pieces))
    if not names:
        raise InvalidValueError("pieces", names, "one piece or more")
    rule = policy.rule_for(case)
    if rule.terms is None:
        return NoRoute(edition=policy.edition, sources=rule.sources)
    routing = rule.terms.routing
    warehouse = policy.warehouse_of(case) if routing.to is ReturnTo.WAREHOUSE else None
    return ReturnRoute(
        parcels=_parcels(pieces, routing, warehouse),
        warehouse=warehouse,
        paid_by=routing.paid_by,
        edition=policy.edition,
        sources=routing.sources,
    )


def _parcels(
    pieces: Sequence[ReturnedFrom], routing: Routing, warehouse: str | None
) -> tuple[ReturnParcel, ...]:
    by_address: dict[str, list[PieceId]] = {}
    for returned in pieces:
        for to in _address(returned, len(pieces), routing, warehouse):
            by_address.setdefault(to, []).append(returned.piece)
    return tuple(
        ReturnParcel(to=to, pieces=tuple(names), label=routing.label)
        for to, names in by_address.items()
    )


def _address(
    returned: ReturnedFrom, count: int, routing: Routing, warehouse: str | None
) -> tuple[str, ...]:
    """Return where a piece goes: one address, or none where nothing comes back."""
    match routing.to:
        case ReturnTo.SELLER:
            return (returned.seller,)
        case ReturnTo.WORKSHOP:
            return (WORKSHOP,)
        case ReturnTo.WAREHOUSE:
            return () if warehouse is None else (warehouse,)
        case ReturnTo.BY_COUNT:
            return (returned.seller if count <= routing.to_seller_up_to else WORKSHOP,)
        case ReturnTo.NOWHERE:
            return ()
        case _:
            assert_never(routing.to)
