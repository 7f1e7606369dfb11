"""Writing to people through the ports, with what goes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen

from vintage_rules.ids import PieceId
from vintage_rules.marketplace.commands.gift_cards import code_of, is_code_of
from vintage_rules.marketplace.effects.effects import SendGiftCard, SendReturnAddress
from vintage_rules.marketplace.effects.outcomes import (
    DONE,
    WORKER,
    Outcome,
    PermanentFailure,
    order_now,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import CARDS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import total
from vintage_rules.orders.states import Order
from vintage_rules.ports import (
    Attachment,
    Label,
    Message,
    MessageKind,
    PostalAddress,
    Recipient,
    Role,
    Shipment,
    ShipmentRefused,
    Undeliverable,
)
from vintage_rules.ports.notifier import Fact
from vintage_rules.returns.request.states import Return
from vintage_rules.returns.routing import WORKSHOP
from vintage_rules.returns.terms import Label as LabelKind

_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "text/plain": "txt"}


@frozen
class PostRoom:
    """Carries out what is written to people."""

    shop: Shop

    def send(self, message: Message) -> Outcome:
        """Send one message."""
        answer = self.shop.notifier.send(message)
        if isinstance(answer, Undeliverable):
            return PermanentFailure(reason=f"not delivered to {message.to.id}: {answer.reason}")
        return DONE

    def send_address(self, work: SendReturnAddress, key: str, at: datetime) -> Outcome:
        """Tell a buyer where their return goes, with a label where it is prepaid. Clauses R3,
        R5.
        """
        order = order_now(self.shop, work.order)
        case = order.returns[work.case]
        parcel = case.opened.parcel
        if parcel is None:
            return DONE
        buyer = Recipient(role=Role.BUYER, id=order.placed.buyer)
        to = self._address(parcel.to)
        if to is None:
            return PermanentFailure(reason=f"no address is known of {parcel.to}")
        label = self._label(work, order, case, to, key)
        if isinstance(label, PermanentFailure):
            return label
        message = Message(
            key=key,
            kind=MessageKind.RETURN_ACCEPTED,
            to=buyer,
            at=at,
            facts=_return_facts(order, case, to, label),
            attachments=() if label is None else (_attached(label),),
        )
        return self.send(message)

    def _address(self, to: str) -> PostalAddress | None:
        if to == WORKSHOP:
            return self.shop.directory.workshop()
        contact = self.shop.directory.contact(Recipient(role=Role.SELLER, id=to))
        return None if contact is None else contact.address

    def _label(
        self, work: SendReturnAddress, order: Order, case: Return, to: PostalAddress, key: str
    ) -> Label | PermanentFailure | None:
        """Buy the label of a return where it is prepaid and there is a carrier. Clause R3."""
        parcel = case.opened.parcel
        carrier = self.shop.carrier
        if parcel is None or parcel.label is not LabelKind.PREPAID or carrier is None:
            return None
        buyer = Recipient(role=Role.BUYER, id=order.placed.buyer)
        contact = self.shop.directory.contact(buyer)
        if contact is None or contact.address is None:
            return PermanentFailure(reason=f"no address is known of {buyer.id}")
        label = carrier.label(
            key,
            Shipment(
                reference=f"{work.order}/{work.case}",
                sender=contact.address,
                recipient=to,
                weight_g=self._weight(parcel.pieces),
                goods=total((order.line(piece).price for piece in parcel.pieces), order.currency),
                description=", ".join(parcel.pieces),
            ),
        )
        if isinstance(label, ShipmentRefused):
            return PermanentFailure(reason=f"no label: {label.reason} ({label.code})")
        return label

    def _weight(self, pieces: Sequence[PieceId]) -> int:
        def act(session: UnitOfWork) -> int:
            files = [session.load(PIECES, piece).state for piece in pieces]
            return sum(file.entered.weight_g for file in files if file is not None)

        return self.shop.do(WORKER, act)

    def send_card(self, work: SendGiftCard, key: str, at: datetime) -> Outcome:
        """Mail a gift card, its code made anew. Clause C5."""
        card = self.shop.do(WORKER, lambda session: session.load(CARDS, work.card).state)
        if card is None:
            return PermanentFailure(reason=f"no card {work.card}")
        ordered = card.ordered
        code = code_of(self.shop, ordered.card)
        if not is_code_of(code, ordered.digest):
            return PermanentFailure(
                reason="the shop's secret is another than when the card was bought"
            )
        facts: dict[str, Fact] = {
            "amount": ordered.amount,
            "code": code,
            "words": ordered.words,
            "giver": ordered.buyer,
        }
        if ordered.last_day is not None:
            facts["last_day"] = ordered.last_day
        to = Recipient(role=Role.BUYER, id=ordered.buyer)
        message = Message(key=key, kind=MessageKind.GIFT_CARD, to=to, at=at, facts=facts)
        return self.send(message)


def _return_facts(
    order: Order, case: Return, to: PostalAddress, label: Label | None
) -> Mapping[str, Fact]:
    parcel = case.opened.parcel
    facts: dict[str, Fact] = {
        "order": order.placed.order,
        "pieces": tuple(case.opened.pieces),
        "to": _written_out(to),
        "prepaid": parcel is not None and parcel.label is LabelKind.PREPAID,
    }
    if case.post_by is not None:
        facts["post_by"] = case.post_by
    if label is not None:
        facts["tracking_number"] = label.tracking_number
    return facts


def _written_out(to: PostalAddress) -> str:
    place = to.place
    town = " ".join(part for part in (place.postal_code, place.city) if part)
    return "\n".join(line for line in (to.name, *to.lines, town, place.country) if line)


def _attached(label: Label) -> Attachment:
    ending = _ENDINGS.get(label.media_type.partition(";")[0], "bin")
    return Attachment(
        name=f"{label.tracking_number}.{ending}",
        media_type=label.media_type,
        content=label.document,
    )
