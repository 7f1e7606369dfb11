"""The rules of the API by name, one module for each context, loaded when first used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from vintage_rules.api.names import one_of
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.rule import Rule
from vintage_rules.errors import shortened

HOMES: Mapping[str, str] = {
    "arrive-by": "shipping",
    "assess-alert": "offers",
    "assess-cancellation": "returns",
    "assess-checkout": "checkout",
    "assess-claim": "returns",
    "assess-import": "customs",
    "assess-message": "service",
    "assess-offer": "offers",
    "assess-payout": "refunds",
    "assess-pending-refund": "refunds",
    "assess-request": "service",
    "assess-return": "returns",
    "catalogue": "offers",
    "contact": "service",
    "estimate-delivery": "shipping",
    "estimate-statement": "refunds",
    "gift-card": "pricing",
    "quality-control-fee": "pricing",
    "quote-fee": "pricing",
    "quote-order": "orders",
    "quote-payout": "payouts",
    "quote-refund": "refunds",
    "replay-negotiation": "offers",
    "replay-order": "order_replay",
    "return-deadline": "returns",
    "route-return": "returns",
    "silence": "service",
    "tender": "pricing",
    "tracking": "shipping",
    "undelivered": "returns",
}


@cache  # bounded by the rules; any other name raises
def rule_named(name: str) -> Rule:
    """Return the rule of a name.

    Raises:
        Rejection: Naming those there are.

    >>> rule_named("quality-control-fees")
    Traceback (most recent call last):
    ...
    vintage_rules.api.rejection.Rejection: rule: must be one of arrive-by, ...
    """
    home = HOMES.get(name)
    if home is None:
        raise Rejection("rule", f"must be {one_of(name, tuple(HOMES))}, got {shortened(name)}")
    module = import_module(f"{__name__}.{home}")
    rules = (each for each in vars(module).values() if isinstance(each, Rule))
    return next(each for each in rules if each.name == name)
