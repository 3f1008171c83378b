"""Defects that a hostile review found: runs below other runs, caches, rewritten replies, frames."""

import operator
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from typing import Annotated, Any, TypedDict

import pytest
from langchain.agents.middleware import SummarizationMiddleware
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.tools import tool
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import CachePolicy

from langchain_redactor import RedactedAgent, create_redacted_agent, current_conversation, redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import ConfigError, DetectionError
from redactor.policy import ToolRule
from redactor.testing import in_memory
from redactor.types import Entity
from tests.integrations.langchain_redactor.conftest import Canaries, Recorder, checkpoint_bytes
from tests.integrations.langchain_redactor.scenes import (
    ASK,
    GOT,
    RULES,
    Stage,
    Staged,
    calls,
    clean,
    echo,
    look_up,
    no_marks,
)

Ask = Callable[[str], str]
"""Asks something inside of a run; its answer."""


def thread(name: str, **more: Any) -> Any:
    return {"configurable": {"thread_id": name}, **more}


def turns_of(redactor: Redactor, name: str) -> list[str]:
    chat = redactor.conversation(name)
    return [row.text for row in chat._state.history.latest(50)]


# below another redacted run


def inner_agent(redactor: Redactor, *replies: Any) -> tuple[RedactedAgent, RecordingModel]:
    model = RecordingModel(replies=list(replies or (echo,)))
    return create_redacted_agent(model, [look_up], redactor=redactor, tool_policy=RULES), model


class Around:
    """A graph around an agent of ours, which a node of it calls."""

    def __init__(self, redactor: Redactor, call: Callable[[MessagesState, RunnableConfig], Any]) -> None:
        self.saver, self.recorder = InMemorySaver(), Recorder()

        def node(state: MessagesState, config: RunnableConfig) -> Any:
            return call(state, config)

        graph = StateGraph(MessagesState).add_node("n", node).add_edge(START, "n").add_edge("n", END)
        self.agent = RedactedAgent(graph.compile(checkpointer=self.saver), redactor=redactor)

    def say(self, text: str) -> list[BaseMessage]:
        state = self.agent.invoke({"messages": [HumanMessage(text)]}, thread("1", callbacks=self.recorder.handlers))
        said: list[BaseMessage] = state["messages"]
        return said


@pytest.mark.parametrize("with_config", [False, True])
def test_an_agent_that_a_node_calls_leaves_placeholders_in_the_state_around_it(
    canary_redactor: Redactor, canaries: Canaries, with_config: bool
) -> None:
    inner, model = inner_agent(canary_redactor, ASK, "[PERSON_1], it is [ACCOUNT_ID_1]")

    def call(state: MessagesState, config: RunnableConfig) -> Any:
        given = inner.invoke(state, config) if with_config else inner.invoke(state)
        return {"messages": given["messages"][-1:]}

    GOT.clear()
    around = Around(canary_redactor, call)
    assert around.say(canaries.said)[-1].text == f"{canaries.name}, it is {canaries.account}"
    assert [canaries.account] == GOT
    assert "[ACCOUNT_ID_1]" in model.received[0].text
    clean(checkpoint_bytes(around.saver), around.recorder.everything, [given.all for given in model.received])


@pytest.mark.parametrize("mode", ["messages", "values", "updates"])
def test_an_agent_that_a_node_streams_leaves_placeholders_too(
    canary_redactor: Redactor, canaries: Canaries, mode: str
) -> None:
    inner, _ = inner_agent(canary_redactor)
    parts: list[str] = []

    def call(state: MessagesState, config: RunnableConfig) -> Any:
        parts.extend(repr(part) for part in inner.stream(state, stream_mode=mode))
        return {"messages": [AIMessage(parts[-1])]}

    around = Around(canary_redactor, call)
    around.say(canaries.said)
    assert parts
    clean(parts, checkpoint_bytes(around.saver), around.recorder.everything)


def test_an_agent_in_a_step_of_a_chain_leaves_placeholders(
    canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
) -> None:
    inner, _ = inner_agent(canary_redactor, "it is [PERSON_1]")
    ask = RunnableLambda(lambda said: inner.invoke({"messages": [HumanMessage(said)]})["messages"][-1].text)
    chain = redacted(ask | RunnableLambda(lambda said: f"{said}!"), redactor=canary_redactor)
    assert chain.invoke(canaries.said, thread("1", callbacks=recorder.handlers)) == f"it is {canaries.name}!"
    clean(recorder.everything)


