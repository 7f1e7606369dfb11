"""Whether an offer or a counter-price may be made."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.offers.house import EDITION, OFFERS, eur
from vintage_rules.errors import CurrencyMismatchError, InvalidValueError, MoneyError
from vintage_rules.money import Money
from vintage_rules.offers.assess import (
    CounterAdmissible,
    CounterFacts,
    CounterRefused,
    OfferAdmissible,
    OfferFacts,
    OfferRefused,
    assess_counter,
    assess_offer,
)
from vintage_rules.offers.policy import (
    FloorBase,
    OfferPolicy,
)
from vintage_rules.offers.seller_policy import (
    LowerBound,
    UpperBound,
)

FACTS = OfferFacts(
    price=eur(150),
    initial_price=eur(200),
    open_to_offers=True,
    signed_in=True,
    available=True,
    offers_made=0,
)
COUNTER = CounterFacts(price=eur(180), offered=eur(150), asked=eur(200), initial_price=eur(200))


def changed(name: str, amount: Money) -> dict[str, Any]:
    """Name a field to change, as keywords of any type."""
    return {name: amount}


def refused(facts: OfferFacts, policy: OfferPolicy = OFFERS) -> list[str]:
    """Give the codes against an offer, none when it is admissible."""
    match assess_offer(facts, policy):
        case OfferAdmissible():
            return []
        case OfferRefused(reasons=reasons):
            return [str(reason) for reason in reasons]


def counter_refused(facts: CounterFacts, policy: OfferPolicy = OFFERS) -> list[str]:
    """Give the codes against a counter-price, none when it is admissible."""
    match assess_counter(facts, policy):
        case CounterAdmissible():
            return []
        case CounterRefused(reasons=reasons):
            return [str(reason) for reason in reasons]


class TestN1OpenToOffers:
    """N1: offers are made only where the seller is open to them."""

    def test_an_open_seller_gets_offers(self) -> None:
        """Nothing stands against an ordinary offer."""
        assert refused(FACTS) == []

    def test_a_closed_seller_gets_none(self) -> None:
        """The refusal rests on N1."""
        decision = assess_offer(attrs.evolve(FACTS, open_to_offers=False), OFFERS)
        assert (decision.sources, decision.edition) == (("N1",), EDITION)
        assert refused(attrs.evolve(FACTS, open_to_offers=False)) == ["not-open-to-offers"]


class TestN2SignedIn:
    """N2: only a buyer who is signed in makes offers."""

    def test_a_stranger_is_refused(self) -> None:
        """Signing in is what is missing."""
        assert refused(attrs.evolve(FACTS, signed_in=False)) == ["not-signed-in"]

    def test_another_house_may_let_strangers_offer(self) -> None:
        """It is a field of the policy."""
        lax = attrs.evolve(OFFERS, sign_in_required=False)
        assert refused(attrs.evolve(FACTS, signed_in=False), lax) == []


class TestN3OneOffer:
    """N3: one offer for each piece and buyer."""

    def test_a_second_offer_is_refused(self) -> None:
        """One that counts is enough."""
        assert refused(attrs.evolve(FACTS, offers_made=1)) == ["already-offered"]

    @pytest.mark.parametrize(("made", "codes"), [(2, []), (3, ["already-offered"])])
    def test_another_house_gives_three(self, made: int, codes: list[str]) -> None:
        """Two offers made leave one, three leave none."""
        quota = attrs.evolve(OFFERS.quota, per_piece=3)
        policy = attrs.evolve(OFFERS, quota=quota)
        assert refused(attrs.evolve(FACTS, offers_made=made), policy) == codes

    def test_another_house_sets_no_limit(self) -> None:
        """Without a quota any number is fine, but not two at once."""
        policy = attrs.evolve(OFFERS, quota=attrs.evolve(OFFERS.quota, per_piece=None))
        assert refused(attrs.evolve(FACTS, offers_made=99), policy) == []
        running = attrs.evolve(FACTS, offers_made=99, offer_running=True)
        assert refused(running, policy) == ["already-offered"]

    @pytest.mark.parametrize(("today", "codes"), [(24, []), (25, ["too-many-today"])])
    def test_another_house_limits_a_day(self, today: int, codes: list[str]) -> None:
        """The twenty-fifth of a day is the last."""
        policy = attrs.evolve(OFFERS, quota=attrs.evolve(OFFERS.quota, per_day=25))
        assert refused(attrs.evolve(FACTS, offered_today=today), policy) == codes

    def test_offers_are_not_counted_below_none(self) -> None:
        """A negative count is a mistake of the host."""
        with pytest.raises(InvalidValueError, match="offers_made: must be 0 or more, got -1"):
            attrs.evolve(FACTS, offers_made=-1)


class TestC1Available:
    """C1: what is sold or held is for nobody to make offers on."""

    def test_an_unavailable_piece_gets_no_offer(self) -> None:
        """The refusal says so."""
        assert refused(attrs.evolve(FACTS, available=False)) == ["not-available"]


class TestN8LargestCut:
    """N8: a price is cut by at most 30 % of the initial one, and exactly 30 % is allowed."""

    @pytest.mark.parametrize(
        ("price", "initial", "codes"),
        [
            ("140.00", "200.00", []),
            ("139.99", "200.00", ["reduction-too-large"]),
            ("140.01", "200.00", []),
            # 30 % of 99.99 is 29.997: 69.993 is the least, so 69.99 is a hair too low
            ("69.99", "99.99", ["reduction-too-large"]),
            ("70.00", "99.99", []),
            # 30 % of 0.01 is less than a cent
            ("0.01", "0.02", ["reduction-too-large"]),
            ("0.07", "0.10", []),
            ("0.06", "0.10", ["reduction-too-large"]),
            ("700000000000000.00", "1000000000000000.00", []),
            ("699999999999999.99", "1000000000000000.00", ["reduction-too-large"]),
        ],
    )
    def test_both_sides_of_the_limit(self, price: str, initial: str, codes: list[str]) -> None:
        """The limit is compared exactly, without rounding."""
        facts = attrs.evolve(FACTS, price=eur(price), initial_price=eur(initial))
        assert refused(facts) == codes

    def test_in_yen_too(self) -> None:
        """A currency without decimals is compared as exactly."""
        facts = attrs.evolve(FACTS, price=Money(70, "JPY"), initial_price=Money(101, "JPY"))
        assert refused(facts) == ["reduction-too-large"]

    @pytest.mark.parametrize(
        ("price", "codes"),
        [
            ("199.99", []),
            ("200.00", ["not-below-current-price"]),
            ("200.01", ["not-below-current-price"]),
        ],
    )
    def test_an_offer_is_below_the_price(self, price: str, codes: list[str]) -> None:
        """At the price or above it the piece is bought instead."""
        assert refused(attrs.evolve(FACTS, price=eur(price))) == codes

    @pytest.mark.parametrize(
        ("price", "codes"),
        [("149.99", []), ("150.00", ["not-below-current-price"])],
    )
    def test_an_offer_is_below_a_lowered_price(self, price: str, codes: list[str]) -> None:
        """It is the price of the moment that counts, while the cut is of the initial one."""
        facts = attrs.evolve(FACTS, price=eur(price), current_price=eur(150))
        assert refused(facts) == codes

    @pytest.mark.parametrize("price", ["0.00", "-5.00"])
    def test_an_offer_is_above_zero(self, price: str) -> None:
        """Nothing, and less than nothing, are cuts too large as well."""
        codes = ["not-positive", "reduction-too-large"]
        assert refused(attrs.evolve(FACTS, price=eur(price))) == codes

    def test_every_reason_is_given_in_order(self) -> None:
        """All that is wrong is told at once."""
        facts = OfferFacts(
            price=eur(0),
            initial_price=eur(200),
            current_price=eur(200),
            open_to_offers=False,
            signed_in=False,
            available=False,
            offers_made=1,
            opened=False,
            offered_today=1,
        )
        policy = attrs.evolve(OFFERS, quota=attrs.evolve(OFFERS.quota, per_day=1))
        decision = assess_offer(facts, policy)
        assert isinstance(decision, OfferRefused)
        assert [str(reason) for reason in decision.reasons] == [
            "already-offered",
            "not-available",
            "not-open-to-offers",
            "not-positive",
            "not-signed-in",
            "reduction-too-large",
            "too-many-today",
            "too-soon",
        ]
        assert decision.sources == ("C1", "N1", "N2", "N3", "N8")
        assert decision.edition == EDITION

    def test_an_admissible_offer_names_what_was_asked(self) -> None:
        """The clauses that were looked at are its sources."""
        assert assess_offer(FACTS, OFFERS) == OfferAdmissible(
            sources=("C1", "N1", "N2", "N3", "N8"), edition=EDITION
        )

    @given(
        initial=st.integers(1, 10**9),
        cents=st.integers(0, 10**9),
    )
    def test_the_limit_agrees_with_whole_cents(self, initial: int, cents: int) -> None:
        """In whole cents: ten times the price is at least seven times the initial one."""
        facts = attrs.evolve(
            FACTS,
            price=Money(Decimal(cents).scaleb(-2), "EUR"),
            initial_price=Money(Decimal(initial).scaleb(-2), "EUR"),
        )
        assert ("reduction-too-large" in refused(facts)) == (10 * cents < 7 * initial)
        assert ("not-below-current-price" in refused(facts)) == (cents >= initial)


class TestN8OtherFloors:
    """Other houses cut from the current price, from the seller's own amount, or not at all."""

    @pytest.mark.parametrize(
        ("price", "codes"), [("105.00", []), ("104.99", ["reduction-too-large"])]
    )
    def test_a_share_of_the_current_price(self, price: str, codes: list[str]) -> None:
        """30 % of 150.00 leaves 105.00."""
        assert OFFERS.floor is not None
        floor = attrs.evolve(OFFERS.floor, base=FloorBase.CURRENT)
        facts = attrs.evolve(FACTS, price=eur(price), current_price=eur(150))
        assert refused(facts, attrs.evolve(OFFERS, floor=floor)) == codes

    def test_without_a_current_price_it_is_the_initial_one(self) -> None:
        """The two are one until something lowers the price."""
        assert OFFERS.floor is not None
        policy = attrs.evolve(OFFERS, floor=attrs.evolve(OFFERS.floor, base=FloorBase.CURRENT))
        assert refused(attrs.evolve(FACTS, price=eur("139.99")), policy) == ["reduction-too-large"]
        assert refused(attrs.evolve(FACTS, price=eur("140.00")), policy) == []

    @pytest.mark.parametrize(
        ("bound", "price", "codes"),
        [
            (LowerBound.AT_LEAST, "90.00", []),
            (LowerBound.AT_LEAST, "89.99", ["reduction-too-large"]),
            (LowerBound.ABOVE, "90.00", ["reduction-too-large"]),
            (LowerBound.ABOVE, "90.01", []),
        ],
    )
    def test_the_sellers_own_amount(self, bound: LowerBound, price: str, codes: list[str]) -> None:
        """Whether the amount itself will do is written in the policy."""
        assert OFFERS.floor is not None
        floor = attrs.evolve(
            OFFERS.floor, base=FloorBase.SELLER, largest_cut=Decimal(0), bound=bound
        )
        facts = attrs.evolve(FACTS, price=eur(price), seller_minimum=eur(90))
        assert refused(facts, attrs.evolve(OFFERS, floor=floor)) == codes

    def test_a_seller_without_an_amount_has_no_floor(self) -> None:
        """Nothing is guessed in its place."""
        assert OFFERS.floor is not None
        floor = attrs.evolve(OFFERS.floor, base=FloorBase.SELLER)
        cheap = attrs.evolve(FACTS, price=eur(1))
        assert refused(cheap, attrs.evolve(OFFERS, floor=floor)) == []

    def test_a_house_without_a_floor(self) -> None:
        """Any price above 0 may be offered, and no clause is cited for a floor."""
        policy = attrs.evolve(OFFERS, floor=None)
        decision = assess_offer(attrs.evolve(FACTS, price=eur("0.01")), policy)
        assert isinstance(decision, OfferAdmissible)


