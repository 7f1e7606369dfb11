"""Handlers that send messages: mails, return addresses with their labels, gift cards.

On which event a mail is sent is in `reactions.py`; what it says, in `vintage_rules.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.machine import Refused
from vintage_rules.marketplace.actors import WORKER
from vintage_rules.marketplace.commands.addresses import addressee, shipping_address, written_out
from vintage_rules.marketplace.commands.gift_cards import code_of, is_code_of
from vintage_rules.marketplace.commands.imports import returned_import
from vintage_rules.marketplace.commands.labels import outbound_label, weight_of
from vintage_rules.marketplace.commands.order_commands import load_order
from vintage_rules.marketplace.effects.effects import SendGiftCard, SendMessage, SendReturnAddress
from vintage_rules.marketplace.effects.message_facts import later_facts
from vintage_rules.marketplace.effects.outcomes import done, failed
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.personal import WORDS, fields_kept
from vintage_rules.marketplace.storage.streams import CARDS
from vintage_rules.money import total
from vintage_rules.orders.refusals import AddressRefusal
from vintage_rules.orders.states import Order
from vintage_rules.ports.carrier import Label, Shipment, ShipmentRefused
from vintage_rules.ports.directory import PostalAddress, Recipient, Role
from vintage_rules.ports.notifier import Attachment, Fact, Message, MessageKind, Undeliverable
from vintage_rules.ports.store import DeadLettered, OutboxMessage, Outcome
from vintage_rules.returns.request.states import Return
from vintage_rules.returns.terms import Label as LabelKind
from vintage_rules.returns.terms import ReturnPayer
from vintage_rules.shipping.customs import NoImport

_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "text/plain": "txt"}


def handle_send_message(shop: Shop, effect: SendMessage, message: OutboxMessage) -> Outcome:
    """Send a message whose facts its event gave, with what is known only when it is sent."""
    facts = {**effect.facts, **later_facts(shop, effect)}
    label = _sale_label(shop, effect)
    if isinstance(label, DeadLettered):
        return label
    if label is not None:
        facts["tracking_number"] = label.tracking_number
    return _send(
        shop,
        Message(
            key=message.key,
            kind=effect.kind,
            to=effect.to,
            at=message.not_before,
            facts=facts,
            attachments=() if label is None else (_attached(label),),
        ),
    )


def handle_send_return_address(
    shop: Shop, effect: SendReturnAddress, message: OutboxMessage
) -> Outcome:
    """Send a buyer the address for their return, with a prepaid label. Clauses R3, R5."""
    order = load_order(shop, effect.order)
    returned = order.returns[effect.case]
    parcel = returned.opened.parcel
    if parcel is None:
        return done(shop)
    to = addressee(shop, parcel.to)
    if to is None:
        return failed(shop, f"no address is known of {parcel.to}")
    label = _label(shop, effect, order, to, message.key)
    if isinstance(label, DeadLettered):
        return label
    return _send(
        shop,
        Message(
            key=message.key,
            kind=MessageKind.RETURN_ACCEPTED,
            to=_buyer(order),
            at=message.not_before,
            facts=_return_facts(shop, order, returned, to, label),
            attachments=() if label is None else (_attached(label),),
        ),
    )


def handle_send_gift_card(shop: Shop, effect: SendGiftCard, message: OutboxMessage) -> Outcome:
    """Mail a gift card with its code, recomputed from the shop's secret. Clause C5."""
    card = shop.do(WORKER, lambda work: work.load(CARDS, effect.card).state)
    if card is None:
        return failed(shop, f"no card {effect.card}")
    ordered = card.ordered
    code = code_of(shop, ordered.card)
    if not is_code_of(code, ordered.digest):
        return failed(shop, "the shop's secret is another than when the card was bought")
    facts: dict[str, Fact] = {
        "amount": ordered.amount,
        "code": code,
        "words": (fields_kept(shop.store, CARDS.stream_name(effect.card), WORDS) or {}).get(
            WORDS, ""
        ),
        "giver": ordered.buyer,
    }
    if ordered.last_day is not None:
        facts["last_day"] = ordered.last_day
    to = Recipient(role=Role.BUYER, id=ordered.buyer)
    at = message.not_before
    return _send(
        shop, Message(key=message.key, kind=MessageKind.GIFT_CARD, to=to, at=at, facts=facts)
    )


