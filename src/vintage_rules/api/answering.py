"""One request in, one answer out: read, decided under the policy it names, written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Annotated

from attrs import frozen

from vintage_rules.api.converter import kind_of
from vintage_rules.api.error_messages import message_of, shown
from vintage_rules.api.json_values import Json, json_text
from vintage_rules.api.kinds import ANY_OBJECT
from vintage_rules.api.lines import TooLong
from vintage_rules.api.names import one_of
from vintage_rules.api.reading import object_in, refuse_unusable, text_of
from vintage_rules.api.rejection import Problems, Rejection
from vintage_rules.api.rule import Answer, members_of
from vintage_rules.api.rules import rule_named
from vintage_rules.errors import NoEditionError, PolicyError, UnknownLocaleError
from vintage_rules.orders.labels import HouseLabels
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.loading import SUFFIX, load_policy

DEFAULT_POLICY = "imparfaite"
_MOST_DOCUMENTS = 64


@frozen(kw_only=True)
class Request:
    """A request: the facts of a rule, under the policy of a house on a day."""

    id: str
    rule: str
    facts: Annotated[Mapping[str, object], ANY_OBJECT]
    policy: str | None = None
    on: date | None = None
    locale: str | None = None


@frozen
class Reply:
    """A reply as one line of JSON: an answer, or the error of a request that cannot be answered."""

    text: str
    is_answer: bool

    @property
    def line(self) -> bytes:
        """The line as it is written, with its end."""
        return f"{self.text}\n".encode()


def answer(
    request: Mapping[str, object] | bytes | str | TooLong,
    *,
    today: date | None = None,
    policies: Mapping[str, str] | None = None,
) -> dict[str, Json]:
    """Answer one request of the JSON API: a mapping, or a JSON text.

    Whatever is wrong with it becomes the `error` of the answer, with the path and what is allowed;
    nothing is raised. `today` is the day whose edition decides where the request names none; the
    day it is, if left out. `policies` are those that a request may name, each with the shipped name
    or the path it is read from, and the first is that of requests that name none: requests from
    outside name no paths. Any policy may be named if they are left out.

    >>> reply = answer(
    ...     {"id": "a1", "rule": "tender", "facts": {"kind": "paypal"}},
    ...     today=date(2026, 11, 22),
    ... )
    >>> reply["decision"], reply["policy"]
    ('accepted', 'imparfaite@2023-01-01')
    """
    written: dict[str, Json] = json.loads(reply_to(request, today=today, policies=policies).text)
    return written


def reply_to(
    request: Mapping[str, object] | bytes | str | TooLong,
    *,
    today: date | None = None,
    policies: Mapping[str, str] | None = None,
) -> Reply:
    r"""Reply to one request as `answer` does, with the text of its answer.

    >>> reply_to(b'{"id": "a1"', today=date(2026, 11, 22)).line
    b'{"id": null, "error": {"path": "", "message": "must be JSON, got the end at column 12..."}}\n'
    """
    known: str | None = None
    try:
        given, usable = object_in(request)
        known = text_of(given, "id")
        if not usable:
            refuse_unusable(given)
        return Reply(_answered(_request(given), today, policies), is_answer=True)
    except Rejection as rejection:
        error = {"path": rejection.path, "message": rejection.message}
    except Exception as fault:  # noqa: BLE001 - the next requests go on, whatever is wrong here
        message = f"cannot be answered because of a fault of ours: {type(fault).__name__}: {fault}"
        error = {"path": "", "message": message}
    written = f'{{"id": {json_text(known)}, "error": {json_text(error)}}}'
    return Reply(written, is_answer=False)


def house_of(policy: str, on: date) -> HousePolicy:
    """Return the edition of a policy on a day.

    Raises:
        Rejection: At `policy` or `on`.

    >>> str(house_of("imparfaite", date(2026, 11, 22)).edition)
    'imparfaite@2023-01-01'
    """
    book = _book(policy, _version_of(policy))
    if isinstance(book, Rejection):
        raise book
    try:
        return book.on(on)
    except NoEditionError as error:
        raise Rejection("on", message_of(error)) from error


def words_for(decided: object, locale: str, labels: HouseLabels) -> str:
    """Say a decision in the language of a locale, with what the house calls its own names.

    Raises:
        Rejection: For one without words.
    """
    from vintage_rules.wording.explaining import explain

    try:
        return explain(decided, locale, labels).text
    except UnknownLocaleError as error:
        raise Rejection("locale", message_of(error)) from error


def _request(given: Mapping[str, object]) -> Request:
    try:
        request: Request = kind_of(Request).read(given, None)
    except Problems as problems:
        raise problems.rejection() from problems
    return request


def _answered(request: Request, today: date | None, policies: Mapping[str, str] | None) -> str:
    decider = rule_named(request.rule)
    house = house_of(_policy_of(request.policy, policies), request.on or today or _today())
    given: Answer = decider.answer(request.facts, house)
    written = f'{{"id": {quoted(request.id)}, {members_of(given)}'
    if request.locale is not None:
        written += f', "text": {quoted(words_for(given.decided, request.locale, house.labels))}'
    return written + "}"


def _policy_of(named: str | None, policies: Mapping[str, str] | None) -> str:
    if policies is None:
        return DEFAULT_POLICY if named is None else named
    if named is None:
        return next(iter(policies.values()))
    if named not in policies:
        raise Rejection("policy", f"must be {one_of(named, tuple(policies))}, got {shown(named)}")
    return policies[named]


def _today() -> date:
    # The contract: a request that names no day is decided by the edition of today.
    return date.today()  # noqa: DTZ011, TID251 - the day of the user, in their own zone


def _version_of(policy: str) -> tuple[int, int] | None:
    """What shows that a document has changed since it was read; None for what is none."""
    if not policy.endswith(SUFFIX):
        return None
    from pathlib import Path

    try:
        file = Path(policy).stat()
    except (OSError, ValueError):
        return None
    return file.st_mtime_ns, file.st_size


@lru_cache(maxsize=_MOST_DOCUMENTS)
def _book(policy: str, version: tuple[int, int] | None) -> PolicyBook | Rejection:  # noqa: ARG001
    try:
        return load_policy(policy)
    except PolicyError as error:
        return Rejection("policy", str(error).removeprefix("policy: "))
