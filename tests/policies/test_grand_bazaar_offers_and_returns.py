"""A house that negotiates and takes back in every other way the format can say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.policies.corner_shop import HOUSES
from vintage_rules.dates import NEVER, Duration, Roll, Window
from vintage_rules.money import Rounding
from vintage_rules.offers.counter_policy import NewOfferCounter
from vintage_rules.offers.policy import (
    Acceptance,
    Fallback,
    Floor,
    FloorBase,
    PriceEdit,
    Quota,
    Reset,
    Withdrawal,
)
from vintage_rules.offers.seller_policy import (
    AutoAccept,
    AutoDecline,
    LowerBound,
    UpperBound,
)
from vintage_rules.offers.terms import OfferState, Party, Silence
from vintage_rules.places import Place
from vintage_rules.policies import load_policy
from vintage_rules.returns.claim_policy import Investigation, LookedInVain
from vintage_rules.returns.decision_table import HitPolicy, ReturnCase
from vintage_rules.returns.refund_policy import Split
from vintage_rules.returns.table_policy import SeveralParcels
from vintage_rules.returns.terms import (
    Deduction,
    Evidence,
    Label,
    RefundPart,
    RefundTrigger,
    ReturnPayer,
    ReturnTo,
)
from vintage_rules.world import locate

FIRST, SECOND, THIRD = load_policy(HOUSES / "grand-bazaar.toml").editions
OFFERS = FIRST.listing.offers
RETURNS = FIRST.returns.returns
SHOP = load_policy(HOUSES / "corner-shop.toml").latest


def deciding(
    reason: str, seller_kind: str = "professional", mode: str = "apart", zone: str = "swiss"
) -> str:
    """Give the name of the row that decides a return of clothes sold at an auction."""
    case = ReturnCase(
        reason=reason,
        seller_kind=seller_kind,
        zone=zone,
        mode=mode,
        category="clothes",
        sale_kind="auction",
    )
    return RETURNS.rule_for(case).name


class TestOffers:
    """The other shapes of a negotiation."""

    def test_a_quota_that_only_refusals_use_up(self) -> None:
        """Three on a piece, twenty-five a day, given back by whatever changes."""
        assert OFFERS.quota == Quota(
            per_piece=3,
            per_day=25,
            consumed_by=frozenset({OfferState.DECLINED}),
            reset_by=frozenset(Reset),
            consumed_by_sources=("B25",),
            sources=("B25",),
        )

    def test_a_floor_of_the_sellers_own(self) -> None:
        """Above what the seller named, and not at it."""
        assert OFFERS.floor == Floor(
            base=FloorBase.SELLER,
            largest_cut=Decimal(0),
            bound=LowerBound.ABOVE,
            bound_sources=("B26",),
            sources=("B26",),
        )

    def test_counters_that_are_new_offers(self) -> None:
        """Three rounds by either side, each with its own time and its own silence."""
        assert OFFERS.counter == NewOfferCounter(
            rounds=3,
            by=frozenset(Party),
            stands_for=Duration.of(12, "hours"),
            on_silence=Silence.ACCEPT_PRIVATELY,
            stands_for_sources=("B27",),
            sources=("B27",),
        )

    def test_answers_without_the_seller(self) -> None:
        """Two bounds, each with its own operator."""
        assert OFFERS.auto_accept == AutoAccept(bound=LowerBound.ABOVE, sources=("B28",))
        assert OFFERS.auto_decline == AutoDecline(bound=UpperBound.AT_MOST, sources=("B29",))

    def test_a_withdrawal_that_falls_back(self) -> None:
        """To the price before it, and only for the buyer."""
        assert OFFERS.withdrawal == Withdrawal(
            by=frozenset({Party.BUYER}), falls_back_to=Fallback.PREVIOUS, sources=("B30",)
        )

    def test_a_price_of_ones_own(self) -> None:
        """An accepted price is the buyer's, for two days; a new price ends what runs."""
        assert OFFERS.acceptance is Acceptance.PRIVATE
        assert OFFERS.lowered_for == Duration.of(48, "hours")
        assert OFFERS.price_edit is PriceEdit.ENDS_OFFERS

    def test_times_in_other_units(self) -> None:
        """Days before the first offer, working days for an answer, in the house's own zone."""
        assert OFFERS.opens_after == Duration.of(7, "days")
        assert (OFFERS.stands_for, OFFERS.on_silence) == (Duration.of(3, "ouvres"), Silence.DECLINE)
        assert OFFERS.zone == FIRST.listing.catalogue.zone == "Europe/Zurich"

    def test_guests_may_offer(self) -> None:
        """Nobody has to sign in."""
        assert not OFFERS.sign_in_required

    def test_topics_have_sources_of_their_own(self) -> None:
        """What says nothing of its own has its table's."""
        assert OFFERS.sources == OFFERS.sign_in_sources == OFFERS.price_edit_sources == ("B18",)
        assert OFFERS.open_sources == ("B19",)
        assert OFFERS.opens_after_sources == ("B20",)
        assert OFFERS.price_sources == ("B21",)
        assert OFFERS.answer_sources == ("B22", "B23")
        assert OFFERS.availability_sources == ("B24",)

    def test_sold_pieces_may_stay_and_alerts_too(self) -> None:
        """Visible for ever, and mailed each time."""
        assert FIRST.listing.catalogue.visible_for == NEVER
        assert FIRST.listing.alerts is not None
        assert not FIRST.listing.alerts.single_use

    def test_a_house_may_do_without(self) -> None:
        """The corner shop has no alerts, no automatic answer and no withdrawal."""
        offers = SHOP.listing.offers
        assert SHOP.listing.alerts is None
        assert (offers.auto_accept, offers.auto_decline, offers.withdrawal) == (None, None, None)

    def test_an_edition_may_change_the_catalogue_alone(self) -> None:
        """The third edition forgets sold pieces, and negotiates as the first."""
        assert THIRD.listing.catalogue.visible_for == Duration.of(30, "days")
        assert THIRD.listing.offers.quota == OFFERS.quota
        assert str(THIRD.listing.offers.edition) == "grand-bazaar@2025-01-01"


