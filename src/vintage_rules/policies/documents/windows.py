"""A time in which something may be done, as documents write it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vintage_rules.dates import Roll, Window
from vintage_rules.policies.documents.common import Record
from vintage_rules.policies.documents.values import Length, Name, named


class WindowDocument(Record):
    """From an event on, for so long: { anchor = received, length = 14 days, roll = none }."""

    anchor: Name = Field(description="the event it starts at, such as received")
    length: Length = Field(description="how long it lasts, such as 14 days")
    roll: Annotated[Roll, named] = Field(
        description="what becomes of a last day that is a Saturday, a Sunday or a public holiday"
    )

    def to_policy(self) -> Window:
        """Build the window that the rules take."""
        return Window(anchor=self.anchor, length=self.length, roll=self.roll)
