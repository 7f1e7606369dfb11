"""A whole negotiation at once: commands in, everything that came of them out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import moneyed
from attrs import evolve, frozen

from vintage_rules.dates import Calendar, Duration, Unit, instant
from vintage_rules.decision import Decision
from vintage_rules.errors import CurrencyMismatchError, DayError
from vintage_rules.machine import Refused
from vintage_rules.money import Money, positive
from vintage_rules.offers.commands import Command
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import Event, PieceHidden
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.policy import (
    ListingPolicy,
)
from vintage_rules.offers.refusals import OfferRefusal, merged
from vintage_rules.offers.states import Listing
from vintage_rules.offers.terms import SellerTerms

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_AT_ONCE = Duration.of(0, Unit.HOURS)
OPEN_TO_OFFERS = SellerTerms.only(open_to_offers=True)


@frozen(kw_only=True)
class RefusedCommand:
    """A command that was refused, and why."""

    command: Command
    refused: Refused[OfferRefusal]


@frozen(kw_only=True)
class NegotiationHistory(Decision):
    """The result of a negotiation up to and with a moment.

    That is what the piece then costs, whether it can be bought, what happened in order of time, and
    what was refused.

    The listing of the piece and its leaving the catalogue are no part of a negotiation and are left
    out.
    """

    price: Money
    available: bool
    events: tuple[Event, ...]
    refusals: tuple[RefusedCommand, ...]
    listing: Listing


def replay_negotiation(
    initial_price: moneyed.Money,
    commands: Sequence[Command],
    until: datetime,
    policy: ListingPolicy,
    *,
    terms: SellerTerms = OPEN_TO_OFFERS,
    listed_at: datetime | None = None,
    calendar: Calendar | None = None,
) -> NegotiationHistory:
    """Run commands on a piece that was listed at a moment, up to and with another.

    The piece may have been listed long before. Clauses N1 to N9.

    Raises:
        InvalidValueError: For terms outside the house's bounds.
        DayError: Naming the command that comes before the one above it or after the end.
        CurrencyMismatchError: Naming the one whose price is in another currency.

    >>> from datetime import date
    >>> from vintage_rules.offers import AcceptOffer, MakeOffer
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22)).listing
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> history = replay_negotiation(
    ...     Money(200, "EUR"),
    ...     [
    ...         MakeOffer(
    ...             at=monday, buyer="zoe", price=Money(150, "EUR"), signed_in=True
    ...         ),
    ...         AcceptOffer(at=monday, buyer="zoe"),
    ...     ],
    ...     datetime(2026, 9, 8, 8, tzinfo=UTC),
    ...     house,
    ... )
    >>> [event.name for event in history.events]
    ['offer-made', 'offer-accepted', 'price-restored']
    """
    end = instant(until, "until")
    _require_order(commands, end)
    listing = _listed(positive(initial_price, "initial_price"), terms, listed_at, policy, calendar)
    events: list[Event] = []
    refusals: list[RefusedCommand] = []
    for place, command in enumerate(commands):
        decided = _decided(listing, place, command, policy, calendar)
        if isinstance(decided, Refused):
            refusals.append(RefusedCommand(command=command, refused=decided))
        else:
            events.extend(decided)
            listing = LISTING.replay(decided, listing)
    return _history(listing, end, events, refusals, policy)


def _history(
    listing: Listing,
    end: datetime,
    events: list[Event],
    refusals: list[RefusedCommand],
    policy: ListingPolicy,
) -> NegotiationHistory:
    due = LISTING.fall_due(listing, end)
    last = LISTING.replay(due, listing)
    refused = (each.refused.sources for each in refusals)
    return NegotiationHistory(
        price=last.price,
        available=last.available,
        events=tuple(each for each in (*events, *due) if not isinstance(each, PieceHidden)),
        refusals=tuple(refusals),
        listing=last,
        sources=merged(policy.offers.sources, *refused),
        edition=policy.edition,
    )


def _require_order(commands: Sequence[Command], end: datetime) -> None:
    before = _ALWAYS
    for place, command in enumerate(commands):
        if not before <= command.at <= end:
            found = command.at.isoformat()
            allowed = f"between {before.isoformat()}, the command before, and {end.isoformat()}"
            raise DayError(f"commands[{place}].at", found, allowed)
        before = command.at


def _listed(
    price: Money,
    terms: SellerTerms,
    at: datetime | None,
    policy: ListingPolicy,
    calendar: Calendar | None,
) -> Listing:
    if at is not None:
        return LISTING.replay([list_piece(at, price, terms, policy.offers, calendar)])
    opened = list_piece(
        _ALWAYS, price, terms, evolve(policy.offers, opens_after=_AT_ONCE), calendar
    )
    return LISTING.replay([opened])


def _decided(
    listing: Listing,
    place: int,
    command: Command,
    policy: ListingPolicy,
    calendar: Calendar | None,
) -> tuple[Event, ...] | Refused[OfferRefusal]:
    try:
        return LISTING.decide(listing, command, policy, calendar)
    except CurrencyMismatchError as error:
        name = f"commands[{place}].{error.field}"
        raise CurrencyMismatchError(name, found=error.found, expected=error.expected) from None
