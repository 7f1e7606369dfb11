from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import vintage_rules.wording
from tests.wording.samples import SAMPLES
from vintage_rules.errors import MissingWordsError, UnknownLocaleError, UnknownTermError
from vintage_rules.money import Money
from vintage_rules.wording import clause_text, explain, locales, reason_text
from vintage_rules.wording.elision import elided
from vintage_rules.wording.phrases import Term, counted, phrase
from vintage_rules.wording.voice import voice_of

WORDING = Path(vintage_rules.wording.__file__).parent
NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"


def path_of(language: str) -> Path:
    """Name the file of a catalogue."""
    return WORDING / "locale" / language / "LC_MESSAGES" / "vintage_rules.po"


@cache
def messages(language: str) -> dict[str, Message]:
    """Read a catalogue, each message by its key."""
    with path_of(language).open("rb") as file:
        return {key_of(message): message for message in read_po(file) if message.id}


def key_of(message: Message) -> str:
    """Give the key of a message, with or without plural forms."""
    return message.id if isinstance(message.id, str) else message.id[0]


def texts_of(message: Message) -> tuple[str, ...]:
    """Give every form of a message."""
    found = message.string
    return (found,) if isinstance(found, str) else tuple(found or ())


def placeholders(text: str) -> set[str]:
    """Name what a text leaves to be filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


SHARED = {  # the same in English as in another language
    "basis.clauses",
    "diff.no",
    "faq.delays.where",
    "faq.unanswered.in",
    "faq.section.contact",
    "fee.fixed-and-rate",
    "format.day",
    "format.first-of-month",
    "term.brand.american-express",
    "term.brand.mastercard",
    "term.brand.visa",
    "term.channel.chat",
    "term.channel.mail",
    "term.key.source",
    "term.key.zones",
    "term.screen.source",
    "term.screen.total",
    "term.tax.gst",
    "term.tender.paypal",
}


def words_of(text: str) -> list[str]:
    """Give the words of a text, without what is left to be filled in."""
    return re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", text))


def every_text(language: str) -> Iterator[tuple[str, str]]:
    """Give each text of a catalogue with its key."""
    for key, message in messages(language).items():
        for text in texts_of(message):
            yield key, text


@pytest.fixture(params=locales())
def language(request: pytest.FixtureRequest) -> str:
    """Each language there is a catalogue for."""
    return str(request.param)


class TestCatalogues:
    """What every catalogue must hold, compared with the English one."""

    def test_are_found(self) -> None:
        """Five languages are spoken."""
        assert locales() == ("de", "en", "es", "fr", "it")

    def test_have_the_same_keys(self, language: str) -> None:
        """Nothing is said in one language only."""
        assert sorted(messages(language)) == sorted(messages("en"))

    def test_have_plural_forms_for_the_same_keys(self, language: str) -> None:
        """What is counted in one language is counted in all."""
        plurals = [
            {key for key, message in messages(name).items() if message.pluralizable}
            for name in (language, "en")
        ]
        assert plurals[0] == plurals[1]

    def test_leave_the_same_to_be_filled_in(self, language: str) -> None:
        """Every form holds the values that the English text holds, by their names."""
        wrong = [
            key
            for key, text in every_text(language)
            if placeholders(text) != placeholders(texts_of(messages("en")[key])[-1])
        ]
        assert wrong == []

    def test_hold_every_key_once(self, language: str) -> None:
        """A second message under one key would silently win."""
        ids = re.findall(r'^msgid "(.+)"$', path_of(language).read_text("utf-8"), re.MULTILINE)
        assert sorted(ids) == sorted(set(ids))

    def test_are_finished(self, language: str) -> None:
        """No text is empty, and none waits for somebody to look at it."""
        unfinished = [
            key
            for key, message in messages(language).items()
            if message.fuzzy or not all(texts_of(message))
        ]
        assert unfinished == []

    def test_are_translated(self, language: str) -> None:
        """What has words has other words than in English; names and a few words are the same."""
        english = {key: text for key, text in every_text("en") if words_of(text)}
        same = [
            key
            for key, text in every_text(language)
            if language != "en" and text == english.get(key) and key not in SHARED
        ]
        assert same == []

    def test_end_as_the_english_do(self, language: str) -> None:
        """A sentence stays a sentence, and a name a name."""
        wrong = [
            key
            for key, text in every_text(language)
            if text.endswith(".") != texts_of(messages("en")[key])[0].endswith(".")
        ]
        assert wrong == []

    def test_have_no_stray_space(self, language: str) -> None:
        """No text begins or ends with a space, or holds two in a row."""
        stray = re.compile(r"^\s|\s$|\s\s")
        assert [key for key, text in every_text(language) if stray.search(text)] == []

    def test_say_how_many_forms_they_have(self, language: str) -> None:
        """Each counted message has all the forms of its language."""
        with path_of(language).open("rb") as file:
            catalogue: Catalog = read_po(file)
        counts = {len(texts_of(m)) for m in messages(language).values() if m.pluralizable}
        assert counts == {catalogue.num_plurals}

    def test_name_nothing_that_is_not_used(self) -> None:
        """Every key is written in the code, or begins like one that the code composes."""
        written = set(keys_in_code())
        starts = tuple(key for key in written if key.endswith("."))
        assert [k for k in messages("en") if k not in written and not k.startswith(starts)] == []

    def test_hold_every_key_of_the_code(self) -> None:
        """Whatever the code says has words."""
        assert [k for k in keys_in_code() if k[-1] != "." and k not in messages("en")] == []


SAYING = {
    "counted_from",
    "counted_in_words",
    "joined",
    "phrase",
    "counted",
    "Phrase",
    "_arrival",
    "_due",
    "_last_day",
    "_of_pieces",
    "_text_of",
    "_template",
}


def keys_in_code() -> Iterator[str]:
    """Find the keys in the code; one that is composed is given up to where it varies."""
    yield "term."
    review, publishing = WORDING.with_name("review"), WORDING.with_name("publishing")
    for path in (
        *WORDING.glob("*.py"),
        *review.rglob("*.py"),
        *publishing.rglob("*.py"),
        *WORDING.with_name("cli").glob("*.py"),
    ):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[key, *_]):
                    if name in SAYING:
                        yield from texts_in(key)
                case ast.Assign(targets=[ast.Name(id="key" | "kind")], value=value):
                    yield from texts_in(value)
                case _:
                    pass


def texts_in(node: ast.expr) -> Iterator[str]:
    """Give the texts an expression may be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text if "." in text or text in messages("en") else f"{text}."
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            yield start[: start.rindex(".") + 1]
        case ast.IfExp(body=one, orelse=other):
            yield from (*texts_in(one), *texts_in(other))
        case _:
            pass


