"""What a payer of sellers must do. Clause R6."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, TypeAlias
from uuid import uuid4

import pytest
from attrs import frozen

from vintage_rules.errors import ForgedWebhookError, MoneyError, OutsideRejectedError
from vintage_rules.ids import SellerId
from vintage_rules.money import Money, zero
from vintage_rules.ports.payouts import (
    PaidOut,
    PayoutReader,
    PayoutRefused,
    PayoutWebhookKind,
    SellerPayouts,
)
from vintage_rules.testing.contracts.faults import Fault, FaultRounds, Faults, FaultyCalls
from vintage_rules.testing.contracts.missing import missing

Paid: TypeAlias = Callable[[SellerId], Money]
Bounce: TypeAlias = Callable[[PaidOut], tuple[Mapping[str, str], bytes]]


@frozen(kw_only=True)
class Reported:
    """A webhook of a payer as it arrives, and which payout it is about.

    `reference` is the payer's name for that, `key` ours; one of them None where it does not say.
    """

    headers: Mapping[str, str]
    body: bytes
    reference: str | None
    key: str | None


Report: TypeAlias = Callable[[PayoutWebhookKind], Reported]


class PayoutReaderContract:
    """The contract of `PayoutReader`.

    A subclass gives the adapter in the fixture `reader`, and in `report` what has the payer write
    and sign a message about a payout that it names nowhere else.
    """

    kinds: ClassVar[frozenset[PayoutWebhookKind]] = frozenset(PayoutWebhookKind)
    """What the payer reports; `unknown` needs a message that the port has no word for."""

    @pytest.fixture
    def reader(self) -> PayoutReader:
        """Return the adapter under test."""
        raise missing(self, "reader")

    @pytest.fixture
    def report(self) -> Report:
        """Return what has the payer report what became of a payout."""
        raise missing(self, "report")

    def test_reads_each_kind(self, reader: PayoutReader, report: Report) -> None:
        """What became of it, and of which: by our key, or by the name that it was given."""
        for kind in sorted(self.kinds):
            sent = report(kind)
            webhook = reader.read_webhook(sent.headers, sent.body)
            assert webhook.kind is kind
            assert (sent.reference, sent.key) != (None, None)
            assert (webhook.reference, webhook.key) == (sent.reference, sent.key)

    def test_knows_a_message_that_comes_twice(self, reader: PayoutReader, report: Report) -> None:
        """It is the same each time it is read, and another one is another."""
        sent, other = report(PayoutWebhookKind.FAILED), report(PayoutWebhookKind.FAILED)
        webhook = reader.read_webhook(sent.headers, sent.body)
        assert reader.read_webhook(sent.headers, sent.body) == webhook
        assert reader.read_webhook(other.headers, other.body).id != webhook.id

    def test_reads_headers_of_any_case(self, reader: PayoutReader, report: Report) -> None:
        """As web servers pass them on."""
        sent = report(PayoutWebhookKind.FAILED)
        webhook = reader.read_webhook(sent.headers, sent.body)
        for change in (str.upper, str.lower):
            headers = {change(name): value for name, value in sent.headers.items()}
            assert reader.read_webhook(headers, sent.body) == webhook

    def test_refuses_what_is_not_signed(self, reader: PayoutReader, report: Report) -> None:
        """A body that was changed on the way, one of another message, one without its headers."""
        sent, other = report(PayoutWebhookKind.FAILED), report(PayoutWebhookKind.FAILED)
        none: Mapping[str, str] = {}
        for headers, body in (
            (sent.headers, sent.body.replace(b":", b": ", 1)),
            (sent.headers, other.body),
            (none, sent.body),
        ):
            with pytest.raises(ForgedWebhookError):
                reader.read_webhook(headers, body)


def unique(word: str) -> str:
    """Return a name that no run of these tests has used before, for payers that remember."""
    return f"{word}-{uuid4().hex}"


class SellerPayoutsContract:
    """The contract of `SellerPayouts`.

    A subclass gives the adapter in the fixture `payouts`, and two sellers, and reads the payer's
    own books.
    """

    amount: ClassVar[Money] = Money("71.92", "EUR")

    can_lack_account: ClassVar[bool] = True
    """There are sellers whom the payer cannot pay."""

    reports_failures: ClassVar[bool] = True
    """The payer reports by a webhook that a payout came back."""

    @pytest.fixture
    def payouts(self) -> SellerPayouts:
        """Return the adapter under test, led through the faults."""
        raise missing(self, "payouts")

    @pytest.fixture
    def faults(self) -> Faults:
        """Return what makes the adapter's requests go wrong."""
        raise missing(self, "faults")

    @pytest.fixture
    def seller(self) -> SellerId:
        """Return a seller who can be paid."""
        raise missing(self, "seller")

    @pytest.fixture
    def seller_without_account(self) -> SellerId:
        """Return a seller who cannot be paid."""
        if not self.can_lack_account:
            pytest.skip("every seller can be paid")
        raise missing(self, "seller_without_account", "can_lack_account")

    @pytest.fixture
    def paid(self) -> Paid:
        """Return what reads in the payer's own books what a seller was paid in all."""
        raise missing(self, "paid")

    @pytest.fixture
    def reader(self) -> PayoutReader:
        """Return what reads the payer's webhooks."""
        if not self.reports_failures:
            pytest.skip("the payer reports nothing")
        raise missing(self, "reader", "reports_failures")

    @pytest.fixture
    def bounce(self) -> Bounce:
        """Return what lets a payout come back, and gives the webhook that says so."""
        raise missing(self, "bounce", "reports_failures")

    def test_pays(self, payouts: SellerPayouts, paid: Paid, seller: SellerId) -> None:
        """A payout has a name, and the seller has the amount, to the cent."""
        before = paid(seller)
        answer = payouts.pay(unique("payout"), seller, self.amount)
        assert isinstance(answer, PaidOut)
        assert answer.reference
        assert paid(seller) == before + self.amount

    def test_pays_once_for_a_key(
        self, payouts: SellerPayouts, paid: Paid, seller: SellerId
    ) -> None:
        """The same key is the same payout; another key is another one."""
        before = paid(seller)
        key = unique("payout")
        first = payouts.pay(key, seller, self.amount)
        assert payouts.pay(key, seller, self.amount) == first
        assert paid(seller) == before + self.amount
        assert payouts.pay(unique("payout"), seller, self.amount) != first
        assert paid(seller) == before + self.amount * 2

    def test_pays_nothing_else_under_a_key(
        self, payouts: SellerPayouts, paid: Paid, seller: SellerId
    ) -> None:
        """A key that paid one amount does not pay another amount or another seller."""
        key = unique("payout")
        payouts.pay(key, seller, self.amount)
        before = paid(seller)
        with pytest.raises(OutsideRejectedError):
            payouts.pay(key, seller, self.amount * 2)
        with pytest.raises(OutsideRejectedError):
            payouts.pay(key, SellerId(unique("somebody-else")), self.amount)
        assert paid(seller) == before

    def test_refuses_a_seller_without_an_account(
        self, payouts: SellerPayouts, paid: Paid, seller_without_account: SellerId
    ) -> None:
        """That is an answer, and nothing is paid."""
        answer = payouts.pay(unique("payout"), seller_without_account, self.amount)
        assert isinstance(answer, PayoutRefused)
        assert answer.code
        assert not paid(seller_without_account)

    def test_pays_something(self, payouts: SellerPayouts, seller: SellerId) -> None:
        """Zero and less are no payouts."""
        for nothing in (zero(self.amount.currency), -self.amount):
            with pytest.raises(MoneyError):
                payouts.pay(unique("payout"), seller, nothing)

    def test_reads_that_a_payout_came_back(
        self, payouts: SellerPayouts, reader: PayoutReader, bounce: Bounce, seller: SellerId
    ) -> None:
        """Which one, by our key or by the name it was given; the same each time it is read."""
        key, other = unique("payout"), unique("payout")
        payouts.pay(other, seller, self.amount)
        answer = payouts.pay(key, seller, self.amount)
        assert isinstance(answer, PaidOut)
        headers, body = bounce(answer)
        webhook = reader.read_webhook(headers, body)
        assert webhook.kind is PayoutWebhookKind.FAILED
        assert (webhook.key, webhook.reference) != (None, None)
        assert webhook.key in {None, key}
        assert webhook.reference in {None, answer.reference}
        assert reader.read_webhook(headers, body) == webhook

    def test_refuses_what_the_payer_did_not_say(
        self, payouts: SellerPayouts, reader: PayoutReader, bounce: Bounce, seller: SellerId
    ) -> None:
        """A body that was changed on the way, and one without its headers."""
        answer = payouts.pay(unique("payout"), seller, self.amount)
        assert isinstance(answer, PaidOut)
        headers, body = bounce(answer)
        with pytest.raises(ForgedWebhookError):
            reader.read_webhook(headers, body.replace(b":", b": ", 1))
        with pytest.raises(ForgedWebhookError):
            reader.read_webhook({}, body)

    def test_does_not_pay_again_what_came_back(
        self,
        payouts: SellerPayouts,
        reader: PayoutReader,
        bounce: Bounce,
        paid: Paid,
        seller: SellerId,
    ) -> None:
        """Under its key; what is paid under another key is paid."""
        before, key = paid(seller), unique("payout")
        answer = payouts.pay(key, seller, self.amount)
        assert isinstance(answer, PaidOut)
        reader.read_webhook(*bounce(answer))
        assert paid(seller) == before
        payouts.pay(key, seller, self.amount)
        assert paid(seller) == before
        payouts.pay(unique("payout"), seller, self.amount)
        assert paid(seller) == before + self.amount

    @pytest.mark.parametrize("fault", Fault)
    def test_pays_once_although_the_answer_was_lost(
        self, payouts: SellerPayouts, paid: Paid, faults: Faults, seller: SellerId, fault: Fault
    ) -> None:
        """Each request goes wrong once, on its way there or back, and is made again."""
        trouble = FaultRounds(faults, fault)
        for _ in trouble.rounds():
            before = paid(seller)
            request = partial(payouts.pay, unique("payout"), seller, self.amount)
            answer = trouble.retried(request)
            assert isinstance(answer, PaidOut)
            assert request() == answer
            assert paid(seller) == before + self.amount


class UnreliablePayouts(FaultyCalls):
    """Leads every request to a payer of sellers in this process through faults."""

    def __init__(self, payouts: SellerPayouts, port: str) -> None:
        super().__init__(port)
        self._payouts = payouts

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        """Request a payout, unless that goes wrong."""
        return self.through("pay", lambda: self._payouts.pay(key, seller, amount))
