"""The house's desk: the workshop, returns, claims, overdue parcels, disputes, cases."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from vintage_rules.marketplace.actors import Actor, require_house
from vintage_rules.marketplace.queries.paging import (
    PAGE,
    Page,
    next_after,
    place_of,
    read_page,
    require_page,
)
from vintage_rules.marketplace.queries.rebuilding import rebuild_rows
from vintage_rules.marketplace.queries.views import (
    DISPUTED,
    OPEN_CASES,
    OPEN_CLAIMS,
    OPEN_RETURNS,
    TO_CHECK,
    TO_RECEIVE,
    TRAVELLING,
    DisputedOrder,
    OpenClaim,
    OpenReturn,
    ParcelToReceive,
    PieceToCheck,
    TravellingParcel,
    moment,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.case_stream import Case
from vintage_rules.marketplace.storage.codec import decode_view


@frozen
class HouseDesk:
    """What waits for the house, and for it alone; dead letters are those of `DeadLetters`.

    Every query raises `NotAllowedError` for any other actor, and `InvalidValueError` for a limit
    other than 1 to 1,000 or an `after` of no page.
    """

    shop: Shop

    def cases(self, by: Actor, *, limit: int = PAGE, after: str | None = None) -> Page[Case]:
        """Return the cases that no person has settled, the oldest first."""
        require_house(by, "list cases for review")
        place, most = place_of(after), require_page(limit)
        listed = self.shop.store.page(OPEN_CASES, most, after=place)
        cases = tuple(decode_view(each.data, Case) for each in listed)
        return Page(rows=cases, after=next_after(listed, most))

    def reception(
        self, by: Actor, *, limit: int = PAGE, after: str | None = None
    ) -> Page[ParcelToReceive]:
        """Return the parcels that the workshop waits for, the oldest first. Clause L5."""
        require_house(by, "see the reception of the workshop")
        return read_page(self.shop, TO_RECEIVE, ParcelToReceive, limit=limit, after=after)

    def returns(
        self, by: Actor, *, limit: int = PAGE, after: str | None = None
    ) -> Page[OpenReturn]:
        """Return the returns that are not over, the oldest first. Clauses R1 to R5, F1."""
        require_house(by, "see the open returns")
        return read_page(self.shop, OPEN_RETURNS, OpenReturn, limit=limit, after=after)

    def claims(self, by: Actor, *, limit: int = PAGE, after: str | None = None) -> Page[OpenClaim]:
        """Return the claims that are not over, the oldest first. Clauses R9, R10."""
        require_house(by, "see the open claims")
        return read_page(self.shop, OPEN_CLAIMS, OpenClaim, limit=limit, after=after)

    def checks(
        self, by: Actor, *, limit: int = PAGE, after: str | None = None
    ) -> Page[PieceToCheck]:
        """Return the pieces that wait for the workshop's check, the oldest first. Clause L5."""
        require_house(by, "see the checks of the workshop")
        return read_page(self.shop, TO_CHECK, PieceToCheck, limit=limit, after=after)

    def overdue(
        self, by: Actor, *, limit: int = PAGE, after: str | None = None
    ) -> Page[TravellingParcel]:
        """Return the parcels that should have arrived, the longest overdue first. Clause L3."""
        require_house(by, "see overdue parcels")
        page = read_page(self.shop, TRAVELLING, TravellingParcel, limit=limit, after=after)
        now = moment(self.shop.clock.now())
        late = tuple(parcel for parcel in page.rows if moment(parcel.overdue_at) <= now)
        return Page(rows=late, after=page.after if len(late) == len(page.rows) else None)

    def disputes(
        self, by: Actor, *, limit: int = PAGE, after: str | None = None
    ) -> Page[DisputedOrder]:
        """Return the orders of which a charge is disputed, the oldest first."""
        require_house(by, "see disputes")
        return read_page(self.shop, DISPUTED, DisputedOrder, limit=limit, after=after)

    def rebuild(self, by: Actor, report: Callable[[int], None] | None = None) -> int:
        """Compute all rows again from the streams, while the shop runs; return of how many.

        It is needed once after an upgrade that says so. `report` is called now and then with the
        number of streams done.
        """
        require_house(by, "rebuild pages")
        return rebuild_rows(self.shop.store, report)
