"""Decisions in words: what was decided, from which values, of which edition, by which clause.

Sentences are for people; codes are the interface for programs. No sentence is built before it is
needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.wording.explaining import (
        Explanation as Explanation,
        advice_text as advice_text,
        clause_text as clause_text,
        explain as explain,
        locales as locales,
        reason_text as reason_text,
    )
    from vintage_rules.wording.messages import Letter as Letter, letter as letter
    from vintage_rules.wording.voice import Voice as Voice, voice_of as voice_of
else:
    __getattr__, __dir__ = lazily(__name__)
