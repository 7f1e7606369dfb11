"""What has happened to a refund after it was passed to the means of payment."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from attrs import frozen

from vintage_rules.ids import Identifier
from vintage_rules.machine import checked
from vintage_rules.returns.payments import Payment


@frozen(kw_only=True, field_transformer=checked)
class RefundFailed:
    """What a refund passed to a means of payment came back, days later. Clause F2.

    It is owed again under the cause `again`, until a person has settled by which means.
    """

    name: ClassVar[str] = "refund-failed"
    at: datetime
    cause: Identifier
    payment: Payment
    again: Identifier
