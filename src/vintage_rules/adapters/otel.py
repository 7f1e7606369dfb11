"""OpenTelemetry: spans and metrics of what a shop does, by the providers that a host has set up.

    shop = Shop(..., observers=(WorkerLog(), telemetry := Telemetry()))
    telemetry.measure(shop.store, shop.clock)

**Spans**: `command`, `effect`, `round`, `timer`, `webhook` and `reconciliation`, each with its
name, as `command Orders.cancel`; effects and timers within the round that took them. Attributes
begin with `vintage_rules.`: `outcome`, `reasons`, and where there is one `stream`, `key`, `actor`
(its kind) or `kind`. The status is an error where an exception ended it, a timer failed or an
effect is a dead letter.

**Metrics**, all by kind or name:

- `vintage_rules.commands`, `vintage_rules.commands.refused` by reason;
- `vintage_rules.effects` by outcome: `done`, `retried`, `waits`, `dead-lettered`, `error`;
- `vintage_rules.timers`, `vintage_rules.webhooks`, by outcome;
- `vintage_rules.reconciliation.differences` by what differs;
- `vintage_rules.duration` in seconds, of everything;
- `vintage_rules.backlog` and `vintage_rules.backlog.age` in seconds, of effects that wait: read
  from the store whenever metrics are collected, once `measure` was called.

No attribute has a person, an address, a secret, or the text of an error: what went wrong in words
is in the log.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from time import perf_counter

from opentelemetry.metrics import (
    CallbackOptions,
    Counter,
    MeterProvider,
    Observation,
    get_meter,
)
from opentelemetry.trace import Span, Status, StatusCode, TracerProvider, get_tracer

from vintage_rules.errors import OutsideError
from vintage_rules.ports.clock import Clock
from vintage_rules.ports.observer import Activity, ActivityKind
from vintage_rules.ports.store import Backlog, EventStore

_SCOPE = "vintage_rules"
_FAILED = frozenset({"error", "dead-lettered", "failed"})


class Telemetry:
    """An `Observer` that writes spans and metrics.

    Without providers, they are those that the host has set for its process; without any, nothing is
    written.

    >>> from vintage_rules.ports import Activity, ActivityKind
    >>> with Telemetry().watch(Activity(kind=ActivityKind.ROUND, name="round")):
    ...     pass
    """

    def __init__(
        self, tracers: TracerProvider | None = None, meters: MeterProvider | None = None
    ) -> None:
        self._tracer = get_tracer(_SCOPE, tracer_provider=tracers)
        self._meter = get_meter(_SCOPE, meter_provider=meters)
        self._counters = {
            ActivityKind.COMMAND: self._counter("commands", "Units of work by outcome."),
            ActivityKind.EFFECT: self._counter("effects", "Effects that were handled, by outcome."),
            ActivityKind.TIMER: self._counter("timers", "Timers that were due, by outcome."),
            ActivityKind.WEBHOOK: self._counter("webhooks", "Webhooks by sender and outcome."),
        }
        self._refused = self._counter("commands.refused", "Refused commands by reason.")
        self._differences = self._counter(
            "reconciliation.differences", "Movements on which a provider and the books differ."
        )
        self._duration = self._meter.create_histogram(
            f"{_SCOPE}.duration", unit="s", description="How long an activity lasts."
        )

    @contextmanager
    def watch(self, activity: Activity) -> Generator[None]:
        """Write a span that lasts as long as an activity, and count it at its end."""
        begun = perf_counter()
        named = f"{activity.kind} {activity.name}"
        with self._tracer.start_as_current_span(
            named, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            finally:
                _describe(span, activity)
                self._count(activity)
                of = {"kind": str(activity.kind), "name": activity.name}
                self._duration.record(perf_counter() - begun, of)

    def measure(self, store: EventStore, clock: Clock) -> None:
        """Measure what waits in a store whenever metrics are collected; once for each store.

        A store that does not answer has no measurement.
        """

        def messages(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(each.messages, {"kind": each.kind}) for each in _backlog(store)]

        def age(_: CallbackOptions) -> Iterable[Observation]:
            now = clock.now()
            return [
                Observation(max((now - each.oldest).total_seconds(), 0), {"kind": each.kind})
                for each in _backlog(store)
            ]

        self._meter.create_observable_gauge(
            f"{_SCOPE}.backlog", [messages], description="Effects that wait, by kind."
        )
        self._meter.create_observable_gauge(
            f"{_SCOPE}.backlog.age", [age], unit="s", description="The age of the oldest of them."
        )

    def _counter(self, name: str, description: str) -> Counter:
        return self._meter.create_counter(f"{_SCOPE}.{name}", description=description)

    def _count(self, activity: Activity) -> None:
        name = {"name": activity.name}
        if activity.kind in self._counters:
            counted = {**name, "outcome": activity.outcome, **_kinds(activity.about)}
            self._counters[activity.kind].add(1, counted)
        if activity.outcome == "refused":
            for reason in activity.reasons:
                self._refused.add(1, {**name, "reason": reason})
        if activity.kind is ActivityKind.RECONCILIATION:
            for difference in activity.reasons:
                self._differences.add(1, {**name, "difference": difference})


def _kinds(about: Mapping[str, str]) -> dict[str, str]:
    """Return what has few values: each key or stream would be a series of its own."""
    return {name: text for name, text in about.items() if name in {"actor", "kind"}}


def _describe(span: Span, activity: Activity) -> None:
    span.set_attribute(f"{_SCOPE}.outcome", activity.outcome)
    if activity.reasons:
        span.set_attribute(f"{_SCOPE}.reasons", activity.reasons)
    for name, text in activity.about.items():
        span.set_attribute(f"{_SCOPE}.{name}", text)
    if activity.outcome in _FAILED:
        span.set_status(Status(StatusCode.ERROR, activity.outcome))


def _backlog(store: EventStore) -> tuple[Backlog, ...]:
    try:
        return store.backlog()
    except OutsideError:
        return ()
