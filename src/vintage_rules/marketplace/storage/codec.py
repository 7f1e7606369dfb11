"""Events and effects as JSON text, and back: what a store keeps.

An event is written under its stable name, its fields by theirs, amounts as `12.30 EUR`, with the
actor who caused it. Whatever is read back is checked by the classes themselves.

What is stored outlives the code: an event has its stable name in its class (`name`), an effect is
named by its class, and `upcasting` reads what earlier versions wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, Generic, TypeVar, assert_never, get_args

from attrs import frozen
from cattrs import Converter
from cattrs.errors import BaseValidationError
from cattrs.strategies import configure_tagged_union

from vintage_rules.dates import Several
from vintage_rules.errors import InvalidValueError, NewerVersionError, VintageRulesError
from vintage_rules.marketplace.effects.effects import Effect
from vintage_rules.marketplace.storage.case_stream import CaseEvent
from vintage_rules.marketplace.storage.checkout_stream import CheckoutEvent
from vintage_rules.marketplace.storage.inbound_streams import (
    ChargeEvent,
    NumberEvent,
    PayoutEvent,
    WebhookEvent,
)
from vintage_rules.marketplace.storage.piece_stream import PieceEvent
from vintage_rules.marketplace.storage.purchases import Purchase
from vintage_rules.marketplace.storage.timer_stream import TimerEvent
from vintage_rules.marketplace.storage.upcasting import ACTOR, TAG, VERSION, upcast, version_of
from vintage_rules.money import Money
from vintage_rules.orders.events import OrderEvent
from vintage_rules.ports.notifier import Fact
from vintage_rules.ports.store import Record
from vintage_rules.pricing.gift_card.events import CardEvent
from vintage_rules.returns.claim.events import ClaimEvent
from vintage_rules.returns.request.events import ReturnEvent
from vintage_rules.shipping.parcel.events import ParcelEvent

T = TypeVar("T")
V = TypeVar("V")

_ANCHOR = str | Several
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


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


@frozen(kw_only=True)
class _Form:
    """How the members of one class are kept.

    `head` is what says which class it is: its stable name, and its version from the second one on.
    `write` and `read` are what cattrs compiles for the class.
    """

    kind: type[Any]
    name: str
    head: Mapping[str, Any]
    write: Callable[[Any], Mapping[str, Any]]
    read: Callable[[Any, Any], Any]


@frozen
class Codec(Generic[T]):
    """Writes and reads the members of one union of classes, as one kind of thing that is kept.

    Those that carry the moment `at` are events, and have a record of their own.
    """

    union: object
    what: str = "event"

    def encode(self, event: T, at: datetime, actor: str) -> Record:
        """Write an event and the actor who caused it as text.

        >>> from datetime import UTC
        >>> from vintage_rules.marketplace.storage.checkout_stream import ChargeAbandoned
        >>> at = datetime(2026, 9, 7, tzinfo=UTC)
        >>> CHECKOUT_EVENTS.encode(ChargeAbandoned(at=at), at, "house").data
        '{"is":"charge-abandoned","at":"2026-09-07T00:00:00+00:00","actor":"house"}'
        """
        form = _FORMS[type(event)]
        text = _COMPACT.encode({**form.head, **form.write(event), ACTOR: actor})
        return Record(name=form.name, at=at, data=text)

    def decode(self, record: Record) -> Kept[T]:
        """Read an event back.

        Raises:
            InvalidValueError: For a text that is not an event.
            NewerVersionError: For an event that a newer version wrote.
        """
        read = _parsed(record.data, record.name)
        actor = read.pop(ACTOR, "")
        return Kept(event=self._structured(read, record.name), actor=actor)

    def write(self, member: T) -> str:
        """Write what has no actor, and no moment of its own, as text."""
        form = _FORMS[type(member)]
        return _COMPACT.encode({**form.head, **form.write(member)})

    def read(self, text: str) -> T:
        """Read it back. Raises what `decode` raises."""
        return self._structured(_parsed(text, self.what), self.what)

    def _structured(self, read: dict[str, Any], name: str) -> T:
        tag = str(read.get(TAG))
        form = self._forms.get(tag)
        if form is None:
            raise NewerVersionError(tag, 1, 0)
        member: T = _built(read, form.read, form.kind, name)
        return member

    @cached_property
    def _forms(self) -> Mapping[str, _Form]:
        members: tuple[Any, ...] = get_args(self.union) or (self.union,)
        return {form.name: form for form in map(_FORMS.__getitem__, members)}


def encode_effect(effect: Effect) -> str:
    """Write an effect as text.

    >>> from vintage_rules.marketplace.effects.effects import SendGiftCard
    >>> encode_effect(SendGiftCard(card="7HK2"))
    '{"is":"send-gift-card","card":"7HK2"}'
    """
    return _EFFECTS.write(effect)


def decode_effect(text: str) -> Effect:
    """Read an effect back, under its earlier name too.

    Raises:
        InvalidValueError: For a text that is not an effect.
        NewerVersionError: For an effect that a newer version wrote.

    >>> decode_effect('{"is":"send-gift-card","card":"7HK2"}')
    SendGiftCard(card='7HK2')
    """
    return _EFFECTS.read(text)


def encode_view(view: object) -> str:
    """Write what a row of a page shows as text: its fields by their names."""
    return _COMPACT.encode(_converter().unstructure(view))


def decode_view(text: str, kind: type[V]) -> V:
    """Read back what a row of a page shows.

    Raises:
        InvalidValueError: For a text that shows something else: rows must be rebuilt.
    """
    view: V = _built(_parsed(text, "row"), _converter().structure, kind, "row")
    return view


def encode_purchase(purchase: Purchase) -> str:
    """Write what a checkout was begun for as text.

    >>> from vintage_rules.marketplace.storage.purchases import ValidatedCard
    >>> encode_purchase(ValidatedCard(purchase="p1", words="Bravo !"))
    '{"is":"gift-card","purchase":"p1","words":"Bravo !"}'
    """
    return _PURCHASES.write(purchase)


def decode_purchase(text: str) -> Purchase:
    """Read back what a checkout was begun for.

    Raises:
        InvalidValueError: For a text that is none.
    """
    return _PURCHASES.read(text)


class _Forms(dict[type[Any], _Form]):
    """The form of each class that is kept: made when a member is first written or read."""

    def __missing__(self, kind: type[Any]) -> _Form:
        name, converter = stable_name(kind), _converter()
        version = version_of(name)
        form = self[kind] = _Form(
            kind=kind,
            name=name,
            head={TAG: name, VERSION: version} if version > 1 else {TAG: name},
            write=converter.get_unstructure_hook(kind),
            read=converter.get_structure_hook(kind),
        )
        return form


_FORMS = _Forms()


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise InvalidValueError(name, text, f"JSON: {error}") from None
    if type(read) is not dict:
        raise InvalidValueError(name, text, "a JSON object")
    try:
        return upcast(read)
    except (LookupError, TypeError) as error:
        raise InvalidValueError(name, read, f"what an earlier version wrote: {error!r}") from error


def _built(
    read: dict[str, Any], build: Callable[[Any, Any], Any], kind: type[Any], name: str
) -> Any:  # noqa: ANN401 - a member of the kind
    try:
        return build(read, kind)
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
    for union in (ParcelEvent, ReturnEvent, ClaimEvent):  # an order's events hold these
        configure_tagged_union(union, converter, tag_generator=stable_name, tag_name=TAG)
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
PAYOUT_EVENTS: Codec[PayoutEvent] = Codec(PayoutEvent)
TIMER_EVENTS: Codec[TimerEvent] = Codec(TimerEvent)
WEBHOOK_EVENTS: Codec[WebhookEvent] = Codec(WebhookEvent)
_EFFECTS: Codec[Effect] = Codec(Effect, "effect")
_PURCHASES: Codec[Purchase] = Codec(Purchase, "purchase")
