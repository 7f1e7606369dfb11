"""The contracts of payments and payouts, over what is in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from attrs import define

from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.ids import SellerId
from vintage_rules.money import Money, total
from vintage_rules.ports.payments import ChallengeNeeded, Charge, PaymentGateway, PaymentWebhook
from vintage_rules.ports.payouts import PaidOut, PayoutWebhookKind
from vintage_rules.testing.contracts.payments import (
    Booked,
    Booking,
    Delivery,
    PaymentGatewayContract,
    Source,
    UnreliableGateway,
    WebhookDraft,
)
from vintage_rules.testing.contracts.payouts import (
    Bounce,
    PayoutReaderContract,
    Report,
    Reported,
    SellerPayoutsContract,
    UnreliablePayouts,
    unique,
)


@define
class StandingClock:
    """A clock that is set by hand."""

    moment: datetime = datetime(2026, 11, 25, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """Give the moment it was set to."""
        return self.moment


class BankContract(PaymentGatewayContract):
    """The contract of a gateway over a bank in memory, or over a broken kind of one."""

    kind: ClassVar[type[MemoryGateway]] = MemoryGateway
    line: ClassVar[type[UnreliableGateway]] = UnreliableGateway

    has_credentials = False
    is_remote = False

    @pytest.fixture
    def clock(self) -> StandingClock:
        """Give the bank's clock."""
        return StandingClock()

    @pytest.fixture
    def bank(self, clock: StandingClock) -> MemoryGateway:
        """Give the bank itself."""
        return self.kind(clock)

    @pytest.fixture
    def gateway(self, bank: MemoryGateway) -> UnreliableGateway:
        """Lead to it through faults."""
        return self.line(bank, "memory")

    @pytest.fixture
    def forget(
        self, bank: MemoryGateway, gateway: UnreliableGateway
    ) -> Callable[[], PaymentGateway]:
        """Let the bank forget; the line to it is the same."""

        def forget() -> PaymentGateway:
            bank.forget_keys()
            return gateway

        return forget

    @pytest.fixture
    def faults(self, gateway: UnreliableGateway) -> UnreliableGateway:
        """The faults are in the way."""
        return gateway

    @pytest.fixture
    def approved(self) -> Source:
        """Any amount is approved."""
        return lambda _: "approved"

    @pytest.fixture
    def declined(self) -> Source:
        """Any amount is declined."""
        return lambda _: "declined:expired-card"

    @pytest.fixture
    def challenged(self) -> Source:
        """For any amount the bank wants to see the buyer."""
        return lambda _: "challenged"

    @pytest.fixture
    def pass_challenge(self, bank: MemoryGateway) -> Callable[[ChallengeNeeded], None]:
        """The buyer comes and is recognised."""
        return lambda needed: bank.answer_challenge(needed.reference)

    @pytest.fixture
    def booked(self, bank: MemoryGateway) -> Booking:
        """Read the bank's ledger."""
        return booked_by(bank)

    @pytest.fixture
    def deliver(
        self, bank: MemoryGateway, clock: StandingClock
    ) -> Callable[[WebhookDraft], Delivery]:
        """Let the bank write and sign a webhook when it did."""

        def deliver(draft: WebhookDraft) -> Delivery:
            now = clock.moment
            clock.moment = now - draft.sent_ago
            webhook = PaymentWebhook(
                id=draft.id,
                kind=draft.kind,
                at=clock.moment,
                reference=draft.reference,
                order=draft.order,
                code="told",
            )
            headers, body = bank.sent(webhook)
            clock.moment = now
            return Delivery(headers=headers, body=body)

        return deliver


def booked_by(bank: MemoryGateway) -> Booking:
    """Read the ledger of a bank: what is held and taken, and what buyers were paid."""

    def booked(charge: Charge, _reference: str) -> Booked:
        code, order = charge.amount.currency.code, charge.order
        moves = [each for each in bank.ledger if each.order == order]
        return Booked(
            held=bank.ledger.balance(Account.HELD, code, order),
            taken=total((m.amount for m in moves if m.act == "capture"), code),
            returned=total((m.amount for m in moves if m.source is Account.ON_ITS_WAY), code),
        )

    return booked


class PayoutsContract(SellerPayoutsContract, PayoutReaderContract):
    """The contracts of payouts over those in memory, or over a broken kind of them."""

    kinds = frozenset({PayoutWebhookKind.FAILED, PayoutWebhookKind.PAID})

    kind: ClassVar[type[MemoryPayouts]] = MemoryPayouts
    line: ClassVar[type[UnreliablePayouts]] = UnreliablePayouts

    @pytest.fixture
    def books(self) -> MemoryPayouts:
        """Give the payer itself."""
        return self.kind(without_account=[SellerId("zoe")])

    @pytest.fixture
    def payouts(self, books: MemoryPayouts) -> UnreliablePayouts:
        """Lead to it through faults."""
        return self.line(books, "memory")

    @pytest.fixture
    def faults(self, payouts: UnreliablePayouts) -> UnreliablePayouts:
        """The faults are in the way."""
        return payouts

    @pytest.fixture
    def seller(self) -> SellerId:
        """A seller with an account."""
        return SellerId("anna")

    @pytest.fixture
    def seller_without_account(self) -> SellerId:
        """A seller without one."""
        return SellerId("zoe")

    @pytest.fixture
    def reader(self, books: MemoryPayouts) -> MemoryPayouts:
        """It reads its own reports."""
        return books

    @pytest.fixture
    def bounce(self, books: MemoryPayouts) -> Bounce:
        """Let a payout come back, and be reported."""

        def bounce(answer: PaidOut) -> tuple[dict[str, str], bytes]:
            books.bounce(answer.reference)
            return books.report(answer.reference, StandingClock().moment)

        return bounce

    @pytest.fixture
    def report(self, books: MemoryPayouts) -> Report:
        """Make a payout, let it come back if it is to, and report it."""

        def report(kind: PayoutWebhookKind) -> Reported:
            key = unique("payout")
            MemoryPayouts.pay(books, key, SellerId("anna"), self.amount)
            (made,) = (each for each in books if each.key == key)
            if kind is PayoutWebhookKind.FAILED:
                books.bounce(made.reference)
            headers, body = books.report(made.reference, StandingClock().moment)
            return Reported(headers=headers, body=body, reference=made.reference, key=key)

        return report

    @pytest.fixture
    def paid(self, books: MemoryPayouts) -> Callable[[SellerId], Money]:
        """Read it in the books."""
        return lambda seller: books.paid("EUR", seller)
