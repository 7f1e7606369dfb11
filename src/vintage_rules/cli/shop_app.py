"""The commands of `vintage-rules shop`: what the people who run a shop look at and settle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vintage_rules.cli.errors import WRONG_INPUT, WRONG_USE, CliError
from vintage_rules.cli.money_app import money_app
from vintage_rules.cli.parcel_app import parcel_app
from vintage_rules.cli.shop_options import (
    STAFF,
    BuiltBy,
    By,
    OrderName,
    Pieces,
    Store,
    print_answer,
)

if TYPE_CHECKING:
    from vintage_rules.cli import operating

shop_app = typer.Typer(
    help="Operate a shop: look at its orders, cases and dead letters, and settle them.",
    no_args_is_help=True,
)
letters_app = typer.Typer(
    help="Effects and timers that failed for good, and that a person must look at.",
    no_args_is_help=True,
)
shop_app.add_typer(letters_app, name="dead-letters")
shop_app.add_typer(money_app, name="money")
shop_app.add_typer(parcel_app, name="parcel")

Kind = Annotated[str | None, typer.Option("--kind", help="Only of this kind, as send-message.")]
Stream = Annotated[str | None, typer.Option("--stream", help="Only of this one, as order/o1.")]
Reason = Annotated[str, typer.Option("--reason", help="Only with this in their reason.")]
Keys = Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="Which of them.")]
Everything = Annotated[bool, typer.Option("--all", help="All of them.")]


@shop_app.command(epilog="Example:  vintage-rules shop migrate --store sqlite:///shop.db")
def migrate(*, store: Store) -> None:
    """Create the tables of a store, or migrate them to what this version needs."""
    from vintage_rules.cli.stores import sql_store

    with sql_store(store):
        typer.echo("The tables are what this version needs.")


@shop_app.command(epilog="Example:  vintage-rules shop rebuild --store sqlite:///shop.db")
def rebuild(*, store: Store) -> None:
    """Compute all that pages show again from what is stored, while the shop runs."""
    from rich.console import Console

    from vintage_rules.cli import operating
    from vintage_rules.cli.stores import sql_store

    with sql_store(store) as opened:
        typer.echo(operating.rebuilt(opened, Console(stderr=True)))


@shop_app.command(epilog="Example:  vintage-rules shop history o1")
def history(
    order: OrderName,
    *,
    store: Store,
    shop: BuiltBy,
) -> None:
    """Show all that has happened to an order, with reasons, and what time alone does next."""
    from vintage_rules.cli import operating, order_history
    from vintage_rules.cli.screen import console

    with operating.market_at(store, shop) as market:
        console().print(order_history.history_on_screen(market, order))


@shop_app.command(epilog="Example:  vintage-rules shop explain o1")
def explain(
    order: OrderName,
    *,
    store: Store,
    shop: BuiltBy,
) -> None:
    """Show where an order, its parcels and its payouts are, and what time alone does next."""
    from vintage_rules.cli import operating, order_history
    from vintage_rules.cli.screen import console

    with operating.market_at(store, shop) as market:
        console().print(order_history.state_on_screen(market, order))


@shop_app.command(epilog="Example:  vintage-rules shop cancel o1 coat")
def cancel(
    order: OrderName,
    pieces: Pieces = None,
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Cancel pieces of an order before they are posted, in the house's name, and refund them."""
    from vintage_rules.cli import operating
    from vintage_rules.ids import PieceId
    from vintage_rules.marketplace.actors import House

    named = map(PieceId, pieces or ())
    with operating.market_at(store, shop) as market:
        print_answer(market.orders.cancel(House(by), order, *named))


@shop_app.command(epilog="Example:  vintage-rules shop cases")
def cases(*, store: Store, shop: BuiltBy, by: By = STAFF) -> None:
    """List the cases for review that no person has settled, the oldest first."""
    from vintage_rules.cli import operating
    from vintage_rules.cli.screen import console

    with operating.market_at(store, shop) as market:
        console().print(operating.cases_on_screen(market, by))


@shop_app.command(epilog="Example:  vintage-rules shop outbox --kind send-message")
def outbox(
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
    kind: Kind = None,
    stream: Stream = None,
    limit: Annotated[int, typer.Option(help="So many at most.", min=1)] = 100,
    skip: Annotated[int, typer.Option(help="Pass over so many.", min=0)] = 0,
) -> None:
    """Show what waits to be done: how much of each kind, and each with its attempts and errors."""
    from vintage_rules.cli import operating
    from vintage_rules.cli.screen import console

    with operating.market_at(store, shop) as market:
        chosen = operating.Chosen(kind=kind, stream=stream)
        console().print(operating.outbox_on_screen(market, by, chosen, limit, skip))


@shop_app.command(
    epilog="Example:  vintage-rules shop settle card/evt_1 --note 'the bank has the proof'"
)
def settle(
    case: Annotated[str, typer.Argument(metavar="CASE", help="As `shop cases` names it.")],
    *,
    store: Store,
    shop: BuiltBy,
    note: Annotated[str, typer.Option("--note", help="What was done, for the history.")],
    by: By = STAFF,
) -> None:
    """Record that a person has seen to a case for review, and how; settled before, it stays so."""
    from vintage_rules.cli import operating
    from vintage_rules.marketplace.actors import House

    with operating.market_at(store, shop) as market:
        settled = market.cases.settle(House(by), case, note)
    typer.echo(f"The case {settled.opened.case} is settled.")