class TestReturns:
    """A table of returns in which the first row that covers a case decides."""

    @pytest.mark.parametrize("seller_kind", ["professional", "private"])
    @pytest.mark.parametrize("mode", ["apart", "together", "by-hand"])
    def test_faults_come_before_everything(self, seller_kind: str, mode: str) -> None:
        """Whoever sold it and however it came."""
        assert deciding("broken", seller_kind, mode) == "broken"
        assert deciding("not-as-described", seller_kind, mode) == "not-as-described"

    def test_regret_depends_on_the_seller_and_the_mode(self) -> None:
        """Not with a private seller, nor of what was collected."""
        assert deciding("regret", "private", "by-hand") == "no-regret"
        assert deciding("regret", "professional", "by-hand") == "no-regret-of-what-was-collected"
        assert deciding("regret") == "regret-with-a-professional"

    def test_zones_are_tried_in_order(self) -> None:
        """Liechtenstein by its code, the rest by its area."""
        places = {code: locate(Place(country=code)).territory for code in ("LI", "CH", "DE")}
        zones = {code: RETURNS.zone_of(territory) for code, territory in places.items()}
        assert zones == {"LI": "swiss", "CH": "swiss", "DE": "abroad"}

    def test_overlaps_are_known_and_allowed(self) -> None:
        """The order of the rows is what decides."""
        assert RETURNS.hit is HitPolicy.FIRST
        assert RETURNS.report.overlaps
        assert (RETURNS.report.gaps, RETURNS.report.unreachable) == ((), ())

    def test_assumptions_and_sources(self) -> None:
        """What is taken for granted is the house's own."""
        assumed = RETURNS.assumed
        assert (assumed.seller_kind, assumed.mode) == ("private", "apart")
        assert (assumed.category, assumed.sale_kind) == ("clothes", "sale")
        assert RETURNS.exchanges
        assert (RETURNS.exchange_sources, RETURNS.several_parcels_sources) == (("B36",), ("B37",))
        assert RETURNS.several_parcels is SeveralParcels.LAST_OF_SENDER

    def test_outcomes(self) -> None:
        """Taken, looked at first, or refused."""
        said = [(rule.name, rule.terms is not None, rule.review) for rule in RETURNS.rules]
        assert said == [
            ("broken", True, True),
            ("not-as-described", True, False),
            ("no-regret", False, False),
            ("no-regret-of-what-was-collected", False, False),
            ("regret-with-a-professional", True, False),
        ]

    def test_a_window_of_hours_without_a_return(self) -> None:
        """48 hours from the scan, three photos, and the piece stays where it is."""
        terms = RETURNS.rules[0].terms
        assert terms is not None
        assert terms.window == Window(
            anchor="delivery-scan", length=Duration.of(48, "hours"), roll=Roll.NONE
        )
        assert terms.evidence == Evidence(
            photos=3, in_writing=False, parcel_number=False, sources=("B41",)
        )
        assert terms.routing.to is ReturnTo.NOWHERE
        assert terms.posting is None

    def test_at_the_sellers_cost(self) -> None:
        """To the workshop, under a prepaid label."""
        terms = RETURNS.rules[1].terms
        assert terms is not None
        assert (terms.routing.to, terms.routing.label) == (ReturnTo.WORKSHOP, Label.PREPAID)
        assert terms.routing.paid_by is ReturnPayer.SELLER

    def test_another_second_clock(self) -> None:
        """Five working days from the day the return was accepted."""
        terms = RETURNS.rules[4].terms
        assert terms is not None
        assert terms.sources == ("B45",)
        assert terms.posting is not None
        assert terms.posting.window == Window(
            anchor="return-accepted", length=Duration.of(5, "ouvres"), roll=Roll.NONE
        )
        assert terms.posting.allowance == Duration.of(3, "ouvrables")
        assert terms.routing.to_seller_up_to == 5


