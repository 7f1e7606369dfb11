"""Rows for frames, drawn from a seed, and what the scalar rules answer to each of them.

Amounts lie on the limits of the policy and beside them. Some rows make no sense: their answer is
the error of the scalar rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import groupby
from random import Random
from typing import TypeAlias

from vintage_rules.dates import last_day_before, zone
from vintage_rules.errors import CurrencyMismatchError, VintageRulesError
from vintage_rules.frames.columns import (
    fee_column,
    option_column,
    reduction_column,
    taken_column,
)
from vintage_rules.frames.imports import IMPORTED
from vintage_rules.frames.refunds import REFUNDED
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId
from vintage_rules.money import Money, currency_of, decimals_of
from vintage_rules.offers.assess import OfferFacts, OfferRefused, assess_offer
from vintage_rules.orders.fees import fees_of
from vintage_rules.orders.placing import (
    fee_on_kept,
    fees_by_terms,
    paid_order,
    place_order,
    seller_fee_back,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote, OrderQuoting, Piece, quote_order
from vintage_rules.orders.reductions import Reduction
from vintage_rules.places import Destination, Place
from vintage_rules.pricing.fee_policy import FeePolicy, Payer, Sale
from vintage_rules.pricing.fees import FeeCharged, quote_fee
from vintage_rules.pricing.reduction_policy import Bearer
from vintage_rules.returns.eligibility import (
    NeedsReview,
    ReturnRefused,
    ReturnRequest,
    Wants,
    assess_return,
)
from vintage_rules.returns.payments import Payment, ReturnedPiece
from vintage_rules.returns.payout import PayoutHeld, assess_payout
from vintage_rules.returns.refund import Refundable, price_back, quote_refund
from vintage_rules.returns.routing import NoRoute, ReturnedFrom, route_return
from vintage_rules.shipping.customs import (
    Charged,
    NoImport,
    NothingAtBorder,
    UnknownImport,
    assess_import,
)
from vintage_rules.shipping.delivery import DoorPromise, estimate_delivery, estimate_promise
from vintage_rules.shipping.import_facts import ImportFacts, Rates
from vintage_rules.shipping.import_rules import ImportRule
from vintage_rules.world.addresses import locate
from vintage_rules.world.calendars import calendar
from vintage_rules.world.imports import days_of_change, import_rules
from vintage_rules.world.tables import rows
from vintage_rules.world.territory_rows import every_territory, mainland

Row: TypeAlias = dict[str, object]
PLACES = tuple(
    Place(country=row["country"], postal_code=row["example"])
    for row in rows("addresses")
    if row["written"] == "code"
)
_TERRITORIES = {territory.code: territory for territory in every_territory()}
# Before and after holidays, on a leap day, over the ends of years, and at both ends of calendars.
DAYS = (
    *(date(2026, 4, 28) + timedelta(days=number) for number in range(24)),
    *(date(2026, 12, 18) + timedelta(days=number) for number in range(16)),
    *(date(2028, 2, 25) + timedelta(days=number) for number in range(8)),
    date(2009, 12, 31),
    date(2010, 1, 1),
    date(2050, 12, 24),
    date(2050, 12, 31),
)


def cents(money: Money) -> int:
    """Return an amount as frames have it."""
    return money.get_amount_in_sub_unit()


def money_of(amount: object, policy: HousePolicy) -> Money:
    """Return an amount of a frame as money."""
    assert isinstance(amount, int)
    return Money(
        Decimal(amount).scaleb(-decimals_of(currency_of(policy.currency))), policy.currency
    )


def reason(error: VintageRulesError) -> str:
    """Return what an error says, without what was found and where in a list."""
    if isinstance(error, CurrencyMismatchError):
        return f"{error.field}: must be in {error.expected}"
    text = str(error).partition(", got")[0]
    return re.sub(r"^reductions\[\d+\]", "reductions", re.sub(r"^pieces\[\d+\]\.", "", text))


def prices(policy: HousePolicy) -> Sequence[int]:
    """Return amounts on the limits of a policy's fees and beside them, and some others."""
    unit = 10 ** decimals_of(currency_of(policy.currency))
    limits = {Decimal(1), Decimal(15), Decimal(90), Decimal(2000)}
    for fee in policy.pricing.fees:
        for part in fee.components:
            bounds = (part.when.at_least, part.when.below, part.minimum, part.maximum)
            limits |= {bound for bound in bounds if bound is not None}
            limits |= {tier.start for tier in part.tiers}
            if part.rate and part.maximum:
                limits.add((part.maximum / part.rate).quantize(Decimal(1)))
    limits |= {each.least for each in policy.pricing.reductions if each.least is not None}
    near = {int(limit * unit) + step for limit in limits for step in (-5, -1, 0, 1, 5)}
    return sorted(amount for amount in near if amount > 0)


