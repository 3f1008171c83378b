"""JSON schemas in which placeholders may stand, and values put back into the types a schema declares.

A placeholder is a string of its own length and alphabet: where a schema asks for a pattern, a format, a range or a
number, the provider's strict mode would forbid it, or the LLM would make something up that fits.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_ABOUT_VALUES = frozenset({
    "pattern", "format", "minLength", "maxLength",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
})  # fmt: skip
"""What they ask of a value no placeholder can promise (JSON Schema 2020-12, validation, sections 6.2, 6.3 and 7)."""

_CONDITIONS = frozenset({"not", "if", "then", "else"})
"""A schema in one of these, relaxed, would refuse more than before instead of less: they go as a whole."""

_SCHEMAS_BY_NAME = frozenset({"properties", "$defs", "definitions", "dependentSchemas"})
_LISTS_OF_SCHEMAS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_ONE_SCHEMA = frozenset({
    "items", "additionalItems", "additionalProperties",
    "unevaluatedItems", "unevaluatedProperties", "contains", "propertyNames",
})  # fmt: skip
_ANY_TEXT = {"type": "string"}
_NUMBERS = frozenset({"integer", "number"})
_INTEGER = re.compile(r"[+-]?[0-9]{1,300}")
_FRACTION = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")
"""As JSON writes them (RFC 8259, section 6), and with leading zeros; bounded, so that reading one costs little."""


def relaxed_schema(json_schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema, so that each value in it may be a placeholder; descriptions, choices and structure stay.

    The argument is not changed. Data in it (`default`, `enum`, `const`, `examples`) stays as it is, and so does what
    a provider's strict mode needs (`required`, `additionalProperties: false`).
    """
    kept = {key: value for key, value in json_schema.items() if key not in _ABOUT_VALUES | _CONDITIONS}
    by_pattern = kept.pop("patternProperties", None)
    relaxed = {key: _relaxed_under(key, value) for key, value in kept.items()}
    if by_pattern:
        relaxed["additionalProperties"] = _any_of([_relaxed(schema) for schema in by_pattern.values()])
    return _also_string(relaxed)


def _relaxed_under(keyword: str, value: Any) -> Any:
    if keyword in _SCHEMAS_BY_NAME and isinstance(value, Mapping):
        return {name: _relaxed(schema) for name, schema in value.items()}
    if keyword in _LISTS_OF_SCHEMAS and isinstance(value, list):
        relaxed = [_relaxed(schema) for schema in value]
        return _flat(relaxed) if keyword in ("anyOf", "oneOf") else relaxed
    if keyword in _ONE_SCHEMA:
        return [_relaxed(schema) for schema in value] if isinstance(value, list) else _relaxed(value)
    return value


def _relaxed(schema: Any) -> Any:
    return relaxed_schema(schema) if isinstance(schema, Mapping) else schema  # true and false are schemas too


def _also_string(schema: dict[str, Any]) -> dict[str, Any]:
    """A number may come as a string; numbers to choose from are no personal values and stay numbers."""
    kind = schema.get("type")
    if "enum" in schema or "const" in schema:
        return schema
    if isinstance(kind, list) and _NUMBERS & set(kind) and "string" not in kind:
        return {**schema, "type": [*kind, "string"]}
    if isinstance(kind, str) and kind in _NUMBERS:
        rest = {key: value for key, value in schema.items() if key != "type"}
        return {"anyOf": [{"type": kind}, _ANY_TEXT], **rest}  # not every provider reads a list of types
    return schema


def _flat(schemas: list[Any]) -> list[Any]:
    """A union without the unions that numbers became, and with a plain string in it once."""
    flat = [each for schema in schemas for each in (schema["anyOf"] if _is_union_alone(schema) else [schema])]
    for _ in range(sum(map(_is_text, flat)) - 1):
        if _ANY_TEXT in flat:
            flat.remove(_ANY_TEXT)
    return flat


def _is_union_alone(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.keys() == {"anyOf"}


def _is_text(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "string" and "enum" not in schema


def _any_of(schemas: list[Any]) -> Any:
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def field_names(json_schema: Any) -> set[str]:
    """Every name of a property the schema declares, at any depth: what may be told of a place in the data."""
    names: set[str] = set()
    if isinstance(json_schema, Mapping):
        properties = json_schema.get("properties")
        names |= set(properties) if isinstance(properties, Mapping) else set()
    inner = json_schema.values() if isinstance(json_schema, Mapping) else json_schema
    if isinstance(json_schema, Mapping | list):
        names |= {name for value in inner for name in field_names(value)}
    return names


def with_numbers(value: Any, json_schema: Mapping[str, Any]) -> Any:
    """Parsed JSON with each string turned into the number it spells, where the schema takes numbers and no strings.

    What was a number before redaction is a string after it is restored.
    """
    return _converted(value, [json_schema], json_schema)


def _converted(value: Any, schemas: list[Any], root: Mapping[str, Any]) -> Any:
    possible = [each for schema in schemas for each in _members(schema, root, frozenset())]
    if isinstance(value, str):
        return _number(value, {kind for schema in possible for kind in _kinds(schema)})
    if isinstance(value, Mapping):
        return {key: _converted(item, _of_property(key, possible), root) for key, item in value.items()}
    if isinstance(value, list):
        return [_converted(item, _of_item(index, possible), root) for index, item in enumerate(value)]
    return value


def _members(schema: Any, root: Mapping[str, Any], followed: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    """The schemas a value may be of: references followed, unions taken apart."""
    if not isinstance(schema, Mapping):
        yield {}
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in followed:
        yield from _members(_pointed_at(reference, root), root, followed | {reference})
    inner = [each for union in ("anyOf", "oneOf", "allOf") for each in schema.get(union, ())]
    for each in inner:
        yield from _members(each, root, followed)
    if not (inner or reference) or "type" in schema or "properties" in schema:
        yield schema


def _pointed_at(reference: str, root: Mapping[str, Any]) -> Any:
    """What a JSON pointer (RFC 6901) within the schema names; nothing is known of others."""
    found: Any = root
    for step in reference.removeprefix("#").split("/")[1:] if reference.startswith("#") else ["?"]:
        name = step.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kind = schema.get("type", "string")  # a schema that names no type takes strings
    return kind if isinstance(kind, list) else [kind]


def _number(text: str, kinds: set[str]) -> Any:
    if "string" in kinds:
        return text
    if kinds & _NUMBERS and _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if "number" in kinds and _FRACTION.fullmatch(text) else text


def _of_property(name: object, schemas: list[Mapping[str, Any]]) -> list[Any]:
    found: list[Any] = []
    for schema in schemas:
        properties = schema.get("properties", {})
        found.append(properties[name] if name in properties else schema.get("additionalProperties"))
    return [each for each in found if isinstance(each, Mapping)] or [None]


def _of_item(index: int, schemas: list[Mapping[str, Any]]) -> list[Any]:
    found: list[Any] = []
    for schema in schemas:
        first = schema.get("prefixItems", ())
        found.append(first[index] if index < len(first) else schema.get("items"))
    return [each for each in found if isinstance(each, Mapping)] or [None]
