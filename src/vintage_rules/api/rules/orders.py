"""What an order costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from attrs import frozen

from vintage_rules.api.facts import CountryOrPlace, Mode, Parts, Pieces, Sum
from vintage_rules.api.rule import Answer, rule
from vintage_rules.api.rules.contract_fees import fee_in
from vintage_rules.ids import PieceId
from vintage_rules.money import Money, total
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote, OrderQuoting, quote_order
from vintage_rules.orders.reductions import Reduction
from vintage_rules.pricing.fees import FeeCharged
from vintage_rules.shipping.import_rules import ImportAdvice

_CONTRACT_FEE = fee_in("quality_control_fee")
_NO_PARTS: Mapping[str, Money] = {}


@frozen(kw_only=True)
class NamedFee:
    """A fee and what was charged, or paid, for it."""

    name: str
    fee: Money


@frozen(kw_only=True)
class QuotedParcel:
    """A parcel of an order: who sends it, what is in it, what its shipping costs."""

    from_: str
    pieces: tuple[PieceId, ...]
    shipping: Money


@frozen(kw_only=True)
class Quoted(Answer):
    """The price of an order; its parts add up to the total.

    `other_fees` are all but the one that the contract names; `rounding` is there where totals are
    rounded to a step, and this one was. `estimate` is true, with advice, if a
    country alone was given: the price is then that of its mainland.
    """

    decision: ClassVar[str] = "quoted"

    goods: Money
    quality_control_fee: Money
    other_fees: tuple[NamedFee, ...] | None
    shipping: Money
    reductions: tuple[Reduction, ...] | None
    rounding: Money | None
    total: Money
    gift_card: Money
    to_pay: Money
    parcels: tuple[QuotedParcel, ...]
    estimate: bool | None
    advice: str | None


@frozen(kw_only=True)
class HeavyParcel:
    """A parcel without a price, and the heaviest that has one."""

    from_: str
    pieces: tuple[PieceId, ...]
    heaviest_g: int | None


@frozen(kw_only=True)
class NotQuoted(Answer):
    """An order without a price, because parcels of it have none."""

    decision: ClassVar[str] = "refused"

    parcels: tuple[HeavyParcel, ...]


@rule("quote-order", options="fees")
def quote_order_rule(
    house: HousePolicy,
    *,
    mode: Mode,
    destination: CountryOrPlace,
    pieces: Pieces,
    gift_card_balance: Sum | None = None,
    fees: Sequence[str] = (),
    parts: Parts = _NO_PARTS,
    reductions: Sequence[Reduction] = (),
) -> Quoted | NotQuoted:
    """Say what an order costs, parcel by parcel. Clauses L1, L2, L4, L12, C5.

    `fees` are the optional fees that were chosen.
    """
    return quoted_order(
        quote_order(
            pieces,
            destination,
            mode,
            house,
            gift_card_balance=gift_card_balance,
            options=fees,
            parts=parts,
            reductions=reductions,
        )
    )


def quoted_order(quoting: OrderQuoting) -> Quoted | NotQuoted:
    """Answer with a quote."""
    match quoting:
        case OrderQuote(price=price, parcels=parcels):
            others = [fee for fee in price.fees if fee.policy.name != _CONTRACT_FEE]
            control = [fee.fee for fee in price.fees if fee.policy.name == _CONTRACT_FEE]
            return Quoted(
                decided=quoting,
                goods=price.goods,
                quality_control_fee=total(control, price.goods.currency.code),
                other_fees=named_fees(others) or None,
                shipping=price.shipping,
                reductions=_taken_off(price.reductions) if price.reductions else None,
                rounding=price.rounding or None,
                total=price.total,
                gift_card=price.gift_card,
                to_pay=price.to_pay,
                parcels=tuple(
                    [
                        QuotedParcel(
                            from_=parcel.plan.sender,
                            pieces=parcel.plan.pieces,
                            shipping=parcel.postage.price,
                        )
                        for parcel in parcels
                    ]
                ),
                estimate=quoting.estimate or None,
                advice=ImportAdvice.GIVE_POSTAL_CODE if quoting.estimate else None,
            )
        case OrderNotQuoted():
            return not_quoted(quoting)


def not_quoted(refused: OrderNotQuoted) -> NotQuoted:
    """Answer that an order has no price, and which parcels are why."""
    heavy = tuple(
        HeavyParcel(from_=plan.sender, pieces=plan.pieces, heaviest_g=postage.heaviest_g)
        for plan, postage in refused.parcels
    )
    return NotQuoted(decided=refused, reasons=refused.reasons, parcels=heavy)


def _taken_off(reductions: Mapping[str, Money]) -> tuple[Reduction, ...]:
    return tuple(Reduction(name=name, amount=amount) for name, amount in reductions.items())


def named_fees(fees: Sequence[FeeCharged]) -> tuple[NamedFee, ...]:
    """Answer with each fee by its name."""
    return tuple([NamedFee(name=fee.policy.name, fee=fee.fee) for fee in fees])
