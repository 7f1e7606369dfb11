"""What the house does for people, and when it can be reached: the shapes that a policy document
fills.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from enum import StrEnum

from attrs import frozen

from vintage_rules.dates import Window
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import Edition
from vintage_rules.places import Area, Territory

_WEEK = frozenset(range(7))


@frozen(kw_only=True)
class OpeningHours:
    """From an hour, included, to an hour, excluded, on some days of the week (0 is Monday).

    Raises `InvalidValueError` for a day that is none, or hours that are reversed.
    """

    weekdays: frozenset[int]
    opens: time
    closes: time

    def __attrs_post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= _WEEK:
            found = sorted(self.weekdays)
            raise InvalidValueError("weekdays", found, "at least one of 0 (Monday) to 6 (Sunday)")
        if self.closes <= self.opens:
            raise InvalidValueError("closes", str(self.closes), f"later than {self.opens}")


@frozen(kw_only=True)
class ContactPolicy:
    """When the house answers, and through what. `always` are the channels that are never closed.
    Clause K1. Raises `InvalidValueError` when it never opens.
    """

    edition: Edition
    zone: str
    hours: tuple[OpeningHours, ...]
    staffed: tuple[str, ...]
    always: tuple[str, ...]
    closed_on_holidays: bool
    sources: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if not self.hours:
            raise InvalidValueError("hours", self.hours, "at least one opening")


@frozen(kw_only=True)
class RequestRule:
    """Whether a thing people ask for is done. Clauses A2, C3, L6."""

    granted: bool
    sources: tuple[str, ...]


class Topic(StrEnum):
    """What the law wants buyers to be told before they order."""

    CONFORMITY = "conformity"
    RETURN_COST = "return-cost"
    SELLER_KIND = "seller-kind"
    WITHDRAWAL = "withdrawal"


@frozen(kw_only=True)
class InformationPolicy:
    """What buyers are told before they order, and whether they can withdraw with a function of the
    shop itself.
    """

    edition: Edition
    told: frozenset[Topic]
    withdrawal_function: bool
    sources: tuple[str, ...]


class Asked(StrEnum):
    """Who is asked something."""

    BUYER = "buyer"
    SELLER = "seller"
    HOUSE = "house"


class SilenceMeans(StrEnum):
    """What it means when nobody answers in time."""

    LAPSE = "lapse"
    APPROVE = "approve"
    REFUSE = "refuse"
    ESCALATE = "escalate"
    PAY_SELLER = "pay-seller"
    REFUND = "refund"


@frozen(kw_only=True)
class QuestionRule:
    """Something that somebody is asked: until when they may answer, and what their silence means.

    It holds in `areas` and for `codes`; everywhere, where it names neither.
    """

    name: str
    asked: Asked
    window: Window
    on_silence: SilenceMeans
    areas: frozenset[Area]
    codes: frozenset[str]
    sources: tuple[str, ...]

    def covers(self, territory: Territory | None) -> bool:
        """Tell whether it holds in a territory."""
        if not self.areas and not self.codes:
            return True
        return territory is not None and territory.lies_in(self.areas, self.codes)


@frozen(kw_only=True)
class ServicePolicy:
    """What the house does and does not do: what may pass between buyer and seller, requests,
    questions and silence, contact. Clauses A1, A2, C3, L6, K1.

    `information` is None where the house says nothing of it; of several questions of one name the
    first that covers a place holds there.
    """

    edition: Edition
    passes_to_seller: Mapping[str, tuple[str, ...]]
    channel_sources: tuple[str, ...]
    requests: Mapping[str, RequestRule]
    questions: tuple[QuestionRule, ...]
    zone: str
    contact: ContactPolicy
    information: InformationPolicy | None
