from __future__ import annotations

import json
import re
from collections.abc import Iterator

import jsonschema
import pytest
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from vintage_rules.api import rule_schema
from vintage_rules.api.rules import HOMES
from vintage_rules.api.schemas import example_of
from vintage_rules.findings import is_table, items_in, table_in

Document = dict[str, object]


@pytest.fixture(scope="module")
def document(client: TestClient) -> Document:
    """The description as it is served."""
    found: Document = client.get("/openapi.json").json()
    return found


def at(document: object, *steps: str) -> dict[str, object]:
    """Follow names into a document."""
    for step in steps:
        document = table_in(document)[step]
    return table_in(document)


def resolved(document: Document, schema: object) -> dict[str, object]:
    """Follow the reference of a schema."""
    return at(document, *str(table_in(schema)["$ref"]).removeprefix("#/").split("/"))


def values_in(found: object) -> Iterator[object]:
    """Give every value of a document."""
    inner = found.values() if is_table(found) else items_in(found)
    yield from inner
    for each in inner:
        yield from values_in(each)


class TestDocument:
    """`GET /openapi.json`."""

    def test_is_openapi_3_1(self, document: Document) -> None:
        """Of a kind that tools can read, with every reference leading somewhere."""
        assert str(document["openapi"]).startswith("3.1.")
        validate(document)

    def test_has_a_path_for_each_rule_and_for_all_else(self, document: Document) -> None:
        """And no rule has the name of the path of batches."""
        others = {"/", "/health", "/openapi.json", "/v1", "/v1/batch"}
        assert set(at(document, "paths")) == {f"/v1/{rule}" for rule in HOMES} | others
        assert "batch" not in HOMES

    def test_names_no_other_host(self, document: Document) -> None:
        """Reading it requests nothing of anybody."""
        texts = [each for each in values_in(document) if isinstance(each, str)]
        assert [each for each in texts if re.search("https?:|//", each)] == []

    def test_names_each_operation_once(self, document: Document) -> None:
        """A generated client has a function for each."""
        names = [
            at(operation)["operationId"]
            for path in at(document, "paths").values()
            for operation in at(path).values()
        ]
        assert len(set(names)) == len(names) == len(HOMES) + 5

    def test_offers_the_policies_of_the_server(
        self, document: Document, client: TestClient
    ) -> None:
        """As an enumeration, so that a generated client knows them."""
        parameters = items_in(at(document, "paths", "/v1/tender", "post")["parameters"])
        policy = next(each for each in map(at, parameters) if each["name"] == "policy")
        assert at(policy, "schema")["enum"] == client.get("/v1").json()["policies"]


@pytest.mark.parametrize("rule", HOMES)
class TestEachRule:
    """What is described of each rule."""

    def test_is_what_the_schema_of_the_rule_says(self, document: Document, rule: str) -> None:
        """Its facts, and each of its decisions; an error has statuses of its own."""
        operation = at(document, "paths", f"/v1/{rule}", "post")
        definitions = json.loads(json.dumps(rule_schema(rule)["$defs"]))
        facts = at(operation, "requestBody", "content", "application/json", "schema")
        assert resolved(document, facts) == definitions["facts"]
        given = at(operation, "responses", "200", "content", "application/json", "schema")
        decisions, error = resolved(document, given)["oneOf"], at(document, "components", "schemas")
        assert [*items_in(decisions), error["Error"]] == definitions["answer"]["oneOf"]

    def test_has_an_example_that_is_answered_so(
        self, document: Document, client: TestClient, rule: str
    ) -> None:
        """The facts, with the examples of the parameters; the answer fits its schema."""
        operation = at(document, "paths", f"/v1/{rule}", "post")
        content = at(operation, "requestBody", "content", "application/json")
        facts = at(content, "examples", rule)["value"]
        named = {
            at(each)["name"]: at(each)["example"] for each in items_in(operation["parameters"])
        }
        query = {str(name): str(value) for name, value in named.items() if name != "locale"}
        reply = client.post(f"/v1/{rule}", json=facts, params=query)
        answered = at(operation, "responses", "200", "content", "application/json")
        assert reply.json() == at(answered, "examples", rule)["value"]
        schema = {**resolved(document, answered["schema"]), "components": document["components"]}
        jsonschema.validate(reply.json(), schema)
        assert facts == example_of(rule)["facts"]


class TestLines:
    """What is described of batches."""

    def test_are_questions_and_answers(self, document: Document, client: TestClient) -> None:
        """Each line of the examples fits the schema of a line."""
        operation = at(document, "paths", "/v1/batch", "post")
        content = at(operation, "requestBody", "content", "application/x-ndjson")
        answered = at(operation, "responses", "200", "content", "application/x-ndjson")
        asked = str(at(content, "examples", "two lines")["value"])
        headers = {"content-type": "application/x-ndjson"}
        reply = client.post("/v1/batch", content=asked.encode(), headers=headers)
        assert reply.text == at(answered, "examples", "two lines")["value"]
        for part, text in ((content, asked), (answered, reply.text)):
            line = at(part, "schema", "contentSchema")
            schema = {**line, "components": document["components"]}
            for each in text.splitlines():
                jsonschema.validate(json.loads(each), schema)
