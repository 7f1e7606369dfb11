"""Workers: they record what time alone has done, and handle the effects of events.

Any number of workers may run at once on one store, in as many processes as the host likes. They
share the work by **leases**: the store gives a due stream or a pending message to one worker, and
to no other until the lease is over. A lease is a promise about time, not a lock. A worker that
crashes cannot give it back, so it ends by itself; a worker that is slower than its lease may find
that another has done the same. Both cases are harmless, for two reasons:

- a timer that fires twice is recorded once: the second unit of work finds the stream grown;
- an effect that is handled twice calls the outside twice with one key, and it is done once (see
  `vintage_rules.marketplace.effects`).

So effects are handled **at least once**, and never lost: only `settle` ends a message. The order of
two effects is not promised, even of one stream, since the first may be postponed; a handler that
needs something to be so looks at the stream.

**Nothing starves.** Timers and messages are leased one by one, so a lease covers one of them alone:
none ends because others were slow, and a process that is killed holds up what it was at, nothing
else. Whatever one raises, the next is taken. A message that fails by itself is tried again, ever
later, and dead-lettered after `Shop.attempts` failures in a row; that it was taken is counted by
the store before its handler begins, so one that kills each worker is dead-lettered too. What waits
for the outside to answer is no failure of the message: it is retried for as long as it takes. So is
what a provider denies because our key is wrong; the other effects that go to that provider wait
meanwhile without a call (see `pauses.py`), and nothing is dead-lettered for it. A timer that fails
becomes an effect (`FireTimer`), and with that has attempts and a dead letter.

While a newer version of the library is rolled out, a worker of the older one may meet what the
newer has stored: it postpones that, and a newer worker handles it.

**The log.** What was done is logged under `vintage_rules.worker`: a timer that fired and an effect
that is done as INFO, what went wrong and is tried again as WARNING, a dead letter as ERROR. Each
record has the `stream`, an effect its `key` and `kind` too. No effect's content is logged. What
writes it is one of `Shop.observers`, which a host may replace or add to.

`Shop.lease` should be longer than one effect takes. Shorter, everything is still right, and done
twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from traceback import format_exception_only

from attrs import field, frozen

from vintage_rules.errors import (
    NewerVersionError,
    OutsideDeniedError,
    OutsideUnavailableError,
    VersionConflictError,
    VintageRulesError,
    shortened_text,
    without_secrets_in,
)
from vintage_rules.ids import identifier
from vintage_rules.marketplace.effects.backoff import backoff
from vintage_rules.marketplace.effects.handlers import HANDLERS, Handler, handle_effect
from vintage_rules.marketplace.effects.pauses import Pauses
from vintage_rules.marketplace.effects.timers import fire, record_failure
from vintage_rules.marketplace.observing import observed
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.codec import decode_effect
from vintage_rules.ports.observer import Activity, ActivityKind
from vintage_rules.ports.store import DeadLettered, Done, Leased, Outcome, Postponed

BATCH = 100


def _name(name: str) -> str:
    return identifier(name, "worker")


@frozen(kw_only=True)
class Progress:
    """What one round of a worker has done: timers that fired, and effects by their outcome.

    `troubles` says what went wrong, stream or key first.
    """

    timers: int = 0
    done: int = 0
    postponed: int = 0
    dead_lettered: int = 0
    troubles: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (
            self.timers or self.done or self.postponed or self.dead_lettered or self.troubles
        )

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            timers=self.timers + other.timers,
            done=self.done + other.done,
            postponed=self.postponed + other.postponed,
            dead_lettered=self.dead_lettered + other.dead_lettered,
            troubles=(*self.troubles, *other.troubles),
        )


@frozen
class Worker:
    """Fires timers and handles effects of a shop, under a name of its own.

    `handlers` are those of all effects; a test puts one of `vintage_rules.testing.handlers` among
    them.
    """

    shop: Shop
    name: str = field(default="worker", converter=_name)
    handlers: Mapping[type[object], Handler] = field(default=HANDLERS, kw_only=True, repr=False)
    _pauses: Pauses = field(factory=Pauses, init=False, repr=False, eq=False)

    def round(self, limit: int = BATCH) -> Progress:
        """Fire timers, then handle effects: at most so many of each."""
        activity = Activity(kind=ActivityKind.ROUND, name="round")
        with observed(self.shop.observers, activity):
            progress = self.tick(limit) + self.handle_effects(limit)
            activity.outcome = "idle" if progress.idle else "done"
            return progress

    def tick(self, limit: int = BATCH) -> Progress:
        """Record what time alone has done to streams whose deadline has come."""
        shop, progress = self.shop, Progress()
        for _ in range(limit):
            due = shop.store.due(self._now(), 1, worker=self.name, lease=shop.lease)
            if not due:
                break
            progress += self._fire(due[0])
        return progress

    def _fire(self, stream: str) -> Progress:
        about = {"stream": stream}
        activity = Activity(kind=ActivityKind.TIMER, name=stream.partition("/")[0], about=about)
        with observed(self.shop.observers, activity):
            try:
                fired = fire(self.shop, stream)
            except _LATER as error:
                activity.outcome, activity.trouble = "failed", str(error)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next timer is fired
                activity.outcome, activity.trouble = "failed", last_line(error)
                with suppress(Exception):  # then it is recorded when the lease is over
                    record_failure(self.shop, stream, activity.trouble)
            else:
                activity.outcome = "done" if fired else "fired-before"
                return Progress(timers=1 if fired else 0)
        return Progress(troubles=(f"{stream}: {activity.trouble}",))

    def handle_effects(self, limit: int = BATCH) -> Progress:
        """Handle effects that wait in the outbox."""
        shop, progress = self.shop, Progress()
        for _ in range(limit):
            taken = shop.store.pending(self._now(), 1, worker=self.name, lease=shop.lease)
            if not taken:
                break
            progress += self._settle(taken[0])
        return progress

    def _settle(self, leased: Leased) -> Progress:
        message = leased.message
        about = {"stream": message.stream, "key": message.key}
        activity = Activity(kind=ActivityKind.EFFECT, name=message.kind, about=about)
        with observed(self.shop.observers, activity):
            outcome = self._outcome(leased)
            self.shop.store.settle(leased, outcome)
            activity.outcome, activity.trouble = _in_words(outcome)
        troubles = (f"{message.key}: {activity.trouble}",) if activity.trouble else ()
        match outcome:
            case Done():
                return Progress(done=1)
            case Postponed():
                return Progress(postponed=1, troubles=troubles)
            case DeadLettered():
                return Progress(dead_lettered=1, troubles=troubles)

    def _outcome(self, leased: Leased) -> Outcome:
        if leased.failures >= self.shop.attempts:
            reason = f"{leased.failures} workers in a row took it and left no outcome"
            return DeadLettered(at=self._now(), reason=reason)
        try:
            return self._handled(leased)
        except _LATER as error:
            return Postponed(until=self._later(leased, leased.attempt), reason=str(error))
        except VintageRulesError as error:
            return DeadLettered(at=self._now(), reason=str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next effect is handled
            return self._failed(leased, last_line(error))

    def _handled(self, leased: Leased) -> Outcome:
        effect = decode_effect(leased.message.data)
        until = self._pauses.until(effect, self._now())
        if until is not None:
            return Postponed(until=until, reason="")
        try:
            outcome = handle_effect(self.shop, effect, leased.message, self.handlers)
        except OutsideDeniedError as error:
            paused = self._pauses.denied(effect, self._now())
            until = paused or self._later(leased, leased.attempt)
            return Postponed(until=until, reason=str(error))
        self._pauses.known(effect)
        return outcome

    def _failed(self, leased: Leased, reason: str) -> Outcome:
        failures = leased.failures + 1
        if failures >= self.shop.attempts:
            return DeadLettered(at=self._now(), reason=reason)
        return Postponed(until=self._later(leased, failures), reason=reason, failed=True)

    def _later(self, leased: Leased, attempt: int) -> datetime:
        return self._now() + backoff(attempt, leased.message.key)

    def _now(self) -> datetime:
        return self.shop.clock.now()


def _in_words(outcome: Outcome) -> tuple[str, str]:
    """Return the word for what came of an effect, and what went wrong."""
    match outcome:
        case Done():
            return "done", ""
        case Postponed(reason=reason):
            return "retried" if reason else "waits", reason
        case DeadLettered(reason=reason):
            return "dead-lettered", reason


# What is no failure of the effect or the timer itself.
_LATER = (OutsideUnavailableError, VersionConflictError, NewerVersionError)


def last_line(error: Exception) -> str:
    """Return the last line of a traceback on one line, without what may be secret in it.

    >>> last_line(KeyError("zoe@example.com"))
    "KeyError: 'zoe@example.com'"
    >>> last_line(OSError("https://shop:pw@mail.example/?token=abc refused"))
    'OSError: https://***@mail.example/?token=*** refused'
    """
    text = "".join(format_exception_only(error))
    return shortened_text(without_secrets_in(text))
