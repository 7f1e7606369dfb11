"""An order on the screen: parcels, price, days, customs, and why."""

from __future__ import annotations

from datetime import date

from rich.console import Group, RenderableType
from rich.text import Text

from vintage_rules.cli.order_summary import Customs, OrderSummary
from vintage_rules.cli.screen import add, pairs, section, sentences, table, why
from vintage_rules.cli.words import Words
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote
from vintage_rules.shipping.customs import Charged, NoImport, NothingAtBorder, UnknownImport
from vintage_rules.shipping.delivery import DeliveryEstimate
from vintage_rules.shipping.parcels import WORKSHOP
from vintage_rules.wording.phrases import Country, Grams


def summary_on_screen(order: OrderSummary, words: Words) -> Group:
    """Show an order: every figure, then every clause that decided."""
    parts = _order(order, words)
    if order.delivery is not None:
        parts.append(delivery(order.delivery, order.dispatched, words))
    if order.customs:
        parts.append(customs(order, words))
    return Group(*parts, why(order.sources, words))


def _order(order: OrderSummary, words: Words) -> list[RenderableType]:
    match order.quote:
        case OrderQuote() as quote:
            return [summary(quote, words), parcels(quote, words), price(quote, words)]
        case OrderNotQuoted() as refused:
            text = Text(sentences(words.in_words(refused)))
            return [section(words.heading("order"), text)]


def summary(quote: OrderQuote, words: Words) -> Group:
    """Show where an order goes, how, and under which edition of which policy."""
    rows = [
        (words.heading("order"), words.named("mode", quote.mode)),
        (words.heading("destination"), destination(quote, words)),
        (words.heading("policy"), str(quote.edition)),
    ]
    return Group(pairs(rows), Text(""))


def destination(quote: OrderQuote, words: Words) -> str:
    """Return the address of an order as far as it is known, with the country by name."""
    place = quote.destination.place
    country = words.show(Country(place.country))
    return ", ".join(part for part in (place.city, place.postal_code, country) if part)


def parcels(quote: OrderQuote, words: Words) -> Group:
    """Show the parcels of an order, what is in each and what shipping it costs."""
    names = ("from", "pieces", "weight", "shipping")
    made = table(*map(words.heading, names), right=(2, 3))
    for parcel in quote.parcels:
        add(
            made,
            sender(parcel.plan.sender, words),
            ", ".join(parcel.plan.pieces),
            words.show(Grams(parcel.postage.weight_g)),
            words.show(parcel.postage.price),
        )
    return section(words.heading("parcels"), made)


def sender(name: str, words: Words) -> str:
    """Return the sender of a parcel."""
    return words.heading("workshop") if name == WORKSHOP else name


def price(quote: OrderQuote, words: Words) -> Group:
    """Show the parts of a price, how each fee came about, and what they add up to."""
    paid = quote.price
    made = table("", words.heading("price"), "", right=(1,))
    add(made, words.heading("pieces"), words.show(paid.goods))
    for fee in paid.fees:
        how = sentences(words.in_words(fee)[1:])
        add(made, words.named("fee", fee.policy.name), words.show(fee.fee), how)
    add(made, words.heading("shipping"), words.show(paid.shipping))
    if paid.rounding:
        add(made, words.heading("rounding"), words.show(paid.rounding))
    made.add_section()
    add(made, words.heading("total"), words.show(paid.total), style="bold")
    if paid.gift_card.amount:
        add(made, words.heading("gift-card"), words.show(-paid.gift_card))
        add(made, words.heading("to-pay"), words.show(paid.to_pay), style="bold")
    return section(words.heading("price"), made)


def delivery(estimate: DeliveryEstimate, dispatched: date, words: Words) -> Group:
    """Show when a parcel leaves and between which days it arrives, with how that was counted."""
    rows = [
        (words.heading("dispatched"), words.show(dispatched)),
        (words.heading("arrives"), arrives(estimate, words)),
        ("", sentences(words.in_words(estimate)[1:])),
    ]
    return section(words.heading("delivery"), Group(pairs(rows)))


def arrives(estimate: DeliveryEstimate, words: Words) -> str:
    """Return the days between which a parcel arrives."""
    return f"{words.show(estimate.window.earliest)} – {words.show(estimate.window.latest)}"


def customs(order: OrderSummary, words: Words) -> Group:
    """Show what customs will charge on each parcel, or that it is not known."""
    made = table(*map(words.heading, ("from", "due", "said")), right=(1,))
    for one in order.customs:
        text = sentences(words.in_words(one.assessed))
        add(made, sender(one.parcel.plan.sender, words), due(one, words), text)
    return section(words.heading("customs"), made)


def due(one: Customs, words: Words) -> str:
    """Return what is due at the border, and never a zero if it is not known."""
    match one.assessed:
        case Charged(tax=tax):
            return words.show(tax)
        case NoImport():
            return words.heading("no-import")
        case NothingAtBorder():
            return words.heading("nothing-at-border")
        case UnknownImport():
            return words.heading("unknown")
