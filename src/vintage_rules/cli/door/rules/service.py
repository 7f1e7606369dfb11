"""When the house can be reached."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.cli.door.answers import Answer, answer
from vintage_rules.cli.door.facts import Facts, Moment
from vintage_rules.cli.door.ruling import Rule, Ruling
from vintage_rules.orders import HousePolicy
from vintage_rules.service import ContactClosed, ContactOpen, assess_contact
from vintage_rules.world import calendar


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


RULES: Mapping[str, Ruling] = {
    "contact": Rule(facts=ContactFacts, decide=decide_contact, elsewhere={"day": "at"}),
}
