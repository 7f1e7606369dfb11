"""A gateway in this process whose calls can be made to go wrong."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.money import Money
from vintage_rules.ports.payments import (
    Authorisation,
    Captured,
    Charge,
    PaymentGateway,
    PaymentRefused,
    PaymentWebhook,
    Refunded,
    Voided,
)
from vintage_rules.testing.contracts.faults import FaultyCalls


class UnreliableGateway(FaultyCalls):
    """Leads every request to a gateway through faults, as a network would."""

    def __init__(self, gateway: PaymentGateway, port: str) -> None:
        super().__init__(port)
        self._gateway = gateway

    def authorise(self, charge: Charge) -> Authorisation:
        """Have the gateway hold an amount, unless that goes wrong."""
        return self.through("authorise", lambda: self._gateway.authorise(charge))

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """Have the gateway take an amount, unless that goes wrong."""
        return self.through("capture", lambda: self._gateway.capture(key, reference, amount))

    def find_capture(self, reference: str) -> Captured | None:
        """Have the gateway look a capture up, unless that goes wrong."""
        return self.through("find capture", lambda: self._gateway.find_capture(reference))

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """Have the gateway release an amount, unless that goes wrong."""
        return self.through("void", lambda: self._gateway.void(charge))

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """Have the gateway give an amount back, unless that goes wrong."""
        return self.through("refund", lambda: self._gateway.refund(key, receipt, amount))

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Have a webhook read, which calls no provider."""
        return self._gateway.read_webhook(headers, body)
