"""What a gateway owes a caller that has amounts held, taken and released."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from vintage_rules.errors import MoneyError, OutsideRejectedError
from vintage_rules.money import Money, allocate, zero
from vintage_rules.ports.payments import (
    Authorised,
    Captured,
    ChallengeNeeded,
    Declined,
    PaymentGateway,
    PaymentRefusal,
    PaymentRefused,
    Refunded,
    Voided,
)
from vintage_rules.testing.contracts.payments.fixtures import GatewayFixtures, Source, held, unique


def reason_of(answer: object) -> PaymentRefusal:
    """Return the reason of what must be a refusal."""
    assert isinstance(answer, PaymentRefused)
    return answer.reason


class AuthorisingContract(GatewayFixtures):
    """`PaymentGateway.authorise`: what is held, once."""

    def test_holds_an_amount_of_each_currency(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """With the decimals the currency has; the hold has a name and, if it ends, an end."""
        for amount in self.amounts:
            answer = held(gateway, self.charge(amount, approved(amount)))
            assert answer.reference
            assert answer.expires_at is None or answer.expires_at.utcoffset() is not None

    def test_holds_a_charge_once(self, gateway: PaymentGateway, approved: Source) -> None:
        """The same charge requested twice is the same hold; another charge is another one."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        first = held(gateway, charge)
        assert held(gateway, charge) == first
        other = held(gateway, self.charge(amount, approved(amount)))
        assert other.reference != first.reference

    def test_holds_nothing_else_under_a_key(
        self, gateway: PaymentGateway, approved: Source, declined: Source
    ) -> None:
        """A key used for one charge is not taken for another amount, order or source.

        The hold stays.
        """
        amount, _ = allocate(self.amounts[0], [1, 1])
        charge = self.charge(amount, approved(amount))
        first = held(gateway, charge)
        other = self.charge(amount, declined(amount))
        requests = (
            evolve(charge, amount=self.amounts[0]),
            evolve(charge, order=other.order),
            evolve(charge, source=other.source),
            evolve(other, key=charge.key),
        )
        for mixed_up in requests:
            if mixed_up != charge:  # where every source looks alike, another one is the same
                with pytest.raises(OutsideRejectedError):
                    gateway.authorise(mixed_up)
        assert held(gateway, charge) == first

    def test_declines_as_a_value(self, gateway: PaymentGateway, declined: Source) -> None:
        """A decline is an answer with the provider's own code; requested again, it is the same."""
        amount = self.amounts[0]
        charge = self.charge(amount, declined(amount))
        answer = gateway.authorise(charge)
        assert isinstance(answer, Declined)
        assert answer.code
        assert gateway.authorise(charge) == answer

    def test_stays_authorised_once_it_is_captured(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """A caller that lost the answer still learns the reference."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        reference = held(gateway, charge).reference
        gateway.capture(unique("capture"), reference, amount)
        assert held(gateway, charge).reference == reference

    def test_looks_a_charge_up_under_its_reference(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """Under a key that the provider does not know, or not any more, nothing is held again."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        first = held(gateway, charge)
        forgotten = evolve(charge, key=unique("forgotten"), reference=first.reference)
        assert held(gateway, forgotten).reference == first.reference
        assert gateway.void(forgotten) == Voided()
        taken = gateway.capture(unique("capture"), first.reference, amount)
        assert reason_of(taken) is PaymentRefusal.VOIDED

    def test_asks_to_see_the_buyer(
        self,
        gateway: PaymentGateway,
        challenged: Source,
        pass_challenge: Callable[[ChallengeNeeded], None],
    ) -> None:
        """Until the buyer has answered nothing is held; after that, the same request holds it."""
        amount = self.amounts[0]
        charge = self.charge(amount, challenged(amount))
        answer = gateway.authorise(charge)
        assert isinstance(answer, ChallengeNeeded)
        assert gateway.authorise(charge) == answer
        taken = gateway.capture(unique("capture"), answer.reference, amount)
        assert reason_of(taken) is PaymentRefusal.REFUSED
        pass_challenge(answer)
        assert held(gateway, charge).reference == answer.reference
        assert isinstance(gateway.capture(unique("capture"), answer.reference, amount), Captured)


class CapturingContract(GatewayFixtures):
    """`PaymentGateway.capture`: what is taken, once."""

    def test_takes_exactly_what_is_held(self, gateway: PaymentGateway, approved: Source) -> None:
        """Of each currency, to its last decimal: all of it can be given back, and then nothing."""
        for amount in self.amounts:
            reference = held(gateway, self.charge(amount, approved(amount))).reference
            taken = gateway.capture(unique("capture"), reference, amount)
            assert isinstance(taken, Captured)
            assert isinstance(gateway.refund(unique("refund"), taken.receipt, amount), Refunded)
            if self.guards_captured:
                more = gateway.refund(unique("refund"), taken.receipt, self.smallest(amount))
                assert reason_of(more) is PaymentRefusal.ABOVE_CAPTURED

    def test_takes_once_for_a_key(self, gateway: PaymentGateway, approved: Source) -> None:
        """The same key gives the same receipt, and no more can be given back than was taken."""
        amount = self.amounts[0]
        reference = held(gateway, self.charge(amount, approved(amount))).reference
        key = unique("capture")
        taken = gateway.capture(key, reference, amount)
        assert isinstance(taken, Captured)
        assert gateway.capture(key, reference, amount) == taken
        if self.guards_captured:
            more = gateway.refund(unique("refund"), taken.receipt, amount + self.smallest(amount))
            assert reason_of(more) is PaymentRefusal.ABOVE_CAPTURED

    def test_takes_nothing_with_another_key(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """What was captured is not captured again, not even in part."""
        amount = self.amounts[0]
        half, _ = allocate(amount, [1, 1])
        reference = held(gateway, self.charge(amount, approved(amount))).reference
        assert isinstance(gateway.capture(unique("capture"), reference, amount), Captured)
        for again in (amount, half):
            answer = gateway.capture(unique("capture"), reference, again)
            assert reason_of(answer) is PaymentRefusal.ALREADY_CAPTURED

    def test_finds_what_was_captured_under_any_key(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """An answer that was lost, under a key that is forgotten: its receipt and its amount."""
        amount = self.amounts[0]
        half, _ = allocate(amount, [1, 1])
        for wanted in (amount, half) if self.captures_partly else (amount,):
            reference = held(gateway, self.charge(amount, approved(amount))).reference
            other = held(gateway, self.charge(amount, approved(amount))).reference
            assert gateway.find_capture(reference) is None
            taken = gateway.capture(unique("capture"), reference, wanted)
            assert isinstance(taken, Captured)
            assert taken.amount == wanted
            assert gateway.find_capture(reference) == taken
            assert gateway.find_capture(other) is None
        assert gateway.find_capture(self.unknown_reference) is None

    def test_takes_nothing_else_under_a_key(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """A key that captured one amount does not capture another, nor something else held."""
        amount = self.amounts[0]
        half, _ = allocate(amount, [1, 1])
        reference = held(gateway, self.charge(amount, approved(amount))).reference
        other = held(gateway, self.charge(amount, approved(amount))).reference
        key = unique("capture")
        taken = gateway.capture(key, reference, amount)
        with pytest.raises(OutsideRejectedError):
            gateway.capture(key, reference, half)
        if self.guards_keys:
            with pytest.raises(OutsideRejectedError):
                gateway.capture(key, other, amount)
            assert isinstance(gateway.capture(unique("capture"), other, amount), Captured)
        assert gateway.capture(key, reference, amount) == taken

    def test_takes_a_part_and_releases_the_rest(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """Only what was taken can be given back, and the rest cannot be taken later."""
        if not self.captures_partly:
            pytest.skip("the provider captures all or nothing")
        amount = self.amounts[0]
        part, rest, _ = allocate(amount, [1, 1, 1])
        reference = held(gateway, self.charge(amount, approved(amount))).reference
        taken = gateway.capture(unique("capture"), reference, part)
        assert isinstance(taken, Captured)
        late = gateway.capture(unique("capture"), reference, rest)
        assert reason_of(late) is PaymentRefusal.ALREADY_CAPTURED
        if self.guards_captured:
            more = gateway.refund(unique("refund"), taken.receipt, part + self.smallest(part))
            assert reason_of(more) is PaymentRefusal.ABOVE_CAPTURED
        assert isinstance(gateway.refund(unique("refund"), taken.receipt, part), Refunded)

    def test_takes_no_more_than_is_held(self, gateway: PaymentGateway, approved: Source) -> None:
        """One cent more is refused, and what is held can still be taken."""
        if not self.guards_held:
            pytest.skip("the provider takes more than is held")
        amount = self.amounts[0]
        reference = held(gateway, self.charge(amount, approved(amount))).reference
        more = gateway.capture(unique("capture"), reference, amount + self.smallest(amount))
        assert reason_of(more) is PaymentRefusal.REFUSED
        assert isinstance(gateway.capture(unique("capture"), reference, amount), Captured)

    def test_takes_nothing_of_another_currency(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """An amount in a currency that is not held is our mistake, and nothing is taken."""
        amount = self.amounts[0]
        reference = held(gateway, self.charge(amount, approved(amount))).reference
        with pytest.raises(OutsideRejectedError):
            gateway.capture(unique("capture"), reference, Money(1, "GBP"))
        assert isinstance(gateway.capture(unique("capture"), reference, amount), Captured)

    def test_takes_something(self, gateway: PaymentGateway, approved: Source) -> None:
        """Zero and less are no amounts to take."""
        amount = self.amounts[0]
        reference = held(gateway, self.charge(amount, approved(amount))).reference
        for nothing in (zero(amount.currency), -amount):
            with pytest.raises(MoneyError):
                gateway.capture(unique("capture"), reference, nothing)

    def test_does_not_know_a_reference_of_nobody(self, gateway: PaymentGateway) -> None:
        """What the provider never gave out is refused."""
        answer = gateway.capture(unique("capture"), self.unknown_reference, self.amounts[0])
        assert reason_of(answer) is PaymentRefusal.UNKNOWN_REFERENCE


class VoidingContract(GatewayFixtures):
    """`PaymentGateway.void`: nothing of a charge is held any more."""

    def test_releases_what_is_held(self, gateway: PaymentGateway, approved: Source) -> None:
        """Afterwards it cannot be taken and is not held again; voiding it again changes nothing."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        reference = held(gateway, charge).reference
        assert gateway.void(charge) == Voided()
        assert gateway.void(charge) == Voided()
        answer = gateway.capture(unique("capture"), reference, amount)
        assert reason_of(answer) is PaymentRefusal.VOIDED
        assert isinstance(gateway.authorise(charge), Declined)

    def test_closes_a_charge_that_was_never_asked_for(
        self, gateway: PaymentGateway, approved: Source
    ) -> None:
        """A request for it that comes later, having been under way, holds nothing."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        assert gateway.void(charge) == Voided()
        assert gateway.void(charge) == Voided()
        if self.closes_unrequested:
            assert isinstance(gateway.authorise(charge), Declined)

    def test_leaves_what_was_captured(self, gateway: PaymentGateway, approved: Source) -> None:
        """It is refused, and can be refunded."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        taken = gateway.capture(unique("capture"), held(gateway, charge).reference, amount)
        assert isinstance(taken, Captured)
        assert reason_of(gateway.void(charge)) is PaymentRefusal.ALREADY_CAPTURED
        assert isinstance(gateway.refund(unique("refund"), taken.receipt, amount), Refunded)

    def test_has_nothing_to_release_of_what_was_declined(
        self, gateway: PaymentGateway, declined: Source
    ) -> None:
        """Nothing is held, which is what was requested."""
        amount = self.amounts[0]
        charge = self.charge(amount, declined(amount))
        assert isinstance(gateway.authorise(charge), Declined)
        assert gateway.void(charge) == Voided()

    def test_ends_a_challenge(self, gateway: PaymentGateway, challenged: Source) -> None:
        """A buyer who is still to be seen need not come any more."""
        amount = self.amounts[0]
        charge = self.charge(amount, challenged(amount))
        assert isinstance(gateway.authorise(charge), ChallengeNeeded)
        assert gateway.void(charge) == Voided()
        assert isinstance(gateway.authorise(charge), Declined)

    def test_releases_one_charge_only(self, gateway: PaymentGateway, approved: Source) -> None:
        """Another charge of the same buyer stays held."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        other = self.charge(amount, approved(amount))
        held(gateway, charge)
        reference = held(gateway, other).reference
        gateway.void(charge)
        assert isinstance(gateway.authorise(other), Authorised)
        assert isinstance(gateway.capture(unique("capture"), reference, amount), Captured)


class RequestsContract(AuthorisingContract, CapturingContract, VoidingContract):
    """What is held, taken and released."""
