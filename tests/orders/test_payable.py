"""Totals in steps, as cash is paid: rounded last, and given back so that all adds up. Clause L4."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.asking import BORDEAUX as PLACE
from tests.cli.asking import ROOT, euros, question, reply
from tests.factories import eur, imparfaite
from tests.orders.order_stories import BORDEAUX
from tests.policies.corner_shop import CORNER_SHOP, POINTS, faults_of, with_point
from vintage_rules import Money, Piece, explain, locate, quote_order
from vintage_rules.errors import CurrencyMismatchError, MoneyError
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId
from vintage_rules.money import Rounding
from vintage_rules.orders import HousePolicy, OrderPlaced, OrderQuote
from vintage_rules.orders.placing import fee_on_kept, fees_by_terms, paid_order, place_order
from vintage_rules.policies import load_policy
from vintage_rules.pricing.policy import PayablePolicy
from vintage_rules.returns.payments import PaidOrder, Payment, ReturnedPiece
from vintage_rules.returns.refund import Refundable, quote_refund
from vintage_rules.returns.terms import RefundTerms

CASH = PayablePolicy(step=Decimal("0.05"), rounding=Rounding.HALF_UP, sources=("K1",))
HOUSE = imparfaite()
STEPPED = evolve(HOUSE, pricing=evolve(HOUSE.pricing, payable=CASH))
WITHDRAWAL = next(terms for terms in HOUSE.returns.refund_terms if terms.name == "withdrawal")


def quoted(
    *prices: str, policy: HousePolicy = STEPPED, mode: str = "direct", balance: str | None = None
) -> OrderQuote:
    """Quote pieces of ada's, of 300 g each, to Bordeaux."""
    pieces = [
        Piece(id=PieceId(f"p{n}"), seller=SellerId("ada"), price=eur(price), weight_g=300)
        for n, price in enumerate(prices)
    ]
    card = None if balance is None else eur(balance)
    found = quote_order(pieces, locate(BORDEAUX), mode, policy, gift_card_balance=card)
    assert isinstance(found, OrderQuote)
    return found


def placed(quote: OrderQuote, policy: HousePolicy = STEPPED) -> OrderPlaced:
    """Place it, paid by card."""
    return place_order(
        quote,
        policy,
        order=OrderId("o1"),
        buyer=BuyerId("zoe"),
        payments=[Payment(tender="card", amount=quote.price.total)],
        at=datetime(2026, 9, 7, 8, tzinfo=UTC),
    )


def refunds(
    order: OrderPlaced,
    *returns: tuple[str, ...],
    terms: RefundTerms = WITHDRAWAL,
    policy: PayablePolicy = CASH,
) -> list[Refundable]:
    """Refund one return after the other."""
    house = evolve(HOUSE, pricing=evolve(HOUSE.pricing, payable=policy))
    before: list[ReturnedPiece] = []
    already: tuple[Payment, ...] = ()
    made: list[Refundable] = []
    for names in returns:
        now = [ReturnedPiece(id=PieceId(name), terms=terms) for name in names]
        found = quote_refund(
            paid_order(order),
            now,
            house.returns.refunds,
            lambda kept: fee_on_kept(order, kept, house),
            by_terms=fees_by_terms(order, house),
            rounds=policy.of,
            before=before,
            already_refunded=already,
        )
        assert isinstance(found, Refundable)
        before += now
        already += found.by_tender
        made.append(found)
    return made


