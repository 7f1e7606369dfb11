"""What every decision says of its origin."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import Protocol

from attrs import frozen

from vintage_rules.ids import Edition
from vintage_rules.json_field import DecisionField

_MOST_MERGED = 1024  # the parts of a policy that are merged are the same in every decision


@frozen(kw_only=True)
class Decision(DecisionField):
    """A decision of a rule: the edition of the policy it was made under, and its clauses or laws.

    Decisions whose edition and sources are those of what they hold compute both instead.
    """

    edition: Edition
    sources: tuple[str, ...]


@lru_cache(maxsize=_MOST_MERGED)
def merged(*sources: tuple[str, ...]) -> tuple[str, ...]:
    """Return sources in the order given, each once.

    >>> merged(("L4", "L12"), ("C5", "L4"))
    ('L4', 'L12', 'C5')
    """
    return tuple(dict.fromkeys(chain.from_iterable(sources)))


class _Policy(Protocol):
    @property
    def edition(self) -> Edition: ...
    @property
    def sources(self) -> tuple[str, ...]: ...


class _HasPolicy(Protocol):
    @property
    def policy(self) -> _Policy: ...


class PolicyDecision(DecisionField):
    """A decision that holds the policy it was made under, whose edition and sources are its own."""

    __slots__ = ()

    @property
    def edition(self: _HasPolicy) -> Edition:
        """The edition of the policy that decided."""
        return self.policy.edition

    @property
    def sources(self: _HasPolicy) -> tuple[str, ...]:
        """The clauses that decided."""
        return self.policy.sources
