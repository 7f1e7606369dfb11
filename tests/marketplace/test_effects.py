"""Every effect by itself: done, needless, refused by the outside, and resumed by a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from attrs import define, evolve, field

from tests.marketplace.town import (
    ADA,
    BAG,
    BORDEAUX,
    CARD,
    COAT,
    HOUSE,
    LIEGE,
    LOU,
    MAX,
    POST,
    ZOE,
    Town,
    address,
    euros,
)
from vintage_rules.adapters.memory.carrier import MemoryCarrier
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.marketplace import Marketplace, Means
from vintage_rules.marketplace.commands.gift_cards import CardBought
from vintage_rules.money import Money
from vintage_rules.orders.states import Order
from vintage_rules.ports import (
    Authorisation,
    Captured,
    Carrier,
    Charge,
    Contact,
    Directory,
    Followed,
    Label,
    Notifier,
    PaymentGateway,
    PaymentRefusal,
    PaymentRefused,
    PaymentWebhook,
    Recipient,
    Refunded,
    Role,
    Scan,
    Shipment,
    ShipmentRefused,
    Tracker,
    Voided,
    WebhookKind,
)
from vintage_rules.ports.payouts import PayoutRefusal, PayoutRefused
from vintage_rules.returns.pieces import CheckedPiece, Finding

FIRST = ParcelId("o1-1")
CHALLENGED = Means(tender="card", source="challenged", brand="visa")


@define
class Gateway:
    """A bank in front of which refusals stand: for each verb what it is answered, until it is
    taken away. `calls` counts what it was requested to do.
    """

    inner: PaymentGateway
    refusals: dict[str, PaymentRefused] = field(factory=dict[str, PaymentRefused])
    calls: list[str] = field(factory=list[str])

    def authorise(self, charge: Charge) -> Authorisation:
        """See `PaymentGateway`."""
        self.calls.append("authorise")
        return self.inner.authorise(charge)

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """See `PaymentGateway`."""
        self.calls.append("capture")
        return self.refusals.get("capture") or self.inner.capture(key, reference, amount)

    def find_capture(self, reference: str) -> Captured | None:
        """See `PaymentGateway`."""
        return self.inner.find_capture(reference)

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """See `PaymentGateway`."""
        self.calls.append("void")
        return self.refusals.get("void") or self.inner.void(charge)

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """See `PaymentGateway`."""
        self.calls.append("refund")
        return self.refusals.get("refund") or self.inner.refund(key, receipt, amount)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """See `PaymentGateway`."""
        return self.inner.read_webhook(headers, body)


REFUSED = PaymentRefused(reason=PaymentRefusal.REFUSED, code="rb-7")
TAKEN = PaymentRefused(reason=PaymentRefusal.ALREADY_CAPTURED, code="rb-8")


def guarded() -> tuple[Town, Gateway]:
    """A shop with a coat and a bag, over a bank that may refuse."""
    town = Town.built().stock()
    gateway = Gateway(town.bank)
    shop = evolve(town.market.shop, payments={"card": gateway, "paypal": town.paypal})
    return evolve(town, market=Marketplace(shop)), gateway


def dead_letters(town: Town) -> list[str]:
    """Why what waits for a person does."""
    return [each.reason for each in town.market.shop.store.dead_letters(9)]


def resumed(town: Town) -> Town:
    """Let a person have everything done again."""
    store = town.market.shop.store
    for each in store.dead_letters(9):
        store.resume(each.message.key, town.clock.now())
    town.work()
    return town


def balance(town: Town, account: Account = Account.HOUSE) -> str:
    """What the bank has in an account."""
    return str(town.bank.ledger.balance(account, "EUR"))


def acts(town: Town) -> list[str]:
    """What the bank has moved, in order."""
    return [entry.act for entry in town.bank.ledger]


def voided(town: Town, order: str = "o1") -> None:
    """Have the bank say that the hold of an order is void."""
    webhook = PaymentWebhook(
        id=f"void-{order}",
        kind=WebhookKind.VOIDED,
        at=town.clock.now(),
        reference=town.order(order).placed.payments[0].reference,
        order=OrderId(order),
        code="voided",
    )
    town.market.webhooks.payment("card", *town.bank.sent(webhook))


class TestC7CapturePayment:
    """C7: taken once, never for a cancelled order."""

    def test_a_cancelled_order_is_not_taken(self) -> None:
        """The bank said void while its capture still waited: it is not even requested."""
        town, gateway = guarded()
        town.buy(COAT)
        voided(town)
        town.work()
        assert gateway.calls == ["authorise", "void"]
        assert acts(town) == ["authorise", "voided"]
        assert (town.order().state, balance(town, Account.HELD)) == ("cancelled", "0.00 EUR")

    def test_refused(self) -> None:
        """Cancelled, with the reason of the bank; the hold is released and the piece on sale."""
        town, gateway = guarded()
        gateway.refusals["capture"] = REFUSED
        town.buy(COAT)
        town.work()
        assert town.outbox.messages[-1].facts == {"order": "o1", "reason": "refused"}
        assert acts(town) == ["authorise", "voided"]
        assert town.market.pieces.view(MAX, COAT).available
        assert dead_letters(town) == []

    @pytest.mark.parametrize(
        ("less", "state", "reasons"),
        [
            ("0.00", "paid", []),
            ("0.01", "placed", ["another amount was captured: 108.58 EUR"]),
        ],
    )
    def test_captured_by_hand(self, less: str, state: str, reasons: list[str]) -> None:
        """All of it pays the order; of less, a person looks, and the order is not cancelled."""
        town, _ = guarded()
        town.buy(COAT)
        payment = town.order().placed.payments[0]
        town.bank.capture("by hand", payment.reference, payment.amount - euros(less))
        town.work()
        assert dead_letters(town) == reasons
        assert town.order().state == state

    @pytest.mark.parametrize("what", ["order", "card"])
    def test_captured_and_not_found(self, what: str) -> None:
        """The bank says that it was, and shows nothing: a person looks."""
        town, gateway = guarded()
        gateway.refusals["capture"] = TAKEN
        if what == "order":
            town.buy(COAT)
        else:
            town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        assert dead_letters(town) == ["captured, and not found: rb-8"]
        assert balance(town, Account.HOUSE) == "0.00 EUR"
        assert balance(town, Account.HELD) != "0.00 EUR"

    def test_the_amount_of_its_own_tender(self) -> None:
        """What the gift card pays is not taken from the card too."""
        town, _ = guarded()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        town.buy(COAT, code=str(town.outbox.messages[-1].facts["code"]))
        town.work()
        assert [str(entry.amount) for entry in town.bank.ledger if entry.act == "capture"] == [
            "50.00 EUR",
            "58.59 EUR",
        ]
        order = town.order()
        assert order.captured == order.placed.payments
        assert order.receipts["card", "authorisation-2"] == "receipt-2"

    def test_paid_once(self) -> None:
        """Its buyer and its sellers are told once, however often rounds are made."""
        town, gateway = guarded()
        town.buy(COAT, BAG)
        town.work()
        town.wait(days=1)
        assert gateway.calls == ["authorise", "capture"]
        assert len(town.outbox.messages) == 3


class TestC7ReleaseCharge:
    """C1, C7: what led to no order is let go of after an hour, what led to one never."""

    @pytest.mark.parametrize(("minutes", "released"), [(59.9, False), (60, True)])
    def test_after_an_hour(self, minutes: float, *, released: bool) -> None:
        """Both sides of it."""
        town, gateway = guarded()
        town.buy(COAT, means=CHALLENGED)
        town.wait(minutes=minutes)
        assert ("void" in gateway.calls) == released
        checkout = town.market.shop.store.read("checkout/o1")
        names = [record.name for record in checkout.records]
        assert names == ["charge-begun", "charge-answered", "charge-abandoned"][: 2 + released]

    def test_an_order_that_was_placed_keeps_its_money(self) -> None:
        """An hour later nothing is let go of."""
        town, gateway = guarded()
        town.buy(COAT)
        town.wait(hours=2)
        assert gateway.calls == ["authorise", "capture"]
        assert (balance(town), town.order().state) == ("108.59 EUR", "paid")

    def test_other_means(self) -> None:
        """Whoever pays otherwise has the first charge let go of at once, and by its own bank."""
        town, gateway = guarded()
        needed = town.buy(COAT, means=CHALLENGED)
        assert isinstance(town.buy(COAT, means=Means(tender="paypal", source="approved")), Order)
        town.work()
        assert gateway.calls == ["authorise", "void"]
        assert not isinstance(needed, Order)
        assert str(town.paypal.ledger.balance(Account.HOUSE, "EUR")) == "108.59 EUR"

    def test_refused(self) -> None:
        """A person looks, with what the bank said."""
        town, gateway = guarded()
        gateway.refusals["void"] = REFUSED
        town.buy(COAT, means=CHALLENGED)
        town.wait(hours=1)
        assert set(dead_letters(town)) == {"not released: refused (rb-7)"}
        gateway.refusals.clear()
        assert dead_letters(resumed(town)) == []


class TestC7UndoPayment:
    """C7: what was held for a cancelled order is let go of."""

    def test_taken_by_hand_and_refused(self) -> None:
        """It cannot be voided: what was taken is found, and goes back."""
        town, gateway = guarded()
        gateway.refusals["capture"] = REFUSED
        town.buy(COAT)
        payment = town.order().placed.payments[0]
        town.bank.capture("by hand", payment.reference, payment.amount)
        town.work()
        assert dead_letters(town) == []
        assert gateway.calls == ["authorise", "capture", "void", "refund"]
        assert balance(town, Account.HOUSE) == "0.00 EUR"

    def test_taken_and_not_found(self) -> None:
        """Neither void nor ours to give back: a person looks."""
        town, gateway = guarded()
        gateway.refusals |= {"capture": REFUSED, "void": TAKEN}
        town.buy(COAT)
        town.work()
        assert dead_letters(town) == ["not released: already-captured (rb-8)"]

    def test_refused(self) -> None:
        """A person looks, and it is released once they have it done again."""
        town, gateway = guarded()
        gateway.refusals |= {"capture": REFUSED, "void": REFUSED}
        town.buy(COAT)
        town.work()
        assert dead_letters(town) == ["not released: refused (rb-7)"]
        assert balance(town, Account.HELD) == "108.59 EUR"
        gateway.refusals.clear()
        resumed(town)
        assert (acts(town), balance(town, Account.HELD)) == (["authorise", "voided"], "0.00 EUR")

    def test_what_the_gift_card_paid_comes_back(self) -> None:
        """An order that its bank refuses gives the gift card's share back, and releases only what
        the card held.
        """
        town, gateway = guarded()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        code = str(town.outbox.messages[-1].facts["code"])
        gateway.refusals["capture"] = REFUSED
        town.buy(COAT, code=code)
        gateway.calls.clear()
        town.work()
        assert gateway.calls == ["capture", "void"]
        card = town.market.cards.find(code)
        assert card is not None
        assert card.balance == euros("50.00")
        assert town.outbox.messages[-1].facts["tenders"] == ("gift-card",)


class TestC5CaptureCardAndUndoCard:
    """C5, C7: a card is good once it is paid for; what is not paid is void."""

    def test_refused(self) -> None:
        """Void: its code is mailed to nobody, and the hold is released."""
        town, gateway = guarded()
        gateway.refusals["capture"] = REFUSED
        bought = town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        assert isinstance(bought, CardBought)
        town.work()
        assert (acts(town), town.mails(), dead_letters(town)) == (["authorise", "voided"], [], [])
        stream = town.market.shop.store.read(f"card/{bought.card}")
        assert [record.name for record in stream.records] == ["card-ordered", "card-cancelled"]
        assert '"reason":"refused"' in stream.records[-1].data

    def test_refused_twice(self) -> None:
        """Neither taken nor released: a person looks."""
        town, gateway = guarded()
        gateway.refusals |= {"capture": REFUSED, "void": REFUSED}
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        assert dead_letters(town) == ["not released: refused (rb-7)"]

    def test_taken_and_not_given_back(self) -> None:
        """It was taken all the same, and the refund is refused: a person looks, and resumes it."""
        town, gateway = guarded()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.bank.capture("capture/authorisation-1", "authorisation-1", euros("50.00"))
        gateway.refusals |= {"capture": REFUSED, "refund": REFUSED}
        town.market.worker().round()
        del gateway.refusals["capture"]
        town.work()
        assert dead_letters(town) == ["not released: refused (rb-7)"]
        assert balance(town) == "50.00 EUR"
        gateway.refusals.clear()
        resumed(town)
        assert (balance(town), acts(town)[-2:]) == ("0.00 EUR", ["refund", "pass on"])

    def test_its_own_receipt(self) -> None:
        """The receipt of the capture is written down, and the amount is that of the card."""
        town, _ = guarded()
        bought = town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        assert isinstance(bought, CardBought)
        town.work()
        assert balance(town) == "50.00 EUR"
        record = town.market.shop.store.read(f"card/{bought.card}").records[-1]
        assert (record.name, '"receipt":"receipt-1"' in record.data) == ("card-paid", True)


def sent_back(town: Town, *, order: str = "o1") -> Town:
    """The coat is returned to ada and found as it was."""
    returns = town.market.returns
    returns.request_return(ZOE, order, "r1", [COAT], parcel_number="8R")
    town.work()
    returns.post_return(ZOE, order, "r1", town.today)
    town.wait(days=1)
    returns.receive_return(ADA, order, "r1", town.today)
    returns.check_return(ADA, order, "r1", [CheckedPiece(piece=COAT, finding=Finding.AS_SENT)])
    town.work()
    return town


class TestF1PassRefund:
    """F1, F2: passed on once, to the means that paid."""

    def test_refused(self) -> None:
        """A person looks: how much, by which means, and why. Done again, it is refunded once."""
        town, gateway = guarded()
        town.buy(COAT, mode="direct")
        town.work()
        gateway.refusals["refund"] = REFUSED
        sent_back(town.deliver())
        assert dead_letters(town) == ["99.59 EUR not refunded by card: refused (rb-7)"]
        assert town.order().begun == {"r1"}
        gateway.refusals.clear()
        resumed(town)
        assert (balance(town), list(town.order().sent)) == ("0.00 EUR", ["r1"])
        assert town.mails()[-1] == "refund-sent zoe"

    def test_the_gift_card_waits_for_the_bank(self) -> None:
        """Refused by the bank, nothing is put back on the card either; then both, once."""
        town, gateway = guarded()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        code = str(town.outbox.messages[-1].facts["code"])
        town.buy(COAT, mode="direct", code=code)
        town.work()
        gateway.refusals["refund"] = REFUSED
        sent_back(town.deliver())

        def left() -> str:
            card = town.market.cards.find(code)
            assert card is not None
            return str(card.balance)

        assert left() == "0.00 EUR"
        gateway.refusals.clear()
        resumed(town)
        assert (left(), balance(town)) == ("50.00 EUR", "50.00 EUR")
        assert gateway.calls.count("refund") == 2

    def test_made_by_hand_meanwhile(self) -> None:
        """The house has said that it made the refund: it is not made again, and the buyer told."""
        town, gateway = guarded()
        town.buy(COAT, mode="direct")
        town.work()
        town.deliver()
        returns = town.market.returns
        returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        returns.post_return(ZOE, "o1", "r1", town.today)
        town.wait(days=1)
        returns.receive_return(ADA, "o1", "r1", town.today)
        returns.check_return(ADA, "o1", "r1", [CheckedPiece(piece=COAT, finding=Finding.AS_SENT)])
        assert isinstance(town.market.orders.record_refund(HOUSE, "o1", "r1"), Order)
        town.work()
        assert "refund" not in gateway.calls
        assert town.mails().count("refund-sent zoe") == 1
        assert (town.order().owed, town.order().returns["r1"].state) == ({}, "refunded")


@define
class Refusing:
    """Somebody who pays no seller."""

    def pay(self, key: str, seller: str, amount: Money) -> PayoutRefused:  # noqa: ARG002 - nobody
        """See `SellerPayouts`."""
        return PayoutRefused(reason=PayoutRefusal.NO_ACCOUNT, code="pr-3")


class TestR6PaySeller:
    """R6: paid once, when nothing can come back any more and no refund is owed."""

    def test_refused(self) -> None:
        """A person looks: whom, how much, and why."""
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        town.work()
        town.deliver()
        shop = evolve(town.market.shop, payouts=Refusing())
        refusing = evolve(town, market=Marketplace(shop))
        refusing.wait(days=20)
        assert dead_letters(town) == ["ada not paid 90.00 EUR: no-account (pr-3)"]
        assert town.order().payouts[COAT] == "begun"
        resumed(town)
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")
        assert town.order().payouts[COAT] == "sent"

    @pytest.mark.parametrize(("days", "paid"), [(14.5, "0.00 EUR"), (15, "145.00 EUR")])
    def test_both_sides_of_the_window(self, days: float, paid: str) -> None:
        """Delivered on a Thursday; the window closes with the fourteenth day in Paris."""
        town = Town.built().stock()
        town.buy(COAT, BAG)
        town.work()
        town.deliver()
        town.wait(days=days)
        assert str(town.payouts.paid("EUR")) == paid

    def test_not_while_a_refund_is_owed(self) -> None:
        """A piece that is claimed is not paid for; the others are."""
        town = Town.built().stock()
        town.buy(COAT, BAG)
        town.work()
        town.deliver()
        town.market.claims.open_claim(
            ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R"
        )
        town.wait(days=20)
        assert town.payouts.paid("EUR", ADA.id) == euros("0.00")
        assert town.payouts.paid("EUR", LOU.id) == euros("55.00")
        town.market.claims.reject_claim(HOUSE, "o1", "c", "as described")
        town.work()
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")

    def test_withheld_once_it_is_due(self) -> None:
        """Due and not yet begun, its piece is claimed: it is not paid before the claim is over, and
        then once.
        """
        town = Town.built().stock()
        town.buy(COAT, BAG)
        town.work()
        town.deliver()
        town.clock.advance(timedelta(days=20))
        town.market.worker().tick()
        assert town.order().payouts[COAT] == "due"
        claims = town.market.claims
        opened = claims.open_claim(ZOE, "o1", "c", "not-received", [COAT], photos=0)
        assert isinstance(opened, Order)
        town.work()
        assert town.payouts.paid("EUR") == euros("55.00")
        claims.report_found(HOUSE, "o1", "c")
        town.work()
        assert town.payouts.paid("EUR", ADA.id) == euros("90.00")
        assert town.order().payouts[COAT] == "sent"


class TestA4PutBackOnSale:
    """A4, A5: what came back as it was sent, or went back to its sender, is for sale again."""

    def test_all_pieces_of_a_cancelled_order(self) -> None:
        """And only those of that order."""
        town, _ = guarded()
        town.list_piece(ADA, PieceId("hat"), "20.00")
        town.buy(PieceId("hat"), prices={PieceId("hat"): "20.00"}, order="o2", by=MAX)
        town.work()
        town.buy(COAT, BAG)
        voided(town)
        town.work()
        pieces = town.market.pieces
        available = [pieces.view(MAX, name).available for name in (COAT, BAG, "hat")]
        assert available == [True, True, False]

    def test_one_that_the_seller_put_back_and_took_down(self) -> None:
        """It stays down."""
        town = Town.built().stock()
        town.buy(COAT, mode="direct")
        town.work()
        town.deliver()
        town.market.pieces.put_back(HOUSE, COAT)
        town.market.pieces.take_down(ADA, COAT)
        sent_back(town)
        assert not town.market.pieces.view(MAX, COAT).available
        assert dead_letters(town) == []


@define
class Counting:
    """A tracker that counts how often it is polled, and for what."""

    inner: Tracker
    polled: list[str] = field(factory=list[str])

    def track(self, tracking_number: str) -> Followed:
        """See `Tracker`."""
        self.polled.append(tracking_number)
        return self.inner.track(tracking_number)


def followed() -> tuple[Town, Counting]:
    """An order whose parcel has been handed in, and whoever follows it."""
    town = Town.built().stock()
    town.buy(COAT, BAG)
    town.work()
    tracker = Counting(town.carrier)
    shop = evolve(town.market.shop, tracker=tracker)
    town = evolve(town, market=Marketplace(shop))
    town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
    town.work()
    return town, tracker


def seen(town: Town, status: str) -> Scan:
    """Where the carrier has just seen the parcel."""
    return Scan(at=town.clock.now(), status=status, code=status, text="", place=None)


def dead_lettered(town: Town) -> None:
    """The search is given up."""
    town.market.parcels.give_up_search(HOUSE, "o1", FIRST)


def back(town: Town) -> None:
    """The parcel is back at its sender."""
    town.market.parcels.receive_back(HOUSE, "o1", FIRST)


def answered(*, agrees: bool) -> Callable[[Town], None]:
    """It is back, and its buyer has answered."""

    def act(town: Town) -> None:
        back(town)
        town.market.worker().handle_effects()
        town.market.parcels.answer_refund(ZOE, "o1", FIRST, agrees=agrees)

    return act


def announced_again(town: Town) -> None:
    """Its buyer would rather have it."""
    answered(agrees=False)(town)
    town.market.parcels.send_again(HOUSE, "o1", FIRST)


def delivered(town: Town) -> None:
    """It arrived."""
    town.market.parcels.record_scan(POST, "8R1", seen(town, "delivered"))


class TestS1FollowParcel:
    """S1, S3: polled every six hours until its journey is over, and never after."""

    @pytest.mark.parametrize(
        "end",
        [
            dead_lettered,
            back,
            answered(agrees=True),
            answered(agrees=False),
            announced_again,
            delivered,
        ],
        ids=["lost", "back", "agreed", "not agreed", "announced again", "delivered"],
    )
    def test_over(self, end: Callable[[Town], None]) -> None:
        """The next poll is not made."""
        town, tracker = followed()
        town.wait(hours=1)
        end(town)
        tracker.polled.clear()
        for _ in range(4):
            town.wait(hours=6)
        assert tracker.polled == []

    @pytest.mark.parametrize("status", ["in-transit", "held-at-customs", "going-back"])
    def test_on_its_way(self, status: str) -> None:
        """The next poll is made, and the one after it."""
        town, tracker = followed()
        town.clock.advance(timedelta(hours=1))
        town.market.parcels.record_scan(POST, "8R1", seen(town, status))
        tracker.polled.clear()
        for _ in range(5):
            town.wait(hours=6)
        assert tracker.polled == ["8R1"] * 5

    def test_overdue_it_is_still_followed(self) -> None:
        """Nobody has given it up yet."""
        town, tracker = followed()
        town.wait(days=9)
        assert town.order().parcels[FIRST].state == "overdue"
        tracker.polled.clear()
        town.wait(hours=6)
        assert tracker.polled == ["8R1"]

    @pytest.mark.parametrize(("hours", "polls"), [(5.9, 1), (6, 2), (11.9, 2), (12, 2)])
    def test_every_six_hours(self, hours: float, polls: int) -> None:
        """The first poll is made as it is handed in."""
        town, tracker = followed()
        town.wait(hours=hours)
        assert len(tracker.polled) == polls

    def test_the_poll_that_finds_it_is_the_last(self) -> None:
        """Delivered as the carrier says, when it says."""
        town, tracker = followed()
        town.clock.advance(timedelta(hours=2))
        town.carrier.put("8R1", seen(town, "in-transit"))
        at = town.clock.now() + timedelta(hours=1)
        town.carrier.put("8R1", evolve(seen(town, "delivered"), at=at))
        town.wait(hours=4)
        assert town.order().parcels[FIRST].delivered_at == at
        town.wait(days=1)
        assert len(tracker.polled) == 2

    def test_its_number_is_corrected(self) -> None:
        """The right number is polled at once and every six hours, the wrong one never again."""
        town, tracker = followed()
        town.wait(hours=2)
        tracker.polled.clear()
        town.market.parcels.correct_number(POST, "o1", FIRST, "8R10")
        town.work()
        assert tracker.polled == ["8R10"]
        for _ in range(12):
            town.wait(hours=1)
        assert tracker.polled == ["8R10"] * 3
        town.carrier.put("8R1", seen(town, "delivered"))
        town.wait(hours=6)
        assert town.order().parcels[FIRST].state == "handed-in"
        town.carrier.put("8R10", seen(town, "delivered"))
        town.wait(hours=6)
        assert town.order().parcels[FIRST].state == "delivered"

    def test_without_a_tracker(self) -> None:
        """Scans are told; nobody is polled and nothing is stuck."""
        town = Town.built().stock()
        town = evolve(town, market=Marketplace(evolve(town.market.shop, tracker=None)))
        town.buy(COAT)
        town.work()
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.work()
        town.wait(hours=6)
        assert (dead_letters(town), town.order().parcels[FIRST].state) == ([], "handed-in")

    def test_who_has_recorded_it(self) -> None:
        """The worker, in the name of the house."""
        town, _ = followed()
        town.clock.advance(timedelta(hours=2))
        town.carrier.put("8R1", seen(town, "in-transit"))
        town.wait(hours=4)
        record = town.market.shop.store.read("order/o1").records[-1]
        assert record.data.endswith('"actor":"house worker"}')


class TestL14AskForRefund:
    """L14: the buyer is asked once it is back, by time or by hand."""

    def test_asked(self) -> None:
        """By the worker, once."""
        town, _ = followed()
        town.wait(hours=1)
        back(town)
        assert town.order().parcels[FIRST].state == "back-at-sender"
        town.work()
        town.wait(days=1)
        assert town.order().parcels[FIRST].state == "buyer-asked"
        assert town.mails().count("refund-question zoe") == 1
        record = town.market.shop.store.read("order/o1").records[-1]
        assert record.data.endswith('"actor":"worker"}')


class Nowhere:
    """A directory in which some people have no address, and others are not known at all."""

    def __init__(self, known: Directory, lost: Recipient, *, at_all: bool) -> None:
        self._known, self._lost, self._at_all = known, lost, at_all
        self.workshop = known.workshop

    def contact(self, recipient: Recipient) -> Contact | None:
        """Know everybody but one."""
        found = self._known.contact(recipient)
        if recipient != self._lost or found is None:
            return found
        return evolve(found, address=None) if self._at_all else None


def returning(
    town: Town,
    *,
    carrier: Carrier | None = None,
    notifier: Notifier | None = None,
    directory: Directory | None = None,
) -> Town:
    """Ask the coat back over other ports."""
    shop = evolve(
        town.market.shop,
        carrier=town.carrier if carrier is None else carrier,
        notifier=town.outbox if notifier is None else notifier,
        directory=town.market.shop.directory if directory is None else directory,
    )
    town = evolve(town, market=Marketplace(shop))
    town.market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
    town.work()
    return town


@define
class Stamping:
    """A carrier whose labels are of one kind of document."""

    inner: Carrier
    media_type: str

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """See `Carrier`."""
        label = self.inner.label(key, shipment)
        return evolve(label, media_type=self.media_type) if isinstance(label, Label) else label


class TestR3R5SendReturnAddress:
    """R3, R5: the address and the label, bought once."""

    @pytest.fixture
    def town(self) -> Town:
        """A coat of ada's, a hat of ada's and a bag of lou's, delivered to zoe in one parcel."""
        town = Town.built().stock()
        hat = PieceId("hat")
        town.list_piece(ADA, hat, "20.00")
        town.buy(COAT, BAG, hat, prices={hat: "20.00"})
        town.work()
        return town.deliver()

    def test_the_label(self, town: Town) -> None:
        """From the buyer to the seller, as heavy and as dear as what comes back."""
        town.market.returns.request_return(
            ZOE, "o1", "r1", [COAT, PieceId("hat")], parcel_number="8R"
        )
        town.work()
        ((number, shipment),) = town.carrier.shipments.items()
        assert shipment == Shipment(
            reference="o1/r1",
            sender=address("Zoé"),
            recipient=address("Ada"),
            weight_g=1800,
            goods=euros("110.00"),
            description="coat, hat",
        )
        (attached,) = town.outbox.messages[-1].attachments
        assert (attached.name, attached.media_type) == (
            f"{number}.txt",
            "text/plain; charset=utf-8",
        )
        assert attached.content == town.carrier.labels[town.outbox.messages[-1].key].document

    @pytest.mark.parametrize(
        ("media_type", "name"),
        [
            ("application/pdf", "MEM00000001.pdf"),
            ("image/png", "MEM00000001.png"),
            ("application/zpl", "MEM00000001.bin"),
        ],
    )
    def test_what_it_is_called(self, town: Town, media_type: str, name: str) -> None:
        """By its number and its kind."""
        returning(town, carrier=Stamping(town.carrier, media_type))  # type: ignore[arg-type]
        (attached,) = town.outbox.messages[-1].attachments
        assert (attached.name, attached.media_type) == (name, media_type)

    def test_a_mail_that_is_not_delivered(self, town: Town) -> None:
        """The label is bought once, however often its mail is tried."""
        nobody = Outbox(MemoryDirectory(town.market.shop.directory.workshop()))
        returning(town, notifier=nobody)
        assert dead_letters(town) == ["not delivered to zoe: no such buyer: zoe"]
        resumed(resumed(town))
        assert (len(town.carrier.labels), dead_letters(town)) == (1, [])
        assert town.mails()[-1] == "return-accepted zoe"

    def test_refused_by_the_carrier(self, town: Town) -> None:
        """A person looks, and nobody is mailed an address without its label."""
        mails = town.mails()
        returning(town, carrier=MemoryCarrier(heaviest_g=800))
        assert dead_letters(town) == ["no label: too-heavy (memory/too-heavy)"]
        assert town.mails() == mails
        resumed(town)
        assert town.mails()[-1] == "return-accepted zoe"

    @pytest.mark.parametrize("at_all", [False, True])
    @pytest.mark.parametrize(
        "lost",
        [Recipient(role=Role.BUYER, id="zoe"), Recipient(role=Role.SELLER, id="ada")],
        ids=["buyer", "seller"],
    )
    def test_an_address_that_is_not_known(
        self, town: Town, lost: Recipient, *, at_all: bool
    ) -> None:
        """A person looks; no label is bought. That of the order was erased."""
        store = town.market.shop.store
        store.erase(store.personal_of("zoe"))
        people = town.market.shop.directory
        returning(town, directory=Nowhere(people, lost, at_all=at_all))
        assert dead_letters(town) == [f"no address is known of {lost.id}"]
        assert town.carrier.labels == {}

    def test_a_shop_without_a_carrier(self, town: Town) -> None:
        """The address goes without a label, though it is prepaid."""
        shop = evolve(town.market.shop, carrier=None)
        bare = evolve(town, market=Marketplace(shop))
        bare.market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        bare.work()
        mail = town.outbox.messages[-1]
        assert (mail.kind, mail.facts["prepaid"], mail.attachments) == (
            "return-accepted",
            True,
            (),
        )

    def test_to_the_workshop(self) -> None:
        """R4: several pieces from abroad; the workshop's own address."""
        town = Town.built().stock()
        town.buy(COAT, BAG, place=LIEGE)
        town.work()
        town.deliver().market.returns.request_return(
            ZOE, "o1", "r1", [COAT, BAG], parcel_number="8R"
        )
        town.work()
        to = town.outbox.messages[-1].facts["to"]
        assert to == "Atelier\n1 rue Neuve\n75011 Paris\nFR"

    def test_a_town_without_a_postal_code(self, town: Town) -> None:
        """Is written without one, and without a blank line."""
        people = town.market.shop.directory
        assert isinstance(people, MemoryDirectory)
        somewhere = evolve(address("Ada"), place=evolve(BORDEAUX, postal_code=None))
        ada = Recipient(role=Role.SELLER, id="ada")
        contact = people.contact(ada)
        assert contact is not None
        people.put(ada, evolve(contact, address=somewhere))
        returning(town)
        assert town.outbox.messages[-1].facts["to"] == "Ada\n1 rue Neuve\nBordeaux\nFR"


