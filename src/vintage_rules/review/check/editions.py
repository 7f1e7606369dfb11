"""Checks of editions beside one another.

Days that none covers, one that changes nothing, and fees that one leaves out of a list it writes
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from vintage_rules.findings import Path
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.book import PolicyBook
from vintage_rules.review.check.flaws import CheckCode, Flaw, flaw
from vintage_rules.wording.phrases import phrase

_ABOUT_ITSELF = frozenset({"since", "extends"})


def edition_flaws(book: PolicyBook, since: date | None) -> Iterator[Flaw]:
    """Check the editions of a house; `since` is the first day it must be able to decide for."""
    first = book.editions[0].edition.since
    if since is not None and since < first:
        example = phrase("lint.example.day", day=since)
        yield flaw(CheckCode.DAYS_UNCOVERED, ("edition", 0, "since"), example, first=first)
    for i, (before, after) in enumerate(pairwise(book.document.editions), start=1):
        keys = [key for key in after.shape.keys if key not in _ABOUT_ITSELF]
        former, latter = book.editions[i - 1 : i + 1]
        if all(before[key] == after[key] for key in keys):
            example = phrase("lint.example.day", day=latter.edition.since)
            at, began = ("edition", i), former.edition.since
            yield flaw(CheckCode.EDITION_CHANGES_NOTHING, at, example, before=began)
        if after["extends"] is not None:
            yield from _fees_gone(former, latter, ("edition", i))


def _fees_gone(before: HousePolicy, after: HousePolicy, at: Path) -> Iterator[Flaw]:
    """An author who writes one fee again replaces all of them, perhaps without meaning to."""
    kept = {fee.name for fee in after.pricing.fees}
    where: Path = (*at, "pricing", "fees", 0) if kept else (*at, "pricing", "fees")
    for fee in before.pricing.fees:
        if fee.name not in kept:
            example = phrase("lint.example.fee", fee=fee.name, day=after.edition.since)
            yield flaw(
                CheckCode.FEE_GONE, where, example, fee=fee.name, before=before.edition.since
            )
