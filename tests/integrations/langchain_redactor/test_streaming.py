"""Chunks of chains come out restored, however they were cut; what was received is recorded once."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessageChunk
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.output_parsers import CommaSeparatedListOutputParser, JsonOutputParser, StrOutputParser
from langchain_core.outputs import GenerationChunk
from langchain_core.runnables import Runnable, RunnableLambda, RunnableParallel, RunnablePassthrough
from langchain_core.runnables.utils import AddableDict

from langchain_redactor.deltas import MessageDeltas
from langchain_redactor.growing import grows, last_text
from langchain_redactor.streaming import ChunkRestorer
from redactor.testing import assert_no_leak
from tests.integrations.langchain_redactor.streams import (
    CANARIES,
    NAME,
    ODD,
    ORDER,
    REPLY,
    RESTORED,
    SIZES,
    Noted,
    added,
    chunked,
    cut,
    known,
    whole,
)

KNOWN = known()
"""For the laws, where what was said before makes no difference."""

TEXTS = st.lists(
    st.sampled_from(["[PERSON_1]", "[ACCOUNT_ID_1]", "[PERSON_9]", "person_1", "[", "]", "<3", " ", "a", "\n", "[PER"])
).map("".join)


def run(restorer: ChunkRestorer, chunks: Any) -> list[Any]:
    """All that comes out, with the order a host calls things in."""
    try:
        return [piece for chunk in chunks for piece in restorer.feed(chunk)] + restorer.finish()
    finally:
        restorer.close()


@st.composite
def cuts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text and a way to cut it into chunks, empty ones too."""
    text = draw(TEXTS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    return text, [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]


def restored(text: str) -> str:
    return KNOWN.bound.chat.restore(text, record=False).text


# the law: any chunking gives the same


@given(cuts())
def test_text_is_restored_however_it_is_cut(case: tuple[str, list[str]]) -> None:
    text, pieces = case
    assert "".join(run(ChunkRestorer(KNOWN.bound, record=False), pieces)) == restored(text)


@given(cuts())
def test_a_message_is_restored_however_it_is_cut(case: tuple[str, list[str]]) -> None:
    text, pieces = case
    chunks = [AIMessageChunk(content=piece, id="m-1") for piece in pieces]
    out = run(ChunkRestorer(KNOWN.bound, record=False), [*chunks, AIMessageChunk(content="", chunk_position="last")])
    assert whole(out).content == restored(text)
    assert out[-1].chunk_position == "last"


@given(cuts(), cuts(), st.booleans())
def test_blocks_of_content_are_restored_however_they_are_cut(
    first: tuple[str, list[str]], second: tuple[str, list[str]], named: bool
) -> None:
    """With the indexes of providers, and with those LangChain gives to v1 blocks."""
    indexes: tuple[Any, Any] = ("lc_txt_0", "lc_rs_1") if named else (0, 1)
    blocks = [{"type": "text", "text": piece, "index": indexes[0]} for piece in first[1]]
    blocks += [{"type": "reasoning", "reasoning": piece, "index": indexes[1]} for piece in second[1]]
    chunks = [AIMessageChunk(content=[block], id="m-1", response_metadata={"output_version": "v1"}) for block in blocks]
    message = whole(run(ChunkRestorer(KNOWN.bound, record=False), chunks))
    assert message.content == [
        {"type": "text", "text": restored(first[0]), "index": indexes[0]},
        {"type": "reasoning", "reasoning": restored(second[0]), "index": indexes[1]},
    ]
    assert message.response_metadata["output_version"] == "v1"


@given(cuts())
def test_blocks_without_an_index_go_on_by_their_type(case: tuple[str, list[str]]) -> None:
    text, pieces = case
    chunks = [AIMessageChunk(content=[{"type": "text", "text": piece}], id="m-1") for piece in pieces]
    assert whole(run(ChunkRestorer(KNOWN.bound, record=False), chunks)).text == restored(text)


@given(cuts())
def test_bare_strings_in_content_go_on(case: tuple[str, list[str]]) -> None:
    text, pieces = case
    chunks = [AIMessageChunk(content=[piece], id="m-1") for piece in pieces]
    out = run(ChunkRestorer(KNOWN.bound, record=False), chunks)
    assert "".join("".join(str(part) for part in chunk.content) for chunk in out) == restored(text)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["reasoning_content", "refusal"])
