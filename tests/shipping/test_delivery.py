"""When a parcel arrives, counted in the days the house names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import (
    BORDEAUX,
    FORT_DE_FRANCE,
    LIEGE,
    LISBON,
    SYDNEY,
    destination,
    french_calendar,
    imparfaite,
    weekdays,
)
from vintage_rules.dates import Calendar, DayCount, DayWindow, Duration
from vintage_rules.errors import CalendarRangeError, DayError, InvalidValueError, UnknownTermError
from vintage_rules.places import Area, Destination, Place
from vintage_rules.shipping import (
    BasisOrigin,
    Comfortable,
    DeliveryEstimate,
    DeliveryPolicy,
    DoorPromise,
    FromDispatchOnly,
    Leg,
    ModePolicy,
    Possible,
    Progress,
    Promise,
    Transit,
    Unlikely,
    Zone,
    assess_arrival,
    estimate_delivery,
    estimate_promise,
)
from vintage_rules.world import calendar, calendar_of, locate


def estimate(
    to: Destination, dispatched: str, calendar: Calendar | None = None
) -> DeliveryEstimate:
    """Estimate by the shipped policy, with the French holidays unless others are given."""
    return estimate_delivery(
        to,
        date.fromisoformat(dispatched),
        imparfaite().shipping.delivery,
        calendar or french_calendar(),
    )


def window(to: Destination, dispatched: str, calendar: Calendar | None = None) -> str:
    """Give the first and the last day, as one text."""
    found = estimate(to, dispatched, calendar).window
    return f"{found.earliest}/{found.latest}"


def basis(found: DeliveryEstimate) -> tuple[int, int, str, str]:
    """Give the range, its count, and whether it is the country's own."""
    transit = found.transit
    return transit.minimum, transit.maximum, str(transit.count), str(found.origin)


def own(code: str) -> Destination:
    """Give a destination by its country alone."""
    area = Area.EUROPE if code in {"DE", "BE", "ES", "IT", "GB", "CH", "PT"} else Area.WORLD
    return destination(code, area)


class TestL9MetropolitanFrance:
    """2 to 5 jours ouvrables once dispatched: Monday to Saturday without public holidays."""

    @pytest.mark.parametrize(
        ("dispatched", "wanted"),
        [
            ("2026-11-23", "2026-11-25/2026-11-28"),
            ("2026-11-26", "2026-11-28/2026-12-02"),
            ("2026-12-24", "2026-12-28/2026-12-31"),
            ("2026-04-30", "2026-05-04/2026-05-07"),
            ("2026-05-13", "2026-05-16/2026-05-20"),
            ("2026-05-17", "2026-05-19/2026-05-22"),
        ],
    )
    def test_windows(self, dispatched: str, wanted: str) -> None:
        """Day 1 is the first counted day after dispatch, also after a Sunday."""
        assert window(BORDEAUX, dispatched) == wanted

    def test_says_why(self) -> None:
        """The zone's range, its clause, the calendar and the edition."""
        found = estimate(BORDEAUX, "2026-05-13")
        assert basis(found) == (2, 5, "ouvrables", "zone")
        assert (found.sources, found.zone, found.calendar) == (("L9",), "metropolitan-france", "FR")
        assert found.edition == imparfaite().edition

    def test_alsace_and_moselle_have_two_more_holidays(self) -> None:
        """26 December is one of them."""
        strasbourg = locate(Place(country="FR", postal_code="67000"))
        bordeaux = locate(Place(country="FR", postal_code="33000"))
        dispatched = "2026-12-24"
        assert window(strasbourg, dispatched, calendar_of(strasbourg)) == "2026-12-29/2027-01-02"
        assert window(bordeaux, dispatched, calendar_of(bordeaux)) == "2026-12-28/2026-12-31"