@letters_app.command(name="list", epilog="Example:  vintage-rules shop dead-letters list")
def list_letters(
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
    kind: Kind = None,
    stream: Stream = None,
    reason: Reason = "",
) -> None:
    """List dead letters with their keys, the oldest first."""
    from vintage_rules.cli import operating
    from vintage_rules.cli.screen import console

    with operating.market_at(store, shop) as market:
        chosen = operating.Chosen(kind=kind, stream=stream, reason=reason)
        console().print(operating.letters_on_screen(market, by, chosen))


@letters_app.command(
    name="show", epilog="Example:  vintage-rules shop dead-letters show order/o1#4.0"
)
def show_letter(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its key.")],
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Show a dead letter: what was to be done, since when it waits, and why."""
    from vintage_rules.cli import operating
    from vintage_rules.cli.screen import console

    with operating.market_at(store, shop) as market:
        console().print(operating.letter_on_screen(market, by, key))


@letters_app.command(
    name="retry", epilog="Example:  vintage-rules shop dead-letters retry --reason no-account"
)
def retry_letters(
    keys: Keys = None,
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
    kind: Kind = None,
    stream: Stream = None,
    reason: Reason = "",
    everything: Everything = False,
) -> None:
    """Have dead letters handled again: those named, those chosen, or all."""
    from vintage_rules.cli import operating

    chosen = _chosen(keys, kind, stream, reason, everything=everything)
    with operating.market_at(store, shop) as market:
        typer.echo(operating.retried(market, by, chosen))


@letters_app.command(
    name="settle", epilog="Example:  vintage-rules shop dead-letters settle order/o1#4.0"
)
def settle_letters(
    keys: Keys = None,
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
    kind: Kind = None,
    stream: Stream = None,
    reason: Reason = "",
    everything: Everything = False,
) -> None:
    """Record that a person has seen to dead letters otherwise: they are never handled again."""
    from vintage_rules.cli import operating

    chosen = _chosen(keys, kind, stream, reason, everything=everything)
    with operating.market_at(store, shop) as market:
        typer.echo(operating.settled(market, by, chosen))


def _chosen(
    keys: Sequence[str] | None,
    kind: str | None,
    stream: str | None,
    reason: str,
    *,
    everything: bool,
) -> operating.Chosen:
    from vintage_rules.cli import operating

    ways = [bool(keys), bool(kind or stream or reason), everything]
    if sum(ways) != 1:
        message = "dead-letters: must be named by keys, or chosen by --kind, --stream and --reason"
        raise CliError(f"{message}, or be --all", WRONG_USE)
    return operating.Chosen(kind=kind, stream=stream, reason=reason, keys=tuple(keys or ()))


@shop_app.command(
    epilog="Exit status: 0 both agree, 1 something differs or is wrong in the list, "
    "2 the command is wrong.\n\n"
    "Example:  vintage-rules shop reconcile card transactions.csv"
)
def reconcile(
    tender: Annotated[str, typer.Argument(metavar="TENDER", help="As the policy names it.")],
    transactions: Annotated[
        Path,
        typer.Argument(
            metavar="CSV", help="With the columns id, movement, receipt, amount, currency, at."
        ),
    ],
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
    since: Annotated[
        str | None, typer.Option(help="What was booked from this moment on must be listed.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="What was booked before it.")] = None,
) -> None:
    """Hold a provider's list of what it has moved against the books, and show what differs."""
    from vintage_rules.cli import operating, reconciling
    from vintage_rules.cli.screen import console
    from vintage_rules.marketplace.actors import House

    listed = reconciling.listed_in(transactions)
    period = {
        "since": reconciling.moment_of(since, "--since"),
        "until": reconciling.moment_of(until, "--until"),
    }
    with operating.market_at(store, shop) as market:
        found = market.reconciliation.differences(House(by), tender, listed, **period)
    console().print(reconciling.differences_on_screen(found))
    raise typer.Exit(WRONG_INPUT if found else 0)


@shop_app.command(
    epilog="Exit status: 0 nothing is left, 1 something is deferred, 2 the command is wrong.\n\n"
    "Example:  vintage-rules shop erase zoe"
)
def erase(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="By your own identifier.")],
    *,
    store: Store,
    shop: BuiltBy,
    by: By = STAFF,
) -> None:
    """Erase what is kept of a person, but for what an open order or payment still needs."""
    from vintage_rules.cli import operating

    with operating.market_at(store, shop) as market:
        lines, complete = operating.erased(market, by, person)
    typer.echo("\n".join(lines))
    raise typer.Exit(0 if complete else WRONG_INPUT)


@shop_app.command(epilog="Example:  vintage-rules shop purge")
def purge(*, store: Store, shop: BuiltBy, by: By = STAFF) -> None:
    """Erase personal data that are older than the shop keeps them, and messages done before."""
    from vintage_rules.cli import operating

    with operating.market_at(store, shop) as market:
        typer.echo(operating.purged(market, by))


@shop_app.command(
    epilog="Exit status: 0 all is well, 1 something is not, 2 the command is wrong.\n\n"
    "Example:  vintage-rules shop health --patience 300"
)
def health(
    *,
    store: Store,
    shop: BuiltBy,
    patience: Annotated[
        float, typer.Option(help="Seconds that something may be due.", min=0)
    ] = 600.0,
) -> None:
    """Say whether the store answers, how long work has waited, and how many dead letters wait."""
    from vintage_rules.cli import operating
    from vintage_rules.cli.screen import console

    with operating.market_at(store, shop) as market:
        shown, well = operating.health_on_screen(market, patience)
        console().print(shown)
    raise typer.Exit(0 if well else WRONG_INPUT)
