"""The negotiation on a piece, told from the clauses."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import attrs
import moneyed
import pytest

from tests.offers.house import (
    ALERTS,
    CLOSED,
    DAY,
    EDITION,
    HOUR,
    HOUSE,
    MONDAY,
    OPEN,
    TICK,
    eur,
    events_of,
    happen,
    later,
    listed,
    names,
    reasons,
)
from vintage_rules.dates import zone
from vintage_rules.errors import CurrencyMismatchError, DayError, InvalidValueError, MoneyError
from vintage_rules.ids import BuyerId
from vintage_rules.machine import Refused
from vintage_rules.money import Money
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    ChangeTerms,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    Relist,
    ReturnToSale,
    SellPiece,
    SetAlert,
    TakeDown,
    WithdrawOffer,
)
from vintage_rules.offers.decide import LISTING, governing_edition
from vintage_rules.offers.events import (
    AlertRaised,
    AlertSet,
    OfferAccepted,
    OfferCountered,
    OfferDeclined,
    OfferEnded,
    OfferLapsed,
    OfferMade,
    PieceHidden,
    PieceReturned,
    PieceSold,
    PriceChanged,
    PriceRestored,
    TermsChanged,
)
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.policy import (
    Fallback,
    Withdrawal,
)
from vintage_rules.offers.states import Listing, ListingState
from vintage_rules.offers.terms import OfferState, Party, SellerTerms, Silence

WITHDRAWAL = Withdrawal(
    by=frozenset({Party.BUYER}), falls_back_to=Fallback.NOTHING, sources=("N4",)
)
ZOE, LOU, MIA = BuyerId("zoe"), BuyerId("lou"), BuyerId("mia")


def offer(hours: int = 0, buyer: BuyerId = ZOE, price: int | str = 150) -> MakeOffer:
    """Offer a price some hours after Monday morning."""
    return MakeOffer(at=MONDAY + hours * HOUR, buyer=buyer, price=eur(price), signed_in=True)


def accept(hours: int, buyer: BuyerId = ZOE) -> AcceptOffer:
    """Accept some hours after Monday morning."""
    return AcceptOffer(at=MONDAY + hours * HOUR, buyer=buyer)


def decline(hours: int, buyer: BuyerId = ZOE) -> DeclineOffer:
    """Decline some hours after Monday morning."""
    return DeclineOffer(at=MONDAY + hours * HOUR, buyer=buyer)


def counter(hours: int, buyer: BuyerId = ZOE, price: int | str = 180) -> CounterOffer:
    """Counter some hours after Monday morning."""
    return CounterOffer(at=MONDAY + hours * HOUR, buyer=buyer, price=eur(price))


def sell(hours: int, buyer: BuyerId | None = MIA, price: Money | None = None) -> SellPiece:
    """Sell some hours after Monday morning."""
    return SellPiece(at=MONDAY + hours * HOUR, buyer=buyer, price=price)


def with_amount(name: str, amount: Money) -> SellerTerms:
    """Give the terms of an open seller who settled one amount."""
    changes: dict[str, Any] = {name: amount}
    return attrs.evolve(OPEN, **changes)


def state_of(listing: Listing, buyer: BuyerId = ZOE) -> OfferState:
    """Give the state of a buyer's latest offer."""
    found = listing.offer_of(buyer)
    assert found is not None, f"{buyer} has made no offer"
    return found.state


class TestN1ButtonShown:
    """N1: no button, no offer; the seller decides whether there is one."""

    def test_a_closed_seller(self) -> None:
        """An offer to a seller who does not negotiate is refused."""
        assert reasons(listed(terms=CLOSED), offer()) == ["not-open-to-offers"]

    def test_a_seller_who_opens(self) -> None:
        """From then on there are offers."""
        opened = happen(listed(terms=CLOSED), ChangeTerms(at=MONDAY, terms=OPEN))
        assert (opened.state, opened.price) == (ListingState.LISTED, eur(200))
        assert reasons(opened, offer(1)) == []

    def test_a_seller_who_closes_still_answers(self) -> None:
        """What was offered before goes on."""
        listing = happen(listed(), offer(), ChangeTerms(at=MONDAY + HOUR, terms=CLOSED))
        assert reasons(listing, offer(2, LOU)) == ["not-open-to-offers"]
        assert state_of(happen(listing, accept(2))) is OfferState.ACCEPTED

    def test_terms_are_noted(self) -> None:
        """The event carries what was settled, and nothing else changes."""
        listing = happen(listed(), offer(), accept(1))
        change = ChangeTerms(at=MONDAY + 2 * HOUR, terms=CLOSED)
        assert events_of(listing, change) == (TermsChanged(at=MONDAY + 2 * HOUR, terms=CLOSED),)
        changed = happen(listing, change)
        assert (changed.state, changed.price) == (ListingState.LOWERED, eur(150))
        assert changed.particulars.terms == CLOSED


class TestN2SignedInBuyer:
    """N2: only a signed-in buyer makes offers."""

    def test_a_stranger(self) -> None:
        """Whoever is not signed in is refused, and nothing happens."""
        stranger = attrs.evolve(offer(), signed_in=False)
        refusal = LISTING.decide(listed(), stranger, HOUSE)
        assert isinstance(refusal, Refused)
        assert (refusal.sources, refusal.edition) == (("N2",), EDITION)
        assert reasons(listed(), stranger) == ["not-signed-in"]


