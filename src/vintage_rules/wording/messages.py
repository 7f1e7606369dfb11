"""What people are written: each occasion in whole sentences, in their language.

Clauses A5, C5, F2, F3, L8, L14, N5 to N7, R5, S1 and S3.

The occasions and their facts are those of the port of whoever sends mail; here they are plain
values. Nothing is laid out here, and no link is known: whoever sends knows what a mail looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import instant
from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.money import Money
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
    """What a message invites to do with one click."""

    BUY = "buy"
    FOLLOW = "follow"


@frozen
class Verbatim:
    """Lines that are told as they are: an address, somebody's own words."""

    lines: tuple[str, ...]


Part: TypeAlias = str | Verbatim


@frozen
class Because:
    """A reason by its code, told in its own sentence; one without words is shown as it is."""

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
    kind: str, facts: Mapping[str, Fact], locale: str, *, name: str, at: datetime, zone: str = PARIS
) -> Letter:
    """Write to somebody of that name about what happened at a moment; moments are told on the clock
    of a zone.

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
    told = Told(kind=kind, facts=facts, at=instant(at), zone=zone)
    voice = voice_of(locale)
    action = _ACTIONS.get(kind)
    return Letter(
        subject=voice.sentence(told.phrase("subject")),
        greeting=voice.sentence(phrase("mail.greeting", name=name)),
        parts=tuple(_shown(part, voice) for part in _BODIES[kind](told)),
        action=action,
        label=None if action is None else voice.sentence(told.invitation(action)),
        reply=voice.sentence(phrase("mail.reply")),
    )


def kinds() -> tuple[str, ...]:
    """List the occasions that have words, in the order of the alphabet.

    >>> "offer-lapsed" in kinds()
    True
    """
    return tuple(sorted(_BODIES))


@frozen(kw_only=True)
class Told:
    """An occasion and its facts, as they are put into phrases."""

    kind: str
    facts: Mapping[str, Fact]
    at: datetime
    zone: str

    @property
    def values(self) -> Mapping[str, Value]:
        """The facts that are told, each as a phrase can show it; choices are not."""
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
        """Say something that only this occasion says."""
        return phrase(f"mail.{self.kind}.{name}", **{**self.values, **more})

    def invitation(self, action: Action) -> Phrase:
        """Say what a click does."""
        return phrase(f"mail.action.{action}", **self.values)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a fact."""
        fact = self[name]
        return tuple(str(each) for each in fact) if isinstance(fact, tuple) else (str(fact),)

    def period(self, until: datetime) -> Phrase:
        """Say until when, and for how long where that is a number of whole hours."""
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


def _just_text(told: Told) -> Parts:
    yield told.phrase("text")


def _with(*names: str) -> Callable[[Told], Parts]:
    def body(told: Told) -> Parts:
        yield told.phrase("text")
        for name in names:
            yield told.phrase(name)

    return body


def _price(told: Told) -> Phrase:
    """N6: what the piece costs, for whom, and for how long."""
    until = told.facts.get("until")
    whose = "public" if told["public"] else "private"
    if not isinstance(until, datetime):
        return phrase(f"mail.price.{whose}", **told.values)
    return phrase(f"mail.price.{whose}-until", **{**told.values, "period": told.period(until)})


def _offer_accepted(told: Told) -> Parts:
    yield told.phrase("text")
    yield _price(told)


def _offer_countered(told: Told) -> Parts:
    yield told.phrase("text")
    if told["public"]:
        yield told.phrase("no-answer")
    yield _price(told)


def _offer_received(told: Told) -> Parts:
    yield told.phrase("text")
    until = told.facts.get("until")
    if isinstance(until, datetime):
        yield told.phrase("answer-by", period=told.period(until))


def _order_confirmed(told: Told) -> Parts:
    count = len(told.texts("pieces"))
    yield counted("mail.order-confirmed.text", count, **told.values)
    yield told.phrase("next")


def _piece_sold(told: Told) -> Parts:
    yield told.phrase("text")
    yield told.phrase("to-workshop" if told["to_workshop"] else "to-buyer")


def _with_reasons(told: Told) -> Parts:
    yield told.phrase("text")
    for code in told.texts("reasons"):
        yield Because(code)


def _claim_upheld(told: Told) -> Parts:
    yield told.phrase("text")
    yield told.phrase("return" if told["return_needed"] else "keep")


def _return_accepted(told: Told) -> Parts:
    yield told.phrase("text")
    yield Verbatim(tuple(str(told["to"]).splitlines()))
    if told.has("post_by"):
        yield told.phrase("post-by", day=told.values["post_by"])
    if told["prepaid"]:
        yield told.phrase("label" if told.has("tracking_number") else "free")
    else:
        yield told.phrase("buyer-pays")


def _refund_sent(told: Told) -> Parts:
    """F2 and F3: by each means of payment, and when it shows."""
    yield told.phrase("text")
    amounts = told["amounts"]
    for tender, amount in zip(told.texts("tenders"), _amounts(amounts), strict=True):
        name = tender if tender in _TENDERS else "other"
        yield told.phrase(name, amount=amount, tender=Term("tender", tender))


def _amounts(fact: Fact) -> Iterator[Money]:
    if isinstance(fact, tuple):
        yield from (each for each in fact if isinstance(each, Money))


def _gift_card(told: Told) -> Parts:
    yield told.phrase("text")
    if lines := tuple(str(told["words"]).splitlines()):
        yield Verbatim(lines)
    yield told.phrase("code")
    if told.has("last_day"):
        yield told.phrase("last-day", day=told.values["last_day"])


_TENDERS = {"card", "gift-card", "paypal"}
_ACTIONS: Mapping[str, Action] = {
    "offer-accepted": Action.BUY,
    "offer-countered": Action.BUY,
    "parcel-handed-in": Action.FOLLOW,
    "piece-back": Action.BUY,
}
_BODIES: Mapping[str, Callable[[Told], Parts]] = {
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
    "order-cancelled": _just_text,
    "order-confirmed": _order_confirmed,
    "parcel-handed-in": _with("patience"),
    "payout-sent": _just_text,
    "piece-back": _with("once"),
    "piece-sold": _piece_sold,
    "refund-question": _with("ask"),
    "refund-sent": _refund_sent,
    "return-accepted": _return_accepted,
    "return-declined": _with_reasons,
}
