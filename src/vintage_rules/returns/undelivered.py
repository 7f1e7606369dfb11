"""What happens to a parcel that went back to its sender undelivered. Clause L14."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.returns.policy import CustomsOutcome, ReturnsPolicy
from vintage_rules.returns.terms import RefundTerms


@frozen(kw_only=True)
class UndeliveredRefunded(Decision):
    """The buyer is refunded on these terms, once they agree."""

    terms: RefundTerms


@frozen(kw_only=True)
class UndeliveredRelisted(Decision):
    """The pieces are listed again for the buyer, and nothing is refunded."""


@frozen(kw_only=True)
class UndeliveredForfeited(Decision):
    """Nothing goes back to the buyer."""


UndeliveredAssessment: TypeAlias = UndeliveredRefunded | UndeliveredRelisted | UndeliveredForfeited
"""What becomes of a parcel that came back undelivered. Clause L14."""


def assess_undelivered(policy: ReturnsPolicy, *, unpaid_customs: bool) -> UndeliveredAssessment:
    """Return what happens to a parcel that is back at its sender. Clause L14.

    The policy decides it by whether its buyer did not pay customs or it came back for any other
    reason.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22)).returns
    >>> assess_undelivered(house, unpaid_customs=True).terms.name
    'sent-back'
    """
    edition = policy.returns.edition
    if not unpaid_customs:
        terms = policy.undelivered.sent_back
        return UndeliveredRefunded(terms=terms, edition=edition, sources=terms.sources)
    rule = policy.undelivered.of_unpaid_customs
    match rule.outcome:
        case CustomsOutcome.REFUND:
            terms = rule.refund or policy.undelivered.sent_back
            return UndeliveredRefunded(terms=terms, edition=edition, sources=rule.sources)
        case CustomsOutcome.RELIST:
            return UndeliveredRelisted(edition=edition, sources=rule.sources)
        case CustomsOutcome.NOTHING:
            return UndeliveredForfeited(edition=edition, sources=rule.sources)
        case _:
            assert_never(rule.outcome)