class TestN3OneOfferPerPieceAndBuyer:
    """N3: one offer for a buyer and piece; any offer counts, one that lapsed too."""

    def test_while_it_is_open(self) -> None:
        """A second one is refused."""
        assert reasons(happen(listed(), offer()), offer(1, price=160)) == ["already-offered"]

    def test_after_it_was_declined(self) -> None:
        """It counts all the same."""
        listing = happen(listed(), offer(), decline(1))
        assert reasons(listing, offer(2, price=160)) == ["already-offered"]

    def test_after_it_lapsed(self) -> None:
        """It counts, though nobody ever brought the piece up to date."""
        assert reasons(happen(listed(), offer()), offer(48, price=160)) == ["already-offered"]

    def test_after_a_return(self) -> None:
        """The piece is the same piece when it comes back."""
        listing = happen(listed(), offer(), sell(1), ReturnToSale(at=MONDAY + 100 * HOUR))
        assert reasons(listing, offer(101)) == ["already-offered"]

    def test_after_a_relisting(self) -> None:
        """Taking it down and listing it again gives nobody a new offer."""
        listing = happen(
            listed(),
            offer(),
            TakeDown(at=MONDAY + HOUR),
            Relist(at=MONDAY + 2 * HOUR),
            ChangePrice(at=MONDAY + 3 * HOUR, price=eur(190)),
        )
        assert reasons(listing, offer(4)) == ["already-offered"]

    def test_others_have_their_own(self) -> None:
        """Every buyer has one."""
        listing = happen(listed(), offer(), offer(1, LOU, 160))
        assert [each.buyer for each in listing.offers] == [ZOE, LOU]

    def test_a_refused_offer_does_not_count(self) -> None:
        """What was never made uses nothing up."""
        listing = listed()
        assert reasons(listing, offer(price=100)) == ["reduction-too-large"]
        assert reasons(listing, offer(1)) == []


class TestN4TheSellerAnswers:
    """N4: the seller accepts, declines or names another price."""

    def test_accepts(self) -> None:
        """The offer is accepted at its own price."""
        listing = happen(listed(), offer())
        assert events_of(listing, accept(2)) == (
            OfferAccepted(
                at=MONDAY + 2 * HOUR, buyer=ZOE, price=eur(150), until=MONDAY + 26 * HOUR
            ),
        )
        assert state_of(happen(listing, accept(2))) is OfferState.ACCEPTED

    def test_declines(self) -> None:
        """The offer is over and the price is what it was."""
        listing = happen(listed(), offer())
        assert events_of(listing, decline(2)) == (OfferDeclined(at=MONDAY + 2 * HOUR, buyer=ZOE),)
        declined = happen(listing, decline(2))
        assert state_of(declined) is OfferState.DECLINED
        assert (declined.state, declined.price) == (ListingState.LISTED, eur(200))

    def test_counters(self) -> None:
        """The counter-price is what counts from then on."""
        listing = happen(listed(), offer())
        assert events_of(listing, counter(2)) == (
            OfferCountered(
                at=MONDAY + 2 * HOUR, buyer=ZOE, price=eur(180), until=MONDAY + 26 * HOUR
            ),
        )
        assert state_of(happen(listing, counter(2))) is OfferState.COUNTERED

    @pytest.mark.parametrize("first", [accept(1), decline(1), counter(1)])
    @pytest.mark.parametrize("second", [accept(2), decline(2), counter(2)])
    def test_answers_once(
        self,
        first: AcceptOffer | DeclineOffer | CounterOffer,
        second: AcceptOffer | DeclineOffer | CounterOffer,
    ) -> None:
        """A second answer is refused, whatever the two are."""
        assert reasons(happen(listed(), offer(), first), second) == ["already-answered"]

    @pytest.mark.parametrize("answer", [accept(1, LOU), decline(1, LOU), counter(1, LOU)])
    def test_answers_only_what_was_offered(
        self, answer: AcceptOffer | DeclineOffer | CounterOffer
    ) -> None:
        """Of somebody who made none there is no offer to answer."""
        assert reasons(happen(listed(), offer()), answer) == ["no-such-offer"]

    def test_the_buyer_does_not_answer_themselves(self) -> None:
        """An open offer waits for the seller."""
        listing = happen(listed(), offer())
        for answer in (accept(1), decline(1), counter(1)):
            own = attrs.evolve(answer, by=Party.BUYER)
            assert reasons(listing, own) == ["not-your-turn"]

    def test_a_counter_after_a_counter_needs_an_offer(self) -> None:
        """The buyer has nothing to accept: they buy at the public price."""
        listing = happen(listed(), offer(), counter(1))
        answer = attrs.evolve(accept(2), by=Party.BUYER)
        assert reasons(listing, answer) == ["already-answered"]

    def test_offers_are_not_withdrawn_here(self) -> None:
        """This house has no such thing."""
        withdraw = WithdrawOffer(at=MONDAY + HOUR, buyer=ZOE)
        assert reasons(happen(listed(), offer()), withdraw) == ["not-withdrawable"]


