"""A house to test with, as the clauses and their readings say, and small helpers to tell a story.

Nothing here is loaded from a document: each figure is written by hand from its clause or law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from vintage_rules.dates import Calendar, Duration, Roll, Window
from vintage_rules.ids import Edition, PieceId, SellerId
from vintage_rules.money import Money, Rounding, share, total
from vintage_rules.places import Area, Membership, Territory
from vintage_rules.returns.claim_policy import ClaimPolicy, ClaimTerms, Investigation, LookedInVain
from vintage_rules.returns.decision_table import (
    HitPolicy,
    ReturnCase,
    ReturnCondition,
    ReturnDomain,
)
from vintage_rules.returns.eligibility import ReturnRequest, Wants
from vintage_rules.returns.payments import PaidOrder, PaidParcel, PaidPiece, Payment, ReturnedPiece
from vintage_rules.returns.policy import (
    CustomsOutcome,
    ReturnsPolicy,
    UndeliveredPolicy,
    UnpaidCustoms,
)
from vintage_rules.returns.refund_policy import (
    DisputeBearer,
    PayoutPolicy,
    RefundPolicy,
    Split,
    StatementDelay,
)
from vintage_rules.returns.routing import ReturnedFrom
from vintage_rules.returns.table_policy import (
    Assumed,
    ReturnPolicy,
    ReturnRule,
    ReturnZone,
    SeveralParcels,
)
from vintage_rules.returns.terms import (
    Deduction,
    Evidence,
    Label,
    Posting,
    PostingProof,
    RefundPart,
    RefundTerms,
    RefundTrigger,
    ReturnPayer,
    ReturnTerms,
    ReturnTo,
    Routing,
)

EDITION = Edition(name="imparfaite", since=date(2023, 1, 1))
PARIS = "Europe/Paris"
TICK = timedelta(microseconds=1)

# The eleven national holidays of France, from the calendar on the wall.
FRENCH_HOLIDAYS = (
    *(date(2024, month, day) for month, day in ((12, 25),)),
    *(date(2026, month, day) for month, day in ((1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25))),
    *(date(2026, month, day) for month, day in ((7, 14), (8, 15), (11, 1), (11, 11), (12, 25))),
    *(date(2027, month, day) for month, day in ((1, 1), (3, 29), (5, 1), (5, 6), (5, 8), (5, 17))),
    *(date(2027, month, day) for month, day in ((7, 14), (8, 15), (11, 1), (11, 11), (12, 25))),
    date(2028, 1, 1),
)
FRANCE = Calendar("FR", FRENCH_HOLIDAYS)
# Moselle and Alsace keep Good Friday and the day after Christmas as well.
ALSACE = Calendar("FR-6AE", (*FRENCH_HOLIDAYS, date(2026, 4, 3), date(2026, 12, 26)))

ROLLING = Roll.NEXT_WORKING_DAY
FORTNIGHT = Window(anchor="received", length=Duration.of(14, "days"), roll=ROLLING)
NOTHING_DEDUCTED = Deduction(
    fixed=Decimal(0), rate=Decimal(0), per_return=Decimal(0), rounding=Rounding.HALF_UP
)
L221_24 = Window(anchor="informed", length=Duration.of(14, "days"), roll=Roll.NONE)

REFUND_OF_A_WITHDRAWAL = RefundTerms(
    name="withdrawal",
    parts=frozenset({RefundPart.PIECES, RefundPart.SHIPPING, RefundPart.FEE}),
    parts_sources=("F1", "L221-24"),
    deduction=NOTHING_DEDUCTED,
    deduction_sources=(),
    trigger=RefundTrigger.CHECKED,
    trigger_sources=("F1", "L221-24"),
    law=L221_24,
    sources=("F1", "L221-24"),
    law_sources=("L221-24",),
)
REFUND_OF_A_CLAIM = RefundTerms(
    name="claim",
    parts=frozenset(RefundPart),
    parts_sources=("F1", "R9"),
    deduction=NOTHING_DEDUCTED,
    deduction_sources=(),
    trigger=RefundTrigger.CHECKED,
    trigger_sources=("F1", "R9"),
    law=None,
    sources=("F1", "R9"),
    law_sources=(),
)
REFUND_OF_A_LOSS = RefundTerms(
    name="loss",
    parts=frozenset(RefundPart),
    parts_sources=("R10",),
    deduction=NOTHING_DEDUCTED,
    deduction_sources=(),
    trigger=RefundTrigger.NONE_NEEDED,
    trigger_sources=("R10",),
    law=L221_24,
    sources=("R10",),
    law_sources=("L216-7",),
)

IN_WRITING_WITH_NUMBER = Evidence(photos=0, in_writing=True, parcel_number=True, sources=("R2",))
WITH_A_PHOTO = Evidence(photos=1, in_writing=True, parcel_number=True, sources=("R2", "R9"))
TWO_WEEKS_TO_POST = Posting(
    window=Window(anchor="requested", length=Duration.of(14, "days"), roll=ROLLING),
    allowance=Duration.of(10, "ouvrables"),
    proof=PostingProof.POSTMARK,
    sources=("R1", "L221-23"),
)
# Where a person looks first, the second clock starts once they have accepted.
TWO_WEEKS_ONCE_ACCEPTED = Posting(
    window=Window(anchor="return-accepted", length=Duration.of(14, "days"), roll=ROLLING),
    allowance=Duration.of(10, "ouvrables"),
    proof=PostingProof.POSTMARK,
    sources=("R1", "R9"),
)
PREPAID_TO_THE_SELLERS = Routing(
    to=ReturnTo.SELLER,
    to_seller_up_to=0,
    label=Label.PREPAID,
    paid_by=ReturnPayer.HOUSE,
    sources=("R3", "R7"),
    address_sources=("R5",),
)
BY_COUNT_AT_THE_BUYERS_COST = Routing(
    to=ReturnTo.BY_COUNT,
    to_seller_up_to=1,
    label=Label.BUYER,
    paid_by=ReturnPayer.BUYER,
    sources=("R4", "R7"),
    address_sources=("R5",),
)
BY_COUNT_PREPAID = Routing(
    to=ReturnTo.BY_COUNT,
    to_seller_up_to=1,
    label=Label.PREPAID,
    paid_by=ReturnPayer.HOUSE,
    sources=("R4", "R9"),
    address_sources=("R5",),
)

ANY = ReturnCondition(
    reason=None, seller_kind=None, zone=None, mode=None, category=None, sale_kind=None
)


def when(**columns: str) -> ReturnCondition:
    """Make the condition that asks for these terms only."""
    asked = {name: frozenset({term}) for name, term in columns.items()}
    return ReturnCondition(
        reason=asked.get("reason"),
        seller_kind=asked.get("seller_kind"),
        zone=asked.get("zone"),
        mode=asked.get("mode"),
        category=asked.get("category"),
        sale_kind=asked.get("sale_kind"),
    )


def terms_of(
    routing: Routing,
    *,
    evidence: Evidence = IN_WRITING_WITH_NUMBER,
    refund: RefundTerms = REFUND_OF_A_WITHDRAWAL,
    window: Window = FORTNIGHT,
    posting: Posting | None = TWO_WEEKS_TO_POST,
) -> ReturnTerms:
    """Make the terms of a return; what is not said is as for a withdrawal."""
    return ReturnTerms(
        window=window,
        seller_up_to=None,
        posting=posting,
        evidence=evidence,
        routing=routing,
        refund=refund,
        sources=("R1", "L221-19"),
    )


FROM_FRANCE = ReturnRule(
    name="withdrawal-from-france",
    when=when(reason="withdrawal", zone="metropolitan-france"),
    terms=terms_of(PREPAID_TO_THE_SELLERS),
    review=False,
    sources=("R1", "R2"),
)
FROM_ELSEWHERE = ReturnRule(
    name="withdrawal-from-elsewhere",
    when=when(reason="withdrawal", zone="elsewhere"),
    terms=terms_of(BY_COUNT_AT_THE_BUYERS_COST),
    review=False,
    sources=("R1", "R2"),
)
CLAIM_FROM_FRANCE = ReturnRule(
    name="claim-from-france",
    when=when(reason="claim", zone="metropolitan-france"),
    terms=terms_of(
        PREPAID_TO_THE_SELLERS,
        evidence=WITH_A_PHOTO,
        refund=REFUND_OF_A_CLAIM,
        posting=TWO_WEEKS_ONCE_ACCEPTED,
    ),
    review=True,
    sources=("R9",),
)
CLAIM_FROM_ELSEWHERE = ReturnRule(
    name="claim-from-elsewhere",
    when=when(reason="claim", zone="elsewhere"),
    terms=terms_of(
        BY_COUNT_PREPAID,
        evidence=WITH_A_PHOTO,
        refund=REFUND_OF_A_CLAIM,
        posting=TWO_WEEKS_ONCE_ACCEPTED,
    ),
    review=True,
    sources=("R9",),
)
RULES = (FROM_FRANCE, FROM_ELSEWHERE, CLAIM_FROM_FRANCE, CLAIM_FROM_ELSEWHERE)

ZONES = (
    ReturnZone(
        name="metropolitan-france",
        areas=frozenset({Area.METROPOLITAN_FRANCE}),
        codes=frozenset(),
        warehouse=None,
    ),
    ReturnZone(name="elsewhere", areas=frozenset(Area), codes=frozenset(), warehouse=None),
)
DOMAIN = ReturnDomain(
    reason=("withdrawal", "claim"),
    seller_kind=("professional", "private"),
    zone=("metropolitan-france", "elsewhere"),
    mode=("direct", "grouped"),
    category=("any",),
    sale_kind=("sale",),
)


def policy_of(
    rules: Sequence[ReturnRule] = RULES,
    *,
    domain: ReturnDomain = DOMAIN,
    zones: tuple[ReturnZone, ...] = ZONES,
    hit: HitPolicy = HitPolicy.UNIQUE,
    exchanges: bool = False,
    several_parcels: SeveralParcels = SeveralParcels.LAST_OF_ORDER,
) -> ReturnPolicy:
    """Make the policy that has these rows; what is not said is as this house has it."""
    return ReturnPolicy(
        edition=EDITION,
        zone=PARIS,
        zones=zones,
        domain=domain,
        hit=hit,
        rules=tuple(rules),
        assumed=Assumed(
            seller_kind="professional",
            mode="direct",
            category="any",
            sale_kind="sale",
            sources=("R6",),
        ),
        exchanges=exchanges,
        exchange_sources=("R8",),
        several_parcels=several_parcels,
        several_parcels_sources=("R1", "L221-18"),
    )


RETURNS = policy_of()


def refunds_of(
    tenders: tuple[frozenset[str], ...] = (
        frozenset({"card", "paypal"}),
        frozenset({"gift-card"}),
    ),
    within: Split = Split.IN_TURN,
) -> RefundPolicy:
    """Make the refund policy with these ranks of tenders."""
    return RefundPolicy(
        edition=EDITION,
        zone=PARIS,
        tenders=tenders,
        tenders_sources=("L221-24",),
        within=within,
        within_sources=("F1",),
        due=Duration.of(1, "ouvres"),
        overdue=Window(anchor="received", length=Duration.of(5, "ouvres"), roll=Roll.NONE),
        statement={
            "card": StatementDelay(
                earliest=Duration.of(5, "ouvres"),
                latest=Duration.of(10, "ouvres"),
                sources=("F3", "assumption: what Stripe tells buyers"),
            ),
            "paypal": StatementDelay(
                earliest=Duration.of(0, "days"), latest=Duration.of(0, "days"), sources=("F3",)
            ),
        },
        sources=("F1",),
        due_sources=("F1",),
        overdue_sources=("F4",),
    )


REFUNDS = refunds_of()
PAYOUTS = PayoutPolicy(
    edition=EDITION,
    zone=PARIS,
    window=FORTNIGHT,
    sources=("R6",),
    elsewhere=(),
    lost_disputes=DisputeBearer.HOUSE,
)


def claims_of(in_vain: LookedInVain = LookedInVain.LOST) -> ClaimPolicy:
    """Make the claim policy: defects with photos, and what never came with an investigation."""
    return ClaimPolicy(
        edition=EDITION,
        zone=PARIS,
        kinds={
            "defect": ClaimTerms(
                name="defect",
                window=FORTNIGHT,
                evidence=WITH_A_PHOTO,
                order_number=False,
                investigation=None,
                return_needed=True,
                refund=REFUND_OF_A_CLAIM,
                sources=("R9",),
                window_sources=("R9",),
            ),
            "not-received": ClaimTerms(
                name="not-received",
                window=Window(
                    anchor="latest-estimate", length=Duration.of(6, "months"), roll=Roll.NONE
                ),
                evidence=Evidence(photos=0, in_writing=True, parcel_number=False, sources=("R10",)),
                order_number=True,
                investigation=Investigation(
                    length=Duration.of(10, "ouvres"),
                    in_vain=in_vain,
                    sources=("R10",),
                    length_sources=("R10",),
                ),
                return_needed=False,
                refund=REFUND_OF_A_LOSS,
                sources=("R10",),
                window_sources=("R10",),
            ),
        },
    )


CLAIMS = claims_of()


def house_of(
    returns: ReturnPolicy = RETURNS,
    *,
    refunds: RefundPolicy = REFUNDS,
    claims: ClaimPolicy = CLAIMS,
    edition: Edition = EDITION,
) -> ReturnsPolicy:
    """Make the house whose policy of returns this is."""
    return ReturnsPolicy(
        edition=edition,
        returns=returns,
        refunds=refunds,
        payouts=PAYOUTS,
        claims=claims,
        refund_terms=(REFUND_OF_A_WITHDRAWAL, REFUND_OF_A_CLAIM, REFUND_OF_A_LOSS),
        cancellations=None,
        undelivered=UndeliveredPolicy(
            sent_back=REFUND_OF_A_WITHDRAWAL,
            lost=REFUND_OF_A_LOSS,
            unpaid_customs=UnpaidCustoms(
                outcome=CustomsOutcome.REFUND, refund=REFUND_OF_A_WITHDRAWAL, sources=("L14",)
            ),
            sources=("L14",),
        ),
    )


HOUSE = house_of()


def territory(code: str, area: Area, country: str | None = None) -> Territory:
    """Make a territory as far as returns look at one."""
    return Territory(
        code=code,
        name=code,
        country=country or code,
        area=area,
        eu_customs=Membership.FULL,
        eu_vat=Membership.FULL,
        source="by hand",
    )


METROPOLITAN = territory("FR", Area.METROPOLITAN_FRANCE)
MONACO = territory("MC", Area.EUROPE)
REUNION = territory("RE", Area.WORLD)
ITALY = territory("IT", Area.EUROPE)
JAPAN = territory("JP", Area.WORLD)


def case_of(where: Territory = METROPOLITAN, reason: str = "withdrawal") -> ReturnCase:
    """Make the case of a return from there."""
    return RETURNS.case(where, reason=reason)


def pieces(*names: str) -> tuple[PieceId, ...]:
    """Name pieces."""
    return tuple(PieceId(name) for name in names)


def paris(text: str) -> datetime:
    """Read a moment written as Paris clocks show it, with its offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def request_of(
    requested_at: str | datetime = "2026-09-10T12:00:00+02:00",
    *,
    received: date | datetime | None = date(2026, 9, 1),
    case: ReturnCase | None = None,
    names: tuple[str, ...] = ("coat",),
    parcel_number: str | None = "8R123",
    in_writing: bool = True,
    photos: int = 0,
    wants: Wants = Wants.REFUND,
    upheld: bool = False,
) -> ReturnRequest:
    """Make a request with nothing against it, but for what is said."""
    at = paris(requested_at) if isinstance(requested_at, str) else requested_at
    return ReturnRequest(
        case=case or case_of(),
        received=received,
        requested_at=at,
        pieces=pieces(*names),
        parcel_number=parcel_number,
        in_writing=in_writing,
        photos=photos,
        wants=wants,
        upheld=upheld,
    )


