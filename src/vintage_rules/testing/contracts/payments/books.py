"""What a gateway's answers must have done in the provider's own books. Clauses C7, F2.

An answer proves nothing: a void that releases nothing and a refund that credits nothing answer as
good ones do. So the provider is read past the adapter.
"""

from __future__ import annotations

import pytest

from vintage_rules.money import Money, allocate, zero
from vintage_rules.ports.payments import Captured, Charge, PaymentGateway, Voided
from vintage_rules.testing.contracts.payments.fixtures import (
    Booked,
    Booking,
    GatewayFixtures,
    Source,
    held,
    unique,
)
from vintage_rules.testing.contracts.payments.refunds import given_back


class BooksContract(GatewayFixtures):
    """The provider's own books after each verb; needs the fixture `booked`."""

    def test_books_a_hold_until_it_is_void(
        self, gateway: PaymentGateway, approved: Source, booked: Booking
    ) -> None:
        """Held once, however often it is requested; then nothing is, and nothing was taken."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        reference = held(gateway, charge).reference
        held(gateway, charge)
        assert booked(charge, reference) == _booked(amount, held=amount)
        assert gateway.void(charge) == Voided()
        assert booked(charge, reference) == _booked(amount)

    def test_books_what_it_captures(
        self, gateway: PaymentGateway, approved: Source, booked: Booking
    ) -> None:
        """Taken once; nothing is held any more, the rest of a part neither."""
        amount = self.amounts[0]
        part, *_ = allocate(amount, [1, 1, 1])
        for wanted in (amount, part) if self.captures_partly else (amount,):
            charge = self.charge(amount, approved(amount))
            reference, key = held(gateway, charge).reference, unique("capture")
            for _ in range(2):
                gateway.capture(key, reference, wanted)
            assert booked(charge, reference) == _booked(amount, taken=wanted)

    def test_books_what_it_refunds(
        self, gateway: PaymentGateway, approved: Source, booked: Booking
    ) -> None:
        """Returned once for a key, and a second part beside it."""
        amount = self.amounts[0]
        part, other, _ = allocate(amount, [1, 1, 1])
        charge, reference, receipt = self._taken(gateway, approved, amount)
        key = unique("refund")
        for _ in range(2):
            given_back(gateway, key, receipt, part)
        assert booked(charge, reference) == _booked(amount, taken=amount, returned=part)
        given_back(gateway, unique("refund"), receipt, other)
        assert booked(charge, reference) == _booked(amount, taken=amount, returned=part + other)

    def test_books_nothing_of_another_charge(
        self, gateway: PaymentGateway, approved: Source, booked: Booking
    ) -> None:
        """A void and a refund beside it leave it as it is."""
        amount = self.amounts[0]
        charge = self.charge(amount, approved(amount))
        reference = held(gateway, charge).reference
        other = self.charge(amount, approved(amount))
        held(gateway, other)
        gateway.void(other)
        _, _, receipt = self._taken(gateway, approved, amount)
        given_back(gateway, unique("refund"), receipt, amount)
        assert booked(charge, reference) == _booked(amount, held=amount)

    def _taken(
        self, gateway: PaymentGateway, approved: Source, amount: Money
    ) -> tuple[Charge, str, str]:
        charge = self.charge(amount, approved(amount))
        reference = held(gateway, charge).reference
        done = gateway.capture(unique("capture"), reference, amount)
        if not isinstance(done, Captured):
            pytest.fail(f"not captured: {done}")
        return charge, reference, done.receipt


def _booked(
    amount: Money,
    *,
    held: Money | None = None,
    taken: Money | None = None,
    returned: Money | None = None,
) -> Booked:
    nothing = zero(amount.currency)
    return Booked(held=held or nothing, taken=taken or nothing, returned=returned or nothing)
