"""Wrong input at the public names: refused in plain words, before anything goes on."""

import warnings
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from langchain.agents import create_agent
from langchain_core._api import LangChainDeprecationWarning
from langchain_core.messages import HumanMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables.history import RunnableWithMessageHistory
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import MessagesState, StateGraph

import langchain_redactor
from langchain_redactor import (
    RedactedAgent,
    RedactedRunnable,
    RedactionMiddleware,
    create_redacted_agent,
    redacted,
)
from langchain_redactor.config import conversation_id
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries

Door = Callable[..., Any]
CONFIG: Any = {"configurable": {"thread_id": "t"}}
IMAGE = [HumanMessage([{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}])]
SAID = {"messages": [("user", CANARIES.said)]}


def _model() -> RecordingModel:
    return RecordingModel(replies=[lambda _: "Hello [PERSON_1]"])


@tool
def lookup(order_id: str) -> str:
    """Look an order up."""
    return order_id


def _agent(**settings: Any) -> Any:
    return create_redacted_agent(_model(), [lookup], **settings)


def _graph(**settings: Any) -> Any:
    return RedactedAgent(create_agent(_model(), [lookup]), **settings)


def _chain(**settings: Any) -> Any:
    return redacted(_model(), **settings)


def _hook(**settings: Any) -> Any:
    return RedactionMiddleware(**settings)


EVERY = pytest.mark.parametrize("door", [_agent, _graph, _chain, _hook])
WITH_AUDIENCE = pytest.mark.parametrize("door", [_agent, _graph, _chain])
WITH_TOOLS = pytest.mark.parametrize("door", [_agent, _graph, _hook])


# what a wrapper is made with


@EVERY
def test_an_unknown_way_with_files_is_refused(door: Door, canary_redactor: Redactor) -> None:
    for wrong in ("blok", None, True):
        with pytest.raises(ConfigError, match=r"files: .*expected one of block, strip, allow"):
            door(redactor=canary_redactor, files=wrong)


def test_a_known_way_with_files_blocks_the_image(canary_redactor: Redactor) -> None:
    model = _model()
    with pytest.raises(Exception, match="image"):
        redacted(model, redactor=canary_redactor, files="block").invoke(IMAGE, CONFIG)
    assert model.received == []


@EVERY
@pytest.mark.parametrize(
    ("wrong", "found"), [(None, "None"), ("default", "str"), (Redactor, "the class Redactor"), (3, "int")]
)
def test_what_is_no_redactor_is_refused(door: Door, wrong: Any, found: str) -> None:
    with pytest.raises(ConfigError, match=rf"redactor: found {found}, expected a Redactor.*Redactor\(\)"):
        door(redactor=wrong)


def test_a_conversation_is_no_redactor(canary_redactor: Redactor, canaries: Canaries) -> None:
    with pytest.raises(ConfigError, match="redactor: found Conversation") as told:
        redacted(_model(), redactor=canary_redactor.conversation(CANARIES.phone))  # type: ignore[arg-type]
    canaries.nowhere_in(str(told.value))


@WITH_AUDIENCE
def test_an_unknown_audience_is_refused_with_the_known_and_the_policys(door: Door, canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match=r"audience: .*agent, reviewer or tool:<name>; did you mean 'customer'\?"):
        door(redactor=canary_redactor, audience="custmer")
    with pytest.raises(ConfigError) as told:
        door(redactor=canary_redactor, audience=CANARIES.name)
    CANARIES.nowhere_in(str(told.value))
    with pytest.raises(ConfigError, match=r"audience: .*The policy restores values for customer"):
        door(redactor=canary_redactor, audience=None)
    door(redactor=canary_redactor, audience="reviewer")


@EVERY
@pytest.mark.parametrize("wrong", [3, None, "", b"shop"])
def test_a_tenant_is_a_text(door: Door, wrong: Any, canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match="tenant: "):
        door(redactor=canary_redactor, tenant=wrong)


