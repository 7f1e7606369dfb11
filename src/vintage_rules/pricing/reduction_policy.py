"""What may be taken off the price of an order, such as a voucher or free postage from an amount on.

Each value is defined here with its kind. Amounts are in the policy's currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from attrs import frozen

from vintage_rules.fields import LIMIT, Amount, FromHouseOf, Name, NotForCustomers, Sources
from vintage_rules.findings import Described, Finding, Written
from vintage_rules.ids import Edition


class Bearer(StrEnum):
    """Who bears what is taken off."""

    HOUSE = "house"
    SELLER = "seller"


class AppliesTo(StrEnum):
    """What of an order a reduction is taken off."""

    PIECES = "pieces"
    SHIPPING = "shipping"
    FEES = "fees"
    TOTAL = "total"


class CountsAs(StrEnum):
    """The part of an order as which the bases of fees know a reduction."""

    VOUCHER = "voucher"
    REDUCTION = "reduction"


class OnReturn(StrEnum):
    """What becomes of a reduction when some of the pieces come back."""

    SHARE = "share"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


@frozen(kw_only=True)
class ReductionPolicy:
    """A kind of reduction: who bears it, what it is taken off, and what a return does to it.

    Reductions are taken off in the order of the policy. With `flat` one is granted by itself, and
    lowers what it applies to to that amount.
    """

    edition: FromHouseOf[Edition]
    currency: FromHouseOf[str]
    name: Annotated[str, Name(), "what the reduction is called, such as voucher"]
    borne_by: Annotated[
        Bearer,
        "who bears it: house or seller",
        NotForCustomers("the buyer pays the same in both cases"),
    ]
    applies_to: Annotated[
        AppliesTo,
        "what it is taken off: pieces, shipping, fees or the total",
    ]
    counts_as: Annotated[
        CountsAs,
        "the part as which the bases of fees know it: voucher or reduction",
        NotForCustomers("fees name the part that they are taken of"),
    ]
    least: Annotated[
        Decimal | None,
        Amount(),
        LIMIT,
        "the least that the pieces come to where it is granted, that amount included",
    ]
    flat: Annotated[
        Decimal | None,
        Amount(),
        "granted by itself: what is left to pay of what it applies to, such as 0.00",
    ]
    on_return: Annotated[
        OnReturn,
        "share: what falls on a piece goes with it; kept: it stays with the pieces that are kept, "
        "as far as they bear it; withdrawn: as share, and all goes where they are below least",
    ]
    sources: Sources

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require what can be carried out: sellers bear shares of prices, flat is of shipping."""
        if table.get("borne_by") == Bearer.SELLER.value:
            yield from _only(table, "applies_to", AppliesTo.PIECES, "for one that sellers bear")
            yield from _only(table, "on_return", OnReturn.SHARE, "for one that sellers bear")
        if "flat" in table:
            yield from _only(table, "applies_to", AppliesTo.SHIPPING, "for one that is flat")
        if table.get("on_return") == OnReturn.WITHDRAWN.value and "least" not in table:
            yield Finding(("least",), "given where a return may fall below it", Described("none"))


def _only(table: Written, key: str, allowed: StrEnum, why: str) -> Iterator[Finding]:
    if table.get(key) != allowed.value:
        yield Finding((key,), f"{allowed.value} {why}", table.get(key))
