"""Gateways and payers that each keep the port but for one thing, held to the contract.

Not collected with the other tests: `test_broken_gateways.py` runs them and expects each to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import ClassVar, TypeVar

import pytest
from attrs import evolve

from tests.adapters.memory.bank_contract import BankContract, PayoutsContract
from vintage_rules.adapters.memory import webhooks
from vintage_rules.adapters.memory.bank import State
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import HEADER, MemoryPayouts
from vintage_rules.errors import (
    MoneyError,
    OutsideDeniedError,
    OutsideError,
    OutsideRejectedError,
    OutsideUnavailableError,
)
from vintage_rules.ids import OrderId, SellerId
from vintage_rules.money import Money
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
    WebhookKind,
)
from vintage_rules.ports.payouts import (
    PaidOut,
    PayoutRefused,
    PayoutWebhook,
    PayoutWebhookKind,
)
from vintage_rules.testing.contracts.payments import UnreliableGateway
from vintage_rules.testing.contracts.payments.fixtures import unique
from vintage_rules.testing.contracts.payouts import UnreliablePayouts

T = TypeVar("T")


class ForgetsCharges(MemoryGateway):
    """Holds anew each time it is asked."""

    def authorise(self, charge: Charge) -> Authorisation:
        return super().authorise(evolve(charge, key=unique("again")))


class HoldsSomethingElse(MemoryGateway):
    """Takes a key for what it was used for first, whatever is asked with it."""

    def authorise(self, charge: Charge) -> Authorisation:
        known = self._bank.charges.get(charge.key)
        return super().authorise(charge if known is None else known.charge)


class HoldsForAnotherOrder(MemoryGateway):
    """Does not look whose order a key was used for."""

    def authorise(self, charge: Charge) -> Authorisation:
        known = self._bank.charges.get(charge.key)
        order = charge.order if known is None else known.charge.order
        return super().authorise(evolve(charge, order=order))


class HoldsByAnotherSource(MemoryGateway):
    """Does not look by which means of payment a key was used."""

    def authorise(self, charge: Charge) -> Authorisation:
        known = self._bank.charges.get(charge.key)
        source = charge.source if known is None else known.charge.source
        return super().authorise(evolve(charge, source=source))


class RaisesDeclines(MemoryGateway):
    """Takes a decline for our mistake."""

    def authorise(self, charge: Charge) -> Authorisation:
        answer = super().authorise(charge)
        if isinstance(answer, Declined):
            raise OutsideRejectedError("memory", "authorise", answer.code)
        return answer


class TriesDeclinesAgain(MemoryGateway):
    """Asks the bank again for what it has declined, and the second time it is held."""

    def authorise(self, charge: Charge) -> Authorisation:
        known = self._bank.charges.get(charge.key)
        if known is not None and known.state is State.DECLINED:
            self._bank.hold(known)
        return super().authorise(charge)


class NeverChallenges(MemoryGateway):
    """Holds what the bank wants to see the buyer for."""

    def authorise(self, charge: Charge) -> Authorisation:
        answer = super().authorise(charge)
        if isinstance(answer, ChallengeNeeded):
            self.answer_challenge(answer.reference)
        return super().authorise(charge)


class ChallengesForEver(MemoryGateway):
    """Tells what it told first, although the buyer has come."""

    def authorise(self, charge: Charge) -> Authorisation:
        answer = super().authorise(charge)
        if charge.source == "challenged" and isinstance(answer, Authorised):
            return ChallengeNeeded(reference=answer.reference, url=None)
        return answer


class ForgetsWhatWasCaptured(MemoryGateway):
    """Has no name any more for what was captured."""

    def authorise(self, charge: Charge) -> Authorisation:
        answer = super().authorise(charge)
        known = self._bank.charges[charge.key]
        return Declined(code="captured") if known.state is State.CAPTURED else answer


class TakesYenForCents(MemoryGateway):
    """Takes a hundredth of what has no decimals."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        if amount.currency.code == "JPY":
            amount = Money(amount.amount // 100, "JPY")
        return super().capture(key, reference, amount)


class ForgetsThousandths(MemoryGateway):
    """Takes tenths of what is divided into thousandths."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        if amount.currency.code == "KWD":
            amount = Money(amount.amount.quantize(Decimal("0.1")), "KWD")
        return super().capture(key, reference, amount)


class CapturesForEachKey(MemoryGateway):
    """Says that it has captured again what it has captured."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        for done in self._bank.captures.values():
            if done.account.reference == reference:
                return done.answer
        return super().capture(key, reference, amount)


class FindsAnyCapture(MemoryGateway):
    """Takes whatever was captured for what it is looked up for."""

    def find_capture(self, reference: str) -> Captured | None:
        others = (done.answer for done in self._bank.by_receipt.values())
        return super().find_capture(reference) or next(others, None)


class FindsAllThatWasHeld(MemoryGateway):
    """Says that all was captured where a part was."""

    def find_capture(self, reference: str) -> Captured | None:
        found = super().find_capture(reference)
        held = self._bank.by_reference.get(reference)
        return None if found is None or held is None else evolve(found, amount=held.charge.amount)


class CapturesTwice(MemoryGateway):
    """Takes the money again when it is asked again with the same key."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        done = self._bank.captures.get(key)
        if done is not None:
            done.amount += amount
            return done.answer
        return super().capture(key, reference, amount)


class ForgetsCaptures(MemoryGateway):
    """Refuses with the same key what it has captured with it."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        return super().capture(f"{key}/{unique('once')}", reference, amount)


class CapturesSomethingElse(MemoryGateway):
    """Takes a key for what it was used for first, whatever is asked with it."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        done = self._bank.captures.get(key)
        return super().capture(key, reference, amount if done is None else done.amount)


class CapturesAnotherHold(MemoryGateway):
    """Does not look which hold a key was used for."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        done = self._bank.captures.get(key)
        return super().capture(key, reference if done is None else done.account.reference, amount)


class CapturesEverything(MemoryGateway):
    """Takes all that is held when a part is asked for."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        account = self._bank.by_reference.get(reference)
        held = amount if account is None else account.charge.amount
        return super().capture(key, reference, max(held, amount))


class KeepsTheRest(MemoryGateway):
    """Takes a part, and then the rest too."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        answer = super().capture(key, reference, amount)
        account = self._bank.by_reference.get(reference)
        if isinstance(answer, PaymentRefused) and account is not None:
            for done in self._bank.captures.values():
                if done.account is account and done.amount + amount <= account.charge.amount:
                    done.amount += amount
                    return done.answer
        return answer


class CapturesTooMuch(MemoryGateway):
    """Takes more than is held."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        account = self._bank.by_reference.get(reference)
        if account is not None and amount > account.charge.amount:
            amount = account.charge.amount
        return super().capture(key, reference, amount)


class MixesCurrencies(MemoryGateway):
    """Takes a number for an amount, in whatever currency is held."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        account = self._bank.by_reference.get(reference)
        code = amount.currency.code if account is None else account.charge.amount.currency.code
        return super().capture(key, reference, Money(amount.amount, code))


class CapturesNothing(MemoryGateway):
    """Answers when nothing is to be captured."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        with suppress(MoneyError):
            return super().capture(key, reference, amount)
        return Captured(receipt="nothing", amount=amount)


class KnowsAnyReference(MemoryGateway):
    """Takes for our mistake what it does not know."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        answer = super().capture(key, reference, amount)
        if answer == PaymentRefused(
            reason=PaymentRefusal.UNKNOWN_REFERENCE, code="unknown-reference"
        ):
            raise OutsideRejectedError("memory", "capture", "not found")
        return answer


class CallsVoidedRefused(MemoryGateway):
    """Does not say why what was voided cannot be captured."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        answer = super().capture(key, reference, amount)
        if isinstance(answer, PaymentRefused) and answer.reason is PaymentRefusal.VOIDED:
            return evolve(answer, reason=PaymentRefusal.REFUSED)
        return answer


class VoidsNothing(MemoryGateway):
    """Says that nothing is held, and goes on holding it."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        answer = super().authorise(charge)
        if isinstance(answer, Authorised) and charge.key not in self._captured_keys():
            return Voided()
        return super().void(charge)

    def _captured_keys(self) -> set[str]:
        return {done.account.charge.key for done in self._bank.captures.values()}


class MakesKnownChargesAgain(MemoryGateway):
    """Looks nothing up under its reference: what its keys do not tell it is new."""

    def authorise(self, charge: Charge) -> Authorisation:
        return super().authorise(evolve(charge, reference=None))

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        return super().void(evolve(charge, reference=None))


class CapturesForgottenAgain(MemoryGateway):
    """Captures again what was captured under a key that it has forgotten."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        account = self._bank.by_reference.get(reference)
        if account is not None and account.state is State.CAPTURED and not self._bank.captures:
            self._bank.hold(account)
        return super().capture(key, reference, amount)


class RefundsForgottenAgain(MemoryGateway):
    """Refunds again what was refunded under a key that it has forgotten."""

    def forget_keys(self) -> None:
        super().forget_keys()
        self._bank.refunds.clear()


class VoidsOnce(MemoryGateway):
    """Knows nothing any more of what was voided."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        known = self._bank.charges.get(charge.key)
        if known is not None and known.state is State.VOIDED:
            reason = PaymentRefusal.VOIDED
            return PaymentRefused(reason=reason, code=reason.value)
        return super().void(charge)


class VoidsWhatWasCaptured(MemoryGateway):
    """Gives back what was captured, when it is asked to release it."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        answer = super().void(charge)
        if isinstance(answer, PaymentRefused):
            for receipt, done in self._bank.by_receipt.items():
                if done.account.charge == charge:
                    self.refund(unique("void"), receipt, done.amount)
            return Voided()
        return answer


class HoldsWhatWasVoided(MemoryGateway):
    """Holds again what was voided."""

    def authorise(self, charge: Charge) -> Authorisation:
        known = self._bank.charges.get(charge.key)
        if known is not None and known.state is State.VOIDED:
            self._bank.hold(known)
        return super().authorise(charge)


class VoidsOnlyWhatItKnows(MemoryGateway):
    """Keeps no note of a charge that was voided before it was asked for."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        return super().void(charge) if charge.key in self._bank.charges else Voided()


class VoidsEverything(MemoryGateway):
    """Releases whatever is held for anybody."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        for account in self._bank.charges.values():
            self._bank.void(account)
        return super().void(charge)


class LeavesChallengesOpen(MemoryGateway):
    """Releases what is held, and lets the buyer come all the same."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        known = self._bank.charges.get(charge.key)
        if known is not None and known.state is State.CHALLENGED:
            return Voided()
        return super().void(charge)


class RefusesToVoidDeclines(MemoryGateway):
    """Has nothing to release, and takes that for a reason to refuse."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        known = self._bank.charges.get(charge.key)
        if known is not None and known.state is State.DECLINED:
            return PaymentRefused(reason=PaymentRefusal.REFUSED, code="declined")
        return super().void(charge)


class RefundsTooMuch(MemoryGateway):
    """Gives back whatever is asked for."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        answer = super().refund(key, receipt, amount)
        if isinstance(answer, PaymentRefused) and answer.reason is PaymentRefusal.ABOVE_CAPTURED:
            return Refunded(reference=unique("refund"), pending=False)
        return answer


class RefundsTheRest(MemoryGateway):
    """Gives back what is left when more is asked for."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        answer = super().refund(key, receipt, amount)
        if isinstance(answer, PaymentRefused) and answer.reason is PaymentRefusal.ABOVE_CAPTURED:
            done = self._bank.by_receipt[receipt]
            rest = done.amount - done.account.returned
            return super().refund(key, receipt, rest) if rest else answer
        return answer


class ForgetsRefunds(MemoryGateway):
    """Gives back again with the same key."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        return super().refund(f"{key}/{unique('once')}", receipt, amount)


class RefundsSomethingElse(MemoryGateway):
    """Takes a key for what it was used for first, whatever is asked with it."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        done = self._bank.refunds.get(key)
        return super().refund(key, receipt, amount if done is None else done.amount)


class RefundsAnotherCapture(MemoryGateway):
    """Does not look which capture a key was used for."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        done = self._bank.refunds.get(key)
        return super().refund(key, done.capture.answer.receipt if done else receipt, amount)


class RefundsInAnyCurrency(MemoryGateway):
    """Takes a number for an amount, in whatever currency was captured."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        done = self._bank.by_receipt.get(receipt)
        code = amount.currency.code if done is None else done.amount.currency.code
        return super().refund(key, receipt, Money(amount.amount, code))


class RefundsNothing(MemoryGateway):
    """Answers when nothing is to be given back."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        with suppress(MoneyError):
            return super().refund(key, receipt, amount)
        return Refunded(reference="nothing", pending=False)


class KnowsAnyReceipt(MemoryGateway):
    """Gives back what was never taken."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        if receipt not in self._bank.by_receipt:
            return Refunded(reference=unique("refund"), pending=False)
        return super().refund(key, receipt, amount)


class NamesRefundsAlike(MemoryGateway):
    """Gives every refund of a receipt the receipt's name."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        answer = super().refund(key, receipt, amount)
        return evolve(answer, reference=receipt) if isinstance(answer, Refunded) else answer


class AcceptsForgeries(MemoryGateway):
    """Reads whatever it is given."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        forged = webhooks.signed(body, self._secret, self._bank.clock.now())
        return super().read_webhook({**headers, **forged}, body)


class AcceptsWhatNobodySigned(MemoryGateway):
    """Verifies a signature only where there is one."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        if not any(name.lower() == webhooks.HEADER for name in headers):
            headers = webhooks.signed(body, self._secret, self._bank.clock.now())
        return super().read_webhook(headers, body)


class AcceptsOldWebhooks(MemoryGateway):
    """Does not look at when a webhook was signed."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        webhooks._verified(headers, body, self._secret)  # noqa: SLF001 - half of what is owed
        return webhooks._understood(body)  # noqa: SLF001 - the same


class AcceptsEndings(MemoryGateway):
    """Verifies a body without the space around it."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        return super().read_webhook(headers, body.strip())


class MendsBodies(MemoryGateway):
    """Puts the end of a body that was cut off back."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        return super().read_webhook(headers, body if body.endswith(b"}") else body + b"}")


class StumblesOverSignatures(MemoryGateway):
    """Fails in another way when a signature is nonsense."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        for name, value in headers.items():
            if name.lower() == webhooks.HEADER:
                int(value.partition("=")[2].partition(",")[0])
        return super().read_webhook(headers, body)


class GuessesKinds(MemoryGateway):
    """Takes what it has no word for as captured."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        webhook = super().read_webhook(headers, body)
        if webhook.kind is WebhookKind.UNKNOWN:
            return evolve(webhook, kind=WebhookKind.CAPTURED)
        return webhook


class KnowsFewKinds(MemoryGateway):
    """Takes a dispute for something it has no word for."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        webhook = super().read_webhook(headers, body)
        if webhook.kind is WebhookKind.DISPUTED:
            return evolve(webhook, kind=WebhookKind.UNKNOWN)
        return webhook


class ReadsItsOwnCase(MemoryGateway):
    """Finds a header only where it is written as the provider writes it."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        own = {name: value for name, value in headers.items() if name == "Memory-Signature"}
        return super().read_webhook(own, body)


class NumbersWebhooksAnew(MemoryGateway):
    """Gives a webhook a new id each time it is read."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        return evolve(super().read_webhook(headers, body), id=unique("webhook"))


class NamesNobody(MemoryGateway):
    """Leaves out which authorisation a webhook is about."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        return evolve(super().read_webhook(headers, body), reference=None)


class NamesSomebodyElse(MemoryGateway):
    """Names another order than the one a webhook is about."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        webhook = super().read_webhook(headers, body)
        return evolve(webhook, order=OrderId(f"{webhook.order}x"))


class AsksAgainByItself(UnreliableGateway):
    """Asks again behind the caller's back."""

    def through(self, act: str, call: Callable[[], T]) -> T:
        with suppress(OutsideUnavailableError):
            return super().through(act, call)
        return super().through(act, call)


class InventsAnswers(UnreliableGateway):
    """Swallows an error, and says that it was captured."""

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        with suppress(OutsideUnavailableError):
            return super().capture(key, reference, amount)
        return Captured(receipt="receipt-1", amount=amount)


class CallsOutagesDeclines(UnreliableGateway):
    """Takes silence for a decline."""

    def authorise(self, charge: Charge) -> Authorisation:
        with suppress(OutsideUnavailableError):
            return super().authorise(charge)
        return Declined(code="timeout")


class CallsOutagesMistakes(UnreliableGateway):
    """Takes silence for our mistake."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        try:
            return super().refund(key, receipt, amount)
        except OutsideUnavailableError as error:
            raise OutsideRejectedError("memory", "refund", error.message) from error


class CallsOutagesVoided(UnreliableGateway):
    """Takes silence for nothing being held."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        with suppress(OutsideUnavailableError):
            return super().void(charge)
        return Voided()


class ForgetsPayouts(MemoryPayouts):
    """Pays again with the same key."""

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        return super().pay(f"{key}/{unique('once')}", seller, amount)


class PaysTwice(MemoryPayouts):
    """Pays again with the same key, and tells the same."""

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        if key in self._payouts:
            super().pay(unique("again"), seller, amount)
        return super().pay(key, seller, amount)


class PaysSomethingElse(MemoryPayouts):
    """Takes a key for what it was used for first, whatever is asked with it."""

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        done = self._payouts.get(key)
        return super().pay(key, seller, amount) if done is None else PaidOut(reference="payout-1")


class PaysWithoutAccount(MemoryPayouts):
    """Says that it has paid somebody who has no account."""

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        answer = super().pay(key, seller, amount)
        return PaidOut(reference="lost") if isinstance(answer, PayoutRefused) else answer


class PaysNothing(MemoryPayouts):
    """Answers when nothing is to be paid."""

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        with suppress(MoneyError):
            return super().pay(key, seller, amount)
        return PaidOut(reference="nothing")


class PaysReturnsAgain(MemoryPayouts):
    """Pays what came back again under the same key."""

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        done = self._payouts.get(key)
        if done is not None and done.is_back:
            self._payouts[key] = evolve(done, is_back=False)
        return super().pay(key, seller, amount)


class ReportsNothingFailed(MemoryPayouts):
    """Says of what came back that it was paid."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        return evolve(super().read_webhook(headers, body), kind=PayoutWebhookKind.PAID)


class BelievesAnybody(MemoryPayouts):
    """Reads what nobody has signed."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        return super().read_webhook({**headers, HEADER: self._signature(body)}, body)


class NumbersReportsAnew(MemoryPayouts):
    """Gives a message another name each time it is read."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        return evolve(super().read_webhook(headers, body), id=unique("report"))


class ReportsAnotherPayout(MemoryPayouts):
    """Names the first payout, whichever it is about."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        return evolve(super().read_webhook(headers, body), reference="payout-1")


class ReportsInItsOwnCase(MemoryPayouts):
    """Knows a header by one way of writing it."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        known = {name: value for name, value in headers.items() if name == HEADER.title()}
        return super().read_webhook(known, body)


class ChecksHeadersAlone(MemoryPayouts):
    """Takes any signature that it has made for that of any message."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        signed = {HEADER: self._signature(body)} if headers else {}
        return super().read_webhook(signed, body)


class InventsPayouts(UnreliablePayouts):
    """Swallows an error, and says that it was paid."""

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        with suppress(OutsideUnavailableError):
            return super().pay(key, seller, amount)
        return PaidOut(reference="payout-1")


class VoidsOnPaper(MemoryGateway):
    """Says of what it holds that it is void, and goes on holding it."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        account = self._bank.charges.get(charge.key)
        if account is None or account.state is not State.HELD:
            return super().void(charge)
        account.state, account.code = State.VOIDED, State.VOIDED.value
        return Voided()


class RefundsOnPaper(MemoryGateway):
    """Takes refunds on, and never pays one to its buyer."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        self._slow_refunds = True
        return super().refund(key, receipt, amount)


class RefundsTwiceOnPaper(MemoryGateway):
    """Pays the buyer once more for each time it is asked under a key."""

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        again = self._bank.refunds.get(key)
        answer = super().refund(key, receipt, amount)
        if again is not None:
            self._bank._move_refund(  # noqa: SLF001 - behind its back
                again, "pass on", Account.ON_ITS_WAY, Account.BUYER
            )
        return answer


class FailingGateway(MemoryGateway):
    """Raises one error whatever is asked."""

    error: ClassVar[type[OutsideError]] = OutsideUnavailableError

    def authorise(self, charge: Charge) -> Authorisation:
        raise self.error("memory", "authorise", charge.key)

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        raise self.error("memory", "capture", f"{key} {reference} {amount}")

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        raise self.error("memory", "void", charge.key)

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        raise self.error("memory", "refund", f"{key} {receipt} {amount}")


class TakesStrangersForOutages(FailingGateway):
    """Says of wrong credentials that they may be right later."""


class DeclinesStrangers(FailingGateway):
    """Takes wrong credentials for the buyer's card being refused."""

    error: ClassVar[type[OutsideError]] = OutsideDeniedError

    def authorise(self, charge: Charge) -> Authorisation:
        return Declined(code=charge.key)


class TakesOutagesForMistakes(FailingGateway):
    """Says of a connection that was refused that it never will be taken."""

    error: ClassVar[type[OutsideError]] = OutsideDeniedError


class VoidsOutOfReach(FailingGateway):
    """Takes a connection that was refused for nothing being held."""

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        with suppress(OutsideUnavailableError):
            return super().void(charge)
        return Voided()


BANKS = [kind for kind in MemoryGateway.__subclasses__() if kind is not FailingGateway]
LINES = UnreliableGateway.__subclasses__()
PAYERS = MemoryPayouts.__subclasses__()
PAYER_LINES = UnreliablePayouts.__subclasses__()
OUT_OF_REACH = FailingGateway.__subclasses__()
BROKEN = [*BANKS, *LINES, *PAYERS, *PAYER_LINES, *OUT_OF_REACH]


class OutOfReachContract(BankContract):
    """The contract over a bank that fails for strangers, and can be out of reach."""

    has_credentials = True
    is_remote = True
    failing: ClassVar[type[MemoryGateway] | None] = None

    @pytest.fixture
    def stranger(self, bank: MemoryGateway) -> MemoryGateway:
        """Give a bank that does not know us."""
        kind = self.failing or TakesOutagesForMistakes
        return kind(bank._bank.clock)  # noqa: SLF001 - the same clock

    @pytest.fixture
    def unreachable(self, bank: MemoryGateway) -> MemoryGateway:
        """Give a bank that is not there."""
        kind = self.failing or TakesStrangersForOutages
        return kind(bank._bank.clock)  # noqa: SLF001 - the same clock


def held_to(contract: type, name: str, **fields: object) -> None:
    """Let pytest find a contract over something."""
    globals()[f"Test{name}"] = type(f"Test{name}", (contract,), fields)


held_to(OutOfReachContract, "MemoryGateway")
held_to(PayoutsContract, "MemoryPayouts")
for bank in BANKS:
    held_to(BankContract, bank.__name__, kind=bank)
for line in LINES:
    held_to(BankContract, line.__name__, line=line)
for payer in PAYERS:
    held_to(PayoutsContract, payer.__name__, kind=payer)
for payer_line in PAYER_LINES:
    held_to(PayoutsContract, payer_line.__name__, line=payer_line)
for failing in OUT_OF_REACH:
    held_to(OutOfReachContract, failing.__name__, failing=failing)
