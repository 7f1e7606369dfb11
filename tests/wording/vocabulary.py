"""What has to have words: found by looking into the packages, so that nobody can forget one."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib import import_module
from types import ModuleType, UnionType
from typing import Union, get_args, get_origin

import attrs

CONTEXTS = ("offers", "orders", "pricing", "returns", "service", "shipping")
REASONS = ("Refusal", "Review", "Hold")


def modules() -> Iterator[ModuleType]:
    """Import every module of every context."""
    for context in CONTEXTS:
        package = import_module(f"vintage_rules.{context}")
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield import_module(found.name)


def own_classes(module: ModuleType) -> Iterator[type]:
    """List the public classes that a module defines itself."""
    for name, found in vars(module).items():
        if inspect.isclass(found) and found.__module__ == module.__name__ and name[0] != "_":
            yield found


def enumerations(*endings: str) -> list[type[StrEnum]]:
    """List the enumerations whose names end so, over all contexts."""
    return [
        found
        for module in modules()
        for found in own_classes(module)
        if issubclass(found, StrEnum) and found.__name__.endswith(endings)
    ]


def codes(*endings: str) -> list[str]:
    """List the members of the enumerations whose names end so."""
    return sorted({str(code) for found in enumerations(*endings) for code in found})


def is_stamped(found: type) -> bool:
    """Tell whether a class holds the edition that decided and the clauses it rests on."""
    return hasattr(found, "edition") and hasattr(found, "sources")


def is_refusal(found: type) -> bool:
    """Tell whether a class says why not, with or without a policy behind it."""
    return attrs.has(found) and found.__name__.endswith("Refused")


def members(module: ModuleType) -> Iterator[type]:
    """List the classes in the public unions of a module that tell a decision by their name."""
    for name, found in vars(module).items():
        if name.endswith(("Assessment", "Quote", "Quoting", "Promise", "Decision", "Visibility")):
            yield from classes_in(found)


def classes_in(found: object) -> Iterable[type]:
    """List the classes of a union."""
    if isinstance(found, UnionType) or get_origin(found) is Union:
        return [member for member in get_args(found) if inspect.isclass(member)]
    return []


def decisions_of(module: ModuleType) -> set[type]:
    """List the decisions that a module makes; a policy is stamped too, but decides nothing."""
    own = {found for found in own_classes(module) if not found.__name__.endswith("Policy")}
    made = {found for found in own if attrs.has(found) and (is_stamped(found) or is_refusal(found))}
    answers = {member for member in members(module) if attrs.has(member)}
    return made | (answers & own)


def decisions() -> set[type]:
    """List every decision of every context."""
    found = {decision for module in modules() for decision in decisions_of(module)}
    # What only gives its fields to the decisions derived from it is none itself.
    return {each for each in found if not any(issubclass(o, each) for o in found - {each})}
