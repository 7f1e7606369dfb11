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


class ImportTax(StrEnum):
    """The kinds of tax on goods that come in; `no-import` where they come in from nowhere, because
    the territory is inside the customs and the VAT area.
    """

    NO_IMPORT = "no-import"
    NONE = "none"
    VAT = "vat"
    GST = "gst"
    IGIC = "igic"
    DUTY = "duty"
    OTHER = "other"


class ImportPart(StrEnum):
    """What a buyer pays for, in the three parts that customs tell apart."""

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
    """What holds for a value of exactly the threshold; `unsettled` where sources contradict."""

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
    """When customs duty may be owed beside the tax; its rate hangs on category and origin."""

    NEVER = "never"
    WHERE_TAXED = "where-taxed"
    ALWAYS = "always"


class ImportRemark(StrEnum):
    """What may be owed beside a tax that is known."""

    DUTY_MAY_APPLY = "duty-may-apply"


class ImportAdvice(StrEnum):
    """What to do where it is not known how much is owed."""

    ASK_CUSTOMS = "ask-customs"
    GIVE_CITY = "give-city"
    GIVE_EXCHANGE_RATE = "give-exchange-rate"
    GIVE_POSTAL_CODE = "give-postal-code"
    OUTSIDE_DATED_FACTS = "outside-dated-facts"


@frozen(kw_only=True)
class ImportRule:
    """What one territory asks of a parcel from France, over some time, with where we know it from.

    `threshold` None means that every value is above it; `rate` None that it is not known; `advice`
    that the rule is too uncertain to be applied, and what to do instead. `scheme` names the
    registration a sender needs for it. `clauses` decide by being compared, `tax_clauses` when the
    tax is computed. `as_of` is the day the fact was last looked at.

    Raises:
        InvalidValueError: For a threshold below zero, a rate outside 0 to 1 or a period that ends
            before it starts.
        MoneyError: For an unknown currency.
    """

    territory: str
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
        if self.threshold is not None and not self.threshold >= 0:
            raise InvalidValueError("threshold", self.threshold, "0 or more")
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise InvalidValueError("rate", self.rate, "between 0 and 1")
        if self.first_day > self.last_day:
            raise InvalidValueError("effective_to", self.effective_to, f"from {self.first_day} on")

    @property
    def first_day(self) -> date:
        """The day from which it holds; the first of all days where none is known."""
        return self.effective_from or date.min

    @property
    def last_day(self) -> date:
        """The last day on which it holds; the last of all days while no end is known."""
        return self.effective_to or date.max

    @property
    def needs_amounts(self) -> bool:
        """Whether anything has to be compared or computed at all."""
        return self.threshold is not None or self.above is Collector.RECIPIENT

    def is_in_force(self, day: date) -> bool:
        """Return whether the rule holds on a day, its first and last included."""
        return self.first_day <= day <= self.last_day

    def side_of(self, value: Decimal, limit: Limit | None = None) -> Side:
        """Compare an exact value in this rule's currency with its threshold, itself read as the
        rule does or as `limit` says.

        Where each piece is compared, a total under the threshold means that every piece is; what a
        total above it means cannot be told without the prices.
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
        """Return who collects the tax on a value of that side."""
        return self.below if side is Side.BELOW else self.above

    def duty_may_apply(self, side: Side) -> bool:
        """Return whether duty may be owed on a value of that side."""
        return self.duty is Duty.ALWAYS or (self.duty is Duty.WHERE_TAXED and side is Side.ABOVE)


_AT_THE_LIMIT = {
    Limit.TAXED_ABOVE: Side.BELOW,
    Limit.TAXED_FROM: Side.ABOVE,
    Limit.UNSETTLED: Side.UNSETTLED,
}
