"""The rules as JSON: one request in, one answer out, as the contract of `vintage-rules eval` says.

A request that cannot be answered gets an error that says where and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.api.answering import (
        answer as answer,
    )
    from vintage_rules.api.json_values import (
        Json as Json,
        to_json as to_json,
    )
    from vintage_rules.api.schemas import (
        rule_schema as rule_schema,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
