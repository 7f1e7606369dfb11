"""A decision of every kind, most of them made by the rules under the shipped policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from vintage_rules.dates import DayCount, DayWindow, Duration, Pick, Roll, Several, Window
from vintage_rules.ids import BuyerId, Edition, OrderId, PieceId, SellerId
from vintage_rules.machine import Refused, refuse
from vintage_rules.money import Money, Rounding
from vintage_rules.offers.alerts import assess_alert
from vintage_rules.offers.assess import (
    CounterAdmissible,
    CounterRefused,
    OfferAdmissible,
    OfferRefused,
)
from vintage_rules.offers.catalogue import Hidden, OnSale, SoldVisible
from vintage_rules.offers.commands import MakeOffer
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import PieceListed, PriceRestored
from vintage_rules.offers.negotiation import NegotiationHistory, RefusedCommand
from vintage_rules.offers.refusals import OfferRefusal
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders import (
    Buyer,
    CartLine,
    Checkout,
    CheckoutAssessment,
    Do,
    OrderHistory,
    OrderQuote,
    ParcelScan,
    Piece,
    Step,
    StepFinding,
    assess_checkout,
    place_order,
    quote_order,
    quote_order_payouts,
    replay_order,
)
from vintage_rules.orders.refusals import OrderCommandRefusal
from vintage_rules.places import Destination, Place
from vintage_rules.policies import load_policy
from vintage_rules.pricing import (
    Base,
    Combine,
    Condition,
    FeeCharged,
    FeeComponent,
    FeePolicy,
    FeeQuote,
    GiftCardPolicy,
    PayablePolicy,
    Payer,
    Per,
    PublicPrice,
    Tier,
    Tiering,
    assess_gift_card,
    assess_price_reduction,
    assess_tender,
    quote_fee,
    quote_total,
)
from vintage_rules.pricing.gift_card.decide import CardRefusal
from vintage_rules.pricing.gift_card.taking import take_cards
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.cancellations import CancellationAssessment, assess_cancellation
from vintage_rules.returns.claim.decide import ClaimCommandRefusal
from vintage_rules.returns.claims import ClaimAdmitted, ClaimRefusal, ClaimRefused
from vintage_rules.returns.deadline import NoReturn, ReturnDeadline
from vintage_rules.returns.eligibility import (
    NeedsReview,
    Returnable,
    ReturnRefusal,
    ReturnRefused,
    ReturnReview,
)
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.payout import PayoutDue, PayoutHeld, PayoutHold
from vintage_rules.returns.pending_refunds import (
    RefundAwaited,
    RefundDue,
    RefundOverdue,
    StatementEstimate,
)
from vintage_rules.returns.refund import NotRefundable, Refundable, RefundRefusal
from vintage_rules.returns.request.decide import ReturnCommandRefusal
from vintage_rules.returns.routing import NoRoute, ReturnParcel, ReturnRoute
from vintage_rules.returns.terms import Label, PostingProof, ReturnPayer
from vintage_rules.returns.undelivered import (
    UndeliveredForfeited,
    UndeliveredRelisted,
    assess_undelivered,
)
from vintage_rules.service import (
    Addressee,
    AnswerAwaited,
    NotAnswered,
    OpeningHours,
    QuestionRule,
    SilenceMeans,
    assess_contact,
    assess_message,
    assess_request,
)
from vintage_rules.shipping import (
    BasisOrigin,
    DeliveryEstimate,
    Item,
    ModePolicy,
    Promise,
    TrackingAssessment,
    Transit,
    assess_arrival,
    assess_tracking,
    estimate_delivery,
    estimate_promise,
    plan_parcels,
    quote_postage,
)
from vintage_rules.shipping.customs import AtSale, ImportAssessment, NothingAtBorder, assess_import
from vintage_rules.shipping.import_facts import ImportFacts
from vintage_rules.shipping.import_rules import Collector, ImportTax
from vintage_rules.shipping.parcel.decide import ParcelRefusal
from vintage_rules.world import calendar, calendar_of, import_rules, locate, mainland

HOUSE = load_policy("imparfaite").on(date(2026, 11, 22))
EDITION = Edition(name="house", since=date(2026, 1, 1))
MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
FRANCE = calendar("FR")


def euros(amount: str) -> Money:
    """Give an amount in euros."""
    return Money(amount, "EUR")


def place(country: str, postal_code: str) -> Destination:
    """Find an address."""
    return locate(Place(country=country, postal_code=postal_code))


BORDEAUX = place("FR", "33000")
LIEGE = place("BE", "4000")
MANCHESTER = place("GB", "M1 1AE")


# ---- pricing -------------------------------------------------------------------------------------

QUALITY_CONTROL = HOUSE.pricing.fees[0]
REDUCTIONS = HOUSE.pricing.price_reduction
CARDS = GiftCardPolicy(
    edition=HOUSE.edition,
    currency="EUR",
    minimum=Decimal(25),
    maximum=Decimal(500),
    validity=Duration.of(1, "years"),
    zone="Europe/Paris",
    may_buy_gift_card=False,
    sources=("C5",),
)
PIECES = Base(plus=("pieces",), minus=())
ALWAYS = Condition(
    modes=None,
    zones=None,
    categories=None,
    seller_kinds=None,
    sale_kinds=None,
    at_least=None,
    below=None,
)


def component(
    *,
    fixed: str = "0",
    rate: str = "0",
    tiers: tuple[Tier, ...] = (),
    tiering: Tiering = Tiering.WHOLE,
    base: Base = PIECES,
    when: Condition = ALWAYS,
    minimum: Decimal | None = None,
) -> FeeComponent:
    """Give one part of a fee."""
    return FeeComponent(
        when=when,
        base=base,
        chosen_by=base,
        fixed=Decimal(fixed),
        rate=Decimal(rate),
        tiers=tiers,
        tiering=tiering,
        minimum=minimum,
        maximum=None,
        rounding=Rounding.HALF_UP,
        sources=("assumption: an example",),
    )


def fee(*components: FeeComponent, payer: Payer = Payer.BUYER, name: str = "handling") -> FeePolicy:
    """Give a fee of another house."""
    return FeePolicy(
        edition=EDITION,
        name=name,
        payer=payer,
        per=Per.ORDER,
        currency="EUR",
        combine=Combine.GREATEST if len(components) > 1 else Combine.SUM,
        components=components,
        refundable=False,
        refundable_sources=(),
        refunded_with=None,
        optional=False,
        on=None,
        sources=(),
    )


STEPS = (
    Tier(at_least=Decimal(0), above=None, fixed=Decimal(0), rate=Decimal("0.12")),
    Tier(at_least=None, above=Decimal(500), fixed=Decimal(5), rate=Decimal("0.06")),
)
ON_LARGE_ORDERS = Condition(
    modes=frozenset({"grouped"}),
    zones=frozenset({"europe", "moon"}),
    categories=frozenset({"coats"}),
    seller_kinds=frozenset({"professional"}),
    sale_kinds=frozenset({"sale"}),
    at_least=Decimal(100),
    below=Decimal(900),
)
LESS_VOUCHER = Base(plus=("pieces", "shipping"), minus=("voucher",))


def charged(quote: FeeQuote) -> FeeCharged:
    """Take the quote of a fee that is charged."""
    if isinstance(quote, FeeCharged):
        return quote
    raise AssertionError(quote)


FEE = charged(quote_fee(QUALITY_CONTROL, {"pieces": euros("120.55")}, mode="grouped"))
COMMISSION = charged(
    quote_fee(
        fee(component(rate="0.2"), payer=Payer.SELLER, name="commission"),
        {"pieces": euros("90.00")},
        mode="direct",
    )
)
FEES: Mapping[str, object] = {
    "fee": FEE,
    "no fee": quote_fee(QUALITY_CONTROL, {"pieces": euros("120.55")}, mode="direct"),
    "fee of a commission": COMMISSION,
    "fee by whole steps": quote_fee(
        fee(component(tiers=STEPS), component(fixed="3", minimum=Decimal(2))),
        {"pieces": euros("1000.00")},
        mode="direct",
    ),
    "fee by marginal steps": quote_fee(
        fee(component(tiers=STEPS, tiering=Tiering.MARGINAL)),
        {"pieces": euros("600.00")},
        mode="direct",
    ),
    "fee of several parts": quote_fee(
        fee(component(fixed="1", rate="0.05", base=LESS_VOUCHER)),
        {"pieces": euros("90.00"), "shipping": euros("10.00"), "voucher": euros("20.00")},
        mode="direct",
    ),
    "no fee below a limit": quote_fee(
        fee(component(fixed="1", when=ON_LARGE_ORDERS)), {"pieces": euros("1.00")}, mode="direct"
    ),
    "fee with a minimum": quote_fee(
        fee(component(rate="0.01", minimum=Decimal(2))), {"pieces": euros("1.00")}, mode="direct"
    ),
    "fee of nothing": quote_fee(fee(component()), {"pieces": euros("1.00")}, mode="direct"),
}

SHOWN = [
    PublicPrice(since=datetime(2026, 9, 1, tzinfo=UTC), price=euros("200")),
    PublicPrice(since=datetime(2026, 10, 10, tzinfo=UTC), price=euros("180")),
]
PRICES: Mapping[str, object] = {
    "gift card": assess_gift_card(euros("50"), CARDS, purchased_on=date(2028, 2, 29)),
    "gift card for ever": assess_gift_card(
        euros("50"),
        evolve(CARDS, validity=Duration.of(0, "never")),
        purchased_on=date(2026, 9, 1),
    ),
    "gift card refused": assess_gift_card(
        euros("10"),
        CARDS,
        purchased_on=date(2025, 9, 1),
        used_on=date(2026, 9, 2),
        tender="gift-card",
    ),
    "card refused": refuse(CardRefusal.TOO_LITTLE_LEFT),
    "card unknown": take_cards([None]),
    "gift card too small": assess_gift_card(euros("10"), CARDS, purchased_on=date(2026, 9, 1)),
    "price with gift card": quote_total(
        HOUSE.pricing,
        goods=euros("120.55"),
        fees=[FEE],
        shipping=euros("9.59"),
        gift_card_balance=euros("50"),
    ),
    "price": quote_total(HOUSE.pricing, goods=euros("90.00"), fees=[], shipping=euros("9.59")),
    "payouts": quote_order_payouts(
        [
            Piece(
                id=PieceId(name),
                seller=SellerId(seller),
                price=euros("90.00"),
                weight_g=900,
            ).priced()
            for name, seller in (("coat", "ada"), ("bag", "lou"))
        ],
        evolve(HOUSE, pricing=evolve(HOUSE.pricing, fees=(COMMISSION.policy,))),
        mode="direct",
        zone="europe",
    ),
    "payouts without fees": quote_order_payouts(
        [
            Piece(
                id=PieceId("coat"), seller=SellerId("ada"), price=euros("90.00"), weight_g=900
            ).priced()
        ],
        HOUSE,
        mode="direct",
        zone="europe",
    ),
    "price with a reduction": quote_total(
        HOUSE.pricing,
        goods=euros("90.00"),
        fees=[],
        shipping=euros("9.59"),
        reductions={"welcome": euros("10.00")},
    ),
    "price in steps": quote_total(
        evolve(
            HOUSE.pricing,
            payable=PayablePolicy(
                step=Decimal("0.05"), rounding=Rounding.HALF_UP, sources=("article 10",)
            ),
        ),
        goods=euros("90.00"),
        fees=[],
        shipping=euros("9.59"),
    ),
    "tender": assess_tender("card", HOUSE.pricing.tenders, brand="visa"),
    "tender without brand": assess_tender("paypal", HOUSE.pricing.tenders),
    "tender refused": assess_tender("card", HOUSE.pricing.tenders, brand="Diners Club"),
    "reduction": assess_price_reduction(
        SHOWN, REDUCTIONS, price=euros("150"), at=datetime(2026, 11, 22, tzinfo=UTC)
    ),
    "no reduction": assess_price_reduction(
        SHOWN,
        evolve(REDUCTIONS, successive_from_first=False),
        price=euros("180"),
        at=datetime(2026, 11, 22, tzinfo=UTC),
    ),
}


# ---- shipping ------------------------------------------------------------------------------------

SHIPPING = HOUSE.shipping
COAT = Item(piece=PieceId("coat"), seller=SellerId("ada"), weight_g=1400)
BAG = Item(piece=PieceId("bag"), seller=SellerId("lou"), weight_g=600)


def estimate(destination: Destination, dispatched: date) -> DeliveryEstimate:
    """Estimate a delivery under the shipped policy."""
    at_home = calendar_of(destination)
    return estimate_delivery(destination, dispatched, SHIPPING.delivery, at_home)


def promise(mode: ModePolicy, handling: tuple[Duration, ...]) -> Promise:
    """Promise a delivery to Bordeaux."""
    return estimate_promise(
        BORDEAUX,
        date(2026, 9, 7),
        mode,
        SHIPPING.delivery,
        at_sellers=FRANCE,
        at_destination=FRANCE,
        handling=handling,
    )


def tracking(last_movement: date, today: date) -> TrackingAssessment:
    """Ask about a parcel to Bordeaux that left on 7 September 2026."""
    return assess_tracking(
        estimate(BORDEAUX, date(2026, 9, 7)),
        SHIPPING.tracking,
        FRANCE,
        last_movement=last_movement,
        today=today,
    )


TO_WORKSHOP = Transit(minimum=2, maximum=3, count=DayCount.OUVRES, sources=("L3",))
BY_WORKSHOP = evolve(SHIPPING.mode("grouped"), inbound=TO_WORKSHOP, check=Duration.of(1, "ouvres"))
IN_A_DAY = DeliveryEstimate(
    window=DayWindow(date(2026, 9, 8), date(2026, 9, 8)),
    transit=Transit(minimum=1, maximum=1, count=DayCount.CALENDAR, sources=("L9",)),
    origin=BasisOrigin.ZONE,
    zone="next-door",
    calendar="FR",
    edition=EDITION,
)
TO_BORDEAUX = estimate(BORDEAUX, date(2026, 5, 13))
DELIVERIES: Mapping[str, object] = {
    "direct parcels": plan_parcels([COAT, BAG], SHIPPING.mode("direct"), EDITION),
    "grouped parcel": plan_parcels([COAT, BAG], SHIPPING.mode("grouped"), EDITION),
    "postage": quote_postage(1400, BORDEAUX.territory, "direct", SHIPPING.postage),
    "too heavy": quote_postage(31_000, BORDEAUX.territory, "direct", SHIPPING.postage),
    "no rate": quote_postage(500, BORDEAUX.territory, "by balloon", SHIPPING.postage),
    "estimate by zone": TO_BORDEAUX,
    "estimate by country": estimate(LIEGE, date(2026, 9, 4)),
    "estimate of a day": IN_A_DAY,
    "comfortable": assess_arrival(date(2026, 5, 20), TO_BORDEAUX),
    "possible": assess_arrival(date(2026, 5, 16), TO_BORDEAUX),
    "unlikely": assess_arrival(date(2026, 5, 15), TO_BORDEAUX),
    "promise": promise(SHIPPING.mode("direct"), (Duration.of(2, "ouvres"),)),
    "promise by workshop": promise(BY_WORKSHOP, (Duration.of(2, "ouvres"),)),
    "no promise": promise(SHIPPING.mode("grouped"), ()),
    "wait": tracking(date(2026, 9, 7), date(2026, 9, 10)),
    "contact": tracking(date(2026, 9, 7), date(2026, 9, 11)),
    "investigate": tracking(date(2026, 9, 7), date(2026, 9, 30)),
    "order refused": Refused(
        reasons=(OrderCommandRefusal.ADDRESS_FIXED,), edition=HOUSE.edition, sources=("C3",)
    ),
    "parcel refused": refuse(ParcelRefusal.NOT_NOW),
}


def imported(
    destination: Destination,
    goods: Money,
    shipping: Money,
    *,
    origin: str = "FR",
    returned: bool = False,
) -> ImportAssessment:
    """Take a parcel of two tariff lines through customs on 7 September 2026, at no rate."""
    day, start = date(2026, 9, 7), mainland(origin)
    facts = ImportFacts(
        origin=start,
        goods=goods,
        shipping=shipping,
        handling=Money(0, goods.currency),
        rates={},
        dispatched=day,
        tariff_lines=2,
        returned=returned,
    )
    rules = import_rules(destination, day, start, returned=returned)
    return assess_import(facts, destination, rules, SHIPPING.customs)


NO_RATE_KNOWN = AtSale(tax=ImportTax.GST, rate=None, collected_by=Collector.SELLER_AT_SALE)
BELOW_THRESHOLD = imported(MANCHESTER, Money("135.00", "GBP"), Money("10.00", "GBP"))
IMPORTS: Mapping[str, object] = {
    "no import": imported(LIEGE, euros("140.00"), euros("10.00")),
    "nothing at the border": BELOW_THRESHOLD,
    "unknown rate at sale": NothingAtBorder(
        at_sale=(NO_RATE_KNOWN,),
        compared=None,
        remarks=(),
        facts=BELOW_THRESHOLD.facts,
        rules=(),
        edition=EDITION,
        sources=("L13",),
    ),
    "import tax": imported(MANCHESTER, Money("140.00", "GBP"), Money("10.00", "GBP")),
    "rate missing": imported(MANCHESTER, euros("140.00"), euros("10.00")),
    "flat duty": imported(BORDEAUX, euros("140.00"), euros("10.00"), origin="US"),
    "sent back": imported(BORDEAUX, euros("140.00"), euros("10.00"), origin="GB", returned=True),
}


# ---- service -------------------------------------------------------------------------------------

SERVICE = HOUSE.service
LUNCH = datetime.fromisoformat("2026-09-07T13:00:00+02:00")
MORNING = datetime.fromisoformat("2026-09-07T10:00:00+02:00")
ON_SOME_DAYS = evolve(
    SERVICE.contact,
    hours=(
        OpeningHours(weekdays=frozenset({1, 3}), opens=time(9), closes=time(17, 30)),
        OpeningHours(weekdays=frozenset({5}), opens=time(10), closes=time(12)),
    ),
    always=(),
    closed_on_holidays=True,
)
QUESTION = QuestionRule(
    name="dispatch",
    asked=Addressee.SELLER,
    window=Window(anchor="paid", length=Duration.of(5, "ouvres"), roll=Roll.NONE),
    on_silence=SilenceMeans.REFUND,
    areas=frozenset(),
    codes=frozenset(),
    sources=(),
)
SERVICES: Mapping[str, object] = {
    "open": assess_contact(MORNING, SERVICE.contact, FRANCE),
    "closed": assess_contact(LUNCH, SERVICE.contact, FRANCE),
    "closed on some days": assess_contact(LUNCH, ON_SOME_DAYS, FRANCE),
    "message": assess_message("offer", ["price"], SERVICE),
    "message with a note": assess_message("offer", ["price", "note"], SERVICE),
    "message of another kind": assess_message("letter", ["text"], SERVICE),
    "granted": assess_request("deliver-by-date", SERVICE),
    "refused": assess_request("try-on", SERVICE),
    "answer awaited": AnswerAwaited(
        question=QUESTION,
        until=MONDAY,
        zone="Asia/Kuwait",
        edition=EDITION,
        sources=("assumption: an example",),
    ),
    "answer awaited for ever": AnswerAwaited(
        question=QUESTION, until=None, zone="Asia/Kuwait", edition=EDITION, sources=()
    ),
    "not answered": NotAnswered(
        question=QUESTION, since=MONDAY, zone="Asia/Kuwait", edition=EDITION, sources=()
    ),
}


# ---- orders --------------------------------------------------------------------------------------


def piece(name: str, seller: str, price: str, weight_g: int) -> Piece:
    """Give a piece."""
    return Piece(id=PieceId(name), seller=SellerId(seller), price=euros(price), weight_g=weight_g)


HOME = {
    "name": "Zoé",
    "line1": "1 rue Neuve",
    "postal_code": "33000",
    "city": "Bordeaux",
    "country": "FR",
}


def checkout(*, signed_in: bool, home: Mapping[str, str]) -> CheckoutAssessment:
    """Validate a cart of which the coat has changed price and the bag is gone, unless signed in."""
    seen = euros("90.00")
    on_sale = {PieceId("coat"): seen if signed_in else euros("120.00")}
    cart = [CartLine(piece=PieceId("coat"), price=seen)]
    gone = [] if signed_in else [CartLine(piece=PieceId("bag"), price=euros("40.00"))]
    asked = Checkout(
        cart=[*cart, *gone],
        buyer=Buyer(signed_in=signed_in, has_account=True),
        shipping_address=home,
        billing_address=HOME,
        tender=assess_tender("paypal", HOUSE.pricing.tenders),
    )
    return assess_checkout(asked, on_sale, HOUSE.checkout)


ORDER = [piece("coat", "ada", "90.00", 1400), piece("bag", "lou", "55.00", 600)]
SOLD_COAT = PieceId("coat")


def lived(*steps: Step) -> OrderHistory:
    """Give what came of an order of two pieces of one seller, two months later."""
    pieces = [piece("coat", "ada", "90.00", 1400), piece("bag", "ada", "55.00", 600)]
    quote = quote_order(pieces, BORDEAUX, "direct", HOUSE)
    assert isinstance(quote, OrderQuote)
    placed = place_order(
        quote,
        HOUSE,
        order=OrderId("o1"),
        buyer=BuyerId("zoe"),
        payments=[Payment(tender="card", amount=quote.price.total)],
        at=MONDAY,
    )
    days_of_rest = calendar("FR")
    return replay_order(
        placed,
        steps,
        MONDAY + timedelta(days=60),
        HOUSE,
        calendar=days_of_rest,
        destination_calendar=days_of_rest,
    )


def step(day: int, do: Do, **facts: Any) -> Step:  # noqa: ANN401 - of any field
    """Give something that is done so many days after the order."""
    return Step(at=MONDAY + timedelta(days=day), do=do, **facts)


ORDERS: Mapping[str, object] = {
    "order": quote_order(ORDER, BORDEAUX, "grouped", HOUSE, gift_card_balance=euros("50.00")),
    "order without price": quote_order(
        [piece("wardrobe", "ada", "90.00", 31_000)], BORDEAUX, "direct", HOUSE
    ),
    "checkout": checkout(signed_in=True, home=HOME),
    "checkout refused": checkout(signed_in=False, home={**HOME, "city": " "}),
    "quiet order": lived(),
    "order with a return": lived(
        step(1, Do.HAND_IN, parcel="ada"),
        step(3, Do.SCAN, parcel="ada", status=ParcelScan.DELIVERED),
        step(4, Do.REQUEST_RETURN, return_="r1", pieces=(SOLD_COAT,), reason="withdrawal"),
        step(
            4,
            Do.REQUEST_RETURN,
            return_="r1",
            pieces=(SOLD_COAT,),
            reason="withdrawal",
            parcel_number="8R1",
        ),
        step(5, Do.POST_RETURN, return_="r1"),
        step(7, Do.RECEIVE_RETURN, return_="r1"),
        step(8, Do.CHECK_RETURN, return_="r1", finding=StepFinding.DAMAGED),
        step(9, Do.ACCEPT_RETURN, return_="r1"),
        step(9, Do.POST_RETURN, return_="r2"),
    ),
}


# ---- offers --------------------------------------------------------------------------------------

OFFER = MakeOffer(at=MONDAY, buyer=BuyerId("zoe"), price=euros("150"), signed_in=True)
LISTED = PieceListed(
    at=MONDAY,
    price=euros("200"),
    terms=SellerTerms.only(open_to_offers=True),
    offers_from=MONDAY,
)
RESTORED = PriceRestored(at=MONDAY, price=euros("200"))
TOO_LATE = Refused(reasons=(OfferRefusal.TOO_LATE,), sources=("N9",), edition=EDITION)


def history(*, available: bool, eventful: bool) -> NegotiationHistory:
    """Give what came of a negotiation."""
    refused = RefusedCommand(command=OFFER, refused=TOO_LATE)
    return NegotiationHistory(
        price=euros("200"),
        available=available,
        events=(LISTED, RESTORED) if eventful else (),
        refusals=(refused,) if eventful else (),
        listing=LISTING.replay([LISTED]),
        sources=("N6",),
        edition=EDITION,
    )


TOO_LARGE = (OfferRefusal.NOT_SIGNED_IN, OfferRefusal.REDUCTION_TOO_LARGE)
OFFERS: Mapping[str, object] = {
    "offer": OfferAdmissible(edition=EDITION, sources=("N1",)),
    "alert admitted": assess_alert(sold=True, already_set=False, policy=HOUSE.listing),
    "alert refused": assess_alert(sold=False, already_set=True, policy=HOUSE.listing),
    "offer refused": OfferRefused(reasons=TOO_LARGE, edition=EDITION, sources=("N2", "N8")),
    "counter": CounterAdmissible(edition=EDITION, sources=("N4",)),
    "counter refused": CounterRefused(
        reasons=(OfferRefusal.COUNTER_OUT_OF_RANGE,), edition=EDITION, sources=("N8",)
    ),
    "command refused": TOO_LATE,
    "negotiation": history(available=True, eventful=True),
    "negotiation without events": history(available=False, eventful=False),
    "on sale": OnSale(edition=EDITION, sources=("A4",)),
    "sold": SoldVisible(until=MONDAY, zone="Europe/Paris", edition=EDITION, sources=("A4",)),
    "sold for ever": SoldVisible(until=None, zone="Europe/Paris", edition=EDITION, sources=("A4",)),
    "hidden": Hidden(edition=EDITION, sources=("A4",)),
}


# ---- returns -------------------------------------------------------------------------------------

LAST = date(2026, 9, 15)
POSTED = date(2026, 9, 29)


def cancellation(*, posted: bool, hours: int | None = None) -> CancellationAssessment:
    """A buyer who cancels a piece, for some hours after the order or as long as they may."""
    returns, ordered = HOUSE.returns, datetime(2026, 9, 7, 8, tzinfo=UTC)
    rules = returns.of_cancellations
    limit = Duration.of(0, "never") if hours is None else Duration.of(hours, "hours")
    buyer = evolve(rules.buyer, time_limit=limit)
    return assess_cancellation(
        Canceller.BUYER,
        ordered_at=ordered,
        now=ordered,
        posted=posted,
        policy=evolve(returns, cancellations=evolve(rules, buyer=buyer)),
        calendar=FRANCE,
    )


RETURNS: Mapping[str, object] = {
    "return deadline": ReturnDeadline(
        last_day=LAST,
        window_days=14,
        anchor="received",
        ends_at=None,
        zone="Europe/Paris",
        edition=EDITION,
        sources=("R1", "L221-19"),
    ),
    "return deadline of hours": ReturnDeadline(
        last_day=LAST,
        window_days=1,
        anchor="received",
        ends_at=MONDAY,
        zone="Europe/Paris",
        edition=EDITION,
        sources=(),
    ),
    "return deadline from dispatch": ReturnDeadline(
        last_day=LAST,
        window_days=14,
        anchor="dispatched",
        ends_at=None,
        zone="Europe/Paris",
        edition=EDITION,
        sources=(),
    ),
    "return deadline from the latest": ReturnDeadline(
        last_day=LAST,
        window_days=1,
        anchor=Several(pick=Pick.LATEST, events=("received", "paid")),
        ends_at=None,
        zone="Europe/Paris",
        edition=EDITION,
        sources=(),
    ),
    "no return": NoReturn(edition=EDITION, sources=()),
    "returnable": Returnable(
        last_day=LAST,
        post_by=POSTED,
        proof=PostingProof.POSTMARK,
        edition=EDITION,
        sources=("R1",),
    ),
    "returnable, and arrived": Returnable(
        last_day=LAST,
        post_by=POSTED,
        proof=PostingProof.ARRIVAL,
        edition=EDITION,
        sources=("R1",),
    ),
    "returnable without posting": Returnable(
        last_day=LAST, post_by=None, proof=None, edition=EDITION, sources=("R1",)
    ),
    "return refused": ReturnRefused(
        reasons=(ReturnRefusal.EXCHANGE, ReturnRefusal.TOO_LATE),
        last_day=LAST,
        ends_at=None,
        zone="Europe/Paris",
        edition=EDITION,
        sources=("R6", "R8"),
    ),
    "return refused after hours": ReturnRefused(
        reasons=(ReturnRefusal.TOO_LATE,),
        last_day=LAST,
        ends_at=MONDAY,
        zone="Europe/Paris",
        edition=EDITION,
        sources=("R1",),
    ),
    "return reviewed": NeedsReview(
        reasons=(ReturnReview.NOT_RECEIVED,),
        last_day=None,
        post_by=None,
        proof=None,
        edition=EDITION,
        sources=("R9",),
    ),
    "return command refused": refuse(ReturnCommandRefusal.OUT_OF_ORDER),
    "route": ReturnRoute(
        parcels=(
            ReturnParcel(to="ada", pieces=(PieceId("coat"),), label=Label.PREPAID),
            ReturnParcel(to="workshop", pieces=(PieceId("bag"),), label=Label.BUYER),
        ),
        paid_by=ReturnPayer.HOUSE,
        edition=EDITION,
        sources=("R3", "R7"),
    ),
    "route to nowhere": ReturnRoute(
        parcels=(), paid_by=ReturnPayer.HOUSE, edition=EDITION, sources=()
    ),
    "route to a warehouse": ReturnRoute(
        parcels=(ReturnParcel(to="north", pieces=(PieceId("coat"),), label=Label.PREPAID),),
        paid_by=ReturnPayer.SELLER,
        edition=EDITION,
        sources=(),
        warehouse="north",
    ),
    "cancellable": cancellation(posted=False),
    "cancellable for a time": cancellation(posted=False, hours=24),
    "not cancellable": cancellation(posted=True),
    "undelivered": assess_undelivered(HOUSE.returns, unpaid_customs=True),
    "undelivered and sold again": UndeliveredRelisted(edition=EDITION, sources=()),
    "undelivered and gone": UndeliveredForfeited(edition=EDITION, sources=()),
    "no route": NoRoute(edition=EDITION, sources=()),
    "claim": ClaimAdmitted(last_day=None, edition=EDITION, sources=("R10",)),
    "claim refused": ClaimRefused(
        reasons=(ClaimRefusal.TOO_FEW_PHOTOS,), last_day=LAST, edition=EDITION, sources=("R9",)
    ),
    "claim command refused": refuse(ClaimCommandRefusal.ALREADY_OPENED),
    "refund": Refundable(
        pieces=euros("90.00"),
        shipping=euros("9.59"),
        fee=euros("9.00"),
        rounding=euros("-0.04"),
        cost=euros("4.00"),
        beyond=euros("1.00"),
        total=euros("103.55"),
        by_tender=(
            Payment(tender="card", amount=euros("53.55")),
            Payment(tender="gift-card", amount=euros("50.00")),
        ),
        edition=EDITION,
        sources=("F1", "L221-24"),
    ),
    "refund of a piece": Refundable(
        pieces=euros("90.00"),
        shipping=euros("0.00"),
        fee=euros("0.00"),
        rounding=euros("0.00"),
        cost=euros("0.00"),
        beyond=euros("0.00"),
        total=euros("90.00"),
        by_tender=(Payment(tender="paypal", amount=euros("90.00")),),
        edition=EDITION,
        sources=("F1",),
    ),
    "no refund": NotRefundable(
        reasons=(RefundRefusal.NOTHING_LEFT,), edition=EDITION, sources=("F1",)
    ),
    "refund due": RefundDue(by_house=LAST, by_law=POSTED, edition=EDITION, sources=("F1",)),
    "refund due some day": RefundDue(by_house=None, by_law=None, edition=EDITION, sources=()),
    "refund awaited": RefundAwaited(until=LAST, edition=EDITION, sources=("F4",)),
    "refund overdue": RefundOverdue(since=LAST, edition=EDITION, sources=("F4",)),
    "statement": StatementEstimate(
        window=DayWindow(LAST, POSTED), edition=EDITION, sources=("F3",)
    ),
    "payout due": PayoutDue(since=MONDAY, zone="Europe/Paris", edition=EDITION, sources=("R6",)),
    "payout held": PayoutHeld(
        until=MONDAY,
        last_day=LAST,
        zone="Europe/Paris",
        reasons=(PayoutHold.RETURN_OPEN, PayoutHold.WINDOW_OPEN),
        edition=EDITION,
        sources=("R6",),
    ),
    "payout held for hours": PayoutHeld(
        until=MONDAY,
        last_day=None,
        zone="Asia/Kuwait",
        reasons=(PayoutHold.WINDOW_OPEN,),
        edition=EDITION,
        sources=("R6",),
    ),
}

SAMPLES: Mapping[str, object] = {
    **FEES,
    **PRICES,
    **DELIVERIES,
    **IMPORTS,
    **SERVICES,
    **ORDERS,
    **OFFERS,
    **RETURNS,
}
