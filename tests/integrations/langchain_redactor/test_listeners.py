"""What a tool runs with real values is told to nobody; what it tells of itself is told redacted."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest
from langchain_core.callbacks import (
    AsyncCallbackHandler,
    AsyncCallbackManager,
    BaseCallbackHandler,
    CallbackManager,
    CallbackManagerForToolRun,
    adispatch_custom_event,
    dispatch_custom_event,
)
from langchain_core.globals import set_debug
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.tools import BaseTool, tool
from langchain_core.tracers.context import _configure_hooks, collect_runs
from langgraph.config import get_stream_writer
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command, interrupt
from langsmith import traceable, tracing_context, utils

from langchain_redactor import redacted
from langchain_redactor.listeners import Deaf, deaf
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import BlockedError
from redactor.policy import Policy
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Canaries
from tests.integrations.langchain_redactor.scenes import (
    GOT,
    Stage,
    Staged,
    calls,
    clean,
    last,
    staged,
    traced,
)
from tests.integrations.servers import LangSmithServer

ALL = {"args": ["ACCOUNT_ID", "PERSON", "IBAN_CODE", "EMAIL_ADDRESS"]}


@pytest.fixture(autouse=True)
def nothing_given_yet() -> None:
    GOT.clear()


@pytest.fixture
def debug() -> Iterator[None]:
    set_debug(True)
    yield
    set_debug(False)


def scene_of(stage: Staged, given: BaseTool, policy: Any = None, **settings: Any) -> Stage:
    """The model calls the tool with the customer's order."""
    rules = {given.name: ALL} if policy is None else policy
    call = calls((given.name, {"order": "[ACCOUNT_ID_1]"}))
    return stage([call, "done"], [given], tool_policy=rules, **settings)


# runs inside of a tool


def chain(text: str) -> str:
    """Run a chain with a real value."""
    made: Any = RunnableLambda(lambda order: f"{order} of {CANARIES.name}").with_config(run_name="inner_chain")
    return str(made.invoke(text))


def by_itself(order: str, config: RunnableConfig, manager: Any) -> str:
    return chain(order)


def with_its_config(order: str, config: RunnableConfig, manager: Any) -> str:
    return str(RunnableLambda(chain).invoke(order, config))


def with_a_child(order: str, config: RunnableConfig, manager: Any) -> str:
    manager.on_text(f"looking for {order}")
    return str(RunnableLambda(chain).invoke(order, {"callbacks": manager.get_child()}))


def in_a_bare_thread(order: str, config: RunnableConfig, manager: Any) -> str:
    made: Any = RunnableLambda(lambda text: f"{text} of {CANARIES.name}")
    with ThreadPoolExecutor(1) as pool:
        return str(pool.submit(made.invoke, order, config).result())


def with_a_span_of_its_own(order: str, config: RunnableConfig, manager: Any) -> str:
    return str(traceable(chain)(order))


WAYS = [by_itself, with_its_config, with_a_child, in_a_bare_thread, with_a_span_of_its_own]


def running(way: Callable[..., str]) -> BaseTool:
    """A tool that asks for all there is, and runs a chain."""

    class Runs(BaseTool):
        """Run a chain."""

        name: str = "runs"
        description: str = "Run a chain."

        def _run(self, order: str, config: RunnableConfig, run_manager: CallbackManagerForToolRun) -> str:
            GOT.append(way(order, config, run_manager))
            return "done"

    return Runs()


@pytest.mark.usefixtures("debug")
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("way", WAYS)
def test_a_run_inside_is_told_to_nobody(
    stage: Staged,
    canaries: Canaries,
    langsmith: LangSmithServer,
    capsys: pytest.CaptureFixture[str],
    way: Callable[..., str],
    is_async: bool,
) -> None:
    import asyncio

    client = traced(langsmith)
    scene = scene_of(stage, running(way))
    with tracing_context(enabled=True, client=client), collect_runs() as collected:
        if is_async:
            asyncio.run(scene.asay(HumanMessage(canaries.said)))
        else:
            scene.say(HumanMessage(canaries.said))
    client.flush()
    client.close()
    printed = capsys.readouterr().out
    assert f"{canaries.account} of {canaries.name}" in GOT[0]
    assert "chain:tools" in printed
    assert any(b"runs" in body for body in langsmith.bodies)
    clean([printed], langsmith.bodies, [repr((run.name, run.inputs, run.outputs)) for run in collected.traced_runs])
    scene.keeps_inside_clean()


