"""A rule of the API: one function whose keyword parameters are the facts, and what it answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Protocol, TypeAlias

from attrs import define, field, frozen

from vintage_rules.api.converter import facts_of
from vintage_rules.api.error_messages import FactNames
from vintage_rules.api.json_values import (
    Json,
    Writer,
    fields_writer,
    json_text,
    public_fields,
)
from vintage_rules.api.kinds import ObjectKind
from vintage_rules.api.rejection import Problems, Rejection
from vintage_rules.errors import VintageRulesError
from vintage_rules.ids import Edition
from vintage_rules.orders.policy import HousePolicy

_CLAUSE = re.compile(r"[A-Z]\d{1,2}")
_ASSUMPTION = "assumption:"


class Decided(Protocol):
    """What every decision of the rules carries."""

    @property
    def edition(self) -> Edition:
        """The edition of the policy that decided."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        ...


@frozen(kw_only=True)
class Answer:
    """A decision in one word, with its value: the fields of the class are those of the value.

    `decided` is the decision of the rules that it was made of, `reasons` why it is a refusal.
    """

    decision: ClassVar[str]

    decided: Decided
    reasons: Sequence[str] = ()


def value_fields(kind: type[Answer]) -> tuple[str, ...]:
    """Name the fields of the value of an answer."""
    return tuple(name for name in public_fields(kind) if name not in {"decided", "reasons"})


@frozen(kw_only=True)
class Refused(Answer):
    """A refusal, for all these reasons."""

    decision: ClassVar[str] = "refused"


def as_json(answer: Answer) -> dict[str, Json]:
    """Return an answer with its keys in the order of the contract."""
    written: dict[str, Json] = json.loads("{" + members_of(answer) + "}")
    return written


def members_of(answer: Answer) -> str:
    """Write the members of the JSON object that an answer is, in the order of the contract.

    Its value has no field that is None; its reasons are in alphabetical order.
    """
    decided = answer.decided
    reasons = sorted(map(str, answer.reasons)) if answer.reasons else ()
    return (
        f'"decision": "{answer.decision}", "value": {_VALUE_WRITERS[type(answer)](answer)}, '
        f'"reasons": {json_text(reasons)}, "sources": {_sources(decided.sources)}, '
        f'"policy": {_edition(decided.edition)}'
    )


class _ValueWriters(dict[type[Answer], Writer]):
    """The writer of the value of each class of answers: built when one is first written."""

    def __missing__(self, kind: type[Answer]) -> Writer:
        writer = self[kind] = fields_writer(value_fields(kind))
        return writer


_VALUE_WRITERS = _ValueWriters()
_MOST_CITED = 1024  # the decisions of one edition cite few lists of sources


@lru_cache(maxsize=_MOST_CITED)
def _sources(sources: tuple[str, ...]) -> str:
    return json_text(clauses(sources))


@lru_cache(maxsize=_MOST_CITED)
def _edition(edition: Edition) -> str:
    return json_text(edition)


def clauses(sources: tuple[str, ...]) -> tuple[str, ...]:
    """Return the clauses among the sources; what else they name is in the policy itself.

    A house that numbers no clauses is cited by whatever it names, but for bare assumptions.

    >>> clauses(("L12", "assumption: the post's public price list"))
    ('L12',)
    >>> (
    ...     clauses(("article 3", "assumption: an example")),
    ...     clauses(("assumption: an example",)),
    ... )
    (('article 3',), ())
    """
    numbered = tuple(source for source in sources if _CLAUSE.fullmatch(source))
    return numbered or tuple(s for s in sources if not s.startswith(_ASSUMPTION))


RuleFunction: TypeAlias = "Callable[..., Answer]"


@define(slots=False)
class Rule:
    """A rule with its name in the contract; its facts are read as the types of its function say.

    `renamed` gives the fact that a field of an error is about, where the rules call it otherwise.
    """

    name: str
    function: RuleFunction
    renamed: Mapping[str, str] = field(factory=dict[str, str])

    @cached_property
    def facts(self) -> ObjectKind:
        """What the facts are, and how they are read."""
        return facts_of(self.function)

    @cached_property
    def _names(self) -> FactNames:
        return FactNames(frozenset(self.facts.names), self.renamed)

    def answer(self, given: Mapping[str, object], house: HousePolicy) -> Answer:
        """Decide.

        Raises:
            Rejection: If the facts cannot be decided on.
        """
        try:
            facts = self.facts.read(given, house)
        except Problems as problems:
            raise problems.rejection("facts") from problems
        return self.decide(facts, house, given)

    def decide(
        self, facts: Mapping[str, Any], house: HousePolicy, given: Mapping[str, object]
    ) -> Answer:
        """Decide on facts that have been read of what was given. Raises what `answer` raises."""
        try:
            return self.function(house, **facts)
        except Problems as problems:
            raise problems.rejection("facts") from problems
        except VintageRulesError as error:
            raise self._names.rejection(error, given) from error
        except OverflowError as error:
            message = "must be days and moments whose consequences lie before the year 10000"
            raise Rejection("facts", f"{message}, got later ones") from error


def rule(name: str, **renamed: str) -> Callable[[RuleFunction], Rule]:
    """Make a rule of the function that decides it: `@rule("contact", day="at")`."""
    return lambda function: Rule(name, function, renamed)