def test_other_texts_of_a_message_are_restored(size: int, field: str) -> None:
    chunks = [AIMessageChunk(content="", additional_kwargs={field: piece}, id="m-1") for piece in cut(REPLY, size)]
    message = whole(run(ChunkRestorer(known().bound), chunks))
    assert message.additional_kwargs == {field: RESTORED}


@pytest.mark.parametrize("size", SIZES)
def test_nested_lists_of_a_block_are_restored(size: int) -> None:
    """OpenAI's reasoning comes as parts of a summary."""
    chunks = [
        AIMessageChunk(
            content=[
                {"type": "reasoning", "index": 0, "summary": [{"type": "summary_text", "index": 0, "text": piece}]},
            ]
        )
        for piece in cut(REPLY, size)
    ]
    message = whole(run(ChunkRestorer(known().bound), chunks))
    assert isinstance(message.content[0], dict)
    assert message.content[0]["summary"] == [{"type": "summary_text", "index": 0, "text": RESTORED}]


# arguments of tools


def tool_chunks(args: str, size: int, index: int = 0) -> Iterator[AIMessageChunk]:
    """A tool call as providers stream it: its name first, then its arguments."""
    named = tool_call_chunk(name="look_up", args="", id=f"call-{index}", index=index)
    yield AIMessageChunk(content="", id="m-1", tool_call_chunks=[named])
    for piece in cut(args, size):
        yield AIMessageChunk(content="", id="m-1", tool_call_chunks=[tool_call_chunk(args=piece, index=index)])


@pytest.mark.parametrize("size", SIZES)
def test_arguments_of_tools_stay_json_that_can_be_parsed(size: int) -> None:
    args = json.dumps({"who": "[PERSON_2]", "order": "[ACCOUNT_ID_1]", "note": 'a "quote" [PER'})
    last = AIMessageChunk(content="", id="m-1", chunk_position="last")
    message = whole(run(ChunkRestorer(known().bound), [*tool_chunks(args, size), last]))
    wanted = {"who": ODD, "order": ORDER, "note": 'a "quote" [PER'}
    assert json.loads(message.tool_call_chunks[0]["args"] or "") == wanted
    assert [(call["name"], call["args"]) for call in message.tool_calls] == [("look_up", wanted)]


def test_two_calls_side_by_side_are_told_apart() -> None:
    ones, others = tool_chunks('{"who": "[PERSON_1]"}', 3), tool_chunks('{"id": "[ACCOUNT_ID_1]"}', 3, index=1)
    mixed = [chunk for pair in zip(ones, others, strict=False) for chunk in pair]
    message = whole(run(ChunkRestorer(known().bound), [*mixed, *ones, *others]))
    assert [call["args"] for call in message.tool_calls] == [{"who": NAME}, {"id": ORDER}]


def test_a_whole_call_in_one_chunk_is_restored() -> None:
    chunk = AIMessageChunk(content="", tool_calls=[{"name": "look_up", "args": {"who": "[PERSON_2]"}, "id": "c"}])
    (out,) = run(ChunkRestorer(known().bound), [chunk])
    assert out.tool_calls[0]["args"] == {"who": ODD}
    assert chunk.tool_calls[0]["args"] == {"who": "[PERSON_2]"}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["partial_json", "arguments", "args"])
def test_arguments_in_blocks_of_content_stay_json(size: int, field: str) -> None:
    blocks = [{"type": "tool_use_delta", field: piece, "index": 1} for piece in cut('{"who": "[PERSON_2]"}', size)]
    message = whole(run(ChunkRestorer(known().bound), [AIMessageChunk(content=[block]) for block in blocks]))
    assert isinstance(message.content[0], dict)
    assert json.loads(message.content[0][field]) == {"who": ODD}


