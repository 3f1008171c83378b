"""Graphs of one's own: nodes, subgraphs, breakpoints, caches and answers of people."""

from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, Send, interrupt

from langchain_redactor import RedactedAgent, redacted_interrupt
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Canaries
from tests.integrations.langchain_redactor.scenes import (
    ASK,
    GOT,
    RULES,
    Stage,
    Staged,
    calls,
    clean,
    echo,
    last,
    look_up,
    no_marks,
)

ALL = {"args": ["ACCOUNT_ID", "PERSON", "IBAN_CODE", "EMAIL_ADDRESS"]}


@pytest.fixture(autouse=True)
def nothing_given_yet() -> None:
    GOT.clear()


def test_a_plain_interrupt_in_a_tool_is_kept_redacted(stage: Staged, canaries: Canaries) -> None:
    @tool
    def asks(order: str) -> str:
        """Ask a person."""
        GOT.append(interrupt({"ask": f"{order} of {CANARIES.name}?"}))
        return "asked"

    scene = stage([calls(("asks", {"order": "[ACCOUNT_ID_1]"})), "done"], [asks], tool_policy={"asks": ALL})
    state = scene.say(HumanMessage(canaries.said))
    assert state["__interrupt__"][0].value == {"ask": f"{canaries.account} of {canaries.name}?"}
    scene.keeps_inside_clean()
    scene.agent.invoke(Command(resume=f"yes, {canaries.name}"), scene.config)
    scene.keeps_inside_clean()
    assert len(GOT) == 1


def test_an_interrupt_in_a_stream_shows_real_values(stage: Staged, canaries: Canaries) -> None:
    @tool
    def asks(order: str) -> str:
        """Ask a person."""
        return str(interrupt(f"{order} of {CANARIES.name}?"))

    scene = stage([calls(("asks", {"order": "[ACCOUNT_ID_1]"})), "done"], [asks], tool_policy={"asks": ALL})
    said = {"messages": [HumanMessage(canaries.said)]}
    parts = list(scene.agent.stream(said, scene.config, stream_mode=["updates", "values", "debug"]))
    no_marks(parts)
    assert f"{canaries.account} of {canaries.name}?" in repr(parts)
    scene.keeps_inside_clean()


def test_several_questions_are_answered_by_their_ids(stage: Staged, canaries: Canaries) -> None:
    @tool
    def asks(order: str) -> str:
        """Ask a person."""
        return f"{order}: {redacted_interrupt(f'{order}?')}"

    wanted = calls(("asks", {"order": "[ACCOUNT_ID_1]"}), ("asks", {"order": "[IBAN_CODE_1]"}))
    scene = stage([wanted, "done"], [asks], tool_policy={"asks": ALL})
    asked = scene.say(HumanMessage(canaries.said))["__interrupt__"]
    answers = {each.id: f"{each.value} yes, {canaries.name}" for each in asked}
    assert len(answers) == 2
    state = scene.agent.invoke(Command(resume=answers), scene.config)
    given = {message.text for message in state["messages"] if isinstance(message, ToolMessage)}
    assert given == {f"{value}: {value}? yes, {canaries.name}" for value in (canaries.account, canaries.iban)}
    scene.keeps_inside_clean()


def test_a_persons_answer_cannot_name_a_placeholder(stage: Staged, canaries: Canaries) -> None:
    """What a person types is text from outside, like a customer's."""

    @tool
    def asks() -> str:
        """Ask a person."""
        GOT.append(redacted_interrupt("which?"))
        return f"they said {GOT[-1]}"

    scene = stage([calls(("asks", {})), echo], [asks], tool_policy={"asks": ALL})
    scene.say(HumanMessage(canaries.said))
    scene.agent.invoke(Command(resume="[IBAN_CODE_1]"), scene.config)
    canaries.nowhere_in(GOT)
    assert last(scene.agent.get_state(scene.config, reveal=True).values).text == "You said: they said [IBAN_CODE_1]"


class Worked(TypedDict):
    """A state whose nodes are sent parts of it."""

    messages: Annotated[list[Any], add_messages]
    notes: Annotated[list[str], lambda old, new: [*(old or []), *new]]


def test_parts_of_the_state_sent_to_nodes_stay_redacted(canary_redactor: Redactor, canaries: Canaries) -> None:
    seen: list[Any] = []

    def fan(state: Worked) -> list[Send]:
        return [Send("work", {"note": note}) for note in state["notes"]]

    def work(given: dict[str, Any]) -> dict[str, Any]:
        seen.append(given)
        return {"notes": [f"done {given['note']}"]}

    graph: Any = StateGraph(Worked)
    graph.add_node("work", work)
    graph.add_conditional_edges(START, fan, ["work"])
    saver = InMemorySaver()
    agent = RedactedAgent(graph.compile(checkpointer=saver), redactor=canary_redactor)
    scene = Stage(agent, RecordingModel(), saver)
    notes = [f"call {canaries.name}", f"refund {canaries.iban}"]
    state = agent.invoke({"messages": [HumanMessage("hi")], "notes": notes}, scene.config)
    assert sorted(state["notes"]) == sorted([*notes, *(f"done {note}" for note in notes)])
    canaries.nowhere_in(repr(seen))
    scene.keeps_inside_clean()


