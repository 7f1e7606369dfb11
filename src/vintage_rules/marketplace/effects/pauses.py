"""Pauses of a provider that denies us: while its credentials are wrong, one request is enough.

A provider with a wrong key answers every request alike. Were each effect to find that out for
itself, all of them would call it in vain and come up again on their own. So the effects that go to
one provider wait together, and the first that comes up afterwards tries for all.
"""

from __future__ import annotations

from datetime import datetime

from attrs import define, field, frozen

from vintage_rules.marketplace.effects.backoff import backoff
from vintage_rules.marketplace.effects.effects import (
    CaptureCardPayment,
    CapturePayment,
    CompleteCheckout,
    Effect,
    PaySeller,
    SendGiftCard,
    SendMessage,
    TrackParcel,
    VoidCardPayment,
    VoidCharge,
    VoidPayment,
)


def provider_of(effect: Effect) -> str | None:
    """Return the provider that handling an effect calls; None where it may be none or several.

    >>> provider_of(SendGiftCard(card="7HK2"))
    'notifier'
    """
    match effect:
        case (
            CapturePayment(tender=tender)
            | CaptureCardPayment(tender=tender)
            | CompleteCheckout(tender=tender)
            | VoidCharge(tender=tender)
            | VoidPayment(tender=tender)
            | VoidCardPayment(tender=tender)
        ):
            return f"payments/{tender}"
        case PaySeller():
            return "payouts"
        case SendMessage() | SendGiftCard():
            return "notifier"
        case TrackParcel():
            return "tracker"
        case _:
            return None


@frozen
class _Pause:
    until: datetime
    denials: int


@define
class Pauses:
    """The providers that denied a worker last, and until when each is left alone."""

    _pauses: dict[str, _Pause] = field(factory=dict[str, _Pause])

    def until(self, effect: Effect, now: datetime) -> datetime | None:
        """Return the end of the pause an effect waits for; None if it may be handled now."""
        pause = self._pauses.get(provider_of(effect) or "")
        return pause.until if pause is not None and now < pause.until else None

    def denied(self, effect: Effect, now: datetime) -> datetime | None:
        """Pause the provider of an effect, longer after each denial; return until when."""
        provider = provider_of(effect)
        if provider is None:
            return None
        before = self._pauses.get(provider)
        denials = 1 if before is None else before.denials + 1
        until = now + backoff(denials, provider)
        self._pauses[provider] = _Pause(until, denials)
        return until

    def known(self, effect: Effect) -> None:
        """End the pause of the provider of an effect: it knows us again."""
        self._pauses.pop(provider_of(effect) or "", None)
