"""Carrying out instructions through the ports. Each may be carried out any number of times:
whatever crashes wherever, once more does no harm and loses nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from attrs import frozen

from vintage_rules.marketplace.actors import House
from vintage_rules.marketplace.commands.order_commands import OrderDesk
from vintage_rules.marketplace.commands.parcels import Parcels
from vintage_rules.marketplace.effects.effects import (
    CaptureCardPayment,
    CapturePayment,
    Effect,
    LookInto,
    PaySeller,
    RequestRefundConsent,
    ReturnPieceToSale,
    SendGiftCard,
    SendMessage,
    SendRefund,
    SendReturnAddress,
    TrackParcel,
    VoidCardPayment,
    VoidCharge,
    VoidPayment,
)
from vintage_rules.marketplace.effects.messages import PostRoom
from vintage_rules.marketplace.effects.outcomes import (
    DONE,
    WORKER,
    NotYet,
    Outcome,
    PermanentFailure,
    order_now,
    tell_order,
)
from vintage_rules.marketplace.effects.payments import Cashier
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.offers.commands import ReturnToSale
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.refusals import Refused
from vintage_rules.orders.commands import TellParcel
from vintage_rules.ports import Message, NotTracked
from vintage_rules.shipping.parcel.commands import AskBuyer
from vintage_rules.shipping.parcel.states import ParcelState

_ARRIVED = frozenset(
    {
        ParcelState.DELIVERED,
        ParcelState.BACK_AT_SENDER,
        ParcelState.BUYER_ASKED,
        ParcelState.REFUND_AGREED,
        ParcelState.REFUND_DECLINED,
        ParcelState.ANNOUNCED,
        ParcelState.LOST,
    }
)


@frozen
class Carrying:
    """Carries out instructions. Raises what the ports raise: then nobody knows, and it is done
    again.
    """

    shop: Shop

    def carry_out(self, work: Effect, key: str, at: datetime) -> Outcome:  # noqa: C901, PLR0912 - one each
        """Carry one instruction out under its key. `at` is when it was given."""
        cashier, post_room = Cashier(self.shop), PostRoom(self.shop)
        match work:
            case CapturePayment():
                return cashier.capture(work)
            case CaptureCardPayment():
                return cashier.capture_card(work)
            case VoidCharge():
                return cashier.release(work)
            case VoidPayment():
                return cashier.undo(work)
            case VoidCardPayment():
                return cashier.undo_card(work, key)
            case SendRefund():
                return cashier.refund(work)
            case PaySeller():
                return cashier.pay(work)
            case ReturnPieceToSale():
                return self.shop.do(WORKER, lambda session: self._put_back(session, work))
            case RequestRefundConsent():
                return self._ask(work)
            case TrackParcel():
                return self._follow(work)
            case SendReturnAddress():
                return post_room.send_address(work, key, at)
            case SendGiftCard():
                return post_room.send_card(work, key, at)
            case LookInto():
                return PermanentFailure(reason=work.why)
            case SendMessage():
                message = Message(key=key, kind=work.kind, to=work.to, at=at, facts=work.facts)
                return post_room.send(message)
            case _:
                assert_never(work)

    def _put_back(self, session: UnitOfWork, work: ReturnPieceToSale) -> Outcome:
        loaded = session.load(PIECES, work.piece)
        file = loaded.state
        if file is None or file.sold_in != work.order:
            return DONE
        policy = self.shop.policy(session.now).listing
        command = ReturnToSale(at=session.now)
        decided = LISTING.decide(file.listing, command, policy, self.shop.calendar)
        if not isinstance(decided, Refused):
            session.happen(loaded, decided)
        return DONE

    def _ask(self, work: RequestRefundConsent) -> Outcome:
        return tell_order(
            self.shop,
            work.order,
            lambda _, at: TellParcel(parcel=work.parcel, command=AskBuyer(at=at)),
        )

    def _follow(self, work: TrackParcel) -> Outcome:
        parcel = order_now(self.shop, work.order).parcels[work.parcel]
        if self.shop.tracker is None or parcel.state in _ARRIVED:
            return DONE
        followed = self.shop.tracker.track(parcel.tracking_number or "")
        if not isinstance(followed, NotTracked):
            parcels = Parcels(OrderDesk(self.shop))
            parcels.record_scan(House(WORKER), followed.tracking_number, *followed.scans)
        if order_now(self.shop, work.order).parcels[work.parcel].state in _ARRIVED:
            return DONE
        return NotYet(reason="the parcel is on its way")
