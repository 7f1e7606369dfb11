"""When the house can be reached, and what silence means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from attrs import frozen

from vintage_rules.api.facts import Events
from vintage_rules.api.rule import Answer, Refused, rule
from vintage_rules.errors import InvalidValueError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.service.contact import ContactClosed, ContactOpen, assess_contact
from vintage_rules.service.policy import Addressee, SilenceMeans
from vintage_rules.service.requests import (
    MessagePasses,
    MessageRefused,
    RequestGranted,
    RequestRefused,
    assess_message,
    assess_request,
)
from vintage_rules.service.silence import AnswerAwaited, NotAnswered, assess_silence
from vintage_rules.world.calendars import calendar


@frozen(kw_only=True)
class Open(Answer):
    """The house answers, through these channels, until that moment."""

    decision: ClassVar[str] = "open"

    channels: tuple[str, ...]
    closes_at: datetime


@frozen(kw_only=True)
class Closed(Answer):
    """The house does not answer before that moment, but for the channels that are never closed."""

    decision: ClassVar[str] = "closed"

    channels: tuple[str, ...]
    opens_at: datetime


@rule("contact", day="at")
def contact_rule(house: HousePolicy, *, at: datetime) -> Open | Closed:
    """Say through what the house can be reached at a moment. Clause K1."""
    match assess_contact(at, house.service.contact, calendar(house.calendar)):
        case ContactOpen() as staffed:
            return Open(decided=staffed, channels=staffed.channels, closes_at=staffed.closes_at)
        case ContactClosed() as closed:
            return Closed(decided=closed, channels=closed.channels, opens_at=closed.opens_at)


@frozen(kw_only=True)
class Passes(Answer):
    """A message that may pass from a buyer to a seller."""

    decision: ClassVar[str] = "passes"


@frozen(kw_only=True)
class MessageNotPassed(Answer):
    """A message that may not, and which of its fields it may not hold."""

    decision: ClassVar[str] = "refused"

    too_much: tuple[str, ...] | None


@rule("assess-message")
def assess_message_rule(
    house: HousePolicy, *, kind: str, fields: Sequence[str] = ()
) -> Passes | MessageNotPassed:
    """Say whether a message may pass from a buyer to a seller. Clause A1."""
    match assess_message(kind, fields, house.service):
        case MessagePasses() as passes:
            return Passes(decided=passes)
        case MessageRefused() as refused:
            too_much = refused.too_much or None
            return MessageNotPassed(decided=refused, reasons=refused.reasons, too_much=too_much)


@frozen(kw_only=True)
class Granted(Answer):
    """A request that the house grants."""

    decision: ClassVar[str] = "granted"


@rule("assess-request")
def assess_request_rule(house: HousePolicy, *, request: str) -> Granted | Refused:
    """Say whether the house grants a request. Clauses A2, C3, L6, L7."""
    match assess_request(request, house.service):
        case RequestGranted() as granted:
            return Granted(decided=granted)
        case RequestRefused() as refused:
            return Refused(decided=refused)


@frozen(kw_only=True)
class Awaited(Answer):
    """There is still time to answer."""

    decision: ClassVar[str] = "awaited"

    asked: Addressee
    until: datetime | None


@frozen(kw_only=True)
class Unanswered(Answer):
    """There was no answer in time, and silence has a meaning since that moment."""

    decision: ClassVar[str] = "not-answered"

    asked: Addressee
    means: SilenceMeans
    since: datetime


@rule("silence", day="now")
def silence_rule(
    house: HousePolicy,
    *,
    question: str,
    events: Events,
    now: datetime,
    destination: Destination | None = None,
) -> Awaited | Unanswered:
    """Say whether a question still waits for an answer, or what silence means.

    The destination is needed where the question differs by place.
    """
    named = (each for each in house.service.questions if each.name == question)
    if destination is None and any(each.areas or each.codes for each in named):
        raise InvalidValueError("destination", None, "given: the question differs by place")
    match assess_silence(
        question,
        events,
        now,
        house.service,
        calendar(house.calendar),
        territory=None if destination is None else destination.territory,
    ):
        case AnswerAwaited(question=asked) as awaited:
            return Awaited(decided=awaited, asked=asked.asked, until=awaited.until)
        case NotAnswered(question=asked) as silent:
            return Unanswered(
                decided=silent, asked=asked.asked, means=asked.on_silence, since=silent.since
            )
