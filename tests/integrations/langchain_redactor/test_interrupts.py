"""Questions to a person: the person reads real values, the checkpoint never holds one."""

from typing import Any, TypedDict

import pytest
from langchain.agents import create_agent
from langchain_core.tools import tool
from langgraph.errors import GraphBubbleUp, GraphInterrupt, ParentCommand
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Interrupt, interrupt
from pydantic import BaseModel, Field, ValidationError

from langchain_redactor.bound import Bound
from langchain_redactor.interrupts import redacted_interrupt, redacted_signal
from langchain_redactor.testing import RecordingModel
from langchain_redactor.tools import seal_tools
from langchain_redactor.values import restore_value
from redactor import Redactor
from redactor.exceptions import ConfigError
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Recorder, checkpoint_bytes
from tests.integrations.langchain_redactor.tool_runs import ACCOUNT, BOTH, EMAIL, NAME, Stage, calling, told

REFUND = {"refund": {"args": ["ACCOUNT_ID"]}}


@pytest.fixture
def stage(canary_redactor: Redactor, recorder: Recorder, capsys: pytest.CaptureFixture[str], is_async: bool) -> Stage:
    return Stage(canary_redactor, recorder, capsys, is_async)


def asked(state: Any) -> Any:
    """The question in a state that waits for an answer."""
    return state["__interrupt__"][0].value


@BOTH
@pytest.mark.parametrize("ask", [interrupt, redacted_interrupt], ids=["interrupt", "redacted_interrupt"])
def test_a_tools_question_is_kept_redacted_and_reads_real_for_the_person(stage: Stage, ask: Any) -> None:
    @tool
    def refund(order: str, who: str) -> str:
        """Refund."""
        answer = ask({"question": f"Refund {order} of {who} <{CANARIES.email}>?", "order": order})
        return f"answered {answer}"

    stage.build([refund], [calling("refund", order=ACCOUNT, who=NAME)], REFUND)
    state = stage.invoke()
    assert asked(state) == {"question": f"Refund {ACCOUNT} of {NAME} <{EMAIL}>?", "order": ACCOUNT}
    shown = restore_value(asked(state), Bound(stage.chat))
    assert shown["question"] == f"Refund {CANARIES.account} of {CANARIES.name} <{CANARIES.email}>?"
    stage.nothing_leaked(state)
    message = told(stage.resume("yes"))
    assert message.content == "answered yes"
    assert CANARIES.account not in str(checkpoint_bytes(stage.saver))


@BOTH
def test_a_tool_gets_the_answer_with_the_values_its_rule_names(stage: Stage) -> None:
    got: list[Any] = []

    @tool
    def refund(order: str) -> str:
        """Refund."""
        got.append((redacted_interrupt(f"Refund {order}?"), redacted_interrupt("Sure?")))
        return "refunded"

    stage.build([refund], [calling("refund", order=ACCOUNT)], REFUND)
    stage.invoke()
    answer = {"to": f"{ACCOUNT} of {NAME}"}
    assert asked(stage.resume(answer)) == "Sure?"
    stage.resume("yes")
    assert got == [({"to": f"{CANARIES.account} of {NAME}"}, "yes")]
    stage.nothing_leaked()


@BOTH
def test_the_plain_interrupt_gives_a_tool_the_answer_as_the_graph_keeps_it(stage: Stage) -> None:
    got: list[Any] = []

    @tool
    def refund(order: str) -> str:
        """Refund."""
        got.append(interrupt(f"Refund {order}?"))
        return "refunded"

    stage.build([refund], [calling("refund", order=ACCOUNT)], REFUND)
    stage.invoke()
    stage.resume(f"to {ACCOUNT}")
    assert got == [f"to {ACCOUNT}"]


class Answer(BaseModel):
    order: int = Field(gt=100)
    note: str = "none"


@BOTH
def test_an_answer_is_checked_with_real_values_and_may_be_given_again(stage: Stage) -> None:
    got: list[Any] = []

    @tool
    def refund(order: str) -> str:
        """Refund."""
        got.append(redacted_interrupt(f"Refund {order}?", response_schema=Answer))
        return "refunded"

    stage.build([refund], [calling("refund", order=ACCOUNT)], REFUND)
    state = stage.invoke()
    assert state["__interrupt__"][0].response_schema["properties"]["order"]["exclusiveMinimum"] == 100
    with pytest.raises(ValidationError) as caught:
        stage.resume({"order": ACCOUNT, "note": {"who": f"{ACCOUNT} {NAME}"}})
    assert caught.value.errors()[0]["loc"] == ("note",)
    stage.nothing_leaked(caught.value)
    stage.resume({"order": ACCOUNT})
    assert got == [Answer(order=int(CANARIES.account))]
    assert CANARIES.account not in str(checkpoint_bytes(stage.saver))


