"""Policies as data: policies checked, judged and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.review.diff.changes import (
        Audience as Audience,
        Change as Change,
    )
    from vintage_rules.review.diff.comparing import (
        PolicyDiff as PolicyDiff,
        Topic as Topic,
        diff_policies as diff_policies,
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
    from vintage_rules.review.check.checking import (
        CheckFinding as CheckFinding,
        check_document as check_document,
        check_policy as check_policy,
    )
    from vintage_rules.review.check.flaws import (
        CheckCode as CheckCode,
        Severity as Severity,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "diff.changes": "Audience Change",
            "diff.comparing": "PolicyDiff Topic diff_policies",
            "diff.examples": "Example",
            "law.findings": "LegalFinding Verdict Weight",
            "law.holding": "CONSUMERS hold_against_law",
            "check.checking": "CheckFinding check_document check_policy",
            "check.flaws": "CheckCode Severity",
        },
    )
