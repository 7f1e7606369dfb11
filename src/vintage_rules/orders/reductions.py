"""What is taken off the price of an order, and what falls of it on each piece, parcel and fee.

Theory. Reductions are taken off one after the other, in the order of the policy, each of what those
before it have left: so none takes off more than there is, and none pays for another. One on the
total falls on pieces, shipping and fees in proportion to what is left of each. On the pieces it
falls in proportion to what is left of their prices, on shipping to what is left of each parcel's,
to the last cent. A return gives back what was paid: see `returns.refund`.

Fees are computed on what is taken off the pieces and shipping (`given_parts`), before reductions of
fees are taken off: so one of the total counts there as if there were no fees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.ids import PieceId
from vintage_rules.money import Money, positive, require_currency, split, total, zero
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.reduction_policy import AppliesTo, CountsAs, ReductionPolicy


@frozen(kw_only=True)
class Reduction:
    """A reduction that a buyer is granted: its name in the policy, and how much it is worth."""

    name: str
    amount: Money


@frozen(kw_only=True)
class GrantedReduction:
    """A reduction as it was taken off: so much of each piece, of each parcel and of the fees."""

    policy: ReductionPolicy
    pieces: Mapping[PieceId, Money]
    parcels: Mapping[str, Money]
    fees: Money

    @property
    def amount(self) -> Money:
        """All that it takes off."""
        parts = (*self.pieces.values(), *self.parcels.values(), self.fees)
        return total(parts, self.policy.currency)


def require_reductions(
    reductions: Sequence[Reduction], goods: Money, policy: HousePolicy
) -> dict[str, Money]:
    """Return what each reduction is worth by its name, in the order of the policy.

    Raises:
        UnknownTermError: For one that the policy does not name.
        InvalidValueError: For one that comes twice, that is granted by itself or that needs pieces
            worth more.
        MoneyError: If an amount is not above zero.
        CurrencyMismatchError: If it is in another currency.
    """
    named = {each.name: each for each in policy.pricing.reductions if each.flat is None}
    worth: dict[str, Money] = {}
    for number, each in enumerate(reductions):
        at = f"reductions[{number}]"
        if each.name not in named:
            raise UnknownTermError(f"{at}.name", each.name, tuple(sorted(named)))
        if each.name in worth:
            raise InvalidValueError(f"{at}.name", each.name, "another name than an earlier one's")
        require_currency(positive(each.amount, f"{at}.amount"), policy.currency, f"{at}.amount")
        if not _is_reached(named[each.name], goods):
            allowed = f"for pieces worth {named[each.name].least} {policy.currency} or more"
            raise InvalidValueError(at, str(goods), allowed)
        worth[each.name] = each.amount
    return {name: worth[name] for name in named if name in worth}


def given_parts(granted: Sequence[GrantedReduction], policy: HousePolicy) -> dict[str, Money]:
    """Return what is taken off as `voucher` and as `reduction`, as the bases of fees know it."""
    return {
        part.value: total(
            (each.amount for each in granted if each.policy.counts_as is part), policy.currency
        )
        for part in CountsAs
    }


def take_off(
    worth: Mapping[str, Money],
    pieces: Mapping[PieceId, Money],
    shipping: Mapping[str, Money],
    fees: Money,
    policy: HousePolicy,
) -> tuple[GrantedReduction, ...]:
    """Return the reductions of an order as they are taken off, those that the policy grants too.

    `pieces`, `shipping` of each parcel and `fees` are what the order costs without them.
    """
    if not policy.pricing.reductions:
        return ()
    left = _Left(pieces=dict(pieces), parcels=dict(shipping), fees=fees)
    goods = total(pieces.values(), policy.currency)
    granted: list[GrantedReduction] = []
    for each in policy.pricing.reductions:
        if each.flat is not None and _is_reached(each, goods):
            charged = total(left.parcels.values(), policy.currency)
            above = max(charged - Money(each.flat, policy.currency), zero(policy.currency))
            taken = left.without(each, above)
        elif each.name in worth:
            taken = left.without(each, worth[each.name])
        else:
            continue
        left = _Left(
            pieces={piece: left.pieces[piece] - off for piece, off in taken.pieces.items()},
            parcels={parcel: left.parcels[parcel] - off for parcel, off in taken.parcels.items()},
            fees=left.fees - taken.fees,
        )
        if taken.amount:
            granted.append(taken)
    return tuple(granted)


def _is_reached(reduction: ReductionPolicy, goods: Money) -> bool:
    return reduction.least is None or goods.amount >= reduction.least


@frozen(kw_only=True)
class _Left:
    """What is left to pay of each piece, of the shipping of each parcel and of the fees."""

    pieces: Mapping[PieceId, Money]
    parcels: Mapping[str, Money]
    fees: Money

    def without(self, policy: ReductionPolicy, amount: Money) -> GrantedReduction:
        """Take off an amount of what a reduction applies to, as far as there is any left."""
        sums = {
            AppliesTo.PIECES: _sum(self.pieces.values(), policy),
            AppliesTo.SHIPPING: _sum(self.parcels.values(), policy),
            AppliesTo.FEES: self.fees,
        }
        whole = policy.applies_to is AppliesTo.TOTAL
        open_ = [
            left if whole or kind is policy.applies_to else zero(policy.currency)
            for kind, left in sums.items()
        ]
        pieces, parcels, fees = split(min(amount, _sum(open_, policy)), open_)
        return GrantedReduction(
            policy=policy,
            pieces=dict(zip(self.pieces, split(pieces, self.pieces.values()), strict=True)),
            parcels=dict(zip(self.parcels, split(parcels, self.parcels.values()), strict=True)),
            fees=fees,
        )


def _sum(amounts: Iterable[Money], policy: ReductionPolicy) -> Money:
    return total(amounts, policy.currency)
