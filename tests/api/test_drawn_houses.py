"""No question is answered by an error that blames the document, whatever a house decides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.drawn_facts import Facts, fitted
from tests.effort import sampled
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.rules import rule_named
from vintage_rules.findings import table_in
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import PolicyBook
from vintage_rules.review.check.checking import flaws_of
from vintage_rules.review.check.flaws import Severity, severity_of
from vintage_rules.testing import strategies

EXAMPLES = [
    json.loads(line)
    for line in resources.files("vintage_rules.api")
    .joinpath("examples.jsonl")
    .read_text("utf-8")
    .splitlines()
]
FEW = settings(
    max_examples=sampled(10),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def is_sound(book: PolicyBook) -> bool:
    """Whether the check finds no error in a house."""
    return not any(severity_of(flaw.code) is Severity.ERROR for _, flaw in flaws_of(book))


def blames(rule: str, facts: Mapping[str, object], house: HousePolicy) -> Iterator[str]:
    """Give what an answer says that is about no fact."""
    try:
        rule_named(rule).answer(facts, house)
    except Rejection as rejection:
        if not rejection.path.startswith("facts."):
            yield f"{rule}: {rejection}"


@FEW
@given(book=strategies.policies(), seed=st.integers(0, 2**32))
def test_no_answer_blames_a_document_that_is_sound(book: PolicyBook, seed: int) -> None:
    """What cannot be answered is wrong in a fact that it names, and nothing is a fault of ours."""
    house, facts = book.latest, Facts(Random(seed), book.latest.currency)
    if not is_sound(book):
        return
    for example in EXAMPLES:
        rule = example["rule"]
        if rule == "gift-card" and house.pricing.gift_card is None:
            continue  # the one question that is about a house, which sells none
        schema, like = rule_named(rule).facts.schema(house), fitted(rule, example["facts"], house)
        drawn = table_in(facts.like(schema, like))
        assert list(blames(rule, drawn, house)) == []
