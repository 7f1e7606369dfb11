from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from tests.cli.asking import (
    BORDEAUX,
    FEE,
    OFFER,
    RETURN,
    command,
    euros,
    piece,
    refund_facts,
    run,
)
from vintage_rules.api import answer, rule_schema
from vintage_rules.api.rules import HOMES
from vintage_rules.api.schemas import example_of
from vintage_rules.findings import is_table, items_in, table_in
from vintage_rules.policies import load_policy

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "json_api.md").read_text("utf-8")
VECTORS = [
    json.loads(line) for line in (ROOT / "tests/cli/vectors.jsonl").read_bytes().splitlines()
]
TALK = {"initial_price": euros("200.00"), "commands": [], "until": "2026-09-09T08:00:00Z"}
ORDER = {"mode": "direct", "destination": BORDEAUX, "pieces": [piece()]}
BROKEN = [
    ("quality-control-fee", {"mode": "grouped"}),
    ("quality-control-fee", {**FEE, "Mode": "x"}),
    ("quality-control-fee", {**FEE, "mode": "by-air"}),
    ("quality-control-fee", {**FEE, "goods": 3}),
    ("quality-control-fee", {**FEE, "goods": euros("-1.00")}),
    ("quality-control-fee", {**FEE, "goods": {"amount": "1.00", "currency": "GBP"}}),
    ("quote-order", {**ORDER, "pieces": [piece(weight_g=0)]}),
    ("quote-order", {**ORDER, "pieces": [piece(price=euros("0.00"))]}),
    ("quote-order", {**ORDER, "pieces": [piece(seller="workshop")]}),
    ("quote-order", {**ORDER, "pieces": [piece(seller_kind="nobody")]}),
    ("quote-order", {**ORDER, "parts": {"shiping": euros("1.00")}}),
    ("assess-offer", {**OFFER, "signed_in": "yes"}),
    ("assess-offer", {**OFFER, "completion": "1.01"}),
    ("replay-negotiation", {**TALK, "commands": [command("2026-09-07T08:00:00Z", "buy")]}),
    ("replay-negotiation", {**TALK, "until": "2026-09-09T08:00:00"}),
    ("assess-return", {**RETURN, "wants": "credit"}),
    ("assess-return", {**RETURN, "events": {"delivery-scam": "2026-09-01"}}),
    ("assess-return", {**RETURN, "seller_gives": "30 weeks"}),
    ("quote-refund", {**refund_facts(), "reason": "x"}),
    ("quote-refund", {**refund_facts(), "parcels": [{"from": "ada", "pieces": []}]}),
    ("estimate-delivery", {"destination": BORDEAUX, "dispatched": "20260901"}),
]


def asked() -> Iterator[dict[str, object]]:
    """Give every request of the guide and of the contract's examples that is answered."""
    for block in GUIDE.split("```json\n")[1::2]:
        shown = json.loads(block.partition("```")[0])
        if "rule" in shown:
            yield shown
    for vector in VECTORS:
        if vector["expect"] != {"error": True}:
            yield vector["request"]


