"""Parts of a graph's stream come out restored in every mode and shape; the graph and its checkpoints stay redacted."""

import asyncio
import operator
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, closing
from typing import Annotated, Any, Literal, TypedDict

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from langchain_redactor.bound import KEY
from langchain_redactor.parts import PartRestorer
from langchain_redactor.testing import RecordingModel
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak
from tests.integrations.langchain_redactor.conftest import checkpoint_bytes
from tests.integrations.langchain_redactor.streams import (
    CANARIES,
    NAME,
    ORDER,
    REPLY,
    RESTORED,
    SIZES,
    THREAD,
    Known,
    Noted,
    agent,
    cut,
    known,
    whole,
)

MODES = ("values", "updates", "messages", "custom", "debug", "tasks", "checkpoints")
ASKED = {"messages": [HumanMessage("Where is [ACCOUNT_ID_1]?")]}
CALL = AIMessage("", tool_calls=[{"name": "look_up", "args": {"order": "[ACCOUNT_ID_1]"}, "id": "call-1"}])

Version = Literal["v1", "v2"]
Modes = str | list[str]


@tool
def look_up(order: str) -> str:
    """Look up an order."""
    get_stream_writer()({"looking": order})
    return f"{order} belongs to [PERSON_1]"


def helper(size: int, saver: InMemorySaver) -> Any:
    return agent([CALL, REPLY], size, [look_up], checkpointer=saver)


def streamed(
    seen: Known,
    graph: Any,
    modes: Modes,
    *,
    subgraphs: bool = False,
    version: Version = "v1",
    given: Any = ASKED,
    replies: Noted | None = None,
) -> list[Any]:
    """All that comes out of a run, restored."""
    restorer = PartRestorer(
        seen.bound, modes=modes, subgraphs=subgraphs, version=version, replies=replies, thread_id=THREAD
    )
    try:
        parts = graph.stream(given, seen.config, stream_mode=modes, subgraphs=subgraphs, version=version)
        return [out for part in parts for out in restorer.feed(part)] + restorer.finish()
    finally:
        restorer.close()


def unpacked(part: Any, modes: Modes, subgraphs: bool, version: Version) -> tuple[str, Any]:
    """The mode and payload of a part of the shape that was asked for."""
    if version == "v2":
        return part["type"], part["data"]
    if subgraphs:
        namespace, *part = part
        assert isinstance(namespace, tuple)
    elif isinstance(modes, str):
        part = [part]
    return (part[0], part[1]) if isinstance(modes, list) else (modes, part[0])


def shown(value: Any) -> str:
    """All the words of a payload."""
    if isinstance(value, BaseMessage):
        return repr(value.model_dump())
    if isinstance(value, dict):
        return " ".join(f"{name}={shown(item)}" for name, item in value.items())
    return " ".join(map(shown, value)) if isinstance(value, list | tuple) else repr(value)


def message_of(parts: Sequence[Any]) -> AIMessageChunk:
    """The last message of those whose chunks are in `(chunk, metadata)` pairs."""
    chunks = [chunk for chunk, _ in parts if isinstance(chunk, AIMessageChunk)]
    return whole(chunk for chunk in chunks if chunk.id == chunks[-1].id)


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("subgraphs", [pytest.param(False, marks=pytest.mark.soak), True])
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_and_shape_comes_out_restored(mode: str, subgraphs: bool, version: Version) -> None:
    for modes in (mode, [mode]):
        seen, saver = known(), InMemorySaver()
        graph = helper(3, saver)
        parts = streamed(seen, graph, modes, subgraphs=subgraphs, version=version)
        plain = helper(3, InMemorySaver()).stream(
            ASKED, seen.config, stream_mode=modes, subgraphs=subgraphs, version=version
        )
        assert {type(part) for part in parts} == {type(part) for part in plain}
        payloads = [unpacked(part, modes, subgraphs, version) for part in parts]
        assert {each for each, _ in payloads} == {mode}
        if mode == "messages":
            assert message_of([payload for _, payload in payloads]).content == RESTORED
        else:
            assert ORDER in shown(payloads)
            assert "[ACCOUNT_ID_1]" not in shown(payloads)
        assert_no_leak([seen.bound.chat.public_id, KEY], [payload for _, payload in payloads])
        assert_no_leak(CANARIES, checkpoint_bytes(saver))


