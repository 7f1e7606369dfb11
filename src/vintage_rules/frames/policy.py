"""A policy made ready for frames: refused by name where columns cannot compute what it says."""

from __future__ import annotations

from attrs import frozen

from vintage_rules.errors import NoColumnFormError
from vintage_rules.frames.shapes import shapes_of
from vintage_rules.orders.policy import HousePolicy


@frozen
class FramePolicy:
    """A policy of which every rule has a column form; see `compile_policy`."""

    house: HousePolicy

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return self.house.currency


def compile_policy(house: HousePolicy) -> FramePolicy:
    """Return a policy made ready for frames.

    Raises:
        NoColumnFormError: If it says what columns cannot compute, with each place and shape.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> compile_policy(load_policy("vinted").on(date(2026, 11, 22))).currency
    'EUR'
    """
    found = tuple((at, shape.value) for at, shape in shapes_of(house))
    if found:
        raise NoColumnFormError(found)
    return FramePolicy(house)
