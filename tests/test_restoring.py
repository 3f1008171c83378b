"""Small parts of the way back; the doors themselves are tested with the conversation."""

import pytest

from redactor.intake import masked_tail
from redactor.restoring import walk


def test_walk_changes_every_string_and_nothing_else() -> None:
    value = {"a": ["b", 1, None, True, 2.5, ("c", {"d": "e"})]}
    assert walk(value, str.upper) == {"A": ["B", 1, None, True, 2.5, ("C", {"D": "E"})]}


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("4111 1111 1111 1111", "****1111"),
        ("8706-847615", "****7615"),
        ("1234", "****"),
        ("12345678", "****5678"),
        ("1-2-3-4-", "****"),
    ],
)
def test_a_masked_tail_never_shows_half_of_a_short_value(text: str, tail: str) -> None:
    assert masked_tail(text) == tail