@pytest.mark.parametrize("size", SIZES)
def test_the_reply_is_whole_however_the_model_streams_it(size: int) -> None:
    seen, noted = known(), Noted()
    parts = streamed(seen, helper(size, InMemorySaver()), "messages", replies=noted)
    assert message_of(parts).content == RESTORED
    assert seen.recorded == [REPLY]
    assert noted.ids == [message_of(parts).id]


@pytest.mark.parametrize("size", SIZES)
def test_calls_of_tools_are_whole_too(size: int) -> None:
    parts = streamed(known(), helper(size, InMemorySaver()), "messages")
    first = next(chunk.id for chunk, _ in parts)
    call = whole(chunk for chunk, _ in parts if chunk.id == first and isinstance(chunk, AIMessageChunk))
    assert [(each["name"], each["args"], each["id"]) for each in call.tool_calls] == [
        ("look_up", {"order": ORDER}, "call-1")
    ]


def test_several_modes_at_once_agree() -> None:
    seen = known()
    parts = streamed(seen, helper(2, InMemorySaver()), list(MODES))
    assert {mode for mode, _ in parts} == set(MODES)
    final = [payload for mode, payload in parts if mode == "values"][-1]["messages"][-1]
    assert final.content == message_of([payload for mode, payload in parts if mode == "messages"]).content == RESTORED


async def test_async_streams_come_out_the_same() -> None:
    seen = known()
    restorer = PartRestorer(seen.bound, modes=["messages", "values"], thread_id=THREAD)
    graph = helper(2, InMemorySaver())
    parts = [
        out
        async for part in graph.astream(ASKED, seen.config, stream_mode=["messages", "values"])
        for out in restorer.feed(part)
    ] + restorer.finish()
    assert message_of([payload for mode, payload in parts if mode == "messages"]).content == RESTORED
    assert parts[-1][1]["messages"][-1].content == RESTORED


def test_the_graphs_own_state_is_not_changed() -> None:
    seen, saver = known(), InMemorySaver()
    graph = helper(3, saver)
    streamed(seen, graph, list(MODES), subgraphs=True)
    state = graph.get_state(seen.config).values["messages"]
    assert state[-1].content == REPLY
    assert_no_leak(CANARIES, state, checkpoint_bytes(saver))


# whose thread, whose config


def test_configs_and_metadata_name_the_callers_thread_and_nothing_of_ours() -> None:
    seen = known()
    parts = streamed(seen, helper(3, InMemorySaver()), ["messages", "debug", "checkpoints", "tasks"])
    assert_no_leak([seen.bound.chat.public_id, KEY], parts)
    checkpoint = next(payload for mode, payload in parts if mode == "checkpoints")
    assert checkpoint["config"]["configurable"]["thread_id"] == THREAD
    metadata = next(payload[1] for mode, payload in parts if mode == "messages")
    assert metadata["thread_id"] == THREAD
    assert metadata["langgraph_node"] == "model"


def test_errors_of_tasks_keep_their_placeholders() -> None:
    result = {"id": "t", "name": "x", "error": "no [ACCOUNT_ID_1]", "result": {"for": "[PERSON_1]"}}
    for mode, payload in (("tasks", result), ("debug", {"type": "task_result", "payload": result})):
        (out,) = PartRestorer(known().bound, modes=mode).feed(payload)
        assert out.get("payload", out) == {**result, "result": {"for": NAME}}


def test_metadata_is_the_receivers_own() -> None:
    parts = streamed(known(), helper(3, InMemorySaver()), "messages")
    assert len({id(metadata) for _, metadata in parts}) == len(parts)


# interrupts


class Asked(TypedDict):
    """A state that only asks."""

    answer: str


def asking() -> Any:
    def ask(state: Asked) -> Asked:
        return {"answer": interrupt({"question": "Is [PERSON_1] right?"})}

    built = StateGraph(Asked).add_node("ask", ask).add_edge(START, "ask").add_edge("ask", END)
    return built.compile(checkpointer=InMemorySaver())


