"""What is said of each decision. Each context registers its own; `explaining` loads them all."""

from __future__ import annotations

from functools import singledispatch

from vintage_rules.errors import InvalidValueError
from vintage_rules.wording.phrases import Account


@singledispatch
def account_of(decision: object) -> Account:
    """Return everything to say about a decision.

    Raises:
        InvalidValueError: For anything but a decision.

    >>> account_of("yes")
    Traceback (most recent call last):
    ...
    vintage_rules.errors.InvalidValueError: decision: must be a decision of this library, got 'yes'
    """
    raise InvalidValueError("decision", decision, "a decision of this library")
