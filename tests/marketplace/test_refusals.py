"""What the marketplace itself commands is refused for reasons it knows, or it is a bug."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.marketplace.test_effects import REFUSED, Gateway, guarded
from tests.marketplace.town import COAT, HOUSE, Town
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import OrderId, ParcelId
from vintage_rules.marketplace.commands.order_commands import update_order
from vintage_rules.marketplace.effects.effects import (
    CapturePayment,
    Effect,
    PaySeller,
    RequestRefundConsent,
    ReturnPieceToSale,
    SendRefund,
)
from vintage_rules.marketplace.effects.handlers import HANDLERS
from vintage_rules.marketplace.storage.unit_of_work import outbox_message
from vintage_rules.orders.commands import BeginRefund, OrderCommand
from vintage_rules.orders.refusals import OrderCommandRefusal
from vintage_rules.ports.store import DeadLettered, Done, Outcome

ORDER = OrderId("o1")
FIRST = ParcelId("o1-1")


def handled(town: Town, effect: Effect) -> Outcome:
    """What becomes of an effect, handled out of turn."""
    message = outbox_message("key", "order/o1", effect, town.clock.now())
    return HANDLERS[type(effect)](town.market.shop, effect, message)


def names(town: Town, stream: str = "order/o1") -> list[str]:
    """What is recorded on a stream."""
    return [record.name for record in town.market.shop.store.read(stream).records]


def begin(at: datetime) -> OrderCommand:
    """Begin a refund that nobody is owed."""
    return BeginRefund(at=at, cause="r1")


@pytest.fixture
def paid() -> tuple[Town, Gateway]:
    """An order that is paid."""
    town, gateway = guarded()
    town.buy(COAT, mode="direct")
    town.work()
    return town, gateway


class TestUpdateOrder:
    """A worker's command, refused: for an expected reason it changes nothing, else it raises."""

    def test_expected(self, paid: tuple[Town, Gateway]) -> None:
        """The order is as it was."""
        town, _ = paid
        before = names(town)
        expected = {OrderCommandRefusal.NOTHING_OWED}
        assert update_order(town.market.shop, "o1", begin, expected=expected) == town.order()
        assert names(town) == before

    def test_not_expected(self, paid: tuple[Town, Gateway]) -> None:
        """Another reason is not swallowed."""
        town, _ = paid
        expected = {OrderCommandRefusal.ALREADY_BEGUN}
        with pytest.raises(CorruptHistoryError, match=r"BeginRefund cannot follow.*nothing-owed"):
            update_order(town.market.shop, "o1", begin, expected=expected)


class TestEffects:
    """Handled once more than needed, by a worker that was late or died before it said so."""

    @pytest.mark.parametrize(
        "effect",
        [
            SendRefund(order=ORDER, cause="r1"),
            PaySeller(order=ORDER, piece=COAT),
            RequestRefundConsent(order=ORDER, parcel=FIRST),
        ],
        ids=["refund", "payout", "question"],
    )
    def test_what_is_not_owed(self, paid: tuple[Town, Gateway], effect: Effect) -> None:
        """Nothing is recorded, nothing moved, and no person needs to look."""
        town, gateway = paid
        before, calls = names(town), [*gateway.calls]
        assert isinstance(handled(town, effect), Done)
        assert (names(town), gateway.calls) == (before, calls)

    def test_on_sale_already(self, paid: tuple[Town, Gateway]) -> None:
        """A piece that the house put back before is put back once."""
        town, _ = paid
        town.deliver()
        town.market.pieces.put_back(HOUSE, COAT)
        before = names(town, f"piece/{COAT}")
        assert isinstance(handled(town, ReturnPieceToSale(order=ORDER, piece=COAT)), Done)
        assert names(town, f"piece/{COAT}") == before

    def test_a_capture_refused_after_the_order_was_paid(self, paid: tuple[Town, Gateway]) -> None:
        """The order cannot be cancelled any more: a person looks.

        What is recorded as captured is not captured again, so the capture is of another hold.
        """
        town, gateway = paid
        gateway.refusals["capture"] = REFUSED
        (payment,) = town.order().placed.payments
        capture = CapturePayment(
            order=ORDER, tender=payment.tender, reference="another", amount=payment.amount
        )
        outcome = handled(town, capture)
        assert isinstance(outcome, DeadLettered)
        assert outcome.reason == "refused, and the order is paid: refused"
        assert town.order().state == "paid"