@pytest.mark.parametrize("mode", ["values", "updates", "tasks", "debug"])
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_people_are_asked_with_the_real_value(mode: str, version: Version) -> None:
    parts = streamed(known(), asking(), mode, version=version, given={"answer": ""})
    assert f"Is {NAME} right?" in shown(parts)
    assert "[PERSON_1]" not in shown(parts)


# graphs within graphs, nodes that write, models that run side by side


def test_a_graph_within_a_graph_is_restored_and_not_recorded() -> None:
    seen, inner = known(), agent([REPLY], 3, checkpointer=None)
    builder = StateGraph(inner.builder.state_schema).add_node("inner", inner)
    graph = builder.add_edge(START, "inner").compile(checkpointer=InMemorySaver())
    parts = streamed(seen, graph, "messages", subgraphs=True)
    assert {len(namespace) for namespace, _ in parts} == {1}
    assert message_of([payload for _, payload in parts]).content == RESTORED
    assert seen.recorded == []


def test_a_model_that_a_tool_asks_is_restored_and_not_recorded() -> None:
    helping = RecordingModel(replies=["about [PERSON_1]"], chunk_size=2)

    @tool
    def look_up(order: str) -> str:
        """Ask another model."""
        return str(helping.invoke(order).content)

    seen = known()
    parts = streamed(seen, agent([CALL, REPLY], 3, [look_up]), "messages")
    said = [chunk for chunk, metadata in parts if metadata["langgraph_node"] == "tools"]
    assert whole(chunk for chunk in said if isinstance(chunk, AIMessageChunk)).content == f"about {NAME}"
    assert seen.recorded == [REPLY]


class Gathered(TypedDict):
    """What two models said."""

    said: Annotated[list[str], operator.add]


def test_two_models_side_by_side_are_told_apart() -> None:
    async def both(state: Gathered) -> Gathered:
        models = [RecordingModel(replies=[f"[PERSON_1] and [ACCOUNT_ID_1] {name}"], chunk_size=2) for name in "ab"]
        messages = await asyncio.gather(*(model.ainvoke("x") for model in models))
        return {"said": [message.text for message in messages]}

    async def run(seen: Known) -> list[Any]:
        graph = StateGraph(Gathered).add_node("both", both).add_edge(START, "both").compile()
        restorer = PartRestorer(seen.bound, modes="messages")
        parts = graph.astream({"said": []}, seen.config, stream_mode="messages")
        return [out async for part in parts for out in restorer.feed(part)] + restorer.finish()

    said: dict[str | None, str] = {}
    for chunk, _ in asyncio.run(run(known())):
        said[chunk.id] = said.get(chunk.id, "") + chunk.content
    assert sorted(said.values()) == [f"{NAME} and {ORDER} {name}" for name in "ab"]


@pytest.mark.parametrize("size", SIZES)
def test_text_that_a_node_writes_token_by_token_is_restored(size: int) -> None:
    def write(state: Gathered) -> Gathered:
        for piece in cut(REPLY, size):
            get_stream_writer()(piece)
        get_stream_writer()({"for": "[PERSON_1]"})
        return {"said": []}

    graph = StateGraph(Gathered).add_node("write", write).add_edge(START, "write").compile()
    *text, last = streamed(known(), graph, "custom", given={"said": []})
    assert "".join(text) == RESTORED
    assert last == {"for": NAME}


# hand-made parts, for what models do seldom


def part(content: str, message_id: str = "m-1", step: int = 1, **more: Any) -> Any:
    return AIMessageChunk(content=content, id=message_id, **more), {"langgraph_step": step}


def contents(parts: list[Any]) -> list[tuple[str | None, Any]]:
    return [(message.id, message.content) for message, _ in parts]


def test_what_was_held_comes_before_a_chunk_that_says_last() -> None:
    restorer = PartRestorer(known().bound, modes="messages")
    assert restorer.feed(part("see [PER"))[0][0].content == "see "
    out = restorer.feed(part("", chunk_position="last"))
    assert contents(out) == [("m-1", "[PER"), ("m-1", "")]
    assert [message.chunk_position for message, _ in out] == [None, "last"]
    assert restorer.finish() == []


