"""Messages of every kind: no value inside, every value back, the same bytes each time."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.prompt_values import ChatPromptValue
from langgraph.graph.message import REMOVE_ALL_MESSAGES, add_messages

from langchain_redactor.bound import Bound
from langchain_redactor.fields import TURNS
from langchain_redactor.messages import redact_messages, restore_message, with_recorded_text
from redactor import Entity, Redactor
from redactor.exceptions import ConfigError
from redactor.policy import Policy
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory

NAME, MAIL, ORDER = "Zebulon Quuxley", "zeb.quux@canary-mail.com", 8706847615
TYPES: dict[str | re.Pattern[str], str] = {
    NAME: "PERSON",
    "zebulon-1": "PERSON",
    "zebulon-call": "PERSON",
    MAIL: "EMAIL_ADDRESS",
    str(ORDER): "ACCOUNT_ID",
}
CANARIES = [NAME, MAIL, str(ORDER), "Zebulon", "Quuxley"]
CARD = Policy.from_dict({"name": "card", "types": {"CREDIT_CARD": {"operator": "placeholder"}}})


class Counting(FakeRecognizer):
    """Counts how often it is asked."""

    asked = 0

    def __call__(self, text: str, context: Sequence[str] = ()) -> list[Entity]:
        self.asked += 1
        return super().__call__(text, context)


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    with in_memory(TYPES) as made:
        yield made


@pytest.fixture
def bound(redactor: Redactor) -> Bound:
    return Bound(redactor.conversation("c-1"))


def every_kind() -> list[BaseMessage]:
    """One message of each kind, with values in every field."""
    call = {"name": "look_up", "args": {NAME: [MAIL, ORDER], "note": {"who": NAME}}, "id": "zebulon-call"}
    return [
        HumanMessage(f"I am {NAME}, order {ORDER}", id="zebulon-1", name=NAME, additional_kwargs={"mail": MAIL}),
        SystemMessage([f"For {NAME}", {"type": "text", "text": MAIL, "cache_control": {"type": "ephemeral"}}]),
        AIMessage(
            [
                {"type": "text", "text": f"Dear {NAME}", "annotations": [{"type": "citation", "cited_text": MAIL}]},
                {"type": "reasoning", "reasoning": f"{NAME} wants order {ORDER}", "summary": [{"text": MAIL}]},
                {"type": "non_standard", "value": {"for": NAME, "n": ORDER}},
                {"type": "tool_use", "id": "zebulon-call", "name": "look_up", "input": {"who": NAME}},
            ],
            tool_calls=[call],
            invalid_tool_calls=[
                {"name": "look_up", "args": f'{{"who": "{NAME}', "id": "zebulon-call", "error": f"no {MAIL}",
                 "type": "invalid_tool_call"}
            ],
            additional_kwargs={"function_call": {"name": "f", "arguments": json.dumps({"to": MAIL, "n": ORDER})}},
            response_metadata={"model_name": "gpt-4o-mini", "finish_reason": "stop", "headers": {"x-user": NAME}},
            usage_metadata={"input_tokens": 8706, "output_tokens": 4711, "total_tokens": 13417},
        ),
        AIMessageChunk(content=f"and {NAME}", tool_call_chunks=[
            {"name": "f", "args": json.dumps({"to": MAIL}), "id": "call_1", "index": 0, "type": "tool_call_chunk"}]),
        ToolMessage(f"{MAIL} has {ORDER}", tool_call_id="zebulon-call", name="look_up",
                    artifact={"rows": [{"name": NAME, "order": ORDER}]}),
        FunctionMessage(content=f"found {NAME}", name="look_up"),
        ChatMessage(content=f"says {NAME}", role=f"friend of {NAME}"),
        RemoveMessage(id="zebulon-1"),
    ]  # fmt: skip


def same(came: BaseMessage, back: BaseMessage) -> bool:
    """Whether a caller finds nothing changed; one who gave no id is given one, as LangGraph does."""
    return came.model_dump() == {**back.model_dump(), **({} if came.id else {"id": None})}


def test_no_field_of_any_kind_of_message_keeps_a_value(bound: Bound) -> None:
    redacted = redact_messages(every_kind(), bound)
    assert_no_leak(CANARIES, [message.model_dump() for message in redacted], *redacted)


def test_every_field_of_every_kind_of_message_comes_back(bound: Bound) -> None:
    came = every_kind()
    back = [restore_message(message, bound) for message in redact_messages(came, bound)]
    assert [type(message) for message in back] == [type(message) for message in came]
    for one, other in zip(came, back, strict=True):
        assert same(one, other)


def test_neither_way_changes_what_it_is_given(bound: Bound) -> None:
    came = every_kind()
    redacted = redact_messages(came, bound)
    assert came == every_kind()
    before = [message.model_dump() for message in redacted]
    for message in redacted:
        restored = restore_message(message, bound)
        restored.response_metadata["x"] = restored.additional_kwargs["x"] = 1
    assert [message.model_dump() for message in redacted] == before


def test_redacted_again_nothing_changes_and_nothing_is_recorded(redactor: Redactor, bound: Bound) -> None:
    redacted = redact_messages(every_kind(), bound)
    recorded = redactor.transcripts.show(bound.chat.public_id)
    assert redact_messages(redacted, bound) == redacted
    assert redact_messages(redacted, bound, follows=False) == redacted
    assert redactor.transcripts.show(bound.chat.public_id) == recorded


def test_a_message_without_text_is_known_again_too_and_only_itself(bound: Bound) -> None:
    [seen] = redact_messages([ToolMessage("", tool_call_id="call_1", id="m", artifact={"who": NAME})], bound)
    assert isinstance(seen, ToolMessage)
    assert redact_messages([seen], bound) == [seen]
    other = seen.model_copy(update={"artifact": {"to": "[PERSON_1]"}})
    [forged] = redact_messages([other], bound)
    assert isinstance(forged, ToolMessage)
    assert forged.artifact == {"to": "[LITERAL_1]"}


def test_a_forged_note_of_a_turn_makes_no_placeholder_of_text_from_outside(bound: Bound) -> None:
    first = redact_messages([HumanMessage(f"I am {NAME}")], bound)[0]
    forged = HumanMessage("pay [PERSON_1]", response_metadata={TURNS: first.response_metadata[TURNS]})
    seen = redact_messages([forged], bound)[0]
    assert seen.content == "pay [LITERAL_1]"
    assert restore_message(seen, bound).content == "pay [PERSON_1]"


def test_what_looks_like_a_placeholder_comes_back_as_it_was_typed(bound: Bound) -> None:
    redact_messages([HumanMessage(f"I am {NAME}")], bound)
    typed = HumanMessage("I am [PERSON_1]", name="[PERSON_1]", id="x")
    seen = redact_messages([typed], bound)[0]
    assert "PERSON_1" not in str(seen.content) + str(seen.name)
    assert same(typed, restore_message(seen, bound))


def test_the_llms_own_text_is_restored_with_the_fullest_form(bound: Bound) -> None:
    redact_messages([HumanMessage(f"I am {NAME}")], bound)
    reply = AIMessage([{"type": "text", "text": "Dear [PERSON_1]"}], tool_calls=[
        {"name": "f", "args": {"[PERSON_1]": ["[PERSON_1]"]}, "id": "call_1"}],
        additional_kwargs={"tool_calls": [{"id": "call_1", "function": {"name": "f", "arguments": '{"a":"[PERSON_1]"}'},
                                           "type": "function"}]})  # fmt: skip
    restored = restore_message(reply, bound)
    assert isinstance(restored, AIMessage)
    assert restored.text == f"Dear {NAME}"
    assert restored.tool_calls[0]["args"] == {NAME: [NAME]}
    assert json.loads(restored.additional_kwargs["tool_calls"][0]["function"]["arguments"]) == {"a": NAME}


def test_the_llms_text_that_was_taken_in_is_restored_too(bound: Bound) -> None:
    redact_messages([HumanMessage(f"I am {NAME}")], bound)
    reply = redact_messages([AIMessage("Dear [PERSON_1]", id="r")], bound)[0]
    assert reply.content == "Dear [PERSON_1]"
    assert restore_message(reply, bound).content == f"Dear {NAME}"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("hi " + NAME, "human"),
        (("user", "hi " + NAME), "human"),
        ([("system", "hi " + NAME)], "system"),
        ({"role": "assistant", "content": "hi " + NAME}, "ai"),
        ([{"role": "developer", "content": [{"type": "text", "text": NAME}]}], "system"),
        ([{"type": "tool", "content": NAME, "tool_call_id": "call_1"}], "tool"),
        (ChatPromptValue(messages=[HumanMessage(NAME)]), "human"),
    ],
    ids=["text", "tuple", "tuples", "dict", "dicts", "tool", "prompt"],
)
def test_every_form_of_message_that_langchain_takes_is_taken(bound: Bound, said: Any, kind: str) -> None:
    [message] = redact_messages(said, bound)
    assert message.type == kind
    assert_no_leak(CANARIES, message)


def test_what_is_no_message_is_refused_without_being_shown(bound: Bound) -> None:
    with pytest.raises(ConfigError) as refused:
        redact_messages([{"role": NAME, "content": MAIL}], bound)
    assert_no_leak(CANARIES, refused.value)


def test_a_callers_own_id_is_replaced_by_the_same_one_each_time_and_given_back(
    redactor: Redactor, bound: Bound
) -> None:
    one, two, gone = redact_messages([HumanMessage("a", id="zebulon-1"), HumanMessage("b", id="zebulon-2"),
                                      RemoveMessage(id="zebulon-1")], bound)  # fmt: skip
    assert UUID(one.id) != UUID(two.id)
    assert gone.id == one.id
    assert restore_message(gone, bound).id == "zebulon-1"
    other = Bound(redactor.conversation("c-2"))
    assert redact_messages([HumanMessage("a", id="zebulon-1")], other)[0].id != one.id
    assert restore_message(one, other).id == one.id


def test_a_call_and_its_result_stay_tied_together(bound: Bound) -> None:
    ai = AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": "zebulon-call"}])
    seen, result = redact_messages([ai, ToolMessage("x", tool_call_id="zebulon-call")], bound)
    assert isinstance(seen, AIMessage)
    assert isinstance(result, ToolMessage)
    assert seen.tool_calls[0]["id"] == result.tool_call_id != "zebulon-call"


def test_the_word_that_removes_all_messages_stays(bound: Bound) -> None:
    assert redact_messages([RemoveMessage(id=REMOVE_ALL_MESSAGES)], bound)[0].id == REMOVE_ALL_MESSAGES


def test_messages_with_own_ids_merge_by_them_as_the_callers_would(bound: Bound) -> None:
    first = redact_messages([HumanMessage("a", id="zebulon-1")], bound)
    again = redact_messages([HumanMessage("b", id="zebulon-1")], bound)
    both: Any = first, again
    merged: Any = add_messages(*both)
    assert [message.content for message in merged] == ["b"]


def test_every_piece_of_text_is_a_turn_of_its_own(bound: Bound) -> None:
    [message] = redact_messages(
        [HumanMessage(["one", {"type": "text", "text": NAME}, "", {"type": "text", "text": " "}])], bound
    )
    noted = message.response_metadata[TURNS]
    assert [bool(turn) for turn in noted] == [True, True, False, False]
    assert bound.chat.restore_turn(noted[1]).text == NAME


@pytest.mark.parametrize("text", ["", " \n", "👩‍👩‍👧 " + NAME, "مرحبا " + NAME, NAME + " word" * 20_000])
def test_unusual_texts_come_back(bound: Bound, text: str) -> None:
    [message] = redact_messages([HumanMessage(text, id="m")], bound)
    assert_no_leak(CANARIES, message)
    assert restore_message(message, bound).content == text


def test_a_resent_history_costs_no_detection_and_stays_to_the_letter() -> None:
    counting = Counting(TYPES)
    with in_memory({}, recognizers={"counting": counting}) as redactor:
        bound = Bound(redactor.conversation("c"))
        history: list[BaseMessage] = []
        for number in range(20):
            history += [HumanMessage(f"{number}: {NAME}"), AIMessage(f"ok {number}", tool_calls=[
                {"name": "f", "args": {"who": NAME, "n": number}, "id": f"zebulon-{number}"}])]  # fmt: skip
        first = redact_messages(history, bound, follows=False)
        before = counting.asked
        again = redact_messages(history, bound, follows=False)
        assert counting.asked == before
        assert again == first  # ids too: a thread that has them merges them


def test_returned_and_sent_again_a_history_is_known(bound: Bound) -> None:
    first = redact_messages(every_kind(), bound, follows=False)
    returned = [restore_message(message, bound) for message in first]
    assert [m.content for m in redact_messages(returned, bound, follows=False)] == [m.content for m in first]


def test_a_value_known_only_later_is_masked_in_the_messages_before() -> None:
    with in_memory({"Joyce Quuxley": "PERSON"}) as redactor:
        bound = Bound(redactor.conversation("c"))
        both = redact_messages([HumanMessage("this is Joyce here"), HumanMessage("Joyce Quuxley")], bound)
        assert [message.content for message in both] == ["this is [PERSON_1] here", "[PERSON_1]"]


def test_messages_that_a_checkpoint_holds_are_brought_up_to_date() -> None:
    with in_memory({"Joyce Quuxley": "PERSON"}) as redactor:
        bound = Bound(redactor.conversation("c"))
        [early] = redact_messages([HumanMessage([{"type": "text", "text": "this is Joyce here"}])], bound)
        assert with_recorded_text(early, bound.chat) is early
        revised: list[Any] = []
        redact_messages([HumanMessage("Joyce Quuxley")], bound, revised=revised)
        assert [turn.text for turn in revised] == ["this is [PERSON_1] here"]
        now = with_recorded_text(early, bound.chat)
        assert now.text == "this is [PERSON_1] here"
        assert redact_messages([early], bound)[0].text == now.text
        assert restore_message(now, bound).text == "this is Joyce here"


def test_a_value_named_beside_the_text_is_masked_in_it() -> None:
    with in_memory({"Joyce Quuxley": "PERSON"}) as redactor:
        bound = Bound(redactor.conversation("c"))
        [message] = redact_messages([HumanMessage("this is Joyce here", name="Joyce Quuxley")], bound)
        assert (message.content, message.name) == ("this is [PERSON_1] here", "[PERSON_1]")


VALUES = st.sampled_from([NAME, MAIL, str(ORDER)])
WORDS = st.sampled_from(["hello", "my order", "über", "👍", "{", '"', "\\", "\n", "[", "]"])
TEXT = st.lists(WORDS | VALUES, max_size=6).map(" ".join)
DATA = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers(-99, 99) | st.just(ORDER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(VALUES | st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
ARGS = st.dictionaries(VALUES | st.sampled_from(["a", "who"]), DATA, max_size=3)
BLOCKS = st.one_of(
    TEXT,
    TEXT.map(lambda text: {"type": "text", "text": text}),
    TEXT.map(lambda text: {"type": "reasoning", "reasoning": text, "index": 0}),
    ARGS.map(lambda value: {"type": "non_standard", "value": value}),
)
CONTENT = TEXT | st.lists(BLOCKS, max_size=4)
IDS = st.sampled_from(["zebulon-1", "m 2", NAME, "5f0c7a52-27b5-4f0e-9d3c-1c2b3a495867"])
CALLS = st.lists(st.builds(lambda args, name: {"name": "f", "args": args, "id": name, "type": "tool_call"}, ARGS, IDS),
                 max_size=2)  # fmt: skip
EXTRAS = ARGS.map(lambda args: {"extra": args, "function_call": {"name": "f", "arguments": json.dumps(args)}})
MESSAGES: st.SearchStrategy[BaseMessage] = st.one_of(
    st.builds(HumanMessage, CONTENT, id=IDS, name=st.none() | TEXT, additional_kwargs=EXTRAS),
    st.builds(SystemMessage, CONTENT, id=IDS, response_metadata=ARGS),
    st.builds(AIMessage, CONTENT, id=IDS, tool_calls=CALLS, additional_kwargs=EXTRAS),
    st.builds(ToolMessage, CONTENT, id=IDS, tool_call_id=IDS, artifact=DATA),
    st.builds(ChatMessage, content=CONTENT, id=IDS, role=TEXT),
)


@pytest.fixture(scope="module")
def shared() -> Iterator[Redactor]:
    with in_memory(TYPES) as made:
        yield made


@given(said=st.lists(MESSAGES, max_size=3, unique_by=lambda message: message.id), follows=st.booleans())
def test_restored_is_what_came_in_and_nothing_personal_was_inside(
    shared: Redactor, said: list[BaseMessage], follows: bool
) -> None:
    bound = Bound(shared.conversation(uuid4().hex))
    redacted = redact_messages(said, bound, follows=follows)
    assert_no_leak([NAME, MAIL, str(ORDER)], [message.model_dump() for message in redacted])
    assert redact_messages(redacted, bound, follows=follows) == redacted
    for came, seen in zip(said, redacted, strict=True):
        assert restore_message(seen, bound).model_dump() == came.model_dump()
