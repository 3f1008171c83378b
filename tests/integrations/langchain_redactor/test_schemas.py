"""JSON schemas in which placeholders may stand, and numbers put back."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_redactor.schemas import field_names, relaxed_schema, with_numbers

ORDER: dict[str, Any] = {
    "title": "Order",
    "description": "What was bought",
    "type": "object",
    "properties": {
        "number": {"type": "string", "pattern": r"^\d+$", "minLength": 4, "maxLength": 12, "description": "as printed"},
        "pattern": {"type": "string", "format": "email"},
        "amount": {"type": "number", "minimum": 0, "exclusiveMaximum": 99, "multipleOf": 0.5, "title": "Amount"},
        "pieces": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        "level": {"type": "integer", "enum": [1, 2, 3]},
        "kind": {"const": "order", "type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}, "minItems": 1},
        "extra": {"type": "object", "patternProperties": {"^[A-Z]+$": {"type": "integer"}}},
    },
    "$defs": {"Line": {"type": "object", "properties": {"count": {"type": ["integer", "null"], "maximum": 9}}}},
    "required": ["number", "pattern"],
    "additionalProperties": False,
}

_ONLY_OF_VALUES = ("minLength", "maxLength", "minimum", "exclusiveMaximum", "multipleOf", "format")


def test_what_no_placeholder_can_promise_is_gone_and_the_rest_stays() -> None:
    relaxed = relaxed_schema(ORDER)
    assert not [word for word in _ONLY_OF_VALUES if f'"{word}"' in json.dumps(relaxed)]
    assert relaxed["properties"]["number"] == {"type": "string", "description": "as printed"}
    assert {key: relaxed[key] for key in ("title", "description", "required", "additionalProperties")} == {
        "title": "Order",
        "description": "What was bought",
        "required": ["number", "pattern"],
        "additionalProperties": False,
    }


def test_a_field_that_is_called_pattern_stays() -> None:
    assert relaxed_schema(ORDER)["properties"]["pattern"] == {"type": "string"}


def test_a_number_may_come_as_a_string() -> None:
    fields = relaxed_schema(ORDER)["properties"]
    assert fields["amount"] == {"anyOf": [{"type": "number"}, {"type": "string"}], "title": "Amount"}
    assert fields["pieces"] == {
        "anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}],
        "default": None,
    }
    assert relaxed_schema(ORDER)["$defs"]["Line"]["properties"]["count"] == {"type": ["integer", "null", "string"]}


def test_choices_stay_as_they_are() -> None:
    fields = relaxed_schema(ORDER)["properties"]
    assert (fields["level"], fields["kind"]) == (ORDER["properties"]["level"], ORDER["properties"]["kind"])


def test_names_of_any_form_are_taken_where_names_had_a_pattern() -> None:
    assert relaxed_schema(ORDER)["properties"]["extra"] == {
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    }


def test_conditions_go_as_a_whole_because_relaxed_they_would_refuse_more() -> None:
    short = {"type": "string", "maxLength": 3}
    assert relaxed_schema({"not": short, "if": short, "then": False, "else": True}) == {}


def test_a_union_holds_a_plain_string_once() -> None:
    union = relaxed_schema({"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "x"}]})
    assert union == {"oneOf": [{"type": "integer"}, {"type": "string"}]}
    described = relaxed_schema({"anyOf": [{"type": "number"}, {"type": "string", "title": "Text"}]})
    assert described == {"anyOf": [{"type": "number"}, {"type": "string", "title": "Text"}]}


def test_data_within_a_schema_is_no_schema() -> None:
    data = {"default": {"type": "integer", "pattern": "x"}, "examples": [{"format": "y"}], "const": {"minimum": 1}}
    assert relaxed_schema(data) == data


_LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", ["number", "null"]]),
        "pattern": st.just("^x$"),
        "minimum": st.integers(),
        "description": st.text(max_size=5),
        "enum": st.just([1, 2]),
    },
)
_SCHEMAS = st.recursive(
    _LEAVES,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from(["pattern", "format", "a", "b"]), inner, max_size=3),
            "anyOf": st.lists(inner, min_size=1, max_size=3),
            "items": inner | st.booleans(),
            "$defs": st.dictionaries(st.sampled_from(["A", "B"]), inner, max_size=2),
        },
    ),
    max_leaves=8,
)


@given(_SCHEMAS)
def test_relaxing_changes_no_argument_and_twice_is_once(schema: dict[str, Any]) -> None:
    before = deepcopy(schema)
    relaxed = relaxed_schema(schema)
    assert schema == before
    assert relaxed_schema(relaxed) == relaxed
    assert field_names(relaxed) == field_names(schema)


def test_strings_become_the_numbers_the_schema_wants() -> None:
    data = {"number": "0012", "amount": "12.50", "pieces": "3", "lines": [{"count": "2"}, {"count": None}]}
    assert with_numbers(data, ORDER) == {
        "number": "0012",
        "amount": 12.5,
        "pieces": 3,
        "lines": [{"count": 2}, {"count": None}],
    }


@pytest.mark.parametrize(
    "text", ["", "[ACCOUNT_ID_1]", "12 apples", "1_000", "٣", "0x10", "nan", "1e999999", "9" * 400]
)
def test_what_spells_no_number_stays(text: str) -> None:
    assert with_numbers({"amount": text}, ORDER) == {"amount": text}


def test_a_fraction_is_no_integer() -> None:
    assert with_numbers({"pieces": "2.5"}, ORDER) == {"pieces": "2.5"}


def test_where_a_string_is_allowed_too_it_stays_one() -> None:
    union = {"properties": {"a": {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "b": {}, "c": True}}
    data = {"a": "1", "b": "2", "c": "3", "d": "4"}
    assert with_numbers(data, union) == data


def test_of_several_shapes_each_may_want_the_number() -> None:
    shapes = {"oneOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"type": "number"}}}]}
    assert with_numbers({"a": "1", "b": "2"}, shapes) == {"a": 1, "b": 2}


def test_places_in_a_tuple_and_names_that_are_not_declared_have_schemas_too() -> None:
    schema = {
        "properties": {"pair": {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "number"}}},
        "additionalProperties": {"type": "integer"},
    }
    assert with_numbers({"pair": ["1", "2", "3.5"], "other": "4"}, schema) == {"pair": ["1", 2, 3.5], "other": 4}


@pytest.mark.parametrize("reference", ["#/$defs/Loop", "#/nowhere", "https://elsewhere.example/schema", "#"])
def test_a_reference_that_leads_nowhere_or_in_a_circle_changes_nothing(reference: str) -> None:
    schema = {"$ref": reference, "$defs": {"Loop": {"$ref": "#/$defs/Loop"}}}
    assert with_numbers("12", schema) == "12"


def test_a_schema_may_hold_itself() -> None:
    tree = {"properties": {"size": {"type": "integer"}, "left": {"$ref": "#"}}}
    assert with_numbers({"size": "1", "left": {"left": {"size": "3"}}}, tree) == {
        "size": 1,
        "left": {"left": {"size": 3}},
    }
