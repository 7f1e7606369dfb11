"""The error that ends a command: something wrong with what it was given."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from io import TextIOWrapper
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

WRONG_INPUT = 1
WRONG_USE = 2
NO_LAW = 3
INTERRUPTED = 130


class CliError(Exception):
    """An error with its message for the user and the exit status."""

    def __init__(self, message: str, status: int = WRONG_INPUT) -> None:
        self.message = message
        self.status = status
        super().__init__(message, status)

    def __str__(self) -> str:
        return self.message


def require_extra(extra: str, module: str, at: str = "") -> None:
    """Refuse what needs an extra that is not installed, at the option that wants it.

    Raises:
        CliError: With what to install.
    """
    if find_spec(module) is None:
        raise CliError(f"{at}needs what is not installed: pip install 'vintage-rules[{extra}]'")


def opened(path: Path) -> BinaryIO:
    """Open a file that was named on the command line.

    Raises:
        CliError: If it cannot be read.
    """
    try:
        return path.open("rb")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CliError(f"{path}: cannot be read: {reason}", WRONG_USE) from error


def status_of(command: Callable[[], object]) -> int:
    """Run a command and give its exit status; what it was given never leads to a traceback."""
    _write_what_can_be_written()
    try:
        command()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else WRONG_INPUT
    except CliError as error:
        _report(str(error))
        return error.status
    except BrokenPipeError:
        _forget_output()
        return WRONG_INPUT
    except OSError as error:
        _report(f"{error.strerror or error}".lower())
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _report(message: str) -> None:
    sys.stderr.write(f"vintage-rules: {message}\n")
    sys.stderr.flush()


def _write_what_can_be_written() -> None:
    """Show a mark, instead of failing, on a terminal without accents or signs."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _forget_output() -> None:
    """Write nothing more, not even at exit, once the reader of our output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