class TestN8Counters:
    """N8: a counter lies strictly between the offer and the initial price, within the same cut."""

    @pytest.mark.parametrize(
        ("price", "codes"),
        [
            ("150.00", ["counter-out-of-range"]),
            ("150.01", []),
            ("199.99", []),
            ("200.00", ["counter-out-of-range"]),
            ("139.99", ["counter-out-of-range", "reduction-too-large"]),
            ("0.00", ["counter-out-of-range", "not-positive", "reduction-too-large"]),
            ("-1.00", ["counter-out-of-range", "not-positive", "reduction-too-large"]),
        ],
    )
    def test_both_ends(self, price: str, codes: list[str]) -> None:
        """Neither end is in."""
        assert counter_refused(attrs.evolve(COUNTER, price=eur(price))) == codes

    def test_the_cut_holds_for_counters(self) -> None:
        """Exactly 30 % is allowed, a cent more is not."""
        low = attrs.evolve(COUNTER, offered=eur(100))
        assert counter_refused(attrs.evolve(low, price=eur("140.00"))) == []
        assert counter_refused(attrs.evolve(low, price=eur("139.99"))) == ["reduction-too-large"]

    def test_the_asked_price_is_the_upper_end(self) -> None:
        """A seller who has come down does not go up again."""
        facts = attrs.evolve(COUNTER, asked=eur(180))
        assert counter_refused(facts) == ["counter-out-of-range"]
        assert counter_refused(attrs.evolve(facts, price=eur("179.99"))) == []

    def test_a_share_of_the_current_price_holds_for_counters(self) -> None:
        """The base of the cut is the same for both sides."""
        assert OFFERS.floor is not None
        policy = attrs.evolve(OFFERS, floor=attrs.evolve(OFFERS.floor, base=FloorBase.CURRENT))
        facts = attrs.evolve(COUNTER, offered=eur(100), price=eur(139), current_price=eur(190))
        assert counter_refused(facts, policy) == []

        low = attrs.evolve(facts, price=eur("132.99"))
        assert counter_refused(low, policy) == ["reduction-too-large"]

    def test_a_minimum_of_the_seller_holds_for_counters(self) -> None:
        """Where the house lets sellers set one, they do not go below it themselves."""
        assert OFFERS.floor is not None
        floor = attrs.evolve(OFFERS.floor, base=FloorBase.SELLER, largest_cut=Decimal(0))
        policy = attrs.evolve(OFFERS, floor=floor)
        facts = attrs.evolve(COUNTER, offered=eur(100), price=eur(139), seller_minimum=eur(140))
        assert counter_refused(facts, policy) == ["reduction-too-large"]
        assert counter_refused(attrs.evolve(facts, price=eur(140)), policy) == []

    def test_a_house_without_counters(self) -> None:
        """Where nobody counters, no price will do."""
        assert counter_refused(COUNTER, attrs.evolve(OFFERS, counter=None)) == ["no-counters"]

    def test_a_decision_names_its_clauses(self) -> None:
        """Admissible or not, it says what it rests on."""
        assert assess_counter(COUNTER, OFFERS) == CounterAdmissible(
            sources=("N4", "N6", "N8"), edition=EDITION
        )
        decision = assess_counter(attrs.evolve(COUNTER, price=eur(200)), OFFERS)
        assert (decision.sources, decision.edition) == (("N4", "N6", "N8"), EDITION)


