"""An order that is replayed and the rules asked alone give one answer, in every shipped house."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.cli.asking import question, reply
from vintage_rules import policies
from vintage_rules.dates import end_of_day, zone
from vintage_rules.policies import load_policy

ORDERED = datetime(2026, 9, 7, 8, tzinfo=UTC)
DISPATCHED = ORDERED + timedelta(days=1)
DELIVERED = ORDERED + timedelta(days=3)
TICK = timedelta(seconds=1)
PLACES = {
    "EUR": {"country": "FR", "postal_code": "33000"},
    "PLN": {"country": "PL", "postal_code": "00-001"},
}
HOUSES = ("imparfaite", "imparfaite-direct", "oskelly", "selency", "vinted", "vinted-pl")
REASONS = [
    (name, reason)
    for name in HOUSES
    for reason in load_policy(name).on(date(2026, 9, 7)).returns.returns.domain.reason
]


class House:
    """A shipped house, asked by the JSON API about one order of one piece, sent by its seller."""

    def __init__(self, name: str) -> None:
        """Read its policy."""
        self.name = name
        self.policy = load_policy(name).on(date(2026, 9, 7))
        self.place = PLACES[self.policy.currency]
        piece = {"id": "coat", "seller": "ada", "price": self.money("90.00"), "weight_g": 900}
        self.pieces = [{**piece, "list_price": self.money("90.00")}]

    def money(self, amount: str) -> dict[str, str]:
        """Write an amount in its currency."""
        return {"amount": amount, "currency": self.policy.currency}

    def asked(self, rule: str, **facts: object) -> dict[str, Any]:
        """Ask a rule."""
        answer: dict[str, Any] = reply(question(rule, facts, policy=self.name, on="2026-09-07"))
        assert "error" not in answer, answer
        return answer

    def lived(self, *commands: dict[str, object], until: datetime) -> dict[str, Any]:
        """Replay the order, delivered on the third day."""
        order = {
            "id": "o1",
            "buyer": "zoe",
            "mode": "direct",
            "destination": self.place,
            "placed_at": ORDERED.isoformat(),
            "pieces": self.pieces,
        }
        parcel = {"parcel": "ada"}
        posted = {"at": DISPATCHED.isoformat(), "do": "hand-in", "tracking_number": "8R1", **parcel}
        scan = {"at": DELIVERED.isoformat(), "do": "scan", "status": "delivered", **parcel}
        answer = self.asked(
            "replay-order",
            order=order,
            commands=[posted, scan, *commands],
            until=until.isoformat(),
        )
        value: dict[str, Any] = answer["value"]
        return value

    @property
    def case(self) -> dict[str, object]:
        """What both are told of the delivery."""
        moments = {
            "ordered": ORDERED,
            "paid": ORDERED,
            "dispatched": DISPATCHED,
            "delivered": DELIVERED,
            "delivery-scan": DELIVERED,
            "received": DELIVERED,
        }
        return {
            "destination": self.place,
            "mode": "direct",
            "received": DELIVERED.isoformat(),
            "events": {event: at.isoformat() for event, at in moments.items()},
        }

    def last_moment(self, reason: str) -> datetime:
        """Return when the time for a return is over; a day after delivery if there is none."""
        deadline = self.asked("return-deadline", reason=reason, **self.case)
        if deadline["decision"] != "deadline":
            return DELIVERED + timedelta(days=1)
        value = deadline["value"]
        if "ends_at" in value:
            return datetime.fromisoformat(value["ends_at"])
        return end_of_day(date.fromisoformat(value["last_day"]), zone(self.policy.zone))


class TestReturns:
    """R1, R2, R6: a return is taken in an order when the rule asked alone takes it."""

    @pytest.mark.parametrize(("name", "reason"), REASONS)
    @pytest.mark.parametrize("after", [-TICK, timedelta()])
    def test_on_both_sides_of_the_last_moment(
        self, name: str, reason: str, after: timedelta
    ) -> None:
        """And for the same reasons when it is not."""
        house = House(name)
        at = house.last_moment(reason) + after
        request = {
            "at": at.isoformat(),
            "do": "request-return",
            "return": "r1",
            "pieces": ["coat"],
            "reason": reason,
            "photos": 9,
            "parcel_number": "8R1",
        }
        lived = house.lived(request, until=at)
        alone = house.asked(
            "assess-return",
            **house.case,
            reason=reason,
            requested_at=at.isoformat(),
            parcel_number="8R1",
            photos=9,
            pieces=["coat"],
            wants="refund",
        )
        refused = alone["reasons"] if alone["decision"] == "refused" else []
        assert [code for each in lived["refusals"] for code in each["reasons"]] == refused


class TestRefunds:
    """F1, L221-24: what a return of everything gives back is what the rule asked alone gives."""

    @pytest.mark.parametrize("name", ["imparfaite", "imparfaite-direct", "oskelly"])
    def test_of_a_withdrawal(self, name: str) -> None:
        """The piece, its postage and its fees, on the terms of the house."""
        house = House(name)
        day = DELIVERED + timedelta(days=1)
        commands: list[dict[str, object]] = [
            {
                "do": "request-return",
                "pieces": ["coat"],
                "reason": "withdrawal",
                "parcel_number": "8R1",
                "photos": 9,
            },
            {"do": "accept-return"},
            {"do": "post-return"},
            {"do": "receive-return"},
            {"do": "check-return", "finding": "as-sent"},
        ]
        steps = [{**each, "return": "r1", "at": day.isoformat()} for each in commands]
        lived = house.lived(*steps, until=day)
        quoted = house.asked(
            "quote-order", mode="direct", destination=house.place, pieces=house.pieces
        )["value"]
        parcel = quoted["parcels"][0]
        sent = {**parcel, "pieces": [{"id": "coat", "price": house.money("90.00")}]}
        alone = house.asked(
            "quote-refund",
            mode="direct",
            destination=house.place,
            reason="withdrawal",
            parcels=[sent],
            quality_control_fee=quoted["quality_control_fee"],
            fees=quoted.get("other_fees", []),
            payments=[{"tender": "card", "amount": quoted["total"]}],
            returned=["coat"],
        )
        refunds = [each["total"] for each in lived["refunds"]]
        assert refunds == ([alone["value"]["total"]] if alone["decision"] == "refundable" else [])


class CostlyHouse(House):
    """The shipped house, which keeps 4.90 of each return, asked about a coat and a bag of ada's."""

    def __init__(self, folder: Path) -> None:
        """Write its policy there."""
        super().__init__("imparfaite")
        terms = 'name = "withdrawal"\nparts'
        costly = 'name = "withdrawal"\ndeduction = { per_return = 4.90, rounding = "up" }\nparts'
        text = (files(policies) / "imparfaite.toml").read_text("utf-8")
        assert terms in text
        path = folder / "costly.toml"
        path.write_text(text.replace(terms, costly, 1), "utf-8")
        self.name = str(path)
        bag = {"id": "bag", "seller": "ada", "price": self.money("3.00"), "weight_g": 900}
        self.pieces += [{**bag, "list_price": self.money("3.00")}]

    def returned(self, name: str, *pieces: str, day: datetime) -> list[dict[str, object]]:
        """Return pieces, and refund them."""
        case: dict[str, object] = {"return": name, "at": day.isoformat()}
        return [
            {"do": "request-return", "pieces": pieces, "parcel_number": "8R1", "photos": 9}
            | {"reason": "withdrawal"}
            | case,
            {"do": "accept-return", **case},
            {"do": "post-return", **case},
            {"do": "receive-return", **case},
            {"do": "check-return", "finding": "as-sent", **case},
        ]

    def quoted(
        self, *pieces: str, before: tuple[str, ...] = (), back: str = "0.00"
    ) -> dict[str, Any]:
        """Ask the rule about the same return, one parcel of 93.00 and 11.19."""
        facts = {
            "mode": "direct",
            "destination": self.place,
            "reason": "withdrawal",
            "parcels": [
                {
                    "from": "ada",
                    "shipping": self.money("11.19"),
                    "pieces": [{"id": each["id"], "price": each["price"]} for each in self.pieces],
                }
            ],
            "quality_control_fee": self.money("0.00"),
            "payments": [{"tender": "card", "amount": self.money("104.19")}],
            "already_refunded": [{"tender": "card", "amount": self.money(back)}],
            "returned": pieces,
            "returned_before": before,
        }
        value: dict[str, Any] = self.asked("quote-refund", **facts)["value"]
        return value


