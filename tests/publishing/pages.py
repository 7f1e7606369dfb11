"""The questions and answers of the shipped house in every language, and of invented houses in one,
in files somebody has read.

`python -m tests.publishing.pages` writes them anew; read what `git diff` shows before it is
committed: a test compares, only an eye can judge.
"""

from __future__ import annotations

from pathlib import Path

from tests.publishing.houses import INVENTED, PUBLISHER, TODAY, house_of
from vintage_rules.publishing import faq_as_markdown, write_faq
from vintage_rules.wording import locales

FOLDER = Path(__file__).parent / "pages"


PAGES = (
    *(("imparfaite", language) for language in locales()),
    *((house, "en-GB") for house in INVENTED),
)


def path_of(house: str, language: str) -> Path:
    """Name the file of a house in a language."""
    return FOLDER / (f"{language}.md" if house == "imparfaite" else f"{house}.md")


def page(house: str, language: str) -> str:
    """Write the page of a house in a language."""
    return faq_as_markdown(write_faq(house_of(house), PUBLISHER, language, TODAY))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for known in PAGES:
        path_of(*known).write_text(page(*known), encoding="utf-8")
