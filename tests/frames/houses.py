"""The policies that frames are compared under: those shipped, and those of the tests."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from tests.policies.corner_shop import POINTS, with_point
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.loading import load_policy, shipped_policies

DAY = date(2026, 11, 22)
_HOUSES = Path(__file__).parents[1] / "policies" / "houses"
_POINTS = tuple(path.stem for path in sorted(POINTS.glob("*.toml")))
NAMES = (
    *shipped_policies(),
    *(path.stem for path in sorted(_HOUSES.glob("*.toml"))),
    *_POINTS,
)
DOCUMENTS = (*shipped_policies(), *map(str, sorted(_HOUSES.glob("*.toml"))))
"""What policies are drawn from."""


@cache
def house(name: str) -> HousePolicy:
    """Return the edition that a policy has last; of a point, the one that makes it."""
    if name in _POINTS:
        return with_point(name).latest
    path = _HOUSES / f"{name}.toml"
    return load_policy(str(path) if path.exists() else name).latest
