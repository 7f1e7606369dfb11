"""Every column equals the scalar rule, row by row, on every engine and under every policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest
from attrs import evolve, frozen

from tests.effort import sampled
from tests.frames.engines import ENGINES, answers, frame_of
from tests.frames.houses import NAMES, house
from tests.frames.rows import (
    RATES,
    Row,
    delivery_of,
    fee_rows,
    fees_of_row,
    import_of,
    import_rows,
    offer_of,
    offer_rows,
    order_rows,
    orders_of_rows,
    parcel_rows,
    payout_of,
    promise_of,
    refund_rows,
    refunds_of_rows,
    return_of,
    return_rows,
)
from vintage_rules.errors import NoColumnFormError
from vintage_rules.frames.columns import RuleColumns
from vintage_rules.frames.delivery import (
    ESTIMATED,
    PROMISED,
    estimate_deliveries,
    estimate_promises,
)
from vintage_rules.frames.fees import quote_fees, quoted_fees_columns
from vintage_rules.frames.imports import IMPORTED, assess_imports
from vintage_rules.frames.offers import OFFERED, assess_offers
from vintage_rules.frames.orders import order_columns, quote_orders
from vintage_rules.frames.payouts import PAID, assess_payouts
from vintage_rules.frames.places import PLACED, locate_places
from vintage_rules.frames.policy import FramePolicy, compile_policy
from vintage_rules.frames.refunds import quote_refunds, refund_columns
from vintage_rules.frames.returns import ASSESSED, assess_returns
from vintage_rules.frames.shapes import FrameRule, shapes_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.loading import shipped_policies
from vintage_rules.pricing.fee_policy import Per


@frozen(kw_only=True)
class Compared:
    """A rule over columns beside its scalar rule: how rows are drawn, and what both answer."""

    drawn: Callable[[HousePolicy, Random, int], list[Row]]
    columns: Callable[[FramePolicy], RuleColumns]
    frame: Callable[[object, FramePolicy], object]
    scalar: Callable[[HousePolicy, Sequence[Row]], list[Row]]
    name: FrameRule
    count: int = 60


def each(
    answer: Callable[[HousePolicy, Row], Row],
) -> Callable[[HousePolicy, Sequence[Row]], list[Row]]:
    """Answer row by row."""
    return lambda policy, rows: [answer(policy, row) for row in rows]


def exchanged_imports(frame: object, policy: FramePolicy) -> object:
    """Give the rates of exchange."""
    return assess_imports(frame, policy, rates=RATES)


def located_orders(frame: object, policy: FramePolicy) -> object:
    """Place the addresses first."""
    return quote_orders(locate_places(frame), policy)


def located_refunds(frame: object, policy: FramePolicy) -> object:
    """Place the addresses first."""
    return quote_refunds(locate_places(frame), policy)


def address_columns(policy: FramePolicy) -> RuleColumns:
    """Return the columns of `located_orders`."""
    return _by_address(order_columns(policy))


def refunded_columns(policy: FramePolicy) -> RuleColumns:
    """Return the columns of `located_refunds`."""
    return _by_address(refund_columns(policy))


def _by_address(rule: RuleColumns) -> RuleColumns:
    needed = [column for column in rule.needed if column.name != "territory"]
    return RuleColumns(needed=(*PLACED.needed, *needed), optional=rule.optional, added=rule.added)


RULES = {
    FrameRule.QUOTE_FEES: Compared(
        name=FrameRule.QUOTE_FEES,
        drawn=fee_rows,
        columns=quoted_fees_columns,
        frame=quote_fees,
        scalar=each(fees_of_row),
    ),
    FrameRule.QUOTE_ORDERS: Compared(
        name=FrameRule.QUOTE_ORDERS,
        drawn=order_rows,
        columns=address_columns,
        frame=located_orders,
        scalar=orders_of_rows,
    ),
    FrameRule.QUOTE_REFUNDS: Compared(
        name=FrameRule.QUOTE_REFUNDS,
        drawn=refund_rows,
        columns=refunded_columns,
        frame=located_refunds,
        scalar=refunds_of_rows,
    ),
    FrameRule.ESTIMATE_DELIVERIES: Compared(
        name=FrameRule.ESTIMATE_DELIVERIES,
        drawn=parcel_rows,
        columns=lambda _: ESTIMATED,
        frame=estimate_deliveries,
        scalar=each(delivery_of),
    ),
    FrameRule.ESTIMATE_PROMISES: Compared(
        name=FrameRule.ESTIMATE_PROMISES,
        drawn=parcel_rows,
        columns=lambda _: PROMISED,
        frame=estimate_promises,
        scalar=each(promise_of),
    ),
    FrameRule.ASSESS_IMPORTS: Compared(
        name=FrameRule.ASSESS_IMPORTS,
        drawn=import_rows,
        columns=lambda _: IMPORTED,
        frame=exchanged_imports,
        scalar=each(import_of),
    ),
    FrameRule.ASSESS_OFFERS: Compared(
        name=FrameRule.ASSESS_OFFERS,
        drawn=offer_rows,
        columns=lambda _: OFFERED,
        frame=assess_offers,
        scalar=each(offer_of),
    ),
    FrameRule.ASSESS_RETURNS: Compared(
        name=FrameRule.ASSESS_RETURNS,
        drawn=return_rows,
        columns=lambda _: ASSESSED,
        frame=assess_returns,
        scalar=each(return_of),
    ),
    FrameRule.ASSESS_PAYOUTS: Compared(
        name=FrameRule.ASSESS_PAYOUTS,
        drawn=return_rows,
        columns=lambda _: PAID,
        frame=assess_payouts,
        scalar=each(payout_of),
    ),
}


def check_equal(rule: Compared, policy: HousePolicy, random: Random, engine: str) -> None:
    """Compare all that the scalar rule says of each row."""
    compiled = compile_policy(policy, rule.name)
    rows = rule.drawn(policy, random, rule.count)
    expected = rule.scalar(policy, rows)
    columns = rule.columns(compiled)
    found = answers(engine, frame_of(rows, columns), lambda frame: rule.frame(frame, compiled))
    for number, (row, one, other) in enumerate(zip(rows, expected, found, strict=True)):
        found_there = {name: other[name] for name in one}
        assert found_there == one, (number, row, found_there, one)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rule", RULES)
class TestEachPolicy:
    """Every shipped policy, and those of the tests."""

    def test_equals_the_scalar_rule(self, rule: FrameRule, name: str) -> None:
        """Each row has what the scalar rule says of it, in each column."""
        policy = house(name)
        if [*shapes_of(policy, rule)]:
            with pytest.raises(NoColumnFormError):
                compile_policy(policy, rule)
        else:
            check_equal(RULES[rule], policy, Random(name), "polars")


class TestMissingParts:
    """What a fee depends on and is not given."""

    @pytest.mark.parametrize("per", [Per.SELLER, Per.PIECE])
    def test_leaves_the_order_without_a_price(self, per: Per) -> None:
        """It counts as nothing in no engine, although a sum over nothing is zero."""
        policy = house("04-bases")
        fees = [
            evolve(fee, per=per, optional=False) if fee.name == "clearance" else fee
            for fee in policy.pricing.fees
        ]
        changed = evolve(policy, pricing=evolve(policy.pricing, fees=tuple(fees)))
        check_equal(RULES[FrameRule.QUOTE_ORDERS], changed, Random(per), "polars")


def under(rule: FrameRule, engine: str) -> Sequence[str]:
    """Return the policies that a rule is tried under on an engine: all shipped ones, or a sample.

    A sample is another one for each rule and engine.
    """
    special = "02-scope" if rule is FrameRule.ASSESS_RETURNS else "grand-bazaar"
    names = [special, *shipped_policies()]
    first = [*FrameRule].index(rule) + sum(map(ord, engine))
    chosen = (names[(first + step) % len(names)] for step in range(sampled(len(names))))
    return [name for name in chosen if not [*shapes_of(house(name), rule)]] or [special]


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "polars"])
@pytest.mark.parametrize("rule", RULES)
class TestEachEngine:
    """Every engine that one machine runs in this process."""

    def test_equals_the_scalar_rule(self, rule: FrameRule, engine: str) -> None:
        """Each row has what the scalar rule says of it, in each column."""
        for name in under(rule, engine):
            check_equal(RULES[rule], house(name), Random(engine), engine)
