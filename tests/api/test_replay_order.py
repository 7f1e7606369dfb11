"""Worked lives of orders, by the JSON API: what is done with them in, what came of them out."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any, ClassVar

import pytest

from tests.cli.asking import BORDEAUX, LIEGE, error_of, euros, holds, piece, question, reply

COAT = piece()
BAG = piece(id="bag", seller="lou", price=euros("55.00"), weight_g=600)
BELT = piece(id="belt", price=euros("20.00"), weight_g=300)


def do(at: str, what: str, **facts: object) -> dict[str, object]:
    """Write a command of September 2026: "10 09:00" is the tenth, at nine in UTC."""
    day, _, hour = at.partition(" ")
    facts = {name.removesuffix("_"): value for name, value in facts.items()}
    return {"at": f"2026-09-{day}T{hour or '08:00'}:00Z", "do": what, **facts}


def order_of(*pieces: dict[str, object], **changes: object) -> dict[str, object]:
    """Write an order placed on 7 September 2026."""
    return {
        "id": "o1",
        "buyer": "zoe",
        "mode": "direct",
        "destination": BORDEAUX,
        "placed_at": "2026-09-07T08:00:00Z",
        "pieces": list(pieces or (COAT, BAG)),
        **changes,
    }


def asked(
    *commands: dict[str, object],
    order: dict[str, object] | None = None,
    until: str = "2026-12-01T00:00:00Z",
    **more: object,
) -> dict[str, Any]:
    """Replay an order, two months long unless it says otherwise."""
    facts = {"order": order or order_of(), "commands": commands, "until": until}
    answer: dict[str, Any] = reply(question("replay-order", facts, **more))
    return answer


def lived(*commands: dict[str, object], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as `asked`
    """Replay an order whose books must balance."""
    answer = asked(*commands, **more)
    assert answer.get("decision") == "replayed", answer
    value: dict[str, Any] = answer["value"]
    balance = value["balance"]
    parts = [balance["buyer"], balance["house"], balance["carrier"], *balance["sellers"].values()]
    assert sum(Decimal(part["amount"]) for part in parts) == 0
    return value


def delivered(*senders: str, on: str = "10 09:00") -> list[dict[str, object]]:
    """Hand parcels in on the eighth, and deliver them."""
    handed_in = [do("08", "hand-in", parcel=sender, tracking_number="8R1") for sender in senders]
    return [
        *handed_in,
        *(do(on, "scan", parcel=sender, status="delivered") for sender in senders),
    ]


def requested(*pieces: str, at: str = "12", **facts: object) -> dict[str, object]:
    """Request the return r1 of pieces."""
    given = {"reason": "withdrawal", "parcel_number": "8R1", **facts}
    return do(at, "request-return", return_="r1", pieces=pieces, **given)


def came_back(finding: str = "as-sent") -> list[dict[str, object]]:
    """Post r1 on the thirteenth, receive it on the fifteenth, check it on the sixteenth."""
    return [
        do("13", "post-return", return_="r1"),
        do("15", "receive-return", return_="r1"),
        do("16", "check-return", return_="r1", finding=finding),
    ]


def states(value: dict[str, Any]) -> dict[str, str]:
    """Give the state of each piece."""
    return {each["id"]: each["state"] for each in value["pieces"]}


def names(value: dict[str, Any]) -> list[str]:
    """Give what happened."""
    return [event["event"] for event in value["events"]]


class TestKept:
    """C7, R6: what is kept is paid for, carried and paid out, once its window is over."""

    def test_sellers_are_paid_when_the_window_has_closed(self) -> None:
        """90 + 55 and 11.19 + 9.29 of postage; delivered on the tenth, and 14 days later paid."""
        value = lived(*delivered("ada", "lou"), until="2026-09-24T22:00:00Z")
        assert holds(
            value,
            {
                "state": "paid",
                "total": euros("165.48"),
                "parcels": [
                    {"id": "ada", "from": "ada", "to": "zoe", "pieces": ["coat"]},
                    {"id": "lou", "from": "lou", "to": "zoe", "pieces": ["bag"]},
                ],
                "pieces": [
                    {"id": "coat", "state": "delivered", "paid_out": euros("90.00")},
                    {"id": "bag", "state": "delivered", "paid_out": euros("55.00")},
                ],
                "refunds": [],
                "payouts": [
                    {
                        "at": "2026-09-24T22:00:00Z",
                        "seller": "ada",
                        "pieces": ["coat"],
                        "amount": euros("90.00"),
                    },
                    {
                        "at": "2026-09-24T22:00:00Z",
                        "seller": "lou",
                        "pieces": ["bag"],
                        "amount": euros("55.00"),
                    },
                ],
                "balance": {
                    "buyer": euros("-165.48"),
                    "house": euros("0.00"),
                    "carrier": euros("20.48"),
                    "sellers": {"ada": euros("90.00"), "lou": euros("55.00")},
                },
                "refusals": [],
                "cases": [],
            },
        )

    def test_and_not_before(self) -> None:
        """A moment earlier the house holds what they will be paid."""
        value = lived(*delivered("ada", "lou"), until="2026-09-24T21:59:59.999999Z")
        assert value["payouts"] == []
        assert value["balance"]["house"] == euros("145.00")

    def test_one_payout_for_what_a_seller_is_paid_at_once(self) -> None:
        """Two pieces of ada's in one parcel."""
        value = lived(*delivered("ada"), order=order_of(COAT, BELT))
        assert holds(value["payouts"], [{"pieces": ["coat", "belt"], "amount": euros("110.00")}])

    def test_other_means_of_payment(self) -> None:
        """What the gift cards paid and what the card paid is the order."""
        payments = [
            {"tender": "gift-card", "amount": euros("50.00")},
            {"tender": "gift-card", "amount": euros("15.48")},
            {"tender": "card", "amount": euros("100.00")},
        ]
        value = lived(
            *delivered("ada", "lou"),
            requested("coat"),
            *came_back(),
            order=order_of(payments=payments),
        )
        assert value["refunds"][0]["by_tender"] == [
            {"tender": "card", "amount": euros("100.00")},
            {"tender": "gift-card", "amount": euros("1.19")},
        ]


