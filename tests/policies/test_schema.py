"""The JSON Schema of a policy document."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.policies.corner_shop import CORNER_SHOP, HOUSES, changed, faults_of
from vintage_rules.policies import policy_schema, shipped_policies

COMMITTED = Path(__file__).parents[2] / "docs" / "policy.schema.json"
SHIPPED = {
    name: resources.files("vintage_rules.policies").joinpath(f"{name}.toml").read_text("utf-8")
    for name in shipped_policies()
}
DOCUMENTS = {path.stem: path.read_text("utf-8") for path in HOUSES.glob("*.toml")} | SHIPPED


@cache
def validator() -> Draft202012Validator:
    """Give what holds documents against the schema, formats included."""
    return Draft202012Validator(policy_schema(), format_checker=FormatChecker())


def as_json(node: object) -> object:
    """Give a TOML document as JSON has it: days are texts."""
    if isinstance(node, dict):
        return {key: as_json(value) for key, value in node.items()}
    if isinstance(node, list):
        return [as_json(item) for item in node]
    return node.isoformat() if isinstance(node, date) else node


def errors(document: str) -> list[str]:
    """Give what the schema has against a document."""
    found = as_json(tomllib.loads(document, parse_float=Decimal))
    return [error.json_path for error in validator().iter_errors(found)]


def parts(node: object) -> Iterator[dict[str, object]]:
    """Give every table of a schema."""
    if isinstance(node, dict):
        yield node
        for item in node.values():
            yield from parts(item)
    elif isinstance(node, list):
        for item in node:
            yield from parts(item)


class TestPolicySchema:
    """What an editor knows of a policy document."""

    def test_is_a_json_schema(self) -> None:
        """Of the 2020-12 dialect."""
        Draft202012Validator.check_schema(policy_schema())
        assert policy_schema()["$schema"] == Draft202012Validator.META_SCHEMA["$id"]

    def test_is_the_one_in_the_documentation(self) -> None:
        """`vintage-rules policy schema > docs/policy.schema.json` writes it."""
        assert json.loads(COMMITTED.read_text("utf-8")) == policy_schema()

    @pytest.mark.parametrize("name", sorted(DOCUMENTS))
    def test_agrees_with_every_document(self, name: str) -> None:
        """What loads is valid."""
        assert errors(DOCUMENTS[name]) == []

    def test_describes_every_key(self) -> None:
        """An editor can say of each key what it means."""
        silent = [
            key
            for part in parts(policy_schema())
            if "additionalProperties" in part
            for key, value in (part.get("properties") or {}).items()  # type: ignore[attr-defined]
            if "description" not in value
        ]
        assert silent == []

    def test_refers_to_nothing_that_is_missing(self) -> None:
        """Every reference leads somewhere, and everything is referred to."""
        schema = policy_schema()
        referred = {part["$ref"] for part in parts(schema) if "$ref" in part}
        definitions = schema["$defs"]
        assert isinstance(definitions, dict)
        assert referred == {f"#/$defs/{name}" for name in definitions}

    def test_knows_no_null(self) -> None:
        """TOML cannot write one."""
        assert not any(part.get("type") == "null" for part in parts(policy_schema()))

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [
            ("rate = 0.05", "rate = 10", "$.edition[0].pricing.fees[0].components[0].rate"),
            (
                "minimum = 1.00",
                "minimum = -1",
                "$.edition[0].pricing.fees[0].components[0].minimum",
            ),
            ("maximum = 4.00", "maximun = 4.00", "$.edition[0].pricing.fees[0].components[0]"),
            ('payer = "buyer"', 'payer = "nobody"', "$.edition[0].pricing.fees[0].payer"),
            ('source = "G1"', "", "$.edition[0].pricing.gift_card"),
            ('source = "G1"', 'source = "assumption: "', "$.edition[0].pricing.gift_card.source"),
            ('"2 years"', '"2 weeks"', "$.edition[0].pricing.gift_card.validity"),
            ('"2 to 5 ouvrables"', '"2-5"', "$.edition[0].shipping.delivery.zones[0].transit"),
            ("since = 2024-01-01", 'since = "soon"', "$.edition[0].since"),
            ('opens = "09:30"', 'opens = "25:30"', "$.edition[0].service.contact.hours[0].opens"),
            ("DE = ", "germany = ", "$.edition[0].shipping.delivery.countries[0].transit"),
            ("packaging_g = 100", "packaging_g = 0.5", "$.edition[0].shipping.postage.packaging_g"),
            (
                'base = ["pieces"]',
                'base = ["moon"]',
                "$.edition[0].pricing.fees[0].components[0].base[0]",
            ),
            (
                "largest_cut = 0.30",
                "largest_cut = 30",
                "$.edition[0].listing.offers.floor.largest_cut",
            ),
            ('bound = ">="', 'bound = "<="', "$.edition[0].listing.offers.floor.bound"),
            ("per_piece = 1", "per_piece = 0", "$.edition[0].listing.offers.quota.per_piece"),
            (
                'opens_after = "0 hours"',
                'opens_after = "never"',
                "$.edition[0].listing.offers.opens_after",
            ),
            (
                'anchor = "informed"',
                'anchor = "received"',
                "$.edition[0].returns.refund_terms[0].law.anchor",
            ),
            (
                '[["card", "paypal"], ["gift-card"]]',
                '[["card", "paypal"], "gift-card"]',
                "$.edition[0].returns.refunds.tenders[1]",
            ),
            ('hit = "unique"', 'hit = "last"', "$.edition[0].returns.returns.hit"),
        ],
    )
    def test_and_the_loader_refuse_the_same(self, old: str, new: str, path: str) -> None:
        """A bad value is bad for both."""
        document = changed((old, new))
        assert errors(document) == [path]
        assert faults_of(document)

    def test_lets_an_edition_leave_out_what_it_takes_over(self) -> None:
        """With `extends` tables may be missing; without it they may not."""
        extending = '\n[[edition]]\nsince = 2025-01-01\nextends = "previous"\nsource = "E2"\n'
        assert errors(CORNER_SHOP + extending) == []
        alone = CORNER_SHOP + extending.replace('extends = "previous"\n', "")
        assert set(errors(alone)) == {"$.edition[1]"}
        partial = (
            alone
            + "\n[edition.pricing]\n[edition.shipping]\n[edition.listing]\n[edition.returns]\n"
            + "[edition.service]\n[edition.checkout]\n"
        )
        parts_of_it = {f"$.edition[1].{part}" for part in ("pricing", "listing", "returns")}
        assert parts_of_it <= set(errors(partial))
