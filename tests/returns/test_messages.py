"""What the errors of returns say: the field, what is allowed and what was found, word for word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from attrs import evolve

from tests.returns.house import (
    CLAIMS,
    DOMAIN,
    FORTNIGHT,
    FRANCE,
    PAYOUTS,
    PREPAID_TO_THE_SELLERS,
    REFUND_OF_A_WITHDRAWAL,
    REFUNDS,
    RETURNS,
    TWO_WEEKS_TO_POST,
    back,
    case_of,
    euros,
    house_of,
    no_fee,
    order_of,
    paid,
    parcel_of,
    paris,
    request_of,
    returned_from,
    terms_of,
)
from tests.returns.stories import (
    ANOTHER_EDITION,
    ASKED,
    TO_ADA,
    ClaimStory,
    ReturnStory,
    arrived,
    checked,
    on,
    open_claim,
    posted,
    request,
    settled,
)
from vintage_rules.dates import Duration, Roll, Window
from vintage_rules.errors import VintageRulesError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money
from vintage_rules.returns.claim.commands import RejectClaim, UpholdClaim
from vintage_rules.returns.claim_policy import Investigation, LookedInVain
from vintage_rules.returns.deadline import ReceivedParcel, return_deadline
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.payout import SoldPiece, assess_payout, quote_seller_payouts
from vintage_rules.returns.pending_refunds import assess_pending_refund, estimate_statement
from vintage_rules.returns.pieces import CheckedPiece, Finding
from vintage_rules.returns.policy import UnpaidCustoms
from vintage_rules.returns.refund import quote_refund
from vintage_rules.returns.request.commands import DeclineReturn
from vintage_rules.returns.routing import ReturnedFrom, route_return

HOURS = Duration.of(48, "hours")
NEVER = Duration.of(0, "never")
COAT = order_of(parcel_of("0.00", coat="90.00"), card="90.00")
NAIVE = datetime(2026, 9, 10)  # noqa: DTZ001 - what is refused
NO_DAY = "2026-09-01"


def windowed(window: Window) -> object:
    """Make the terms of a return with another window."""
    return terms_of(PREPAID_TO_THE_SELLERS, window=window)


def refunded(*, withheld: Money | None = None, already: tuple[Payment, ...] = ()) -> object:
    """Refund the coat."""
    piece = evolve(back("coat")[0], withheld=withheld)
    return quote_refund(COAT, [piece], REFUNDS, no_fee, already_refunded=already)


def sold(
    price: str, refunded: Money, *, payout: Money | None = None, twice: bool = False
) -> object:
    """Pay a seller out."""
    coat = SoldPiece(
        piece=PieceId("coat"), seller=SellerId("ada"), price=euros(price), refunded=refunded
    )
    return quote_seller_payouts([coat] * (2 if twice else 1), lambda kept: payout or kept)


def answered(house_edition: bool) -> object:  # noqa: FBT001 - one of two
    """Answer under another edition a return, or a claim."""
    if house_edition:
        story = ReturnStory(request())
        story.house = house_of(edition=ANOTHER_EDITION)
        return story.does(posted())
    claim = ClaimStory(open_claim())
    claim.policy = evolve(CLAIMS, edition=ANOTHER_EDITION)
    return claim.does(RejectClaim(at=on(11), reasons=("no",)))


MESSAGES: list[tuple[Callable[[], object], str]] = [
    # policies
    (
        lambda: evolve(DOMAIN, mode=()),
        "mode: must be one or more distinct terms, got ()",
    ),
    (
        lambda: evolve(TWO_WEEKS_TO_POST, window=evolve(FORTNIGHT, anchor="posted")),
        (
            "anchor: must be one of ordered, paid, dispatched, latest-estimate, delivered, "
            "delivery-scan, received, day-after-received, issue-reported, requested, "
            "return-accepted, got 'posted'"
        ),
    ),
    (
        lambda: evolve(TWO_WEEKS_TO_POST, allowance=HOURS),
        "allowance: must be a duration of days, months or years, got '48 hours'",
    ),
    (
        lambda: evolve(REFUND_OF_A_WITHDRAWAL, law=evolve(FORTNIGHT, anchor="paid")),
        "anchor: must be one of informed, recovered, got 'paid'",
    ),
    (
        lambda: evolve(
            REFUND_OF_A_WITHDRAWAL, law=Window(anchor="informed", length=HOURS, roll=Roll.NONE)
        ),
        "law: must be a duration of days, months or years, got '48 hours'",
    ),
    (
        lambda: windowed(evolve(FORTNIGHT, length=HOURS)),
        (
            "roll: must be none for a window of hours or minutes, "
            "got <Roll.NEXT_WORKING_DAY: 'next-working-day'>"
        ),
    ),
    (
        lambda: evolve(REFUNDS, tenders=(frozenset({"card"}), frozenset({"card"}))),
        "tenders: must be ranks that share no tender, got ['card', 'card']",
    ),
    (
        lambda: evolve(REFUNDS, due=NEVER),
        "due: must be a duration of days, months or years, got 'never'",
    ),
    (
        lambda: evolve(REFUNDS, overdue=evolve(FORTNIGHT, length=HOURS)),
        "overdue: must be a duration of days, months or years, got '48 hours'",
    ),
    (
        lambda: evolve(PAYOUTS, window=evolve(FORTNIGHT, length=NEVER)),
        "window: must be a duration that ends, got 'never'",
    ),
    (
        lambda: Investigation(
            length=HOURS, in_vain=LookedInVain.LOST, sources=(), length_sources=()
        ),
        "investigation: must be a duration of days, months or years, got '48 hours'",
    ),
    (
        lambda: CLAIMS.terms("regret"),
        "kind: must be one of defect, not-received, got 'regret'",
    ),
    (
        lambda: RETURNS.rule_for(evolve(case_of(), zone="moon")),
        "zone: must be one of metropolitan-france, elsewhere, got 'moon'",
    ),
    # requests
    (
        lambda: request_of(names=("coat", "coat")),
        "pieces: must be distinct pieces, got ('coat', 'coat')",
    ),
    (
        lambda: request_of(names=("",)),
        "pieces: must be 1 to 200 printable characters…",
    ),
    (
        lambda: return_deadline(NO_DAY, case_of(), RETURNS, FRANCE),  # type: ignore[arg-type]
        "received: must be a date such as 2026-11-22…",
    ),
    (
        lambda: route_return(case_of(), [], RETURNS),
        "pieces: must be one piece or more, got ()",
    ),
    (
        lambda: returned_from(coat="workshop"),
        "seller: must be other than 'workshop', which is the house's, got 'workshop'",
    ),
    (
        lambda: returned_from(coat=""),
        "seller: must be 1 to 200 printable characters…",
    ),
    (
        lambda: ReturnedFrom(piece=PieceId(""), seller=SellerId("ada")),
        "piece: must be 1 to 200 printable characters…",
    ),
    # refunds
    (
        lambda: order_of(parcel_of("1.00"), card="1.00"),
        (
            "parcels: must be parcels with one piece or more, got "
            "PaidParcel(pieces=(), shipping=Money('1.00', 'EUR'), standard=None)"
        ),
    ),
    (
        lambda: order_of(parcel_of("1.00", coat="2.00"), card="2.00"),
        "payments: must be 3.00 EUR in total, as the order, got '2.00 EUR'",
    ),
    (
        lambda: order_of(parcel_of("0.00", coat="1.00"), parcel_of("0.00", coat="1.00")),
        "pieces: must be in one parcel only, got 'coat'",
    ),
    (
        lambda: order_of(parcel_of("0.00", **{"": "1.00"})),
        "pieces: must be 1 to 200 printable characters…",
    ),
    (
        lambda: quote_refund(COAT, back("hat"), REFUNDS, no_fee),
        "returned: must be pieces of the order: coat, got 'hat'",
    ),
    (
        lambda: quote_refund(COAT, back("coat"), REFUNDS, no_fee, before=back("coat", "coat")),
        "before: must be distinct pieces, got 'coat'",
    ),
    (lambda: refunded(withheld=euros("-1.00")), "withheld: must be 0 or more, got '-1.00'"),
    (lambda: refunded(withheld=Money(1, "GBP")), "withheld: must be in EUR, got GBP"),
    (
        lambda: refunded(already=paid(card="-1.00")),
        "already_refunded: must be 0 or more, got '-1.00'",
    ),
    (
        lambda: refunded(already=(Payment(tender="card", amount=Money(1, "GBP")),)),
        "already_refunded: must be in EUR, got GBP",
    ),
    (
        lambda: refunded(
            already=(Payment(tender="gift-card", amount=euros("1.00"), reference="G1"),)
        ),
        "already_refunded: must be at most the 0.00 EUR paid by gift-card G1, got '1.00 EUR'",
    ),
    (
        lambda: quote_refund(
            order_of(parcel_of("0.00", coat="1.00", hat="1.00"), card="2.00"),
            back("coat"),
            REFUNDS,
            lambda _: euros("-0.01"),
        ),
        "fee_on_kept: must be 0 or more, got '-0.01'",
    ),
    (
        lambda: quote_refund(
            order_of(parcel_of("0.00", coat="1.00", hat="1.00"), card="2.00"),
            back("coat"),
            REFUNDS,
            lambda _: Money(0, "GBP"),
        ),
        "fee_on_kept: must be in EUR, got GBP",
    ),
    (
        lambda: quote_refund(
            order_of(parcel_of("0.00", coat="1.00"), cheque="1.00"), back("coat"), REFUNDS, no_fee
        ),
        "tender: must be one of card, gift-card, paypal, got 'cheque'",
    ),
    (
        lambda: estimate_statement(ASKED, "cheque", REFUNDS, FRANCE),
        "tender: must be one of card, paypal, got 'cheque'",
    ),
    (
        lambda: assess_pending_refund(NO_DAY, ASKED, REFUNDS, FRANCE),  # type: ignore[arg-type]
        "received: must be a date such as 2026-11-22…",
    ),
    # payouts
    (
        lambda: assess_payout(NO_DAY, ASKED, PAYOUTS, FRANCE, returns_open=False),  # type: ignore[arg-type]
        "received: must be a date such as 2026-11-22…",
    ),
    (
        lambda: assess_payout(date(2026, 9, 1), NAIVE, PAYOUTS, FRANCE, returns_open=False),
        "now: must be a moment with an offset…",
    ),
    (
        lambda: assess_payout(
            date(2026, 1, 1), ASKED, PAYOUTS, FRANCE, returns_open=False, settled_at=NAIVE
        ),
        "settled_at: must be a moment with an offset…",
    ),
    (lambda: sold("-1.00", euros("0.00")), "price: must be 0 or more, got '-1.00'"),
    (lambda: sold("1.00", euros("-1.00")), "refunded: must be 0 or more, got '-1.00'"),
    (lambda: sold("1.00", Money(1, "GBP")), "refunded: must be in EUR, got GBP"),
    (
        lambda: sold("1.00", euros("1.01")),
        "refunded: must be at most the price of 1.00 EUR, got '1.01 EUR'",
    ),
    (
        lambda: sold("1.00", euros("0.25"), payout=euros("0.76")),
        "payout_on: must be at most the 0.75 EUR kept, got '0.76 EUR'",
    ),
    (
        lambda: sold("1.00", euros("0.00"), payout=euros("-1.00")),
        "payout_on: must be 0 or more, got '-1.00'",
    ),
    (
        lambda: sold("1.00", euros("0.00"), payout=Money(1, "GBP")),
        "payout_on: must be in EUR, got GBP",
    ),
    (
        lambda: sold("1.00", euros("0.00"), twice=True),
        "pieces: must be distinct pieces, got 'coat'",
    ),
    # what a return and a claim live through
    (
        lambda: request(at=paris("2026-09-10T11:59:59+02:00")),
        (
            "requested_at: must be not after 2026-09-10 09:59:59+00:00, "
            "got datetime.datetime(2026, 9, 10, 10, 0, tzinfo=datetime.timezone.utc)"
        ),
    ),
    (
        lambda: request(parcel=evolve(TO_ADA, pieces=(PieceId("hat"),))),
        "parcel: must be of the pieces requested (coat), got ('hat',)",
    ),
    (
        lambda: DeclineReturn(at=ASKED, reasons=()),
        "reasons: must be one reason or more, got ()",
    ),
    (
        lambda: ReturnStory(request(), posted(15, at=on(14))),
        (
            "postmark: must be not after 2026-09-14, when it is recorded, "
            "got datetime.date(2026, 9, 15)"
        ),
    ),
    (
        lambda: ReturnStory(request(), arrived(15, at=on(14))),
        (
            "arrived: must be not after 2026-09-14, when it is recorded, "
            "got datetime.date(2026, 9, 15)"
        ),
    ),
    (
        lambda: ReturnStory(request(), posted(), arrived(), checked(18, Finding.MISSING, 9, "hat")),
        "findings: must be one for each of ('coat',), got ['hat']",
    ),
    (
        lambda: ReturnStory(
            request(),
            posted(),
            arrived(),
            checked(18, Finding.MISSING),
            evolve(settled(), refunds=()),
        ),
        "refunds: must be some of ('coat',), each once, got []",
    ),
    (
        lambda: answered(house_edition=True),
        "policy: must be the edition imparfaite@2023-01-01, got 'imparfaite@2024-01-01'",
    ),
    (
        lambda: answered(house_edition=False),
        "policy: must be the edition imparfaite@2023-01-01, got 'imparfaite@2024-01-01'",
    ),
    (
        lambda: RejectClaim(at=ASKED, reasons=()),
        "reasons: must be one reason or more, got ()",
    ),
    (
        lambda: open_claim(at=paris("2026-09-10T11:59:59+02:00")),
        (
            "claimed_at: must be not after 2026-09-10 09:59:59+00:00, "
            "got datetime.datetime(2026, 9, 10, 10, 0, tzinfo=datetime.timezone.utc)"
        ),
    ),
    (
        lambda: evolve(request_of(), wants="swap"),
        "wants: must be one of refund, exchange, got 'swap'",
    ),
    (
        lambda: evolve(request_of(), case="withdrawal"),  # type: ignore[arg-type] # the fault
        "case: must be a `ReturnCase` of the policy, got 'withdrawal'",
    ),
    (
        lambda: CheckedPiece(piece=PieceId("coat"), finding="torn"),
        "finding: must be one of as-sent, damaged, missing, another-piece, unknown, got 'torn'",
    ),
    (
        lambda: ReceivedParcel(sender="ada", received=NO_DAY),  # type: ignore[arg-type] # the fault
        "received: must be a date such as 2026-11-22, without a time…",
    ),
    (
        lambda: ReceivedParcel(sender="ada", received=NAIVE),
        "received: must be a moment with an offset…",
    ),
    (
        lambda: evolve(REFUND_OF_A_WITHDRAWAL, trigger="hope"),
        "trigger: must be one of none-needed, posted, received, checked, got 'hope'",
    ),
    (
        lambda: evolve(TWO_WEEKS_TO_POST, proof="word"),
        "proof: must be one of postmark, arrival, got 'word'",
    ),
    (
        lambda: evolve(PREPAID_TO_THE_SELLERS, to="moon"),
        "to: must be one of seller, workshop, warehouse, by-count, nowhere, got 'moon'",
    ),
    (
        lambda: evolve(PREPAID_TO_THE_SELLERS, label="none"),
        "label: must be one of prepaid, buyer, got 'none'",
    ),
    (
        lambda: evolve(PREPAID_TO_THE_SELLERS, paid_by="state"),
        "paid_by: must be one of house, buyer, seller, got 'state'",
    ),
    (
        lambda: evolve(RETURNS, hit="last"),
        "hit: must be one of first, unique, got 'last'",
    ),
    (
        lambda: evolve(RETURNS, several_parcels="some"),
        "several_parcels: must be one of each, last-of-sender, last-of-order, got 'some'",
    ),
    (
        lambda: evolve(REFUNDS, within="at-random"),
        "within: must be one of in-turn, in-proportion, got 'at-random'",
    ),
    (
        lambda: Investigation(
            length=Duration.of(14, "days"), in_vain="shrug", sources=(), length_sources=()
        ),
        "in_vain: must be one of lost, review, got 'shrug'",
    ),
    (
        lambda: UnpaidCustoms(outcome="burn", refund=REFUND_OF_A_WITHDRAWAL, sources=()),
        "outcome: must be one of refund, relist, nothing, got 'burn'",
    ),
    (
        lambda: ClaimStory(open_claim(), UpholdClaim(at=on(11), refunds=())),
        "refunds: must be some of ('coat', 'bag'), each once, got []",
    ),
]


class TestMessages:
    """Messages are part of what is promised."""

    @pytest.mark.parametrize(("fault", "message"), MESSAGES, ids=range(len(MESSAGES)))
    def test_say_the_field_what_is_allowed_and_what_was_found(
        self, fault: Callable[[], object], message: str
    ) -> None:
        """Each is told word for word; what follows "…" is the ground's, whose tests see to it."""
        with pytest.raises(VintageRulesError) as told:
            fault()
        ours, _, _ = message.partition("…")
        assert str(told.value)[: len(ours) if "…" in message else None] == ours
