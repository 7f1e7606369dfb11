"""The life of an order, step by step: what is done, what time brings, and the money at once.

Money is taken to move as soon as it is due: payments are captured as the order is placed, refunds
and payouts are made and the carrier is paid at the moment they are owed. So the books of a history
show what each has received, and not what is under way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain

from attrs import define, field

from vintage_rules.dates import Calendar, instant, local_day, zone
from vintage_rules.errors import DayError, InvalidValueError, NotFoundError, UnknownTermError
from vintage_rules.ids import ParcelId
from vintage_rules.machine import Refused
from vintage_rules.orders.cases import cases_of
from vintage_rules.orders.commands import (
    BeginPayout,
    BeginRefund,
    CommandParcel,
    OrderCommand,
    RecordCapture,
    RecordCarrierPaid,
    RecordPayoutSent,
    RecordRefundSent,
)
from vintage_rules.orders.decide import ORDER, OrderRefused
from vintage_rules.orders.events import OrderEvent, OrderPlaced, RefundSent
from vintage_rules.orders.fees import assumed
from vintage_rules.orders.ledger import CARRIER, paid
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.promise import promise_of
from vintage_rules.orders.replay.commands import ReplayRules, parcel_names, translated
from vintage_rules.orders.replay.history import OrderHistory, RefusedStep, ReplayedCase
from vintage_rules.orders.replay.places import parcel_rows, piece_rows
from vintage_rules.orders.replay.rows import (
    balance_of,
    case_row,
    event_row,
    payout_rows,
    refund_rows,
)
from vintage_rules.orders.replay.steps import Step
from vintage_rules.orders.states import Order, PayoutState
from vintage_rules.shipping.delivery import DoorPromise
from vintage_rules.shipping.parcel.commands import AskBuyer
from vintage_rules.shipping.parcel.states import ParcelState


def replay_order(
    placed: OrderPlaced,
    steps: Sequence[Step],
    until: datetime,
    policy: HousePolicy,
    *,
    calendar: Calendar,
    destination_calendar: Calendar,
) -> OrderHistory:
    """Return what came of an order by a moment, all that was done with it and all the time between.

    `calendar` holds the days of rest of the house, `destination_calendar` those of the place the
    order goes to, which its parcels are estimated by.

    Raises:
        DayError: Naming the step that comes before the one above it, before the order or after the
            end.
        InvalidValueError: Naming the step that names what the order does not hold.
        CalendarRangeError: For days that the calendars do not cover.

    >>> from datetime import UTC, date
    >>> from vintage_rules import (
    ...     Money,
    ...     Piece,
    ...     Place,
    ...     calendar,
    ...     load_policy,
    ...     locate,
    ...     quote_order,
    ... )
    >>> from vintage_rules.orders import Do, ParcelScan, place_order
    >>> from vintage_rules.returns import Payment
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = Piece(
    ...     id="coat", seller="ada", price=Money("90.00", "EUR"), weight_g=1400
    ... )
    >>> quote = quote_order(
    ...     [coat], locate(Place(country="FR", postal_code="33000")), "direct", house
    ... )
    >>> placed = place_order(
    ...     quote,
    ...     house,
    ...     order="o1",
    ...     buyer="zoe",
    ...     payments=[Payment(tender="card", amount=quote.price.total)],
    ...     at=datetime(2026, 9, 7, 8, tzinfo=UTC),
    ... )
    >>> handed_in = Step(
    ...     at=datetime(2026, 9, 8, 8, tzinfo=UTC), do=Do.HAND_IN, parcel="ada"
    ... )
    >>> delivered = Step(
    ...     at=datetime(2026, 9, 10, 8, tzinfo=UTC),
    ...     do=Do.SCAN,
    ...     parcel="ada",
    ...     status=ParcelScan.DELIVERED,
    ... )
    >>> history = replay_order(
    ...     placed,
    ...     [handed_in, delivered],
    ...     datetime(2026, 9, 25, tzinfo=UTC),
    ...     house,
    ...     calendar=calendar("FR"),
    ...     destination_calendar=calendar("FR"),
    ... )
    >>> history.payouts[0].amount, history.balance.buyer
    (Money('90.00', 'EUR'), Money('-101.19', 'EUR'))
    """
    end = instant(until, "until")
    _require_order(placed, steps, end)
    rules = ReplayRules(policy=policy, calendar=calendar, destination_calendar=destination_calendar)
    life = _Life(rules=rules, order=ORDER.replay([placed]), events=[placed])
    life.capture()
    refused = [no for place, step in enumerate(steps) if (no := _run(life, place, step))]
    life.pass_time(end)
    return _history(life, refused, _promises(life, end))


def _require_order(placed: OrderPlaced, steps: Sequence[Step], end: datetime) -> None:
    if end < placed.at:
        raise DayError("until", end, f"not before {placed.at.isoformat()}, when it is placed")
    before = placed.at
    for place, step in enumerate(steps):
        if not before <= step.at <= end:
            found = step.at.isoformat()
            allowed = f"between {before.isoformat()}, the one before, and {end.isoformat()}"
            raise DayError(f"commands[{place}].at", found, allowed)
        before = step.at


def _run(life: _Life, place: int, step: Step) -> RefusedStep | None:
    """Do one thing, and say why where it is refused.

    Raises:
        InvalidValueError: With the place of what the order does not hold.
    """
    try:
        reasons = life.do(step)
    except (NotFoundError, UnknownTermError) as error:
        allowed = f"one of {', '.join(error.known)}"
        raise InvalidValueError(_path(place, step, error.field), error.found, allowed) from error
    except InvalidValueError as error:
        raise type(error)(_path(place, step, error.field), error.found, error.allowed) from error
    return RefusedStep(at=step.at, do=step.do, reasons=reasons) if reasons else None


def _path(place: int, step: Step, name: str) -> str:
    named = "pieces" if name == "piece" and step.piece is None else name
    return f"commands[{place}].{named}"


@define
class _Life:
    """An order as far as it has come, and what has come of it."""

    rules: ReplayRules
    order: Order
    events: list[OrderEvent]
    cases: list[ReplayedCase] = field(factory=list[ReplayedCase])
    sources: list[str] = field(factory=list[str])

    def capture(self) -> None:
        """Charge every means of payment as the order is placed. Clause C7."""
        placed = self.order.placed
        for payment in placed.payments:
            self._execute(
                [RecordCapture(at=placed.at, tender=payment.tender, reference=payment.reference)]
            )

    def pass_time(self, now: datetime) -> None:
        """Let happen what time alone brings by a moment, and the money move in between."""
        while (due := ORDER.next_deadline(self.order)) is not None and due <= now:
            policy, calendar = self.rules.policy, self.rules.calendar
            self._happen(ORDER.fall_due(self.order, due, policy, calendar))
            self._settle(max(due, self.order.at))

    def do(self, step: Step) -> tuple[str, ...]:
        """Do something, after what time has brought by then; return why it is refused, if it is."""
        self.pass_time(step.at)
        groups = translated(step, self.order, self.rules)
        if isinstance(groups, StrEnum):
            return (groups,)
        refused = [self._execute(group) for group in groups]
        self._settle(step.at)
        if None in refused:
            return ()
        self.sources.extend(source for no in refused if no is not None for source in no.sources)
        reasons = {str(reason) for no in refused if no is not None for reason in no.reasons}
        return tuple(sorted(reasons))

    def _execute(self, commands: Sequence[OrderCommand]) -> OrderRefused | None:
        """Execute commands, all or none, and return why they are refused."""
        order, events = self.order, list[OrderEvent]()
        for command in commands:
            decided = ORDER.decide(order, command, self.rules.policy, self.rules.calendar)
            if isinstance(decided, Refused):
                return decided
            order = ORDER.replay(decided, order)
            events.extend(decided)
        self._happen(events)
        return None

    def _happen(self, events: Iterable[OrderEvent]) -> None:
        names = _names_by_id(self.order.placed)
        for event in events:
            self.order = ORDER.evolve(self.order, event)
            self.events.append(event)
            for case in cases_of(self.order, event):
                self.cases.append(case_row(case, event, names))

    def _settle(self, at: datetime) -> None:
        """Move all money that is due, and put the questions that are to be put, until none is."""
        while None in [self._execute(commands) for commands in _pending(self.order, at)]:
            pass


def _names_by_id(placed: OrderPlaced) -> dict[str, str]:
    return {parcel: name for name, parcel in parcel_names(placed).items()}


def _pending(order: Order, at: datetime) -> Iterator[Sequence[OrderCommand]]:
    for cause in order.owed:
        yield [BeginRefund(at=at, cause=cause), RecordRefundSent(at=at, cause=cause)]
    for piece, payout in order.payouts.items():
        if payout is PayoutState.DUE:
            yield [BeginPayout(at=at, piece=piece), RecordPayoutSent(at=at, piece=piece)]
    if order.accounts[CARRIER].amount > 0:
        yield [RecordCarrierPaid(at=at)]
    for parcel in order.parcels.values():
        if parcel.state is ParcelState.BACK_AT_SENDER and not order.is_inbound(parcel.id):
            yield [CommandParcel(parcel=parcel.id, command=AskBuyer(at=at))]


def _promises(life: _Life, end: datetime) -> dict[ParcelId, DoorPromise]:
    """Return when each parcel that is to come arrives, as far as the house says."""
    order, rules = life.order, life.rules
    today = local_day(end, zone(rules.policy.zone))
    found = {
        parcel.id: promise_of(
            order,
            parcel.id,
            today,
            rules.policy,
            calendar=rules.calendar,
            destination_calendar=rules.destination_calendar,
        )
        for parcel in order.placed.parcels
    }
    return {parcel: each for parcel, each in found.items() if isinstance(each, DoorPromise)}


def _history(
    life: _Life, refused: Sequence[RefusedStep], promises: Mapping[ParcelId, DoorPromise]
) -> OrderHistory:
    order, events, policy = life.order, life.events, life.rules.policy
    names = _names_by_id(order.placed)
    promised = (source for promise in promises.values() for source in promise.sources)
    decided = chain(_sources(order, policy, events, life.sources), promised)
    return OrderHistory(
        state=order.state,
        total=paid(order.placed.payments, order.currency),
        parcels=parcel_rows(order, promises),
        pieces=piece_rows(events, order),
        refunds=refund_rows(events, names, order.currency),
        payouts=payout_rows(events, order.currency),
        balance=balance_of(events, order),
        events=tuple(event_row(event, names, order.currency) for event in events),
        refusals=tuple(refused),
        cases=tuple(life.cases),
        edition=policy.edition,
        sources=tuple(dict.fromkeys(decided)),
    )


def _sources(
    order: Order, policy: HousePolicy, events: Iterable[OrderEvent], refused: Iterable[str]
) -> Iterator[str]:
    """Return what decided: how money is refunded and paid out, and what refusals rest on."""
    territory = order.placed.destination.territory
    for line in order.placed.lines:
        yield from policy.returns.payouts.at(territory, assumed(line.sale, policy).sale_kind)[1]
    if any(isinstance(event, RefundSent) for event in events):
        yield from policy.returns.refunds.sources
    for refund in order.refunds:
        for piece in refund.pieces:
            yield from piece.terms.sources
    yield from refused
