"""What is written down on the way: callbacks, LangSmith, debug output, logs, errors."""

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.globals import set_debug, set_verbose
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_core.tracers import LangChainTracer
from langsmith import tracing_context

from langchain_redactor import redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Canaries, Logged, Recorder
from tests.integrations.langchain_redactor.scenes import ASK, RULES, Staged, calls, echo, look_up, traced
from tests.integrations.servers import LangSmithServer


def test_callbacks_and_tracers_are_told_nothing(stage: Staged, canaries: Canaries, recorder: Recorder) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULES, system_prompt=f"For {canaries.name}")
    scene.say(HumanMessage(canaries.said))
    assert {
        "on_chain_start",
        "on_chat_model_start",
        "on_llm_end",
        "on_tool_start",
        "on_tool_end",
        "on_chain_end",
    } <= {*scene.recorder.events}
    scene.keeps_inside_clean()
    OTHER.nowhere_in(*scene.inside())


@pytest.mark.parametrize("through", ["callback", "context"])
def test_langsmith_is_sent_placeholders_only(
    stage: Staged, canaries: Canaries, langsmith: LangSmithServer, through: str
) -> None:
    client = traced(langsmith)
    scene = stage(
        [ASK, echo], [look_up], tool_policy=RULES, system_prompt=f"You serve {canaries.name}, {canaries.iban}"
    )
    config: Any = {
        "configurable": {"thread_id": canaries.phone, "user": canaries.email},
        "metadata": {"customer": canaries.email},
        "tags": [canaries.name],
        "run_name": f"for {canaries.name}",
    }
    said = {"messages": [HumanMessage(canaries.said)]}
    if through == "callback":
        scene.agent.invoke(said, {**config, "callbacks": [LangChainTracer(client=client)]})
    else:
        with tracing_context(enabled=True, client=client):
            scene.agent.invoke(said, config)
    client.flush()
    client.close()
    assert b"look_up" in b"".join(langsmith.bodies)
    canaries.nowhere_in(langsmith.requests)
    OTHER.nowhere_in(langsmith.requests)


