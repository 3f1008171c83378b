"""What leaves the machine or is written down on the way: providers, LangSmith, debug output, logs, errors."""

import json
import traceback
from typing import Any

import openai
import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessageChunk, HumanMessage
from langchain_core.tracers import LangChainTracer
from langgraph.checkpoint.memory import InMemorySaver

from langchain_redactor import RedactedAgent, RedactionMiddleware, create_redacted_agent, redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.testing import assert_no_leak
from tests.integrations.langchain_redactor.conftest import OTHER, Canaries, Logged, Recorder, checkpoint_bytes
from tests.integrations.langchain_redactor.scenes import ASK, RULES, echo, last, look_up, no_marks, real_client, traced
from tests.integrations.servers import LangSmithServer, OpenAIServer, Say, ToolCall

SAYS = [Say("One moment, [PERSON_1]", calls=[ToolCall("look_up", {"order": "[ACCOUNT_ID_1]"})])]


def _about(asked: Any) -> str:
    return "Dear [PERSON_1], done: [IBAN_CODE_1] [EMAIL_ADDRESS_2]"


@pytest.mark.parametrize("responses", [False, True], ids=["completions", "responses"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_real_client_sends_placeholders_and_the_caller_reads_values(
    canary_redactor: Redactor, canaries: Canaries, logged: Logged, responses: bool, stream: bool
) -> None:
    settings: dict[str, Any] = {"use_responses_api": True} if responses else {"stop": ["never"]}
    with OpenAIServer([*SAYS, _about], chunk_size=3) as server, real_client(server, **settings) as model:
        saver, recorder = InMemorySaver(), Recorder()
        agent = create_redacted_agent(
            model,
            [look_up],
            redactor=canary_redactor,
            tool_policy=RULES,
            checkpointer=saver,
            system_prompt=canaries.said,
        )
        config: Any = {"configurable": {"thread_id": canaries.phone}, "callbacks": recorder.handlers}
        said = {"messages": [HumanMessage(canaries.said)]}
        if stream:
            parts = list(agent.stream(said, config, stream_mode=["messages", "values"]))
            streamed = "".join(
                data[0].text for mode, data in parts if mode == "messages" and isinstance(data[0], AIMessageChunk)
            )
            assert streamed == f"One moment, {canaries.name}Dear {canaries.name}, done: {canaries.iban} {OTHER.email}"
            no_marks(parts)
        else:
            assert last(agent.invoke(said, config)).text == f"Dear {canaries.name}, done: {canaries.iban} {OTHER.email}"
    places = [server.requests, checkpoint_bytes(saver), recorder.everything, logged.lines]
    for customer in (canaries, OTHER):
        customer.nowhere_in(*places)
    assert len(server.asked) == 2
    assert "[PERSON_1]" in json.dumps(server.asked[0])
    assert logged.lines


async def test_a_real_client_async(canary_redactor: Redactor, canaries: Canaries) -> None:
    with OpenAIServer([*SAYS, _about], chunk_size=2) as server, real_client(server) as model:
        agent = create_redacted_agent(model, [look_up], redactor=canary_redactor, tool_policy=RULES)
        config: Any = {"configurable": {"thread_id": "1"}}
        state = await agent.ainvoke({"messages": [HumanMessage(canaries.said)]}, config)
        assert last(state).text == f"Dear {canaries.name}, done: {canaries.iban} {OTHER.email}"
        await model.root_async_client.close()
    canaries.nowhere_in(server.requests)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_several_choices_and_usage_of_a_chain(canary_redactor: Redactor, canaries: Canaries, stream: bool) -> None:
    with OpenAIServer(["Dear [PERSON_1]"], chunk_size=2) as server, real_client(server, stream_usage=True) as model:
        chain = redacted(model, redactor=canary_redactor)
        config: Any = {"configurable": {"thread_id": "1"}}
        if stream:
            joined: AIMessageChunk | None = None
            for chunk in chain.stream(canaries.said, config):
                joined = chunk if joined is None else joined + chunk
            reply: Any = joined
        else:
            reply = chain.invoke(canaries.said, config, n=2)
        assert reply.text == f"Dear {canaries.name}"
        assert reply.usage_metadata["total_tokens"] == 12
    canaries.nowhere_in(server.requests)


def test_the_providers_refusal_that_echoes_the_request(
    canary_redactor: Redactor, canaries: Canaries, recorder: Recorder, logged: Logged
) -> None:
    """Providers echo what they refuse; a value that nobody detected on the way in may stand there too."""
    refusal = Say(f"bad request: [PERSON_1] {OTHER.name} {OTHER.iban}", status=400)
    with OpenAIServer([refusal]) as server, real_client(server) as model:
        saver = InMemorySaver()
        agent = create_redacted_agent(model, [], redactor=canary_redactor, checkpointer=saver)
        config: Any = {"configurable": {"thread_id": "1"}, "callbacks": recorder.handlers}
        with pytest.raises(openai.BadRequestError) as raised:
            agent.invoke({"messages": [HumanMessage(canaries.said)]}, config)
    error = raised.value
    shown = "".join(traceback.format_exception(error))
    for customer in (canaries, OTHER):
        customer.nowhere_in(shown, error.args, vars(error), error.__cause__, error.__context__)
        customer.nowhere_in(checkpoint_bytes(saver))
    canaries.nowhere_in(recorder.everything, logged.lines)


def test_a_stream_cut_off_by_the_provider(canary_redactor: Redactor, canaries: Canaries, logged: Logged) -> None:
    dies = Say("Dear [PERSON_1], so sorry", break_after=6)
    with OpenAIServer([dies], chunk_size=2) as server, real_client(server) as model:
        saver = InMemorySaver()
        agent = create_redacted_agent(model, [], redactor=canary_redactor, checkpointer=saver)
        config: Any = {"configurable": {"thread_id": "1"}}
        said = {"messages": [HumanMessage(canaries.said)]}
        with pytest.raises(openai.APIConnectionError) as raised:
            list(agent.stream(said, config, stream_mode="messages"))
    canaries.nowhere_in("".join(traceback.format_exception(raised.value)), vars(raised.value), checkpoint_bytes(saver))
    canaries.nowhere_in(logged.lines, server.requests)


def test_a_stream_the_consumer_leaves_in_the_middle_of_a_placeholder(
    canary_redactor: Redactor, canaries: Canaries
) -> None:
    with OpenAIServer(["Dear [PERSON_1], and so on and on"], chunk_size=1) as server, real_client(server) as model:
        saver = InMemorySaver()
        agent = create_redacted_agent(model, [], redactor=canary_redactor, checkpointer=saver)
        config: Any = {"configurable": {"thread_id": "1"}}
        stream: Any = agent.stream({"messages": [HumanMessage(canaries.said)]}, config, stream_mode="messages")
        for message, _ in stream:
            if message.text.startswith("D"):
                break
        stream.close()
    canaries.nowhere_in(server.requests, checkpoint_bytes(saver))


def test_middleware_alone_keeps_the_model_clean(canary_redactor: Redactor, canaries: Canaries) -> None:
    model = RecordingModel(replies=[ASK, echo])
    middleware = RedactionMiddleware(redactor=canary_redactor, tool_policy=RULES)
    agent = create_agent(model, [look_up], middleware=[middleware], checkpointer=InMemorySaver())
    state = agent.invoke({"messages": [HumanMessage(canaries.said)]}, {"configurable": {"thread_id": "1"}})
    canaries.nowhere_in([received.all for received in model.received])
    OTHER.nowhere_in([received.all for received in model.received])
    assert canaries.account in state["messages"][-1].text


async def test_middleware_alone_keeps_the_model_clean_async(canary_redactor: Redactor, canaries: Canaries) -> None:
    model = RecordingModel(replies=[ASK, echo])
    middleware = RedactionMiddleware(redactor=canary_redactor, tool_policy=RULES)
    agent = create_agent(model, [look_up], middleware=[middleware])
    await agent.ainvoke({"messages": [HumanMessage(canaries.said)]}, {"configurable": {"thread_id": "1"}})
    canaries.nowhere_in([received.all for received in model.received])


def test_the_shipped_model_end_to_end(
    shipped_redactor: Redactor, canaries: Canaries, langsmith: LangSmithServer
) -> None:
    client = traced(langsmith)
    with OpenAIServer([*SAYS, lambda asked: "Dear [PERSON_1], done"]) as server, real_client(server) as model:
        saver = InMemorySaver()
        agent = RedactedAgent(
            create_agent(model, [look_up], checkpointer=saver), redactor=shipped_redactor, tool_policy=RULES
        )
        config: Any = {"configurable": {"thread_id": "shipped"}, "callbacks": [LangChainTracer(client=client)]}
        state = agent.invoke({"messages": [HumanMessage(canaries.said)]}, config)
        assert last(state).text == f"Dear {canaries.name}, done"
    client.flush()
    client.close()
    canaries.nowhere_in(server.requests, langsmith.requests, checkpoint_bytes(saver))
    assert_no_leak([OTHER.email, OTHER.name], server.requests)


def test_an_unknown_tool_and_broken_arguments_are_no_way_out(
    canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
) -> None:
    broken = Say("", calls=[ToolCall("look_up", '{"order": "[ACCOUNT_ID_1]", oops')])
    unknown = Say("", calls=[ToolCall("nothing", {"order": "[ACCOUNT_ID_1]"})])
    with OpenAIServer([broken, unknown, "Sorry [PERSON_1]"]) as server, real_client(server) as model:
        saver = InMemorySaver()
        agent = create_redacted_agent(model, [look_up], redactor=canary_redactor, tool_policy=RULES, checkpointer=saver)
        for thread in ("1", "1", "1"):
            config: Any = {"configurable": {"thread_id": thread}, "callbacks": recorder.handlers}
            agent.invoke({"messages": [HumanMessage(canaries.said)]}, config)
    canaries.nowhere_in(server.requests, checkpoint_bytes(saver), recorder.everything)