class TestN6LoweredPrice:
    """N6: the agreed or counter-price is everybody's for 24 hours, then the initial one returns."""

    @pytest.mark.parametrize(("answer", "price"), [(accept(2), 150), (counter(2), 180)])
    def test_it_is_everybodys(self, answer: AcceptOffer | CounterOffer, price: int) -> None:
        """The public price changes at once, for the buyer who asked and for all others."""
        listing = happen(listed(), offer(), answer)
        assert (listing.state, listing.price) == (ListingState.LOWERED, eur(price))
        assert listing.price_for(ZOE) == listing.price_for(LOU) == listing.price_for(None)
        assert (listing.until, listing.holder) == (MONDAY + 26 * HOUR, None)
        assert listing.available

    @pytest.mark.parametrize("answer", [accept(2), counter(2)])
    def test_it_ends_after_24_hours(self, answer: AcceptOffer | CounterOffer) -> None:
        """A tick before it still stands, at 24 hours it is over."""
        listing = happen(listed(), offer(), answer)
        end = MONDAY + 26 * HOUR
        assert LISTING.fall_due(listing, end - TICK) == ()
        assert LISTING.fall_due(listing, end) == (PriceRestored(at=end, price=eur(200)),)
        back = later(listing, end)
        assert (back.state, back.price, back.until) == (ListingState.LISTED, eur(200), None)

    def test_it_is_sold_at(self) -> None:
        """A tick before the end the lowered price is paid, at the end the initial one."""
        listing = happen(listed(), offer(), accept(0))
        in_time = SellPiece(at=MONDAY + DAY - TICK, buyer=LOU)
        assert happen(listing, in_time).price == eur(150)
        assert happen(listing, attrs.evolve(in_time, at=MONDAY + DAY)).price == eur(200)

    def test_a_later_acceptance_replaces_it(self) -> None:
        """It starts its own 24 hours, even at a higher price; the first end is forgotten."""
        listing = happen(listed(), offer(), offer(1, LOU, 160), accept(2), accept(12, LOU))
        assert (listing.price, listing.until) == (eur(160), MONDAY + 36 * HOUR)
        assert LISTING.fall_due(listing, MONDAY + 36 * HOUR) == (
            PriceRestored(at=MONDAY + 36 * HOUR, price=eur(200)),
        )

    def test_a_later_counter_replaces_it(self) -> None:
        """A counter-price does the same."""
        listing = happen(listed(), offer(), offer(1, LOU, 160), accept(2), counter(12, LOU))
        assert (listing.state, listing.price) == (ListingState.LOWERED, eur(180))
        assert listing.until == MONDAY + 36 * HOUR

    def test_a_declined_offer_leaves_it(self) -> None:
        """Nothing changes for the price that runs."""
        listing = happen(listed(), offer(), offer(1, LOU, 160), accept(2), decline(3, LOU))
        assert (listing.state, listing.price) == (ListingState.LOWERED, eur(150))
        assert listing.until == MONDAY + 26 * HOUR

    def test_offers_go_on_meanwhile(self) -> None:
        """A lower price yet may be offered, within the cut from the initial price."""
        listing = happen(listed(), offer(), accept(2))
        assert reasons(listing, offer(3, LOU, "149.99")) == []
        assert reasons(listing, offer(3, LOU, "150.00")) == ["not-below-current-price"]
        assert reasons(listing, offer(3, LOU, "139.99")) == ["reduction-too-large"]
        assert happen(listing, offer(3, LOU, 140)).state is ListingState.LOWERED

    def test_a_counter_needs_no_answer(self) -> None:
        """Nothing waits for the buyer: all that will happen is that the price returns."""
        listing = happen(listed(), offer(), counter(2))
        assert names(LISTING.fall_due(listing, MONDAY + 100 * DAY)) == ["price-restored"]

    def test_acceptance_and_counter_rest_on_their_clauses(self) -> None:
        """A counter out of range is refused by the clauses on counters."""
        refusal = LISTING.decide(happen(listed(), offer()), counter(1, price=200), HOUSE)
        assert isinstance(refusal, Refused)
        assert (refusal.sources, refusal.edition) == (("N4", "N6", "N8"), EDITION)


class TestN7NoAnswer:
    """N7: without an answer in 24 hours the offer lapses."""

    def test_it_lapses(self) -> None:
        """The event is dated when it happened."""
        listing = happen(listed(), offer(1))
        assert LISTING.fall_due(listing, MONDAY + 25 * HOUR - TICK) == ()
        assert LISTING.fall_due(listing, MONDAY + 30 * DAY) == (
            OfferLapsed(at=MONDAY + 25 * HOUR, buyer=ZOE),
        )
        lapsed = later(listing, MONDAY + 25 * HOUR)
        assert (state_of(lapsed), lapsed.state) == (OfferState.LAPSED, ListingState.LISTED)

    def test_an_answered_one_does_not(self) -> None:
        """What was answered does not lapse as well."""
        listing = happen(listed(), offer(), decline(1))
        assert LISTING.fall_due(listing, MONDAY + 30 * DAY) == ()
        assert LISTING.next_deadline(listing) is None

    def test_while_another_price_runs(self) -> None:
        """The lowered price goes on when somebody else's offer lapses."""
        listing = happen(listed(), offer(0, LOU), offer(1), accept(2))
        lapsed = later(listing, MONDAY + DAY)
        assert (state_of(lapsed, LOU), lapsed.state) == (OfferState.LAPSED, ListingState.LOWERED)
        assert (lapsed.price, lapsed.until) == (eur(150), MONDAY + 26 * HOUR)


