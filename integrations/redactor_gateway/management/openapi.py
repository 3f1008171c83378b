"""The OpenAPI 3.1 document, written from the table of operations and their models."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from redactor import Policy, __version__
from redactor.taxonomy import LITERAL, NEVER_STORED
from redactor_gateway.management.models import ProblemAnswer
from redactor_gateway.management.operations import OPERATIONS, PREFIX, Operation

_REF = "#/components/schemas/{model}"

_JSON = "application/json"

_ERRORS: Mapping[int, str] = {
    400: "The request does not say what is expected, or the policy refuses its text. Nothing was done.",
    401: "No API key of this gateway was shown.",
    403: "The API key may not do this, or the gateway has no keys and so no management API.",
    404: "This API key knows no such conversation: it never was, is forgotten, is past its time or is somebody else's.",
    408: "The request did not come in time.",
    413: "The request is larger, or holds more texts, than is taken.",
    415: "The request is not JSON, or is compressed.",
    429: "Too many requests of this API key.",
    500: "The gateway failed; nothing was passed on.",
    503: "It cannot be done now: the text could not be checked, the store fails, or there is too much to do.",
}

_AGAIN = {"Retry-After": {"description": "Seconds until it is worth another try.", "schema": {"type": "string"}}}
_LOG_IN = {"WWW-Authenticate": {"description": "How to show a key.", "schema": {"type": "string"}}}


def document(policy: Policy) -> dict[str, Any]:
    """The document of a gateway with this policy, whose entity types it names."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"{PREFIX}{operation.path}", {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.1",
        "info": {"title": "chat-redactor management API", "version": __version__},
        "security": [{"bearer": []}, {"apiKey": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(sorted(policy.entity_types - {LITERAL} - NEVER_STORED)),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"An API key needs one of the scopes {', '.join(operation.scopes)}.",
        "responses": {"200": _done(operation), **dict(_errors(operation))},
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": {_JSON: {"schema": _ref(operation.body)}}}
    if parameters := [*_in_path(operation), *_in_query(operation)]:
        described["parameters"] = parameters
    return described


def _done(operation: Operation) -> dict[str, Any]:
    done = _content(operation.answers, "Done.")
    if "conversation" in operation.answers.model_fields and "{id}" not in operation.path:
        about = {"parameters": {"id": "$response.body#/conversation"}}
        of_id = (each.name for each in OPERATIONS if "{id}" in each.path)
        done["links"] = {name: {"operationId": name, **about} for name in of_id}
    return done


def _errors(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    of_bodies = {408, 413, 415} if operation.body is None else set()
    left_out = of_bodies | (set() if operation.about_conversation else {404})
    for status, text in _ERRORS.items():
        if status in left_out:
            continue
        headers = _AGAIN if status in (429, 503) else _LOG_IN if status == 401 else {}
        yield str(status), _content(ProblemAnswer, text) | ({"headers": headers} if headers else {})


def _content(model: type[BaseModel], text: str) -> dict[str, Any]:
    return {"description": text, "content": {_JSON: {"schema": _ref(model)}}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _in_path(operation: Operation) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", operation.path):
        schema = {"type": "string", "pattern": "^[0-9a-f]{20}([0-9a-f]{32})?$"}
        text = "As `redact` and the lookup give it; the first 20 digits alone for a key with the scope admin."
        yield {"name": name, "in": "path", "required": True, "schema": schema, "description": text}


def _in_query(operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema()
    for name, each in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": each}


def _schemas(entity_types: Sequence[str]) -> dict[str, Any]:
    asked = [(each.body, "validation") for each in OPERATIONS if each.body is not None]
    answered = [(each.answers, "serialization") for each in OPERATIONS]
    wanted: Any = [*dict.fromkeys([*asked, *answered, (ProblemAnswer, "serialization")])]
    _, made = models_json_schema(wanted, ref_template=_REF)
    schemas: dict[str, Any] = made["$defs"]
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            if field.pop("x-entity-type", False):
                field["enum"] = list(entity_types)
    return schemas
