"""The paths of the API, and the parameters of a question beside its facts."""

from __future__ import annotations

INDEX = "/"
HEALTH = "/health"
OPENAPI = "/openapi.json"
RULES = "/v1"
BATCH = "/v1/batch"
PARAMETERS = ("id", "locale", "on", "policy")


def path_of(rule: str) -> str:
    """Return the path of a rule.

    >>> path_of("quote-order")
    '/v1/quote-order'
    """
    return f"{RULES}/{rule}"
