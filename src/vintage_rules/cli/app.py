"""The commands of `vintage-rules`, their options and their help."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from vintage_rules.cli.trouble import WRONG_INPUT, Trouble

INTERRUPTED = 130

app = typer.Typer(
    name="vintage-rules",
    help="The rulebook of a second-hand marketplace: exact, sourced and explained answers.",
    epilog="Exit status: 0 answered, 1 something given is wrong, 2 the command itself is.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
policy_app = typer.Typer(
    help="Look at the policies of houses, and check your own.", no_args_is_help=True
)
app.add_typer(policy_app, name="policy")

Policy = Annotated[
    str, typer.Option("--policy", metavar="NAME|PATH", help="A shipped policy or a document.")
]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="DAY", help="The day whose edition applies; default today."),
]
Locale = Annotated[
    str, typer.Option("--locale", metavar="LOCALE", help="The language of what is said.")
]


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status; nobody is shown a traceback for what they gave."""
    try:
        app(args=None if arguments is None else list(arguments), standalone_mode=True)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else WRONG_INPUT
    except Trouble as trouble:
        typer.echo(f"vintage-rules: {trouble}", err=True)
        return trouble.status
    except BrokenPipeError:
        _forget_output()
        return WRONG_INPUT
    except OSError as error:
        typer.echo(f"vintage-rules: {error.strerror or error}".lower(), err=True)
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _forget_output() -> None:
    """Whoever read our output has gone: nothing more is said, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_version(asked: bool) -> None:  # noqa: FBT001 - how typer calls back
    if asked:
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
        Path | None, typer.Argument(help="Questions; standard input when there is none, or -.")
    ] = None,
) -> None:
    """Answer one JSON question a line with one JSON answer a line, in order.

    A line that cannot be answered gets an error that says where and why, and the next ones go on;
    the exit status is then 1.
    """
    from vintage_rules.cli.evaluation import evaluate_file

    answered = evaluate_file(None if file is None or str(file) == "-" else file)
    raise typer.Exit(0 if answered else WRONG_INPUT)