@WITH_TOOLS
@pytest.mark.parametrize("wrong", [["lookup"], "lookup", ToolRule()])
def test_a_tool_policy_is_a_mapping(door: Door, wrong: Any, canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match=r"tool_policy: found .*expected a dict"):
        door(redactor=canary_redactor, tool_policy=wrong)


@EVERY
@pytest.mark.parametrize("wrong", ["", True, 1.5, object(), ["c"], str])
def test_a_conversation_id_is_an_id_or_a_function(door: Door, wrong: Any, canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match="conversation_id: found"):
        door(redactor=canary_redactor, conversation_id=wrong)


async def _who(config: Any) -> str:
    return str(config["configurable"]["user"])


class _Asks:
    async def __call__(self, config: Any) -> str:
        return await _who(config)


@EVERY
@pytest.mark.parametrize("wrong", [_who, _Asks()], ids=["function", "object"])
def test_an_async_function_cannot_say_whose_conversation_it_is(
    door: Door, wrong: Any, canary_redactor: Redactor
) -> None:
    with pytest.raises(ConfigError, match=r"conversation_id: .*async"):
        door(redactor=canary_redactor, conversation_id=wrong)


def test_a_function_that_gives_a_coroutine_is_refused_at_the_call(canary_redactor: Redactor) -> None:
    agent = _agent(redactor=canary_redactor, conversation_id=lambda config: _who(config))
    with pytest.raises(ConfigError, match="async"):
        agent.invoke(SAID, {"configurable": {"user": "u"}})


# ids


class _User:
    """Its text is its address, which the next customer's has when this one is gone."""


class _Channel(StrEnum):
    CHAT = "chat-1"


def test_an_id_is_a_text_a_number_or_a_uuid() -> None:
    uuid = UUID(int=7)
    ids: list[tuple[Any, str]] = [("c-1", "c-1"), (0, "0"), (42, "42"), (uuid, str(uuid)), (_Channel.CHAT, "chat-1")]
    for good, text in ids:
        assert conversation_id(None, {"configurable": {"thread_id": good}}) == text
        assert conversation_id(lambda _, found=good: found, {}) == text  # type: ignore[misc]
        assert conversation_id(good, {"configurable": {"thread_id": "other"}}) == text


@pytest.mark.parametrize(
    "wrong", [_User(), True, False, 1.5, b"c", ["c"], {"id": "c"}], ids=lambda each: type(each).__name__
)
def test_whatever_else_stands_for_an_id_is_refused(wrong: Any, canary_redactor: Redactor) -> None:
    config: Any = {"configurable": {"thread_id": wrong}}
    hooked: Any = create_agent(_model(), [], middleware=[_hook(redactor=canary_redactor)])
    for made in (_agent(redactor=canary_redactor), _graph(redactor=canary_redactor), hooked):
        with pytest.raises(ConfigError, match=f"found {type(wrong).__name__}, expected str, int or UUID"):
            made.invoke(SAID, config)
    with pytest.raises(ConfigError, match="expected str, int or UUID"):
        _chain(redactor=canary_redactor).invoke(CANARIES.said, config)
    with pytest.raises(ConfigError, match="expected str, int or UUID"):
        _chain(redactor=canary_redactor, conversation_id=lambda _: wrong).invoke(CANARIES.said)


def test_a_session_id_is_an_id_like_any_other(canary_redactor: Redactor) -> None:
    asked: list[object] = []
    store: Any = asked.append
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LangChainDeprecationWarning)
        history: Any = RunnableWithMessageHistory(_model(), store)
    for wrong in (_User(), _User, True):
        with pytest.raises(ConfigError, match="expected str, int or UUID"):
            redacted(history, redactor=canary_redactor).invoke(CANARIES.said, {"configurable": {"session_id": wrong}})
    assert asked == []


