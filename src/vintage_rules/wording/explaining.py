"""Explanations of decisions: which values, of which edition, from which clause or law."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from vintage_rules.errors import UnknownTermError
from vintage_rules.orders.labels import NO_LABELS, HouseLabels
from vintage_rules.wording import (
    customs,
    offers,
    orders,
    pricing,
    refusals,
    returns,
    service,
    shipping,
)
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.catalogues import languages
from vintage_rules.wording.phrases import (
    Account,
    Listed,
    Phrase,
    Term,
    Value,
    counted,
    listed,
    phrase,
)
from vintage_rules.wording.voice import Voice, voice_of

# Each registers the decisions of its context with `account_of` when it is imported.
_REGISTERED = (customs, offers, orders, pricing, refusals, returns, service, shipping)

_ARTICLE = re.compile(r"[LRD]\d+-\d+(-\d+)?")  # as the Code de la consommation numbers them
_ASSUMPTION = re.compile(r"assumption\s*:")


@frozen(kw_only=True)
class Explanation:
    """A decision in words, and the clauses, laws and assumptions it rests on."""

    sentences: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def text(self) -> str:
        """All sentences in a row."""
        return " ".join(self.sentences)


def phrases_of(decision: object) -> tuple[Phrase, ...]:
    """Return what is said of a decision, before it is said in a language.

    Raises:
        InvalidValueError: For anything but a decision.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.service import assess_request
    >>> service = load_policy("imparfaite").on(date(2026, 11, 22)).service
    >>> [each.key for each in phrases_of(assess_request("try-on", service))]
    ['request.refused']
    """
    return account_of(decision).phrases


def explain(decision: object, locale: str, labels: HouseLabels = NO_LABELS) -> Explanation:
    """Explain in words what was decided, and from what.

    A locale of a region speaks its language and formats as the region does. `labels` are those of
    the house that decided: what it calls its own names.

    Raises:
        UnknownLocaleError: For a language without a catalogue.
        InvalidValueError: For anything but a decision.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.service import assess_request
    >>> service = load_policy("imparfaite").on(date(2026, 11, 22)).service
    >>> explanation = explain(assess_request("try-on", service), "en")
    >>> explanation.sentences[0]
    'We do not do this: trying a piece on before buying it.'
    >>> explanation.sources
    ('A2',)
    """
    voice = voice_of(locale).of_house(labels)
    found = account_of(decision)
    return Explanation(
        sentences=tuple(voice.sentence(each) for each in (*found.phrases, *_basis(found, voice))),
        sources=found.sources,
    )


def _basis(found: Account, voice: Voice) -> tuple[Phrase, ...]:
    if found.edition is None:
        return ()
    edition = phrase("basis.edition", policy=found.edition.name, since=found.edition.since)
    parts = grounds(found.sources, voice)
    if not parts.items:
        return (phrase("basis.edition-only", edition=edition),)
    return (phrase("basis", parts=parts, edition=edition),)


def grounds(sources: tuple[str, ...], voice: Voice) -> Listed:
    """Return the phrases of what something rests on: clauses, articles, other laws, assumptions.

    >>> voice_of("en").show(grounds(("L4", "assumption: an example"), voice_of("en")))
    'clause L4 and 1 assumption of the policy'
    """
    return listed(_grounds(sources, voice))


def _grounds(sources: tuple[str, ...], voice: Voice) -> Iterator[Value]:
    kinds: dict[str, list[str]] = {}
    for source in sources:
        kinds.setdefault(_kind(source, voice), []).append(source)
    if clauses := kinds.get("clause"):
        yield counted("basis.clauses", len(clauses), clauses=listed(clauses))
    if articles := kinds.get("article"):
        yield counted("basis.articles", len(articles), articles=listed(articles))
    yield from (_named(source, voice) for source in kinds.get("other", ()))
    if assumptions := kinds.get("assumption"):
        yield counted("basis.assumptions", len(assumptions))


def _kind(source: str, voice: Voice) -> str:
    if voice.knows(f"clause.{source}"):
        return "clause"
    if _ARTICLE.fullmatch(source):
        return "article"
    return "assumption" if is_assumption(source) else "other"


def is_assumption(source: str) -> bool:
    """Whether a value rests on nothing that is written down elsewhere.

    >>> is_assumption("assumption: the times of the post")
    True
    """
    return _ASSUMPTION.match(source) is not None


def _named(source: str, voice: Voice) -> Value:
    """A source by its name in the language where it has one, else as the policy calls it."""
    term = Term("source", source)
    return term if voice.knows(f"term.{term.kind}.{term.name}") else source


def reason_text(code: str, locale: str) -> str:
    """Return the sentence of a reason for a refusal.

    Raises:
        UnknownTermError: For an unknown code.

    >>> reason_text("not-signed-in", "en")
    'Please sign in first.'
    """
    return _text_of("reason", code, locale)


def advice_text(code: str, locale: str) -> str:
    """Return the sentence that says what to do while an answer is not known.

    Raises:
        UnknownTermError: If the name is unknown.

    >>> advice_text("ask-customs", "en")
    'Ask the customs of the country of destination before you order.'
    """
    return _text_of("advice", code, locale)


def clause_text(source: str, locale: str) -> str:
    """Return a clause, or an article of law, as a short sentence of our own.

    Raises:
        UnknownTermError: If it is unknown.

    >>> clause_text("A2", "en")
    'Pieces cannot be tried on before buying.'
    """
    kind = "clause" if voice_of(locale).knows(f"clause.{source}") else "law"
    return _text_of(kind, source, locale)


def _text_of(kind: str, name: str, locale: str) -> str:
    voice = voice_of(locale)
    key = f"{kind}.{name}"
    if not voice.knows(key):
        raise UnknownTermError(kind, name, voice.names(kind))
    return voice.sentence(phrase(key))


def locales() -> tuple[str, ...]:
    """Return the languages in which decisions are explained; every region of each is understood.

    >>> locales()
    ('de', 'en', 'es', 'fr', 'it')
    """
    return languages()
