"""Offers, and a piece for sale: its offers, its public price, its place in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.offers.answers import (
        accept as accept,
        accepted_until as accepted_until,
        agreement as agreement,
        AGREEMENTS as AGREEMENTS,
        AgreementType as AgreementType,
        counter as counter,
        Decided as Decided,
        decline as decline,
        ended as ended,
        ended_by_a_sale as ended_by_a_sale,
        withdraw as withdraw,
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
        reasons_against_counter as reasons_against_counter,
        reasons_against_offer as reasons_against_offer,
        reasons_against_sending as reasons_against_sending,
    )
    from vintage_rules.offers.catalogue import (
        assess_visibility as assess_visibility,
        Hidden as Hidden,
        OnSale as OnSale,
        SoldVisible as SoldVisible,
        Visibility as Visibility,
    )
    from vintage_rules.offers.commands import (
        AcceptOffer as AcceptOffer,
        Answer as Answer,
        ChangePrice as ChangePrice,
        ChangeTerms as ChangeTerms,
        Command as Command,
        CounterOffer as CounterOffer,
        DeclineOffer as DeclineOffer,
        MakeOffer as MakeOffer,
        Relist as Relist,
        ReturnToSale as ReturnToSale,
        SellPiece as SellPiece,
        SendOffer as SendOffer,
        SetAlert as SetAlert,
        share_if_any as share_if_any,
        TakeDown as TakeDown,
        WithdrawOffer as WithdrawOffer,
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
        OfOffer as OfOffer,
        OfOneOffer as OfOneOffer,
        OfThePiece as OfThePiece,
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
        Priced as Priced,
        PriceGranted as PriceGranted,
        PriceRestored as PriceRestored,
        ReservationEnded as ReservationEnded,
        TermsChanged as TermsChanged,
    )
    from vintage_rules.offers.listing_commands import (
        change_price as change_price,
        change_terms as change_terms,
        list_piece as list_piece,
        out_of_bounds as out_of_bounds,
        relist as relist,
        return_to_sale as return_to_sale,
        sell as sell,
        set_alert as set_alert,
        take_down as take_down,
    )
    from vintage_rules.offers.negotiation import (
        NegotiationHistory as NegotiationHistory,
        RefusedCommand as RefusedCommand,
        replay_negotiation as replay_negotiation,
    )
    from vintage_rules.offers.new_offers import (
        make_offer as make_offer,
        send_offer as send_offer,
    )
    from vintage_rules.offers.policy import (
        Acceptance as Acceptance,
        AlertPolicy as AlertPolicy,
        Audience as Audience,
        AutoAccept as AutoAccept,
        AutoDecline as AutoDecline,
        CataloguePolicy as CataloguePolicy,
        Fallback as Fallback,
        Floor as Floor,
        FloorBase as FloorBase,
        ListingPolicy as ListingPolicy,
        LowerBound as LowerBound,
        NewOfferCounter as NewOfferCounter,
        OfferPolicy as OfferPolicy,
        PriceEdit as PriceEdit,
        PublicCounter as PublicCounter,
        Quota as Quota,
        Reset as Reset,
        SaleEffect as SaleEffect,
        SellerBounds as SellerBounds,
        SellerOffers as SellerOffers,
        UpperBound as UpperBound,
        Withdrawal as Withdrawal,
    )
    from vintage_rules.offers.refusals import (
        merged as merged,
        OfferRefusal as OfferRefusal,
        refused as refused,
        sources_of as sources_of,
    )
    from vintage_rules.offers.states import (
        AWAITED as AWAITED,
        FOR_SALE as FOR_SALE,
        GONE as GONE,
        Listing as Listing,
        ListingState as ListingState,
        Offer as Offer,
        Particulars as Particulars,
        RUNNING as RUNNING,
        UNSOLD as UNSOLD,
    )
    from vintage_rules.offers.terms import (
        OfferState as OfferState,
        Party as Party,
        SellerTerms as SellerTerms,
        Silence as Silence,
    )
    from vintage_rules.offers.transitions import (
        FIRST_LISTING_STATE as FIRST_LISTING_STATE,
        FIRST_OFFER_STATES as FIRST_OFFER_STATES,
        LISTING_DEADLINES as LISTING_DEADLINES,
        LISTING_TRANSITIONS as LISTING_TRANSITIONS,
        ListingDeadline as ListingDeadline,
        OFFER_DEADLINES as OFFER_DEADLINES,
        OFFER_TRANSITIONS as OFFER_TRANSITIONS,
        OfferDeadline as OfferDeadline,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "answers": (
                "AGREEMENTS AgreementType Decided accept accepted_until agreement counter "
                "decline ended ended_by_a_sale withdraw"
            ),
            "assess": (
                "CounterAdmissible CounterDecision CounterFacts CounterRefused "
                "OfferAdmissible OfferDecision OfferFacts OfferRefused assess_counter "
                "assess_offer reasons_against_counter reasons_against_offer "
                "reasons_against_sending"
            ),
            "catalogue": "Hidden OnSale SoldVisible Visibility assess_visibility",
            "commands": (
                "AcceptOffer Answer ChangePrice ChangeTerms Command CounterOffer DeclineOffer "
                "MakeOffer Relist ReturnToSale SellPiece SendOffer SetAlert TakeDown "
                "WithdrawOffer share_if_any"
            ),
            "decide": "LISTING governing_edition",
            "events": (
                "AlertRaised AlertSet CounterOffered CounterWithdrawn Event GrantEnded "
                "OfOffer OfOneOffer OfThePiece OfferAccepted OfferCountered OfferDeclined "
                "OfferEnded OfferLapsed OfferMade OfferSent OfferWithdrawn PieceCharged "
                "PieceHidden PieceListed PieceOrdered PieceRelisted PieceReserved "
                "PieceReturned PieceSold PieceTakenDown PriceChanged PriceGranted "
                "PriceRestored Priced ReservationEnded TermsChanged"
            ),
            "listing_commands": (
                "change_price change_terms list_piece out_of_bounds relist return_to_sale "
                "sell set_alert take_down"
            ),
            "negotiation": "NegotiationHistory RefusedCommand replay_negotiation",
            "new_offers": "make_offer send_offer",
            "policy": (
                "Acceptance AlertPolicy Audience AutoAccept AutoDecline CataloguePolicy "
                "Fallback Floor FloorBase ListingPolicy LowerBound NewOfferCounter "
                "OfferPolicy PriceEdit PublicCounter Quota Reset SaleEffect SellerBounds "
                "SellerOffers UpperBound Withdrawal"
            ),
            "refusals": "OfferRefusal merged refused sources_of",
            "states": "AWAITED FOR_SALE GONE Listing ListingState Offer Particulars RUNNING UNSOLD",
            "terms": "OfferState Party SellerTerms Silence",
            "transitions": (
                "FIRST_LISTING_STATE FIRST_OFFER_STATES LISTING_DEADLINES LISTING_TRANSITIONS "
                "ListingDeadline OFFER_DEADLINES OFFER_TRANSITIONS OfferDeadline"
            ),
        },
    )
