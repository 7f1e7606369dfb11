"""The policy of counter-prices: each value, with its kind and description."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from attrs import frozen

from vintage_rules.dates import Duration
from vintage_rules.fields import LIMIT, Count, Length, Limit, NotEmpty, SourceOf, Sources
from vintage_rules.findings import Finding, Written
from vintage_rules.offers.terms import Party, Silence


@frozen(kw_only=True)
class PublicCounter:
    """A counter-price becomes the piece's public price at once and needs no answer.

    The seller's alone. Clauses N4, N6.
    """

    sources: tuple[str, ...]


@frozen(kw_only=True)
class NewOfferCounter:
    """A counter-price that is an offer to the other side.

    It has its own time and its own meaning of silence.

    `rounds` is how many counters one negotiation may hold, `by` who may make them.
    """

    rounds: int
    by: frozenset[Party]
    stands_for: Duration
    stands_for_sources: tuple[str, ...]
    on_silence: Silence
    sources: tuple[str, ...]


class CounterKind(StrEnum):
    """What a counter-price is."""

    SETS_PUBLIC_PRICE = "sets-public-price"
    NEW_OFFER = "new-offer"


@frozen(kw_only=True)
class Counter:
    """What the seller's answer with another price becomes.

    The page writes both kinds of counter in one table, and says of a new offer what it needs.
    """

    kind: Annotated[
        CounterKind, "whether it becomes the public price at once, or an offer to the other side"
    ]
    rounds: Annotated[
        int | None,
        Count(least=1),
        Limit("a whole negotiation decides it, and not one question"),
        "how many counters one negotiation may hold",
    ]
    by: Annotated[frozenset[Party] | None, NotEmpty(), "who may make them"]
    stands_for: Annotated[Duration | None, Length(), LIMIT, "how long one waits for an answer"]
    stands_for_sources: Annotated[tuple[str, ...], SourceOf("stands_for")]
    on_silence: Annotated[Silence | None, "what it means when there is no answer in time"]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require all that a new offer needs, and only for one."""
        kind = table.get("kind")
        for key in ("rounds", "by", "stands_for", "on_silence"):
            if kind == CounterKind.NEW_OFFER.value and key not in table:
                yield Finding((key,), "given for a counter that is a new offer", None)
            if kind == CounterKind.SETS_PUBLIC_PRICE.value and key in table:
                allowed = "left out of a counter that sets the public price"
                yield Finding((key,), allowed, table[key])

    def to_rule(self) -> PublicCounter | NewOfferCounter:
        """Convert it to the one of the two kinds that the rules distinguish by their types."""
        if not (self.rounds and self.by and self.stands_for and self.on_silence):
            return PublicCounter(sources=self.sources)
        return NewOfferCounter(
            rounds=self.rounds,
            by=self.by,
            stands_for=self.stands_for,
            stands_for_sources=self.stands_for_sources,
            on_silence=self.on_silence,
            sources=self.sources,
        )