# ---- fees ----------------------------------------------------------------------------------------


def fee_rows(policy: HousePolicy, random: Random, count: int) -> list[Row]:
    """Draw what fees are charged once for."""
    amounts = [0, *prices(policy)]
    parts = sorted({"pieces"}.union(*(fee.parts for fee in policy.pricing.fees)))
    zones = [each.name for each in policy.shipping.delivery.zones]
    domain = policy.returns.returns.domain
    return [
        {
            **{part.replace("-", "_"): random.choice(amounts) for part in parts},
            "mode": random.choice([*policy.shipping.modes]),
            "zone": random.choice(zones),
            "category": random.choice([None, *domain.category]),
            "seller_kind": random.choice([None, *domain.seller_kind]),
            "sale_kind": random.choice([None, *domain.sale_kind]),
            "currency": random.choice([policy.currency] * 9 + ["XAU"]),
        }
        for _ in range(count)
    ]


def fees_of_row(policy: HousePolicy, row: Row) -> Row:
    """Return what the scalar rule says of a row, by column."""
    names = [fee_column(fee.name).name for fee in policy.pricing.fees]
    if row["currency"] != policy.currency:
        parts = sorted({"pieces"}.union(*(fee.parts for fee in policy.pricing.fees)))
        return {**dict.fromkeys(names), "error": f"{parts[0]}: must be in {policy.currency}"}
    assumed = policy.returns.returns.assumed
    sale = Sale(
        category=_text(row["category"]) or assumed.category,
        seller_kind=_text(row["seller_kind"]) or assumed.seller_kind,
        sale_kind=_text(row["sale_kind"]) or assumed.sale_kind,
    )

    def fee_of(fee: FeePolicy) -> int | None:
        parts = {
            part: money_of(row[part.replace("-", "_")], policy) for part in {"pieces"} | fee.parts
        }
        mode, where = _text(row["mode"]), _text(row["zone"])
        quote = quote_fee(fee, parts, mode=mode, zone=where, sale=sale)
        return cents(quote.fee) if isinstance(quote, FeeCharged) else None

    fees = (fee_of(fee) for fee in policy.pricing.fees)
    return {**dict(zip(names, fees, strict=True)), "error": None}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


# ---- orders --------------------------------------------------------------------------------------


def order_rows(policy: HousePolicy, random: Random, count: int) -> list[Row]:
    """Draw the pieces of some orders, a few of them faulty."""
    amounts = prices(policy)
    places = random.sample(PLACES, 12)
    domain = policy.returns.returns.domain
    optional = [fee.name for fee in policy.pricing.fees if fee.optional]
    granted = [each for each in policy.pricing.reductions if each.flat is None]
    found: list[Row] = []
    for order in range(count):
        place = random.choice(places)
        of_the_order: Row = {
            "order": f"order-{order}",
            "mode": random.choice([*policy.shipping.modes]),
            "country": place.country,
            "postal_code": place.postal_code,
            "currency": policy.currency,
            "duties": random.choice([None, 0, 1, 1234]),
            "tax": random.choice([None, 0, 999]),
            "wrapping": random.choice([None, 0, 350]),
            "gift_card_balance": random.choice([None, 0, 1, 5001, 10**8]),
            **{option_column(name).name: random.choice([True, False, None]) for name in optional},
            **{
                reduction_column(each.name).name: random.choice([None, 1, 999, 10**8])
                for each in granted
            },
        }
        for line in range(random.choice([1, 1, 2, 3, 4])):
            price = random.choice(amounts)
            found.append(
                {
                    **of_the_order,
                    "line": line,
                    "piece": f"piece-{line}",
                    "seller": random.choice(["ada", "lou"]),
                    "price": price,
                    "list_price": random.choice([None, price, price + 1, *amounts]),
                    "weight_g": random.choice([1, 249, 250, 251, 900, 9_999, 30_000]),
                    "category": random.choice([None, *domain.category]),
                    "seller_kind": random.choice([None, *domain.seller_kind]),
                    "sale_kind": random.choice([None, *domain.sale_kind]),
                }
            )
        if order % 8 == 0:
            found[-1].update(random.choice(FAULTS))
    return found


