"""When sellers are paid, over columns. Clause R6; the scalar rule is `returns.assess_payout`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import narwhals as nw

from vintage_rules.dates import last_day_before
from vintage_rules.frames.arithmetic import first_of
from vintage_rules.frames.by_day import Answer, answered_by_day, days_outside
from vintage_rules.frames.columns import RuleColumns, columns
from vintage_rules.frames.engine import Engine, FrameT, Lazy, carry_out
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.shapes import FrameRule
from vintage_rules.frames.tables import known_territories
from vintage_rules.returns.payout import RECEIPTS, PayoutHold, payable_at
from vintage_rules.world.calendars import calendar

PAID = RuleColumns(
    needed=columns("territory", "received", "today", "return_open"),
    optional=columns("sale_kind", "error"),
    added=columns("payout_window_ends", "payout_due", "reasons", "error"),
)
"""The columns of `assess_payouts`."""


def assess_payouts(frame: FrameT, policy: FramePolicy) -> FrameT:
    """Return a frame with whether the seller of each piece is paid on a day.

    Clause R6. `payout_window_ends` is the last day of the piece's window, by the holidays of the
    house; from the day after it on the seller is paid, unless a return is open. `reasons` say what
    holds the payout, as the scalar rule `assess_payout` does.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> pieces = pl.DataFrame(
    ...     {
    ...         "territory": ["FR", "FR"],
    ...         "received": [date(2026, 4, 17), date(2026, 4, 17)],
    ...         "today": [date(2026, 5, 4), date(2026, 5, 5)],
    ...         "return_open": [False, False],
    ...     }
    ... )
    >>> assess_payouts(pieces, house)["reasons"].to_list()
    ['window-open', '']
    """
    policy.require(FrameRule.ASSESS_PAYOUTS)
    return carry_out(frame, PAID, lambda engine, lazy: _assessed(engine, lazy, policy))


def _assessed(engine: Engine, frame: Lazy, policy: FramePolicy) -> Lazy:
    house = policy.house
    payouts, kept = house.returns.payouts, calendar(house.calendar)
    territories = {territory.code: territory for territory in known_territories()}
    names = frame.collect_schema().names()

    def answer(terms: Sequence[str], day: date) -> Answer:
        closes = payable_at(
            dict.fromkeys(RECEIPTS, day),
            payouts,
            kept,
            territory=territories.get(terms[0]),
            sale_kind=terms[1] or None,
        )
        ends = None if closes is None else last_day_before(closes, payouts.where)
        return {"payout_window_ends": ends}

    sale = nw.coalesce(nw.col("sale_kind"), nw.lit("")) if "sale_kind" in names else nw.lit("")
    reason = first_of(
        *(
            (nw.col(n).is_null(), f"{n}: must be given")
            for n in ("territory", "today", "return_open")
        ),
        days_outside("received"),
    )
    fault = nw.coalesce(nw.col("error"), reason) if "error" in names else reason
    frame = frame.with_columns(fault=fault, sale=sale)
    frame = answered_by_day(
        engine,
        frame,
        keys=("territory", "sale"),
        day="received",
        answer=answer,
        into={"payout_window_ends": nw.Date()},
        remembered=policy.remembered(FrameRule.ASSESS_PAYOUTS),
    )
    frame = frame.with_columns(error=nw.coalesce(nw.col("fault"), nw.col("answer~error")))
    sound, ends = nw.col("error").is_null(), nw.col("payout_window_ends")
    unreceived = nw.col("received").is_null()
    holds = {
        PayoutHold.NOT_BEGUN: ends.is_null() & ~unreceived,
        PayoutHold.NOT_RECEIVED: unreceived,
        PayoutHold.RETURN_OPEN: nw.col("return_open"),
        PayoutHold.WINDOW_OPEN: (nw.col("today") <= ends).fill_null(value=False),
    }
    reasons = nw.concat_str(
        [
            nw.when(sound & held).then(nw.lit(hold.value)).otherwise(None)
            for hold, held in holds.items()
        ],
        separator=",",
        ignore_nulls=True,
    )
    frame = frame.with_columns(nw.when(sound).then(reasons).otherwise(None).alias("reasons"))
    return frame.with_columns(
        (nw.col("reasons") == "").alias("payout_due"),
        nw.when(nw.col("error").is_null()).then(ends).otherwise(None).alias("payout_window_ends"),
    )
