"""What a policy is held against, and what comes of it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum

from attrs import frozen

from vintage_rules.dates import Calendar, Duration, Pick, Several
from vintage_rules.findings import Path
from vintage_rules.orders.labels import HouseLabels
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.policies.pages import Page
from vintage_rules.returns.table_policy import ReturnRule
from vintage_rules.returns.terms import ReturnTerms
from vintage_rules.windows import events_of
from vintage_rules.wording.phrases import Phrase, Term, Value, listed, phrase
from vintage_rules.wording.voice import voice_of
from vintage_rules.world.statute_rows import Statute


class Verdict(StrEnum):
    """How a policy compares with a law."""

    BELOW = "below"
    MET = "met"
    SILENT = "silent"
    UNSETTLED = "unsettled"


class Weight(StrEnum):
    """How much a finding weighs."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


@frozen(kw_only=True)
class Ruling:
    """What one check makes of a policy: the verdict, its place, and what the policy says."""

    verdict: Verdict
    at: Path
    says: Phrase


@frozen(kw_only=True)
class Brief:
    """What a check looks at: one statute, and an edition as a consumer of its country meets it.

    `rows` are those that decide when such a consumer withdraws from what a professional sold, each
    with its place in the table; none where the table knows no withdrawal.
    """

    statute: Statute
    policy: HousePolicy
    edition: Page
    consumer: Destination
    calendar: Calendar
    rows: tuple[tuple[int, ReturnRule], ...]

    @property
    def taken(self) -> tuple[tuple[int, ReturnRule, ReturnTerms], ...]:
        """The rows under which a withdrawal is taken, with their terms."""
        return tuple((i, row, row.terms) for i, row in self.rows if row.terms is not None)

    @property
    def floor(self) -> Duration:
        """The least time that the statute requires.

        Raises:
            DayError: If it is none.
        """
        amount, _, unit = self.statute.floor.partition(" ")
        return Duration.of(int(amount), unit)


RULES: Path = ("returns", "returns", "rules")


@frozen(kw_only=True)
class LegalFinding:
    """One law held against a policy. This is no legal advice.

    `says` is what the policy says, `asks` the least that the law requires. A law that is met weighs
    nothing, and one that is unsettled little. `labels` are what the house calls its own names.
    """

    check: str
    statute: Statute
    verdict: Verdict
    severity: Weight
    path: str
    says: Phrase
    asks: Phrase
    sources: tuple[str, ...]
    labels: HouseLabels

    def says_in(self, locale: str) -> str:
        """Return what the policy says.

        Raises:
            UnknownLocaleError: If the language has no catalogue.
        """
        return voice_of(locale).of_house(self.labels).say(self.says)

    def asked(self, locale: str) -> str:
        """Return the least that the law requires.

        Raises:
            UnknownLocaleError: If the language has no catalogue.
        """
        return voice_of(locale).of_house(self.labels).say(self.asks)


def met(at: Path, says: Phrase) -> Ruling:
    """Say that a law is met.

    >>> from vintage_rules.wording.phrases import phrase
    >>> met((), phrase("law.says.silent")).verdict
    <Verdict.MET: 'met'>
    """
    return Ruling(verdict=Verdict.MET, at=at, says=says)


def below(at: Path, says: Phrase) -> Ruling:
    """Say that a policy falls short of a law.

    >>> from vintage_rules.wording.phrases import phrase
    >>> below((), phrase("law.says.silent")).verdict
    <Verdict.BELOW: 'below'>
    """
    return Ruling(verdict=Verdict.BELOW, at=at, says=says)


def silent(at: Path, says: Phrase) -> Ruling:
    """Return that a policy is silent.

    >>> from vintage_rules.wording.phrases import phrase
    >>> silent((), phrase("law.says.silent")).verdict
    <Verdict.SILENT: 'silent'>
    """
    return Ruling(verdict=Verdict.SILENT, at=at, says=says)


def anchor_of(anchor: str | Several) -> Value:
    """Return the event that a time of the policy starts at, or the first or last of several.

    >>> anchor_of("received")
    Term(kind='anchor', name='received')
    """
    if isinstance(anchor, str):
        return Term("anchor", anchor)
    events = listed(Term("anchor", event) for event in anchor.events)
    return phrase(f"faq.start.{anchor.pick}", events=events)


def may_start_at(anchor: str | Several, events: AbstractSet[str]) -> bool:
    """Return whether one of some events alone may start a time.

    >>> may_start_at("dispatched", {"ordered", "dispatched"})
    True
    """
    last = isinstance(anchor, Several) and anchor.pick is Pick.LATEST
    named = set(events_of(anchor))
    return named <= events if last else not named.isdisjoint(events)
