"""Payment holds: a buyer's money is authorised before an order is recorded. Clause C7.

A charge is recorded as begun before the provider is called, with an effect that voids it unless an
order was recorded with it within an hour: no crash leaves money held for nothing. The provider's
name for a charge is kept from its first answer on, since it forgets our keys: from then on the
charge is looked up, and not made again. Each attempt has its own key,
`<checkout>/charge/<attempt>`; the same means and amount are the same attempt.

What a buyer validated is kept for as long as the charge may lead to it: a provider that reports the
hold has it placed, although the buyer has closed the page or our process died.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias, assert_never

from attrs import field, frozen

from vintage_rules.errors import NameTakenError, NotFoundError
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.marketplace.actors import Actor, Buyer
from vintage_rules.marketplace.commands.entries import require_secret
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.checkout_stream import (
    ChargeAbandoned,
    ChargeAnswered,
    ChargeBegun,
    ChargeDeclined,
    ChargeState,
    CheckoutEvent,
    CheckoutState,
    OrderWritten,
    attempt_key,
)
from vintage_rules.marketplace.storage.codec import encode_purchase
from vintage_rules.marketplace.storage.inbound_streams import ChargeNamed, name_given
from vintage_rules.marketplace.storage.purchases import PURCHASE, Purchase
from vintage_rules.marketplace.storage.streams import CHARGES, CHECKOUTS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money
from vintage_rules.ports.payments import Authorised, ChallengeNeeded, Charge, Declined

ABANDONED = "abandoned"
AMOUNT_CHANGED = "amount-changed"

_LONGEST_SOURCE = 10_000  # tokens of wallets are thousands of characters long
_LONGEST_ADDRESS = 2_000


@frozen(kw_only=True)
class Means:
    """A means of payment a buyer chose.

    These are its kind, its brand where it has one, and what their browser got from the provider.
    Buyers come back to `return_url` after a challenge.
    """

    tender: str
    source: str = field(repr=False)
    brand: str | None = None
    return_url: str | None = None


def require_means(means: Means) -> None:
    """Require what a buyer's browser got from the provider to be a text that can be kept.

    Raises:
        InvalidValueError: For a `source` or a `return_url` that is none or too long; neither is
            shown.
    """
    require_secret(means.source, "source", _LONGEST_SOURCE)
    if means.return_url is not None:
        require_secret(means.return_url, "return_url", _LONGEST_ADDRESS)


@frozen(kw_only=True)
class Held:
    """An amount that is held for a checkout, by which means, under the provider's name for it.

    `expires_at` is when the provider says that it will lapse, where it says.
    """

    tender: str
    charge: Charge
    reference: str
    expires_at: datetime | None = None


Holding: TypeAlias = Held | ChallengeNeeded | Declined


def hold(
    shop: Shop,
    by: Buyer,
    name: str,
    means: Means,
    amount: Money,
    *,
    purchase: Purchase | None,
    taken: NameTakenError,
) -> Holding | None:
    """Have the provider hold an amount, after recording that it will be requested.

    None where the order or gift card has been recorded meanwhile: nothing more is held for it. The
    same means and amount again are the same charge. `purchase` is what is placed without the buyer
    if the provider reports the hold later; None where the buyer alone places it. `taken` is raised
    if another buyer has begun the checkout. Raises also what the provider raises: it is then open
    whether the amount is held, and the same call may be repeated.

    Raises:
        UnknownTermError: For a tender without a gateway.
    """
    # A charge is known for good before the provider is called, whatever becomes of the transaction
    # of a host.
    shop = shop.apart()
    shop.gateway(means.tender)

    def begin(work: UnitOfWork) -> tuple[ChargeBegun, Charge] | None:
        begun = _begin(work, by.id, name, means, amount, purchase=purchase, taken=taken)
        return None if begun is None else (begun, known_charge(work, begun.charge))

    begun = shop.do(by, begin)
    return None if begun is None else hold_begun(shop, by, *begun)


def hold_begun(shop: Shop, by: Actor | str, begun: ChargeBegun, charge: Charge) -> Holding:
    """Have the provider hold what was begun, and record its answer. Raises what it raises.

    `charge` is that of `begun` with the provider's name for it, where one is known.
    """
    answer = shop.gateway(begun.tender).authorise(charge)
    if not isinstance(answer, Declined) and answer.reference != charge.reference:
        name = (begun.tender, answer.reference)
        shop.do(by, lambda work: keep_reference(work, charge.order, charge.key, name))
    match answer:
        case Authorised(reference=reference, expires_at=expires_at):
            return Held(
                tender=begun.tender,
                charge=begun.charge,
                reference=reference,
                expires_at=expires_at,
            )
        case Declined() as declined:
            return shop.do(by, lambda work: _record_declined(work, begun, declined), "hold")
        case ChallengeNeeded():
            return answer
        case _:
            assert_never(answer)


def _record_declined(work: UnitOfWork, begun: ChargeBegun, answer: Declined) -> Declined:
    decline(work, begun.charge, answer.code)
    return answer


def _begin(
    work: UnitOfWork,
    buyer: BuyerId,
    name: str,
    means: Means,
    amount: Money,
    *,
    purchase: Purchase | None,
    taken: NameTakenError,
) -> ChargeBegun | None:
    stream = work.load(CHECKOUTS, name)
    checkout = stream.state
    if checkout is not None and checkout.begun.buyer != buyer:
        raise taken
    if checkout is not None and checkout.state is ChargeState.PLACED:
        return None
    events: list[CheckoutEvent] = []
    if checkout is not None and checkout.state is ChargeState.BEGUN:
        if _is_the_same(checkout.begun, means, amount):
            return checkout.begun
        events.append(ChargeAbandoned(at=work.now))
    attempt = 1 if checkout is None else checkout.attempts + 1
    begun = ChargeBegun(
        at=work.now,
        buyer=buyer,
        tender=means.tender,
        charge=Charge(
            key=attempt_key(name, attempt),
            order=OrderId(name),
            amount=amount,
            source=means.source,
            return_url=means.return_url,
        ),
    )
    work.record(stream, [*events, begun])
    if purchase is not None:
        work.keep(stream, PURCHASE, buyer, {PURCHASE: encode_purchase(purchase)})
    return begun


def _is_the_same(begun: ChargeBegun, means: Means, amount: Money) -> bool:
    charge = begun.charge
    return (begun.tender, charge.source, charge.amount) == (means.tender, means.source, amount)


def awaits_order(work: UnitOfWork, charge: Charge) -> bool:
    """Say whether a charge still waits for its order: after an hour it is released."""
    return _awaits(work.load(CHECKOUTS, charge.order).state, charge)


def is_awaited(work: UnitOfWork, checkout: str) -> bool:
    """Say whether a charge of a checkout may still lead to an order."""
    state = work.load(CHECKOUTS, checkout).state
    return state is not None and state.state is ChargeState.BEGUN


def _awaits(checkout: CheckoutState | None, charge: Charge) -> bool:
    return (
        checkout is not None
        and checkout.state is ChargeState.BEGUN
        and checkout.begun.charge == charge
    )


def begun_charge(work: UnitOfWork, charge: Charge) -> tuple[ChargeBegun, Charge] | None:
    """Return the beginning of a charge that still waits for its order, and the charge as known.

    None if it does not wait any more.
    """
    checkout = work.load(CHECKOUTS, charge.order).state
    if checkout is None or not _awaits(checkout, charge):
        return None
    return checkout.begun, checkout.charge(charge)


def decline(work: UnitOfWork, charge: Charge, code: str) -> None:
    """Record that the provider declined."""
    if awaits_order(work, charge):
        declined = ChargeDeclined(at=work.now, code=code)
        work.record(work.load(CHECKOUTS, charge.order), [declined])


def release_charge(work: UnitOfWork, charge: Charge) -> bool:
    """Record that no order may use a charge any more; false where one has used it already."""
    stream = work.load(CHECKOUTS, charge.order)
    if _awaits(stream.state, charge):
        work.record(stream, [ChargeAbandoned(at=work.now)])
    checkout = stream.state
    return (
        checkout is None
        or checkout.state is not ChargeState.PLACED
        or checkout.begun.charge != charge
    )


def record_order(work: UnitOfWork, held: Held) -> None:
    """Record that the order or gift card was recorded that a charge pays for."""
    order = held.charge.order
    written = OrderWritten(at=work.now, order=order, expires_at=held.expires_at)
    work.record(work.load(CHECKOUTS, order), [written])


def known_charge(work: UnitOfWork, charge: Charge) -> Charge:
    """Return a charge with the provider's name for it, where an answer has given it."""
    checkout = work.load(CHECKOUTS, charge.order).state
    return charge if checkout is None else checkout.charge(charge)


