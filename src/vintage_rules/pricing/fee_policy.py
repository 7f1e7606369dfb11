"""What a fee is made of: each value with its kind. Amounts are in the policy's currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from attrs import field, frozen
from moneyed import Currency

from vintage_rules.fields import (
    LIMIT,
    Amount,
    Ascending,
    FromHouseOf,
    Inline,
    LeftOut,
    Name,
    NotEmpty,
    NotForCustomers,
    Rate,
    Reference,
    SameAs,
    SourceOf,
    Sources,
    SumOf,
)
from vintage_rules.findings import (
    Described,
    Finding,
    Written,
    as_written,
    in_order,
    is_less,
    items_in,
    table_in,
)
from vintage_rules.ids import Edition
from vintage_rules.money import Rounding, currency_of

PARTS = (
    "duties",
    "fees",
    "handling",
    "list-price",
    "pieces",
    "reduction",
    "shipping",
    "tax",
    "voucher",
    "wrapping",
)


"""The parts of an order that the base of a fee may be summed from."""


_NOTHING = Decimal(0)


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


class Outcome(StrEnum):
    """What may become of a sale, with which alone a fee is charged.

    Its payer cancels it, posts late, or does not pay.
    """

    CANCELLED = "cancelled"
    LATE = "late"
    NOT_PAID = "not-paid"


@frozen(kw_only=True)
class Tier:
    """What holds from an amount on: `at_least` it, or `above` it, until the next tier begins.

    `start` is that amount, `inclusive` whether the tier holds for it too.
    """

    at_least: Annotated[
        Decimal | None, Amount(), LIMIT, "the amount from which it holds, that amount included"
    ]
    above: Annotated[
        Decimal | None,
        Amount(),
        LIMIT,
        "the amount above which it holds, that amount not included",
    ]
    fixed: Annotated[
        Decimal, Amount(), LeftOut(means=_NOTHING), "a fixed part of the fee, in money"
    ]
    rate: Annotated[
        Decimal, Rate(), LeftOut(means=_NOTHING), "a share of the base: 0.05 is five per cent"
    ]
    start: Decimal = field(init=False, repr=False, eq=False)
    inclusive: bool = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        start = self.at_least if self.above is None else self.above
        object.__setattr__(self, "start", start or _NOTHING)
        object.__setattr__(self, "inclusive", self.above is None)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require one beginning and something to charge."""
        if ("at_least" in table) == ("above" in table):
            found = Described("both" if "above" in table else "neither")
            yield Finding((), "a tier with either at_least or above", found)
        if "fixed" not in table and "rate" not in table:
            yield Finding((), "a tier with a rate, a fixed part or both", Described("neither"))


@frozen(kw_only=True)
class Sale:
    """What a piece is, who sells it and how, in the terms of the policy; None if unknown."""

    category: str | None = None
    seller_kind: str | None = None
    sale_kind: str | None = None


UNSPECIFIED = Sale()


