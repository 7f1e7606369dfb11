"""Customers read every value of a policy in the published questions, or need not, with a reason."""

from __future__ import annotations

from functools import cache

import pytest

from tests.policies.value_changes import FIELDS, VALUES, Sample, changes_of
from tests.publishing.houses import PUBLISHER, TODAY
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.faq.entries import FaqRequest
from vintage_rules.publishing.faq.page import answered


def said(house: HousePolicy) -> object:
    """Give what the page says of a house: its edition's day, every question and answer."""
    topics = answered(FaqRequest(house=house, publisher=PUBLISHER, on=TODAY))
    answers = [(entry.question, entry.answer) for found in topics.values() for entry in found]
    return house.edition.since, answers


@cache
def said_of(sample: Sample) -> object:
    """Give what the page says of a tested house, rendered once for all its changes."""
    return said(sample.policy)


@cache
def is_published(key: str) -> bool:
    """Whether customers read something else where this value alone is another."""
    return any(said_of(sample) != said(changed) for sample, changed in changes_of(key))


def reason(key: str) -> str | None:
    """Give why customers need not know a value: its own reason, or that of a table it is in."""
    steps = key.split(".")
    for length in range(len(steps), 0, -1):
        below = steps[length:]
        for each in FIELDS[".".join(steps[:length])].unpublished:
            if not each.of or below[:1] in [[name] for name in each.of]:
                return each.why
    return None


@pytest.mark.parametrize("key", VALUES)
class TestPublishedValues:
    """Either a sentence changes with the value, or its field says why none does."""

    def test_is_said_or_need_not_be(self, key: str) -> None:
        """A reason that no longer holds is taken away again."""
        assert is_published(key) == (reason(key) is None)
