"""Whether offers may be made, over columns. Clauses N1, N2, N3, N8, C1.

The scalar rule is `offers.assess_offer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

import narwhals as nw

from vintage_rules.frames.arithmetic import decimals, first_of, number
from vintage_rules.frames.columns import RuleColumns, columns
from vintage_rules.frames.engine import Engine, FrameT, Lazy, carry_out
from vintage_rules.frames.fees import amount_faults, currency_faults
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.shapes import FrameRule
from vintage_rules.offers.policy import Floor, FloorBase, OfferPolicy
from vintage_rules.offers.refusals import OfferRefusal
from vintage_rules.offers.seller_policy import LowerBound

_FLAGS = ("open_to_offers", "signed_in", "available")

OFFERED = RuleColumns(
    needed=columns("price", "initial_price", *_FLAGS, "offers_made"),
    optional=columns(
        "current_price",
        "seller_minimum",
        "offer_running",
        "offered_today",
        "opened",
        "authorised",
        "deals_made",
        "deals_kept",
        "currency",
        "error",
    ),
    added=columns("admissible", "reasons", "error"),
)
"""The columns of `assess_offers`."""


def assess_offers(frame: FrameT, policy: FramePolicy) -> FrameT:
    """Return a frame with whether each offer may be made, and every reason against it.

    Clauses N1, N2, N3, N8, C1. `reasons` are in alphabetical order, with a comma between them. A
    row that the scalar rule `assess_offer` cannot decide has its reason as `error`.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> from datetime import date
    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> offers = pl.DataFrame(
    ...     {
    ...         "price": [6999, 7000],
    ...         "initial_price": [10000, 10000],
    ...         "open_to_offers": [True, True],
    ...         "signed_in": [False, True],
    ...         "available": [True, True],
    ...         "offers_made": [0, 0],
    ...     }
    ... )
    >>> assess_offers(offers, house)["reasons"].to_list()
    ['not-signed-in,reduction-too-large', '']
    """
    policy.require(FrameRule.ASSESS_OFFERS)
    offers = policy.house.listing.offers
    return carry_out(
        frame, OFFERED, lambda engine, lazy: _assessed(engine, lazy, offers, policy.currency)
    )


def _assessed(_: Engine, frame: Lazy, policy: OfferPolicy, currency: str) -> Lazy:
    names = frame.collect_schema().names()
    faults = [
        *amount_faults("price", currency, least=None),
        *amount_faults("initial_price", currency, least=1),
        *(
            fault
            for name in ("current_price", "seller_minimum")
            if name in names
            for fault in amount_faults(name, currency, least=1)[1:]
        ),
        *currency_faults(names, currency, "price"),
        *((nw.col(name).is_null(), f"{name}: must be given") for name in (*_FLAGS, "offers_made")),
        (nw.col("offers_made") < 0, "offers_made: must be 0 or more"),
    ]
    reason = first_of(*faults)
    error = nw.coalesce(nw.col("error"), reason) if "error" in names else reason
    frame = frame.with_columns(error.alias("error"))
    sound = nw.col("error").is_null()
    price, initial = (
        nw.when(sound).then(nw.col(name)).otherwise(None) for name in ("price", "initial_price")
    )
    current = nw.coalesce(nw.col("current_price"), initial) if "current_price" in names else initial
    against = {
        OfferRefusal.NOT_POSITIVE: price <= 0,
        OfferRefusal.NOT_BELOW_CURRENT_PRICE: price >= current,
        **dict(_against_amount(policy.floor, names, price, initial, current)),
        **dict(_against_circumstances(policy, names)),
    }
    reasons = nw.concat_str(
        [
            nw.when(sound & held).then(nw.lit(refusal.value)).otherwise(None)
            for refusal, held in sorted(against.items())
        ],
        separator=",",
        ignore_nulls=True,
    )
    frame = frame.with_columns(
        nw.when(nw.col("error").is_null()).then(reasons).otherwise(None).alias("reasons")
    )
    return frame.with_columns((nw.col("reasons") == "").alias("admissible"))


def _against_amount(
    floor: Floor | None, names: list[str], price: nw.Expr, initial: nw.Expr, current: nw.Expr
) -> Iterator[tuple[OfferRefusal, nw.Expr]]:
    """Compare exactly: the least is never rounded."""
    if floor is None:
        return
    match floor.base:
        case FloorBase.INITIAL:
            base = initial
        case FloorBase.CURRENT:
            base = current
        case FloorBase.SELLER:
            if "seller_minimum" not in names:
                return
            base = nw.col("seller_minimum")
        case _:
            assert_never(floor.base)
    scale = 10 ** decimals(floor.kept)
    least, offered = base * int(floor.kept * scale), price * scale
    deep = offered < least if floor.bound is LowerBound.AT_LEAST else offered <= least
    yield OfferRefusal.REDUCTION_TOO_LARGE, deep.fill_null(value=False)


def _against_circumstances(
    policy: OfferPolicy, names: list[str]
) -> Iterator[tuple[OfferRefusal, nw.Expr]]:
    def flag(name: str, *, default: bool) -> nw.Expr:
        if name not in names:
            return nw.lit(default)
        return nw.col(name).fill_null(value=default)

    made = flag("offer_running", default=False)
    if policy.quota.per_piece is not None:
        made = made | (nw.col("offers_made") >= policy.quota.per_piece)
    yield OfferRefusal.ALREADY_OFFERED, made
    if policy.completion_at_least is not None and {"deals_made", "deals_kept"} <= {*names}:
        scale = 10 ** decimals(policy.completion_at_least)
        least = nw.col("deals_made") * int(policy.completion_at_least * scale)
        few = (nw.col("deals_kept") * scale < least) & (nw.col("deals_made") > 0)
        yield OfferRefusal.COMPLETION_TOO_LOW, few.fill_null(value=False)
    if policy.held:
        yield OfferRefusal.NOT_AUTHORISED, ~flag("authorised", default=False)
    yield OfferRefusal.NOT_AVAILABLE, ~nw.col("available")
    opens = nw.col("open_to_offers") if policy.taken else nw.lit(value=False)
    yield OfferRefusal.NOT_OPEN_TO_OFFERS, ~opens
    if policy.sign_in_required:
        yield OfferRefusal.NOT_SIGNED_IN, ~nw.col("signed_in")
    if policy.quota.per_day is not None:
        today = nw.col("offered_today").fill_null(0) if "offered_today" in names else number(0)
        yield OfferRefusal.TOO_MANY_TODAY, today >= policy.quota.per_day
    yield OfferRefusal.TOO_SOON, ~flag("opened", default=True)