def test_langsmith_is_sent_a_failure_without_values(
    stage: Staged, canaries: Canaries, langsmith: LangSmithServer
) -> None:
    @tool
    def failing(order: str) -> str:
        """Fail."""
        raise RuntimeError(f"{order} of {CANARIES.name}")

    client = traced(langsmith)
    scene = stage([calls(("failing", {"order": "[ACCOUNT_ID_1]"}))], [failing], tool_policy={
        "failing": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    config: Any = {"configurable": {"thread_id": "1"}, "callbacks": [LangChainTracer(client=client)]}
    with pytest.raises(RuntimeError):
        scene.agent.invoke({"messages": [HumanMessage(canaries.said)]}, config)
    client.flush()
    client.close()
    assert b"RuntimeError" in b"".join(langsmith.bodies)
    canaries.nowhere_in(langsmith.requests)


@pytest.mark.parametrize("door", ["invoke", "stream", "batch", "ainvoke"])
def test_a_chains_traces_hold_placeholders_only(
    canary_redactor: Redactor, canaries: Canaries, recorder: Recorder, langsmith: LangSmithServer, door: str
) -> None:
    client = traced(langsmith)
    model = RecordingModel(replies=[echo])
    prompt = ChatPromptTemplate([("system", "Serve {who}."), ("user", "{said}")])
    chain = redacted(prompt | model, redactor=canary_redactor)
    given = {"who": canaries.name, "said": canaries.said}
    config: Any = {
        "configurable": {"thread_id": canaries.phone},
        "callbacks": [LangChainTracer(client=client), *recorder.handlers],
        "metadata": {"customer": canaries.email},
    }
    if door == "invoke":
        text = chain.invoke(given, config).text
    elif door == "stream":
        text = "".join(chunk.text for chunk in chain.stream(given, config))
    elif door == "batch":
        text = chain.batch([given], config)[0].text
    else:
        text = asyncio.run(chain.ainvoke(given, config)).text
    client.flush()
    client.close()
    assert text == f"You said: {canaries.said}"
    assert langsmith.bodies
    canaries.nowhere_in(langsmith.requests, recorder.everything, [received.all for received in model.received])


def test_debug_output_holds_placeholders_only(
    stage: Staged, canaries: Canaries, capfd: pytest.CaptureFixture[str]
) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULES, debug=True)
    set_debug(True)
    set_verbose(True)
    scene.say(HumanMessage(canaries.said))
    printed = capfd.readouterr()
    assert "look_up" in printed.out
    canaries.nowhere_in(printed.out, printed.err)
    OTHER.nowhere_in(printed.out, printed.err)


def test_print_mode_prints_placeholders_only(
    stage: Staged, canaries: Canaries, capfd: pytest.CaptureFixture[str]
) -> None:
    scene = stage()
    said = {"messages": [HumanMessage(canaries.said)]}
    list(scene.agent.stream(said, scene.config, stream_mode="values", print_mode=["values", "updates", "messages"]))
    printed = capfd.readouterr()
    assert "PERSON_1" in printed.out
    canaries.nowhere_in(printed.out, printed.err)


@pytest.mark.parametrize("door", ["invoke", "stream", "ainvoke", "astream", "batch"])
def test_a_model_that_raises_what_it_was_given(
    stage: Staged, canaries: Canaries, langsmith: LangSmithServer, door: str
) -> None:
    def raises(messages: list[Any]) -> str:
        raise RuntimeError(f"cannot answer {messages[-1].text}")

    client = traced(langsmith)
    scene = stage([raises])
    config: Any = scene.config
    config["callbacks"] = [*scene.recorder.handlers, LangChainTracer(client=client)]
    said = {"messages": [HumanMessage(canaries.said)]}

    async def consumed() -> None:
        async for _ in scene.agent.astream(said, config):
            pass

    doors: dict[str, Callable[[], object]] = {
        "invoke": lambda: scene.agent.invoke(said, config),
        "stream": lambda: list(scene.agent.stream(said, config)),
        "ainvoke": lambda: asyncio.run(scene.agent.ainvoke(said, config)),
        "astream": lambda: asyncio.run(consumed()),
        "batch": lambda: scene.agent.batch([said], config),
    }
    with pytest.raises(RuntimeError) as raised:
        doors[door]()
    client.flush()
    client.close()
    error = raised.value
    canaries.nowhere_in("".join(traceback.format_exception(error)), error.args, vars(error))
    canaries.nowhere_in(error.__cause__, error.__context__, langsmith.requests)
    scene.keeps_inside_clean()
    assert "cannot answer" in str(error)


def test_frames_of_ours_hold_no_value_when_a_model_raises(stage: Staged, canaries: Canaries) -> None:
    """What an error reporter reads of local variables: the caller's own frame holds the raw input, ours must not."""

    def raises(messages: list[Any]) -> str:
        raise RuntimeError("down")

    scene = stage([raises])
    with pytest.raises(RuntimeError) as raised:
        scene.say(HumanMessage(canaries.said))
    step = raised.value.__traceback__
    while step is not None:
        if "integrations/langchain_redactor" in step.tb_frame.f_code.co_filename.partition("/tests/")[0]:
            canaries.nowhere_in({name: repr(value) for name, value in step.tb_frame.f_locals.items()})
        step = step.tb_next


def test_logs_at_every_level_hold_no_value(stage: Staged, canaries: Canaries, logged: Logged) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULES)
    scene.say(HumanMessage(canaries.said))
    canaries.nowhere_in(logged.lines)
    OTHER.nowhere_in(logged.lines)


def test_a_model_that_says_raw_values_of_its_own(stage: Staged, canaries: Canaries) -> None:
    """An LLM that knows a person from its training, or reads an unredacted image: its words are checked, too."""
    scene = stage([AIMessage(f"Is it {CANARIES.name}, {CANARIES.email}?"), echo])
    assert scene.reply(HumanMessage("hi")) == f"Is it {canaries.name}, {canaries.email}?"
    scene.say(HumanMessage("yes"))
    canaries.nowhere_in(scene.read)
