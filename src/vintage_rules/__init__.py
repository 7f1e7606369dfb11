"""The rulebook of a second-hand marketplace: pure rules and state machines that say why.

Names are found where they live and loaded when first used, so that importing the package costs
next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

__version__ = "0.2.0"

if TYPE_CHECKING:
    from vintage_rules.api.json_values import (
        to_json as to_json,
    )
    from vintage_rules.dates import (
        Calendar as Calendar,
        DayCount as DayCount,
        DayWindow as DayWindow,
        Duration as Duration,
        Unit as Unit,
        Window as Window,
    )
    from vintage_rules.errors import (
        VintageRulesError as VintageRulesError,
    )
    from vintage_rules.ids import (
        BuyerId as BuyerId,
        Edition as Edition,
        identifier as identifier,
        OrderId as OrderId,
        ParcelId as ParcelId,
        PieceId as PieceId,
        SellerId as SellerId,
    )
    from vintage_rules.machine import (
        Refused as Refused,
    )
    from vintage_rules.money import (
        allocate as allocate,
        convert as convert,
        Money as Money,
        Rounding as Rounding,
        share as share,
    )
    from vintage_rules.offers.assess import (
        assess_counter as assess_counter,
        assess_offer as assess_offer,
    )
    from vintage_rules.offers.catalogue import (
        assess_visibility as assess_visibility,
    )
    from vintage_rules.offers.negotiation import (
        replay_negotiation as replay_negotiation,
    )
    from vintage_rules.orders.checkout import (
        assess_checkout as assess_checkout,
    )
    from vintage_rules.orders.fees import (
        quote_fees as quote_fees,
        quote_listing as quote_listing,
        quote_outcome_fees as quote_outcome_fees,
    )
    from vintage_rules.orders.payouts import (
        quote_order_payouts as quote_order_payouts,
    )
    from vintage_rules.orders.quote import (
        Piece as Piece,
        quote_order as quote_order,
    )
    from vintage_rules.places import (
        Area as Area,
        Destination as Destination,
        Place as Place,
        Territory as Territory,
    )
    from vintage_rules.policies.book import (
        PolicyBook as PolicyBook,
    )
    from vintage_rules.policies.loading import (
        load_policy as load_policy,
        shipped_policies as shipped_policies,
    )
    from vintage_rules.pricing.fees import (
        quote_fee as quote_fee,
    )
    from vintage_rules.pricing.gift_cards import (
        assess_gift_card as assess_gift_card,
        gift_card_last_day as gift_card_last_day,
    )
    from vintage_rules.pricing.order_price import (
        quote_total as quote_total,
    )
    from vintage_rules.pricing.reductions import (
        assess_price_reduction as assess_price_reduction,
    )
    from vintage_rules.pricing.tenders import (
        assess_tender as assess_tender,
    )
    from vintage_rules.returns.claims import (
        assess_claim as assess_claim,
    )
    from vintage_rules.returns.deadline import (
        return_deadline as return_deadline,
    )
    from vintage_rules.returns.eligibility import (
        assess_return as assess_return,
    )
    from vintage_rules.returns.payout import (
        assess_payout as assess_payout,
        quote_seller_payouts as quote_seller_payouts,
    )
    from vintage_rules.returns.pending_refunds import (
        assess_pending_refund as assess_pending_refund,
        estimate_statement as estimate_statement,
        refund_due as refund_due,
    )
    from vintage_rules.returns.refund import (
        quote_refund as quote_refund,
    )
    from vintage_rules.returns.routing import (
        route_return as route_return,
    )
    from vintage_rules.returns.undelivered import (
        assess_undelivered as assess_undelivered,
    )
    from vintage_rules.service.contact import (
        assess_contact as assess_contact,
    )
    from vintage_rules.service.requests import (
        assess_message as assess_message,
        assess_request as assess_request,
    )
    from vintage_rules.service.silence import (
        assess_silence as assess_silence,
    )
    from vintage_rules.shipping.customs import (
        assess_import as assess_import,
    )
    from vintage_rules.shipping.delivery import (
        assess_arrival as assess_arrival,
        estimate_delivery as estimate_delivery,
        estimate_promise as estimate_promise,
    )
    from vintage_rules.shipping.parcels import (
        plan_parcels as plan_parcels,
    )
    from vintage_rules.shipping.postage import (
        quote_postage as quote_postage,
    )
    from vintage_rules.shipping.tracking import (
        assess_tracking as assess_tracking,
    )
    from vintage_rules.wording.explaining import (
        explain as explain,
    )
    from vintage_rules.world.addresses import (
        locate as locate,
    )
    from vintage_rules.world.calendars import (
        calendar as calendar,
        calendar_of as calendar_of,
    )
    from vintage_rules.world.imports import (
        import_rules as import_rules,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