class TestReturned:
    """R1 to R8, F1: what is sent back in time is refunded once it was checked."""

    def test_one_piece_of_two_parcels(self) -> None:
        """The coat's parcel is back whole: its postage too. The bag is paid out."""
        value = lived(*delivered("ada", "lou"), requested("coat"), *came_back())
        assert value["refunds"] == [
            {
                "at": "2026-09-16T08:00:00Z",
                "cause": "r1",
                "pieces": ["coat"],
                "total": euros("101.19"),
                "by_tender": [{"tender": "card", "amount": euros("101.19")}],
            }
        ]
        assert states(value) == {"coat": "refunded", "bag": "delivered"}
        assert value["pieces"][0]["refunded"] == euros("90.00")
        assert holds(value["payouts"], [{"seller": "lou", "amount": euros("55.00")}])
        assert value["balance"]["buyer"] == euros("-64.29")
        assert value["balance"]["house"] == euros("-11.19")

    def test_several_parcels_of_one_request(self) -> None:
        """From France each piece goes to its seller: r1 is both of its parcels, and one refund."""
        value = lived(*delivered("ada", "lou"), requested("coat", "bag"), *came_back())
        assert holds(
            value["refunds"], [{"cause": "r1", "pieces": ["coat", "bag"], "total": euros("165.48")}]
        )
        assert value["balance"]["buyer"] == euros("0.00")
        assert names(value).count("return-posted") == 2

    def test_a_parcel_of_a_request_alone(self) -> None:
        """The first of its parcels is r1-1; the other one lapses, and lou is paid."""
        commands = [{**each, "return": "r1-1"} for each in came_back()]
        value = lived(*delivered("ada", "lou"), requested("coat", "bag"), *commands)
        assert holds(value["refunds"], [{"cause": "r1", "pieces": ["coat"]}])
        assert holds(value["payouts"], [{"seller": "lou"}])

    @pytest.mark.parametrize(("at", "reasons"), [("24 21:59", []), ("24 22:00", ["too-late"])])
    def test_until_the_last_day_is_over(self, at: str, reasons: list[str]) -> None:
        """Delivered on the tenth: until the end of the 24th in Paris."""
        value = lived(*delivered("ada", "lou"), requested("coat", at=at))
        assert [code for each in value["refusals"] for code in each["reasons"]] == reasons

    def test_is_refused_for_every_reason(self) -> None:
        """No parcel number, and too late."""
        command = do("29", "request-return", return_="r1", pieces=["coat"], reason="withdrawal")
        value = lived(*delivered("ada", "lou"), command)
        assert value["refusals"] == [
            {
                "at": "2026-09-29T08:00:00Z",
                "do": "request-return",
                "reasons": ["no-parcel-number", "too-late"],
            }
        ]

    def test_a_name_is_given_once(self) -> None:
        """Whether the request made one parcel or several."""
        for pieces in (["coat"], ["coat", "bag"]):
            value = lived(*delivered("ada", "lou"), requested(*pieces), requested("bag"))
            assert holds(value["refusals"], [{"reasons": ["already-requested"]}])

    def test_a_return_that_there_is_not(self) -> None:
        """It may have been refused itself: it is refused, and the rest goes on."""
        value = lived(*delivered("ada", "lou"), do("13", "post-return", return_="r1"))
        assert value["refusals"] == [
            {"at": "2026-09-13T08:00:00Z", "do": "post-return", "reasons": ["no-such-return"]}
        ]

    def test_what_the_house_does_not_take_back(self) -> None:
        """A private seller's piece on a house that takes those back for a reason alone."""
        value = lived(
            *delivered("ada"),
            requested("coat"),
            order=order_of(piece(seller_kind="private", category="any")),
            policy="vinted",
        )
        assert holds(value["refusals"], [{"reasons": ["not-eligible"]}])

    def test_pieces_that_the_table_may_decide_differently(self) -> None:
        """Of one seller, but of two kinds: two returns of one request."""
        order = order_of(COAT, piece(id="belt", seller_kind="private", weight_g=300))
        value = lived(*delivered("ada"), requested("coat", "belt"), *came_back(), order=order)
        assert names(value).count("return-requested") == 2
        assert holds(value["refunds"], [{"cause": "r1", "pieces": ["coat", "belt"]}])

    @pytest.mark.parametrize("finding", ["damaged", "missing", "another-piece"])
    def test_what_is_questioned_waits_for_a_person(self, finding: str) -> None:
        """Refunded if they accept it; if they decline it, the seller is paid."""
        before = [*delivered("ada", "lou"), requested("coat"), *came_back(finding)]
        value = lived(*before, until="2026-09-17T08:00:00Z")
        assert value["refunds"] == []
        assert value["cases"] == [
            {
                "at": "2026-09-16T08:00:00Z",
                "kind": "return-questioned",
                "why": f"r1: coat {finding}",
            }
        ]
        assert states(value)["coat"] == "returning"
        accepted = lived(*before, do("18", "accept-return", return_="r1"))
        assert holds(accepted["refunds"], [{"at": "2026-09-18T08:00:00Z", "cause": "r1"}])
        declined = lived(*before, do("18", "decline-return", return_="r1"))
        assert declined["refunds"] == []
        assert sorted(each["seller"] for each in declined["payouts"]) == ["ada", "lou"]

    def test_what_is_posted_too_late(self) -> None:
        """Requested on the 12th, to be posted until the 28th, a Monday after a Saturday."""
        value = lived(
            *delivered("ada", "lou"), requested("coat"), do("29", "post-return", return_="r1")
        )
        assert holds(
            value["cases"], [{"kind": "return-late", "why": "r1: posted after its last day"}]
        )
        value = lived(
            *delivered("ada", "lou"), requested("coat"), do("29", "receive-return", return_="r1")
        )
        assert holds(value["cases"], [{"kind": "return-late"}])

    def test_what_lies_there_too_long(self) -> None:
        """F4: back on the 15th and never checked: the refund is overdue a week of work later."""
        value = lived(*delivered("ada", "lou"), requested("coat"), *came_back()[:2])
        assert holds(value["cases"], [{"kind": "refund-overdue"}])


