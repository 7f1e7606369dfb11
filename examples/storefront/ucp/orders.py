"""An order as platforms see it: what was ordered, what became of it, and what was given back.

All of it is read from the order that the library keeps; no platform writes any of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from attrs import frozen

from examples.storefront.ucp.checkouts import (
    Checkouts,
    item_shown,
    line_totals,
    links,
    placed_line,
    totals_of,
)
from examples.storefront.ucp.keeping import Checkout, Line
from examples.storefront.ucp.wire import Json, minor, of_order
from vintage_rules import ParcelId, PieceId
from vintage_rules.marketplace import TimelineEvent
from vintage_rules.money import total
from vintage_rules.orders import Order
from vintage_rules.orders.events import RefundOwed
from vintage_rules.shipping.delivery import DoorPromise

# What the protocol calls the events of a parcel to the buyer.
_PARCELS = {
    "parcel-handed-in": "shipped",
    "parcel-moved": "in_transit",
    "parcel-held": "held_at_customs",
    "parcel-overdue": "delayed",
    "parcel-delivered": "delivered",
    "parcel-sent-back": "undeliverable",
    "parcel-back": "returned_to_sender",
    "parcel-lost": "lost",
    "parcel-found": "found",
}
# What else platforms hear of, by what the events of the order are called.
_OTHERS = {
    "order-placed": "placed",
    "order-cancelled": "canceled",
    "pieces-cancelled": "canceled_items",
    "return-requested": "return_requested",
    "return-accepted": "return_accepted",
    "return-declined": "return_declined",
    "return-received": "return_received",
    "claim-upheld": "claim_upheld",
    "claim-rejected": "claim_rejected",
    "refund-owed": "refund_pending",
    "refund-sent": "refunded",
    "refund-failed": "refund_failed",
    "dispute-lost": "disputed",
}
_NEWS = {name: f"order_{kind}" for name, kind in (_PARCELS | _OTHERS).items()}


@frozen
class Orders:
    """The orders that platforms have placed."""

    checkouts: Checkouts

    def happened(self, checkout: Checkout) -> Sequence[TimelineEvent]:
        """Return what has happened to the order of a checkout, in the order of time."""
        by = self.checkouts.buyer(checkout)
        return self.checkouts.site.market.buyer_pages.timeline(by, checkout.order).happened

    def news(self, checkout: Checkout) -> Sequence[str]:
        """Return the kinds of the events that a platform hears of, the first ones first."""
        return [_NEWS[each.what] for each in self.happened(checkout) if each.what in _NEWS]

    def shown(self, checkout: Checkout, placed: Order) -> Json:
        """Return an order as platforms see it."""
        url = self.checkouts.permalink(checkout)
        returns = {"type": "returns", "url": url, "title": "Cancel or return"}
        return {
            "ucp": of_order(),
            "id": checkout.order,
            "checkout_id": checkout.id,
            "permalink_url": url,
            "currency": placed.currency,
            "line_items": [self._line(checkout, line, placed) for line in checkout.lines],
            "fulfillment": {
                "expectations": list(self._expectations(checkout, placed)),
                "events": list(self._events(checkout, placed)),
            },
            "adjustments": list(_adjustments(checkout, placed)),
            "totals": totals_of(placed),
            "links": [returns, *links(self.checkouts.site.settings.url)],
        }

    def _line(self, checkout: Checkout, line: Line, placed: Order) -> Json:
        goods, less = placed_line(line, placed)
        article = self.checkouts.goods.article(line.item, self.checkouts.buyer(checkout))
        kept = [PieceId(p) for p in line.pieces if PieceId(p) not in placed.cancelled]
        sent = [p for p in kept if _has_left(placed, p)]
        status = "partial" if sent else "processing"
        price = placed.line(PieceId(line.pieces[0])).price
        item = {"id": line.item, "title": line.item} if article is None else item_shown(article)
        return {
            "id": line.id,
            "item": {**item, "price": minor(price)},
            "quantity": {"total": len(kept), "fulfilled": len(sent)},
            "totals": line_totals(goods, less),
            "status": "fulfilled" if len(sent) == len(kept) else status,
        }

    def _expectations(self, checkout: Checkout, placed: Order) -> Iterable[Json]:
        """Return when each parcel that is still to come arrives, by what has happened so far."""
        by, orders = self.checkouts.buyer(checkout), self.checkouts.site.market.orders
        for parcel in placed.placed.parcels:
            lines = _of_lines(checkout, placed.pieces_in(parcel.id))
            if not lines:
                continue
            promise = orders.promise(by, checkout.order, parcel.id)
            days = {}
            if isinstance(promise, DoorPromise):
                window = promise.window
                days = {"earliest_day": str(window.earliest), "latest_day": str(window.latest)}
            yield {
                "id": parcel.id,
                "line_items": lines,
                "method_type": "shipping",
                "destination": checkout.destinations[checkout.destination],
                "description": checkout.option_title,
                **days,
            }

    def _events(self, checkout: Checkout, placed: Order) -> Iterable[Json]:
        outbound = {parcel.id for parcel in placed.placed.parcels}
        counted = Counter[str]()
        for each in self.happened(checkout):
            if each.what not in _PARCELS or each.about not in outbound:
                continue
            parcel = ParcelId(str(each.about))
            number = placed.parcels[parcel].tracking_number
            counted[each.about] += 1
            yield {
                "id": f"{each.about}/{counted[each.about]}",
                "occurred_at": _utc(each.at),
                "type": _PARCELS[each.what],
                "line_items": _of_lines(checkout, placed.pieces_in(parcel)),
                **({} if number is None else {"tracking_number": number}),
                "tracking_url": self.checkouts.permalink(checkout),
            }


def _has_left(placed: Order, piece: PieceId) -> bool:
    parcel = placed.parcel_of(piece)
    return parcel.handed_in_at is not None or parcel.delivered_at is not None


def _adjustments(checkout: Checkout, placed: Order) -> Iterable[Json]:
    """Return what was changed after the order: pieces cancelled, and money given back."""
    found = [_cancellation(checkout, placed, cause) for cause in placed.cancellations]
    for refunds, status in ((placed.sent, "completed"), (placed.owed, "pending")):
        for refund in refunds.values():
            failed = status == "pending" and refund.cause in placed.failed
            found.append(_refund(checkout, placed, refund, "failed" if failed else status))
    return sorted(found, key=lambda each: (str(each["occurred_at"]), str(each["id"])))


def _cancellation(checkout: Checkout, placed: Order, cause: str) -> Json:
    cancelled = placed.cancellations[cause]
    return {
        "id": f"{cause}/pieces",
        "type": "cancellation",
        "occurred_at": _utc(cancelled.at),
        "status": "completed",
        "line_items": _of_lines(checkout, cancelled.pieces),
        "description": f"Cancelled by the {cancelled.by}",
    }


def _refund(checkout: Checkout, placed: Order, refund: RefundOwed, status: str) -> Json:
    """Return a refund, by all that goes back and what of it was held and never taken."""
    back = (*refund.payments, *refund.released, *refund.by_dispute)
    for_what = (
        "a return"
        if refund.cause in placed.returns
        else "a claim"
        if refund.cause in placed.claims
        else "what was cancelled"
        if refund.cause in placed.cancellations
        else "a parcel that did not arrive"
    )
    return {
        "id": refund.cause,
        "type": "refund",
        "occurred_at": _utc(refund.at),
        "status": status,
        "line_items": _of_lines(checkout, [piece.id for piece in refund.pieces]),
        "amount": minor(total((payment.amount for payment in back), placed.currency)),
        "description": f"Refund for {for_what}",
    }


def _of_lines(checkout: Checkout, pieces: Iterable[PieceId]) -> list[Mapping[str, object]]:
    """Return how many of each line some pieces are."""
    wanted = {str(piece) for piece in pieces}
    counted = [(line.id, len(wanted & set(line.pieces))) for line in checkout.lines]
    return [{"id": id_, "quantity": number} for id_, number in counted if number]


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