class TestRefundsAndTheRest:
    """Other parts, triggers, tenders and claims."""

    def test_a_deduction_and_another_law(self) -> None:
        """Five francs and two per cent are kept; the law counts from the goods."""
        terms = RETURNS.rules[4].terms
        assert terms is not None
        refund = terms.refund
        assert refund.deduction == Deduction(
            fixed=Decimal("5.00"),
            rate=Decimal("0.02"),
            per_return=Decimal(0),
            rounding=Rounding.UP,
        )
        assert (refund.parts, refund.trigger) == ({RefundPart.PIECES}, RefundTrigger.POSTED)
        assert refund.law is not None
        assert (refund.law.anchor, refund.law_sources) == ("recovered", ("regulation 34",))

    def test_without_a_law_there_is_no_source_of_one(self) -> None:
        """And without a deduction nothing is kept."""
        lost = FIRST.returns.undelivered.lost
        assert (lost.law, lost.law_sources) == (None, ())
        assert (lost.deduction.fixed, lost.deduction.rate) == (Decimal(0), Decimal(0))
        assert lost.parts == set(RefundPart)
        assert FIRST.returns.undelivered.sent_back.sources == ("B32",)

    def test_tenders_in_proportion(self) -> None:
        """The gift card first, the others in proportion to what they paid."""
        refunds = FIRST.returns.refunds
        assert refunds.tenders == (frozenset({"gift-card"}), frozenset({"card", "twint"}))
        assert refunds.within is Split.IN_PROPORTION
        assert (refunds.due, refunds.due_sources) == (Duration.of(10, "days"), ("B48",))
        assert refunds.overdue.length == Duration.of(1, "months")
        assert (refunds.sources, refunds.overdue_sources) == (("B47",), ("B49",))
        assert refunds.statement["twint"].latest == Duration.of(1, "ouvres")
        assert refunds.statement["gift-card"].sources == ("B51",)

    def test_sellers_are_paid_early(self) -> None:
        """Two days after the scan, in the house's own zone."""
        payouts = FIRST.returns.payouts
        assert payouts.window == Window(
            anchor="delivery-scan", length=Duration.of(2, "days"), roll=Roll.NONE
        )
        assert payouts.zone == "Europe/Zurich"

    def test_claims(self) -> None:
        """A counterfeit is refunded without a return, a loss is looked into by a person."""
        claims = FIRST.returns.claims
        assert set(claims.kinds) == {"counterfeit", "not-received"}
        counterfeit = claims.terms("counterfeit")
        assert (counterfeit.return_needed, counterfeit.evidence.photos) == (False, 2)
        assert counterfeit.window.length == Duration.of(2, "years")
        assert claims.terms("not-received").investigation == Investigation(
            length=Duration.of(2, "months"),
            in_vain=LookedInVain.REVIEW,
            sources=("B55",),
            length_sources=("B55",),
        )

    def test_new_terms_of_a_refund_reach_the_rows_that_were_taken_over(self) -> None:
        """The third edition writes other terms under the same names."""
        terms = THIRD.returns.returns.rules[4].terms
        assert terms is not None
        assert terms.refund.parts == {RefundPart.PIECES, RefundPart.SHIPPING}
        assert terms.refund.sources == THIRD.returns.undelivered.sent_back.sources == ("B17",)
        assert SECOND.returns.undelivered.sent_back == FIRST.returns.undelivered.sent_back