class TestN8Cut:
    """N8: no price lower than 70 % of the initial one, neither offered nor countered."""

    @pytest.mark.parametrize(
        ("price", "codes"), [("140.00", []), ("139.99", ["reduction-too-large"])]
    )
    def test_offers(self, price: str, codes: list[str]) -> None:
        """Both sides of the limit."""
        assert reasons(listed(), offer(price=price)) == codes

    def test_the_refusal_names_its_clause(self) -> None:
        """Whoever offers too little is told by which clause."""
        refusal = LISTING.decide(listed(), offer(price="139.99"), HOUSE)
        assert isinstance(refusal, Refused)
        assert refusal.sources == ("N8",)

    @pytest.mark.parametrize(
        ("price", "codes"),
        [
            ("139.99", ["counter-out-of-range", "reduction-too-large"]),
            ("150.00", ["counter-out-of-range"]),
            ("150.01", []),
            ("199.99", []),
            ("200.00", ["counter-out-of-range"]),
            ("0.00", ["counter-out-of-range", "not-positive", "reduction-too-large"]),
        ],
    )
    def test_counters(self, price: str, codes: list[str]) -> None:
        """Strictly between the offer and the initial price."""
        assert reasons(happen(listed(), offer()), counter(1, price=price)) == codes

    def test_a_counter_may_be_above_the_lowered_price(self) -> None:
        """The upper end is the initial price, whatever runs."""
        listing = happen(listed(), offer(), offer(1, LOU, 145), accept(2))
        assert happen(listing, counter(3, LOU, 190)).price == eur(190)

    def test_another_currency_is_no_price(self) -> None:
        """It is an error, not a refusal."""
        pounds = Money(150, "GBP")
        listing = happen(listed(), offer())
        for command in (
            attrs.evolve(offer(1, LOU), price=pounds),
            attrs.evolve(counter(1), price=pounds),
            attrs.evolve(counter(1, LOU), price=pounds),
            SellPiece(at=MONDAY + HOUR, price=pounds),
            ChangePrice(at=MONDAY + HOUR, price=pounds),
        ):
            with pytest.raises(CurrencyMismatchError, match="price: must be in EUR, got GBP"):
                LISTING.decide(listing, command, HOUSE)


class TestN9StandsFor24Hours:
    """N9: an offer stands for 24 hours; an answer at 24 hours is late."""

    @pytest.mark.parametrize("answer", [accept(0), decline(0), counter(0)])
    def test_an_answer_at_24_hours_is_late(
        self, answer: AcceptOffer | DeclineOffer | CounterOffer
    ) -> None:
        """A tick earlier is in time."""
        listing = happen(listed(), offer())
        assert reasons(listing, attrs.evolve(answer, at=MONDAY + DAY - TICK)) == []
        assert reasons(listing, attrs.evolve(answer, at=MONDAY + DAY)) == ["too-late"]
        assert reasons(listing, attrs.evolve(answer, at=MONDAY + 9 * DAY)) == ["too-late"]

    def test_an_answer_at_once(self) -> None:
        """The same instant is in time."""
        assert happen(listed(), offer(), accept(0)).price == eur(150)

    def test_what_was_written_down(self) -> None:
        """The offer keeps its end, its edition, and what silence means."""
        (made,) = events_of(listed(), offer())
        assert made == OfferMade(
            at=MONDAY,
            buyer=ZOE,
            price=eur(150),
            until=MONDAY + DAY,
            edition=EDITION,
            silence=Silence.LAPSE,
            accepted_until=None,
        )


