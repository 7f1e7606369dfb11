from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.adapters.memory.bank_contract import BankContract, PayoutsContract
from vintage_rules.adapters.memory import webhooks
from vintage_rules.errors import ForgedWebhookError


class TestMemoryGateway(BankContract):
    """The bank in memory does what every gateway must."""


class TestMemoryPayouts(PayoutsContract):
    """Payouts in memory do what everybody who pays sellers must."""


class TestWebhooks:
    """A webhook of the bank in memory."""

    @pytest.mark.parametrize("depth", [990, 100_000])
    def test_is_refused_where_it_nests_without_end(self, depth: int) -> None:
        """Though its signature is right: it is no webhook."""
        now = datetime(2026, 9, 7, 8, tzinfo=UTC)
        body = b"[" * depth + b"]" * depth
        with pytest.raises(ForgedWebhookError):
            webhooks.read(webhooks.signed(body, "secret", now), body, "secret", now)
