"""What a house charges, accepts and pays out: the shapes that a policy document fills. Amounts
are in the policy's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from attrs import field, frozen

from vintage_rules.dates import Duration, Unit
from vintage_rules.errors import DayError
from vintage_rules.ids import Edition
from vintage_rules.money import Rounding


class Payer(StrEnum):
    """Who bears a fee."""

    BUYER = "buyer"
    SELLER = "seller"


class Tiering(StrEnum):
    """Whether the tier an amount reaches applies to all of it, or each tier to its own slice."""

    WHOLE = "whole"
    MARGINAL = "marginal"


class Combine(StrEnum):
    """How the components of one fee become its amount."""

    SUM = "sum"
    GREATEST = "greatest"


class Per(StrEnum):
    """What a fee is charged once for."""

    ORDER = "order"
    SELLER = "seller"
    PIECE = "piece"
    LISTING = "listing"


@frozen(kw_only=True)
class Tier:
    """From an amount upwards, itself included or not: a fixed part and a rate."""

    start: Decimal
    inclusive: bool
    fixed: Decimal
    rate: Decimal


@frozen(kw_only=True)
class Sale:
    """What a piece is, who sells it and how, in the terms of the policy; None where nobody says."""

    category: str | None = None
    seller_kind: str | None = None
    sale_kind: str | None = None


UNTOLD = Sale()


@frozen(kw_only=True)
class Condition:
    """When a component applies. A field that is None asks nothing; `at_least` and `below` bound
    what the component is chosen by.
    """

    modes: frozenset[str] | None
    zones: frozenset[str] | None
    categories: frozenset[str] | None
    seller_kinds: frozenset[str] | None
    sale_kinds: frozenset[str] | None
    at_least: Decimal | None
    below: Decimal | None
    of_the_sale: bool = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        asked = any(terms is not None for terms in self._of_the_sale())
        object.__setattr__(self, "of_the_sale", asked)

    def _of_the_sale(self) -> tuple[frozenset[str] | None, ...]:
        return self.categories, self.seller_kinds, self.sale_kinds

    def covers(self, sale: Sale) -> bool:
        """Tell whether a sale is as asked; what nobody says of it is not.

        >>> vintage = Condition(
        ...     modes=None,
        ...     zones=None,
        ...     categories=frozenset({"vintage"}),
        ...     seller_kinds=None,
        ...     sale_kinds=None,
        ...     at_least=None,
        ...     below=None,
        ... )
        >>> vintage.covers(Sale(category="vintage")), vintage.covers(UNTOLD)
        (True, False)
        """
        told = (sale.category, sale.seller_kind, sale.sale_kind)
        return all(
            terms is None or term in terms
            for terms, term in zip(self._of_the_sale(), told, strict=True)
        )


@frozen(kw_only=True)
class Base:
    """A named sum of parts: those added and those taken off, such as pieces + shipping −
    voucher.
    """

    plus: tuple[str, ...]
    minus: tuple[str, ...]


@frozen(kw_only=True)
class FeeComponent:
    """One part of a fee: a fixed part, a rate or tiers of a base, between a minimum and a maximum.

    Tiers are chosen by `chosen_by` and applied to `base`: the last one reached to all of it, or
    each one reached to its own slice. Rounded once, after minimum and maximum are compared exactly.
    """

    when: Condition
    base: Base
    chosen_by: Base
    fixed: Decimal
    rate: Decimal
    tiers: tuple[Tier, ...]
    tiering: Tiering
    minimum: Decimal | None
    maximum: Decimal | None
    rounding: Rounding
    sources: tuple[str, ...]


@frozen(kw_only=True)
class FeePolicy:
    """A fee: who bears it, what it is charged once for, its components, and whether a return
    brings it down.

    `refunded_with` names the terms of the refunds that give it back, None all that give back fees;
    `parts` are those its bases name.
    """

    edition: Edition
    name: str
    payer: Payer
    per: Per
    currency: str
    combine: Combine
    components: tuple[FeeComponent, ...]
    refundable: bool
    refunded_with: frozenset[str] | None
    optional: bool
    sources: tuple[str, ...]
    parts: frozenset[str] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        bases = [base for part in self.components for base in (part.base, part.chosen_by)]
        names = frozenset(name for base in bases for name in (*base.plus, *base.minus))
        object.__setattr__(self, "parts", names)


@frozen(kw_only=True)
class GiftCardPolicy:
    """The gift card a house sells. Clause C5."""

    edition: Edition
    currency: str
    minimum: Decimal
    maximum: Decimal
    validity: Duration
    zone: str
    may_buy_gift_card: bool
    sources: tuple[str, ...]


@frozen(kw_only=True)
class TenderPolicy:
    """The means of payment a house takes: for each kind its brands, or None where it has none.
    Clause C6.
    """

    edition: Edition
    brands: Mapping[str, frozenset[str] | None]
    sources: tuple[str, ...]


@frozen(kw_only=True)
class PriceReductionPolicy:
    """How an announced reduction refers to earlier prices. Law: Directive 98/6 article 6a,
    L112-1-1.

    With `successive_from_first`, a run of reductions refers to the prices before the first of them.
    Raises `DayError` when the look-back is not a number of days.
    """

    edition: Edition
    look_back: Duration
    zone: str
    successive_from_first: bool
    sources: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if self.look_back.unit is not Unit.DAYS:
            raise DayError("look_back", str(self.look_back), "a number of days")


@frozen(kw_only=True)
class PricingPolicy:
    """All a house's rules about money."""

    edition: Edition
    currency: str
    fees: tuple[FeePolicy, ...]
    gift_card: GiftCardPolicy | None
    tenders: TenderPolicy
    price_reduction: PriceReductionPolicy

    def fee(self, name: str) -> FeePolicy | None:
        """Give the fee of that name, or None where the house charges no such fee."""
        return next((fee for fee in self.fees if fee.name == name), None)
