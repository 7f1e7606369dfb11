"""How a rule is asked: its facts, the function that decides, and what the rule calls each fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeVar

from attrs import field, frozen
from pydantic import ValidationError

from vintage_rules.api.answers import Answer
from vintage_rules.api.complaints import Names, of_rule, of_validation
from vintage_rules.api.facts import Facts, amounts_in
from vintage_rules.api.rejection import Rejection, path_of
from vintage_rules.errors import VintageRulesError
from vintage_rules.orders import HousePolicy

F = TypeVar("F", bound=Facts)


class Ruling(Protocol):
    """What answers the facts of a question under a policy."""

    def answer(self, given: Mapping[str, object], house: HousePolicy) -> Answer:
        """Decide. Raises `Rejection` when the facts cannot be decided on."""
        ...


@frozen(kw_only=True)
class Rule(Generic[F]):
    """A rule with the facts it needs.

    `elsewhere` says which fact is meant by a field of an error where the two have other names;
    with `any_currency` amounts need not be in the house's own.
    """

    facts: type[F]
    decide: Callable[[F, HousePolicy], Answer]
    elsewhere: Mapping[str, str] = field(factory=dict[str, str])
    any_currency: bool = False

    def answer(self, given: Mapping[str, object], house: HousePolicy) -> Answer:
        """Decide. Raises `Rejection` when the facts cannot be decided on."""
        try:
            return self.decide(self._facts(given, house), house)
        except ValidationError as error:
            raise of_validation(error, "facts") from error
        except VintageRulesError as error:
            raise of_rule(error, given, Names(self.facts.names(), self.elsewhere)) from error
        except OverflowError as error:
            message = "must be days and moments whose consequences lie before the year 10000"
            raise Rejection("facts", f"{message}, got later ones") from error

    def _facts(self, given: Mapping[str, object], house: HousePolicy) -> F:
        facts = self.facts.model_validate(given)
        if not self.any_currency:
            require_house_currency(facts, house, "facts")
        return facts


def require_house_currency(facts: Facts, house: HousePolicy, *start: str) -> None:
    """Refuse an amount that is not in the house's currency. Raises `Rejection` with its path."""
    for steps, money in amounts_in(facts, start):
        found = str(money.currency.code)
        if found != house.currency:
            message = f"must be {house.currency}, the currency of the house, got {found}"
            raise Rejection(path_of((*steps, "currency")), message)
