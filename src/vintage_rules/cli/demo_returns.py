"""The second half of the demonstration: a price negotiated, a piece returned, a seller paid.

One piece is followed all the way: its price is lowered and comes back, it is sold with another,
the other goes back from Belgium, and the seller of the one that is kept is paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from attrs import frozen
from rich.console import Group, RenderableType
from rich.text import Text

from vintage_rules.api.rules.offers import event_row
from vintage_rules.api.rules.returns import WITHDRAWAL
from vintage_rules.cli.order_summary import read_order, summarize_order
from vintage_rules.cli.render import price
from vintage_rules.cli.screen import add, sentences, table
from vintage_rules.cli.words import Words
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId
from vintage_rules.money import Money, zero
from vintage_rules.offers.commands import AcceptOffer, CounterOffer, MakeOffer, SellPiece
from vintage_rules.offers.negotiation import NegotiationHistory, replay_negotiation
from vintage_rules.orders.events import OrderPlaced
from vintage_rules.orders.placing import fee_on_kept, paid_order, place_order
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote
from vintage_rules.places import Territory
from vintage_rules.returns.deadline import return_deadline
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.eligibility import ReturnRequest, Wants, assess_return
from vintage_rules.returns.payments import Payment, ReturnedPiece
from vintage_rules.returns.payout import (
    PayoutAssessment,
    SoldPiece,
    assess_payout,
    quote_seller_payouts,
)
from vintage_rules.returns.refund import NotRefundable, Refundable, quote_refund
from vintage_rules.returns.routing import ReturnedFrom, route_return
from vintage_rules.wording.phrases import Moment
from vintage_rules.world.calendars import calendar

ZOE, MAX = BuyerId("zoe"), BuyerId("max")
COAT, BAG = PieceId("wool-coat"), PieceId("leather-bag")
ADA, LOU = SellerId("ada"), SellerId("lou")
RECEIVED = date(2026, 9, 10)
ORDER = {
    "mode": "grouped",
    "destination": {"country": "BE", "postal_code": "4000", "city": "Liège"},
    "pieces": [
        {
            "id": COAT,
            "seller": ADA,
            "price": {"amount": "72.50", "currency": "EUR"},
            "weight_g": 1400,
        },
        {
            "id": BAG,
            "seller": LOU,
            "price": {"amount": "55.00", "currency": "EUR"},
            "weight_g": 600,
        },
    ],
    "gift_card_balance": {"amount": "120.00", "currency": "EUR"},
    "dispatched": "2026-09-04",
}


@frozen(kw_only=True)
class _Returned:
    """What every step of a return needs."""

    house: HousePolicy
    placed: OrderPlaced
    territory: Territory
    case: ReturnCase


def return_chapters(house: HousePolicy, words: Words) -> Iterator[tuple[str, RenderableType]]:
    """Yield the chapters of the second half, each with its title."""
    yield (
        "A coat of 100 EUR: an offer countered, the price back, another accepted",
        _negotiated(house, words),
    )
    quote = _quote(house)
    yield "Zoe buys it with a bag, with a gift card of 120 EUR", price(quote, words)
    back = _returned(quote, house)
    yield "The bag goes back from Belgium", _taken_back(back, words)
    refund = _refund(back)
    yield (
        "It is refunded: what the card paid first, the rest to the gift card",
        _refunded(refund, words),
    )
    yield "The sellers are paid, once nothing can come back any more", _paid(back, refund, words)


def _euros(amount: str) -> Money:
    return Money(amount, "EUR")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _negotiated(house: HousePolicy, words: Words) -> Group:
    history = _negotiation(house)
    names = ("when", "what", "who", "price", "until")
    made = table(*map(words.heading, names), right=(3,))
    for event in history.events:
        row = event_row(event)
        cells = (_shown(value, house, words) for value in (row.buyer, row.price, row.until))
        when = words.show(Moment(event.at, house.zone))
        add(made, when, words.named("event", event.name), *cells)
    return Group(made, _text(words, history))


def _negotiation(house: HousePolicy) -> NegotiationHistory:
    return replay_negotiation(
        _euros("100.00"),
        [
            MakeOffer(
                at=_at("2026-08-31T10:00+02:00"), buyer=ZOE, price=_euros("75.00"), signed_in=True
            ),
            CounterOffer(at=_at("2026-08-31T11:30+02:00"), buyer=ZOE, price=_euros("85.00")),
            MakeOffer(
                at=_at("2026-09-02T09:00+02:00"), buyer=MAX, price=_euros("72.50"), signed_in=True
            ),
            AcceptOffer(at=_at("2026-09-02T14:00+02:00"), buyer=MAX),
            SellPiece(at=_at("2026-09-02T18:45+02:00"), buyer=ZOE, price=_euros("72.50")),
        ],
        _at("2026-09-03T08:00+02:00"),
        house.listing,
    )


def _shown(value: str | Money | datetime | None, house: HousePolicy, words: Words) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return words.show(Moment(value, house.zone))
        case Money() | str():
            return words.show(value)


def _quote(house: HousePolicy) -> OrderQuote:
    summary = summarize_order(read_order(ORDER, house), house, RECEIVED)
    match summary.quote:
        case OrderQuote() as quote:
            return quote
        case OrderNotQuoted() as refused:
            raise LookupError(refused.reasons)


def _returned(quote: OrderQuote, house: HousePolicy) -> _Returned:
    payments = [
        Payment(tender="gift-card", amount=quote.price.gift_card),
        Payment(tender="card", amount=quote.price.to_pay),
    ]
    placed = place_order(
        quote,
        house,
        order=OrderId("order-1"),
        buyer=ZOE,
        payments=payments,
        at=_at("2026-09-02T18:45+02:00"),
    )
    territory = quote.destination.territory
    case = house.returns.returns.case(territory, reason=WITHDRAWAL, mode=quote.mode)
    return _Returned(house=house, placed=placed, territory=territory, case=case)


def _taken_back(back: _Returned, words: Words) -> Group:
    """In time, and where to: one piece from abroad goes to its seller, at the buyer's cost."""
    returns, holidays = back.house.returns.returns, calendar(back.house.calendar)
    request = ReturnRequest(
        case=back.case,
        received=RECEIVED,
        requested_at=_at("2026-09-21T20:15+02:00"),
        pieces=(BAG,),
        parcel_number="8R123",
        in_writing=True,
        photos=0,
        wants=Wants.REFUND,
    )
    return Group(
        _text(words, return_deadline(RECEIVED, back.case, returns, holidays)),
        _text(words, assess_return(request, returns, holidays)),
        _text(words, route_return(back.case, [ReturnedFrom(piece=BAG, seller=LOU)], returns)),
    )