def keep_reference(work: UnitOfWork, checkout: str, key: str, name: tuple[str, str]) -> None:
    """Keep the provider's name for a charge of ours, and to which checkout it belongs.

    A name is the means of payment, and the provider's reference.
    """
    tender, reference = name
    work.load_together((CHECKOUTS, checkout), (CHARGES, charge_name(tender, reference)))
    stream = work.load(CHECKOUTS, checkout)
    if stream.state is not None and stream.state.references.get(key) != reference:
        answered = ChargeAnswered(at=work.now, key=key, reference=reference)
        work.record(stream, [answered])
    keep_name(work, checkout, name)


def keep_name(work: UnitOfWork, checkout: str, name: tuple[str, str]) -> None:
    """Keep to which checkout a provider's name for a charge, a capture or a refund belongs."""
    tender, reference = name
    named = work.load(CHARGES, charge_name(tender, reference))
    if named.state is None:
        work.record(named, [ChargeNamed(at=work.now, checkout=checkout)])


def charge_name(tender: str, reference: str) -> str:
    """Name what a provider names by its means of payment, and by the provider's name for it.

    >>> charge_name("card", "pi_1")
    'card/pi_1'
    """
    return name_given(tender, reference)


def checkout_of(work: UnitOfWork, tender: str, reference: str) -> str | None:
    """Return the checkout that a provider's name belongs to; None if it is unknown.

    It may be that of a charge, of a capture, its receipt, or of a refund.
    """
    named = work.load(CHARGES, charge_name(tender, reference)).state
    return None if named is None else named.checkout


def charge_of(work: UnitOfWork, name: str) -> Charge:
    """Return the latest charge of a checkout.

    Raises:
        NotFoundError: If the checkout was never begun.
    """
    checkout = work.load(CHECKOUTS, name).state
    if checkout is None:
        raise NotFoundError("checkout", name)
    return checkout.begun.charge
