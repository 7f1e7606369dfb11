"""Modes, parcels, postage, delivery windows, customs and tracking: how pieces reach their buyer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.shipping.customs import (
        AtSale as AtSale,
        Charged as Charged,
        Collector as Collector,
        Compared as Compared,
        CustomsPolicy as CustomsPolicy,
        Duty as Duty,
        ImportAdvice as ImportAdvice,
        ImportAssessment as ImportAssessment,
        ImportFacts as ImportFacts,
        ImportPart as ImportPart,
        ImportRemark as ImportRemark,
        ImportRule as ImportRule,
        ImportTax as ImportTax,
        Limit as Limit,
        NoImport as NoImport,
        NothingAtBorder as NothingAtBorder,
        UnknownImport as UnknownImport,
        assess_import as assess_import,
    )
    from vintage_rules.shipping.delivery import (
        ArrivalAssessment as ArrivalAssessment,
        BasisOrigin as BasisOrigin,
        Comfortable as Comfortable,
        DeliveryEstimate as DeliveryEstimate,
        DoorPromise as DoorPromise,
        FromDispatchOnly as FromDispatchOnly,
        Possible as Possible,
        Promise as Promise,
        Unlikely as Unlikely,
        assess_arrival as assess_arrival,
        estimate_delivery as estimate_delivery,
        estimate_promise as estimate_promise,
    )
    from vintage_rules.shipping.journey import (
        Parcel as Parcel,
        ParcelCommandRefused as ParcelCommandRefused,
        ParcelDecision as ParcelDecision,
        ParcelRefusal as ParcelRefusal,
        announce_parcel as announce_parcel,
        decide_parcel as decide_parcel,
        evolve_parcel as evolve_parcel,
        parcel_fall_due as parcel_fall_due,
        replay_parcel as replay_parcel,
    )
    from vintage_rules.shipping.journey_events import (
        AnswerRefund as AnswerRefund,
        AskBuyer as AskBuyer,
        BuyerAsked as BuyerAsked,
        GiveUpSearch as GiveUpSearch,
        HandIn as HandIn,
        ParcelAnnounced as ParcelAnnounced,
        ParcelBack as ParcelBack,
        ParcelCommand as ParcelCommand,
        ParcelDelivered as ParcelDelivered,
        ParcelEvent as ParcelEvent,
        ParcelFound as ParcelFound,
        ParcelHandedIn as ParcelHandedIn,
        ParcelHeld as ParcelHeld,
        ParcelLost as ParcelLost,
        ParcelMoved as ParcelMoved,
        ParcelOverdue as ParcelOverdue,
        ParcelSentBack as ParcelSentBack,
        ParcelState as ParcelState,
        ReceiveBack as ReceiveBack,
        RecordScan as RecordScan,
        RefundAgreed as RefundAgreed,
        RefundDeclined as RefundDeclined,
        ReportFound as ReportFound,
        ScanNoted as ScanNoted,
        ScanStatus as ScanStatus,
        SendAgain as SendAgain,
        SentBackCause as SentBackCause,
    )
    from vintage_rules.shipping.parcels import (
        BUYER as BUYER,
        WORKSHOP as WORKSHOP,
        Item as Item,
        ParcelPlan as ParcelPlan,
        PlannedParcel as PlannedParcel,
        Posting as Posting,
        plan_parcels as plan_parcels,
    )
    from vintage_rules.shipping.policy import (
        Band as Band,
        DeliveryPolicy as DeliveryPolicy,
        Grouping as Grouping,
        ModePolicy as ModePolicy,
        PostagePolicy as PostagePolicy,
        PostageTable as PostageTable,
        Sender as Sender,
        ShippingPolicy as ShippingPolicy,
        TrackingPolicy as TrackingPolicy,
        Transit as Transit,
        Zone as Zone,
    )
    from vintage_rules.shipping.postage import (
        PostageQuote as PostageQuote,
        PostageQuoted as PostageQuoted,
        PostageRefusal as PostageRefusal,
        PostageRefused as PostageRefused,
        quote_postage as quote_postage,
    )
    from vintage_rules.shipping.tracking import (
        ContactUs as ContactUs,
        Investigate as Investigate,
        TrackingAssessment as TrackingAssessment,
        Wait as Wait,
        assess_tracking as assess_tracking,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "customs": (
                "AtSale Charged Collector Compared CustomsPolicy Duty ImportAdvice "
                "ImportAssessment ImportFacts ImportPart ImportRemark ImportRule ImportTax Limit "
                "NoImport NothingAtBorder UnknownImport assess_import"
            ),
            "delivery": (
                "ArrivalAssessment BasisOrigin Comfortable DeliveryEstimate DoorPromise "
                "FromDispatchOnly Possible Promise Unlikely assess_arrival estimate_delivery "
                "estimate_promise"
            ),
            "journey": (
                "Parcel ParcelCommandRefused ParcelDecision ParcelRefusal announce_parcel "
                "decide_parcel evolve_parcel parcel_fall_due replay_parcel"
            ),
            "journey_events": (
                "AnswerRefund AskBuyer BuyerAsked GiveUpSearch HandIn ParcelAnnounced ParcelBack "
                "ParcelCommand ParcelDelivered ParcelEvent ParcelFound ParcelHandedIn ParcelHeld "
                "ParcelLost ParcelMoved ParcelOverdue ParcelSentBack ParcelState ReceiveBack "
                "RecordScan RefundAgreed RefundDeclined ReportFound ScanNoted ScanStatus "
                "SendAgain SentBackCause"
            ),
            "parcels": "BUYER WORKSHOP Item ParcelPlan PlannedParcel Posting plan_parcels",
            "policy": (
                "Band DeliveryPolicy Grouping ModePolicy PostagePolicy PostageTable Sender "
                "ShippingPolicy TrackingPolicy Transit Zone"
            ),
            "postage": "PostageQuote PostageQuoted PostageRefusal PostageRefused quote_postage",
            "tracking": "ContactUs Investigate TrackingAssessment Wait assess_tracking",
        },
    )
