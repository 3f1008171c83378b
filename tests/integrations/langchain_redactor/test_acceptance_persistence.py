"""What is kept (checkpoints, histories, caches, the vault) holds placeholders; callers read real values."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.types import Command

from langchain_redactor import create_redacted_agent
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from tests.integrations.langchain_redactor.conftest import CANARIES, REVERSIBLE, Canaries, checkpoint_bytes
from tests.integrations.langchain_redactor.scenes import ASK, RULES, Stage, Staged, echo, last, look_up, no_marks


@pytest.fixture
def sqlite_saver(tmp_path: Path) -> Iterator[SqliteSaver]:
    connection = sqlite3.connect(tmp_path / "checkpoints.db", check_same_thread=False)
    yield SqliteSaver(connection)
    connection.close()


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_an_in_memory_checkpointer_holds_no_value(stage: Staged, canaries: Canaries, durability: str) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULES)
    reply = scene.reply(HumanMessage(canaries.said), durability=durability)
    scene.keeps_inside_clean()
    assert canaries.iban in reply


def test_a_sqlite_checkpointers_file_holds_no_value(
    stage: Staged, lasting_redactor: Redactor, canaries: Canaries, sqlite_saver: SqliteSaver, tmp_path: Path
) -> None:
    lasting = {"checkpointer": sqlite_saver, "redactor": lasting_redactor}
    scene = stage([ASK, echo], [look_up], tool_policy=RULES, **lasting)
    for said in (canaries.said, "and again"):
        scene.model.replies.append(echo)
        scene.say(HumanMessage(said))
    scene.keeps_inside_clean()
    canaries.nowhere_in(tmp_path)


async def test_an_async_sqlite_checkpointer_holds_no_value(
    stage: Staged, lasting_redactor: Redactor, canaries: Canaries, tmp_path: Path
) -> None:
    file = tmp_path / "checkpoints.db"
    async with AsyncSqliteSaver.from_conn_string(str(file)) as saver:
        lasting = {"checkpointer": saver, "redactor": lasting_redactor}
        scene = stage([ASK, echo], [look_up], tool_policy=RULES, **lasting)
        state = await scene.asay(HumanMessage(canaries.said))
        canaries.nowhere_in(tmp_path, scene.recorder.everything)
        seen = await scene.agent.aget_state(scene.config, reveal=True)
        assert [message.text for message in seen.values["messages"]] == [m.text for m in state["messages"]]
    canaries.nowhere_in(checkpoint_bytes(file))


def test_the_caller_reads_the_state_and_its_history_restored(stage: Staged, canaries: Canaries) -> None:
    scene = stage([ASK, echo, "Bye [PERSON_1]"], [look_up], tool_policy=RULES)
    scene.say(HumanMessage(canaries.said))
    state = scene.say(HumanMessage("bye"))
    now = scene.agent.get_state(scene.config, reveal=True)
    assert now.values["messages"] == state["messages"]
    past = list(scene.agent.get_state_history(scene.config, reveal=True))
    assert len(past) > 4
    no_marks(now, past)
    assert {each.config["configurable"]["thread_id"] for each in past} == {scene.thread}
    canaries.nowhere_in(checkpoint_bytes(scene.saver))


def test_the_state_is_shown_as_it_is_kept_unless_asked_otherwise(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage(canaries.said))
    now, past = scene.agent.get_state(scene.config), list(scene.agent.get_state_history(scene.config))
    canaries.nowhere_in(repr(now), repr(past))
    assert now.config["configurable"]["thread_id"] == scene.thread


def test_reading_the_state_changes_nothing_inside(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage(canaries.said))
    before = checkpoint_bytes(scene.saver)
    state = scene.agent.get_state(scene.config, reveal=True)
    state.values["messages"][0].content = "changed by the caller"
    list(scene.agent.get_state_history(scene.config, reveal=True))
    assert checkpoint_bytes(scene.saver) == before
    assert scene.agent.get_state(scene.config, reveal=True).values["messages"][0].text == canaries.said


def test_going_back_in_time_and_taking_another_turn(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage(f"I'm {canaries.name}"))
    scene.say(HumanMessage(f"my mail is {canaries.email}"))
    past = list(scene.agent.get_state_history(scene.config))
    first = next(each for each in past if len(each.values.get("messages", [])) == 2 and not each.next)
    config = {**first.config, "callbacks": scene.recorder.handlers}
    state = scene.agent.invoke({"messages": [HumanMessage(f"call {canaries.phone}")]}, config)
    assert [message.text for message in state["messages"]][-1] == f"You said: call {canaries.phone}"
    assert len(state["messages"]) == 4
    scene.keeps_inside_clean()


def test_an_update_of_the_state_goes_in_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage("hi"))
    scene.agent.update_state(scene.config, {"messages": [HumanMessage(canaries.said, id="m-9")]})
    scene.keeps_inside_clean()
    seen = scene.agent.get_state(scene.config, reveal=True).values["messages"]
    assert seen[-1].text == canaries.said
    assert scene.reply(HumanMessage("what did I say?")) == "You said: what did I say?"
    assert "[PERSON_1]" in scene.read[-1]


async def test_an_async_update_of_the_state_goes_in_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    await scene.asay(HumanMessage("hi"))
    await scene.agent.aupdate_state(scene.config, {"messages": [HumanMessage(canaries.said)]})
    scene.keeps_inside_clean()


def test_a_command_as_input_goes_in_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage("hi"))
    command: Command[Any] = Command(update={"messages": [HumanMessage(canaries.said)]}, goto="model")
    scene.agent.invoke(command, scene.config)
    scene.keeps_inside_clean()


@pytest.mark.parametrize("message_id", [f"{CANARIES.name}-1", "m-1"])
def test_a_message_can_be_removed_by_the_id_its_caller_knows(stage: Staged, message_id: str) -> None:
    scene = stage()
    scene.say(HumanMessage("first", id=message_id))
    scene.agent.update_state(scene.config, {"messages": [RemoveMessage(id=message_id)]})
    assert [message.text for message in scene.agent.get_state(scene.config).values["messages"]] == ["You said: first"]
    scene.keeps_inside_clean()


def test_all_messages_can_be_removed(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage(canaries.said))
    scene.agent.update_state(scene.config, {"messages": [RemoveMessage(id=REMOVE_ALL_MESSAGES)]})
    assert scene.agent.get_state(scene.config).values["messages"] == []


@pytest.fixture
def lasting(tmp_path: Path) -> Callable[[], Redactor]:
    """Makes Redactors that share one file, as processes one after the other would."""

    def make() -> Redactor:
        return Redactor(
            recognizers=[FakeRecognizer(CANARIES.types)],
            policy=REVERSIBLE,
            store=SqliteStore(tmp_path / "vault" / "redactor.db"),
            key=LocalKey.from_file(tmp_path / "vault" / "redactor.key"),
        )

    return make


def _reopened(make: Callable[[], Redactor], saver: SqliteSaver, said: str, thread: str) -> tuple[list[str], Stage]:
    with make() as redactor:
        model = RecordingModel(replies=[echo])
        agent = create_redacted_agent(model, [], redactor=redactor, checkpointer=saver)
        scene = Stage(agent, model, saver, thread=thread)
        return [message.text for message in scene.say(HumanMessage(said))["messages"]], scene


def test_a_thread_goes_on_in_the_next_process(
    lasting: Callable[[], Redactor], canaries: Canaries, sqlite_saver: SqliteSaver, tmp_path: Path
) -> None:
    _reopened(lasting, sqlite_saver, canaries.said, canaries.phone)
    texts, scene = _reopened(lasting, sqlite_saver, f"me again, {canaries.name}", canaries.phone)
    assert texts == [
        canaries.said,
        f"You said: {canaries.said}",
        f"me again, {canaries.name}",
        f"You said: me again, {canaries.name}",
    ]
    scene.keeps_inside_clean()
    canaries.nowhere_in(tmp_path)


def test_a_forgotten_conversation_is_not_restored(stage: Staged, canary_redactor: Redactor, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage(canaries.said))
    canary_redactor.conversation(scene.thread).forget()
    canaries.nowhere_in(scene.agent.get_state(scene.config, reveal=True).values)


def test_a_reply_is_recorded_once(stage: Staged, canary_redactor: Redactor, canaries: Canaries) -> None:
    scene = stage([ASK, "Thanks [PERSON_1]", "Bye [PERSON_1]"], [look_up])
    scene.say(HumanMessage(canaries.said))
    scene.say(HumanMessage("bye"))
    scene.agent.get_state(scene.config)
    public_id = canary_redactor.conversation(scene.thread).public_id
    said = [turn.text for turn in canary_redactor.transcripts.show(public_id)]
    assert said.count("Thanks [PERSON_1]") == 1
    assert said.count("Bye [PERSON_1]") == 1
    assert len(said) == 5


def test_saver_of_ones_own_is_needed_for_nothing(canary_redactor: Redactor, canaries: Canaries) -> None:
    """Without a checkpointer each call stands alone, and the conversation's placeholders go on."""
    model = RecordingModel(replies=[echo])
    agent = create_redacted_agent(model, [], redactor=canary_redactor)
    for said in (canaries.said, f"I'm {canaries.name}"):
        config: Any = {"configurable": {"thread_id": "1"}}
        assert last(agent.invoke({"messages": [HumanMessage(said)]}, config)).text == f"You said: {said}"
    assert model.received[1].messages[-1].text == "I'm [PERSON_1]"
    canaries.nowhere_in([received.all for received in model.received])


def test_memory_savers_are_not_touched_by_two_agents_over_one_thread(stage: Staged, canaries: Canaries) -> None:
    saver = InMemorySaver()
    one = stage(["Hello [PERSON_1]"], checkpointer=saver)
    two = stage([AIMessage("Bye [PERSON_1]")], checkpointer=saver)
    one.say(HumanMessage(canaries.said))
    state = two.say(HumanMessage("bye"))
    texts = [message.text for message in state["messages"]]
    assert texts == [canaries.said, f"Hello {canaries.name}", "bye", f"Bye {canaries.name}"]
    one.keeps_inside_clean()
    two.keeps_inside_clean()