FAULTS: tuple[Row, ...] = (
    {"price": None},
    {"price": 0},
    {"price": -1},
    {"weight_g": 0},
    {"weight_g": None},
    {"currency": "XAU"},
    {"seller": ""},
    {"piece": None},
)


def orders_of_rows(policy: HousePolicy, lines: Sequence[Row]) -> list[Row]:
    """Return what the scalar rule says of each row of some orders, by column."""
    found: list[Row] = []
    for _, group in groupby(lines, key=lambda row: row["order"]):
        found += _order_of(policy, list(group))
    return found


def _order_of(policy: HousePolicy, lines: Sequence[Row]) -> list[Row]:
    first = lines[0]
    try:
        quote = _quote(policy, lines)
    except VintageRulesError as error:
        return [{"error": reason(error), "total": None, "payout": None}] * len(lines)
    if not isinstance(quote, OrderQuote):
        refused: Row = {"error": ",".join(quote.reasons), "total": None, "payout": None}
        return [refused] * len(lines)
    price = quote.price
    fees: Row = {}
    for fee in fees_of(policy, Payer.BUYER):
        charged = [each for each in price.fees if each.policy.name == fee.name]
        fees[fee_column(fee.name).name] = cents(price.fee(fee.name)) if charged else None
    for fee in fees_of(policy, Payer.SELLER):
        taken = [cents(each.fee) for each in quote.seller_fees if each.policy.name == fee.name]
        fees[fee_column(fee.name).name] = sum(taken) if taken else None
    reductions = {
        taken_column(each.name).name: cents(price.reductions[each.name])
        if each.name in price.reductions
        else 0
        for each in policy.pricing.reductions
    }
    of_the_order: Row = {
        **fees,
        **reductions,
        "zone": policy.shipping.delivery.zone_of(quote.destination.territory).name,
        "goods": cents(price.goods),
        "fees": sum(cents(fee.fee) for fee in price.fees),
        "shipping": cents(price.shipping),
        "reductions": sum(map(cents, price.reductions.values())),
        "rounding": cents(price.rounding),
        "total": cents(price.total),
        "gift_card": cents(price.gift_card),
        "to_pay": cents(price.to_pay),
        "error": None,
    }
    assert first["order"] == lines[-1]["order"]
    rows_: list[Row] = []
    for piece in quote.pieces:
        earned = cents(piece.price) - sum(
            cents(each.pieces[piece.id])
            for each in quote.reductions
            if each.policy.borne_by is Bearer.SELLER
        )
        borne = sum(
            cents(fee.shares[piece.id]) for fee in quote.seller_fees if piece.id in fee.shares
        )
        rows_.append({**of_the_order, "seller_fees": borne, "payout": earned - borne})
    return rows_


def refund_rows(policy: HousePolicy, random: Random, count: int) -> list[Row]:
    """Draw the pieces of some orders, some of which come back, now or in a return before."""
    names = [terms.name for terms in policy.returns.refund_terms]
    found = order_rows(policy, random, count)
    of_order: dict[object, Row] = {}
    for row in found:
        terms = random.choice([None, *names, *names])
        price = row["price"] or 0
        row["list_price"] = row["list_price"] or price or 1
        row["refund_terms"] = terms
        row["returned_before"] = terms is not None and random.random() < 1 / 3
        row["withheld"] = random.choice([None, None, 0, 100, 10**7])
        drawn: Row = {
            "standard_shipping": random.choice([None, None, 0, 300, 10**6]),
            "refunded": random.choice([None, None, 0, 500]),
        }
        row.update(of_order.setdefault(row["order"], drawn))
    return found


