"""The rules over columns: Polars, pandas, PyArrow, DuckDB and Spark. Needs the extra `frames`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.frames.columns import (
        Column as Column,
        ColumnKind as ColumnKind,
        RuleColumns as RuleColumns,
    )
    from vintage_rules.frames.delivery import (
        estimate_deliveries as estimate_deliveries,
        estimate_promises as estimate_promises,
    )
    from vintage_rules.frames.fees import (
        quote_fees as quote_fees,
    )
    from vintage_rules.frames.imports import (
        assess_imports as assess_imports,
    )
    from vintage_rules.frames.offers import (
        assess_offers as assess_offers,
    )
    from vintage_rules.frames.orders import (
        quote_orders as quote_orders,
    )
    from vintage_rules.frames.past_orders import (
        past_orders as past_orders,
    )
    from vintage_rules.frames.payouts import (
        assess_payouts as assess_payouts,
    )
    from vintage_rules.frames.places import (
        locate_places as locate_places,
    )
    from vintage_rules.frames.policy import (
        compile_policy as compile_policy,
        FramePolicy as FramePolicy,
    )
    from vintage_rules.frames.refunds import (
        quote_refunds as quote_refunds,
    )
    from vintage_rules.frames.returns import (
        assess_returns as assess_returns,
    )
    from vintage_rules.frames.shapes import (
        FrameRule as FrameRule,
        Shape as Shape,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
