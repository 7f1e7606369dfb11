"""Policies as documents: TOML in, and out the policies that the rules take, by edition."""

from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.loading import load_policy, parse_policy, shipped_policies
from vintage_rules.policies.rows import PolicyRow, policy_rows
from vintage_rules.policies.schema import policy_schema

__all__ = [
    "PolicyBook",
    "PolicyRow",
    "load_policy",
    "parse_policy",
    "policy_rows",
    "policy_schema",
    "shipped_policies",
]