class TestFacts:
    """Facts that make no sense are refused where they enter."""

    @pytest.mark.parametrize("name", ["price", "current_price", "seller_minimum"])
    def test_one_currency(self, name: str) -> None:
        """The field in another currency is named."""
        with pytest.raises(CurrencyMismatchError, match=f"{name}: must be in EUR, got GBP"):
            attrs.evolve(FACTS, **changed(name, Money(100, "GBP")))

    @pytest.mark.parametrize(
        "name", ["price", "offered", "asked", "current_price", "seller_minimum"]
    )
    def test_one_currency_for_counters(self, name: str) -> None:
        """The field in another currency is named."""
        with pytest.raises(CurrencyMismatchError, match=f"{name}: must be in EUR, got GBP"):
            attrs.evolve(COUNTER, **changed(name, Money(100, "GBP")))

    @pytest.mark.parametrize("name", ["initial_price", "current_price", "seller_minimum"])
    def test_prices_are_above_zero(self, name: str) -> None:
        """A price of the piece is something that can be paid."""
        with pytest.raises(MoneyError, match=f"{name}: must be above 0"):
            attrs.evolve(FACTS, **changed(name, eur(0)))

    def test_an_offer_is_money(self) -> None:
        """A bare number has no currency."""
        with pytest.raises(MoneyError, match="price: must be money, got 150"):
            attrs.evolve(FACTS, price=150)  # type: ignore[arg-type]


class TestBounds:
    """Whether a bound itself is in is written out."""

    @pytest.mark.parametrize(
        ("bound", "answers"),
        [
            (LowerBound.AT_LEAST, [False, True, True]),
            (LowerBound.ABOVE, [False, False, True]),
            (UpperBound.AT_MOST, [True, True, False]),
            (UpperBound.BELOW, [True, False, False]),
        ],
    )
    def test_below_at_and_above(self, bound: LowerBound | UpperBound, answers: list[bool]) -> None:
        """Each operator is tried on 1, 2 and 3 against 2."""
        assert [bound.admits(Decimal(n), Decimal(2)) for n in (1, 2, 3)] == answers

    def test_written_as_operators(self) -> None:
        """A document writes them as people do."""
        assert [*LowerBound, *UpperBound] == [">=", ">", "<=", "<"]
