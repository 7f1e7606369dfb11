from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.house import (
    ALSACE,
    DOMAIN,
    EDITION,
    FORTNIGHT,
    FRANCE,
    FROM_FRANCE,
    ITALY,
    PARIS,
    PREPAID_TO_THE_SELLERS,
    RETURNS,
    RULES,
    TICK,
    TWO_WEEKS_TO_POST,
    ZONES,
    case_of,
    paris,
    policy_of,
    terms_of,
    territory,
    when,
)
from vintage_rules.dates import Calendar, Duration, Pick, Roll, Several, Window, zone
from vintage_rules.errors import (
    CalendarRangeError,
    DayError,
    InvalidValueError,
    UnknownTermError,
)
from vintage_rules.places import Area
from vintage_rules.returns.deadline import (
    NoReturn,
    ReceivedParcel,
    ReturnDeadline,
    lapses_at,
    last_posting_day,
    return_deadline,
    window_starts,
)
from vintage_rules.returns.decision_table import HitPolicy
from vintage_rules.returns.table_policy import ReturnRule, ReturnZone, SeveralParcels
from vintage_rules.returns.terms import LastDays

HOURS_48 = Window(anchor="received", length=Duration.of(48, "hours"), roll=Roll.NONE)


def deadline_of(received: date | datetime, calendar: Calendar = FRANCE) -> ReturnDeadline:
    """Give the deadline of a withdrawal from metropolitan France."""
    deadline = return_deadline(received, case_of(), RETURNS, calendar)
    assert isinstance(deadline, ReturnDeadline)
    return deadline


def with_window(window: Window) -> ReturnDeadline | NoReturn:
    """Give the deadline under another window, of what was received on 1 September 2026."""
    rule = evolve(FROM_FRANCE, terms=terms_of(PREPAID_TO_THE_SELLERS, window=window))
    policy = policy_of((rule, *RULES[1:]))
    return return_deadline(date(2026, 9, 1), case_of(), policy, FRANCE)


class TestR1ReturnWindow:
    """R1: a return may be requested until the end of the fourteenth day after receipt; a last day
    of rest moves on.
    """

    @pytest.mark.parametrize(
        ("received", "last_day", "days"),
        [
            # 2026
            (date(2026, 11, 20), date(2026, 12, 4), 14),  # a Friday
            (date(2026, 11, 21), date(2026, 12, 7), 16),  # a Saturday moves to Monday
            (date(2026, 11, 22), date(2026, 12, 7), 15),  # a Sunday moves to Monday
            (date(2026, 12, 11), date(2026, 12, 28), 17),  # Christmas, then a weekend
            (date(2026, 4, 30), date(2026, 5, 15), 15),  # Ascension
            (date(2026, 4, 17), date(2026, 5, 4), 17),  # 1 May, then a weekend
            # 2027
            (date(2026, 12, 18), date(2027, 1, 4), 17),  # New Year, then a weekend
            (date(2027, 3, 13), date(2027, 3, 30), 17),  # a weekend, then Easter Monday
            (date(2026, 12, 17), date(2026, 12, 31), 14),  # New Year's Eve is worked
            (date(2027, 4, 22), date(2027, 5, 7), 15),  # Ascension 2027
            (date(2027, 6, 30), date(2027, 7, 15), 15),  # 14 July
        ],
    )
    def test_is_the_law_s(self, received: date, last_day: date, days: int) -> None:
        """L221-19, worked out by hand for both years."""
        deadline = deadline_of(received)
        assert deadline.last_day == last_day
        assert deadline.window_days == days

    def test_names_what_decided(self) -> None:
        """The clause, the law and the edition."""
        deadline = deadline_of(date(2026, 9, 1))
        assert deadline.sources == ("R1", "L221-19")
        assert deadline.edition == EDITION
        assert deadline.ends_at is None

    @given(st.dates(date(2026, 1, 1), date(2027, 12, 17)))
    def test_is_fourteen_to_seventeen_days_and_ends_on_a_worked_day(self, received: date) -> None:
        """Whatever the day, it never ends on a day of rest and never shrinks."""
        deadline = deadline_of(received)
        assert deadline.last_day is not None
        assert deadline.window_days is not None
        assert 14 <= deadline.window_days <= 17
        assert deadline.last_day == received + timedelta(days=deadline.window_days)
        assert deadline.last_day.weekday() < 5
        assert deadline.last_day not in FRANCE
        between = range(14, deadline.window_days)
        skipped = [received + timedelta(days=days) for days in between]
        assert all(day.weekday() > 4 or day in FRANCE for day in skipped)

    @pytest.mark.parametrize(
        ("received", "last_day"),
        [
            (date(2028, 2, 15), date(2028, 2, 29)),  # the leap day is a day like another
            (date(2028, 2, 16), date(2028, 3, 1)),
            (date(2027, 2, 15), date(2027, 3, 1)),  # and is missing in the other years
        ],
    )
    def test_counts_the_leap_day(self, received: date, last_day: date) -> None:
        """February has 29 days in 2028 and 28 in 2027."""
        assert deadline_of(received).last_day == last_day

    def test_moves_by_the_holidays_of_the_calendar_it_is_given(self) -> None:
        """Good Friday is a holiday in Alsace and Moselle only: Thursday's window ends Friday or
        Tuesday after Easter.
        """
        received = date(2026, 3, 20)  # + 14 is Good Friday, 3 April 2026
        assert deadline_of(received, FRANCE).last_day == date(2026, 4, 3)
        assert deadline_of(received, ALSACE).last_day == date(2026, 4, 7)

    def test_counts_from_the_day_in_paris_of_a_moment_of_receipt(self) -> None:
        """Half past eleven at night in UTC is the next day in Paris."""
        late = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
        assert deadline_of(late) == deadline_of(date(2026, 9, 1))
        assert deadline_of(late - timedelta(hours=2)).last_day == date(2026, 9, 14)

    def test_beyond_the_calendar_is_an_error(self) -> None:
        """No holiday is invented for years the calendar does not know."""
        with pytest.raises(CalendarRangeError):
            deadline_of(date(2050, 12, 30))

    def test_of_something_that_is_no_day_is_an_error(self) -> None:
        """The field is named."""
        with pytest.raises(DayError, match="received"):
            deadline_of("2026-09-01")  # type: ignore[arg-type]

    def test_is_the_same_when_it_is_asked_again(self) -> None:
        """Days already worked out are remembered, and do not change, however many there are."""
        days = LastDays(FORTNIGHT)
        days.LARGEST = 2
        for _ in range(2):
            assert days[date(2026, 11, 20), FRANCE] == date(2026, 12, 4)
            assert days[date(2026, 11, 21), FRANCE] == date(2026, 12, 7)
            assert days[date(2026, 3, 20), ALSACE] == date(2026, 4, 7)
            assert len(days) <= 2


