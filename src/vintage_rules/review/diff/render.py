"""What has changed, in words: value by value, what is new or gone as a whole reported once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from vintage_rules.review.diff.changes import Change
from vintage_rules.wording.phrases import Phrase, phrase


@frozen(kw_only=True)
class ChangeInWords:
    """A change in words, the path it is about, and how many values it stands for."""

    path: str
    sentence: Phrase
    values: int


def in_words(changes: Sequence[Change]) -> tuple[ChangeInWords, ...]:
    """Say every change; of what has a name and is new or gone, only that.

    >>> from vintage_rules.review import Audience
    >>> change = Change(
    ...     path="pricing.gift_card.maximum",
    ...     key="maximum",
    ...     before="500.00",
    ...     after=None,
    ...     concerns=(Audience.BUYERS,),
    ... )
    >>> [one.sentence.key for one in in_words([change])]
    ['diff.removed']
    """
    wholes = dict(_wholes(changes))
    counts: dict[str, int] = dict.fromkeys(wholes, 0)
    found: list[ChangeInWords] = []
    for change in changes:
        whole = next((path for path in wholes if change.path.startswith(f"{path}.")), None)
        if whole is None:
            found.append(ChangeInWords(path=change.path, sentence=_sentence(change), values=1))
        else:
            counts[whole] += 1
    found += [
        ChangeInWords(path=p, sentence=sentence, values=counts[p]) for p, sentence in wholes.items()
    ]
    return tuple(found)


def _wholes(changes: Sequence[Change]) -> Iterator[tuple[str, Phrase]]:
    """Find what is new or gone with its name; what lies within another is reported with that."""
    found: list[str] = []
    for change in changes:
        path, dot, key = change.path.rpartition(".")
        inside = any(path.startswith(f"{other}.") for other in found)
        one_sided = (change.before is None) != (change.after is None)
        if dot and key == "name" and path.endswith("]") and one_sided and not inside:
            found.append(path)
            name = path
            if change.before is None:
                yield path, phrase("diff.new", name=name)
            else:
                yield path, phrase("diff.gone", name=name)


def _sentence(change: Change) -> Phrase:
    if change.before is None and change.after is not None:
        return phrase("diff.added", what=change.label, after=change.after)
    if change.after is None and change.before is not None:
        return phrase("diff.removed", what=change.label, before=change.before)
    before, after = change.before or "", change.after or ""
    return phrase("diff.changed", what=change.label, before=before, after=after)
