"""Who may offer what, what comes of it, and whether a piece is still seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self, TypeAlias

from pydantic import model_validator

from vintage_rules.cli.door.answers import Answer, Value, answer
from vintage_rules.cli.door.facts import Amount, BuyerName, Facts, Moment, Price
from vintage_rules.cli.door.rules.service import HOUSE_CALENDAR
from vintage_rules.cli.door.ruling import Rule, Ruling
from vintage_rules.errors import InvalidValueError
from vintage_rules.offers.assess import OfferAdmissible, OfferFacts, OfferRefused, assess_offer
from vintage_rules.offers.catalogue import Hidden, OnSale, SoldVisible, assess_visibility
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    Command,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    SellPiece,
)
from vintage_rules.offers.events import (
    Event,
    OfferMade,
    OfOffer,
    PieceSold,
    PriceChanged,
    Priced,
    PriceRestored,
)
from vintage_rules.offers.negotiation import NegotiationHistory, replay_negotiation
from vintage_rules.orders import HousePolicy
from vintage_rules.world import calendar


class OfferQuestion(Facts):
    """The facts of `assess-offer`."""

    price: Amount
    initial_price: Price
    current_price: Price | None = None
    open_to_offers: bool
    signed_in: bool
    already_offered: bool
    available: bool


def decide_offer(facts: OfferQuestion, house: HousePolicy) -> Answer:
    """Say whether a price may be offered. Clauses N1, N2, N3, N8."""
    asked = OfferFacts(
        price=facts.price,
        initial_price=facts.initial_price,
        current_price=facts.current_price,
        open_to_offers=facts.open_to_offers,
        signed_in=facts.signed_in,
        available=facts.available,
        offers_made=int(facts.already_offered),
    )
    match assess_offer(asked, house.listing.offers):
        case OfferAdmissible() as admissible:
            return answer("admissible", admissible)
        case OfferRefused() as refused:
            return answer("refused", refused, reasons=refused.reasons)


Do: TypeAlias = Literal["offer", "accept", "decline", "counter", "sell", "change-price"]

_NEEDED: Mapping[Do, frozenset[str]] = {
    "offer": frozenset({"buyer", "price"}),
    "accept": frozenset({"buyer"}),
    "decline": frozenset({"buyer"}),
    "counter": frozenset({"buyer", "price"}),
    "sell": frozenset(),
    "change-price": frozenset({"price"}),
}
_ALLOWED: Mapping[Do, frozenset[str]] = {**_NEEDED, "sell": frozenset({"buyer", "price"})}


class CommandFacts(Facts):
    """One thing that somebody asks for on a piece."""

    at: Moment
    do: Do
    buyer: BuyerName | None = None
    price: Amount | None = None

    @model_validator(mode="after")
    def _says_what_is_needed(self) -> Self:
        given = {"buyer": self.buyer, "price": self.price}
        for name, value in given.items():
            if value is None and name in _NEEDED[self.do]:
                raise InvalidValueError(name, None, f"given to {self.do}")
            if value is not None and name not in _ALLOWED[self.do]:
                raise InvalidValueError(name, value, f"left out of {self.do}")
        return self


class NegotiationFacts(Facts):
    """The facts of `replay-negotiation`."""

    initial_price: Price
    open_to_offers: bool = True
    commands: list[CommandFacts]
    until: Moment


def decide_negotiation(facts: NegotiationFacts, house: HousePolicy) -> Answer:
    """Say what comes of everything that is asked for on a piece. Clauses N1 to N9."""
    history = replay_negotiation(
        facts.initial_price,
        [_command(given) for given in facts.commands],
        facts.until,
        house.listing,
        open_to_offers=facts.open_to_offers,
        calendar=calendar(HOUSE_CALENDAR),
    )
    return answer("replayed", history, _history(history))


def _command(given: CommandFacts) -> Command:
    match given:
        case CommandFacts(do="offer", at=at, buyer=str(buyer), price=price) if price is not None:
            return MakeOffer(at=at, buyer=buyer, price=price, signed_in=True)
        case CommandFacts(do="counter", at=at, buyer=str(buyer), price=price) if price is not None:
            return CounterOffer(at=at, buyer=buyer, price=price)
        case CommandFacts(do="accept", at=at, buyer=str(buyer)):
            return AcceptOffer(at=at, buyer=buyer)
        case CommandFacts(do="decline", at=at, buyer=str(buyer)):
            return DeclineOffer(at=at, buyer=buyer)
        case CommandFacts(do="change-price", at=at, price=price) if price is not None:
            return ChangePrice(at=at, price=price)
        case CommandFacts(at=at, buyer=buyer, price=price):
            return SellPiece(at=at, buyer=buyer, price=price)


def _history(history: NegotiationHistory) -> dict[str, Value]:
    return {
        "price": history.price,
        "available": history.available,
        "events": [_event(event) for event in history.events],
        "refusals": [
            {
                "at": refusal.command.at,
                "do": refusal.command.name,
                "reasons": _codes(refusal.refused.reasons),
            }
            for refusal in history.refusals
        ],
    }


def _codes(reasons: Sequence[str]) -> list[str]:
    return sorted(map(str, reasons))


def _event(event: Event) -> dict[str, Value]:
    return {"at": event.at, "event": event.name, **particulars(event)}


def particulars(event: Event) -> dict[str, Value]:
    """Give what the contract tells of an event beside its moment and its name."""
    match event:
        case OfferMade():
            return {"buyer": event.buyer, "price": event.price}
        case Priced():
            return {"buyer": event.buyer, "price": event.price, "until": event.until}
        case OfOffer():
            return {"buyer": event.buyer}
        case PieceSold():
            return {"buyer": event.buyer, "price": event.price}
        case PriceRestored() | PriceChanged():
            return {"price": event.price}
        case _:
            return {}


class CatalogueFacts(Facts):
    """The facts of `catalogue`."""

    sold_at: Moment
    now: Moment
    returned: bool = False


def decide_catalogue(facts: CatalogueFacts, house: HousePolicy) -> Answer:
    """Say whether a sold piece is still seen. Clause A4."""
    match assess_visibility(
        facts.sold_at,
        facts.now,
        house.listing.catalogue,
        returned=facts.returned,
        calendar=calendar(HOUSE_CALENDAR),
    ):
        case OnSale() as on_sale:
            return answer("on-sale", on_sale)
        case SoldVisible() as visible:
            return answer("sold-visible", visible, {"until": visible.until})
        case Hidden() as hidden:
            return answer("hidden", hidden)


RULES: Mapping[str, Ruling] = {
    "assess-offer": Rule(facts=OfferQuestion, decide=decide_offer),
    "replay-negotiation": Rule(
        facts=NegotiationFacts, decide=decide_negotiation, elsewhere={"at": "until"}
    ),
    "catalogue": Rule(
        facts=CatalogueFacts, decide=decide_catalogue, elsewhere={"at": "sold_at", "day": "sold_at"}
    ),
}