class TestPlurals:
    """Plural forms, by the rules of each language."""

    @pytest.mark.parametrize(
        ("locale", "count", "text"),
        [
            ("en", 0, "0 days"),
            ("en", 1, "1 day"),
            ("en", 2, "2 days"),
            ("fr", 0, f"0{NBSP}jour"),
            ("fr", 1, f"1{NBSP}jour"),
            ("fr", 2, f"2{NBSP}jours"),
            ("fr", 1_500, f"1{NARROW}500{NBSP}jours"),
            ("de", 0, "0 Tage"),
            ("de", 1, "1 Tag"),
            ("de", 2, "2 Tage"),
            ("de", 1_500, "1.500 Tage"),
            ("es", 0, "0 días"),
            ("es", 1, "1 día"),
            ("es", 2, "2 días"),
            ("es", 1_000_000, "1.000.000 días"),
            ("it", 0, "0 giorni"),
            ("it", 1, "1 giorno"),
            ("it", 2, "2 giorni"),
            ("it", 1_000_000, "1.000.000 giorni"),
        ],
    )
    def test_follow_the_count(self, locale: str, count: int, text: str) -> None:
        """None is singular in French and plural elsewhere.

        Romance languages have a form of their own for round millions (un millón *de* días), which
        is read only where the number is a word; ours are digits, so two forms are enough.
        """
        assert voice_of(locale).say(counted("duration.days", count)) == text

    @pytest.mark.parametrize(("count", "text"), [(1, "1 piece "), (2, "2 pieces ")])
    def test_agree_in_a_sentence(self, count: int, text: str) -> None:
        """A whole sentence has its plural forms as well."""
        said = counted("order.quote", count, mode="x", country="y")
        assert voice_of("en").say(said).startswith(text)


