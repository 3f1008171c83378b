"""JSON written as text: changed inside its literals, everything else to the letter."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.json_text import is_structure, plan

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
CONTAINERS = st.lists(JSON, max_size=3) | st.dictionaries(st.text(), JSON, max_size=3)


@given(CONTAINERS, st.booleans(), st.sampled_from([None, 2]))
def test_unchanged_literals_leave_the_text_to_the_letter(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert is_structure(text)
    assert plan(text, lambda literal, about: lambda: literal)() == text


@given(CONTAINERS)
def test_whatever_is_written_instead_it_stays_json(value: Any) -> None:
    text = plan(json.dumps(value), lambda literal, about: lambda: f'"\\\n{about}')()
    assert json.loads(text) is not None


def test_each_value_is_told_its_key() -> None:
    asked: list[tuple[Any, str | None]] = []

    def ask(value: Any, about: str | None) -> Any:
        asked.append((value, about))
        return str

    plan('{"order": 5, "to": ["a", {"b" : "c"}]}', ask)
    assert asked == [("order", None), (5, "order"), ("to", None), ("a", "to"), ("b", None), ("c", "b")]


@pytest.mark.parametrize("text", ["", "5", '"a"', "{", "{'a': 1}", "[1", "[" * 100_000, "no"])
def test_what_is_no_object_or_array_is_no_json(text: str) -> None:
    assert not is_structure(text)
