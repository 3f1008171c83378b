"""A thread's messages stay up to date: what becomes known later is hidden in what was said before."""

import re
from collections.abc import Sequence

import pytest
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import InvalidUpdateError
from langgraph.graph import START, MessagesState, StateGraph

from langchain_redactor import RedactedAgent
from langchain_redactor.checks import check_files, check_graph
from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.testing import FakeRecognizer
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries, checkpoint_bytes
from tests.integrations.langchain_redactor.scenes import Stage, calls, staged

TOLD_LATER = FakeRecognizer({re.compile(rf"(?<=agent ){CANARIES.name}"): "PERSON"})
"""Knows the name only where somebody says whose it is."""


@tool
def who() -> str:
    """Who is it?"""
    return f"it is agent {CANARIES.name}"


@pytest.fixture
def stage() -> Stage:
    return staged(Redactor(recognizers=[TOLD_LATER]), ["ok", calls(("who", {})), "done", "bye"], [who])


def _texts(stage: Stage) -> list[str]:
    return [message.text for message in stage.agent.get_state(stage.config).values["messages"]]


def test_what_a_tool_reveals_is_hidden_in_earlier_messages_when_the_run_is_over(stage: Stage) -> None:
    said = f"was it {CANARIES.name}?"
    stage.say(said)
    assert _texts(stage)[0] == said
    state = stage.say("who was it?")
    assert _texts(stage)[0] == "was it [PERSON_1]?"
    assert stage.agent.get_state(stage.config).next == ()
    assert state["messages"][0].text == said


def test_what_the_customer_reveals_is_hidden_before_the_model_reads_it_again(stage: Stage) -> None:
    stage.say(f"was it {CANARIES.name}?")
    stage.say(f"I mean agent {CANARIES.name}")
    assert "was it [PERSON_1]?" in stage.read[-1]
    assert _texts(stage)[0] == "was it [PERSON_1]?"


def test_what_a_person_reports_is_hidden_with_the_next_message(stage: Stage) -> None:
    redactor = Redactor(recognizers=[TOLD_LATER])
    stage = staged(redactor, ["ok", "yes"], [])
    stage.say(f"was it {CANARIES.name}?")
    chat = redactor.conversation(stage.thread)
    (turn,) = [each for each in redactor.transcripts.search().items if each.role == "customer"]
    chat.report_missed(turn.turn_id, 7, 7 + len(CANARIES.name), "PERSON")
    stage.say("still there?")
    assert "was it [PERSON_1]?" in stage.read[-1]
    assert _texts(stage)[0] == "was it [PERSON_1]?"


async def test_the_same_async(stage: Stage) -> None:
    await stage.asay(f"was it {CANARIES.name}?")
    await stage.asay("who was it?")
    assert _texts(stage)[0] == "was it [PERSON_1]?"


def test_where_the_update_is_refused_the_next_input_brings_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise InvalidUpdateError("ambiguous")

    stage.say(f"was it {CANARIES.name}?")
    with monkeypatch.context() as patched:
        patched.setattr(stage.agent.inner, "update_state", refuse)
        stage.say("who was it?")
    assert CANARIES.name in _texts(stage)[0]
    stage.say("and now?")
    assert _texts(stage)[0] == "was it [PERSON_1]?"


def test_a_graph_that_is_not_compiled_or_redacts_already_is_refused(canary_redactor: Redactor) -> None:
    graph = StateGraph(MessagesState).add_node("say", lambda state: state).add_edge(START, "say")
    with pytest.raises(ConfigError, match="compile"):
        check_graph(graph)
    agent = RedactedAgent(graph.compile(), redactor=canary_redactor)
    with pytest.raises(ConfigError, match="already"):
        check_graph(agent)
    with pytest.raises(ConfigError, match="redacted"):
        check_graph(lambda value: value)


def test_an_unknown_way_with_files_is_refused() -> None:
    with pytest.raises(ConfigError, match="block, strip, allow"):
        check_files("keep")


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_with_the_wrong_number_of_configs_is_refused(count: int, canary_redactor: Redactor) -> None:
    stage = staged(canary_redactor)
    inputs: Sequence[dict[str, object]] = [{"messages": ["hi"]}] * 2
    with pytest.raises(ConfigError, match=f"2 inputs came with {count} configs"):
        stage.agent.batch(inputs, [stage.config] * count)


def test_an_unknown_version_of_events_is_refused(canary_redactor: Redactor) -> None:
    stage = staged(canary_redactor)
    with pytest.raises(ConfigError, match="version"):
        stage.agent.astream_events({"messages": ["hi"]}, stage.config, version="v1")
    with pytest.raises(ConfigError, match="version"):
        stage.agent.stream_events({"messages": ["hi"]}, stage.config, version="v2")


def test_what_a_stream_showed_in_states_only_is_recorded(canary_redactor: Redactor, canaries: Canaries) -> None:
    stage = staged(canary_redactor, ["Hello [PERSON_1]"])
    list(stage.agent.stream({"messages": [canaries.said]}, stage.config, stream_mode="updates"))
    assert [turn.text for turn in canary_redactor.transcripts.search().items if turn.role == "assistant"] == [
        "Hello [PERSON_1]"
    ]


def test_no_checkpoint_keeps_a_raw_message_that_was_known_when_it_was_written(canaries: Canaries) -> None:
    redactor = Redactor(recognizers=[FakeRecognizer(canaries.types)])
    stage = staged(redactor, ["ok", "ok"], checkpointer=InMemorySaver())
    stage.say(canaries.said)
    canaries.nowhere_in(checkpoint_bytes(stage.saver))
