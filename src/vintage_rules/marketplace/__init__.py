"""The running marketplace: the commands a host calls, and the workers for their effects.

It is the only package that calls ports.

`Marketplace` is what a host holds. Its commands are those of `Pieces`, `Checkouts`, `Orders`,
`Parcels`, `Returns`, `Claims`, `Cards`, `Webhooks`, `Cases`, `People`, `DeadLetters` and
`Reconciliation`; what its pages show is in `Catalogue`, `BuyerPages`, `SellerDesk` and `HouseDesk`;
`WaitingEffects` is what `Worker` has still to do.

    commands/   one file for each thing a command acts on: load, decide, record, answer
    effects/    event → effect (`reactions.py`) → handler (`handlers.py`), through the ports
    queries/    lists that pages show, kept up to date with every event
    storage/    streams and their events, the unit of work, events as text, personal data apart
    worker.py   timers and effects, by any number of workers; `health.py`: whether they keep up
    observing.py  what observers are shown of commands, effects and webhooks; the worker's log
    shop.py     the policy, the ports, the secret; `actors.py`: the kinds of actor
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
        Visitor as Visitor,
    )
    from vintage_rules.marketplace.commands.carts import (
        Cart as Cart,
        CartItem as CartItem,
    )
    from vintage_rules.marketplace.commands.cases import (
        Cases as Cases,
    )
    from vintage_rules.marketplace.commands.checkouts import (
        Checkouts as Checkouts,
    )
    from vintage_rules.marketplace.commands.claims import (
        Claims as Claims,
    )
    from vintage_rules.marketplace.commands.dead_letters import (
        DeadLetters as DeadLetters,
    )
    from vintage_rules.marketplace.commands.disputes import (
        DisputeStatus as DisputeStatus,
    )
    from vintage_rules.marketplace.commands.gift_cards import (
        CardBought as CardBought,
        Cards as Cards,
    )
    from vintage_rules.marketplace.commands.imports import (
        ParcelImport as ParcelImport,
    )
    from vintage_rules.marketplace.commands.orders import (
        Orders as Orders,
        SellerView as SellerView,
    )
    from vintage_rules.marketplace.commands.parcels import (
        Parcels as Parcels,
    )
    from vintage_rules.marketplace.commands.addresses import (
        AddressAnswer as AddressAnswer,
    )
    from vintage_rules.marketplace.commands.labels import (
        LabelAnswer as LabelAnswer,
    )
    from vintage_rules.marketplace.commands.payment_holds import (
        Means as Means,
    )
    from vintage_rules.marketplace.commands.people import (
        Deferred as Deferred,
        Erasure as Erasure,
        ErasureRefusal as ErasureRefusal,
        People as People,
        Purge as Purge,
    )
    from vintage_rules.marketplace.commands.pieces import (
        NewPiece as NewPiece,
        Pieces as Pieces,
        PieceView as PieceView,
    )
    from vintage_rules.marketplace.commands.reconciliation import (
        BalanceTransaction as BalanceTransaction,
        BookedMovement as BookedMovement,
        Difference as Difference,
        DifferenceKind as DifferenceKind,
        Movement as Movement,
        Reconciliation as Reconciliation,
    )
    from vintage_rules.marketplace.commands.returns import (
        Returns as Returns,
    )
    from vintage_rules.marketplace.commands.webhooks import (
        Webhooks as Webhooks,
    )
    from vintage_rules.marketplace.health import (
        Health as Health,
    )
    from vintage_rules.marketplace.marketplace import (
        Marketplace as Marketplace,
    )
    from vintage_rules.marketplace.observing import (
        WorkerLog as WorkerLog,
    )
    from vintage_rules.marketplace.queries.buyer_pages import (
        BuyerPages as BuyerPages,
    )
    from vintage_rules.marketplace.queries.catalogue import (
        Catalogue as Catalogue,
        CatalogueOrder as CatalogueOrder,
        PiecePage as PiecePage,
        PriceChange as PriceChange,
    )
    from vintage_rules.marketplace.queries.house_desk import (
        HouseDesk as HouseDesk,
    )
    from vintage_rules.marketplace.queries.order_timeline import (
        OrderTimeline as OrderTimeline,
        TimelineEvent as TimelineEvent,
    )
    from vintage_rules.marketplace.queries.paging import (
        Page as Page,
    )
    from vintage_rules.marketplace.queries.seller_desk import (
        Posting as Posting,
        SellerDesk as SellerDesk,
    )
    from vintage_rules.marketplace.queries.waiting_effects import (
        WaitingEffects as WaitingEffects,
    )
    from vintage_rules.marketplace.queries.views import (
        AlertOnPiece as AlertOnPiece,
        BoughtCard as BoughtCard,
        CataloguePiece as CataloguePiece,
        DisputedOrder as DisputedOrder,
        OfferOnPiece as OfferOnPiece,
        OpenClaim as OpenClaim,
        OpenReturn as OpenReturn,
        ParcelToPost as ParcelToPost,
        ParcelToReceive as ParcelToReceive,
        PieceToCheck as PieceToCheck,
        PlacedOrder as PlacedOrder,
        SellerPayout as SellerPayout,
        TravellingParcel as TravellingParcel,
    )
    from vintage_rules.marketplace.shop import (
        Shop as Shop,
    )
    from vintage_rules.marketplace.storage.case_stream import (
        Case as Case,
        CaseReason as CaseReason,
    )
    from vintage_rules.marketplace.storage.piece_stream import (
        PieceEntered as PieceEntered,
    )
    from vintage_rules.marketplace.worker import (
        Progress as Progress,
        Worker as Worker,
    )
    from vintage_rules.pricing.gift_card.taking import (
        GiftCardNotTaken as GiftCardNotTaken,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