class TestL10Europe:
    """4 to 9 jours ouvrables; some countries have their own range in jours ouvrés."""

    @pytest.mark.parametrize(
        ("code", "least", "most"),
        [("DE", 3, 5), ("BE", 3, 4), ("ES", 3, 7), ("IT", 3, 5), ("GB", 4, 5), ("CH", 3, 4)],
    )
    def test_countries_of_their_own(self, code: str, least: int, most: int) -> None:
        """Even where it is quicker than their zone's; Monday to Friday."""
        found = estimate(own(code), "2026-09-07", weekdays())
        assert basis(found) == (least, most, "ouvres", "country")
        assert found.sources == ("L10",)

    def test_the_rest_of_europe(self) -> None:
        """By the zone: a Friday in November, and the law's example with French holidays."""
        found = estimate(LISBON, "2026-11-27")
        assert basis(found) == (4, 9, "ouvrables", "zone")
        assert (found.sources, found.zone) == (("L10",), "europe")
        assert window(LISBON, "2026-11-27") == "2026-12-02/2026-12-08"

    def test_belgium(self) -> None:
        """From a Friday, 3 and 4 days of Monday to Friday."""
        assert window(LIEGE, "2026-09-04", weekdays()) == "2026-09-09/2026-09-10"

    def test_a_territory_has_the_time_of_its_country(self) -> None:
        """Northern Ireland that of the United Kingdom, the Canaries that of Spain."""
        belfast = destination("GB", Area.EUROPE, code="GB-NIR")
        assert basis(estimate(belfast, "2026-09-07", weekdays())) == (4, 5, "ouvres", "country")


class TestL11RestOfTheWorld:
    """5 to 10 jours ouvrables; some countries have their own range in jours ouvrés."""

    @pytest.mark.parametrize(
        ("code", "least", "most"),
        [("AU", 5, 9), ("CA", 6, 10), ("CN", 5, 10), ("US", 5, 8), ("JP", 5, 9)],
    )
    def test_countries_of_their_own(self, code: str, least: int, most: int) -> None:
        """Monday to Friday."""
        found = estimate(own(code), "2026-09-07", weekdays())
        assert basis(found) == (least, most, "ouvres", "country")
        assert found.sources == ("L11",)

    def test_overseas_france(self) -> None:
        """It is not metropolitan."""
        found = estimate(FORT_DE_FRANCE, "2026-09-04")
        assert basis(found) == (5, 10, "ouvrables", "zone")
        assert (found.sources, found.zone) == (("L11",), "world")
        assert window(FORT_DE_FRANCE, "2026-12-18") == "2026-12-24/2026-12-31"

    def test_the_holidays_are_the_destinations(self) -> None:
        """Labour Day in New South Wales is the first Monday of October."""
        sydney = locate(Place(country="AU", postal_code="2000"))
        assert window(sydney, "2026-09-28", calendar_of(sydney)) == "2026-10-06/2026-10-12"
        assert window(SYDNEY, "2026-09-28", weekdays()) == "2026-10-05/2026-10-09"