def test_a_breakpoint_and_a_change_by_hand(stage: Staged, canaries: Canaries) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULES, interrupt_before=["tools"])
    scene.say(HumanMessage(canaries.said))
    stopped = scene.agent.get_state(scene.config, reveal=True)
    assert stopped.next == ("tools",)
    wish = stopped.values["messages"][-1]
    assert wish.tool_calls[0]["args"] == {"order": canaries.account}
    changed = wish.model_copy(update={"tool_calls": [{**wish.tool_calls[0], "args": {"order": OTHER.account}}]})
    scene.agent.update_state(scene.config, {"messages": [changed]})
    scene.keeps_inside_clean()
    scene.agent.invoke(None, scene.config)
    assert [OTHER.account] == GOT
    scene.keeps_inside_clean()


def test_a_graph_over_a_pydantic_state(canary_redactor: Redactor, canaries: Canaries) -> None:
    from pydantic import BaseModel

    class Case(BaseModel):
        """A state with validation."""

        messages: Annotated[list[Any], add_messages]
        customer: str = ""

    model = RecordingModel(replies=[echo])
    graph: Any = StateGraph(Case)
    graph.add_node("answer", lambda state: {"messages": [model.invoke(state.messages)]})
    graph.add_edge(START, "answer")
    saver = InMemorySaver()
    scene = Stage(RedactedAgent(graph.compile(checkpointer=saver), redactor=canary_redactor), model, saver)
    given = {"messages": [HumanMessage(canaries.said)], "customer": canaries.name}
    state = scene.agent.invoke(given, scene.config)
    assert state["customer"] == canaries.name
    assert last(state).text == f"You said: {canaries.said}"
    scene.keeps_inside_clean()


def test_a_graph_with_a_saver_in_its_subgraph(canary_redactor: Redactor, canaries: Canaries) -> None:
    model = RecordingModel(replies=[echo])
    inner: Any = StateGraph(MessagesState)
    inner.add_node("answer", lambda state: {"messages": [model.invoke(state["messages"])]})
    inner.add_edge(START, "answer")
    outer: Any = StateGraph(MessagesState)
    outer.add_node("inner", inner.compile(checkpointer=True))
    outer.add_edge(START, "inner")
    saver = InMemorySaver()
    scene = Stage(RedactedAgent(outer.compile(checkpointer=saver), redactor=canary_redactor), model, saver)
    for said in (canaries.said, f"again, {canaries.name}"):
        assert scene.reply(HumanMessage(said)) == f"You said: {said}"
    scene.keeps_inside_clean()
    no_marks(scene.agent.get_state(scene.config, reveal=True, subgraphs=True))


def test_a_command_that_sends_its_own_input_to_a_node(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage("hi"))
    sent: Command[Any] = Command(goto=[Send("model", {"messages": [HumanMessage(canaries.said)]})])
    scene.agent.invoke(sent, scene.config)
    scene.keeps_inside_clean()


def test_a_nodes_cache_holds_placeholders_only(canary_redactor: Redactor, canaries: Canaries) -> None:
    from langgraph.cache.memory import InMemoryCache
    from langgraph.types import CachePolicy

    model, cache = RecordingModel(replies=[echo]), InMemoryCache[Any]()
    graph: Any = StateGraph(MessagesState)
    graph.add_node("answer", lambda state: {"messages": [model.invoke(state["messages"])]}, cache_policy=CachePolicy())
    graph.add_edge(START, "answer")
    saver = InMemorySaver()
    agent = RedactedAgent(graph.compile(checkpointer=saver, cache=cache), redactor=canary_redactor)
    scene = Stage(agent, model, saver)
    assert scene.reply(HumanMessage(canaries.said)) == f"You said: {canaries.said}"
    assert cache._cache
    clean([repr(cache._cache)])
    scene.keeps_inside_clean()


def test_tools_of_a_graph_of_ones_own_are_sealed(canary_redactor: Redactor, canaries: Canaries) -> None:
    from langgraph.prebuilt import ToolNode, tools_condition

    model = RecordingModel(replies=[ASK, echo])
    graph: Any = StateGraph(MessagesState)
    graph.add_node("answer", lambda state: {"messages": [model.invoke(state["messages"])]})
    graph.add_node("tools", ToolNode([look_up]))
    graph.add_edge(START, "answer")
    graph.add_conditional_edges("answer", tools_condition)
    graph.add_edge("tools", "answer")
    saver = InMemorySaver()
    compiled = graph.compile(checkpointer=saver)
    scene = Stage(RedactedAgent(compiled, redactor=canary_redactor, tool_policy=RULES), model, saver)
    assert canaries.iban in scene.reply(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    scene.keeps_inside_clean()
