"""Messages to people: each occasion in whole sentences, in their language.

Clauses A5, C5, F2, F3, L8, L14, N5 to N7, R5, S1 and S3. The occasions and their facts are those of
the port of whatever sends mail; here they are plain values. Nothing is laid out here and no link is
known: an adapter for mail does that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Duration, instant
from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.findings import duration_of
from vintage_rules.money import Money
from vintage_rules.orders.labels import NO_LABELS, HouseLabels
from vintage_rules.wording.common import length, range_of
from vintage_rules.wording.phrases import (
    Country,
    Moment,
    Phrase,
    Term,
    Value,
    counted,
    listed,
    phrase,
)
from vintage_rules.wording.voice import Voice, voice_of

Fact: TypeAlias = str | bool | int | Money | datetime | date | tuple[str, ...] | tuple[Money, ...]

PARIS = "Europe/Paris"
_HOUR = timedelta(hours=1)
_CODE_OF_A_COUNTRY = 2


class Action(StrEnum):
    """What the link of a message does."""

    BUY = "buy"
    FOLLOW = "follow"


@frozen
class Verbatim:
    """Lines that are shown as they are: an address, or a person's own words."""

    lines: tuple[str, ...]


Part: TypeAlias = str | Verbatim


@frozen
class Because:
    """A reason by its code, shown as its sentence; one without a sentence is shown as it is."""

    code: str


@frozen(kw_only=True)
class Letter:
    """A message in one language, from its subject to its last line.

    `label` is what the link of its `action` says.
    """

    subject: str
    greeting: str
    parts: tuple[Part, ...]
    action: Action | None
    label: str | None
    reply: str


def letter(
    kind: str,
    facts: Mapping[str, Fact],
    locale: str,
    *,
    name: str,
    at: datetime,
    zone: str = PARIS,
    labels: HouseLabels = NO_LABELS,
) -> Letter:
    """Return the message to a person about what happened at a moment.

    Moments are shown on the clock of a zone, the house's own names as its `labels` call them.

    Raises:
        UnknownTermError: For an occasion that has no words.
        UnknownLocaleError: If the language has no catalogue.
        InvalidValueError: For a fact that is missing.

    >>> from datetime import UTC
    >>> written = letter(
    ...     "offer-accepted",
    ...     {
    ...         "piece": "the wool coat",
    ...         "price": Money("80.00", "EUR"),
    ...         "until": datetime(2026, 9, 8, 8, 30, tzinfo=UTC),
    ...         "public": True,
    ...     },
    ...     "en-GB",
    ...     name="Ada",
    ...     at=datetime(2026, 9, 7, 8, 30, tzinfo=UTC),
    ... )
    >>> written.subject
    'Your offer for “the wool coat” is accepted: €80.00'
    >>> written.parts[0]
    'The seller accepts your offer of €80.00 for “the wool coat”.'
    >>> written.label
    'Buy “the wool coat”'
    """
    if kind not in _BODIES:
        raise UnknownTermError("kind", kind, tuple(sorted(_BODIES)))
    occasion = Occasion(kind=kind, facts=facts, at=instant(at), zone=zone)
    voice = voice_of(locale).of_house(labels)
    action = _ACTIONS.get(kind)
    return Letter(
        subject=voice.sentence(_SUBJECTS.get(kind, _subject)(occasion)),
        greeting=voice.sentence(phrase("mail.greeting", name=name)),
        parts=tuple(_shown(part, voice) for part in _BODIES[kind](occasion)),
        action=action,
        label=None if action is None else voice.sentence(occasion.invitation(action)),
        reply=voice.sentence(phrase("mail.reply")),
    )


def kinds() -> tuple[str, ...]:
    """Return the occasions that have messages, in alphabetical order.

    >>> "offer-lapsed" in kinds()
    True
    """
    return tuple(sorted(_BODIES))