def test_parsed_arguments_are_data_whatever_their_names() -> None:
    call = {"type": "tool_call", "id": "c", "name": "look_up", "args": {"name": "[PERSON_1]", "id": "[ACCOUNT_ID_1]"}}
    (out,) = run(ChunkRestorer(known().bound), [AIMessageChunk(content=[call])])
    assert out.content == [{**call, "args": {"name": NAME, "id": ORDER}}]


def test_parsed_arguments_of_a_block_with_an_index_are_data_too() -> None:
    call = {"type": "tool_use", "id": "c", "name": "look_up", "index": 1, "input": {"name": "[PERSON_1]"}}
    (out,) = run(ChunkRestorer(known().bound), [AIMessageChunk(content=[call])])
    assert out.content == [{**call, "input": {"name": NAME}}]


# what is passed on, and when


def test_only_what_may_become_a_placeholder_is_held_back() -> None:
    restorer = ChunkRestorer(known().bound)
    assert restorer.feed("Thanks ") == ["Thanks "]
    assert restorer.feed("[PERS") == []
    assert restorer.feed("ON_1] and") == [f"{NAME} and"]


def test_an_empty_chunk_that_carries_something_is_passed_on() -> None:
    restorer = ChunkRestorer(known().bound)
    usage = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
    chunks: list[dict[str, Any]] = [
        {"usage_metadata": usage},
        {"response_metadata": {"finish_reason": "stop"}},
        {"chunk_position": "last"},
        {"tool_call_chunks": [tool_call_chunk(name="look_up", id="c", index=0)]},
    ]
    for carried in chunks:
        out = restorer.feed(AIMessageChunk(content="[PER", id="m-1", **carried))
        assert len(out) == 1
        assert all(getattr(out[0], name) for name in carried)
        restorer.finish()


def test_a_chunk_of_which_nothing_is_left_is_dropped_and_empty_ones_are_not_made_fewer() -> None:
    restorer = ChunkRestorer(known().bound)
    assert restorer.feed(AIMessageChunk(content="[PERSON", id="m-1")) == []
    assert len(restorer.feed(AIMessageChunk(content="", id="m-1"))) == 1


def test_what_was_held_comes_before_a_chunk_of_another_kind() -> None:
    restorer = ChunkRestorer(known().bound)
    restorer.feed("see [PER")
    assert restorer.feed({"a": "[PERSON_1]"}) == ["[PER", {"a": NAME}]


def test_what_was_held_is_read_as_the_rest_of_the_message() -> None:
    """Whoever reads `content_blocks` of a chunk has to know that they are v1 blocks."""
    block = {"type": "text", "text": "see [PER", "index": 0}
    _, tail = run(
        ChunkRestorer(known().bound), [AIMessageChunk(content=[block], response_metadata={"output_version": "v1"})]
    )
    assert tail.response_metadata == {"output_version": "v1"}
    assert tail.content == [{"type": "text", "text": "[PER", "index": 0}]


def test_what_was_held_comes_before_the_next_message() -> None:
    restorer = ChunkRestorer(known().bound)
    restorer.feed(AIMessageChunk(content="one [PER", id="m-1"))
    out = restorer.feed(AIMessageChunk(content="two", id="m-2"))
    assert [(chunk.id, chunk.content) for chunk in out] == [("m-1", "[PER"), ("m-2", "two")]


def test_langchains_own_id_and_the_providers_stand_for_one_message() -> None:
    """The chunk that says "last" is LangChain's, with the run's id."""
    chunks = [AIMessageChunk(content="[PERS", id="chatcmpl-1"), AIMessageChunk(content="ON_1]", id="lc_run--7")]
    assert "".join(chunk.content for chunk in run(ChunkRestorer(known().bound), chunks)) == NAME


