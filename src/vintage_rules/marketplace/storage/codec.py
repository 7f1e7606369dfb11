"""Events and effects as JSON text, and back: what a store keeps.

An event is written under its stable name, its fields by theirs, amounts as `12.30 EUR`, with the
actor who caused it. Whatever is read back is checked by the classes themselves.

What is stored outlives the code. An event has its stable name in its class (`name`), which never
changes. An effect is named by its class; where one was renamed, `_EARLIER_EFFECTS` keeps the name
that messages of an older database have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Generic, TypeVar, assert_never

from attrs import frozen
from cattrs import Converter
from cattrs.errors import BaseValidationError
from cattrs.strategies import configure_tagged_union

from vintage_rules.dates import Several
from vintage_rules.errors import InvalidValueError, VintageRulesError
from vintage_rules.marketplace.effects.effects import (
    CaptureCardPayment,
    Effect,
    RequestRefundConsent,
    ReturnPieceToSale,
    SendGiftCard,
    SendMessage,
    SendRefund,
    TrackParcel,
    VoidCardPayment,
    VoidCharge,
    VoidPayment,
)
from vintage_rules.marketplace.storage.case_stream import CaseEvent
from vintage_rules.marketplace.storage.checkout_stream import CheckoutEvent
from vintage_rules.marketplace.storage.inbound_streams import ChargeEvent, NumberEvent, WebhookEvent
from vintage_rules.marketplace.storage.piece_stream import PieceEvent
from vintage_rules.marketplace.storage.timer_stream import TimerEvent
from vintage_rules.money import Money
from vintage_rules.orders.events import OrderEvent
from vintage_rules.ports.notifier import Fact, MessageKind
from vintage_rules.ports.store import Record
from vintage_rules.pricing.gift_card.events import CardEvent
from vintage_rules.returns.claim.events import ClaimEvent
from vintage_rules.returns.request.events import ReturnEvent
from vintage_rules.shipping.parcel.events import ParcelEvent

T = TypeVar("T")

_TAG = "is"
_ACTOR, _EARLIER_ACTOR = "actor", "asked_by"  # the second is how 0.1 wrote it
_ANCHOR = str | Several
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")

# Names of effects in messages that 0.1 wrote.
_EARLIER_EFFECTS: Mapping[str, type[Effect]] = {
    "capture-card": CaptureCardPayment,
    "release-charge": VoidCharge,
    "undo-payment": VoidPayment,
    "undo-card": VoidCardPayment,
    "pass-refund": SendRefund,
    "put-back-on-sale": ReturnPieceToSale,
    "ask-for-refund": RequestRefundConsent,
    "follow-parcel": TrackParcel,
    "send-card": SendGiftCard,
    "write": SendMessage,
}


def stable_name(kind: type[object]) -> str:
    """Return the name under which a class is kept for ever: its own, or its class's in words.

    >>> from vintage_rules.marketplace.effects.effects import CapturePayment
    >>> from vintage_rules.orders import OrderPlaced
    >>> stable_name(CapturePayment), stable_name(OrderPlaced)
    ('capture-payment', 'order-placed')
    """
    name = vars(kind).get("name")
    return name if isinstance(name, str) else _CAPITAL.sub("-", kind.__name__).lower()


@frozen(kw_only=True)
class Kept(Generic[T]):
    """An event as it was read back, and the actor who caused it."""

    event: T
    actor: str


@frozen
class Codec(Generic[T]):
    """Writes and reads the members of one union of classes that carry the moment `at`."""

    union: object

    def encode(self, event: T, at: datetime, actor: str) -> Record:
        """Write an event and the actor who caused it as text.

        >>> from datetime import UTC
        >>> from vintage_rules.marketplace.storage.checkout_stream import ChargeAbandoned
        >>> at = datetime(2026, 9, 7, tzinfo=UTC)
        >>> CHECKOUT_EVENTS.encode(ChargeAbandoned(at=at), at, "house").data
        '{"is":"charge-abandoned","at":"2026-09-07T00:00:00+00:00","actor":"house"}'
        """
        written = _written(event, self.union)
        return Record(name=written[_TAG], at=at, data=_text({**written, _ACTOR: actor}))

    def decode(self, record: Record) -> Kept[T]:
        """Read an event back.

        Raises:
            InvalidValueError: For a text that is not an event.
        """
        read = _parsed(record.data, record.name)
        earlier = read.pop(_EARLIER_ACTOR, "")
        actor = read.pop(_ACTOR, earlier)
        return Kept(event=_structured(read, self.union, record.name), actor=actor)


def encode_effect(effect: Effect) -> str:
    """Write an effect as text.

    >>> from vintage_rules.marketplace.effects.effects import SendGiftCard
    >>> encode_effect(SendGiftCard(card="7HK2"))
    '{"is":"send-gift-card","card":"7HK2"}'
    """
    return _text(_written(effect, Effect))


def decode_effect(text: str) -> Effect:
    """Read an effect back, under its earlier name too.

    Raises:
        InvalidValueError: For a text that is not an effect.

    >>> decode_effect('{"is":"send-gift-card","card":"7HK2"}')
    SendGiftCard(card='7HK2')
    """
    read = _parsed(text, "effect")
    renamed = _EARLIER_EFFECTS.get(str(read.get(_TAG)))
    if renamed is not None:
        read[_TAG] = stable_name(renamed)
    match read:
        case {"kind": "piece-sold", "facts": {**facts}}:  # 0.2 wrote one for each piece
            read.update(kind=MessageKind.PIECES_SOLD, facts=_together(facts))
        case _:
            pass
    effect: Effect = _structured(read, Effect, "effect")
    return effect


def _together(facts: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the facts about the sale of one piece as those of the one mail to its seller."""
    one = {"piece": "pieces", "price": "prices"}
    return {
        one.get(name, name): {"all": [fact]} if name in one else fact
        for name, fact in facts.items()
    }


