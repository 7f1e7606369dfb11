"""Fee, delivery window and total of one grouped order, written in six ways.

All are measured in one process.

All answer the same question: 89.90 EUR of goods, shipped grouped to metropolitan France for 9.59
EUR. Ours gives dates, holidays and reasons; the others give the numbers of days only. Each takes
and gives amounts in its own form, money or cents; they are compared when the clock has stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import moneyed
import pytest
import zen
from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_NUMERIC
from business_rules.variables import BaseVariables, numeric_rule_variable, string_rule_variable
from pytest_benchmark.fixture import BenchmarkFixture

from vintage_rules import (
    Money,
    Piece,
    Place,
    calendar_of,
    estimate_delivery,
    load_policy,
    locate,
    quote_fee,
    quote_order,
    quote_total,
)
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.orders import OrderQuote
from vintage_rules.pricing import FeeCharged

DAY = date(2026, 11, 23)
HOUSE = load_policy("imparfaite").on(DAY)
BORDEAUX = locate(Place(country="FR", postal_code="33000"))
CALENDAR = calendar_of(BORDEAUX)
FEE = HOUSE.pricing.fees[0]
GOODS = Money("89.90", "EUR")
POSTAGE = Money("9.59", "EUR")
EXPECTED = (899, 2, 5, 10848)

Amount = moneyed.Money | int
Answer = tuple[Amount, int, int, Amount]


def ours() -> Answer:
    """The library: policy, explained decisions, real dates with holidays, exact money."""
    fee = quote_fee(FEE, {"pieces": GOODS}, mode="grouped")
    if not isinstance(fee, FeeCharged):  # pytest would rewrite an assertion, and we would time that
        raise TypeError(fee)
    window = estimate_delivery(BORDEAUX, DAY, HOUSE.shipping.delivery, CALENDAR)
    price = quote_total(HOUSE.pricing, goods=GOODS, fees=(fee,), shipping=POSTAGE)
    transit = window.transit
    return fee.fee, transit.minimum, transit.maximum, price.total


_TENTH, _CAP = Decimal("0.10"), moneyed.Money("15.00", "EUR")
_CENT = Decimal("0.01")
_DAYS = {"metropolitan-france": (2, 5), "europe": (4, 9), "world": (5, 10)}
_GOODS = moneyed.Money("89.90", "EUR")
_POSTAGE = moneyed.Money("9.59", "EUR")


def by_hand() -> Answer:
    """py-moneyed, the rule written out."""
    fee = min(_GOODS * _TENTH, _CAP)
    fee = moneyed.Money(fee.amount.quantize(_CENT, ROUND_HALF_UP), "EUR")
    earliest, latest = _DAYS["metropolitan-france"]
    total = _GOODS + fee + _POSTAGE
    return fee, earliest, latest, total


def bare_ints() -> Answer:
    """Cents, and nothing checked."""
    fee = min((8990 + 5) // 10, 1500)
    earliest, latest = _DAYS["metropolitan-france"]
    return fee, earliest, latest, 8990 + fee + 959


def _table(
    name: str, inputs: list[str], outputs: list[str], rows: list[list[str]]
) -> dict[str, object]:
    fields = [*inputs, *outputs]
    return {
        "id": name,
        "name": name,
        "type": "decisionTableNode",
        "content": {
            "hitPolicy": "first",
            "inputs": [{"id": f, "name": f, "field": f} for f in inputs],
            "outputs": [{"id": f, "name": f, "field": f} for f in outputs],
            "rules": [
                {"_id": str(n), **dict(zip(fields, row, strict=True))} for n, row in enumerate(rows)
            ],
        },
    }


_GRAPH = {
    "nodes": [
        {"id": "in", "name": "in", "type": "inputNode"},
        _table(
            "price",
            ["mode", "zone", "goods"],
            ["fee", "earliest", "latest", "total"],
            [
                [
                    f'"{mode}"',
                    f'"{zone}"',
                    test,
                    fee,
                    str(first),
                    str(last),
                    f"goods + postage + {fee}",
                ]
                for zone, (first, last) in _DAYS.items()
                for mode, test, fee in (
                    ("grouped", ">= 15000", "1500"),
                    ("grouped", "", "floor((goods + 5) / 10)"),
                    ("direct", "", "0"),
                )
            ],
        ),
        {"id": "out", "name": "out", "type": "outputNode"},
    ],
    "edges": [
        {"id": "1", "sourceId": "in", "targetId": "price", "type": "edge"},
        {"id": "2", "sourceId": "price", "targetId": "out", "type": "edge"},
    ],
}
# A static loader keeps the graph ready; a decision of `create_decision` pays for it at every call.
_ZEN = zen.ZenEngine({"loader": {"type": "static", "content": {"order": _GRAPH}}})
_ZEN_CREATED = zen.ZenEngine().create_decision(json.dumps(_GRAPH))
_FACTS = {"mode": "grouped", "zone": "metropolitan-france", "goods": 8990, "postage": 959}


def zen_table() -> Answer:
    """GoRules ZEN, a decision table of nine rows that a static loader holds."""
    return _of_zen(_ZEN.evaluate("order", _FACTS))


def zen_created() -> Answer:
    """The same table as a decision of its own, `create_decision(...).evaluate`."""
    return _of_zen(_ZEN_CREATED.evaluate(_FACTS))


def _of_zen(answer: Any) -> Answer:  # noqa: ANN401 - the library is untyped
    result = answer["result"]
    return result["fee"], result["earliest"], result["latest"], result["total"]


class _Order:
    goods, mode, zone = 8990, "grouped", "metropolitan-france"
    fee = earliest = latest = 0


class _Variables(BaseVariables):  # type: ignore[misc] # the library is untyped
    def __init__(self, order: _Order) -> None:
        self.order = order

    @numeric_rule_variable  # type: ignore[untyped-decorator]
    def goods(self) -> int:
        return self.order.goods

    @string_rule_variable  # type: ignore[untyped-decorator]
    def mode(self) -> str:
        return self.order.mode

    @string_rule_variable  # type: ignore[untyped-decorator]
    def zone(self) -> str:
        return self.order.zone


class _Actions(BaseActions):  # type: ignore[misc] # the library is untyped
    def __init__(self, order: _Order) -> None:
        self.order = order

    @rule_action(params={"cap": FIELD_NUMERIC})  # type: ignore[untyped-decorator]
    def charge_tenth(self, cap: int) -> None:
        self.order.fee = min((self.order.goods + 5) // 10, cap)

    @rule_action(params={"earliest": FIELD_NUMERIC, "latest": FIELD_NUMERIC})  # type: ignore[untyped-decorator]
    def arrive(self, earliest: int, latest: int) -> None:
        self.order.earliest, self.order.latest = earliest, latest


def _is(name: str, value: str) -> dict[str, object]:
    return {"all": [{"name": name, "operator": "equal_to", "value": value}]}


_RULES = [
    {
        "conditions": _is("mode", "grouped"),
        "actions": [{"name": "charge_tenth", "params": {"cap": 1500}}],
    },
    *(
        {
            "conditions": _is("zone", zone),
            "actions": [{"name": "arrive", "params": {"earliest": first, "latest": last}}],
        }
        for zone, (first, last) in _DAYS.items()
    ),
]


def business_rules() -> Answer:
    """The business-rules package: conditions and actions as data."""
    order = _Order()
    run_all(_RULES, _Variables(order), _Actions(order), stop_on_first_trigger=False)
    return order.fee, order.earliest, order.latest, order.goods + order.fee + 959


def _in_cents(answer: Answer) -> tuple[int, int, int, int]:
    fee, earliest, latest, total = answer
    return _cents(fee), earliest, latest, _cents(total)


def _cents(amount: Amount) -> int:
    return amount if isinstance(amount, int) else int(amount.amount.scaleb(2))


WAYS: dict[str, Callable[[], Answer]] = {
    "vintage_rules": ours,
    "py-moneyed by hand": by_hand,
    "bare ints": bare_ints,
    "ZEN, static loader": zen_table,
    "ZEN, create_decision": zen_created,
    "business-rules": business_rules,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.benchmark(group="fee + window + total")
def test_fee_window_total(benchmark: BenchmarkFixture, way: str) -> None:
    """Every way gives the same answer; how long each takes is printed, not asserted.

    A round is many decisions: one takes hardly longer than reading the clock.
    """
    benchmark.extra_info["way"] = way
    answer = benchmark.pedantic(  # type: ignore[no-untyped-call]
        WAYS[way], rounds=1000, iterations=40, warmup_rounds=3
    )
    assert _in_cents(answer) == EXPECTED


PIECES = [
    Piece(id=PieceId("coat"), seller=SellerId("ada"), price=Money("60.00", "EUR"), weight_g=1400),
    Piece(id=PieceId("bag"), seller=SellerId("lou"), price=Money("55.00", "EUR"), weight_g=600),
    Piece(id=PieceId("hat"), seller=SellerId("lou"), price=Money("35.00", "EUR"), weight_g=300),
]


def three_pieces() -> OrderQuote:
    """A whole order of three pieces: parcels, postage, fee and total."""
    quote = quote_order(PIECES, BORDEAUX, "grouped", HOUSE)
    assert isinstance(quote, OrderQuote)
    return quote


@pytest.mark.benchmark(group="quote_order of three pieces, beside the hand-written fee")
@pytest.mark.parametrize("way", ["vintage_rules quote_order", "py-moneyed by hand"])
def test_quote_order(benchmark: BenchmarkFixture, way: str) -> None:
    """A full quote adds up; its time is printed beside the hand-written fee, window and total."""
    benchmark.extra_info["way"] = way
    if way == "py-moneyed by hand":
        assert _in_cents(benchmark(by_hand)) == EXPECTED
    else:
        assert benchmark(three_pieces).price.fee("quality-control") == Money("15.00", "EUR")
