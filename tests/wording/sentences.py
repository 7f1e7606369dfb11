"""The sentences of every sample in every language, in files that somebody has read.

`python -m tests.wording.sentences` writes them anew; read what `git diff` shows before it is
committed: a test compares, only an eye can judge.
"""

from __future__ import annotations

from pathlib import Path

from tests.wording.samples import SAMPLES
from vintage_rules.wording import locales
from vintage_rules.wording.explaining import phrases_of
from vintage_rules.wording.voice import voice_of

FOLDER = Path(__file__).parent / "sentences"


def path_of(language: str) -> Path:
    """Name the file of a language."""
    return FOLDER / f"{language}.txt"


def sentences(language: str) -> str:
    """Say each sample in a language, and each sentence only where it is first said.

    What a decision rests on is left out: it has tests of its own.
    """
    voice, said, lines = voice_of(language), set[str](), list[str]()
    for name, sample in SAMPLES.items():
        told = dict.fromkeys(voice.sentence(each) for each in phrases_of(sample))
        lines += [f"[{name}]", *(sentence for sentence in told if sentence not in said), ""]
        said.update(told)
    return "\n".join(lines)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for known in locales():
        path_of(known).write_text(sentences(known), encoding="utf-8")
