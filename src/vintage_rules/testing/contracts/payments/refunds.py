"""What a gateway owes a caller that gives amounts back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vintage_rules.errors import MoneyError, OutsideRejectedError
from vintage_rules.money import Money, allocate, zero
from vintage_rules.ports.payments import PaymentGateway, PaymentRefusal, Refunded
from vintage_rules.testing.contracts.payments.fixtures import GatewayFixtures, unique
from vintage_rules.testing.contracts.payments.requests import reason_of


def given_back(gateway: PaymentGateway, key: str, receipt: str, amount: Money) -> Refunded:
    """Have an amount given back that can be."""
    answer = gateway.refund(key, receipt, amount)
    assert isinstance(answer, Refunded)
    return answer


class RefundsContract(GatewayFixtures):
    """`PaymentGateway.refund`: what is given back, once, and never more than was taken.

    Clause F2.

    It needs the fixtures `gateway` and `captured` only, so that it can be run alone against a peer
    that knows nothing of holds.
    """

    def test_gives_back_in_parts_up_to_what_was_captured(
        self, gateway: PaymentGateway, captured: Callable[[Money], str]
    ) -> None:
        """Three thirds, and not one cent more."""
        amount = self.amounts[0]
        receipt = captured(amount)
        refunds = [
            given_back(gateway, unique("refund"), receipt, part)
            for part in allocate(amount, [1, 1, 1])
        ]
        assert len({refund.reference for refund in refunds}) == 3
        if self.guards_captured:
            more = gateway.refund(unique("refund"), receipt, self.smallest(amount))
            assert reason_of(more) is PaymentRefusal.ABOVE_CAPTURED

    def test_refuses_what_goes_beyond_as_a_whole(
        self, gateway: PaymentGateway, captured: Callable[[Money], str]
    ) -> None:
        """A refund one cent above the rest gives nothing back; the rest itself still can be."""
        if not self.guards_captured:
            pytest.skip("this peer lets refunds exceed what was captured")
        amount = self.amounts[0]
        part, *others = allocate(amount, [1, 1, 1])
        rest = others[0] + others[1]
        receipt = captured(amount)
        given_back(gateway, unique("refund"), receipt, part)
        more = gateway.refund(unique("refund"), receipt, rest + self.smallest(amount))
        assert reason_of(more) is PaymentRefusal.ABOVE_CAPTURED
        given_back(gateway, unique("refund"), receipt, rest)

    def test_gives_back_once_for_a_key(
        self, gateway: PaymentGateway, captured: Callable[[Money], str]
    ) -> None:
        """The same key gives the same refund, and what it leaves can be given back."""
        amount = self.amounts[0]
        half, other = allocate(amount, [1, 1])
        receipt = captured(amount)
        key = unique("refund")
        first = given_back(gateway, key, receipt, half)
        for _ in range(2):
            assert given_back(gateway, key, receipt, half).reference == first.reference
        second = given_back(gateway, unique("refund"), receipt, other)
        assert second.reference != first.reference
        assert given_back(gateway, key, receipt, half).reference == first.reference

    def test_gives_nothing_else_back_under_a_key(
        self, gateway: PaymentGateway, captured: Callable[[Money], str]
    ) -> None:
        """A key that gave one amount back does not give another, nor of another capture."""
        amount = self.amounts[0]
        half, _ = allocate(amount, [1, 1])
        receipt, other = captured(amount), captured(amount)
        key = unique("refund")
        first = given_back(gateway, key, receipt, half)
        with pytest.raises(OutsideRejectedError):
            gateway.refund(key, receipt, amount)
        with pytest.raises(OutsideRejectedError):
            gateway.refund(key, other, half)
        given_back(gateway, unique("refund"), other, amount)
        assert given_back(gateway, key, receipt, half).reference == first.reference

    def test_gives_back_in_the_currency_that_was_captured(
        self, gateway: PaymentGateway, captured: Callable[[Money], str]
    ) -> None:
        """An amount in another currency is our mistake, and nothing is given back."""
        amount = self.amounts[0]
        receipt = captured(amount)
        with pytest.raises(OutsideRejectedError):
            gateway.refund(unique("refund"), receipt, Money(1, "GBP"))
        given_back(gateway, unique("refund"), receipt, amount)

    def test_gives_something_back(
        self, gateway: PaymentGateway, captured: Callable[[Money], str]
    ) -> None:
        """Zero and less are no amounts to give back."""
        amount = self.amounts[0]
        receipt = captured(amount)
        for nothing in (zero(amount.currency), -amount):
            with pytest.raises(MoneyError):
                gateway.refund(unique("refund"), receipt, nothing)

    def test_does_not_know_a_receipt_of_nobody(self, gateway: PaymentGateway) -> None:
        """What the provider never gave out is refused."""
        answer = gateway.refund(unique("refund"), self.unknown_receipt, self.amounts[0])
        assert reason_of(answer) is PaymentRefusal.UNKNOWN_REFERENCE
