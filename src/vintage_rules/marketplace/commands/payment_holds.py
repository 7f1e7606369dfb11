"""Holding a buyer's money before anything is written, so that no crash leaves it held for nothing.
Clause C7.
"""

from __future__ import annotations

from typing import TypeAlias, assert_never

from attrs import field, frozen

from vintage_rules.errors import NotFoundError
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.marketplace.actors import Buyer
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.checkout_stream import (
    ChargeAbandoned,
    ChargeBegun,
    ChargeDeclined,
    ChargeState,
    CheckoutEvent,
    CheckoutState,
    OrderWritten,
)
from vintage_rules.marketplace.storage.streams import CHECKOUTS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money
from vintage_rules.ports import Authorised, ChallengeNeeded, Charge, Declined

ABANDONED = "abandoned"
AMOUNT_CHANGED = "amount-changed"


@frozen(kw_only=True)
class Means:
    """A means of payment a buyer chose: its kind, its brand where it has one, and what their
    browser was given by the provider. They come back to `return_url` if the provider wants to see
    them.
    """

    tender: str
    source: str = field(repr=False)
    brand: str | None = None
    return_url: str | None = None


@frozen(kw_only=True)
class Held:
    """An amount that is held for a checkout, by which means, under the provider's name for it."""

    tender: str
    charge: Charge
    reference: str


Holding: TypeAlias = Held | ChallengeNeeded | Declined


def hold(shop: Shop, by: Buyer, name: str, means: Means, amount: Money) -> Holding:
    """Ask the provider to hold an amount, after writing down that it is about to be asked.

    Asked again with the same means and amount, it is the same charge. Raises `UnknownTermError` for
    a tender nobody takes here, and what the provider raises: then nobody knows yet, and the same
    may be asked again.
    """
    gateway = shop.gateway(means.tender)
    begun = shop.do(by, lambda session: _begin(session, by.id, name, means, amount))
    answer = gateway.authorise(begun.charge)
    match answer:
        case Authorised():
            return Held(tender=begun.tender, charge=begun.charge, reference=answer.reference)
        case Declined(code=code):
            shop.do(by, lambda session: decline(session, begun.charge, code))
            return answer
        case ChallengeNeeded():
            return answer
        case _:
            assert_never(answer)


def _begin(
    session: UnitOfWork, buyer: BuyerId, name: str, means: Means, amount: Money
) -> ChargeBegun:
    checkout = session.load(CHECKOUTS, name)
    file = checkout.state
    events: list[CheckoutEvent] = []
    if file is not None and file.state is ChargeState.BEGUN:
        if _is_the_same(file.begun, means, amount):
            return file.begun
        events.append(ChargeAbandoned(at=session.now))
    attempt = 1 if file is None else file.attempts + 1
    begun = ChargeBegun(
        at=session.now,
        buyer=buyer,
        tender=means.tender,
        charge=Charge(
            key=f"{name}/charge/{attempt}",
            order=OrderId(name),
            amount=amount,
            source=means.source,
            return_url=means.return_url,
        ),
    )
    session.happen(checkout, [*events, begun])
    return begun


def _is_the_same(begun: ChargeBegun, means: Means, amount: Money) -> bool:
    charge = begun.charge
    return (begun.tender, charge.source, charge.amount) == (means.tender, means.source, amount)


def still_waits(session: UnitOfWork, charge: Charge) -> bool:
    """Tell whether a charge still waits for its order: after a while it is let go of."""
    return _waits(session.load(CHECKOUTS, charge.order).state, charge)


def _waits(file: CheckoutState | None, charge: Charge) -> bool:
    return file is not None and file.state is ChargeState.BEGUN and file.begun.charge == charge


def decline(session: UnitOfWork, charge: Charge, code: str) -> None:
    """Note that the provider declined."""
    if still_waits(session, charge):
        declined = ChargeDeclined(at=session.now, code=code)
        session.happen(session.load(CHECKOUTS, charge.order), [declined])


def let_go(session: UnitOfWork, charge: Charge) -> bool:
    """See to it that no order can come of a charge any more; tell whether none has."""
    checkout = session.load(CHECKOUTS, charge.order)
    if _waits(checkout.state, charge):
        session.happen(checkout, [ChargeAbandoned(at=session.now)])
    file = checkout.state
    return file is None or file.state is not ChargeState.PLACED or file.begun.charge != charge


def write_down(session: UnitOfWork, charge: Charge) -> None:
    """Note that something was written that this charge pays for."""
    written = OrderWritten(at=session.now, order=charge.order)
    session.happen(session.load(CHECKOUTS, charge.order), [written])


def charge_of(session: UnitOfWork, name: str) -> Charge:
    """Give the charge that a checkout was written down with. Raises `NotFoundError`."""
    file = session.load(CHECKOUTS, name).state
    if file is None:
        raise NotFoundError("checkout", name)
    return file.begun.charge
