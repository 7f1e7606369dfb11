"""Where one line is answered: read, decided under the policy it names, written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from attrs import field, frozen
from pydantic import ValidationError

from vintage_rules.api.answers import Answer, Json, refused, written
from vintage_rules.api.complaints import message_of, of_validation
from vintage_rules.api.facts import Day, Facts
from vintage_rules.api.lines import TooLong
from vintage_rules.api.reading import object_in, refuse_unusable, text_of
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.rules import rule_named
from vintage_rules.api.words import words_for
from vintage_rules.errors import NoEditionError, PolicyError
from vintage_rules.orders import HousePolicy
from vintage_rules.policies import PolicyBook, load_policy

_Books: TypeAlias = dict[str, PolicyBook | Rejection]

DEFAULT_POLICY = "imparfaite"


class Request(Facts):
    """One question."""

    id: str
    rule: str
    facts: dict[str, object]
    policy: str | None = None
    on: Day | None = None
    locale: str | None = None


@frozen
class Desk:
    """Answers lines on one day, and keeps the policies it has read.

    >>> desk = Desk(date(2026, 11, 22))
    >>> desk.reply(b'{"id": "a1", "rule": "tender", "facts": {"kind": "paypal"}}')[
    ...     "decision"
    ... ]
    'accepted'
    """

    today: date
    _books: _Books = field(factory=dict[str, "PolicyBook | Rejection"], init=False)

    def reply(self, line: bytes | TooLong) -> dict[str, Json]:
        """Answer one line; whatever is wrong with it becomes the answer's error."""
        known: str | None = None
        try:
            given = object_in(_content(line))
            known = text_of(given, "id")
            refuse_unusable(given)
            return self._answered(_request(given))
        except Rejection as rejection:
            return refused(known, rejection)
        except Exception as error:  # noqa: BLE001 - the next lines go on, whatever is wrong here
            return refused(known, Rejection("", _fault(error)))

    def _answered(self, request: Request) -> dict[str, Json]:
        rule = rule_named(request.rule)
        policy = DEFAULT_POLICY if request.policy is None else request.policy
        given = rule.answer(request.facts, self.house(policy, request.on))
        return written(request.id, given, _text(given, request.locale))

    def house(self, policy: str, on: date | None) -> HousePolicy:
        """Give the edition of a policy on a day. Raises `Rejection` at `policy` or `on`."""
        if policy not in self._books:
            self._books[policy] = _book(policy)
        book = self._books[policy]
        if isinstance(book, Rejection):
            raise book
        try:
            return book.on(on or self.today)
        except NoEditionError as error:
            raise Rejection("on", message_of(error)) from error


def _content(line: bytes | TooLong) -> bytes:
    if isinstance(line, TooLong):
        raise Rejection("", f"must be a line of at most {line.limit} bytes, got more")
    return line


def _book(policy: str) -> PolicyBook | Rejection:
    try:
        return load_policy(policy)
    except PolicyError as error:
        return Rejection("policy", str(error).removeprefix("policy: "))


def _request(given: Mapping[str, object]) -> Request:
    try:
        return Request.model_validate(given)
    except ValidationError as error:
        raise of_validation(error) from error


def _text(given: Answer, locale: str | None) -> str | None:
    return None if locale is None else words_for(given.decided, locale)


def _fault(error: Exception) -> str:
    return f"cannot be answered because of a fault of ours: {type(error).__name__}: {error}"
