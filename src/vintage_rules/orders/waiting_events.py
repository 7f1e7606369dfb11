"""What happens to an order that waits for something: until a moment, or without an end."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from attrs import frozen

from vintage_rules.ids import Identifier
from vintage_rules.machine import checked


class Awaited(StrEnum):
    """What is waited for: posting, arrival, a check, a decision, or a piece that comes back."""

    POSTING = "posting"
    ARRIVAL = "arrival"
    CHECK = "check"
    DECISION = "decision"
    RETURN = "return"


@frozen(kw_only=True, field_transformer=checked)
class ArrivalAwaited:
    """The workshop waits for pieces until a moment, exclusive. Clauses L3, L5."""

    name: ClassVar[str] = "arrival-awaited"
    at: datetime
    until: datetime


@frozen(kw_only=True, field_transformer=checked)
class OrderStalled:
    """The order has waited for something for as long as the house says: a person is to look.

    It waits for it since a moment, without an end. `subject` is the parcel, piece, return or claim
    it is about. Only time brings this.
    """

    name: ClassVar[str] = "order-stalled"
    at: datetime
    awaited: Awaited
    subject: Identifier
    since: datetime
