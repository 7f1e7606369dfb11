from __future__ import annotations

from tests.adapters.memory.bank_contract import BankContract, PayoutsContract


class TestMemoryGateway(BankContract):
    """The bank in memory does what every gateway must."""


class TestMemoryPayouts(PayoutsContract):
    """Payouts in memory do what everybody who pays sellers must."""
