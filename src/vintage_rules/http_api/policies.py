"""The policies that a request may name: the shipped ones, and those the server was started with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vintage_rules.api.answering import DEFAULT_POLICY
from vintage_rules.errors import InvalidValueError
from vintage_rules.policies.loading import SUFFIX, load_policy, shipped_policies


def policies_by_name(policies: Sequence[str]) -> Mapping[str, str]:
    """Return each policy that may be named, with the shipped name or the path it is read from.

    The first of those given comes first, `imparfaite` without any.

    Raises:
        PolicyError: For a policy there is not, and for a document with faults.
        InvalidValueError: For two policies of one name.

    >>> list(policies_by_name(["vinted"]))[:2]
    ['vinted', 'imparfaite']
    """
    found: dict[str, str] = {}
    for policy in dict.fromkeys([*(policies or [DEFAULT_POLICY]), *shipped_policies()]):
        book = load_policy(policy)
        name = book.name if policy.endswith(SUFFIX) else policy
        if name in found:
            raise InvalidValueError("policy", name, "a name that no other policy has")
        found[name] = policy
    return found
