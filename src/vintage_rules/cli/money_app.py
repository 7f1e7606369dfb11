"""`vintage-rules shop money`: what the house holds, and what was moved elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from vintage_rules.cli.errors import CliError
from vintage_rules.cli.shop_options import (
    STAFF,
    BuiltBy,
    By,
    OrderName,
    Pieces,
    Store,
    print_answer,
)

money_app = typer.Typer(
    help="Hold payouts, record money that was moved elsewhere, and find whose money it is.",
    no_args_is_help=True,
)

PieceName = Annotated[str, typer.Argument(metavar="PIECE", help="The piece.")]
Tender = Annotated[str, typer.Argument(metavar="TENDER", help="As the policy names it.")]
Reference = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="The provider's name for the charge.")
]
Cause = Annotated[
    str, typer.Argument(metavar="CAUSE", help="What it is for, as `shop explain` names it.")
]
AnyReference = Annotated[
    str,
    typer.Argument(metavar="REFERENCE", help="A charge, a receipt or a refund, by its provider."),
]


@money_app.command(epilog="Example:  vintage-rules shop money freeze o1 --reason 'a fake'")
def freeze(
    order: OrderName,
    pieces: Pieces = None,
    *,
    store: Store,
    shop: BuiltBy,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the history.")],
    by: By = STAFF,
) -> None:
    """Pay no seller of an order until it is released; what is being paid already is refused."""
    from vintage_rules.cli import operating
    from vintage_rules.ids import PieceId
    from vintage_rules.marketplace.actors import House

    named = map(PieceId, pieces or ())
    with operating.market_at(store, shop) as market:
        print_answer(market.orders.freeze_payouts(House(by), order, reason, *named))


@money_app.command(epilog="Example:  vintage-rules shop money release o1 coat")
def release(
    order: OrderName,
    pieces: Pieces = None,
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Pay sellers again what was frozen or came back, at once where it is due."""
    from vintage_rules.cli import operating
    from vintage_rules.ids import PieceId
    from vintage_rules.marketplace.actors import House

    named = map(PieceId, pieces or ())
    with operating.market_at(store, shop) as market:
        print_answer(market.orders.release_payouts(House(by), order, *named))


@money_app.command(epilog="Example:  vintage-rules shop money payout-failed o1 coat")
def payout_failed(
    order: OrderName, piece: PieceName, *, store: Store, shop: BuiltBy, by: By = STAFF
) -> None:
    """Record that what a seller was paid came back: it is owed again, and frozen."""
    from vintage_rules.cli import operating
    from vintage_rules.ids import PieceId
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        print_answer(market.orders.record_payout_failed(House(by), order, PieceId(piece)))


@money_app.command(epilog="Example:  vintage-rules shop money payout o1 coat")
def payout(
    order: OrderName, piece: PieceName, *, store: Store, shop: BuiltBy, by: By = STAFF
) -> None:
    """Record that a seller was paid by other means."""
    from vintage_rules.cli import operating
    from vintage_rules.ids import PieceId
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        print_answer(market.orders.record_payout(House(by), order, PieceId(piece)))


@money_app.command(epilog="Example:  vintage-rules shop money refund o1 o1-1")
def refund(
    order: OrderName,
    cause: Cause,
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Record that a refund was made by other means; gift cards are credited their share."""
    from vintage_rules.cli import operating
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        print_answer(market.orders.record_refund(House(by), order, cause))


@money_app.command(
    epilog="Example:  vintage-rules shop money capture o1 card pi_1 ch_1 --amount 40.00"
)
def capture(
    order: OrderName,
    tender: Tender,
    reference: Reference,
    receipt: Annotated[
        str, typer.Argument(metavar="RECEIPT", help="The provider's name for the capture.")
    ],
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
    amount: Annotated[
        str | None,
        typer.Option(
            help="What was taken, in the house's currency, where pieces were cancelled before and "
            "it was less; without it, all that the order says."
        ),
    ] = None,
) -> None:
    """Record that a means of payment was charged by other means: it is not charged again."""
    from vintage_rules.cli import operating
    from vintage_rules.marketplace.actors import House
    from vintage_rules.money import Money

    with operating.market_at(store, shop) as market:
        currency = market.shop.policy(market.shop.clock.now()).currency
        taken = None if amount is None else Money(amount, currency)
        print_answer(
            market.orders.record_capture(House(by), order, tender, reference, receipt, amount=taken)
        )


@money_app.command(
    epilog="Example:  vintage-rules shop money refund-failed o1 cancellation card pi_1"
)
def refund_failed(
    order: OrderName,
    cause: Cause,
    tender: Tender,
    reference: Reference,
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Record that what a refund passed on came back: it is owed again, and not sent by itself."""
    from vintage_rules.cli import operating
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        print_answer(market.orders.record_refund_failed(House(by), order, cause, tender, reference))


@money_app.command(epilog="Example:  vintage-rules shop money dispute o1 card lost")
def dispute(
    order: OrderName,
    tender: Tender,
    status: Annotated[
        str, typer.Argument(metavar="STATUS", help="What has happened: opened, won or lost.")
    ],
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Record that a payment of an order is disputed, or how the dispute ended."""
    from vintage_rules.cli import operating
    from vintage_rules.marketplace.actors import House

    known = operating.dispute_status(status)
    with operating.market_at(store, shop) as market:
        print_answer(market.orders.record_dispute(House(by), order, tender, known))


@money_app.command(epilog="Example:  vintage-rules shop money card-dispute 7K2QX lost")
def card_dispute(
    card: Annotated[
        str, typer.Argument(metavar="CARD", help="The gift card, as `money find` names it.")
    ],
    status: Annotated[
        str, typer.Argument(metavar="STATUS", help="What has happened: opened, won or lost.")
    ],
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Record that what a gift card was bought with is disputed, or how the dispute ended."""
    from vintage_rules.cli import operating
    from vintage_rules.marketplace.actors import House

    known = operating.dispute_status(status)
    with operating.market_at(store, shop) as market:
        market.cards.record_dispute(House(by), card, known)
    typer.echo(f"Recorded for gift card {card}.")


@money_app.command(
    epilog="Exit status: 0 it is found, 1 nothing has it, 2 the command is wrong.\n\n"
    "Example:  vintage-rules shop money find card pi_1"
)
def find(
    tender: Tender, reference: AnyReference, *, store: Store, shop: BuiltBy, by: By = STAFF
) -> None:
    """Find the order or gift card of a charge, a receipt or a refund."""
    from vintage_rules.cli import operating
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        order = market.orders.find_by_reference(House(by), tender, reference)
        card = market.cards.find_by_reference(House(by), tender, reference)
    if order is not None:
        typer.echo(f"order {order.placed.order}, {order.state}")
    elif card is not None:
        typer.echo(f"gift card {card.ordered.card}, {card.state}")
    else:
        raise CliError(f"reference: no order or gift card has {reference} of {tender}")


@money_app.command(
    epilog="Exit status: 0 it is found, 1 nothing has it, 2 the command is wrong.  "
    "Example:  vintage-rules shop money find-payout po_1"
)
def find_payout(
    reference: Annotated[
        str, typer.Argument(metavar="REFERENCE", help="The payer's name for it, or our key.")
    ],
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Find the order and the piece that a payout to a seller was for."""
    from vintage_rules.cli import operating
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        found = market.orders.find_by_payout(House(by), reference)
    if found is None:
        raise CliError(f"reference: no payout has {reference}")
    order, piece = found
    typer.echo(f"order {order.placed.order}, {piece}, {order.payouts[piece]}")
