"""The description of the API in OpenAPI 3.1, from the types that `vintage-rules schema` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vintage_rules import __version__
from vintage_rules.api.answering import DEFAULT_POLICY, answer
from vintage_rules.api.facts import DAY_SCHEMA
from vintage_rules.api.json_values import Json
from vintage_rules.api.rules import HOMES, rule_named
from vintage_rules.api.schemas import (
    ERROR_SCHEMA,
    decision_schemas,
    example_of,
    question_schema,
    rule_schema,
)
from vintage_rules.http_api.batch import NDJSON
from vintage_rules.http_api.http_errors import JSON, line_of
from vintage_rules.http_api.paths import BATCH, HEALTH, INDEX, OPENAPI, RULES, path_of

Part = Mapping[str, Json]

_DESCRIPTION = """\
Each rule answers a question about an order, an offer, a return and so on under a house's policy.
A refusal is an answer, with status 200 and every reason. What cannot be answered has an error with
the path of what is wrong, what was found and what is allowed.
"""
_TEXT: Part = {"type": "string"}
_ERRORS: Mapping[str, tuple[str, str]] = {
    "400": ("Unreadable", "The body is no JSON object that can be read."),
    "406": ("NotAcceptable", "The sender does not accept the media type of the answer."),
    "408": ("TimedOut", "The body was not sent in time."),
    "413": ("TooLarge", "The body is too long."),
    "415": ("UnsupportedMediaType", "The body is of another media type, charset or encoding."),
    "422": ("Unanswerable", "A fact or a parameter is missing, misspelt or not possible."),
    "500": ("Failed", "A fault of the server."),
}


def openapi_document(policies: Mapping[str, str]) -> dict[str, Json]:
    """Return the document of an API whose requests may name these policies; the first is assumed.

    >>> document = openapi_document({"imparfaite": "imparfaite"})
    >>> document["openapi"], "/v1/tender" in document["paths"]
    ('3.1.0', True)
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vintage-rules",
            "version": __version__,
            "summary": "The rulebook of a second-hand marketplace",
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {**_documents(), BATCH: {"post": _batch()}, **_rules(policies)},
        "components": {
            "schemas": _schemas(),
            "responses": {name: _error(text) for name, text in _ERRORS.values()},
        },
    }


def _rules(policies: Mapping[str, str]) -> dict[str, Json]:
    return {path_of(rule): {"post": _question_to(rule, policies)} for rule in HOMES}


def _question_to(rule: str, policies: Mapping[str, str]) -> Part:
    example = example_of(rule)
    answered = answer(example)
    return {
        "operationId": _camel(rule),
        "summary": rule_schema(rule)["description"],
        "tags": ["rules"],
        "parameters": _parameters(policies, example),
        "requestBody": {
            "required": True,
            "content": {
                JSON: {
                    "schema": _ref("schemas", _facts(rule)),
                    "examples": {rule: {"value": example["facts"]}},
                }
            },
        },
        "responses": {
            "200": {
                "description": "The decision: a refusal too.",
                "content": {
                    JSON: {
                        "schema": _ref("schemas", _answer(rule)),
                        "examples": {rule: {"value": answered}},
                    }
                },
            },
            **_errors("400", "406", "408", "413", "415", "422", "500"),
        },
    }


def _schemas() -> dict[str, Json]:
    found: dict[str, Json] = {"Error": ERROR_SCHEMA}
    for name in HOMES:
        rule = rule_named(name)
        found[_facts(name)] = rule.facts.schema(None)
        found[_answer(name)] = {"oneOf": decision_schemas(rule)}
        found[f"{_pascal(name)}Question"] = question_schema(name, _ref("schemas", _facts(name)))
    questions = [_ref("schemas", f"{_pascal(name)}Question") for name in HOMES]
    answers = [_ref("schemas", _answer(name)) for name in HOMES]
    found["Question"] = {"oneOf": questions}
    found["Answer"] = {"anyOf": [*answers, _ref("schemas", "Error")]}
    return found


