"""The errors of the library as problems of a request: the path to the fact, and a message.

An error of the library names a field. Where a rule raised it, that is one of the rule's facts, or
is renamed to one; where a value class raised it, it is a field of the object being read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeGuard

from attrs import frozen

from vintage_rules.api.names import one_of
from vintage_rules.api.rejection import Rejection, Steps
from vintage_rules.errors import (
    CalendarRangeError,
    CurrencyMismatchError,
    InvalidValueError,
    MissingRateError,
    MoneyError,
    NoEditionError,
    PolicyError,
    UnknownTermError,
    VintageRulesError,
    shortened,
)
from vintage_rules.money import Money


def message_of(error: VintageRulesError) -> str:
    """Return an error's own words without the name of its field, which the path holds.

    >>> message_of(InvalidValueError("weight_g", -5, "above 0"))
    'must be above 0, got -5'
    >>> message_of(UnknownTermError("mode", "grouppe", ("direct", "grouped")))
    "must be one of direct, grouped (grouped?), got 'grouppe'"
    """
    match error:
        case InvalidValueError(found=found, allowed=allowed):
            return f"must be {allowed}, got {shown(found)}"
        case UnknownTermError(found=name, known=known) if known:
            return f"must be {one_of(name, known)}, got {shortened(name)}"
        case _:
            _, separator, message = str(error).partition(": ")
            return message if separator else str(error)


def shown(found: object) -> str:
    """Show a value as the author of the JSON knows it.

    >>> shown(date(2026, 11, 22)), shown(None), shown(True), shown("x")
    ('2026-11-22', 'nothing', 'true', "'x'")
    """
    match found:
        case None:
            return "nothing"
        case bool():
            return str(found).lower()
        case date():
            return found.isoformat().replace("+00:00", "Z")
        case Money():
            return str(found)
        case _ if _is_tuple(found):
            return shortened(list(found))
        case _:
            return shortened(found)


def _is_tuple(found: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(found, tuple)


def part_of_amount(error: VintageRulesError) -> Steps:
    """Return the part of an amount that is wrong: rules speak of the amount as a whole."""
    match error:
        case CurrencyMismatchError():
            return ("currency",)
        case MoneyError():
            return ("amount",)
        case _:
            return ()


def _head(path: str) -> str:
    """Return the name that a path begins with.

    >>> _head("pieces[1].list_price"), _head("order.fees"), _head("mode")
    ('pieces', 'order', 'mode')
    """
    return path.partition(".")[0].partition("[")[0]


@frozen
class FactNames:
    """The facts of a rule, and the fact that a field of an error is about.

    The rule may have another name for it.
    """

    facts: frozenset[str]
    renamed: Mapping[str, str]

    def rejection(self, error: VintageRulesError, given: Mapping[str, object]) -> Rejection:
        """Turn what a rule raised into the rejection of the fact it is about."""
        match error:
            case NoEditionError():
                return Rejection("on", message_of(error))
            case CalendarRangeError():
                return self._about("day", error, given)
            case MissingRateError():
                return self._about("rates", error, given)
            case UnknownTermError(field=field) if self._fact(field):
                return self._about(field, error, given)
            case InvalidValueError(field=field) | CurrencyMismatchError(field=field):
                return self._about(field, error, given)
            case PolicyError():
                return Rejection("policy", str(error).removeprefix("policy: "))
            case _:
                return Rejection("facts", str(error))

    def _fact(self, field: str) -> str | None:
        """Return the path of a field inside the facts, None for what is none of them.

        It may go on from the name of a fact with a place or a dot.
        """
        head = _head(field)
        path = self.renamed.get(head, head) + field.removeprefix(head)
        return path if _head(path) in self.facts else None

    def _about(
        self, field: str, error: VintageRulesError, given: Mapping[str, object]
    ) -> Rejection:
        fact = self._fact(field)
        if fact is None:
            return Rejection("facts", str(error))
        part = part_of_amount(error) if isinstance(given.get(fact), dict) else ()
        return Rejection(".".join(("facts", fact, *map(str, part))), message_of(error))
