"""What a gateway owes a caller whose keys the provider has forgotten, as providers do in time.

A retry then cannot be known by its key. What was held is looked up under its reference, what was
captured under that of its hold, and what was refunded by our key wherever the provider notes it.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from vintage_rules.money import Money, allocate
from vintage_rules.ports.payments import Captured, PaymentGateway, PaymentRefusal, Voided
from vintage_rules.testing.contracts.payments.fixtures import GatewayFixtures, Source, held, unique
from vintage_rules.testing.contracts.payments.refunds import given_back
from vintage_rules.testing.contracts.payments.requests import reason_of


class ForgottenKeysContract(GatewayFixtures):
    """What is held and captured, once its keys are forgotten; needs the fixture `forget`."""

    def test_holds_a_forgotten_charge_once(
        self, gateway: PaymentGateway, forget: Callable[[], PaymentGateway], approved: Source
    ) -> None:
        """Its reference is looked up: it is the same hold, and releasing it leaves none."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        known = evolve(charge, reference=held(gateway, charge).reference)
        later = forget()
        assert held(later, known).reference == known.reference
        assert later.void(known) == Voided()
        taken = later.capture(unique("capture"), str(known.reference), amount)
        assert reason_of(taken) is PaymentRefusal.VOIDED

    def test_takes_nothing_again_under_a_forgotten_key(
        self, gateway: PaymentGateway, forget: Callable[[], PaymentGateway], approved: Source
    ) -> None:
        """The same receipt, or that it was captured before: then that is found."""
        amount = self.amounts[0]
        reference = held(gateway, self.charge(amount, approved(amount))).reference
        key = unique("capture")
        taken = gateway.capture(key, reference, amount)
        later = forget()
        again = later.capture(key, reference, amount)
        if isinstance(again, Captured):
            assert again == taken
        else:
            assert again.reason is PaymentRefusal.ALREADY_CAPTURED
        assert later.find_capture(reference) == taken
        if self.guards_captured and isinstance(taken, Captured):
            more = later.refund(unique("refund"), taken.receipt, amount + self.smallest(amount))
            assert reason_of(more) is PaymentRefusal.ABOVE_CAPTURED


class ForgottenRefundsContract(GatewayFixtures):
    """What is refunded, once its key is forgotten; needs `gateway`, `captured` and `forget`."""

    def test_gives_nothing_back_again_under_a_forgotten_key(
        self,
        gateway: PaymentGateway,
        captured: Callable[[Money], str],
        forget: Callable[[], PaymentGateway],
    ) -> None:
        """It is the same refund, and what it left can still be given back."""
        amount = self.amounts[0]
        half, other = allocate(amount, [1, 1])
        receipt, key = captured(amount), unique("refund")
        first = given_back(gateway, key, receipt, half)
        later = forget()
        assert given_back(later, key, receipt, half).reference == first.reference
        assert given_back(later, unique("refund"), receipt, other).reference != first.reference
