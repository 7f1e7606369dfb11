from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, localcontext

import pytest
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules.dates import Duration
from vintage_rules.money import Money
from vintage_rules.wording.common import length
from vintage_rules.wording.phrases import (
    Amount,
    Country,
    CurrencyName,
    Grams,
    Moment,
    Percent,
    Term,
    Value,
    Weekday,
    listed,
    phrase,
)
from vintage_rules.wording.voice import voice_of


def plain(text: str) -> str:
    """Write `~` for the space that does not break, and `^` for the narrow one."""
    return text.replace("\N{NO-BREAK SPACE}", "~").replace("\N{NARROW NO-BREAK SPACE}", "^")


def shown(value: Value, locale: str) -> str:
    """Write a value as a locale does, with its spaces made visible."""
    return plain(voice_of(locale).show(value))


class TestMoney:
    """Amounts, with the currency's own decimals and never rounded."""

    @pytest.mark.parametrize(
        ("amount", "currency", "english", "french"),
        [
            ("0", "EUR", "€0.00", "0,00~€"),
            ("0.05", "EUR", "€0.05", "0,05~€"),
            ("12.30", "EUR", "€12.30", "12,30~€"),
            ("1234.50", "EUR", "€1,234.50", "1^234,50~€"),
            ("1234567.89", "EUR", "€1,234,567.89", "1^234^567,89~€"),
            ("-3", "EUR", "-€3.00", "-3,00~€"),
            ("135", "GBP", "£135.00", "135,00~£GB"),
            ("1500", "JPY", "¥1,500", "1^500~JPY"),
            ("1.234", "TND", "TND~1.234", "1,234~TND"),
        ],
    )
    def test_is_written_as_each_language_does(
        self, amount: str, currency: str, english: str, french: str
    ) -> None:
        """French puts the currency last, and spaces that do not break."""
        money = Money(amount, currency)
        assert (shown(money, "en"), shown(money, "fr")) == (english, french)

    @pytest.mark.parametrize(
        ("locale", "text"),
        [
            ("de", "1.234.567,89~€"),
            ("de_AT", "€~1.234.567,89"),
            ("de_CH", "CHF~1’234’567.89"),
            ("es", "1.234.567,89~€"),
            ("es_MX", "EUR~1,234,567.89"),
            ("it", "1.234.567,89~€"),
            ("it_CH", "CHF~1’234’567.89"),
        ],
    )
    def test_is_written_as_each_region_does(self, locale: str, text: str) -> None:
        """The words are those of the language, the signs those of the region."""
        currency = "CHF" if locale.endswith("CH") else "EUR"
        assert shown(Money("1234567.89", currency), locale) == text

    def test_of_a_policy_keeps_all_its_decimals(self) -> None:
        """What was compared exactly is shown exactly."""
        assert shown(Amount(Decimal("135.0055"), "GBP"), "en") == "£135.0055"

    @given(
        st.decimals(0, 10**9, places=2),
        st.sampled_from(["en", "fr", "fr_CH", "en_IN", "de_CH", "es_MX", "it"]),
    )
    def test_loses_no_cent(self, amount: Decimal, locale: str) -> None:
        """Whatever the locale, the digits are those of the amount."""
        digits = [c for c in shown(Money(amount, "EUR"), locale) if c.isdigit()]
        assert "".join(digits) == f"{amount:.2f}".replace(".", "")

    def test_does_not_ask_the_ambient_context(self) -> None:
        """A program that computes in few digits still reads the whole amount."""
        with localcontext() as context:
            context.prec = 3
            assert shown(Money("12345.67", "EUR"), "en") == "€12,345.67"
            assert shown(Grams(12_345), "en") == "12.345 kg"


