"""The words that policies, events and states of a negotiation share."""

from __future__ import annotations

from enum import StrEnum

import moneyed
from attrs import field, frozen

from vintage_rules.money import Money, positive


class Party(StrEnum):
    """The two sides of a negotiation."""

    BUYER = "buyer"
    SELLER = "seller"


class Silence(StrEnum):
    """What silence means if there is no answer a price in time.

    The three acceptances differ as those of `Acceptance` do.
    """

    LAPSE = "lapse"
    DECLINE = "decline"
    ACCEPT = "accept"
    ACCEPT_PRIVATELY = "accept-privately"
    ACCEPT_AND_RESERVE = "accept-and-reserve"


class OfferState(StrEnum):
    """The state of one offer.

    `open` waits for the seller and `counter-open` for the buyer; `granted` is accepted at a price
    that is still the buyer's own. The others are over.
    """

    OPEN = "open"
    COUNTER_OPEN = "counter-open"
    GRANTED = "granted"
    ACCEPTED = "accepted"
    COUNTERED = "countered"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


def _positive(price: moneyed.Money | None, name: str) -> Money | None:
    return None if price is None else positive(price, name)


def _minimum(price: moneyed.Money | None) -> Money | None:
    return _positive(price, "minimum")


def _accept_at(price: moneyed.Money | None) -> Money | None:
    return _positive(price, "accept_at")


def _decline_at(price: moneyed.Money | None) -> Money | None:
    return _positive(price, "decline_at")


@frozen(kw_only=True)
class SellerTerms:
    """What the seller of a piece has settled about offers on it. Clause N1.

    `minimum` is the least they want to hear of, `accept_at` what is accepted and `decline_at` what
    is declined without their answer; None where they settled nothing, or the house offers no such
    thing.

    Raises:
        MoneyError: If one is not above 0.

    >>> SellerTerms(
    ...     open_to_offers=True,
    ...     minimum=None,
    ...     accept_at=Money(90, "EUR"),
    ...     decline_at=None,
    ... ).accept_at
    Money('90.00', 'EUR')
    """

    open_to_offers: bool
    minimum: Money | None = field(converter=_minimum)
    accept_at: Money | None = field(converter=_accept_at)
    decline_at: Money | None = field(converter=_decline_at)

    @staticmethod
    def only(*, open_to_offers: bool) -> SellerTerms:
        """Return the terms of a seller who says no more than whether they negotiate.

        >>> SellerTerms.only(open_to_offers=False).minimum is None
        True
        """
        return _OPEN if open_to_offers else _CLOSED


_OPEN, _CLOSED = (
    SellerTerms(open_to_offers=open_to_offers, minimum=None, accept_at=None, decline_at=None)
    for open_to_offers in (True, False)
)
