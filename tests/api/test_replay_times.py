"""The times of a policy, by the JSON API: what an order lives through as its document says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.test_replay_order import COAT, delivered, do, lived, names, order_of, requested
from tests.api.test_what_is_given import SHIPPED, counting_from
from tests.cli.asking import BORDEAUX, error_of, holds, question, reply


class TestP22NothingIsPosted:
    """L8: under the shipped policy of vinted a seller has five working days to post."""

    @pytest.mark.parametrize(("until", "refunds"), [("21:59:59", 0), ("22:00:00", 1)])
    def test_is_cancelled_and_refunded(self, until: str, refunds: int) -> None:
        """Paid on Monday the 7th: the buyer has all of it back when Monday the 14th is over."""
        life = lived(order=order_of(COAT), until=f"2026-09-14T{until}Z", policy="vinted")
        assert len(life["refunds"]) == refunds
        zero = {"amount": "0.00", "currency": "EUR"}
        assert (life["balance"]["buyer"] == zero) == bool(refunds)
        assert life["balance"]["sellers"] == {"ada": zero}

    def test_what_is_posted_is_paid_for(self) -> None:
        """Delivered on the 10th, and nobody reports a problem for two days."""
        life = lived(*delivered("ada"), order=order_of(COAT), policy="vinted")
        assert life["refunds"] == []
        assert [payout["at"] for payout in life["payouts"]] == ["2026-09-12T22:00:00Z"]

    def test_the_buyer_says_that_all_is_well(self) -> None:
        """The seller is paid at once."""
        life = lived(
            *delivered("ada"), do("11 10:00", "confirm"), order=order_of(COAT), policy="vinted"
        )
        assert [payout["at"] for payout in life["payouts"]] == ["2026-09-11T10:00:00Z"]

    def test_before_anything_is_posted_nothing_can_be_confirmed(self) -> None:
        """There is nothing to be well."""
        life = lived(do("08", "confirm"), order=order_of(COAT), until="2026-09-09T00:00:00Z")
        assert [refused["reasons"] for refused in life["refusals"]] == [["not-possible-now"]]


class TestP1CountedFromDispatch:
    """R1: fourteen days from dispatch, whenever it was received."""

    @pytest.mark.parametrize(("at", "refused"), [("22 21:59", []), ("22 22:00", ["too-late"])])
    def test_in_a_running_order(self, tmp_path: Path, at: str, refused: list[str]) -> None:
        """Dispatched on the 8th and received on the 10th: the last day is the 22nd."""
        request = do(
            at, "request-return", return_="r1", pieces=["coat"], reason="withdrawal",
            parcel_number="8R1",
        )  # fmt: skip
        policy = counting_from('"dispatched"', tmp_path)
        life = lived(*delivered("ada"), request, order=order_of(COAT), policy=policy)
        assert [reason for no in life["refusals"] for reason in no["reasons"]] == refused

    def test_a_parcel_that_never_arrives_is_paid_for(self, tmp_path: Path) -> None:
        """The payout counts from dispatch too, as the document says."""
        policy = counting_from('"dispatched"', tmp_path)
        handed_in = delivered("ada")[:1]
        life = lived(*handed_in, order=order_of(COAT), policy=policy)
        assert [payout["at"] for payout in life["payouts"]] == ["2026-09-22T22:00:00Z"]


POSTING = 'window = { anchor = "requested", length = "14 days", roll = "next-working-day" }'
STARTS = [
    ('"ordered"', "24", "25"),  # no time for posting starts before receipt
    ('"paid"', "24", "25"),
    ('"dispatched"', "24", "25"),
    ('"received"', "24", "25"),
    ('"delivered"', "24", "25"),
    ('"delivery-scan"', "24", "25"),
    ('"day-after-received"', "25", "26"),
    ('"requested"', "28", "29"),  # the 26th is a Saturday
    ('"return-accepted"', "28", "29"),
    ('"issue-reported"', "28", "29"),
    ('"latest-estimate"', "28", "29"),  # the 14th, five ouvrables after dispatch
    ('{ earliest_of = ["dispatched", "requested"] }', "24", "25"),
    ('{ latest_of = ["dispatched", "requested"] }', "28", "29"),
]


class TestTheSecondClock:
    """R1: a return is posted within fourteen days of whichever event the document names.

    Ordered on 7 September and dispatched on the 8th, received on the 10th, requested on the 12th.
    """

    def written(self, start: str, folder: Path) -> str:
        """Write the shipped document with another start of each second clock; give its path."""
        document = folder / "house.toml"
        assert POSTING in SHIPPED
        document.write_text(
            SHIPPED.replace(POSTING, POSTING.replace('"requested"', start)), "utf-8"
        )
        return str(document)

    @pytest.mark.parametrize(("start", "last", "late"), STARTS)
    def test_of_the_rule_and_of_a_running_order(
        self, tmp_path: Path, start: str, last: str, late: str
    ) -> None:
        """Both name one last day: a postmark of it is in time, and one of the day after is not."""
        policy = self.written(start, tmp_path)
        events = {
            "ordered": "2026-09-07",
            "paid": "2026-09-07",
            "dispatched": "2026-09-08",
            "delivered": "2026-09-10",
            "delivery-scan": "2026-09-10",
            "issue-reported": "2026-09-12",
            "latest-estimate": "2026-09-14",
        }
        facts = {
            "destination": BORDEAUX,
            "received": "2026-09-10",
            "requested_at": "2026-09-12T08:00:00Z",
            "parcel_number": "8R1",
            "pieces": ["coat"],
            "wants": "refund",
            "events": events,
        }
        answer = reply(question("assess-return", facts, policy=policy))
        assert holds(answer, {"value": {"post_by": f"2026-09-{last}"}})
        for day, happened in ((last, "return-posted"), (late, "return-posted-late")):
            steps = (*delivered("ada"), requested("coat"), do(day, "post-return", return_="r1"))
            life = lived(*steps, order=order_of(COAT), policy=policy)
            assert happened in names(life)

    @pytest.mark.parametrize(
        ("start", "missing"),
        [
            ('"dispatched"', "dispatched"),
            ('{ latest_of = ["requested", "paid"] }', "paid"),
        ],
    )
    def test_counts_from_nothing_that_is_not_given(
        self, tmp_path: Path, start: str, missing: str
    ) -> None:
        """The day of receipt is no substitute; the error names the event."""
        facts = {
            "destination": BORDEAUX,
            "received": "2026-09-10",
            "requested_at": "2026-09-12T08:00:00Z",
            "parcel_number": "8R1",
            "pieces": ["coat"],
            "wants": "refund",
        }
        request = question("assess-return", facts, policy=self.written(start, tmp_path))
        path, message = error_of(reply(request))
        assert path == "facts.events"
        assert message.startswith(f"must hold {missing}, which the time counts from")

    def test_of_a_return_that_is_requested_before_the_parcel_is_there(self, tmp_path: Path) -> None:
        """From dispatch on the 8th, but not before receipt on the 10th, once it is delivered."""
        handed_in, scan = delivered("ada")
        early = requested("coat", at="09")
        accept = do("09 09:00", "accept-return", return_="r1")
        policy = self.written('"dispatched"', tmp_path)
        for day, happened in (("24", "return-posted"), ("25", "return-posted-late")):
            post = do(day, "post-return", return_="r1")
            life = lived(handed_in, early, accept, scan, post, order=order_of(COAT), policy=policy)
            assert happened in names(life)
