"""Restoring inside JSON text leaves it JSON, whatever backslashes stand beside a placeholder."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Conversation
from redactor.testing import in_memory

PIECES = ["\\", "\\\\", "(", ")", "[", "]", "[PERSON_1]", "(PERSON_1)", "PERSON_1", '"', "\n", "a", " ", "é"]


@pytest.fixture(scope="module")
def chat() -> Conversation:
    redactor = in_memory({'Ann "A" Example': "PERSON"})
    chat = redactor.conversation("c")
    chat.redact('Ann "A" Example')
    return chat


@given(said=st.lists(st.sampled_from(PIECES), max_size=8).map("".join), size=st.integers(1, 7))
def test_json_stays_json_whole_and_in_pieces(chat: Conversation, said: str, size: int) -> None:
    text = json.dumps({"a": said})
    restored = chat.restore_value(text, form="json")
    assert json.loads(restored).keys() == {"a"}
    stream = chat.open_stream(form="json", record=False)
    pieces = [stream.feed(text[at : at + size]) for at in range(0, len(text), size)]
    assert "".join([*pieces, stream.finish()]) == restored


def test_a_backslash_that_was_escaped_is_still_there(chat: Conversation) -> None:
    restored = chat.restore_value(json.dumps({"a": "x\\(PERSON_1)"}), form="json")
    assert json.loads(restored)["a"] == 'x\\Ann "A" Example'
