"""The shape of one dated, sourced rule about imports into one territory. Clauses L13, L15, L16.

The rules themselves are facts of the world and live in `vintage_rules.world`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.money import currency_of
from vintage_rules.places import Territory


class ImportTax(StrEnum):
    """The kinds of tax on imported goods.

    `no-import` if there is no import, because the territory is inside the customs and the VAT area.
    """

    NO_IMPORT = "no-import"
    NONE = "none"
    VAT = "vat"
    GST = "gst"
    IGIC = "igic"
    DUTY = "duty"
    OTHER = "other"


class ImportPart(StrEnum):
    """The three parts of what a buyer pays that customs distinguish."""

    GOODS = "goods"
    SHIPPING = "shipping"
    HANDLING = "handling"


class Compared(StrEnum):
    """What is compared with the threshold.

    The goods alone, each piece by itself, the goods and what their transport costs, or everything
    the tax would be computed on.
    """

    GOODS = "goods"
    EACH_PIECE = "each-piece"
    WITH_SHIPPING = "with-shipping"
    TAXABLE = "taxable"


class Limit(StrEnum):
    """How a value of exactly the threshold is treated; `unsettled` if sources contradict."""

    TAXED_ABOVE = "taxed-above"
    TAXED_FROM = "taxed-from"
    UNSETTLED = "unsettled"


class Side(StrEnum):
    """On which side of its threshold a value lies."""

    BELOW = "below"
    ABOVE = "above"
    UNSETTLED = "unsettled"


class Collector(StrEnum):
    """Who collects or pays the tax."""

    NOBODY = "nobody"
    SELLER_AT_SALE = "seller-at-sale"
    RECIPIENT = "recipient"


class Duty(StrEnum):
    """When customs duty may be owed beside the tax; its rate depends on category and origin."""

    NEVER = "never"
    WHERE_TAXED = "where-taxed"
    ALWAYS = "always"


class ImportRemark(StrEnum):
    """What may be owed beside a tax that is known."""

    DUTY_MAY_APPLY = "duty-may-apply"
    FEE_MAY_APPLY = "fee-may-apply"


class ImportAdvice(StrEnum):
    """What to do if the amount owed is not known."""

    ASK_CUSTOMS = "ask-customs"
    CLAIM_RETURNED_GOODS_RELIEF = "claim-returned-goods-relief"
    GIVE_CITY = "give-city"
    GIVE_EXCHANGE_RATE = "give-exchange-rate"
    GIVE_ORIGIN = "give-origin"
    GIVE_POSTAL_CODE = "give-postal-code"
    GIVE_TARIFF_LINES = "give-tariff-lines"
    OUTSIDE_DATED_FACTS = "outside-dated-facts"


@frozen(kw_only=True)
class ImportRule:
    """The import rule of one territory over some time, with its source.

    `origins` are the territories it is for parcels from; none if it is for parcels from anywhere,
    unless another rule names the origin. `returned` rules are for goods that come back to where
    they were sold from. `threshold` None means that every value is above it; `rate` None that it is
    not known; `flat_duty` what each tariff line of a parcel up to the threshold owes; `advice` that
    the rule is too uncertain to be applied, and what to do instead. `remarks` say what may be owed
    on top up to the threshold. `scheme` names the registration a sender needs for it. `clauses`
    decide by being compared, `tax_clauses` if the tax is computed. `as_of` is the day the fact was
    last looked at.

    Raises:
        InvalidValueError: For a threshold or a duty below zero, a rate outside 0 to 1 or a period
            that ends before it starts.
        MoneyError: For an unknown currency.
    """

    territory: str
    origins: frozenset[str]
    returned: bool
    tax: ImportTax
    threshold: Decimal | None
    currency: str
    compared: Compared
    limit: Limit
    rate: Decimal | None
    base: tuple[ImportPart, ...]
    below: Collector
    above: Collector
    duty: Duty
    flat_duty: Decimal | None
    remarks: tuple[ImportRemark, ...]
    scheme: str | None
    effective_from: date | None
    effective_to: date | None
    advice: ImportAdvice | None
    clauses: tuple[str, ...]
    tax_clauses: tuple[str, ...]
    source: str
    verified: str
    as_of: date
    note: str

    def __attrs_post_init__(self) -> None:
        currency_of(self.currency)
        for name, amount in (("threshold", self.threshold), ("flat_duty", self.flat_duty)):
            if amount is not None and not amount >= 0:
                raise InvalidValueError(name, amount, "0 or more")
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise InvalidValueError("rate", self.rate, "between 0 and 1")
        if self.first_day > self.last_day:
            raise InvalidValueError("effective_to", self.effective_to, f"from {self.first_day} on")

    @property
    def first_day(self) -> date:
        """The day from which it is in force; the first of all days if none is known."""
        return self.effective_from or date.min

    @property
    def last_day(self) -> date:
        """The last day on which it is in force; the last of all days while no end is known."""
        return self.effective_to or date.max

    @property
    def needs_amounts(self) -> bool:
        """Whether any amount has to be compared or computed."""
        return self.threshold is not None or self.above is Collector.RECIPIENT

    def names(self, origin: Territory) -> bool:
        """Return whether the rule is for parcels from that territory in particular."""
        return origin.code in self.origins

    def is_for(self, origin: Territory, *, returned: bool) -> bool:
        """Return whether the rule is for a parcel from that territory, sold or returned.

        What does not leave an area is no import, whichever way it goes.
        """
        kind = self.tax is ImportTax.NO_IMPORT or self.returned is returned
        return kind and (not self.origins or self.names(origin))

    def is_in_force(self, day: date) -> bool:
        """Return whether the rule is in force on a day, its first and last included."""
        return self.first_day <= day <= self.last_day

    def side_of(self, value: Decimal, limit: Limit | None = None) -> Side:
        """Compare an exact value in this rule's currency with its threshold.

        A value of exactly the threshold is treated as the rule says, or as `limit` says. If each
        piece is compared, a total under the threshold means that every piece is; a total above it
        decides nothing without the prices of the pieces.
        """
        if self.threshold is None:
            return Side.ABOVE
        if value < self.threshold:
            return Side.BELOW
        side = _AT_THE_LIMIT[limit or self.limit] if value == self.threshold else Side.ABOVE
        if side is Side.ABOVE and self.compared is Compared.EACH_PIECE:
            return Side.UNSETTLED
        return side

    def collector(self, side: Side) -> Collector:
        """Return the collector of the tax on a value of that side."""
        return self.below if side is Side.BELOW else self.above

    def duty_may_apply(self, side: Side) -> bool:
        """Return whether duty may be owed on a value of that side."""
        return self.duty is Duty.ALWAYS or (self.duty is Duty.WHERE_TAXED and side is Side.ABOVE)


_AT_THE_LIMIT = {
    Limit.TAXED_ABOVE: Side.BELOW,
    Limit.TAXED_FROM: Side.ABOVE,
    Limit.UNSETTLED: Side.UNSETTLED,
}