def test_below_another_run_an_id_of_its_own_is_refused(canary_redactor: Redactor, canaries: Canaries) -> None:
    inner, model = inner_agent(canary_redactor)
    ask = RunnableLambda(lambda said: inner.invoke({"messages": [HumanMessage(said)]}, thread("another")))
    with pytest.raises(ConfigError, match="leave its thread_id and conversation_id out"):
        redacted(ask, redactor=canary_redactor).invoke(canaries.said, thread("1"))
    assert model.received == []


def test_a_run_stream_below_another_run_is_refused(canary_redactor: Redactor) -> None:
    inner, model = inner_agent(canary_redactor)
    ask = RunnableLambda(lambda said: inner.stream_events({"messages": [HumanMessage(said)]}))
    with pytest.raises(ConfigError, match="use invoke, stream"):
        redacted(ask, redactor=canary_redactor).invoke("hi", thread("1"))
    assert model.received == []


def asks(redactor: Redactor, kind: str, model: RecordingModel) -> Ask:
    """A tool's way of asking an agent or a chain of ours."""
    agent = create_redacted_agent(model, [], redactor=redactor)
    chain = redacted(model, redactor=redactor)

    def said(text: str) -> dict[str, Any]:
        return {"messages": [HumanMessage(text)]}

    ways: dict[str, Ask] = {
        "agent": lambda text: str(agent.invoke(said(text))["messages"][-1].text),
        "streamed agent": lambda text: "".join(
            chunk.text for chunk, _ in agent.stream(said(text), stream_mode="messages")
        ),
        "chain": lambda text: str(chain.invoke(text).text),
        "streamed chain": lambda text: "".join(chunk.text for chunk in chain.stream(text)),
    }
    return ways[kind]


