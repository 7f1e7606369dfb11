"""`vintage-rules demo`: one order from its price to its customs, on a day that never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from vintage_rules.cli.demo_returns import return_chapters
from vintage_rules.cli.order_summary import OrderSummary, read_order, summarize_order
from vintage_rules.cli.render import arrives, due, summary_on_screen
from vintage_rules.cli.screen import add, sentences, table
from vintage_rules.cli.words import Words
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote
from vintage_rules.policies.loading import load_policy

ON = date(2026, 11, 22)
ORDER = {
    "mode": "grouped",
    "destination": {"country": "GB", "postal_code": "E8 3PN", "city": "London"},
    "pieces": [
        {
            "id": "trench-coat",
            "seller": "ada",
            "price": {"amount": "120.00", "currency": "EUR"},
            "weight_g": 1500,
        },
        {
            "id": "ankle-boots",
            "seller": "noe",
            "price": {"amount": "65.00", "currency": "EUR"},
            "weight_g": 1100,
        },
    ],
    "dispatched": "2026-12-21",
    "rates": {"EUR/GBP": "0.8500", "EUR/CHF": "0.9350"},
}
ELSEWHERE = (
    {"country": "FR", "postal_code": "33000", "city": "Bordeaux"},
    {"country": "FR", "postal_code": "67000", "city": "Strasbourg"},
    {"country": "BE", "postal_code": "4000", "city": "Liège"},
    {"country": "GB", "postal_code": "BT7 1NN", "city": "Belfast"},
    {"country": "CH", "postal_code": "8001", "city": "Zürich"},
    {"country": "FR", "postal_code": "97400", "city": "Saint-Denis"},
    {"country": "US", "postal_code": "11201", "city": "New York"},
)


def demo_on_screen(words: Words) -> Group:
    """Return the whole demonstration."""
    house = load_policy("imparfaite").on(ON)
    return Group(*_chapters(house, words))


def _chapters(house: HousePolicy, words: Words) -> Iterator[RenderableType]:
    london = _summary(ORDER, house)
    yield from _chapter("An order: two sellers, one parcel, London, a few days before Christmas")
    yield summary_on_screen(london, words)
    yield from _chapter("The same pieces, the same day, elsewhere")
    yield _elsewhere(house, words)
    yield from _chapter("The same order explained in French")
    yield from _explained(london, Words.of("fr"))
    for title, shown in return_chapters(house, words):
        yield from _chapter(title)
        yield shown
        yield Text("")


def _chapter(title: str) -> tuple[RenderableType, ...]:
    return Rule(Text(title, style="bold"), align="left"), Text("")


def _summary(given: Mapping[str, object], house: HousePolicy) -> OrderSummary:
    return summarize_order(read_order(given, house), house, ON)


def _elsewhere(house: HousePolicy, words: Words) -> Group:
    """Delivery and customs are three answers about one address: zone, customs area, VAT area."""
    names = ("destination", "total", "arrives", "customs")
    made = table(*map(words.heading, names), right=(1,))
    for place in ELSEWHERE:
        summary = _summary({**ORDER, "destination": place}, house)
        add(
            made,
            place["city"],
            _total(summary, words),
            "" if summary.delivery is None else arrives(summary.delivery, words),
            ", ".join(due(one, words) for one in summary.customs),
        )
    return Group(made, Text(""))


def _total(summary: OrderSummary, words: Words) -> str:
    match summary.quote:
        case OrderQuote() as quote:
            return words.show(quote.price.total)
        case OrderNotQuoted() as refused:
            return sentences(words.in_words(refused))


def _explained(summary: OrderSummary, words: Words) -> Iterator[RenderableType]:
    for decision in (summary.quote, summary.delivery, *(one.assessed for one in summary.customs)):
        yield Text(sentences(words.in_words(decision)))
        yield Text("")
