"""The price of an order: goods, fees and shipping, less reductions, add up to the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attrs import field, frozen

from vintage_rules.decision import merged
from vintage_rules.errors import InvalidValueError, MoneyError, UnknownTermError
from vintage_rules.ids import Edition
from vintage_rules.json_field import DecisionField
from vintage_rules.money import Money, plus, priced, total, zero
from vintage_rules.pricing.fee_policy import Payer
from vintage_rules.pricing.fees import FeeCharged
from vintage_rules.pricing.policy import PricingPolicy

_NO_REDUCTIONS: Mapping[str, Money] = MappingProxyType({})
_NO_SOURCES: tuple[str, ...] = ()
_BUYER = Payer.BUYER  # on Python 3.11, looking a member up takes as long as an addition


@frozen(kw_only=True, slots=False)
class OrderPrice(DecisionField):
    """What an order costs its buyer.

    To the cent, `goods + fees + shipping - reductions + rounding = total = gift_card + to_pay`.
    `reductions` are by their names; `rounding` is what the total is more, or less, by being a
    multiple of the step that the policy may name.
    """

    goods: Money
    fees: tuple[FeeCharged, ...]
    shipping: Money
    reductions: Mapping[str, Money]
    rounding: Money
    total: Money
    gift_card: Money
    to_pay: Money
    edition: Edition
    gift_card_sources: tuple[str, ...]
    rounding_sources: tuple[str, ...]
    _fee_names: frozenset[str] = field(default=frozenset(), repr=False, eq=False, alias="fee_names")

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return merged(
            *[fee.sources for fee in self.fees], self.rounding_sources, self.gift_card_sources
        )

    def fee(self, name: str) -> Money:
        """Return the amount of the fee of that name; zero if it does not apply to the order.

        Raises:
            UnknownTermError: If the house has no fee of that name.
        """
        charged = [quote.fee for quote in self.fees if quote.policy.name == name]
        if not charged and name not in self._fee_names:
            known = self._fee_names | {quote.policy.name for quote in self.fees}
            raise UnknownTermError("fee", name, tuple(sorted(known)))
        return total(charged, self.goods.currency.code)


def quote_total(
    policy: PricingPolicy,
    *,
    goods: Money,
    fees: Sequence[FeeCharged],
    shipping: Money,
    reductions: Mapping[str, Money] = _NO_REDUCTIONS,
    gift_card_balance: Money | None = None,
) -> OrderPrice:
    """Return what an order costs, and how much of it a gift card pays. Clauses C5, L12.

    Fees borne by sellers are left out. A gift card pays at most the total. Where the
    policy rounds totals to a step, that is done last, and what is left to pay is such a multiple.

    Raises:
        MoneyError: If an amount is not valid, or the reductions are more than there is to pay.
        CurrencyMismatchError: If a part is in another currency.
        InvalidValueError: For a gift card of a house that has none.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> pricing = load_policy("imparfaite").on(date(2026, 11, 22)).pricing
    >>> price = quote_total(
    ...     pricing,
    ...     goods=Money("90.00", "EUR"),
    ...     fees=(),
    ...     shipping=Money("9.59", "EUR"),
    ...     gift_card_balance=Money("50.00", "EUR"),
    ... )
    >>> price.total, price.to_pay
    (Money('99.59', 'EUR'), Money('49.59', 'EUR'))
    """
    goods = priced(goods, policy.currency, "goods")
    shipping = priced(shipping, policy.currency, "shipping")
    borne: list[FeeCharged] = []
    added = [shipping]
    for fee in fees:
        if fee.policy.payer is _BUYER:
            borne.append(fee)
            added.append(fee.fee)
    due = plus(goods, added)
    if reductions:
        off = total(reductions.values(), policy.currency, "reductions")
        if off > due:
            raise MoneyError("reductions", str(off), f"at most {due}")
        due -= off
    nothing = zero(policy.currency)
    rounding, rounding_sources = nothing, _NO_SOURCES
    if policy.payable is not None:
        payable = policy.payable.of(due)
        if payable != due:
            rounding, rounding_sources = payable - due, policy.payable.sources
            due = payable
    gift_card, gift_card_sources, to_pay = nothing, _NO_SOURCES, due
    if gift_card_balance is not None:
        gift_card, gift_card_sources = _gift_card_share(policy, due, gift_card_balance)
        to_pay = due - gift_card
    return OrderPrice(
        goods=goods,
        fees=tuple(borne),
        shipping=shipping,
        reductions=reductions,
        rounding=rounding,
        total=due,
        gift_card=gift_card,
        to_pay=to_pay,
        edition=policy.edition,
        gift_card_sources=gift_card_sources,
        rounding_sources=rounding_sources,
        fee_names=policy.fee_names,
    )


def _gift_card_share(
    policy: PricingPolicy, due: Money, balance: Money
) -> tuple[Money, tuple[str, ...]]:
    """Return what a gift card pays, and the clauses that say so; none if it pays nothing."""
    if policy.gift_card is None:
        raise InvalidValueError("gift_card_balance", balance, "left out where no cards are sold")
    held = priced(balance, policy.currency, "gift_card_balance")
    paid = min(due, held if policy.payable is None else policy.payable.within(held))
    return paid, policy.gift_card.sources if paid else _NO_SOURCES