class TestParcels:
    """S3, L14, R10: what becomes of parcels that do not arrive."""

    def test_lost_is_refunded_in_full(self) -> None:
        """The carrier says so; of the other parcel nothing changes."""
        lost = do("12", "scan", parcel="ada", status="lost")
        value = lived(do("08", "hand-in", parcel="ada"), *delivered("lou"), lost)
        assert holds(
            value["refunds"],
            [
                {
                    "at": "2026-09-12T08:00:00Z",
                    "cause": "ada",
                    "pieces": ["coat"],
                    "total": euros("101.19"),
                }
            ],
        )
        assert value["parcels"][0]["state"] == "lost"
        assert value["cases"] == []

    def test_delivered_after_that(self) -> None:
        """S15: the buyer has both, which no rule settles."""
        value = lived(
            do("08", "hand-in", parcel="ada"),
            do("12", "scan", parcel="ada", status="lost"),
            do("14", "scan", parcel="ada", status="delivered"),
            order=order_of(COAT),
        )
        assert value["parcels"][0]["state"] == "delivered"
        assert value["cases"] == [
            {"at": "2026-09-14T08:00:00Z", "kind": "delivered-after-refund", "why": "ada: coat"}
        ]

    def test_sent_back_after_delivery(self) -> None:
        """S15: it was delivered, and goes back to its seller."""
        value = lived(*delivered("ada", "lou"), do("14", "scan", parcel="ada", status="going-back"))
        assert holds(
            value["cases"], [{"kind": "sent-back-after-delivery", "why": "ada: going-back"}]
        )

    def test_not_handed_in_cannot_be_lost(self) -> None:
        """Nothing was seen of it."""
        value = lived(do("12", "scan", parcel="ada", status="lost"))
        assert holds(value["refusals"], [{"do": "scan", "reasons": ["not-now"]}])
        assert states(value) == {"coat": "announced", "bag": "announced"}

    def test_overdue(self) -> None:
        """Handed in on the eighth, it should be there on the fourteenth."""
        value = lived(do("08", "hand-in", parcel="ada"), until="2026-09-14T22:00:00Z")
        assert holds(value["cases"], [{"at": "2026-09-14T22:00:00Z", "kind": "parcel-overdue"}])

    def back(self, *answers: dict[str, object], **facts: object) -> dict[str, Any]:
        """Send a coat back from customs, and answer the question."""
        return lived(
            do("08", "hand-in", parcel="ada"),
            do("09", "scan", parcel="ada", status="under-way"),
            do("10", "scan", parcel="ada", status="held-at-customs"),
            do("20", "scan", parcel="ada", status="going-back", **facts),
            do("24", "scan", parcel="ada", status="back-at-sender"),
            *answers,
            order=order_of(COAT),
        )

    def test_refunded_with_the_buyers_agreement(self) -> None:
        """L14: not before they agree."""
        waiting = self.back()
        assert waiting["refunds"] == []
        assert states(waiting) == {"coat": "back-at-sender"}
        agreed = self.back(do("26", "answer-refund", parcel="ada", agreed=True))
        assert holds(agreed["refunds"], [{"at": "2026-09-26T08:00:00Z", "total": euros("101.19")}])

    def test_customs_that_were_not_paid_are_known_by_the_hold(self) -> None:
        """It went back from customs; a carrier may give another cause."""
        assert {"kind": "parcel-sent-back", "why": "ada: unpaid-duties"} in [
            {"kind": each["kind"], "why": each["why"]} for each in self.back()["cases"]
        ]
        refused = self.back(cause="refused")
        assert "ada: refused" in [each["why"] for each in refused["cases"]]

    def test_sent_again_where_they_would_rather_have_it(self) -> None:
        """It is handed in once more, and paid out like any other."""
        value = self.back(
            do("26", "answer-refund", parcel="ada", agreed=False),
            do("27", "hand-in", parcel="ada", tracking_number="8R2"),
            do("29", "scan", parcel="ada", status="delivered"),
        )
        assert "parcel-to-send-again" in [each["kind"] for each in value["cases"]]
        assert holds(value["payouts"], [{"seller": "ada", "amount": euros("90.00")}])
        assert value["balance"]["carrier"] == euros("22.38")


