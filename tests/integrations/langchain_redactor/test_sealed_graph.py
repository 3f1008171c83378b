"""A graph of one's own: the tools of its ToolNodes are sealed in a copy."""

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

from langchain_redactor.testing import RecordingModel
from langchain_redactor.tools import SealedTool, seal_tools, with_sealed_tools
from redactor import Redactor
from redactor.exceptions import ConfigError
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Recorder
from tests.integrations.langchain_redactor.tool_runs import ACCOUNT, BOTH, Stage, calling, told

LOOKUP = {"lookup": {"args": ["ACCOUNT_ID"]}}


@pytest.fixture
def stage(canary_redactor: Redactor, recorder: Recorder, capsys: pytest.CaptureFixture[str], is_async: bool) -> Stage:
    return Stage(canary_redactor, recorder, capsys, is_async)


def looking(got: list[str]) -> Any:
    @tool
    def lookup(order: str) -> str:
        """Look up."""
        got.append(order)
        return f"found {order} of {OTHER.name}"

    return lookup


def own_graph(node: Any, model: Any, saver: Any) -> Any:
    """model → tools → end, as people write it."""
    builder = StateGraph(MessagesState)
    builder.add_node("model", lambda state: {"messages": [model.invoke(state["messages"])]})
    builder.add_node("tools", node)
    builder.add_edge(START, "model").add_edge("model", "tools").add_edge("tools", END)
    return builder.compile(checkpointer=saver)


def tools_of(graph: Any, node: str = "tools") -> Any:
    return graph.nodes[node].bound.tools_by_name


WRAPPED: dict[str, Any] = {
    "alone": lambda node: node,
    "configured": lambda node: node.with_config(tags=["tools"]),
    "in a chain": lambda node: RunnableLambda(lambda state: state) | node,
    "a class of its own": lambda node: type("Own", (ToolNode,), {})(list(node.tools_by_name.values())),
}


@BOTH
@pytest.mark.parametrize("wrapped", WRAPPED)
def test_the_copy_seals_and_the_callers_graph_stays(stage: Stage, wrapped: str) -> None:
    got: list[str] = []
    node = ToolNode([looking(got)], handle_tool_errors=True)
    call = calling("lookup", order=ACCOUNT)
    stage.model = RecordingModel(replies=[call, call])
    graph = own_graph(WRAPPED[wrapped](node), stage.model, stage.saver)
    stage.agent = with_sealed_tools(graph, LOOKUP)
    assert told(stage.invoke()).text.startswith(f"found {ACCOUNT} of [PERSON_")
    assert got == [CANARIES.account]
    stage.nothing_leaked()
    assert not isinstance(node.tools_by_name["lookup"], SealedTool)
    stage.agent = graph
    stage.invoke(config={**stage.config(), "configurable": {"thread_id": "raw"}})
    assert got == [CANARIES.account, ACCOUNT], "the graph that was given runs its own tools still"


@BOTH
def test_a_nodes_settings_are_kept(stage: Stage) -> None:
    @tool
    def lookup(order: str) -> str:
        """Look up."""
        raise ValueError(f"no {order}")

    node = ToolNode([lookup], handle_tool_errors="Ask again.", messages_key="messages", name="shop")
    sealed = with_sealed_tools(own_graph(node, None, None)).nodes["tools"].bound
    assert (sealed.name, sealed._handle_tool_errors) == ("shop", "Ask again.")
    stage.model = RecordingModel(replies=[calling("lookup", order=ACCOUNT)])
    stage.agent = with_sealed_tools(own_graph(node, stage.model, stage.saver), LOOKUP)
    assert told(stage.invoke()).content == "Ask again."
    stage.nothing_leaked()


@BOTH
def test_an_agent_that_create_agent_made_is_sealed(stage: Stage) -> None:
    got: list[str] = []
    stage.model = RecordingModel(replies=[calling("lookup", order=ACCOUNT), "done"])
    agent = create_agent(stage.model, [looking(got)], checkpointer=stage.saver)
    stage.agent = with_sealed_tools(agent, LOOKUP)
    stage.invoke()
    assert got == [CANARIES.account]
    stage.nothing_leaked()


@BOTH
def test_a_graph_that_is_a_node_is_sealed_too(stage: Stage) -> None:
    got: list[str] = []
    stage.model = RecordingModel(replies=[calling("lookup", order=ACCOUNT), "done"])
    inner = create_agent(stage.model, [looking(got)])
    builder = StateGraph(MessagesState)
    builder.add_node("inner", inner)
    builder.add_edge(START, "inner").add_edge("inner", END)
    graph = builder.compile(checkpointer=stage.saver)
    stage.agent = with_sealed_tools(graph, LOOKUP)
    assert isinstance(stage.invoke()["messages"][-2], ToolMessage)
    assert got == [CANARIES.account]
    assert [name for name, _ in stage.agent.get_subgraphs()] == ["inner"]
    stage.nothing_leaked()
    assert not isinstance(tools_of(inner)["lookup"], SealedTool)


def test_sealed_tools_stay_as_they_are() -> None:
    (made,) = seal_tools([looking([])], LOOKUP)
    graph = with_sealed_tools(own_graph(ToolNode([made]), None, None))
    assert tools_of(graph)["lookup"] is made


def test_a_rule_for_a_tool_that_cannot_be_reached_is_refused() -> None:
    graph = own_graph(ToolNode([looking([])]), None, None)
    with pytest.raises(ConfigError, match=r"no tool is called 'lokup'; did you mean 'lookup'\?.*seal_tools"):
        with_sealed_tools(graph, {"lokup": {"args": ["ACCOUNT_ID"]}})


def test_what_is_no_graph_is_refused() -> None:
    with pytest.raises(ConfigError, match="create_redacted_agent, or its tools with seal_tools"):
        with_sealed_tools(RunnableLambda(lambda _: AIMessage("")))


def test_a_graph_without_tools_is_a_graph() -> None:
    builder = StateGraph(MessagesState)
    builder.add_node("only", lambda state: {"messages": [AIMessage("hi")]})
    builder.add_edge(START, "only").add_edge("only", END)
    graph = builder.compile(checkpointer=InMemorySaver())
    said = with_sealed_tools(graph).invoke({"messages": []}, {"configurable": {"thread_id": "1"}})
    assert said["messages"][-1].content == "hi"
