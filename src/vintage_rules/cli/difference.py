"""`vintage-rules policy diff`: two policies compared, on the screen or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.styled import Styled
from rich.text import Text

from vintage_rules.cli.clock import today
from vintage_rules.cli.errors import CliError
from vintage_rules.cli.policies import book_of
from vintage_rules.cli.quoting import day_asked
from vintage_rules.cli.screen import pairs, section
from vintage_rules.cli.words import Words
from vintage_rules.errors import NoEditionError
from vintage_rules.review.diff.changes import Audience
from vintage_rules.review.diff.comparing import PolicyDiff, Topic, diff_policies
from vintage_rules.review.diff.examples import Example
from vintage_rules.review.diff.render import in_words
from vintage_rules.wording.phrases import Phrase, phrase
from vintage_rules.wording.voice import capitalized

_MOST_EXAMPLES = 9


def compared(before: str, after: str, on: str | None) -> PolicyDiff:
    """Compare two policies, each `NAME|PATH` or `NAME|PATH@DAY`.

    Raises:
        CliError: If one is no policy or its day no day.
    """
    day = day_asked(on) or today()
    (one, on_before), (other, on_after) = dated(before, day), dated(after, day)
    old, new = book_of(one), book_of(other)
    try:
        return diff_policies(old, new, on_before=on_before, on_after=on_after)
    except NoEditionError as error:
        field, _, message = str(error).partition(": ")
        given = [each for each in (before, after) if each.endswith(f"@{error.day}")]
        raise CliError(f"{given[0] if given else f'--{field}'}: {message}") from error


def dated(policy: str, day: date) -> tuple[str, date]:
    """Split a policy that is written with a day, as an edition is; the day given, without one.

    >>> dated("imparfaite@2023-01-01", date(2026, 11, 22))
    ('imparfaite', datetime.date(2023, 1, 1))
    >>> dated("a@b.toml", date(2026, 11, 22))
    ('a@b.toml', datetime.date(2026, 11, 22))
    """
    name, at, written = policy.rpartition("@")
    if not at:
        return policy, day
    try:
        return name, date.fromisoformat(written)
    except ValueError:
        return policy, day


def difference_on_screen(diff: PolicyDiff, words: Words) -> Group:
    """Show what changes for buyers, for sellers and for the house, each with examples."""
    title = Text(f"{diff.before} → {diff.after}", style="bold")
    if not diff.topics:
        return Group(title, Text(words.show(phrase("diff.same"))))
    parts: list[RenderableType] = [title, Text("")]
    shown: set[str] = set()
    for audience in Audience:
        topics = diff.concerning(audience)
        if topics:
            parts.append(section(words.heading(audience), _topics(topics, shown, words)))
    return Group(*parts)


def _topics(topics: Sequence[Topic], shown: set[str], words: Words) -> Group:
    """Show each topic; its examples come where it is shown first."""
    parts: list[RenderableType] = []
    for topic in topics:
        parts.append(Text(topic.path, style="bold"))
        for one in in_words(topic.changes):
            sentence = words.show(one.sentence)
            about = f" ({one.path})" if one.path not in sentence else ""
            parts.append(Text(f"- {capitalized(sentence)}{about}"))
        if topic.path not in shown and topic.examples:
            parts.append(_examples(topic.examples[:_MOST_EXAMPLES], words))
        shown.add(topic.path)
    return Group(*parts)


def _examples(examples: Sequence[Example], words: Words) -> RenderableType:
    parts: list[RenderableType] = [Text(""), Text(words.heading("question"), style="dim")]
    for example in examples:
        answers = pairs(
            (("A", _spoken(example.before, words)), ("B", _spoken(example.after, words)))
        )
        question = Text(words.voice.sentence(example.question))
        shown = Padding(Group(question, answers), (0, 0, 0, 2))
        parts.append(Styled(shown, "" if example.differs else "dim"))
    return Group(*parts, Text(""))


def _spoken(answer: Sequence[Phrase], words: Words) -> str:
    return " ".join(words.voice.sentence(each) for each in answer)


def difference_as_json(diff: PolicyDiff, words: Words) -> str:
    """Return every change and every example as one JSON object."""
    report = {
        "before": str(diff.before),
        "after": str(diff.after),
        "changes": list(_changes(diff, words)),
        "examples": list(_all_examples(diff, words)),
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _changes(diff: PolicyDiff, words: Words) -> Iterator[dict[str, object]]:
    for change in diff.changes:
        (one,) = in_words([change])
        yield {
            "path": change.path,
            "concerns": [str(audience) for audience in change.concerns],
            "before": None if change.before is None else words.show(change.before),
            "after": None if change.after is None else words.show(change.after),
            "said": words.show(one.sentence),
        }


def _all_examples(diff: PolicyDiff, words: Words) -> Iterator[dict[str, object]]:
    for topic in diff.topics:
        for example in topic.examples:
            yield {
                "about": topic.path,
                "question": words.voice.sentence(example.question),
                "before": _spoken(example.before, words),
                "after": _spoken(example.after, words),
                "differs": example.differs,
            }