class TestL4TotalsInSteps:
    """L4: what is paid is a multiple of the step; all else is as it is without one."""

    @pytest.mark.parametrize(
        ("price", "total", "by"),
        [
            ("90.01", "97.60", "0.00"),
            ("90.03", "97.60", "-0.02"),
            ("90.04", "97.65", "0.02"),
            ("90.05", "97.65", "0.01"),
        ],
    )
    def test_the_total_is_rounded(self, price: str, total: str, by: str) -> None:
        """With 7.59 of postage: 97.62 is down, 97.63 up; what it was rounded by is a part."""
        exact = quoted(price, policy=HOUSE).price
        found = quoted(price).price
        assert exact.total + found.rounding == found.total == found.to_pay
        assert (found.shipping, found.total, found.rounding) == (eur("7.59"), eur(total), eur(by))
        assert ("K1" in found.sources) == (by != "0.00")

    def test_fees_and_thresholds_know_nothing_of_it(self) -> None:
        """A tenth of 89.97 is 9.00 in steps or not; 149.99 is under 150.00."""
        for prices in (["89.97"], ["149.99"], ["150.01"]):
            exact = quoted(*prices, policy=HOUSE, mode="grouped").price
            assert quoted(*prices, mode="grouped").price.fees == exact.fees

    @pytest.mark.parametrize(
        ("balance", "by_card", "to_pay"),
        [("50.04", "50.00", "47.60"), ("50.05", "50.05", "47.55"), ("0.04", "0.00", "97.60")],
    )
    def test_a_gift_card_pays_in_steps(self, balance: str, by_card: str, to_pay: str) -> None:
        """So that what it leaves can be paid in cash; the rest stays on it."""
        found = quoted("90.01", balance=balance).price
        assert (found.gift_card, found.to_pay) == (eur(by_card), eur(to_pay))

    @pytest.mark.parametrize(
        ("amount", "step", "rounding", "paid"),
        [
            (Money("12.344", "KWD"), "0.010", Rounding.HALF_UP, "12.340"),
            (Money("12.345", "KWD"), "0.010", Rounding.HALF_UP, "12.350"),
            (Money("12.345", "KWD"), "0.010", Rounding.HALF_EVEN, "12.340"),
            (Money("12.341", "KWD"), "0.010", Rounding.UP, "12.350"),
            (Money("99.99", "CHF"), "0.05", Rounding.DOWN, "99.95"),
            (Money("1499", "JPY"), "10", Rounding.HALF_UP, "1500"),
        ],
    )
    def test_in_other_currencies(
        self, amount: Money, step: str, rounding: Rounding, paid: str
    ) -> None:
        """Ten fils, five centimes, ten yen; in each direction."""
        policy = PayablePolicy(step=Decimal(step), rounding=rounding, sources=())
        assert str(policy.of(amount).amount) == paid

    def test_is_said(self) -> None:
        """By what the total was rounded, and nothing where it was not."""
        assert "-€0.02 for rounding" in explain(quoted("90.03").price, "en").text
        assert "rounding" not in explain(quoted("90.01").price, "en").text


class TestF1RefundsInSteps:
    """F1: each refund is in steps, and all together are what was paid."""

    def test_by_hand(self) -> None:
        """60.02 and 30.01 and 9.29 are 99.32, paid 99.30: 60.00 back of 60.02, then the rest."""
        order = placed(quoted("60.02", "30.01"))
        first, second = refunds(order, ("p0",), ("p1",))
        assert (first.pieces, first.rounding, first.total) == (
            eur("60.02"),
            eur("-0.02"),
            eur("60.00"),
        )
        assert (second.rounding, second.total) == (eur("0.00"), eur("39.30"))

    def test_what_a_return_costs_is_in_steps_too(self) -> None:
        """4.92 is 4.90; and of 60.02 back, 55.10."""
        order = placed(quoted("60.02", "30.01"))
        costly = evolve(
            WITHDRAWAL, deduction=evolve(WITHDRAWAL.deduction, per_return=Decimal("4.92"))
        )
        (found,) = refunds(order, ("p0",), terms=costly)
        assert (found.cost, found.total) == (eur("4.90"), eur("55.10"))

    @given(
        st.lists(st.integers(1, 20_000), min_size=1, max_size=4),
        st.sampled_from(["direct", "grouped"]),
        st.sampled_from([Decimal("0.05"), Decimal("0.10"), Decimal("1.00")]),
        st.sampled_from(Rounding),
        st.data(),
    )
    def test_in_any_order_they_add_up(
        self, cents: list[int], mode: str, step: Decimal, rounding: Rounding, data: st.DataObject
    ) -> None:
        """To what was paid, none below zero, and each a multiple of the step."""
        policy = PayablePolicy(step=step, rounding=rounding, sources=())
        house = evolve(HOUSE, pricing=evolve(HOUSE.pricing, payable=policy))
        prices = [f"{Decimal(each) / 100:.2f}" for each in cents]
        order = placed(quoted(*prices, policy=house, mode=mode), house)
        names = data.draw(st.permutations([line.piece for line in order.lines]))
        paid = order.payments[0].amount
        assert paid.amount % step == 0
        if not paid:
            return
        left = paid
        for name in names:
            before = names[: names.index(name)]
            if not left:
                break
            (*_, found) = refunds(order, *[(each,) for each in (*before, name)], policy=policy)
            assert found.total.amount % step == 0
            assert found.total >= eur("0")
            left -= found.total
        assert left == eur("0")

    def test_of_another_currency(self) -> None:
        """What a total was rounded by is of the order's currency, and counts in what was paid."""
        order = paid_order(placed(quoted("60.02", "30.01")))
        facts = {"parcels": order.parcels, "fee": order.fee, "payments": order.payments}
        with pytest.raises(CurrencyMismatchError, match="rounding"):
            PaidOrder(**facts, rounding=Money(1, "GBP"))  # type: ignore[arg-type]
        with pytest.raises(MoneyError, match=r"99\.32 EUR in total"):
            PaidOrder(**facts)  # type: ignore[arg-type]


