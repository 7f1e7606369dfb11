"""`vintage-rules policy law`: a policy compared with statute, on the screen or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

from vintage_rules.cli.clock import today
from vintage_rules.cli.errors import NO_LAW, WRONG_INPUT, WRONG_USE, CliError
from vintage_rules.cli.policies import book_of
from vintage_rules.cli.quoting import day_asked
from vintage_rules.cli.screen import pairs
from vintage_rules.cli.words import Words
from vintage_rules.errors import NoEditionError, UnknownTermError
from vintage_rules.ids import Edition
from vintage_rules.review.law.findings import LegalFinding, Verdict
from vintage_rules.review.law.holding import CONSUMERS, hold_against_law
from vintage_rules.wording.phrases import Country, counted, phrase


def held(
    policy: str, on: str | None, countries: str | None
) -> tuple[Edition, tuple[LegalFinding, ...]]:
    """Compare a policy with the law of a day.

    Raises:
        CliError: If there is no such policy, edition or jurisdiction.
    """
    day = day_asked(on) or today()
    named = tuple(CONSUMERS) if countries is None else tuple(countries.split(","))
    book = book_of(policy)
    try:
        return book.on(day).edition, hold_against_law(book, day, jurisdictions=named)
    except UnknownTermError as error:
        raise CliError(f"--{error}", WRONG_USE) from error
    except NoEditionError as error:
        raise CliError(f"--{error}") from error


def law_on_screen(
    edition: Edition, found: Sequence[LegalFinding], words: Words, *, everything: bool
) -> Group:
    """Show what falls short of a law, and how many are met; or all of it.

    Where no statute of the table applies, only that.
    """
    if not found:
        return Group(
            Text(str(edition), style="bold"),
            Text(words.show(phrase("law.no-advice")), style="dim"),
            Text(words.show(phrase("law.none-applies"))),
        )
    shown = [one for one in found if everything or one.verdict is not Verdict.MET]
    met = sum(one.verdict is Verdict.MET for one in found)
    return Group(
        Text(str(edition), style="bold"),
        Text(words.show(phrase("law.no-advice")), style="dim"),
        Text(""),
        *(_finding(one, words) for one in shown),
        Text(words.show(counted("law.met", met))),
    )


def _finding(one: LegalFinding, words: Words) -> Group:
    statute = one.statute
    country = words.show(Country(statute.jurisdiction))
    rows = (
        (words.heading("law"), f"{country}: {statute.article}"),
        (words.heading("since"), words.show(statute.since)),
        (words.heading("policy-says"), one.says_in(words.locale)),
        ("", one.path),
        ("", "; ".join(one.sources)),
        (words.heading("law-asks"), one.asked(words.locale)),
    )
    title = f"{words.named('law-check', one.check)}: {_verdict(one, words)}"
    return Group(Text(title, style="bold"), pairs(rows), Text(""))


def _verdict(one: LegalFinding, words: Words) -> str:
    verdict = words.show(phrase(f"law.verdict.{one.verdict}"))
    weight = words.show(phrase(f"law.weight.{one.severity}"))
    return verdict if one.verdict is Verdict.MET else f"{verdict} ({weight})"


def law_as_json(edition: Edition, found: Sequence[LegalFinding], words: Words) -> str:
    """Return every finding, also of laws that are met, as one JSON object."""
    report = {
        "edition": str(edition),
        "note": words.show(phrase("law.no-advice")),
        "applies": bool(found),
        "findings": [_object(one, words) for one in found],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _object(one: LegalFinding, words: Words) -> dict[str, object]:
    statute = one.statute
    return {
        "check": one.check,
        "verdict": str(one.verdict),
        "severity": str(one.severity),
        "jurisdiction": statute.jurisdiction,
        "article": statute.article,
        "since": str(statute.since),
        "until": str(statute.until) if statute.until else None,
        "path": one.path,
        "policy_says": one.says_in(words.locale),
        "policy_sources": list(one.sources),
        "law_asks": one.asked(words.locale),
        "law_source": statute.source,
        "verified": statute.verified,
        "as_of": str(statute.as_of),
        "note": statute.note,
    }


def status_of_law(found: Sequence[LegalFinding]) -> int:
    """Return the exit status: 0 where nothing falls short, 1 where something does.

    And 3 where no statute of the table applies, so that this is never taken for a good mark.

    >>> status_of_law(())
    3
    """
    if not found:
        return NO_LAW
    return WRONG_INPUT if any(one.verdict is Verdict.BELOW for one in found) else 0
