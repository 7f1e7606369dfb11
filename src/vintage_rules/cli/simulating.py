"""`vintage-rules simulate`: a town that uses a shop, faults at every call, and its books."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.cli.errors import CliError
from vintage_rules.cli.policies import book_of
from vintage_rules.cli.screen import add, table
from vintage_rules.errors import without_secrets
from vintage_rules.ports.store import EventStore
from vintage_rules.testing.simulation.run import Report, Simulation
from vintage_rules.testing.simulation.town import Scale
from vintage_rules.world.calendars import calendar


@contextmanager
def opened_store(url: str | None) -> Generator[EventStore, None, None]:
    """Open the store of a URL that must be empty; without a URL, one in memory."""
    if url is None:
        yield MemoryStore()
        return
    from vintage_rules.cli.stores import sql_store

    with sql_store(url) as store:
        if next(iter(store.streams("")), None) is not None:
            shown = without_secrets(url)
            message = f"--store: must be an empty store, got one that holds histories: {shown}"
            raise CliError(message)
        yield store


def simulated(
    seeds: Sequence[int],
    *,
    days: int,
    chance: float,
    scale: Scale,
    policy: str,
    store: str | None,
    screen: Console,
) -> list[Report]:
    """Simulate a town for each seed, and show the progress.

    Raises:
        CliError: If an option is wrong.
    """
    book = book_of(policy)
    holidays = calendar(book.latest.calendar)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days"),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
    )
    reports: list[Report] = []
    with bar:
        task = bar.add_task("living", total=days * len(seeds))
        for seed in seeds:
            bar.update(task, description=f"seed {seed}")
            simulation = Simulation(
                book=book, calendar=holidays, seed=seed, days=days, chance=chance, scale=scale
            )
            with opened_store(store) as empty:
                reports.append(simulation.run(empty, lambda _day: bar.advance(task)))
    return reports


def summary(reports: Sequence[Report]) -> RenderableType:
    """Return the summary of some simulations: the orders, the failures, the broken promises."""
    towns = table("seed", "days", "orders", "captured", "refunded", "paid out", "mails", "faults")
    for report in reports:
        add(
            towns,
            str(report.seed),
            str(report.days),
            str(report.orders),
            *map(str, (report.captured, report.refunded, report.paid_out)),
            str(report.mails),
            str(report.faults.total()),
        )
    faults, deeds = _sum(r.faults for r in reports), _sum(r.deeds for r in reports)
    return Group(towns, _wrong(faults), _done(deeds), _verdict(reports))


def _sum(counts: Iterator[Counter[str]]) -> Counter[str]:
    return sum(counts, Counter[str]())


def _wrong(faults: Counter[str]) -> RenderableType:
    shown = table("what went wrong", "times", right=(1,))
    for name, count in sorted(faults.items()):
        add(shown, name, str(count))
    return shown


def _done(deeds: Counter[str]) -> RenderableType:
    """Return every kind of deed with how often it had each outcome."""
    outcomes = ("done", "refused", "lost", "cut off")
    shown = table("what people did", *outcomes, right=(1, 2, 3, 4))
    for name in sorted({each.partition(": ")[0] for each in deeds}):
        counts = (deeds[f"{name}: {outcome}"] for outcome in outcomes)
        add(shown, name, *(str(count or "") for count in counts))
    return shown


def _verdict(reports: Sequence[Report]) -> RenderableType:
    broken = [(report.seed, each) for report in reports for each in report.violations]
    if not broken:
        months = f"{len(reports)} towns" if len(reports) > 1 else "the town"
        return Text(
            f"Nothing is lost, sold twice, paid twice or dead-lettered in {months}.", style="green"
        )
    lines = [f"seed {seed}: {each}" for seed, each in broken]
    return Text("\n".join(["What does not hold:", *lines]), style="red")


def as_json(report: Report) -> str:
    """Return a report as one JSON object."""
    return json.dumps(
        {
            "seed": report.seed,
            "days": report.days,
            "orders": report.orders,
            "captured": str(report.captured),
            "refunded": str(report.refunded),
            "paid_out": str(report.paid_out),
            "mails": report.mails,
            "faults": dict(sorted(report.faults.items())),
            "deeds": dict(sorted(report.deeds.items())),
            "violations": list(report.violations),
            "digest": report.digest,
        }
    )
