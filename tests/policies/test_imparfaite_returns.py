"""What the shipped house takes back, refunds and pays out, value by value, as its clauses say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from vintage_rules.dates import Duration, Roll, Window
from vintage_rules.places import Place
from vintage_rules.policies import load_policy
from vintage_rules.returns.claim_policy import LookedInVain
from vintage_rules.returns.decision_table import HitPolicy, ReturnCase
from vintage_rules.returns.refund_policy import Split
from vintage_rules.returns.table_policy import ReturnRule, SeveralParcels
from vintage_rules.returns.terms import (
    Evidence,
    Label,
    RefundPart,
    RefundTrigger,
    ReturnPayer,
    ReturnTerms,
    ReturnTo,
)
from vintage_rules.world import locate

HOUSE = load_policy("imparfaite").on(date(2026, 11, 22)).returns
RETURNS = HOUSE.returns
EVERYTHING = frozenset(RefundPart)
STANDARD = EVERYTHING - {RefundPart.SUPPLEMENT}
FORTNIGHT = Window(anchor="received", length=Duration.of(14, "days"), roll=Roll.NEXT_WORKING_DAY)
BY_LAW = Window(anchor="informed", length=Duration.of(14, "days"), roll=Roll.NONE)
FRANCE, ELSEWHERE = "metropolitan-france", "elsewhere"


def rule_of(reason: str, zone: str) -> ReturnRule:
    """Give the row that decides a return to a professional seller, sent direct."""
    case = ReturnCase(
        reason=reason,
        seller_kind="professional",
        zone=zone,
        mode="direct",
        category="any",
        sale_kind="sale",
    )
    return RETURNS.rule_for(case)


def terms_of(reason: str, zone: str) -> ReturnTerms:
    """Give the terms of a return that is taken."""
    terms = rule_of(reason, zone).terms
    assert terms is not None
    return terms


class TestR1Windows:
    """R1: 14 days from receipt to ask, 14 more to post; L221-19 moves a last day of rest."""

    @pytest.mark.parametrize("zone", [FRANCE, ELSEWHERE])
    def test_fourteen_days_from_receipt_to_ask(self, zone: str) -> None:
        """From France and from elsewhere alike."""
        assert terms_of("withdrawal", zone).window == FORTNIGHT
        assert terms_of("withdrawal", zone).sources == ("R1", "L221-19")
        assert RETURNS.zone == "Europe/Paris"

    @pytest.mark.parametrize("zone", [FRANCE, ELSEWHERE])
    def test_fourteen_more_days_to_post(self, zone: str) -> None:
        """From the request, and then as long on its way as any parcel takes (L11)."""
        posting = terms_of("withdrawal", zone).posting
        assert posting is not None
        assert posting.window.anchor == "requested"
        assert posting.window.length == Duration.of(14, "days")
        assert posting.window.roll is Roll.NEXT_WORKING_DAY
        assert posting.sources == ("R1", "L221-23")
        assert posting.allowance == Duration.of(10, "ouvrables")

    def test_several_parcels_wait_for_the_last(self) -> None:
        """L221-18: goods of one order that come apart count from the last."""
        assert RETURNS.several_parcels is SeveralParcels.LAST_OF_ORDER
        assert "L221-18" in RETURNS.several_parcels_sources


class TestR2Requests:
    """R2: in writing, with the number of the parcel and the pieces."""

    @pytest.mark.parametrize("zone", [FRANCE, ELSEWHERE])
    def test_evidence_of_a_withdrawal(self, zone: str) -> None:
        """No photo is asked of who changes their mind."""
        assert terms_of("withdrawal", zone).evidence == Evidence(
            photos=0, in_writing=True, parcel_number=True, sources=("R2",)
        )

    def test_nobody_has_to_agree(self) -> None:
        """A withdrawal is taken, a claim is looked at."""
        assert not rule_of("withdrawal", FRANCE).review
        assert not rule_of("withdrawal", ELSEWHERE).review


class TestR3R4R7Routing:
    """R3, R4, R7: from France to each seller, prepaid; from elsewhere by count, at one's cost."""

    def test_from_metropolitan_france(self) -> None:
        """Each piece to its seller, at the house's cost."""
        routing = terms_of("withdrawal", FRANCE).routing
        assert (routing.to, routing.label) == (ReturnTo.SELLER, Label.PREPAID)
        assert (routing.paid_by, routing.sources) == (ReturnPayer.HOUSE, ("R3", "R7"))

    def test_from_elsewhere(self) -> None:
        """One piece to its seller, more to the workshop, at the buyer's cost."""
        routing = terms_of("withdrawal", ELSEWHERE).routing
        assert (routing.to, routing.to_seller_up_to) == (ReturnTo.BY_COUNT, 1)
        assert (routing.label, routing.paid_by) == (Label.BUYER, ReturnPayer.BUYER)
        assert routing.sources == ("R4", "R7")

    @pytest.mark.parametrize(
        ("country", "postal_code", "zone"),
        [
            ("FR", "75011", FRANCE),
            ("FR", "20000", FRANCE),
            ("FR", "97400", ELSEWHERE),
            ("RE", "97400", ELSEWHERE),
            ("MC", "98000", ELSEWHERE),
            ("BE", "1000", ELSEWHERE),
            ("JP", "100-0001", ELSEWHERE),
        ],
    )
    def test_what_is_metropolitan(self, country: str, postal_code: str, zone: str) -> None:
        """Corsica is; overseas France and Monaco are not."""
        place = Place(country=country, postal_code=postal_code)
        assert RETURNS.zone_of(locate(place).territory) == zone


