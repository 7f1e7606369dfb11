"""Carrying out instructions through the ports. Each may be carried out any number of times:
whatever crashes wherever, once more does no harm and loses nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from attrs import frozen

from vintage_rules.marketplace.actors import House
from vintage_rules.marketplace.cashier import Cashier
from vintage_rules.marketplace.order_desk import OrderDesk
from vintage_rules.marketplace.outcomes import (
    DONE,
    WORKER,
    Impossible,
    NotYet,
    Outcome,
    order_now,
    tell_order,
)
from vintage_rules.marketplace.parcels import Parcels
from vintage_rules.marketplace.post_room import PostRoom
from vintage_rules.marketplace.session import Session
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.streams import PIECES
from vintage_rules.marketplace.work import (
    AskForRefund,
    CaptureCard,
    CapturePayment,
    FollowParcel,
    LookInto,
    PassRefund,
    PaySeller,
    PutBackOnSale,
    ReleaseCharge,
    SendCard,
    SendReturnAddress,
    UndoCard,
    UndoPayment,
    Work,
    Write,
)
from vintage_rules.offers.commands import ReturnToSale
from vintage_rules.offers.decide import decide
from vintage_rules.offers.refusals import Refused
from vintage_rules.orders.order_events import TellParcel
from vintage_rules.ports import Message, NotTracked
from vintage_rules.shipping.journey_events import AskBuyer, ParcelState

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

    def carry_out(self, work: Work, key: str, at: datetime) -> Outcome:  # noqa: C901, PLR0912 - one each
        """Carry one instruction out under its key. `at` is when it was given."""
        cashier, post_room = Cashier(self.shop), PostRoom(self.shop)
        match work:
            case CapturePayment():
                return cashier.capture(work)
            case CaptureCard():
                return cashier.capture_card(work)
            case ReleaseCharge():
                return cashier.release(work)
            case UndoPayment():
                return cashier.undo(work)
            case UndoCard():
                return cashier.undo_card(work, key)
            case PassRefund():
                return cashier.refund(work)
            case PaySeller():
                return cashier.pay(work)
            case PutBackOnSale():
                return self.shop.do(WORKER, lambda session: self._put_back(session, work))
            case AskForRefund():
                return self._ask(work)
            case FollowParcel():
                return self._follow(work)
            case SendReturnAddress():
                return post_room.send_address(work, key, at)
            case SendCard():
                return post_room.send_card(work, key, at)
            case LookInto():
                return Impossible(reason=work.why)
            case Write():
                message = Message(key=key, kind=work.kind, to=work.to, at=at, facts=work.facts)
                return post_room.send(message)
            case _:
                assert_never(work)

    def _put_back(self, session: Session, work: PutBackOnSale) -> Outcome:
        loaded = session.load(PIECES, work.piece)
        file = loaded.state
        if file is None or file.sold_in != work.order:
            return DONE
        policy = self.shop.policy(session.now).listing
        command = ReturnToSale(at=session.now)
        decided = decide(file.listing, command, policy, self.shop.calendar)
        if not isinstance(decided, Refused):
            session.happen(loaded, decided)
        return DONE

    def _ask(self, work: AskForRefund) -> Outcome:
        return tell_order(
            self.shop,
            work.order,
            lambda _, at: TellParcel(parcel=work.parcel, command=AskBuyer(at=at)),
        )

    def _follow(self, work: FollowParcel) -> Outcome:
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
