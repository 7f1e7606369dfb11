"""What a house tells its customers, and the machines that read for them: all from its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.publishing.publisher import (
        Publisher as Publisher,
    )
    from vintage_rules.publishing.schema_org import (
        schema_org as schema_org,
    )
    from vintage_rules.publishing.schema_returns import (
        return_policies as return_policies,
    )
    from vintage_rules.publishing.schema_shipping import (
        shipping_details as shipping_details,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "publisher": "Publisher",
            "schema_org": "schema_org",
            "schema_returns": "return_policies",
            "schema_shipping": "shipping_details",
        },
    )
