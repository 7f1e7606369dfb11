"""The rulebook of a second-hand marketplace: pure rules and state machines that say why.

Names are found where they live and loaded when first used, so that importing the package costs
next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vintage_rules.dates import (
        Calendar as Calendar,
    )
    from vintage_rules.dates import (
        DayCount as DayCount,
    )
    from vintage_rules.dates import (
        DayWindow as DayWindow,
    )
    from vintage_rules.dates import (
        Duration as Duration,
    )
    from vintage_rules.dates import (
        Window as Window,
    )
    from vintage_rules.errors import (
        VintageRulesError as VintageRulesError,
    )
    from vintage_rules.ids import (
        BuyerId as BuyerId,
    )
    from vintage_rules.ids import (
        Edition as Edition,
    )
    from vintage_rules.ids import (
        OrderId as OrderId,
    )
    from vintage_rules.ids import (
        ParcelId as ParcelId,
    )
    from vintage_rules.ids import (
        PieceId as PieceId,
    )
    from vintage_rules.ids import (
        SellerId as SellerId,
    )
    from vintage_rules.ids import (
        identifier as identifier,
    )
    from vintage_rules.money import (
        Money as Money,
    )
    from vintage_rules.money import (
        Rounding as Rounding,
    )
    from vintage_rules.money import (
        allocate as allocate,
    )
    from vintage_rules.money import (
        convert as convert,
    )
    from vintage_rules.money import (
        share as share,
    )
    from vintage_rules.orders import (
        Piece as Piece,
    )
    from vintage_rules.orders import (
        assess_checkout as assess_checkout,
    )
    from vintage_rules.orders import (
        quote_order as quote_order,
    )
    from vintage_rules.places import (
        Destination as Destination,
    )
    from vintage_rules.places import (
        Place as Place,
    )
    from vintage_rules.places import (
        Territory as Territory,
    )
    from vintage_rules.policies import (
        PolicyBook as PolicyBook,
    )
    from vintage_rules.policies import (
        load_policy as load_policy,
    )
    from vintage_rules.policies import (
        shipped_policies as shipped_policies,
    )
    from vintage_rules.pricing import (
        assess_gift_card as assess_gift_card,
    )
    from vintage_rules.pricing import (
        assess_price_reduction as assess_price_reduction,
    )
    from vintage_rules.pricing import (
        assess_tender as assess_tender,
    )
    from vintage_rules.pricing import (
        quote_fee as quote_fee,
    )
    from vintage_rules.pricing import (
        quote_payout as quote_payout,
    )
    from vintage_rules.pricing import (
        quote_total as quote_total,
    )
    from vintage_rules.service import (
        assess_contact as assess_contact,
    )
    from vintage_rules.service import (
        assess_message as assess_message,
    )
    from vintage_rules.service import (
        assess_request as assess_request,
    )
    from vintage_rules.shipping import (
        assess_arrival as assess_arrival,
    )
    from vintage_rules.shipping import (
        assess_import as assess_import,
    )
    from vintage_rules.shipping import (
        assess_tracking as assess_tracking,
    )
    from vintage_rules.shipping import (
        estimate_delivery as estimate_delivery,
    )
    from vintage_rules.shipping import (
        estimate_promise as estimate_promise,
    )
    from vintage_rules.shipping import (
        plan_parcels as plan_parcels,
    )
    from vintage_rules.shipping import (
        quote_postage as quote_postage,
    )
    from vintage_rules.wording import (
        explain as explain,
    )
    from vintage_rules.world import (
        calendar as calendar,
    )
    from vintage_rules.world import (
        calendar_of as calendar_of,
    )
    from vintage_rules.world import (
        import_rules as import_rules,
    )
    from vintage_rules.world import (
        locate as locate,
    )

_HOMES = {
    "errors": ("VintageRulesError",),
    "ids": ("BuyerId", "Edition", "OrderId", "ParcelId", "PieceId", "SellerId", "identifier"),
    "money": ("Money", "Rounding", "allocate", "convert", "share"),
    "dates": ("Calendar", "DayCount", "DayWindow", "Duration", "Window"),
    "places": ("Destination", "Place", "Territory"),
    "world": ("calendar", "calendar_of", "import_rules", "locate"),
    "policies": ("PolicyBook", "load_policy", "shipped_policies"),
    "wording": ("explain",),
    "pricing": (
        "assess_gift_card",
        "assess_price_reduction",
        "assess_tender",
        "quote_fee",
        "quote_payout",
        "quote_total",
    ),
    "shipping": (
        "assess_arrival",
        "assess_import",
        "assess_tracking",
        "estimate_delivery",
        "estimate_promise",
        "plan_parcels",
        "quote_postage",
    ),
    "service": ("assess_contact", "assess_message", "assess_request"),
    "orders": ("Piece", "assess_checkout", "quote_order"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__version__ = "0.1.0"
__all__ = sorted(_HOME_OF)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
