"""The columns of frames: each defined here once, with its kind and its meaning."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from vintage_rules.errors import InvalidValueError


class ColumnKind(StrEnum):
    """What a column holds, and so its type.

    An `amount` is a whole number of the currency's last decimal (cents), a `count` a whole number:
    both int64. A `code` and an `id` are strings, a `day` is a date, a `moment` a timestamp in UTC,
    a `flag` a boolean.
    """

    AMOUNT = "amount"
    COUNT = "count"
    CODE = "code"
    ID = "id"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"


@frozen
class Column:
    """A column of a frame: its name, its kind and its meaning."""

    name: str
    kind: ColumnKind
    meaning: str


@frozen(kw_only=True)
class RuleColumns:
    """The columns of a rule under a policy: those it needs, may read and adds."""

    needed: tuple[Column, ...]
    optional: tuple[Column, ...]
    added: tuple[Column, ...]

    def missing(self, names: Iterable[str]) -> tuple[Column, ...]:
        """Return the needed columns that are not among these names."""
        found = frozenset(names)
        return tuple(column for column in self.needed if column.name not in found)

    def require(self, names: Iterable[str]) -> None:
        """Refuse a frame that lacks a needed column.

        Raises:
            InvalidValueError: With the columns that are missing.
        """
        found = tuple(names)
        missing = [column.name for column in self.missing(found)]
        if missing:
            raise InvalidValueError(
                "frame", found, f"a frame with the columns {', '.join(missing)}"
            )


def _columns(kind: ColumnKind, **meanings: str) -> dict[str, Column]:
    return {name: Column(name, kind, meaning) for name, meaning in meanings.items()}


_AMOUNTS = _columns(
    ColumnKind.AMOUNT,
    price="the price a piece is sold for; a negotiated price counts",
    list_price="the price a piece was listed at",
    initial_price="the price the piece was listed at, of which the floor may be a share",
    current_price="what the piece costs this buyer now; the initial price, if left out",
    seller_minimum="the least that the seller accepts; null if they named none",
    pieces="the sum of the prices of the pieces",
    goods="the sum of the prices of the pieces of the order",
    shipping="what shipping costs: of the order, or as a fee's base knows it",
    fees="the fees that the buyer pays",
    handling="the fees that customs count as handling",
    wrapping="what wrapping costs",
    duties="the customs duties that are collected at the sale",
    tax="the tax that is collected at the sale",
    voucher="what vouchers take off the pieces and shipping",
    reduction="what reductions take off the pieces and shipping",
    reductions="all that is taken off the price of the order",
    rounding="what the total is more, or less, by being a multiple of the policy's step",
    total="what the buyer pays for the order",
    withheld="what is withheld of the price of a piece that lost value; nothing, if left out",
    standard_shipping="what the least expensive standard delivery of the piece's parcel would have "
    "cost; null or left out where it was chosen",
    refunded="what was refunded of the order before; nothing, if left out or null",
    refund_pieces="what is refunded of the prices of the pieces",
    refund_shipping="what is refunded of shipping",
    refund_fees="what is refunded of fees",
    refund_rounding="what the refund is more, or less, where totals are rounded to a step",
    refund_cost="what is kept once of the return",
    refund_beyond="what is not refunded because all that was paid has been",
    refund="what is refunded of the order",
    price_back="what of the price of a piece goes back; null where it does not come back",
    seller_share="what the seller of a piece that comes back now bears of the refund",
    taxable="what the import tax is computed on, in the currency of the tax",
    import_tax="the import tax that the recipient owes; null where none is, or it is not known",
    import_duty="the customs duty that the recipient owes beside the tax, where a rule gives it",
    gift_card_balance="what is left on the buyer's gift card",
    gift_card="what the gift card pays of the total",
    to_pay="the total less what the gift card pays",
    seller_fees="what falls on the piece of the fees that its seller bears",
    payout="what the seller is paid for the piece",
)
_COUNTS = _columns(
    ColumnKind.COUNT,
    offers_made="how many of the buyer's offers on the piece count against their quota",
    offered_today="how many offers the buyer made on any piece this day; none, if left out",
    deals_made="how many deals the buyer had; their share of kept deals is unknown, if left out",
    deals_kept="how many of their deals the buyer kept",
    returned_pieces="how many pieces the request names",
    photos="how many photos the request brings",
    tariff_lines="how many kinds of goods customs distinguish in the parcel; unknown, if left out",
    line="the place of the piece in its order: a whole number below 2³⁰, of no other piece of it",
    weight_g="what the piece weighs, in grams",
)
_CODES = _columns(
    ColumnKind.CODE,
    currency="the ISO 4217 code of every amount of the row; the policy's, if left out",
    mode="the mode of shipping, as the policy names it",
    zone="the zone of delivery, as the policy names it",
    country="the country of the address, as ISO 3166 codes it",
    postal_code="the postal code of the address",
    city="the city of the address, which decides between territories that share a postal code",
    territory="the code of the territory of the address",
    origin="the code of the territory the parcel starts in; the policy's, if left out or null",
    calendar="the name of the calendar of public holidays kept at the address",
    category="what the piece is, as the table of returns calls it",
    seller_kind="who sells the piece, as the table of returns calls it",
    sale_kind="how the piece is sold, as the table of returns calls it",
    reason="why pieces come back, as the table of returns calls it",
    decision="returnable, refused or review",
    reasons="every reason, in alphabetical order with a comma between them; empty for none",
    return_label="under whose label the pieces go back: prepaid or buyer",
    return_to="where the pieces go: seller, workshop, nowhere, or the name of a warehouse",
    paid_by="who bears the postage of the return: house, buyer or seller",
    refund_terms="the terms of the refund of a piece, by their name; null where it is not back",
    import_decision="no-import, nothing-at-border, charged or unknown",
    import_advice="what to do where it is not known what is owed",
    missing_rate="the two currencies that a rate is needed for, such as EUR/GBP",
    import_kind="the kind of tax that the recipient owes, such as vat",
    import_currency="the ISO 4217 code of the currency of the tax",
    at_sale="the taxes that are collected at the sale instead; empty for none",
    collected_by="who collects them",
    remarks="what may be owed beside it; empty for nothing",
    error="why the row has no answer: the rule's own reason; null where it has one",
)
_IDS = _columns(
    ColumnKind.ID,
    order="the order that the piece is part of; each row is an order of its own, if left out",
    piece="the piece",
    seller="the seller of the piece",
    parcel_number="the number of the parcel that a request names; null or blank for none",
)
_DAYS = _columns(
    ColumnKind.DAY,
    ordered="the day of the order",
    dispatched="the day on which the parcel leaves",
    dispatch_earliest="the first day on which the parcel may leave; null where none is promised",
    dispatch_latest="the last day on which the parcel leaves; null where none is promised",
    earliest="the first day on which the parcel may arrive",
    latest="the last day on which the parcel is expected",
    received="the day on which the window starts, such as that of the receipt; null before it",
    requested="the day of the house on which the return is requested",
    window_opens="the first day on which the return may be requested; null where it always may",
    last_day="the last day on which the return may be requested; null if there is none",
    post_by="the last day on which the return is posted, or arrives; null if there is none",
    today="the day of the house at whose beginning payouts are due",
    payout_window_ends="the last day of the window after which the seller is paid",
)
_FLAGS = _columns(
    ColumnKind.FLAG,
    open_to_offers="whether the seller takes offers on the piece",
    signed_in="whether the buyer is signed in",
    available="whether the piece is for sale",
    offer_running="whether an offer of the buyer on the piece runs; none does, if left out",
    opened="whether offers on the piece are open yet; they are, if left out",
    authorised="whether a payment is held for the offer; none is, if left out",
    admissible="whether the offer may be made",
    in_writing="whether the request is in writing",
    exchange="whether an exchange is wanted and no refund; a refund, if left out",
    upheld="whether the house has upheld a claim on the pieces; it has not, if left out",
    return_open="whether a return or a claim is open on the piece",
    goods_returned="whether the goods come back to where they were sold from; not, if left out",
    returned_before="whether the piece came back in a return before; not, if left out or null",
    payout_due="whether the seller is paid on that day",
)

COLUMNS = {**_AMOUNTS, **_COUNTS, **_CODES, **_IDS, **_DAYS, **_FLAGS}
"""Every column whose name does not depend on the policy."""


def columns(*names: str) -> tuple[Column, ...]:
    """Return the columns of these names.

    >>> [column.kind.value for column in columns("price", "mode")]
    ['amount', 'code']
    """
    return tuple(COLUMNS[name] for name in names)


def _named(prefix: str, name: str) -> str:
    return f"{prefix}_{name.replace('-', '_')}"


def fee_column(name: str) -> Column:
    """Return the column of a fee by its name.

    >>> fee_column("quality-control").name
    'fee_quality_control'
    """
    meaning = f"the fee {name}; null where it does not apply"
    return Column(_named("fee", name), ColumnKind.AMOUNT, meaning)


def option_column(name: str) -> Column:
    """Return the column that says whether an optional fee was chosen.

    >>> option_column("insurance").name
    'option_insurance'
    """
    meaning = f"whether the optional fee {name} was chosen; it was not, if left out"
    return Column(_named("option", name), ColumnKind.FLAG, meaning)


def reduction_column(name: str) -> Column:
    """Return the column of what a reduction is worth that the buyer is granted.

    >>> reduction_column("welcome").name
    'reduction_welcome'
    """
    meaning = f"what the reduction {name} is worth that the buyer is granted; null for none"
    return Column(_named("reduction", name), ColumnKind.AMOUNT, meaning)


def taken_column(name: str) -> Column:
    """Return the column of what a reduction took off the price of the order.

    >>> taken_column("welcome").name
    'taken_welcome'
    """
    meaning = f"what the reduction {name} took off the price of the order"
    return Column(_named("taken", name), ColumnKind.AMOUNT, meaning)