class State(TypedDict, total=False):
    said: str
    answer: Any


@BOTH
def test_a_node_of_a_graph_of_ones_own_asks_and_is_answered(stage: Stage) -> None:
    got: list[Any] = []

    def ask(state: State) -> State:
        got.append(redacted_interrupt(f"Is it {CANARIES.name}?"))
        return {"answer": "noted"}

    builder = StateGraph(State)
    builder.add_node("ask", ask)
    builder.add_edge(START, "ask").add_edge("ask", END)
    stage.agent = builder.compile(checkpointer=stage.saver)
    assert asked(stage.invoke({"said": "hi"})) == f"Is it {NAME}?"
    stage.resume(f"yes, {NAME} with {ACCOUNT}")
    assert got == [f"yes, {CANARIES.name} with {CANARIES.account}"]
    CANARIES.nowhere_in(checkpoint_bytes(stage.saver), stage.recorder.everything)


@BOTH
def test_a_misfit_answer_in_a_node_leaks_nothing(stage: Stage) -> None:
    def ask(state: State) -> State:
        return {"answer": redacted_interrupt("Which?", response_schema=Answer).note}

    builder = StateGraph(State)
    builder.add_node("ask", ask)
    builder.add_edge(START, "ask").add_edge("ask", END)
    stage.agent = builder.compile(checkpointer=stage.saver)
    stage.invoke({"said": "hi"})
    with pytest.raises(ValidationError) as caught:
        stage.resume({"order": NAME, "note": 3})
    CANARIES.nowhere_in(caught.value, checkpoint_bytes(stage.saver), stage.recorder.everything)
    assert stage.resume({"order": ACCOUNT, "note": "fine"})["answer"] == "fine"


@BOTH
def test_a_question_of_an_agent_inside_a_tool_is_kept_redacted(stage: Stage) -> None:
    @tool
    def inner(order: str) -> str:
        """Ask."""
        return str(redacted_interrupt(f"Refund {order} of {OTHER.name}?"))

    call = calling("inner", "call_inner", order=ACCOUNT)
    sub: Any = create_agent(RecordingModel(replies=[call, "done", call, "done"]), seal_tools([inner]))

    @tool
    def refund(order: str) -> str:
        """Refund, with an agent."""
        return str(sub.invoke({"messages": [("user", f"refund {order}")]})["messages"][-1].content)

    stage.build([refund], [calling("refund", order=ACCOUNT)])
    question = asked(stage.invoke())
    assert question.startswith(f"Refund {ACCOUNT} of [PERSON_")
    stage.nothing_leaked()


def test_outside_of_a_redacted_run_nothing_is_asked() -> None:
    with pytest.raises(ConfigError, match="no conversation is bound"):
        redacted_interrupt(f"Is it {CANARIES.name}?")


def test_every_signal_to_the_graph_is_redacted_or_refused(canary_redactor: Redactor) -> None:
    chat = canary_redactor.conversation("c")
    chat.redact(CANARIES.said)
    bound = Bound(chat)
    schema = {"type": "object", "examples": [CANARIES.name]}
    stop = redacted_signal(GraphInterrupt([Interrupt(CANARIES.name, "1", response_schema=schema)]), bound)
    assert stop.args[0][0] == Interrupt(NAME, "1", response_schema={"type": "object", "examples": [NAME]})
    steer = redacted_signal(ParentCommand(Command(update={"note": f"{CANARIES.name} {ACCOUNT}"})), bound)
    assert steer.args[0].update == {"note": f"{NAME} [LITERAL_1]"}

    class Other(GraphBubbleUp):
        pass

    with pytest.raises(ConfigError, match="Other"):
        redacted_signal(Other(CANARIES.name), bound)


@BOTH
def test_a_tool_that_hands_over_to_the_parent_graph_is_redacted(stage: Stage) -> None:
    @tool
    def refund() -> Any:
        """Hand over."""
        raise ParentCommand(Command(graph=Command.PARENT, update={"note": CANARIES.name}))

    with pytest.raises(ParentCommand) as caught:
        stage.call(seal_tools([refund])[0])
    assert caught.value.args[0].update == {"note": NAME}
    CANARIES.nowhere_in(caught.value, stage.recorder.everything)
