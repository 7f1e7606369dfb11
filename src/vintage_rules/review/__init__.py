"""What stands above policies, words and facts: a policy checked for what it can hardly mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
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
            "lint.checking": "LintFinding check_document check_policy",
            "lint.flaws": "LintCode Severity",
        },
    )
