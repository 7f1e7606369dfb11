"""A seller's desk: offers to answer, what to post and where to, returns, payouts and when."""

from __future__ import annotations

from attrs import frozen

from vintage_rules.ids import SellerId
from vintage_rules.machine import Refused
from vintage_rules.marketplace.actors import Actor, require_seller
from vintage_rules.marketplace.commands.addresses import AddressAnswer, posting_address
from vintage_rules.marketplace.commands.order_commands import load_order
from vintage_rules.marketplace.queries.paging import PAGE, Page, read_page
from vintage_rules.marketplace.queries.views import (
    OfferOnPiece,
    OpenReturn,
    ParcelToPost,
    SellerPayout,
    offers_to_answer,
    parcels_to_post,
    payouts_of,
    returns_to,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.orders.refusals import AddressRefusal


@frozen(kw_only=True)
class Posting:
    """A parcel to post, and where it goes: read when the page is, and kept in no row of it.

    The address is refused where an erasure has left none.
    """

    parcel: ParcelToPost
    address: AddressAnswer


@frozen
class SellerDesk:
    """What waits for one seller, for that seller and the house.

    Every query raises `NotAllowedError` for any other actor, and `InvalidValueError` for a limit
    other than 1 to 1,000 or an `after` of no page.
    """

    shop: Shop

    def offers(
        self, by: Actor, seller: SellerId, *, limit: int = PAGE, after: str | None = None
    ) -> Page[OfferOnPiece]:
        """Return the offers that wait for their answer, the first to lapse first. Clause N7."""
        require_seller(by, seller, "see the offers to a seller")
        return read_page(
            self.shop, offers_to_answer(seller), OfferOnPiece, limit=limit, after=after
        )

    def parcels(
        self, by: Actor, seller: SellerId, *, limit: int = PAGE, after: str | None = None
    ) -> Page[Posting]:
        """Return the parcels they have to post, the most urgent first, and where to. Clause L8.

        The house may name the workshop as the seller.
        """
        require_seller(by, seller, "see the parcels of a seller")
        page = read_page(self.shop, parcels_to_post(seller), ParcelToPost, limit=limit, after=after)
        postings = (self._posting(parcel) for parcel in page.rows)
        return Page(rows=tuple(filter(_is_to_post, postings)), after=page.after)

    def returns(
        self, by: Actor, seller: SellerId, *, limit: int = PAGE, after: str | None = None
    ) -> Page[OpenReturn]:
        """Return the returns that come back to them and are not over, the oldest first.

        Clauses R3, R4, F1.
        """
        require_seller(by, seller, "see the returns to a seller")
        return read_page(self.shop, returns_to(seller), OpenReturn, limit=limit, after=after)

    def payouts(
        self, by: Actor, seller: SellerId, *, limit: int = PAGE, after: str | None = None
    ) -> Page[SellerPayout]:
        """Return what they are paid for each piece and when, the latest sale first. Clause R6."""
        require_seller(by, seller, "see the payouts of a seller")
        name = payouts_of(seller)
        return read_page(self.shop, name, SellerPayout, limit=limit, after=after, descending=True)

    def _posting(self, parcel: ParcelToPost) -> Posting:
        order = load_order(self.shop, parcel.order)
        return Posting(parcel=parcel, address=posting_address(self.shop, order, parcel.parcel))


def _is_to_post(posting: Posting) -> bool:
    """Return whether it is posted at all: a buyer may collect it."""
    answer = posting.address
    return not (isinstance(answer, Refused) and AddressRefusal.NOTHING_TO_POST in answer.reasons)
