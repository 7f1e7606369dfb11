"""Policies as documents: TOML in, and out the policies that the rules take, by edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.policies.book import (
        PolicyBook as PolicyBook,
    )
    from vintage_rules.policies.loading import (
        load_policy as load_policy,
        parse_policy as parse_policy,
        shipped_policies as shipped_policies,
    )
    from vintage_rules.policies.rows import (
        policy_rows as policy_rows,
        PolicyRow as PolicyRow,
    )
    from vintage_rules.policies.schema import (
        policy_schema as policy_schema,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
