"""The times of a policy, by the JSON API: what an order lives through as its document says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.test_replay_order import COAT, delivered, do, lived, order_of
from tests.api.test_what_is_given import counting_from


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
