"""Noise changes how a message is typed, never which of its pieces are values."""

import random

import pytest

pytest.importorskip("faker", reason="faker (extra `train`) makes the names")

from hypothesis import given
from hypothesis import strategies as st

from models.training.marked import Piece, plain
from models.training.noise import lowered, noisy

PIECES = [
    Piece("Hi, I'm "),
    Piece("Crystal Minh", "PERSON"),
    Piece(", order "),
    Piece("AB-8706", "ACCOUNT_ID"),
    Piece("!"),
]


@given(st.integers(0, 10_000))
def test_values_survive_but_for_their_case_in_order(seed: int) -> None:
    made = [p for p in noisy(random.Random(seed), PIECES) if p.label]
    assert [(p.text.lower(), p.label) for p in made] == [("crystal minh", "PERSON"), ("ab-8706", "ACCOUNT_ID")]


def test_some_noise_happens() -> None:
    assert len({plain(noisy(random.Random(seed), PIECES)) for seed in range(200)}) > 20


def test_placeholders_stay_as_they_are_in_lower_case_text() -> None:
    assert lowered("Thanks [PERSON_1], Order SHIPPED") == "thanks [PERSON_1], order shipped"