def test_a_tool_that_the_policy_names_as_an_audience_has_real_values_too(canaries: Canaries) -> None:
    policy = Policy.from_dict(
        {"name": "named", "types": {"ACCOUNT_ID": {"operator": "placeholder", "audiences": ["customer", "tool:runs"]}}}
    )
    with in_memory({**CANARIES.types, **OTHER.types}, policy=policy) as redactor:
        call = calls(("runs", {"order": "[ACCOUNT_ID_1]"}))
        scene = staged(redactor, [call, "done"], [running(by_itself)])
        scene.say(HumanMessage(canaries.said))
        assert canaries.account in GOT[0]
        scene.keeps_inside_clean()


def test_a_tool_with_placeholders_only_keeps_its_callbacks(stage: Staged, canaries: Canaries) -> None:
    @tool
    def asks(order: str) -> str:
        """Ask a chain of its own."""
        dispatch_custom_event("asking", {"for": CANARIES.name})
        made: Any = RunnableLambda(lambda text: f"about {text}").with_config(run_name="inner_chain")
        return str(made.invoke(order))

    scene = scene_of(stage, asks, {})
    scene.say(HumanMessage(canaries.said))
    assert "inner_chain" in "".join(scene.recorder.of("on_chain_start"))
    assert "inner_chain" in "".join(scene.recorder.of("run created"))
    assert len(scene.recorder.of("on_custom_event")) == 1
    assert "[PERSON_1]" in scene.recorder.of("on_custom_event")[0]
    scene.keeps_inside_clean()


def graph(node: Callable[[Any], Any]) -> Any:
    made: Any = StateGraph(MessagesState)
    made.add_node("node", node)
    made.add_edge(START, "node")
    return made.compile()


def test_a_graph_inside_is_neither_checkpointed_nor_streamed(stage: Staged, canaries: Canaries) -> None:
    """A graph lends its checkpointer and its stream to graphs that run inside of it."""

    def node(state: Any) -> Any:
        get_stream_writer()(f"working on {state['messages'][-1].text}")
        return {"messages": [AIMessage(f"{state['messages'][-1].text} of {CANARIES.name}")]}

    @tool
    def runs(order: str) -> str:
        """Run a graph."""
        GOT.append(graph(node).invoke({"messages": [("user", order)]})["messages"][-1].text)
        return "done"

    scene = scene_of(stage, runs)
    modes = ["values", "updates", "messages", "tasks", "checkpoints", "debug", "custom"]
    said = {"messages": [HumanMessage(canaries.said)]}
    parts = list(scene.agent.stream(said, scene.config, stream_mode=modes, subgraphs=True))
    assert [f"{canaries.account} of {canaries.name}"] == GOT
    assert [part for _, mode, part in parts if mode == "custom"] == [f"working on {canaries.account}"]
    assert {mode for space, mode, _ in parts if space} <= {"custom"}
    scene.keeps_inside_clean()


def test_a_redacted_chain_and_questions_inside_go_on_working(
    stage: Staged, canaries: Canaries, canary_redactor: Redactor
) -> None:
    model = RecordingModel(replies=[lambda messages: f"it is {messages[-1].text}"] * 2)
    inner: Any = redacted(RunnableLambda(lambda text: text) | model, redactor=canary_redactor)

    @tool
    def runs(order: str) -> str:
        """Ask a model, then a person."""
        GOT.append(inner.invoke(f"{order} of {OTHER.name}").text)
        GOT.append(interrupt(f"{order}?"))
        return "done"

    scene = scene_of(stage, runs)
    assert scene.say(HumanMessage(canaries.said))["__interrupt__"][0].value == f"{canaries.account}?"
    assert last(scene.agent.invoke(Command(resume="yes"), scene.config)).text == "done"
    assert GOT[-1] == "yes"
    clean([received.all for received in model.received])
    scene.keeps_inside_clean()


# custom events


