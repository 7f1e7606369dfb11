"""One answer for all returns, or one for each kind of case that differs, and no more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

from vintage_rules.publishing.faq.entries import Line, Part, joined
from vintage_rules.publishing.regions import WITHDRAWAL
from vintage_rules.returns.decision_table import DIMENSIONS, ReturnCase
from vintage_rules.returns.table_policy import ReturnPolicy, ReturnRule
from vintage_rules.wording.phrases import Phrase, Term, Value

Sentences: TypeAlias = tuple[Phrase, ...]
Branch: TypeAlias = tuple[tuple[Value, ...], Sentences]

_KINDS = {  # the columns in the order they are compared, and the words of their terms
    "reason": "reason",
    "zone": "return-zone",
    "seller_kind": "bought-from",
    "mode": "mode",
    "category": "category",
    "sale_kind": "sale-kind",
}


def return_rules(policy: ReturnPolicy) -> Mapping[ReturnCase, ReturnRule]:
    """Return the row that decides each case of a change of mind.

    If the policy knows no such reason, the rows that decide every reason.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> len(return_rules(house.returns.returns))
    8
    """
    known = policy.domain.reason
    reasons = (WITHDRAWAL,) if WITHDRAWAL in known else known
    return rules_for(policy, reasons)


def other_reasons(policy: ReturnPolicy) -> tuple[str, ...]:
    """Return the reasons beside a change of mind.

    None if the policy does not know it, since all are then answered together.
    """
    known = policy.domain.reason
    return tuple(reason for reason in known if WITHDRAWAL in known and reason != WITHDRAWAL)


def rules_for(policy: ReturnPolicy, reasons: Collection[str]) -> Mapping[ReturnCase, ReturnRule]:
    """Return the row that decides each case of some reasons."""
    cases = (case for case in policy.domain.cases() if case.reason in reasons)
    return {case: policy.rule_for(case) for case in cases}


def by_case(
    rules: Mapping[ReturnCase, ReturnRule], answer: Callable[[ReturnRule], Sentences]
) -> tuple[Part, ...]:
    """Return one answer for all cases, or one for each group of cases that has its own.

    What has no answer is left out.
    """
    branches = [each for each in _branches({c: answer(r) for c, r in rules.items()}) if each[1]]
    if len(branches) == 1 and not branches[0][0]:
        return branches[0][1]
    return tuple(Line(labels, answer) for labels, answer in branches)


def _branches(answers: Mapping[ReturnCase, Sentences]) -> Iterator[Branch]:
    answer = list(answers.values())
    if all(each == answer[0] for each in answer):
        yield from (((), each) for each in answer[:1])
        return
    column = next(name for name in _KINDS if _matters(name, answers))
    for terms, below in _grouped(column, answers):
        label = joined("format.either", (Term(_KINDS[column], term) for term in terms))
        yield from (((label, *labels), each) for labels, each in below)


def _grouped(
    column: str, answers: Mapping[ReturnCase, Sentences]
) -> list[tuple[list[str], list[Branch]]]:
    """The terms of a column, those together under which all answers are the same."""
    found: list[tuple[list[str], list[Branch]]] = []
    for term in dict.fromkeys(getattr(case, column) for case in answers):
        within = {case: each for case, each in answers.items() if getattr(case, column) == term}
        below = list(_branches(within))
        alike = next((terms for terms, other in found if other == below), None)
        if alike is None:
            found.append(([term], below))
        else:
            alike.append(term)
    return found


def _matters(column: str, answers: Mapping[ReturnCase, Sentences]) -> bool:
    """Whether two cases that differ in this column alone have different answers."""
    place = DIMENSIONS.index(column)
    found: dict[tuple[str, ...], Sentences] = {}
    for case, answer in answers.items():
        others = case.key[:place] + case.key[place + 1 :]
        if found.setdefault(others, answer) != answer:
            return True
    return False
