"""Messages that come in, workers, and what is kept: verified, once, and in readable words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import ADA, BAG, CARD, COAT, HOUSE, ZOE, Town, euros
from vintage_rules.errors import (
    ForgedWebhookError,
    InvalidValueError,
    NewerVersionError,
    OutsideRejectedError,
    OutsideUnavailableError,
    VersionConflictError,
)
from vintage_rules.ids import OrderId
from vintage_rules.marketplace import Marketplace, Means, Worker
from vintage_rules.marketplace.storage.codec import ORDER_EVENTS, decode_effect
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork, decide_and_commit
from vintage_rules.orders.states import Order
from vintage_rules.ports import (
    Change,
    Contact,
    Message,
    PaymentWebhook,
    PostalAddress,
    Recipient,
    Record,
    Role,
    Sent,
    Undeliverable,
    WebhookKind,
)


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 and a bag for 55."""
    return Town.built().stock()


class TestWebhooks:
    """Messages of a provider: verified, taken once."""

    def test_an_authorisation_that_was_voided(self, town: Town) -> None:
        """Its order is cancelled, once, however often it is told."""
        town.buy(COAT)
        placed = town.order().placed
        webhook = PaymentWebhook(
            id="n1",
            kind=WebhookKind.VOIDED,
            at=town.clock.now(),
            reference=placed.payments[0].reference,
            order=OrderId("o1"),
            code="voided",
        )
        for _ in range(3):
            town.market.webhooks.payment("card", *town.bank.sent(webhook))
        assert town.order().state == "cancelled"
        assert len(town.market.shop.store.read("webhook/card/n1").records) == 1

    def test_one_that_only_confirms(self, town: Town) -> None:
        """A capture that we know of changes nothing."""
        town.buy(COAT)
        town.work()
        before = town.market.shop.store.read("order/o1")
        for webhook in town.bank.webhooks:
            town.market.webhooks.payment("card", *town.bank.sent(webhook))
        assert town.market.shop.store.read("order/o1") == before

    def test_one_that_is_forged(self, town: Town) -> None:
        """Nothing is taken."""
        with pytest.raises(ForgedWebhookError):
            town.market.webhooks.payment("card", {}, b"{}")
        assert not list(town.market.shop.store.streams("webhook/"))


class Reader:
    """A notifier that fails as it is told to."""

    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.sent: list[Message] = []

    def send(self, message: Message) -> Sent | Undeliverable:
        """Fail, or send."""
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.sent.append(message)
        return Sent()


def failing(town: Town, *errors: Exception | None) -> tuple[Worker, Reader]:
    """Give a worker of the same shop over another notifier."""
    reader = Reader(*errors)
    shop = evolve(town.market.shop, notifier=reader)
    return Marketplace(shop).worker("w"), reader