class TestR6Payouts:
    """R6: a seller is paid once the window of a return has closed."""

    def test_the_window_of_a_payout_is_that_of_a_return(self) -> None:
        """It cannot close before."""
        assert HOUSE.payouts.window == terms_of("withdrawal", FRANCE).window == FORTNIGHT
        assert HOUSE.payouts.sources == ("R6",)

    def test_sellers_are_professional_unless_one_says_otherwise(self) -> None:
        """The text speaks of professional sellers only."""
        assumed = RETURNS.assumed
        assert (assumed.seller_kind, assumed.sources) == ("professional", ("R6",))
        assert (assumed.mode, assumed.category, assumed.sale_kind) == ("direct", "any", "sale")


class TestR8Exchanges:
    """R8: no exchanges."""

    def test_none(self) -> None:
        """Every piece is unique."""
        assert not RETURNS.exchanges
        assert RETURNS.exchange_sources == ("R8",)


class TestR9Claims:
    """R9: a defect is claimed with photos, and its return costs the buyer nothing."""

    @pytest.mark.parametrize("zone", [FRANCE, ELSEWHERE])
    def test_one_photo_and_somebody_looks(self, zone: str) -> None:
        """A person judges the photos before the piece comes back."""
        assert rule_of("claim", zone).review
        assert terms_of("claim", zone).evidence.photos == 1
        assert terms_of("claim", zone).window == FORTNIGHT

    @pytest.mark.parametrize(
        ("zone", "to"), [(FRANCE, ReturnTo.SELLER), (ELSEWHERE, ReturnTo.BY_COUNT)]
    )
    def test_free_from_everywhere(self, zone: str, to: ReturnTo) -> None:
        """The same way as a withdrawal, under a prepaid label."""
        routing = terms_of("claim", zone).routing
        assert (routing.to, routing.label) == (to, Label.PREPAID)
        assert routing.paid_by is ReturnPayer.HOUSE

    def test_a_defect(self) -> None:
        """Its terms are those of the return that follows."""
        defect = HOUSE.claims.terms("defect")
        assert (defect.window, defect.return_needed) == (FORTNIGHT, True)
        assert (defect.evidence.photos, defect.order_number) == (1, False)
        assert defect.investigation is None
        assert defect.refund == terms_of("claim", FRANCE).refund
        assert defect.refund.parts == EVERYTHING
        assert defect.sources == ("R9",)

    def test_photos_identify_the_piece(self) -> None:
        """Neither the parcel's number nor the order's is asked for."""
        claim = HOUSE.claims.terms("defect")
        assert (claim.order_number, claim.evidence.parcel_number) == (False, False)
        assert (claim.evidence.photos, claim.evidence.in_writing) == (1, True)


class TestR10Losses:
    """R10: what did not arrive is looked for, and refunded in full when it is lost."""

    def test_not_received(self) -> None:
        """The number of the order is asked, no photo and no return."""
        claim = HOUSE.claims.terms("not-received")
        assert (claim.order_number, claim.return_needed) == (True, False)
        assert (claim.evidence.photos, claim.evidence.parcel_number) == (0, False)
        assert claim.window == Window(
            anchor="latest-estimate", length=Duration.of(6, "months"), roll=Roll.NONE
        )
        assert claim.sources == ("R10",)

    def test_an_investigation_ends(self) -> None:
        """After two weeks of work the parcel is lost."""
        found = HOUSE.claims.terms("not-received").investigation
        assert found is not None
        assert (found.length, found.in_vain) == (Duration.of(10, "ouvres"), LookedInVain.LOST)

    def test_in_full_and_by_law(self) -> None:
        """Everything paid, within 14 days (L216-7), with nothing to wait for."""
        lost = HOUSE.undelivered.lost
        assert lost == HOUSE.claims.terms("not-received").refund
        assert (lost.parts, lost.trigger) == (EVERYTHING, RefundTrigger.NONE_NEEDED)
        assert (lost.law, lost.law_sources) == (BY_LAW, ("L216-7",))


