"""Streams: what comes out reads as the whole would, chunk by chunk; what is kept meanwhile holds placeholders."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.output_parsers import JsonOutputParser, StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

from langchain_redactor import RedactedAgent, create_redacted_agent, redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.conftest import CANARIES, FEW, REVERSIBLE, Canaries, Recorder
from tests.integrations.langchain_redactor.scenes import Stage, Staged, calls, echo, no_marks

MODES = ["values", "updates", "messages", "custom", "debug", "tasks", "checkpoints"]


def _said(canaries: Canaries) -> dict[str, Any]:
    return {"messages": [HumanMessage(canaries.said)]}


def _text(parts: Any) -> str:
    """The AI's text in the parts of `stream_mode="messages"`."""
    return "".join(message.text for message, _ in parts if isinstance(message, AIMessageChunk | AIMessage))


@pytest.mark.parametrize(
    "size", [1, pytest.param(2, marks=pytest.mark.soak), 3, pytest.param(7, marks=pytest.mark.soak), 50]
)
def test_the_text_streamed_is_the_text_of_the_reply(stage: Staged, canaries: Canaries, size: int) -> None:
    scene = stage(chunk_size=size)
    parts = list(scene.agent.stream(_said(canaries), scene.config, stream_mode="messages"))
    assert _text(parts) == f"You said: {canaries.said}"
    no_marks(parts)
    scene.keeps_inside_clean()


@pytest.mark.parametrize("size", [1, 3, 50])
async def test_the_same_async(stage: Staged, canaries: Canaries, size: int) -> None:
    scene = stage(chunk_size=size)
    parts = [part async for part in scene.agent.astream(_said(canaries), scene.config, stream_mode="messages")]
    assert _text(parts) == f"You said: {canaries.said}"
    scene.keeps_inside_clean()


def test_nothing_is_held_back_that_cannot_become_a_placeholder(stage: Staged) -> None:
    scene = stage(["One by one they come"], chunk_size=1)
    parts = list(scene.agent.stream({"messages": [HumanMessage("hi")]}, scene.config, stream_mode="messages"))
    texts = [message.text for message, _ in parts if message.text]
    assert len(texts) >= 10


TAILS = ["I <3 you [PER", "see [", "a [PERSON_1", "[PERSON_1]", "[[PERSON_1]]", "PERSON_", "[PERSON_99]", "end ["]


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("size", [1, 4])
def test_the_tail_of_a_stream_is_not_lost(stage: Staged, tail: str, size: int) -> None:
    scene = stage(["ok", tail], chunk_size=size)
    scene.say(HumanMessage(f"I'm {CANARIES.name}"))
    parts = list(scene.agent.stream({"messages": [HumanMessage("hm")]}, scene.config, stream_mode="messages"))
    final = scene.agent.get_state(scene.config, reveal=True).values["messages"][-1].text
    assert _text(parts) == final


@FEW
@given(
    pieces=st.lists(
        st.sampled_from(["[PERSON_1]", "[EMAIL_ADDRESS_1]", "[", "]", "_1", "PERSON", " ", "é", "\n", "x"])
    ),
    size=st.integers(1, 9),
)
def test_any_text_in_any_chunks_streams_as_it_reads_whole(
    shared_redactor: Redactor, pieces: list[str], size: int
) -> None:
    text = "".join(pieces)
    model = RecordingModel(replies=["ok", text, text], chunk_size=size)
    agent = create_redacted_agent(model, [], redactor=shared_redactor)
    config: RunnableConfig = {"configurable": {"thread_id": uuid4().hex}}
    agent.invoke({"messages": [HumanMessage(f"I'm {CANARIES.name}, {CANARIES.email}")]}, config)
    whole = agent.invoke({"messages": [HumanMessage("hm")]}, config)["messages"][-1].text
    parts = agent.stream({"messages": [HumanMessage("hm")]}, config, stream_mode="messages")
    assert _text(parts) == whole


