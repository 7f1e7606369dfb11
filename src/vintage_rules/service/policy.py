"""The policy of requests, messages and contact: each value, with its kind and description.

Each is defined here once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time
from enum import StrEnum
from itertools import combinations
from typing import Annotated

from attrs import field, frozen

from vintage_rules.dates import Duration, Unit, Window
from vintage_rules.errors import InvalidValueError
from vintage_rules.fields import (
    LIMIT,
    NONE_NAMED,
    Called,
    Distinct,
    FromHouseOf,
    Hour,
    Inline,
    InWindow,
    LeftOut,
    Length,
    Name,
    NotEmpty,
    NotForCustomers,
    SourceOf,
    Sources,
    TerritoryCode,
    Words,
)
from vintage_rules.findings import (
    Described,
    Finding,
    Written,
    as_written,
    hour_of,
    is_less,
    items_in,
    table_in,
)
from vintage_rules.ids import Edition
from vintage_rules.places import Area, Territory

_WEEK = {
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
}


@frozen(kw_only=True)
class OpeningHours:
    """From an hour, included, to an hour, excluded, on some days of the week (0 is Monday).

    Raises:
        InvalidValueError: For a day that is none, or hours that are reversed.
    """

    weekdays: Annotated[
        frozenset[int],
        Called("days"),
        Words(_WEEK),
        NotEmpty(),
        "the days of the week, such as [ monday, friday ]",
    ]
    opens: Annotated[time, Hour(), "the hour from which the house answers, such as 09:30"]
    closes: Annotated[time, Hour(), "the hour from which the house does not answer, such as 12:30"]

    def __attrs_post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(_WEEK.values()):
            found = sorted(self.weekdays)
            raise InvalidValueError("weekdays", found, "at least one of 0 (Monday) to 6 (Sunday)")
        if self.closes <= self.opens:
            raise InvalidValueError("closes", str(self.closes), f"later than {self.opens}")

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require hours in order."""
        opens, closes = hour_of(table.get("opens")), hour_of(table.get("closes"))
        if is_less(closes, opens) or (closes is not None and closes == opens):
            allowed = f"later than opens, which is {as_written(opens)}"
            yield Finding(("closes",), allowed, closes)


def _by_opening(hours: tuple[OpeningHours, ...]) -> tuple[OpeningHours, ...]:
    return tuple(sorted(hours, key=lambda each: each.opens))