class TestL14SentBack:
    """L14: a parcel that went back is refunded once its sender has it and the buyer agrees."""

    def test_on_receipt(self) -> None:
        """The order as after a withdrawal, and nothing to check."""
        assert HOUSE.undelivered.sent_back.parts == STANDARD
        assert HOUSE.undelivered.sent_back.trigger is RefundTrigger.RECEIVED
        assert HOUSE.undelivered.sent_back.sources == ("L14", "L221-24")


class TestF1Refunds:
    """F1: a refund waits until the piece is back and has been checked."""

    @pytest.mark.parametrize(("reason", "parts"), [("withdrawal", STANDARD), ("claim", EVERYTHING)])
    def test_after_the_check(self, reason: str, parts: frozenset[RefundPart]) -> None:
        """L221-24: of a withdrawal the supplement over the standard delivery is not refunded."""
        refund = terms_of(reason, FRANCE).refund
        assert (refund.parts, refund.trigger) == (parts, RefundTrigger.CHECKED)
        assert refund == terms_of(reason, ELSEWHERE).refund

    def test_nothing_is_kept(self) -> None:
        """No part of a price is deducted."""
        kept = terms_of("withdrawal", FRANCE).refund.deduction
        assert (kept.fixed, kept.rate) == (Decimal(0), Decimal(0))

    def test_the_law_gives_fourteen_days(self) -> None:
        """L221-24: from the day the house was told; of a claim no law says."""
        withdrawal = terms_of("withdrawal", FRANCE).refund
        assert (withdrawal.law, withdrawal.law_sources) == (BY_LAW, ("L221-24",))
        assert terms_of("claim", FRANCE).refund.law is None

    def test_by_the_next_working_day(self) -> None:
        """What the text calls at once."""
        assert HOUSE.refunds.due == Duration.of(1, "ouvres")
        assert HOUSE.refunds.due_sources[0] == "F1"


class TestF3Statements:
    """F3: on a card after a few days, on PayPal at once."""

    @pytest.mark.parametrize(
        ("tender", "earliest", "latest"),
        [
            ("card", Duration.of(5, "ouvres"), Duration.of(10, "ouvres")),
            ("paypal", Duration.of(0, "days"), Duration.of(0, "days")),
            ("gift-card", Duration.of(0, "days"), Duration.of(0, "days")),
        ],
    )
    def test_delays(self, tender: str, earliest: Duration, latest: Duration) -> None:
        """A gift card is the house's own to book."""
        delay = HOUSE.refunds.statement[tender]
        assert (delay.earliest, delay.latest) == (earliest, latest)


class TestF4OverdueAndTenders:
    """F4: overdue after some days; cards and PayPal are refunded before gift cards."""

    def test_overdue(self) -> None:
        """Five working days after the return was received."""
        assert HOUSE.refunds.overdue == Window(
            anchor="received", length=Duration.of(5, "ouvres"), roll=Roll.NONE
        )
        assert HOUSE.refunds.overdue_sources[0] == "F4"

    def test_ranks(self) -> None:
        """Money first, one after the other as they paid."""
        assert HOUSE.refunds.tenders == (frozenset({"card", "paypal"}), frozenset({"gift-card"}))
        assert HOUSE.refunds.within is Split.IN_TURN
        assert [HOUSE.refunds.rank_of(t) for t in ("card", "paypal", "gift-card")] == [0, 0, 1]


class TestTheTable:
    """R1 to R9: every case has its row, whoever sells and however it was sent."""

    @pytest.mark.parametrize(
        ("seller_kind", "mode"),
        list(product(("professional", "private"), ("direct", "grouped"))),
    )
    def test_seller_and_mode_change_nothing(self, seller_kind: str, mode: str) -> None:
        """Four rows by reason and zone decide all sixteen cases, each case one."""
        decided = {
            RETURNS.rule_for(
                ReturnCase(
                    reason=reason,
                    seller_kind=seller_kind,
                    zone=zone,
                    mode=mode,
                    category="any",
                    sale_kind="sale",
                )
            ).name
            for reason, zone in product(("withdrawal", "claim"), (FRANCE, ELSEWHERE))
        }
        assert decided == {
            "withdrawal-from-metropolitan-france",
            "withdrawal-from-elsewhere",
            "claim-from-metropolitan-france",
            "claim-from-elsewhere",
        }
        assert RETURNS.hit is HitPolicy.UNIQUE
        assert len(tuple(RETURNS.domain.cases())) == 16
