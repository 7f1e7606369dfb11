"""`vintage-rules shop parcel`: parcels that a person must look after."""

from __future__ import annotations

from typing import Annotated

import typer

from vintage_rules.cli.shop_options import (
    STAFF,
    BuiltBy,
    By,
    OrderName,
    ParcelName,
    Store,
    print_answer,
)

parcel_app = typer.Typer(
    help="Correct the number of a parcel, and end the search for one.", no_args_is_help=True
)


@parcel_app.command(epilog="Example:  vintage-rules shop parcel correct-number o1 o1-1 8R2")
def correct_number(
    order: OrderName,
    parcel: ParcelName,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The right one.")],
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Correct the tracking number of a parcel that travels; its buyer is mailed the right one."""
    from vintage_rules.cli import operating
    from vintage_rules.ids import ParcelId
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        print_answer(market.parcels.correct_number(House(by), order, ParcelId(parcel), number))


@parcel_app.command(epilog="Example:  vintage-rules shop parcel lost o1 o1-1")
def lost(
    order: OrderName, parcel: ParcelName, *, store: Store, shop: BuiltBy, by: By = STAFF
) -> None:
    """End the search for a parcel that is overdue: its buyer is refunded as the policy says."""
    from vintage_rules.cli import operating
    from vintage_rules.ids import ParcelId
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        print_answer(market.parcels.give_up_search(House(by), order, ParcelId(parcel)))


@parcel_app.command(epilog="Example:  vintage-rules shop parcel found o1 o1-1")
def found(
    order: OrderName, parcel: ParcelName, *, store: Store, shop: BuiltBy, by: By = STAFF
) -> None:
    """Record that a parcel which counted as lost was found."""
    from vintage_rules.cli import operating
    from vintage_rules.ids import ParcelId
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        print_answer(market.parcels.report_parcel_found(House(by), order, ParcelId(parcel)))
