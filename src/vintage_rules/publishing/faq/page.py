"""The questions and answers of a house in one language: text, ready to be laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import TypeAlias
from unicodedata import normalize

from attrs import frozen

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing.faq.buying import before_buying, contact, ordering
from vintage_rules.publishing.faq.entries import Entry, FaqRequest, Grid, Line, Part
from vintage_rules.publishing.faq.negotiation import negotiation
from vintage_rules.publishing.faq.payment import gift_cards, payment
from vintage_rules.publishing.faq.refunds import refunds
from vintage_rules.publishing.faq.returns import returns
from vintage_rules.publishing.faq.shipping import customs, shipping
from vintage_rules.publishing.publisher import Publisher
from vintage_rules.wording.explaining import grounds, is_assumption
from vintage_rules.wording.phrases import Country, Phrase, Value, listed, phrase
from vintage_rules.wording.voice import Voice, capitalized, voice_of

Topic: TypeAlias = Callable[[FaqRequest], Iterator[Entry]]

_TOPICS: dict[str, Topic] = {
    "buying": before_buying,
    "ordering": ordering,
    "payment": payment,
    "gift-cards": gift_cards,
    "shipping": shipping,
    "customs": customs,
    "returns": returns,
    "refunds": refunds,
    "negotiation": negotiation,
    "contact": contact,
}


@frozen
class Table:
    """Headings, and rows of texts."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen
class Point:
    """A text, and the cases it is for; it is for all of them where these are empty."""

    cases: str
    text: str


@frozen
class Points:
    """Texts shown one below the other."""

    items: tuple[Point, ...]


Block: TypeAlias = str | Points | Table


@frozen(kw_only=True)
class Question:
    """A question and its answer; `basis` says in words what `sources` name."""

    name: str
    text: str
    answer: tuple[Block, ...]
    basis: str
    sources: tuple[str, ...]


@frozen(kw_only=True)
class Section:
    """The questions about one topic."""

    name: str
    title: str
    questions: tuple[Question, ...]


@frozen(kw_only=True)
class Faq:
    """All questions of a house in one language, whose own name for itself is `name`.

    `edition` says since when the answers hold.
    """

    language: str
    name: str
    title: str
    edition: str
    contents: str
    sections: tuple[Section, ...]


def write_faq(house: HousePolicy, publisher: Publisher, locale: str, on: date) -> Faq:
    """Answer the questions of customers from a policy.

    A topic that the house does not have is left out. `on` is the day whose facts of the world
    apply.

    Raises:
        UnknownLocaleError: For a language without a catalogue.

    >>> from vintage_rules.policies import load_policy
    >>> today = date(2026, 11, 22)
    >>> house = load_policy("imparfaite").on(today)
    >>> page = write_faq(house, Publisher(name="Imparfaite"), "en-GB", today)
    >>> page.sections[-2].questions[1].answer
    ('1 offer on each piece, on as many pieces as you like.',)
    """
    voice = voice_of(locale).of_house(house.labels)
    topics = answered(FaqRequest(house=house, publisher=publisher, on=on))
    return Faq(
        language=str(voice.locale).replace("_", "-"),
        name=capitalized(voice.name),
        title=voice.sentence(phrase("faq.title", name=publisher.name)),
        edition=voice.sentence(_edition(house)),
        contents=voice.sentence(phrase("faq.contents")),
        sections=tuple(_section(name, found, voice) for name, found in topics.items()),
    )


def _edition(house: HousePolicy) -> Phrase:
    """Say since when the rules hold, unless the house only assumes it."""
    if all(map(is_assumption, house.since_sources)):
        return phrase("faq.edition.undated")
    return phrase("faq.edition", since=house.edition.since)


def answered(request: FaqRequest) -> Mapping[str, tuple[Entry, ...]]:
    """Return the questions of each topic of a house, before any language."""
    topics = ((name, tuple(answers(request))) for name, answers in _TOPICS.items())
    return {name: entries for name, entries in topics if entries}


def _section(name: str, entries: Iterable[Entry], voice: Voice) -> Section:
    return Section(
        name=name,
        title=voice.sentence(phrase(f"faq.section.{name}")),
        questions=tuple(_question(each, voice) for each in entries),
    )


def _question(entry: Entry, voice: Voice) -> Question:
    return Question(
        name=entry.name,
        text=voice.sentence(entry.question),
        answer=tuple(_blocks(entry.answer, voice)),
        basis=_basis(entry.sources, voice),
        sources=entry.sources,
    )


def _basis(sources: tuple[str, ...], voice: Voice) -> str:
    """What an answer rests on, and whether part or all of it is only assumed."""
    stated = tuple(source for source in sources if not is_assumption(source))
    if not stated:
        return voice.sentence(phrase("faq.basis.assumed")) if sources else ""
    key = "faq.basis.stated" if stated == sources else "faq.basis.partly"
    return voice.sentence(phrase(key, grounds=grounds(stated, voice)))


def _blocks(parts: Iterable[Part], voice: Voice) -> Iterator[Block]:
    """Sentences in a row make a paragraph, several lines in a row a list."""
    for kind, run in groupby(parts, key=type):
        parts = list(run)
        if kind is Phrase:
            yield " ".join(voice.sentence(each) for each in parts if isinstance(each, Phrase))
        elif kind is Line:
            yield _points([_point(each, voice) for each in parts if isinstance(each, Line)])
        else:
            yield from (_table(each, voice) for each in parts if isinstance(each, Grid))


def _points(points: list[Point]) -> Block:
    """One point for all cases is no list."""
    first, *others = points
    return Points((first, *others)) if others or first.cases else first.text


def _point(line: Line, voice: Voice) -> Point:
    cases = voice.show(listed(line.cases))
    return Point(capitalized(cases), " ".join(voice.sentence(each) for each in line.phrases))


def _table(grid: Grid, voice: Voice) -> Table:
    """Put countries below the others, in the order of their names in the language."""
    others = [row for row in grid.rows if not isinstance(row[0], Country)]
    countries = [_cells(row, voice) for row in grid.rows if isinstance(row[0], Country)]
    return Table(
        head=tuple(voice.sentence(each) for each in grid.head),
        rows=(*(_cells(row, voice) for row in others), *sorted(countries, key=_without_accents)),
    )


def _cells(row: tuple[Value, ...], voice: Voice) -> tuple[str, ...]:
    first, *rest = (voice.show(cell) for cell in row)
    return capitalized(first), *rest


def _without_accents(row: tuple[str, ...]) -> str:
    return "".join(sign for sign in normalize("NFD", row[0]) if sign.isalpha() or sign == " ")