class TestClaims:
    """R9, R10: a defect, and what never arrived."""

    def test_a_defect_that_is_upheld_comes_back_first(self) -> None:
        """With a photo; then it is returned for that reason, and refunded with its postage."""
        value = lived(
            *delivered("ada", "lou"),
            do("12", "open-claim", claim="c1", kind="defect", pieces=["coat"], photos=1),
            do("13", "uphold-claim", claim="c1"),
            requested("coat", at="13 09:00", reason="claim"),
            do("14", "post-return", return_="r1"),
            *came_back()[1:],
        )
        assert value["refusals"] == []
        assert holds(value["refunds"], [{"cause": "r1", "total": euros("101.19")}])

    def test_a_defect_without_a_photo(self) -> None:
        """It is refused, and so is what is decided about it."""
        value = lived(
            *delivered("ada", "lou"),
            do("12", "open-claim", claim="c1", kind="defect", pieces=["coat"]),
            do("13", "reject-claim", claim="c1"),
        )
        assert [each["reasons"] for each in value["refusals"]] == [
            ["too-few-photos"],
            ["no-such-claim"],
        ]

    def test_a_claim_holds_the_payout(self) -> None:
        """Until it is rejected."""
        claim = do("12", "open-claim", claim="c1", kind="defect", pieces=["coat"], photos=1)
        value = lived(*delivered("ada", "lou"), claim)
        assert holds(value["payouts"], [{"seller": "lou"}])
        assert states(value)["coat"] == "claimed"
        rejected = lived(*delivered("ada", "lou"), claim, do("30", "reject-claim", claim="c1"))
        assert holds(rejected["payouts"][-1], {"at": "2026-09-30T08:00:00Z", "seller": "ada"})

    @pytest.mark.parametrize(
        ("found", "refunds"),
        [("report-lost", [{"cause": "c1", "total": euros("101.19")}]), ("report-found", [])],
    )
    def test_what_never_arrived_is_looked_for(
        self, found: str, refunds: list[dict[str, object]]
    ) -> None:
        """Lost, it is refunded in full; found, it is not."""
        value = lived(
            do("08", "hand-in", parcel="ada"),
            do("15", "open-claim", claim="c1", kind="not-received", pieces=["coat"]),
            do("18", found, claim="c1"),
            order=order_of(COAT),
        )
        assert holds(value["refunds"], refunds)


class TestGrouped:
    """L2, L4: one parcel from the workshop, with a fee that falls with what comes back."""

    def test_a_piece_comes_back_from_belgium(self) -> None:
        """10 % of 145 is 14.50; of the 90 kept it is 9.00, so that 5.50 come back with the bag."""
        order = order_of(mode="grouped", destination=LIEGE)
        way = [*arrived("ada", coat="as-described"), *arrived("lou", bag="as-described")]
        done = [*way, *delivered("workshop"), requested("bag"), *came_back()]
        value = lived(*done, order=order)
        assert holds(value["refunds"], [{"pieces": ["bag"], "total": euros("60.50")}])
        assert value["pieces"][1]["refunded"] == euros("55.00")
        assert value["balance"]["house"] == euros("9.00")


def arrived(seller: str, **findings: str) -> list[dict[str, object]]:
    """Receive what a seller sent the workshop an hour after the order, and check each piece."""
    received = do("07 09:00", "receive", parcel=f"to-workshop/{seller}")
    checks = (do("07 09:00", "check", piece=p, finding=found) for p, found in findings.items())
    return [received, *checks]


