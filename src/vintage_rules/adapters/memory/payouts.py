"""Payouts to sellers in memory, for tests and simulations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock

from attrs import frozen

from vintage_rules.errors import OutsideRejectedError
from vintage_rules.ids import SellerId
from vintage_rules.money import Money, positive, total
from vintage_rules.ports.payouts import PaidOut, PayoutRefusal, PayoutRefused


@frozen(kw_only=True)
class Payout:
    """One payout: its amount, seller, key and reference."""

    key: str
    seller: SellerId
    amount: Money
    reference: str


class MemoryPayouts:
    """A provider that pays sellers who have an account, and whose payouts can be read.

    Several threads may use it.

    >>> payouts = MemoryPayouts(without_account=[SellerId("zoe")])
    >>> payouts.pay("p1", SellerId("anna"), Money("71.92", "EUR"))
    PaidOut(reference='payout-1')
    >>> payouts.pay("p1", SellerId("anna"), Money("71.92", "EUR"))
    PaidOut(reference='payout-1')
    >>> payouts.pay("p2", SellerId("zoe"), Money("5.00", "EUR")).reason
    <PayoutRefusal.NO_ACCOUNT: 'no-account'>
    >>> payouts.paid("EUR")
    Money('71.92', 'EUR')
    """

    def __init__(self, *, without_account: Iterable[SellerId] = ()) -> None:
        self._without_account = set(without_account)
        self._payouts: dict[str, Payout] = {}
        self._lock = Lock()

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        """Pay an amount, once for each key. See `SellerPayouts.pay`."""
        paid = positive(amount, "amount")
        with self._lock:
            done = self._payouts.get(key)
            if done is None and seller in self._without_account:
                reason = PayoutRefusal.NO_ACCOUNT
                return PayoutRefused(reason=reason, code=reason.value)
            done = done or self._made(key, seller, paid)
        if (done.seller, done.amount) != (seller, paid):
            raise OutsideRejectedError("memory", "pay", f"the key paid something else: {key}")
        return PaidOut(reference=done.reference)

    def _made(self, key: str, seller: SellerId, amount: Money) -> Payout:
        reference = f"payout-{len(self._payouts) + 1}"
        payout = Payout(key=key, seller=seller, amount=amount, reference=reference)
        self._payouts[key] = payout
        return payout

    def open_account(self, seller: SellerId) -> None:
        """Give a seller an account."""
        with self._lock:
            self._without_account.discard(seller)

    def close_account(self, seller: SellerId) -> None:
        """Remove a seller's account."""
        with self._lock:
            self._without_account.add(seller)

    def __iter__(self) -> Iterator[Payout]:
        return iter(tuple(self._payouts.values()))

    def paid(self, currency: str, seller: SellerId | None = None) -> Money:
        """Return what was paid in a currency in all, or to one seller."""
        amounts = [
            payout.amount
            for payout in self
            if payout.amount.currency.code == currency and seller in {None, payout.seller}
        ]
        return total(amounts, currency)