@frozen(kw_only=True)
class Occasion:
    """An occasion and its facts, as they are put into phrases."""

    kind: str
    facts: Mapping[str, Fact]
    at: datetime
    zone: str

    @property
    def values(self) -> Mapping[str, Value]:
        """The facts to show, each as a phrase can show it; choices are not."""
        return {
            name: _value(name, fact, self.zone)
            for name, fact in self.facts.items()
            if not isinstance(fact, bool)
        }

    def __getitem__(self, name: str) -> Fact:
        """Return a fact.

        Raises:
            InvalidValueError: If it is missing.
        """
        if name not in self.facts:
            raise InvalidValueError(f"facts.{name}", None, f"given for {self.kind}")
        return self.facts[name]

    def has(self, name: str) -> bool:
        """Return whether a fact is given."""
        return name in self.facts

    def phrase(self, name: str, **more: Value) -> Phrase:
        """Return a phrase that only this occasion has."""
        return phrase(f"mail.{self.kind}.{name}", **{**self.values, **more})

    def invitation(self, action: Action) -> Phrase:
        """Return the phrase of what a link does."""
        return phrase(f"mail.action.{action}", **self.values)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a fact."""
        fact = self[name]
        return tuple(str(each) for each in fact) if isinstance(fact, tuple) else (str(fact),)

    def durations(self, name: str) -> tuple[Duration, ...]:
        """Return the durations of a fact.

        Raises:
            InvalidValueError: For a text that is none.
        """
        found = [duration_of(text) for text in self.texts(name)]
        known = tuple(each for each in found if each is not None)
        if len(known) < len(found):
            raise InvalidValueError(f"facts.{name}", self[name], "durations such as 10 ouvres")
        return known

    def period(self, until: datetime) -> Phrase:
        """Return the phrase of a deadline, with its length if that is a number of whole hours."""
        hours, rest = divmod(until - self.at, _HOUR)
        moment = Moment(until, self.zone)
        if rest or hours <= 0:
            return phrase("mail.until", until=moment)
        lasting = counted("duration.hours", hours)
        return phrase("mail.period", duration=lasting, until=moment)


def _value(name: str, fact: Fact, zone: str) -> Value:
    match fact:
        case datetime():
            return Moment(fact, zone)
        case tuple():
            return listed(_value(name.removesuffix("s"), each, zone) for each in fact)
        case str() if name == "piece":
            return phrase("format.quoted", name=fact)
        case _:
            return fact


def _shown(part: Phrase | Because | Verbatim, voice: Voice) -> Part:
    match part:
        case Phrase():
            return voice.sentence(part)
        case Because():
            key = f"reason.{part.code}"
            known = voice.knows(key)
            return voice.sentence(phrase(key) if known else phrase("format.quoted", name=part.code))
        case Verbatim():
            return Verbatim(tuple(_line(line, voice) for line in part.lines))


def _line(line: str, voice: Voice) -> str:
    is_country = len(line) == _CODE_OF_A_COUNTRY and line.isascii() and line.isupper()
    return voice.show(Country(line)) if is_country else line


Parts: TypeAlias = Iterable[Phrase | Because | Verbatim]


def _just_text(occasion: Occasion) -> Parts:
    yield occasion.phrase("text")


def _with(*names: str) -> Callable[[Occasion], Parts]:
    def body(occasion: Occasion) -> Parts:
        yield occasion.phrase("text")
        for name in names:
            yield occasion.phrase(name)

    return body


def _price(occasion: Occasion) -> Phrase:
    """N6: what the piece costs, for whom, and for how long."""
    until = occasion.facts.get("until")
    whose = "public" if occasion["public"] else "private"
    if not isinstance(until, datetime):
        return phrase(f"mail.price.{whose}", **occasion.values)
    return phrase(
        f"mail.price.{whose}-until", **{**occasion.values, "period": occasion.period(until)}
    )


def _offer_accepted(occasion: Occasion) -> Parts:
    yield occasion.phrase("text")
    yield _price(occasion)


def _offer_countered(occasion: Occasion) -> Parts:
    yield occasion.phrase("text")
    if occasion["public"]:
        yield occasion.phrase("no-answer")
    yield _price(occasion)


def _offer_received(occasion: Occasion) -> Parts:
    yield occasion.phrase("text")
    until = occasion.facts.get("until")
    if isinstance(until, datetime):
        yield occasion.phrase("answer-by", period=occasion.period(until))


def _order_confirmed(occasion: Occasion) -> Parts:
    count = len(occasion.texts("pieces"))
    yield counted("mail.order-confirmed.text", count, **occasion.values)
    yield occasion.phrase("next")


def _parcel_handed_in(occasion: Occasion) -> Parts:
    """L13, S1, S3: its number, how long it may not move, in the words of the page, and customs."""
    yield occasion.phrase("text")
    (patience,) = occasion.durations("patience")
    yield phrase("tracking.patience", patience=length(patience))
    yield phrase("faq.tracking.answer")
    if occasion.has("customs"):
        yield occasion.phrase(f"customs.{occasion['customs']}")


def _pieces_sold(occasion: Occasion) -> Parts:
    """L8: for how much, and what to post together and where, or that it is collected."""
    sold = zip(occasion.texts("pieces"), _amounts(occasion["prices"]), strict=True)
    yield occasion.phrase("text", sold=listed(_sold(piece, price) for piece, price in sold))
    if occasion["collected"]:
        yield _of_pieces("collected", occasion)
        return
    yield _of_pieces("to-workshop" if occasion["to_workshop"] else "to-buyer", occasion)
    if occasion.has("to"):
        yield occasion.phrase("address")
        yield Verbatim(tuple(str(occasion["to"]).splitlines()))
    if occasion.has("prepaid") and occasion["prepaid"]:
        yield occasion.phrase("label" if occasion.has("tracking_number") else "label-follows")


def _sold(piece: str, price: Money) -> Phrase:
    return phrase("mail.pieces-sold.piece", piece=phrase("format.quoted", name=piece), price=price)


def _of_pieces(name: str, occasion: Occasion) -> Phrase:
    """Return a phrase of the occasion that speaks of one piece, or of several."""
    count = len(occasion.texts("pieces"))
    return counted(f"mail.{occasion.kind}.{name}", count, **occasion.values)


def _refund_question(occasion: Occasion) -> Parts:
    """L14: why it came back, and what follows if the buyer agrees."""
    text = f"text.{occasion['cause']}" if occasion.has("cause") else "text"
    yield occasion.phrase(text)
    yield occasion.phrase(str(occasion["outcome"]))


def _parcel_lost(occasion: Occasion) -> Parts:
    """R10: what is lost, and that it is refunded."""
    yield occasion.phrase("text")
    yield occasion.phrase("refunded" if occasion["refunded"] else "refund")


def _pieces_cancelled(occasion: Occasion) -> Parts:
    """L5, R2: who took them out of the order, and that they are refunded."""
    yield occasion.phrase("text")
    yield occasion.phrase(f"by.{occasion['by']}")
    yield occasion.phrase("refund")


def _piece_cancelled(occasion: Occasion) -> Parts:
    """L5, R2: why, whether it is still to be posted, and what becomes of it."""
    yield occasion.phrase("text")
    yield occasion.phrase(f"by.{occasion['by']}")
    yield occasion.phrase("do-not-post" if occasion["unposted"] else "comes-back")
    yield occasion.phrase("withdrawn" if occasion["withdrawn"] else "on-sale")


def _with_reasons(occasion: Occasion) -> Parts:
    yield occasion.phrase("text")
    for code in occasion.texts("reasons"):
        yield Because(code)


def _claim_upheld(occasion: Occasion) -> Parts:
    yield occasion.phrase("text")
    yield occasion.phrase("return" if occasion["return_needed"] else "keep")


def _return_accepted(occasion: Occasion) -> Parts:
    """R3, R5, R7: where to, until when, at whose cost, under which label, and past customs."""
    yield occasion.phrase("text")
    yield Verbatim(tuple(str(occasion["to"]).splitlines()))
    if occasion.has("post_by"):
        arrives = occasion.has("proof") and occasion["proof"] == "arrival"
        by = "arrive-by" if arrives else "post-by"
        yield occasion.phrase(by, day=occasion.values["post_by"])
    payer = str(occasion["paid_by"])
    yield occasion.phrase(f"paid-by.{payer}")
    if occasion["prepaid"]:
        yield occasion.phrase("label" if occasion.has("tracking_number") else "label-follows")
    else:
        yield occasion.phrase("own-carrier" if payer == "buyer" else "own-label")
    if occasion["past_customs"]:
        yield occasion.phrase("past-customs")


def _refund_sent(occasion: Occasion) -> Parts:
    """F2 and F3: whom it was passed on to, by each means of payment, and when it shows."""
    yield occasion.phrase("passed-on" if occasion.has("intermediaries") else "text")
    tenders, amounts = occasion.texts("tenders"), _amounts(occasion["amounts"])
    delays = zip(occasion.durations("earliest"), occasion.durations("latest"), strict=True)
    for tender, amount, delay in zip(tenders, amounts, delays, strict=True):
        name, shown = tender if tender in _TENDERS else "other", _shown_after(tender, *delay)
        yield occasion.phrase(name, amount=amount, tender=Term("tender", tender), shown=shown)


def _shown_after(tender: str, earliest: Duration, latest: Duration) -> Phrase:
    if not latest.amount:
        return phrase(f"mail.refund-sent.shown.{'spend' if tender == 'gift-card' else 'at-once'}")
    delay = range_of(earliest, latest)
    if delay is None:
        delay = phrase("mail.refund-sent.shown.at-most", latest=length(latest))
    key = "after-bank" if tender == "card" else "after"
    return phrase(f"mail.refund-sent.shown.{key}", delay=delay)


def _amounts(fact: Fact) -> Iterator[Money]:
    if isinstance(fact, tuple):
        yield from (each for each in fact if isinstance(each, Money))


def _gift_card(occasion: Occasion) -> Parts:
    yield occasion.phrase("text")
    if lines := tuple(str(occasion["words"]).splitlines()):
        yield Verbatim(lines)
    yield occasion.phrase("code")
    if occasion.has("last_day"):
        yield occasion.phrase("last-day", day=occasion.values["last_day"])


def _subject(occasion: Occasion) -> Phrase:
    return occasion.phrase("subject")


def _subject_of_question(occasion: Occasion) -> Phrase:
    asks = occasion["outcome"] == "refund"
    return occasion.phrase("subject" if asks else "subject-of-return")


_TENDERS = {"card", "gift-card", "paypal"}
_SUBJECTS: Mapping[str, Callable[[Occasion], Phrase]] = {
    "pieces-sold": partial(_of_pieces, "subject"),
    "refund-question": _subject_of_question,
}
_ACTIONS: Mapping[str, Action] = {
    "offer-accepted": Action.BUY,
    "offer-countered": Action.BUY,
    "parcel-handed-in": Action.FOLLOW,
    "piece-back": Action.BUY,
}
_BODIES: Mapping[str, Callable[[Occasion], Parts]] = {
    "claim-opened": _just_text,
    "claim-rejected": _with_reasons,
    "claim-upheld": _claim_upheld,
    "gift-card": _gift_card,
    "offer-accepted": _offer_accepted,
    "offer-countered": _offer_countered,
    "offer-declined": _just_text,
    "offer-ended": _with("alert"),
    "offer-lapsed": _just_text,
    "offer-proposed": _offer_received,
    "offer-received": _offer_received,
    "order-cancelled": _with("next"),
    "order-confirmed": _order_confirmed,
    "parcel-handed-in": _parcel_handed_in,
    "parcel-lost": _parcel_lost,
    "payout-failed": _just_text,
    "payout-sent": _just_text,
    "piece-back": _with("once"),
    "piece-cancelled": _piece_cancelled,
    "pieces-cancelled": _pieces_cancelled,
    "pieces-sold": _pieces_sold,
    "refund-question": _refund_question,
    "refund-sent": _refund_sent,
    "return-accepted": _return_accepted,
    "return-declined": _with_reasons,
}
