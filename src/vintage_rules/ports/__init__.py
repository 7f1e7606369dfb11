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
        ScanReader as ScanReader,
        ScanWebhook as ScanWebhook,
        Shipment as Shipment,
        ShipmentRefusal as ShipmentRefusal,
        ShipmentRefused as ShipmentRefused,
        Tracker as Tracker,
        Tracking as Tracking,
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
        Message as Message,
        MessageKind as MessageKind,
        Notifier as Notifier,
        Sent as Sent,
        Undeliverable as Undeliverable,
    )
    from vintage_rules.ports.observer import (
        Activity as Activity,
        ActivityKind as ActivityKind,
        Observer as Observer,
    )
    from vintage_rules.ports.payments import (
        Authorisation as Authorisation,
        Authorised as Authorised,
        Captured as Captured,
        ChallengeNeeded as ChallengeNeeded,
        Charge as Charge,
        Declined as Declined,
        PaymentGateway as PaymentGateway,
        PaymentRefusal as PaymentRefusal,
        PaymentRefused as PaymentRefused,
        PaymentWebhook as PaymentWebhook,
        Refunded as Refunded,
        Voided as Voided,
        WebhookKind as WebhookKind,
    )
    from vintage_rules.ports.payouts import (
        PaidOut as PaidOut,
        PayoutRefusal as PayoutRefusal,
        PayoutReader as PayoutReader,
        PayoutRefused as PayoutRefused,
        PayoutWebhook as PayoutWebhook,
        PayoutWebhookKind as PayoutWebhookKind,
        SellerPayouts as SellerPayouts,
    )
    from vintage_rules.ports.rates import (
        ExchangeRate as ExchangeRate,
        ExchangeRates as ExchangeRates,
    )
    from vintage_rules.ports.store import (
        Backlog as Backlog,
        Change as Change,
        DeadLetter as DeadLetter,
        DeadLettered as DeadLettered,
        Done as Done,
        EventStore as EventStore,
        History as History,
        Leased as Leased,
        ListedRow as ListedRow,
        OutboxMessage as OutboxMessage,
        Outcome as Outcome,
        PersonalData as PersonalData,
        Postponed as Postponed,
        Record as Record,
        Row as Row,
        RowKey as RowKey,
        StoredEvent as StoredEvent,
        StreamRows as StreamRows,
        Waiting as Waiting,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
