"""Questions before buying, about ordering, and how the house is reached. Clauses A1 to C4, K1."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.dates import Duration, Unit
from vintage_rules.publishing.faq.entries import Entry, FaqRequest, Line, Part, entry
from vintage_rules.service.policy import QuestionRule
from vintage_rules.wording.common import event_of, length
from vintage_rules.wording.phrases import (
    Country,
    Phrase,
    Term,
    Value,
    counted,
    listed,
    phrase,
    terms,
)
from vintage_rules.wording.service import opening_hours, silence_means

_OFFER = "offer"
_HOURS_IN_A_DAY = 24


def before_buying(request: FaqRequest) -> Iterator[Entry]:
    """A1, A2, A4, A5, L6, L7: sellers, requests, sold pieces, alerts."""
    service, listing = request.house.service, request.house.listing
    yield from entry(
        "seller", phrase("faq.seller.question"), _contact(request), service.messages.sources
    )
    for name, rule in service.requests.items():
        answer = phrase("faq.request.granted" if rule.granted else "faq.request.refused")
        question = phrase("faq.request.question", request=Term("request", name))
        yield from entry(f"request-{name}", question, [answer], rule.sources)
    catalogue = listing.catalogue
    yield from entry("sold", phrase("faq.sold.question"), _visible(request), catalogue.sources)
    if listing.alerts is not None:
        alert = [phrase("faq.alert.answer")]
        alert += [phrase("faq.alert.once")] if listing.alerts.single_use else []
        yield from entry("alert", phrase("faq.alert.question"), alert, listing.alerts.sources)


def _contact(request: FaqRequest) -> Iterator[Phrase]:
    passing = request.house.service.messages.passes
    if set(passing) <= {_OFFER}:
        yield phrase("reason.no-direct-contact")
    if passing:
        yield phrase("faq.seller.passes", messages=terms("message", passing))
    if set(passing) <= {_OFFER}:
        yield phrase("faq.seller.write")


def _visible(request: FaqRequest) -> Iterator[Phrase]:
    visible = request.house.listing.catalogue.visible_for
    if not visible.ends:
        yield phrase("faq.sold.for-ever")
    elif visible.amount:
        yield phrase("faq.sold.visible", length=_in_days(visible))


def _in_days(visible: Duration) -> Phrase:
    """Show whole days as days, though the policy counts them by the hour."""
    days, rest = divmod(visible.amount, _HOURS_IN_A_DAY)
    if visible.unit is Unit.HOURS and days and not rest:
        return counted("duration.days", days)
    return length(visible)


def ordering(request: FaqRequest) -> Iterator[Entry]:
    """C1, C2, C4: the cart, the account, the addresses."""
    checkout = request.house.checkout
    cart = [phrase("faq.cart.answer")]
    yield from entry("cart", phrase("faq.cart.question"), cart, checkout.availability_sources)
    guests = checkout.guests_may_order
    account = [phrase("faq.account.guests" if guests else "faq.account.needed")]
    yield from entry("account", phrase("faq.account.question"), account, checkout.account_sources)
    if checkout.required_address_fields:
        fields = terms("field", checkout.required_address_fields)
        answer = [phrase("faq.address.answer", fields=fields)]
        yield from entry(
            "address", phrase("faq.address.question"), answer, checkout.address_sources
        )
    yield from _unanswered(request)


def _unanswered(request: FaqRequest) -> Iterator[Entry]:
    """What it means that a question gets no answer in time."""
    questions = request.house.service.questions
    answer = [_silence(question) for question in questions]
    sources = (question.sources for question in questions)
    yield from entry("unanswered", phrase("faq.unanswered.question"), answer, *sources)


def _silence(question: QuestionRule) -> Line:
    return Line(
        (_asked_where(question),),
        (
            phrase(
                "faq.unanswered.time",
                asked=Term("asked", question.asked),
                length=length(question.window.length),
                anchor=event_of(question.window.anchor),
            ),
            silence_means(question),
        ),
    )


def _asked_where(question: QuestionRule) -> Value:
    named = Term("question", question.name)
    places: list[Value] = [Term("area", area) for area in sorted(question.areas)]
    places += [Country(code) for code in sorted(question.codes)]
    return phrase("faq.unanswered.in", asked=named, places=listed(places)) if places else named


def contact(request: FaqRequest) -> Iterator[Entry]:
    """K1: opening hours, and how the house is reached."""
    policy = request.house.service.contact
    answer: list[Part] = [*opening_hours(policy)]
    if policy.always:
        answer.append(phrase("contact.always", channels=terms("channel", policy.always)))
    addresses = request.publisher.contacts
    channels = (each for each in (*policy.always, *policy.staffed) if each in addresses)
    answer.extend(_address(channel, addresses[channel]) for channel in channels)
    yield from entry(
        "contact", phrase("faq.contact.question"), answer, policy.sources, policy.holiday_sources
    )


def _address(channel: str, address: str) -> Line:
    return Line(
        (), (phrase("faq.contact.address", channel=Term("channel", channel), address=address),)
    )
