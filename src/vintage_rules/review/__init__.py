"""What stands above policies, words and facts: a policy checked, and held against the law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.review.law.findings import (
        LegalFinding as LegalFinding,
        Verdict as Verdict,
        Weight as Weight,
    )
    from vintage_rules.review.law.holding import (
        CONSUMERS as CONSUMERS,
        hold_against_law as hold_against_law,
    )
    from vintage_rules.review.lint.checking import (
        LintFinding as LintFinding,
        check_document as check_document,
        check_policy as check_policy,
    )
    from vintage_rules.review.lint.flaws import (
        LintCode as LintCode,
        Severity as Severity,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "law.findings": "LegalFinding Verdict Weight",
            "law.holding": "CONSUMERS hold_against_law",
            "lint.checking": "LintFinding check_document check_policy",
            "lint.flaws": "LintCode Severity",
        },
    )
