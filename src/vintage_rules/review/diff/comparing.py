"""Two policies compared: every value that differs, whom it concerns, and what the rules answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from attrs import frozen

from vintage_rules.ids import Edition
from vintage_rules.orders.labels import HouseLabels
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.book import PolicyBook
from vintage_rules.review.diff import back, dealings
from vintage_rules.review.diff.aligning import aligned
from vintage_rules.review.diff.changes import Audience, Change, changes_between
from vintage_rules.review.diff.examples import Example, limit_examples
from vintage_rules.review.diff.leaves import SOURCES, leaves_of

_Probe = Callable[[HousePolicy, HousePolicy], Iterator[Example]]
_NamedProbe = Callable[[str, HousePolicy, HousePolicy], Iterator[Example]]

NAMED: Mapping[str, _NamedProbe] = {
    "pricing.fees": dealings.fee_examples,
    "service.requests": dealings.request_examples,
    "shipping.modes": back.mode_examples,
}
TOPICS: Mapping[str, _Probe] = {
    "listing.offers": dealings.guest_examples,
    "returns.refund_terms": back.refund_examples,
    "returns.refunds": back.refund_examples,
    "returns.returns": back.return_examples,
    "shipping.delivery": back.delivery_examples,
}
"""What is compared beside the limits of a topic; of a fee only where it has none."""
IN_ONE_CURRENCY = frozenset(
    {"listing.offers", "pricing.fees", "pricing.gift_card", "pricing.reductions"}
)
"""What is put to both policies in amounts, and means nothing where these are of two currencies."""
_FEES = "pricing.fees"
_ITEM = re.compile(r"([a-z_.]+)\[([a-z0-9-]+)\]")


@frozen(kw_only=True)
class Topic:
    """Changes that belong together, with examples that show them.

    Of the examples only those are kept that the two policies answer differently, and those next to
    them: the two sides of what has changed.
    """

    path: str
    changes: tuple[Change, ...]
    examples: tuple[Example, ...]


@frozen(kw_only=True)
class PolicyDiff:
    """All that differs between two policies, topic by topic.

    `labels` are what the second calls its own names.
    """

    before: Edition
    after: Edition
    topics: tuple[Topic, ...]
    labels: HouseLabels

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every value that differs."""
        return tuple(change for topic in self.topics for change in topic.changes)

    def concerning(self, audience: Audience) -> tuple[Topic, ...]:
        """Return the topics with a change that concerns people, each with these changes alone."""
        found: list[Topic] = []
        for topic in self.topics:
            own = tuple(change for change in topic.changes if audience in change.concerns)
            if own:
                found.append(Topic(path=topic.path, changes=own, examples=topic.examples))
        return tuple(found)


def diff_policies(
    before: PolicyBook, after: PolicyBook, *, on_before: date, on_after: date
) -> PolicyDiff:
    """Compare the editions in force on two days, of one house or of two.

    Raises what `PolicyBook.on` raises.

    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite")
    >>> day = date(2026, 11, 22)
    >>> diff_policies(house, house, on_before=day, on_after=day).changes
    ()
    """
    old, new = before.on(on_before), after.on(on_after)
    changes = changes_between(
        *aligned(
            leaves_of(before.document, before.document.editions[before.place(on_before)]),
            leaves_of(after.document, after.document.editions[after.place(on_after)]),
        )
    )
    topics: dict[str, list[Change]] = {}
    for change in changes:
        topics.setdefault(topic_of(change.path), []).append(change)
    return PolicyDiff(
        before=old.edition,
        after=new.edition,
        topics=tuple(
            Topic(path=path, changes=tuple(found), examples=_examples(path, found, old, new))
            for path, found in topics.items()
        ),
        labels=new.labels,
    )


def topic_of(path: str) -> str:
    """Return what a value is about: a fee, a mode, a claim or a request by its name, or a table.

    >>> topic_of("pricing.fees[commission].components[0].rate")
    'pricing.fees[commission]'
    >>> topic_of("listing.offers.floor.largest_cut"), topic_of("currency")
    ('listing.offers', 'currency')
    """
    item = _ITEM.match(path)
    if item is not None and item[1] in NAMED:
        return item[0]
    return ".".join(re.split(r"[.\[]", path)[:2])


def _examples(
    path: str, changes: Sequence[Change], before: HousePolicy, after: HousePolicy
) -> tuple[Example, ...]:
    if all(change.key in SOURCES for change in changes):
        return ()
    table, _, rest = path.partition("[")
    if table in IN_ONE_CURRENCY and before.currency != after.currency:
        return ()
    found = [*limit_examples(path, before, after)]
    if rest and table in NAMED and not (found and table == _FEES):
        found += NAMED[table](rest.rstrip("]"), before, after)
    elif path in TOPICS:
        found += TOPICS[path](before, after)
    return _informative(list({repr(one.question): one for one in found}.values()))


def _informative(examples: Sequence[Example]) -> tuple[Example, ...]:
    """Keep what differs, and of the same question what is next to it."""
    beside = zip([None, *examples], examples, [*examples[1:], None], strict=False)
    return tuple(
        example
        for before, example, after in beside
        if example.differs or any(_borders_on(example, other) for other in (before, after))
    )


def _borders_on(example: Example, other: Example | None) -> bool:
    return other is not None and other.differs and other.asks_alike(example)
