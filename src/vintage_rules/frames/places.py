"""Addresses as territories and calendars, over columns; the scalar rule is `world.locate`.

The different addresses of a frame are few beside its rows. A first pass lists them, `world.locate`
places each once, and the rows are joined with the table that results: so a row is placed exactly as
the scalar rule places it.
"""

from __future__ import annotations

from functools import partial

import narwhals as nw

from vintage_rules.errors import InvalidValueError
from vintage_rules.frames.columns import RuleColumns, columns
from vintage_rules.frames.engine import Engine, FrameT, Lazy, Table, carry_out
from vintage_rules.places import Destination, Place
from vintage_rules.world.addresses import locate, locate_mainland

_ADDRESS = ("country", "postal_code", "city")

PLACED = RuleColumns(
    needed=columns("country", "postal_code"),
    optional=columns("city", "error"),
    added=columns("territory", "calendar", "error"),
)
"""The columns of `locate_places`."""


def locate_places(frame: FrameT, *, mainland: bool = False) -> FrameT:
    """Return a frame with the territory of each address and its calendar of public holidays.

    With `mainland` a country alone is its mainland, as `locate_mainland` has it. A row with an
    address that cannot be placed has the scalar rule's reason as `error`. The different
    addresses are listed first, so that a lazy frame is read once for them. Clauses L9 to L11, L13.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> import polars as pl
    >>> addresses = pl.DataFrame(
    ...     {"country": ["FR", "FR", "XX"], "postal_code": ["97400", "67000", None]}
    ... )
    >>> placed = locate_places(addresses)
    >>> placed["territory"].to_list(), placed["calendar"].to_list()
    (['RE', 'FR', None], ['RE', 'FR-6AE', None])
    >>> placed["error"][2]
    'country: must be the ISO 3166 code of a country or territory'
    """
    return carry_out(frame, PLACED, partial(_placed, mainland=mainland))


def _placed(engine: Engine, frame: Lazy, *, mainland: bool) -> Lazy:
    names = frame.collect_schema().names()
    address = [name for name in _ADDRESS if name in names]
    keys = [f"{name}~key" for name in address]
    # A null equals nothing in a join: the key of a missing text is one that no text is.
    frame = frame.with_columns(
        nw.coalesce(nw.col(name), nw.lit(_MISSING)).alias(key)
        for name, key in zip(address, keys, strict=True)
    )
    listed = engine.listed(frame.select(keys).unique())
    placed = engine.lookup(frame, _table(listed, keys, mainland=mainland), keys)
    found = nw.col("found~error")
    error = nw.coalesce(nw.col("error"), found) if "error" in names else found
    return placed.with_columns(
        nw.col("found~territory").alias("territory"),
        nw.col("found~calendar").alias("calendar"),
        error.alias("error"),
    )


_MISSING = "\x00"


def _table(addresses: list[tuple[str, ...]], keys: list[str], *, mainland: bool) -> Table:
    """Return where each address lies, or the reason why it cannot be placed."""
    answers = [_answer(address, mainland=mainland) for address in addresses]
    table: dict[str, list[str | None]] = {
        key: [address[i] for address in addresses] for i, key in enumerate(keys)
    }
    for i, name in enumerate(("territory", "calendar", "error")):
        table[f"found~{name}"] = [answer[i] for answer in answers]
    return table


def _answer(
    address: tuple[str, ...], *, mainland: bool
) -> tuple[str | None, str | None, str | None]:
    country, postal_code, city = (*address, *[_MISSING] * (len(_ADDRESS) - len(address)))
    try:
        found = _located(country, postal_code, city, mainland=mainland)
    except InvalidValueError as error:
        return None, None, f"{error.field}: must be {error.allowed}"
    return found.territory.code, found.calendar, None


def _located(country: str, postal_code: str, city: str, *, mainland: bool) -> Destination:
    place = Place(
        country="" if country == _MISSING else country,
        postal_code=None if postal_code == _MISSING else postal_code,
        city=None if city == _MISSING else city,
    )
    return locate_mainland(place) if mainland else locate(place)
