"""A provider that denies everybody is an outage; and what is dead-lettered is seen to in bulk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import ADA, BAG, CARD, COAT, HOUSE, ZOE, Town, euros
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.errors import NotFoundError, OutsideDeniedError, OutsideRejectedError
from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.marketplace import Marketplace, Means, Progress, Worker
from vintage_rules.marketplace.effects.effects import (
    FireTimer,
    PaySeller,
    RequestRefundConsent,
    ReturnPieceToSale,
    SendRefund,
    SendReturnAddress,
    TrackParcel,
    VoidCharge,
    VoidPayment,
)
from vintage_rules.marketplace.effects.pauses import provider_of
from vintage_rules.money import Money
from vintage_rules.ports import Captured, Charge, PaymentRefused, Refunded
from vintage_rules.testing.handlers import poison

MANY = 12
ORDER = OrderId("o1")


class LockedBank(MemoryGateway):
    """A bank that does nothing while our key is wrong, and counts who tries."""

    known = True
    calls = 0

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """Capture, if it knows us."""
        self.try_key("capture")
        return super().capture(key, reference, amount)

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """Refund, if it knows us."""
        self.try_key("refund")
        return super().refund(key, receipt, amount)

    def try_key(self, act: str) -> None:
        """Count a call, and let it through if the key is right."""
        self.calls += 1
        if not self.known:
            raise OutsideDeniedError("bank", act, "no such key")


@pytest.fixture
def bank(town: Town) -> LockedBank:
    """A bank for cards."""
    return LockedBank(town.clock)


@pytest.fixture
def town() -> Town:
    """A coat and a bag."""
    return Town.built().stock()


@pytest.fixture
def market(town: Town, bank: LockedBank) -> Marketplace:
    """Many orders that are to be captured by card, and one by PayPal; the key was changed."""
    market = Marketplace(evolve(town.market.shop, payments={"card": bank, "paypal": town.paypal}))
    there = evolve(town, market=market)
    for number in range(MANY):
        piece = PieceId(f"piece-{number}")
        there.list_piece(ADA, piece, "20.00")
        there.buy(piece, order=f"card-{number}", prices={piece: "20.00"})
    there.buy(BAG, order="paypal", means=Means(tender="paypal", source="approved"))
    bank.known = False
    return market


def states(market: Marketplace) -> set[str]:
    """Give the states of the orders paid by card."""
    names = (f"card-{number}" for number in range(MANY))
    return {str(market.orders.view(HOUSE, name).state) for name in names}  # type: ignore[union-attr]


class TestDenied:
    """One request is enough to know that a key is wrong."""

    def test_one_request_a_round(self, market: Marketplace, bank: LockedBank) -> None:
        """Nothing is dead-lettered, and what goes elsewhere is done."""
        progress = market.worker().round()
        assert bank.calls == 1
        assert (progress.dead_lettered, progress.postponed) == (0, MANY)
        assert len(progress.troubles) == 1
        assert "bank: capture failed: no such key" in progress.troubles[0]
        assert states(market) == {"placed"}
        assert str(market.orders.view(HOUSE, "paypal").state) == "paid"  # type: ignore[union-attr]

    def test_again_once_the_key_is_right(
        self, town: Town, market: Marketplace, bank: LockedBank
    ) -> None:
        """All of them are captured, each once."""
        worker = market.worker()
        worker.round()
        bank.known = True
        town.clock.advance(timedelta(minutes=1))
        while not worker.round().idle:
            pass
        assert bank.calls == 1 + MANY
        assert states(market) == {"paid"}

    def test_ever_more_rarely(self, town: Town, market: Marketplace, bank: LockedBank) -> None:
        """In a day of minutes: a minute, two, four, at most an hour, and at least half of each."""
        worker = market.worker()
        for _ in range(24 * 60):
            worker.round()
            town.clock.advance(timedelta(minutes=1))
        assert 25 <= bank.calls <= 60
        assert market.dead_letters.list(HOUSE) == ()

    def test_a_pause_ends_with_the_first_success(
        self, town: Town, market: Marketplace, bank: LockedBank
    ) -> None:
        """The next denial is the first again."""
        worker = market.worker()
        for _ in range(3):
            worker.round()
            town.clock.advance(timedelta(hours=1))
        bank.known = True
        assert worker.round(1).done == 1
        bank.known = False
        calls = bank.calls
        worker.round()
        town.clock.advance(timedelta(minutes=1))
        worker.round()
        assert bank.calls == calls + 2

    def test_what_may_call_several_is_tried_alone(
        self, town: Town, market: Marketplace, bank: LockedBank
    ) -> None:
        """A refund may go to several providers: each is tried, and none dead-lettered."""
        bank.known = True
        while not market.worker().round().idle:
            pass
        for number in range(3):
            market.orders.cancel(HOUSE, f"card-{number}")
        bank.known, bank.calls = False, 0
        worker = market.worker()
        assert worker.round().dead_lettered == 0
        assert bank.calls == 3
        bank.known = True
        town.clock.advance(timedelta(minutes=1))
        worker.round()
        assert bank.calls == 6
        assert market.dead_letters.list(HOUSE) == ()

    @pytest.mark.parametrize(
        ("effect", "provider"),
        [
            (
                VoidCharge(
                    checkout="o1",
                    tender="paypal",
                    charge=Charge(key="k", order=ORDER, amount=euros("1.00"), source="s"),
                ),
                "payments/paypal",
            ),
            (
                VoidPayment(order=ORDER, tender="card", reference="r", amount=euros("1.00")),
                "payments/card",
            ),
            (PaySeller(order=ORDER, piece=COAT), "payouts"),
            (TrackParcel(order=ORDER, parcel=ParcelId("o1-1")), "tracker"),
            (SendRefund(order=ORDER, cause="r1"), None),
            (SendReturnAddress(order=ORDER, case="r1"), None),
            (RequestRefundConsent(order=ORDER, parcel=ParcelId("o1-1")), None),
            (ReturnPieceToSale(order=ORDER, piece=COAT), None),
            (FireTimer(stream="order/o1"), None),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_who_is_called(self, effect: object, provider: str | None) -> None:
        """The one provider of an effect; none where it may call several."""
        assert provider_of(effect) == provider  # type: ignore[arg-type]


class TestDeadLetters:
    """The house lists, shows, retries and settles them; many at once."""

    @pytest.fixture
    def market(self, town: Town) -> Marketplace:
        """Two offers whose mails were rejected, and a gift card that cannot be captured."""
        town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.market.pieces.make_offer(ZOE, BAG, euros("50.00"))
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        shop = evolve(town.market.shop, attempts=1)
        Worker(shop, handlers=poison(ValueError("odd"))).handle_effects(1)
        rejected = OutsideRejectedError("x", "do", "no such thing")
        Worker(shop, handlers=poison(rejected)).handle_effects(2)
        return town.market

    def test_chosen(self, market: Marketplace) -> None:
        """By kind, stream, a part of the reason, and all of these together."""
        letters = market.dead_letters
        everything = letters.list(HOUSE)
        assert len(everything) == 3
        assert everything == market.shop.store.dead_letters(9)
        kinds = [letter.message.key for letter in letters.list(HOUSE, kind="send-message")]
        assert kinds == ["piece/bag#2.0", "piece/coat#2.0"]
        (coat,) = letters.list(HOUSE, stream="piece/coat", reason="no such")
        assert coat.reason == "x: do failed: no such thing"
        assert letters.list(HOUSE, stream="piece/coat", reason="odd") == ()
        (card,) = letters.list(HOUSE, reason="odd")
        assert card.message.kind == "capture-card-payment"
        assert letters.show(HOUSE, "piece/coat#2.0") == coat

    def test_retried_in_bulk(self, town: Town, market: Marketplace) -> None:
        """All those chosen are handled once more."""
        keys = [letter.message.key for letter in market.dead_letters.list(HOUSE)]
        assert market.dead_letters.retry(HOUSE, *keys) == 3
        assert market.dead_letters.list(HOUSE) == ()
        assert town.work().dead_lettered == 0
        assert sorted(town.mails()) == ["gift-card zoe", "offer-received ada", "offer-received lou"]

    def test_settled_in_bulk(self, town: Town, market: Marketplace) -> None:
        """They are never handled again; one named twice is one."""
        assert market.dead_letters.settle(HOUSE, "piece/coat#2.0", "piece/bag#2.0") == 2
        (card,) = market.dead_letters.list(HOUSE)
        assert market.dead_letters.settle(HOUSE, *[card.message.key] * 2) == 1
        assert town.work() == Progress()
        assert town.mails() == []

    @pytest.mark.parametrize("act", ["retry", "settle"])
    def test_one_that_is_unknown(self, market: Marketplace, act: str) -> None:
        """Then nothing is done to the others either."""
        with pytest.raises(NotFoundError, match=r"^key: must be one .*, got 'k'$"):
            getattr(market.dead_letters, act)(HOUSE, "piece/coat#2.0", "k")
        with pytest.raises(NotFoundError, match=r"^key: must be one .*, got 'k'$"):
            market.dead_letters.show(HOUSE, "k")
        assert len(market.dead_letters.list(HOUSE)) == 3

    @pytest.mark.parametrize("act", ["retry", "settle"])
    def test_none(self, market: Marketplace, act: str) -> None:
        """Without any key, nothing is done: all of them are never meant by leaving them out."""
        assert getattr(market.dead_letters, act)(HOUSE) == 0
        assert len(market.dead_letters.list(HOUSE)) == 3
