"""A house to test with, the simplest of each shape as the clauses say, and helpers for stories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from vintage_rules.dates import Calendar, Duration
from vintage_rules.ids import Edition
from vintage_rules.machine import Refused
from vintage_rules.money import Money
from vintage_rules.offers.catalogue_policy import AlertPolicy, CataloguePolicy
from vintage_rules.offers.commands import Command
from vintage_rules.offers.counter_policy import PublicCounter
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import Event
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.policy import (
    Acceptance,
    Floor,
    FloorBase,
    ListingPolicy,
    OfferPolicy,
    PriceEdit,
    Quota,
    SaleEffect,
)
from vintage_rules.offers.seller_policy import (
    LowerBound,
)
from vintage_rules.offers.states import Listing
from vintage_rules.offers.terms import OfferState, SellerTerms, Silence

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
TICK = timedelta(microseconds=1)
EDITION = Edition(name="imparfaite", since=date(2023, 1, 1))
OPEN = SellerTerms.only(open_to_offers=True)
CLOSED = SellerTerms.only(open_to_offers=False)

OFFERS = OfferPolicy(
    edition=EDITION,
    zone="Europe/Paris",
    taken=True,
    open_sources=("N1",),
    sign_in_required=True,
    sign_in_sources=("N2",),
    completion_at_least=None,
    completion_sources=(),
    held=False,
    held_sources=(),
    opens_after=Duration.of(0, "hours"),
    opens_after_sources=("N1",),
    quota=Quota(
        per_piece=1,
        per_day=None,
        consumed_by=frozenset(OfferState),
        reset_by=frozenset(),
        consumed_by_sources=("N3",),
        sources=("N3",),
    ),
    floor=Floor(
        base=FloorBase.INITIAL,
        largest_cut=Decimal("0.30"),
        bound=LowerBound.AT_LEAST,
        bound_sources=("N8",),
        sources=("N8",),
    ),
    price_sources=("N8",),
    stands_for=Duration.of(24, "hours"),
    stands_for_sources=("N9",),
    on_silence=Silence.LAPSE,
    silence_sources=("N7",),
    answer_sources=("N4", "N7", "N9"),
    mail_sources=("N5",),
    counter=PublicCounter(sources=("N4", "N6", "N8")),
    seller_offers=None,
    seller_bounds=None,
    acceptance=Acceptance.PUBLIC,
    acceptance_sources=("N6",),
    lowered_for=Duration.of(24, "hours"),
    lowered_for_sources=("N6",),
    auto_accept=None,
    auto_decline=None,
    withdrawal=None,
    price_edit=PriceEdit.FROZEN,
    price_edit_sources=("N9",),
    sale=SaleEffect.ENDS_OFFERS,
    availability_sources=("C1",),
    sources=("N1", "N2", "N3", "N4", "N6", "N7", "N8", "N9"),
)
CATALOGUE = CataloguePolicy(
    edition=EDITION,
    visible_for=Duration.of(336, "hours"),
    zone="Europe/Paris",
    sources=("A4",),
)
ALERTS = AlertPolicy(edition=EDITION, single_use=True, sources=("A5",))
HOUSE = ListingPolicy(edition=EDITION, offers=OFFERS, catalogue=CATALOGUE, alerts=ALERTS)


def eur(amount: int | str) -> Money:
    """Write an amount of euros."""
    return Money(amount, "EUR")


def listed(
    initial: int | str = 200,
    *,
    at: datetime = MONDAY,
    terms: SellerTerms = OPEN,
    policy: ListingPolicy = HOUSE,
    calendar: Calendar | None = None,
) -> Listing:
    """Put a piece up for sale."""
    return LISTING.replay([list_piece(at, eur(initial), terms, policy.offers, calendar)])


def happen(
    listing: Listing,
    *commands: Command,
    policy: ListingPolicy = HOUSE,
    calendar: Calendar | None = None,
) -> Listing:
    """Carry out commands that must all be allowed."""
    for command in commands:
        listing = LISTING.replay(events_of(listing, command, policy, calendar), listing)
    return listing


def events_of(
    listing: Listing,
    command: Command,
    policy: ListingPolicy = HOUSE,
    calendar: Calendar | None = None,
) -> tuple[Event, ...]:
    """Give the events of a command that must be allowed."""
    decided = LISTING.decide(listing, command, policy, calendar)
    assert not isinstance(decided, Refused), f"{command} was refused: {decided}"
    return decided


def reasons(
    listing: Listing,
    command: Command,
    policy: ListingPolicy = HOUSE,
    calendar: Calendar | None = None,
) -> list[str]:
    """Give the codes for which a command is refused, and none when it is not."""
    decided = LISTING.decide(listing, command, policy, calendar)
    return [str(reason) for reason in decided.reasons] if isinstance(decided, Refused) else []


def later(listing: Listing, now: datetime) -> Listing:
    """Let time pass up to and with a moment."""
    return LISTING.replay(LISTING.fall_due(listing, now), listing)


def names(events: Sequence[Event]) -> list[str]:
    """Give the names of events."""
    return [event.name for event in events]