class TestTheWindow:
    """Whatever the place, the days are in order and known."""

    @given(
        dispatched=st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 11, 30)),
        to=st.sampled_from([BORDEAUX, LIEGE, LISBON, SYDNEY, FORT_DE_FRANCE]),
    )
    def test_lies_after_dispatch(self, dispatched: date, to: Destination) -> None:
        """Its ends are counted days, and as many lie between as the range says."""
        found = estimate(to, dispatched.isoformat())
        count, at_home = found.transit.count, french_calendar()
        for day, days in (
            (found.window.earliest, found.transit.minimum),
            (found.window.latest, found.transit.maximum),
        ):
            assert at_home.is_counted(day, count)
            assert at_home.between(dispatched, day, count) == days

    def test_dispatch_is_a_day_of_known_years(self) -> None:
        """Nothing is guessed beyond them."""
        delivery, moment = imparfaite().shipping.delivery, datetime(2026, 5, 13, tzinfo=UTC)
        with pytest.raises(DayError, match="dispatched: must be a date"):
            estimate_delivery(BORDEAUX, moment, delivery, french_calendar())
        with pytest.raises(CalendarRangeError):
            window(BORDEAUX, "2027-12-29")
        with pytest.raises(CalendarRangeError):
            window(BORDEAUX, "2025-11-30")

    def test_where_the_house_does_not_deliver(self) -> None:
        """The message names the zones there are."""
        france = imparfaite().shipping.delivery.zones[0]
        only_france = attrs.evolve(imparfaite().shipping.delivery, zones=(france,))
        allowed = "^destination: must be one of metropolitan-france, got 'BE'$"
        with pytest.raises(UnknownTermError, match=allowed):
            estimate_delivery(LIEGE, date(2026, 9, 4), only_france, weekdays())

    def test_the_first_zone_that_covers_a_place_decides(self) -> None:
        """By area, by territory or by country."""
        days = [
            Transit(minimum=n, maximum=n, count=DayCount.CALENDAR, sources=()) for n in range(4)
        ]
        nowhere: frozenset[Area] = frozenset()
        zones = (
            Zone(name="islands", areas=nowhere, codes=frozenset({"ES-CN"}), transit=days[0]),
            Zone(name="iberia", areas=nowhere, codes=frozenset({"ES", "PT"}), transit=days[1]),
            Zone(name="europe", areas=frozenset({Area.EUROPE}), codes=frozenset(), transit=days[2]),
            Zone(name="all", areas=frozenset(Area), codes=frozenset(), transit=days[3]),
        )
        policy = DeliveryPolicy(edition=imparfaite().edition, zones=zones, countries=(), sources=())
        canaries = destination("ES", Area.EUROPE, code="ES-CN")
        places = [canaries, own("ES"), LISBON, LIEGE, BORDEAUX, SYDNEY]
        found = [policy.zone_of(place.territory).name for place in places]
        assert found == ["islands", "iberia", "iberia", "europe", "all", "all"]

    @pytest.mark.parametrize(
        ("minimum", "maximum", "named"),
        [(-1, 2, "minimum"), (3, 2, "maximum"), (1.0, 2, "minimum"), (1, "2", "maximum")],
    )
    def test_a_range_is_two_numbers_in_order(
        self, minimum: object, maximum: object, named: str
    ) -> None:
        """The one that is wrong is named."""
        least = minimum if named == "maximum" else 0
        allowed = f"{named}: must be a whole number of days, {least} or more, got"
        with pytest.raises(InvalidValueError, match=allowed) as refused:
            Transit(
                minimum=minimum,  # type: ignore[arg-type]
                maximum=maximum,  # type: ignore[arg-type]
                count=DayCount.OUVRES,
                sources=(),
            )
        assert refused.value.found is (minimum if named == "minimum" else maximum)
        zero = Transit(minimum=0, maximum=0, count=DayCount.OUVRES, sources=())
        assert (zero.minimum, zero.maximum) == (0, 0)


class TestL7ArriveBy:
    """Comfortable when even the slowest makes it, possible when the quickest does, or unlikely."""

    @pytest.mark.parametrize(
        ("wanted", "answer"),
        [
            ("2026-09-08", Unlikely),
            ("2026-09-09", Possible),
            ("2026-09-10", Possible),
            ("2026-09-11", Possible),
            ("2026-09-12", Comfortable),
            ("2026-09-13", Comfortable),
            ("2026-09-07", Unlikely),
        ],
    )
    def test_both_sides_of_the_window(
        self, wanted: str, answer: type[Comfortable | Possible | Unlikely]
    ) -> None:
        """Dispatched on a Monday, it arrives from Wednesday to Saturday."""
        found = estimate(BORDEAUX, "2026-09-07")
        assert found.window == DayWindow(date(2026, 9, 9), date(2026, 9, 12))
        day = date.fromisoformat(wanted)
        assert assess_arrival(day, found) == answer(wanted=day, estimate=found)

    def test_says_why(self) -> None:
        """The clause, then those of the estimate."""
        found = assess_arrival(date(2026, 9, 10), estimate(BORDEAUX, "2026-09-07"))
        assert (found.sources, found.edition) == (("L7", "L9"), imparfaite().edition)

    def test_is_asked_for_a_day(self) -> None:
        """A moment lies on different days in different zones."""
        with pytest.raises(DayError, match="wanted: must be a date"):
            assess_arrival(datetime(2026, 9, 10, tzinfo=UTC), estimate(BORDEAUX, "2026-09-07"))


TWO_OUVRES = Duration.of(2, "ouvres")
INBOUND = Transit(minimum=2, maximum=5, count=DayCount.OUVRABLES, sources=("L9",))
CHECK = Duration.of(1, "ouvres")


