"""The tables about money: fees, gift cards, means of payment and announced reductions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from vintage_rules.money import Rounding
from vintage_rules.policies.documents.common import (
    Context,
    House,
    Record,
    Table,
    ascending,
    beside,
    distinct,
    is_less,
)
from vintage_rules.policies.documents.reading import Finding, Told, refusal
from vintage_rules.policies.documents.values import (
    Amount,
    Category,
    DatesOrNever,
    Days,
    Mode,
    Name,
    Rate,
    RefundTermsName,
    SaleKind,
    SellerKind,
    ZoneName,
    named,
    written,
)
from vintage_rules.policies.shapes import items_in, table_in
from vintage_rules.pricing.policy import (
    Base,
    Combine,
    Condition,
    FeeComponent,
    FeePolicy,
    GiftCardPolicy,
    Payer,
    Per,
    PriceReductionPolicy,
    PricingPolicy,
    TenderPolicy,
    Tier,
    Tiering,
)

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
_SIGNED_PARTS = [*PARTS, *(f"-{part}" for part in PARTS)]
_NOTHING = Decimal(0)


def _part(value: object) -> str:
    if not isinstance(value, str) or value not in _SIGNED_PARTS:
        raise refusal(f"one of {', '.join(PARTS)}, with a - before it where it is taken off")
    return value


Part = Annotated[str, PlainValidator(_part), WithJsonSchema({"enum": _SIGNED_PARTS})]


def _parts_of(found: object) -> Iterator[Finding]:
    parts = [part for part in items_in(found) if isinstance(part, str)]
    names = [part.removeprefix("-") for part in parts]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Finding((i,), "named only once", parts[i])
    if parts and all(part.startswith("-") for part in parts):
        yield Finding((), "a sum with at least one part that is added", written(parts))


Parts = Annotated[list[Part], Field(min_length=1), beside(_parts_of)]


def _base(parts: list[str]) -> Base:
    return Base(
        plus=tuple(part for part in parts if not part.startswith("-")),
        minus=tuple(part.removeprefix("-") for part in parts if part.startswith("-")),
    )


class TierDocument(Record):
    """What holds from an amount on: `at_least` it, or `above` it, until the next tier begins."""

    at_least: Amount | None = Field(
        default=None, description="the amount from which it holds, that amount included"
    )
    above: Amount | None = Field(
        default=None, description="the amount above which it holds, that amount not included"
    )
    fixed: Amount = Field(default=_NOTHING, description="a fixed part of the fee, in money")
    rate: Rate = Field(default=_NOTHING, description="a share of the base: 0.05 is five per cent")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for one beginning and something to charge."""
        if ("at_least" in table) == ("above" in table):
            found = Told("both" if "above" in table else "neither")
            yield Finding((), "a tier with either at_least or above", found)
        if "fixed" not in table and "rate" not in table:
            yield Finding((), "a tier with a rate, a fixed part or both", Told("neither"))

    def to_policy(self) -> Tier:
        """Build the tier that the rules take."""
        inclusive = self.above is None
        start = self.at_least if self.above is None else self.above
        return Tier(start=start or _NOTHING, inclusive=inclusive, fixed=self.fixed, rate=self.rate)


