"""The rows of a piece: in the catalogue, of each offer on it, of each alert. Clauses A4, A5."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vintage_rules.ids import BuyerId
from vintage_rules.marketplace.queries.views import (
    CHEAPEST,
    NEWEST,
    SOLD,
    AlertOnPiece,
    CataloguePiece,
    OfferOnPiece,
    alerts_of,
    amount,
    moment,
    of_seller,
    offers_of,
    offers_to_answer,
)
from vintage_rules.marketplace.storage.codec import encode_view
from vintage_rules.marketplace.storage.piece_stream import PieceEvent, PieceState, piece_deadline
from vintage_rules.offers.events import (
    CounterOffered,
    PieceListed,
    PieceRelisted,
    PieceReturned,
    PieceSold,
    SoldByOffer,
)
from vintage_rules.offers.states import AWAITED, FOR_SALE, Listing, ListingState, Offer
from vintage_rules.offers.terms import Party
from vintage_rules.ports.store import Row

_SINCE = (PieceListed, PieceRelisted, PieceReturned, PieceSold, SoldByOffer)


def piece_rows(state: PieceState, events: Sequence[PieceEvent]) -> Iterator[Row]:
    """Return the rows of a piece; one that was entered and never listed has none."""
    if state.listed is None:
        return
    piece = catalogue_piece(state, state.listed, events)
    yield Row(name="piece", data=encode_view(piece), lists=_of_catalogue(piece))
    for number, offer in enumerate(state.listed.offers, 1):
        shown = _offer(state, offer)
        lists = {offers_of(shown.buyer): moment(shown.made_at)}
        if shown.awaits is Party.SELLER:
            lists[offers_to_answer(shown.seller)] = moment(shown.until or shown.made_at)
        yield Row(name=f"offer/{number}", data=encode_view(shown), lists=lists)
    for subscriber in dict.fromkeys(state.listed.particulars.alerts):
        alert = AlertOnPiece(
            piece=state.entered.piece, buyer=BuyerId(subscriber), state=state.listed.state
        )
        yield Row(
            name=f"alert/{subscriber}",
            data=encode_view(alert),
            lists={alerts_of(subscriber): state.entered.piece},
        )


def catalogue_piece(
    state: PieceState, listing: Listing, events: Sequence[PieceEvent]
) -> CataloguePiece:
    """Return a piece as anyone may see it."""
    return CataloguePiece(
        due=piece_deadline(state),
        piece=state.entered.piece,
        seller=state.entered.seller,
        state=listing.state,
        price=listing.price,
        initial_price=listing.initial_price,
        since=next(event.at for event in reversed(events) if isinstance(event, _SINCE)),
        until=listing.until,
    )


def _of_catalogue(piece: CataloguePiece) -> dict[str, str]:
    since = moment(piece.since)
    if piece.state in FOR_SALE:
        sorts = {NEWEST: since, CHEAPEST: amount(piece.price)}
    elif piece.state is ListingState.SOLD:
        sorts = {SOLD: since}
    else:
        sorts = {}
    return {**sorts, **{of_seller(name, piece.seller): sort for name, sort in sorts.items()}}


def _offer(state: PieceState, offer: Offer) -> OfferOnPiece:
    last = offer.standing
    return OfferOnPiece(
        due=offer.until,
        piece=state.entered.piece,
        seller=state.entered.seller,
        buyer=offer.buyer,
        state=offer.state,
        price=offer.price,
        proposed_by=last.by if isinstance(last, CounterOffered) else offer.opened_by,
        awaits=AWAITED.get(offer.state),
        made_at=offer.made.at,
        until=offer.until,
    )