def returned_from(**sellers: str) -> list[ReturnedFrom]:
    """Name pieces with their sellers, in order."""
    return [
        ReturnedFrom(piece=PieceId(piece), seller=SellerId(seller))
        for piece, seller in sellers.items()
    ]


def euros(amount: str) -> Money:
    """Write an amount of euros."""
    return Money(amount, "EUR")


def parcel_of(shipping: str, standard: str | None = None, **prices: str) -> PaidParcel:
    """Make a parcel of pieces with their prices."""
    return PaidParcel(
        pieces=tuple(PaidPiece(id=PieceId(name), price=euros(p)) for name, p in prices.items()),
        shipping=euros(shipping),
        standard=None if standard is None else euros(standard),
    )


def paid(**tenders: str) -> tuple[Payment, ...]:
    """Say what each means of payment paid, or got back: `gift_card` is a gift card."""
    return tuple(
        Payment(tender=tender.replace("_", "-"), amount=euros(amount))
        for tender, amount in tenders.items()
    )


def order_of(*parcels: PaidParcel, fee: str = "0.00", **tenders: str) -> PaidOrder:
    """Make an order that was paid so."""
    return PaidOrder(parcels=parcels, fee=euros(fee), payments=paid(**tenders))


def back(*names: str, terms: RefundTerms = REFUND_OF_A_WITHDRAWAL) -> list[ReturnedPiece]:
    """Say that these pieces came back."""
    return [ReturnedPiece(id=PieceId(name), terms=terms) for name in names]


def ten_percent_capped(prices: Mapping[PieceId, Money]) -> Money:
    """Give the quality-control fee as clause L4 has it: a tenth, half up, at most 15 euros."""
    kept = total(prices.values(), "EUR")
    return min(share(kept, Decimal("0.10"), rounding=Rounding.HALF_UP), euros("15.00"))


def no_fee(prices: Mapping[PieceId, Money]) -> Money:
    """Give the fee of a direct order: none."""
    return total(prices.values(), "EUR") * 0
