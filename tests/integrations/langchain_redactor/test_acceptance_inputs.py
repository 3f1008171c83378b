"""Whatever is given to an agent, in whatever form, reaches model, checkpoints and traces without personal values."""

import json
from collections.abc import Callable
from typing import Any, NotRequired

import pytest
from langchain.agents import AgentState
from langchain.agents.middleware import ModelRequest, dynamic_prompt
from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    FunctionMessage,
    HumanMessage,
    HumanMessageChunk,
    SystemMessage,
    ToolMessage,
)
from langchain_core.tools import tool

from langchain_redactor import create_redacted_agent
from langchain_redactor.testing import RecordingModel
from redactor import Entity, Redactor
from redactor.exceptions import RedactorError
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries
from tests.integrations.langchain_redactor.scenes import Staged, last

FORMS: dict[str, Callable[[str], Any]] = {
    "message": lambda said: [HumanMessage(said)],
    "message alone": lambda said: HumanMessage(said),
    "pair": lambda said: [("user", said)],
    "pair named human": lambda said: [("human", said)],
    "dict": lambda said: [{"role": "user", "content": said}],
    "dict alone": lambda said: {"role": "user", "content": said},
    "dict of a type": lambda said: [{"type": "human", "content": said}],
    "text in a list": lambda said: [said],
    "text": lambda said: said,
    "text blocks": lambda said: [HumanMessage([{"type": "text", "text": said}])],
    "dict of blocks": lambda said: [{"role": "user", "content": [{"type": "text", "text": said}]}],
    "strings as blocks": lambda said: [HumanMessage([said])],
    "v1 blocks": lambda said: [HumanMessage(content_blocks=[{"type": "text", "text": said}])],
    "chunk": lambda said: [HumanMessageChunk(content=said)],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_message_in_any_form_goes_in_redacted_and_comes_back_as_it_was(
    stage: Staged, canaries: Canaries, form: str
) -> None:
    scene = stage()
    state = scene.agent.invoke({"messages": FORMS[form](canaries.said)}, scene.config)
    scene.keeps_inside_clean()
    assert [message.text for message in state["messages"]] == [canaries.said, f"You said: {canaries.said}"]


async def test_the_same_async(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    state = await scene.asay(HumanMessage(canaries.said))
    scene.keeps_inside_clean()
    assert last(state).text == f"You said: {canaries.said}"


def test_the_returned_message_equals_what_was_sent(stage: Staged, canaries: Canaries) -> None:
    sent = HumanMessage(canaries.said, name="buyer", additional_kwargs={"channel": "web"}, id="m-1")
    before = sent.model_dump()
    returned = stage().say(sent)["messages"][0]
    assert returned == sent
    assert sent.model_dump() == before


def test_text_in_blocks_of_every_kind_is_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage([AIMessage("fine")])
    blocks: list[str | dict[str, Any]] = [
        {"type": "text", "text": canaries.said, "annotations": [{"type": "citation", "title": canaries.name}]},
        {"type": "reasoning", "reasoning": f"{canaries.name} wants money"},
        {"type": "non_standard", "value": {"note": canaries.email, canaries.iban: 1}},
        {"type": "something_new", "payload": [canaries.card, {"deep": canaries.phone}]},
    ]
    scene.say(HumanMessage(blocks))
    scene.keeps_inside_clean()


PROFILE = f"You help {CANARIES.name} ({CANARIES.email}, {CANARIES.phone}, {CANARIES.iban}). Order {CANARIES.account}."


PROMPTS = {
    "text": PROFILE,
    "message": SystemMessage(PROFILE),
    "blocks": SystemMessage([{"type": "text", "text": PROFILE}]),
}


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_system_prompt_with_a_profile_is_redacted(stage: Staged, prompt: str) -> None:
    scene = stage(["Hello [PERSON_1]"], system_prompt=PROMPTS[prompt])
    assert scene.reply(HumanMessage("hi")) == f"Hello {CANARIES.name}"
    scene.keeps_inside_clean()
    assert "You help [PERSON_1]" in scene.prompts[0]


def test_a_dynamic_prompt_is_redacted(stage: Staged) -> None:
    @dynamic_prompt
    def profile(request: ModelRequest[Any]) -> str:
        return PROFILE

    scene = stage(["Hello"], middleware=[profile])
    scene.say(HumanMessage("hi"))
    scene.keeps_inside_clean()
    assert "You help [PERSON_1]" in scene.prompts[0]


def test_a_history_with_tool_calls_is_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage(["All set, [PERSON_1]"])
    history: list[AnyMessage] = [
        SystemMessage(f"The customer is {canaries.name}."),
        HumanMessage(f"Where is {canaries.account}?"),
        AIMessage(
            f"Let me look, {canaries.name}",
            tool_calls=[{"name": "look_up", "args": {"order": canaries.account, canaries.email: 1}, "id": "call_1"}],
        ),
        ToolMessage(
            json.dumps({"name": canaries.name, "card": canaries.card}), tool_call_id="call_1", artifact=canaries.iban
        ),
        FunctionMessage(content=canaries.phone, name="look_up"),
        HumanMessage(f"Call me on {canaries.phone}"),
    ]
    state = scene.say(*history)
    scene.keeps_inside_clean()
    returned = state["messages"]
    assert [message.text for message in returned[:-1]] == [message.text for message in history]
    assert returned[2].tool_calls[0]["args"] == {"order": canaries.account, canaries.email: 1}
    assert returned[3].artifact == canaries.iban
    assert last(state).text == f"All set, {canaries.name}"


def test_fields_beside_the_text_are_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage([AIMessage("fine")])
    arguments = json.dumps({"to": canaries.email})
    state = scene.say(
        HumanMessage("hello", name=canaries.name, additional_kwargs={"from": canaries.email, "n": [canaries.phone]}),
        AIMessage(
            "ok",
            additional_kwargs={"function_call": {"name": "send", "arguments": arguments}},
            response_metadata={"note": canaries.iban},
            invalid_tool_calls=[
                {"name": "send", "args": f"{{broken {canaries.card}", "id": "call_9", "error": canaries.name}
            ],
        ),
        HumanMessage("and now?"),
    )
    scene.keeps_inside_clean()
    human, reply = state["messages"][:2]
    assert (human.name, human.additional_kwargs["from"]) == (canaries.name, canaries.email)
    assert json.loads(reply.additional_kwargs["function_call"]["arguments"]) == {"to": canaries.email}
    assert canaries.card in reply.invalid_tool_calls[0]["args"]


def test_ids_that_name_people_stay_outside(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    call_id = f"call-for-{canaries.email}"
    state = scene.say(
        HumanMessage("hello", id=f"{canaries.name}-1"),
        AIMessage("", tool_calls=[{"name": "look_up", "args": {}, "id": call_id}]),
        ToolMessage("done", tool_call_id=call_id),
        HumanMessage("and now?", id=canaries.phone),
    )
    scene.keeps_inside_clean()
    messages = state["messages"]
    assert (messages[0].id, messages[3].id) == (f"{canaries.name}-1", canaries.phone)
    assert messages[1].tool_calls[0]["id"] == messages[2].tool_call_id == call_id
    inner = scene.model.received[0].messages
    answered = next(message for message in inner if isinstance(message, ToolMessage))
    asked = next(message for message in inner if isinstance(message, AIMessage))
    assert asked.tool_calls[0]["id"] == answered.tool_call_id


def test_a_message_sent_again_under_its_own_id_replaces_the_first(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    scene.say(HumanMessage("first", id=f"{canaries.name}-1"))
    state = scene.say(HumanMessage("second", id=f"{canaries.name}-1"))
    assert [message.text for message in state["messages"] if message.type == "human"] == ["second"]


class Profiled(AgentState[Any]):
    """A state with more in it than messages."""

    profile: NotRequired[dict[str, Any]]
    order: NotRequired[int]
    notes: NotRequired[list[str]]


def test_other_state_is_redacted_and_restored(stage: Staged, canaries: Canaries) -> None:
    scene = stage([AIMessage("fine")], state_schema=Profiled)
    given = {
        "profile": {"name": canaries.name, "cards": [{"number": canaries.card}], canaries.email: True},
        "order": int(canaries.account),
        "notes": [f"refund to {canaries.iban}", ""],
    }
    state = scene.agent.invoke({"messages": [HumanMessage("hi")], **given}, scene.config)
    scene.keeps_inside_clean()
    assert {key: state[key] for key in given} == given


def test_the_runs_labels_are_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    config = scene.config | {
        "metadata": {"customer": canaries.email, canaries.name: 1, "nested": {"iban": canaries.iban}},
        "tags": ["vip", f"for {canaries.name}"],
        "run_name": f"chat with {canaries.name}",
    }
    config["configurable"] |= {"user_id": canaries.phone, "account": canaries.account}
    scene.agent.invoke({"messages": [HumanMessage("hi")]}, config)
    scene.keeps_inside_clean()
    assert "vip" in repr(scene.recorder.told)


THREADS = {
    "phone": CANARIES.phone,
    "mail": CANARIES.email,
    "name inside": f"chat:{CANARIES.name}:1",
    "account inside": f"wa-{CANARIES.account}",
}


@pytest.mark.parametrize("kind", THREADS)
def test_a_thread_id_that_is_personal_stays_outside(stage: Staged, canaries: Canaries, kind: str) -> None:
    thread = THREADS[kind]
    scene = stage().on(thread)
    scene.say(HumanMessage(canaries.said))
    state = scene.say(HumanMessage("again"))
    scene.keeps_inside_clean()
    assert len(state["messages"]) == 4
    assert scene.agent.get_state(scene.config).config["configurable"]["thread_id"] == thread


def test_a_run_without_a_conversation_is_refused_before_anything_happens(stage: Staged, canaries: Canaries) -> None:
    scene = stage()
    with pytest.raises(RedactorError, match="thread_id"):
        scene.agent.invoke({"messages": [HumanMessage(canaries.said)]}, {"callbacks": scene.recorder.handlers})
    assert scene.recorder.told == []
    assert scene.model.received == []


def test_a_failing_recognizer_stops_everything(canaries: Canaries) -> None:
    def broken(text: str, context: object) -> list[Entity]:
        raise RuntimeError(text)

    model = RecordingModel(replies=["never"])
    with Redactor(recognizers=[broken]) as redactor:
        agent = create_redacted_agent(model, [], redactor=redactor)
        with pytest.raises(RedactorError) as raised:
            agent.invoke({"messages": [HumanMessage(canaries.said)]}, {"configurable": {"thread_id": "1"}})
    assert model.received == []
    canaries.nowhere_in(str(raised.value), raised.value.args, raised.value.__cause__, raised.value.__context__)


TEXTS = {
    "empty": "",
    "blank": " \n\t ",
    "emoji": "🙂" * 50,
    "right to left": "שלום, אני Zebulon Quuxley",
    "long": "a b " * 5_000 + "Zebulon Quuxley",
    "line ends": "Zebulon Quuxley\r\n\u2028\x0b8706847615",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_odd_texts_come_back_as_they_were(stage: Staged, kind: str) -> None:
    scene, said = stage(), TEXTS[kind]
    state = scene.say(HumanMessage(said))
    assert state["messages"][0].text == said
    scene.keeps_inside_clean()


def test_several_messages_at_once_are_all_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage(["Thanks [PERSON_1]"])
    texts = [f"I'm {canaries.name}", canaries.email, f"or {canaries.phone}", "bye"]
    state = scene.say(*(HumanMessage(text) for text in texts))
    scene.keeps_inside_clean()
    assert [message.text for message in state["messages"]] == [*texts, f"Thanks {canaries.name}"]


def test_a_value_known_only_later_is_hidden_in_what_the_model_reads_from_then_on(stage: Staged) -> None:
    """The first name alone is no entity to this recognizer; the full name makes it one."""
    scene = stage([AIMessage("ok"), AIMessage("ok"), AIMessage("ok")])
    scene.say(HumanMessage("I'm Zebulon Quuxley"))
    scene.say(HumanMessage("it's zebulon again"))
    assert "ebulon" not in scene.read[1]


def test_descriptions_and_schemas_of_tools_are_the_developers_own_words(stage: Staged) -> None:
    @tool
    def look_up(order: str) -> str:
        """Look an order up; ask [PERSON_1] for it."""
        return order

    scene = stage([AIMessage("fine")], [look_up])
    scene.say(HumanMessage("hi"))
    function = scene.model.received[0].tools[0]["function"]
    assert (function["name"], [*function["parameters"]["properties"]]) == ("look_up", ["order"])
