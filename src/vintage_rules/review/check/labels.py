"""Checks of labels: names that have one in some of the house's languages alone."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.wording.catalogues import languages
from vintage_rules.wording.phrases import listed


def label_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Compare the languages of each label with those of all others, and with the catalogues."""
    labels, known = sheet.policy.labels.by_key, frozenset(languages())
    spoken = {code for named in labels.values() for words in named.values() for code in words}
    for key, named in labels.items():
        for name, words in named.items():
            missing = listed(sorted((spoken & known) - words.keys()))
            if missing.items:
                at = ("labels", key, name)
                code = CheckCode.LABEL_WITHOUT_LANGUAGE
                yield flaw(code, at, shown(name), languages=missing)
            for language in sorted(words.keys() - known):
                where, there = ("labels", key, name, language), listed(sorted(known))
                example = shown(words[language])
                yield flaw(CheckCode.LABEL_NEVER_SHOWN, where, example, known=there)