class TestDaysAndTimes:
    """Days in full, times on the clock of a zone."""

    @pytest.mark.parametrize(
        ("locale", "first", "sixteenth"),
        [
            ("en", "September 1, 2026", "September 16, 2026"),
            ("en_GB", "1 September 2026", "16 September 2026"),
            ("fr", "1er septembre 2026", "16 septembre 2026"),
            ("fr_CA", "1er septembre 2026", "16 septembre 2026"),
            ("de", "1. September 2026", "16. September 2026"),
            ("es", "1 de septiembre de 2026", "16 de septiembre de 2026"),
            ("it", "1º settembre 2026", "16 settembre 2026"),
        ],
    )
    def test_a_day_is_written_in_full(self, locale: str, first: str, sixteenth: str) -> None:
        """In French and Italian the first of a month is an ordinal."""
        days = (date(2026, 9, 1), date(2026, 9, 16))
        assert tuple(shown(day, locale) for day in days) == (first, sixteenth)

    @pytest.mark.parametrize(
        ("locale", "text"),
        [
            ("en", "September 8, 2026 at 12:30^AM (Paris time)"),
            ("fr", "8 septembre 2026 à 00:30 (heure de Paris)"),
            ("fr_CA", "8 septembre 2026 à 00 h 30 (heure de Paris)"),
            ("de", "8. September 2026 um 00:30 Uhr (Ortszeit Paris)"),
            ("es", "8 de septiembre de 2026, 0:30 (hora de París)"),
            ("it", "8 settembre 2026 alle ore 00:30 (ora di Parigi)"),
        ],
    )
    def test_a_moment_is_told_on_the_clock_of_its_zone(self, locale: str, text: str) -> None:
        """Half past ten in the evening in UTC is the next day in Paris."""
        late = datetime(2026, 9, 7, 22, 30, tzinfo=UTC)
        assert shown(Moment(late, "Europe/Paris"), locale) == text

    def test_a_moment_without_a_zone_is_told_in_utc(self) -> None:
        """Where no zone is known none is made up."""
        late = Moment(datetime(2026, 9, 7, 22, 30, tzinfo=UTC))
        assert shown(late, "en") == "September 7, 2026 at 10:30^PM (UTC)"
        assert shown(late, "fr") == "7 septembre 2026 à 22:30 (UTC)"

    def test_hours_and_weekdays(self) -> None:
        """Opening hours are written as each language does."""
        assert (shown(time(13, 30), "en"), shown(time(13, 30), "fr")) == ("1:30^PM", "13:30")
        assert (shown(Weekday(0), "en"), shown(Weekday(6), "fr")) == ("Monday", "dimanche")


class TestOtherValues:
    """Rates, weights, numbers, names and lists."""

    @pytest.mark.parametrize(
        ("value", "english", "french"),
        [
            (Percent(Decimal("0.10")), "10%", "10~%"),
            (Percent(Decimal("0.1666")), "16.66%", "16,66~%"),
            (Percent(Decimal("0.081")), "8.1%", "8,1~%"),
            (Grams(600), "600 g", "600^g"),
            (Grams(1_000), "1 kg", "1^kg"),
            (Grams(1_450), "1.45 kg", "1,45^kg"),
            (1_500, "1,500", "1^500"),
            (Country("GB"), "United Kingdom", "Royaume-Uni"),
            (Country("QQ"), "QQ", "QQ"),
            (CurrencyName("GBP"), "British Pound", "livre sterling"),
            (listed(["a"]), "a", "a"),
            (listed(["a", "b"]), "a and b", "a et b"),
            (listed(["a", "b", "c"]), "a, b, and c", "a, b et c"),
            (listed([]), "", ""),
            (Term("mode", "direct"), "direct shipping", "l’envoi direct"),
            (Term("mode", "by balloon"), "“by balloon”", "«~by balloon~»"),
            (phrase("window.day", day=date(2026, 9, 2)), "on September 2, 2026",
             "le 2 septembre 2026"),
        ],
    )  # fmt: skip
    def test_are_written_as_each_language_does(
        self, value: Value, english: str, french: str
    ) -> None:
        """Each kind of value has its own way of being written."""
        assert (shown(value, "en"), shown(value, "fr")) == (english, french)

    def test_a_name_with_braces_is_no_placeholder(self) -> None:
        """What a host calls things is never taken for a part of a message."""
        said = phrase("posting.to-buyer", seller="{ada}", pieces="{0}")
        assert voice_of("en").sentence(said) == "The seller {ada} posts {0} to the buyer."


