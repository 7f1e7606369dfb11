"""The options that the commands of `vintage-rules shop` share, and how they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vintage_rules.cli.errors import CliError

if TYPE_CHECKING:
    from vintage_rules.marketplace.commands.order_commands import Answer

Store = Annotated[
    str,
    typer.Option(
        "--store", metavar="URL", envvar="VINTAGE_RULES_STORE", help="As sqlite:///shop.db."
    ),
]
BuiltBy = Annotated[
    str,
    typer.Option(
        "--shop",
        metavar="MODULE:FUNCTION",
        envvar="VINTAGE_RULES_SHOP",
        help="Your function that builds the shop over a store.",
    ),
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who of the house does it.")]
OrderName = Annotated[str, typer.Argument(metavar="ORDER", help="The order.")]
ParcelName = Annotated[
    str, typer.Argument(metavar="PARCEL", help="The parcel, as `shop explain` names it.")
]
Pieces = Annotated[
    list[str] | None, typer.Argument(metavar="[PIECE]...", help="Which; all, without any.")
]
STAFF = "operator"


def print_answer(answer: Answer) -> None:
    """Print for which order something was recorded.

    Raises:
        CliError: If it was refused, with the reasons.
    """
    from vintage_rules.orders.states import Order

    match answer:
        case Order(placed=placed):
            typer.echo(f"Recorded for order {placed.order}.")
        case refused:
            raise CliError(f"refused: {', '.join(map(str, refused.reasons))}")
