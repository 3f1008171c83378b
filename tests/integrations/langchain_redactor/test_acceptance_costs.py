"""What a long conversation costs, and that what a model has read keeps its bytes."""

from typing import Any

from langchain_core.messages import (
    AnyMessage,
    HumanMessage,
)
from langgraph.checkpoint.memory import InMemorySaver

from langchain_redactor import create_redacted_agent
from langchain_redactor.testing import RecordingModel
from redactor import Entity, Redactor
from redactor.testing import FakeRecognizer
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries
from tests.integrations.langchain_redactor.scenes import Staged, no_marks

PROFILE = f"You help {CANARIES.name} ({CANARIES.email})."


def test_the_system_prompt_has_the_same_bytes_each_time(stage: Staged) -> None:
    scene = stage(system_prompt=PROFILE)
    for said in ("hi", "I'm Zebulon Quuxley", "and what now?"):
        scene.say(HumanMessage(said))
    assert len({*scene.prompts}) == 1


def test_what_the_model_has_read_never_changes(stage: Staged, canaries: Canaries) -> None:
    """Else no vendor's prompt cache would hit again."""
    scene = stage()
    for said in (canaries.said, "hm", f"thanks, {canaries.name}", "bye"):
        scene.say(HumanMessage(said))
    before: list[str] = []
    for received in scene.model.received:
        texts = [str(message.text) for message in received.messages]
        assert texts[: len(before)] == before
        before = texts


def test_one_new_message_costs_the_same_however_long_the_thread_is(canaries: Canaries) -> None:
    asked: list[str] = []
    inner = FakeRecognizer(canaries.types)

    def counting(text: str, context: Any) -> list[Entity]:
        asked.append(text)
        return inner(text, context)

    model = RecordingModel(replies=[lambda messages: f"noted, {len(messages)}"])
    costs = []
    with Redactor(recognizers=[counting]) as redactor:
        agent = create_redacted_agent(model, [], redactor=redactor, checkpointer=InMemorySaver(), system_prompt=PROFILE)
        for number in range(12):
            asked.clear()
            agent.invoke(
                {"messages": [HumanMessage(f"message {number} of {canaries.name}")]},
                {"configurable": {"thread_id": "1"}},
            )
            costs.append(len(asked))
    assert len({*costs[2:]}) == 1, costs
    assert 1 <= costs[-1] <= 3


def test_a_history_resent_whole_costs_one_detection(canaries: Canaries) -> None:
    asked: list[str] = []
    inner = FakeRecognizer(canaries.types)

    def counting(text: str, context: Any) -> list[Entity]:
        asked.append(text)
        return inner(text, context)

    model = RecordingModel(replies=[lambda messages: f"noted [PERSON_1], {len(messages)}"])
    history: list[AnyMessage] = []
    costs = []
    with Redactor(recognizers=[counting]) as redactor:
        agent = create_redacted_agent(model, [], redactor=redactor)
        for number in range(12):
            history.append(HumanMessage(f"message {number} of {canaries.name}"))
            asked.clear()
            state = agent.invoke({"messages": history}, {"configurable": {"thread_id": "1"}})
            history = [type(message)(message.text) for message in state["messages"]]  # a host keeps texts only
            costs.append(len(asked))
    assert len({*costs[2:]}) == 1, costs
    assert 1 <= costs[-1] <= 3
    no_marks(history)
