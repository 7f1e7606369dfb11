"""`vintage-rules quote`: an order from a file, told on the screen or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from vintage_rules.api.answers import Answer, Json, clauses, plain
from vintage_rules.api.complaints import Names, of_rule, of_validation
from vintage_rules.api.desk import Desk
from vintage_rules.api.facts import day_of
from vintage_rules.api.lines import LONGEST_LINE
from vintage_rules.api.reading import read_object
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.rules.customs import answer_of
from vintage_rules.api.rules.orders import order_answer
from vintage_rules.api.rules.shipping import delivery_answer
from vintage_rules.api.ruling import require_house_currency
from vintage_rules.api.words import words_for
from vintage_rules.cli.clock import today
from vintage_rules.cli.errors import WRONG_USE, Trouble, opened
from vintage_rules.cli.order_summary import OrderFile, Story, story_of
from vintage_rules.errors import DayError, VintageRulesError
from vintage_rules.orders import HousePolicy
from vintage_rules.shipping import DeliveryEstimate


def day_asked(on: str | None, option: str = "on") -> date | None:
    """Read the day of an option. Raises `Trouble` when it is none."""
    try:
        return None if on is None else day_of(on)
    except DayError as error:
        raise Trouble(f"--{option}: must be {error.allowed}, got {on!r}", WRONG_USE) from error


def house_of(policy: str, on: str | None) -> HousePolicy:
    """Find the edition of a policy on a day. Raises `Trouble` when there is none."""
    try:
        return Desk(today()).house(policy, day_asked(on))
    except Rejection as rejection:
        raise Trouble(f"--{rejection}") from rejection


def story_in(path: Path, house: HousePolicy) -> Story:
    """Read an order and ask every rule about it. Raises `Trouble` naming the file and the fact."""
    try:
        given = _order(_read(path))
        require_house_currency(given, house)
        return story_of(given, house, today())
    except Rejection as rejection:
        raise Trouble(f"{path}: {_in_file(rejection)}") from rejection
    except VintageRulesError as error:
        names = Names(OrderFile.names(), {"day": "dispatched"})
        told = of_rule(error, {}, names)
        raise Trouble(f"{path}: {_in_file(told)}") from error


def _read(path: Path) -> bytes:
    with opened(path) as file:
        content = file.read(LONGEST_LINE + 1)
    if len(content) > LONGEST_LINE:
        raise Rejection("", f"must be at most {LONGEST_LINE} bytes, got more")
    return content


def _order(content: bytes) -> OrderFile:
    try:
        return OrderFile.model_validate(read_object(content))
    except ValidationError as error:
        raise of_validation(error) from error


def _in_file(rejection: Rejection) -> str:
    """The file holds the facts and nothing else, so that they need not be named in the path."""
    path = rejection.path.removeprefix("facts").removeprefix(".")
    return str(Rejection(path, rejection.message))


def story_as_json(story: Story, locale: str | None) -> str:
    """Write what was decided as one JSON object; with a locale each decision in words too."""
    customs = [
        {
            "from": one.parcel.plan.sender,
            "pieces": plain(one.parcel.plan.pieces),
            **_part(answer_of(one.assessed), locale),
        }
        for one in story.customs
    ]
    told = {
        "order": _part(order_answer(story.order), locale),
        "delivery": None if story.delivery is None else _delivery(story.delivery, locale),
        "customs": customs,
        "policy": str(story.order.edition),
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _delivery(estimate: DeliveryEstimate, locale: str | None) -> Mapping[str, Json]:
    return _part(delivery_answer(estimate), locale)


def _part(given: Answer, locale: str | None) -> Mapping[str, Json]:
    part: dict[str, Json] = {
        "decision": given.decision,
        "value": plain(given.value),
        "reasons": plain(given.reasons),
        "sources": plain(clauses(given.decided.sources)),
    }
    return part if locale is None else part | {"text": words_for(given.decided, locale)}
