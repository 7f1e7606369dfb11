"""Who writes to buyers and sellers. Clauses A5, C5, F2, L8, L14, N5 to N7, R5, S1."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from attrs import field, frozen

from vintage_rules.ids import identifier
from vintage_rules.money import Money
from vintage_rules.ports.directory import Recipient


class MessageKind(StrEnum):
    """Every occasion on which somebody is written to. `MESSAGE_FACTS` says what each tells."""

    CLAIM_OPENED = "claim-opened"
    CLAIM_REJECTED = "claim-rejected"
    CLAIM_UPHELD = "claim-upheld"
    GIFT_CARD = "gift-card"
    OFFER_ACCEPTED = "offer-accepted"
    OFFER_COUNTERED = "offer-countered"
    OFFER_DECLINED = "offer-declined"
    OFFER_ENDED = "offer-ended"
    OFFER_LAPSED = "offer-lapsed"
    OFFER_RECEIVED = "offer-received"
    ORDER_CANCELLED = "order-cancelled"
    ORDER_CONFIRMED = "order-confirmed"
    PARCEL_HANDED_IN = "parcel-handed-in"
    PAYOUT_SENT = "payout-sent"
    PIECE_BACK = "piece-back"
    PIECE_SOLD = "piece-sold"
    REFUND_QUESTION = "refund-question"
    REFUND_SENT = "refund-sent"
    RETURN_ACCEPTED = "return-accepted"
    RETURN_DECLINED = "return-declined"


# What each message tells, by name; a name that ends in `?` may be missing.
MESSAGE_FACTS: Mapping[MessageKind, tuple[str, ...]] = {
    MessageKind.CLAIM_OPENED: ("order", "claim", "pieces"),
    MessageKind.CLAIM_REJECTED: ("order", "claim", "pieces", "reasons"),
    MessageKind.CLAIM_UPHELD: ("order", "claim", "pieces", "return_needed"),
    MessageKind.GIFT_CARD: ("amount", "code", "last_day?", "words", "giver"),
    MessageKind.OFFER_ACCEPTED: ("piece", "price", "until?", "public"),
    MessageKind.OFFER_COUNTERED: ("piece", "price", "until?", "public"),
    MessageKind.OFFER_DECLINED: ("piece", "price"),
    MessageKind.OFFER_ENDED: ("piece", "price"),
    MessageKind.OFFER_LAPSED: ("piece", "price"),
    MessageKind.OFFER_RECEIVED: ("piece", "price", "until?"),
    MessageKind.ORDER_CANCELLED: ("order", "reason"),
    MessageKind.ORDER_CONFIRMED: ("order", "pieces", "total"),
    MessageKind.PARCEL_HANDED_IN: ("order", "parcel", "tracking_number", "pieces"),
    MessageKind.PAYOUT_SENT: ("piece", "amount"),
    MessageKind.PIECE_BACK: ("piece", "price"),
    MessageKind.PIECE_SOLD: ("order", "piece", "price", "to_workshop"),
    MessageKind.REFUND_QUESTION: ("order", "parcel", "pieces"),
    MessageKind.REFUND_SENT: ("order", "pieces", "tenders", "amounts"),
    MessageKind.RETURN_ACCEPTED: (
        "order",
        "pieces",
        "to",
        "post_by?",
        "prepaid",
        "tracking_number?",
    ),
    MessageKind.RETURN_DECLINED: ("order", "pieces", "reasons"),
}

Fact: TypeAlias = str | bool | int | Money | datetime | date | tuple[str, ...] | tuple[Money, ...]


def _key(key: str) -> str:
    return identifier(key, "key")


@frozen(kw_only=True)
class Attachment:
    """A document that goes with a message."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@frozen(kw_only=True)
class Message:
    """What somebody is told, in facts; the notifier finds the words, in their language.

    `at` is when it happened. `amounts` stand in the order of their `tenders`.
    """

    key: str = field(converter=_key)
    kind: MessageKind
    to: Recipient
    at: datetime
    facts: Mapping[str, Fact]
    attachments: tuple[Attachment, ...] = ()


@frozen(kw_only=True)
class Sent:
    """It was handed over to whoever delivers it."""


@frozen(kw_only=True)
class Undeliverable:
    """It cannot be delivered, and sending it again will not help."""

    reason: str


class Notifier(Protocol):
    """Writes to people.

    Raises `OutsideUnavailableError` when nobody knows whether it was sent: it is then sent again,
    and the same message may come twice. Raises `OutsideRejectedError` when we asked wrongly.
    """

    def send(self, message: Message) -> Sent | Undeliverable:
        """Send a message; the key goes with it, so that a reader can drop one that comes twice."""
        ...
