"""When a parcel arrives, and whether it arrives by a day wanted.

Windows of days are counted from dispatch or from the order. Clauses L3, L7, L9, L10, L11.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.dates import Calendar, DayWindow, Duration, require_day
from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.ids import Edition
from vintage_rules.json_field import DecisionField
from vintage_rules.places import Destination
from vintage_rules.shipping.policy import DeliveryPolicy, ModePolicy, Sender, Transit


class BasisOrigin(StrEnum):
    """Whether a range is the country's own or its zone's."""

    COUNTRY = "country"
    ZONE = "zone"


# On Python 3.11, looking a member up takes as long as an addition.
_COUNTRY, _ZONE = BasisOrigin.COUNTRY, BasisOrigin.ZONE


@frozen(kw_only=True, slots=False)
class DeliveryEstimate(DecisionField):
    """The days between which a parcel arrives, and the range they were counted from."""

    window: DayWindow
    transit: Transit
    origin: BasisOrigin
    zone: str
    calendar: str
    edition: Edition

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return self.transit.sources


def estimate_delivery(
    destination: Destination, dispatched: date, policy: DeliveryPolicy, calendar: Calendar
) -> DeliveryEstimate:
    """Return the days between which a parcel arrives, counted from its dispatch.

    Clauses L9 to L11. A country's own range replaces its zone's, even where it is quicker; day 1 is
    the first counted day after dispatch.

    Raises:
        DayError: If a day or a moment is not valid.
        CalendarRangeError: If the calendar does not cover the day.
        UnknownTermError: If the house does not deliver.

    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar_of, locate
    >>> delivery = load_policy("imparfaite").on(date(2026, 11, 22)).shipping.delivery
    >>> bordeaux = locate(Place(country="FR", postal_code="33000"))
    >>> estimate = estimate_delivery(
    ...     bordeaux, date(2026, 5, 13), delivery, calendar_of(bordeaux)
    ... )
    >>> str(estimate.window.earliest), str(estimate.window.latest), estimate.sources
    ('2026-05-16', '2026-05-20', ('L9',))
    """
    if type(dispatched) is not date:
        require_day(dispatched, "dispatched")
    territory = destination.territory
    zone = policy.zone_of(territory)
    own = policy.times.get(territory.country)
    transit = zone.transit if own is None else own
    return DeliveryEstimate(
        window=calendar.window(dispatched, transit.minimum, transit.maximum, transit.count),
        transit=transit,
        origin=_ZONE if own is None else _COUNTRY,
        zone=zone.name,
        calendar=calendar.key,
        edition=policy.edition,
    )


@frozen(kw_only=True)
class Arrival(DecisionField):
    """The day wanted, and the estimate it was compared with."""

    wanted: date
    estimate: DeliveryEstimate

    @property
    def edition(self) -> Edition:
        """The edition of the policy that decided."""
        return self.estimate.edition

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return ("L7", *self.estimate.sources)


@frozen(kw_only=True)
class Comfortable(Arrival):
    """The slowest estimate is in time."""


@frozen(kw_only=True)
class Possible(Arrival):
    """The quickest estimate is in time, the slowest is not."""


@frozen(kw_only=True)
class Unlikely(Arrival):
    """The quickest estimate is too late."""


ArrivalAssessment: TypeAlias = Comfortable | Possible | Unlikely
"""How likely a parcel arrives by the day the buyer wants. Clause L7."""


def assess_arrival(wanted: date, estimate: DeliveryEstimate) -> ArrivalAssessment:
    """Return how likely a parcel arrives by the day wanted; no promise. Clause L7.

    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar_of, locate
    >>> delivery = load_policy("imparfaite").on(date(2026, 11, 22)).shipping.delivery
    >>> bordeaux = locate(Place(country="FR", postal_code="33000"))
    >>> estimate = estimate_delivery(
    ...     bordeaux, date(2026, 9, 7), delivery, calendar_of(bordeaux)
    ... )
    >>> type(assess_arrival(date(2026, 9, 10), estimate)).__name__
    'Possible'
    """
    require_day(wanted, "wanted")
    if estimate.window.latest <= wanted:
        return Comfortable(wanted=wanted, estimate=estimate)
    if estimate.window.earliest <= wanted:
        return Possible(wanted=wanted, estimate=estimate)
    return Unlikely(wanted=wanted, estimate=estimate)


@frozen(kw_only=True)
class DoorPromise(DecisionField):
    """When a parcel leaves and when it arrives, each at the earliest and at the latest."""

    dispatch: DayWindow
    window: DayWindow
    mode: ModePolicy
    transit: Transit
    edition: Edition

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return tuple(dict.fromkeys((*self.mode.sources, *self.transit.sources)))


@frozen(kw_only=True)
class FromDispatchOnly(DecisionField):
    """The house promises no day of dispatch, so only the days after it are known."""

    mode: ModePolicy
    transit: Transit
    edition: Edition

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return tuple(dict.fromkeys((*self.mode.sources, *self.transit.sources)))


Promise: TypeAlias = DoorPromise | FromDispatchOnly
"""When a parcel is at the door: from the order, or only from dispatch. Clauses L3, L9 to L11."""


@frozen(kw_only=True)
class Leg:
    """When the pieces of a seller were posted, and when they arrived at the workshop.

    None for what has not happened yet.
    """

    posted: date | None = None
    arrived: date | None = None


@frozen(kw_only=True)
class Progress:
    """What has happened of an order by a day: the legs of its sellers, and when it was dispatched.

    Nothing that is still to come happens before `today`.
    """

    today: date
    legs: tuple[Leg, ...] = (Leg(),)
    dispatched: date | None = None

    def __attrs_post_init__(self) -> None:
        require_day(self.today, "today")
        if not self.legs:
            raise InvalidValueError("legs", self.legs, "one or more")

    @property
    def known(self) -> Iterator[date]:
        """The days of all that has happened."""
        days = (self.dispatched, *(day for leg in self.legs for day in (leg.posted, leg.arrived)))
        return (day for day in days if day is not None)


def estimate_promise(
    destination: Destination,
    ordered: date,
    mode: ModePolicy,
    policy: DeliveryPolicy,
    *,
    at_sellers: Calendar,
    at_destination: Calendar,
    handling: Sequence[Duration] = (),
    progress: Progress | None = None,
) -> Promise:
    """Return the days from the order to the door; the slowest seller decides.

    Clauses L3, L5, L8, L9 to L11.

    `handling` is each seller's own time to post, where it is known; the policy's is used where it
    is empty. What goes through the workshop adds the way there and the check. A handling time says
    at most: the earliest is the day of the order itself. What has happened, by `progress`, takes
    the place of what was expected. Where one of the times still to come is not known the answer is
    `FromDispatchOnly`. Raises what `estimate_delivery` raises, and `DayError` for what happened
    after `progress.today`.

    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar, calendar_of, locate
    >>> shipping = load_policy("imparfaite").on(date(2026, 11, 22)).shipping
    >>> bordeaux = locate(Place(country="FR", postal_code="33000"))
    >>> promise = estimate_promise(
    ...     bordeaux,
    ...     date(2026, 9, 7),
    ...     shipping.mode("direct"),
    ...     shipping.delivery,
    ...     at_sellers=calendar("FR"),
    ...     at_destination=calendar_of(bordeaux),
    ...     handling=[Duration.of(2, "ouvres")],
    ... )
    >>> str(promise.dispatch.latest), str(promise.window.latest)
    ('2026-09-09', '2026-09-15')
    """
    require_day(ordered, "ordered")
    transit = estimate_delivery(destination, ordered, policy, at_destination).transit
    progress = progress or Progress(today=ordered)
    for day in progress.known:
        if day > progress.today:
            raise DayError("progress", day, f"not after {progress.today}, the day it is known on")
    dispatch = _dispatch(_Start(ordered, mode, at_sellers, tuple(handling)), progress)
    if dispatch is None:
        return FromDispatchOnly(mode=mode, transit=transit, edition=policy.edition)
    first = estimate_delivery(destination, dispatch.earliest, policy, at_destination)
    last = estimate_delivery(destination, dispatch.latest, policy, at_destination)
    return DoorPromise(
        dispatch=dispatch,
        window=_still(DayWindow(first.window.earliest, last.window.latest), progress.today),
        mode=mode,
        transit=transit,
        edition=policy.edition,
    )


def _still(days: DayWindow, today: date) -> DayWindow:
    """What is late is expected today."""
    return DayWindow(max(days.earliest, today), max(days.latest, today))


@frozen
class _Start:
    """What the day of dispatch is computed from, beside what has happened."""

    ordered: date
    mode: ModePolicy
    calendar: Calendar
    handling: tuple[Duration, ...]


def _dispatch(start: _Start, progress: Progress) -> DayWindow | None:
    if progress.dispatched is not None:
        return DayWindow(progress.dispatched, progress.dispatched)
    found = [_ready(start, leg, progress.today) for leg in progress.legs]
    ready = [window for window in found if window is not None]
    if len(ready) < len(found):
        return None
    return DayWindow(
        max(window.earliest for window in ready), max(window.latest for window in ready)
    )


def _ready(start: _Start, leg: Leg, today: date) -> DayWindow | None:
    """Return when the pieces of a seller can leave for the buyer."""
    match start.mode.sender:
        case Sender.SELLER | Sender.BUYER:
            return _posted(start, leg, today)
        case Sender.WORKSHOP:
            arrived, check = _arrived(start, leg, today), start.mode.check
            if arrived is None or check is None:
                return None
            checked = check.after_day(arrived.latest, start.calendar)
            return _still(DayWindow(arrived.earliest, checked), today)
        case _:
            assert_never(start.mode.sender)


def _arrived(start: _Start, leg: Leg, today: date) -> DayWindow | None:
    if leg.arrived is not None:
        return DayWindow(leg.arrived, leg.arrived)
    posted, way = _posted(start, leg, today), start.mode.inbound
    if posted is None or way is None:
        return None
    earliest = start.calendar.add(posted.earliest, way.minimum, way.count)
    latest = start.calendar.add(posted.latest, way.maximum, way.count)
    return _still(DayWindow(earliest, latest), today)


def _posted(start: _Start, leg: Leg, today: date) -> DayWindow | None:
    if leg.posted is not None:
        return DayWindow(leg.posted, leg.posted)
    times = start.handling or ((start.mode.handling,) if start.mode.handling is not None else ())
    if not times:
        return None
    latest = max(time.after_day(start.ordered, start.calendar) for time in times)
    return _still(DayWindow(start.ordered, latest), today)