def _batch() -> Part:
    questions = [example_of(rule) for rule in ("tender", "undelivered")]
    return {
        "operationId": "batch",
        "summary": "Answer many questions, a line of JSON each, with a line each, in their order.",
        "description": "A line that cannot be answered gets an error, and the next ones go on. "
        "Answers are sent while questions are received.",
        "tags": ["rules"],
        "requestBody": {"required": True, "content": _ndjson("Question", questions)},
        "responses": {
            "200": {
                "description": "A line for each line: the answer to a question, or an error.",
                "content": _ndjson("Answer", [*map(answer, questions)]),
            },
            **_errors("406", "415", "422", "500"),
        },
    }


def _ndjson(line: str, examples: Sequence[Mapping[str, Json]]) -> Part:
    schema: Part = {
        "type": "string",
        "contentMediaType": NDJSON,
        "contentSchema": _ref("schemas", line),
    }
    written = b"".join(map(line_of, examples)).decode()
    return {NDJSON: {"schema": schema, "examples": {"two lines": {"value": written}}}}


def _documents() -> dict[str, Json]:
    return {
        INDEX: {"get": _document("index", "Say where things are.", _object(_INDEX))},
        HEALTH: {"get": _document("health", "Say that questions are answered.", _object(_HEALTH))},
        OPENAPI: {"get": _document("openapi", "Describe the API.", {"type": "object"})},
        RULES: {"get": _document("listRules", "List the rules and the policies.", _LISTING)},
    }


def _document(operation: str, summary: str, schema: Part) -> Part:
    return {
        "operationId": operation,
        "summary": summary,
        "tags": ["service"],
        "responses": {
            "200": {"description": summary, "content": {JSON: {"schema": schema}}},
            **_errors("406", "422"),
        },
    }


def _object(names: Sequence[str]) -> Part:
    return {
        "type": "object",
        "properties": dict.fromkeys(names, _TEXT),
        "required": list(names),
        "additionalProperties": False,
    }


_INDEX = ("name", "version", "rules", "question", "batch", "openapi", "health")
_HEALTH = ("status", "version")
_LISTING: Part = {
    "type": "object",
    "properties": {
        "rules": {"type": "array", "items": _object(("name", "path", "description"))},
        "policies": {"type": "array", "items": _TEXT},
        "policy": _TEXT,
    },
    "required": ["rules", "policies", "policy"],
    "additionalProperties": False,
}


def _parameters(policies: Mapping[str, str], example: Mapping[str, Json]) -> list[Part]:
    """Return what a question has beside its facts, with the values with which its example holds."""
    assumed = next(iter(policies))
    known: Mapping[str, tuple[str, Part, Json]] = {
        "id": ("Any text, which the answer repeats; the rule if left out.", _TEXT, example["id"]),
        "locale": ("With it the answer has `text` in that language.", _TEXT, "en-GB"),
        "on": ("The day whose edition decides; today if left out.", DAY_SCHEMA, example["on"]),
        "policy": (
            f"The policy of the house; `{assumed}` if left out.",
            {"enum": list(policies)},
            example.get("policy", DEFAULT_POLICY),
        ),
    }
    return [
        {"name": name, "in": "query", "description": text, "schema": schema, "example": shown}
        for name, (text, schema, shown) in known.items()
    ]


def _errors(*statuses: str) -> dict[str, Json]:
    return {status: _ref("responses", _ERRORS[status][0]) for status in statuses}


def _error(description: str) -> Part:
    return {
        "description": description,
        "content": {JSON: {"schema": _ref("schemas", "Error")}},
    }


def _ref(kind: str, name: str) -> Part:
    return {"$ref": f"#/components/{kind}/{name}"}


def _pascal(rule: str) -> str:
    return "".join(word.capitalize() for word in rule.split("-"))


def _camel(rule: str) -> str:
    name = _pascal(rule)
    return name[0].lower() + name[1:]


def _facts(rule: str) -> str:
    return f"{_pascal(rule)}Facts"


def _answer(rule: str) -> str:
    return f"{_pascal(rule)}Answer"