class WhenDocument(Record):
    """When something applies; what is left out asks nothing."""

    modes: Annotated[list[Mode], distinct()] | None = Field(
        default=None, description="only for these modes of shipping"
    )
    zones: Annotated[list[ZoneName], distinct()] | None = Field(
        default=None, description="only for these delivery zones"
    )
    categories: Annotated[list[Category], distinct()] | None = Field(
        default=None, description="only for such pieces, as the table of returns calls them"
    )
    seller_kinds: Annotated[list[SellerKind], distinct()] | None = Field(
        default=None, description="only for these sellers, as the table of returns calls them"
    )
    sale_kinds: Annotated[list[SaleKind], distinct()] | None = Field(
        default=None, description="only for what is sold so, as the table of returns calls it"
    )
    at_least: Amount | None = Field(
        default=None, description="only from this amount on, that amount included"
    )
    below: Amount | None = Field(
        default=None, description="only below this amount, that amount not included"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for a range that something can lie in."""
        start, end = table.get("at_least"), table.get("below")
        if is_less(end, start) or (end is not None and end == start):
            yield Finding(("below",), f"above at_least, which is {written(start)}", end)

    def to_policy(self) -> Condition:
        """Build the condition that the rules take."""
        return Condition(
            modes=_asked(self.modes),
            zones=_asked(self.zones),
            categories=_asked(self.categories),
            seller_kinds=_asked(self.seller_kinds),
            sale_kinds=_asked(self.sale_kinds),
            at_least=self.at_least,
            below=self.below,
        )


def _asked(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


class ComponentDocument(Table):
    """A part of a fee: a fixed part, a rate or tiers of a base, between a minimum and a maximum."""

    base: Parts | None = Field(
        default=None,
        description="the sum that rate and tiers are taken of, such as [ pieces, -voucher ]",
    )
    fixed: Amount = Field(default=_NOTHING, description="a fixed part, in money")
    rate: Rate = Field(default=_NOTHING, description="a share of the base: 0.10 is ten per cent")
    tiers: Annotated[list[TierDocument], ascending("at_least", "above")] = Field(
        default=[], description="other rates from certain amounts on, the smallest amount first"
    )
    tiering: Annotated[Tiering, named] | None = Field(
        default=None,
        description="whole: the tier reached holds for all the base; marginal: each for its slice",
    )
    chosen_by: Parts | None = Field(
        default=None,
        description="the sum that chooses the tier, where it is another one than the base",
    )
    minimum: Amount | None = Field(default=None, description="the least this part comes to")
    maximum: Amount | None = Field(default=None, description="the most this part comes to")
    rounding: Annotated[Rounding, named] = Field(
        description="the direction in which the last cent is rounded"
    )
    when: WhenDocument | None = Field(
        default=None, description="when it applies; always, if left out"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for something to charge, what it is taken of, and bounds in order."""
        if not {"fixed", "rate", "tiers"} & table.keys():
            yield Finding((), "a component with a rate, tiers or a fixed part", Told("none"))
        if "base" not in table and cls._needs_a_base(table):
            yield Finding(("base",), "given with rate, tiers, at_least or below", None)
        if ("tiers" in table) != ("tiering" in table):
            yield Finding(("tiering",), "given with tiers, and only then", table.get("tiering"))
        if is_less(table.get("maximum"), table.get("minimum")):
            least = written(table.get("minimum"))
            yield Finding(("maximum",), f"at least the minimum, {least}", table.get("maximum"))

    @classmethod
    def _needs_a_base(cls, table: Mapping[str, object]) -> bool:
        bounded = bool({"at_least", "below"} & table_in(table.get("when")).keys())
        return bool({"rate", "tiers"} & table.keys()) or (bounded and "chosen_by" not in table)

    def to_policy(self) -> FeeComponent:
        """Build the component that the rules take."""
        base = _base(self.base or [])
        return FeeComponent(
            when=(self.when or WhenDocument()).to_policy(),
            base=base,
            chosen_by=base if self.chosen_by is None else _base(self.chosen_by),
            fixed=self.fixed,
            rate=self.rate,
            tiers=tuple(tier.to_policy() for tier in self.tiers),
            tiering=self.tiering or Tiering.WHOLE,
            minimum=self.minimum,
            maximum=self.maximum,
            rounding=self.rounding,
            sources=self.source,
        )


class FeeDocument(Table):
    """A fee: who bears it, what it is charged once for, and the components that make it."""

    name: Name = Field(description="what the fee is called, such as quality-control")
    payer: Annotated[Payer, named] = Field(description="who bears it")
    per: Annotated[Per, named] = Field(description="what it is charged once for")
    optional: bool = Field(description="whether the payer may do without it")
    refundable: bool = Field(
        description="whether it is reckoned again on what is kept after a return"
    )
    refunded_with: Annotated[list[RefundTermsName], Field(min_length=1), distinct()] | None = Field(
        default=None,
        description="with which refund terms it is given back; with all that give back fees, if "
        "left out",
    )
    combine: Annotated[Combine, named] = Field(
        default=Combine.SUM,
        description="what becomes of several components: their sum or the greatest",
    )
    components: Annotated[list[ComponentDocument], Field(min_length=1)] = Field(
        description="the parts of the fee"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask how several components become one fee."""
        if len(items_in(table.get("components"))) > 1 and "combine" not in table:
            yield Finding(("combine",), "given for several components: sum or greatest", None)
        if table.get("refundable") is False and "refunded_with" in table:
            allowed = "left out of a fee that is not refundable"
            yield Finding(("refunded_with",), allowed, table["refunded_with"])
        if table.get("per") == Per.LISTING.value and table.get("payer") == Payer.BUYER.value:
            yield Finding(("payer",), "seller for a fee on a listing", table["payer"])
        yield from _unanswerable(table)

    def to_policy(self, house: House) -> FeePolicy:
        """Build the fee that the rules take."""
        return FeePolicy(
            edition=house.edition,
            name=self.name,
            payer=self.payer,
            per=self.per,
            currency=house.currency,
            combine=self.combine,
            components=tuple(component.to_policy() for component in self.components),
            refundable=self.refundable,
            refunded_with=_asked(self.refunded_with),
            optional=self.optional,
            sources=self.source,
        )


_UNKNOWN_TO: Mapping[str, tuple[str, ...]] = {
    Per.ORDER: ("categories", "seller_kinds", "sale_kinds"),
    Per.SELLER: ("categories", "sale_kinds"),
    Per.LISTING: ("modes", "zones"),
}
"""What a fee cannot ask, by what it is charged once for: an order holds pieces of many kinds, and
nobody knows at a listing where the piece will go.
"""


def _unanswerable(fee: Mapping[str, object]) -> Iterator[Finding]:
    per = str(fee.get("per"))
    for i, component in enumerate(items_in(fee.get("components"))):
        when = table_in(table_in(component).get("when"))
        for key in _UNKNOWN_TO.get(per, ()):
            if key in when:
                allowed = f"left out of a fee per {per}"
                yield Finding(("components", i, "when", key), allowed, when[key])


class GiftCardDocument(Table):
    """The gift card the house sells."""

    minimum: Amount = Field(description="the smallest amount of a card, allowed itself")
    maximum: Amount = Field(description="the largest amount of a card, allowed itself")
    validity: DatesOrNever = Field(
        description="how long a card is good for, from the day it is bought"
    )
    may_buy_gift_card: bool = Field(description="whether a card may pay for another card")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for bounds in order."""
        if is_less(table.get("maximum"), table.get("minimum")):
            least = written(table.get("minimum"))
            yield Finding(("maximum",), f"at least the minimum, {least}", table.get("maximum"))

    def to_policy(self, house: House) -> GiftCardPolicy:
        """Build the policy that the rules take."""
        return GiftCardPolicy(
            edition=house.edition,
            currency=house.currency,
            minimum=self.minimum,
            maximum=self.maximum,
            validity=self.validity,
            zone=house.zone,
            may_buy_gift_card=self.may_buy_gift_card,
            sources=self.source,
        )


class TendersDocument(Table):
    """The means of payment the house takes."""

    kinds: Annotated[list[Name], Field(min_length=1), distinct()] = Field(
        description="the kinds of payment, such as [ card, paypal ]"
    )
    brands: dict[str, Annotated[list[Name], Field(min_length=1), distinct()]] = Field(
        default={}, description="for a kind that has brands: those that are taken"
    )

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for brands only of kinds that are taken."""
        kinds = items_in(table.get("kinds"))
        for kind in table_in(table.get("brands")):
            if kind not in kinds:
                yield Finding(
                    ("brands", kind), f"for one of {written(kinds)}", Told(f"some for {kind}")
                )

    def to_policy(self, house: House) -> TenderPolicy:
        """Build the policy that the rules take."""
        brands = {kind: frozenset(names) for kind, names in self.brands.items()}
        return TenderPolicy(
            edition=house.edition,
            brands={kind: brands.get(kind) for kind in self.kinds},
            sources=self.source,
        )


class PriceReductionDocument(Table):
    """How an announced reduction refers to earlier prices."""

    look_back: Days = Field(description="how far back the lowest price is looked for")
    successive_from_first: bool = Field(
        description="whether a run of reductions refers to the prices before the first of them"
    )

    def to_policy(self, house: House) -> PriceReductionPolicy:
        """Build the policy that the rules take."""
        return PriceReductionPolicy(
            edition=house.edition,
            look_back=self.look_back,
            zone=house.zone,
            successive_from_first=self.successive_from_first,
            sources=self.source,
        )


class PricingDocument(Context):
    """All that has to do with money."""

    fees: Annotated[list[FeeDocument], distinct("name")] = Field(
        default=[], description="what is charged on top of the pieces, and what sellers are charged"
    )
    gift_card: GiftCardDocument | None = Field(
        default=None, description="the gift card the house sells; left out where it sells none"
    )
    tenders: TendersDocument = Field(description="the means of payment the house takes")
    price_reduction: PriceReductionDocument = Field(
        description="how an announced reduction refers to earlier prices"
    )

    def to_policy(self, house: House) -> PricingPolicy:
        """Build the policy that the rules take."""
        return PricingPolicy(
            edition=house.edition,
            currency=house.currency,
            fees=tuple(fee.to_policy(house) for fee in self.fees),
            gift_card=self.gift_card.to_policy(house) if self.gift_card else None,
            tenders=self.tenders.to_policy(house),
            price_reduction=self.price_reduction.to_policy(house),
        )
