"""A whole negotiation at once, as the door asks for it."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from tests.offers.house import CLOSED, DAY, EDITION, HOUR, HOUSE, MONDAY, OFFERS, TICK, eur, names
from vintage_rules.dates import Calendar, Duration
from vintage_rules.errors import CurrencyMismatchError, DayError, MoneyError
from vintage_rules.ids import BuyerId
from vintage_rules.money import Money
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    SellPiece,
)
from vintage_rules.offers.events import OfferCountered, OfferMade, PriceRestored
from vintage_rules.offers.negotiation import NegotiationHistory, replay_negotiation
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import Silence

ZOE, LOU = BuyerId("zoe"), BuyerId("lou")


def offer(hours: int = 0, buyer: BuyerId = ZOE, price: int | str = 150) -> MakeOffer:
    """Offer a price some hours after Monday morning."""
    return MakeOffer(at=MONDAY + hours * HOUR, buyer=buyer, price=eur(price), signed_in=True)


def codes(history: NegotiationHistory) -> list[tuple[str, list[str]]]:
    """Give what was refused and why."""
    return [
        (each.command.name, [str(reason) for reason in each.refused.reasons])
        for each in history.refusals
    ]


class TestN6OfferCounterExpiry:
    """N6: an offer, a counter-price, and after 24 hours the initial price again."""

    def test_up_to_and_with_the_end(self) -> None:
        """What happens at the very end is in."""
        at = MONDAY + HOUR
        counter = CounterOffer(at=at, buyer=ZOE, price=eur(180))
        history = replay_negotiation(eur(200), [offer(), counter], at + DAY, HOUSE)
        assert history.events == (
            OfferMade(
                at=MONDAY,
                buyer=ZOE,
                price=eur(150),
                until=MONDAY + DAY,
                edition=EDITION,
                silence=Silence.LAPSE,
                accepted_until=None,
            ),
            OfferCountered(at=at, buyer=ZOE, price=eur(180), until=at + DAY),
            PriceRestored(at=at + DAY, price=eur(200)),
        )
        assert (history.price, history.available, history.refusals) == (eur(200), True, ())
        assert (history.sources, history.edition) == (OFFERS.sources, EDITION)

    def test_a_tick_before_the_end(self) -> None:
        """The counter-price still stands."""
        at = MONDAY + HOUR
        counter = CounterOffer(at=at, buyer=ZOE, price=eur(180))
        history = replay_negotiation(eur(200), [offer(), counter], at + DAY - TICK, HOUSE)
        assert (history.price, names(history.events)) == (
            eur(180),
            ["offer-made", "offer-countered"],
        )
        assert history.listing.state is ListingState.LOWERED


class TestN9Refusals:
    """N9: what is refused is told with every reason, and the rest goes on."""

    def test_in_order(self) -> None:
        """The refused commands keep their places; nothing of them happens."""
        history = replay_negotiation(
            eur(200),
            [
                offer(0, ZOE, 100),
                offer(1),
                offer(2, ZOE, 300),
                AcceptOffer(at=MONDAY + 2 * HOUR, buyer=LOU),
                ChangePrice(at=MONDAY + 3 * HOUR, price=eur(190)),
                AcceptOffer(at=MONDAY + 25 * HOUR, buyer=ZOE),
                offer(26, LOU, 150),
                AcceptOffer(at=MONDAY + 27 * HOUR, buyer=LOU),
                DeclineOffer(at=MONDAY + 28 * HOUR, buyer=LOU),
                SellPiece(at=MONDAY + 29 * HOUR, buyer=ZOE),
                SellPiece(at=MONDAY + 30 * HOUR, buyer=LOU),
            ],
            MONDAY + 90 * DAY,
            HOUSE,
        )
        assert codes(history) == [
            ("offer", ["reduction-too-large"]),
            ("offer", ["already-offered", "not-below-current-price"]),
            ("accept", ["no-such-offer"]),
            ("change-price", ["price-frozen"]),
            ("accept", ["too-late"]),
            ("decline", ["already-answered"]),
            ("sell", ["not-available"]),
        ]
        assert [(each.name, (each.at - MONDAY) / HOUR) for each in history.events] == [
            ("offer-made", 1),
            ("offer-lapsed", 25),
            ("offer-made", 26),
            ("offer-accepted", 27),
            ("piece-sold", 29),
        ]
        assert (history.price, history.available) == (eur(150), False)
        assert history.sources == ("C1", *OFFERS.sources)
        assert history.listing.state is ListingState.HIDDEN

    def test_a_late_command_after_it_fell_due(self) -> None:
        """Two refusals in a row do not make time run twice."""
        late = AcceptOffer(at=MONDAY + DAY, buyer=ZOE)
        history = replay_negotiation(eur(200), [offer(), late, late], MONDAY + DAY, HOUSE)
        assert names(history.events) == ["offer-made", "offer-lapsed"]
        assert codes(history) == [("accept", ["too-late"])] * 2

    def test_a_closed_seller(self) -> None:
        """N1: no offers at all, but the piece may be bought."""
        history = replay_negotiation(
            eur(200), [offer(), SellPiece(at=MONDAY)], MONDAY, HOUSE, terms=CLOSED
        )
        assert codes(history) == [("offer", ["not-open-to-offers"])]
        assert names(history.events) == ["piece-sold"]

    def test_nothing_happens_to_a_piece_nobody_wants(self) -> None:
        """No commands, no events."""
        history = replay_negotiation(eur(200), [], MONDAY, HOUSE)
        assert (history.price, history.available, history.events) == (eur(200), True, ())


class TestMistakes:
    """What cannot be replayed is an error that names the command."""

    def test_out_of_order(self) -> None:
        """Commands come in order of time; nothing is sorted behind anybody's back."""
        with pytest.raises(
            DayError, match=r"commands\[1\]\.at: must be between 2026-09-07T09.*got '2026-09-07T08"
        ):
            replay_negotiation(eur(200), [offer(1), offer(0, LOU)], MONDAY + DAY, HOUSE)

    def test_out_of_order_after_a_refusal(self) -> None:
        """One that was refused has its place in time as well."""
        with pytest.raises(DayError, match=r"commands\[1\]\.at"):
            replay_negotiation(eur(200), [offer(1, price=1), offer(0, LOU)], MONDAY + DAY, HOUSE)

    def test_after_the_end(self) -> None:
        """At the end is in time, after it is not."""
        assert replay_negotiation(eur(200), [offer()], MONDAY, HOUSE).events
        with pytest.raises(DayError, match=r"commands\[0\]\.at: must be between"):
            replay_negotiation(eur(200), [offer()], MONDAY - TICK, HOUSE)

    def test_another_currency(self) -> None:
        """The command is named."""
        wrong = attrs.evolve(offer(1, LOU), price=Money(150, "GBP"))
        with pytest.raises(
            CurrencyMismatchError, match=r"commands\[1\]\.price: must be in EUR, got GBP"
        ):
            replay_negotiation(eur(200), [offer(), wrong], MONDAY + DAY, HOUSE)

    def test_a_price_of_nothing(self) -> None:
        """A piece has a price."""
        with pytest.raises(MoneyError, match="initial_price: must be above 0"):
            replay_negotiation(eur(0), [], MONDAY, HOUSE)

    def test_an_end_without_an_offset(self) -> None:
        """Nobody knows when that is."""
        with pytest.raises(DayError, match="until: must be a moment with an offset"):
            replay_negotiation(eur(200), [], datetime(2026, 9, 7), HOUSE)  # noqa: DTZ001 - the point

    def test_days_need_a_calendar(self) -> None:
        """It is passed on where the policy counts days; a delay after listing is long over."""
        policy = attrs.evolve(
            HOUSE,
            offers=attrs.evolve(
                OFFERS, stands_for=Duration.of(3, "days"), opens_after=Duration.of(7, "days")
            ),
        )
        calendar = Calendar.without_holidays("none")
        history = replay_negotiation(
            eur(200), [offer()], MONDAY + 9 * DAY, policy, calendar=calendar
        )
        assert history.events[-1].at == datetime(2026, 9, 10, 22, tzinfo=UTC)
        with pytest.raises(DayError, match="calendar"):
            replay_negotiation(eur(200), [offer()], MONDAY + 9 * DAY, policy)
