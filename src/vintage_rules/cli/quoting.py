"""`vintage-rules quote`: an order from a file, priced on the screen or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from attrs import fields

from vintage_rules.api.answering import house_of as find_house
from vintage_rules.api.answering import words_for
from vintage_rules.api.error_messages import FactNames
from vintage_rules.api.facts import day_of
from vintage_rules.api.json_values import Json, to_json
from vintage_rules.api.lines import LONGEST_LINE
from vintage_rules.api.reading import read_object
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.rule import Answer, as_json
from vintage_rules.api.rules.customs import assessed_import
from vintage_rules.api.rules.orders import quoted_order
from vintage_rules.api.rules.shipping import estimated
from vintage_rules.api.schemas import rule_schema
from vintage_rules.cli.clock import today
from vintage_rules.cli.errors import WRONG_USE, CliError, opened
from vintage_rules.cli.order_summary import OrderFile, OrderSummary, read_order, summarize_order
from vintage_rules.errors import DayError, VintageRulesError
from vintage_rules.orders.labels import HouseLabels
from vintage_rules.orders.policy import HousePolicy


def day_asked(on: str | None, option: str = "on") -> date | None:
    """Return the day of an option.

    Raises:
        CliError: If it is none.
    """
    try:
        return None if on is None else day_of(on)
    except DayError as error:
        raise CliError(f"--{option}: must be {error.allowed}, got {on!r}", WRONG_USE) from error


def house_of(policy: str, on: str | None) -> HousePolicy:
    """Return the edition of a policy on a day.

    Raises:
        CliError: If there is none.
    """
    try:
        return find_house(policy, day_asked(on) or today())
    except Rejection as rejection:
        raise CliError(f"--{rejection}") from rejection


def schema_of(rule: str, policy: str | None, on: str | None) -> Mapping[str, Json]:
    """Return the schema of a rule, under a policy if one is named.

    Raises:
        CliError: If what was given is wrong.
    """
    house = None if policy is None else house_of(policy, on)
    try:
        return rule_schema(rule, house)
    except Rejection as rejection:
        raise CliError(str(rejection), WRONG_USE) from rejection


def summary_of_file(path: Path, house: HousePolicy) -> OrderSummary:
    """Read an order and decide everything about it.

    Raises:
        CliError: Naming the file and the fact.
    """
    try:
        return summarize_order(read_order(read_object(_read(path)), house), house, today())
    except Rejection as rejection:
        raise CliError(f"{path}: {_in_file(rejection)}") from rejection
    except VintageRulesError as error:
        names = FactNames(frozenset(each.name for each in fields(OrderFile)), {"day": "dispatched"})
        raise CliError(f"{path}: {_in_file(names.rejection(error, {}))}") from error


def _read(path: Path) -> bytes:
    with opened(path) as file:
        content = file.read(LONGEST_LINE + 1)
    if len(content) > LONGEST_LINE:
        raise Rejection("", f"must be at most {LONGEST_LINE} bytes, got more")
    return content


def _in_file(rejection: Rejection) -> str:
    """Drop the facts from the path, since the file holds nothing else."""
    path = rejection.path.removeprefix("facts").removeprefix(".")
    return str(Rejection(path, rejection.message))


def summary_as_json(summary: OrderSummary, locale: str | None, labels: HouseLabels) -> str:
    """Return what was decided as one JSON object; with a locale each decision in words too."""
    customs = [
        {
            "from": one.parcel.plan.sender,
            "pieces": to_json(one.parcel.plan.pieces),
            **_part(assessed_import(one.assessed), locale, labels),
        }
        for one in summary.customs
    ]
    delivery = summary.delivery
    answers = {
        "order": _part(quoted_order(summary.quote), locale, labels),
        "delivery": delivery and _part(estimated(delivery), locale, labels),
        "customs": customs,
        "policy": str(summary.quote.edition),
    }
    return json.dumps(answers, ensure_ascii=False, indent=2)


def _part(given: Answer, locale: str | None, labels: HouseLabels) -> Mapping[str, Json]:
    part = {name: value for name, value in as_json(given).items() if name != "policy"}
    return part if locale is None else part | {"text": words_for(given.decided, locale, labels)}
