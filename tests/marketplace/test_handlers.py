"""Every effect has exactly one handler, and messages of earlier versions are still understood."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import get_args

import pytest

from tests.marketplace.town import MONDAY, Town, euros
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.marketplace.effects import messages, payments
from vintage_rules.marketplace.effects.effects import (
    CaptureCardPayment,
    Effect,
    PaySeller,
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
from vintage_rules.marketplace.effects.handlers import HANDLERS, handle, handler, registry
from vintage_rules.marketplace.storage.codec import CHECKOUT_EVENTS, decode_effect, encode_effect
from vintage_rules.ports import Change, Charge, Message, OutboxMessage, Recipient, Record, Role
from vintage_rules.ports.notifier import Fact, MessageKind


class TestRegistry:
    """`HANDLERS`, and the check that runs when it is imported."""

    def test_every_effect_has_a_handler(self) -> None:
        """And there is none of anything else."""
        assert set(HANDLERS) == set(get_args(Effect))
        assert len(get_args(Effect)) == 16

    def test_one_that_is_missing_is_named(self) -> None:
        """The module cannot be imported without it."""
        with pytest.raises(InvalidValueError, match="one for CapturePayment, got 0"):
            registry(handler(SendMessage, messages.handle_send_message))

    def test_a_second_one_is_named(self) -> None:
        """Which of two would be called is never left open."""
        registered = list(HANDLERS.items())
        again = handler(PaySeller, payments.handle_pay_seller)
        with pytest.raises(InvalidValueError, match="one for PaySeller, got 2"):
            registry(*registered, again)

    def test_a_handler_refuses_the_effect_of_another(self, town: Town) -> None:
        """It never runs on fields that happen to have the same names."""
        message = OutboxMessage(
            key="k", kind="send-gift-card", stream="card/1", data="{}", not_before=town.clock.now()
        )
        with pytest.raises(InvalidValueError, match="effect: must be PaySeller"):
            HANDLERS[PaySeller](town.market.shop, SendGiftCard(card="1"), message)


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 and a bag for 55."""
    return Town.built().stock()


PARCEL = ParcelId("o1-1")
EARLIER: dict[str, Effect] = {
    "capture-card": CaptureCardPayment(
        card="1", tender="card", reference="a", amount=euros("20.00")
    ),
    "release-charge": VoidCharge(
        checkout="o1",
        tender="card",
        charge=Charge(key="k", order=OrderId("o1"), amount=euros("20.00"), source="s"),
    ),
    "undo-payment": VoidPayment(
        order=OrderId("o1"), tender="card", reference="a", amount=euros("20.00")
    ),
    "undo-card": VoidCardPayment(card="1", tender="card", reference="a", amount=euros("20.00")),
    "pass-refund": SendRefund(order=OrderId("o1"), cause="r1"),
    "put-back-on-sale": ReturnPieceToSale(order=OrderId("o1"), piece=PieceId("coat")),
    "ask-for-refund": RequestRefundConsent(order=OrderId("o1"), parcel=PARCEL),
    "follow-parcel": TrackParcel(order=OrderId("o1"), parcel=PARCEL),
    "send-card": SendGiftCard(card="1"),
    "write": SendMessage(
        kind=MessageKind.OFFER_LAPSED,
        to=Recipient(role=Role.BUYER, id="zoe"),
        facts={"piece": "coat", "price": euros("70.00")},
    ),
}


class TestEarlierNames:
    """Messages that wait in the outbox of a database that 0.1 wrote."""

    @pytest.mark.parametrize("name", EARLIER)
    def test_an_effect_is_read_under_its_earlier_name(self, name: str) -> None:
        """All its fields as they were written; it is written under its new name."""
        effect = EARLIER[name]
        written = json.loads(encode_effect(effect))
        assert written["is"] != name
        assert decode_effect(json.dumps({**written, "is": name})) == effect

    def test_whatever_the_number_was(self) -> None:
        """0.2 and earlier followed a parcel under the number it had."""
        data = '{"is":"track-parcel","order":"o1","parcel":"o1-1"}'
        assert decode_effect(data) == TrackParcel(order=OrderId("o1"), parcel=PARCEL)

    def test_a_sale_of_one_piece(self) -> None:
        """0.2 mailed a seller once for each piece."""
        data = (
            '{"is":"send-message","kind":"piece-sold","to":{"role":"seller","id":"ada"},'
            '"facts":{"order":{"plain":"o1"},"piece":{"plain":"coat"},'
            '"price":{"money":"70.00 EUR"},"to_workshop":{"plain":true}}}'
        )
        facts: dict[str, Fact] = {
            "order": "o1",
            "pieces": ("coat",),
            "prices": (euros("70.00"),),
            "to_workshop": True,
        }
        to = Recipient(role=Role.SELLER, id="ada")
        assert decode_effect(data) == SendMessage(kind=MessageKind.PIECES_SOLD, to=to, facts=facts)

    def test_one_is_handled(self, town: Town) -> None:
        """As it would be under its new name."""
        data = (
            '{"is":"write","kind":"offer-lapsed","to":{"role":"buyer","id":"zoe"},'
            '"facts":{"piece":{"plain":"coat"},"price":{"money":"70.00 EUR"}}}'
        )
        message = OutboxMessage(
            key="piece/coat#4.0",
            kind="write",
            stream="piece/coat",
            data=data,
            not_before=town.clock.now() + timedelta(days=1),
        )
        handle(town.market.shop, message)
        assert [*town.outbox.messages] == [
            Message(
                key="piece/coat#4.0",
                kind=MessageKind.OFFER_LAPSED,
                to=Recipient(role=Role.BUYER, id="zoe"),
                at=town.clock.now() + timedelta(days=1),
                facts={"piece": "coat", "price": euros("70.00")},
            )
        ]

    def test_one_that_is_no_effect_any_more_waits_for_a_person(self, town: Town) -> None:
        """0.1 made a message fail so that a person looked at it: nothing of it is lost."""
        data = '{"is":"look-into","sender":"card","reference":null,"order":"o1","why":"disputed"}'
        store, now = town.market.shop.store, town.clock.now()
        message = OutboxMessage(
            key="webhook/card/n1#1.0",
            kind="look-into",
            stream="webhook/n1",
            data=data,
            not_before=now,
        )
        received = Record(name="webhook-taken", at=now, data="{}")
        change = Change(
            stream="webhook/n1", expected=0, records=(received,), deadline=None, outbox=(message,)
        )
        store.append([change])
        assert town.work().dead_lettered == 1
        (letter,) = store.dead_letters(10)
        assert letter.message == message
        assert letter.reason.startswith("effect: must be settled by a person, who looks into it")

    def test_an_actor_is_read_under_its_earlier_name(self) -> None:
        """0.1 wrote `asked_by`."""
        data = '{"is":"charge-abandoned","at":"2026-09-07T00:00:00+00:00","asked_by":"house anna"}'
        record = Record(name="charge-abandoned", at=MONDAY, data=data)
        assert CHECKOUT_EVENTS.decode(record).actor == "house anna"
