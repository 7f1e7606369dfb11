"""The commands a host calls: load, decide, commit, carry out. The only place that calls ports.

`Marketplace` is what a host holds; what may be done with it stands in `Pieces`, `Checkouts`,
`Orders`, `Parcels`, `Returns`, `Claims`, `Cards`, `Notices` and `Worker`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.marketplace.actors import (
        Actor as Actor,
        Buyer as Buyer,
        Courier as Courier,
        House as House,
        Seller as Seller,
    )
    from vintage_rules.marketplace.cards import (
        CardBought as CardBought,
        Cards as Cards,
    )
    from vintage_rules.marketplace.charging import (
        Means as Means,
    )
    from vintage_rules.marketplace.checkouts import (
        Cart as Cart,
        CartItem as CartItem,
        Checkouts as Checkouts,
        GiftCardNotTaken as GiftCardNotTaken,
    )
    from vintage_rules.marketplace.claiming import (
        Claims as Claims,
    )
    from vintage_rules.marketplace.marketplace import (
        Marketplace as Marketplace,
    )
    from vintage_rules.marketplace.notices import (
        Notices as Notices,
    )
    from vintage_rules.marketplace.orders import (
        Orders as Orders,
        SellerView as SellerView,
    )
    from vintage_rules.marketplace.parcels import (
        Parcels as Parcels,
    )
    from vintage_rules.marketplace.piece_file import (
        PieceEntered as PieceEntered,
    )
    from vintage_rules.marketplace.pieces import (
        Pieces as Pieces,
        PieceView as PieceView,
    )
    from vintage_rules.marketplace.returning import (
        Returns as Returns,
    )
    from vintage_rules.marketplace.shop import (
        Shop as Shop,
    )
    from vintage_rules.marketplace.worker import (
        Progress as Progress,
        Worker as Worker,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "actors": "Actor Buyer Courier House Seller",
            "cards": "CardBought Cards",
            "charging": "Means",
            "checkouts": "Cart CartItem Checkouts GiftCardNotTaken",
            "claiming": "Claims",
            "marketplace": "Marketplace",
            "notices": "Notices",
            "orders": "Orders SellerView",
            "parcels": "Parcels",
            "piece_file": "PieceEntered",
            "pieces": "PieceView Pieces",
            "returning": "Returns",
            "shop": "Shop",
            "worker": "Progress Worker",
        },
    )
