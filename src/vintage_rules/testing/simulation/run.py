"""Running a town for so many days, with faults, and then letting it come to rest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

from attrs import field, frozen

from vintage_rules.dates import Calendar
from vintage_rules.errors import CorruptHistoryError, OutsideUnavailableError, VintageRulesError
from vintage_rules.money import Money, total
from vintage_rules.orders.events import RefundSent
from vintage_rules.policies.book import PolicyBook
from vintage_rules.ports.store import EventStore
from vintage_rules.testing.simulation.aftermath import (
    end_disputes,
    end_refunds,
    forget_keys,
    pass_refunds_on,
    report_all,
    report_payouts,
)
from vintage_rules.testing.simulation.audit import Books, unfinished, violations
from vintage_rules.testing.simulation.faults import Crash, Seeded
from vintage_rules.testing.simulation.people import next_deed, tidy_up
from vintage_rules.testing.simulation.town import HOUSE, Deed, Scale, Town, found

_DAY = timedelta(days=1)
_PASSES, _PASS = 10, timedelta(days=12)  # by then every window has closed, and every search is over
_SLOW_CLOCKS, _BEHIND = 0.1, timedelta(minutes=1)  # the machine that takes a deed may be late
_SHARE_OF_DAYS_THAT_END_KEYS = 0.5
_PERSISTENCE = 0.8  # how often a person who heard nothing tries again


@frozen(kw_only=True)
class Report:
    """What a simulation came to.

    `events` counts what was recorded, by name.

    `digest` is of everything that was written: the same seed gives the same one on every store.
    """

    seed: int
    days: int
    deeds: Counter[str]
    faults: Counter[str]
    events: Counter[str]
    orders: int
    captured: Money
    refunded: Money
    paid_out: Money
    mails: int
    violations: tuple[str, ...]
    digest: str


@frozen(kw_only=True)
class Simulation:
    """How a town is to be simulated.

    `chance` is the probability of a fault at each call of a port, from 0 to 1.
    """

    book: PolicyBook
    calendar: Calendar
    seed: int = 1
    days: int = 30
    chance: float = 0.04
    scale: Scale = field(factory=Scale)

    def run(self, store: EventStore, progress: Callable[[int], None] = lambda _day: None) -> Report:
        """Let the town live over a store that holds nothing yet, and check its books."""
        plan = Seeded(Random(f"faults {self.seed}"), self.chance)
        people = Random(f"people {self.seed}")
        town = found(
            people,
            plan,
            store,
            book=self.book,
            calendar=self.calendar,
            scale=self.scale,
            seed=self.seed,
        )
        life = Life(town, Counter())
        for day in range(self.days):
            life.live_a_day()
            progress(day + 1)
        plan.calm = town.mischief.calm = True
        life.come_to_rest()
        return self._report(town, life.deeds)

    def _report(self, town: Town, deeds: Counter[str]) -> Report:
        books = Books.of(town)
        captured = (p.amount for order, _ in books.placed() for p in order.captured)
        refunded = (
            payment.amount
            for _, history in books.placed()
            for event in history
            if isinstance(event, RefundSent)
            for payment in event.payments
        )
        return Report(
            seed=self.seed,
            days=self.days,
            deeds=deeds,
            faults=town.wire.counts + town.mischief.counts,
            events=_events(town.outside.store),
            orders=len(books.orders),
            captured=total(captured, books.currency),
            refunded=total(refunded, books.currency),
            paid_out=town.outside.payouts.paid(books.currency),
            mails=len(town.outside.outbox.messages),
            violations=(*violations(town, books), *unfinished(books)),
            digest=digest(town.outside.store),
        )


def _events(store: EventStore) -> Counter[str]:
    return Counter(
        record.name for stream in store.streams("") for record in store.read(stream).records
    )


def digest(store: EventStore) -> str:
    """Return what stands for everything a store holds: where the same is held it is the same."""
    summed = hashlib.sha256()
    for stream in store.streams(""):
        for record in store.read(stream).records:
            summed.update(f"{stream}\0{record.at.isoformat()}\0{record.data}\0".encode())
    return summed.hexdigest()


def _is_refusal(answer: object) -> bool:
    name = type(answer).__name__
    return name.endswith("Refused") or name in _REFUSALS


_REFUSALS = frozenset({"Declined", "OrderNotQuoted", "GiftCardNotTaken"})
LOOK, OUTSIDE, WORK = "look around", "outside", "work"
_OF_ITSELF = frozenset({LOOK, OUTSIDE, WORK})


@frozen
class Life:
    """A town on its way through its days."""

    town: Town
    deeds: Counter[str]

    def live_a_day(self) -> None:
        """Let a day pass, with workers that work, and banks that forget at times."""
        town, random = self.town, self.town.random
        for _ in range(town.scale.deeds_a_day):
            self.live_a_part_of_a_day()
            if random.random() < 0.3:
                town.wire.arrive()
            self._work(random.choice(("first", "second")))
        self.report_and_look()
        if random.random() < _SHARE_OF_DAYS_THAT_END_KEYS:
            forget_keys(town)

    def live_a_part_of_a_day(self) -> None:
        """Let some time pass, and people do what is due and one thing more."""
        town = self.town
        town.clock.advance(_DAY / town.scale.deeds_a_day * town.random.uniform(0, 2))
        for do in town.come_due():
            self.attempt(OUTSIDE, do)
        self._somebody()
        pass_refunds_on(town)

    def report_and_look(self) -> None:
        """Have a person look at what waits for one, and the banks report what is new."""
        self.attempt(LOOK, self._look_into_it)
        for do in report_all(self.town):
            self.attempt(OUTSIDE, do)

    def _somebody(self) -> None:
        def look_and_do() -> object:
            drawn = next_deed(self.town)
            if drawn is not None:
                self.attempt(*drawn)
            return None

        behind = _BEHIND if self.town.random.random() < _SLOW_CLOCKS else timedelta(0)
        self.town.clock.advance(-behind)
        self.attempt(LOOK, look_and_do)
        self.town.clock.advance(behind)

    def attempt(self, name: str, deed: Deed) -> object:
        """Do a deed; a person who hears nothing tries again later, or forgets about it."""
        town = self.town
        try:
            answer = deed()
        except (OutsideUnavailableError, Crash) as lost:
            self._count(name, "cut off" if isinstance(lost, Crash) else "lost")
            if town.random.random() < _PERSISTENCE:
                wait = timedelta(minutes=town.random.randrange(600))
                town.later(wait, lambda: self.attempt(name, deed))
            return None
        except CorruptHistoryError:
            raise
        except VintageRulesError:
            self._count(name, "refused")
            return None
        self._count(name, "refused" if _is_refusal(answer) else "done")
        return answer

    def _count(self, name: str, outcome: str) -> None:
        if name not in _OF_ITSELF:
            self.deeds[f"{name}: {outcome}"] += 1

    def _work(self, name: str) -> None:
        self.attempt(WORK, lambda: self.town.worker(name).round(20))

    def _look_into_it(self) -> None:
        """A person looks at dead letters, and resumes them, and settles the cases there are."""
        store, now = self.town.outside.store, self.town.now
        for letter in store.dead_letters(100):
            self.town.mischief.mend(letter.message.key)
            store.resume(letter.message.key, now)
        market = self.town.market
        for case in market.house_desk.cases(HOUSE).rows:
            market.cases.settle(HOUSE, case.opened.case, "seen to")

    def come_to_rest(self) -> None:
        """Let what is late arrive and everybody finish what they began, in calm weather."""
        self.town.wire.arrive()
        for _ in range(_PASSES):
            self.town.clock.advance(_PASS)
            for do in self.town.come_due():
                self.attempt(OUTSIDE, do)
            end_refunds(self.town)
            for do in (
                *report_all(self.town),
                *report_payouts(self.town),
                *end_disputes(self.town),
            ):
                self.attempt(OUTSIDE, do)
            for name, deed in tidy_up(self.town):
                self.attempt(name, deed)
            self._look_into_it()
            self._work_off()

    def _work_off(self) -> None:
        worker = self.town.market.worker("last")
        while not worker.round().idle:
            pass