class TestR1OfOtherHouses:
    """R1 as other houses and laws have it, as data alone."""

    def test_the_united_kingdom_moves_no_last_day(self) -> None:
        """Regulation 30 counts calendar days: received on 11 December, it ends at Christmas."""
        british = ReturnRule(
            name="britain",
            when=when(zone="britain"),
            terms=terms_of(
                PREPAID_TO_THE_SELLERS,
                window=Window(anchor="received", length=Duration.of(14, "days"), roll=Roll.NONE),
            ),
            review=False,
            sources=("regulation 30",),
        )
        zones = (
            ReturnZone(name="britain", areas=frozenset(), codes=frozenset({"GB"}), warehouse=None),
            *ZONES,
        )
        domain = evolve(DOMAIN, zone=("britain", *DOMAIN.zone))
        policy = policy_of((british, *RULES), domain=domain, zones=zones, hit=HitPolicy.FIRST)
        london = policy.case(territory("GB", Area.EUROPE), reason="withdrawal")
        deadline = return_deadline(date(2026, 12, 11), london, policy, FRANCE)
        assert isinstance(deadline, ReturnDeadline)
        assert (deadline.last_day, deadline.window_days) == (date(2026, 12, 25), 14)
        rome = return_deadline(
            date(2026, 12, 11), policy.case(ITALY, reason="withdrawal"), policy, FRANCE
        )
        assert isinstance(rome, ReturnDeadline)
        assert rome.last_day == date(2026, 12, 28)

    def test_a_private_seller_may_take_nothing_back(self) -> None:
        """Where a row refuses, nothing runs out."""
        private = ReturnRule(
            name="private",
            when=when(seller_kind="private"),
            terms=None,
            review=False,
            sources=("no withdrawal between individuals",),
        )
        policy = policy_of((private, *RULES), hit=HitPolicy.FIRST)
        case = policy.case(ITALY, reason="withdrawal", seller_kind="private")
        deadline = return_deadline(date(2026, 9, 1), case, policy, FRANCE)
        assert deadline == NoReturn(edition=EDITION, sources=("no withdrawal between individuals",))

    def test_hours_run_from_the_moment_of_receipt(self) -> None:
        """Forty-eight hours over the end of summer time are forty-eight hours."""
        rule = evolve(FROM_FRANCE, terms=terms_of(PREPAID_TO_THE_SELLERS, window=HOURS_48))
        policy = policy_of((rule, *RULES[1:]))
        received = paris("2026-10-24T12:00:00+02:00")
        deadline = return_deadline(received, case_of(), policy, FRANCE)
        assert isinstance(deadline, ReturnDeadline)
        assert deadline.ends_at == paris("2026-10-26T11:00:00+01:00")
        assert (deadline.last_day, deadline.window_days) == (date(2026, 10, 26), 2)

    def test_hours_run_from_the_end_of_a_day_of_which_no_more_is_known(self) -> None:
        """Given a day only, it was received by the end of it; midnight ends the day before."""
        deadline = with_window(HOURS_48)
        assert isinstance(deadline, ReturnDeadline)
        assert deadline.ends_at == paris("2026-09-04T00:00:00+02:00")
        assert (deadline.last_day, deadline.window_days) == (date(2026, 9, 3), 2)

    def test_months_are_months(self) -> None:
        """Two years of conformity end on the same day of the year."""
        window = Window(anchor="received", length=Duration.of(2, "years"), roll=Roll.NONE)
        deadline = with_window(window)
        assert isinstance(deadline, ReturnDeadline)
        assert deadline.last_day == date(2028, 9, 1)

    def test_a_window_may_never_end(self) -> None:
        """There is no last day then."""
        never = Window(anchor="received", length=Duration.of(0, "never"), roll=Roll.NONE)
        deadline = with_window(never)
        assert isinstance(deadline, ReturnDeadline)
        assert (deadline.last_day, deadline.ends_at) == (None, None)

    def test_hours_do_not_roll(self) -> None:
        """That is refused when the policy is built."""
        with pytest.raises(InvalidValueError, match="roll"):
            with_window(evolve(HOURS_48, roll=Roll.NEXT_WORKING_DAY))

    def test_the_last_of_several_events_needs_them_all(self) -> None:
        """Receipt is no substitute for a payment that nobody has dated."""
        both = Several(pick=Pick.LATEST, events=("received", "paid"))
        with pytest.raises(UnknownTermError, match="paid"):
            with_window(evolve(FORTNIGHT, anchor=both))

    def test_a_case_outside_the_domain_is_an_error(self) -> None:
        """The column is named."""
        case = evolve(case_of(), reason="regret")
        with pytest.raises(UnknownTermError, match="reason"):
            return_deadline(date(2026, 9, 1), case, RETURNS, FRANCE)


