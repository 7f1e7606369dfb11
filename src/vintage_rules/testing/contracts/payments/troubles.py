"""What a gateway owes a caller that gets no answer, or is not known."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count

import pytest

from vintage_rules.errors import OutsideDeniedError, OutsideUnavailableError
from vintage_rules.money import Money, allocate
from vintage_rules.ports.payments import (
    Authorised,
    Captured,
    Declined,
    PaymentGateway,
    PaymentRefusal,
    Voided,
)
from vintage_rules.testing.contracts.faults import Fault, FaultRounds, Faults
from vintage_rules.testing.contracts.payments.fixtures import GatewayFixtures, Source, held, unique
from vintage_rules.testing.contracts.payments.refunds import given_back
from vintage_rules.testing.contracts.payments.requests import reason_of


class LostAnswersContract(GatewayFixtures):
    """Each request of a verb goes wrong once, there or back: a retry with its key loses nothing."""

    @pytest.mark.parametrize("fault", Fault)
    def test_a_charge_is_held_once(
        self, gateway: PaymentGateway, faults: Faults, approved: Source, fault: Fault
    ) -> None:
        """Requested again it is held, and requested a third time it is the same hold."""
        amount = self.amounts[0]
        trouble = FaultRounds(faults, fault)
        for _ in trouble.rounds():
            charge = self.charge(amount, approved(amount))
            answer = trouble.retried(partial(gateway.authorise, charge))
            assert isinstance(answer, Authorised)
            assert held(gateway, charge) == answer

    @pytest.mark.parametrize("fault", Fault)
    def test_a_decline_stays_one(
        self, gateway: PaymentGateway, faults: Faults, declined: Source, fault: Fault
    ) -> None:
        """A decline whose answer was lost is reported again, not tried again."""
        amount = self.amounts[0]
        trouble = FaultRounds(faults, fault)
        for _ in trouble.rounds():
            charge = self.charge(amount, declined(amount))
            answer = trouble.retried(partial(gateway.authorise, charge))
            assert isinstance(answer, Declined)
            assert gateway.authorise(charge) == answer

    @pytest.mark.parametrize("fault", Fault)
    def test_an_amount_is_taken_once(
        self, gateway: PaymentGateway, faults: Faults, approved: Source, fault: Fault
    ) -> None:
        """Requested again it is taken under one receipt; no more can be given back than that."""
        amount = self.amounts[0]
        trouble = FaultRounds(faults, fault)
        for _ in trouble.rounds():
            reference = held(gateway, self.charge(amount, approved(amount))).reference
            request = partial(gateway.capture, unique("capture"), reference, amount)
            answer = trouble.retried(request)
            assert isinstance(answer, Captured)
            assert request() == answer
            if self.guards_captured:
                more = amount + self.smallest(amount)
                refused = gateway.refund(unique("refund"), answer.receipt, more)
                assert reason_of(refused) is PaymentRefusal.ABOVE_CAPTURED
            given_back(gateway, unique("refund"), answer.receipt, amount)

    @pytest.mark.parametrize("fault", Fault)
    def test_a_charge_is_released(
        self, gateway: PaymentGateway, faults: Faults, approved: Source, fault: Fault
    ) -> None:
        """Requested again it is released, and nothing can be taken of it."""
        amount = self.amounts[0]
        trouble = FaultRounds(faults, fault)
        for _ in trouble.rounds():
            charge = self.charge(amount, approved(amount))
            reference = held(gateway, charge).reference
            assert trouble.retried(partial(gateway.void, charge)) == Voided()
            taken = gateway.capture(unique("capture"), reference, amount)
            assert reason_of(taken) is PaymentRefusal.VOIDED

    @pytest.mark.parametrize("fault", Fault)
    def test_a_charge_of_which_nothing_was_heard_is_released(
        self, gateway: PaymentGateway, faults: Faults, approved: Source, fault: Fault
    ) -> None:
        """A caller that lost the answer and wants no charge has it released, held or not."""
        amount = self.amounts[0]
        for after in count():
            charge = self.charge(amount, approved(amount))
            faults.arm(fault, after)
            with suppress(OutsideUnavailableError):
                gateway.authorise(charge)
            struck = faults.disarm()
            assert gateway.void(charge) == Voided()
            if self.closes_unrequested:
                assert isinstance(gateway.authorise(charge), Declined)
            if not struck:
                break


class LostRefundsContract(GatewayFixtures):
    """The same for what is given back; it needs the fixtures `gateway`, `faults` and `captured`."""

    @pytest.mark.parametrize("fault", Fault)
    def test_an_amount_is_given_back_once(
        self,
        gateway: PaymentGateway,
        faults: Faults,
        captured: Callable[[Money], str],
        fault: Fault,
    ) -> None:
        """Requested again it is given back, and what is left is what was not."""
        amount = self.amounts[0]
        half, other = allocate(amount, [1, 1])
        trouble = FaultRounds(faults, fault)
        for _ in trouble.rounds():
            receipt = captured(amount)
            request = partial(given_back, gateway, unique("refund"), receipt, half)
            answer = trouble.retried(request)
            assert request().reference == answer.reference
            rest = given_back(gateway, unique("refund"), receipt, other)
            assert rest.reference != answer.reference
            if self.guards_captured:
                more = gateway.refund(unique("refund"), receipt, self.smallest(amount))
                assert reason_of(more) is PaymentRefusal.ABOVE_CAPTURED


class OutOfReachContract(GatewayFixtures):
    """A provider that does not know us, or is not there."""

    def test_wrong_credentials_are_our_mistake(self, stranger: PaymentGateway) -> None:
        """No verb takes them for a decline, or for a request that is wrong by itself."""
        self.check_each_verb(stranger, OutsideDeniedError)

    def test_a_provider_that_is_not_there_may_be_asked_again(
        self, unreachable: PaymentGateway
    ) -> None:
        """No verb takes a refused connection for an answer."""
        self.check_each_verb(unreachable, OutsideUnavailableError)

    def check_each_verb(self, gateway: PaymentGateway, error: type[Exception]) -> None:
        """Check that no verb answers."""
        amount = self.amounts[0]
        charge = self.charge(amount, self.unused_source)
        requests: dict[str, Callable[[], object]] = {
            "authorise": partial(gateway.authorise, charge),
            "capture": partial(gateway.capture, unique("k"), self.unknown_reference, amount),
            "void": partial(gateway.void, charge),
            "refund": partial(gateway.refund, unique("k"), self.unknown_receipt, amount),
        }
        for verb, request in requests.items():
            with pytest.raises(error):
                pytest.fail(f"{verb} answered {request()}")


class TroublesContract(LostAnswersContract, LostRefundsContract, OutOfReachContract):
    """What goes wrong between us and the provider."""
