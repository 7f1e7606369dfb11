"""The options that every command of `vintage-rules shop` has."""

from __future__ import annotations

from typing import Annotated

import typer

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
STAFF = "operator"