@frozen(kw_only=True)
class ContactPolicy:
    """When the house answers, and through what.

    `always` are the channels that are never closed. Clause K1.

    Raises:
        InvalidValueError: If it never opens.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    hours: Annotated[
        tuple[OpeningHours, ...],
        Inline(),
        NotEmpty(),
        "when the house answers, on the clock of the house",
    ] = field(converter=_by_opening)
    staffed: Annotated[
        tuple[str, ...],
        Name(),
        NotEmpty(),
        "the channels answered at these hours, such as [ phone, chat ]",
    ]
    always: Annotated[
        tuple[str, ...], Name(), "the channels that are never closed, such as [ mail ]"
    ]
    closed_on_holidays: Annotated[bool, "whether the house is closed on a public holiday"]
    holiday_sources: Annotated[tuple[str, ...], SourceOf("closed_on_holidays")]
    sources: Sources

    def __attrs_post_init__(self) -> None:
        if not self.hours:
            raise InvalidValueError("hours", self.hours, "at least one opening")

    @staticmethod
    def findings(table: Written) -> Iterator[Finding]:
        """Require hours that do not overlap."""
        rows = enumerate(table_in(row) for row in items_in(table.get("hours")))
        for (i, one), (j, other) in combinations(rows, 2):
            if _overlap(one, other):
                found = Described(f"{other.get('opens')} to {other.get('closes')}")
                allowed = f"apart from hours[{i}] on the same day"
                yield Finding(("hours", j), allowed, found, "hours-overlap")


def _overlap(one: Written, other: Written) -> bool:
    others = items_in(other.get("days"))
    shared = any(day in others for day in items_in(one.get("days")))
    begins = is_less(hour_of(one.get("opens")), hour_of(other.get("closes")))
    ends = is_less(hour_of(other.get("opens")), hour_of(one.get("closes")))
    return shared and begins and ends


@frozen(kw_only=True)
class MessagePolicy:
    """What may pass from a buyer to a seller. Clause A1."""

    passes: Annotated[
        Mapping[str, tuple[str, ...]],
        Name(),
        "each kind of message that passes, and what it may carry: { offer = [ price ] }",
    ]
    sources: Sources


@frozen(kw_only=True)
class RequestRule:
    """Something people request of the house, and whether it is done. Clauses A2, C3, L6."""

    name: Annotated[str, Name(), "what is requested, such as change-shipping-address"]
    granted: Annotated[bool, "whether the house does it"]
    sources: Sources


class Topic(StrEnum):
    """The information that the law wants buyers to get before they order."""

    CONFORMITY = "conformity"
    RETURN_COST = "return-cost"
    SELLER_KIND = "seller-kind"
    WITHDRAWAL = "withdrawal"


@frozen(kw_only=True)
class InformationPolicy:
    """The information given to buyers before they order, and whether a function withdraws."""

    edition: FromHouseOf[Edition]
    given: Annotated[
        frozenset[Topic],
        "the information given: the guarantee of conformity, who bears the cost of a return, "
        "whether the seller is a professional, the right of withdrawal",
        NotForCustomers("it says what the shop itself shows, which is where customers see it"),
    ]
    withdrawal_function: Annotated[
        bool,
        "whether the shop itself has a button to withdraw from the contract",
        NotForCustomers("it says what the shop itself shows, which is where customers see it"),
    ]
    sources: Sources


class Addressee(StrEnum):
    """The addressee of a question."""

    BUYER = "buyer"
    SELLER = "seller"
    HOUSE = "house"


class SilenceMeans(StrEnum):
    """What silence means if there is no answer in time."""

    LAPSE = "lapse"
    APPROVE = "approve"
    REFUSE = "refuse"
    ESCALATE = "escalate"
    PAY_SELLER = "pay-seller"
    REFUND = "refund"


@frozen(kw_only=True)
class QuestionRule:
    """A question put to a person: until when they may answer, and what their silence means.

    It holds in `areas` and for `codes`; everywhere, where it names neither.
    """

    name: Annotated[str, Name(), "the question, such as confirm-sale"]
    asked: Annotated[Addressee, "the addressee of the question"]
    window: Annotated[
        Window,
        InWindow(),
        LIMIT,
        "the time in which they may answer",
        NotForCustomers("a day at most, and the question itself names its last day", of=("roll",)),
    ]
    on_silence: Annotated[
        SilenceMeans,
        "what silence means: the matter lapses, is approved, refused or put before a person, the "
        "seller is paid, or the buyer refunded",
    ]
    areas: Annotated[frozenset[Area], NONE_NAMED, "only in these areas of the world"]
    codes: Annotated[
        frozenset[str],
        TerritoryCode(),
        NONE_NAMED,
        "only in these countries and territories",
    ]
    sources: Sources

    def covers(self, territory: Territory | None) -> bool:
        """Return whether it holds in a territory."""
        if not self.areas and not self.codes:
            return True
        return territory is not None and territory.lies_in(self.areas, self.codes)


@frozen(kw_only=True)
class ReviewPolicy:
    """When a person looks at an order that waits for what has no time of its own."""

    after: Annotated[
        Duration,
        Length(units=(Unit.HOURS,)),
        "how long an order waits for what has no time of its own before a person looks",
        NotForCustomers("it opens a case of the house, and decides nothing"),
    ]
    sources: Sources


@frozen(kw_only=True)
class ServicePolicy:
    """What the house does for people. Clauses A1, A2, C3, L6, K1.

    `information` is None where the house says nothing of it, `review` where no person looks; of
    several questions of one name the first that covers a place holds there.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    messages: Annotated[MessagePolicy, "what may pass from a buyer to a seller"]
    requests: Annotated[
        Mapping[str, RequestRule],
        Distinct(),
        LeftOut(means={}),
        "what people request, and whether it is done",
    ]
    questions: Annotated[
        tuple[QuestionRule, ...],
        LeftOut(means=()),
        "the questions, and what silence means; of one name the first that covers a place decides",
    ]
    review: Annotated[
        ReviewPolicy | None,
        "when a person looks at an order that waits; left out where it waits without an end",
    ]
    contact: Annotated[ContactPolicy, "when the house answers, and through what"]
    information: Annotated[
        InformationPolicy | None,
        "the information given to buyers before they order; left out where the house does not say",
    ]

    def questions_in(self, territory: Territory | None) -> tuple[QuestionRule, ...]:
        """Return the questions that hold in a territory: the first of each name that covers it."""
        found: dict[str, QuestionRule] = {}
        for question in self.questions:
            if question.covers(territory):
                found.setdefault(question.name, question)
        return tuple(found.values())