def mode(
    name: str,
    *,
    handling: Duration | None = TWO_OUVRES,
    inbound: Transit | None = None,
    check: Duration | None = None,
) -> ModePolicy:
    """Give a shipped mode with times of its own."""
    shipped = imparfaite().shipping.mode(name)
    return attrs.evolve(shipped, handling=handling, inbound=inbound, check=check)


def promise(
    policy: ModePolicy,
    *handling: Duration,
    ordered: str = "2026-09-07",
    to: Destination = BORDEAUX,
    at_destination: Calendar | None = None,
    progress: Progress | None = None,
) -> Promise:
    """Estimate from order to door, with the French holidays at the sellers'."""
    return estimate_promise(
        to,
        date.fromisoformat(ordered),
        policy,
        imparfaite().shipping.delivery,
        at_sellers=french_calendar(),
        at_destination=at_destination or french_calendar(),
        handling=handling,
        progress=progress,
    )


def progress(today: str, *legs: tuple[str, str], dispatched: str = "") -> Progress:
    """What has happened by a day of September: legs as posted and arrived, empty if not yet."""

    def day(written: str) -> date | None:
        return date(2026, 9, int(written)) if written else None

    found = tuple(Leg(posted=day(posted), arrived=day(arrived)) for posted, arrived in legs)
    return Progress(
        today=date(2026, 9, int(today)), legs=found or (Leg(),), dispatched=day(dispatched)
    )


def days(found: Promise) -> str:
    """Give dispatch and arrival, as one text."""
    assert isinstance(found, DoorPromise)
    ends = (found.dispatch, found.window)
    return " ".join(f"{end.earliest}/{end.latest}" for end in ends)


