"""A shop: its policy, the outside behind its ports, and its secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

from attrs import evolve, field, frozen

from vintage_rules.dates import Calendar, local_day, zone
from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.ids import Edition
from vintage_rules.marketplace.actors import Actor
from vintage_rules.marketplace.observing import WorkerLog, command_name, observed, refusals
from vintage_rules.marketplace.storage.unit_of_work import Replays, UnitOfWork, decide_and_commit
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.book import PolicyBook
from vintage_rules.ports.carrier import Carrier, Tracker
from vintage_rules.ports.clock import Clock
from vintage_rules.ports.directory import Directory
from vintage_rules.ports.notifier import Notifier
from vintage_rules.ports.observer import Activity, ActivityKind, Observer
from vintage_rules.ports.payments import PaymentGateway
from vintage_rules.ports.payouts import SellerPayouts
from vintage_rules.ports.store import EventStore

T = TypeVar("T")

_SHORTEST_SECRET = 32


def _attempts(number: int) -> int:
    if type(number) is not int or number < 1:
        raise InvalidValueError("attempts", number, "a whole number, 1 or more")
    return number


def _retention(time: timedelta) -> timedelta:
    if time < timedelta(days=1):
        raise InvalidValueError("retention", time, "a duration of a day or more")
    return time


def _secret(secret: bytes) -> bytes:
    if len(secret) < _SHORTEST_SECRET:
        allowed = f"{_SHORTEST_SECRET} random bytes or more"
        raise InvalidValueError("secret", f"{len(secret)} bytes", allowed)
    return secret


@frozen(kw_only=True)
class Shop:
    """What the marketplace runs on.

    `payments` holds a gateway for each means of payment by name.

    `calendar` is that of the house's public holidays. `secret` makes and checks the codes of gift
    cards: a person who has it can make them, so it is kept like a password. A shop without
    `carrier` sends return addresses without labels; one without `tracker` relies on
    `Parcels.record_scan`. `lease` is how long a worker has for what it took before another may take
    it over. `attempts` is how often in a row an effect may fail before it is dead-lettered.
    `follow_every` is how often the tracker is queried for a parcel. `retention` is how long
    personal data and messages that are done are kept: see `People.purge`. Its default of three
    years is an assumption, and rests on no law. `observers` are shown all that it does: by default
    the log of workers. `own_store` is set by `within` alone: the store
    outside of the transaction of a host.
    """

    store: EventStore
    book: PolicyBook
    calendar: Calendar
    clock: Clock
    payments: Mapping[str, PaymentGateway]
    payouts: SellerPayouts
    notifier: Notifier
    directory: Directory
    secret: bytes = field(converter=_secret, repr=False)
    carrier: Carrier | None = None
    tracker: Tracker | None = None
    lease: timedelta = timedelta(minutes=5)
    attempts: int = field(default=10, converter=_attempts)
    follow_every: timedelta = timedelta(hours=6)
    retention: timedelta = field(default=timedelta(days=1_095), converter=_retention)
    observers: tuple[Observer, ...] = (WorkerLog(),)
    own_store: EventStore | None = None
    _replays: Replays = field(factory=Replays, init=False, eq=False, repr=False)

    def within(self, joined: EventStore) -> Shop:
        """Return this shop on its store within a transaction that the host has begun."""
        return evolve(self, store=joined, own_store=self.store)

    def apart(self) -> Shop:
        """Return this shop on its own store, which commits what it appends at once."""
        return self if self.own_store is None else evolve(self, store=self.own_store)

    def policy(self, now: datetime) -> HousePolicy:
        """Return the edition in force at a moment, by the day in the house's zone."""
        return self.book.on(self.day(now))

    def day(self, now: datetime) -> date:
        """Return the day a moment falls on in the house's zone."""
        return local_day(now, zone(self.book.latest.zone))

    def edition(self, edition: Edition) -> HousePolicy:
        """Return an edition by its name.

        Raises:
            UnknownTermError: For one that the book does not hold any more.
        """
        return self.book.under(edition)

    def gateway(self, tender: str) -> PaymentGateway:
        """Return the gateway of a means of payment.

        Raises:
            UnknownTermError: If there is none.
        """
        if tender not in self.payments:
            raise UnknownTermError("tender", tender, tuple(self.payments))
        return self.payments[tender]

    def do(self, by: Actor | str, command: Callable[[UnitOfWork], T], name: str | None = None) -> T:
        """Run a command as one unit of work, again after a conflict: see `decide_and_commit`.

        Observers are shown it under the name of the method that it is written in, or under `name`.
        """
        about = {"actor": by if isinstance(by, str) else type(by).__name__.lower()}
        activity = Activity(
            kind=ActivityKind.COMMAND, name=name or command_name(command), about=about
        )
        with observed(self.observers, activity):
            answer = self._done(by, command)
            activity.reasons = refusals(answer)
            activity.outcome = "refused" if activity.reasons else "done"
            return answer

    def _done(self, by: Actor | str, command: Callable[[UnitOfWork], T]) -> T:
        # What a host's transaction has appended may be rolled back: nothing of it is kept replayed.
        replays = self._replays if self.own_store is None else None
        return decide_and_commit(self.store, self.clock.now, str(by), command, replays)

    def sign(self, purpose: str, text: str) -> bytes:
        """Return a signature of a text that only this shop can make."""
        message = f"{purpose}\0{text}".encode()
        return hmac.new(self.secret, message, hashlib.sha256).digest()

    def code(self, purpose: str, text: str, length: int) -> str:
        """Return letters and digits derived from a text that only this shop can make."""
        return base64.b32encode(self.sign(purpose, text)).decode()[:length]
