"""Headings, values and decisions as one locale says them."""

from __future__ import annotations

from attrs import frozen

from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.errors import UnknownLocaleError
from vintage_rules.orders.labels import NO_LABELS, HouseLabels
from vintage_rules.wording.explaining import explain
from vintage_rules.wording.phrases import Term, Value
from vintage_rules.wording.voice import Voice, capitalized, voice_of


@frozen
class Words:
    """How one locale writes headings, values and decisions.

    >>> Words.of("fr").heading("to-pay")
    'À payer'
    """

    locale: str
    voice: Voice

    @classmethod
    def of(cls, locale: str, labels: HouseLabels = NO_LABELS) -> Words:
        """Return the words of a locale, with what a house calls its own names.

        Raises:
            CliError: If the locale has no catalogue.
        """
        try:
            return cls(locale, voice_of(locale).of_house(labels))
        except UnknownLocaleError as error:
            raise CliError(f"--{error}", WRONG_USE) from error

    def heading(self, name: str) -> str:
        """Return a heading, which starts with a capital."""
        return self.named("screen", name)

    def named(self, kind: str, name: str) -> str:
        """Return the words for a name that a policy uses, capitalised."""
        return capitalized(self.show(Term(kind, name)))

    def show(self, value: Value) -> str:
        """Return a value as the locale writes it."""
        return self.voice.show(value)

    def in_words(self, decision: object) -> tuple[str, ...]:
        """Return a decision in words, without its sources: they have a table of their own."""
        return explain(decision, self.locale, self.voice.labels).sentences[:-1]
