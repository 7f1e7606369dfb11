"""Articles before a number whose name begins with a vowel.

In Italian "il" and what is joined to it (al, dal, del) lose their vowel before otto, undici and uno
per cento: "dall’8 maggio", "entro l’11 maggio", "all’1%". A catalogue holds the sentence and cannot
know the number, and no locale data says so.
"""

from __future__ import annotations

import re

_ITALIAN = re.compile(
    r"\b([Ii]|[Aa]|[Dd]a|[Dd]e|[Ss]u|[Nn]e)l (?=8|11(?!\d)|1(?:,\d+)?\s?%)",
)


def elided(text: str, language: str) -> str:
    """Return a text with each article elided where its language wants that.

    >>> elided("fino al 8 maggio o entro il 11 maggio, non il 18 maggio", "it")
    'fino all’8 maggio o entro l’11 maggio, non il 18 maggio'
    >>> elided("del 8 maggio", "es")
    'del 8 maggio'
    """
    return _ITALIAN.sub(_joined, text) if language == "it" else text


def _joined(match: re.Match[str]) -> str:
    start = match[1]
    return f"{'L' if start == 'I' else 'l'}’" if start in "Ii" else f"{start}ll’"
