"""Whether an alert can be set on a piece. Clause A5."""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from vintage_rules.decision import Decision
from vintage_rules.ids import Edition
from vintage_rules.machine import Refused
from vintage_rules.offers.policy import (
    ListingPolicy,
)
from vintage_rules.offers.refusals import OfferRefusal


@frozen(kw_only=True)
class AlertAdmitted(Decision):
    """An alert that is set: one mail if the piece is for sale again; `used_up` by it, or kept."""

    used_up: bool


@frozen(kw_only=True)
class AlertRefused(Refused[OfferRefusal]):
    """An alert that cannot be set, with every reason."""

    reasons: tuple[OfferRefusal, ...]
    edition: Edition


AlertAssessment: TypeAlias = AlertAdmitted | AlertRefused
"""Whether an alert may be set. Clause A5."""


def assess_alert(*, sold: bool, already_set: bool, policy: ListingPolicy) -> AlertAssessment:
    """Return whether a person may set an alert on a piece, with every reason if not. Clause A5.

    `already_set` says that they have one on it.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> listing = load_policy("imparfaite").on(date(2026, 11, 22)).listing
    >>> assess_alert(sold=True, already_set=False, policy=listing).used_up
    True
    """
    alerts = policy.alerts
    if alerts is None:
        return AlertRefused(reasons=(OfferRefusal.NO_ALERTS,), sources=(), edition=policy.edition)
    against = {OfferRefusal.ALERT_ALREADY_SET: already_set, OfferRefusal.NOT_SOLD: not sold}
    reasons = tuple(reason for reason, holds in against.items() if holds)
    if reasons:
        return AlertRefused(reasons=reasons, sources=alerts.sources, edition=policy.edition)
    return AlertAdmitted(used_up=alerts.single_use, edition=policy.edition, sources=alerts.sources)