def test_a_function_says_whose_run_a_middleware_is_in(canary_redactor: Redactor, canaries: Canaries) -> None:
    hook = RedactionMiddleware(redactor=canary_redactor, conversation_id=lambda each: each["configurable"]["user"])
    agent: Any = create_agent(_model(), [], middleware=[hook])
    first = agent.invoke(SAID, {"configurable": {"user": "one"}})["messages"][-1].text
    second = agent.invoke({"messages": [("user", "who am I?")]}, {"configurable": {"user": "two"}})["messages"][-1]
    assert first == f"Hello {CANARIES.name}"
    canaries.nowhere_in(second)


@pytest.mark.parametrize("wrong", ["t", ["t"], 3, {"configurable": "t"}, {"configurable": ["t"]}], ids=str)
def test_a_config_is_a_mapping_of_mappings(wrong: Any, canary_redactor: Redactor, canaries: Canaries) -> None:
    agent, chain = _agent(redactor=canary_redactor), _chain(redactor=canary_redactor)
    calls: list[Callable[[], Any]] = [
        lambda: agent.invoke(SAID, wrong),
        lambda: list(agent.stream(SAID, wrong)),
        lambda: agent.batch([SAID], [wrong]),
        lambda: agent.get_state(wrong),
        lambda: chain.invoke(CANARIES.said, wrong),
        lambda: chain.with_config(wrong),
    ]
    for call in calls:
        with pytest.raises(ConfigError, match=r"config.*\{\"configurable\": \{\"thread_id\"") as told:
            call()
        canaries.nowhere_in(str(told.value))


# values that do not live as long as what names them


def _hooked(saver: Any, redactor: Redactor, model: RecordingModel) -> Any:
    return create_agent(model, [lookup], checkpointer=saver, middleware=[RedactionMiddleware(redactor=redactor)])


def test_a_middleware_refuses_checkpoints_that_outlive_its_values(
    tmp_path: Path, canary_redactor: Redactor, canaries: Canaries
) -> None:
    model = _model()
    with SqliteSaver.from_conn_string(str(tmp_path / "threads.db")) as saver:
        agent = _hooked(saver, canary_redactor, model)
        with pytest.raises(ConfigError, match=r"SqliteSaver.*Redactor\.from_config\(\).*\[store\]") as told:
            agent.invoke(SAID, CONFIG)
    assert model.received == []
    canaries.nowhere_in(str(told.value))


def test_a_middleware_takes_checkpoints_that_live_as_long_as_its_values(
    tmp_path: Path, canary_redactor: Redactor, lasting_redactor: Redactor
) -> None:
    with SqliteSaver.from_conn_string(str(tmp_path / "threads.db")) as saver:
        agents = [
            _hooked(saver, lasting_redactor, _model()),
            _hooked(InMemorySaver(), canary_redactor, _model()),
            _hooked(None, canary_redactor, _model()),
        ]
        for agent in agents:
            assert agent.invoke(SAID, CONFIG)["messages"][-1].text == f"Hello {CANARIES.name}"


# names, and what is composed


def test_the_public_names_can_be_completed() -> None:
    assert set(langchain_redactor.__all__) <= set(dir(langchain_redactor))
    assert "__doc__" in dir(langchain_redactor)


def test_a_redacted_runnable_is_made_by_redacted(canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match=r"redacted\(chain, redactor="):
        RedactedRunnable(_model(), canary_redactor)  # type: ignore[arg-type]


def test_what_stands_before_a_redacted_runnable_is_refused_where_python_asks_it(canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match=r"redacted\(first \| second\)"):
        {"q": lambda each: each} | _chain(redactor=canary_redactor)


def test_what_a_prompt_was_put_before_is_refused_at_the_call(canary_redactor: Redactor) -> None:
    model = _model()
    composed = ChatPromptTemplate([("user", "{q}")]) | redacted(model, redactor=canary_redactor)
    with pytest.raises(ConfigError, match=r"redacted\(first \| second\)"):
        composed.invoke({"q": CANARIES.said}, CONFIG)
    assert model.received == []


def test_a_graph_that_is_not_compiled_is_refused(canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match=r"\.compile\(\)"):
        RedactedAgent(StateGraph(MessagesState), redactor=canary_redactor)
