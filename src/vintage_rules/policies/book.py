"""The editions of one house's policy, in order of the days from which they apply."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from attrs import field, frozen

from vintage_rules.dates import require_day
from vintage_rules.errors import NoEditionError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.documents.house import HouseDocument


@frozen(kw_only=True)
class PolicyBook:
    """All editions of one house's policy, the oldest first, with the document they come from."""

    name: str
    editions: tuple[HousePolicy, ...]
    document: HouseDocument = field(repr=False)

    @property
    def latest(self) -> HousePolicy:
        """The edition that began last."""
        return self.editions[-1]

    def on(self, day: date) -> HousePolicy:
        """Give the edition in force on a day.

        Raises `NoEditionError` before the first, `DayError` for what is no date.

        >>> from vintage_rules.policies import load_policy
        >>> str(load_policy("imparfaite").on(date(2026, 11, 22)).edition)
        'imparfaite@2023-01-01'
        """
        return self.editions[self.place(day)]

    def place(self, day: date) -> int:
        """Give the place in `editions` of the one in force on a day. Raises as `on`.

        >>> from vintage_rules.policies import load_policy
        >>> load_policy("imparfaite").place(date(2026, 11, 22))
        0
        """
        after = bisect_right(self.editions, require_day(day, "on"), key=_since)
        if not after:
            raise NoEditionError(self.name, day, _since(self.editions[0]))
        return after - 1


def _since(policy: HousePolicy) -> date:
    return policy.edition.since