def test_chunks_are_never_changed() -> None:
    """The graph adds them up itself, for its state and its checkpoint."""
    block = {"type": "text", "text": "[PERSON_1]", "index": 0, "annotations": [{"title": "[PERSON_1]"}]}
    chunk = AIMessageChunk(
        content=[block], additional_kwargs={"x": ["[PERSON_1]"]}, response_metadata={"y": "[PERSON_1]"}
    )
    before = chunk.model_copy(deep=True)
    (out,) = run(ChunkRestorer(known().bound), [chunk])
    assert chunk == before
    assert out.content == [{**block, "text": NAME, "annotations": [{"title": NAME}]}]
    assert (out.additional_kwargs, out.response_metadata) == ({"x": [NAME]}, {"y": NAME})


def test_bytes_and_ids_of_a_message_are_left_as_they_are() -> None:
    block = {"type": "image", "base64": "PERSON_1", "id": "[PERSON_1]", "mime_type": "image/png"}
    (out,) = run(ChunkRestorer(known().bound), [AIMessageChunk(content=[block], id="m-1")])
    assert out.content == [block]


def test_chunks_of_tools_are_restored_and_not_recorded() -> None:
    seen = known()
    chunk = ToolMessageChunk(content="[PERSON_1]", tool_call_id="c", artifact={"to": "[ACCOUNT_ID_1]"})
    (out,) = run(ChunkRestorer(seen.bound), [chunk])
    assert (out.content, out.artifact, seen.recorded) == (NAME, {"to": ORDER}, [])


# what chains give


def chain(size: int, text: str = REPLY) -> Runnable[Any, Any]:
    def pieces(_: Any) -> Iterator[str]:
        yield from cut(text, size)

    return RunnableLambda(pieces)


def test_a_models_messages_and_the_parsed_text_are_restored() -> None:
    model = GenericFakeChatModel(messages=iter([AIMessage("Hello [PERSON_1] and [ACCOUNT_ID_1]")] * 2))
    assert whole(run(ChunkRestorer(known().bound), model.stream("hi"))).content == f"Hello {NAME} and {ORDER}"
    text = run(ChunkRestorer(known().bound), (model | StrOutputParser()).stream("hi"))
    assert "".join(text) == f"Hello {NAME} and {ORDER}"


@pytest.mark.parametrize("size", SIZES)
def test_fields_of_addable_dicts_are_restored_each_by_itself(size: int) -> None:
    both = RunnableParallel(one=chain(size), two=chain(size, "[PERSON_2] [AC")) | RunnablePassthrough.assign(
        three=lambda _: "all of [PERSON_1]"
    )
    joined = added(run(ChunkRestorer(known().bound), both.stream("x")))
    assert joined == {"one": RESTORED, "two": f"{ODD} [AC", "three": f"all of {NAME}"}


def test_messages_in_addable_dicts_are_restored_and_recorded() -> None:
    seen, noted = known(), Noted()
    chunks = [AddableDict(answer=chunk) for chunk in chunked(REPLY, 3)]
    joined = added(run(ChunkRestorer(seen.bound, replies=noted), chunks))
    assert joined["answer"].content == RESTORED
    assert (seen.recorded, noted.ids) == ([REPLY], ["m-1"])


@pytest.mark.parametrize("size", SIZES)
def test_growing_objects_never_show_half_a_placeholder(size: int) -> None:
    text = json.dumps({"to": "[PERSON_1]", "lines": ["order [ACCOUNT_ID_1]", "x"], "n": 17, "end": "see [PERSON_2]"})
    out = run(ChunkRestorer(known().bound), (chain(size, text) | JsonOutputParser()).stream("x"))
    assert out[-1] == {"to": NAME, "lines": [f"order {ORDER}", "x"], "n": 17, "end": f"see {ODD}"}
    assert not [each for each in out if "[" in str(each.get("to", "")) or "[A" in str(each) or "[P" in str(each)]
    assert all(grows(one, other) for one, other in pairwise(out) if "end" in one)


