"""What the outside owes us: one protocol a file, and the values that pass through it.

The rules call none of them; `vintage_rules.marketplace` does. `contracts` holds the tests that
every adapter must pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.ports.carrier import (
        Cancelled as Cancelled,
        Carrier as Carrier,
        Followed as Followed,
        Label as Label,
        NotTracked as NotTracked,
        Rate as Rate,
        Scan as Scan,
        ScanWebhook as ScanWebhook,
        ScanReader as ScanReader,
        Shipment as Shipment,
        ShipmentRefusal as ShipmentRefusal,
        ShipmentRefused as ShipmentRefused,
        Tracker as Tracker,
        Tracking as Tracking,
        doubt_deliveries as doubt_deliveries,
        in_order as in_order,
        status_of as status_of,
    )
    from vintage_rules.ports.clock import (
        Clock as Clock,
    )
    from vintage_rules.ports.directory import (
        Contact as Contact,
        Directory as Directory,
        PostalAddress as PostalAddress,
        Recipient as Recipient,
        Role as Role,
    )
    from vintage_rules.ports.notifier import (
        Attachment as Attachment,
        Fact as Fact,
        MESSAGE_FACTS as MESSAGE_FACTS,
        Message as Message,
        MessageKind as MessageKind,
        Notifier as Notifier,
        Sent as Sent,
        Undeliverable as Undeliverable,
    )
    from vintage_rules.ports.payments import (
        Authorisation as Authorisation,
        Authorised as Authorised,
        Captured as Captured,
        ChallengeNeeded as ChallengeNeeded,
        Charge as Charge,
        Declined as Declined,
        WebhookKind as WebhookKind,
        PaymentGateway as PaymentGateway,
        PaymentWebhook as PaymentWebhook,
        PaymentRefusal as PaymentRefusal,
        PaymentRefused as PaymentRefused,
        Refunded as Refunded,
        Voided as Voided,
    )
    from vintage_rules.ports.payouts import (
        PaidOut as PaidOut,
        PayoutRefusal as PayoutRefusal,
        PayoutRefused as PayoutRefused,
        SellerPayouts as SellerPayouts,
    )
    from vintage_rules.ports.rates import (
        ExchangeRate as ExchangeRate,
        ExchangeRates as ExchangeRates,
    )
    from vintage_rules.ports.store import (
        Change as Change,
        Done as Done,
        EventStore as EventStore,
        DeadLettered as DeadLettered,
        History as History,
        OutboxMessage as OutboxMessage,
        Leased as Leased,
        Outcome as Outcome,
        Postponed as Postponed,
        Record as Record,
        DeadLetter as DeadLetter,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "carrier": (
                "Cancelled Carrier Followed Label NotTracked Rate Scan ScanWebhook ScanReader "
                "Shipment ShipmentRefusal ShipmentRefused Tracker Tracking "
                "doubt_deliveries in_order status_of"
            ),
            "clock": "Clock",
            "directory": "Contact Directory PostalAddress Recipient Role",
            "notifier": (
                "Attachment Fact MESSAGE_FACTS Message MessageKind Notifier Sent Undeliverable"
            ),
            "payments": (
                "Authorisation Authorised Captured ChallengeNeeded Charge Declined WebhookKind "
                "PaymentGateway PaymentWebhook PaymentRefusal PaymentRefused Refunded Voided"
            ),
            "payouts": "PaidOut PayoutRefusal PayoutRefused SellerPayouts",
            "rates": "ExchangeRate ExchangeRates",
            "store": (
                "Change DeadLetter DeadLettered Done EventStore History Leased OutboxMessage "
                "Outcome Postponed Record"
            ),
        },
    )
