"""RedactionMiddleware beside an agent that stays as it is, and the seal around model calls."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, LLMToolEmulator, PIIMiddleware
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.middleware import INSTRUCTIONS, RedactionMiddleware, SealModelCalls, seal_model_calls
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import BlockedError, ConfigError
from redactor.policy import ToolRule
from redactor.testing import FakeRecognizer
from redactor.types import Entity

from .conftest import CANARIES, Recorder

NAME, EMAIL, ACCOUNT = CANARIES.name, CANARIES.email, CANARIES.account
MANY = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
THREAD = {"configurable": {"thread_id": "customer-7"}}


def run(agent: Any, given: Any, is_async: bool = False, config: Any = THREAD) -> Any:
    state = {"messages": [HumanMessage(given) if isinstance(given, str) else given]}
    return asyncio.run(agent.ainvoke(state, config)) if is_async else agent.invoke(state, config)


def last(state: Any) -> Any:
    return state["messages"][-1].content


def called(name: str, **args: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": "call_1", "type": "tool_call"}])


# RedactionMiddleware


@MANY
def test_the_model_reads_placeholders_and_the_customer_the_values(canary_redactor: Redactor, is_async: bool) -> None:
    model = RecordingModel(replies=["Hello [PERSON_1]!", "Bye [PERSON_1], [EMAIL_ADDRESS_1]!"])
    ours = RedactionMiddleware(redactor=canary_redactor)
    agent = create_agent(model, middleware=[ours], system_prompt=f"Owner: {ACCOUNT}", checkpointer=InMemorySaver())
    assert last(run(agent, f"I am {NAME}", is_async)) == f"Hello {NAME}!"
    assert last(run(agent, f"My mail is {EMAIL}", is_async)) == f"Bye {NAME}, {EMAIL}!"
    CANARIES.nowhere_in([each.all for each in model.received])
    assert model.received[1].messages[2].content == "Hello [PERSON_1]!"


def test_the_history_is_sent_byte_for_byte_as_before_and_taken_in_once(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=[lambda _: "Thanks [PERSON_1]!"])
    agent = create_agent(
        model, middleware=[RedactionMiddleware(redactor=canary_redactor)], checkpointer=InMemorySaver()
    )
    for number in range(4):
        run(agent, f"I am {NAME}, message {number}")
    sent = [[each.content for each in call.messages] for call in model.received]
    for earlier, later in pairwise(sent):
        assert later[: len(earlier)] == earlier
    turns = canary_redactor.transcripts.show(canary_redactor.conversation("customer-7").public_id)
    assert [turn.role for turn in turns] == ["customer", "assistant"] * 4


@pytest.mark.parametrize(
    "content", [f"I am {NAME}", [{"type": "text", "text": f"I am {NAME}"}]], ids=["text", "blocks"]
)
def test_blocks_are_as_good_as_text(canary_redactor: Redactor, content: Any) -> None:
    reply = AIMessage([{"type": "text", "text": "Hello [PERSON_1]"}, {"type": "reasoning", "reasoning": "x"}])
    model = RecordingModel(replies=[reply, "Bye [PERSON_1]"])
    agent = create_agent(
        model, middleware=[RedactionMiddleware(redactor=canary_redactor)], checkpointer=InMemorySaver()
    )
    assert last(run(agent, HumanMessage(content)))[0]["text"] == f"Hello {NAME}"
    assert last(run(agent, "again")) == f"Bye {NAME}"
    CANARIES.nowhere_in([each.all for each in model.received])


@MANY
def test_a_tool_receives_what_its_rule_names_and_its_result_is_redacted(
    canary_redactor: Redactor, is_async: bool
) -> None:
    got: list[dict[str, Any]] = []

    @tool
    def lookup(who: str, mail: str) -> str:
        """Look somebody up."""
        got.append({"who": who, "mail": mail})
        return f"{NAME}: account {ACCOUNT}"

    replies = [called("lookup", who="[PERSON_1]", mail="[EMAIL_ADDRESS_1]"), "It is [ACCOUNT_ID_1], [PERSON_1]", "ok"]
    model = RecordingModel(replies=replies)
    ours = RedactionMiddleware(redactor=canary_redactor, tool_policy={"lookup": {"args": ["PERSON"]}})
    agent = create_agent(model, [lookup], middleware=[ours], checkpointer=InMemorySaver())
    state = run(agent, f"I am {NAME}, {EMAIL}", is_async)
    assert got == [{"who": NAME, "mail": "[EMAIL_ADDRESS_1]"}]
    assert state["messages"][2].content == "[PERSON_1]: account [ACCOUNT_ID_1]"
    assert last(state) == f"It is {ACCOUNT}, {NAME}"
    assert last(run(agent, "thanks", is_async)) == "ok"
    CANARIES.nowhere_in([each.all for each in model.received])
    assert "LITERAL" not in model.received[2].all


def test_what_stands_for_a_tools_result_keeps_its_placeholders(canary_redactor: Redactor) -> None:
    @tool
    def lookup(who: str) -> str:
        """Look somebody up."""
        raise AssertionError("it is emulated")

    emulates = LLMToolEmulator(model=RecordingModel(replies=["found [PERSON_1]"]))
    model = RecordingModel(replies=[called("lookup", who="[PERSON_1]"), "ok"])
    ours = RedactionMiddleware(redactor=canary_redactor)
    run(create_agent(model, [lookup], middleware=[ours, emulates]), f"I am {NAME}")
    assert model.received[1].messages[-1].content == "found [PERSON_1]"


def test_its_own_spans_carry_nothing(canary_redactor: Redactor) -> None:
    """They would show the request as it came."""
    for ours in (RedactionMiddleware(redactor=canary_redactor), *seal_model_calls()):
        policy = ours.trace_policy
        assert policy is not None and policy.process_inputs is not None and policy.process_outputs is not None
        assert policy.process_inputs({"text": NAME}) == policy.process_outputs({"text": NAME}) == {}


def test_a_tool_without_a_rule_receives_placeholders(canary_redactor: Redactor) -> None:
    got: list[str] = []

    @tool
    def lookup(who: str) -> str:
        """Look somebody up."""
        got.append(who)
        return "nobody"

    model = RecordingModel(replies=[called("lookup", who="[PERSON_1]"), "ok"])
    run(create_agent(model, [lookup], middleware=[RedactionMiddleware(redactor=canary_redactor)]), f"I am {NAME}")
    assert got == ["[PERSON_1]"]


def test_placeholders_stay_where_restoring_is_turned_off(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=["Hello [PERSON_1]", "Bye [PERSON_1]"])
    ours = RedactionMiddleware(redactor=canary_redactor, restore="none")
    agent = create_agent(model, middleware=[ours], checkpointer=InMemorySaver())
    assert last(run(agent, f"I am {NAME}")) == "Hello [PERSON_1]"
    assert last(run(agent, "again")) == "Bye [PERSON_1]"
    assert model.received[1].messages[2].content == "Hello [PERSON_1]"


def test_two_threads_are_two_conversations(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=["Hello [PERSON_1]", "Hello [PERSON_1]"])
    agent = create_agent(model, middleware=[RedactionMiddleware(redactor=canary_redactor)])
    assert last(run(agent, f"I am {NAME}")) == f"Hello {NAME}"
    assert last(run(agent, "who am I?", config={"configurable": {"thread_id": "other"}})) == "Hello [PERSON_1]"


def test_a_run_without_a_conversation_is_refused(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=["no"])
    agent = create_agent(model, middleware=[RedactionMiddleware(redactor=canary_redactor)])
    with pytest.raises(ConfigError, match="thread_id"):
        run(agent, f"I am {NAME}", config={})
    assert model.received == []
    fixed = RedactionMiddleware(redactor=canary_redactor, conversation_id="only-one")
    assert last(run(create_agent(model, middleware=[fixed]), "hi", config={})) == "no"


def test_inside_of_a_redacted_run_of_another_conversation_it_is_refused(canary_redactor: Redactor) -> None:
    agent = create_agent(RecordingModel(replies=["no"]), middleware=[RedactionMiddleware(redactor=canary_redactor)])
    around = Bound(canary_redactor.conversation("outer"))
    with pytest.raises(ConfigError, match="redacted from outside"):
        run(agent, "hi", config={"configurable": {"thread_id": "t", KEY: around}})


def test_settings_that_cannot_be_are_refused(canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match="restore"):
        RedactionMiddleware(redactor=canary_redactor, restore="reply please")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="files"):
        RedactionMiddleware(redactor=canary_redactor, files="keep")  # type: ignore[arg-type]
    with pytest.raises(ConfigError):
        RedactionMiddleware(redactor=canary_redactor, tool_policy={"look": {"args": ["PERSONN"]}})


def test_images_are_refused(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=["no"])
    agent = create_agent(model, middleware=[RedactionMiddleware(redactor=canary_redactor)])
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 2000}}
    with pytest.raises(BlockedError):
        run(agent, HumanMessage([{"type": "text", "text": "look"}, image]))
    assert model.received == []


@MANY
def test_the_models_error_is_masked(canary_redactor: Redactor, is_async: bool) -> None:
    model = RecordingModel(replies=[ValueError(f"cannot parse {NAME}")])
    agent = create_agent(model, middleware=[RedactionMiddleware(redactor=canary_redactor)])
    with pytest.raises(ValueError, match="PERSON_1") as caught:
        run(agent, f"I am {NAME}", is_async)
    CANARIES.nowhere_in(str(caught.value), caught.value.args)


def test_it_works_beside_pii_middleware(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=["Hello [PERSON_1]"])
    agent = create_agent(
        model, middleware=[RedactionMiddleware(redactor=canary_redactor), PIIMiddleware("email", strategy="redact")]
    )
    assert last(run(agent, f"I am {NAME}, {EMAIL}")) == f"Hello {NAME}"
    CANARIES.nowhere_in(model.received[0].all)


@pytest.mark.parametrize("mode", ["updates", "values", "messages"])
def test_streams_give_the_reply(canary_redactor: Redactor, mode: Any) -> None:
    model = RecordingModel(replies=["Hello [PERSON_1]"])
    agent: Any = create_agent(model, middleware=[RedactionMiddleware(redactor=canary_redactor)])
    parts = list(agent.stream({"messages": [HumanMessage(f"I am {NAME}")]}, THREAD, stream_mode=mode))
    if mode == "messages":  # the model's own tokens, as REACH says
        assert "".join(part[0].content for part in parts if part[0].type != "human").startswith("Hello [PERSON_1]")
    else:
        assert f"Hello {NAME}" in repr(parts[-1])
    CANARIES.nowhere_in(model.received[0].all)


def test_what_it_says_that_it_does_not_reach_it_does_not_reach(canary_redactor: Redactor, recorder: Recorder) -> None:
    """The table in the documentation is true in both directions."""
    saver = InMemorySaver()
    model = RecordingModel(replies=["Hello [PERSON_1]"])
    agent = create_agent(model, middleware=[RedactionMiddleware(redactor=canary_redactor)], checkpointer=saver)
    run(agent, f"I am {NAME}", config={**THREAD, "callbacks": recorder.handlers})
    reach = RedactionMiddleware.REACH
    assert not reach["the customer's messages in checkpoints"] and NAME in repr(saver.storage) + repr(saver.blobs)
    assert not reach["the root trace and on_chain_start"] and NAME in "".join(recorder.of("on_chain_start"))
    assert reach["the model's input"]
    CANARIES.nowhere_in(model.received[0].all, recorder.of("on_chat_model_start"))


# SealModelCalls


def sealed_agent(model: Any, *between: Any, prompt: Any = None, instructions: bool | str = True) -> Any:
    first, innermost = seal_model_calls(prompt, instructions)
    return create_agent(model, middleware=[first, *between, innermost])


def bound_to(redactor: Redactor, recorder: Recorder | None = None) -> Any:
    handlers = recorder.handlers if recorder else []
    return {"configurable": {KEY: Bound(redactor.conversation("c"))}, "callbacks": handlers}


@MANY
def test_the_system_prompt_is_redacted_and_the_model_told_of_placeholders(
    canary_redactor: Redactor, recorder: Recorder, is_async: bool
) -> None:
    model = RecordingModel(replies=["ok"])
    run(sealed_agent(model, prompt=f"You serve {NAME}."), "hi", is_async, bound_to(canary_redactor, recorder))
    assert model.received[0].messages[0].content == f"You serve [PERSON_1].\n\n{INSTRUCTIONS}"
    CANARIES.nowhere_in(recorder.everything)


def test_a_prompt_in_blocks_keeps_its_other_fields(canary_redactor: Redactor) -> None:
    block = {"type": "text", "text": f"You serve {NAME}", "cache_control": {"type": "ephemeral"}}
    model = RecordingModel(replies=["ok"])
    run(sealed_agent(model, prompt=SystemMessage([block])), "hi", config=bound_to(canary_redactor))
    told = model.received[0].messages[0].content
    assert told == [{**block, "text": "You serve [PERSON_1]"}, {"type": "text", "text": INSTRUCTIONS}]


@pytest.mark.parametrize(("instructions", "told"), [(False, []), ("Mind the brackets.", ["Mind the brackets."])])
def test_what_the_model_is_told_is_a_choice(canary_redactor: Redactor, instructions: Any, told: list[str]) -> None:
    model = RecordingModel(replies=["ok"])
    run(sealed_agent(model, instructions=instructions), "hi", config=bound_to(canary_redactor))
    assert [each.content for each in model.received[0].messages if each.type == "system"] == told


def test_the_prompt_is_the_same_bytes_in_every_call_and_no_turn(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=[lambda _: "ok"])
    agent = sealed_agent(model, prompt=f"You serve {NAME}. Never write [PERSON_7].")
    for _ in range(3):
        run(agent, "hi", config=bound_to(canary_redactor))
    prompts = {call.messages[0].content for call in model.received}
    assert prompts == {f"You serve [PERSON_1]. Never write [LITERAL_1].\n\n{INSTRUCTIONS}"}


def test_what_other_middleware_adds_to_the_request_is_redacted_at_the_last(canary_redactor: Redactor) -> None:
    class Adds(AgentMiddleware[Any, Any, Any]):
        def wrap_model_call(self, request: Any, handler: Any) -> Any:
            history = [HumanMessage(f"Example: {NAME}"), *request.messages, ToolMessage(EMAIL, tool_call_id="x")]
            return handler(request.override(messages=history, model_settings={"user": EMAIL, "temperature": 0.5}))

    model = RecordingModel(replies=["ok"])
    run(sealed_agent(model, Adds()), "hi", config=bound_to(canary_redactor))
    CANARIES.nowhere_in(model.received[0].all)
    assert model.received[0].kwargs == {"user": "[EMAIL_ADDRESS_1]", "temperature": 0.5}


def test_text_of_this_conversation_goes_on_as_it_is_and_costs_nothing() -> None:
    looked_at: list[str] = []
    fake = FakeRecognizer({NAME: "PERSON"})

    def counting(text: str, context: Sequence[str]) -> list[Entity]:
        looked_at.append(text)
        return fake(text, context)

    with Redactor(recognizers=[counting]) as redactor:
        redacted = redactor.conversation("c").redact(f"I am {NAME}, [PERSON_5]").text
        model = RecordingModel(replies=[lambda _: "ok"])
        agent = sealed_agent(model, prompt="Be kind.")
        run(agent, redacted, config=bound_to(redactor))
        assert model.received[0].messages[-1].content == redacted == "I am [PERSON_1], [LITERAL_1]"
        before = len(looked_at)
        run(agent, redacted, config=bound_to(redactor))
        assert looked_at[before:] == []
        assert redacted not in looked_at


def test_without_a_conversation_the_model_is_not_called(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=["ok"])
    with pytest.raises(ConfigError, match="no conversation is bound"):
        run(sealed_agent(model), "hi", config={})
    assert model.received == []


def test_the_two_ends_have_names_of_their_own() -> None:
    assert {each.name for each in seal_model_calls()} == {"SealModelCalls.first", "SealModelCalls.last"}
    assert SealModelCalls("last").trace_policy is not None


def test_a_rule_may_be_an_object_too(canary_redactor: Redactor) -> None:
    RedactionMiddleware(redactor=canary_redactor, tool_policy={"look": ToolRule(args=frozenset({"PERSON"}))})
