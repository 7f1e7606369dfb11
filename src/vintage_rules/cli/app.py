"""The commands of `vintage-rules`, their options and their help."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from vintage_rules.cli.errors import WRONG_INPUT, WRONG_USE, CliError, status_of
from vintage_rules.cli.shop_app import shop_app
from vintage_rules.cli.shop_options import BuiltBy, Store

ENGLISH = "en-GB"
DEFAULT_POLICY = "imparfaite"

app = typer.Typer(
    name="vintage-rules",
    help="The rulebook of a second-hand marketplace: exact, sourced and explained answers.",
    epilog="Exit status: 0 answered, 1 something given is wrong, 2 the command itself is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
policy_app = typer.Typer(
    help="Look at the policies of houses, and check your own.", no_args_is_help=True
)
app.add_typer(policy_app, name="policy")
app.add_typer(shop_app, name="shop")

Policy = Annotated[
    str, typer.Option("--policy", metavar="NAME|PATH", help="A shipped policy or a document.")
]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="DAY", help="The day whose edition applies; default today."),
]
Locale = Annotated[
    str | None, typer.Option("--locale", metavar="LOCALE", help="The language of the output.")
]


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; wrong input never shows a traceback."""
    return status_of(
        partial(app, args=None if arguments is None else list(arguments), prog_name="vintage-rules")
    )


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - how typer calls back
    if wanted:
        from vintage_rules import __version__

        typer.echo(f"vintage-rules {__version__}")
        raise typer.Exit


@app.callback()
def about(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    """The rulebook of a second-hand marketplace: exact, sourced and explained answers."""


@app.command(name="eval", epilog="Example:  vintage-rules eval questions.jsonl > answers.jsonl")
def evaluate(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Questions; standard input without one, or -."),
    ] = None,
) -> None:
    """Answer one JSON question a line with one JSON answer a line, in order.

    A line that cannot be answered gets an error that says where and why; the next ones go on.
    """
    from vintage_rules.cli.evaluation import evaluate_argument

    evaluate_argument("-" if file is None else str(file))


@app.command(name="schema", epilog="Example:  vintage-rules schema quote-order > quote-order.json")
def show_rule_schema(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule of the JSON API.")],
    *,
    policy: Annotated[
        str | None,
        typer.Option("--policy", metavar="NAME|PATH", help="Only what this policy knows is valid."),
    ] = None,
    on: On = None,
) -> None:
    """Write the JSON Schema of the facts and the answers of a rule, with an example."""
    import json

    from vintage_rules.cli.quoting import schema_of

    typer.echo(json.dumps(schema_of(rule, policy, on), ensure_ascii=False, indent=2))


@app.command(epilog="Example:  vintage-rules quote examples/orders/london_grouped.json --locale fr")
def quote(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An order as JSON.")],
    *,
    locale: Locale = None,
    policy: Policy = DEFAULT_POLICY,
    on: On = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON object instead of tables.")
    ] = False,
) -> None:
    """Price an order, with its delivery days, its customs, and the reasons.

    The file holds mode, destination and pieces; and gift_card_balance, dispatched, rates if any.
    """
    from vintage_rules.cli.quoting import house_of, summary_as_json, summary_of_file
    from vintage_rules.cli.words import Words

    house = house_of(policy, on)
    words = Words.of(locale or ENGLISH, house.labels)
    order = summary_of_file(file, house)
    if as_json:
        typer.echo(summary_as_json(order, locale, house.labels))
        return
    from vintage_rules.cli.render import summary_on_screen
    from vintage_rules.cli.screen import console

    console().print(summary_on_screen(order, words))


@policy_app.command(name="show", epilog="Example:  vintage-rules policy show --on 2026-11-22")
def show_policy(
    policy: Annotated[str, typer.Argument(metavar="[NAME|PATH]")] = DEFAULT_POLICY,
    *,
    on: On = None,
) -> None:
    """Show every value of a policy, with the clause, the law or the assumption it comes from."""
    from vintage_rules.cli.policies import policy_on_screen
    from vintage_rules.cli.screen import console

    console().print(policy_on_screen(policy, on))


