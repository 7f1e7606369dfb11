"""Checks of editions beside one another: days that none covers, one that changes nothing, and fees
that one leaves out of a list it writes again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.documents.house import EditionDocument
from vintage_rules.policies.paths import Path
from vintage_rules.review.check.flaws import CheckCode, Flaw, flaw
from vintage_rules.review.tree import keys_of
from vintage_rules.wording.phrases import phrase

_ABOUT_ITSELF = frozenset({"since", "extends"})


def edition_flaws(book: PolicyBook, since: date | None) -> Iterator[Flaw]:
    """Check the editions of a house; `since` is the first day it must be able to decide for."""
    first = book.editions[0].edition.since
    if since is not None and since < first:
        example = phrase("lint.example.day", day=since)
        yield flaw(CheckCode.DAYS_UNCOVERED, ("edition", 0, "since"), example, first=first)
    for i, (before, after) in enumerate(pairwise(book.document.edition), start=1):
        keys = [key for key in keys_of(after) if key not in _ABOUT_ITSELF]
        if all(getattr(before, key) == getattr(after, key) for key in keys):
            example = phrase("lint.example.day", day=after.since)
            at = ("edition", i)
            yield flaw(CheckCode.EDITION_CHANGES_NOTHING, at, example, before=before.since)
        yield from _fees_gone(before, after, ("edition", i))


def _fees_gone(before: EditionDocument, after: EditionDocument, at: Path) -> Iterator[Flaw]:
    """Whoever writes one fee again replaces all of them, perhaps without meaning to."""
    if after.extends is None:
        return
    kept = {fee.name for fee in after.pricing.fees}
    where: Path = (*at, "pricing", "fees", 0) if kept else (*at, "pricing", "fees")
    for fee in before.pricing.fees:
        if fee.name not in kept:
            example = phrase("lint.example.fee", fee=fee.name, day=after.since)
            yield flaw(CheckCode.FEE_GONE, where, example, fee=fee.name, before=before.since)
