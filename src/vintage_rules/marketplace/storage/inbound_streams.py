"""What comes in from carriers and providers: numbers and names in use, and webhooks received.

A number is given to one parcel at a time, however it is typed: see `number_key`. A provider's name
for a charge is kept beside the checkout that requested it, since many of its messages name nothing
else; so are the names of a payout. A webhook is received once: one that comes again has the same
name, and is known by it.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError, IdentifierError
from vintage_rules.ids import OrderId, ParcelId, PieceId, identifier


@frozen(kw_only=True)
class NumberGiven:
    """A carrier's tracking number is that of this parcel of an order."""

    name: ClassVar[str] = "number-given"
    at: datetime = field(converter=instant)
    order: OrderId
    parcel: ParcelId


@frozen(kw_only=True)
class ChargeNamed:
    """A provider's name for a charge, a capture or a refund is of this checkout."""

    name: ClassVar[str] = "charge-named"
    at: datetime = field(converter=instant)
    checkout: str


@frozen(kw_only=True)
class PayoutNamed:
    """A name of a payout is that of the payment for this piece: our key of it, or the payer's.

    `key` is always ours: what is paid again after it came back has another one.
    """

    name: ClassVar[str] = "payout-named"
    at: datetime = field(converter=instant)
    order: OrderId
    piece: PieceId
    key: str


@frozen(kw_only=True)
class WebhookReceived:
    """A message of a provider was verified and processed."""

    name: ClassVar[str] = "webhook-taken"
    at: datetime = field(converter=instant)
    sender: str
    kind: str
    reference: str | None
    order: str | None
    code: str


# Of what others name, so that a stream's prefix fits before it.
_LONGEST = 150

NumberEvent: TypeAlias = NumberGiven
ChargeEvent: TypeAlias = ChargeNamed
PayoutEvent: TypeAlias = PayoutNamed
WebhookEvent: TypeAlias = WebhookReceived


def number_key(tracking_number: str) -> str:
    """Return a tracking number as its stream is named: without spaces and dashes, in capitals.

    It is kept for people as it was given, and found however it is typed.

    Raises:
        IdentifierError: If nothing is left of it, or too much.

    >>> number_key("8r 41-7 7") == number_key("8R4177")
    True
    """
    if not isinstance(tracking_number, str):
        raise IdentifierError("tracking_number", tracking_number, "the text on a label")
    letters = (letter for letter in tracking_number.upper() if letter.isalnum())
    return identifier("".join(letters), "tracking_number", _LONGEST)


def name_given(sender: str, name: str) -> str:
    """Name what a provider names, such as a charge or a webhook; by a digest if it is too long.

    >>> name_given("card", "pi_1")
    'card/pi_1'
    >>> name_given("card", "x" * 255)
    'card/d22609da3ae3956ca4877056a8e580ee'
    """
    if name.isprintable() and name == name.strip() and len(name) <= _LONGEST:
        return f"{sender}/{name}"
    return f"{sender}/{sha256(name.encode('utf-8', 'replace')).hexdigest()[:32]}"


def evolve_number(given: NumberGiven | None, event: NumberGiven) -> NumberGiven:
    """Return the parcel a number belongs to: the last it was given to."""
    return event if given is None or event.at >= given.at else given


def evolve_charge(named: ChargeNamed | None, event: ChargeNamed) -> ChargeNamed:
    """Return the checkout that a provider's name belongs to.

    Raises:
        CorruptHistoryError: For a second one.
    """
    if named is not None:
        raise CorruptHistoryError(event, named)
    return event


def evolve_payout(named: PayoutNamed | None, event: PayoutNamed) -> PayoutNamed:
    """Return the piece that a name of a payout belongs to.

    Raises:
        CorruptHistoryError: For a second one.
    """
    if named is not None:
        raise CorruptHistoryError(event, named)
    return event


def evolve_webhook(received: WebhookReceived | None, event: WebhookReceived) -> WebhookReceived:
    """Return a webhook that was received.

    Raises:
        CorruptHistoryError: For a second one.
    """
    if received is not None:
        raise CorruptHistoryError(event, received)
    return event
