"""The books of a small bank: accounts, captures, refunds and webhooks.

Nothing here refuses anything; `MemoryGateway` decides, and has it done here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import define, field

from vintage_rules.adapters.memory.ledger import Account, Entry, Ledger
from vintage_rules.money import Money, zero
from vintage_rules.ports.clock import Clock
from vintage_rules.ports.payments import (
    Captured,
    Charge,
    PaymentRefused,
    PaymentWebhook,
    Refunded,
    WebhookKind,
)


class State(StrEnum):
    """The state of a charge."""

    CAPTURED = "captured"
    CHALLENGED = "challenged"
    DECLINED = "declined"
    EXPIRED = "expired"
    HELD = "held"
    VOIDED = "voided"


@define(kw_only=True, eq=False)
class ChargeAccount:
    """One charge: its state, and what was captured and refunded of it so far."""

    charge: Charge
    reference: str
    state: State
    code: str = ""
    expires_at: datetime | None = None
    returned: Money


@define(kw_only=True, eq=False)
class Capture:
    """A capture."""

    key: str
    at: datetime
    account: ChargeAccount
    amount: Money
    answer: Captured


@define(kw_only=True, eq=False)
class Refund:
    """A refund, and its state now."""

    key: str
    capture: Capture
    amount: Money
    answer: Refunded | PaymentRefused = field(init=False)


class Bank:
    """Accounts whose every movement is written in the ledger and sent to the shop as a webhook."""

    def __init__(self, clock: Clock, held_for: timedelta) -> None:
        self.clock = clock
        self.ledger = Ledger()
        self.webhooks: list[PaymentWebhook] = []
        self.charges: dict[str, ChargeAccount] = {}
        self.by_reference: dict[str, ChargeAccount] = {}
        self.captures: dict[str, Capture] = {}
        self.by_receipt: dict[str, Capture] = {}
        self.refunds: dict[str, Refund] = {}
        self.pending: dict[str, Refund] = {}
        self.disputed: set[str] = set()
        self._held_for = held_for
        self._held: dict[str, ChargeAccount] = {}

    def file(self, charge: Charge, state: State, code: str = "") -> ChargeAccount:
        """Open an account for a charge that holds nothing yet."""
        reference = f"authorisation-{len(self.by_reference) + 1}"
        account = ChargeAccount(
            charge=charge,
            reference=reference,
            state=state,
            code=code,
            returned=zero(charge.amount.currency),
        )
        self.charges[charge.key] = self.by_reference[reference] = account
        return account

    def hold(self, account: ChargeAccount) -> None:
        """Hold the amount of the charge."""
        now = self.clock.now()
        account.state, account.expires_at = State.HELD, now + self._held_for
        self._held[account.reference] = account
        amount = account.charge.amount
        self._move(account, "authorise", account.charge.key, Account.BUYER, Account.HELD, amount)
        self._send(account, WebhookKind.AUTHORISED, account.reference)

    def decline(self, account: ChargeAccount, code: str) -> None:
        """Hold nothing, for ever."""
        account.state, account.code = State.DECLINED, code
        self._send(account, WebhookKind.DECLINED, code)

    def void(self, account: ChargeAccount) -> None:
        """Release what is held, if anything is, and hold nothing from then on."""
        if account.state is State.HELD:
            self._release(account, State.VOIDED, self.clock.now())
        elif account.state is State.CHALLENGED:
            account.state, account.code = State.VOIDED, State.VOIDED.value

    def lapse(self) -> None:
        """Release what was held for too long, dated when it was."""
        now = self.clock.now()
        for account in tuple(self._held.values()):
            if account.expires_at is not None and account.expires_at <= now:
                self._release(account, State.EXPIRED, account.expires_at)

    def _release(self, account: ChargeAccount, state: State, at: datetime) -> None:
        del self._held[account.reference]
        account.state, account.code = state, state.value
        amount = account.charge.amount
        key = account.charge.key
        self._move(account, state.value, key, Account.HELD, Account.BUYER, amount, at)
        self._send(account, WebhookKind.VOIDED, state.value, at)

    def capture(self, account: ChargeAccount, key: str, amount: Money) -> Captured:
        """Capture an amount for the house, and release the rest."""
        del self._held[account.reference]
        answer = Captured(receipt=f"receipt-{len(self.by_receipt) + 1}", amount=amount)
        now = self.clock.now()
        done = Capture(key=key, at=now, account=account, amount=amount, answer=answer)
        account.state = State.CAPTURED
        self.captures[key] = self.by_receipt[answer.receipt] = done
        rest = account.charge.amount - amount
        self._move(account, "capture", key, Account.HELD, Account.HOUSE, amount)
        self._move(account, "release", key, Account.HELD, Account.BUYER, rest)
        self._send(account, WebhookKind.CAPTURED, answer.receipt)
        return answer

    def take_on(self, refund: Refund) -> str:
        """Open a refund and return its reference; it is pending until passed on or bounced."""
        refund.capture.account.returned += refund.amount
        reference = f"refund-{len(self.refunds) + 1}"
        refund.answer = Refunded(reference=reference, pending=True)
        self.refunds[refund.key] = self.pending[reference] = refund
        self._move_refund(refund, "refund", Account.HOUSE, Account.ON_ITS_WAY)
        return reference

    def pass_on(self, reference: str) -> None:
        """Pay the buyer a pending refund."""
        refund = self.pending.pop(reference)
        refund.answer = Refunded(reference=reference, pending=False)
        self._move_refund(refund, "pass on", Account.ON_ITS_WAY, Account.BUYER)
        self._send(refund.capture.account, WebhookKind.REFUNDED, reference, key=refund.key)

    def bounce(self, reference: str, answer: PaymentRefused) -> None:
        """Pay the house a pending refund back."""
        refund = self.pending.pop(reference)
        refund.answer = answer
        refund.capture.account.returned -= refund.amount
        self._move_refund(refund, "bounce", Account.ON_ITS_WAY, Account.HOUSE)
        self._send(refund.capture.account, WebhookKind.REFUND_FAILED, reference, key=refund.key)

    def dispute(self, account: ChargeAccount) -> None:
        """Question a charge that was captured."""
        self.disputed.add(account.reference)
        self._send(account, WebhookKind.DISPUTED, account.reference)

    def end_dispute(self, account: ChargeAccount, *, won: bool) -> None:
        """Leave the house what it has, or pay the buyer all of it that was not refunded."""
        self.disputed.remove(account.reference)
        if won:
            self._send(account, WebhookKind.DISPUTE_WON, account.reference)
            return
        (capture,) = (each for each in self.by_receipt.values() if each.account is account)
        left = capture.amount - account.returned
        account.returned = capture.amount
        key = account.charge.key
        self._move(account, "charge back", key, Account.HOUSE, Account.BUYER, left)
        self._send(account, WebhookKind.DISPUTE_LOST, account.reference)

    def _move_refund(self, refund: Refund, act: str, source: Account, target: Account) -> None:
        self._move(refund.capture.account, act, refund.key, source, target, refund.amount)

    def _move(  # noqa: PLR0917 - from whom to whom reads in the order of a ledger
        self,
        account: ChargeAccount,
        act: str,
        key: str,
        source: Account,
        target: Account,
        amount: Money,
        at: datetime | None = None,
    ) -> None:
        entry = Entry(
            at=at or self.clock.now(),
            act=act,
            key=key,
            order=account.charge.order,
            source=source,
            target=target,
            amount=amount,
        )
        self.ledger.write(entry)

    def _send(
        self,
        account: ChargeAccount,
        kind: WebhookKind,
        code: str,
        at: datetime | None = None,
        *,
        key: str | None = None,
    ) -> None:
        webhook = PaymentWebhook(
            id=f"webhook-{len(self.webhooks) + 1}",
            kind=kind,
            at=at or self.clock.now(),
            reference=account.reference,
            order=account.charge.order,
            code=code,
            key=key or account.charge.key,
        )
        self.webhooks.append(webhook)