def test_an_object_that_ends_like_a_placeholder_is_shown_in_the_end() -> None:
    assert run(ChunkRestorer(known().bound), [{"a": "x"}, {"a": "x [PER"}]) == [{"a": "x"}, {"a": "x [PER"}]
    assert run(ChunkRestorer(known().bound), [{"a": "[PER"}, {"b": "[PERSON_1]"}]) == [{"a": "[PER"}, {"b": NAME}]


def test_lists_of_complete_items_lose_none() -> None:
    listed = chain(3, "see [PERSON_1], [PERS, [ACCOUNT_ID_1]") | CommaSeparatedListOutputParser()
    out = run(ChunkRestorer(known().bound), listed.stream("x"))
    assert added(out) == [f"see {NAME}", "[PERS", ORDER]


def test_chunks_of_completion_models_are_restored() -> None:
    out = run(ChunkRestorer(known().bound), [GenerationChunk(text=piece) for piece in cut(REPLY, 4)])
    assert {type(each) for each in out} == {GenerationChunk}
    assert added(out).text == RESTORED


def test_whatever_else_comes_is_restored_as_a_value() -> None:
    out = run(ChunkRestorer(known().bound), [HumanMessage("for [PERSON_1]"), None, 7, ("[PERSON_1].",)])
    assert [out[0].content, *out[1:]] == [f"for {NAME}", None, 7, (f"{NAME}.",)]


# the record


def test_the_reply_is_recorded_once_and_redacted() -> None:
    seen, noted = known(), Noted()
    restorer = ChunkRestorer(seen.bound, replies=noted)
    run(restorer, chunked(f"Thanks [PERSON_1], or {NAME}", 3))
    restorer.close()
    assert seen.recorded == ["Thanks [PERSON_1], or [PERSON_1]"]
    assert noted.ids == ["m-1"]
    assert_no_leak(CANARIES, seen.recorded)


def test_what_was_received_is_recorded_where_the_stream_is_cut_off() -> None:
    seen = known()
    restorer = ChunkRestorer(seen.bound)
    restorer.feed("Thanks [PERSON_1], your ord")
    restorer.close()
    assert seen.recorded == ["Thanks [PERSON_1], your ord"]


def test_a_message_in_one_piece_is_recorded_too() -> None:
    seen, noted = known(), Noted()
    (out,) = run(ChunkRestorer(seen.bound, replies=noted), [AIMessage("Thanks [PERSON_1]", id="m-1")])
    assert (out.content, seen.recorded, noted.ids) == (f"Thanks {NAME}", ["Thanks [PERSON_1]"], ["m-1"])


def test_neither_arguments_nor_thoughts_are_recorded() -> None:
    seen = known()
    thought = AIMessageChunk(content=[{"type": "reasoning", "reasoning": "hm [PERSON_1]", "index": 0}], id="m-1")
    run(ChunkRestorer(seen.bound), [thought, *tool_chunks('{"who": "[PERSON_1]"}', 3)])
    assert seen.recorded == []


def test_only_who_asks_for_it_records() -> None:
    seen = known()
    run(ChunkRestorer(seen.bound, record=False), ["Thanks"])
    deltas = MessageDeltas(seen.bound)
    deltas.feed(AIMessageChunk(content="Thanks"))
    assert not deltas.record()
    assert seen.recorded == []


def test_nothing_personal_is_in_the_repr_of_a_restorer() -> None:
    seen = known()
    restorer = ChunkRestorer(seen.bound)
    restorer.feed("Thanks [PERSON_1] [PER")
    assert_no_leak(CANARIES, repr(restorer), str(restorer))


# growing


@given(st.recursive(st.text("ab") | st.integers(0, 2), lambda inner: st.lists(inner, max_size=2), max_leaves=4))
def test_an_object_grows_into_itself_and_its_last_text_is_at_its_end(value: Any) -> None:
    assert grows(value, value)
    assert grows([value], [value, "more"])
    assert last_text([value, {"k": "end"}]) == "end"
    assert not grows({"k": "ab"}, {"k": "a"})
