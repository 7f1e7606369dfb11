"""Who writes to buyers and sellers. Clauses A5, C5, F2, F3, L8, L14, N5 to N7, R5, S1, S3."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import InvalidValueError
from vintage_rules.findings import duration_of
from vintage_rules.ids import identifier
from vintage_rules.money import Money
from vintage_rules.ports.directory import Recipient


class MessageKind(StrEnum):
    """Every occasion for a message. `MESSAGE_FACTS` lists the facts of each."""

    CLAIM_OPENED = "claim-opened"
    CLAIM_REJECTED = "claim-rejected"
    CLAIM_UPHELD = "claim-upheld"
    GIFT_CARD = "gift-card"
    OFFER_ACCEPTED = "offer-accepted"
    OFFER_COUNTERED = "offer-countered"
    OFFER_DECLINED = "offer-declined"
    OFFER_ENDED = "offer-ended"
    OFFER_LAPSED = "offer-lapsed"
    OFFER_PROPOSED = "offer-proposed"
    OFFER_RECEIVED = "offer-received"
    ORDER_CANCELLED = "order-cancelled"
    ORDER_CONFIRMED = "order-confirmed"
    PARCEL_HANDED_IN = "parcel-handed-in"
    PARCEL_LOST = "parcel-lost"
    PAYOUT_FAILED = "payout-failed"
    PAYOUT_SENT = "payout-sent"
    PIECE_BACK = "piece-back"
    PIECE_CANCELLED = "piece-cancelled"
    PIECES_CANCELLED = "pieces-cancelled"
    PIECES_SOLD = "pieces-sold"
    REFUND_QUESTION = "refund-question"
    REFUND_SENT = "refund-sent"
    RETURN_ACCEPTED = "return-accepted"
    RETURN_DECLINED = "return-declined"


# The facts of each message, by name; a name that ends in `?` may be missing. `to` is where a
# parcel goes, line by line as it is written on it. `cause` is why it came back, `outcome`
# what a policy then does, and `paid_by` who pays postage, as the policy calls them. `patience`,
# and of each means of payment `earliest` and `latest`, are durations as a policy writes them, such
# as 10 ouvres.
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
    MessageKind.OFFER_PROPOSED: ("piece", "price", "until?"),
    MessageKind.OFFER_RECEIVED: ("piece", "price", "until?"),
    MessageKind.ORDER_CANCELLED: ("order", "reason"),
    MessageKind.ORDER_CONFIRMED: ("order", "pieces", "total"),
    MessageKind.PARCEL_HANDED_IN: (
        "order",
        "parcel",
        "tracking_number",
        "pieces",
        "patience",
        "customs?",
    ),
    MessageKind.PARCEL_LOST: ("order", "pieces", "refunded"),
    MessageKind.PAYOUT_FAILED: ("piece", "amount"),
    MessageKind.PAYOUT_SENT: ("piece", "amount"),
    MessageKind.PIECE_BACK: ("piece", "price"),
    MessageKind.PIECE_CANCELLED: ("order", "piece", "by", "unposted", "withdrawn"),
    MessageKind.PIECES_CANCELLED: ("order", "pieces", "by"),
    MessageKind.PIECES_SOLD: (
        "order",
        "pieces",
        "prices",
        "to_workshop",
        "collected",
        "to?",
        "prepaid?",
        "tracking_number?",
    ),
    MessageKind.REFUND_QUESTION: ("order", "parcel", "pieces", "cause?", "outcome"),
    MessageKind.REFUND_SENT: (
        "order",
        "pieces",
        "tenders",
        "amounts",
        "earliest",
        "latest",
        "intermediaries?",
    ),
    MessageKind.RETURN_ACCEPTED: (
        "order",
        "pieces",
        "to",
        "post_by?",
        "proof?",
        "paid_by",
        "prepaid",
        "tracking_number?",
        "past_customs",
    ),
    MessageKind.RETURN_DECLINED: ("order", "pieces", "reasons"),
}

Fact: TypeAlias = str | bool | int | Money | datetime | date | tuple[str, ...] | tuple[Money, ...]
"""A fact that a message is written from."""


# What pays, and so is shown to the recipient alone.
_SECRETS = {"code"}
_MONEY = {"amount", "price", "total"}
_MOMENTS = {"until"}
_DAYS = {"last_day", "post_by"}
_CUSTOMS = ("may-charge", "paid")
_PROOFS = ("postmark", "arrival")
_CHOICES = {
    *("collected", "past_customs", "prepaid", "public", "refunded", "return_needed", "to_workshop"),
    *("unposted", "withdrawn"),
}
_AMOUNTS = {"amounts", "prices"}
_SEVERAL = {
    *("amounts", "earliest", "intermediaries", "latest", "pieces", "prices", "reasons"),
    "tenders",
}
_DURATIONS = {"patience"}
_OF_EACH = {"amounts": "tenders", "earliest": "tenders", "latest": "tenders", "prices": "pieces"}
_A_DURATION = "a duration such as 10 ouvres"
_PERHAPS = "?"


def _key(key: str) -> str:
    return identifier(key, "key")


def _allowed(name: str, fact: Fact | None) -> tuple[bool, str]:
    if name in _MONEY:
        return isinstance(fact, Money), "an amount of money"
    if name in _MOMENTS:
        fits = isinstance(fact, datetime) and fact.utcoffset() is not None
        return fits, "a moment with an offset, such as 2026-11-22T10:00:00+01:00"
    if name in _DAYS:
        return type(fact) is date, "a date such as 2026-11-22, without a time"
    if name == "customs":
        return fact in _CUSTOMS, "may-charge or paid"
    if name == "proof":
        return fact in _PROOFS, "postmark or arrival"
    if name in _CHOICES:
        return isinstance(fact, bool), "true or false"
    if name in _DURATIONS:
        return duration_of(fact) is not None, _A_DURATION
    if name in _SEVERAL:
        return _allowed_several(name, fact)
    return isinstance(fact, str), "a text"


def _allowed_several(name: str, fact: Fact | None) -> tuple[bool, str]:
    if name in _AMOUNTS:
        return _holds(fact, Money), "a tuple of amounts of money, at least one"
    if name in {"earliest", "latest"}:
        fits = isinstance(fact, tuple) and bool(fact) and None not in map(duration_of, fact)
        return fits, f"a tuple with {_A_DURATION} for each tender"
    # A person may give no reason.
    fits = _holds(fact, str) or (name == "reasons" and fact == ())
    return fits, "a tuple of texts, at least one"


def _holds(fact: Fact | None, kind: type) -> bool:
    return isinstance(fact, tuple) and bool(fact) and all(isinstance(each, kind) for each in fact)


def _without_secrets(facts: Mapping[str, Fact]) -> str:
    return repr({name: "***" if name in _SECRETS else fact for name, fact in facts.items()})


@frozen(kw_only=True)
class Attachment:
    """A document that goes with a message."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@frozen(kw_only=True)
