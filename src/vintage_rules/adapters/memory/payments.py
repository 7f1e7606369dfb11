"""A small bank in memory that implements the payment port, for tests and simulations.

It does what the sources it is given say: `approved`, `declined`, `challenged`; in
`declined:expired-card` the word after the colon is the code. Every movement is in its ledger, every
message for the shop in its webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from threading import RLock

from vintage_rules.adapters.memory import webhooks
from vintage_rules.adapters.memory.bank import Bank, Capture, ChargeAccount, Refund, State
from vintage_rules.adapters.memory.ledger import Ledger
from vintage_rules.errors import OutsideRejectedError
from vintage_rules.money import Money, positive
from vintage_rules.ports.clock import Clock
from vintage_rules.ports.payments import (
    Authorisation,
    Authorised,
    Captured,
    ChallengeNeeded,
    Charge,
    Declined,
    PaymentRefusal,
    PaymentRefused,
    PaymentWebhook,
    Refunded,
    Voided,
)

HELD_FOR = timedelta(days=7)
CANNOT_CAPTURE = {
    State.CAPTURED: PaymentRefusal.ALREADY_CAPTURED,
    State.CHALLENGED: PaymentRefusal.REFUSED,
    State.DECLINED: PaymentRefusal.REFUSED,
    State.EXPIRED: PaymentRefusal.EXPIRED,
    State.VOIDED: PaymentRefusal.VOIDED,
}


class MemoryGateway:
    """A provider of payments whose books can be read.

    `held_for` is how long an amount stays held, `refundable_for` how long after its capture it can
    be refunded (None for ever). With `slow_refunds` a refund waits for `pass_on` or `bounce`.
    Several threads may use it.

    >>> from datetime import UTC, datetime
    >>> from vintage_rules.adapters.memory.ledger import Account
    >>> from vintage_rules import OrderId
    >>> class Noon:
    ...     def now(self) -> datetime:
    ...         return datetime(2026, 11, 25, 12, tzinfo=UTC)
    >>> bank = MemoryGateway(Noon())
    >>> charge = Charge(
    ...     key="o1/pay",
    ...     order=OrderId("o1"),
    ...     amount=Money("89.90", "EUR"),
    ...     source="approved",
    ... )
    >>> bank.authorise(charge).reference
    'authorisation-1'
    >>> bank.capture("o1/capture", "authorisation-1", charge.amount)
    Captured(receipt='receipt-1', amount=Money('89.90', 'EUR'))
    >>> bank.refund("o1/refund", "receipt-1", Money("89.91", "EUR")).reason
    <PaymentRefusal.ABOVE_CAPTURED: 'above-captured'>
    >>> bank.ledger.balance(Account.HOUSE, "EUR")
    Money('89.90', 'EUR')
    """

    def __init__(
        self,
        clock: Clock,
        *,
        secret: str = "shared by the bank and the shop",  # noqa: S107 - it guards nothing
        held_for: timedelta = HELD_FOR,
        refundable_for: timedelta | None = None,
        slow_refunds: bool = False,
    ) -> None:
        self._bank = Bank(clock, held_for)
        self._secret = secret
        self._refundable_for = refundable_for
        self._slow_refunds = slow_refunds
        self._lock = RLock()

    # The port: requests of the shop.

    def authorise(self, charge: Charge) -> Authorisation:
        """Hold an amount, once for each charge. See `PaymentGateway.authorise`."""
        with self._lock:
            self._bank.lapse()
            return _authorisation_of(self._known(charge, "authorise") or self._opened(charge))

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """Capture what is held, once. See `PaymentGateway.capture`."""
        taken = positive(amount, "amount")
        with self._lock:
            self._bank.lapse()
            done = self._bank.captures.get(key)
            if done is not None:
                same = (done.account.reference, done.amount) == (reference, taken)
                _require(same, "capture", _used(key))
                return done.answer
            account = self._bank.by_reference.get(reference)
            if account is None:
                return _refused(PaymentRefusal.UNKNOWN_REFERENCE)
            _require_currency(account, taken, "capture")
            return self._captured(account, key, taken)

    def find_capture(self, reference: str) -> Captured | None:
        """Return what was captured, under any key. See `PaymentGateway.find_capture`."""
        with self._lock:
            for done in self._bank.by_receipt.values():
                if done.account.reference == reference:
                    return done.answer
        return None

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """Release what is held, and hold nothing from then on. See `PaymentGateway.void`."""
        with self._lock:
            self._bank.lapse()
            known = self._known(charge, "void")
            account = known or self._bank.file(charge, State.VOIDED, State.VOIDED.value)
            if account.state is State.CAPTURED:
                return _refused(PaymentRefusal.ALREADY_CAPTURED)
            self._bank.void(account)
            return Voided()

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """Refund what was captured, never more. See `PaymentGateway.refund`."""
        given = positive(amount, "amount")
        with self._lock:
            done = self._bank.refunds.get(key)
            if done is not None:
                same = (done.capture.answer.receipt, done.amount) == (receipt, given)
                _require(same, "refund", _used(key))
                return done.answer
            capture = self._bank.by_receipt.get(receipt)
            if capture is None:
                return _refused(PaymentRefusal.UNKNOWN_REFERENCE)
            _require_currency(capture.account, given, "refund")
            return self._refunded(capture, key, given)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Verify and read a webhook of this bank. See `PaymentGateway.read_webhook`."""
        return webhooks.read(headers, body, self._secret, self._bank.clock.now())

    # Beside the port: what happens at the bank.

    @property
    def ledger(self) -> Ledger:
        """Every movement; what was held for too long has been released."""
        with self._lock:
            self._bank.lapse()
            return self._bank.ledger

    @property
    def webhooks(self) -> tuple[PaymentWebhook, ...]:
        """Every message the bank has had for the shop, the first one first."""
        return tuple(self._bank.webhooks)

    def sent(
        self, webhook: PaymentWebhook, word: str | None = None
    ) -> tuple[dict[str, str], bytes]:
        """Return the headers and the body of a webhook that is sent now.

        It may be sent again later. `word` replaces its kind, as another version of the bank might
        write it.
        """
        body = webhooks.written(webhook, word)
        return webhooks.signed(body, self._secret, self._bank.clock.now()), body

    def answer_challenge(self, reference: str, *, passed: bool = True) -> None:
        """Answer a buyer's open challenge, with success or not.

        Raises:
            OutsideRejectedError: If no challenge of that reference is open.
        """
        with self._lock:
            account = self._bank.by_reference.get(reference)
            if account is None or account.state is not State.CHALLENGED:
                raise _rejected("answer challenge", f"none is open for {reference}")
            if passed:
                self._bank.hold(account)
            else:
                self._bank.decline(account, "challenge-failed")

    def pass_on(self, reference: str) -> None:
        """Pass a pending refund on to the buyer.

        Raises:
            OutsideRejectedError: If no refund of that reference is pending.
        """
        with self._lock:
            _require(reference in self._bank.pending, "pass on", f"not pending: {reference}")
            self._bank.pass_on(reference)

    def bounce(self, reference: str) -> None:
        """Let a pending refund come back from the buyer's own bank.

        The money is the house's again, and can be refunded with another key.

        Raises:
            OutsideRejectedError: If no refund of that reference is pending.
        """
        with self._lock:
            _require(reference in self._bank.pending, "bounce", f"not pending: {reference}")
            self._bank.bounce(reference, _refused(PaymentRefusal.REFUSED))

    @property
    def pending(self) -> tuple[Refund, ...]:
        """The refunds that are neither passed on nor back, the first one first."""
        with self._lock:
            return tuple(self._bank.pending.values())

    @property
    def disputed(self) -> frozenset[str]:
        """The references of charges that their buyers question."""
        with self._lock:
            return frozenset(self._bank.disputed)

    def dispute(self, reference: str) -> None:
        """Let a buyer question a charge that was captured.

        Raises:
            OutsideRejectedError: If none of that reference was, or it is questioned already.
        """
        with self._lock:
            account = self._bank.by_reference.get(reference)
            if account is None or account.state is not State.CAPTURED:
                raise _rejected("dispute", f"not captured: {reference}")
            _require(reference not in self._bank.disputed, "dispute", f"disputed: {reference}")
            self._bank.dispute(account)

    def end_dispute(self, reference: str, *, won: bool) -> None:
        """End a dispute, for the house or for the buyer, who then has back what they paid.

        What was refunded before they do not get again.

        Raises:
            OutsideRejectedError: If no charge of that reference is disputed.
        """
        with self._lock:
            _require(reference in self._bank.disputed, "end dispute", f"none of {reference}")
            self._bank.end_dispute(self._bank.by_reference[reference], won=won)

    def forget_keys(self) -> None:
        """Forget the keys of all charges and captures, as providers do after a day or less.

        What is held and what was captured stays, under its reference.
        """
        with self._lock:
            self._bank.charges.clear()
            self._bank.captures.clear()

    # How it decides.

    def _known(self, charge: Charge, act: str) -> ChargeAccount | None:
        if charge.reference is not None:
            account = self._bank.by_reference.get(charge.reference)
            _require(account is not None, act, f"no such reference: {charge.reference}")
            return account
        account = self._bank.charges.get(charge.key)
        _require(account is None or account.charge == charge, act, _used(charge.key))
        return account

    def _opened(self, charge: Charge) -> ChargeAccount:
        word, _, code = charge.source.partition(":")
        if word not in {"approved", "challenged", "declined"}:
            raise _rejected("authorise", f"no such source: {charge.source}")
        account = self._bank.file(charge, State.CHALLENGED)
        if word == "approved":
            self._bank.hold(account)
        elif word == "declined":
            self._bank.decline(account, code or "card-declined")
        return account

    def _captured(
        self, account: ChargeAccount, key: str, amount: Money
    ) -> Captured | PaymentRefused:
        reason = CANNOT_CAPTURE.get(account.state)
        if reason is None and amount > account.charge.amount:
            reason = PaymentRefusal.REFUSED
        return _refused(reason) if reason else self._bank.capture(account, key, amount)

    def _refunded(self, capture: Capture, key: str, amount: Money) -> Refunded | PaymentRefused:
        if reason := self._why_no_refund(capture, amount):
            return _refused(reason)
        refund = Refund(key=key, capture=capture, amount=amount)
        reference = self._bank.take_on(refund)
        if not self._slow_refunds:
            self._bank.pass_on(reference)
        return refund.answer

    def _why_no_refund(self, capture: Capture, amount: Money) -> PaymentRefusal | None:
        if capture.account.returned + amount > capture.amount:
            return PaymentRefusal.ABOVE_CAPTURED
        limit = self._refundable_for
        if limit is not None and self._bank.clock.now() > capture.at + limit:
            return PaymentRefusal.TOO_LATE
        return None


def _authorisation_of(account: ChargeAccount) -> Authorisation:
    match account.state:
        case State.HELD | State.CAPTURED:
            return Authorised(reference=account.reference, expires_at=account.expires_at)
        case State.CHALLENGED:
            return ChallengeNeeded(reference=account.reference, url=account.charge.return_url)
        case State.DECLINED | State.EXPIRED | State.VOIDED:
            return Declined(code=account.code)


def _used(key: str) -> str:
    return f"the key was used for something else: {key}"


def _refused(reason: PaymentRefusal) -> PaymentRefused:
    return PaymentRefused(reason=reason, code=reason.value)


def _require_currency(account: ChargeAccount, amount: Money, act: str) -> None:
    code = account.charge.amount.currency.code
    _require(amount.currency.code == code, act, f"must be in {code}, got {amount}")


def _require(met: bool, act: str, message: str) -> None:  # noqa: FBT001 - a condition, as `assert` has
    if not met:
        raise _rejected(act, message)


def _rejected(act: str, message: str) -> OutsideRejectedError:
    return OutsideRejectedError(webhooks.PORT, act, message)