class TestL5TheWayToTheWorkshop:
    """L3, L5, L8: sellers post to the workshop; what fails or never comes is refunded."""

    GROUPED = order_of(mode="grouped")

    def test_where_each_piece_is(self) -> None:
        """At its seller's, on its way, received, checked, and then where its parcel is."""
        steps = [
            do("08", "hand-in", parcel="to-workshop/ada"),
            do("09", "receive", parcel="to-workshop/ada"),
            do("10", "check", piece="coat", finding="as-described"),
            do("10 10:00", "receive", parcel="to-workshop/lou"),
            do("10 11:00", "check", piece="bag", finding="as-described"),
            do("11", "hand-in", parcel="workshop"),
        ]
        lives = [
            lived(*steps[:count], order=self.GROUPED, until="2026-09-12T00:00:00Z")
            for count in range(len(steps) + 1)
        ]
        seen = [(states(value)["coat"], states(value)["bag"]) for value in lives]
        assert seen == [
            ("announced", "announced"),
            ("to-workshop", "announced"),
            ("at-workshop", "announced"),
            ("checked", "announced"),
            ("checked", "at-workshop"),
            ("checked", "checked"),
            ("handed-in", "handed-in"),
        ]
        assert holds(
            lives[-1]["parcels"],
            [
                {"id": "workshop", "from": "workshop", "to": "zoe", "pieces": ["coat", "bag"]},
                {"id": "to-workshop/ada", "from": "ada", "to": "workshop", "state": "delivered"},
                {"id": "to-workshop/lou", "from": "lou", "to": "workshop", "pieces": ["bag"]},
            ],
        )

    def test_leaves_with_the_slowest(self) -> None:
        """L3: not before both have arrived and been checked."""
        value = lived(
            *arrived("ada", coat="as-described"),
            do("08", "hand-in", parcel="workshop"),
            order=self.GROUPED,
            until="2026-09-09T00:00:00Z",
        )
        assert holds(value["refusals"], [{"do": "hand-in", "reasons": ["awaits-pieces"]}])

    def test_one_that_fails_is_refunded_and_the_other_leaves(self) -> None:
        """55.00 and 5.50 of the fee for the bag; the coat is kept and paid out."""
        value = lived(
            *arrived("ada", coat="as-described"),
            *arrived("lou", bag="fails"),
            *delivered("workshop"),
            order=self.GROUPED,
        )
        assert holds(
            value["refunds"],
            [{"cause": "cancellation", "pieces": ["bag"], "total": euros("60.50")}],
        )
        assert states(value) == {"coat": "delivered", "bag": "cancelled"}
        assert value["parcels"][0]["pieces"] == ["coat"]
        assert value["balance"]["sellers"] == {"ada": euros("90.00"), "lou": euros("0.00")}
        assert "piece-failed" in names(value)

    def test_one_that_never_comes(self) -> None:
        """Fifteen days after a Monday, in Paris: everything goes back."""
        value = lived(order=self.GROUPED)
        (refund,) = value["refunds"]
        assert (refund["at"], refund["total"]) == ("2026-09-22T22:00:00Z", euros("170.69"))
        assert value["balance"]["buyer"] == euros("0.00")

    @pytest.mark.parametrize("status", ["going-back", "back-at-sender", "lost"])
    def test_what_does_not_arrive(self, status: str) -> None:
        """It is where its parcel is; lost, it is refunded."""
        value = lived(
            do("08", "hand-in", parcel="to-workshop/ada"),
            do("09", "scan", parcel="to-workshop/ada", status=status),
            order=self.GROUPED,
            until="2026-09-10T00:00:00Z",
        )
        assert states(value)["coat"] == ("cancelled" if status == "lost" else status)

    def test_a_way_that_the_house_knows_has_a_last_day(self) -> None:
        """No case of an overdue parcel where it says nothing of the way."""
        value = lived(do("08", "hand-in", parcel="to-workshop/ada"), order=self.GROUPED)
        assert value["cases"] == []


class TestS12Cancelled:
    """R2: what was not posted is cancelled and refunded in full, by whoever may."""

    @pytest.mark.parametrize("by", ["buyer", "seller", "house"])
    def test_a_piece(self, by: str) -> None:
        """The coat and its postage; the bag goes on."""
        value = lived(do("08", "cancel", by=by, pieces=["coat"]), *delivered("lou"))
        assert holds(value["refunds"], [{"pieces": ["coat"], "total": euros("101.19")}])
        assert states(value) == {"coat": "cancelled", "bag": "delivered"}

    def test_all_of_it(self) -> None:
        """Without a number of a parcel, and to the last cent."""
        value = lived(do("08", "cancel", by="buyer"))
        assert value["balance"]["buyer"] == value["balance"]["house"] == euros("0.00")

    def test_all_that_has_not_left(self) -> None:
        """What travels does not come back by it."""
        value = lived(
            do("08", "hand-in", parcel="ada"),
            do("09", "cancel", by="house"),
            do("09", "cancel", by="buyer", pieces=["coat"]),
            until="2026-09-10T00:00:00Z",
        )
        assert states(value) == {"coat": "handed-in", "bag": "cancelled"}
        assert holds(value["refusals"], [{"do": "cancel", "reasons": ["already-posted"]}])

    @pytest.mark.parametrize("order", [["coat", "bag"], ["bag", "coat"]])
    def test_in_any_order(self, order: list[str]) -> None:
        """Split in two, both ways refund the same as at once."""
        grouped = order_of(mode="grouped")
        days = zip(("08", "09"), order, strict=True)
        split = [do(day, "cancel", by="buyer", pieces=[each]) for day, each in days]
        apart = lived(*split, order=grouped)
        once = lived(do("08", "cancel", by="buyer"), order=grouped)
        assert apart["balance"] == once["balance"]