class TestWorkers:
    """What cannot be done is tried again, ever more rarely, or given to a person; never dropped."""

    def test_no_answer_is_asked_again(self, town: Town) -> None:
        """After a minute at most, then two; after half of that at least."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        lost = OutsideUnavailableError("smtp", "send", "no answer")
        worker, reader = failing(town, lost, lost)
        assert worker.round().postponed == 1
        for minutes, postponed, done in ((0.5, 0, 0), (0.5, 1, 0), (1, 0, 0), (1, 0, 1)):
            town.clock.advance(timedelta(minutes=minutes))
            progress = worker.round()
            assert (progress.postponed, progress.done) == (postponed, done)
        assert len(reader.sent) == 1

    def test_a_rejected_one_waits_for_a_person(self, town: Town) -> None:
        """Who mends what is wrong, and has it done."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        worker, reader = failing(town, OutsideRejectedError("smtp", "send", "wrong password"))
        progress = worker.round()
        assert (progress.dead_lettered, progress.troubles) == (
            1,
            ("piece/coat#2.0: smtp: send failed: wrong password",),
        )
        worker.shop.store.resume("piece/coat#2.0", town.clock.now())
        assert worker.round().done == 1
        assert len(reader.sent) == 1

    def test_two_workers_share(self, town: Town) -> None:
        """What one has taken the other is not given."""
        town.buy(COAT, BAG)
        town.work()
        town.market.pieces.put_back(HOUSE, COAT)
        first, second = town.market.worker("first"), town.market.worker("second")
        assert (first.round().idle, second.round().idle) == (True, True)

    def test_a_dead_workers_lease_is_taken_over(self, town: Town) -> None:
        """Five minutes later, not before."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        shop = town.market.shop
        shop.store.pending(town.clock.now(), 9, worker="dead", lease=shop.lease)
        assert town.market.worker().round().idle
        town.clock.advance(timedelta(minutes=5))
        assert town.market.worker().round().done == 1

    def test_nobody_of_that_name(self, town: Town) -> None:
        """Somebody whose address is unknown waits for a person; nothing is lost."""
        town.buy(COAT)
        town.work()
        town.deliver()
        people = town.market.shop.directory

        class Unknown:
            """A directory that has lost its sellers."""

            def contact(self, recipient: Recipient) -> Contact | None:
                """Know buyers only."""
                known = recipient.role is Role.BUYER
                return people.contact(recipient) if known else None

            def workshop(self) -> PostalAddress:
                """Know the workshop."""
                return people.workshop()

        town.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        shop = evolve(town.market.shop, directory=Unknown())
        progress = Marketplace(shop).worker().round()
        assert progress.troubles == ("order/o1#12.0: no address is known of ada",)

    def test_a_payout_that_is_refused(self, town: Town) -> None:
        """Waits for a person, and is made once they have mended it."""
        from vintage_rules.adapters.memory.payouts import MemoryPayouts

        town.buy(COAT)
        town.work()
        town.deliver()
        shop = evolve(town.market.shop, payouts=MemoryPayouts(without_account=[ADA.id]))
        town.clock.advance(timedelta(days=20))
        worker = Marketplace(shop).worker()
        worker.tick()
        assert worker.round().dead_lettered == 1
        (letter,) = shop.store.dead_letters(1)
        shop.store.resume(letter.message.key, town.clock.now())
        town.work()
        assert town.payouts.paid("EUR") == euros("90.00")

    def test_an_idle_worker_says_so(self, town: Town) -> None:
        """Nothing to do is not an error."""
        assert town.market.worker().round().idle


class TestSessions:
    """One unit of work: all of it, or none, and again on what somebody else has left."""

    def test_done_again_where_somebody_was_first(self, town: Town) -> None:
        """The second try sees what the first missed."""
        store, tries = town.market.shop.store, []

        def act(work: UnitOfWork) -> int:
            stream = work.load(ORDERS, "o1")
            tries.append(stream.version)
            if len(tries) == 1:
                town.buy(COAT)
            assert isinstance(stream.state, (Order, type(None)))
            if stream.state is None:
                from tests.orders.order_stories import placed

                work.record(stream, [placed()])
            return stream.version

        assert decide_and_commit(store, town.clock.now, "test", act) == tries[-1]
        assert tries == [0, 1]

    def test_not_for_ever(self, town: Town) -> None:
        """Where others are first without end, it says so."""
        store = town.market.shop.store
        record = Record(name="x", at=town.clock.now(), data="{}")

        def act(work: UnitOfWork) -> None:
            stream = work.load(ORDERS, "o1")
            from tests.orders.order_stories import placed

            work.record(stream, [placed()])
            version = store.read("order/o1").version
            store.append(
                [Change(stream="order/o1", expected=version, records=(record,), deadline=None)]
            )

        with pytest.raises((VersionConflictError, NewerVersionError)):
            decide_and_commit(store, town.clock.now, "test", act)


class TestWhatIsKept:
    """Texts that another version, or a person, can read."""

    def test_an_event(self, town: Town) -> None:
        """Under its stable name, amounts as amounts."""
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        record = town.market.shop.store.read("piece/coat").records[-1]
        assert record.name == "offer-made"
        assert '"price":"70.00 EUR"' in record.data

    @pytest.mark.parametrize(
        "text", ["", "[]", "{", '{"is":"order-paid"}', '{"is":"order-paid","at":"never"}']
    )
    def test_a_text_that_is_none(self, town: Town, text: str) -> None:
        """Is refused by name, and never half read."""
        record = Record(name="order-paid", at=town.clock.now(), data=text)
        with pytest.raises(InvalidValueError, match="order-paid"):
            ORDER_EVENTS.decode(record)

    @pytest.mark.parametrize("text", ["", "3", '{"is":"void-charge"}'])
    def test_a_text_that_is_no_effect(self, text: str) -> None:
        """The same."""
        with pytest.raises(InvalidValueError, match="effect"):
            decode_effect(text)

    def test_a_gift_card_is_not_a_provider(self, town: Town) -> None:
        """A tender that nobody takes here is named."""
        from vintage_rules.errors import UnknownTermError

        with pytest.raises(UnknownTermError, match="tender: must be one of card, paypal"):
            town.market.shop.gateway("gift-card")
        assert Means(tender="card", source="approved", brand="visa") == CARD
