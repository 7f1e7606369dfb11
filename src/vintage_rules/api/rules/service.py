"""When the house can be reached, and what silence means."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.api.answers import Answer, Value, answer
from vintage_rules.api.facts import Address, DayOrMoment, Facts, Moment
from vintage_rules.api.ruling import Rule, Ruling
from vintage_rules.orders import HousePolicy
from vintage_rules.service import (
    AnswerAwaited,
    ContactClosed,
    ContactOpen,
    NotAnswered,
    assess_contact,
    assess_silence,
)
from vintage_rules.world import calendar, locate


class ContactFacts(Facts):
    """The facts of `contact`."""

    at: Moment


def decide_contact(facts: ContactFacts, house: HousePolicy) -> Answer:
    """Say through what the house can be reached now. Clause K1."""
    match assess_contact(facts.at, house.service.contact, calendar(house.calendar)):
        case ContactOpen() as staffed:
            return answer(
                "open", staffed, {"channels": staffed.channels, "closes_at": staffed.closes_at}
            )
        case ContactClosed() as closed:
            return answer(
                "closed", closed, {"channels": closed.channels, "opens_at": closed.opens_at}
            )


class SilenceFacts(Facts):
    """The facts of `silence`: the events a question starts at, and where the parcel goes."""

    question: str
    events: dict[str, DayOrMoment]
    now: Moment
    destination: Address | None = None


def decide_silence(facts: SilenceFacts, house: HousePolicy) -> Answer:
    """Say whether a question still waits for an answer, or what silence means."""
    place = facts.destination
    match assess_silence(
        facts.question,
        facts.events,
        facts.now,
        house.service,
        calendar(house.calendar),
        territory=None if place is None else locate(place).territory,
    ):
        case AnswerAwaited(question=question) as awaited:
            return answer("awaited", awaited, {"asked": question.asked, "until": awaited.until})
        case NotAnswered(question=question) as silent:
            value: dict[str, Value] = {
                "asked": question.asked,
                "means": question.on_silence,
                "since": silent.since,
            }
            return answer("not-answered", silent, value)


RULES: Mapping[str, Ruling] = {
    "silence": Rule(facts=SilenceFacts, decide=decide_silence, elsewhere={"day": "now"}),
    "contact": Rule(facts=ContactFacts, decide=decide_contact, elsewhere={"day": "at"}),
}