KINDS = ["agent", "streamed agent", "chain", "streamed chain"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_in_a_tool_without_a_rule_stays_a_placeholder(
    stage: Staged, canary_redactor: Redactor, canaries: Canaries, kind: str
) -> None:
    model = RecordingModel(replies=["it is [PERSON_1], see [ACCOUNT_ID_1]"], chunk_size=3)
    ask, heard = asks(canary_redactor, kind, model), []

    @tool
    def expert(question: str) -> str:
        """Ask an expert."""
        heard.append(ask(f"{question} [IBAN_CODE_1]"))
        return f"{heard[-1]} [EMAIL_ADDRESS_1]"

    scene = stage([calls(("expert", {"question": "who is [PERSON_1]?"})), echo], [expert])
    reply = scene.reply(HumanMessage(canaries.said))
    assert heard == ["it is [PERSON_1], see [ACCOUNT_ID_1]"]
    # what the tool was handed is known again, what it made up is data
    assert "who is [PERSON_1]? [LITERAL_" in model.received[0].text
    assert f"it is {canaries.name}, see {canaries.account} [EMAIL_ADDRESS_1]" in reply
    scene.keeps_inside_clean()


@pytest.mark.parametrize("kind", ["agent", "chain"])
def test_what_is_asked_in_a_tool_is_real_as_far_as_its_rule_goes(
    stage: Staged, canary_redactor: Redactor, canaries: Canaries, kind: str
) -> None:
    ask = asks(canary_redactor, kind, RecordingModel(replies=["it is [PERSON_1], see [ACCOUNT_ID_1]"]))
    heard: list[str] = []

    @tool
    def expert(question: str) -> str:
        """Ask an expert."""
        heard.append(ask(question))
        return heard[-1]

    rules = {"expert": ToolRule(args=frozenset({"PERSON"}))}
    scene = stage([calls(("expert", {"question": "who?"})), echo], [expert], tool_policy=rules)
    assert f"it is {canaries.name}, see {canaries.account}" in scene.reply(HumanMessage(canaries.said))
    assert heard == [f"it is {canaries.name}, see [ACCOUNT_ID_1]"]
    scene.keeps_inside_clean()


def test_what_is_asked_below_is_no_turn_of_the_conversation(
    stage: Staged, canary_redactor: Redactor, canaries: Canaries
) -> None:
    ask = asks(canary_redactor, "agent", RecordingModel(replies=["an inner word"]))

    @tool
    def expert(question: str) -> str:
        """Ask an expert."""
        return ask("an inner question")[:2]

    stage([calls(("expert", {"question": "who?"})), "done"], [expert]).say(HumanMessage(canaries.said))
    assert not [text for text in turns_of(canary_redactor, "thread-1") if "inner" in text]


# caches of nodes


class Asked(TypedDict):
    """A question and its answer."""

    question: str
    answer: str


def cached_graph(below: bool) -> tuple[Any, list[str]]:
    worked: list[str] = []

    def node(state: Asked) -> dict[str, str]:
        worked.append(current_conversation().restore_value(state["question"]))
        return {"answer": f"seen {worked[-1][-3:]}"}

    made = StateGraph(Asked).add_node("n", node, cache_policy=CachePolicy()).add_edge(START, "n").add_edge("n", END)
    graph: Any = made.compile(cache=InMemoryCache())
    if below:
        graph = StateGraph(Asked).add_node("below", graph).add_edge(START, "below").add_edge("below", END).compile()
    return graph, worked


@pytest.mark.parametrize("below", [False, True])
def test_a_cached_node_does_not_answer_one_customer_with_what_it_found_for_another(
    canary_redactor: Redactor, canaries: Canaries, other: Canaries, below: bool
) -> None:
    graph, worked = cached_graph(below)
    agent = RedactedAgent(graph, redactor=canary_redactor)
    for name, customer in (("a", canaries), ("b", other), ("a", canaries)):
        state = agent.invoke({"question": f"order {customer.account}"}, thread(name))
        assert state["answer"] == f"seen {customer.account[-3:]}"
    assert worked == [f"order {canaries.account}", f"order {other.account}"]  # the third answer was in the cache


async def test_a_cached_node_async_and_streamed(canary_redactor: Redactor, canaries: Canaries, other: Canaries) -> None:
    graph, worked = cached_graph(below=False)
    agent = RedactedAgent(graph, redactor=canary_redactor)
    for name, customer in (("a", canaries), ("b", other), ("a", canaries)):
        state = await agent.ainvoke({"question": f"order {customer.account}"}, thread(name))
        assert state["answer"] == f"seen {customer.account[-3:]}"
    parts = list(agent.stream({"question": f"order {canaries.account}"}, thread("a"), stream_mode="values"))
    assert parts[-1]["answer"] == f"seen {canaries.account[-3:]}"
    assert len(worked) == 2
    agent.inner.clear_cache()
    agent.invoke({"question": f"order {canaries.account}"}, thread("a"))
    assert len(worked) == 3


# what a person reports while a thread lives


def report(redactor: Redactor, name: str, value: str) -> None:
    chat = redactor.conversation(name)
    row = next(row for row in chat._state.history.latest(50) if value in row.text)
    start = row.text.index(value)
    chat.report_missed(row.turn_id, start, start + len(value), "PERSON")


def kept(scene: Stage) -> str:
    return repr(scene.agent.get_state(scene.config).values["messages"])


def test_a_reported_value_leaves_the_replies_that_the_thread_keeps(stage: Staged, canary_redactor: Redactor) -> None:
    scene = stage([AIMessage("Bixley is a fine dog", tool_calls=calls(("t", {"who": "Bixley"})).tool_calls), echo], [t])
    scene.say("my dog Bixley is sick")
    report(canary_redactor, "thread-1", "Bixley")
    state = scene.say("and now?")
    assert "Bixley" not in kept(scene)
    assert state["messages"][1].text == "Bixley is a fine dog"
    assert "Bixley" not in scene.read[-1]


@tool
def t(who: str) -> str:
    """Look."""
    return "done"


def test_a_reported_value_leaves_the_summary_that_the_thread_keeps(stage: Staged, canary_redactor: Redactor) -> None:
    writer = RecordingModel(replies=[lambda _: "the dog is called Bixley"])
    summing = SummarizationMiddleware(writer, trigger=("messages", 5), keep=("messages", 1))
    scene = stage([lambda _: "I see"], middleware=[summing])
    for said in ("my dog Bixley is sick", "very", "really"):
        scene.say(said)
    assert "Bixley" in kept(scene)
    report(canary_redactor, "thread-1", "Bixley")
    scene.say("and now?")
    assert "Bixley" not in kept(scene)


def test_a_value_reported_while_the_model_writes_leaves_the_reply(stage: Staged, canary_redactor: Redactor) -> None:
    def write(_: list[BaseMessage]) -> str:
        report(canary_redactor, "thread-1", "Bixley")
        return "poor Bixley"

    scene = stage([write, echo])
    parts = scene.agent.stream({"messages": [HumanMessage("my dog Bixley")]}, scene.config, stream_mode="messages")
    assert "".join(chunk.text for chunk, _ in parts) == "poor Bixley"
    assert "Bixley" not in kept(scene)


def test_replies_that_nothing_was_learned_of_stay_as_they_are(stage: Staged, canaries: Canaries) -> None:
    scene = stage([AIMessage("[PERSON_1]!", response_metadata={"model_name": "gpt-4o"}), "two", "three"])
    scene.say(HumanMessage(canaries.said))
    before = scene.agent.get_state(scene.config).values["messages"]
    scene.say("more")
    assert scene.agent.get_state(scene.config).values["messages"][:2] == before


class Added(TypedDict):
    """Messages that a reducer adds to, whatever their ids."""

    messages: Annotated[list[Any], operator.add]


class Replaced(TypedDict):
    """Messages that each update replaces."""

    messages: list[Any]


@pytest.mark.parametrize("schema", [MessagesState, Added, Replaced])
async def test_a_reported_value_leaves_the_thread_whatever_its_reducer(
    canary_redactor: Redactor, schema: type[Any]
) -> None:
    def node(state: Any) -> dict[str, Any]:
        before = state["messages"] if schema is Replaced else []
        return {"messages": [*before, AIMessage(f"reply {len(state['messages'])}")]}

    graph = StateGraph(schema).add_node("n", node).add_edge(START, "n").add_edge("n", END)
    agent = RedactedAgent(graph.compile(checkpointer=InMemorySaver()), redactor=canary_redactor)
    state = agent.invoke({"messages": [HumanMessage("my dog Bixley", id="1")]}, thread("1"))
    report(canary_redactor, "1", "Bixley")
    before = state["messages"] if schema is Replaced else []
    state = await agent.ainvoke({"messages": [*before, HumanMessage("and?")]}, thread("1"))
    assert [each.text for each in state["messages"]] == ["my dog Bixley", "reply 1", "and?", "reply 3"]
    assert "Bixley" not in repr((await agent.aget_state(thread("1"))).values)


@pytest.mark.parametrize("goes_on", ["with a message", "as it was"])
async def test_a_reported_value_does_not_come_back_from_an_earlier_checkpoint(
    stage: Staged, canary_redactor: Redactor, goes_on: str
) -> None:
    scene = stage([lambda _: "I see"])
    scene.say("my dog Bixley is sick")
    scene.say("and now?")
    report(canary_redactor, "thread-1", "Bixley")
    scene.say("well?")
    assert "Bixley" not in kept(scene)
    history = list(scene.agent.get_state_history(scene.config))
    early = next(each for each in history if each.next == ("model",) and len(each.values["messages"]) == 1)
    said = {"messages": [HumanMessage("once more")]} if goes_on == "with a message" else None
    await scene.agent.ainvoke(said, early.config)
    assert "Bixley" not in kept(scene)
    assert "Bixley" not in scene.read[-1]


@pytest.mark.parametrize("door", ["invoke", "ainvoke"])
async def test_a_thread_that_is_put_right_after_a_run_is_still_at_its_end(
    stage: Staged, canary_redactor: Redactor, door: str
) -> None:
    @tool(return_direct=True)
    def answer(to: str) -> str:
        """Answer."""
        report(canary_redactor, "thread-1", "Bixley")
        return "the answer"

    scene = stage([calls(("answer", {"to": "it"}))], [answer])
    state = await scene.asay("my dog Bixley") if door == "ainvoke" else scene.say("my dog Bixley")
    assert state["messages"][-1].text == "the answer"
    assert "Bixley" not in kept(scene)
    assert scene.agent.get_state(scene.config).next == ()


# frames of ours


SECRET = "zz-canary-zz"


def sulky(text: str, context: Any = ()) -> list[Entity]:
    if "KABOOM" in text:
        raise RuntimeError(text)
    return []


@pytest.fixture
def sulking() -> Iterator[Redactor]:
    """A Redactor whose recognizer fails at one word."""
    with Redactor(recognizers=[sulky]) as made:
        yield made


def frames_with(error: BaseException, secret: str) -> list[str]:
    """Functions of ours, on the way of an exception, that still hold a value."""
    found, step = [], error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if "tests" not in code.co_filename and any(secret in repr(held) for held in step.tb_frame.f_locals.values()):
            found.append(code.co_name)
        step = step.tb_next
    return found


async def _all(parts: AsyncIterator[Any]) -> list[Any]:
    return [part async for part in parts]


AGENT_DOORS: dict[str, Callable[[RedactedAgent, Any, Any], Any]] = {
    "invoke": lambda agent, said, config: agent.invoke(said, config),
    "stream": lambda agent, said, config: list(agent.stream(said, config)),
    "stream_events": lambda agent, said, config: agent.stream_events(said, config),
    "batch": lambda agent, said, config: agent.batch([said], config),
    "update_state": lambda agent, said, config: agent.update_state(config, said),
    "ainvoke": lambda agent, said, config: agent.ainvoke(said, config),
    "astream": lambda agent, said, config: _all(agent.astream(said, config)),
    "astream_events": lambda agent, said, config: _all(agent.astream_events(said, config)),
    "aupdate_state": lambda agent, said, config: agent.aupdate_state(config, said),
}


@pytest.mark.parametrize("door", AGENT_DOORS)
@pytest.mark.parametrize("where", ["metadata", "input"])
async def test_an_agent_that_refuses_leaves_no_frame_with_what_it_was_given(
    sulking: Redactor, door: str, where: str
) -> None:
    model = RecordingModel(replies=["ok"])
    agent = create_redacted_agent(model, [], redactor=sulking, checkpointer=InMemorySaver())
    bad = f"KABOOM {SECRET}"
    said = {"messages": [HumanMessage(bad if where == "input" else "hi")]}
    config = thread("1", metadata={"note": bad if where == "metadata" else "hi"})
    with pytest.raises(DetectionError) as caught:
        given = AGENT_DOORS[door](agent, said, config)
        if hasattr(given, "__await__"):
            await given
    assert frames_with(caught.value, SECRET) == []
    assert caught.value.__context__ is None
    assert model.received == []


CHAIN_DOORS: dict[str, Callable[[Any, str], Any]] = {
    "invoke": lambda chain, said: chain.invoke(said),
    "stream": lambda chain, said: list(chain.stream(said)),
    "ainvoke": lambda chain, said: chain.ainvoke(said),
    "astream": lambda chain, said: _all(chain.astream(said)),
    "astream_events": lambda chain, said: _all(chain.astream_events(said)),
}


@pytest.mark.parametrize("door", CHAIN_DOORS)
@pytest.mark.parametrize("fails", ["the check", "the model"])
async def test_a_chain_that_fails_leaves_no_frame_with_what_it_was_given(
    sulking: Redactor, door: str, fails: str
) -> None:
    with in_memory({SECRET: "SECRET"}) as usual:
        redactor = sulking if fails == "the check" else usual
        model = RecordingModel(replies=[RuntimeError("no")])
        chain = redacted(model, redactor=redactor, conversation_id="1")
        with pytest.raises((DetectionError, RuntimeError)) as caught:
            given = CHAIN_DOORS[door](chain, f"KABOOM {SECRET}")
            if hasattr(given, "__await__"):
                await given
    assert frames_with(caught.value, SECRET) == []


# a caller's surroundings


def test_a_batch_runs_with_the_context_variables_of_its_caller(stage: Staged, canaries: Canaries) -> None:
    held: ContextVar[str] = ContextVar("held", default="nothing")
    seen: list[str] = []

    def write(_: list[BaseMessage]) -> str:
        seen.append(held.get())
        return "ok [PERSON_1]"

    scene = stage([write])
    token = held.set("something")
    said = {"messages": [HumanMessage(canaries.said)]}
    states = scene.agent.batch([said, said], [scene.on("a").config, scene.on("b").config])
    held.reset(token)
    assert seen == ["something"] * 2
    no_marks(*[state["messages"][-1].text for state in states])
