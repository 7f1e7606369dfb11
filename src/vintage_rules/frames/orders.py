"""The price of orders over a frame of their pieces; the scalar rule is `orders.quote_order`.

Theory. A row is a piece of an order. What is known of the order (its mode, its place, its options)
is the same on each of its rows, and so is what is computed of it. Sums over the pieces of an order,
of a seller in it or of a parcel are windows over the frame; a part of an order falls on its pieces
by `Groups.split`. Without a column `order` each row is an order, and no window is needed.

A row that makes no sense leaves its whole order without a price, as the scalar rule refuses it:
each of its rows has the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial

import narwhals as nw

from vintage_rules.frames.arithmetic import (
    LARGEST,
    Groups,
    clipped,
    first_of,
    lesser,
    minor,
    number,
    rounded,
    summed,
    whole,
)
from vintage_rules.frames.columns import (
    RuleColumns,
    columns,
    fee_column,
    option_column,
    reduction_column,
    taken_column,
)
from vintage_rules.frames.engine import Engine, FrameT, Lazy, carry_out
from vintage_rules.frames.fees import (
    SALE,
    Among,
    FeeColumns,
    amount_faults,
    currency_faults,
    sale_of,
)
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.shapes import FrameRule
from vintage_rules.frames.tables import band_ends, known_territories, postage, zones
from vintage_rules.orders.fees import fees_of
from vintage_rules.pricing.fee_policy import FeePolicy, Payer, Per
from vintage_rules.pricing.reduction_policy import AppliesTo, Bearer, CountsAs, ReductionPolicy
from vintage_rules.shipping.parcels import WORKSHOP
from vintage_rules.shipping.policy import Sender

_GIVEN = ("wrapping", "duties", "tax")
_NAMED = "must be 1 to 200 printable characters without spaces around them"
_DIFFERENT = "pieces: must be different pieces, each given once"


def order_columns(policy: FramePolicy) -> RuleColumns:
    """Return the columns of `quote_orders` under a policy.

    >>> from datetime import date
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> [column.name for column in order_columns(house).needed]
    ['price', 'weight_g', 'mode', 'territory']
    """
    house = policy.house
    fees = [*fees_of(house, Payer.BUYER), *fees_of(house, Payer.SELLER)]
    of_the_sale = any(part.when.of_the_sale for fee in fees for part in fee.components)
    granted = [each for each in house.pricing.reductions if each.flat is None]
    return RuleColumns(
        needed=columns("price", "weight_g", "mode", "territory"),
        optional=(
            *columns("order", "line", "piece", "seller", "currency", "list_price", *_GIVEN),
            *columns(*(SALE if of_the_sale else ())),
            *(option_column(fee.name) for fee in fees if fee.optional),
            *(reduction_column(each.name) for each in granted),
            *(columns("gift_card_balance") if house.pricing.gift_card else ()),
            *columns("error"),
        ),
        added=(
            *columns("zone", "goods"),
            *(fee_column(fee.name) for fee in fees),
            *columns("fees", "shipping"),
            *(taken_column(each.name) for each in house.pricing.reductions),
            *columns("reductions", "rounding", "total", "gift_card", "to_pay"),
            *columns("seller_fees", "payout", "error"),
        ),
    )


def quote_orders(frame: FrameT, policy: FramePolicy) -> FrameT:
    """Return a frame of pieces with the price of their orders. Clauses L1, L2, L4, L12, C5.

    A row is a piece; `order` names its order, and each row is one of its own without it. Amounts
    are in the currency's last decimal and are those of the whole order on each of its rows, but for
    `seller_fees` and `payout`, which are the piece's. An order that the scalar rule refuses has its
    reason as `error`, on each row.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.

    >>> from datetime import date
    >>> import polars as pl
    >>> from vintage_rules.frames import compile_policy, locate_places
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> pieces = pl.DataFrame(
    ...     {
    ...         "price": [9000],
    ...         "weight_g": [1400],
    ...         "mode": ["grouped"],
    ...         "country": ["FR"],
    ...         "postal_code": ["33000"],
    ...     }
    ... )
    >>> quote_orders(locate_places(pieces), house)["total"].to_list()
    [11019]
    """
    policy.require(FrameRule.QUOTE_ORDERS)
    return carry_out(
        frame,
        order_columns(policy),
        lambda engine, lazy: PricedOrders(engine, lazy, policy).quoted(),
    )


class PricedOrders:
    """The columns of orders while they are computed; names with a tilde are dropped at the end."""

    def __init__(self, engine: Engine, frame: Lazy, policy: FramePolicy) -> None:
        self.engine = engine
        self.frame = frame
        self.house = policy.house
        self.names = frame.collect_schema().names()
        self.grouped = "order" in self.names
        self.order = self._groups("order")
        self.seller = self._groups("order", "seller~id")
        self.parcel = self._groups("order", "parcel")
        self.charged: list[FeePolicy] = []

    def _groups(self, *by: str) -> Groups:
        return Groups(self.engine, by if self.grouped else (), "line~number")

    def _add(self, **added: nw.Expr) -> None:
        self.frame = self.frame.with_columns(**added)

    def quoted(self) -> Lazy:
        """Return the frame with the answers, and nothing else of what was computed."""
        self.price()
        return self._sound_only()

    def price(self) -> None:
        """Compute what the orders come to, and why one comes to nothing: `fault`."""
        self._number()
        self._find_faults()
        self._post()
        self._refuse()
        self._take_off("before", fees=None)
        self._share_parts()
        for fee in fees_of(self.house, Payer.BUYER):
            self._charge(fee)
        buyer = [nw.col(f"fee~{fee.name}~total").fill_null(0) for fee in self.charged]
        self._add(fees=summed(buyer))
        for fee in fees_of(self.house, Payer.SELLER):
            self._charge(fee)
        self._refuse_missing()
        self._take_off("taken", fees="fees")
        self._total()
        self._pay_out()

    # ---- the rows ------------------------------------------------------------------------------

    def _number(self) -> None:
        if not self.grouped:
            self._add(**{"line~number": number(0)})
        elif "line" in self.names:
            self._add(**{"line~number": nw.col("line")})
        else:
            self.frame = self.engine.numbered(self.frame, "line~number")

    def _find_faults(self) -> None:
        """Name what makes no sense, in the order in which the scalar rule meets it."""
        house = self.house
        modes = house.shipping.modes
        self.frame = self.engine.lookup(self.frame, zones(house, "zone~name"), ["territory"])
        self.frame = self.engine.lookup(self.frame, _territories(), ["territory"])
        faults: list[tuple[nw.Expr, str]] = []
        for name in ("order", "piece", "seller"):
            if name in self.names:
                column = nw.col(name)
                faults.append((column.is_null() | (column == ""), f"{name}: {_NAMED}"))
        faults += amount_faults("price", house.currency, least=1)
        faults += [
            (nw.col("weight_g").is_null() | (nw.col("weight_g") <= 0), _WEIGHT),
            (nw.col("weight_g") > LARGEST, f"weight_g: must be at most {LARGEST} in a frame"),
        ]
        if "list_price" in self.names:
            faults += amount_faults("list_price", house.currency, least=1)[1:]
        faults += currency_faults(self.names, house.currency, "price")
        known = self.engine.among("mode", modes)
        faults += [
            (~known, f"mode: must be one of {', '.join(sorted(modes))}"),
            (nw.col("territory~known").is_null(), "territory: must be the code of a territory"),
        ]
        for part in (*_GIVEN, "gift_card_balance"):
            if part in self.names:
                faults += amount_faults(part, house.currency)[1:]
        for each in house.pricing.reductions:
            name = reduction_column(each.name).name
            if name in self.names:
                faults += amount_faults(name, house.currency, least=1)[1:]
        faults += self._faults_of_lines()
        reason = first_of(*faults)
        error = nw.coalesce(nw.col("error"), reason) if "error" in self.names else reason
        self._add(fault=error)
        if self.grouped:
            self._add(fault=self.order.least(nw.col("fault")))
        together = [name for name, mode in modes.items() if mode.sender is Sender.WORKSHOP]
        seller = nw.col("seller") if "seller" in self.names else nw.lit("")
        sender = (
            nw.when(self.engine.among("mode", together)).then(nw.lit(WORKSHOP)).otherwise(seller)
        )
        self._add(**{"seller~id": seller, "parcel": sender if together else seller})
        sound = nw.col("fault").is_null()
        for name in ("price", "weight_g", *self._amounts_given()):
            self._add(**{f"{name}~sound": nw.when(sound).then(nw.col(name)).otherwise(None)})

    def _amounts_given(self) -> Iterator[str]:
        yield from (name for name in (*_GIVEN, "list_price") if name in self.names)
        if "gift_card_balance" in self.names:
            yield "gift_card_balance"
        for each in self.house.pricing.reductions:
            if reduction_column(each.name).name in self.names:
                yield reduction_column(each.name).name

    def _faults_of_lines(self) -> Iterator[tuple[nw.Expr, str]]:
        """Find a piece that comes twice, and what should be the same on all rows of an order."""
        if not self.grouped:
            return
        if "piece" in self.names:
            yield _count("order", "piece") > 1, _DIFFERENT
        yield _count("order", "line~number") > 1, "line: must be different for each piece"
        options = [option_column(fee.name).name for fee in self.house.pricing.fees if fee.optional]
        of_the_order = ["mode", "territory", *options, *self._amounts_given()]
        for name in of_the_order:
            if name in self.names and name != "list_price":
                key = nw.coalesce(nw.col(name).cast(nw.String), nw.lit(""))
                differ = key.min().over("order") != key.max().over("order")
                yield differ, f"{name}: must be the same for each piece of an order"

    def _post(self) -> None:
        """Find the zone, and what each parcel costs."""
        house = self.house
        self._add(goods=self.order.sum(nw.col("price~sound")))
        weight = self.parcel.sum(nw.col("weight_g~sound"))
        self._add(**{"parcel~weight": weight + house.shipping.postage.packaging_g})
        exceeded = [whole(nw.col("parcel~weight") > end) for end in band_ends(house)]
        self._add(band=summed(exceeded))
        table = postage(house, "postage", "refusal")
        self.frame = self.engine.lookup(self.frame, table, ["territory", "mode", "band"])
        first = self.parcel.is_first()
        paid = nw.when(first).then(nw.col("postage")).otherwise(number(0))
        self._add(**{"parcel~postage": nw.col("postage"), "parcel~share": paid})
        self._add(shipping=self.order.sum(nw.col("parcel~share")))

    def _refuse(self) -> None:
        house = self.house
        refusal = self.order.least(nw.col("refusal"))
        zones_there = ", ".join(zone.name for zone in house.shipping.delivery.zones)
        zone = f"destination: must be one of {zones_there}"
        cases: list[tuple[nw.Expr, str | nw.Expr]] = [
            (~nw.col("fault").is_null(), nw.col("fault")),
            (nw.col("goods") > LARGEST, f"goods: must be at most {LARGEST} in a frame"),
            (~refusal.is_null(), refusal),
            (nw.col("zone~name").is_null(), zone),
        ]
        for each in house.pricing.reductions:
            name = reduction_column(each.name).name
            if name in self.names and each.least is not None:
                below = nw.col("goods") < minor(each.least, house.currency)
                reason = (
                    f"reductions: must be for pieces worth {each.least} {house.currency} or more"
                )
                cases.append((~nw.col(f"{name}~sound").is_null() & below, reason))
        self._add(fault=first_of(*cases))
        sound = nw.col("fault").is_null()
        for name in ("price~sound", "goods", "shipping", "parcel~share", "parcel~postage"):
            self._add(**{name: nw.when(sound).then(nw.col(name)).otherwise(None)})

    # ---- fees ----------------------------------------------------------------------------------

    @cached_property
    def _fees(self) -> Sequence[FeePolicy]:
        return [*fees_of(self.house, Payer.BUYER), *fees_of(self.house, Payer.SELLER)]

    def _share_parts(self) -> None:
        """Give each part that a fee is computed on a total, and a share of each piece if needed."""
        named = frozenset[str]().union(*(fee.parts for fee in self._fees))
        counted = {part.value: part for part in CountsAs}
        for part in sorted(named - {"pieces", "list-price", "fees", "handling"}):
            total = f"{part}~total"
            if part == "shipping":
                amount = nw.col("shipping")
            elif part in counted:
                taken = [
                    nw.col(f"before~{each.name}")
                    for each in self.house.pricing.reductions
                    if each.counts_as is counted[part]
                ]
                amount = summed(taken)
            elif part in self.names:
                amount = nw.col(f"{part}~sound")
                amount = amount.fill_null(0) if part == "wrapping" else amount
            else:
                amount = number(0) if part == "wrapping" else nw.lit(None, dtype=nw.Int64)
            self._add(**{total: amount})
            if any(part in fee.parts and fee.per is not Per.ORDER for fee in self._fees):
                of, groups = (
                    ("parcel~postage", self.parcel) if part == "shipping" else (total, self.order)
                )
                self.frame = groups.split(self.frame, of, "price~sound", f"{part}~share")

    def _charge(self, fee: FeePolicy) -> None:
        """Add what a fee comes to for each group, for the order, and for each piece if needed."""
        groups = {Per.ORDER: self.order, Per.SELLER: self.seller}.get(fee.per, self._groups_alone)
        parts: dict[str, nw.Expr] = {}
        for part in sorted(fee.parts | {"pieces"}):
            self._add(**{f"{part}~base": self._base(part, fee, groups)})
            parts[part] = nw.col(f"{part}~base")
        found = FeeColumns(
            engine=self.engine,
            currency=self.house.currency,
            parts=parts,
            mode=partial(self.engine.among, "mode"),
            zone=partial(self.engine.among, "zone~name"),
            sale=self._sale(fee),
        )
        amount, missing = found.fee(fee), found.missing(fee)
        if fee.optional:
            option = option_column(fee.name).name
            chosen = (
                nw.col(option).fill_null(value=False)
                if option in self.names
                else nw.lit(value=False)
            )
            amount = nw.when(chosen).then(amount).otherwise(None)
            missing = {part: where & chosen for part, where in missing.items()}
        lacks = [
            (where, f"{_field(part)}: must be given: the fee {fee.name} depends on it")
            for part, where in missing.items()
            if part in (*_GIVEN, "list-price")
        ]
        amount = nw.when(nw.col("fault").is_null()).then(amount).otherwise(None)
        self._add(**{f"fee~{fee.name}~amount": amount, f"fee~{fee.name}~lacks": first_of(*lacks)})
        first = groups.is_first()
        counted = nw.when(first).then(nw.col(f"fee~{fee.name}~amount")).otherwise(None)
        if groups is self.order:
            self._add(**{f"fee~{fee.name}~total": nw.col(f"fee~{fee.name}~amount")})
        elif not self.grouped:
            self._add(**{f"fee~{fee.name}~total": counted})
        else:
            self._add(**{f"fee~{fee.name}~counted": counted})
            charged = self.order.any(~nw.col(f"fee~{fee.name}~counted").is_null())
            total = self.order.sum(nw.col(f"fee~{fee.name}~counted"))
            self._add(**{f"fee~{fee.name}~total": nw.when(charged).then(total).otherwise(None)})
        if self._is_shared(fee):
            self._add(
                **{
                    f"fee~{fee.name}~due": clipped(
                        nw.col(f"fee~{fee.name}~amount"), most=2 * LARGEST
                    ).fill_null(0)
                }
            )
            self.frame = groups.split(
                self.frame, f"fee~{fee.name}~due", "price~sound", f"fee~{fee.name}~share"
            )
        self.charged.append(fee)

    @cached_property
    def _groups_alone(self) -> Groups:
        return Groups(self.engine, (), "line~number")

    def _is_shared(self, fee: FeePolicy) -> bool:
        """Return whether a later fee is computed on what falls of this one on a piece."""
        later = self._fees[self._fees.index(fee) + 1 :]
        return any(
            {"fees", "handling"} & other.parts and other.per is not Per.ORDER for other in later
        )

    def _sale(self, fee: FeePolicy) -> Mapping[str, Among]:
        """Return what is known of the sale: of a seller's pieces, that of the first."""
        sale = sale_of(self.house, self.names, known=fee.per is not Per.ORDER)
        if fee.per is not Per.SELLER or not self.grouped:
            return sale
        self._add(**{"seller~first": self.seller.is_first()})
        return {name: partial(self._among_first, among) for name, among in sale.items()}

    def _among_first(self, among: Among, values: Collection[str]) -> nw.Expr:
        return self.seller.any(nw.col("seller~first") & among(values))

    def _base(self, part: str, fee: FeePolicy, groups: Groups) -> nw.Expr:
        if part == "pieces":
            return groups.sum(nw.col("price~sound"))
        if part == "list-price":
            if "list_price" not in self.names:
                return nw.lit(None, dtype=nw.Int64)
            listed = nw.col("list_price~sound")
            lacks = groups.any(listed.is_null())
            return nw.when(lacks).then(None).otherwise(groups.sum(listed))
        if part in ("fees", "handling"):
            handling = self.house.checkout.handling_fees
            counted = [each for each in self.charged if part == "fees" or each.name in handling]
            if fee.per is Per.ORDER:
                return summed([nw.col(f"fee~{each.name}~total").fill_null(0) for each in counted])
            return summed([groups.sum(nw.col(f"fee~{each.name}~share")) for each in counted])
        if fee.per is Per.ORDER:
            return nw.col(f"{part}~total")
        # A sum over nothing is zero in every engine, and what is not given is not zero.
        lacks = nw.col(f"{part}~total").is_null()
        return nw.when(lacks).then(None).otherwise(groups.sum(nw.col(f"{part}~share")))

    def _refuse_missing(self) -> None:
        lacks = (
            nw.coalesce(*(nw.col(f"fee~{fee.name}~lacks") for fee in self.charged))
            if self.charged
            else nw.lit(None, dtype=nw.String)
        )
        self._add(lacks=lacks)
        self._add(fault=nw.coalesce(nw.col("fault"), self.order.least(nw.col("lacks"))))

    # ---- reductions, the total, and what sellers get -------------------------------------------

    def _take_off(self, stage: str, *, fees: str | None) -> None:
        """Take the reductions off one after the other, each of what those before have left."""
        left = {kind: f"{stage}~left~{kind}" for kind in ("pieces", "parcels", "fees")}
        self._add(
            **{
                left["pieces"]: nw.col("price~sound"),
                left["parcels"]: nw.col("parcel~share"),
                left["fees"]: number(0) if fees is None else nw.col(fees),
            }
        )
        for each in self.house.pricing.reductions:
            self._take_one_off(stage, each, left)

    def _take_one_off(self, stage: str, each: ReductionPolicy, left: dict[str, str]) -> None:
        name = reduction_column(each.name).name
        taken = f"{stage}~{each.name}"
        if each.flat is None and name not in self.names:
            self._add(**{taken: number(0), f"{taken}~piece": number(0)})
            return
        pieces = self.order.sum(nw.col(left["pieces"]))
        parcels = self.order.sum(nw.col(left["parcels"]))
        self._add(
            **{"open~pieces": pieces, "open~parcels": parcels, "open~fees": nw.col(left["fees"])}
        )
        if each.flat is None:
            worth = nw.col(f"{name}~sound").fill_null(0)
        else:
            worth = clipped(nw.col("open~parcels") - minor(each.flat, self.house.currency), least=0)
            if each.least is not None:
                reached = nw.col("goods") >= minor(each.least, self.house.currency)
                worth = nw.when(reached).then(worth).otherwise(number(0))
        kinds = {
            "pieces": AppliesTo.PIECES,
            "parcels": AppliesTo.SHIPPING,
            "fees": AppliesTo.FEES,
        }
        total = each.applies_to is AppliesTo.TOTAL
        of = [kind for kind, applies in kinds.items() if total or applies is each.applies_to]
        room = summed([nw.col(f"open~{kind}") for kind in of])
        self._add(**{taken: lesser(worth, room), "open~all": room})
        if total:
            self._split_in_three(taken)
        for kind in of:
            amount = f"off~{kind}" if total else taken
            if kind == "fees":
                self._add(**{left["fees"]: nw.col(left["fees"]) - nw.col(amount)})
                continue
            self.frame = self.order.split(self.frame, amount, left[kind], f"off~{kind}~share")
            self._add(**{left[kind]: nw.col(left[kind]) - nw.col(f"off~{kind}~share")})
            if kind == "pieces":
                self._add(**{f"{taken}~piece": nw.col("off~pieces~share")})

    def _split_in_three(self, taken: str) -> None:
        """Split a reduction of the total over pieces, shipping and fees, by largest remainders."""
        kinds = ("pieces", "parcels", "fees")
        whole_ = nw.when(nw.col("open~all") == 0).then(number(1)).otherwise(nw.col("open~all"))
        self._add(**{"open~all": whole_})
        products = {kind: nw.col(taken) * nw.col(f"open~{kind}") for kind in kinds}
        self._add(
            **{
                f"off~{kind}": self.engine.divided(product, nw.col("open~all"))
                for kind, product in products.items()
            }
        )
        self._add(
            **{
                f"rest~{kind}": product - nw.col(f"off~{kind}") * nw.col("open~all")
                for kind, product in products.items()
            },
            rest=nw.col(taken) - summed([nw.col(f"off~{kind}") for kind in kinds]),
        )
        before = {
            kind: summed(
                [
                    whole(
                        nw.col(f"rest~{other}") >= nw.col(f"rest~{kind}")
                        if kinds.index(other) < kinds.index(kind)
                        else nw.col(f"rest~{other}") > nw.col(f"rest~{kind}")
                    )
                    for other in kinds
                    if other != kind
                ]
            )
            for kind in kinds
        }
        self._add(
            **{
                f"off~{kind}": nw.col(f"off~{kind}") + whole(before[kind] < nw.col("rest"))
                for kind in kinds
            }
        )

    def _total(self) -> None:
        house = self.house
        taken = [nw.col(f"taken~{each.name}") for each in house.pricing.reductions]
        due = nw.col("goods") + nw.col("fees") + nw.col("shipping") - summed(taken)
        self._add(reductions=summed(taken) + nw.col("goods") * 0, due=due)
        payable = house.pricing.payable
        total = self._stepped(nw.col("due"))
        self._add(total=total)
        held = number(0)
        if "gift_card_balance" in self.names and house.pricing.gift_card is not None:
            held = nw.col("gift_card_balance~sound").fill_null(0)
            if payable is not None:
                step = minor(payable.step, house.currency)
                held = self.engine.divided(held, step) * step
        self._add(rounding=nw.col("total") - nw.col("due"), gift_card=lesser(held, nw.col("total")))
        self._add(to_pay=nw.col("total") - nw.col("gift_card"))

    def _stepped(self, amount: nw.Expr) -> nw.Expr:
        """Return an amount rounded to the step of the policy's totals, if it has one."""
        payable = self.house.pricing.payable
        if payable is None:
            return amount
        step = minor(payable.step, self.house.currency)
        return rounded(self.engine, amount, step, payable.rounding) * step

    def _pay_out(self) -> None:
        """Take the sellers' fees off what is left of the prices, as `orders.within_prices` does."""
        borne = [
            nw.col(f"taken~{each.name}~piece")
            for each in self.house.pricing.reductions
            if each.borne_by is Bearer.SELLER
        ]
        self._add(room=nw.col("price~sound") - summed(borne) if borne else nw.col("price~sound"))
        self._add(earned=nw.col("room"))
        for fee in fees_of(self.house, Payer.SELLER):
            groups = {Per.ORDER: self.order, Per.SELLER: self.seller}.get(
                fee.per, self._groups_alone
            )
            amount = nw.col(f"fee~{fee.name}~amount").fill_null(0)
            self._add(**{"fee~due": lesser(amount, groups.sum(nw.col("room")))})
            self.frame = groups.split(self.frame, "fee~due", "price~sound", "fee~share")
            if groups.by:
                self._add(**{"fee~exceeds": groups.any(nw.col("fee~share") > nw.col("room"))})
                self.frame = groups.split(self.frame, "fee~due", "room", "fee~by_room")
                fair = nw.when(nw.col("fee~exceeds")).then(nw.col("fee~by_room"))
                self._add(**{"fee~share": fair.otherwise(nw.col("fee~share"))})
            self._add(room=nw.col("room") - nw.col("fee~share"))
            self._add(**{f"fee~{fee.name}~borne": nw.col("fee~share")})
            charged = ~nw.col(f"fee~{fee.name}~total").is_null()
            total = self.order.sum(nw.col("fee~share"))
            self._add(**{f"fee~{fee.name}~total": nw.when(charged).then(total).otherwise(None)})
        self._add(seller_fees=nw.col("earned") - nw.col("room"), payout=nw.col("room"))

    def _sound_only(self) -> Lazy:
        """Leave what was refused without amounts."""
        sound = nw.col("fault").is_null()
        fees = {fee_column(fee.name).name: nw.col(f"fee~{fee.name}~total") for fee in self.charged}
        taken = {
            taken_column(each.name).name: nw.col(f"taken~{each.name}")
            for each in self.house.pricing.reductions
        }
        amounts = (
            "goods",
            "fees",
            "shipping",
            "reductions",
            "rounding",
            "total",
            "gift_card",
            "to_pay",
            "seller_fees",
            "payout",
        )
        answers = {"zone": nw.col("zone~name"), **fees, **taken, **{n: nw.col(n) for n in amounts}}
        return self.frame.with_columns(
            **{
                name: nw.when(sound).then(answer).otherwise(None)
                for name, answer in answers.items()
            },
            error=nw.col("fault"),
        )


_WEIGHT = "weight_g: must be a whole number of grams above 0"


def _count(*by: str) -> nw.Expr:
    """Return how many rows have the same values in some columns."""
    return whole(nw.col(by[0]).is_null()).count().over(*by)


def _field(part: str) -> str:
    return "list_price" if part == "list-price" else f"parts.{part}"


def _territories() -> dict[str, list[str]]:
    codes = [territory.code for territory in known_territories()]
    return {"territory": codes, "territory~known": codes}
