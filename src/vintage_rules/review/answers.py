"""What the rules answer under a policy, in words, so that answers can be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from vintage_rules.errors import UnknownTermError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.wording.explaining import phrases_of
from vintage_rules.wording.phrases import Phrase, phrase

Answer: TypeAlias = tuple[Phrase, ...]


def answer_of(ask: Callable[[HousePolicy], object], house: HousePolicy) -> Answer:
    """Return what a policy answers; of what it does not know, that it does not.

    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").latest
    >>> [each.key for each in answer_of(lambda _: None, house)]
    ['diff.not-known']
    """
    try:
        decision = ask(house)
    except UnknownTermError:
        decision = None
    if decision is None:
        return (phrase("diff.not-known"),)
    if isinstance(decision, Phrase):
        return (decision,)
    return phrases_of(decision)
