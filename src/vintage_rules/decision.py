"""What every decision says of its origin."""

from __future__ import annotations

from attrs import frozen

from vintage_rules.ids import Edition
from vintage_rules.json_field import DecisionField


@frozen(kw_only=True)
class Decision(DecisionField):
    """A decision of a rule: the edition of the policy it was made under, and its clauses or laws.

    Decisions whose edition and sources are those of what they hold compute both instead.
    """

    edition: Edition
    sources: tuple[str, ...]
