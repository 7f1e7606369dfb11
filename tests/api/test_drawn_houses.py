"""No question is answered by an error that blames the document, whatever a house decides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from hypothesis import HealthCheck, given, settings

from tests.effort import sampled
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.rules import rule_named
from vintage_rules.findings import is_list, is_table, table_in
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import PolicyBook
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


def in_currency(found: object, currency: str) -> object:
    """Write the same facts with all amounts in another currency."""
    if is_table(found):
        if found.keys() == {"amount", "currency"}:
            amount = str(found["amount"])
            whole = amount.partition(".")[0] if currency == "JPY" else amount
            return {"amount": whole, "currency": currency}
        return {name: in_currency(each, currency) for name, each in found.items()}
    if is_list(found):
        return [in_currency(each, currency) for each in found]
    return found


def fitted(rule: str, facts: Mapping[str, object], house: HousePolicy) -> dict[str, object]:
    """Write the facts of an example in the currency of a house, and in its own names."""
    terms: dict[str, Sequence[str]] = {
        "mode": sorted(house.shipping.modes),
        "question": [question.name for question in house.service.questions],
        "kind": sorted(house.returns.claims.kinds if rule == "assess-claim" else []),
        "fee": [fee.name for fee in house.pricing.fees],
        "reason": list(house.returns.returns.domain.reason),
    }
    own = {name: terms[name][0] for name in facts.keys() & terms.keys() if terms[name]}
    return table_in(in_currency({**facts, **own}, house.currency))


def blames(rule: str, facts: Mapping[str, object], house: HousePolicy) -> Iterator[str]:
    """Give what an answer says that is about no fact."""
    try:
        rule_named(rule).answer(facts, house)
    except Rejection as rejection:
        if not rejection.path.startswith("facts"):
            yield f"{rule}: {rejection}"


@FEW
@given(book=strategies.policies())
def test_no_answer_blames_the_document(book: PolicyBook) -> None:
    """What cannot be answered is wrong in a fact, and nothing is a fault of ours."""
    house = book.latest
    for example in EXAMPLES:
        rule = example["rule"]
        if rule == "gift-card" and house.pricing.gift_card is None:
            continue  # the one question that is about a house, which sells none
        assert list(blames(rule, fitted(rule, example["facts"], house), house)) == []
