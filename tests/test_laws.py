"""The laws: what comes in comes back, nothing else does, and saying it twice changes nothing."""

import itertools
import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Redactor, Turn
from redactor.conversation import Conversation
from redactor.placeholders import find
from redactor.policy import Policy
from redactor.testing import FakeRecognizer
from redactor.types import Role

FRAGMENTS = [
    "Crystal Minh", "crystal minh", "Minh", "Joyce Wu", "joyce", "Ann", "4111 1111 1111 1111", "8706847615",
    "12345", "a@b.com", "[PERSON_1]", "[PERSON_2]", "PERSON_1", "[person 1]", "[ACCOUNT_ID_1", "EMAIL_ADDRESS_1]",
    "[LITERAL_1]", "[[PERSON_1]]", "**[PERSON_1]**", "&#91;PERSON_1&#93;", "\\[PERSON\\_1\\]", "[PER", "SON_1]",
    "[", "]", "_1", "PERSON_", "1", " ", "\n", "½ x²", "İ", "ﬁ", "e\u0301", "\u200b", "\u202e", "\ud800", "😀",
    "Ａｎｎ", "Аnn", "\x00", "four one double one", "john at gmail dot com", "(", ")", "<", ">", "{", "`", "hash:0",
    "****1111", "https://a.b/c?q=[PERSON_1]",
]  # fmt: skip
"""Values, look-alikes, halves of placeholders and everything that has broken such a pair before."""

texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=12).map(" ".join),
)
outside: st.SearchStrategy[Role] = st.sampled_from(["customer", "agent", "tool", "document", "system"])
turns = st.lists(st.tuples(st.sampled_from(["customer", "agent", "assistant"]), texts), max_size=5)

_numbers = itertools.count()
_redactor = Redactor(
    # Secrets and security codes are what no policy can make reversible; the recognizer finds none.
    policy=Policy.from_dict({"types": {"CREDIT_CARD": {"operator": "placeholder"}}}),
    recognizers=[
        FakeRecognizer(
            {
                re.compile(r"\b[A-ZÀ-Þ][a-zß-ÿ]+(?: [A-ZÀ-Þ][a-zß-ÿ]+)?\b"): "PERSON",
                re.compile(r"(?<!\w)\d{4,12}(?!\w)"): "ACCOUNT_ID",
                re.compile(r"[a-z]{1,8}@[a-z]{1,8}\.com"): "EMAIL_ADDRESS",
            }
        )
    ],
)


def fresh_conversation() -> Conversation:
    """One Redactor for all examples, a new conversation for each."""
    return _redactor.conversation(f"law-{next(_numbers)}")


@given(texts, st.sampled_from(["customer", "agent", "tool", "document", "system", "assistant"]))
def test_restoring_a_redaction_gives_exactly_what_came_in(text: str, role: Role) -> None:
    chat = fresh_conversation()
    seen = chat.redact(text, role=role)
    assert chat.restore(seen).text == text
    assert chat.restore_turn(seen.turn_id).text == text


@given(turns)
def test_every_turn_of_a_conversation_comes_back_also_after_later_ones_rewrote_it(said: list[tuple[Role, str]]) -> None:
    chat = fresh_conversation()
    seen = [(chat.redact(text, role=role), text) for role, text in said]
    for redaction, text in seen:
        assert chat.restore(redaction).text == text


@given(texts, outside)
def test_the_redacted_text_is_already_redacted(text: str, role: Role) -> None:
    chat = fresh_conversation()
    seen = chat.redact(text, role=role)
    assert chat.redact(seen.text, role="assistant").text == seen.text


@given(texts, outside)
def test_no_placeholder_in_redacted_text_but_our_own(text: str, role: Role) -> None:
    chat = fresh_conversation()
    seen = chat.redact(text, role=role)
    ours = [entity.placeholder for entity in seen.entities if entity.operator == "placeholder"]
    found = [f"[{token.type}_{token.index}]" for token in find(seen.text)]
    assert found == ours


@given(texts, st.data())
def test_any_chunking_of_a_stream_gives_the_same_text(text: str, data: st.DataObject) -> None:
    streamed, whole = fresh_conversation(), fresh_conversation()  # a reply that is recorded may mint numbers
    for chat in (streamed, whole):
        chat.redact("Crystal Minh a@b.com 8706847615", role="customer")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[a:b] for a, b in itertools.pairwise([0, *cuts, len(text)])]
    assert "".join(streamed.restore_stream(chunks)) == whole.restore(text).text


@given(turns)
def test_resending_the_history_changes_nothing(said: list[tuple[Role, str]]) -> None:
    chat = fresh_conversation()
    history = [Turn(role, text) for role, text in said]
    first = [redaction.text for redaction in chat.redact_turns(history)]
    again = chat.redact_turns(history)
    assert [redaction.text for redaction in again] == first
    assert all(redaction.known for redaction in again)


@given(turns, st.tuples(st.sampled_from(["customer", "agent"]), texts))
def test_the_redacted_prefix_is_served_as_before_unless_revised(
    said: list[tuple[Role, str]], more: tuple[Role, str]
) -> None:
    chat = fresh_conversation()
    history = [Turn(role, text) for role, text in said]
    before = chat.redact_turns(history)
    after = chat.redact_turns([*history, Turn(*more)])
    revised = {turn.turn_id for turn in after[-1].revised}
    for old, new in zip(before, after, strict=False):
        assert new.text == old.text or new.turn_id in revised


@given(st.lists(st.sampled_from(["Ann Lee", "Ann Leo", "Bo Lee", "12345", "12346", "a@b.com", "a@c.com"]), max_size=8))
def test_no_two_values_share_a_placeholder_and_none_has_two(values: list[str]) -> None:
    chat = fresh_conversation()
    placeholders: dict[str, set[str]] = {}
    for value in values:
        for entity in chat.redact(f"it is {value} then", role="customer").entities:
            placeholders.setdefault(value, set()).add(str(entity.placeholder))
    assert all(len(names) == 1 for names in placeholders.values())
    everything = [name for names in placeholders.values() for name in names]
    assert len(everything) == len(set(everything))


@given(texts)
def test_nothing_of_one_conversation_is_restored_in_another(text: str) -> None:
    one, other = fresh_conversation(), fresh_conversation()
    seen = one.redact(f"Zebulon Quux {text}", role="customer")
    restored = other.restore(seen.text)
    assert "Zebulon" not in restored.text
    assert restored.restored == ()


@given(st.lists(texts, min_size=1, max_size=4))
def test_after_forget_no_number_is_used_again(said: Sequence[str]) -> None:
    chat = fresh_conversation()
    before = {entity.placeholder for text in said for entity in chat.redact(text, role="customer").entities}
    chat.forget()
    after = {entity.placeholder for text in said for entity in chat.redact(text, role="customer").entities}
    masked = {name for name in before & after if name}
    assert not masked


@pytest.mark.soak
@pytest.mark.parametrize("law", [value for name, value in sorted(globals().items()) if name.startswith("test_")])
def test_every_law_with_thousands_of_examples(law: Callable[[], None]) -> None:
    settings(max_examples=3000)(law)()
