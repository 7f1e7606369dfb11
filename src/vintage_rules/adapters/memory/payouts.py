"""Payouts to sellers in memory, for tests and simulations."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from threading import Lock

from attrs import evolve, frozen

from vintage_rules.errors import ForgedWebhookError, OutsideRejectedError
from vintage_rules.ids import SellerId
from vintage_rules.money import Money, positive, total
from vintage_rules.ports.payouts import (
    PaidOut,
    PayoutRefusal,
    PayoutRefused,
    PayoutWebhook,
    PayoutWebhookKind,
)

HEADER = "memory-payouts-signature"


@frozen(kw_only=True)
class Payout:
    """One payout: its amount, seller, key and reference, and whether it came back."""

    key: str
    seller: SellerId
    amount: Money
    reference: str
    is_back: bool = False


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
    >>> payouts.bounce("payout-1")
    >>> payouts.paid("EUR")
    Money('0.00', 'EUR')
    """

    def __init__(
        self,
        *,
        without_account: Iterable[SellerId] = (),
        secret: str = "shared by the payer and the shop",  # noqa: S107 - it guards nothing
    ) -> None:
        self._secret = secret.encode()
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

    def bounce(self, reference: str) -> None:
        """Let what a seller was paid come back from their bank.

        Raises:
            OutsideRejectedError: If nothing of that reference was paid, or it came back before.
        """
        with self._lock:
            payout = self._of(reference, "bounce")
            if payout.is_back:
                raise OutsideRejectedError("memory", "bounce", f"it is back: {reference}")
            self._payouts[payout.key] = evolve(payout, is_back=True)

    def report(
        self, reference: str, at: datetime, id_: str | None = None
    ) -> tuple[dict[str, str], bytes]:
        """Return the headers and the body of a webhook that says what has become of a payout.

        Raises:
            OutsideRejectedError: If nothing of that reference was paid.
        """
        with self._lock:
            payout = self._of(reference, "report")
        kind = PayoutWebhookKind.FAILED if payout.is_back else PayoutWebhookKind.PAID
        fields = {
            "id": id_ or f"{reference}/{kind}",
            "kind": kind,
            "at": at.isoformat(),
            "reference": reference,
            "code": "account-closed" if payout.is_back else "",
            "key": payout.key,
        }
        body = json.dumps(fields, sort_keys=True).encode()
        return {HEADER.title(): self._signature(body)}, body

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        """Verify and read a webhook of this payer. See `PayoutReader.read_webhook`."""
        signed = next((value for name, value in headers.items() if name.lower() == HEADER), "")
        if not hmac.compare_digest(signed.encode(), self._signature(body).encode()):
            raise ForgedWebhookError("memory", "read webhook", "the signature is not of the body")
        fields = json.loads(body)
        return PayoutWebhook(
            id=fields["id"],
            kind=PayoutWebhookKind(fields["kind"]),
            at=datetime.fromisoformat(fields["at"]),
            reference=fields["reference"],
            code=fields["code"],
            key=fields["key"],
        )

    def _signature(self, body: bytes) -> str:
        return hmac.new(self._secret, body, sha256).hexdigest()

    def _of(self, reference: str, act: str) -> Payout:
        for payout in self._payouts.values():
            if payout.reference == reference:
                return payout
        raise OutsideRejectedError("memory", act, f"no such payout: {reference}")

    def __iter__(self) -> Iterator[Payout]:
        return iter(tuple(self._payouts.values()))

    def paid(self, currency: str, seller: SellerId | None = None) -> Money:
        """Return what was paid in a currency in all, or to one seller, and has not come back."""
        amounts = [
            payout.amount
            for payout in self
            if payout.amount.currency.code == currency
            and seller in {None, payout.seller}
            and not payout.is_back
        ]
        return total(amounts, currency)
