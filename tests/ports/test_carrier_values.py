from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules.errors import DayError, IdentifierError, InvalidValueError
from vintage_rules.money import Money
from vintage_rules.ports.carrier import Rate, Scan, Tracking, doubt_deliveries, in_order, status_of
from vintage_rules.shipping.parcel.states import ScanStatus

MOMENT = datetime(2026, 9, 7, 8, tzinfo=UTC)


def scan(at: datetime = MOMENT, code: str = "A", status: str = "in-transit") -> Scan:
    """Make a scan."""
    return Scan(at=at, status=status, code=code, text="", place=None)


class TestScan:
    """A scan, as it may be."""

    @pytest.mark.parametrize("status", [*ScanStatus, "unknown:X", "unknown: x"])
    def test_has_a_status_of_ours_or_an_unknown_one(self, status: str) -> None:
        """Both are kept as they are."""
        assert scan(status=status).status == status

    @pytest.mark.parametrize("status", ["", "unknown:", "unknown", "transit", "IN-TRANSIT"])
    def test_has_no_other_status(self, status: str) -> None:
        """The error says which there are."""
        with pytest.raises(InvalidValueError, match=r"must be one of in-transit, .* unknown:"):
            scan(status=status)

    def test_has_a_moment_with_an_offset(self) -> None:
        """One without is no instant."""
        with pytest.raises(DayError):
            scan(at=datetime(2026, 9, 7))  # noqa: DTZ001 - that is the point


class TestStatusOf:
    """Codes of a carrier in our words."""

    @given(st.text(min_size=1).filter(lambda code: code != "DI1"))
    def test_an_unknown_code_is_never_anything_else(self, code: str) -> None:
        """Whatever it looks like."""
        assert status_of(code, {"DI1": ScanStatus.DELIVERED}) == f"unknown:{code}"


class TestDoubtDeliveries:
    """S1, R1: no return window opens on a delivery that may have been to the sender."""

    def test_only_once_it_was_sent_back(self) -> None:
        """What comes before is taken at its word, and so is all that is no delivery."""
        told = [
            scan(MOMENT + timedelta(days=day), code, status)
            for day, code, status in (
                (1, "D", "delivered"),
                (2, "R", "going-back"),
                (3, "T", "in-transit"),
                (4, "D", "delivered"),
            )
        ]
        statuses = [each.status for each in doubt_deliveries(told[::-1])]
        assert statuses == ["delivered", "going-back", "in-transit", "unknown:D"]

    def test_without_a_way_back_they_are_in_order(self) -> None:
        """Nothing is in doubt."""
        told = [scan(MOMENT + timedelta(days=1), "D", "delivered"), scan()]
        assert doubt_deliveries(told) == in_order(told)

    def test_each_is_told_once(self) -> None:
        """A scan that is unknown anyway is not told again by one that has become so."""
        told = [scan(status="going-back"), scan(status="delivered"), scan(status="unknown:A")]
        assert [each.status for each in doubt_deliveries(told)] == ["going-back", "unknown:A"]


class TestTracking:
    """The scans of one parcel."""

    @pytest.mark.parametrize(
        "scans",
        [
            (scan(MOMENT + timedelta(seconds=1)), scan(MOMENT)),
            (scan(), scan()),
        ],
        ids=["reversed", "twice"],
    )
    def test_are_in_order_and_each_once(self, scans: tuple[Scan, ...]) -> None:
        """Whoever forgot to put them in order is told."""
        with pytest.raises(InvalidValueError, match=r"^scans: must be the earliest first"):
            Tracking(tracking_number="8R", scans=scans, url=None)

    def test_are_of_a_parcel_with_a_number(self) -> None:
        """An empty one is none."""
        with pytest.raises(IdentifierError):
            Tracking(tracking_number="", scans=(), url=None)

    @given(
        st.lists(
            st.builds(
                scan,
                at=st.datetimes(
                    min_value=datetime(2026, 9, 7),  # noqa: DTZ001 - the offset comes apart
                    max_value=datetime(2026, 9, 8),  # noqa: DTZ001 - the same
                    timezones=st.integers(-12, 14).map(lambda h: timezone(timedelta(hours=h))),
                ),
                code=st.sampled_from("AB"),
            )
        )
    )
    def test_are_put_in_order_by_instant(self, told: list[Scan]) -> None:
        """None is lost, none is made up, and doing it again changes nothing."""
        ordered = in_order(told)
        assert set(ordered) == set(told)
        assert Tracking(tracking_number="8R", scans=ordered, url=None).scans == ordered
        assert in_order(ordered) == ordered

    def test_of_one_moment_keep_their_order(self) -> None:
        """The carrier knows best."""
        assert in_order([scan(code="B"), scan(code="A")])[0].code == "B"


class TestRate:
    """What a service costs and how long it takes."""

    @pytest.mark.parametrize("days", [(2, 5), (2, 2), (None, 5), (2, None), (0, 0)])
    def test_is_a_range(self, days: tuple[int | None, int | None]) -> None:
        """Of which one end may be missing."""
        made = Rate(
            service="s", price=Money("1.00", "EUR"), shortest_days=days[0], longest_days=days[1]
        )
        assert (made.shortest_days, made.longest_days) == days

    @pytest.mark.parametrize("days", [(5, 2), (-1, 2), (2.5, 3), ("2", 5), (True, 5)])
    def test_is_no_other_thing(self, days: tuple[int, int]) -> None:
        """Neither reversed, negative, nor anything but whole days."""
        with pytest.raises(InvalidValueError, match="days: must be"):
            Rate(
                service="s", price=Money("1.00", "EUR"), shortest_days=days[0], longest_days=days[1]
            )
