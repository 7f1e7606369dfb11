"""What to do about a parcel whose tracking does not move. Clause S3."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Calendar, require_day
from vintage_rules.decision import PolicyDecision
from vintage_rules.errors import DayError
from vintage_rules.shipping.delivery import DeliveryEstimate
from vintage_rules.shipping.policy import TrackingPolicy


@frozen(kw_only=True)
class Wait(PolicyDecision):
    """Nothing unusual: no movement is normal until that day has passed."""

    until: date
    policy: TrackingPolicy


@frozen(kw_only=True)
class ContactUs(PolicyDecision):
    """It has not moved for longer than is normal: write to the house.

    Up to and with the day `until` it was normal.
    """

    until: date
    policy: TrackingPolicy


@frozen(kw_only=True)
class Investigate(PolicyDecision):
    """It is later than the latest estimate: the house looks for it."""

    estimate: DeliveryEstimate
    policy: TrackingPolicy

    @property
    def latest(self) -> date:
        """The last day on which it was expected."""
        return self.estimate.window.latest

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return tuple(dict.fromkeys((*self.policy.sources, *self.estimate.sources)))


TrackingAssessment: TypeAlias = Wait | ContactUs | Investigate
"""Whether to wait for a parcel that does not move. Clauses S3, R10."""


def assess_tracking(
    estimate: DeliveryEstimate,
    policy: TrackingPolicy,
    calendar: Calendar,
    *,
    last_movement: date,
    today: date,
) -> TrackingAssessment:
    """Return whether to wait for a parcel that does not seem to move. Clauses S3, R10.

    No movement is normal up to and including the policy's days after the last one, counted with the
    destination's holidays; past the latest estimate the house must look.

    Raises:
        DayError: If the last movement lies after today.

    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.shipping import estimate_delivery
    >>> from vintage_rules.world import calendar_of, locate
    >>> shipping = load_policy("imparfaite").on(date(2026, 11, 22)).shipping
    >>> sydney = locate(Place(country="AU", postal_code="2000"))
    >>> at_home = calendar_of(sydney)
    >>> estimate = estimate_delivery(
    ...     sydney, date(2026, 9, 7), shipping.delivery, at_home
    ... )
    >>> assess_tracking(
    ...     estimate,
    ...     shipping.tracking,
    ...     at_home,
    ...     last_movement=date(2026, 9, 7),
    ...     today=date(2026, 9, 10),
    ... ).until
    datetime.date(2026, 9, 10)
    """
    if require_day(last_movement, "last_movement") > require_day(today, "today"):
        raise DayError("last_movement", last_movement, f"not after {today}")
    patient_until = policy.patience.after_day(last_movement, calendar)
    if today > estimate.window.latest:
        return Investigate(estimate=estimate, policy=policy)
    if today > patient_until:
        return ContactUs(until=patient_until, policy=policy)
    return Wait(until=min(patient_until, estimate.window.latest), policy=policy)
