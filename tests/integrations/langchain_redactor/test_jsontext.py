"""JSON written as text: changed inside its literals, everything else to the letter."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_redactor.jsontext import is_json, plan_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
CONTAINERS = st.lists(JSON, max_size=3) | st.dictionaries(st.text(), JSON, max_size=3)


@given(CONTAINERS, st.booleans(), st.sampled_from([None, 2]))
def test_unchanged_literals_leave_the_text_to_the_letter(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert is_json(text)
    assert plan_json(text, lambda literal, about, number: lambda: literal)() == text


@given(CONTAINERS)
def test_whatever_is_written_instead_it_stays_json(value: Any) -> None:
    text = plan_json(json.dumps(value), lambda literal, about, number: lambda: f'"\\\n{number}')()
    assert json.loads(text) is not None


def test_each_value_is_told_its_key() -> None:
    asked: list[tuple[Any, str]] = []

    def ask(value: Any, about: str, number: int) -> Any:
        asked.append((value, about))
        return str

    plan_json('{"order": 5, "to": ["a", {"b" : "c"}]}', ask)
    assert asked == [("order", ""), (5, "order"), ("to", ""), ("a", "to"), ("b", ""), ("c", "b")]


@pytest.mark.parametrize("text", ["", "5", '"a"', "{", "{'a': 1}", "[1", "[" * 100_000, "no"])
def test_what_is_no_object_or_array_is_no_json(text: str) -> None:
    assert not is_json(text)
