"""The error that ends a command: something wrong with what it was given."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

WRONG_INPUT = 1
WRONG_USE = 2


class CliError(Exception):
    """An error with its message for the user and the exit status."""

    def __init__(self, message: str, status: int = WRONG_INPUT) -> None:
        self.message = message
        self.status = status
        super().__init__(message, status)

    def __str__(self) -> str:
        return self.message


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
