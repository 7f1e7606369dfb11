"""Messages that providers and carriers send of their own accord: verified, taken once, and told to
whom they concern.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from vintage_rules.ids import OrderId
from vintage_rules.marketplace.actors import Courier
from vintage_rules.marketplace.order_desk import Answer, OrderDesk, tell
from vintage_rules.marketplace.parcels import Parcels
from vintage_rules.marketplace.session import Session
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.streams import NOTICES, ORDERS
from vintage_rules.marketplace.tracking import NoticeTaken
from vintage_rules.orders.order_events import CancelOrder
from vintage_rules.orders.order_states import OrderState
from vintage_rules.ports import NoticeKind, PaymentNotice, ScanReader


@frozen
class Notices:
    """What the outside tells us. Raises `ForgedNoticeError` for what is not theirs."""

    shop: Shop

    def payment(self, tender: str, headers: Mapping[str, str], body: bytes) -> PaymentNotice:
        """Take a message of the provider of a means of payment; one that comes again is known.

        An authorisation that was voided before it was captured cancels its order. A refund that
        failed and a payment that is disputed wait for a person. Anything else only confirms what
        we were answered, and changes nothing.
        """
        notice = self.shop.gateway(tender).read_notice(headers, body)
        self.shop.do(f"provider of {tender}", lambda session: self._taken(session, tender, notice))
        return notice

    def _taken(self, session: Session, tender: str, notice: PaymentNotice) -> None:
        taken = session.load(NOTICES, f"{tender}/{notice.id}")
        if taken.state is not None:
            return
        event = NoticeTaken(
            at=session.now,
            sender=tender,
            kind=notice.kind,
            reference=notice.reference,
            order=notice.order,
            code=notice.code,
        )
        session.happen(taken, [event])
        if notice.kind is NoticeKind.VOIDED and notice.order is not None:
            self._voided(session, notice.order)

    def _voided(self, session: Session, order: OrderId) -> None:
        loaded = session.load(ORDERS, order)
        if loaded.state is not None and loaded.state.state is OrderState.PLACED:
            voided = CancelOrder(at=session.now, reason=NoticeKind.VOIDED)
            tell(self.shop, session, loaded, [voided])

    def scans(
        self, carrier: str, reader: ScanReader, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Take a carrier's message about a parcel. Scans that were told already change nothing.

        Raises `UnknownTermError` for a number that was never handed in.
        """
        notice = reader.read_notice(headers, body)
        tracking = notice.tracking
        return Parcels(OrderDesk(self.shop)).record_scan(
            Courier(carrier), tracking.tracking_number, *tracking.scans
        )