def refunds_of_rows(policy: HousePolicy, lines: Sequence[Row]) -> list[Row]:
    """Return what the scalar rule refunds of some orders, for each row, by column."""
    found: list[Row] = []
    for _, group in groupby(lines, key=lambda row: row["order"]):
        found += _refund_of(policy, list(group))
    return found


def _refund_of(policy: HousePolicy, lines: Sequence[Row]) -> list[Row]:
    nothing: Row = dict.fromkeys([column.name for column in REFUNDED])
    try:
        quote = _quote(policy, lines)
    except VintageRulesError as error:
        return [{**nothing, "error": reason(error)}] * len(lines)
    if not isinstance(quote, OrderQuote):
        return [{**nothing, "error": ",".join(quote.reasons)}] * len(lines)
    first = lines[0]
    already = 0 if first["refunded"] is None else _number(first["refunded"])
    if already > cents(quote.price.total):
        return [{**nothing, "error": "refunded: must be at most total"}] * len(lines)
    tender = min(policy.returns.refunds.tenders[0])
    standard = first["standard_shipping"]
    placed = place_order(
        quote,
        policy,
        order=OrderId("order"),
        buyer=BuyerId("kim"),
        payments=[Payment(tender=tender, amount=quote.price.total)],
        at=datetime(2026, 9, 1, 12, tzinfo=UTC),
        standard_shipping={}
        if standard is None
        else {parcel.plan.sender: money_of(standard, policy) for parcel in quote.parcels},
    )
    terms = {each.name: each for each in policy.returns.refund_terms}
    back = {
        bool(before): [
            ReturnedPiece(
                id=PieceId(str(line["piece"])),
                terms=terms[str(line["refund_terms"])],
                withheld=None if line["withheld"] is None else money_of(line["withheld"], policy),
            )
            for line in lines
            if line["refund_terms"] is not None and line["returned_before"] is before
        ]
        for before in (True, False)
    }
    payable = policy.pricing.payable
    paid = paid_order(placed)
    found = quote_refund(
        paid,
        back[False],
        policy.returns.refunds,
        lambda kept: fee_on_kept(placed, kept, policy),
        by_terms=fees_by_terms(placed, policy),
        rounds=None if payable is None else payable.of,
        before=back[True],
        already_refunded=(Payment(tender=tender, amount=money_of(already, policy)),),
    )
    of_the_order: Row = {**nothing, "reasons": "", "error": None}
    if isinstance(found, Refundable):
        of_the_order |= {
            "refund_pieces": cents(found.pieces),
            "refund_shipping": cents(found.shipping),
            "refund_fees": cents(found.fee),
            "refund_rounding": cents(found.rounding),
            "refund_cost": cents(found.cost),
            "refund_beyond": cents(found.beyond),
            "refund": cents(found.total),
        }
    else:
        of_the_order["reasons"] = ",".join(sorted(found.reasons))
    answers: dict[str, Row] = {}
    for before, pieces in back.items():
        for piece in pieces:
            refunded = price_back(paid, piece)
            line = next(each for each in placed.lines if each.piece == piece.id)
            off = placed.taken_off(piece.id, Bearer.SELLER)
            fee = seller_fee_back(line, piece.terms, refunded, policy)
            share = refunded - min(off, refunded) - fee
            answers[piece.id] = {
                "price_back": cents(refunded),
                "seller_share": None if before else cents(share),
            }
    return [{**of_the_order, **answers.get(str(line["piece"]), {})} for line in lines]


def _quote(policy: HousePolicy, lines: Sequence[Row]) -> OrderQuoting:
    first = lines[0]
    where = locate(Place(country=str(first["country"]), postal_code=_text(first["postal_code"])))
    optional = [fee.name for fee in policy.pricing.fees if fee.optional]
    granted = [each.name for each in policy.pricing.reductions if each.flat is None]
    card = first["gift_card_balance"]
    return quote_order(
        [_piece(policy, line) for line in lines],
        where,
        str(first["mode"]),
        policy,
        gift_card_balance=None
        if card is None or policy.pricing.gift_card is None
        else money_of(card, policy),
        options=[name for name in optional if first[option_column(name).name]],
        parts={
            part: money_of(first[part], policy)
            for part in ("duties", "tax", "wrapping")
            if first[part] is not None
        },
        reductions=[
            Reduction(name=name, amount=money_of(first[reduction_column(name).name], policy))
            for name in granted
            if first[reduction_column(name).name] is not None
        ],
    )


