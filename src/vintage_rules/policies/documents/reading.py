"""How a value of a document is refused, and what it may need to know of the document around it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field, frozen
from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from vintage_rules.policies.paths import Path

INVALID = "invalid-value"


class Told(str):
    """What was found, in words of ours rather than as it was written."""

    __slots__ = ()


@frozen
class Finding:
    """Something wrong below the place that is looked at: where, what is allowed, what was found."""

    at: Path
    allowed: str
    found: object
    code: str = INVALID


@define
class Reading:
    """What values need to know of their document: its currency, its modes, zones and fees by name.

    What cannot be read itself is left out: its own fault is told, and nothing concluded from it.
    """

    currency: str | None = None
    names: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])

    @classmethod
    def of(cls, info: ValidationInfo) -> Reading:
        """Give the reading that a value is part of."""
        context: object = info.context
        return context if isinstance(context, Reading) else cls()


def refusal(allowed: str, code: str = INVALID) -> PydanticCustomError:
    """Build the error that a value is refused with, from what would be allowed."""
    context = {"allowed": allowed, "code": code}
    return PydanticCustomError("refused", "must be {allowed}", context)
