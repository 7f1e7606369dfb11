"""The houses whose publications are tested, and documents of theirs with a value changed."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files

from attrs import evolve

from tests.policies.corner_shop import HOUSES
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import parse_policy, shipped_policies
from vintage_rules.publishing import Publisher

TODAY = date(2026, 11, 22)
PUBLISHER = Publisher(
    name="Maison Lune",
    url="https://lune.example",
    page="https://lune.example/faq",
    country="FR",
    contacts={"mail": "hello@lune.example", "phone": "+33 1 23 45 67 89"},
)
INVENTED = tuple(path.stem for path in sorted(HOUSES.glob("*.toml")))
BY_MAIL = evolve(PUBLISHER, contacts={"mail": PUBLISHER.contacts["mail"]})
NAMES = (*shipped_policies(), *INVENTED)


@cache
def document_of(name: str) -> str:
    """Give the document of a house that is shipped, or invented for the tests."""
    if name in INVENTED:
        return (HOUSES / f"{name}.toml").read_text("utf-8")
    return files("vintage_rules.policies").joinpath(f"{name}.toml").read_text("utf-8")


@cache
def house_of(name: str, *changes: tuple[str, str]) -> HousePolicy:
    """Load a house with some words of its document replaced, each where it first occurs."""
    text = document_of(name)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    editions = parse_policy(text.encode(), f"{name}.toml").editions
    return next((each for each in reversed(editions) if each.edition.since <= TODAY), editions[0])