class TestN9Silent:
    """N9, silent: a sale ends what is open; the initial price stands while something runs."""

    def test_a_sale_ends_every_open_offer(self) -> None:
        """In the order they were made; those that are over stay as they are."""
        listing = happen(listed(), offer(), offer(1, LOU, 160), offer(2, MIA, 170), decline(3, LOU))
        at = MONDAY + 4 * HOUR
        assert events_of(listing, sell(4)) == (
            PieceSold(at=at, buyer=MIA, price=eur(200), visible_until=at + 14 * DAY),
            OfferEnded(at=at, buyer=ZOE),
            OfferEnded(at=at, buyer=MIA),
        )
        sold = happen(listing, sell(4))
        assert [state_of(sold, each) for each in (ZOE, LOU, MIA)] == [
            OfferState.ENDED,
            OfferState.DECLINED,
            OfferState.ENDED,
        ]
        assert sold.state is ListingState.SOLD

    def test_the_price_stays_what_it_sold_for(self) -> None:
        """No price returns after a sale."""
        sold = happen(listed(), offer(), accept(1), sell(2, ZOE))
        assert (sold.price, sold.holder, sold.available) == (eur(150), ZOE, False)
        assert LISTING.fall_due(sold, MONDAY + 3 * DAY) == ()
        assert later(sold, MONDAY + 100 * DAY).price == eur(150)

    def test_nothing_is_offered_or_answered_after_a_sale(self) -> None:
        """Everything but a return is refused."""
        sold = happen(listed(), offer(), offer(1, LOU, 160), decline(2, LOU), sell(3))
        assert reasons(sold, accept(4)) == ["not-available"]
        assert reasons(sold, decline(4)) == ["not-available"]
        assert reasons(sold, counter(4)) == ["not-available"]
        assert reasons(sold, accept(4, LOU)) == ["already-answered", "not-available"]
        assert reasons(sold, decline(4, MIA)) == ["no-such-offer", "not-available"]
        assert reasons(sold, offer(4, MIA)) == ["not-available"]
        assert reasons(sold, sell(4)) == ["not-available"]
        assert reasons(sold, ChangePrice(at=MONDAY + DAY, price=eur(190))) == ["not-available"]
        assert reasons(sold, ChangeTerms(at=MONDAY + DAY, terms=OPEN)) == ["not-available"]
        assert reasons(sold, TakeDown(at=MONDAY + DAY)) == ["not-available"]
        assert reasons(sold, Relist(at=MONDAY + DAY)) == ["not-taken-down"]

    @pytest.mark.parametrize("answers", [[], [accept(1)], [counter(1)]])
    def test_the_price_is_frozen(self, answers: list[AcceptOffer | CounterOffer]) -> None:
        """While an offer is open or a lowered price runs the seller cannot change it."""
        listing = happen(listed(), offer(), *answers)
        frozen = ChangePrice(at=MONDAY + 2 * HOUR, price=eur(190))
        refusal = LISTING.decide(listing, frozen, HOUSE)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources) == (("price-frozen",), ("N9",))
        too_low = attrs.evolve(frozen, price=eur(0))
        assert reasons(listing, too_low) == ["not-positive", "price-frozen"]

    def test_the_price_is_free_again(self) -> None:
        """At the very instant the last of it is over."""
        change = ChangePrice(at=MONDAY + DAY, price=eur(190))
        assert reasons(happen(listed(), offer()), attrs.evolve(change, at=MONDAY + DAY - TICK)) == [
            "price-frozen"
        ]
        assert events_of(happen(listed(), offer()), change) == (
            OfferLapsed(at=MONDAY + DAY, buyer=ZOE),
            PriceChanged(at=MONDAY + DAY, price=eur(190)),
        )
        assert reasons(happen(listed(), offer(), accept(0)), change) == []
        assert reasons(happen(listed(), offer(), decline(1)), change) == []

    def test_a_new_price_is_the_initial_one(self) -> None:
        """The cut is of the new price, and the new price is what returns."""
        listing = happen(listed(), ChangePrice(at=MONDAY, price=eur(100)))
        assert (listing.state, listing.price, listing.initial_price) == (
            ListingState.LISTED,
            eur(100),
            eur(100),
        )
        assert reasons(listing, offer(1, price="69.99")) == ["reduction-too-large"]
        assert reasons(listing, offer(1, price="100.00")) == ["not-below-current-price"]
        lowered = happen(listing, offer(1, price=70), accept(2))
        assert later(lowered, MONDAY + 3 * DAY).price == eur(100)

    @pytest.mark.parametrize(
        ("price", "codes"), [("0.01", []), ("0.00", ["not-positive"]), ("-1.00", ["not-positive"])]
    )
    def test_a_price_is_above_zero(self, price: str, codes: list[str]) -> None:
        """Nothing costs nothing."""
        assert reasons(listed(), ChangePrice(at=MONDAY, price=eur(price))) == codes


class TestC1SoldOnce:
    """C1: availability and price are checked again when the order is validated; the first wins."""

    def test_the_second_buyer_is_told(self) -> None:
        """The piece is gone."""
        sold = happen(listed(), sell(1, ZOE))
        refusal = LISTING.decide(sold, sell(1, LOU), HOUSE)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources) == (("not-available",), ("C1",))

    def test_a_price_that_changed_is_told(self) -> None:
        """What the buyer saw is compared with what the piece costs now."""
        listing = happen(listed(), offer(), accept(1))
        assert reasons(listing, sell(2, price=eur(200))) == ["price-differs"]
        assert reasons(listing, sell(2, price=eur(150))) == []
        assert reasons(listing, sell(25, price=eur(150))) == ["price-differs"]

    def test_sold_to_somebody_unknown(self) -> None:
        """A sale outside the house has no buyer."""
        sold = happen(listed(), sell(1, None))
        assert (sold.holder, sold.price) == (None, eur(200))


