"""What observers are shown, and what OpenTelemetry's own SDK makes of it: spans and metrics."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta

import pytest
from attrs import evolve, frozen
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, Metric, NumberDataPoint
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.marketplace.town import (
    ADA,
    BAG,
    CARD,
    COAT,
    HOME,
    HOUSE,
    MONDAY,
    ZOE,
    Town,
    euros,
    known,
)
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.otel import Telemetry
from vintage_rules.errors import ForgedWebhookError, NotAllowedError, OutsideUnavailableError
from vintage_rules.marketplace import BalanceTransaction, Marketplace, Means
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.states import Order
from vintage_rules.ports import Backlog, Message, Observer, Sent, Undeliverable


class Failing(Outbox):
    """A mailbox whose error says whom it was for."""

    def send(self, message: Message) -> Sent | Undeliverable:
        """Fail."""
        raise OSError(f"refused {message.to.id}@example.com, password hunter2")


@frozen
class Watched:
    """A town, what its spans were exported to, and where its metrics are read."""

    town: Town
    spans: InMemorySpanExporter
    reader: InMemoryMetricReader

    @classmethod
    def built(cls, store: MemoryStore | None = None) -> Watched:
        """Stock a town whose shop is watched."""
        spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
        tracers, meters = TracerProvider(), MeterProvider(metric_readers=[reader])
        tracers.add_span_processor(SimpleSpanProcessor(spans))
        telemetry = Telemetry(tracers, meters)
        assert isinstance(telemetry, Observer)
        town = Town.built(store).stock()
        shop = evolve(town.market.shop, observers=(telemetry,))
        telemetry.measure(shop.store, shop.clock)
        return cls(evolve(town, market=Marketplace(shop)), spans, reader)

    def named(self, name: str) -> list[ReadableSpan]:
        """Give the finished spans of a name."""
        return [each for each in self.spans.get_finished_spans() if each.name == name]

    def last(self, name: str) -> dict[str, object]:
        """Give the attributes of the last span of a name, without what they begin with."""
        attributes = self.named(name)[-1].attributes or {}
        return {key.removeprefix("vintage_rules."): value for key, value in attributes.items()}

    def points(self, metric: str) -> dict[frozenset[tuple[str, object]], float]:
        """Give the values of a metric by their attributes."""
        return {
            frozenset((point.attributes or {}).items()): point.value
            for each in self._metrics()
            if each.name == f"vintage_rules.{metric}"
            for point in each.data.data_points
            if isinstance(point, NumberDataPoint)
        }

    def _metrics(self) -> Iterable[Metric]:
        data = self.reader.get_metrics_data()
        assert data is not None
        return [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics]

    def texts(self) -> list[str]:
        """Give all that was exported: names, attributes, descriptions of what failed, events."""
        texts: list[str] = []
        for span in self.spans.get_finished_spans():
            assert not span.events
            texts += [span.name, str(span.status.description), str(dict(span.attributes or {}))]
        for metric in self._metrics():
            texts += [str(dict(each.attributes or {})) for each in metric.data.data_points]
        return texts


def of(**attributes: object) -> frozenset[tuple[str, object]]:
    """The attributes of a point."""
    return frozenset(attributes.items())


class TestSpans:
    """One for each command, effect, timer, round, webhook and reconciliation."""

    def test_of_a_command(self) -> None:
        """By its method and kind of actor; a refusal has its reasons, an error its class."""
        watched = Watched.built()
        pieces = watched.town.market.pieces
        pieces.make_offer(ZOE, COAT, euros("70.00"))
        made = {"outcome": "done", "actor": "buyer"}
        assert watched.last("command Pieces.make_offer") == made
        pieces.make_offer(ZOE, COAT, euros("1.00"))
        refused = watched.last("command Pieces.make_offer")
        assert refused["outcome"] == "refused"
        assert refused["reasons"]
        with pytest.raises(NotAllowedError):
            pieces.accept_offer(ADA, BAG, ZOE.id)
        assert watched.last("command Pieces.accept_offer") == {
            "outcome": "error",
            "reasons": ("NotAllowedError",),
            "actor": "seller",
        }
        assert not watched.named("command Pieces.accept_offer")[0].status.is_ok

    def test_of_an_interruption(self) -> None:
        """What ends the process is an error too: the command is not done."""
        watched = Watched.built()

        def interrupted(_work: UnitOfWork) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            watched.town.market.shop.do(ZOE, interrupted, "wait")
        assert watched.last("command wait") == {
            "outcome": "error",
            "reasons": ("KeyboardInterrupt",),
            "actor": "buyer",
        }

    def test_of_commands_on_an_order(self) -> None:
        """By their own methods, not by what executes them all."""
        watched = Watched.built()
        assert isinstance(watched.town.buy(COAT), Order)
        watched.town.market.orders.cancel(ZOE, "o1")
        watched.town.market.orders.freeze_payouts(HOUSE, "o1", "a fake")
        assert watched.last("command Orders.cancel")["outcome"] == "done"
        assert watched.last("command Orders.freeze_payouts")["outcome"] == "refused"

    def test_of_a_round(self) -> None:
        """Its effects and timers are within it."""
        watched = Watched.built()
        watched.town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        watched.town.market.worker().round()
        (round_,) = watched.named("round round")
        (sent,) = watched.named("effect send-message")
        assert sent.parent is not None
        assert round_.context is not None
        assert sent.parent.span_id == round_.context.span_id
        assert watched.last("effect send-message") == {
            "outcome": "done",
            "stream": "piece/coat",
            "key": "piece/coat#2.0",
        }
        watched.town.wait(hours=25)
        assert watched.last("timer piece") == {"outcome": "done", "stream": "piece/coat"}
        watched.town.market.worker().round()
        assert watched.last("round round")["outcome"] == "idle"

    def test_of_webhooks(self) -> None:
        """By sender and kind; one that is forged is an error."""
        watched = Watched.built()
        bank, webhooks = watched.town.bank, watched.town.market.webhooks
        watched.town.buy(COAT)
        headers, body = bank.sent(bank.webhooks[0])
        webhooks.payment("card", headers, body)
        assert watched.last("webhook card") == {"outcome": "done", "kind": "authorised"}
        with pytest.raises(ForgedWebhookError):
            webhooks.payment("card", {}, body)
        assert watched.last("webhook card")["reasons"] == ("ForgedWebhookError",)


class TestMetrics:
    """Counted by kind, outcome and reason; what waits is read when metrics are."""

    def test_of_commands(self) -> None:
        """Refused ones by reason."""
        watched = Watched.built()
        for _ in range(2):
            watched.town.market.pieces.make_offer(ZOE, COAT, euros("1.00"))
        name = "Pieces.make_offer"
        counted = watched.points("commands")
        assert counted == {of(name=name, actor="buyer", outcome="refused"): 2}
        assert watched.points("commands.refused") == {
            of(name=name, reason="reduction-too-large"): 2
        }

    def test_of_a_declined_card(self) -> None:
        """A refusal like any other."""
        watched = Watched.built()
        watched.town.buy(COAT, means=Means(tender="card", source="declined:no-funds", brand="visa"))
        assert watched.points("commands.refused") == {of(name="hold", reason="declined"): 1}

    def test_of_effects(self) -> None:
        """Done, retried and dead."""
        watched = Watched.built()
        watched.town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        shop = watched.town.market.shop
        for notifier in (Failing(), Outbox(known()), Outbox()):
            Marketplace(evolve(shop, notifier=notifier)).worker().round()
            watched.town.clock.advance(timedelta(hours=1))
        watched.town.market.pieces.make_offer(ZOE, BAG, euros("50.00"))
        watched.town.work()
        assert watched.points("effects") == {
            of(name="send-message", outcome=outcome): 1
            for outcome in ("retried", "dead-lettered", "done")
        }

    def test_of_what_waits(self) -> None:
        """How much, and how old the oldest is; nothing of a store that does not answer."""

        class Away(MemoryStore):
            """Goes away later."""

            away = False

            def backlog(self) -> tuple[Backlog, ...]:
                """Fail at times."""
                if self.away:
                    raise OutsideUnavailableError("postgresql", "backlog", "gone")
                return super().backlog()

        store = Away()
        watched = Watched.built(store)
        watched.town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        watched.town.clock.advance(timedelta(seconds=90))
        assert watched.points("backlog") == {of(kind="send-message"): 1}
        assert watched.points("backlog.age") == {of(kind="send-message"): 90}
        store.away = True
        assert watched.points("backlog") == {}

    def test_of_differences(self) -> None:
        """One for each movement on which both differ."""
        watched = Watched.built()
        row = BalanceTransaction.from_row(
            {
                "id": "txn_1",
                "movement": "captured",
                "receipt": "ch_1",
                "amount": "9.90",
                "currency": "EUR",
                "at": MONDAY.isoformat(),
            }
        )
        watched.town.market.reconciliation.differences(HOUSE, "card", [row])
        assert watched.last("reconciliation card")["outcome"] == "differs"
        assert watched.points("reconciliation.differences") == {
            of(name="card", difference="missing-in-books"): 1
        }


class TestS20NothingSecret:
    """Neither a person, an address, a code nor the text of an error is exported."""

    def test_of_a_life(self) -> None:
        """Gift cards, addresses, mails that fail, and payments are all there, and none of it."""
        watched = Watched.built()
        town = watched.town
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo, Léa!", CARD)
        town.work()
        (code,) = {str(m.facts["code"]) for m in town.outbox.messages if "code" in m.facts}
        means = Means(tender="card", source="declined:no-funds", brand="visa")
        town.buy(COAT, code=code, means=means)
        town.buy(COAT, code=code, order="o2")
        town.market.pieces.make_offer(ZOE, BAG, euros("50.00"))
        Marketplace(evolve(town.market.shop, notifier=Failing())).worker().round()
        town.deliver("o2").wait(days=30)
        exported = "\n".join(watched.texts())
        for known_text in ("effect send-gift-card", "retried", "refused", "order/o2"):
            assert known_text in exported
        secrets = {code, "Bravo", "zoe", "ada", "example.com", "hunter2", "declined:", "approved"}
        secrets |= {text for name, text in HOME.items() if name != "country"}
        assert {text for text in secrets if text in exported} == set()


class TestWithoutTheExtra:
    """Nothing of it is imported until it is used."""

    def test_what_is_imported(self) -> None:
        """Not by a shop and its workers."""
        code = (
            "import sys, vintage_rules.marketplace.worker, vintage_rules.cli;"
            "from vintage_rules.marketplace import Marketplace;"
            "sys.exit('opentelemetry' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
