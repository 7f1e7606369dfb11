"""What a worker logs: streams and keys, what went wrong, and nothing of what was sent."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import CARD, COAT, HOUSE, ZOE, Town, euros, known
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.marketplace import Marketplace
from vintage_rules.ports import Message, Sent, Undeliverable


class Away(Outbox):
    """A mail server that cannot be reached."""

    def send(self, message: Message) -> Sent | Undeliverable:
        """Fail."""
        raise OutsideUnavailableError("mail", "send", f"no answer from {message.to.id}")


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    """Give what was logged: how serious it is, and the text."""
    return [(each.levelno, each.getMessage()) for each in caplog.records]


class TestLog:
    """One record for each timer that fires and each effect that is settled."""

    @pytest.fixture(autouse=True)
    def _everything(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG, "vintage_rules.worker")

    def test_what_is_done(self, caplog: pytest.LogCaptureFixture) -> None:
        """With its key and kind; a timer with its stream."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.work()
        assert (logging.INFO, "piece/coat#2.0: send-message is done") in logged(caplog)
        (record,) = caplog.records
        assert vars(record)["stream"] == "piece/coat"
        assert (vars(record)["key"], vars(record)["kind"]) == ("piece/coat#2.0", "send-message")
        caplog.clear()
        town.wait(hours=24)
        assert logged(caplog)[0] == (logging.INFO, "piece/coat: timer fired")

    def test_what_is_retried_and_what_is_given_up(self, caplog: pytest.LogCaptureFixture) -> None:
        """A warning while it is tried again, an error once a person must look."""
        town = Town.built().stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        for notifier in (Away(), Outbox(known())):
            shop = evolve(town.market.shop, notifier=notifier)
            Marketplace(shop).worker().round()
            town.clock.advance(timedelta(hours=1))
        assert [level for level, _ in logged(caplog)] == [logging.WARNING, logging.ERROR]
        assert "send-message is retried: mail: send failed" in caplog.messages[0]
        assert "send-message is dead-lettered: " in caplog.messages[1]

    def test_a_timer_that_fails(self, caplog: pytest.LogCaptureFixture) -> None:
        """The store is away while its event is written, or something is wrong in us."""

        class Torn(MemoryStore):
            """Raises what it is told to, once."""

            error: Exception | None = None

            def append(self, changes: object) -> None:
                """Fail once."""
                error, self.error = self.error, None
                if error is not None:
                    raise error
                super().append(changes)  # type: ignore[arg-type]  # what it was given

        for error in (OutsideUnavailableError("store", "append", "gone"), KeyError("zoe")):
            store = Torn()
            town = Town.built(store).stock()
            town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
            town.clock.advance(timedelta(hours=24))
            store.error = error
            town.market.worker().tick()
        assert [level for level, _ in logged(caplog)] == [logging.WARNING] * 2
        assert caplog.messages[0].startswith("piece/coat: timer failed: store: append failed")
        assert caplog.messages[1].startswith("piece/coat: timer failed: KeyError")

    def test_nothing_of_what_was_sent(self, caplog: pytest.LogCaptureFixture) -> None:
        """Neither words, nor a code, nor an address."""
        town = Town.built().stock()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "À toi", CARD)
        town.buy(COAT)
        town.work()
        secrets = ["À toi", "rue Neuve", "@example.com", "Bordeaux"]
        secrets += [
            str(fact)
            for mail in town.outbox.messages
            for name, fact in mail.facts.items()
            if name == "code"
        ]
        assert len(secrets) == 5
        texts = [*caplog.messages, *(str(vars(record)) for record in caplog.records)]
        assert texts
        assert not [text for text in texts if any(secret in text for secret in secrets)]
        assert town.market.house_desk.cases(HOUSE).rows == ()
