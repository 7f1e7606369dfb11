"""When a parcel of a running order arrives, by what has really happened of it."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from tests.orders.order_stories import (
    BAG,
    COAT,
    FIRST,
    FRANCE,
    HOUSE,
    SECOND,
    Story,
    days,
    placed,
)
from tests.orders.test_before_posting import FROM_ADA, FROM_LOU, cancel, checked, hand_in, received
from vintage_rules.dates import DayCount, Duration
from vintage_rules.errors import NotFoundError
from vintage_rules.ids import ParcelId
from vintage_rules.orders import (
    Do,
    OrderPlaced,
    ParcelScan,
    Step,
    StepFinding,
    replay_order,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.promise import promise_of
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.shipping.delivery import DoorPromise, FromDispatchOnly
from vintage_rules.shipping.parcel.commands import GiveUpSearch, RecordScan
from vintage_rules.shipping.policy import Transit


def promising() -> HousePolicy:
    """Make the house with two ouvrés to post, two to five ouvrables on the way, one to check."""
    way = Transit(minimum=2, maximum=5, count=DayCount.OUVRABLES, sources=("L3",))
    modes = dict(HOUSE.shipping.modes)
    modes["direct"] = evolve(modes["direct"], handling=Duration.of(2, "ouvres"))
    modes["grouped"] = evolve(
        modes["grouped"],
        handling=Duration.of(2, "ouvres"),
        inbound=way,
        check=Duration.of(1, "ouvres"),
    )
    return evolve(HOUSE, shipping=evolve(HOUSE.shipping, modes=modes))


def promised(story: Story, day: int, parcel: ParcelId = FIRST) -> str | None:
    """When a parcel leaves and arrives, as far as is known on a day of September."""
    found = promise_of(
        story.order,
        parcel,
        date(2026, 9, day),
        story.policy,
        calendar=FRANCE,
        destination_calendar=FRANCE,
    )
    if found is None:
        return None
    assert isinstance(found, DoorPromise)
    ends = (found.dispatch, found.window)
    return " ".join(f"{end.earliest:%d}-{end.latest:%d}" for end in ends)


class TestL3L5L8ThePromiseOfAnOrder:
    """A grouped order leaves when its slowest piece has arrived and been checked: first as is
    expected of each seller, then as it really was. Placed on Monday the 7th.
    """

    def test_follows_each_arrival(self) -> None:
        """Of ada's coat on the 11th, and of lou's bag on the 17th, which is late."""
        story = Story("grouped", policy=promising()).pay()
        assert promised(story, 7) == "09-16 11-22"
        story.parcel(FROM_ADA, hand_in("8R1", at=1))
        assert promised(story, 8) == "10-16 12-22"  # lou may post on the 9th
        story.tell(received(FROM_ADA, at=4), checked(COAT, at=4))
        assert promised(story, 11) == "14-18 16-24"
        story.parcel(FROM_LOU, hand_in("8R2", at=7))
        assert promised(story, 14) == "16-21 18-26"
        story.tell(received(FROM_LOU, at=10))
        assert promised(story, 17) == "17-18 19-24"
        story.tell(checked(BAG, at=11)).parcel(FIRST, hand_in("8R3", at=11))
        assert promised(story, 18) == "18-18 21-24"
        story.parcel(FIRST, RecordScan(at=days(14), status="delivered"))
        assert promised(story, 21) is None

    @pytest.mark.parametrize("goes", ["cancelled", "failed"])
    def test_waits_for_nothing_that_is_gone(self, goes: str) -> None:
        """Without the bag, the coat of the 11th leaves by the 14th."""
        story = Story("grouped", policy=promising()).pay().parcel(FROM_ADA, hand_in("8R1", at=1))
        story.tell(received(FROM_ADA, at=4), checked(COAT, at=4))
        if goes == "cancelled":
            story.tell(cancel(BAG, at=4))
        else:
            story.tell(received(FROM_LOU, at=4), checked(BAG, "fails", at=4))
        assert promised(story, 11) == "11-14 14-19"

    def test_of_each_parcel_of_a_direct_order(self) -> None:
        """Ada posts on the 8th; lou, who has not by the 10th, posts that day at the earliest."""
        story = Story("direct", policy=promising()).pay().parcel(FIRST, hand_in("8R1", at=1))
        assert promised(story, 10) == "08-08 10-14"
        assert promised(story, 10, SECOND) == "10-10 12-16"

    def test_of_what_is_not_to_come(self) -> None:
        """A lost parcel, and one whose pieces are all cancelled."""
        story = Story("direct", policy=promising()).pay().parcel(FIRST, hand_in("8R1", at=1))
        story.parcel(FIRST, GiveUpSearch(at=days(20))).tell(cancel(BAG, at=20))
        assert promised(story, 27) is None
        assert promised(story, 27, SECOND) is None

    def test_of_a_replay(self) -> None:
        """Each parcel to the buyer has the days, as far as they are known; after it came, none."""
        policy = promising()
        first = placed("grouped", policy=policy)
        assert isinstance(first, OrderPlaced)
        sent = Step(at=days(1), do=Do.HAND_IN, parcel="to-workshop/ada")
        there = Step(at=days(4), do=Do.RECEIVE, parcel="to-workshop/ada")
        gone = Step(at=days(4), do=Do.CANCEL, by=Canceller.SELLER, pieces=(BAG,))
        passed = Step(at=days(4), do=Do.CHECK, piece=COAT, finding=StepFinding.AS_DESCRIBED)
        left = Step(at=days(7), do=Do.HAND_IN, parcel="workshop")
        scan = Step(at=days(9), do=Do.SCAN, parcel="workshop", status=ParcelScan.DELIVERED)
        steps = (sent, there, gone, passed, left, scan)
        found = []
        for number, step in enumerate(steps, 1):
            history = replay_order(
                first,
                steps[:number],
                step.at,
                policy,
                calendar=FRANCE,
                destination_calendar=FRANCE,
            )
            rows = {row.id: (row.earliest, row.latest) for row in history.parcels}
            assert rows["to-workshop/ada"] == (None, None)
            found.append(rows["workshop"])
        assert [
            None if earliest is None or latest is None else (earliest.day, latest.day)
            for earliest, latest in found
        ] == [(12, 22), (16, 24), (14, 19), (14, 19), (16, 19), None]

    def test_of_a_house_that_promises_nothing(self) -> None:
        """Once it is dispatched, the days from then on are known."""
        story = Story("direct").pay()
        found = promise_of(
            story.order,
            FIRST,
            date(2026, 9, 7),
            HOUSE,
            calendar=FRANCE,
            destination_calendar=FRANCE,
        )
        assert isinstance(found, FromDispatchOnly)
        story.parcel(FIRST, hand_in("8R1", at=1))
        assert promised(story, 8) == "08-08 10-14"

    @pytest.mark.parametrize("parcel", [FROM_ADA, "o1-9"])
    def test_of_a_parcel_that_goes_to_no_buyer(self, parcel: str) -> None:
        """The error names those that do."""
        with pytest.raises(NotFoundError, match="o1-1"):
            promised(Story("grouped", policy=promising()).pay(), 8, ParcelId(parcel))
