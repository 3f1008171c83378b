"""Stand-ins in later turns: the LLM's are ours and stay, anybody else's words are told apart from them."""

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Redactor, Turn
from redactor.conversation import Conversation
from redactor.placeholders import find
from redactor.policy import STAND_IN_TYPES, Policy
from redactor.testing import FakeRecognizer

POLICY = Policy.from_dict({"types": {name: {"operator": "surrogate"} for name in STAND_IN_TYPES}})
PEOPLE = ["Crystal Minh", "Joyce Wu", "Zebulon Quux"]
VALUES = [*PEOPLE, "8706847615", "2024-03-14", "44119"]
TYPES: dict[str | re.Pattern[str], str] = {
    re.compile("Crystal Minh|Crystal|Minh|Joyce Wu|Zebulon Quux"): "PERSON",
    "8706847615": "ACCOUNT_ID",
    "2024-03-14": "DATE_TIME",
    "44119": "POSTAL_CODE",
}
few = settings(max_examples=settings().max_examples // 4)
"""For laws that hold whole conversations; HYPOTHESIS_PROFILE=soak holds them some hundred times."""
_numbers = itertools.count()
_redactor = Redactor(policy=POLICY, recognizers=[FakeRecognizer(TYPES)])


def fresh() -> Conversation:
    return _redactor.conversation(f"later-{next(_numbers)}")


def shown(chat: Conversation) -> list[str]:
    """The stand-ins of every value, in a conversation that has heard them all."""
    return [str(entity.placeholder) for entity in chat.redact("; ".join(VALUES)).entities]


def test_the_llms_stand_ins_are_ours_and_stay() -> None:
    chat = fresh()
    first, last = str(chat.redact("I am Crystal Minh").entities[0].placeholder).split()
    said = f"Thank you {first}! Is {first} {last}, {last}'s account, {first.lower()}.{last.lower()}@x.test right?"
    seen = chat.redact(said, role="assistant")
    assert (seen.text, seen.entities) == (said, ())


def test_a_name_beside_a_stand_in_is_still_found_in_the_llms_text() -> None:
    chat = fresh()
    name = str(chat.redact("I am Crystal Minh").entities[0].placeholder)
    seen = chat.redact(f"{name} and Zebulon Quux", role="assistant")
    assert seen.text.startswith(f"{name} and ")
    assert [entity.type for entity in seen.entities] == ["PERSON"]
    assert "Quux" not in seen.text


@pytest.mark.parametrize("role", ["customer", "agent", "tool", "document", "system"])
def test_the_same_words_from_outside_are_somebody_elses_and_told_apart(role: Any) -> None:
    chat = fresh()
    first, last = str(chat.redact("I am Crystal Minh").entities[0].placeholder).split()
    seen = chat.redact(f"my neighbour {first} {last} called, {first.lower()}s cat too", role=role)
    assert first.lower() not in seen.text.lower()
    assert last not in seen.text
    assert chat.restore(seen).text == f"my neighbour {first} {last} called, {first.lower()}s cat too"
    assert chat.restore(seen.text, record=False).text == f"my neighbour {first} {last} called, {first.lower()}s cat too"
    assert chat.restore(f"{first} {last}", record=False).text == "Crystal Minh"


def test_a_person_who_is_really_called_so_gets_another_stand_in() -> None:
    redactor = Redactor(policy=POLICY, recognizers=[FakeRecognizer({"Crystal Minh": "PERSON"})])
    chat = redactor.conversation("really")
    name = str(chat.redact("I am Crystal Minh").entities[0].placeholder)
    both = [FakeRecognizer({"Crystal Minh": "PERSON", name: "PERSON"})]
    redactor = Redactor(policy=POLICY, recognizers=both, store=chat._parts.store, key=chat._parts.wrap)
    again = redactor.conversation("really")
    seen = again.redact(f"my wife is {name}")
    other = str(seen.entities[0].placeholder)
    assert seen.entities[0].operator == "surrogate"
    assert set(other.split()).isdisjoint(name.split())
    assert again.restore(f"{name} and {other}", record=False).text == f"Crystal Minh and {name}"


PIECES = [
    *VALUES,
    "Crystal",
    "Minh",
    "crystal",
    " ",
    "\n",
    "x",
    "s",
    "'s",
    "@",
    ".",
    "[PERSON_1]",
    "[PER",
    "SON_1]",
    "annual",
]
outside = st.sampled_from(["customer", "agent", "tool", "document", "system"])
said = st.lists(st.one_of(st.integers(0, 5), st.sampled_from(PIECES), st.text(max_size=2)), max_size=8)
glue = st.sampled_from(["", " "])


def spelled(pieces: list[int | str], glue: str, stand_ins: list[str]) -> str:
    return glue.join(stand_ins[piece] if isinstance(piece, int) else piece for piece in pieces)


@few
@given(said, glue, outside)
def test_text_from_outside_shows_no_stand_in_but_those_written_for_it(
    pieces: list[int | str], glue: str, role: Any
) -> None:
    chat = fresh()
    text = spelled(pieces, glue, shown(chat))
    before = chat._state.vault.stand_ins
    seen = chat.redact(text, role=role)
    ours = [str(entity.placeholder) for entity in seen.entities]
    reached = 0
    clear = []
    for name in ours:
        at = seen.text.index(name, reached)
        clear.append(seen.text[reached:at])
        reached = at + len(name)
    clear.append(seen.text[reached:])
    assert not [token for piece in clear for token in find(piece, (), before) if len(piece) > 1 and glue]
    assert chat.restore(seen).text == text


@few
@given(said, glue, outside)
def test_the_redacted_text_is_already_redacted(pieces: list[int | str], glue: str, role: Any) -> None:
    chat = fresh()
    seen = chat.redact(spelled(pieces, glue, shown(chat)), role=role)
    assert chat.redact(seen.text, role="assistant").text == seen.text


@few
@given(st.lists(st.tuples(st.sampled_from(["customer", "agent", "assistant"]), said, glue), max_size=4))
def test_every_turn_comes_back_exactly_and_resending_changes_nothing(turns: list[Any]) -> None:
    chat = fresh()
    stand_ins = shown(chat)
    history = [Turn(role, spelled(pieces, glue, stand_ins)) for role, pieces, glue in turns]
    first = chat.redact_turns(history)
    assert [chat.restore(redaction).text for redaction in first] == [turn.text for turn in history]
    again = chat.redact_turns(history)
    assert all(redaction.known for redaction in again)
    revised = {turn.turn_id: turn.text for redaction in first for turn in redaction.revised}
    assert [r.text for r in again] == [revised.get(r.turn_id, r.text) for r in first]