class TestWrite:
    """A mail that cannot be delivered waits for a person."""

    def test_undeliverable(self) -> None:
        """Who, and why; then it is sent once."""
        town = Town.built().stock()
        nobody = Outbox(MemoryDirectory(town.market.shop.directory.workshop()))
        unheard = evolve(town, market=Marketplace(evolve(town.market.shop, notifier=nobody)))
        unheard.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        unheard.work()
        assert dead_letters(town) == ["not delivered to ada: no such seller: ada"]
        assert town.mails() == []
        assert resumed(town).mails() == ["offer-received ada"]


class TestCases:
    """What no rule can mend waits for a person, with what was said, and has no effects."""

    @pytest.mark.parametrize(
        ("kind", "reasons"),
        [
            (WebhookKind.DISPUTED, ["payment-disputed"]),
            (WebhookKind.REFUND_FAILED, ["refund-failed"]),
            (WebhookKind.REFUNDED, []),
            (WebhookKind.UNKNOWN, []),
        ],
    )
    def test_what_is_alarming(self, kind: WebhookKind, reasons: list[str]) -> None:
        """Disputes and failed refunds; nothing else."""
        town = Town.built().stock()
        town.buy(COAT)
        town.work()
        webhook = PaymentWebhook(
            id="n1",
            kind=kind,
            at=town.clock.now(),
            reference="authorisation-1",
            order=OrderId("o1"),
            code="c-1",
        )
        for _ in range(2):
            town.market.webhooks.payment("card", *town.bank.sent(webhook))
            assert town.work().idle
        cases = town.market.house_desk.cases(HOUSE).rows
        assert [case.opened.reason for case in cases] == reasons
        for case in cases:
            opened = case.opened
            assert (opened.tender, opened.reference) == ("card", "authorisation-1")
            assert (opened.order, opened.code) == ("o1", "c-1")
        assert dead_letters(town) == []


class TestSendCard:
    """C5: mailed once it is paid, with its code made again."""

    def test_undeliverable(self) -> None:
        """A person looks; the code that is mailed then is the same."""
        town = Town.built()
        nobody = Outbox(MemoryDirectory(town.market.shop.directory.workshop()))
        unheard = evolve(town, market=Marketplace(evolve(town.market.shop, notifier=nobody)))
        unheard.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        unheard.work()
        assert dead_letters(town) == ["not delivered to zoe: no such buyer: zoe"]
        code = str(resumed(town).outbox.messages[-1].facts["code"])
        assert town.market.cards.find(code) is not None
