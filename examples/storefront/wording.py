"""What the interface says: its own two catalogues, and beside them the words of the library."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from attrs import frozen
from babel.dates import format_date, format_datetime, get_timezone
from markupsafe import Markup

from examples.storefront.host import Look
from vintage_rules import Money, explain
from vintage_rules.wording import clause_text, reason_text, voice_of
from vintage_rules.wording.phrases import Country, Grams, Moment, Term
from vintage_rules.wording.voice import Voice, capitalized

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
ZONE = "Europe/Paris"
_FOLDER = Path(__file__).parent / "texts"


@lru_cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the interface's texts of a language by their keys, such as `cart.empty`."""
    document = tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
    return {
        f"{section}.{name}": text
        for section, texts in document.items()
        for name, text in texts.items()
    }


@frozen
class Words:
    """One language: texts of the interface, and values and decisions in the library's words."""

    language: str

    @property
    def locale(self) -> str:
        """The locale in which amounts and days are written."""
        return LOCALES[self.language]

    @property
    def _voice(self) -> Voice:
        return voice_of(self.locale)

    def text(self, key: str, **values: object) -> str:
        """Return a text of the interface."""
        return catalogue(self.language)[key].format_map(values)

    def knows(self, key: str) -> bool:
        """Return whether the interface has a text."""
        return key in catalogue(self.language)

    def title(self, look: Look | None, piece: str = "") -> str:
        """Return what a piece is called; its name where its look is not known."""
        if look is None:
            return piece
        words = {
            kind: self.text(f"{kind}.{getattr(look, kind)}")
            for kind in ("garment", "colour", "material")
        }
        return capitalized(self.text("piece.title", **words, decade=look.decade))

    def money(self, amount: Money) -> str:
        """Return an amount."""
        return self._voice.show(amount)

    def term(self, kind: str, name: str) -> str:
        """Return a name of a policy, such as a mode, as the library calls it."""
        return capitalized(self._voice.show(Term(kind, name)))

    def country(self, code: str) -> str:
        """Return the name of a country."""
        return self._voice.show(Country(code))

    def weight(self, grams: int) -> str:
        """Return a weight."""
        return self._voice.show(Grams(grams))

    def day(self, day: date) -> str:
        """Return a day."""
        return self._voice.show(day)

    def weekday(self, day: date) -> str:
        """Return a day of the week, shortened."""
        return str(format_date(day, "EEEEEE", locale=self.locale.replace("-", "_")))

    def month(self, day: date) -> str:
        """Return a month and its year."""
        return capitalized(str(format_date(day, "LLLL y", locale=self.locale.replace("-", "_"))))

    def moment(self, at: datetime) -> str:
        """Return a moment on the clock of the house, in full."""
        return self._voice.show(Moment(at, ZONE))

    def short(self, at: datetime) -> str:
        """Return a moment on the clock of the house, shortened for lists."""
        shown = format_datetime(
            at, "d MMM, HH:mm", tzinfo=get_timezone(ZONE), locale=self.locale.replace("-", "_")
        )
        return str(shown)

    def sentences(self, decision: object) -> tuple[str, ...]:
        """Return a decision in the library's words; the last sentence says what it rests on."""
        return explain(decision, self.locale).sentences

    def reason(self, code: str) -> str:
        """Return the sentence of a reason for a refusal."""
        return reason_text(code, self.locale)

    def clause(self, source: str) -> str:
        """Return what a clause or a law says."""
        return clause_text(source, self.locale)

    def rich(self, key: str, **values: object) -> Markup:
        """Return a text of the interface that has emphasis in it; values are escaped."""
        return Markup(catalogue(self.language)[key]).format_map(values)  # noqa: S704 - our own text
