"""Editions that say only what changes: each missing table is taken from the edition before."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.findings import Path, is_table, items_in, table_in
from vintage_rules.policies.house import edition_tables, holds_tables

Origins = dict[Path, Path]


def completed(document: Mapping[str, object]) -> tuple[dict[str, object], Origins]:
    """Fill the editions that extend the previous one, and record where each table comes from.

    A table `edition.<context>.<table>` that is written replaces the previous one whole; one that is
    not written is taken over.

    >>> first = {"checkout": {"source": "C1"}}
    >>> whole, origins = completed({"edition": [first, {"extends": "previous"}]})
    >>> whole["edition"][1]["checkout"]
    {'source': 'C1'}
    >>> origins
    {('edition', 1, 'checkout'): ('edition', 0, 'checkout')}
    """
    origins: Origins = {}
    filled: list[object] = []
    for i, edition in enumerate(items_in(document.get("edition"))):
        if i and is_table(edition) and edition.get("extends") == "previous":
            filled.append(_extended(edition, filled[-1], i, origins))
        else:
            filled.append(edition)
    return {**document, "edition": filled} if filled else dict(document), origins


def _extended(
    edition: Mapping[str, object], before: object, i: int, origins: Origins
) -> dict[str, object]:
    whole = dict(edition)
    for field in edition_tables():
        name = field.key
        previous = table_in(before).get(name)
        here, there = ("edition", i, name), ("edition", i - 1, name)
        own = whole.get(name)
        if name not in whole and previous is not None:
            whole[name], origins[here] = previous, there
        elif holds_tables(field) and is_table(own) and is_table(previous):
            whole[name] = {**previous, **own}
            missing = previous.keys() - own.keys()
            origins |= {(*here, table): (*there, table) for table in missing}
    return whole


def origin_of(path: Path, origins: Origins) -> Path:
    """Return the path under which something was written, however many editions ago.

    >>> origin_of(
    ...     ("edition", 1, "checkout", "source"),
    ...     {("edition", 1, "checkout"): ("edition", 0, "checkout")},
    ... )
    ('edition', 0, 'checkout', 'source')
    """
    for length in range(len(path), 0, -1):
        origin = origins.get(path[:length])
        if origin is not None:
            return origin_of((*origin, *path[length:]), origins)
    return path