@frozen(kw_only=True)
class Condition:
    """When something applies; what is left out excludes nothing.

    `at_least` and `below` bound what the component is chosen by.
    """

    modes: Annotated[
        frozenset[str] | None,
        Reference("modes"),
        "only for these modes of shipping",
    ]
    zones: Annotated[frozenset[str] | None, Reference("zones"), "only for these delivery zones"]
    categories: Annotated[
        frozenset[str] | None,
        Reference("categories"),
        "only for such pieces, as the table of returns calls them",
    ]
    seller_kinds: Annotated[
        frozenset[str] | None,
        Reference("seller kinds"),
        "only for these sellers, as the table of returns calls them",
    ]
    sale_kinds: Annotated[
        frozenset[str] | None,
        Reference("sale kinds"),
        "only for what is sold so, as the table of returns calls it",
    ]
    at_least: Annotated[
        Decimal | None,
        Amount(),
        LIMIT,
        "only from this amount on, that amount included",
    ]
    below: Annotated[
        Decimal | None,
        Amount(),
        LIMIT,
        "only below this amount, that amount not included",
        NotForCustomers("not published yet: when a part of a fee applies (L4)"),
    ]
    of_the_sale: bool = field(init=False, repr=False, eq=False)
    bounded: bool = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        asked = any(terms is not None for terms in self._of_the_sale())
        object.__setattr__(self, "of_the_sale", asked)
        bounded = self.at_least is not None or self.below is not None
        object.__setattr__(self, "bounded", bounded)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require a range that something can lie in."""
        start, end = table.get("at_least"), table.get("below")
        if is_less(end, start) or (end is not None and end == start):
            yield Finding(("below",), f"above at_least, which is {as_written(start)}", end)

    def _of_the_sale(self) -> tuple[frozenset[str] | None, ...]:
        return self.categories, self.seller_kinds, self.sale_kinds

    def covers(self, sale: Sale) -> bool:
        """Return whether a sale fulfils a condition; what is not known of it does not.

        >>> vintage = Condition(
        ...     modes=None,
        ...     zones=None,
        ...     categories=frozenset({"vintage"}),
        ...     seller_kinds=None,
        ...     sale_kinds=None,
        ...     at_least=None,
        ...     below=None,
        ... )
        >>> vintage.covers(Sale(category="vintage")), vintage.covers(UNSPECIFIED)
        (True, False)
        """
        terms_of_sale = (sale.category, sale.seller_kind, sale.sale_kind)
        return all(
            terms is None or term in terms
            for terms, term in zip(self._of_the_sale(), terms_of_sale, strict=True)
        )


@frozen(kw_only=True)
class Base:
    """A named sum of parts, added and taken off, such as pieces + shipping − voucher."""

    plus: tuple[str, ...]
    minus: tuple[str, ...]

    @classmethod
    def of(cls, parts: tuple[str, ...]) -> Base:
        """Build the sum of parts as a page lists them: those taken off begin with a `-`.

        >>> Base.of(("pieces", "-voucher"))
        Base(plus=('pieces',), minus=('voucher',))
        """
        return cls(
            plus=tuple(part for part in parts if not part.startswith("-")),
            minus=tuple(part.removeprefix("-") for part in parts if part.startswith("-")),
        )


_ANY_SALE = Condition(
    modes=None,
    zones=None,
    categories=None,
    seller_kinds=None,
    sale_kinds=None,
    at_least=None,
    below=None,
)


@frozen(kw_only=True)
class FeeComponent:
    """A part of a fee: a fixed part, a rate or tiers of a base, between a minimum and a maximum.

    Tiers are chosen by `chosen_by` and applied to `base`: the last one reached to all of it, or
    each one reached to its own slice. Rounded once, after minimum and maximum are compared exactly.
    """

    base: Annotated[
        Base,
        SumOf(PARTS),
        LeftOut(means=Base(plus=(), minus=()), shown=False),
        "the sum that rate and tiers are taken of, such as [ pieces, -voucher ]",
    ]
    fixed: Annotated[Decimal, Amount(), LeftOut(means=_NOTHING), "a fixed part, in money"]
    rate: Annotated[
        Decimal, Rate(), LeftOut(means=_NOTHING), "a share of the base: 0.10 is ten per cent"
    ]
    tiers: Annotated[
        tuple[Tier, ...],
        Inline(),
        Ascending(("at_least", "above")),
        LeftOut(means=()),
        "other rates from certain amounts on, the smallest amount first",
    ]
    tiering: Annotated[
        Tiering,
        LeftOut(means=Tiering.WHOLE, shown=False),
        "whole: the tier reached holds for all the base; marginal: each for its slice",
    ]
    chosen_by: Annotated[
        Base,
        SumOf(PARTS),
        SameAs("base"),
        "the sum that chooses the tier, where it is another one than the base",
    ]
    minimum: Annotated[Decimal | None, Amount(), LIMIT, "the least this part comes to"]
    maximum: Annotated[Decimal | None, Amount(), LIMIT, "the most this part comes to"]
    rounding: Annotated[
        Rounding,
        "the direction in which the last cent is rounded",
        NotForCustomers("a cent at most, and every quote shows the amount itself"),
    ]
    when: Annotated[
        Condition,
        Inline(),
        LeftOut(means=_ANY_SALE, shown=False),
        "when it applies; always, if left out",
    ]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require something to charge, what it is taken of, and bounds in order."""
        if not {"fixed", "rate", "tiers"} & table.keys():
            yield Finding((), "a component with a rate, tiers or a fixed part", Described("none"))
        if "base" not in table and _needs_a_base(table):
            yield Finding(("base",), "given with rate, tiers, at_least or below", None)
        if ("tiers" in table) != ("tiering" in table):
            yield Finding(("tiering",), "given with tiers, and only then", table.get("tiering"))
        yield from in_order(table, "minimum", "maximum", called="the minimum")


