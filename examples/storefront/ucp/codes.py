"""Codes that buyers have: of a reduction, or of a gift card; and what is granted without one.

What each takes off, of what, and what of it a return gives back is the policy's
(`[[edition.pricing.reductions]]`); who may have it is the shop's, and is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import field, frozen

from examples.storefront.security import RateLimit
from examples.storefront.ucp.wire import Json, Refusal, problem, warning
from vintage_rules import Money
from vintage_rules.marketplace import Marketplace
from vintage_rules.marketplace.commands.gift_cards import GiftCard
from vintage_rules.money import Rounding, share
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.reductions import Reduction


@frozen(kw_only=True)
class Code:
    """A code that grants a reduction of the policy: a rate of the pieces, or an amount."""

    code: str
    reduction: str
    title: str
    rate: Decimal | None = None
    amount: Money | None = None

    def worth(self, left: Money) -> Money:
        """Return what it is worth of what is left of the pieces, rounded for the buyer."""
        if self.rate is not None:
            return share(left, self.rate, rounding=Rounding.UP)
        return left if self.amount is None else min(self.amount, left)


@frozen(kw_only=True)
class FreeShipping:
    """Shipping that costs nothing by one way of shipping, where the policy's `least` is reached.

    `items` are those that it is granted for, whatever the order comes to; none of them, for all.
    """

    reduction: str
    mode: str
    items: frozenset[str] = frozenset()


@frozen(kw_only=True)
class Granted:
    """What the codes of a checkout are good for, and what is said of the others."""

    reductions: tuple[Reduction, ...]
    codes: Mapping[str, Code]
    gift_cards: tuple[str, ...]
    messages: tuple[Json, ...]


@frozen
class Codes:
    """The codes of a shop."""

    market: Marketplace
    limit: RateLimit
    codes: Mapping[str, Code] = field(factory=dict[str, Code])
    free_shipping: tuple[FreeShipping, ...] = ()

    def require_few_tries(self, caller: str, known: Collection[str], sent: Iterable[str]) -> None:
        """Refuse codes of which a caller tries too many: each that is new is a try."""
        for code in sent:
            if code not in known and not self.limit.admits(caller):
                text = "Too many codes were tried; try again later."
                raise Refusal(429, [problem("rate_limited", text, path="$.discounts.codes")])

    def granted(self, sent: Sequence[str], goods: Money, policy: HousePolicy) -> Granted:
        """Return what codes are good for on pieces of a value; each takes off what is left."""
        worth, known = dict[str, Reduction](), dict[str, Code]()
        cards: list[str] = []
        messages: list[Json] = []
        order = {each.name: place for place, each in enumerate(policy.pricing.reductions)}
        found = {name: self.codes.get(sent_code.upper()) for name, sent_code in enumerate(sent)}
        for number, code in enumerate(sent):
            ours, path = found[number], f"$.discounts.codes[{number}]"
            if ours is not None and ours.reduction in known:
                text = f"The code {code} is applied already."
                messages.append(warning("discount_code_already_applied", text, path=path))
            elif ours is not None:
                known[ours.reduction] = ours
            elif code in cards:
                text = "The gift card is applied already."
                messages.append(warning("discount_code_already_applied", text, path=path))
            elif self._is_gift_card(code):
                cards.append(code)
            else:
                text = f"No discount is known by the code {code}."
                messages.append(warning("discount_code_invalid", text, path=path))
        left = goods
        for name in sorted(known, key=order.__getitem__):
            amount = known[name].worth(left)
            if amount:
                worth[name] = Reduction(name=name, amount=amount)
                left -= amount
        return Granted(
            reductions=tuple(worth.values()),
            codes=known,
            gift_cards=tuple(cards),
            messages=tuple(messages),
        )

    def _is_gift_card(self, code: str) -> bool:
        return GiftCard.from_code(code) is not None and self.market.cards.find(code) is not None

    def free(
        self, mode: str, items: Collection[str], goods: Money, shipping: Money, policy: HousePolicy
    ) -> tuple[Reduction, ...]:
        """Return the reduction of shipping that an order gets by itself, if any."""
        least = {each.name: each.least for each in policy.pricing.reductions}
        for each in self.free_shipping:
            reached = least[each.reduction]
            eligible = each.items & set(items) if each.items else True
            enough = reached is None or goods.amount >= reached
            if each.mode == mode and eligible and enough and shipping:
                return (Reduction(name=each.reduction, amount=shipping),)
        return ()