class TestA4SoldPiece:
    """A4: a sold piece stays visible for 14 days, then hides; it may come back however late."""

    def test_it_hides_after_14_days(self) -> None:
        """Fourteen times 24 hours, that moment not included."""
        sold = happen(listed(), sell(0))
        end = MONDAY + 14 * DAY
        assert (sold.until, LISTING.next_deadline(sold)) == (end, end)
        assert LISTING.fall_due(sold, end - TICK) == ()
        assert LISTING.fall_due(sold, end) == (PieceHidden(at=end),)
        hidden = later(sold, end)
        assert (hidden.state, hidden.price, hidden.holder) == (
            ListingState.HIDDEN,
            eur(200),
            MIA,
        )
        assert LISTING.next_deadline(hidden) is None

    @pytest.mark.parametrize("days", [3, 13, 14, 100])
    def test_it_comes_back(self, days: int) -> None:
        """For sale at its initial price, though it had been sold for less."""
        at = MONDAY + days * DAY
        sold = happen(listed(), offer(), accept(1), sell(2, ZOE))
        back = happen(sold, ReturnToSale(at=at))
        assert (back.state, back.price, back.holder) == (ListingState.LISTED, eur(200), None)
        assert (back.available, back.particulars.back, back.until) == (True, True, None)
        assert reasons(back, offer(24 * days + 1, LOU)) == []
        assert state_of(back) is OfferState.ACCEPTED

    def test_it_is_no_longer_hidden_later(self) -> None:
        """A piece that came back stays, and may be sold again."""
        back = happen(listed(), sell(0), ReturnToSale(at=MONDAY + DAY))
        assert LISTING.fall_due(back, MONDAY + 30 * DAY) == ()
        assert happen(back, sell(48, LOU)).holder == LOU
        assert not listed().particulars.back

    def test_only_a_sold_piece_comes_back(self) -> None:
        """A piece that is for sale cannot."""
        refusal = LISTING.decide(listed(), ReturnToSale(at=MONDAY), HOUSE)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources, refusal.edition) == (
            ("not-sold",),
            ("A4",),
            EDITION,
        )

    def test_offers_ended_by_the_sale_stay_ended(self) -> None:
        """They cannot be answered when the piece is back."""
        back = happen(listed(), offer(), sell(1), ReturnToSale(at=MONDAY + 2 * HOUR))
        assert reasons(back, accept(3)) == ["not-available"]


class TestA5Alerts:
    """A5: whoever waits for a sold piece is told once when it really comes back."""

    def test_one_mail_each_then_used_up(self) -> None:
        """The second return tells nobody."""
        sold = happen(listed(), sell(0))
        waiting = happen(
            sold,
            SetAlert(at=MONDAY + HOUR, subscriber="ann"),
            SetAlert(at=MONDAY + HOUR, subscriber="bob"),
        )
        assert waiting.particulars.alerts == ("ann", "bob")
        at = MONDAY + DAY
        assert events_of(waiting, ReturnToSale(at=at)) == (
            PieceReturned(at=at, price=eur(200), offers_from=at),
            AlertRaised(at=at, subscriber="ann", used_up=True),
            AlertRaised(at=at, subscriber="bob", used_up=True),
        )
        back = happen(waiting, ReturnToSale(at=at))
        assert back.particulars.alerts == ()
        again = happen(back, sell(30))
        assert names(events_of(again, ReturnToSale(at=MONDAY + 9 * DAY))) == ["piece-returned"]

    def test_set_on_a_sold_piece(self) -> None:
        """Shown or hidden, the piece is sold; it stays as it is."""
        sold = happen(listed(), sell(0))
        alert = SetAlert(at=MONDAY + HOUR, subscriber="ann")
        assert events_of(sold, alert) == (AlertSet(at=MONDAY + HOUR, subscriber="ann"),)
        waiting = happen(sold, alert)
        assert (waiting.state, waiting.until) == (ListingState.SOLD, MONDAY + 14 * DAY)
        hidden = happen(sold, attrs.evolve(alert, at=MONDAY + 20 * DAY))
        assert hidden.state is ListingState.HIDDEN

    def test_not_on_one_for_sale(self) -> None:
        """There is nothing to wait for."""
        refusal = LISTING.decide(listed(), SetAlert(at=MONDAY, subscriber="ann"), HOUSE)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources, refusal.edition) == (
            ("not-sold",),
            ("A5",),
            EDITION,
        )

    def test_once_each(self) -> None:
        """Asking twice does not bring two mails."""
        waiting = happen(listed(), sell(0), SetAlert(at=MONDAY, subscriber="ann"))
        assert reasons(waiting, SetAlert(at=MONDAY, subscriber="ann")) == ["alert-already-set"]

    def test_another_house_tells_every_time(self) -> None:
        """An alert that is not used up stays set."""
        policy = attrs.evolve(HOUSE, alerts=attrs.evolve(ALERTS, single_use=False))
        waiting = happen(listed(), sell(0), SetAlert(at=MONDAY, subscriber="ann"), policy=policy)
        back = happen(waiting, ReturnToSale(at=MONDAY + DAY), policy=policy)
        assert back.particulars.alerts == ("ann",)
        assert reasons(back, SetAlert(at=MONDAY + DAY, subscriber="ann"), policy) == [
            "alert-already-set",
            "not-sold",
        ]

    def test_another_house_has_no_alerts(self) -> None:
        """None can be set; one that was set under an earlier edition is kept and used up."""
        policy = attrs.evolve(HOUSE, alerts=None)
        sold = happen(listed(), sell(0))
        refusal = LISTING.decide(sold, SetAlert(at=MONDAY, subscriber="ann"), policy)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources, refusal.edition) == (("no-alerts",), (), EDITION)
        waiting = happen(sold, SetAlert(at=MONDAY, subscriber="ann"))
        back = events_of(waiting, ReturnToSale(at=MONDAY), policy)
        assert back[1:] == (AlertRaised(at=MONDAY, subscriber="ann", used_up=True),)


