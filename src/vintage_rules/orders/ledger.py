"""The accounts of an order: what is owed to the buyer, each seller, the house and the carrier.

Theory. This is double-entry bookkeeping on one order. An account above zero is owed money, one
below zero owes it. Every entry takes from one account what it adds to another (`moved`), so the
accounts add up to zero after every event; what breaks that is a bug, and a test holds it.

- Placing the order: the buyer owes the total; each seller is owed the price of their pieces less
  the fee and the reductions they bear; the house is owed all fees and, until a parcel is handed in,
  the shipping, less the reductions that it bears.
- Handing in a parcel to the buyer: the house owes its shipping to the carrier. What a seller posts
  to the workshop is the house's own expense and is in no account of the order.
- Paying, refunding and paying out bring the accounts back towards zero. What is held for a piece
  that is cancelled before it is paid is never taken: the buyer still owes it until its refund is
  owed, and nothing is sent.
- A fee on an outcome is owed to the house by the buyer, or by the seller of each piece.
- A refund is owed to the buyer by the house, and each seller gives the house their share of it.
  Revoking one (a lost parcel that is found) is the same entry with the opposite sign, so both
  together leave no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vintage_rules.ids import SellerId
from vintage_rules.money import Money, total, zero
from vintage_rules.orders.events import (
    DisputeLost,
    OrderPlaced,
    OrderReduction,
    OutcomeFeesCharged,
    RefundOwed,
)
from vintage_rules.pricing.fee_policy import Payer
from vintage_rules.pricing.reduction_policy import Bearer
from vintage_rules.returns.payments import Payment

BUYER = "buyer"
HOUSE = "house"
CARRIER = "carrier"

Accounts = Mapping[str, Money]


def seller_account(seller: SellerId) -> str:
    """Return the name of a seller's account.

    >>> seller_account(SellerId("ada"))
    'seller ada'
    """
    return f"seller {seller}"


def opening(placed: OrderPlaced) -> dict[str, Money]:
    """Open the accounts of an order.

    The buyer owes the order, sellers are owed their pieces, the house has the rest. Shipping is the
    house's until a parcel is handed in.
    """
    currency = placed.fee.currency.code
    accounts = {BUYER: zero(currency), CARRIER: zero(currency), HOUSE: zero(currency)}
    for line in placed.lines:
        borne = placed.taken_off(line.piece, Bearer.SELLER)
        owed = line.price - borne - line.seller_fee
        accounts = moved(accounts, BUYER, seller_account(line.seller), owed)
        accounts = moved(accounts, BUYER, HOUSE, line.seller_fee)
    shipping = total((parcel.shipping for parcel in placed.parcels), currency)
    borne = total((_borne_by_house(each) for each in placed.reductions), currency)
    return moved(accounts, BUYER, HOUSE, shipping + placed.fee + placed.kept_fees - borne)


def _borne_by_house(reduction: OrderReduction) -> Money:
    """Return what the house bears of what was taken off: of shipping and fees always."""
    currency = reduction.fees.currency
    pieces = reduction.pieces.values() if reduction.borne_by is Bearer.HOUSE else ()
    return total((*pieces, *reduction.parcels.values(), reduction.fees), currency)


def moved(accounts: Accounts, debtor: str, creditor: str, amount: Money) -> dict[str, Money]:
    """Return the accounts once one owes an amount to another.

    >>> from vintage_rules.money import zero
    >>> moved({"a": zero("EUR"), "b": zero("EUR")}, "a", "b", Money("2.00", "EUR"))
    {'a': Money('-2.00', 'EUR'), 'b': Money('2.00', 'EUR')}
    """
    nothing = zero(amount.currency)
    changed = dict(accounts)
    changed[debtor] = changed.get(debtor, nothing) - amount
    changed[creditor] = changed.get(creditor, nothing) + amount
    return changed


def refunded(accounts: Accounts, owed: RefundOwed, currency: str) -> dict[str, Money]:
    """Return the accounts once a refund is owed to the buyer.

    The sellers bear their shares of it, the house the rest.
    """
    return _spread(accounts, owed, currency, sign=1)


def revoked(accounts: Accounts, owed: RefundOwed, currency: str) -> dict[str, Money]:
    """Return the accounts once a refund that was owed is taken back."""
    return _spread(accounts, owed, currency, sign=-1)


def outcome_charged(
    accounts: Accounts, charged: OutcomeFeesCharged, placed: OrderPlaced
) -> Accounts:
    """Return the accounts once a buyer, or the sellers of some pieces, owe fees on an outcome."""
    sellers = {line.piece: seller_account(line.seller) for line in placed.lines}
    for piece, amount in charged.shares.items():
        debtor = BUYER if charged.payer is Payer.BUYER else sellers[piece]
        accounts = moved(accounts, debtor, HOUSE, amount)
    return accounts


def charged_back(accounts: Accounts, lost: DisputeLost) -> Accounts:
    """Return the accounts once a bank has taken a charge back.

    The buyer has it already and the house has lost it, so nothing is owed between them; sellers
    bear their shares of it.
    """
    for part in lost.shares:
        accounts = moved(accounts, seller_account(part.seller), HOUSE, part.amount)
    return accounts


def _spread(accounts: Accounts, owed: RefundOwed, currency: str, *, sign: int) -> dict[str, Money]:
    # What pays a fee is owed to the buyer as well, and what was never taken: they owe as much.
    due = paid((*owed.payments, *owed.for_fees, *owed.released), currency)
    changed = moved(accounts, HOUSE, BUYER, due * sign)
    for part in owed.shares:
        changed = moved(changed, seller_account(part.seller), HOUSE, part.amount * sign)
    return changed


def paid(payments: Iterable[Payment], currency: str) -> Money:
    """Return the sum of payments.

    >>> paid([Payment(tender="card", amount=Money("2.00", "EUR"))], "EUR")
    Money('2.00', 'EUR')
    """
    return total((payment.amount for payment in payments), currency)
