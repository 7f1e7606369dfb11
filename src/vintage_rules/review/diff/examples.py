"""One question put to the rules under two policies, and what each answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from attrs import frozen

from vintage_rules.dates import Calendar
from vintage_rules.errors import UnknownTermError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination, Place
from vintage_rules.wording.explaining import phrases_of
from vintage_rules.wording.phrases import Moment, Phrase, phrase
from vintage_rules.world.addresses import locate

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEKDAYS = Calendar.without_holidays("none")
PLACES = (
    Place(country="FR", postal_code="75003"),
    Place(country="DE", postal_code="10115"),
    Place(country="GB", postal_code="SW1A 1AA"),
    Place(country="US", postal_code="10001"),
)

Answer = tuple[Phrase, ...]


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
    return Example(question=question, before=_answer(ask, before), after=_answer(ask, after))


def _answer(ask: Callable[[HousePolicy], object], policy: HousePolicy) -> Answer:
    """Say what a policy answers; one that does not know the question says so."""
    try:
        decision = ask(policy)
    except UnknownTermError:
        return (phrase("diff.not-known"),)
    if decision is None:
        return (phrase("diff.not-known"),)
    if isinstance(decision, Phrase):
        return (decision,)
    return phrases_of(decision)


def until(moment: datetime | None, zone: str) -> Phrase:
    """Say until when something lasts.

    >>> until(None, "UTC").key
    'diff.for-ever'
    """
    if moment is None:
        return phrase("diff.for-ever")
    return phrase("diff.until", until=Moment(moment, zone))


def destinations() -> tuple[Destination, ...]:
    """Return the places that examples are sent to, one of each part of the world.

    >>> [destination.territory.code for destination in destinations()]
    ['FR', 'DE', 'GB-GBN', 'US']
    """
    return tuple(map(locate, PLACES))
