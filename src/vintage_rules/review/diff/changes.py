"""What differs between two policies, value by value, and whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from attrs import frozen

from vintage_rules.review.diff.leaves import Leaf
from vintage_rules.wording.phrases import Term, Value


class Audience(StrEnum):
    """Whom a change concerns."""

    BUYERS = "buyers"
    SELLERS = "sellers"
    HOUSE = "house"


@frozen(kw_only=True)
class Change:
    """One value that differs: its path, and what each policy says; None where one says nothing."""

    path: str
    key: str
    before: Value | None
    after: Value | None
    concerns: tuple[Audience, ...]

    @property
    def label(self) -> Term:
        """What the value is, in a few words."""
        return Term("key", self.key)


_BOTH = (Audience.BUYERS, Audience.SELLERS)
_ALL = tuple(Audience)
_BUYERS, _SELLERS, _HOUSE = (Audience.BUYERS,), (Audience.SELLERS,), (Audience.HOUSE,)
CONCERNS: tuple[tuple[str, tuple[Audience, ...]], ...] = (
    ("currency", _ALL),
    ("pricing.price_reduction", _BOTH),
    ("pricing", _BUYERS),
    ("shipping.modes", _BOTH),
    ("shipping", _BUYERS),
    ("listing.alerts", _BUYERS),
    ("listing", _BOTH),
    ("returns.payouts", _SELLERS),
    ("returns.refunds", _BUYERS),
    ("returns.refund_terms", _BUYERS),
    ("returns.returns", _BOTH),
    ("returns", _BUYERS),
    ("service.messages", _BOTH),
    ("service", _BUYERS),
    ("checkout", _BUYERS),
    ("labels", _BOTH),
)
"""The first beginning of a path decides; what has none concerns the house alone."""


def changes_between(before: Mapping[str, Leaf], after: Mapping[str, Leaf]) -> Iterator[Change]:
    """Return every value that differs, in the order of the first document and then of the second.

    A list of named things whose order alone differs is reported once, where its names are the same.
    Of what one document says and the other does not, defaults are left out: they may not have been
    written.

    >>> list(changes_between({}, {}))
    []
    """
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path), after.get(path)
        known = new if old is None else old
        if known is None or _say_the_same(old, new):
            continue
        yield Change(
            path=path,
            key=known.key,
            before=None if old is None else old.shown,
            after=None if new is None else new.shown,
            concerns=_concerned(path, known, before, after),
        )


def _say_the_same(old: Leaf | None, new: Leaf | None) -> bool:
    if old is not None and new is not None:
        return old.compared == new.compared
    known = old or new
    return known is not None and known.is_default


def _concerned(
    path: str, leaf: Leaf, before: Mapping[str, Leaf], after: Mapping[str, Leaf]
) -> tuple[Audience, ...]:
    if leaf.is_source:
        return _HOUSE
    if path.startswith("pricing.fees[") and "]." in path:
        return _payers(path[: path.index("].") + 1], before, after)
    return next((who for start, who in CONCERNS if begins(path, start)), _HOUSE)


def begins(path: str, start: str) -> bool:
    """Return whether a path is that of a table or leads to something in it.

    >>> (
    ...     begins("pricing.fees[a].rate", "pricing.fees"),
    ...     begins("pricing.feeling", "pricing.fee"),
    ... )
    (True, False)
    """
    return path == start or path.startswith((f"{start}.", f"{start}["))


def _payers(
    fee: str, before: Mapping[str, Leaf], after: Mapping[str, Leaf]
) -> tuple[Audience, ...]:
    payers = [side[f"{fee}.payer"].compared for side in (before, after) if f"{fee}.payer" in side]
    by_name = {"buyer": Audience.BUYERS, "seller": Audience.SELLERS}
    return tuple(dict.fromkeys(by_name.get(str(payer), Audience.HOUSE) for payer in payers))
