"""Nothing starves: each effect and each timer alone, whatever it raises, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import BAG, CARD, COAT, MAX, ZOE, Town, euros
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.errors import InvalidValueError, OutsideUnavailableError
from vintage_rules.marketplace import Marketplace, Progress, Worker
from vintage_rules.marketplace.commands.gift_cards import code_of
from vintage_rules.marketplace.storage.streams import TIMERS
from vintage_rules.marketplace.storage.timer_stream import timer_name
from vintage_rules.marketplace.worker import last_line
from vintage_rules.ports import History, Message, Sent, Undeliverable
from vintage_rules.testing.handlers import killing, poison
from vintage_rules.testing.simulation import Crash

OFFER, OTHER = "piece/coat#2.0", "piece/coat#3.0"
AGES = timedelta(hours=1)
LEASE = timedelta(minutes=5)


@pytest.fixture
def town() -> Town:
    """A coat on which zoe and max have made offers; its seller is mailed of neither yet."""
    town = Town.built().stock()
    town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
    town.market.pieces.make_offer(MAX, COAT, euros("82.00"))
    return town


class TestWhatIsCounted:
    """Errors that are not ours, and processes that end; no answer is neither."""

    @pytest.mark.parametrize(("attempts", "dead_lettered"), [(1, [1]), (2, [0, 1]), (3, [0, 0, 1])])
    def test_as_often_as_the_shop_says(
        self, town: Town, attempts: int, dead_lettered: list[int]
    ) -> None:
        """On both sides of the limit."""
        shop = evolve(town.market.shop, attempts=attempts)
        worker = Worker(shop, handlers=poison(ValueError("x"), OFFER))
        rounds = list[Progress]()
        for _ in dead_lettered:
            rounds.append(worker.round())
            town.clock.advance(AGES)
        assert [each.dead_lettered for each in rounds] == dead_lettered
        assert len(shop.store.dead_letters(9)) == 1

    @pytest.mark.parametrize("attempts", [0, -1, 1.5, True])
    def test_less_than_once(self, town: Town, attempts: int) -> None:
        """Is no number of attempts."""
        with pytest.raises(InvalidValueError, match=r"^attempts: must be a whole number"):
            evolve(town.market.shop, attempts=attempts)

    def test_no_answer_is_waited_for(self, town: Town) -> None:
        """However often there is none: nothing is wrong with the message."""
        shop = evolve(town.market.shop, attempts=2)
        silent = poison(OutsideUnavailableError("smtp", "send", "no answer"), OFFER)
        for _ in range(9):
            assert Worker(shop, handlers=silent).round().dead_lettered == 0
            town.clock.advance(AGES)
        assert Worker(shop).round().done == 1

    def test_no_answer_after_a_failure(self, town: Town) -> None:
        """Begins the count again: only failures in a row are too many."""
        shop = evolve(town.market.shop, attempts=2)
        silent = OutsideUnavailableError("smtp", "send", "no answer")
        for error in (KeyError("x"), silent, KeyError("x")):
            assert Worker(shop, handlers=poison(error, OFFER)).round().dead_lettered == 0
            town.clock.advance(AGES)
        assert Worker(shop, handlers=poison(KeyError("x"), OFFER)).round().dead_lettered == 1

    def test_a_process_that_ends_is_counted_with_the_rest(self, town: Town) -> None:
        """One error, one process that ended: two in a row."""
        shop = evolve(town.market.shop, attempts=2)
        Worker(shop, handlers=poison(KeyError("x"), OFFER)).round()
        town.clock.advance(AGES)
        with pytest.raises(Crash):
            Worker(shop, handlers=killing(OFFER)).round()
        town.clock.advance(LEASE)
        assert Worker(shop).round().dead_lettered == 1
        (letter,) = shop.store.dead_letters(9)
        assert letter.reason == "2 workers in a row took it and left no outcome"

    def test_a_lease_is_that_of_one_message(self, town: Town) -> None:
        """A worker that is killed holds up nothing it has not begun."""
        with pytest.raises(Crash):
            Worker(town.market.shop, handlers=killing()).round()
        assert town.work().done == 1
        assert [message.key for message in town.outbox.messages] == [OTHER]
        town.clock.advance(LEASE)
        assert town.work().done == 1

    def test_an_adapter_that_cannot_bear_one_recipient(self, town: Town) -> None:
        """The others get their mails, those to the same port too."""

        class Choosy:
            """A notifier with a bug."""

            def send(self, message: Message) -> Sent | Undeliverable:
                """Send what zoe's offer is not about."""
                if message.key == OFFER:
                    raise KeyError(message.to.id)
                return town.outbox.send(message)

        market = Marketplace(evolve(town.market.shop, notifier=Choosy()))
        progress = market.worker().round()
        assert (progress.done, progress.troubles) == (1, (f"{OFFER}: KeyError: 'ada'",))


class Torn(MemoryStore):
    """A store that gives one stream with a record that no version wrote, until it is mended.

    `error` is raised instead.
    """

    torn = False
    error: Exception | None = None

    def read(self, stream: str, after: int = 0) -> History:
        """Read it."""
        history = super().read(stream, after)
        if stream != "piece/bag" or not self.torn:
            return history
        if self.error is not None:
            raise self.error
        *sound, last = history.records
        torn = evolve(last, data='{"is":"offer-made"}')
        return evolve(history, records=(*sound, torn))


