"""What may follow what in the life of a parcel, what time alone brings, and what scans mean.

Clauses S1, S2, S3, L14, R10.

The number of what travels may be corrected, which moves nothing by itself.

Whatever is on its way may be seen, held, delivered, sent back, received by its sender or given up
for lost. Moving on does not make it timely, and neither does being held: what is late stays late
until it arrives, and what customs hold stays known as held.
"""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.shipping.parcel.events import (
    BuyerAsked,
    ParcelAnnounced,
    ParcelBack,
    ParcelDelivered,
    ParcelEvent,
    ParcelFound,
    ParcelHandedIn,
    ParcelHeld,
    ParcelLost,
    ParcelMoved,
    ParcelOverdue,
    ParcelSentBack,
    RefundAgreed,
    RefundDeclined,
    ScanNoted,
    TrackingNumberCorrected,
)
from vintage_rules.shipping.parcel.states import ParcelState, ScanStatus

_S = ParcelState


_ON_ITS_WAY: Mapping[type[ParcelEvent], ParcelState] = {
    ParcelMoved: _S.UNDER_WAY,
    ParcelHeld: _S.HELD_AT_CUSTOMS,
    ParcelDelivered: _S.DELIVERED,
    ParcelSentBack: _S.GOING_BACK,
    ParcelBack: _S.BACK_AT_SENDER,
    ParcelLost: _S.LOST,
}


PARCEL_TRANSITIONS: Mapping[ParcelState, Mapping[type[ParcelEvent], ParcelState]] = {
    _S.ANNOUNCED: {
        ParcelHandedIn: _S.HANDED_IN,
        ParcelDelivered: _S.DELIVERED,  # brought in person, or handed in without a word
        ScanNoted: _S.ANNOUNCED,
    },
    _S.HANDED_IN: {
        **_ON_ITS_WAY,
        ScanNoted: _S.HANDED_IN,
        ParcelOverdue: _S.OVERDUE,
        TrackingNumberCorrected: _S.HANDED_IN,
    },
    _S.UNDER_WAY: {
        **_ON_ITS_WAY,
        ScanNoted: _S.UNDER_WAY,
        ParcelOverdue: _S.OVERDUE,
        TrackingNumberCorrected: _S.UNDER_WAY,
    },
    _S.HELD_AT_CUSTOMS: {
        **_ON_ITS_WAY,
        ScanNoted: _S.HELD_AT_CUSTOMS,
        TrackingNumberCorrected: _S.HELD_AT_CUSTOMS,
        ParcelOverdue: _S.HELD_OVERDUE,
    },
    _S.OVERDUE: {
        **_ON_ITS_WAY,
        ParcelMoved: _S.OVERDUE,
        ParcelHeld: _S.HELD_OVERDUE,
        ScanNoted: _S.OVERDUE,
        TrackingNumberCorrected: _S.OVERDUE,
    },
    _S.HELD_OVERDUE: {
        **_ON_ITS_WAY,
        ParcelMoved: _S.OVERDUE,
        ParcelHeld: _S.HELD_OVERDUE,
        ScanNoted: _S.HELD_OVERDUE,
        TrackingNumberCorrected: _S.HELD_OVERDUE,
    },
    _S.DELIVERED: {ScanNoted: _S.DELIVERED},
    _S.GOING_BACK: {
        ParcelBack: _S.BACK_AT_SENDER,
        ParcelDelivered: _S.DELIVERED,
        ParcelLost: _S.LOST,
        ScanNoted: _S.GOING_BACK,
        TrackingNumberCorrected: _S.GOING_BACK,
    },
    _S.BACK_AT_SENDER: {BuyerAsked: _S.BUYER_ASKED, ScanNoted: _S.BACK_AT_SENDER},
    _S.BUYER_ASKED: {
        RefundAgreed: _S.REFUND_AGREED,
        RefundDeclined: _S.REFUND_DECLINED,
        ScanNoted: _S.BUYER_ASKED,
    },
    _S.REFUND_AGREED: {ScanNoted: _S.REFUND_AGREED},
    _S.REFUND_DECLINED: {
        RefundAgreed: _S.REFUND_AGREED,
        ParcelAnnounced: _S.ANNOUNCED,
        ScanNoted: _S.REFUND_DECLINED,
    },
    _S.LOST: {ParcelFound: _S.FOUND, ScanNoted: _S.LOST},
    _S.FOUND: {
        ParcelDelivered: _S.DELIVERED,
        ParcelBack: _S.BACK_AT_SENDER,
        ParcelLost: _S.LOST,
        ScanNoted: _S.FOUND,
        TrackingNumberCorrected: _S.FOUND,
    },
}


PARCEL_DEADLINES: Mapping[ParcelState, type[ParcelOverdue]] = {
    _S.HANDED_IN: ParcelOverdue,
    _S.UNDER_WAY: ParcelOverdue,
    _S.HELD_AT_CUSTOMS: ParcelOverdue,
}


SCANS: Mapping[str, type[ParcelMoved | ParcelHeld | ParcelDelivered | ParcelBack]] = {
    ScanStatus.IN_TRANSIT: ParcelMoved,
    ScanStatus.HELD_AT_CUSTOMS: ParcelHeld,
    ScanStatus.DELIVERED: ParcelDelivered,
    ScanStatus.BACK_AT_SENDER: ParcelBack,
}