def _written(member: object, union: object) -> dict[str, Any]:
    written: dict[str, Any] = _converter().unstructure(member, unstructure_as=union)
    return {_TAG: stable_name(type(member)), **written}


def _text(written: Mapping[str, Any]) -> str:
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise InvalidValueError(name, text, f"JSON: {error}") from None
    if type(read) is not dict:
        raise InvalidValueError(name, text, "a JSON object")
    return read


def _structured(read: dict[str, Any], union: object, name: str) -> Any:  # noqa: ANN401 - any member
    try:
        return _converter().structure(read, union)  # type: ignore[arg-type] # a union is no class
    except (BaseValidationError, VintageRulesError, LookupError, TypeError, ValueError) as error:
        raise InvalidValueError(name, read, f"what this version writes: {error!r}") from error


@cache
def _converter() -> Converter:
    converter = Converter(unstruct_collection_overrides={frozenset: sorted})
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    converter.register_unstructure_hook(Money, str)
    converter.register_structure_hook(Money, lambda text, _: _money(text))
    converter.register_unstructure_hook(
        _ANCHOR, lambda anchor: anchor if isinstance(anchor, str) else converter.unstructure(anchor)
    )
    converter.register_structure_hook(
        _ANCHOR,
        lambda read, _: read if isinstance(read, str) else converter.structure(read, Several),
    )
    converter.register_unstructure_hook(Fact, _fact_written)
    converter.register_structure_hook(Fact, lambda written, _: _fact_read(written))
    for union in (ParcelEvent, ReturnEvent, ClaimEvent, *_KEPT):
        configure_tagged_union(union, converter, tag_generator=stable_name, tag_name=_TAG)
    return converter


def _money(text: str) -> Money:
    amount, _, currency = text.partition(" ")
    return Money(amount, currency)


def _fact_written(fact: Fact) -> dict[str, Any]:
    match fact:
        case Money():
            return {"money": str(fact)}
        case datetime():
            return {"moment": fact.isoformat()}
        case date():
            return {"day": fact.isoformat()}
        case tuple():
            return {"all": [_fact_written(each) for each in fact]}
        case str() | bool() | int():
            return {"plain": fact}
        case _:
            assert_never(fact)


def _fact_read(written: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of the kinds of fact
    ((kind, value),) = written.items()
    match kind:
        case "money":
            return _money(value)
        case "moment":
            return datetime.fromisoformat(value)
        case "day":
            return date.fromisoformat(value)
        case "all":
            return tuple(_fact_read(each) for each in value)
        case _:
            return value


PIECE_EVENTS: Codec[PieceEvent] = Codec(PieceEvent)
ORDER_EVENTS: Codec[OrderEvent] = Codec(OrderEvent)
CARD_EVENTS: Codec[CardEvent] = Codec(CardEvent)
CASE_EVENTS: Codec[CaseEvent] = Codec(CaseEvent)
CHECKOUT_EVENTS: Codec[CheckoutEvent] = Codec(CheckoutEvent)
CHARGE_EVENTS: Codec[ChargeEvent] = Codec(ChargeEvent)
NUMBER_EVENTS: Codec[NumberEvent] = Codec(NumberEvent)
TIMER_EVENTS: Codec[TimerEvent] = Codec(TimerEvent)
WEBHOOK_EVENTS: Codec[WebhookEvent] = Codec(WebhookEvent)
_KEPT: tuple[Any, ...] = (
    PieceEvent,
    OrderEvent,
    CardEvent,
    CheckoutEvent,
    CaseEvent,
    Effect,
)
