"""Facts for any rule, drawn by the JSON Schema of its facts under a house, near an example's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from random import Random

from vintage_rules.findings import is_list, is_table, items_in, table_in
from vintage_rules.orders.policy import HousePolicy

PLACES: Sequence[Mapping[str, object]] = (
    {"country": "FR", "postal_code": "33000"},
    {"country": "FR", "postal_code": "97400"},
    {"country": "BE", "postal_code": "4000", "city": "Liège"},
    {"country": "PL", "postal_code": "00-001"},
    {"country": "GB", "postal_code": "M1 1AE"},
    {"country": "US", "postal_code": "10001"},
    {"country": "JP", "postal_code": "100-0001"},
)
_WORDS = ("ada", "lou", "coat", "bag", "workshop", "card")
_AMOUNTS = (0, 1, 5, 20, 90, 499, 500, 1_000)
_CENTS = ("", ".01", ".50", ".99")
_NUMBERS = (0, 1, 2, 9, 900, 1_400, 30_000)
_START = datetime(2026, 9, 1, 8, tzinfo=timezone(timedelta(hours=2)))
_CHANGES = (0.02, 0.25)
_SOME = 0.3


class Facts:
    """Draws values that fit a schema; amounts are in the currency of a house."""

    def __init__(self, random: Random, currency: str) -> None:
        """Draw by chance, which a seed repeats."""
        self._random, self._currency = random, currency
        self._changes = random.choice(_CHANGES)

    def like(self, schema: Mapping[str, object], example: object) -> object:
        """Draw a value: most often what the example holds, or else any that fits."""
        if "anyOf" in schema:
            either = [table_in(each) for each in items_in(schema["anyOf"])]
            return self.like(self._random.choice(either), example)
        if "enum" in schema:
            known = items_in(schema["enum"])
            if example in known and self._often():
                return example
            return self._random.choice(known) if known else "none"
        match schema.get("type"):
            case "object":
                return self._object(schema, example)
            case "array":
                return self._list(schema, example)
            case "boolean":
                return self._often()
            case "integer":
                return self._or(example, self._random.choice(_NUMBERS))
            case "null":
                return None
            case "string":
                return self._text(schema, example)
            case _:
                return example

    def _often(self) -> bool:
        return self._random.random() >= self._changes

    def _or(self, example: object, fresh: object) -> object:
        return example if example is not None and self._often() else fresh

    def _object(self, schema: Mapping[str, object], example: object) -> object:
        fields = table_in(schema.get("properties"))
        if {"amount", "currency"} == fields.keys():
            return self._amount()
        if "postal_code" in fields:
            return self._or(example, self._random.choice(PLACES))
        given = table_in(example)
        if not fields:
            return self._mapping(schema, given)
        needed = set(map(str, items_in(schema.get("required"))))
        drawn: dict[str, object] = {}
        for name, inner in fields.items():
            likely = 1 - self._changes if name in given else self._changes
            if name in needed or self._random.random() < likely:
                drawn[name] = self.like(table_in(inner), given.get(name))
        return drawn

    def _mapping(self, schema: Mapping[str, object], example: Mapping[str, object]) -> object:
        inner = table_in(schema.get("additionalProperties"))
        names = items_in(table_in(schema.get("propertyNames")).get("enum"))
        if not names:
            return example
        likely = self._random.choice((_SOME, 1))
        some = [name for name in map(str, names) if self._random.random() < likely]
        return {name: self.like(inner, example.get(name)) for name in some}

    def _list(self, schema: Mapping[str, object], example: object) -> object:
        inner, items = table_in(schema.get("items")), items_in(example)
        if items:
            return [self.like(inner, item) for item in items if self._often()] or list(items)
        least = schema.get("minItems")
        number = self._random.randrange(3) + (least if isinstance(least, int) else 0)
        return [self.like(inner, None) for _ in range(number)]

    def _amount(self) -> Mapping[str, str]:
        cents = "" if self._currency == "JPY" else self._random.choice(_CENTS)
        return {
            "amount": f"{self._random.choice(_AMOUNTS)}{cents}",
            "currency": self._currency,
        }

    def _text(self, schema: Mapping[str, object], example: object) -> object:
        written = str(schema.get("format"))
        if written == "date":
            return self._or(example, self._day().isoformat())
        if written == "date-time":
            return self._or(example, self._moment().isoformat())
        if str(schema.get("pattern")).startswith("^[0-9]{1,5} "):
            return self._random.choice(("30 days", "48 hours", "3 ouvres", "2 months", "0 days"))
        if "pattern" in schema:
            return self._or(example, "0.85")
        return self._or(example, self._random.choice(_WORDS))

    def _moment(self) -> datetime:
        return _START + timedelta(hours=self._random.randrange(60 * 24))

    def _day(self) -> date:
        return self._moment().date()


def in_currency(found: object, currency: str) -> object:
    """Write the same facts with all amounts in another currency."""
    if is_table(found):
        if found.keys() == {"amount", "currency"}:
            amount = str(found["amount"])
            whole = amount.partition(".")[0] if currency == "JPY" else amount
            return {"amount": whole, "currency": currency}
        return {name: in_currency(each, currency) for name, each in found.items()}
    if is_list(found):
        return [in_currency(each, currency) for each in found]
    return found


def fitted(rule: str, facts: Mapping[str, object], house: HousePolicy) -> dict[str, object]:
    """Write the facts of an example in the currency of a house, and in its own names."""
    terms: dict[str, Sequence[str]] = {
        "mode": sorted(house.shipping.modes),
        "question": [question.name for question in house.service.questions],
        "kind": sorted(house.returns.claims.kinds if rule == "assess-claim" else []),
        "fee": [fee.name for fee in house.pricing.fees],
        "reason": list(house.returns.returns.domain.reason),
    }
    own = {name: terms[name][0] for name in facts.keys() & terms.keys() if terms[name]}
    return table_in(in_currency({**facts, **own}, house.currency))
