"""The rulebook of a second-hand marketplace: pure rules and state machines that say why.

Names are found where they live and loaded when first used, so that importing the package costs
next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

__version__ = "0.1.0"

if TYPE_CHECKING:
    from vintage_rules.dates import (
        Calendar as Calendar,
        DayCount as DayCount,
        DayWindow as DayWindow,
        Duration as Duration,
        Window as Window,
    )
    from vintage_rules.errors import (
        VintageRulesError as VintageRulesError,
    )
    from vintage_rules.ids import (
        BuyerId as BuyerId,
        Edition as Edition,
        OrderId as OrderId,
        ParcelId as ParcelId,
        PieceId as PieceId,
        SellerId as SellerId,
        identifier as identifier,
    )
    from vintage_rules.money import (
        Money as Money,
        Rounding as Rounding,
        allocate as allocate,
        convert as convert,
        share as share,
    )
    from vintage_rules.orders import (
        Piece as Piece,
        assess_checkout as assess_checkout,
        quote_order as quote_order,
    )
    from vintage_rules.places import (
        Destination as Destination,
        Place as Place,
        Territory as Territory,
    )
    from vintage_rules.policies import (
        PolicyBook as PolicyBook,
        load_policy as load_policy,
        shipped_policies as shipped_policies,
    )
    from vintage_rules.pricing import (
        assess_gift_card as assess_gift_card,
        assess_price_reduction as assess_price_reduction,
        assess_tender as assess_tender,
        quote_fee as quote_fee,
        quote_payout as quote_payout,
        quote_total as quote_total,
    )
    from vintage_rules.service import (
        assess_contact as assess_contact,
        assess_message as assess_message,
        assess_request as assess_request,
    )
    from vintage_rules.shipping import (
        assess_arrival as assess_arrival,
        assess_import as assess_import,
        assess_tracking as assess_tracking,
        estimate_delivery as estimate_delivery,
        estimate_promise as estimate_promise,
        plan_parcels as plan_parcels,
        quote_postage as quote_postage,
    )
    from vintage_rules.wording import (
        explain as explain,
    )
    from vintage_rules.world import (
        calendar as calendar,
        calendar_of as calendar_of,
        import_rules as import_rules,
        locate as locate,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "dates": "Calendar DayCount DayWindow Duration Window",
            "errors": "VintageRulesError",
            "ids": "BuyerId Edition OrderId ParcelId PieceId SellerId identifier",
            "money": "Money Rounding allocate convert share",
            "orders": "Piece assess_checkout quote_order",
            "places": "Destination Place Territory",
            "policies": "PolicyBook load_policy shipped_policies",
            "pricing": (
                "assess_gift_card assess_price_reduction assess_tender quote_fee quote_payout "
                "quote_total"
            ),
            "service": "assess_contact assess_message assess_request",
            "shipping": (
                "assess_arrival assess_import assess_tracking estimate_delivery estimate_promise "
                "plan_parcels quote_postage"
            ),
            "wording": "explain",
            "world": "calendar calendar_of import_rules locate",
        },
    )