def parts_of(
    schema: Mapping[str, object], path: str = ""
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Give every schema within one, with the way to it."""
    yield path, schema
    for key in ("properties", "$defs"):
        for name, part in table_in(schema.get(key)).items():
            yield from parts_of(table_in(part), f"{path}/{name}")
    for key in ("items", "additionalProperties"):
        if is_table(schema.get(key)):
            yield from parts_of(table_in(schema[key]), f"{path}/{key}")
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for i, part in enumerate(items_in(schema.get(key))):
            yield from parts_of(table_in(part), f"{path}/{key}/{i}")


class TestSchemas:
    """Every rule has a JSON Schema of its requests and its answers."""

    @pytest.mark.parametrize("rule", HOMES)
    def test_are_schemas(self, rule: str) -> None:
        """Of the draft they name, under any policy and under one."""
        for house in (None, load_policy("imparfaite").on(TODAY)):
            schema = rule_schema(rule, house)
            jsonschema.Draft202012Validator.check_schema(schema)

    def test_say_of_every_part_what_it_is(self) -> None:
        """A value without a type, a choice or a reference would take anything."""
        bare = {
            f"{rule}: {path}"
            for rule in HOMES
            for path, part in parts_of(rule_schema(rule))
            if not {"type", "const", "enum", "$ref", "anyOf", "oneOf"}.intersection(part)
        }
        assert bare == set()

    @pytest.mark.parametrize("rule", HOMES)
    def test_hold_an_example_that_is_answered(self, rule: str) -> None:
        """It is valid, and so is its answer."""
        schema, example = rule_schema(rule), example_of(rule)
        assert schema["examples"] == [example]
        jsonschema.validate(example, schema)
        replied = answer(example, today=TODAY)
        assert "error" not in replied, replied
        jsonschema.validate(replied, _only_answer(schema))

    @pytest.mark.parametrize("request_", list(asked()), ids=lambda request: str(request["id"]))
    def test_take_what_is_answered(self, request_: dict[str, object]) -> None:
        """Every request of the guide and of the contract, with what it is answered."""
        schema = rule_schema(str(request_["rule"]))
        jsonschema.validate(request_, schema)
        replied = answer(request_, today=TODAY)
        assert "error" not in replied, replied
        jsonschema.validate(json.loads(json.dumps(replied)), _only_answer(schema))

    @pytest.mark.parametrize(("rule", "facts"), BROKEN)
    def test_refuse_what_is_an_error(self, rule: str, facts: dict[str, object]) -> None:
        """A request that the API refuses is not valid under the policy that decides it."""
        request = {"id": "q", "rule": rule, "facts": facts}
        assert "error" in answer(request, today=TODAY)
        house = load_policy("imparfaite").on(TODAY)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(request, rule_schema(rule, house))

    @pytest.mark.parametrize("left_out", ["id", "rule", "facts"])
    def test_refuse_a_request_without_its_parts(self, left_out: str) -> None:
        """And one with a part of another name, or for another rule."""
        schema, example = rule_schema("tender"), example_of("tender")
        rest = {name: part for name, part in example.items() if name != left_out}
        for wrong in (rest, {**example, "fact": {}}, {**example, "rule": "fee"}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(wrong, schema)

    def test_take_an_error_as_an_answer(self) -> None:
        """With the place and the message, and the id where there is one."""
        schema = _only_answer(rule_schema("tender"))
        error = {"path": "facts.kind", "message": "must be given"}
        for known in ("q1", None):
            jsonschema.validate({"id": known, "error": error}, schema)
        for wrong in (
            {"error": error},
            {"id": "q1"},
            {"id": "q1", "error": {"path": "facts.kind"}},
            {"id": "q1", "error": {"message": "must be given"}},
            {"id": "q1", "error": {**error, "code": 3}},
            {"id": 3, "error": error},
        ):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(wrong, schema)

    def test_refuse_the_broken_examples_of_the_contract(self) -> None:
        """Those too that are refused without knowing the house."""
        broken = [vector["request"] for vector in VECTORS if vector["expect"] == {"error": True}]
        assert broken
        for request in broken:
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(request, rule_schema(request["rule"]))

    def test_refuse_another_answer(self) -> None:
        """An answer of another rule, or one with a value that the contract does not name."""
        schema = _only_answer(rule_schema("tender"))
        replied = answer(example_of("tender"), today=TODAY)
        for wrong in ({**replied, "decision": "charged"}, {**replied, "value": {"fee": "1"}}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(wrong, schema)


class TestCommand:
    """`vintage-rules schema RULE`."""

    def test_writes_the_schema(self) -> None:
        """Of any policy, or of one."""
        done = run("schema", "tender")
        assert (done.returncode, json.loads(done.stdout)) == (0, rule_schema("tender"))
        done = run("schema", "quote-order", "--policy", "vinted", "--on", "2026-11-22")
        facts = json.loads(done.stdout)["$defs"]["facts"]
        assert facts["properties"]["mode"]["enum"] == ["direct"]

    def test_is_that_of_a_day(self) -> None:
        """A policy that was not in force then has none."""
        done = run("schema", "quote-order", "--policy", "vinted", "--on", "1999-01-01")
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"--on: vinted has no edition before" in done.stderr

    def test_knows_the_rules(self) -> None:
        """One that does not exist is refused with the nearest."""
        done = run("schema", "tenders")
        assert done.returncode == 2
        assert b"(tender?)" in done.stderr


def _only_answer(schema: Mapping[str, object]) -> dict[str, object]:
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    answers: dict[str, object] = definitions["answer"]
    return answers