class TestL3PromiseFromOrderToDoor:
    """A grouped parcel leaves when its slowest piece has arrived and been checked."""

    GROUPED = mode("grouped", inbound=INBOUND, check=CHECK)

    def test_direct(self) -> None:
        """Ordered on a Monday, posted by Wednesday, there from Wednesday to the next Tuesday."""
        assert days(promise(mode("direct"))) == "2026-09-07/2026-09-09 2026-09-09/2026-09-15"

    def test_grouped(self) -> None:
        """Posted by Wednesday, in Paris by Tuesday, checked on Wednesday, there by Tuesday."""
        assert days(promise(self.GROUPED)) == "2026-09-09/2026-09-16 2026-09-11/2026-09-22"

    def test_grouped_takes_longer_than_direct(self) -> None:
        """Whenever it is ordered."""
        for ordered in (f"2026-09-{day:02}" for day in range(1, 31)):
            direct = promise(mode("direct"), ordered=ordered)
            grouped = promise(self.GROUPED, ordered=ordered)
            assert isinstance(direct, DoorPromise)
            assert isinstance(grouped, DoorPromise)
            assert direct.dispatch.latest < grouped.dispatch.latest
            assert direct.window.latest < grouped.window.latest

    @pytest.mark.parametrize("slow_first", [True, False])
    def test_the_slowest_seller_decides(self, slow_first: bool) -> None:  # noqa: FBT001 - the order
        """Whichever place it has among them; the policy's own time does not count then."""
        quick, slow = Duration.of(1, "ouvres"), Duration.of(4, "days")
        handling = (slow, quick) if slow_first else (quick, slow)
        assert days(promise(mode("direct"), *handling)) == (
            "2026-09-07/2026-09-11 2026-09-09/2026-09-17"
        )
        assert days(promise(mode("direct", handling=None), *handling)) == (
            "2026-09-07/2026-09-11 2026-09-09/2026-09-17"
        )

    @pytest.mark.parametrize(
        "unknown",
        [
            mode("direct", handling=None),
            mode("grouped", handling=None, inbound=INBOUND, check=CHECK),
            mode("grouped", inbound=INBOUND),
            mode("grouped", check=CHECK),
            mode("grouped"),
        ],
        ids=["handling", "handling-grouped", "check", "inbound", "both"],
    )
    def test_an_unknown_time_is_not_none(self, unknown: ModePolicy) -> None:
        """Then only the days from dispatch are told."""
        found = promise(unknown)
        assert isinstance(found, FromDispatchOnly)
        assert (found.mode, found.transit) == (unknown, estimate(BORDEAUX, "2026-09-07").transit)
        assert (found.sources, found.edition) == (
            (*unknown.sources, "L9"),
            imparfaite().edition,
        )

    def test_the_shipped_policy_promises_nothing_before_dispatch(self) -> None:
        """The text says that grouped takes longer, not how long."""
        for name in ("direct", "grouped"):
            found = promise(imparfaite().shipping.mode(name))
            assert isinstance(found, FromDispatchOnly)

    def test_a_check_may_take_no_time(self) -> None:
        """Zero days are known."""
        at_once = mode("grouped", inbound=INBOUND, check=Duration.of(0, "days"))
        assert days(promise(at_once)) == "2026-09-09/2026-09-15 2026-09-11/2026-09-21"

    def test_each_leg_has_its_own_holidays(self) -> None:
        """Sellers and workshop rest on French ones, the last leg on the destination's."""
        belgian = Calendar("BE", [date(2026, 7, 21)])
        found = promise(
            mode("grouped", inbound=INBOUND, check=CHECK),
            ordered="2026-07-10",
            to=LIEGE,
            at_destination=belgian,
        )
        assert days(found) == "2026-07-13/2026-07-22 2026-07-16/2026-07-28"

    def test_says_why(self) -> None:
        """The clauses of the mode, then those of the range, each once."""
        found = promise(self.GROUPED)
        assert (found.sources, found.edition) == (("L1", "L2", "L3", "L9"), imparfaite().edition)
        assert (found.mode, found.transit.sources) == (self.GROUPED, ("L9",))

    def test_the_order_is_of_a_day(self) -> None:
        """A moment lies on different days in different zones."""
        with pytest.raises(DayError, match="ordered: must be a date"):
            estimate_promise(
                BORDEAUX,
                datetime(2026, 9, 7, tzinfo=UTC),
                mode("direct"),
                imparfaite().shipping.delivery,
                at_sellers=weekdays(),
                at_destination=weekdays(),
            )

    @pytest.mark.parametrize("unit", ["hours", "never"])
    def test_handling_is_counted_in_days(self, unit: str) -> None:
        """A parcel leaves on a day."""
        with pytest.raises(DayError, match="unit: must be a unit of dates"):
            promise(mode("direct"), Duration.of(0, unit))

    @given(ordered=st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 10, 31)))
    def test_every_leg_follows_the_one_before(self, ordered: date) -> None:
        """Whatever the day of the order."""
        found = promise(self.GROUPED, ordered=ordered.isoformat())
        assert isinstance(found, DoorPromise)
        assert ordered < found.dispatch.earliest <= found.dispatch.latest < found.window.latest
        assert found.dispatch.earliest < found.window.earliest <= found.window.latest
        latest = estimate(BORDEAUX, found.dispatch.latest.isoformat()).window.latest
        assert found.window.latest == latest


