"""Questions and answers before any language: messages of the catalogues, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from typing import TypeAlias

from attrs import frozen

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.publisher import Publisher
from vintage_rules.wording.phrases import Phrase, Value, phrase


@frozen
class Line:
    """Sentences that hold for some cases, which are named before them; for all where none are."""

    cases: tuple[Value, ...]
    phrases: tuple[Phrase, ...]


@frozen
class Grid:
    """A table: its headings, and rows of one value under each."""

    head: tuple[Phrase, ...]
    rows: tuple[tuple[Value, ...], ...]


Part: TypeAlias = Phrase | Line | Grid


@frozen
class Entry:
    """One question with its answer, and the clauses, laws and assumptions this rests on.

    `name` is the same in every language and for ever: pages are linked to by it.
    """

    name: str
    question: Phrase
    answer: tuple[Part, ...]
    sources: tuple[str, ...]


@frozen(kw_only=True)
class FaqRequest:
    """The house, its publisher, and the day whose facts of the world apply."""

    house: HousePolicy
    publisher: Publisher
    on: date


def joined(key: str, values: Iterable[Value]) -> Value:
    """Join several values, two by two, with a message that joins two.

    >>> joined("format.either", ["card", "PayPal"]).key
    'format.either'
    """
    return reduce(lambda one, other: phrase(key, one=one, other=other), values)


def entry(
    name: str, question: Phrase, answer: Iterable[Part], *sources: Iterable[str]
) -> Iterator[Entry]:
    """Yield a question with its answer, or nothing if there is no answer; each source once.

    >>> list(entry("cart", phrase("faq.cart.question"), (), ["C1"]))
    []
    """
    answer = tuple(answer)
    if answer:
        once = dict.fromkeys(source for group in sources for source in group)
        yield Entry(name, question, answer, tuple(once))