class TestDocument:
    """What a document may say of it."""

    def test_is_read(self) -> None:
        """A step and its direction; without the table, totals are exact."""
        assert with_point("16-steps").latest.pricing.payable == CASH
        assert load_policy("imparfaite").on(date(2026, 9, 7)).pricing.payable is None

    @pytest.mark.parametrize(
        ("step", "said"),
        [
            ("0.00", "must be above 0, got 0.00"),
            ("0", "must be above 0, got 0"),
            ("0.005", "must be at most 2 decimals for EUR, got 0.005"),
            ("-0.05", "must be an amount of 0 or more"),
        ],
    )
    def test_a_step_that_is_none(self, step: str, said: str) -> None:
        """Nothing, or less than the smallest amount of the currency."""
        point = (POINTS / "16-steps.toml").read_text("utf-8")
        (found,) = faults_of(CORNER_SHOP + point.replace("step = 0.05", f"step = {step}"))
        assert "pricing.payable.step" in found
        assert said in found


class TestJson:
    """The rules asked alone and the order that is replayed agree."""

    @pytest.fixture
    def policy(self, tmp_path: Any) -> str:  # noqa: ANN401 - pytest's
        """The shipped house, in steps."""
        shipped = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
        table = '\n[edition.pricing.payable]\nstep = 0.05\nrounding = "half-up"\nsource = "K1"\n'
        path = tmp_path / "stepped.toml"
        path.write_text(shipped + table, "utf-8")
        return str(path)

    def test_of_an_order_that_is_returned(self, policy: str) -> None:
        """99.30 is paid of 99.32; 60.00 and 39.30 come back, by rule and by machine."""
        pieces = [
            {"id": name, "seller": "ada", "price": euros(price), "weight_g": 300}
            for name, price in (("p0", "60.02"), ("p1", "30.01"))
        ]

        def asked(rule: str, **facts: object) -> Any:  # noqa: ANN401 - JSON
            answer: dict[str, Any] = reply(question(rule, facts, policy=policy))
            assert "error" not in answer, answer
            return answer["value"]

        price = asked("quote-order", mode="direct", destination=PLACE, pieces=pieces)
        assert (price["total"], price["rounding"]) == (euros("99.30"), euros("-0.02"))
        back = [
            {"do": "request-return", "reason": "withdrawal", "parcel_number": "8R"},
            {"do": "accept-return"},
            {"do": "post-return"},
            {"do": "receive-return"},
            {"do": "check-return", "finding": "as-sent"},
        ]
        delivered: list[dict[str, object]] = [
            {
                "at": "2026-09-08T08:00:00Z",
                "do": "hand-in",
                "parcel": "ada",
                "tracking_number": "8",
            },
            {"at": "2026-09-10T08:00:00Z", "do": "scan", "parcel": "ada", "status": "delivered"},
        ]
        steps: list[dict[str, object]] = [
            {"at": "2026-09-11T08:00:00Z", "return": f"r{piece}", **step}
            | ({"pieces": [piece]} if step["do"] == "request-return" else {})
            for piece in ("p0", "p1")
            for step in back
        ]
        lived = asked(
            "replay-order",
            order={
                "id": "o1",
                "buyer": "zoe",
                "mode": "direct",
                "destination": PLACE,
                "placed_at": "2026-09-07T08:00:00Z",
                "pieces": pieces,
            },
            commands=[*delivered, *steps],
            until="2026-09-12T08:00:00Z",
        )
        facts = {
            "mode": "direct",
            "destination": PLACE,
            "reason": "withdrawal",
            "parcels": [
                {
                    "from": "ada",
                    "shipping": price["shipping"],
                    "pieces": [{"id": each["id"], "price": each["price"]} for each in pieces],
                }
            ],
            "quality_control_fee": euros("0.00"),
            "payments": [{"tender": "card", "amount": price["total"]}],
        }
        first = asked("quote-refund", **facts, returned=["p0"])
        second = asked(
            "quote-refund",
            **facts,
            returned=["p1"],
            returned_before=["p0"],
            already_refunded=first["by_tender"],
        )
        assert (first["total"], first["rounding"]) == (euros("60.00"), euros("-0.02"))
        assert (second["total"], "rounding" in second) == (euros("39.30"), False)
        assert [each["total"] for each in lived["refunds"]] == [first["total"], second["total"]]