class Message:
    """A message to a person, in facts; the notifier finds the words, in their language.

    `at` is when it happened. `amounts`, `earliest` and `latest` are in the order of their
    `tenders`, and `prices` in that of their `pieces`.

    Raises:
        InvalidValueError: For a fact that is missing, is not one of the message's, or is of another
            kind: such a message is never sent.

    >>> from vintage_rules.ports import Role
    >>> ada = Recipient(role=Role.BUYER, id="ada")
    >>> Message(
    ...     key="offer/1/lapsed",
    ...     kind=MessageKind.OFFER_LAPSED,
    ...     to=ada,
    ...     at=datetime.fromisoformat("2026-09-07T10:00:00+02:00"),
    ...     facts={"piece": "coat"},
    ... )
    Traceback (most recent call last):
    ...
    vintage_rules.errors.InvalidValueError: facts.price: must be an amount of money, got None
    """

    key: str = field(converter=_key)
    kind: MessageKind = field(converter=MessageKind)
    to: Recipient
    at: datetime = field(converter=instant)
    facts: Mapping[str, Fact] = field(repr=_without_secrets)
    attachments: tuple[Attachment, ...] = ()

    def __attrs_post_init__(self) -> None:
        expected = MESSAGE_FACTS[self.kind]
        for name in expected:
            self._require(name.removesuffix(_PERHAPS), optional=name.endswith(_PERHAPS))
        known = [name.removesuffix(_PERHAPS) for name in expected]
        for name in self.facts:
            if name not in known:
                allowed = f"one of those of {self.kind}: {', '.join(known)}"
                raise InvalidValueError("facts", name, allowed)
        for name, of in _OF_EACH.items():
            match self.facts.get(of), self.facts.get(name):
                case tuple() as items, tuple() as found if len(items) != len(found):
                    raise InvalidValueError(f"facts.{name}", found, f"one for each of the {of}")
                case _:
                    pass

    def _require(self, name: str, *, optional: bool) -> None:
        fact = self.facts.get(name)
        fits, allowed = _allowed(name, fact)
        if not fits and not (optional and name not in self.facts):
            found = "***" if name in _SECRETS and name in self.facts else fact
            raise InvalidValueError(f"facts.{name}", found, allowed)


@frozen(kw_only=True)
class Sent:
    """It was handed over for delivery."""


@frozen(kw_only=True)
class Undeliverable:
    """It cannot be delivered, and sending it again will not help.

    No such recipient, or an address that does not exist.
    """

    reason: str


class Notifier(Protocol):
    """Writes to people.

    Raises:
        OutsideUnavailableError: If it is unknown whether it was sent: it is sent again, and the
            same message may come twice.
        OutsideRejectedError: If the request was wrong.
    """

    def send(self, message: Message) -> Sent | Undeliverable:
        """Send a message; the key goes with it, so that a reader can drop one that comes twice."""
        ...
