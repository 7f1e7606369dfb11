"""`vintage-rules policy publish`: files for customers and machines, written into a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from vintage_rules.cli.clock import today
from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.cli.quoting import day_asked, house_of
from vintage_rules.errors import InvalidValueError, PlaceError, UnknownLocaleError, UnknownTermError
from vintage_rules.publishing.all_files import publication
from vintage_rules.publishing.publisher import Publisher
from vintage_rules.wording.explaining import locales


def publisher_of(
    name: str, url: str | None, page: str | None, country: str | None, contacts: Iterable[str]
) -> Publisher:
    """Return the publisher that the options describe.

    Raises:
        CliError: If an option is wrong.
    """
    try:
        return Publisher(
            name=name, url=url, page=page, country=country, contacts=dict(_contacts(contacts))
        )
    except (InvalidValueError, PlaceError) as error:
        raise CliError(f"--{error}", WRONG_USE) from error


def _contacts(written: Iterable[str]) -> Iterator[tuple[str, str]]:
    for contact in written:
        channel, found, address = contact.partition("=")
        if not (found and channel and address):
            raise CliError(f"--contact: must be CHANNEL=ADDRESS, got {contact!r}", WRONG_USE)
        yield channel, address


def publish(
    policy: str, publisher: Publisher, spoken: Sequence[str], on: str | None, out: Path
) -> None:
    """Write every file into a folder, which is created if it is missing, and return their names.

    Without languages, all are written.

    Raises:
        CliError: If a language or a channel is unknown or the folder cannot be written.
    """
    house = house_of(policy, on)
    try:
        files = publication(house, publisher, spoken or locales(), day_asked(on) or today())
    except (UnknownLocaleError, UnknownTermError) as error:
        raise CliError(f"--{error}", WRONG_USE) from error
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CliError(f"--out: must be a folder, got {str(out)!r}: {reason}", WRONG_USE) from error
    for name in files:
        sys.stdout.write(f"{out / name}\n")