def _piece(policy: HousePolicy, line: Row) -> Piece:
    price, listed, weight = line["price"], line["list_price"], line["weight_g"]
    amount: object = price
    if price is not None and line["currency"] == policy.currency:
        amount = money_of(price, policy)
    elif price is not None:
        amount = Money(str(price), str(line["currency"]))
    made = {
        "id": line["piece"],
        "seller": line["seller"],
        "price": amount,
        "weight_g": weight,
        "list_price": None if listed is None else money_of(listed, policy),
        "sale": Sale(
            category=_text(line["category"]),
            seller_kind=_text(line["seller_kind"]),
            sale_kind=_text(line["sale_kind"]),
        ),
    }
    return Piece(**made)  # type: ignore[arg-type]


# ---- days ----------------------------------------------------------------------------------------


def parcel_rows(policy: HousePolicy, random: Random, count: int) -> list[Row]:
    """Draw parcels by their place and day."""
    places = [locate(place) for place in random.sample(PLACES, 8)]
    found: list[Row] = []
    for _ in range(count):
        where = random.choice(places)
        day = random.choice(DAYS)
        found.append(
            {
                "territory": where.territory.code,
                "calendar": where.calendar,
                "mode": random.choice([*policy.shipping.modes]),
                "dispatched": day,
                "ordered": day,
                "place": where.place.country,
            }
        )
    return found


def delivery_of(policy: HousePolicy, row: Row) -> Row:
    """Return what the scalar rule says of the delivery of a parcel."""
    where = _located(row)
    try:
        found = estimate_delivery(
            where, _day(row["dispatched"]), policy.shipping.delivery, calendar(where.calendar)
        )
    except VintageRulesError as error:
        return {"zone": None, "earliest": None, "latest": None, "error": reason(error)}
    window = found.window
    return {
        "zone": found.zone,
        "earliest": window.earliest,
        "latest": window.latest,
        "error": None,
    }


def promise_of(policy: HousePolicy, row: Row) -> Row:
    """Return what the scalar rule promises of an order."""
    where = _located(row)
    nothing: Row = dict.fromkeys(("dispatch_earliest", "dispatch_latest", "earliest", "latest"))
    try:
        found = estimate_promise(
            where,
            _day(row["ordered"]),
            policy.shipping.mode(str(row["mode"])),
            policy.shipping.delivery,
            at_sellers=calendar(policy.calendar),
            at_destination=calendar(where.calendar),
        )
    except VintageRulesError as error:
        return {**nothing, "error": reason(error)}
    if not isinstance(found, DoorPromise):
        return {**nothing, "error": None}
    return {
        "dispatch_earliest": found.dispatch.earliest,
        "dispatch_latest": found.dispatch.latest,
        "earliest": found.window.earliest,
        "latest": found.window.latest,
        "error": None,
    }


def _located(row: Row) -> Destination:
    return Destination(
        place=Place(country=str(row["place"])),
        territory=_TERRITORIES[str(row["territory"])],
        calendar=str(row["calendar"]),
    )


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


# ---- imports -------------------------------------------------------------------------------------

RATES: Rates = {
    ("EUR", "GBP"): Decimal("0.85710"),
    ("GBP", "EUR"): Decimal("1.1668"),
    ("EUR", "CHF"): Decimal("0.9412"),
    ("EUR", "NOK"): Decimal(12),
    ("EUR", "JPY"): Decimal("162.35"),
    ("EUR", "AUD"): Decimal("1.6411"),
    ("JPY", "EUR"): Decimal("0.0061"),
    ("PLN", "GBP"): Decimal("0.2021"),
}
_LIMITS = (22, 60, 62, 135, 150, 300, 400, 800, 1000, 3000)