class TestFrenchTypography:
    """French puts a space that does not break before its high punctuation."""

    @pytest.mark.parametrize(
        ("pattern", "wanted"),
        [
            (r"(.):(?!\d)", NBSP),
            (r"(.)[;!?]", NARROW),
            (r"«(.)", NBSP),
            (r"(.)»", NBSP),
            (r"\{count\}(.)\w", NBSP),
        ],
    )
    def test_has_unbreakable_spaces(self, pattern: str, wanted: str) -> None:
        """Wide ones before colons and inside quotation marks, narrow ones before the rest."""
        texts = [text for _, text in every_text("fr")]
        found = [space for text in texts for space in re.findall(pattern, text)]
        assert set(found) == {wanted}

    def test_has_no_straight_apostrophe(self) -> None:
        """Apostrophes are curly; only the patterns of dates use the straight one."""
        straight = [key for key, text in every_text("fr") if "'" in text or '"' in text]
        assert straight == ["format.first-of-month"]


class TestOtherTypography:
    """Each language has its own quotation marks; apostrophes are curly in all of them."""

    @pytest.mark.parametrize(("locale", "quoted"), [("de", "„x“"), ("es", "«x»"), ("it", "«x»")])
    def test_quotes_as_it_does(self, locale: str, quoted: str) -> None:
        """A name without words of its own is shown in the marks of the language."""
        assert voice_of(locale).show(Term("mode", "x")) == quoted

    @pytest.mark.parametrize("language", ["de", "es", "it"])
    def test_has_no_straight_mark(self, language: str) -> None:
        """Only the patterns of dates use the straight one."""
        straight = [key for key, text in every_text(language) if "'" in text or '"' in text]
        assert straight == (["format.first-of-month"] if language == "it" else [])

    @pytest.mark.parametrize(
        ("day", "text"),
        [
            (date(2026, 5, 7), "il 7 maggio 2026"),
            (date(2026, 5, 8), "l’8 maggio 2026"),
            (date(2026, 5, 9), "il 9 maggio 2026"),
            (date(2026, 5, 10), "il 10 maggio 2026"),
            (date(2026, 5, 11), "l’11 maggio 2026"),
            (date(2026, 5, 12), "il 12 maggio 2026"),
            (date(2026, 5, 18), "il 18 maggio 2026"),
            (date(2026, 5, 1), "il 1º maggio 2026"),
        ],
    )
    def test_italian_elides_before_otto_and_undici(self, day: date, text: str) -> None:
        """Their names begin with a vowel, and "il 8" would be wrong."""
        assert voice_of("it").say(phrase("window.day", day=day)) == text

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("al 8,1%", "all’8,1%"),
            ("al 80%", "all’80%"),
            ("al 8.000", "all’8.000"),
            ("dal 11", "dall’11"),
            ("del 11,5%", "dell’11,5%"),
            ("Il 8 maggio", "L’8 maggio"),
            ("al 110%", "al 110%"),
            ("al 1%", "all’1%"),
            ("al 1,5 %", "all’1,5 %"),
            ("al 1º maggio", "al 1º maggio"),
            ("al 12%", "al 12%"),
            ("sul 8", "sull’8"),
            ("nel 2008", "nel 2008"),
            ("canal 8", "canal 8"),
        ],
    )
    def test_italian_elides_before_every_number_that_begins_so(
        self, written: str, read: str
    ) -> None:
        """Ottomila as otto, and centodieci not."""
        assert elided(written, "it") == read
        assert elided(written, "fr") == written