@tool
def look_up(order: str, note: str = "") -> str:
    """Look an order up."""
    return f"{order} of {CANARIES.name}"


LOOK_UP = calls(
    ("look_up", {"order": "[ACCOUNT_ID_1]", "note": 'say "[PERSON_1]"\nor \\ [IBAN_CODE_1]'}),
    text="One moment, [PERSON_1]",
)


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_restored(stage: Staged, canaries: Canaries, mode: str, version: str) -> None:
    scene = stage([LOOK_UP, echo], [look_up], tool_policy={"look_up": {"args": ["ACCOUNT_ID"]}})
    parts = list(scene.agent.stream(_said(canaries), scene.config, stream_mode=mode, version=version))
    no_marks(parts)
    assert "__redactor" not in repr(parts)
    scene.keeps_inside_clean()
    if mode in ("values", "updates", "debug", "tasks"):
        assert canaries.name in repr(parts)


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("subgraphs", [False, True])
async def test_all_modes_at_once_are_restored(
    stage: Staged, canary_redactor: Redactor, canaries: Canaries, version: str, subgraphs: bool
) -> None:
    scene = stage([LOOK_UP, echo], [look_up], tool_policy={"look_up": {"args": ["ACCOUNT_ID"]}})
    how: dict[str, Any] = {"stream_mode": MODES, "version": version, "subgraphs": subgraphs}
    parts = [part async for part in scene.agent.astream(_said(canaries), scene.config, **how)]
    no_marks(parts)
    assert canary_redactor.conversation(scene.thread).public_id not in repr(parts)
    scene.keeps_inside_clean()


def test_the_arguments_of_a_tool_call_stay_json_as_they_stream(stage: Staged, canaries: Canaries) -> None:
    for size in (1, 3, 8, 100):
        scene = stage([LOOK_UP, "done"], [look_up], chunk_size=size)
        parts = scene.agent.stream(_said(canaries), scene.config, stream_mode="messages")
        arguments = "".join(
            chunk["args"] or ""
            for message, _ in parts
            if isinstance(message, AIMessageChunk)
            for chunk in message.tool_call_chunks
        )
        wanted = {"order": canaries.account, "note": f'say "{canaries.name}"\nor \\ {canaries.iban}'}
        assert json.loads(arguments) == wanted


def test_values_with_quotes_and_line_ends_stay_json_as_they_stream() -> None:
    odd = 'Zeb "the\\one" Quuxley\nJr.'
    call = calls(("look_up", {"order": "[PERSON_1]"}))
    for size in (1, 5):
        with in_memory({odd: "PERSON"}) as redactor:
            agent = create_redacted_agent(
                RecordingModel(replies=[call, "done"], chunk_size=size), [look_up], redactor=redactor
            )
            config: RunnableConfig = {"configurable": {"thread_id": "1"}}
            joined: AIMessageChunk | None = None
            for message, _ in agent.stream({"messages": [HumanMessage(f"I'm {odd}")]}, config, stream_mode="messages"):
                if isinstance(message, AIMessageChunk) and (message.tool_call_chunks or joined is None):
                    joined = message if joined is None else joined + message
            assert joined is not None
            assert joined.tool_calls[0]["args"] == {"order": odd}


def test_a_stream_and_a_call_give_the_same_final_state(stage: Staged, canaries: Canaries) -> None:
    streamed, called = stage(), stage().on("thread-2")
    *_, final = streamed.agent.stream(_said(canaries), streamed.config, stream_mode="values")
    state = called.say(HumanMessage(canaries.said))
    assert [message.text for message in final["messages"]] == [message.text for message in state["messages"]]


def test_a_consumer_that_goes_away_in_the_middle_of_a_placeholder(stage: Staged, canaries: Canaries) -> None:
    scene = stage(chunk_size=2)
    stream: Any = scene.agent.stream(_said(canaries), scene.config, stream_mode="messages")
    seen = ""
    for message, _ in stream:
        seen += message.text
        if len(seen) > 25:
            break
    stream.close()
    no_marks(seen)
    scene.keeps_inside_clean()
    assert scene.reply(HumanMessage("still there?")) == "You said: still there?"


