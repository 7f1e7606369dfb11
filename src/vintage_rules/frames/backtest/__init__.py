"""What a change of policy would have done to past orders. Needs the extra `frames`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.frames.backtest.page import (
        backtest_page as backtest_page,
    )
    from vintage_rules.frames.backtest.pricing import (
        backtest_columns as backtest_columns,
        backtest_orders as backtest_orders,
    )
    from vintage_rules.frames.backtest.result import (
        Backtest as Backtest,
        ChangedOrder as ChangedOrder,
        Crossing as Crossing,
        Dimension as Dimension,
        Group as Group,
        NotPriced as NotPriced,
        Party as Party,
        Step as Step,
        Sums as Sums,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