class TestBorders:
    """L13, P10: what customs will want of a parcel depends on where it starts."""

    @pytest.mark.parametrize(
        ("origins", "customs"),
        [
            ({}, ["no-import", "no-import"]),
            ({"lou": {"country": "US"}}, ["no-import", "unknown"]),
            (
                {"ada": {"country": "BE"}, "lou": {"country": "FR", "postal_code": "97400"}},
                ["no-import", "unknown"],
            ),
        ],
    )
    def test_of_each_parcel(self, origins: dict[str, object], customs: list[str]) -> None:
        """From France to France nothing; from elsewhere what is known."""
        value = lived(order=order_of(origins=origins))
        assert [parcel["customs"] for parcel in value["parcels"]] == customs

    @pytest.mark.parametrize(("day", "customs"), [("06-30", "charged"), ("07-01", "unknown")])
    def test_on_the_day_it_is_handed_in(self, day: str, customs: str) -> None:
        """From July 2026 on a duty is owed for each line, of which the order says nothing."""
        order = order_of(
            COAT,
            origins={"ada": {"country": "US"}},
            placed_at="2026-06-29T08:00:00Z",
        )
        handed_in = {**do("08", "hand-in", parcel="ada"), "at": f"2026-{day}T08:00:00Z"}
        assert lived(handed_in, order=order)["parcels"][0]["customs"] == customs

    def test_on_the_way_to_the_workshop(self) -> None:
        """L8: it is in France; what comes from the United States is taxed from the first cent."""
        origins = {"ada": {"country": "US"}, "lou": {"country": "BE"}}
        order = order_of(mode="grouped", origins=origins, placed_at="2026-06-01T08:00:00Z")
        handed_in = do("08", "hand-in", parcel="to-workshop/ada")
        step = {**handed_in, "at": "2026-06-02T08:00:00Z"}
        value = lived(step, order=order, until="2026-06-03T08:00:00Z")
        assert {parcel["id"]: parcel["customs"] for parcel in value["parcels"]} == {
            "workshop": "no-import",
            "to-workshop/ada": "charged",
            "to-workshop/lou": "no-import",
        }

    @pytest.mark.parametrize(
        ("country", "customs"), [("FR", "no-import"), ("GB", "no-import"), ("BE", "unknown")]
    )
    def test_on_the_way_back(self, country: str, customs: str) -> None:
        """R4: one piece goes back to its seller, from London; a relief must be claimed there."""
        from_london = {"country": "GB", "postal_code": "E8 3PN", "city": "London"}
        home = {"FR": None, "GB": from_london, "BE": {"country": "BE"}}[country]
        destination = from_london if country != "FR" else {"country": "FR", "postal_code": "33000"}
        order = order_of(
            COAT, destination=destination, origins={} if home is None else {"ada": home}
        )
        value = lived(
            do("08", "hand-in", parcel="ada"),
            do("10", "scan", parcel="ada", status="delivered"),
            do(
                "11",
                "request-return",
                **{"return": "r1"},
                pieces=["coat"],
                reason="withdrawal",
                parcel_number="8R1",
            ),
            order=order,
        )
        (requested,) = [e for e in value["events"] if e["event"] == "return-requested"]
        assert (requested["to"], requested["customs"]) == ("ada", customs)


class TestErrors:
    """What is missing, unknown or misspelt is an error with its path; nothing is guessed."""

    @pytest.mark.parametrize(
        ("command", "path"),
        [
            (do("10", "hand-in"), "facts.commands[0].parcel"),
            (do("10", "receive", parcel="ada/x"), "facts.commands[0].parcel"),
            (do("10", "check", piece="coat", finding="damaged"), "facts.commands[0].finding"),
            (do("10", "check", piece="hat", finding="fails"), "facts.commands[0].piece"),
            (do("10", "cancel"), "facts.commands[0].by"),
            (do("10", "cancel", by="carrier"), "facts.commands[0].by"),
            (do("10", "hand-in", parcel="max"), "facts.commands[0].parcel"),
            (do("10", "hand-in", parcel="ada", agreed=True), "facts.commands[0].agreed"),
            (do("10", "hand-inn", parcel="ada"), "facts.commands[0].do"),
            (do("10", "scan", parcel="ada", status="held"), "facts.commands[0].status"),
            (requested("hat"), "facts.commands[0].pieces"),
            (requested("coat", "coat"), "facts.commands[0].pieces"),
            (requested("coat", reason="whim"), "facts.commands[0].reason"),
            (
                do("10", "open-claim", claim="c", kind="defekt", pieces=["coat"]),
                "facts.commands[0].kind",
            ),
            (
                do("10", "open-claim", claim="c", kind="defect", pieces=["hat"]),
                "facts.commands[0].pieces",
            ),
            (do("06", "hand-in", parcel="ada"), "facts.commands[0].at"),
            (do("10", "check-return", return_="r", finding="fails"), "facts.commands[0].finding"),
        ],
    )
    def test_in_a_command(self, command: dict[str, object], path: str) -> None:
        """Each at the fact it is about."""
        assert error_of(asked(command))[0] == path

    @pytest.mark.parametrize(
        ("changes", "path"),
        [
            ({"mode": "grouppe"}, "facts.order.mode"),
            ({"pieces": []}, "facts.order.pieces"),
            ({"pieces": [COAT, COAT]}, "facts.order.pieces[1].id"),
            ({"fees": ["insurance"]}, "facts.order.fees"),
            ({"origins": {"max": {"country": "US"}}}, "facts.order.origins"),
            (
                {"payments": [{"tender": "card", "amount": euros("1.00")}]},
                "facts.order.payments",
            ),
            (
                {"payments": [{"tender": "cheque", "amount": euros("165.48")}]},
                "facts.order.payments[0].tender",
            ),
            ({"placed_at": "2027-01-01T00:00:00Z"}, "facts.until"),
        ],
    )
    def test_in_the_order(self, changes: dict[str, object], path: str) -> None:
        """Each at the fact it is about."""
        assert error_of(asked(order=order_of(**changes)))[0] == path

    def test_commands_in_order_of_time(self) -> None:
        """The second one comes before the first."""
        commands = [do("10", "hand-in", parcel="ada"), do("09", "hand-in", parcel="lou")]
        path, message = error_of(asked(*commands))
        assert path == "facts.commands[1].at"
        assert "between 2026-09-10T08:00:00+00:00" in message

    def test_an_order_without_a_price(self) -> None:
        """It is refused as `quote-order` refuses it."""
        answer = asked(order=order_of(piece(weight_g=30_001)))
        assert (answer["decision"], answer["reasons"]) == ("refused", ["above-last-band"])