@policy_app.command(
    name="check",
    epilog="Exit status: 0 nothing fails, 1 an error is found, with --strict also a warning, "
    "2 the command is wrong.\n\nExample:  vintage-rules policy check my_house.toml",
)
def check_policies(
    policies: Annotated[
        list[str], typer.Argument(metavar="NAME|PATH...", help="Shipped policies or documents.")
    ],
    *,
    locale: Locale = None,
    rates: Annotated[
        str | None,
        typer.Option(
            "--rates",
            metavar="CODES",
            help="The currencies you have rates for, as in GBP,CHF; others are reported.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY", help="The first day the house must decide for."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object.")] = False,
) -> None:
    """Check policies: every fault of a document with its place, or what is unlikely to be meant.

    Each finding has a code, a severity, a place, a reason and an input that shows it.
    """
    from vintage_rules.cli import checks
    from vintage_rules.cli.quoting import day_asked
    from vintage_rules.cli.words import Words

    words = Words.of(locale or ENGLISH)
    currencies = checks.currencies(rates)
    found = checks.found_in(policies, currencies, day_asked(since, "since"))
    typer.echo(checks.as_json(found, words) if as_json else checks.report(found, words))
    raise typer.Exit(0 if checks.is_passed(found, strict=strict) else WRONG_INPUT)


@policy_app.command(
    name="law",
    epilog="Exit status: 0 nothing falls short, 1 something does, 2 the command is wrong, 3 no "
    "statute of the table applies.\n\n"
    "Example:  vintage-rules policy law imparfaite --on 2026-11-22",
)
def hold_policy_against_law(
    policy: Annotated[str, typer.Argument(metavar="NAME|PATH")],
    *,
    on: On = None,
    countries: Annotated[
        str | None,
        typer.Option("--jurisdiction", metavar="CODES", help="FR or GB; default FR,GB."),
    ] = None,
    locale: Locale = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show the laws that are met too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object.")] = False,
) -> None:
    """Compare a policy with consumer law of a day: what it says and the minimum required.

    The law is a table of statutes and our reading of it. This is no legal advice.
    """
    from vintage_rules.cli import law
    from vintage_rules.cli.screen import console
    from vintage_rules.cli.words import Words

    words = Words.of(locale or ENGLISH)
    edition, found = law.held(policy, on, countries)
    if as_json:
        typer.echo(law.law_as_json(edition, found, words))
    else:
        console().print(law.law_on_screen(edition, found, words, everything=everything))
    raise typer.Exit(law.status_of_law(found))


@policy_app.command(
    name="diff",
    epilog="Exit status: 0 they say the same, 1 they differ or one is no policy, 2 the command is "
    "wrong.\n\nExample:  vintage-rules policy diff lune.toml@2025-06-01 lune.toml@2026-02-01",
)
def diff_two_policies(
    before: Annotated[str, typer.Argument(metavar="NAME|PATH[@DAY]")],
    after: Annotated[str, typer.Argument(metavar="NAME|PATH[@DAY]")],
    *,
    on: On = None,
    locale: Locale = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object.")] = False,
) -> None:
    """Show what changes for buyers, sellers and the house from one policy or edition to another.

    Examples are decisions of the rules under both, on the two sides of what has changed.
    """
    from vintage_rules.cli import difference
    from vintage_rules.cli.screen import console
    from vintage_rules.cli.words import Words

    diff = difference.compared(before, after, on)
    words = Words.of(locale or ENGLISH, diff.labels)
    if as_json:
        typer.echo(difference.difference_as_json(diff, words))
    else:
        console().print(difference.difference_on_screen(diff, words))
    raise typer.Exit(WRONG_INPUT if diff.changes else 0)


@policy_app.command(
    name="publish",
    epilog="Example:  vintage-rules policy publish imparfaite --name Imparfaite --out public",
)
def publish_policy(
    policy: Annotated[str, typer.Argument(metavar="[NAME|PATH]")] = DEFAULT_POLICY,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write into.")],
    name: Annotated[
        str | None, typer.Option("--name", help="What customers call the house; default its name.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="The address of its site.")] = None,
    page: Annotated[
        str | None, typer.Option("--page", help="The address where this is published.")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", metavar="CODE", help="Where returns are sent to.")
    ] = None,
    contact: Annotated[
        list[str] | None,
        typer.Option("--contact", metavar="CHANNEL=ADDRESS", help="How it is reached; repeatable."),
    ] = None,
    on: On = None,
    locale: Annotated[
        list[str] | None,
        typer.Option("--locale", metavar="LOCALE", help="A language; repeatable; default all."),
    ] = None,
) -> None:
    """Write files for customers and machines: questions and answers, schema.org, UCP.

    Everything comes from the policy; the numbers are its own.
    """
    from vintage_rules.cli.publishing import publish, publisher_of

    publisher = publisher_of(name or Path(policy).stem, url, page, country, contact or ())
    publish(policy, publisher, locale or (), on, out)


@policy_app.command(name="schema", epilog="Example:  vintage-rules policy schema > policy.json")
def show_schema() -> None:
    """Write the JSON Schema of a policy document, for an editor that helps its author."""
    import json

    from vintage_rules.policies.schema import policy_schema

    typer.echo(json.dumps(policy_schema(), ensure_ascii=False, indent=2))


@app.command(
    name="frame",
    epilog="Exit status: 0 every row has an answer, 1 a row has an error or something given is "
    "wrong, 2 the command is.\n\nExample:  vintage-rules frame orders.csv --rule locate-places "
    "--rule quote-orders --out priced.parquet",
)
def carry_out_over_a_file(
    file: Annotated[Path, typer.Argument(metavar="IN", help="A .csv, .parquet or .arrow file.")],
    *,
    rule: Annotated[
        list[str],
        typer.Option("--rule", metavar="RULE", help="A rule over columns; repeatable, in order."),
    ],
    policy: Policy = DEFAULT_POLICY,
    on: On = None,
    columns: Annotated[
        Path | None,
        typer.Option("--columns", metavar="FILE", help="A mapping of the columns, as TOML."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="OUT", help="The file to write, of any of the formats."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the columns alone, and which are missing.")
    ] = False,
) -> None:
    """Carry rules out over each row of a file, and write it with the columns they add.

    Rules are locate-places, quote-fees, quote-orders, quote-refunds, estimate-deliveries,
    estimate-promises, assess-imports, assess-offers, assess-returns and assess-payouts. A row
    without an answer has the reason in the column error.
    """
    from vintage_rules.cli.errors import require_extra

    require_extra("frames", "polars")
    from rich.console import Console

    from vintage_rules.cli import backtesting, framing
    from vintage_rules.cli.screen import console

    rules = framing.rules_named(rule)
    house = backtesting.compiled(policy, on, "policy", *framing.compiled_for(rule))
    if dry_run:
        wanted = framing.columns_of(rules, house)
        frame = framing.opened_frame(file, columns, wanted)
        console().print(framing.dry_run(frame, wanted))
        raise typer.Exit(WRONG_INPUT if wanted.missing(frame.columns) else 0)
    if out is None:
        raise CliError("--out: must be given without --dry-run", WRONG_USE)
    done = framing.framed(file, out, rules, house, mapping=columns, screen=Console(stderr=True))
    reasons = [*framing.errors_by_reason(done)]
    for reason in reasons:
        typer.echo(reason, err=True)
    raise typer.Exit(WRONG_INPUT if reasons else 0)


@app.command(
    name="backtest",
    epilog="Example:  vintage-rules backtest orders.parquet --policy imparfaite --against "
    "next.toml --instead grouped=direct --out report.html",
)
def backtest_policies(
    orders: Annotated[
        Path, typer.Argument(metavar="ORDERS", help="Past orders: .csv, .parquet or .arrow.")
    ],
    *,
    policy: Annotated[
        str, typer.Option("--policy", metavar="NAME|PATH[@DAY]", help="The policy before.")
    ] = DEFAULT_POLICY,
    against: Annotated[
        str, typer.Option("--against", metavar="NAME|PATH[@DAY]", help="The policy after.")
    ],
    on: On = None,
    columns: Annotated[
        Path | None,
        typer.Option("--columns", metavar="FILE", help="A mapping of the columns, as TOML."),
    ] = None,
    instead: Annotated[
        list[str] | None,
        typer.Option(
            "--instead",
            metavar="MODE=MODE",
            help="The mode chosen after where one of before is gone; repeatable.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write a page with plots.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON object instead of tables.")
    ] = False,
) -> None:
    """Show what a change of policy would have done to past orders, and to whose money.

    A row is a piece of an order. Orders that one of the policies has no price for are counted with
    the reason, and left out of the sums.
    """
    from vintage_rules.cli.errors import require_extra

    require_extra("frames", "polars")
    if out is not None:
        require_extra("report", "vl_convert")
    from rich.console import Console

    from vintage_rules.cli import backtesting
    from vintage_rules.cli.screen import console

    before = backtesting.compiled(policy, on, "policy")
    after = backtesting.compiled(against, on, "against")
    found = backtesting.tested(
        orders, before, after, columns, instead or (), screen=Console(stderr=True)
    )
    labels = before.house.labels
    if as_json:
        typer.echo(backtesting.backtest_as_json(found))
    else:
        console().print(backtesting.backtest_on_screen(found, labels))
    if out is not None:
        backtesting.write_page(found, labels, out)
        typer.echo(out, err=as_json)


@app.command(epilog="Example:  vintage-rules simulate --seed 7 --days 60 --faults 0.1")
def simulate(
    *,
    seed: Annotated[int, typer.Option(help="The seed of all random choices.", min=0)] = 1,
    towns: Annotated[int, typer.Option(help="How many towns, from that seed on.", min=1)] = 1,
    days: Annotated[int, typer.Option(help="How many days each town lives.", min=1)] = 30,
    faults: Annotated[
        float, typer.Option(help="The chance that a call of a port goes wrong.", min=0, max=0.5)
    ] = 0.05,
    buyers: Annotated[int, typer.Option(help="How many people buy.", min=1)] = 1000,
    sellers: Annotated[int, typer.Option(help="How many people sell.", min=1)] = 100,
    deeds: Annotated[int, typer.Option(help="How much happens in a day.", min=1)] = 40,
    policy: Policy = DEFAULT_POLICY,
    store: Annotated[
        str | None,
        typer.Option(metavar="URL", help="An empty store, such as sqlite:///town.db."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON object a town instead of tables.")
    ] = False,
) -> None:
    """Simulate a town of buyers, sellers, carriers and customs officers that uses a shop.

    Calls are lost, late, repeated and refused, and the shop's own process ends at any moment. Then
    its books are checked. A seed reproduces its run.
    """
    from rich.console import Console

    from vintage_rules.cli import simulating
    from vintage_rules.cli.screen import console
    from vintage_rules.testing.simulation.town import Scale

    if towns > 1 and store is not None:
        message = "--store: must be left out for several towns: each needs an empty one"
        raise CliError(message, WRONG_USE)
    reports = simulating.simulated(
        range(seed, seed + towns),
        days=days,
        chance=faults,
        scale=Scale(buyers=buyers, sellers=sellers, pieces=4 * deeds, deeds_a_day=deeds),
        policy=policy,
        store=store,
        screen=Console(stderr=True),
    )
    if as_json:
        for report in reports:
            typer.echo(simulating.as_json(report))
    else:
        console().print(simulating.summary(reports))
    raise typer.Exit(WRONG_INPUT if any(report.violations for report in reports) else 0)


@app.command(epilog="Example:  vintage-rules worker --store sqlite:///shop.db --shop my_shop:build")
def worker(
    *,
    store: Store,
    shop: BuiltBy,
    name: Annotated[str, typer.Option(help="What this worker is called.")] = "worker",
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is due.")] = False,
    every: Annotated[
        float, typer.Option(help="Seconds to wait when nothing is due.", min=0.01)
    ] = 1.0,
) -> None:
    """Do what is due in a shop: fire timers, and handle effects through its ports.

    Any number of workers may share one store: what one has taken is leased to it for a while. Stops
    at the end of a round when it is interrupted.
    """
    from vintage_rules.cli.screen import console
    from vintage_rules.cli.stores import sql_store
    from vintage_rules.cli.working import builder_of, work

    builder = builder_of(shop)
    with sql_store(store) as opened:
        status = work(builder.shop(opened), name, once=once, every=every, screen=console())
    raise typer.Exit(status)


@app.command(epilog="Example:  vintage-rules serve --port 8080 --policy my_house.toml")
def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="The port; 0 for any that is free.", min=0, max=65535)
    ] = 8080,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="NAME|PATH",
            help="A policy that requests may name beside the shipped ones; repeatable. The first "
            "is that of requests that name none; default imparfaite.",
        ),
    ] = None,
) -> None:
    """Answer the rules over HTTP: POST /v1/RULE with the facts as JSON.

    GET / says where the rest is, GET /openapi.json describes it. There is no authentication: what
    listens on more than this machine belongs behind a proxy that has one.
    """
    from vintage_rules.cli.errors import require_extra

    require_extra("serve", "starlette")
    require_extra("serve", "uvicorn")
    from vintage_rules.cli import serving

    serving.serve(host, port, policy or ())


@app.command()
def demo() -> None:
    """Show what the rules decide about one real order: price, days, customs, and why."""
    from vintage_rules.cli.demo import demo_on_screen
    from vintage_rules.cli.screen import console
    from vintage_rules.cli.words import Words

    console().print(demo_on_screen(Words.of(ENGLISH)))