class TestTakenDown:
    """A piece may be lost or damaged: its seller takes it down, and may list it again."""

    def test_it_ends_what_runs(self) -> None:
        """Open offers end, a lowered price is gone."""
        listing = happen(listed(), offer(), offer(1, LOU, 160), accept(2))
        down = happen(listing, TakeDown(at=MONDAY + 3 * HOUR))
        assert (down.state, down.price, down.until) == (
            ListingState.TAKEN_DOWN,
            eur(200),
            None,
        )
        assert (state_of(down), state_of(down, LOU)) == (OfferState.ACCEPTED, OfferState.ENDED)
        assert LISTING.fall_due(down, MONDAY + 30 * DAY) == ()

    def test_nothing_is_sold_or_offered(self) -> None:
        """It is not available, but its price and terms may be settled anew."""
        down = happen(listed(), TakeDown(at=MONDAY))
        assert reasons(down, offer(1)) == ["not-available"]
        assert reasons(down, sell(1)) == ["not-available"]
        assert reasons(down, TakeDown(at=MONDAY)) == ["not-available"]
        assert reasons(down, accept(1)) == ["no-such-offer", "not-available"]
        assert reasons(down, ReturnToSale(at=MONDAY)) == ["not-sold"]
        changed = happen(down, ChangePrice(at=MONDAY, price=eur(180)))
        assert (changed.state, changed.price) == (ListingState.TAKEN_DOWN, eur(180))
        terms = happen(changed, ChangeTerms(at=MONDAY, terms=CLOSED))
        assert (terms.state, terms.price) == (ListingState.TAKEN_DOWN, eur(180))

    def test_it_is_listed_again(self) -> None:
        """At its initial price, and only if it was taken down."""
        again = happen(listed(), TakeDown(at=MONDAY), Relist(at=MONDAY + HOUR))
        assert (again.state, again.price, again.available) == (
            ListingState.LISTED,
            eur(200),
            True,
        )
        assert reasons(again, offer(2)) == []
        refusal = LISTING.decide(again, Relist(at=MONDAY + HOUR), HOUSE)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources) == (("not-taken-down",), ("C1",))


class TestEditions:
    """An offer is answered under the edition it was opened under."""

    def test_which_edition_governs(self) -> None:
        """An answer to an offer that runs goes by the offer's, everything else by today's."""
        listing = happen(listed(), offer())
        assert governing_edition(listing, accept(1)) == EDITION
        assert governing_edition(listing, WithdrawOffer(at=MONDAY, buyer=ZOE)) == EDITION
        assert governing_edition(listing, accept(1, LOU)) is None
        assert governing_edition(listing, offer(1, LOU)) is None
        assert governing_edition(happen(listing, decline(1)), decline(2)) is None

    @pytest.mark.parametrize(
        "answer", [accept(1), decline(1), counter(1), WithdrawOffer(at=MONDAY + HOUR, buyer=ZOE)]
    )
    def test_another_edition_is_a_mistake(
        self, answer: AcceptOffer | DeclineOffer | CounterOffer | WithdrawOffer
    ) -> None:
        """The error names both."""
        newer = attrs.evolve(EDITION, since=EDITION.since + timedelta(days=1))
        quiet = attrs.evolve(HOUSE.offers, edition=newer)
        if isinstance(answer, WithdrawOffer):
            quiet = attrs.evolve(quiet, withdrawal=WITHDRAWAL)
        policy = attrs.evolve(HOUSE, edition=newer, offers=quiet)
        with pytest.raises(
            InvalidValueError,
            match=(
                "policy: must be imparfaite@2023-01-01, under which the offer was opened, "
                "got 'imparfaite@2023-01-02'"
            ),
        ):
            LISTING.decide(happen(listed(), offer()), answer, policy)

    def test_an_equal_edition_is_the_same(self) -> None:
        """It need not be the very same object."""
        twin = attrs.evolve(EDITION)
        policy = attrs.evolve(HOUSE, offers=attrs.evolve(HOUSE.offers, edition=twin))
        assert reasons(happen(listed(), offer()), accept(1), policy) == []

    def test_what_runs_keeps_its_terms(self) -> None:
        """A newer edition does not change when an offer that was made before lapses."""
        listing = happen(listed(), offer())
        newer = attrs.evolve(EDITION, since=EDITION.since + timedelta(days=1))
        shorter = attrs.evolve(
            HOUSE.offers, edition=newer, stands_for=attrs.evolve(HOUSE.offers.stands_for, amount=1)
        )
        policy = attrs.evolve(HOUSE, edition=newer, offers=shorter)
        both = happen(listing, offer(1, LOU), policy=policy)
        assert [(each.at, each.name) for each in LISTING.fall_due(both, MONDAY + DAY)] == [
            (MONDAY + 2 * HOUR, "offer-lapsed"),
            (MONDAY + DAY, "offer-lapsed"),
        ]