class TestDisputed:
    """S11: while a payment is disputed no seller is paid; lost, it goes back once and no more."""

    DISPUTED = (*delivered("ada", "lou"), do("11", "dispute", tender="card"))

    def ended(self, how: str, *before: dict[str, object], at: str = "27") -> dict[str, Any]:
        """Dispute the card on the eleventh, and end that on the 27th."""
        return lived(*self.DISPUTED, *before, do(at, how, tender="card"))

    def test_no_seller_is_paid_meanwhile(self) -> None:
        """The window closed on the 24th; a person looks."""
        value = lived(*self.DISPUTED)
        assert value["payouts"] == []
        assert holds(value["cases"], [{"at": "2026-09-11T08:00:00Z", "kind": "payment-disputed"}])

    def test_won_all_goes_on(self) -> None:
        """They are paid as soon as it is won."""
        value = self.ended("dispute-won")
        assert holds(
            value["payouts"],
            [
                {"at": "2026-09-27T08:00:00Z", "seller": "ada"},
                {"at": "2026-09-27T08:00:00Z", "seller": "lou"},
            ],
        )
        assert self.ended("dispute-won", at="12")["payouts"][0]["at"] == "2026-09-24T22:00:00Z"

    def test_lost_the_house_bears_it(self) -> None:
        """All of 165.48 is back with the buyer, and the sellers are paid."""
        value = self.ended("dispute-lost")
        assert holds(
            value["balance"],
            {
                "buyer": euros("0.00"),
                "house": euros("-165.48"),
                "carrier": euros("20.48"),
                "sellers": {"ada": euros("90.00"), "lou": euros("55.00")},
            },
        )
        assert value["refunds"] == []

    def test_what_was_refunded_before_is_not_taken_back_again(self) -> None:
        """101.19 were refunded for the coat; a dispute takes the other 64.29."""
        value = lived(
            *delivered("ada", "lou"),
            requested("coat"),
            *came_back(),
            do("17", "dispute", tender="card"),
            do("18", "dispute-lost", tender="card"),
        )
        assert value["balance"]["buyer"] == euros("0.00")
        assert holds(value["refunds"], [{"total": euros("101.19")}])
        assert holds(value["payouts"], [{"seller": "lou"}])

    @pytest.mark.parametrize(
        ("how", "refunds", "buyer"),
        [
            ("dispute-won", [{"at": "2026-09-27T08:00:00Z", "total": euros("101.19")}], "-64.29"),
            ("dispute-lost", [], "0.00"),
        ],
    )
    def test_a_refund_waits_for_its_end(
        self, how: str, refunds: list[dict[str, object]], buyer: str
    ) -> None:
        """Won, it is made; lost, the buyer has it already, and its seller the coat."""
        value = self.ended(how, requested("coat"), *came_back())
        assert holds(value["refunds"], refunds)
        assert value["balance"]["buyer"] == euros(buyer)
        assert holds(value["payouts"], [{"seller": "lou", "amount": euros("55.00")}])

    def test_nor_to_another_means_of_payment(self) -> None:
        """101.19 for the coat would go to the card first: 100.00 of it are back by the dispute."""
        payments = [
            {"tender": "gift-card", "amount": euros("65.48")},
            {"tender": "card", "amount": euros("100.00")},
        ]
        order = order_of(payments=payments)
        lost = do("27", "dispute-lost", tender="card")
        waited = lived(*self.DISPUTED, requested("coat"), *came_back(), lost, order=order)
        later = lived(
            *self.DISPUTED,
            do("11 09:00", "dispute-lost", tender="card"),
            requested("coat"),
            *came_back(),
            order=order,
        )
        for value in (waited, later):
            assert holds(
                value["refunds"],
                [{"by_tender": [{"tender": "gift-card", "amount": euros("1.19")}]}],
            )
            assert value["balance"]["buyer"] == euros("-64.29")

    def test_is_refused_twice_and_without_a_dispute(self) -> None:
        """One dispute of a means of payment at a time."""
        value = lived(
            do("08", "dispute-won", tender="card"),
            do("09", "dispute", tender="card"),
            do("10", "dispute", tender="card"),
        )
        reasons = [each["reasons"] for each in value["refusals"]]
        assert reasons == [["not-disputed"], ["already-disputed"]]

    def test_of_what_did_not_pay(self) -> None:
        """The order was paid by card."""
        answer = asked(do("09", "dispute", tender="paypal"))
        assert error_of(answer)[0] == "facts.commands[0].tender"


