"""The fees that the contract itself names.

A rule, a fact or a value of the contract that is called `<fee>-fee` or `<fee>_fee` is about the fee
of that name, whatever the house has made of it: `quality-control-fee` and `quality_control_fee` are
about `quality-control`. No fee is named anywhere else; a house may well have none of that name, and
then nothing is charged for it.
"""

from __future__ import annotations

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import Combine, FeePolicy, Payer, Per

_SUFFIX = "-fee"


def fee_in(name: str) -> str:
    """Return the fee that a rule, a fact or a value of the contract is named after.

    >>> fee_in("quality_control_fee")
    'quality-control'
    """
    return name.replace("_", "-").removesuffix(_SUFFIX)


def fee_policy(name: str, house: HousePolicy) -> FeePolicy:
    """Return a fee of a house; that of a house which has none of the name never applies."""
    return house.pricing.fee(name) or FeePolicy(
        edition=house.edition,
        name=name,
        payer=Payer.BUYER,
        per=Per.ORDER,
        currency=house.currency,
        combine=Combine.SUM,
        components=(),
        refundable=False,
        refundable_sources=(),
        refunded_with=None,
        optional=False,
        on=None,
        sources=(),
    )
