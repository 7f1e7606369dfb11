"""What a command does to a piece: events, or a refusal that leaves it as it was.

The piece need not be up to date: what has fallen due by the command's
moment happens first, and is the first of the events given back.
"""

from __future__ import annotations

from typing import assert_never

from vintage_rules.dates import Calendar
from vintage_rules.ids import Edition
from vintage_rules.machine import Machine, Refused, refuse
from vintage_rules.offers import answers, listing_commands, new_offers
from vintage_rules.offers.answers import Decided
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    ChangeTerms,
    Command,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    Relist,
    ReturnToSale,
    ReturnToSeller,
    SellPiece,
    SendOffer,
    SetAlert,
    TakeDown,
    WithdrawOffer,
)
from vintage_rules.offers.due import next_due
from vintage_rules.offers.events import Event
from vintage_rules.offers.evolve import consequences, opened
from vintage_rules.offers.policy import (
    ListingPolicy,
)
from vintage_rules.offers.refusals import OfferRefusal
from vintage_rules.offers.states import Listing, ListingState
from vintage_rules.offers.transitions import LISTING_TRANSITIONS


def governing_edition(listing: Listing, command: Command) -> Edition | None:
    """Return the edition of the policy that decides a command; None for the one in force.

    An offer is answered under the edition it was opened under.

    >>> from datetime import UTC, date, datetime
    >>> from vintage_rules import Money
    >>> from vintage_rules.offers import OfferMade, PieceListed
    >>> from vintage_rules.offers import LISTING
    >>> from vintage_rules.offers import SellerTerms, Silence
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> listed = PieceListed(
    ...     at=monday,
    ...     price=Money(200, "EUR"),
    ...     terms=SellerTerms.only(open_to_offers=True),
    ...     offers_from=monday,
    ... )
    >>> offered = OfferMade(
    ...     at=monday,
    ...     buyer="zoe",
    ...     price=Money(150, "EUR"),
    ...     until=None,
    ...     edition=Edition(name="imparfaite", since=date(2023, 1, 1)),
    ...     silence=Silence.LAPSE,
    ...     accepted_until=None,
    ... )
    >>> coat = LISTING.replay([listed, offered])
    >>> str(governing_edition(coat, AcceptOffer(at=monday, buyer="zoe")))
    'imparfaite@2023-01-01'
    """
    if not isinstance(command, (AcceptOffer, DeclineOffer, CounterOffer, WithdrawOffer)):
        return None
    offer = listing.offer_of(command.buyer)
    return offer.edition if offer is not None and offer.runs else None


def answer(  # noqa: C901, PLR0912 - one line for each command
    listing: Listing, command: Command, policy: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Return the events of a command, or why the piece stays as it is.

    Clauses N3 to N9, A4, A5, C1.

    Raises:
        DayError: If the policy counts days and no calendar is given.
        CurrencyMismatchError: For a price in another currency.
        InvalidValueError: When an offer that runs is to be answered under another edition than it
            was opened under: see `governing_edition`.

    >>> from datetime import UTC, date, datetime
    >>> from vintage_rules import Money
    >>> from vintage_rules.offers import SellerTerms
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22)).listing
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> terms = SellerTerms.only(open_to_offers=True)
    >>> coat = LISTING.replay(
    ...     [
    ...         listing_commands.list_piece(
    ...             monday, Money(200, "EUR"), terms, house.offers
    ...         )
    ...     ]
    ... )
    >>> offer = MakeOffer(
    ...     at=monday, buyer="zoe", price=Money(150, "EUR"), signed_in=True
    ... )
    >>> [event.name for event in LISTING.decide(coat, offer, house)]
    ['offer-made']
    """
    match command:
        case MakeOffer():
            return new_offers.make_offer(listing, command, policy, calendar)
        case CounterOffer():
            return answers.counter(listing, command, policy, calendar)
        case SendOffer():
            return new_offers.send_offer(listing, command, policy.offers, calendar)
        case AcceptOffer():
            return answers.accept(listing, command, policy, calendar)
        case DeclineOffer():
            return answers.decline(listing, command, policy.offers)
        case WithdrawOffer():
            return answers.withdraw(listing, command, policy.offers)
        case SellPiece():
            return listing_commands.sell(listing, command, policy, calendar)
        case ChangePrice():
            return listing_commands.change_price(listing, command, policy.offers)
        case ChangeTerms():
            return listing_commands.change_terms(listing, command, policy.offers)
        case TakeDown():
            return listing_commands.take_down(listing, command, policy.offers)
        case Relist():
            return listing_commands.relist(listing, command, policy, calendar)
        case ReturnToSale():
            return listing_commands.return_to_sale(listing, command, policy, calendar)
        case ReturnToSeller():
            return listing_commands.return_to_seller(listing, command, policy)
        case SetAlert():
            return listing_commands.set_alert(listing, command, policy)
        case _:
            assert_never(command)


def _state(listing: Listing) -> ListingState:
    return listing.state


LISTING: Machine[Listing, ListingState, Command, Event, ListingPolicy, Refused[OfferRefusal]] = (
    Machine(
        transitions=LISTING_TRANSITIONS,
        state_of=_state,
        opened=opened,
        consequences=consequences,
        next_due=next_due,
        answer=answer,
        out_of_order=refuse(OfferRefusal.OUT_OF_ORDER),
    )
)
"""The machine of a listing: its price and its offers. Clauses A4, A5, C1, N1 to N9."""
