"""What all tables of a policy document share: a source for every value, and checks between values.

A table is checked twice in one go: pydantic reads each value, `findings` compares values with one
another. The second looks at what was written, not at what was understood, so that one mistake never
hides another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from typing import ClassVar, Self, TypeVar

from attrs import frozen
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from vintage_rules.ids import Edition
from vintage_rules.policies.documents.reading import Finding, Told, refusal
from vintage_rules.policies.documents.values import Sources, written
from vintage_rules.policies.shapes import is_table, items_in, table_in

T = TypeVar("T")
Findings = Callable[[object], Iterable[Finding]]


@frozen(kw_only=True)
class House:
    """What every policy of one edition is stamped with and counted in."""

    edition: Edition
    currency: str
    zone: str


class Record(BaseModel):
    """A few values that belong together, written as an inline table."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Say what is wrong between the values of one table, given as they were written."""
        del table
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _check(cls, found: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return _all_at_once(found, handler, cls._all_findings)

    @classmethod
    def _all_findings(cls, found: object) -> Iterator[Finding]:
        if is_table(found):
            yield from cls.findings(found)


class Context(Record):
    """The tables of one part of a policy, each with a source of its own."""


class Table(Record):
    """A table under a header of its own, with the source of its values."""

    ABOUT_SOURCES: ClassVar[frozenset[str]] = frozenset({"source", "sources"})
    TOPICS: ClassVar[frozenset[str]] = frozenset()
    """What else than a value may have a source: refusals that rest on no value of the table."""

    source: Sources = Field(
        description="where the values come from: a clause, a law, an address, an assumption and why"
    )
    sources: dict[str, Sources] = Field(
        default={}, description="for a value that comes from elsewhere than its table: from where"
    )

    def source_of(self, key: str) -> tuple[str, ...]:
        """Give the source of one value or topic: its own, or else the table's."""
        return self.sources.get(key, self.source)

    @classmethod
    def _all_findings(cls, found: object) -> Iterator[Finding]:
        yield from super()._all_findings(found)
        keys = sorted((cls.model_fields.keys() - cls.ABOUT_SOURCES) | cls.TOPICS)
        for key in table_in(table_in(found).get("sources")):
            if key not in keys:
                yield Finding(
                    ("sources", key), f"for one of {', '.join(keys)}", Told(f"one for {key}")
                )


def _all_at_once(found: object, read: Callable[[object], T], findings: Findings) -> T:
    mismatches = [_detail(finding) for finding in findings(found)]
    try:
        value = read(found)
    except ValidationError as error:
        raise _error([*_details(error), *mismatches]) from None
    if mismatches:
        raise _error(mismatches)
    return value


def _error(details: list[InitErrorDetails]) -> ValidationError:
    return ValidationError.from_exception_data("policy", details)


def _detail(finding: Finding) -> InitErrorDetails:
    kind = refusal(finding.allowed, finding.code)
    return InitErrorDetails(type=kind, loc=finding.at, input=finding.found)


def _details(error: ValidationError) -> Iterator[InitErrorDetails]:
    for one in error.errors(include_url=False):
        context = one.get("ctx", {})
        refused = one["type"] == "refused"
        kind = refusal(context["allowed"], context["code"]) if refused else one["type"]
        yield InitErrorDetails(type=kind, loc=one["loc"], input=one["input"], ctx=context)


def beside(findings: Findings) -> WrapValidator:
    """Check a value as a whole, beside the checks of its parts."""

    def check(found: object, handler: ValidatorFunctionWrapHandler) -> object:
        value: object = _all_at_once(found, handler, findings)
        return value

    return WrapValidator(check)


def distinct(key: str | None = None) -> WrapValidator:
    """Refuse an item of a list that is there before, or says under a key what one before says."""

    def findings(found: object) -> Iterator[Finding]:
        seen: set[str] = set()
        for i, item in enumerate(items_in(found)):
            said = table_in(item).get(key) if key else item
            if said is not None and repr(said) in seen:
                at = (i, key) if key else (i,)
                yield Finding(at, "named only once", said, "named-twice")
            seen.add(repr(said))

    return beside(findings)


def ascending(*keys: str, code: str = "not-ascending") -> WrapValidator:
    """Refuse an item of a list that says no more than the one before, under one of these keys."""

    def findings(found: object) -> Iterator[Finding]:
        before: object = None
        for i, item in enumerate(items_in(found)):
            for key, said in table_in(item).items():
                if key not in keys:
                    continue
                if is_less(said, before) or said == before:
                    allowed = f"above {written(before)}, the one before"
                    yield Finding((i, key), allowed, said, code)
                before = said

    return beside(findings)


def is_less(one: object, other: object) -> bool:
    """Tell whether of two values as written the first is less; not when they cannot be compared.

    >>> is_less(5, Decimal("15.00")), is_less("5", 15)
    (True, False)
    """
    if isinstance(one, (int, Decimal)) and isinstance(other, (int, Decimal)):
        return one < other
    if isinstance(one, time) and isinstance(other, time):
        return one < other
    return type(one) is date and type(other) is date and one < other