def test_the_last_chunk_may_have_the_runs_id_where_the_others_have_the_providers() -> None:
    restorer = PartRestorer(known().bound, modes="messages")
    metadata: dict[str, Any] = {"langgraph_step": 1}
    restorer.feed((AIMessageChunk(content="[PER", id="chatcmpl-1"), metadata))
    out = restorer.feed((AIMessageChunk(content="", id="lc_run--1", chunk_position="last"), metadata))
    assert [message.content for message, _ in out] == ["[PER", ""]


def test_two_runs_are_told_apart_where_one_has_the_runs_id_and_the_other_the_providers() -> None:
    restorer = PartRestorer(known().bound, modes="messages")
    restorer.feed(part("[PERS", "chatcmpl-1"))
    assert restorer.feed(part("ON_1]", "lc_run--2"))[0][0].content == "ON_1]"
    assert restorer.feed(part("ON_1]", "chatcmpl-1"))[0][0].content == NAME


def test_what_was_held_comes_before_a_message_of_a_later_step() -> None:
    restorer = PartRestorer(known().bound, modes="messages")
    restorer.feed(part("[PER"))
    assert contents(restorer.feed(part("next", "m-2", step=2))) == [("m-1", "[PER"), ("m-2", "next")]


def test_what_was_held_comes_before_the_whole_message() -> None:
    restorer = PartRestorer(known().bound, modes=["messages", "updates"])
    restorer.feed(("messages", part("[PER")))
    out = restorer.feed(("updates", {"model": {"messages": [AIMessage("[PER", id="m-1")]}}))
    assert [mode for mode, _ in out] == ["messages", "updates"]
    assert contents([out[0][1]]) == [("m-1", "[PER")]


def test_what_was_held_comes_at_the_end_of_all() -> None:
    restorer = PartRestorer(known().bound, modes="messages", subgraphs=True)
    restorer.feed(((), part("see [PER")))
    ((namespace, (message, _)),) = restorer.finish()
    assert (namespace, message.content) == ((), "[PER")


def test_modes_that_parts_do_not_name_are_refused() -> None:
    modes: Any = ("messages", "values")
    with pytest.raises(ConfigError, match="make it a list"):
        PartRestorer(known().bound, modes=modes)


# who goes away in the middle


def restored(seen: Known, graph: Any) -> Iterator[Any]:
    """As a wrapper goes about it."""
    restorer = PartRestorer(seen.bound, modes="messages")
    try:
        for each in graph.stream(ASKED, seen.config, stream_mode="messages"):
            yield from restorer.feed(each)
        yield from restorer.finish()
    finally:
        restorer.close()


def test_what_was_received_is_recorded_where_the_reader_goes_away() -> None:
    seen, saver = known(), InMemorySaver()
    with closing(restored(seen, agent([REPLY], 3, checkpointer=saver))) as parts:  # type: ignore[type-var]
        next(message for message, _ in parts if NAME in message.content)
    (recorded,) = seen.recorded
    assert recorded.startswith("Thanks [PERSON_1]")
    assert REPLY.startswith(recorded)
    assert_no_leak(CANARIES, recorded, checkpoint_bytes(saver))


async def test_what_was_received_is_recorded_where_the_task_is_cancelled() -> None:
    seen = known()
    reached = asyncio.Event()

    async def arestored() -> AsyncIterator[Any]:
        restorer = PartRestorer(seen.bound, modes="messages")
        try:
            async for each in agent([REPLY], 3).astream(ASKED, seen.config, stream_mode="messages"):
                for out in restorer.feed(each):
                    yield out
        finally:
            restorer.close()

    async def read() -> None:
        async with aclosing(arestored()) as parts:  # type: ignore[type-var]
            async for message, _ in parts:
                if NAME in message.content:
                    reached.set()
                    await asyncio.sleep(60)

    task = asyncio.create_task(read())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen.recorded[0].startswith("Thanks [PERSON_1]")


def test_nothing_is_recorded_twice() -> None:
    seen = known()
    restorer = PartRestorer(seen.bound, modes="messages")
    restorer.feed(part("Thanks [PERSON_1]"))
    restorer.close()
    restorer.close()
    assert seen.recorded == ["Thanks [PERSON_1]"]