class TestCommandsAreChecked:
    """A command that makes no sense is an error that says what is wrong."""

    def test_before_the_last_event(self) -> None:
        """Time does not run backwards; the same instant is fine."""
        listing = happen(listed(), offer(2))
        assert reasons(listing, accept(1)) == ["out-of-order"]
        assert reasons(listing, accept(2)) == []

    def test_without_an_offset(self) -> None:
        """A moment belongs to the world, not to a place."""
        with pytest.raises(DayError, match="at: must be a moment with an offset"):
            MakeOffer(at=MONDAY.replace(tzinfo=None), buyer=ZOE, price=eur(1), signed_in=True)

    def test_moments_are_held_in_utc(self) -> None:
        """Wherever they were written down."""
        from_paris = MONDAY.astimezone(zone("Europe/Paris"))
        assert TakeDown(at=from_paris).at == MONDAY
        assert str(TakeDown(at=from_paris).at.tzinfo) == "UTC"

    def test_money_is_exact(self) -> None:
        """A bare number is refused, py-moneyed's own is taken in."""
        with pytest.raises(MoneyError, match="price: must be money, got 150"):
            attrs.evolve(offer(), price=150)  # type: ignore[arg-type]
        assert type(attrs.evolve(offer(), price=moneyed.Money(150, "EUR")).price) is Money
        with pytest.raises(MoneyError, match="price: must be money, got 150"):
            attrs.evolve(sell(1), price=150)  # type: ignore[arg-type]

    def test_names_are_usable(self) -> None:
        """An empty name is nobody's."""
        with pytest.raises(InvalidValueError, match="buyer: must be 1 to 200 printable"):
            attrs.evolve(offer(), buyer="")
        with pytest.raises(InvalidValueError, match="subscriber: must be 1 to 200 printable"):
            SetAlert(at=MONDAY, subscriber=" ")

    def test_shares_are_between_none_and_all(self) -> None:
        """How many purchases somebody completed, both ends included."""
        for share in (None, Decimal(0), Decimal(1)):
            assert attrs.evolve(offer(), completion=share).completion == share
        for share in (Decimal("-0.01"), Decimal("1.01")):
            with pytest.raises(InvalidValueError) as error:
                attrs.evolve(offer(), completion=share)
            assert str(error.value) == f"completion: must be between 0 and 1, got {share!r}"
        with pytest.raises(InvalidValueError, match=r"^completion: "):
            attrs.evolve(offer(), completion=Decimal("NaN"))

    @pytest.mark.parametrize("number", [-1, True, "3"])
    def test_counts_are_whole(self, number: object) -> None:
        """How many offers somebody made today is a number."""
        allowed = f"offered_today: must be a whole number, 0 or more, got {number!r}"
        with pytest.raises(InvalidValueError, match=allowed):
            attrs.evolve(offer(), offered_today=number)  # type: ignore[arg-type]

    def test_a_listing_has_a_moment(self) -> None:
        """Without an offset nobody knows when."""
        with pytest.raises(DayError, match=r"^at: must be a moment with an offset"):
            list_piece(MONDAY.replace(tzinfo=None), eur(200), OPEN, HOUSE.offers)

    def test_a_listing_has_a_price(self) -> None:
        """Nothing is listed for nothing."""
        with pytest.raises(MoneyError, match="initial_price: must be above 0"):
            list_piece(MONDAY, eur(0), OPEN, HOUSE.offers)

    @pytest.mark.parametrize("name", ["minimum", "accept_at", "decline_at"])
    def test_terms_are_in_the_currency_of_the_piece(self, name: str) -> None:
        """At listing, and whenever they change."""
        terms = with_amount(name, Money(100, "GBP"))
        with pytest.raises(CurrencyMismatchError, match=f"terms.{name}: must be in EUR, got GBP"):
            list_piece(MONDAY, eur(200), terms, HOUSE.offers)
        with pytest.raises(CurrencyMismatchError, match=f"terms.{name}: must be in EUR, got GBP"):
            LISTING.decide(listed(), ChangeTerms(at=MONDAY, terms=terms), HOUSE)

    @pytest.mark.parametrize("name", ["minimum", "accept_at", "decline_at"])
    def test_terms_are_above_zero(self, name: str) -> None:
        """An amount of nothing is a mistake."""
        with pytest.raises(MoneyError, match=f"{name}: must be above 0"):
            with_amount(name, eur(0))

    def test_a_moment_in_time(self) -> None:
        """What would end after the last year there is, is refused clearly."""
        end = MONDAY.replace(year=9999, month=12, day=31)
        allowed = r"at: must be early enough for 24 hours to end by the year 9999, got datetime"
        with pytest.raises(DayError, match=allowed):
            LISTING.decide(listed(at=MONDAY), attrs.evolve(offer(), at=end), HOUSE)


def test_a_refused_command_changes_nothing() -> None:
    """The listing is a value: whatever is asked of it, it stays what it was."""
    listing = happen(listed(), offer())
    copy = attrs.evolve(listing)
    for command in (offer(1), accept(1, LOU), counter(1, price=200), accept(30)):
        assert isinstance(LISTING.decide(listing, command, HOUSE), Refused)
    assert listing == copy


def test_terms_of_a_plain_seller() -> None:
    """Whoever only negotiates has settled nothing else."""
    assert SellerTerms.only(open_to_offers=True) == SellerTerms(
        open_to_offers=True, minimum=None, accept_at=None, decline_at=None
    )
