"""Who may offer what, what comes of it, and whether a piece is still seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from attrs import frozen

from vintage_rules.api.facts import Count, Price, Share
from vintage_rules.api.rule import Answer, Refused, rule
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import BuyerId
from vintage_rules.money import Money
from vintage_rules.offers import catalogue
from vintage_rules.offers.alerts import AlertAdmitted, AlertRefused, assess_alert
from vintage_rules.offers.assess import OfferAdmissible, OfferFacts, OfferRefused, assess_offer
from vintage_rules.offers.catalogue import assess_visibility
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
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.world.calendars import calendar


@frozen(kw_only=True)
class Admissible(Answer):
    """An offer that may be made."""

    decision: ClassVar[str] = "admissible"


@rule("assess-offer")
def assess_offer_rule(
    house: HousePolicy,
    *,
    price: Money,
    initial_price: Price,
    current_price: Price | None = None,
    open_to_offers: bool,
    signed_in: bool,
    already_offered: bool,
    available: bool,
    offers_made: Count | None = None,
    offered_today: Count = 0,
    opened: bool = True,
    authorised: bool = True,
    completion: Share | None = None,
    seller_minimum: Price | None = None,
) -> Admissible | Refused:
    """Say whether a price may be offered. Clauses N1, N2, N3, N8."""
    facts = OfferFacts(
        price=price,
        initial_price=initial_price,
        current_price=current_price,
        open_to_offers=open_to_offers,
        signed_in=signed_in,
        available=available,
        offers_made=offers_made or int(already_offered),
        offered_today=offered_today,
        opened=opened,
        authorised=authorised,
        completion=completion,
        seller_minimum=seller_minimum,
    )
    match assess_offer(facts, house.listing.offers):
        case OfferAdmissible() as admissible:
            return Admissible(decided=admissible)
        case OfferRefused() as refused:
            return Refused(decided=refused, reasons=refused.reasons)


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


@frozen(kw_only=True)
class CommandFacts:
    """One thing that a person does, or wants to do, with a piece.

    Raises:
        InvalidValueError: If something is missing that it needs, or given that it has no use for.
    """

    at: datetime
    do: Do
    buyer: BuyerId | None = None
    price: Money | None = None
    by: Literal["buyer", "seller"] | None = None
    offered_today: Count | None = None
    authorised: bool | None = None
    completion: Share | None = None
    watching: bool | None = None

    def __attrs_post_init__(self) -> None:
        needed, allowed = _NEEDED[self.do], _NEEDED[self.do] | _MORE.get(self.do, frozenset())
        for name, value in self._given().items():
            if value is None and name in needed:
                raise InvalidValueError(name, None, f"given to {self.do}")
            if value is not None and name not in allowed:
                raise InvalidValueError(name, value, f"left out of {self.do}")

    def _given(self) -> Mapping[str, object]:
        return {
            "buyer": self.buyer,
            "price": self.price,
            "by": self.by,
            "offered_today": self.offered_today,
            "authorised": self.authorised,
            "completion": self.completion,
            "watching": self.watching,
        }

    @property
    def side(self) -> Party:
        """Who answers, or takes back: the seller answers and the buyer takes back, if left out."""
        if self.by is None:
            return Party.BUYER if self.do == "withdraw" else Party.SELLER
        return Party(self.by)


@frozen(kw_only=True)
class TermsFacts:
    """What the seller of a piece has settled about offers on it."""

    minimum: Price | None = None
    accept_at: Price | None = None
    decline_at: Price | None = None


@frozen(kw_only=True)
class EventRow:
    """Something that happened to a piece."""

    at: datetime
    event: str
    buyer: BuyerId | None
    price: Money | None
    until: datetime | None


@frozen(kw_only=True)
class RefusalRow:
    """A command that was refused, for all these reasons."""

    at: datetime
    do: str
    reasons: tuple[str, ...]


@frozen(kw_only=True)
class Replayed(Answer):
    """The price of a piece then, whether it is for sale, and all that happened until then."""

    decision: ClassVar[str] = "replayed"

    price: Money
    available: bool
    events: tuple[EventRow, ...]
    refusals: tuple[RefusalRow, ...]


_NO_TERMS = TermsFacts()


@rule("replay-negotiation", at="until", terms="seller_terms")
def replay_negotiation_rule(
    house: HousePolicy,
    *,
    initial_price: Price,
    open_to_offers: bool = True,
    seller_terms: TermsFacts = _NO_TERMS,
    listed_at: datetime | None = None,
    commands: list[CommandFacts],
    until: datetime,
) -> Replayed:
    """Say what comes of everything that is done with a piece. Clauses N1 to N9."""
    history = replay_negotiation(
        initial_price,
        [_command(given) for given in commands],
        until,
        house.listing,
        terms=SellerTerms(
            open_to_offers=open_to_offers,
            minimum=seller_terms.minimum,
            accept_at=seller_terms.accept_at,
            decline_at=seller_terms.decline_at,
        ),
        listed_at=listed_at,
        calendar=calendar(house.calendar),
    )
    return _replayed(history)


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


def _replayed(history: NegotiationHistory) -> Replayed:
    return Replayed(
        decided=history,
        price=history.price,
        available=history.available,
        events=tuple(map(event_row, history.events)),
        refusals=tuple(
            RefusalRow(
                at=refusal.command.at,
                do=refusal.command.name,
                reasons=tuple(sorted(map(str, refusal.refused.reasons))),
            )
            for refusal in history.refusals
        ),
    )


def event_row(event: Event) -> EventRow:
    """Return what the contract shows of an event."""
    buyer, price, until = _particulars(event)
    return EventRow(at=event.at, event=event.name, buyer=buyer, price=price, until=until)


def _particulars(event: Event) -> tuple[BuyerId | None, Money | None, datetime | None]:
    match event:
        case OfferMade() | PieceSold():
            return event.buyer, event.price, None
        case Priced():
            return event.buyer, event.price, event.until
        case OfOffer():
            return event.buyer, None, None
        case PriceRestored() | PriceChanged():
            return None, event.price, None
        case _:
            return None, None, None


@frozen(kw_only=True)
class OnSale(Answer):
    """A piece that is for sale again."""

    decision: ClassVar[str] = "on-sale"


@frozen(kw_only=True)
class SoldVisible(Answer):
    """A sold piece that is shown until that moment."""

    decision: ClassVar[str] = "sold-visible"

    until: datetime | None


@frozen(kw_only=True)
class Hidden(Answer):
    """A sold piece that is shown no more."""

    decision: ClassVar[str] = "hidden"


@frozen(kw_only=True)
class AlertSet(Answer):
    """An alert that brings a mail if the piece is for sale again, and is then used up or kept."""

    decision: ClassVar[str] = "admissible"

    used_up: bool


@rule("assess-alert")
def assess_alert_rule(
    house: HousePolicy, *, sold: bool, already_set: bool = False
) -> AlertSet | Refused:
    """Say whether an alert can be set on a piece. Clause A5."""
    assessed = assess_alert(sold=sold, already_set=already_set, policy=house.listing)
    match assessed:
        case AlertAdmitted():
            return AlertSet(decided=assessed, used_up=assessed.used_up)
        case AlertRefused():
            return Refused(decided=assessed, reasons=assessed.reasons)


@rule("catalogue", at="sold_at", day="sold_at")
def catalogue_rule(
    house: HousePolicy, *, sold_at: datetime, now: datetime, returned: bool = False
) -> OnSale | SoldVisible | Hidden:
    """Say whether a sold piece is still seen. Clause A4."""
    match assess_visibility(
        sold_at,
        now,
        house.listing.catalogue,
        returned=returned,
        calendar=calendar(house.calendar),
    ):
        case catalogue.OnSale() as on_sale:
            return OnSale(decided=on_sale)
        case catalogue.SoldVisible() as visible:
            return SoldVisible(decided=visible, until=visible.until)
        case catalogue.Hidden() as hidden:
            return Hidden(decided=hidden)
