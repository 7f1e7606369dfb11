"""Offers, and a piece for sale: its offers, its public price, its place in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.offers.alerts import (
        AlertAdmitted as AlertAdmitted,
        AlertAssessment as AlertAssessment,
        AlertRefused as AlertRefused,
        assess_alert as assess_alert,
    )
    from vintage_rules.offers.assess import (
        assess_counter as assess_counter,
        assess_offer as assess_offer,
        CounterAdmissible as CounterAdmissible,
        CounterDecision as CounterDecision,
        CounterFacts as CounterFacts,
        CounterRefused as CounterRefused,
        OfferAdmissible as OfferAdmissible,
        OfferDecision as OfferDecision,
        OfferFacts as OfferFacts,
        OfferRefused as OfferRefused,
    )
    from vintage_rules.offers.catalogue import (
        assess_visibility as assess_visibility,
        Hidden as Hidden,
        OnSale as OnSale,
        SoldVisible as SoldVisible,
        Visibility as Visibility,
    )
    from vintage_rules.offers.catalogue_policy import (
        AlertPolicy as AlertPolicy,
        CataloguePolicy as CataloguePolicy,
    )
    from vintage_rules.offers.commands import (
        AcceptOffer as AcceptOffer,
        ChangePrice as ChangePrice,
        ChangeTerms as ChangeTerms,
        Command as Command,
        CounterOffer as CounterOffer,
        DeclineOffer as DeclineOffer,
        MakeOffer as MakeOffer,
        Relist as Relist,
        ReturnToSale as ReturnToSale,
        ReturnToSeller as ReturnToSeller,
        SellPiece as SellPiece,
        SendOffer as SendOffer,
        SetAlert as SetAlert,
        TakeDown as TakeDown,
        WithdrawOffer as WithdrawOffer,
    )
    from vintage_rules.offers.counter_policy import (
        NewOfferCounter as NewOfferCounter,
        PublicCounter as PublicCounter,
    )
    from vintage_rules.offers.decide import (
        governing_edition as governing_edition,
        LISTING as LISTING,
    )
    from vintage_rules.offers.events import (
        AlertRaised as AlertRaised,
        AlertSet as AlertSet,
        CounterOffered as CounterOffered,
        CounterWithdrawn as CounterWithdrawn,
        Event as Event,
        GrantEnded as GrantEnded,
        OfferAccepted as OfferAccepted,
        OfferCountered as OfferCountered,
        OfferDeclined as OfferDeclined,
        OfferEnded as OfferEnded,
        OfferLapsed as OfferLapsed,
        OfferMade as OfferMade,
        OfferSent as OfferSent,
        OfferWithdrawn as OfferWithdrawn,
        PieceCharged as PieceCharged,
        PieceHidden as PieceHidden,
        PieceListed as PieceListed,
        PieceOrdered as PieceOrdered,
        PieceRelisted as PieceRelisted,
        PieceReserved as PieceReserved,
        PieceReturned as PieceReturned,
        PieceSold as PieceSold,
        PieceTakenDown as PieceTakenDown,
        PriceChanged as PriceChanged,
        PriceGranted as PriceGranted,
        PriceRestored as PriceRestored,
        ReservationEnded as ReservationEnded,
        TermsChanged as TermsChanged,
    )
    from vintage_rules.offers.listing_commands import (
        list_piece as list_piece,
    )
    from vintage_rules.offers.negotiation import (
        NegotiationHistory as NegotiationHistory,
        RefusedCommand as RefusedCommand,
        replay_negotiation as replay_negotiation,
    )
    from vintage_rules.offers.policy import (
        Acceptance as Acceptance,
        Fallback as Fallback,
        Floor as Floor,
        FloorBase as FloorBase,
        ListingPolicy as ListingPolicy,
        OfferPolicy as OfferPolicy,
        PriceEdit as PriceEdit,
        Quota as Quota,
        Reset as Reset,
        SaleEffect as SaleEffect,
        Withdrawal as Withdrawal,
    )
    from vintage_rules.offers.seller_policy import (
        Audience as Audience,
        AutoAccept as AutoAccept,
        AutoDecline as AutoDecline,
        LowerBound as LowerBound,
        SellerBounds as SellerBounds,
        SellerOffers as SellerOffers,
        UpperBound as UpperBound,
    )
    from vintage_rules.offers.refusals import (
        OfferRefusal as OfferRefusal,
    )
    from vintage_rules.offers.states import (
        Listing as Listing,
        ListingState as ListingState,
        Offer as Offer,
        Particulars as Particulars,
    )
    from vintage_rules.offers.terms import (
        OfferState as OfferState,
        Party as Party,
        SellerTerms as SellerTerms,
        Silence as Silence,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
