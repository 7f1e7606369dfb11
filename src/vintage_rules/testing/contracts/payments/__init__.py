"""What a gateway of payments must do: `PaymentGatewayContract`, to be subclassed.

A team that writes an adapter gives it the fixtures of `GatewayFixtures`, says what its provider
lacks, and runs it::

    class TestOurGateway(PaymentGatewayContract):
        challenges = False

        @pytest.fixture
        def gateway(self, proxy):
            return OurGateway(proxy.url)

        ...
"""

from __future__ import annotations

from vintage_rules.testing.contracts.payments.books import BooksContract as BooksContract
from vintage_rules.testing.contracts.payments.fixtures import (
    Booked as Booked,
    Booking as Booking,
    Delivery as Delivery,
    GatewayFixtures as GatewayFixtures,
    WebhookDraft as WebhookDraft,
    Source as Source,
)
from vintage_rules.testing.contracts.payments.forgetting import (
    ForgottenKeysContract as ForgottenKeysContract,
    ForgottenRefundsContract as ForgottenRefundsContract,
)
from vintage_rules.testing.contracts.payments.webhooks import WebhooksContract as WebhooksContract
from vintage_rules.testing.contracts.payments.refunds import RefundsContract as RefundsContract
from vintage_rules.testing.contracts.payments.requests import RequestsContract as RequestsContract
from vintage_rules.testing.contracts.payments.troubles import (
    LostRefundsContract as LostRefundsContract,
    TroublesContract as TroublesContract,
)
from vintage_rules.testing.contracts.payments.unreliable import (
    UnreliableGateway as UnreliableGateway,
)


class PaymentGatewayContract(
    RequestsContract,
    RefundsContract,
    BooksContract,
    TroublesContract,
    ForgottenKeysContract,
    ForgottenRefundsContract,
    WebhooksContract,
):
    """Everything that a gateway of payments must do."""
