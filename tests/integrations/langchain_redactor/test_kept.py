"""What this process remembers beside the vault: bounded, by conversation, and it shows nothing."""

import pytest

from langchain_redactor.kept import Kept
from redactor.testing import assert_no_leak

CANARY = "zebulon-canary"


def test_what_was_kept_is_found_where_it_stood_and_only_while_it_stands() -> None:
    kept = Kept()
    kept.keep("c", ("id", "u"), "u", CANARY)
    assert kept.find("c", ("id", "u"), "u") == CANARY
    assert kept.find("c", ("id", "u"), "other") is None
    assert kept.find("c", ("id", "v"), "u") is None
    assert kept.find("d", ("id", "u"), "u") is None


def test_it_is_bounded_and_the_oldest_goes() -> None:
    kept = Kept(most=2)
    for number in range(3):
        kept.keep("c", (number,), "x", number)
    assert [kept.find("c", (number,), "x") for number in range(3)] == [None, 1, 2]


@pytest.mark.parametrize("came", ["text", 5, 1.5])
def test_types_are_kept(came: str | int | float) -> None:
    kept = Kept()
    kept.keep("c", (), "x", came)
    assert kept.find("c", (), "x") == came
    assert type(kept.find("c", (), "x")) is type(came)


def test_a_forgotten_conversation_is_forgotten_here_too() -> None:
    kept = Kept()
    kept.keep("c", (), "x", CANARY)
    kept.keep("d", (), "x", "y")
    kept.forget("c")
    assert kept.find("c", (), "x") is None
    assert kept.find("d", (), "x") == "y"


def test_it_shows_nothing() -> None:
    kept = Kept()
    kept.keep("c", (), "x", CANARY)
    assert_no_leak([CANARY], repr(kept), repr(kept._values))
