"""What is refunded for pieces that come back, over columns. Clauses F1 to F4, L221-24.

The scalar rule is `returns.quote_refund` on a placed order. Theory. The order is priced as
`quote_orders` does, and a refund is the difference between what two sets of its pieces give back:
those that are back now and those that were before. Sums over a set are windows over the frame.

A fee that only falls as pieces come back gives back most for all of them. One that may rise, such
as one with a lower rate from an amount on, is computed for every part of the pieces that are back,
as the scalar rule does: of up to `_MOST_PARTS_OF` pieces of an order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import narwhals as nw
from attrs import frozen

from vintage_rules.frames.arithmetic import (
    clipped,
    decimals,
    first_of,
    lesser,
    minor,
    number,
    rounded,
    summed,
    whole,
)
from vintage_rules.frames.columns import RuleColumns, columns
from vintage_rules.frames.engine import Engine, FrameT, Lazy, carry_out
from vintage_rules.frames.fees import FeeColumns, amount_faults
from vintage_rules.frames.orders import PricedOrders, order_columns
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.shapes import FrameRule, may_rise
from vintage_rules.orders.fees import fees_of
from vintage_rules.pricing.fee_policy import FeePolicy, Payer, Per
from vintage_rules.pricing.reduction_policy import AppliesTo, Bearer
from vintage_rules.returns.refund import RefundRefusal
from vintage_rules.returns.terms import RefundPart, RefundTerms

_MOST_PARTS_OF = 4
_IN_ANY_ORDER = 10
_OF_THE_ORDER = (
    "refund_pieces",
    "refund_shipping",
    "refund_fees",
    "refund_rounding",
    "refund_cost",
    "refund_beyond",
    "refund",
)

REFUNDED = columns(*_OF_THE_ORDER, "price_back", "seller_share", "reasons", "error")
"""The columns that `quote_refunds` adds."""


def refund_columns(policy: FramePolicy) -> RuleColumns:
    """Return the columns of `quote_refunds` under a policy.

    >>> from datetime import date
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> [column.name for column in refund_columns(house).needed]
    ['price', 'weight_g', 'mode', 'territory', 'refund_terms']
    """
    order = order_columns(policy)
    given = ("returned_before", "withheld", "standard_shipping", "refunded")
    return RuleColumns(
        needed=(*order.needed, *columns("refund_terms")),
        optional=(*order.optional, *columns(*given)),
        added=REFUNDED,
    )


def quote_refunds(frame: FrameT, policy: FramePolicy) -> FrameT:
    """Return a frame of pieces with what is refunded of their orders. Clauses F1 to F4, L221-24.

    A row is a piece, with the columns of `quote_orders`; `refund_terms` names the terms on which it
    is back, and those that were `returned_before` are a return before this one. Amounts are those
    of the whole order on each of its rows, but for `price_back` and `seller_share`, which are the
    piece's. An order that the scalar rule refuses has its reason as `error`, one of which nothing
    is refunded has it in `reasons`. To which means of payment a refund goes is not computed.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> from datetime import date
    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> pieces = pl.DataFrame(
    ...     {
    ...         "order": ["a", "a"],
    ...         "line": [1, 2],
    ...         "price": [9000, 4500],
    ...         "weight_g": [1400, 600],
    ...         "mode": ["grouped", "grouped"],
    ...         "territory": ["FR", "FR"],
    ...         "refund_terms": ["withdrawal", None],
    ...     }
    ... )
    >>> found = quote_refunds(pieces, house)
    >>> found.select("refund_pieces", "refund_shipping", "refund_fees", "refund").row(0)
    (9000, 0, 900, 9900)
    """
    policy.require(FrameRule.QUOTE_REFUNDS)
    return carry_out(
        frame,
        refund_columns(policy),
        lambda engine, lazy: _Refunds(engine, lazy, policy).quoted(),
    )


@frozen(kw_only=True)
class _Family:
    """Fees that the same refunds give back, and the terms of these."""

    name: str
    fees: Sequence[FeePolicy]
    terms: Sequence[str]


class _Refunds(PricedOrders):
    """The columns of refunds while they are computed, on top of those of orders."""

    def __init__(self, engine: Engine, frame: Lazy, policy: FramePolicy) -> None:
        super().__init__(engine, frame, policy)
        self.terms = {terms.name: terms for terms in self.house.returns.refund_terms}
        self.buyer = fees_of(self.house, Payer.BUYER)
        families = [_Family(name="", fees=self._falling, terms=self._giving(RefundPart.FEE))]
        families += [
            _Family(name=fee.name, fees=[fee], terms=sorted(fee.refunded_with))
            for fee in self.buyer
            if fee.refunded_with is not None
        ]
        self.families = [family for family in families if family.fees]

    @property
    def _falling(self) -> list[FeePolicy]:
        return [fee for fee in self.buyer if fee.refundable and fee.refunded_with is None]

    def _giving(self, part: RefundPart) -> list[str]:
        return sorted(name for name, terms in self.terms.items() if part in terms.parts)

    def quoted(self) -> Lazy:
        self.price()
        self._find_returned()
        self._give_prices_back()
        self._give_shipping_back()
        for family in self.families:
            self._give_fees_back(family)
        self._sum_up()
        self._share()
        sound = nw.col("fault").is_null()
        answers = (*_OF_THE_ORDER, "price_back", "seller_share", "reasons")
        return self.frame.with_columns(
            **{name: nw.when(sound).then(nw.col(name)).otherwise(None) for name in answers},
            error=nw.col("fault"),
        )

    # ---- what comes back -----------------------------------------------------------------------

    def _find_returned(self) -> None:
        terms = nw.col("refund_terms")
        before = nw.lit(value=False)
        if "returned_before" in self.names:
            before = nw.col("returned_before").fill_null(value=False)
        self._add(**{"back~all": ~terms.is_null(), "back~before": ~terms.is_null() & before})
        self._add(**{"back~now": nw.col("back~all") & ~nw.col("back~before")})
        known = ", ".join(sorted(self.terms))
        faults: list[tuple[nw.Expr, str]] = [
            (~terms.is_in(sorted(self.terms)), f"refund_terms: must be one of {known}"),
            (before & terms.is_null(), "refund_terms: must be given of what was returned before"),
        ]
        for name in ("withheld", "standard_shipping", "refunded"):
            if name in self.names:
                faults += amount_faults(name, self.house.currency)[1:]
        if "refunded" in self.names:
            if self.grouped:
                given = nw.col("refunded").fill_null(0)
                differ = self.order.least(given) != -self.order.least(given * -1)
                faults.append((differ, "refunded: must be the same for each piece of an order"))
            faults.append((nw.col("refunded") > nw.col("total"), "refunded: must be at most total"))
        if any(self._may_rise(family) for family in self.families):
            many = self.order.sum(whole(nw.col("back~all"))) > _MOST_PARTS_OF
            faults.append((many, _too_many(_MOST_PARTS_OF)))
        elif self.house.pricing.reductions:
            many = self.order.sum(whole(nw.col("back~all"))) > _IN_ANY_ORDER
            faults.append((many, _too_many(_IN_ANY_ORDER)))
        self._add(found=first_of(*((where.fill_null(value=False), text) for where, text in faults)))
        self._add(fault=nw.coalesce(nw.col("fault"), self.order.least(nw.col("found"))))

    def _by_terms(self, of: Callable[[RefundTerms], nw.Expr]) -> nw.Expr:
        """Return what the terms of a piece say; zero where it does not come back."""
        found = number(0)
        for name, terms in sorted(self.terms.items()):
            found = nw.when(nw.col("refund_terms") == name).then(of(terms)).otherwise(found)
        return found

    def _give_prices_back(self) -> None:
        """Find what of each price goes back, and what of it once its reductions go with it."""
        price, currency = nw.col("price~sound"), self.house.currency

        def back(terms: RefundTerms) -> nw.Expr:
            if RefundPart.PIECES not in terms.parts:
                return number(0)
            deduction = terms.deduction
            kept = number(minor(deduction.fixed, currency))
            if deduction.rate:
                scale = 10 ** decimals(deduction.rate)
                scaled = price * int(deduction.rate * scale)
                kept = kept + rounded(self.engine, scaled, scale, deduction.rounding)
            if "withheld" in self.names:
                kept = kept + nw.col("withheld").fill_null(0)
            return clipped(price - kept, least=0)

        self._add(**{"price~back": self._by_terms(back)})
        off = [
            nw.col(f"taken~{each.name}~piece")
            for each in self.house.pricing.reductions
            if each.applies_to is AppliesTo.PIECES
        ]
        self._add(**{"piece~back": clipped(nw.col("price~back") - summed(off), least=0)})
        self._add(price_back=nw.when(nw.col("back~all")).then(nw.col("price~back")).otherwise(None))
        for stage in _STAGES:
            self._add(**{f"{stage}~pieces": self._sum_of(nw.col("piece~back"), stage)})

    def _sum_of(self, amount: nw.Expr, stage: str) -> nw.Expr:
        flag = nw.col(f"back~{stage}")
        return self.order.sum(nw.when(flag).then(amount).otherwise(number(0)))

    def _give_shipping_back(self) -> None:
        """Find what of each parcel's shipping is back once all its pieces are."""
        shipping = self.parcel.sum(nw.col("taken~left~parcels"))
        supplement = number(0)
        if "standard_shipping" in self.names:
            standard = self.parcel.least(nw.col("standard_shipping"))
            supplement = shipping - lesser(standard, shipping)
            supplement = supplement.fill_null(0)
        self._add(**{"parcel~paid": shipping, "parcel~supplement": supplement})
        amounts = {
            RefundPart.SHIPPING: nw.col("parcel~paid") - nw.col("parcel~supplement"),
            RefundPart.SUPPLEMENT: nw.col("parcel~supplement"),
        }
        first = self.parcel.is_first()
        for stage in _STAGES:
            for part, amount in amounts.items():
                gives = nw.col("refund_terms").is_in(self._giving(part)).fill_null(value=False)
                kept = self.parcel.any(~(nw.col(f"back~{stage}") & gives))
                self._add(
                    **{f"{stage}~{part}": nw.when(first & ~kept).then(amount).otherwise(number(0))}
                )
            parts = summed([nw.col(f"{stage}~{part}") for part in amounts])
            self._add(**{f"{stage}~parcels": self.order.sum(parts)})

    # ---- fees ----------------------------------------------------------------------------------

    def _may_rise(self, family: _Family) -> bool:
        return any(may_rise(fee) for fee in family.fees)

    def _give_fees_back(self, family: _Family) -> None:
        """Find the most that the pieces which are back bring down some fees by."""
        for fee in family.fees:
            self._share_parts_of(fee)
        paid = summed([self._charged(fee) for fee in family.fees])
        self._add(**{f"paid~{family.name}": paid})
        for stage in _STAGES:
            gone = nw.col("refund_terms").is_in(list(family.terms)).fill_null(value=False)
            self._add(gone=nw.col(f"back~{stage}") & gone)
            if self._may_rise(family):
                most = self._most_of_every_part(family)
            else:
                most = self._back_without(family, nw.col("gone"))
            self._add(**{f"{stage}~fee~{family.name}": most})

    def _share_parts_of(self, fee: FeePolicy) -> None:
        """Find what of each part that a fee of the order is computed on falls on each piece."""
        for part in sorted(fee.parts - {"pieces", "list-price"}):
            if f"{part}~share" not in self.frame.collect_schema().names():
                self.frame = self.order.split(
                    self.frame, f"{part}~total", "price~sound", f"{part}~share"
                )

    def _charged(self, fee: FeePolicy) -> nw.Expr:
        return nw.col(f"fee~{fee.name}~total").fill_null(0)

    def _most_of_every_part(self, family: _Family) -> nw.Expr:
        """Try every part of what is gone: the first pieces of it have the numbers from 1 on."""
        line = nw.when(nw.col("gone")).then(nw.col("line~number")).otherwise(number(2**31))
        self._add(**{"gone~line": line})
        if self.order.by:
            rank = whole(nw.col("gone~line").rank("min").over(*self.order.by))
            self._add(**{"gone~number": nw.when(nw.col("gone")).then(rank).otherwise(number(0))})
        else:
            self._add(**{"gone~number": whole(nw.col("gone"))})
        found: list[nw.Expr] = []
        numbers = range(1, _MOST_PARTS_OF + 1) if self.order.by else range(1, 2)
        for part in range(1, 2 ** len(numbers)):
            members = [i for i in numbers if part >> (i - 1) & 1]
            self._add(**{f"part~{part}": nw.col("gone~number").is_in(members)})
            self._add(**{f"part~{part}": self._back_without(family, nw.col(f"part~{part}"))})
            found.append(nw.col(f"part~{part}"))
        return nw.max_horizontal(*found)

    def _back_without(self, family: _Family, gone: nw.Expr) -> nw.Expr:
        """Return what fees come down by once some pieces are gone."""
        self._add(**{"kept~any": self.order.any(~gone)})
        due = [self._due_on_kept(fee, gone) for fee in family.fees]
        self._add(**{"kept~due": summed(due)})
        paid = nw.col(f"paid~{family.name}")
        left = nw.when(nw.col("kept~any")).then(nw.col("kept~due")).otherwise(number(0))
        return paid - lesser(left, paid)

    def _due_on_kept(self, fee: FeePolicy, gone: nw.Expr) -> nw.Expr:
        if fee.per is Per.PIECE:
            amount = nw.col(f"fee~{fee.name}~amount").fill_null(0)
            return self.order.sum(nw.when(gone).then(number(0)).otherwise(amount))
        parts: dict[str, nw.Expr] = {}
        for part in sorted(fee.parts | {"pieces"}):
            share = {"pieces": "price~sound", "list-price": "list_price~sound"}
            of = nw.col(share.get(part, f"{part}~share"))
            if part == "list-price" and "list_price" not in self.names:
                of = nw.lit(None, dtype=nw.Int64)
            base = self.order.sum(nw.when(gone).then(number(0)).otherwise(of))
            self._add(**{f"{part}~kept": base})
            parts[part] = nw.col(f"{part}~kept")
        found = FeeColumns(
            engine=self.engine,
            currency=self.house.currency,
            parts=parts,
            mode=partial(self.engine.among, "mode"),
            zone=partial(self.engine.among, "zone~name"),
            sale=self._sale(fee),
        )
        charged = ~nw.col(f"fee~{fee.name}~amount").is_null()
        if fee.optional:
            return nw.when(charged).then(found.fee(fee)).otherwise(number(0)).fill_null(0)
        return found.fee(fee).fill_null(0)

    # ---- the refund, and what sellers bear of it -----------------------------------------------

    def _given_back(self, stage: str) -> nw.Expr:
        fees = [nw.col(f"{stage}~fee~{family.name}") for family in self.families]
        return summed([nw.col(f"{stage}~pieces"), nw.col(f"{stage}~parcels"), *fees])

    def _sum_up(self) -> None:
        fees = [
            clipped(nw.col(f"all~fee~{family.name}") - nw.col(f"before~fee~{family.name}"), least=0)
            for family in self.families
        ]
        nothing = nw.col("goods") * 0
        self._add(
            refund_pieces=nw.col("all~pieces") - nw.col("before~pieces"),
            refund_shipping=nw.col("all~parcels") - nw.col("before~parcels"),
            refund_fees=summed(fees) + nothing,
            **{"given~before": self._given_back("before")},
        )
        self._add(exact=nw.col("refund_pieces") + nw.col("refund_shipping") + nw.col("refund_fees"))
        had, exact = nw.col("given~before"), nw.col("exact")
        costs = summed([*self._costs()]) + nothing
        rounding = self._stepped(had + exact) - self._stepped(had) - exact
        self._add(refund_rounding=rounding, cost=self._stepped(costs))
        due = exact + nw.col("refund_rounding")
        self._add(refund_cost=lesser(nw.col("cost"), due))
        self._add(owed=due - nw.col("refund_cost"))
        refunded = number(0)
        if "refunded" in self.names:
            refunded = nw.col("refunded").fill_null(0)
        self._add(left=nw.col("total") - refunded)
        self._add(**{"back~any": self.order.any(nw.col("back~now"))})
        refusals = {
            RefundRefusal.NO_PIECES: ~nw.col("back~any"),
            RefundRefusal.NOTHING_LEFT: nw.col("left") == 0,
        }
        reasons = nw.concat_str(
            [
                nw.when(held).then(nw.lit(refusal.value)).otherwise(None)
                for refusal, held in refusals.items()
            ],
            separator=",",
            ignore_nulls=True,
        )
        self._add(reasons=reasons, refund=lesser(nw.col("owed"), nw.col("left")))
        self._add(refund_beyond=nw.col("owed") - nw.col("refund"))
        refundable = nw.col("reasons") == ""
        self._add(
            **{
                name: nw.when(refundable).then(nw.col(name)).otherwise(None)
                for name in _OF_THE_ORDER
            }
        )

    def _costs(self) -> Iterator[nw.Expr]:
        """Return what is kept once of each return, by its terms."""
        for name, terms in sorted(self.terms.items()):
            if terms.deduction.per_return:
                of = nw.col("back~now") & (nw.col("refund_terms") == name).fill_null(value=False)
                cost = number(minor(terms.deduction.per_return, self.house.currency))
                yield nw.when(self.order.any(of)).then(cost).otherwise(number(0))

    def _share(self) -> None:
        """Take from a seller what of the price is refunded, less what comes back of their fees."""
        given_back = number(0)
        kept: dict[str, list[nw.Expr]] = {}
        for fee in fees_of(self.house, Payer.SELLER):
            borne = nw.col(f"fee~{fee.name}~borne")
            if fee.refundable and fee.refunded_with is None:
                given_back = given_back + borne
            else:
                kept.setdefault(",".join(sorted(fee.refunded_with or ())), []).append(borne)
        for terms, amounts in kept.items():
            with_these = nw.col("refund_terms").is_in(terms.split(","))
            given_back = given_back + nw.when(with_these).then(summed(amounts)).otherwise(number(0))
        price, back = nw.col("price~sound"), nw.col("price~back")
        self._add(**{"seller~due": given_back})
        product, rest = nw.col("seller~due") * back, nw.col("seller~due") * (price - back)
        self._add(
            **{
                "seller~part": self.engine.divided(product, price),
                "seller~rest": self.engine.divided(rest, price),
            }
        )
        left = nw.col("seller~due") - nw.col("seller~part") - nw.col("seller~rest")
        mine = product - nw.col("seller~part") * price
        other = rest - nw.col("seller~rest") * price
        more = nw.when(mine >= other).then(left).otherwise(number(0))
        off = [
            nw.col(f"taken~{each.name}~piece")
            for each in self.house.pricing.reductions
            if each.borne_by is Bearer.SELLER
        ]
        share = back - lesser(summed(off), back) - nw.col("seller~part") - more
        self._add(seller_share=nw.when(nw.col("back~now")).then(share).otherwise(None))


_STAGES = ("before", "all")


def _too_many(most: int) -> str:
    return f"refund_terms: must be of at most {most} pieces of an order in a frame"
