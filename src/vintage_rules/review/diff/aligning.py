"""Tiers and bands of two policies, each beside the one it is to be compared with.

Items that ascend have no names: what distinguishes them is where they begin or end. Where one list
holds more of them than the other, those that begin alike are compared with one another, so that a
tier that was put between two others is one addition, and not a change of all that follow it.
Between two such pairs the items are compared in turn, so that a limit that moved is one change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

from attrs import evolve

from vintage_rules.review.diff.leaves import Leaf, Steps

_PLACE = re.compile(r"\[(\d+)\]")
Leaves: TypeAlias = Mapping[str, Leaf]
Limits: TypeAlias = Sequence[frozenset[tuple[str, object]]]
"""Where each item of a list begins or ends: what it says under which key."""
_Places: TypeAlias = Mapping[str, Sequence[int]]


def aligned(before: Leaves, after: Leaves) -> tuple[Leaves, Leaves]:
    """Return the values of two editions with the items of ascending lists under common places.

    >>> from vintage_rules.policies import load_policy
    >>> document = load_policy("imparfaite").document
    >>> from vintage_rules.review.diff.leaves import leaves_of
    >>> leaves = leaves_of(document, document.editions[0])
    >>> aligned(leaves, leaves) == (leaves, leaves)
    True
    """
    first: dict[str, Sequence[int]] = {}
    second: dict[str, Sequence[int]] = {}
    for path in dict.fromkeys(leaf.steps.path for leaf in before.values() if leaf.steps):
        old, new = _limits(before.values(), path), _limits(after.values(), path)
        if new and len(old) != len(new):
            first[path], second[path] = _common_places(old, new)
    return _moved(before, first), _moved(after, second)


def _limits(leaves: Iterable[Leaf], path: str) -> Limits:
    found: dict[int, set[tuple[str, object]]] = {}
    for leaf in leaves:
        if leaf.steps is not None and leaf.steps.path == path:
            limits = found.setdefault(_place(leaf, leaf.steps), set())
            if leaf.key in leaf.steps.keys:
                limits.add((leaf.key, leaf.compared))
    return [frozenset(found[place]) for place in sorted(found)]


def _place(leaf: Leaf, steps: Steps) -> int:
    match = _PLACE.match(leaf.path, len(steps.path))
    return 0 if match is None else int(match[1])


def _common_places(old: Limits, new: Limits) -> tuple[Sequence[int], Sequence[int]]:
    """Return for each item of both lists its place in a list that holds all of them."""
    first: list[int] = []
    second: list[int] = []
    place = 0
    for _, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        first += range(place, place + old_to - old_from)
        second += range(place, place + new_to - new_from)
        place += max(old_to - old_from, new_to - new_from)
    return first, second


def _moved(leaves: Leaves, places: _Places) -> Leaves:
    return {leaf.path: leaf for leaf in _at(leaves.values(), places)} if places else leaves


def _at(leaves: Iterable[Leaf], places: _Places) -> Iterator[Leaf]:
    for leaf in leaves:
        if leaf.steps is None or leaf.steps.path not in places:
            yield leaf
            continue
        start, now = leaf.steps.path, _place(leaf, leaf.steps)
        rest = leaf.path.removeprefix(f"{start}[{now}]")
        yield evolve(leaf, path=f"{start}[{places[start][now]}]{rest}")