class TestDurations:
    """Lengths of time, each in its own unit."""

    @pytest.mark.parametrize(
        ("amount", "unit", "english", "french"),
        [
            (90, "minutes", "90 minutes", "90~minutes"),
            (24, "hours", "24 hours", "24~heures"),
            (14, "days", "14 days", "14~jours"),
            (3, "ouvrables", "3 working days (Monday to Saturday)",
             "3~jours ouvrables (du lundi au samedi)"),
            (1, "ouvres", "1 working day (Monday to Friday)",
             "1~jour ouvré (du lundi au vendredi)"),
            (1, "months", "1 month", "1~mois"),
            (2, "years", "2 years", "2~ans"),
            (0, "never", "an unlimited time", "une durée illimitée"),
        ],
    )  # fmt: skip
    def test_keep_their_unit(self, amount: int, unit: str, english: str, french: str) -> None:
        """Twenty-four hours are not a day, and working days say which days work."""
        said = length(Duration.of(amount, unit))
        assert (shown(said, "en"), shown(said, "fr")) == (english, french)


class TestOtherLanguages:
    """The same values in German, Spanish and Italian."""

    @pytest.mark.parametrize(
        ("value", "german", "spanish", "italian"),
        [
            (Percent(Decimal("0.081")), "8,1~%", "8,1~%", "8,1%"),
            (Grams(1_450), "1,45 kg", "1,45 kg", "1,45 kg"),
            (Country("GB"), "Vereinigtes Königreich", "Reino Unido", "Regno Unito"),
            (Country("CH"), "Schweiz", "Suiza", "Svizzera"),
            (CurrencyName("GBP"), "Britisches Pfund", "libra esterlina", "sterlina britannica"),
            (Weekday(0), "Montag", "lunes", "lunedì"),
            (listed(["a", "b", "c"]), "a, b und c", "a, b y c", "a, b e c"),
            (phrase("window.day", day=date(2026, 9, 8)), "am 8. September 2026",
             "el 8 de septiembre de 2026", "l’8 settembre 2026"),
            (length(Duration.of(24, "hours")), "24 Stunden", "24 horas", "24 ore"),
            (length(Duration.of(3, "ouvrables")), "3 Werktage (Montag bis Samstag)",
             "3 días laborables (de lunes a sábado)", "3 giorni feriali (da lunedì a sabato)"),
            (length(Duration.of(1, "ouvres")), "1 Arbeitstag (Montag bis Freitag)",
             "1 día laborable (de lunes a viernes)", "1 giorno lavorativo (da lunedì a venerdì)"),
        ],
    )  # fmt: skip
    def test_are_written_as_each_does(
        self, value: Value, german: str, spanish: str, italian: str
    ) -> None:
        """Names of countries, currencies and weekdays are those of the language."""
        assert [shown(value, locale) for locale in ("de", "es", "it")] == [german, spanish, italian]


class TestRegions:
    """Every region whose language has a catalogue."""

    @pytest.mark.parametrize(
        "locale",
        [n for n in locale_identifiers() if n.partition("_")[0] in {"de", "es", "fr", "it"}],
    )
    def test_speaks_its_language(self, locale: str) -> None:
        """From Belgium to Wallis and Futuna, the words are the same."""
        said = phrase("delivery.window", window=phrase("window.day", day=date(2026, 9, 2)))
        delivery = {
            "de": "Lieferung am",
            "es": "Entrega el",
            "fr": "Livraison le",
            "it": "Consegna il",
        }
        start = delivery[locale.partition("_")[0]]
        assert re.match(rf"{start} 0?2", voice_of(locale).sentence(said))
