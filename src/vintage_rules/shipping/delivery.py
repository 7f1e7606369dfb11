"""When a parcel arrives, and whether it arrives by a day wanted.

Windows of days are counted from dispatch or from the order. Clauses L3, L7, L9, L10, L11.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.dates import Calendar, DayWindow, Duration, require_day
from vintage_rules.ids import Edition
from vintage_rules.json_field import DecisionField
from vintage_rules.places import Destination
from vintage_rules.shipping.policy import DeliveryPolicy, ModePolicy, Sender, Transit


class BasisOrigin(StrEnum):
    """Whether a range is the country's own or its zone's."""

    COUNTRY = "country"
    ZONE = "zone"


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

    A country's own range replaces its zone's, even where it is quicker; day 1 is the first counted
    day after dispatch.

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
        origin=BasisOrigin.ZONE if own is None else BasisOrigin.COUNTRY,
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


def estimate_promise(
    destination: Destination,
    ordered: date,
    mode: ModePolicy,
    policy: DeliveryPolicy,
    *,
    at_sellers: Calendar,
    at_destination: Calendar,
    handling: Sequence[Duration] = (),
) -> Promise:
    """Return the days from the order to the door; the slowest seller decides.

    Clauses L3, L9 to L11.

    `handling` is each seller's own time to post, where it is known; the policy's is used where it
    is empty. What goes through the workshop adds the way there and the check. A handling time says
    at most: the earliest is the day of the order itself. Where one of these times is not known the
    answer is `FromDispatchOnly`. Raises what `estimate_delivery` raises.

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
    dispatch = _dispatch(ordered, mode, at_sellers, handling)
    if dispatch is None:
        return FromDispatchOnly(mode=mode, transit=transit, edition=policy.edition)
    first = estimate_delivery(destination, dispatch.earliest, policy, at_destination)
    last = estimate_delivery(destination, dispatch.latest, policy, at_destination)
    return DoorPromise(
        dispatch=dispatch,
        window=DayWindow(first.window.earliest, last.window.latest),
        mode=mode,
        transit=transit,
        edition=policy.edition,
    )


def _dispatch(
    ordered: date, mode: ModePolicy, calendar: Calendar, handling: Sequence[Duration]
) -> DayWindow | None:
    own = handling or ((mode.handling,) if mode.handling is not None else ())
    if not own:
        return None
    posted = DayWindow(ordered, max(time.after_day(ordered, calendar) for time in own))
    match mode.sender:
        case Sender.SELLER | Sender.BUYER:
            return posted
        case Sender.WORKSHOP:
            return _through_workshop(posted, mode, calendar)
        case _:
            assert_never(mode.sender)


def _through_workshop(posted: DayWindow, mode: ModePolicy, calendar: Calendar) -> DayWindow | None:
    if mode.inbound is None or mode.check is None:
        return None
    arrived = _travelled(posted, mode.inbound, calendar)
    return DayWindow(arrived.earliest, mode.check.after_day(arrived.latest, calendar))


def _travelled(posted: DayWindow, transit: Transit, calendar: Calendar) -> DayWindow:
    return DayWindow(
        calendar.add(posted.earliest, transit.minimum, transit.count),
        calendar.add(posted.latest, transit.maximum, transit.count),
    )