class TestHouses:
    """Every shipped house: a coat for 90, kept, to the cent and to the moment."""

    @pytest.mark.parametrize(
        ("name", "total", "house", "carrier", "paid_at"),
        [
            # 9.59 of postage; the window of 14 days from Thursday the 10th ends on the 24th.
            ("imparfaite", "99.59", "0.00", "9.59", "2026-09-24T22:00:00Z"),
            ("imparfaite-direct", "99.59", "0.00", "9.59", "2026-09-24T22:00:00Z"),
            ("oskelly", "99.59", "0.00", "9.59", "2026-09-24T22:00:00Z"),
            ("selency", "99.59", "0.00", "9.59", "2026-09-24T22:00:00Z"),
            # 0.70 and 5 % of 90 for the protection of the buyer; two days to report a problem.
            ("vinted", "104.79", "5.20", "9.59", "2026-09-12T22:00:00Z"),
            # 2.90 and 5 % of 90; 12.99 of postage.
            ("vinted-pl", "110.39", "7.40", "12.99", "2026-09-12T22:00:00Z"),
        ],
    )
    def test_kept(self, name: str, total: str, house: str, carrier: str, paid_at: str) -> None:
        """The buyer pays, the seller gets 90, the carrier its postage and the house its fee."""
        currency = "PLN" if name == "vinted-pl" else "EUR"

        def money(amount: str) -> dict[str, str]:
            return {"amount": amount, "currency": currency}

        place = {"country": "PL", "postal_code": "00-001"} if currency == "PLN" else BORDEAUX
        coat = piece(price=money("90.00"), list_price=money("90.00"), weight_g=900)
        value = lived(*delivered("ada"), order=order_of(coat, destination=place), policy=name)
        assert holds(value["payouts"], [{"at": paid_at, "amount": money("90.00")}])
        assert value["balance"] == {
            "buyer": money(f"-{total}"),
            "house": money(house),
            "carrier": money(carrier),
            "sellers": {"ada": money("90.00")},
        }

    @pytest.mark.parametrize(
        ("until", "refunded"),
        [("2026-09-14T21:59:59Z", []), ("2026-09-14T22:00:00Z", [euros("104.79")])],
    )
    def test_not_posted(self, until: str, refunded: list[object]) -> None:
        """P22: five working days from Monday the 7th to post it, or it is refunded whole."""
        order = order_of(piece(price=euros("90.00"), weight_g=900))
        value = lived(order=order, policy="vinted", until=until)
        assert [refund["total"] for refund in value["refunds"]] == refunded


class TestAnyOrder:
    """F4: however returns are split and ordered, what they refund together is the same."""

    PIECES: ClassVar = {"a": "300.00", "b": "150.00", "c": "90.00"}

    def refunded(self, *returns: tuple[str, ...]) -> Decimal:
        """Return pieces of one professional seller, one return after the other."""
        pieces = [
            piece(id=name, price=euros(price), weight_g=300, seller_kind="professional")
            for name, price in self.PIECES.items()
        ]
        steps = []
        for number, some in enumerate(returns):
            at, name = f"1{2 + number}", f"r{number}"
            steps += [
                do(at, "request-return", return_=name, pieces=some, reason="withdrawal"),
                do(at, "accept-return", return_=name),
                do(at, "post-return", return_=name),
                do(at, "receive-return", return_=name),
                do(at, "check-return", return_=name, finding="as-sent"),
            ]
        value = lived(
            *delivered("ada", on="12 07:00"), *steps, order=order_of(*pieces), policy="vinted"
        )
        return sum((Decimal(each["total"]["amount"]) for each in value["refunds"]), Decimal())

    @pytest.mark.parametrize("kept", [(), ("a",), ("b",), ("c",)])
    def test_refunds_the_same(self, kept: tuple[str, ...]) -> None:
        """A fee with a cliff at 500 is among what comes back: 2 % of it above, 5 % below."""
        back = [name for name in self.PIECES if name not in kept]
        at_once = self.refunded(tuple(back))
        one_by_one = {self.refunded(*((name,) for name in each)) for each in permutations(back)}
        assert one_by_one == {at_once}
        assert at_once >= sum(Decimal(self.PIECES[name]) for name in back)
