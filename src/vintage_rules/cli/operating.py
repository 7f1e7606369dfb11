"""`vintage-rules shop`: what waits for the people who run a shop, and what they do about it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from attrs import frozen
from rich.console import Console, Group, RenderableType
from rich.progress import Progress, TextColumn
from rich.text import Text

from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.cli.screen import add, pairs, table
from vintage_rules.cli.stores import sql_store
from vintage_rules.cli.working import builder_of
from vintage_rules.errors import VintageRulesError
from vintage_rules.marketplace.actors import House
from vintage_rules.marketplace.commands.disputes import DisputeStatus
from vintage_rules.marketplace.marketplace import Marketplace
from vintage_rules.marketplace.queries.rebuilding import rebuild_rows
from vintage_rules.ports.store import DeadLetter, EventStore
from vintage_rules.wording.phrases import Value, counted
from vintage_rules.wording.voice import voice_of

_MANY = 200


@frozen(kw_only=True)
class Chosen:
    """Which dead letters: those of some keys, or all of a kind, a stream and a reason."""

    kind: str | None = None
    stream: str | None = None
    reason: str = ""
    keys: tuple[str, ...] = ()


@contextmanager
def market_at(store: str, shop: str) -> Generator[Marketplace]:
    """Open a store, build the shop over it, and give its marketplace.

    Raises:
        CliError: If one of them is wrong, or a command fails.
    """
    builder = builder_of(shop)
    with sql_store(store) as opened:
        market = Marketplace(builder.shop(opened))
        try:
            yield market
        except VintageRulesError as error:
            raise CliError(str(error)) from None


def dispute_status(text: str) -> DisputeStatus:
    """Read what has happened to a dispute.

    Raises:
        CliError: For any other word.
    """
    if text not in set(DisputeStatus):
        allowed = ", ".join(DisputeStatus)
        raise CliError(f"STATUS: must be one of {allowed}, got {text!r}", WRONG_USE)
    return DisputeStatus(text)


def moment(at: datetime) -> str:
    """Return a moment in UTC as lists show it."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


def counted_in_words(key: str, count: int, **values: Value) -> str:
    """Return a message of the people who run a shop, in the form that a count needs."""
    return voice_of("en").sentence(counted(key, count, **values))


def rebuilt(store: EventStore, screen: Console) -> str:
    """Rebuild the rows of pages, show the progress, and return of how many streams.

    Raises:
        CliError: If the store fails.
    """
    bar = Progress(
        TextColumn("rebuilding"),
        TextColumn("{task.completed} streams"),
        console=screen,
        transient=True,
    )
    with bar:
        task = bar.add_task("rebuilding", total=None)
        try:
            count = rebuild_rows(store, lambda done: bar.update(task, completed=done))
        except VintageRulesError as error:
            raise CliError(str(error)) from None
    return counted_in_words("shop.rebuilt", count)


def cases_on_screen(market: Marketplace, staff: str) -> RenderableType:
    """Return the open cases as a table."""
    shown = table("opened", "case", "reason", "order", "about", "code")
    shown.columns[2].no_wrap = True  # it is looked up in the runbook
    by, after = House(staff), None
    while True:
        page = market.house_desk.cases(by, limit=_MANY, after=after)
        for case in page.rows:
            of = case.opened
            about = of.subject or of.reference or ""
            add(shown, moment(of.at), of.case, of.reason, of.order or "", about, of.code)
        if (after := page.after) is None:
            return shown if shown.row_count else Text("No case is open.")


def letters_on_screen(market: Marketplace, staff: str, chosen: Chosen) -> RenderableType:
    """Return dead letters as a table."""
    shown = table("since", "key", "kind", "reason")
    for letter in _letters(market, staff, chosen):
        add(shown, moment(letter.at), letter.message.key, letter.message.kind, letter.reason)
    return shown if shown.row_count else Text("No dead letter waits.")