class Ears(BaseCallbackHandler):
    """Hears custom events."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.runs: dict[str, Any] = {}

    def on_tool_start(self, serialized: dict[str, Any], input_str: str, *, run_id: Any, **_: Any) -> None:
        self.runs["tool"] = run_id

    def on_custom_event(self, name: str, data: Any, *, run_id: Any, **_: Any) -> None:
        self.heard.append((name, data))
        self.runs["event"] = run_id


class AsyncEars(AsyncCallbackHandler):
    """Hears them, async."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    async def on_custom_event(self, name: str, data: Any, **_: Any) -> None:
        self.heard.append((name, data))


TOLD = [("progress of [PERSON_1]", {"order": "[ACCOUNT_ID_1]", "steps": 3})]


@pytest.mark.parametrize("rules", [None, {}], ids=["real values", "placeholders only"])
def test_custom_events_are_told_once_redacted_and_of_the_tools_run(
    stage: Staged, canaries: Canaries, rules: Any
) -> None:
    @tool
    def tells(order: str) -> str:
        """Tell of its progress, from a chain inside."""

        def inside(_: Any) -> None:
            dispatch_custom_event(f"progress of {CANARIES.name}", {"order": CANARIES.account, "steps": 3})

        if rules is None:
            RunnableLambda(inside).invoke(order)
        else:
            inside(order)
        return "done"

    ears, other = Ears(), AsyncEars()
    scene = scene_of(stage, tells, rules)
    config = scene.config | {"callbacks": [ears, other, *scene.recorder.handlers]}
    scene.agent.invoke({"messages": [HumanMessage(canaries.said)]}, config)
    assert ears.heard == other.heard == TOLD
    assert ears.runs["event"] == ears.runs["tool"]
    scene.keeps_inside_clean()


@pytest.mark.parametrize("rules", [None, {}], ids=["real values", "placeholders only"])
async def test_custom_events_of_async_tools_reach_handlers_and_the_callers_events(
    stage: Staged, canaries: Canaries, rules: Any
) -> None:
    @tool
    async def tells(order: str) -> str:
        """Tell of its progress."""
        await adispatch_custom_event(f"progress of {CANARIES.name}", {"order": CANARIES.account, "steps": 3})
        return "done"

    ears, other = Ears(), AsyncEars()
    scene = scene_of(stage, tells, rules)
    config = scene.config | {"callbacks": [ears, other, *scene.recorder.handlers]}
    said = {"messages": [HumanMessage(canaries.said)]}
    events = [each async for each in scene.agent.astream_events(said, config, version="v2")]
    custom = [each["data"] for each in events if each["event"] == "on_custom_event"]
    assert custom == [{"order": canaries.account, "steps": 3}]
    assert ears.heard == other.heard == TOLD
    scene.keeps_inside_clean()


def test_an_event_that_cannot_be_redacted_fails_in_the_tool(canaries: Canaries) -> None:
    policy = Policy.from_dict({"name": "strict", "types": {"IBAN_CODE": {"operator": "block"}}})

    @tool
    def tells(order: str) -> str:
        """Tell what must not be told."""
        dispatch_custom_event("refund", {"to": OTHER.iban})
        return "done"

    with in_memory({OTHER.iban: "IBAN_CODE", canaries.account: "ACCOUNT_ID"}, policy=policy) as redactor:
        call = calls(("tells", {"order": "[ACCOUNT_ID_1]"}))
        scene = staged(redactor, [call, "done"], [tells], tool_policy={"tells": ALL})
        with pytest.raises(BlockedError):
            scene.say(HumanMessage(f"It is {canaries.account}."))
        assert scene.recorder.of("on_custom_event") == []
        scene.keeps_inside_clean()


# what LangChain adds by itself


class Wandering(BaseCallbackHandler):
    """A tracer that the environment switches on."""


def test_langchain_adds_no_handler_of_its_own_beside_deaf_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    set_debug(True)
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("WANDERING", "true")
    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
    hook: Any = (ContextVar("wandering", default=None), True, Wandering, "WANDERING")
    monkeypatch.setattr("langchain_core.tracers.context._configure_hooks", [*_configure_hooks, hook])
    from langchain_redactor import protected

    protected._the.cache_clear()
    for kind in (CallbackManager, AsyncCallbackManager):
        manager: Any = kind(handlers=deaf(), inheritable_handlers=deaf())
        made: Any = kind.configure(manager, None, True, langsmith_inheritable_metadata={"a": "b"})
        assert len(made.handlers) == 4
        assert all(isinstance(handler, Deaf) for handler in made.handlers)
    protected._the.cache_clear()
