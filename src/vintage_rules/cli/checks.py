"""`vintage-rules policy check`: what is wrong in a document, and what can hardly be meant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.cli.words import Words
from vintage_rules.errors import MoneyError, PolicyError
from vintage_rules.money import currency_of
from vintage_rules.policies.loading import load_policy
from vintage_rules.review.check.checking import CheckFinding, check_policy
from vintage_rules.review.check.flaws import Severity


def currencies(codes: str | None) -> frozenset[str] | None:
    """Return the currencies of an option, such as `GBP,CHF`.

    Raises:
        CliError: If one is none.

    >>> sorted(currencies("GBP,CHF"))
    ['CHF', 'GBP']
    """
    if codes is None:
        return None
    try:
        return frozenset(currency_of(code.strip()).code for code in codes.split(",") if code)
    except MoneyError as error:
        raise CliError(
            f"--rates: must be {error.allowed}, got {error.found!r}", WRONG_USE
        ) from error


def found_in(
    policies: Sequence[str], rates: frozenset[str] | None, since: date | None
) -> dict[str, tuple[CheckFinding, ...]]:
    """Check each policy.

    Raises:
        CliError: If there is no policy of a name or path.
    """
    try:
        return {name: check_policy(name, rates=rates, since=since) for name in policies}
    except PolicyError as error:
        raise CliError(str(error)) from error


def report(found: dict[str, tuple[CheckFinding, ...]], words: Words) -> str:
    """Return every finding on a line or two, and for a document without one that it is sound."""
    lines: list[str] = []
    for name, findings in found.items():
        lines += [finding.report(words.locale) for finding in findings] or [_sound(name)]
    return "\n".join(lines)


def _sound(name: str) -> str:
    editions = ", ".join(str(house.edition) for house in load_policy(name).editions)
    return f"{name}: sound: {editions}"


def as_json(found: dict[str, tuple[CheckFinding, ...]], words: Words) -> str:
    """Return every finding as an object, in one list for each policy."""
    lists = {name: [_object(f, words) for f in findings] for name, findings in found.items()}
    return json.dumps(lists, ensure_ascii=False, indent=2)


def _object(finding: CheckFinding, words: Words) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "path": finding.path,
        "reason": finding.reason(words.locale),
        "example": finding.shown(words.locale),
    }


def is_passed(found: dict[str, tuple[CheckFinding, ...]], *, strict: bool) -> bool:
    """Return whether nothing fails the check: no error, and if it is strict no warning.

    >>> is_passed({"imparfaite": ()}, strict=True)
    True
    """
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return not any(one.severity in failing for findings in found.values() for one in findings)