class TestLocales:
    """Languages have catalogues; regions borrow that of their language and format by themselves."""

    @pytest.mark.parametrize("locale", ["fr_CA", "fr-CA", "fr-ca"])
    def test_a_region_formats_as_it_does(self, locale: str) -> None:
        """Canadians read French words, and amounts with their own spaces."""
        assert explain(SAMPLES["fee of nothing"], locale).sentences[1] == (
            f"Calcul{NBSP}: un montant fixe de 0,00{NBSP}€."
        )
        assert voice_of(locale).show(Money("1234.50", "EUR")) == f"1{NBSP}234,50{NBSP}€"

    def test_regions_differ(self) -> None:
        """The United Kingdom writes a day before its month, the United States after it."""
        american = explain(SAMPLES["gift card"], "en").sentences[0]
        british = explain(SAMPLES["gift card"], "en-GB").sentences[0]
        assert american == "The gift card can be used up to the end of February 28, 2029."
        assert british == "The gift card can be used up to the end of 28 February 2029."

    @pytest.mark.parametrize(
        "locale", ["tlh", "ja", "", "../fr", "fr\x00", "french", "x" * 1000, "_", "C"]
    )
    def test_an_unknown_one_is_refused(self, locale: str) -> None:
        """The error says what was asked and which languages there are."""
        with pytest.raises(UnknownLocaleError) as caught:
            explain(SAMPLES["fee"], locale)
        assert caught.value.known == locales()
        assert caught.value.locale[:2] in (locale[:2], "ja")
        assert "one of the languages" in str(caught.value)

    @pytest.mark.parametrize("locale", [None, 3, b"fr", ["fr"]])
    def test_what_is_no_text_is_refused(self, locale: object) -> None:
        """A caller without a type checker gets the same error."""
        with pytest.raises((UnknownLocaleError, TypeError)):
            explain(SAMPLES["fee"], locale)  # type: ignore[arg-type]

    def test_a_language_is_added_by_its_folder(self, tmp_path: Path) -> None:
        """A catalogue that is put beside the others is spoken at once; nothing else changes."""
        package = shutil.copytree(WORDING.parent, tmp_path / "vintage_rules")
        folder = package / "wording" / "locale"
        shutil.copytree(folder / "en", folder / "nl")
        added = folder / "nl" / "LC_MESSAGES" / "vintage_rules.po"
        text = added.read_text("utf-8").replace("Please sign in first.", "Meld u eerst aan.")
        added.write_text(text.replace('"Language: en', '"Language: nl'), encoding="utf-8")
        program = (
            "from vintage_rules.wording import locales, reason_text;"
            "print(locales(), reason_text('not-signed-in', 'nl-BE'))"
        )
        said = run(program, tmp_path)
        assert "'nl'" in said
        assert said.endswith("Meld u eerst aan.\n")


def run(program: str, folder: Path) -> str:
    """Run a program in a fresh interpreter that finds the package in a folder."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


class TestMissingWords:
    """What nobody has put into words."""

    def test_a_message_is_an_error(self) -> None:
        """A key without words is never shown to anybody."""
        with pytest.raises(MissingWordsError) as caught:
            voice_of("fr").say(phrase("fee.forgotten"))
        assert (caught.value.key, caught.value.locale) == ("fee.forgotten", "fr")
        assert str(caught.value) == "words: must hold fee.forgotten in fr, got no such message"

    def test_a_count_of_what_has_one_form_is_an_error(self) -> None:
        """A message without plural forms is not counted by accident."""
        with pytest.raises(MissingWordsError):
            voice_of("en").say(counted("gift-card.refused", 2))

    def test_an_unknown_reason_is_refused(self) -> None:
        """The error names the reasons there are."""
        with pytest.raises(UnknownTermError) as caught:
            reason_text("bad-mood", "en")
        assert "not-signed-in" in caught.value.known

    def test_an_unknown_clause_is_refused(self) -> None:
        """A clause is not made up."""
        with pytest.raises(UnknownTermError):
            clause_text("L99", "en")

    def test_an_article_of_law_is_known_too(self) -> None:
        """What a decision cites beside clauses has a sentence as well."""
        assert "Saturday" in clause_text("L221-19", "en")


class TestCost:
    """Explaining costs nothing when nobody asks."""

    def test_deciding_loads_no_words(self) -> None:
        """A decision is made without the catalogues, and without what formats them."""
        program = (
            "import sys, datetime, vintage_rules.policies as p, vintage_rules.service as s;"
            "house = p.load_policy('imparfaite').on(datetime.date(2026, 11, 22));"
            "s.assess_request('try-on', house.service);"
            "print([m for m in ('babel.messages', 'vintage_rules.wording') if m in sys.modules])"
        )
        assert run(program, WORDING.parents[1]).strip() == "[]"