async def test_a_task_that_is_cancelled_in_the_middle(stage: Staged, canaries: Canaries) -> None:
    slow = asyncio.Event()
    scene = stage(chunk_size=2)

    async def consume() -> None:
        async for message, _ in scene.agent.astream(_said(canaries), scene.config, stream_mode="messages"):
            if message.text:
                slow.set()
                await asyncio.sleep(5)

    task = asyncio.create_task(consume())
    await asyncio.wait_for(slow.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    scene.keeps_inside_clean()


def test_a_model_that_dies_in_the_middle_of_a_stream(stage: Staged, canaries: Canaries) -> None:
    class Dies(RecordingModel):
        """Raises after some chunks, and says why."""

        def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
            for number, chunk in enumerate(super()._stream(messages, *args, **kwargs)):
                if number == 6:
                    raise ConnectionError(f"lost after {messages[-1].text}")
                yield chunk

    with in_memory(CANARIES.types, policy=REVERSIBLE) as redactor:
        model, saver = Dies(replies=[echo], chunk_size=2), InMemorySaver()
        agent = create_redacted_agent(model, [], redactor=redactor, checkpointer=saver)
        scene = Stage(agent, model, saver)
        with pytest.raises(ConnectionError) as raised:
            list(agent.stream(_said(canaries), scene.config, stream_mode="messages"))
        canaries.nowhere_in(raised.value.args, str(raised.value), raised.value.__cause__, raised.value.__context__)
        scene.keeps_inside_clean()


async def test_events_of_version_2_are_restored(stage: Staged, canaries: Canaries) -> None:
    rules = {"look_up": {"args": ["ACCOUNT_ID"]}}
    # The instructions name placeholders, too; without them, none may be left in any event.
    scene = stage([LOOK_UP, echo], [look_up], tool_policy=rules, chunk_size=3, instructions=False)
    events = [event async for event in scene.agent.astream_events(_said(canaries), scene.config, version="v2")]
    no_marks([event["data"] for event in events])
    streamed: dict[str, str] = {}
    for event in events:
        if event["event"] == "on_chat_model_stream":
            streamed.setdefault(event["run_id"], "")
            streamed[event["run_id"]] += event["data"]["chunk"].text
    said = f"You said: {canaries.account} of {canaries.name}"
    assert [*streamed.values()] == [f"One moment, {canaries.name}", said]
    assert "__redactor" not in repr(events)
    scene.keeps_inside_clean()


@pytest.mark.filterwarnings("ignore:The v3 streaming protocol")
def test_version_3_streams_are_restored(stage: Staged, canaries: Canaries) -> None:
    scene = stage([LOOK_UP, echo], [look_up], tool_policy={"look_up": {"args": ["ACCOUNT_ID"]}}, chunk_size=3)
    run = scene.agent.stream_events(_said(canaries), scene.config, version="v3")
    texts = ["".join(message.text) for message in run.messages]
    said = f"You said: {canaries.account} of {canaries.name}"
    assert texts == [f"One moment, {canaries.name}", said]
    assert run.output["messages"][-1].text == said
    scene.keeps_inside_clean()


def test_a_subgraphs_stream_is_restored(canary_redactor: Redactor, canaries: Canaries, recorder: Recorder) -> None:
    model = RecordingModel(replies=[echo], chunk_size=2)
    graph = StateGraph(MessagesState)
    graph.add_node("inner", create_agent(model, []))
    graph.add_edge(START, "inner")
    saver = InMemorySaver()
    agent = RedactedAgent(graph.compile(checkpointer=saver), redactor=canary_redactor)
    scene = Stage(agent, model, saver, recorder)
    how: dict[str, Any] = {"stream_mode": ["messages", "updates", "values"], "subgraphs": True}
    parts = list(agent.stream(_said(canaries), scene.config, **how))
    no_marks(parts)
    streamed = [data for _, mode, data in parts if mode == "messages"]
    assert _text(streamed) == f"You said: {canaries.said}"
    scene.keeps_inside_clean()


CHAIN = ChatPromptTemplate([("system", "Be kind to {who}."), ("user", "{said}")])


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_chains_stream_is_restored(
    canary_redactor: Redactor, canaries: Canaries, recorder: Recorder, size: int
) -> None:
    model = RecordingModel(replies=[echo], chunk_size=size)
    chain = redacted(CHAIN | model | StrOutputParser(), redactor=canary_redactor)
    config: RunnableConfig = {"configurable": {"thread_id": "1"}, "callbacks": recorder.handlers}
    given = {"who": canaries.name, "said": canaries.said}
    assert "".join(chain.stream(given, config)) == f"You said: {canaries.said}"
    canaries.nowhere_in([received.all for received in model.received], recorder.everything)


def test_growing_objects_of_a_parser_are_restored(canary_redactor: Redactor, canaries: Canaries) -> None:
    model = RecordingModel(replies=['{"name": "[PERSON_1]", "order": ["[ACCOUNT_ID_1]", 2]}'], chunk_size=1)
    chain = redacted(CHAIN | model | JsonOutputParser(), redactor=canary_redactor)
    config: RunnableConfig = {"configurable": {"thread_id": "1"}}
    *grown, final = chain.stream({"who": "all", "said": canaries.said}, config)
    assert final == {"name": canaries.name, "order": [canaries.account, 2]}
    no_marks(grown)
    assert not [each for each in grown if "[" in str(each.get("name", ""))]


async def test_many_calls_at_once_and_their_failures(stage: Staged, canaries: Canaries, other: Canaries) -> None:
    def answers(messages: list[Any]) -> str:
        if "fail" in messages[-1].text:
            raise ValueError(f"cannot {messages[-1].text}")
        return echo(messages)

    scene = stage([answers])
    said = [canaries.said, f"fail {canaries.name}", other.said]
    inputs = [{"messages": [HumanMessage(text)]} for text in said]
    configs = [scene.on(f"thread-{number}").config for number in range(3)]
    for results in (
        scene.agent.batch(inputs, configs, return_exceptions=True),
        await scene.agent.abatch(inputs, configs, return_exceptions=True),
    ):
        assert results[0]["messages"][-1].text == f"You said: {canaries.said}"
        assert isinstance(results[1], ValueError)
        canaries.nowhere_in(results[1].args, results[1].__context__, results[1].__cause__)
        assert results[2]["messages"][-1].text == f"You said: {other.said}"
    scene.keeps_inside_clean()
    other.nowhere_in(*scene.inside())


def test_tool_messages_in_a_stream_are_restored(stage: Staged, canaries: Canaries) -> None:
    scene = stage([LOOK_UP, "done"], [look_up], tool_policy={"look_up": {"args": ["ACCOUNT_ID"]}})
    parts = list(scene.agent.stream(_said(canaries), scene.config, stream_mode="messages"))
    given_back = [message.text for message, _ in parts if isinstance(message, ToolMessage)]
    assert given_back == [f"{canaries.account} of {canaries.name}"]


def test_what_was_streamed_is_recorded_once(stage: Staged, canary_redactor: Redactor, canaries: Canaries) -> None:
    scene = stage(["Thanks [PERSON_1]", "Bye [PERSON_1]"], chunk_size=3)
    modes = ["messages", "values"]
    list(scene.agent.stream(_said(canaries), scene.config, stream_mode=modes))
    list(scene.agent.stream({"messages": [HumanMessage("bye")]}, scene.config, stream_mode="updates"))
    turns = canary_redactor.transcripts.show(canary_redactor.conversation(scene.thread).public_id)
    assert [turn.text for turn in turns if turn.role == "assistant"] == ["Thanks [PERSON_1]", "Bye [PERSON_1]"]