class TestR1TwoClocks:
    """R1: once it is asked for, a return is posted within 14 more days; the law moves that last
    day too.
    """

    @pytest.mark.parametrize(
        ("requested", "last_day"),
        [
            (date(2026, 9, 15), date(2026, 9, 29)),
            (date(2026, 9, 11), date(2026, 9, 25)),
            (date(2026, 9, 12), date(2026, 9, 28)),  # a Saturday moves to Monday
            (date(2026, 12, 11), date(2026, 12, 28)),  # Christmas, then a weekend
        ],
    )
    def test_the_second_runs_from_the_request(self, requested: date, last_day: date) -> None:
        """L221-23 with the roll of Regulation 1182/71."""
        found = last_posting_day(
            TWO_WEEKS_TO_POST,
            received=date(2026, 9, 1),
            requested=requested,
            accepted=requested,
            events={},
            where=zone(PARIS),
            calendar=FRANCE,
        )
        assert found == last_day

    @pytest.mark.parametrize(
        ("anchor", "last_day"),
        [
            ("requested", date(2026, 9, 22)),
            ("return-accepted", date(2026, 9, 24)),
            ("received", date(2026, 9, 15)),
        ],
    )
    def test_the_second_may_run_from_another_event(self, anchor: str, last_day: date) -> None:
        """One house counts from its acceptance, another wants it posted within the first clock."""
        posting = evolve(TWO_WEEKS_TO_POST, window=evolve(FORTNIGHT, anchor=anchor))
        found = last_posting_day(
            posting,
            received=date(2026, 9, 1),
            requested=date(2026, 9, 8),
            accepted=date(2026, 9, 10),
            events={},
            where=zone(PARIS),
            calendar=FRANCE,
        )
        assert found == last_day

    def test_the_second_never_runs_before_the_piece_is_there(self) -> None:
        """A buyer who withdraws before the parcel arrives has 14 days from its receipt."""
        found = last_posting_day(
            TWO_WEEKS_TO_POST,
            received=date(2026, 9, 10),
            requested=date(2026, 9, 1),
            accepted=date(2026, 9, 2),
            events={},
            where=zone(PARIS),
            calendar=FRANCE,
        )
        assert found == date(2026, 9, 24)

    def test_the_second_never_ends_before_the_address_is_sent(self) -> None:
        """R5: a house that answers after the term still gives the day it answers."""
        for accepted, last_day in ((15, 15), (16, 16), (14, 15)):
            found = last_posting_day(
                evolve(TWO_WEEKS_TO_POST, window=FORTNIGHT),
                received=date(2026, 9, 1),
                requested=date(2026, 9, 8),
                accepted=date(2026, 9, accepted),
                events={},
                where=zone(PARIS),
                calendar=FRANCE,
            )
            assert found == date(2026, 9, last_day)

    def test_the_second_counts_from_nothing_that_is_not_given(self) -> None:
        """The day of receipt is no substitute for that of dispatch."""
        with pytest.raises(UnknownTermError, match="dispatched"):
            last_posting_day(
                evolve(TWO_WEEKS_TO_POST, window=evolve(FORTNIGHT, anchor="dispatched")),
                received=date(2026, 9, 1),
                requested=date(2026, 9, 8),
                accepted=date(2026, 9, 8),
                events={"paid": date(2026, 8, 28)},
                where=zone(PARIS),
                calendar=FRANCE,
            )

    def test_an_anchor_that_nobody_dates_is_refused(self) -> None:
        """The policy cannot be built."""
        with pytest.raises(InvalidValueError, match="anchor"):
            evolve(TWO_WEEKS_TO_POST, window=evolve(FORTNIGHT, anchor="checked"))

    def test_an_allowance_counts_days(self) -> None:
        """Hours of travel are refused."""
        with pytest.raises(InvalidValueError, match="allowance"):
            evolve(TWO_WEEKS_TO_POST, allowance=Duration.of(5, "hours"))

    def test_it_lapses_once_a_timely_parcel_would_be_there(self) -> None:
        """Ten *ouvrables* after Tuesday 29 September: to the end of Saturday 10 October."""
        found = lapses_at(date(2026, 9, 29), Duration.of(10, "ouvrables"), zone(PARIS), FRANCE)
        assert found == paris("2026-10-11T00:00:00+02:00")
        assert found - TICK < paris("2026-10-10T23:59:59.999999+02:00") + TICK