def _send(shop: Shop, message: Message) -> Outcome:
    answer = shop.notifier.send(message)
    if isinstance(answer, Undeliverable):
        return failed(shop, f"not delivered to {message.to.id}: {answer.reason}")
    return done(shop)


def _buyer(order: Order) -> Recipient:
    return Recipient(role=Role.BUYER, id=order.placed.buyer)


def _sale_label(shop: Shop, effect: SendMessage) -> Label | DeadLettered | None:
    """Return the label of what a seller is to post. Clause L8.

    None where they are to post nothing, or the house gives no label or buys it elsewhere.
    """
    if effect.kind is not MessageKind.PIECES_SOLD:
        return None
    order = load_order(shop, str(effect.facts["order"]))
    for parcel in order.placed.all_parcels:
        if parcel.sender == effect.to.id:
            match outbound_label(shop, order, parcel.id):
                case Label() as label:
                    return label
                case ShipmentRefused(reason=reason, code=code):
                    return failed(shop, f"no label: {reason} ({code})")
                case Refused(reasons=reasons) if AddressRefusal.ADDRESS_UNKNOWN in reasons:
                    return failed(shop, f"no address is known of {parcel.sender} or of the buyer")
                case _:
                    continue
    return None


def _label(
    shop: Shop, effect: SendReturnAddress, order: Order, to: PostalAddress, key: str
) -> Label | DeadLettered | None:
    """Buy the label of a return; None where the buyer pays the carrier, or there is no carrier.

    The carrier gives the label it made before for the same key: a retry buys no second one.
    """
    parcel = order.returns[effect.case].opened.parcel
    if parcel is None or parcel.label is not LabelKind.PREPAID or shop.carrier is None:
        return None
    sender = shipping_address(shop, order)
    if sender is None:
        return failed(shop, f"no address is known of {order.placed.buyer}")
    shipment = Shipment(
        reference=f"{effect.order}/{effect.case}",
        sender=sender,
        recipient=to,
        weight_g=weight_of(shop, parcel.pieces),
        goods=total((order.line(piece).price for piece in parcel.pieces), order.currency),
        description=", ".join(parcel.pieces),
    )
    label = shop.carrier.label(key, shipment)
    if isinstance(label, ShipmentRefused):
        return failed(shop, f"no label: {label.reason} ({label.code})")
    return label


def _return_facts(
    shop: Shop, order: Order, returned: Return, to: PostalAddress, label: Label | None
) -> Mapping[str, Fact]:
    parcel = returned.opened.parcel
    table = shop.edition(order.placed.edition).returns.returns
    terms = table.rule_for(returned.opened.case).terms
    posting = None if terms is None else terms.posting
    payer = ReturnPayer.BUYER if terms is None else terms.routing.paid_by
    assessed = returned_import(shop, order, returned, shop.day(shop.clock.now()), {})
    facts: dict[str, Fact] = {
        "order": order.placed.order,
        "pieces": tuple(returned.opened.pieces),
        "to": written_out(to),
        "paid_by": str(payer),
        "prepaid": parcel is not None and parcel.label is LabelKind.PREPAID,
        "past_customs": not isinstance(assessed, NoImport | None),
    }
    if posting is not None and returned.post_by is not None:
        facts["post_by"], facts["proof"] = returned.post_by, str(posting.proof)
    if label is not None:
        facts["tracking_number"] = label.tracking_number
    return facts


def _attached(label: Label) -> Attachment:
    ending = _ENDINGS.get(label.media_type.partition(";")[0], "bin")
    return Attachment(
        name=f"{label.tracking_number}.{ending}",
        media_type=label.media_type,
        content=label.document,
    )
