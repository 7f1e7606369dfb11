"""The tables about what the house does for people: messages, requests and contact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import combinations
from typing import Annotated

from pydantic import Field

from vintage_rules.places import Area
from vintage_rules.policies.documents.common import Context, House, Record, Table, distinct, is_less
from vintage_rules.policies.documents.reading import Finding, Told
from vintage_rules.policies.documents.values import Clock, Code, Name, hour_of, named, written
from vintage_rules.policies.documents.windows import WindowDocument
from vintage_rules.policies.shapes import items_in, table_in
from vintage_rules.service.policy import (
    Asked,
    ContactPolicy,
    InformationPolicy,
    OpeningHours,
    QuestionRule,
    RequestRule,
    ServicePolicy,
    SilenceMeans,
    Topic,
)


class Weekday(StrEnum):
    """A day of the week; the week begins on Monday."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEK = list(Weekday)


class MessagesDocument(Table):
    """What may pass from a buyer to a seller."""

    passes: dict[str, Annotated[list[Name], distinct()]] = Field(
        description="each kind of message that passes, and what it may carry: { offer = [ price ] }"
    )


class RequestDocument(Table):
    """Something people ask the house for, and whether it is done."""

    name: Name = Field(description="what is asked for, such as change-shipping-address")
    granted: bool = Field(description="whether the house does it")


class HoursDocument(Record):
    """From an hour, included, to an hour, not included, on some days of the week."""

    days: Annotated[list[Annotated[Weekday, named]], Field(min_length=1), distinct()] = Field(
        description="the days of the week, such as [ monday, friday ]"
    )
    opens: Clock = Field(description="the hour from which somebody answers, such as 09:30")
    closes: Clock = Field(description="the hour from which nobody answers, such as 12:30")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for hours in order."""
        opens, closes = hour_of(table.get("opens")), hour_of(table.get("closes"))
        if is_less(closes, opens) or (closes is not None and closes == opens):
            yield Finding(("closes",), f"later than opens, which is {written(opens)}", closes)

    def to_policy(self) -> OpeningHours:
        """Build the hours that the rules take."""
        return OpeningHours(
            weekdays=frozenset(_WEEK.index(day) for day in self.days),
            opens=self.opens,
            closes=self.closes,
        )


class ContactDocument(Table):
    """When the house answers, and through what."""

    hours: Annotated[list[HoursDocument], Field(min_length=1)] = Field(
        description="when somebody answers, on the clock of the house"
    )
    staffed: Annotated[list[Name], Field(min_length=1), distinct()] = Field(
        description="the channels somebody answers at these hours, such as [ phone, chat ]"
    )
    always: Annotated[list[Name], distinct()] = Field(
        description="the channels that are never closed, such as [ mail ]"
    )
    closed_on_holidays: bool = Field(description="whether nobody answers on a public holiday")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask for hours that do not overlap."""
        rows = enumerate(table_in(row) for row in items_in(table.get("hours")))
        for (i, one), (j, other) in combinations(rows, 2):
            if _overlap(one, other):
                found = Told(f"{other.get('opens')} to {other.get('closes')}")
                allowed = f"apart from hours[{i}] on the same day"
                yield Finding(("hours", j), allowed, found, "hours-overlap")

    def to_policy(self, house: House) -> ContactPolicy:
        """Build the policy that the rules take."""
        in_order = sorted(self.hours, key=lambda hours: hours.opens)
        return ContactPolicy(
            edition=house.edition,
            zone=house.zone,
            hours=tuple(hours.to_policy() for hours in in_order),
            staffed=tuple(self.staffed),
            always=tuple(self.always),
            closed_on_holidays=self.closed_on_holidays,
            sources=self.source,
        )


def _overlap(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    others = items_in(other.get("days"))
    shared = any(day in others for day in items_in(one.get("days")))
    begins = is_less(hour_of(one.get("opens")), hour_of(other.get("closes")))
    ends = is_less(hour_of(other.get("opens")), hour_of(one.get("closes")))
    return shared and begins and ends


class InformationDocument(Table):
    """What buyers are told before they order, as far as a law asks for it."""

    told: Annotated[list[Annotated[Topic, named]], distinct()] = Field(
        description="what they are told of: the guarantee of conformity, who bears the cost of a "
        "return, whether the seller is a professional, the right of withdrawal"
    )
    withdrawal_function: bool = Field(
        description="whether the shop itself has a button to withdraw from the contract"
    )

    def to_policy(self, house: House) -> InformationPolicy:
        """Build the policy that the rules take."""
        return InformationPolicy(
            edition=house.edition,
            told=frozenset(self.told),
            withdrawal_function=self.withdrawal_function,
            sources=self.source,
        )


class QuestionDocument(Table):
    """Something that somebody is asked, and what it means when they do not answer in time."""

    name: Name = Field(description="what is asked, such as confirm-sale")
    asked: Annotated[Asked, named] = Field(description="who is asked")
    window: WindowDocument = Field(description="the time in which they may answer")
    on_silence: Annotated[SilenceMeans, named] = Field(
        description="what silence means: the matter lapses, is approved, refused or put before a "
        "person, the seller is paid, or the buyer refunded"
    )
    areas: Annotated[list[Annotated[Area, named]], distinct()] = Field(
        default=[], description="only in these areas of the world"
    )
    codes: Annotated[list[Code], distinct()] = Field(
        default=[], description="only in these countries and territories"
    )

    def to_policy(self) -> QuestionRule:
        """Build the rule that the rules take."""
        return QuestionRule(
            name=self.name,
            asked=self.asked,
            window=self.window.to_policy(),
            on_silence=self.on_silence,
            areas=frozenset(self.areas),
            codes=frozenset(self.codes),
            sources=self.source,
        )


class ServiceDocument(Context):
    """What the house does for people."""

    messages: MessagesDocument = Field(description="what may pass from a buyer to a seller")
    requests: Annotated[list[RequestDocument], distinct("name")] = Field(
        default=[], description="what people ask for, and whether it is done"
    )
    questions: list[QuestionDocument] = Field(
        default=[],
        description="what somebody is asked, and what silence means; of one name the first that "
        "covers a place holds there",
    )
    contact: ContactDocument = Field(description="when the house answers, and through what")
    information: InformationDocument | None = Field(
        default=None,
        description="what buyers are told before they order; left out where the house does not say",
    )

    def to_policy(self, house: House) -> ServicePolicy:
        """Build the policy that the rules take."""
        return ServicePolicy(
            edition=house.edition,
            passes_to_seller={kind: tuple(what) for kind, what in self.messages.passes.items()},
            channel_sources=self.messages.source,
            requests={
                request.name: RequestRule(granted=request.granted, sources=request.source)
                for request in self.requests
            },
            questions=tuple(question.to_policy() for question in self.questions),
            zone=house.zone,
            contact=self.contact.to_policy(house),
            information=self.information.to_policy(house) if self.information else None,
        )
