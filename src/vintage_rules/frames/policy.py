"""A policy made ready for frames: refused by name where columns cannot compute what it says."""

from __future__ import annotations

from attrs import field, frozen

from vintage_rules.errors import InvalidValueError, NoColumnFormError
from vintage_rules.frames.by_day import Remembered
from vintage_rules.frames.shapes import FrameRule, shapes_of
from vintage_rules.orders.policy import HousePolicy


@frozen
class FramePolicy:
    """A policy that some rules over columns can carry out; see `compile_policy`."""

    house: HousePolicy
    rules: frozenset[FrameRule]
    _answers: dict[str, Remembered] = field(
        factory=dict[str, Remembered], init=False, eq=False, repr=False
    )

    def remembered(self, answer: str) -> Remembered:
        """Return what a scalar rule answered of terms and days, for the frames to come."""
        return self._answers.setdefault(answer, {})

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return self.house.currency

    def require(self, rule: FrameRule) -> None:
        """Refuse a rule that the policy was not compiled for.

        Raises:
            InvalidValueError: With the rules that it was compiled for.
        """
        if rule not in self.rules:
            known = ", ".join(sorted(self.rules))
            raise InvalidValueError("policy", known, f"one that is compiled for {rule}")


def compile_policy(house: HousePolicy, *rules: FrameRule) -> FramePolicy:
    """Return a policy made ready for some rules over columns; for all of them if none is named.

    Raises:
        NoColumnFormError: If it says what columns cannot compute, with each place and `Shape`.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("selency").on(date(2026, 11, 22))
    >>> compile_policy(house, FrameRule.QUOTE_ORDERS).currency
    'EUR'
    >>> compile_policy(house)
    Traceback (most recent call last):
    ...
    vintage_rules.errors.NoColumnFormError: policy: must be one that frames can compute, got ...
    """
    wanted = frozenset(rules or FrameRule)
    found = {(at, shape.value) for rule in sorted(wanted) for at, shape in shapes_of(house, rule)}
    if found:
        raise NoColumnFormError(tuple(sorted(found)))
    return FramePolicy(house, wanted)
