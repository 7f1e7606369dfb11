"""What a published answer states is from the sources below it, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from tests.effort import PROFILE
from tests.policies.value_changes import VALUES, Sample, changed_at, document_of, key_of
from tests.publishing.houses import PUBLISHER, TODAY
from vintage_rules.findings import Path, is_list, table_in, within
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.loading import policy_content, shipped_policies
from vintage_rules.publishing.faq.entries import Entry, FaqRequest
from vintage_rules.publishing.faq.page import answered

HOUSES = tuple(
    name for name in shipped_policies() if PROFILE == "deep" or name != "imparfaite-direct"
)


@cache
def house(name: str) -> Sample:
    """Read a shipped document."""
    return document_of(policy_content(name)[0].decode(), whole=True)


def entries(policy: HousePolicy) -> Mapping[str, Entry]:
    """Give the published questions of a house by their names."""
    topics = answered(FaqRequest(house=policy, publisher=PUBLISHER, on=TODAY))
    return {entry.name: entry for found in topics.values() for entry in found}


def own_sources(name: str) -> Iterator[tuple[str, Path, frozenset[str]]]:
    """Give each value whose source is another than its table's."""
    for found in house(name).places.values():
        for path, _ in found:
            for depth in range(len(path) - 1, 1, -1):
                table = within_path(house(name).table, path[:depth])
                own = table_in(table_in(table).get("sources")).get(str(path[depth]))
                if own is not None and key_of(path[: depth + 1]) in VALUES:
                    yield name, path, frozenset(map(str, own if is_list(own) else [own]))


def within_path(table: object, path: Path) -> object:
    """Follow a path of keys and of places in lists."""
    for step in path:
        table = (
            table[step] if is_list(table) and isinstance(step, int) else within(table, str(step))
        )
    return table


OWN = [each for name in HOUSES for each in own_sources(name)]


@pytest.mark.parametrize(
    ("name", "path", "sources"),
    OWN,
    ids=[f"{name}: {'.'.join(map(str, path))}" for name, path, _ in OWN],
)
def test_an_answer_cites_the_source_of_each_value_in_it(
    name: str, path: Path, sources: frozenset[str]
) -> None:
    """F2: an assumption of one value is published as no word of the house."""
    published = entries(house(name).policy)
    for other in changed_at(house(name), path):
        after = entries(other)
        for entry in published.values():
            if entry.name in after and after[entry.name].answer != entry.answer:
                assert sources <= set(entry.sources), entry.name


def test_there_are_such_values() -> None:
    """Of the order of means, of what is kept after a return, of holidays and others."""
    keys = {path[-1] for _, path, _ in OWN}
    assert {"within", "refundable", "closed_on_holidays", "due", "codes"} <= keys
