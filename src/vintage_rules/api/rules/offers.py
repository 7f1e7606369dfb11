"""Who may offer what, what comes of it, and whether a piece is still seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from vintage_rules.api.answers import Answer, Value, answer
from vintage_rules.api.facts import (
    Amount,
    BuyerName,
    Count,
    Facts,
    Moment,
    Price,
    Share,
)
from vintage_rules.api.ruling import Rule, Ruling
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
    Relist,
    ReturnToSale,
    SellPiece,
    SendOffer,
    TakeDown,
    WithdrawOffer,
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
from vintage_rules.offers.terms import Party, SellerTerms
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
    offers_made: Count | None = None
    offered_today: Count = 0
    opened: bool = True
    authorised: bool = True
    completion: Share | None = None
    seller_minimum: Price | None = None


def decide_offer(facts: OfferQuestion, house: HousePolicy) -> Answer:
    """Say whether a price may be offered. Clauses N1, N2, N3, N8."""
    asked = OfferFacts(
        price=facts.price,
        initial_price=facts.initial_price,
        current_price=facts.current_price,
        open_to_offers=facts.open_to_offers,
        signed_in=facts.signed_in,
        available=facts.available,
        offers_made=facts.offers_made or int(facts.already_offered),
        offered_today=facts.offered_today,
        opened=facts.opened,
        authorised=facts.authorised,
        completion=facts.completion,
        seller_minimum=facts.seller_minimum,
    )
    match assess_offer(asked, house.listing.offers):
        case OfferAdmissible() as admissible:
            return answer("admissible", admissible)
        case OfferRefused() as refused:
            return answer("refused", refused, reasons=refused.reasons)


Do: TypeAlias = Literal[
    "offer",
    "send-offer",
    "accept",
    "decline",
    "counter",
    "withdraw",
    "sell",
    "change-price",
    "take-down",
    "relist",
    "return-to-sale",
]

_NEEDED: Mapping[Do, frozenset[str]] = {
    "offer": frozenset({"buyer", "price"}),
    "send-offer": frozenset({"buyer", "price"}),
    "accept": frozenset({"buyer"}),
    "decline": frozenset({"buyer"}),
    "counter": frozenset({"buyer", "price"}),
    "withdraw": frozenset({"buyer"}),
    "sell": frozenset(),
    "change-price": frozenset({"price"}),
    "take-down": frozenset(),
    "relist": frozenset(),
    "return-to-sale": frozenset(),
}
_ANSWERS: frozenset[Do] = frozenset({"accept", "decline", "counter", "withdraw"})
_MORE: Mapping[Do, frozenset[str]] = {
    "offer": frozenset({"offered_today", "authorised", "completion"}),
    "send-offer": frozenset({"watching"}),
    "sell": frozenset({"buyer", "price"}),
    **{do: frozenset({"by"}) for do in _ANSWERS},
}


class CommandFacts(Facts):
    """One thing that somebody asks for on a piece."""

    at: Moment
    do: Do
    buyer: BuyerName | None = None
    price: Amount | None = None
    by: Literal["buyer", "seller"] | None = None
    offered_today: Count | None = None
    authorised: bool | None = None
    completion: Share | None = None
    watching: bool | None = None

    @model_validator(mode="after")
    def _says_what_is_needed(self) -> Self:
        allowed = _NEEDED[self.do] | _MORE.get(self.do, frozenset())
        for name in self.names()[2:]:
            value = getattr(self, name)
            if value is None and name in _NEEDED[self.do]:
                raise InvalidValueError(name, None, f"given to {self.do}")
            if value is not None and name not in allowed:
                raise InvalidValueError(name, value, f"left out of {self.do}")
        return self

    @property
    def side(self) -> Party:
        """Who answers, or takes back: the seller answers and the buyer takes back, if left out."""
        if self.by is None:
            return Party.BUYER if self.do == "withdraw" else Party.SELLER
        return Party(self.by)


class TermsFacts(Facts):
    """What the seller of a piece has settled about offers on it."""

    minimum: Price | None = None
    accept_at: Price | None = None
    decline_at: Price | None = None


class NegotiationFacts(Facts):
    """The facts of `replay-negotiation`."""

    initial_price: Price
    open_to_offers: bool = True
    seller_terms: TermsFacts = Field(default=TermsFacts())
    listed_at: Moment | None = None
    commands: list[CommandFacts]
    until: Moment


def decide_negotiation(facts: NegotiationFacts, house: HousePolicy) -> Answer:
    """Say what comes of everything that is asked for on a piece. Clauses N1 to N9."""
    history = replay_negotiation(
        facts.initial_price,
        [_command(given) for given in facts.commands],
        facts.until,
        house.listing,
        terms=SellerTerms(
            open_to_offers=facts.open_to_offers,
            minimum=facts.seller_terms.minimum,
            accept_at=facts.seller_terms.accept_at,
            decline_at=facts.seller_terms.decline_at,
        ),
        listed_at=facts.listed_at,
        calendar=calendar(house.calendar),
    )
    return answer("replayed", history, _history(history))


def _command(given: CommandFacts) -> Command:
    at = given.at
    if given.do == "take-down":
        return TakeDown(at=at)
    if given.do == "relist":
        return Relist(at=at)
    if given.do == "return-to-sale":
        return ReturnToSale(at=at)
    return _priced_command(given) or _answer(given)


def _priced_command(given: CommandFacts) -> Command | None:
    match given:
        case CommandFacts(do="offer", at=at, buyer=str(buyer), price=price) if price is not None:
            return MakeOffer(
                at=at,
                buyer=buyer,
                price=price,
                signed_in=True,
                offered_today=given.offered_today or 0,
                authorised=given.authorised is not False,
                completion=given.completion,
            )
        case CommandFacts(do="send-offer", at=at, buyer=str(buyer), price=price) if (
            price is not None
        ):
            return SendOffer(at=at, buyer=buyer, price=price, watching=given.watching is not False)
        case CommandFacts(do="counter", at=at, buyer=str(buyer), price=price) if price is not None:
            return CounterOffer(at=at, buyer=buyer, price=price, by=given.side)
        case CommandFacts(do="change-price", at=at, price=price) if price is not None:
            return ChangePrice(at=at, price=price)
        case _:
            return None


def _answer(given: CommandFacts) -> Command:
    match given:
        case CommandFacts(do="accept", at=at, buyer=str(buyer)):
            return AcceptOffer(at=at, buyer=buyer, by=given.side)
        case CommandFacts(do="decline", at=at, buyer=str(buyer)):
            return DeclineOffer(at=at, buyer=buyer, by=given.side)
        case CommandFacts(do="withdraw", at=at, buyer=str(buyer)):
            return WithdrawOffer(at=at, buyer=buyer, by=given.side)
        case _:
            return SellPiece(at=given.at, buyer=given.buyer, price=given.price)


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
        calendar=calendar(house.calendar),
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
