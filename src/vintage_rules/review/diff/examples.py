"""One question put to the rules under two policies, and what each answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter

from attrs import frozen

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.review.answers import Answer, answer_of
from vintage_rules.review.diff.changes import begins
from vintage_rules.review.limits import limits_of
from vintage_rules.review.trials.limit_trials import trials_of
from vintage_rules.review.trials.trial import Trial
from vintage_rules.wording.phrases import Phrase


@frozen(kw_only=True)
class Example:
    """A question, and the answer of each policy in words; a decision of the rules in both cases."""

    question: Phrase
    before: Answer
    after: Answer

    @property
    def differs(self) -> bool:
        """Whether the two policies answer differently."""
        return self.before != self.after

    def asks_alike(self, other: Example) -> bool:
        """Return whether another question is the same but for one figure in it."""
        own, theirs = self.question, other.question
        if own.key != theirs.key:
            return False
        return sum(own.values[name] != theirs.values[name] for name in own.values) == 1


def asked(
    question: Phrase,
    ask: Callable[[HousePolicy], object],
    before: HousePolicy,
    after: HousePolicy,
) -> Example:
    """Put a question to both policies.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.service import assess_request
    >>> from vintage_rules.wording.phrases import phrase
    >>> house = load_policy("imparfaite").latest
    >>> example = asked(
    ...     phrase("diff.ask.request", request="try-on"),
    ...     lambda policy: assess_request("try-on", policy.service),
    ...     house,
    ...     house,
    ... )
    >>> example.differs
    False
    """
    return Example(question=question, before=answer_of(ask, before), after=answer_of(ask, after))


def limit_examples(topic: str, before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Query the rules on both sides of every limit of a topic that either policy sets, in order.

    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").latest
    >>> len(list(limit_examples("pricing.gift_card", house, house)))
    8
    """
    rows: dict[tuple[str, ...], dict[object, Trial]] = {}
    for house in (before, after):
        for limit in limits_of(house):
            if begins(limit.path, topic):
                for trial in trials_of(limit, house):
                    rows.setdefault(trial.row, {}).setdefault(trial.at, trial)
    for row in rows.values():
        for trial in sorted(row.values(), key=attrgetter("at")):
            yield asked(trial.question, trial.ask, before, after)
