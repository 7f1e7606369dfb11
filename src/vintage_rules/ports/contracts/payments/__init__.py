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

from vintage_rules.ports.contracts.payments.fixtures import (
    Delivery as Delivery,
    GatewayFixtures as GatewayFixtures,
    NoticeDraft as NoticeDraft,
    Source as Source,
)
from vintage_rules.ports.contracts.payments.notices import NoticesContract as NoticesContract
from vintage_rules.ports.contracts.payments.refunds import RefundsContract as RefundsContract
from vintage_rules.ports.contracts.payments.requests import RequestsContract as RequestsContract
from vintage_rules.ports.contracts.payments.troubles import (
    LostRefundsContract as LostRefundsContract,
    TroublesContract as TroublesContract,
)
from vintage_rules.ports.contracts.payments.unreliable import (
    UnreliableGateway as UnreliableGateway,
)


class PaymentGatewayContract(RequestsContract, RefundsContract, TroublesContract, NoticesContract):
    """Everything that a gateway of payments must do."""
