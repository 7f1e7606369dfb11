"""Whether a return is in time, and its last day, written in five ways and measured in one process.

All answer the same question: a piece received on Friday 17 April 2026, asked back on 4 May. The
fourteenth day is 1 May, a public holiday and a Friday, so the last day is the Monday. Ours also
says until when to post, knows the other conditions of the house, and names the clauses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_NUMERIC
from business_rules.variables import BaseVariables, numeric_rule_variable
from pytest_benchmark.fixture import BenchmarkFixture

from vintage_rules import Place, calendar, load_policy, locate
from vintage_rules.ids import PieceId
from vintage_rules.returns import Returnable, ReturnRequest, Wants, assess_return

RECEIVED = date(2026, 4, 17)
ASKED_ON = date(2026, 5, 4)
ASKED_AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)
HOUSE = load_policy("imparfaite").on(ASKED_ON).returns.returns
FRANCE = calendar("FR")
BORDEAUX = locate(Place(country="FR", postal_code="33000")).territory
CASE = HOUSE.case(BORDEAUX, reason="withdrawal")
COAT = (PieceId("coat"),)

Answer = tuple[bool, date]
EXPECTED: Answer = (True, date(2026, 5, 4))


def request() -> ReturnRequest:
    """What is asked, checked as it comes in."""
    return ReturnRequest(
        case=CASE,
        received=RECEIVED,
        requested_at=ASKED_AT,
        pieces=COAT,
        parcel_number="8R123",
        in_writing=True,
        photos=0,
        wants=Wants.REFUND,
    )


REQUEST = request()


def ours() -> Answer:
    """The library: a decision table, two clocks, every condition, the clauses."""
    return _assessed(REQUEST)


def ours_from_scratch() -> Answer:
    """The same, with the request built and checked each time."""
    return _assessed(request())


def _assessed(asked: ReturnRequest) -> Answer:
    decided = assess_return(asked, HOUSE, FRANCE)
    assert isinstance(decided, Returnable)
    assert decided.last_day is not None
    return True, decided.last_day


_FRENCH = holidays.country_holidays("FR", years=range(2010, 2051))


def holidays_library() -> Answer:
    """The window by hand, rolled on by the working-day calls of `holidays`."""
    last_day = RECEIVED + FORTNIGHT
    if not _FRENCH.is_working_day(last_day):
        last_day = _FRENCH.get_nth_working_day(last_day, 1)
    return last_day >= ASKED_ON, last_day


_LAST_DAYS = {
    day: FRANCE.next_working_day(day + FORTNIGHT)
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
}


def dict_of_dates() -> Answer:
    """A year of last days worked out beforehand, and nothing else."""
    last_day = _LAST_DAYS[RECEIVED]
    return last_day >= ASKED_ON, last_day


class _Return:
    received, asked_on = RECEIVED, ASKED_ON
    last_day = date.min
    in_time = False


class _Variables(BaseVariables):  # type: ignore[misc] # the library is untyped
    def __init__(self, asked: _Return) -> None:
        asked.last_day = _LAST_DAYS[asked.received]
        self.asked = asked

    @numeric_rule_variable  # type: ignore[untyped-decorator]
    def days_left(self) -> int:
        return (self.asked.last_day - self.asked.asked_on).days


class _Actions(BaseActions):  # type: ignore[misc] # the library is untyped
    def __init__(self, asked: _Return) -> None:
        self.asked = asked

    @rule_action(params={"least": FIELD_NUMERIC})  # type: ignore[untyped-decorator]
    def admit(self, least: int) -> None:
        self.asked.in_time = least == 0


_RULES = [
    {
        "conditions": {
            "all": [{"name": "days_left", "operator": "greater_than_or_equal_to", "value": 0}]
        },
        "actions": [{"name": "admit", "params": {"least": 0}}],
    }
]


def business_rules() -> Answer:
    """The business-rules package over the dictionary: conditions and actions as data."""
    asked = _Return()
    run_all(_RULES, _Variables(asked), _Actions(asked))
    return asked.in_time, asked.last_day


WAYS: dict[str, Callable[[], Answer]] = {
    "vintage_rules": ours,
    "vintage_rules, the request built each time": ours_from_scratch,
    "holidays' working days": holidays_library,
    "dictionary of dates": dict_of_dates,
    "business-rules": business_rules,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.benchmark(group="return eligibility with its last day")
def test_return_eligibility(benchmark: BenchmarkFixture, way: str) -> None:
    """Every way gives the same answer; how long each takes is printed, not asserted."""
    benchmark.extra_info["way"] = way
    assert benchmark(WAYS[way]) == EXPECTED
