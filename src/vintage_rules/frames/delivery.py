"""When parcels arrive, over columns; the scalar rules are in `shipping.delivery`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import narwhals as nw

from vintage_rules.dates import Calendar
from vintage_rules.frames.arithmetic import first_of
from vintage_rules.frames.by_day import Answer, answered_by_day, days_outside
from vintage_rules.frames.columns import RuleColumns, columns
from vintage_rules.frames.engine import Engine, FrameT, Lazy, carry_out
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.shapes import FrameRule
from vintage_rules.frames.tables import territory_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination, Place
from vintage_rules.shipping.delivery import FromDispatchOnly, estimate_delivery, estimate_promise
from vintage_rules.world.calendars import calendar

ESTIMATED = RuleColumns(
    needed=columns("territory", "calendar", "dispatched"),
    optional=columns("error"),
    added=columns("zone", "earliest", "latest", "error"),
)
"""The columns of `estimate_deliveries`."""

PROMISED = RuleColumns(
    needed=columns("territory", "calendar", "mode", "ordered"),
    optional=columns("error"),
    added=columns("zone", "dispatch_earliest", "dispatch_latest", "earliest", "latest", "error"),
)
"""The columns of `estimate_promises`."""

_DAY = nw.Date()
_SOUND_DAY = "sound~day"


def estimate_deliveries(frame: FrameT, policy: FramePolicy) -> FrameT:
    """Return a frame with the days between which each parcel arrives. Clauses L9 to L11.

    Counted from its dispatch; `locate_places` adds the territory and the calendar. A row that the
    scalar rule `estimate_delivery` refuses has its reason as `error`. The places of the frame are
    listed first, so that a lazy frame is read once for them.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> parcels = pl.DataFrame(
    ...     {"territory": ["FR"], "calendar": ["FR"], "dispatched": [date(2026, 5, 13)]}
    ... )
    >>> estimate_deliveries(parcels, house).select("earliest", "latest").row(0)
    (datetime.date(2026, 5, 16), datetime.date(2026, 5, 20))
    """
    policy.require(FrameRule.ESTIMATE_DELIVERIES)

    def answer(terms: Sequence[str], day: date) -> Answer:
        there = _destination(terms[0], terms[1])
        delivery = policy.house.shipping.delivery
        found = estimate_delivery(there, day, delivery, calendar(there.calendar))
        return {
            "zone": found.zone,
            "earliest": found.window.earliest,
            "latest": found.window.latest,
        }

    def compute(engine: Engine, lazy: Lazy) -> Lazy:
        keys = ("territory", "calendar")
        into = {"zone": nw.String(), "earliest": _DAY, "latest": _DAY}
        lazy = _sound(engine, lazy, (*keys, "dispatched"))
        lazy = answered_by_day(
            engine,
            lazy,
            keys=keys,
            day=_SOUND_DAY,
            given_day="dispatched",
            answer=answer,
            into=into,
            remembered=policy.remembered(FrameRule.ESTIMATE_DELIVERIES),
        )
        return _refused(lazy)

    return carry_out(frame, ESTIMATED, compute)


def estimate_promises(frame: FrameT, policy: FramePolicy) -> FrameT:
    """Return a frame with the days from each order to the door. Clauses L3, L9 to L11.

    Sellers post within the policy's own times, by the holidays of the house. All days are null
    where the house promises none of dispatch. A row that the scalar rule `estimate_promise` refuses
    has its reason as `error`.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> orders = pl.DataFrame(
    ...     {
    ...         "territory": ["FR"],
    ...         "calendar": ["FR"],
    ...         "mode": ["direct"],
    ...         "ordered": [date(2026, 9, 7)],
    ...     }
    ... )
    >>> estimate_promises(orders, house)["latest"].to_list()
    [None]
    """
    policy.require(FrameRule.ESTIMATE_PROMISES)
    house = policy.house

    def answer(terms: Sequence[str], day: date) -> Answer:
        there = _destination(terms[0], terms[1])
        found = estimate_promise(
            there,
            day,
            house.shipping.mode(terms[2]),
            house.shipping.delivery,
            at_sellers=_calendar_of_sellers(house),
            at_destination=calendar(there.calendar),
        )
        zone = house.shipping.delivery.zone_of(there.territory).name
        if isinstance(found, FromDispatchOnly):
            return {**dict.fromkeys(days), "zone": zone}
        return {
            "zone": zone,
            "dispatch_earliest": found.dispatch.earliest,
            "dispatch_latest": found.dispatch.latest,
            "earliest": found.window.earliest,
            "latest": found.window.latest,
        }

    days = ("dispatch_earliest", "dispatch_latest", "earliest", "latest")

    def compute(engine: Engine, lazy: Lazy) -> Lazy:
        keys = ("territory", "calendar", "mode")
        into: Mapping[str, nw.dtypes.DType] = {"zone": nw.String(), **dict.fromkeys(days, _DAY)}
        lazy = _sound(engine, lazy, (*keys, "ordered"))
        lazy = answered_by_day(
            engine,
            lazy,
            keys=keys,
            day=_SOUND_DAY,
            given_day="ordered",
            answer=answer,
            into=into,
            remembered=policy.remembered(FrameRule.ESTIMATE_PROMISES),
        )
        return _refused(lazy)

    return carry_out(frame, PROMISED, compute)


def _calendar_of_sellers(house: HousePolicy) -> Calendar:
    return calendar(house.calendar)


@lru_cache(maxsize=1024)
def _destination(territory: str, calendar_key: str) -> Destination:
    found = territory_of(territory)
    return Destination(
        place=Place(country=found.country[:2]), territory=found, calendar=calendar_key
    )


def _sound(engine: Engine, frame: Lazy, needed: Sequence[str]) -> Lazy:
    """Name what is wrong with a row; its day is then left out, and with it all that is answered."""
    day = needed[-1]
    missing = [(engine.is_missing(name), f"{name}: must be given") for name in needed]
    reason = first_of(*missing, days_outside(day))
    names = frame.collect_schema().names()
    fault = nw.coalesce(nw.col("error"), reason) if "error" in names else reason
    sound = nw.when(nw.col("fault").is_null()).then(nw.col(day)).otherwise(None)
    return frame.with_columns(fault.alias("fault")).with_columns(sound.alias(_SOUND_DAY))


def _refused(frame: Lazy) -> Lazy:
    return frame.with_columns(nw.coalesce(nw.col("fault"), nw.col("answer~error")).alias("error"))