class TestCosts:
    """F1: each return costs once, in the rule and in an order; the house keeps it."""

    def test_of_two_pieces_at_once(self, tmp_path: Path) -> None:
        """104.19 less 4.90, which the house keeps: it paid the carrier 11.19."""
        house, day = CostlyHouse(tmp_path), DELIVERED + timedelta(days=1)
        lived = house.lived(*house.returned("r1", "coat", "bag", day=day), until=day)
        alone = house.quoted("coat", "bag")
        assert [each["total"] for each in lived["refunds"]] == [alone["total"]]
        assert (alone["total"]["amount"], alone["return_cost"]["amount"]) == ("99.29", "4.90")
        assert (lived["balance"]["house"]["amount"], lived["payouts"]) == ("-6.29", [])

    def test_of_one_after_the_other(self, tmp_path: Path) -> None:
        """The bag's 3.00 is all kept: its buyer owes nothing more; the coat brings the postage."""
        house, day = CostlyHouse(tmp_path), DELIVERED + timedelta(days=1)
        steps = [*house.returned("r1", "bag", day=day), *house.returned("r2", "coat", day=day)]
        lived = house.lived(*steps, until=day)
        first, second = house.quoted("bag"), house.quoted("coat", before=("bag",))
        assert (first["total"]["amount"], first["return_cost"]["amount"]) == ("0.00", "3.00")
        assert (second["total"]["amount"], second["return_cost"]["amount"]) == ("96.29", "4.90")
        assert [each["total"] for each in lived["refunds"]] == [second["total"]]
        assert lived["balance"]["house"]["amount"] == "-3.29"
        assert [each["state"] for each in lived["pieces"]] == ["refunded", "refunded"]


class TestPayouts:
    """R6: a seller is paid in an order at the moment that the rule asked alone gives."""

    @pytest.mark.parametrize("name", HOUSES)
    def test_of_a_piece_that_is_kept(self, name: str) -> None:
        """Long after, it says since when."""
        house = House(name)
        later = DELIVERED + timedelta(days=200)
        facts = house.case
        alone = house.asked(
            "assess-payout",
            received=facts["received"],
            events=facts["events"],
            destination=house.place,
            returns_open=False,
            now=later.isoformat(),
        )
        assert alone["decision"] == "due"
        lived = house.lived(until=later)
        assert [each["at"] for each in lived["payouts"]] == [alone["value"]["since"]]
