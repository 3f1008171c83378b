"""Structured responses: placeholders inside the graph, the caller's own type with real values outside."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import (
    AutoStrategy,
    ProviderStrategy,
    StructuredOutputError,
    ToolStrategy,
)
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from pydantic import BaseModel, ConfigDict, SecretStr

from langchain_redactor import create_redacted_agent
from langchain_redactor.bound import KEY, Bound
from langchain_redactor.structured import SCHEMA_KEY, StructuredResponseError, relax
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import ConfigError
from tests.integrations.langchain_redactor.conftest import Canaries, Recorder, checkpoint_bytes
from tests.integrations.langchain_redactor.structured_runs import (
    ACCOUNT,
    BOTH,
    CANARIES,
    CASES,
    NAME,
    ORDER_JSON,
    PRICE,
    REAL_REFUND,
    REFUND,
    SAID,
    Order,
    OrderData,
    OrderDict,
    Refund,
    Ticket,
    bound_customer,
    call_of,
    name_of,
    retried,
    run,
)
from tests.integrations.servers import OpenAIServer, Say, ToolCall


@pytest.fixture
def bound() -> Iterator[Bound]:
    with bound_customer() as made:
        yield made


# what the caller gets


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("strategy", [ToolStrategy, AutoStrategy, None])
def test_by_tool_call_the_caller_gets_real_values_in_the_real_type(
    bound: Bound, case: str, strategy: Callable[[Any], Any] | None
) -> None:
    schema, masked, real = CASES[case]
    ran = run(bound, strategy(schema) if strategy else schema, [call_of(name_of(schema), masked)])
    assert ran.response == real
    assert type(ran.response) is type(real)
    assert type(ran.held) is dict
    assert ran.held == masked


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("strict", [True, None])
def test_by_the_provider_the_caller_gets_the_same(bound: Bound, case: str, strict: bool | None) -> None:
    schema, masked, real = CASES[case]
    ran = run(bound, ProviderStrategy(schema, strict=strict), [json.dumps(masked)])
    assert ran.response == real
    assert type(ran.response) is type(real)
    assert ran.held == masked
    asked = ran.model.received[0].kwargs["response_format"]["json_schema"]
    assert (asked["name"], asked.get("strict")) == (name_of(schema), strict)


def test_a_provider_that_is_chosen_by_itself_gets_the_relaxed_schema(bound: Bound) -> None:
    model = RecordingModel(replies=[json.dumps(REFUND)], profile={"structured_output": True})
    ran = run(bound, Refund, [], model=model)
    assert ran.response == REAL_REFUND
    assert "pattern" not in json.dumps(model.received[0].kwargs["response_format"])


async def test_async_the_caller_gets_the_same(bound: Bound) -> None:
    relaxed, finish = relax(Refund)
    agent = create_agent(RecordingModel(replies=[call_of("Refund", REFUND)]), [], response_format=relaxed)
    seen = bound.chat.redact(SAID).text
    state = await agent.ainvoke({"messages": [HumanMessage(seen)]}, {"configurable": {KEY: bound}})
    assert finish is not None
    assert finish(state["structured_response"], bound) == REAL_REFUND


def test_a_model_that_takes_no_strings_for_numbers_gets_numbers(bound: Bound) -> None:
    class Exact(BaseModel):
        model_config = ConfigDict(strict=True)
        account: int
        price: float | None

    ran = run(bound, Exact, [call_of("Exact", {"account": "[ACCOUNT_ID_1]", "price": "[BANK_ACCOUNT_1]"})])
    assert ran.response == Exact(account=int(ACCOUNT), price=float(PRICE))


def test_without_a_response_format_nothing_is_relaxed() -> None:
    assert relax(None) == (None, None)


def test_where_the_llm_gave_no_response_there_is_none(bound: Bound) -> None:
    assert run(bound, ProviderStrategy(ORDER_JSON), ["{}"]).response == {}
    _, finish = relax(Refund)
    assert finish is not None
    assert finish(None, bound) is None


# what the model is told


def test_the_model_is_told_the_name_the_docstring_and_the_structure(bound: Bound) -> None:
    told = run(bound, Refund, [call_of("Refund", REFUND)]).model.received[0].tools[0]["function"]
    assert (told["name"], told["description"]) == ("Refund", "A refund to make.")
    fields = told["parameters"]["properties"]
    assert fields["number"] == {"description": "the order's number", "type": "string"}
    assert fields["account"]["anyOf"] == [{"type": "integer"}, {"type": "string"}]
    assert set(told["parameters"]["required"]) == {"number", "account", "person"}


def test_a_strict_schema_keeps_what_strict_providers_need(bound: Bound) -> None:
    class Strict(Order):
        model_config = ConfigDict(extra="forbid")

    ran = run(bound, ProviderStrategy(Strict, strict=True), [json.dumps({"number": "[ACCOUNT_ID_1]"})])
    asked = ran.model.received[0].kwargs["response_format"]["json_schema"]["schema"]
    assert (asked["additionalProperties"], asked["required"]) == (False, ["number"])


def test_the_strategys_own_message_to_the_model_stays(bound: Bound) -> None:
    strategy = ToolStrategy(Order, tool_message_content="Noted.")
    ran = run(bound, strategy, [call_of("Order", {"number": "[ACCOUNT_ID_1]"})])
    assert ran.messages[-1].content == "Noted."


def test_the_usual_message_to_the_model_holds_placeholders_only(bound: Bound) -> None:
    ran = run(bound, Order, [call_of("Order", {"number": "[ACCOUNT_ID_1]"})])
    assert ran.messages[-1].content == "Returning structured response: {'number': '[ACCOUNT_ID_1]'}"


@pytest.mark.parametrize(
    "strategy", [ProviderStrategy(Refund, strict=True), ToolStrategy(Refund)], ids=["provider", "tool"]
)
def test_through_chat_openai_the_provider_gets_a_schema_it_takes_and_no_value(bound: Bound, strategy: Any) -> None:
    says = (
        Say(json.dumps(REFUND)) if isinstance(strategy, ProviderStrategy) else Say(calls=[ToolCall("Refund", REFUND)])
    )
    with OpenAIServer([says]) as server:
        model = ChatOpenAI(model="gpt-4o", base_url=server.url, api_key=SecretStr("none"), max_retries=0)
        ran = run(bound, strategy, [], model=model)
    assert ran.response == REAL_REFUND
    assert b"Refund" in server.bodies[-1]
    assert b'"pattern"' not in server.bodies[-1]
    CANARIES.nowhere_in(server.bodies)


async def test_a_redacted_agent_gives_the_real_type_after_a_retry(canary_redactor: Redactor) -> None:
    said, masked, saver = f"my order is {Canaries().account}", {"number": "[ACCOUNT_ID_1]"}, InMemorySaver()
    model = RecordingModel(replies=[call_of("Order", {"number": "12"}), call_of("Order", masked, 2)] * 2)
    agent = create_redacted_agent(model, redactor=canary_redactor, response_format=Order, checkpointer=saver)
    for number in "12":
        config = {"configurable": {"thread_id": number}}
        given = {"messages": [HumanMessage(said)]}
        state = agent.invoke(given, config) if number == "1" else await agent.ainvoke(given, config)
        assert state["structured_response"] == Order(number=Canaries().account)
        assert agent.get_state(config).values["structured_response"] == masked
    Canaries().nowhere_in(checkpoint_bytes(saver), model.received)


def test_a_redacted_agent_raises_langchains_own_error_masked(canary_redactor: Redactor) -> None:
    model = RecordingModel(replies=['{"number": "[PERSON_1]"}'])
    agent = create_redacted_agent(model, redactor=canary_redactor, response_format=ProviderStrategy(Order))
    with pytest.raises(StructuredOutputError, match="number: String should match") as caught:
        agent.invoke({"messages": [HumanMessage(Canaries().said)]}, {"configurable": {"thread_id": "1"}})
    Canaries().nowhere_in(caught.value)


# one of several schemas


@pytest.mark.parametrize("kind", [Order, Ticket])
def test_of_two_schemas_that_look_alike_the_caller_gets_the_one_the_llm_chose(
    bound: Bound, kind: type[Order | Ticket]
) -> None:
    ran = run(bound, ToolStrategy(Order | Ticket), [call_of(kind.__name__, {"number": "[ACCOUNT_ID_1]"})])
    assert type(ran.response) is kind
    assert ran.response.number == ACCOUNT
    assert ran.held == {"number": "[ACCOUNT_ID_1]", SCHEMA_KEY: kind.__name__}


def test_a_union_may_mix_kinds_of_schemas(bound: Bound) -> None:
    union: Any = Order | OrderData | OrderDict
    assert run(bound, ToolStrategy(union), [call_of("OrderData", BOTH)]).response == OrderData(ACCOUNT, int(ACCOUNT))
    assert run(bound, ToolStrategy(union), [call_of("OrderDict", BOTH)]).response == {
        "number": ACCOUNT,
        "account": int(ACCOUNT),
    }


def test_one_of_several_json_schemas(bound: Bound) -> None:
    other = {"title": "Other", "type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}
    union = {"oneOf": [ORDER_JSON, other]}
    assert run(bound, ToolStrategy(union), [call_of("Other", {"name": "[PERSON_1]"})]).response == {"name": NAME}
    assert run(bound, ToolStrategy(union), [call_of("OrderJson", BOTH)]).response == CASES["json"][2]


def test_a_field_with_the_name_of_our_note_is_refused() -> None:
    class Clash(BaseModel):
        redactor_schema: str

    with pytest.raises(ConfigError, match="give it another name"):
        relax(ToolStrategy(Clash | Order))


def test_a_response_of_an_agent_with_other_schemas_is_refused(bound: Bound) -> None:
    _, finish = relax(ToolStrategy(Order | Ticket))
    assert finish is not None
    with pytest.raises(StructuredResponseError, match="another response_format"):
        finish({"number": "[ACCOUNT_ID_1]", SCHEMA_KEY: "Gone"}, bound)


@pytest.mark.parametrize("schema", [int, "Order", 3, list[Order]])
def test_what_is_no_schema_is_refused(schema: object) -> None:
    with pytest.raises(ConfigError, match="response_format"):
        relax(schema)


# what is kept


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_checkpoints_traces_and_the_model_hold_placeholders_only(
    bound: Bound, recorder: Recorder, tmp_path: Path, kind: str
) -> None:
    connection = sqlite3.connect(tmp_path / "c.db", check_same_thread=False)
    saver: BaseCheckpointSaver[Any] = InMemorySaver() if kind == "memory" else SqliteSaver(connection)
    wrong = {**REFUND, "account": "[PERSON_1]"}
    ran, _ = retried(bound, Refund, wrong, REFUND, saver=saver, callbacks=recorder.handlers)
    assert ran.response == REAL_REFUND
    held = checkpoint_bytes(saver)
    connection.close()
    assert any(b"ACCOUNT_ID_1" in piece for piece in held)
    CANARIES.nowhere_in(held, tmp_path, recorder.everything, ran.model.received, ran.held)


def test_two_conversations_at_once_each_get_their_own_values(bound: Bound, canary_redactor: Redactor) -> None:
    other = Bound(canary_redactor.conversation("c-2"))
    other.chat.redact(f"order {Canaries().account}")
    _, finish = relax(OrderDict)
    assert finish is not None
    bound.chat.redact(SAID)
    held = {"number": "[ACCOUNT_ID_1]", "account": "[ACCOUNT_ID_1]"}
    assert finish(held, other)["number"] == Canaries().account
    assert finish(held, bound)["number"] == ACCOUNT


def test_an_audience_that_may_not_read_the_values_gets_none(bound: Bound) -> None:
    ran = run(bound, ORDER_JSON, [call_of("OrderJson", BOTH)])
    _, finish = relax(ORDER_JSON)
    assert finish is not None
    CANARIES.nowhere_in(finish(ran.held, bound, "reviewer"))


def test_the_response_in_the_state_is_not_changed(bound: Bound) -> None:
    ran = run(bound, OrderDict, [call_of("OrderDict", BOTH)])
    assert ran.held == BOTH


def test_the_graph_still_describes_itself() -> None:
    relaxed, _ = relax(Refund)
    agent = create_agent(RecordingModel(replies=["x"]), [], response_format=relaxed)
    assert "structured_response" in agent.get_output_jsonschema()["properties"]
