"""What ends a command: something wrong with what it was given, said in one line or a few."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

WRONG_INPUT = 1
WRONG_USE = 2


class Trouble(Exception):  # noqa: N818 - it is told to somebody, not raised to be handled
    """What to tell whoever typed the command, and the exit status."""

    def __init__(self, message: str, status: int = WRONG_INPUT) -> None:
        self.message = message
        self.status = status
        super().__init__(message, status)

    def __str__(self) -> str:
        return self.message


def opened(path: Path) -> BinaryIO:
    """Open a file that was named on the command line. Raises `Trouble` when it cannot be read."""
    try:
        return path.open("rb")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Trouble(f"{path}: cannot be read: {reason}", WRONG_USE) from error
