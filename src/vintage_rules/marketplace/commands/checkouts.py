"""Checking out: the first validated order wins, the others are charged nothing.

Clauses C1 to C7.

    assess the cart ─→ hold the money ─→ assess again and record the sale ─→ capture (a worker)

The money is held before anything is sold, and captured after: a buyer who loses a race for a piece
has a hold that is voided, and no charge. The cart is assessed again in the unit of work that
records the sale, since the provider takes its time and the pieces are not reserved meanwhile.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from vintage_rules.errors import MoneyError, NameTakenError
from vintage_rules.marketplace.actors import Buyer, require_any_buyer
from vintage_rules.marketplace.commands.carts import (
    AssessedCart,
    Cart,
    CartRefusal,
    assess_cart,
    content_of,
    load_cart,
    require_cart,
    validated,
)
from vintage_rules.marketplace.commands.imports import ParcelImport, quoted_imports
from vintage_rules.marketplace.commands.payment_holds import (
    ABANDONED,
    AMOUNT_CHANGED,
    Held,
    awaits_order,
    hold,
    release_charge,
)
from vintage_rules.marketplace.commands.sales import record_sale
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import CHECKOUTS, ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money
from vintage_rules.orders.quote import OrderQuote
from vintage_rules.orders.states import Order
from vintage_rules.ports.payments import ChallengeNeeded, Declined
from vintage_rules.shipping.import_facts import Rates

CheckoutAnswer: TypeAlias = Order | CartRefusal | ChallengeNeeded | Declined


@frozen
class Checkouts:
    """Turns carts into orders."""

    shop: Shop

    def quote(self, by: Buyer, cart: Cart) -> OrderQuote | CartRefusal:
        """Return what a cart costs at this moment; nothing is reserved. Clauses C1, L12.

        For a shipping address that is a country alone it is an estimate; `estimate` says so.
        """
        require_any_buyer(by, "have a cart quoted")
        require_cart(cart)

        def assess(work: UnitOfWork) -> AssessedCart | CartRefusal:
            load_cart(work, cart)
            return assess_cart(self.shop, work, by, cart, placing=False)

        assessed = self.shop.do(by, assess)
        return assessed.quote if isinstance(assessed, AssessedCart) else assessed

    def imports(
        self, by: Buyer, cart: Cart, *, rates: Rates | None = None
    ) -> tuple[ParcelImport, ...] | CartRefusal:
        """Return what customs will charge on each parcel of a cart. Clauses L13 to L16.

        They are assessed as if they left today. A parcel starts where its sender is, by the
        directory; where the policy says, if that has no usable address. `rates` holds exchange
        rates, such as `{("EUR", "GBP"): Decimal("0.85")}`: where one is missing the answer is
        unknown, and names it.
        """
        require_any_buyer(by, "have a cart quoted")
        require_cart(cart)

        def assess(work: UnitOfWork) -> tuple[ParcelImport, ...] | CartRefusal:
            load_cart(work, cart)
            assessed = assess_cart(self.shop, work, by, cart, placing=False)
            if not isinstance(assessed, AssessedCart):
                return assessed
            today = self.shop.day(work.now)
            return quoted_imports(self.shop, assessed.quote, assessed.policy, today, rates or {})

        return self.shop.do(by, assess)

    def check_out(self, by: Buyer, cart: Cart) -> CheckoutAnswer:
        """Validate a cart: hold the money and record the sale; a worker then captures the money.

        A refusal has all its reasons, and nothing is charged. After `ChallengeNeeded`, send the
        buyer to its `url` and call again with the same cart. Raises also what the rules and the
        provider raise: it is then open whether the money is held, and the same cart may be checked
        out again. A provider that reports the hold by a webhook has the order placed without
        another call.

        Raises:
            MoneyError: If no means pays what the gift cards leave.
            IdentifierError: For the name of an order of more than 100 characters.
            InvalidValueError: For what is too long, too much or cannot be kept, by its field, such
                as `shipping_address.line1`.
            CurrencyMismatchError: For a part in another currency than the house's.
            NameTakenError: For the name of another buyer's checkout, or of an order that was placed
                for another cart. The means of payment may be another.
        """
        # A host that checks out within a transaction of its own is to place the order itself.
        held = self._hold(by, cart, keep=self.shop.own_store is None)
        if isinstance(held, Held) or held is None:
            return self.shop.do(by, lambda work: place(self.shop, work, by, cart, held=held))
        return held

    def authorise(self, by: Buyer, cart: Cart) -> CheckoutAnswer | None:
        """Hold the money for a cart and record no sale yet: None where `check_out` may follow.

        A host that checks out within a transaction of its own calls this before it begins one: the
        provider takes its time, and SQLite has one writer. The answers and errors are those of
        `check_out`, which holds nothing more for the same cart. What is held for an order that is
        not placed within an hour is voided; a provider that reports the hold has nothing placed.

        Raises:
            MoneyError: As `check_out`.
            NameTakenError: As `check_out`.
        """
        held = self._hold(by, cart, keep=False)
        return None if isinstance(held, Held) else held

    def _hold(self, by: Buyer, cart: Cart, *, keep: bool) -> CheckoutAnswer | Held | None:
        """Hold what a cart costs beyond its gift cards; None where they pay for all of it."""
        require_any_buyer(by, "check out")
        require_cart(cart)
        assessed = self.shop.do(by, lambda work: self._placed_or_assessed(work, by, cart))
        if not isinstance(assessed, AssessedCart):
            return assessed
        if not assessed.to_pay:
            return None
        if cart.means is None:
            raise MoneyError("means", None, f"a means of payment for {assessed.to_pay}")
        return hold(
            self.shop,
            by,
            cart.order,
            cart.means,
            assessed.to_pay,
            purchase=validated(by, cart) if keep else None,
            taken=NameTakenError("order", cart.order),
        )

    def _placed_or_assessed(
        self, work: UnitOfWork, by: Buyer, cart: Cart
    ) -> Order | AssessedCart | CartRefusal:
        load_cart(work, cart)
        placed = _placed(self.shop, work, by, cart)
        return placed or assess_cart(self.shop, work, by, cart, placing=True)


def _placed(shop: Shop, work: UnitOfWork, by: Buyer, cart: Cart) -> Order | None:
    """Return the order of a cart where it has been placed already.

    By which means it is paid does not matter: another window may have chosen another. An order
    that an earlier version placed has no digest, and is its buyer's whatever is in the cart.

    Raises:
        NameTakenError: If its name is that of another buyer's order or of another cart.
    """
    order = work.load(ORDERS, cart.order).state
    if order is None:
        return None
    of_another_cart = order.placed.validated not in {None, content_of(shop, cart)}
    if of_another_cart or order.placed.buyer != by.id:
        raise NameTakenError("order", cart.order)
    return order


def place(
    shop: Shop, work: UnitOfWork, by: Buyer, cart: Cart, *, held: Held | None
) -> CheckoutAnswer:
    """Place an order that a charge pays, or gift cards in full.

    What is held is released if the order cannot be placed any more.
    """
    load_cart(work, cart, (CHECKOUTS, cart.order))
    placed = _placed(shop, work, by, cart)
    if placed is not None:
        return placed
    assessed = assess_cart(shop, work, by, cart, placing=True)
    if not isinstance(assessed, AssessedCart):
        _release(work, held)
        return assessed
    if held is not None and not awaits_order(work, held.charge):
        return Declined(code=ABANDONED)
    paid = Money(0, assessed.policy.currency) if held is None else held.charge.amount
    if assessed.to_pay != paid:
        _release(work, held)
        return Declined(code=AMOUNT_CHANGED)
    return record_sale(shop, work, by, cart, assessed, held=held)


def _release(work: UnitOfWork, held: Held | None) -> None:
    if held is not None:
        release_charge(work, held.charge)
