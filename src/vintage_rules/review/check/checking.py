"""From a document to all that is wrong in it: its faults, or what the checks find."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

from attrs import frozen

from vintage_rules.dates import Calendar
from vintage_rules.errors import Fault, PolicyDocumentError
from vintage_rules.findings import Path
from vintage_rules.orders.labels import NO_LABELS, HouseLabels
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.editions import origin_of
from vintage_rules.policies.loading import ReadPolicy, policy_content, read_policy
from vintage_rules.policies.paths import dotted
from vintage_rules.policies.positions import Mark, position_of, positions
from vintage_rules.review.check.calendars import calendar_flaws
from vintage_rules.review.check.durations import duration_flaws
from vintage_rules.review.check.editions import edition_flaws
from vintage_rules.review.check.facts import fact_flaws
from vintage_rules.review.check.fees import fee_flaws
from vintage_rules.review.check.flaws import Flaw, Severity, Sheet, severity_of
from vintage_rules.review.check.happening import happening_flaws
from vintage_rules.review.check.host import host_flaws
from vintage_rules.review.check.labels import label_flaws
from vintage_rules.review.check.limits import limit_flaws
from vintage_rules.review.check.offers import offer_flaws
from vintage_rules.review.check.places import place_flaws
from vintage_rules.review.check.postage import postage_flaws
from vintage_rules.review.check.returns import return_flaws
from vintage_rules.review.check.spans import span_flaws
from vintage_rules.review.check.waits import wait_flaws
from vintage_rules.wording.phrases import Phrase, phrase
from vintage_rules.wording.voice import voice_of
from vintage_rules.world.territory_rows import every_territory

CHECKS: tuple[Callable[[Sheet], Iterator[Flaw]], ...] = (
    fee_flaws,
    span_flaws,
    place_flaws,
    postage_flaws,
    offer_flaws,
    limit_flaws,
    return_flaws,
    duration_flaws,
    fact_flaws,
    host_flaws,
    happening_flaws,
    wait_flaws,
    label_flaws,
)


@frozen(kw_only=True)
class CheckFinding:
    """One finding: what it is, how bad, where, why, and an input that shows it.

    `code` is stable for ever, `labels` are what the house calls its own names. `example` is None
    for what keeps a document from being read: what was found is in the words themselves.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    path: str
    message: Phrase
    example: Phrase | None
    labels: HouseLabels = NO_LABELS

    def reason(self, locale: str) -> str:
        """Say why, in one sentence.

        Raises:
            UnknownLocaleError: If the language has no catalogue.
        """
        return voice_of(locale).of_house(self.labels).say(self.message)

    def shown(self, locale: str) -> str | None:
        """Say the example.

        Raises:
            UnknownLocaleError: If the language has no catalogue.
        """
        if self.example is None:
            return None
        return voice_of(locale).of_house(self.labels).say(self.example)

    def report(self, locale: str) -> str:
        """Say it all, on a line or two, the way compilers do.

        Raises:
            UnknownLocaleError: If the language has no catalogue.
        """
        where = f"{self.file}:{self.line}:{self.column}"
        path = f" {self.path}:" if self.path else ""
        line = f"{where}: {self.severity}[{self.code}]:{path} {self.reason(locale)}"
        return line if self.example is None else f"{line}\n    {self.shown(locale)}"


def check_policy(
    name_or_path: str | os.PathLike[str],
    *,
    rates: Collection[str] | None = None,
    since: date | None = None,
) -> tuple[CheckFinding, ...]:
    """Find all that is wrong in a shipped policy or a document, in the order of its text.

    `rates` are the currencies the host can convert into, where thresholds in all others shall be
    reported; `since` is the day from which the house must be able to decide.

    Raises:
        UnknownPolicyError: If there is no such policy.

    >>> check_policy("imparfaite")
    ()
    """
    return check_document(*policy_content(name_or_path), rates=rates, since=since)


def check_document(
    content: bytes,
    file: str,
    *,
    rates: Collection[str] | None = None,
    since: date | None = None,
) -> tuple[CheckFinding, ...]:
    """Find all that is wrong in a document; `file` is what findings call it. See `check_policy`.

    The code of a finding is a `CheckCode` where the document can be read.

    >>> [finding.code for finding in check_document(b"name = ", "x.toml")]
    ['not-a-document']
    """
    try:
        read = read_policy(content, file)
    except PolicyDocumentError as error:
        return tuple(map(_of_fault, error.faults))
    known = None if rates is None else frozenset(rates)
    found: dict[tuple[object, ...], CheckFinding] = {}
    marks = positions(read.text)
    for finding in _findings(read, marks, known, since):
        key = (finding.code, finding.line, finding.column, str(finding.message.values))
        found.setdefault(key, finding)
    return tuple(sorted(found.values(), key=lambda one: (one.line, one.column, one.code)))


def _of_fault(fault: Fault) -> CheckFinding:
    return CheckFinding(
        code=fault.code,
        severity=Severity.ERROR,
        file=fault.file,
        line=fault.line,
        column=fault.column,
        path=fault.path,
        message=phrase("lint.fault", allowed=fault.allowed, found=fault.found),
        example=None,
    )


def _findings(
    read: ReadPolicy,
    marks: Mapping[Path, Mark],
    rates: frozenset[str] | None,
    since: date | None,
) -> Iterator[CheckFinding]:
    for above, found in flaws_of(read.book, rates, since):
        yield _placed(found, above, read, marks)


def flaws_of(
    book: PolicyBook, rates: frozenset[str] | None = None, since: date | None = None
) -> Iterator[tuple[Path, Flaw]]:
    """Return what is found in the editions of a house, each with the path of what it is in.

    In an edition with times that no rule can compute nothing else is looked for.

    >>> from vintage_rules.policies import load_policy
    >>> list(flaws_of(load_policy("imparfaite")))
    []
    """
    for found in edition_flaws(book, since):
        yield (), found
    calendar = Calendar.without_holidays("none")
    for i, (edition, policy) in enumerate(zip(book.document.editions, book.editions, strict=True)):
        sheet = Sheet(
            edition=edition,
            policy=policy,
            territories=every_territory(),
            calendar=calendar,
            rates=rates,
        )
        incomputable = tuple(calendar_flaws(sheet))
        for found in incomputable or (each for check in CHECKS for each in check(sheet)):
            yield ("edition", i), found


def _message(found: Flaw) -> Phrase:
    key = f"lint.{found.code}"
    count = found.values.get("count")
    return Phrase(key, found.values, count if isinstance(count, int) else None)


def _labels(book: PolicyBook, above: Path) -> HouseLabels:
    """Return the labels of the edition that a path begins with, or of the latest."""
    place = above[1] if above else -1
    return book.editions[int(place)].labels


def _placed(found: Flaw, above: Path, read: ReadPolicy, marks: Mapping[Path, Mark]) -> CheckFinding:
    path = (*above, *found.at)
    place = position_of(origin_of(path, read.origins), marks)
    return CheckFinding(
        code=str(found.code),
        severity=severity_of(found.code),
        file=read.file,
        line=place.line,
        column=place.column,
        path=dotted(path),
        message=_message(found),
        example=found.example,
        labels=_labels(read.book, above),
    )
