"""Requests drawn from the description by schemathesis, which holds each response against it.

What a schema allows may still be no fact: a currency there is not, a piece given twice, a day out
of order. 422 says so with the path, and is no finding. Everything else is: a 500, a status, a
header or a body that is not described, and above all an answer to what breaks the schema.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis import Case, Config, SerializationContext

from tests.effort import PROFILE
from vintage_rules.http_api import create_app

# Every value of every field, one at a time: thousands of requests, so for few rules but in `deep`.
_COVERED = ["/", "/v1", "/v1/estimate-delivery", "/v1/gift-card", "/v1/quote-fee", "/v1/tracking"]
_IS_DEEP = PROFILE == "deep"
CONFIG = Config.from_dict(
    {
        "generation": {
            "max-examples": 500 if _IS_DEEP else 4,
            "deterministic": not _IS_DEEP,
            "database": "none",
        },
        "phases": {"coverage": {"enabled": _IS_DEEP}},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": [200, 422]},
            "negative_data_rejection": {"expected-statuses": [400, 405, 406, 415, 422]},
        },
        "operations": [
            # Any text is lines, and each line that is none has its own error.
            {"include-path": "/v1/batch", "generation": {"mode": "positive"}},
            *(
                {"include-path": path, "phases": {"coverage": {"enabled": True}}}
                for path in _COVERED
            ),
        ],
    }
)


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: SerializationContext, value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", create_app(), config=CONFIG)


@SCHEMA.parametrize()
def test_no_request_finds_a_fault(case: Case[Any]) -> None:
    """Each response is what is described, and nothing that breaks the schema is answered."""
    assert case.call_and_validate().status_code in {200, 204, 400, 405, 406, 415, 422}
