"""Small parts of the way back; the doors themselves are tested with the conversation."""

from redactor.restoring import walk


def test_walk_changes_every_string_and_nothing_else() -> None:
    value = {"a": ["b", 1, None, True, 2.5, ("c", {"d": "e"})]}
    assert walk(value, str.upper) == {"A": ["B", 1, None, True, 2.5, ("C", {"D": "E"})]}