def import_rows(policy: HousePolicy, random: Random, count: int) -> list[Row]:
    """Draw parcels on both sides of the thresholds of customs, between any two territories."""
    codes = sorted(_TERRITORIES)
    # Also the days around each change of the law.
    changes = [day for day in days_of_change() if day.year >= 2020]
    near = [day + timedelta(days=step) for day in changes for step in (-1, 0)]
    found: list[Row] = []
    for _ in range(count):
        code = random.choice(codes)
        currency = random.choice([policy.currency, "EUR", "GBP", "CHF", "NOK", "JPY", "TND"])
        limit = Decimal(random.choice(_LIMITS))
        if random.random() < 2 / 3:  # a threshold of the law of a territory
            rule = random.choice(_thresholds())
            code, limit = rule.territory, rule.threshold or limit
            currency = random.choice([rule.currency, rule.currency, currency])
        unit = 10 ** decimals_of(currency_of(currency))
        worth = int(limit * unit) + random.choice([-1, 0, 0, 1])
        extra = random.choice([0, 0, 1, 10 * unit])
        found.append(
            {
                "territory": code,
                "origin": random.choice(["FR", "FR", "IT", "GB-GBN", None, random.choice(codes)]),
                "currency": currency,
                "goods": random.choice([worth, worth, max(worth - extra, 0), 0, 12_345]),
                "shipping": random.choice([0, 0, extra, 959]),
                "handling": random.choice([0, 0, 899]),
                "dispatched": random.choice([*near, *DAYS[:-4]]),
                "tariff_lines": random.choice([None, 1, 3]),
                "goods_returned": random.choice([None, False, False, True]),
            }
        )
        if random.random() < 1 / 20:
            found[-1].update(random.choice(_NO_PARCELS))
    return found


@cache
def _thresholds() -> Sequence[ImportRule]:
    """Return the rules of customs that have a threshold, of a day of each year."""
    rules = (
        rule
        for code, territory in sorted(_TERRITORIES.items())
        for year in (2020, 2022, 2026)
        for rule in import_rules(
            Destination(
                place=Place(country=territory.country[:2]),
                territory=territory,
                calendar=territory.country[:2],
            ),
            date(year, 6, 1),
            _TERRITORIES["FR"],
        )
        if rule.territory == code and rule.threshold is not None
    )
    return tuple(rules)


_NO_PARCELS: tuple[Row, ...] = (
    {"goods": -1},
    {"shipping": -1},
    {"tariff_lines": 0},
    {"currency": "EURO"},
)


def import_of(policy: HousePolicy, row: Row) -> Row:
    """Return what the scalar rule says of a parcel."""
    nothing: Row = dict.fromkeys([column.name for column in IMPORTED.added])
    start = mainland(policy.origin) if row["origin"] is None else _TERRITORIES[str(row["origin"])]
    territory, day = _TERRITORIES[str(row["territory"])], _day(row["dispatched"])
    lines = row["tariff_lines"]
    place = Place(country=territory.country[:2])
    destination = Destination(place=place, territory=territory, calendar=place.country)
    returned = bool(row["goods_returned"])
    try:
        currency = currency_of(str(row["currency"]))
        goods, shipping, handling = (
            Money(Decimal(_number(row[part])).scaleb(-decimals_of(currency)), currency)
            for part in ("goods", "shipping", "handling")
        )
        facts = ImportFacts(
            origin=start,
            goods=goods,
            shipping=shipping,
            handling=handling,
            rates=RATES,
            dispatched=day,
            tariff_lines=None if lines is None else _number(lines),
            returned=returned,
        )
    except VintageRulesError as error:
        return {**nothing, "error": reason(error)}
    rules = import_rules(destination, day, start, returned=returned)
    found = assess_import(facts, destination, rules, policy.shipping.customs)
    match found:
        case NoImport():
            return {**nothing, "import_decision": "no-import", "at_sale": "", "remarks": ""}
        case NothingAtBorder(at_sale=at_sale, remarks=remarks):
            return {
                **nothing,
                "import_decision": "nothing-at-border",
                "at_sale": ",".join(sorted(each.tax for each in at_sale)),
                "collected_by": at_sale[0].collected_by.value if at_sale else None,
                "remarks": ",".join(sorted(remarks)),
            }
        case Charged(tax_kind=kind, tax=tax, taxable=taxable, duty=duty, remarks=remarks):
            return {
                **nothing,
                "import_decision": "charged",
                "import_kind": kind.value,
                "import_currency": tax.currency.code,
                "at_sale": "",
                "remarks": ",".join(sorted(remarks)),
                "taxable": cents(taxable),
                "import_tax": cents(tax),
                "import_duty": None if duty is None else cents(duty),
            }
        case UnknownImport(advice=advice, missing_rate=pair):
            return {
                **nothing,
                "import_decision": "unknown",
                "import_advice": advice.value,
                "missing_rate": None if pair is None else "/".join(pair),
            }


