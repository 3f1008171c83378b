"""Values that differ by one character are different referents, whoever says them first."""

import random
import re
from collections.abc import Callable, Iterator

import pytest

from redactor import Redactor
from redactor.testing import FakeRecognizer

FIRST = ["Marina", "Joyce", "Katrin", "Daniel", "Amara", "Hassan", "Leonid", "Chiara", "Sofia", "Andrew"]
LAST = ["Hansen", "Moreno", "Okafor", "Petrov", "Silva", "Tanaka", "Weber", "Novak", "Castro", "Larsson"]


def _slip(word: str, rng: random.Random) -> str:
    """The word with one lower-case letter or digit changed for another."""
    places = [i for i, character in enumerate(word) if character.islower() or character.isdigit()]
    at = rng.choice(places)
    pool = "0123456789" if word[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    return word[:at] + rng.choice([c for c in pool if c != word[at]]) + word[at + 1 :]


def _pairs() -> Iterator[tuple[str, str, str]]:
    rng = random.Random(20)
    for _ in range(80):
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        yield "PERSON", name, _slip(name, rng)
    for _ in range(60):
        name = rng.choice(FIRST).lower() + str(rng.randint(10, 99))
        yield "EMAIL_ADDRESS", f"{name}@mail.example", f"{_slip(name, rng)}@mail.example"
    for _ in range(60):
        number = str(rng.randint(10**7, 10**10))
        yield "ACCOUNT_ID", number, _slip(number, rng)


def test_200_near_identical_pairs_are_never_merged(make_redactor: Callable[..., Redactor]) -> None:
    pairs = list(_pairs())
    assert len(pairs) == 200
    found: dict[str | re.Pattern[str], str] = {
        value: entity_type for entity_type, one, other in pairs for value in (one, other)
    }
    redactor = make_redactor(recognizers=[FakeRecognizer(found)])
    for number, (_, one, other) in enumerate(pairs):
        chat = redactor.conversation(f"pair-{number}")
        seen = [chat.redact(f"it is {value}, ok").text for value in (one, other, one)]
        assert seen[0] == seen[2] != seen[1]
        for text, value in zip(seen, (one, other, one), strict=True):
            assert chat.restore(text, record=False).text == f"it is {value}, ok"


@pytest.mark.parametrize("slip", ["Jocye", "Joyse", "Joyyce"])
def test_a_slip_of_a_known_name_is_masked_and_is_nobody_known(
    make_redactor: Callable[..., Redactor], slip: str
) -> None:
    chat = make_redactor(recognizers=[FakeRecognizer({"Joyce Wu": "PERSON"})]).conversation("c")
    chat.redact("Joyce Wu", role="customer")
    assert chat.redact(f"thanks {slip}, one moment", role="agent").text == "thanks [PERSON_2], one moment"
