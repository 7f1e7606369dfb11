"""Effect → handler: the one table of what is done about each effect.

Why a handler may run any number of times, and what it must keep to, is said in the docstring of
`vintage_rules.marketplace.effects`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar, get_args

from vintage_rules.errors import InvalidValueError
from vintage_rules.marketplace.effects import (
    checkouts,
    messages,
    parcels,
    payments,
    pieces,
    timers,
)
from vintage_rules.marketplace.effects.effects import (
    CaptureCardPayment,
    CapturePayment,
    CompleteCheckout,
    Effect,
    FireTimer,
    PaySeller,
    RequestRefundConsent,
    ReturnPieceToSale,
    ReturnPieceToSeller,
    SendGiftCard,
    SendMessage,
    SendRefund,
    SendReturnAddress,
    TrackParcel,
    VoidCardPayment,
    VoidCharge,
    VoidPayment,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.codec import decode_effect
from vintage_rules.ports.store import OutboxMessage, Outcome

F = TypeVar("F", bound=Effect)

Handler: TypeAlias = Callable[[Shop, Effect, OutboxMessage], Outcome]
Registration: TypeAlias = tuple[type[object], Handler]


def handler(
    effect_type: type[F], handle: Callable[[Shop, F, OutboxMessage], Outcome]
) -> Registration:
    """Register the handler of one type of effect."""

    def handle_checked(shop: Shop, effect: Effect, message: OutboxMessage) -> Outcome:
        if not isinstance(effect, effect_type):
            raise InvalidValueError("effect", effect, effect_type.__name__)
        return handle(shop, effect, message)

    return effect_type, handle_checked


def registry(*registrations: Registration) -> Mapping[type[object], Handler]:
    """Return the handlers by their effects.

    Raises:
        InvalidValueError: Unless every effect has exactly one.

    >>> registry(handler(SendMessage, messages.handle_send_message))
    Traceback (most recent call last):
    ...
    vintage_rules.errors.InvalidValueError: handlers: must be one for CapturePayment, got 0
    """
    registered = Counter(effect_type for effect_type, _ in registrations)
    for effect_type in get_args(Effect):
        if registered[effect_type] != 1:
            allowed = f"one for {effect_type.__name__}"
            raise InvalidValueError("handlers", registered[effect_type], allowed)
    return dict(registrations)


HANDLERS: Mapping[type[object], Handler] = registry(
    handler(CapturePayment, payments.handle_capture_payment),
    handler(CaptureCardPayment, payments.handle_capture_card_payment),
    handler(CompleteCheckout, checkouts.handle_complete_checkout),
    handler(VoidCharge, payments.handle_void_charge),
    handler(VoidPayment, payments.handle_void_payment),
    handler(VoidCardPayment, payments.handle_void_card_payment),
    handler(SendRefund, payments.handle_send_refund),
    handler(PaySeller, payments.handle_pay_seller),
    handler(ReturnPieceToSale, pieces.handle_return_piece_to_sale),
    handler(ReturnPieceToSeller, pieces.handle_return_piece_to_seller),
    handler(RequestRefundConsent, parcels.handle_request_refund_consent),
    handler(TrackParcel, parcels.handle_track_parcel),
    handler(SendReturnAddress, messages.handle_send_return_address),
    handler(SendGiftCard, messages.handle_send_gift_card),
    handler(SendMessage, messages.handle_send_message),
    handler(FireTimer, timers.handle_fire_timer),
)


def handle(shop: Shop, message: OutboxMessage) -> Outcome:
    """Handle the effect in a message of the outbox.

    Raises what the ports raise: it is then open whether anything was done, and the same message is
    handled again.

    Raises:
        InvalidValueError: For a message that holds no effect.
    """
    return handle_effect(shop, decode_effect(message.data), message, HANDLERS)


def handle_effect(
    shop: Shop, effect: Effect, message: OutboxMessage, handlers: Mapping[type[object], Handler]
) -> Outcome:
    """Handle the effect of a message by one of these handlers, as `handle` does."""
    return handlers[type(effect)](shop, effect, message)