def _needs_a_base(component: Written) -> bool:
    bounded = bool({"at_least", "below"} & table_in(component.get("when")).keys())
    return bool({"rate", "tiers"} & component.keys()) or (bounded and "chosen_by" not in component)


@frozen(kw_only=True)
class FeePolicy:
    """A fee: its payer, its unit, its components, and whether a return lowers it.

    `refunded_with` names the terms of the refunds that give it back, None all that give back fees;
    `parts` are those its bases name, `unit` the currency that it is rounded in.
    """

    edition: FromHouseOf[Edition]
    currency: FromHouseOf[str]
    name: Annotated[str, Name(), "what the fee is called, such as quality-control"]
    payer: Annotated[Payer, "who bears it"]
    per: Annotated[Per, "what it is charged once for"]
    optional: Annotated[bool, "whether the payer may do without it"]
    on: Annotated[
        Outcome | None,
        "the outcome with which alone it is charged: its payer cancels, posts late or does not pay",
    ]
    refundable: Annotated[bool, "whether it is recomputed on what is kept after a return"]
    refundable_sources: Annotated[tuple[str, ...], SourceOf("refundable")]
    refunded_with: Annotated[
        frozenset[str] | None,
        Reference("refund terms"),
        NotEmpty(),
        "with which refund terms it is given back; with all that give back fees, if left out",
        NotForCustomers("not published yet: which fees come back with a refund (L4)"),
    ]
    combine: Annotated[
        Combine,
        LeftOut(means=Combine.SUM),
        "what becomes of several components: their sum or the greatest",
    ]
    components: Annotated[tuple[FeeComponent, ...], NotEmpty(), "the parts of the fee"]
    sources: Sources
    parts: frozenset[str] = field(init=False, repr=False, eq=False)
    unit: Currency = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "unit", currency_of(self.currency))
        bases = [base for part in self.components for base in (part.base, part.chosen_by)]
        names = frozenset(name for base in bases for name in (*base.plus, *base.minus))
        object.__setattr__(self, "parts", names)

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Check how several components become one fee, and for conditions that can be known."""
        if len(items_in(table.get("components"))) > 1 and "combine" not in table:
            yield Finding(("combine",), "given for several components: sum or greatest", None)
        if table.get("refundable") is False and "refunded_with" in table:
            allowed = "left out of a fee that is not refundable"
            yield Finding(("refunded_with",), allowed, table["refunded_with"])
        for key in ("optional", "refundable"):
            if "on" in table and table.get(key) is True:
                yield Finding((key,), "false for a fee on an outcome", table[key])
        if table.get("per") == Per.LISTING.value and "on" in table:
            yield Finding(("on",), "left out of a fee per listing", table["on"])
        if table.get("per") == Per.LISTING.value and table.get("refundable") is True:
            yield Finding(("refundable",), "false for a fee on a listing", table["refundable"])
        if table.get("per") == Per.LISTING.value and table.get("payer") == Payer.BUYER.value:
            yield Finding(("payer",), "seller for a fee on a listing", table["payer"])
        yield from _unanswerable(table)


_UNKNOWN_TO: Mapping[str, tuple[str, ...]] = {
    Per.ORDER: ("categories", "seller_kinds", "sale_kinds"),
    Per.SELLER: ("categories", "sale_kinds"),
    Per.LISTING: ("modes", "zones"),
}


"""What a fee cannot depend on, by what it is charged once for: an order holds pieces of many kinds,
and at a listing the destination is unknown.
"""


def _unanswerable(fee: Written) -> Iterator[Finding]:
    per = str(fee.get("per"))
    for i, component in enumerate(items_in(fee.get("components"))):
        when = table_in(table_in(component).get("when"))
        for key in _UNKNOWN_TO.get(per, ()):
            if key in when:
                allowed = f"left out of a fee per {per}"
                yield Finding(("components", i, "when", key), allowed, when[key])
