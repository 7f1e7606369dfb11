"""The words of contact, messages and requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vintage_rules.fields import OFFER_EVENTS
from vintage_rules.orders.deadlines import Subject, subject_of
from vintage_rules.service.contact import ContactClosed, ContactOpen
from vintage_rules.service.policy import ContactPolicy, OpeningHours, QuestionRule, SilenceMeans
from vintage_rules.service.requests import (
    MessagePasses,
    MessageRefused,
    RequestGranted,
    RequestRefused,
)
from vintage_rules.service.silence import AnswerAwaited, NotAnswered
from vintage_rules.windows import events_of
from vintage_rules.wording.accounts import account_of
from vintage_rules.wording.common import reasons
from vintage_rules.wording.phrases import (
    Account,
    Listed,
    Moment,
    Phrase,
    Term,
    Value,
    Weekday,
    account,
    listed,
    phrase,
    terms,
)

_WORTH_A_RANGE = 3


@account_of.register
def contact_open(decision: ContactOpen) -> Account:
    """K1: through which channels and until when the house answers."""
    policy = decision.policy
    closes = Moment(decision.closes_at, policy.zone)
    channels = terms("channel", decision.channels)
    return account(
        decision, phrase("contact.open", channels=channels, closes=closes), *opening_hours(policy)
    )


@account_of.register
def contact_closed(decision: ContactClosed) -> Account:
    """K1: when the house answers next, and which channels can be used meanwhile."""
    policy = decision.policy
    opens = phrase("contact.closed", opens=Moment(decision.opens_at, policy.zone))
    always = [phrase("contact.always", channels=terms("channel", decision.channels))]
    return account(decision, opens, *(always if decision.channels else []), *opening_hours(policy))


def opening_hours(policy: ContactPolicy) -> Iterable[Phrase]:
    """K1: when the house answers, and whether on public holidays."""
    by_days: dict[frozenset[int], list[OpeningHours]] = {}
    for hours in policy.hours:
        by_days.setdefault(hours.weekdays, []).append(hours)
    lines = listed(_opening(weekdays, hours) for weekdays, hours in by_days.items())
    staffed = terms("channel", policy.staffed)
    yield phrase("contact.hours", channels=staffed, hours=lines)
    if policy.closed_on_holidays:
        yield phrase("contact.holidays")


def _opening(weekdays: Iterable[int], hours: Iterable[OpeningHours]) -> Phrase:
    intervals = listed(
        phrase("contact.interval", opens=interval.opens, closes=interval.closes)
        for interval in hours
    )
    return phrase("contact.opening", weekdays=_weekdays(sorted(weekdays)), intervals=intervals)


def _weekdays(numbers: list[int]) -> Value:
    first, last = numbers[0], numbers[-1]
    if len(numbers) >= _WORTH_A_RANGE and last - first == len(numbers) - 1:
        return phrase("contact.weekdays", first=Weekday(first), last=Weekday(last))
    return listed(Weekday(number) for number in numbers)


@account_of.register
def message_passes(decision: MessagePasses) -> Account:
    """A1: what may pass."""
    return account(decision, phrase("message.passes", message=Term("message", decision.kind)))


@account_of.register
def message_refused(decision: MessageRefused) -> Account:
    """A1: what may not pass, why, and what to leave out."""
    refused = phrase("message.refused", message=Term("message", decision.kind))
    fields = Listed(decision.too_much)
    too_much = [phrase("message.too-much", fields=fields)] if decision.too_much else []
    return account(decision, refused, *reasons(decision.reasons), *too_much)


@account_of.register
def request_granted(decision: RequestGranted) -> Account:
    """A2, C3, L6, L7: what is done on request."""
    return account(decision, phrase("request.granted", request=_request(decision)))


@account_of.register
def request_refused(decision: RequestRefused) -> Account:
    """A2, C3, L6, L7: what is not done."""
    return account(decision, phrase("request.refused", request=_request(decision)))


def _request(decision: RequestGranted | RequestRefused) -> Term:
    return Term("request", decision.request)


@account_of.register
def answer_awaited(decision: AnswerAwaited) -> Account:
    """Until when an answer is in time."""
    asked = Term("asked", decision.question.asked)
    question = Term("question", decision.question.name)
    if decision.until is None:
        return account(decision, phrase("silence.awaited.for-ever", asked=asked, question=question))
    until = Moment(decision.until, decision.zone)
    return account(decision, phrase("silence.awaited", asked=asked, question=question, until=until))


@account_of.register
def not_answered(decision: NotAnswered) -> Account:
    """Say that there was no answer in time, and what that means."""
    question = Term("question", decision.question.name)
    moment = Moment(decision.since, decision.zone)
    since = phrase("silence.since", question=question, since=moment)
    return account(decision, since, silence_means(decision.question))


def silence_means(question: QuestionRule) -> Phrase:
    """Say what an order does when a question about it is not answered in time.

    What no order does, such as one about an offer, is said as the document writes it.
    """
    means = question.on_silence
    if not set(OFFER_EVENTS).isdisjoint(events_of(question.window.anchor)):
        return phrase(f"silence.{means}")
    return phrase(f"silence.{_DONE.get((subject_of(question), means), means)}")


_DONE: Mapping[tuple[Subject, SilenceMeans], str] = {
    (Subject.SALE, SilenceMeans.APPROVE): "order-goes-on",
    (Subject.SALE, SilenceMeans.LAPSE): "piece-cancelled",
    (Subject.SALE, SilenceMeans.REFUND): "piece-cancelled",
    (Subject.SALE, SilenceMeans.REFUSE): "piece-cancelled",
    (Subject.RECEIPT, SilenceMeans.APPROVE): "receipt-confirmed",
    (Subject.RECEIPT, SilenceMeans.LAPSE): "nothing-changes",
    (Subject.RECEIPT, SilenceMeans.REFUSE): "nothing-changes",
    (Subject.REQUEST, SilenceMeans.APPROVE): "request-accepted",
    (Subject.REQUEST, SilenceMeans.REFUND): "request-accepted",
    (Subject.REQUEST, SilenceMeans.LAPSE): "request-declined",
    (Subject.REQUEST, SilenceMeans.REFUSE): "request-declined",
    (Subject.REQUEST, SilenceMeans.PAY_SELLER): "request-declined-and-paid",
}
"""What a running order does, where it is not what the word of the document says by itself."""