def _refund(back: _Returned) -> Refundable:
    terms = back.house.returns.returns.rule_for(back.case).terms
    if terms is None:
        raise LookupError(back.case)
    quoted = quote_refund(
        paid_order(back.placed),
        [ReturnedPiece(id=BAG, terms=terms.refund)],
        back.house.returns.refunds,
        lambda kept: fee_on_kept(back.placed, kept, back.house),
    )
    match quoted:
        case Refundable() as refund:
            return refund
        case NotRefundable() as refused:
            raise LookupError(refused.reasons)


def _refunded(refund: Refundable, words: Words) -> Group:
    made = table(*map(words.heading, ("tender", "refund")), right=(1,))
    for payment in refund.by_tender:
        add(made, words.named("tender", payment.tender), words.show(payment.amount))
    made.add_section()
    add(made, words.heading("total"), words.show(refund.total), style="bold")
    return Group(made, _text(words, refund))


def _paid(back: _Returned, refund: Refundable, words: Words) -> Group:
    """Nothing is paid out while a return may come; then each seller gets what was kept."""
    sold = [
        SoldPiece(piece=COAT, seller=ADA, price=_euros("72.50"), refunded=zero("EUR")),
        SoldPiece(piece=BAG, seller=LOU, price=_euros("55.00"), refunded=refund.pieces),
    ]
    made = table(*map(words.heading, ("seller", "amount")), right=(1,))
    for payout in quote_seller_payouts(sold, lambda kept: kept):
        add(made, payout.seller, words.show(payout.total))
    moments = ("2026-09-24T23:59+02:00", "2026-09-25T00:00+02:00")
    return Group(*(_text(words, _payout(back.house, moment)) for moment in moments), made)


def _payout(house: HousePolicy, now: str) -> PayoutAssessment:
    holidays = calendar(house.calendar)
    return assess_payout(RECEIVED, _at(now), house.returns.payouts, holidays, returns_open=False)


def _text(words: Words, decision: object) -> Text:
    return Text(sentences(words.in_words(decision)))
