"""The editions of one house's policy, in order of the days from which they apply."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import Protocol

from attrs import field, frozen

from vintage_rules.dates import require_day
from vintage_rules.errors import NoEditionError, UnknownTermError
from vintage_rules.ids import Edition
from vintage_rules.orders.policy import AfterAnOffer, HousePolicy
from vintage_rules.policies.house import PolicyDocument


class _Printer(Protocol):
    def text(self, text: str) -> None: ...


def _by_name(editions: tuple[HousePolicy, ...]) -> str:
    """Show each edition by its name: whole ones are longer than any message should be."""
    return f"({', '.join(str(policy.edition) for policy in editions)})"


@frozen(kw_only=True)
class PolicyBook:
    """All editions of one house's policy, the oldest first, with the document they come from.

    >>> from vintage_rules.policies import load_policy
    >>> load_policy("imparfaite")
    PolicyBook(name='imparfaite', editions=(imparfaite@2023-01-01))
    """

    name: str
    editions: tuple[HousePolicy, ...] = field(repr=_by_name)
    document: PolicyDocument = field(repr=False)

    def _repr_pretty_(self, printer: _Printer, _cycle: object) -> None:
        """Let IPython and Hypothesis, which show objects by their fields, show it by its `repr`."""
        printer.text(repr(self))

    @property
    def latest(self) -> HousePolicy:
        """The edition that began last."""
        return self.editions[-1]

    def on(self, day: date) -> HousePolicy:
        """Return the edition in force on a day.

        Raises:
            NoEditionError: Before the first.
            DayError: For what is no date.

        >>> from vintage_rules.policies import load_policy
        >>> str(load_policy("imparfaite").on(date(2026, 11, 22)).edition)
        'imparfaite@2023-01-01'
        """
        return self.editions[self.place(day)]

    def under(self, edition: Edition) -> HousePolicy:
        """Return the edition that an event is stamped with.

        An offer is answered under the one it was opened under, and everything about an order
        decided under the one it was placed under.

        Raises:
            UnknownTermError: Naming those there are.

        >>> from vintage_rules.policies import load_policy
        >>> house = load_policy("imparfaite")
        >>> house.under(house.latest.edition) is house.latest
        True
        """
        known = {policy.edition: policy for policy in self.editions}
        if edition not in known:
            raise UnknownTermError("edition", str(edition), tuple(map(str, known)))
        return known[edition]

    def for_order(self, day: date, offered_under: Edition | None = None) -> HousePolicy:
        """Return the edition an order of a day is placed under.

        The one in force, or the one an offer that led to it was opened under, if the edition in
        force lets offers keep theirs.

        Raises:
            NoEditionError: For a day before the first edition.
            UnknownTermError: For an edition that is none of the book's.
            DayError: For what is no day.

        >>> from vintage_rules.policies import load_policy
        >>> str(load_policy("imparfaite").for_order(date(2026, 11, 22)).edition)
        'imparfaite@2023-01-01'
        """
        in_force = self.on(day)
        keeps = in_force.checkout.after_an_offer is AfterAnOffer.AS_OFFERED
        return in_force if offered_under is None or not keeps else self.under(offered_under)

    def place(self, day: date) -> int:
        """Return the place in `editions` of the one in force on a day.

        Raises:
            NoEditionError: For a day before the first edition.
            DayError: For what is no day.

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