def letter_on_screen(market: Marketplace, staff: str, key: str) -> RenderableType:
    """Return one dead letter with all that is known of it."""
    letter = market.dead_letters.show(House(staff), key)
    message = letter.message
    return pairs(
        [
            ("key", message.key),
            ("kind", message.kind),
            ("stream", message.stream),
            ("since", moment(letter.at)),
            ("reason", letter.reason),
            ("effect", message.data),
        ]
    )


def outbox_on_screen(
    market: Marketplace, staff: str, chosen: Chosen, limit: int, skip: int
) -> RenderableType:
    """Return what waits in the outbox: how much of each kind, and some of it one by one."""
    by = House(staff)
    kinds = table("kind", "waiting", "oldest since", right=[1])
    for each in market.waiting_effects.by_kind(by):
        add(kinds, each.kind, str(each.messages), moment(each.oldest))
    if not kinds.row_count:
        return Text("Nothing waits in the outbox.")
    found = market.waiting_effects.list(
        by, kind=chosen.kind, stream=chosen.stream, limit=skip + limit + 1
    )
    shown = table("next attempt", "key", "kind", "attempts", "worker", "last error", right=[3])
    for waiting in found[skip : skip + limit]:
        of, attempts = waiting.message, str(waiting.attempts)
        cells = (of.key, of.kind, attempts, waiting.worker or "", waiting.reason)
        add(shown, moment(waiting.next_at), *cells)
    parts: list[RenderableType] = [kinds, shown]
    if len(found) > skip + limit:
        parts.append(Text(f"More wait: --skip {skip + limit} lists them."))
    return Group(*parts)


def retried(market: Marketplace, staff: str, chosen: Chosen) -> str:
    """Have dead letters handled again, and return how many."""
    count = _each(market, staff, chosen, market.dead_letters.retry)
    return counted_in_words("shop.letters-retried", count)


def settled(market: Marketplace, staff: str, chosen: Chosen) -> str:
    """End dead letters that a person has seen to, and return how many."""
    count = _each(market, staff, chosen, market.dead_letters.settle)
    return counted_in_words("shop.letters-settled", count)


def _each(market: Marketplace, staff: str, chosen: Chosen, act: Callable[..., int]) -> int:
    by = House(staff)
    if chosen.keys:
        return act(by, *chosen.keys)
    # All are found before the first is touched: one that fails again at once is not met twice.
    found = [letter.message.key for letter in _letters(market, staff, chosen)]
    return sum(act(by, *found[n : n + _MANY]) for n in range(0, len(found), _MANY))


def _letters(market: Marketplace, staff: str, chosen: Chosen) -> Iterator[DeadLetter]:
    by, after = House(staff), None
    while page := market.dead_letters.list(
        by,
        kind=chosen.kind,
        stream=chosen.stream,
        reason=chosen.reason,
        limit=_MANY,
        after=after,
    ):
        yield from page
        after = page[-1]


def erased(market: Marketplace, staff: str, person: str) -> tuple[list[str], bool]:
    """Erase a person; return what to say of it, and whether nothing is left."""
    erasure = market.people.erase(House(staff), person)
    lines = [counted_in_words("shop.erased", erasure.erased, person=person)]
    lines += [
        f"Deferred: {each.name} of {each.stream} ({each.reason})." for each in erasure.deferred
    ]
    return lines, not erasure.deferred


def purged(market: Marketplace, staff: str) -> str:
    """Purge what is old; return what to say of it."""
    purge = market.people.purge(House(staff))
    erased = counted_in_words("shop.data-purged", purge.erased)
    return f"{erased} {counted_in_words('shop.messages-purged', purge.messages)}"


def health_on_screen(market: Marketplace, patience: float) -> tuple[RenderableType, bool]:
    """Return how the shop is, and whether that is well."""
    health = market.health()
    shown = pairs(
        [
            ("store", health.store or "answers"),
            ("work has waited", f"{health.waiting.total_seconds():.0f} s"),
            ("oldest effect", f"{health.oldest_effect.total_seconds():.0f} s"),
            ("dead letters", str(health.dead_letters)),
        ]
    )
    return shown, health.is_well(timedelta(seconds=patience))
