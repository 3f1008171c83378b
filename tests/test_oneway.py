"""Texts and objects redacted outside any conversation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.oneway import one_way, redacted
from redactor.testing import assert_no_leak

MAIL, CARD = "ann.canary@example.org", "4111 1111 1111 1111"


def test_a_redactor_of_ones_own_decides(make_redactor: Any) -> None:
    redact = one_way(make_redactor(policy="default"))
    assert redact("Crystal met joe@mail.com") == "[PERSON] met [EMAIL_ADDRESS]"
    assert redact("...") == "..."


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        (12345, 12345),
        (4111111111111111, "[CREDIT_CARD]"),
        (b"to " + MAIL.encode(), "to [EMAIL_ADDRESS]"),
        ((MAIL, 1), ("[EMAIL_ADDRESS]", 1)),
        ({MAIL: {CARD}}, {"[EMAIL_ADDRESS]": ["[CREDIT_CARD]"]}),
        (ValueError(MAIL), "[EMAIL_ADDRESS]"),
    ],
)
def test_what_becomes_of_a_value(value: object, left: object) -> None:
    assert redacted(value, one_way()) == left


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["plain", MAIL, f"to {CARD}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", MAIL]), inner, max_size=2),
    max_leaves=6,
)


@given(_JSON)
def test_no_value_is_left_anywhere_in_an_object(value: object) -> None:
    assert_no_leak([MAIL, CARD], redacted(value, one_way()))
