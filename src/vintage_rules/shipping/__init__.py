"""Modes, parcels, postage, delivery windows, customs and tracking: how pieces reach their buyer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.shipping.customs import (
        assess_import as assess_import,
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
    )
    from vintage_rules.shipping.delivery import (
        ArrivalAssessment as ArrivalAssessment,
        assess_arrival as assess_arrival,
        BasisOrigin as BasisOrigin,
        Comfortable as Comfortable,
        DeliveryEstimate as DeliveryEstimate,
        DoorPromise as DoorPromise,
        estimate_delivery as estimate_delivery,
        estimate_promise as estimate_promise,
        FromDispatchOnly as FromDispatchOnly,
        Leg as Leg,
        Possible as Possible,
        Progress as Progress,
        Promise as Promise,
        Unlikely as Unlikely,
    )
    from vintage_rules.shipping.import_rules import (
        Side as Side,
    )
    from vintage_rules.shipping.parcel.commands import (
        AnswerRefund as AnswerRefund,
        AskBuyer as AskBuyer,
        CorrectNumber as CorrectNumber,
        GiveUpSearch as GiveUpSearch,
        HandIn as HandIn,
        ParcelCommand as ParcelCommand,
        ReceiveBack as ReceiveBack,
        RecordReceipt as RecordReceipt,
        RecordScan as RecordScan,
        ReportFound as ReportFound,
        SendAgain as SendAgain,
    )
    from vintage_rules.shipping.parcel.decide import (
        announce_parcel as announce_parcel,
        PARCEL as PARCEL,
        ParcelRefusal as ParcelRefusal,
    )
    from vintage_rules.shipping.parcel.events import (
        BuyerAsked as BuyerAsked,
        ParcelAnnounced as ParcelAnnounced,
        ParcelBack as ParcelBack,
        ParcelDelivered as ParcelDelivered,
        ParcelEvent as ParcelEvent,
        ParcelFound as ParcelFound,
        ParcelHandedIn as ParcelHandedIn,
        ParcelHeld as ParcelHeld,
        ParcelLost as ParcelLost,
        ParcelMoved as ParcelMoved,
        ParcelOverdue as ParcelOverdue,
        ParcelSentBack as ParcelSentBack,
        RefundAgreed as RefundAgreed,
        RefundDeclined as RefundDeclined,
        ScanNoted as ScanNoted,
        TrackingNumberCorrected as TrackingNumberCorrected,
    )
    from vintage_rules.shipping.parcel.states import (
        Parcel as Parcel,
        ParcelState as ParcelState,
        ScanStatus as ScanStatus,
        SentBackCause as SentBackCause,
    )
    from vintage_rules.shipping.parcels import (
        BUYER as BUYER,
        Item as Item,
        ParcelPlan as ParcelPlan,
        plan_parcels as plan_parcels,
        PlannedParcel as PlannedParcel,
        Posting as Posting,
        WORKSHOP as WORKSHOP,
    )
    from vintage_rules.shipping.policy import (
        Band as Band,
        CountryTimes as CountryTimes,
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
        assess_tracking as assess_tracking,
        ContactUs as ContactUs,
        Investigate as Investigate,
        TrackingAssessment as TrackingAssessment,
        Wait as Wait,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
