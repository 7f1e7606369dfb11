"""Commands on the parcels of an order: handed in, scanned, sent back, looked for. Clauses L14, R10,
S1 to S3.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from vintage_rules.dates import end_of_day, zone
from vintage_rules.errors import NotFoundError
from vintage_rules.ids import OrderId, ParcelId
from vintage_rules.marketplace.actors import (
    Actor,
    House,
    require_handler,
)
from vintage_rules.marketplace.commands.order_commands import Answer, OrderDesk, known_order, tell
from vintage_rules.marketplace.storage.inbound_streams import NumberGiven
from vintage_rules.marketplace.storage.streams import NUMBERS, ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import TellParcel
from vintage_rules.orders.events import OrderEvent, ParcelChanged
from vintage_rules.orders.states import Order
from vintage_rules.ports import Scan
from vintage_rules.shipping.delivery import estimate_delivery
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    GiveUpSearch,
    HandIn,
    ReceiveBack,
    RecordScan,
    ReportFound,
    SendAgain,
)
from vintage_rules.shipping.parcel.decide import tells_of
from vintage_rules.world import calendar_of


@frozen
class Parcels:
    """What may be done with parcels. Every command raises `NotAllowedError` where it is not theirs
    who ask, `NotFoundError` for an order or a parcel that there is not, and what the rules
    raise.
    """

    desk: OrderDesk

    def hand_in(self, by: Actor, order: str, parcel: ParcelId, tracking_number: str) -> Answer:
        """Record that a parcel was handed in: its buyer is mailed the number. Clauses S1, S2."""

        def act(session: UnitOfWork) -> Answer:
            loaded = session.load(ORDERS, order)
            known = known_order(loaded, order)
            require_handler(by, _sender(known, parcel), "hand a parcel in")
            number = session.load(NUMBERS, tracking_number)
            hand_in = HandIn(
                at=session.now,
                tracking_number=tracking_number,
                overdue_at=self._overdue_at(known, session.now),
            )
            told = TellParcel(parcel=parcel, command=hand_in)
            answer = tell(self.desk.shop, session, loaded, [told])
            if isinstance(answer, Order):
                given = NumberGiven(at=session.now, order=OrderId(order), parcel=parcel)
                session.happen(number, [given])
            return answer

        return self.desk.shop.do(by, act)

    def _overdue_at(self, order: Order, now: datetime) -> datetime:
        """A parcel is overdue when the last day of its estimate is over. Clause S3."""
        policy = self.desk.shop.edition(order.placed.edition)
        destination = order.placed.destination
        estimate = estimate_delivery(
            destination,
            self.desk.shop.day(now),
            policy.shipping.delivery,
            calendar_of(destination),
        )
        return end_of_day(estimate.window.latest, zone(policy.zone))

    def record_scan(self, by: Actor, tracking_number: str, *scans: Scan) -> Answer:
        """Record where a carrier has seen a parcel, in whatever order it tells. What was recorded
        already changes nothing; what is unknown stays unknown. A number under which the parcel
        does not travel any more tells of a journey that is over, and changes nothing either.
        """
        if not isinstance(by, House):
            require_handler(by, "", "record a scan")

        def act(session: UnitOfWork) -> Answer:
            given = session.load(NUMBERS, tracking_number).state
            if given is None:
                raise NotFoundError("tracking_number", tracking_number)
            loaded = session.load(ORDERS, given.order)
            known = known_order(loaded, given.order)
            if known.parcels[given.parcel].tracking_number != tracking_number:
                return known
            new = [
                TellParcel(parcel=given.parcel, command=command)
                for command in map(_command, sorted(scans, key=lambda scan: scan.at))
                if not _was_told(loaded.history, given.parcel, command)
            ]
            return tell(self.desk.shop, session, loaded, new) if new else known

        return self.desk.shop.do(by, act)

    def receive_back(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Record that a parcel is back at its sender; its buyer is then asked. Clause L14."""
        return self.desk.tell(
            by,
            order,
            lambda known: require_handler(by, _sender(known, parcel), "receive a parcel back"),
            lambda _, at: [TellParcel(parcel=parcel, command=ReceiveBack(at=at))],
        )

    def answer_refund(self, by: Actor, order: str, parcel: ParcelId, *, agrees: bool) -> Answer:
        """Say whether the buyer of a parcel that went back agrees to a refund. Clause L14."""
        return self.desk.by_buyer(
            by,
            order,
            lambda _, at: [TellParcel(parcel=parcel, command=AnswerRefund(at=at, agrees=agrees))],
        )

    def send_again(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Announce a parcel once more, for a buyer who would rather have it."""
        return self.desk.by_house(
            by, order, lambda _, at: [TellParcel(parcel=parcel, command=SendAgain(at=at))]
        )

    def give_up_search(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """End the search for a parcel: it is refunded. Clause R10."""
        return self.desk.by_house(
            by, order, lambda _, at: [TellParcel(parcel=parcel, command=GiveUpSearch(at=at))]
        )

    def report_parcel_found(self, by: Actor, order: str, parcel: ParcelId) -> Answer:
        """Say that a parcel given up for lost turned up. Clause R10."""
        return self.desk.by_house(
            by, order, lambda _, at: [TellParcel(parcel=parcel, command=ReportFound(at=at))]
        )


def _sender(order: Order, parcel: ParcelId) -> str:
    for each in order.placed.parcels:
        if each.id == parcel:
            return each.sender
    raise NotFoundError("parcel", parcel, tuple(each.id for each in order.placed.parcels))


def _command(scan: Scan) -> RecordScan:
    return RecordScan(at=scan.at, status=scan.status, cause=scan.cause)


def _was_told(history: Sequence[OrderEvent], parcel: ParcelId, scan: RecordScan) -> bool:
    return any(
        isinstance(event, ParcelChanged) and event.parcel == parcel and tells_of(event.event, scan)
        for event in history
    )