BAG_TIMER = f"timer/{timer_name('piece/bag')}"


class TestTimers:
    """A timer that fails becomes an effect, which has attempts and a dead letter."""

    @pytest.fixture
    def torn(self) -> Torn:
        """A store that is sound still."""
        return Torn()

    @pytest.fixture
    def town(self, torn: Torn) -> Town:
        """Two offers have lapsed; what is kept of one piece cannot be read."""
        town = Town.built(torn)
        town = evolve(town, market=Marketplace(evolve(town.market.shop, attempts=2))).stock()
        town.market.pieces.make_offer(ZOE, COAT, euros("80.00"))
        town.market.pieces.make_offer(MAX, BAG, euros("50.00"))
        town.work()
        town.clock.advance(timedelta(hours=24))
        torn.torn = True
        return town

    def test_the_next_is_fired(self, torn: Torn, town: Town) -> None:
        """What went wrong is said with its stream."""
        progress = town.market.worker().tick()
        (trouble,) = progress.troubles
        assert trouble.startswith("piece/bag: vintage_rules.errors.InvalidValueError: offer-made")
        assert progress.timers == 1
        assert torn.read(BAG_TIMER).version == 1

    def test_it_is_dead_lettered(self, torn: Torn, town: Town) -> None:
        """Once for its deadline, however often it is tried; resumed, it finds what is left."""
        for _ in range(4):
            town.work()
            town.clock.advance(AGES)
        (letter,) = torn.dead_letters(9)
        assert (letter.message.key, letter.message.kind) == (f"{BAG_TIMER}#0.0", "fire-timer")
        assert letter.reason.startswith("offer-made: must be what this version writes")
        torn.torn = False
        torn.resume(letter.message.key, town.clock.now())
        assert town.market.worker().handle_effects().done == 2  # and the mail that it has lapsed
        assert torn.read("piece/bag").records[-1].name == "offer-lapsed"
        assert town.work().troubles == ()

    def test_another_deadline_may_fail_too(self, torn: Torn, town: Town) -> None:
        """It is another timer, with attempts of its own."""
        town.work()
        torn.torn = False
        town.clock.advance(AGES)
        town.work()
        town.market.pieces.make_offer(ZOE, BAG, euros("50.00"))
        town.work()
        town.clock.advance(timedelta(hours=24))
        torn.torn = True
        town.work()
        versions = [
            TIMERS.codec.decode(record).event.version for record in torn.read(BAG_TIMER).records
        ]
        assert versions == [3, 5]

    def test_no_answer_of_the_store(self, torn: Torn, town: Town) -> None:
        """Is no failure of the timer: it is fired when its lease is over."""
        torn.error = OutsideUnavailableError("store", "read", "no answer")
        progress = town.market.worker().tick()
        assert progress.troubles == ("piece/bag: store: read failed: no answer",)
        assert torn.read(BAG_TIMER).version == 0
        torn.torn = False
        town.clock.advance(LEASE)
        assert town.market.worker().tick() == Progress(timers=1)

    def test_a_failure_that_cannot_be_recorded(self, torn: Torn, town: Town) -> None:
        """Is said, and it is tried again when its lease is over; the next is fired."""
        torn.error = RuntimeError("a page is missing")
        progress = town.market.worker().tick()
        assert progress.troubles == ("piece/bag: RuntimeError: a page is missing",)
        assert progress.timers == 1
        town.clock.advance(LEASE)
        torn.error = None
        assert len(town.market.worker().tick().troubles) == 1
        assert torn.read(BAG_TIMER).version == 1


class TestWhatIsSaid:
    """The last line of a traceback, and never a secret."""

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (KeyError("zoe"), "KeyError: 'zoe'"),
            (RuntimeError(), "RuntimeError"),
            (ValueError("two\nlines"), "ValueError: two lines"),
            (ValueError("x" * 1000), "ValueError: " + "x" * 287 + "…"),
            (OSError("https://shop:hunter2@mail.example/x"), "OSError: https://***@mail.example/x"),
            (OSError("Authorization: Bearer hunter2"), "OSError: Authorization: Bearer ***"),
            (
                OSError("{'password': 'hunter2', 'to': 'zoe'}"),
                "OSError: {'password': ***', 'to': 'zoe'}",
            ),
            (OSError("sk_live_51Hunter2 is no key"), "OSError: *** is no key"),
            (OSError("7HK2-AAAA-BBBB-CCCC-DDDD-EEEE-FF"), "OSError: ***"),
            (OSError("order o1 of zoe@example.com"), "OSError: order o1 of zoe@example.com"),
        ],
    )
    def test_on_one_line(self, error: Exception, said: str) -> None:
        """Its class and its message."""
        assert last_line(error) == said

    def test_what_is_mailed_is_not_said(self, town: Town) -> None:
        """A gift card whose mail fails with all it should say."""

        class Talkative:
            """A notifier that says too much."""

            def send(self, message: Message) -> Sent | Undeliverable:
                """Fail."""
                raise ValueError(dict(message.facts))

        market = Marketplace(evolve(town.market.shop, notifier=Talkative(), attempts=1))
        market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        market.worker().round()
        letters = market.shop.store.dead_letters(9)
        card = next(each for each in letters if each.message.kind == "send-gift-card")
        assert "ValueError: {'amount'" in card.reason
        code = code_of(market.shop, card.message.stream.removeprefix("card/"))
        assert code not in card.reason
        assert "'code': ***" in card.reason