class TestL3L5L8PromiseByWhatHasHappened:
    """What has really been posted, has arrived and was dispatched replaces what was expected.

    Ordered on Monday the 7th, posted within two ouvrés, on the way for two to five ouvrables,
    checked within an ouvré, and with the buyer two to five ouvrables later.
    """

    GROUPED = mode("grouped", inbound=INBOUND, check=CHECK)

    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            (progress("7"), "2026-09-09/2026-09-16 2026-09-11/2026-09-22"),  # as ordered
            (progress("8", ("8", "")), "2026-09-10/2026-09-15 2026-09-12/2026-09-21"),
            (progress("11", ("8", "11")), "2026-09-11/2026-09-14 2026-09-14/2026-09-19"),
            # The other seller is late: they post today, the 11th, at the earliest.
            (progress("11", ("8", "11"), ("", "")), "2026-09-14/2026-09-18 2026-09-16/2026-09-24"),
            # The slowest decides, whichever of them it is.
            (progress("11", ("", ""), ("8", "11")), "2026-09-14/2026-09-18 2026-09-16/2026-09-24"),
            # On the way for longer than it takes: it is there today, the 16th, at the earliest.
            (progress("16", ("8", "")), "2026-09-16/2026-09-17 2026-09-18/2026-09-23"),
            # Checked for longer than it takes: it leaves today.
            (progress("16", ("8", "11")), "2026-09-16/2026-09-16 2026-09-18/2026-09-22"),
            (
                progress("15", ("8", "11"), dispatched="15"),
                "2026-09-15/2026-09-15 2026-09-17/2026-09-21",
            ),
            # Overdue: it is there today, the 23rd, at the earliest.
            (
                progress("23", ("8", "11"), dispatched="15"),
                "2026-09-15/2026-09-15 2026-09-23/2026-09-23",
            ),
        ],
    )
    def test_grouped(self, by: Progress, expected: str) -> None:
        """From the leg of each seller to the workshop."""
        assert days(promise(self.GROUPED, progress=by)) == expected

    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            (progress("10"), "2026-09-10/2026-09-10 2026-09-12/2026-09-16"),
            (progress("9", dispatched="8"), "2026-09-08/2026-09-08 2026-09-10/2026-09-14"),
        ],
    )
    def test_direct(self, by: Progress, expected: str) -> None:
        """A seller who is late posts today, the 10th; then the day of dispatch is known."""
        assert days(promise(mode("direct"), progress=by)) == expected

    @pytest.mark.parametrize(
        ("unknown", "by", "promised"),
        [
            (attrs.evolve(GROUPED, handling=None), progress("8"), False),
            (attrs.evolve(GROUPED, handling=None), progress("8", ("8", "")), True),
            (attrs.evolve(GROUPED, inbound=None), progress("8", ("8", "")), False),
            (attrs.evolve(GROUPED, inbound=None), progress("11", ("8", "11")), True),
            (attrs.evolve(GROUPED, check=None), progress("11", ("8", "11")), False),
            (attrs.evolve(GROUPED, check=None), progress("11", dispatched="11"), True),
        ],
    )
    def test_needs_only_what_is_still_to_come(
        self, unknown: ModePolicy, by: Progress, *, promised: bool
    ) -> None:
        """A house that says nothing of a time promises once that time is over."""
        assert isinstance(promise(unknown, progress=by), DoorPromise) == promised

    def test_nothing_has_happened_after_today(self) -> None:
        """A day that is still to come is no fact."""
        with pytest.raises(DayError, match=r"progress: must be not after 2026-09-10"):
            promise(self.GROUPED, progress=progress("10", ("8", "11")))

    def test_some_seller_posts(self) -> None:
        """An order without one has nothing to promise."""
        with pytest.raises(InvalidValueError, match="legs"):
            Progress(today=date(2026, 9, 7), legs=())

    def test_today_is_a_day(self) -> None:
        """A moment lies on different days in different zones."""
        with pytest.raises(DayError, match="today: must be a date"):
            Progress(today=datetime(2026, 9, 7, tzinfo=UTC))


class TestBasisOrigin:
    """A range is the country's own or its zone's."""

    def test_is_told_by_name(self) -> None:
        """In words that do not change."""
        assert [str(origin) for origin in BasisOrigin] == ["country", "zone"]


class TestTheShippedExamples:
    """The examples of the contract, through the world's own tables."""

    @pytest.mark.parametrize(
        ("country", "code", "dispatched", "wanted"),
        [
            ("FR", "33000", "2026-05-13", "2026-05-16/2026-05-20"),
            ("BE", "4000", "2026-09-04", "2026-09-09/2026-09-10"),
            ("FR", "97200", "2026-09-04", "2026-09-10/2026-09-16"),
        ],
    )
    def test_windows(self, country: str, code: str, dispatched: str, wanted: str) -> None:
        """With each destination's own holidays."""
        there = locate(Place(country=country, postal_code=code))
        assert window(there, dispatched, calendar_of(there)) == wanted

    def test_the_world_knows_the_holidays_of_these_tests(self) -> None:
        """French ones by hand and by the library are the same in both years."""
        world = calendar("FR")
        by_hand = french_calendar()
        day = date(2026, 1, 1)
        while day.year < 2028:
            assert by_hand.is_holiday(day) == world.is_holiday(day), day
            day += timedelta(days=1)
