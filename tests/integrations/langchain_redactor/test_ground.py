"""The ground the other tests stand on: it hears, sees and keeps what it should, or their silence proves nothing."""

import logging
import sqlite3
import urllib.request
from pathlib import Path

import openai
import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langchain_core.tracers import LangChainTracer
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langsmith import Client

from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from tests.integrations.langchain_redactor.conftest import Canaries, Logged, Recorder, checkpoint_bytes
from tests.integrations.langchain_redactor.scenes import real_client
from tests.integrations.servers import LangSmithServer, OpenAIServer, Say, ToolCall


@tool
def look_up(order: str) -> str:
    """Look an order up."""
    return f"{order} is on its way"


CALL = AIMessage("", tool_calls=[{"name": "look_up", "args": {"order": 'say "8706847615"\n'}, "id": "call_1"}])


def _leaks(canaries: Canaries, *places: object) -> bool:
    try:
        canaries.nowhere_in(*places)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("size", [1, 3, 50])
def test_the_model_streams_what_it_says_at_once(size: int) -> None:
    whole = RecordingModel(replies=[CALL]).invoke("hi")
    joined = None
    for chunk in RecordingModel(replies=[CALL], chunk_size=size).stream("hi"):
        joined = chunk if joined is None else joined + chunk
    assert joined is not None
    assert (joined.content, joined.tool_calls) == (whole.content, whole.tool_calls)
    assert joined.chunk_position == "last"


def test_the_model_keeps_copies_of_what_it_was_given() -> None:
    model = RecordingModel(replies=["one", lambda messages: f"{len(messages)} given"])
    given = HumanMessage("hello")
    model.bind_tools([look_up]).invoke([given], stop=["x"])
    given.content = "changed"
    assert model.received[0].text == "hello"
    assert model.received[0].tools[0]["function"]["name"] == "look_up"
    assert model.received[0].kwargs == {"stop": ["x"]}
    assert [model.invoke([given, given]).content for _ in range(2)] == ["2 given"] * 2


def test_the_model_raises_what_it_is_told_and_when_it_is_asked_too_often() -> None:
    model = RecordingModel(replies=[ValueError("down")])
    with pytest.raises(ValueError, match="down"):
        model.invoke("hi")
    with pytest.raises(AssertionError, match="add more"):
        model.invoke("hi")


async def test_the_model_answers_async_in_a_graph() -> None:
    agent = create_agent(RecordingModel(replies=[CALL, "done"]), [look_up])
    state = await agent.ainvoke({"messages": [HumanMessage("hi")]})
    assert [message.type for message in state["messages"]] == ["human", "ai", "tool", "ai"]


def test_the_recorder_hears_an_unprotected_agent(canaries: Canaries, recorder: Recorder) -> None:
    agent = create_agent(RecordingModel(replies=[CALL, "done"]), [look_up])
    agent.invoke({"messages": [HumanMessage(canaries.said)]}, {"callbacks": recorder.handlers})
    assert {"on_chain_start", "on_chat_model_start", "on_tool_start", "on_tool_end", "run created"} <= {
        *recorder.events
    }
    for event in ("on_chain_start", "on_chat_model_start", "run created", "run persisted"):
        assert _leaks(canaries, recorder.of(event)), event


@pytest.mark.parametrize("kind", ["memory", "sqlite", "file"])
def test_checkpoints_of_an_unprotected_agent_are_read(canaries: Canaries, tmp_path: Path, kind: str) -> None:
    connection = sqlite3.connect(tmp_path / "c.db", check_same_thread=False)
    saver = InMemorySaver() if kind == "memory" else SqliteSaver(connection)
    agent = create_agent(RecordingModel(replies=["done"]), [], checkpointer=saver)
    agent.invoke({"messages": [HumanMessage(canaries.said)]}, {"configurable": {"thread_id": "1"}})
    held = checkpoint_bytes(tmp_path / "c.db" if kind == "file" else saver)
    connection.close()
    assert all(_leaks(canaries, held) for _ in canaries.all)


def test_log_lines_of_every_logger_are_kept(canaries: Canaries, logged: Logged) -> None:
    logging.getLogger("some.library").debug("sent %s", {"to": canaries.email})
    assert _leaks(canaries, logged.lines)


@pytest.mark.parametrize("zstd", [False, True])
@pytest.mark.parametrize("multipart", [False, True])
def test_the_langsmith_server_reads_traces(canaries: Canaries, zstd: bool, multipart: bool) -> None:
    with LangSmithServer(zstd=zstd, multipart=multipart) as server:
        client = Client(api_url=server.url, api_key="none")
        model = RecordingModel(replies=["done"])
        model.invoke(canaries.said, {"callbacks": [LangChainTracer(client=client)]})
        client.flush()
        client.close()
    assert _leaks(canaries, server.bodies)


@pytest.mark.parametrize("responses", [False, True])
@pytest.mark.parametrize("stream", [False, True])
def test_the_server_speaks_to_the_real_client(responses: bool, stream: bool) -> None:
    said = Say("hello there", calls=[ToolCall("look_up", {"order": 'a "b"'})])
    settings = {"use_responses_api": responses, "streaming": stream, "stream_usage": True}
    with OpenAIServer([said]) as server, real_client(server, **settings) as model:
        reply = model.bind_tools([look_up]).invoke("hi")
        assert [each.id for each in model.root_client.models.list()] == ["fake"]
    assert reply.text == "hello there"
    assert reply.tool_calls[0]["args"] == {"order": 'a "b"'}
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["total_tokens"] == 12
    assert server.asked[0]["tools"]


def test_the_server_echoes_where_nothing_is_scripted() -> None:
    with OpenAIServer() as server, real_client(server) as model:
        assert model.invoke("say this").text == "say this"


def test_the_server_refuses_as_told() -> None:
    says = Say("no such thing", status=400)
    refused = pytest.raises(openai.BadRequestError, match="no such thing")
    with OpenAIServer([says]) as server, real_client(server) as model, refused:
        model.invoke("hi")
    assert b"hi" in server.bodies[0]


def test_servers_listen_on_this_machine_only() -> None:
    with LangSmithServer() as server:
        assert server.url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{server.url}/info") as answer:  # noqa: S310 — our own server
            assert answer.status == 200


def test_planted_values_are_found_by_the_fake_and_by_the_shipped_model(
    canaries: Canaries, other: Canaries, canary_redactor: Redactor, shipped_redactor: Redactor
) -> None:
    for made in (canary_redactor, shipped_redactor):
        for customer in (canaries, other):
            seen = made.conversation(customer.name).redact(customer.said)
            customer.nowhere_in(seen.text)
            assert {entity.type for entity in seen.entities} == {*customer.types.values()}
