"""`vintage-rules eval`: a stream of questions into a stream of answers, one line at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

from vintage_rules.api.answering import reply_to
from vintage_rules.api.lines import lines_of
from vintage_rules.cli.errors import WRONG_INPUT, opened

if TYPE_CHECKING:
    from pathlib import Path

_LINES_BETWEEN_REPORTS = 500


def evaluate(
    source: BinaryIO,
    target: BinaryIO,
    report: Callable[[int], None],
    *,
    today: date | None = None,
) -> bool:
    r"""Answer every line as soon as it is read, and return whether all could be answered.

    `report` gets now and then the number of lines answered; `today` is as for `answer`.

    >>> from io import BytesIO
    >>> evaluate(BytesIO(b"nonsense\n"), BytesIO(), lambda count: None)
    False
    """
    all_answered = True
    for count, line in enumerate(lines_of(source), start=1):
        reply = reply_to(line, today=today)
        all_answered = all_answered and reply.is_answer
        target.write(reply.line)
        target.flush()  # a caller may wait for this answer before its next question
        if not count % _LINES_BETWEEN_REPORTS:
            report(count)
    return all_answered


def evaluate_argument(file: str) -> None:
    """Answer the lines of a file, or of standard input where it is `-`, and exit with the status.

    Raises:
        CliError: If there is no such file.
    """
    sys.exit(0 if evaluate_file(_path(file)) else WRONG_INPUT)


def _path(file: str) -> Path | None:
    if file == "-":
        return None
    from pathlib import Path

    return Path(file)


def evaluate_file(path: Path | None) -> bool:
    """Answer the lines of a file, or of standard input.

    Raises:
        CliError: If there is none.
    """
    with _source(path) as source, _progress() as report:
        return evaluate(source, sys.stdout.buffer, report)


@contextmanager
def _source(path: Path | None) -> Generator[BinaryIO]:
    if path is None:
        yield sys.stdin.buffer
    else:
        with opened(path) as source:
            yield source


@contextmanager
def _progress() -> Generator[Callable[[int], None]]:
    """Show how many lines are done, unless the answers themselves are on the screen."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.completed:,} lines answered"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("eval", total=None)
        yield lambda count: progress.update(task, completed=count)
