"""An agent inside another one asks a person, and the person's answer reaches it."""

from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command

from langchain_redactor import RedactedAgent, create_redacted_agent, redacted_interrupt
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from tests.integrations.langchain_redactor.conftest import CANARIES
from tests.integrations.langchain_redactor.scenes import calls, staged

ANSWERS: list[str] = []


@tool
def ask(question: str) -> str:
    """Ask a person."""
    ANSWERS.append(str(redacted_interrupt({"question": question})))
    return f"the answer is {ANSWERS[-1]}"


def _inner(redactor: Redactor) -> RedactedAgent:
    model = RecordingModel(replies=[calls(("ask", {"question": "is it [PERSON_1]?"})), "asked", "asked again"])
    return create_redacted_agent(model, [ask], redactor=redactor, tool_policy={"ask": {"args": ["PERSON"]}})


def _asked(state: dict[str, Any]) -> Any:
    return state["__interrupt__"][0].value["question"]


@pytest.mark.parametrize("with_config", [True, False])
def test_a_node_runs_an_agent_that_asks(with_config: bool, canary_redactor: Redactor) -> None:
    inner = _inner(canary_redactor)

    def node(state: MessagesState, config: RunnableConfig) -> dict[str, Any]:
        given = inner.invoke({"messages": state["messages"]}, config if with_config else None)
        return {"messages": [given["messages"][-1]]}

    graph = StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile(InMemorySaver())
    outer = RedactedAgent(graph, redactor=canary_redactor)
    config = {"configurable": {"thread_id": f"nested-{with_config}"}}
    ANSWERS.clear()
    state = outer.invoke({"messages": [HumanMessage(CANARIES.said)]}, config)
    assert _asked(state) == f"is it {CANARIES.name}?"
    state = outer.invoke(Command(resume=f"yes, {CANARIES.name}"), config)
    assert [f"yes, {CANARIES.name}"] == ANSWERS
    assert "__interrupt__" not in state


def test_a_tool_runs_an_agent_that_asks(canary_redactor: Redactor) -> None:
    inner = _inner(canary_redactor)

    @tool
    def delegate(text: str) -> str:
        """Let another agent do it."""
        return str(inner.invoke({"messages": [HumanMessage(text)]})["messages"][-1].text)

    stage = staged(canary_redactor, [calls(("delegate", {"text": "[PERSON_1] wants it"})), "done"], [delegate])
    ANSWERS.clear()
    state = stage.say(CANARIES.said)
    assert _asked(state) == f"is it {CANARIES.name}?"
    state = stage.agent.invoke(Command(resume=f"yes, {CANARIES.name}"), stage.config)
    assert [f"yes, {CANARIES.name}"] == ANSWERS
    assert state["messages"][-1].text == "done"
    stage.keeps_inside_clean()
