"""Policies as data: policies checked, judged and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.review.check.checking import (
        check_document as check_document,
        check_policy as check_policy,
        CheckFinding as CheckFinding,
    )
    from vintage_rules.review.check.flaws import (
        CheckCode as CheckCode,
        Severity as Severity,
    )
    from vintage_rules.review.diff.changes import (
        Audience as Audience,
        Change as Change,
    )
    from vintage_rules.review.diff.comparing import (
        diff_policies as diff_policies,
        PolicyDiff as PolicyDiff,
        Topic as Topic,
    )
    from vintage_rules.review.diff.examples import (
        Example as Example,
    )
    from vintage_rules.review.law.findings import (
        LegalFinding as LegalFinding,
        Verdict as Verdict,
        Weight as Weight,
    )
    from vintage_rules.review.law.holding import (
        CONSUMERS as CONSUMERS,
        hold_against_law as hold_against_law,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
