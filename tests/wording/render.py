"""Sentences as they can be read in a test, with their unbreakable spaces made visible."""

from __future__ import annotations

from vintage_rules.wording import explain

SHIPPED_EN = "(policy imparfaite, edition of January 1, 2023)."
SHIPPED_FR = "(politique imparfaite, édition du 1er janvier 2023)."


def told(decision: object, locale: str) -> list[str]:
    """Give the sentences, with `~` for the space that does not break and `^` for the narrow one."""
    return [
        sentence.replace("\N{NO-BREAK SPACE}", "~").replace("\N{NARROW NO-BREAK SPACE}", "^")
        for sentence in explain(decision, locale).sentences
    ]