class TestR1SeveralParcels:
    """R1, L221-18: an order that comes in several parcels; its window starts with the last."""

    ADA = ReceivedParcel(sender="ada", received=date(2026, 9, 1))
    ADA_LATER = ReceivedParcel(sender="ada", received=date(2026, 9, 3))
    LOU = ReceivedParcel(sender="lou", received=date(2026, 9, 7))
    ON_ITS_WAY = ReceivedParcel(sender="lou", received=None)

    def starts(self, pooled: SeveralParcels, *parcels: ReceivedParcel) -> list[str]:
        """Give the days the windows start."""
        policy = policy_of(several_parcels=pooled)
        return [str(day) for day in window_starts(parcels, policy)]

    def test_the_last_of_the_order_counts_for_all(self) -> None:
        """This house pools the sellers, as is best for the buyer."""
        found = self.starts(SeveralParcels.LAST_OF_ORDER, self.ADA, self.LOU, self.ADA_LATER)
        assert found == ["2026-09-07"] * 3

    def test_the_last_of_each_sender_counts_for_theirs(self) -> None:
        """One contract for each seller."""
        found = self.starts(SeveralParcels.LAST_OF_SENDER, self.ADA, self.LOU, self.ADA_LATER)
        assert found == ["2026-09-03", "2026-09-07", "2026-09-03"]

    def test_each_may_count_for_itself(self) -> None:
        """A house that reads its own promise parcel by parcel."""
        found = self.starts(SeveralParcels.EACH, self.ADA, self.LOU, self.ADA_LATER)
        assert found == ["2026-09-01", "2026-09-07", "2026-09-03"]

    def test_no_window_starts_before_the_last_is_there(self) -> None:
        """What is on its way holds those it is pooled with."""
        both = (self.ADA, self.ON_ITS_WAY)
        assert self.starts(SeveralParcels.LAST_OF_ORDER, *both) == ["None", "None"]
        assert self.starts(SeveralParcels.LAST_OF_SENDER, *both) == ["2026-09-01", "None"]
        assert self.starts(SeveralParcels.EACH, *both) == ["2026-09-01", "None"]

    def test_of_no_parcel_there_is_none(self) -> None:
        """Nothing sent, nothing runs."""
        assert self.starts(SeveralParcels.LAST_OF_ORDER) == []
