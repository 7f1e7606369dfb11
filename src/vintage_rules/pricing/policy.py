"""What a house charges, accepts and pays out. Amounts are in the policy's currency.

Each value is defined here and nowhere else: its kind, its bounds and its description are read off
these classes by all that reads, writes, compares or publishes a policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated

from attrs import frozen

from vintage_rules.dates import Duration, Unit
from vintage_rules.errors import DayError
from vintage_rules.fields import (
    DATES,
    LIMIT,
    Amount,
    Distinct,
    FromHouseOf,
    Label,
    LeftOut,
    Length,
    Listed,
    Name,
    NotEmpty,
    NotForCustomers,
    SourceOf,
    Sources,
)
from vintage_rules.findings import (
    Described,
    Finding,
    Written,
    as_written,
    in_order,
    items_in,
    table_in,
)
from vintage_rules.ids import Edition
from vintage_rules.money import Money, Rounding, stepped
from vintage_rules.pricing.fee_policy import FeePolicy
from vintage_rules.pricing.reduction_policy import ReductionPolicy

GIFT_CARD = "gift-card"
"""The means of payment that the house sells itself, and no provider takes."""


@frozen(kw_only=True)
class GiftCardPolicy:
    """The gift card the house sells. Clause C5."""

    edition: FromHouseOf[Edition]
    currency: FromHouseOf[str]
    zone: FromHouseOf[str]
    minimum: Annotated[Decimal, Amount(), LIMIT, "the smallest amount of a card, allowed itself"]
    maximum: Annotated[Decimal, Amount(), LIMIT, "the largest amount of a card, allowed itself"]
    validity: Annotated[
        Duration,
        Length(units=(*DATES, Unit.NEVER)),
        LIMIT,
        "how long a card is good for, from the day it is bought",
    ]
    may_buy_gift_card: Annotated[bool, "whether a card may pay for another card"]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require bounds in order."""
        yield from in_order(table, "minimum", "maximum", called="the minimum")


@frozen(kw_only=True)
class TenderPolicy:
    """The means of payment the house takes. Clauses C6, F2.

    `brands` for each kind that has some, and by kind the intermediary that payments pass through.
    """

    edition: FromHouseOf[Edition]
    kinds: Annotated[
        tuple[str, ...], Name(), NotEmpty(), "the kinds of payment, such as [ card, paypal ]"
    ]
    brands: Annotated[
        Mapping[str, frozenset[str]],
        Name(),
        NotEmpty(),
        LeftOut(means={}),
        "for a kind that has brands: those that are taken",
    ]
    intermediaries: Annotated[
        Mapping[str, str],
        Name(),
        Label(),
        LeftOut(means={}),
        'for a kind that passes through one: its intermediary, such as { card = "Stripe" }',
    ]
    sources: Sources
    intermediary_sources: Annotated[tuple[str, ...], SourceOf("intermediaries")]

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require kinds that a provider takes, and brands and intermediaries only of those."""
        kinds = items_in(table.get("kinds"))
        for i, kind in enumerate(kinds):
            if kind == GIFT_CARD:
                allowed = "kinds beside gift cards, which [edition.pricing.gift_card] sells"
                yield Finding(("kinds", i), allowed, kind)
        for key in ("brands", "intermediaries"):
            for kind in table_in(table.get(key)):
                if kind not in kinds:
                    allowed = f"for one of {as_written(kinds)}"
                    yield Finding((key, kind), allowed, Described(f"some for {kind}"))

    def intermediaries_of(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """Return the intermediaries that these kinds of payment pass through, each once.

        >>> from vintage_rules.policies import load_policy
        >>> load_policy("imparfaite").latest.pricing.tenders.intermediaries_of(
        ...     ["gift-card", "card"]
        ... )
        ('Stripe',)
        """
        known = [self.intermediaries[kind] for kind in kinds if kind in self.intermediaries]
        return tuple(dict.fromkeys(known))


@frozen(kw_only=True)
class PayablePolicy:
    """To which step the total of an order is rounded, and what is refunded of it, as cash is.

    Fees, shares and thresholds know nothing of it: it is the last thing that is done.
    """

    step: Annotated[Decimal, Amount(), "the step that totals are multiples of, such as 0.05"]
    rounding: Annotated[
        Rounding,
        "the direction in which a total is rounded to it",
        NotForCustomers("a step at most, and every quote shows the amount itself"),
    ]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require a step."""
        if table.get("step") == 0:
            yield Finding(("step",), "above 0", table["step"])

    def of(self, amount: Money) -> Money:
        """Return what is paid of an amount, or refunded.

        >>> cash = PayablePolicy(
        ...     step=Decimal("0.05"), rounding=Rounding.HALF_UP, sources=("article 9",)
        ... )
        >>> cash.of(Money("99.98", "CHF"))
        Money('100.00', 'CHF')
        """
        return stepped(amount, self.step, self.rounding)

    def within(self, balance: Money) -> Money:
        """Return the most of a balance that can be paid in such steps."""
        return stepped(balance, self.step, Rounding.DOWN)


@frozen(kw_only=True)
class PriceReductionPolicy:
    """How an announced reduction refers to earlier prices.

    Law: Directive 98/6 article 6a, L112-1-1.

    With `successive_from_first`, a run of reductions refers to the prices before the first of them.

    Raises:
        DayError: If the look-back is not a number of days.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    look_back: Annotated[
        Duration, Length(units=(Unit.DAYS,)), LIMIT, "how far back the lowest price is looked for"
    ]
    successive_from_first: Annotated[
        bool, "whether a run of reductions refers to the prices before the first of them"
    ]
    sources: Sources

    def __attrs_post_init__(self) -> None:
        if self.look_back.unit is not Unit.DAYS:
            raise DayError("look_back", str(self.look_back), "a number of days")


@frozen(kw_only=True)
class PricingPolicy:
    """All that has to do with money."""

    edition: FromHouseOf[Edition]
    currency: FromHouseOf[str]
    fees: Annotated[
        tuple[FeePolicy, ...],
        Listed("fees"),
        Distinct(),
        LeftOut(means=()),
        "what is charged on top of the pieces, and what sellers are charged",
    ]
    reductions: Annotated[
        tuple[ReductionPolicy, ...],
        Listed("reductions"),
        Distinct(),
        LeftOut(means=()),
        "what may be taken off the price of an order, in the order in which it is",
    ]
    gift_card: Annotated[
        GiftCardPolicy | None, "the gift card the house sells; left out where it sells none"
    ]
    tenders: Annotated[TenderPolicy, "the means of payment the house takes"]
    payable: Annotated[
        PayablePolicy | None, "the step that totals are rounded to; left out where none is"
    ]
    price_reduction: Annotated[
        PriceReductionPolicy, "how an announced reduction refers to earlier prices"
    ]

    @cached_property
    def fee_names(self) -> frozenset[str]:
        """The names of the fees."""
        return frozenset(fee.name for fee in self.fees)

    def fee(self, name: str) -> FeePolicy | None:
        """Return the fee of that name, or None where the house charges no such fee."""
        return next((fee for fee in self.fees if fee.name == name), None)