# ---- offers --------------------------------------------------------------------------------------


def offer_rows(policy: HousePolicy, random: Random, count: int) -> list[Row]:
    """Draw offers on both sides of the floor, in all circumstances."""
    floor = policy.listing.offers.floor
    kept = Decimal(1) if floor is None else floor.kept
    found: list[Row] = []
    for _ in range(count):
        initial = random.choice([1, 99, 101, 10_000, 10_001, 123_457])
        current = random.choice([None, initial, initial - 1, initial * 9 // 10])
        minimum = random.choice([None, initial // 2, initial])
        near = int(kept * random.choice([initial, current or initial, minimum or initial]))
        price = random.choice([near - 1, near, near + 1, initial, -1, 0])
        made = random.choice([0, 4, 5])
        found.append(
            {
                "price": price,
                "initial_price": initial,
                "current_price": current if current != 0 else None,
                "seller_minimum": minimum or None,
                "open_to_offers": random.choice([True, True, False]),
                "signed_in": random.choice([True, True, False]),
                "available": random.choice([True, True, False]),
                "offers_made": random.choice([0, 0, 1, 2, 3]),
                "offer_running": random.choice([None, True, False]),
                "offered_today": random.choice([0, 5, 24, 25, 26]),
                "opened": random.choice([None, True, False]),
                "authorised": random.choice([None, True, False]),
                "deals_made": made,
                "deals_kept": random.choice([number for number in (0, 3, 4, 5) if number <= made]),
            }
        )
    return found


def offer_of(policy: HousePolicy, row: Row) -> Row:
    """Return what the scalar rule says of an offer."""
    made, kept = row["deals_made"], row["deals_kept"]
    assert isinstance(made, int)
    assert isinstance(kept, int)
    running, opened, authorised = row["offer_running"], row["opened"], row["authorised"]
    today, before = row["offered_today"], row["offers_made"]
    assert isinstance(today, int)
    assert isinstance(before, int)
    current, minimum = row["current_price"], row["seller_minimum"]
    try:
        facts = OfferFacts(
            price=money_of(row["price"], policy),
            initial_price=money_of(row["initial_price"], policy),
            current_price=None if current is None else money_of(current, policy),
            seller_minimum=None if minimum is None else money_of(minimum, policy),
            open_to_offers=bool(row["open_to_offers"]),
            signed_in=bool(row["signed_in"]),
            available=bool(row["available"]),
            offers_made=before,
            offer_running=bool(running),
            offered_today=today,
            opened=opened is not False,
            authorised=bool(authorised),
            completion=Decimal(kept) / Decimal(made) if made else None,
        )
    except VintageRulesError as error:
        return {"admissible": None, "reasons": None, "error": reason(error)}
    found = assess_offer(facts, policy.listing.offers)
    reasons = ",".join(found.reasons) if isinstance(found, OfferRefused) else ""
    return {"admissible": not reasons, "reasons": reasons, "error": None}


# ---- returns and payouts -------------------------------------------------------------------------


def return_rows(policy: HousePolicy, random: Random, count: int) -> list[Row]:
    """Draw requests on both sides of the last days, complete or not, of every case."""
    domain = policy.returns.returns.domain
    places = [locate(place) for place in random.sample(PLACES, 8)]
    found: list[Row] = []
    for _ in range(count):
        where = random.choice(places)
        received = random.choice(DAYS[:-4])
        after = random.choice([-3, 0, 1, 2, 3, 4, 5, 7, 13, 14, 15, 16, 17, 18, 29, 30, 31, 32])
        found.append(
            {
                "reason": random.choice([*domain.reason, *domain.reason, "whim"]),
                "territory": where.territory.code,
                "calendar": random.choice([where.calendar, policy.calendar]),
                "seller_kind": random.choice([None, *domain.seller_kind]),
                "mode": random.choice([None, *domain.mode]),
                "category": random.choice([None, *domain.category]),
                "sale_kind": random.choice([None, *domain.sale_kind]),
                "received": random.choice([received] * 7 + [None]),
                "requested": received + timedelta(days=after),
                "returned_pieces": random.choice([0, 1, 1, 1, 2, 3]),
                "parcel_number": random.choice(["XY1", "XY1", "XY1", " ", None]),
                "in_writing": random.choice([True, True, True, False]),
                "photos": random.choice([0, 1, 2, 3, 5]),
                "exchange": random.choice([None, False, False, True]),
                "upheld": random.choice([None, False, False, True]),
                "today": received + timedelta(days=after),
                "return_open": random.choice([True, False]),
            }
        )
    return found


_NO_RETURN = ("decision", "reasons", "last_day", "post_by", "return_label", "return_to", "paid_by")


def return_of(policy: HousePolicy, row: Row) -> Row:
    """Return what the scalar rules say of a request, and where its pieces go."""
    returns = policy.returns.returns
    case = returns.case(
        _TERRITORIES[str(row["territory"])],
        reason=str(row["reason"]),
        seller_kind=_text(row["seller_kind"]),
        mode=_text(row["mode"]),
        category=_text(row["category"]),
        sale_kind=_text(row["sale_kind"]),
    )
    pieces = [PieceId(f"piece-{number}") for number in range(_number(row["returned_pieces"]))]
    request = ReturnRequest(
        case=case,
        received=None if row["received"] is None else _day(row["received"]),
        requested_at=datetime.combine(_day(row["requested"]), time(12), tzinfo=returns.where),
        pieces=tuple(pieces),
        parcel_number=_text(row["parcel_number"]),
        in_writing=bool(row["in_writing"]),
        photos=_number(row["photos"]),
        wants=Wants.EXCHANGE if row["exchange"] else Wants.REFUND,
        upheld=bool(row["upheld"]),
    )
    try:
        found = assess_return(request, returns, calendar(str(row["calendar"])))
    except VintageRulesError as error:
        return {**dict.fromkeys(_NO_RETURN), "error": reason(error)}
    back = [ReturnedFrom(piece=piece, seller=SellerId("ada")) for piece in pieces]
    route = route_return(
        case, back or [ReturnedFrom(piece=PieceId("x"), seller=SellerId("a"))], returns
    )
    to: Row = dict.fromkeys(("return_label", "return_to", "paid_by"))
    if not isinstance(route, NoRoute):
        terms = returns.rule_for(case).terms
        assert terms is not None
        goes = [parcel.to for parcel in route.parcels]
        to = {
            "return_label": terms.routing.label.value,
            "return_to": {"a": "seller", "ada": "seller"}.get(goes[0], goes[0])
            if goes
            else "nowhere",
            "paid_by": route.paid_by.value,
        }
    post_by: date | None = None
    if isinstance(found, ReturnRefused):
        decision, reasons = "refused", ",".join(found.reasons)
    elif isinstance(found, NeedsReview):
        decision, reasons, post_by = "review", ",".join(found.reasons), found.post_by
    else:
        decision, reasons, post_by = "returnable", "", found.post_by
    last_day = found.last_day
    answer: Row = {"decision": decision, "reasons": reasons, "post_by": post_by, "error": None}
    return {**answer, **to, "last_day": last_day}


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


def payout_of(policy: HousePolicy, row: Row) -> Row:
    """Return what the scalar rule says of a payout at the beginning of a day."""
    payouts = policy.returns.payouts
    where = zone(policy.zone)
    now = datetime.combine(_day(row["today"]), time(), tzinfo=where).astimezone(UTC)
    found = assess_payout(
        None if row["received"] is None else _day(row["received"]),
        now,
        payouts,
        calendar(policy.calendar),
        returns_open=bool(row["return_open"]),
        territory=_TERRITORIES[str(row["territory"])],
        sale_kind=_text(row["sale_kind"]),
    )
    if isinstance(found, PayoutHeld):
        return {"payout_due": False, "reasons": ",".join(sorted(found.reasons)), "error": None}
    ends = last_day_before(found.since, where)
    return {"payout_due": True, "reasons": "", "payout_window_ends": ends, "error": None}
